use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::format::testing::{Collected, arbitrary_filled_concept, resolve, unexplained};
use crate::format::{Entry, Input, LossReport, Output, ReadOptions, WriteError, WriteOptions};
use crate::model::*;

fn tags(langs: &[&str]) -> Vec<LanguageTag> {
    langs.iter().map(|l| l.parse().unwrap()).collect()
}

fn write(format: &Format, concepts: &[Concept], langs: &[&str]) -> Result<(String, LossReport), WriteError> {
    let options = WriteOptions {
        source_lang: "en".parse().ok(),
        langs: tags(langs),
        notes: true,
        variants: false,
        now: "2026-11-22T10:00:00Z".into(),
        title: "test".into(),
        resolve: &resolve,
    };
    let mut out = vec![];
    let mut entries = concepts.iter().map(|c| Ok(Entry::Concept(Box::new(c.clone()))));
    let report = format.write.unwrap()(&mut entries, &options, Output::Stream(&mut out))?;
    Ok((String::from_utf8(out).unwrap(), report))
}

fn read(format: &Format, text: &str, langs: &[&str]) -> Collected {
    let mut sink = Collected::default();
    let options = ReadOptions { langs: tags(langs), ..ReadOptions::default() };
    let name = format!("x.{}", format.extensions.first().unwrap_or(&"txt"));
    format.read.unwrap()(Input::Stream(&mut text.as_bytes(), &name), &options, &mut sink).unwrap();
    sink
}

/// The formats of one pair of languages.
const LISTS: &[&Format] =
    &[&OMEGAT, &DEEPL_TSV, &DEEPL_CSV, &GOOGLE_TSV, &AZURE, &UTX, &crate::format::tbx::weblate::WEBLATE];

/// The formats of any number of languages.
const SHEETS: &[&Format] = &[&MEMOQ, &CROWDIN, &PHRASE, &GOOGLE_CSV, &AMAZON];

fn all() -> impl Iterator<Item = (&'static Format, &'static [&'static str])> {
    let lists = LISTS.iter().map(|f| (*f, &["en", "fr"][..]));
    lists.chain(SHEETS.iter().map(|f| (*f, &["en", "fr", "ru", "zh-Hans", "ar"][..])))
}

fn term(text: &str, status: Status) -> Term {
    Term { status: Some(status), ..Term::new(text) }
}

/// Concepts with everything that goes wrong: deprecated, forbidden and proposed terms, variants, quotation marks,
/// what spreadsheets execute, a language that is not asked for.
fn concepts() -> Vec<Concept> {
    let mut cyber = Concept {
        slug: "cyber-sovereignty".parse().ok(),
        definitions: vec![Definition::new("A state's say over its networks.")],
        notes: vec![Note::new("Say it in full at first.")],
        subject_fields: vec!["sovereignty".into()],
        ..Concept::default()
    };
    let en = &mut cyber.section_mut(&"en".parse().unwrap()).terms;
    en.push(term("cyberspace sovereignty", Status::Admitted));
    en.push(term("cyber sovereignty", Status::Preferred));
    en.push(term("internet sovereignty", Status::Superseded));
    let fr = &mut cyber.section_mut(&"fr".parse().unwrap()).terms;
    fr.push(term("cybersouveraineté", Status::Preferred));
    fr.push(term("souveraineté dans le cyberespace", Status::Admitted));
    fr.push(term("souveraineté numérique", Status::Deprecated));
    fr.push(Term { forbidden: true, ..term("souveraineté de l’Internet", Status::Deprecated) });
    fr.push(term("cyber-souveraineté", Status::Proposed));
    let ru = &mut cyber.section_mut(&"ru".parse().unwrap()).terms;
    ru.push(term("киберсуверенитет", Status::Preferred));
    let pair = |slug: &str, en: &str, fr: &str| {
        let mut concept = Concept { slug: slug.parse().ok(), ..Concept::default() };
        concept.section_mut(&"en".parse().unwrap()).terms.push(term(en, Status::Preferred));
        concept.section_mut(&"fr".parse().unwrap()).terms.push(term(fr, Status::Preferred));
        concept
    };
    let mut alone = Concept { slug: "alone".parse().ok(), ..Concept::default() };
    alone.section_mut(&"en".parse().unwrap()).terms.push(term("nowhere else", Status::Preferred));
    vec![
        cyber,
        pair("quoted", "the \"five principles\", so called", "les « cinq principes »"),
        pair("formula", "=1+1", "@un"),
        pair("hash", "#metoo", "#metoo"),
        pair("lines", "two\nlines\tand a tab", "deux lignes"),
        pair("long", &"x".repeat(1100), "long"),
        pair("again", "cyber sovereignty", "souveraineté"),
        alone,
    ]
}

fn only(concepts: &[Concept], langs: &[&str]) -> Vec<Concept> {
    let keep = |mut c: Concept| {
        c.languages.retain(|s| langs.contains(&s.lang.as_str()));
        c
    };
    concepts.iter().cloned().map(keep).collect()
}

#[test]
fn what_a_tool_gets_and_what_it_does_not_see() {
    for (format, langs) in all() {
        let (text, report) = write(format, &only(&concepts(), langs), langs).unwrap();
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("tool-{}", format.name), shown(&text, &report));
        });
    }
}

/// A file and its loss report as a person looks at them.
fn shown(text: &str, report: &LossReport) -> String {
    let mut out = text.replace('\t', "→").replace('\r', "␍").replace('\u{feff}', "␣BOM␣");
    if let Some(long) = text.find("xxxxxxxxxx") {
        let end = text[long..].find(|c| c != 'x').unwrap_or(0);
        out = out.replace(&"x".repeat(end), &format!("x*{end}"));
    }
    let mut losses: BTreeMap<(String, String), String> = BTreeMap::new();
    for loss in &report.losses {
        losses.insert((loss.entry.clone(), loss.field.clone()), loss.why.clone());
    }
    out.push_str(&format!("\n--- {} concepts, {} terms\n", report.concepts, report.terms));
    for ((entry, field), why) in losses {
        out.push_str(&format!("{entry} {field}: {why}\n"));
    }
    out
}

#[test]
fn a_list_of_pairs_refuses_three_languages() {
    for format in LISTS {
        let refused = write(format, &concepts(), &["en", "fr", "ru"]).unwrap_err().to_string();
        assert!(refused.contains("one pair of languages") && refused.contains("en, fr, ru"), "{refused}");
    }
}

#[test]
fn a_list_without_languages_asks_for_them() {
    let mut sink = Collected::default();
    for format in [&OMEGAT, &DEEPL_TSV] {
        let input = Input::Stream(&mut &b"one\tun\n"[..], "g.txt");
        let refused = format.read.unwrap()(input, &ReadOptions::default(), &mut sink).unwrap_err();
        assert!(refused.to_string().contains("does not say its languages"), "{refused}");
    }
}

#[test]
fn a_source_stands_once_in_a_file_of_deepl() {
    let (text, report) = write(&DEEPL_TSV, &only(&concepts(), &["en", "fr"]), &["en", "fr"]).unwrap();
    assert_eq!(text.lines().filter(|l| l.starts_with("cyber sovereignty\t")).count(), 1, "{text}");
    assert!(report.losses.iter().any(|l| l.entry == "again" && l.field.is_empty()), "{:?}", report.losses);
}

#[test]
fn a_comment_is_taken_apart_only_where_wicterm_wrote_it() {
    let rows = "one\tun\tdefinition: d • avoid: x\n";
    let theirs = read(&OMEGAT, rows, &["en", "fr"]);
    assert_eq!(theirs.concepts[0].notes[0].text, "definition: d • avoid: x");
    assert_eq!(theirs.concepts[0].languages[1].terms.len(), 1);
    let ours = read(&OMEGAT, &format!("# Exported by wicterm\n{rows}"), &["en", "fr"]);
    assert_eq!(ours.concepts[0].definitions[0].text, "d");
    assert_eq!(ours.concepts[0].languages[1].terms[1].standing(), Status::Deprecated);
}

/// Says what differs after a concept went through a tool's table in a way that the report does not name.
fn unreported(format: &Format, concept: &Concept, langs: &[&str]) -> Option<String> {
    let (text, report) = write(format, std::slice::from_ref(concept), langs).unwrap();
    // A sheet for nothing has no language in its header.
    let back = if report.concepts > 0 { read(format, &text, langs) } else { Collected::default() };
    // The best term stands first in a row, wherever it stood; and a text may stand twice in a section.
    let placed = |from_end: bool| {
        let mut first = back.concepts.first().cloned();
        for section in first.iter_mut().flat_map(|c| &mut c.languages) {
            let was = concept.section(&section.lang).map(|s| &s.terms[..]).unwrap_or_default();
            let is = |w: &Term, t: &Term| pairs::clean(&w.text) == t.text;
            section.terms.sort_by_key(|t| match from_end {
                false => was.iter().position(|w| is(w, t)).unwrap_or(was.len()),
                true => was.iter().rposition(|w| is(w, t)).unwrap_or(was.len()),
            });
        }
        unexplained(concept, first.as_ref(), &report.losses)
    };
    let why = placed(false)?;
    placed(true)?;
    Some(format!("{}: {why}\n{text}", format.name))
}

#[test]
fn known_concepts_come_back_but_for_what_the_report_names() {
    for (format, langs) in all() {
        for concept in only(&concepts(), langs) {
            assert_eq!(unreported(format, &concept, langs), None);
        }
    }
}

proptest! {
    #[test]
    fn any_concept_comes_back_but_for_what_the_report_names(concept in arbitrary_filled_concept()) {
        for (format, langs) in all() {
            // A sheet has a column for every language that there is.
            let langs = if format.bilingual { langs } else { &[] };
            prop_assert_eq!(unreported(format, &concept, langs), None);
        }
    }

    #[test]
    fn nothing_that_may_not_be_used_is_offered(concept in arbitrary_filled_concept()) {
        for (format, langs) in all() {
            let (text, report) = write(format, std::slice::from_ref(&concept), langs).unwrap();
            let usable: Vec<String> = concept.terms().filter(|(_, t)| t.is_usable())
                .map(|(_, t)| pairs::clean(&t.text).into_owned()).collect();
            if report.concepts == 0 {
                continue;
            }
            for back in read(format, &text, langs).concepts {
                for (_, term) in back.terms().filter(|(_, t)| t.is_usable()) {
                    prop_assert!(usable.iter().any(|u| u.trim_start_matches('\'') == term.text.trim_start_matches('\'')), "{}: {:?} {:?}", format.name, term.text, usable);
                }
            }
        }
    }
}
