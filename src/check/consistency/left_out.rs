//! Tells whether a part of the source has no counterpart in the target.
//!
//! What a language needs to say the same in varies by a fifth or so; a clause that is gone leaves a gap of its own
//! length. So the gap is held against the clauses of the source, and what joined the clause (*although*, *if*)
//! must be missing too.

use std::ops::Range;

use crate::check::{Found, Text};
use crate::model::Severity;
use crate::text::writing::{Join, Script};

/// Reports a target that says less than its source.
pub(super) fn left_out(source: &Text<'_>, target: &Text<'_>, found: &mut Vec<Found>) {
    let from = source.text();
    if from.len() < 50 && source.writing.script != Script::Han {
        return;
    }
    let (Some(whole), Some(said)) = (length(source), length(target)) else { return };
    // What the source says twice a translation may say once.
    let whole = whole - repeated(source);
    let said = said + 15.0 * shortened(source, target);
    if whole < 45.0 {
        return;
    }
    let ratio = said / whole;
    if ratio >= 0.82 {
        return;
    }
    let (severity, what) = if ratio < 0.5 {
        (Severity::Warning, None)
    } else {
        match missing_clause(source, target, whole, ratio) {
            Some((severity, clause)) => (severity, Some(clause)),
            None if ratio < 0.58 && whole >= 85.0 => (Severity::Warning, None),
            None => return,
        }
    };
    let message = match what {
        Some(clause) => format!(
            "A part of the source seems to be left out: \"{}\".",
            crate::text::clip(from[clause].trim_matches([' ', ',', ';', '.']), 80)
        ),
        None => format!(
            "A part of the source seems to be left out: the target says in {:.0} % of the length what it says.",
            ratio * 100.0
        ),
    };
    found.push(
        Found::in_target(0..target.text().len(), message)
            .severity(severity)
            .help("read both sides against each other and translate what is missing"),
    );
}

/// Returns how long a text is, in characters of English.
fn length(text: &Text<'_>) -> Option<f64> {
    crate::check::text::length(text)
}

/// Returns how much of a text are words that it says a second time, three or more in a row.
fn repeated(text: &Text<'_>) -> f64 {
    let (words, written) = (text.words(), text.text());
    let mut out = 0;
    let mut at = 3;
    while at + 2 < words.len() {
        let here = |n: usize| &written[words[n].clone()];
        let best = (0..at.saturating_sub(2))
            .map(|start| {
                (0..at - start)
                    .take_while(|n| at + n < words.len() && here(start + n) == here(at + n))
                    .count()
            })
            .max()
            .unwrap_or(0);
        if best > 2 {
            out += words[at + best - 1].end - words[at].start;
        }
        at += best.max(1);
    }
    out as f64
}

/// Returns how many acronyms the target has that the source spells out.
fn shortened(source: &Text<'_>, target: &Text<'_>) -> f64 {
    let acronym = |w: &&str| w.chars().count() > 1 && w.chars().all(char::is_uppercase);
    let all = target.words().iter().map(|w| &target.text()[w.clone()]);
    all.filter(acronym).filter(|w| !source.text().contains(*w)).count() as f64
}

/// A clause: where it stands, what joins it, and what parts it from what stands before it.
struct Clause {
    range: Range<usize>,
    join: Option<Join>,
    after: Cut,
}

/// What parts two clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// The text begins.
    Beginning,
    /// A full stop or its like.
    Sentence,
    /// A comma or its like.
    Mark,
    /// *and*, without a mark.
    And,
}

/// Finds the clause whose absence explains the gap.
fn missing_clause(
    source: &Text<'_>,
    target: &Text<'_>,
    whole: f64,
    ratio: f64,
) -> Option<(Severity, Range<usize>)> {
    let ours = clauses(source);
    let theirs = clauses(target);
    let count = |all: &[Clause], cut: Cut| all.iter().filter(|c| c.after == cut).count();
    let fewer_sentences = count(&theirs, Cut::Sentence) < count(&ours, Cut::Sentence);
    let fewer_marks = theirs.len() < ours.len();
    // A translation may have marks of its own; then the gap must be plain.
    let may_miss = fewer_marks || (theirs.len() == ours.len() && ratio < 0.66);
    let mut best: Option<(Severity, f64, Range<usize>)> = None;
    // A comma of its own may stand for the *and*.
    let has_and = says(target, Join::And) || theirs.len() > ours.len();
    let with_and = if has_and { vec![] } else { coordinated(source) };
    for clause in ours.iter().chain(&with_and) {
        let text = &source.text()[clause.range.clone()];
        let share = text.chars().count() as f64 / whole;
        let left = ratio / (1.0 - share).max(0.05);
        if !(0.12..0.8).contains(&share) || !(0.76..1.35).contains(&left) {
            continue;
        }
        let long = share > 0.2 && text.split_whitespace().count() > 3 && whole > 60.0;
        let unsaid = clause.join.is_some_and(|join| join != Join::And && !says(target, join));
        let severity = match clause.after {
            Cut::And => (long && ratio < 0.76).then_some(Severity::Warning),
            Cut::Sentence if fewer_sentences => Some(Severity::Warning),
            _ if !may_miss || ours.len() < 2 => None,
            _ if unsaid => Some(Severity::Warning),
            Cut::Beginning => None,
            // A clause that only the mark parts, or that is joined by a word that the target has elsewhere.
            _ if long && fewer_marks && ratio < 0.8 => Some(match clause.join {
                None | Some(Join::And | Join::Which) => Severity::Warning,
                Some(_) => Severity::Info,
            }),
            _ => Some(Severity::Info),
        };
        let Some(severity) = severity else { continue };
        let fit = (left - 1.0).abs();
        if best.as_ref().is_none_or(|(s, f, _)| severity > *s || (severity == *s && fit < *f)) {
            best = Some((severity, fit, clause.range.clone()));
        }
    }
    best.map(|(severity, _, range)| (severity, range))
}

/// Cuts a text at the marks that part clauses and sentences.
fn clauses(text: &Text<'_>) -> Vec<Clause> {
    let glyphs = text.glyphs();
    let mut cuts = vec![(0, Cut::Beginning)];
    for (i, c) in glyphs.signs() {
        let next = glyphs.all.get(i + 1);
        let gap = next.is_some_and(|g| g.is_gap());
        let cut = match c {
            ',' | ';' | ':' | '،' | '؛' => gap.then_some(Cut::Mark),
            '，' | '；' | '：' | '—' => Some(Cut::Mark),
            '.' | '!' | '?' | '؟' | '…' => {
                let begins = gap && glyphs.all.get(i + 2).is_some_and(|g| !g.c.is_lowercase());
                (begins && glyphs.word_before(i).len() > 2).then_some(Cut::Sentence)
            }
            '。' | '！' | '？' => next.is_some().then_some(Cut::Sentence),
            _ => None,
        };
        // A mark at the very end parts nothing.
        if let Some(cut) = cut.filter(|_| glyphs.all[i + 1..].iter().any(|g| g.is_word())) {
            cuts.push((glyphs.range(i).end, cut));
        }
    }
    let ends: Vec<usize> = cuts.iter().skip(1).map(|(at, _)| *at).chain([text.text().len()]).collect();
    cuts.into_iter()
        .zip(ends)
        .map(|((start, after), end)| {
            let first = text.text()[start..end].trim_start().split([' ', ',']).next().unwrap_or_default();
            let first = first.to_lowercase();
            let joins = text.writing.connectives.iter().find(|(_, words)| words.contains(&first.as_str()));
            Clause { range: start..end, join: joins.map(|(join, _)| *join), after }
        })
        .collect()
}

/// Returns what follows each *and* up to the next mark.
fn coordinated(text: &Text<'_>) -> Vec<Clause> {
    let Some((_, and)) = text.writing.connectives.iter().find(|(join, _)| *join == Join::And) else {
        return vec![];
    };
    let written = text.text();
    let ands = text.words().iter().filter(|w| and.contains(&&written[(*w).clone()]));
    ands.map(|word| {
        let rest = &written[word.start..];
        let end = rest.find([',', ';', '.', ':']).unwrap_or(rest.len());
        Clause { range: word.start..word.start + end, join: Some(Join::And), after: Cut::And }
    })
    .collect()
}

/// Tells whether any word of the target may say this.
fn says(target: &Text<'_>, join: Join) -> bool {
    let Some((_, forms)) = target.writing.connectives.iter().find(|(j, _)| *j == join) else { return true };
    if target.writing.script == Script::Han {
        return forms.iter().any(|form| target.text().contains(form));
    }
    target.words().iter().any(|word| {
        let word = target.text()[word.clone()].to_lowercase();
        let bare = match target.writing.script {
            Script::Arabic => word.strip_prefix(['و', 'ف']).unwrap_or(&word),
            _ => &word,
        };
        forms.iter().any(|form| {
            bare == *form
                || word == *form
                || (form.len() > 6 && bare.starts_with(form))
                || (*form == "و" && word.starts_with('و'))
                || bare.split(['\'', '’']).next() == Some(form)
        })
    })
}
