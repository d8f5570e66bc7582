//! What the query has otherwise than the source, word by word.

use std::ops::Range;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::align::{Step, align};
use crate::text::tokens;

/// A stretch of the query and the stretch of the source that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub kind: PieceKind,
    /// What the query has.
    pub query: String,
    /// What the source has.
    pub source: String,
}

/// What became of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PieceKind {
    /// Both have it, but for spaces.
    Same,
    /// Each has something of its own.
    Changed,
    /// Only the query has it.
    Query,
    /// Only the source has it.
    Source,
}

/// Texts beyond this are told as one piece; nobody reads them word by word.
const MOST_BYTES: usize = 256 << 10;

/// Returns the pieces of two texts, in order: all that the query has, joined, is the query, and so with the source.
///
/// ```
/// use wicterm::find::leverage::{PieceKind, diff};
/// let pieces = diff("the new rules, 2024", "the rules, 2023");
/// let kinds: Vec<_> = pieces.iter().map(|p| (p.kind, &*p.query, &*p.source)).collect();
/// assert_eq!(kinds, [
///     (PieceKind::Same, "the ", "the "),
///     (PieceKind::Query, "new ", ""),
///     (PieceKind::Same, "rules, ", "rules, "),
///     (PieceKind::Changed, "2024", "2023"),
/// ]);
/// ```
pub fn diff(query: &str, source: &str) -> Vec<Piece> {
    if query.len().max(source.len()) > MOST_BYTES {
        let kind = if query == source { PieceKind::Same } else { PieceKind::Changed };
        return vec![Piece { kind, query: query.to_owned(), source: source.to_owned() }];
    }
    let (ours, theirs) = (Parts::of(query), Parts::of(source));
    let same = |i: usize, j: usize| ours.parts[i].text == theirs.parts[j].text;
    let before = (0..ours.parts.len().min(theirs.parts.len())).take_while(|at| same(*at, *at)).count();
    let (n, m) = (ours.parts.len(), theirs.parts.len());
    let behind = (0..n.min(m) - before).take_while(|at| same(n - 1 - at, m - 1 - at)).count();
    let (left, right) = (n - before - behind, m - before - behind);
    let cost = |i: usize, j: usize| {
        let (a, b) = (&ours.parts[before + i], &theirs.parts[before + j]);
        match () {
            () if a.text == b.text => 0,
            // Alike but for case, accents or the number.
            () if a.hash.is_some() && a.hash == b.hash => 1,
            () if a.hash.is_some() != b.hash.is_some() => alone(a) + alone(b),
            // A little more than one of them alone, so that as much as can be is the same.
            () => alone(a).max(alone(b)) + 1,
        }
    };
    let steps = align(
        (left, right),
        cost,
        (|i: usize| alone(&ours.parts[before + i]), |j: usize| alone(&theirs.parts[before + j])),
    );
    let mut all: Vec<(PieceKind, Option<usize>, Option<usize>)> = vec![];
    all.extend((0..before).map(|at| (PieceKind::Same, Some(at), Some(at))));
    match steps {
        Some(steps) => all.extend(steps.into_iter().map(|step| match step {
            Step::Both(i, j) if same(before + i, before + j) => {
                (PieceKind::Same, Some(before + i), Some(before + j))
            }
            Step::Both(i, j) => (PieceKind::Changed, Some(before + i), Some(before + j)),
            Step::Left(i) => (PieceKind::Query, Some(before + i), None),
            Step::Right(j) => (PieceKind::Source, None, Some(before + j)),
        })),
        // Too long to be told word by word.
        None => {
            all.extend((0..left).map(|i| (PieceKind::Changed, Some(before + i), None)));
            all.extend((0..right).map(|j| (PieceKind::Changed, None, Some(before + j))));
        }
    }
    all.extend((0..behind).map(|at| (PieceKind::Same, Some(n - behind + at), Some(m - behind + at))));
    let mut pieces: Vec<Piece> = vec![];
    for (kind, i, j) in all {
        let query = i.map_or("", |i| &query[ours.parts[i].range.clone()]);
        let source = j.map_or("", |j| &source[theirs.parts[j].range.clone()]);
        // One character may fold to two words, of which the first then has nothing of its own.
        if query.is_empty() && source.is_empty() {
            continue;
        }
        match pieces.last_mut() {
            Some(last) if last.kind == kind => {
                last.query.push_str(query);
                last.source.push_str(source);
            }
            _ => pieces.push(Piece { kind, query: query.to_owned(), source: source.to_owned() }),
        }
    }
    // What has no part at all is nothing but spaces.
    if n == 0 && !query.is_empty() || m == 0 && !source.is_empty() {
        let (query, source) = (if n == 0 { query } else { "" }, if m == 0 { source } else { "" });
        let kind = PieceKind::Same;
        pieces.insert(0, Piece { kind, query: query.to_owned(), source: source.to_owned() });
    }
    pieces
}

fn alone(part: &Part) -> u32 {
    if part.hash.is_some() { 10 } else { 2 }
}

/// A text cut into words and signs, each with the spaces behind it.
struct Parts {
    parts: Vec<Part>,
}

struct Part {
    /// With the spaces behind it, and the first with those before it.
    range: Range<usize>,
    /// Without spaces, in form C.
    text: String,
    /// Of a word.
    hash: Option<u64>,
}

impl Parts {
    fn of(text: &str) -> Self {
        let mut bare: Vec<(Range<usize>, Option<u64>)> = vec![];
        let mut at = 0;
        let signs = |from: usize, to: usize, bare: &mut Vec<(Range<usize>, Option<u64>)>| {
            for (offset, sign) in crate::text::graphemes(&text[from..to.max(from)]) {
                if !sign.trim().is_empty() {
                    bare.push((from + offset..from + offset + sign.len(), None));
                }
            }
        };
        for token in tokens(text) {
            signs(at, token.range.start, &mut bare);
            bare.push((token.range.clone(), Some(token.hash)));
            at = token.range.end;
        }
        signs(at, text.len(), &mut bare);
        let ends: Vec<usize> = bare.iter().skip(1).map(|(r, _)| r.start).chain([text.len()]).collect();
        let mut start = 0;
        let parts = bare.into_iter().zip(ends).map(|((range, hash), end)| {
            let own = text[range].nfc().collect();
            let part = Part { range: start..end, text: own, hash };
            start = end;
            part
        });
        Self { parts: parts.collect() }
    }
}
