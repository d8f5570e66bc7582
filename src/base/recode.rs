//! Gives a translation out of a memory the inline codes of the segment that it is for.
//!
//! What a code is in one file it is not in another: `<b>` here, `<g id="3">` there. A translation is written with
//! codes only if each of them stands for exactly one code of the new source, and then it is that one.

use crate::model::{Edge, Inline, InlineKind, Native, Segment};

/// Returns the translation with the codes of `wanted`, the source that it is for; `known` is the source that it was
/// made of. Where the source has no codes, the translation has none.
///
/// # Errors
///
/// A clause that says why the codes do not correspond.
pub(super) fn recoded(
    wanted: &Segment,
    known: &Segment,
    translation: &Segment,
) -> Result<Segment, &'static str> {
    if wanted.inlines.is_empty() {
        return Ok(Segment::plain(&*translation.text));
    }
    if wanted.inlines.iter().flat_map(|code| &code.native).any(|part| matches!(part, Native::Sub(..))) {
        return Err("a code of the source holds text that is to be translated too");
    }
    let pieces = |of: &Segment| pieces(&of.inlines).ok_or("a code has no counterpart that ends it");
    let (new, old, translated) = (pieces(wanted)?, pieces(known)?, pieces(translation)?);
    let kinds = |of: &[Piece]| {
        let mut kinds: Vec<Kind> = of.iter().map(|piece| piece.kind.clone()).collect();
        kinds.sort_unstable();
        kinds
    };
    if kinds(&new) != kinds(&translated) {
        return Err("the source has other inline codes than the match");
    }
    // Codes that were exchanged for those of the new source when the match was made stand for themselves. Else, if the
    // codes of both sources are of the same kinds in the same order, those of the old one stand for the new.
    let exchanged = contents(wanted, &new) == contents(translation, &translated);
    let alike = !exchanged && new.len() == old.len() && new.iter().zip(&old).all(|(a, b)| a.kind == b.kind);
    let (between, segment) = if alike { (&old, known) } else { (&new, wanted) };
    let mut taken = vec![false; between.len()];
    let mut inlines: Vec<Option<Inline>> = vec![None; translation.inlines.len()];
    for piece in &translated {
        let x = translation.inlines[piece.open].x.as_deref();
        let free = || (0..between.len()).filter(|at| !taken[*at] && between[*at].kind == piece.kind);
        let by_x = || free().find(|at| x.is_some() && segment.inlines[between[*at].open].x.as_deref() == x);
        let same = |at: &usize| content(segment, &between[*at]) == content(translation, piece);
        let alone = || {
            let of_kind = |pieces: &[Piece]| pieces.iter().filter(|p| p.kind == piece.kind).count();
            free().next().filter(|_| of_kind(between) == 1 && of_kind(&translated) == 1)
        };
        let found = if alike { by_x() } else { None };
        let Some(at) = found.or_else(|| free().find(same)).or_else(alone) else {
            return Err("nobody knows which code of the match stands for which of the source");
        };
        taken[at] = true;
        let stands_for = &new[at];
        for (here, there) in [(Some(piece.open), Some(stands_for.open)), (piece.close, stands_for.close)] {
            if let (Some(here), Some(there)) = (here, there) {
                let at = translation.inlines[here].at;
                inlines[here] = Some(Inline { at, ..wanted.inlines[there].clone() });
            }
        }
    }
    // Every code of the translation is in some piece.
    let inlines = inlines.into_iter().flatten().collect();
    Ok(Segment { text: translation.text.clone(), inlines })
}

/// A code that stands alone, or one that begins with the one that ends it.
struct Piece {
    kind: Kind,
    open: usize,
    close: Option<usize>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
enum Kind {
    Pair,
    Highlight,
    Foreign(String),
    Placeholder,
    /// The beginning of a pair that ends in another segment, or the end of one.
    Isolated(bool),
    Unknown,
}

/// Returns what stands in a code, and in the one that ends it.
fn content<'s>(segment: &'s Segment, piece: &Piece) -> (&'s [Native], &'s [Native]) {
    let native = |at: usize| &*segment.inlines[at].native;
    (native(piece.open), piece.close.map_or(&[], native))
}

/// Returns what stands in all codes, in an order that is the same wherever they stand.
fn contents(segment: &Segment, pieces: &[Piece]) -> Vec<String> {
    let mut all: Vec<String> = pieces.iter().map(|piece| format!("{:?}", content(segment, piece))).collect();
    all.sort_unstable();
    all
}

/// Takes codes apart; `None` where half of a pair is missing.
fn pieces(inlines: &[Inline]) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = vec![];
    for (at, code) in inlines.iter().enumerate() {
        let kind = match &code.kind {
            InlineKind::Begin | InlineKind::End => Kind::Pair,
            InlineKind::Highlight(_) => Kind::Highlight,
            InlineKind::Foreign(name, _) => Kind::Foreign(name.clone()),
            InlineKind::Placeholder => Kind::Placeholder,
            InlineKind::Isolated(edge) => Kind::Isolated(*edge == Edge::Open),
            InlineKind::Unknown => Kind::Unknown,
        };
        let ends = matches!(
            code.kind,
            InlineKind::End | InlineKind::Highlight(Edge::Close) | InlineKind::Foreign(_, Edge::Close)
        );
        if !ends {
            pieces.push(Piece { kind, open: at, close: None });
            continue;
        }
        let opened = pieces.iter_mut().rev().find(|piece| {
            let of_it = kind != Kind::Pair || inlines[piece.open].pair == code.pair;
            piece.close.is_none() && piece.kind == kind && of_it
        });
        opened?.close = Some(at);
    }
    let paired = |kind: &Kind| matches!(kind, Kind::Pair | Kind::Highlight | Kind::Foreign(_));
    pieces.iter().all(|piece| piece.close.is_some() == paired(&piece.kind)).then_some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `[1]`…`[/1]` as a pair that the memory writes as `<1>`, `{a}` as a placeholder, `(x)`…`(/)` as highlighted.
    fn segment(written: &str) -> Segment {
        let mut segment = Segment::default();
        let mut rest = written;
        while let Some(c) = rest.chars().next() {
            let close = match c {
                '[' => ']',
                '{' => '}',
                '(' => ')',
                _ => {
                    segment.text.push(c);
                    rest = &rest[c.len_utf8()..];
                    continue;
                }
            };
            let (name, after) = rest[1..].split_once(close).unwrap();
            let ends = name.starts_with('/');
            let (name, x) = name
                .trim_start_matches('/')
                .split_once('=')
                .map_or((name.trim_start_matches('/'), None), |(n, x)| (n, Some(x)));
            let (kind, pair) = match (c, ends) {
                ('[', false) => (InlineKind::Begin, Some(name)),
                ('[', true) => (InlineKind::End, Some(name)),
                ('{', _) => (InlineKind::Placeholder, None),
                (_, false) => (InlineKind::Highlight(Edge::Open), None),
                (_, true) => (InlineKind::Highlight(Edge::Close), None),
            };
            let native = if c == '(' { vec![] } else { vec![Native::Code(format!("<{name}>"))] };
            segment.inlines.push(Inline {
                at: segment.text.len() as u32,
                kind,
                pair: pair.map(str::to_owned),
                x: x.map(str::to_owned),
                attributes: vec![],
                native,
            });
            rest = after;
        }
        segment
    }

    #[test]
    fn codes_are_those_of_the_new_source_or_none() {
        // (new source, old source, its translation, what is written)
        let rows = [
            ("a b", "a b", "c d", Some("c d")),
            ("a b", "a [1]b[/1]", "c [1]d[/1]", Some("c d")),
            ("a [7]b[/7]", "a [1]b[/1]", "[1]d[/1] c", Some("[7]d[/7] c")),
            ("a {8} {9}", "a {x} {y}", "{y} c {x}", Some("{9} c {8}")),
            ("{8} [7](x)b(/)[/7]", "{x} [1](x)b(/)[/1]", "[1](x)d(/)[/1] {x}", Some("[7](x)d(/)[/7] {8}")),
            ("{2} {1}", "{1} {2}", "{1} c {2}", Some("{1} c {2}")),
            ("{p=1} {q=2}", "{r=1} {s=2}", "{t=2} {u=1}", Some("{q=2} {p=1}")),
            ("{8} {9}", "{8}", "{9} {8}", Some("{9} {8}")),
            ("a [7]b[/7]", "a b", "c d", None),
            ("a [7]b[/7]", "a [1]b[/1]", "c d", None),
            ("a {8} {9}", "a {x} {y}", "{z} c {w}", None),
            ("a {8}", "a {x} {y}", "{y} c {x}", None),
            ("a [7]b", "a [1]b", "c [1]d", None),
            ("a [7]b[/7]", "a {1}", "{1} c", None),
        ];
        for (wanted, known, translation, expected) in rows {
            let made = recoded(&segment(wanted), &segment(known), &segment(translation));
            assert_eq!(made.ok(), expected.map(segment), "{wanted} | {known} | {translation}");
        }
    }
}
