//! Recognises the terms of a base in running text.
//!
//! The recogniser is built once from the terms of one language and then asked about many texts. It works
//! on folded text (see [`crate::text`]) and answers in bytes of the text it was given. It knows nothing of
//! files, stores or findings; the checks turn its answers into findings.

mod flat;
#[cfg(any(test, fuzzing))]
pub mod naive;
mod select;
mod spaced;
mod unspaced;

use std::cell::RefCell;
use std::fmt;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::terms::{KnownTerm, Terms};
use crate::model::{LanguageTag, MatchMode, TermKind};
use crate::text::{Folded, languages};

/// How a term was recognised, strictest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Letter by letter.
    Exact,
    /// But for case, width, accents, script variant, quotes, spaces and hyphens.
    Folded,
    /// As one of the forms listed with the term.
    Listed,
    /// In another inflection.
    Inflected,
    /// With something in brackets, or a particle, between its parts.
    Loose,
    /// As the beginning of a word.
    Prefix,
    /// Through its pattern.
    Pattern,
    /// As a part of a compound.
    Compound,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Exact => "exact",
            Self::Folded => "folded",
            Self::Listed => "listed",
            Self::Inflected => "inflected",
            Self::Loose => "loose",
            Self::Prefix => "prefix",
            Self::Pattern => "pattern",
            Self::Compound => "compound",
        })
    }
}

/// A term found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
    /// Its concept, by its place in [`Terms::concepts`].
    pub concept: u32,
    /// The term, by its place among the concept's terms.
    pub term: u32,
    /// How it was recognised.
    pub method: Method,
    /// How surely, of 100.
    pub score: u8,
    /// Whether it lies inside a longer hit.
    pub nested: bool,
}

impl Hit {
    /// Returns the term that was found.
    pub fn of<'t>(&self, terms: &'t Terms) -> &'t KnownTerm {
        &terms.concept(self.concept).terms[self.term as usize]
    }
}

/// Finds the terms of one language.
#[derive(Debug)]
pub struct Recogniser {
    script: Script,
    /// The entries in short, for choosing among hits.
    briefs: Vec<Brief>,
}

/// What choosing among hits asks of an entry.
#[derive(Debug, Clone, Copy)]
struct Brief {
    concept: u32,
    term: u32,
    near: u8,
    rank: u8,
}

/// Words between spaces, or characters.
#[derive(Debug)]
enum Script {
    Spaced(Box<spaced::Words>),
    Unspaced(Box<unspaced::Characters>),
}

impl Recogniser {
    /// Prepares to find the terms of a language: those of all its varieties, because a text in Simplified
    /// characters may quote a Traditional name.
    pub fn new(terms: &Terms, lang: &LanguageTag) -> Self {
        let language = languages::of(lang);
        let entries = Entry::all(terms, lang);
        let brief = |e: &Entry| Brief { concept: e.concept, term: e.term, near: e.near, rank: e.rank };
        let briefs = entries.iter().map(brief).collect();
        let script = match language.spaced {
            true => Script::Spaced(Box::new(spaced::Words::new(language, entries))),
            false => Script::Unspaced(Box::new(unspaced::Characters::new(language, entries))),
        };
        Self { script, briefs }
    }

    /// Returns the terms in a text, in the order in which they begin, the longer first.
    ///
    /// A term never reaches over an empty line, so each paragraph is looked at by itself.
    pub fn recognise(&self, text: &str) -> Vec<Hit> {
        thread_local!(static SCRATCH: RefCell<Scratch> = RefCell::default());
        SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
            Ok(mut scratch) => self.recognise_with(&mut scratch, text),
            // Nobody recognises while recognising, but if so, it works.
            Err(_) => self.recognise_with(&mut Scratch::default(), text),
        })
    }

    /// Does what [`Recogniser::recognise`] does, in room that is kept from text to text.
    pub fn recognise_with(&self, scratch: &mut Scratch, text: &str) -> Vec<Hit> {
        let mut hits = vec![];
        self.look(scratch, &Whole::new(text), 0..text.len(), &mut hits);
        hits
    }

    /// Does what [`Recogniser::recognise`] does, with at most so many threads; for long texts.
    pub fn recognise_on(&self, text: &str, threads: NonZeroUsize) -> Vec<Hit> {
        let mut pieces: Vec<Range<usize>> = vec![];
        for paragraph in paragraphs(text) {
            match pieces.last_mut() {
                Some(last) if last.len() < PIECE => last.end = paragraph.end,
                _ => pieces.push(paragraph),
            }
        }
        let workers = threads.get().min(pieces.len());
        if workers < 2 {
            return self.recognise(text);
        }
        let whole = Whole::new(text);
        let (next, done) = (AtomicUsize::new(0), vec![OnceLock::<Vec<Hit>>::new(); pieces.len()]);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    let mut scratch = Scratch::default();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let (Some(piece), Some(done)) = (pieces.get(at), done.get(at)) else { break };
                        let mut hits = vec![];
                        self.look(&mut scratch, &whole, piece.clone(), &mut hits);
                        // Each piece is given to one worker only.
                        drop(done.set(hits));
                    }
                });
            }
        });
        done.into_iter().filter_map(OnceLock::into_inner).flatten().collect()
    }

    /// Looks at the paragraphs of a part of a text.
    fn look(&self, scratch: &mut Scratch, whole: &Whole<'_>, part: Range<usize>, hits: &mut Vec<Hit>) {
        let Scratch { folded, words: room, characters, found, choice } = scratch;
        if self.briefs.is_empty() {
            return;
        }
        for paragraph in paragraphs(&whole.text[part.clone()]) {
            let start = part.start + paragraph.start;
            let text = &whole.text[start..part.start + paragraph.end];
            folded.refold(text);
            found.clear();
            match &self.script {
                Script::Spaced(words) => words.find(whole, text, folded, room, found),
                Script::Unspaced(terms) => terms.find(text, folded, characters, found),
            }
            let term = |c: &Candidate| match &self.script {
                Script::Spaced(words) => words.text(c.entry),
                Script::Unspaced(characters) => characters.text(c.entry),
            };
            let apart = |c: &Candidate| c.apart(text, term(c));
            choice.select(found, &self.briefs, &apart, start, hits);
        }
    }
}

/// Room that recognition works in. Kept from text to text, it saves asking for memory each time.
#[derive(Debug, Default)]
pub struct Scratch {
    folded: Folded,
    words: spaced::Room,
    characters: unspaced::Room,
    found: Vec<Candidate>,
    choice: select::Choice,
}

/// So many bytes, or a little more, are worth being given to another thread.
const PIECE: usize = 1 << 16;

/// No paragraph is longer, so that places in it fit into 32 bits, also when folding makes it
/// eleven times as long.
const LONGEST_PARAGRAPH: usize = 1 << 28;

/// Cuts a text behind each line that is followed by an empty or an indented one.
fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    let mut lines = memchr::memchr_iter(b'\n', text.as_bytes());
    std::iter::from_fn(move || {
        if from == text.len() {
            return None;
        }
        let start = from;
        from = lines
            .find(|end| *end >= start && begins_paragraph(&text[end + 1..]))
            .map_or(text.len(), |end| end + 1);
        if from - start > LONGEST_PARAGRAPH {
            let most = &text[start..text.floor_char_boundary(start + LONGEST_PARAGRAPH)];
            from = start + most.rfind(char::is_whitespace).filter(|at| *at > 0).unwrap_or(most.len());
            lines = memchr::memchr_iter(b'\n', text.as_bytes());
        }
        Some(start..from)
    })
}

/// Tells whether a line is empty, or begins with the two wide spaces of a Chinese paragraph.
fn begins_paragraph(text: &str) -> bool {
    text.starts_with("\u{3000}\u{3000}")
        || text.chars().find(|c| *c == '\n' || !c.is_whitespace()) == Some('\n')
}

/// The whole text of which a paragraph is looked at, with what is asked about it once at most.
#[derive(Debug)]
struct Whole<'t> {
    text: &'t str,
    has_accents: OnceLock<bool>,
}

impl<'t> Whole<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, has_accents: OnceLock::new() }
    }
}

/// A term as the finders hold it.
#[derive(Debug)]
struct Entry {
    concept: u32,
    term: u32,
    /// How far its variety is from the text's, 0 is nearest.
    near: u8,
    /// How good it is among equals: its status.
    rank: u8,
    text: String,
    /// Whether it begins or ends with a quotation mark of its own.
    quoted: bool,
    forms: Vec<String>,
    mode: Option<MatchMode>,
    case: Case,
    name: bool,
    set_phrase: bool,
    pattern: Option<String>,
}

/// What the case of a surface must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Whatever it is.
    Any,
    /// Capitals where the term has them: *IT* is not *it*.
    Capitals,
    /// As in the term.
    Same,
}

impl Entry {
    /// Returns the terms of a language and its varieties.
    fn all(terms: &Terms, lang: &LanguageTag) -> Vec<Self> {
        let mut entries = vec![];
        for (at, concept) in terms.concepts().iter().enumerate() {
            for (number, term) in concept.terms.iter().enumerate() {
                if term.lang.language() == lang.language() {
                    let near = lang.fallbacks().position(|l| term.lang.serves(&l)).unwrap_or(9) as u8;
                    entries.push(Self::new(at as u32, number as u32, near, term));
                }
            }
        }
        entries
    }

    fn new(concept: u32, term: u32, near: u8, known: &KnownTerm) -> Self {
        let abbreviation =
            matches!(known.kind, Some(TermKind::Acronym | TermKind::Abbreviation | TermKind::Initialism));
        let capitals = known.text.chars().filter(|c| c.is_uppercase()).count();
        let letters = known.text.chars().filter(|c| c.is_alphabetic()).count();
        let looks_so = capitals >= 2 && capitals == letters && letters <= 6 && !known.text.contains(' ');
        let case = match () {
            () if known.rule.case_sensitive => Case::Same,
            () if abbreviation || looks_so => Case::Capitals,
            () => Case::Any,
        };
        let mode = match known.rule.mode {
            None if abbreviation || matches!(known.kind, Some(TermKind::Symbol | TermKind::Formula)) => None,
            mode => mode,
        };
        Self {
            concept,
            term,
            near,
            rank: known.judged(None) as u8,
            text: known.text.clone(),
            quoted: known.text.starts_with(is_quote) || known.text.ends_with(is_quote),
            forms: known.rule.forms.clone(),
            mode,
            case,
            name: known.kind == Some(TermKind::ProperName),
            set_phrase: matches!(known.kind, Some(TermKind::SetPhrase | TermKind::Phrase)),
            pattern: known.pattern.clone(),
        }
    }
}

/// Something found, before it is known what else is there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    range: Range<usize>,
    entry: u32,
    method: Method,
}

impl Candidate {
    /// How far the letters are from the term's own: what folding makes equal may be two terms, one of them
    /// deprecated (الانترنت, الإنترنت).
    fn apart(&self, text: &str, term: &str) -> u8 {
        let plain = |text: &str| text.replace(['’', 'ʼ'], "'").to_lowercase();
        let (surface, term) = (plain(&text[self.range.clone()]), plain(term));
        if surface == term { 0 } else { 2 - u8::from(surface.contains(&term)) }
    }
}

fn guess(method: Method) -> u8 {
    match method {
        Method::Exact | Method::Folded | Method::Listed => 0,
        Method::Inflected => 1,
        Method::Loose | Method::Prefix | Method::Pattern => 2,
        Method::Compound => 3,
    }
}

fn score(method: Method) -> u8 {
    match method {
        Method::Exact => 100,
        Method::Folded => 98,
        Method::Listed => 97,
        Method::Inflected => 95,
        Method::Loose => 88,
        Method::Prefix => 85,
        Method::Pattern => 84,
        Method::Compound => 70,
    }
}

/// Tells whether the case of a surface is as the entry asks, word by word: inflected words differ in length.
fn has_case(entry: &Entry, form: &str, surface: &str) -> bool {
    if entry.case == Case::Any {
        return true;
    }
    let apart = |c: char| !c.is_alphanumeric();
    let mut words = surface.split(apart).filter(|w| !w.is_empty());
    for expected in form.split(apart).filter(|w| !w.is_empty()) {
        let Some(word) = words.next() else { return true };
        // An Arabic particle may be glued to a Latin abbreviation.
        let caseless = |c: char| !c.is_lowercase() && !c.is_uppercase();
        let cased = expected.starts_with(|c| !caseless(c));
        let word = if cased { word.trim_start_matches(caseless) } else { word };
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        for (expected, c) in expected.chars().filter(|c| c.is_alphabetic()).zip(letters.by_ref()) {
            let wrong = match entry.case {
                Case::Any => false,
                Case::Capitals => expected.is_uppercase() && !c.is_uppercase(),
                Case::Same => expected.is_uppercase() != c.is_uppercase(),
            };
            if wrong {
                return false;
            }
        }
        // The plural of an abbreviation has a small letter.
        if entry.case == Case::Capitals && letters.any(char::is_uppercase) {
            return false;
        }
    }
    true
}

/// Tells whether an empty line stands in a stretch of text: the paragraph ends there.
pub(super) fn has_empty_line(text: &str) -> bool {
    memchr::memchr_iter(b'\n', text.as_bytes()).any(|end| begins_paragraph(&text[end + 1..]))
}

/// Tells whether a dash parts the words of a surface: one with space beside it, or a long one.
fn is_parted(term: &str, surface: &str) -> bool {
    if surface.is_ascii() && !surface.as_bytes().contains(&b'-') {
        return false;
    }
    let mut before = ' ';
    let mut letters = surface.chars().peekable();
    while let Some(c) = letters.next() {
        let long = matches!(c, '\u{2014}' | '\u{2015}');
        let dash = long || matches!(c, '-' | '\u{2010}'..='\u{2013}' | '\u{2212}');
        let next = letters.peek().copied();
        // At the end of a line it divides a word.
        let divides = c == '-' && !before.is_whitespace() && matches!(next, Some('\n' | '\r'));
        let beside = !divides && (before.is_whitespace() || next.is_some_and(char::is_whitespace));
        if dash && (long || beside) && !term.contains(c) {
            return true;
        }
        before = c;
    }
    false
}

/// Stretches a range over the quotation marks that belong to the term itself, and over the other one of a pair
/// that it cut; none if the other one is not there, because then the marks part the words.
fn with_quotes(text: &str, term: &str, range: Range<usize>) -> Option<Range<usize>> {
    let surface = &text[range.clone()];
    let before = text[..range.start].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let opens_single = before.ends_with('‘') || surface.contains('‘');
    let quote = |c: char| is_quote(c) || opens_single && matches!(c, '‘' | '’');
    let (own_open, own_close) = (term.starts_with(is_quote), term.ends_with(is_quote));
    // A title ends where its marks end.
    if own_close && term.contains('》') && surface.contains('》') {
        return None;
    }
    let odd = surface.chars().filter(|c| quote(*c)).count() % 2 == 1;
    let pair = own_open && own_close;
    if !odd && !pair {
        return Some(range);
    }
    let behind = text[range.end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let open = before.chars().next_back().filter(|c| quote(*c));
    let close = behind.chars().next().filter(|c| quote(*c));
    let from = before.len() - open.map_or(0, char::len_utf8);
    let to = text.len() - behind.len() + close.map_or(0, char::len_utf8);
    if odd {
        let last = surface.rfind(quote).unwrap_or(0);
        let first = surface.find(quote).unwrap_or(0);
        return match (open, close) {
            (Some(_), _) if first <= surface.len() / 2 || close.is_none() || own_open => {
                Some(from..range.end)
            }
            (_, Some(_)) if last >= surface.len() / 2 || own_close => Some(range.start..to),
            (Some(_), _) => Some(from..range.end),
            _ => None,
        };
    }
    // Marks around more than the term quotes are not the term's.
    if open.is_some() && close.is_some() { Some(from..to) } else { Some(range) }
}

#[inline]
fn is_quote(c: char) -> bool {
    // Han and the letters of most scripts first.
    !matches!(c, '#'..='\u{AA}' | '\u{4E00}'..='\u{9FFF}')
        && matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '‟' | '‹' | '›' | '\u{3008}'..='\u{300F}' | '＂' | '\u{FE41}'..='\u{FE44}')
}
