//! What the terms of a source lead one to expect of its target, and what stands there.

use std::ops::Range;

use super::is_short;
use crate::check::{Seen, Text};
use crate::find::recognise::{Hit, Method};
use crate::find::terms::{Judgement, KnownTerm};
use crate::text::{Stem, fold, is_unspaced, stems};

/// A concept that the source names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Its first hit in the source, by its place in [`Text::hits`].
    pub hit: usize,
    /// What stands in the target.
    pub met: Met,
}

/// How the target answers to a concept of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// With a term of it, whatever is thought of that.
    Named,
    /// With the words of a term of it, apart or derived: there, but not as a term.
    Words,
    /// With the name of the source language.
    Untranslated(Range<usize>),
    /// With its term in the wrong case.
    WrongCase(Range<usize>, String),
    /// With something else in its place that looks like a rendering.
    Other(Range<usize>),
    /// Not at all.
    Nothing,
    /// Nobody knows: the base has no term of it in the language of the target.
    Unknown,
}

/// Returns the concepts that the source names, each with what the target makes of it.
pub fn expected(seen: &Seen<'_>) -> Vec<Expected> {
    let Some((source, target)) = seen.pair() else { return vec![] };
    let mut out: Vec<Expected> = vec![];
    let mut stemmed = None;
    for (at, hit) in source.hits.iter().enumerate() {
        if hit.nested
            || hit.method == Method::Compound
            || out.iter().any(|e| source.hits[e.hit].concept == hit.concept)
        {
            continue;
        }
        // One form of several concepts: it is enough that one of them is met.
        let twins: Vec<u32> =
            source.hits.iter().filter(|h| h.range == hit.range).map(|h| h.concept).collect();
        let met = twins
            .iter()
            .map(|concept| meet(seen, source, target, hit, *concept, &mut stemmed))
            .min_by_key(|met| match met {
                Met::Named => 0,
                Met::Words => 1,
                Met::Unknown => 2,
                Met::WrongCase(..) => 3,
                Met::Untranslated(_) => 4,
                Met::Other(_) => 5,
                Met::Nothing => 6,
            })
            .unwrap_or(Met::Unknown);
        let better_elsewhere = twins.len() > 1 && out.iter().any(|e| source.hits[e.hit].range == hit.range);
        if !better_elsewhere {
            out.push(Expected { hit: at, met });
        }
    }
    out
}

fn meet(
    seen: &Seen<'_>,
    source: &Text<'_>,
    target: &Text<'_>,
    hit: &Hit,
    concept: u32,
    stemmed: &mut Option<Vec<Stem>>,
) -> Met {
    if target.hits.iter().any(|h| h.concept == concept) {
        return Met::Named;
    }
    let known = seen.terms.concept(concept);
    let terms: Vec<&KnownTerm> = known.terms_in(target.lang).collect();
    if terms.is_empty() || hit.of(seen.terms).rule.do_not_translate {
        return Met::Unknown;
    }
    let folded = target.folded();
    for term in &terms {
        let wanted = fold(&term.text);
        if let Some(range) = at_word_edges(&folded.text, &wanted) {
            let range = folded.original(range);
            if target.text()[range.clone()].to_lowercase() == term.text.to_lowercase() {
                return Met::WrongCase(range, term.text.clone());
            }
        }
    }
    let allowed = || terms.iter().filter(|t| t.judged(seen.options.date.as_ref()) <= Judgement::Proposed);
    let target_stems = stemmed.get_or_insert_with(|| stems(target.lang, &folded.text));
    if allowed().any(|t| holds_words(target, target_stems, t)) {
        return Met::Words;
    }
    let named = fold(&source.text()[hit.range.clone()]).into_owned();
    let same_script = terms.iter().any(|t| fold(&t.text) == named);
    if is_short(hit.of(seen.terms)) && at_word_edges(&folded.text, &named).is_some() {
        // Abbreviations travel: many are the same everywhere, or the name of something else (CAC 40).
        return Met::Words;
    }
    if !same_script && let Some(range) = at_word_edges(&folded.text, &named) {
        return match is_quoted_whole(&folded.text, &range, &source.folded().text) {
            true => Met::Words,
            false => Met::Untranslated(folded.original(range)),
        };
    }
    // A term of another concept that the source does not name.
    let stray = target.hits.iter().find(|h| {
        !h.nested && h.method != Method::Compound && !source.hits.iter().any(|s| s.concept == h.concept)
    });
    match stray {
        Some(stray) => Met::Other(stray.range.clone()),
        None => Met::Nothing,
    }
}

/// Tells whether the words on either side of a stretch of the target are those of the source as well: a title or a
/// quotation that stays in its language.
fn is_quoted_whole(target: &str, range: &Range<usize>, source: &str) -> bool {
    let start = target[..range.start].trim_end().rfind(' ').map_or(0, |at| at + 1);
    let behind = target[range.end..].trim_start();
    let skipped = target.len() - range.end - behind.len();
    let end = range.end + skipped + behind.find(' ').unwrap_or(behind.len());
    let before = start < range.start && source.contains(&target[start..range.end]);
    let after =
        end > range.end + skipped && source.contains(target[range.start..end].trim_end_matches([',', '.']));
    before && after
}

/// Finds a folded phrase between word edges.
fn at_word_edges(text: &str, phrase: &str) -> Option<Range<usize>> {
    if phrase.is_empty() {
        return None;
    }
    text.match_indices(phrase).map(|(at, _)| at..at + phrase.len()).find(|range| {
        let wordy = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
        !wordy(text[..range.start].chars().next_back()) && !wordy(text[range.end..].chars().next())
    })
}

/// Tells whether the words of a term are in a text, in any order, derived or apart: *sécurité et souveraineté
/// numériques* holds those of *sécurité numérique*.
fn holds_words(target: &Text<'_>, target_stems: &[Stem], term: &KnownTerm) -> bool {
    if is_short(term) {
        return false;
    }
    let folded = fold(&term.text);
    if !target.language.spaced {
        return holds_parts(&target.folded().text, &folded);
    }
    let small = target.language.inflection.prepositions;
    let joins = target.language.inflection.conjunctions;
    let mut wanted = stems(target.lang, &folded);
    wanted.retain(|s| {
        let word = &folded[s.word.clone()];
        !small.contains(&word) && !joins.contains(&word)
    });
    // A single word that is there only as part of a family of words is not there.
    wanted.len() > 1 && wanted.iter().all(|w| target_stems.iter().any(|t| t.stem == w.stem))
}

/// Tells whether the halves of a term of an unspaced script stand in a text one after the other, with little between
/// them: 网络和数据安全 holds those of 网络安全.
fn holds_parts(text: &str, term: &str) -> bool {
    let letters: Vec<char> = term.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.len() < 4 {
        return false;
    }
    let cuts = if letters.len() == 4 { 2..=2 } else { 2..=letters.len() - 2 };
    cuts.into_iter().any(|cut| {
        let (one, two): (String, String) = (letters[..cut].iter().collect(), letters[cut..].iter().collect());
        text.match_indices(&one).any(|(at, _)| {
            let behind = &text[at + one.len()..];
            let near: usize = behind
                .chars()
                .take_while(|c| !matches!(c, '.' | '!' | '?' | ';'))
                .take(12)
                .map(char::len_utf8)
                .sum();
            behind.find(&two).is_some_and(|at| at <= near)
        })
    })
}
