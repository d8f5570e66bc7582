//! What everyone reads: one revision of the base, from its segments.
//!
//! A snapshot is opened once and answers from that revision for ever, whatever writers do.
//! It never opens the ledger, takes no lock and writes nothing. A record is live if the
//! segment that holds it had it live, and no newer segment killed it since.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::model::{
    Change, Concept, ConceptId, Document, DocumentId, EntityKind, Finding, ForeignId, LanguageTag, Revision,
    RevisionRecord, Status, TermKind, Unit, UnitId, Versioned,
};

use super::StoreError;
use super::build::unpack_term;
use super::folder::Folder;
use super::ledger::Manifest;
use super::record::{self, Body, Made, RawBlock, Record, foreign_hash, kind_number};
use super::segment::{Damage, Info, Segment, Tables, near_region};
use crate::index;
use crate::text::{self, KeyClass};

/// How much a base holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Concepts.
    pub concepts: u64,
    /// Terms in them.
    pub terms: u64,
    /// Translation units.
    pub units: u64,
    /// Documents.
    pub documents: u64,
}

/// Which entities to list; what is not set lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Concepts of this subject field, whatever the case of its letters.
    pub subject: Option<String>,
    /// Concepts with a term, units with a variant, documents in this language or a narrower one.
    pub lang: Option<LanguageTag>,
    /// Concepts with a term of this status (in `lang`, where that is set).
    pub status: Option<Status>,
    /// Entities that changed after this revision.
    pub since: Option<Revision>,
    /// Units of this memory.
    pub memory: Option<String>,
    /// Concepts for this customer.
    pub customer: Option<String>,
    /// Concepts for this project.
    pub project: Option<String>,
    /// The order of concepts.
    pub order: Order,
}

/// The order in which concepts are listed; units and documents come as they are stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By slug.
    #[default]
    Slug,
    /// As they were last stored; the fastest.
    Stored,
}

/// A term found by a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHit {
    /// The key.
    pub key: String,
    /// How it was made of the term.
    pub class: KeyClass,
    /// How many edits it is away from what was asked; 0 but for [`Snapshot::keys_near`].
    pub distance: u32,
    /// The record of the concept, for [`Snapshot::concept_at`].
    pub seq: u64,
    /// The concept.
    pub concept: ConceptId,
    /// Which language section of the concept.
    pub section: u16,
    /// Which term of the section.
    pub term: u16,
    /// The language of the section.
    pub lang: LanguageTag,
    /// The status of the term.
    pub status: Option<Status>,
    /// Whether it is forbidden.
    pub forbidden: bool,
    /// The kind of the term.
    pub kind: Option<TermKind>,
}

/// A variant of a unit that is near to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearHit {
    /// The record of the unit, for [`Snapshot::unit_at`].
    pub seq: u64,
    /// The unit.
    pub unit: UnitId,
    /// The language of the variant.
    pub lang: LanguageTag,
    /// Which of the unit's variants in that language it is; 255 for that or any later one.
    pub ordinal: u8,
    /// How many edits of tokens it is away, or fewer than it is: the index keeps half of each hash.
    pub edits: u32,
    /// The tokens of the longer of the two texts.
    pub longer: u32,
}

impl NearHit {
    /// Returns the whole per cent of the longer text that edits do not touch.
    pub fn points(&self) -> u8 {
        index::points(self.edits, self.longer)
    }
}

/// What is near; see [`Snapshot::near`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Near {
    /// The variants, best first; equal ones as they are stored.
    pub hits: Vec<NearHit>,
    /// All variants with at least so many points are among them; others may be, too.
    pub complete_from: u8,
}

/// One revision of a base, to be read; cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Snapshot {
    inner: Arc<Inner>,
}

struct Inner {
    manifest: Manifest,
    /// Oldest first.
    segments: Vec<Arc<Segment>>,
    /// Blocks unpacked last, most recent at the back.
    cache: Mutex<VecDeque<Arc<RawBlock>>>,
}

/// A concept's hits lie in a handful of blocks; more would cost memory to no end.
const CACHED: usize = 16;
/// How many concepts are read ahead, so that a block which holds several of them is unpacked
/// once; they wait packed, at a kilobyte or a few each.
const AHEAD: usize = 16 << 10;

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("revision", &self.revision()).finish_non_exhaustive()
    }
}

/// The newest record of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Newest {
    pub seq: u64,
    pub info: Info,
    /// Whether the entity is there, that is neither gone nor dropped.
    pub live: bool,
}

impl Snapshot {
    /// Opens the base in a folder as it is now.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let folder = Folder::new(dir);
        let mut manifest = folder.read_head()?;
        // A writer removes what HEAD named before; whoever read the old HEAD reads the new one.
        for _ in 0..100 {
            match Self::of_folder(&folder, manifest.clone()) {
                Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                    let again = folder.read_head()?;
                    if again == manifest {
                        break;
                    }
                    manifest = again;
                }
                other => return other,
            }
        }
        Self::of_folder(&folder, manifest)
    }

    pub(super) fn of_folder(folder: &Folder, manifest: Manifest) -> Result<Self, StoreError> {
        let home = folder.segments();
        let segments: Result<Vec<_>, _> =
            manifest.segments.iter().map(|info| Segment::open(&home, info).map(Arc::new)).collect();
        Ok(Self::of(manifest, segments?))
    }

    pub(super) fn of(manifest: Manifest, segments: Vec<Arc<Segment>>) -> Self {
        Self { inner: Arc::new(Inner { manifest, segments, cache: Mutex::default() }) }
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.inner.manifest
    }

    pub(super) fn segments(&self) -> &[Arc<Segment>] {
        &self.inner.segments
    }

    /// Returns the revision.
    pub fn revision(&self) -> Revision {
        self.inner.manifest.revision
    }

    /// Returns how much is in it.
    pub fn counts(&self) -> Counts {
        self.inner.manifest.counts
    }

    /// Returns what was set for the base as a whole.
    pub fn settings(&self) -> &std::collections::BTreeMap<String, String> {
        &self.inner.manifest.settings
    }

    /// Returns a concept.
    pub fn concept(&self, id: ConceptId) -> Result<Option<Concept>, StoreError> {
        match self.entity(EntityKind::Concept, &id.to_bytes())? {
            Some(Versioned::Concept(concept)) => Ok(Some(*concept)),
            _ => Ok(None),
        }
    }

    /// Returns a unit.
    pub fn unit(&self, id: UnitId) -> Result<Option<Unit>, StoreError> {
        match self.entity(EntityKind::Unit, &id.to_bytes())? {
            Some(Versioned::Unit(unit)) => Ok(Some(*unit)),
            _ => Ok(None),
        }
    }

    /// Returns a document.
    pub fn document(&self, id: DocumentId) -> Result<Option<Document>, StoreError> {
        match self.entity(EntityKind::Document, &id.to_bytes())? {
            Some(Versioned::Document(document)) => Ok(Some(*document)),
            _ => Ok(None),
        }
    }

    /// Returns an entity of any kind as it is.
    pub fn entity(&self, kind: EntityKind, id: &[u8; 16]) -> Result<Option<Versioned>, StoreError> {
        match self.newest(kind, id)? {
            Some(newest) if newest.live => self.state_at(newest.seq).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns the concept that a slug names; a former slug leads to the concept that had it,
    /// unless another has it now.
    pub fn concept_by_slug(&self, slug: &str) -> Result<Option<Concept>, StoreError> {
        self.named(slug)?.map(|(_, seq)| self.concept_at(seq)).transpose()
    }

    /// The record of the concept that a slug names, and whether the slug is a former one of it.
    pub(super) fn named(&self, slug: &str) -> Result<Option<(bool, u64)>, StoreError> {
        let mut found = vec![];
        for (at, segment) in self.inner.segments.iter().enumerate().rev() {
            for (rel, former) in segment.ask(|t| t.find_slug(slug))? {
                let seq = segment.first + u64::from(rel);
                if !self.killed(at, seq)? {
                    found.push((former, std::cmp::Reverse(seq)));
                }
            }
        }
        Ok(found.into_iter().min().map(|(former, std::cmp::Reverse(seq))| (former, seq)))
    }

    /// Returns the concepts that files of this name gave this id, the newest first: most often one.
    pub fn concepts_by_foreign(&self, foreign: &ForeignId) -> Result<Vec<Concept>, StoreError> {
        let hash = foreign_hash(&foreign.origin, &foreign.id);
        let mut found = vec![];
        for (at, segment) in self.inner.segments.iter().enumerate().rev() {
            for rel in segment.ask(|t| t.find_foreign(hash))?.into_iter().rev() {
                let seq = segment.first + u64::from(rel);
                if self.killed(at, seq)? {
                    continue;
                }
                let concept = self.concept_at(seq)?;
                if concept.foreign_ids.contains(foreign) {
                    found.push(concept);
                }
            }
        }
        Ok(found)
    }

    /// Returns the concept in a record, as [`KeyHit::seq`] names it.
    pub fn concept_at(&self, seq: u64) -> Result<Concept, StoreError> {
        match self.state_at(seq)? {
            Versioned::Concept(concept) => Ok(*concept),
            _ => Err(StoreError::Damaged(format!("record {seq} is not a concept"))),
        }
    }

    /// Finds the unit of an origin key: its id, the hash of its content (see
    /// [`super::content_hash`]), and its record.
    pub fn unit_by_origin(&self, key: u64) -> Result<Option<(UnitId, u64, u64)>, StoreError> {
        for (at, segment) in self.inner.segments.iter().enumerate().rev() {
            for (rel, content) in segment.ask(|t| t.find_origin(key))?.into_iter().rev() {
                let seq = segment.first + u64::from(rel);
                if !self.killed(at, seq)? {
                    let id = UnitId::from_bytes(segment.ask(|t| t.id(rel))?);
                    return Ok(Some((id, content, seq)));
                }
            }
        }
        Ok(None)
    }

    /// Iterates over concepts.
    pub fn concepts(&self, query: &Query) -> Concepts {
        Concepts {
            since: Since::default(),
            snapshot: self.clone(),
            query: query.clone(),
            slugs: vec![0; self.inner.segments.len()],
            stored: Stored::new(self.clone(), EntityKind::Concept),
            ahead: VecDeque::new(),
            over: false,
        }
    }

    /// Iterates over units, in the order in which they are stored.
    pub fn units(&self, query: &Query) -> Units {
        Units {
            since: Since::default(),
            stored: Stored::new(self.clone(), EntityKind::Unit),
            query: query.clone(),
        }
    }

    /// Iterates over documents, in the order in which they are stored.
    pub fn documents(&self, query: &Query) -> Documents {
        Documents {
            since: Since::default(),
            stored: Stored::new(self.clone(), EntityKind::Document),
            query: query.clone(),
        }
    }

    /// Finds the terms with exactly this key.
    pub fn keys_exact(&self, class: KeyClass, key: &str) -> Result<Vec<KeyHit>, StoreError> {
        let number = usize::from(class.to_byte());
        let mut hits = vec![];
        for at in 0..self.inner.segments.len() {
            let found = self.inner.segments[at].ask(|t| {
                let i = t.find_key(number, key)?;
                Ok((i < t.class(number).end && t.key(i)? == key).then_some(i))
            })?;
            if let Some(i) = found {
                self.hits(at, class, i, 0, &mut hits)?;
            }
        }
        Ok(hits)
    }

    /// Finds the terms with a key that begins so, in the order of the keys: of at most `limit` keys.
    pub fn keys_prefix(
        &self,
        class: KeyClass,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<KeyHit>, StoreError> {
        let number = usize::from(class.to_byte());
        self.gather(
            class,
            limit,
            |t| t.find_key(number, prefix),
            |t, i| Ok((i < t.class(number).end && t.key(i)?.starts_with(prefix)).then_some((i, i + 1))),
        )
    }

    /// Finds the terms whose folded key contains this text, in the order of the keys: of at
    /// most `limit` keys.
    pub fn keys_containing(&self, text: &str, limit: usize) -> Result<Vec<KeyHit>, StoreError> {
        if text.is_empty() {
            return self.keys_prefix(KeyClass::Folded, "", limit);
        }
        let finder = memchr::memmem::Finder::new(text);
        let number = usize::from(KeyClass::Folded.to_byte());
        self.gather(
            KeyClass::Folded,
            limit,
            |_| Ok(0),
            |t, mut from| {
                let (texts, base) = t.key_texts(t.class(number))?;
                loop {
                    let rest = usize::try_from(from).ok().and_then(|from| texts.get(from..)).ok_or(Damage)?;
                    let Some(step) = finder.find(rest) else { return Ok(None) };
                    let start = base + from + step as u64;
                    let i = t.key_at(start)?;
                    // What runs over the edge of two keys is in neither.
                    if start + text.len() as u64 <= t.key_end(i)? {
                        return Ok(Some((i, t.key_end(i)? - base)));
                    }
                    from += step as u64 + 1;
                }
            },
        )
    }

    /// Collects the hits of keys in the order of the keys, of `limit` keys that have any. `next`
    /// gives the key at or behind a position, and the position to go on from.
    fn gather(
        &self,
        class: KeyClass,
        limit: usize,
        start: impl Fn(&Tables) -> Result<u64, Damage>,
        next: impl Fn(&Tables, u64) -> Result<Option<(u64, u64)>, Damage>,
    ) -> Result<Vec<KeyHit>, StoreError> {
        let mut hits: Vec<KeyHit> = vec![];
        for (at, segment) in self.inner.segments.iter().enumerate() {
            let (mut position, mut keys) = (segment.ask(&start)?, 0);
            while keys < limit
                && let Some((key, behind)) = segment.ask(|t| next(t, position))?
            {
                position = behind;
                let before = hits.len();
                self.hits(at, class, key, 0, &mut hits)?;
                keys += usize::from(hits.len() > before);
            }
        }
        hits.sort_by(|a, b| a.key.cmp(&b.key));
        keep_keys(&mut hits, limit);
        Ok(hits)
    }

    /// Finds the terms whose folded key is at most so many edits away, nearest first: of at most
    /// `limit` keys.
    pub fn keys_near(&self, key: &str, max_distance: usize, limit: usize) -> Result<Vec<KeyHit>, StoreError> {
        let number = usize::from(KeyClass::Folded.to_byte());
        let wanted = text::signature(key);
        // An edit takes one character away, brings one, or both: at most two bits of the
        // signature, and at most four bytes of the length.
        let (bits, bytes) = (2 * max_distance as u32, 4 * max_distance as u64);
        let mut found = vec![];
        for (at, segment) in self.inner.segments.iter().enumerate() {
            found.extend(segment.ask(|t| {
                let mut keys = vec![];
                let range = t.class(number);
                let mut before = if range.start == 0 { 0 } else { t.key_end(range.start - 1)? };
                for i in range.clone() {
                    let end = t.key_end(i)?;
                    let len = end.saturating_sub(before);
                    before = end;
                    if len.abs_diff(key.len() as u64) > bytes
                        || (t.signature(i - range.start)? ^ wanted).count_ones() > bits
                    {
                        continue;
                    }
                    let text = t.key(i)?;
                    if let Some(distance) = text::distance(key, text, max_distance) {
                        keys.push((distance as u32, text.to_owned(), at, i));
                    }
                }
                Ok(keys)
            })?);
        }
        found.sort_unstable();
        let mut hits = vec![];
        let (mut keys, mut last) = (0, None);
        for (distance, key, at, i) in found {
            if keys == limit && last.as_ref() != Some(&key) {
                break;
            }
            let before = hits.len();
            self.hits(at, KeyClass::Folded, i, distance, &mut hits)?;
            if hits.len() > before && last.as_ref() != Some(&key) {
                keys += 1;
                last = Some(key);
            }
        }
        Ok(hits)
    }

    fn hits(
        &self,
        at: usize,
        class: KeyClass,
        i: u64,
        distance: u32,
        hits: &mut Vec<KeyHit>,
    ) -> Result<(), StoreError> {
        let segment = &self.inner.segments[at];
        let found = segment.ask(|t| {
            let key = t.key(i)?;
            let mut found = vec![];
            for p in t.postings(i)? {
                let posting = t.posting(p)?;
                let lang = t.langs()?.get(usize::from(posting.lang)).ok_or(Damage)?;
                let (status, forbidden, kind) = unpack_term(&posting);
                found.push(KeyHit {
                    key: key.to_owned(),
                    class,
                    distance,
                    seq: segment.first + u64::from(posting.rel),
                    concept: ConceptId::from_bytes(t.id(posting.rel)?),
                    section: posting.section,
                    term: posting.term,
                    lang: lang.parse().map_err(|_| Damage)?,
                    status,
                    forbidden,
                    kind,
                });
            }
            Ok(found)
        })?;
        for hit in found {
            if !self.killed(at, hit.seq)? {
                hits.push(hit);
            }
        }
        Ok(())
    }

    /// Finds the variants of units, in the languages that are `wanted`, that at most so many edits part from a text
    /// that `min` per cent of the longer one stay as they are: the best `want` of them at least. `tokens` are those
    /// of [`text::index_tokens`].
    pub fn near(
        &self,
        wanted: impl Fn(&LanguageTag) -> bool,
        tokens: &[u32],
        min: u8,
        want: usize,
    ) -> Result<Near, StoreError> {
        let mut ask_for = want;
        loop {
            let mut near = Near { hits: vec![], complete_from: min };
            for (at, segment) in self.inner.segments.iter().enumerate() {
                let found = segment.ask(|t| {
                    let mut found = vec![];
                    let langs = t.near_langs()?;
                    for (i, lang) in langs.iter().enumerate().filter(|(_, lang)| wanted(lang)) {
                        let answer =
                            index::near(t, i, tokens, min, ask_for).map_err(|index::Damage| Damage)?;
                        let with_ids: Result<Vec<_>, Damage> =
                            answer.found.iter().map(|f| Ok((*f, t.id(f.number)?))).collect();
                        found.push((lang.clone(), answer.complete_from, with_ids?));
                    }
                    Ok(found)
                })?;
                for (lang, complete_from, found) in found {
                    near.complete_from = near.complete_from.max(complete_from);
                    for (f, id) in found {
                        let seq = segment.first + u64::from(f.number);
                        if !self.killed(at, seq)? {
                            near.hits.push(NearHit {
                                seq,
                                unit: UnitId::from_bytes(id),
                                lang: lang.clone(),
                                ordinal: f.ordinal,
                                edits: f.edits,
                                longer: f.longer,
                            });
                        }
                    }
                }
            }
            near.hits.sort_by_key(|hit| (std::cmp::Reverse(hit.points()), hit.seq, hit.ordinal));
            let sure = near.hits.partition_point(|hit| hit.points() >= near.complete_from);
            if sure >= want || near.complete_from <= min {
                return Ok(near);
            }
            // Some of the best were replaced since: more are asked for than are wanted.
            ask_for = ask_for.saturating_mul(4);
        }
    }

    /// Returns the unit in a record, as [`NearHit::seq`] names it.
    pub fn unit_at(&self, seq: u64) -> Result<Unit, StoreError> {
        match self.state_at(seq)? {
            Versioned::Unit(unit) => Ok(*unit),
            _ => Err(StoreError::Damaged(format!("record {seq} is not a unit"))),
        }
    }

    /// Returns the units that stand right before and behind a record, of whatever memory and file.
    pub fn units_beside(&self, seq: u64) -> Result<(Option<Unit>, Option<Unit>), StoreError> {
        let live = |seq: u64| -> Result<Option<Unit>, StoreError> {
            let Ok((at, rel)) = self.segment_of(seq) else { return Ok(None) };
            let there = self.inner.segments[at].ask(|t| t.live(EntityKind::Unit, rel))?;
            if there && !self.killed(at, seq)? { self.unit_at(seq).map(Some) } else { Ok(None) }
        };
        let before = match seq.checked_sub(1) {
            Some(seq) => live(seq)?,
            None => None,
        };
        Ok((before, live(seq + 1)?))
    }

    /// Returns how many variants of units each language has in the index, and how many bytes it takes for all.
    pub fn near_size(&self) -> Result<(Vec<(LanguageTag, u64)>, u64), StoreError> {
        let (mut sizes, mut bytes): (std::collections::BTreeMap<_, u64>, u64) = Default::default();
        for segment in &self.inner.segments {
            let (found, length) = segment.ask(|t| {
                let mut found = vec![];
                for (i, lang) in t.near_langs()?.iter().enumerate() {
                    let size = index::size(t, i).map_err(|index::Damage| Damage)?;
                    found.push((lang.clone(), u64::from(size)));
                }
                let length: u64 = index::Table::ALL.iter().map(|table| t.len(near_region(*table))).sum();
                Ok((found, length))
            })?;
            found.into_iter().for_each(|(lang, n)| *sizes.entry(lang).or_default() += n);
            bytes += length;
        }
        Ok((sizes.into_iter().collect(), bytes))
    }

    /// Iterates over the revisions, newest first.
    pub fn revisions(&self) -> impl Iterator<Item = Result<RevisionRecord, StoreError>> + use<> {
        let snapshot = self.clone();
        let mut revision = Some(self.revision().0);
        std::iter::from_fn(move || {
            let asked = revision.filter(|r| *r > 0)?;
            revision = Some(asked - 1);
            Some(snapshot.revision_record(Revision(asked)).and_then(|found| {
                found.ok_or_else(|| StoreError::Damaged(format!("the record of revision {asked} is missing")))
            }))
        })
    }

    /// Returns who made a revision, when and why.
    pub fn revision_record(&self, revision: Revision) -> Result<Option<RevisionRecord>, StoreError> {
        Ok(self.made(revision)?.map(|(_, made)| made.record))
    }

    /// Returns all that the log keeps of a revision, and the number of the record that ends it.
    pub(super) fn made(&self, revision: Revision) -> Result<Option<(u64, Made)>, StoreError> {
        match self.end_of(revision)? {
            Some((found, seq)) if found == revision.0 => match self.record_at(seq)?.body {
                Body::Made(made) => Ok(Some((seq, *made))),
                Body::State(_) => Err(StoreError::Damaged(format!("record {seq} does not end a revision"))),
            },
            _ => Ok(None),
        }
    }

    /// The record that ends this revision, or the first after it.
    fn end_of(&self, revision: Revision) -> Result<Option<(u64, u64)>, StoreError> {
        for segment in &self.inner.segments {
            if let Some((found, rel)) = segment.ask(|t| t.find_revision(revision.0))? {
                return Ok(Some((found, segment.first + u64::from(rel))));
            }
        }
        Ok(None)
    }

    /// Returns what happened to an entity, newest first.
    pub fn history(&self, kind: EntityKind, id: &[u8; 16]) -> Result<Vec<Change>, StoreError> {
        let Some(newest) = self.newest(kind, id)? else { return Ok(vec![]) };
        let mut changes: Vec<Change> = vec![];
        let mut seq = newest.seq;
        let mut record = self.record_at(seq)?;
        // What the record was replaced with, and when: nothing yet.
        let mut until = u64::MAX;
        loop {
            let state = present(record.body);
            // Dropped by a later revision, before the next record was written?
            let dropped = match self.dropped_by(seq)? {
                Some(revision) if revision < until => Some(revision),
                _ => None,
            };
            match (changes.last_mut(), dropped) {
                (_, Some(revision)) => {
                    changes.push(Change { revision: Revision(revision), before: state.clone(), after: None });
                }
                // What a revision itself replaced is not what was there before it.
                (Some(later), None) if later.revision.0 == record.revision => later.before = None,
                (Some(later), None) => later.before = state.clone(),
                (None, None) => {}
            }
            // Several records of one revision are one change.
            match changes.last() {
                Some(later) if later.revision.0 == record.revision => {}
                _ => changes.push(Change { revision: Revision(record.revision), before: None, after: state }),
            }
            until = record.revision;
            match record.previous {
                // A chain leads back; anything else is not ours and must not hold us for ever.
                Some(previous) if previous < seq => {
                    seq = previous;
                    record = self.record_at(seq)?;
                }
                _ => break,
            }
        }
        changes.retain(|change| change.before.is_some() || change.after.is_some());
        Ok(changes)
    }

    /// Iterates over what a revision changed, in the order in which it was written.
    pub fn changes_of(&self, revision: Revision) -> Result<Changes, StoreError> {
        let (ranges, dropped, superseded) = match self.made(revision)? {
            Some((end, made)) => (vec![(made.first, end)], made.dropped, made.superseded),
            None => (vec![], vec![], vec![]),
        };
        Ok(Changes {
            snapshot: self.clone(),
            revision,
            dropped: Ranges::new(dropped),
            written: Ranges::new(ranges),
            superseded,
            reader: Reader::new(self.clone()),
        })
    }

    /// Returns the damage met so far.
    pub fn findings(&self) -> Vec<Finding> {
        self.inner.segments.iter().flat_map(|segment| segment.findings()).collect()
    }

    /// Finds the newest record of an entity, whether it is there or not.
    pub(super) fn newest(&self, kind: EntityKind, id: &[u8; 16]) -> Result<Option<Newest>, StoreError> {
        for (at, segment) in self.inner.segments.iter().enumerate().rev() {
            let found = segment.ask(|t| match t.find(kind, id)? {
                Some(rel) => Ok(Some((rel, t.info(rel)?, t.live(kind, rel)?))),
                None => Ok(None),
            })?;
            if let Some((rel, info, live)) = found {
                let seq = segment.first + u64::from(rel);
                return Ok(Some(Newest { seq, info, live: live && !self.killed(at, seq)? }));
            }
        }
        Ok(None)
    }

    /// Tells whether a segment newer than number `at` made a record dead.
    fn killed(&self, at: usize, seq: u64) -> Result<bool, StoreError> {
        for segment in &self.inner.segments[at + 1..] {
            if segment.ask(|t| t.kills(seq))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn dropped_by(&self, seq: u64) -> Result<Option<u64>, StoreError> {
        for segment in &self.inner.segments {
            if let Some(revision) = segment.ask(|t| t.dropped_by(seq))? {
                return Ok(Some(revision));
            }
        }
        Ok(None)
    }

    fn segment_of(&self, seq: u64) -> Result<(usize, u32), StoreError> {
        let at = self.inner.segments.partition_point(|s| s.next <= seq);
        match self.inner.segments.get(at) {
            Some(segment) if segment.first <= seq => Ok((at, (seq - segment.first) as u32)),
            _ => Err(StoreError::Damaged(format!("there is no record {seq}"))),
        }
    }

    /// Reads a record.
    pub(super) fn record_at(&self, seq: u64) -> Result<Record, StoreError> {
        let block = self.block_at(seq)?;
        let bytes = block.record(seq).ok_or_else(|| self.unreadable(seq))?;
        record::decode(bytes, seq)
    }

    fn state_at(&self, seq: u64) -> Result<Versioned, StoreError> {
        present(self.record_at(seq)?.body).ok_or_else(|| self.unreadable(seq))
    }

    fn unreadable(&self, seq: u64) -> StoreError {
        StoreError::Damaged(format!("record {seq} is not what the index says"))
    }

    fn block_at(&self, seq: u64) -> Result<Arc<RawBlock>, StoreError> {
        let holds = |b: &Arc<RawBlock>| b.first <= seq && seq < b.first + b.count() as u64;
        {
            let mut cache = self.inner.cache.lock().unwrap_or_else(|e| e.into_inner());
            if let Some(i) = cache.iter().position(holds)
                && let Some(block) = cache.remove(i)
            {
                cache.push_back(block.clone());
                return Ok(block);
            }
        }
        let block = Arc::new(self.unpack(seq)?);
        let mut cache = self.inner.cache.lock().unwrap_or_else(|e| e.into_inner());
        if cache.len() >= CACHED {
            cache.pop_front();
        }
        cache.push_back(block.clone());
        Ok(block)
    }

    fn unpack(&self, seq: u64) -> Result<RawBlock, StoreError> {
        let (at, rel) = self.segment_of(seq)?;
        let segment = &self.inner.segments[at];
        let (_, place) = segment.block_with(rel)?;
        segment.read_block(place)
    }
}

/// Cuts hits that are sorted by key behind the last of so many keys.
fn keep_keys(hits: &mut Vec<KeyHit>, limit: usize) {
    let mut keys = 0;
    let cut = (0..hits.len()).find(|i| {
        keys += usize::from(*i == 0 || hits[*i].key != hits[*i - 1].key);
        keys > limit
    });
    hits.truncate(cut.unwrap_or(hits.len()));
}

/// The state that a record tells, if the entity is there.
fn present(body: Body) -> Option<Versioned> {
    match body {
        Body::State(Versioned::Gone(..)) | Body::Made(_) => None,
        Body::State(state) => Some(state),
    }
}

/// Reads records that come mostly in order, keeping the last block.
pub(super) struct Reader {
    snapshot: Snapshot,
    block: Option<RawBlock>,
}

impl Reader {
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, block: None }
    }

    /// Reads a record.
    pub fn read(&mut self, seq: u64) -> Result<Record, StoreError> {
        record::decode(self.bytes(seq)?, seq)
    }

    /// Reads a record's packed bytes.
    pub fn bytes(&mut self, seq: u64) -> Result<&[u8], StoreError> {
        let here = self.block.as_ref().is_some_and(|b| b.record(seq).is_some());
        if !here {
            self.block = Some(self.snapshot.unpack(seq)?);
        }
        let block = self.block.as_ref().and_then(|b| b.record(seq));
        block.ok_or_else(|| self.snapshot.unreadable(seq))
    }
}

/// Walks the numbers in ranges.
struct Ranges {
    ranges: std::vec::IntoIter<(u64, u64)>,
    now: std::ops::Range<u64>,
}

impl Ranges {
    fn new(ranges: Vec<(u64, u64)>) -> Self {
        Self { ranges: ranges.into_iter(), now: 0..0 }
    }
}

impl Iterator for Ranges {
    type Item = u64;
    fn next(&mut self) -> Option<u64> {
        loop {
            if let Some(seq) = self.now.next() {
                return Some(seq);
            }
            let (from, to) = self.ranges.next()?;
            self.now = from..to;
        }
    }
}

/// The changes of one revision; see [`Snapshot::changes_of`].
pub struct Changes {
    snapshot: Snapshot,
    revision: Revision,
    dropped: Ranges,
    written: Ranges,
    superseded: Vec<(u64, u64)>,
    reader: Reader,
}

impl Iterator for Changes {
    type Item = Result<Change, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        for seq in self.dropped.by_ref() {
            match self.reader.read(seq) {
                Err(e) => return Some(Err(e)),
                Ok(record) => {
                    if let Some(before) = present(record.body) {
                        return Some(Ok(Change {
                            revision: self.revision,
                            before: Some(before),
                            after: None,
                        }));
                    }
                }
            }
        }
        for seq in self.written.by_ref() {
            if in_ranges(&self.superseded, seq) {
                continue;
            }
            let change = self.reader.read(seq).and_then(|record| {
                let before =
                    self.snapshot.state_before(record.previous, self.revision)?.map(|(state, _)| state);
                Ok(Change { revision: self.revision, before, after: present(record.body) })
            });
            match change {
                Ok(Change { before: None, after: None, .. }) => {}
                other => return Some(other),
            }
        }
        None
    }
}

impl Snapshot {
    /// The state that a chain of records had before a revision, with the origin key it was put with.
    pub(super) fn state_before(
        &self,
        mut previous: Option<u64>,
        revision: Revision,
    ) -> Result<Option<(Versioned, Option<u64>)>, StoreError> {
        while let Some(seq) = previous {
            let record = self.record_at(seq)?;
            if record.revision < revision.0 {
                let dropped = self.dropped_by(seq)?.is_some_and(|by| by < revision.0);
                let key = record.key;
                return Ok(present(record.body).filter(|_| !dropped).map(|state| (state, key)));
            }
            previous = record.previous.filter(|p| *p < seq);
        }
        Ok(None)
    }

    /// Finds the first live record of a kind from here on.
    pub(super) fn next_live(&self, kind: EntityKind, mut from: u64) -> Result<Option<u64>, StoreError> {
        loop {
            let at = self.inner.segments.partition_point(|s| s.next <= from);
            let Some(segment) = self.inner.segments.get(at) else { return Ok(None) };
            let rel = (from.max(segment.first) - segment.first) as u32;
            match segment.ask(|t| t.next_live(kind, rel))? {
                None => from = segment.next,
                Some(rel) => {
                    let seq = segment.first + u64::from(rel);
                    if !self.killed(at, seq)? {
                        return Ok(Some(seq));
                    }
                    from = seq + 1;
                }
            }
        }
    }

    /// The number behind the block that a record is in.
    pub(super) fn behind_block(&self, seq: u64) -> u64 {
        let behind = self.segment_of(seq).and_then(|(at, rel)| {
            let segment = &self.inner.segments[at];
            let (_, place) = segment.block_with(rel)?;
            Ok(segment.first + u64::from(place.rel) + u64::from(place.count))
        });
        behind.unwrap_or(seq + 1).max(seq + 1)
    }

    /// What the tables know of a record.
    pub(super) fn info(&self, seq: u64) -> Result<(Info, [u8; 16]), StoreError> {
        let (at, rel) = self.segment_of(seq)?;
        self.inner.segments[at].ask(|t| Ok((t.info(rel)?, t.id(rel)?)))
    }

    /// The records of concepts that have this slug now.
    pub(super) fn having_slug(&self, slug: &str) -> Result<Vec<u64>, StoreError> {
        let mut found = vec![];
        for (at, segment) in self.inner.segments.iter().enumerate() {
            for (rel, former) in segment.ask(|t| t.find_slug(slug))? {
                let seq = segment.first + u64::from(rel);
                if !former && !self.killed(at, seq)? {
                    found.push(seq);
                }
            }
        }
        Ok(found)
    }
}

/// Tells whether a number is in one of the ranges, which are sorted.
pub(super) fn in_ranges(ranges: &[(u64, u64)], seq: u64) -> bool {
    let at = ranges.partition_point(|(from, _)| *from <= seq);
    at > 0 && seq < ranges[at - 1].1
}

/// Walks the live records of a kind in the order in which they are stored.
struct Stored {
    kind: EntityKind,
    at: u64,
    reader: Reader,
}

impl Stored {
    fn new(snapshot: Snapshot, kind: EntityKind) -> Self {
        Self { kind, at: 0, reader: Reader::new(snapshot) }
    }

    fn next(&mut self) -> Option<Result<Record, StoreError>> {
        let seq = match self.reader.snapshot.next_live(self.kind, self.at) {
            Ok(seq) => seq?,
            Err(e) => {
                self.at = u64::MAX;
                return Some(Err(e));
            }
        };
        self.at = seq + 1;
        let read = self.reader.read(seq);
        if read.is_err() {
            // A damaged block is one error, not one for each of its records.
            self.at = self.reader.snapshot.behind_block(seq);
        }
        Some(read)
    }
}

/// Where the records of changes after a revision begin.
#[derive(Default)]
struct Since(Option<u64>);

impl Since {
    fn first(&mut self, snapshot: &Snapshot, since: Option<Revision>) -> Result<u64, StoreError> {
        if let Some(first) = self.0 {
            return Ok(first);
        }
        let first = match since {
            None => 0,
            Some(revision) if revision >= snapshot.revision() => u64::MAX,
            Some(Revision(0)) => 0,
            Some(revision) => match snapshot.end_of(revision)? {
                Some((found, seq)) if found == revision.0 => seq + 1,
                _ => {
                    return Err(StoreError::Damaged(format!("the record of revision {revision} is missing")));
                }
            },
        };
        self.0 = Some(first);
        Ok(first)
    }
}

/// Units of a base; see [`Snapshot::units`].
pub struct Units {
    since: Since,
    stored: Stored,
    query: Query,
}

impl Iterator for Units {
    type Item = Result<Unit, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let state = match next_stored(&mut self.since, &mut self.stored, &self.query)? {
                Ok(state) => state,
                Err(e) => return Some(Err(e)),
            };
            if let Versioned::Unit(unit) = state {
                let lang = |l: &LanguageTag| unit.variants.iter().any(|v| v.lang.serves(l));
                let memory = |m: &String| unit.origin.memory == *m;
                if self.query.lang.as_ref().is_none_or(lang) && self.query.memory.as_ref().is_none_or(memory)
                {
                    return Some(Ok(*unit));
                }
            }
        }
    }
}

fn next_stored(
    since: &mut Since,
    stored: &mut Stored,
    query: &Query,
) -> Option<Result<Versioned, StoreError>> {
    let first = match since.first(&stored.reader.snapshot, query.since) {
        Ok(first) => first,
        Err(e) => {
            since.0 = Some(u64::MAX);
            return Some(Err(e));
        }
    };
    stored.at = stored.at.max(first);
    loop {
        match stored.next()? {
            Err(e) => return Some(Err(e)),
            Ok(record) => {
                if let Some(state) = present(record.body) {
                    return Some(Ok(state));
                }
            }
        }
    }
}

/// Documents of a base; see [`Snapshot::documents`].
pub struct Documents {
    since: Since,
    stored: Stored,
    query: Query,
}

impl Iterator for Documents {
    type Item = Result<Document, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match next_stored(&mut self.since, &mut self.stored, &self.query)? {
                Err(e) => return Some(Err(e)),
                Ok(Versioned::Document(document)) => {
                    if self.query.lang.as_ref().is_none_or(|l| document.lang.serves(l)) {
                        return Some(Ok(*document));
                    }
                }
                Ok(_) => {}
            }
        }
    }
}

/// A record read ahead: its number and its packed bytes.
type Waiting = (u64, Box<[u8]>);

/// Concepts of a base; see [`Snapshot::concepts`].
pub struct Concepts {
    since: Since,
    snapshot: Snapshot,
    query: Query,
    /// The next slug of each segment.
    slugs: Vec<u64>,
    stored: Stored,
    ahead: VecDeque<Result<Waiting, StoreError>>,
    over: bool,
}

impl Iterator for Concepts {
    type Item = Result<Concept, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let concept = match self.query.order {
                Order::Stored => match next_stored(&mut self.since, &mut self.stored, &self.query)? {
                    Ok(Versioned::Concept(concept)) => *concept,
                    Ok(_) => continue,
                    Err(e) => return Some(Err(e)),
                },
                Order::Slug => match self.next_by_slug()? {
                    Ok(concept) => concept,
                    Err(e) => return Some(Err(e)),
                },
            };
            if wanted(&concept, &self.query) {
                return Some(Ok(concept));
            }
        }
    }
}

impl Concepts {
    fn next_by_slug(&mut self) -> Option<Result<Concept, StoreError>> {
        if self.ahead.is_empty()
            && !self.over
            && let Err(e) = self.read_ahead()
        {
            self.over = true;
            return Some(Err(e));
        }
        let waiting = self.ahead.pop_front()?;
        Some(waiting.and_then(|(seq, bytes)| match record::decode(&bytes, seq)?.body {
            Body::State(Versioned::Concept(concept)) => Ok(*concept),
            _ => Err(self.snapshot.unreadable(seq)),
        }))
    }

    /// Reads the next concepts in the order of slugs, unpacking their blocks in stored order.
    fn read_ahead(&mut self) -> Result<(), StoreError> {
        let first = self.since.first(&self.snapshot, self.query.since)?;
        let mut seqs = vec![];
        while seqs.len() < AHEAD {
            let Some(seq) = self.next_slug()? else {
                self.over = true;
                break;
            };
            if seq >= first {
                seqs.push(seq);
            }
        }
        let mut order: Vec<usize> = (0..seqs.len()).collect();
        order.sort_unstable_by_key(|i| seqs[*i]);
        let mut slots: Vec<Option<Result<Waiting, StoreError>>> = Vec::new();
        slots.resize_with(seqs.len(), || None);
        for i in order {
            slots[i] = Some(self.stored.reader.bytes(seqs[i]).map(|bytes| (seqs[i], bytes.into())));
        }
        self.ahead.extend(slots.into_iter().flatten());
        Ok(())
    }

    /// The record of the next concept in the order of slugs.
    fn next_slug(&mut self) -> Result<Option<u64>, StoreError> {
        loop {
            let mut least: Option<(String, u64, usize)> = None;
            for (at, segment) in self.snapshot.inner.segments.iter().enumerate() {
                let start = self.slugs[at];
                let found = segment.ask(|t: &Tables| {
                    let mut i = start;
                    while i < t.slugs() {
                        let (slug, rel, former) = t.slug(i)?;
                        if !former {
                            return Ok((i, Some((slug.to_owned(), rel))));
                        }
                        i += 1;
                    }
                    Ok((i, None))
                })?;
                self.slugs[at] = found.0;
                if let Some((slug, rel)) = found.1 {
                    let candidate = (slug, segment.first + u64::from(rel), at);
                    if least.as_ref().is_none_or(|l| candidate < *l) {
                        least = Some(candidate);
                    }
                }
            }
            let Some((_, seq, at)) = least else { return Ok(None) };
            self.slugs[at] += 1;
            if !self.snapshot.killed(at, seq)? {
                return Ok(Some(seq));
            }
        }
    }
}

fn wanted(concept: &Concept, query: &Query) -> bool {
    let equal = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let any = |list: &[String], wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|w| list.iter().any(|have| equal(have, w)))
    };
    let term = || {
        concept.terms().any(|(lang, term)| {
            query.lang.as_ref().is_none_or(|l| lang.serves(l))
                && query.status.is_none_or(|s| term.standing() == s)
        })
    };
    any(&concept.subject_fields, &query.subject)
        && any(&concept.customers, &query.customer)
        && any(&concept.projects, &query.project)
        && (query.lang.is_none() && query.status.is_none() || term())
}

/// The kind of a number in tables.
pub(super) fn kind_of(number: u8) -> Option<EntityKind> {
    [EntityKind::Concept, EntityKind::Unit, EntityKind::Document]
        .into_iter()
        .find(|kind| kind_number(*kind) == number)
}
