#![doc = include_str!("space-extra.md")]

use crate::check::glyphs::{Class, Glyph, Glyphs};
use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::model::Severity;
use crate::text::writing::{Marks, Script};

/// `space-extra`
pub struct SpaceExtra;

const ABOUT: About = super::about("space-extra", include_str!("space-extra.md"));

impl Check for SpaceExtra {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let text = &seen.target;
        let glyphs = text.glyphs();
        edges(seen, found);
        let habit = seen.source.as_ref().is_none_or(|s| s.text().trim().contains("  "));
        runs(text, glyphs, habit, found);
        if text.writing.marks == Marks::FullWidth {
            beside_wide(text, glyphs, found);
        }
        Facts::default()
    }
}

/// Space at the edges of a target whose source has none there.
fn edges(seen: &Seen<'_>, found: &mut Vec<Found>) {
    let Some((source, target)) = seen.pair() else { return };
    let text = target.text();
    // Codes at the edge hold their own space.
    let coded = |at: usize| target.segment.inlines.iter().any(|i| i.at as usize == at);
    let space = |c: char| c == ' ' || c == '\u{A0}' || c == '\u{3000}';
    let front = text.len() - text.trim_start_matches(space).len();
    let back = text.trim_end_matches(space).len();
    if front > 0 && !source.text().starts_with(char::is_whitespace) && !coded(0) {
        found.push(edge(0..front, "The target begins with a space, the source does not."));
    }
    if back < text.len() && back > 0 && !source.text().ends_with(char::is_whitespace) && !coded(text.len()) {
        found.push(edge(back..text.len(), "The target ends with a space, the source does not."));
    }
}

fn edge(range: std::ops::Range<usize>, message: &str) -> Found {
    Found::in_target(range, message).help("drop it").fix("")
}

/// Several spaces in a row between words.
fn runs(text: &Text<'_>, glyphs: &Glyphs, habitual: bool, found: &mut Vec<Found>) {
    if !text.text().contains("  ") && text.text().is_ascii() {
        return;
    }
    let all = &glyphs.all;
    let mut own = vec![];
    let mut i = 0;
    while i < all.len() {
        if all[i].class != Class::Space || all[i].code {
            i += 1;
            continue;
        }
        let end =
            (i..).find(|at| !all.get(*at).is_some_and(|g| g.is_space() && !g.code)).unwrap_or(all.len());
        let (prev, next) = (i.checked_sub(1).map(|p| &all[p]), all.get(end));
        let inner =
            prev.is_some_and(|g| g.class != Class::Break) && next.is_some_and(|g| g.class != Class::Break);
        if end > i + 1 && inner {
            let sentence = prev.is_some_and(|g| matches!(g.c, '.' | '?' | '!' | ':' | '؟'));
            own.push((i..end, sentence));
        }
        i = end;
    }
    let table = own.len() > 2;
    for (gap, sentence) in own {
        // Two spaces between sentences are a habit of some; many gaps are a table.
        let habit = habitual && sentence && gap.len() == 2;
        let wide = gap.len() > 3;
        let first = gap.clone().map(|i| all[i].c).find(|c| *c != ' ').unwrap_or(' ');
        let out = Found::in_target(glyphs.span(gap), "Several spaces stand in a row.")
            .help("keep one of them")
            .fix(first.to_string());
        let mild = table || wide || habit;
        found.push(if mild { out.severity(Severity::Info) } else { out });
    }
}

/// Single spaces beside marks of full width and between Chinese characters.
fn beside_wide(text: &Text<'_>, glyphs: &Glyphs, found: &mut Vec<Found>) {
    let all = &glyphs.all;
    let wide = |g: &Glyph| {
        matches!(
            g.c,
            '，' | '。' | '；' | '：' | '！' | '？' | '、' | '（' | '）' | '《' | '》' | '「' | '」'
        ) && !g.code
    };
    // Without a full stop or a comma it is a headline or a slogan: 携手同行 共创未来.
    let prose = glyphs.signs().any(|(_, c)| matches!(c, '，' | '。' | '；'));
    for i in 1..all.len().saturating_sub(1) {
        if all[i].c != ' ' || all[i].code || all[i - 1].is_gap() || all[i + 1].is_gap() {
            continue;
        }
        let (prev, next) = (&all[i - 1], &all[i + 1]);
        let han = prev.is(Script::Han) && next.is(Script::Han);
        // Signs of markup and of tables stand apart.
        let text_sign = |g: &Glyph| g.is_word() || wide(g) || g.code;
        if !text_sign(prev) || !text_sign(next) {
            continue;
        }
        let what = if wide(prev) || wide(next) {
            "A space stands beside a mark that holds its own."
        } else if han && prose && !in_title(text, i) && !between_clauses(glyphs, i) {
            "A space stands between Chinese characters."
        } else {
            continue;
        };
        // 》 and （ may be parted from a Latin word.
        let latin = prev.code
            || next.code
            || prev.is(Script::Latin)
            || next.is(Script::Latin)
            || prev.class == Class::Digit
            || next.class == Class::Digit;
        let loose = latin && (matches!(prev.c, '》' | '」' | '）') || matches!(next.c, '《' | '「' | '（'));
        let out = Found::in_target(glyphs.range(i), what).help("drop it").fix("");
        found.push(if loose { out.severity(Severity::Info) } else { out });
    }
}

/// Tells whether a glyph stands in a title, a quotation or brackets, where a space parts two halves of a slogan
/// or a title from a name.
fn in_title(text: &Text<'_>, i: usize) -> bool {
    let glyphs = text.glyphs();
    let before = glyphs.all[..i].iter().rev().find(|g| matches!(g.c, '《' | '》' | '（' | '）'));
    before.is_some_and(|g| matches!(g.c, '《' | '（'))
        || text.quotes().pairs.iter().any(|(open, close)| *open < i && i < *close)
}

/// Tells whether a space parts a heading from what follows in its line: a dateline, a chapter's number.
fn between_clauses(glyphs: &Glyphs, i: usize) -> bool {
    let line = glyphs.all[..i].iter().rev().take_while(|g| g.class != Class::Break);
    let opening = line.clone().all(|g| g.is(Script::Han) || g.class == Class::Digit || g.is_space());
    let last = glyphs.all[i - 1].c;
    opening && matches!(last, '电' | '電' | '讯' | '訊' | '章' | '节' | '節' | '条' | '條' | '问' | '答')
}
