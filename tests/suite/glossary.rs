//! The glossary that comes with the program: what is promised of every concept in it.

use std::collections::BTreeMap;
use std::path::Path;

use wicterm::base::{Base, ImportOptions, Source};
use wicterm::model::{Concept, ContextKind, LanguageTag, Status};
use wicterm::store::{Query, Who};

fn concepts() -> Vec<Concept> {
    let mut base = Base::memory().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("glossary");
    let (reports, _) =
        base.import(vec![Source::Path(folder)], ImportOptions::default(), Who::default()).unwrap();
    assert_eq!(reports[0].findings, 0, "{:?}", reports[0].details);
    base.concepts(&Query::default()).map(|c| c.unwrap()).collect()
}

fn tag(lang: &str) -> LanguageTag {
    lang.parse().unwrap()
}

/// Says of which concepts something does not hold.
fn without(what: impl Fn(&Concept) -> bool) -> Vec<String> {
    concepts().iter().filter(|c| !what(c)).map(Concept::name).collect()
}

#[test]
fn every_concept_has_english_and_chinese_and_nearly_every_one_the_other_official_languages() {
    let concepts = concepts();
    assert!(concepts.len() >= 150, "{}", concepts.len());
    for lang in ["en", "zh-Hans"] {
        let lacking: Vec<_> =
            concepts.iter().filter(|c| c.terms_in(&tag(lang)).next().is_none()).map(Concept::name).collect();
        assert!(lacking.is_empty(), "{lang}: {lacking:?}");
    }
    for lang in ["zh-Hant", "ru", "fr", "es", "ar"] {
        let having = concepts.iter().filter(|c| c.terms().any(|(l, _)| *l == tag(lang))).count();
        assert!(having >= 130, "{lang}: {having}");
    }
}

#[test]
fn every_concept_is_defined_and_shown_in_use_in_english_and_chinese() {
    for lang in ["en", "zh-Hans"] {
        let lang = tag(lang);
        let defined = |c: &Concept| {
            let own = c.definitions.iter().any(|d| d.lang.as_ref() == Some(&lang));
            own || c.section(&lang).is_some_and(|s| !s.definitions.is_empty())
        };
        assert_eq!(without(defined), [""; 0], "no definition in {lang}");
        let shown = |c: &Concept| {
            c.terms_in(&lang).flat_map(|t| &t.contexts).any(|x| x.kind == Some(ContextKind::Constructed))
        };
        assert_eq!(without(shown), [""; 0], "no constructed context in {lang}");
    }
}

#[test]
fn a_constructed_context_claims_no_source() {
    let honest = |c: &Concept| {
        let mut contexts = c.terms().flat_map(|(_, t)| &t.contexts);
        contexts.all(|x| x.kind != Some(ContextKind::Constructed) || x.source.is_empty())
    };
    assert_eq!(without(honest), [""; 0]);
}

#[test]
fn a_language_prefers_one_term_at_most() {
    let single = |c: &Concept| {
        c.languages
            .iter()
            .all(|s| s.terms.iter().filter(|t| t.status == Some(Status::Preferred)).count() <= 1)
    };
    assert_eq!(without(single), [""; 0]);
}

#[test]
fn every_relation_leads_somewhere_and_every_short_form_has_its_long_one() {
    let slugs: Vec<String> = concepts().iter().map(Concept::name).collect();
    assert_eq!(without(|c| c.relations.iter().all(|r| slugs.contains(&r.target))), [""; 0]);
    let explained = |c: &Concept| {
        c.languages.iter().all(|s| {
            s.terms.iter().all(|t| t.of.as_ref().is_none_or(|of| s.terms.iter().any(|o| o.text == *of)))
        })
    };
    assert_eq!(without(explained), [""; 0]);
}

#[test]
fn a_term_stands_once_in_a_concept() {
    let once = |c: &Concept| {
        let mut met: BTreeMap<(String, &str), u32> = BTreeMap::new();
        for (lang, term) in c.terms() {
            *met.entry((lang.to_string(), &term.text)).or_default() += 1;
        }
        met.values().all(|n| *n == 1)
    };
    assert_eq!(without(once), [""; 0]);
}
