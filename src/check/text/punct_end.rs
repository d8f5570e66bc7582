#![doc = include_str!("punct-end.md")]

use std::ops::Range;

use crate::check::codes::scan::Kind;
use crate::check::glyphs::{Class, Glyphs};
use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::model::Severity;
use crate::text::writing::{Marks, Script};

/// `punct-end`
pub struct PunctEnd;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "encoding-damage"],
    ..super::about("punct-end", include_str!("punct-end.md"))
};

impl Check for PunctEnd {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        openers(&seen.target, found);
        doubled(&seen.target, found);
        if !foreign_question(&seen.target, found)
            && let Some((source, target)) = seen.pair()
        {
            compare(source, target, found);
        }
        Facts::default()
    }
}

/// What a text may end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Stop,
    Question,
    Exclamation,
    Ellipsis,
    Colon,
    Semicolon,
    Comma,
}

impl End {
    fn of(c: char, marks: Marks) -> Option<Self> {
        Some(match c {
            '.' | '。' | '．' | '｡' | '।' | '۔' => Self::Stop,
            ';' | '\u{37E}' if marks == Marks::Greek => Self::Question,
            '?' | '？' | '؟' => Self::Question,
            '!' | '！' => Self::Exclamation,
            '…' | '⋯' => Self::Ellipsis,
            ':' | '：' => Self::Colon,
            ';' | '；' | '؛' => Self::Semicolon,
            ',' | '，' | '،' | '、' => Self::Comma,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Stop => "a full stop",
            Self::Question => "a question mark",
            Self::Exclamation => "an exclamation mark",
            Self::Ellipsis => "an ellipsis",
            Self::Colon => "a colon",
            Self::Semicolon => "a semicolon",
            Self::Comma => "a comma",
        }
    }

    fn mark(self, marks: Marks) -> &'static str {
        match (self, marks) {
            (Self::Stop, Marks::FullWidth) => "。",
            (Self::Stop, _) => ".",
            (Self::Question, Marks::FullWidth) => "？",
            (Self::Question, Marks::Arabic) => "؟",
            (Self::Question, Marks::Greek) => ";",
            (Self::Question, _) => "?",
            (Self::Exclamation, Marks::FullWidth) => "！",
            (Self::Exclamation, _) => "!",
            (Self::Ellipsis, Marks::FullWidth) => "……",
            (Self::Ellipsis, _) => "…",
            (Self::Colon, Marks::FullWidth) => "：",
            (Self::Colon, _) => ":",
            (Self::Semicolon, Marks::FullWidth) => "；",
            (Self::Semicolon, Marks::Arabic) => "؛",
            (Self::Semicolon, _) => ";",
            (Self::Comma, Marks::FullWidth) => "，",
            (Self::Comma, Marks::Arabic) => "،",
            (Self::Comma, _) => ",",
        }
    }
}

/// The end of a text.
struct Tail {
    /// The marks in it, the last first.
    ends: Vec<End>,
    /// Where they stand among the glyphs, closing quotes and brackets included.
    glyphs: Range<usize>,
    /// Whether a code or an address is what it ends with, or stands before the marks.
    code: bool,
    /// Whether the stop is that of an abbreviation, or of a number.
    shortened: bool,
}

fn tail(text: &Text<'_>) -> Tail {
    let glyphs = text.glyphs();
    let all = &glyphs.all;
    let mut ends: Vec<End> = vec![];
    let mut i = all.len();
    let mut end = all.len();
    let mut code = false;
    while let Some(g) = i.checked_sub(1).map(|p| &all[p]) {
        if g.code {
            let at = g.at as usize;
            let whole = text.codes().iter().find(|c| c.range.contains(&at));
            match whole {
                Some(c) if c.is_tag() => {
                    i -= all[..i].iter().rev().take_while(|g| g.at as usize >= c.range.start).count();
                    continue;
                }
                _ => code = whole.is_some_and(|c| c.kind != Kind::Perhaps),
            }
            break;
        }
        if g.class == Class::Sign {
            if let Some(kind) = End::of(g.c, text.writing.marks) {
                let dots = all[..i].iter().rev().take_while(|d| d.c == g.c).count();
                let kind = if kind == End::Stop && dots >= 3 { End::Ellipsis } else { kind };
                if ends.is_empty() {
                    end = i;
                }
                ends.push(kind);
                i -= if kind == End::Ellipsis { dots } else { 1 };
                continue;
            }
            if let Some(note) = footnote(all, i) {
                i = note;
                continue;
            }
            if matches!(
                g.c,
                ')' | ']'
                    | '）'
                    | '］'
                    | '】'
                    | '〕'
                    | '〉'
                    | '》'
                    | '」'
                    | '』'
                    | '”'
                    | '“'
                    | '’'
                    | '\''
                    | '"'
                    | '»'
                    | '«'
                    | '›'
                    | '*'
                    | '†'
                    | '‡'
                    | '—'
                    | '–'
                    | '_'
            ) {
                i -= 1;
                continue;
            }
        } else if g.is_gap() || g.class == Class::Hidden || matches!(g.c, '¹' | '²' | '³' | '⁰'..='⁹')
        {
            i -= 1;
            continue;
        }
        break;
    }
    let shortened = ends == [End::Stop] && is_shortened(text, i);
    Tail { ends, glyphs: i..end, code, shortened }
}

/// Returns where a reference such as `[12]` begins that ends before a glyph.
fn footnote(all: &[crate::check::glyphs::Glyph], end: usize) -> Option<usize> {
    let inner = all.get(..end.checked_sub(1)?)?;
    let digits = inner.iter().rev().take_while(|g| g.class == Class::Digit).count();
    let open = inner.len().checked_sub(digits + 1)?;
    (all[end - 1].c == ']' && digits > 0 && all[open].c == '[').then_some(open)
}

/// Tells whether what ends before the stop is an abbreviation, or the number of an item.
fn is_shortened(text: &Text<'_>, stop: usize) -> bool {
    let glyphs = text.glyphs();
    let word = glyphs.word_before(stop);
    let Some(last) = glyphs.all.get(word.clone()).filter(|w| !w.is_empty()) else { return false };
    let letters = last.iter().filter(|g| g.is_letter()).count();
    if last.iter().all(|g| g.class == Class::Digit) {
        return word.start == 0;
    }
    let before_dot = word.start.checked_sub(1).is_some_and(|p| glyphs.all[p].c == '.');
    let lower = text.text()[glyphs.span(word)].to_lowercase();
    (letters == 1 && !last[0].is(Script::Han))
        || before_dot
        || text.writing.abbreviations.contains(&lower.as_str())
}

fn compare(source: &Text<'_>, target: &Text<'_>, found: &mut Vec<Found>) {
    if !target.writing.stops || !source.writing.stops {
        return;
    }
    let (from, to) = (tail(source), tail(target));
    if from.ends.iter().any(|e| to.ends.contains(e)) || (from.ends.is_empty() && to.ends.is_empty()) {
        return;
    }
    let (wanted, got) = (from.ends.first().copied(), to.ends.first().copied());
    let severity = match (wanted, got) {
        (None, Some(End::Stop)) if to.shortened => return,
        (Some(End::Stop), None) if from.shortened => return,
        (None, _) if from.code => Severity::Info,
        (Some(End::Stop), None) if to.code => Severity::Info,
        // A headline may become a question; an item of a list ends as lists do in that language.
        (None, Some(End::Question | End::Exclamation | End::Semicolon | End::Comma)) => Severity::Info,
        (Some(End::Semicolon | End::Comma), None) => Severity::Info,
        (Some(End::Comma), Some(_)) => Severity::Info,
        (Some(End::Semicolon), Some(End::Stop | End::Comma)) => Severity::Info,
        (Some(End::Stop), Some(End::Semicolon)) => Severity::Info,
        (Some(End::Stop), Some(End::Exclamation)) => Severity::Info,
        (Some(End::Colon), Some(End::Comma)) => Severity::Info,
        (Some(End::Ellipsis), _) if target.text().trim_end_matches(['。', '.']).ends_with('等') => {
            Severity::Info
        }
        _ => Severity::Warning,
    };
    let glyphs = target.glyphs();
    let message = match (wanted, got) {
        (Some(wanted), Some(got)) => {
            format!("The source ends with {}, the target with {}.", wanted.name(), got.name())
        }
        (Some(wanted), None) => format!("The source ends with {}, the target with none.", wanted.name()),
        (None, Some(got)) => format!("The target ends with {}, the source without a mark.", got.name()),
        (None, None) => return,
    };
    let range = if got.is_some() {
        glyphs.span(to.glyphs.clone())
    } else {
        // The last word, so that there is something to see.
        let word = glyphs.word_before(to.glyphs.start);
        let last = if word.len() > 12 { word.end - 1..word.end } else { word };
        glyphs.span(last)
    };
    let help = match wanted {
        Some(wanted) => {
            format!("end it with \"{}\" unless the difference is meant", wanted.mark(target.writing.marks))
        }
        None => "drop it unless the difference is meant".to_owned(),
    };
    found.push(Found::in_target(range, message).severity(severity).help(help));
}

/// A question mark of another script; tells whether it is the last mark.
fn foreign_question(text: &Text<'_>, found: &mut Vec<Found>) -> bool {
    if text.writing.marks != Marks::Arabic {
        return false;
    }
    let glyphs = text.glyphs();
    let mut last = false;
    for (i, c) in glyphs.signs() {
        let letter =
            |g: &crate::check::glyphs::Glyph| g.is(Script::Arabic) || matches!(g.c, '»' | '”' | ')' | '"');
        // Amid a word it stands for a letter that was lost.
        let amid = glyphs.behind(i).is_some_and(|g| g.is_letter());
        if c != '?' || amid || !glyphs.seen_before(i).is_some_and(letter) {
            continue;
        }
        last = glyphs.all[i + 1..].iter().all(|g| !g.is_word());
        found.push(
            Found::in_target(glyphs.range(i), "A Latin question mark ends an Arabic question.")
                .help("write ؟, which faces the other way")
                .fix("؟"),
        );
    }
    last
}

/// Questions and exclamations that are opened and not closed, or closed and not opened.
fn openers(text: &Text<'_>, found: &mut Vec<Found>) {
    let glyphs = text.glyphs();
    let pairs = text.writing.openers;
    if pairs.is_empty() {
        return;
    }
    let mut open: Option<(usize, char)> = None;
    let mut signs = glyphs.signs().peekable();
    while let Some((i, c)) = signs.next() {
        if pairs.iter().any(|(o, _)| *o == c) {
            // ¿¡ … !? is one question.
            if let Some((at, mark)) = open.filter(|(at, _)| at + 1 != i) {
                unclosed(glyphs, at, mark, found);
            }
            open = Some((i, c));
        } else if let Some((opener, _)) = pairs.iter().find(|(_, closer)| *closer == c) {
            while signs.next_if(|(_, c)| matches!(c, '?' | '!')).is_some() {}
            let alone = i > 0
                && matches!(glyphs.all[i - 1].c, '(' | '[')
                && glyphs.behind(i).is_some_and(|g| g.c == ')');
            let ends = |g: &crate::check::glyphs::Glyph| {
                g.is_word() || g.code || matches!(g.c, '»' | '”' | '"' | ')' | '…' | '.' | '%')
            };
            if open.take().is_none() && !alone && glyphs.before(i).is_some_and(ends) {
                let what = if c == '?' { "question" } else { "exclamation" };
                found.push(
                    Found::in_target(glyphs.range(i), format!("The {what} is not opened with {opener}."))
                        .help(format!("write {opener} where the {what} begins")),
                );
            }
        }
    }
    if let Some((at, mark)) = open {
        unclosed(glyphs, at, mark, found);
    }
}

fn unclosed(glyphs: &Glyphs, at: usize, mark: char, found: &mut Vec<Found>) {
    found.push(
        Found::in_target(glyphs.range(at), format!("{mark} opens what nothing closes."))
            .help("close it where the question or exclamation ends"),
    );
}

/// Two marks where one is meant.
fn doubled(text: &Text<'_>, found: &mut Vec<Found>) {
    let glyphs = text.glyphs();
    for pair in glyphs.signs.windows(2) {
        let (one, two) = (pair[0] as usize, pair[1] as usize);
        if two != one + 1 {
            continue;
        }
        let (a, b) = (glyphs.all[one].c, glyphs.all[two].c);
        let full = |c: char| matches!(c, '。' | '，' | '、' | '；' | '：');
        let slip = (full(a) && full(b))
            || (a == b && matches!(a, '.' | ',' | '،' | ';' | '؛' | '؟'))
            || (matches!((a, b), ('.', '。') | ('。', '.') | (',', '.') | ('،', '.')));
        let same = |i: Option<usize>| i.and_then(|i| glyphs.all.get(i)).is_some_and(|g| g.c == a || g.c == b);
        if !slip || same(one.checked_sub(1)) || same(Some(two + 1)) {
            continue;
        }
        // ".." also stands in paths; "2..4" is a range.
        let word =
            |g: Option<&crate::check::glyphs::Glyph>| g.is_some_and(|g| g.is_word() || g.code || g.c == '/');
        if a == '.'
            && b == '.'
            && (word(glyphs.all.get(two + 1)) || !word(one.checked_sub(1).map(|i| &glyphs.all[i])))
        {
            continue;
        }
        let message = format!("Two marks stand where one is meant: \"{a}{b}\".");
        let out = Found::in_target(glyphs.span(one..two + 1), message).help("keep one of them");
        found.push(if a == b { out.fix(a.to_string()) } else { out });
    }
}
