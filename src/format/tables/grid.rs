//! Delimited text: rows in, with their places, and cells out, quoted and harmless.
//!
//! The CSV crates take every quotation mark at the beginning of a cell for syntax. In tables of
//! segments it is text as often (`"Hello," he said.⇥…`), and one mark that never closes swallows
//! the rest of the file. So the rule here is: a mark opens a quoted cell only if its partner
//! stands right before a delimiter or a line end. What RFC 4180 allows reads as it says (the
//! `csv` crate is the judge in the tests); everything else is taken as it stands, and the row
//! says so.
//!
//! Cells that a spreadsheet would execute are written behind an apostrophe: any number of
//! apostrophes and then one of `= + - @`, their fullwidth forms, a tab or a carriage return gets
//! one apostrophe more, and reading takes one away. All other cells are as they are, so that
//! `'tis` stays `'tis` in both directions.
//!
//! Blanks around an unquoted cell are not part of it; blanks inside quotation marks are.

use std::io::{Read, Write};
use std::ops::Range;

use memchr::{memchr, memchr3};

use crate::bytes::{Decoder, How};
use crate::format::{LossReport, ReadError, ReadOptions, Sink};
use crate::model::{Finding, Place, Severity};

/// How many quotation marks may turn out never to close before multi-line cells are given up:
/// each costs a look through as much text as one row may hold.
const HOPELESS: u32 = 64;

/// A table that is being read, whatever carries it: text with a delimiter, or a sheet of a workbook.
pub(super) trait Table {
    /// Looks at the next row that is not blank without taking it.
    fn peek(&mut self, row: &mut Row) -> Result<bool, ReadError>;
    /// Takes the next row that is not blank. `false` means that there is none.
    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError>;
    /// Says that the first row is no header but an entry, as in lists of two columns.
    fn has_no_header(&mut self);
    /// Returns the place of a row.
    fn place(&self, row: &Row) -> Place;
    /// Returns the place of the table's beginning.
    fn start(&self) -> Place;
    /// Says what is odd about a row: cells beyond the header's, marks and letters that may be damage.
    fn complain(&self, row: &Row, width: usize, sink: &mut dyn Sink);
    /// Says what was odd about the whole, once all rows are read.
    fn conclude(&mut self, sink: &mut dyn Sink);
}

/// A table that is being written.
pub(super) trait Cells {
    /// Writes a cell.
    fn cell(&mut self, text: &str);
    /// Ends a row; the first one is the header.
    fn end(&mut self) -> std::io::Result<()>;
    /// Tells whether it is a sheet, in which a cell has an end and the blanks at its edges say nothing.
    fn is_sheet(&self) -> bool;
    /// Ends the table.
    fn finish(&mut self, report: &mut LossReport) -> std::io::Result<()>;
}

/// Reads rows from a stream of bytes in any encoding, in memory bounded by one row.
pub(super) struct Rows<'r> {
    input: Decoder<&'r mut dyn Read>,
    file: String,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    delimiter: u8,
    quoting: bool,
    comments: bool,
    line: u32,
    /// Where `buffer[at]` is in the file; `None` where it was in another encoding.
    offset: Option<u64>,
    limit: usize,
    hopeless: u32,
}

/// One row.
#[derive(Debug, Default, Clone)]
pub(super) struct Row {
    text: String,
    cells: Vec<(usize, usize)>,
    /// Where each cell stands behind the row's first byte, with its marks, and whether it has any.
    cuts: Vec<(usize, usize, bool)>,
    /// The line it begins in, from 1.
    pub line: u32,
    /// The bytes of the file it fills, without its line end.
    pub bytes: Option<(u64, u64)>,
    /// Whether a quotation mark stood where RFC 4180 has none, and was taken for text.
    pub stray_quote: bool,
    /// How many control characters stand in it: damage as a rule, and no XML can carry them.
    pub controls: usize,
}

impl Row {
    /// Counts what no XML could carry: control characters other than white space.
    fn count_controls(&mut self) {
        let control = |b: u8| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r');
        // No early end, so that it is done many bytes at a time; nearly every row has none.
        self.controls = self.text.bytes().fold(0, |sum, b| sum + usize::from(control(b)));
    }

    /// Empties it, to be filled cell by cell.
    pub fn begin(&mut self, line: u32) {
        self.text.clear();
        self.cells.clear();
        self.cuts.clear();
        (self.line, self.bytes, self.stray_quote, self.controls) = (line, None, false, 0);
    }

    /// Puts a text into a cell.
    pub fn put(&mut self, column: usize, text: &str) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, (0, 0));
        }
        let from = self.text.len();
        self.text.push_str(text);
        self.cells[column] = (from, self.text.len());
    }

    /// Says that all its cells are there.
    pub fn complete(&mut self) {
        self.count_controls();
    }

    /// Returns how long its texts are together.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// Returns the text of a cell; empty where the row is too short.
    pub fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", |&(from, to)| &self.text[from..to])
    }

    /// Returns how many cells it has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Returns how a cell stands in the file, behind the row's first byte: with its marks, and whether it has any.
    pub fn cut(&self, at: usize) -> Option<(Range<usize>, bool)> {
        self.cuts.get(at).map(|&(from, to, quoted)| (from..to, quoted))
    }

    /// Iterates over its cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|&(from, to)| &self.text[from..to])
    }

    /// Tells whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.cells().all(|c| c.trim().is_empty())
    }
}

/// What stands between cells, and whether quotation marks do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The delimiter.
    pub delimiter: u8,
    /// Whether cells may be quoted.
    pub quoting: bool,
    /// Whether lines that begin with `#` are remarks.
    pub comments: bool,
}

impl<'r> Rows<'r> {
    /// Opens a table and finds out its encoding and its delimiter.
    pub fn open(input: &'r mut dyn Read, name: &str, options: &ReadOptions) -> Result<Self, ReadError> {
        let mut rows = Self {
            input: Decoder::new(input, options.encoding.as_deref()),
            file: name.to_owned(),
            buffer: Vec::new(),
            at: 0,
            ended: false,
            delimiter: b',',
            quoting: true,
            comments: false,
            line: 1,
            offset: Some(0),
            limit: options.limits.text,
            hopeless: 0,
        };
        while rows.buffer.len() < 1 << 16 && !rows.ended {
            rows.fill(1 << 16)?;
        }
        if rows.input.encoding().how == How::Mark {
            // The mark is not part of the text.
            rows.offset = rows.offset.map(|_| "\u{feff}".len() as u64);
        }
        let head = std::str::from_utf8(&rows.buffer).unwrap_or_else(|e| {
            // The buffer may end inside a character; up to there it is text by decoding.
            std::str::from_utf8(&rows.buffer[..e.valid_up_to()]).unwrap_or("")
        });
        let (delimiter, skip) = sniff_delimiter(head);
        rows.delimiter = delimiter;
        if skip > 0 {
            rows.advance(skip);
            rows.line += 1;
        }
        Ok(rows)
    }

    /// Sets how the rows to come are read.
    pub fn set_dialect(&mut self, dialect: Dialect) {
        self.delimiter = dialect.delimiter;
        self.quoting = dialect.quoting;
        self.comments = dialect.comments;
    }

    /// Returns how rows are read.
    pub fn dialect(&self) -> Dialect {
        Dialect { delimiter: self.delimiter, quoting: self.quoting, comments: self.comments }
    }

    /// Returns the delimiter.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Returns the place of a row.
    pub fn place(&self, row: &Row) -> Place {
        Place { bytes: row.bytes, ..Place::file(&self.file).at_line(row.line) }
    }

    /// Returns the place of the table's beginning.
    pub fn start(&self) -> Place {
        Place::file(&self.file).at_line(1)
    }

    /// Looks at the next row that is not blank without taking it.
    pub fn peek(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        let (at, line, offset, hopeless) = (self.at, self.line, self.offset, self.hopeless);
        // Nothing before `at` is dropped from the buffer while a row is being read.
        let found = self.read(row, true)?;
        self.at = at;
        (self.line, self.offset, self.hopeless) = (line, offset, hopeless);
        Ok(found)
    }

    /// Takes the next row that is not blank. `false` means that there is none.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        self.read(row, false)
    }

    /// Says what is odd about a row: cells beyond the header's, marks and letters that may be damage.
    pub fn complain(&self, row: &Row, width: usize, sink: &mut dyn Sink) {
        let help = "Put a cell that holds the delimiter into quotation marks.";
        complain(|| self.place(row), row, width, help, sink);
        if row.stray_quote && self.delimiter != b'\t' {
            let message =
                "A quotation mark that opens a cell has no partner at its end and is taken as text.";
            let finding = Finding::new("read-row", Severity::Warning, self.place(row), message);
            sink.finding(finding.help("Write \"\" for a mark inside a quoted cell."));
        }
    }

    /// Says what was odd about the encoding, once all rows are read.
    pub fn conclude(&self, sink: &mut dyn Sink) {
        let encoding = self.input.encoding();
        let name_it = "Name the encoding of the file, such as windows-1252, or save it as UTF-8.";
        let mut say = |line: Option<u32>, severity, message: String| {
            let place = Place { line, ..Place::file(&self.file) };
            sink.finding(Finding::new("read-encoding", severity, place, message).help(name_it));
        };
        if let Some(label) = &encoding.unusable_label {
            let message = format!("The file is not in \"{label}\"; it was read as {}.", encoding.name);
            say(None, Severity::Warning, message);
        }
        if encoding.malformed > 0 {
            let message =
                format!("{} stretches of bytes are not text in {}.", encoding.malformed, encoding.name);
            say(encoding.first_malformed.map(|p| p.line), Severity::Warning, message);
        }
        if encoding.how == How::Fallback {
            let message = "The file does not say its encoding and is not UTF-8; it was read as windows-1252.";
            say(None, Severity::Warning, message.into());
        }
    }

    fn read(&mut self, row: &mut Row, keep: bool) -> Result<bool, ReadError> {
        loop {
            if !keep && self.at > 1 << 16 {
                self.buffer.drain(..self.at);
                self.at = 0;
            }
            if self.at == self.buffer.len() && self.ended {
                return Ok(false);
            }
            match self.parse(row) {
                Parsed::Row { used, end, lines } => {
                    row.line = self.line;
                    row.bytes = self.offset.map(|o| (o, o + end as u64));
                    self.line = self.line.saturating_add(lines);
                    self.advance(used);
                    for cell in &mut row.cells {
                        if is_guarded(&row.text[cell.0..cell.1]) {
                            cell.0 += 1;
                        }
                    }
                    if !row.is_blank() {
                        return Ok(true);
                    }
                }
                Parsed::More => {
                    let held = self.buffer.len() - self.at;
                    if held > self.limit.saturating_add(1 << 16) {
                        row.line = self.line;
                        row.bytes = None;
                        let what = format!("a row is longer than {} bytes", self.limit);
                        return Err(ReadError::Limit(self.place(row), what));
                    }
                    // Doubling keeps the work of looking again linear.
                    self.fill(held.max(1 << 16))?;
                }
            }
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
        self.offset = self.offset.map(|o| o + bytes as u64);
    }

    fn fill(&mut self, more: usize) -> Result<(), ReadError> {
        let read = (&mut self.input).take(more as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < more;
        let encoding = self.input.encoding();
        if encoding.name != "UTF-8" || encoding.malformed > 0 {
            // Bytes of text and bytes of the file are not the same any more.
            self.offset = None;
        }
        Ok(())
    }

    /// Takes one row apart into its text and the edges of its cells.
    fn parse(&mut self, row: &mut Row) -> Parsed {
        let mut raw = std::mem::take(&mut row.text).into_bytes();
        raw.clear();
        row.cells.clear();
        row.cuts.clear();
        row.stray_quote = false;
        let parsed = self.cut(row, &mut raw);
        // The decoder delivers UTF-8 and rows are cut at ASCII bytes, so this never replaces anything.
        row.text = String::from_utf8(raw).unwrap_or_else(|e| {
            row.cells.clear();
            String::from_utf8_lossy(e.as_bytes()).into_owned()
        });
        row.count_controls();
        parsed
    }

    fn cut(&mut self, row: &mut Row, raw: &mut Vec<u8>) -> Parsed {
        let data = &self.buffer[self.at..];
        if self.comments && data.first() == Some(&b'#') {
            return match memchr(b'\n', data) {
                Some(n) => Parsed::Row { used: n + 1, end: n, lines: 1 },
                None if self.ended => Parsed::Row { used: data.len(), end: data.len(), lines: 0 },
                None => Parsed::More,
            };
        }
        let mut lines = 0;
        let mut i = 0;
        loop {
            let from = raw.len();
            let mut begin = i;
            if self.delimiter != b'\t' && self.quoting {
                while data.get(begin) == Some(&b' ') {
                    begin += 1;
                }
            }
            let mut quoted = None;
            if self.quoting && data.get(begin) == Some(&b'"') {
                let window = if self.hopeless < HOPELESS {
                    &data[..data.len().min(begin.saturating_add(self.limit))]
                } else {
                    &data[..memchr(b'\n', &data[begin..]).map_or(data.len(), |n| begin + n + 1)]
                };
                let whole = window.len() == data.len();
                match closing_quote(window, begin + 1, self.delimiter, whole && self.ended) {
                    Quote::Closes(at, next) => quoted = Some((at, next)),
                    Quote::More if whole && !self.ended => return Parsed::More,
                    Quote::Text => row.stray_quote = true,
                    Quote::More | Quote::Never => {
                        row.stray_quote = true;
                        self.hopeless = self.hopeless.saturating_add(1);
                    }
                }
            }
            match quoted {
                Some((close, next)) => {
                    let mut rest = &data[begin + 1..close];
                    lines += count_lines(rest);
                    while let Some(n) = memchr(b'"', rest) {
                        raw.extend_from_slice(&rest[..=n]);
                        rest = &rest[n + 2..];
                    }
                    raw.extend_from_slice(rest);
                    row.cells.push((from, raw.len()));
                    row.cuts.push((begin, close + 1, true));
                    i = next;
                }
                None => {
                    let end = match memchr3(self.delimiter, b'\n', b'\r', &data[i..]) {
                        Some(n) => i + n,
                        None if self.ended => data.len(),
                        None => return Parsed::More,
                    };
                    let bare = trimmed(&data[i..end]);
                    raw.extend_from_slice(bare);
                    row.cells.push((from, raw.len()));
                    // A part of the cell, so that it begins in it.
                    let lead = bare.as_ptr().addr() - data[i..end].as_ptr().addr();
                    row.cuts.push((i + lead, i + lead + bare.len(), false));
                    i = end;
                }
            }
            match data.get(i) {
                None => return Parsed::Row { used: i, end: i, lines },
                Some(&b) if b == self.delimiter => i += 1,
                Some(b'\r') => match data.get(i + 1) {
                    Some(b'\n') => return Parsed::Row { used: i + 2, end: i, lines: lines + 1 },
                    None if !self.ended => return Parsed::More,
                    _ => return Parsed::Row { used: i + 1, end: i, lines: lines + 1 },
                },
                Some(_) => return Parsed::Row { used: i + 1, end: i, lines: lines + 1 },
            }
        }
    }
}

impl Table for Rows<'_> {
    fn peek(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        Rows::peek(self, row)
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        Rows::next(self, row)
    }

    fn has_no_header(&mut self) {
        let delimiter = self.delimiter;
        self.set_dialect(Dialect { delimiter, quoting: delimiter != b'\t', comments: true });
    }

    fn place(&self, row: &Row) -> Place {
        Rows::place(self, row)
    }

    fn start(&self) -> Place {
        Rows::start(self)
    }

    fn complain(&self, row: &Row, width: usize, sink: &mut dyn Sink) {
        Rows::complain(self, row, width, sink);
    }

    fn conclude(&mut self, sink: &mut dyn Sink) {
        Rows::conclude(self, sink);
    }
}

/// Says of a row that it has cells beyond the header's, or characters that may be damage.
pub(super) fn complain(place: impl Fn() -> Place, row: &Row, width: usize, help: &str, sink: &mut dyn Sink) {
    if row.cells().skip(width).any(|c| !c.is_empty()) {
        let message = format!(
            "The row has {} cells where the header has {width}; the cells beyond are left out.",
            row.len()
        );
        sink.finding(Finding::new("read-row", Severity::Warning, place(), message).help(help));
    }
    if row.controls > 0 {
        let message = match row.controls {
            1 => "A control character stands in the row.".to_owned(),
            many => format!("{many} control characters stand in the row."),
        };
        let help =
            "Remove it: the file is damaged here or was pasted from elsewhere, and no XML can carry it.";
        sink.finding(Finding::new("read-control-char", Severity::Warning, place(), message).help(help));
    }
}

enum Parsed {
    /// A row: the bytes up to the next one, up to its line end, and the line ends in it.
    Row { used: usize, end: usize, lines: u32 },
    /// The buffer ends before the row does.
    More,
}

/// Tells whether the bytes of a cell, written without marks around it, are read as they stand: no delimiter or
/// end of line is in it, no blank at its edges is cut off, and a mark that it begins with is known as text by
/// what stands in the cell itself.
pub(super) fn reads_bare(cell: &str, dialect: Dialect) -> bool {
    let Dialect { delimiter, quoting, comments } = dialect;
    let ends = cell.bytes().any(|b| b == delimiter || b == b'\n' || b == b'\r');
    let mark = || !matches!(closing_quote(cell.as_bytes(), 1, delimiter, false), Quote::Text);
    !ends
        && cell.trim() == cell
        && !(quoting && cell.starts_with('"') && mark())
        && !(comments && cell.starts_with('#'))
}

enum Quote {
    /// The closing mark, and where the delimiter or line end is.
    Closes(usize, usize),
    /// It stands in the middle of text.
    Text,
    /// There is none up to the end of the file.
    Never,
    /// The data end before it is known.
    More,
}

fn closing_quote(data: &[u8], mut from: usize, delimiter: u8, ended: bool) -> Quote {
    loop {
        let Some(at) = memchr(b'"', &data[from..]).map(|n| from + n) else {
            return if ended { Quote::Never } else { Quote::More };
        };
        let mut next = at + 1;
        if data.get(next) == Some(&b'"') {
            from = at + 2;
            continue;
        }
        while delimiter != b'\t' && data.get(next) == Some(&b' ') {
            next += 1;
        }
        return match data.get(next) {
            None if !ended => Quote::More,
            None | Some(b'\n' | b'\r') => Quote::Closes(at, next),
            Some(&b) if b == delimiter => Quote::Closes(at, next),
            Some(_) => Quote::Text,
        };
    }
}

fn count_lines(text: &[u8]) -> u32 {
    let mut lines = 0;
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
        let skip = if rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
        lines += 1;
        rest = &rest[at + skip..];
    }
    lines
}

/// Cuts blanks off, as [`str::trim`] does; the bytes are valid UTF-8 as far as they are text.
fn trimmed(cell: &[u8]) -> &[u8] {
    match (cell.first(), cell.last()) {
        // Most cells begin and end with a letter.
        (Some(a), Some(b)) if a.is_ascii_graphic() && b.is_ascii_graphic() => cell,
        _ => std::str::from_utf8(cell).map_or(cell, |t| t.trim().as_bytes()),
    }
}

fn executes(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

/// Tells whether a cell carries a guard: apostrophes, then what a spreadsheet would execute.
pub(super) fn is_guarded(cell: &str) -> bool {
    cell.starts_with('\'') && cell.trim_start_matches('\'').starts_with(executes)
}

/// Tells whether a spreadsheet would execute a cell, whatever apostrophes stand before it.
pub(super) fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(executes)
}

/// Chooses the delimiter by the first line that is not blank, and tells how many bytes the line
/// `sep=;`, which Excel reads and writes, takes at the beginning.
fn sniff_delimiter(head: &str) -> (u8, usize) {
    if let Some(rest) = head.strip_prefix("sep=") {
        let mut chars = rest.chars();
        if let Some(d @ (',' | ';' | '\t' | '|')) = chars.next() {
            let after = chars.as_str();
            for end in ["\r\n", "\n", "\r"] {
                if after.starts_with(end) {
                    return (d as u8, head.len() - after.len() + end.len());
                }
            }
        }
    }
    let first = head.split(['\n', '\r']).find(|l| !l.trim().is_empty() && !l.starts_with('#')).unwrap_or("");
    let count = |d: char| {
        let mut inside = false;
        let mut bare = |c: char| {
            inside ^= c == '"';
            c == d && !inside
        };
        first.chars().filter(|&c| bare(c)).count()
    };
    // Sentences are full of commas and never of tabs.
    if count('\t') > 0 {
        return (b'\t', 0);
    }
    // Of equal counts the last wins.
    let best = ['|', ';', ','].into_iter().max_by_key(|&d| count(d)).unwrap_or(',');
    match count(best) {
        // An inch mark may hide the tab behind it.
        0 if first.contains('\t') => (b'\t', 0),
        0 => (b',', 0),
        _ => (best as u8, 0),
    }
}

/// Writes rows: RFC 4180 (lines end with CR LF, marks double), cells harmless to spreadsheets.
pub struct CellWriter<'w> {
    out: &'w mut dyn Write,
    delimiter: u8,
    row: Vec<u8>,
    cells: usize,
    header: bool,
}

impl<'w> CellWriter<'w> {
    /// Begins a table; `bom` is what tells Excel that it is UTF-8.
    pub fn new(out: &'w mut dyn Write, delimiter: u8, bom: bool) -> std::io::Result<Self> {
        if bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        Ok(Self { out, delimiter, row: Vec::new(), cells: 0, header: true })
    }

    /// Writes a cell.
    pub fn cell(&mut self, text: &str) {
        if self.cells > 0 {
            self.row.push(self.delimiter);
        }
        self.cells += 1;
        let guard = needs_guard(text);
        // Tools that read tabs without quotation marks get as few of them as can be.
        let marks = if self.delimiter == b'\t' { text.starts_with('"') } else { text.contains('"') };
        let quote = text != text.trim()
            || marks
            || text.bytes().any(|b| b == self.delimiter || matches!(b, b'\n' | b'\r'))
            // Readers guess the delimiter by the header.
            || (self.header && text.contains([',', ';', '|', '\t']))
            // A remark, or Excel's line about the delimiter, to other readers.
            || (self.cells == 1 && (text.starts_with('#') || text.starts_with("sep=")));
        if quote {
            self.row.push(b'"');
        }
        if guard {
            self.row.push(b'\'');
        }
        if quote {
            let mut rest = text.as_bytes();
            while let Some(n) = memchr(b'"', rest) {
                self.row.extend_from_slice(&rest[..=n]);
                self.row.push(b'"');
                rest = &rest[n + 1..];
            }
            self.row.extend_from_slice(rest);
            self.row.push(b'"');
        } else {
            self.row.extend_from_slice(text.as_bytes());
        }
    }

    /// Ends a row.
    pub fn end(&mut self) -> std::io::Result<()> {
        self.row.extend_from_slice(b"\r\n");
        self.out.write_all(&self.row)?;
        self.row.clear();
        self.cells = 0;
        self.header = false;
        Ok(())
    }
}

impl Cells for CellWriter<'_> {
    fn cell(&mut self, text: &str) {
        CellWriter::cell(self, text);
    }

    fn end(&mut self) -> std::io::Result<()> {
        CellWriter::end(self)
    }

    fn is_sheet(&self) -> bool {
        false
    }

    fn finish(&mut self, _: &mut LossReport) -> std::io::Result<()> {
        Ok(())
    }
}

/// The cells of a row being laid out, by column.
pub(super) type Cellmap = std::collections::BTreeMap<u32, String>;

/// Rows that wait for their header, packed: for each row the number of its cells, for each cell
/// its column, its length and its text.
#[derive(Default)]
pub(super) struct Packed(Vec<u8>);

impl Packed {
    /// Adds a row.
    pub fn push(&mut self, row: &Cellmap) {
        self.0.extend_from_slice(&(row.len() as u32).to_le_bytes());
        for (column, text) in row {
            self.0.extend_from_slice(&column.to_le_bytes());
            self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
            self.0.extend_from_slice(text.as_bytes());
        }
    }

    /// Hands out the rows in order.
    pub fn each(
        &self,
        mut write: impl FnMut(&mut [(u32, &str)]) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let mut rest = &self.0[..];
        let mut cells = vec![];
        while !rest.is_empty() {
            cells.clear();
            for _ in 0..u32::from_le_bytes(*take(&mut rest)) {
                let column = u32::from_le_bytes(*take(&mut rest));
                let length = u64::from_le_bytes(*take(&mut rest)) as usize;
                let (text, after) = rest.split_at(length);
                rest = after;
                // It was a string when it was packed.
                cells.push((column, std::str::from_utf8(text).unwrap_or_default()));
            }
            write(&mut cells)?;
        }
        Ok(())
    }
}

/// Takes a number's bytes off what [`Packed::push`] laid down.
fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> &'a [u8; N] {
    let (head, after) = rest.split_first_chunk().expect("rows are packed whole");
    *rest = after;
    head
}

/// Splits a cell that holds several values at `|`; `\|` is a bar and `\\` a backslash.
pub(super) fn split_values(cell: &str) -> Vec<String> {
    split_at(cell, |c| c == '|')
}

/// Splits a cell at every unescaped character that `separates`.
pub(super) fn split_at(cell: &str, separates: impl Fn(char) -> bool) -> Vec<String> {
    let mut out = vec![];
    let (mut value, mut kept) = (String::new(), 0);
    let mut chars = cell.chars().peekable();
    let mut finish = |value: &mut String, kept: &mut usize| {
        // Blanks around a value are not part of it, unless they were escaped.
        let end = value.trim_end().len().max(*kept);
        value.truncate(end);
        out.push(std::mem::take(value));
        *kept = 0;
    };
    while let Some(c) = chars.next() {
        match c {
            c if separates(c) => finish(&mut value, &mut kept),
            '\\' if chars.peek().is_some_and(|&n| n == '|' || n == '\\' || n.is_whitespace()) => {
                value.extend(chars.next());
                kept = value.len();
            }
            c if c.is_whitespace() && value.is_empty() => {}
            c => value.push(c),
        }
    }
    finish(&mut value, &mut kept);
    out
}

/// Joins values into one cell; [`split_values`] undoes it, but for values that are empty.
pub(super) fn join_values<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (n, value) in values.into_iter().enumerate() {
        if n > 0 {
            out.push('|');
        }
        let edge = (value.len() - value.trim_start().len(), value.trim_end().len());
        for (at, c) in value.char_indices() {
            if matches!(c, '|' | '\\') || (c.is_whitespace() && (at < edge.0 || at >= edge.1)) {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// Reads every row of a table, for tests.
#[cfg(test)]
pub(super) fn all_rows(bytes: &[u8], limits: crate::format::Limits) -> Result<Vec<Vec<String>>, ReadError> {
    let mut input = bytes;
    let mut rows = Rows::open(&mut input, "test.csv", &ReadOptions { limits, ..Default::default() })?;
    let (mut row, mut out) = (Row::default(), vec![]);
    while rows.next(&mut row)? {
        out.push(row.cells().map(str::to_owned).collect());
    }
    Ok(out)
}
