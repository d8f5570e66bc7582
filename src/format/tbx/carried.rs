//! Every field of the model in every dialect: in an element of its own, in a coarser one, or in a note.

use serde_json::Value;

use super::DIALECTS_OF_TBX;
use crate::bytes::Limits;
use crate::bytes::xml::{Event, Reader, local};
use crate::format::testing::{read, unexplained, write};
use crate::format::{Format, LossClass};
use crate::model::Concept;

/// Level, field and a value of it; then the dialects (C core, M min, B basic, L linguist, 2 version 2 basic,
/// D version 2 default) that have an element for it: class, category and what it says. A dialect with ~ says it
/// only coarsely, and as one that is not named at all it needs a note; -dct takes the DCT style out. Written from FORMATS 1.3 and the rules of
/// the published schemas, not from the table that the writer asks.
const TABLE: &str = r#"
concept former_slugs {"former_slugs":["old"]}
concept foreign_ids {"foreign_ids":[{"origin":"f","id":"1"}]}
concept process_status {"process_status":"finalized"}
concept subject_fields {"subject_fields":["law"]} | MBL2D descrip subjectField law
concept customers {"customers":["ACME"]} | MBLD admin customerSubset ACME
concept projects {"projects":["P"]} | BLD admin projectSubset P
concept reliability {"reliability":9} | D descrip reliabilityCode 9
concept notes {"notes":[{"text":"n"}]} | CMBL2D note - n
concept notes {"notes":[{"text":"n","lang":"fr"}]} | CMBL2D note - n
concept definitions {"definitions":[{"text":"d"}]} | BL2D descrip definition d
concept definitions/0/source {"definitions":[{"text":"d","source":{"title":"s"}}]} | BL2D admin source s
concept definitions/0/kind {"definitions":[{"text":"d","kind":"partitiveDefinition"}]} | D descripNote definitionType partitiveDefinition
concept definitions/0/notes {"definitions":[{"text":"d","notes":[{"text":"n"}]}]} | BLD note - n
concept relations {"relations":[{"kind":"see","target":"sovereignty","label":"l"}]} | BL2D ref crossReference l
concept relations {"relations":[{"kind":"broader","target":"sovereignty","label":"l"}]} | D descrip broaderConceptGeneric l | ~BL2 ref crossReference broader: l
concept relations {"relations":[{"kind":"narrower","target":"sovereignty","label":"l"}]} | D descrip subordinateConceptGeneric l | ~BL2 ref crossReference narrower: l
concept relations {"relations":[{"kind":"part-of","target":"sovereignty","label":"l"}]} | D descrip broaderConceptPartitive l | ~BL2 ref crossReference part-of: l
concept relations {"relations":[{"kind":"has-part","target":"sovereignty","label":"l"}]} | D descrip subordinateConceptPartitive l | ~BL2 ref crossReference has-part: l
concept relations {"relations":[{"kind":"related","target":"sovereignty","label":"l"}]} | D descrip relatedConcept l | ~BL2 ref crossReference related: l
concept relations {"relations":[{"kind":"antonym","target":"sovereignty","label":"l"}]} | D descrip antonymConcept l | ~BL2 ref crossReference antonym: l
concept relations {"relations":[{"kind":"replaced-by","target":"sovereignty","label":"l"}]} | ~BL2D ref crossReference replaced-by: l
concept relations {"relations":[{"kind":"replaces","target":"sovereignty","label":"l"}]} | ~BL2D ref crossReference replaces: l
concept references {"references":[{"kind":"page","target":"https://a.example/","label":"l"}]} | MBL2D xref externalCrossReference l
concept references {"references":[{"kind":"graphic","target":"https://a.example/","label":"l"}]} | BL2D xref xGraphic l
concept references {"references":[{"kind":"audio","target":"https://a.example/","label":"l"}]} | D xref xAudio l
concept references {"references":[{"kind":"video","target":"https://a.example/","label":"l"}]} | D xref xVideo l
concept transactions {"transactions":[{"kind":"origination"}]} | BL2D transac transactionType origination
concept transactions {"transactions":[{"kind":"modification"}]} | BL2D transac transactionType modification
concept transactions {"transactions":[{"kind":"approval"}]} | D transac transactionType approval
concept transactions/0/by {"transactions":[{"kind":"origination","by":"A. Person"}]} | BL2D transacNote responsibility A. Person
concept transactions/0/date {"transactions":[{"kind":"origination","date":"2015-12-16"}]} | BL2D date - 2015-12-16
concept other {"other":[{"element":"descrip","type":"explanation","value":"e"}]} | D descrip explanation e
concept other {"other":[{"element":"admin","type":"productSubset","value":"p"}]} | D admin productSubset p
concept other {"other":[{"element":"descrip","type":"Entry status","value":"Final","attributes":[["id","f"]]}]}
language written {"written":"EN"}
language definitions {"definitions":[{"text":"d"}]} | BL2D descrip definition d
language definitions/0/lang {"definitions":[{"text":"d","lang":"fr"}]} | BL2D-dct descrip definition d
language notes {"notes":[{"text":"n"}]} | CMBL2D note - n
language references {"references":[{"kind":"page","target":"https://a.example/","label":"l"}]} | MBD xref externalCrossReference l
language references {"references":[{"kind":"graphic","target":"https://a.example/","label":"l"}]} | BLD xref xGraphic l
language transactions {"transactions":[{"kind":"origination"}]} | BL2D transac transactionType origination
language other {"other":[{"element":"descrip","type":"explanation","value":"e"}]} | D descrip explanation e
term status {"status":"preferred"} | MBL2D termNote administrativeStatus preferredTerm-admn-sts
term status {"status":"admitted"} | MBL2D termNote administrativeStatus admittedTerm-admn-sts
term status {"status":"deprecated"} | MBL2D termNote administrativeStatus deprecatedTerm-admn-sts
term status {"status":"superseded"} | MBL2D termNote administrativeStatus supersededTerm-admn-sts
term status {"status":"proposed"} | D termNote language-planningQualifier proposedTerm
term forbidden {"status":"deprecated","forbidden":true} | ~MBL2D termNote administrativeStatus deprecatedTerm-admn-sts
term part_of_speech {"part_of_speech":"noun"} | MBL2D termNote partOfSpeech noun
term part_of_speech {"part_of_speech":"adverb"} | MBL2D termNote partOfSpeech adverb
term part_of_speech {"part_of_speech":"proper-noun"} | 2D termNote partOfSpeech properNoun
term part_of_speech {"part_of_speech":"particle"} | D termNote partOfSpeech particle
term kind {"kind":"full-form"} | BL2D termNote termType fullForm
term kind {"kind":"abbreviation"} | BL2D termNote termType abbreviation
term kind {"kind":"acronym"} | BL2D termNote termType acronym
term kind {"kind":"short-form"} | BL2D termNote termType shortForm
term kind {"kind":"variant"} | BL2D termNote termType variant
term kind {"kind":"initialism"} | D termNote termType initialism | ~BL2 termNote termType abbreviation
term kind {"kind":"variant:lexical"} | D termNote termType synonym | ~BL2 termNote termType variant
term kind {"kind":"variant:regional"} | ~BL2D termNote termType variant
term kind {"kind":"phrase"} | BL2 termNote termType phrase | D termNote termType phraseologicalUnit
term kind {"kind":"set-phrase"} | D termNote termType standardText | ~BL2 termNote termType phrase
term kind {"kind":"proper-name"} | ~BL2D termNote termType fullForm
term kind {"kind":"symbol"} | D termNote termType symbol | ~BL2 termNote termType shortForm
term kind {"kind":"formula"} | D termNote termType formula | ~BL2 termNote termType shortForm
term kind {"kind":"transliteration"} | D termNote termType transliteratedForm | ~BL2 termNote termType variant
term of {"kind":"abbreviation","of":"full form"} | D termNote abbreviatedFormFor full form | BL2 ref crossReference full form
term of {"kind":"short-form","of":"full form"} | D termNote shortFormFor full form | BL2 ref crossReference full form
term of {"kind":"variant","of":"full form"} | BL2D ref crossReference full form
term gender {"gender":"masculine"} | BL2D termNote grammaticalGender masculine
term gender {"gender":"other"} | BL2 termNote grammaticalGender other | D termNote grammaticalGender otherGender
term number {"number":"plural"} | LD termNote grammaticalNumber plural
term number {"number":"other"} | LD termNote grammaticalNumber otherNumber
term register {"register":"neutral"} | LD termNote register neutralRegister
term register {"register":"in-house"} | LD termNote register in-houseRegister
term register {"register":"bench-level"} | LD termNote register bench-levelRegister
term region {"region":"GB"} | BL2D termNote geographicalUsage GB
term reading {"reading":"wǎng"} | L admin reading wǎng
term validity {"validity":[{"from":"2015-12"}]}
term match {"match":{"do_not_translate":true}}
term pattern {"pattern":"x of {1..3 words}"}
term foreign_id {"foreign_id":"7"}
term sources {"sources":[{"title":"Law"}]} | BL2D admin source Law
term sources {"sources":[{"title":"Law","outlet":"Gazette","url":"https://a.example/","date":"2015-12"}]} | BL2D admin source Law, in: Gazette, https://a.example/ [2015-12]
term contexts {"contexts":[{"text":"c"}]} | BL2D descrip context c
term contexts/0/source {"contexts":[{"text":"c","source":{"title":"Law","date":"2015-12-16"}}]} | BL2D admin source Law [2015-12-16]
term contexts/0/kind {"contexts":[{"text":"c","kind":"defining"}]} | D descripNote contextType definingContext
term contexts/0/kind {"contexts":[{"text":"c","kind":"constructed"}]} | BL2D admin source constructed
term contexts/0/notes {"contexts":[{"text":"c","notes":[{"text":"n"}]}]} | BLD note - n
term definitions {"definitions":[{"text":"d"}]} | D descrip definition d
term relations {"relations":[{"kind":"see","target":"sovereignty","label":"l"}]} | BL2D ref crossReference l
term references {"references":[{"kind":"page","target":"https://a.example/","label":"l"}]} | MBL2D xref externalCrossReference l
term references {"references":[{"kind":"graphic","target":"https://a.example/","label":"l"}]} | D xref xGraphic l
term notes {"notes":[{"text":"n"}]} | CMBL2D note - n
term customers {"customers":["ACME"]} | MBL2D admin customerSubset ACME
term projects {"projects":["P"]} | BL2D admin projectSubset P
term reliability {"reliability":9} | D descrip reliabilityCode 9
term transactions {"transactions":[{"kind":"origination"}]} | BL2D transac transactionType origination
term transactions {"transactions":[{"kind":"input"}]} | D transac transactionType input
term other {"other":[{"element":"termNote","type":"transferComment","value":"t","order":1}]} | LD termNote transferComment t
term other {"other":[{"element":"termNote","type":"termLocation","value":"menuItem","order":1}]} | BL2D termNote termLocation menuItem
term other {"other":[{"element":"termNote","type":"usageNote","value":"u","order":1}]} | D termNote usageNote u
term other {"other":[{"element":"termNote","type":"frequency","value":"rarelyUsed","order":1}]} | D termNote frequency rarelyUsed
term other {"other":[{"element":"termNote","type":"temporalQualifier","value":"archaicTerm","order":1}]} | D termNote temporalQualifier archaicTerm
term other {"other":[{"element":"termNote","type":"processStatus","value":"finalized","order":1}]} | D termNote processStatus finalized
term other {"other":[{"element":"descrip","type":"example","value":"e","order":1}]} | D descrip example e
"#;

/// The letter of a dialect, by the name of its format.
fn letter(format: &Format) -> char {
    match format.name {
        "tbx-v2-basic" => '2',
        "tbx-v2-default" => 'D',
        name => name[4..5].to_uppercase().chars().next().expect("it has a name"),
    }
}

/// An element as it was written: its level, its name and type, its text.
type Written = (&'static str, String, String, String);

fn elements(bytes: &[u8]) -> Vec<Written> {
    let mut xml = Reader::new(bytes, None, Limits::default());
    let (mut levels, mut elements): (Vec<&'static str>, Vec<Written>) = (vec!["file"], vec![]);
    let mut open: Vec<usize> = vec![];
    loop {
        match xml.next().expect("it is well-formed") {
            Event::Start => {
                levels.push(match xml.local() {
                    "conceptEntry" | "termEntry" => "concept",
                    "langSec" | "langSet" => "language",
                    "termSec" | "tig" => "term",
                    _ => levels[levels.len() - 1],
                });
                let kind = xml.attribute("type").unwrap_or_default().to_owned();
                open.push(elements.len());
                elements.push((levels[levels.len() - 1], xml.name().to_owned(), kind, String::new()));
            }
            Event::Text => {
                let at = open[open.len() - 1];
                elements[at].3.push_str(xml.text());
            }
            Event::End => {
                levels.pop();
                open.pop();
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

/// The name and type with which a format writes a category of a class.
fn native(format: &Format, class: &str, category: &str) -> (String, String) {
    if category == "-" {
        return (class.to_owned(), String::new());
    }
    if !format.name.ends_with("dct") {
        return (class.to_owned(), category.to_owned());
    }
    let module = match category {
        "subjectField"
        | "customerSubset"
        | "administrativeStatus"
        | "partOfSpeech"
        | "externalCrossReference" => "min",
        "grammaticalNumber" | "register" | "transferComment" | "reading" => "ling",
        _ => "basic",
    };
    (format!("{module}:{category}"), String::new())
}

#[test]
fn every_field_stands_where_the_dialect_has_a_place_for_it_and_else_in_a_note() {
    let mut wrong: Vec<String> = vec![];
    for row in TABLE.lines().filter(|l| !l.is_empty()) {
        let mut parts = row.split(" | ");
        let mut head = parts.next().expect("a row has a field").splitn(3, ' ');
        let (level, field, value) = (head.next().unwrap(), head.next().unwrap(), head.next().unwrap());
        let at = match level {
            "language" => "/languages/0",
            "term" => "/languages/0/terms/0",
            _ => "",
        };
        let mut json = serde_json::json!({"slug": "x", "languages": [
            {"lang": "en", "terms": [{"text": "t"}, {"text": "full form"}]}]});
        let fields: Value = serde_json::from_str(value).expect("the table has JSON");
        for (name, value) in fields.as_object().expect("the table has objects") {
            json.pointer_mut(at).unwrap()[name] = value.clone();
        }
        let concept: Concept = serde_json::from_value(json).expect("the table has fields of the model");
        let places: Vec<(bool, &str, Vec<&str>)> = parts
            .map(|place| {
                let mut words = place.splitn(4, ' ');
                let letters = words.next().unwrap();
                (letters.starts_with('~'), letters.trim_start_matches('~'), words.collect())
            })
            .collect();
        for format in &DIALECTS_OF_TBX {
            let mut complain = |what: &str| wrong.push(format!("{} of {row}: {what}", format.name));
            let has = |letters: &str| {
                letters.contains(letter(format))
                    && !(letters.ends_with("-dct") && format.name.ends_with("-dct"))
            };
            let place = places.iter().find(|(_, letters, _)| has(letters));
            let pointer = format!("{at}/{field}");
            for notes in [true, false] {
                let (bytes, report) = write(format, std::slice::from_ref(&concept), notes);
                let elements = elements(&bytes);
                if let Some((_, _, words)) = place {
                    let (name, kind) = native(format, words[0], words[1]);
                    if !elements.contains(&(level, name, kind, words[2].to_owned())) {
                        complain(&format!("not written so: {}", String::from_utf8_lossy(&bytes)));
                    }
                }
                let about = |f: &str| f.starts_with(&pointer) || pointer.starts_with(f);
                let losses: Vec<_> = report.losses.iter().filter(|l| about(&l.field)).collect();
                let (whole, coarse) = (matches!(place, Some((false, ..))), matches!(place, Some((true, ..))));
                // What is written beside the field of the row may have losses of its own.
                if whole && losses.iter().any(|l| l.field.starts_with(&pointer)) {
                    complain(&format!("reported lost: {losses:?}"));
                }
                if !whole && losses.is_empty() {
                    complain("not reported");
                }
                let ours: Vec<&str> = elements
                    .iter()
                    .filter(|(at, name, ..)| *at == level && local(name) == "note")
                    .filter_map(|(.., text)| {
                        text.strip_prefix("wicterm:")?.split_once('=').map(|(key, _)| key)
                    })
                    .collect();
                let last = field.rsplit('/').next().unwrap_or(field);
                let list = field.split('/').next().unwrap_or(field);
                let noted = ours.iter().any(|key| [field, last, list].contains(key));
                // A link says its kind in its text, whether notes are wanted or not.
                let in_text = coarse && field == "relations";
                if notes && !whole && !in_text && !noted {
                    complain("no note");
                }
                if whole && noted && field == last {
                    complain("a needless note");
                }
                if !notes && !ours.is_empty() {
                    complain("a note though none is wanted");
                }
                if !notes && !whole && !in_text && losses.iter().all(|l| l.class != LossClass::Lost) {
                    complain("not reported lost");
                }
                let (back, result) = read(format, &bytes, "f.tbx");
                let lost = if notes { &[][..] } else { &report.losses };
                if let Some(difference) = unexplained(&concept, back.concepts.first(), lost) {
                    complain(&format!("notes {notes}: {difference}"));
                }
                if result.is_err() || !back.findings.is_empty() {
                    complain(&format!("{result:?} {:?}", back.findings));
                }
            }
        }
    }
    let first: Vec<_> = wrong.iter().take(5).collect();
    assert!(
        wrong.is_empty(),
        "{} times:\n{}",
        wrong.len(),
        first.iter().map(|w| format!("{w}\n")).collect::<String>()
    );
}

#[test]
fn every_field_of_the_model_has_a_row() {
    let full = |json: &str, row: fn(&str) -> bool| {
        let fields: Value = serde_json::from_str(json).expect("JSON");
        for name in fields.as_object().expect("an object").keys() {
            assert!(
                TABLE.lines().any(|l| row(l) && l.contains(&format!("\"{name}\":"))),
                "no row for {name}"
            );
        }
    };
    // What the model calls its fields, from the model: an unknown name would fail the other test.
    let names = |debug: String, skip: &[&str]| -> String {
        let mut depth = 0;
        let mut fields = serde_json::Map::new();
        let mut word = String::new();
        for c in debug.chars() {
            match c {
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' => depth -= 1,
                ':' if depth == 1 => {
                    let name = word.trim().to_owned();
                    if !skip.contains(&&*name) {
                        fields.insert(if name == "match_rule" { "match".into() } else { name }, Value::Null);
                    }
                }
                _ => {}
            }
            if matches!(c, ',' | '{') { word.clear() } else { word.push(c) }
        }
        Value::Object(fields).to_string()
    };
    let concept = names(format!("{:?}", Concept::default()), &["id", "slug", "languages"]);
    full(&concept, |row| row.starts_with("concept "));
    let section = crate::model::LanguageSection::new("en".parse().unwrap());
    full(&names(format!("{section:?}"), &["lang", "terms"]), |row| row.starts_with("language "));
    let term = names(format!("{:?}", crate::model::Term::default()), &["text"]);
    full(&term, |row| row.starts_with("term "));
}
