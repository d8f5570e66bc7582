use proptest::prelude::*;

use super::*;
use crate::format::testing::{arbitrary_filled_concept, read, unexplained, write};
use crate::model::{MatchRule, Status};

/// An export as MultiTerm makes them, with fields that a termbase has defined for itself.
const EXPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<mtf><conceptGrp><concept>17</concept><system type="entryClass">3</system>
<transacGrp><transac type="origination">maria</transac><date>2020-03-04T00:00:00</date></transacGrp>
<descripGrp><descrip type="Subject">cyber policy</descrip></descripGrp>
<descripGrp><descrip type="Image" Glink="a.png">a</descrip></descripGrp>
<languageGrp><language type="English (United States)" lang="EN-US"/>
<descripGrp><descrip type="Definition">what a <xref Tlink="English:state">state</xref> claims</descrip>
<descripGrp><descrip type="Source">White paper, in: Office [2015]</descrip></descripGrp></descripGrp>
<termGrp><term>cyber sovereignty</term>
<descripGrp><descrip type="part of speech">noun</descrip></descripGrp>
<descripGrp><descrip type="Term status">Preferred</descrip></descripGrp>
<descripGrp><descrip type="Verified by">me</descrip></descripGrp></termGrp>
<termGrp><term> </term></termGrp></languageGrp>
<languageGrp><language type="Chinese (PRC)" lang="ZH-CN"/><termGrp><term>网络主权</term></termGrp></languageGrp>
<languageGrp><language type="Klingon?" lang="?"/><termGrp><term>x</term></termGrp></languageGrp>
</conceptGrp></mtf>"#;

#[test]
fn an_export_of_a_termbase_is_read_and_nothing_of_it_is_silently_gone() {
    let (seen, result) = read(&MULTITERM, EXPORT.as_bytes(), "base.xml");
    result.unwrap();
    let concept = &seen.concepts[0];
    assert_eq!((&*concept.foreign_ids[0].origin, &*concept.foreign_ids[0].id), ("base.xml", "17"));
    assert_eq!(concept.subject_fields, ["cyber policy"]);
    assert_eq!(concept.transactions[0].date.as_deref(), Some("2020-03-04"));
    assert_eq!(concept.transactions[0].by.as_deref(), Some("maria"));
    let kept: Vec<_> = concept.other.iter().map(|d| (&*d.element, &*d.kind, &*d.value)).collect();
    assert_eq!(kept, [("system", "entryClass", "3"), ("descrip", "Image", "a")]);
    assert_eq!(concept.other[1].attributes, [("Glink".to_owned(), "a.png".to_owned())]);
    let langs: Vec<_> = concept.languages.iter().map(|s| s.lang.as_str()).collect();
    assert_eq!(langs, ["en-US", "zh-Hans"]);
    let english = &concept.languages[0];
    assert_eq!(english.written, None);
    assert_eq!(english.definitions[0].text, "what a state claims");
    let source = english.definitions[0].source.as_ref().unwrap();
    assert_eq!((source.title.as_deref(), source.outlet.as_deref()), (Some("White paper"), Some("Office")));
    let term = &english.terms[0];
    assert_eq!((term.status, term.part_of_speech.as_deref()), (Some(Status::Preferred), Some("noun")));
    assert_eq!((&*term.other[0].kind, &*term.other[0].value), ("Verified by", "me"));
    let told: Vec<_> = seen.findings.iter().map(|f| (&*f.check, &*f.message)).collect();
    assert_eq!(
        told,
        [
            ("read-term", "A termGrp has no term; it is left out."),
            ("read-language", "A languageGrp does not say its language; it is left out."),
            (
                "read-dropped",
                "There is no place for the markup <xref> inside <descrip>: it is not kept (once in this file)."
            ),
        ]
    );
    let account = seen.account;
    let nodes = EXPORT.matches("<").count() - EXPORT.matches("</").count() - 1;
    let attributes = EXPORT.matches("=\"").count() - 2;
    assert_eq!(account.mapped + account.kept + account.told, (nodes + attributes) as u64);
}

#[test]
fn languages_are_spelled_as_locales_and_read_back() {
    for (tag, locale, name) in [
        ("en", "EN", "English"),
        ("en-US", "EN-US", "English (US)"),
        ("zh-Hans", "ZH-CN", "Chinese (Hans)"),
        ("zh-Hant-TW", "ZH-TW", "Chinese (Hant-TW)"),
        ("zh-Hant", "ZH-HANT", "Chinese (Hant)"),
        ("es-419", "ES-419", "Spanish (419)"),
        ("tlh", "TLH", "tlh"),
    ] {
        let lang: LanguageTag = tag.parse().unwrap();
        assert_eq!((&*super::locale(&lang), &*super::index(&lang)), (locale, name));
        assert_eq!(locale.parse::<LanguageTag>().unwrap(), lang);
    }
}

#[test]
fn a_forbidden_term_is_written_as_one_and_what_must_stay_as_it_is_too() {
    let mut concept = crate::model::Concept { slug: "a".parse().ok(), ..Default::default() };
    let section = concept.section_mut(&"en".parse().unwrap());
    let rule = MatchRule { do_not_translate: true, ..MatchRule::default() };
    section.terms.push(crate::model::Term { match_rule: rule, ..crate::model::Term::new("Great Firewall") });
    section.terms.push(crate::model::Term { forbidden: true, ..crate::model::Term::new("cyberwall") });
    let (out, report) = write(&MULTITERM, &[concept], true);
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("<descrip type=\"Status\">forbidden</descrip>"), "{out}");
    assert!(out.contains("<descrip type=\"Do not translate\">yes</descrip>"), "{out}");
    assert_eq!(report.losses.len(), 1, "{:?}", report.losses);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_concept_comes_back_but_for_what_the_report_names(concept in arbitrary_filled_concept()) {
        let (out, report) = write(&MULTITERM, std::slice::from_ref(&concept), true);
        let (seen, result) = read(&MULTITERM, &out, "x.xml");
        prop_assert!(result.is_ok());
        prop_assert!(seen.findings.is_empty(), "{:?}", seen.findings);
        let complaint = unexplained(&concept, seen.concepts.first(), &report.losses);
        prop_assert!(complaint.is_none(), "{}\n{}", complaint.unwrap(), String::from_utf8_lossy(&out));
    }
}
