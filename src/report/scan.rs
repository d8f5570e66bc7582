//! A text with the terms that were recognised in it, coloured by what is thought of them.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use anstyle::Style;

use super::{look, styled};
use crate::find::recognise::Hit;
use crate::find::terms::{Judgement, KnownTerm, Terms};
use crate::model::{Date, LanguageTag};
use crate::text::visible;

/// A text and what was recognised in it.
#[derive(Debug, Clone)]
pub struct Scanned<'a> {
    /// Where the text comes from.
    pub file: &'a str,
    /// Its language.
    pub lang: &'a LanguageTag,
    /// The text.
    pub text: &'a str,
    /// The terms in it, in the order in which they begin, the longer first.
    pub hits: &'a [Hit],
    /// Its date, if that is known.
    pub date: Option<Date>,
}

/// Every judgement, with its word, what it means, and how it looks.
pub(super) const JUDGEMENTS: &[(Judgement, &str, &str, Style)] = &[
    (Judgement::Preferred, "preferred", "the form to write", look::GOOD),
    (Judgement::Admitted, "admitted", "may be written", look::NAME),
    (Judgement::Proposed, "proposed", "nobody vouches for it yet", look::DOUBT),
    (Judgement::Deprecated, "deprecated", "not to be written any more", look::BAD),
    (Judgement::Forbidden, "forbidden", "ruled out", look::BAD.bold().underline()),
];

/// Returns a text with its terms coloured; where one lies inside another the inner one is underlined as well.
pub fn scanned(one: &Scanned<'_>, terms: &Terms) -> String {
    let mut out = String::with_capacity(one.text.len() * 2);
    let mut open: Vec<Style> = vec![];
    let mut at = 0;
    for step in steps(one) {
        let (to, change) = match &step {
            Step::Open(at, hit) => (*at, Some(hit)),
            Step::Close(at) => (*at, None),
        };
        paint(&mut out, &open, &one.text[at..to]);
        at = to;
        match change {
            Some(hit) => {
                let style = look_of(hit.of(terms).judged(one.date.as_ref())).3;
                open.push(if open.is_empty() { style } else { style.underline() });
            }
            None => drop(open.pop()),
        }
    }
    paint(&mut out, &open, &one.text[at..]);
    out
}

fn paint(out: &mut String, open: &[Style], text: &str) {
    match open.last() {
        // A style that reaches over lines colours a pager's margins.
        Some(style) => {
            for piece in text.split_inclusive('\n') {
                let line = piece.strip_suffix('\n').unwrap_or(piece);
                if !line.is_empty() {
                    out.push_str(&styled(*style, visible(line)));
                }
                out.push_str(&piece[line.len()..]);
            }
        }
        None => out.push_str(&visible(text)),
    }
}

/// Returns the word for what is thought of a term in a text of some date.
pub fn judgement_word(term: &KnownTerm, date: Option<&Date>) -> &'static str {
    look_of(term.judged(date)).1
}

/// Returns what the colours mean, in one line.
pub fn legend() -> String {
    let words: Vec<String> = JUDGEMENTS.iter().map(|(_, word, _, style)| styled(*style, word)).collect();
    format!("{}\n", words.join("  "))
}

pub(super) fn look_of(judgement: Judgement) -> &'static (Judgement, &'static str, &'static str, Style) {
    // The list has every judgement.
    JUDGEMENTS.iter().find(|(known, ..)| *known == judgement).unwrap_or(&JUDGEMENTS[0])
}

/// What happens on the way through a text.
pub(super) enum Step<'a> {
    /// A hit begins at a byte.
    Open(usize, &'a Hit),
    /// The one that began last ends at a byte.
    Close(usize),
}

/// Returns where hits begin and end, each inside the one that is open. Of two that cross, the later is cut in two at the
/// end of the earlier.
pub(super) fn steps<'a>(one: &Scanned<'a>) -> Vec<Step<'a>> {
    let mut steps = vec![];
    let mut open: Vec<usize> = vec![];
    let fits = |range: &Range<usize>| range.start < range.end && one.text.get(range.clone()).is_some();
    let mut waiting: BTreeSet<(usize, Reverse<usize>, usize)> = one
        .hits
        .iter()
        .enumerate()
        .filter(|(_, hit)| fits(&hit.range))
        .map(|(at, hit)| (hit.range.start, Reverse(hit.range.end), at))
        .collect();
    while let Some((start, Reverse(end), hit)) = waiting.pop_first() {
        while let Some(last) = open.pop_if(|last| *last <= start) {
            steps.push(Step::Close(last));
        }
        let mut end = end;
        if let Some(last) = open.last().filter(|last| **last < end) {
            waiting.insert((*last, Reverse(end), hit));
            end = *last;
        }
        steps.push(Step::Open(start, &one.hits[hit]));
        open.push(end);
    }
    steps.extend(open.into_iter().rev().map(Step::Close));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::recognise::Method;

    fn hit(range: Range<usize>) -> Hit {
        Hit { range, concept: 0, term: 0, method: Method::Exact, score: 100, nested: false }
    }

    #[test]
    fn hits_nest_and_crossing_ones_are_cut() {
        let lang = LanguageTag::english();
        for (hits, expected) in [
            (&[0..2, 4..6][..], "[ab]cd[ef]"),
            (&[0..6, 0..2, 4..6], "[[ab]cd[ef]]"),
            (&[0..4, 2..6], "[ab[cd]][ef]"),
            (&[0..6, 1..3, 2..4], "[a[b[c]][d]ef]"),
            (&[3..3, 4..9], "abcdef"),
        ] {
            let hits: Vec<Hit> = hits.iter().cloned().map(hit).collect();
            let one = Scanned { file: "a", lang: &lang, text: "abcdef", hits: &hits, date: None };
            let (mut out, mut at) = (String::new(), 0);
            for step in steps(&one) {
                let (to, sign) = match step {
                    Step::Open(to, _) => (to, '['),
                    Step::Close(to) => (to, ']'),
                };
                out.push_str(&one.text[at..to]);
                out.push(sign);
                at = to;
            }
            assert_eq!(out + &one.text[at..], expected);
        }
    }
}
