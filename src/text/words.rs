//! Words: where they begin and end (Unicode Standard Annex 29), one character each in scripts without spaces.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

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
    text.split_word_bound_indices().flat_map(|(at, token)| Tokens { token, at, end: at + token.len() })
}

/// Tells whether a character belongs to a script that is written without spaces between words.
pub fn is_unspaced(c: char) -> bool {
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

/// The words within one stretch between two word boundaries.
struct Tokens<'t> {
    token: &'t str,
    at: usize,
    end: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let first = self.token.chars().next()?;
            let start = self.at;
            if is_unspaced(first) {
                let rest = self.token.char_indices().skip(1).find(|&(_, c)| !is_combining_mark(c));
                self.take(rest.map_or(self.token.len(), |(at, _)| at));
                return Some(start..self.at);
            }
            // Everything up to the next unspaced character is one token; it is a word if a letter or a
            // figure is in it.
            let stretch = self.token.find(is_unspaced).unwrap_or(self.token.len());
            let wordy = self.token[..stretch].contains(char::is_alphanumeric);
            self.take(stretch);
            if wordy {
                return Some(start..self.at);
            }
            if self.at == self.end {
                return None;
            }
        }
    }
}

impl Tokens<'_> {
    fn take(&mut self, len: usize) {
        self.token = &self.token[len..];
        self.at += len;
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
            ("nothing", "… — «»", ""),
        ] {
            let found: Vec<_> = words(text).map(|w| &text[w]).collect();
            assert_eq!(found.join("|"), expected, "{name}");
        }
    }

    proptest! {
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
