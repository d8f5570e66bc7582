//! How many edits lead from one row of things to another, and which.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Returns the least number of insertions, deletions and replacements that make one row of another (Levenshtein).
pub fn edits<T: Copy + Eq + Hash>(a: &[T], b: &[T]) -> usize {
    // What both begin and end with never needs an edit.
    let before = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[before..], &b[before..]);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - behind], &b[..b.len() - behind]);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    match short.len() {
        0 => long.len(),
        _ => bit_parallel(short, long),
    }
}

/// The bit-parallel table of Myers (1999), in blocks of 64 rows: a column is a few words, and a step to the right a few
/// operations on each.
fn bit_parallel<T: Copy + Eq + Hash>(short: &[T], long: &[T]) -> usize {
    let blocks = short.len().div_ceil(64);
    // For each thing the rows in which it stands.
    let mut rows: FxHashMap<T, usize> = FxHashMap::default();
    let mut bits: Vec<u64> = vec![];
    for (row, &thing) in short.iter().enumerate() {
        let next = bits.len();
        let at = *rows.entry(thing).or_insert(next);
        if at == next {
            bits.resize(next + blocks, 0);
        }
        bits[at + row / 64] |= 1 << (row % 64);
    }
    let last = 1u64 << ((short.len() - 1) % 64);
    // Where the column rises by one from a row to the next, and where it falls.
    let (mut rises, mut falls) = (vec![u64::MAX; blocks], vec![0u64; blocks]);
    let mut distance = short.len();
    for thing in long {
        let same = rows.get(thing).map(|at| &bits[*at..at + blocks]);
        // What the row above a block changes by on the way to the right: the row above all rises.
        let (mut up, mut down) = (1u64, 0u64);
        for block in 0..blocks {
            let (rise, fall) = (rises[block], falls[block]);
            let same = same.map_or(0, |bits| bits[block]);
            let vertical = same | fall;
            let same = same | down;
            let horizontal = ((same & rise).wrapping_add(rise) ^ rise) | same;
            let mut right_up = fall | !(horizontal | rise);
            let mut right_down = rise & horizontal;
            let edge = if block + 1 == blocks { last } else { 1 << 63 };
            let (next_up, next_down) = (u64::from(right_up & edge != 0), u64::from(right_down & edge != 0));
            right_up = (right_up << 1) | up;
            right_down = (right_down << 1) | down;
            rises[block] = right_down | !(vertical | right_up);
            falls[block] = right_up & vertical;
            (up, down) = (next_up, next_down);
        }
        distance = distance + up as usize - down as usize;
    }
    distance
}

/// A step of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One of the left stands for one of the right.
    Both(usize, usize),
    /// One that only the left has.
    Left(usize),
    /// One that only the right has.
    Right(usize),
}

/// The most cells that a table of [`align`] has.
const MOST_CELLS: usize = 1 << 22;

/// Aligns two rows at the least cost; `None` where they are too long for it. `pair` gives the cost of one standing for
/// another, `alone` that of one that stands for nothing.
pub fn align(
    (n, m): (usize, usize),
    pair: impl Fn(usize, usize) -> u32,
    alone: (impl Fn(usize) -> u32, impl Fn(usize) -> u32),
) -> Option<Vec<Step>> {
    let width = m + 1;
    if (n + 1).checked_mul(width)? > MOST_CELLS {
        return None;
    }
    let mut cells = vec![0u32; (n + 1) * width];
    for j in 1..=m {
        cells[j] = cells[j - 1] + alone.1(j - 1);
    }
    for i in 1..=n {
        cells[i * width] = cells[(i - 1) * width] + alone.0(i - 1);
        for j in 1..=m {
            let both = cells[(i - 1) * width + j - 1] + pair(i - 1, j - 1);
            let left = cells[(i - 1) * width + j] + alone.0(i - 1);
            let right = cells[i * width + j - 1] + alone.1(j - 1);
            cells[i * width + j] = both.min(left).min(right);
        }
    }
    let (mut i, mut j) = (n, m);
    let mut steps = vec![];
    while i > 0 || j > 0 {
        let here = cells[i * width + j];
        if i > 0 && j > 0 && here == cells[(i - 1) * width + j - 1] + pair(i - 1, j - 1) {
            (i, j) = (i - 1, j - 1);
            steps.push(Step::Both(i, j));
        } else if j > 0 && here == cells[i * width + j - 1] + alone.1(j - 1) {
            j -= 1;
            steps.push(Step::Right(j));
        } else {
            i -= 1;
            steps.push(Step::Left(i));
        }
    }
    steps.reverse();
    Some(steps)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, cell by cell.
    fn naive(a: &[u64], b: &[u64]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut diagonal = row[0];
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let cell = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
                diagonal = row[j + 1];
                row[j + 1] = cell;
            }
        }
        row[b.len()]
    }

    fn rows() -> impl Strategy<Value = (Vec<u64>, Vec<u64>)> {
        let row = |most| {
            prop_oneof![
                prop::collection::vec(0u64..3, 0..most),
                prop::collection::vec(0u64..40, 0..most),
                prop::collection::vec(any::<u64>(), 0..8),
            ]
        };
        let near = (row(200), prop::collection::vec((any::<prop::sample::Index>(), 0..3, 0u64..5), 0..12))
            .prop_map(|(a, slips)| {
                let mut b = a.clone();
                for (at, what, thing) in slips {
                    let at = at.index(b.len() + 1);
                    match what {
                        0 => b.insert(at, thing),
                        1 if at < b.len() => drop(b.remove(at)),
                        _ if at < b.len() => b[at] = thing,
                        _ => {}
                    }
                }
                (a, b)
            });
        prop_oneof![(row(80), row(200)), near]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn the_clever_way_agrees_with_the_definition((a, b) in rows()) {
            let slow = naive(&a, &b);
            prop_assert_eq!(edits(&a, &b), slow);
            prop_assert_eq!(edits(&b, &a), slow);
        }

        #[test]
        fn an_alignment_costs_what_the_edits_cost((a, b) in rows()) {
            let steps = align(
                (a.len(), b.len()),
                |i, j| u32::from(a[i] != b[j]),
                (|_| 1, |_| 1),
            ).unwrap();
            let cost = steps.iter().filter(|s| !matches!(s, Step::Both(i, j) if a[*i] == b[*j])).count();
            prop_assert_eq!(cost, edits(&a, &b));
            let left = steps.iter().filter(|s| !matches!(s, Step::Right(_))).count();
            let right = steps.iter().filter(|s| !matches!(s, Step::Left(_))).count();
            prop_assert_eq!((left, right), (a.len(), b.len()));
        }
    }

    #[test]
    fn rows_of_full_blocks_and_beyond() {
        for n in [1usize, 63, 64, 65, 127, 128, 129, 500] {
            let a: Vec<u64> = (0..n as u64).collect();
            let b: Vec<u64> = a.iter().map(|x| x % 7).collect();
            assert_eq!(edits(&a, &b), naive(&a, &b), "{n}");
            assert_eq!(edits(&a, &[]), n);
            assert_eq!(edits(&a, &a), 0);
        }
    }
}
