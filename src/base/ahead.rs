//! The reading side of an import: entries, ready to be stored, a bounded stretch ahead.
//!
//! Reading and storing take about as long as each other, so each has a thread; what can be made of an entry
//! without the base (its keys, the name it is known by) is made here.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::interrupted::{Shift, Stand};
use crate::format::{Entry, Header, Sink};
use crate::model::{Concept, Finding, Place, Unit};
use crate::store::{Filing, origin_key};

/// Where the reading of a file starts.
#[derive(Default)]
pub(super) struct Start {
    /// The keys of the units that were read before.
    pub met: FxHashSet<u64>,
    /// Where it leaps.
    pub shift: Option<Shift>,
    /// Whether it is unpacked on the way, so that bytes of what is read are none of the file.
    pub unpacked: bool,
}

/// What the reading thread hands to the storing one.
pub(super) enum Item {
    Concept(Box<Concept>, Filing, Place),
    Unit(Box<Unit>, u64, Filing, Option<Stand>),
    /// What the file says about itself; without a place where that was told of before an interruption.
    Header(Box<Header>, Option<Place>),
    Finding(Finding),
}

/// Reads ahead of the one who stores, a bounded stretch.
pub(super) struct Ahead<'a> {
    to: SyncSender<Vec<Item>>,
    batch: Vec<Item>,
    bytes: &'a AtomicU64,
    /// How far the input was when the batch began.
    began: u64,
    names: UnitNames<'a>,
    shift: Option<Shift>,
    unpacked: bool,
}

/// A batch is handed over at so many items, or when so much of the input went into it.
const BATCH: usize = 256;
const BATCH_BYTES: u64 = 1 << 20;

impl<'a> Ahead<'a> {
    pub fn new(
        to: SyncSender<Vec<Item>>,
        bytes: &'a AtomicU64,
        origin: &'a str,
        memory: &'a str,
        start: Start,
    ) -> Self {
        let began = bytes.load(Ordering::Relaxed);
        let names = UnitNames { met: start.met, ..UnitNames::new(origin, memory) };
        Self { to, batch: vec![], bytes, began, names, shift: start.shift, unpacked: start.unpacked }
    }

    fn push(&mut self, item: Item) -> ControlFlow<()> {
        self.batch.push(item);
        if self.batch.len() < BATCH && self.bytes.load(Ordering::Relaxed) - self.began < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        self.hand_over()
    }

    pub fn hand_over(&mut self) -> ControlFlow<()> {
        self.began = self.bytes.load(Ordering::Relaxed);
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        match self.to.send(batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Sink for Ahead<'_> {
    fn entry(&mut self, entry: Entry, mut place: Place) -> ControlFlow<()> {
        if self.unpacked {
            place.bytes = None;
        }
        if let Entry::Header(header) = entry {
            let told = self.shift.is_some_and(|shift| shift.is_before(&place));
            return self.push(Item::Header(header, (!told).then_some(place)));
        }
        if let Some(shift) = self.shift {
            shift.apply(&mut place);
        }
        match entry {
            Entry::Unit(mut unit) => {
                let key = self.names.name(&mut unit);
                let filing = Filing::of_unit(&unit);
                self.push(Item::Unit(unit, key, filing, Stand::of(&place)))
            }
            Entry::Concept(concept) => {
                let filing = Filing::of(&concept);
                self.push(Item::Concept(concept, filing, place))
            }
            // Taken above.
            Entry::Header(_) => ControlFlow::Continue(()),
        }
    }

    fn finding(&mut self, mut finding: Finding) {
        if self.unpacked {
            finding.place.bytes = None;
        }
        if let Some(shift) = self.shift {
            if shift.is_before(&finding.place) {
                return;
            }
            shift.apply(&mut finding.place);
        }
        // Whether anyone listens is told at the next entry.
        let _ = self.push(Item::Finding(finding));
    }
}

/// Knows under which key a unit of this file is found again: its id in the file, or its source
/// text; and how often that has come.
pub(super) struct UnitNames<'a> {
    origin: &'a str,
    memory: &'a str,
    met: FxHashSet<u64>,
    /// How often those came that came more than once; apart, because most never do.
    repeated: FxHashMap<u64, u32>,
}

impl<'a> UnitNames<'a> {
    pub fn new(origin: &'a str, memory: &'a str) -> Self {
        Self { origin, memory, met: FxHashSet::default(), repeated: FxHashMap::default() }
    }

    pub fn name(&mut self, unit: &mut Unit) -> u64 {
        if unit.origin.memory.is_empty() {
            self.memory.clone_into(&mut unit.origin.memory);
        }
        if unit.origin.file.is_empty() {
            self.origin.clone_into(&mut unit.origin.file);
        }
        let key = origin_key(&unit.origin).unwrap_or_else(|| source_key(unit, "text"));
        if self.met.insert(key) {
            return key;
        }
        let nth = self.repeated.entry(key).or_insert(1);
        loop {
            *nth += 1;
            let another = xxh3_64(&[key.to_le_bytes(), u64::from(*nth).to_le_bytes()].concat());
            // What was met before an interruption is known by its keys alone.
            if self.met.insert(another) {
                return another;
            }
        }
    }
}

/// The key of a unit by its source text.
pub(super) fn source_key(unit: &Unit, what: &str) -> u64 {
    let text = unit.source().map_or("", |variant| &variant.segment.text);
    let mut hash = Xxh3::new();
    for part in [&unit.origin.memory, &unit.origin.file, what, text] {
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.digest()
}

/// Counts what is read.
pub(super) struct Counted<'a> {
    pub inner: &'a mut (dyn Read + Send),
    pub bytes: &'a AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
