#![doc = include_str!("punct-spacing.md")]

use std::ops::Range;

use crate::check::glyphs::{Class, Glyph, Glyphs};
use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::text::writing::{Marks, Script};

/// `punct-spacing`
pub struct PunctSpacing;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "encoding-damage"],
    ..super::about("punct-spacing", include_str!("punct-spacing.md"))
};

impl Check for PunctSpacing {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let text = &seen.target;
        if text.writing.marks == Marks::FullWidth {
            return Facts::default();
        }
        let regional = text.lang.region().is_some_and(|r| text.writing.unspaced_in.contains(&r));
        let spaced = if regional { "" } else { text.writing.spaced_marks };
        let glyphs = text.glyphs();
        let source = seen.source.as_ref().map_or("", |s| s.text());
        for (i, c) in glyphs.signs() {
            match c {
                ',' | '.' | ';' | ':' | '!' | '?' | '،' | '؛' | '؟' => {
                    before(text, glyphs, i, c, spaced, regional, found);
                    behind(text, glyphs, i, c, source, found);
                }
                '(' => opening(text, glyphs, i, source, found),
                ')' => closing(text, glyphs, i, source, found),
                '¿' | '¡' => inverted(glyphs, i, c, found),
                _ => {}
            }
        }
        quotes(text, glyphs, source, found);
        Facts::default()
    }
}

fn removed(glyphs: &Glyphs, gap: Range<usize>, what: &str) -> Found {
    Found::in_target(glyphs.span(gap), format!("A space stands {what}.")).help("drop the space").fix("")
}

fn missing(glyphs: &Glyphs, at: Range<usize>, what: String) -> Found {
    Found::in_target(glyphs.span(at), what).help("put a space there")
}

/// Returns the stretch of spaces that ends before a glyph.
fn gap_before(glyphs: &Glyphs, i: usize) -> Range<usize> {
    i - glyphs.all[..i].iter().rev().take_while(|g| g.is_space()).count()..i
}

/// What stands before a mark: no space, or, where the language wants one, a space.
fn before(
    text: &Text<'_>,
    glyphs: &Glyphs,
    i: usize,
    c: char,
    spaced: &str,
    regional: bool,
    found: &mut Vec<Found>,
) {
    let all = &glyphs.all;
    let gap = gap_before(glyphs, i);
    let Some(prev) = gap.start.checked_sub(1).map(|p| &all[p]) else { return };
    let next = all.get(i + 1);
    let wants = spaced.contains(c);
    if gap.is_empty() {
        let parts = prev.is_word() || prev.code || matches!(prev.c, '»' | '”' | ')' | '"' | '%');
        // 10:30, ?!, (?), 3:1, a:b keep together; what follows must be a gap or a closing mark.
        let ends =
            next.is_none_or(|g| g.is_gap() || matches!(g.c, '»' | '”' | '"' | ')' | '!' | '?' | '…' | '.'));
        let address = prev.code
            && text.codes().iter().any(|code| code.range.end == all[i].at as usize && code.is_tag());
        if wants && parts && ends && !address && !enumerates(glyphs, i, c) {
            let space = if c == ':' { "\u{a0}" } else { "\u{202f}" };
            found.push(
                Found::in_target(glyphs.range(i), format!("No space stands before \"{c}\"."))
                    .help("French puts a no-break space there")
                    .fix(format!("{space}{c}")),
            );
        }
        return;
    }
    if wants
        || (regional && text.writing.spaced_marks.contains(c))
        || !(prev.is_word() || prev.code || is_closing(prev))
    {
        return;
    }
    // " ...", " .NET", " .5", " :)", " :name" begin something of their own.
    let begins =
        next.is_some_and(|g| g.is_word() || g.code || matches!(g.c, '.' | ')' | '(' | '-' | '/' | '=' | ':'));
    // But " .The" begins a sentence.
    let sentence = next.is_some_and(|g| g.is(Script::Arabic) || g.c.is_uppercase())
        && all.get(i + 2).is_some_and(|g| g.is(Script::Arabic) || g.c.is_lowercase());
    let dots = matches!(c, '.' | ':' | '!' | '?' | ';') && begins && !sentence;
    if dots || (c == ',' && next.is_some_and(|g| g.class == Class::Digit)) || prev.class == Class::Break {
        return;
    }
    found.push(removed(glyphs, gap, &format!("before \"{c}\"")));
}

/// Tells whether a colon or the like stands within something that holds together.
fn enumerates(glyphs: &Glyphs, i: usize, c: char) -> bool {
    // "http:", "C:" and the like are codes; "ISBN:" is not.
    c == ':'
        && i > 0
        && glyphs.all[i - 1].class == Class::Digit
        && glyphs.all.get(i + 1).is_some_and(|g| g.class == Class::Digit)
}

fn is_closing(g: &Glyph) -> bool {
    matches!(g.c, '»' | '”' | ')' | ']' | '%' | '’') && !g.code
}

/// What stands behind a mark: a space, unless the mark is part of a number or a name.
fn behind(text: &Text<'_>, glyphs: &Glyphs, i: usize, c: char, source: &str, found: &mut Vec<Found>) {
    let all = &glyphs.all;
    let (Some(prev), Some(next)) = (i.checked_sub(1).map(|p| &all[p]), all.get(i + 1)) else { return };
    // Between Chinese characters widths are the matter.
    if prev.is(Script::Han) || next.is(Script::Han) || prev.code || next.code {
        return;
    }
    let closing = is_closing(prev);
    if !(prev.is_word() || closing) || !(next.is_letter() || next.class == Class::Digit && prev.is_letter()) {
        return;
    }
    let (left, right) = (glyphs.word_before(i), glyphs.word_behind(i));
    let initial = left.len() == 1 || right.len() == 1;
    let slip = match c {
        ',' | '،' | '؛' | ';' => {
            // (x,y) and f(a,b) are formulas.
            !(left.len() == 1 && right.len() == 1)
        }
        '.' => {
            let abbreviation = left.len() <= 2
                || text
                    .writing
                    .abbreviations
                    .contains(&text.text()[glyphs.span(left.clone())].to_lowercase().as_str());
            let upper = next.c.is_uppercase() && all.get(i + 2).is_some_and(|g| g.c.is_lowercase());
            let lower_left = closing || left.clone().next_back().is_some_and(|l| !all[l].c.is_uppercase());
            let arabic = next.is(Script::Arabic) && prev.is(Script::Arabic);
            !initial && (closing || !abbreviation) && (arabic || (upper && lower_left && next.is_letter()))
        }
        ':' => next.is_letter() && left.len() > 1 && right.len() > 1 && !closing,
        // A question mark within a word stands for a letter that was lost.
        '!' | '؟' => next.is_letter(),
        _ => next.is_letter() && next.c.is_uppercase(),
    };
    if !slip {
        return;
    }
    let stretch = glyphs.span(left.start..right.end);
    if left.start < left.end && source.contains(&text.text()[stretch]) {
        return;
    }
    found.push(missing(glyphs, i..i + 1, format!("No space stands behind \"{c}\".")).fix(format!("{c} ")));
}

/// An opening bracket: a space before it, none behind.
fn opening(text: &Text<'_>, glyphs: &Glyphs, i: usize, source: &str, found: &mut Vec<Found>) {
    let all = &glyphs.all;
    let inner = all[i + 1..].iter().take_while(|g| g.c != ')').count();
    let closed = i + 1 + inner < all.len();
    if closed && all.get(i + 1).is_some_and(Glyph::is_space) && inner > 2 {
        let gap = i + 1..i + 1 + all[i + 1..].iter().take_while(|g| g.is_space()).count();
        found.push(removed(glyphs, gap, "behind an opening bracket"));
    }
    let left = glyphs.word_before(i);
    let letters = all[left.clone()].iter().all(|g| g.is_letter() || g.class == Class::Mark);
    let words = all[i + 1..].iter().take(inner).any(Glyph::is_gap) || inner > 6;
    let lower = left.clone().next_back().is_some_and(|l| !all[l].c.is_uppercase());
    // employé(e)s, word(s), f(x), HTTP(S)
    let aside = letters && left.len() > 2 && lower && closed && words && !all[left.start].is(Script::Han);
    if aside && !source.contains(&text.text()[glyphs.span(left.start..i + 2)]) {
        found.push(
            missing(glyphs, i..i + 1, "No space stands before an opening bracket.".to_owned()).fix(" ("),
        );
    }
}

/// A closing bracket: no space before it, one behind.
fn closing(text: &Text<'_>, glyphs: &Glyphs, i: usize, source: &str, found: &mut Vec<Found>) {
    let all = &glyphs.all;
    let inner = all[..i].iter().rev().take_while(|g| g.c != '(').count();
    let opened = inner < i;
    if opened && inner > 2 && i > 0 && all[i - 1].is_space() {
        found.push(removed(glyphs, gap_before(glyphs, i), "before a closing bracket"));
    }
    let right = glyphs.word_behind(i);
    let words = all[i - inner..i].iter().any(Glyph::is_gap) || inner > 6;
    // (re)construction, (s)he; a bracket of some length is an aside.
    let letters = right.len() > 2 && all[right.start].is_letter() && !all[right.start].is(Script::Han);
    if opened && words && letters && !source.contains(&text.text()[glyphs.span(i..right.end)]) {
        found.push(
            missing(glyphs, i..i + 1, "No space stands behind a closing bracket.".to_owned()).fix(") "),
        );
    }
}

/// ¿ and ¡: a space before them, none behind.
fn inverted(glyphs: &Glyphs, i: usize, c: char, found: &mut Vec<Found>) {
    if i > 0 && glyphs.all[i - 1].is_word() {
        found
            .push(missing(glyphs, i..i + 1, format!("No space stands before \"{c}\".")).fix(format!(" {c}")));
    }
    if glyphs.all.get(i + 1).is_some_and(Glyph::is_space) {
        let gap = i + 1..i + 1 + glyphs.all[i + 1..].iter().take_while(|g| g.is_space()).count();
        found.push(removed(glyphs, gap, &format!("behind \"{c}\"")));
    }
}

/// Inside and outside of quotation marks.
fn quotes(text: &Text<'_>, glyphs: &Glyphs, source: &str, found: &mut Vec<Found>) {
    let all = &glyphs.all;
    for (open, close) in &text.quotes().pairs {
        let (open, close) = (*open, *close);
        let mark = all[open].c;
        if close < open + 3 || all[open..close].iter().all(|g| g.code) {
            continue;
        }
        let first = &all[open + 1];
        let last = &all[close - 1];
        let guillemets = mark == '«';
        if guillemets && text.writing.spaced_guillemets {
            for (at, inner, c) in [(open, first, mark), (close, last, all[close].c)] {
                if !inner.is_gap() {
                    let fix = if at == open { format!("{c}\u{a0}") } else { format!("\u{a0}{c}") };
                    found.push(
                        missing(glyphs, at..at + 1, "No space stands inside the guillemets.".to_owned())
                            .help("French puts a no-break space there")
                            .fix(fix),
                    );
                }
            }
        } else if !(guillemets && text.writing.script == Script::Arabic) {
            if first.is_space() && last.is_space() || (mark != '"' && first.is_space()) {
                let len = all[open + 1..close].iter().take_while(|g| g.is_space()).count();
                found.push(removed(glyphs, open + 1..open + 1 + len, "behind an opening quotation mark"));
            }
            if last.is_space() && (mark != '"' || first.is_space()) {
                found.push(removed(glyphs, gap_before(glyphs, close), "before a closing quotation mark"));
            }
        }
        // و«…» and «…»s are glued rightly.
        if text.writing.script == Script::Arabic {
            continue;
        }
        let left = glyphs.word_before(open);
        let plain = |w: &Range<usize>| !w.is_empty() && all[w.clone()].iter().all(|g| !g.is(Script::Han));
        if left.len() > 1 && plain(&left) && !source.contains(&text.text()[glyphs.span(left.start..open + 2)])
        {
            found.push(missing(
                glyphs,
                open..open + 1,
                "No space stands before an opening quotation mark.".to_owned(),
            ));
        }
        let right = glyphs.word_behind(close);
        if right.len() > 2 && plain(&right) && !source.contains(&text.text()[glyphs.span(close..right.end)]) {
            found.push(missing(
                glyphs,
                close..close + 1,
                "No space stands behind a closing quotation mark.".to_owned(),
            ));
        }
    }
}
