//! Everything a base holds, history included, as a stream; and the way back.
//!
//! The stream is the log itself, record by record with its numbers, so that what was loaded
//! has the same revisions, histories and undos as what was dumped.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{Revision, Versioned};

use super::build::Indexed;
use super::draft::Draft;
use super::record::{self, Body, Made};
use super::segment::Info;
use super::snapshot::{Counts, Reader, kind_of};
use super::{Snapshot, Store, StoreError, Who};

/// One line of a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogEntry {
    /// What is set for the base as a whole; first, if there is anything.
    Settings(BTreeMap<String, String>),
    /// What became of one entity.
    State {
        /// The number of the record.
        seq: u64,
        /// The revision that made it.
        revision: Revision,
        /// The entity's record before this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<u64>,
        /// The origin key that was given for a unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<u64>,
        /// The state.
        state: Versioned,
    },
    /// The end of a revision.
    Revision {
        /// The number of the record.
        seq: u64,
        /// The revision.
        made: Box<Made>,
    },
}

impl Snapshot {
    /// Iterates over everything, in the order in which it happened. A damaged block is one
    /// error, and the rest follows.
    pub fn log(&self) -> impl Iterator<Item = Result<LogEntry, StoreError>> + use<> {
        let settings = Some(self.settings().clone()).filter(|s| !s.is_empty());
        let (mut reader, snapshot) = (Reader::new(self.clone()), self.clone());
        let mut seq = 0;
        let records = std::iter::from_fn(move || {
            // Numbers whose records were lost before this base was made are passed over.
            while seq < snapshot.manifest().next
                && matches!(snapshot.info(seq), Ok((Info { kind: Info::MISSING, .. }, _)))
            {
                seq += 1;
            }
            if seq >= snapshot.manifest().next {
                return None;
            }
            let entry = reader.read(seq).map(|record| match record.body {
                Body::State(state) => LogEntry::State {
                    seq,
                    revision: Revision(record.revision),
                    previous: record.previous,
                    key: record.key,
                    state,
                },
                Body::Made(made) => LogEntry::Revision { seq, made },
            });
            seq = if entry.is_ok() { seq + 1 } else { snapshot.behind_block(seq) };
            Some(entry)
        });
        settings.map(LogEntry::Settings).map(Ok).into_iter().chain(records)
    }
}

/// How many records a dump may lack, all in all.
const MAX_GAPS: u64 = 1 << 20;

impl Store {
    /// Loads a dump into a base that has no revision yet, as one durable step.
    pub fn load(
        &self,
        who: Who,
        wait: Duration,
        entries: impl IntoIterator<Item = Result<LogEntry, StoreError>>,
    ) -> Result<Revision, StoreError> {
        let draft = self.begin(who, wait)?;
        if draft.snapshot().revision() != Revision(0) || draft.snapshot().manifest().next != 0 {
            return Err(StoreError::Invalid("a dump can only be loaded into an empty base".to_owned()));
        }
        draft.load(entries)
    }
}

impl Draft {
    fn load(
        mut self,
        entries: impl IntoIterator<Item = Result<LogEntry, StoreError>>,
    ) -> Result<Revision, StoreError> {
        let wrong = |seq: u64, what: &str| StoreError::Invalid(format!("record {seq} of the dump {what}"));
        let (mut revision, mut gaps, mut open) = (Revision(0), 0, None);
        for entry in entries {
            match entry? {
                LogEntry::Settings(settings) => {
                    for (name, value) in settings {
                        self.set(&name, Some(value));
                    }
                }
                LogEntry::State { seq, revision: by, previous, key, state } => {
                    self.follow(seq, &mut gaps)?;
                    if by <= revision || open.is_some_and(|open| open != by) {
                        return Err(wrong(seq, "belongs to a revision that is over"));
                    }
                    if previous.is_some_and(|previous| previous >= seq) {
                        return Err(wrong(seq, "follows one that comes after it"));
                    }
                    open = Some(by);
                    let packed = record::encode_state(by.0, previous, key, &state)?;
                    self.push_raw(&packed, previous, Indexed::State(&state, key, None))?;
                }
                LogEntry::Revision { seq, made } => {
                    self.follow(seq, &mut gaps)?;
                    let by = made.record.revision;
                    if by <= revision || open.is_some_and(|open| open != by) {
                        return Err(wrong(seq, "ends another revision than it should"));
                    }
                    if made.first > seq || made.dropped.iter().any(|(from, to)| from > to || *to > seq) {
                        return Err(wrong(seq, "speaks of records that come after it"));
                    }
                    (revision, open) = (by, None);
                    let packed = record::encode_made(&made)?;
                    self.push_raw(&packed, None, Indexed::Made(&made))?;
                }
            }
        }
        if let Some(open) = open {
            return Err(StoreError::Invalid(format!("the dump breaks off in revision {open}")));
        }
        self.commit_loaded(revision)
    }

    /// Makes room for records that the dump lacks.
    fn follow(&mut self, seq: u64, gaps: &mut u64) -> Result<(), StoreError> {
        let gap = seq.checked_sub(self.next()).filter(|gap| *gaps + gap <= MAX_GAPS).ok_or_else(|| {
            StoreError::Invalid(format!("record {seq} of the dump does not follow record {}", self.next()))
        })?;
        *gaps += gap;
        if gap > 0 { self.skip_to(seq) } else { Ok(()) }
    }
}

/// Counts what is live.
pub(super) fn count_live(snapshot: &Snapshot) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    for number in 0..3 {
        let Some(kind) = kind_of(number) else { continue };
        let mut from = 0;
        while let Some(seq) = snapshot.next_live(kind, from)? {
            match number {
                0 => {
                    counts.concepts += 1;
                    counts.terms += u64::from(snapshot.info(seq)?.0.terms);
                }
                1 => counts.units += 1,
                _ => counts.documents += 1,
            }
            from = seq + 1;
        }
    }
    Ok(counts)
}
