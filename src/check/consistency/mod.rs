//! One thing, one wording: within a row, and over all rows; and whether everything was translated at all.

pub mod empty_target;
pub mod inconsistent_source;
pub mod inconsistent_target;
pub mod inconsistent_term;
mod left_out;
pub mod partial_translation;
pub mod untranslated;

use xxhash_rust::xxh3::xxh3_64;

use super::{About, Family, LooksAt};
use crate::model::Severity;
use crate::text::{fold, words};

/// Returns what there is to know about a check of whether a pair was translated.
const fn about(code: &'static str, severity: Severity, page: &'static str) -> About {
    About { code, family: Family::Consistency, severity, looks_at: LooksAt::Pairs, yields_to: &[], page }
}

/// Returns a hash of what a text says: its folded words, with every number as one sign, and whether there are
/// enough of them to mean anything.
fn said(text: &str) -> (u64, bool) {
    let folded = fold(text);
    let mut plain = String::with_capacity(folded.len());
    let mut count = 0;
    for word in words(&folded) {
        let word = &folded[word];
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            plain.push('#');
        } else {
            plain.push_str(word);
            count += 1;
        }
        plain.push(' ');
    }
    (xxh3_64(plain.as_bytes()), count >= 2)
}

/// Returns the commonest value of a group with the first row that has it (the first value among equals), if there is
/// more than one.
fn commonest(group: &[(u32, u64)]) -> Option<(u32, u64)> {
    let (_, first) = group.first()?;
    if group.iter().all(|(_, value)| value == first) {
        return None;
    }
    let count = |value: u64| group.iter().filter(|(_, v)| *v == value).count();
    let best = group.iter().map(|(_, value)| count(*value)).max()?;
    group.iter().find(|(_, value)| count(*value) == best).copied()
}
