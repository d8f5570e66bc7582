//! One entry, whole, as a tree in growing buffers that the next entry uses again.
//!
//! Names, values and texts are pointed at where they stand in the entry's own bytes; only what
//! does not stand there as it counts (an entity, an end of line) is copied. The text of an
//! element is everything between its tags in document order, markup left out.
//!
//! Every element and every attribute carries a [`Mark`] that says what became of it. Whoever
//! takes something marks it by taking it; what bears no mark in the end was forgotten, and
//! [`Tree::account`] names it.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::io::Read;
use std::ops::Range;

use super::dialect::Class;
use crate::bytes::Position;
use crate::bytes::xml::{self, Event, Handler, Outcome, Reader, Trouble, fragment, local, quotable};
use crate::format::{Account, Limits, ReadError};
use crate::model::Place;

/// An element and everything inside it. Node 0 is the element itself.
#[derive(Default)]
pub(in crate::format) struct Tree {
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    /// Texts, in document order.
    pieces: Vec<Span>,
    /// The element's own bytes.
    source: String,
    /// What the element's own bytes do not say as it counts.
    made: String,
    /// How many namespaces are declared.
    declared: u64,
    /// While it is built: the open nodes, and how many children each has.
    open: Vec<(u32, u32)>,
    /// While it is built: whether a text that comes continues the last one.
    joined: bool,
    /// While it is built: where in memory `source` is, if that is what is looked at.
    at: Range<usize>,
    /// The most nodes it may have.
    most: usize,
}

struct Node {
    name: Span,
    tag: Tag,
    attributes: Range<u32>,
    /// Its attribute `type`.
    kind: Option<u32>,
    pieces: Range<u32>,
    /// The first node behind it that is not inside it.
    end: u32,
    /// Its place among its siblings.
    order: u32,
    /// Whether it has text that is not in a child.
    says: bool,
    /// Whether its text was taken.
    heard: Cell<bool>,
    mark: Cell<Mark>,
}

struct Attribute {
    name: Span,
    value: Span,
    mark: Cell<Mark>,
}

/// A stretch of the source, or of what was made.
#[derive(Clone, Copy, Default)]
struct Span {
    from: u32,
    len: u32,
    made: bool,
}

/// What became of an element or an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::format) enum Mark {
    /// Nobody took it.
    #[default]
    Left,
    /// It went into a field, or only holds others.
    Mapped,
    /// It is kept as it stood.
    Kept,
    /// It is not kept, and a finding of its own says so.
    Told,
}

/// What an element is, by its name without prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) enum Tag {
    Language,
    TermSection,
    /// The `termGrp` of an `ntig`.
    TermGroup,
    Term,
    Note,
    Date,
    /// The group of a class, and the name it has in TBX.
    Group(&'static str, Class),
    Class(Class),
    /// A DCT element, or one we do not know.
    Other,
}

impl Tag {
    fn of(name: &str) -> Self {
        // By length first: every element is asked, and most words are told apart by nothing else.
        match (name.len(), name) {
            (3, "tig") | (4, "ntig") | (7, "termSec") | (9, "termGroup") => Self::TermSection,
            (4, "term") => Self::Term,
            (4, "note") => Self::Note,
            (4, "date") => Self::Date,
            (7, "langSec" | "langSet") | (9, "langGroup") => Self::Language,
            (7, "termGrp") => Self::TermGroup,
            (8, "termNote") => Self::Class(Class::TermNote),
            (8, "adminGrp") => Self::Group("adminGrp", Class::Admin),
            (10, "descripGrp") => Self::Group("descripGrp", Class::Descrip),
            (10, "transacGrp") => Self::Group("transacGrp", Class::Transac),
            (11, "termNoteGrp") => Self::Group("termNoteGrp", Class::TermNote),
            _ => Class::of_element(name).map_or(Self::Other, Self::Class),
        }
    }
}

/// The names that MARTIF of the nineties writes in capitals.
const NAMES: [&str; 46] = [
    "text",
    "body",
    "back",
    "refObjectList",
    "refObject",
    "item",
    "itemSet",
    "itemGrp",
    "martifHeader",
    "fileDesc",
    "titleStmt",
    "title",
    "publicationStmt",
    "sourceDesc",
    "encodingDesc",
    "revisionDesc",
    "change",
    "p",
    "termEntry",
    "langSet",
    "tig",
    "ntig",
    "termGrp",
    "term",
    "termNote",
    "termNoteGrp",
    "termCompList",
    "termCompGrp",
    "termComp",
    "descrip",
    "descripGrp",
    "descripNote",
    "admin",
    "adminGrp",
    "adminNote",
    "transac",
    "transacGrp",
    "transacNote",
    "note",
    "date",
    "ref",
    "xref",
    "hi",
    "foreign",
    "bpt",
    "ept",
];
const ATTRIBUTES: [&str; 6] = ["id", "type", "target", "lang", "xml:lang", "datatype"];

/// Returns the name of an element without its prefix, and as TBX writes it where it stands in capitals.
pub(in crate::format) fn element(name: &str) -> &str {
    spelled(local(name), &NAMES)
}

/// Returns the name of an attribute as TBX writes it where it stands in capitals.
pub(in crate::format) fn attribute(name: &str) -> &str {
    spelled(name, &ATTRIBUTES)
}

#[inline]
fn spelled<'n>(name: &'n str, known: &[&'static str]) -> &'n str {
    match name.as_bytes().first() {
        Some(b'A'..=b'Z') => in_small(name, known),
        _ => name,
    }
}

#[cold]
fn in_small<'n>(name: &'n str, known: &[&'static str]) -> &'n str {
    known.iter().find(|k| k.eq_ignore_ascii_case(name)).copied().unwrap_or(name)
}

/// Something in an entry that nobody took.
pub(in crate::format) enum Left<'t> {
    /// An element, and the one it stands in; whether that one's text was taken, and its with it.
    Element { name: &'t str, inside: &'t str, flat: bool },
    /// An attribute of an element.
    Attribute { name: &'t str, of: &'t str },
    /// Text that stands among the children of an element.
    Text { inside: &'t str },
}

impl fmt::Display for Left<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Element { name, inside, flat: true } => {
                write!(f, "the markup <{}> inside <{}>", quotable(name), quotable(inside))
            }
            Self::Element { name, inside: "", .. } => write!(f, "<{}>", quotable(name)),
            Self::Element { name, inside, .. } => {
                write!(f, "<{}> inside <{}>", quotable(name), quotable(inside))
            }
            Self::Attribute { name, of } => {
                write!(f, "the attribute {} of <{}>", quotable(name), quotable(of))
            }
            Self::Text { inside } => write!(f, "the text among the elements of <{}>", quotable(inside)),
        }
    }
}

/// How many end tags of an entry may stand in comments inside it.
const COMMENTED: usize = 64;
/// What stands around an element's content when a reader looks at it alone.
const WRAP: (&str, &str) = ("<x>", "</x>");

impl Tree {
    /// Takes the element that has just begun, up to its end. What was odd about it is told to
    /// `troubles`, or by the reader itself.
    pub(in crate::format) fn build<R: Read>(
        &mut self,
        xml: &mut Reader<R>,
        limits: Limits,
        troubles: &mut Vec<Trouble>,
    ) -> Result<(), ReadError> {
        self.nodes.clear();
        self.attributes.clear();
        self.pieces.clear();
        self.made.clear();
        self.open.clear();
        self.declared = xml.declarations() as u64;
        // Spans are of 32 bits.
        let limits = Limits { text: limits.text.min(u32::MAX as usize / 2), ..limits };
        // A node is worth some bytes too, so that an entry of empty elements has an end.
        self.most = limits.text / 16;
        Handler::start(self, xml.name());
        for (name, value) in xml.attributes() {
            Handler::attribute(self, name, value);
        }
        let own = (self.attributes.len(), self.made.len(), self.declared);
        self.restart(own);
        if xml.is_plain() {
            self.build_fast(xml, limits, own, troubles)?;
            xml.next()?;
        } else {
            self.follow(xml)?;
        }
        Handler::end(self);
        if self.nodes.len() >= self.most || self.source.len().max(self.made.len()) > limits.text {
            let what = format!("one entry is longer than {} bytes", limits.text);
            return Err(ReadError::Limit(Place::from(xml.position()), what));
        }
        Ok(())
    }

    /// Forgets everything inside the element, which itself has so many attributes, bytes and namespaces.
    fn restart(&mut self, (attributes, made, declared): (usize, usize, u64)) {
        self.nodes.truncate(1);
        self.attributes.truncate(attributes);
        self.made.truncate(made);
        self.declared = declared;
        self.pieces.clear();
        self.joined = false;
        self.at = 0..0;
        self.open.truncate(1);
        self.open[0] = (0, 0);
        self.nodes[0].says = false;
    }

    fn build_fast<R: Read>(
        &mut self,
        xml: &mut Reader<R>,
        limits: Limits,
        own: (usize, usize, u64),
        troubles: &mut Vec<Trouble>,
    ) -> Result<(), ReadError> {
        let name = xml.name().to_owned();
        let from = xml.end();
        let depth = (limits.depth + 1).saturating_sub(xml.depth());
        let mut raw = std::mem::take(&mut self.source).into_bytes();
        raw.clear();
        for _ in 0..COMMENTED {
            if let Err(e) = xml.content(&name, &mut raw) {
                let xml::Error::Broken(..) = e else { return Err(e.into()) };
                // The file ends too soon. What went wrong before that comes first.
                self.restart(own);
                let kept = xml.encoding().kept(&raw);
                let limits = Limits { depth, ..limits };
                self.build_carefully(&raw, "", limits, troubles, |at| moved(at, from, kept))?;
                return Err(e.into());
            }
            let text = match String::from_utf8(raw) {
                Ok(text) => text,
                // The decoder gives UTF-8 and the cut is at an ASCII byte; were it not so, the
                // careful reader tells.
                Err(e) => {
                    let raw = e.into_bytes();
                    let limits = Limits { depth, ..limits };
                    return self.build_carefully(&raw, WRAP.1, limits, troubles, |at| moved(at, from, false));
                }
            };
            let first = text.as_ptr() as usize;
            self.at = first..first + text.len();
            let outcome = fragment(&text, &name, depth.saturating_sub(1), self);
            match outcome {
                Outcome::Done => {
                    self.source = text;
                    return Ok(());
                }
                Outcome::Incomplete => self.restart(own),
                Outcome::Odd => {
                    self.restart(own);
                    let kept = xml.encoding().kept(text.as_bytes());
                    let limits = Limits { depth, ..limits };
                    let moved = |at| moved(at, from, kept);
                    return self.build_carefully(text.as_bytes(), WRAP.1, limits, troubles, moved);
                }
            }
            raw = text.into_bytes();
        }
        let what = "too many ends of entries stand in comments inside one".to_owned();
        Err(ReadError::Limit(Place::from(from), what))
    }

    /// Reads the element's content with a reader of its own.
    fn build_carefully(
        &mut self,
        raw: &[u8],
        end: &str,
        limits: Limits,
        troubles: &mut Vec<Trouble>,
        moved: impl Fn(Position) -> Position,
    ) -> Result<(), ReadError> {
        let wrapped = [WRAP.0.as_bytes(), raw, end.as_bytes()].concat();
        let mut xml = Reader::new(&wrapped[..], Some("utf-8"), limits);
        let result = xml.next().and_then(|_| self.follow(&mut xml));
        for trouble in xml.take_troubles() {
            troubles.push(Trouble { position: moved(trouble.position), ..trouble });
        }
        result.map_err(|e| match e {
            xml::Error::Broken(at, what) => xml::Error::Broken(moved(at), what).into(),
            xml::Error::Limit(at, what) => xml::Error::Limit(moved(at), what).into(),
            e => e.into(),
        })
    }

    /// Follows a reader to the end of the element.
    fn follow<R: Read>(&mut self, xml: &mut Reader<R>) -> Result<(), xml::Error> {
        let depth = xml.depth();
        loop {
            match xml.next()? {
                Event::Start => {
                    Handler::start(self, xml.name());
                    for (name, value) in xml.attributes() {
                        Handler::attribute(self, name, value);
                    }
                    self.declared += xml.declarations() as u64;
                }
                Event::End if xml.depth() < depth => return Ok(()),
                Event::End => Handler::end(self),
                Event::Text => Handler::text(self, xml.text()),
                Event::Comment | Event::Instruction | Event::Eof => {}
            }
        }
    }

    /// Tells how many bytes it holds.
    pub(in crate::format) fn len(&self) -> usize {
        self.source.len() + self.made.len()
    }

    fn span(&mut self, text: &str) -> Span {
        // Where a text is in memory tells whether it stands in the source, and where there.
        let first = text.as_ptr() as usize;
        let len = text.len() as u32;
        if self.at.start <= first && first + text.len() <= self.at.end {
            return Span { from: (first - self.at.start) as u32, len, made: false };
        }
        let from = self.made.len() as u32;
        self.made.push_str(text);
        Span { from, len, made: true }
    }

    fn shown(&self, span: Span) -> &str {
        let all = if span.made { &self.made } else { &self.source };
        &all[span.from as usize..][..span.len as usize]
    }

    fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    fn pieces(&self, pieces: Range<u32>) -> Cow<'_, str> {
        match &self.pieces[pieces.start as usize..pieces.end as usize] {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(self.shown(*one)),
            many => Cow::Owned(many.iter().map(|p| self.shown(*p)).collect()),
        }
    }

    /// Returns the name without its prefix.
    pub(in crate::format) fn name(&self, node: u32) -> &str {
        self.shown(self.node(node).name)
    }

    pub(in crate::format) fn tag(&self, node: u32) -> Tag {
        self.node(node).tag
    }

    pub(in crate::format) fn order(&self, node: u32) -> u32 {
        self.node(node).order
    }

    /// Returns the text between the tags, markup left out, without taking it.
    pub(in crate::format) fn peek_text(&self, node: u32) -> Cow<'_, str> {
        self.pieces(self.node(node).pieces.clone())
    }

    /// Takes the text between the tags, markup left out.
    pub(in crate::format) fn text(&self, node: u32) -> Cow<'_, str> {
        self.node(node).heard.set(true);
        self.peek_text(node)
    }

    /// Takes the text between the tags that is not inside a child.
    pub(in crate::format) fn own_text(&self, node: u32) -> String {
        self.node(node).heard.set(true);
        let whole = self.node(node).pieces.clone();
        let mut own = String::new();
        let mut from = whole.start;
        for child in self.children(node) {
            let inside = &self.node(child).pieces;
            own.push_str(&self.pieces(from..inside.start));
            from = inside.end;
        }
        own.push_str(&self.pieces(from..whole.end));
        own
    }

    fn attributes(&self, node: u32) -> &[Attribute] {
        let range = &self.node(node).attributes;
        &self.attributes[range.start as usize..range.end as usize]
    }

    fn find(&self, node: u32, name: &str) -> Option<&Attribute> {
        self.attributes(node).iter().find(|a| self.shown(a.name) == name)
    }

    /// Returns the value of an attribute without taking it.
    pub(in crate::format) fn peek(&self, node: u32, name: &str) -> Option<&str> {
        self.find(node, name).map(|a| self.shown(a.value))
    }

    /// Returns the value of the attribute `type` without taking it.
    pub(in crate::format) fn kind(&self, node: u32) -> Option<&str> {
        self.node(node).kind.map(|at| self.shown(self.attributes[at as usize].value))
    }

    /// Takes an attribute into a field.
    pub(in crate::format) fn take(&self, node: u32, name: &str) -> Option<&str> {
        let found = self.find(node, name)?;
        found.mark.set(found.mark.get().max(Mark::Mapped));
        Some(self.shown(found.value))
    }

    /// Takes an element, and what says which one it is, into a field.
    pub(in crate::format) fn map(&self, node: u32) {
        let mark = &self.node(node).mark;
        mark.set(mark.get().max(Mark::Mapped));
        if let Some(kind) = self.node(node).kind {
            let mark = &self.attributes[kind as usize].mark;
            mark.set(mark.get().max(Mark::Mapped));
        }
        if self.tag(node) == Tag::Other {
            self.take(node, "metaType");
        }
    }

    /// Keeps an element with every attribute, taken or not.
    pub(in crate::format) fn keep(&self, node: u32) -> Vec<(String, String)> {
        self.node(node).mark.set(Mark::Kept);
        let kept = |attribute: &Attribute| {
            attribute.mark.set(Mark::Kept);
            (self.shown(attribute.name).to_owned(), self.shown(attribute.value).to_owned())
        };
        self.attributes(node).iter().map(kept).collect()
    }

    /// Tells whether there are attributes that nobody took.
    pub(in crate::format) fn has_rest(&self, node: u32) -> bool {
        self.attributes(node).iter().any(|a| a.mark.get() == Mark::Left)
    }

    /// Keeps the attributes that nobody took.
    pub(in crate::format) fn keep_rest(&self, node: u32) -> Vec<(String, String)> {
        let mut kept = vec![];
        for attribute in self.attributes(node).iter().filter(|a| a.mark.get() == Mark::Left) {
            attribute.mark.set(Mark::Kept);
            kept.push((self.shown(attribute.name).to_owned(), self.shown(attribute.value).to_owned()));
        }
        kept
    }

    /// Tells whether an element has attributes, apart from one that says which element it is.
    pub(in crate::format) fn has_attributes(&self, node: u32) -> bool {
        self.attributes(node).iter().any(|a| self.shown(a.name) != "type")
    }

    /// Marks an element and everything inside it as told, whoever took some of it before.
    pub(in crate::format) fn tell(&self, node: u32) {
        let inside = node as usize..self.node(node).end as usize;
        for node in &self.nodes[inside] {
            node.mark.set(Mark::Told);
            node.heard.set(true);
            let range = node.attributes.start as usize..node.attributes.end as usize;
            self.attributes[range].iter().for_each(|a| a.mark.set(Mark::Told));
        }
    }

    /// Marks what nobody took of an element and everything inside it.
    pub(in crate::format) fn mark_all(&self, node: u32, mark: Mark) {
        let inside = node as usize..self.node(node).end as usize;
        for node in &self.nodes[inside] {
            node.heard.set(true);
            let range = node.attributes.start as usize..node.attributes.end as usize;
            let attributes = self.attributes[range].iter().map(|a| &a.mark);
            for of in attributes.chain([&node.mark]).filter(|m| m.get() == Mark::Left) {
                of.set(mark);
            }
        }
    }

    pub(in crate::format) fn children(&self, node: u32) -> impl Iterator<Item = u32> + Clone {
        let end = self.node(node).end;
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let at = next;
            (at < end).then(|| {
                next = self.node(at).end;
                at
            })
        })
    }

    /// Iterates over every element, this one included.
    pub(in crate::format) fn all(&self) -> impl Iterator<Item = u32> + use<> {
        0..self.nodes.len() as u32
    }

    pub(in crate::format) fn child(&self, node: u32, tag: Tag) -> Option<u32> {
        self.children(node).find(|c| self.tag(*c) == tag)
    }

    /// Counts what became of every element and attribute, and names what nobody took.
    pub(in crate::format) fn account(&self, account: &mut Account, mut left: impl FnMut(Left<'_>)) {
        // What a namespace is called is seen to by taking names without it.
        account.mapped += self.declared;
        let mut counts = [0; 4];
        self.attributes.iter().for_each(|a| counts[a.mark.get() as usize] += 1);
        let mut unheard = false;
        for node in &self.nodes {
            counts[node.mark.get() as usize] += 1;
            unheard |= node.says & !node.heard.get();
        }
        let of = |mark: Mark| counts[mark as usize];
        account.mapped += of(Mark::Mapped);
        account.kept += of(Mark::Kept);
        account.told += of(Mark::Left) + of(Mark::Told);
        if of(Mark::Left) == 0 && !unheard {
            return;
        }
        // The elements around, and whether their text was taken with that of all inside.
        let mut around: Vec<(u32, &str, bool)> = vec![];
        for (at, node) in self.nodes.iter().enumerate() {
            while around.last().is_some_and(|(end, ..)| *end <= at as u32) {
                around.pop();
            }
            let name = self.shown(node.name);
            let (inside, flat) = around.last().map_or(("", false), |(_, name, flat)| (*name, *flat));
            if node.mark.get() == Mark::Left {
                // Its attributes and its text go with it.
                left(Left::Element { name, inside, flat });
            } else {
                let attributes = self.attributes(at as u32).iter().filter(|a| a.mark.get() == Mark::Left);
                attributes.for_each(|a| left(Left::Attribute { name: self.shown(a.name), of: name }));
                if node.says && !node.heard.get() && !flat {
                    left(Left::Text { inside: name });
                }
            }
            around.push((node.end, name, flat || node.heard.get()));
        }
    }
}

impl Handler for Tree {
    fn start(&mut self, name: &str) {
        let order = self.open.last_mut().map_or(0, |(_, children)| {
            *children += 1;
            *children - 1
        });
        let node = self.nodes.len();
        self.open.push((node as u32, 0));
        self.joined = false;
        if node == self.most {
            // Full: what comes is not kept, and the caller is told.
            return;
        }
        let name = element(name);
        let tag = Tag::of(name);
        let name = self.span(name);
        let from = self.attributes.len() as u32;
        let pieces = self.pieces.len() as u32;
        self.nodes.push(Node {
            name,
            tag,
            attributes: from..from,
            kind: None,
            pieces: pieces..pieces,
            end: 0,
            order,
            says: false,
            heard: Cell::new(false),
            mark: Cell::new(Mark::Left),
        });
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let name = attribute(name);
        let at = self.attributes.len() as u32;
        if name == "type"
            && let Some(node) = self.nodes.last_mut()
        {
            node.kind.get_or_insert(at);
        }
        let (name, value) = (self.span(name), self.span(value));
        self.attributes.push(Attribute { name, value, mark: Cell::new(Mark::Left) });
        if let Some(node) = self.nodes.last_mut() {
            node.attributes.end = self.attributes.len() as u32;
        }
    }

    fn declaration(&mut self) {
        self.declared += 1;
    }

    fn text(&mut self, text: &str) {
        if !text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
            && let Some((node, _)) = self.open.last()
            && let Some(node) = self.nodes.get_mut(*node as usize)
        {
            node.says = true;
        }
        let span = self.span(text);
        match self.pieces.last_mut() {
            Some(last) if self.joined && last.made == span.made && last.from + last.len == span.from => {
                last.len += span.len;
            }
            _ => self.pieces.push(span),
        }
        self.joined = true;
    }

    fn end(&mut self) {
        let end = self.nodes.len() as u32;
        self.joined = false;
        if let Some((node, _)) = self.open.pop()
            && let Some(node) = self.nodes.get_mut(node as usize)
        {
            node.pieces.end = self.pieces.len() as u32;
            node.end = end;
        }
    }
}

/// Returns where in the file a position of the wrapped content of an element is that begins at `from`,
/// and whose bytes are those of the file or not.
fn moved(at: Position, from: Position, kept: bool) -> Position {
    let wrap = WRAP.0.len() as u32;
    let first = at.line == 1;
    Position {
        line: from.line.saturating_add(at.line - 1),
        column: if first { (from.column + at.column - 1).saturating_sub(wrap) } else { at.column },
        offset: from.offset.zip(at.offset).filter(|_| kept).map(|(a, b)| (a + b).saturating_sub(wrap.into())),
    }
}
