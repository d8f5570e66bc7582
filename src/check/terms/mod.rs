//! Terms of the base: whether what the source names is named in the target as the base wants it.

mod expect;

pub mod acronym_undefined;
pub mod anachronism;
pub mod dnt_changed;
pub mod term_case;
pub mod term_deprecated;
pub mod term_forbidden;
pub mod term_missing;
pub mod term_not_approved;
pub mod term_untranslated;
pub mod variant_nonpreferred;

pub use expect::{Expected, Met, expected};

use crate::check::{Found, Seen, Text};
use crate::find::recognise::{Hit, Method};
use crate::find::terms::{Judgement, KnownTerm, Terms};
use crate::model::{Date, Severity, TermKind};
use crate::text::fold;
use crate::text::inflect::Scope;

/// Returns the term to recommend in the language of a text for a concept, in quotation marks, for a help line.
fn advice(terms: &Terms, concept: u32, text: &Text<'_>, date: Option<&Date>) -> Option<String> {
    let best = terms.concept(concept).best(text.lang, date)?;
    Some(format!("the base prefers \"{}\"", best.text))
}

/// Says how a hit was found, where that is not plain to see.
fn how(hit: &Hit, term: &KnownTerm) -> String {
    match hit.method {
        Method::Exact | Method::Folded => String::new(),
        Method::Listed => format!(" (a form of \"{}\")", term.text),
        Method::Inflected => format!(" (\"{}\" in another form)", term.text),
        Method::Loose => format!(" (\"{}\" with something between its parts)", term.text),
        Method::Prefix => format!(" (it begins like \"{}\")", term.text),
        Method::Pattern => format!(" (by the pattern of \"{}\")", term.text),
        Method::Compound => format!(" (\"{}\" within a compound)", term.text),
    }
}

/// Returns the hits that have this judgement and are no part of a longer hit, nor at the same time a term that may
/// stand here.
fn judged<'h>(
    text: &'h Text<'_>,
    terms: &'h Terms,
    date: Option<&'h Date>,
    judgement: Judgement,
) -> impl Iterator<Item = (&'h Hit, &'h KnownTerm)> {
    text.hits.iter().map(|hit| (hit, hit.of(terms))).filter(move |(hit, term)| {
        !hit.nested
            && term.judged(date) == judgement
            && !text.hits.iter().any(|other| {
                other.range == hit.range
                    && other.concept != hit.concept
                    && other.of(terms).judged(date) <= Judgement::Admitted
            })
    })
}

/// Tells whether a term shortens another.
pub(super) fn is_short(term: &KnownTerm) -> bool {
    is_abbreviation(term) || term.kind == Some(TermKind::ShortForm)
}

/// Tells whether a term is letters that stand for words.
fn is_abbreviation(term: &KnownTerm) -> bool {
    matches!(term.kind, Some(TermKind::Acronym | TermKind::Abbreviation | TermKind::Initialism))
}

/// Tells whether a word of the source stands before another noun and only says which one: *internet users*, *IT
/// department*. Other languages have a word of its own for the two, so its absence is no sure sign.
fn is_modifier(text: &Text<'_>, hit: &Hit) -> bool {
    let surface = &text.text()[hit.range.clone()];
    if text.language.inflection.scope != Scope::Heads || surface.contains([' ', '-', '\u{a0}']) {
        return false;
    }
    // *300 DPI* is a unit.
    let before = text.text()[..hit.range.start].trim_end();
    if before.len() < hit.range.start && before.ends_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let Some(behind) = text.text()[hit.range.end..].strip_prefix([' ', '-', '\u{a0}']) else { return false };
    let next: String = behind.chars().take_while(|c| c.is_alphabetic()).collect();
    let small = |word: &str| {
        let folded = fold(word);
        text.writing.function_words.contains(&&*folded)
            || text.language.inflection.prepositions.contains(&&*folded)
            || text.language.inflection.conjunctions.contains(&&*folded)
    };
    if next.chars().count() < 3 || small(&next) || next.ends_with("ed") {
        return false;
    }
    // *cybercrime costs hospitals more* has a verb there, *internet users in 16 countries* a noun.
    let rest = &behind[next.len()..];
    let then: String = rest.trim_start_matches(' ').chars().take_while(|c| c.is_alphabetic()).collect();
    !next.ends_with('s') || next.ends_with("ss") || !rest.starts_with(' ') || then.is_empty() || small(&then)
}

/// Tells the terms of the target that have this judgement, for which there is a word.
fn tell_judged(seen: &Seen<'_>, judgement: Judgement, word: &str, found: &mut Vec<Found>) {
    let date = seen.options.date.as_ref();
    for (hit, term) in judged(&seen.target, seen.terms, date, judgement) {
        let surface = &seen.target.text()[hit.range.clone()];
        let name = &seen.terms.concept(hit.concept).name;
        let named = seen.source.as_ref().is_none_or(|s| s.hits.iter().any(|h| h.concept == hit.concept));
        let undated = date.is_none() && !term.validity.is_empty();
        let message = format!(
            "\"{surface}\"{} is {word} in this base{}.",
            how(hit, term),
            if undated { " today; the text has no date, so its periods do not count" } else { "" }
        );
        let mut one = Found::in_target(hit.range.clone(), message).concept(name.clone());
        one.help = advice(seen.terms, hit.concept, &seen.target, date);
        if !named {
            // It may be another thing of the same name.
            one.severity = Some(Severity::Info);
        }
        let best = seen.terms.concept(hit.concept).best(seen.target.lang, date);
        if let Some(best) =
            best.filter(|_| named && !seen.target.language.spaced && hit.method <= Method::Folded)
        {
            one.fix = Some(best.text.clone());
        }
        found.push(one);
    }
}
