//! One entry, whole, as a tree in three growing buffers that the next entry uses again.
//!
//! The text of an element is one stretch of one string: everything between its tags in
//! document order, so that text with markup inside is flat without a copy.

use std::io::Read;
use std::ops::Range;

use crate::bytes::xml::{Event, Reader};
use crate::format::ReadError;
use crate::model::Place;

/// An element and everything inside it. Node 0 is the element itself.
#[derive(Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    attributes: Vec<(Range<usize>, Range<usize>)>,
    /// Names and attribute values.
    words: String,
    text: String,
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

impl Tree {
    /// Takes the element that has just begun, up to its end.
    pub(super) fn build<R: Read>(&mut self, xml: &mut Reader<R>, most: usize) -> Result<(), ReadError> {
        self.nodes.clear();
        self.attributes.clear();
        self.words.clear();
        self.text.clear();
        let mut open: Vec<(u32, u32)> = vec![];
        self.start(xml, 0);
        open.push((0, 0));
        while let Some((node, children)) = open.last_mut() {
            match xml.next()? {
                Event::Start => {
                    let order = *children;
                    *children += 1;
                    let node = self.nodes.len() as u32;
                    self.start(xml, order);
                    open.push((node, 0));
                }
                Event::End => {
                    let node = *node as usize;
                    self.nodes[node].text.end = self.text.len();
                    self.nodes[node].end = self.nodes.len() as u32;
                    open.pop();
                }
                Event::Text => self.text.push_str(xml.text()),
                Event::Comment | Event::Instruction | Event::Eof => {}
            }
            // A node is worth some bytes too, so that an entry of empty elements has an end.
            if self.text.len() + self.words.len() + 16 * self.nodes.len() > most {
                let what = format!("one entry is longer than {most} bytes");
                return Err(ReadError::Limit(Place::from(xml.position()), what));
            }
        }
        Ok(())
    }

    fn start<R: Read>(&mut self, xml: &Reader<R>, order: u32) {
        let name = push(&mut self.words, xml.local());
        let from = self.attributes.len();
        for (name, value) in xml.attributes() {
            let name = push(&mut self.words, name);
            let value = push(&mut self.words, value);
            self.attributes.push((name, value));
        }
        let text = self.text.len()..self.text.len();
        self.nodes.push(Node { name, attributes: from..self.attributes.len(), text, end: 0, order });
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

fn push(words: &mut String, word: &str) -> Range<usize> {
    let from = words.len();
    words.push_str(word);
    from..words.len()
}
