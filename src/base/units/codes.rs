//! A segment as text in which its inline codes are numbered: `Click {1}here{2}.`
//!
//! Whoever edits a translation cannot be asked to write native code, and must not lose any. So each code is a
//! number in braces that may be moved, and a text that lost one, has one twice or turned a pair around is told
//! so. `{7}` is a code only where the segment has seven; everywhere else it is text, as in many a message that
//! a program fills in. Where text looks like one of the codes, a backslash stands before it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::{Edge, Inline, InlineKind, Native, Segment};

/// Returns a segment's text with its codes numbered from 1.
pub fn with_codes(segment: &Segment) -> String {
    let count = segment.inlines.len();
    let mut out = String::with_capacity(segment.text.len() + 3 * count);
    let mut from = 0;
    for (n, inline) in segment.inlines.iter().enumerate() {
        let at = place_in(&segment.text, inline.at, from);
        write_text(&mut out, &segment.text[from..at], count);
        // Backslashes before a code are text, and say so by being twice as many.
        let slashes = out.len() - out.trim_end_matches('\\').len();
        out.extend(std::iter::repeat_n('\\', slashes));
        out.push_str(&format!("{{{}}}", n + 1));
        from = at;
    }
    write_text(&mut out, &segment.text[from..], count);
    out
}

/// Returns what each code of a segment stands for.
pub fn codes(segment: &Segment) -> impl Iterator<Item = String> + '_ {
    segment.inlines.iter().map(meaning)
}

/// A text with numbered codes, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retold {
    /// The segment that it says.
    pub segment: Segment,
    /// What became of the codes that should not have: one lost, one doubled, a pair turned around.
    pub trouble: Vec<String>,
}

/// Reads a text in which these codes are numbered from 1.
pub fn from_text(text: &str, codes: &[Inline]) -> Retold {
    let mut segment = Segment::default();
    let mut order = vec![];
    let mut from = 0;
    for (slashes, found, number) in marks(text, codes.len()) {
        segment.text.push_str(&text[from..found.start - slashes]);
        segment.text.extend(std::iter::repeat_n('\\', slashes / 2));
        from = found.end;
        if slashes % 2 == 1 {
            segment.text.push_str(&text[found]);
            continue;
        }
        // A text of four gigabytes is refused long before it comes here.
        let at = u32::try_from(segment.text.len()).unwrap_or(u32::MAX);
        segment.inlines.push(Inline { at, ..codes[number - 1].clone() });
        order.push(number - 1);
    }
    segment.text.push_str(&text[from..]);
    Retold { segment, trouble: trouble(&order, codes) }
}

/// The byte at which a code stands, wherever a file says it does.
fn place_in(text: &str, at: u32, from: usize) -> usize {
    let mut at = (at as usize).clamp(from, text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Writes text, with a backslash before what would be read as a code.
fn write_text(out: &mut String, text: &str, count: usize) {
    let mut from = 0;
    for (slashes, found, _) in marks(text, count) {
        out.push_str(&text[from..found.start]);
        out.extend(std::iter::repeat_n('\\', slashes + 1));
        out.push_str(&text[found.clone()]);
        from = found.end;
    }
    out.push_str(&text[from..]);
}

/// Finds what looks like one of so many codes: the backslashes before it, its place, its number.
fn marks(text: &str, count: usize) -> Vec<(usize, Range<usize>, usize)> {
    let mut found = vec![];
    if count == 0 {
        return found;
    }
    for (open, _) in text.match_indices('{') {
        let inside = &text[open + 1..];
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        let number = inside[..digits].parse::<usize>().ok().filter(|n| (1..=count).contains(n));
        let (Some(number), true) = (number, inside[digits..].starts_with('}')) else { continue };
        if inside.starts_with('0') {
            continue;
        }
        let before = &text[..open];
        let slashes = before.len() - before.trim_end_matches('\\').len();
        found.push((slashes, open..open + digits + 2, number));
    }
    found
}

/// Says what is wrong with codes in this order.
fn trouble(order: &[usize], codes: &[Inline]) -> Vec<String> {
    let mut trouble = vec![];
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, code) in order.iter().enumerate() {
        if places.insert(*code, place).is_some() {
            let said = format!("{{{}}} ({}) is there more than once", code + 1, meaning(&codes[*code]));
            if !trouble.contains(&said) {
                trouble.push(said);
            }
        }
    }
    for (n, code) in codes.iter().enumerate().filter(|(n, _)| !places.contains_key(n)) {
        trouble.push(format!("{{{}}} ({}) is missing", n + 1, meaning(code)));
    }
    let there: Vec<(usize, usize)> = pairs(codes)
        .into_iter()
        .filter(|(open, close)| places.contains_key(open) && places.contains_key(close))
        .collect();
    for (open, close) in &there {
        if places[close] < places[open] {
            trouble.push(format!("{{{}}} stands before {{{}}}, which it ends", close + 1, open + 1));
        }
    }
    // Spans are elements: two of them may stand in each other or apart.
    let spans: Vec<&(usize, usize)> =
        there.iter().filter(|(open, close)| is_span(&codes[*open]) && places[open] < places[close]).collect();
    for (i, (open, close)) in spans.iter().enumerate() {
        for (other, end) in &spans[i + 1..] {
            let (a, b) = ((places[open], places[close]), (places[other], places[end]));
            let crossed = (a.0 < b.0 && b.0 < a.1 && a.1 < b.1) || (b.0 < a.0 && a.0 < b.1 && b.1 < a.1);
            if crossed {
                trouble.push(format!(
                    "{{{}}}…{{{}}} and {{{}}}…{{{}}} cross each other",
                    open + 1,
                    close + 1,
                    other + 1,
                    end + 1
                ));
            }
        }
    }
    trouble
}

fn is_span(code: &Inline) -> bool {
    matches!(code.kind, InlineKind::Highlight(_) | InlineKind::Foreign(..))
}

/// Finds which code ends which.
fn pairs(codes: &[Inline]) -> Vec<(usize, usize)> {
    let (mut begun, mut spans): (Vec<usize>, Vec<usize>) = (vec![], vec![]);
    let mut pairs = vec![];
    for (n, code) in codes.iter().enumerate() {
        match &code.kind {
            InlineKind::Begin => begun.push(n),
            InlineKind::End => {
                if let Some(at) = begun.iter().rposition(|b| codes[*b].pair == code.pair) {
                    pairs.push((begun.remove(at), n));
                }
            }
            InlineKind::Highlight(Edge::Open) | InlineKind::Foreign(_, Edge::Open) => spans.push(n),
            InlineKind::Highlight(Edge::Close) | InlineKind::Foreign(_, Edge::Close) => {
                pairs.extend(spans.pop().map(|open| (open, n)));
            }
            _ => {}
        }
    }
    pairs
}

/// Returns what a code stands for: the native code it holds, else what it is.
fn meaning(code: &Inline) -> String {
    let native: String = code
        .native
        .iter()
        .map(|part| match part {
            Native::Code(code) => code.as_str(),
            Native::Sub(_, segment) => segment.text.as_str(),
        })
        .collect();
    if !native.trim().is_empty() {
        return native.trim().to_owned();
    }
    let name = match &code.kind {
        InlineKind::Begin => "bpt",
        InlineKind::End => "ept",
        InlineKind::Isolated(_) => "it",
        InlineKind::Placeholder => "ph",
        InlineKind::Unknown => "ut",
        InlineKind::Highlight(Edge::Open) => "hi",
        InlineKind::Highlight(Edge::Close) => "/hi",
        InlineKind::Foreign(name, Edge::Open) => return format!("<{name}>"),
        InlineKind::Foreign(name, Edge::Close) => return format!("</{name}>"),
    };
    let kind = code.attributes.iter().find(|(n, _)| n == "type");
    match kind {
        Some((_, kind)) => format!("<{name} type=\"{kind}\">"),
        None => format!("<{name}>"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(at: usize, kind: InlineKind) -> Inline {
        let pair = matches!(kind, InlineKind::Begin | InlineKind::End).then(|| "1".to_owned());
        Inline { at: at as u32, kind, pair, x: None, attributes: vec![], native: vec![] }
    }

    fn bold(text: &str, open: usize, close: usize) -> Segment {
        let inlines = vec![code(open, InlineKind::Begin), code(close, InlineKind::End)];
        Segment { text: text.to_owned(), inlines }
    }

    #[test]
    fn codes_are_numbers_and_what_looks_like_one_is_escaped() {
        for (segment, shown) in [
            (bold("Click here.", 6, 10), "Click {1}here{2}."),
            (bold("{0} of {1}", 0, 3), "{1}{0}{2} of \\{1}"),
            (bold("a\\b", 2, 3), "a\\\\{1}b{2}"),
            (bold("{3} {01}", 0, 0), "{1}{2}{3} {01}"),
            (Segment::plain("{1} \\{2}"), "{1} \\{2}"),
        ] {
            assert_eq!(with_codes(&segment), shown);
            let back = from_text(shown, &segment.inlines);
            assert_eq!(back, Retold { segment, trouble: vec![] }, "{shown}");
        }
    }

    #[test]
    fn what_became_of_a_code_is_told() {
        let codes = bold("x", 0, 1).inlines;
        for (text, trouble) in [
            ("{1}cliquez{2} ici", &[][..]),
            ("cliquez{2}", &["{1} (<bpt>) is missing"]),
            ("{1}{1}a{2}", &["{1} (<bpt>) is there more than once"]),
            ("{2}a{1}", &["{2} stands before {1}, which it ends"]),
            ("{1}a{3}", &["{2} (<ept>) is missing"]),
        ] {
            assert_eq!(from_text(text, &codes).trouble, trouble, "{text}");
        }
        let hi = |edge| code(0, InlineKind::Highlight(edge));
        let spans = [hi(Edge::Open), hi(Edge::Close), hi(Edge::Open), hi(Edge::Close)];
        assert_eq!(from_text("{3}{1}a{2}{4}", &spans).trouble, [""; 0]);
        assert_eq!(from_text("{1}{3}{2}{4}", &spans).trouble, ["{1}…{2} and {3}…{4} cross each other"]);
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(text in "[a{}\\\\12é 中]{0,20}", places in prop::collection::vec(0usize..20, 0..4)) {
            let mut places: Vec<usize> = places.into_iter().map(|p| place_in(&text, p as u32, 0)).collect();
            places.sort_unstable();
            let inlines: Vec<Inline> = places.iter().map(|p| code(*p, InlineKind::Placeholder)).collect();
            let segment = Segment { text, inlines };
            let back = from_text(&with_codes(&segment), &segment.inlines);
            prop_assert_eq!(back, Retold { segment, trouble: vec![] });
        }
    }
}
