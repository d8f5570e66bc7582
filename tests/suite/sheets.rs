//! Workbooks as other programs see them: openpyxl reads the cells and how they look, LibreOffice what it shows.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::door::{Desk, Ran};
use crate::needs::{Need, met, python};

/// A base with everything that a sheet shows in its own way.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write(
        "terms.csv",
        "concept,lang,term,status,forbidden,note\n\
         harbour,en,harbour,preferred,,\"two\nlines, and \"\"marks\"\"\"\n\
         harbour,en,haven,deprecated,,\n\
         harbour,en,dock,,yes,\n\
         harbour,fr,port,preferred,,007\n\
         harbour,ar,ميناء,preferred,,\n\
         sum,en,'=1+1,admitted,,'@SUM(A1)\n\
         sum,zh-Hans,求和,proposed,,2015-12-16\n",
    );
    desk.ok(["import", "terms.csv"]);
    desk
}

/// Returns what a program of ours and what another one says, told to be the same.
fn judged(script: &str, files: &[&Path]) {
    let mut judge = python();
    judge.args(["-c", script]).args(files);
    let ran = Ran::of(judge.output().expect("Python was looked for"));
    assert!(ran.code == Some(0), "{ran}");
}

/// Reads a text table as we write it: the apostrophe that guards a cell is none of its text.
const CSV: &str = r#"
import csv, sys
def rows(path):
    guards = lambda c: c[1:] if c[:1] == "'" and c.lstrip("'")[:1] in ("=", "+", "-", "@") else c
    with open(path, encoding="utf-8-sig", newline="") as f:
        return [[guards(c) for c in row] for row in csv.reader(f)]
"#;

#[test]
fn openpyxl_reads_the_cells_that_were_written_and_how_they_look() {
    if !met(&[Need::Openpyxl]) {
        return;
    }
    let desk = desk();
    let script = format!(
        "{CSV}{}",
        r#"
import openpyxl
expected = rows(sys.argv[1])
book = openpyxl.load_workbook(sys.argv[2])
[sheet] = book.worksheets
cells = [["" if c.value is None else c.value for c in row] for row in sheet.iter_rows()]
assert cells == expected, (cells, expected)
assert all(c.data_type in "sn" and (c.value is None or isinstance(c.value, str)) for r in sheet.iter_rows() for c in r)
assert sheet.freeze_panes == "A2", sheet.freeze_panes
assert sheet.auto_filter.ref.startswith("A1:"), sheet.auto_filter.ref
widths = [sheet.column_dimensions[c.column_letter].width for c in sheet[1]]
assert all(8 <= w <= 61 for w in widths), widths
assert sheet["A1"].font.b
head = [c.value for c in sheet[1]]
if "status" in head:
    fills = {}
    for row in list(sheet.iter_rows())[1:]:
        term, status = row[head.index("term")], row[head.index("status")]
        fills.setdefault(status.value or "forbidden", set()).add(term.fill.fgColor.rgb)
        arabic = row[head.index("lang")].value == "ar"
        assert (term.alignment.readingOrder == 2) == arabic, term.value
        assert (term.alignment.horizontal == "right") == arabic, term.value
    assert all(len(f) == 1 for f in fills.values()) and len({min(f) for f in fills.values()}) == len(fills), fills
else:
    column = head.index("ar")
    assert sheet.cell(2, column + 1).alignment.readingOrder == 2
"#
    );
    for (format, table) in [("terms-xlsx", "terms-csv"), ("terms-wide-xlsx", "terms-wide-csv")] {
        desk.ok(["export", "a.xlsx", "--as", format]);
        desk.ok(["export", "a.csv", "--as", table]);
        judged(&script, &[&desk.folder().join("a.csv"), &desk.folder().join("a.xlsx")]);
    }
    // What comes back says nothing new.
    desk.ok(["export", "named.xlsx"]);
    let report = desk.ok(["import", "named.xlsx"]);
    assert!(report.contains("(xlsx): 2 read, 0 added") && report.contains("2 unchanged"), "{report}");
}

#[test]
fn libreoffice_shows_the_cells_that_were_written() {
    if !met(&[Need::LibreOffice, Need::Python]) {
        return;
    }
    let desk = desk();
    let script = format!(
        "{CSV}{}",
        "ours, theirs = rows(sys.argv[1]), rows(sys.argv[2])\nassert ours == theirs, (ours, theirs)"
    );
    for (format, table) in [("terms-xlsx", "terms-csv"), ("terms-wide-xlsx", "terms-wide-csv")] {
        desk.ok(["export", "a.xlsx", "--as", format]);
        desk.ok(["export", "ours.csv", "--as", table]);
        let shown =
            converted(&desk, "a.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false");
        judged(&script, &[&desk.folder().join("ours.csv"), &shown]);
    }
}

#[test]
fn a_workbook_that_libreoffice_saved_is_read_as_the_table_it_was_made_of() {
    if !met(&[Need::LibreOffice]) {
        return;
    }
    let desk = Desk::new();
    desk.write(
        "t.csv",
        "concept,lang,term,status,date,note\na,en,one thing,preferred,2015-12-16,0.5\na,zh-Hans,一件事,,,\"a, \"\"b\"\"\"\n",
    );
    converted(&desk, "t.csv", "xlsx");
    desk.ok(["import", "t.csv"]);
    let before = desk.ok(["dump"]);
    let report = desk.ok(["import", "out/t.xlsx"]);
    assert!(report.contains("1 unchanged"), "{report} {before}");
}

#[test]
fn openpyxl_reads_what_was_cured_and_filled_in_place_and_sees_nothing_else_change() {
    if !met(&[Need::Openpyxl]) {
        return;
    }
    let desk = Desk::new();
    let made = r#"
import sys, openpyxl
from openpyxl.styles import Font, PatternFill
book = openpyxl.Workbook()
sheet = book.active
sheet.append(["id", "en", "fr", "who"])
sheet.append(["1", "The harbour is open.", "Le port port est ouvert.", "me"])
sheet.append(["2", "The night is long.", None, "you"])
sheet["C2"].font, sheet["C3"].fill = Font(bold=True), PatternFill("solid", fgColor="FFFF00")
sheet.column_dimensions["C"].width = 33
other = book.create_sheet("other")
other["A1"], other["B1"] = 5, "=A1*2"
book.save(sys.argv[1])
"#;
    let file = desk.folder().join("a.xlsx");
    judged(made, &[&file]);
    desk.write("m.tsv", "id\ten\tfr\n1\tThe night is long.\tLa nuit < longue & \"belle\".\n");
    desk.ok(["import", "m.tsv", "--from", "bitext-tsv"]);
    let before = std::fs::read(&file).expect("it was written");
    let ran = desk.run(["check", "a.xlsx", "--fix", "--only", "repeated-word"]);
    assert!(ran.err.contains("1 finding is cured"), "{ran}");
    let ran = desk.run(["pretranslate", "a.xlsx", "--in-place"]);
    assert!(ran.code == Some(0), "{ran}");
    assert_ne!(std::fs::read(&file).expect("it is there"), before);
    let seen = r#"
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
sheet = book.worksheets[0]
rows = [[c.value for c in row] for row in sheet.iter_rows()]
assert rows == [["id", "en", "fr", "who"], ["1", "The harbour is open.", "Le port est ouvert.", "me"],
                ["2", "The night is long.", "La nuit < longue & \"belle\".", "you"]], rows
assert sheet["C2"].font.b and sheet["C3"].fill.fgColor.rgb == "00FFFF00" and sheet.column_dimensions["C"].width == 33
assert book["other"]["A1"].value == 5 and book["other"]["B1"].value == "=A1*2"
"#;
    judged(seen, &[&file]);
}

/// Has LibreOffice write a file in another format.
fn converted(desk: &Desk, file: &str, to: &str) -> PathBuf {
    let out = desk.folder().join("out");
    let profile = format!("-env:UserInstallation=file://{}", desk.folder().join("profile").display());
    let mut office = Command::new("soffice");
    office.arg(profile).args(["--headless", "--convert-to", to]);
    if file.ends_with(".csv") {
        office.arg("--infilter=CSV:44,34,76,1");
    }
    office.arg("--outdir").arg(&out).arg(desk.folder().join(file));
    let ran = Ran::of(office.output().expect("LibreOffice was looked for"));
    assert!(ran.code == Some(0), "{ran}");
    let ending = to.split(':').next().unwrap_or(to);
    out.join(file).with_extension(ending)
}
