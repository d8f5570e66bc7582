//! Builds blocks out of stretches of a file's text, and keeps their way back.

use std::ops::Range;

use super::{Block, BlockKind, Document, Error, Kind, Limits, MASK, Spot};
use crate::bytes::{Position, Way, Whole};
use crate::model::{Finding, LanguageTag, Severity};

/// Takes stretches of a file's text in their order and makes blocks of them.
pub(super) struct Builder<'w> {
    whole: &'w Whole<'w>,
    /// The whole text.
    pub source: &'w str,
    /// What there is so far.
    pub document: Document,
    limits: Limits,
    full: bool,
    /// How many pieces of text there were.
    pieces: usize,
    draft: Draft,
    /// A point of the source whose line and column are known.
    known: (usize, Position),
}

/// A block in the making.
#[derive(Default)]
struct Draft {
    text: String,
    way: Way,
    /// Where it begins.
    start: Option<Spot>,
    spots: Vec<Spot>,
    foreign: Vec<(Range<usize>, LanguageTag)>,
    /// Where the source goes on if nothing is left out.
    next: Option<usize>,
}

impl<'w> Builder<'w> {
    /// Starts a document.
    pub fn new(whole: &'w Whole<'w>, kind: Kind, limits: Limits) -> Self {
        Self {
            whole,
            source: &whole.text,
            document: Document {
                kind,
                title: None,
                outlet: None,
                date: None,
                language: None,
                note: None,
                encoding: None,
                blocks: vec![],
                findings: vec![],
            },
            limits,
            full: false,
            pieces: 0,
            draft: Draft::default(),
            known: (0, Position { line: 1, column: 1, offset: None }),
        }
    }

    /// Returns the document.
    pub fn document(self) -> Result<Document, Error> {
        if self.full { Err(Error::TooFine) } else { Ok(self.document) }
    }

    /// Tells whether nothing more can be taken.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Returns the text of the block in the making.
    pub fn text(&self) -> &str {
        &self.draft.text
    }

    /// Appends a stretch of the source as it stands. White space at the beginning of a block is left out.
    pub fn same(&mut self, range: Range<usize>) {
        let text = &self.source[range.clone()];
        let text = if self.draft.text.is_empty() { text.trim_start_matches(is_blank) } else { text };
        let range = range.end - text.len()..range.end;
        if text.is_empty() {
            return;
        }
        self.go_on_at(range.start);
        let from = self.draft.text.len();
        let mut at = 0;
        while text.len() - at > STRIDE {
            at = text.floor_char_boundary(at + STRIDE);
            self.spot(from + at, range.start + at);
        }
        self.draft.text.push_str(text);
        self.whole.lead(&mut self.draft.way, range.clone());
        self.draft.next = Some(range.end);
    }

    /// Appends text that a stretch of the source stands for, as one thing.
    pub fn atom(&mut self, text: &str, range: Range<usize>) {
        if text.is_empty() || (self.draft.text.is_empty() && text.chars().all(is_blank)) {
            return;
        }
        self.go_on_at(range.start);
        self.draft.text.push_str(text);
        self.draft.way.push_atom(text.len(), self.whole.original(range));
        self.draft.next = None;
    }

    /// Appends what stands for a stretch that is no prose; of several in a row, one.
    pub fn mask(&mut self, range: Range<usize>) {
        if !self.draft.text.ends_with(MASK) {
            self.atom("\u{FFFC}", range);
        }
    }

    /// Says that the text from a point on, to here, is in another language than the block.
    pub fn foreign(&mut self, from: usize, lang: &LanguageTag) {
        let to = self.draft.text.len();
        if from < to {
            self.draft.foreign.push((from..to, lang.clone()));
        }
    }

    /// Ends the block; what has no text is none.
    pub fn end(&mut self, kind: BlockKind, lang: Option<&LanguageTag>) {
        let mut draft = std::mem::take(&mut self.draft);
        if draft.text.trim_matches(|c| is_blank(c) || c == MASK).is_empty() {
            return;
        }
        if self.document.blocks.len() >= self.limits.blocks {
            self.full = true;
            return;
        }
        draft.text.truncate(draft.text.trim_end_matches(is_blank).len());
        let len = draft.text.len();
        draft.way.truncate(len);
        draft.spots.retain(|spot| (spot.text as usize) < len);
        let text = &draft.text;
        draft.foreign.retain_mut(|(range, tag)| {
            let piece = &text[range.start.min(len)..range.end.min(len)];
            range.start = range.end.min(len) - piece.trim_start_matches(is_blank).len();
            range.end = range.start + piece.trim_matches(is_blank).len();
            range.start < range.end && lang != Some(tag)
        });
        // Where all of a block is in another language, that is its language.
        let whole = draft.foreign.iter().find(|(range, _)| *range == (0..len)).map(|(_, tag)| tag.clone());
        if whole.is_some() {
            draft.foreign.clear();
        }
        if draft.text.capacity() / 2 > len {
            draft.text.shrink_to_fit();
        }
        self.document.blocks.push(Block {
            line: draft.start.map_or(1, |spot| spot.line),
            column: draft.start.map_or(1, |spot| spot.column),
            text: draft.text,
            kind,
            lang: whole.or_else(|| lang.cloned()),
            foreign: draft.foreign,
            way: Some(draft.way),
            spots: draft.spots,
        });
    }

    /// Makes a block of its own beside the one in the making.
    pub fn aside(&mut self, kind: BlockKind, lang: Option<&LanguageTag>, fill: impl FnOnce(&mut Self)) {
        let draft = std::mem::take(&mut self.draft);
        fill(self);
        self.end(kind, lang);
        self.draft = draft;
    }

    /// Tells of damage at a point of the source.
    pub fn tell(&mut self, code: &str, at: usize, message: &str) {
        let position = self.position(at);
        let offset = Some(self.whole.original(at..at).start);
        let place = super::place(Position { offset, ..position });
        self.document.findings.push(Finding::new(code, Severity::Warning, place, message));
    }

    /// Notes where the text goes on, unless it goes on where it stopped.
    fn go_on_at(&mut self, at: usize) {
        if self.draft.next == Some(at) {
            return;
        }
        self.spot(self.draft.text.len(), at);
    }

    /// Notes where a point of the text stands.
    fn spot(&mut self, text: usize, at: usize) {
        let Position { line, column, .. } = self.position(at);
        let spot = Spot { text: short(text), line, column };
        match self.draft.start {
            None => self.draft.start = Some(spot),
            Some(_) => self.draft.spots.push(spot),
        }
        self.pieces += 1;
        self.full |= self.pieces > self.limits.pieces;
    }

    /// Returns the line and the column of a point of the source. Points come in order, nearly always.
    fn position(&mut self, at: usize) -> Position {
        let (from, position) = self.known;
        let source = self.source.as_bytes();
        let position = if at >= from {
            position.past(&source[from..at])
        } else {
            let line = memchr::memrchr(b'\n', &source[..at]).map_or(0, |end| end + 1);
            let back = u32::try_from(memchr::memchr_iter(b'\n', &source[at..from]).count()).unwrap_or(0);
            Position { line: position.line.saturating_sub(back).max(1), column: 1, offset: None }
                .past(&source[line..at])
        };
        self.known = (at, position);
        position
    }
}

/// How long a stretch of text may be whose lines are counted when somebody asks.
const STRIDE: usize = 4 << 10;

/// White space, and marks of the byte order that stand inside a text.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

/// Longer texts than this are refused at the door.
fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
