//! Gathers matches in whatever order they come, and tells when no more are needed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use super::{MOST_PROVENANCES, Match, Provenance};
use crate::model::{Native, Segment, UnitId};

/// The best matches so far; equal ones are one with many provenances.
#[derive(Debug)]
pub struct Ranking {
    limit: usize,
    known: FxHashMap<u128, usize>,
    matches: Vec<Match>,
    /// Where the best matches came in when they were met first, as many as are asked for, the last one on top. One
    /// that was joined by a better one may stand higher now; then more is looked at than need be.
    best: BinaryHeap<(Reverse<u8>, Reverse<i64>, usize)>,
}

impl Ranking {
    /// Begins, to keep so many.
    pub fn new(limit: usize) -> Self {
        Self { limit, known: FxHashMap::default(), matches: vec![], best: BinaryHeap::new() }
    }

    /// Takes a match.
    pub fn take(&mut self, new: Match) {
        let key = key(&new);
        if let Some(at) = self.known.get(&key) {
            join(&mut self.matches[*at], new);
            return;
        }
        self.known.insert(key, self.matches.len());
        self.best.push((Reverse(new.score), Reverse(new.priority), new.distance));
        if self.best.len() > self.limit {
            self.best.pop();
        }
        self.matches.push(new);
    }

    /// Tells whether nothing that reaches at most this score can change the answer any more.
    pub fn is_settled_below(&self, reach: u8) -> bool {
        self.best.len() >= self.limit && self.best.peek().is_none_or(|last| last.0.0 > reach)
    }

    /// Returns the score and the distance of the last place that there is, if all are taken.
    pub fn last(&self) -> Option<(u8, usize)> {
        let last = self.best.peek().filter(|_| self.best.len() >= self.limit)?;
        Some((last.0.0, last.2))
    }

    /// Returns the best, in order.
    pub fn finish(mut self) -> Vec<Match> {
        for one in &mut self.matches {
            settle(&mut one.provenances);
        }
        self.matches.sort_by_cached_key(order);
        self.matches.truncate(self.limit);
        self.matches
    }
}

/// What comes first: the score, the priority of the memory, the nearer text, the id.
fn order(one: &Match) -> (Reverse<u8>, Reverse<i64>, usize, UnitId) {
    (Reverse(one.score), Reverse(one.priority), one.distance, one.unit)
}

/// Joins a match of equal source, target and context. The better one is what is shown.
fn join(known: &mut Match, new: Match) {
    let count = known.count + new.count;
    let mut provenances = std::mem::take(&mut known.provenances);
    provenances.extend(new.provenances.iter().cloned());
    if order(&new) < order(known) {
        *known = new;
    }
    if provenances.len() >= 2 * MOST_PROVENANCES {
        settle(&mut provenances);
    }
    (known.count, known.provenances) = (count, provenances);
}

fn settle(provenances: &mut Vec<Provenance>) {
    provenances.sort_by_key(|p| (Reverse(p.score), Reverse(p.priority), p.unit));
    provenances.truncate(MOST_PROVENANCES);
}

/// What makes two matches one: source, target and the context that agrees.
fn key(one: &Match) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(&[u8::from(one.arithmetic.context.neighbours), u8::from(one.arithmetic.context.id)]);
    for (lang, segment) in [(&one.source_lang, &one.source), (&one.target_lang, &one.target)] {
        feed(&mut hash, lang.as_str());
        feed_segment(&mut hash, segment);
    }
    hash.digest128()
}

fn feed(hash: &mut Xxh3, text: &str) {
    hash.update(&(text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}

fn feed_segment(hash: &mut Xxh3, segment: &Segment) {
    feed(hash, &segment.text);
    for code in &segment.inlines {
        hash.update(&code.at.to_le_bytes());
        feed(hash, &super::score::kind_of(&code.kind));
        feed(hash, code.pair.as_deref().unwrap_or_default());
        for part in &code.native {
            match part {
                Native::Code(code) => feed(hash, code),
                Native::Sub(_, segment) => feed_segment(hash, segment),
            }
        }
        hash.update(&[0xff]);
    }
}
