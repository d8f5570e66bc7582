//! Terms of scripts without spaces: sequences of characters.
//!
//! A text is never cut into words first; a dictionary only rejects what crosses the edge of a word (中国 in
//! 发展中国家).

use std::ops::Range;

use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use rustc_hash::FxHashMap;

use super::flat::{Filter, Flat, scatter};
use super::{Candidate, Case, Entry, Method, has_case, has_empty_line, is_parted, with_quotes};
use crate::model::MatchMode;
use crate::text::languages::{Language, Romanisation};
use crate::text::{Folded, fold, han_word_crosses, is_unspaced, may_join_han};

/// The terms of a language, ready to be found.
pub(super) struct Characters {
    language: &'static Language,
    entries: Vec<Entry>,
    /// One bit for each pair of first characters: most places of a text end here.
    pairs: Vec<u64>,
    /// The nodes of single characters.
    singles: FxHashMap<char, Node>,
    /// Whether any term is one character.
    has_singles: bool,
    /// The nodes of pairs of first characters.
    doors: Flat<Node>,
    /// The tree from there on: (node, character) to node.
    edges: Flat<Node>,
    /// One bit for each edge: most characters lead nowhere, and the table of edges is large.
    onward: Filter,
    /// What else ends at the nodes, those of one node side by side.
    ends: Vec<End>,
    patterns: Vec<Pattern>,
    segmenter: Segmenter,
}

impl std::fmt::Debug for Characters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Characters").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

/// A node of the tree. It stands in the table of edges itself, with the first of its ends: a large base does
/// not fit into the processor's caches, and each table that is asked costs a wait.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    number: u32,
    /// A bit for each character, modulo 32, that leads on from here.
    onward: u32,
    /// How many terms end here, and where those behind the first stand.
    count: u32,
    from: u32,
    first: End,
}

/// The tree while it grows: (node, character) to node; 0 is the root.
#[derive(Default)]
struct Draft {
    edges: FxHashMap<(u32, char), u32>,
    ends: Vec<(u32, End)>,
    nodes: u32,
}

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Where a term may begin, with its first two characters.
    starts: Vec<(u32, char, char)>,
    /// The nodes behind those characters.
    doors: Vec<Option<Node>>,
    skipped: Vec<usize>,
    stretch: Vec<char>,
}

#[derive(Debug, Clone, Copy, Default)]
struct End {
    entry: u32,
    /// Whether what is written as it is folded is the term, letter by letter, whatever its case and rule.
    easy: bool,
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

fn door(one: char, two: char) -> u64 {
    u64::from(u32::from(one)) << 32 | u64::from(u32::from(two))
}

fn edge(node: u32, c: char) -> u64 {
    u64::from(node) << 32 | u64::from(u32::from(c))
}

fn pair(one: char, two: char) -> usize {
    let hash = (one as u32).wrapping_mul(0x9E37_79B1) ^ (two as u32).wrapping_mul(0x85EB_CA6B);
    (hash >> 12) as usize & (PAIRS - 1)
}

impl Characters {
    pub(super) fn new(language: &'static Language, entries: Vec<Entry>) -> Self {
        let mut draft = Draft { nodes: 1, ..Draft::default() };
        let mut made = Self {
            language,
            entries: vec![],
            pairs: vec![0; PAIRS / 64],
            singles: FxHashMap::default(),
            has_singles: false,
            doors: Flat::of([].into_iter()),
            edges: Flat::of([].into_iter()),
            onward: Filter::of([].into_iter(), 0),
            ends: vec![],
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
            let easy = entry.case == Case::Any && !entry.quoted && fold(&entry.text) == entry.text;
            made.file(
                &mut draft,
                &entry.text,
                End { entry: at, easy, listed: false, form: 0, loose: false },
                entry.mode,
            );
            for (number, form) in entry.forms.iter().enumerate() {
                let form_number = u16::try_from(number + 1).unwrap_or(u16::MAX);
                let end = End { entry: at, easy: false, listed: true, form: form_number, loose: false };
                made.file(&mut draft, form, end, entry.mode.or(Some(MatchMode::Forms)));
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
        made.finish(draft);
        made
    }

    /// Makes flat tables of the tree.
    fn finish(&mut self, mut draft: Draft) {
        let mut nodes: Vec<Node> =
            (0..draft.nodes).map(|number| Node { number, ..Node::default() }).collect();
        let mut firsts = vec![None; draft.nodes as usize];
        for ((node, c), next) in &draft.edges {
            nodes[*node as usize].onward |= 1 << (*c as u32 % 32);
            if *node == 0 {
                firsts[*next as usize] = Some(*c);
            }
        }
        // Stable, so that what was filed first comes first.
        draft.ends.sort_by_key(|(node, _)| *node);
        for (node, end) in draft.ends {
            let node = &mut nodes[node as usize];
            match node.count {
                0 => node.first = end,
                count => {
                    node.from = if count == 1 { self.ends.len() as u32 } else { node.from };
                    self.ends.push(end);
                }
            }
            node.count += 1;
        }
        let (mut doors, mut edges) = (vec![], vec![]);
        for ((node, c), next) in &draft.edges {
            let next = nodes[*next as usize];
            match firsts[*node as usize] {
                Some(first) => doors.push((door(first, *c), next)),
                None if *node > 0 => edges.push((edge(*node, *c), next)),
                None => drop(self.singles.insert(*c, next)),
            }
        }
        self.has_singles = self.singles.values().any(|node| node.count > 0);
        self.doors = Flat::of(doors.into_iter());
        self.onward = Filter::of(edges.iter().map(|(key, _)| scatter(*key)), 12);
        self.edges = Flat::of(edges.into_iter());
    }

    fn file(&mut self, draft: &mut Draft, form: &str, end: End, mode: Option<MatchMode>) {
        let folded = fold(form);
        self.file_letters(draft, &folded, end);
        if mode != Some(MatchMode::Exact) {
            for respelt in respellings(self.language, &folded) {
                self.file_letters(draft, &respelt, End { easy: false, ..end });
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
            self.file_letters(draft, &reduced, End { easy: false, loose: true, ..end });
        }
    }

    fn file_letters(&mut self, draft: &mut Draft, letters: &str, end: End) {
        let mut node = 0;
        let mut first = letters.chars();
        let Some(one) = first.next() else { return };
        let bit = pair(one, first.next().unwrap_or('\0'));
        self.pairs[bit / 64] |= 1 << (bit % 64);
        for c in letters.chars() {
            node = *draft.edges.entry((node, c)).or_insert(draft.nodes);
            draft.nodes += u32::from(node == draft.nodes);
        }
        draft.ends.push((node, end));
    }

    #[inline]
    fn may_begin(&self, one: char, two: char) -> bool {
        let bit = pair(one, two);
        self.pairs[bit / 64] & (1 << (bit % 64)) != 0
    }

    pub(super) fn text(&self, entry: u32) -> &str {
        &self.entries[entry as usize].text
    }

    /// Finds everything that may be a term.
    pub(super) fn find(&self, text: &str, folded: &Folded, room: &mut Room, found: &mut Vec<Candidate>) {
        let letters = &folded.text;
        room.starts.clear();
        let single = self.has_singles;
        let mut next = letters.chars();
        let mut one = next.next();
        let mut at = 0;
        while let Some(c) = one {
            let two = next.next();
            if self.may_begin(c, two.unwrap_or('\0')) || single && self.may_begin(c, '\0') {
                room.starts.push((at, c, two.unwrap_or('\0')));
            }
            at += c.len_utf8() as u32;
            one = two;
        }
        let starts = std::mem::take(&mut room.starts);
        // All doors before the first walk: these look-ups do not wait for each other.
        let mut doors = std::mem::take(&mut room.doors);
        doors.clear();
        doors.extend(starts.iter().map(|(_, one, two)| self.doors.get(door(*one, *two))));
        for ((start, one, two), node) in starts.iter().zip(&doors) {
            self.begin(text, folded, *start as usize, (*one, *two), *node, room, found);
        }
        (room.starts, room.doors) = (starts, doors);
        for pattern in &self.patterns {
            let Some(Part::Literal(first)) = pattern.parts.first() else { continue };
            for (start, _) in letters.match_indices(first.as_str()) {
                if let Some(end) = parts(letters, start, &pattern.parts) {
                    let range = folded.original(start..end);
                    found.push(Candidate { range, entry: pattern.entry, method: Method::Pattern });
                }
            }
        }
    }

    fn ends(&self, node: Node) -> impl Iterator<Item = End> {
        let rest = node.count.saturating_sub(1) as usize;
        let first = (node.count > 0).then_some(node.first);
        first.into_iter().chain(self.ends[node.from as usize..][..rest].iter().copied())
    }

    /// Walks from the root over the first two characters, and on.
    #[allow(clippy::too_many_arguments, reason = "one step of a loop, named")]
    fn begin(
        &self,
        text: &str,
        folded: &Folded,
        start: usize,
        (one, two): (char, char),
        node: Option<Node>,
        room: &mut Room,
        found: &mut Vec<Candidate>,
    ) {
        room.skipped.clear();
        if self.has_singles
            && let Some(node) = self.singles.get(&one)
        {
            for end in self.ends(*node) {
                self.judge(text, folded, start..start + one.len_utf8(), end, room, found);
            }
        }
        if let Some(node) = node {
            let at = start + one.len_utf8() + two.len_utf8();
            // At the end of the text the second character is none.
            if at <= folded.text.len() {
                self.judge_ends(text, folded, start..at, (node, 2), room, found);
                self.walk(text, folded, start..at, (node, 2), room, found);
            }
        }
    }

    /// Walks on from a node, whose ends were looked at, behind so many characters of the tree.
    fn walk(
        &self,
        text: &str,
        folded: &Folded,
        behind: Range<usize>,
        (mut node, mut passed): (Node, usize),
        room: &mut Room,
        found: &mut Vec<Candidate>,
    ) {
        let letters = &folded.text;
        let Range { start, end: mut at } = behind;
        loop {
            if node.onward == 0 {
                return;
            }
            let Some(c) = letters[at..].chars().next() else { return };
            let key = edge(node.number, c);
            let may = node.onward & 1 << (c as u32 % 32) != 0 && self.onward.may_have(scatter(key));
            let next = if may { self.edges.get(key) } else { None };
            // What is passed over leads on from the same node: how many characters stood before it.
            let over = match c {
                '(' if room.skipped.len() < 3 => gloss(&letters[at..]),
                _ if passed >= 3 && room.skipped.is_empty() && self.language.particles.contains(&c) => {
                    Some(c.len_utf8())
                }
                _ => None,
            };
            if let Some(over) = over {
                room.skipped.push(passed);
                self.walk(text, folded, start..at + over, (node, passed), room, found);
                room.skipped.pop();
            }
            let Some(next) = next else { return };
            node = next;
            at += c.len_utf8();
            passed += 1;
            self.judge_ends(text, folded, start..at, (node, passed), room, found);
        }
    }

    fn judge_ends(
        &self,
        text: &str,
        folded: &Folded,
        range: Range<usize>,
        (node, passed): (Node, usize),
        room: &mut Room,
        found: &mut Vec<Candidate>,
    ) {
        for end in self.ends(node) {
            // What is passed over stands between words, not inside one.
            if room.skipped.iter().all(|before| passed - before >= 2) {
                self.judge(text, folded, range.clone(), end, room, found);
            }
        }
    }

    fn judge(
        &self,
        text: &str,
        folded: &Folded,
        range: Range<usize>,
        end: End,
        room: &mut Room,
        found: &mut Vec<Candidate>,
    ) {
        let Room { skipped, stretch, .. } = room;
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
        let (mut range, mut easy) = (range, end.easy);
        if self.language.kana && letters[range.clone()].ends_with(kana) {
            if letters[range.end..].starts_with('ー') && !matches!(entry.mode, Some(MatchMode::Exact)) {
                range.end += 'ー'.len_utf8();
                easy = false;
            }
            if letters[range.end..].starts_with(|c| kana(c) || c == 'ー') {
                return;
            }
        }
        // Beside letters of a spaced script a word goes on.
        let joined = |a: Option<char>, b: Option<char>| {
            let wordy = |c: Option<char>| c.is_some_and(|c| !is_unspaced(c) && c.is_alphanumeric());
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
        if is_doubled(letters, &range) || is_in_name(self.language, letters, &range) {
            return;
        }
        let original = folded.original(range.clone());
        let surface = &text[original.clone()];
        // Folded text has no quotation marks, no dashes and no ends of lines.
        let smooth = surface == &letters[range.clone()];
        if easy && smooth && !loose {
            if !is_cut(&self.segmenter, letters, &range, stretch) {
                found.push(Candidate { range: original, entry: end.entry, method: Method::Exact });
            }
            return;
        }
        // A dot between two names or halves parts them.
        if surface.contains('·') && !entry.text.contains('·') {
            return;
        }
        if !smooth && has_empty_line(surface) || !has_case(entry, &entry.text, surface) && !end.listed {
            return;
        }
        if is_cut(&self.segmenter, letters, &range, stretch) {
            return;
        }
        let original = match smooth && !entry.quoted {
            true => original,
            false => match with_quotes(text, &entry.text, original) {
                Some(original) => original,
                None => return,
            },
        };
        if !smooth && is_parted(&entry.text, &text[original.clone()]) {
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
    range.len() <= 8
        && letters[range.clone()].chars().count() <= 2
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
fn is_cut(segmenter: &Segmenter, letters: &str, range: &Range<usize>, stretch: &mut Vec<char>) -> bool {
    // Most have no word across their edges at all.
    if matches!(segmenter, Segmenter::Han) {
        let joined = |at: usize| {
            let (before, behind) = (letters[..at].chars().next_back(), letters[at..].chars().next());
            before.zip(behind).is_some_and(|(before, behind)| may_join_han(before, behind))
        };
        if !joined(range.start) && !joined(range.end) {
            return false;
        }
    }
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
            stretch.clear();
            stretch.extend(letters[start..range.start].chars());
            let from = stretch.len();
            stretch.extend(letters[range.clone()].chars());
            let to = stretch.len();
            stretch.extend(letters[range.end..end].chars());
            han_word_crosses(stretch, from..to)
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

/// The long way, for [`super::naive`].
#[cfg(any(test, fuzzing))]
pub(super) mod naive {
    use super::*;

    /// A term being read along a text.
    struct Reading<'a> {
        terms: &'a Characters,
        text: &'a str,
        folded: &'a Folded,
        start: usize,
        end: End,
    }

    pub(in super::super) fn find(
        language: &'static Language,
        entries: &dyn Fn() -> Vec<Entry>,
        text: &str,
        folded: &Folded,
    ) -> Vec<Candidate> {
        let terms = Characters::new(language, entries());
        let mut found = vec![];
        for (at, entry) in entries().iter().enumerate() {
            let end = End { entry: at as u32, easy: false, listed: false, form: 0, loose: false };
            let mut forms = vec![(entry.text.as_str(), end, entry.mode)];
            for (number, form) in entry.forms.iter().enumerate() {
                let end = End { listed: true, form: number as u16 + 1, ..end };
                forms.push((form.as_str(), end, entry.mode.or(Some(MatchMode::Forms))));
            }
            for (form, end, mode) in forms {
                let letters: Vec<char> = fold(form).chars().collect();
                let mut ways = vec![(letters.clone(), end)];
                if mode != Some(MatchMode::Exact) {
                    let respelt = respellings(language, &fold(form)).into_iter();
                    ways.extend(respelt.map(|form| (form.chars().collect(), end)));
                }
                let inner = |at: usize| at > 1 && at + 2 < letters.len();
                let left_out = |at: usize| inner(at) && language.particles.contains(&letters[at]);
                if !matches!(mode, Some(MatchMode::Exact | MatchMode::Forms))
                    && (0..letters.len()).any(left_out)
                {
                    let kept = (0..letters.len()).filter(|at| !left_out(*at)).map(|at| letters[at]);
                    ways.push((kept.collect(), End { loose: true, ..end }));
                }
                for (letters, end) in ways.iter().filter(|(letters, _)| !letters.is_empty()) {
                    for (start, _) in folded.text.char_indices() {
                        let reading = Reading { terms: &terms, text, folded, start, end: *end };
                        reading.read(letters, 0, start, &mut vec![], &mut found);
                    }
                }
            }
        }
        for pattern in &terms.patterns {
            for (start, _) in folded.text.char_indices() {
                if let Some(end) = parts(&folded.text, start, &pattern.parts) {
                    let range = folded.original(start..end);
                    found.push(Candidate { range, entry: pattern.entry, method: Method::Pattern });
                }
            }
        }
        found
    }

    impl Reading<'_> {
        fn read(
            &self,
            letters: &[char],
            passed: usize,
            at: usize,
            skipped: &mut Vec<usize>,
            found: &mut Vec<Candidate>,
        ) {
            if passed == letters.len() {
                if skipped.iter().all(|before| passed - before >= 2) {
                    let mut room = Room { skipped: skipped.clone(), ..Room::default() };
                    self.terms.judge(self.text, self.folded, self.start..at, self.end, &mut room, found);
                }
                return;
            }
            let rest = &self.folded.text[at..];
            let Some(c) = rest.chars().next() else { return };
            if c == letters[passed] {
                self.read(letters, passed + 1, at + c.len_utf8(), skipped, found);
            }
            let particle = self.terms.language.particles.contains(&c) && passed >= 3 && skipped.is_empty();
            let over = match particle {
                true => Some(c.len_utf8()),
                false => gloss(rest).filter(|_| skipped.len() < 3 && passed >= 2),
            };
            if let Some(over) = over {
                skipped.push(passed);
                self.read(letters, passed, at + over, skipped, found);
                skipped.pop();
            }
        }
    }
}
