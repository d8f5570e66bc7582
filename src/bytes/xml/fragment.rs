//! The fast way through the inside of one element, for what is plain, well-formed XML.
//!
//! [`Reader`] looks at every event as if a stranger had written it. Most of a long file is the
//! same few elements a million times, and a scan of one element's bytes, already in memory,
//! is several times as fast. [`fragment`] takes only what needs no judgement; at the first
//! thing that does (an entity that a document type declares, a control character, an attribute
//! twice, a tag that does not close what is open) it gives up, and the caller reads the same
//! bytes with a [`Reader`], which tells what is wrong and where.

use std::io::{BufRead, Read};

use super::{Error, Reader, allowed, is_space, numbered};

/// Takes what stands in a fragment, in document order.
pub trait Handler {
    /// An element begins.
    fn start(&mut self, name: &str);
    /// An attribute of the element that began last, without entities; no declarations of namespaces.
    fn attribute(&mut self, name: &str, value: &str);
    /// The element that began last declares a namespace.
    fn declaration(&mut self) {}
    /// A piece of text, without entities. One run of text may come in several pieces.
    fn text(&mut self, text: &str);
    /// The element that began last and has not ended ends.
    fn end(&mut self);
}

/// How far [`fragment`] came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it was taken.
    Done,
    /// The text ends inside a comment or the like, or inside an element of the same name as the
    /// one around it: the end that was found is another's, and there is more to come.
    Incomplete,
    /// Something asks for the judgement of a [`Reader`].
    Odd,
}

/// Scans the content of an element of this name, at most so many elements deep.
///
/// ```
/// use wicterm::bytes::xml::{Handler, Outcome, fragment};
/// #[derive(Default)]
/// struct Names(String);
/// impl Handler for Names {
///     fn start(&mut self, name: &str) {
///         self.0.push_str(name);
///     }
///     fn attribute(&mut self, _: &str, _: &str) {}
///     fn text(&mut self, text: &str) {
///         self.0.push_str(text);
///     }
///     fn end(&mut self) {
///         self.0.push('.');
///     }
/// }
/// let mut names = Names::default();
/// assert_eq!(fragment("<a>x &amp; y<b/></a>", "e", 8, &mut names), Outcome::Done);
/// assert_eq!(names.0, "ax & yb..");
/// assert_eq!(fragment("<a></b>", "e", 8, &mut names), Outcome::Odd);
/// ```
pub fn fragment(text: &str, name: &str, depth: usize, handler: &mut impl Handler) -> Outcome {
    let mut scan = Scan { text, at: 0, open: vec![], depth };
    match scan.run(handler) {
        Ok(()) if scan.open.is_empty() => Outcome::Done,
        // What is odd may stand in front of what is cut off.
        Ok(()) | Err(Outcome::Odd) if ends_inside(text, name) => Outcome::Incomplete,
        Ok(()) => Outcome::Odd,
        Err(outcome) => outcome,
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// The names of the open elements.
    open: Vec<&'t str>,
    depth: usize,
}

impl<'t> Scan<'t> {
    fn run(&mut self, handler: &mut impl Handler) -> Result<(), Outcome> {
        let bytes = self.text.as_bytes();
        loop {
            let Some(len) = memchr::memchr(b'<', &bytes[self.at..]) else {
                self.characters(bytes.len(), handler)?;
                return Ok(());
            };
            if len > 0 {
                self.characters(self.at + len, handler)?;
            }
            self.at += 1;
            match bytes.get(self.at) {
                Some(b'/') => self.end(handler)?,
                Some(b'!') => self.declaration(handler)?,
                // A declaration in the middle is told, and an instruction has a name.
                Some(b'?') => {
                    let named = bytes
                        .get(self.at + 1)
                        .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80);
                    if !named || self.text[self.at..].starts_with("?xml") {
                        return Err(Outcome::Odd);
                    }
                    self.past("?>")?;
                }
                Some(b) if b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80 => self.start(handler)?,
                _ => return Err(Outcome::Odd),
            }
        }
    }

    fn characters(&mut self, to: usize, handler: &mut impl Handler) -> Result<(), Outcome> {
        let mut rest = &self.text[self.at..to];
        self.at = to;
        // Between elements it is nearly always one line feed and the indent of the next.
        let plain = |b: &u8| (*b != b'&') & ((*b >= 0x20) | (*b == b'\n') | (*b == b'\t'));
        // Without a way out in the middle of a block, it is looked at all at once.
        if rest.as_bytes().chunks(32).all(|block| block.iter().fold(true, |all, b| all & plain(b))) {
            handler.text(rest);
            return Ok(());
        }
        while let Some(at) = rest.bytes().position(|b| !plain(&b)) {
            if at > 0 {
                handler.text(&rest[..at]);
            }
            match rest.as_bytes()[at] {
                b'&' => rest = reference(&rest[at + 1..], |piece| handler.text(piece))?,
                b'\r' => {
                    handler.text("\n");
                    rest = &rest[at + 1..];
                    rest = rest.strip_prefix('\n').unwrap_or(rest);
                }
                _ => return Err(Outcome::Odd),
            }
        }
        if !rest.is_empty() {
            handler.text(rest);
        }
        Ok(())
    }

    fn start(&mut self, handler: &mut impl Handler) -> Result<(), Outcome> {
        let bytes = self.text.as_bytes();
        let name = self.name();
        if self.open.len() >= self.depth {
            return Err(Outcome::Odd);
        }
        handler.start(name);
        let mut names: [&str; 8] = [""; 8];
        let mut count = 0;
        loop {
            let from = self.at;
            self.blanks();
            match bytes.get(self.at) {
                Some(b'>') => {
                    self.at += 1;
                    self.open.push(name);
                    return Ok(());
                }
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    handler.end();
                    return Ok(());
                }
                Some(_) if self.at > from && count < names.len() => {}
                _ => return Err(Outcome::Odd),
            }
            let attribute = self.name();
            if attribute.is_empty() || names[..count].contains(&attribute) {
                return Err(Outcome::Odd);
            }
            names[count] = attribute;
            count += 1;
            self.blanks();
            if bytes.get(self.at) != Some(&b'=') {
                return Err(Outcome::Odd);
            }
            self.at += 1;
            self.blanks();
            let Some(quote @ (b'"' | b'\'')) = bytes.get(self.at) else { return Err(Outcome::Odd) };
            self.at += 1;
            // Values are short, so one look at each byte finds the end and what is not plain.
            let (from, mut plain) = (self.at, true);
            loop {
                match bytes.get(self.at) {
                    Some(b) if b == quote => break,
                    Some(b) => plain &= is_plain_in_value(*b),
                    None => return Err(Outcome::Odd),
                }
                self.at += 1;
            }
            let value = &self.text[from..self.at];
            self.at += 1;
            if attribute == "xmlns" || attribute.starts_with("xmlns:") {
                handler.declaration();
            } else if plain {
                handler.attribute(attribute, value);
            } else {
                attribute_value(attribute, value, handler)?;
            }
        }
    }

    fn end(&mut self, handler: &mut impl Handler) -> Result<(), Outcome> {
        self.at += 1;
        let Some(open) = self.open.pop() else { return Err(Outcome::Odd) };
        let rest = &self.text.as_bytes()[self.at..];
        if rest.get(open.len()) == Some(&b'>') && rest.starts_with(open.as_bytes()) {
            self.at += open.len() + 1;
            handler.end();
            return Ok(());
        }
        let name = self.name();
        self.blanks();
        if self.text.as_bytes().get(self.at) != Some(&b'>') || open != name {
            return Err(Outcome::Odd);
        }
        self.at += 1;
        handler.end();
        Ok(())
    }

    fn declaration(&mut self, handler: &mut impl Handler) -> Result<(), Outcome> {
        let rest = &self.text[self.at..];
        if rest.starts_with("!--") {
            self.at += 3;
            let from = self.at;
            self.past("-->")?;
            // Two hyphens inside a comment are told.
            let inside = &self.text[from..self.at - "-->".len()];
            return if inside.contains("--") || inside.ends_with('-') { Err(Outcome::Odd) } else { Ok(()) };
        }
        let Some(data) = rest.strip_prefix("![CDATA[") else { return Err(Outcome::Odd) };
        let Some(len) = data.find("]]>") else { return Err(Outcome::Incomplete) };
        if data[..len].bytes().any(|b| b < 0x20 && !matches!(b, b'\n' | b'\t')) {
            return Err(Outcome::Odd);
        }
        if len > 0 {
            handler.text(&data[..len]);
        }
        self.at += "![CDATA[".len() + len + 3;
        Ok(())
    }

    fn past(&mut self, end: &str) -> Result<(), Outcome> {
        match memchr::memmem::find(&self.text.as_bytes()[self.at..], end.as_bytes()) {
            Some(len) => {
                self.at += len + end.len();
                Ok(())
            }
            None => Err(Outcome::Incomplete),
        }
    }

    fn name(&mut self) -> &'t str {
        let bytes = self.text.as_bytes();
        let from = self.at;
        while bytes.get(self.at).is_some_and(|b| !matches!(b, b'>' | b'/' | b'=' | b'<' | b'&') && *b > b' ')
        {
            self.at += 1;
        }
        // Every byte that ends a name is ASCII.
        &self.text[from..self.at]
    }

    fn blanks(&mut self) {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|b| is_space(*b)) {
            self.at += 1;
        }
    }
}

fn is_plain_in_value(b: u8) -> bool {
    (b >= 0x20) & (b != b'&') & (b != b'<')
}

/// Gives an attribute whose value is not what it means.
fn attribute_value(name: &str, value: &str, handler: &mut impl Handler) -> Result<(), Outcome> {
    let mut clean = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.bytes().position(|b| !is_plain_in_value(b)) {
        clean.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'&' => rest = reference(&rest[at + 1..], |piece| clean.push_str(piece))?,
            b'\n' | b'\t' => {
                clean.push(' ');
                rest = &rest[at + 1..];
            }
            _ => return Err(Outcome::Odd),
        }
    }
    clean.push_str(rest);
    handler.attribute(name, &clean);
    Ok(())
}

/// Tells whether a text ends inside a comment, a tag or the like, or inside an element of this name.
fn ends_inside(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut open = 0_usize;
    while let Some(len) = memchr::memchr(b'<', &bytes[at..]) {
        at += len + 1;
        let rest = &text[at..];
        let (lead, end) = match rest.as_bytes().first() {
            Some(b'!') if rest.starts_with("!--") => (3, "-->"),
            Some(b'!') if rest.starts_with("![CDATA[") => (8, "]]>"),
            Some(b'?') => (1, "?>"),
            _ => {
                let mut quote = None;
                let close = rest.bytes().position(|b| match (quote, b) {
                    (None, b'>') => true,
                    (None, b'"' | b'\'') => {
                        quote = Some(b);
                        false
                    }
                    (Some(q), b) => {
                        quote = (q != b).then_some(q);
                        false
                    }
                    _ => false,
                });
                let Some(close) = close else { return true };
                let tag = &rest[..close];
                let named = |tag: &str| {
                    tag.strip_prefix(name)
                        .is_some_and(|t| t.bytes().next().is_none_or(|b| is_space(b) || b == b'/'))
                };
                if let Some(tag) = tag.strip_prefix('/') {
                    open -= usize::from(named(tag) && open > 0);
                } else if named(tag) && !tag.ends_with('/') {
                    open += 1;
                }
                at += close + 1;
                continue;
            }
        };
        match memchr::memmem::find(&rest.as_bytes()[lead..], end.as_bytes()) {
            Some(len) => at += lead + len + end.len(),
            None => return true,
        }
    }
    open > 0
}

/// Gives what a reference stands for, and returns what follows it.
fn reference(rest: &str, mut give: impl FnMut(&str)) -> Result<&str, Outcome> {
    let Some((name, after)) = rest.split_once(';').filter(|(name, _)| name.len() <= 10) else {
        return Err(Outcome::Odd);
    };
    let known = match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    };
    if !known.is_empty() {
        give(known);
        return Ok(after);
    }
    // A capital X is told.
    let digits = name.strip_prefix('#').filter(|digits| !digits.starts_with('X'));
    let code = digits.and_then(numbered).and_then(char::from_u32);
    let Some(c) = code.filter(|c| allowed(*c)) else { return Err(Outcome::Odd) };
    give(c.encode_utf8(&mut [0; 4]));
    Ok(after)
}

impl<R: Read> Reader<R> {
    /// Tells whether [`Self::content`] may be asked for: the document type declares no entity
    /// that only this reader knows.
    pub fn is_plain(&self) -> bool {
        self.entities.is_empty()
    }

    /// Appends the bytes between the start tag read last and its end tag, which comes next.
    ///
    /// The end tag is looked for without reading what is before it, so it may be one in a
    /// comment: where [`fragment`] says [`Outcome::Incomplete`], asking again appends it and
    /// what follows it up to the next one. The bytes are UTF-8.
    pub fn content(&mut self, name: &str, into: &mut Vec<u8>) -> Result<(), Error> {
        if self.empty {
            return Ok(());
        }
        let tag = [b"</", name.as_bytes()].concat();
        // The same name comes again and again, and to prepare the search costs more than it finds.
        let finder = match self.finder.take() {
            Some(finder) if finder.needle() == tag => finder,
            _ => memchr::memmem::Finder::new(&tag).into_owned(),
        };
        let finder = &*self.finder.insert(finder);
        let ends_name = |b: &u8| *b == b'>' || is_space(*b);
        let source = self.inner.get_mut();
        source.begin();
        // Asked for again: the last end tag is content.
        into.append(&mut source.held);
        let mut from = into.len();
        loop {
            let shown = source.fill_buf().map_err(Error::Io)?;
            if shown.is_empty() {
                let what = "the file ends in the middle: an element was not closed";
                return Err(Error::Broken(self.end(), what.into()));
            }
            let (before, fresh) = (into.len(), shown.len());
            // A tag that began in what was shown before ends in the first few bytes of this.
            if from < before {
                into.extend_from_slice(&shown[..fresh.min(tag.len() + 1)]);
                let found = finder.find(&into[from..]).map(|i| from + i).filter(|f| *f < before);
                let found = found.filter(|f| into.get(f + tag.len()).is_some_and(ends_name));
                into.truncate(found.unwrap_or(before));
                if let Some(found) = found {
                    source.decoder.consume((found + tag.len()).saturating_sub(before));
                    source.held = tag;
                    return Ok(());
                }
            }
            // Only what is wanted is copied: far more is shown than most elements are long.
            let mut at = 0;
            while let Some(found) = finder.find(&shown[at..]).map(|i| at + i) {
                at = found + tag.len();
                if shown.get(at).is_some_and(ends_name) {
                    into.extend_from_slice(&shown[..found]);
                    source.decoder.consume(at);
                    source.held = tag;
                    return Ok(());
                }
            }
            into.extend_from_slice(shown);
            from = from.max(into.len().saturating_sub(tag.len()));
            source.decoder.consume(fresh);
            if into.len() > self.limits.text {
                let at = self.position();
                let what = format!("an element is longer than {} bytes", self.limits.text);
                return Err(Error::Limit(at, what));
            }
        }
    }
}
