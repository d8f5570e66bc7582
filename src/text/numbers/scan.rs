//! Cuts a text into what the reader of numbers looks at: digits, known words, Han characters, signs.

use std::cell::Cell;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::tables::{DE_ENDINGS, Grouping, RU_ENDINGS, Sense, TONGUES, Tongue, han_digit, han_scale};
use super::value::Value;
use crate::text::fold;
use crate::text::han::simplified;

/// What a word is among numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Below a thousand.
    Cardinal(u64),
    Ordinal(u64),
    /// A power of ten; whether it may stand for one of it alone.
    Scale(u8, bool),
    Dual(u8),
    Vague,
    Fraction(u64),
    Multiple(u64),
}

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) role: Option<Role>,
    /// 1 to 12; 0 if it is no month.
    pub(super) month: u8,
    pub(super) doubtful: bool,
    pub(super) decade: u16,
    pub(super) century: bool,
    pub(super) and: bool,
    pub(super) of: bool,
    pub(super) to: bool,
    /// An Arabic "and" was glued to it.
    pub(super) joined: bool,
}

impl Word {
    fn starts_something(&self) -> bool {
        self.role.is_some() || self.month > 0 || self.decade > 0 || self.century
    }
}

/// The words of one language, ready to be looked up.
pub(super) struct Lexicon {
    pub(super) code: &'static str,
    pub(super) grouping: Grouping,
    pub(super) words: FxHashMap<Box<str>, Word>,
    pub(super) phrases: FxHashMap<Box<str>, Sense>,
    pub(super) suffixes: Vec<String>,
    /// The characters that known words begin with, by their last seven bits.
    first: u128,
    /// The same for the first two characters: most words end here.
    pairs: [u64; 64],
    longest: usize,
    pub(super) han: bool,
}

/// Returns the words of a language.
pub(super) fn lexicon(code: &str) -> &'static Lexicon {
    match code {
        "zh" | "yue" | "wuu" => &HAN[0],
        "ja" => &HAN[1],
        _ => LEXICONS.iter().find(|l| l.code == code).unwrap_or(&PLAIN),
    }
}

static LEXICONS: LazyLock<Vec<Lexicon>> = LazyLock::new(|| TONGUES.iter().map(Lexicon::of).collect());
static HAN: LazyLock<[Lexicon; 2]> = LazyLock::new(|| ["zh", "ja"].map(|code| Lexicon::bare(code, true)));
static PLAIN: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::bare("und", false));

impl Lexicon {
    fn bare(code: &'static str, han: bool) -> Self {
        let grouping = if han { Grouping::Comma } else { Grouping::Either };
        Self {
            code,
            grouping,
            words: FxHashMap::default(),
            phrases: FxHashMap::default(),
            suffixes: Vec::new(),
            first: 0,
            pairs: [0; 64],
            longest: 0,
            han,
        }
    }

    fn of(tongue: &Tongue) -> Self {
        let mut it = Self { grouping: tongue.grouping, ..Self::bare(tongue.code, false) };
        let forms = |list: &'static str| list.split(' ').filter(|w| !w.is_empty());
        let lone: Vec<&str> = forms(tongue.lone).collect();
        for &(n, list) in tongue.cardinals {
            forms(list).for_each(|w| it.role(w, Role::Cardinal(n)));
        }
        for &(power, list) in tongue.scales {
            forms(list).for_each(|w| it.role(w, Role::Scale(power, lone.contains(&w))));
        }
        for &(power, list) in tongue.duals {
            forms(list).for_each(|w| it.role(w, Role::Dual(power)));
        }
        forms(tongue.vague).for_each(|w| it.role(w, Role::Vague));
        for &(n, list) in tongue.fractions {
            forms(list).for_each(|w| it.role(w, Role::Fraction(n)));
        }
        for &(n, list) in tongue.multiples {
            forms(list).for_each(|w| it.role(w, Role::Multiple(n)));
        }
        let endings = if tongue.code == "de" { DE_ENDINGS } else { RU_ENDINGS };
        for &(n, list) in tongue.ordinals {
            for word in forms(list) {
                match word.strip_suffix('-') {
                    Some(stem) => {
                        forms(endings).for_each(|e| it.role(&format!("{stem}{e}"), Role::Ordinal(n)));
                    }
                    None => it.role(word, Role::Ordinal(n)),
                }
            }
        }
        it.compounds();
        for (at, list) in tongue.months.iter().enumerate() {
            let doubtful: Vec<&str> = forms(tongue.doubtful).collect();
            for word in forms(list) {
                let entry = it.word(word);
                entry.month = at as u8 + 1;
                entry.doubtful = doubtful.contains(&word);
            }
        }
        if tongue.code == "ar" {
            // The first halves of four months; the second tells which.
            it.word("تشرين").month = 13;
            it.word("كانون").month = 14;
        }
        for &(decade, list) in tongue.decades {
            forms(list).for_each(|w| it.word(w).decade = decade);
        }
        forms(tongue.and).for_each(|w| it.word(w).and = true);
        forms(tongue.of).for_each(|w| it.word(w).of = true);
        forms(tongue.to).for_each(|w| it.word(w).to = true);
        for &(sense, list) in tongue.senses {
            for phrase in list.split('|') {
                let key = fold(phrase).into_owned();
                if sense == Sense::Century && !key.contains(' ') && key.chars().count() > 2 {
                    it.word(&key).century = true;
                }
                it.phrases.entry(key.into()).or_insert(sense);
            }
        }
        it.suffixes = forms(tongue.suffixes).map(|s| fold(s).into_owned()).collect();
        it.suffixes.extend(forms(tongue.suffixes).map(str::to_owned));
        it
    }

    /// Adds numbers that are one word: *einundzwanzig*, *ventuno*.
    fn compounds(&mut self) {
        let simple: Vec<(String, u64)> = self
            .words
            .iter()
            .filter_map(|(w, k)| match k.role {
                Some(Role::Cardinal(n)) => Some((w.to_string(), n)),
                _ => None,
            })
            .collect();
        let tens: Vec<_> =
            simple.iter().filter(|(_, n)| (20..100).contains(n) && n.is_multiple_of(10)).collect();
        let units: Vec<_> = simple.iter().filter(|(_, n)| (1..10).contains(n)).collect();
        for (ten, t) in &tens {
            for (unit, u) in &units {
                match self.code {
                    "de" => self.role(
                        &format!("{}und{ten}", if *u == 1 { "ein" } else { unit }),
                        Role::Cardinal(t + u),
                    ),
                    "it" => {
                        let stem = if *u == 1 || *u == 8 { &ten[..ten.len() - 1] } else { ten };
                        self.role(&format!("{stem}{unit}"), Role::Cardinal(t + u));
                    }
                    _ => {}
                }
            }
        }
    }

    fn word(&mut self, word: &str) -> &mut Word {
        let key = fold(word).into_owned();
        let mut chars = key.chars();
        if let Some(c) = chars.next() {
            self.first |= 1 << (c as u32 & 127);
            let place = pair_place(c, chars.next().unwrap_or(' '));
            self.pairs[place / 64] |= 1 << (place % 64);
        }
        self.longest = self.longest.max(key.len());
        self.words.entry(key.into()).or_default()
    }

    /// The first role that a table gives to a word counts.
    fn role(&mut self, word: &str, role: Role) {
        let entry = self.word(word);
        entry.role = entry.role.or(Some(role));
    }

    fn lookup(&self, word: &str) -> Word {
        if self.words.is_empty() {
            return Word::default();
        }
        if word.is_ascii() {
            let mut lower = [0u8; 24];
            let Some(lower) = lower.get_mut(..word.len()) else { return Word::default() };
            if self.first >> (word.as_bytes()[0].to_ascii_lowercase() & 127) & 1 == 0
                || word.len() > self.longest
            {
                return Word::default();
            }
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            let lower = str::from_utf8(lower).unwrap_or_default();
            return self.words.get(lower).copied().unwrap_or_default();
        }
        if word.len() > self.longest * 3 + 12 {
            return Word::default();
        }
        if self.code == "ar" {
            return self.lookup_arabic(word);
        }
        // Letters with marks lose them when they are folded; those are too few to be worth a filter.
        let mut start = word.chars().map(|c| c.to_lowercase().next().unwrap_or(c));
        let plain = |c: char| c.is_ascii_lowercase() || ('а'..='я').contains(&c);
        let (first, second) = (start.next().unwrap_or(' '), start.next().unwrap_or(' '));
        if plain(first) {
            let place = pair_place(first, second);
            let known = self.pairs[place / 64] >> (place % 64) & 1 == 1;
            if self.first >> (first as u32 & 127) & 1 == 0 || (plain(second) && !known) {
                return Word::default();
            }
        }
        self.words.get(fold(word).as_ref()).copied().unwrap_or_default()
    }

    fn lookup_arabic(&self, word: &str) -> Word {
        let folded = fold(word);
        let find = |w: &str| self.words.get(w).copied();
        let mut word: &str = &folded;
        let mut joined = false;
        if let Some(known) = find(word) {
            return known;
        }
        for round in 0..4 {
            let rest = match round {
                0 => word.strip_prefix(['و', 'ف']),
                1 => word.strip_prefix(['ب', 'ك', 'ل']),
                2 => word.strip_prefix("ال"),
                _ => word.strip_prefix('ل'),
            };
            let Some(rest) = rest.filter(|r| r.len() >= 4) else { continue };
            joined |= round == 0 && word.starts_with('و');
            word = rest;
            if let Some(known) = find(word) {
                return Word { joined, ..known };
            }
        }
        Word::default()
    }
}

/// How far a run without spaces is looked at at once: an address is shorter, and what comes after many
/// placeholders must not be looked at again for each of them.
const RUN: usize = 4096;

fn pair_place(first: char, second: char) -> usize {
    (first as usize * 37 + second as usize) & 4095
}

/// A number as its digits were written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits {
    /// `None` if it is no number: `2.0.1`, or too long.
    pub(super) value: Option<Value>,
    /// The other way to read its point or comma.
    pub(super) other: Option<Value>,
    /// The numbers between points, if there are two or three.
    pub(super) parts: [u32; 3],
    pub(super) count: u8,
    /// How many digits the first part has.
    pub(super) len: u8,
    /// Whether there are digits and nothing else.
    pub(super) plain: bool,
}

/// One piece of a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    Digits(u32),
    Word(Word),
    /// After simplification.
    Han(char),
    Sign(char),
}

/// A piece and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) piece: Piece,
    /// Nothing stands between it and the piece before it.
    pub(super) glued: bool,
    pub(super) bracketed: bool,
}

/// A text in pieces.
pub(super) struct Pieces {
    pub(super) tokens: Vec<Token>,
    pub(super) digits: Vec<Digits>,
}

/// Cuts a text into pieces; `None` if there is nothing in it that could begin a number.
pub(super) fn pieces(lexicon: &Lexicon, text: &str) -> Option<Pieces> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 4);
    let mut digits: Vec<Digits> = Vec::new();
    let mut something = false;
    let mut at = 0;
    let mut gap = true;
    let mut depth = 0u32;
    let mut run_end = 0;
    let mut skip: Option<(usize, usize)> = None;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if bytes[at] == b' ' {
            gap = true;
            at += 1;
            continue;
        }
        if bytes[at].is_ascii_graphic() && at >= run_end {
            run_end = at + bytes[at..].iter().take(RUN).take_while(|b| b.is_ascii_graphic()).count();
            skip = foreign(text, at, run_end);
        }
        if let Some((from, to)) = skip
            && at >= from
        {
            tokens.push(Token {
                from: at,
                to,
                piece: Piece::Sign('\u{fffc}'),
                glued: false,
                bracketed: depth > 0,
            });
            at = to;
            gap = true;
            // What is left of the run may hold another one.
            skip = (at < run_end).then(|| foreign(text, at, run_end)).flatten();
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let from = at;
        let piece = if bytes[at].is_ascii_alphabetic() {
            let stop =
                bytes[at..].iter().position(|b| !b.is_ascii_alphabetic()).map_or(bytes.len(), |n| at + n);
            at = if stop == bytes.len() || bytes[stop] < 0x80 {
                stop
            } else {
                word_end(text, from, lexicon.han)
            };
            at = with_power(bytes, from, at);
            let word = lexicon.lookup(&text[from..at]);
            // Roman numerals are capitals, and beside a century one letter is enough.
            something |=
                word.starts_something() || bytes[from].is_ascii_uppercase() && is_roman(&text[from..at]);
            Piece::Word(word)
        } else if digit(c).is_some() {
            let (number, end) = read_digits(lexicon, text, at);
            at = end;
            something = true;
            digits.push(number);
            Piece::Digits(digits.len() as u32 - 1)
        } else if let Some(value) = vulgar(c) {
            at += c.len_utf8();
            something = true;
            digits.push(Digits {
                value: Some(value),
                other: None,
                parts: [0; 3],
                count: 1,
                len: 1,
                plain: false,
            });
            Piece::Digits(digits.len() as u32 - 1)
        } else if c.is_whitespace() || is_invisible(c) {
            gap |= c.is_whitespace();
            at += c.len_utf8();
            continue;
        } else if lexicon.han && is_han(c) {
            at += c.len_utf8();
            let c = simplified(c);
            something |= han_digit(c).is_some() || han_scale(c).is_some() || c == '半' || c == '翻';
            Piece::Han(c)
        } else if is_letter(c) {
            at = word_end(text, from, lexicon.han);
            at = with_power(bytes, from, at);
            let word = lexicon.lookup(&text[from..at]);
            something |= word.starts_something() || is_roman(&text[from..at]);
            Piece::Word(word)
        } else {
            at += c.len_utf8();
            match c {
                '(' | '[' | '（' | '［' | '【' | '〔' => depth += 1,
                ')' | ']' | '）' | '］' | '】' | '〕' => depth = depth.saturating_sub(1),
                _ => {}
            }
            Piece::Sign(c)
        };
        tokens.push(Token { from, to: at, piece, glued: !gap, bracketed: depth > 0 });
        gap = false;
    }
    something.then_some(Pieces { tokens, digits })
}

fn word_end(text: &str, from: usize, han: bool) -> usize {
    text[from..]
        .char_indices()
        .find(|&(_, c)| {
            !(is_letter(c) && !(han && is_han(c)) || is_mark(c) || matches!(c, '²' | '³' | 'º' | 'ª'))
        })
        .map_or(text.len(), |(n, _)| from + n)
}

/// Takes the 2 of `km2` to the word.
fn with_power(bytes: &[u8], from: usize, to: usize) -> usize {
    let power = matches!(bytes.get(to), Some(b'2' | b'3'))
        && !bytes.get(to + 1).is_some_and(u8::is_ascii_alphanumeric);
    let unit = matches!(&bytes[from..to], b"km" | b"m" | b"cm")
        || &bytes[from..to] == "км".as_bytes()
        || &bytes[from..to] == "м".as_bytes();
    if power && unit { to + 1 } else { to }
}

/// The common alphabets have a short answer.
fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | 'à'..='ö' | 'ø'..='ÿ' | '\u{400}'..='\u{481}' | '\u{620}'..='\u{64a}' => {
            true
        }
        '\0'..='\u{7f}' => false,
        _ => c.is_alphabetic(),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// Whether a character belongs to the unspaced scripts of Chinese and Japanese.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '○')
}

/// Returns what a digit of any script stands for; superscripts are marks of notes and none.
pub(super) fn digit(c: char) -> Option<u32> {
    const ZEROS: &[u32] = &[
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
        0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
        0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x11066, 0x110f0,
        0x11136, 0x111d0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11c50, 0x16a60, 0x16b50,
        0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e950,
    ];
    let code = c as u32;
    if code < 0x660 {
        return c.to_digit(10);
    }
    let at = ZEROS.partition_point(|&z| z <= code).checked_sub(1)?;
    let value = code - ZEROS[at];
    (value < 10).then_some(value)
}

fn vulgar(c: char) -> Option<Value> {
    let (n, d) = match c {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        _ => return None,
    };
    Value::fraction(n, d)
}

/// Tells whether a word may be a Roman numeral.
fn is_roman(word: &str) -> bool {
    // French writes XIVe.
    roman(word.trim_end_matches(['e', 'è', 'm', 'r', 's', 'ᵉ'])).is_some()
}

/// Reads a Roman numeral below fifty, which is as far as centuries and congresses go; Cyrillic look-alikes
/// are taken too.
pub(super) fn roman(word: &str) -> Option<u64> {
    if word.len() > 14 {
        return None;
    }
    let (mut total, mut last, mut plain) = (0u64, 0, String::new());
    for c in word.chars() {
        let (value, letter) = match c {
            'I' | 'І' => (1, 'I'),
            'V' => (5, 'V'),
            'X' | 'Х' => (10, 'X'),
            _ => return None,
        };
        plain.push(letter);
        total += value;
        if value > last {
            total = total.checked_sub(2 * last)?;
        }
        last = value;
    }
    (total > 0 && total < 50 && to_roman(total) == plain).then_some(total)
}

fn to_roman(mut n: u64) -> String {
    let mut out = String::new();
    for (value, letters) in [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
        while n >= value {
            out.push_str(letters);
            n -= value;
        }
    }
    out
}

/// Returns the first stretch of a run of ASCII that is no prose: an address, a file name, a placeholder, a tag.
fn foreign(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let bytes = &text.as_bytes()[from..to];
    let run = &text[from..to];
    let mut dots = false;
    let mut special = false;
    for &b in bytes {
        dots |= b == b'.';
        special |= matches!(b, b'/' | b'@' | b'{' | b'<' | b'%' | b'_' | b'\\' | b'&' | b'#');
    }
    if !(special || dots && bytes.len() > 4) {
        return None;
    }
    let end = from + run.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '>']).len();
    let starts = |prefix: &str| {
        run.len() >= prefix.len() && run.as_bytes()[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes())
    };
    let best: Cell<Option<(usize, usize)>> = Cell::new(None);
    let offer = |range: (usize, usize)| {
        if range.0 < range.1 && best.get().is_none_or(|b| range.0 < b.0) {
            best.set(Some(range));
        }
    };
    if let Some(colon) = run.find("://") {
        let scheme = bytes[..colon].iter().rposition(|b| !b.is_ascii_alphabetic()).map_or(0, |n| n + 1);
        offer((from + scheme, end));
    }
    if starts("www.") {
        offer((from, end));
    }
    if let Some(sign) = run.find('@')
        && sign > 0
        && run[sign..].contains('.')
    {
        let name = bytes[..sign]
            .iter()
            .rposition(|b| matches!(b, b'<' | b'(' | b',' | b':' | b'"'))
            .map_or(0, |n| n + 1);
        offer((from + name, end));
    }
    for (at, &b) in bytes.iter().enumerate() {
        let rest = &text[from + at..];
        match b {
            b'{' => {
                if let Some(close) = rest.bytes().take(60).position(|b| b == b'}') {
                    offer((from + at, from + at + close + 1));
                }
            }
            b'<' if bytes
                .get(at + 1)
                .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?')) =>
            {
                if let Some(close) = rest.bytes().take(2000).position(|b| b == b'>') {
                    offer((from + at, from + at + close + 1));
                }
            }
            b'%' if at == 0 || !bytes[at - 1].is_ascii_digit() => {
                let flags = bytes[at + 1..]
                    .iter()
                    .take_while(|b| b.is_ascii_digit() || matches!(b, b'$' | b'.' | b'+' | b'-'))
                    .count();
                let kind = bytes.get(at + 1 + flags);
                if kind.is_some_and(|b| b"sdifgxuc@".contains(b))
                    && !bytes.get(at + 2 + flags).is_some_and(u8::is_ascii_alphabetic)
                {
                    offer((from + at, from + at + flags + 2));
                }
            }
            b'&' => {
                if let Some(close) = bytes[at..].iter().take(12).position(|&b| b == b';')
                    && bytes.get(at + 1).is_some_and(|&b| b == b'#' || b.is_ascii_alphabetic())
                {
                    offer((from + at, from + at + close + 1));
                }
            }
            b'_' if at > 0 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => {
                let start = bytes[..at]
                    .iter()
                    .rposition(|b| !b.is_ascii_alphanumeric() && *b != b'_')
                    .map_or(0, |n| n + 1);
                let stop = bytes[at..]
                    .iter()
                    .position(|b| !b.is_ascii_alphanumeric() && *b != b'_')
                    .map_or(bytes.len(), |n| at + n);
                if bytes[start..stop].iter().any(u8::is_ascii_alphabetic) {
                    offer((from + start, from + stop));
                }
            }
            // A name and its ending: report-2023.pdf, example.com/2023
            b'.' if at > 0 => {
                let tail = bytes[at + 1..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
                let ending = &run[at + 1..at + 1 + tail];
                let known = |list: &[&str]| list.iter().any(|e| e.eq_ignore_ascii_case(ending));
                let host = known(&[
                    "com", "org", "net", "cn", "ru", "fr", "es", "de", "edu", "gov", "int", "io", "eu", "uk",
                    "html", "htm", "php",
                ]);
                if host || known(FILES) {
                    let start = bytes[..at]
                        .iter()
                        .rposition(|b| !(b.is_ascii_alphanumeric() || b"-._/~".contains(b)))
                        .map_or(0, |n| n + 1);
                    let named = bytes[start..at].iter().any(u8::is_ascii_alphabetic);
                    if start < at && (named || !host) {
                        offer((from + start, if host { end.max(from + at) } else { from + at + 1 + tail }));
                    }
                }
            }
            // A symbol of a document: A/RES/55/63, GB/T
            b'/' if at > 0
                && bytes[at - 1].is_ascii_uppercase()
                && bytes.get(at + 1).is_some_and(|b| b.is_ascii_uppercase()) =>
            {
                let start = bytes[..at]
                    .iter()
                    .rposition(|b| !b.is_ascii_alphanumeric() && !b"/-.".contains(b))
                    .map_or(0, |n| n + 1);
                let stop = bytes[at..]
                    .iter()
                    .position(|b| !b.is_ascii_alphanumeric() && !b"/-.".contains(b))
                    .map_or(bytes.len(), |n| at + n);
                if bytes[start..stop].iter().any(u8::is_ascii_digit) {
                    let stop = start + run[start..stop].trim_end_matches(['.', '-', '/']).len();
                    offer((from + start, from + stop));
                }
            }
            _ => {}
        }
        if best.get().is_some_and(|b| b.0 <= from + at) {
            break;
        }
    }
    best.get()
}

const FILES: &[&str] = &[
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "tsv", "xml", "tmx", "tbx", "xliff",
    "xlf", "json", "toml", "yaml", "yml", "md", "png", "jpg", "jpeg", "gif", "svg", "zip", "mp4", "mp3",
    "po", "rs", "py", "js",
];

/// What parts digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Point,
    Comma,
    Group,
    Decimal,
}

pub(super) fn read_digits(lexicon: &Lexicon, text: &str, from: usize) -> (Digits, usize) {
    let mut parts = [(0u64, 0u8); 8];
    let mut marks = [Mark::Group; 8];
    let (mut count, mut at) = (0usize, from);
    let mut ends = [from; 8];
    let mut long = false;
    loop {
        let (mut value, mut len) = (0u64, 0u8);
        while let Some(c) = text[at..].chars().next()
            && let Some(d) = digit(c)
        {
            value = value.wrapping_mul(10).wrapping_add(u64::from(d));
            len = len.saturating_add(1);
            at += c.len_utf8();
        }
        long |= len > 18;
        parts[count] = (value, len);
        ends[count] = at;
        count += 1;
        if count == 8 {
            break;
        }
        let mut rest = text[at..].chars();
        let Some(c) = rest.next() else { break };
        let next = rest.as_str().chars().take_while(|&c| digit(c).is_some()).take(5).count();
        if next == 0 {
            break;
        }
        let spaced = matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}');
        let grouped = next == 3 && parts[0].1 <= 3 && !text[from..].starts_with('0');
        let only_groups = marks[..count - 1].iter().all(|&m| m == Mark::Group);
        let mark = match c {
            '.' | '．' => Mark::Point,
            // A list of years or of articles is no number.
            ',' if lexicon.grouping == Grouping::Comma
                && next != 3
                && !(next == 2 && lexicon.code == "en" && parts[0].1 <= 2 && indian(rest.as_str())) =>
            {
                break;
            }
            ',' if len >= 4 && next >= 4 => break,
            ',' => Mark::Comma,
            '，' if next == 3
                && lexicon.han
                && text[at + 3..].starts_with(|c: char| ('０'..='９').contains(&c)) =>
            {
                Mark::Comma
            }
            '٫' => Mark::Decimal,
            '،' if lexicon.code == "ar" && next < 3 => Mark::Decimal,
            '٬' | '\'' | '’' if grouped && only_groups => Mark::Group,
            _ if spaced
                && grouped
                && only_groups
                && (c != ' ' || !lexicon.han)
                && (count == 1 || parts[count - 1].1 == 3) =>
            {
                Mark::Group
            }
            _ => break,
        };
        marks[count - 1] = mark;
        at += c.len_utf8();
    }
    let mut marks = &marks[..count - 1];
    let mut parts = &parts[..count];
    let groups =
        |parts: &[(u64, u8)]| parts[0].1 <= 3 && parts[0].1 > 0 && parts[1..].iter().all(|p| p.1 == 3);
    if marks.len() > 1 && marks.iter().all(|&m| m == Mark::Comma) && !groups(parts) && !is_indian(parts) {
        (marks, parts, at) = (&[], &parts[..1], ends[0]);
    }
    let joined = |parts: &[(u64, u8)]| {
        parts.iter().try_fold(0u128, |sum, &(value, len)| {
            sum.checked_mul(10u128.checked_pow(u32::from(len))?)?.checked_add(u128::from(value))
        })
    };
    let whole = || joined(parts).map(|n| Value::decimal(n, 0));
    let decimal = || joined(parts).map(|n| Value::decimal(n, -i32::from(parts[parts.len() - 1].1)));
    let (value, other) = match marks {
        _ if long => (None, None),
        [] => (whole(), None),
        [.., last] if marks.iter().all(|m| m == last) => match last {
            Mark::Group => (whole(), None),
            Mark::Decimal if marks.len() == 1 => (decimal(), None),
            Mark::Decimal => (None, None),
            _ if marks.len() > 1 => (if groups(parts) || is_indian(parts) { whole() } else { None }, None),
            mark if groups(parts) && !text[from..].starts_with(['0', '٠', '۰', '０']) => {
                use Grouping::{Comma, Either, Point, Space};
                match (lexicon.grouping, mark) {
                    (Comma, Mark::Comma) | (Point, Mark::Point) => (whole(), None),
                    (Comma, _) | (Space, Mark::Comma) | (Point, _) => (decimal(), whole()),
                    (Either, Mark::Comma) if lexicon.code != "ar" => (decimal(), whole()),
                    (Either, Mark::Point) if lexicon.code == "ar" => (decimal(), whole()),
                    // Nobody writes 1.500 for one and a half.
                    (Space | Either, _) => (whole(), decimal().filter(|_| parts[1].0 % 10 != 0)),
                }
            }
            _ => (decimal(), None),
        },
        [first @ .., last]
            if *last != Mark::Group
                && first.iter().all(|m| m == &first[0] && m != last)
                && groups(&parts[..parts.len() - 1]) =>
        {
            (decimal(), None)
        }
        _ => (None, None),
    };
    let pointed = !marks.is_empty() && marks.len() <= 2 && marks.iter().all(|&m| m == Mark::Point);
    let mut dotted = [0u32; 3];
    if pointed {
        for (to, part) in dotted.iter_mut().zip(parts) {
            *to = u32::try_from(part.0).unwrap_or(u32::MAX);
        }
    }
    let count = if pointed { parts.len() as u8 } else { 1 };
    (Digits { value, other, parts: dotted, count, len: parts[0].1, plain: marks.is_empty() }, at)
}

/// Whether digits go on as Indian grouping does: `12,34,567`.
fn indian(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while bytes.len() >= at + 3 && bytes[at..at + 2].iter().all(u8::is_ascii_digit) && bytes[at + 2] == b',' {
        at += 3;
    }
    at > 0 && bytes.len() >= at + 3 && bytes[at..at + 3].iter().all(u8::is_ascii_digit)
}

fn is_indian(parts: &[(u64, u8)]) -> bool {
    parts.len() > 2
        && parts[0].1 <= 2
        && parts[parts.len() - 1].1 == 3
        && parts[1..parts.len() - 1].iter().all(|p| p.1 == 2)
}
