//! Writes XML: escapes what must be, leaves out what XML cannot carry and counts it.

use std::io::{self, Write};

/// How a document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Everything on one line.
    Compact,
    /// Each element on its line, indented by so many spaces a level, but never inside an element
    /// that was begun with [`Writer::start_raw`].
    Indented(u8),
}

/// A writer of XML.
///
/// ```
/// use wicterm::bytes::xml::{Layout, Writer};
/// let mut xml = Writer::new(vec![], Layout::Indented(2));
/// xml.start("a")?;
/// xml.start_raw("b")?;
/// xml.attribute("q", "\"1 < 2\"")?;
/// xml.text(" x & y ")?;
/// xml.end()?;
/// xml.end()?;
/// let text = String::from_utf8(xml.finish()?).unwrap();
/// assert_eq!(text, "<a>\n  <b q=\"&quot;1 &lt; 2&quot;\"> x &amp; y </b>\n</a>\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Writer<W: Write> {
    out: W,
    buf: Vec<u8>,
    layout: Layout,
    /// The names of the open elements, one behind the other, and where each begins.
    names: Vec<u8>,
    open: Vec<Open>,
    /// A start tag has no `>` yet.
    tag: bool,
    dropped: u64,
}

struct Open {
    name: usize,
    raw: bool,
    /// Whether an element stands in it, so that its end tag has a line of its own.
    parent: bool,
}

const FLUSH: usize = 128 << 10;

impl<W: Write> Writer<W> {
    /// Makes a writer.
    pub fn new(out: W, layout: Layout) -> Self {
        Self {
            out,
            buf: Vec::with_capacity(FLUSH + 4096),
            layout,
            names: vec![],
            open: vec![],
            tag: false,
            dropped: 0,
        }
    }

    /// Writes the XML declaration, UTF-8.
    pub fn declaration(&mut self) -> io::Result<()> {
        self.verbatim("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    }

    /// Writes something as it is: a document type, a comment, an instruction.
    pub fn verbatim(&mut self, markup: &str) -> io::Result<()> {
        self.close_tag();
        self.buf.extend_from_slice(markup.as_bytes());
        self.flush_full()
    }

    /// Begins an element. Its name must be a name of XML.
    pub fn start(&mut self, name: &str) -> io::Result<()> {
        let raw = self.open.last().is_some_and(|o| o.raw);
        self.begin(name, raw)
    }

    /// Begins an element whose whitespace counts: nothing inside it is indented.
    pub fn start_raw(&mut self, name: &str) -> io::Result<()> {
        self.begin(name, true)
    }

    fn begin(&mut self, name: &str, raw: bool) -> io::Result<()> {
        self.close_tag();
        let indent = match self.open.last_mut() {
            Some(parent) => {
                parent.parent = true;
                !parent.raw
            }
            None => false,
        };
        if indent {
            self.new_line();
        }
        self.buf.push(b'<');
        self.buf.extend_from_slice(name.as_bytes());
        self.open.push(Open { name: self.names.len(), raw, parent: false });
        self.names.extend_from_slice(name.as_bytes());
        self.tag = true;
        self.flush_full()
    }

    /// Writes an attribute of the element that was begun last. Its name must be a name of XML.
    pub fn attribute(&mut self, name: &str, value: &str) -> io::Result<()> {
        debug_assert!(self.tag, "an attribute stands in a start tag");
        self.buf.push(b' ');
        self.buf.extend_from_slice(name.as_bytes());
        self.buf.extend_from_slice(b"=\"");
        self.dropped += escape::<true>(value, &mut self.buf);
        self.buf.push(b'"');
        Ok(())
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.close_tag();
        self.dropped += escape::<false>(text, &mut self.buf);
        self.flush_full()
    }

    /// Writes an element that holds text only.
    pub fn element(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.start_raw(name)?;
        self.text(text)?;
        self.end()
    }

    /// Ends the element that was begun last. An element without content is written as `<a/>`.
    pub fn end(&mut self) -> io::Result<()> {
        let Some(open) = self.open.pop() else { return Err(io::Error::other("no element is open")) };
        if self.tag {
            self.tag = false;
            self.buf.extend_from_slice(b"/>");
        } else {
            if open.parent && !open.raw {
                self.new_line();
            }
            self.buf.extend_from_slice(b"</");
            self.buf.extend_from_slice(&self.names[open.name..]);
            self.buf.push(b'>');
        }
        self.names.truncate(open.name);
        self.flush_full()
    }

    /// Tells how many characters that XML forbids were left out since the last call.
    pub fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    /// Ends every open element and the last line, and returns what it wrote to.
    pub fn finish(mut self) -> io::Result<W> {
        while !self.open.is_empty() {
            self.end()?;
        }
        self.buf.push(b'\n');
        self.out.write_all(&self.buf)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn close_tag(&mut self) {
        if std::mem::take(&mut self.tag) {
            self.buf.push(b'>');
        }
    }

    fn new_line(&mut self) {
        if let Layout::Indented(by) = self.layout {
            self.buf.push(b'\n');
            let spaces = usize::from(by) * self.open.len();
            self.buf.resize(self.buf.len() + spaces, b' ');
        }
    }

    fn flush_full(&mut self) -> io::Result<()> {
        if self.buf.len() >= FLUSH {
            self.out.write_all(&self.buf)?;
            self.buf.clear();
        }
        Ok(())
    }
}

/// Which bytes need a closer look.
const fn table(special: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = i != b'\t' as usize && i != b'\n' as usize;
        i += 1;
    }
    // U+FFFE and U+FFFF begin with it.
    table[0xEF] = true;
    let mut i = 0;
    while i < special.len() {
        table[special[i] as usize] = true;
        i += 1;
    }
    table
}

static TEXT: [bool; 256] = table(b"<>&");
static ATTRIBUTE: [bool; 256] = table(b"<>&\"\t\n");

/// Tells whether no byte of a block needs a closer look. Without branches and without the table, so
/// that the compiler makes a few wide instructions of it.
#[inline]
fn is_plain<const ATTRIBUTE_VALUE: bool>(block: &[u8; 32]) -> bool {
    let special = block.iter().fold(0, |any, &b| {
        any | u8::from(b < 0x20)
            | u8::from(b == b'<')
            | u8::from(b == b'>')
            | u8::from(b == b'&')
            | u8::from(b == 0xEF)
            | (u8::from(ATTRIBUTE_VALUE) & u8::from(b == b'"'))
    });
    special == 0
}

/// Appends text with what needs it escaped; returns how many characters were left out.
fn escape<const ATTRIBUTE_VALUE: bool>(text: &str, out: &mut Vec<u8>) -> u64 {
    let special = if ATTRIBUTE_VALUE { &ATTRIBUTE } else { &TEXT };
    let bytes = text.as_bytes();
    let (mut from, mut at, mut dropped) = (0, 0, 0);
    loop {
        while let Some(block) = bytes[at..].first_chunk() {
            if !is_plain::<ATTRIBUTE_VALUE>(block) {
                break;
            }
            at += block.len();
        }
        while at < bytes.len() && !special[bytes[at] as usize] {
            at += 1;
        }
        if at == bytes.len() {
            break;
        }
        let mut wide = [0; 5];
        let (len, instead): (usize, &[u8]) = match bytes[at] {
            b'<' => (1, b"&lt;"),
            b'>' => (1, b"&gt;"),
            b'&' => (1, b"&amp;"),
            b'"' => (1, b"&quot;"),
            // As they stand, a reader must make other characters of them (XML 1.0, 2.11 and 3.3.3).
            b'\t' => (1, b"&#9;"),
            b'\n' => (1, b"&#10;"),
            b'\r' => (1, b"&#13;"),
            0xEF => {
                let forbidden = bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE;
                dropped += u64::from(forbidden);
                wide[..3].copy_from_slice(&bytes[at..at + 3]);
                (3, if forbidden { b"" } else { &wide[..3] })
            }
            _ => {
                dropped += 1;
                (1, b"")
            }
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(instead);
        at += len;
        from = at;
    }
    out.extend_from_slice(&bytes[from..]);
    dropped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped<const ATTRIBUTE_VALUE: bool>(text: &str) -> (String, u64) {
        let mut out = vec![];
        let dropped = escape::<ATTRIBUTE_VALUE>(text, &mut out);
        (String::from_utf8(out).unwrap(), dropped)
    }

    #[test]
    fn what_xml_cannot_say_is_escaped_or_left_out() {
        for (text, in_text, in_attribute, dropped) in [
            ("", "", "", 0),
            (
                "plain text that is longer than a block",
                "plain text that is longer than a block",
                "plain text that is longer than a block",
                0,
            ),
            ("a<b>&\"'", "a&lt;b&gt;&amp;\"'", "a&lt;b&gt;&amp;&quot;'", 0),
            ("a\tb\nc\rd", "a\tb\nc&#13;d", "a&#9;b&#10;c&#13;d", 0),
            ("\u{0}a\u{1F}\u{B}", "a", "a", 3),
            ("网，\u{FFFE}\u{FFFF}\u{FFFD}", "网，\u{FFFD}", "网，\u{FFFD}", 2),
            (
                "0123456789abcde&0123456789abcdef<",
                "0123456789abcde&amp;0123456789abcdef&lt;",
                "0123456789abcde&amp;0123456789abcdef&lt;",
                0,
            ),
        ] {
            assert_eq!(escaped::<false>(text), (in_text.to_owned(), dropped), "{text:?}");
            assert_eq!(escaped::<true>(text), (in_attribute.to_owned(), dropped), "{text:?}");
        }
    }

    #[test]
    fn a_special_character_is_found_wherever_it_stands() {
        for at in 0..100 {
            for (special, instead) in
                [("&", "&amp;"), ("\u{FFFF}", ""), ("\u{FF0C}", "\u{FF0C}"), ("\u{1}", "")]
            {
                let (before, after) = ("x".repeat(at), "y".repeat(100 - at));
                let text = format!("{before}{special}{after}");
                assert_eq!(escaped::<false>(&text).0, format!("{before}{instead}{after}"));
                assert_eq!(escaped::<true>(&text).0, format!("{before}{instead}{after}"));
            }
        }
    }

    #[test]
    fn whitespace_that_counts_is_never_touched() {
        let mut xml = Writer::new(vec![], Layout::Indented(1));
        xml.declaration().unwrap();
        xml.start("r").unwrap();
        xml.start("e").unwrap();
        xml.end().unwrap();
        xml.start_raw("s").unwrap();
        xml.text(" ").unwrap();
        xml.start("h").unwrap();
        xml.start("i").unwrap();
        xml.end().unwrap();
        xml.text("\n").unwrap();
        xml.end().unwrap();
        xml.end().unwrap();
        xml.element("t", "x").unwrap();
        let text = String::from_utf8(xml.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r>\n <e/>\n <s> <h><i/>\n</h></s>\n <t>x</t>\n</r>\n"
        );
    }
}
