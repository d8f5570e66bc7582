//! Makes UTF-8 of a whole file in memory, with the way back to its bytes.
//!
//! [`Decoder`] decides which encoding it is, so that nobody reads one file in two ways; a file that is UTF-8
//! already is lent, not copied.

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE};

use super::decode::declared;
use super::{Decoder, Encoding, How, Way};

/// A file's text, and where each piece of it stands in the file.
#[derive(Debug, Clone)]
pub struct Whole<'b> {
    /// The text, without its byte order mark.
    pub text: Cow<'b, str>,
    /// How it was read, and what was wrong with it.
    pub encoding: Encoding,
    /// The way back; `None` where the text stands in the file as it is, behind the mark.
    way: Option<Way>,
    mark: u64,
}

impl<'b> Whole<'b> {
    /// Reads a file; the hint is a label of the Encoding Standard, used where the file is silent.
    ///
    /// ```
    /// use wicterm::bytes::Whole;
    /// let whole = Whole::read(b"\xFE\xFF\x7D\xB2\x8D\xEF", None);
    /// assert_eq!(whole.text, "網路");
    /// assert_eq!(whole.original(3..6), 4..6);
    /// ```
    pub fn read(bytes: &'b [u8], hint: Option<&str>) -> Self {
        if let Some(whole) = Self::as_it_is(bytes, hint) {
            return whole;
        }
        let encoding = decided(bytes, hint);
        let mark = encoding_rs::Encoding::for_bom(bytes).map_or(0, |(_, len)| len);
        let body = &bytes[mark..];
        let mut to = Decoded { text: String::with_capacity(body.len()), way: Way::default() };
        match encoding_rs::Encoding::for_label(encoding.name.as_bytes()) {
            Some(e) if e == UTF_16LE => to.wide(body, mark, u16::from_le_bytes),
            Some(e) if e == UTF_16BE => to.wide(body, mark, u16::from_be_bytes),
            Some(e) if e != UTF_8 => to.narrow(body, mark, e),
            _ => to.utf8(body, mark),
        }
        Self { text: Cow::Owned(to.text), encoding, way: Some(to.way), mark: mark as u64 }
    }

    /// Returns the bytes of the file that a stretch of the text was made of.
    pub fn original(&self, range: Range<usize>) -> Range<u64> {
        match &self.way {
            None => self.mark + range.start as u64..self.mark + range.end as u64,
            Some(way) => way.original(range).unwrap_or(self.mark..self.mark),
        }
    }

    /// Appends the way back from a stretch of this text to another way.
    pub fn lead(&self, to: &mut Way, range: Range<usize>) {
        match &self.way {
            None => to.push_same(range.len(), self.mark + range.start as u64),
            Some(way) => to.push_from(way, range),
        }
    }

    /// Returns only the way back.
    pub(super) fn without_text(self) -> Whole<'static> {
        let Self { encoding, way, mark, .. } = self;
        Whole { text: Cow::Borrowed(""), encoding, way, mark }
    }

    /// Lends a file that is UTF-8 and that nothing says is anything else.
    fn as_it_is(bytes: &'b [u8], hint: Option<&str>) -> Option<Self> {
        let is_utf8 = |label: &str| encoding_rs::Encoding::for_label(label.as_bytes()) == Some(UTF_8);
        let marked = bytes.starts_with(b"\xEF\xBB\xBF");
        let body = if marked { &bytes[3..] } else { bytes };
        // NUL bytes at the beginning may mean UTF-16, and a second mark is to be told.
        let odd = body.starts_with(b"\xEF\xBB\xBF") || bytes.iter().take(4).any(|b| *b == 0);
        if odd || (!marked && (declared(bytes).is_some() || hint.is_some_and(|hint| !is_utf8(hint)))) {
            return None;
        }
        let text = std::str::from_utf8(body).ok()?;
        let how = match hint {
            _ if marked => How::Mark,
            Some(_) => How::Hint,
            None => How::Default,
        };
        let mut encoding = Decoder::new(&bytes[..bytes.len().min(3)], None).encoding().clone();
        encoding.how = how;
        Some(Self { text: Cow::Borrowed(text), encoding, way: None, mark: if marked { 3 } else { 0 } })
    }
}

/// Asks the decoder, to the end of the file.
fn decided(bytes: &[u8], hint: Option<&str>) -> Encoding {
    let mut decoder = Decoder::new(bytes, hint);
    // Bytes in memory can be read.
    while let Ok(shown) = decoder.fill_buf() {
        match shown.len() {
            0 => break,
            n => decoder.consume(n),
        }
    }
    decoder.encoding().clone()
}

struct Decoded {
    text: String,
    way: Way,
}

impl Decoded {
    fn put(&mut self, c: char, original: Range<usize>) {
        self.text.push(c);
        self.way.push_atom(c.len_utf8(), original.start as u64..original.end as u64);
    }

    fn utf8(&mut self, body: &[u8], mark: usize) {
        let mut at = mark;
        for chunk in body.utf8_chunks() {
            self.text.push_str(chunk.valid());
            self.way.push_same(chunk.valid().len(), at as u64);
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                self.put(char::REPLACEMENT_CHARACTER, at..at + chunk.invalid().len());
            }
            at += chunk.invalid().len();
        }
    }

    fn wide(&mut self, body: &[u8], mark: usize, unit: fn([u8; 2]) -> u16) {
        let mut at = mark;
        // Half a unit at the end, and before it perhaps half a pair, is one thing.
        let last = body.len().checked_sub(3).map(|at| unit([body[at], body[at + 1]]));
        let odd = match (body.len() % 2, last) {
            (0, _) => 0,
            (_, Some(0xD800..0xDC00)) => 3,
            _ => 1,
        };
        let (body, odd) = body.split_at(body.len() - odd);
        let units = body.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        for c in char::decode_utf16(units) {
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.put(c, at..at + 2 * c.len_utf16());
            at += 2 * c.len_utf16();
        }
        if !odd.is_empty() {
            self.put(char::REPLACEMENT_CHARACTER, at..at + odd.len());
        }
    }

    /// Feeds a decoder byte by byte: what comes out was made of what went in since the last time.
    fn narrow(&mut self, body: &[u8], mark: usize, encoding: &'static encoding_rs::Encoding) {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut out = [0; 64];
        let (mut at, mut from) = (0, 0);
        loop {
            let end = (at + 1).min(body.len());
            let (result, read, wrote) =
                decoder.decode_to_utf8_without_replacement(&body[at..end], &mut out, end == body.len());
            at += read;
            // What comes out of a decoder is UTF-8.
            for c in std::str::from_utf8(&out[..wrote]).unwrap_or_default().chars() {
                // A byte that was held back because it might have belonged to another is itself.
                let itself = c.is_ascii() && body.get(from) == Some(&(c as u8));
                let end = if itself { from + 1 } else { at };
                self.put(c, mark + from..mark + end);
                from = end;
            }
            match result {
                DecoderResult::Malformed(len, held) => {
                    let end = at.saturating_sub(held.into());
                    self.put(char::REPLACEMENT_CHARACTER, mark + end.saturating_sub(len.into())..mark + end);
                    from = end;
                }
                DecoderResult::InputEmpty if at == body.len() => return,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_character_leads_back_to_its_bytes() {
        let text = "a網é😀\r\nЯ ";
        let wide = |bytes: fn(u16) -> [u8; 2]| {
            "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
        };
        let rows = [
            ("utf-8", text.as_bytes().to_vec(), None, text),
            ("utf-8 mark", format!("\u{FEFF}{text}").into_bytes(), None, text),
            ("utf-16le", wide(u16::to_le_bytes), None, text),
            ("utf-16be", wide(u16::to_be_bytes), None, text),
            ("gb18030", encoding_rs::GB18030.encode(text).0.into_owned(), Some("gb18030"), text),
            ("big5", encoding_rs::BIG5.encode("a網路Я").0.into_owned(), Some("big5"), "a網路Я"),
            (
                "shift_jis",
                encoding_rs::SHIFT_JIS.encode("サイバーｶ主権").0.into_owned(),
                Some("sjis"),
                "サイバーｶ主権",
            ),
            (
                "iso-2022-jp",
                encoding_rs::ISO_2022_JP.encode("a主権b").0.into_owned(),
                Some("iso-2022-jp"),
                "a主権b",
            ),
            (
                "1251",
                encoding_rs::WINDOWS_1251.encode("данные, x").0.into_owned(),
                Some("cp1251"),
                "данные, x",
            ),
            ("damaged", b"ab\xFF\xE7\xBD\x91".to_vec(), Some("utf-8"), "ab\u{FFFD}网"),
        ];
        for (name, bytes, hint, expected) in &rows {
            let whole = Whole::read(bytes, *hint);
            assert_eq!(whole.text, *expected, "{name}");
            let encoding = encoding_rs::Encoding::for_label(whole.encoding.name.as_bytes()).unwrap();
            let mut last = 0;
            for (at, c) in whole.text.char_indices() {
                let original = whole.original(at..at + c.len_utf8());
                assert!(original.start >= last, "{name}");
                last = original.end;
                let there = &bytes[original.start as usize..original.end as usize];
                // Shifts of ISO-2022-JP stand before a character or behind it.
                if *name != "iso-2022-jp" {
                    let (again, _) = encoding.decode_without_bom_handling(there);
                    assert_eq!(again, c.to_string(), "{name}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn it_says_what_the_decoder_says(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x20_u8..0x7F, 0x81_u8..0xFE], 0..60),
            hint in prop::sample::select(vec![
                None, Some("utf-8"), Some("utf-16le"), Some("gb18030"), Some("big5"), Some("shift_jis"),
                Some("euc-kr"), Some("windows-1251"), Some("iso-2022-jp"), Some("replacement"), Some("x"),
            ]),
        ) {
            let whole = Whole::read(&bytes, hint);
            let mut decoder = Decoder::new(&bytes[..], hint);
            let mut text = String::new();
            decoder.read_to_string(&mut text).unwrap();
            prop_assert_eq!(&whole.text, &text);
            prop_assert_eq!(whole.encoding.name, decoder.encoding().name);
            let mut last = 0;
            for (at, c) in whole.text.char_indices() {
                let original = whole.original(at..at + c.len_utf8());
                prop_assert!(original.start >= last && original.end <= bytes.len() as u64, "{:?}", original);
                last = original.end.max(last);
            }
        }
    }
}
