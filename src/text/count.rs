//! Words and characters as translators are paid by them.

use std::ops::AddAssign;

use icu_segmenter::WordSegmenter;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{hides, is_unspaced};

/// How much text there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// Words.
    pub words: u64,
    /// Characters that are no white space.
    pub characters: u64,
    /// The same with white space.
    pub with_spaces: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.characters += other.characters;
        self.with_spaces += other.with_spaces;
    }
}

/// Counts the words and the characters of a text.
///
/// A word is what stands between white space and has a letter or a figure in it; hyphens, apostrophes and slashes part
/// nothing, long dashes and wide punctuation do. In Chinese and Japanese each Han or Kana character is a word, and so
/// is each run of other letters between them; in Thai, Lao, Khmer and Burmese a dictionary says what the words are.
/// Characters are those of Unicode's form C, without what nobody sees.
///
/// ```
/// use wicterm::text::count;
/// assert_eq!(count("State-of-the-art isn’t 3.5%").words, 3);
/// assert_eq!(count("5G网络，2023年").words, 5);
/// assert_eq!(count("no  sé").characters, 4);
/// ```
pub fn count(text: &str) -> Count {
    let mut count = Count { words: words(text), ..Count::default() };
    for c in text.nfc().filter(|c| !hides(*c) && *c != PLACEHOLDER) {
        count.characters += u64::from(!c.is_whitespace());
        count.with_spaces += 1;
    }
    count
}

/// What stands in a document for code, a formula or a picture.
const PLACEHOLDER: char = '\u{fffc}';

fn words(text: &str) -> u64 {
    let (mut words, mut inside) = (0, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if is_combining_mark(c) && !is_by_dictionary(c) {
            // It belongs to what stands before it.
        } else if is_by_dictionary(c) {
            taken = rest.find(|c| !is_by_dictionary(c)).unwrap_or(rest.len());
            words += by_dictionary(&rest[..taken]);
            inside = false;
        } else if is_unspaced(c) {
            words += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            words += u64::from(!inside);
            inside = true;
        } else if parts(c) {
            inside = false;
        }
        rest = &rest[taken..];
    }
    words
}

fn parts(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, PLACEHOLDER | '\u{2014}' | '\u{2015}' | '\u{3001}'..='\u{303F}' | '\u{FF01}'..='\u{FF65}')
}

/// Tells whether a character is of a script without spaces whose words have several letters.
fn is_by_dictionary(c: char) -> bool {
    is_unspaced(c) && (c < '\u{2E80}' || matches!(c, '\u{A9E0}'..='\u{AA7F}'))
}

fn by_dictionary(run: &str) -> u64 {
    let edges: Vec<usize> = WordSegmenter::new_dictionary(Default::default()).segment_str(run).collect();
    edges.windows(2).filter(|edge| run[edge[0]..edge[1]].contains(char::is_alphanumeric)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_as_the_trade_counts_them() {
        for (text, words) in [
            ("", 0),
            ("  — … !", 0),
            ("The U.S. Government's plan, 35.8% of it.", 7),
            ("and/or e-mail cooperation—in cyberspace", 5),
            ("L’ère « numérique »", 2),
            ("Кибер-суверенитет государств", 2),
            ("السيادة السيبرانية", 2),
            ("साइबर संप्रभुता", 2),
            ("사이버 주권을", 2),
            ("网络主权", 4),
            ("WTO，G20和5G网络。", 6),
            ("サイバー主権のカ\u{3099}", 8),
            ("ข้อริเริ่มระดับโลก", 4),
            ("ประเทศไทย 5G", 2),
            ("a\u{fffc}b", 2),
        ] {
            assert_eq!(count(text).words, words, "{text}");
        }
    }

    #[test]
    fn characters_are_those_one_sees() {
        for (text, characters, with_spaces) in [
            ("a b\u{a0}c", 3, 5),
            ("souverainete\u{301}", 12, 12),
            ("zero\u{200b}width\u{ad}", 9, 9),
            ("网络 主权", 4, 5),
            ("a\u{fffc}", 1, 1),
        ] {
            let counted = count(text);
            assert_eq!((counted.characters, counted.with_spaces), (characters, with_spaces), "{text:?}");
        }
    }
}
