//! Recognises the terms of a base in running text.
//!
//! The recogniser is built once from the terms of one language and then asked about many texts. It works
//! on folded text (see [`crate::text`]) and answers in bytes of the text it was given. It knows nothing of
//! files, stores or findings; the checks turn its answers into findings.

mod spaced;
mod unspaced;

use std::fmt;
use std::ops::Range;

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
        let mut entries: Vec<Entry> = vec![];
        for (at, concept) in terms.concepts().iter().enumerate() {
            for (number, term) in concept.terms.iter().enumerate() {
                if term.lang.language() == lang.language() {
                    let near = lang.fallbacks().position(|l| term.lang.serves(&l)).unwrap_or(9) as u8;
                    entries.push(Entry::new(at as u32, number as u32, near, term));
                }
            }
        }
        let script = match language.spaced {
            true => Script::Spaced(Box::new(spaced::Words::new(language, entries))),
            false => Script::Unspaced(Box::new(unspaced::Characters::new(language, entries))),
        };
        Self { script }
    }

    /// Returns the terms in a text, in the order in which they begin, the longer first.
    pub fn recognise(&self, text: &str) -> Vec<Hit> {
        match &self.script {
            Script::Spaced(words) if words.is_empty() => vec![],
            Script::Unspaced(characters) if characters.is_empty() => vec![],
            Script::Spaced(words) => {
                let folded = Folded::new(text);
                select(text, words.find(text, &folded), words.entries())
            }
            Script::Unspaced(characters) => {
                let folded = Folded::new(text);
                select(text, characters.find(text, &folded), characters.entries())
            }
        }
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

/// Keeps what may stand together. The longest come first, what is as long comes from left to right, and a
/// pattern only where no literal stands in its way; what crosses one that is kept goes, what lies inside one
/// stays as nested.
fn select(text: &str, mut found: Vec<Candidate>, entries: &[Entry]) -> Vec<Hit> {
    let of = |c: &Candidate| &entries[c.entry as usize];
    found.sort_by(|a, b| {
        let pattern = |c: &Candidate| c.method == Method::Pattern;
        let by = |c: &Candidate| {
            let entry = of(c);
            (c.method, c.apart(text, &entry.text), entry.near, entry.rank, entry.concept, entry.term)
        };
        (pattern(a).cmp(&pattern(b)))
            .then(b.range.len().cmp(&a.range.len()))
            .then(a.range.start.cmp(&b.range.start))
            .then_with(|| by(a).cmp(&by(b)))
    });
    let mut kept: Vec<Candidate> = vec![];
    for one in found {
        let crosses = |k: &Candidate| {
            let (a, b) = (&one.range, &k.range);
            (a.start < b.start && b.start < a.end && a.end < b.end)
                || (b.start < a.start && a.start < b.end && b.end < a.end)
        };
        let same = |k: &Candidate| {
            // A concept is told once in one place, and not again inside itself.
            let inside = k.range.start <= one.range.start && one.range.end <= k.range.end;
            inside && of(k).concept == of(&one).concept
                // A guess does not stand beside a certainty.
                || k.range == one.range && guess(k.method) < guess(one.method)
        };
        if !kept.iter().any(|k| crosses(k) || same(k)) {
            kept.push(one);
        }
    }
    let mut hits: Vec<Hit> = kept
        .iter()
        .map(|one| {
            let nested = kept.iter().any(|k| {
                k.range != one.range && k.range.start <= one.range.start && one.range.end <= k.range.end
            });
            let Entry { concept, term, .. } = *of(one);
            Hit {
                range: one.range.clone(),
                concept,
                term,
                method: one.method,
                score: score(one.method),
                nested,
            }
        })
        .collect();
    hits.sort_by(|a, b| {
        (a.range.start, std::cmp::Reverse(a.range.end), a.concept, a.term).cmp(&(
            b.range.start,
            std::cmp::Reverse(b.range.end),
            b.concept,
            b.term,
        ))
    });
    hits
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
fn has_empty_line(text: &str) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    // A Chinese paragraph begins with two wide spaces.
    let indented = lines.iter().skip(1).any(|line| line.starts_with("\u{3000}\u{3000}"));
    indented || lines.len() > 2 && lines[1..lines.len() - 1].iter().any(|line| line.trim().is_empty())
}

/// Tells whether a dash parts the words of a surface: one with space beside it, or a long one.
fn is_parted(term: &str, surface: &str) -> bool {
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
    let behind = text[range.end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let opens_single = before.ends_with('‘') || surface.contains('‘');
    let quote = |c: char| is_quote(c) || opens_single && matches!(c, '‘' | '’');
    let open = before.chars().next_back().filter(|c| quote(*c));
    let close = behind.chars().next().filter(|c| quote(*c));
    let (own_open, own_close) = (term.starts_with(is_quote), term.ends_with(is_quote));
    let from = before.len() - open.map_or(0, char::len_utf8);
    let to = text.len() - behind.len() + close.map_or(0, char::len_utf8);
    let inside = surface.chars().filter(|c| quote(*c)).count();
    // A title ends where its marks end.
    if own_close && term.contains('》') && surface.contains('》') {
        return None;
    }
    if inside % 2 == 1 {
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
    let pair = own_open && own_close;
    let start = if pair && open.is_some() && close.is_some() { from } else { range.start };
    let end = if pair && open.is_some() && close.is_some() { to } else { range.end };
    Some(start..end)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '‟' | '‹' | '›' | '\u{3008}'..='\u{300F}' | '＂' | '\u{FE41}'..='\u{FE44}')
}
