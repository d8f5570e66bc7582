//! Interchange: every file format, in one list, behind the same three doors.
//!
//! A format reads a stream into [`Entry`]s, writes entries and tells what it could not
//! carry, opens a bilingual file as a [`Job`] that is changed in place, or does some of the three. It knows nothing of the store: what it reads it hands to
//! a [`Sink`], what it writes comes from an iterator. To add a format, write its file and
//! add one line to [`FORMATS`]; detection, `--list`, help, docs and the sweeps follow.
//!
//! Trouble in the data is a located [`Finding`] handed to the sink, and reading goes on.
//! A [`ReadError`] means that reading cannot go on.

mod dropped;
pub mod glossary;
pub mod job;
mod jsonl;
mod multiterm;
mod po;
mod profile;
mod publication;
mod skos;
pub mod srx;
mod tables;
mod tbx;
#[cfg(test)]
pub(crate) mod testing;
mod tmx;
mod xliff;

use std::fmt;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

pub use crate::bytes::Limits;
use crate::bytes::{Position, xml};
use crate::model::{Concept, Finding, LanguageTag, Place, Property, Unit};
pub use job::{Job, JobDoor, JobOptions};
pub use profile::{PROFILES, Profile, profile};
pub use tables::{CellWriter, columns as term_table_columns};

/// Every format, in the order in which detection asks them.
pub static FORMATS: &[&Format] = &[
    &tbx::DIALECTS_OF_TBX[0],
    &tbx::DIALECTS_OF_TBX[1],
    &tbx::DIALECTS_OF_TBX[2],
    &tbx::DIALECTS_OF_TBX[3],
    &tbx::DIALECTS_OF_TBX[4],
    &tbx::DIALECTS_OF_TBX[5],
    &tbx::DIALECTS_OF_TBX[6],
    &tbx::DIALECTS_OF_TBX[7],
    &tbx::DIALECTS_OF_TBX[8],
    &tbx::DIALECTS_OF_TBX[9],
    &tmx::FORMAT,
    &multiterm::MULTITERM,
    &po::FORMAT,
    &xliff::XLIFF,
    &xliff::XLIFF_2,
    &tables::TERMS_CSV,
    &tables::TERMS_TSV,
    &tables::TERMS_WIDE_CSV,
    &tables::BITEXT_TSV,
    &tables::BITEXT_CSV,
    &tables::XLSX,
    &tables::TERMS_XLSX,
    &tables::TERMS_WIDE_XLSX,
    &tables::BITEXT_XLSX,
    &tables::tools::OMEGAT,
    &tables::tools::DEEPL_TSV,
    &tables::tools::DEEPL_CSV,
    &tbx::weblate::WEBLATE,
    &tables::tools::MEMOQ,
    &tables::tools::CROWDIN,
    &tables::tools::PHRASE,
    &tables::tools::GOOGLE_CSV,
    &tables::tools::GOOGLE_TSV,
    &tables::tools::AMAZON,
    &tables::tools::AZURE,
    &tables::tools::UTX,
    &jsonl::JSONL,
    &glossary::GLOSSARY,
    &publication::HTML,
    &publication::MARKDOWN,
    &publication::LLM,
    &skos::TURTLE,
    &skos::JSON_LD,
];

/// A file format and its doors.
pub struct Format {
    /// The name for `--as` and `--from`: `tbx-basic-dca`.
    pub name: &'static str,
    /// What it is, in one line for `--list`.
    pub about: &'static str,
    /// The file extensions, without the dot, that mean this format when writing; the first
    /// format in [`FORMATS`] that names an extension has it.
    pub extensions: &'static [&'static str],
    /// Whether it is one file or a folder of them.
    pub shape: Shape,
    /// Whether it carries concepts.
    pub concepts: bool,
    /// Whether it carries units.
    pub units: bool,
    /// Whether it carries everything, so that what it says of a concept may replace what is there.
    pub lossless: bool,
    /// Whether a unit means the same wherever it stands in a file, and its reader says which bytes it
    /// fills: then an interrupted import can leave out what it has read before.
    pub units_stand_alone: bool,
    /// Whether a file in it holds the terms of one pair of languages, source first.
    pub bilingual: bool,
    /// How sure the beginning of a file (decoded where it is text; up to 8 KiB) and its name make
    /// us that this is the format: 0 no, 1 by elimination, up to 100 certain.
    pub sniff: fn(head: &str, name: &Path) -> u8,
    /// Reads; `None` when it only writes.
    pub read: Option<ReadDoor>,
    /// Writes; `None` when it only reads.
    pub write: Option<WriteDoor>,
    /// Opens a bilingual file to be judged and changed in place; `None` when it holds no such thing.
    pub job: Option<JobDoor>,
}

impl Format {
    /// A file that does nothing yet: for formats that do little to say only that.
    const BLANK: Self = Self {
        name: "",
        about: "",
        extensions: &[],
        shape: Shape::File,
        concepts: false,
        units: false,
        lossless: false,
        units_stand_alone: false,
        bilingual: false,
        sniff: |_, _| 0,
        read: None,
        write: None,
        job: None,
    };

    /// Returns the extension of a second file that belongs beside one in this format, if there is one:
    /// what declares the languages of TBX 2 stands in `policy.xcs` beside `policy.tbx`.
    pub fn companion(&self) -> Option<&'static str> {
        tbx::companion(self)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The door through which a format reads.
pub type ReadDoor = fn(Input<'_>, &ReadOptions, &mut dyn Sink) -> Result<(), ReadError>;

/// The door through which a format writes.
pub type WriteDoor = fn(
    &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    &WriteOptions<'_>,
    Output<'_>,
) -> Result<LossReport, WriteError>;

/// Whether a format is one file or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One file.
    File,
    /// A folder of files.
    Folder,
}

/// What is read from.
pub enum Input<'a> {
    /// The raw bytes of a file or of standard input, with the name to call it by.
    Stream(&'a mut dyn Read, &'a str),
    /// A folder.
    Folder(&'a Path),
}

/// What is written to. Putting a finished file in place of an old one is the caller's business.
pub enum Output<'a> {
    /// A stream, buffered by the caller.
    Stream(&'a mut dyn Write),
    /// The same, and the name of the file that the caller will write beside it from
    /// [`LossReport::companion`]. Only formats with a [`Format::companion`] get it.
    Accompanied(&'a mut dyn Write, &'a str),
    /// A folder that exists.
    Folder(&'a Path),
}

/// A thing read or to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// What a file says about itself; at most one, first.
    Header(Box<Header>),
    /// A concept.
    Concept(Box<Concept>),
    /// A translation unit.
    Unit(Box<Unit>),
}

/// What a file says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Header {
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its source language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_lang: Option<LanguageTag>,
    /// Whether wicterm wrote it, so that ids in it are our slugs.
    #[serde(default)]
    pub ours: bool,
    /// Attributes as written, in order (TMX header).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
    /// Properties and notes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// Takes what a reader finds.
pub trait Sink {
    /// Takes an entry and where it began (line, and bytes where they are known).
    /// `Break` asks the reader to stop at once and return `Ok`.
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()>;
    /// Takes a finding about the data.
    fn finding(&mut self, finding: Finding);
    /// Takes, once at the end of a file, what became of its elements and attributes. Only readers of
    /// XML give it.
    fn account(&mut self, _: Account) {}
}

/// What became of the elements and attributes of an XML file: each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Those that went into a field, or only hold others.
    pub mapped: u64,
    /// Those kept as they stood: data categories, properties, inline codes.
    pub kept: u64,
    /// Those that a finding says are not kept.
    pub told: u64,
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The encoding to assume, an Encoding Standard label; `None` detects it.
    pub encoding: Option<String>,
    /// Headers to read as other ones: (ours, theirs), from `--map concept=concept_id`.
    pub map: Vec<(String, String)>,
    /// The languages of a table whose header does not say.
    pub langs: Vec<LanguageTag>,
    /// The memory that units go to.
    pub memory: String,
    /// Limits against hostile files.
    pub limits: Limits,
}

/// How to write.
pub struct WriteOptions<'a> {
    /// The language to put first.
    pub source_lang: Option<LanguageTag>,
    /// The languages that the entries hold, source language first.
    pub langs: Vec<LanguageTag>,
    /// Whether what the format cannot carry is put into `wicterm:` notes.
    pub notes: bool,
    /// Whether TMX from concepts has a unit for every pair of usable terms, not just the best.
    pub variants: bool,
    /// Today, `YYYY-MM-DDThh:mm:ssZ`.
    pub now: String,
    /// The title of the collection.
    pub title: String,
    /// Leads from a relation's target to the slug of a concept that is written too, from one that
    /// names a term to `slug#language/n`, the n-th term (from 0) of what is written of that section;
    /// `None` when it is not among them.
    pub resolve: &'a dyn Fn(&str) -> Option<String>,
}

/// Whether a loss can be undone on reading back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossClass {
    /// Carried in a `wicterm:` note: wicterm reads it back, other tools show a note.
    Note,
    /// Not in the file at all.
    Lost,
}

/// One thing that a format could not carry as data.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Loss {
    /// Whether it is in a note or gone.
    pub class: LossClass,
    /// The JSON pointer of the field in the entry's JSON form: `/languages/2/terms/0/validity`.
    pub field: String,
    /// The entry: a concept's slug, or a unit's tuid or id.
    pub entry: String,
    /// Why: one clause a person understands.
    pub why: String,
}

/// What was written, and what could not be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LossReport {
    /// Concepts written.
    pub concepts: u64,
    /// Terms written.
    pub terms: u64,
    /// Units written.
    pub units: u64,
    /// What the format could not carry as data, in the order of the entries.
    pub losses: Vec<Loss>,
    /// The files of a folder that are of no concept written, as they were.
    pub left_over: Vec<std::path::PathBuf>,
    /// What is to stand in the file beside it, where there is one ([`Output::Accompanied`]).
    pub companion: Option<String>,
}

impl LossReport {
    /// Notes a loss.
    pub fn lose(&mut self, class: LossClass, entry: &str, field: impl Into<String>, why: &str) {
        self.losses.push(Loss { class, field: field.into(), entry: entry.to_owned(), why: why.to_owned() });
    }
}

/// Reading cannot go on.
#[derive(Debug)]
pub enum ReadError {
    /// The operating system refused.
    Io(std::io::Error),
    /// The file is not what it was taken for, or so broken that nothing after this point can be trusted.
    Broken(Place, String),
    /// A bound in [`Limits`] was reached.
    Limit(Place, String),
    /// What an iterator of entries could not deliver.
    Source(Box<dyn std::error::Error + Send + Sync>),
}

impl ReadError {
    /// Returns this error with the file in its place, where it has one without.
    pub fn in_file(mut self, name: &str) -> Self {
        if let Self::Broken(place, _) | Self::Limit(place, _) = &mut self {
            place.file.get_or_insert_with(|| name.to_owned());
        }
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(e) => write!(f, "{e}"),
            Self::Broken(place, what) | Self::Limit(place, what) => match (place.line, place.column) {
                (Some(line), Some(column)) => write!(f, "line {line}, column {column}: {what}"),
                (Some(line), None) => write!(f, "line {line}: {what}"),
                _ => f.write_str(what),
            },
            Self::Source(e) => write!(f, "{e}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(e) => Some(e),
            Self::Source(e) => Some(&**e),
            _ => None,
        }
    }
}

impl From<std::io::Error> for ReadError {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e)
    }
}

impl From<xml::Error> for ReadError {
    fn from(e: xml::Error) -> Self {
        match e {
            xml::Error::Io(e) => Self::Io(e),
            xml::Error::Broken(at, what) => Self::Broken(at.into(), what),
            xml::Error::Limit(at, what) => Self::Limit(at.into(), what),
        }
    }
}

impl From<Position> for Place {
    fn from(at: Position) -> Self {
        let bytes = at.offset.map(|o| (o, o));
        Self { line: Some(at.line), column: Some(at.column), bytes, ..Self::default() }
    }
}

/// Writing cannot go on.
#[derive(Debug)]
pub enum WriteError {
    /// The operating system refused.
    Io(std::io::Error),
    /// The entries could not be delivered.
    Source(ReadError),
    /// The format cannot be written so.
    Unsupported(String),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(e) => write!(f, "{e}"),
            Self::Source(e) => write!(f, "{e}"),
            Self::Unsupported(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(e) => Some(e),
            Self::Source(e) => Some(e),
            Self::Unsupported(_) => None,
        }
    }
}

impl From<std::io::Error> for WriteError {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e)
    }
}

/// Finds a format by its name.
pub fn by_name(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|f| f.name == name)
}

/// Finds the format that writes files of this extension.
pub fn by_extension(path: &Path) -> Option<&'static Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    FORMATS.iter().copied().find(|f| f.write.is_some() && f.extensions.contains(&extension.as_str()))
}

/// Finds the format of a file by its beginning and its name.
pub fn detect(head: &str, name: &Path) -> Option<&'static Format> {
    let sure = |f: &&'static Format| {
        if f.read.is_some() && f.shape == Shape::File { (f.sniff)(head, name) } else { 0 }
    };
    // The first of the surest, so that the list's order decides ties. Where the beginning tells nothing, the
    // name does, and the reader says what is wrong and where.
    let surest = FORMATS.iter().copied().rev().max_by_key(sure).filter(|f| sure(f) > 0);
    let toml = name.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    let of_folder = || if toml { by_name("glossary") } else { None };
    surest.or_else(|| by_extension(name).filter(|f| f.read.is_some())).or_else(of_folder)
}
