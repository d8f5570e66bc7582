//! Words with wildcards, matched in folded text.
//!
//! A pattern is literal stretches with stars and gaps between them. The first literal is searched for as bytes;
//! from each place where it stands, the set of all ends that the parts so far can have is carried through the rest.
//! Every set is bounded ([`LONGEST_WORD`], [`GAP`]), so the time grows with the text and no faster.

use std::ops::Range;

use memchr::memmem::Finder;
use unicode_normalization::char::is_combining_mark;

use crate::text::{fold, is_unspaced};

/// A star stands for at most so many characters of a word.
const LONGEST_WORD: usize = 64;
/// In scripts without spaces nobody says where a word ends: a star stands for at most so many characters there.
const UNSPACED_WORD: usize = 4;
/// A gap is at most this wide: a word counts two, a character of a script without spaces one.
const GAP: usize = 10;
/// A gap is at most so many bytes long, whatever is in it.
const GAP_BYTES: usize = 1_024;
/// A pattern has at most so many wildcards.
const MOST_WILDCARDS: usize = 32;

/// What stands for wildcards while the pattern is folded: private letters, which folding leaves alone.
const STAR: char = '\u{F5A0}';
const WIDE: char = '\u{F5A1}';

/// Words with wildcards.
#[derive(Debug, Clone)]
pub(super) struct Wild {
    /// Whether the word goes on to the left of the first literal, or stands before it.
    leading: Option<Star>,
    first: Finder<'static>,
    /// What follows the first literal.
    rest: Vec<Part>,
    /// A run of ASCII letters or figures of the pattern, and whether the pattern has other letters too.
    clue: Clue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Star(Star),
    Gap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Star {
    /// The rest of a word, perhaps nothing.
    Rest,
    /// A word, or at least one character.
    Word,
}

/// What a text of nothing but ASCII must have in it.
#[derive(Debug, Clone)]
enum Clue {
    /// It cannot have what is looked for.
    NotAscii,
    /// These letters, in either case.
    Letters(Vec<u8>),
    /// Nothing that is known.
    Unknown,
}

impl Wild {
    pub fn new(typed: &str) -> Result<Self, String> {
        let mut parts: Vec<Part> = vec![];
        for part in parts_of(&folded(typed)) {
            match (parts.last(), &part) {
                (Some(Part::Gap), Part::Gap) | (Some(Part::Star(_)), Part::Star(Star::Rest)) => {}
                // A gap does not begin or end a pattern: where would it?
                (None, Part::Gap) => {}
                _ => parts.push(part),
            }
        }
        while parts.last() == Some(&Part::Gap) {
            parts.pop();
        }
        let wildcards = parts.iter().filter(|p| !matches!(p, Part::Literal(_))).count();
        if wildcards > MOST_WILDCARDS {
            return Err(format!("a pattern has at most {MOST_WILDCARDS} wildcards"));
        }
        let leading = match parts.first() {
            Some(Part::Star(star)) => Some(*star),
            _ => None,
        };
        if leading.is_some() {
            parts.remove(0);
        }
        let blank = |p: &Part| matches!(p, Part::Literal(text) if text.trim().is_empty());
        if parts.iter().all(|p| !matches!(p, Part::Literal(_)) || blank(p)) {
            return Err("there is nothing to look for: the pattern has no letters".to_owned());
        }
        let first = match parts.remove(0) {
            Part::Literal(first) if !first.trim().is_empty() => first,
            _ => {
                let why = "a pattern that begins with several words of which any will do finds too much: \
                           leave them out";
                return Err(why.to_owned());
            }
        };
        let literals = || {
            let rest = parts.iter().filter_map(|p| match p {
                Part::Literal(text) => Some(text.as_str()),
                _ => None,
            });
            std::iter::once(first.as_str()).chain(rest)
        };
        let clue = if literals().any(|text| !text.is_ascii()) {
            Clue::NotAscii
        } else {
            let runs = literals().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
            match runs.max_by_key(|run| run.len()) {
                Some(run) if !run.is_empty() => Clue::Letters(run.as_bytes().to_vec()),
                _ => Clue::Unknown,
            }
        };
        Ok(Self { leading, first: Finder::new(first.as_bytes()).into_owned(), rest: parts, clue })
    }

    /// Tells whether it has no wildcards.
    pub fn is_literal(&self) -> bool {
        self.leading.is_none() && self.rest.is_empty()
    }

    /// Tells whether it reaches over words that are not in it.
    pub fn has_gap(&self) -> bool {
        self.rest.contains(&Part::Gap)
    }

    /// Tells quickly whether it may stand in a text as it is written.
    ///
    /// Folding ASCII makes nothing but ASCII of it, and a run of letters and figures stays together.
    pub fn may_stand_in(&self, text: &str) -> bool {
        match &self.clue {
            Clue::NotAscii => !text.is_ascii(),
            Clue::Letters(letters) => contains_letters(text.as_bytes(), letters) || !text.is_ascii(),
            Clue::Unknown => true,
        }
    }

    /// Tells `take` of every place in a folded text, in order; a place that it does not take is passed over.
    pub fn find(&self, text: &str, mut take: impl FnMut(Range<usize>) -> bool) {
        let (mut at, mut over) = (0, 0);
        let mut ends = vec![];
        while let Some(step) = text.as_bytes().get(at..).and_then(|rest| self.first.find(rest)) {
            let place = at + step;
            // A literal begins with a character of its own.
            at = place + text[place..].chars().next().map_or(1, char::len_utf8);
            let Some(start) = self.start(text, place) else { continue };
            if start < over || !is_edge(text, start) {
                continue;
            }
            self.ends(text, place + self.first.needle().len(), &mut ends);
            let Some(end) = ends.iter().copied().find(|end| is_edge(text, *end)) else { continue };
            if take(start..end) {
                over = end;
                at = at.max(end);
            }
        }
    }

    /// Returns where the match begins of which the first literal stands here.
    fn start(&self, text: &str, place: usize) -> Option<usize> {
        let Some(star) = self.leading else { return Some(place) };
        let before = text[..place].char_indices().rev();
        let mut start = place;
        for (number, (at, c)) in before.enumerate() {
            if !is_wordy(c) {
                break;
            }
            if number == LONGEST_WORD {
                return None;
            }
            if is_unspaced(c) {
                if star == Star::Word && start == place {
                    start = at;
                }
                break;
            }
            start = at;
        }
        (star == Star::Rest || start < place).then_some(start)
    }

    /// Returns where a match can end of which the first literal ends here, the nearest first.
    fn ends(&self, text: &str, from: usize, ends: &mut Vec<usize>) {
        ends.clear();
        ends.push(from);
        let mut next = vec![];
        for part in &self.rest {
            for &at in ends.iter() {
                match part {
                    Part::Literal(literal) => {
                        if text[at..].starts_with(literal.as_str()) {
                            next.push(at + literal.len());
                        }
                    }
                    Part::Star(star) => reach_of_star(*star, text, at, &mut next),
                    Part::Gap => reach_of_gap(text, at, &mut next),
                }
            }
            std::mem::swap(ends, &mut next);
            next.clear();
            ends.sort_unstable();
            ends.dedup();
        }
    }
}

/// Returns a pattern folded, with its wildcards as single characters.
fn folded(typed: &str) -> String {
    let mut marked = String::with_capacity(typed.len() + 8);
    let mut rest = typed;
    while let Some(c) = rest.chars().next() {
        let stars = rest.len() - rest.trim_start_matches('*').len();
        let dots = rest.len() - rest.trim_start_matches('.').len();
        let taken = match (stars, dots, c) {
            (1, ..) => {
                marked.push(STAR);
                1
            }
            (2.., ..) => {
                marked.extend([' ', WIDE, ' ']);
                stars
            }
            (_, 3.., _) => {
                marked.extend([' ', WIDE, ' ']);
                dots
            }
            (.., '…') => {
                marked.extend([' ', WIDE, ' ']);
                c.len_utf8()
            }
            // Only what we put there is a wildcard.
            (.., STAR | WIDE) => c.len_utf8(),
            _ => {
                marked.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    fold(&marked).into_owned()
}

fn parts_of(folded: &str) -> Vec<Part> {
    let mut parts = vec![];
    for piece in folded.split_inclusive([STAR, WIDE]) {
        let wildcard = piece.chars().next_back().filter(|c| matches!(*c, STAR | WIDE));
        let mut literal = piece.trim_end_matches([STAR, WIDE]);
        if parts.last() == Some(&Part::Gap) {
            literal = literal.trim_start();
        }
        if wildcard == Some(WIDE) {
            literal = literal.trim_end();
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.to_owned()));
        }
        match wildcard {
            Some(STAR) => {
                let at = piece.as_ptr() as usize - folded.as_ptr() as usize + piece.len();
                let alone = |c: Option<char>| c.is_none_or(|c| !is_wordy(c) && c != '\'');
                let before = folded[..at - STAR.len_utf8()].chars().next_back();
                let word = alone(before) && alone(folded[at..].chars().next());
                parts.push(Part::Star(if word { Star::Word } else { Star::Rest }));
            }
            Some(_) => parts.push(Part::Gap),
            None => {}
        }
    }
    parts
}

fn reach_of_star(star: Star, text: &str, from: usize, reached: &mut Vec<usize>) {
    if star == Star::Rest {
        reached.push(from);
    }
    let mut unspaced = 0;
    for (number, (at, c)) in text[from..].char_indices().enumerate() {
        let mark = is_combining_mark(c);
        unspaced += usize::from(is_unspaced(c) && !mark);
        if !is_wordy(c) || unspaced > UNSPACED_WORD || number == LONGEST_WORD {
            break;
        }
        reached.push(from + at + c.len_utf8());
    }
}

/// Reaches the beginning of this word and of the next ones.
fn reach_of_gap(text: &str, from: usize, reached: &mut Vec<usize>) {
    if !is_edge(text, from) {
        return;
    }
    let mut width = 0;
    for (at, c) in text[from..].char_indices() {
        let here = from + at;
        let begins = is_edge(text, here);
        if begins && c != ' ' {
            reached.push(here);
        }
        if begins && is_wordy(c) {
            width += if is_unspaced(c) { 1 } else { 2 };
        }
        if width > GAP || at > GAP_BYTES {
            return;
        }
    }
}

fn is_wordy(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Tells whether a word of a folded text may begin or end here: letters stand on one side at most, and no mark of
/// the letter before; figures with a point or a comma between them are one number.
fn is_edge(text: &str, at: usize) -> bool {
    let (before, behind) = (&text.as_bytes()[..at], &text.as_bytes()[at..]);
    if let (&[.., a], &[b, ..]) = (before, behind)
        && a.is_ascii()
        && b.is_ascii()
    {
        let figure = |c: Option<&u8>| c.is_some_and(u8::is_ascii_digit);
        let joins = |c: u8| matches!(c, b'.' | b',');
        return match (a.is_ascii_alphanumeric(), b.is_ascii_alphanumeric()) {
            (true, true) => false,
            (true, false) => !(joins(b) && a.is_ascii_digit() && figure(behind.get(1))),
            (false, true) => !(joins(a) && b.is_ascii_digit() && figure(before.iter().nth_back(1))),
            (false, false) => true,
        };
    }
    let Some(next) = text[at..].chars().next() else { return true };
    let Some(last) = text[..at].chars().next_back() else { return true };
    if is_combining_mark(next) {
        return false;
    }
    !(is_wordy(last) && is_wordy(next)) || is_unspaced(last) || is_unspaced(next)
}

/// Tells whether ASCII letters stand in a text, in either case.
fn contains_letters(text: &[u8], letters: &[u8]) -> bool {
    // The last of them is as good as any: what is common is not told by its place.
    let Some((&last, rest)) = letters.split_last() else { return true };
    let here =
        |at: usize| at.checked_sub(rest.len()).is_some_and(|from| text[from..at].eq_ignore_ascii_case(rest));
    memchr::memchr2_iter(last.to_ascii_lowercase(), last.to_ascii_uppercase(), text).any(here)
}

/// Finds the same the long way: every beginning with every end.
#[cfg(test)]
pub(super) fn naive(wild: &Wild, text: &str) -> Vec<Range<usize>> {
    let edges: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
    let first = std::str::from_utf8(wild.first.needle()).unwrap_or_default();
    let mut found: Vec<Range<usize>> = vec![];
    for &place in edges.iter().filter(|at| text[**at..].starts_with(first)) {
        let spaced = |s: &&usize| {
            let before = &text[**s..place];
            before.chars().all(|c| is_wordy(c) && !is_unspaced(c)) && before.chars().count() <= LONGEST_WORD
        };
        let mut start = match wild.leading {
            None => place,
            Some(_) => edges.iter().filter(|s| **s <= place).find(spaced).copied().unwrap_or(place),
        };
        if wild.leading == Some(Star::Word) && start == place {
            let Some(c) = text[..place].chars().next_back().filter(|c| is_wordy(*c)) else { continue };
            start -= c.len_utf8();
        }
        let fits =
            |end: &&usize| is_edge(text, **end) && spells(&wild.rest, text, place + first.len(), **end);
        if is_edge(text, start)
            && found.last().is_none_or(|last| last.end <= start && last.end <= place)
            && let Some(end) = edges.iter().find(fits)
        {
            found.push(start..*end);
        }
    }
    found
}

#[cfg(test)]
fn spells(parts: &[Part], text: &str, from: usize, to: usize) -> bool {
    let Some((part, rest)) = parts.split_first() else { return from == to };
    (from..=to).filter(|mid| text.is_char_boundary(*mid)).any(|mid| {
        let between = &text[from..mid];
        let fits = match part {
            Part::Literal(literal) => between == literal,
            Part::Star(star) => {
                let letters = between.chars().filter(|c| is_unspaced(*c) && !is_combining_mark(*c)).count();
                between.chars().all(is_wordy)
                    && letters <= UNSPACED_WORD
                    && between.chars().count() <= LONGEST_WORD
                    && (*star == Star::Rest || !between.is_empty())
            }
            Part::Gap => {
                let begun = between.char_indices().filter(|(at, c)| is_wordy(*c) && is_edge(text, from + at));
                let width: usize = begun.map(|(_, c)| if is_unspaced(c) { 1 } else { 2 }).sum();
                let next = text[mid..].chars().next();
                is_edge(text, from) && is_edge(text, mid) && width <= GAP && next.is_some_and(|c| c != ' ')
            }
        };
        fits && spells(rest, text, mid, to)
    })
}
