//! Makes segments: from records as they come, and from other segments.
//!
//! Both ways write through [`TableWriter`] and sort everything that has an order by a key that
//! ends in the record's number, so that merging segments gives, byte for byte, what
//! indexing their records afresh would give; `doctor` relies on that.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use crate::index;
use crate::model::{Concept, EntityKind, Status, Term, TermKind, Unit, Versioned};

use super::StoreError;
use super::filing::{Filed, Filing};
use super::record::{
    self, BlockBuilder, BlockHeader, Body, Made, Packer, RawBlock, content_hash, foreign_hash, kind_number,
    origin_key,
};
use super::segment::{
    BlockPlace, CHUNK, DROP, Damage, FOREIGN, FORMER, Footer, Info, KEYS, KILL, MAX_RECORDS, ORIGIN, POSTING,
    Posting, Region, Segment, Tables, near_region, pack_footer, u64_of,
};
use super::spool::{Gathered, Spool};
use crate::text::{self, KeyClass};

/// What is indexed of a record.
pub(super) enum Indexed<'a> {
    /// The state of an entity, with the origin key given for it, and what it is filed under where that is
    /// made already.
    State(&'a Versioned, Option<u64>, Option<&'a Filing>),
    /// The end of a revision.
    Made(&'a Made),
}

/// A segment that grows record by record, and can be asked while it does.
pub(super) struct Builder {
    first: u64,
    out: Spool,
    packer: Packer,
    open: BlockBuilder,
    blocks: Vec<BlockPlace>,
    ids: Vec<[u8; 16]>,
    info: Vec<Info>,
    dead: Bits,
    newest: FxHashMap<(u8, [u8; 16]), u32>,
    slugs: Vec<(Box<str>, u32, bool)>,
    slug_chains: Chains,
    foreign: Vec<(u64, u32)>,
    foreign_chains: Chains,
    origins: Vec<(u64, u64, u32)>,
    origin_chains: Chains,
    langs: FxHashMap<Box<str>, u16>,
    key_text: Vec<u8>,
    keys: Vec<Key>,
    revisions: Vec<(u64, u32)>,
    kills: Vec<(u64, u64)>,
    drops: Vec<(u64, u64, u64)>,
    records: [u64; 3],
    near: index::Gatherer,
}

struct Key {
    /// The first bytes of the text, which decide most comparisons without going to it.
    start: u64,
    at: u64,
    len: u32,
    class: u8,
    posting: Posting,
}

impl Builder {
    /// Begins a segment at a record; its file, if it comes to need one, will be at `home`.
    pub fn new(first: u64, home: Option<PathBuf>) -> Result<Self, StoreError> {
        Ok(Self {
            first,
            out: Spool::new(home),
            packer: Packer::new()?,
            open: BlockBuilder::new(first),
            blocks: vec![],
            ids: vec![],
            info: vec![],
            dead: Bits::default(),
            newest: FxHashMap::default(),
            slugs: vec![],
            slug_chains: Chains::default(),
            foreign: vec![],
            foreign_chains: Chains::default(),
            origins: vec![],
            origin_chains: Chains::default(),
            langs: FxHashMap::default(),
            key_text: vec![],
            keys: vec![],
            revisions: vec![],
            kills: vec![],
            drops: vec![],
            records: [0; 3],
            near: index::Gatherer::default(),
        })
    }

    pub fn first(&self) -> u64 {
        self.first
    }

    /// The number that the next record will have.
    pub fn next(&self) -> u64 {
        self.first + self.ids.len() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Roughly what its tables cost in memory.
    pub fn weight(&self) -> usize {
        self.ids.len() * 72
            + self.slugs.len() * 96
            + self.foreign.len() * 40
            + self.origins.len() * 56
            + self.keys.len() * size_of::<Key>()
            + self.key_text.len()
            + self.near.weight()
    }

    /// Adds a record; returns the first number and bytes of the block that it filled.
    pub fn push(
        &mut self,
        packed: &[u8],
        previous: Option<u64>,
        what: Indexed<'_>,
    ) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        self.index(previous, what)?;
        if self.open.push(packed) { self.close_block() } else { Ok(None) }
    }

    /// Closes the open block, if it has any records.
    pub fn close_block(&mut self) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        if self.open.is_empty() {
            return Ok(None);
        }
        let first = self.open.first();
        let block = self.open.finish(&mut self.packer)?;
        self.place_block(&block, self.out.len())?;
        self.out.push(&block)?;
        Ok(Some((first, block)))
    }

    /// Takes over a block that stands elsewhere, without its bytes.
    pub fn index_block(&mut self, block: &[u8], offset: u64) -> Result<(), StoreError> {
        let damaged = || StoreError::Damaged("a block is damaged".to_owned());
        let raw = RawBlock::open(block).ok_or_else(damaged)?;
        self.skip_to(raw.first)?;
        self.place_block(block, offset)?;
        for seq in raw.first..raw.first + raw.count() as u64 {
            let record = record::decode(raw.record(seq).ok_or_else(damaged)?, seq)?;
            let what = match &record.body {
                Body::State(state) => Indexed::State(state, record.key, None),
                Body::Made(made) => Indexed::Made(made),
            };
            self.index(record.previous, what)?;
        }
        self.open = BlockBuilder::new(self.next());
        Ok(())
    }

    /// Takes over a block with its bytes.
    pub fn push_block(&mut self, block: &[u8]) -> Result<(), StoreError> {
        self.index_block(block, self.out.len())?;
        self.out.push(block)
    }

    /// Leaves numbers out: their records are lost.
    pub fn skip_to(&mut self, seq: u64) -> Result<(), StoreError> {
        if seq < self.next() || seq - self.first > MAX_RECORDS {
            return Err(StoreError::Damaged(format!("record {seq} does not follow record {}", self.next())));
        }
        let len = (seq - self.first) as usize;
        self.ids.resize(len, [0; 16]);
        self.info.resize(len, Info { kind: Info::MISSING, gone: false, terms: 0 });
        self.open = BlockBuilder::new(seq);
        Ok(())
    }

    fn place_block(&mut self, block: &[u8], offset: u64) -> Result<(), StoreError> {
        let header = BlockHeader::read(block)
            .ok_or_else(|| StoreError::Damaged("a block has lost its header".to_owned()))?;
        self.blocks.push(BlockPlace {
            rel: (header.first - self.first) as u32,
            count: header.count,
            offset,
            len: block.len() as u32,
            checksum: header.checksum,
        });
        Ok(())
    }

    fn index(&mut self, previous: Option<u64>, what: Indexed<'_>) -> Result<(), StoreError> {
        let seq = self.next();
        if seq - self.first >= MAX_RECORDS {
            return Err(StoreError::Invalid("a segment cannot hold more records".to_owned()));
        }
        let rel = (seq - self.first) as u32;
        if let Some(previous) = previous {
            self.kill(previous, previous + 1);
        }
        let (id, info) = match what {
            Indexed::State(state, key, filing) => {
                let (kind, id) = state.entity();
                let number = kind_number(kind);
                self.records[usize::from(number)] += 1;
                self.newest.insert((number, id), rel);
                let mut info = Info { kind: number, gone: false, terms: 0 };
                match state {
                    Versioned::Concept(concept) => {
                        info.terms = match filing {
                            Some(filing) => self.index_concept(rel, concept, filing),
                            None => self.index_concept(rel, concept, &Filing::of(concept)),
                        };
                    }
                    Versioned::Unit(unit) => {
                        match filing {
                            Some(filing) => self.index_unit(rel, unit, filing),
                            None => self.index_unit(rel, unit, &Filing::of_unit(unit)),
                        }
                        if let Some(key) = key.or_else(|| origin_key(&unit.origin)) {
                            self.origin_chains.add(key, self.origins.len());
                            self.origins.push((key, content_hash(unit), rel));
                        }
                    }
                    Versioned::Document(_) => {}
                    Versioned::Gone(..) => info.gone = true,
                }
                (id, info)
            }
            Indexed::Made(made) => {
                for &(from, to) in &made.dropped {
                    self.kill(from, to);
                    self.drops.push((from, to, made.record.revision.0));
                }
                self.revisions.push((made.record.revision.0, rel));
                ([0; 16], Info { kind: Info::MADE, gone: false, terms: 0 })
            }
        };
        self.ids.push(id);
        self.info.push(info);
        Ok(())
    }

    fn index_unit(&mut self, rel: u32, unit: &Unit, filing: &Filing) {
        for ((variant, ordinal), tokens) in unit.variants.iter().zip(unit.ordinals()).zip(filing.tokens()) {
            self.near.push(variant.lang.as_str(), rel, ordinal, tokens);
        }
    }

    fn index_concept(&mut self, rel: u32, concept: &Concept, filing: &Filing) -> u16 {
        let name = table_slug(concept);
        for (slug, former) in
            std::iter::once((&*name, false)).chain(concept.former_slugs.iter().map(|s| (s.as_str(), true)))
        {
            self.slug_chains.add(record::sum(slug.as_bytes()), self.slugs.len());
            self.slugs.push((slug.into(), rel, former));
        }
        for foreign in &concept.foreign_ids {
            let hash = foreign_hash(&foreign.origin, &foreign.id);
            self.foreign_chains.add(hash, self.foreign.len());
            self.foreign.push((hash, rel));
        }
        let mut terms = 0u16;
        let mut langs = Vec::with_capacity(concept.languages.len());
        for section in &concept.languages {
            terms = terms.saturating_add(u16::try_from(section.terms.len()).unwrap_or(u16::MAX));
            langs.push(self.lang(section.lang.as_str()));
        }
        for Filed { section, term, class, text } in filing.keys() {
            let Some(found) = concept.languages.get(usize::from(section)) else { continue };
            let Some(found) = found.terms.get(usize::from(term)) else { continue };
            let Some(lang) = langs[usize::from(section)] else { continue };
            let (standing, kind) = pack_term(found);
            let posting = Posting { rel, section, term, lang, standing, kind };
            let at = self.key_text.len() as u64;
            self.key_text.extend_from_slice(text.as_bytes());
            let mut start = [0; 8];
            let n = text.len().min(8);
            start[..n].copy_from_slice(&text.as_bytes()[..n]);
            let (start, len) = (u64::from_be_bytes(start), text.len() as u32);
            self.keys.push(Key { start, at, len, class: class.to_byte(), posting });
        }
        terms
    }

    /// The number of a language. More languages than there are have none: their terms are listed, but
    /// not found.
    fn lang(&mut self, lang: &str) -> Option<u16> {
        if let Some(known) = self.langs.get(lang) {
            return Some(*known);
        }
        let new = u16::try_from(self.langs.len()).ok()?;
        self.langs.insert(lang.into(), new);
        Some(new)
    }

    /// Notes that records are not live any more.
    fn kill(&mut self, from: u64, to: u64) {
        // A range from a stranger's dump may claim records that never were.
        for seq in from.max(self.first)..to.min(self.next()) {
            self.dead.set((seq - self.first) as usize);
        }
        if from < self.first {
            let to = to.min(self.first);
            match self.kills.last_mut() {
                Some(last) if last.1 == from => last.1 = to,
                _ => self.kills.push((from, to)),
            }
        }
    }

    /// Finds the newest record of an entity here.
    pub fn find(&self, kind: EntityKind, id: &[u8; 16]) -> Option<u64> {
        self.newest.get(&(kind_number(kind), *id)).map(|rel| self.first + u64::from(*rel))
    }

    /// What is known of a record here.
    pub fn info(&self, seq: u64) -> Option<Info> {
        self.info.get(usize::try_from(seq.checked_sub(self.first)?).ok()?).copied()
    }

    /// The entity of a record here.
    pub fn id(&self, seq: u64) -> Option<[u8; 16]> {
        self.ids.get(usize::try_from(seq.checked_sub(self.first)?).ok()?).copied()
    }

    /// Tells whether a record here was replaced here.
    pub fn is_dead(&self, seq: u64) -> bool {
        seq >= self.first && self.dead.get((seq - self.first) as usize)
    }

    /// The records here that have or had a slug, newest first.
    pub fn with_slug(&self, slug: &str) -> impl Iterator<Item = (u64, bool)> {
        self.slug_chains.at(record::sum(slug.as_bytes())).filter_map(move |i| {
            let (text, rel, former) = &self.slugs[i];
            (**text == *slug).then_some((self.first + u64::from(*rel), *former))
        })
    }

    /// The records here with this hash of a foreign id, newest first.
    pub fn with_foreign(&self, hash: u64) -> impl Iterator<Item = u64> {
        self.foreign_chains.at(hash).map(|i| self.first + u64::from(self.foreign[i].1))
    }

    /// The units here with this origin key, newest first: (record, content hash).
    pub fn with_origin(&self, key: u64) -> impl Iterator<Item = (u64, u64)> {
        self.origin_chains.at(key).map(|i| (self.first + u64::from(self.origins[i].2), self.origins[i].1))
    }

    /// Hands a packed record to `read`.
    pub fn read<T>(&mut self, seq: u64, read: impl FnOnce(&[u8]) -> T) -> Result<T, StoreError> {
        let lost = || StoreError::Damaged(format!("the draft has lost its record {seq}"));
        if let Some(bytes) = self.open.record(seq) {
            return Ok(read(bytes));
        }
        let rel = seq.checked_sub(self.first).ok_or_else(lost)?;
        let at = self.blocks.partition_point(|b| u64::from(b.rel) <= rel).checked_sub(1).ok_or_else(lost)?;
        let block = self.out.read(self.blocks[at].offset, self.blocks[at].len as usize)?;
        let raw = RawBlock::open(&block).ok_or_else(lost)?;
        raw.record(seq).map(read).ok_or_else(lost)
    }

    /// Ends the segment: its bytes or its file.
    pub fn seal(mut self) -> Result<Gathered, StoreError> {
        debug_assert!(self.open.is_empty(), "the last block was closed, so that the ledger has it");
        let out = std::mem::replace(&mut self.out, Spool::new(None));
        let home = out.path().map(PathBuf::from);
        let (writer, footer) = self.write_tables(home)?;
        writer.finish(out, footer)?.finish()
    }

    /// The tables alone.
    pub fn tables(self) -> Result<(Vec<u8>, Footer), StoreError> {
        let (writer, footer) = self.write_tables(None)?;
        let (mut out, mut kept) = (Spool::new(None), Footer::default());
        writer.write(&mut out, footer, &mut kept)?;
        match out.finish()? {
            Gathered::Memory(bytes) => Ok((bytes, kept)),
            Gathered::File(..) => Err(StoreError::Invalid("tables without a home went to a file".to_owned())),
        }
    }

    fn write_tables(mut self, home: Option<PathBuf>) -> Result<(TableWriter, Footer), StoreError> {
        let near = std::mem::take(&mut self.near);
        let (info, dead) = (std::mem::take(&mut self.info), std::mem::take(&mut self.dead));
        let live = |rel: u32| {
            let info = info[rel as usize];
            info.kind < Info::MADE && !info.gone && !dead.get(rel as usize)
        };
        let write_near = |home| {
            let mut to = TableWriter::new(home);
            near.write(live, &mut to).map(|()| to)
        };
        beside(home, write_near, |to| self.write_others(to, &info, live))
    }

    /// Writes all tables but those of near texts.
    fn write_others(
        mut self,
        to: &mut TableWriter,
        info: &[Info],
        live: impl Fn(u32) -> bool,
    ) -> Result<Footer, StoreError> {
        let n = self.ids.len();
        for place in &self.blocks {
            to.push(Region::BlockIndex, &place.to_bytes())?;
        }
        for (id, info) in self.ids.iter().zip(info) {
            to.push(Region::Ids, id)?;
            to.push(Region::Info, &info.to_bytes())?;
        }
        let mut order: Vec<u32> = self.newest.into_values().collect();
        order.sort_unstable_by_key(|rel| (self.ids[*rel as usize], info[*rel as usize].kind));
        for rel in order {
            to.push(Region::Order, &rel.to_le_bytes())?;
        }
        for (kind, region) in LIVE.into_iter().enumerate() {
            let mut bits = Bits::of(n);
            for rel in 0..n as u32 {
                if live(rel) && usize::from(info[rel as usize].kind) == kind {
                    bits.set(rel as usize);
                }
            }
            to.push_bits(region, &bits)?;
        }
        self.slugs.retain(|(_, rel, _)| live(*rel));
        self.slugs.sort_unstable();
        for (slug, rel, former) in &self.slugs {
            to.slug(slug, *rel, *former)?;
        }
        self.foreign.retain(|(_, rel)| live(*rel));
        self.foreign.sort_unstable();
        for (hash, rel) in &self.foreign {
            to.foreign(*hash, *rel)?;
        }
        self.origins.retain(|(_, _, rel)| live(*rel));
        self.origins.sort_unstable_by_key(|(key, _, rel)| (*key, *rel));
        for (key, content, rel) in &self.origins {
            to.origin(*key, *content, *rel)?;
        }
        self.keys.retain(|key| live(key.posting.rel));
        let mut used = vec![false; self.langs.len()];
        for key in &self.keys {
            used[usize::from(key.posting.lang)] = true;
        }
        let mut langs: Vec<(&str, u16)> =
            self.langs.iter().map(|(l, i)| (&**l, *i)).filter(|(_, i)| used[usize::from(*i)]).collect();
        langs.sort_unstable();
        let mut renumbered = vec![0u16; self.langs.len()];
        for (new, (lang, old)) in langs.iter().enumerate() {
            renumbered[usize::from(*old)] = new as u16;
            to.push(Region::Langs, lang.as_bytes())?;
            to.push(Region::Langs, b"\n")?;
        }
        let text = |key: &Key| &self.key_text[key.at as usize..key.at as usize + key.len as usize];
        self.keys.sort_unstable_by(|a, b| {
            (a.class, a.start, text(a), a.posting).cmp(&(b.class, b.start, text(b), b.posting))
        });
        self.keys.dedup_by(|a, b| a.class == b.class && a.posting == b.posting && text(a) == text(b));
        let mut before: Option<(u8, &[u8])> = None;
        for key in &self.keys {
            if before != Some((key.class, text(key))) {
                to.key(key.class, text(key))?;
                before = Some((key.class, text(key)));
            }
            let lang = renumbered[usize::from(key.posting.lang)];
            to.push(Region::Postings, &Posting { lang, ..key.posting }.to_bytes())?;
        }
        for (revision, rel) in &self.revisions {
            to.revision(*revision, *rel)?;
        }
        to.kills(std::mem::take(&mut self.kills))?;
        self.drops.sort_unstable();
        for drop in &self.drops {
            to.dropped(*drop)?;
        }
        Ok(Footer {
            first: self.first,
            next: self.first + n as u64,
            records: self.records,
            ..Footer::default()
        })
    }
}

/// Writes the tables of near texts on one thread and the others on this one: either takes about as long.
fn beside<T>(
    home: Option<PathBuf>,
    near: impl FnOnce(Option<PathBuf>) -> Result<TableWriter, StoreError> + Send,
    others: impl FnOnce(&mut TableWriter) -> Result<T, StoreError>,
) -> Result<(TableWriter, T), StoreError> {
    let mut to = TableWriter::new(home.clone());
    // Their spools have names of their own, as each table is written by one of the two.
    std::thread::scope(|scope| {
        let near = scope.spawn(move || near(home));
        let others = others(&mut to);
        let near = near.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        to.take_near(near?);
        Ok((to, others?))
    })
}

const LIVE: [Region; 3] = [Region::LiveConcepts, Region::LiveUnits, Region::LiveDocuments];

/// The name under which a concept is listed; one without a slug comes after all that have one.
pub(super) fn table_slug(concept: &Concept) -> String {
    concept.slug.as_ref().map_or_else(|| format!("~{}", concept.id), |slug| slug.to_string())
}

const FORBIDDEN: u8 = 0x80;

fn pack_term(term: &Term) -> (u8, u8) {
    fn number<T: PartialEq>(all: &[T], value: &Option<T>) -> u8 {
        value.as_ref().and_then(|v| all.iter().position(|a| a == v)).map_or(0, |i| i as u8 + 1)
    }
    let forbidden = if term.forbidden { FORBIDDEN } else { 0 };
    (number(Status::ALL, &term.status) | forbidden, number(TermKind::ALL, &term.kind))
}

/// Undoes the packing of a term's standing and kind.
pub(super) fn unpack_term(posting: &Posting) -> (Option<Status>, bool, Option<TermKind>) {
    fn value<T: Copy>(all: &[T], number: u8) -> Option<T> {
        all.get(usize::from(number).checked_sub(1)?).copied()
    }
    let status = value(Status::ALL, posting.standing & !FORBIDDEN);
    (status, posting.standing & FORBIDDEN != 0, value(TermKind::ALL, posting.kind))
}

/// Makes one segment of several that follow each other.
pub(super) fn merge(inputs: &[Arc<Segment>], home: Option<PathBuf>) -> Result<Gathered, StoreError> {
    let (Some(oldest), Some(latest)) = (inputs.first(), inputs.last()) else {
        return Err(StoreError::Invalid("there is nothing to merge".to_owned()));
    };
    let (first, next) = (oldest.first, latest.next);
    if next - first > MAX_RECORDS {
        return Err(StoreError::Invalid("a segment cannot hold more records".to_owned()));
    }
    let mut parts = vec![];
    for segment in inputs {
        parts.push(Part { tables: segment.sound()?, shift: (segment.first - first) as u32 });
    }
    let mut out = Spool::new(home.clone());
    // Every part was found sound above, so the answers below do not fail for damage again.
    let lost = || StoreError::Damaged("a segment changed while it was merged".to_owned());
    let deaths = Deaths::of(&parts, first, next).map_err(|Damage| lost())?;
    let merge_near = |home| {
        let mut to = TableWriter::new(home);
        let near: Vec<_> =
            parts.iter().map(|part| index::Part { shelf: part.tables, shift: part.shift }).collect();
        let merged = index::merge(&near, |rel| !deaths.dead.get(rel as usize), &mut to);
        merged.map(|()| to).map_err(|e| e.unwrap_or_else(lost))
    };
    let (to, ()) = beside(home, merge_near, |to| {
        for (segment, part) in inputs.iter().zip(&parts) {
            copy_blocks(segment, part, &mut out, to)?;
        }
        merge_tables(&parts, first, next, &deaths, to).map_err(|e| e.unwrap_or_else(lost))
    })?;
    let mut records = [0; 3];
    for part in &parts {
        for (sum, n) in records.iter_mut().zip(part.tables.footer.records) {
            *sum += n;
        }
    }
    to.finish(out, Footer { first, next, records, ..Footer::default() })?.finish()
}

struct Part<'a> {
    tables: &'a Tables,
    shift: u32,
}

fn copy_blocks(
    segment: &Segment,
    part: &Part<'_>,
    out: &mut Spool,
    to: &mut TableWriter,
) -> Result<(), StoreError> {
    let damaged = |_| StoreError::Damaged(format!("segment {} is damaged", segment.name));
    let base = out.len();
    let whole = segment.written().is_some();
    if whole {
        match &segment.path {
            Some(path) => {
                let mut file =
                    File::open(path).map_err(|e| StoreError::io(format!("opening {}", path.display()), e))?;
                out.push_file(&mut file, 0, segment.block_bytes().len() as u64)?;
            }
            None => out.push(segment.block_bytes())?,
        }
    }
    for i in 0..part.tables.block_count() {
        let mut place = part.tables.block(i).map_err(damaged)?;
        if whole {
            place.offset += base;
        } else {
            let offset = out.len();
            out.push(segment.block_slice(place).unwrap_or_default())?;
            place.offset = offset;
        }
        place.rel += part.shift;
        to.push(Region::BlockIndex, &place.to_bytes())?;
    }
    Ok(())
}

/// `None` stands for damage, as every part was verified before.
type Merged<T> = Result<T, Option<StoreError>>;

/// What newer parts made dead.
struct Deaths {
    kills: Vec<(u64, u64)>,
    drops: Vec<(u64, u64, u64)>,
    /// Of the records of the merged segment.
    dead: Bits,
}

impl Deaths {
    fn of(parts: &[Part<'_>], first: u64, next: u64) -> Result<Self, Damage> {
        let (mut kills, mut drops) = (vec![], vec![]);
        for part in parts {
            for b in part.tables.whole(Region::Kills)?.chunks_exact(KILL) {
                kills.push((u64_of(&b[..8]), u64_of(&b[8..])));
            }
            for b in part.tables.whole(Region::Drops)?.chunks_exact(DROP) {
                drops.push((u64_of(&b[..8]), u64_of(&b[8..16]), u64_of(&b[16..])));
            }
        }
        let mut dead = Bits::of((next - first) as usize);
        for &(from, until) in &kills {
            for seq in from.max(first)..until.min(next) {
                dead.set((seq - first) as usize);
            }
        }
        Ok(Self { kills, drops, dead })
    }
}

fn merge_tables(
    parts: &[Part<'_>],
    first: u64,
    next: u64,
    deaths: &Deaths,
    to: &mut TableWriter,
) -> Merged<()> {
    let n = (next - first) as usize;
    let gone = |_| None::<StoreError>;
    let dead = &deaths.dead;
    let at = |part: usize, rel: u32| parts[part].shift + rel;

    for part in parts {
        let missing =
            (part.shift as usize).saturating_sub((to.spools[Region::Ids as usize].len() / 16) as usize);
        for _ in 0..missing {
            to.push(Region::Ids, &[0; 16])?;
            to.push(Region::Info, &Info { kind: Info::MISSING, gone: false, terms: 0 }.to_bytes())?;
        }
        to.push(Region::Ids, part.tables.whole(Region::Ids).map_err(gone)?)?;
        to.push(Region::Info, part.tables.whole(Region::Info).map_err(gone)?)?;
    }

    // Of several records of one entity the newest counts: the one from the last part.
    let mut heap = Heap::new(parts.len(), |part, i| {
        let t = parts[part].tables;
        if i == t.entities() {
            return Ok(None);
        }
        let rel = t.order(i)?;
        Ok(Some(((t.id(rel)?, t.info(rel)?.kind, Reverse(part)), rel)))
    })?;
    let mut before = None;
    while let Some((part, (id, kind, _), rel)) = heap.pop()? {
        if before != Some((id, kind)) {
            to.push(Region::Order, &at(part, rel).to_le_bytes())?;
            before = Some((id, kind));
        }
    }

    for (kind, region) in KINDS.into_iter().zip(LIVE) {
        let mut bits = Bits::of(n);
        for (i, part) in parts.iter().enumerate() {
            let mut from = 0;
            while let Some(rel) = part.tables.next_live(kind, from).map_err(gone)? {
                let rel_now = at(i, rel) as usize;
                if !dead.get(rel_now) {
                    bits.set(rel_now);
                }
                from = rel + 1;
            }
        }
        to.push_bits(region, &bits)?;
    }

    let mut heap = Heap::new(parts.len(), |part, i| {
        let t = parts[part].tables;
        if i == t.slugs() {
            return Ok(None);
        }
        let (slug, rel, former) = t.slug(i)?;
        Ok(Some(((slug, at(part, rel), former), ())))
    })?;
    while let Some((_, (slug, rel, former), ())) = heap.pop()? {
        if !dead.get(rel as usize) {
            to.slug(slug, rel, former)?;
        }
    }

    let mut heap = Heap::new(parts.len(), |part, i| {
        let t = parts[part].tables;
        if i == t.len(Region::Foreign) / FOREIGN as u64 {
            return Ok(None);
        }
        let (hash, rel) = t.foreign(i)?;
        Ok(Some(((hash, at(part, rel)), ())))
    })?;
    while let Some((_, (hash, rel), ())) = heap.pop()? {
        if !dead.get(rel as usize) {
            to.foreign(hash, rel)?;
        }
    }

    let mut heap = Heap::new(parts.len(), |part, i| {
        let t = parts[part].tables;
        if i == t.len(Region::Origins) / ORIGIN as u64 {
            return Ok(None);
        }
        let (key, content, rel) = t.origin(i)?;
        Ok(Some(((key, at(part, rel)), content)))
    })?;
    while let Some((_, (key, rel), content)) = heap.pop()? {
        if !dead.get(rel as usize) {
            to.origin(key, content, rel)?;
        }
    }

    merge_keys(parts, dead, to)?;

    for (i, part) in parts.iter().enumerate() {
        for j in 0..part.tables.revision_count() {
            let (revision, rel) = part.tables.revision(j).map_err(gone)?;
            to.revision(revision, at(i, rel))?;
        }
    }
    let before = deaths.kills.iter().map(|(from, until)| (*from, (*until).min(first)));
    to.kills(before.filter(|(from, until)| from < until).collect())?;
    let mut drops = deaths.drops.clone();
    drops.sort_unstable();
    for drop in drops {
        to.dropped(drop)?;
    }
    Ok(())
}

const KINDS: [EntityKind; 3] = [EntityKind::Concept, EntityKind::Unit, EntityKind::Document];

fn merge_keys(parts: &[Part<'_>], dead: &Bits, to: &mut TableWriter) -> Merged<()> {
    let gone = |_| None::<StoreError>;
    // Only the languages of postings that stay, so that nothing tells a merged segment from a fresh one.
    let mut langs: Vec<&str> = vec![];
    let mut renumbered = vec![];
    for part in parts {
        let names = part.tables.langs().map_err(gone)?;
        let mut used = vec![false; names.len()];
        for i in 0..part.tables.posting_count() {
            let posting = part.tables.posting(i).map_err(gone)?;
            if !dead.get((part.shift + posting.rel) as usize)
                && let Some(used) = used.get_mut(usize::from(posting.lang))
            {
                *used = true;
            }
        }
        langs.extend(names.iter().zip(used).filter(|(_, used)| *used).map(|(name, _)| name.as_str()));
    }
    langs.sort_unstable();
    langs.dedup();
    for part in parts {
        let names = part.tables.langs().map_err(gone)?;
        let number = |name: &String| langs.binary_search(&name.as_str()).unwrap_or(0) as u16;
        renumbered.push(names.iter().map(number).collect::<Vec<u16>>());
    }
    for lang in &langs {
        to.push(Region::Langs, lang.as_bytes())?;
        to.push(Region::Langs, b"\n")?;
    }
    for class in 0..4 {
        let mut heap = Heap::new(parts.len(), |part, i| {
            let t = parts[part].tables;
            let keys = t.class(class);
            let key = keys.start + i;
            Ok(if key < keys.end { Some(((t.key(key)?, part), key)) } else { None })
        })?;
        let mut before = None;
        while let Some((part, (text, _), key)) = heap.pop()? {
            let Part { tables, shift } = parts[part];
            for i in tables.postings(key).map_err(gone)? {
                let mut posting = tables.posting(i).map_err(gone)?;
                posting.rel += shift;
                if dead.get(posting.rel as usize) {
                    continue;
                }
                if before != Some(text) {
                    to.key(class as u8, text.as_bytes())?;
                    before = Some(text);
                }
                posting.lang = renumbered[part].get(usize::from(posting.lang)).copied().unwrap_or(0);
                to.push(Region::Postings, &posting.to_bytes())?;
            }
        }
    }
    Ok(())
}

/// Walks several sorted tables as one.
struct Heap<K, V, F> {
    heap: BinaryHeap<Reverse<(K, usize, Ignored<V>)>>,
    at: Vec<u64>,
    entry: F,
}

/// A value that goes along without taking part in the order.
struct Ignored<V>(V);

impl<V> PartialEq for Ignored<V> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<V> Eq for Ignored<V> {}
impl<V> PartialOrd for Ignored<V> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<V> Ord for Ignored<V> {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl<K: Ord, V, F> Heap<K, V, F>
where
    F: Fn(usize, u64) -> Result<Option<(K, V)>, super::segment::Damage>,
{
    /// `entry` gives the i-th entry of a table, or `None` behind the last.
    fn new(tables: usize, entry: F) -> Merged<Self> {
        let mut heap = Self { heap: BinaryHeap::new(), at: vec![0; tables], entry };
        for table in 0..tables {
            heap.advance(table)?;
        }
        Ok(heap)
    }

    fn advance(&mut self, table: usize) -> Merged<()> {
        if let Some((key, value)) = (self.entry)(table, self.at[table]).map_err(|_| None)? {
            self.heap.push(Reverse((key, table, Ignored(value))));
            self.at[table] += 1;
        }
        Ok(())
    }

    /// Takes the least entry of all: (table, key, value).
    fn pop(&mut self) -> Merged<Option<(usize, K, V)>> {
        let Some(Reverse((key, table, Ignored(value)))) = self.heap.pop() else { return Ok(None) };
        self.advance(table)?;
        Ok(Some((table, key, value)))
    }
}

/// Writes the tables of one segment, each in its order, all at the same time.
pub(super) struct TableWriter {
    spools: Vec<Spool>,
    classes: [u32; 4],
    slug_text: u64,
    key_text: u64,
}

impl index::Sink for TableWriter {
    type Error = StoreError;

    fn push(&mut self, table: index::Table, bytes: &[u8]) -> Result<(), StoreError> {
        self.push(near_region(table), bytes)
    }
}

impl TableWriter {
    fn new(home: Option<PathBuf>) -> Self {
        let spool = |i: usize| {
            let home = home.as_ref().map(|home| {
                let mut name = home.as_os_str().to_owned();
                name.push(format!(".{i}"));
                PathBuf::from(name)
            });
            Spool::new(home)
        };
        Self { spools: (0..Region::COUNT).map(spool).collect(), classes: [0; 4], slug_text: 0, key_text: 0 }
    }

    fn push(&mut self, region: Region, bytes: &[u8]) -> Result<(), StoreError> {
        self.spools[region as usize].push(bytes)
    }

    /// Takes over the tables of near texts.
    fn take_near(&mut self, mut other: Self) {
        for table in index::Table::ALL {
            let region = near_region(table) as usize;
            std::mem::swap(&mut self.spools[region], &mut other.spools[region]);
        }
    }

    fn push_bits(&mut self, region: Region, bits: &Bits) -> Result<(), StoreError> {
        bits.0.iter().try_for_each(|word| self.push(region, &word.to_le_bytes()))
    }

    fn slug(&mut self, slug: &str, rel: u32, former: bool) -> Result<(), StoreError> {
        self.slug_text += slug.len() as u64;
        self.push(Region::SlugText, slug.as_bytes())?;
        self.push(Region::SlugEnds, &self.slug_text.to_le_bytes()[..5])?;
        self.push(Region::SlugRefs, &(rel | if former { FORMER } else { 0 }).to_le_bytes())
    }

    fn foreign(&mut self, hash: u64, rel: u32) -> Result<(), StoreError> {
        self.push(Region::Foreign, &hash.to_le_bytes())?;
        self.push(Region::Foreign, &rel.to_le_bytes())
    }

    fn origin(&mut self, key: u64, content: u64, rel: u32) -> Result<(), StoreError> {
        self.push(Region::Origins, &key.to_le_bytes())?;
        self.push(Region::Origins, &content.to_le_bytes())?;
        self.push(Region::Origins, &rel.to_le_bytes())
    }

    /// Begins a key; its postings follow.
    fn key(&mut self, class: u8, text: &[u8]) -> Result<(), StoreError> {
        let start = u32::try_from(self.spools[Region::Postings as usize].len() / POSTING as u64)
            .map_err(|_| StoreError::Invalid("a segment cannot hold more term keys".to_owned()))?;
        self.classes[usize::from(class)] += 1;
        self.key_text += text.len() as u64;
        self.push(Region::KeyText, text)?;
        self.push(Region::KeyEnds, &self.key_text.to_le_bytes()[..5])?;
        self.push(Region::KeyStarts, &start.to_le_bytes())?;
        if class == KeyClass::Folded.to_byte() {
            let signature = std::str::from_utf8(text).map_or(0, text::signature);
            self.push(Region::Signatures, &signature.to_le_bytes())?;
        }
        Ok(())
    }

    fn revision(&mut self, revision: u64, rel: u32) -> Result<(), StoreError> {
        self.push(Region::Revisions, &revision.to_le_bytes())?;
        self.push(Region::Revisions, &rel.to_le_bytes())
    }

    fn kills(&mut self, mut kills: Vec<(u64, u64)>) -> Result<(), StoreError> {
        for (from, until) in coalesce(&mut kills) {
            self.push(Region::Kills, &from.to_le_bytes())?;
            self.push(Region::Kills, &until.to_le_bytes())?;
        }
        Ok(())
    }

    fn dropped(&mut self, (from, until, revision): (u64, u64, u64)) -> Result<(), StoreError> {
        for number in [from, until, revision] {
            self.push(Region::Drops, &number.to_le_bytes())?;
        }
        Ok(())
    }

    fn finish(self, mut out: Spool, footer: Footer) -> Result<Spool, StoreError> {
        let mut kept = Footer::default();
        self.write(&mut out, footer, &mut kept)?;
        let (packed, _) = pack_footer(&kept, out.len())?;
        out.push(&packed)?;
        Ok(out)
    }

    /// Writes the tables behind the blocks, and into `kept` where they stand.
    fn write(self, out: &mut Spool, footer: Footer, kept: &mut Footer) -> Result<(), StoreError> {
        *kept = Footer { keys: KEYS, classes: self.classes, blocks: out.len(), ..footer };
        let padding = |len: u64| vec![0u8; (len.next_multiple_of(8) - len) as usize];
        out.push(&padding(out.len()))?;
        kept.tables = out.len();
        let mut sums = Sums::default();
        for spool in self.spools {
            kept.regions.push((out.len(), spool.len()));
            spool.drain(|piece| {
                sums.feed(piece);
                out.push(piece)
            })?;
            let pad = padding(out.len());
            sums.feed(&pad);
            out.push(&pad)?;
        }
        kept.sums = sums.finish();
        Ok(())
    }
}

/// Sorts ranges and joins those that touch.
pub(super) fn coalesce(ranges: &mut [(u64, u64)]) -> Vec<(u64, u64)> {
    ranges.sort_unstable();
    let mut joined: Vec<(u64, u64)> = vec![];
    for &(from, until) in ranges.iter() {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
}

/// The checksums of chunks, as bytes come.
#[derive(Default)]
struct Sums {
    hash: Xxh3,
    filled: usize,
    sums: Vec<u64>,
}

impl Sums {
    fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let take = bytes.len().min(CHUNK - self.filled);
            self.hash.update(&bytes[..take]);
            self.filled += take;
            bytes = &bytes[take..];
            if self.filled == CHUNK {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.sums.push(self.hash.digest());
        self.hash.reset();
        self.filled = 0;
    }

    fn finish(mut self) -> Vec<u64> {
        if self.filled > 0 {
            self.close();
        }
        self.sums
    }
}

/// A bit per number; numbers beyond the end are unset.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Makes room for this many.
    pub fn of(n: usize) -> Self {
        Self(vec![0; n.div_ceil(64)])
    }

    pub fn set(&mut self, i: usize) {
        if i / 64 >= self.0.len() {
            self.0.resize(i / 64 + 1, 0);
        }
        self.0[i / 64] |= 1 << (i % 64);
    }

    pub fn get(&self, i: usize) -> bool {
        self.0.get(i / 64).is_some_and(|word| word >> (i % 64) & 1 == 1)
    }
}

/// Entries by hash, newest first, without a list for each.
#[derive(Default)]
struct Chains {
    heads: FxHashMap<u64, u32>,
    before: Vec<u32>,
}

impl Chains {
    const END: u32 = u32::MAX;

    /// Adds the entry of this index; indexes come in order.
    fn add(&mut self, hash: u64, i: usize) {
        let before = self.heads.insert(hash, i as u32).unwrap_or(Self::END);
        self.before.push(before);
    }

    fn at(&self, hash: u64) -> impl Iterator<Item = usize> {
        let head = self.heads.get(&hash).copied();
        std::iter::successors(head, |i| Some(self.before[*i as usize]).filter(|before| *before != Self::END))
            .map(|i| i as usize)
    }
}
