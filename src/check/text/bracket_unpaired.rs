#![doc = include_str!("bracket-unpaired.md")]

use crate::check::glyphs::{Class, Glyphs};
use crate::check::{About, Check, Facts, Found, Seen, Text};

/// `bracket-unpaired`
pub struct BracketUnpaired;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "encoding-damage"],
    ..super::about("bracket-unpaired", include_str!("bracket-unpaired.md"))
};

impl Check for BracketUnpaired {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let alone = unpaired(&seen.target);
        if alone.is_empty() {
            return Facts::default();
        }
        // What the source leaves open runs over several segments.
        let mut excused: Vec<char> = seen
            .source
            .as_ref()
            .map_or(vec![], |s| unpaired(s).into_iter().map(|i| kind(s.glyphs().all[i].c)).collect());
        let glyphs = seen.target.glyphs();
        for i in alone {
            let c = glyphs.all[i].c;
            if let Some(at) = excused.iter().position(|k| *k == kind(c)) {
                excused.swap_remove(at);
                continue;
            }
            let opens = closing_of(c).is_some();
            let message = if opens {
                format!("The bracket {c} is not closed.")
            } else {
                format!("The bracket {c} closes what was not opened.")
            };
            found.push(
                Found::in_target(glyphs.range(i), message).help("add the other bracket, or drop this one"),
            );
        }
        Facts::default()
    }
}

/// Returns the brackets without a counterpart, by their places among the glyphs.
fn unpaired(text: &Text<'_>) -> Vec<usize> {
    let glyphs = text.glyphs();
    let mut open: Vec<(usize, char)> = vec![];
    let mut out = vec![];
    for (i, c) in glyphs.signs() {
        if let Some(close) = closing_of(c) {
            if !is_face(glyphs, i) {
                open.push((i, close));
            }
        } else if let Some(narrow) = narrow(c) {
            // Whatever mixes 《 and 〉 leaves two alone; an interval [0, 1) is closed by the other kind.
            let interval = |o: char| {
                matches!((o, narrow), (']', ')') | (')', ']'))
                    && i > 0
                    && glyphs.all[i - 1].class == Class::Digit
            };
            match open.iter().rposition(|(_, o)| *o == narrow || interval(*o)) {
                Some(at) => {
                    out.extend(open.drain(at + 1..).map(|(i, _)| i));
                    open.pop();
                }
                None if narrow == ')' && (is_enumerator(glyphs, i) || is_face(glyphs, i)) => {}
                None => out.push(i),
            }
        }
    }
    out.extend(open.into_iter().map(|(i, _)| i));
    out.sort_unstable();
    out
}

/// Returns what closes an opening bracket; wide ones may be closed by narrow ones.
fn closing_of(c: char) -> Option<char> {
    Some(match c {
        '(' | '（' | '﹙' => ')',
        '[' | '［' => ']',
        '{' | '｛' => '}',
        '【' => '】',
        '〔' => '〕',
        '《' => '》',
        '〈' => '〉',
        '⟨' => '⟩',
        _ => return None,
    })
}

/// Returns a closing bracket as [`closing_of`] names it.
fn narrow(c: char) -> Option<char> {
    Some(match c {
        ')' | '）' | '﹚' => ')',
        ']' | '］' => ']',
        '}' | '｝' => '}',
        '】' | '〕' | '》' | '〉' | '⟩' => c,
        _ => return None,
    })
}

/// Opening and closing apart, widths and shapes are one: a translation may choose others.
fn kind(c: char) -> char {
    if closing_of(c).is_some() { '(' } else { ')' }
}

/// Tells whether a closing bracket belongs to the number of an item: `a)`, `12)`, `iv)`, `一）`, `أ)`.
fn is_enumerator(glyphs: &Glyphs, i: usize) -> bool {
    let word = glyphs.word_before(i);
    let short = |w: &[crate::check::glyphs::Glyph]| {
        let digits = w.iter().all(|g| g.class == Class::Digit);
        let roman = w.iter().all(|g| matches!(g.c, 'i' | 'v' | 'x' | 'I' | 'V' | 'X'));
        let han = w.iter().all(|g| "一二三四五六七八九十甲乙丙丁".contains(g.c));
        w.len() == 1 || (w.len() <= 3 && digits) || (w.len() <= 5 && roman) || (w.len() <= 3 && han)
    };
    if word.is_empty() || !short(&glyphs.all[word.clone()]) {
        return false;
    }
    // An item begins the text, a line, or follows a mark or a word; "(see Annex 2)" has a letter in front of its number.
    let prev = glyphs.seen_before(word.start);
    let apart = word.start.checked_sub(1).is_none_or(|p| glyphs.all[p].is_gap() || !glyphs.all[p].is_word());
    apart
        && prev.is_none_or(|g| {
            !g.is_letter() || glyphs.all[word.start - 1].class == Class::Break || others(glyphs, i)
        })
}

/// Tells whether another item is numbered in the same way.
fn others(glyphs: &Glyphs, i: usize) -> bool {
    let alone = |at: usize| {
        let word = glyphs.word_before(at);
        !word.is_empty() && word.len() <= 3 && glyphs.all[..word.start].last().is_none_or(|g| g.is_gap())
    };
    glyphs.signs().filter(|(at, c)| *at != i && matches!(c, ')' | '）') && alone(*at)).count() > 0
}

/// Tells whether a bracket is the mouth of a face: `:)`, `;-(`.
fn is_face(glyphs: &Glyphs, i: usize) -> bool {
    let at = |back: usize| i.checked_sub(back).map(|p| glyphs.all[p].c);
    let eyes = |c: Option<char>| matches!(c, Some(':' | ';'));
    let gap = |back: usize| i.checked_sub(back).is_none_or(|p| glyphs.all[p].is_gap());
    (eyes(at(1)) && gap(2)) || (at(1) == Some('-') && eyes(at(2)))
}
