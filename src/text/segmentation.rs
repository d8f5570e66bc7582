//! Cuts a text into segments by the rules that a project brings.
//!
//! A rule is a pattern for what stands before a place and one for what stands behind it; the first rule whose two
//! patterns both match there says whether the text breaks at this place. Where no rule matches, it does not. The rules
//! are data ([`Segmentation`]); the reader of SRX, who fills it, lives in [`crate::format::srx`].
//!
//! Patterns are ICU's regular expressions as far as they can be taken in time that grows with the text and no faster:
//! neither references back nor looking around, except where a look is the same as a match (`(?<=…)` at the beginning of
//! what stands before, `(?=…)` at the end of what stands behind). Possessive and atomic parts match like plain ones.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::iter::Peekable;
use std::ops::Range;
use std::str::Chars;
use std::sync::{Arc, Mutex, PoisonError};

use regex::Regex;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::{Input, MatchKind};
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::model::LanguageTag;

/// The longest pattern that is taken, in bytes.
const LONGEST: usize = 4_096;
/// How large a compiled pattern may be, in bytes.
const LARGEST: usize = 4 << 20;
/// How large all compiled patterns may be together, in bytes.
const LARGEST_OF_ALL: usize = 128 << 20;
/// How much of an automaton is kept, in bytes; what does not fit is found again.
const CACHE: usize = 32 << 20;
/// Stands at word boundaries; no UTF-8 has this byte.
const BOUNDARY: u8 = 0xFF;

/// A pattern that can be taken.
#[derive(Debug, Clone)]
struct Pattern {
    hir: Hir,
    size: usize,
}

/// A rule: what stands before a place and behind it, and whether the text breaks there.
#[derive(Debug, Clone)]
pub struct Rule {
    breaks: bool,
    // None matches everywhere.
    before: Option<Pattern>,
    after: Option<Pattern>,
}

impl Rule {
    /// Makes a rule of two patterns; an empty one matches everywhere.
    ///
    /// # Errors
    ///
    /// A pattern cannot be taken: which, and why, as a clause.
    pub fn new(breaks: bool, before: &str, after: &str) -> Result<Self, String> {
        Ok(Self { breaks, before: pattern(before, false)?, after: pattern(after, true)? })
    }

    fn size(&self) -> usize {
        [&self.before, &self.after].into_iter().flatten().map(|p| p.size).sum()
    }
}

/// Rules for cutting texts, and which of them are for which language.
#[derive(Default)]
pub struct Segmentation {
    cascade: bool,
    rules: Vec<(String, Vec<Rule>)>,
    maps: Vec<(Regex, String)>,
    size: usize,
    cutters: Mutex<HashMap<LanguageTag, Option<Arc<Mutex<Cutter>>>>>,
}

impl fmt::Debug for Segmentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segmentation")
            .field("cascade", &self.cascade)
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

impl Segmentation {
    /// Makes one without rules. With `cascade`, the rules of every map that fits a language are asked, in the order of
    /// the maps; without, only those of the first.
    pub fn new(cascade: bool) -> Self {
        Self { cascade, ..Self::default() }
    }

    /// Begins a list of rules; those added next belong to it.
    pub fn list(&mut self, name: &str) {
        self.rules.push((name.to_owned(), vec![]));
    }

    /// Adds a rule to the list that was begun last.
    ///
    /// # Errors
    ///
    /// No list was begun, or the rules would be too large together.
    pub fn rule(&mut self, rule: Rule) -> Result<(), String> {
        let Some((_, rules)) = self.rules.last_mut() else { return Err("it stands in no list".to_owned()) };
        if self.size + rule.size() > LARGEST_OF_ALL {
            return Err("the rules before it already need as much memory as rules may have".to_owned());
        }
        self.size += rule.size();
        rules.push(rule);
        Ok(())
    }

    /// Says that a list is for the languages whose tag is wholly like a pattern, in whatever case.
    ///
    /// # Errors
    ///
    /// The pattern cannot be taken: why, as a clause.
    pub fn map(&mut self, languages: &str, list: &str) -> Result<(), String> {
        parsed(languages, false)?;
        let whole = format!(r"\A(?i:{})\z", taken(languages, false));
        let built = regex::RegexBuilder::new(&whole).size_limit(LARGEST).build();
        let pattern = built.map_err(|_| "the pattern is too large".to_owned())?;
        self.maps.push((pattern, list.to_owned()));
        Ok(())
    }

    /// Returns the names that maps use and no list has.
    pub fn unknown(&self) -> Vec<&str> {
        let known = |name: &str| self.rules.iter().any(|(list, _)| list == name);
        self.maps.iter().map(|(_, list)| &**list).filter(|list| !known(list)).collect()
    }

    /// Tells whether there are rules for a language.
    pub fn knows(&self, lang: &LanguageTag) -> bool {
        self.lists(lang).next().is_some()
    }

    /// Returns where the segments of a text stand, in order, without the white space around them; `None` where there
    /// are no rules for the language.
    ///
    /// ```
    /// use wicterm::text::segmentation::{Rule, Segmentation};
    /// let mut rules = Segmentation::new(true);
    /// rules.list("any");
    /// rules.rule(Rule::new(false, r"\bNo\.", r"\s\d")?)?;
    /// rules.rule(Rule::new(true, r"[.?!]+", r"\s")?)?;
    /// rules.map(".*", "any")?;
    /// let text = "See No. 5. The rest follows.";
    /// let found = rules.segments(&"en".parse().unwrap(), text).unwrap();
    /// assert_eq!(found, [0..10, 11..28]);
    /// # Ok::<(), String>(())
    /// ```
    pub fn segments(&self, lang: &LanguageTag, text: &str) -> Option<Vec<Range<usize>>> {
        let cutter = {
            // What was built before a panic elsewhere is whole.
            let mut cutters = self.cutters.lock().unwrap_or_else(PoisonError::into_inner);
            let built = cutters.entry(lang.clone()).or_insert_with(|| {
                let cutter = self.knows(lang).then(|| Cutter::new(self.lists(lang).flatten()));
                cutter.flatten().map(|cutter| Arc::new(Mutex::new(cutter)))
            });
            built.clone()?
        };
        let breaks = cutter.lock().unwrap_or_else(PoisonError::into_inner).breaks(text);
        let ends = breaks.iter().copied().chain([text.len()]);
        let starts = [0].into_iter().chain(breaks.iter().copied());
        let trimmed = starts.zip(ends).map(|(start, end)| {
            let piece = &text[start..end];
            let start = start + (piece.len() - piece.trim_start().len());
            start..start + piece.trim().len()
        });
        Some(trimmed.filter(|segment| !segment.is_empty()).collect())
    }

    /// Returns the lists of rules for a language, in the order in which they are asked.
    fn lists(&self, lang: &LanguageTag) -> impl Iterator<Item = &[Rule]> {
        // Whoever writes `en_US` means it.
        let (hyphens, lows) = (lang.as_str(), lang.as_str().replace('-', "_"));
        let fitting = self.maps.iter().filter(move |(p, _)| p.is_match(hyphens) || p.is_match(&lows));
        let most = if self.cascade { usize::MAX } else { 1 };
        let lists = fitting.filter_map(|(_, name)| self.rules.iter().find(|(list, _)| list == name));
        lists.map(|(_, rules)| &**rules).take(most)
    }
}

/// The rules of a language, ready to cut.
struct Cutter {
    /// Whether it breaks, and the numbers of its patterns in `before` and `after`.
    rules: Vec<(bool, Option<u32>, Option<u32>)>,
    before: Automaton,
    after: Automaton,
    marked: bool,
}

impl Cutter {
    fn new<'r>(rules: impl Iterator<Item = &'r Rule>) -> Option<Self> {
        let (mut before, mut after) = (Numbered::default(), Numbered::default());
        let rules: Vec<_> = rules
            .map(|rule| (rule.breaks, before.number(rule.before.as_ref()), after.number(rule.after.as_ref())))
            .collect();
        let has_boundary = |hir: &Hir| hir.properties().look_set().contains(Look::WordUnicode);
        let marked = before.patterns.iter().chain(&after.patterns).any(|hir| has_boundary(hir));
        let (before, after) = (
            Automaton::new(&before.patterns, marked, false)?,
            Automaton::new(&after.patterns, marked, true)?,
        );
        Some(Self { rules, before, after, marked })
    }

    /// Returns the places where a text breaks, in order; neither its beginning nor its end is one.
    fn breaks(&mut self, text: &str) -> Vec<usize> {
        let marked = Marked::new(text, self.marked);
        let (before, after) = (self.before.hits(&marked, text), self.after.hits(&marked, text));
        // Only where a rule that breaks may match is there anything to decide.
        let mut places = vec![];
        let breaking = || self.rules.iter().filter(|(breaks, ..)| *breaks);
        let starters: HashSet<u32> = breaking().filter_map(|(_, was, _)| *was).collect();
        places.extend(before.iter().filter(|(_, number)| starters.contains(number)).map(|(at, _)| *at));
        let followers: HashSet<u32> =
            breaking().filter(|(_, was, _)| was.is_none()).filter_map(|(.., comes)| *comes).collect();
        places.extend(after.iter().filter(|(_, number)| followers.contains(number)).map(|(at, _)| *at));
        if breaking().any(|(_, was, comes)| was.is_none() && comes.is_none()) {
            places.extend(text.char_indices().map(|(at, _)| at));
        }
        places.sort_unstable();
        places.dedup();
        let (mut before, mut after) = (&*before, &*after);
        places.retain(|at| {
            let (was, comes) = (hits_at(&mut before, *at), hits_at(&mut after, *at));
            let has = |hits: &[(usize, u32)], number: &Option<u32>| {
                number.is_none_or(|number| hits.binary_search_by_key(&number, |hit| hit.1).is_ok())
            };
            let first = self.rules.iter().find(|(_, b, a)| has(was, b) && has(comes, a));
            *at > 0 && *at < text.len() && first.is_some_and(|(breaks, ..)| *breaks)
        });
        places
    }
}

/// Takes the hits at a place from the front; those before it are dropped.
fn hits_at<'h>(hits: &mut &'h [(usize, u32)], at: usize) -> &'h [(usize, u32)] {
    let (_, rest) = hits.split_at(hits.partition_point(|hit| hit.0 < at));
    let (here, rest) = rest.split_at(rest.iter().take_while(|hit| hit.0 == at).count());
    *hits = rest;
    here
}

/// Patterns, each once: very many rules have white space behind them.
#[derive(Default)]
struct Numbered<'r> {
    patterns: Vec<&'r Hir>,
    numbers: HashMap<String, u32>,
}

impl<'r> Numbered<'r> {
    fn number(&mut self, pattern: Option<&'r Pattern>) -> Option<u32> {
        let hir = &pattern?.hir;
        let next = self.patterns.len() as u32;
        let number = *self.numbers.entry(hir.to_string()).or_insert(next);
        if number == next {
            self.patterns.push(hir);
        }
        Some(number)
    }
}

/// Finds every place where a match of a pattern ends, or, looking backward, begins.
struct Automaton {
    /// `None` where there are no patterns.
    machine: Option<(DFA, Cache)>,
    backward: bool,
}

impl Automaton {
    fn new(patterns: &[&Hir], marked: bool, backward: bool) -> Option<Self> {
        if patterns.is_empty() {
            return Some(Self { machine: None, backward });
        }
        let patterns: Vec<Hir> =
            patterns.iter().map(|hir| if marked { with_marks(hir) } else { (*hir).clone() }).collect();
        // The patterns were measured one by one; marks let them grow a little.
        let nfa = compiled(&patterns, backward, 4 * LARGEST_OF_ALL)?;
        let config =
            DFA::config().match_kind(MatchKind::All).cache_capacity(CACHE).skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let cache = dfa.create_cache();
        Some(Self { machine: Some((dfa, cache)), backward })
    }

    /// Returns the places with the numbers of the patterns, both in order.
    fn hits(&mut self, marked: &Marked, text: &str) -> Vec<(usize, u32)> {
        let Some((dfa, cache)) = &mut self.machine else { return vec![] };
        let mut hits = vec![];
        // It neither quits, as there are no word boundaries in it, nor gives up, as it may clear its cache.
        let _ = walk(dfa, cache, &marked.bytes, self.backward, |at, pattern| {
            let at = marked.back(at);
            if text.is_char_boundary(at) {
                hits.push((at, pattern));
            }
        });
        hits.sort_unstable();
        hits.dedup();
        hits
    }
}

/// Tells every place where a match ends, with the number of its pattern.
///
/// The crate's own search for overlapping matches is not used: backward, it tells the second pattern that matches at a
/// place one byte too early (0.4.18).
fn walk(
    dfa: &DFA,
    cache: &mut Cache,
    bytes: &[u8],
    backward: bool,
    mut hit: impl FnMut(usize, u32),
) -> Option<()> {
    let input = Input::new(bytes);
    let start = match backward {
        false => dfa.start_state_forward(cache, &input),
        true => dfa.start_state_reverse(cache, &input),
    };
    let mut state = start.ok()?;
    for step in 0..=bytes.len() {
        // A state tells a match one byte late, when it is known what stands behind it.
        state = match (step == bytes.len(), backward) {
            (true, _) => dfa.next_eoi_state(cache, state).ok()?,
            (false, false) => dfa.next_state(cache, state, bytes[step]).ok()?,
            (false, true) => dfa.next_state(cache, state, bytes[bytes.len() - 1 - step]).ok()?,
        };
        if state.is_dead() {
            break;
        }
        if state.is_match() {
            let at = if backward { bytes.len() - step } else { step };
            (0..dfa.match_len(cache, state))
                .for_each(|index| hit(at, dfa.match_pattern(cache, state, index).as_u32()));
        }
    }
    Some(())
}

fn compiled(patterns: &[Hir], backward: bool, largest: usize) -> Option<NFA> {
    let config = thompson::Config::new()
        .utf8(false)
        .reverse(backward)
        .which_captures(WhichCaptures::None)
        .nfa_size_limit(Some(largest));
    NFA::compiler().configure(config).build_many_from_hir(patterns).ok()
}

/// A text with a byte at each word boundary.
struct Marked<'t> {
    bytes: Cow<'t, [u8]>,
    marks: Vec<usize>,
}

impl<'t> Marked<'t> {
    fn new(text: &'t str, marked: bool) -> Self {
        if !marked {
            return Self { bytes: Cow::Borrowed(text.as_bytes()), marks: vec![] };
        }
        let mut bytes = Vec::with_capacity(text.len() + text.len() / 2);
        let mut marks = vec![];
        let mut within = false;
        for c in text.chars() {
            let word = regex_syntax::try_is_word_character(c).unwrap_or(false);
            if word != within {
                marks.push(bytes.len());
                bytes.push(BOUNDARY);
                within = word;
            }
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        if within {
            marks.push(bytes.len());
            bytes.push(BOUNDARY);
        }
        Self { bytes: Cow::Owned(bytes), marks }
    }

    /// Leads back to the text.
    fn back(&self, at: usize) -> usize {
        at - self.marks.partition_point(|mark| *mark < at)
    }
}

/// Returns a pattern for a marked text: a mark may stand before each character, and has to at a word boundary.
fn with_marks(hir: &Hir) -> Hir {
    let mark = || Hir::literal([BOUNDARY]);
    let perhaps = |hir: Hir| {
        let repetition =
            regex_syntax::hir::Repetition { min: 0, max: Some(1), greedy: true, sub: Box::new(mark()) };
        Hir::concat(vec![Hir::repetition(repetition), hir])
    };
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => {
            // Patterns match UTF-8 alone, so their literals are it.
            let text = String::from_utf8_lossy(&literal.0);
            let chars = text.chars().map(|c| perhaps(Hir::literal(c.to_string().into_bytes())));
            Hir::concat(chars.collect())
        }
        HirKind::Class(class) => perhaps(Hir::class(class.clone())),
        HirKind::Look(Look::WordUnicode) => mark(),
        HirKind::Look(look @ (Look::End | Look::EndLF | Look::EndCRLF)) => perhaps(Hir::look(*look)),
        HirKind::Look(look) => Hir::look(*look),
        HirKind::Repetition(repetition) => {
            let sub = Box::new(with_marks(&repetition.sub));
            Hir::repetition(regex_syntax::hir::Repetition { sub, ..repetition.clone() })
        }
        HirKind::Capture(capture) => with_marks(&capture.sub),
        HirKind::Concat(parts) => {
            // Looks at one place may stand in any order; here what looks back stands before the mark.
            let mut parts: Vec<&Hir> = parts.iter().collect();
            for looks in parts.chunk_by_mut(|a, b| rank(a).is_some() && rank(b).is_some()) {
                looks.sort_by_key(|look| rank(look));
            }
            // One boundary asked for twice is one mark.
            parts.dedup_by(|a, b| a == b && matches!(a.kind(), HirKind::Look(_)));
            Hir::concat(parts.into_iter().map(with_marks).collect())
        }
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(with_marks).collect()),
    }
}

/// Returns the order of looks that stand side by side.
fn rank(hir: &Hir) -> Option<u8> {
    match hir.kind() {
        HirKind::Look(Look::Start | Look::StartLF | Look::StartCRLF) => Some(0),
        HirKind::Look(Look::End | Look::EndLF | Look::EndCRLF) => Some(2),
        HirKind::Look(_) => Some(1),
        _ => None,
    }
}

/// Takes a pattern, `None` if it is empty.
fn pattern(written: &str, behind: bool) -> Result<Option<Pattern>, String> {
    if written.is_empty() {
        return Ok(None);
    }
    let hir = parsed(written, behind)?;
    // A mark says where a boundary is, and none says where none is.
    let others = hir.properties().look_set().remove(Look::WordUnicode);
    if others.contains_word_unicode() {
        return Err(format!("in the pattern {}, \\B is not supported", quoted(written)));
    }
    let size = compiled(&[with_marks(&hir)], behind, LARGEST).map(|nfa| nfa.memory_usage());
    let size = size.ok_or_else(|| format!("the pattern {} is too large", quoted(written)))?;
    Ok(Some(Pattern { hir, size }))
}

fn parsed(written: &str, behind: bool) -> Result<Hir, String> {
    if written.len() > LONGEST {
        return Err(format!("the pattern {} is longer than {LONGEST} bytes", quoted(written)));
    }
    let mut parser = regex_syntax::ParserBuilder::new().nest_limit(100).build();
    parser.parse(&taken(written, behind)).map_err(|e| {
        let why = match &e {
            regex_syntax::Error::Parse(e) => e.kind().to_string(),
            regex_syntax::Error::Translate(e) => e.kind().to_string(),
            other => other.to_string(),
        };
        format!("in the pattern {}: {why}", quoted(written))
    })
}

fn quoted(pattern: &str) -> String {
    let mut shown: String = pattern.chars().take(60).collect();
    if shown.len() < pattern.len() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// Writes a pattern of ICU's as the parser takes it.
fn taken(written: &str, behind: bool) -> String {
    let written = plain_looks(written, behind);
    let mut out = String::with_capacity(written.len());
    let mut chars = written.chars().peekable();
    // How many brackets of classes are open, and whether what was written last may be repeated.
    let mut class = 0;
    let mut repeated = false;
    while let Some(c) = chars.next() {
        let was_repeated = std::mem::take(&mut repeated);
        match c {
            '\\' => escape(&mut chars, class > 0, &mut out),
            '[' => {
                class += 1;
                out.push(c);
            }
            ']' => {
                class = class.max(1) - 1;
                out.push(c);
            }
            '*' | '+' | '?' | '}' if class == 0 => {
                // Possessive; `a?+` would be read as `(a?)+`.
                if c == '+' && was_repeated {
                    continue;
                }
                repeated = !was_repeated && !out.ends_with('(');
                out.push(c);
            }
            '(' if class == 0 && peek_row(&chars, "?>") => {
                chars.next();
                chars.next();
                out.push_str("(?:");
            }
            _ => out.push(c),
        }
    }
    out
}

/// Writes an escape of ICU's; the backslash was read.
fn escape(chars: &mut Peekable<Chars<'_>>, in_class: bool, out: &mut String) {
    let set = |out: &mut String, members: &str| match in_class {
        true => out.push_str(members),
        false => out.extend(["[", members, "]"]),
    };
    let Some(c) = chars.next() else { return out.push('\\') };
    match c {
        'h' => set(out, r"\t\p{Zs}"),
        'H' => out.push_str(r"[^\t\p{Zs}]"),
        'v' => set(out, r"\n\x0B\f\r\x{85}\x{2028}\x{2029}"),
        'V' => out.push_str(r"[^\n\x0B\f\r\x{85}\x{2028}\x{2029}]"),
        'R' if !in_class => out.push_str(r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])"),
        'e' => out.push_str(r"\x1B"),
        'Z' if !in_class => out.push_str(r"\z"),
        'Q' => {
            let mut text = String::new();
            while let Some(c) = chars.next() {
                if c == '\\' && chars.peek() == Some(&'E') {
                    chars.next();
                    break;
                }
                text.push(c);
            }
            out.push_str(&regex_syntax::escape(&text));
        }
        'E' => {}
        '0' => {
            let mut code = 0;
            for _ in 0..3 {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(8)) else { break };
                code = code * 8 + digit;
                chars.next();
            }
            out.push_str(&format!("\\x{{{code:X}}}"));
        }
        // `<` and `>` would be the ends of words.
        '<' | '>' => out.push(c),
        c if !c.is_ascii() => out.push(c),
        c => out.extend(['\\', c]),
    }
}

/// Returns a pattern whose look at its outer end is a plain group: that there is a match to the place is the same then.
fn plain_looks(written: &str, behind: bool) -> Cow<'_, str> {
    if !behind {
        return match written.strip_prefix("(?<=") {
            Some(rest) => Cow::Owned(format!("(?:{rest}")),
            None => Cow::Borrowed(written),
        };
    }
    let group = written.rfind("(?=").filter(|_| written.ends_with(')'));
    let inner = group.map(|at| (at, &written[at + 3..written.len() - 1]));
    match inner.filter(|(_, inner)| !inner.contains(['(', ')']) && !inner.ends_with('\\')) {
        Some((at, inner)) => Cow::Owned(format!("{}(?:{inner})", &written[..at])),
        None => Cow::Borrowed(written),
    }
}

fn peek_row(chars: &Peekable<Chars<'_>>, row: &str) -> bool {
    let mut ahead = chars.clone();
    row.chars().all(|c| ahead.next() == Some(c))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    type Written<'a> = &'a [(bool, &'a str, &'a str)];

    fn rules(of: Written) -> Segmentation {
        let mut rules = Segmentation::new(false);
        rules.list("any");
        for (breaks, before, after) in of {
            rules.rule(Rule::new(*breaks, before, after).unwrap()).unwrap();
        }
        rules.map(".*", "any").unwrap();
        rules
    }

    fn cut(rules: &Segmentation, text: &str) -> Vec<String> {
        let found = rules.segments(&"en".parse().unwrap(), text).unwrap();
        found.into_iter().map(|range| text[range].to_owned()).collect()
    }

    /// What is shown, the rules, and a text whose segments are parted by a bar.
    const FACTS: &[(&str, Written, &str)] = &[
        ("no rule is no break", &[], "One. Two."),
        ("a stop and a space", &[(true, r"\.", r"\s")], "One. |Two.5 three."),
        ("the first rule decides", &[(false, "Mr", r"\."), (true, "r", "")], "Mr. and r|est"),
        (
            "an exception behind a rule is none",
            &[(true, r"\.", r"\s"), (false, r"Mr\.", r"\s")],
            "Mr. |Vestbro",
        ),
        ("an exception before it", &[(false, r"\bMr\.", r"\s"), (true, r"\.", r"\s")], "Mr. Vestbro. |X"),
        ("a boundary is one", &[(false, r"\bг\.", " "), (true, r"\.", " ")], "в г. Москве снег. |Так."),
        ("a boundary at both ends", &[(true, r"\bab\b", r"\b")], "ab| cab abc"),
        ("a boundary between", &[(true, r"\bab\b", r"\b\s")], "ab| cab ab| abc"),
        ("a boundary asked for twice", &[(true, r"\b(?:\bab)", "")], "ab| cab"),
        ("a boundary where Chinese ends", &[(true, r"网\b", "")], "网络网|。网|。"),
        ("white space within what stands before", &[(true, r"[.?!]\s+", r"\p{Lu}")], "One.  |Two. three"),
        ("line ends", &[(true, r"\n", "")], "one\n|two\r\n|three"),
        ("a line's beginning", &[(true, r"", r"(?m)^\d")], "a 1\n|2 b"),
        ("a line's end at a boundary", &[(true, r"\b\w+(?m)$", "")], "one two|\nthree"),
        ("every end of a match", &[(true, "a+", "a*b")], "a|a|a|b a"),
        ("matches that overlap", &[(true, "aba", "")], "aba|ba|b"),
        ("only what stands behind", &[(true, "", "。")], "一|。二|。"),
        ("everywhere", &[(true, "", "")], "网|é|a|\u{1D400}|b"),
        ("a possessive is a plain one", &[(true, "x?+y++", "z")], "xyy|z y|z"),
        ("an atomic group is a plain one", &[(true, r"(?>a|b)\.", "")], "a.|c.b.|d"),
        ("quoted", &[(true, r"\Q.*\E", "")], "a.*|b. *"),
        ("horizontal space", &[(true, r"[\h]", r"\h")], "a\t|\u{3000}b c"),
        ("vertical space", &[(true, r"\R", r"\p{L}")], "a\r\n|b\u{2028}|c"),
        ("by number", &[(true, r"\x{3002}\u00BB\011?", "")], "a。»|b"),
        ("octal", &[(true, r"\011", "x")], "a\t|x"),
        ("what needs no backslash", &[(true, r"\»|\<|\>|\-", "")], "a»|b<|c>|d-|e"),
        ("a look back at the beginning", &[(true, r"(?<=\s)X\.", "")], "X. X.|b"),
        ("a look ahead at the end", &[(true, r"\.", r"\s(?=[A-Z])")], "a. b. |C"),
        ("whatever case", &[(true, r"(?i)stop", "")], "a StoP| b"),
        ("two that match behind one place", &[(false, "X", r"\s+[A-Z]"), (true, r"\.", r"\s")], "a. |B. |c"),
        ("white space at the ends", &[(true, r"\.", "")], " a. | b.|  "),
    ];

    #[test]
    fn rules_cut_texts() {
        let mut wrong = vec![];
        for (name, of, marked) in FACTS {
            let found = cut(&rules(of), &marked.replace('|', ""));
            let expected: Vec<_> = marked.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
            if found != expected {
                wrong.push(format!("{name}: {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_cannot_be_taken_is_told() {
        for (pattern, said) in [
            (r"(?<!\d)No\.", "look"),
            (r"(a)\1", "backreference"),
            (r"a\B", r"\B"),
            ("(", "unclosed"),
            (r"(\p{L}{900}){900}", "too large"),
            (&"a".repeat(5_000), "longer"),
            (&"(".repeat(4_000), "unclosed"),
            (&format!("{}a{}", "(".repeat(900), ")".repeat(900)), "nest"),
        ] {
            let why = Rule::new(true, pattern, "").unwrap_err();
            assert!(why.contains(said), "{why}");
        }
    }

    #[test]
    fn many_rules_and_a_long_text_take_one_step_a_byte() {
        let exceptions: Vec<String> = (0..500).map(|n| format!(r"\b[Ww]ord{n}x\.")).collect();
        let mut of: Vec<(bool, &str, &str)> = exceptions.iter().map(|e| (false, &**e, r"\s")).collect();
        // A search for the first match of these would run to the end of the text from each place.
        of.extend([(false, "a.*!", "q"), (false, "a", ".*!"), (true, r"\.", r"\s")]);
        let text = "a word7x. and word. ".repeat(2_500);
        assert_eq!(cut(&rules(&of), &text).len(), 2_500);
    }

    proptest! {
        #[test]
        fn whatever_the_rules_segments_are_in_order_and_miss_nothing(
            of in prop::collection::vec(
                (any::<bool>(), "(\\\\b|\\\\s|[a.网]|\\.|\\(a\\||\\)|\\+|\\*|\\?|\\[|\\]|\\\\|\\$|\\PC){0,5}", "[.a \\\\sb$*]{0,3}"),
                0..5,
            ),
            text in "[ab. \n网é]{0,30}|\\PC{0,10}",
        ) {
            let mut rules = Segmentation::new(false);
            rules.list("any");
            for (breaks, before, after) in &of {
                if let Ok(rule) = Rule::new(*breaks, before, after) {
                    rules.rule(rule).unwrap();
                }
            }
            rules.map("en", "any").unwrap();
            let found = rules.segments(&"en".parse().unwrap(), &text).unwrap();
            let mut end = 0;
            for segment in &found {
                prop_assert!(text[end..segment.start].trim().is_empty() && segment.start >= end);
                prop_assert!(!text[segment.clone()].is_empty());
                prop_assert_eq!(text[segment.clone()].trim(), &text[segment.clone()]);
                end = segment.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }

        #[test]
        fn each_place_by_itself_says_the_same(
            of in prop::collection::vec(
                (
                    any::<bool>(),
                    "(\\\\ba|a|b\\+|[ab]|\\.|网|\\\\b|\\$|\\^|(\\(a\\|ab\\))|b\\?){0,3}",
                    "(\\\\ba|a|b\\+|[ab]|\\.|网|\\\\b|\\$|(\\(a\\|ab\\))){0,3}",
                ),
                0..4,
            ),
            text in "[ab. 网\n]{0,12}",
        ) {
            let (mut rules, mut slow) = (Segmentation::new(false), vec![]);
            rules.list("any");
            for (breaks, before, after) in &of {
                let Ok(rule) = Rule::new(*breaks, before, after) else { continue };
                rules.rule(rule).unwrap();
                slow.push((*breaks, parsed(before, false).unwrap(), parsed(after, true).unwrap()));
            }
            rules.map(".*", "any").unwrap();
            let mut cutter = Cutter::new(rules.rules[0].1.iter()).unwrap();
            let mut expected = vec![];
            for (at, _) in text.char_indices().filter(|(at, _)| *at > 0) {
                let before = |hir: &Hir| (0..=at).any(|from| ends(hir, &text, from).contains(&at));
                let first = slow.iter().find(|(_, b, a)| before(b) && !ends(a, &text, at).is_empty());
                if first.is_some_and(|(breaks, ..)| *breaks) {
                    expected.push(at);
                }
            }
            prop_assert_eq!(cutter.breaks(&text), expected);
        }
    }

    /// The slow way: every place where a match that begins here ends.
    fn ends(hir: &Hir, text: &str, from: usize) -> BTreeSet<usize> {
        let Some(rest) = text.get(from..) else { return BTreeSet::new() };
        let word = |c: Option<char>| c.is_some_and(regex_syntax::is_word_character);
        let only = |is: bool, at: usize| is.then_some(at).into_iter().collect();
        let step = |hir: &Hir, at: &BTreeSet<usize>| at.iter().flat_map(|at| ends(hir, text, *at)).collect();
        match hir.kind() {
            HirKind::Empty => only(true, from),
            HirKind::Literal(l) => only(rest.as_bytes().starts_with(&l.0), from + l.0.len()),
            HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
                let Some(c) = rest.chars().next() else { return BTreeSet::new() };
                only(class.iter().any(|r| (r.start()..=r.end()).contains(&c)), from + c.len_utf8())
            }
            HirKind::Look(Look::Start) => only(from == 0, from),
            HirKind::Look(Look::End) => only(rest.is_empty(), from),
            HirKind::Look(Look::WordUnicode) => {
                only(word(text[..from].chars().next_back()) != word(rest.chars().next()), from)
            }
            HirKind::Repetition(repeated) => {
                let mut found = BTreeSet::new();
                let mut at = BTreeSet::from([from]);
                for round in 0..=repeated.max.unwrap_or(text.len() as u32 + 1) {
                    if round >= repeated.min {
                        found.extend(&at);
                    }
                    at = step(&repeated.sub, &at);
                }
                found
            }
            HirKind::Capture(capture) => ends(&capture.sub, text, from),
            HirKind::Concat(parts) => parts.iter().fold(BTreeSet::from([from]), |at, part| step(part, &at)),
            HirKind::Alternation(parts) => parts.iter().flat_map(|part| ends(part, text, from)).collect(),
            other => panic!("the test makes no {other:?}"),
        }
    }
}
