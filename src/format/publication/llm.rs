//! `llm` is a block for the prompt of a language model: a line for each concept with all its source terms, the target
//! term to write, others that are good too, those to avoid, and its subject. A term that is not to be translated says
//! so. A term that is only proposed stands there where no other may be written. `--text FILE` leaves only what occurs in
//! a text, which keeps the prompt short.

use super::facts::is_ruled_out;
use super::{Concepts, stream, unshown};
use crate::format::{Entry, LossClass, LossReport, Output, ReadError, WriteError, WriteOptions};
use crate::model::{Concept, LanguageTag, Term};
use crate::text::languages;

/// The fields that a line shows.
const SHOWN: &[&str] = &[
    "id",
    "subject_fields",
    "languages",
    "languages/lang",
    "languages/terms",
    "languages/terms/text",
    "languages/terms/status",
    "languages/terms/forbidden",
    "languages/terms/match",
    "languages/terms/match/do_not_translate",
];

/// Writes the block.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let out = stream(out)?;
    let mut report = LossReport::default();
    let mut concepts = Concepts::of(entries, options, &mut report)?;
    let pair = match &concepts.langs[..] {
        [source, target] => Some((source.clone(), target.clone())),
        _ => None,
    };
    let mut first = Some(concepts.next(&mut report)?);
    let Some((source, target)) = pair else {
        let what = "a glossary for a prompt is of one pair of languages: name source and target";
        return if let Some(Some(_)) = first {
            Err(WriteError::Unsupported(what.into()))
        } else {
            Ok(report)
        };
    };
    writeln!(
        out,
        "Glossary, {} to {}. Translate a term on the left as the first one behind the arrow; those behind \"also\" are \
         good too, those behind \"avoid\" are wrong.\n",
        named(&source),
        named(&target)
    )?;
    while let Some(concept) = match first.take() {
        Some(first) => first,
        None => concepts.next(&mut report)?,
    } {
        let Some(line) = line(&concept, &source, &target) else {
            let why = "it has no term that may be written in one of the two languages";
            report.lose(LossClass::Lost, &concept.name(), "", why);
            continue;
        };
        unshown::of(
            &concept,
            &|path| !SHOWN.contains(&path),
            "a line of a prompt says no more than is needed",
            &mut report,
        );
        for (at, section) in concept.languages.iter().enumerate().filter(|(_, s)| s.lang == target) {
            let proposed = |t: &Term| !is_ruled_out(t) && !t.is_usable();
            // The first of them stands there where nothing else does.
            let shown = usize::from(!section.terms.iter().any(Term::is_usable));
            let left_out = section.terms.iter().enumerate().filter(|(_, t)| proposed(t)).skip(shown);
            for (term, _) in left_out {
                let why = "it is only proposed, and another one stands there";
                report.lose(LossClass::Lost, &concept.name(), format!("/languages/{at}/terms/{term}"), why);
            }
        }
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        writeln!(out, "- {line}")?;
    }
    Ok(report)
}

/// Returns what a model knows a language by.
fn named(lang: &LanguageTag) -> String {
    match languages::of(lang).english_name() {
        "" => lang.to_string(),
        name => format!("{name} ({lang})"),
    }
}

/// Returns the line of a concept; nothing where one of the two languages has no term to write.
fn line(concept: &Concept, source: &LanguageTag, target: &LanguageTag) -> Option<String> {
    let terms = |lang: &LanguageTag| -> Vec<&Term> {
        let mut terms: Vec<&Term> = concept.section(lang).into_iter().flat_map(|s| &s.terms).collect();
        terms.sort_by_key(|term| (!term.is_usable(), term.standing()));
        terms
    };
    let (sources, targets) = (terms(source), terms(target));
    let kept = sources.iter().any(|term| term.match_rule.do_not_translate);
    let list = |terms: Vec<&Term>, between: &str| {
        terms.into_iter().map(|term| one_line(&term.text)).collect::<Vec<_>>().join(between)
    };
    // Old texts have old terms, so all of the source count.
    let from = list(sources.clone(), " / ");
    let (bad, rest): (Vec<&Term>, Vec<&Term>) = targets.into_iter().partition(|term| is_ruled_out(term));
    let (good, proposed): (Vec<&Term>, Vec<&Term>) = rest.into_iter().partition(|term| term.is_usable());
    if from.is_empty() || (good.is_empty() && proposed.is_empty() && !kept) {
        return None;
    }
    let mut line = format!("{from} → ");
    match (good.split_first(), proposed.first()) {
        (Some((best, also)), _) => {
            line.push_str(&one_line(&best.text));
            if !also.is_empty() {
                line.push_str(&format!("; also: {}", list(also.to_vec(), ", ")));
            }
        }
        // Better than nothing.
        (None, Some(proposed)) => line.push_str(&format!("{} [proposed]", one_line(&proposed.text))),
        (None, None) => line.push_str(&one_line(&sources.first()?.text)),
    }
    if kept {
        line.push_str(" [do not translate]");
    }
    if !bad.is_empty() {
        line.push_str(&format!(" [avoid: {}]", list(bad, ", ")));
    }
    if !concept.subject_fields.is_empty() {
        let fields: Vec<String> = concept.subject_fields.iter().map(|field| one_line(field)).collect();
        line.push_str(&format!(" ({})", fields.join(", ")));
    }
    Some(line)
}

/// Returns a text without what would end its line or cannot be seen.
fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
