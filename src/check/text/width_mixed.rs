#![doc = include_str!("width-mixed.md")]

use crate::check::glyphs::{Class, Glyph, Glyphs};
use crate::check::{About, Check, Facts, Found, Seen};
use crate::text::writing::{Marks, Script};

/// `width-mixed`
pub struct WidthMixed;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "encoding-damage"],
    ..super::about("width-mixed", include_str!("width-mixed.md"))
};

impl Check for WidthMixed {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let glyphs = seen.target.glyphs();
        match seen.target.writing.marks {
            Marks::FullWidth => half_width(glyphs, found),
            marks => {
                foreign_marks(glyphs, marks, seen.target.writing.script, found);
            }
        }
        full_width_letters(seen.target.text(), glyphs, found);
        Facts::default()
    }
}

/// Returns a mark in its full width.
fn widened(c: char) -> Option<char> {
    Some(match c {
        ',' => '，',
        '.' => '。',
        ';' => '；',
        ':' => '：',
        '!' => '！',
        '?' => '？',
        '(' => '（',
        ')' => '）',
        _ => return None,
    })
}

/// Tells whether a glyph is Chinese or Japanese: a character, a mark of theirs, a quotation mark beside one.
fn is_wide(g: Option<&Glyph>) -> bool {
    g.is_some_and(|g| {
        g.is(Script::Han)
            || (!g.code
                && matches!(
                    g.c,
                    '，' | '。'
                        | '；'
                        | '：'
                        | '！'
                        | '？'
                        | '（'
                        | '）'
                        | '《'
                        | '》'
                        | '、'
                        | '」'
                        | '』'
                        | '「'
                        | '『'
                        | '【'
                        | '】'
                ))
    })
}

/// Half-width marks in Chinese or Japanese prose.
fn half_width(glyphs: &Glyphs, found: &mut Vec<Found>) {
    if glyphs.count(Script::Han) == 0 {
        return;
    }
    for (i, c) in glyphs.signs() {
        let Some(wide) = widened(c) else { continue };
        let (prev, next) = (glyphs.seen_before(i), glyphs.seen_behind(i));
        let quote =
            |g: Option<&Glyph>| g.is_some_and(|g| matches!(g.c, '”' | '’' | '"' | '%' | '％') || g.code);
        let slip = match c {
            '(' | ')' => {
                let Some((open, close)) = brackets(glyphs, i) else {
                    // Its twin is of full width, or missing; or it is the number of an item: 1)和平.
                    let item =
                        c == ')' && glyphs.before(i).is_some_and(|g| g.is_word() && !g.is(Script::Han));
                    if !item && (is_wide(prev) || is_wide(next)) {
                        found.push(narrow_mark(glyphs, i, c, wide));
                    }
                    continue;
                };
                let outside = is_wide(glyphs.seen_before(open)) || is_wide(glyphs.seen_behind(close));
                let inside = glyphs.all[open + 1..close].iter().any(|g| g.is(Script::Han));
                // f(x) and word(s) belong to what they stand in.
                let latin = glyphs.before(open).is_some_and(|g| g.is(Script::Latin)) && !inside;
                (outside && !latin) || inside
            }
            // 3.5, 1. 总则 and 10:30 are no sentences.
            '.' => {
                let ends = next.is_none_or(|g| g.is(Script::Han) || matches!(g.c, '”' | '》' | '）' | '」'));
                ends && (is_wide(prev) || (quote(prev) && next.is_none()))
                    && glyphs.before(i).is_some_and(|g| g.c != '.')
                    && glyphs.behind(i).is_none_or(|g| g.c != '.')
            }
            _ => {
                let digits = |g: Option<&Glyph>| g.is_some_and(|g| g.class == Class::Digit);
                let number = digits(prev) && digits(next);
                let face = c == ':' && next.is_some_and(|g| matches!(g.c, ')' | '-'));
                let codes = prev.is_some_and(|g| g.code) && next.is_some_and(|g| g.code);
                (is_wide(prev) || is_wide(next) || quote(prev) && !digits(next)) && !number && !face && !codes
            }
        };
        if slip {
            found.push(narrow_mark(glyphs, i, c, wide));
        }
    }
}

fn narrow_mark(glyphs: &Glyphs, i: usize, c: char, wide: char) -> Found {
    // The space that follows a narrow mark is part of the wide one.
    let opens = c == '(';
    let space = if opens { i.checked_sub(1) } else { Some(i + 1) };
    let space = space.filter(|s| glyphs.all.get(*s).is_some_and(|g| g.is_space()));
    let (from, to) = match space {
        Some(s) if opens => (s, i + 1),
        Some(s) if glyphs.all.get(s + 1).is_some() => (i, s + 1),
        _ => (i, i + 1),
    };
    Found::in_target(
        glyphs.span(from..to),
        format!("The mark \"{c}\" is of half width amid full-width text."),
    )
    .help(format!("write {wide}"))
    .fix(wide.to_string())
}

/// Returns where the brackets stand of which one is given, if both are of half width.
fn brackets(glyphs: &Glyphs, i: usize) -> Option<(usize, usize)> {
    let all = &glyphs.all;
    if all[i].c == '(' {
        let len = all[i + 1..].iter().take(80).position(|g| matches!(g.c, ')' | '）'))?;
        (all[i + 1 + len].c == ')').then_some((i, i + 1 + len))
    } else {
        let len = all[..i].iter().rev().take(80).position(|g| matches!(g.c, '(' | '（'))?;
        (all[i - 1 - len].c == '(').then_some((i - 1 - len, i))
    }
}

/// Marks of full width in other scripts, and Latin marks among Arabic letters.
fn foreign_marks(glyphs: &Glyphs, marks: Marks, script: Script, found: &mut Vec<Found>) {
    for (i, c) in glyphs.signs() {
        let (prev, next) = (glyphs.seen_before(i), glyphs.seen_behind(i));
        let near = |s: Script| prev.is_some_and(|g| g.is(s)) || next.is_some_and(|g| g.is(s));
        let own = match c {
            '，' | '、' if marks == Marks::Arabic => "،",
            '，' | '、' => ",",
            '。' | '．' | '｡' => ".",
            '；' if marks == Marks::Arabic => "؛",
            '；' => ";",
            '：' => ":",
            '！' => "!",
            '？' if marks == Marks::Arabic => "؟",
            '？' => "?",
            '（' => "(",
            '）' => ")",
            '％' => "%",
            ',' if marks == Marks::Arabic => "،",
            ';' if marks == Marks::Arabic => "؛",
            '،' if marks != Marks::Arabic => ",",
            '؛' if marks != Marks::Arabic => ";",
            '؟' if marks != Marks::Arabic => "?",
            _ => continue,
        };
        let latin = matches!(c, ',' | ';');
        if latin {
            // Figures and foreign words keep their own commas.
            let arabic =
                |g: Option<&Glyph>| g.is_some_and(|g| g.is(Script::Arabic) || matches!(g.c, '»' | '”' | ')'));
            if script != Script::Arabic || !(arabic(prev) && glyphs.before(i).is_some_and(|g| !g.is_gap())) {
                continue;
            }
        } else if near(Script::Han) || (matches!(c, '،' | '؛' | '؟') && near(Script::Arabic)) {
            continue;
        }
        let message = if latin {
            format!("The mark \"{c}\" is a Latin one amid Arabic text.")
        } else if matches!(c, '،' | '؛' | '؟') {
            format!("The mark \"{c}\" is an Arabic one amid other text.")
        } else {
            format!("The mark \"{c}\" is of full width, as only Chinese and Japanese write it.")
        };
        // A mark of full width holds its space within itself.
        let parts = !matches!(own, "(" | "%");
        let space =
            if parts && glyphs.all.get(i + 1).is_some_and(|g| g.is_letter() || g.class == Class::Digit) {
                " "
            } else {
                ""
            };
        found.push(
            Found::in_target(glyphs.range(i), message)
                .help(format!("write {own}"))
                .fix(format!("{own}{space}")),
        );
    }
}

/// Letters and figures of full width, anywhere.
fn full_width_letters(text: &str, glyphs: &Glyphs, found: &mut Vec<Found>) {
    // All of them begin with this byte in UTF-8.
    if memchr::memchr(0xEF, text.as_bytes()).is_none() {
        return;
    }
    let wide = |c: char| matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９');
    let mut i = 0;
    while i < glyphs.all.len() {
        if !wide(glyphs.all[i].c) {
            i += 1;
            continue;
        }
        let joined =
            |i: usize| glyphs.all.get(i).is_some_and(|g| wide(g.c) || matches!(g.c, '．' | '％' | '－'));
        let end = (i..).find(|at| !joined(*at)).unwrap_or(glyphs.all.len());
        let range = glyphs.span(i..end);
        let narrow: String = text[range.clone()]
            .chars()
            .map(|c| char::from_u32(c as u32 - 0xFEE0).filter(|n| n.is_ascii()).unwrap_or(c))
            .collect();
        found.push(
            Found::in_target(range, format!("\"{narrow}\" is written in full-width characters."))
                .help(format!("write {narrow}"))
                .fix(narrow),
        );
        i = end;
    }
}
