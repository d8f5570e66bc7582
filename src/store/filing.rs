//! What the terms of a concept are filed under.

use crate::model::Concept;
use crate::text::{self, KeyClass};

/// The keys of a concept's terms. Making them is the most of what storing a concept costs, and can be
/// done ahead of the put on another thread: see [`super::Draft::add_filed`].
///
/// It is right as long as the languages and texts of the concept's terms are what they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filing {
    /// The text of all keys, one behind the other.
    text: String,
    keys: Vec<Key>,
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
