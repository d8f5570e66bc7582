//! Recognises the terms of a base in running text.
//!
//! The recogniser is built once from the terms of one language and then asked about many texts. It works
//! on folded text (see [`crate::text`]) and answers in bytes of the text it was given. It knows nothing of
//! files, stores or findings; the checks turn its answers into findings.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::terms::{KnownTerm, Terms};
use crate::model::LanguageTag;

/// How a term was recognised, strictest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Letter by letter.
    Exact,
    /// But for case, width, accents, script variant, quotes, spaces and hyphens.
    Folded,
    /// As one of the forms listed with the term.
    Listed,
    /// In another inflection.
    Inflected,
    /// With something in brackets, or a particle, between its parts.
    Loose,
    /// As the beginning of a word.
    Prefix,
    /// Through its pattern.
    Pattern,
    /// As a part of a compound.
    Compound,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Exact => "exact",
            Self::Folded => "folded",
            Self::Listed => "listed",
            Self::Inflected => "inflected",
            Self::Loose => "loose",
            Self::Prefix => "prefix",
            Self::Pattern => "pattern",
            Self::Compound => "compound",
        })
    }
}

/// A term found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
    /// Its concept, by its place in [`Terms::concepts`].
    pub concept: u32,
    /// The term, by its place among the concept's terms.
    pub term: u32,
    /// How it was recognised.
    pub method: Method,
    /// How surely, of 100.
    pub score: u8,
    /// Whether it lies inside a longer hit.
    pub nested: bool,
}

impl Hit {
    /// Returns the term that was found.
    pub fn of<'t>(&self, terms: &'t Terms) -> &'t KnownTerm {
        &terms.concept(self.concept).terms[self.term as usize]
    }
}

/// Finds the terms of one language.
#[derive(Debug)]
pub struct Recogniser {}

impl Recogniser {
    /// Prepares to find the terms of a language.
    pub fn new(_terms: &Terms, _lang: &LanguageTag) -> Self {
        Self {}
    }

    /// Returns the terms in a text, in the order in which they begin, the longer first.
    pub fn recognise(&self, _text: &str) -> Vec<Hit> {
        vec![]
    }
}
