//! A segment: consecutive blocks of the log and every index over them, in one immutable file.
//!
//! ```text
//! blocks        verbatim from the ledger, each with its own checksum
//! tables        see [`Region`]; checksummed in chunks of 64 KiB, verified at first touch
//! footer        msgpack: ranges, counts, where each table is, the chunks' checksums
//! trailer       where the footer is, its checksum, version, magic
//! ```
//! The footer's checksum vouches for everything, as it covers the chunks' checksums and one
//! of the tables holds the blocks' own. Numbers are little-endian. Records are named inside a
//! segment by `rel`, their number less the segment's first.
//!
//! Tables hold what was live when the segment was made, but for the ids, which lead to the
//! newest record of each entity here even when it is gone: history starts there. What newer
//! segments made of it stands in *their* `kills`, so no published file ever changes and HEAD
//! stays small.

use std::cmp::Ordering;
use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering as Memory};
use std::sync::{Arc, Mutex, OnceLock};

use serde::{Deserialize, Serialize};

use crate::index;
use crate::model::{EntityKind, Finding, LanguageTag, Place, Severity};

use super::StoreError;
use super::build::Builder;
use super::record::{self, BlockHeader, HEADER, RawBlock, kind_number, sum};

/// The tables of a segment, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Region {
    /// Per block: first rel u32, count u16, 0 u16, offset u64, length u32, 0 u32, checksum u64.
    BlockIndex,
    /// Per rel: the entity's 16 bytes.
    Ids,
    /// Per rel: kind u8, flags u8, terms u16; see [`Info`].
    Info,
    /// The newest rel u32 of each entity, by id and then kind.
    Order,
    /// Per rel a bit: is it a concept that was live?
    LiveConcepts,
    /// The same for units.
    LiveUnits,
    /// The same for documents.
    LiveDocuments,
    /// Slugs and former slugs, sorted, without anything between them.
    SlugText,
    /// Per slug: where it ends, u40.
    SlugEnds,
    /// Per slug: rel u32, the highest bit set when it is a former one.
    SlugRefs,
    /// Hash u64 of a foreign id and rel u32, sorted.
    Foreign,
    /// Origin key u64, content hash u64, rel u32 of a unit, sorted.
    Origins,
    /// The languages of terms, sorted, a line each.
    Langs,
    /// Term keys, sorted by class and text, without anything between them.
    KeyText,
    /// Per key: where it ends, u40.
    KeyEnds,
    /// Per key: its first posting, u32.
    KeyStarts,
    /// Rel u32, section u16, term u16, language u16, status and forbidden u8, kind u8.
    Postings,
    /// Per key of class Folded: its signature u64.
    Signatures,
    /// Revision u64 and rel u32 of the record that ends it.
    Revisions,
    /// Ranges (u64, u64) of records in older segments that are not live any more.
    Kills,
    /// Ranges (u64, u64) that a revision (u64) dropped without a record each.
    Drops,
    /// The tables of the index of near texts, over the variants of units; see [`index::Table`].
    NearLanguages,
    NearDirectory,
    NearLengths,
    NearTexts,
    NearGroups,
    NearForward,
    NearHashes,
    NearRanks,
    NearLists,
    NearPostings,
}

/// The region of each table of the index of near texts.
pub(super) fn near_region(table: index::Table) -> Region {
    match table {
        index::Table::Languages => Region::NearLanguages,
        index::Table::Directory => Region::NearDirectory,
        index::Table::Lengths => Region::NearLengths,
        index::Table::Texts => Region::NearTexts,
        index::Table::Groups => Region::NearGroups,
        index::Table::Forward => Region::NearForward,
        index::Table::Hashes => Region::NearHashes,
        index::Table::Ranks => Region::NearRanks,
        index::Table::Lists => Region::NearLists,
        index::Table::Postings => Region::NearPostings,
    }
}

impl Region {
    pub const ALL: [Self; 31] = [
        Self::BlockIndex,
        Self::Ids,
        Self::Info,
        Self::Order,
        Self::LiveConcepts,
        Self::LiveUnits,
        Self::LiveDocuments,
        Self::SlugText,
        Self::SlugEnds,
        Self::SlugRefs,
        Self::Foreign,
        Self::Origins,
        Self::Langs,
        Self::KeyText,
        Self::KeyEnds,
        Self::KeyStarts,
        Self::Postings,
        Self::Signatures,
        Self::Revisions,
        Self::Kills,
        Self::Drops,
        Self::NearLanguages,
        Self::NearDirectory,
        Self::NearLengths,
        Self::NearTexts,
        Self::NearGroups,
        Self::NearForward,
        Self::NearHashes,
        Self::NearRanks,
        Self::NearLists,
        Self::NearPostings,
    ];
    pub const COUNT: usize = Self::ALL.len();
}

pub(super) const BLOCK_ENTRY: usize = 32;
pub(super) const INFO: usize = 4;
pub(super) const END: usize = 5;
pub(super) const FOREIGN: usize = 12;
pub(super) const ORIGIN: usize = 20;
pub(super) const POSTING: usize = 12;
pub(super) const REVISION: usize = 12;
pub(super) const KILL: usize = 16;
pub(super) const DROP: usize = 24;

/// Set in a slug's rel when the concept has another slug now.
pub(super) const FORMER: u32 = 1 << 31;
/// The most records a segment can have, as a slug's rel lends its highest bit.
pub(super) const MAX_RECORDS: u64 = FORMER as u64;

pub(super) const CHUNK: usize = 64 << 10;
/// To be raised whenever `text` makes other keys or signatures of a term, or other tokens of a segment, than
/// before: segments of another number are not asked but indexed again.
pub(super) const KEYS: u32 = 2;

const TRAILER: usize = 32;
const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"wicseg\r\n";

/// What the tables know of a record without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Info {
    /// The kind's number, [`Info::MADE`] or [`Info::MISSING`].
    pub kind: u8,
    /// Whether it says that the entity is gone.
    pub gone: bool,
    /// How many terms the concept has, 65,535 for more.
    pub terms: u16,
}

impl Info {
    /// The end of a revision.
    pub const MADE: u8 = 3;
    /// There is no such record, or it is damaged.
    pub const MISSING: u8 = 255;

    pub fn to_bytes(self) -> [u8; INFO] {
        let terms = self.terms.to_le_bytes();
        [self.kind, u8::from(self.gone), terms[0], terms[1]]
    }

    fn from_bytes(b: [u8; INFO]) -> Self {
        Self { kind: b[0], gone: b[1] & 1 == 1, terms: u16::from_le_bytes([b[2], b[3]]) }
    }
}

/// What a posting says of the term that a key was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting {
    pub rel: u32,
    pub section: u16,
    pub term: u16,
    pub lang: u16,
    /// Status + 1 in the lower bits, 0 for none; the highest bit for forbidden.
    pub standing: u8,
    /// Kind + 1, 0 for none.
    pub kind: u8,
}

impl Posting {
    pub fn to_bytes(self) -> [u8; POSTING] {
        let mut b = [0; POSTING];
        b[..4].copy_from_slice(&self.rel.to_le_bytes());
        b[4..6].copy_from_slice(&self.section.to_le_bytes());
        b[6..8].copy_from_slice(&self.term.to_le_bytes());
        b[8..10].copy_from_slice(&self.lang.to_le_bytes());
        b[10] = self.standing;
        b[11] = self.kind;
        b
    }

    fn from_bytes(b: [u8; POSTING]) -> Self {
        Self {
            rel: u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            section: u16::from_le_bytes([b[4], b[5]]),
            term: u16::from_le_bytes([b[6], b[7]]),
            lang: u16::from_le_bytes([b[8], b[9]]),
            standing: b[10],
            kind: b[11],
        }
    }
}

/// Where a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockPlace {
    pub rel: u32,
    pub count: u16,
    pub offset: u64,
    pub len: u32,
    pub checksum: u64,
}

impl BlockPlace {
    pub fn to_bytes(self) -> [u8; BLOCK_ENTRY] {
        let mut b = [0; BLOCK_ENTRY];
        b[..4].copy_from_slice(&self.rel.to_le_bytes());
        b[4..6].copy_from_slice(&self.count.to_le_bytes());
        b[8..16].copy_from_slice(&self.offset.to_le_bytes());
        b[16..20].copy_from_slice(&self.len.to_le_bytes());
        b[24..].copy_from_slice(&self.checksum.to_le_bytes());
        b
    }

    fn from_bytes(b: [u8; BLOCK_ENTRY]) -> Self {
        Self {
            rel: u32_of(&b[..4]),
            count: u16::from_le_bytes([b[4], b[5]]),
            offset: u64_of(&b[8..16]),
            len: u32_of(&b[16..20]),
            checksum: u64_of(&b[24..]),
        }
    }
}

pub(super) fn u32_of(b: &[u8]) -> u32 {
    b.iter().take(4).rev().fold(0, |n, b| n << 8 | u32::from(*b))
}

fn u64_be(b: &[u8]) -> u64 {
    b.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
}

pub(super) fn u64_of(b: &[u8]) -> u64 {
    b.iter().take(8).rev().fold(0, |n, b| n << 8 | u64::from(*b))
}

/// How much a segment was made of, oldest and largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Everything that has settled.
    Main,
    /// What overflowed from deltas.
    Middle,
    /// The latest changes.
    Delta,
}

/// A segment as HEAD names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentInfo {
    /// The name of its file.
    pub name: String,
    /// The length of its file.
    pub length: u64,
    /// The checksum of its footer, which vouches for all of it.
    pub checksum: u64,
    /// The number of its first record.
    pub first: u64,
    /// The number behind its last record.
    pub next: u64,
    /// Its level.
    pub level: Level,
    /// How many records of concepts, units and documents it has, dead ones included.
    pub records: [u64; 3],
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Footer {
    pub first: u64,
    pub next: u64,
    pub records: [u64; 3],
    /// The [`KEYS`] of the program that made it.
    #[serde(default)]
    pub keys: u32,
    /// Keys per class.
    pub classes: [u32; 4],
    /// The length of the blocks.
    pub blocks: u64,
    /// Where the first chunk begins.
    pub tables: u64,
    /// (offset, length) of each [`Region`].
    pub regions: Vec<(u64, u64)>,
    /// Of each chunk.
    pub sums: Vec<u64>,
}

/// Packs footer and trailer; also returns the footer's checksum.
pub(super) fn pack_footer(footer: &Footer, offset: u64) -> Result<(Vec<u8>, u64), StoreError> {
    let mut bytes = rmp_serde::to_vec_named(footer)
        .map_err(|e| StoreError::Invalid(format!("a segment's footer cannot be packed: {e}")))?;
    let (len, checksum) = (bytes.len() as u32, sum(&bytes));
    bytes.extend_from_slice(&offset.to_le_bytes());
    bytes.extend_from_slice(&len.to_le_bytes());
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes.extend_from_slice(&MAGIC);
    Ok((bytes, checksum))
}

pub(super) fn read_footer(bytes: &[u8]) -> Option<(Footer, u64)> {
    let trailer = bytes.get(bytes.len().checked_sub(TRAILER)?..)?;
    if trailer[24..] != MAGIC || u32_of(&trailer[12..16]) != VERSION {
        return None;
    }
    let offset = usize::try_from(u64_of(&trailer[..8])).ok()?;
    let len = u32_of(&trailer[8..12]) as usize;
    if offset.checked_add(len)?.checked_add(TRAILER)? != bytes.len() {
        return None;
    }
    let packed = bytes.get(offset..offset + len)?;
    let checksum = u64_of(&trailer[16..24]);
    if sum(packed) != checksum {
        return None;
    }
    let footer: Footer = rmp_serde::from_slice(packed).ok()?;
    let end = offset as u64;
    let chunks = end.checked_sub(footer.tables)?.div_ceil(CHUNK as u64);
    let inside =
        |&(at, len): &(u64, u64)| at >= footer.tables && at.checked_add(len).is_some_and(|to| to <= end);
    let well = footer.blocks <= footer.tables
        && footer.sums.len() as u64 == chunks
        // One of another version is indexed again, and may have fewer tables.
        && (footer.keys != KEYS || footer.regions.len() >= Region::COUNT)
        && footer.regions.iter().all(inside)
        && footer.next >= footer.first
        && footer.next - footer.first <= MAX_RECORDS;
    well.then_some((footer, checksum))
}

/// Bytes that never change: a mapped file, or memory.
#[derive(Clone)]
pub(super) enum Bytes {
    Map(Arc<memmap2::Mmap>),
    Memory(Arc<Vec<u8>>),
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Map(map) => map,
            Self::Memory(bytes) => bytes,
        }
    }
}

impl Bytes {
    pub fn map(file: &File) -> std::io::Result<Self> {
        // SAFETY: the rule of the house that no published segment is ever changed or truncated:
        // writers make new files and remove old names. Whoever breaks it from outside breaks
        // the checksum before any value read from the map is believed.
        let map = unsafe { memmap2::Mmap::map(file)? };
        Ok(Self::Map(Arc::new(map)))
    }
}

/// A table is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage;

type Asked<T> = Result<T, Damage>;

/// The tables of a segment, wherever they are.
pub(super) struct Tables {
    bytes: Bytes,
    pub footer: Footer,
    /// A bit per chunk: it was verified.
    checked: Vec<AtomicU64>,
    langs: OnceLock<Vec<String>>,
    near_langs: OnceLock<Vec<LanguageTag>>,
}

impl index::Shelf for Tables {
    fn slice(&self, table: index::Table, at: u64, len: u64) -> Result<&[u8], index::Damage> {
        self.slice(near_region(table), at, len).map_err(|Damage| index::Damage)
    }

    fn len(&self, table: index::Table) -> u64 {
        self.len(near_region(table))
    }
}

impl Tables {
    fn new(bytes: Bytes, footer: Footer, trusted: bool) -> Self {
        let words = footer.sums.len().div_ceil(64);
        let bits = if trusted { u64::MAX } else { 0 };
        let checked = (0..words).map(|_| AtomicU64::new(bits)).collect();
        Self { bytes, footer, checked, langs: OnceLock::new(), near_langs: OnceLock::new() }
    }

    /// Returns a stretch of a table, verified.
    fn slice(&self, region: Region, at: u64, len: u64) -> Asked<&[u8]> {
        let (offset, whole) = *self.footer.regions.get(region as usize).ok_or(Damage)?;
        if at.checked_add(len).is_none_or(|end| end > whole) {
            return Err(Damage);
        }
        let from = usize::try_from(offset + at).map_err(|_| Damage)?;
        let to = from + usize::try_from(len).map_err(|_| Damage)?;
        let base = self.footer.tables as usize;
        if to > from {
            for chunk in (from - base) / CHUNK..=(to - 1 - base) / CHUNK {
                self.verify(chunk)?;
            }
        }
        self.bytes.get(from..to).ok_or(Damage)
    }

    fn verify(&self, chunk: usize) -> Asked<()> {
        let (word, bit) = (self.checked.get(chunk / 64).ok_or(Damage)?, 1u64 << (chunk % 64));
        if word.load(Memory::Relaxed) & bit != 0 {
            return Ok(());
        }
        let (from, end) = (self.footer.tables as usize + chunk * CHUNK, self.tables_end());
        let bytes = self.bytes.get(from..end.min(from + CHUNK)).ok_or(Damage)?;
        if self.footer.sums.get(chunk) != Some(&sum(bytes)) {
            return Err(Damage);
        }
        word.fetch_or(bit, Memory::Relaxed);
        Ok(())
    }

    fn tables_end(&self) -> usize {
        self.footer.regions.iter().map(|(at, len)| (at + len) as usize).max().unwrap_or(0).next_multiple_of(8)
    }

    /// Verifies every chunk.
    pub fn verify_all(&self) -> Asked<()> {
        (0..self.footer.sums.len()).try_for_each(|chunk| self.verify(chunk))
    }

    /// Returns a whole table, verified.
    pub fn whole(&self, region: Region) -> Asked<&[u8]> {
        self.slice(region, 0, self.len(region))
    }

    pub fn len(&self, region: Region) -> u64 {
        self.footer.regions.get(region as usize).map_or(0, |(_, len)| *len)
    }

    fn entry<const N: usize>(&self, region: Region, i: u64) -> Asked<[u8; N]> {
        let at = i.checked_mul(N as u64).ok_or(Damage)?;
        self.slice(region, at, N as u64)?.try_into().map_err(|_| Damage)
    }

    pub fn id(&self, rel: u32) -> Asked<[u8; 16]> {
        self.entry(Region::Ids, u64::from(rel))
    }

    pub fn info(&self, rel: u32) -> Asked<Info> {
        self.entry(Region::Info, u64::from(rel)).map(Info::from_bytes)
    }

    pub fn order(&self, i: u64) -> Asked<u32> {
        self.entry(Region::Order, i).map(u32::from_le_bytes)
    }

    pub fn entities(&self) -> u64 {
        self.len(Region::Order) / 4
    }

    /// Finds the newest record of an entity.
    pub fn find(&self, kind: EntityKind, id: &[u8; 16]) -> Asked<Option<u32>> {
        let (mut low, mut high) = (0, self.entities());
        if low == high {
            return Ok(None);
        }
        // The kind is looked at only when the ids are equal: it stands elsewhere in memory.
        let compare = |i: u64| {
            let rel = self.order(i)?;
            let found = self.id(rel)?;
            let order = match found.cmp(id) {
                Ordering::Equal => self.info(rel)?.kind.cmp(&kind_number(kind)),
                other => other,
            };
            Ok((order, u64_be(&found)))
        };
        // Ids are random, so that a guess by their size lands near: a few guesses, then halving.
        let wanted = u64_be(id);
        let (mut from, mut to) = (compare(0)?.1, compare(high - 1)?.1);
        for _ in 0..8 {
            if high - low < 8 || wanted < from || wanted > to || to - from < high - low {
                break;
            }
            let step = u128::from(wanted - from) * u128::from(high - low - 1) / u128::from(to - from);
            let guess = low + step as u64;
            match compare(guess)? {
                (Ordering::Equal, _) => return self.order(guess).map(Some),
                (Ordering::Less, found) => (low, from) = (guess + 1, found),
                (Ordering::Greater, found) => (high, to) = (guess, found),
            }
        }
        let at = low + partition(high - low, |i| Ok(compare(low + i)?.0 == Ordering::Less))?;
        let there = at < self.entities() && compare(at)?.0 == Ordering::Equal;
        if there { self.order(at).map(Some) } else { Ok(None) }
    }

    fn live_region(kind: EntityKind) -> Region {
        match kind {
            EntityKind::Concept => Region::LiveConcepts,
            EntityKind::Unit => Region::LiveUnits,
            EntityKind::Document => Region::LiveDocuments,
        }
    }

    /// Tells whether a record was live when the segment was made.
    pub fn live(&self, kind: EntityKind, rel: u32) -> Asked<bool> {
        let word: [u8; 8] = self.entry(Self::live_region(kind), u64::from(rel / 64))?;
        Ok(u64::from_le_bytes(word) >> (rel % 64) & 1 == 1)
    }

    /// Finds the first live record from here on.
    pub fn next_live(&self, kind: EntityKind, from: u32) -> Asked<Option<u32>> {
        let region = Self::live_region(kind);
        let words = self.len(region) / 8;
        let mut i = u64::from(from / 64);
        let mut mask = u64::MAX << (from % 64);
        while i < words {
            let word = u64::from_le_bytes(self.entry(region, i)?) & mask;
            if word != 0 {
                return Ok(Some((i * 64) as u32 + word.trailing_zeros()));
            }
            mask = u64::MAX;
            i += 1;
        }
        Ok(None)
    }

    /// Tells whether this segment made an older record dead.
    pub fn kills(&self, seq: u64) -> Asked<bool> {
        let n = self.len(Region::Kills) / KILL as u64;
        let range = |i| self.entry::<KILL>(Region::Kills, i).map(|b| (u64_of(&b[..8]), u64_of(&b[8..])));
        let at = partition(n, |i| Ok(range(i)?.0 <= seq))?;
        if at == 0 { Ok(false) } else { Ok(seq < range(at - 1)?.1) }
    }

    /// Finds the revision that dropped a record without a record of its own.
    pub fn dropped_by(&self, seq: u64) -> Asked<Option<u64>> {
        let n = self.len(Region::Drops) / DROP as u64;
        let range = |i| {
            self.entry::<DROP>(Region::Drops, i)
                .map(|b| (u64_of(&b[..8]), u64_of(&b[8..16]), u64_of(&b[16..])))
        };
        let at = partition(n, |i| Ok(range(i)?.0 <= seq))?;
        if at == 0 {
            return Ok(None);
        }
        let (_, end, revision) = range(at - 1)?;
        Ok((seq < end).then_some(revision))
    }

    pub fn slugs(&self) -> u64 {
        self.len(Region::SlugRefs) / 4
    }

    fn text(&self, text: Region, ends: Region, i: u64) -> Asked<&str> {
        let end = |i| self.entry::<END>(ends, i).map(|b| u64_of(&b));
        let from = if i == 0 { 0 } else { end(i - 1)? };
        let bytes = self.slice(text, from, end(i)?.checked_sub(from).ok_or(Damage)?)?;
        std::str::from_utf8(bytes).map_err(|_| Damage)
    }

    /// Returns a slug, its record, and whether it is a former one.
    pub fn slug(&self, i: u64) -> Asked<(&str, u32, bool)> {
        let to: u32 = self.entry(Region::SlugRefs, i).map(u32::from_le_bytes)?;
        Ok((self.text(Region::SlugText, Region::SlugEnds, i)?, to & !FORMER, to & FORMER != 0))
    }

    /// Finds every record of a slug: (rel, former).
    pub fn find_slug(&self, slug: &str) -> Asked<Vec<(u32, bool)>> {
        let mut at = partition(self.slugs(), |i| Ok(self.slug(i)?.0 < slug))?;
        let mut found = vec![];
        while at < self.slugs() {
            let (text, rel, former) = self.slug(at)?;
            if text != slug {
                break;
            }
            found.push((rel, former));
            at += 1;
        }
        Ok(found)
    }

    pub fn foreign(&self, i: u64) -> Asked<(u64, u32)> {
        self.entry::<FOREIGN>(Region::Foreign, i).map(|b| (u64_of(&b[..8]), u32_of(&b[8..])))
    }

    pub fn find_foreign(&self, hash: u64) -> Asked<Vec<u32>> {
        let n = self.len(Region::Foreign) / FOREIGN as u64;
        let mut at = partition(n, |i| Ok(self.foreign(i)?.0 < hash))?;
        let mut found = vec![];
        while at < n && self.foreign(at)?.0 == hash {
            found.push(self.foreign(at)?.1);
            at += 1;
        }
        Ok(found)
    }

    /// Returns (key, content hash, rel).
    pub fn origin(&self, i: u64) -> Asked<(u64, u64, u32)> {
        let b: [u8; ORIGIN] = self.entry(Region::Origins, i)?;
        Ok((u64_of(&b[..8]), u64_of(&b[8..16]), u32_of(&b[16..])))
    }

    pub fn origin_keys(&self) -> Asked<Vec<u64>> {
        (0..self.len(Region::Origins) / ORIGIN as u64).map(|i| Ok(self.origin(i)?.0)).collect()
    }

    pub fn find_origin(&self, key: u64) -> Asked<Vec<(u32, u64)>> {
        let n = self.len(Region::Origins) / ORIGIN as u64;
        let mut at = partition(n, |i| Ok(self.origin(i)?.0 < key))?;
        let mut found = vec![];
        while at < n {
            let (k, content, rel) = self.origin(at)?;
            if k != key {
                break;
            }
            found.push((rel, content));
            at += 1;
        }
        Ok(found)
    }

    pub fn revision_count(&self) -> u64 {
        self.len(Region::Revisions) / REVISION as u64
    }

    pub fn revision(&self, i: u64) -> Asked<(u64, u32)> {
        self.entry::<REVISION>(Region::Revisions, i).map(|b| (u64_of(&b[..8]), u32_of(&b[8..])))
    }

    /// Finds the record that ends the first revision not below this one.
    pub fn find_revision(&self, revision: u64) -> Asked<Option<(u64, u32)>> {
        let at = partition(self.revision_count(), |i| Ok(self.revision(i)?.0 < revision))?;
        if at < self.revision_count() { self.revision(at).map(Some) } else { Ok(None) }
    }

    /// The numbers of the keys of a class.
    pub fn class(&self, class: usize) -> std::ops::Range<u64> {
        let before: u64 = self.footer.classes[..class].iter().map(|n| u64::from(*n)).sum();
        before..before + u64::from(self.footer.classes[class])
    }

    pub fn keys(&self) -> u64 {
        self.len(Region::KeyStarts) / 4
    }

    pub fn key(&self, i: u64) -> Asked<&str> {
        self.text(Region::KeyText, Region::KeyEnds, i)
    }

    /// Where a key ends in the text of all keys.
    pub fn key_end(&self, i: u64) -> Asked<u64> {
        self.entry::<END>(Region::KeyEnds, i).map(|b| u64_of(&b))
    }

    /// The texts of these keys, joined, and where they begin in the text of all keys.
    pub fn key_texts(&self, keys: std::ops::Range<u64>) -> Asked<(&[u8], u64)> {
        if keys.is_empty() {
            return Ok((&[], 0));
        }
        let from = if keys.start == 0 { 0 } else { self.key_end(keys.start - 1)? };
        let to = self.key_end(keys.end - 1)?;
        Ok((self.slice(Region::KeyText, from, to.checked_sub(from).ok_or(Damage)?)?, from))
    }

    /// Finds the first key of a class that is not below this text.
    pub fn find_key(&self, class: usize, text: &str) -> Asked<u64> {
        let keys = self.class(class);
        let n = keys.end - keys.start;
        Ok(keys.start + partition(n, |i| Ok(self.key(keys.start + i)? < text))?)
    }

    /// Finds the key that holds a byte of the text of all keys.
    pub fn key_at(&self, byte: u64) -> Asked<u64> {
        partition(self.keys(), |i| Ok(self.key_end(i)? <= byte))
    }

    pub fn postings(&self, key: u64) -> Asked<std::ops::Range<u64>> {
        let start = |i| self.entry(Region::KeyStarts, i).map(|b| u64::from(u32::from_le_bytes(b)));
        let end = if key + 1 < self.keys() { start(key + 1)? } else { self.posting_count() };
        Ok(start(key)?..end)
    }

    pub fn posting_count(&self) -> u64 {
        self.len(Region::Postings) / POSTING as u64
    }

    pub fn posting(&self, i: u64) -> Asked<Posting> {
        self.entry(Region::Postings, i).map(Posting::from_bytes)
    }

    pub fn signature(&self, i: u64) -> Asked<u64> {
        self.entry(Region::Signatures, i).map(u64::from_le_bytes)
    }

    pub fn langs(&self) -> Asked<&[String]> {
        if let Some(langs) = self.langs.get() {
            return Ok(langs);
        }
        let text = std::str::from_utf8(self.whole(Region::Langs)?).map_err(|_| Damage)?;
        Ok(self.langs.get_or_init(|| text.lines().map(str::to_owned).collect()))
    }

    /// The languages of the index of near texts, by their numbers there.
    pub fn near_langs(&self) -> Asked<&[LanguageTag]> {
        if let Some(langs) = self.near_langs.get() {
            return Ok(langs);
        }
        let names = index::languages(self).map_err(|index::Damage| Damage)?;
        let langs = names.iter().map(|name| name.parse().map_err(|_| Damage)).collect::<Asked<_>>()?;
        Ok(self.near_langs.get_or_init(|| langs))
    }

    pub fn block_count(&self) -> u64 {
        self.len(Region::BlockIndex) / BLOCK_ENTRY as u64
    }

    pub fn block(&self, i: u64) -> Asked<BlockPlace> {
        self.entry(Region::BlockIndex, i).map(BlockPlace::from_bytes)
    }

    /// Finds the block of a record.
    pub fn block_of(&self, rel: u32) -> Asked<Option<u64>> {
        let at = partition(self.block_count(), |i| Ok(self.block(i)?.rel <= rel))?;
        let Some(at) = at.checked_sub(1) else { return Ok(None) };
        let place = self.block(at)?;
        Ok((rel - place.rel < u32::from(place.count)).then_some(at))
    }
}

/// Finds the first of `n` for which `before` does not hold, as `slice::partition_point` does.
fn partition(n: u64, before: impl Fn(u64) -> Asked<bool>) -> Asked<u64> {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle)? { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// A segment that can be asked.
pub(super) struct Segment {
    pub name: String,
    /// Its file; `None` for one in memory.
    pub path: Option<PathBuf>,
    pub first: u64,
    pub next: u64,
    pub bytes: Bytes,
    tables: Option<Tables>,
    /// Whether the tables were made by a program whose keys are not ours.
    pub outdated: bool,
    /// Made from the blocks when the tables proved damaged.
    rebuilt: OnceLock<Tables>,
    findings: Mutex<Vec<Finding>>,
    pub length: u64,
    pub checksum: u64,
}

impl Segment {
    /// Opens a file as HEAD names it.
    pub fn open(folder: &Path, info: &SegmentInfo) -> Result<Self, StoreError> {
        let path = folder.join(&info.name);
        let doing = |e| StoreError::io(format!("opening {}", path.display()), e);
        let file = File::open(&path).map_err(doing)?;
        let length = file.metadata().map_err(doing)?.len();
        if length != info.length {
            return Err(StoreError::Damaged(format!(
                "the segment {} has {length} bytes and should have {}",
                path.display(),
                info.length
            )));
        }
        let bytes =
            if length == 0 { Bytes::Memory(Arc::new(vec![])) } else { Bytes::map(&file).map_err(doing)? };
        Ok(Self::of(bytes, info, Some(path)))
    }

    fn of(bytes: Bytes, info: &SegmentInfo, path: Option<PathBuf>) -> Self {
        let footer = read_footer(&bytes).filter(|(footer, checksum)| {
            *checksum == info.checksum && footer.first == info.first && footer.next == info.next
        });
        let outdated = footer.as_ref().is_some_and(|(footer, _)| footer.keys != KEYS);
        let tables =
            footer.filter(|_| !outdated).map(|(footer, _)| Tables::new(bytes.clone(), footer, false));
        Self {
            name: info.name.clone(),
            path,
            first: info.first,
            next: info.next,
            length: info.length,
            checksum: info.checksum,
            bytes,
            tables,
            outdated,
            rebuilt: OnceLock::new(),
            findings: Mutex::default(),
        }
    }

    /// Takes bytes that this process has just made.
    pub fn made(name: String, bytes: Bytes, path: Option<PathBuf>) -> Result<Self, StoreError> {
        let (footer, checksum) = read_footer(&bytes).ok_or_else(|| {
            StoreError::Damaged(format!("the segment {name} did not reach the disk as written"))
        })?;
        Ok(Self {
            name,
            path,
            first: footer.first,
            next: footer.next,
            length: bytes.len() as u64,
            checksum,
            tables: Some(Tables::new(bytes.clone(), footer, true)),
            outdated: false,
            bytes,
            rebuilt: OnceLock::new(),
            findings: Mutex::default(),
        })
    }

    /// Describes it for HEAD.
    pub fn describe(&self, level: Level) -> Result<SegmentInfo, StoreError> {
        Ok(SegmentInfo {
            name: self.name.clone(),
            length: self.length,
            checksum: self.checksum,
            first: self.first,
            next: self.next,
            level,
            records: self.ask(|t| Ok(t.footer.records))?,
        })
    }

    /// Asks the tables; damaged ones are made anew from the blocks, and that is said.
    pub fn ask<'a, T>(&'a self, question: impl Fn(&'a Tables) -> Asked<T>) -> Result<T, StoreError> {
        if let Some(rebuilt) = self.rebuilt.get() {
            return question(rebuilt).map_err(|Damage| self.hopeless());
        }
        if let Some(tables) = &self.tables
            && let Ok(answer) = question(tables)
        {
            return Ok(answer);
        }
        if self.rebuilt.get().is_none() {
            let rebuilt = self.rebuild()?;
            // Another thread may have come first with the same.
            let _ = self.rebuilt.set(rebuilt);
        }
        let Some(rebuilt) = self.rebuilt.get() else { return Err(self.hopeless()) };
        question(rebuilt).map_err(|Damage| self.hopeless())
    }

    /// Returns sound tables: those of the file if every chunk of them is whole.
    pub fn sound(&self) -> Result<&Tables, StoreError> {
        self.ask(|t| t.verify_all().map(|()| t))
    }

    /// Returns the tables as the file has them, if its footer is whole.
    pub fn written(&self) -> Option<&Tables> {
        self.tables.as_ref()
    }

    fn hopeless(&self) -> StoreError {
        StoreError::Damaged(format!("the segment {} is damaged beyond reading", self.name))
    }

    fn rebuild(&self) -> Result<Tables, StoreError> {
        let mut builder = Builder::new(self.first, None)?;
        let mut missing = 0;
        for (offset, header) in record::find_blocks(self.block_bytes()) {
            if header.first < builder.next() || header.next() > self.next {
                continue;
            }
            missing += header.first - builder.next();
            builder.index_block(&self.bytes[offset..offset + header.total()], offset as u64)?;
        }
        missing += self.next - builder.next();
        builder.skip_to(self.next)?;
        let why = if self.outdated { "was made by another version" } else { "is damaged" };
        self.say(format!("the index of segment {} {why}; its blocks are searched instead", self.name));
        if missing > 0 {
            self.say(format!(
                "{missing} records of segment {} are damaged as well; what they said is missing",
                self.name
            ));
        }
        let (bytes, footer) = builder.tables()?;
        Ok(Tables::new(Bytes::Memory(Arc::new(bytes)), footer, true))
    }

    /// Where the blocks are: before the tables if that is known, else anywhere.
    pub fn block_bytes(&self) -> &[u8] {
        let end = self.tables.as_ref().map_or(self.bytes.len(), |t| t.footer.blocks as usize);
        self.bytes.get(..end).unwrap_or(&self.bytes)
    }

    /// Reads the block that holds a record.
    pub fn block_with(&self, rel: u32) -> Result<(u64, BlockPlace), StoreError> {
        let found = self.ask(|t| match t.block_of(rel)? {
            Some(i) => Ok(Some((i, t.block(i)?))),
            None => Ok(None),
        })?;
        found.ok_or_else(|| self.lost(self.first + u64::from(rel), 1))
    }

    /// Unpacks a block.
    pub fn read_block(&self, place: BlockPlace) -> Result<RawBlock, StoreError> {
        let block = self.block_slice(place).and_then(RawBlock::open);
        let first = self.first + u64::from(place.rel);
        block
            .filter(|b| b.first == first && b.count() == usize::from(place.count))
            .ok_or_else(|| self.lost(first, u64::from(place.count)))
    }

    /// The bytes of a block, if they are those that the tables mean.
    pub fn block_slice(&self, place: BlockPlace) -> Option<&[u8]> {
        let from = usize::try_from(place.offset).ok()?;
        let block = self.bytes.get(from..from.checked_add(place.len as usize)?)?;
        let header = BlockHeader::read(block)?;
        (block.len() >= HEADER && header.checksum == place.checksum).then_some(block)
    }

    /// Tells whether every table and every block is as it was written; looks at all of them.
    pub fn is_whole(&self) -> bool {
        let Some(tables) = &self.tables else { return false };
        let blocks = |tables: &Tables| {
            for i in 0..tables.block_count() {
                let sound = self.block_slice(tables.block(i)?).and_then(BlockHeader::verified);
                sound.ok_or(Damage)?;
            }
            Ok(())
        };
        tables.verify_all().and_then(|()| blocks(tables)).is_ok()
    }

    fn lost(&self, first: u64, count: u64) -> StoreError {
        let what = match count {
            1 => format!("record {first}"),
            _ => format!("records {first} to {}", first + count - 1),
        };
        let message = format!("{what} of segment {} cannot be read: the block is damaged", self.name);
        self.say(message.clone());
        StoreError::Damaged(message)
    }

    fn say(&self, message: String) {
        let finding = Finding::new("base-damaged", Severity::Error, Place::file(&self.name), message);
        let mut findings = self.findings.lock().unwrap_or_else(|e| e.into_inner());
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }

    /// The damage met so far.
    pub fn findings(&self) -> Vec<Finding> {
        self.findings.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }
}
