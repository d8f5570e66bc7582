//! One thing, one wording: within a row, and over all rows; and whether everything was translated at all.

pub mod empty_target;
pub mod inconsistent_source;
pub mod inconsistent_target;
pub mod inconsistent_term;
mod left_out;
pub mod partial_translation;
pub mod untranslated;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{About, Family, LooksAt};
use super::{Facts, Found, Rows};
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

/// Returns what rows remembered, by the first of the two.
fn groups(facts: &[(u32, Facts)]) -> FxHashMap<u64, Vec<(u32, u64)>> {
    let mut groups: FxHashMap<u64, Vec<(u32, u64)>> = FxHashMap::default();
    for (row, facts) in facts {
        for [key, value] in &facts.0 {
            groups.entry(*key).or_default().push((*row, *value));
        }
    }
    groups
}

/// Tells the rows of a group that have another value than most; what to say of one is made of the first row that has the
/// common value.
fn tell_minority(
    facts: &[(u32, Facts)],
    rows: &dyn Rows,
    found: &mut Vec<(u32, Found)>,
    say: impl Fn(u32) -> (String, &'static str),
) {
    for group in groups(facts).values() {
        let Some((first, common)) = commonest(group) else { continue };
        for (row, _) in group.iter().filter(|(_, value)| *value != common) {
            let (message, help) = say(first);
            let one = Found::in_target(0..rows.target(*row as usize).text.len(), message);
            found.push((*row, one.help(help)));
        }
    }
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
