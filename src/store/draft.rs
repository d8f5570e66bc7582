//! A change in the making: puts gather in blocks and parts that nothing names until the commit.
//!
//! A draft is a growing segment ([`Builder`]). When its tables get heavy they are sealed into
//! a part, a segment of its own, so that memory stays constant; the commit merges the parts
//! with the levels they fit into. Blocks go to the ledger as they fill.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::model::{
    ChangeSummary, Concept, ConceptId, Document, DocumentId, EntityKind, ForeignId, Revision, RevisionRecord,
    Slug, Unit, UnitId, Versioned,
};

use super::StoreError;
use super::build::{Builder, Indexed, coalesce, table_slug};
use super::failpoint::failpoint;
use super::filing::Filing;
use super::ledger::{FORMAT, Manifest, Unfinished};
use super::record::{self, Body, Made, foreign_hash, origin_key};
use super::segment::{Info, Level, Segment, SegmentInfo, Tables};
use super::snapshot::{Counts, Newest, Snapshot, in_ranges, kind_of};
use super::{Hold, Who};

/// A change in the making. Dropping it leaves the base as it was.
pub struct Draft {
    hold: Hold,
    who: Who,
    base: Snapshot,
    /// The base with the parts that are sealed.
    view: Snapshot,
    builder: Builder,
    revision: u64,
    /// The number of the draft's first record.
    first: u64,
    counts: Counts,
    summary: ChangeSummary,
    dropped: Vec<(u64, u64)>,
    superseded: Vec<(u64, u64)>,
    /// What the draft's own records are called, whether still there or not.
    names: Names,
    /// Slugs that had two owners at some moment; in the end they must have one.
    contested: BTreeSet<Slug>,
    undoes: Option<Revision>,
    settings: Option<BTreeMap<String, String>>,
}

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undone {
    /// Entities that are gone again.
    pub removed: u64,
    /// Entities that are as they were before.
    pub restored: u64,
    /// Entities that were changed again since, and are left as they are.
    pub changed_since: Vec<(EntityKind, [u8; 16])>,
}

impl Draft {
    pub(super) fn new(
        mut hold: Hold,
        who: Who,
        base: Snapshot,
        unfinished: Option<Unfinished>,
    ) -> Result<Self, StoreError> {
        let manifest = base.manifest().clone();
        let first = manifest.next;
        let (mut view, mut next) = (base.clone(), first);
        let (mut counts, mut summary) = (manifest.counts, ChangeSummary::default());
        let (mut dropped, mut superseded) = (vec![], vec![]);
        if let Some(unfinished) = unfinished {
            let mut segments = base.segments().to_vec();
            for part in &unfinished.parts {
                next = part.next;
                segments.push(Arc::new(hold.seat.open_part(part)?));
            }
            view = Snapshot::of(manifest.clone(), segments);
            (counts, summary) = (unfinished.counts, unfinished.summary);
            (dropped, superseded) = (unfinished.dropped, unfinished.superseded);
        } else {
            hold.ledger()?.discard(first)?;
        }
        let names = Names { complete: next == first, ..Names::default() };
        Ok(Self {
            builder: Builder::new(next, hold.seat.part_home(next))?,
            hold,
            who,
            view,
            revision: manifest.revision.0 + 1,
            first,
            counts,
            summary,
            dropped,
            superseded,
            names,
            contested: BTreeSet::new(),
            undoes: None,
            settings: None,
            base,
        })
    }

    /// Returns the state that the draft builds on; it knows nothing of the draft's own puts.
    pub fn snapshot(&self) -> &Snapshot {
        &self.base
    }

    /// Returns how much the base will hold.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns how much the draft touched so far.
    pub fn summary(&self) -> ChangeSummary {
        self.summary
    }

    /// Puts the new state of an entity, or that it is gone. To say of something that is not
    /// there that it is gone is no change.
    pub fn put(&mut self, state: Versioned) -> Result<(), StoreError> {
        self.put_keyed(state, None)
    }

    /// Puts the new state of an entity; a unit is found again by this origin key instead of the
    /// one that [`super::origin_key`] makes.
    pub fn put_keyed(&mut self, state: Versioned, key: Option<u64>) -> Result<(), StoreError> {
        let (kind, id) = state.entity();
        if id == [0; 16] {
            return Err(StoreError::Invalid("an entity without an id cannot be stored".to_owned()));
        }
        let before = self.newest(kind, &id)?;
        self.write(state, key, before, None)
    }

    /// Puts a unit under an id that was made just now at random, as [`Draft::put_keyed`] does but without
    /// looking whether it is there: a big import is mostly such. `filing` is what [`Filing::of_unit`] makes of it.
    pub fn add_unit(&mut self, unit: Box<Unit>, key: u64, filing: &Filing) -> Result<(), StoreError> {
        debug_assert!(*filing == Filing::of_unit(&unit), "its texts changed since");
        self.write(Versioned::Unit(unit), Some(key), None, Some(filing))
    }

    /// Puts a concept under an id that was made just now at random, without looking whether it is
    /// there; `filing` is what [`Filing::of`] makes of it.
    pub fn add_filed(&mut self, concept: Box<Concept>, filing: &Filing) -> Result<(), StoreError> {
        debug_assert!(*filing == Filing::of(&concept), "its terms changed since");
        self.write(Versioned::Concept(concept), None, None, Some(filing))
    }

    fn write(
        &mut self,
        state: Versioned,
        key: Option<u64>,
        before: Option<Newest>,
        filing: Option<&Filing>,
    ) -> Result<(), StoreError> {
        let (kind, id) = state.entity();
        let was_live = before.is_some_and(|b| b.live);
        let is_live = !matches!(state, Versioned::Gone(..));
        if !is_live && !was_live {
            return Ok(());
        }
        if let Versioned::Concept(concept) = &state {
            self.contest(concept)?;
            self.names.add(concept);
        }
        let key = match &state {
            Versioned::Unit(unit) if key != origin_key(&unit.origin) => key,
            _ => None,
        };
        let previous = before.map(|b| b.seq);
        let packed = record::encode_state(self.revision, previous, key, &state)?;
        let seq = self.builder.next();
        if let Some(block) = self.builder.push(&packed, previous, Indexed::State(&state, key, filing))? {
            self.append(block)?;
        }
        self.count(kind, &id, before, seq)?;
        if let Some(previous) = previous {
            self.replaced(previous);
        }
        if self.builder.weight() > self.hold.seat.limits().part_weight { self.seal(true) } else { Ok(()) }
    }

    /// Returns a concept as the draft has it.
    pub fn concept(&mut self, id: ConceptId) -> Result<Option<Concept>, StoreError> {
        match self.entity(EntityKind::Concept, &id.to_bytes())? {
            Some(Versioned::Concept(concept)) => Ok(Some(*concept)),
            _ => Ok(None),
        }
    }

    /// Returns a unit as the draft has it.
    pub fn unit(&mut self, id: UnitId) -> Result<Option<Unit>, StoreError> {
        match self.entity(EntityKind::Unit, &id.to_bytes())? {
            Some(Versioned::Unit(unit)) => Ok(Some(*unit)),
            _ => Ok(None),
        }
    }

    /// Returns the origin key that a unit was put with, if it was another than its origin's.
    pub fn unit_key(&mut self, id: UnitId) -> Result<Option<u64>, StoreError> {
        match self.newest(EntityKind::Unit, &id.to_bytes())? {
            Some(newest) if newest.live => Ok(self.record_at(newest.seq)?.key),
            _ => Ok(None),
        }
    }

    /// Returns a document as the draft has it.
    pub fn document(&mut self, id: DocumentId) -> Result<Option<Document>, StoreError> {
        match self.entity(EntityKind::Document, &id.to_bytes())? {
            Some(Versioned::Document(document)) => Ok(Some(*document)),
            _ => Ok(None),
        }
    }

    /// Returns an entity of any kind as the draft has it.
    pub fn entity(&mut self, kind: EntityKind, id: &[u8; 16]) -> Result<Option<Versioned>, StoreError> {
        match self.newest(kind, id)? {
            Some(newest) if newest.live => self.state_at(newest.seq),
            _ => Ok(None),
        }
    }

    /// Returns the concept that a slug names in the draft, as [`Snapshot::concept_by_slug`].
    pub fn concept_by_slug(&mut self, slug: &str) -> Result<Option<Concept>, StoreError> {
        match self.named(slug)? {
            Some(seq) => self.concept_at(seq),
            None => Ok(None),
        }
    }

    /// Returns the id of the concept that a slug names in the draft.
    pub fn id_by_slug(&self, slug: &str) -> Result<Option<ConceptId>, StoreError> {
        let Some(seq) = self.named(slug)? else { return Ok(None) };
        let id = match self.builder.id(seq) {
            Some(id) => id,
            None => self.view.info(seq)?.1,
        };
        Ok(Some(ConceptId::from_bytes(id)))
    }

    fn named(&self, slug: &str) -> Result<Option<u64>, StoreError> {
        let own = self.builder.with_slug(slug).filter(|(seq, _)| !self.builder.is_dead(*seq));
        let own = own.map(|(seq, former)| (former, std::cmp::Reverse(seq))).min();
        if let Some((false, seq)) = own {
            return Ok(Some(seq.0));
        }
        if let Some((former, seq)) = self.where_slug(slug).named(slug)? {
            let (_, id) = self.view.info(seq)?;
            if self.is_current(&id)? && (!former || own.is_none()) {
                return Ok(Some(seq));
            }
        }
        Ok(own.map(|(_, seq)| seq.0))
    }

    /// Returns the concepts that files of this name gave this id, as [`Snapshot::concepts_by_foreign`].
    pub fn concepts_by_foreign(&mut self, foreign: &ForeignId) -> Result<Vec<Concept>, StoreError> {
        let hash = foreign_hash(&foreign.origin, &foreign.id);
        let own: Vec<u64> =
            self.builder.with_foreign(hash).filter(|seq| !self.builder.is_dead(*seq)).collect();
        let mut found = vec![];
        for seq in own {
            found.extend(self.concept_at(seq)?.filter(|c| c.foreign_ids.contains(foreign)));
        }
        let there = if self.names.may_have_foreign(hash) { &self.view } else { &self.base };
        for concept in there.concepts_by_foreign(foreign)? {
            if self.is_current(&concept.id.to_bytes())? {
                found.push(concept);
            }
        }
        Ok(found)
    }

    /// Finds the unit of an origin key in the draft, as [`Snapshot::unit_by_origin`].
    pub fn unit_by_origin(&mut self, key: u64) -> Result<Option<(UnitId, u64, u64)>, StoreError> {
        let own = self.builder.with_origin(key).find(|(seq, _)| !self.builder.is_dead(*seq));
        if let Some((seq, content)) = own {
            let id = self.builder.id(seq).unwrap_or_default();
            return Ok(Some((UnitId::from_bytes(id), content, seq)));
        }
        match self.view.unit_by_origin(key)? {
            Some((id, content, seq)) => {
                let newest = self.newest(EntityKind::Unit, &id.to_bytes())?;
                let current = newest.is_some_and(|n| n.live && n.seq == seq);
                Ok(current.then_some((id, content, seq)))
            }
            None => Ok(None),
        }
    }

    /// Finds the unit of an origin key in the base, for whoever knows that the draft itself has put
    /// none of this key.
    pub fn unit_of_base(&self, key: u64) -> Result<Option<(UnitId, u64, u64)>, StoreError> {
        self.base.unit_by_origin(key)
    }

    /// Returns the origin keys of the units that the sealed parts of the draft hold, for whoever takes it
    /// up again.
    pub fn origin_keys(&self) -> Result<Vec<u64>, StoreError> {
        let mut keys = vec![];
        for part in &self.view.segments()[self.base.segments().len()..] {
            keys.extend(part.ask(Tables::origin_keys)?);
        }
        Ok(keys)
    }

    /// Sets or removes a setting of the base as a whole. Settings have no history.
    pub fn set(&mut self, name: &str, value: Option<String>) {
        let settings = self.settings.get_or_insert_with(|| self.base.settings().clone());
        match value {
            Some(value) => settings.insert(name.to_owned(), value),
            None => settings.remove(name),
        };
    }

    /// Returns what is set for the base as a whole, with what this draft has set.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        self.settings.as_ref().unwrap_or_else(|| self.base.settings())
    }

    /// Takes a revision back: what it added goes, what it changed or removed is as it was.
    ///
    /// Entities that were changed since are listed; if there are any, nothing is undone unless
    /// `except_changed` says to undo the rest.
    pub fn undo(&mut self, revision: Revision, except_changed: bool) -> Result<Undone, StoreError> {
        let Some((end, made)) = self.base.made(revision)? else {
            return Err(StoreError::Invalid(format!("there is no revision {revision}")));
        };
        let base = self.base.clone();
        let mut undone = Undone::default();
        // First look, then act: a change since must leave everything as it is.
        let (mut remove, mut restore) = (vec![], vec![]);
        let mut heads = super::snapshot::Reader::new(base.clone());
        for seq in made.first..end {
            if in_ranges(&made.superseded, seq) {
                continue;
            }
            let (info, id) = base.info(seq)?;
            let Some(kind) = kind_of(info.kind) else { continue };
            let now = match self.newest(kind, &id)? {
                Some(now) if now.seq == seq && now.live != info.gone => seq,
                // Changed since and changed back, as by an undo: it is what the revision made of it.
                Some(now) if !now.live && info.gone => seq,
                Some(now) if now.live && !info.gone && self.state_at(now.seq)? == self.state_at(seq)? => {
                    now.seq
                }
                _ => {
                    undone.changed_since.push((kind, id));
                    continue;
                }
            };
            let previous = record::decode_head(heads.bytes(seq)?, seq)?.previous;
            match (previous, info.gone) {
                (None, false) => remove.push((now, now + 1)),
                _ => restore.push((kind, id, previous)),
            }
        }
        for &(from, to) in &made.dropped {
            for seq in from..to {
                let (info, id) = base.info(seq)?;
                let Some(kind) = kind_of(info.kind) else { continue };
                match self.newest(kind, &id)? {
                    Some(now) if !now.live => restore.push((kind, id, Some(seq))),
                    _ => undone.changed_since.push((kind, id)),
                }
            }
        }
        if !undone.changed_since.is_empty() && !except_changed {
            return Ok(undone);
        }
        for (kind, id, previous) in restore {
            match self.state_before(previous, revision)? {
                // A unit without an id in its file is known to the next import by its key alone.
                Some((state, key)) => {
                    self.put_keyed(state, key)?;
                    undone.restored += 1;
                }
                None => {
                    self.put(Versioned::Gone(kind, id))?;
                    undone.removed += 1;
                }
            }
        }
        undone.removed += remove.len() as u64;
        self.drop_records(remove)?;
        self.undoes = Some(revision);
        Ok(undone)
    }

    /// Keeps everything put so far, so that after a crash of the process [`super::Store::resume`] can go
    /// on from here for the same `fingerprint`; `token` says, in the caller's terms, where here is. After
    /// a power failure it can if the disk had kept up.
    pub fn checkpoint(&mut self, fingerprint: &str, token: &[u8]) -> Result<(), StoreError> {
        self.seal(true)?;
        let own = &self.view.segments()[self.base.segments().len()..];
        let parts: Result<Vec<SegmentInfo>, _> = own.iter().map(|part| part.describe(Level::Delta)).collect();
        let unfinished = Unfinished {
            fingerprint: fingerprint.to_owned(),
            token: token.to_owned(),
            revision: self.base.revision(),
            parts: parts?,
            counts: self.counts,
            summary: self.summary,
            superseded: self.superseded.clone(),
            dropped: self.dropped.clone(),
        };
        self.hold.ledger()?.checkpoint(&unfinished)
    }

    /// Commits: all of it, durably, or nothing. Returns the new revision, or the old one if
    /// nothing was put. With `expecting`, refuses if the base is at another revision than that.
    pub fn commit(mut self, expecting: Option<Revision>) -> Result<Revision, StoreError> {
        let found = self.base.revision();
        if let Some(expected) = expecting
            && expected != found
        {
            return Err(StoreError::Conflict { expected, found });
        }
        let nothing = self.builder.next() == self.first && self.dropped.is_empty();
        if nothing && self.settings.is_none() {
            return Ok(found);
        }
        if nothing {
            return self.publish(found, false);
        }
        self.check_slugs()?;
        let made = self.made();
        let packed = record::encode_made(&made)?;
        self.push_raw(&packed, None, Indexed::Made(&made))?;
        let revision = Revision(self.revision);
        self.publish(revision, true)
    }

    /// Makes what was pushed the base's state.
    fn publish(mut self, revision: Revision, pushed: bool) -> Result<Revision, StoreError> {
        let old = self.base.manifest().clone();
        let mut new = Manifest { format: FORMAT, ..old.clone() };
        if let Some(settings) = self.settings.take() {
            new.settings = settings;
        }
        let mut segments = self.base.segments().to_vec();
        if pushed {
            self.seal(false)?;
            failpoint("commit-sealed");
            let own = self.view.segments()[segments.len()..].to_vec();
            new.revision = revision;
            new.next = own.last().map_or(old.next, |part| part.next);
            new.counts = self.counts;
            (segments, new.segments) = self.settle(&old, own)?;
        }
        self.hold.ledger()?.commit(old.revision, &new)?;
        self.hold.seat.publish(&new, segments)?;
        failpoint("commit-acknowledged");
        // The ledger is closed first: what follows is only tidying.
        self.hold.release();
        self.hold.seat.tidy(&new);
        Ok(new.revision)
    }

    /// Commits the records of a dump, which end with a revision's own.
    pub(super) fn commit_loaded(mut self, revision: Revision) -> Result<Revision, StoreError> {
        let pushed = self.next() != self.first;
        self.seal(true)?;
        self.counts = super::dump::count_live(&self.view)?;
        self.publish(revision, pushed)
    }

    /// The number that the next record will have.
    pub(super) fn next(&self) -> u64 {
        self.builder.next()
    }

    /// Adds a packed record as it is.
    pub(super) fn push_raw(
        &mut self,
        packed: &[u8],
        previous: Option<u64>,
        what: Indexed<'_>,
    ) -> Result<(), StoreError> {
        if let Some(block) = self.builder.push(packed, previous, what)? {
            self.append(block)?;
        }
        if self.builder.weight() > self.hold.seat.limits().part_weight { self.seal(true) } else { Ok(()) }
    }

    /// Leaves numbers out.
    pub(super) fn skip_to(&mut self, seq: u64) -> Result<(), StoreError> {
        if let Some(block) = self.builder.close_block()? {
            self.append(block)?;
        }
        self.builder.skip_to(seq)
    }

    fn made(&mut self) -> Made {
        Made {
            record: RevisionRecord {
                origins: self.who.origins.clone(),
                revision: Revision(self.revision),
                who: self.who.who.clone(),
                when: self.who.when.clone(),
                why: self.who.why.clone(),
                undoes: self.undoes,
                summary: self.summary,
            },
            command: self.who.command.clone(),
            first: self.first,
            dropped: coalesce(&mut self.dropped),
            superseded: coalesce(&mut self.superseded),
        }
    }

    /// Writes the segment that takes the draft's parts in, and says what the base has then.
    fn settle(
        &self,
        old: &Manifest,
        parts: Vec<Arc<Segment>>,
    ) -> Result<(Vec<Arc<Segment>>, Vec<SegmentInfo>), StoreError> {
        let limits = self.hold.seat.limits();
        let own: Result<Vec<SegmentInfo>, _> = parts.iter().map(|part| part.describe(Level::Delta)).collect();
        let own = own?;
        let fits = |kept: usize, factor: u64| {
            let (mut records, mut length) = ([0; 3], 0);
            for info in own.iter().chain(&old.segments[kept..]) {
                for (sum, n) in records.iter_mut().zip(info.records) {
                    *sum += n;
                }
                length += info.length;
            }
            limits.fit(records, length, factor)
        };
        // Take in the levels from the newest on, until what comes of it fits its level.
        let mut kept = old.segments.len();
        let mut level = Level::Delta;
        loop {
            while kept > 0 && old.segments[kept - 1].level >= level {
                kept -= 1;
            }
            level = match level {
                Level::Delta if !fits(kept, 1) => Level::Middle,
                Level::Middle if !fits(kept, limits.factor) => Level::Main,
                _ => break,
            };
        }
        let base = self.base.segments();
        let mut inputs = base[kept..].to_vec();
        inputs.extend(parts);
        let segment = self.hold.seat.write_segment(inputs)?;
        let mut infos = old.segments[..kept].to_vec();
        infos.push(segment.describe(level)?);
        let mut segments = base[..kept].to_vec();
        segments.push(Arc::new(segment));
        Ok((segments, infos))
    }

    fn append(&mut self, (first, block): (u64, Vec<u8>)) -> Result<(), StoreError> {
        failpoint("block-append-before");
        self.hold.ledger()?.append(first, block)?;
        failpoint("block-append-after");
        Ok(())
    }

    /// Ends the growing segment, and begins another. A part that something else follows goes to a
    /// file, so that memory stays what it is.
    fn seal(&mut self, to_file: bool) -> Result<(), StoreError> {
        if let Some(block) = self.builder.close_block()? {
            self.append(block)?;
        }
        if self.builder.is_empty() {
            return Ok(());
        }
        failpoint("part-write-before");
        let next = self.builder.next();
        let fresh = Builder::new(next, self.hold.seat.part_home(next))?;
        let full = std::mem::replace(&mut self.builder, fresh);
        let part = self.hold.seat.take_part(full.first(), full.seal()?, to_file)?;
        failpoint("part-write-after");
        let mut segments = self.view.segments().to_vec();
        segments.push(Arc::new(part));
        self.view = Snapshot::of(self.base.manifest().clone(), segments);
        Ok(())
    }

    fn newest(&self, kind: EntityKind, id: &[u8; 16]) -> Result<Option<Newest>, StoreError> {
        if let Some(seq) = self.builder.find(kind, id) {
            let info = self.builder.info(seq).unwrap_or(Info { kind: Info::MISSING, gone: true, terms: 0 });
            return Ok(Some(Newest { seq, info, live: !info.gone }));
        }
        let newest = self.view.newest(kind, id)?;
        Ok(newest.map(|n| Newest { live: n.live && !in_ranges(&self.dropped, n.seq), ..n }))
    }

    /// Tells whether a concept is there, and the growing segment knows nothing newer of it.
    fn is_current(&self, id: &[u8; 16]) -> Result<bool, StoreError> {
        if self.builder.find(EntityKind::Concept, id).is_some() {
            return Ok(false);
        }
        Ok(self.newest(EntityKind::Concept, id)?.is_some_and(|n| n.live))
    }

    fn concept_at(&mut self, seq: u64) -> Result<Option<Concept>, StoreError> {
        match self.state_at(seq)? {
            Some(Versioned::Concept(concept)) => Ok(Some(*concept)),
            _ => Ok(None),
        }
    }

    fn state_at(&mut self, seq: u64) -> Result<Option<Versioned>, StoreError> {
        match self.record_at(seq)?.body {
            Body::State(Versioned::Gone(..)) | Body::Made(_) => Ok(None),
            Body::State(state) => Ok(Some(state)),
        }
    }

    fn record_at(&mut self, seq: u64) -> Result<record::Record, StoreError> {
        if seq >= self.builder.first() {
            self.builder.read(seq, |bytes| record::decode(bytes, seq))?
        } else {
            self.view.record_at(seq)
        }
    }

    fn state_before(
        &self,
        previous: Option<u64>,
        revision: Revision,
    ) -> Result<Option<(Versioned, Option<u64>)>, StoreError> {
        self.base.state_before(previous, revision)
    }

    /// Keeps counts and summary right for one more put.
    fn count(
        &mut self,
        kind: EntityKind,
        id: &[u8; 16],
        before: Option<Newest>,
        seq: u64,
    ) -> Result<(), StoreError> {
        let now = self.builder.info(seq).map_or((false, 0), |i| (!i.gone, i.terms));
        let then = before.map_or((false, 0), |b| (b.live, if b.live { b.info.terms } else { 0 }));
        let touched = before.is_some_and(|b| b.seq >= self.first || in_ranges(&self.dropped, b.seq));
        let at_base = match before {
            None => false,
            Some(b) if !touched => b.live,
            Some(_) => self.base.newest(kind, id)?.is_some_and(|n| n.live),
        };
        if touched {
            tally(&mut self.summary, at_base, then.0, u64::wrapping_sub);
        }
        tally(&mut self.summary, at_base, now.0, u64::wrapping_add);
        self.add_count(kind, then, now);
        Ok(())
    }

    fn add_count(&mut self, kind: EntityKind, then: (bool, u16), now: (bool, u16)) {
        let apply = |n: &mut u64, minus: u64, plus: u64| *n = n.saturating_sub(minus) + plus;
        let (was, is) = (u64::from(then.0), u64::from(now.0));
        match kind {
            EntityKind::Concept => {
                apply(&mut self.counts.concepts, was, is);
                apply(&mut self.counts.terms, u64::from(then.1), u64::from(now.1));
            }
            EntityKind::Unit => apply(&mut self.counts.units, was, is),
            EntityKind::Document => apply(&mut self.counts.documents, was, is),
        }
    }

    /// Notes that a record has a successor.
    fn replaced(&mut self, previous: u64) {
        if previous >= self.first {
            match self.superseded.last_mut() {
                Some(last) if last.1 == previous => last.1 += 1,
                _ => self.superseded.push((previous, previous + 1)),
            }
        } else if in_ranges(&self.dropped, previous) {
            // It has a record of its own now.
            let at = self.dropped.partition_point(|(from, _)| *from <= previous) - 1;
            let (from, to) = self.dropped.remove(at);
            for range in [(previous + 1, to), (from, previous)] {
                if range.0 < range.1 {
                    self.dropped.insert(at, range);
                }
            }
        }
    }

    /// Drops live records of the base without a record each.
    fn drop_records(&mut self, mut ranges: Vec<(u64, u64)>) -> Result<(), StoreError> {
        for seq in ranges.iter().flat_map(|(from, to)| *from..*to) {
            let (info, _) = self.base.info(seq)?;
            if let Some(kind) = kind_of(info.kind) {
                self.add_count(kind, (true, info.terms), (false, 0));
                self.summary.removed += 1;
            }
        }
        self.dropped.append(&mut ranges);
        self.dropped = coalesce(&mut self.dropped);
        Ok(())
    }

    /// Where to look for a slug behind the growing segment: in the base alone, if no record of the draft
    /// has it, which a big import asks of thousands of parts' slugs.
    fn where_slug(&self, slug: &str) -> &Snapshot {
        if self.names.may_have_slug(slug) { &self.view } else { &self.base }
    }

    fn contest(&mut self, concept: &Concept) -> Result<(), StoreError> {
        let Some(slug) = &concept.slug else { return Ok(()) };
        let owners = self.owners(slug, Some(concept.id))?;
        if !owners.is_empty() {
            self.contested.insert(slug.clone());
        }
        Ok(())
    }

    /// The concepts that have this slug now, but for one.
    fn owners(&self, slug: &Slug, except: Option<ConceptId>) -> Result<BTreeSet<ConceptId>, StoreError> {
        let mut owners = BTreeSet::new();
        for (seq, former) in self.builder.with_slug(slug.as_str()) {
            if !former && !self.builder.is_dead(seq) {
                owners.extend(self.builder.id(seq).map(ConceptId::from_bytes));
            }
        }
        for seq in self.where_slug(slug.as_str()).having_slug(slug.as_str())? {
            let (_, id) = self.view.info(seq)?;
            let newest = self.newest(EntityKind::Concept, &id)?;
            if newest.is_some_and(|n| n.live && n.seq == seq) {
                owners.insert(ConceptId::from_bytes(id));
            }
        }
        if let Some(except) = except {
            owners.remove(&except);
        }
        Ok(owners)
    }

    fn check_slugs(&self) -> Result<(), StoreError> {
        for slug in &self.contested {
            let owners = self.owners(slug, None)?;
            if let (2.., Some(holder)) = (owners.len(), owners.first()) {
                return Err(StoreError::SlugTaken { slug: slug.clone(), holder: *holder });
            }
        }
        Ok(())
    }
}

/// The hashes of the slugs and foreign ids that a draft put, so that it need not look for the others
/// among its own parts.
#[derive(Default)]
struct Names {
    slugs: FxHashSet<u64>,
    foreign: FxHashSet<u64>,
    /// Whether they are all here; those of a draft that was taken up again are not.
    complete: bool,
}

impl Names {
    fn add(&mut self, concept: &Concept) {
        if self.complete {
            self.slugs.insert(record::sum(table_slug(concept).as_bytes()));
            self.slugs.extend(concept.former_slugs.iter().map(|s| record::sum(s.as_str().as_bytes())));
            self.foreign.extend(concept.foreign_ids.iter().map(|f| foreign_hash(&f.origin, &f.id)));
        }
    }

    fn may_have_slug(&self, slug: &str) -> bool {
        !self.complete || self.slugs.contains(&record::sum(slug.as_bytes()))
    }

    fn may_have_foreign(&self, hash: u64) -> bool {
        !self.complete || self.foreign.contains(&hash)
    }
}

/// Adds or takes away what an entity contributes to a summary.
fn tally(summary: &mut ChangeSummary, before: bool, after: bool, apply: fn(u64, u64) -> u64) {
    let field = match (before, after) {
        (false, true) => &mut summary.added,
        (true, true) => &mut summary.changed,
        (true, false) => &mut summary.removed,
        (false, false) => return,
    };
    *field = apply(*field, 1);
}
