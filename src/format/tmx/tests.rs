use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::mend::{Tags, is_strict, mend};
use super::*;
use crate::format::{
    Account, Entry, Header, Input, Limits, LossClass, LossReport, Output, ReadError, ReadOptions, Sink,
    WriteOptions,
};
use crate::model::*;

#[derive(Default)]
struct Taken {
    header: Option<Header>,
    units: Vec<Unit>,
    places: Vec<Place>,
    findings: Vec<Finding>,
    account: Account,
    most: Option<usize>,
}

impl Sink for Taken {
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()> {
        match entry {
            Entry::Header(header) => self.header = Some(*header),
            Entry::Unit(unit) => {
                self.units.push(*unit);
                self.places.push(place);
            }
            Entry::Concept(_) => panic!("a TMX holds no concepts"),
        }
        match self.most {
            Some(most) if self.units.len() >= most => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn account(&mut self, account: Account) {
        self.account = account;
    }
}

impl Taken {
    /// The findings as `code line`.
    fn told(&self) -> Vec<String> {
        let line = |f: &Finding| f.place.line.map_or_else(|| "-".into(), |l| l.to_string());
        self.findings.iter().map(|f| format!("{} {}", f.check, line(f))).collect()
    }
}

fn take(bytes: impl Read) -> (Taken, Result<(), ReadError>) {
    take_within(bytes, Limits::default())
}

fn take_within(mut bytes: impl Read, limits: Limits) -> (Taken, Result<(), ReadError>) {
    let mut taken = Taken::default();
    let options = ReadOptions { limits, memory: "m".into(), ..ReadOptions::default() };
    let outcome = (FORMAT.read.unwrap())(Input::Stream(&mut bytes, "dir/a.tmx"), &options, &mut taken);
    (taken, outcome)
}

fn taken(bytes: &[u8]) -> Taken {
    let (taken, outcome) = take(bytes);
    outcome.unwrap();
    taken
}

fn options() -> WriteOptions<'static> {
    WriteOptions {
        source_lang: None,
        langs: vec![],
        notes: true,
        variants: false,
        now: "2026-11-22T08:00:00Z".into(),
        title: String::new(),
        resolve: &|_| None,
    }
}

fn written(entries: Vec<Entry>, options: &WriteOptions<'_>) -> (String, LossReport) {
    let mut out = vec![];
    let mut entries = entries.into_iter().map(Ok);
    let report = (FORMAT.write.unwrap())(&mut entries, options, Output::Stream(&mut out)).unwrap();
    (String::from_utf8(out).unwrap(), report)
}

fn rewritten(taken: &Taken, options: &WriteOptions<'_>) -> (String, LossReport) {
    let header = taken.header.clone().map(|h| Entry::Header(Box::new(h)));
    let units = taken.units.iter().cloned().map(|u| Entry::Unit(Box::new(u)));
    written(header.into_iter().chain(units).collect(), options)
}

/// Wraps a body in a document without fault.
fn document(body: &str) -> String {
    format!(
        "<tmx version=\"1.4\"><header creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" \
         o-tmf=\"t\" adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\"/><body>\n{body}</body></tmx>"
    )
}

/// Wraps a segment in a unit in such a document; it stands on line 2.
fn seg(segment: &str) -> String {
    document(&format!("<tu><tuv xml:lang=\"en\"><seg>{segment}</seg></tuv></tu>"))
}

/// Writes a segment down: codes in braces, `[` and `]` for the edges of spans.
fn shown(segment: &Segment) -> String {
    let mut out = String::new();
    let mut from = 0;
    for inline in &segment.inlines {
        out.push_str(&segment.text[from..inline.at as usize]);
        from = inline.at as usize;
        let name = match &inline.kind {
            InlineKind::Begin => "bpt".to_owned(),
            InlineKind::End => "ept".to_owned(),
            InlineKind::Isolated(Edge::Open) => "it+".to_owned(),
            InlineKind::Isolated(Edge::Close) => "it-".to_owned(),
            InlineKind::Placeholder => "ph".to_owned(),
            InlineKind::Unknown => "ut".to_owned(),
            InlineKind::Highlight(Edge::Open) => "[".to_owned(),
            InlineKind::Highlight(Edge::Close) => "]".to_owned(),
            InlineKind::Foreign(name, Edge::Open) => format!("[{name}"),
            InlineKind::Foreign(name, Edge::Close) => format!("{name}]"),
        };
        out.push_str(&format!("{{{name}"));
        for (sign, value) in [("i", &inline.pair), ("x", &inline.x)] {
            if let Some(value) = value {
                out.push_str(&format!(" {sign}{value}"));
            }
        }
        for (name, value) in &inline.attributes {
            out.push_str(&format!(" {name}={value}"));
        }
        for native in &inline.native {
            match native {
                Native::Code(code) => out.push_str(&format!(" '{code}'")),
                Native::Sub(attributes, sub) => {
                    out.push_str(&format!(" sub{attributes:?}({})", shown(sub)));
                }
            }
        }
        out.push('}');
    }
    out.push_str(&segment.text[from..]);
    out
}

#[test]
fn inline_codes_are_kept_where_they_stand() {
    for (segment, expected, told) in [
        ("  two  spaces\n", "  two  spaces\n", &[][..]),
        ("", "", &[]),
        (
            "a<bpt i='1' x='2' type='bold'>&lt;b></bpt>b<ept i='1'>&lt;/b></ept>c",
            "a{bpt i1 x2 type=bold '<b>'}b{ept i1 '</b>'}c",
            &[],
        ),
        ("<ph x='1' assoc='p'/>网<ut>u</ut>络", "{ph x1 assoc=p}网{ut 'u'}络", &[]),
        ("<it pos='begin' x='1'>(</it><it pos='end'>)</it>", "{it+ x1 '('}{it- ')'}", &[]),
        ("a <hi type='t' x='3'>b <hi>c</hi></hi> d", "a {[ x3 type=t}b {[}c{]}{]} d", &[]),
        (
            "<ph>ALT='<sub type='alt'>Start <bpt i='1'>B</bpt>here<ept i='1'/></sub>'</ph>",
            "{ph 'ALT='' sub[(\"type\", \"alt\")](Start {bpt i1 'B'}here{ept i1}) '''}",
            &[],
        ),
        ("<![CDATA[<b>]]>&amp;&#x20AC;", "<b>&€", &[]),
        (
            "a<g id='1'>b</g><x/>",
            "a{[g id=1}b{g]}{[x}{x]}",
            &["tmx-foreign-inline 2", "tmx-foreign-inline 2"],
        ),
        ("<q:hi>b</q:hi>", "{[q:hi}b{q:hi]}", &["tmx-foreign-inline 2"]),
        ("<sub>s</sub>", "{[sub}s{sub]}", &["tmx-foreign-inline 2"]),
        ("<ph>a<b c='&quot;'>d</b></ph>", "{ph 'a<b c=\"&quot;\">d</b>'}", &["tmx-foreign-inline 2"]),
        ("<it>a</it>", "{it+ 'a'}", &["tmx-missing-attribute 2"]),
        ("<bpt i='1'/>", "{bpt i1}", &["tmx-unpaired-code 2"]),
        ("<ept i='1'/><bpt i='1'/>", "{ept i1}{bpt i1}", &["tmx-unpaired-code 2", "tmx-unpaired-code 2"]),
        ("<bpt i='1'/><bpt i='2'/><ept i='1'/><ept i='2'/>", "{bpt i1}{bpt i2}{ept i1}{ept i2}", &[]),
        ("<ph><sub><ept i='4'/></sub></ph>", "{ph sub[]({ept i4})}", &["tmx-unpaired-code 2"]),
        ("a&nbsp;b", "a&nbsp;b", &["read-entity 2"]),
        ("a\u{B}b", "a b", &["read-control-char 2"]),
    ] {
        let read = taken(seg(segment).as_bytes());
        assert_eq!(shown(&read.units[0].variants[0].segment), expected, "{segment}");
        assert_eq!(read.told(), told, "{segment}");
    }
}

#[test]
fn odd_documents_are_read_and_told_of() {
    let tu = "<tu><tuv xml:lang='en'><seg>a</seg></tuv></tu>";
    let h = "<header creationtool='t' creationtoolversion='1' segtype='sentence' o-tmf='t' adminlang='en' srclang='en' datatype='x'/>";
    let show = |read: &Taken| -> Vec<String> {
        let variant = |v: &Variant| {
            let written = v.written.as_ref().map(|w| format!("({w})")).unwrap_or_default();
            format!("{}{written}={}", v.lang, shown(&v.segment))
        };
        read.units.iter().map(|u| u.variants.iter().map(variant).collect::<Vec<_>>().join(" ")).collect()
    };
    for (xml, units, told) in [
        (format!("<tmx>{h}<body>{tu}</body></tmx>"), &["en=a"][..], &["tmx-missing-attribute 1"][..]),
        (format!("<tmx version='1.4b'>{h}<body>{tu}</body></tmx>"), &["en=a"], &["tmx-version 1"]),
        (format!("<tmx version='1.4'>\n<body>{tu}</body></tmx>"), &["en=a"], &["tmx-missing-header 2"]),
        (format!("<tmx version='1.4'>{h}{tu}</tmx>"), &["en=a"], &[]),
        (format!("<tmx version='1.4'>{tu}{h}</tmx>"), &["en=a"], &["tmx-unknown-element 1"]),
        (
            format!("<tmx version='1.4'><body>{tu}</body>\n{h}</tmx>"),
            &["en=a"],
            &["tmx-missing-header 1", "tmx-unknown-element 2"],
        ),
        (format!("<tmx version='1.4'>{h}\n<body/></tmx>"), &[], &[]),
        (
            format!("<tmx version='1.4' xmlns='http://www.lisa.org/tmx14'>{h}<body>{tu}</body></tmx>"),
            &["en=a"],
            &[],
        ),
        (
            String::from(
                "<t:tmx version='1.4' xmlns:t='u'><t:header/><t:body><t:tu><t:tuv xml:lang='en'><t:seg>a<t:ph/></t:seg></t:tuv></t:tu></t:body></t:tmx>",
            ),
            &["en=a{ph}"],
            &["tmx-missing-attribute 1"; 7],
        ),
        (document("<tu><tuv lang='EN_us'><seg>a</seg></tuv></tu>"), &["en-US(EN_us)=a"], &[]),
        (document("<tu><tuv xml:lang='zh-CN' lang='zh'><seg>a</seg></tuv></tu>"), &["zh-Hans(zh-CN)=a"], &[]),
        (document("<tu><tuv><seg>a</seg></tuv></tu>"), &["und=a"], &["tmx-missing-language 2"]),
        (
            document("<tu><tuv xml:lang='English'><seg>a</seg></tuv></tu>"),
            &["und(English)=a"],
            &["tmx-language-tag 2"],
        ),
        (
            document("<tu><tuv xml:lang='en'>\n a <ph/>b\n</tuv></tu>"),
            &["en=a {ph}b"],
            &["tmx-missing-seg 2"],
        ),
        (document("<tu><tuv xml:lang='en'/></tu>"), &["en="], &["tmx-missing-seg 2"]),
        (document("<tu><tuv xml:lang='en'>x<seg>a</seg></tuv></tu>"), &["en=a"], &["tmx-stray-text 2"]),
        (
            document("<tu><tuv xml:lang='en'><seg>a</seg><seg>b</seg></tuv></tu>"),
            &["en=a en=b"],
            &["tmx-several-seg 2"],
        ),
        (
            document("<tu/>\n<tu><prop>x</prop><tuv xml:lang='en'><seg/></tuv></tu>"),
            &["en="],
            &["tmx-missing-tuv 2", "tmx-missing-attribute 3"],
        ),
        (
            document("<tu><tuv xml:lang='en'><seg>a</seg></tuv><foo>b</foo></tu>"),
            &["en=a"],
            &["tmx-unknown-element 2"],
        ),
        (document("x<tu><tuv xml:lang='en'><seg>a</seg></tuv></tu>"), &["en=a"], &["tmx-stray-text 1"]),
        (
            "<!DOCTYPE tmx SYSTEM 'http://localhost/tmx14.dtd' [<!ENTITY w 'wicterm'>]>".to_owned()
                + &seg("&w;"),
            &["en=wicterm"],
            &[],
        ),
    ] {
        let read = taken(xml.as_bytes());
        assert_eq!(show(&read), units, "{xml}");
        // Many have one variant only, in a language of their own.
        let of_document: Vec<_> =
            read.told().into_iter().filter(|t| !t.starts_with("tmx-source-absent")).collect();
        assert_eq!(of_document, told, "{xml}");
        let wide: Vec<u8> = format!("\u{FEFF}{xml}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(show(&taken(&wide)), units, "UTF-16: {xml}");
    }
}

#[test]
fn every_encoding_says_the_same() {
    let text = "网络 é 𝛀😀 Ω";
    let file = |declaration: &str, text: &str| {
        format!("<?xml version='1.0'{declaration}?>\n<!DOCTYPE tmx SYSTEM 'tmx14.dtd'>\n{}", seg(text))
    };
    let wide = |text: &str, of: fn(u16) -> [u8; 2], bom: bool| -> Vec<u8> {
        let bom = if bom { "\u{FEFF}" } else { "" };
        format!("{bom}{text}").encode_utf16().flat_map(of).collect()
    };
    let legacy = |label: &str, text: &str| -> Vec<u8> {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{label}");
        bytes.into_owned()
    };
    let (none, utf_8, utf_16) = ("", " encoding='utf-8'", " encoding='utf-16'");
    let gb18030 = file(" encoding='GB18030'", text);
    for (what, bytes, expected) in [
        ("UTF-8", file(none, text).into_bytes(), text),
        ("UTF-8 with a BOM", format!("\u{FEFF}{}", file(utf_8, text)).into_bytes(), text),
        ("UTF-16LE", wide(&file(utf_16, text), u16::to_le_bytes, false), text),
        ("UTF-16BE", wide(&file(none, text), u16::to_be_bytes, false), text),
        ("UTF-16LE with a BOM", wide(&file(utf_16, text), u16::to_le_bytes, true), text),
        ("UTF-16BE with a BOM", wide(&file(none, text), u16::to_be_bytes, true), text),
        ("UTF-16 that says it is UTF-8", wide(&file(utf_8, text), u16::to_le_bytes, true), text),
        ("UTF-8 that says it is UTF-16", file(utf_16, text).into_bytes(), text),
        ("GB18030", legacy("gb18030", &gb18030), text),
        ("windows-1251", legacy("windows-1251", &file(" encoding='windows-1251'", "сеть")), "сеть"),
        ("ISO-8859-1", legacy("latin1", &file(" encoding='iso-8859-1'", "réseau")), "réseau"),
        ("Shift_JIS", legacy("shift_jis", &file(" encoding='Shift_JIS'", "網絡")), "網絡"),
        ("US-ASCII", file(" encoding='us-ascii'", "&#x1D6C0;&#169;").into_bytes(), "𝛀©"),
    ] {
        let read = taken(&bytes);
        assert_eq!(read.units[0].variants[0].segment.text, expected, "{what}");
        assert_eq!(read.units[0].variants[0].lang.as_str(), "en", "{what}");
        let trouble: Vec<_> = read.told().into_iter().filter(|t| !t.starts_with("read-encoding")).collect();
        assert_eq!(trouble, [""; 0], "{what}");
    }
}

#[test]
fn entities_are_bounded_and_nothing_is_fetched() {
    let file = |subset: &str, text: &str| {
        format!("<!DOCTYPE tmx SYSTEM 'http://localhost/tmx14.dtd' [{subset}]>{}", seg(text))
    };
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret").unwrap();
    let outside = format!("<!ENTITY e SYSTEM '{}'>", secret.path().display());
    for (subset, text, expected, told) in [
        ("<!ENTITY a 'x'><!ENTITY b '&a;&a;'>", "&b;-&a;", "xx-x", &[][..]),
        ("<!ENTITY a '&#x7F51;'><!ENTITY a 'second'>", "&a;", "网", &[]),
        (&*outside, "[&e;]", "[]", &["read-entity 2"]),
        ("<!ENTITY % p SYSTEM 'http://localhost/p.dtd'> %p;", "a", "a", &["read-entity 1"]),
        ("<!ELEMENT tmx ANY><!ATTLIST tu tuid CDATA 'made-up'>", "&nbsp;", "&nbsp;", &["read-entity 2"]),
    ] {
        let read = taken(file(subset, text).as_bytes());
        assert_eq!(read.units[0].variants[0].segment.text, expected, "{subset}");
        assert_eq!(read.units[0].origin.tuid, None, "{subset}");
        assert_eq!(read.told(), told, "{subset}");
    }
    let laughs: String = (1..12)
        .map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10)))
        .chain(["<!ENTITY l0 'ha'>".to_owned()])
        .collect();
    for subset in [&*laughs, "<!ENTITY l11 '&l10;'><!ENTITY l10 '&l11;'>"] {
        let (read, outcome) = take(file(subset, "&l11;").as_bytes());
        assert!(matches!(outcome, Err(ReadError::Limit(..))), "{outcome:?}");
        assert_eq!(read.units, []);
    }
}

#[test]
fn prefixes_without_a_declaration_are_read_as_they_stand() {
    let read = taken(
        document(
            "<tu t5:key='k' id='9'><tuv xml:lang='en' t5:a='1'><seg>a <t5:n t5:r='x'>1</t5:n> <tei:foreign>b\
             </tei:foreign></seg></tuv></tu>",
        )
        .as_bytes(),
    );
    let unit = &read.units[0];
    assert_eq!(unit.attributes.other[0], ("t5:key".to_owned(), "k".to_owned()));
    let segment = &unit.variants[0].segment;
    assert_eq!(shown(segment), "a {[t5:n t5:r=x}1{t5:n]} {[tei:foreign}b{tei:foreign]}");
    // It stands for the tuid that is missing.
    assert_eq!(unit.origin.tuid.as_deref(), Some("9"));
    assert!(unit.attributes.other.iter().all(|(name, _)| name != "id"));
    let text = rewritten(&read, &options()).0;
    assert!(text.contains("<tu tuid=\"9\""), "{text}");
    assert_eq!(taken(text.as_bytes()).units, read.units);
}

#[test]
fn broken_pairs_are_told_of_and_written_by_rule() {
    for (segment, expected, told) in [
        // The other half is missing: it is isolated.
        ("a<bpt i='1'>b</bpt>c", "a<it pos=\"begin\">b</it>c", &["tmx-unpaired-code"][..]),
        ("a<ept i='1'>b</ept>c", "a<it pos=\"end\">b</it>c", &["tmx-unpaired-code"]),
        ("<ept i='1'/><bpt i='1'/>", "<it pos=\"end\"/><it pos=\"begin\"/>", &["tmx-unpaired-code"; 2]),
        // No number: the innermost two are a pair.
        (
            "<bpt/>a<bpt/>b<ept/>c<ept/>",
            "<bpt i=\"1\"/>a<bpt i=\"2\"/>b<ept i=\"2\"/>c<ept i=\"1\"/>",
            &["tmx-missing-attribute"; 4],
        ),
        // One number for two pairs: the second gets the next that is free.
        (
            "<bpt i='1'/>a<ept i='1'/><bpt i='1'/>b<ept i='1'/><bpt i='2'/><ept i='2'/>",
            "<bpt i=\"1\"/>a<ept i=\"1\"/><bpt i=\"3\"/>b<ept i=\"3\"/><bpt i=\"2\"/><ept i=\"2\"/>",
            &["tmx-duplicate-code"],
        ),
        (
            "<bpt i='1'/>a<bpt i='1'/>b<ept i='1'/><ept i='1'/>",
            "<bpt i=\"1\"/>a<bpt i=\"2\"/>b<ept i=\"2\"/><ept i=\"1\"/>",
            &["tmx-duplicate-code"],
        ),
        // Pairs that cross are pairs.
        (
            "<bpt i='1'/>a<bpt i='2'/>b<ept i='1'/>c<ept i='2'/>",
            "<bpt i=\"1\"/>a<bpt i=\"2\"/>b<ept i=\"1\"/>c<ept i=\"2\"/>",
            &[],
        ),
        ("<it>a</it>", "<it pos=\"begin\">a</it>", &["tmx-missing-attribute"]),
    ] {
        let read = taken(seg(segment).as_bytes());
        let codes: Vec<_> = read.findings.iter().map(|f| &*f.check).collect();
        assert_eq!(codes, told, "{segment}");
        for notes in [true, false] {
            let (text, report) = rewritten(&read, &WriteOptions { notes, ..options() });
            assert!(text.contains(&format!("<seg>{expected}</seg>")), "{segment}: {text}");
            let again = taken(text.as_bytes());
            if notes || report.losses.is_empty() {
                assert_eq!(again.units, read.units, "{segment}");
            }
            assert_eq!(again.told(), [""; 0], "{segment}");
        }
    }
}

#[test]
fn everything_a_unit_says_is_kept_in_order() {
    let read = taken(
        document(
            "<tu tuid='7' id='9' creationdate='20200101T000000Z' changeid='me' usagecount='3' srclang='fr_FR'>\
             <note>n</note><prop type='a' xml:lang='en'>1 <b>2</b></prop><prop type='a'>3</prop>\
             <tuv xml:lang='fr' creationid='x' foo='bar'><prop type='p'> q </prop><seg>s</seg></tuv></tu>",
        )
        .as_bytes(),
    );
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_json_snapshot!("tmx_unit", read.units[0]);
    });
    assert_eq!(read.told(), ["tmx-unknown-element 2"]);
    let place = &read.places[0];
    assert_eq!(
        (place.file.as_deref(), place.line, place.column, place.unit.as_deref()),
        (Some("dir/a.tmx"), Some(2), Some(1), Some("7"))
    );
}

#[test]
fn a_unit_inherits_what_its_header_says_for_it() {
    let file = |tool: &str, segtype: &str, tu: &str| {
        format!(
            "<tmx version='1.4'><header creationtool='{tool}' creationtoolversion='1' segtype='{segtype}' \
             o-tmf='t' adminlang='en' srclang='fr' datatype='html'/><body>\
             <tu {tu}><tuv xml:lang='en'><seg>a</seg></tuv></tu></body></tmx>"
        )
    };
    for (tool, segtype, tu, lang, expected) in [
        ("t", "block", "", "fr", &["segtype block", "datatype html"][..]),
        ("t", "block", "srclang='*all*' datatype='rtf'", "-", &["datatype rtf", "segtype block"]),
        ("t", "block", "segtype='phrase' o-tmf='x'", "fr", &["segtype phrase", "o-tmf x", "datatype html"]),
        // What is no segtype is told of once, not repeated with every unit.
        ("t", "chunk", "", "fr", &["datatype html"]),
        // What wicterm wrote says everything itself.
        ("wicterm", "block", "", "fr", &[]),
    ] {
        let unit = &taken(file(tool, segtype, tu).as_bytes()).units[0];
        assert_eq!(unit.source_lang.as_ref().map_or("-", |l| l.as_str()), lang, "{tu}");
        let other: Vec<_> = unit.attributes.other.iter().map(|(n, v)| format!("{n} {v}")).collect();
        assert_eq!(other, expected, "{tool} {segtype} {tu}");
    }
}

#[test]
fn places_are_bytes_of_the_file() {
    let xml = seg("é");
    let read = taken(xml.as_bytes());
    let (start, end) = read.places[0].bytes.unwrap();
    let unit = &xml[start as usize..end as usize];
    assert!(unit.starts_with("<tu>") && unit.ends_with("</tu>"), "{unit}");
}

#[test]
fn what_is_damaged_is_read_up_to_the_damage() {
    let whole = document(&"<tu><tuv xml:lang='en'><seg>a</seg></tuv></tu>\n".repeat(3));
    for (bytes, units, place) in [
        (whole.as_bytes()[..whole.len() - 30].to_vec(), 2, (4, 30)),
        (whole.replacen("</seg></tuv></tu>\n<tu>", "</tuv></tu>\n<tu>", 1).into_bytes(), 0, (2, 30)),
        (format!("{whole}<tmx/>").into_bytes(), 3, (5, 14)),
        (b"<martif/>".to_vec(), 0, (1, 1)),
        (b"".to_vec(), 0, (1, 1)),
    ] {
        let (read, outcome) = take(&bytes[..]);
        let Err(ReadError::Broken(at, _)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(
            (at.line, at.column),
            (Some(place.0), Some(place.1)),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        assert_eq!(at.file.as_deref(), Some("dir/a.tmx"));
        assert_eq!(read.units.len(), units);
    }
}

#[test]
fn invalid_bytes_are_replaced_and_placed() {
    let mut bytes = b"<?xml version='1.0' encoding='utf-8'?>\n".to_vec();
    bytes.extend(seg("a#b").bytes().map(|b| if b == b'#' { 0xFF } else { b }));
    let read = taken(&bytes);
    assert_eq!(read.units[0].variants[0].segment.text, "a\u{FFFD}b");
    assert_eq!(read.told(), ["read-encoding 3"]);
    let latin = seg("café").chars().map(|c| c as u8).collect::<Vec<_>>();
    let read = taken(&latin);
    assert_eq!(read.units[0].variants[0].segment.text, "café");
    assert_eq!(read.told(), ["read-encoding -"]);
}

/// Gives a text, then another one again and again.
struct Flood(Vec<u8>, &'static str, u64);

impl Read for Flood {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.0.len() < into.len().min(1 << 16) && self.2 > 0 {
            self.2 = self.2.saturating_sub(self.1.len() as u64);
            self.0.extend_from_slice(self.1.as_bytes());
        }
        let n = self.0.len().min(into.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0.drain(..n);
        Ok(n)
    }
}

#[test]
fn no_unit_is_larger_than_the_limit() {
    let limits = Limits { text: 1 << 20, ..Limits::default() };
    let length = 1 << 24;
    for (start, again) in [
        ("<tu><tuv xml:lang='en'><seg>", "x"),
        ("<tu>", "<note/>"),
        ("<tu>", "<tuv/>"),
        ("<tu><tuv>", "<seg/>"),
        ("<tu><tuv><prop>0123456789012345678901234567890123456789</prop>", "<seg/>"),
        ("<tu><tuv><seg>", "<ph/>"),
        ("<tu><tuv><seg>", "<hi></hi>"),
        ("<tu><tuv><seg><ph>", "<sub/>"),
        ("<tu><tuv><seg><ph>", "<b></b>"),
        ("<tu><tuv>", "x<ph/>"),
        ("<tu><tuv><seg>", "<hi>"),
        ("<tu><tuv><seg>", "<ph><sub>"),
        ("<tu ", "a='' "),
    ] {
        let head = document("").split_once("</body>").unwrap().0.to_owned() + start;
        let (_, outcome) = take_within(Flood(head.into_bytes(), again, length), limits);
        assert!(matches!(outcome, Err(ReadError::Limit(..))), "{start} {again}: {outcome:?}");
    }
}

#[test]
fn a_sink_that_has_enough_is_obeyed() {
    let xml = document(&"<tu><tuv xml:lang='en'><seg>a</seg></tuv></tu>".repeat(5));
    let mut sink = Taken { most: Some(2), ..Taken::default() };
    let mut bytes = xml.as_bytes();
    (FORMAT.read.unwrap())(Input::Stream(&mut bytes, "a"), &ReadOptions::default(), &mut sink).unwrap();
    assert_eq!(sink.units.len(), 2);
}

#[test]
fn a_tmx_is_known_by_its_beginning() {
    for (head, name, sure) in [
        ("<?xml version='1.0'?>\n<tmx version='1.1'>", "a", 100),
        ("<tmx>", "a.xml", 100),
        ("<!DOCTYPE tmx SYSTEM 'tmx14.dtd'>", "a", 95),
        ("<tmxx>", "a", 0),
        ("", "a.TMX", 1),
        ("<martif>", "a.tbx", 0),
    ] {
        assert_eq!(sniff(head, Path::new(name)), sure, "{head}");
    }
    assert_eq!(crate::format::by_name("tmx").map(|f| f.name), Some("tmx"));
}

/// A unit with everything TMX can carry, and one with what it cannot.
fn sample() -> Vec<Unit> {
    let xml = document(
        "<tu tuid='7' creationdate='20200101T000000Z' usagecount='3'><note>n</note><prop type='a'> 1\n</prop>\
         <tuv xml:lang='en' creationid='x'><prop type='p'>q</prop><seg> The <bpt i='1' x='1'>&lt;b></bpt>share<ept i='1'>\
         &lt;/b></ept> of <hi type='t'>energy <ph x='2'>ALT='<sub>A &amp; B</sub>'</ph></hi>\u{A0}. </seg></tuv>\
         <tuv xml:lang='ZH-cn'><seg>网络主权</seg></tuv></tu>\
         <tu id='9' srclang='*all*' changedate='2020-01-02T03:04:05Z'><tuv lang='en_US'><seg>a<g id='1'>b</g><bx/>\
         <ept i='4'/></seg></tuv><tuv lang='fr'><seg/></tuv></tu>",
    );
    taken(xml.as_bytes()).units
}

#[test]
fn what_is_written_reads_as_it_should() {
    let units = sample().into_iter().map(|u| Entry::Unit(Box::new(u)));
    let (text, report) = written(units.collect(), &options());
    let losses: Vec<_> =
        report.losses.iter().map(|l| format!("{:?} {} {}: {}", l.class, l.entry, l.field, l.why)).collect();
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("tmx_written", format!("{text}\n{}", losses.join("\n")));
    });
}

#[test]
fn units_come_back_as_they_were() {
    let units = sample();
    let entries: Vec<_> = units.iter().cloned().map(|u| Entry::Unit(Box::new(u))).collect();
    let (text, report) = written(entries.clone(), &options());
    assert!(report.losses.iter().all(|l| l.class == LossClass::Note));
    let read = taken(text.as_bytes());
    assert_eq!(read.units, units);
    assert_eq!(read.told(), [""; 0]);
    // Without notes the rest is gone, and the report says so.
    let (text, bare) = written(entries, &WriteOptions { notes: false, ..options() });
    assert!(!text.contains("wicterm:unit") && bare.losses.len() == report.losses.len());
    assert!(bare.losses.iter().all(|l| l.class == LossClass::Lost));
    assert_ne!(taken(text.as_bytes()).units, units);
}

#[test]
fn what_was_changed_elsewhere_is_not_put_back() {
    let units = sample().into_iter().map(|u| Entry::Unit(Box::new(u)));
    let (text, _) = written(units.collect(), &options());
    let read = taken(text.replace("a<hi type=\"x-g\">b", "a<hi type=\"x-g\">c").as_bytes());
    assert_eq!(read.units[1].variants[0].segment.text, "ac");
    assert_eq!(read.findings.iter().map(|f| &*f.check).collect::<Vec<_>>(), ["tmx-changed-elsewhere"]);
    assert!(read.units[1].properties.is_empty());
}

#[test]
fn the_source_language_stands_first() {
    let units: Vec<_> = sample().into_iter().map(|u| Entry::Unit(Box::new(u))).collect();
    let options = WriteOptions { source_lang: "zh".parse().ok(), ..options() };
    let (text, _) = written(units, &options);
    assert!(text.contains("srclang=\"zh\" datatype"));
    let read = taken(text.as_bytes());
    assert_eq!(read.units[0].variants[0].lang.as_str(), "zh-Hans");
    assert_eq!(read.units[0].source_lang, "en".parse().ok());
}

#[test]
fn a_unit_without_segments_is_a_loss() {
    let (_, report) = written(vec![Entry::Unit(Box::default())], &options());
    assert_eq!((report.units, report.losses.len(), &*report.losses[0].field), (0, 1, "/variants"));
}

fn concept() -> Concept {
    serde_json::from_value(serde_json::json!({
        "slug": "cyber-sovereignty",
        "subject_fields": ["internet governance"],
        "definitions": [{"text": "d"}],
        "languages": [
            {"lang": "en", "terms": [
                {"text": "cyberspace sovereignty", "status": "admitted"},
                {"text": "cyber sovereignty", "status": "preferred", "contexts": [{"text": "c"}]},
                {"text": "net rule", "status": "deprecated"},
                {"text": "web rule", "status": "preferred", "forbidden": true},
            ]},
            {"lang": "zh-Hans", "terms": [{"text": "网络主权", "status": "preferred", "reading": "r"}]},
            {"lang": "fr", "notes": [{"text": "n"}], "terms": [
                {"text": "cybersouveraineté"}, {"text": "souveraineté numérique", "status": "proposed"},
            ]},
            {"lang": "ru", "terms": [{"text": "x", "status": "superseded"}]},
        ],
    }))
    .unwrap()
}

#[test]
fn a_concept_is_one_unit_of_its_best_terms() {
    let (text, report) = written(vec![Entry::Concept(Box::new(concept()))], &options());
    let read = taken(text.as_bytes());
    assert_eq!(read.units.len(), 1);
    let terms: Vec<_> = read.units[0].variants.iter().map(|v| &*v.segment.text).collect();
    assert_eq!(terms, ["cyber sovereignty", "网络主权", "cybersouveraineté"]);
    assert_eq!((report.concepts, report.terms, report.units), (1, 3, 1));
    assert_eq!(read.units[0].properties[0].text, "cyber-sovereignty");
    let lost: Vec<_> = report.losses.iter().map(|l| &*l.field).collect();
    assert_eq!(
        lost,
        [
            "/definitions",
            "/languages/0/terms/0",
            "/languages/0/terms/1/contexts",
            "/languages/0/terms/2",
            "/languages/0/terms/3",
            "/languages/1/terms/0/reading",
            "/languages/2/notes",
            "/languages/2/terms/1",
            "/languages/3/terms/0",
        ]
    );
}

#[test]
fn variants_make_a_unit_of_every_usable_pair_and_never_of_others() {
    let options = WriteOptions { variants: true, source_lang: "en".parse().ok(), ..options() };
    let (text, report) = written(vec![Entry::Concept(Box::new(concept()))], &options);
    let read = taken(text.as_bytes());
    let pairs: Vec<_> = read
        .units
        .iter()
        .map(|u| u.variants.iter().map(|v| &*v.segment.text).collect::<Vec<_>>().join(" = "))
        .collect();
    assert_eq!(
        pairs,
        [
            "cyberspace sovereignty = 网络主权",
            "cyberspace sovereignty = cybersouveraineté",
            "cyber sovereignty = 网络主权",
            "cyber sovereignty = cybersouveraineté",
        ]
    );
    assert_eq!((report.terms, report.units), (4, 4));
    assert!(!text.contains("net rule") && !text.contains("web rule") && !text.contains("numérique"));
    let tuids: std::collections::BTreeSet<_> = read.units.iter().map(|u| u.origin.tuid.clone()).collect();
    assert_eq!(tuids.len(), 4);
}

#[test]
fn a_concept_that_may_be_used_in_one_language_only_is_a_loss() {
    let mut concept = concept();
    concept.languages.drain(1..3);
    let (_, report) = written(vec![Entry::Concept(Box::new(concept))], &options());
    assert_eq!((report.concepts, report.units), (0, 0));
    assert_eq!(report.losses.last().map(|l| &*l.field), Some("/languages"));
}

/// Every TMX of the folders that are there.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![];
    for folder in ["seeds/formats/tmx/lisa-kit", "../shared/tmx", "../shared/real/tmx"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
            eprintln!("skipped: {folder} is not here");
            continue;
        };
        files
            .extend(entries.map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "tmx")));
    }
    files.sort();
    assert!(files.len() >= 23, "the LISA kit is in the repository");
    files
}

#[test]
fn every_real_file_comes_back_unit_by_unit() {
    for file in files() {
        let read = taken(&std::fs::read(&file).unwrap());
        for (notes, source_lang) in [(true, None), (true, "fr".parse().ok()), (false, None)] {
            let options = WriteOptions { notes, source_lang: source_lang.clone(), ..options() };
            let (text, report) = rewritten(&read, &options);
            let again = taken(text.as_bytes());
            assert_eq!(report.units, read.units.len() as u64, "{}", file.display());
            assert_eq!(again.told().len(), 0, "{}: {:?}", file.display(), again.told());
            if source_lang.is_some() {
                // Variants of the source language have moved to the front, and nothing else.
                let sorted = |units: &[Unit]| {
                    let mut units = units.to_vec();
                    units
                        .iter_mut()
                        .for_each(|u| u.variants.sort_by_key(|v| (v.lang.clone(), v.segment.text.clone())));
                    units
                };
                assert_eq!(sorted(&again.units), sorted(&read.units), "{}", file.display());
            } else if notes || report.losses.is_empty() {
                assert_eq!(again.units, read.units, "{}", file.display());
            } else {
                for (unit, before) in again.units.iter().zip(&read.units) {
                    assert_eq!(unit, &mend(before).0, "{}", file.display());
                }
            }
            let header = again.header.unwrap();
            assert!(header.ours);
            if report.losses.iter().any(|l| l.entry == "header") {
                continue;
            }
            assert_eq!(header.properties, read.header.as_ref().unwrap().properties, "{}", file.display());
        }
    }
}

#[test]
fn the_files_of_the_lisa_kit_hold_what_they_say() {
    let kit = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats/tmx/lisa-kit");
    let mut counts = BTreeMap::new();
    for file in files().into_iter().filter(|f| f.starts_with(&kit)) {
        let read = taken(&std::fs::read(&file).unwrap());
        let variants: usize = read.units.iter().map(|u| u.variants.len()).sum();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        counts.insert(
            name,
            format!("{} units, {variants} variants, {}", read.units.len(), read.told().join(", ")),
        );
    }
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_json_snapshot!("tmx_lisa_kit", counts);
    });
    let text = |name: &str, unit: usize, variant: usize| {
        let read = taken(&std::fs::read(kit.join(name)).unwrap());
        shown(&read.units[unit].variants[variant].segment)
    };
    // Four files of the same text in four encodings.
    for name in ["ImportTest1E.tmx", "ImportTest1F.tmx", "ImportTest1G.tmx", "ImportTest1H.tmx"] {
        for unit in 0..3 {
            assert_eq!(text(name, unit, 0), text("ImportTest1D.tmx", unit, 0).as_str(), "{name}");
        }
    }
    assert!(text("ImportTest1I.tmx", 0, 1).contains('\u{3000}'));
    assert_eq!(
        text("ImportTest2C.tmx", 0, 1),
        "{it+ x1 type=italic '<I>'}{bpt i1 x2 type=bold '<B>'}Cliquez {ph x3 type=image assoc=b \
         '<IMG SRC=\"here.png\" ALT=\"' sub[](Commencez ici !) '\">'} pour {[ x4 type=verb}commencer{]}.{ept i1 '</B>'}"
    );
}

/// Runs a judge over a file; `None` when it is not installed.
fn judge(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let required = std::env::var("WICTERM_TEST_REQUIRE").is_ok_and(|v| v == "all");
    match std::process::Command::new(program).args(arguments).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            Some((output.status.success(), said))
        }
        Err(e) => {
            assert!(!required, "{program} is required: {e}");
            eprintln!("skipped: {program} is not here");
            None
        }
    }
}

#[test]
fn everything_written_is_valid_by_the_dtd() {
    let dtd = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tmx/dtd/tmx14.dtd");
    if !dtd.exists() {
        eprintln!("skipped: the DTD of TMX 1.4 is not here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut paths = vec![];
    for (i, file) in files().into_iter().enumerate() {
        let read = taken(&std::fs::read(&file).unwrap());
        let (text, _) = rewritten(&read, &WriteOptions { title: "All of it".into(), ..options() });
        let path = folder.path().join(format!("{i}.tmx"));
        std::fs::write(&path, text).unwrap();
        paths.push(path.display().to_string());
    }
    for variants in [false, true] {
        let mut entries: Vec<_> = sample().into_iter().map(|u| Entry::Unit(Box::new(u))).collect();
        entries.push(Entry::Concept(Box::new(concept())));
        let (text, _) = written(entries, &WriteOptions { variants, ..options() });
        let path = folder.path().join(format!("sample-{variants}.tmx"));
        std::fs::write(&path, text).unwrap();
        paths.push(path.display().to_string());
    }
    let dtd = dtd.display().to_string();
    let mut arguments = vec!["--nonet", "--noout", "--dtdvalid", &dtd];
    arguments.extend(paths.iter().map(String::as_str));
    if let Some((valid, said)) = judge("xmllint", &arguments) {
        assert!(valid, "{said}");
    }
}

#[test]
fn translate_toolkit_reads_every_unit() {
    const COUNT: &str = "
import sys
from translate.storage import tmx
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        units = tmx.tmxfile.parsestring(file.read()).units
    print(len(units), sum(len(list(unit.xmlelement.iterfind('.//tuv'))) for unit in units))
";
    // The one that has the judges, where CI made one of its own.
    let python = std::env::var("WICTERM_JUDGE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ready = judge(&python, &["-c", "import translate"]);
    if !ready.is_some_and(|(there, said)| {
        let required = std::env::var("WICTERM_TEST_REQUIRE").is_ok_and(|v| v == "all");
        assert!(there || !required, "translate-toolkit is required: {said}");
        there
    }) {
        eprintln!("skipped: translate-toolkit is not here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut paths, mut counts) = (vec![], String::new());
    for (i, file) in files().into_iter().enumerate() {
        let read = taken(&std::fs::read(&file).unwrap());
        let (text, _) = rewritten(&read, &options());
        let path = folder.path().join(format!("{i}.tmx"));
        std::fs::write(&path, text).unwrap();
        paths.push(path.display().to_string());
        let variants: usize = read.units.iter().map(|u| u.variants.len()).sum();
        counts.push_str(&format!("{} {variants}\n", read.units.len()));
    }
    let mut arguments = vec!["-c", COUNT];
    arguments.extend(paths.iter().map(String::as_str));
    let (_, said) = judge(&python, &arguments).unwrap();
    assert_eq!(said.replace('\r', ""), counts);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[a网路ё\u{301} \u{A0}\u{3000}\n\t\r😀<>&\"']{0,8}",
        "[\u{0}-\u{1F}a\u{FFFD}\u{FFFE}\u{FFFF}]{0,5}",
    ]
}

fn pairs(names: &'static [&'static str]) -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![8 => proptest::sample::select(names).prop_map(str::to_owned), 1 => "[a-z]{1,4}"];
    prop::collection::vec((name, prop_oneof![text(), Just("20200101T000000Z".to_owned())]), 0..3)
}

fn segment(depth: u32) -> BoxedStrategy<Segment> {
    let native = if depth == 0 {
        text().prop_map(Native::Code).boxed()
    } else {
        let sub = (pairs(&["type", "datatype"]), segment(depth - 1)).prop_map(|(a, s)| Native::Sub(a, s));
        prop_oneof![3 => text().prop_map(Native::Code), 1 => sub].boxed()
    };
    let kind = prop_oneof![
        Just(InlineKind::Begin),
        Just(InlineKind::End),
        Just(InlineKind::Isolated(Edge::Open)),
        Just(InlineKind::Isolated(Edge::Close)),
        Just(InlineKind::Placeholder),
        Just(InlineKind::Unknown),
        Just(InlineKind::Highlight(Edge::Open)),
        Just(InlineKind::Highlight(Edge::Close)),
        Just(InlineKind::Foreign("g".into(), Edge::Open)),
        Just(InlineKind::Foreign("g".into(), Edge::Close)),
    ];
    let number = prop::option::of(prop_oneof![4 => "[1-3]", 1 => text()]);
    let inline = (
        0..20_u32,
        kind,
        number.clone(),
        number,
        pairs(&["type", "assoc"]),
        prop::collection::vec(native, 0..3),
    )
        .prop_map(|(at, kind, pair, x, attributes, native)| Inline {
            at,
            kind,
            pair,
            x,
            attributes,
            native,
        });
    (text(), prop::collection::vec(inline, 0..5))
        .prop_map(|(text, inlines)| Segment { text, inlines })
        .boxed()
}

fn unit() -> impl Strategy<Value = Unit> {
    let date = || {
        prop::option::of(prop_oneof![Just("20200101T000000Z".to_owned()), Just("2020-01-01".into()), text()])
    };
    let attributes = move |names| {
        (date(), prop::option::of(text()), date(), pairs(names)).prop_map(
            |(creation_date, creation_id, change_date, other)| Attributes {
                creation_date,
                creation_id,
                change_date,
                change_id: None,
                other,
            },
        )
    };
    let property = || {
        (prop::option::of(text()), text(), pairs(PROPERTY_OTHER))
            .prop_map(|(kind, text, attributes)| Property { kind, text, attributes })
    };
    let tag = || proptest::sample::select(vec!["en", "zh_CN", "EN-us", "und", "x-foo", "iw", "English"]);
    let variant = (tag(), attributes(TUV_OTHER), prop::collection::vec(property(), 0..2), segment(2))
        .prop_map(|(tag, attributes, properties, segment)| {
            let lang: LanguageTag = tag.parse().unwrap_or_else(|_| "und".parse().unwrap());
            let written = (lang.as_str() != tag).then(|| tag.to_owned());
            Variant { lang, written, attributes, properties, segment }
        });
    let source = prop::option::of(tag());
    (
        attributes(TU_OTHER),
        prop::collection::vec(property(), 0..2),
        prop::collection::vec(variant, 1..4),
        source,
    )
        .prop_map(|(attributes, properties, variants, source)| Unit {
            source_lang: source.and_then(|s| s.parse().ok()),
            attributes,
            properties,
            variants,
            ..Unit::default()
        })
}

/// Leaves out end tags that close nothing, and ends what is open.
fn closed(body: &str) -> String {
    let (mut out, mut open) = (String::new(), vec![]);
    for piece in body.split_inclusive('>') {
        let at = piece.find('<').unwrap_or(piece.len());
        let (text, tag) = piece.split_at(at);
        out.push_str(text);
        if let Some(name) = tag.strip_prefix("</") {
            if open.last() == Some(&name.trim_end_matches('>')) {
                open.pop();
                out.push_str(tag);
            }
            continue;
        }
        out.push_str(tag);
        if tag.ends_with('>') && !tag.ends_with("/>") {
            let name = tag[1..].split(['>', ' ']).next().unwrap_or_default();
            open.push(name);
        }
    }
    open.iter().rev().for_each(|name| out.push_str(&format!("</{name}>")));
    out
}

/// Takes away what two units differ in by where they were read.
fn bare(mut unit: Unit) -> Unit {
    unit.origin = UnitOrigin::default();
    unit
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_unit_comes_back_from_a_file(units in prop::collection::vec(unit(), 1..3)) {
        let entries = units.iter().cloned().map(|u| Entry::Unit(Box::new(u))).collect();
        let (text, _) = written(entries, &options());
        let read = taken(text.as_bytes());
        let again: Vec<_> = read.units.into_iter().map(bare).collect();
        prop_assert_eq!(again, units, "{}", text);
    }

    #[test]
    fn a_mended_unit_is_strict_and_a_strict_one_is_not_mended(unit in unit()) {
        let (mended, differences) = mend(&unit);
        prop_assert!(is_strict(&mended, &mut Tags::default()), "{:?}", mended);
        prop_assert_eq!(differences.is_empty(), is_strict(&unit, &mut Tags::default()));
        prop_assert_eq!(differences.is_empty(), mended == unit);
        let json = serde_json::to_value(&unit).unwrap();
        for (pointer, _) in differences {
            // What was put in at the end of a segment's codes has no field of its own.
            prop_assert!(json.pointer(&pointer).is_some() || pointer.ends_with("/inlines"), "{} {}", pointer, json);
        }
    }

    #[test]
    fn whatever_is_read_comes_back_and_is_accounted_for(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<tu>", "<tu tuid='a&#xFFFE;b' id='2'>", "<tu id='1' srclang='de_DE' x:y='z'>", "<tu srclang='??'>", "</tu>",
            "</tu>", "<tuv xml:lang='en'>", "<tuv lang='ZH_cn' xml:lang='fr'>", "<tuv>", "</tuv>", "</tuv>", "<seg>",
            "<seg>", "<seg lang='x'>", "</seg>", "</seg>", "<bpt i='1'>", "<bpt>", "</bpt>", "<ept i='1'/>", "<ept/>",
            "<ph x='1' assoc='p'/>", "<it pos='end'/>", "<it pos='?'>", "</it>", "<ut/>", "<hi type='t'>", "</hi>",
            "<g id='1'>", "</g>", "<ph>", "</ph>", "<sub type='s'>", "</sub>", "<prop type='p'>", "<prop>",
            "<prop type='wicterm:unit'>", "</prop>", "<note xml:lang='en_US'>", "</note>", "{}", "text", " \n ", "&lt;",
            "&#13;", "\u{FFFF}", "<tu><tuv xml:lang='en'><seg>", "</seg></tuv></tu>", "<t:n xmlns:t='u'/>",
            "<tu creationdate='2020-01-01' changedate='20200101T000000Z' usagecount='many' segtype='line'>",
        ]), 0..30),
    ) {
        // Half of them as they come, half with every tag closed.
        let body = pieces.concat();
        for body in [body.clone(), closed(&body)] {
            let (read, _) = take(document(&body).as_bytes());
            let Account { mapped, kept, told } = read.account;
            prop_assert!(mapped + kept + told > 0);
            prop_assert!(told == 0 || !read.findings.is_empty() || take(document(&body).as_bytes()).1.is_err());
            let (text, report) = rewritten(&read, &options());
            let again = taken(text.as_bytes());
            let lost = |unit: &Unit| {
                let mut unit = unit.clone();
                if report.losses.iter().any(|l| l.field == "/origin/tuid") {
                    unit.origin.tuid = None;
                }
                unit
            };
            let (again, before): (Vec<_>, Vec<_>) =
                (again.units.iter().map(lost).collect(), read.units.iter().map(lost).collect());
            prop_assert_eq!(again, before, "{}", body);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0..900_usize) {
        let _ = take(&bytes[..]);
        let sample = written(sample().into_iter().map(|u| Entry::Unit(Box::new(u))).collect(), &options()).0.into_bytes();
        let mut torn = sample.clone();
        let at = cut.min(torn.len());
        torn.splice(at..(at + 3).min(sample.len()), bytes.iter().copied().take(3));
        let _ = take(&torn[..]);
    }
}
