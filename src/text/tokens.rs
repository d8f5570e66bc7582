//! Tokens: what the translation memory compares.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::{Folded, fold, words};

/// More tokens than any sentence has: a text of more is one token, found by nothing but an equal text.
pub const MOST_TOKENS: usize = 4_096;

/// The hash of every number: texts that differ in a number are equal to the index, and the score counts what differs.
pub const NUMBER: u64 = 0x6e75_6d62_6572_0001;

/// A token of a text; see [`tokens`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Equal for tokens that are equal: of the folded word, or [`NUMBER`].
    pub hash: u64,
    /// Where it stands in the text as it was written.
    pub range: Range<usize>,
}

impl Token {
    /// Tells whether it is a number in figures.
    pub fn is_number(&self) -> bool {
        self.hash == NUMBER
    }
}

/// Returns the tokens of a text: its folded words, one for each character of a script without spaces, and all
/// numbers in figures as one and the same.
///
/// A text without any word (emoji, an ellipsis) gives a token for each of its characters, and one that folding
/// leaves nothing of gives itself; only blank text gives none. More than [`MOST_TOKENS`] are one.
///
/// ```
/// use wicterm::text::tokens;
/// let hashes = |text| tokens(text).into_iter().map(|t| t.hash).collect::<Vec<_>>();
/// assert_eq!(hashes("The 14th “Cyber-Space” plan, 2023"), hashes("the 14TH cyber space plan 1999"));
/// assert_eq!(tokens("5G网络").len(), 3);
/// ```
pub fn tokens(text: &str) -> Vec<Token> {
    let folded = Folded::new(text);
    let mut found: Vec<Token> = words(&folded.text)
        .map(|word| Token { hash: hash(&folded.text[word.clone()]), range: folded.original(word) })
        .collect();
    if found.is_empty() {
        let chars = folded.text.char_indices().filter(|(_, c)| *c != ' ');
        found.extend(chars.map(|(at, c)| {
            let range = at..at + c.len_utf8();
            Token { hash: xxh3_64(&folded.text.as_bytes()[range.clone()]), range: folded.original(range) }
        }));
    }
    let trimmed = text.trim();
    let start = text.len() - text.trim_start().len();
    let whole = start..start + trimmed.len();
    if found.is_empty() && !trimmed.is_empty() {
        found.push(Token { hash: xxh3_64(trimmed.as_bytes()), range: whole });
    } else if found.len() > MOST_TOKENS {
        found = vec![Token { hash: all(found.iter().map(|t| t.hash)), range: whole }];
    }
    found
}

/// Appends the tokens of a text as the index keeps them, half of each hash; equal to those of [`tokens`].
pub fn index_tokens(text: &str, out: &mut Vec<u32>) {
    let folded = fold(text);
    let first = out.len();
    let mut everything = All::default();
    for word in words(&folded) {
        let hash = hash(&folded[word]);
        everything.feed(hash);
        if everything.count <= MOST_TOKENS {
            out.push(hash as u32);
        }
    }
    if everything.count > MOST_TOKENS {
        out.truncate(first);
        out.push(everything.finish() as u32);
    }
    if out.len() == first {
        out.extend(tokens(text).into_iter().map(|t| t.hash as u32));
    }
}

fn hash(word: &str) -> u64 {
    if is_number(word) { NUMBER } else { xxh3_64(word.as_bytes()) }
}

/// Figures, with what parts them.
fn is_number(word: &str) -> bool {
    match word.as_bytes().first() {
        Some(b'0'..=b'9') => word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b',' | b'\'')),
        Some(b) if b.is_ascii() => false,
        // Figures of other scripts, where folding leaves them.
        _ => word.chars().all(|c| c.is_numeric() && !super::is_unspaced(c)),
    }
}

/// One hash of many.
#[derive(Default)]
struct All {
    hash: u64,
    count: usize,
}

impl All {
    fn feed(&mut self, hash: u64) {
        self.hash = (self.hash.rotate_left(23) ^ hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.count += 1;
    }

    fn finish(&self) -> u64 {
        self.hash ^ self.count as u64
    }
}

fn all(hashes: impl Iterator<Item = u64>) -> u64 {
    let mut all = All::default();
    hashes.for_each(|hash| all.feed(hash));
    all.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_become_tokens() {
        for (text, expected) in [
            ("The “Digital Silk-Road”, 35.8%", "The|Digital|Silk|Road|35.8"),
            ("网络主权 2023年", "网|络|主|权|2023|年"),
            ("سيادة ٢٠٢٣", "سيادة|٢٠٢٣"),
            ("🎉 👍", "🎉|👍"),
            ("!?", "!|?"),
            ("—", "—"),
            ("  ", ""),
            ("", ""),
        ] {
            let found: Vec<_> = tokens(text).into_iter().map(|t| &text[t.range]).collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
        let numbers = |text| tokens(text).iter().filter(|t| t.is_number()).count();
        assert_eq!(numbers("35.8 1,600 ٢٠٢٣ G20 5G 14th 一 12:30"), 5);
    }

    #[test]
    fn a_text_beyond_all_sentences_is_one_token() {
        let long = "word ".repeat(MOST_TOKENS + 1);
        assert_eq!(tokens(&long).len(), 1);
        assert_eq!(&long[tokens(&long)[0].range.clone()], long.trim());
        assert_ne!(tokens(&long)[0].hash, tokens(&format!("other {long}"))[0].hash);
        assert_eq!(tokens(&"word ".repeat(MOST_TOKENS)).len(), MOST_TOKENS);
    }

    proptest! {
        #[test]
        fn the_index_sees_the_same(text in "[a-c0-9 ,.'网络٣é—…🎉]{0,40}|\\PC{0,30}") {
            let mut seen = vec![];
            index_tokens(&text, &mut seen);
            let tokens = tokens(&text);
            prop_assert_eq!(seen, tokens.iter().map(|t| t.hash as u32).collect::<Vec<_>>());
            let mut end = 0;
            for token in tokens {
                prop_assert!(token.range.start >= end && token.range.end <= text.len());
                prop_assert!(text.is_char_boundary(token.range.start) && text.is_char_boundary(token.range.end));
                end = token.range.start;
            }
        }
    }
}
