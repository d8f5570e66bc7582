//! A file that is read as text and changed in place: patches of its bytes, and nothing else moves.
//!
//! Readers of jobs work on [`Editable::text`], UTF-8 whatever the file is, and remember where in it each segment
//! stands. A change of that text becomes a [`Patch`] of the file's bytes in the file's own encoding, and
//! [`apply`] copies everything between patches as it is.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use super::{Encoding, Whole};

/// A file in memory, its text, and the way from one to the other.
#[derive(Debug)]
pub struct Editable {
    text: String,
    encoding: Encoding,
    back: Back,
    /// Where each line of the text begins.
    lines: OnceLock<Vec<usize>>,
}

#[derive(Debug)]
enum Back {
    /// The text is the file, byte by byte.
    Same,
    /// The text was decoded.
    Decoded(Box<Decoded>),
}

#[derive(Debug)]
struct Decoded {
    bytes: Vec<u8>,
    whole: Whole<'static>,
}

/// What a reader sees in front of text that was decoded: it keeps it from guessing at an encoding again.
const MARK: &str = "\u{FEFF}";

/// A stretch of a file, and what to put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The bytes of the file that go.
    pub range: Range<usize>,
    /// The bytes that come.
    pub bytes: Vec<u8>,
}

/// Why a text cannot be put into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwritable {
    /// The file's encoding has no such character.
    Encoding(char, &'static str),
    /// It cannot be done there; a clause that says why.
    Place(&'static str),
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding(c, name) => {
                let c = if c.is_control() { String::new() } else { format!("“{c}” ") };
                write!(f, "the file is {name}, which cannot write {c}at all; save the file as UTF-8 first")
            }
            Self::Place(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Unwritable {}

impl Editable {
    /// Takes a file; the hint is the label of the encoding to assume where the file is silent.
    pub fn new(bytes: Vec<u8>, hint: Option<&str>) -> Self {
        let whole = Whole::read(&bytes, hint);
        let encoding = whole.encoding.clone();
        let lines = OnceLock::new();
        if encoding.name == UTF_8.name() && encoding.malformed == 0 {
            drop(whole);
            // What decodes to itself without a malformed byte is UTF-8.
            let text =
                String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into());
            return Self { text, encoding, back: Back::Same, lines };
        }
        let text = format!("{MARK}{}", whole.text);
        let whole = whole.without_text();
        Self { text, encoding, back: Back::Decoded(Box::new(Decoded { bytes, whole })), lines }
    }

    /// Takes a file that is no text but holds one, packed among other things.
    pub fn packed(bytes: Vec<u8>) -> Self {
        let whole = Whole::read(b"", None).without_text();
        let (encoding, lines) = (whole.encoding.clone(), OnceLock::new());
        Self { text: String::new(), encoding, back: Back::Decoded(Box::new(Decoded { bytes, whole })), lines }
    }

    /// Returns the file, and nothing else of it.
    pub fn into_bytes(self) -> Vec<u8> {
        match self.back {
            Back::Same => self.text.into_bytes(),
            Back::Decoded(decoded) => decoded.bytes,
        }
    }

    /// Returns the file as text, with a byte order mark where the file has one, and where its bytes were decoded.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the file.
    pub fn bytes(&self) -> &[u8] {
        match &self.back {
            Back::Same => self.text.as_bytes(),
            Back::Decoded(decoded) => &decoded.bytes,
        }
    }

    /// Tells how the bytes were read, and what was wrong with them.
    pub fn encoding(&self) -> &Encoding {
        &self.encoding
    }

    /// Returns the label to read [`Self::text`] with: the hint counts only where the text is the file.
    pub fn hint<'h>(&self, given: Option<&'h str>) -> Option<&'h str> {
        given.filter(|_| matches!(self.back, Back::Same))
    }

    /// Returns the bytes of the file that a stretch of the text was made of.
    pub fn original(&self, range: Range<usize>) -> Range<u64> {
        match &self.back {
            Back::Same => range.start as u64..range.end as u64,
            Back::Decoded(decoded) => {
                let within = |at: usize| at.saturating_sub(MARK.len());
                decoded.whole.original(within(range.start)..within(range.end))
            }
        }
    }

    /// Returns the line and the column, in characters, of a byte of the text, from 1.
    pub fn position(&self, at: usize) -> (u32, u32) {
        let lines = self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
        });
        let line = lines.partition_point(|start| *start <= at).max(1);
        let before = self.text.get(lines[line - 1]..at).unwrap_or_default();
        let column = before.trim_start_matches(MARK).chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// Makes the patch that puts `new` in place of a stretch of the text.
    ///
    /// # Errors
    ///
    /// The encoding cannot write it, or cannot be changed in the middle.
    pub fn patch(&self, range: Range<usize>, new: &str) -> Result<Patch, Unwritable> {
        let original = self.original(range);
        let bytes = self.encode(new)?;
        Ok(Patch { range: original.start as usize..original.end as usize, bytes })
    }

    /// Tells whether the file's encoding can write a character.
    pub fn carries(&self, c: char) -> bool {
        self.encode(c.encode_utf8(&mut [0; 4])).is_ok()
    }

    fn encode(&self, text: &str) -> Result<Vec<u8>, Unwritable> {
        // It is a name of the Encoding Standard.
        let encoding = encoding_rs::Encoding::for_label(self.encoding.name.as_bytes()).unwrap_or(UTF_8);
        if encoding == UTF_8 {
            return Ok(text.as_bytes().to_vec());
        }
        if encoding == UTF_16LE {
            return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        }
        if encoding == UTF_16BE {
            return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        }
        if encoding == encoding_rs::ISO_2022_JP || encoding == encoding_rs::REPLACEMENT {
            return Err(Unwritable::Place(
                "its encoding cannot be changed in the middle of a file; save the file as UTF-8 first",
            ));
        }
        let mut bytes = vec![];
        for c in text.chars() {
            let mut one = [0; 4];
            let (encoded, _, missing) = encoding.encode(c.encode_utf8(&mut one));
            if missing {
                return Err(Unwritable::Encoding(c, encoding.name()));
            }
            bytes.extend_from_slice(&encoded);
        }
        Ok(bytes)
    }
}

/// Puts patches into a file, and returns it with the numbers of those that are in it. Where two overlap the
/// first wins; everything between patches is copied as it is.
pub fn apply(bytes: &[u8], patches: &[Patch]) -> (Vec<u8>, Vec<usize>) {
    let mut order: Vec<usize> = (0..patches.len()).collect();
    order.sort_by_key(|at| (patches[*at].range.start, *at));
    let mut out = Vec::with_capacity(bytes.len());
    let mut put = vec![];
    let (mut at, mut last): (usize, Option<&Patch>) = (0, None);
    for number in order {
        let patch = &patches[number];
        let Range { start, end } = patch.range;
        match last {
            // What two rows share may be cured in both, in the same way.
            Some(last) if last == patch => {
                put.push(number);
                continue;
            }
            // At one point nobody knows which of two insertions comes first.
            Some(last) if start == at && (start == end || last.range.is_empty()) => continue,
            _ if start < at || start > end || end > bytes.len() => continue,
            _ => {}
        }
        out.extend_from_slice(&bytes[at..start]);
        out.extend_from_slice(&patch.bytes);
        (at, last) = (end, Some(patch));
        put.push(number);
    }
    out.extend_from_slice(&bytes[at..]);
    put.sort_unstable();
    (out, put)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_put_in_order_and_the_first_of_two_wins() {
        let patch = |range: Range<usize>, new: &str| Patch { range, bytes: new.into() };
        let rows: [(&[Patch], &str, &[usize]); 5] = [
            (&[], "abcdef", &[]),
            (&[patch(4..5, "E"), patch(0..1, "A")], "AbcdEf", &[0, 1]),
            (&[patch(0..3, "x"), patch(2..4, "y"), patch(3..4, "z")], "xzef", &[0, 2]),
            (&[patch(1..2, ""), patch(1..2, ""), patch(6..6, "!")], "acdef!", &[0, 1, 2]),
            (&[patch(2..2, "x"), patch(2..2, "y"), patch(5..9, "z")], "abxcdef", &[0]),
        ];
        for (patches, expected, put) in rows {
            assert_eq!(apply(b"abcdef", patches), (expected.into(), put.to_vec()), "{patches:?}");
        }
    }

    #[test]
    fn a_patch_is_in_the_encoding_of_the_file() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let rows: [(Vec<u8>, Option<&str>, Vec<u8>); 5] = [
            ("a网c".into(), None, "aéc".into()),
            ("\u{FEFF}a网c".into(), None, "\u{FEFF}aéc".into()),
            (wide("\u{FEFF}a网c"), None, wide("\u{FEFF}aéc")),
            (b"a\xE0c".to_vec(), None, b"a\xE9c".to_vec()),
            (b"\xFFa\xCD\xF8c".to_vec(), Some("gb18030"), b"\xFFa\xA8\xA6c".to_vec()),
        ];
        for (bytes, hint, expected) in rows {
            let file = Editable::new(bytes.clone(), hint);
            let at = file.text().find('a').unwrap() + 1;
            let to = file.text().rfind('c').unwrap();
            let patch = file.patch(at..to, "é").unwrap();
            assert_eq!(apply(file.bytes(), &[patch]).0, expected);
            assert_eq!(file.bytes(), bytes);
        }
        let latin = Editable::new(b"a\xE0c".to_vec(), None);
        let refused = latin.patch(0..4, "网").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the file is windows-1252, which cannot write “网” at all; save the file as UTF-8 first"
        );
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let file = Editable::new("\u{FEFF}ab\r\nc网d".into(), None);
        let at = |text: &str| file.position(file.text().find(text).unwrap());
        assert_eq!((at("a"), at("b"), at("c"), at("d")), ((1, 1), (1, 2), (2, 1), (2, 3)));
        assert_eq!(file.position(file.text().len()), (2, 4));
    }
}
