#![doc = include_str!("repeated-word.md")]

use std::ops::Range;

use crate::check::glyphs::{Class, Glyphs};
use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::model::Severity;
use crate::text::writing::Script;

/// `repeated-word`
pub struct RepeatedWord;

const ABOUT: About = super::about("repeated-word", include_str!("repeated-word.md"));

impl Check for RepeatedWord {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let target = &seen.target;
        let mut own = vec![];
        if target.glyphs().count(Script::Han) > 1 {
            characters(target, &mut own);
        }
        words(target, &mut own);
        if own.is_empty() {
            return Facts::default();
        }
        // What the source doubles too is meant: a name, or emphasis.
        let meant = seen.source.as_ref().is_some_and(|source| {
            let mut doubled = vec![];
            words(source, &mut doubled);
            characters(source, &mut doubled);
            !doubled.is_empty()
        });
        if !meant {
            found.extend(own);
        }
        Facts::default()
    }
}

/// Words between spaces.
fn words(text: &Text<'_>, found: &mut Vec<Found>) {
    let written = text.text();
    let words = text.words();
    let gap = |a: &Range<usize>, b: &Range<usize>| is_gap(&written[a.end..b.start]);
    for (at, pair) in words.windows(2).enumerate() {
        let (one, two) = (&written[pair[0].clone()], &written[pair[1].clone()]);
        if !same(one, two) || !gap(&pair[0], &pair[1]) || one.starts_with(crate::text::is_unspaced) {
            continue;
        }
        let lower = one.to_lowercase();
        let listed = text.writing.doubles.contains(&lower.as_str())
            || text.writing.doubled_endings.iter().any(|e| lower.ends_with(e));
        if listed || !one.chars().any(char::is_alphabetic) || is_name_like(one, two) {
            continue;
        }
        // Bora Bora, but not The the.
        let both_capital = starts_upper(one) && starts_upper(two) && at > 0;
        let thrice = words.get(at + 2).is_some_and(|w| same(two, &written[w.clone()]) && gap(&pair[1], w));
        let emphatic = text.writing.reduplicates || both_capital || thrice;
        let out = Found::in_target(pair[0].end..pair[1].end, format!("\"{one}\" stands twice in a row."))
            .help("drop one of them");
        found.push(if emphatic { out.severity(Severity::Info) } else { out.fix("") });
    }
    for four in words.windows(4) {
        let word = |i: usize| &written[four[i].clone()];
        let function = |i: usize| text.writing.function_words.contains(&word(i).to_lowercase().as_str());
        if !(same(word(0), word(2)) && same(word(1), word(3))) || same(word(0), word(1)) {
            continue;
        }
        if function(0)
            && function(1)
            && (0..3).all(|i| gap(&four[i], &four[i + 1]))
            && !word(0).starts_with(crate::text::is_unspaced)
        {
            let said = format!("\"{} {}\" stands twice in a row.", word(0), word(1));
            found.push(Found::in_target(four[1].end..four[3].end, said).help("drop one of them").fix(""));
        }
    }
}

/// Tells whether two words are one but for case.
fn same(one: &str, two: &str) -> bool {
    one == two || (one.len().abs_diff(two.len()) <= 2 && one.to_lowercase() == two.to_lowercase())
}

fn starts_upper(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Tells whether only space stands there, of one line or over one line's end.
fn is_gap(between: &str) -> bool {
    !between.is_empty()
        && between.chars().all(|c| c.is_whitespace() && c != '\t')
        && between.chars().filter(|c| *c == '\n').count() <= 1
        // Columns of a table stand further apart.
        && between.chars().count() <= 2
}

/// Abbreviations, initials and numerals may stand twice.
fn is_name_like(one: &str, two: &str) -> bool {
    let capital = |w: &str| !w.chars().any(char::is_lowercase) && w.chars().any(char::is_uppercase);
    capital(one) && capital(two)
}

/// Characters and words of scripts without spaces.
fn characters(text: &Text<'_>, found: &mut Vec<Found>) {
    let glyphs = text.glyphs();
    let all = &glyphs.all;
    let mut covered = 0;
    let mut i = 0;
    while i < all.len() {
        if !all[i].is(Script::Han) || i < covered {
            i += 1;
            continue;
        }
        // The longest repetition that begins here.
        let run = all[i..].iter().take(16).take_while(|g| g.is(Script::Han)).count();
        let doubled = (2..=run / 2)
            .rev()
            .find(|len| all[i..i + len].iter().zip(&all[i + len..i + 2 * len]).all(|(a, b)| a.c == b.c));
        if let Some(len) = doubled.filter(|len| is_slip(text, glyphs, i, *len)) {
            covered = i + 2 * len;
            report(glyphs, i..i + len, i + len..covered, found);
            i = covered;
            continue;
        }
        if let Some(second) = second_of_single(text, glyphs, i) {
            report(glyphs, i..i + 1, i + 1..second + 1, found);
        }
        i += 1;
    }
}

fn report(glyphs: &Glyphs, first: Range<usize>, second: Range<usize>, found: &mut Vec<Found>) {
    let word: String = glyphs.all[first].iter().map(|g| g.c).collect();
    found.push(
        Found::in_target(glyphs.span(second), format!("\"{word}\" stands twice in a row."))
            .help("drop one of them")
            .fix(""),
    );
}

/// Tells whether a doubled word of several characters is no reduplication.
fn is_slip(text: &Text<'_>, glyphs: &Glyphs, at: usize, len: usize) -> bool {
    let word: String = glyphs.all[at..at + len].iter().map(|g| g.c).collect();
    let first = glyphs.all[at].c;
    // 一步一步, 两个两个; 哈哈哈哈
    let counted = "一二两三四五六七八九十几每半".contains(first);
    let laughter = word.chars().all(|c| c == first);
    let kana = word.chars().all(|c| ('\u{3041}'..='\u{30FF}').contains(&c));
    if counted || laughter || (kana && len == 2) {
        return false;
    }
    if len == 2 && text.writing.abab.contains(&word.as_str()) {
        return false;
    }
    // 标准 + 标准化, 发展 + 发展中国家: the second is another word.
    let behind: String = glyphs.all[at + 2 * len..].iter().take(3).map(|g| g.c).collect();
    let other = ["化", "性", "者", "家", "员", "率", "型", "力", "学", "界", "权", "中国家", "法"];
    !(len == 2 && other.iter().any(|o| behind.starts_with(o)))
}

/// Returns where the second of two stands, if the first is a character that is never doubled.
fn second_of_single(text: &Text<'_>, glyphs: &Glyphs, at: usize) -> Option<usize> {
    let c = glyphs.all[at].c;
    let mut second = at + 1;
    while glyphs
        .all
        .get(second)
        .is_some_and(|g| matches!(g.class, Class::Space | Class::Hidden) || g.c == '\n')
    {
        second += 1;
    }
    if glyphs.all.get(second)?.c != c || second > at + 2 {
        return None;
    }
    // The table is in simplified characters.
    let simple = |c: char| crate::text::to_simplified(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c);
    let (_, before, behind) = text.writing.single.iter().find(|(single, ..)| *single == simple(c))?;
    let prev = at.checked_sub(1).map(|p| glyphs.all[p].c);
    let next = glyphs.all.get(second + 1).map(|g| g.c);
    let another = prev.is_some_and(|p| before.contains(simple(p)))
        || next.is_some_and(|n| behind.contains(simple(n)) || n == c);
    // 实实在在
    let twins = at >= 2 && glyphs.all[at - 1].c == glyphs.all[at - 2].c && glyphs.all[at - 1].is(Script::Han);
    (!another && !twins).then_some(second)
}
