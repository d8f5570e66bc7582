//! Sheets of Excel workbooks (XLSX, XLSM) as tables.
//!
//! A sheet is one more carrier of the three tables: what its rows mean is settled where the text tables are
//! read. Which of the three it holds is told by its header, so there is one format, `xlsx`, that finds it out,
//! and three that name it. Of several sheets the first one that is not hidden and has such a header is read, and
//! a finding names the others.
//!
//! Workbooks are unpacked by our own reader, piece by piece and within bounds: the sizes that an archive states
//! may be lies, and libraries that believe them unpack what they are given. No formula is calculated, no program
//! run and nothing fetched. The crate `calamine` is the oracle in the tests.
//!
//! A sheet of segments is also changed in place: a cell that changes becomes a string in the sheet's XML and keeps
//! its style, the rest of the sheet and all other parts of the workbook stay as they are, byte by byte. A cell with
//! a formula, or whose text is formatted in parts, is refused.
//!
//! Blanks at the edges of cells say nothing in term tables, where nobody sees them; segments keep theirs.

mod book;
mod dates;
mod job;
mod sheet;
mod write;

use std::io::Read;
use std::path::Path;

use super::grid::{Row, Table};
use super::header::Look;
use super::{bitext, long, wide};
use crate::format::{Entry, Format, Input, LossReport, Output, ReadError, ReadOptions, Shape, Sink};
use crate::format::{WriteError, WriteOptions};
use crate::model::{Finding, Place, Severity};
use book::{Book, bytes_of};
use sheet::Sheet;
pub(in crate::format) use sheet::SheetCell;
use write::SheetWriter;

/// A sheet of whichever table.
pub static XLSX: Format = Format {
    name: "xlsx",
    about: "Excel workbook: whichever of the three tables its sheet holds",
    extensions: &[],
    shape: Shape::File,
    concepts: true,
    units: true,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff,
    read: Some(read),
    write: None,
    job: Some(job::open),
};

/// The long term table in a sheet.
pub static TERMS_XLSX: Format = Format {
    name: "terms-xlsx",
    about: "long term table in an Excel workbook: a row for a term",
    extensions: &["xlsx"],
    shape: Shape::File,
    concepts: true,
    units: false,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |_, _| 0,
    read: Some(|input, options, sink| read_as(Holds::Long, input, options, sink)),
    write: Some(write_long),
    job: None,
};

/// The wide term table in a sheet.
pub static TERMS_WIDE_XLSX: Format = Format {
    name: "terms-wide-xlsx",
    about: "wide term table in an Excel workbook: a row for a concept, a column for a language",
    extensions: &[],
    shape: Shape::File,
    concepts: true,
    units: false,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |_, _| 0,
    read: Some(|input, options, sink| read_as(Holds::Wide, input, options, sink)),
    write: Some(write_wide),
    job: Some(job::open),
};

/// The bitext table in a sheet.
pub static BITEXT_XLSX: Format = Format {
    name: "bitext-xlsx",
    about: "bitext table in an Excel workbook: a segment and its translation in a row",
    extensions: &[],
    shape: Shape::File,
    concepts: false,
    units: true,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |_, _| 0,
    read: Some(|input, options, sink| read_as(Holds::Bitext, input, options, sink)),
    write: Some(write_bitext),
    job: Some(job::open),
};

/// Which table a sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Long,
    Wide,
    Bitext,
}

/// Knows a workbook by its name, because other archives begin the same; old ones and those of other
/// programs too, to say what to do with them.
fn sniff(head: &str, name: &Path) -> u8 {
    let extension = name.extension().and_then(|x| x.to_str()).unwrap_or_default().to_ascii_lowercase();
    let is_zip = head.starts_with("PK\u{3}\u{4}");
    match &*extension {
        "xlsx" | "xlsm" | "xltx" | "xltm" if is_zip => 95,
        // What is encrypted or old is no archive.
        "xlsx" | "xlsm" | "xls" | "xlsb" | "ods" if is_zip || !head.chars().take(8).all(|c| c.is_ascii()) => {
            90
        }
        _ => 0,
    }
}

impl Holds {
    /// Tells by the first rows of a sheet which table it holds.
    fn of(look: &Look) -> Option<Self> {
        if look.long(b',') > 0 {
            return Some(Self::Long);
        }
        let (wide, bitext) = (look.wide(), look.bitext(false));
        match wide.max(bitext) {
            ..10 => None,
            _ if bitext > wide => Some(Self::Bitext),
            _ => Some(Self::Wide),
        }
    }

    /// Tells whether a sheet that looks so can be read as this.
    fn fits(self, look: &Look) -> bool {
        match self {
            Self::Long => look.long(b',') > 0,
            Self::Wide => look.wide() >= 10,
            Self::Bitext => look.bitext(false) > 0,
        }
    }

    fn read(
        self,
        sheet: Sheet<'_, '_, impl Read>,
        name: &str,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        match self {
            Self::Long => long::read_table(&mut sheet.trimmed(), name, options, sink),
            Self::Wide => wide::read_table(&mut sheet.trimmed(), name, options, sink),
            Self::Bitext => bitext::read_table(&mut { sheet }, name, options, sink),
        }
    }
}

fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    read_sheet(None, input, options, sink)
}

fn read_as(
    holds: Holds,
    input: Input<'_>,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    read_sheet(Some(holds), input, options, sink)
}

fn read_sheet(
    asked: Option<Holds>,
    input: Input<'_>,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let (stream, name) = super::stream(input)?;
    let bytes = bytes_of(stream, name)?;
    let book = Book::open(&bytes, name, options.limits)?;
    let holds = |look: &Look| match asked {
        Some(asked) => asked.fits(look).then_some(asked),
        None => Holds::of(look),
    };
    // Who says why nothing fits is the reader of the table that is most often meant.
    let Some(chosen) = choose(&book, holds, asked.unwrap_or(Holds::Wide))? else {
        sink.finding(Finding::new(
            "read-header",
            Severity::Warning,
            Place::file(name),
            "No sheet of the workbook has a table in it.",
        ));
        return Ok(());
    };
    let mut sheet = book.sheet(chosen.sheet)?;
    sheet.remarks = remarks(&book, &chosen);
    chosen.holds.read(sheet, name, options, sink)
}

/// The sheet that is read.
struct Chosen {
    sheet: usize,
    holds: Holds,
    /// Those that have something in them and are left.
    left: Vec<usize>,
}

/// Chooses the first sheet that has a fitting header, else the first that has anything in it.
fn choose(
    book: &Book<'_>,
    holds: impl Fn(&Look) -> Option<Holds>,
    guess: Holds,
) -> Result<Option<Chosen>, ReadError> {
    let (mut fitting, mut filled) = (None, vec![]);
    // A sheet that is hidden was hidden by somebody.
    let mut order: Vec<usize> = (0..book.sheets.len()).collect();
    order.sort_by_key(|at| book.sheets[*at].hidden);
    for at in order {
        let mut sheet = match book.sheet(at) {
            Ok(sheet) => sheet.trimmed(),
            Err(_) if book.sheets.len() > 1 => continue,
            Err(error) => return Err(error),
        };
        if !sheet.peek(&mut Row::default())? {
            continue;
        }
        filled.push(at);
        if fitting.is_none() && !book.sheets[at].hidden {
            fitting = holds(&Look::of(&mut sheet)).map(|holds| (at, holds));
        }
    }
    let guess = || filled.first().map(|at| (*at, guess));
    Ok(fitting.or_else(guess).map(|(sheet, holds)| {
        let left = filled.iter().copied().filter(|at| *at != sheet).collect();
        Chosen { sheet, holds, left }
    }))
}

/// Says what of a workbook is not looked at.
fn remarks(book: &Book<'_>, chosen: &Chosen) -> Vec<Finding> {
    let place = || Place::file(book.name());
    let mut remarks = vec![];
    if !chosen.left.is_empty() {
        let named = |at: &usize| {
            let sheet = &book.sheets[*at];
            format!("\"{}\"{}", sheet.name, if sheet.hidden { " (hidden)" } else { "" })
        };
        let names: Vec<String> = chosen.left.iter().take(6).map(named).collect();
        let more = chosen.left.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!(
            "Only the sheet \"{}\" was read; left are {}{more}.",
            book.sheets[chosen.sheet].name,
            names.join(", ")
        );
        let help = "Save a sheet that is wanted too as a workbook of its own.";
        remarks.push(Finding::new("read-sheet", Severity::Warning, place(), message).help(help));
    }
    if book.has_macros {
        let message = "The workbook holds macros; nobody looked at them, and nothing of them was run.";
        let help = "Only cells are read; there is nothing to do.";
        remarks.push(Finding::new("read-macros", Severity::Info, place(), message).help(help));
    }
    remarks
}

fn write_long(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut sheet = SheetWriter::new(super::out_stream(out)?, "terms", options)?;
    long::write(entries, &mut sheet)
}

fn write_wide(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut sheet = SheetWriter::new(super::out_stream(out)?, "terms", options)?;
    wide::write(entries, options, &mut sheet)
}

fn write_bitext(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut sheet = SheetWriter::new(super::out_stream(out)?, "segments", options)?;
    bitext::write(entries, options, &mut sheet)
}

#[cfg(test)]
mod tests;
