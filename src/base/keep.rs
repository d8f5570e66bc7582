//! Everything out, everything in, and whether it is still whole.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Base, Error};
use crate::format::ReadError;
use crate::model::{Finding, Place, Revision};
use crate::store::{self, LogEntry, StoreError, Who};

/// The first line of a dump.
#[derive(Serialize, Deserialize)]
struct DumpHead {
    schema_version: u32,
    wicterm_dump: u32,
}

/// The version of the dump's lines; it grows when one changes its meaning.
const DUMP_VERSION: u32 = 1;

/// The longest line of a dump, in bytes: the store takes no longer record.
const LONGEST_LINE: u64 = 512 << 20;

impl Base {
    /// Writes everything, history included, as JSON Lines.
    pub fn dump(&self, out: &mut dyn Write) -> Result<(), Error> {
        let io = |e| Error::Write("the dump".into(), crate::format::WriteError::Io(e));
        let json = |e: serde_json::Error| io(e.into());
        let head = DumpHead { schema_version: 1, wicterm_dump: DUMP_VERSION };
        serde_json::to_writer(&mut *out, &head).map_err(json)?;
        out.write_all(b"\n").map_err(io)?;
        for entry in self.snapshot.log() {
            serde_json::to_writer(&mut *out, &entry?).map_err(json)?;
            out.write_all(b"\n").map_err(io)?;
        }
        Ok(())
    }

    /// Fills this base, which must be empty, from a dump.
    pub fn load(&mut self, input: &mut dyn Read, who: Who) -> Result<Revision, Error> {
        let mut lines = BufReader::new(input);
        let mut line = vec![];
        next_line(&mut lines, &mut line, 1)?;
        let head: Result<DumpHead, _> = serde_json::from_slice(&line);
        match head {
            Ok(head) if head.wicterm_dump == DUMP_VERSION => {}
            Ok(head) => {
                return Err(broken(
                    1,
                    format!("a dump of version {}, which is newer than this program", head.wicterm_dump),
                ));
            }
            Err(_) => return Err(broken(1, "not a dump of wicterm".to_owned())),
        }
        let mut number = 1;
        let entries = std::iter::from_fn(|| {
            number += 1;
            let entry = next_line(&mut lines, &mut line, number).and_then(|more| match more {
                false => Ok(None),
                true => serde_json::from_slice::<LogEntry>(&line)
                    .map(Some)
                    .map_err(|e| broken(number, e.to_string())),
            });
            entry.map_err(|e| StoreError::Invalid(e.to_string())).transpose()
        });
        let revision = self.store.load(who, self.wait, entries)?;
        self.snapshot = self.store.snapshot()?;
        Ok(revision)
    }

    /// Examines a base's files. Returns what is wrong, and what there is in a line.
    pub fn examine(
        dir: &Path,
        who: &Who,
        wait: std::time::Duration,
    ) -> Result<(Vec<Finding>, String), Error> {
        let checkup = store::doctor(dir, who, wait)?;
        let summary = summary(&checkup);
        Ok((checkup.findings, summary))
    }

    /// Makes the segments anew from the ledger, and saves from the segments what the ledger lost.
    /// Returns what was found and done, and what there is now in a line.
    pub fn rebuild(
        dir: &Path,
        who: &Who,
        wait: std::time::Duration,
    ) -> Result<(Vec<Finding>, String), Error> {
        let mut findings = store::rebuild(dir, who, wait)?;
        let checkup = store::doctor(dir, who, wait)?;
        let summary = summary(&checkup);
        findings.extend(checkup.findings);
        Ok((findings, summary))
    }
}

fn summary(checkup: &store::Checkup) -> String {
    let c = &checkup.counts;
    format!(
        "revision {}: {} concepts, {} terms, {} units, {} documents; {} records in {} segments, {} bytes",
        checkup.revision,
        c.concepts,
        c.terms,
        c.units,
        c.documents,
        checkup.records,
        checkup.segments,
        checkup.bytes
    )
}

/// Reads a line without its end; `false` when there is none.
fn next_line(lines: &mut impl BufRead, line: &mut Vec<u8>, number: u32) -> Result<bool, Error> {
    line.clear();
    let read = lines.take(LONGEST_LINE).read_until(b'\n', line);
    let read = read.map_err(|e| Error::Read("the dump".into(), ReadError::Io(e)))?;
    if read as u64 == LONGEST_LINE {
        return Err(broken(number, "the line is too long".to_owned()));
    }
    Ok(read > 0)
}

fn broken(line: u32, what: String) -> Error {
    Error::Read("the dump".into(), ReadError::Broken(Place::default().at_line(line), what))
}
