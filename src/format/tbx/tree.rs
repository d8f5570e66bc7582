//! One entry, whole, as a tree in three growing buffers that the next entry uses again.
//!
//! The text of an element is one stretch of one string: everything between its tags in
//! document order, so that text with markup inside is flat without a copy.

use std::io::Read;
use std::ops::Range;

use crate::bytes::Position;
use crate::bytes::xml::{self, Event, Handler, Outcome, Reader, Trouble, fragment, local};
use crate::format::{Limits, ReadError};
use crate::model::Place;

/// An element and everything inside it. Node 0 is the element itself.
#[derive(Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    attributes: Vec<(Range<usize>, Range<usize>)>,
    /// Names and attribute values.
    words: String,
    text: String,
    /// While it is built: the open nodes, and how many children each has.
    open: Vec<(u32, u32)>,
    /// While it is built: the element's own bytes.
    raw: Vec<u8>,
    /// The most nodes it may have.
    most: usize,
}

struct Node {
    name: Range<usize>,
    attributes: Range<usize>,
    text: Range<usize>,
    /// The first node behind it that is not inside it.
    end: u32,
    /// Its place among its siblings.
    order: u32,
}

/// How many end tags of an entry may stand in comments inside it.
const COMMENTED: usize = 64;
/// What stands around an element's content when a reader looks at it alone.
const WRAP: (&str, &str) = ("<x>", "</x>");

impl Tree {
    /// Takes the element that has just begun, up to its end. What was odd about it is told to
    /// `troubles`, or by the reader itself.
    pub(super) fn build<R: Read>(
        &mut self,
        xml: &mut Reader<R>,
        limits: Limits,
        troubles: &mut Vec<Trouble>,
    ) -> Result<(), ReadError> {
        self.nodes.clear();
        self.attributes.clear();
        self.words.clear();
        self.open.clear();
        // A node is worth some bytes too, so that an entry of empty elements has an end.
        self.most = limits.text / 16;
        Handler::start(self, xml.name());
        for (name, value) in xml.attributes() {
            Handler::attribute(self, name, value);
        }
        let attributes = self.attributes.len();
        self.restart(attributes);
        if xml.is_plain() {
            self.build_fast(xml, limits, attributes, troubles)?;
            xml.next()?;
        } else {
            self.follow(xml)?;
        }
        Handler::end(self);
        if self.nodes.len() >= self.most || self.text.len() + self.words.len() > limits.text {
            let what = format!("one entry is longer than {} bytes", limits.text);
            return Err(ReadError::Limit(Place::from(xml.position()), what));
        }
        Ok(())
    }

    /// Forgets everything inside the element.
    fn restart(&mut self, attributes: usize) {
        self.nodes.truncate(1);
        self.attributes.truncate(attributes);
        self.text.clear();
        self.open.truncate(1);
        self.open[0] = (0, 0);
    }

    fn build_fast<R: Read>(
        &mut self,
        xml: &mut Reader<R>,
        limits: Limits,
        attributes: usize,
        troubles: &mut Vec<Trouble>,
    ) -> Result<(), ReadError> {
        let name = xml.name().to_owned();
        let from = xml.end();
        let depth = (limits.depth + 1).saturating_sub(xml.depth());
        let mut raw = std::mem::take(&mut self.raw);
        raw.clear();
        for _ in 0..COMMENTED {
            if let Err(e) = xml.content(&name, &mut raw) {
                let xml::Error::Broken(..) = e else { return Err(e.into()) };
                // The file ends too soon. What went wrong before that comes first.
                self.restart(attributes);
                let kept = xml.encoding().kept(&raw);
                let limits = Limits { depth, ..limits };
                self.build_carefully(&raw, "", limits, troubles, |at| moved(at, from, kept))?;
                return Err(e.into());
            }
            let outcome = match std::str::from_utf8(&raw) {
                Ok(text) => fragment(text, &name, depth.saturating_sub(1), self),
                // The decoder gives UTF-8 and the cut is at an ASCII byte; were it not so, the
                // careful reader tells.
                Err(_) => Outcome::Odd,
            };
            match outcome {
                Outcome::Done => {
                    self.raw = raw;
                    return Ok(());
                }
                Outcome::Incomplete => self.restart(attributes),
                Outcome::Odd => {
                    self.restart(attributes);
                    let kept = xml.encoding().kept(&raw);
                    let limits = Limits { depth, ..limits };
                    return self.build_carefully(&raw, WRAP.1, limits, troubles, |at| moved(at, from, kept));
                }
            }
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
                }
                Event::End if xml.depth() < depth => return Ok(()),
                Event::End => Handler::end(self),
                Event::Text => Handler::text(self, xml.text()),
                Event::Comment | Event::Instruction | Event::Eof => {}
            }
        }
    }

    /// Returns the name without its prefix.
    pub(super) fn name(&self, node: u32) -> &str {
        &self.words[self.nodes[node as usize].name.clone()]
    }

    /// Returns the text between the tags, markup left out.
    pub(super) fn text(&self, node: u32) -> &str {
        &self.text[self.nodes[node as usize].text.clone()]
    }

    /// Returns the text between the tags that is not inside a child.
    pub(super) fn own_text(&self, node: u32) -> String {
        let whole = self.nodes[node as usize].text.clone();
        let mut own = String::new();
        let mut from = whole.start;
        for child in self.children(node) {
            let inside = &self.nodes[child as usize].text;
            own.push_str(&self.text[from..inside.start]);
            from = inside.end;
        }
        own.push_str(&self.text[from..whole.end]);
        own
    }

    pub(super) fn order(&self, node: u32) -> u32 {
        self.nodes[node as usize].order
    }

    pub(super) fn attributes(&self, node: u32) -> impl Iterator<Item = (&str, &str)> {
        let range = self.nodes[node as usize].attributes.clone();
        self.attributes[range].iter().map(|(n, v)| (&self.words[n.clone()], &self.words[v.clone()]))
    }

    pub(super) fn attribute(&self, node: u32, name: &str) -> Option<&str> {
        self.attributes(node).find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// Returns the language that the element says it is in.
    pub(super) fn lang(&self, node: u32) -> Option<&str> {
        self.attribute(node, "xml:lang").or_else(|| self.attribute(node, "lang"))
    }

    pub(super) fn children(&self, node: u32) -> impl Iterator<Item = u32> {
        let end = self.nodes[node as usize].end;
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let at = next;
            (at < end).then(|| {
                next = self.nodes[at as usize].end;
                at
            })
        })
    }

    pub(super) fn child(&self, node: u32, name: &str) -> Option<u32> {
        self.children(node).find(|c| self.name(*c) == name)
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
        if node == self.most {
            // Full: what comes is not kept, and the caller is told.
            return;
        }
        let name = push(&mut self.words, local(name));
        let from = self.attributes.len();
        let text = self.text.len()..self.text.len();
        self.nodes.push(Node { name, attributes: from..from, text, end: 0, order });
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let name = push(&mut self.words, name);
        let value = push(&mut self.words, value);
        self.attributes.push((name, value));
        if let Some(node) = self.nodes.last_mut() {
            node.attributes.end = self.attributes.len();
        }
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn end(&mut self) {
        let end = self.nodes.len() as u32;
        if let Some((node, _)) = self.open.pop()
            && let Some(node) = self.nodes.get_mut(node as usize)
        {
            node.text.end = self.text.len();
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

fn push(words: &mut String, word: &str) -> Range<usize> {
    let from = words.len();
    words.push_str(word);
    from..words.len()
}
