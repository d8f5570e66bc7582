//! Where Chinese words end, for those who only want to know whether a stretch crosses such an edge.
//!
//! The words stand in `han_words.txt`: up to three characters, each line a frequency (how many half bits rarer
//! than every character of a corpus) with the words that have it. They and their counts are those of the
//! dictionary of jieba (MIT licence), the rarest left out; longer words are left out because most of them are
//! made of shorter ones (主权国家), and a term inside such a word is still the term. The table is made when
//! somebody first asks, in a few milliseconds.

use std::ops::Range;
use std::sync::OnceLock;

const WORDS: &str = include_str!("han_words.txt");

/// The words, flat: what is asked for each hit of a term must not cost more than the hit.
struct Table {
    /// A word (three times 16 bits) and its rarity (8 bits); 0 where nothing is.
    words: Box<[u64]>,
    /// One bit for each word: what is no word mostly ends here.
    known: Box<[u64]>,
    /// One bit for each two characters that stand side by side in a word: most edges of terms end here.
    neighbours: Box<[u64]>,
}

/// 100,000 words in so many places of eight bytes.
const PLACES: usize = 1 << 18;

/// 150,000 pairs in so many bits.
const PAIRS: usize = 1 << 20;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table {
            words: vec![0; PLACES].into(),
            known: vec![0; PAIRS / 64].into(),
            neighbours: vec![0; PAIRS / 64].into(),
        };
        for line in WORDS.lines() {
            let mut words = line.split(' ');
            let rarity = words.next().and_then(|n| n.parse().ok()).unwrap_or(u8::MAX);
            for word in words {
                table.add(word, rarity);
            }
        }
        table
    })
}

/// A word of at most three characters as a number; none if there are rarer ones in it, or more.
#[inline]
fn number(word: &[char]) -> Option<u64> {
    let mut number = 0;
    for &c in word {
        number = number << 16 | u64::from(u16::try_from(u32::from(c)).ok()?);
    }
    (word.len() <= 3).then_some(number)
}

#[inline]
fn place(number: u64) -> usize {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - PLACES.trailing_zeros())) as usize
}

#[inline]
fn known_bit(number: u64) -> usize {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - PAIRS.trailing_zeros())) as usize
}

#[inline]
fn pair(a: char, b: char) -> usize {
    let number = u64::from(u32::from(a)) << 32 | u64::from(u32::from(b));
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - PAIRS.trailing_zeros())) as usize
}

impl Table {
    fn add(&mut self, word: &str, rarity: u8) {
        let mut letters = ['\0'; 3];
        let mut len = 0;
        for c in word.chars() {
            if len == 3 {
                return;
            }
            letters[len] = c;
            len += 1;
        }
        let Some(number) = number(&letters[..len]) else { return };
        for two in letters[..len].windows(2) {
            let at = pair(two[0], two[1]);
            self.neighbours[at / 64] |= 1 << (at % 64);
        }
        let bit = known_bit(number);
        self.known[bit / 64] |= 1 << (bit % 64);
        let mut at = place(number);
        while self.words[at] != 0 && self.words[at] >> 8 != number {
            at = (at + 1) % PLACES;
        }
        self.words[at] = number << 8 | u64::from(rarity);
    }

    #[inline]
    fn rarity(&self, word: &[char]) -> Option<u32> {
        let number = number(word)?;
        let bit = known_bit(number);
        if self.known[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        let mut at = place(number);
        while self.words[at] != 0 {
            if self.words[at] >> 8 == number {
                return Some((self.words[at] & 0xFF) as u32);
            }
            at = (at + 1) % PLACES;
        }
        None
    }

    /// Tells whether an edge may lie inside a word.
    #[inline]
    fn may_join(&self, a: char, b: char) -> bool {
        let at = pair(a, b);
        self.neighbours[at / 64] & (1 << (at % 64)) != 0
    }
}

/// Tells whether a word may reach over the edge between two characters; where none does, nothing crosses it.
#[inline]
pub(crate) fn may_join(before: char, behind: char) -> bool {
    table().may_join(before, behind)
}

/// What a term of four characters or more costs as a word: nobody writes so many in a row by chance.
const TERM: u32 = 26;

/// How much likelier words across its edges must be before a term of three characters is given up.
const DOUBT: u32 = 6;

/// Characters that make another word of one without parting it.
const SUFFIXES: &[char] = &[
    '者', '性', '化', '界', '法', '率', '型', '式', '学', '家', '级', '力', '度', '权', '网', '业', '员',
    '观', '论', '圈',
];

/// What a character costs that is no word we know.
const UNKNOWN: u32 = 48;

/// Tells whether the likeliest words of a stretch of folded characters cross either edge of a range in it (in
/// characters): 中国 in 发展中国家, 和平 in 数据和平台.
pub(crate) fn crosses(stretch: &[char], range: Range<usize>) -> bool {
    let table = table();
    // Most ranges have no known word across their edges at all.
    let across = |edge: usize| {
        if edge == 0 || edge >= stretch.len() || !table.may_join(stretch[edge - 1], stretch[edge]) {
            return false;
        }
        let from = edge.saturating_sub(2);
        (from..edge).any(|a| {
            let to = edge + 1..=(a + 3).min(stretch.len());
            to.into_iter().any(|b| table.rarity(&stretch[a..b]).is_some_and(|r| r < UNKNOWN))
        })
    };
    if !across(range.start) && !across(range.end) {
        return false;
    }
    // The cheapest words up to each character: with any edges, and with those of the range.
    let mut few = [(u32::MAX, u32::MAX); 48];
    let mut many = vec![];
    let best = match few.get_mut(..=stretch.len()) {
        Some(best) => best,
        None => {
            many.resize(stretch.len() + 1, (u32::MAX, u32::MAX));
            &mut many[..]
        }
    };
    best[0] = (0, 0);
    for from in 0..stretch.len() {
        let (any, with_edges) = best[from];
        for to in from + 1..=(from + 3).min(stretch.len()) {
            let rarity = match table.rarity(&stretch[from..to]) {
                Some(rarity) => rarity,
                None if to - from == 1 => UNKNOWN,
                None => continue,
            };
            let over = |edge: usize| from < edge && edge < to;
            best[to].0 = best[to].0.min(any.saturating_add(rarity));
            // A suffix parts no word: 主义 in 主义者, 经济 in 经济法.
            let suffixed = || {
                from >= range.start
                    && range.end + 1 == to
                    && range.end - from >= 2
                    && SUFFIXES.contains(&stretch[range.end])
                    && table.rarity(&stretch[from..range.end]).is_some_and(|r| r < UNKNOWN)
            };
            if !over(range.start) && (!over(range.end) || suffixed()) {
                best[to].1 = best[to].1.min(with_edges.saturating_add(rarity));
            }
        }
        if from == range.start && range.len() >= 4 {
            best[range.end].1 = best[range.end].1.min(with_edges.saturating_add(TERM));
        }
    }
    let (any, with_edges) = best[stretch.len()];
    with_edges > any + if range.len() == 3 { DOUBT } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_across_an_edge_are_seen() {
        for (text, term, crossed) in [
            ("广大发展中国家", "中国", true),
            ("空气温和平静", "和平", true),
            ("数据和平台", "和平", true),
            ("安全和平稳", "和平", true),
            ("手持公主权杖", "主权", true),
            ("商品和服务", "和服", true),
            ("世界和平与发展", "和平", false),
            ("尊重网络主权观", "主权", false),
            ("主权国家平等", "主权", false),
            ("推进数字经济发展", "数字经济", false),
            ("中国人民", "中国", false),
            ("坚定的多边主义者", "多边主义", false),
            ("来电信号", "电信", true),
            ("推动物联网建设", "物联网", false),
            ("大数据国家战略", "大数据", false),
            ("网络空间", "网络空间", false),
        ] {
            let letters: Vec<char> = text.chars().collect();
            let at = text[..text.find(term).unwrap()].chars().count();
            assert_eq!(crosses(&letters, at..at + term.chars().count()), crossed, "{term} in {text}");
        }
    }
}
