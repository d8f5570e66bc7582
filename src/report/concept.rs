//! A concept as a person reads it.

use super::{look, padded, status_word, styled};
use crate::model::{Concept, Context, LanguageTag, Period, Source, Term};
use crate::text;

/// How much of a concept to show.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    /// Only these languages, and what serves them; empty means all.
    pub langs: Vec<LanguageTag>,
    /// Whether sources, notes and all contexts are shown.
    pub full: bool,
    /// The columns there are; 0 means no limit.
    pub columns: usize,
}

/// Returns a concept's slug and subject fields in one line.
pub fn headline(concept: &Concept) -> String {
    let mut line = styled(look::NAME.bold(), concept.name());
    if !concept.subject_fields.is_empty() {
        line.push_str(&styled(
            look::FAINT,
            format!("  {}", text::visible(&concept.subject_fields.join(", "))),
        ));
    }
    line
}

/// Returns what a concept says in these languages, and what it says in none; empty means all.
pub fn in_languages(concept: &Concept, langs: &[LanguageTag]) -> Concept {
    let mut concept = concept.clone();
    if !langs.is_empty() {
        let wanted = |lang: &LanguageTag| langs.iter().any(|l| lang.serves(l));
        concept.definitions.retain(|d| d.lang.as_ref().is_none_or(wanted));
        concept.languages.retain(|s| wanted(&s.lang));
    }
    concept
}

/// Returns a concept, many lines.
pub fn concept(concept: &Concept, detail: &Detail) -> String {
    let concept = in_languages(concept, &detail.langs);
    let mut out = headline(&concept) + "\n";
    for definition in &concept.definitions {
        wrap(&mut out, "  ", &definition.text, detail.columns);
    }
    let sections = &concept.languages;
    let lang_width = sections.iter().map(|s| s.lang.as_str().len()).max().unwrap_or(2);
    let term_width = sections
        .iter()
        .flat_map(|s| &s.terms)
        .map(|t| text::width(&text::visible(&t.text)))
        .max()
        .unwrap_or(0);
    let room = if detail.columns == 0 { 60 } else { detail.columns.saturating_sub(lang_width + 36).max(20) };
    let term_width = term_width.min(room);
    let indent = " ".repeat(lang_width + 4);
    for section in sections {
        if detail.full {
            for definition in &section.definitions {
                wrap(&mut out, &indent, &definition.text, detail.columns);
            }
        }
        let mut shown_context = false;
        for (n, term) in section.terms.iter().enumerate() {
            let lang = if n == 0 { section.lang.as_str() } else { "" };
            let lang = styled(look::FAINT, padded(lang, lang_width));
            out.push_str(&format!("  {lang}  {}\n", term_line(term, &section.lang, term_width)));
            if detail.full {
                details(&mut out, &indent, term, detail.columns);
            } else if !shown_context && let Some(context) = term.contexts.first() {
                snippet(&mut out, &indent, context, detail.columns);
                shown_context = true;
            }
        }
        for note in section.notes.iter().filter(|_| detail.full) {
            wrap(&mut out, &format!("{indent}note: "), &note.text, detail.columns);
        }
    }
    for relation in &concept.relations {
        let target = styled(look::NAME, text::visible(&relation.target));
        out.push_str(&format!("  {} {target}\n", styled(look::FAINT, relation.kind)));
    }
    for reference in concept.references.iter().filter(|_| detail.full) {
        out.push_str(&format!(
            "  {} {}\n",
            styled(look::FAINT, reference.kind),
            text::visible(&reference.target)
        ));
    }
    for note in &concept.notes {
        wrap(&mut out, "  note: ", &note.text, detail.columns);
    }
    out
}

/// Returns a term with its status, kind and validity in one line; the term padded to `width`.
pub fn term_line(term: &Term, lang: &LanguageTag, width: usize) -> String {
    let own = text::visible(&term.text);
    let shown = text::isolate(&own, lang);
    let (word, style) = status_word(term);
    // The isolates around right-to-left text take no column.
    let gap = " ".repeat(width.saturating_sub(text::width(&own)));
    let mut line = format!("{shown}{gap}  {}", styled(style, padded(&word, 10)));
    let mut more: Vec<String> = vec![];
    if let Some(kind) = term.kind {
        more.push(kind.to_string());
    }
    if let Some(of) = &term.of {
        more.push(format!("of {}", text::visible(of)));
    }
    more.extend(term.validity.iter().map(period));
    if !more.is_empty() {
        line.push_str(&styled(look::FAINT, format!("  {}", more.join(" · "))));
    }
    line.truncate(line.trim_end().len());
    line
}

fn period(period: &Period) -> String {
    match (period.from, period.to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => "always".to_owned(),
    }
}

fn details(out: &mut String, indent: &str, term: &Term, columns: usize) {
    if let Some(reading) = &term.reading {
        out.push_str(&format!("{indent}reading: {}\n", text::visible(reading)));
    }
    if let Some(pattern) = &term.pattern {
        out.push_str(&format!("{indent}pattern: {}\n", text::visible(pattern)));
    }
    for source in &term.sources {
        out.push_str(&format!("{indent}{}\n", styled(look::FAINT, text::visible(&attested(source)))));
    }
    for note in &term.notes {
        wrap(out, &format!("{indent}note: "), &note.text, columns);
    }
    for context in &term.contexts {
        snippet(out, indent, context, columns);
    }
}

fn attested(source: &Source) -> String {
    let date = source.date.map(|d| d.to_string());
    let parts = [source.title.clone(), source.outlet.clone(), date, source.url.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("attested: {}", parts.join(", "))
}

fn snippet(out: &mut String, indent: &str, context: &Context, columns: usize) {
    wrap(out, &format!("{indent}“"), &format!("{}”", context.text), columns);
    let mut from = vec![];
    from.extend(context.kind.map(|k| k.to_string()));
    from.extend(context.source.title.clone());
    from.extend(context.source.outlet.clone());
    from.extend(context.source.date.map(|d| d.to_string()));
    from.extend(context.source.url.clone());
    if !from.is_empty() {
        out.push_str(&format!("{indent} {}\n", styled(look::FAINT, text::visible(&from.join(", ")))));
    }
}

/// Writes a paragraph; lines after the first stand under the text.
pub(super) fn wrap(out: &mut String, first: &str, text: &str, columns: usize) {
    let hang = " ".repeat(crate::text::width(first));
    let text = crate::text::visible(text);
    let room = match columns {
        0 => usize::MAX,
        n => n.saturating_sub(hang.len()).max(20),
    };
    let mut line = String::new();
    let mut lead = first.to_owned();
    let mut width = 0;
    // Words where there are spaces, characters where the script has none.
    for piece in text.split_inclusive(|c: char| c.is_whitespace() || crate::text::is_unspaced(c)) {
        let own = crate::text::width(piece.trim_end());
        if width + own > room && !line.is_empty() {
            out.push_str(&lead);
            out.push_str(line.trim_end());
            out.push('\n');
            line.clear();
            width = 0;
            lead.clone_from(&hang);
        }
        line.push_str(&piece.replace(['\n', '\r', '\t'], " "));
        width += crate::text::width(piece);
    }
    out.push_str(&lead);
    out.push_str(line.trim_end());
    out.push('\n');
}
