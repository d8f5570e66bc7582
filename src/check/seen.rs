//! What a check sees of a row: both sides, with everything that more than one check asks about them.

use std::cell::OnceCell;

use super::Options;
use super::terms::{Expected, expected};
use crate::find::recognise::Hit;
use crate::find::terms::Terms;
use crate::model::{LanguageTag, Segment};
use crate::text::Folded;
use crate::text::languages::{self, Language};

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
}

/// One side of a row.
pub struct Text<'a> {
    /// Its language.
    pub lang: &'a LanguageTag,
    /// What we know about that language.
    pub language: &'static Language,
    /// The segment: its text and its codes.
    pub segment: &'a Segment,
    /// The terms in it, by place.
    pub hits: Vec<Hit>,
    folded: OnceCell<Folded>,
}

impl<'a> Text<'a> {
    /// Makes one side of a row.
    pub fn new(lang: &'a LanguageTag, segment: &'a Segment, hits: Vec<Hit>) -> Self {
        Self { lang, language: languages::of(lang), segment, hits, folded: OnceCell::new() }
    }

    /// Returns the text.
    pub fn text(&self) -> &'a str {
        &self.segment.text
    }

    /// Returns the folded text, made once.
    pub fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::new(self.text()))
    }

    /// Tells whether there is nothing but space in it, and no code.
    pub fn is_empty(&self) -> bool {
        self.text().trim().is_empty() && self.segment.inlines.is_empty()
    }
}

impl<'a> Seen<'a> {
    /// Makes a row of its sides.
    pub fn new(source: Option<Text<'a>>, target: Text<'a>, terms: &'a Terms, options: &'a Options) -> Self {
        Self { source, target, terms, options, expected: OnceCell::new() }
    }

    /// Returns the concepts that the source names, with what the target makes of each; made once.
    pub fn expected(&self) -> &[Expected] {
        self.expected.get_or_init(|| expected(self))
    }

    /// Returns the source of a pair in which both sides say something.
    pub fn pair(&self) -> Option<(&Text<'a>, &Text<'a>)> {
        let source = self.source.as_ref().filter(|s| !s.is_empty())?;
        (!self.target.is_empty()).then_some((source, &self.target))
    }
}
