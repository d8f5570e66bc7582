//! How many slips of the finger lie between two texts.

/// Returns the Damerau-Levenshtein distance in characters, if it is at most `max`.
///
/// A character put in, left out, or put for another is one slip, and so are two neighbours in the wrong
/// order (optimal string alignment: no part is touched twice).
///
/// ```
/// use wicterm::text::distance;
/// assert_eq!(distance("sovereignty", "soverignty", 2), Some(1));
/// assert_eq!(distance("sovereignty", "soveriegnty", 2), Some(1));
/// assert_eq!(distance("主权", "主全", 1), Some(1));
/// assert_eq!(distance("sovereignty", "security", 2), None);
/// ```
pub fn distance(a: &str, b: &str, max: usize) -> Option<usize> {
    if a == b {
        return Some(0);
    }
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > max {
        return None;
    }
    // What both begin and end with never needs a slip.
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[before..], &b[before..]);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - behind], &b[..b.len() - behind]);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    match short.len() {
        0 => (long.len() <= max).then_some(long.len()),
        1..=64 => bit_parallel(short, long, max),
        _ => banded(short, long, max),
    }
}

/// Returns the name that somebody probably meant who typed another.
///
/// ```
/// use wicterm::text::nearest;
/// assert_eq!(nearest("penatly", ["priority", "penalty"].into_iter()), Some("penalty"));
/// ```
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let slips = (name.len() / 3).clamp(1, 3);
    known.filter_map(|k| Some((distance(name, k, slips)?, k))).min().map(|(_, k)| k)
}

/// Returns which characters occur, hashed to 64 bits, so that candidates can be passed over unseen.
///
/// For all texts, `(signature(a) ^ signature(b)).count_ones()` is at most twice their [`distance`].
pub fn signature(text: &str) -> u64 {
    text.chars().fold(0, |mask, c| {
        let bit = match c {
            'a'..='z' => c as u32 - 'a' as u32,
            // The other letters share what is left.
            _ => 26 + ((c as u32).wrapping_mul(0x9E37_79B1) >> 16) % 38,
        };
        mask | 1 << bit
    })
}

/// Hyyrö's bit-parallel form of the table (2003): one word holds a column, at most 64 rows.
fn bit_parallel(short: &[char], long: &[char], max: usize) -> Option<usize> {
    let rows = Rows::new(short);
    let last_row = 1u64 << (short.len() - 1);
    let (mut more, mut less, mut diagonal, mut rows_before) = (u64::MAX, 0u64, 0u64, 0u64);
    let mut distance = short.len();
    for (at, &c) in long.iter().enumerate() {
        let same = rows.of(c);
        let swapped = ((!diagonal & same) << 1) & rows_before;
        diagonal = ((same & more).wrapping_add(more) ^ more) | same | less | swapped;
        let mut right_more = less | !(diagonal | more);
        let mut right_less = diagonal & more;
        distance += usize::from(right_more & last_row != 0);
        distance -= usize::from(right_less & last_row != 0);
        // Every column to come can take back one at most.
        if distance > max + (long.len() - 1 - at) {
            return None;
        }
        right_more = (right_more << 1) | 1;
        right_less <<= 1;
        more = right_less | !(diagonal | right_more);
        less = right_more & diagonal;
        rows_before = same;
    }
    (distance <= max).then_some(distance)
}

/// In which rows a character stands.
struct Rows {
    ascii: [u64; 128],
    other: Vec<(char, u64)>,
}

impl Rows {
    fn new(text: &[char]) -> Self {
        let mut rows = Self { ascii: [0; 128], other: Vec::new() };
        for (row, &c) in text.iter().enumerate() {
            let bit = 1 << row;
            if c.is_ascii() {
                rows.ascii[c as usize] |= bit;
            } else if let Some((_, bits)) = rows.other.iter_mut().find(|(known, _)| *known == c) {
                *bits |= bit;
            } else {
                rows.other.push((c, bit));
            }
        }
        rows
    }

    fn of(&self, c: char) -> u64 {
        if c.is_ascii() {
            return self.ascii[c as usize];
        }
        self.other.iter().find(|(known, _)| *known == c).map_or(0, |(_, bits)| *bits)
    }
}

/// The table itself, for long texts; only the band of cells that `max` slips can reach.
fn banded(short: &[char], long: &[char], max: usize) -> Option<usize> {
    // No two texts are further apart than the longer is long; this also keeps the band finite.
    let max = max.min(long.len());
    let beyond = max + 1;
    let width = short.len() + 1;
    let (mut before, mut last, mut row) = (vec![beyond; width], vec![beyond; width], vec![beyond; width]);
    for (i, cell) in last.iter_mut().enumerate().take(max + 1) {
        *cell = i;
    }
    for j in 1..=long.len() {
        let from = j.saturating_sub(max).max(1);
        let to = (j + max).min(short.len());
        row[from - 1] = if from == 1 && j <= max { j } else { beyond };
        let mut least = row[from - 1];
        for i in from..=to {
            let mut cell = last[i - 1] + usize::from(short[i - 1] != long[j - 1]);
            cell = cell.min(row[i - 1] + 1);
            cell = cell.min(last[i] + 1);
            if i > 1 && j > 1 && short[i - 1] == long[j - 2] && short[i - 2] == long[j - 1] {
                cell = cell.min(before[i - 2] + 1);
            }
            row[i] = cell.min(beyond);
            least = least.min(row[i]);
        }
        // A swap reaches back two rows.
        if least > max && last.iter().all(|&cell| cell > max) {
            return None;
        }
        (before, last, row) = (last, row, before);
    }
    let distance = last[short.len()];
    (distance <= max).then_some(distance)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_of_many_scripts() {
        for (a, b, slips) in [
            ("", "", 0),
            ("", "abc", 3),
            ("sovereignty", "soverignty", 1),
            ("sovereignty", "soveregnity", 2),
            ("ca", "abc", 3),
            ("网络主权", "网路主权", 1),
            ("网络主权", "主权网络", 4),
            ("суверенитет", "суверинетет", 2),
            ("سيادة", "سياذة", 1),
            ("주권", "주원", 1),
        ] {
            assert_eq!(distance(a, b, 9), Some(slips), "{a} {b}");
            assert_eq!(distance(b, a, slips), Some(slips), "{b} {a}");
            if slips > 0 {
                assert_eq!(distance(a, b, slips - 1), None, "{a} {b}");
            }
        }
    }

    /// The definition, cell by cell.
    fn naive(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut cells = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                cells[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = cells[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut cell = change.min(cells[i - 1][j] + 1).min(cells[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        cell = cell.min(cells[i - 2][j - 2] + 1);
                    }
                    cell
                };
            }
        }
        cells[a.len()][b.len()]
    }

    fn near() -> impl Strategy<Value = (String, String)> {
        let text = prop_oneof![
            "[abc]{0,12}",
            "[a-e网络主权é]{0,30}",
            "[ab权]{60,70}",
            "[abcd]{65,140}",
            "\\PC{0,8}",
        ];
        (text, prop::collection::vec((any::<prop::sample::Index>(), 0..4, "[abc网d]"), 0..6)).prop_map(
            |(a, slips)| {
                let mut b: Vec<char> = a.chars().collect();
                for (at, what, c) in slips {
                    let at = at.index(b.len() + 1);
                    let c = c.chars().next().unwrap();
                    match what {
                        0 => b.insert(at, c),
                        1 if at < b.len() => drop(b.remove(at)),
                        2 if at < b.len() => b[at] = c,
                        _ if at + 1 < b.len() => b.swap(at, at + 1),
                        _ => {}
                    }
                }
                (a, b.into_iter().collect())
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn the_clever_ways_agree_with_the_definition((a, b) in near(), max in 0usize..12) {
            let slips = naive(&a, &b);
            prop_assert_eq!(distance(&a, &b, max), (slips <= max).then_some(slips));
            prop_assert_eq!(distance(&a, &b, usize::MAX / 2), Some(slips));
        }

        #[test]
        fn unlike_texts_agree_too(a in "[abcd]{0,90}", b in "[abcd]{0,90}", max in 0usize..60) {
            let slips = naive(&a, &b);
            prop_assert_eq!(distance(&a, &b, max), (slips <= max).then_some(slips));
        }

        #[test]
        fn signatures_differ_by_twice_the_distance_at_most((a, b) in near()) {
            let differ = (signature(&a) ^ signature(&b)).count_ones() as usize;
            prop_assert!(differ <= 2 * naive(&a, &b));
        }
    }
}
