//! What may stand together, of all that was found.
//!
//! The longest come first, what is as long comes from left to right, and a pattern only where no literal
//! stands in its way; what crosses one that is kept goes, what lies inside one stays as nested.
//!
//! Only what overlaps has a say in each other, so the work is done in heaps of what overlaps, which are small
//! in prose. In a large one (*a a a a* with the term *a a*) a tree of what is kept tells the few that are near.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use super::{Brief, Candidate, Hit, Method, guess, score};

/// Room for choosing.
#[derive(Debug, Default)]
pub(super) struct Choice {
    kept: Vec<u32>,
    near: BTreeMap<(usize, u32), u32>,
    hits: Vec<Hit>,
}

/// Heaps up to this size are gone through without a tree.
const SMALL: usize = 32;

impl Choice {
    /// Adds the hits among what was found in a paragraph that begins at `base`.
    pub(super) fn select(
        &mut self,
        found: &mut [Candidate],
        entries: &[Brief],
        apart: &dyn Fn(&Candidate) -> u8,
        base: usize,
        hits: &mut Vec<Hit>,
    ) {
        let place = |c: &Candidate| (c.range.start, Reverse(c.range.end));
        if !found.is_sorted_by_key(place) {
            found.sort_by_key(place);
        }
        let mut rest = found;
        while let Some(first) = rest.first() {
            let (mut end, mut size) = (first.range.end, 1);
            while let Some(next) = rest.get(size).filter(|next| next.range.start < end) {
                end = end.max(next.range.end);
                size += 1;
            }
            let heap;
            (heap, rest) = rest.split_at_mut(size);
            if let [one] = heap {
                hits.push(hit(one, entries, base, false));
            } else {
                self.choose(heap, entries, apart);
                self.tell(heap, entries, base, hits);
            }
        }
    }

    /// Chooses among candidates that overlap, and leaves the places of those that are kept.
    fn choose(&mut self, heap: &mut [Candidate], entries: &[Brief], apart: &dyn Fn(&Candidate) -> u8) {
        heap.sort_by(|a, b| before(a, b, entries, apart));
        self.kept.clear();
        self.near.clear();
        let (large, longest) = (heap.len() > SMALL, longest(heap));
        for (at, one) in heap.iter().enumerate() {
            let stands = |k: &u32| stands_in_way(&heap[*k as usize], one, entries);
            let stopped = match large {
                false => self.kept.iter().any(stands),
                true => around(&self.near, one, longest).any(|k| stands(&k)),
            };
            if !stopped {
                if large {
                    self.near.insert((one.range.start, at as u32), at as u32);
                }
                self.kept.push(at as u32);
            }
        }
    }

    /// Tells what is kept, in the order of the text.
    fn tell(&mut self, heap: &[Candidate], entries: &[Brief], base: usize, hits: &mut Vec<Hit>) {
        let (large, longest) = (heap.len() > SMALL, longest(heap));
        self.hits.clear();
        for at in &self.kept {
            let one = &heap[*at as usize];
            let holds = |k: &u32| {
                let k = &heap[*k as usize].range;
                *k != one.range && k.start <= one.range.start && one.range.end <= k.end
            };
            let nested = match large {
                false => self.kept.iter().any(holds),
                true => around(&self.near, one, longest).any(|k| holds(&k)),
            };
            self.hits.push(hit(one, entries, base, nested));
        }
        self.hits.sort_by_key(|h| (h.range.start, Reverse(h.range.end), h.concept, h.term));
        hits.append(&mut self.hits);
    }
}

fn hit(one: &Candidate, entries: &[Brief], base: usize, nested: bool) -> Hit {
    let Brief { concept, term, .. } = entries[one.entry as usize];
    Hit {
        range: base + one.range.start..base + one.range.end,
        concept,
        term,
        method: one.method,
        score: score(one.method),
        nested,
    }
}

/// The order in which candidates may choose their place.
fn before(a: &Candidate, b: &Candidate, entries: &[Brief], apart: &dyn Fn(&Candidate) -> u8) -> Ordering {
    let pattern = |c: &Candidate| c.method == Method::Pattern;
    let by = |c: &Candidate| {
        let of = &entries[c.entry as usize];
        (of.near, of.rank, of.concept, of.term)
    };
    (pattern(a).cmp(&pattern(b)))
        .then(b.range.len().cmp(&a.range.len()))
        .then(a.range.start.cmp(&b.range.start))
        .then(a.method.cmp(&b.method))
        .then_with(|| apart(a).cmp(&apart(b)))
        .then_with(|| by(a).cmp(&by(b)))
}

/// Tells whether one that is kept leaves no place for another.
fn stands_in_way(kept: &Candidate, one: &Candidate, entries: &[Brief]) -> bool {
    let (a, b) = (&one.range, &kept.range);
    let crosses = (a.start < b.start && b.start < a.end && a.end < b.end)
        || (b.start < a.start && a.start < b.end && b.end < a.end);
    // A concept is told once in one place, and not again inside itself.
    let inside = b.start <= a.start && a.end <= b.end;
    let same = || entries[kept.entry as usize].concept == entries[one.entry as usize].concept;
    // A guess does not stand beside a certainty.
    crosses || inside && same() || a == b && guess(kept.method) < guess(one.method)
}

fn longest(heap: &[Candidate]) -> usize {
    heap.iter().map(|c| c.range.len()).max().unwrap_or(0)
}

/// Returns those that are kept and may overlap one.
fn around<'k>(
    near: &'k BTreeMap<(usize, u32), u32>,
    one: &Candidate,
    longest: usize,
) -> impl Iterator<Item = u32> + use<'k> {
    let from = one.range.start.saturating_sub(longest);
    near.range((from, 0)..(one.range.end, 0)).map(|(_, k)| *k)
}
