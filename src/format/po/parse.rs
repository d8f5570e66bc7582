//! Reads the lines of a PO file and puts its entries together.
//!
//! The parser is handed one line after another with where it begins, and gives an entry back as soon as another one
//! begins, so that a reader of a stream and a reader of a whole file share it. Strings know their way back.

use encoding_rs::Encoding;

use crate::bytes::Way;
use crate::format::ReadError;
use crate::model::{Finding, Place, Severity};

/// A message and its translations.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// Where its first line begins.
    pub at: u64,
    /// Behind its last line, without the end of that.
    pub end: u64,
    /// The number of its first line.
    pub line: u32,
    /// Comments of translators.
    pub comments: Vec<String>,
    /// Comments that were taken from the source code.
    pub extracted: Vec<String>,
    /// Where in the source code it is used.
    pub references: Vec<String>,
    /// What the message was before, as it is written.
    pub previous: Vec<String>,
    pub flags: Vec<String>,
    /// Behind the `#,` of its first line of flags.
    pub flags_at: Option<u64>,
    /// Where its previous message or else its first keyword begins: a line of flags goes before that.
    pub head_at: Option<u64>,
    pub context: Option<Text>,
    pub id: Option<Text>,
    pub plural: Option<Text>,
    /// The translations, each with the number of its plural form.
    pub strs: Vec<(u32, Text)>,
}

impl Entry {
    /// Tells whether it is the header: what has no message.
    pub fn is_header(&self) -> bool {
        self.context.is_none() && self.id.as_ref().is_some_and(|id| id.text.is_empty())
    }

    /// Tells whether somebody still has to look at its translation.
    pub fn is_fuzzy(&self) -> bool {
        self.flags.iter().any(|flag| flag == "fuzzy")
    }

    fn is_begun(&self) -> bool {
        self.context.is_some() || self.id.is_some() || self.plural.is_some() || !self.strs.is_empty()
    }
}

/// What the strings behind a keyword say.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub text: String,
    pub way: Way,
    /// Where the first string begins, behind its quotation mark; nothing where there is no string.
    pub inside: Option<u64>,
    /// Whether something in it is not as it should be, so that nobody should write there.
    pub damaged: bool,
}

/// Which part of an entry the strings belong to that come next.
#[derive(Debug, Clone, Copy)]
enum Part {
    Context,
    Id,
    Plural,
    Str(usize),
    /// None that counts.
    Stray,
}

/// How many plural forms are read of one entry; the languages that we know have up to six.
const MOST_FORMS: usize = 64;
/// How many findings are told; a file that is damaged everywhere is not mended by them.
const MOST_FINDINGS: usize = 1_000;

/// Puts entries together.
pub(super) struct Parser<'n> {
    name: &'n str,
    encoding: &'static Encoding,
    /// The most bytes that one entry may have.
    limit: usize,
    size: usize,
    entry: Entry,
    part: Option<Part>,
    /// Whether the line before was no part of a PO file either.
    in_junk: bool,
    /// The number of the line that is read, and where it begins.
    here: (u32, u64),
    findings: Vec<Finding>,
    /// How many more findings there would be.
    untold: u64,
    /// How many entries are obsolete.
    pub obsolete: u64,
}

impl<'n> Parser<'n> {
    pub fn new(name: &'n str, encoding: &'static Encoding, limit: usize) -> Self {
        Self {
            name,
            encoding,
            limit,
            size: 0,
            entry: Entry::default(),
            part: None,
            in_junk: false,
            here: (0, 0),
            findings: vec![],
            untold: 0,
            obsolete: 0,
        }
    }

    /// Takes a line without its end, and where it begins; returns the entry that ended before it.
    ///
    /// # Errors
    ///
    /// The entry is longer than any that means what it says.
    pub fn line(&mut self, line: &str, at: u64, number: u32) -> Result<Option<Entry>, ReadError> {
        self.here = (number, at);
        let rest = line.trim_start_matches([' ', '\t', '\u{B}', '\u{C}']);
        if rest.trim_end().is_empty() {
            return Ok(None);
        }
        let from = at + (line.len() - rest.len()) as u64;
        let ended = match rest.as_bytes()[0] {
            b'#' => self.comment(rest, from),
            b'"' => {
                self.strings(rest, from);
                None
            }
            _ => self.keyword(rest, from),
        };
        if self.entry.line == 0 {
            (self.entry.line, self.entry.at) = (number, at);
        }
        self.entry.end = at + line.len() as u64;
        self.size += line.len();
        if self.size > self.limit {
            let what = format!("the entry is longer than {} bytes", self.limit);
            return Err(ReadError::Limit(self.place(), what));
        }
        Ok(ended)
    }

    /// Returns the findings, with how many are left out.
    pub fn told(&mut self) -> Vec<Finding> {
        let mut told = std::mem::take(&mut self.findings);
        if self.untold > 0 {
            let message = format!("There are {} more lines like these.", self.untold);
            told.push(Finding::new("read-row", Severity::Warning, Place::file(self.name), message));
        }
        told
    }

    /// Returns the entry that the file ends with.
    pub fn finish(&mut self) -> Option<Entry> {
        let entry = std::mem::take(&mut self.entry);
        (self.part, self.size) = (None, 0);
        if !entry.is_begun() {
            return None;
        }
        let Some(id) = &entry.id else {
            let message = "The entry has no msgid, so nobody knows what it translates; it is left out.";
            let help = "Every entry has a msgid and a msgstr.";
            self.tell_at(entry.line, entry.at, Severity::Warning, message, help);
            return None;
        };
        if entry.strs.is_empty() {
            let message = if id.text.is_empty() {
                "The header has no msgstr, so the file says nothing of itself."
            } else {
                "The entry has no msgstr, so it has no place for a translation; it is left out."
            };
            let help = "Write a line with msgstr \"\" behind the msgid.";
            self.tell_at(entry.line, entry.at, Severity::Warning, message, help);
            return None;
        }
        Some(entry)
    }

    fn comment(&mut self, line: &str, at: u64) -> Option<Entry> {
        let body = &line[1..];
        if let Some(obsolete) = body.strip_prefix('~') {
            let ended = self.finish();
            // What was said before it was said of it.
            self.entry = Entry::default();
            self.obsolete += u64::from(is_keyword(obsolete.trim_start(), "msgid"));
            return ended;
        }
        // A comment behind a translation belongs to the next one.
        let ended = if self.entry.strs.is_empty() { None } else { self.finish() };
        self.part = None;
        self.in_junk = false;
        let entry = &mut self.entry;
        let said = |from: usize| body[from..].trim().to_owned();
        match body.as_bytes().first() {
            Some(b'.') => entry.extracted.push(said(1)),
            Some(b':') => entry.references.push(said(1)),
            Some(b',' | b'=') => {
                let flags = body[1..].split(',').map(str::trim).filter(|flag| !flag.is_empty());
                entry.flags.extend(flags.map(str::to_owned));
                if body.starts_with(',') {
                    entry.flags_at.get_or_insert(at + 2);
                }
            }
            Some(b'|') => {
                entry.head_at.get_or_insert(at);
                entry.previous.push(said(1));
            }
            _ if body.trim().is_empty() => {}
            _ => entry.comments.push(said(0)),
        }
        ended
    }

    fn keyword(&mut self, line: &str, at: u64) -> Option<Entry> {
        let end = line.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(line.len());
        let (word, mut rest) = line.split_at(end);
        let entry = &self.entry;
        let over = match word {
            "msgctxt" | "domain" => entry.is_begun(),
            "msgid" => entry.id.is_some() || !entry.strs.is_empty(),
            "msgid_plural" | "msgstr" => false,
            _ => {
                self.junk(line);
                return None;
            }
        };
        let ended = if over { self.finish() } else { None };
        let mut form = 0;
        if word == "msgstr"
            && let Some(index) = rest.trim_start().strip_prefix('[')
        {
            let (number, behind) = index.split_once(']').unwrap_or((index, ""));
            match number.trim().parse::<u32>() {
                Ok(number) => form = number,
                Err(_) => self
                    .tell("The plural form of this msgstr has no number.", "Write msgstr[0] or msgstr[1]."),
            }
            rest = behind;
        }
        self.in_junk = false;
        self.part = Some(self.begin(word, form));
        if word != "domain" {
            self.entry.head_at.get_or_insert(at);
        }
        self.strings(rest, at + (line.len() - rest.len()) as u64);
        ended
    }

    fn begin(&mut self, word: &str, form: u32) -> Part {
        let entry = &mut self.entry;
        let free = match word {
            "msgctxt" => entry.context.is_none(),
            "msgid" => entry.id.is_none(),
            "msgid_plural" => entry.plural.is_none(),
            "msgstr" if entry.strs.len() < MOST_FORMS => entry.strs.iter().all(|(known, _)| *known != form),
            "msgstr" => false,
            _ => return Part::Stray,
        };
        if !free {
            self.tell(
                "The entry has this keyword twice; only the first counts.",
                "Perhaps two entries ran into each other. Every entry begins with msgctxt or msgid.",
            );
            return Part::Stray;
        }
        match word {
            "msgctxt" => entry.context = Some(Text::default()),
            "msgid" => entry.id = Some(Text::default()),
            "msgid_plural" => entry.plural = Some(Text::default()),
            _ => entry.strs.push((form, Text::default())),
        }
        match word {
            "msgctxt" => Part::Context,
            "msgid" => Part::Id,
            "msgid_plural" => Part::Plural,
            _ => Part::Str(entry.strs.len() - 1),
        }
    }

    /// Reads the strings of a line.
    fn strings(&mut self, line: &str, at: u64) {
        let mut from = 0;
        loop {
            from += line[from..].len() - line[from..].trim_start().len();
            let rest = &line[from..];
            if rest.is_empty() || rest.starts_with('#') {
                return;
            }
            let Some(string) = rest.strip_prefix('"') else {
                self.tell(
                    "Something stands here outside the quotation marks and is left out.",
                    "Text stands between quotation marks; one inside it is written \\\".",
                );
                self.damage();
                return;
            };
            let Some(part) = self.part else {
                self.junk(line);
                return;
            };
            let mut trouble = None;
            let entry = &mut self.entry;
            let mut stray = Text::default();
            let text = match part {
                Part::Context => entry.context.get_or_insert_default(),
                Part::Id => entry.id.get_or_insert_default(),
                Part::Plural => entry.plural.get_or_insert_default(),
                Part::Str(nth) => entry.strs.get_mut(nth).map_or(&mut stray, |(_, text)| text),
                Part::Stray => &mut stray,
            };
            let end = text.string(string, at + from as u64 + 1, self.encoding, &mut trouble);
            if let Some((message, help)) = trouble {
                text.damaged = true;
                self.tell(message, help);
            }
            match end {
                Some(end) => from += 1 + end,
                None => return,
            }
        }
    }

    /// Notes that what was read last is not as it should be.
    fn damage(&mut self) {
        let entry = &mut self.entry;
        let text = match self.part {
            Some(Part::Context) => entry.context.as_mut(),
            Some(Part::Id) => entry.id.as_mut(),
            Some(Part::Plural) => entry.plural.as_mut(),
            Some(Part::Str(nth)) => entry.strs.get_mut(nth).map(|(_, text)| text),
            Some(Part::Stray) | None => None,
        };
        if let Some(text) = text {
            text.damaged = true;
        }
    }

    /// Tells of lines that are no part of a PO file; of several in a row the first.
    fn junk(&mut self, line: &str) {
        if !self.in_junk {
            let begin: String = line.chars().filter(|c| !c.is_control()).take(40).collect();
            let message = format!("The line is no part of a PO file and is left out: {begin}");
            let help = "A line begins with #, with msgctxt, msgid, msgid_plural or msgstr, or with a quotation mark; \
                        strings follow their keyword.";
            self.tell(&message, help);
        }
        self.damage();
        self.in_junk = true;
    }

    fn tell(&mut self, message: &str, help: &str) {
        let (line, at) = self.here;
        self.tell_at(line, at, Severity::Warning, message, help);
    }

    fn tell_at(&mut self, line: u32, at: u64, severity: Severity, message: &str, help: &str) {
        if self.findings.len() >= MOST_FINDINGS {
            self.untold += 1;
            return;
        }
        let place = Place { bytes: Some((at, at)), ..Place::file(self.name).at_line(line) };
        self.findings.push(Finding::new("read-row", severity, place, message).help(help));
    }

    fn place(&self) -> Place {
        Place::file(self.name).at_line(self.here.0)
    }
}

/// Tells whether a line begins with a keyword.
pub(super) fn is_keyword(line: &str, word: &str) -> bool {
    line.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '"', '[']))
}

impl Text {
    /// Reads a string up to its closing quotation mark, and returns where that ends; nothing where it has none.
    fn string(
        &mut self,
        written: &str,
        at: u64,
        encoding: &'static Encoding,
        trouble: &mut Option<(&'static str, &'static str)>,
    ) -> Option<usize> {
        self.inside.get_or_insert(at);
        let bytes = written.as_bytes();
        let mut from = 0;
        loop {
            let end = memchr::memchr2(b'"', b'\\', &bytes[from..]).map_or(bytes.len(), |n| from + n);
            self.text.push_str(&written[from..end]);
            self.way.push_same(end - from, at + from as u64);
            match bytes.get(end) {
                Some(b'"') => return Some(end + 1),
                Some(_) => from = end + self.escape(&written[end..], at + end as u64, encoding, trouble),
                None => {
                    let message =
                        "The string does not end in its line; it is read up to the end of the line.";
                    *trouble = Some((
                        message,
                        "Close it with a quotation mark; an end of line inside it is written \\n.",
                    ));
                    return None;
                }
            }
        }
    }

    /// Reads what begins with a backslash, and returns how long it is.
    fn escape(
        &mut self,
        written: &str,
        at: u64,
        encoding: &'static Encoding,
        trouble: &mut Option<(&'static str, &'static str)>,
    ) -> usize {
        let escaped = written[1..].chars().next();
        let meant = match escaped {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('a') => '\u{7}',
            Some('b') => '\u{8}',
            Some('v') => '\u{B}',
            Some('f') => '\u{C}',
            Some(same @ ('"' | '\\')) => same,
            Some('0'..='7' | 'x') => return self.numeric(written, at, encoding, trouble),
            _ => {
                *trouble = Some((
                    "A backslash stands before something that it does not go with; both are read as they stand.",
                    "A backslash itself is written \\\\.",
                ));
                let len = 1 + escaped.map_or(0, char::len_utf8);
                self.text.push_str(&written[..len]);
                self.way.push_atom(len, at..at + len as u64);
                return len;
            }
        };
        self.text.push(meant);
        self.way.push_atom(1, at..at + 2);
        2
    }

    /// Reads bytes that are written as numbers. Several in a row may be one character of the file's charset.
    fn numeric(
        &mut self,
        written: &str,
        at: u64,
        encoding: &'static Encoding,
        trouble: &mut Option<(&'static str, &'static str)>,
    ) -> usize {
        let mut bytes = vec![];
        let mut end = 0;
        while let Some((byte, len)) = number(&written[end..]) {
            // What is ASCII stands for itself.
            if byte.is_ascii() && !bytes.is_empty() {
                break;
            }
            bytes.push(byte);
            end += len;
            if byte.is_ascii() {
                break;
            }
        }
        let (text, malformed) = encoding.decode_without_bom_handling(&bytes);
        if malformed || end == 0 {
            *trouble = Some((
                "The numbers behind backslashes make no character in the charset of the file.",
                "Write the character itself.",
            ));
        }
        if end == 0 {
            // `\x` without a digit.
            self.text.push('\\');
            self.way.push_atom(1, at..at + 1);
            return 1;
        }
        self.text.push_str(&text);
        self.way.push_atom(text.len(), at..at + end as u64);
        end
    }
}

/// Reads one byte that is written as a number, in up to three octal digits or in any number of hexadecimal ones.
fn number(written: &str) -> Option<(u8, usize)> {
    let digits = written.strip_prefix('\\')?;
    if let Some(digits) = digits.strip_prefix('x') {
        let len = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
        let last = &digits[len.saturating_sub(2)..len];
        return u8::from_str_radix(last, 16).ok().map(|byte| (byte, 2 + len));
    }
    let len = digits.bytes().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
    // Three octal digits may say more than a byte holds.
    let value = u16::from_str_radix(&digits[..len], 8).ok()?;
    Some(((value & 0xFF) as u8, 1 + len))
}
