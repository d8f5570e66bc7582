//! The shapes that scripts rely on (CONTRACT).

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::base::Answer;
use crate::check::validate::Verdict;
use crate::model::{Finding, LanguageTag, Term};

/// Writes results as JSON Lines, or gathers them into one JSON document.
pub struct Stream {
    command: &'static str,
    gathered: Option<Vec<Value>>,
}

impl Stream {
    /// Begins JSON Lines: the first line says what follows.
    pub fn lines(command: &'static str, out: &mut dyn Write) -> io::Result<Self> {
        writeln!(out, "{}", json!({"schema_version": 1, "command": command}))?;
        Ok(Self { command, gathered: None })
    }

    /// Begins one document.
    pub fn document(command: &'static str) -> Self {
        Self { command, gathered: Some(vec![]) }
    }

    /// Takes one result.
    pub fn item(&mut self, item: Value, out: &mut dyn Write) -> io::Result<()> {
        match &mut self.gathered {
            Some(items) => items.push(item),
            None => writeln!(out, "{item}")?,
        }
        Ok(())
    }

    /// Ends it.
    pub fn end(self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(items) = self.gathered {
            let document = json!({"schema_version": 1, "command": self.command, "results": items});
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)?;
        }
        Ok(())
    }
}

/// Writes the one result of a command: a document, or as JSON Lines a line below the first one.
pub fn one(command: &'static str, mut result: Value, lines: bool, out: &mut dyn Write) -> io::Result<()> {
    if lines {
        return Stream::lines(command, out)?.item(result, out);
    }
    if let Value::Object(fields) = &mut result {
        fields.insert("schema_version".to_owned(), json!(1));
        fields.insert("command".to_owned(), json!(command));
    }
    writeln!(out, "{result}")
}

/// Returns a term as scripts see it. A term nobody judged counts as admitted.
pub fn term_json(lang: &LanguageTag, term: &Term) -> Value {
    json!({
        "lang": lang,
        "text": term.text,
        "status": term.standing(),
        "kind": term.kind,
        "forbidden": term.forbidden,
    })
}

/// Returns an answer of `lookup`, with the terms of the wanted languages.
pub fn lookup_json(answer: &Answer, wanted: &[LanguageTag]) -> Value {
    let found = &answer.hit.candidate;
    // Where a wanted language has no term, the nearest one that has serves it.
    let serving: Vec<LanguageTag> = wanted
        .iter()
        .filter_map(|w| w.fallbacks().find(|lang| answer.concept.terms_in(lang).next().is_some()))
        .collect();
    let terms: Vec<Value> = answer
        .concept
        .terms()
        .filter(|(lang, _)| wanted.is_empty() || serving.iter().any(|s| lang.serves(s)))
        .map(|(lang, term)| term_json(lang, term))
        .collect();
    json!({
        "concept": answer.concept.name(),
        "score": answer.hit.score,
        "method": answer.hit.method,
        "matched": {
            "lang": found.lang,
            "text": answer.matched,
            "status": found.status.unwrap_or(crate::model::Status::Admitted),
        },
        "terms": terms,
    })
}

/// Returns a finding as scripts see it.
pub fn finding_json(finding: &Finding) -> Value {
    let place = &finding.place;
    json!({
        "check": finding.check,
        "severity": finding.severity,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "unit": place.unit,
        "side": place.side,
        "start": place.bytes.map(|b| b.0),
        "end": place.bytes.map(|b| b.1),
        "seg_start": place.segment.map(|s| s.0),
        "seg_end": place.segment.map(|s| s.1),
        "surface": finding.surface,
        "concept": finding.concept,
        "message": finding.message,
        "help": finding.help,
        "fix": finding.fix,
        "fingerprint": finding.fingerprint,
    })
}

/// Returns what was found about a file as scripts see it.
pub fn verdict_json(file: &str, verdict: &Verdict) -> Value {
    let findings: Vec<Value> = verdict.findings.iter().map(finding_json).collect();
    json!({
        "file": file,
        "valid": verdict.valid(),
        "format": verdict.format,
        "schema": verdict.schema,
        "findings": findings,
        "untold": verdict.untold,
    })
}
