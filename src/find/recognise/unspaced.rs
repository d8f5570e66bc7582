//! Terms of scripts without spaces: sequences of characters.
//!
//! A text is never cut into words first; a dictionary only rejects what crosses the edge of a word (中国 in
//! 发展中国家).

use std::ops::Range;

use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use rustc_hash::FxHashMap;

use super::{Candidate, Entry, Method, has_case, has_empty_line, is_parted, with_quotes};
use crate::model::MatchMode;
use crate::text::languages::{Language, Romanisation};
use crate::text::{Folded, fold, han_word_crosses, is_unspaced};

/// The terms of a language, ready to be found.
pub(super) struct Characters {
    language: &'static Language,
    entries: Vec<Entry>,
    /// The tree: (node, character) to node; 0 is the root.
    edges: FxHashMap<(u32, char), u32>,
    ends: Vec<Vec<End>>,
    /// One bit for each pair of first characters.
    pairs: Vec<u64>,
    patterns: Vec<Pattern>,
    segmenter: Segmenter,
}

impl std::fmt::Debug for Characters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Characters").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy)]
struct End {
    entry: u32,
    listed: bool,
    /// Which of the entry's forms it is, 0 is the term itself.
    form: u16,
    /// Whether a particle of the term was left out on the way here.
    loose: bool,
}

#[derive(Debug)]
struct Pattern {
    entry: u32,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Literal(String),
    Gap(usize, usize),
}

const PAIRS: usize = 1 << 20;

fn pair(one: char, two: char) -> usize {
    let hash = (one as u32).wrapping_mul(0x9E37_79B1) ^ (two as u32).wrapping_mul(0x85EB_CA6B);
    (hash >> 12) as usize & (PAIRS - 1)
}

impl Characters {
    pub(super) fn new(language: &'static Language, entries: Vec<Entry>) -> Self {
        let mut made = Self {
            language,
            entries: vec![],
            edges: FxHashMap::default(),
            ends: vec![vec![]],
            pairs: vec![0; PAIRS / 64],
            patterns: vec![],
            segmenter: match language.romanisation {
                Romanisation::Pinyin => Segmenter::Han,
                Romanisation::None => {
                    Segmenter::Dictionary(WordSegmenter::new_dictionary(Default::default()))
                }
            },
        };
        for (at, entry) in entries.iter().enumerate() {
            let at = at as u32;
            made.file(&entry.text, End { entry: at, listed: false, form: 0, loose: false }, entry.mode);
            for (number, form) in entry.forms.iter().enumerate() {
                let form_number = u16::try_from(number + 1).unwrap_or(u16::MAX);
                let end = End { entry: at, listed: true, form: form_number, loose: false };
                made.file(form, end, entry.mode.or(Some(MatchMode::Forms)));
            }
            if let Some(pattern) = &entry.pattern {
                let mut parts = vec![];
                let mut rest = pattern.as_str();
                while let Some((literal, behind)) = rest.split_once('{') {
                    let Some((gap, behind)) = behind.split_once('}') else { break };
                    rest = behind;
                    parts.push(Part::Literal(fold(literal).into_owned()));
                    if let Some((least, most)) = super::spaced::gap_of(gap) {
                        parts.push(Part::Gap(least, most));
                    }
                }
                parts.push(Part::Literal(fold(rest).into_owned()));
                parts.retain(|p| !matches!(p, Part::Literal(l) if l.is_empty()));
                if let (Some(Part::Literal(_)), Some(Part::Literal(_)), true) =
                    (parts.first(), parts.last(), parts.len() > 2)
                {
                    made.patterns.push(Pattern { entry: at, parts });
                }
            }
        }
        made.entries = entries;
        made
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn file(&mut self, form: &str, end: End, mode: Option<MatchMode>) {
        let folded = fold(form);
        self.file_letters(&folded, end);
        if mode != Some(MatchMode::Exact) {
            for respelt in respellings(self.language, &folded) {
                self.file_letters(&respelt, end);
            }
        }
        if mode == Some(MatchMode::Exact) || mode == Some(MatchMode::Forms) {
            return;
        }
        // A particle between the words may be left out: 真正的多边主义, 真正多边主义.
        let letters: Vec<char> = folded.chars().collect();
        let inner = |at: usize| at > 1 && at + 2 < letters.len();
        let particle = |c: char| self.language.particles.contains(&c);
        if letters.iter().enumerate().any(|(at, c)| inner(at) && particle(*c)) {
            let kept = letters.iter().enumerate().filter(|(at, c)| !(inner(*at) && particle(**c)));
            let reduced: String = kept.map(|(_, c)| *c).collect();
            self.file_letters(&reduced, End { loose: true, ..end });
        }
    }

    fn file_letters(&mut self, letters: &str, end: End) {
        let mut node = 0;
        let mut first = letters.chars();
        let (Some(one), two) = (first.next(), first.next()) else { return };
        match two {
            Some(two) => {
                let bit = pair(one, two);
                self.pairs[bit / 64] |= 1 << (bit % 64);
            }
            None => {
                let bit = pair(one, '\0');
                self.pairs[bit / 64] |= 1 << (bit % 64);
            }
        }
        for c in letters.chars() {
            let next = self.ends.len() as u32;
            node = *self.edges.entry((node, c)).or_insert(next);
            if node == next {
                self.ends.push(vec![]);
            }
        }
        self.ends[node as usize].push(end);
    }

    fn may_begin(&self, one: char, two: char) -> bool {
        let bit = pair(one, two);
        self.pairs[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// Finds everything that may be a term.
    pub(super) fn find(&self, text: &str, folded: &Folded) -> Vec<Candidate> {
        let mut found = vec![];
        let letters = &folded.text;
        let mut next = letters.chars();
        let mut at = 0;
        while let Some(one) = next.next() {
            let two = next.clone().next().unwrap_or('\0');
            if self.may_begin(one, two) || self.may_begin(one, '\0') {
                self.walk(text, folded, at, &mut found);
            }
            at += one.len_utf8();
        }
        for pattern in &self.patterns {
            let Some(Part::Literal(first)) = pattern.parts.first() else { continue };
            for (start, _) in letters.match_indices(first.as_str()) {
                if let Some(end) = parts(letters, start, &pattern.parts) {
                    let range = folded.original(start..end);
                    found.push(Candidate { range, entry: pattern.entry, method: Method::Pattern });
                }
            }
        }
        found
    }

    fn walk(&self, text: &str, folded: &Folded, start: usize, found: &mut Vec<Candidate>) {
        let letters = &folded.text;
        let mut node = 0;
        let mut at = start;
        let mut passed = 0usize;
        // Where something was passed over: how many characters stood before it.
        let mut skipped: Vec<usize> = vec![];
        while let Some(c) = letters[at..].chars().next() {
            if let Some(next) = self.edges.get(&(node, c)) {
                node = *next;
                at += c.len_utf8();
                passed += 1;
                for end in &self.ends[node as usize] {
                    // What is passed over stands between words, not inside one.
                    if skipped.iter().all(|before| passed - before >= 2) {
                        self.judge(text, folded, start..at, *end, &skipped, found);
                    }
                }
                continue;
            }
            if node == 0 || passed < 2 {
                return;
            }
            if self.language.particles.contains(&c) && passed >= 3 && skipped.is_empty() {
                skipped.push(passed);
                at += c.len_utf8();
            } else if let Some(gloss) = gloss(&letters[at..])
                && skipped.len() < 3
            {
                skipped.push(passed);
                at += gloss;
            } else {
                return;
            }
        }
    }

    fn judge(
        &self,
        text: &str,
        folded: &Folded,
        range: Range<usize>,
        end: End,
        skipped: &[usize],
        found: &mut Vec<Candidate>,
    ) {
        let entry = &self.entries[end.entry as usize];
        let letters = &folded.text;
        let loose = end.loose || !skipped.is_empty();
        if loose && matches!(entry.mode, Some(MatchMode::Exact)) {
            return;
        }
        if letters[range.clone()].ends_with(|c| self.language.particles.contains(&c)) && !skipped.is_empty() {
            return;
        }
        // A long mark behind a term in Kana is one of its spellings.
        let kana = |c: char| ('ァ'..='ヺ').contains(&c);
        let mut range = range;
        if self.language.kana && letters[range.clone()].ends_with(kana) {
            if letters[range.end..].starts_with('ー') && !matches!(entry.mode, Some(MatchMode::Exact)) {
                range.end += 'ー'.len_utf8();
            }
            if letters[range.end..].starts_with(|c| kana(c) || c == 'ー') {
                return;
            }
        }
        // Beside letters of a spaced script a word goes on.
        let joined = |a: Option<char>, b: Option<char>| {
            let wordy = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
            wordy(a) && wordy(b)
        };
        if joined(letters[..range.start].chars().next_back(), letters[range.start..].chars().next())
            || joined(letters[..range.end].chars().next_back(), letters[range.end..].chars().next())
        {
            return;
        }
        // In 在网络空间的主权 the particle belongs to the phrase with the preposition.
        if loose && letters[..range.start].ends_with(|c| self.language.prepositions.contains(&c)) {
            return;
        }
        let original = folded.original(range.clone());
        let surface = &text[original.clone()];
        // A dot between two names or halves parts them.
        if surface.contains('·') && !entry.text.contains('·') {
            return;
        }
        if has_empty_line(surface) || !has_case(entry, &entry.text, surface) && !end.listed {
            return;
        }
        if is_cut(&self.segmenter, letters, &range) || is_doubled(letters, &range) {
            return;
        }
        if is_in_name(self.language, letters, &range) {
            return;
        }
        let Some(original) = with_quotes(text, &entry.text, original) else { return };
        if is_parted(&entry.text, &text[original.clone()]) {
            return;
        }
        if entry.mode == Some(MatchMode::Exact) {
            let form = entry.forms.get(usize::from(end.form).wrapping_sub(1)).unwrap_or(&entry.text);
            let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
            if plain(form) != plain(&text[original.clone()]) {
                return;
            }
        }
        let method = match () {
            () if text[original.clone()] == entry.text => Method::Exact,
            () if loose => Method::Loose,
            () if end.listed => Method::Listed,
            () => Method::Folded,
        };
        found.push(Candidate { range: original, entry: end.entry, method });
    }
}

/// Returns the other spellings of a folded form that the language allows: figures, and in Japanese the long mark
/// at the end and the kana between characters.
fn respellings(language: &Language, form: &str) -> Vec<String> {
    let mut out = vec![];
    for (one, other) in language.same_letters {
        if form.contains(*one) {
            out.push(form.replace(*one, other));
        }
    }
    if language.kana {
        let letters: Vec<char> = form.chars().collect();
        if letters.len() > 3 && letters.last() == Some(&'ー') {
            out.push(letters[..letters.len() - 1].iter().collect());
        }
        // 取り組み, 取組み, 取組
        let hiragana = |at: usize| letters.get(at).is_some_and(|c| ('ぁ'..='ゖ').contains(c));
        let han = |at: usize| letters.get(at).is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(c));
        if letters.len() == 4 && han(0) && hiragana(1) && han(2) && hiragana(3) {
            out.push([letters[0], letters[2]].iter().collect());
            out.push([letters[0], letters[2], letters[3]].iter().collect());
        }
    }
    out
}

/// Tells whether a term of two characters is cut out of a word that doubles each of them: 安安全全.
fn is_doubled(letters: &str, range: &Range<usize>) -> bool {
    let mut inside = letters[range.clone()].chars();
    let (Some(one), Some(two), None) = (inside.next(), inside.next(), inside.next()) else { return false };
    letters[..range.start].ends_with(one) && letters[range.end..].starts_with(two)
}

/// Tells whether a short term is the given name of a person: 李和平先生.
fn is_in_name(language: &Language, letters: &str, range: &Range<usize>) -> bool {
    letters[range.clone()].chars().count() <= 2
        && letters[..range.start].ends_with(|c| language.surnames.contains(c))
        && language.titles.iter().any(|title| letters[range.end..].starts_with(title))
}

/// Returns the length of a gloss in brackets, in letters that are not of the text's own script.
fn gloss(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('(')?;
    let end = inside.find(')').filter(|end| *end <= 80)?;
    let foreign = !inside[..end].contains(|c: char| is_unspaced(c) || matches!(c, '.' | ';'));
    foreign.then_some(end + 2)
}

/// Returns where the parts of a pattern end, if they stand here.
fn parts(letters: &str, at: usize, rest: &[Part]) -> Option<usize> {
    match rest.split_first() {
        None => Some(at),
        Some((Part::Literal(literal), rest)) => {
            let behind = letters[at..].strip_prefix(literal.as_str())?;
            parts(letters, letters.len() - behind.len(), rest)
        }
        Some((Part::Gap(least, most), rest)) => {
            let mut end = at;
            for number in 0..=*most {
                if number >= *least
                    && let Some(end) = parts(letters, end, rest)
                {
                    return Some(end);
                }
                let c = letters[end..].chars().next()?;
                if matches!(c, '.' | '!' | '?' | ';' | ':') {
                    return None;
                }
                end += c.len_utf8();
            }
            None
        }
    }
}

/// Tells whether a word crosses either edge of a range of letters.
fn is_cut(segmenter: &Segmenter, letters: &str, range: &Range<usize>) -> bool {
    // The stretch of unspaced characters around it, not too far.
    let before = letters[..range.start].chars().rev().take_while(|c| is_unspaced(*c)).take(REACH);
    let start = range.start - before.map(char::len_utf8).sum::<usize>();
    let behind = letters[range.end..].chars().take_while(|c| is_unspaced(*c)).take(REACH);
    let end = range.end + behind.map(char::len_utf8).sum::<usize>();
    if start == range.start && end == range.end {
        return false;
    }
    match segmenter {
        Segmenter::Han => {
            let stretch: Vec<char> = letters[start..end].chars().collect();
            let from = letters[start..range.start].chars().count();
            let to = from + letters[range.clone()].chars().count();
            han_word_crosses(&stretch, from..to)
        }
        // Nobody writes so many characters in a row by chance.
        Segmenter::Dictionary(_) if letters[range.clone()].chars().count() >= 4 => false,
        Segmenter::Dictionary(segmenter) => {
            let mut missing = [range.start, range.end].map(|edge| edge > start && edge < end);
            for edge in segmenter.segment_str(&letters[start..end]) {
                missing[0] &= start + edge != range.start;
                missing[1] &= start + edge != range.end;
            }
            missing[0] || missing[1]
        }
    }
}

/// Who knows where words end.
enum Segmenter {
    /// Our own table, for Chinese.
    Han,
    /// Dictionaries for the others.
    Dictionary(WordSegmenterBorrowed<'static>),
}

/// How many characters on either side of a hit are looked at.
const REACH: usize = 6;
