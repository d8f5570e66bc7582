//! `markdown` is one document with a section for each concept: what it means, a table of its terms by language, its
//! relations as links, and below that what is said of single terms, with contexts and sources. Nothing that a term or a
//! definition says is taken for markup. Tables and strikethrough are those of GitHub; where they are not known, they
//! read as text.

use super::facts::{
    about, definitions, is_link, is_ruled_out, kind_of, relation, source, standing, target, title,
};
use super::{Concepts, stream, unshown};
use crate::format::{Entry, LossReport, Output, ReadError, WriteError, WriteOptions};
use crate::model::{Concept, LanguageTag, Note, Reference, Relation, Source};

/// Writes the document.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let out = stream(out)?;
    let mut report = LossReport::default();
    let mut concepts = Concepts::of(entries, options, &mut report)?;
    let langs = concepts.langs.clone();
    let name = if options.title.is_empty() { "Glossary" } else { &options.title };
    let tags: Vec<&str> = langs.iter().map(LanguageTag::as_str).collect();
    writeln!(out, "# {}\n\nLanguages: {}.", escaped(name), escaped(&tags.join(", ")))?;
    while let Some(concept) = concepts.next(&mut report)? {
        out.write_all(section(&concept, &langs, options).as_bytes())?;
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        unshown::for_programs(&concept, &mut report);
    }
    let day = options.now.split('T').next().unwrap_or_default();
    writeln!(out, "\n---\n\n{} concepts; wicterm {}, {day}", report.concepts, env!("CARGO_PKG_VERSION"))?;
    Ok(report)
}

fn section(concept: &Concept, langs: &[LanguageTag], options: &WriteOptions<'_>) -> String {
    let (name, _) = title(concept, langs);
    let anchor = concept.slug.as_ref().map(|slug| format!("<a id=\"c-{slug}\"></a>")).unwrap_or_default();
    let mut out = format!("\n## {anchor}{}\n", escaped(&name));
    let mut marks: Vec<String> = concept.slug.iter().map(|slug| format!("`{slug}`")).collect();
    marks.extend(concept.subject_fields.iter().map(|field| escaped(field)));
    marks.extend(concept.customers.iter().map(|customer| format!("customer {}", escaped(customer))));
    marks.extend(concept.projects.iter().map(|project| format!("project {}", escaped(project))));
    if !marks.is_empty() {
        out.push_str(&format!("\n{}\n", marks.join(" · ")));
    }
    for (lang, definition) in definitions(concept) {
        let lang = lang.map(|lang| format!(" ({lang})")).unwrap_or_default();
        let kind = definition.kind.as_ref().map(|kind| format!(", {}", escaped(kind))).unwrap_or_default();
        let from = definition.source.as_ref().map(in_brackets).unwrap_or_default();
        out.push_str(&format!(
            "\n**Definition{lang}{kind}:** {}{from}{}\n",
            escaped(&definition.text),
            notes(&definition.notes)
        ));
    }
    out.push_str("\n| language | term | status | about |\n| --- | --- | --- | --- |\n");
    for section in &concept.languages {
        for term in &section.terms {
            let text = escaped(&term.text);
            let text = if is_ruled_out(term) && !text.is_empty() { format!("~~{text}~~") } else { text };
            let status = standing(term).map(|(sign, word)| format!("{sign} {word}")).unwrap_or_default();
            let about: Vec<String> = about(term).iter().map(|word| escaped(word)).collect();
            out.push_str(&format!(
                "| {} | {text} | {status} | {} |\n",
                escaped(section.lang.as_str()),
                about.join(", ")
            ));
        }
    }
    links(&mut out, "Relations", &concept.relations, options);
    let said: Vec<String> =
        concept.notes.iter().map(note_of).chain(concept.references.iter().map(reference)).collect();
    items(&mut out, "", &said);
    for section in &concept.languages {
        let lang = escaped(section.lang.as_str());
        let said = section.notes.iter().map(note_of).chain(section.references.iter().map(reference));
        items(&mut out, &lang, &said.collect::<Vec<_>>());
        for term in &section.terms {
            links(&mut out, &format!("{lang}, {}", escaped(&term.text)), &term.relations, options);
            let mut said: Vec<String> = term.notes.iter().map(note_of).collect();
            said.extend(term.references.iter().map(reference));
            said.extend(term.sources.iter().map(|s| format!("Source: {}", named(s))));
            said.extend(term.contexts.iter().map(|context| {
                let kind = kind_of(context).map(|kind| format!(" *{kind}*")).unwrap_or_default();
                format!(
                    "“{}”{}{kind}{}",
                    escaped(&context.text),
                    in_brackets(&context.source),
                    notes(&context.notes)
                )
            }));
            items(&mut out, &format!("{lang}, {}", escaped(&term.text)), &said);
        }
    }
    out
}

fn items(out: &mut String, about: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    match about {
        "" => out.push('\n'),
        about => out.push_str(&format!("\n{about}:\n\n")),
    }
    items.iter().for_each(|item| out.push_str(&format!("- {item}\n")));
}

fn links(out: &mut String, about: &str, relations: &[Relation], options: &WriteOptions<'_>) {
    let link = |of: &Relation| {
        let (slug, words) = target(&of.target, of.label.as_deref(), options.resolve);
        let kind = escaped(&relation(of.kind));
        match slug {
            Some(slug) => format!("{kind}: [{}](#c-{slug})", escaped(&words)),
            None => format!("{kind}: {}", escaped(&words)),
        }
    };
    items(out, about, &relations.iter().map(link).collect::<Vec<_>>());
}

fn note_of(note: &Note) -> String {
    let lang = note.lang.as_ref().map(|lang| format!(" ({})", escaped(lang.as_str()))).unwrap_or_default();
    format!("Note{lang}: {}", escaped(&note.text))
}

fn notes(notes: &[Note]) -> String {
    notes.iter().map(|note| format!(" {}", note_of(note))).collect()
}

fn reference(of: &Reference) -> String {
    let words = of.label.as_deref().unwrap_or(&of.target);
    match is_link(&of.target) {
        true => format!("See {}", link(words, &of.target)),
        false => format!("See {} {}", escaped(of.label.as_deref().unwrap_or_default()), escaped(&of.target)),
    }
}

fn named(of: &Source) -> String {
    let (words, url) = source(of);
    let words = escaped(&words.join(", "));
    match url {
        Some(url) if words.is_empty() => link(url, url),
        Some(url) => format!("{words}, {}", link("page", url)),
        None => words,
    }
}

fn in_brackets(of: &Source) -> String {
    if of.is_empty() { String::new() } else { format!(" ({})", named(of)) }
}

/// Returns a link; what could end its address stands there by its number.
fn link(words: &str, url: &str) -> String {
    let mut address = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '<' | '>' | '\\' | '|' | '(' | ')' | '`' | '*' | '_' | '~' => {
                address.push_str(&format!("%{:02X}", u32::from(c)))
            }
            '&' => address.push_str("&amp;"),
            c => address.push(c),
        }
    }
    format!("[{}](<{address}>)", escaped(words))
}

/// Returns a text in one line in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, word) in
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).enumerate()
    {
        if at > 0 {
            out.push(' ');
        }
        for (n, c) in word.chars().enumerate() {
            let begins = at == 0 && n == 0 && matches!(c, '+' | '-' | '=' | ':');
            // A number with a dot at the beginning of a line is an item of a list.
            let counts = at == 0
                && matches!(c, '.' | ')')
                && n > 0
                && word.chars().take(n).all(|c| c.is_ascii_digit());
            let marks = matches!(
                c,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$' | '^' | '!'
            );
            if begins || counts || marks {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}
