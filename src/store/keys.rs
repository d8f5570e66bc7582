//! Stand-in for the text room.

use crate::model::LanguageTag;

/// How a key was made of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyClass {
    /// Folded.
    Folded,
    /// Stemmed.
    Stemmed,
    /// Pinyin.
    Pinyin,
    /// Initials.
    Initials,
}

pub(super) fn term_keys(_lang: &LanguageTag, text: &str) -> Vec<(KeyClass, String)> {
    let folded = text.to_lowercase();
    let stem: String = folded.chars().take(6).collect();
    vec![(KeyClass::Folded, folded), (KeyClass::Stemmed, stem)]
}

pub(super) fn signature(text: &str) -> u64 {
    text.chars().fold(0, |bits, c| bits | 1 << (c as u32 % 64))
}

pub(super) fn distance(a: &str, b: &str, max: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row.last().copied().filter(|d| *d <= max)
}
