use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::*;
use crate::format::testing::{Collected, arbitrary_filled_concept, text, unexplained, write};
use crate::format::{Entry, Limits, Loss, ReadOptions, WriteOptions};
use crate::model::*;

fn read(format: &Format, bytes: &[u8], name: &str, options: &ReadOptions) -> Collected {
    let (collected, result) = try_read(format, bytes, name, options);
    result.unwrap();
    collected
}

fn try_read(
    format: &Format,
    bytes: &[u8],
    name: &str,
    options: &ReadOptions,
) -> (Collected, Result<(), ReadError>) {
    let mut sink = Collected::default();
    let door = format.read.expect("every table reads");
    let result = door(Input::Stream(&mut &bytes[..], name), options, &mut sink);
    (sink, result)
}

fn tag(text: &str) -> LanguageTag {
    text.parse().unwrap()
}

fn langs(tags: &[&str]) -> ReadOptions {
    ReadOptions { langs: tags.iter().map(|t| tag(t)).collect(), ..Default::default() }
}

fn map(pairs: &[(&str, &str)]) -> ReadOptions {
    ReadOptions {
        map: pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        ..Default::default()
    }
}

/// Takes out of an entry's JSON what the losses name, and nothing else.
fn without(mut json: Value, losses: &[&Loss]) -> Value {
    const GONE: &str = "\u{1}gone";
    for loss in losses {
        let at = json.pointer_mut(&loss.field).unwrap_or_else(|| panic!("{} names nothing", loss.field));
        *at = Value::String(GONE.into());
    }
    fn prune(value: &mut Value) {
        match value {
            Value::Array(items) => {
                items.retain(|i| i != GONE);
                items.iter_mut().for_each(prune);
            }
            Value::Object(fields) => {
                fields.retain(|_, v| v != GONE);
                fields.values_mut().for_each(prune);
            }
            _ => {}
        }
    }
    prune(&mut json);
    json
}

fn normal(mut concept: Concept) -> Concept {
    concept.id = ConceptId::default();
    concept
}

fn losses_of<'a>(report: &'a LossReport, entry: &str) -> Vec<&'a Loss> {
    report.losses.iter().filter(|l| l.entry == entry).collect()
}

// ---- cells ------------------------------------------------------------------------------------

#[test]
fn cells_are_cut_as_they_were_meant() {
    let limits = Limits::default();
    for (name, table, rows) in [
        ("plain", "a,b\nc,d\n", vec![vec!["a", "b"], vec!["c", "d"]]),
        ("no last line end", "a,b", vec![vec!["a", "b"]]),
        ("windows", "a,b\r\nc,d\r\n", vec![vec!["a", "b"], vec!["c", "d"]]),
        ("old mac", "a,b\rc,d\r", vec![vec!["a", "b"], vec!["c", "d"]]),
        ("semicolons", "a;b\nc,x;d\n", vec![vec!["a", "b"], vec!["c,x", "d"]]),
        ("bars", "a|b\nc|d\n", vec![vec!["a", "b"], vec!["c", "d"]]),
        ("excel's own line", "sep=;\r\na;b\r\n", vec![vec!["a", "b"]]),
        ("quoted line ends", "a,\"b\nc\"\r\nd,e", vec![vec!["a", "b\nc"], vec!["d", "e"]]),
        ("doubled marks", "\"\"\"q\"\"\",\"zz\"\"zz\"", vec![vec!["\"q\"", "zz\"zz"]]),
        ("quoted delimiter", "\"a,b\",c", vec![vec!["a,b", "c"]]),
        ("blanks around", "  a  , \"b \" ,c", vec![vec!["a", "b ", "c"]]),
        ("blank rows", "\na,b\n\n , \nc,d", vec![vec!["a", "b"], vec!["c", "d"]]),
        ("a mark in a cell", "a 5\" disk,b", vec![vec!["a 5\" disk", "b"]]),
        ("a mark that never closes", "a,\"b\nc,d\n", vec![vec!["a", "\"b"], vec!["c", "d"]]),
        (
            "speech in a segment",
            "\"Hi,\" he said.\tx\n\"a\"\ty",
            vec![vec!["\"Hi,\" he said.", "x"], vec!["a", "y"]],
        ),
        ("ragged", "a,b,c\nd\ne,f,g,h", vec![vec!["a", "b", "c"], vec!["d"], vec!["e", "f", "g", "h"]]),
        ("NUL", "a\0b,c", vec![vec!["a\0b", "c"]]),
        ("guarded", "'=1+1,'tis,''@x,'-5", vec![vec!["=1+1", "'tis", "'@x", "-5"]]),
        ("utf-8 mark", "\u{feff}a,b", vec![vec!["a", "b"]]),
        ("empty", "", vec![]),
    ] {
        assert_eq!(grid::all_rows(table.as_bytes(), limits).unwrap(), rows, "{name}");
    }
}

#[test]
fn places_are_lines_and_bytes_of_the_file() {
    let table = "\u{feff}concept,lang,term,note\r\na,en,x,\"one\r\ntwo\"\r\nb,en,网络,\r\n";
    let read = read(&TERMS_CSV, table.as_bytes(), "t.csv", &ReadOptions::default());
    let lines: Vec<_> = read.places.iter().map(|p| p.line).collect();
    assert_eq!(lines, [Some(2), Some(4)]);
    let (from, to) = read.places[1].bytes.unwrap();
    assert_eq!(&table[from as usize..to as usize], "b,en,网络,");
}

#[test]
fn a_row_without_an_end_costs_no_more_than_the_limit() {
    /// A file that a small program pretends to have.
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = into.len().min(self.0 as usize);
            into[..n].fill(b'a');
            self.0 -= n as u64;
            Ok(n)
        }
    }
    let limits = Limits { text: 1 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..Default::default() };
    for head in ["", "concept,lang,term\na,en,\""] {
        let mut input = head.as_bytes().chain(Endless(1 << 30));
        let mut sink = Collected::default();
        let result = long::read(Input::Stream(&mut input, "t.csv"), &options, &mut sink);
        assert!(matches!(result, Err(ReadError::Limit(..))), "{head} {result:?}");
    }
}

#[test]
fn hostile_shapes_cost_linear_time() {
    let bars: String = (0..50_000).map(|n| format!("{n}|")).collect();
    let wide =
        read(&TERMS_WIDE_CSV, format!("en,fr\n{bars},x\n").as_bytes(), "t.csv", &ReadOptions::default());
    assert_eq!(wide.concepts[0].languages[0].terms.len(), 50_000);
    let (_, result) = try_read(&TERMS_CSV, ",".repeat(1 << 20).as_bytes(), "t.csv", &ReadOptions::default());
    assert!(result.is_ok(), "nothing stands in it");
    let columns = "concept,lang,term".to_owned() + &",x".repeat(1 << 20);
    let (_, result) = try_read(&TERMS_CSV, columns.as_bytes(), "t.csv", &ReadOptions::default());
    assert!(matches!(result, Err(ReadError::Limit(..))));
    let mut one = String::from("concept,lang,term,note,definition,definition_level\n");
    for n in 0..20_000 {
        one.push_str(&format!("a,x-{n:06},w{n},n{n},d{n},concept\na,en,w{n},n{n},e{n},\n"));
    }
    let read = read(&TERMS_CSV, one.as_bytes(), "t.csv", &ReadOptions::default());
    assert_eq!(read.concepts[0].languages.len(), 20_001);
}

#[test]
fn marks_that_never_close_cost_linear_time() {
    let mut table = String::from("concept,lang,term\n");
    for n in 0..50_000 {
        table.push_str(&format!("c{n},en,\"open {n}\n"));
    }
    let read = read(&TERMS_CSV, table.as_bytes(), "t.csv", &ReadOptions::default());
    assert_eq!(read.concepts.len(), 50_000);
    assert_eq!(read.concepts[7].languages[0].terms[0].text, "\"open 7");
}

proptest! {
    #[test]
    fn any_cells_survive(rows in vec(vec(text(), 1..5), 1..5), tabs: bool, bom: bool) {
        let mut bytes = vec![];
        let mut out = grid::CellWriter::new(&mut bytes, if tabs { b'\t' } else { b',' }, bom).unwrap();
        // The first row says what the delimiter is, as a header does.
        let header: Vec<String> = (0..5).map(|n| format!("column{n}")).collect();
        for row in std::iter::once(&header).chain(&rows) {
            for cell in row {
                out.cell(cell);
            }
            out.end().unwrap();
        }
        let read = grid::all_rows(&bytes, Limits::default()).unwrap();
        let written: Vec<_> = rows.iter().filter(|r| r.iter().any(|c| !c.trim().is_empty())).cloned().collect();
        prop_assert_eq!(&read[1..], &written[..]);
    }

    #[test]
    fn what_rfc_4180_allows_reads_as_the_csv_crate_reads_it(
        rows in vec(vec("[ab\",;\n\u{e9}x]{0,6}", 3), 1..6), always: bool
    ) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let mut judge = csv::WriterBuilder::new().quote_style(style).from_writer(vec![]);
        judge.write_record(["a", "b", "c"]).unwrap();
        rows.iter().for_each(|r| judge.write_record(r).unwrap());
        let bytes = judge.into_inner().unwrap();
        let theirs: Vec<Vec<String>> = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]).records()
            .map(|r| r.unwrap().iter().map(str::to_owned).collect())
            .filter(|r: &Vec<String>| r.iter().any(|c| !c.trim().is_empty())).collect();
        prop_assert_eq!(grid::all_rows(&bytes, Limits::default()).unwrap(), theirs);
    }

    #[test]
    fn values_in_one_cell_survive(values in vec(text(), 1..5)) {
        let values: Vec<_> = values.into_iter().filter(|v| !v.is_empty()).collect();
        prop_assume!(!values.is_empty());
        prop_assert_eq!(grid::split_values(&grid::join_values(values.iter().map(String::as_str))), values);
    }
}

#[test]
fn no_cell_that_a_spreadsheet_would_execute_is_written_bare() {
    for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "'=1", "''=1"]
    {
        let mut bytes = vec![];
        let mut out = grid::CellWriter::new(&mut bytes, b',', false).unwrap();
        out.cell(cell);
        out.cell("x");
        out.end().unwrap();
        let written = String::from_utf8(bytes).unwrap();
        assert!(written.trim_start_matches('"').starts_with('\''), "{written}");
        assert_eq!(grid::all_rows(written.as_bytes(), Limits::default()).unwrap(), [[cell, "x"]]);
    }
    assert_eq!(grid::all_rows(b"'tis,''quoted''", Limits::default()).unwrap(), [["'tis", "''quoted''"]]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn rows_of_any_bytes_never_panic(bytes: Vec<u8>, quotes in "[\",\n\r\t;'=a]{0,40}") {
        let _ = grid::all_rows(&bytes, Limits { text: 64, ..Limits::default() });
        let _ = grid::all_rows(quotes.as_bytes(), Limits { text: 16, ..Limits::default() });
        for format in [&TERMS_CSV, &TERMS_WIDE_CSV, &BITEXT_CSV] {
            let _ = try_read(format, &bytes, "x", &langs(&["en", "fr"]));
            let _ = try_read(format, format!("concept,lang,term,en,fr,id\n{quotes}").as_bytes(), "x", &langs(&["en", "fr"]));
            let _ = (format.sniff)(&quotes, Path::new("x.csv"));
        }
    }
}

// ---- the long table ---------------------------------------------------------------------------

const LONG: &str = "\
concept;Lang;TERM;status;kind;Forbidden;definition;context;source;url;date;note;evidence
cyber-sovereignty;en;cyber sovereignty;preferred;full form;;What a state claims.;Snippet one.;The page;https://example.org/1;2015-12-16;a note;seed
other;en;other;;;;;;;;;;
cyber-sovereignty;zh-CN;网络主权;so-so;noise;perhaps;;;Title;;16/12/2015;;
cyber-sovereignty;en;cyber sovereignty;;;;What a state claims.;Snippet two.;;;2016;;
12/7;French;souveraineté;Not recommended;acronym;x;;;;;;;
;en;nobody's;;;;;;;;;;
a;;nowhere;;;;;;;;;;
a;klingonese;where;;;;;;;;;;
a;en;;;;;;;;;;;
";

#[test]
fn rows_of_one_concept_make_one_concept_wherever_they_stand() {
    let read = read(&TERMS_CSV, LONG.as_bytes(), "dir/t.csv", &ReadOptions::default());
    assert_eq!(read.concepts.len(), 3);
    let concept = &read.concepts[0];
    assert_eq!(concept.slug.as_ref().unwrap().as_str(), "cyber-sovereignty");
    assert_eq!(concept.definitions, [Definition::new("What a state claims.")]);
    let en = &concept.languages[0].terms[0];
    assert_eq!(concept.languages[0].terms.len(), 1);
    let contexts: Vec<_> =
        en.contexts.iter().map(|c| (&*c.text, c.source.date.unwrap().to_string())).collect();
    assert_eq!(contexts, [("Snippet one.", "2015-12-16".into()), ("Snippet two.", "2016".into())]);
    assert_eq!(en.contexts[0].source.url.as_deref(), Some("https://example.org/1"));
    assert!(en.sources.is_empty());
    assert_eq!(en.other[0].kind, "evidence");
    let zh = &concept.languages[1];
    assert_eq!((zh.lang.as_str(), zh.written.as_deref()), ("zh-Hans", Some("zh-CN")));
    assert_eq!(zh.terms[0].sources, [Source::titled("Title")]);
    let kept: Vec<_> = zh.terms[0].other.iter().map(|c| (&*c.kind, &*c.value)).collect();
    let odd = [("status", "so-so"), ("kind", "noise"), ("forbidden", "perhaps"), ("date", "16/12/2015")];
    assert_eq!(kept, odd);
    let foreign = &read.concepts[2];
    assert_eq!(foreign.foreign_ids, [ForeignId { origin: "t.csv".into(), id: "12/7".into() }]);
    let fr = &foreign.languages[0].terms[0];
    assert_eq!((fr.status, fr.forbidden, fr.kind), (Some(Status::Deprecated), true, Some(TermKind::Acronym)));
    let findings: Vec<_> = read.findings.iter().map(|f| (&*f.check, f.place.line.unwrap())).collect();
    assert_eq!(
        findings,
        [
            ("read-value", 4),
            ("read-value", 4),
            ("read-value", 4),
            ("read-value", 4),
            ("read-row", 7),
            ("read-row", 8),
            ("read-row", 9),
            ("read-row", 10),
        ]
    );
    assert!(read.findings.iter().all(|f| f.help.is_some()));
}

#[test]
fn a_header_is_read_by_map_by_name_and_by_what_others_call_it() {
    let table = "Entry ID,Sprache,Das Wort,Domain,Usage Status\n7,en,word,law|data,obsolete\n";
    let options = map(&[("lang", "Sprache"), ("term", "das wort")]);
    let read = read(&TERMS_CSV, table.as_bytes(), "t.csv", &options);
    assert_eq!(read.concepts[0].subject_fields, ["law", "data"]);
    assert_eq!(read.concepts[0].languages[0].terms[0].status, Some(Status::Superseded));
    for (options, says) in [
        (map(&[("wort", "Das Wort")]), "has no column \"wort\""),
        (map(&[("term", "Wort")]), "has no column \"Wort\""),
        (ReadOptions::default(), "no column lang, term"),
    ] {
        let (_, result) = try_read(&TERMS_CSV, table.as_bytes(), "t.csv", &options);
        let said = result.unwrap_err().to_string();
        assert!(said.starts_with("line 1:") && said.contains(says), "{said}");
    }
}

#[test]
fn tables_that_are_no_tables_are_said_to_be() {
    for format in [&TERMS_CSV, &TERMS_WIDE_CSV, &BITEXT_TSV] {
        let read = read(format, b"", "e.csv", &ReadOptions::default());
        assert_eq!(read.findings[0].check, "read-header");
        let (_, result) = try_read(format, b"just\nwords\n", "e.csv", &ReadOptions::default());
        assert!(matches!(result, Err(ReadError::Broken(place, _)) if place.line == Some(1)));
    }
}

#[test]
fn utf_16_with_a_mark_reads_and_damage_is_said() {
    let table = "concept\tlang\tterm\r\na\tzh-Hans\t网络\r\n";
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(table.encode_utf16().flat_map(u16::to_le_bytes));
    let read16 = read(&TERMS_TSV, &bytes, "t.tsv", &ReadOptions::default());
    assert_eq!(read16.concepts[0].languages[0].terms[0].text, "网络");
    assert_eq!(read16.places[0].bytes, None);
    let damaged = b"concept,lang,term\na,fr,souverainet\xe9\n";
    let read = read(&TERMS_CSV, damaged, "t.csv", &ReadOptions::default());
    assert_eq!(read.concepts[0].languages[0].terms[0].text, "souveraineté");
    assert_eq!(read.findings[0].check, "read-encoding");
}

#[test]
fn ragged_rows_are_read_as_far_as_they_go() {
    let table = "concept,lang,term,note\na,en,x\nb,en,y,n,too much,\nc,en,z,,,,\n";
    let read = read(&TERMS_CSV, table.as_bytes(), "t.csv", &ReadOptions::default());
    assert_eq!(read.concepts.len(), 3);
    let said: Vec<_> = read.findings.iter().map(|f| f.place.line).collect();
    assert_eq!(said, [Some(3)]);
}

#[test]
fn rows_that_disagree_are_said_and_the_first_stands() {
    let table = "concept,lang,term,status\na,en,x,preferred\na,en,x,deprecated\n";
    let read = read(&TERMS_CSV, table.as_bytes(), "t.csv", &ReadOptions::default());
    assert_eq!(read.concepts[0].languages[0].terms[0].status, Some(Status::Preferred));
    assert_eq!(read.findings[0].place.line, Some(3));
}

#[test]
fn a_big_table_is_read_in_bounded_memory_if_its_concepts_are_together() {
    let mut table = String::from("concept,lang,term\n");
    for n in 0..300 {
        table.push_str(&format!("c{n},en,a\nc{n},fr,b\nc{n},en,c\n"));
    }
    table.push_str("c0,de,too late\n");
    let mut sink = Collected::default();
    let options = ReadOptions::default();
    long::read_holding(Input::Stream(&mut table.as_bytes(), "t.csv"), &options, &mut sink, 5000).unwrap();
    assert_eq!(sink.concepts.len(), 300);
    assert!(sink.concepts.iter().all(|c| c.languages.len() == 2 && c.languages[0].terms.len() == 2));
    assert_eq!(sink.findings.len(), 1);
    assert!(sink.findings[0].help.as_ref().unwrap().contains("Sort"));
}

#[test]
fn the_twelve_columns_come_first_and_others_only_when_needed() {
    let mut concept = Concept { slug: "a".parse().ok(), ..Default::default() };
    concept.section_mut(&tag("en")).terms.push(Term::new("x"));
    let (bytes, report) = write(&TERMS_CSV, std::slice::from_ref(&concept), true);
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "\u{feff}concept,lang,term,status,kind,forbidden,definition,context,source,url,date,note\r\na,en,x,,,,,,,,,\r\n"
    );
    assert_eq!((report.concepts, report.terms, report.losses.len()), (1, 1, 0));
    concept.languages[0].terms[0].reading = Some("eks".into());
    let (bytes, _) = write(&TERMS_TSV, &[concept], true);
    assert!(String::from_utf8(bytes).unwrap().starts_with("concept\tlang\tterm\tstatus\tkind\tforbidden\tdefinition\tcontext\tsource\turl\tdate\tnote\treading\r\n"));
}

pub(super) fn several(max: usize) -> impl Strategy<Value = Vec<Concept>> {
    vec((arbitrary_filled_concept(), columns()), 1..max).prop_map(|all| {
        let each = |(n, (mut concept, columns)): (usize, (Concept, Vec<DataCategory>))| {
            concept.slug = format!("c{n}").parse().ok();
            for (term, column) in concept.languages.iter_mut().flat_map(|s| &mut s.terms).zip(columns) {
                term.other.push(column.clone());
                term.other.push(column);
            }
            concept
        };
        all.into_iter().enumerate().map(each).collect()
    })
}

/// Categories that came from columns of a table.
fn columns() -> impl Strategy<Value = Vec<DataCategory>> {
    let names = [
        "evidence",
        "status",
        "date",
        "valid_from",
        "Evidence",
        "note",
        "forbidden",
        "x (2)",
        "context_date",
    ];
    let column = (select(names.to_vec()), text()).prop_map(|(kind, value)| DataCategory {
        element: "column".into(),
        kind: kind.into(),
        value,
        ..Default::default()
    });
    vec(column, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn a_long_table_holds_everything_but_what_the_report_names(concepts in several(3), tabs: bool) {
        let format = if tabs { &TERMS_TSV } else { &TERMS_CSV };
        let (bytes, report) = write(format, &concepts, true);
        let read = read(format, &bytes, "t.csv", &ReadOptions::default());
        prop_assert_eq!(read.concepts.len(), concepts.len());
        for (original, copy) in concepts.into_iter().zip(read.concepts) {
            let losses = losses_of(&report, original.slug.as_ref().unwrap().as_str());
            let json = serde_json::to_value(normal(original)).unwrap();
            let left: Concept = serde_json::from_value(without(json, &losses)).unwrap();
            prop_assert_eq!(left, copy, "{}", String::from_utf8_lossy(&bytes));
        }
        let expected = |f: &Finding| matches!(&*f.check, "read-value" | "read-control-char");
        prop_assert!(read.findings.iter().all(expected), "{:?}", read.findings);
    }

    #[test]
    fn a_wide_table_holds_everything_but_what_the_report_names(concepts in several(3)) {
        // In a cell the preferred term is the first one: the order among the others stays.
        let concepts: Vec<Concept> = concepts.into_iter().map(|mut c| {
            for section in &mut c.languages {
                section.terms.sort_by_key(|t| t.status != Some(Status::Preferred) || !t.is_usable());
            }
            c
        }).collect();
        let (bytes, report) = write(&TERMS_WIDE_CSV, &concepts, true);
        let read = read(&TERMS_WIDE_CSV, &bytes, "t.csv", &ReadOptions::default());
        let mut copies = read.concepts.into_iter();
        for original in concepts {
            let losses: Vec<Loss> = losses_of(&report, original.slug.as_ref().unwrap().as_str()).into_iter().cloned().collect();
            let gone = losses.iter().any(|l| l.field.is_empty());
            let copy = if gone { None } else { copies.next() };
            let why = unexplained(&normal(original), copy.as_ref(), &losses);
            prop_assert_eq!(why, None, "{}", String::from_utf8_lossy(&bytes));
        }
        prop_assert_eq!(copies.next(), None);
    }

    #[test]
    fn a_bitext_table_holds_everything_but_what_the_report_names(units in vec(unit(), 1..5), tabs: bool) {
        let format = if tabs { &BITEXT_TSV } else { &BITEXT_CSV };
        let (bytes, report) = write_units(format, &units, &["en", "zh-Hans"]);
        let read = read(format, &bytes, "t.csv", &ReadOptions::default());
        let mut copies = read.units.into_iter();
        for (n, original) in units.into_iter().enumerate() {
            let losses = losses_of(&report, &format!("u{n}"));
            if losses.iter().any(|l| l.field.is_empty()) {
                continue;
            }
            let mut original = original;
            original.origin.tuid = Some(format!("u{n}"));
            let json = serde_json::to_value(original).unwrap();
            let mut left: Unit = serde_json::from_value(without_absent(json, &losses)).unwrap();
            let mut copy = copies.next().unwrap();
            // The columns of the table are the order of languages and properties.
            for unit in [&mut left, &mut copy] {
                unit.variants.sort_by(|a, b| a.lang.cmp(&b.lang));
                unit.properties.sort_by(|a, b| a.kind.cmp(&b.kind));
                unit.origin.file = String::new();
                unit.source_lang = None;
            }
            prop_assert_eq!(left, copy, "{}", String::from_utf8_lossy(&bytes));
        }
        prop_assert_eq!(copies.next(), None);
    }
}

/// As [`without`], where a field may be named that is not there: it gets a value by being read.
fn without_absent(json: Value, losses: &[&Loss]) -> Value {
    let there: Vec<&Loss> = losses.iter().copied().filter(|l| json.pointer(&l.field).is_some()).collect();
    without(json, &there)
}

pub(super) fn unit() -> impl Strategy<Value = Unit> {
    let lang = || select(vec!["en", "zh-Hans", "fr"]).prop_map(tag);
    let variant = (lang(), text(), any::<bool>()).prop_map(|(lang, text, code)| {
        let mut segment = Segment::plain(text);
        if code {
            segment.inlines.push(Inline {
                at: 0,
                kind: InlineKind::Placeholder,
                pair: None,
                x: None,
                attributes: vec![],
                native: vec![],
            });
        }
        Variant { lang, written: None, attributes: Default::default(), properties: vec![], segment }
    });
    let kind = prop_oneof![
        select(vec!["client", "note", "id", "en", "source", "fr", "target text"])
            .prop_map(|k| Some(k.to_owned())),
        text().prop_map(Some),
        Just(None),
    ];
    let property = (kind, text(), any::<bool>()).prop_map(|(kind, text, more)| Property {
        kind,
        text,
        attributes: if more { vec![("a".into(), "b".into())] } else { vec![] },
    });
    (vec(variant, 1..4), vec(property, 0..4), proptest::option::of(lang())).prop_map(
        |(variants, properties, source_lang)| Unit {
            variants,
            properties,
            source_lang,
            ..Default::default()
        },
    )
}

pub(super) fn write_units(format: &Format, units: &[Unit], languages: &[&str]) -> (Vec<u8>, LossReport) {
    let options = WriteOptions {
        source_lang: Some(tag(languages[0])),
        langs: languages.iter().map(|t| tag(t)).collect(),
        notes: true,
        variants: false,
        now: String::new(),
        title: String::new(),
        resolve: &|_| None,
    };
    let mut out = vec![];
    let mut entries = units.iter().enumerate().map(|(n, unit)| {
        let mut unit = unit.clone();
        unit.origin.tuid = Some(format!("u{n}"));
        Ok(Entry::Unit(Box::new(unit)))
    });
    let door = format.write.expect("it writes");
    let report = door(&mut entries, &options, Output::Stream(&mut out)).unwrap();
    (out, report)
}

// ---- the wide table ---------------------------------------------------------------------------

#[test]
fn a_wide_row_is_a_concept_with_its_preferred_term_first() {
    let table = "English,zh-CN,français,note,concept,Farbe\n\
        cyber sovereignty|cyberspace sovereignty,网络主权,|souveraineté,remark,cyber-sovereignty,blau\n\
        a \\| b,,,,,\n,,,nothing,,\n";
    let read = read(&TERMS_WIDE_CSV, table.as_bytes(), "t.csv", &ReadOptions::default());
    let told: Vec<_> =
        read.concepts[0].terms().map(|(l, t)| format!("{l} {} {}", t.text, t.status.unwrap())).collect();
    assert_eq!(
        told,
        [
            "en cyber sovereignty preferred",
            "en cyberspace sovereignty admitted",
            "zh-Hans 网络主权 preferred",
            "fr souveraineté admitted",
        ]
    );
    assert_eq!(read.concepts[0].slug.as_ref().unwrap().as_str(), "cyber-sovereignty");
    assert_eq!(read.concepts[0].other[0].kind, "Farbe");
    assert_eq!(read.concepts[0].languages[0].written.as_deref(), Some("English"));
    assert_eq!(read.concepts[1].languages[0].terms[0].text, "a | b");
    assert_eq!(read.findings.len(), 1);
}

#[test]
fn a_header_as_matecat_has_it_is_understood() {
    let table = "Forbidden,Domain,Subdomain,Definition,en-GB,Notes,Example of use,INVALID_LANG,Notes,Example of use,it-IT,Notes,Example of use\n\
        TRUE,Law,Data,What it is,word,n1,e1,zzz,n2,e2,parola,n3,e3\n";
    let read = read(&TERMS_WIDE_CSV, table.as_bytes(), "t.csv", &ReadOptions::default());
    let concept = &read.concepts[0];
    assert_eq!(concept.subject_fields, ["Law", "Data"]);
    assert_eq!(concept.definitions, [Definition::new("What it is")]);
    let [en, it] = &concept.languages[..] else { panic!("two languages") };
    assert_eq!((en.terms[0].forbidden, it.terms[0].forbidden), (false, true));
    assert_eq!((&*en.terms[0].notes[0].text, &*it.terms[0].contexts[0].text), ("n1", "e3"));
    let kept: Vec<_> = concept.other.iter().map(|c| &*c.value).collect();
    assert_eq!(kept, ["zzz", "n2", "e2"]);
}

#[test]
fn a_list_without_a_header_reads_when_its_languages_are_given() {
    let list = "# Glossary in tab-separated format -*- coding: utf-8 -*-\n\
        \"cyber\" space\t网络\tcomment\nalone\n a \t b \n";
    let (_, refused) = try_read(&TERMS_WIDE_CSV, list.as_bytes(), "g.txt", &ReadOptions::default());
    assert!(refused.unwrap_err().to_string().contains("give the languages"));
    let options = langs(&["en", "zh-Hans"]);
    let terms = read(&TERMS_WIDE_CSV, list.as_bytes(), "g.txt", &options);
    assert_eq!(terms.concepts[0].languages[0].terms[0].text, "\"cyber\" space");
    assert_eq!(terms.concepts[0].notes, [Note::new("comment")]);
    assert_eq!(terms.concepts[1].languages[1].terms[0].text, "b");
    assert_eq!(terms.findings[0].place.line, Some(3));
    let units = read(&BITEXT_TSV, list.as_bytes(), "g.txt", &options);
    assert_eq!(
        units.units[0].properties,
        [Property { kind: None, text: "comment".into(), attributes: vec![] }]
    );
    assert_eq!(units.units.len(), 3);
}

#[test]
fn a_term_that_may_not_be_used_does_not_stand_in_a_wide_table() {
    let mut concept = Concept { slug: "a".parse().ok(), ..Default::default() };
    let term = |text: &str, status| Term { status: Some(status), ..Term::new(text) };
    concept.section_mut(&tag("en")).terms = vec![
        term("old", Status::Deprecated),
        term("second", Status::Admitted),
        term("first", Status::Preferred),
        Term { forbidden: true, ..term("never", Status::Preferred) },
    ];
    let (bytes, report) = write(&TERMS_WIDE_CSV, &[concept], true);
    assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}en,note,concept\r\nfirst|second,,a\r\n");
    let lost: Vec<_> = report.losses.iter().map(|l| &*l.field).collect();
    assert_eq!(lost, ["/languages/0/terms/0", "/languages/0/terms/3"]);
}

#[test]
fn indonesian_is_a_language_beside_another_and_an_id_in_front_of_two() {
    let is = |header: &str| header::languages(header.split(',')).iter().flatten().count();
    assert_eq!((is("id,en"), is("id,en,fr"), is("en,id"), is("not,valid,foo,bar")), (2, 2, 2, 0));
    let mut concept = Concept { slug: "a".parse().ok(), ..Default::default() };
    for lang in ["id", "en", "fr"] {
        concept
            .section_mut(&tag(lang))
            .terms
            .push(Term { status: Some(Status::Preferred), ..Term::new(lang) });
    }
    let options = WriteOptions {
        source_lang: Some(tag("id")),
        langs: vec![],
        notes: true,
        variants: false,
        now: String::new(),
        title: String::new(),
        resolve: &|_| None,
    };
    let mut bytes = vec![];
    let mut entries = std::iter::once(Ok(Entry::Concept(Box::new(concept))));
    wide::write_csv(&mut entries, &options, Output::Stream(&mut bytes)).unwrap();
    let read = read(&TERMS_WIDE_CSV, &bytes, "t.csv", &ReadOptions::default());
    assert!(read.concepts[0].section(&tag("id")).is_some());
}

// ---- the bitext table -------------------------------------------------------------------------

#[test]
fn a_bitext_reads_by_source_and_target_or_by_two_languages() {
    let options = langs(&["en", "fr"]);
    for (table, options) in [
        ("id,source,target,client\n1,Hello,Bonjour,ACME\n2,,x,\n", options.clone()),
        ("id\ten\tfr-FR\tclient\n1\tHello\tBonjour\tACME\n2\t\tx\t\n", ReadOptions::default()),
        (
            "Nr;Quelle;Ziel;client\n1;Hello;Bonjour;ACME\n2;;x;\n",
            ReadOptions {
                langs: options.langs.clone(),
                ..map(&[("id", "nr"), ("source", "Quelle"), ("target", "Ziel")])
            },
        ),
    ] {
        let read = read(&BITEXT_CSV, table.as_bytes(), "dir/b.csv", &options);
        let unit = &read.units[0];
        assert_eq!(unit.origin.tuid.as_deref(), Some("1"));
        assert_eq!(unit.origin.file, "b.csv");
        assert_eq!(unit.source_lang, Some(tag("en")));
        assert_eq!(unit.variants[1].segment.text, "Bonjour");
        assert_eq!(unit.properties[0].kind.as_deref(), Some("client"));
        assert_eq!(read.findings[0].place.line, Some(3));
    }
    let (_, refused) = try_read(&BITEXT_CSV, b"source,target\na,b\n", "b.csv", &ReadOptions::default());
    assert!(refused.unwrap_err().to_string().contains("give both"));
}

// ---- which table is it ------------------------------------------------------------------------

#[test]
fn a_table_is_known_by_its_header() {
    for (head, name, format) in [
        ("concept,lang,term\na,en,x\n", "x.csv", "terms-csv"),
        ("concept_id,lang,form,status\n", "equivalents.csv", "terms-csv"),
        ("concept;lang;term\na;en;x\n", "-", "terms-csv"),
        ("concept\tlang\tterm\na\ten\tx\n", "x.txt", "terms-tsv"),
        ("en,zh-Hans,fr,note\nx,y,z,\n", "x.csv", "terms-wide-csv"),
        ("English,Chinese (Simplified)\nx,y\n", "x.csv", "terms-wide-csv"),
        ("id,source,target\n1,a,b\n", "x.csv", "bitext-csv"),
        ("source\ttarget\na\tb\n", "x.tsv", "bitext-tsv"),
        ("en\tfr\na\tb\n", "x.tsv", "bitext-tsv"),
        ("id,en,fr\n1,a,b\n", "x.csv", "bitext-csv"),
        (
            "en,fr\nThe delegations agreed to meet again in the spring of next year.,Les délégations\n",
            "x.csv",
            "bitext-csv",
        ),
        ("# Glossary in tab-separated format -*- coding: utf-8 -*-\na\tb\n", "g.txt", "omegat-glossary"),
        ("{\"schema_version\":1,\"format\":\"wicterm\"}\n", "x", "jsonl"),
    ] {
        let found = crate::format::detect(head, Path::new(name)).map(|f| f.name);
        assert_eq!(found, Some(format), "{head}");
    }
    for head in ["", "<?xml version=\"1.0\"?>", "just a sentence, and another", "PK\u{3}\u{4}\0\0"] {
        assert_eq!(crate::format::detect(head, Path::new("x")).map(|f| f.name), None, "{head}");
    }
}

// ---- real files, and what we write ------------------------------------------------------------

fn shared(path: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
    }
    path.exists().then_some(path)
}

#[test]
fn every_real_table_reads_or_says_where_it_cannot() {
    let mut told = vec![];
    for folder in ["real/csv", "real/glossary"] {
        let Some(folder) = shared(folder) else { return };
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|f| f.extension().is_none_or(|e| e != "tbx")) {
            let bytes = std::fs::read(file).unwrap();
            let name = file.file_name().unwrap().to_str().unwrap();
            let head = crate::bytes::sniff(file).unwrap();
            let format = crate::format::detect(&head, file);
            let mut line = format!("{name}: {}", format.map_or("unknown", |f| f.name));
            for options in [ReadOptions::default(), langs(&["en", "it"])] {
                let (read, result) = try_read(format.unwrap_or(&TERMS_WIDE_CSV), &bytes, name, &options);
                let (entries, findings) = (read.concepts.len() + read.units.len(), read.findings.len());
                assert!(read.findings.iter().all(|f| f.place.file.is_some()), "{name}");
                if let Err(ReadError::Broken(place, _)) = &result {
                    assert!(place.line.is_some(), "{name}");
                }
                let said = result.err().map_or("read".to_owned(), |e| e.to_string());
                line.push_str(&format!("\n  {entries} entries, {findings} findings, {said}"));
            }
            told.push(line);
        }
    }
    insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"), prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("real-tables", told.join("\n"));
    });
}

#[test]
fn the_gathered_equivalents_read_whole_and_survive() {
    let Some(path) = shared("glossary/equivalents.csv") else { return };
    let bytes = std::fs::read(path).unwrap();
    let options = map(&[("concept", "concept_id"), ("term", "form"), ("source", "title")]);
    let read = read(&TERMS_CSV, &bytes, "equivalents.csv", &options);
    assert_eq!(read.concepts.len(), 149);
    let terms = || read.concepts.iter().flat_map(Concept::terms).map(|(_, t)| t);
    assert_eq!(terms().count(), 2004);
    assert_eq!(terms().filter(|t| t.status == Some(Status::Preferred)).count(), 1318);
    assert_eq!(terms().filter(|t| t.validity.iter().any(|p| p.to.is_some())).count(), 87);
    assert_eq!(terms().filter(|t| t.sources.iter().any(|s| s.date.is_some())).count(), 982);
    assert!(terms().all(|t| t.kind.is_some() && t.sources.len() <= 1 && t.contexts.is_empty()));
    assert_eq!(read.findings, []);
    for format in [&TERMS_CSV, &TERMS_TSV] {
        let (bytes, report) = write(format, &read.concepts, true);
        assert_eq!(report.losses, []);
        let (again, _) = try_read(format, &bytes, "again.csv", &ReadOptions::default());
        assert_eq!(again.concepts, read.concepts);
    }
    let (bytes, report) = write(&TERMS_WIDE_CSV, &read.concepts, true);
    let (again, _) = try_read(&TERMS_WIDE_CSV, &bytes, "again.csv", &ReadOptions::default());
    assert_eq!(again.concepts.len(), 149);
    for (original, copy) in read.concepts.iter().zip(&again.concepts) {
        let losses = losses_of(&report, original.slug.as_ref().unwrap().as_str());
        let json = serde_json::to_value(original).unwrap();
        let mut left: Concept = serde_json::from_value(without(json, &losses)).unwrap();
        let mut copy = copy.clone();
        for concept in [&mut left, &mut copy] {
            concept.languages.sort_by(|a, b| a.lang.cmp(&b.lang));
        }
        assert_eq!(left, copy);
    }
}

/// A concept that shows what a table does with everything common.
fn sample() -> Vec<Concept> {
    let text = r#"
        slug = "cyber-sovereignty"
        subject = ["sovereignty", "internet governance"]
        relations = [{ related = "digital-sovereignty" }]
        definition = "The claim that a state rules the networks on its soil."
        note = "Compare the French term."
        [[en]]
        term = "cyber sovereignty"
        status = "preferred"
        kind = "full-form"
        valid = [{ from = "2010", to = "2014" }, { from = "2015-12" }]
        sources = [
            { title = 'A page, in "quotes"', date = "2015-12-16", url = "https://example.org/1" },
            { title = "Another page" },
        ]
        contexts = [{ text = "They speak of cyber sovereignty.", kind = "constructed" }]
        [[en]]
        term = "cyberspace sovereignty"
        status = "admitted"
        kind = "variant:lexical"
        of = "cyber sovereignty"
        [[en]]
        term = "-sovereignty"
        status = "deprecated"
        forbidden = true
        transactions = [{ kind = "origination" }]
        [[zh-Hans]]
        term = "网络主权"
        status = "preferred"
        reading = "wǎngluò zhǔquán"
        other = [{ element = "column", type = "evidence", value = "seed (002)" }]
        [[ar]]
        term = "السيادة السيبرانية"
        status = "preferred"
    "#;
    let mut second = Concept { slug: "internet".parse().ok(), ..Default::default() };
    second.section_mut(&tag("en")).terms.push(Term::new("Internet"));
    let concept = crate::format::glossary::from_toml(text, "cyber-sovereignty.toml").unwrap();
    vec![concept, second]
}

#[test]
fn what_a_table_looks_like() {
    for format in [&TERMS_CSV, &TERMS_TSV, &TERMS_WIDE_CSV] {
        let (bytes, report) = write(format, &sample(), true);
        let losses: Vec<_> =
            report.losses.iter().map(|l| format!("{}{} - {}", l.entry, l.field, l.why)).collect();
        let text = String::from_utf8(bytes).unwrap().replace('\u{feff}', "<BOM>");
        let shown = format!("{text}---\n{}", losses.join("\n"));
        insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"), prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format.name, shown);
        });
    }
    let unit = |source: &str, target: &str| Unit {
        source_lang: Some(tag("en")),
        properties: vec![
            Property { kind: Some("client".into()), text: "ACME".into(), attributes: vec![] },
            Property { kind: None, text: "a note".into(), attributes: vec![] },
        ],
        variants: [("en", source), ("fr", target)]
            .map(|(lang, text)| Variant {
                lang: tag(lang),
                written: None,
                attributes: Default::default(),
                properties: vec![],
                segment: Segment::plain(text),
            })
            .to_vec(),
        ..Default::default()
    };
    let units = [unit("Hello,\tworld", "Bonjour"), unit("\"Yes,\" he said.", "- Oui"), unit("=1+1", "")];
    for format in [&BITEXT_TSV, &BITEXT_CSV] {
        let (bytes, report) = write_units(format, &units, &["en", "fr"]);
        let losses: Vec<_> =
            report.losses.iter().map(|l| format!("{}{} - {}", l.entry, l.field, l.why)).collect();
        let text = String::from_utf8(bytes).unwrap().replace('\u{feff}', "<BOM>");
        insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"), prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format.name, format!("{text}---\n{}", losses.join("\n")));
        });
    }
}
