//! Plain tables: the long and the wide term table and the bitext table, with commas or tabs or in a sheet.
//!
//! Reading takes any of comma, semicolon, tab and bar as the
//! delimiter, any encoding with a byte order mark or a label, and any order of the columns. Writing
//! is strict: UTF-8, lines end with CR LF (RFC 4180), a byte order mark in `.csv` so that Excel knows
//! the encoding, none in `.tsv`, which other tools take as it is.

mod bitext;
pub(in crate::format) mod columns;
mod fill;
mod grid;
mod header;
mod job;
mod long;
mod losses;
pub(super) mod tools;
mod wide;
pub(in crate::format) mod words;
mod xlsx;

use std::io::{Read, Write};
use std::path::Path;

use super::{Format, Input, LossClass, LossReport, Output, ReadError, Shape, WriteError};
use crate::model::{Concept, Finding, LanguageTag, Place, Severity, Unit};
pub(in crate::format) use columns::Column;
pub use grid::CellWriter;
use grid::{Row, Table};
pub(super) use job::Cut;
pub(in crate::format) use losses::{At, EMPTY, Losses};
pub(super) use xlsx::SheetCell;
pub use xlsx::{BITEXT_XLSX, TERMS_WIDE_XLSX, TERMS_XLSX, XLSX};

/// Returns the columns of the long term table in order, each with the headers of other tools that mean the
/// same; case, blanks and hyphens do not count in a header.
pub fn columns() -> &'static [(&'static str, &'static [&'static str])] {
    columns::Column::names()
}

/// The long term table with commas.
pub static TERMS_CSV: Format = Format {
    name: "terms-csv",
    about: "long term table (CSV): a row for a term",
    extensions: &["csv"],
    shape: Shape::File,
    concepts: true,
    units: false,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |head, name| header::sniff(head, name).long(b','),
    read: Some(long::read),
    write: Some(long::write_csv),
    job: None,
};

/// The long term table with tabs.
pub static TERMS_TSV: Format = Format {
    name: "terms-tsv",
    about: "long term table (TSV): a row for a term",
    extensions: &["tsv", "tab"],
    shape: Shape::File,
    concepts: true,
    units: false,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |head, name| header::sniff(head, name).long(b'\t'),
    read: Some(long::read),
    write: Some(long::write_tsv),
    job: None,
};

/// The wide term table.
pub static TERMS_WIDE_CSV: Format = Format {
    name: "terms-wide-csv",
    about: "wide term table (CSV): a row for a concept, a column for a language",
    extensions: &[],
    shape: Shape::File,
    concepts: true,
    units: false,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |head, name| header::sniff(head, name).wide(),
    read: Some(wide::read),
    write: Some(wide::write_csv),
    job: Some(job::open),
};

/// The bitext table with tabs.
pub static BITEXT_TSV: Format = Format {
    name: "bitext-tsv",
    about: "bitext table (TSV): a segment and its translation in a row",
    extensions: &[],
    shape: Shape::File,
    concepts: false,
    units: true,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |head, name| header::sniff(head, name).bitext(true),
    read: Some(bitext::read),
    write: Some(bitext::write_tsv),
    job: Some(job::open),
};

/// The bitext table with commas.
pub static BITEXT_CSV: Format = Format {
    name: "bitext-csv",
    about: "bitext table (CSV): a segment and its translation in a row",
    extensions: &[],
    shape: Shape::File,
    concepts: false,
    units: true,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |head, name| header::sniff(head, name).bitext(false),
    read: Some(bitext::read),
    write: Some(bitext::write_csv),
    job: Some(job::open),
};

fn stream<'a>(input: Input<'a>) -> Result<(&'a mut dyn Read, &'a str), ReadError> {
    match input {
        Input::Stream(stream, name) => Ok((stream, name)),
        Input::Folder(path) => Err(ReadError::Broken(
            Place::file(path.display().to_string()),
            "a table is a file, and this is a folder".into(),
        )),
    }
}

fn out_stream(out: Output<'_>) -> Result<&mut dyn Write, WriteError> {
    match out {
        Output::Stream(stream) | Output::Accompanied(stream, _) => Ok(stream),
        Output::Folder(_) => Err(WriteError::Unsupported("a table is a file, not a folder".into())),
    }
}

/// The name of a file without its folders.
fn file_name(name: &str) -> &str {
    Path::new(name).file_name().and_then(|n| n.to_str()).unwrap_or(name)
}

fn empty(rows: &dyn Table) -> Finding {
    Finding::new("read-header", Severity::Warning, rows.start(), "The table is empty.")
        .help("A table begins with a row of column names.")
}

/// The most columns that a spreadsheet can have.
const COLUMNS: usize = 16_384;

/// Refuses a header with more columns than a spreadsheet can have.
fn bounded(rows: &dyn Table, header: &Row) -> Result<(), ReadError> {
    if header.len() <= COLUMNS {
        return Ok(());
    }
    let what = format!("the table has {} columns; {COLUMNS} is the most", header.len());
    Err(ReadError::Limit(rows.place(header), what))
}

/// Reads a language's tag or name.
fn language(text: &str) -> Option<LanguageTag> {
    text.parse().ok().or_else(|| crate::text::languages::by_name(text))
}

fn refuse_unit(unit: &Unit, report: &mut LossReport) {
    let name = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
    report.lose(LossClass::Lost, &name, "", "a term table has no place for translation units");
}

fn refuse_concept(concept: &Concept, report: &mut LossReport) {
    report.lose(LossClass::Lost, &concept.name(), "", "a bitext table has no place for concepts");
}

#[cfg(test)]
mod tests;
