//! How near a segment of the translation memory is to another, and what follows from it.
//!
//! # The score
//!
//! All in whole numbers, so that it is the same everywhere. The words of a text are its [tokens](crate::text::tokens):
//! folded words, a token for each Han, Kana or Thai character, all numbers in figures alike. *n* and *m* are how many the
//! query and the source of a unit have, *M* the greater of the two; where either has none there is no match.
//!
//! * *d*, **edits**: the least number of words put in, left out or exchanged (Levenshtein). An index knows it, and with
//!   it the **bound** ⌊100·(*M* − *d*) / *M*⌋. Everything below only lowers the score, so whatever reaches a score has a
//!   bound that reaches it: candidates by their bound are all there is to look at.
//! * *N*, **numbers** in whole words. Where both sides have as many, each place at which the values differ (1,600 and 1600
//!   do not) costs one, or a tenth if the number can be *replaced* in the target: the target has the old value in figures
//!   as often as the source, and the query has the new one in each of these places. Where one side has more numbers,
//!   the edits between the rows of values beyond that difference, which is among *d* already. Never more than *M* − *d*.
//! * *T*, **lesser differences** in tenths of a word: 1 for each number replaced; 1 for each word that is equal when folded
//!   but not as written (case, accents, width), and each number written another way; 1 for each sign that is neither word
//!   nor space and that one side has more of (the greater of the two counts); 2 for each edit between the rows of inline
//!   codes, by kind and pairing, or, where these are equal, 1 for each code whose content differs; 1 if the words are the
//!   same and only spaces differ, or only where things stand. Texts are compared in Unicode's form C.
//! * **points** = ⌊(100·(*M* − *d* − *N*) − min(5·*M*, 10·*T*)) / *M*⌋, at least 0. They are 100 if and only if nothing
//!   differs.
//! * **context**, for 100 points only: 101 if the neighbours agree or the id does, 102 if both do. Neighbours agree if at
//!   least one of them is known on both sides, and all that are known on both sides are equal when folded.
//! * **penalties**, in points, are taken off last; the score is never below 0. What has a bound of 0 is no match.
//!
//! Matches come by falling score, then by falling priority of their memory, then by the edits between the characters of
//! the texts as written, then by the id of the unit. Those of equal source, target and context are one match with many
//! provenances. `min` and `limit` hold for what is left at the end.
//!
//! What no segment has is not counted one by one: a text of more than [`MOST_TOKENS`](crate::text::MOST_TOKENS) words is
//! one word, rows of more than 4,096 codes differ in all of them, and where texts differ over more than 16,384
//! characters, all of these count as different.

mod align;
mod diff;
mod rank;
mod said;
mod score;
mod settings;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use diff::{Piece, PieceKind, diff};
pub use rank::Ranking;
pub use said::{Neighbours, Penalty, PenaltyReason};
pub use score::{Side, Terms, bound};
pub use settings::{AgePenalty, Memory, OriginPenalty, Settings};

use crate::index::{Pattern, edits};
use crate::model::{Date, LanguageTag, Segment, Unit, UnitId};

/// The most provenances that a match tells; it always tells how many there are.
pub const MOST_PROVENANCES: usize = 100;

/// The least score of a match where nobody says another.
pub const MIN: u8 = 70;

/// How many matches there are at most where nobody says another.
pub const LIMIT: usize = 5;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The segment.
    pub segment: Segment,
    /// What its file calls it.
    pub id: Option<String>,
    /// The text of the segment before it.
    pub before: Option<String>,
    /// The text of the segment after it.
    pub after: Option<String>,
}

impl Query {
    /// Asks for a plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { segment: Segment::plain(text), ..Self::default() }
    }
}

/// How it is looked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The language of the query.
    pub from: LanguageTag,
    /// The language to translate to; any other where none is named.
    pub to: Option<LanguageTag>,
    /// The least final score.
    pub min: u8,
    /// How many matches at most.
    pub limit: usize,
    /// Only these memories; empty means all.
    pub memories: Vec<String>,
    /// What the project says of its memories and of matches.
    pub settings: Settings,
    /// Today, against which the age of a unit is held; without it nothing is old.
    pub now: Option<Date>,
}

impl Options {
    /// Asks for matches in a language, with what the settings say.
    pub fn new(from: LanguageTag, to: Option<LanguageTag>, settings: Settings) -> Self {
        Self {
            from,
            to,
            min: settings.min.unwrap_or(MIN),
            limit: settings.limit.unwrap_or(LIMIT),
            memories: vec![],
            settings,
            now: None,
        }
    }

    /// Tells whether units of a memory are asked for.
    pub fn wants_memory(&self, name: &str) -> bool {
        self.memories.is_empty() || self.memories.iter().any(|memory| memory == name)
    }
}

/// How a match came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Nothing differs, and the neighbours or the id agree too.
    Context,
    /// Nothing differs.
    Exact,
    /// All that differs are numbers and contents of codes.
    Numbers,
    /// More differs.
    Fuzzy,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Context => "context",
            Self::Exact => "exact",
            Self::Numbers => "numbers",
            Self::Fuzzy => "fuzzy",
        })
    }
}

/// A number or the content of a code that was exchanged in a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Substitution {
    /// What the memory has.
    pub from: String,
    /// What stands there now.
    pub to: String,
    /// Where it stands in the target's text now, in bytes; the content of a code takes no room.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// Where a match comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The unit.
    pub unit: UnitId,
    /// Its memory.
    pub memory: String,
    /// The file that it was read from.
    pub file: String,
    /// What that file calls it.
    pub tuid: Option<String>,
    /// Who changed it last, or made it.
    pub who: Option<String>,
    /// When, as its file writes it.
    pub date: Option<String>,
    /// Its own score.
    pub score: u8,
    /// The priority of its memory.
    #[serde(skip)]
    pub priority: i64,
}

/// What context there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize)]
pub struct Agreement {
    /// Whether the neighbours agree.
    pub neighbours: bool,
    /// Whether the id agrees.
    pub id: bool,
}

/// How a score came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arithmetic {
    /// The terms of the points.
    pub terms: Terms,
    /// The points, before context and penalties.
    pub points: u8,
    /// What context there was.
    pub context: Agreement,
    /// What was taken off.
    pub penalties: Vec<Penalty>,
    /// What is left.
    pub score: u8,
}

/// A translation that the memory proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The score: 0 to 100, or with context 101 or 102.
    pub score: u8,
    /// How it came about.
    pub method: Method,
    /// The language of the source.
    pub source_lang: LanguageTag,
    /// The source as the memory has it.
    pub source: Segment,
    /// The language of the target.
    pub target_lang: LanguageTag,
    /// The target, with numbers and contents of codes exchanged.
    pub target: Segment,
    /// What was exchanged in it, numbers first.
    pub substituted: Vec<Substitution>,
    /// The unit that is shown; the first of the provenances.
    pub unit: UnitId,
    /// Where it comes from, best first; at most [`MOST_PROVENANCES`].
    pub provenances: Vec<Provenance>,
    /// How many provenances there are.
    pub count: usize,
    /// How the score came about.
    pub arithmetic: Arithmetic,
    /// The edits between the characters of the query and of the source.
    pub distance: usize,
    /// The priority of its memory.
    pub priority: i64,
}

/// Returns the matches that a unit gives, one for each source and target that serve; none below the least score.
///
/// `neighbours` is asked only where nothing differs and the unit itself does not say what stood around it.
///
/// # Errors
///
/// What goes wrong in `neighbours`.
pub fn of_unit<E>(
    query: (&Query, &Side<'_>),
    unit: &Unit,
    options: &Options,
    neighbours: &mut dyn FnMut(&Unit) -> Result<Neighbours, E>,
) -> Result<Vec<Match>, E> {
    let mut matches = vec![];
    if !options.wants_memory(&unit.origin.memory) {
        return Ok(matches);
    }
    let (query, side) = query;
    let priority = options.settings.memory(&unit.origin.memory).priority;
    for (at, source) in unit.variants.iter().enumerate().filter(|(_, v)| v.lang.meets(&options.from)) {
        let theirs = Side::new(&source.segment, &source.lang);
        let counts = (side.tokens().len(), theirs.tokens().len());
        let most = bound(edits(&side.hashes(), &theirs.hashes()), counts.0.max(counts.1));
        if most < options.min.clamp(1, 100) {
            continue;
        }
        for target in targets(unit, options).filter(|target| !std::ptr::eq(*target, &unit.variants[at])) {
            let ready = Side::new(&target.segment, &target.lang);
            let (terms, exchange) = score::score(side, &theirs, Some((&ready, &target.lang)));
            let points = terms.points();
            let penalties = said::penalties(unit, target, options);
            let taken: u32 = penalties.iter().map(|p| u32::from(p.points)).sum();
            let mut context = Agreement::default();
            if points == 100 {
                context = said::agreement(query, unit, source, neighbours)?;
            }
            let whole = u32::from(points) + u32::from(context.neighbours) + u32::from(context.id);
            let score = whole.saturating_sub(taken) as u8;
            if score < options.min {
                continue;
            }
            let method = match () {
                () if context != Agreement::default() => Method::Context,
                () if points == 100 => Method::Exact,
                () if terms.is_only_replaced() => Method::Numbers,
                () => Method::Fuzzy,
            };
            let (made, substituted) = exchange.into_target(&target.segment);
            matches.push(Match {
                score,
                method,
                source_lang: source.lang.clone(),
                source: source.segment.clone(),
                target_lang: target.lang.clone(),
                target: made,
                substituted,
                unit: unit.id,
                provenances: vec![said::provenance(unit, target, score, priority)],
                count: 1,
                arithmetic: Arithmetic { terms, points, context, penalties, score },
                distance: characters_apart(&query.segment.text, &source.segment.text),
                priority,
            });
        }
    }
    Ok(matches)
}

/// Returns the most that a unit can reach whose words leave it so many points.
pub fn reach(bound: u8) -> u8 {
    // Nothing but context brings a score above its bound.
    if bound >= 100 { 102 } else { bound }
}

/// The variants that are proposed: in the language asked for, else in a wider one; where none is asked for, in any but
/// that of the query.
fn targets<'u>(
    unit: &'u Unit,
    options: &'u Options,
) -> impl Iterator<Item = &'u crate::model::Variant> + use<'u> {
    let serving = options.to.as_ref().map(|to| {
        let narrow = unit.variants.iter().any(|v| v.lang.serves(to));
        (to, narrow)
    });
    unit.variants.iter().filter(move |v| match serving {
        Some((to, true)) => v.lang.serves(to),
        Some((to, false)) => to.serves(&v.lang),
        None => !v.lang.meets(&options.from),
    })
}

/// More characters than are counted one by one: where texts differ over a longer stretch, all of it counts as different.
const MOST_CHARACTERS: usize = 1 << 14;

/// A text, to be held against others as quickly as can be.
pub struct Text<'t> {
    text: &'t str,
    pattern: Pattern<char>,
}

impl<'t> Text<'t> {
    /// Prepares a text.
    pub fn new(text: &'t str) -> Self {
        let chars: Vec<char> = text.chars().take(MOST_CHARACTERS).collect();
        Self { text, pattern: Pattern::new(&chars) }
    }

    /// Tells whether it is sure that more than `most` characters part it from another text.
    pub fn is_beyond(&mut self, most: usize, other: &str) -> bool {
        let whole = self.text.len().max(other.len()) <= MOST_CHARACTERS;
        whole && self.pattern.edits(other.chars(), other.chars().count(), most).is_none()
    }

    /// Tells whether another text is another text, however it is encoded.
    pub fn differs(&self, other: &str) -> bool {
        score::nfc(self.text) != score::nfc(other)
    }
}

fn characters_apart(a: &str, b: &str) -> usize {
    if a == b {
        return 0;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[before..], &b[before..]);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - behind], &b[..b.len() - behind]);
    let longer = a.len().max(b.len());
    if longer > MOST_CHARACTERS { longer } else { edits(a, b) }
}
