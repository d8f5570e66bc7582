//! The ledger: the truth, an append-only log of blocks and one manifest that says how far it counts.
//!
//! A ledger knows nothing of what is in a block. Blocks beyond the manifest's `next` belong
//! to a draft that nobody committed, and may be thrown away. Committing is replacing the
//! manifest; that is atomic and durable when it returns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{ChangeSummary, Revision};

use super::segment::SegmentInfo;
use super::{Counts, StoreError};

/// The newest format of a base that this program knows, and the one it writes.
pub const FORMAT: u32 = 1;

/// What a base is at one revision; HEAD is a copy of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the base.
    pub format: u32,
    /// The revision.
    pub revision: Revision,
    /// The number that the next record will have.
    pub next: u64,
    /// The segments, oldest first.
    #[serde(default)]
    pub segments: Vec<SegmentInfo>,
    /// How much is in it.
    #[serde(default)]
    pub counts: Counts,
    /// What was set for the base as a whole.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// How far a draft has come that may be gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// What the draft is made from, in the caller's terms.
    pub fingerprint: String,
    /// How far the caller was, in the caller's terms.
    pub token: Vec<u8>,
    /// The revision it builds on.
    pub revision: Revision,
    /// The finished parts.
    pub parts: Vec<SegmentInfo>,
    /// What it counts so far.
    pub counts: Counts,
    /// What it did so far.
    pub summary: ChangeSummary,
    /// Ranges of its own records that later ones replaced.
    #[serde(default)]
    pub superseded: Vec<(u64, u64)>,
    /// Ranges of earlier records that it dropped.
    #[serde(default)]
    pub dropped: Vec<(u64, u64)>,
}

/// An iterator over blocks: the number of the first record, and the bytes.
pub type Blocks<'a> = Box<dyn Iterator<Item = Result<(u64, Vec<u8>), StoreError>> + 'a>;

/// Keeps the log. Whoever has one is the only writer.
pub trait Ledger: Send {
    /// Returns the manifest last committed; `None` in a new ledger.
    fn manifest(&mut self) -> Result<Option<Manifest>, StoreError>;

    /// Adds a block behind what is there. It counts once a manifest reaches beyond it.
    fn append(&mut self, first: u64, block: Vec<u8>) -> Result<(), StoreError>;

    /// Makes everything appended durable, then the manifest, if the ledger is still at the
    /// expected revision. An unfinished draft is forgotten with it.
    fn commit(&mut self, expecting: Revision, manifest: &Manifest) -> Result<(), StoreError>;

    /// Iterates over the blocks from the one that holds this record, in order.
    fn blocks(&mut self, from: u64) -> Result<Blocks<'_>, StoreError>;

    /// Throws away the blocks that begin at this record or behind it, and any unfinished draft.
    fn discard(&mut self, from: u64) -> Result<(), StoreError>;

    /// Remembers, durably and with everything appended, how far a draft has come.
    fn checkpoint(&mut self, unfinished: &Unfinished) -> Result<(), StoreError>;

    /// Returns what the last checkpoint remembered.
    fn unfinished(&mut self) -> Result<Option<Unfinished>, StoreError>;
}

/// A ledger that ends with the process.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    manifest: Option<Manifest>,
    blocks: BTreeMap<u64, Vec<u8>>,
    unfinished: Option<Unfinished>,
}

impl MemoryLedger {
    /// Makes an empty ledger.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Ledger for MemoryLedger {
    fn manifest(&mut self) -> Result<Option<Manifest>, StoreError> {
        Ok(self.manifest.clone())
    }

    fn append(&mut self, first: u64, block: Vec<u8>) -> Result<(), StoreError> {
        self.blocks.insert(first, block);
        Ok(())
    }

    fn commit(&mut self, expecting: Revision, manifest: &Manifest) -> Result<(), StoreError> {
        expect(expecting, self.manifest.as_ref())?;
        self.manifest = Some(manifest.clone());
        self.unfinished = None;
        Ok(())
    }

    fn blocks(&mut self, from: u64) -> Result<Blocks<'_>, StoreError> {
        let start = self.blocks.range(..=from).next_back().map_or(from, |(first, _)| *first);
        Ok(Box::new(self.blocks.range(start..).map(|(first, block)| Ok((*first, block.clone())))))
    }

    fn discard(&mut self, from: u64) -> Result<(), StoreError> {
        self.blocks.split_off(&from);
        self.unfinished = None;
        Ok(())
    }

    fn checkpoint(&mut self, unfinished: &Unfinished) -> Result<(), StoreError> {
        self.unfinished = Some(unfinished.clone());
        Ok(())
    }

    fn unfinished(&mut self) -> Result<Option<Unfinished>, StoreError> {
        Ok(self.unfinished.clone())
    }
}

/// Refuses a commit that builds on another revision than the ledger has.
pub(super) fn expect(expected: Revision, manifest: Option<&Manifest>) -> Result<(), StoreError> {
    let found = manifest.map_or(Revision(0), |m| m.revision);
    if found == expected { Ok(()) } else { Err(StoreError::Conflict { expected, found }) }
}
