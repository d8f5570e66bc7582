//! Imports that were interrupted go on from their last checkpoint.
//!
//! A checkpoint stands behind a unit of a file. The next import of the same files with the same options
//! takes the draft up again and reads, as one document, what stands before the first unit (a header, a
//! declaration) and what stands behind the checkpoint: so no reader knows of any of this. Only files in
//! which a unit means the same wherever it stands are read so
//! ([`crate::format::Format::units_stand_alone`]), and only imports of units: concepts point to each other,
//! and are never so many.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::import::{Conflicts, ImportOptions, ImportReport, Source};
use crate::bytes::Position;
use crate::model::Place;

/// How much of a file's beginning and end must be as it was.
const LOOKED_AT: u64 = 64 << 10;
/// No two checkpoints are nearer to each other in the file than this, nor than a twentieth of it: each
/// waits for the disk.
const NEAREST: u64 = 4 << 20;
const FARTHEST: u64 = 256 << 20;

/// Where an entry stands in its file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Stand {
    from: u64,
    to: u64,
    line: u32,
    column: u32,
}

impl Stand {
    pub fn of(place: &Place) -> Option<Self> {
        let (from, to) = place.bytes?;
        Some(Self { from, to, line: place.line?, column: place.column.unwrap_or(1) })
    }
}

/// What an import has to remember to go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// What came of the files before.
    pub done: Vec<ImportReport>,
    /// What came of this one so far.
    pub report: ImportReport,
    /// The name of its format.
    pub format: String,
    /// Where its first unit stands.
    pub first: Stand,
    /// Where the last unit stands that the draft has.
    pub last: Stand,
    /// The keys of units that said nothing new, which the draft does not have.
    pub unchanged: Vec<u64>,
}

/// Decides when to set a checkpoint.
#[derive(Debug)]
pub(super) struct Pace {
    step: u64,
    pub first: Option<Stand>,
    reached: u64,
}

impl Pace {
    pub fn new(length: u64, from: Option<&Checkpoint>) -> Self {
        let reached = from.map_or(0, |c| c.last.to);
        Self { step: (length / 20).clamp(NEAREST, FARTHEST), first: from.map(|c| c.first), reached }
    }

    /// Tells whether to set one behind this unit.
    pub fn due(&mut self, unit: Stand) -> bool {
        self.first.get_or_insert(unit);
        let due = unit.to.saturating_sub(self.reached) >= self.step;
        if due {
            self.reached = unit.to;
        }
        due
    }
}

/// Says what an import is made from; `None` if it could not be taken up again.
pub(super) fn fingerprint(sources: &[Source], options: &ImportOptions<'_>) -> Option<String> {
    if options.dry_run || options.mirror {
        return None;
    }
    let conflicts = match options.conflicts {
        Conflicts::Keep => "keep",
        Conflicts::Take => "take",
        // The answers given are gone.
        Conflicts::Ask(_) => return None,
    };
    let mut hash = Xxh3::new();
    let mut add = |bytes: &[u8]| {
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    add(conflicts.as_bytes());
    add(options.format.map_or("", |f| f.name).as_bytes());
    add(format!("{:?}", options.read).as_bytes());
    add(env!("CARGO_PKG_VERSION").as_bytes());
    let mut any = false;
    for source in sources {
        let Source::Path(path) = source else { return None };
        let about = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        any |= about.len() >= NEAREST;
        add(std::path::absolute(path).ok()?.as_os_str().as_encoded_bytes());
        add(&about.len().to_le_bytes());
        let modified = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        add(&modified.as_nanos().to_le_bytes());
        let mut file = File::open(path).ok()?;
        for at in [0, about.len().saturating_sub(LOOKED_AT)] {
            let mut bytes = vec![];
            file.seek(SeekFrom::Start(at)).ok()?;
            Read::take(&mut file, LOOKED_AT).read_to_end(&mut bytes).ok()?;
            add(&bytes);
        }
    }
    any.then(|| format!("import {:032x}", hash.digest128()))
}

/// Leads from places in what is read to places in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    /// Where the leap stands in what is read.
    at: Position,
    /// The bytes left out there.
    bytes: u64,
    /// Where the leap leads.
    to: Position,
}

impl Shift {
    /// Tells whether a place in what is read stands before the leap: what is to be said of it was said before
    /// the interruption.
    pub fn is_before(&self, place: &Place) -> bool {
        let at = (self.at.line, self.at.column);
        place.line.is_some_and(|line| (line, place.column.unwrap_or(1)) < at)
    }

    /// Moves a place that stands behind the leap.
    pub fn apply(&self, place: &mut Place) {
        if let Some((from, to)) = &mut place.bytes
            && *from >= self.at.offset.unwrap_or(0)
        {
            *from += self.bytes;
            *to += self.bytes;
        }
        let Some(line) = &mut place.line else { return };
        match &mut place.column {
            Some(column) if *line == self.at.line && *column >= self.at.column => {
                *column = *column - self.at.column + self.to.column;
            }
            _ if *line <= self.at.line => return,
            _ => {}
        }
        *line = *line - self.at.line + self.to.line;
    }
}

/// Opens a file so that what lies between its first unit and the checkpoint is leapt over.
pub(super) fn open_behind(
    path: &Path,
    checkpoint: &Checkpoint,
) -> io::Result<(impl Read + Send + use<>, Shift)> {
    let Checkpoint { first, last, .. } = checkpoint;
    let before = File::open(path)?.take(first.from);
    let mut behind = File::open(path)?;
    behind.seek(SeekFrom::Start(last.from))?;
    let mut unit = vec![];
    Read::take(&mut behind, last.to - last.from).read_to_end(&mut unit)?;
    let place = |stand: &Stand| Position { line: stand.line, column: stand.column, offset: Some(stand.from) };
    let shift = Shift { at: place(first), bytes: last.to - first.from, to: place(last).past(&unit) };
    Ok((before.chain(behind), shift))
}

impl Checkpoint {
    /// How many bytes of the file need not be read again.
    pub fn spared(&self) -> u64 {
        self.last.to - self.first.from
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        // Nothing in it can fail to be written; if it did, the next import would begin afresh.
        rmp_serde::to_vec_named(self).unwrap_or_default()
    }

    /// Reads one back; `None` if another version wrote it.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        rmp_serde::from_slice(bytes)
            .ok()
            .filter(|c: &Self| c.first.from <= c.last.from && c.last.from <= c.last.to)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::PathBuf;

    use super::super::{Base, ImportOptions};
    use super::*;
    use crate::store::{Query, Who};

    /// Units enough for several checkpoints, some of them repeated, one of them damaged.
    fn tmx(mark: &str) -> String {
        let mut text = format!(
            "{mark}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tmx version=\"1.4\"><header \
             creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"t\" adminlang=\"en\" \
             srclang=\"en\" datatype=\"plaintext\"><prop type=\"told\">once</prop></header><body>"
        );
        let padding = "网络空间 ".repeat(250);
        for n in 0..6000 {
            let name = if n % 7 == 0 { n % 3 } else { n };
            text.push_str(&format!(
                "<tu><tuv xml:lang=\"en\"><seg>text {name}</seg></tuv>\n<tuv xml:lang=\"zh\"><seg>{n} {padding}</seg></tuv></tu>"
            ));
            if n == 5500 {
                text.push_str(" <tu></tu>");
            }
        }
        text + "</body></tmx>"
    }

    fn lines() -> String {
        let padding = "网络空间 ".repeat(250);
        let mut text = String::new();
        for n in 0..6000 {
            let name = if n % 7 == 0 { n % 3 } else { n };
            text.push_str(&format!(
                "{{\"unit\":{{\"source_lang\":\"en\",\"variants\":[{{\"lang\":\"en\",\"segment\":{{\"text\":\"text {name}\"}}}},\
                 {{\"lang\":\"zh\",\"segment\":{{\"text\":\"{n} {padding}\"}}}}]}}}}\n"
            ));
            if n == 5500 {
                text.push_str("{\"unit\":oh}\n");
            }
        }
        text
    }

    /// What is left to compare when ids, which are random, are gone.
    fn units(base: &Base) -> Vec<crate::model::Unit> {
        let units = base.snapshot().units(&Query::default()).map(|u| u.unwrap());
        units.map(|u| crate::model::Unit { id: Default::default(), ..u }).collect()
    }

    fn import(base: &mut Base, file: &Path, until: u64) -> ImportReport {
        let progress = |bytes: u64| assert!(bytes <= until, "killed");
        let options = ImportOptions { progress: Some(&progress), ..ImportOptions::default() };
        let (mut reports, _) =
            base.import(vec![Source::Path(PathBuf::from(file))], options, Who::default()).unwrap();
        reports.remove(0)
    }

    #[test]
    fn an_interrupted_import_goes_on_and_ends_as_if_nothing_had_been() {
        for (name, text) in [("a.tmx", tmx("")), ("b.tmx", tmx("\u{feff}")), ("c.jsonl", lines())] {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join(name);
            std::fs::write(&file, &text).unwrap();
            let whole = text.len() as u64;
            let mut undisturbed = Base::create(&dir.path().join("undisturbed")).unwrap();
            let wanted = import(&mut undisturbed, &file, u64::MAX);
            // The damaged unit.
            assert_eq!((wanted.added, wanted.findings, wanted.leapt), (6000, 1, 0), "{name}: {wanted:?}");

            let mut base = Base::create(&dir.path().join("base")).unwrap();
            // Twice, so that what was taken up is taken up again.
            for part in [6, 9] {
                let killed = catch_unwind(AssertUnwindSafe(|| import(&mut base, &file, whole * part / 10)));
                assert!(killed.is_err(), "{name}");
                assert_eq!(base.snapshot().counts().units, 0, "{name}: nothing is seen of it");
            }
            let got = import(&mut base, &file, u64::MAX);
            assert!(got.leapt > whole * 4 / 10, "{name}: {} of {whole}", got.leapt);
            assert_eq!(ImportReport { leapt: 0, ..got }, wanted, "{name}");
            assert_eq!(units(&base), units(&undisturbed), "{name}");
            // What a TMX says of itself.
            assert_eq!(base.snapshot().settings(), undisturbed.snapshot().settings(), "{name}");
            assert_eq!(base.snapshot().settings().len(), usize::from(name.ends_with("tmx")), "{name}");
            assert_eq!(base.snapshot().revision(), undisturbed.snapshot().revision());
            let again = import(&mut base, &file, u64::MAX);
            assert_eq!((again.unchanged, again.added, again.leapt), (6000, 0, 0), "{name}");
        }
    }

    #[test]
    fn another_file_of_the_same_name_begins_afresh() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.tmx");
        std::fs::write(&file, tmx("")).unwrap();
        let mut base = Base::create(&dir.path().join("base")).unwrap();
        let half = std::fs::metadata(&file).unwrap().len() / 2;
        assert!(catch_unwind(AssertUnwindSafe(|| import(&mut base, &file, half))).is_err());
        std::fs::write(&file, tmx("").replace("text 5999", "text last")).unwrap();
        let report = import(&mut base, &file, u64::MAX);
        assert_eq!((report.added, report.leapt), (6000, 0));
    }
}
