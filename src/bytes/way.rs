//! The way back from a text that was made of a file to the bytes of that file.
//!
//! A text is a row of atoms: a character that was decoded, an entity that was resolved, an end of line of two
//! bytes that became one. Equal atoms in a row are one run, so that a text that stands in the file as it is
//! costs one run, and one in UTF-16 about two a word.

use std::ops::Range;

/// Leads from bytes of a text to bytes of the file it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Way {
    /// Nearly every text of a plain file has one run, which costs no memory of its own.
    first: Option<Run>,
    more: Vec<Run>,
    len: usize,
}

/// A row of equal atoms, up to the next run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    original: u64,
    text: u32,
    /// How long an atom is in the text.
    step: u32,
    /// How long it is in the file.
    original_step: u32,
}

impl Run {
    fn atom(&self, at: usize) -> u64 {
        (at - self.text as usize) as u64 / u64::from(self.step)
    }

    fn original_of(&self, atom: u64) -> u64 {
        self.original + atom * u64::from(self.original_step)
    }
}

impl Way {
    /// The longest text that a way leads back from.
    pub const MOST: usize = u32::MAX as usize;

    /// Returns the length of the text.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Tells whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends bytes that stand in the file as they are.
    pub fn push_same(&mut self, len: usize, original: u64) {
        self.push(len, 1, original, 1);
    }

    /// Appends what is one thing: text of this length, made of those bytes.
    pub fn push_atom(&mut self, len: usize, original: Range<u64>) {
        let step = u32::try_from(original.end - original.start).unwrap_or(u32::MAX);
        self.push(len, u32::try_from(len).unwrap_or(u32::MAX), original.start, step);
    }

    /// Appends what another way says about a stretch of its text, whose ends are ends of atoms.
    pub fn push_from(&mut self, other: &Way, range: Range<usize>) {
        let mut at = range.start;
        let mut index = other.run_at(at);
        while at < range.end
            && let Some(run) = other.run(index)
        {
            let end = other.end_of(index).min(range.end);
            self.push(end - at, run.step, run.original_of(run.atom(at)), run.original_step);
            (at, index) = (end, index + 1);
        }
    }

    /// Forgets what stands behind a length.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        while self.more.last().is_some_and(|run| run.text as usize >= self.len) {
            self.more.pop();
        }
        if self.len == 0 {
            self.first = None;
        }
    }

    /// Returns the bytes of the file that a stretch of the text was made of, from the first of its atoms to
    /// the last, with whatever stands between them. An empty stretch is a point.
    pub fn original(&self, range: Range<usize>) -> Option<Range<u64>> {
        if range.start > range.end || range.end > self.len {
            return None;
        }
        if range.is_empty() {
            let at = if range.start < self.len {
                let run = self.run(self.run_at(range.start))?;
                run.original_of(run.atom(range.start))
            } else {
                self.original(range.start.checked_sub(1)?..range.start)?.end
            };
            return Some(at..at);
        }
        let first = self.run(self.run_at(range.start))?;
        let last = self.run(self.run_at(range.end - 1))?;
        let start = first.original_of(first.atom(range.start));
        Some(start..last.original_of(last.atom(range.end - 1) + 1).max(start))
    }

    /// Returns the bytes of the file that a stretch of the text stands for, and nothing else does: `None` where
    /// the stretch cuts through an atom, or where something else stands in the file between its parts.
    pub fn exact(&self, range: Range<usize>) -> Option<Range<u64>> {
        let original = self.original(range.clone())?;
        let (mut at, mut expected) = (range.start, original.start);
        let mut index = self.run_at(at);
        while at < range.end
            && let Some(run) = self.run(index)
        {
            let end = self.end_of(index).min(range.end);
            let whole = |at: usize| (at - run.text as usize).is_multiple_of(run.step as usize);
            if !whole(at) || !whole(end) || run.original_of(run.atom(at)) != expected {
                return None;
            }
            expected = run.original_of(run.atom(end));
            (at, index) = (end, index + 1);
        }
        (expected == original.end).then_some(original)
    }

    fn push(&mut self, len: usize, step: u32, original: u64, original_step: u32) {
        if len == 0 || step == 0 {
            return;
        }
        let text = self.len;
        self.len += len;
        if let Some(last) = self.more.last().or(self.first.as_ref())
            && (last.step, last.original_step) == (step, original_step)
            && last.original_of(last.atom(text)) == original
        {
            return;
        }
        // Longer texts than `MOST` are refused at the door.
        let text = u32::try_from(text).unwrap_or(u32::MAX);
        let run = Run { original, text, step, original_step };
        match self.first {
            None => self.first = Some(run),
            Some(_) => self.more.push(run),
        }
    }

    fn run(&self, index: usize) -> Option<Run> {
        if index == 0 { self.first } else { self.more.get(index - 1).copied() }
    }

    fn run_at(&self, at: usize) -> usize {
        self.more.partition_point(|run| run.text as usize <= at)
    }

    fn end_of(&self, index: usize) -> usize {
        self.more.get(index).map_or(self.len, |next| next.text as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atoms_lead_back_whole_and_equal_ones_are_one_run() {
        let mut way = Way::default();
        way.push_same(3, 10);
        way.push_same(2, 13);
        way.push_atom(1, 15..20);
        way.push_same(2, 24);
        way.push_atom(3, 26..28);
        way.push_atom(3, 28..30);
        assert_eq!(way.more.len(), 3);
        for (range, original) in [
            (0..3, 10..13),
            (4..6, 14..20),
            (5..7, 15..25),
            (5..5, 15..15),
            (8..9, 26..28),
            (9..12, 26..30),
            (14..14, 30..30),
            (0..14, 10..30),
        ] {
            assert_eq!(way.original(range.clone()), Some(original), "{range:?}");
        }
        assert_eq!(way.original(0..15), None);
        for (range, original) in
            [(0..5, Some(10..15)), (4..6, Some(14..20)), (5..7, None), (9..11, None), (8..14, Some(26..30))]
        {
            assert_eq!(way.exact(range.clone()), original, "{range:?}");
        }
        let mut part = Way::default();
        part.push_from(&way, 4..11);
        assert_eq!(part.original(0..7), Some(14..28));
        part.truncate(2);
        assert_eq!((part.original(0..2), part.more.len()), (Some(14..20), 1));
    }
}
