//! `wicterm history`, `wicterm undo`

use clap::Args;
use serde_json::json;

use super::values::{at_least_one, revision};
use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{Base, ChangedSince, Error, Named};
use crate::model::{Change, EntityKind, Revision, RevisionRecord, Versioned};
use crate::report::{self, look, styled};
use crate::text::visible;

/// Show what was changed, by whom, when and why
#[derive(Debug, Args)]
pub struct History {
    /// Only this concept or translation unit, or only this revision number, with what changed in it
    what: Option<String>,
    /// How many revisions to show at most, newest first
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = at_least_one)]
    limit: usize,
}

/// How many changes of one revision are listed.
const MOST_CHANGES: usize = 20;

impl History {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let base = place::open(common, session)?;
        match self.what.as_deref() {
            None => self.revisions(&base, common, session),
            Some(what) => match what.parse::<u64>() {
                Ok(number) => self.revision(&base, Revision(number), common, session),
                Err(_) => self.entity(&base, what, common, session),
            },
        }
    }

    fn revisions(&self, base: &Base, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let mut stream = stream(common, session)?;
        for record in base.snapshot().revisions().take(self.limit) {
            let record = record?;
            match &mut stream {
                Some(stream) => stream.item(serde_json::to_value(&record)?, session.out())?,
                None => writeln!(session.out(), "{}", head(&record))?,
            }
        }
        end(stream, session)
    }

    fn revision(
        &self,
        base: &Base,
        number: Revision,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        let record = base.snapshot().revision_record(number)?;
        let record = record.ok_or(Error::NoRevision(Some(number)))?;
        let mut stream = stream(common, session)?;
        if stream.is_none() {
            writeln!(session.out(), "{}", head(&record))?;
        }
        let mut more = 0u64;
        for (n, change) in base.snapshot().changes_of(number)?.enumerate() {
            let change = change?;
            match &mut stream {
                Some(stream) => stream.item(change_json(&change, &record), session.out())?,
                None if n < MOST_CHANGES => write_change(&change, session)?,
                None => more += 1,
            }
        }
        if more > 0 {
            writeln!(session.out(), "  and {more} more")?;
        }
        end(stream, session)
    }

    fn entity(
        &self,
        base: &Base,
        name: &str,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        let (kind, id) = match base.find_any(name) {
            Ok(Named::Concept(concept)) => (EntityKind::Concept, concept.id.to_bytes()),
            Ok(Named::Unit(unit)) => (EntityKind::Unit, unit.id.to_bytes()),
            Err(error @ (Error::NoConcept(..) | Error::NoUnit(_))) => {
                match (base.find_gone_unit(name)?, base.find_gone(name)?) {
                    (Some(unit), _) => (EntityKind::Unit, unit.to_bytes()),
                    (None, Some(concept)) => (EntityKind::Concept, concept.to_bytes()),
                    (None, None) => return Err(error.into()),
                }
            }
            Err(error) => return Err(error.into()),
        };
        let changes = base.snapshot().history(kind, &id)?;
        let mut stream = stream(common, session)?;
        for change in changes.iter().take(self.limit) {
            let record = base.snapshot().revision_record(change.revision)?.unwrap_or_default();
            match &mut stream {
                Some(stream) => stream.item(change_json(change, &record), session.out())?,
                None => {
                    writeln!(session.out(), "{}", head(&record))?;
                    write_change(change, session)?;
                }
            }
        }
        end(stream, session)
    }
}

fn stream(common: &Common, session: &mut Session) -> Result<Option<report::Stream>, Failure> {
    Ok(match common.format {
        ReportFormat::Json => Some(report::Stream::document("history")),
        ReportFormat::Jsonl => Some(report::Stream::lines("history", session.out())?),
        _ => None,
    })
}

fn end(stream: Option<report::Stream>, session: &mut Session) -> Result<Outcome, Failure> {
    if let Some(stream) = stream {
        stream.end(session.out())?;
    }
    Ok(Outcome::Done)
}

fn head(record: &RevisionRecord) -> String {
    let s = &record.summary;
    let mut counts = vec![];
    for (n, word) in [(s.added, "added"), (s.changed, "changed"), (s.removed, "removed")] {
        if n > 0 {
            counts.push(format!("{n} {word}"));
        }
    }
    format!(
        "{}  {}  {}  {}  {}",
        styled(look::NAME, record.revision),
        record.when,
        visible(&record.who),
        styled(look::STRONG, visible(&record.why)),
        styled(look::FAINT, counts.join(", "))
    )
}

fn write_change(change: &Change, session: &mut Session) -> Result<(), Failure> {
    writeln!(session.out(), "  {}", report::describe(change))?;
    let lines = match (&change.before, &change.after) {
        (Some(Versioned::Concept(before)), Some(Versioned::Concept(after))) => {
            report::concept_changes(Some(before), Some(after))
        }
        (Some(Versioned::Unit(before)), Some(Versioned::Unit(after))) => {
            report::unit_changes(Some(before), Some(after))
        }
        _ => vec![],
    };
    for line in lines {
        writeln!(session.out(), "    {line}")?;
    }
    Ok(())
}

fn change_json(change: &Change, record: &RevisionRecord) -> serde_json::Value {
    json!({
        "revision": change.revision, "who": record.who, "when": record.when, "why": record.why,
        "before": change.before, "after": change.after,
    })
}

/// Take a change back, also a whole import
///
/// Takes back the latest change that is not itself undone, or the revision named. An undo is a change
/// like any other: `history` shows it, and undoing it brings the change again.
#[derive(Debug, Args)]
pub struct Undo {
    /// The revision to take back [default: the latest]
    #[arg(value_parser = revision)]
    revision: Option<u64>,
    /// Leave what was changed since as it is, and take back the rest
    #[arg(long)]
    except_changed: bool,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

impl Undo {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let mut base = place::open(common, session)?;
        let who = place::who(session, "undo", Some(self.why.as_deref().unwrap_or("")));
        match base.undo(self.revision.map(Revision), self.except_changed, who)? {
            Ok(undone) => {
                match common.format {
                    ReportFormat::Text => writeln!(
                        session.out(),
                        "took back revision {}: {} as before (now revision {})",
                        undone.of,
                        undone.restored,
                        undone.revision
                    )?,
                    _ => {
                        let item = json!({"of": undone.of, "revision": undone.revision,
                            "restored": undone.restored, "left": undone.left});
                        report::one("undo", item, common.format == ReportFormat::Jsonl, session.out())?;
                    }
                }
                for name in &undone.left {
                    session.say(format!("left as it is: {name} was changed since"));
                }
                Ok(Outcome::Done)
            }
            Err(ChangedSince(names)) => Err(Failure::unable(
                "changed",
                format!("{} entities were changed since; nothing was undone", names.len()),
            )
            .hint("--except-changed takes back the rest")
            .naming("changed since", names)),
        }
    }
}
