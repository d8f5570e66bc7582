//! `html` is a page that stands alone: one file, nothing is fetched, no server is needed. It has a row for each concept
//! and a column for each language, the source language first; text from right to left runs so. What may not be written
//! is struck out, and every status is a sign and a word beside its colour. The search minds neither case, accents nor
//! vowel signs; what is asked for stands in the address, so that it can be sent to a colleague. Languages can be left
//! out. Without its script the page still reads; on a narrow screen and on paper every concept is a card, with the
//! languages below one another. Only addresses that begin with http are links.
//!
//! The elements of the table have roles, because rows that are grids are no table for every reader of screens otherwise.

use std::fmt::Write as _;

use super::facts::{LEGEND, about, is_link, kind_of, relation, source, standing, target, title};
use super::{Concepts, stream, unshown};
use crate::format::{Entry, LossClass, LossReport, Output, ReadError, WriteError, WriteOptions};
use crate::model::{
    Concept, Context, Definition, LanguageSection, LanguageTag, Note, Reference, Relation, Source, Term,
};
use crate::text::languages::{self, Direction};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let out = stream(out)?;
    let mut report = LossReport::default();
    let mut concepts = Concepts::of(entries, options, &mut report)?;
    let langs = concepts.langs.clone();
    out.write_all(head(&langs, options).as_bytes())?;
    while let Some(concept) = concepts.next(&mut report)? {
        let mut row = String::new();
        Row { langs: &langs, options, out: &mut row }.concept(&concept);
        out.write_all(row.as_bytes())?;
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        unshown::for_programs(&concept, &mut report);
        for (at, section) in concept.languages.iter().enumerate() {
            if !langs.contains(&section.lang) {
                let why = "the page has no column for the language";
                report.lose(LossClass::Lost, &concept.name(), format!("/languages/{at}"), why);
            }
        }
    }
    let day = options.now.split('T').next().unwrap_or_default();
    let many =
        if report.concepts == 1 { "1 concept".to_owned() } else { format!("{} concepts", report.concepts) };
    write!(
        out,
        "</tbody>\n</table>\n<footer>{many} · wicterm {} · {}</footer>\n</div>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
        escaped(day)
    )?;
    Ok(report)
}

fn head(langs: &[LanguageTag], options: &WriteOptions<'_>) -> String {
    let title = escaped(if options.title.is_empty() { "Glossary" } else { &options.title });
    let mut labels = String::new();
    let mut columns = String::from("<th scope=\"col\" role=\"columnheader\">Concept</th>");
    for (at, lang) in langs.iter().enumerate() {
        let about = languages::of(lang);
        let name: String = about.english_name().chars().filter(|c| c.is_alphabetic() || *c == ' ').collect();
        let name = if name.is_empty() { lang.to_string() } else { format!("{name} ({lang})") };
        // Where cells stand below one another each says its language.
        push(&mut labels, format_args!("  td:nth-child({})::before {{ content: \"{name}\"; }}\n", at + 2));
        // "English (UK)" is one of its names too.
        let own = about.own_name().split('(').next().unwrap_or_default().trim();
        let own = if own.is_empty() { lang.as_str() } else { own };
        push(
            &mut columns,
            format_args!(
                "<th scope=\"col\" role=\"columnheader\" data-lang=\"{0}\"><span lang=\"{0}\" dir=\"{1}\">{2}</span> <small>{3}</small></th>",
                escaped(lang.as_str()),
                direction(lang),
                escaped(own),
                escaped(&name),
            ),
        );
    }
    let legend: String = LEGEND
        .iter()
        .map(|(sign, word, asks)| format!("<li class=\"{word}\"><b>{sign} {word}</b> {asks}</li>"))
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}@media print, (max-width: 48rem) {{\n{labels}}}\n\
         </style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <form id=\"search\" role=\"search\" hidden><label for=\"q\">Search</label> <input id=\"q\" type=\"search\" \
         autocomplete=\"off\" placeholder=\"in all languages\"> <output id=\"shown\" aria-live=\"polite\"></output></form>\n\
         <details id=\"languages\" hidden><summary>Languages</summary><p></p></details>\n\
         <details><summary>Signs</summary><ul class=\"legend\">{legend}</ul></details>\n</header>\n\
         <div class=\"wide\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\n\
         <table id=\"glossary\" role=\"table\" style=\"--n: {}\">\n<thead role=\"rowgroup\"><tr role=\"row\">{columns}</tr></thead>\n\
         <tbody role=\"rowgroup\">\n",
        langs.len()
    )
}

/// Writes one row.
struct Row<'a, 'o> {
    langs: &'a [LanguageTag],
    options: &'a WriteOptions<'o>,
    out: &'a mut String,
}

impl Row<'_, '_> {
    fn push(&mut self, what: std::fmt::Arguments<'_>) {
        push(self.out, what);
    }

    fn concept(&mut self, concept: &Concept) {
        let (name, lang) = title(concept, self.langs);
        let id = concept.slug.as_ref().map(|slug| format!(" id=\"c-{slug}\"")).unwrap_or_default();
        let (lang, dir) = lang.map_or((String::new(), "auto"), |lang| {
            (format!(" lang=\"{}\"", escaped(lang.as_str())), direction(&lang))
        });
        self.push(format_args!(
            "<tr{id} role=\"row\"><th scope=\"row\" role=\"rowheader\"><p class=\"name\"{lang} dir=\"{dir}\">"
        ));
        match &concept.slug {
            Some(slug) => self.push(format_args!("<a href=\"#c-{slug}\">{}</a></p>", escaped(&name))),
            None => self.push(format_args!("{}</p>", escaped(&name))),
        }
        let customers = concept.customers.iter().map(|customer| format!("customer {customer}"));
        let projects = concept.projects.iter().map(|project| format!("project {project}"));
        let marks: Vec<String> =
            concept.subject_fields.iter().cloned().chain(customers).chain(projects).collect();
        if !marks.is_empty() {
            self.push(format_args!("<p class=\"field\">{}</p>", escaped(&marks.join(" · "))));
        }
        self.definitions(&concept.definitions);
        self.relations(&concept.relations);
        self.remarks(&concept.notes, &concept.references);
        self.out.push_str("</th>");
        for lang in self.langs {
            // Two sections in one language are legal in some formats.
            let sections: Vec<&LanguageSection> =
                concept.languages.iter().filter(|s| s.lang == *lang).collect();
            if sections.is_empty() {
                self.out.push_str("<td role=\"cell\"></td>");
                continue;
            }
            self.push(format_args!(
                "<td role=\"cell\" lang=\"{}\" dir=\"{}\">",
                escaped(lang.as_str()),
                direction(lang)
            ));
            for section in sections {
                section.terms.iter().for_each(|term| self.term(term));
                self.definitions(&section.definitions);
                self.remarks(&section.notes, &section.references);
            }
            self.out.push_str("</td>");
        }
        self.out.push_str("</tr>\n");
    }

    fn term(&mut self, term: &Term) {
        let standing = standing(term);
        let class = standing.map_or("", |(_, word)| word);
        self.push(format_args!("<p class=\"t {class}\"><b>{}</b>", escaped(&term.text)));
        if let Some((sign, word)) = standing {
            self.push(format_args!(" <bdi class=\"s\" lang=\"en\">{sign} {word}</bdi>"));
        }
        let about = about(term);
        if !about.is_empty() {
            let words: Vec<String> =
                about.iter().map(|word| format!("<bdi>{}</bdi>", escaped(word))).collect();
            self.push(format_args!(" <small lang=\"en\" dir=\"ltr\">{}</small>", words.join(", ")));
        }
        self.out.push_str("</p>");
        self.definitions(&term.definitions);
        self.relations(&term.relations);
        self.remarks(&term.notes, &term.references);
        if term.contexts.is_empty() && term.sources.is_empty() {
            return;
        }
        let counted = |n: usize, one: &str| match n {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {one}s")),
        };
        let counts = [counted(term.contexts.len(), "context"), counted(term.sources.len(), "source")];
        let counts = counts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        self.push(format_args!("<details><summary lang=\"en\"><bdi>{counts}</bdi></summary>"));
        term.contexts.iter().for_each(|context| self.context(context));
        for source in &term.sources {
            self.out.push_str("<p class=\"from\">");
            self.source(source);
            self.out.push_str("</p>");
        }
        self.out.push_str("</details>");
    }

    fn context(&mut self, context: &Context) {
        self.push(format_args!("<blockquote>{}</blockquote>", escaped(&context.text)));
        let kind = kind_of(context);
        if kind.is_some() || !context.source.is_empty() || !context.notes.is_empty() {
            self.out.push_str("<p class=\"from\">");
            if let Some(kind) = kind {
                self.push(format_args!("<bdi lang=\"en\">{kind}</bdi> "));
            }
            self.source(&context.source);
            self.out.push_str("</p>");
            self.remarks(&context.notes, &[]);
        }
    }

    fn source(&mut self, of: &Source) {
        let (words, link) = source(of);
        let words = words.join(", ");
        match link {
            Some(url) => {
                let words = if words.is_empty() { url } else { &words };
                self.push(format_args!("<a href=\"{}\"><bdi>{}</bdi></a>", escaped(url), escaped(words)));
            }
            None => self.push(format_args!("<bdi>{}</bdi>", escaped(&words))),
        }
    }

    fn definitions(&mut self, definitions: &[Definition]) {
        for definition in definitions {
            let lang = definition.lang.as_ref();
            let lang = lang.map(|l| format!(" lang=\"{}\" dir=\"{}\"", escaped(l.as_str()), direction(l)));
            self.push(format_args!(
                "<p class=\"definition\"{}>{}",
                lang.unwrap_or_default(),
                escaped(&definition.text)
            ));
            if let Some(kind) = &definition.kind {
                self.push(format_args!(" <small>{}</small>", escaped(kind)));
            }
            if let Some(source) = &definition.source {
                self.out.push_str(" <span class=\"from\">");
                self.source(source);
                self.out.push_str("</span>");
            }
            self.out.push_str("</p>");
            self.remarks(&definition.notes, &[]);
        }
    }

    fn relations(&mut self, relations: &[Relation]) {
        for of in relations {
            let (slug, words) = target(&of.target, of.label.as_deref(), self.options.resolve);
            let kind = escaped(&relation(of.kind));
            match slug {
                Some(slug) => self.push(format_args!(
                    "<p class=\"relation\"><bdi lang=\"en\">{kind}:</bdi> <a href=\"#c-{}\"><bdi>{}</bdi></a></p>",
                    escaped(&slug),
                    escaped(&words)
                )),
                None => self.push(format_args!(
                    "<p class=\"relation\"><bdi lang=\"en\">{kind}:</bdi> <bdi>{}</bdi></p>",
                    escaped(&words)
                )),
            }
        }
    }

    fn remarks(&mut self, notes: &[Note], references: &[Reference]) {
        for note in notes {
            let lang = note.lang.as_ref().map(|lang| format!(" lang=\"{}\"", escaped(lang.as_str())));
            self.push(format_args!(
                "<p class=\"note\"{} dir=\"auto\">{}</p>",
                lang.unwrap_or_default(),
                escaped(&note.text)
            ));
        }
        for of in references {
            let words = escaped(of.label.as_deref().unwrap_or(&of.target));
            match is_link(&of.target) {
                true => self.push(format_args!(
                    "<p class=\"note\"><a href=\"{}\"><bdi>{words}</bdi></a></p>",
                    escaped(&of.target)
                )),
                false => self.push(format_args!(
                    "<p class=\"note\"><bdi>{words}</bdi> <bdi>{}</bdi></p>",
                    escaped(of.label.as_ref().map_or("", |_| &of.target))
                )),
            }
        }
    }
}

fn direction(lang: &LanguageTag) -> &'static str {
    match languages::direction(lang) {
        Direction::RightToLeft => "rtl",
        Direction::LeftToRight => "ltr",
    }
}

/// Writing to a `String` does not fail.
fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(what);
}

/// Returns a text in which nothing is markup.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No HTML may hold them, not even by number.
            '\0'..='\x08' | '\x0b' | '\x0e'..='\x1f' | '\x7f' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
