//! What the terms of a concept and the texts of a unit are filed under.

use crate::model::{Concept, Unit};
use crate::text::{self, KeyClass};

/// The keys of a concept's terms, or the tokens of a unit's texts. Making them is the most of what storing either
/// costs, and can be done ahead of the put on another thread: see [`super::Draft::add_filed`] and
/// [`super::Draft::add_unit`].
///
/// It is right as long as the languages and texts of what it was made of are what they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filing {
    /// The text of all keys, one behind the other.
    text: String,
    keys: Vec<Key>,
    /// The tokens of all texts, one behind the other, and where those of each end.
    tokens: Vec<u32>,
    ends: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    section: u16,
    term: u16,
    class: KeyClass,
    len: u32,
}

/// A key, and which term of which language section it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Filed<'a> {
    pub section: u16,
    pub term: u16,
    pub class: KeyClass,
    pub text: &'a str,
}

impl Filing {
    /// Makes the keys of a concept's terms. Sections and terms beyond 65,535 have none.
    pub fn of(concept: &Concept) -> Self {
        let mut filing = Self::default();
        for (section, at) in concept.languages.iter().zip(0..=u16::MAX) {
            for (term, term_at) in section.terms.iter().zip(0..=u16::MAX) {
                for (class, text) in text::term_keys(&section.lang, &term.text) {
                    let Ok(len) = u32::try_from(text.len()) else { continue };
                    filing.text.push_str(&text);
                    filing.keys.push(Key { section: at, term: term_at, class, len });
                }
            }
        }
        filing
    }

    /// Makes the tokens of a unit's variants.
    pub fn of_unit(unit: &Unit) -> Self {
        let mut filing = Self::default();
        filing.ends.reserve_exact(unit.variants.len());
        for variant in &unit.variants {
            text::index_tokens(&variant.segment.text, &mut filing.tokens);
            filing.ends.push(filing.tokens.len());
        }
        filing
    }

    /// Iterates over the tokens of each variant.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &[u32]> {
        let mut from = 0;
        self.ends.iter().map(move |end| &self.tokens[std::mem::replace(&mut from, *end)..*end])
    }

    /// Iterates over the keys, in the order of sections and terms.
    pub(super) fn keys(&self) -> impl Iterator<Item = Filed<'_>> {
        let mut rest = self.text.as_str();
        self.keys.iter().map(move |key| {
            let (text, behind) = rest.split_at(key.len as usize);
            rest = behind;
            Filed { section: key.section, term: key.term, class: key.class, text }
        })
    }
}
