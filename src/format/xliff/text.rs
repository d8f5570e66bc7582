//! Reads what stands in a `<source>` or `<target>`: text, inline codes, annotations, segments.

use std::io::Read;
use std::ops::Range;

use super::Version;
use super::walk::{Step, Walk};
use crate::bytes::xml::{Event, quotable};
use crate::format::job::Trail;
use crate::model::{Edge, Inline, InlineKind, Native, Segment, Severity};

/// An element in the text of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    /// Its name as written.
    pub name: String,
    pub start: usize,
    /// Where its start tag ends.
    pub open: usize,
    /// Where its end tag begins; where the start tag ends if it is `<a/>`.
    pub close: usize,
    pub end: usize,
}

impl Element {
    /// Tells whether it is `<a/>`.
    pub fn is_closed(&self) -> bool {
        self.open == self.end
    }

    pub fn inside(&self) -> Range<usize> {
        self.open..self.close
    }
}

/// A segment, and what is remembered of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    pub segment: Segment,
    pub trail: Trail,
    /// Each inline code as it is written, where that was wanted.
    pub written: Vec<String>,
}

/// What stands in an element that holds text.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub element: Element,
    pub attributes: Vec<(String, String)>,
    pub piece: Piece,
    /// The segments that it is cut into.
    pub marks: Vec<Mark>,
}

impl Content {
    /// Tells whether it has neither text nor codes.
    pub fn is_blank(&self) -> bool {
        self.piece.segment.text.trim().is_empty() && self.piece.segment.inlines.is_empty()
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// A segment that is marked in a text.
#[derive(Debug)]
pub(super) struct Mark {
    pub mid: Option<String>,
    pub element: Element,
    pub piece: Piece,
}

/// An element that is open in a text.
enum Open {
    /// A code with a beginning and an end around text; whether it began in the segment that is marked.
    Pair { code: Code, in_mark: bool },
    /// A marked segment.
    Mark,
    /// An annotation, or an element that nobody knows; the code that ends it where it is kept.
    Span(Option<Inline>),
}

/// An inline code, and how it is written.
#[derive(Clone)]
struct Code {
    inline: Inline,
    written: String,
}

impl Piece {
    fn push(&mut self, code: &Code) {
        // More than 4 GiB never gets here: the limits are reached long before.
        let at = u32::try_from(self.segment.text.len()).unwrap_or(u32::MAX);
        self.segment.inlines.push(Inline { at, ..code.inline.clone() });
        self.written.push(code.written.clone());
    }

    /// Makes halves of pairs whose other half is not here isolated codes.
    fn settle(&mut self) {
        let inlines = &mut self.segment.inlines;
        let mut open: Vec<usize> = vec![];
        let mut alone: Vec<usize> = vec![];
        for at in 0..inlines.len() {
            match inlines[at].kind {
                InlineKind::Begin => open.push(at),
                InlineKind::End => match open.iter().rposition(|o| inlines[*o].pair == inlines[at].pair) {
                    Some(found) => drop(open.remove(found)),
                    None => alone.push(at),
                },
                _ => {}
            }
        }
        for at in open.into_iter().chain(alone) {
            let edge = if inlines[at].kind == InlineKind::Begin { Edge::Open } else { Edge::Close };
            inlines[at].kind = InlineKind::Isolated(edge);
        }
    }
}

impl<R: Read> Walk<'_, R> {
    /// Reads the element that begins here, up to its end.
    pub(super) fn content(&mut self) -> Step<Content> {
        let mut content = Content { element: self.element(), ..Content::default() };
        content.attributes = self.attributes();
        self.charge(std::mem::size_of::<Content>())?;
        let mut open: Vec<Open> = vec![];
        let mut mark: Option<Mark> = None;
        loop {
            match self.next()? {
                Event::Text => {
                    for piece in pieces(&mut content, &mut mark) {
                        if self.how.follow {
                            piece.trail.text(&self.xml);
                        }
                        piece.segment.text.push_str(self.xml.text());
                    }
                    let len = self.xml.text().len();
                    self.charge(len)?;
                }
                Event::Start => self.inside(&mut content, &mut mark, &mut open)?,
                Event::End => match open.pop() {
                    None => {
                        self.close(&mut content.element);
                        content.piece.settle();
                        return Ok(content);
                    }
                    Some(Open::Mark) => {
                        if let Some(mut mark) = mark.take() {
                            self.close(&mut mark.element);
                            mark.piece.settle();
                            content.marks.push(mark);
                        }
                    }
                    Some(Open::Pair { code, in_mark }) => {
                        content.piece.push(&code);
                        if let Some(mark) = mark.as_mut().filter(|_| in_mark) {
                            mark.piece.push(&code);
                        }
                    }
                    Some(Open::Span(Some(inline))) => {
                        let code = Code { inline, written: String::new() };
                        pieces(&mut content, &mut mark).for_each(|piece| piece.push(&code));
                    }
                    Some(Open::Span(None)) => {}
                },
                _ => {}
            }
        }
    }

    /// Takes the element that begins here inside a text.
    fn inside(&mut self, content: &mut Content, mark: &mut Option<Mark>, open: &mut Vec<Open>) -> Step<()> {
        let name = if self.is_ours() { self.xml.local().to_owned() } else { String::new() };
        self.charge(96 + self.xml.markup().len())?;
        match (&*name, self.version) {
            ("mrk", Version::One) => match self.xml.attribute("mtype") {
                Some("seg") if mark.is_none() => {
                    let mid = self.xml.attribute("mid").map(str::to_owned);
                    self.claims.mapped += 1;
                    self.known_attributes(&["mid", "mtype"]);
                    let element = self.element();
                    *mark = Some(Mark { mid, element, piece: Piece::default() });
                    open.push(Open::Mark);
                }
                Some("x-sdl-deleted") => self.leave("deleted text of a tracked change")?,
                _ => self.span(InlineKind::Highlight(Edge::Open), content, mark, open),
            },
            ("mrk", Version::Two) => self.span(InlineKind::Highlight(Edge::Open), content, mark, open),
            ("sm" | "em", Version::Two) => self.leave("the edge of an annotation")?,
            ("g", Version::One) | ("pc", Version::Two) => {
                let (begin, end) = self.around();
                pieces(content, mark).for_each(|piece| piece.push(&begin));
                open.push(Open::Pair { code: end, in_mark: mark.is_some() });
            }
            ("x" | "bx" | "ex" | "bpt" | "ept" | "ph" | "it", Version::One)
            | ("ph" | "sc" | "ec" | "cp", Version::Two) => {
                let code = self.code(&name)?;
                pieces(content, mark).for_each(|piece| piece.push(&code));
            }
            _ => {
                let written = self.xml.name().to_owned();
                let what = format!(
                    "<{}> is no inline element of XLIFF; its text is kept as text",
                    quotable(&written)
                );
                self.tell("xliff-foreign-inline", Severity::Info, what);
                self.span(InlineKind::Foreign(written, Edge::Open), content, mark, open);
            }
        }
        Ok(())
    }

    /// Begins an annotation: a code only where they are kept.
    fn span(
        &mut self,
        kind: InlineKind,
        content: &mut Content,
        mark: &mut Option<Mark>,
        open: &mut Vec<Open>,
    ) {
        if !self.how.annotations {
            open.push(Open::Span(None));
            return;
        }
        let attributes = self.keep_attributes();
        let close = match &kind {
            InlineKind::Foreign(name, _) => InlineKind::Foreign(name.clone(), Edge::Close),
            _ => InlineKind::Highlight(Edge::Close),
        };
        let inline = Inline { attributes, ..bare(kind) };
        let code = Code { inline, written: String::new() };
        pieces(content, mark).for_each(|piece| piece.push(&code));
        open.push(Open::Span(Some(bare(close))));
    }

    /// Reads the tag of a code around text: what begins it and what ends it.
    fn around(&mut self) -> (Code, Code) {
        let two = self.version == Version::Two;
        let tag = self.xml.markup();
        let begin = match tag.strip_suffix("/>") {
            Some(tag) => format!("{}>", tag.trim_ascii_end()),
            None => tag.to_owned(),
        };
        let end = format!("</{}>", self.xml.name());
        let pair = self.xml.attribute("id").map(str::to_owned);
        let data =
            |reference: &str| self.xml.attribute(reference).filter(|_| two).and_then(|of| self.data(of));
        let (first, last) = (data("dataRefStart"), data("dataRefEnd"));
        let attributes = self.keep_attributes();
        let code = |kind: InlineKind, native: Option<String>, written: String| {
            let begins = kind == InlineKind::Begin;
            // Where the code is its own tag, what the tag says is in it.
            let attributes = if begins && native.is_some() { attributes.clone() } else { vec![] };
            let native = vec![Native::Code(native.unwrap_or_else(|| written.clone()))];
            let x = pair.clone().filter(|id| begins && is_number(id));
            Code { inline: Inline { pair: pair.clone(), x, attributes, native, ..bare(kind) }, written }
        };
        (code(InlineKind::Begin, first, begin), code(InlineKind::End, last, end))
    }

    /// Reads a code that holds no text of the row, up to its end.
    fn code(&mut self, name: &str) -> Step<Code> {
        let attribute = |name: &str| self.xml.attribute(name).map(str::to_owned);
        let id = attribute("id");
        let (kind, pair) = match (name, self.version) {
            ("bx" | "bpt", _) => (InlineKind::Begin, attribute("rid").or(id.clone())),
            ("ex" | "ept", _) => (InlineKind::End, attribute("rid").or(id.clone())),
            ("sc", _) if attribute("isolated").as_deref() == Some("yes") => {
                (InlineKind::Isolated(Edge::Open), None)
            }
            ("sc", _) => (InlineKind::Begin, id.clone()),
            ("ec", _) => match attribute("startRef") {
                Some(start) => (InlineKind::End, Some(start)),
                None => (InlineKind::Isolated(Edge::Close), None),
            },
            ("it", _) => match attribute("pos").as_deref() {
                Some("close" | "end") => (InlineKind::Isolated(Edge::Close), None),
                _ => (InlineKind::Isolated(Edge::Open), None),
            },
            _ => (InlineKind::Placeholder, None),
        };
        let x = id.filter(|id| is_number(id));
        let tag = self.xml.markup().to_owned();
        let known =
            attribute("dataRef").filter(|_| self.version == Version::Two).and_then(|of| self.data(&of));
        let attributes = self.keep_attributes();
        let outer = self.recording.take();
        self.recording = self.how.written.then(|| tag.clone());
        let mut native = self.native()?;
        let written = std::mem::replace(&mut self.recording, outer).unwrap_or_default();
        if let Some(outer) = &mut self.recording {
            // Inside a `<sub>` the text of the outer code is this one's too.
            outer.push_str(written.strip_prefix(&*tag).unwrap_or(&written));
        }
        let in_tag = native.is_empty() && known.is_none();
        if native.is_empty() {
            native.push(Native::Code(known.unwrap_or(tag)));
        }
        // Where the code is its own tag, what the tag says is in it.
        let attributes = if in_tag { vec![] } else { attributes };
        Ok(Code { inline: Inline { pair, x, attributes, native, ..bare(kind) }, written })
    }

    /// Reads the native code of the element that begins here, up to its end.
    fn native(&mut self) -> Step<Vec<Native>> {
        let mut native = vec![];
        let mut inside = 0;
        loop {
            match self.next()? {
                Event::Text => {
                    push(&mut native, self.xml.text());
                    let len = self.xml.text().len();
                    self.charge(len)?;
                }
                Event::Start if self.is_ours() && self.xml.local() == "sub" && inside == 0 => {
                    let attributes = self.keep_attributes();
                    let content = self.content()?;
                    native.push(Native::Sub(attributes, content.piece.segment));
                }
                // An element that may not stand here is code as it is written.
                Event::Start => {
                    inside += 1;
                    self.claims.kept += 1 + self.xml.attributes().count() as u64;
                    push(&mut native, self.xml.markup());
                    let len = self.xml.markup().len();
                    self.charge(len)?;
                }
                Event::End if inside > 0 => {
                    inside -= 1;
                    if !self.ended_in_start {
                        push(&mut native, self.xml.markup());
                    }
                }
                Event::End => return Ok(native),
                _ => {}
            }
        }
    }
}

/// The pieces that what stands here is part of.
fn pieces<'p>(content: &'p mut Content, mark: &'p mut Option<Mark>) -> impl Iterator<Item = &'p mut Piece> {
    std::iter::once(&mut content.piece).chain(mark.as_mut().map(|mark| &mut mark.piece))
}

fn bare(kind: InlineKind) -> Inline {
    Inline { at: 0, kind, pair: None, x: None, attributes: vec![], native: vec![] }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.len() < 9 && id.bytes().all(|b| b.is_ascii_digit())
}

fn push(native: &mut Vec<Native>, text: &str) {
    match native.last_mut() {
        Some(Native::Code(code)) => code.push_str(text),
        _ if text.is_empty() => {}
        _ => native.push(Native::Code(text.to_owned())),
    }
}
