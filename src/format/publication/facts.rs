//! What is said of a term beside its text, in words that both the page and the document use.

use crate::model::{
    Concept, Context, ContextKind, Definition, LanguageTag, RelationKind, Source, Status, Term,
};

/// How a term is to be taken: a sign, and the word for it. Nothing where nobody has judged it.
pub(super) fn standing(term: &Term) -> Option<(&'static str, &'static str)> {
    if term.forbidden {
        return Some(("⊘", "forbidden"));
    }
    Some(match term.status? {
        Status::Preferred => ("●", "preferred"),
        Status::Admitted => ("○", "admitted"),
        Status::Proposed => ("◇", "proposed"),
        Status::Superseded => ("△", "superseded"),
        Status::Deprecated => ("✕", "deprecated"),
    })
}

/// Tells whether a term is not to be written any more; one that is only proposed is not ruled out.
pub(super) fn is_ruled_out(term: &Term) -> bool {
    term.forbidden || matches!(term.standing(), Status::Superseded | Status::Deprecated)
}

/// Every sign with its word and what it asks of a writer.
pub(super) const LEGEND: &[(&str, &str, &str)] = &[
    ("●", "preferred", "the one to write"),
    ("○", "admitted", "may be written"),
    ("◇", "proposed", "not settled yet"),
    ("△", "superseded", "was right once"),
    ("✕", "deprecated", "not to be written"),
    ("⊘", "forbidden", "ruled out"),
];

/// Returns what kind of word a term is and where it holds, a few words each.
pub(super) fn about(term: &Term) -> Vec<String> {
    let mut about = vec![];
    let kind = term.kind.map(|kind| match kind.as_str().split_once(':') {
        Some((of, which)) => format!("{which} {of}"),
        None => kind.as_str().replace('-', " "),
    });
    match (kind, &term.of) {
        (Some(kind), Some(of)) => about.push(format!("{kind} of {of}")),
        (Some(kind), None) => about.push(kind),
        (None, Some(of)) => about.push(format!("of {of}")),
        (None, None) => {}
    }
    about.extend(term.part_of_speech.as_ref().map(|word| word.replace('-', " ")));
    about.extend(term.gender.map(|word| word.as_str().to_owned()));
    about.extend(term.number.map(|word| word.as_str().to_owned()));
    about.extend(term.register.map(|word| word.as_str().replace('-', " ")));
    about.extend(term.region.clone());
    about.extend(term.reading.as_ref().map(|reading| format!("read {reading}")));
    about.extend(term.match_rule.do_not_translate.then(|| "do not translate".to_owned()));
    about.extend(term.validity.iter().map(|period| match (period.from, period.to) {
        (Some(from), Some(to)) => format!("good from {from} to {to}"),
        (Some(from), None) => format!("good from {from}"),
        (None, Some(to)) => format!("good until {to}"),
        (None, None) => "good at all times".to_owned(),
    }));
    about.extend(term.customers.iter().map(|customer| format!("customer {customer}")));
    about.extend(term.projects.iter().map(|project| format!("project {project}")));
    about
}

/// Returns who published something and when, and its address if it may be followed.
pub(super) fn source(source: &Source) -> (Vec<String>, Option<&str>) {
    let mut words: Vec<String> = [&source.title, &source.outlet].into_iter().flatten().cloned().collect();
    words.extend(source.date.map(|date| date.to_string()));
    let link = source.url.as_deref().filter(|url| is_link(url));
    if link.is_none() {
        words.extend(source.url.clone());
    }
    (words, link)
}

/// Tells whether an address is one that a browser may be sent to.
pub(super) fn is_link(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
        && !url.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Returns what a snippet is, where that is to be said.
pub(super) fn kind_of(context: &Context) -> Option<&'static str> {
    match context.kind? {
        ContextKind::Attested => None,
        ContextKind::Constructed => Some("made up to show the use"),
        other => Some(other.as_str()),
    }
}

/// Returns what a relation is called.
pub(super) fn relation(kind: RelationKind) -> String {
    kind.as_str().replace('-', " ")
}

/// Returns the name of a concept for people: its best term in the first of these languages that it has.
pub(super) fn title(concept: &Concept, langs: &[LanguageTag]) -> (String, Option<LanguageTag>) {
    for lang in langs {
        if let Some(section) = concept.section(lang)
            && let Some(term) = section.terms.iter().min_by_key(|t| (!t.is_usable(), t.standing()))
        {
            return (term.text.clone(), Some(lang.clone()));
        }
    }
    (concept.name(), None)
}

/// Returns every definition of a concept with the language it is in, those that hold for all languages first.
pub(super) fn definitions(concept: &Concept) -> Vec<(Option<&LanguageTag>, &Definition)> {
    let mut definitions: Vec<_> = concept.definitions.iter().map(|d| (d.lang.as_ref(), d)).collect();
    for section in &concept.languages {
        let of_section = |d| (Some(&section.lang), d);
        definitions.extend(section.definitions.iter().map(of_section));
        definitions.extend(section.terms.iter().flat_map(|t| &t.definitions).map(of_section));
    }
    definitions
}

/// Where a relation leads, and what it is called: nothing to follow where the other concept is not there.
pub(super) fn target(
    target: &str,
    label: Option<&str>,
    resolve: &dyn Fn(&str) -> Option<String>,
) -> (Option<String>, String) {
    let slug = resolve(target).map(|found| found.split('#').next().unwrap_or_default().to_owned());
    let term = crate::model::Relation::term_of(target).map(|(_, _, text)| text.to_owned());
    let named = label.map(str::to_owned).or(term);
    let words = || slug.as_deref().unwrap_or(target).replace('-', " ");
    (slug.clone(), named.unwrap_or_else(words))
}
