//! How many edits lie between two lists of tokens: a token put in, left out, or put for another.

use std::hash::{BuildHasher, Hash};

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Returns the Levenshtein distance of two lists: of tokens, characters, or whatever can be told apart.
///
/// ```
/// assert_eq!(wicterm::index::edits(&[1, 2, 3, 4], &[1, 3, 4, 5]), 2);
/// ```
pub fn edits<T: Copy + Default + Eq + Hash>(a: &[T], b: &[T]) -> usize {
    // What both begin and end with never needs an edit.
    let before = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[before..], &b[before..]);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - behind], &b[..b.len() - behind]);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    Pattern::new(short).edits(long.iter().copied(), long.len(), usize::MAX).unwrap_or(long.len())
}

/// A token list that others are compared with: Myers' bit vectors (1999), in as many words as it needs (Hyyrö 2003).
#[derive(Debug)]
pub struct Pattern<T> {
    len: usize,
    words: usize,
    /// In open addressing: a token and where its rows are; for each token, a bit per row where it stands.
    slots: Vec<(T, u32)>,
    rows: Vec<u64>,
    /// Of each word: where a row is one more than the row above, and one less.
    more: Vec<u64>,
    less: Vec<u64>,
}

/// No rows: the token is not in the pattern.
const NONE: u32 = u32::MAX;

impl<T: Copy + Default + Eq + Hash> Pattern<T> {
    /// Prepares a token list.
    pub fn new(tokens: &[T]) -> Self {
        let words = tokens.len().div_ceil(64).max(1);
        let mut places: FxHashMap<T, u32> = FxHashMap::default();
        let mut rows = vec![];
        for (row, token) in tokens.iter().enumerate() {
            let at = *places.entry(*token).or_insert_with(|| {
                rows.resize(rows.len() + words, 0u64);
                (rows.len() - words) as u32
            });
            rows[at as usize + row / 64] |= 1 << (row % 64);
        }
        let mut slots = vec![(T::default(), NONE); (places.len() * 2).next_power_of_two().max(8)];
        for (token, at) in places {
            let mut slot = slot(token, slots.len());
            while slots[slot].1 != NONE {
                slot = (slot + 1) & (slots.len() - 1);
            }
            slots[slot] = (token, at);
        }
        Self { len: tokens.len(), words, slots, rows, more: vec![0; words], less: vec![0; words] }
    }

    fn at(&self, token: T) -> Option<usize> {
        let mut slot = slot(token, self.slots.len());
        loop {
            let (known, at) = self.slots[slot];
            if at == NONE {
                return None;
            }
            if known == token {
                return Some(at as usize);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Returns the distance from a list of `len` tokens, if it is at most `most`.
    #[inline]
    pub fn edits(&mut self, tokens: impl Iterator<Item = T>, len: usize, most: usize) -> Option<usize> {
        if self.len == 0 {
            return (len <= most).then_some(len);
        }
        if self.words == 1 { self.in_one(tokens, len, most) } else { self.in_many(tokens, len, most) }
    }

    #[inline]
    fn in_one(&self, tokens: impl Iterator<Item = T>, len: usize, most: usize) -> Option<usize> {
        let last = 1u64 << (self.len - 1);
        let (mut more, mut less, mut distance) = (u64::MAX, 0u64, self.len);
        for (i, token) in tokens.enumerate() {
            let same = self.at(token).map_or(0, |at| self.rows[at]);
            let diagonal = ((same & more).wrapping_add(more) ^ more) | same | less;
            let mut right_more = less | !(diagonal | more);
            let mut right_less = diagonal & more;
            distance += usize::from(right_more & last != 0);
            distance -= usize::from(right_less & last != 0);
            // Every token to come can take back one at most.
            if distance > most.saturating_add(len - 1 - i) {
                return None;
            }
            right_more = right_more << 1 | 1;
            right_less <<= 1;
            more = right_less | !(diagonal | right_more);
            less = right_more & diagonal;
        }
        (distance <= most).then_some(distance)
    }

    fn in_many(&mut self, tokens: impl Iterator<Item = T>, len: usize, most: usize) -> Option<usize> {
        self.more.fill(u64::MAX);
        self.less.fill(0);
        let last_word = self.words - 1;
        let last = 1u64 << ((self.len - 1) % 64);
        let mut distance = self.len;
        for (i, token) in tokens.enumerate() {
            let at = self.at(token);
            // What the row above the word does to the right: one more at the top of all.
            let (mut carry_more, mut carry_less) = (1u64, 0u64);
            for word in 0..self.words {
                let rows = at.map_or(0, |at| self.rows[at + word]);
                let (more, less) = (self.more[word], self.less[word]);
                let same = rows | carry_less;
                let diagonal = ((same & more).wrapping_add(more) ^ more) | same | less;
                let mut right_more = less | !(diagonal | more);
                let mut right_less = diagonal & more;
                if word == last_word {
                    distance += usize::from(right_more & last != 0);
                    distance -= usize::from(right_less & last != 0);
                }
                let (out_more, out_less) = (right_more >> 63, right_less >> 63);
                right_more = right_more << 1 | carry_more;
                right_less = right_less << 1 | carry_less;
                self.more[word] = right_less | !(diagonal | right_more);
                self.less[word] = right_more & diagonal;
                (carry_more, carry_less) = (out_more, out_less);
            }
            if distance > most.saturating_add(len - 1 - i) {
                return None;
            }
        }
        (distance <= most).then_some(distance)
    }
}

fn slot<T: Hash>(token: T, slots: usize) -> usize {
    (FxBuildHasher.hash_one(token) >> 20) as usize & (slots - 1)
}
