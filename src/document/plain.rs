//! Plain text: a paragraph is what stands between blank lines.

use super::build::{Builder, is_blank};
use super::{BlockKind, head};

pub(super) fn read(builder: &mut Builder<'_>) {
    let mut at = head::read(builder);
    let source = builder.source;
    // Without carriage returns a paragraph stands in the file as it is read.
    let returns = memchr::memchr(b'\r', source.as_bytes()).is_some();
    let mut start = at;
    while at < source.len() && !builder.is_full() {
        let rest = &source.as_bytes()[at..];
        let end = if returns { memchr::memchr2(b'\n', b'\r', rest) } else { memchr::memchr(b'\n', rest) };
        let end = end.map_or(source.len(), |len| at + len);
        let line = &source[at..end];
        let next = end + break_len(&source[end..]);
        if line.chars().all(is_blank) {
            paragraph(builder, start, at, returns);
            start = next;
        }
        at = next;
    }
    paragraph(builder, start, source.len(), returns);
}

fn paragraph(builder: &mut Builder<'_>, start: usize, end: usize, returns: bool) {
    // Here, so that the text need not be made smaller.
    let end = start + builder.source[start..end.max(start)].trim_end_matches(is_blank).len();
    if start >= end {
        return;
    }
    if !returns {
        builder.same(start..end);
    } else {
        lines(builder, start, end);
    }
    builder.end(BlockKind::Paragraph, None);
}

/// Appends lines whose ends are made one character each.
pub(super) fn lines(builder: &mut Builder<'_>, start: usize, end: usize) {
    let source = builder.source;
    let mut at = start;
    while at < end {
        let line = memchr::memchr(b'\r', &source.as_bytes()[at..end]).map_or(end, |len| at + len);
        builder.same(at..line);
        at = line;
        if line < end {
            at += break_len(&source[line..end]);
            builder.atom("\n", line..at);
        }
    }
}

/// Returns how long the end of a line is that a text begins with.
fn break_len(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}
