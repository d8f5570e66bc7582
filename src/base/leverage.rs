//! The translation memory at the desk: what it has for a segment.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashSet;

use super::{Base, Error};
use crate::find::leverage::{Match, Neighbours, Options, Query, Ranking, Side, Text, of_unit, reach};
use crate::model::Unit;
use crate::store::{Snapshot, StoreError};

impl Base {
    /// Returns what the memory has for a segment, best first: what a look at every unit would find, always.
    ///
    /// # Errors
    ///
    /// The base cannot be read.
    pub fn matches(&self, query: &Query, options: &Options) -> Result<Vec<Match>, Error> {
        Ok(Memories::new(&self.snapshot, options).matches(query)?)
    }

    /// Tells what the memory has for many segments, in the order in which they come, whatever the number of threads.
    ///
    /// # Errors
    ///
    /// The base cannot be read, or `tell` gives an error.
    pub fn match_each<E: From<Error>>(
        &self,
        queries: impl IntoIterator<Item = Query>,
        options: &Options,
        threads: NonZeroUsize,
        mut tell: impl FnMut(&Query, Vec<Match>) -> Result<(), E>,
    ) -> Result<(), E> {
        let memories = Memories::new(&self.snapshot, options);
        let mut queries = queries.into_iter();
        loop {
            let portion: Vec<Query> = queries.by_ref().take(PORTION).collect();
            if portion.is_empty() {
                return Ok(());
            }
            for (query, found) in portion.iter().zip(memories.of_portion(&portion, threads)) {
                tell(query, found.map_err(Error::from)?)?;
            }
        }
    }
}

/// How many queries are asked before their answers are told: enough for all threads to have work, and few enough that
/// the first answers come soon.
const PORTION: usize = 256;

/// The memories of one revision, asked in one way.
struct Memories<'b> {
    snapshot: &'b Snapshot,
    options: &'b Options,
}

impl<'b> Memories<'b> {
    fn new(snapshot: &'b Snapshot, options: &'b Options) -> Self {
        Self { snapshot, options }
    }

    fn matches(&self, query: &Query) -> Result<Vec<Match>, StoreError> {
        let mut ranking = Ranking::new(self.options.limit);
        let side = Side::new(&query.segment, &self.options.from);
        let hashes: Vec<u32> = side.tokens().iter().map(|t| t.hash as u32).collect();
        let min = self.options.min.clamp(1, 100);
        let mut seen = FxHashSet::default();
        // A few more than are asked for, as most are lowered a little by what is not words.
        let mut want = self.options.limit.saturating_mul(4).max(16);
        let mut text = Text::new(&query.segment.text);
        let context = query.id.is_some() || query.before.is_some() || query.after.is_some();
        // The most that a unit with this bound can reach.
        let reach = |points: u8| if context { reach(points) } else { points };
        let equals = self.options.settings.memories.values().all(|memory| memory.priority == 0);
        loop {
            // Every unit with a bound of `complete_from` is among them, best first; see `find::leverage`.
            let near = self.snapshot.near(|lang| lang.meets(&self.options.from), &hashes, min, want)?;
            for hit in &near.hits {
                if hit.points() < near.complete_from {
                    break;
                }
                if ranking.is_settled_below(reach(hit.points())) {
                    return Ok(ranking.finish());
                }
                // A unit may have several sources.
                if !seen.insert(hit.seq) {
                    continue;
                }
                let unit = self.snapshot.unit_at(hit.seq)?;
                if let Some((score, distance)) = ranking.last() {
                    let sources = || {
                        let sources = unit.variants.iter().filter(|v| v.lang.meets(&self.options.from));
                        sources.map(|v| v.segment.text.as_str())
                    };
                    // Only an equal text has more than 99; and of many that reach the last place at most, only a
                    // nearer one can take it. Most units of a template are passed over here.
                    let other = hit.points() == 100 && sources().all(|source| text.differs(source));
                    let most = if other { 99 } else { reach(hit.points()) };
                    let behind = equals && most == score && sources().all(|s| text.is_beyond(distance, s));
                    if most < score || behind {
                        continue;
                    }
                }
                let mut neighbours = |unit: &Unit| self.neighbours(unit, hit.seq);
                for found in of_unit((query, &side), &unit, self.options, &mut neighbours)? {
                    ranking.take(found);
                }
            }
            if near.complete_from <= min || ranking.is_settled_below(near.complete_from - 1) {
                return Ok(ranking.finish());
            }
            want = want.saturating_mul(8);
        }
    }

    fn of_portion(&self, portion: &[Query], threads: NonZeroUsize) -> Vec<Result<Vec<Match>, StoreError>> {
        let workers = threads.get().min(portion.len());
        if workers < 2 {
            return portion.iter().map(|query| self.matches(query)).collect();
        }
        let (next, done) = (AtomicUsize::new(0), portion.iter().map(|_| OnceLock::new()).collect::<Vec<_>>());
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let (Some(query), Some(done)) = (portion.get(at), done.get(at)) else { break };
                        // Each query is given to one worker only.
                        drop(done.set(self.matches(query)));
                    }
                });
            }
        });
        done.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    /// Returns the sources of the units that stand right around a unit in its memory and file, as they were stored.
    fn neighbours(&self, unit: &Unit, seq: u64) -> Result<Neighbours, StoreError> {
        // Units that somebody added one by one stand in no file, and beside no other.
        if unit.origin.file.is_empty() {
            return Ok(Neighbours { before: None, after: None });
        }
        let (before, after) = self.snapshot.units_beside(seq)?;
        let source = |beside: Option<Unit>| {
            let beside = beside
                .filter(|b| (&b.origin.memory, &b.origin.file) == (&unit.origin.memory, &unit.origin.file))?;
            let mut sources = beside.variants.into_iter().filter(|v| v.lang.meets(&self.options.from));
            sources.next().map(|v| v.segment.text)
        };
        Ok(Neighbours { before: source(before), after: source(after) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::{ImportOptions, Source};
    use crate::find::leverage::Settings;
    use crate::store::{Query as Units, Who};
    use crate::text::index_tokens;

    fn tmx(units: &[(usize, String, String)]) -> String {
        let mut text = "<tmx version=\"1.4\"><header srclang=\"en\"/><body>".to_owned();
        for (id, en, fr) in units {
            text.push_str(&format!(
                "<tu tuid=\"{id}\" creationdate=\"20{:02}0101T000000Z\"><tuv xml:lang=\"en\"><seg>{en}</seg></tuv>\
                 <tuv xml:lang=\"fr\"><seg>{fr}</seg></tuv></tu>",
                id % 26
            ));
        }
        text + "</body></tmx>"
    }

    /// A base of several imports, the later of which replace units of the earlier.
    fn base(imports: &[Vec<(usize, String, String)>]) -> Base {
        let mut base = Base::memory().unwrap();
        for (number, units) in imports.iter().enumerate() {
            let mut options = ImportOptions::default();
            options.read.memory = ["main", "old"][number % 2].to_owned();
            let source = Source::Stream(Box::new(std::io::Cursor::new(tmx(units))), "a.tmx".to_owned());
            base.import(vec![source], options, Who::default()).unwrap();
        }
        base
    }

    fn sentence() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::collection::vec(
                prop::sample::select(vec![
                    "the", "the", "The", "data", "of", "of", "rules", "cyber", "space", "5", "12", "1,600",
                    "2023", "网", "络", "主权,",
                ]),
                0..9,
            )
            .prop_map(|words| words.join(" ")),
            Just("the data of the rules".to_owned()),
            "[网络主权空间]{1,8}",
        ]
    }

    fn units() -> impl Strategy<Value = Vec<(usize, String, String)>> {
        prop::collection::vec((0usize..40, sentence(), sentence()), 0..30)
    }

    /// What a look at every unit finds.
    fn of_all(base: &Base, query: &Query, options: &Options) -> Vec<Match> {
        let memories = Memories::new(&base.snapshot, options);
        let side = Side::new(&query.segment, &options.from);
        let mut ranking = Ranking::new(options.limit);
        let mut units: Vec<Unit> = base.snapshot.units(&Units::default()).map(Result::unwrap).collect();
        // In whatever order they come.
        units.sort_by_key(|unit| unit.id);
        for unit in units {
            let mut neighbours = |asked: &Unit| {
                let whole = base.snapshot.near(|_| true, &own_tokens(asked), 100, usize::MAX)?;
                let seq =
                    whole.hits.iter().find(|hit| hit.unit == asked.id).map_or(u64::MAX - 1, |hit| hit.seq);
                memories.neighbours(asked, seq)
            };
            of_unit((query, &side), &unit, options, &mut neighbours)
                .unwrap()
                .into_iter()
                .for_each(|found| ranking.take(found));
        }
        ranking.finish()
    }

    fn own_tokens(unit: &Unit) -> Vec<u32> {
        let mut tokens = vec![];
        index_tokens(&unit.variants[0].segment.text, &mut tokens);
        tokens
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

        #[test]
        fn the_answer_is_that_of_a_look_at_every_unit(
            imports in prop::collection::vec(units(), 1..4),
            queries in prop::collection::vec((sentence(), prop::option::of(sentence())), 1..6),
            min in prop_oneof![Just(0u8), Just(101), 30u8..100],
            limit in 1usize..6,
            penalties in any::<bool>(),
        ) {
            let base = base(&imports);
            let mut settings = Settings::default();
            if penalties {
                settings = Settings::of_file(
                    "[match]\npenalty-age = { years = 10, points = 7 }\n[memories.old]\npenalty = 3\npriority = 2",
                ).unwrap();
            }
            let options = Options {
                min,
                limit,
                now: "2026-01-01".parse().ok(),
                ..Options::new("en".parse().unwrap(), Some("fr".parse().unwrap()), settings)
            };
            let queries: Vec<Query> = queries
                .into_iter()
                .map(|(text, before)| Query { before, ..Query::plain(text) })
                .collect();
            let expected: Vec<_> = queries.iter().map(|query| of_all(&base, query, &options)).collect();
            for threads in [1, 2, 5] {
                let mut found = vec![];
                let threads = NonZeroUsize::new(threads).unwrap();
                base.match_each(queries.iter().cloned(), &options, threads, |_, matches| -> Result<(), Error> {
                    found.push(matches);
                    Ok(())
                }).unwrap();
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
