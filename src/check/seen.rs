//! What a check sees of a row: both sides, with everything that more than one check asks about them.

use std::cell::OnceCell;
use std::ops::Range;

use super::Options;
use super::codes::scan::{self, Code};
use super::glyphs::Glyphs;
use super::numbers::Figures;
use super::terms::{Expected, expected};
use super::text::quotes::Quotes;
use crate::find::recognise::Hit;
use crate::find::terms::Terms;
use crate::model::{LanguageTag, Segment};
use crate::text::Folded;
use crate::text::languages::{self, Language};
use crate::text::writing::{self, Writing};

/// A row: a segment with its translation, or a text alone.
pub struct Seen<'a> {
    /// The source, if there is one.
    pub source: Option<Text<'a>>,
    /// The target, or the text that stands alone.
    pub target: Text<'a>,
    /// The terms that hits lead to.
    pub terms: &'a Terms,
    /// What the user decided.
    pub options: &'a Options,
    expected: OnceCell<Vec<Expected>>,
    figures: OnceCell<Figures>,
}

/// One side of a row.
pub struct Text<'a> {
    /// Its language.
    pub lang: &'a LanguageTag,
    /// What we know about that language.
    pub language: &'static Language,
    /// How it is written.
    pub writing: &'static Writing,
    /// The segment: its text and its codes.
    pub segment: &'a Segment,
    /// The terms in it, by place.
    pub hits: Vec<Hit>,
    folded: OnceCell<Folded>,
    codes: OnceCell<Vec<Code>>,
    glyphs: OnceCell<Glyphs>,
    words: OnceCell<Vec<Range<usize>>>,
    quotes: OnceCell<Quotes>,
}

impl<'a> Text<'a> {
    /// Makes one side of a row.
    pub fn new(lang: &'a LanguageTag, segment: &'a Segment, hits: Vec<Hit>) -> Self {
        Self {
            lang,
            language: languages::of(lang),
            writing: writing::of(lang),
            segment,
            hits,
            folded: OnceCell::new(),
            codes: OnceCell::new(),
            glyphs: OnceCell::new(),
            words: OnceCell::new(),
            quotes: OnceCell::new(),
        }
    }

    /// Returns the text.
    pub fn text(&self) -> &'a str {
        &self.segment.text
    }

    /// Returns the folded text, made once.
    pub fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::new(self.text()))
    }

    /// Returns the tags, placeholders and addresses in it, found once.
    pub fn codes(&self) -> &[Code] {
        self.codes.get_or_init(|| scan::codes(self.text()))
    }

    /// Returns its characters, each with what it is, looked up once.
    pub fn glyphs(&self) -> &Glyphs {
        self.glyphs.get_or_init(|| Glyphs::new(self.text(), self.codes()))
    }

    /// Returns where its words stand, those in codes left out, found once.
    pub fn words(&self) -> &[Range<usize>] {
        self.words.get_or_init(|| {
            let mut codes = self.codes().iter().peekable();
            let prose = |word: &Range<usize>| {
                while codes.next_if(|c| c.range.end <= word.start).is_some() {}
                codes.peek().is_none_or(|c| c.range.start >= word.end)
            };
            crate::text::words(self.text()).filter(prose).collect()
        })
    }

    /// Returns its quotation marks, paired once.
    pub fn quotes(&self) -> &Quotes {
        self.quotes.get_or_init(|| Quotes::new(self.glyphs(), self.writing))
    }

    /// Tells whether there is nothing but space in it, and no code.
    pub fn is_empty(&self) -> bool {
        self.text().trim().is_empty() && self.segment.inlines.is_empty()
    }
}

impl<'a> Seen<'a> {
    /// Makes a row of its sides.
    pub fn new(source: Option<Text<'a>>, target: Text<'a>, terms: &'a Terms, options: &'a Options) -> Self {
        Self { source, target, terms, options, expected: OnceCell::new(), figures: OnceCell::new() }
    }

    /// Returns the concepts that the source names, with what the target makes of each; made once.
    pub fn expected(&self) -> &[Expected] {
        self.expected.get_or_init(|| expected(self))
    }

    /// Returns the figures of both sides; read once.
    pub fn figures(&self) -> &Figures {
        self.figures.get_or_init(|| Figures::of(self))
    }

    /// Returns the source of a pair in which both sides say something.
    pub fn pair(&self) -> Option<(&Text<'a>, &Text<'a>)> {
        let source = self.source.as_ref().filter(|s| !s.is_empty())?;
        (!self.target.is_empty()).then_some((source, &self.target))
    }
}
