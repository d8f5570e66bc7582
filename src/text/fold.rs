//! Folding: one form for all the ways a phrase can be written, and the way back.
//!
//! [`fold`] removes what a searcher does not type and a writer does not agree on: case, width, optional
//! diacritics, Arabic vowels and alef seats, traditional against simplified characters, the kind of quote,
//! dash and space. It knows no languages; what depends on one (stems, articles) is in [`super::stem_key`].
//! [`Folded`] does the same to running text and remembers where everything came from.
//!
//! What happens, in the words of Unicode: invisible characters go; each base with its marks is decomposed
//! (NFKD), its letters are case folded and simplified, optional marks go, the rest is composed again (NFC);
//! spaces, dashes, middle dots and quotes become one gap; a gap is one space, and nothing at the edges or
//! beside a Han or Kana character, where spaces, quotes and line breaks do not part words. An apostrophe
//! stays between letters and is a gap elsewhere.
//!
//! Most text never sees the normalisation tables: runs of ASCII are copied whole and common letters of
//! common scripts have a direct answer ([`shortcut`]). The tests hold these against the long way for every
//! character there is.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::han::{self, simplified};

/// Returns the strongest folding that is right in every language; for lookup keys and comparison.
///
/// Folding a folded text changes nothing, and composed and decomposed input give the same.
///
/// ```
/// use wicterm::text::fold;
/// assert_eq!(fold("Souveraineté  numérique"), "souverainete numerique");
/// assert_eq!(fold("“網絡主權”"), "网络主权");
/// assert_eq!(fold("Cyber\u{2011}Sovereignty"), "cyber sovereignty");
/// ```
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_plainly_folded(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let mut folder = Folder::new(text, String::with_capacity(text.len()), ());
    folder.run();
    Cow::Owned(folder.out)
}

/// A folded text that remembers where its parts came from.
///
/// ```
/// use wicterm::text::Folded;
/// let written = "Une «\u{a0}SOUVERAINETÉ\u{a0}» partagée";
/// let folded = Folded::new(written);
/// let at = folded.text.find("souverainete").unwrap();
/// let original = folded.original(at..at + "souverainete".len());
/// assert_eq!(&written[original], "SOUVERAINETÉ");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    /// The folded text, equal to what [`fold`] returns.
    pub text: String,
    /// Where lengths differ; between two spans both texts advance byte by byte.
    spans: Vec<Span>,
    original_len: usize,
}

/// A stretch of folded text and the stretch of the original it stands for, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    folded: (usize, usize),
    original: (usize, usize),
}

impl Folded {
    /// Folds a text.
    pub fn new(text: &str) -> Self {
        let mut made = Self::default();
        made.refold(text);
        made
    }

    /// Folds another text into the room that this one takes.
    pub fn refold(&mut self, text: &str) {
        let (mut out, mut spans) = (std::mem::take(&mut self.text), std::mem::take(&mut self.spans));
        out.clear();
        spans.clear();
        out.reserve(text.len());
        let mut folder = Folder::new(text, out, spans);
        folder.run();
        *self = Self { text: folder.out, spans: folder.trace, original_len: text.len() };
    }

    /// Returns where in the original a range of the folded text stood.
    ///
    /// The answer lies on character boundaries, never parts a letter from its marks, and leaves out what
    /// folding dropped around the range (spaces, quotes). A range that cuts into something that was one
    /// character, such as a ligature, gives the whole of it.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let mut start = range.start.min(self.text.len());
        let mut end = range.end.clamp(start, self.text.len());
        let empty = start == end;
        while !self.text.is_char_boundary(start) || (start > 0 && self.begins_with_mark(start)) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) || (!empty && self.begins_with_mark(end)) {
            end += 1;
        }
        let from = self.original_start(start);
        if empty {
            return from..from;
        }
        from..self.original_end(end).max(from)
    }

    /// Returns how long the original is, in bytes.
    pub fn original_len(&self) -> usize {
        self.original_len
    }

    fn begins_with_mark(&self, at: usize) -> bool {
        // The last lead bytes are those of Han characters.
        self.text.as_bytes().get(at).is_some_and(|b| !matches!(b, 0..=0x7F | 0xE4..=0xE9))
            && self.text[at..].chars().next().is_some_and(is_combining_mark)
    }

    /// What was dropped right before a range does not belong to it: the last span that begins here counts.
    fn original_start(&self, at: usize) -> usize {
        match self.spans[..self.spans.partition_point(|s| s.folded.0 <= at)].last() {
            None => at,
            Some(span) if at < span.folded.1 => span.original.0,
            Some(span) => span.original.1 + (at - span.folded.1),
        }
    }

    /// What was dropped right behind a range does not belong to it: spans that begin here do not count.
    fn original_end(&self, at: usize) -> usize {
        match self.spans[..self.spans.partition_point(|s| s.folded.0 < at)].last() {
            None => at,
            Some(span) if at <= span.folded.1 => span.original.1,
            Some(span) => span.original.1 + (at - span.folded.1),
        }
    }
}

/// Whoever wants to know where lengths differ.
trait Trace {
    fn note(&mut self, folded: (usize, usize), original: (usize, usize));
}

impl Trace for () {
    fn note(&mut self, _: (usize, usize), _: (usize, usize)) {}
}

impl Trace for Vec<Span> {
    fn note(&mut self, folded: (usize, usize), original: (usize, usize)) {
        self.push(Span { folded, original });
    }
}

/// What a character is to folding, once it is decomposed and its case is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It is kept.
    Letter,
    /// Spaces, dashes, dots between names, quotes.
    Gap,
    /// Stays between two letters.
    Apostrophe,
    /// Gershayim, or a straight quote used for them: vanishes between two Hebrew letters.
    Quote,
    /// The middle dot: vanishes in Catalan `l·l`.
    Dot,
    /// Invisible.
    Drop,
}

struct Folder<'t, T> {
    text: &'t str,
    at: usize,
    out: String,
    trace: T,
    /// How much of the original the folded text and the trace account for.
    done: usize,
    /// Something that parts words was read since the last letter.
    gap: bool,
    /// One character that may or may not part words, read directly behind a letter.
    doubt: Option<Kind>,
    last: Option<char>,
    /// Kept to be used again: the folded cluster, and the cluster before composition.
    cluster: Vec<char>,
    decomposed: Vec<char>,
}

impl<'t, T: Trace> Folder<'t, T> {
    fn new(text: &'t str, out: String, trace: T) -> Self {
        Self {
            text,
            at: 0,
            out,
            trace,
            done: 0,
            gap: false,
            doubt: None,
            last: None,
            cluster: Vec::new(),
            decomposed: Vec::new(),
        }
    }

    fn run(&mut self) {
        while self.at < self.text.len() {
            if self.run_of_ascii() || self.run_of_han() {
                continue;
            }
            let rest = &self.text[self.at..];
            let dropped = droppable(rest);
            if dropped > 0 {
                self.at += dropped;
                continue;
            }
            // `at` is always at a character while there is text left.
            let Some(c) = rest.chars().next() else { break };
            let next = self.at + c.len_utf8();
            if let Some(simple) = shortcut(c)
                && !self.is_joined(next)
            {
                self.simple(simple, next);
            } else {
                self.long_way(next);
            }
        }
        if self.done < self.text.len() {
            let end = self.out.len();
            self.trace.note((end, end), (self.done, self.text.len()));
        }
    }

    /// Copies a run of ASCII letters, figures, common punctuation and single spaces, if there is one here.
    fn run_of_ascii(&mut self) -> bool {
        let bytes = &self.text.as_bytes()[self.at..];
        let mut len = 0;
        loop {
            while len < bytes.len() && PLAIN[usize::from(bytes[len])] {
                len += 1;
            }
            // A space goes along where a letter stands on either side of it.
            match bytes[len..] {
                [b' ', next, ..] if len > 0 && PLAIN[usize::from(next)] => len += 2,
                _ => break,
            }
        }
        // A mark could follow the last character.
        if bytes.get(len).is_some_and(|b| !b.is_ascii()) {
            len -= usize::from(len > 0);
            len -= usize::from(len > 0 && bytes[len - 1] == b' ');
        }
        if len == 0 {
            return false;
        }
        self.bridge(char::from(bytes[0].to_ascii_lowercase()), self.at);
        let from = self.out.len();
        self.out.push_str(&self.text[self.at..self.at + len]);
        self.out[from..].make_ascii_lowercase();
        self.last = self.out.as_bytes().last().map(|&b| char::from(b));
        self.at += len;
        self.done = self.at;
        true
    }

    /// Copies runs of Han characters that fold to themselves, with the commas and full stops between them, if
    /// there are any here.
    fn run_of_han(&mut self) -> bool {
        let begin = self.at;
        loop {
            let bytes = &self.text.as_bytes()[self.at..];
            let mut len = 0;
            while let Some([a @ 0xE4..=0xE9, b, c]) = bytes.get(len..len + 3) {
                let code = u32::from(a & 0xF) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F);
                if !folds_to_itself(code) {
                    break;
                }
                len += 3;
            }
            let mark = match bytes.get(len..len + 3) {
                Some([0xEF, 0xBC, 0x8C] | [0xE3, 0x80, 0x81]) => Some(','),
                Some([0xE3, 0x80, 0x82]) => Some('.'),
                _ => None,
            };
            // A mark could follow the last character, or the comma.
            let harmless = |b: Option<&u8>| matches!(b, None | Some(0..=0x7F | 0xE4..=0xE9));
            let mark = mark.filter(|_| harmless(bytes.get(len + 3)));
            if mark.is_none() && len > 0 && !harmless(bytes.get(len)) && self.is_joined(self.at + len) {
                len -= 3;
            }
            let run = &self.text[self.at..self.at + len];
            if let (Some(first), Some(last)) = (run.chars().next(), run.chars().next_back()) {
                self.bridge(first, self.at);
                self.out.push_str(run);
                self.last = Some(last);
                self.at += len;
                self.done = self.at;
            }
            let Some(mark) = mark else { return self.at > begin };
            self.simple(mark, self.at + 3);
        }
    }

    /// Tells whether what stands at `at` may combine with what stands before it.
    fn is_joined(&self, at: usize) -> bool {
        match self.text.as_bytes().get(at) {
            // The last lead bytes are those of U+4000 to U+9FFF. No marks below U+0300, nor among Greek and Cyrillic letters below U+0480.
            None | Some(0..=0x7F | 0xC3..=0xCB | 0xCE..=0xD1 | 0xE4..=0xE9) => false,
            Some(_) => {
                let rest = &self.text[at..];
                droppable(rest) > 0 || rest.chars().next().is_some_and(joins)
            }
        }
    }

    /// Takes one character whose folding is one character.
    fn simple(&mut self, folded: char, next: usize) {
        match kind(folded) {
            Kind::Letter => {
                self.bridge(folded, self.at);
                let from = self.out.len();
                self.out.push(folded);
                if self.out.len() - from != next - self.at {
                    self.trace.note((from, self.out.len()), (self.at, next));
                }
                self.last = Some(folded);
                self.done = next;
            }
            other => self.part(other),
        }
        self.at = next;
    }

    /// Takes a character with everything that may combine with it, through the normalisation tables.
    fn long_way(&mut self, mut next: usize) {
        let mut end = next;
        while next < self.text.len() {
            let rest = &self.text[next..];
            let dropped = droppable(rest);
            let Some(c) = rest.chars().next() else { break };
            if dropped > 0 {
                next += dropped;
                // Joiners and variation selectors belong to their letter, other invisible ones do not.
                if is_extender(c) {
                    end = next;
                }
            } else if joins(c) {
                next += c.len_utf8();
                end = next;
            } else {
                break;
            }
        }
        let mut cluster = std::mem::take(&mut self.cluster);
        fold_cluster(&self.text[self.at..end], &mut self.decomposed, &mut cluster);
        let mut from = None;
        for &c in &cluster {
            match kind(c) {
                Kind::Letter if from.is_none() => {
                    self.bridge(c, self.at);
                    from = Some(self.out.len());
                    self.out.push(c);
                    self.last = Some(c);
                }
                Kind::Letter => {
                    if let Some(between) = self.between(c) {
                        self.out.push(between);
                    }
                    self.out.push(c);
                    self.last = Some(c);
                }
                other => self.part(other),
            }
        }
        self.cluster = cluster;
        if let Some(from) = from {
            if self.out[from..] != self.text[self.at..end] {
                self.trace.note((from, self.out.len()), (self.at, end));
            }
            self.done = end;
        }
        self.at = end;
    }

    /// Notes something that is not a letter; what becomes of it depends on the next letter.
    fn part(&mut self, kind: Kind) {
        let doubtful = match (kind, self.last) {
            _ if self.gap || self.doubt.is_some() => false,
            (Kind::Drop, _) => return,
            (Kind::Apostrophe, Some(last)) => !is_tight(last),
            (Kind::Quote, Some(last)) => is_hebrew(last),
            (Kind::Dot, last) => last == Some('l'),
            _ => false,
        };
        if doubtful {
            self.doubt = Some(kind);
        } else if kind != Kind::Drop {
            self.doubt = None;
            self.gap = true;
        }
    }

    /// Returns what to write between the last letter and the next one, and forgets what stood there.
    fn between(&mut self, next: char) -> Option<char> {
        let gap = std::mem::take(&mut self.gap);
        let last = self.last?;
        let space = (!is_tight(last) && !is_tight(next)).then_some(' ');
        match self.doubt.take() {
            None if gap => space,
            None => None,
            Some(Kind::Apostrophe) if is_wordy(last) && is_wordy(next) && !is_tight(next) => Some('\''),
            Some(Kind::Quote) if is_hebrew(next) => None,
            Some(Kind::Dot) if next == 'l' => None,
            Some(_) => space,
        }
    }

    /// Accounts for the original up to `from`, where the next letter stands.
    fn bridge(&mut self, next: char, from: usize) {
        if from == self.done {
            // Nothing was read since the last letter, except within one cluster.
            if let Some(c) = self.between(next) {
                let at = self.out.len();
                self.out.push(c);
                self.trace.note((at, at + 1), (from, from));
            }
            return;
        }
        let at = self.out.len();
        match self.between(next) {
            Some(c) => {
                self.out.push(c);
                if from - self.done != 1 {
                    self.trace.note((at, at + 1), (self.done, from));
                }
            }
            None => self.trace.note((at, at), (self.done, from)),
        }
        self.done = from;
    }
}

/// Folds one base with its marks (or a run of marks without a base, of which nothing stays).
fn fold_cluster(cluster: &str, folded: &mut Vec<char>, out: &mut Vec<char>) {
    folded.clear();
    let mut base = None;
    let mut skip = 0;
    let visible = cluster.char_indices().filter(|&(at, _)| {
        if at < skip {
            return false;
        }
        skip = at + droppable(&cluster[at..]);
        skip == at
    });
    for c in visible.map(|(_, c)| substitute(c)).nfkd() {
        if is_combining_mark(c) {
            if base.is_some_and(|base| keeps(base, c)) {
                folded.push(c);
            }
        } else {
            fold_letter(c, folded);
            base = folded.last().copied();
        }
    }
    out.clear();
    out.extend(folded.iter().copied().nfc());
}

/// Characters whose compatibility decomposition says something else than what people mean by them.
fn substitute(c: char) -> char {
    match c {
        // As a spacing character it is an apostrophe typed on the wrong key.
        '\u{B4}' | '\u{1FFD}' | '\u{1FBD}' | '\u{1FBF}' => '\'',
        // Japanese voicing marks typed behind their letter.
        '\u{309B}' => '\u{3099}',
        '\u{309C}' => '\u{309A}',
        c => c,
    }
}

/// Folds a decomposed letter: case, simplified characters, figures, letters with strokes.
fn fold_letter(c: char, out: &mut Vec<char>) {
    let one = match c {
        '\0'..='\x7F' => c.to_ascii_lowercase(),
        'ø' | 'Ø' => 'o',
        'đ' | 'Đ' | 'ð' | 'Ð' => 'd',
        'ł' | 'Ł' => 'l',
        'ħ' | 'Ħ' => 'h',
        'ŧ' | 'Ŧ' => 't',
        'æ' | 'Æ' => return out.extend(['a', 'e']),
        'œ' | 'Œ' => return out.extend(['o', 'e']),
        'þ' | 'Þ' => return out.extend(['t', 'h']),
        'ı' => 'i',
        'ς' => 'σ',
        'ß' | 'ẞ' => return out.extend(['s', 's']),
        // Alef in all its seats, yeh and kaf of other keyboards. The hamza of أ and إ is a mark by now.
        'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        '،' | '、' => ',',
        '؛' => ';',
        '؟' => '?',
        '٫' | '。' => '.',
        '٬' => ',',
        '〜' => '~',
        // Characters that are one word's and another's in traditional script, folded to one for both.
        '著' => '着',
        '瞭' => '了',
        '藉' => '借',
        _ => match digit(c) {
            Some(digit) => digit,
            None => {
                // By way of the capital: that unites the forms which lower-casing leaves apart (ſ, ᲀ).
                let simple = simplified(c);
                for upper in simple.to_uppercase() {
                    out.extend(upper.to_lowercase());
                }
                return;
            }
        },
    };
    out.push(one);
}

/// Returns the ASCII form of a decimal digit of another script.
fn digit(c: char) -> Option<char> {
    const ZEROS: [char; 20] =
        ['٠', '۰', '߀', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '෦', '๐', '໐', '༠', '၀', '႐', '០', '᠐'];
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= c)].last()?;
    let value = c as u32 - *zero as u32;
    if value < 10 { char::from_digit(value, 10) } else { None }
}

/// Tells whether a mark makes another letter of its base, rather than one that a searcher may leave out.
fn keeps(base: char, mark: char) -> bool {
    if !matches!(kind(base), Kind::Letter) {
        return false;
    }
    match mark {
        '\u{300}'..='\u{36F}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}' => match base {
            // й, ї, ў, ѓ, ќ and the letters of the smaller languages are letters; ё is spelt е, and
            // stress is marked only in dictionaries.
            '\u{400}'..='\u{52F}' | '\u{A640}'..='\u{A69F}' => match mark {
                '\u{300}' => false,
                '\u{301}' => matches!(base, 'г' | 'к'),
                '\u{308}' => base != 'е',
                _ => true,
            },
            // The stroke of ≠ is its meaning.
            _ => mark == '\u{338}' && !base.is_alphanumeric(),
        },
        '\u{483}'..='\u{489}' => false,
        '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}' => {
            false
        }
        // Hamza above waw and yeh is spelling; on alef it is care.
        '\u{653}'..='\u{655}' => base != 'ا',
        '\u{610}'..='\u{61A}'
        | '\u{64B}'..='\u{65F}'
        | '\u{670}'
        | '\u{6D6}'..='\u{6ED}'
        | '\u{898}'..='\u{89F}'
        | '\u{8CA}'..='\u{8FF}' => false,
        _ => true,
    }
}

/// Tells whether a character may combine with what stands before it: marks, and the later parts of a
/// Hangul syllable, in whatever width they are written.
fn joins(c: char) -> bool {
    match c {
        '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3029}' | '\u{FF01}'..='\u{FF60}' => false,
        '\0'..='\u{2FF}' | '\u{370}'..='\u{482}' | '\u{4E00}'..='\u{D7A3}' | '\u{620}'..='\u{64A}' => {
            // Within this range only these are marks or Hangul parts.
            matches!(c, '\u{A66F}'..='\u{A672}' | '\u{A674}'..='\u{A67D}' | '\u{A69E}'..='\u{A69F}')
                || ('\u{A6F0}'..='\u{ABFF}').contains(&c) && is_combining_mark(c)
        }
        _ => {
            let mut first = None;
            decompose_compatible(substitute(c), |d| first = first.or(Some(d)));
            first.is_some_and(|c| is_combining_mark(c) || matches!(c, '\u{1160}'..='\u{11FF}' | '\u{16D67}'))
        }
    }
}

/// Returns the length of the invisible character that a text begins with; 0 if it begins with another.
///
/// A soft hyphen takes the line break behind it along: the word goes on in the next line.
fn droppable(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        None | Some(0..=0xC1 | 0xC3..=0xCB | 0xCE..=0xD7 | 0xE4..=0xEE) => return 0,
        Some(_) => {}
    }
    let Some(c) = text.chars().next() else { return 0 };
    if kind(c) != Kind::Drop {
        return 0;
    }
    let len = c.len_utf8();
    match &bytes[len..] {
        [b'\r', b'\n', ..] if c == '\u{AD}' => len + 2,
        [b'\n' | b'\r', ..] if c == '\u{AD}' => len + 1,
        _ => len,
    }
}

fn is_extender(c: char) -> bool {
    matches!(c, '\u{34F}' | '\u{180B}'..='\u{180F}' | '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E01EF}')
}

/// Sorts characters into letters (everything that is kept) and what folding does away with.
fn kind(c: char) -> Kind {
    match c {
        '\'' | '`' => Kind::Apostrophe,
        '"' => Kind::Quote,
        '-' | '\0'..=' ' | '\x7F'..='\u{A0}' => Kind::Gap,
        '\x21'..='\x7E' => Kind::Letter,
        '\u{B7}' => Kind::Dot,
        '\u{AD}' => Kind::Drop,
        '«' | '»' => Kind::Gap,
        '\u{A1}'..='\u{2B8}' => Kind::Letter,
        '\u{2B9}' | '\u{2BB}' | '\u{2BC}' | '\u{2C8}' | '\u{5F3}' => Kind::Apostrophe,
        '\u{5F4}' => Kind::Quote,
        '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' => Kind::Drop,
        // Tatweel stretches a word and says nothing.
        '\u{640}' => Kind::Drop,
        '\u{387}' => Kind::Dot,
        '\u{58A}' | '\u{5BE}' | '\u{1400}' | '\u{1680}' | '\u{1806}' => Kind::Gap,
        '\u{180B}'..='\u{180F}' => Kind::Drop,
        '\u{2B9}'..='\u{1FFF}' => Kind::Letter,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => Kind::Drop,
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' | '\u{2035}' => Kind::Apostrophe,
        '\u{2000}'..='\u{200A}' | '\u{2010}'..='\u{2015}' | '\u{2028}' | '\u{2029}' | '\u{202F}' => Kind::Gap,
        '\u{201A}' | '\u{201C}'..='\u{201F}' | '\u{2033}' | '\u{2036}' | '\u{2039}' | '\u{203A}' => Kind::Gap,
        '\u{2022}' | '\u{2027}' | '\u{2043}' | '\u{205F}' | '\u{2212}' | '\u{2219}' | '\u{22C5}' => Kind::Gap,
        '\u{2E17}' | '\u{2E1A}' | '\u{2E3A}' | '\u{2E3B}' | '\u{2E40}' | '\u{2E5D}' => Kind::Gap,
        // 〈〉《》「」『』 and the ditto marks; ・ between the parts of a foreign name.
        '\u{3000}'
        | '\u{3008}'..='\u{300F}'
        | '\u{301D}'..='\u{301F}'
        | '\u{3030}'
        | '\u{30A0}'
        | '\u{30FB}' => Kind::Gap,
        '\u{3164}' | '\u{FFA0}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' => {
            Kind::Drop
        }
        '\u{E0000}'..='\u{E0FFF}' => Kind::Drop,
        _ => Kind::Letter,
    }
}

/// Tells whether spaces, quotes and line breaks beside this character mean nothing: Han and Kana.
fn is_tight(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}' | '\u{3038}'..='\u{303C}'
        | '\u{3041}'..='\u{30FF}' | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{5D0}'..='\u{5F2}')
}

fn is_wordy(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// ASCII that folding keeps, but for its case: everything visible, except quotes, apostrophes and hyphens.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut b = b'!';
    while b <= b'~' {
        plain[b as usize] = !matches!(b, b'"' | b'\'' | b'-' | b'`');
        b += 1;
    }
    plain
};

/// U+00C0 to U+017F, folded; a dot where the long way must be gone.
const LATIN: &[u8; 192] = b"aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.llllll.\
.llnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// Returns the folding of the commonest characters, provided that nothing combines with them.
fn shortcut(c: char) -> Option<char> {
    match c {
        '\0'..='\x7F' => Some(c.to_ascii_lowercase()),
        '\u{C0}'..='\u{17F}' => match LATIN[c as usize - 0xC0] {
            b'.' => None,
            letter => Some(char::from(letter)),
        },
        '«'
        | '»'
        | '\u{2010}'
        | '\u{2012}'..='\u{2015}'
        | '\u{2018}'
        | '\u{2019}'
        | '\u{201C}'..='\u{201E}' => Some(c),
        'α'..='ρ' | 'σ'..='ω' | 'а'..='я' | 'ђ'..='ќ' | 'ў' | 'џ' => Some(c),
        'Α'..='Ρ' | 'Σ'..='Ω' | 'А'..='Я' => char::from_u32(c as u32 + 0x20),
        'ё' | 'Ё' => Some('е'),
        '\u{5D0}'..='\u{5EA}' => Some(c),
        'أ' | 'إ' | 'آ' => Some('ا'),
        'ى' => Some('ي'),
        'ء' | 'ؤ' | 'ئ'..='غ' | 'ف'..='و' | 'ي' => Some(c),
        '\u{660}'..='\u{669}' => digit(c),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).map(|c| c.to_ascii_lowercase()),
        '。' | '、' => Some(if c == '。' { '.' } else { ',' }),
        '\u{3008}'..='\u{300F}' => Some(c),
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{AC00}'..='\u{D7A3}' => Some(c),
        '著' | '瞭' | '藉' => None,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => Some(simplified(c)),
        _ => None,
    }
}

/// Tells whether a character from U+4000 to U+9FFF is a Han character that is simplified and no variant.
#[inline]
fn folds_to_itself(code: u32) -> bool {
    const BITS: [u64; 0x6000 / 64] = {
        let mut bits = [0; 0x6000 / 64];
        let mut code = 0x4E00;
        while code <= 0x9FFF {
            // Those that the long way folds to another character.
            if han::is_simple(code) && !matches!(code, 0x8457 | 0x77AD | 0x85C9) {
                bits[(code as usize - 0x4000) / 64] |= 1 << (code % 64);
            }
            code += 1;
        }
        bits
    };
    BITS[(code as usize - 0x4000) / 64 % BITS.len()] & (1 << (code % 64)) != 0
}

/// Recognises the commonest folded text at a glance: lower-case ASCII with single spaces.
fn is_plainly_folded(bytes: &[u8]) -> bool {
    let mut last = b' ';
    for &b in bytes {
        match b {
            b' ' if last == b' ' => return false,
            b' ' => last = b,
            _ if PLAIN[usize::from(b)] && !b.is_ascii_uppercase() => last = b,
            _ => return false,
        }
    }
    last != b' ' || bytes.is_empty()
}

#[cfg(test)]
mod tests {
    use icu_casemap::CaseMapper;
    use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
    use proptest::prelude::*;

    use super::*;

    /// (what it shows, written, folded)
    const FACTS: &[(&str, &str, &str)] = &[
        ("en: case", "Cyber Sovereignty", "cyber sovereignty"),
        ("en: curly quotes", "“Digital Silk Road”", "digital silk road"),
        ("en: quotes inside", "the \"Belt and Road\" Initiative", "the belt and road initiative"),
        ("en: single quotes are quotes at an edge", "the ‘rule of law’ now", "the rule of law now"),
        ("en: an apostrophe stays", "the people’s right", "the people's right"),
        (
            "en: hyphens of all kinds",
            "multi-stake\u{2010}holder\u{2011}model\u{2013}x\u{2212}y",
            "multi stake holder model x y",
        ),
        (
            "en: every space",
            "a\u{a0}b\u{202f}c\u{2009}d\u{3000}e\tf\r\ng\u{c}h\u{2028}i",
            "a b c d e f g h i",
        ),
        ("en: edges", "  — cyber —  ", "cyber"),
        ("en: soft hyphen", "sover\u{ad}eignty", "sovereignty"),
        ("en: soft hyphen and line break", "sover\u{ad}\r\neignty", "sovereignty"),
        (
            "en: invisible characters",
            "\u{feff}cy\u{200b}ber\u{2060} \u{202a}sov\u{200d}er\u{202c}",
            "cyber sover",
        ),
        ("en: ligature", "of\u{fb01}cial e\u{fb00}ect", "official effect"),
        ("en: full width", "ＣＹＢＥＲ　５Ｇ，ａ", "cyber 5g,a"),
        ("en: superscript and fraction", "x² ½", "x2 1\u{2044}2"),
        ("en: variation selector", "i\u{fe0f}x", "ix"),
        ("fr: accents", "Souveraineté numérique à l’ère", "souverainete numerique a l'ere"),
        ("fr: guillemets", "« gouvernance »", "gouvernance"),
        ("fr: ligature oe", "Œuvre, cœur", "oeuvre, coeur"),
        ("fr: decomposed", "souverainete\u{301}", "souverainete"),
        ("es: accents and tilde", "cooperación en España", "cooperacion en espana"),
        ("pt: cedilla and tilde", "Governança, informação", "governanca, informacao"),
        ("it: grave", "Sovranità È", "sovranita e"),
        ("ca: the dot in l·l", "col·laboració COŀLEGA", "collaboracio collega"),
        ("de: umlaut and sharp s", "Größe GROẞE Souveränität", "grosse grosse souveranitat"),
        ("de: low quotes", "„Cyber-Souveränität“", "cyber souveranitat"),
        ("tr: dotted and dotless i", "İSTANBUL ISPARTA ısı Güvenliği", "istanbul isparta isi guvenligi"),
        ("pl, da: strokes", "Łódź Ørsted Ære", "lodz orsted aere"),
        ("vi: stacked marks", "Việt Nữ", "viet nu"),
        ("ru: yo, but not short i", "Ещё ёлка Йод й Ё", "еще елка йод й е"),
        ("ru: decomposed short i", "и\u{306}", "й"),
        ("ru: stress", "за\u{301}мок", "замок"),
        ("uk: yi stays, any apostrophe", "Їжак комп’ютер комп\u{2bc}ютер", "їжак комп'ютер комп'ютер"),
        ("mk, be: letters stay", "Ѓорѓи ќ Ў", "ѓорѓи ќ ў"),
        (
            "el: tonos, dialytika, final sigma",
            "Κυριαρχία του Κυβερνοχώρου Ελλάς ΐ",
            "κυριαρχια του κυβερνοχωρου ελλασ ι",
        ),
        ("el: polytonic", "ᾳ ἀρχή", "α αρχη"),
        ("ar: harakat", "سِيَادَةٌ", "سيادة"),
        ("ar: tatweel", "ســـيادة", "سيادة"),
        ("ar: alef", "الأمن إنترنت آلية ٱلله", "الامن انترنت الية الله"),
        ("ar: alef maksura, teh marbuta stays", "مستوى سيادة", "مستوي سيادة"),
        ("ar: hamza on waw and yeh stays", "مسؤولية هيئة", "مسؤولية هيئة"),
        ("ar: decomposed hamza", "ا\u{654}من مسو\u{654}ول", "امن مسؤول"),
        ("ar: digits and punctuation", "٣٥٫٨، ۲۰۱۵؟", "35.8, 2015?"),
        ("ar: presentation forms", "ﻻ ﷲ", "لا الله"),
        ("fa: yeh and kaf", "کتاب فارسی می\u{200c}خواهم", "كتاب فارسي ميخواهم"),
        ("he: niqqud, maqaf, gershayim", "רִבּוֹנוּת בין־לאומית צה״ל צה\"ל", "רבונות בין לאומית צהל צהל"),
        ("hi: vowel signs stay, digits", "साइबर संप्रभुता २०१५", "साइबर संप्रभुता 2015"),
        ("hi: nukta in both spellings", "\u{958} क\u{93c}", "क\u{93c} क\u{93c}"),
        ("th: vowels and tones stay", "อธิปไตยไซเบอร์ ๒๕๖๐ น้ำ", "อธิปไตยไซเบอร์ 2560 น้\u{e4d}า"),
        ("ko: Hangul, decomposed too", "사이버 주권 \u{1109}\u{1161}", "사이버 주권 사"),
        ("ko: half width and lone letters", "ﾡ\u{ffc2} ㄱㅏ", "가 가"),
        ("ja: dakuten stays", "サイバー主権 ガ カ", "サイバー主権ガカ"),
        ("ja: decomposed and half width", "カ\u{3099} ｶﾞ か゛", "ガガが"),
        ("zh-Hans: quotes, spaces, line breaks", "“网络 空间”\n命运共同体", "网络空间命运共同体"),
        ("zh-Hans: space beside Latin", "5G 网络 和 AI", "5g网络和ai"),
        ("zh-Hans: title marks", "《全球数据安全倡议》", "全球数据安全倡议"),
        ("zh-Hans: names", "巴拉克·奥巴马 巴拉克・奥巴马", "巴拉克奥巴马巴拉克奥巴马"),
        ("zh-Hans: punctuation", "主权、安全，发展。", "主权,安全,发展."),
        ("zh-Hant: simplified", "「網絡空間」命運共同體", "网络空间命运共同体"),
        ("zh-Hant: 著 and 着 meet", "隨著 着 瞭解", "随着着了解"),
        ("zh: compatibility ideograph and radical", "\u{f9e4}\u{2f00}", "理一"),
        ("signs keep their stroke", "a ≠ b", "a ≠ b"),
        ("nothing", "", ""),
        ("only quotes", "«»", ""),
        ("an orphan mark", "\u{301}a \u{301} b", "a b"),
    ];

    #[test]
    fn what_people_write_differently_folds_alike() {
        let mut wrong = Vec::new();
        for &(name, written, folded) in FACTS {
            // The table itself may be typed in any normal form.
            let folded: String = folded.nfc().collect();
            if fold(written) != folded {
                wrong.push(format!("{name}: {:?} became {:?}, not {folded:?}", written, fold(written)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn the_long_way(c: char) -> String {
        let mut out = Vec::new();
        fold_cluster(c.encode_utf8(&mut [0; 4]), &mut Vec::new(), &mut out);
        out.into_iter().collect()
    }

    #[test]
    fn shortcuts_say_what_the_long_way_says() {
        for c in '\0'..'\u{40000}' {
            if let Some(short) = shortcut(c) {
                assert_eq!(short.to_string(), the_long_way(c), "{c:?} U+{:04X}", c as u32);
            }
        }
    }

    #[test]
    fn folding_a_folded_character_changes_nothing() {
        // Beyond the third plane there are only tags and private characters.
        for c in ('\0'..'\u{40000}').chain('\u{E0000}'..'\u{E1000}') {
            let text = String::from_iter(['x', c, 'y', ' ', c]);
            let once = fold(&text);
            assert_eq!(fold(&once), once, "U+{:04X}", c as u32);
        }
    }

    #[test]
    fn letters_fold_as_unicode_folds_them() {
        // Where nothing but case and width is at stake, folding is NFKC with full case folding.
        let cases = CaseMapper::new();
        let compose = ComposingNormalizerBorrowed::new_nfkc();
        let decompose = DecomposingNormalizerBorrowed::new_nfkd();
        let mut compared = 0;
        for c in ('\0'..'\u{40000}').filter(|c| c.is_alphabetic()) {
            let whole = decompose.normalize(c.encode_utf8(&mut [0; 4])).into_owned();
            let plain = |c: char| {
                !is_combining_mark(c) && kind(c) == Kind::Letter && simplified(c) == c && digit(c).is_none()
                    && !"øØđĐðÐłŁħĦŧŦæÆœŒþÞıٱىیک著瞭藉".contains(c)
                    // They fold upwards in Unicode, downwards here, and together in both.
                    && !('\u{13A0}'..='\u{13FF}').contains(&c) && !('\u{AB70}'..='\u{ABBF}').contains(&c)
            };
            if !whole.chars().all(plain) {
                continue;
            }
            let unicode = compose.normalize(&cases.fold_string(&whole)).into_owned();
            assert_eq!(fold(&c.to_string()), unicode, "U+{:04X}", c as u32);
            compared += 1;
        }
        assert!(compared > 100_000, "{compared}");
    }

    #[test]
    fn the_way_back_leads_to_what_was_written() {
        for (name, written, find, original) in [
            ("quotes stay outside", "say “Cyber Sovereignty” now", "cyber sovereignty", "Cyber Sovereignty"),
            ("accents", "la Souveraineté numérique", "souverainete numerique", "Souveraineté numérique"),
            ("decomposed marks come along", "une e\u{301}re\u{301} x", "ere", "e\u{301}re\u{301}"),
            (
                "a term across lines",
                "cyber\r\n   sovereignty.",
                "cyber sovereignty",
                "cyber\r\n   sovereignty",
            ),
            ("soft hyphen inside", "cyber sov\u{ad}\nereignty", "sovereignty", "sov\u{ad}\nereignty"),
            ("soft hyphen behind", "cyber\u{ad} x", "cyber", "cyber"),
            ("half a ligature is the whole", "of\u{fb01}cial", "off", "of\u{fb01}"),
            ("sharp s", "die Größe", "grosse", "Größe"),
            ("half a sharp s", "die Größe", "gros", "Größ"),
            ("zh over a line break", "关于网络\n主权的", "网络主权", "网络\n主权"),
            ("zh-Hant", "關於網絡主權的", "网络主权", "網絡主權"),
            ("zh quotes inside", "“数字”丝绸之路", "数字丝绸之路", "数字”丝绸之路"),
            ("ar harakat", "في سِيادَةِ الدول", "سيادة", "سِيادَةِ"),
            ("ar tatweel", "في سـيـادة", "سيادة", "سـيـادة"),
            ("hi: a vowel sign is not cut off", "संप्रभुता", "संप्रभ", "संप्रभु"),
            ("a variation selector stays with its letter", "中\u{fe00}国", "中", "中\u{fe00}"),
            ("ja half width", "ｶﾞｲﾄﾞ", "ガイ", "ｶﾞｲ"),
            ("ko decomposed", "\u{1109}\u{1161}\u{110b}\u{1175}", "사", "\u{1109}\u{1161}"),
        ] {
            let folded = Folded::new(written);
            let at = folded.text.find(find).unwrap_or_else(|| panic!("{name}: not in {:?}", folded.text));
            assert_eq!(&written[folded.original(at..at + find.len())], original, "{name}");
        }
        let ligature = Folded::new("of\u{fb01}cial");
        assert_eq!(ligature.original(0..3), 0..5, "f of fi");
        assert_eq!(ligature.original(3..8), 2..9, "i of fi");
        assert_eq!(Folded::new(" a ").original(1..1), 3..3, "behind what was dropped");
        assert_eq!(Folded::new("").original(0..7), 0..0);
    }

    /// Texts as they come, and texts made to be nasty.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            3 => "[a-zA-Z ,.]{1,40}",
            2 => "[ \u{a0}\t\n\r'’\"“«—·-]{1,3}",
            2 => "[éÉßœïñçŁıİ]{1,3}",
            2 => "[网絡空間主权中著瞭。，、]{1,4}",
            1 => "[ёЁйЙАбвїѓ]{1,3}",
            1 => "[אבגד״]{1,3}",
            1 => "[اأإآبتىيةـ\u{64b}\u{64e}\u{654}]{1,4}",
            1 => "[\u{300}\u{301}\u{306}\u{308}\u{323}\u{338}\u{3099}\u{345}]{1,3}",
            1 => "[カｶﾞ゛がはハー・]{1,3}",
            1 => "[각가ㄱㅏﾡ\u{ffc2}㉠]{1,3}",
            1 => "[कि़ानुข้ำ]{1,3}",
            1 => "[\u{ad}\u{200b}\u{200d}\u{fe0f}\u{feff}\u{202e}]{1,2}",
            1 => "[ﬁﬀ½ﷺ²㌔¨´l·lŀ]{1,3}",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

        #[test]
        fn folding_twice_is_folding_once(text in text()) {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once).into_owned(), once);
        }

        #[test]
        fn normal_forms_fold_alike(text in text()) {
            let compose = ComposingNormalizerBorrowed::new_nfc();
            let decompose = DecomposingNormalizerBorrowed::new_nfd();
            prop_assert_eq!(fold(&compose.normalize(&text)).into_owned(), fold(&text).into_owned());
            prop_assert_eq!(fold(&decompose.normalize(&text)).into_owned(), fold(&text).into_owned());
        }

        #[test]
        fn the_way_back_is_sound(text in text(), a in 0.0..1.0f64, b in 0.0..1.0f64) {
            let folded = Folded::new(&text);
            prop_assert_eq!(&folded.text, &fold(&text).into_owned());
            prop_assert_eq!(folded.original_len(), text.len());
            let len = folded.text.len() as f64;
            let (start, end) = ((len * a.min(b)) as usize, (len * a.max(b)).ceil() as usize);
            let original = folded.original(start..end);
            prop_assert!(text.get(original.clone()).is_some(), "{original:?}");
            let last = text[original.clone()].chars().last();
            if last.is_some_and(char::is_alphabetic) {
                prop_assert!(!text[original.end..].starts_with(is_combining_mark), "{original:?}");
            }
            // What stood there folds to something that holds what was asked for.
            if let Some(slice) = folded.text.get(start..end) {
                let again = fold(&text[original]).into_owned();
                let wanted = fold(slice).into_owned();
                prop_assert!(again.contains(&wanted), "{again:?} lacks {wanted:?}");
            }
        }

        #[test]
        fn everything_and_nothing_come_back_whole(text in text()) {
            let folded = Folded::new(&text);
            let mut folded_at = 0;
            let mut original_at = 0;
            for span in &folded.spans {
                prop_assert!(span.folded.0 >= folded_at && span.folded.1 >= span.folded.0);
                prop_assert!(span.original.0 >= original_at && span.original.1 >= span.original.0);
                // Between two spans both advance alike.
                prop_assert_eq!(span.folded.0 - folded_at, span.original.0 - original_at);
                (folded_at, original_at) = (span.folded.1, span.original.1);
            }
            prop_assert_eq!(folded.text.len() - folded_at, text.len() - original_at);
        }
    }
}
