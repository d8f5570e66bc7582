//! Makes UTF-8 of a stream of bytes, whatever its encoding, in bounded memory.
//!
//! A byte order mark decides; else NUL bytes that betray UTF-16; else the XML declaration; else
//! the caller's hint. Without any of them the file is ASCII until its first other byte, and the
//! stretch around that byte tells UTF-8 from windows-1252, which is what is left when it is not
//! UTF-8. Malformed bytes become U+FFFD and are counted.
//!
//! The decoder also knows where it is: line, column and byte of the file. Both are counted in
//! bulk, when somebody asks or when a buffer is done with, never byte by byte.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::path::Path;

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Position;

/// How the encoding of a stream was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By a byte order mark.
    Mark,
    /// By the NUL bytes of UTF-16 without a mark.
    Pattern,
    /// By the XML declaration.
    Declaration,
    /// By the caller's hint.
    Hint,
    /// Nothing else was said, and all of it so far is UTF-8.
    Default,
    /// Nothing was said and it is not UTF-8, so windows-1252 is assumed.
    Fallback,
}

/// How packed files begin.
const PACKED: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ\0", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
];

/// What ASCII is called.
const ASCII: [&str; 5] = ["us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us", "csascii"];

/// Which encoding a stream has, and what was wrong with it, as far as it has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// The encoding's name in the Encoding Standard.
    pub name: &'static str,
    /// How it was found.
    pub how: How,
    /// The label that the file or the caller gave and that was not followed: unknown, or plainly wrong.
    pub unusable_label: Option<String>,
    /// What the bytes are by their beginning, where they are plainly no text: `a zip archive`.
    pub packed: Option<&'static str>,
    /// Whether the file says that it is ASCII.
    pub says_ascii: bool,
    /// Whether a second byte order mark follows the first.
    pub mark_twice: bool,
    /// How many malformed sequences were replaced by U+FFFD.
    pub malformed: u64,
    /// Where the first of them stood.
    pub first_malformed: Option<Position>,
}

impl Encoding {
    /// Tells whether a stretch of decoded text has the very bytes that it has in the file.
    pub fn kept(&self, text: &[u8]) -> bool {
        // What replaces malformed bytes is longer than they were.
        self.name == UTF_8.name()
            && (self.malformed == 0 || memchr::memmem::find(text, REPLACEMENT).is_none())
    }
}

/// A reader of UTF-8, made from a reader of bytes in any encoding.
///
/// ```
/// use std::io::Read;
/// use wicterm::bytes::Decoder;
/// let mut text = String::new();
/// Decoder::new(&b"na\xEFve"[..], Some("windows-1252")).read_to_string(&mut text).unwrap();
/// assert_eq!(text, "na\u{EF}ve");
/// ```
pub struct Decoder<R> {
    source: R,
    raw: Box<[u8]>,
    /// The bytes of `raw` that are not decoded yet.
    rest: std::ops::Range<usize>,
    /// Whether the source has given its last byte.
    ended: bool,
    /// Whether the decoder of another encoding has given its last.
    finished: bool,
    mode: Mode,
    found: Encoding,
    /// Decoded text of encodings other than UTF-8.
    out: Vec<u8>,
    view: View,
    /// The bytes of the view that are not consumed yet.
    at: usize,
    end: usize,
    /// The point up to which lines are counted, and the index of the view it stands at.
    tally: Cell<(usize, Position)>,
    /// The last point of the view whose place was told.
    latest: Cell<(usize, Position)>,
    /// Where the view begins.
    view_start: (usize, Position),
    /// Points that the caller will ask for.
    marks: [Mark; MARKS],
    /// Whether a carriage return was seen so far.
    pub(super) saw_return: bool,
    /// Whether a control character that XML forbids was seen so far.
    pub(super) saw_control: bool,
}

/// Where the bytes stand that are shown to the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    /// In `raw`: the file is UTF-8.
    Raw,
    /// In `out`.
    Out,
    /// A replacement for this many malformed bytes.
    Replacement(usize),
}

/// A point to be told later: an index of the view, or its position once that view is gone.
#[derive(Clone, Copy)]
enum Mark {
    Index(usize),
    Known(Position),
}

/// How many points can be marked at a time.
const MARKS: usize = 4;

enum Mode {
    /// Nothing has been read.
    Unread(Option<String>),
    /// All ASCII so far.
    Undecided,
    Utf8,
    Other(encoding_rs::Decoder),
}

const CHUNK: usize = 128 << 10;
const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

impl<R: Read> Decoder<R> {
    /// Makes a decoder; the hint is a label of the Encoding Standard.
    pub fn new(source: R, hint: Option<&str>) -> Self {
        let start = Position { line: 1, column: 1, offset: Some(0) };
        Self {
            source,
            raw: vec![0; CHUNK].into_boxed_slice(),
            rest: 0..0,
            ended: false,
            finished: false,
            mode: Mode::Unread(hint.map(str::to_owned)),
            found: Encoding {
                name: UTF_8.name(),
                how: How::Default,
                unusable_label: None,
                packed: None,
                says_ascii: false,
                mark_twice: false,
                malformed: 0,
                first_malformed: None,
            },
            out: vec![],
            view: View::Raw,
            at: 0,
            end: 0,
            tally: Cell::new((0, start)),
            latest: Cell::new((0, start)),
            view_start: (0, start),
            marks: [Mark::Index(0); MARKS],
            saw_return: false,
            saw_control: false,
        }
    }

    /// Tells which encoding it is, and what was wrong with it, as far as it has been read.
    pub fn encoding(&self) -> &Encoding {
        &self.found
    }

    /// Returns the point up to which text has been taken.
    pub fn position(&self) -> Position {
        let position = self.count_to(self.at);
        // A mark may still be asked for that stands before this, so the tally stays.
        self.latest.set((self.at, position));
        position
    }

    /// Returns the byte of the file up to which text has been taken.
    pub fn offset(&self) -> Option<u64> {
        let (from, position) = self.tally.get();
        self.offset_past(position.offset, from, self.at)
    }

    /// Remembers the point up to which text has been taken, as mark 0.
    pub(super) fn set_mark(&mut self) {
        self.marks[0] = Mark::Index(self.at);
    }

    /// Remembers the point of mark 0 as another mark too, from 1 to 3, and those of higher number,
    /// so that the marks always stand in order.
    pub(super) fn keep_mark(&mut self, mark: usize) {
        let here = self.marks[0];
        self.marks[mark..].fill(here);
    }

    /// Returns the point where a mark was set.
    pub(super) fn marked(&self, mark: usize) -> Position {
        match self.marks[mark] {
            Mark::Known(position) => position,
            Mark::Index(index) if index >= self.tally.get().0 => {
                let position = self.count_to(index);
                self.tally.set((index, position));
                position
            }
            Mark::Index(index) => self.count(self.view_start, index),
        }
    }

    /// Returns the decoded text that lies ready: whole characters, of UTF-8.
    #[inline]
    pub(super) fn shown(&self) -> &[u8] {
        // Nearly always it is this one.
        if self.view == View::Raw { &self.raw[self.at..self.end] } else { self.seen(self.at, self.end) }
    }

    /// Counts lines and columns to an index of the view that is not before the tally.
    fn count_to(&self, index: usize) -> Position {
        let (tally, latest) = (self.tally.get(), self.latest.get());
        self.count(if (tally.0..=index).contains(&latest.0) { latest } else { tally }, index)
    }

    /// Counts lines and columns from a known point of the view to an index.
    fn count(&self, (from, mut position): (usize, Position), index: usize) -> Position {
        advance(&mut position, self.seen(from, index));
        position.offset = self.offset_past(position.offset, from, index);
        position
    }

    fn seen(&self, from: usize, to: usize) -> &[u8] {
        match self.view {
            View::Raw => &self.raw[from..to],
            View::Out => &self.out[from..to],
            View::Replacement(_) => &REPLACEMENT[from..to],
        }
    }

    /// Returns the byte of the file at an index of the view, from that at an earlier one.
    fn offset_past(&self, offset: Option<u64>, from: usize, to: usize) -> Option<u64> {
        let offset = offset?;
        if from == to {
            return Some(offset);
        }
        let seen = self.seen(from, to);
        let bytes = match (self.view, &self.mode) {
            (View::Raw, _) => seen.len() as u64,
            (View::Replacement(bad), _) => {
                if to == self.end {
                    bad as u64
                } else {
                    0
                }
            }
            (View::Out, Mode::Other(d)) if d.encoding() == UTF_16LE || d.encoding() == UTF_16BE => {
                utf16_bytes(seen)
            }
            (View::Out, Mode::Other(d)) if d.encoding().is_single_byte() => characters(seen),
            (View::Out, _) => return None,
        };
        Some(offset + bytes)
    }

    /// Shows the next stretch of text, now that the last one is consumed.
    fn refill(&mut self) -> io::Result<()> {
        // In the order in which they stand, so that each is counted from the one before.
        for mark in (1..MARKS).chain([0]) {
            self.marks[mark] = Mark::Known(self.marked(mark));
        }
        let position = self.count_to(self.end);
        (self.view, self.at, self.end) = (View::Raw, 0, 0);
        self.begin_view(position);
        loop {
            if let Mode::Unread(hint) = &mut self.mode {
                let hint = hint.take();
                self.read_at_least(1024)?;
                self.detect(hint.as_deref());
                continue;
            }
            if self.finished {
                return Ok(());
            }
            if self.rest.is_empty() && !self.ended {
                self.read_more()?;
                continue;
            }
            match &self.mode {
                Mode::Undecided => {
                    let ascii = encoding_rs::Encoding::ascii_valid_up_to(&self.raw[self.rest.clone()]);
                    if ascii == 0 && !self.rest.is_empty() {
                        self.read_at_least(CHUNK / 2)?;
                        self.decide();
                        continue;
                    }
                    self.show_raw(ascii);
                }
                Mode::Utf8 => {
                    let bytes = &self.raw[self.rest.clone()];
                    let valid = encoding_rs::Encoding::utf8_valid_up_to(bytes);
                    if valid > 0 || bytes.is_empty() {
                        self.show_raw(valid);
                    } else {
                        let bad = match std::str::from_utf8(&bytes[..bytes.len().min(4)]) {
                            Err(e) if e.error_len().is_none() && !self.ended => {
                                self.read_more()?;
                                continue;
                            }
                            Err(e) => e.error_len().unwrap_or(bytes.len()),
                            // utf8_valid_up_to and from_utf8 agree; were they ever not to, one byte is passed over.
                            Ok(_) => 1,
                        };
                        let position = self.tally.get().1;
                        self.note_malformed(position);
                        self.rest.start += bad;
                        (self.view, self.at, self.end) = (View::Replacement(bad), 0, REPLACEMENT.len());
                    }
                }
                Mode::Other(_) => {
                    if !self.decode() {
                        continue;
                    }
                }
                // Dealt with above.
                Mode::Unread(_) => return Ok(()),
            }
            self.look_for_oddities();
            return Ok(());
        }
    }

    /// Starts to count at the beginning of a view.
    fn begin_view(&mut self, position: Position) {
        self.tally.set((self.at, position));
        self.latest.set((self.at, position));
        self.view_start = (self.at, position);
    }

    fn show_raw(&mut self, len: usize) {
        (self.view, self.at, self.end) = (View::Raw, self.rest.start, self.rest.start + len);
        self.begin_view(self.tally.get().1);
        self.rest.start += len;
    }

    /// Decodes what is in `raw` into `out`; tells whether there is text to show, or the end.
    fn decode(&mut self) -> bool {
        let Mode::Other(decoder) = &mut self.mode else { return true };
        self.out.resize(CHUNK * 3 + 64, 0);
        let (mut written, mut first_bad) = (0, None);
        loop {
            let (result, read, wrote) = decoder.decode_to_utf8_without_replacement(
                &self.raw[self.rest.clone()],
                &mut self.out[written..],
                self.ended,
            );
            self.rest.start += read;
            written += wrote;
            match result {
                DecoderResult::InputEmpty => {
                    // Told of the end, it must not be asked again.
                    self.finished = self.ended;
                    break;
                }
                DecoderResult::OutputFull => break,
                DecoderResult::Malformed(..) => {
                    self.found.malformed += 1;
                    first_bad.get_or_insert(written);
                    // There is room: one more byte of input never makes more than the 64 spare bytes.
                    if self.out.len() - written < 16 {
                        self.out.resize(written + CHUNK, 0);
                    }
                    self.out[written..written + REPLACEMENT.len()].copy_from_slice(REPLACEMENT);
                    written += REPLACEMENT.len();
                }
            }
        }
        (self.view, self.at, self.end) = (View::Out, 0, written);
        if let (Some(index), None) = (first_bad, self.found.first_malformed) {
            self.found.first_malformed = Some(self.count_to(index));
        }
        self.finished || written > 0
    }

    fn note_malformed(&mut self, position: Position) {
        self.found.malformed += 1;
        self.found.first_malformed.get_or_insert(position);
    }

    /// Notes what the readers above must look at more closely, from now on.
    fn look_for_oddities(&mut self) {
        let shown = self.shown();
        let saw_return = memchr::memchr(b'\r', shown).is_some();
        // Without a branch, so that it is done many bytes at a time.
        let control =
            shown.iter().fold(false, |any, &b| any | (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')));
        self.saw_return |= saw_return;
        self.saw_control |= control;
    }

    fn read_at_least(&mut self, wanted: usize) -> io::Result<()> {
        while self.rest.len() < wanted && !self.ended {
            self.read_more()?;
        }
        Ok(())
    }

    /// Reads once behind what is left in `raw`. Nothing in `raw` may be shown at this time.
    fn read_more(&mut self) -> io::Result<()> {
        self.raw.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        loop {
            match self.source.read(&mut self.raw[self.rest.end..]) {
                Ok(0) => self.ended = true,
                Ok(n) => self.rest.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            }
            return Ok(());
        }
    }

    /// Finds the encoding by the beginning of the stream.
    fn detect(&mut self, hint: Option<&str>) {
        let head = &self.raw[self.rest.clone()];
        self.found.packed = PACKED.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what);
        let mut skip = 0;
        let mut encoding = None;
        if let Some((by_mark, len)) = encoding_rs::Encoding::for_bom(head) {
            skip = len;
            self.found.mark_twice = head[len..].starts_with(&head[..len]);
            encoding = Some((by_mark, How::Mark));
        } else if let [a, b, c, d, ..] = *head
            && [a == 0, b == 0, c == 0, d == 0] == [true, false, true, false]
        {
            encoding = Some((UTF_16BE, How::Pattern));
        } else if let [a, b, c, d, ..] = *head
            && [a == 0, b == 0, c == 0, d == 0] == [false, true, false, true]
        {
            encoding = Some((UTF_16LE, How::Pattern));
        } else {
            for (label, how) in [(declared(head), How::Declaration), (hint, How::Hint)] {
                let Some(label) = label else { continue };
                // Beyond ASCII such a file is what it would be without a label, not windows-1252.
                if how == How::Declaration && ASCII.iter().any(|name| label.eq_ignore_ascii_case(name)) {
                    self.found.says_ascii = true;
                    continue;
                }
                match encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()) {
                    // Whoever can read the declaration byte by byte is not reading UTF-16.
                    Some(e) if how == How::Declaration && (e == UTF_16LE || e == UTF_16BE) => {}
                    Some(e) => {
                        encoding = Some((e, how));
                        break;
                    }
                    None => {}
                }
                self.found.unusable_label.get_or_insert(label.chars().take(60).collect());
            }
        }
        self.rest.start += skip;
        let (tally_at, mut position) = self.tally.get();
        position.offset = Some(skip as u64);
        self.tally.set((tally_at, position));
        self.latest.set((tally_at, position));
        self.view_start = (tally_at, position);
        self.mode = match encoding {
            None => Mode::Undecided,
            Some((e, how)) => {
                (self.found.name, self.found.how) = (e.name(), how);
                if e == UTF_8 { Mode::Utf8 } else { Mode::Other(e.new_decoder_without_bom_handling()) }
            }
        };
    }

    /// Tells UTF-8 from windows-1252 by the stretch that begins with the first byte beyond ASCII.
    fn decide(&mut self) {
        if self.found.says_ascii {
            self.found.unusable_label = Some("US-ASCII".to_owned());
        }
        let mut bytes = &self.raw[self.rest.clone()];
        let (mut good, mut bad) = (0, 0);
        while !bytes.is_empty() {
            let (valid, error) = match std::str::from_utf8(bytes) {
                Ok(_) => (bytes.len(), None),
                Err(e) => (e.valid_up_to(), Some(e.error_len())),
            };
            good += bytes[..valid].iter().filter(|b| **b >= 0xC0).count();
            bytes = &bytes[valid..];
            match error {
                None => {}
                Some(Some(len)) => {
                    bad += 1;
                    bytes = &bytes[len..];
                }
                Some(None) => {
                    // Cut off by the end of the buffer, or of the file.
                    bad += usize::from(self.ended);
                    break;
                }
            }
        }
        if bad == 0 || good > bad {
            self.mode = Mode::Utf8;
        } else {
            (self.found.name, self.found.how) = (WINDOWS_1252.name(), How::Fallback);
            self.mode = Mode::Other(WINDOWS_1252.new_decoder_without_bom_handling());
        }
    }
}

impl<R: Read> BufRead for Decoder<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.end {
            self.refill()?;
        }
        Ok(self.shown())
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.end);
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let shown = self.fill_buf()?;
        let n = shown.len().min(into.len());
        into[..n].copy_from_slice(&shown[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// Returns the first 8 KiB of text that a reader gives, for detection of its format.
pub fn head(source: impl Read, hint: Option<&str>) -> io::Result<String> {
    let mut bytes = vec![];
    Decoder::new(source, hint).take(8 << 10).read_to_end(&mut bytes)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        // A character stands across the 8 KiB.
        Err(e) => String::from_utf8_lossy(e.as_bytes()).trim_end_matches('\u{FFFD}').to_owned(),
    })
}

/// Returns the first 8 KiB of text of a file, for detection of its format.
pub fn sniff(path: &Path) -> io::Result<String> {
    head(std::fs::File::open(path)?, None)
}

/// Returns the encoding that an XML declaration names.
pub(super) fn declared(head: &[u8]) -> Option<&str> {
    let start = head.iter().position(|b| !b.is_ascii_whitespace())?;
    let rest = head[start..].strip_prefix(b"<?xml")?;
    let declaration = &rest[..memchr::memmem::find(&rest[..rest.len().min(1024)], b"?>")?];
    let after = &declaration[memchr::memmem::find(declaration, b"encoding")? + "encoding".len()..];
    let after = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, after) = after.split_first()?;
    let label = &after[..memchr::memchr(*quote, after).filter(|_| matches!(quote, b'"' | b'\''))?];
    std::str::from_utf8(label).ok()
}

/// Moves a position on over text; the offset is the caller's to move.
pub(super) fn advance(position: &mut Position, over: &[u8]) {
    match memchr::memrchr(b'\n', over) {
        Some(last) => {
            let lines = memchr::memchr_iter(b'\n', over).count();
            position.line = position.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            position.column = 1;
            add(&mut position.column, characters(&over[last + 1..]));
        }
        None => add(&mut position.column, characters(over)),
    }
}

fn add(to: &mut u32, n: u64) {
    *to = to.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
}

fn characters(text: &[u8]) -> u64 {
    // Every byte that does not continue a character begins one.
    text.iter().filter(|b| (**b as i8) >= -0x40).count() as u64
}

fn utf16_bytes(text: &[u8]) -> u64 {
    // Characters of four bytes are the ones outside the first plane: two units each.
    2 * (characters(text) + text.iter().filter(|b| **b >= 0xF0).count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes a few at a time.
    struct Dribble<'a>(&'a [u8], usize);

    impl Read for Dribble<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_way_to_say_an_encoding_is_heard() {
        let le = |t: &str| utf16(t, u16::to_le_bytes);
        let be = |t: &str| utf16(t, u16::to_be_bytes);
        let xml16 = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>網路 😀</a>";
        let rows = [
            ("plain", b"abc".to_vec(), None, "UTF-8", How::Default, "abc"),
            ("utf-8", "é网".into(), None, "UTF-8", How::Default, "é网"),
            ("utf-8 mark", "\u{FEFF}é".into(), Some("big5"), "UTF-8", How::Mark, "é"),
            ("le mark", le("\u{FEFF}é"), None, "UTF-16LE", How::Mark, "é"),
            ("be mark", be(&format!("\u{FEFF}{xml16}")), None, "UTF-16BE", How::Mark, xml16),
            ("le, no mark", le(xml16), None, "UTF-16LE", How::Pattern, xml16),
            ("be, no mark", be(xml16), None, "UTF-16BE", How::Pattern, xml16),
            ("latin", b"caf\xE9".to_vec(), None, "windows-1252", How::Fallback, "café"),
            ("hint", b"\xFD".to_vec(), Some("windows-1254"), "windows-1254", How::Hint, "ı"),
            (
                "declared over hint",
                b"<?xml version='1.0' encoding = 'windows-1254' ?>\xFD".to_vec(),
                Some("utf-8"),
                "windows-1254",
                How::Declaration,
                "<?xml version='1.0' encoding = 'windows-1254' ?>ı",
            ),
            (
                "gb18030",
                encoding_rs::GB18030.encode("网络主权").0.into(),
                Some("gb18030"),
                "gb18030",
                How::Hint,
                "网络主权",
            ),
            ("big5", encoding_rs::BIG5.encode("網路").0.into(), Some("Big5"), "Big5", How::Hint, "網路"),
            ("empty", vec![], None, "UTF-8", How::Default, ""),
        ];
        for (name, bytes, hint, encoding, how, text) in &rows {
            for step in [1, 2, 3, 7, 1 << 20] {
                let mut decoder = Decoder::new(Dribble(bytes, step), *hint);
                let mut read = String::new();
                decoder.read_to_string(&mut read).unwrap();
                assert_eq!(&read, text, "{name}, {step} bytes at a time");
                let found = decoder.encoding();
                assert_eq!((found.name, found.how, found.malformed), (*encoding, *how, 0), "{name}");
            }
        }
    }

    #[test]
    fn what_calls_itself_ascii_and_is_not_is_what_it_would_be_without_a_label() {
        for (bytes, name, label) in [
            ("<?xml version='1.0' encoding='US-ASCII'?>café".as_bytes(), "UTF-8", Some("US-ASCII")),
            ("<?xml version='1.0' encoding='ascii'?>cafe".as_bytes(), "UTF-8", None),
            (&b"<?xml version='1.0' encoding='ascii'?>caf\xe9"[..], "windows-1252", Some("US-ASCII")),
        ] {
            let mut decoder = Decoder::new(bytes, None);
            let mut text = String::new();
            decoder.read_to_string(&mut text).unwrap();
            assert_eq!(
                (decoder.encoding().name, decoder.encoding().unusable_label.as_deref()),
                (name, label)
            );
            assert!(text.ends_with("café") || label.is_none(), "{text}");
        }
    }

    #[test]
    fn labels_that_cannot_be_followed_are_told() {
        for (head, label) in
            [("<?xml encoding='utf-16'?>é", "utf-16"), ("<?xml encoding='klingon'?>é", "klingon")]
        {
            let mut decoder = Decoder::new(head.as_bytes(), None);
            let mut read = String::new();
            decoder.read_to_string(&mut read).unwrap();
            assert_eq!(read, head);
            assert_eq!(decoder.encoding().unusable_label.as_deref(), Some(label));
        }
    }

    #[test]
    fn malformed_bytes_are_replaced_counted_and_placed() {
        let lone =
            utf16("ab\nc", u16::to_le_bytes).into_iter().chain([0x00, 0xD8, b'd', 0]).collect::<Vec<_>>();
        for (name, bytes, hint, text, count, place) in [
            (
                "lone",
                b"\xC3\xA9\nab\xFFcd\xE4\xB8".to_vec(),
                Some("utf-8"),
                "é\nab\u{FFFD}cd\u{FFFD}",
                2,
                (2, 3, 5),
            ),
            ("surrogate", lone, Some("utf-16le"), "ab\nc\u{FFFD}d", 1, (2, 2, 8)),
            ("overlong", b"\xC0\x80".to_vec(), Some("utf-8"), "\u{FFFD}\u{FFFD}", 2, (1, 1, 0)),
        ] {
            for step in [1, 2, 5, 100] {
                let mut decoder = Decoder::new(Dribble(&bytes, step), hint);
                let mut read = String::new();
                decoder.read_to_string(&mut read).unwrap();
                assert_eq!(read, text, "{name}");
                let found = decoder.encoding();
                let first = found.first_malformed.unwrap();
                assert_eq!(found.malformed, count, "{name}");
                assert_eq!((first.line, first.column, first.offset.unwrap()), place, "{name}, {step}");
                assert_eq!(decoder.position().offset, Some(bytes.len() as u64), "{name}, {step}");
            }
        }
    }

    #[test]
    fn a_few_damaged_bytes_do_not_make_a_file_windows_1252() {
        let mut bytes = b"\xFF".to_vec();
        bytes.extend("网络主权".repeat(3).bytes());
        let mut decoder = Decoder::new(&bytes[..], None);
        let mut read = String::new();
        decoder.read_to_string(&mut read).unwrap();
        assert!(read.ends_with("网络主权") && read.starts_with('\u{FFFD}'));
        assert_eq!(decoder.encoding().how, How::Default);
    }

    #[test]
    fn positions_hold_across_buffers_and_encodings() {
        let text = "línea 一\n".repeat(60_000) + "x";
        let wide = utf16(&text, u16::to_be_bytes);
        let (narrow, wide_end) = (text.len() as u64 - 1, wide.len() as u64 - 2);
        for (bytes, hint, end) in
            [(text.clone().into_bytes(), None, narrow), (wide, Some("utf-16be"), wide_end)]
        {
            let mut decoder = Decoder::new(&bytes[..], hint);
            let mut seen = 0;
            while seen < text.len() - 1 {
                decoder.set_mark();
                let n = decoder.fill_buf().unwrap().len().min(1009).min(text.len() - 1 - seen);
                decoder.consume(n);
                seen += n;
                let marked = decoder.marked(0);
                assert!(marked.line >= 1 && marked.offset.unwrap() <= end);
            }
            let at = decoder.position();
            assert_eq!((at.line, at.column, at.offset), (60_001, 1, Some(end)));
        }
    }

    #[test]
    fn a_head_ends_at_a_character() {
        let long = format!("a{}", "网".repeat(9000));
        let head = head(long.as_bytes(), None).unwrap();
        assert!(long.starts_with(&head) && head.len() > 8000);
    }
}
