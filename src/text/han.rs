//! Traditional Chinese characters and the simplified ones they became.
//!
//! The pairs stand in `han.txt` (from OpenCC, Apache License 2.0; its head says how it was made). The
//! compiler turns them into a flat table, so that a process pays nothing before it asks about its first
//! character. The mapping goes character by character: where simplification depends on the word (乾, 徵) it
//! takes the commoner reading. For comparing texts that is enough, since both sides are changed alike.

use std::borrow::Cow;

const PAIRS: &str = include_str!("han.txt");

/// The table covers Extension A and the unified ideographs; rarer characters are searched for.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

/// Marks a character of the flat table whose counterpart lies beyond the basic plane.
const ELSEWHERE: u16 = 1;

/// By code point from [`FIRST`]: the simplified character, 0 for "stays itself", or [`ELSEWHERE`].
static FLAT: [u16; (LAST - FIRST + 1) as usize] = FLAT_TABLE;

// Read by the compiler alone, for tables made of it.
#[allow(clippy::large_const_arrays, reason = "the compiler reads it and nobody else")]
const FLAT_TABLE: [u16; (LAST - FIRST + 1) as usize] = flat();

/// The pairs that do not fit the flat table, sorted by the first.
static RARE: [(u32, u32); RARE_COUNT] = rare();

const RARE_COUNT: usize = count_rare();

/// Returns the simplified form of a character; any other character stays itself.
pub(crate) fn simplified(c: char) -> char {
    let code = c as u32;
    let found = match code {
        FIRST..=LAST => match FLAT[(code - FIRST) as usize] {
            0 => return c,
            ELSEWHERE => rare_form(code),
            simple => Some(u32::from(simple)),
        },
        0x20000..=0x3FFFF => rare_form(code),
        _ => return c,
    };
    found.and_then(char::from_u32).unwrap_or(c)
}

/// Tells whether a character of the flat table stays itself.
pub(super) const fn is_simple(code: u32) -> bool {
    FLAT_TABLE[(code - FIRST) as usize] == 0
}

fn rare_form(code: u32) -> Option<u32> {
    RARE.binary_search_by_key(&code, |&(from, _)| from).ok().map(|at| RARE[at].1)
}

/// Returns the text with every traditional Chinese character simplified, character by character.
///
/// ```
/// assert_eq!(wicterm::text::to_simplified("網絡空間命運共同體"), "网络空间命运共同体");
/// ```
pub fn to_simplified(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(|c| simplified(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(simplified).collect())
}

/// Decodes the character that begins at `at`: (code point, where the next one begins).
const fn decode(bytes: &[u8], at: usize) -> (u32, usize) {
    let first = bytes[at] as u32;
    let (mut code, len) = match first {
        0x00..=0x7F => (first, 1),
        0x80..=0xDF => (first & 0x1F, 2),
        0xE0..=0xEF => (first & 0x0F, 3),
        _ => (first & 0x07, 4),
    };
    let mut i = 1;
    while i < len {
        code = (code << 6) | (bytes[at + i] as u32 & 0x3F);
        i += 1;
    }
    (code, at + len)
}

/// Returns the next pair from `at` on: (from, to, where the next begins); from = 0 at the end.
const fn next_pair(mut at: usize) -> (u32, u32, usize) {
    let bytes = PAIRS.as_bytes();
    while at < bytes.len() && (bytes[at] == b'\n' || bytes[at] == b'#') {
        if bytes[at] == b'#' {
            while bytes[at] != b'\n' {
                at += 1;
            }
        }
        at += 1;
    }
    if at >= bytes.len() {
        return (0, 0, at);
    }
    let (from, at) = decode(bytes, at);
    let (to, at) = decode(bytes, at);
    (from, to, at)
}

const fn fits(from: u32, to: u32) -> bool {
    from >= FIRST && from <= LAST && to <= 0xFFFF
}

const fn flat() -> [u16; (LAST - FIRST + 1) as usize] {
    let mut table = [0; (LAST - FIRST + 1) as usize];
    let (mut from, mut to, mut at) = next_pair(0);
    while from != 0 {
        if from <= LAST {
            table[(from - FIRST) as usize] = if fits(from, to) { to as u16 } else { ELSEWHERE };
        }
        (from, to, at) = next_pair(at);
    }
    table
}

const fn count_rare() -> usize {
    let mut count = 0;
    let (mut from, mut to, mut at) = next_pair(0);
    while from != 0 {
        count += !fits(from, to) as usize;
        (from, to, at) = next_pair(at);
    }
    count
}

const fn rare() -> [(u32, u32); RARE_COUNT] {
    let mut table = [(0, 0); RARE_COUNT];
    let mut filled = 0;
    let (mut from, mut to, mut at) = next_pair(0);
    while from != 0 {
        if !fits(from, to) {
            table[filled] = (from, to);
            filled += 1;
        }
        (from, to, at) = next_pair(at);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_text_reads_the_same_as_simplified() {
        for (name, traditional, simple) in [
            ("cyberspace community", "網絡空間命運共同體", "网络空间命运共同体"),
            ("data security", "全球數據安全倡議", "全球数据安全倡议"),
            ("Taiwan's words stay words", "網路主權", "网路主权"),
            ("two characters that became one", "後臺發髮", "后台发发"),
            ("beyond the basic plane", "㑮", "𫝈"),
            ("a chain goes to its end", "薴苧", "苎苎"),
            ("simplified text stays", "网络主权", "网络主权"),
            ("other scripts stay", "abc кибер ネット 사이버", "abc кибер ネット 사이버"),
        ] {
            assert_eq!(to_simplified(traditional), simple, "{name}");
        }
        assert!(matches!(to_simplified("网络主权"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_pair_of_the_file_is_answered_and_final() {
        let mut count = 0;
        for line in PAIRS.lines().filter(|l| !l.starts_with('#')) {
            let chars: Vec<char> = line.chars().collect();
            assert_eq!(chars.len() % 2, 0, "{line}");
            for pair in chars.chunks(2) {
                assert_eq!(simplified(pair[0]), pair[1]);
                assert_eq!(simplified(pair[1]), pair[1], "{} is simplified further", pair[0]);
                count += 1;
            }
        }
        assert_eq!(count, 4_105, "the head of han.txt and the data belong together");
        assert!(RARE.is_sorted(), "searched by halves");
    }
}
