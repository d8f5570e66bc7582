//! Reads and writes XML within bounds.
//!
//! [`Reader`] is a pull reader over quick-xml's buffered one; text, tags and references that lie ready
//! in memory it takes itself, because they are nearly all there is. It adds what files from strangers ask for: any encoding, places in lines and columns, entities of the internal subset up to a
//! bound and none from outside, duplicate attributes and control characters as [`Trouble`]
//! instead of failure, and an [`Error`] with a place where the nesting is broken. What stood
//! before the break was delivered. Memory is bounded by [`Limits`], whatever the file.
//!
//! ```
//! use wicterm::bytes::{Limits, xml::{Event, Reader}};
//! let mut xml = Reader::new(&b"<a><b xml:lang='en'>x &amp; y</b></a>"[..], None, Limits::default());
//! let mut text = String::new();
//! loop {
//!     match xml.next()? {
//!         Event::Start if xml.name() == "b" => assert_eq!(xml.attribute("xml:lang"), Some("en")),
//!         Event::Text => text.push_str(xml.text()),
//!         Event::Eof => break,
//!         _ => {}
//!     }
//! }
//! assert_eq!(text, "x & y");
//! # Ok::<(), wicterm::bytes::xml::Error>(())
//! ```

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::ops::Range;

use quick_xml::errors::SyntaxError;
use quick_xml::events::Event as Raw;
use rustc_hash::FxHashMap;

use super::decode::{advance, declared};
use super::{Decoder, Encoding, Limits, Position};

mod fragment;
mod writer;

pub use fragment::{Handler, Outcome, fragment};
pub use writer::{Layout, Writer};

/// What comes next in a document. The reader's methods tell the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// An element begins: see [`Reader::name`] and [`Reader::attributes`].
    Start,
    /// An element ends: see [`Reader::name`].
    End,
    /// A piece of text: see [`Reader::text`]. One run of text may come in several pieces.
    Text,
    /// A comment: see [`Reader::text`].
    Comment,
    /// A processing instruction: see [`Reader::text`].
    Instruction,
    /// The document is over, and all of it was there.
    Eof,
}

/// Reading cannot go on.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused.
    Io(io::Error),
    /// The document is not well-formed.
    Broken(Position, String),
    /// A bound in [`Limits`] was reached.
    Limit(Position, String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(e) => write!(f, "{e}"),
            Self::Broken(at, what) | Self::Limit(at, what) => {
                write!(f, "line {}, column {}: {what}", at.line, at.column)
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(e) => Some(e),
            _ => None,
        }
    }
}

/// Something that XML does not allow and that the reader went past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind it is.
    pub kind: TroubleKind,
    /// Where it stood.
    pub position: Position,
    /// What was found and what was made of it, a whole sentence.
    pub message: String,
}

/// The kinds of trouble that reading goes past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TroubleKind {
    /// A control character that XML forbids.
    Control,
    /// An entity that is not declared, or stands in another file.
    Entity,
    /// Markup that XML does not allow, such as one attribute twice.
    Syntax,
}

impl TroubleKind {
    /// Returns the code of the finding that tells it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Control => "read-control-char",
            Self::Entity => "read-entity",
            Self::Syntax => "read-xml",
        }
    }
}

/// How many troubles of a kind are told one by one.
const TOLD: u64 = 100;
/// More attributes than any element of any format has.
const ATTRIBUTES: usize = 256;
/// How deep entities may stand in entities.
const ENTITY_DEPTH: usize = 16;

/// A pull reader of XML. See the module.
pub struct Reader<R: Read> {
    inner: quick_xml::Reader<Source<R>>,
    limits: Limits,
    /// The bytes of the last event, as quick-xml gave them.
    buf: Vec<u8>,
    /// The name or the text of the last event, in `buf` or in `scratch`.
    span: Range<usize>,
    in_scratch: bool,
    /// Text and attribute values that are not what the file's bytes say.
    scratch: String,
    attributes: Vec<Span>,
    bindings: Vec<Binding>,
    entities: FxHashMap<String, Entity>,
    expansion: usize,
    depth: usize,
    /// The elements and attributes so far.
    nodes: u64,
    /// The bytes of text since the last tag.
    run: usize,
    /// Finds the end tag that was looked for last.
    finder: Option<memchr::memmem::Finder<'static>>,
    /// An element that ends where it began still has to end.
    empty: bool,
    /// The names of the elements that are open, one behind the other.
    names: Vec<u8>,
    open: Vec<Open>,
    /// Whether quick-xml stands between two events, so that one may be taken before it sees it.
    between: bool,
    root: Root,
    troubles: Vec<Trouble>,
    told: [u64; 3],
    mislabelled: bool,
    /// Whether a declaration, a comment or an instruction was met.
    begun: bool,
}

/// An attribute of the last start tag.
struct Span {
    name: Range<usize>,
    value: Range<usize>,
    in_scratch: bool,
}

/// An open element.
struct Open {
    /// Where its name begins.
    name: usize,
    /// Whether quick-xml has read its start tag, and so has to read its end tag.
    far: bool,
}

struct Binding {
    depth: usize,
    prefix: String,
    uri: String,
}

enum Entity {
    Internal(String),
    External,
}

/// What quick-xml gave, with the lengths of its parts.
enum Seen {
    Text(usize),
    CData(usize),
    Reference,
    Start { name: usize, len: usize, empty: bool },
    End(usize),
    Comment(usize),
    Instruction(usize),
    Declaration,
    DocType(usize),
    Eof,
    Error,
}

#[derive(PartialEq, Eq)]
enum Root {
    Before,
    Inside,
    After,
}

impl<R: Read> Reader<R> {
    /// Makes a reader; the hint is the label of the encoding to assume where the file is silent.
    pub fn new(source: R, hint: Option<&str>, limits: Limits) -> Self {
        let decoder = Decoder::new(source, hint);
        let source = Source { decoder, held: vec![], taken: 0, most: limits.text, over: false };
        let mut inner = quick_xml::Reader::from_reader(source);
        inner.config_mut().allow_dangling_amp = true;
        // It does not see every tag, so what fits together is seen to here.
        inner.config_mut().check_end_names = false;
        inner.config_mut().allow_unmatched_ends = true;
        Self {
            inner,
            limits,
            buf: vec![],
            span: 0..0,
            in_scratch: false,
            scratch: String::new(),
            attributes: vec![],
            bindings: vec![],
            entities: FxHashMap::default(),
            expansion: 0,
            depth: 0,
            nodes: 0,
            run: 0,
            finder: None,
            empty: false,
            names: vec![],
            open: vec![],
            between: false,
            root: Root::Before,
            troubles: vec![],
            told: [0; 3],
            mislabelled: false,
            begun: false,
        }
    }

    /// Tells whether a bare `<` stands in the start tag at hand, as it does in a value that should have `&lt;`.
    pub fn holds_bare_less_than(&self) -> bool {
        memchr::memchr(b'<', self.buf.get(1..).unwrap_or_default()).is_some()
    }

    /// Tells whether the bytes are UTF-16 and the XML declaration names another encoding.
    pub fn is_mislabelled(&self) -> bool {
        self.mislabelled
    }

    /// Reads on to the next event.
    #[allow(clippy::should_implement_trait)] // It lends, which an iterator cannot.
    pub fn next(&mut self) -> Result<Event, Error> {
        if std::mem::take(&mut self.empty) {
            return Ok(self.leave());
        }
        loop {
            self.buf.clear();
            self.in_scratch = false;
            self.inner.get_mut().begin();
            let near = self.take_near();
            let far = near.is_none();
            let seen = match near {
                Some(seen) => seen,
                None => self.take_far()?,
            };
            match seen {
                Seen::Text(len) => {
                    self.span = 0..len;
                    if self.buf.first() == Some(&b'&') {
                        self.trouble(TroubleKind::Syntax, 0, || BARE.into());
                    }
                    if self.take_text()? {
                        return Ok(Event::Text);
                    }
                }
                Seen::CData(len) => {
                    self.span = 9..9 + len;
                    if self.depth == 0 {
                        return Err(self.outside());
                    }
                    if self.take_text()? {
                        return Ok(Event::Text);
                    }
                }
                Seen::Reference => {
                    if self.depth == 0 {
                        return Err(self.outside());
                    }
                    self.resolve()?;
                    return Ok(Event::Text);
                }
                Seen::Start { name, len, empty } => {
                    self.enter(name, len)?;
                    self.empty = empty;
                    if !empty {
                        self.open.push(Open { name: self.names.len(), far });
                        self.names.extend_from_slice(&self.buf[1..1 + name]);
                    }
                    return Ok(Event::Start);
                }
                Seen::End(len) => {
                    self.span = 2..2 + len;
                    self.close()?;
                    return Ok(self.leave());
                }
                Seen::Comment(len) => {
                    self.span = 4..4 + len;
                    self.begun = true;
                    if memchr::memmem::find(&self.buf[self.span.clone()], b"--").is_some()
                        || self.buf[self.span.clone()].ends_with(b"-")
                    {
                        self.trouble(TroubleKind::Syntax, 0, || "two hyphens stand inside a comment".into());
                    }
                    return Ok(Event::Comment);
                }
                Seen::Instruction(len) => {
                    self.span = 2..2 + len;
                    self.begun = true;
                    return Ok(Event::Instruction);
                }
                Seen::Declaration => {
                    let label = declared(&self.buf).unwrap_or("utf-16").to_ascii_lowercase();
                    self.mislabelled =
                        self.encoding().name.starts_with("UTF-16") && !label.starts_with("utf-16");
                    if std::mem::replace(&mut self.begun, true) || self.root != Root::Before {
                        let what = "an XML declaration stands in the middle of the file";
                        self.trouble(TroubleKind::Syntax, 0, || what.into());
                    }
                }
                Seen::DocType(len) => {
                    let end = self.buf.len() - 1;
                    let declared = self.slice(end - len..end, false).to_owned();
                    if self.root != Root::Before {
                        let what = "a document type stands behind the first element";
                        self.trouble(TroubleKind::Syntax, 0, || what.into());
                    }
                    self.declare(&declared);
                }
                // An error was returned above.
                Seen::Eof | Seen::Error => return self.finish(),
            }
        }
    }

    /// Text stands outside the outermost element, or this is not text at all.
    fn outside(&self) -> Error {
        let what = match self.encoding().packed {
            Some(packed) if self.root == Root::Before => {
                format!("the file is {packed}, not XML; unpack it first")
            }
            _ => OUTSIDE.to_owned(),
        };
        Error::Broken(self.position(), what)
    }

    /// Takes the next event if all of it lies ready in the decoder and it is one of the many: text, a
    /// tag, a reference. quick-xml, which takes the others, has to copy and check each event before it
    /// can hand it over, and that was a third of the time of reading.
    fn take_near(&mut self) -> Option<Seen> {
        if !self.between {
            return None;
        }
        let source = self.inner.get_mut();
        if !source.held.is_empty() {
            return None;
        }
        let ready = source.decoder.shown();
        let (seen, len) = match *ready.first()? {
            b'<' => match *ready.get(1)? {
                b'!' | b'?' => return None,
                b'/' => {
                    if self.open.last().is_some_and(|open| open.far) {
                        return None;
                    }
                    let end = memchr::memchr3(b'>', b'"', b'\'', ready).filter(|&at| ready[at] == b'>')?;
                    let name = ready[2..end].iter().rposition(|&b| !is_space(b)).map_or(end - 2, |n| n + 1);
                    (Seen::End(name), end + 1)
                }
                _ => {
                    let end = end_of_tag(ready)?;
                    let empty = end > 1 && ready[end - 1] == b'/';
                    let tag = &ready[1..end - usize::from(empty)];
                    let name = tag.iter().position(|&b| is_space(b)).unwrap_or(tag.len());
                    (Seen::Start { name, len: tag.len(), empty }, end + 1)
                }
            },
            b'&' => {
                let end = 1 + memchr::memchr3(b';', b'&', b'<', &ready[1..])?;
                if ready[end] != b';' {
                    return None;
                }
                (Seen::Reference, end + 1)
            }
            _ => {
                let len = memchr::memchr2(b'<', b'&', ready)?;
                (Seen::Text(len), len)
            }
        };
        if len > source.most {
            return None;
        }
        self.buf.extend_from_slice(&ready[..len]);
        source.decoder.consume(len);
        Some(seen)
    }

    /// Has quick-xml take the next event.
    fn take_far(&mut self) -> Result<Seen, Error> {
        // The layout of `buf` is quick-xml's: the event from its first byte to its last.
        let result = self.inner.read_event_into(&mut self.buf);
        let seen = match &result {
            Ok(Raw::Text(text)) => Seen::Text(text.len()),
            Ok(Raw::CData(text)) => Seen::CData(text.len()),
            Ok(Raw::GeneralRef(_)) => Seen::Reference,
            Ok(Raw::Start(tag)) => {
                Seen::Start { name: tag.name().as_ref().len(), len: tag.len(), empty: false }
            }
            Ok(Raw::Empty(tag)) => {
                Seen::Start { name: tag.name().as_ref().len(), len: tag.len(), empty: true }
            }
            Ok(Raw::End(tag)) => Seen::End(tag.name().as_ref().len()),
            Ok(Raw::Comment(text)) => Seen::Comment(text.len()),
            Ok(Raw::PI(text)) => Seen::Instruction(text.len()),
            Ok(Raw::Decl(_)) => Seen::Declaration,
            Ok(Raw::DocType(text)) => Seen::DocType(text.len()),
            Ok(Raw::Eof) => Seen::Eof,
            Err(_) => Seen::Error,
        };
        // Behind text it remembers what made the text end.
        self.between = !matches!(seen, Seen::Text(_) | Seen::Eof | Seen::Error);
        if let Err(error) = result {
            let error = self.broken(error);
            self.forget();
            return Err(error);
        }
        Ok(seen)
    }

    /// Sees to it that the end tag at hand closes the element that was opened last.
    fn close(&mut self) -> Result<(), Error> {
        let found = &self.buf[self.span.clone()];
        let Some(open) = self.open.pop() else {
            let what = format!("</{}> closes nothing", shorten(self.name()));
            let error = Error::Broken(self.position(), what);
            self.forget();
            return Err(error);
        };
        if self.names[open.name..] != *found {
            let expected = String::from_utf8_lossy(&self.names[open.name..]);
            let what =
                format!("</{}> stands where <{}> should be closed", shorten(self.name()), shorten(&expected));
            let error = Error::Broken(self.position(), what);
            self.forget();
            return Err(error);
        }
        self.names.truncate(open.name);
        Ok(())
    }

    /// Leaves nothing of the last event.
    fn forget(&mut self) {
        self.buf.clear();
        self.span = 0..0;
    }

    fn finish(&self) -> Result<Event, Error> {
        match self.root {
            Root::After => Ok(Event::Eof),
            Root::Before => Err(Error::Broken(self.position(), "there is no element in it".into())),
            Root::Inside => {
                let what = "the file ends in the middle: an element was not closed";
                Err(Error::Broken(self.end(), what.into()))
            }
        }
    }

    /// Returns the name of the element that begins or ends here, with its prefix.
    pub fn name(&self) -> &str {
        self.slice(self.span.clone(), false)
    }

    /// Returns the name of the element without its prefix.
    pub fn local(&self) -> &str {
        local(self.name())
    }

    /// Returns the prefix of the element's name.
    pub fn prefix(&self) -> Option<&str> {
        self.name().split_once(':').map(|(prefix, _)| prefix)
    }

    /// Returns the namespace of the element that begins or ends here; `None` where its prefix is not
    /// declared, or where it has none and there is no default.
    pub fn namespace(&self) -> Option<&str> {
        let prefix = self.prefix().unwrap_or("");
        let bound = self.bindings.iter().rev().find(|b| b.prefix == prefix)?;
        (!bound.uri.is_empty()).then_some(&*bound.uri)
    }

    /// Returns the text, comment or instruction that stands here.
    pub fn text(&self) -> &str {
        self.slice(self.span.clone(), self.in_scratch)
    }

    /// Iterates over the attributes of the element that begins here: name as written, value
    /// without entities. Declarations of namespaces are not among them.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|a| (self.slice(a.name.clone(), false), self.slice(a.value.clone(), a.in_scratch)))
    }

    /// Tells how many namespaces the element that begins here declares.
    pub fn declarations(&self) -> usize {
        self.bindings.iter().rev().take_while(|b| b.depth == self.depth).count()
    }

    /// Returns the value of an attribute of the element that begins here, by its name as written.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// Tells whether the element that begins here declares a namespace.
    pub fn declares_namespace(&self) -> bool {
        self.bindings.last().is_some_and(|b| b.depth == self.depth)
    }

    /// Returns how many elements are open; at a start tag that one counts, at an end tag it does not.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Iterates over the namespaces that the element that begins here declares: prefix (empty for the
    /// default) and name.
    pub fn declared_namespaces(&self) -> impl Iterator<Item = (&str, &str)> {
        let here = self.bindings.iter().rev().take_while(|b| b.depth == self.depth);
        here.map(|b| (&*b.prefix, &*b.uri))
    }

    /// Returns how many elements and attributes have begun: all that stand in the file, declarations of
    /// namespaces and what was told as trouble included.
    pub fn nodes(&self) -> u64 {
        self.nodes
    }

    /// Returns where the last event began.
    pub fn position(&self) -> Position {
        self.inner.get_ref().decoder.marked(0)
    }

    /// Remembers where the last event began, for [`Self::kept`]; the places are numbered 1 to 3, from
    /// the outside in, and to keep one forgets those inside it.
    ///
    /// To tell a position costs counting lines; to keep one costs nothing until it is asked for.
    pub fn keep(&mut self, place: usize) {
        self.inner.get_mut().decoder.keep_mark(place);
    }

    /// Returns where an event began that was kept.
    pub fn kept(&self, place: usize) -> Position {
        self.inner.get_ref().decoder.marked(place)
    }

    /// Returns the byte of the file at which the last event ended.
    pub fn end_offset(&self) -> Option<u64> {
        self.inner.get_ref().decoder.offset()
    }

    /// Returns the last event as it is written, and at which byte of the file it begins. Only where the file is
    /// UTF-8 are these its bytes.
    pub fn written(&self) -> Option<(u64, &str)> {
        let written = self.markup();
        Some((self.end_offset()?.checked_sub(written.len() as u64)?, written))
    }

    /// Returns the last event as it is written; at the end of an element that was closed in its start tag, that tag.
    pub fn markup(&self) -> &str {
        self.slice(0..self.buf.len(), false)
    }

    /// Returns where the last event ended.
    pub fn end(&self) -> Position {
        self.inner.get_ref().decoder.position()
    }

    /// Tells which encoding the document has, as far as it has been read.
    pub fn encoding(&self) -> &Encoding {
        self.inner.get_ref().decoder.encoding()
    }

    /// Hands over the troubles met since the last call. Only the first hundred of a kind are told.
    pub fn take_troubles(&mut self) -> Vec<Trouble> {
        std::mem::take(&mut self.troubles)
    }

    /// Tells whether there are troubles to take.
    pub fn has_troubles(&self) -> bool {
        !self.troubles.is_empty()
    }

    /// Returns how many troubles of a kind there were, told or not.
    pub fn troubles_of(&self, kind: TroubleKind) -> u64 {
        self.told[kind as usize]
    }

    /// Reads over the rest of the element that began last.
    pub fn skip(&mut self) -> Result<(), Error> {
        let depth = self.depth;
        loop {
            if self.next()? == Event::End && self.depth < depth {
                return Ok(());
            }
        }
    }

    /// Appends the text of the element that began last, up to its end; returns how many elements
    /// stood inside, whose text is taken and whose tags are not.
    pub fn text_to_end(&mut self, into: &mut String) -> Result<usize, Error> {
        let (depth, most) = (self.depth, into.len() + self.limits.text);
        let mut elements = 0;
        loop {
            match self.next()? {
                Event::Text => {
                    if into.len() + self.span.len() > most {
                        return Err(self.too_long());
                    }
                    into.push_str(self.text());
                }
                Event::Start => elements += 1,
                Event::End if self.depth < depth => return Ok(elements),
                _ => {}
            }
        }
    }

    fn slice(&self, range: Range<usize>, in_scratch: bool) -> &str {
        if in_scratch {
            return &self.scratch[range];
        }
        // SAFETY: the decoder gives nothing but UTF-8, whole characters at a time, and every event of it
        // that is copied to `buf` begins and ends beside a character of ASCII; quick-xml has checked what
        // it puts there before it gives out an event. Only `next` writes to it, and empties it before any
        // error leaves. Checking again for each name and value was an eighth of the time of reading.
        let event = unsafe { std::str::from_utf8_unchecked(&self.buf) };
        event.get(range).unwrap_or_default()
    }

    /// Takes the text at `span`; tells whether it is text of the document.
    fn take_text(&mut self) -> Result<bool, Error> {
        if self.span.is_empty() {
            return Ok(false);
        }
        if self.depth == 0 {
            let text = &self.buf[self.span.clone()];
            return match text.iter().position(|b| !b.is_ascii_whitespace()) {
                None => Ok(false),
                Some(_) => Err(self.outside()),
            };
        }
        let source = self.inner.get_ref();
        if source.decoder.saw_return || source.decoder.saw_control {
            let bytes = &self.buf[self.span.clone()];
            if bytes.iter().any(|&b| b < 0x20 && b != b'\n' && b != b'\t') {
                self.scratch.clear();
                let span = self.clean(self.span.clone(), Blank::Keep);
                (self.span, self.in_scratch) = (span, true);
            }
        }
        self.count_run()?;
        Ok(!self.span.is_empty())
    }

    fn count_run(&mut self) -> Result<(), Error> {
        self.run += self.span.len();
        if self.run > self.limits.text { Err(self.too_long()) } else { Ok(()) }
    }

    fn too_long(&self) -> Error {
        Error::Limit(self.position(), format!("a text is longer than {} bytes", self.limits.text))
    }

    fn enter(&mut self, name: usize, len: usize) -> Result<(), Error> {
        self.span = 1..1 + name;
        self.run = 0;
        match self.root {
            Root::Before => self.root = Root::Inside,
            Root::Inside => {}
            Root::After => {
                let what = format!("a second outermost element begins: <{}>", shorten(self.name()));
                return Err(Error::Broken(self.position(), what));
            }
        }
        if !self.buf.get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80) {
            return Err(Error::Broken(
                self.position(),
                "a < begins no element; in text it is written &lt;".into(),
            ));
        }
        self.depth += 1;
        self.nodes += 1;
        if self.depth > self.limits.depth {
            let what = format!("elements stand more than {} deep in each other", self.limits.depth);
            return Err(Error::Limit(self.position(), what));
        }
        self.attributes.clear();
        if len > name {
            self.scratch.clear();
            self.read_attributes(1 + name..1 + len)?;
        }
        Ok(())
    }

    fn leave(&mut self) -> Event {
        while self.bindings.last().is_some_and(|b| b.depth == self.depth) {
            self.bindings.pop();
        }
        self.attributes.clear();
        self.run = 0;
        // quick-xml refuses an end tag without a start tag.
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.root = Root::After;
        }
        Event::End
    }

    fn read_attributes(&mut self, range: Range<usize>) -> Result<(), Error> {
        let (mut at, end) = (range.start, range.end);
        loop {
            let from = at;
            while at < end && is_space(self.buf[at]) {
                at += 1;
            }
            if at == end {
                return Ok(());
            }
            if at == from {
                self.trouble(TroubleKind::Syntax, at, || "there is no space before an attribute".into());
            }
            self.nodes += 1;
            let start = at;
            while at < end && self.buf[at] != b'=' && !is_space(self.buf[at]) {
                at += 1;
            }
            let name = start..at;
            while at < end && is_space(self.buf[at]) {
                at += 1;
            }
            if at == end || self.buf[at] != b'=' {
                self.trouble(TroubleKind::Syntax, start, || {
                    "an attribute without a value is left out".into()
                });
                continue;
            }
            at += 1;
            while at < end && is_space(self.buf[at]) {
                at += 1;
            }
            let value = match self.buf[at..end].first().copied() {
                Some(quote @ (b'"' | b'\'')) => {
                    at += 1;
                    let value = at..at + memchr::memchr(quote, &self.buf[at..end]).unwrap_or(end - at);
                    at = (value.end + 1).min(end);
                    value
                }
                _ => {
                    self.trouble(TroubleKind::Syntax, start, || {
                        "the value of an attribute is not in quotes".into()
                    });
                    let value_start = at;
                    while at < end && !is_space(self.buf[at]) {
                        at += 1;
                    }
                    value_start..at
                }
            };
            self.take_attribute(name, value)?;
        }
    }

    fn take_attribute(&mut self, name: Range<usize>, raw: Range<usize>) -> Result<(), Error> {
        let odd = |&b: &u8| b == b'&' || b < 0x20;
        let (value, in_scratch) = if self.buf[raw.clone()].iter().any(odd) {
            let start = self.scratch.len();
            self.unescape(raw)?;
            (start..self.scratch.len(), true)
        } else {
            (raw, false)
        };
        let written = self.slice(name.clone(), false);
        if let Some(prefix) = written.strip_prefix("xmlns")
            && (prefix.is_empty() || prefix.starts_with(':'))
        {
            let binding = Binding {
                depth: self.depth,
                prefix: prefix.trim_start_matches(':').to_owned(),
                uri: self.slice(value, in_scratch).to_owned(),
            };
            self.bindings.push(binding);
            if self.bindings.len() > ATTRIBUTES {
                return Err(Error::Limit(self.position(), "too many namespaces are declared".into()));
            }
            return Ok(());
        }
        let known = self.attributes.iter().any(|a| self.buf[a.name.clone()] == self.buf[name.clone()]);
        if known {
            let written = shorten(written).to_owned();
            let at = name.start;
            self.trouble(TroubleKind::Syntax, at, || {
                format!("the attribute \"{written}\" stands here a second time; the first one counts")
            });
            return Ok(());
        }
        if self.attributes.len() == ATTRIBUTES {
            return Err(Error::Limit(
                self.position(),
                format!("an element has more than {ATTRIBUTES} attributes"),
            ));
        }
        self.attributes.push(Span { name, value, in_scratch });
        Ok(())
    }

    /// Appends an attribute's value to the scratch: entities resolved, every blank a space.
    fn unescape(&mut self, raw: Range<usize>) -> Result<(), Error> {
        let mut at = raw.start;
        while at < raw.end {
            let stop = memchr::memchr(b'&', &self.buf[at..raw.end]).map_or(raw.end, |i| at + i);
            if stop > at {
                self.clean(at..stop, Blank::Space);
            }
            if stop == raw.end {
                break;
            }
            match memchr::memchr(b';', &self.buf[stop..raw.end]) {
                Some(len) => {
                    self.expand_reference(stop + 1..stop + len)?;
                    at = stop + len + 1;
                }
                None => {
                    self.trouble(TroubleKind::Syntax, stop, || BARE.into());
                    self.scratch.push('&');
                    at = stop + 1;
                }
            }
        }
        Ok(())
    }

    /// Appends bytes of `buf` to the scratch with ends of line made one and control characters taken out.
    fn clean(&mut self, range: Range<usize>, blank: Blank) -> Range<usize> {
        let start = self.scratch.len();
        let mut from = range.start;
        for at in range.clone() {
            let b = self.buf[at];
            if b >= 0x20 || (blank == Blank::Keep && matches!(b, b'\n' | b'\t')) {
                continue;
            }
            let before = std::str::from_utf8(&self.buf[from..at]).unwrap_or_default();
            self.scratch.push_str(before);
            from = at + 1;
            match b {
                // The line feed behind it stands for both.
                b'\r' if at + 1 < range.end && self.buf[at + 1] == b'\n' => {}
                b'\r' if blank == Blank::Keep => self.scratch.push('\n'),
                b'\t' | b'\n' | b'\r' => self.scratch.push(' '),
                control => self.control(u32::from(control), at),
            }
        }
        let rest = std::str::from_utf8(&self.buf[from..range.end]).unwrap_or_default();
        self.scratch.push_str(rest);
        start..self.scratch.len()
    }

    /// Tells of a character that XML forbids. What parts lines elsewhere becomes a space, the rest nothing.
    fn control(&mut self, code: u32, at: usize) {
        let parts = matches!(code, 0x0B | 0x0C);
        if parts {
            self.scratch.push(' ');
        }
        self.trouble(TroubleKind::Control, at, || {
            let made = if parts { "a space stands for it" } else { "it is left out" };
            format!("the character U+{code:04X} is forbidden in XML; {made}")
        });
    }

    /// Makes text of the reference that is the last event.
    fn resolve(&mut self) -> Result<(), Error> {
        self.scratch.clear();
        self.expand_reference(1..self.buf.len() - 1)?;
        (self.span, self.in_scratch) = (0..self.scratch.len(), true);
        self.count_run()
    }

    /// Appends what the reference named at a range of `buf` stands for to the scratch.
    fn expand_reference(&mut self, name: Range<usize>) -> Result<(), Error> {
        let bytes = &self.buf[name.clone()];
        let known = match bytes {
            b"lt" => Some('<'),
            b"gt" => Some('>'),
            b"amp" => Some('&'),
            b"quot" => Some('"'),
            b"apos" => Some('\''),
            _ => None,
        };
        if let Some(c) = known {
            self.scratch.push(c);
            return Ok(());
        }
        let written = String::from_utf8_lossy(bytes).into_owned();
        self.expand(&written, name.start, 0)
    }

    fn expand(&mut self, name: &str, at: usize, depth: usize) -> Result<(), Error> {
        if let Some(digits) = name.strip_prefix('#') {
            if digits.starts_with('X') {
                self.trouble(TroubleKind::Syntax, at, || {
                    format!("&{}; is written with a small x", shorten(name))
                });
            }
            match numbered(digits) {
                Some(code) => match char::from_u32(code) {
                    Some(c) if allowed(c) => self.scratch.push(c),
                    _ => self.control(code, at),
                },
                None => {
                    self.trouble(TroubleKind::Entity, at, || {
                        format!("&{}; names no character", shorten(name))
                    });
                    self.put_reference(name);
                }
            }
            return Ok(());
        }
        match name {
            "lt" => self.scratch.push('<'),
            "gt" => self.scratch.push('>'),
            "amp" => self.scratch.push('&'),
            "quot" => self.scratch.push('"'),
            "apos" => self.scratch.push('\''),
            _ => return self.expand_declared(name, at, depth),
        }
        Ok(())
    }

    fn expand_declared(&mut self, name: &str, at: usize, depth: usize) -> Result<(), Error> {
        let value = match self.entities.get(name) {
            Some(Entity::Internal(value)) => value.clone(),
            Some(Entity::External) => {
                self.trouble(TroubleKind::Entity, at, || {
                    format!(
                        "the entity &{}; stands in another file, which is not read; it counts as empty",
                        shorten(name)
                    )
                });
                return Ok(());
            }
            None => {
                self.trouble(TroubleKind::Entity, at, || {
                    format!("the entity &{}; is not declared; it is taken as it is written", shorten(name))
                });
                self.put_reference(name);
                return Ok(());
            }
        };
        // The name is counted too, so that entities of entities of nothing come to an end.
        self.expansion += name.len() + value.len();
        if self.expansion > self.limits.expansion || depth >= ENTITY_DEPTH {
            let what = format!(
                "its entities expand to more than {} bytes, or into each other",
                self.limits.expansion
            );
            return Err(Error::Limit(self.position(), what));
        }
        let mut rest = &*value;
        while let Some(start) = rest.find('&') {
            self.scratch.push_str(&rest[..start]);
            rest = &rest[start + 1..];
            match rest.find(';') {
                Some(len) => {
                    self.expand(&rest[..len], at, depth + 1)?;
                    rest = &rest[len + 1..];
                }
                None => self.scratch.push('&'),
            }
        }
        if rest.contains('<') {
            self.trouble(TroubleKind::Entity, at, || {
                format!("the entity &{}; holds markup, which is taken as text", shorten(name))
            });
        }
        self.scratch.push_str(rest);
        Ok(())
    }

    fn put_reference(&mut self, name: &str) {
        self.scratch.push('&');
        self.scratch.push_str(name);
        self.scratch.push(';');
    }

    /// Takes the entities that a document type declares in itself; what it names elsewhere is never fetched.
    fn declare(&mut self, doctype: &str) {
        let Some(start) = subset(doctype) else { return };
        let mut rest = &doctype[start..];
        while let Some(at) = rest.find(['<', '%', ']']) {
            rest = &rest[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.find("-->").map_or("", |i| &comment[i + 3..]);
            } else if rest.starts_with("<?") {
                rest = rest.find("?>").map_or("", |i| &rest[i + 2..]);
            } else if let Some(entity) = rest.strip_prefix("<!ENTITY") {
                rest = self.declare_entity(entity);
            } else if rest.starts_with('<') {
                rest = past_declaration(rest);
            } else if rest.starts_with('%') {
                self.trouble(TroubleKind::Entity, 0, || {
                    "the document type uses a parameter entity, which is not read".into()
                });
                rest = rest.find(';').map_or("", |i| &rest[i + 1..]);
            } else {
                return;
            }
        }
    }

    fn declare_entity<'a>(&mut self, declaration: &'a str) -> &'a str {
        let after = past_declaration(declaration);
        let body = declaration[..declaration.len() - after.len()].trim_start();
        if body.starts_with('%') {
            return after;
        }
        let Some((name, value)) = body.split_once(|c: char| c.is_ascii_whitespace()) else { return after };
        let value = value.trim_start();
        let entity = match value.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => {
                let quote = char::from(*quote);
                match value[1..].split_once(quote) {
                    Some((text, _)) => Entity::Internal(with_characters(text)),
                    None => return after,
                }
            }
            _ => Entity::External,
        };
        // The first declaration counts (XML 1.0, 4.2).
        self.entities.entry(name.to_owned()).or_insert(entity);
        after
    }

    fn trouble(&mut self, kind: TroubleKind, at: usize, message: impl FnOnce() -> String) {
        let told = &mut self.told[kind as usize];
        *told += 1;
        if *told > TOLD {
            return;
        }
        let mut message = message();
        if *told == TOLD {
            message.push_str("; more of this kind are not told");
        }
        let mut position = self.position();
        let passed = &self.buf[..at.min(self.buf.len())];
        if self.encoding().kept(passed) {
            position.offset = position.offset.map(|o| o + passed.len() as u64);
        }
        advance(&mut position, passed);
        self.troubles.push(Trouble { kind, position, message });
    }

    fn broken(&self, error: quick_xml::Error) -> Error {
        let at = self.position();
        let what = match error {
            quick_xml::Error::Io(e) => {
                if self.inner.get_ref().over {
                    return Error::Limit(
                        at,
                        format!("a text or tag is longer than {} bytes", self.limits.text),
                    );
                }
                return Error::Io(io::Error::new(e.kind(), e));
            }
            quick_xml::Error::Syntax(SyntaxError::UnclosedComment) => "a comment is not closed".into(),
            quick_xml::Error::Syntax(SyntaxError::UnclosedCData) => "a CDATA section is not closed".into(),
            quick_xml::Error::Syntax(SyntaxError::UnclosedDoctype) => {
                "the document type is not closed".into()
            }
            quick_xml::Error::Syntax(SyntaxError::UnclosedTag) => "the file ends inside a tag".into(),
            e => e.to_string(),
        };
        Error::Broken(at, what)
    }
}

const BARE: &str = "an & begins no entity and is taken as it is";
const OUTSIDE: &str = "there is text outside the outermost element";

/// What becomes of tabs and ends of line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blank {
    /// They stay, each end of line as one line feed.
    Keep,
    /// Each is a space, as in attributes.
    Space,
}

/// The decoder, with a bound on what one event may take from it.
struct Source<R> {
    decoder: Decoder<R>,
    /// Bytes that were taken from the decoder to look at them, and stand in front of it.
    held: Vec<u8>,
    taken: usize,
    most: usize,
    over: bool,
}

impl<R: Read> Source<R> {
    fn begin(&mut self) {
        self.decoder.set_mark();
        self.taken = 0;
    }
}

impl<R: Read> BufRead for Source<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > self.most {
            self.over = true;
            return Err(io::Error::other("too long"));
        }
        if !self.held.is_empty() {
            return Ok(&self.held);
        }
        self.decoder.fill_buf()
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.taken += amount;
        if self.held.is_empty() {
            self.decoder.consume(amount);
        } else {
            self.held.drain(..amount);
        }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(into)
    }
}

/// Returns where the tag at the beginning of a text ends: at the first `>` that is not in quotes.
fn end_of_tag(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', &text[at..])?;
        match text[at] {
            b'>' => return Some(at),
            quote => at += 2 + memchr::memchr(quote, &text[at + 1..])?,
        }
    }
}

/// Returns the names and the places of the values of the attributes in a start tag.
pub fn attributes_of(tag: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(quote) = tag[at..].find(['"', '\'']).map(|n| at + n) {
        let mark = &tag[quote..quote + 1];
        let Some(end) = tag[quote + 1..].find(mark).map(|n| quote + 1 + n) else { break };
        let name = tag[at..quote].trim_ascii_end().strip_suffix('=').unwrap_or_default().trim_ascii_end();
        let name = name.rsplit(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        found.push((name, quote + 1..end));
        at = end + 1;
    }
    found
}

/// Returns a name without its prefix.
pub fn local(name: &str) -> &str {
    // Names are short: a plain loop is quicker here than a search that sets up for long texts.
    let colon = name.bytes().rposition(|b| b == b':');
    colon.map_or(name, |at| &name[at + 1..])
}

/// Tells whether XML 1.0 allows a character (its production `Char`).
pub fn allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

fn shorten(name: &str) -> &str {
    let end = name.char_indices().nth(60).map_or(name.len(), |(i, _)| i);
    &name[..end]
}

/// Returns as much of a name or text as a message may quote.
pub(crate) fn quotable(text: &str) -> Cow<'_, str> {
    match shorten(text) {
        whole if whole.len() == text.len() => Cow::Borrowed(text),
        beginning => Cow::Owned(format!("{beginning}…")),
    }
}

/// Reads `65` or `x41`; any number of leading zeros is well-formed.
fn numbered(digits: &str) -> Option<u32> {
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (digits, 10),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) || digits.is_empty() {
        return None;
    }
    // What is too large for a number is too large for a character too.
    Some(u32::from_str_radix(digits, radix).unwrap_or(u32::MAX))
}

/// Resolves the numbered characters of a declared value; named entities wait until they are used (XML 1.0, 4.4.5).
fn with_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("&#") {
        out.push_str(&rest[..start]);
        let after = &rest[start + 2..];
        match after
            .split_once(';')
            .and_then(|(digits, tail)| Some((char::from_u32(numbered(digits)?)?, tail)))
        {
            Some((c, tail)) if allowed(c) => {
                out.push(c);
                rest = tail;
            }
            _ => {
                out.push_str("&#");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns where the internal subset of a document type begins.
fn subset(doctype: &str) -> Option<usize> {
    let mut quote = None;
    for (at, b) in doctype.bytes().enumerate() {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b'[') => return Some(at + 1),
            (None, _) => {}
        }
    }
    None
}

/// Returns what stands behind a markup declaration, whose quoted values may hold a `>`.
fn past_declaration(text: &str) -> &str {
    let mut quote = None;
    for (at, b) in text.bytes().enumerate() {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b'>') => return &text[at + 1..],
            (None, _) => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests;
