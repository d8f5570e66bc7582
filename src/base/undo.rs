//! Takes a revision back, as a new change.

use super::{Base, Error};
use crate::model::{EntityKind, Revision, Versioned};
use crate::store::Who;

/// What came of taking a revision back.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The revision that was taken back.
    pub of: Revision,
    /// The revision that did it.
    pub revision: Revision,
    /// How many entities are as they were before.
    pub restored: u64,
    /// Entities that others changed since, left as they are.
    pub left: Vec<String>,
}

/// Entities that stand in the way of taking a revision back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedSince(pub Vec<String>);

impl Base {
    /// Takes a revision back (the latest that is not itself undone, if none is named). What was
    /// changed since stands in the way, unless `except_changed` leaves it out.
    pub fn undo(
        &mut self,
        revision: Option<Revision>,
        except_changed: bool,
        mut who: Who,
    ) -> Result<Result<Undone, ChangedSince>, Error> {
        let of = match revision {
            Some(revision) => revision,
            None => self.latest_to_undo()?,
        };
        if let Some((_, by)) = self.undone(of)?.into_iter().find(|(undone, _)| *undone == of) {
            return Err(Error::Usage(format!("revision {of} is undone already, by {by}")));
        }
        let record = self.snapshot.revision_record(of)?.ok_or(Error::NoRevision(Some(of)))?;
        if who.why.is_empty() {
            who.why = format!("undo {of}: {}", record.why);
        }
        let mut draft = self.begin(who)?;
        let undone = draft.undo(of, except_changed)?;
        let mut left = vec![];
        for (kind, id) in &undone.changed_since {
            left.push(self.name_of(*kind, id)?);
        }
        left.sort();
        if !left.is_empty() && !except_changed {
            return Ok(Err(ChangedSince(left)));
        }
        let restored = undone.removed + undone.restored;
        if restored == 0 {
            return Err(Error::NoRevision(None));
        }
        let revision = self.commit(draft, None)?;
        Ok(Ok(Undone { of, revision, restored, left }))
    }

    fn name_of(&self, kind: EntityKind, id: &[u8; 16]) -> Result<String, Error> {
        Ok(match self.snapshot.entity(kind, id)? {
            Some(Versioned::Concept(c)) => c.name(),
            Some(Versioned::Unit(u)) => u.origin.tuid.clone().unwrap_or_else(|| u.id.to_string()),
            Some(Versioned::Document(d)) => d.title.clone(),
            Some(Versioned::Gone(..)) | None => "something that is gone".to_owned(),
        })
    }

    /// The newest revision that is neither an undo nor undone.
    fn latest_to_undo(&self) -> Result<Revision, Error> {
        let undone = self.undone(Revision(0))?;
        for record in self.snapshot.revisions() {
            let record = record?;
            if record.undoes.is_none() && !undone.iter().any(|(of, _)| *of == record.revision) {
                return Ok(record.revision);
            }
        }
        Err(Error::NoRevision(None))
    }

    /// The revisions after `since`, or it, that are undone, and by which; an undo that is undone does not count.
    fn undone(&self, since: Revision) -> Result<Vec<(Revision, Revision)>, Error> {
        let mut undone: Vec<(Revision, Revision)> = vec![];
        for record in self.snapshot.revisions() {
            let record = record?;
            if record.revision <= since {
                break;
            }
            let holds = !undone.iter().any(|(of, _)| *of == record.revision);
            if let Some(of) = record.undoes.filter(|_| holds) {
                undone.push((of, record.revision));
            }
        }
        Ok(undone)
    }
}
