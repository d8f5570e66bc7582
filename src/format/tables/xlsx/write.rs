//! Writes a sheet: the header stays in sight, columns filter, statuses have colours, and every cell is a string.
//!
//! A cell that begins with `=` is text like any other, so no formula is ever written. Rows go to a temporary file
//! as they come. The date of the workbook is the one that was given, so the same entries make the same bytes.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use rustc_hash::FxHashMap;

use super::sheet::ROWS;
use crate::format::tables::COLUMNS;
use crate::format::tables::columns::Column;
use crate::format::tables::grid::Cells;
use crate::format::tables::{header, language, long, losses::fitting, words};
use crate::format::{LossClass, LossReport, WriteOptions};
use crate::model::{LanguageTag, Status};
use crate::text::languages::{Direction, direction};
use crate::text::width;

/// The narrowest and the widest a column may be, in characters; what is longer is wrapped.
const WIDTHS: (usize, usize) = (9, 60);

/// A sheet that is being written.
pub(super) struct SheetWriter<'w> {
    out: &'w mut dyn Write,
    workbook: Workbook,
    sheet: Worksheet,
    formats: FxHashMap<Look, Format>,
    /// What each column holds; empty before the header.
    columns: Vec<Held>,
    widths: Vec<usize>,
    row: Vec<String>,
    rows: u32,
    /// The cells that were cut, by row and column.
    cut: Vec<(u32, usize)>,
    names: Vec<String>,
}

/// What a column holds, as far as it decides how its cells look.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    /// Text in the language of the column.
    Language(LanguageTag),
    /// Text in the language that another column names.
    InRow,
    Term,
    Lang,
    Status,
    Forbidden,
    Other,
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Look {
    tone: Tone,
    right_to_left: bool,
    wrapped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
enum Tone {
    #[default]
    Plain,
    Header,
    Preferred,
    Admitted,
    Proposed,
    Superseded,
    Deprecated,
    Forbidden,
}

impl Tone {
    /// Returns background and ink. The words stand in the cells too, for whoever does not see colours.
    fn colours(self) -> Option<(u32, u32)> {
        Some(match self {
            Self::Plain => return None,
            Self::Header => (0xE7E6E6, 0x000000),
            Self::Preferred => (0xE2EFDA, 0x1E4620),
            Self::Admitted => (0xF3F8EF, 0x2F4F2F),
            Self::Proposed => (0xDDEBF7, 0x1F3864),
            Self::Superseded => (0xEDEDED, 0x525252),
            Self::Deprecated => (0xFCE4D6, 0x843C0C),
            Self::Forbidden => (0xF8CBCB, 0x7B0000),
        })
    }

    fn of(status: Option<Status>, forbidden: bool) -> Self {
        match status {
            _ if forbidden => Self::Forbidden,
            Some(Status::Preferred) => Self::Preferred,
            Some(Status::Admitted) => Self::Admitted,
            Some(Status::Deprecated) => Self::Deprecated,
            Some(Status::Superseded) => Self::Superseded,
            Some(Status::Proposed) => Self::Proposed,
            None => Self::Plain,
        }
    }
}

impl Look {
    fn format(self) -> Format {
        let mut format = Format::new().set_align(FormatAlign::Top);
        if let Some((background, ink)) = self.tone.colours() {
            format = format.set_background_color(background).set_font_color(ink);
        }
        if self.tone == Tone::Header {
            format = format.set_bold();
        }
        if self.right_to_left {
            format = format.set_align(FormatAlign::Right).set_reading_direction(2);
        }
        if self.wrapped {
            format = format.set_text_wrap();
        }
        format
    }
}

impl<'w> SheetWriter<'w> {
    /// Begins a workbook with one sheet.
    pub fn new(out: &'w mut dyn Write, name: &str, options: &WriteOptions<'_>) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        let mut properties = DocProperties::new().set_author("wicterm").set_title(&options.title);
        let day = options.now.get(..19).and_then(|now| ExcelDateTime::parse_from_str(now).ok());
        let day = day.or_else(|| ExcelDateTime::from_ymd(2000, 1, 1).ok());
        if let Some(day) = &day {
            properties = properties.set_creation_datetime(day);
        }
        workbook.set_properties(&properties);
        let mut sheet = workbook.new_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name).map_err(failed)?;
        Ok(Self {
            out,
            workbook,
            sheet,
            formats: FxHashMap::default(),
            columns: vec![],
            widths: vec![],
            row: vec![],
            rows: 0,
            cut: vec![],
            names: vec![],
        })
    }

    fn header(&mut self) {
        let names: Vec<&str> = self.row.iter().map(String::as_str).collect();
        self.columns = if long::is_header(names.iter().copied()) {
            names.iter().map(|name| of_long(name)).collect()
        } else {
            let langs = header::languages(names.iter().copied());
            langs.into_iter().map(|lang| lang.map_or(Held::Other, Held::Language)).collect()
        };
        self.names = self.row.clone();
    }

    /// Returns how each cell of the row looks.
    fn looks(&self) -> Vec<Look> {
        if self.rows == 0 {
            return vec![Look { tone: Tone::Header, ..Look::default() }; self.row.len()];
        }
        let held = |wanted: Held| {
            let at = self.columns.iter().position(|held| *held == wanted)?;
            self.row.get(at).map(String::as_str)
        };
        let lang = held(Held::Lang).and_then(language);
        let in_row = lang.is_some_and(|lang| direction(&lang) == Direction::RightToLeft);
        let (status, said) = held(Held::Status).and_then(words::status).unzip();
        let forbidden = said == Some(true) || held(Held::Forbidden).and_then(words::yes) == Some(true);
        let tone = Tone::of(status, forbidden);
        let look = |(at, text): (usize, &String)| {
            let held = self.columns.get(at).unwrap_or(&Held::Other);
            let toned = match held {
                Held::Term | Held::Status => true,
                Held::Forbidden => tone == Tone::Forbidden,
                _ => false,
            };
            Look {
                tone: if toned { tone } else { Tone::Plain },
                right_to_left: match held {
                    Held::Language(lang) => direction(lang) == Direction::RightToLeft,
                    Held::Term | Held::InRow => in_row,
                    _ => false,
                },
                wrapped: text.contains('\n') || width(text) > WIDTHS.1,
            }
        };
        self.row.iter().enumerate().map(look).collect()
    }

    fn write_row(&mut self) -> Result<(), XlsxError> {
        let looks = self.looks();
        for (at, (text, look)) in self.row.iter().zip(looks).enumerate() {
            // The longest line of what is shown at once decides.
            let wide = text.lines().map(width).max().unwrap_or(0);
            match self.widths.get_mut(at) {
                Some(widest) => *widest = (*widest).max(wide),
                None => self.widths.push(wide),
            }
            if text.is_empty() {
                continue;
            }
            let format = self.formats.entry(look).or_insert_with(|| look.format());
            let column = u16::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)?;
            self.sheet.write_string_with_format(self.rows, column, text, format)?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), XlsxError> {
        let last = u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        for (at, widest) in self.widths.iter().enumerate() {
            // Room for the button of the filter.
            let wide = (widest + 3).clamp(WIDTHS.0, WIDTHS.1);
            self.sheet.set_column_width(u16::try_from(at).unwrap_or(u16::MAX), wide as f64)?;
        }
        self.sheet.set_freeze_panes(1, 0)?;
        if self.rows > 0 {
            self.sheet.autofilter(0, 0, self.rows - 1, last)?;
        }
        let sheet = std::mem::replace(&mut self.sheet, Worksheet::new());
        self.workbook.push_worksheet(sheet);
        Ok(())
    }
}

/// Says what a column of the long table holds.
fn of_long(name: &str) -> Held {
    match Column::by_header(name) {
        Some(Column::Term) => Held::Term,
        Some(Column::Lang) => Held::Lang,
        Some(Column::Status) => Held::Status,
        Some(Column::Forbidden) => Held::Forbidden,
        Some(Column::Context | Column::Of | Column::Forms | Column::Pattern) => Held::InRow,
        _ => Held::Other,
    }
}

impl Cells for SheetWriter<'_> {
    fn cell(&mut self, text: &str) {
        let mut text = text.to_owned();
        let fits = fitting(&text);
        if fits < text.len() {
            text.truncate(fits);
            self.cut.push((self.rows, self.row.len()));
        }
        self.row.push(text);
    }

    fn end(&mut self) -> io::Result<()> {
        if self.rows == ROWS {
            let what = format!("a sheet has room for {ROWS} rows, and this table has more");
            return Err(io::Error::other(what));
        }
        if self.row.len() > COLUMNS {
            let what =
                format!("a sheet has room for {COLUMNS} columns, and this table has {}", self.row.len());
            return Err(io::Error::other(what));
        }
        if self.rows == 0 {
            self.header();
        }
        guarded(|| self.write_row())?;
        self.rows += 1;
        self.row.clear();
        Ok(())
    }

    fn is_sheet(&self) -> bool {
        true
    }

    fn finish(&mut self, report: &mut LossReport) -> io::Result<()> {
        for (row, column) in &self.cut {
            let name = self.names.get(*column).map_or("", String::as_str);
            let why = "a cell of a sheet holds 32,767 characters, and the rest of the list is left out";
            report.lose(LossClass::Lost, &format!("row {}", row + 1), format!("/{name}"), why);
        }
        guarded(|| self.close())?;
        let workbook = &mut self.workbook;
        let bytes = guarded(|| workbook.save_to_buffer())?;
        self.out.write_all(&bytes)
    }
}

/// Runs what may fail. The library that writes takes a full disk for a fault of the program and panics.
fn guarded<T>(write: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(write)) {
        Ok(result) => result.map_err(failed),
        Err(_) => Err(io::Error::other(
            "the temporary file of the workbook cannot be written; is there room in the folder for temporary files?",
        )),
    }
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(format!("the workbook cannot be written: {other}")),
    }
}
