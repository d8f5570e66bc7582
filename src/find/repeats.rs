//! How near the segments of one job are to earlier ones of the same job.
//!
//! Whoever translates from top to bottom has a segment in the memory as soon as it is done, so what resembles it later
//! is less work. What counts is the score of [`leverage`], without context and penalties.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashMap;

use super::leverage::{self, Neighbours, Options, Query, Settings, Side, bound};
use crate::index::edits;
use crate::model::{Attributes, LanguageTag, Segment, Unit, Variant};
use crate::text::tokens;

/// Returns what makes two segments the same: their texts, but for the kind and number of spaces, with their codes.
pub fn identity(segment: &Segment) -> String {
    let mut whole = String::with_capacity(segment.text.len());
    let mut at = 0;
    let take = |whole: &mut String, text: &str| {
        for c in text.chars() {
            match c.is_whitespace() {
                true if whole.ends_with(' ') || whole.is_empty() => {}
                true => whole.push(' '),
                false => whole.push(c),
            }
        }
    };
    for inline in &segment.inlines {
        let here = (inline.at as usize).clamp(at, segment.text.len());
        take(&mut whole, segment.text.get(at..here).unwrap_or_default());
        // No text has this character, and nothing tells codes apart better than all that is known of them.
        whole.push_str(&format!("\0{:?}{:?}\0", inline.kind, inline.native));
        at = here;
    }
    take(&mut whole, segment.text.get(at..).unwrap_or_default());
    whole.truncate(whole.trim_end().len());
    whole
}

/// Returns for each segment the best score that an earlier one gives, if it reaches the least one (50 to 100).
pub fn nearest_earlier(
    lang: &LanguageTag,
    segments: &[&Segment],
    least: u8,
    threads: NonZeroUsize,
) -> Vec<Option<u8>> {
    let earlier = Earlier::new(lang, segments, least.clamp(1, 100));
    let (next, done) = (AtomicUsize::new(0), vec![OnceLock::<Option<u8>>::new(); segments.len()]);
    std::thread::scope(|scope| {
        for _ in 0..threads.get().min(segments.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(done) = done.get(at) else { break };
                    // Each segment is given to one thread only.
                    let _ = done.set(earlier.nearest(at));
                }
            });
        }
    });
    done.into_iter().map(|one| one.into_inner().flatten()).collect()
}

struct Earlier<'s> {
    lang: &'s LanguageTag,
    segments: &'s [&'s Segment],
    words: Vec<Vec<u64>>,
    /// The segments that have a word, in order.
    postings: FxHashMap<u64, Vec<u32>>,
    options: Options,
}

impl<'s> Earlier<'s> {
    fn new(lang: &'s LanguageTag, segments: &'s [&'s Segment], least: u8) -> Self {
        let words: Vec<Vec<u64>> =
            segments.iter().map(|s| tokens(&s.text).into_iter().map(|t| t.hash).collect()).collect();
        let mut postings: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (number, words) in words.iter().enumerate() {
            for word in words {
                let list = postings.entry(*word).or_default();
                if list.last() != Some(&(number as u32)) {
                    list.push(number as u32);
                }
            }
        }
        let mut options = Options::new(lang.clone(), None, Settings::default());
        (options.min, options.limit) = (least, 1);
        Self { lang, segments, words, postings, options }
    }

    fn nearest(&self, at: usize) -> Option<u8> {
        let least = self.options.min;
        let own = &self.words[at];
        let mut near: Vec<(u8, u32)> = vec![];
        for other in self.candidates(at) {
            let theirs = &self.words[other as usize];
            let longer = own.len().max(theirs.len());
            if bound(own.len().abs_diff(theirs.len()), longer) < least {
                continue;
            }
            let most = bound(edits(own, theirs), longer);
            if most >= least {
                near.push((most, other));
            }
        }
        near.sort_unstable_by(|a, b| b.cmp(a));
        let mut best = None;
        for (most, other) in near {
            if best >= Some(most) {
                break;
            }
            best = best.max(self.score(at, other as usize));
        }
        best
    }

    /// Returns all earlier segments that may be near enough. Of *n* words at least ⌈least·*n*⌉ must be in both, so of
    /// any *n* − ⌈least·*n*⌉ + 1 of them one at least is: the rarest are asked.
    fn candidates(&self, at: usize) -> Vec<u32> {
        let own = &self.words[at];
        let common = (own.len() * usize::from(self.options.min)).div_ceil(100);
        let mut lists: Vec<&[u32]> = own.iter().map(|word| self.postings[word].as_slice()).collect();
        lists.sort_unstable_by_key(|list| list.len());
        lists.truncate(own.len().saturating_sub(common) + usize::from(!own.is_empty()));
        lists.dedup_by_key(|list| list.as_ptr());
        let mut found: Vec<u32> =
            lists.iter().flat_map(|list| list.iter().copied().take_while(|n| (*n as usize) < at)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Returns the score of two segments, as if the other one stood in a memory.
    fn score(&self, at: usize, other: usize) -> Option<u8> {
        let variant = |lang: &LanguageTag, segment: &Segment| Variant {
            lang: lang.clone(),
            written: None,
            attributes: Attributes::default(),
            properties: vec![],
            segment: segment.clone(),
        };
        // A target in which numbers can be exchanged, as they can in most translations.
        let to: LanguageTag = "zxx".parse().ok()?;
        let other = self.segments[other];
        let unit = Unit { variants: vec![variant(self.lang, other), variant(&to, other)], ..Unit::default() };
        let query = Query { segment: self.segments[at].clone(), ..Query::default() };
        let side = Side::new(&query.segment, self.lang);
        let mut nothing = |_: &Unit| Ok::<_, ()>(Neighbours::default());
        let found = leverage::of_unit((&query, &side), &unit, &self.options, &mut nothing).ok()?;
        found.into_iter().map(|found| found.score.min(100)).max()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::model::{Inline, InlineKind};

    fn nearest(segments: &[Segment], least: u8, threads: usize) -> Vec<Option<u8>> {
        let segments: Vec<&Segment> = segments.iter().collect();
        nearest_earlier(&LanguageTag::english(), &segments, least, NonZeroUsize::new(threads).unwrap())
    }

    #[test]
    fn spaces_do_not_make_another_segment_and_codes_do() {
        let code = |at: u32| Inline {
            at,
            kind: InlineKind::Placeholder,
            pair: None,
            x: None,
            attributes: vec![],
            native: vec![],
        };
        let with = |text: &str, at: u32| Segment { text: text.to_owned(), inlines: vec![code(at)] };
        let plain = |text: &str| identity(&Segment::plain(text));
        assert_eq!(plain(" One\u{a0} two\n"), plain("One two"));
        assert_ne!(plain("One two"), plain("one two"));
        assert_ne!(plain("One two"), identity(&with("One two", 3)));
        assert_ne!(identity(&with("One two", 0)), identity(&with("One two", 3)));
        assert_eq!(identity(&with("One  two", 3)), identity(&with("One two", 3)));
    }

    #[test]
    fn what_resembles_an_earlier_segment_is_told() {
        let segments = ["one two three four", "ten", "one two three five", "One two three four", "", "one"];
        let segments: Vec<Segment> = segments.iter().map(|s| Segment::plain(*s)).collect();
        let found = nearest(&segments, 50, 2);
        assert_eq!(found[..3], [None, None, Some(75)]);
        assert!(found[3] > Some(95) && found[3] < Some(100), "{found:?}");
        assert_eq!(found[4..], [None, None]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn nothing_near_is_passed_over(
            texts in prop::collection::vec(prop::collection::vec(select(&["a", "b", "c", "d", "e", "7", "网"][..]), 0..8), 0..12),
            least in 50u8..=100,
        ) {
            let segments: Vec<Segment> = texts.iter().map(|t| Segment::plain(t.join(" "))).collect();
            let refs: Vec<&Segment> = segments.iter().collect();
            let lang = LanguageTag::english();
            let all = Earlier::new(&lang, &refs, least);
            let long_way: Vec<Option<u8>> = (0..segments.len())
                .map(|at| (0..at).filter_map(|other| all.score(at, other)).max())
                .collect();
            prop_assert_eq!(nearest(&segments, least, 3), long_way);
        }
    }
}
