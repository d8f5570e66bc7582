//! Which edits lead from one row of things to another, at the least cost.

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
    use crate::index::edits;

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
}
