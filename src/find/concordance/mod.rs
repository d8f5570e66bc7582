//! Finds every place where a phrase stands in a text, for reading it in its contexts.
//!
//! A [`Pattern`] is what a reader typed: words, with `*` and `**` for what may vary; a term, in any of its
//! inflections; or a regular expression. A [`Finder`] looks for it in one text after another and answers in bytes
//! of the text as it was written. It knows nothing of memories or documents: the desk hands it their texts.

mod wild;

use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::recognise::{Method, Recogniser, has_empty_line};
use super::terms::Terms;
use crate::model::{Concept, LanguageTag, MatchMode, Term};
use crate::text::{self, Folded};
use wild::Wild;

/// What to look for.
///
/// ```
/// use wicterm::find::concordance::{Finder, Pattern};
/// let pattern = Pattern::words("cyber* sovereignty").unwrap();
/// let text = "The Cyber-\u{200b}Sovereignty of states; cyberspace sovereignty.";
/// let found = Finder::new(&pattern).find(&"en".parse().unwrap(), text);
/// let found: Vec<_> = found.into_iter().map(|range| &text[range]).collect();
/// assert_eq!(found, ["Cyber-\u{200b}Sovereignty", "cyberspace sovereignty"]);
/// ```
#[derive(Debug, Clone)]
pub struct Pattern {
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    Words(Wild),
    /// The phrase as it was typed, but in small letters, and as words.
    Inflected(String, Wild),
    Regex(Regex),
}

/// Why a pattern cannot be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// How large a regular expression may grow when it is compiled, in bytes; the time it takes is bounded by this times
/// the text.
const LARGEST: usize = 1 << 20;

impl Pattern {
    /// Reads words, whatever their case, accents, width or script variant. `*` stands for the rest of a word, or
    /// alone for one word; `**` or `…` for a few words of the same sentence.
    pub fn words(typed: &str) -> Result<Self, PatternError> {
        Ok(Self { how: How::Words(Wild::new(typed).map_err(PatternError)?) })
    }

    /// Reads a phrase in its dictionary form, to be found in every form that it takes.
    pub fn inflected(typed: &str) -> Result<Self, PatternError> {
        let wild = Wild::new(typed).map_err(PatternError)?;
        if !wild.is_literal() {
            let why = "a word with * in it has no inflections: look for it without --inflected";
            return Err(PatternError(why.to_owned()));
        }
        // Capitals would make an abbreviation of it, which is found in capitals only.
        Ok(Self { how: How::Inflected(typed.trim().to_lowercase(), wild) })
    }

    /// Reads a regular expression, for the text as it is written.
    pub fn regex(typed: &str) -> Result<Self, PatternError> {
        if typed.is_empty() {
            return Err(PatternError("there is nothing to look for in an empty pattern".to_owned()));
        }
        let compiled =
            RegexBuilder::new(typed).size_limit(LARGEST).dfa_size_limit(LARGEST).nest_limit(50).build();
        match compiled {
            Ok(regex) => Ok(Self { how: How::Regex(regex) }),
            Err(regex::Error::CompiledTooBig(_)) => Err(PatternError(format!(
                "the pattern is too large; what it repeats many times makes it so: {}",
                text::clip(typed, 60)
            ))),
            // The library shows the place in several lines; the last one says what is wrong.
            Err(e) => {
                let said = e.to_string();
                let last = said.lines().last().unwrap_or_default().trim();
                let why = last.strip_prefix("error: ").unwrap_or(last);
                Err(PatternError(format!("{} is no regular expression: {why}", text::clip(typed, 60))))
            }
        }
    }
}

/// Looks for a pattern in one text after another, in room that it keeps.
#[derive(Debug)]
pub struct Finder<'p> {
    pattern: &'p Pattern,
    folded: Folded,
    /// Made when the first text of a language comes.
    recognisers: Vec<(LanguageTag, Recogniser)>,
}

impl<'p> Finder<'p> {
    /// Prepares to look for a pattern.
    pub fn new(pattern: &'p Pattern) -> Self {
        Self { pattern, folded: Folded::default(), recognisers: vec![] }
    }

    /// Returns where the pattern stands in a text of a language, in order; no two places overlap.
    pub fn find(&mut self, lang: &LanguageTag, text: &str) -> Vec<Range<usize>> {
        let pattern = self.pattern;
        match &pattern.how {
            How::Words(wild) => self.find_words(wild, lang, text),
            How::Inflected(phrase, wild) => {
                let mut found = self.find_words(wild, lang, text);
                found.extend(self.find_forms(phrase, lang, text));
                found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
                let mut end = 0;
                found.retain(|range| {
                    let fits = range.start >= end;
                    end = if fits { range.end } else { end };
                    fits
                });
                found
            }
            How::Regex(regex) => {
                regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty()).collect()
            }
        }
    }

    fn find_words(&mut self, wild: &Wild, lang: &LanguageTag, text: &str) -> Vec<Range<usize>> {
        if !wild.may_stand_in(text) {
            return vec![];
        }
        self.folded.refold(text);
        let mut found = vec![];
        wild.find(&self.folded.text, |range| {
            let range = self.folded.original(range);
            let surface = &text[range.clone()];
            let one = !range.is_empty()
                && !has_empty_line(surface)
                && (!wild.has_gap() || text::sentences(lang, surface).len() < 2);
            if one {
                found.push(range);
            }
            one
        });
        found
    }

    /// What recognises the terms of a base recognises this one as well, in all its forms.
    fn find_forms(&mut self, phrase: &str, lang: &LanguageTag, text: &str) -> Vec<Range<usize>> {
        if !self.recognisers.iter().any(|(known, _)| known == lang) {
            let mut term = Term::new(phrase);
            term.match_rule.mode = Some(MatchMode::Inflected);
            let mut concept = Concept::default();
            concept.section_mut(lang).terms.push(term);
            self.recognisers.push((lang.clone(), Recogniser::new(&Terms::of([concept]), lang)));
        }
        let Some((_, recogniser)) = self.recognisers.iter().find(|(known, _)| known == lang) else {
            return vec![];
        };
        // A part of a compound is another word, not another form.
        let is_form = |method: Method| !matches!(method, Method::Prefix | Method::Compound);
        let hits = recogniser.recognise(text).into_iter();
        hits.filter(|hit| !hit.nested && is_form(hit.method)).map(|hit| hit.range).collect()
    }
}

#[cfg(test)]
mod tests;
