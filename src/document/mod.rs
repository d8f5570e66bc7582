//! Prose to search and check: plain text, Markdown, HTML and DOCX become blocks of readable text.
//!
//! A [`Document`] is a row of [`Block`]s: paragraphs, headings, cells, alternative texts. A block's text is what a
//! reader sees: markup is taken out and what it surrounds runs on, so that a term is one stretch of text whether a
//! part of it is bold or not; entities and escapes are resolved. What stands in a line but is no prose (code, a
//! formula, what is marked as not to be translated) is one [`MASK`], so that no term reaches over it. Each block knows
//! the way back: which bytes of the file a stretch of its text was made of, and at which line and column it stands.
//! DOCX is a container, so there it knows only the paragraph.
//!
//! Files are those of strangers: memory, time and depth are bounded, nothing that a file names is opened, and damage
//! is told as findings beside what could be read.
//!
//! ```
//! use wicterm::document::{Options, read};
//! let page = b"<p>The principle of <b>cyber</b>\n sovereignty&hellip;</p>";
//! let document = read(page, "page.html", &Options::default())?;
//! let block = &document.blocks[0];
//! assert_eq!(block.text, "The principle of cyber sovereignty…");
//! let term = block.text.find("cyber").unwrap();
//! let original = block.original(term..term + "cyber sovereignty".len()).unwrap();
//! assert_eq!(&page[original.start as usize..original.end as usize], b"cyber</b>\n sovereignty");
//! # Ok::<(), wicterm::document::Error>(())
//! ```

use std::fmt;
use std::ops::Range;
use std::path::Path;

use crate::bytes::{Encoding, How, Position, Way, Whole, zip};
use crate::model::{Date, Finding, LanguageTag, Place, Severity};

mod build;
mod docx;
mod entities;
mod head;
mod html;
mod markdown;
mod plain;
#[cfg(test)]
mod tests;

use build::Builder;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text without markup: paragraphs between blank lines.
    Plain,
    /// CommonMark, with tables, footnotes and front matter.
    Markdown,
    /// HTML, read as leniently as browsers do.
    Html,
    /// A text document of an office program (ISO/IEC 29500).
    Docx,
}

impl Kind {
    /// Returns what it is called: `plain`, `markdown`, `html`, `docx`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Docx => "docx",
        }
    }

    /// Returns what a file is by its first bytes and its name.
    pub fn of(bytes: &[u8], name: &str) -> Self {
        let extension =
            Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
        match &*extension {
            _ if zip::is_zip(bytes) => return Self::Docx,
            "md" | "markdown" | "mdown" | "mkd" => return Self::Markdown,
            "html" | "htm" | "xhtml" => return Self::Html,
            "txt" | "text" => return Self::Plain,
            _ => {}
        }
        let head = Whole::read(&bytes[..bytes.len().min(1024)], None);
        let head: String = head.text.trim_start().chars().take(14).collect::<String>().to_ascii_lowercase();
        let html = head.starts_with("<!doctype html") || head.starts_with("<html");
        if html { Self::Html } else { Self::Plain }
    }
}

/// What to be told beyond the file itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What it is, where its name and its first bytes are not to decide.
    pub kind: Option<Kind>,
    /// The label of the encoding to assume where the file does not say.
    pub encoding: Option<String>,
    /// The bounds.
    pub limits: Limits,
}

/// Bounds on what a document may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest file of plain text in UTF-8, in bytes.
    pub plain: usize,
    /// The longest file of anything else but an archive, in bytes: markup and other encodings cost a multiple of it.
    pub other: usize,
    /// The most blocks.
    pub blocks: usize,
    /// The most pieces of text between markup, entities and ends of line of two bytes, in all blocks together.
    pub pieces: usize,
    /// Bounds on the archive that a DOCX is.
    pub archive: zip::Bounds,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            plain: 1 << 30,
            other: 64 << 20,
            blocks: 4 << 20,
            pieces: 32 << 20,
            archive: zip::Bounds::default(),
        }
    }
}

/// A text, and what it says about itself.
#[derive(Debug, Clone)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// Its title.
    pub title: Option<String>,
    /// Who brought it out.
    pub outlet: Option<String>,
    /// When it was written or brought out.
    pub date: Option<Date>,
    /// The language that most of it is in.
    pub language: Option<LanguageTag>,
    /// A remark in its head.
    pub note: Option<String>,
    /// How its bytes were read; `None` for DOCX.
    pub encoding: Option<Encoding>,
    /// Its text, in the order of the file.
    pub blocks: Vec<Block>,
    /// What is damaged in it. The file's name is the caller's to add.
    pub findings: Vec<Finding>,
}

/// What a block is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading, from 1 (a title is one too).
    Heading(u8),
    /// A point of a list, a term of a definition list or its definition.
    ListItem,
    /// A cell of a table.
    TableCell,
    /// A caption of a table or a figure.
    Caption,
    /// Text whose spaces and lines are kept.
    Preformatted,
    /// A footnote or an endnote.
    Note,
    /// What stands at the head or foot of every page.
    Margin,
    /// A reviewer's comment.
    Comment,
    /// What stands for an image that is not seen.
    Alternative,
    /// What a reader sees only when pointing at something: a title, a placeholder.
    Hint,
}

/// What stands in a block's text for something that is no prose.
pub const MASK: char = '\u{FFFC}';

/// A stretch of text that nothing interrupts.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The text, without white space at its ends, never empty.
    pub text: String,
    /// What it is.
    pub kind: BlockKind,
    /// The line of the file that it begins in, from 1; in DOCX the number of the paragraph in its part.
    pub line: u32,
    /// Its language, where the markup says so.
    pub lang: Option<LanguageTag>,
    /// Stretches of it that the markup says are in another language.
    pub foreign: Vec<(Range<usize>, LanguageTag)>,
    way: Option<Way>,
    /// The column that it begins in.
    column: u32,
    /// Where in the file some more points of the text stand; from each to the next, characters are characters and ends of
    /// line are ends of line.
    spots: Vec<Spot>,
}

/// A point of a block's text and of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    text: u32,
    line: u32,
    column: u32,
}

impl Block {
    /// Makes a block of a text out of a file of another kind, in its language: the way leads to the bytes of that file,
    /// the points (text, line, column) say where its parts stand. Nothing where the text is blank.
    pub fn of_text(
        text: &str,
        lang: &LanguageTag,
        way: Option<&Way>,
        points: impl Iterator<Item = (usize, u32, u32)>,
    ) -> Option<Self> {
        let trimmed = text.trim();
        let start = text.len() - text.trim_start().len();
        let range = start..start + trimmed.len();
        let spot = |(at, line, column): (usize, u32, u32)| {
            let text = u32::try_from(at.saturating_sub(start)).unwrap_or(u32::MAX);
            Spot { text, line, column }
        };
        let spots: Vec<Spot> = points.map(spot).collect();
        let first = spots.first().copied().unwrap_or(Spot { text: 0, line: 1, column: 1 });
        let way = way.map(|whole| {
            let mut way = Way::default();
            way.push_from(whole, range);
            way
        });
        (!trimmed.is_empty()).then(|| Self {
            text: trimmed.to_owned(),
            kind: BlockKind::Paragraph,
            line: first.line,
            lang: Some(lang.clone()),
            foreign: vec![],
            way,
            column: first.column,
            spots,
        })
    }

    /// Returns the bytes of the file that a stretch of the text was made of, with the markup inside it; `None` in
    /// DOCX, and for a stretch that is not in the text.
    pub fn original(&self, range: Range<usize>) -> Option<Range<u64>> {
        self.way.as_ref()?.original(range)
    }

    /// Returns the line, the column and the byte of the file of a point of the text. In DOCX the line is the number of
    /// the paragraph, the column counts in its text, and there is no byte.
    pub fn line_of(&self, at: usize) -> Position {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let spot = match self.spots.partition_point(|spot| spot.text as usize <= at).checked_sub(1) {
            Some(index) => self.spots[index],
            None => Spot { text: 0, line: self.line, column: self.column },
        };
        let over = &self.text[spot.text as usize..at];
        let start = Position { line: spot.line, column: spot.column, offset: None };
        let position = match self.way {
            Some(_) => start.past(over.as_bytes()),
            None => {
                Position { column: u32::try_from(over.chars().count()).map_or(u32::MAX, |n| n + 1), ..start }
            }
        };
        Position { offset: self.original(at..at).map(|o| o.start), ..position }
    }

    /// Returns the language of a point of the text, where the markup says so.
    pub fn lang_at(&self, at: usize) -> Option<&LanguageTag> {
        let foreign = self.foreign.iter().find(|(range, _)| range.contains(&at));
        foreign.map(|(_, lang)| lang).or(self.lang.as_ref())
    }
}

/// A file is no document that can be read.
#[derive(Debug)]
pub enum Error {
    /// It is longer than a bound.
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// It comes to more blocks or pieces of text than a bound.
    TooFine,
    /// Its bytes are plainly no text: `packed with gzip`.
    NotText(&'static str),
    /// It is an archive that cannot be read.
    Archive(zip::Error),
    /// It is an archive that holds no text document.
    NoDocument,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, most } => {
                write!(f, "the file has {bytes} bytes; of its kind at most {most} are read")
            }
            Self::TooFine => {
                f.write_str("the file is in more pieces than are read: too many paragraphs or tags")
            }
            Self::NotText(what) => write!(f, "the file is {what}, not text"),
            Self::Archive(_) => f.write_str("the archive cannot be read"),
            Self::NoDocument => f.write_str("the file is a zip archive without a text document in it"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Archive(error) => Some(error),
            _ => None,
        }
    }
}

/// Reads a document. The name is the file's; only its ending counts.
pub fn read(bytes: &[u8], name: &str, options: &Options) -> Result<Document, Error> {
    let kind = options.kind.unwrap_or_else(|| Kind::of(bytes, name));
    if kind == Kind::Docx {
        return docx::read(bytes, &options.limits);
    }
    if let Some((_, what)) = NO_TEXT.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Error::NotText(what));
    }
    let limits = &options.limits;
    let fits = |most: usize| match bytes.len() {
        len if len > most => Err(Error::TooLong { bytes: len, most }),
        _ => Ok(()),
    };
    fits(if kind == Kind::Plain { limits.plain.min(Way::MOST) } else { limits.other })?;
    // What a page says of itself counts less than what the caller knows.
    let said = if kind == Kind::Html { html::said_encoding(bytes) } else { None };
    if encoding_may_differ(bytes, options.encoding.as_deref()) {
        fits(limits.other)?;
    }
    let whole = Whole::read(bytes, options.encoding.as_deref().or(said.as_deref()));
    if let Some(what) = whole.encoding.packed {
        return Err(Error::NotText(what));
    }
    let mut builder = Builder::new(&whole, kind, *limits);
    match kind {
        Kind::Markdown => markdown::read(&mut builder),
        Kind::Html => html::read(&mut builder),
        Kind::Plain | Kind::Docx => plain::read(&mut builder),
    }
    let mut document = builder.document()?;
    tell_encoding(&whole.encoding, &mut document.findings);
    tell_controls(&whole, &mut document.findings);
    document.encoding = Some(whole.encoding);
    Ok(document)
}

/// How files begin that are no text, beyond those that [`crate::bytes`] knows.
const NO_TEXT: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text document (RTF)"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ\0", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip"),
    (b"\xd0\xcf\x11\xe0", "an old or an encrypted Office document"),
    (b"PK\x03\x04", "a zip archive"),
];

/// Tells whether a file may be in another encoding than UTF-8, which costs more.
fn encoding_may_differ(bytes: &[u8], hint: Option<&str>) -> bool {
    hint.is_some()
        || std::str::from_utf8(&bytes[..bytes.len().min(1 << 20)]).is_err_and(|e| e.error_len().is_some())
}

fn tell_encoding(encoding: &Encoding, findings: &mut Vec<Finding>) {
    let mut tell = |severity, place, message: String, help: &str| {
        findings.push(Finding::new("read-encoding", severity, place, message).help(help));
    };
    let name_it = "Name the encoding of the file, such as gb18030, or save it as UTF-8.";
    if let Some(label) = &encoding.unusable_label {
        let what = format!("The file is not in \"{label}\"; it was read as {}.", encoding.name);
        tell(Severity::Warning, Place::default(), what, name_it);
    }
    if encoding.how == How::Fallback {
        let what =
            format!("The file does not say its encoding and is not UTF-8; it was read as {}.", encoding.name);
        tell(Severity::Warning, Place::default(), what, name_it);
    }
    if let Some(first) = encoding.first_malformed {
        let what = format!(
            "{} malformed sequences of {} are replaced by U+FFFD; the first stands here.",
            encoding.malformed, encoding.name
        );
        tell(Severity::Error, place(first), what, name_it);
    }
}

/// Tells of characters that no text has, such as a file is full of that is none.
fn tell_controls(whole: &Whole<'_>, findings: &mut Vec<Finding>) {
    let control = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C);
    let text = whole.text.as_bytes();
    // Without a branch, so that it is done many bytes at a time.
    if !text.iter().fold(false, |any, b| any | control(*b)) {
        return;
    }
    let count = text.iter().filter(|b| control(**b)).count();
    let first = text.iter().position(|b| control(*b)).unwrap_or(0);
    let start = Position { line: 1, column: 1, offset: None }.past(&text[..first]);
    let at = Position { offset: Some(whole.original(first..first + 1).start), ..start };
    let what = format!("{count} control characters stand in the text; the first stands here.");
    let help = "Remove them: the file is damaged here, or is no text.";
    findings.push(Finding::new("read-control-char", Severity::Warning, place(at), what).help(help));
}

fn place(at: Position) -> Place {
    let bytes = at.offset.map(|o| (o, o));
    Place { line: Some(at.line), column: Some(at.column), bytes, ..Place::default() }
}
