//! The promises of the whole room: nothing lost in silence, and every file read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::DIALECTS_OF_TBX;
use crate::format::testing::{
    Collected, arbitrary_concept, arbitrary_filled_concept, read, unexplained, write,
};
use crate::format::{
    Account, Entry, Format, LossClass, Output, WriteError, WriteOptions, by_extension, detect,
};
use crate::model::*;

const BASIC: &Format = &DIALECTS_OF_TBX[0];

/// Checks that a concept is the same after writing and reading but for what the report names.
fn round_trip(format: &Format, concept: &Concept, notes: bool) -> Result<(), TestCaseError> {
    // The writer refuses an empty TBX 2, so another concept keeps it company.
    let mut company = Concept { slug: "company".parse().ok(), ..Concept::default() };
    company.section_mut(&"en".parse().unwrap()).terms.push(Term::new("company"));
    let (bytes, report) = write(format, &[company, concept.clone()], notes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (read, result) = read(format, &bytes, "f.tbx");
    prop_assert!(result.is_ok(), "{result:?}\n{text}");
    prop_assert_eq!(read.concepts.len() as u64, report.concepts);
    let complaint = unexplained(concept, read.concepts.get(1), &report.losses);
    prop_assert!(complaint.is_none(), "{}: {}\n{text}", format.name, complaint.unwrap_or_default());
    prop_assert!(read.findings.is_empty(), "{:?}\n{text}", read.findings);
    if notes {
        // With notes only what has no term is lost.
        for loss in report.losses.iter().filter(|l| l.class == LossClass::Lost) {
            prop_assert!(loss.field.is_empty() || loss.why.contains("without"), "{loss:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_not_reported_lost_comes_back(
        concept in prop_oneof![arbitrary_concept(), arbitrary_filled_concept()],
        format in 0..DIALECTS_OF_TBX.len(),
        notes: bool,
    ) {
        round_trip(&DIALECTS_OF_TBX[format], &concept, notes)?;
    }

    #[test]
    fn the_fast_way_and_the_careful_way_read_the_same(concept in arbitrary_filled_concept(), notes: bool) {
        let (bytes, _) = write(&DIALECTS_OF_TBX[9], &[concept], notes);
        let text = String::from_utf8(bytes).unwrap();
        same_both_ways(&text, text.find("<martif").unwrap())?;
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        parts in proptest::collection::vec(prop_oneof![
            6 => proptest::sample::select(vec![
                "<langSet xml:lang='en'>", "<langSec lang='no such'>", "<tig>", "<ntig><termGrp>", "<termSec>",
                "<term>", "</term>", "<descripGrp>", "</descripGrp>", "<descrip type='definition'>", "</descrip>",
                "<admin type=\"source\">", "<note>wicterm:kind=x", "</note>", "<transacGrp><transac>", "<hi>",
                "<ref target='c-x'/>", "<xref/>", "</tig>", "</langSet>", "</termEntry>", "<termEntry id='1'>",
                "&amp;", "&#10;", "&#0;", "&x;", "&e;", "& ", "<?p?>", "<?", "?>", "<!--", "-->", "<!", "<![CDATA[",
                "]]>", "--", "<?>", "<?xml x?>", "<!-- a -- b -->", "&#X41;", "<min:subjectField>", "</min:subjectField>", "<termNoteGrp/>", "<note a='1' a='2'/>",
                "<note a='&lt;' b = \"x\ty\" />", "<note a='1'b='2'/>", "<note a=1/>", "<1/>", "< a/>",
                "</term >", "\r\n", "\r", "\t", "\u{1}", "</termEntry x>", "</termEntryX>", "<tig xmlns:q='u'>",
            ]).prop_map(str::to_owned),
            1 => "\\PC{0,4}",
        ], 0..30),
        whole: bool,
    ) {
        let inside = parts.concat();
        let end = if whole { "</termEntry><termEntry><langSet/></termEntry></body></text></martif>" } else { "" };
        let text = format!("<martif><text><body><termEntry>{inside}{end}");
        same_both_ways(&text, 0)?;
    }
}

/// Reads a text as it is, and with an entity declared, which shuts off the fast way.
fn same_both_ways(text: &str, root: usize) -> Result<(), TestCaseError> {
    let careful = format!("{}<!DOCTYPE martif [<!ENTITY never 'x'>]>{}", &text[..root], &text[root..]);
    let careful = careful.replace("<!DOCTYPE martif SYSTEM \"TBXcoreStructV02.dtd\">", "");
    let (fast, fast_result) = read(BASIC, text.as_bytes(), "f");
    let (slow, slow_result) = read(BASIC, careful.as_bytes(), "f");
    prop_assert_eq!(&fast.concepts, &slow.concepts);
    let told =
        |c: &Collected| c.findings.iter().map(|f| (f.check.clone(), f.message.clone())).collect::<Vec<_>>();
    prop_assert_eq!(told(&fast), told(&slow));
    let what = |r: &Result<(), crate::format::ReadError>| match r {
        Err(crate::format::ReadError::Broken(..)) => "broken",
        Err(_) => "other",
        Ok(()) => "read",
    };
    prop_assert_eq!(what(&fast_result), what(&slow_result), "{:?} {:?}", fast_result, slow_result);
    Ok(())
}

/// A concept with something in every corner.
fn sample() -> Concept {
    let source = |line: &str| Source {
        title: Some(line.into()),
        outlet: Some("Outlet".into()),
        url: Some("https://example.org/a".into()),
        date: "2015-12-16".parse().ok(),
    };
    let mut concept = Concept {
        slug: "cyber-sovereignty".parse().ok(),
        former_slugs: vec!["sovereignty".parse().unwrap()],
        subject_fields: vec!["internet governance".into()],
        relations: vec![
            Relation {
                kind: RelationKind::Broader,
                target: "sovereignty".into(),
                label: Some("state".into()),
            },
            Relation { kind: RelationKind::See, target: "not-here".into(), label: None },
        ],
        references: vec![Reference {
            kind: ReferenceKind::Page,
            target: "https://example.org/page".into(),
            label: Some("A page".into()),
        }],
        notes: vec![Note::new("A remark.")],
        customers: vec!["ministry".into()],
        reliability: Some(9),
        transactions: vec![Transaction {
            kind: "origination".into(),
            date: Some("2015-12-16".into()),
            by: Some("A. Terminologist".into()),
            other: vec![],
        }],
        ..Concept::default()
    };
    let english = concept.section_mut(&"en".parse().unwrap());
    english.definitions.push(Definition {
        source: Some(source("Law")),
        kind: Some("intensionalDefinition".into()),
        ..Definition::new("Power of a state over its networks.")
    });
    english.terms = vec![
        Term {
            status: Some(Status::Preferred),
            kind: Some(TermKind::SetPhrase),
            part_of_speech: Some("noun".into()),
            validity: vec![Period { from: "2015-12".parse().ok(), to: None }],
            sources: vec![source("Speech")],
            contexts: vec![Context {
                kind: Some(ContextKind::Constructed),
                ..Context::new("Every state has cyber sovereignty.")
            }],
            ..Term::new("cyber sovereignty")
        },
        Term {
            status: Some(Status::Admitted),
            kind: Some(TermKind::Acronym),
            of: Some("cyber sovereignty".into()),
            ..Term::new("CS")
        },
        Term { status: Some(Status::Admitted), forbidden: true, ..Term::new("net sovereignty") },
        Term { status: Some(Status::Proposed), ..Term::new("sovereignty of the net") },
    ];
    concept.section_mut(&"zh-Hans".parse().unwrap()).terms.push(Term {
        reading: Some("wǎngluò zhǔquán".into()),
        number: Some(Number::Mass),
        register: Some(Register::Technical),
        ..Term::new("网络主权")
    });
    concept
}

#[test]
fn a_concept_looks_like_this_in_every_dialect() {
    for format in &DIALECTS_OF_TBX {
        let (bytes, report) = write(format, &[sample()], true);
        let mut text = String::from_utf8(bytes).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION");
        for loss in &report.losses {
            let class = if loss.class == LossClass::Note { "note" } else { "lost" };
            writeln!(text, "{class} {} {}: {}", loss.entry, loss.field, loss.why).unwrap();
        }
        snapshot(format.name, &text);
    }
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/tbx"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

fn only(xml: &str) -> (Concept, Collected) {
    let (mut read, result) = read(BASIC, xml.as_bytes(), "vendor.tbx");
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(read.concepts.len(), 1);
    (read.concepts.remove(0), read)
}

/// Wraps what stands in the first term section of an entry of version 2.
fn term_of(inner: &str) -> (Term, Collected) {
    let (mut concept, read) = only(&format!(
        "<martif><text><body><termEntry><langSet xml:lang='en'><tig><term>x</term>{inner}</tig></langSet></termEntry></body></text></martif>"
    ));
    (concept.languages.remove(0).terms.remove(0), read)
}

#[test]
fn every_vendors_status_is_understood_and_kept_as_written() {
    for (kind, value, status, forbidden, kept) in [
        ("administrativeStatus", "preferredTerm-admn-sts", Some(Status::Preferred), false, false),
        ("administrativeStatus", "supersededTerm-admn-sts", Some(Status::Superseded), false, false),
        ("administrativeStatus", "Obsolete", Some(Status::Superseded), false, true),
        ("administrativeStatus", "notRecommended", Some(Status::Deprecated), false, true),
        ("administrativeStatus", "Draft", Some(Status::Proposed), false, true),
        ("administrativeStatus", "standardizedTerm-admn-sts", Some(Status::Preferred), false, true),
        ("administrativeStatus", "forbidden", Some(Status::Deprecated), true, true),
        ("administrativeStatus", "who knows", None, false, true),
        ("normativeAuthorization", "admittedTerm", Some(Status::Admitted), false, true),
        ("usageStatus", "preferred", Some(Status::Preferred), false, true),
        ("Usage status", "not recommended", Some(Status::Deprecated), false, true),
        ("language-planningQualifier", "proposedTerm", Some(Status::Proposed), false, false),
        ("language-planningQualifier", "newTerm", Some(Status::Proposed), false, true),
    ] {
        let (term, _) = term_of(&format!("<termNote type='{kind}'>{value}</termNote>"));
        assert_eq!((term.status, term.forbidden), (status, forbidden), "{kind} {value}");
        let raw = term.other.first().map(|d| (d.kind.as_str(), d.value.as_str()));
        assert_eq!(raw, kept.then_some((kind, value)));
    }
}

#[test]
fn one_value_is_taken_and_a_second_is_kept_beside_it() {
    let (term, _) = term_of(
        "<termNote type='partOfSpeech'>Noun</termNote><termNote type='partOfSpeech'>verb</termNote>
         <termNote type='termType'>clippedTerm</termNote><termNote type='grammaticalGender'>common</termNote>",
    );
    assert_eq!(term.part_of_speech.as_deref(), Some("noun"));
    assert_eq!((term.kind, term.gender), (Some(TermKind::ShortForm), None));
    let kept: Vec<_> = term.other.iter().map(|d| (d.value.as_str(), d.order)).collect();
    assert_eq!(kept, [("Noun", 1), ("verb", 2), ("clippedTerm", 3), ("common", 4)]);
}

#[test]
fn dct_elements_say_the_same_as_dca_ones_whatever_their_namespace() {
    let dct = "<tbx type='TBX-Basic' style='dct' xmlns:q='urn:x'><text><body><conceptEntry id='c7'>
        <q:subjectField>law</q:subjectField><q:crossReference target='c8'>see</q:crossReference>
        <langSec xml:lang='en'><descripGrp><q:definition>d</q:definition><q:source>s</q:source></descripGrp>
        <termSec id='x'><term>t</term><q:termType>acronym</q:termType><q:usageStatus>preferred</q:usageStatus>
        <q:colour metaType='admin'>red</q:colour></termSec></langSec></conceptEntry></body></text></tbx>";
    let (concept, _) = only(dct);
    assert_eq!(concept.subject_fields, ["law"]);
    assert_eq!(concept.relations[0].target, "c8");
    assert_eq!(concept.foreign_ids[0], ForeignId { origin: "vendor.tbx".into(), id: "c7".into() });
    let section = &concept.languages[0];
    assert_eq!(section.definitions[0].source, Some(Source::titled("s")));
    let term = &section.terms[0];
    assert_eq!((term.kind, term.status), (Some(TermKind::Acronym), Some(Status::Preferred)));
    assert_eq!(term.foreign_id.as_deref(), Some("x"));
    let kept: Vec<_> = term.other.iter().map(|d| (d.element.as_str(), d.kind.as_str())).collect();
    assert_eq!(kept, [("termNote", "usageStatus"), ("admin", "colour")]);
}

#[test]
fn a_term_in_an_ntig_and_one_in_a_group_read_as_one_in_a_tig() {
    let (concept, _) = only(
        "<martif><text><body><termEntry><langSet lang='de'><ntig id='n'><termGrp><term id='t'>Öl  pumpe
         </term><termNoteGrp><termNote type='administrativeStatus'>admittedTerm-admn-sts</termNote>
         <admin type='source'>who says so</admin></termNoteGrp></termGrp>
         <descripGrp><descrip type='context'>one</descrip><admin type='source'>s</admin><note>date: 2025-03</note>
         <descrip type='context'>two</descrip></descripGrp></ntig></langSet></termEntry></body></text></martif>",
    );
    let term = &concept.languages[0].terms[0];
    assert_eq!((term.text.as_str(), term.status), ("Öl pumpe", Some(Status::Admitted)));
    assert_eq!(term.foreign_id.as_deref(), Some("n"));
    assert_eq!(term.other[0].element, "termNoteGrp");
    assert_eq!(term.other[0].group[0].value, "who says so");
    let contexts: Vec<_> = term.contexts.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(contexts, ["one", "two"]);
    assert_eq!(term.contexts[0].source.date, "2025-03".parse().ok());
}

#[test]
fn the_tbx_min_of_2013_is_read() {
    let (concept, read) = only(
        "<TBX dialect='TBX-Min'><header><id>Sample</id><languages source='de' target='en'/></header><body>
         <entry id='C002'><subjectField>biology</subjectField>
         <langGroup xml:lang='de'><termGroup><term>Hund</term><partOfSpeech>noun</partOfSpeech>
         <termStatus>preferred</termStatus><customer>SAP</customer>
         <noteGrp><note><noteKey>k</noteKey><noteValue>v</noteValue></note></noteGrp></termGroup></langGroup>
         <langGroup xml:lang='en'><termGroup><term>dog</term></termGroup></langGroup></entry></body></TBX>",
    );
    assert_eq!(concept.subject_fields, ["biology"]);
    let term = &concept.languages[0].terms[0];
    assert_eq!((term.status, term.customers.as_slice()), (Some(Status::Preferred), &["SAP".to_owned()][..]));
    assert_eq!(term.other.last().unwrap().group[0].group[1].value, "v");
    assert_eq!(read.header.unwrap().source_lang, "de".parse().ok());
}

#[test]
fn what_is_odd_about_languages_is_told_and_nothing_goes() {
    let (concept, read) = only(
        "<martif><text><body><termEntry><langSet xml:lang='zh-CN'><tig><term>一</term></tig></langSet>
         <langSet xml:lang='english'><tig><term>one</term></tig></langSet><langSet><tig><term>uno</term></tig></langSet>
         <langSet xml:lang='zh-Hans'><note>n</note><tig><term>二</term></tig></langSet>
         <langSet xml:lang='fr'><tig><term> </term></tig></langSet></termEntry></body></text></martif>",
    );
    let sections: Vec<_> = concept
        .languages
        .iter()
        .map(|s| (s.lang.as_str(), s.written.as_deref(), s.terms.len(), s.notes.len()))
        .collect();
    let expected = [
        ("zh-Hans", Some("zh-CN"), 2, 1),
        ("en", Some("english"), 1, 0),
        ("und", None, 1, 0),
        ("fr", None, 0, 0),
    ];
    assert_eq!(sections, expected);
    let codes: Vec<_> = read.findings.iter().map(|f| f.check.as_str()).collect();
    assert_eq!(
        codes,
        ["bad-language-tag", "bad-language-tag", "read-duplicate-language", "read-empty-term",]
    );
}

#[test]
fn what_no_field_can_hold_is_told_once_and_counted() {
    let (term, read) = term_of(
        "<termNote id='a' type='geographicalUsage'>GB</termNote>
         <descrip type='context' id='b'>a <hi type='entailedTerm'>flat</hi> text</descrip>
         <descrip type='context' id='c'>and <hi>another</hi></descrip>",
    );
    assert_eq!(term.contexts[0].text, "a flat text");
    assert_eq!(term.contexts[0].other[0].attributes, [("id".to_owned(), "b".to_owned())]);
    assert_eq!((term.other[0].kind.as_str(), term.other[0].attributes.len()), ("geographicalUsage", 1));
    let told: Vec<_> = read.findings.iter().map(|f| f.message.as_str()).collect();
    let lost =
        "There is no place for the markup <hi> inside <descrip>: it is not kept (2 times in this file).";
    assert_eq!(told, [lost]);
}

#[test]
fn whatever_the_reader_has_no_code_for_is_told() {
    let (concept, read) = only(
        "<martif><text id='x'>
           <body><strange a='1'/><termEntry id='1' xmlns:q='urn:q' q:colour='red'>stray
             <langSet xml:lang='en' lang='de' n='1'><tig n='2'><term n='3'>x</term><term>y</term></tig>
               <langSet xml:lang='fr'><tig><term>z</term></tig></langSet></langSet>
           </termEntry></body>
         </text></martif>",
    );
    let told: Vec<_> = read.findings.iter().map(|f| f.message.split(':').next().unwrap()).collect();
    assert_eq!(
        told,
        [
            "The section of “x” has a second term, “y”",
            "There is no place for <langSet> inside <langSet>",
            "There is no place for <strange> outside of entries",
            "There is no place for <term> inside <tig>",
            "There is no place for <tig> inside <langSet>",
            "There is no place for the attribute a of <strange>",
            "There is no place for the attribute id of <text>",
            "There is no place for the text among the elements of <termEntry>",
        ]
    );
    let attributes = |other: &[DataCategory]| -> Vec<String> {
        other.iter().flat_map(|d| &d.attributes).map(|(n, v)| format!("{n}={v}")).collect()
    };
    assert_eq!(attributes(&concept.other), ["q:colour=red"]);
    assert_eq!(attributes(&concept.languages[0].other), ["lang=de", "n=1"]);
    let term = &concept.languages[0].terms[0];
    assert_eq!(attributes(&term.other), ["n=2", "n=3"]);
    assert_eq!(concept.languages[0].terms[1].text, "y");
    // martif, text, body, entry with its id and namespace, two of langSet, tig, two terms.
    assert_eq!(read.account, Account { mapped: 11, kept: 5, told: 7 });
}

#[test]
fn a_note_of_ours_is_read_back_from_any_file_and_a_wrong_one_stays_a_note() {
    let (term, read) = term_of(
        "<termNote type='termType'>phrase</termNote><note>wicterm:kind=set-phrase</note>
         <note>wicterm:colour=red</note><note>wicterm:gender=many</note><note>wicterm: see there</note>",
    );
    assert_eq!(term.kind, Some(TermKind::SetPhrase));
    let notes: Vec<_> = term.notes.iter().map(|n| n.text.as_str()).collect();
    assert_eq!(notes, ["wicterm: see there", "wicterm:colour=red", "wicterm:gender=many"]);
    assert_eq!(read.findings.iter().filter(|f| f.check == "read-note").count(), 2);
}

#[test]
fn do_not_translate_comes_from_translation_needed() {
    let (concept, _) = only(
        "<martif><text><body><termEntry><descrip type='Translation needed'>No</descrip><langSet xml:lang='en'><tig>
         <term>YaST</term></tig></langSet></termEntry></body></text></martif>",
    );
    assert!(concept.languages[0].terms[0].match_rule.do_not_translate);
    assert_eq!(concept.other[0].value, "No");
}

#[test]
fn what_stood_before_a_break_was_delivered() {
    let entry = "<termEntry><langSet xml:lang='en'><tig><term>x</term></tig></langSet></termEntry>";
    let (collected, result) = read(BASIC, format!("<martif><text><body>{entry}<termEntry>").as_bytes(), "f");
    assert!(result.is_err());
    assert_eq!(collected.concepts.len(), 1);
    let (_, result) = read(BASIC, b"<html/>", "f");
    assert!(result.unwrap_err().to_string().contains("which is no TBX"));
}

#[test]
fn the_root_element_says_which_dialect_a_file_is() {
    for (head, name) in [
        ("<?xml version='1.0'?><!-- <martif> --><tbx type='TBX-Basic' style='dca'>", Some("tbx-basic-dca")),
        ("<tbx style=\"dct\" type=\"TBX-Linguist\" xml:lang='en'", Some("tbx-linguist-dct")),
        ("<tbx type='TBX-Company' style='dct'>", Some("tbx-basic-dca")),
        ("<!DOCTYPE martif SYSTEM \"x.dtd\"><martif type='TBX-Basic'>", Some("tbx-v2-basic")),
        ("<!DOCTYPE martif [<!ENTITY a 'b'>]><martif type='TBX'>", Some("tbx-v2-default")),
        ("<martif>", Some("tbx-v2-default")),
        ("<TBX dialect='TBX-Min'>", Some("tbx-basic-dca")),
        ("<tmx version='1.4'>", None),
        ("concept,lang,term", None),
    ] {
        let found = detect(head, Path::new("f.xml")).map(|f| f.name).filter(|n| n.starts_with("tbx"));
        assert_eq!(found, name, "{head}");
    }
    assert_eq!(by_extension(Path::new("f.tbx")).map(|f| f.name), Some("tbx-basic-dca"));
}

#[test]
fn an_empty_termbase_is_valid_in_version_3_and_refused_in_version_2() {
    for format in &DIALECTS_OF_TBX {
        let options = WriteOptions {
            source_lang: None,
            langs: vec![],
            notes: true,
            variants: false,
            now: String::new(),
            title: String::new(),
            resolve: &|_| None,
        };
        let mut out = vec![];
        let door = format.write.unwrap();
        let nothing = Concept::default();
        let mut entries = [Ok(Entry::Concept(Box::new(nothing)))].into_iter();
        match door(&mut entries, &options, Output::Stream(&mut out)) {
            Ok(report) => {
                assert_eq!((report.concepts, report.losses.len()), (0, 1));
                assert!(String::from_utf8(out).unwrap().contains("<text/>"));
            }
            Err(WriteError::Unsupported(_)) => assert!(format.name.contains("v2") && out.is_empty()),
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn ids_are_unique_whatever_comes() {
    let mut concept = sample();
    let twin = concept.clone();
    concept.relations[0].target = "nowhere".into();
    let mut nameless = Concept { slug: None, ..sample() };
    nameless.id = ConceptId::from_bytes([3; 16]);
    let anonymous = Concept { slug: None, ..sample() };
    let (bytes, report) = write(BASIC, &[concept, twin, nameless.clone(), nameless, anonymous], true);
    let text = String::from_utf8(bytes).unwrap();
    let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    let targets: Vec<&str> = text.split(" target=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    for target in targets {
        assert!(target.starts_with("http") || ids.contains(&target), "{target} dangles");
    }
    assert_eq!(report.losses.iter().filter(|l| l.field == "/slug").count(), 1);
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

/// Finds the files of other tools; says that it is skipped where they are not.
fn shared(folders: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if !root.is_dir() {
        eprintln!("skipped: {} is not here", root.display());
        return vec![];
    }
    let mut files = vec![];
    for folder in folders {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "tbx") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_file_of_other_tools_is_read_whole() {
    let files = shared(&["real/tbx", "real/glossary", "tbx/examples", "tbx/examples-invalid"]);
    if files.is_empty() {
        return;
    }
    let mut table = String::new();
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let head = crate::bytes::sniff(&path).unwrap();
        let format = detect(&head, &path).unwrap();
        let (read, result) = read(format, &bytes, name);
        assert!(result.is_ok(), "{name}: {result:?}");
        // Counted without a parser. Only UTF-8 and one-byte encodings are among the files.
        let mut plain = String::from_utf8_lossy(&bytes).into_owned();
        while let Some(from) = plain.find("<!--") {
            let to = plain[from..].find("-->").map_or(plain.len(), |n| from + n + 3);
            plain.replace_range(from..to, "");
        }
        let count = |names: &[&str]| -> usize {
            let tags = names.iter().flat_map(|n| [format!("<{n}>"), format!("<{n} ")]);
            tags.map(|t| plain.matches(&t).count()).sum()
        };
        let concepts = count(&["termEntry", "conceptEntry"]);
        let terms = count(&["tig", "ntig", "termSec"]);
        let languages: std::collections::BTreeSet<_> =
            read.concepts.iter().flat_map(|c| &c.languages).map(|s| s.lang.to_string()).collect();
        let empty = read.findings.iter().filter(|f| f.check == "read-empty-term").count();
        let read_terms: usize = read.concepts.iter().map(|c| c.terms().count()).sum();
        assert_eq!((read.concepts.len(), read_terms + empty), (concepts, terms), "{name}");
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &read.findings {
            *codes.entry(&finding.check).or_default() += 1;
        }
        let codes: Vec<String> = codes.iter().map(|(code, n)| format!("{code} {n}")).collect();
        let languages: Vec<String> = languages.into_iter().collect();
        writeln!(
            table,
            "{name}: {}, concepts {concepts}, terms {read_terms}, {}; {}",
            format.name,
            languages.join(" "),
            if codes.is_empty() { "no findings".to_owned() } else { codes.join(", ") }
        )
        .unwrap();
    }
    snapshot("files-of-other-tools", &table);
}

#[test]
fn every_file_of_other_tools_survives_our_own_tbx() {
    for path in shared(&["real/tbx", "tbx/examples"]) {
        let bytes = std::fs::read(&path).unwrap();
        let (theirs, _) = read(BASIC, &bytes, "theirs.tbx");
        for format in &DIALECTS_OF_TBX {
            let (bytes, report) = write(format, &theirs.concepts, true);
            let (ours, result) = read(format, &bytes, "ours.tbx");
            assert!(result.is_ok(), "{result:?}");
            let mut ours = ours.concepts.into_iter();
            for concept in &theirs.concepts {
                let losses: Vec<_> =
                    report.losses.iter().filter(|l| l.entry == concept.name()).cloned().collect();
                let gone = concept.terms().next().is_none();
                let copy = if gone { None } else { ours.next() };
                let complaint = unexplained(concept, copy.as_ref(), &losses);
                assert_eq!(complaint, None, "{} as {}", path.display(), format.name);
            }
        }
    }
}
