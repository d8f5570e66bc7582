//! Looks a phrase up: exactly, then ever more loosely, and says how it matched.
//!
//! The index behind it is whatever implements [`TermIndex`]; it answers in [`Candidate`]s, one
//! term each. The steps go from strict to loose and stop when they need not go on: an exact
//! answer is not buried under near misses. What ranks where is decided here and nowhere else.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{ConceptId, LanguageTag, Status};
use crate::text::{self, KeyClass};

/// A term that an index holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The concept that it names.
    pub concept: ConceptId,
    /// The language section it stands in, from 0.
    pub section: u16,
    /// Its place in the section, from 0.
    pub term: u16,
    /// Its language.
    pub lang: LanguageTag,
    /// Its status, as far as somebody judged it.
    pub status: Option<Status>,
    /// Whether it is forbidden.
    pub forbidden: bool,
    /// The key under which the index found it.
    pub key: String,
}

/// An index of term keys (see [`text::term_keys`]).
pub trait TermIndex {
    /// What goes wrong in it.
    type Error;
    /// Returns the terms with exactly this key.
    fn exact(&self, class: KeyClass, key: &str) -> Result<Vec<Candidate>, Self::Error>;
    /// Returns terms whose key begins so, shortest keys first, at most `limit`.
    fn prefix(&self, class: KeyClass, prefix: &str, limit: usize) -> Result<Vec<Candidate>, Self::Error>;
    /// Returns terms whose folded key holds this part, at most `limit`.
    fn containing(&self, part: &str, limit: usize) -> Result<Vec<Candidate>, Self::Error>;
    /// Returns terms whose folded key is at most `distance` edits away, nearest first, at most `limit`.
    fn near(&self, key: &str, distance: usize, limit: usize) -> Result<Vec<Candidate>, Self::Error>;
    /// Returns the literal text of a candidate.
    fn text(&self, candidate: &Candidate) -> Result<Option<String>, Self::Error>;
}

/// How a term was found, strictest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Letter by letter.
    Exact,
    /// But for case, width, accents, script variant, quotes, spaces and hyphens.
    Folded,
    /// In another inflection.
    Inflected,
    /// Chinese typed as pinyin.
    Pinyin,
    /// The term begins so.
    Prefix,
    /// The term holds it.
    Substring,
    /// A slip of the finger away.
    Typo,
    /// Chinese typed as the initials of its pinyin.
    Initials,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Exact => "exact",
            Self::Folded => "folded",
            Self::Inflected => "inflected",
            Self::Pinyin => "pinyin",
            Self::Prefix => "prefix",
            Self::Substring => "substring",
            Self::Typo => "typo",
            Self::Initials => "initials",
        })
    }
}

/// A concept that answers the query, by its best-matching term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The term that matched.
    pub candidate: Candidate,
    /// How.
    pub method: Method,
    /// How well, 0 to 100.
    pub score: u8,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The phrase.
    pub query: String,
    /// The language the phrase is in; `None` asks all.
    pub lang: Option<LanguageTag>,
    /// The most concepts to return.
    pub limit: usize,
}

/// Returns the concepts that answer the question, best first, one hit each.
pub fn lookup<I: TermIndex>(question: &Question, index: &I) -> Result<Vec<Hit>, I::Error> {
    let mut found = Found::new(question, index);
    if found.folded.is_empty() {
        return Ok(vec![]);
    }
    found.same()?;
    let settled = found.best() >= SETTLED;
    found.prefix()?;
    if !settled {
        found.beginning()?;
        found.substring()?;
        if found.best() < 70 {
            found.typo(slips(&found.folded))?;
        }
    }
    Ok(found.ranked())
}

/// Returns what the phrase might have meant, when [`lookup()`] found nothing.
pub fn near_misses<I: TermIndex>(question: &Question, index: &I) -> Result<Vec<Hit>, I::Error> {
    let mut found = Found::new(question, index);
    if !found.folded.is_empty() {
        let length = found.folded.chars().count();
        found.typo((length / 3).clamp(1, 6))?;
        if found.hits.is_empty() {
            found.words()?;
        }
    }
    Ok(found.ranked())
}

/// From this score on an answer is what was meant, and looser steps would only bury it.
const SETTLED: u8 = 90;

/// How many candidates a loose step may bring.
const FEW: usize = 400;

/// How many slips of the finger a phrase of this length may hold.
fn slips(folded: &str) -> usize {
    match folded.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        8..=13 => 2,
        _ => 3,
    }
}

struct Found<'a, I: TermIndex> {
    question: &'a Question,
    index: &'a I,
    folded: String,
    hits: HashMap<ConceptId, Hit>,
}

impl<'a, I: TermIndex> Found<'a, I> {
    fn new(question: &'a Question, index: &'a I) -> Self {
        Self { question, index, folded: text::fold(&question.query).into_owned(), hits: HashMap::new() }
    }

    /// The terms that are filed under what was typed, in whatever way it can be meant.
    fn same(&mut self) -> Result<(), I::Error> {
        let langs = self.langs();
        let typed = self.question.query.trim();
        let compact = joined(&self.folded);
        for key in text::query_keys(typed, &langs) {
            for candidate in self.index.exact(key.class, &key.text)? {
                // A stem of one language says nothing about the words of another.
                if key.lang.as_ref().is_some_and(|lang| lang.language() != candidate.lang.language()) {
                    continue;
                }
                let (method, score) = match key.class {
                    KeyClass::Folded if self.index.text(&candidate)?.is_some_and(|t| t == typed) => {
                        (Method::Exact, 100)
                    }
                    KeyClass::Folded if key.text == self.folded => (Method::Folded, 97),
                    // Without what stands around it: a bracket, a plus sign.
                    KeyClass::Folded => (Method::Folded, 95),
                    KeyClass::Stemmed if self.compact(&candidate)? == compact => (Method::Folded, 96),
                    KeyClass::Stemmed => (Method::Inflected, 92),
                    KeyClass::Pinyin => match &key.toned {
                        None => (Method::Pinyin, 90),
                        Some(toned) if self.sounds(&candidate, toned)? => (Method::Pinyin, 95),
                        Some(_) => (Method::Pinyin, 80),
                    },
                    KeyClass::Initials => (Method::Initials, 72),
                };
                self.keep(candidate, method, score);
            }
        }
        Ok(())
    }

    /// The folded text of a candidate without its spaces: *cyber sovereignty* is *cybersovereignty*.
    fn compact(&self, candidate: &Candidate) -> Result<String, I::Error> {
        Ok(joined(&text::fold(&self.index.text(candidate)?.unwrap_or_default())))
    }

    fn sounds(&self, candidate: &Candidate, toned: &str) -> Result<bool, I::Error> {
        let text = self.index.text(candidate)?.unwrap_or_default();
        Ok(text::pinyin_toned(&text).iter().any(|reading| reading == toned))
    }

    /// The terms that go on where the phrase ends, in whatever form its words stand; and those whose
    /// reading begins as the pinyin that was typed.
    fn beginning(&mut self) -> Result<(), I::Error> {
        let langs = self.langs();
        for key in text::query_keys(self.question.query.trim(), &langs) {
            let asked = key.text.chars().count();
            let (method, low, high) = match key.class {
                KeyClass::Stemmed if asked >= 4 => (Method::Inflected, 55, 84),
                KeyClass::Pinyin if asked >= 4 => (Method::Pinyin, 45, 74),
                _ => continue,
            };
            for candidate in self.index.prefix(key.class, &key.text, FEW)? {
                let lang = key.lang.as_ref();
                let next = candidate.key[key.text.len()..].chars().next();
                // A stem is a whole one; pinyin is typed letter by letter.
                let whole =
                    method != Method::Inflected || next.is_none_or(|c| c == ' ' || text::is_unspaced(c));
                if whole && lang.is_none_or(|lang| lang.language() == candidate.lang.language()) {
                    let score = share(asked, &candidate.key, low, high);
                    self.keep(candidate, method, score);
                }
            }
        }
        Ok(())
    }

    fn langs(&self) -> Vec<LanguageTag> {
        match &self.question.lang {
            Some(lang) => vec![lang.clone()],
            None => text::languages::LANGUAGES.iter().filter_map(|l| l.code.parse().ok()).collect(),
        }
    }

    fn prefix(&mut self) -> Result<(), I::Error> {
        let asked = self.folded.chars().count();
        for candidate in self.index.prefix(KeyClass::Folded, &self.folded, FEW)? {
            let score = share(asked, &candidate.key, 60, 89);
            self.keep(candidate, Method::Prefix, score);
        }
        Ok(())
    }

    fn substring(&mut self) -> Result<(), I::Error> {
        let asked = self.folded.chars().count();
        let dense = self.folded.chars().any(text::is_unspaced);
        if asked < if dense { 1 } else { 3 } {
            return Ok(());
        }
        for candidate in self.index.containing(&self.folded, FEW)? {
            let whole_words = dense || stands_alone(&candidate.key, &self.folded);
            let (low, high) = if whole_words { (50, 79) } else { (35, 59) };
            let score = share(asked, &candidate.key, low, high);
            self.keep(candidate, Method::Substring, score);
        }
        Ok(())
    }

    fn typo(&mut self, distance: usize) -> Result<(), I::Error> {
        if distance == 0 {
            return Ok(());
        }
        let length = self.folded.chars().count();
        for candidate in self.index.near(&self.folded, distance, 40)? {
            let Some(edits) = text::distance(&self.folded, &candidate.key, distance) else { continue };
            if joined(&self.folded) == joined(&candidate.key) {
                self.keep(candidate, Method::Folded, 94);
                continue;
            }
            let longer = length.max(candidate.key.chars().count()).max(1);
            let score = (88usize.saturating_sub(88 * edits / longer)).max(1) as u8;
            self.keep(candidate, Method::Typo, score);
        }
        Ok(())
    }

    /// The terms that hold words of the phrase, the more of them the better.
    fn words(&mut self) -> Result<(), I::Error> {
        let folded = self.folded.clone();
        let words: Vec<&str> = folded.split(' ').filter(|word| word.chars().count() > 3).collect();
        let mut held: HashMap<(ConceptId, u16, u16), (Candidate, usize)> = HashMap::new();
        for word in &words {
            // What stays of it in most inflected forms.
            let letters = word.chars().count();
            let stem = word.char_indices().nth(letters.max(6) - 2).map_or(*word, |(at, _)| &word[..at]);
            for candidate in self.index.containing(stem, FEW)? {
                let place = (candidate.concept, candidate.section, candidate.term);
                held.entry(place).or_insert((candidate, 0)).1 += 1;
            }
        }
        for (candidate, n) in held.into_values() {
            let score = 20 + (30 * n / words.len().max(1)) as u8;
            let score = score.saturating_sub(candidate.key.split(' ').count().min(15) as u8);
            self.keep(candidate, Method::Substring, score);
        }
        Ok(())
    }

    fn best(&self) -> u8 {
        self.hits.values().map(|h| h.score).max().unwrap_or(0)
    }

    /// Keeps the best hit of each concept; between equals the better status, then the order of terms.
    fn keep(&mut self, candidate: Candidate, method: Method, score: u8) {
        if self.question.lang.as_ref().is_some_and(|lang| !candidate.lang.serves(lang)) {
            return;
        }
        let hit = Hit { candidate, method, score };
        match self.hits.get_mut(&hit.candidate.concept) {
            Some(old) if order(old) <= order(&hit) => {}
            Some(old) => *old = hit,
            None => {
                self.hits.insert(hit.candidate.concept, hit);
            }
        }
    }

    fn ranked(self) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self.hits.into_values().collect();
        hits.sort_by(|a, b| {
            order(a)
                .cmp(&order(b))
                .then_with(|| a.candidate.key.len().cmp(&b.candidate.key.len()))
                .then_with(|| a.candidate.key.cmp(&b.candidate.key))
                .then_with(|| a.candidate.concept.cmp(&b.candidate.concept))
        });
        hits.truncate(self.question.limit.max(1));
        hits
    }
}

type Order<'a> = (std::cmp::Reverse<u8>, Method, bool, Status, &'a str, u16, u16);

fn order(hit: &Hit) -> Order<'_> {
    let c = &hit.candidate;
    let status = c.status.unwrap_or(Status::Admitted);
    (std::cmp::Reverse(hit.score), hit.method, c.forbidden, status, c.lang.as_str(), c.section, c.term)
}

/// A score between two bounds by how much of the key was typed.
fn share(asked: usize, key: &str, low: u8, high: u8) -> u8 {
    let of = key.chars().count().max(1);
    low + (usize::from(high - low) * asked.min(of) / of) as u8
}

fn joined(text: &str) -> String {
    text.replace(' ', "")
}

/// Tells whether the part stands in the key between spaces.
fn stands_alone(key: &str, part: &str) -> bool {
    key.match_indices(part).any(|(at, _)| {
        let (before, after) = (&key[..at], &key[at + part.len()..]);
        (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' '))
    })
}
