//! The score of two segments, term by term; see [the formula](super).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Substitution;
use crate::index::{edits, points};
use crate::model::{Edge, Inline, InlineKind, LanguageTag, Native, Segment};
use crate::text::numbers::{self, Figure, Value};
use crate::text::{Token, fold, tokens};

/// A segment with what the score asks of it, made once.
#[derive(Debug, Clone)]
pub struct Side<'t> {
    segment: &'t Segment,
    tokens: Vec<Token>,
    figures: Vec<Number>,
    codes: Vec<Code>,
}

/// A number in figures that is a token by itself, or some of them.
#[derive(Debug, Clone)]
struct Number {
    figure: Option<Figure>,
    range: Range<usize>,
    key: Key,
}

/// What makes two numbers equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Value(Value),
    Written(String),
}

/// An inline code.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Code {
    /// What kind it is.
    kind: String,
    /// Which of the pairs it belongs to, in the order in which they come.
    pair: Option<usize>,
    /// The native code, with what is text in it.
    content: String,
    /// How many tokens end before it.
    place: usize,
    at: u32,
}

/// More codes than any segment has: rows of more are not compared code by code.
const MOST_CODES: usize = 4_096;

impl Code {
    fn key(&self) -> u64 {
        xxh3_64_with_seed(self.kind.as_bytes(), self.pair.map_or(0, |pair| pair as u64 + 1))
    }
}

/// The terms of a score before penalties. Edits and numbers count whole words, the rest tenths of a word.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Terms {
    /// How many words the query has.
    pub query_words: usize,
    /// How many words the source has.
    pub source_words: usize,
    /// Words put in, left out or exchanged.
    pub edits: usize,
    /// Numbers that differ and cannot be replaced in the target.
    pub numbers: usize,
    /// Numbers that differ and are replaced in the target.
    pub replaced: usize,
    /// Words that differ only in how they are written: case, accents, width; numbers that are written another way.
    pub written: usize,
    /// Punctuation and other signs that only one side has.
    pub punctuation: usize,
    /// Inline codes put in, left out or exchanged: two tenths each.
    pub codes: usize,
    /// Inline codes whose content differs.
    pub code_contents: usize,
    /// Whether only the spaces differ.
    pub spaces: bool,
    /// Whether only the order or the place of signs, codes or spellings differs.
    pub order: bool,
}

impl Terms {
    /// Returns the longer side's number of words.
    pub fn longer(&self) -> usize {
        self.query_words.max(self.source_words)
    }

    /// Returns the lesser differences in tenths of a word.
    pub fn tenths(&self) -> usize {
        self.replaced
            + self.written
            + self.punctuation
            + 2 * self.codes
            + self.code_contents
            + usize::from(self.spaces)
            + usize::from(self.order)
    }

    /// Returns the points, 0 to 100; 100 only where nothing differs.
    pub fn points(&self) -> u8 {
        let longer = self.longer();
        if self.query_words == 0 || self.source_words == 0 {
            return 0;
        }
        let whole = 100 * longer.saturating_sub(self.edits + self.numbers);
        let lesser = (5 * longer).min(10 * self.tenths());
        (whole.saturating_sub(lesser) / longer) as u8
    }

    /// Tells whether all that differs is numbers and codes that the target has exchanged.
    pub fn is_only_replaced(&self) -> bool {
        let others = Self { replaced: 0, code_contents: 0, ..self.clone() };
        others.points() == 100 && self.points() < 100
    }
}

/// Returns the most points that so many edits leave of so many words.
pub fn bound(edits: usize, longer: usize) -> u8 {
    // No text has so many words.
    points(edits as u32, longer as u32)
}

/// What the target should have instead of what the source had.
#[derive(Debug, Clone, Default)]
pub(super) struct Exchange {
    /// Places in the target, and what stands there then.
    numbers: Vec<(Range<usize>, String)>,
    /// Contents of codes: the target's code, and what is in it then.
    codes: Vec<(usize, Vec<Native>)>,
}

impl<'t> Side<'t> {
    /// Prepares a segment in a language.
    pub fn new(segment: &'t Segment, lang: &LanguageTag) -> Self {
        let text = &*segment.text;
        let tokens = tokens(text);
        let figures = numbers_of(text, &tokens, lang);
        let codes = codes_of(segment, &tokens);
        Self { segment, tokens, figures, codes }
    }

    /// Returns its text.
    pub fn text(&self) -> &'t str {
        &self.segment.text
    }

    /// Returns the tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Returns the hashes of its tokens.
    pub fn hashes(&self) -> Vec<u64> {
        self.tokens.iter().map(|t| t.hash).collect()
    }

    fn written(&self, range: &Range<usize>) -> Cow<'t, str> {
        nfc(&self.text()[range.clone()])
    }
}

/// Scores a query against the source of a unit, with a target into which numbers and codes may be put.
pub(super) fn score(
    query: &Side<'_>,
    source: &Side<'_>,
    target: Option<(&Side<'_>, &LanguageTag)>,
) -> (Terms, Exchange) {
    let mut exchange = Exchange::default();
    let mut terms = Terms {
        query_words: query.tokens.len(),
        source_words: source.tokens.len(),
        edits: edits(&query.hashes(), &source.hashes()),
        ..Terms::default()
    };
    if query.segment == source.segment {
        return (terms, exchange);
    }
    numbers_that_differ(query, source, target, &mut terms, &mut exchange);
    terms.numbers = terms.numbers.min(terms.longer() - terms.edits);
    terms.written = written_otherwise(query, source);
    let (ours, theirs) = (Gaps::of(query), Gaps::of(source));
    terms.punctuation = ours.signs.len().max(theirs.signs.len()) - in_both(&ours.signs, &theirs.signs);
    codes_that_differ(query, source, target, &mut terms, &mut exchange);
    if terms.edits == 0 {
        terms.spaces = ours.spaces != theirs.spaces;
        // What is left where every sum is the same is where things stand.
        let same_sums = terms.written == 0 && terms.punctuation == 0 && terms.codes == 0 && !terms.spaces;
        terms.order = same_sums && (ours.gaps != theirs.gaps || stand_elsewhere(query, source));
    }
    (terms, exchange)
}

fn numbers_that_differ(
    query: &Side<'_>,
    source: &Side<'_>,
    target: Option<(&Side<'_>, &LanguageTag)>,
    terms: &mut Terms,
    exchange: &mut Exchange,
) {
    let (ours, theirs) = (&query.figures, &source.figures);
    if ours.len() != theirs.len() {
        // What one side has more of is among the edits already.
        let mut known: Vec<&Key> = vec![];
        let mut number = |key| {
            known.iter().position(|k| *k == key).unwrap_or_else(|| {
                known.push(key);
                known.len() - 1
            })
        };
        let a: Vec<usize> = ours.iter().map(|n| number(&n.key)).collect();
        let b: Vec<usize> = theirs.iter().map(|n| number(&n.key)).collect();
        terms.numbers = edits(&a, &b).saturating_sub(ours.len().abs_diff(theirs.len()));
        return;
    }
    for (new, old) in ours.iter().zip(theirs).filter(|(new, old)| new.key != old.key) {
        let found = target.and_then(|(target, lang)| places_of(new, old, (query, source), target, lang));
        let Some(found) = found else {
            terms.numbers += 1;
            continue;
        };
        terms.replaced += 1;
        for place in found {
            // A number that comes twice finds both places twice.
            if !exchange.numbers.iter().any(|(range, _)| *range == place.0) {
                exchange.numbers.push(place);
            }
        }
    }
    exchange.numbers.sort_by_key(|(range, _)| range.start);
}

/// Finds where the target has a number, if it is sure that the new one belongs there: it has the old one as often as
/// the source has it, and the query has the new one in each of these places.
fn places_of(
    new: &Number,
    old: &Number,
    (query, source): (&Side<'_>, &Side<'_>),
    target: &Side<'_>,
    lang: &LanguageTag,
) -> Option<Vec<(Range<usize>, String)>> {
    let pairs = query.figures.iter().zip(&source.figures);
    let same: Vec<(&Number, &Number)> = pairs.filter(|(_, s)| s.key == old.key).collect();
    if same.iter().any(|(q, _)| q.key != new.key) {
        return None;
    }
    let places: Vec<&Number> = target.figures.iter().filter(|n| n.key == old.key).collect();
    if places.len() != same.len() {
        return None;
    }
    places
        .into_iter()
        .map(|place| {
            // Of 5 and 05 the one that stands here, so that 05 becomes 07 and 5 becomes 7.
            let here = |s: &Number| source.written(&s.range) == target.written(&place.range);
            let new = same.iter().find(|(_, s)| here(s)).map_or(new, |(q, _)| q);
            let written = new.figure.as_ref()?.written_like(place.figure.as_ref()?, lang)?;
            Some((place.range.clone(), written))
        })
        .collect()
}

/// Counts the words and numbers that both have, but not as they are written.
fn written_otherwise(query: &Side<'_>, source: &Side<'_>) -> usize {
    let (ours, theirs) = (words_of(query), words_of(source));
    let hashes = |words: &[(u64, Cow<'_, str>)]| words.iter().map(|(hash, _)| *hash).collect::<Vec<_>>();
    let alike = in_both(&hashes(&ours), &hashes(&theirs));
    let mut count = alike - in_both(&ours, &theirs);
    // Numbers are few.
    let mut left: Vec<&Number> = source.figures.iter().collect();
    let mut unequal: Vec<&Number> = vec![];
    for number in &query.figures {
        let same = |other: &&Number| {
            other.key == number.key && source.written(&other.range) == query.written(&number.range)
        };
        match left.iter().position(same) {
            Some(at) => drop(left.remove(at)),
            None => unequal.push(number),
        }
    }
    for number in unequal {
        if let Some(at) = left.iter().position(|other| other.key == number.key) {
            left.remove(at);
            count += 1;
        }
    }
    count
}

/// The words as they are written, by their hashes.
fn words_of<'t>(side: &Side<'t>) -> Vec<(u64, Cow<'t, str>)> {
    let words = side.tokens.iter().filter(|t| !t.is_number());
    sorted(words.map(|t| (t.hash, side.written(&t.range))).collect())
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all
}

/// Counts what two sorted rows have in common.
fn in_both<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}

/// What stands between words and numbers.
struct Gaps {
    /// Each of them as it is.
    gaps: Vec<String>,
    /// The spaces of each.
    spaces: Vec<String>,
    /// All signs that are no space, sorted.
    signs: Vec<char>,
}

impl Gaps {
    fn of(side: &Side<'_>) -> Self {
        let words = side.tokens.iter().filter(|t| !t.is_number()).map(|t| &t.range);
        let mut ranges: Vec<&Range<usize>> = words.chain(side.figures.iter().map(|n| &n.range)).collect();
        ranges.sort_by_key(|r| r.start);
        let mut gaps = vec![];
        let mut at = 0;
        for range in ranges {
            gaps.push(nfc(&side.text()[at.min(range.start)..range.start]).into_owned());
            at = at.max(range.end);
        }
        gaps.push(nfc(&side.text()[at..]).into_owned());
        let spaces = gaps.iter().map(|gap| gap.chars().filter(|c| c.is_whitespace()).collect()).collect();
        let signs = gaps.iter().flat_map(|gap| gap.chars()).filter(|c| !c.is_whitespace()).collect();
        let signs = sorted(signs);
        Self { gaps, spaces, signs }
    }
}

/// Tells whether words that are equal when folded, numbers or codes stand in other places.
fn stand_elsewhere(query: &Side<'_>, source: &Side<'_>) -> bool {
    let words = |side: &Side<'_>| {
        let words = side.tokens.iter().filter(|t| !t.is_number());
        words.map(|t| side.written(&t.range).into_owned()).collect::<Vec<_>>()
    };
    let place = |side: &Side<'_>| side.codes.iter().map(|c| c.place).collect::<Vec<_>>();
    let at = |side: &Side<'_>| side.codes.iter().map(|c| c.at).collect::<Vec<_>>();
    words(query) != words(source)
        || place(query) != place(source)
        || (query.text() == source.text() && at(query) != at(source))
}

fn codes_that_differ(
    query: &Side<'_>,
    source: &Side<'_>,
    target: Option<(&Side<'_>, &LanguageTag)>,
    terms: &mut Terms,
    exchange: &mut Exchange,
) {
    let (ours, theirs) = (&query.codes, &source.codes);
    let equal = |a: &Code, b: &Code| a.kind == b.kind && a.pair == b.pair;
    if ours.len() != theirs.len() || !ours.iter().zip(theirs).all(|(a, b)| equal(a, b)) {
        let longer = ours.len().max(theirs.len());
        let keys = |codes: &[Code]| codes.iter().map(Code::key).collect::<Vec<_>>();
        terms.codes = if longer > MOST_CODES { longer } else { edits(&keys(ours), &keys(theirs)) };
        return;
    }
    let mut taken = FxHashSet::default();
    for (at, (_, old)) in ours.iter().zip(theirs).enumerate().filter(|(_, (a, b))| a.content != b.content) {
        terms.code_contents += 1;
        if terms.code_contents > MOST_CODES {
            continue;
        }
        let Some((target, _)) = target else { continue };
        let mut known = target.codes.iter().take(MOST_CODES).enumerate();
        let place = known.find(|(place, code)| {
            code.kind == old.kind && code.content == old.content && !taken.contains(place)
        });
        if let (Some((place, _)), Some(code)) = (place, query.segment.inlines.get(at)) {
            taken.insert(place);
            exchange.codes.push((place, code.native.clone()));
        }
    }
}

impl Exchange {
    /// Puts it into the target. Returns what it is then, and what was put where.
    pub(super) fn into_target(self, target: &Segment) -> (Segment, Vec<Substitution>) {
        let mut made =
            Segment { text: String::with_capacity(target.text.len()), inlines: target.inlines.clone() };
        let mut done = vec![];
        let mut at = 0;
        let mut shifts: Vec<(usize, usize, isize)> = vec![];
        let mut shift = 0isize;
        for (range, new) in self.numbers {
            made.text.push_str(&target.text[at..range.start]);
            let start = made.text.len();
            made.text.push_str(&new);
            at = range.end;
            shift += new.len() as isize - range.len() as isize;
            shifts.push((range.start, range.end, shift));
            let from = target.text[range].to_owned();
            done.push(Substitution { from, to: new, start, end: made.text.len() });
        }
        made.text.push_str(&target.text[at..]);
        for inline in &mut made.inlines {
            let at = inline.at as usize;
            // A code inside a number that was exchanged stands behind it.
            let moved = shifts.iter().rev().find(|(start, ..)| *start < at);
            let at = moved.map_or(at, |(_, end, shift)| at.max(*end).saturating_add_signed(*shift));
            inline.at = at.min(made.text.len()) as u32;
        }
        for (place, native) in self.codes {
            let Some(code) = made.inlines.get_mut(place) else { continue };
            let (from, at) = (content_of(code), code.at as usize);
            code.native = native;
            done.push(Substitution { from, to: content_of(code), start: at, end: at });
        }
        (made, done)
    }
}

fn numbers_of(text: &str, tokens: &[Token], lang: &LanguageTag) -> Vec<Number> {
    if !tokens.iter().any(Token::is_number) {
        return vec![];
    }
    let mut out: Vec<Number> = vec![];
    for figure in numbers::figures(lang, text) {
        let from = tokens.partition_point(|t| t.range.end <= figure.range.start);
        let met = tokens[from..].iter().take_while(|t| t.range.start < figure.range.end);
        // The figures of a name, as in G20, are a part of it.
        if met.clone().next().is_some() && met.clone().all(Token::is_number) {
            let key = match figure.value {
                Some(value) => Key::Value(value),
                None => Key::Written(fold(&text[figure.range.clone()]).into_owned()),
            };
            out.push(Number { range: figure.range.clone(), figure: Some(figure), key });
        }
    }
    for token in tokens.iter().filter(|t| t.is_number()) {
        let is_known = out.iter().any(|n| n.range.start < token.range.end && token.range.start < n.range.end);
        if !is_known {
            let key = Key::Written(fold(&text[token.range.clone()]).into_owned());
            out.push(Number { figure: None, range: token.range.clone(), key });
        }
    }
    out.sort_by_key(|n| n.range.start);
    out
}

fn codes_of(segment: &Segment, tokens: &[Token]) -> Vec<Code> {
    let mut pairs: FxHashMap<&str, usize> = FxHashMap::default();
    let mut out = vec![];
    for inline in &segment.inlines {
        let next = pairs.len();
        let pair = inline.pair.as_deref().map(|pair| *pairs.entry(pair).or_insert(next));
        let place = tokens.partition_point(|t| t.range.end <= inline.at as usize);
        out.push(Code {
            kind: kind_of(&inline.kind),
            pair,
            content: content_of(inline),
            place,
            at: inline.at,
        });
    }
    out
}

pub(super) fn kind_of(kind: &InlineKind) -> String {
    let edge = |edge: &Edge| match edge {
        Edge::Open => "<",
        Edge::Close => ">",
    };
    match kind {
        InlineKind::Begin => "bpt".to_owned(),
        InlineKind::End => "ept".to_owned(),
        InlineKind::Isolated(side) => format!("it{}", edge(side)),
        InlineKind::Placeholder => "ph".to_owned(),
        InlineKind::Unknown => "ut".to_owned(),
        InlineKind::Highlight(side) => format!("hi{}", edge(side)),
        InlineKind::Foreign(name, side) => format!("{name}{}", edge(side)),
    }
}

/// The native code, with the text inside it.
fn content_of(inline: &Inline) -> String {
    let part = |native: &Native| match native {
        Native::Code(code) => code.clone(),
        Native::Sub(_, segment) => segment.text.clone(),
    };
    inline.native.iter().map(part).collect()
}

pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
