//! Runs of figures that are one thing together: years that share a century (2023/24), telephone numbers.

use std::ops::Range;

use super::{Kind, Quantity, Written};

/// Puts right what was read figure by figure.
pub(super) fn settle(text: &str, all: &mut Vec<Quantity>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let before = at.checked_sub(1).map(|b| bytes[b]);
        let glued = before
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b',' | b'/' | b'-' | b'+'));
        if bytes[at] == b'+' && !before.is_some_and(|b| b.is_ascii_alphanumeric()) {
            if let Some(end) = phone(&bytes[at..]) {
                let digits: String = text[at..at + end].chars().filter(char::is_ascii_digit).collect();
                put(all, at..at + end, vec![(at..at + end, Kind::Name(format!("+{digits}")))]);
                at += end;
                continue;
            }
        } else if bytes[at].is_ascii_digit()
            && !glued
            && let Some((years, len)) = years(&text[at..])
        {
            let date = |year| Kind::Date { year: Some(year), month: None, day: None };
            let first = (at..at + 4, date(years.0));
            let second = (at + len - 2..at + len, date(years.1));
            put(all, at..at + len, vec![first, second]);
            at += len;
            continue;
        }
        at += 1;
    }
    // The numbers of a list are signs; languages count it in their own way: (1), 1), （一）, أ).
    all.retain(|q| {
        let small = matches!(&q.kind, Kind::Number(v) if v.as_u64().is_some_and(|n| n <= 50));
        let open = text[..q.range.start].ends_with(['(', '（']);
        !(small && open && text[q.range.end..].starts_with([')', '）']))
    });
    // A letter that was taken for a unit belongs to the name behind it.
    let mut end = 0;
    all.retain(|q| {
        let keep = q.range.start >= end;
        end = end.max(if keep { q.range.end } else { 0 });
        keep
    });
}

/// Replaces what was read in a range.
fn put(all: &mut Vec<Quantity>, range: Range<usize>, new: Vec<(Range<usize>, Kind)>) {
    let overlaps = |q: &Quantity| q.range.start < range.end && range.start < q.range.end;
    // What reaches beyond (a whole date, a symbol) was read with more care.
    if all.iter().any(|q| overlaps(q) && (q.range.start < range.start || q.range.end > range.end)) {
        return;
    }
    let bracketed = all.iter().any(|q| overlaps(q) && q.bracketed);
    let place = all.iter().position(|q| q.range.end > range.start).unwrap_or(all.len());
    all.retain(|q| !overlaps(q));
    let made = new.into_iter().map(|(range, kind)| Quantity {
        range,
        kind,
        also: vec![],
        bare: None,
        written: Written::Digits,
        vague: false,
        bracketed,
    });
    all.splice(place..place, made);
}

/// Reads `+86 573 5550 0142`: a plus sign and seven figures or more, in groups.
fn phone(bytes: &[u8]) -> Option<usize> {
    let (mut end, mut figures, mut gap) = (1, 0, 0);
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            b'0'..=b'9' => {
                figures += 1;
                gap = 0;
                end = at + 1;
            }
            b' ' | b'-' | b'(' | b')' | b'.' if gap < 2 && figures > 0 => gap += 1,
            _ => break,
        }
    }
    (figures >= 7).then_some(end)
}

/// Reads `2023/24`, `2008-10`, `2008–10`: a year and the end of the next or a later one.
fn years(text: &str) -> Option<((u16, u16), usize)> {
    let first: u16 = text.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let sign = text[4..].chars().next().filter(|c| matches!(c, '/' | '-' | '\u{2010}'..='\u{2013}'))?;
    let from = 4 + sign.len_utf8();
    let last: u16 =
        text.get(from..from + 2).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let goes_on = text[from + 2..].starts_with(|c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '-' | '/' | '.') && text[from + 3..].starts_with(|c: char| c.is_ascii_digit())
    });
    let whole = first / 100 * 100 + last;
    ((1800..2100).contains(&first) && whole > first && whole - first <= 30 && !goes_on)
        .then_some(((first, whole), from + 2))
}
