use calamine::{Data, Reader as _};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Workbook};

use super::*;
use crate::bytes::zip::tests::packed;
use crate::format::job::{Filling, Job, JobOptions};
use crate::format::tables::losses::Losses;
use crate::format::tables::tests::{several, unit, write_units};
use crate::format::tables::{BITEXT_CSV, TERMS_CSV, TERMS_WIDE_CSV};
use crate::format::testing::{Collected, read, write};
use crate::format::{Limits, Loss, detect};
use crate::model::{Concept, ConceptId, Unit};

const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Makes a workbook by hand: sheets by name (hidden where it begins with a dot) with their data, shared strings
/// and styles.
fn workbook(sheets: &[(&str, &str)], strings: &str, styles: &str) -> Vec<u8> {
    let (mut names, mut relations) = (String::new(), String::new());
    for (at, (name, _)) in sheets.iter().enumerate() {
        let state = if name.starts_with('.') { " state=\"hidden\"" } else { "" };
        names.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{at}\"{state} r:id=\"r{at}\"/>"));
        let target = format!("worksheets/s{at}.xml");
        relations
            .push_str(&format!("<Relationship Id=\"r{at}\" Type=\"{KIND}/worksheet\" Target=\"{target}\"/>"));
    }
    for (kind, target) in [("sharedStrings", "strings.xml"), ("styles", "styles.xml")] {
        relations.push_str(&format!(
            "<Relationship Id=\"{kind}\" Type=\"{KIND}/{kind}\" Target=\"/xl/{target}\"/>"
        ));
    }
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!(
                "{RELS}<Relationship Id=\"a\" Type=\"{KIND}/officeDocument\" Target=\"xl/w.xml\"/></Relationships>"
            ),
        ),
        ("xl/w.xml".to_owned(), format!("<workbook xmlns:r=\"{KIND}\"><sheets>{names}</sheets></workbook>")),
        ("xl/_rels/w.xml.rels".to_owned(), format!("{RELS}{relations}</Relationships>")),
        ("xl/strings.xml".to_owned(), format!("<sst>{strings}</sst>")),
        ("xl/styles.xml".to_owned(), format!("<styleSheet>{styles}</styleSheet>")),
    ];
    for (at, (_, data)) in sheets.iter().enumerate() {
        let xml = format!("<?xml version=\"1.0\"?><worksheet>{data}</worksheet>");
        parts.push((format!("xl/worksheets/s{at}.xml"), xml));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    packed(&parts)
}

fn rows(bytes: &[u8]) -> (Vec<Vec<String>>, Vec<Finding>) {
    let book = Book::open(bytes, "t.xlsx", Limits::default()).unwrap();
    let (mut row, mut out) = (Row::default(), vec![]);
    let mut sheet = book.sheet(0).unwrap();
    while sheet.next(&mut row).unwrap() {
        out.push(row.cells().map(str::to_owned).collect());
    }
    let mut sink = Collected::default();
    sheet.conclude(&mut sink);
    (out, sink.findings)
}

fn cell(name: &str, text: &str) -> String {
    format!("<c r=\"{name}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

/// A sheet of strings.
fn data(rows: &[&[&str]]) -> String {
    let mut out = "<sheetData>".to_owned();
    for (line, row) in rows.iter().enumerate() {
        let cells = row.iter().enumerate();
        let cells: String =
            cells.map(|(at, text)| cell(&sheet::name_of(at, line as u32 + 1), text)).collect();
        out.push_str(&format!("<row r=\"{}\">{cells}</row>", line + 1));
    }
    out + "</sheetData>"
}

#[test]
fn every_kind_of_cell_is_read_as_it_is_shown() {
    let strings = "<si><t>plain</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space=\"preserve\">ch </t></r>\
                   <rPh sb=\"0\" eb=\"1\"><t>よみ</t></rPh></si>";
    let styles = "<numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy\\-mm\"/></numFmts><cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>\
                  <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/></cellXfs>";
    let sheet = "<sheetData><row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c><c r=\"C3\" t=\"s\"><v>1</v></c></row>\
                 <row><c><v>5.0</v></c><c><v>0.10000000000000001</v></c><c s=\"1\"><v>42354</v></c>\
                 <c s=\"2\"><v>42354</v></c><c t=\"b\"><v>1</v></c><c t=\"d\"><v>2015-12-16T00:00:00</v></c></row>\
                 <row r=\"9\"><c t=\"str\"><f>A1&amp;\"x\"</f><v>plainx</v></c><c><f>1+1</f></c><c t=\"e\"><v>#REF!</v></c>\
                 <c t=\"inlineStr\"><is><t>=1+1</t></is></c></row><row r=\"10\"><c r=\"B10\" s=\"1\"/></row></sheetData>\
                 <mergeCells count=\"1\"><mergeCell ref=\"A3:B3\"/></mergeCells>";
    let (rows, findings) = rows(&workbook(&[("one", sheet)], strings, styles));
    assert_eq!(
        rows,
        [
            vec!["plain", "", "rich "],
            vec!["5", "0.1", "2015-12-16", "2015-12", "TRUE", "2015-12-16"],
            vec!["plainx", "", "", "=1+1"],
        ]
    );
    let said: Vec<&str> = findings.iter().map(|f| &*f.message).collect();
    assert_eq!(
        said,
        [
            "A9 holds a formula; its value was taken as it was saved.",
            "B9 holds a formula without a value, and was read as empty.",
            "C9 (#REF!) holds an error of the spreadsheet, and was read as empty.",
            "A3:B3 is merged into one cell; its text was read in the first row and column only.",
        ]
    );
}

#[test]
fn the_sheet_that_holds_a_table_is_found_and_the_others_are_named() {
    let long = data(&[&["concept", "lang", "term "], &["a ", " en", "one"], &["a", "fr", "un "]]);
    let readme = data(&[&["How to use this workbook"]]);
    let wide = data(&[&["English", "French", "German"], &["one", "un", "eins"]]);
    let pairs = data(&[&["id", "en", "fr"], &["1", " One ", "Un"]]);
    let empty = "<sheetData/>";
    let book = workbook(&[("Read me", &readme), (".old", &wide), ("Terms", &long), ("x", empty)], "", "");
    let (found, result) = read(&XLSX, &book, "b.xlsx");
    result.unwrap();
    assert_eq!(found.concepts.len(), 1);
    let texts: Vec<&str> = found.concepts[0].terms().map(|(_, term)| &*term.text).collect();
    assert_eq!(texts, ["one", "un"], "blanks at the edges say nothing");
    assert_eq!((found.places[0].line, found.places[0].bytes), (Some(2), None));
    assert_eq!(
        found.findings[0].message,
        "Only the sheet \"Terms\" was read; left are \"Read me\", \"old\" (hidden)."
            .replace("\"old\"", "\".old\"")
    );
    let of = |data: &str| read(&XLSX, &workbook(&[("s", data)], "", ""), "b.xlsx").0;
    assert_eq!(of(&wide).concepts[0].languages.len(), 3);
    let unit = &of(&pairs).units[0];
    assert_eq!((&*unit.variants[0].segment.text, unit.origin.tuid.as_deref()), (" One ", Some("1")));
    // Whoever knows better says so.
    let both = data(&[&["en", "fr"], &["one", "un"]]);
    assert_eq!(of(&both).concepts.len(), 1);
    let forced = read(&BITEXT_XLSX, &workbook(&[("s", &both)], "", ""), "b.xlsx").0;
    assert_eq!(forced.units.len(), 1);
    assert_eq!(of(empty).findings[0].check, "read-header");
    let (_, result) = read(&XLSX, &workbook(&[("s", &readme)], "", ""), "b.xlsx");
    assert!(result.unwrap_err().to_string().contains("no column is headed by a language"));
}

#[test]
fn what_is_no_workbook_of_this_kind_is_said_to_be() {
    let ole = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let good = workbook(&[("s", &data(&[&["en", "fr"], &["one", "un"]]))], "", "");
    for (bytes, says) in [
        (ole.clone(), "old Excel workbook (.xls)"),
        ([ole, name].concat(), "protected by a password"),
        (b"en,fr\none,un\n".to_vec(), "it does not begin like one"),
        (packed(&[("mimetype", b"x"), ("content.xml", b"<a/>")]), "OpenDocument"),
        (packed(&[("a.txt", b"x")]), "without a workbook"),
        (good[..40].to_vec(), "workbook"),
        (packed(&[("xl/workbook.xml", b"<workbook><sheets>")]), "damaged"),
    ] {
        let (_, result) = read(&XLSX, &bytes, "b.xlsx");
        let said = result.unwrap_err().to_string();
        assert!(said.contains(says), "{said}");
        let head = crate::bytes::head(&bytes[..], None).unwrap_or_default();
        let expected = if says.contains("begin") { "terms-wide-csv" } else { "xlsx" };
        assert_eq!(detect(&head, Path::new("b.xlsx")).map(|f| f.name), Some(expected), "{says}");
    }
}

#[test]
fn a_workbook_that_was_cut_off_gives_what_is_left_and_says_so() {
    let mut out = "<sheetData><row><c t=\"inlineStr\"><is><t>en</t></is></c><c t=\"inlineStr\"><is><t>fr</t></is></c></row>".to_owned();
    for n in 0..20_000 {
        let n = n * 7919 % 100_003;
        out.push_str(&format!(
            "<row>{}{}</row>",
            cell("", &format!("one {n}")),
            cell("", &format!("un {n}"))
        ));
    }
    let book = workbook(&[("s", &(out + "</sheetData>"))], "", "");
    let (found, result) = read(&XLSX, &book[..book.len() / 2], "b.xlsx");
    result.unwrap();
    assert!(found.concepts.len() > 5_000, "{}", found.concepts.len());
    assert_eq!(found.findings.last().unwrap().check, "read-xlsx");
    let mut wrong = book.clone();
    let at = memchr::memmem::rfind(&wrong, b"PK\x01\x02").unwrap() + 16;
    wrong[at] ^= 1;
    let (found, result) = read(&XLSX, &wrong, "b.xlsx");
    result.unwrap();
    assert_eq!((found.concepts.len(), &*found.findings.last().unwrap().check), (20_000, "read-xlsx"));
}

#[test]
fn bombs_are_stopped() {
    let said = |bytes: &[u8]| match read(&XLSX, bytes, "b.xlsx").1 {
        Err(ReadError::Limit(_, what)) => what,
        other => panic!("{:?}", other.map_err(|e| e.to_string())),
    };
    let head = "<sheetData><row><c t=\"inlineStr\"><is><t>en</t></is></c><c t=\"inlineStr\"><is><t>fr</t></is></c></row>";
    let blank = format!("{head}{}</sheetData>", " ".repeat(64 << 20));
    assert!(said(&workbook(&[("s", &blank)], "", "")).contains("too large"));
    let far = format!("{head}<row r=\"9999999\"/></sheetData>");
    assert!(said(&workbook(&[("s", &far)], "", "")).contains("rows"));
    let wide = format!("{head}<row><c r=\"ZZZZ1\"><v>1</v></c></row></sheetData>");
    assert!(said(&workbook(&[("s", &wide)], "", "")).contains("columns"));
    let edges = (0..7_000).map(|_| "<row><c r=\"XFD1\"><v>1</v></c></row>").collect::<String>();
    let edges = format!("{head}{edges}</sheetData>");
    assert!(said(&workbook(&[("s", &edges)], "", "")).contains("cells"));
    let laughs = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
                  <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">\
                  <!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">]>";
    let mut parts = workbook(&[("s", "")], "", "");
    parts = crate::bytes::zip::replaced(
        &parts,
        "xl/worksheets/s0.xml",
        format!("{laughs}<worksheet>{head}<row><c t=\"str\"><v>&f;</v></c></row></sheetData></worksheet>")
            .as_bytes(),
    )
    .unwrap();
    let (_, result) = read(&XLSX, &parts, "b.xlsx");
    assert!(result.is_err(), "entities");
}

#[test]
fn a_text_that_is_too_long_for_a_cell_is_cut_and_the_report_says_so() {
    let mut concept = Concept { slug: "long".parse().ok(), ..Concept::default() };
    let mut term = crate::model::Term::new("a");
    term.notes.push(crate::model::Note::new("😀".repeat(20_000)));
    term.match_rule.forms = (0..9_000).map(|n| format!("form{n}")).collect();
    concept.section_mut(&"en".parse().unwrap()).terms.push(term);
    let (bytes, report) = write(&TERMS_XLSX, &[concept], true);
    let lost: Vec<_> = report.losses.iter().map(|l| (&*l.entry, &*l.field)).collect();
    assert_eq!(lost, [("long", "/languages/0/terms/0/notes/0/text"), ("row 2", "/forms")]);
    let (found, result) = read(&XLSX, &bytes, "b.xlsx");
    result.unwrap();
    let term = &found.concepts[0].languages[0].terms[0];
    assert_eq!(term.notes[0].text.encode_utf16().count(), 32_766, "no half of a pair");
    assert!(term.match_rule.forms.len() > 3_000);
}

fn fitted(concept: &Concept) -> (Concept, Vec<String>) {
    let (mut concept, mut losses) =
        (Concept { id: ConceptId::default(), ..concept.clone() }, Losses::default());
    losses.fit(&mut concept);
    let mut report = LossReport::default();
    losses.report("x", &mut report);
    (concept, report.losses.into_iter().map(|l| l.field).collect())
}

fn fields<'a>(losses: impl IntoIterator<Item = &'a Loss>) -> Vec<&'a str> {
    losses.into_iter().map(|l| l.field.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn a_sheet_holds_what_the_text_table_holds_but_for_blanks_at_edges(concepts in several(3), wide: bool) {
        let (sheet, text) = if wide { (&TERMS_WIDE_XLSX, &TERMS_WIDE_CSV) } else { (&TERMS_XLSX, &TERMS_CSV) };
        let (bytes, report) = write(sheet, &concepts, true);
        let (of_sheet, result) = read(&XLSX, &bytes, "t.xlsx");
        result.unwrap();
        let (fitting, trimmed): (Vec<Concept>, Vec<Vec<String>>) = concepts.iter().map(fitted).unzip();
        let (csv, csv_report) = write(text, &fitting, true);
        let (of_text, result) = read(text, &csv, "t.xlsx");
        result.unwrap();
        prop_assert_eq!(of_sheet.concepts, of_text.concepts);
        let all = trimmed.iter().map(Vec::len).sum::<usize>();
        // Whatever was trimmed away in a thing that is lost altogether is told by that.
        prop_assert!(report.losses.len() <= csv_report.losses.len() + all);
        let known = fields(&report.losses);
        prop_assert!(csv_report.losses.iter().all(|l| known.contains(&l.field.as_str())));
        prop_assert_eq!((report.concepts, report.terms), (csv_report.concepts, csv_report.terms));
        let (again, _) = write(sheet, &concepts, true);
        prop_assert!(again == bytes, "the same entries make the same bytes");
    }

    #[test]
    fn a_sheet_of_segments_holds_what_the_text_table_holds(units in proptest::collection::vec(unit(), 1..5)) {
        let (bytes, report) = write_units(&BITEXT_XLSX, &units, &["en", "zh-Hans"]);
        let (of_sheet, result) = read(&BITEXT_XLSX, &bytes, "t");
        result.unwrap();
        let (csv, csv_report) = write_units(&BITEXT_CSV, &units, &["en", "zh-Hans"]);
        let (of_text, result) = read(&BITEXT_CSV, &csv, "t");
        result.unwrap();
        let plain = |units: Vec<Unit>| units;
        prop_assert_eq!(plain(of_sheet.units), plain(of_text.units));
        prop_assert_eq!(fields(&report.losses), fields(&csv_report.losses));
    }

    #[test]
    fn what_a_workbook_holds_is_what_calamine_reads(
        cells in proptest::collection::vec(proptest::collection::vec(
            prop_oneof![
                4 => "[ -~é网ا\n\t]{0,8}".prop_map(Written::Text),
                1 => (-1_000_000_i64..1_000_000).prop_map(|n| Written::Number(n as f64)),
                1 => (-1.0e6..1.0e6_f64).prop_map(Written::Number),
                1 => any::<bool>().prop_map(Written::Truth),
                1 => (1900_u16..2100, 1_u8..=12, 1_u8..=28).prop_map(|(y, m, d)| Written::Day(y, m, d)),
                1 => Just(Written::Nothing),
            ], 1..5), 1..6),
    ) {
        let bytes = made(&cells);
        let (ours, _) = rows(&bytes);
        let mut theirs: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(&bytes)).unwrap();
        let range = theirs.worksheet_range("Sheet1").unwrap();
        let theirs: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(as_text).collect()).collect();
        let theirs = theirs.into_iter().filter(|row: &Vec<String>| row.iter().any(|c| !c.trim().is_empty()));
        // Their rows begin at the first column that is used, and all end at the last one.
        let from = range.start().map_or(0, |start| start.1 as usize);
        let full = |row: Vec<String>| {
            let mut row: Vec<String> = std::iter::repeat_n(String::new(), from).chain(row).collect();
            while row.last().is_some_and(String::is_empty) { row.pop(); }
            row
        };
        let ours: Vec<_> = ours.into_iter().map(|mut row| {
            while row.last().is_some_and(String::is_empty) { row.pop(); }
            row
        }).collect();
        prop_assert_eq!(ours, theirs.map(full).collect::<Vec<_>>());
    }

    #[test]
    fn broken_workbooks_never_panic(at in any::<prop::sample::Index>(), flip: u8, cut: bool) {
        let sheet = data(&[&["en", "fr"], &["one", "un"]]);
        let mut bytes = workbook(&[("s", &sheet), ("t", &sheet)], "<si><t>x</t></si>", "<cellXfs><xf/></cellXfs>");
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if cut { bytes.truncate(at); }
        for format in [&XLSX, &TERMS_XLSX, &TERMS_WIDE_XLSX, &BITEXT_XLSX] {
            let _ = read(format, &bytes, "b.xlsx");
        }
    }
}

/// What is written into a cell by another program.
#[derive(Debug, Clone)]
enum Written {
    Text(String),
    Number(f64),
    Truth(bool),
    Day(u16, u8, u8),
    Nothing,
}

fn made(cells: &[Vec<Written>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let sheet = workbook.add_worksheet();
    for (row, cells) in cells.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let (row, column) = (row as u32, column as u16);
            match cell {
                Written::Text(text) => sheet.write_string(row, column, text).unwrap(),
                Written::Number(number) => sheet.write_number(row, column, *number).unwrap(),
                Written::Truth(truth) => sheet.write_boolean(row, column, *truth).unwrap(),
                Written::Day(y, m, d) => {
                    let date = ExcelDateTime::from_ymd(*y, *m, *d).unwrap();
                    sheet.write_datetime_with_format(row, column, date, &day).unwrap()
                }
                Written::Nothing => continue,
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn as_text(cell: &Data) -> String {
    match cell {
        Data::String(text) => text.clone(),
        Data::Float(number) => dates::number(&number.to_string()).unwrap_or_else(|| number.to_string()),
        Data::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(date) => {
            let (y, m, d, ..) = date.to_ymd_hms_milli();
            format!("{y:04}-{m:02}-{d:02}")
        }
        Data::Empty => String::new(),
        other => panic!("{other:?}"),
    }
}

// ---- in place ---------------------------------------------------------------------------------

fn opened(bytes: &[u8]) -> Job {
    let lang = |tag: &str| tag.parse().ok();
    let options = JobOptions { source: lang("en"), target: lang("fr"), ..JobOptions::default() };
    Job::open(&XLSX, bytes.to_vec(), "b.xlsx", &options).unwrap()
}

/// A sheet with every kind of cell that a target can be.
fn of_segments(prefix: &str) -> Vec<u8> {
    let p = prefix;
    let string = |name: &str, text: &str| {
        format!("<{p}c r=\"{name}\" t=\"inlineStr\"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>")
    };
    let strings = "<si><t>partagé</t></si><si><r><t>en </t></r><r><rPr><b/></rPr><t>gras</t></r></si>";
    let rows = [
        format!("{}{}{}", string("A1", "id"), string("B1", "en"), string("C1", "fr")),
        format!(
            "{}{}{}",
            string("A2", "1"),
            string("B2", "shared"),
            format_args!("<{p}c r=\"C2\" s=\"1\" t=\"s\"><{p}v>0</{p}v></{p}c>")
        ),
        format!(
            "{}{}<{p}c r=\"C3\" s=\"2\" t='inlineStr'>\n<{p}is><{p}t>a&#x26;b</{p}t></{p}is></{p}c>{}",
            string("A3", "2"),
            string("B3", "inline"),
            string("D3", "beyond")
        ),
        format!("{}{}<{p}c r=\"C4\" s=\"3\"/>", string("A4", "3"), string("B4", "empty")),
        format!("{}{}{}", string("A5", "4"), string("B5", "none"), string("E5", "far")),
        format!("{}{}", string("A6", "5"), string("B6", "last")),
        format!("{}{}<{p}c r=\"C7\" t=\"s\"><{p}v>1</{p}v></{p}c>", string("A7", "6"), string("B7", "rich")),
        format!(
            "{}{}<{p}c r=\"C8\"><{p}f>1+1</{p}f><{p}v>2</{p}v></{p}c>",
            string("A8", "7"),
            string("B8", "formula")
        ),
        format!("{}{}<{p}c r=\"C9\"><{p}v>2.0</{p}v></{p}c>", string("A9", "8"), string("B9", "number")),
    ];
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(at, cells)| format!("<{p}row r=\"{}\">{cells}</{p}row>\r\n", at + 1))
        .collect();
    let ns = if p.is_empty() { String::new() } else { format!(" xmlns:{}=\"x\"", p.trim_end_matches(':')) };
    let sheet = format!(
        "<?xml version=\"1.0\"?>\n<{p}worksheet{ns}><{p}sheetData>{rows}</{p}sheetData><!-- end --></{p}worksheet>"
    );
    let book = workbook(&[("s", "")], strings, "<cellXfs><xf/><xf/><xf/><xf/></cellXfs>");
    crate::bytes::zip::replaced(&book, "xl/worksheets/s0.xml", sheet.as_bytes()).unwrap()
}

fn sheet_of(bytes: &[u8]) -> String {
    let mut archive = crate::bytes::zip::Archive::open(bytes, Default::default()).unwrap();
    String::from_utf8(archive.unpack("xl/worksheets/s0.xml").unwrap().unwrap().bytes).unwrap()
}

#[test]
fn a_changed_cell_changes_and_no_other_byte_of_the_sheet_or_the_workbook() {
    let hard = "x < & \" ]]> مرحبا _x0041_\n\u{7}";
    for prefix in ["", "x:"] {
        let bytes = of_segments(prefix);
        let job = opened(&bytes);
        let texts: Vec<&str> = (0..job.segments()).map(|at| &*job.segment(at).text).collect();
        assert_eq!(
            texts,
            [
                "shared", "partagé", "inline", "a&b", "empty", "", "none", "", "last", "", "rich", "en gras",
                "formula", "2", "number", "2"
            ]
        );
        let mut refused = vec![];
        for row in 0..8 {
            let segment = 2 * row + 1;
            let old = job.segment(segment).text.len();
            let (file, patch) = match job.patch(segment, 0..old, hard) {
                Ok(patch) => patch,
                Err(why) => {
                    refused.push((row, why.to_string()));
                    continue;
                }
            };
            let range = patch.range.clone();
            let (made, put) = job.patched(file, &[patch]).unwrap();
            assert_eq!(put, [0]);
            let (before, after) = (sheet_of(&bytes), sheet_of(&made));
            assert!(
                after.starts_with(&before[..range.start]) && after.ends_with(&before[range.end..]),
                "{after}"
            );
            let again = opened(&made);
            for at in 0..job.segments() {
                let expected = if at == segment { hard } else { &job.segment(at).text };
                assert_eq!(again.segment(at).text, expected, "row {row}");
            }
            let style = ["s=\"1\"", "s=\"2\"", "s=\"3\""].get(row);
            assert!(style.is_none_or(|style| {
                after[range.start..].starts_with(&format!("<{prefix}c r=\"C{}\" {style}", row + 2))
            }));
            for member in ["xl/w.xml", "xl/strings.xml", "xl/styles.xml"] {
                let of = |bytes: &[u8]| {
                    let mut archive = crate::bytes::zip::Archive::open(bytes, Default::default()).unwrap();
                    archive.unpack(member).unwrap().unwrap()
                };
                assert_eq!(of(&bytes), of(&made));
            }
        }
        assert_eq!(
            refused,
            [
                (5, "the text of the cell is formatted in parts".to_owned()),
                (6, "the cell holds a formula".to_owned())
            ]
        );
        let place = job.place(0, 1, crate::model::Side::Target, 0..1);
        assert_eq!((place.line, place.column, place.bytes), (Some(3), Some(3), None));
        let cells = crate::format::job::Cells::of(&job);
        assert_eq!(cells.find(&job, &place).unwrap().segment, 3);
        let same = job.patched(0, &[]).unwrap().0;
        assert_eq!(sheet_of(&same), sheet_of(&bytes));
    }
}

#[test]
fn empty_targets_of_a_sheet_are_filled() {
    let bytes = of_segments("");
    let job = opened(&bytes);
    let fillings: Vec<Filling> = (0..job.pairs()[0].len())
        .filter(|row| job.is_vacant(0, *row))
        .map(|row| Filling {
            pair: 0,
            row,
            segment: crate::model::Segment::plain(format!("rempli {row}")),
            mark: None,
        })
        .collect();
    assert_eq!(fillings.len(), 3);
    let filled = job.fill(&fillings);
    assert!(filled.refused.is_empty());
    let again = opened(&job.patched(0, &filled.patches).unwrap().0);
    assert_eq!(again.target(0, 2).text, "rempli 2");
    assert_eq!(again.target(0, 3).text, "rempli 3");
    assert_eq!(again.target(0, 4).text, "rempli 4");
    assert_eq!(again.target(0, 0).text, "partagé");
}
