//! Takes a revision back, as a new change.

use super::{Base, Error};
use crate::model::{Concept, EntityKind, Revision, Versioned};
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
        let record = self.snapshot.revision_record(of)?.ok_or(Error::NoRevision(Some(of)))?;
        if who.why.is_empty() {
            who.why = format!("undo {of}: {}", record.why);
        }
        who.undoes = Some(of);
        let mut draft = self.begin(who)?;
        let (mut restored, mut left) = (0, vec![]);
        let snapshot = draft.snapshot().clone();
        for change in snapshot.changes_of(of)? {
            let change = change?;
            let Some((kind, id)) = change.after.as_ref().or(change.before.as_ref()).map(Versioned::entity) else {
                continue;
            };
            // What the entity is now must be what that revision made of it.
            if snapshot.last_changed(kind, id)? != Some(of) {
                left.push(name_of(&change.after, &change.before));
                continue;
            }
            let before = change.before.unwrap_or(Versioned::Gone(kind, id));
            draft.put(before)?;
            restored += 1;
        }
        if !left.is_empty() && !except_changed {
            left.sort();
            return Ok(Err(ChangedSince(left)));
        }
        if restored == 0 {
            return Err(Error::NoRevision(None));
        }
        let revision = self.commit(draft, None)?;
        Ok(Ok(Undone { of, revision, restored, left }))
    }

    /// The newest revision that is neither an undo nor undone.
    fn latest_to_undo(&self) -> Result<Revision, Error> {
        let mut undone = vec![];
        for record in self.snapshot.revisions() {
            let record = record?;
            match record.undoes {
                Some(of) => undone.push(of),
                None if !undone.contains(&record.revision) => return Ok(record.revision),
                None => {}
            }
        }
        Err(Error::NoRevision(None))
    }
}

fn name_of(after: &Option<Versioned>, before: &Option<Versioned>) -> String {
    match after.as_ref().or(before.as_ref()) {
        Some(Versioned::Concept(c)) => Concept::name(c),
        Some(Versioned::Unit(u)) => u.origin.tuid.clone().unwrap_or_else(|| u.id.to_string()),
        Some(Versioned::Document(d)) => d.title.clone(),
        Some(Versioned::Gone(EntityKind::Concept, _)) | None => "a concept".to_owned(),
        Some(Versioned::Gone(EntityKind::Unit, _)) => "a unit".to_owned(),
        Some(Versioned::Gone(EntityKind::Document, _)) => "a document".to_owned(),
    }
}
