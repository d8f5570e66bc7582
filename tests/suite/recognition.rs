//! Recognition held against facts: small bases, small texts, and what must and must not be found in them.
//!
//! `cargo nextest run recognition` counts how many hits are found and how many are false, on the table in
//! `tests/suite/recognition/` and on documents of seeds/ with their terms marked (`recognition/gold/`); the counts
//! are a snapshot, so that a change of rule shows what it costs. What stands there as wrong wants a lexicon or
//! syntax, which we do not have.
//!
//! What the tables agree on, in every language:
//!
//! - The longest hit stands, what crosses it does not, what lies inside it is nested; a concept is not told again
//!   inside itself.
//! - Arabic particles and pronouns glued to a term belong to its surface; *'s*, Korean particles, the number of a
//!   footnote, and the *s* that joins the parts of a German compound do not.
//! - An article that opens a term as it is listed belongs to its surface where it stands as a word of its own or
//!   elided (*l'équité et la justice*); where a preposition melts with it (*au bon ordre*), the surface begins
//!   behind it.
//! - Inside a term of a Romance language an article behind a preposition is the term's own or not at all
//!   (*mesures de confiance* is not *mesures de la confiance*); its number may change.
//! - Both quotation marks belong to a surface if one of them falls inside it, or if the term itself is quoted.
//! - `{prefix}` takes the whole word; `{exact}` refuses everything but case, apostrophes and the kind of space;
//!   listed forms bend as the term does unless the rule says that only they count.
//! - An abbreviation is written as it is, but for a small *s* of the plural; a line in capitals says nothing of it.
//! - Small letters do not hide a name whose words are unchanged; changed ones are no name (*global development
//!   initiatives*), except in Russian, where a case is no sign of that.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use wicterm::base::{Base, ImportOptions, Source};
use wicterm::find::recognise::{Hit, Recogniser};
use wicterm::find::terms::Terms;
use wicterm::model::{Concept, LanguageTag, Slug, Status, Term};
use wicterm::store::{Query, Who};

/// A row of the table.
struct Fact {
    phenomenon: String,
    terms: Vec<(LanguageTag, Term)>,
    text: String,
    /// What must be found, as it stands, and the term if it is said.
    hits: Vec<(String, Option<String>, bool)>,
}

fn facts(lang: &str) -> Vec<Fact> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/suite/recognition/{lang}.tsv"));
    let table = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut facts = vec![];
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [phenomenon, terms, text, hits] = cells[..] else { panic!("{lang}: four columns: {line}") };
        let terms =
            terms.split(" | ").filter(|t| !t.trim().is_empty()).map(|t| term(lang, &unescaped(t))).collect();
        let hits = hits
            .split(" | ")
            .filter(|h| !h.trim().is_empty())
            .map(|hit| {
                let (surface, of) = match hit.trim().split_once(" = ") {
                    Some((surface, of)) => (surface, Some(unescaped(of.trim()))),
                    None => (hit.trim(), None),
                };
                let nested = surface.starts_with('>');
                (unescaped(surface.trim_start_matches('>')), of, nested)
            })
            .collect();
        facts.push(Fact { phenomenon: phenomenon.to_owned(), terms, text: unescaped(text), hits });
    }
    facts
}

fn term(lang: &str, written: &str) -> (LanguageTag, Term) {
    let (text, mut rest) = match written.find(" {") {
        Some(at) => (&written[..at], &written[at..]),
        None => (written, ""),
    };
    let mut lang: LanguageTag = lang.parse().unwrap();
    let mut term = Term::new(text.trim());
    term.status = Some(Status::Preferred);
    while let Some(at) = rest.find('{') {
        // A pattern has brackets of its own.
        let mut depth = 0;
        let end = rest[at..].char_indices().find(|(_, c)| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0
        });
        let end = at + end.unwrap_or_else(|| panic!("unclosed rule in {written}")).0;
        let rule = &rest[at + 1..end];
        rest = &rest[end + 1..];
        match rule.split_once(": ") {
            Some(("forms", forms)) => term.match_rule.forms = forms.split(", ").map(str::to_owned).collect(),
            Some(("kind", kind)) => term.kind = Some(kind.parse().unwrap()),
            Some(("pattern", pattern)) => term.pattern = Some(pattern.to_owned()),
            Some(("lang", other)) => lang = other.parse().unwrap(),
            None if rule == "case" => term.match_rule.case_sensitive = true,
            None => term.match_rule.mode = Some(rule.parse().unwrap()),
            Some(_) => panic!("nobody knows the rule {rule}"),
        }
    }
    (lang, term)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        if let Some(code) = after.strip_prefix("u{") {
            let (hex, after) = code.split_once('}').unwrap();
            out.push(char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap());
            rest = after;
        } else {
            assert!(after.starts_with(['n', 'r']), "{text}");
            out.push(if after.starts_with('r') { '\r' } else { '\n' });
            rest = &after[1..];
        }
    }
    out + rest
}

fn terms(of: &[(LanguageTag, Term)], backwards: bool) -> Terms {
    let mut concepts: Vec<Concept> = of
        .iter()
        .enumerate()
        .map(|(at, (lang, term))| {
            let mut concept = Concept::default();
            let number = if backwards { 99 - at } else { at };
            concept.slug = format!("c{number:02}").parse::<Slug>().ok();
            concept.section_mut(lang).terms.push(term.clone());
            concept
        })
        .collect();
    if backwards {
        concepts.reverse();
    }
    Terms::of(concepts)
}

/// What is found: (surface, the term, whether it is nested).
fn found(fact: &Fact, lang: &str, backwards: bool) -> Vec<(String, String, bool)> {
    let terms = terms(&fact.terms, backwards);
    let recogniser = Recogniser::new(&terms, &lang.parse().unwrap());
    let hits = recogniser.recognise(&fact.text);
    hits.iter()
        .map(|h| (fact.text[h.range.clone()].to_owned(), h.of(&terms).text.clone(), h.nested))
        .collect()
}

const LANGUAGES: &[&str] =
    &["en", "zh-Hans", "zh-Hant", "ru", "fr", "es", "ar", "de", "ja", "pt", "it", "ko"];

#[test]
fn recognition_is_measured_on_the_table_of_facts() {
    let mut report = String::from("language rows expected found false rows-right\n");
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for lang in LANGUAGES {
        let facts = facts(lang);
        let (mut expected, mut right, mut extra, mut rows) = (0, 0, 0, 0);
        for fact in &facts {
            let mut left = found(fact, lang, false);
            let all = left.clone();
            let mut missing = 0;
            for (surface, of, _) in &fact.hits {
                match left.iter().position(|(s, t, _)| s == surface && of.as_ref().is_none_or(|of| of == t)) {
                    Some(at) => drop(left.remove(at)),
                    None => missing += 1,
                }
            }
            expected += fact.hits.len();
            right += fact.hits.len() - missing;
            extra += left.len();
            if missing > 0 || !left.is_empty() {
                let said: Vec<_> = all.iter().map(|(s, ..)| s.as_str()).collect();
                wrong.entry(lang).or_default().push(format!(
                    "{}: {}",
                    fact.phenomenon,
                    said.join(" | ").escape_debug()
                ));
            } else {
                rows += 1;
            }
        }
        writeln!(report, "{lang} {} {expected} {right} {extra} {rows}", facts.len()).unwrap();
    }
    report.push_str(&gold());
    for (lang, rows) in wrong {
        writeln!(report, "\n{lang}, not as they should be:").unwrap();
        rows.iter().for_each(|row| writeln!(report, "- {row}").unwrap());
    }
    if std::env::var_os("WICTERM_SHOW").is_some() {
        println!("{report}");
    }
    insta::with_settings!({snapshot_path => "../../snapshots/suite", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("recognition", report);
    });
}

/// Measures the recogniser on documents of `seeds/prose` with the terms of the glossary marked: what stands by itself
/// (no nested hits), surface by surface, with how often. The marks were drafted from the recogniser's own hits and
/// then read against the text, false ones taken out and missed ones put in: they guard against change, and say
/// less about recall than a reading without that help would.
fn gold() -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let terms = terms_of(&here.join("glossary"));
    let folder = here.join("tests/suite/recognition/gold");
    let mut tables: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    tables.sort();
    let mut report = String::from("\ndocument expected found false, by the glossary\n");
    let mut wrong = String::new();
    for table in tables {
        let stem = table.file_stem().unwrap().to_string_lossy().into_owned();
        let (lang, name) = stem.split_once('.').unwrap();
        let prose = here.join("seeds/prose").join(lang);
        let path = ["txt", "md"].map(|ending| prose.join(format!("{name}.{ending}")));
        let text = std::fs::read_to_string(path.iter().find(|p| p.exists()).unwrap()).unwrap();
        // The header says what is in the text on purpose.
        let body = ["\r\n\r\n", "\n\n"].iter().filter_map(|gap| text.find(gap)).min().unwrap();
        let text = &text[body..];
        let mut left: BTreeMap<(String, String), usize> = BTreeMap::new();
        for row in std::fs::read_to_string(&table).unwrap().lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let [surface, concept, count] = cells[..] else { panic!("{stem}: three columns: {row}") };
            left.insert((unescaped(surface), concept.to_owned()), count.parse().unwrap());
        }
        let expected: usize = left.values().sum();
        let (mut right, mut extra) = (0, 0);
        for hit in Recogniser::new(&terms, &lang.parse().unwrap()).recognise(text) {
            if hit.nested {
                continue;
            }
            let key = (text[hit.range.clone()].to_owned(), terms.concept(hit.concept).name.clone());
            match left.get_mut(&key).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    right += 1;
                }
                None => {
                    extra += 1;
                    writeln!(wrong, "- {stem}, false: {} ({})", key.0.escape_debug(), key.1).unwrap();
                }
            }
        }
        for ((surface, concept), _) in left.iter().filter(|(_, count)| **count > 0) {
            writeln!(wrong, "- {stem}, missed: {} ({concept})", surface.escape_debug()).unwrap();
        }
        writeln!(report, "{stem} {expected} {right} {extra}").unwrap();
    }
    report + &wrong
}

#[test]
fn the_names_of_concepts_change_nothing_that_is_found() {
    for lang in LANGUAGES {
        for fact in facts(lang) {
            let (mut one, mut other) = (found(&fact, lang, false), found(&fact, lang, true));
            one.sort();
            other.sort();
            assert_eq!(one, other, "{lang}: {}", fact.phenomenon);
        }
    }
}

/// Returns the terms of a file or folder.
fn terms_of(path: &Path) -> Terms {
    let mut base = Base::memory().unwrap();
    base.import(vec![Source::Path(path.to_owned())], ImportOptions::default(), Who::default()).unwrap();
    Terms::of(base.concepts(&Query::default()).map(Result::unwrap))
}

/// Prints every hit in texts, to be read by somebody who knows the language: `WICTERM_TERMS` names a file or
/// folder of terms (the glossary if not), `WICTERM_TEXTS` the texts, each as `language:path`.
#[test]
#[ignore = "prints hits and judges nothing"]
fn hits_are_printed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = std::env::var_os("WICTERM_TERMS").map_or_else(|| here.join("glossary"), PathBuf::from);
    let terms = terms_of(&path);
    for named in std::env::var("WICTERM_TEXTS").unwrap_or_default().split_whitespace() {
        let (lang, path) = named.split_once(':').expect("language:path");
        let recogniser = Recogniser::new(&terms, &lang.parse().unwrap());
        let bytes = std::fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        println!("=== {named}");
        for hit in recogniser.recognise(&text) {
            let line = text[..hit.range.start].matches('\n').count() + 1;
            let Hit { range, method, nested, .. } = &hit;
            let around =
                |at: &str, n: usize| at.chars().take(n).collect::<String>().replace(['\n', '\r'], "⏎");
            let before: String = text[..range.start].chars().rev().take(25).collect();
            println!(
                "{line}\t{}{}\t{}\t{method}\t{}\t{}[{}]{}",
                if *nested { ">" } else { "" },
                text[range.clone()].escape_debug(),
                hit.of(&terms).text,
                terms.concept(hit.concept).name,
                around(&before.chars().rev().collect::<String>(), 25),
                around(&text[range.clone()], 99),
                around(&text[range.end..], 25),
            );
        }
    }
}
