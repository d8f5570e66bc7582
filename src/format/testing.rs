//! For the tests of every format: arbitrary concepts, a sink that collects, and the judge of
//! round trips by the loss report.

use std::ops::ControlFlow;

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::Value;

use super::{
    Account, Entry, Format, Header, Input, Loss, LossClass, LossReport, Output, ReadError, ReadOptions, Sink,
    WriteOptions,
};
use crate::model::*;

/// Keeps everything a reader hands over.
#[derive(Default)]
pub(crate) struct Collected {
    pub header: Option<Header>,
    pub concepts: Vec<Concept>,
    pub units: Vec<Unit>,
    pub places: Vec<Place>,
    pub findings: Vec<Finding>,
    pub account: Account,
}

impl Sink for Collected {
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()> {
        match entry {
            Entry::Header(header) => self.header = Some(*header),
            Entry::Concept(concept) => {
                self.concepts.push(*concept);
                self.places.push(place);
            }
            Entry::Unit(unit) => {
                self.units.push(*unit);
                self.places.push(place);
            }
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn account(&mut self, account: Account) {
        self.account = account;
    }
}

/// Reads bytes as a format.
pub(crate) fn read(format: &Format, bytes: &[u8], name: &str) -> (Collected, Result<(), ReadError>) {
    let mut sink = Collected::default();
    let door = format.read.expect("the format reads");
    let result = door(Input::Stream(&mut &bytes[..], name), &ReadOptions::default(), &mut sink);
    (sink, result)
}

/// The languages of which a bilingual format takes what there is.
const PAIR: [&str; 2] = ["en", "fr"];

/// Writes concepts as a format, without findings or units.
pub(crate) fn write(format: &Format, concepts: &[Concept], notes: bool) -> (Vec<u8>, LossReport) {
    let options = WriteOptions {
        source_lang: "en".parse().ok(),
        langs: if format.bilingual { PAIR.map(|tag| tag.parse().expect("a tag")).to_vec() } else { vec![] },
        notes,
        variants: false,
        now: "2026-11-22T10:00:00Z".into(),
        title: "test".into(),
        resolve: &resolve,
    };
    let mut out = vec![];
    let mut entries = concepts.iter().map(|c| Ok(Entry::Concept(Box::new(c.clone()))));
    let door = format.write.expect("the format writes");
    let report = door(&mut entries, &options, Output::Stream(&mut out)).expect("memory takes everything");
    (out, report)
}

/// Resolves what [`arbitrary_concept`] puts into relations.
pub(crate) fn resolve(target: &str) -> Option<String> {
    match target {
        "cyber-power" | "sovereignty" => Some(target.to_owned()),
        "old-name" => Some("cyber-power".to_owned()),
        "sovereignty#zh-Hans/主权 (a term)" => Some("sovereignty#zh-Hans/2".to_owned()),
        "old-name#en/power" => Some("cyber-power#en/0".to_owned()),
        _ => None,
    }
}

/// Says where a copy differs from the original in a way that the losses do not explain.
///
/// A field named `lost` is not looked at; a list item named so may be missing from the copy or
/// have a coarser one in its place. Ids and the order of languages are not compared.
pub(crate) fn unexplained(original: &Concept, copy: Option<&Concept>, losses: &[Loss]) -> Option<String> {
    let lost = losses.iter().filter(|l| l.class == LossClass::Lost);
    let paths: Vec<&str> = lost.map(|l| l.field.as_str()).collect();
    let Some(copy) = copy else {
        return (!paths.contains(&"")).then(|| "the concept is missing".to_owned());
    };
    if paths.contains(&"") {
        return Some("the concept was to be missing".to_owned());
    }
    let json = |c: &Concept| serde_json::to_value(c).expect("concepts serialise");
    let (mut a, mut b) = (json(original), json(copy));
    for path in paths {
        let Some((parent, key)) = path.rsplit_once('/') else { return Some(format!("{path} is no pointer")) };
        // A field inside a lost one may be named too.
        match a.pointer_mut(parent) {
            Some(Value::Object(fields))
                if fields.contains_key(key) || matches!(key, "status" | "order" | "forbidden") =>
            {
                fields.insert(key.to_owned(), Value::String(LOST.to_owned()));
            }
            Some(Value::Array(items)) if key.parse::<usize>().is_ok_and(|i| i < items.len()) => {
                items[key.parse::<usize>().expect("just parsed")] = Value::String(LOST.to_owned());
            }
            Some(Value::String(s)) if s == LOST => {}
            None => {}
            _ => return Some(format!("{path} names nothing")),
        }
    }
    for value in [&mut a, &mut b] {
        value.as_object_mut().expect("a concept is an object").remove("id");
        if let Some(Value::Array(sections)) = value.get_mut("languages") {
            sections.sort_by_key(|s| s.get("lang").map(|l| l.to_string()));
        }
    }
    differ(&a, &b, &mut String::new()).map(|at| format!("{at}\noriginal {a}\ncopy     {b}"))
}

const LOST: &str = "\u{1}lost";

fn differ(a: &Value, b: &Value, at: &mut String) -> Option<String> {
    match (a, b) {
        (Value::String(s), _) if s == LOST => None,
        (Value::Object(x), Value::Object(y)) => {
            let keys: std::collections::BTreeSet<_> = x.keys().chain(y.keys()).collect();
            keys.into_iter().find_map(|key| {
                let len = at.len();
                at.push_str(&format!("/{key}"));
                let lost = |v: &Value| match v {
                    Value::String(s) => s == LOST,
                    // A list of lost things may be gone altogether.
                    Value::Array(items) => items.iter().all(|i| i == LOST),
                    _ => false,
                };
                let found = match (x.get(key), y.get(key)) {
                    (Some(v), None) if lost(v) => None,
                    (Some(v), Some(w)) => differ(v, w, at),
                    _ => Some(at.clone()),
                };
                at.truncate(len);
                found
            })
        }
        (Value::Array(x), Value::Array(y)) => (!alike(x, y)).then(|| {
            match x.len() == y.len() {
                true => {
                    x.iter().zip(y).enumerate().find_map(|(i, (v, w))| differ(v, w, &mut format!("{at}/{i}")))
                }
                false => None,
            }
            .unwrap_or_else(|| at.clone())
        }),
        _ => (a != b).then(|| at.clone()),
    }
}

fn alike(x: &[Value], y: &[Value]) -> bool {
    match x {
        [] => y.is_empty(),
        [Value::String(s), rest @ ..] if s == LOST => {
            alike(rest, y) || (!y.is_empty() && alike(rest, &y[1..]))
        }
        [first, rest @ ..] => {
            !y.is_empty() && differ(first, &y[0], &mut String::new()).is_none() && alike(rest, &y[1..])
        }
    }
}

/// Makes concepts of every shape the model allows, hostile text included.
pub(crate) fn arbitrary_concept() -> impl Strategy<Value = Concept> {
    let names =
        (of(slug()), few(slug()), few((text(), text()).prop_map(|(origin, id)| ForeignId { origin, id })));
    let said = (few(text()), few(definition()), few(relation()), few(reference()), few(note()));
    let kept = (few(text()), few(text()), weighted(0.2, text()), weighted(0.3, 0..12_u8), few(transaction()));
    let tags = ["en", "zh-Hans", "fr", "ar", "zh-Hant-TW", "es-419", "x-klingon", "de-CH-1996"];
    let sections = subsequence(tags.to_vec(), 0..4).prop_flat_map(|tags| {
        tags.into_iter().map(|tag| section(tag.parse().expect("a tag"))).collect::<Vec<_>>()
    });
    (any::<[u8; 16]>(), names, said, kept, few(datum()), sections).prop_map(
        |(id, (slug, former_slugs, foreign_ids), said, kept, other, languages)| {
            let (subject_fields, definitions, relations, references, notes) = said;
            let (customers, projects, process_status, reliability, transactions) = kept;
            Concept {
                id: ConceptId::from_bytes(id),
                slug,
                former_slugs,
                foreign_ids,
                subject_fields,
                definitions,
                relations,
                references,
                notes,
                customers,
                projects,
                process_status,
                reliability,
                transactions,
                other,
                languages,
            }
        },
    )
}

/// A concept that every format must take: a slug, and a term in at least one language.
pub(crate) fn arbitrary_filled_concept() -> impl Strategy<Value = Concept> {
    (arbitrary_concept(), slug(), term()).prop_map(|(mut concept, slug, mut term)| {
        concept.slug = Some(slug);
        let shown = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
        if !term.text.contains(shown) {
            term.text = "cyber sovereignty".into();
        }
        concept.section_mut(&"en".parse().expect("a tag")).terms.insert(0, term);
        concept
    })
}

fn few<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    // Mostly none, so that a whole concept stays small.
    let some = vec(of, 1..3);
    (0..4_u8, some).prop_map(|(n, some)| if n == 0 { some } else { vec![] })
}

/// Text as people and machines write it, and as nobody should.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let samples = [
        "cyber sovereignty",
        "网络主权",
        "السيادة السيبرانية",
        "",
        " edges ",
        "two  spaces",
        "line\nbreak\r\nand\rreturn\ttab",
        "<b>&amp;</b> ]]> \"quoted\" 'single'",
        "bell\u{7} and \u{0}",
        "\u{fffe}\u{ffff}\u{feff}\u{85}\u{2028}\u{a0}",
        "wicterm:kind=phrase",
        "wicterm:",
        " wicterm:x=1",
        "[1]",
        "{\"a\":1}",
        "\"q\"",
        "null",
        "true",
        "9",
        "2015-12-16",
        "date: 2015-12",
        "broader",
        "related: x",
        "see",
        "t-x",
        "c-x",
        "White paper, in: SCIO, https://example.org/x [2015-12]",
        "a, in: b, in: c",
        "[2015]",
        "https://example.org/a?b=c#d",
        "noun",
        "Noun",
        "proper-noun",
        "properNoun",
        "origination",
        "creation",
        "input",
        "intensionalDefinition",
        "=SUM(A1)",
        "|a|b|",
        "é e\u{301} ﬁ 😀",
        "Exported by wicterm",
    ];
    prop_oneof![
        6 => select(samples.to_vec()).prop_map(str::to_owned),
        2 => "\\PC{0,10}",
        1 => "[\\x00-\\x7f\u{80}-\u{a0}\u{fff0}-\u{ffff}]{0,10}",
    ]
}

fn slug() -> impl Strategy<Value = Slug> {
    "[a-z][a-z0-9-]{0,12}".prop_map(|s| s.parse().expect("a slug"))
}

fn tag() -> impl Strategy<Value = LanguageTag> {
    select(vec!["en", "zh-Hans", "fr", "ar"]).prop_map(|t| t.parse().expect("a tag"))
}

fn date() -> impl Strategy<Value = Date> {
    (1_u16..=9999, of(1_u8..=12), of(1_u8..=28))
        .prop_map(|(y, m, d)| Date::new(y, m, m.and(d)).expect("a date"))
}

fn section(lang: LanguageTag) -> impl Strategy<Value = LanguageSection> {
    let said = (weighted(0.2, text()), few(definition()), few(note()), few(reference()));
    (said, few(transaction()), few(datum()), vec(term(), 0..3)).prop_map(
        move |((written, definitions, notes, references), transactions, other, terms)| LanguageSection {
            lang: lang.clone(),
            written,
            definitions,
            notes,
            references,
            transactions,
            other,
            terms,
        },
    )
}

fn term() -> impl Strategy<Value = Term> {
    let word = prop_oneof![3 => select(vec!["cyber sovereignty", "CS", "网络主权"]).prop_map(str::to_owned), 1 => text()];
    let named = (
        word,
        of(select(Status::ALL)),
        proptest::bool::weighted(0.2),
        of(select(TermKind::ALL)),
        weighted(0.3, prop_oneof![Just("cyber sovereignty".to_owned()), text()]),
        few((of(date()), of(date())).prop_map(|(from, to)| Period { from, to })),
    );
    let grammar = (
        weighted(0.4, text()),
        weighted(0.3, select(Gender::ALL)),
        weighted(0.3, select(Number::ALL)),
        weighted(0.3, select(Register::ALL)),
        weighted(0.3, text()),
        weighted(0.2, text()),
    );
    let found = (match_rule(), weighted(0.2, text()), few(source()), few(context()), few(definition()));
    let linked = (few(relation()), few(reference()), few(note()), few(text()), few(text()));
    let kept = (weighted(0.2, 0..12_u8), few(transaction()), weighted(0.2, text()), few(datum()));
    (named, grammar, found, linked, kept).prop_map(|(named, grammar, found, linked, kept)| {
        let (text, status, forbidden, kind, of, validity) = named;
        let (part_of_speech, gender, number, register, region, reading) = grammar;
        let (match_rule, pattern, sources, contexts, definitions) = found;
        let (relations, references, notes, customers, projects) = linked;
        let (reliability, transactions, foreign_id, other) = kept;
        Term {
            text,
            status,
            forbidden,
            kind,
            of,
            validity,
            part_of_speech,
            gender,
            number,
            register,
            region,
            reading,
            match_rule,
            pattern,
            sources,
            contexts,
            definitions,
            relations,
            references,
            notes,
            customers,
            projects,
            reliability,
            transactions,
            foreign_id,
            other,
        }
    })
}

fn match_rule() -> impl Strategy<Value = MatchRule> {
    let rule = (of(select(MatchMode::ALL)), few(text()), any::<bool>(), any::<bool>());
    weighted(
        0.2,
        rule.prop_map(|(mode, forms, case_sensitive, do_not_translate)| MatchRule {
            mode,
            forms,
            case_sensitive,
            do_not_translate,
        }),
    )
    .prop_map(Option::unwrap_or_default)
}

fn source() -> impl Strategy<Value = Source> {
    let url = prop_oneof![3 => Just("https://example.org/page".to_owned()), 1 => text()];
    (of(text()), weighted(0.3, text()), weighted(0.4, url), of(date()))
        .prop_map(|(title, outlet, url, date)| Source { title, outlet, url, date })
}

fn definition() -> impl Strategy<Value = Definition> {
    (text(), weighted(0.2, tag()), of(source()), weighted(0.3, text()), few(note()), few(datum())).prop_map(
        |(text, lang, source, kind, notes, other)| Definition { text, lang, source, kind, notes, other },
    )
}

fn context() -> impl Strategy<Value = Context> {
    (text(), of(select(ContextKind::ALL)), source(), few(note()), few(datum()))
        .prop_map(|(text, kind, source, notes, other)| Context { text, kind, source, notes, other })
}

fn relation() -> impl Strategy<Value = Relation> {
    let target = prop_oneof![
        4 => select(vec!["cyber-power", "sovereignty", "old-name"]).prop_map(str::to_owned),
        2 => select(vec!["sovereignty#zh-Hans/主权 (a term)", "old-name#en/power", "gone#en/x"])
            .prop_map(str::to_owned),
        1 => text(),
    ];
    (select(RelationKind::ALL), target, of(text())).prop_map(|(kind, target, label)| Relation {
        kind,
        target,
        label,
    })
}

fn reference() -> impl Strategy<Value = Reference> {
    let target = prop_oneof![
        3 => select(vec!["https://example.org/图?a=%20&b#c", "http://example.org"]).prop_map(str::to_owned),
        1 => "https://[ -~]{0,8}",
        1 => text(),
    ];
    (select(ReferenceKind::ALL), target, of(text())).prop_map(|(kind, target, label)| Reference {
        kind,
        target,
        label,
    })
}

fn note() -> impl Strategy<Value = Note> {
    (text(), weighted(0.2, tag())).prop_map(|(text, lang)| Note { text, lang })
}

fn transaction() -> impl Strategy<Value = Transaction> {
    let kind =
        prop_oneof![3 => select(vec!["origination", "modification"]).prop_map(str::to_owned), 1 => text()];
    let day = prop_oneof![
        select(vec![
            "2015-12-16T10:20:30Z",
            "2015-12-16T10:20:30.5+08:00",
            "2015-12-16T25:00:00Z",
            "16.12.2015"
        ])
        .prop_map(str::to_owned),
        date().prop_map(|d| d.to_string()),
        text(),
    ];
    (kind, of(day), of(text()), few(datum())).prop_map(|(kind, date, by, other)| Transaction {
        kind,
        date,
        by,
        other,
    })
}

fn datum() -> impl Strategy<Value = DataCategory> {
    let element = prop_oneof![
        4 => select(vec!["descrip", "admin", "termNote", "note", "ref", "column"]).prop_map(str::to_owned),
        1 => text(),
    ];
    let kind = prop_oneof![
        3 => select(vec![
            "termLocation", "usageNote", "source", "keyword", "administrativeStatus", "transferComment",
            "explanation", "Entry status", "partOfSpeech", "reliabilityCode",
        ])
        .prop_map(str::to_owned),
        1 => text(),
    ];
    let value = prop_oneof![1 => Just("menuItem".to_owned()), 2 => text()];
    let plain = (element, kind, value, few((text(), text())), 0..9_u32).prop_map(
        |(element, kind, value, attributes, order)| DataCategory {
            element,
            kind,
            value,
            attributes,
            order,
            group: vec![],
        },
    );
    plain.prop_recursive(2, 4, 2, |inner| {
        (inner.clone(), vec(inner, 0..2)).prop_map(|(head, group)| DataCategory { group, ..head })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_that_nobody_told_is_found() {
        let mut original = Concept { subject_fields: vec!["a".into(), "b".into()], ..Concept::default() };
        original
            .section_mut(&"en".parse().unwrap())
            .terms
            .push(Term { pattern: Some("p".into()), ..Term::new("x") });
        let mut copy = original.clone();
        assert_eq!(unexplained(&original, Some(&copy), &[]), None);
        copy.languages[0].terms[0].pattern = None;
        copy.subject_fields.remove(0);
        let loss = |field: &str| Loss {
            class: LossClass::Lost,
            field: field.into(),
            entry: String::new(),
            why: String::new(),
        };
        let (pattern, subject) = (loss("/languages/0/terms/0/pattern"), loss("/subject_fields/0"));
        assert_eq!(unexplained(&original, Some(&copy), &[pattern.clone(), subject.clone()]), None);
        assert!(unexplained(&original, Some(&copy), &[pattern]).unwrap().starts_with("/subject_fields"));
        assert!(unexplained(&original, Some(&copy), &[subject]).unwrap().contains("/pattern"));
        assert!(unexplained(&original, None, &[]).is_some());
        assert_eq!(unexplained(&original, None, &[loss("")]), None);
    }
}
