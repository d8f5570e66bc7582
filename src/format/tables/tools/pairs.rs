//! Which terms of a concept stand beside each other in a file that holds one pair of languages.

use std::borrow::Cow;

use crate::format::{WriteError, WriteOptions};
use crate::model::{Concept, Context, ContextKind, LanguageTag, Status, Term};

/// The two languages of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::format) struct Pair {
    /// The language translated from.
    pub source: LanguageTag,
    /// The language translated into.
    pub target: LanguageTag,
}

impl Pair {
    /// Finds the two languages among those that are to be written; regions and scripts of a language are one
    /// with it where the language itself is among them.
    pub fn of(options: &WriteOptions<'_>, what: &str) -> Result<Self, WriteError> {
        let refuse = || {
            let langs: Vec<&str> = options.langs.iter().map(LanguageTag::as_str).collect();
            let these = if langs.is_empty() { "there is none".to_owned() } else { langs.join(", ") };
            WriteError::Unsupported(format!("{what} holds one pair of languages, and these are: {these}"))
        };
        let wanted = options.source_lang.as_ref();
        let source = wanted
            .filter(|source| options.langs.iter().any(|l| l.meets(source)))
            .or(options.langs.first())
            .cloned();
        let source = source.ok_or_else(refuse)?;
        let others: Vec<&LanguageTag> = options.langs.iter().filter(|l| !l.meets(&source)).collect();
        let widest = others.iter().min_by_key(|l| l.as_str().len());
        match widest {
            Some(target) if others.iter().all(|l| l.serves(target)) => {
                Ok(Self { source, target: (*target).clone() })
            }
            _ => Err(refuse()),
        }
    }
}

/// A term of a concept, by its places in the lists.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct Chosen<'c> {
    /// The place of its language section.
    pub section: usize,
    /// Its place in the section.
    pub index: usize,
    /// The term.
    pub term: &'c Term,
}

/// The terms of a concept on the two sides, each best first.
#[derive(Debug, Default)]
pub(in crate::format) struct Sides<'c> {
    /// Terms of the source language that may be used.
    pub sources: Vec<Chosen<'c>>,
    /// Terms of the target language that may be used.
    pub targets: Vec<Chosen<'c>>,
    /// Terms of the target language that may not.
    pub avoided: Vec<Chosen<'c>>,
}

impl<'c> Sides<'c> {
    /// Parts the terms of a concept.
    pub fn of(concept: &'c Concept, pair: &Pair) -> Self {
        let (sources, _) = terms_in(concept, &pair.source);
        let (targets, avoided) = terms_in(concept, &pair.target);
        Self { sources, targets, avoided }
    }
}

/// Returns the terms of a language, best first: those that may be used, and those that may not.
pub(in crate::format) fn terms_in<'c>(
    concept: &'c Concept,
    lang: &LanguageTag,
) -> (Vec<Chosen<'c>>, Vec<Chosen<'c>>) {
    let (mut good, bad) = parted(concept, |l| l.meets(lang));
    good.sort_by_key(|c| concept.languages[c.section].lang != *lang);
    (good, bad)
}

/// Returns the terms of the languages that are asked for, best first: those that may be used, and those that may
/// not. What has nothing that could be shown is in neither.
pub(in crate::format) fn parted(
    concept: &Concept,
    asked: impl Fn(&LanguageTag) -> bool,
) -> (Vec<Chosen<'_>>, Vec<Chosen<'_>>) {
    let mut found = vec![];
    for (section, of) in concept.languages.iter().enumerate().filter(|(_, s)| asked(&s.lang)) {
        for (index, term) in of.terms.iter().enumerate().filter(|(_, t)| !clean(&t.text).is_empty()) {
            found.push(Chosen { section, index, term });
        }
    }
    found.sort_by_key(|c| c.term.standing());
    found.into_iter().partition(|c| c.term.is_usable())
}

/// Returns what a list of lines can show of a text: line ends, tabs and other control characters are blanks, and
/// there is none at the edges.
pub(in crate::format) fn clean(text: &str) -> Cow<'_, str> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let edge = |c: char| c.is_whitespace() || breaks(c) || c == '\u{feff}';
    let trimmed = text.trim_matches(edge);
    match trimmed.contains(breaks) {
        true => Cow::Owned(trimmed.chars().map(|c| if breaks(c) { ' ' } else { c }).collect()),
        false => Cow::Borrowed(trimmed),
    }
}

/// What stands behind a sentence that was made up, where there is no other place to say so.
const CONSTRUCTED: &str = " [constructed]";

/// Returns what is shown of a context that has only its text: a sentence that was made up says so.
pub(in crate::format) fn example(context: &Context) -> Cow<'_, str> {
    match context.kind {
        Some(ContextKind::Constructed) => Cow::Owned(format!("{}{CONSTRUCTED}", context.text)),
        _ => Cow::Borrowed(&context.text),
    }
}

/// Reads what [`example`] made.
pub(in crate::format) fn read_example(text: &str) -> Context {
    match text.strip_suffix(CONSTRUCTED) {
        Some(text) => Context { kind: Some(ContextKind::Constructed), ..Context::new(text) },
        None => Context::new(text),
    }
}

/// Says in a word why a term may not be used.
pub(in crate::format) fn verdict(term: &Term) -> &'static str {
    match term.standing() {
        _ if term.forbidden => "forbidden",
        Status::Deprecated => "deprecated",
        Status::Superseded => "superseded",
        Status::Proposed => "only proposed",
        Status::Preferred | Status::Admitted => "usable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(source: Option<&str>, langs: &[&str]) -> WriteOptions<'static> {
        WriteOptions {
            source_lang: source.map(|s| s.parse().unwrap()),
            langs: langs.iter().map(|l| l.parse().unwrap()).collect(),
            notes: true,
            variants: false,
            now: String::new(),
            title: String::new(),
            resolve: &|_| None,
        }
    }

    #[test]
    fn two_languages_are_a_pair_and_their_regions_are_one_with_them() {
        for (source, langs, pair) in [
            (None, &["en", "fr"][..], Some(("en", "fr"))),
            (Some("fr"), &["en", "fr"], Some(("fr", "en"))),
            (Some("en"), &["en", "en-GB", "fr", "fr-CA"], Some(("en", "fr"))),
            (Some("en"), &["en-GB", "zh-Hans"], Some(("en", "zh-Hans"))),
            (Some("en"), &["en", "zh-Hans", "zh-Hant-TW"], None),
            (Some("en"), &["en", "fr", "ru"], None),
            (Some("en"), &["en"], None),
            (None, &[], None),
        ] {
            let found = Pair::of(&options(source, langs), "it").ok();
            let found = found.as_ref().map(|p| (p.source.as_str(), p.target.as_str()));
            assert_eq!(found, pair, "{source:?} {langs:?}");
        }
    }

    #[test]
    fn the_best_term_is_first_and_a_bad_one_is_apart() {
        let mut concept = Concept::default();
        let terms = &mut concept.section_mut(&"en".parse().unwrap()).terms;
        for (text, status, forbidden) in [
            ("old", Status::Deprecated, false),
            ("other", Status::Admitted, false),
            ("best", Status::Preferred, false),
            ("bad", Status::Admitted, true),
            ("\n", Status::Preferred, false),
        ] {
            terms.push(Term { status: Some(status), forbidden, ..Term::new(text) });
        }
        let (good, bad) = terms_in(&concept, &"en".parse().unwrap());
        let texts = |of: Vec<Chosen<'_>>| of.iter().map(|c| c.term.text.clone()).collect::<Vec<_>>();
        assert_eq!(
            (texts(good), texts(bad)),
            (vec!["best".into(), "other".into()], vec!["bad".into(), "old".into()])
        );
    }

    #[test]
    fn a_text_is_one_line() {
        for (text, shown) in [("a\r\nb", "a  b"), (" a b ", "a b"), ("a\u{7}\u{2028}", "a"), ("\t", "")] {
            assert_eq!(clean(text), shown);
        }
    }
}
