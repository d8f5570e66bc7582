//! The translation memory at the desk: what it has for a segment.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashSet;

use super::{Base, Error};
use crate::find::leverage::{Match, Neighbours, Options, Query, Ranking, Side, bound, edits, of_unit, reach};
use crate::model::{LanguageTag, Unit, UnitId};
use crate::store::{Query as Units, Snapshot, StoreError};
use crate::text::{Token, tokens};

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

/// A unit that may reach the least score: how far its nearest source is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    /// The edits between the words, and the number of words of the longer side.
    edits: usize,
    longer: usize,
    unit: UnitId,
}

/// The memories of one revision, asked in one way.
struct Memories<'b> {
    snapshot: &'b Snapshot,
    options: &'b Options,
    order: OnceLock<Order>,
}

/// What stands before and behind each unit.
type Order = HashMap<UnitId, (Option<UnitId>, Option<UnitId>)>;

impl<'b> Memories<'b> {
    fn new(snapshot: &'b Snapshot, options: &'b Options) -> Self {
        Self { snapshot, options, order: OnceLock::new() }
    }

    fn matches(&self, query: &Query) -> Result<Vec<Match>, StoreError> {
        let mut ranking = Ranking::new(self.options.limit);
        let side = Side::new(&query.segment, &self.options.from);
        let mut seen = FxHashSet::default();
        for candidate in self.candidates(side.tokens())? {
            let candidate = candidate?;
            // Candidates come best first, so that what cannot change the answer is not read.
            if ranking.is_settled_below(reach(candidate.edits, candidate.longer)) {
                break;
            }
            // A unit may have several sources.
            if !seen.insert(candidate.unit) {
                continue;
            }
            let Some(unit) = self.snapshot.unit(candidate.unit)? else { continue };
            let mut neighbours = |unit: &Unit| self.neighbours(unit);
            for found in of_unit((query, &side), &unit, self.options, &mut neighbours)? {
                ranking.take(found);
            }
        }
        Ok(ranking.finish())
    }

    /// Returns, best first, at least every unit with a source in the language of the query whose [`bound`] reaches the
    /// least score. This looks at all there are.
    fn candidates(
        &self,
        query: &[Token],
    ) -> Result<impl Iterator<Item = Result<Candidate, StoreError>> + use<>, StoreError> {
        let ours: Vec<u64> = query.iter().map(|t| t.hash).collect();
        let (from, min) = (&self.options.from, self.options.min.min(100));
        let mut found = vec![];
        if !ours.is_empty() {
            for unit in self.snapshot.units(&Units { lang: Some(from.clone()), ..Units::default() }) {
                let unit = unit?;
                found.extend(nearest_source(&unit, from, &ours).filter(|c| bound(c.edits, c.longer) >= min));
            }
        }
        found.sort_by(|a, b| (a.edits * b.longer).cmp(&(b.edits * a.longer)).then(a.unit.cmp(&b.unit)));
        Ok(found.into_iter().map(Ok))
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

    /// Returns the sources of the units that stand around a unit in its memory and file, in stored order.
    fn neighbours(&self, unit: &Unit) -> Result<Neighbours, StoreError> {
        let order = match self.order.get() {
            Some(order) => order,
            None => {
                let order = self.read_order()?;
                self.order.get_or_init(|| order)
            }
        };
        let (before, after) = order.get(&unit.id).copied().unwrap_or_default();
        let source = |id: Option<UnitId>| -> Result<Option<String>, StoreError> {
            let Some(unit) = id.map(|id| self.snapshot.unit(id)).transpose()?.flatten() else {
                return Ok(None);
            };
            let mut sources = unit.variants.into_iter().filter(|v| v.lang.serves(&self.options.from));
            Ok(sources.next().map(|v| v.segment.text))
        };
        Ok(Neighbours { before: source(before)?, after: source(after)? })
    }

    fn read_order(&self) -> Result<Order, StoreError> {
        let mut order = Order::new();
        let mut last: HashMap<(String, String), UnitId> = HashMap::new();
        for unit in self.snapshot.units(&Units::default()) {
            let unit = unit?;
            // Units that somebody added one by one stand in no file, and beside no other.
            if unit.origin.file.is_empty() {
                continue;
            }
            let before = last.insert((unit.origin.memory, unit.origin.file), unit.id);
            if let Some(known) = before.and_then(|before| order.get_mut(&before)) {
                known.1 = Some(unit.id);
            }
            order.insert(unit.id, (before, None));
        }
        Ok(order)
    }
}

fn nearest_source(unit: &Unit, from: &LanguageTag, query: &[u64]) -> Option<Candidate> {
    let sources = unit.variants.iter().filter(|v| v.lang.serves(from));
    let near = sources.filter_map(|v| {
        let theirs: Vec<u64> = tokens(&v.segment.text).iter().map(|t| t.hash).collect();
        let longer = query.len().max(theirs.len());
        (!theirs.is_empty()).then(|| Candidate { edits: edits(query, &theirs), longer, unit: unit.id })
    });
    near.min_by(|a, b| (a.edits * b.longer).cmp(&(b.edits * a.longer)))
}
