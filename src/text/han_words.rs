//! Where Chinese words end, for those who only want to know whether a stretch crosses such an edge.
//!
//! The words stand in `han_words.txt`: up to three characters, each line a frequency (how many half bits rarer
//! than every character of a corpus) with the words that have it. They and their counts are those of the
//! dictionary of jieba (MIT licence), the rarest left out; longer words are left out because most of them are
//! made of shorter ones (主权国家), and a term inside such a word is still the term. The table is made when
//! somebody first asks, in a few milliseconds.

use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

const WORDS: &str = include_str!("han_words.txt");

/// A word as a number: its characters side by side, 21 bits each.
fn number(word: impl Iterator<Item = char>) -> u64 {
    word.fold(0, |number, c| number << 21 | u64::from(u32::from(c)))
}

fn table() -> &'static FxHashMap<u64, u8> {
    static TABLE: OnceLock<FxHashMap<u64, u8>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = FxHashMap::with_capacity_and_hasher(WORDS.len() / 9, Default::default());
        for line in WORDS.lines() {
            let mut words = line.split(' ');
            let rarity = words.next().and_then(|n| n.parse().ok()).unwrap_or(u8::MAX);
            for word in words {
                table.insert(number(word.chars()), rarity);
            }
        }
        table
    })
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
    let rarity = |from: usize, to: usize| match table.get(&number(stretch[from..to].iter().copied())) {
        Some(rarity) => Some(u32::from(*rarity)),
        None => (to - from == 1).then_some(UNKNOWN),
    };
    // Most ranges have no known word across their edges at all.
    let across = |edge: usize| {
        let from = edge.saturating_sub(2);
        (from..edge).any(|a| {
            (edge + 1..=(a + 3).min(stretch.len())).any(|b| rarity(a, b).is_some_and(|r| r < UNKNOWN))
        })
    };
    if !across(range.start) && !across(range.end) {
        return false;
    }
    let cheapest = |edges: bool| {
        let mut best = vec![u32::MAX; stretch.len() + 1];
        best[0] = 0;
        for from in 0..stretch.len() {
            if best[from] == u32::MAX {
                continue;
            }
            for to in from + 1..=(from + 3).min(stretch.len()) {
                let over = |edge: usize| from < edge && edge < to;
                // A suffix parts no word: 主义 in 主义者, 经济 in 经济法.
                let suffixed = from >= range.start
                    && range.end + 1 == to
                    && range.end - from >= 2
                    && SUFFIXES.contains(&stretch[range.end])
                    && rarity(from, range.end).is_some_and(|r| r < UNKNOWN);
                if edges && (over(range.start) || over(range.end) && !suffixed) {
                    continue;
                }
                if let Some(rarity) = rarity(from, to) {
                    best[to] = best[to].min(best[from] + rarity);
                }
            }
            if edges && from == range.start && range.len() >= 4 {
                best[range.end] = best[range.end].min(best[from] + TERM);
            }
        }
        best[stretch.len()]
    };
    cheapest(true) > cheapest(false) + if range.len() == 3 { DOUBT } else { 0 }
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
