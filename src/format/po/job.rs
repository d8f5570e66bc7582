//! Opens a PO file as a job: a row for each message, and one for each of its plural forms.

use std::ops::Range;

use encoding_rs::Encoding;

use super::fill::{Flags, Layout};
use super::header::{self, Header};
use super::parse::{Entry, Parser, Text};
use crate::bytes::{Editable, Unwritable, Way};
use crate::format::ReadError;
use crate::format::job::{Cell, Form, Job, JobOptions, JobUnit, alike, in_file, odd_bytes};
use crate::model::{Finding, LanguageTag, Place, Segment, Severity};

/// How the strings of a message stand in the text of their file.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct Quotes {
    /// Behind the quotation mark of the first.
    inside: usize,
    /// The last character that the charset has.
    last: char,
    /// Whether lines of the file end with a carriage return too.
    returns: bool,
}

impl Quotes {
    /// Returns where the text of an empty message goes.
    pub fn inside(&self) -> Range<usize> {
        self.inside..self.inside
    }

    /// Writes what comes in place of a stretch of strings; `at` is where it stands.
    ///
    /// # Errors
    ///
    /// The charset has no such character, or what stands around it would be read in another way.
    pub fn written(
        &self,
        file: &Editable,
        at: Range<usize>,
        new: &str,
        whole: bool,
    ) -> Result<String, Unwritable> {
        if let Some(c) = new.chars().find(|c| *c > self.last) {
            let charset = if self.last.is_ascii() { "US-ASCII" } else { "ISO-8859-1" };
            return Err(Unwritable::Encoding(c, charset));
        }
        let text = file.text();
        let between = between(&text[at.clone()]);
        let gap = match (between, whole) {
            (Some(gap), _) => Some(gap),
            (None, true) => Some(if self.returns { "\"\r\n\"" } else { "\"\n\"" }),
            (None, false) => None,
        };
        let mut out = String::with_capacity(new.len());
        let lines = new.split_inclusive('\n').count();
        // A message of several lines stands below its keyword.
        if let (Some(gap), true, true) = (gap, whole, lines > 1) {
            out.push_str(gap);
        }
        for (nth, line) in new.split_inclusive('\n').enumerate() {
            if let (Some(gap), true) = (gap, nth > 0) {
                out.push_str(gap);
            }
            escape(line, &mut out)?;
        }
        let before = &text[..at.start];
        let next = out.chars().next().or_else(|| text[at.end..].chars().next());
        match (unfinished(before), next) {
            (Some(is_digit), Some(c)) if is_digit(c) => {
                // What stands before it would take it for a digit of its own.
                let Some(first) = out.chars().next() else {
                    return Err(Unwritable::Place("a number behind a backslash stands before it"));
                };
                out.replace_range(..first.len_utf8(), &format!("\\{:03o}", u32::from(first)));
            }
            _ => {}
        }
        Ok(out)
    }
}

/// Returns what stands between the first two strings of a stretch, with their quotation marks.
fn between(written: &str) -> Option<&str> {
    let bytes = written.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => {
                let end = memchr::memchr(b'"', &bytes[at + 1..])?;
                return written.get(at..at + end + 2);
            }
            _ => at += 1,
        }
    }
    None
}

/// Tells whether a text ends with a number behind a backslash that could go on, and with which digits.
fn unfinished(before: &str) -> Option<fn(char) -> bool> {
    let octal: fn(char) -> bool = |c| ('0'..='7').contains(&c);
    let hexadecimal: fn(char) -> bool = |c| c.is_ascii_hexdigit();
    let behind = |digits: &str| {
        before.strip_suffix(digits).map(|rest| rest.bytes().rev().take_while(|b| *b == b'\\').count())
    };
    let digits: String = {
        let last = before.rfind(|c: char| !c.is_ascii_hexdigit()).map_or(0, |at| at + 1);
        before.get(last..).unwrap_or_default().to_owned()
    };
    let bare = before.strip_suffix(&*digits)?;
    if let Some(rest) = bare.strip_suffix('x') {
        let slashes = rest.bytes().rev().take_while(|b| *b == b'\\').count();
        return (slashes % 2 == 1).then_some(hexadecimal);
    }
    let short = (1..=2).contains(&digits.len()) && digits.chars().all(octal);
    (short && behind(&digits).is_some_and(|slashes| slashes % 2 == 1)).then_some(octal)
}

/// Writes text as it stands between quotation marks.
fn escape(text: &str, out: &mut String) -> Result<(), Unwritable> {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{B}' => out.push_str("\\v"),
            '\u{C}' => out.push_str("\\f"),
            '\0' => return Err(Unwritable::Place("a PO file cannot hold a NUL")),
            c => out.push(c),
        }
    }
    Ok(())
}

/// Opens a PO file.
pub(super) fn open(file: Editable, name: &str, options: &JobOptions) -> Result<Job, ReadError> {
    let label = header::charset(file.bytes()).map(str::to_owned);
    let known = label.as_deref().and_then(header::encoding);
    let file = match known {
        Some(encoding) if encoding.name() != file.encoding().name || file.encoding().malformed > 0 => {
            Editable::new(file.bytes().to_vec(), Some(encoding.name()))
        }
        _ => file,
    };
    // It is a name of the Encoding Standard.
    let encoding = Encoding::for_label(file.encoding().name.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let text = file.text();
    let end = memchr::memchr(b'\n', text.as_bytes());
    let quotes = Quotes {
        inside: 0,
        last: header::last_of(label.as_deref()),
        returns: end.is_some_and(|end| text[..end].ends_with('\r')),
    };
    let mut gathering = Gathering {
        job: Job::default(),
        name,
        options,
        quotes,
        header: None,
        langs: None,
        lonely: vec![],
        layout: Layout { returns: quotes.returns, ..Layout::default() },
        told: vec![],
    };
    let mut parser = Parser::new(name, encoding, options.read.limits.text);
    let mut at = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let mut number = 0_u32;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n);
        let line = text[at..end].strip_suffix('\r').unwrap_or(&text[at..end]);
        number = number.saturating_add(1);
        if let Some(entry) = parser.line(line, at as u64, number)? {
            gathering.entry(entry)?;
        }
        at = end + 1;
    }
    if let Some(entry) = parser.finish() {
        gathering.entry(entry)?;
    }
    let Gathering { mut job, lonely, layout, mut told, .. } = gathering;
    job.settle(options, lonely);
    told.extend(parser.told());
    in_file(&file, &mut told);
    job.findings = odd_bytes(name, &file);
    if let (Some(label), None) = (&label, known) {
        job.findings.push(strange(label, name, file.encoding().name));
    }
    job.findings.extend(told);
    job.files = vec![(name.to_owned(), file)];
    job.filler = Some(Box::new(layout));
    Ok(job)
}

/// Says that nobody knows a charset.
pub(super) fn strange(label: &str, name: &str, read_as: &str) -> Finding {
    let message = format!(
        "Nobody knows the charset \"{label}\" that the header names; the file was read as {read_as}."
    );
    let help = "Name the encoding of the file, such as windows-1252, with --encoding, or save it as UTF-8.";
    Finding::new("read-encoding", Severity::Warning, Place::file(name), message).help(help)
}

struct Gathering<'a> {
    job: Job,
    name: &'a str,
    options: &'a JobOptions,
    quotes: Quotes,
    header: Option<Header>,
    /// The languages, once the first message has come.
    langs: Option<(LanguageTag, Option<LanguageTag>)>,
    lonely: Vec<(LanguageTag, u32, u32)>,
    layout: Layout,
    told: Vec<Finding>,
}

impl Gathering<'_> {
    fn entry(&mut self, entry: Entry) -> Result<(), ReadError> {
        let place =
            Place { bytes: Some((entry.at, entry.end)), ..Place::file(self.name).at_line(entry.line) };
        if entry.is_header() {
            let late = self.header.is_some() || self.langs.is_some();
            match late {
                true => self.told.push(late_header(place)),
                false => self.header = Some(Header::read(&entry.strs[0].1.text, place, &mut self.told)),
            }
            return Ok(());
        }
        let (source, target) = self.langs()?;
        let id = name_of(&entry);
        let flags = Flags::of(&entry);
        let at = entry.at as usize;
        let plurals = self.header.get_or_insert_default().plurals.clone();
        let Entry { id: message, plural, strs, .. } = entry;
        // The parser gives no entry without one.
        let message = message.unwrap_or_default();
        if message.text.is_empty() {
            let finding = Finding::new(
                "read-row",
                Severity::Warning,
                place,
                "The msgid is empty; the entry is left out.",
            );
            self.told.push(finding.help("Only the header has an empty msgid, and it has no msgctxt."));
            return Ok(());
        }
        let forms = strs.len();
        let several = plural.is_some();
        // The sources that rows share, once they are there: of one thing, of many.
        let mut sources = [(Some(message), None), (plural, None)];
        self.layout.entries.push(flags);
        for (form, text) in strs {
            let many = several && !plurals.is_singular(form, forms);
            let id = id.as_deref().map(|id| if several { format!("{id}[{form}]") } else { id.to_owned() });
            let unit = JobUnit { id: id.map(String::into_boxed_str), at, held: false };
            let Some(target_lang) = &target else {
                // A template has nothing but sources.
                if !text.text.is_empty() {
                    return Err(unknown(self.name));
                }
                if let Some(source_text) = sources[usize::from(many)].0.take() {
                    self.layout.units.push(self.layout.entries.len() - 1);
                    let cells = vec![(source.clone(), self.cell(source_text))];
                    let options =
                        JobOptions { source: Some(source.clone()), target: None, ..JobOptions::default() };
                    self.job.unit_of_many(unit, Some(&source), cells, &options, &mut self.lonely);
                }
                continue;
            };
            self.layout.units.push(self.layout.entries.len() - 1);
            let target_cell = self.cell(text);
            let langs = (&source, target_lang);
            match &mut sources[usize::from(many)] {
                (Some(_), _) => {
                    let text = sources[usize::from(many)].0.take().unwrap_or_default();
                    sources[usize::from(many)].1 = Some(self.job.cells.len());
                    let source_cell = self.cell(text);
                    self.job.unit_of_two(langs, unit, source_cell, target_cell);
                }
                (None, Some(shared)) => self.job.unit_of_shared(langs, unit, *shared, target_cell),
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn cell(&self, text: Text) -> Cell {
        let form = match text.inside {
            Some(inside) if !text.damaged => Form::Quoted(Quotes { inside: inside as usize, ..self.quotes }),
            _ => Form::Lost,
        };
        let way = if text.way.len() == text.text.len() { text.way } else { Way::default() };
        Cell { segment: Segment::plain(text.text), way, form, file: 0 }
    }

    fn langs(&mut self) -> Result<(LanguageTag, Option<LanguageTag>), ReadError> {
        if let Some(langs) = &self.langs {
            return Ok(langs.clone());
        }
        let header = self.header.get_or_insert_default();
        let (source, target) = (self.options.source.as_ref(), self.options.target.as_ref());
        let langs = languages(header, self.name, source, target)?;
        self.langs = Some(langs.clone());
        Ok(langs)
    }
}

/// Returns the languages of a file, as its header, its name and whoever asks say them.
pub(super) fn languages(
    header: &Header,
    name: &str,
    source: Option<&LanguageTag>,
    target: Option<&LanguageTag>,
) -> Result<(LanguageTag, Option<LanguageTag>), ReadError> {
    let of_source = source.cloned().or_else(|| header.source.clone()).unwrap_or_else(LanguageTag::english);
    let said = header.target.clone();
    if let (Some(said), Some(asked)) = (&said, target)
        && !alike(said, asked)
    {
        let what = format!("the language of the translations is {said} by the header, and not {asked}");
        return Err(ReadError::Broken(Place::file(name), what));
    }
    Ok((of_source, said.or_else(|| header::of_name(name)).or_else(|| target.cloned())))
}

/// Says that nobody knows the language of the translations.
pub(super) fn unknown(name: &str) -> ReadError {
    let what = "neither its header nor its name says which language the translations are in";
    ReadError::Broken(Place::file(name), what.to_owned())
}

/// Says that a header comes too late or twice.
pub(super) fn late_header(place: Place) -> Finding {
    let message = "A header stands behind other entries or twice; only one at the beginning counts.";
    Finding::new("read-header", Severity::Warning, place, message)
        .help("Move the entry with the empty msgid to the beginning of the file.")
}

/// How much of a message its name holds.
const NAME: usize = 60;

/// Returns what a message is called: by its context and what it says. Without a context its text alone would be its
/// name, which says no more than the text.
pub(super) fn name_of(entry: &Entry) -> Option<String> {
    let context = entry.context.as_ref()?;
    let id = entry.id.as_ref().map_or("", |id| &id.text);
    let short = |text: &str| {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match words.char_indices().nth(NAME) {
            None if words == text => words,
            // What is not there whole is told apart by a sum of it.
            None => format!("{words}~{:08x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()) as u32),
            Some((end, _)) => {
                format!("{}…{:08x}", &words[..end], xxhash_rust::xxh3::xxh3_64(text.as_bytes()) as u32)
            }
        }
    };
    Some(format!("{}|{}", short(&context.text), short(id)))
}
