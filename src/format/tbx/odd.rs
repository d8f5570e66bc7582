//! Files as people have them: old and coming editions, vendors' words, odd namespaces. What is not
//! understood is kept or told.

use serde_json::{Value, json};

use super::DIALECTS_OF_TBX;
use crate::format::testing::read;

/// Reads one entry; what became of it, with the header and the findings.
fn reading(xml: &str) -> Value {
    let (read, result) = read(&DIALECTS_OF_TBX[0], xml.as_bytes(), "odd.tbx");
    assert!(result.is_ok(), "{result:?}\n{xml}");
    let findings: Vec<&str> = read.findings.iter().map(|f| f.message.as_str()).collect();
    json!({"header": read.header, "concept": read.concepts.first(), "findings": findings})
}

/// Checks what stands where, by JSON pointer, and that nothing else was told.
fn reads_as(xml: &str, expected: &[(&str, Value)], findings: &[&str]) {
    let read = reading(xml);
    for (pointer, value) in expected {
        assert_eq!(read.pointer(pointer), Some(value), "{pointer} of {read:#}");
    }
    let told: Vec<&str> = read["findings"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(told.len(), findings.len(), "{told:?}");
    assert!(told.iter().zip(findings).all(|(t, f)| t.contains(f)), "{told:?}");
}

/// Wraps the inside of a term section of version 2.
fn of_term(inside: &str) -> String {
    format!(
        "<martif><text><body><termEntry><langSet xml:lang='en'><tig><term>x</term>{inside}</tig></langSet>\
         </termEntry></body></text></martif>"
    )
}

const TERM: &str = "/concept/languages/0/terms/0";

#[test]
fn every_field_of_tbx_min_of_2013_is_read() {
    let min = |status: &str| {
        format!(
            "<TBX dialect='TBX-Min'><header><id>S1</id><description>A sample</description>
               <dateCreated>2013-11-12T00:00:00</dateCreated><creator>Klaus-Dirk Schmidt</creator>
               <license>CC BY</license><directionality>bidirectional</directionality>
               <languages source='de' target='en'/></header>
             <body><entry id='C002'><subjectField>biology</subjectField><langGroup xml:lang='de'><termGroup>
               <term>hund</term><partOfSpeech>noun</partOfSpeech><termStatus>{status}</termStatus>
               <customer>SAP</customer><noteGrp><note><noteKey>Quelle</noteKey><noteValue>Duden</noteValue></note>
               <note><noteKey>k</noteKey></note></noteGrp></termGroup></langGroup></entry></body></TBX>"
        )
    };
    reads_as(
        &min("preferred"),
        &[
            ("/header/attributes/0", json!(["dialect", "TBX-Min"])),
            ("/header/source_lang", json!("de")),
            ("/header/properties/0/type", json!("id")),
            ("/header/properties/1/text", json!("A sample")),
            ("/header/properties/2/type", json!("dateCreated")),
            ("/header/properties/3/text", json!("Klaus-Dirk Schmidt")),
            ("/header/properties/6/attributes", json!([["source", "de"], ["target", "en"]])),
            ("/concept/foreign_ids/0/id", json!("C002")),
            ("/concept/subject_fields/0", json!("biology")),
            (&format!("{TERM}/part_of_speech"), json!("noun")),
            (&format!("{TERM}/customers/0"), json!("SAP")),
            (&format!("{TERM}/other/1/element"), json!("noteGrp")),
            (&format!("{TERM}/other/1/group/0/group/0/value"), json!("Quelle")),
            (&format!("{TERM}/other/1/group/0/group/1/value"), json!("Duden")),
            (&format!("{TERM}/other/1/group/1/group/0/value"), json!("k")),
        ],
        &[],
    );
    for (word, status) in [
        ("preferred", "preferred"),
        ("admitted", "admitted"),
        ("notRecommended", "deprecated"),
        ("obsolete", "superseded"),
    ] {
        let read =
            [(&*format!("{TERM}/status"), json!(status)), (&*format!("{TERM}/other/0/value"), json!(word))];
        reads_as(&min(word), &read, &[]);
    }
}

#[test]
fn a_namespace_may_be_missing_new_odd_or_on_the_wrong_edition() {
    for (root, prefix) in [
        ("tbx style='dca'", ""),
        ("tbx style='dca' xmlns='urn:iso:std:iso:30042:ed-2'", ""),
        ("tbx style='dca' xmlns='urn:iso:std:iso:30042:ed-3'", ""),
        ("tbx style='dca' xmlns='urn:iso:std:iso:30042:ed:3.0'", ""),
        ("martif xmlns='urn:iso:std:iso:30042:ed-2'", ""),
        ("tbx style='dca' xmlns:t='urn:iso:std:iso:30042:ed-2'", "t:"),
        ("t:tbx style='dca' xmlns:t='urn:x'", "t:"),
        ("tbx style='dca'", "undeclared:"),
    ] {
        let end = root.split(' ').next().unwrap();
        let xml = format!(
            "<{root}><text><body><{prefix}conceptEntry id='a'><{prefix}descrip type='subjectField'>law</{prefix}descrip>
             <{prefix}langSec xml:lang='en'><{prefix}termSec><{prefix}term>x</{prefix}term></{prefix}termSec>
             </{prefix}langSec></{prefix}conceptEntry></body></text></{end}>"
        );
        let read =
            [("/concept/subject_fields/0", json!("law")), ("/concept/languages/0/terms/0/text", json!("x"))];
        reads_as(&xml, &read, &[]);
    }
    reads_as(
        "<tbx style='dct' xmlns:min='urn:not-the-module' xmlns:acme='urn:acme'><text><body><conceptEntry id='a'>
         <min:subjectField>law</min:subjectField><acme:colour acme:shade='dark'>red</acme:colour>
         <langSec xml:lang='en'><termSec><term>x</term></termSec></langSec></conceptEntry></body></text></tbx>",
        &[
            ("/concept/subject_fields/0", json!("law")),
            ("/concept/other/0/element", json!("colour")),
            ("/concept/other/0/value", json!("red")),
            ("/concept/other/0/attributes", json!([["acme:shade", "dark"]])),
        ],
        &[],
    );
}

#[test]
fn the_names_of_the_next_edition_are_understood() {
    for (word, status) in [
        ("preferred", "preferred"),
        ("admitted", "admitted"),
        ("deprecated", "deprecated"),
        ("obsolete", "superseded"),
    ] {
        reads_as(
            &of_term(&format!("<termNote type='usageStatus'>{word}</termNote>")),
            &[(&format!("{TERM}/status"), json!(status)), (&format!("{TERM}/other/0/value"), json!(word))],
            &[],
        );
    }
    reads_as(
        &of_term(
            "<transacGrp><transac type='transactionType'>creation</transac><date>2025-01-02</date>
             <transacNote type='responsibility' target='p1'>A. Person</transacNote><note>by hand</note></transacGrp>",
        ),
        &[
            (&format!("{TERM}/transactions/0/kind"), json!("origination")),
            (&format!("{TERM}/transactions/0/date"), json!("2025-01-02")),
            (&format!("{TERM}/transactions/0/by"), json!("A. Person")),
            (&format!("{TERM}/transactions/0/other/0/value"), json!("creation")),
            (&format!("{TERM}/transactions/0/other/1/attributes"), json!([["target", "p1"]])),
            (&format!("{TERM}/transactions/0/other/2/value"), json!("by hand")),
        ],
        &[],
    );
}

#[test]
fn the_categories_of_vendors_are_understood_or_kept() {
    let entry = |inside: &str, term: &str| {
        format!(
            "<martif><text><body><termEntry id='2_76365'>{inside}<langSet xml:lang='en-US'>
             <descripGrp><descrip type='definition'>what it is</descrip></descripGrp><tig><term>x</term>{term}</tig>
             </langSet></termEntry></body></text></martif>"
        )
    };
    let section = "/concept/languages/0";
    // Microsoft
    reads_as(
        &entry("", "<termNote type='partOfSpeech'>Noun</termNote>"),
        &[
            ("/concept/foreign_ids/0/id", json!("2_76365")),
            (&format!("{section}/definitions/0/text"), json!("what it is")),
            (&format!("{TERM}/part_of_speech"), json!("noun")),
            (&format!("{TERM}/other/0/value"), json!("Noun")),
        ],
        &[],
    );
    // TermWeb
    reads_as(
        &entry(
            "<descrip id='f0' type='Entry status'>Final (Publish)</descrip><descrip type='Translation needed'>No</descrip>",
            "<termNote id='f1' type='administrativeStatus'>notRecommended</termNote><descrip type='Usage note'>u</descrip>",
        ),
        &[
            ("/concept/other/0/type", json!("Entry status")),
            ("/concept/other/0/attributes", json!([["id", "f0"]])),
            (&format!("{TERM}/match/do_not_translate"), json!(true)),
            (&format!("{TERM}/status"), json!("deprecated")),
            (&format!("{TERM}/other/0/attributes"), json!([["id", "f1"]])),
            (&format!("{TERM}/other/1/value"), json!("u")),
        ],
        &[],
    );
    // translate5
    reads_as(
        &entry(
            "<transacGrp><transac>modification</transac><date>2012-03-04</date>
             <transacNote type='responsiblePerson'>Jo</transacNote></transacGrp>",
            "<termNote type='normativeAuthorization'>preferredTerm</termNote><termNote type='processStatus'>finalized</termNote>",
        ),
        &[
            ("/concept/transactions/0", json!({"kind": "modification", "date": "2012-03-04", "by": "Jo"})),
            (&format!("{TERM}/status"), json!("preferred")),
            (&format!("{TERM}/other/0/type"), json!("normativeAuthorization")),
            (&format!("{TERM}/other/1/value"), json!("finalized")),
        ],
        &[],
    );
    // MultiTerm and memoQ
    reads_as(
        &entry(
            "<descrip type='Subject'>law</descrip><descripGrp><descrip type='Graphic'>a.png</descrip></descripGrp>",
            "<descripGrp><descrip type='Definition'>d</descrip><admin type='Source'>s</admin></descripGrp>
             <termNote type='Part of speech'>Noun</termNote><termNote type='Forbidden'>True</termNote>",
        ),
        &[
            ("/concept/subject_fields/0", json!("law")),
            ("/concept/other/0/value", json!("a.png")),
            (&format!("{TERM}/definitions/0/source/title"), json!("s")),
            (&format!("{TERM}/part_of_speech"), json!("noun")),
            (&format!("{TERM}/other/1/type"), json!("Forbidden")),
        ],
        &[],
    );
    // IATE
    for (code, field, kept) in [
        ("9", json!(9), Value::Null),
        ("Reliable", Value::Null, json!("Reliable")),
        ("11", Value::Null, json!("11")),
    ] {
        let read = reading(&entry("", &format!("<descrip type='reliabilityCode'>{code}</descrip>")));
        assert_eq!(read.pointer(TERM).unwrap()["reliability"], field);
        assert_eq!(read.pointer(TERM).unwrap()["other"][0]["value"], kept);
    }
    for (word, kind, kept) in [
        ("fullForm", "full-form", false),
        ("abbreviation", "abbreviation", false),
        ("phrase", "phrase", false),
        ("formula", "formula", false),
        ("shortForm", "short-form", false),
        ("lookup form", "", true),
    ] {
        let read = reading(&entry("", &format!("<termNote type='termType'>{word}</termNote>")));
        let term = read.pointer(TERM).unwrap();
        assert_eq!(term["kind"].as_str().unwrap_or_default(), kind);
        assert_eq!(term["other"][0]["value"] == word, kept, "{word}");
    }
}

#[test]
fn a_term_with_its_parts_listed_keeps_them() {
    reads_as(
        "<martif><text><body><termEntry><langSet xml:lang='de'><ntig><termGrp><term>Ölpumpe</term>
         <termNote type='partOfSpeech'>noun</termNote>
         <termCompList type='morphologicalElement'><termCompGrp><termComp>Öl</termComp>
         <termNote type='partOfSpeech'>noun</termNote></termCompGrp><termComp xml:lang='de'>Pumpe</termComp></termCompList>
         </termGrp><termGrp id='g'><term>Oelpumpe</term></termGrp></ntig></langSet></termEntry></body></text></martif>",
        &[
            (&format!("{TERM}/text"), json!("Ölpumpe")),
            (&format!("{TERM}/other/0/element"), json!("termCompList")),
            (&format!("{TERM}/other/0/type"), json!("morphologicalElement")),
            (&format!("{TERM}/other/0/group/0/group/0/value"), json!("Öl")),
            (&format!("{TERM}/other/0/group/0/group/1/value"), json!("noun")),
            (&format!("{TERM}/other/0/group/1/attributes"), json!([["xml:lang", "de"]])),
            // A second group in an ntig is none that TBX knows; it is a term all the same.
            (SECOND, json!({"text": "Oelpumpe", "other": [{"element": "termGrp", "attributes": [["id", "g"]], "order": 1}]})),
        ],
        &["a second term, “Oelpumpe”"],
    );
}

const SECOND: &str = "/concept/languages/0/terms/1";

#[test]
fn what_follows_a_second_term_of_a_section_is_said_of_it_alone() {
    for section in [
        "<ntig><termGrp><term>dog</term></termGrp><termGrp><term>cur</term>
         <termNote type='administrativeStatus'>deprecatedTerm-admn-sts</termNote></termGrp></ntig>",
        "<tig><term>dog</term><term>cur</term>
         <termNote type='administrativeStatus'>deprecatedTerm-admn-sts</termNote></tig>",
    ] {
        reads_as(
            &format!(
                "<martif><text><body><termEntry><langSet xml:lang='en'>{section}</langSet></termEntry></body></text></martif>"
            ),
            &[(TERM, json!({"text": "dog"})), (SECOND, json!({"text": "cur", "status": "deprecated"}))],
            &["a second term, “cur”"],
        );
    }
}

#[test]
fn languages_called_by_name_are_known_and_what_nobody_knows_stays_apart() {
    let section = |lang: &str, term: &str| {
        format!("<langSet xml:lang='{lang}'><tig><term>{term}</term></tig></langSet>")
    };
    let entry = [
        section("English", "dog"),
        section("German", "Hund"),
        section("Elvish", "huan"),
        section("Dwarvish", "x"),
    ];
    reads_as(
        &format!("<martif><text><body><termEntry>{}</termEntry></body></text></martif>", entry.concat()),
        &[
            ("/concept/languages/0/lang", json!("en")),
            ("/concept/languages/0/written", json!("English")),
            ("/concept/languages/1/lang", json!("de")),
            ("/concept/languages/2/lang", json!("x-elvish")),
            ("/concept/languages/3/lang", json!("x-dwarvish")),
        ],
        &["kept as en", "kept as de", "kept as x-elvish", "kept as x-dwarvish"],
    );
}

#[test]
fn upper_case_martif_and_the_attribute_lang_are_read() {
    reads_as(
        "<MARTIF TYPE='DXLT' LANG='en'><MARTIFHEADER><FILEDESC><SOURCEDESC><P>old</P></SOURCEDESC></FILEDESC></MARTIFHEADER>
         <TEXT><BODY><TERMENTRY ID='a'><DESCRIP TYPE='subjectField'>law</DESCRIP>
         <LANGSET LANG='en'><NTIG><TERMGRP><TERM>x</TERM><TERMNOTE TYPE='termType'>acronym</TERMNOTE></TERMGRP>
         <DESCRIPGRP><DESCRIP TYPE='context'>an x</DESCRIP></DESCRIPGRP></NTIG></LANGSET></TERMENTRY></BODY></TEXT></MARTIF>",
        &[
            ("/header/source_lang", json!("en")),
            ("/header/properties/0/text", json!("old")),
            ("/concept/foreign_ids/0/id", json!("a")),
            ("/concept/subject_fields/0", json!("law")),
            ("/concept/languages/0/lang", json!("en")),
            (&format!("{TERM}/kind"), json!("acronym")),
            (&format!("{TERM}/contexts/0/text"), json!("an x")),
        ],
        &[],
    );
}

#[test]
fn a_person_named_by_an_id_has_the_name_that_the_end_of_the_file_tells() {
    let file = |by: &str, back: &str| {
        format!(
            "<martif><text><body><termEntry><transacGrp><transac type='transactionType'>origination</transac>{by}
             </transacGrp><langSet xml:lang='en'><tig><term>x</term></tig></langSet></termEntry></body>
             <back><refObjectList type='respPerson'>{back}</refObjectList></back></text></martif>"
        )
    };
    let note = "<transacNote type='responsibility' target='p1'/>";
    let told = "the attribute type of <refObjectList>";
    for (by, back, name, findings) in [
        (note, "<refObject id='p1'><item type='fn'>Jane Doe</item></refObject>", "Jane Doe", &[told][..]),
        (
            note,
            "<refObject id='p0'><item>Jo</item></refObject>
             <refObject id='p1'><itemSet><item type='email'>j@x.example</item><item type='fn'>Jane Doe</item></itemSet></refObject>",
            "Jane Doe",
            &["<item> inside <itemSet>", "back matter <refObject>", told],
        ),
        (note, "<refObject id='p2'><item>Jo</item></refObject>", "p1", &["back matter <refObject>", told]),
        (
            "<transacNote type='responsibility' target='p1'>J. D.</transacNote>",
            "<refObject id='p1'><item type='fn'>Jane Doe</item></refObject>",
            "J. D.",
            &["back matter <refObject>", told],
        ),
    ] {
        reads_as(
            &file(by, back),
            &[
                ("/concept/transactions/0/by", json!(name)),
                ("/concept/transactions/0/other/0/attributes", json!([["target", "p1"]])),
            ],
            findings,
        );
    }
}

#[test]
fn two_sections_of_a_language_are_one_and_a_term_without_text_is_told() {
    reads_as(
        "<martif><text><body><termEntry><langSet lang='en' id='s1'><tig><term>a</term></tig></langSet>
         <langSet xml:lang='EN' id='s2'><descrip type='definition'>d</descrip><tig><term>b</term></tig><tig><term/></tig>
         <tig><term> </term><note>gone</note></tig><tig/></langSet></termEntry></body></text></martif>",
        &[
            ("/concept/languages/0/terms/1/text", json!("b")),
            ("/concept/languages/0/definitions/0/text", json!("d")),
            ("/concept/languages/0/other/0/attributes", json!([["id", "s1"]])),
            ("/concept/languages/0/other/1/attributes", json!([["xml:lang", "EN"]])),
            ("/concept/languages/0/other/2/attributes", json!([["id", "s2"]])),
        ],
        &["has no term", "has no term", "has no term", "taken as one"],
    );
}
