//! Words: where they begin and end (Unicode Standard Annex 29), one character each in scripts without spaces.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

/// Returns where the words of a text stand, punctuation and spaces left out.
///
/// Han, Kana, Thai and the other scripts that put no spaces between words give one token per character
/// (with its marks): what is a word there, only a dictionary knows.
///
/// ```
/// let text = "5G网络, l'ère";
/// let words: Vec<_> = wicterm::text::words(text).map(|word| &text[word]).collect();
/// assert_eq!(words, ["5G", "网", "络", "l'ère"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    Words { text, at: 0, hard: None }
}

/// Tells whether a character belongs to a script that is written without spaces between words.
pub fn is_unspaced(c: char) -> bool {
    // Most characters that are asked about are these.
    if matches!(c, '\u{4E00}'..='\u{9FFF}') {
        return true;
    }
    matches!(c,
        // Thai, Lao, Tibetan, Myanmar, Khmer
        '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' | '\u{E81}'..='\u{ECD}' | '\u{EDC}'..='\u{EDF}'
        | '\u{F40}'..='\u{FBC}' | '\u{1000}'..='\u{103F}' | '\u{1050}'..='\u{108F}' | '\u{1780}'..='\u{17D3}'
        // Han radicals and marks, Kana, Bopomofo
        | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}'
        | '\u{3038}'..='\u{303C}' | '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A9E0}'..='\u{A9FE}' | '\u{AA60}'..='\u{AA7F}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{1AFF0}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}

/// Cuts easy text by itself and asks the annex's full rules only about what lies between two spaces and is
/// not easy; a word never reaches over a space.
struct Words<'t> {
    text: &'t str,
    at: usize,
    /// The rest of a hard stretch.
    hard: Option<Hard<'t>>,
}

impl Iterator for Words<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.hard.is_some()
            && let Some(word) = self.next_hard()
        {
            return Some(word);
        }
        // Only ASCII: letters and figures, also with an apostrophe between letters, and what always parts them.
        let bytes = self.text.as_bytes();
        let mut start = self.at;
        while let Some(&b) = bytes.get(start)
            && CLASS[usize::from(b)] == PARTS
        {
            start += 1;
        }
        // A mark behind one of these goes with it.
        if start > self.at && bytes.get(start).is_some_and(|b| !b.is_ascii()) && bytes[start - 1] != b' ' {
            start -= 1;
            self.at = start;
            return self.next_other();
        }
        self.at = start;
        let mut end = start;
        loop {
            while let Some(&b) = bytes.get(end)
                && CLASS[usize::from(b)] == WORD
            {
                end += 1;
            }
            let next = bytes.get(end + 1).copied().unwrap_or(b' ');
            let over = match bytes.get(end) {
                None => return (end > start).then(|| self.up_to(start, end, end)),
                Some(&b) => match CLASS[usize::from(b)] {
                    PARTS => Some(end),
                    // What joins letters or figures, if they stand behind it.
                    JOINS if CLASS[usize::from(next)] == PARTS => Some(end + 1),
                    _ if b == b'\'' && end > start && letters(bytes[end - 1], next) => {
                        end += 1;
                        continue;
                    }
                    _ => None,
                },
            };
            return match over {
                Some(behind) if end > start => Some(self.up_to(start, end, behind)),
                _ => self.next_other(),
            };
        }
    }
}

impl Words<'_> {
    #[inline]
    fn up_to(&mut self, start: usize, end: usize, behind: usize) -> Range<usize> {
        self.at = behind;
        start..end
    }

    #[cold]
    fn next_hard(&mut self) -> Option<Range<usize>> {
        let word = self.hard.as_mut()?.next();
        if word.is_none() {
            self.hard = None;
        }
        word
    }

    /// Goes on where more than ASCII stands, or something that may join.
    #[inline(never)]
    fn next_other(&mut self) -> Option<Range<usize>> {
        loop {
            if self.hard.is_some()
                && let Some(word) = self.next_hard()
            {
                return Some(word);
            }
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            if first == ' ' {
                self.at += 1;
                continue;
            }
            let start = self.at;
            if is_unspaced(first) {
                let len = unspaced_len(rest);
                if !rest[len..].starts_with(is_format) {
                    self.at += len;
                    return Some(start..self.at);
                }
            }
            let letters = rest.find(|c| !is_easy(c)).unwrap_or(rest.len());
            let mut behind = rest[letters..].chars();
            let over = match (behind.next(), behind.next()) {
                (None | Some(' '), _) => Some(0),
                // A comma or a full stop behind a word parts it unless more of it follows.
                (Some(',' | '.' | ';' | ':' | '!' | '?' | ')'), None | Some(' ')) => Some(1),
                (Some(c), _) => (is_unspaced(c) && !is_combining_mark(c)).then_some(0),
            };
            if letters > 0
                && let Some(behind) = over
            {
                self.at += letters + behind;
                return Some(start..start + letters);
            }
            let end = start + rest.find(' ').unwrap_or(rest.len());
            self.at = end;
            let stretch = &self.text[start..end];
            self.hard = Some(Hard {
                stretch,
                start,
                bounds: stretch.split_word_bound_indices(),
                token: start..start,
                cut: false,
            });
        }
    }
}

/// What a byte is to the annex: a letter or figure, what always parts words, what may join them, and the rest.
const WORD: u8 = 1;
const PARTS: u8 = 2;
const JOINS: u8 = 3;
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0;
    while b < 128 {
        class[b] = match b as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => WORD,
            // Quotes join Hebrew letters only, but then they do.
            b'_' | b'"' => 0,
            b'.' | b',' | b';' | b':' | b'\'' => JOINS,
            _ => PARTS,
        };
        b += 1;
    }
    class
};

fn letters(a: u8, b: u8) -> bool {
    a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
}

/// Letters that join each other, and nothing else but what this leaves to the full rules.
fn is_easy(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}' | '\u{3B1}'..='\u{3C9}'
            | '\u{400}'..='\u{481}' | '\u{621}'..='\u{63A}' | '\u{641}'..='\u{64A}' | '\u{AC00}'..='\u{D7A3}')
}

/// Invisible characters that the annex attaches to what stands before them; folded text has none.
fn is_format(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Returns the length of the first character with its marks.
fn unspaced_len(text: &str) -> usize {
    let rest = text.char_indices().skip(1).find(|&(_, c)| !is_combining_mark(c));
    rest.map_or(text.len(), |(at, _)| at)
}

/// Punctuation that parts words unless a letter stands on either side.
fn parts(c: char) -> bool {
    let joins = matches!(
        c,
        '_' | '\u{203F}' | '\u{2040}' | '\u{2054}' | '\u{FE33}' | '\u{FE34}' | '\u{FE4D}'
            ..='\u{FE4F}' | '\u{FF3F}'
    );
    !c.is_alphanumeric() && !is_combining_mark(c) && !is_format(c) && !joins
}

/// The words of a stretch by the annex, cut once more between characters of unspaced scripts.
struct Hard<'t> {
    stretch: &'t str,
    /// Where the stretch stands in the text.
    start: usize,
    bounds: UWordBoundIndices<'t>,
    /// What is left of the token in hand, in the text.
    token: Range<usize>,
    /// Whether a character of an unspaced script was cut off before it.
    cut: bool,
}

impl Iterator for Hard<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.token.is_empty() {
                let (at, token) = self.bounds.next()?;
                self.cut = false;
                self.token = self.start + at..self.start + at + token.len();
            }
            let token = &self.stretch[self.token.start - self.start..self.token.end - self.start];
            let start = self.token.start;
            if token.starts_with(is_unspaced) {
                self.token.start += unspaced_len(token);
                self.cut = true;
                return Some(start..self.token.start);
            }
            // Up to the next unspaced character all is one token; a word if a letter or a figure is in it.
            let len = token.find(is_unspaced).unwrap_or(token.len());
            self.token.start += len;
            let (mut from, mut word) = (start, &token[..len]);
            // What the annex lets stand between two letters stands between none where a cut took one away.
            if len < token.len() {
                word = word.trim_end_matches(parts);
            }
            if std::mem::replace(&mut self.cut, len < token.len()) {
                let rest = word.trim_start_matches(parts);
                from += word.len() - rest.len();
                word = rest;
            }
            if word.contains(char::is_alphanumeric) {
                return Some(from..from + word.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_many_scripts() {
        for (name, text, expected) in [
            ("en", "The people's U.S. data, 35.8% (5G).", "The|people's|U.S|data|35.8|5G"),
            ("fr", "l'ère « numérique »", "l'ère|numérique"),
            ("de", "Cyber-Souveränität", "Cyber|Souveränität"),
            ("ru", "сообщество единой судьбы", "сообщество|единой|судьбы"),
            ("el", "του Κυβερνοχώρου", "του|Κυβερνοχώρου"),
            ("ar", "مجتمع، ذو مستقبل", "مجتمع|ذو|مستقبل"),
            ("he", "בין־לאומית", "בין|לאומית"),
            ("hi", "साइबर संप्रभुता", "साइबर|संप्रभुता"),
            ("ko", "사이버 주권", "사이버|주권"),
            ("tr", "siber güvenliği", "siber|güvenliği"),
            ("zh", "网络主权，5G。", "网|络|主|权|5G"),
            ("ja", "サイバー主権の", "サ|イ|バ|ー|主|権|の"),
            ("ja decomposed", "カ\u{3099}ス", "カ\u{3099}|ス"),
            ("th", "น้ำไทย", "น้|ำ|ไ|ท|ย"),
            ("mixed", "《5G网络》and 6G", "5G|网|络|and|6G"),
            ("cut from punctuation", "ㆠ:a 5:網b", "ㆠ|a|5|網|b"),
            ("nothing", "… — «»", ""),
        ] {
            let found: Vec<_> = words(text).map(|w| &text[w]).collect();
            assert_eq!(found.join("|"), expected, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn the_easy_way_is_the_annex(
            text in "[a-z0-9 ,.;:!?()'_-]{0,30}|[a-c0-1é网\u{301} ,.:'/(\"&%$_-]{0,12}|[a-zéß 'а-яα网ガไ้기اـ\u{301}\u{200d}.,:_0-9אב\"-]{0,30}|(\\PC| ){0,20}",
        ) {
            // A mark on a space makes the annex call both a word; here it is the mark alone.
            let marked = text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_whitespace() && (is_combining_mark(b) || is_format(b)));
            if marked {
                return Ok(());
            }
            let hard = Hard { stretch: &text, start: 0, bounds: text.split_word_bound_indices(), token: 0..0, cut: false };
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), hard.collect::<Vec<_>>());
        }

        #[test]
        fn words_are_sorted_disjoint_and_miss_no_letter(text in "[a-z '网络ガカไทย้ां한.,-]{0,30}|\\PC{0,20}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.start >= end && word.end > word.start);
                prop_assert!(!text[end..word.start].contains(char::is_alphanumeric) || text[end..word.start].contains(is_combining_mark));
                end = word.end;
            }
            prop_assert!(!text[end..].contains(|c: char| c.is_alphanumeric() && !is_combining_mark(c)));
        }
    }
}
