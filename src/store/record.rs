//! The records of the log, and the compressed blocks they are packed in.
//!
//! A record is what became of one entity in one revision, or the revision itself; records
//! have sequential numbers for ever. A block is up to 64 consecutive records in one zstd
//! frame behind a header with a checksum, so that it can be copied between ledger and
//! segments as it is, verified wherever it stands, and found again when everything that
//! points to it is lost.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::model::{EntityKind, RevisionRecord, Unit, UnitOrigin, Versioned};

use super::StoreError;

/// What the log says under one number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The revision that made it.
    #[serde(rename = "r")]
    pub revision: u64,
    /// The entity's record before this one, whether it was still there or not.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<u64>,
    /// The origin key that the caller gave a unit.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub key: Option<u64>,
    /// What it says.
    #[serde(rename = "b")]
    pub body: Body,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Body {
    /// The state of an entity.
    State(Versioned),
    /// The end of a revision: it comes last in its range.
    Made(Box<Made>),
}

/// A record without its body, which is most of the work of reading one.
#[derive(Debug, Deserialize)]
pub(super) struct RecordHead {
    #[serde(rename = "p", default)]
    pub previous: Option<u64>,
}

/// The same as [`Record`], borrowing what it writes.
#[derive(Serialize)]
struct RecordRef<'a> {
    #[serde(rename = "r")]
    revision: u64,
    #[serde(rename = "p", skip_serializing_if = "Option::is_none")]
    previous: Option<u64>,
    #[serde(rename = "k", skip_serializing_if = "Option::is_none")]
    key: Option<u64>,
    #[serde(rename = "b")]
    body: BodyRef<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum BodyRef<'a> {
    State(&'a Versioned),
    Made(&'a Made),
}

/// A revision as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Made {
    /// Who, when, why and how much.
    pub record: RevisionRecord,
    /// The command that made it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
    /// The number of its first record; its last is the one that holds this.
    pub first: u64,
    /// The ranges of earlier records, all live until then, that it dropped without a record each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<(u64, u64)>,
    /// The ranges of its own records that later ones of its own replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub superseded: Vec<(u64, u64)>,
}

/// Packs a state.
pub(super) fn encode_state(
    revision: u64,
    previous: Option<u64>,
    key: Option<u64>,
    state: &Versioned,
) -> Result<Vec<u8>, StoreError> {
    encode(&RecordRef { revision, previous, key, body: BodyRef::State(state) })
}

/// Packs the end of a revision.
pub(super) fn encode_made(made: &Made) -> Result<Vec<u8>, StoreError> {
    let body = BodyRef::Made(made);
    encode(&RecordRef { revision: made.record.revision.0, previous: None, key: None, body })
}

fn encode(record: &RecordRef<'_>) -> Result<Vec<u8>, StoreError> {
    let bytes = rmp_serde::to_vec_named(record)
        .map_err(|e| StoreError::Invalid(format!("the record cannot be packed: {e}")))?;
    if bytes.len() > MAX_RECORD {
        return Err(StoreError::Invalid(format!(
            "an entry of {} bytes is too large: the store takes up to {MAX_RECORD}",
            bytes.len()
        )));
    }
    Ok(bytes)
}

/// Unpacks a record.
pub(super) fn decode(bytes: &[u8], seq: u64) -> Result<Record, StoreError> {
    rmp_serde::from_slice(bytes).map_err(|e| unreadable(seq, &e))
}

/// Unpacks the head of a record.
pub(super) fn decode_head(bytes: &[u8], seq: u64) -> Result<RecordHead, StoreError> {
    rmp_serde::from_slice(bytes).map_err(|e| unreadable(seq, &e))
}

fn unreadable(seq: u64, e: &rmp_serde::decode::Error) -> StoreError {
    StoreError::Damaged(format!("record {seq} is whole but cannot be understood: {e}"))
}

/// Returns the key under which a unit of this origin is found again; `None` without an id of its own.
pub fn origin_key(origin: &UnitOrigin) -> Option<u64> {
    let tuid = origin.tuid.as_ref()?;
    let mut hash = Xxh3::new();
    for part in [&origin.memory, &origin.file, tuid] {
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    Some(hash.digest())
}

/// Returns a hash of all a unit says except its identity, so that equal units have equal hashes.
pub fn content_hash(unit: &Unit) -> u64 {
    #[derive(Serialize)]
    struct Content<'a>(
        &'a UnitOrigin,
        &'a Option<crate::model::LanguageTag>,
        &'a crate::model::Attributes,
        &'a Vec<crate::model::Property>,
        &'a Vec<crate::model::Variant>,
    );
    struct Hashing(Xxh3);
    impl std::io::Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let content =
        Content(&unit.origin, &unit.source_lang, &unit.attributes, &unit.properties, &unit.variants);
    let mut to = std::io::BufWriter::with_capacity(512, Hashing(Xxh3::new()));
    let packed = rmp_serde::encode::write_named(&mut to, &content);
    debug_assert!(packed.is_ok(), "a hasher takes every byte");
    match to.into_inner() {
        Ok(hashing) => hashing.0.digest(),
        Err(_) => 0,
    }
}

/// Returns the hash under which a foreign id is found.
pub(super) fn foreign_hash(origin: &str, id: &str) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(&(origin.len() as u64).to_le_bytes());
    hash.update(origin.as_bytes());
    hash.update(id.as_bytes());
    hash.digest()
}

/// The number of a kind in tables.
pub(super) fn kind_number(kind: EntityKind) -> u8 {
    match kind {
        EntityKind::Concept => 0,
        EntityKind::Unit => 1,
        EntityKind::Document => 2,
    }
}

/// The longest record, unpacked.
pub(super) const MAX_RECORD: usize = 256 << 20;
/// The longest raw block: one longest record behind as many ordinary ones as fit before it.
const MAX_RAW: usize = MAX_RECORD + (1 << 20);
/// The most records in a block.
pub(super) const MAX_COUNT: usize = 64;
/// A block is closed at this size: concepts and units are mostly read one by one, and each unpacks its block.
const ENOUGH_RAW: usize = 16 << 10;
/// The fastest that still packs well: an import waits for it.
const LEVEL: i32 = 1;

/// The length of a block's header.
pub(super) const HEADER: usize = 32;
const MAGIC: [u8; 4] = *b"WBk1";

/// What stands before a block's zstd frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockHeader {
    /// The number of its first record.
    pub first: u64,
    /// How many records it has.
    pub count: u16,
    /// The length of the frame.
    pub len: u32,
    /// The length of the frame's content.
    pub raw: u32,
    /// Checksum of header and frame.
    pub checksum: u64,
}

impl BlockHeader {
    /// Reads a header; `None` if these bytes are not one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let b: &[u8; HEADER] = bytes.get(..HEADER)?.try_into().ok()?;
        if b[..4] != MAGIC {
            return None;
        }
        let u32_at = |at: usize| u32::from_le_bytes([b[at], b[at + 1], b[at + 2], b[at + 3]]);
        let u64_at = |at: usize| u64::from(u32_at(at)) | (u64::from(u32_at(at + 4)) << 32);
        let header = Self {
            count: u16::from_le_bytes([b[4], b[5]]),
            raw: u32_at(8),
            len: u32_at(12),
            first: u64_at(16),
            checksum: u64_at(24),
        };
        let well = (1..=MAX_COUNT).contains(&usize::from(header.count)) && header.raw as usize <= MAX_RAW;
        well.then_some(header)
    }

    /// The whole length, header included.
    pub fn total(&self) -> usize {
        HEADER + self.len as usize
    }

    /// The number behind its last record.
    pub fn next(&self) -> u64 {
        self.first.saturating_add(u64::from(self.count))
    }

    /// Reads the header of a whole block and verifies the block; `None` if it is damaged.
    pub fn verified(block: &[u8]) -> Option<Self> {
        let header = Self::read(block)?;
        let sound = block.len() == header.total() && header.checksum == checksum(block);
        sound.then_some(header)
    }
}

fn checksum(block: &[u8]) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(&block[..24]);
    hash.update(&block[HEADER..]);
    hash.digest()
}

/// Gathers records into a block.
#[derive(Debug, Default)]
pub(super) struct BlockBuilder {
    first: u64,
    ends: Vec<u32>,
    records: Vec<u8>,
}

impl BlockBuilder {
    pub fn new(first: u64) -> Self {
        Self { first, ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn first(&self) -> u64 {
        self.first
    }

    /// Adds a record; tells whether the block should be closed now.
    pub fn push(&mut self, record: &[u8]) -> bool {
        self.records.extend_from_slice(record);
        self.ends.push(self.records.len() as u32);
        self.ends.len() == MAX_COUNT || self.records.len() >= ENOUGH_RAW
    }

    /// Returns a record that was added.
    pub fn record(&self, seq: u64) -> Option<&[u8]> {
        let at = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        let end = *self.ends.get(at)? as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        self.records.get(start..end)
    }

    /// Packs what was gathered, and begins the next block.
    pub fn finish(&mut self, zstd: &mut Packer) -> Result<Vec<u8>, StoreError> {
        let mut raw = Vec::with_capacity(self.ends.len() * 4 + self.records.len());
        for end in &self.ends {
            raw.extend_from_slice(&end.to_le_bytes());
        }
        raw.append(&mut self.records);
        let frame = zstd.0.compress(&raw).map_err(|e| StoreError::io("packing a block", e))?;
        let mut block = Vec::with_capacity(HEADER + frame.len());
        block.extend_from_slice(&MAGIC);
        block.extend_from_slice(&(self.ends.len() as u16).to_le_bytes());
        block.extend_from_slice(&[0; 2]);
        block.extend_from_slice(&(raw.len() as u32).to_le_bytes());
        block.extend_from_slice(&(frame.len() as u32).to_le_bytes());
        block.extend_from_slice(&self.first.to_le_bytes());
        block.extend_from_slice(&[0; 8]);
        block.extend_from_slice(&frame);
        let sum = checksum(&block);
        block[24..HEADER].copy_from_slice(&sum.to_le_bytes());
        self.first += self.ends.len() as u64;
        self.ends.clear();
        Ok(block)
    }
}

/// Unpacks a frame. Like a compressor, a decompressor costs more to make than a block to unpack, so
/// each thread keeps one.
fn unpack(frame: &[u8], raw: usize) -> std::io::Result<Vec<u8>> {
    use zstd::bulk::Decompressor;
    thread_local! {
        static KEPT: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    KEPT.with_borrow_mut(|kept| match kept {
        Some(kept) => kept.decompress(frame, raw),
        None => kept.insert(Decompressor::new()?).decompress(frame, raw),
    })
}

/// A zstd compressor, kept because making one costs more than a block.
pub(super) struct Packer(zstd::bulk::Compressor<'static>);

impl Packer {
    pub fn new() -> Result<Self, StoreError> {
        let packer = zstd::bulk::Compressor::new(LEVEL);
        Ok(Self(packer.map_err(|e| StoreError::io("preparing compression", e))?))
    }
}

/// A block unpacked.
#[derive(Debug)]
pub(super) struct RawBlock {
    pub first: u64,
    count: usize,
    raw: Vec<u8>,
}

impl RawBlock {
    /// Verifies and unpacks a block; `None` if it is damaged.
    pub fn open(block: &[u8]) -> Option<Self> {
        let header = BlockHeader::verified(block)?;
        let raw = unpack(&block[HEADER..], header.raw as usize).ok()?;
        let count = usize::from(header.count);
        (raw.len() == header.raw as usize && raw.len() >= count * 4).then_some(Self {
            first: header.first,
            count,
            raw,
        })
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the record of a number.
    pub fn record(&self, seq: u64) -> Option<&[u8]> {
        let at = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        if at >= self.count {
            return None;
        }
        let end_of = |i: usize| {
            let b = &self.raw[i * 4..i * 4 + 4];
            u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize
        };
        let base = self.count * 4;
        let start = if at == 0 { 0 } else { end_of(at - 1) };
        self.raw.get(base + start..base + end_of(at))
    }
}

/// Finds the blocks in bytes whose table of contents is lost: (offset, header), all verified.
pub(super) fn find_blocks(bytes: &[u8]) -> Vec<(usize, BlockHeader)> {
    let mut found = vec![];
    let mut at = 0;
    while at + HEADER <= bytes.len() {
        if let Some(header) = BlockHeader::read(&bytes[at..])
            && let Some(block) = bytes.get(at..at + header.total())
            && BlockHeader::verified(block).is_some()
        {
            found.push((at, header));
            at += header.total();
            continue;
        }
        match memchr::memmem::find(&bytes[at + 1..], &MAGIC) {
            Some(step) => at += 1 + step,
            None => break,
        }
    }
    found
}

/// The checksum of everything that is not a block.
pub(super) fn sum(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}
