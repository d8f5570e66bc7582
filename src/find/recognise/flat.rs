//! Flat tables for what is asked of every word: made once, then only read.

/// A set of hashes that may hold more than it was given, and never less.
#[derive(Debug)]
pub(super) struct Filter {
    bits: Box<[u64]>,
    shift: u32,
}

impl Filter {
    /// Makes a set of hashes, with at least so many bits for each.
    pub(super) fn of(hashes: impl ExactSizeIterator<Item = u64>, bits: usize) -> Self {
        let bits = (hashes.len() * bits).max(1024).next_power_of_two();
        let mut made = Self { bits: vec![0; bits / 64].into(), shift: 64 - (bits / 64).trailing_zeros() };
        for hash in hashes {
            made.bits[(hash >> made.shift) as usize] |= Self::three(hash);
        }
        made
    }

    /// Three bits, all in one word, so that asking for them is asking the memory once.
    #[inline]
    fn three(hash: u64) -> u64 {
        1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
    }

    #[inline]
    pub(super) fn may_have(&self, hash: u64) -> bool {
        let three = Self::three(hash);
        self.bits[(hash >> self.shift) as usize] & three == three
    }
}

/// A table from numbers that are spread well, or made so by [`spread`], to small values.
///
/// Open addressing with linear probing, at most half full; an empty place has the key 0, which is kept apart.
#[derive(Debug)]
pub(super) struct Flat<V> {
    places: Box<[(u64, V)]>,
    shift: u32,
}

impl<V: Copy + Default> Flat<V> {
    /// Makes a table of pairs; of equal keys the first counts.
    pub(super) fn of(pairs: impl ExactSizeIterator<Item = (u64, V)>) -> Self {
        let size = (pairs.len() * 2).max(16).next_power_of_two();
        let mut made =
            Self { places: vec![(0, V::default()); size].into(), shift: 64 - size.trailing_zeros() };
        for (key, value) in pairs {
            let key = key | u64::from(key == 0);
            let mut at = (spread(key) >> made.shift) as usize;
            while made.places[at].0 != 0 && made.places[at].0 != key {
                at = (at + 1) & (size - 1);
            }
            if made.places[at].0 == 0 {
                made.places[at] = (key, value);
            }
        }
        made
    }

    #[inline]
    pub(super) fn get(&self, key: u64) -> Option<V> {
        let key = key | u64::from(key == 0);
        let mut at = (spread(key) >> self.shift) as usize;
        loop {
            let (known, value) = self.places[at];
            if known == key {
                return Some(value);
            }
            if known == 0 {
                return None;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }
}

/// Spreads a number over all bits, the upper ones best.
#[inline]
pub(super) fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Spreads a number over all bits alike, as a [`Filter`] wants it.
#[inline]
pub(super) fn scatter(number: u64) -> u64 {
    mix(number ^ FIRST, SECOND)
}

/// Returns a hash of a word that stands in a text. Short words are read into a register or two, also over
/// their end where the text goes on.
#[inline]
pub(super) fn hash_at(text: &[u8], from: usize, to: usize) -> u64 {
    let len = to - from;
    if len <= 8 {
        let word = match text.get(from..from + 8) {
            Some(eight) => u64::from_le_bytes(eight.try_into().unwrap_or_default()),
            None => padded(&text[from..to]),
        };
        let word = if len == 0 { 0 } else { word << (64 - 8 * len) };
        return mix(word ^ FIRST, SECOND ^ len as u64);
    }
    if len <= 16 {
        let first = text[from..from + 8].try_into().map_or(0, u64::from_le_bytes);
        let last = text[to - 8..to].try_into().map_or(0, u64::from_le_bytes);
        return mix(first ^ FIRST, last ^ SECOND ^ len as u64);
    }
    xxhash_rust::xxh3::xxh3_64(&text[from..to])
}

/// Returns the hash of a word by itself.
pub(super) fn hash(word: &str) -> u64 {
    hash_at(word.as_bytes(), 0, word.len())
}

const FIRST: u64 = 0xA076_1D64_78BD_642F;
const SECOND: u64 = 0xE703_7ED1_A0B4_28DB;

/// Multiplies and folds, as wyhash does.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cold]
fn padded(word: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight[..word.len()].copy_from_slice(word);
    u64::from_le_bytes(eight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_hash_wherever_it_stands() {
        let text =
            "a bc def ghij klmno pqrstu vwxyzab cdefghij klmnopqrs tuvwxyzabcdefghi longerthansixteenletters";
        let mut seen = std::collections::BTreeSet::new();
        let mut at = 0;
        for word in text.split(' ') {
            assert_eq!(hash_at(text.as_bytes(), at, at + word.len()), hash(word), "{word}");
            assert!(seen.insert(hash(word)), "{word}");
            at += word.len() + 1;
        }
        assert_ne!(hash("a"), hash("a\0"));
    }

    #[test]
    fn a_table_knows_what_it_was_given_and_nothing_else() {
        let table = Flat::of((0..1000_u32).map(|n| (u64::from(n) * u64::from(n), n + 1)));
        // The key 0 stands for 1 as well, and comes first.
        assert_eq!(table.get(0), Some(1));
        for n in 2..1000_u64 {
            assert_eq!(table.get(n * n), Some(n as u32 + 1));
            assert_eq!(table.get(n * n + 1), None);
        }
    }
}
