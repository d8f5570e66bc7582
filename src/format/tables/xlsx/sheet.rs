//! The rows of a sheet, one by one.

use std::io::Read;
use std::ops::Range;

use super::book::{Book, of_xml, rich_text, unescape};
use super::dates::{Shown, number};
use crate::bytes::Unwritable;
use crate::bytes::inflate::Damage;
use crate::bytes::xml::{self, Event, Reader};
use crate::format::tables::COLUMNS;
use crate::format::tables::grid::{self, Row, Table};
use crate::format::tables::losses::fitting;
use crate::format::{ReadError, Sink};
use crate::model::{Finding, Place, Severity};

/// The most rows of a sheet.
pub(super) const ROWS: u32 = 1 << 20;
/// The most cells, empty ones between full ones too: a million rows of a hundred columns.
const CELLS: u64 = 100 << 20;

/// A sheet of a workbook, read from its packed XML.
pub(in crate::format::tables) struct Sheet<'k, 'b, R: Read> {
    book: &'k Book<'b>,
    xml: Reader<R>,
    damage: Damage,
    ahead: Option<Row>,
    /// Whether blanks at the edges of cells are no part of them.
    trims: bool,
    in_data: bool,
    ended: bool,
    line: u32,
    cells: u64,
    value: String,
    piece: String,
    odd: Odd,
    /// Why reading ended too soon.
    broken: Option<String>,
    /// What is to be said of the workbook once the sheet is read.
    pub remarks: Vec<Finding>,
    /// Where the cells of the row stand that was read last; nothing where nobody asks.
    stands: Option<Stands>,
}

/// Where the cells of a row stand in the XML of their sheet.
#[derive(Debug, Default)]
struct Stands {
    cells: Vec<(usize, SheetCell)>,
    end: usize,
}

/// How a cell stands in the XML of its sheet, or where it would.
#[derive(Debug, Clone)]
pub(in crate::format) struct SheetCell {
    start: usize,
    len: u32,
    line: u32,
    column: u32,
    style: Option<Box<str>>,
    /// What stands before the names of elements.
    prefix: Box<str>,
    /// Why it cannot be written.
    fixed: Option<&'static str>,
}

impl SheetCell {
    /// Returns its row, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Returns its column, from 1.
    pub fn column(&self) -> u32 {
        self.column + 1
    }

    /// Returns the bytes of the sheet that it fills.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.len as usize
    }

    /// Returns the whole cell with another text, which looks as it did.
    ///
    /// # Errors
    ///
    /// It holds something that would be lost, or the text is too long for a cell.
    pub fn written(&self, text: &str) -> Result<String, Unwritable> {
        if let Some(why) = self.fixed {
            return Err(Unwritable::Place(why));
        }
        if fitting(text) < text.len() {
            return Err(Unwritable::Place("a cell of a sheet holds 32,767 characters at most"));
        }
        let (p, name) = (&self.prefix, name_of(self.column as usize, self.line));
        let style = self.style.as_ref().map_or_else(String::new, |style| format!(" s=\"{style}\""));
        if text.is_empty() {
            return Ok(format!("<{p}c r=\"{name}\"{style}/>"));
        }
        let text = escaped(text);
        Ok(format!(
            "<{p}c r=\"{name}\"{style} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{text}</{p}t></{p}is></{p}c>"
        ))
    }
}

/// Returns a text as the XML of a sheet has it: what XML cannot carry as `_x0007_`, and what looks so escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(c),
            '_' if reads_as_escape(&text[at..]) => out.push_str("_x005F_"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push_str(&format!("_x{:04X}_", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

fn reads_as_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

/// Cells that are not what they seem: how many, and the first of them.
#[derive(Debug, Default)]
struct Odd {
    formulas: Counted,
    uncalculated: Counted,
    errors: Counted,
    merged: Counted,
}

#[derive(Debug, Default)]
struct Counted {
    count: u64,
    first: String,
}

impl Counted {
    fn note(&mut self, cell: impl FnOnce() -> String) {
        if self.count == 0 {
            self.first = cell();
        }
        self.count += 1;
    }
}

impl<'k, 'b, R: Read> Sheet<'k, 'b, R> {
    pub fn new(book: &'k Book<'b>, xml: Reader<R>, damage: Damage) -> Self {
        Self {
            book,
            xml,
            damage,
            ahead: None,
            trims: false,
            in_data: false,
            ended: false,
            line: 0,
            cells: 0,
            value: String::new(),
            piece: String::new(),
            odd: Odd::default(),
            broken: None,
            remarks: vec![],
            stands: None,
        }
    }

    /// Notes where cells stand, for whoever changes them.
    pub fn noting(mut self) -> Self {
        self.stands = Some(Stands::default());
        self
    }

    /// Returns where a cell of the row that was read last stands, or where it would.
    pub fn stand(&self, column: usize) -> Option<SheetCell> {
        let Stands { cells, end } = self.stands.as_ref()?;
        if let Some((_, cell)) = cells.iter().find(|(at, _)| *at == column) {
            return Some(cell.clone());
        }
        let (_, beside) = cells.first()?;
        let start = cells.iter().find(|(at, _)| *at > column).map_or(*end, |(_, cell)| cell.start);
        let column = u32::try_from(column).unwrap_or(u32::MAX);
        Some(SheetCell { start, len: 0, column, style: None, fixed: None, ..beside.clone() })
    }

    /// Takes blanks at the edges of cells away: nobody sees them in a sheet.
    pub fn trimmed(mut self) -> Self {
        self.trims = true;
        self
    }

    fn take(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        loop {
            if self.ended {
                return Ok(false);
            }
            match self.row(row) {
                Ok(true) if row.is_blank() => {}
                Ok(found) => return Ok(found),
                // What a cut or damaged file still had was handed on; the rest is told at the end.
                Err(xml::Error::Broken(_, what)) if self.line > 0 => {
                    self.ended = true;
                    self.broken = Some(what);
                    return Ok(false);
                }
                Err(error) => return Err(of_xml(error, self.book.name())),
            }
        }
    }

    /// Reads on to the end of the next row.
    fn row(&mut self, row: &mut Row) -> Result<bool, xml::Error> {
        loop {
            match self.xml.next()? {
                Event::Start if self.in_data && self.xml.local() == "row" => {
                    self.cells_of(row)?;
                    return Ok(true);
                }
                Event::Start if self.xml.local() == "sheetData" => self.in_data = true,
                Event::Start if self.xml.local() == "mergeCell" => {
                    let range = self.xml.attribute("ref").unwrap_or_default();
                    self.odd.merged.note(|| xml::quotable(range).into_owned());
                }
                Event::End if self.xml.local() == "sheetData" => self.in_data = false,
                Event::Eof => {
                    self.ended = true;
                    return Ok(false);
                }
                _ => {}
            }
        }
    }

    fn cells_of(&mut self, row: &mut Row) -> Result<(), xml::Error> {
        let said = self.xml.attribute("r").and_then(|r| r.parse::<u32>().ok());
        self.line = said.unwrap_or(self.line.saturating_add(1));
        if self.line > ROWS {
            return Err(self.limit(format!("the sheet has more than {ROWS} rows")));
        }
        row.begin(self.line);
        if let Some(stands) = &mut self.stands {
            stands.cells.clear();
        }
        let depth = self.xml.depth();
        let mut next = 0;
        loop {
            match self.xml.next()? {
                Event::Start if self.xml.local() == "c" => {
                    let column = self.xml.attribute("r").and_then(column_of).unwrap_or(next);
                    if column >= COLUMNS {
                        return Err(self.limit(format!("the sheet has more than {COLUMNS} columns")));
                    }
                    next = column + 1;
                    self.cell(column)?;
                    let text = if self.trims { self.value.trim() } else { &*self.value };
                    if !text.is_empty() {
                        row.put(column, text);
                    }
                }
                Event::End if self.xml.depth() < depth => {
                    if let Some(stands) = &mut self.stands {
                        stands.end = self.xml.written().map_or(0, |(start, _)| start as usize);
                    }
                    break;
                }
                _ => {}
            }
        }
        self.cells += row.len() as u64 + 1;
        if self.cells > CELLS {
            return Err(self.limit(format!("the sheet has more than {CELLS} cells")));
        }
        row.complete();
        Ok(())
    }

    /// Reads a cell into `value`.
    fn cell(&mut self, column: usize) -> Result<(), xml::Error> {
        let kind = Kind::of(self.xml.attribute("t").unwrap_or("n"));
        let style = self.xml.attribute("s").and_then(|s| s.parse::<usize>().ok());
        let depth = self.xml.depth();
        let start = self.stands.as_ref().and_then(|_| self.xml.written()).map(|(start, _)| start as usize);
        let prefix: Box<str> = match self.xml.prefix() {
            Some(prefix) if start.is_some() => format!("{prefix}:").into(),
            _ => "".into(),
        };
        self.value.clear();
        let mut rich = false;
        let (mut formula, mut given) = (false, false);
        loop {
            match self.xml.next()? {
                Event::Start if self.xml.local() == "v" => {
                    self.piece.clear();
                    self.xml.text_to_end(&mut self.piece)?;
                    // An empty text is a value of a formula; an empty number is none.
                    given = kind == Kind::Text || !self.piece.is_empty();
                    self.plain(kind, style.unwrap_or(0), column);
                    rich = kind == Kind::Shared && self.is_rich();
                }
                Event::Start if self.xml.local() == "is" => {
                    rich = rich_text(&mut self.xml, &mut self.piece, &mut self.value)?;
                }
                Event::Start => {
                    formula |= self.xml.local() == "f";
                    self.xml.skip()?;
                }
                Event::End if self.xml.depth() < depth => break,
                _ => {}
            }
        }
        if let (Some(start), Some(end)) = (start, self.xml.end_offset()) {
            let fixed = match (formula, rich) {
                (true, _) => Some("the cell holds a formula"),
                (_, true) => Some("the text of the cell is formatted in parts"),
                _ => None,
            };
            let len = u32::try_from((end as usize).saturating_sub(start)).unwrap_or(0);
            let style = style.map(|style| style.to_string().into());
            let at = u32::try_from(column).unwrap_or(u32::MAX);
            let cell = SheetCell { start, len, line: self.line, column: at, style, prefix, fixed };
            if let Some(stands) = &mut self.stands {
                stands.cells.push((column, cell));
            }
        }
        if formula {
            let line = self.line;
            let odd = if given { &mut self.odd.formulas } else { &mut self.odd.uncalculated };
            odd.note(|| name_of(column, line));
        }
        Ok(())
    }

    /// Makes text of what stands in `piece`.
    fn plain(&mut self, kind: Kind, style: usize, column: usize) {
        let written = &*self.piece;
        match kind {
            Kind::Shared => {
                let at = written.trim().parse::<usize>().ok();
                self.value.push_str(at.and_then(|at| self.book.strings.get(at)).unwrap_or_default());
            }
            Kind::Text => unescape(written, &mut self.value),
            Kind::Truth => self.value.push_str(if written.trim() == "1" { "TRUE" } else { "FALSE" }),
            Kind::Day => self.value.push_str(written.trim().trim_end_matches("T00:00:00")),
            Kind::Error => {
                let line = self.line;
                self.odd
                    .errors
                    .note(|| format!("{} ({})", name_of(column, line), xml::quotable(&self.piece)));
            }
            Kind::Number => {
                let shown = self.book.styles.get(style).copied().unwrap_or_default();
                let dated = match shown {
                    Shown::Number => None,
                    _ => written.trim().parse().ok().and_then(|n| shown.text(n, self.book.since_1904)),
                };
                match dated.or_else(|| number(written)) {
                    Some(text) => self.value.push_str(&text),
                    None => self.value.push_str(written.trim()),
                }
            }
        }
    }

    /// Tells whether the shared string whose number stands in `piece` is formatted in parts.
    fn is_rich(&self) -> bool {
        self.piece.trim().parse::<usize>().is_ok_and(|at| self.book.strings.is_rich(at))
    }

    fn limit(&self, what: String) -> xml::Error {
        xml::Error::Limit(self.xml.position(), what)
    }
}

/// What the value of a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shared,
    Text,
    Truth,
    Day,
    Error,
    Number,
}

impl Kind {
    fn of(t: &str) -> Self {
        match t {
            "s" => Self::Shared,
            "str" | "inlineStr" => Self::Text,
            "b" => Self::Truth,
            "d" => Self::Day,
            "e" => Self::Error,
            _ => Self::Number,
        }
    }
}

/// Returns the column of a cell's name, from 0: that of `AB12` is 27.
pub(super) fn column_of(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.take(6).fold(0, |sum, b| sum * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1)
}

/// Returns the name of a cell by its column from 0 and its row from 1.
pub(super) fn name_of(column: usize, line: u32) -> String {
    let mut letters = vec![];
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|b| char::from(*b)).chain(line.to_string().chars()).collect()
}

impl<R: Read> Table for Sheet<'_, '_, R> {
    fn peek(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        if self.ahead.is_none() {
            let mut ahead = Row::default();
            if !self.take(&mut ahead)? {
                return Ok(false);
            }
            self.ahead = Some(ahead);
        }
        row.clone_from(self.ahead.as_ref().unwrap_or(&Row::default()));
        Ok(true)
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        match self.ahead.take() {
            Some(ahead) => {
                *row = ahead;
                Ok(true)
            }
            None => self.take(row),
        }
    }

    fn has_no_header(&mut self) {}

    fn place(&self, row: &Row) -> Place {
        Place::file(self.book.name()).at_line(row.line)
    }

    fn start(&self) -> Place {
        Place::file(self.book.name()).at_line(1)
    }

    fn complain(&self, row: &Row, width: usize, sink: &mut dyn Sink) {
        grid::complain(|| self.place(row), row, width, "Give every column a name in the first row.", sink);
    }

    fn conclude(&mut self, sink: &mut dyn Sink) {
        for remark in self.remarks.drain(..) {
            sink.finding(remark);
        }
        let place = || Place::file(self.book.name());
        let mut say = |severity, counted: &Counted, one: &str, many: &str, help: &str| {
            if counted.count > 0 {
                let message = match counted.count {
                    1 => format!("{} {one}", counted.first),
                    n => format!("{n} cells {many}; the first is {}.", counted.first),
                };
                sink.finding(Finding::new("read-cell", severity, place(), message).help(help));
            }
        };
        let Odd { formulas, uncalculated, errors, merged } = &self.odd;
        say(
            Severity::Info,
            formulas,
            "holds a formula; its value was taken as it was saved.",
            "hold formulas; their values were taken as they were saved",
            "Nothing was calculated. Save the workbook anew if the values may be old.",
        );
        say(
            Severity::Warning,
            uncalculated,
            "holds a formula without a value, and was read as empty.",
            "hold formulas without values, and were read as empty",
            "Open the workbook in a spreadsheet program and save it, so that the values are in the file.",
        );
        say(
            Severity::Warning,
            errors,
            "holds an error of the spreadsheet, and was read as empty.",
            "hold errors of the spreadsheet, and were read as empty",
            "Mend the formula, or write the value.",
        );
        say(
            Severity::Warning,
            merged,
            "is merged into one cell; its text was read in the first row and column only.",
            "are merged with others; the text of each was read in its first row and column only",
            "Unmerge the cells and repeat the value where it belongs.",
        );
        if let Some(what) = &self.broken {
            let message =
                format!("The sheet is damaged behind row {}, and the rest was not read: {what}.", self.line);
            let help = "Open the workbook in a spreadsheet program, look at what is left, and save it anew.";
            let place = place().at_line(self.line);
            sink.finding(Finding::new("read-xlsx", Severity::Error, place, message).help(help));
        } else if self.damage.is_there() || self.book.is_damaged() {
            let message = "The workbook is damaged; what could be unpacked was read.";
            let help = "Compare what was read with what should be there, or get the file again.";
            sink.finding(Finding::new("read-xlsx", Severity::Error, place(), message).help(help));
        }
        for trouble in self.xml.take_troubles() {
            let finding = Finding::new(trouble.kind.code(), Severity::Warning, place(), trouble.message);
            sink.finding(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_and_found_by_their_names() {
        for (name, column) in [("A1", 0), ("Z9", 25), ("AA10", 26), ("AB12", 27), ("XFD1", 16_383)] {
            assert_eq!(column_of(name), Some(column));
            let line = name.trim_start_matches(|c: char| c.is_alphabetic()).parse().unwrap();
            assert_eq!(name_of(column, line), name);
        }
        assert_eq!(column_of("12"), None);
        assert!(column_of("ZZZZZZZZZZZZ1").is_some_and(|column| column > COLUMNS));
    }
}
