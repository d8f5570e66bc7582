//! Files into the base: what is added, changed, left alone and in conflict.
//!
//! A whole command is one draft and so one revision: it is there or it is not, and `undo` takes
//! it back as one. Identity is decided here (DESIGN §5): a slug, or what a file called it
//! before; a row without any name of its own never merges with what is there, but is known again
//! when the same file brings it again.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::ahead::{Ahead, Counted, Item, Start, UnitNames, source_key};
use super::alike::{concepts_alike, have_a_term_in_common, units_alike};
use super::interrupted::{self, Checkpoint, Pace, Stand};
use super::packed::{self, Opened, Packed};
use super::units::last_time;
use super::{Base, Conflict, Error, Winner, headers, merge, settle};
use crate::bytes::{self, xml::quotable};
use crate::format::{self, Entry, Format, Header, Input, ReadError, ReadOptions, Shape, Sink};
use crate::model::{
    Change, Concept, ConceptId, EntityKind, Finding, ForeignId, Place, Relation, Revision, RevisionRecord,
    Severity, Slug, Unit, UnitId, Versioned,
};
use crate::store::{Draft, Filing, Query, Who, content_hash};
use crate::text::{self, KeyClass};

/// Where to import from.
pub enum Source {
    /// A file, or a folder of a folder format.
    Path(PathBuf),
    /// A stream, with the name to call it by.
    Stream(Box<dyn Read + Send>, String),
    /// What is in a compressed file; an import finds these itself in files that are.
    Packed(Packed),
    /// The files of a glossary folder, by name: what the binary carries inside it.
    Glossary(Vec<(String, String)>),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Stream(_, name) => name.clone(),
            Self::Packed(packed) => packed.name.clone(),
            Self::Glossary(_) => "bundled glossary".to_owned(),
        }
    }

    /// What its ids are known under: a file is the same one when it is compressed.
    fn origin(&self) -> String {
        match self {
            Self::Packed(packed) => origin(&packed.inner),
            other => origin(&other.name()),
        }
    }
}

/// What to do where the base and a file disagree.
#[derive(Default)]
pub enum Conflicts<'a> {
    /// The base keeps what it says.
    #[default]
    Keep,
    /// The file's word is taken.
    Take,
    /// Somebody is asked.
    Ask(&'a mut dyn FnMut(&str, &Conflict) -> Winner),
}

/// How to import.
#[derive(Default)]
pub struct ImportOptions<'a> {
    /// The format; `None` finds it out.
    pub format: Option<&'static Format>,
    /// How to read.
    pub read: ReadOptions,
    /// What to do about conflicts.
    pub conflicts: Conflicts<'a>,
    /// Whether concepts that a folder no longer has are removed.
    pub mirror: bool,
    /// Whether to find out only, and write nothing.
    pub dry_run: bool,
    /// Called now and then with the bytes read so far, in all files.
    pub progress: Option<&'a dyn Fn(u64)>,
}

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// The file.
    pub file: String,
    /// Its format.
    pub format: String,
    /// Concepts and units read.
    pub read: u64,
    /// Those that are new.
    pub added: u64,
    /// Those that changed.
    pub changed: u64,
    /// Those that say nothing new.
    pub unchanged: u64,
    /// Those that a mirrored folder no longer has.
    pub removed: u64,
    /// Fields in which base and file disagree.
    pub conflicts: u64,
    /// How many bytes an interrupted import had read before, and this one leapt over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub leapt: u64,
    /// How many findings there were.
    pub findings: u64,
    /// The findings themselves, the first [`MOST_FINDINGS`].
    pub details: Vec<Finding>,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// How many findings of one file are kept; a hostile file could have one a byte.
pub const MOST_FINDINGS: usize = 10_000;

impl Base {
    /// Imports files as one change. Returns what came of each, and the revision if anything changed.
    pub fn import(
        &mut self,
        sources: Vec<Source>,
        mut options: ImportOptions<'_>,
        mut who: Who,
    ) -> Result<(Vec<ImportReport>, Option<Revision>), Error> {
        let sources = packed::unpacked(sources)?;
        who.origins = sources.iter().map(Source::origin).collect();
        let fingerprint = interrupted::fingerprint(&sources, &options);
        let (draft, from) = match &fingerprint {
            Some(fingerprint) => self.resume(fingerprint, who)?,
            None => (self.begin(who)?, None),
        };
        let touched = from.is_some();
        let mut importing = Importing {
            draft,
            options: &mut options,
            fingerprint,
            reports: vec![],
            bytes: 0,
            touched,
            headers: false,
            concepts: false,
            origins: HashSet::new(),
            terms: FxHashMap::default(),
            read_only: self.read_only.clone(),
            edits: None,
        };
        importing.files(sources, from)?;
        let Importing { draft, touched, headers, reports, .. } = importing;
        if options.dry_run || !(touched || headers) {
            return Ok((reports, None));
        }
        // Headers are settings, and those make no revision.
        let revision = self.commit(draft, None)?;
        Ok((reports, touched.then_some(revision)))
    }
}

impl Base {
    /// Takes up the draft of an interrupted import, or begins afresh.
    fn resume(&self, fingerprint: &str, who: Who) -> Result<(Draft, Option<Checkpoint>), Error> {
        let (draft, token) = self.store.resume(fingerprint, who.clone(), self.wait)?;
        let from = token.as_deref().and_then(Checkpoint::from_bytes);
        if token.is_some() && from.is_none() {
            drop(draft);
            return Ok((self.begin(who)?, None));
        }
        Ok((draft, from))
    }
}

struct Importing<'a, 'o> {
    draft: Draft,
    options: &'a mut ImportOptions<'o>,
    /// What the import is made from, if it can be taken up again.
    fingerprint: Option<String>,
    /// What came of the files so far.
    reports: Vec<ImportReport>,
    bytes: u64,
    touched: bool,
    /// Whether a file says something else about itself than the base has kept.
    headers: bool,
    /// Whether concepts were among what was read: then no checkpoint is set any more.
    concepts: bool,
    /// The names of the files so far.
    origins: HashSet<String>,
    /// The concepts that this import added, by the hash of each usable term; the first of each.
    terms: FxHashMap<u64, ConceptId>,
    /// The memories that are not to be written to.
    read_only: Vec<String>,
    /// Whether anything in the base was changed by hand, once that is known.
    edits: Option<bool>,
}

impl Importing<'_, '_> {
    /// Tells whether anything in the base was changed by hand: mostly nothing was, and then no unit's history
    /// is asked.
    fn edits(&mut self) -> Result<bool, Error> {
        if let Some(known) = self.edits {
            return Ok(known);
        }
        let mut edits = false;
        for record in self.draft.snapshot().revisions() {
            edits |= is_by_hand(&record?);
        }
        self.edits = Some(edits);
        Ok(edits)
    }

    fn may_write(&self, memory: &str) -> Result<(), Error> {
        match self.read_only.iter().any(|m| m == memory) {
            true => Err(Error::ReadOnly(memory.to_owned())),
            false => Ok(()),
        }
    }

    fn files(&mut self, sources: Vec<Source>, mut from: Option<Checkpoint>) -> Result<(), Error> {
        let done = from.as_mut().map_or(vec![], |c| std::mem::take(&mut c.done));
        for (at, source) in sources.into_iter().enumerate() {
            if let Some(report) = done.get(at) {
                self.origins.insert(source.origin());
                self.reports.push(report.clone());
                continue;
            }
            let report = self.file(source, from.take())?;
            self.reports.push(report);
        }
        Ok(())
    }

    fn file(&mut self, source: Source, from: Option<Checkpoint>) -> Result<ImportReport, Error> {
        let name = source.name();
        let path = PathBuf::from(&name);
        let fail = |e: ReadError| Error::Read(path.clone(), e);
        let io = |e: io::Error| Error::Io(path.clone(), e);
        let mut taking = Taking::new(self, name.clone(), source.origin());
        let read = taking.importing.options.read.clone();
        match source {
            Source::Glossary(files) => {
                taking.format = format::by_name("glossary");
                format::glossary::read_files(
                    files.iter().map(|(n, t)| (n.as_str(), t.as_str())),
                    &mut taking,
                );
            }
            Source::Path(folder) if folder.is_dir() => {
                let chosen = taking.importing.options.format.or_else(|| format::by_name("glossary"));
                let folder_format = chosen.filter(|f| f.shape == Shape::Folder).ok_or_else(|| {
                    Error::NoFormat(format!("{name} is a folder, and this format is a single file"))
                })?;
                taking.format = Some(folder_format);
                let door = folder_format.read.ok_or_else(|| cannot_read(folder_format))?;
                door(Input::Folder(&folder), &read, &mut taking).map_err(fail)?;
            }
            Source::Path(file) => match from {
                Some(from) => {
                    let (mut opened, shift) = interrupted::open_behind(&file, &from).map_err(io)?;
                    let met = taking.take_up(from)?;
                    let start = Start { met, shift: Some(shift), ..Start::default() };
                    taking.stream(&mut opened, &file, &read, start).map_err(|e| e.at(&path))?;
                }
                None => {
                    let mut opened = File::open(&file).map_err(io)?;
                    if taking.importing.fingerprint.is_some() {
                        let length = opened.metadata().map_err(io)?.len();
                        taking.pace = Some(Pace::new(length, None));
                    }
                    taking.stream(&mut opened, &file, &read, Start::default()).map_err(|e| e.at(&path))?;
                }
            },
            Source::Packed(packed) => taking.packed(packed, &read)?,
            Source::Stream(mut stream, _) => {
                taking.stream(&mut *stream, &path, &read, Start::default()).map_err(|e| e.at(&path))?;
            }
        }
        taking.finish()
    }
}

/// Tells whether a revision is a person's own, and no import or its undoing.
fn is_by_hand(record: &RevisionRecord) -> bool {
    record.origins.is_empty() && record.undoes.is_none()
}

/// What a file's ids are known under: its name without folders.
fn origin(file: &str) -> String {
    Path::new(file).file_name().map_or(file.to_owned(), |n| n.to_string_lossy().into_owned())
}

fn cannot_read(format: &Format) -> Error {
    Error::NoFormat(format!("wicterm writes {} but does not read it", format.name))
}

/// A failure inside [`Taking::stream`], before the file's name is put to it.
enum Failed {
    Read(ReadError),
    Io(io::Error),
    Other(Error),
}

impl Failed {
    fn at(self, path: &Path) -> Error {
        match self {
            Self::Read(e) => Error::Read(path.to_owned(), e),
            Self::Io(e) => Error::Io(path.to_owned(), e),
            Self::Other(e) => e,
        }
    }
}

/// Takes the entries of one file.
struct Taking<'a, 'b, 'o> {
    importing: &'a mut Importing<'b, 'o>,
    report: ImportReport,
    format: Option<&'static Format>,
    /// The file's name without folders: the origin of its ids.
    origin: String,
    /// What the file calls concepts, and the slug each has got.
    names: HashMap<String, String>,
    /// The terms that the file gives an id, by the hash of that: the concept, and the hash of language and
    /// text.
    terms: FxHashMap<u64, (ConceptId, u64)>,
    /// Those of concepts that wait.
    waiting_terms: FxHashMap<u64, String>,
    /// Slugs of concepts that may not be stored yet.
    reserved: HashMap<Slug, ConceptId>,
    /// Concepts whose relations lead to ones that have not come yet.
    waiting: Vec<(Concept, Place)>,
    /// Where relations led nowhere yet when their concepts could wait no longer: target, concept, place.
    dangling: Vec<(String, String, Place)>,
    /// The concepts that the file holds.
    seen: HashSet<ConceptId>,
    /// Whether a file of this name came before in this import.
    again: bool,
    /// Whether something could not be read.
    unreadable: bool,
    /// The file of a folder in which something could not be read last.
    slipped: Option<String>,
    /// The units of the base that the file names by their ids.
    exported: FxHashSet<UnitId>,
    /// How many units had the id of another one.
    strangers: u64,
    /// How many units were edited in the base since the file said the same as now.
    edited: u64,
    /// How often a nameless entry's first words have come.
    nameless: HashMap<u64, u32>,
    /// When to set checkpoints, if any.
    pace: Option<Pace>,
    /// The keys of units that said nothing new, for checkpoints.
    unchanged: Vec<u64>,
    error: Option<Error>,
}

impl<'a, 'b, 'o> Taking<'a, 'b, 'o> {
    fn new(importing: &'a mut Importing<'b, 'o>, file: String, origin: String) -> Self {
        Self {
            again: !importing.origins.insert(origin.clone()),
            origin,
            importing,
            report: ImportReport { file, ..ImportReport::default() },
            format: None,
            names: HashMap::new(),
            terms: FxHashMap::default(),
            waiting_terms: FxHashMap::default(),
            reserved: HashMap::new(),
            waiting: vec![],
            dangling: vec![],
            seen: HashSet::new(),
            unreadable: false,
            slipped: None,
            exported: FxHashSet::default(),
            strangers: 0,
            edited: 0,
            nameless: HashMap::new(),
            pace: None,
            unchanged: vec![],
            error: None,
        }
    }

    /// Reads a compressed file, or one of an archive. What no format knows there is no reason to leave the rest.
    fn packed(&mut self, packed: Packed, read: &ReadOptions) -> Result<(), Error> {
        let (name, inner) = (packed.name.clone(), PathBuf::from(&packed.inner));
        let (mut reader, damage) = match packed.open()? {
            Opened::Reader(reader, damage) => (reader, damage),
            Opened::Left(finding) => {
                self.finding(*finding);
                return Ok(());
            }
        };
        let start = Start { unpacked: true, ..Start::default() };
        match self.stream(&mut *reader, &inner, read, start) {
            Ok(()) => {}
            Err(Failed::Other(Error::NoFormat(_))) => self.finding(packed::unknown(&name)),
            Err(failed) => return Err(failed.at(Path::new(&name))),
        }
        if damage.is_there() {
            self.finding(packed::damaged(&name));
        }
        Ok(())
    }

    fn stream(
        &mut self,
        input: &mut (dyn Read + Send),
        path: &Path,
        read: &ReadOptions,
        start: Start,
    ) -> Result<(), Failed> {
        // The beginning is read twice: to find the format out, and by the format itself.
        let mut beginning = vec![];
        input.take(32 << 10).read_to_end(&mut beginning).map_err(Failed::Io)?;
        let head = bytes::head(&beginning[..], read.encoding.as_deref()).map_err(Failed::Io)?;
        let mut whole = io::Cursor::new(beginning).chain(input);
        let format = match self.format.or(self.importing.options.format) {
            Some(format) => format,
            None => format::detect(&head, path).ok_or_else(|| {
                Failed::Other(Error::NoFormat(format!("the format of {} is not known", path.display())))
            })?,
        };
        self.format = Some(format);
        if !format.units_stand_alone {
            self.pace = None;
        }
        let door = format.read.ok_or_else(|| Failed::Other(cannot_read(format)))?;
        let bytes = AtomicU64::new(self.importing.bytes);
        let (to, from) = sync_channel(4);
        let origin = self.origin.clone();
        // Reading and storing take about as long as each other, so each has a thread.
        let outcome = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut counted = Counted { inner: &mut whole, bytes: &bytes };
                let mut ahead = Ahead::new(to, &bytes, &origin, &read.memory, start);
                let outcome = door(Input::Stream(&mut counted, &origin), read, &mut ahead);
                let _ = ahead.hand_over();
                outcome
            });
            while let Ok(batch) = from.recv() {
                if let Some(progress) = self.importing.options.progress {
                    progress(bytes.load(Ordering::Relaxed));
                }
                for item in batch {
                    match item {
                        Item::Concept(concept, filing, place) => {
                            self.note(|taking| taking.take_concept(*concept, Some(&filing), &place, false));
                        }
                        Item::Unit(unit, key, filing, stand) => self.note(|taking| {
                            taking.take_unit(unit, key, &filing)?;
                            taking.checkpoint(stand)
                        }),
                        Item::Header(header, place) => self.take_header(*header, place),
                        Item::Finding(finding) => self.finding(finding),
                    }
                    if self.error.is_some() {
                        break;
                    }
                }
                if self.error.is_some() {
                    break;
                }
            }
            // The reader, if it is still at it, learns that nobody listens.
            drop(from);
            reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        self.importing.bytes = bytes.into_inner();
        outcome.map_err(Failed::Read)
    }

    /// Goes on with a file from a checkpoint; returns the keys of the units met before.
    fn take_up(&mut self, from: Checkpoint) -> Result<FxHashSet<u64>, Error> {
        let length = std::fs::metadata(&self.report.file).map_or(0, |m| m.len());
        self.pace = Some(Pace::new(length, Some(&from)));
        let leapt = from.spared();
        self.importing.bytes += leapt;
        self.format = format::by_name(&from.format);
        let mut met: FxHashSet<u64> = self.importing.draft.origin_keys()?.into_iter().collect();
        met.extend(&from.unchanged);
        self.unchanged = from.unchanged;
        self.report = ImportReport { leapt, ..from.report };
        Ok(met)
    }

    /// Sets a checkpoint behind a unit, if it is time.
    fn checkpoint(&mut self, unit: Option<Stand>) -> Result<(), Error> {
        let (Some(pace), Some(last), false) = (&mut self.pace, unit, self.importing.concepts) else {
            return Ok(());
        };
        let due = pace.due(last);
        let (true, Some(first), Some(fingerprint)) = (due, pace.first, &self.importing.fingerprint) else {
            return Ok(());
        };
        if !self.importing.touched {
            return Ok(());
        }
        let checkpoint = Checkpoint {
            done: self.importing.reports.clone(),
            report: self.report.clone(),
            format: self.format.map_or_else(String::new, |f| f.name.to_owned()),
            first,
            last,
            unchanged: self.unchanged.clone(),
        };
        Ok(self.importing.draft.checkpoint(fingerprint, &checkpoint.to_bytes())?)
    }

    /// Does something, and remembers if it failed.
    fn note(&mut self, work: impl FnOnce(&mut Self) -> Result<(), Error>) {
        if let Err(e) = work(self) {
            self.error = Some(e);
        }
    }

    fn finish(mut self) -> Result<ImportReport, Error> {
        for (concept, place) in std::mem::take(&mut self.waiting) {
            if self.error.is_none()
                && let Err(e) = self.take_concept(concept, None, &place, true)
            {
                self.error = Some(e);
            }
        }
        // Of those that waited for each other all are there now.
        for (target, concept, place) in std::mem::take(&mut self.dangling) {
            let known = self.names.contains_key(&target)
                || self.importing.draft.concept_by_slug(&target)?.is_some()
                || self.names_a_term(&target)?
                || self.term_by_id(&target, None)?.is_some();
            if known {
                continue;
            }
            let message =
                format!("a relation leads to {}, which is no concept of the base", quotable(&target));
            let finding = Finding::new("import-relation", Severity::Info, place, message).concept(concept);
            self.finding(finding.help("it stays as it is, and leads there once that concept comes"));
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.strangers > 0 {
            let message = format!(
                "{} units have the ids of other texts that a file of this name brought before; both are kept",
                self.strangers
            );
            let place = Place::file(self.report.file.clone());
            let finding = Finding::new("import-identity", Severity::Warning, place, message);
            self.finding(
                finding.help("give files that are not one file different names, or memories of their own"),
            );
        }
        if self.edited > 0 {
            let message =
                format!("{} units were edited in the base since; they stay as they are", self.edited);
            let place = Place::file(self.report.file.clone());
            let finding = Finding::new("import-edited", Severity::Info, place, message);
            self.finding(finding.help("--on-conflict take brings the file's words back"));
        }
        if self.importing.options.mirror {
            self.mirror()?;
        }
        self.report.format = self.format.map_or_else(String::new, |f| f.name.to_owned());
        Ok(self.report)
    }

    /// Removes what the folder no longer has.
    fn mirror(&mut self) -> Result<(), Error> {
        if self.format.is_none_or(|f| f.shape != Shape::Folder) || !Path::new(&self.report.file).is_dir() {
            return Err(Error::Usage("only a glossary folder can be mirrored".to_owned()));
        }
        // What could not be read is not known to be gone.
        if self.unreadable {
            let place = Place::file(self.report.file.clone());
            let message = "the folder has files that could not be read, so nothing is removed for it";
            self.finding(
                Finding::new("import-mirror", Severity::Error, place, message)
                    .help("mend the files named above and import again"),
            );
            return Ok(());
        }
        if self.seen.is_empty() {
            return Err(Error::Usage(format!(
                "{} holds no concept; mirroring it would remove everything",
                self.report.file
            )));
        }
        let snapshot = self.importing.draft.snapshot().clone();
        for concept in snapshot.concepts(&Query::default()) {
            let concept = concept?;
            if !self.seen.contains(&concept.id) {
                self.report.removed += 1;
                self.importing.touched = true;
                self.importing.draft.put(Versioned::Gone(EntityKind::Concept, concept.id.to_bytes()))?;
            }
        }
        Ok(())
    }

    /// Takes a concept; `filing` has the keys of its terms, where they are made already.
    fn take_concept(
        &mut self,
        mut concept: Concept,
        filing: Option<&Filing>,
        place: &Place,
        last_call: bool,
    ) -> Result<(), Error> {
        if !last_call {
            self.importing.concepts = true;
            self.report.read += 1;
            // No text holds it; where a term does, the rest of the entry is damage too.
            if let Some((lang, term)) = concept.terms().find(|(_, t)| t.text.contains('\0')) {
                let message = format!(
                    "the {lang} term {:?} holds a NUL character; the entry is left out",
                    quotable(&term.text)
                );
                let finding = Finding::new("read-control-char", Severity::Error, place.clone(), message);
                self.finding(finding.help("the file is damaged, or not a text file"));
                return Ok(());
            }
            self.name(&mut concept);
        }
        // An id that it gets here is at random, and so nobody else's.
        let fresh = concept.id.is_nil();
        let known = self.known(&concept, place)?;
        // Before its relations are looked at, it must be known under its own name to others.
        if !last_call {
            let slug = match &known {
                Some(known) => known.slug.clone(),
                None => {
                    concept = self.reserved(concept)?;
                    concept.slug.clone()
                }
            };
            for foreign in &concept.foreign_ids {
                if let Some(slug) = &slug {
                    self.names.insert(foreign.id.clone(), slug.to_string());
                }
            }
            let id = known.as_ref().map_or(concept.id, |known| known.id);
            for (lang, term) in concept.terms() {
                if let Some(foreign) = &term.foreign_id {
                    let place = (id, term_hash(lang.as_str(), &term.text));
                    self.terms.entry(xxh3_64(foreign.as_bytes())).or_insert(place);
                }
            }
        }
        let slug = known.as_ref().map_or(&concept.slug, |known| &known.slug).clone();
        if !self.resolve_relations(&mut concept, slug.as_ref(), place, last_call)? {
            for (id, target) in slug.iter().flat_map(|slug| own_terms(&concept, slug)) {
                self.waiting_terms.insert(xxh3_64(id.as_bytes()), target);
            }
            self.waiting.push((concept, place.clone()));
            return Ok(());
        }
        let Some(before) = known else {
            self.look_for_twins(&concept, place)?;
            // Where it was not reserved before, it is now.
            let concept = if last_call { settle(concept, &mut self.importing.draft)? } else { concept };
            self.seen.insert(concept.id);
            self.report.added += 1;
            let concept = Box::new(concept);
            return match filing {
                Some(filing) if fresh => {
                    self.importing.touched = true;
                    Ok(self.importing.draft.add_filed(concept, filing)?)
                }
                _ => self.put(Versioned::Concept(concept)),
            };
        };
        self.seen.insert(before.id);
        let after = match self.format.is_some_and(|f| f.lossless) {
            // What could not be read is not known to be gone.
            true if self.slipped.is_some() && self.slipped == place.file => {
                let mut after = before.clone();
                merge::merge(&mut after, &concept, None, &mut |_| Winner::Theirs);
                after
            }
            true => replaced(&before, concept),
            false => self.merged(&before, &concept, place)?,
        };
        if after == before {
            self.report.unchanged += 1;
            return Ok(());
        }
        self.report.changed += 1;
        self.put(Versioned::Concept(Box::new(after)))
    }

    /// Makes sure that the concept has a name under which the file's next import knows it.
    fn name(&mut self, concept: &mut Concept) {
        if concept.slug.is_some() || !concept.foreign_ids.is_empty() || !concept.id.is_nil() {
            return;
        }
        let first =
            concept.terms().next().map_or(String::new(), |(lang, term)| format!("{lang}\0{}", term.text));
        let id = self.derived_id(&first);
        concept.foreign_ids.push(ForeignId { origin: self.origin.clone(), id });
    }

    /// A name made of an entry's first words and of how often they have come.
    fn derived_id(&mut self, words: &str) -> String {
        let hash = xxh3_64(words.as_bytes());
        let nth = self.nameless.entry(hash).or_default();
        *nth += 1;
        match *nth {
            1 => format!("={hash:016x}"),
            n => format!("={hash:016x}.{n}"),
        }
    }

    /// Gives a new concept its id and slug before it is stored, so that others can point to it.
    fn reserved(&mut self, concept: Concept) -> Result<Concept, Error> {
        let mut concept = settle(concept, &mut self.importing.draft)?;
        if let Some(slug) = &mut concept.slug {
            match self.reserved.get(slug) {
                Some(owner) if *owner != concept.id => *slug = slug.with_suffix(&concept.id.to_string()[..6]),
                _ => {}
            }
            self.reserved.insert(slug.clone(), concept.id);
        }
        Ok(concept)
    }

    /// Finds the concept that this is. An id that has stood in the file before is told.
    fn known(&mut self, concept: &Concept, place: &Place) -> Result<Option<Concept>, Error> {
        let Some(known) = self.named(concept, place)? else { return Ok(None) };
        // The rows of one concept may stand apart in a table; elsewhere an entry is whole.
        let whole = self.format.is_some_and(|f| !f.name.starts_with("terms-"));
        if !whole || !self.seen.contains(&known.id) {
            return Ok(Some(known));
        }
        let id = concept.foreign_ids.first().map_or_else(|| concept.name(), |foreign| foreign.id.clone());
        let id = quotable(&id);
        let replaces = self.format.is_some_and(|f| f.lossless);
        let same = replaces || have_a_term_in_common(&known, concept);
        let message = match (replaces, same) {
            (true, _) => format!(
                "the id {id} stands a second time in this file: what it says here replaces what it said before"
            ),
            (_, true) => format!("the id {id} stands a second time in this file: the two entries become one"),
            _ => format!(
                "the id {id} stands a second time in this file, for something else: the two entries stay two"
            ),
        };
        let finding = Finding::new("import-identity", Severity::Warning, place.clone(), message);
        self.finding(finding.concept(known.name()).help("ids must be unique in a file"));
        Ok(same.then_some(known))
    }

    /// Finds the concept that goes by the names of this one: by its id in a lossless file, by what the file
    /// called it before, by its slug. What a file calls by the name of something else altogether is told, and
    /// an id alone does not make them one.
    fn named(&mut self, concept: &Concept, place: &Place) -> Result<Option<Concept>, Error> {
        let lossless = self.format.is_some_and(|f| f.lossless);
        let draft = &mut self.importing.draft;
        if !concept.id.is_nil()
            && let Some(known) = draft.concept(concept.id)?
        {
            return Ok(Some(known));
        }
        let mut stranger = None;
        for foreign in &concept.foreign_ids {
            for known in draft.concepts_by_foreign(foreign)? {
                if lossless || concepts_alike(&known, concept) {
                    return Ok(Some(known));
                }
                stranger.get_or_insert((known.name(), foreign.id.clone()));
            }
        }
        if let Some((other, id)) = stranger {
            let message = format!(
                "the id {} was that of {other} before, with which this entry has no term in common; it is taken for another concept",
                quotable(&id)
            );
            let finding = Finding::new("import-identity", Severity::Warning, place.clone(), message);
            self.finding(
                finding
                    .concept(other)
                    .help("ids must be unique in a file, and files of one name be one file"),
            );
            return Ok(None);
        }
        let Some(slug) = &concept.slug else { return Ok(None) };
        let known = self.importing.draft.concept_by_slug(slug.as_str())?;
        if let Some(known) = &known
            && !lossless
            && !concepts_alike(known, concept)
        {
            let message =
                format!("the entry has no term in common with the concept {slug}, into which it goes");
            let finding = Finding::new("import-identity", Severity::Warning, place.clone(), message);
            self.finding(
                finding
                    .concept(slug.to_string())
                    .help("if they are two: undo, and call the entry otherwise in the file"),
            );
        }
        Ok(known)
    }

    /// Tells whether a target names a term that is there.
    fn names_a_term(&mut self, target: &str) -> Result<bool, Error> {
        let Some((slug, lang, text)) = Relation::term_of(target) else { return Ok(false) };
        let concept = self.importing.draft.concept_by_slug(slug)?;
        Ok(concept.is_some_and(|c| c.terms().any(|(l, term)| l.as_str() == lang && term.text == text)))
    }

    /// Finds the term that the file calls by an id, as a relation's target names it.
    fn term_by_id(
        &mut self,
        id: &str,
        own: Option<&HashMap<String, String>>,
    ) -> Result<Option<String>, Error> {
        if let Some(target) = own.and_then(|own| own.get(id)) {
            return Ok(Some(target.clone()));
        }
        let id = xxh3_64(id.as_bytes());
        if let Some(target) = self.waiting_terms.get(&id) {
            return Ok(Some(target.clone()));
        }
        let Some((concept, term)) = self.terms.get(&id).copied() else { return Ok(None) };
        let Some(concept) = self.importing.draft.concept(concept)? else { return Ok(None) };
        let mut terms = concept.terms();
        let found = terms.find(|(lang, t)| term_hash(lang.as_str(), &t.text) == term);
        let slug = concept.slug.as_ref();
        Ok(found
            .zip(slug)
            .map(|((lang, term), slug)| Relation::to_term(slug.as_str(), lang.as_str(), &term.text)))
    }

    /// Turns the file's ids in relations into slugs, or into what names a term of a concept. `false`: some
    /// lead to concepts yet to come.
    fn resolve_relations(
        &mut self,
        concept: &mut Concept,
        slug: Option<&Slug>,
        place: &Place,
        last_call: bool,
    ) -> Result<bool, Error> {
        let mut complete = true;
        let mut dangling = vec![];
        let any = !concept.relations.is_empty() || concept.terms().any(|(_, t)| !t.relations.is_empty());
        let own: HashMap<String, String> =
            slug.filter(|_| any).map(|slug| own_terms(concept, slug).collect()).unwrap_or_default();
        let of_own: Vec<String> = match (any, slug) {
            (true, Some(slug)) => concept
                .terms()
                .map(|(lang, term)| Relation::to_term(slug.as_str(), lang.as_str(), &term.text))
                .collect(),
            _ => vec![],
        };
        let all = concept
            .relations
            .iter_mut()
            .chain(concept.languages.iter_mut().flat_map(|s| &mut s.terms).flat_map(|t| &mut t.relations));
        for relation in all {
            if let Some(slug) = self.names.get(&relation.target) {
                relation.target.clone_from(slug);
                continue;
            }
            if let Some(target) = self.term_by_id(&relation.target, Some(&own))? {
                relation.target = target;
                continue;
            }
            if of_own.contains(&relation.target) || self.names_a_term(&relation.target)? {
                continue;
            }
            if self.importing.draft.concept_by_slug(&relation.target)?.is_some() {
                continue;
            }
            let foreign = ForeignId { origin: self.origin.clone(), id: relation.target.clone() };
            match self.importing.draft.concepts_by_foreign(&foreign)?.first() {
                Some(other) => relation.target = other.name(),
                None => {
                    complete = false;
                    dangling.push(relation.target.clone());
                }
            }
        }
        // On the last call what leads nowhere stays as it was written.
        if last_call {
            self.dangling.extend(dangling.into_iter().map(|target| (target, concept.name(), place.clone())));
        }
        Ok(complete || last_call)
    }

    /// Equal preferred terms in two languages propose a merge, in one language they are a conflict.
    fn look_for_twins(&mut self, concept: &Concept, place: &Place) -> Result<(), Error> {
        let mut shared: HashMap<ConceptId, Vec<String>> = HashMap::new();
        let lossless = self.format.is_some_and(|f| f.lossless);
        let snapshot = self.importing.draft.snapshot().clone();
        for (lang, term) in concept.terms() {
            if !term.is_usable() {
                continue;
            }
            let folded = text::fold(&term.text);
            let hash = xxh3_64(format!("{lang}\0{folded}").as_bytes());
            match self.importing.terms.entry(hash) {
                // Who wrote a lossless file knew of both.
                _ if lossless => {}
                Slot::Vacant(slot) => drop(slot.insert(concept.id)),
                Slot::Occupied(first) if *first.get() != concept.id => {
                    let langs = shared.entry(*first.get()).or_default();
                    if !langs.contains(&lang.to_string()) {
                        langs.push(lang.to_string());
                    }
                }
                Slot::Occupied(_) => {}
            }
            for hit in snapshot.keys_exact(KeyClass::Folded, &folded)? {
                let langs = shared.entry(hit.concept).or_default();
                if hit.lang == *lang && !hit.forbidden && !langs.contains(&lang.to_string()) {
                    langs.push(lang.to_string());
                }
            }
        }
        let mut shared: Vec<_> = shared.into_iter().filter(|(_, langs)| !langs.is_empty()).collect();
        shared.sort();
        for (id, langs) in shared {
            // There is no end of them where a whole base comes a second time.
            let Some(other) = (match self.report.findings < MOST_FINDINGS as u64 {
                true => self.importing.draft.concept(id)?,
                false => None,
            }) else {
                continue;
            };
            let (here, there) = (concept.name(), other.name());
            let finding = if langs.len() > 1 {
                let message = format!("{here} has the same terms as {there} in {}", langs.join(" and "));
                Finding::new("duplicate-concept", Severity::Info, place.clone(), message)
                    .help(format!("if they are one concept: wicterm merge {there} {here}"))
            } else {
                let message = format!("{here} has a term that {there} has too ({})", langs.join(", "));
                Finding::new("duplicate-term", Severity::Info, place.clone(), message)
                    .help("if they are one concept, merge them; else tell them apart by subject".to_owned())
            };
            self.finding(finding.concept(there));
        }
        Ok(())
    }

    fn merged(&mut self, before: &Concept, theirs: &Concept, place: &Place) -> Result<Concept, Error> {
        let ancestor = self.ancestor(before)?;
        let mut after = before.clone();
        let name = before.name();
        let mut met = vec![];
        let conflicts = &mut self.importing.options.conflicts;
        let theirs = Concept { slug: None, ..theirs.clone() };
        merge::merge(&mut after, &theirs, ancestor.as_ref(), &mut |conflict| {
            let winner = match conflicts {
                Conflicts::Keep => Winner::Ours,
                Conflicts::Take => Winner::Theirs,
                Conflicts::Ask(ask) => ask(&name, &conflict),
            };
            met.push((conflict, winner));
            winner
        });
        for (c, winner) in met {
            self.report.conflicts += 1;
            let kept = if winner == Winner::Ours { "the base" } else { "the file" };
            let message = format!(
                "{}: the base says {}, the file says {}; {kept} is believed",
                c.about, c.ours, c.theirs
            );
            let finding = Finding::new("import-conflict", Severity::Warning, place.clone(), message)
                .concept(name.clone())
                .help("choose with --on-conflict keep, take or ask".to_owned());
            self.finding(finding);
        }
        Ok(after)
    }

    /// What a file of this name said of a concept when it was believed last.
    fn ancestor(&self, concept: &Concept) -> Result<Option<Concept>, Error> {
        let snapshot = self.importing.draft.snapshot();
        for change in snapshot.history(EntityKind::Concept, &concept.id.to_bytes())? {
            let made_by = snapshot.revision_record(change.revision)?;
            if made_by.is_some_and(|r| r.origins.contains(&self.origin)) {
                return Ok(match (&change.before, &change.after) {
                    (Some(Versioned::Concept(before)), Some(Versioned::Concept(after))) => {
                        Some(merge::said(Some(before), after))
                    }
                    (None, Some(Versioned::Concept(after))) => Some((**after).clone()),
                    _ => None,
                });
            }
        }
        Ok(None)
    }

    fn take_unit(&mut self, mut unit: Box<Unit>, mut key: u64, filing: &Filing) -> Result<(), Error> {
        self.report.read += 1;
        self.importing.may_write(&unit.origin.memory)?;
        if let Some(before) = self.exported_unit(&mut unit)? {
            let stored_under = self.importing.draft.unit_key(unit.id)?;
            return self.meet_again(unit, content_hash(&before), key, stored_under);
        }
        let mut known = self.known_unit(key)?;
        if let Some((id, content, _)) = known
            && content != content_hash(&unit)
            && unit.origin.tuid.is_some()
            && let Some(before) = self.importing.draft.unit(id)?
            && !units_alike(&before, &unit)
        {
            // Another file of this name has given the id to another text: both stay.
            self.strangers += 1;
            key = xxh3_64(&[key.to_le_bytes(), source_key(&unit, "stranger").to_le_bytes()].concat());
            known = self.importing.draft.unit_by_origin(key)?;
        }
        match known {
            Some((id, content, _)) => {
                unit.id = id;
                self.meet_again(unit, content, key, Some(key))
            }
            None => {
                unit.id = UnitId::from_bytes(super::random()?);
                self.report.added += 1;
                self.importing.touched = true;
                Ok(self.importing.draft.add_unit(unit, key, filing)?)
            }
        }
    }

    /// Takes a unit that the base has, with the content that it has there.
    fn meet_again(
        &mut self,
        unit: Box<Unit>,
        content: u64,
        key: u64,
        stored_under: Option<u64>,
    ) -> Result<(), Error> {
        if content == content_hash(&unit) {
            self.report.unchanged += 1;
            if self.pace.is_some() {
                self.unchanged.push(key);
            }
            return Ok(());
        }
        if self.stays_as_edited(&unit)? {
            self.report.unchanged += 1;
            if self.pace.is_some() {
                self.unchanged.push(key);
            }
            return Ok(());
        }
        self.report.changed += 1;
        self.importing.touched = true;
        Ok(self.importing.draft.put_keyed(Versioned::Unit(unit), stored_under)?)
    }

    /// Tells whether the base keeps what a person made of a unit since its file was imported: where the file
    /// says what it said before, and where the base is believed.
    fn stays_as_edited(&mut self, file: &Unit) -> Result<bool, Error> {
        let lossless = self.format.is_some_and(|f| f.lossless);
        if lossless
            || matches!(self.importing.options.conflicts, Conflicts::Take)
            || !self.importing.edits()?
        {
            return Ok(false);
        }
        let snapshot = self.importing.draft.snapshot();
        let changes = snapshot.history(EntityKind::Unit, &file.id.to_bytes())?;
        let Some(newest) = changes.first() else { return Ok(false) };
        let (Some(Versioned::Unit(ours)), Some(made)) =
            (&newest.after, snapshot.revision_record(newest.revision)?)
        else {
            return Ok(false);
        };
        if !is_by_hand(&made) {
            return Ok(false);
        }
        let content = content_hash(file);
        let said = |change: &Change| matches!(&change.after, Some(Versioned::Unit(unit)) if content_hash(unit) == content);
        if changes[1..].iter().any(said) {
            self.edited += 1;
            return Ok(true);
        }
        // What was exported after the edit, and what others changed later, is no other opinion but the next one.
        if last_time(file) >= last_time(ours) {
            return Ok(false);
        }
        let texts = |unit: &Unit| -> String {
            let texts: Vec<&str> = unit.variants.iter().map(|v| v.segment.text.as_str()).collect();
            texts.join(" | ")
        };
        let name = file.origin.tuid.clone().unwrap_or_else(|| file.id.to_string());
        let about = format!("unit {name}");
        let conflict = Conflict { about: about.clone(), ours: texts(ours), theirs: texts(file) };
        let winner = match &mut self.importing.options.conflicts {
            Conflicts::Keep => Winner::Ours,
            Conflicts::Take => Winner::Theirs,
            Conflicts::Ask(ask) => ask(&about, &conflict),
        };
        self.report.conflicts += 1;
        let kept = if winner == Winner::Ours { "the base" } else { "the file" };
        let message = format!(
            "{about}: was edited in the base ({}), and the file says {}; {kept} is believed",
            quotable(&conflict.ours),
            quotable(&conflict.theirs)
        );
        let place = Place { unit: Some(name), ..Place::file(self.report.file.clone()) };
        let finding = Finding::new("import-conflict", Severity::Warning, place, message);
        self.finding(finding.help("choose with --on-conflict keep, take or ask"));
        Ok(winner == Winner::Ours)
    }

    /// Finds the unit of the base that this one was when it was exported, and gives it its name back.
    fn exported_unit(&mut self, unit: &mut Unit) -> Result<Option<Unit>, Error> {
        let id = std::mem::take(&mut unit.id);
        // A lossless file's units keep the origins they had, by which they are known.
        if id.is_nil() || self.format.is_some_and(|f| f.lossless) || !self.exported.insert(id) {
            return Ok(None);
        }
        let Some(before) = self.importing.draft.unit(id)? else { return Ok(None) };
        let asked = &self.importing.options.read.memory;
        let elsewhere = *asked != before.origin.memory && asked != super::MEMORY && !asked.is_empty();
        if elsewhere || !units_alike(&before, unit) {
            return Ok(None);
        }
        unit.id = id;
        unit.origin = before.origin.clone();
        Ok(Some(before))
    }

    /// Keeps what a file says about itself, where an export can give it back.
    fn take_header(&mut self, header: Header, place: Option<Place>) {
        let said = header.properties.len();
        // A lossless file's units keep the names of the files they came from, and it has no such name for
        // its header.
        if said == 0 && header.attributes.is_empty() {
            return;
        }
        if self.format.is_some_and(|f| f.units && !f.lossless) {
            let memory = &self.importing.options.read.memory;
            match headers::keep(&mut self.importing.draft, memory, &self.origin, header) {
                headers::Kept::Anew => self.importing.headers = true,
                headers::Kept::AsBefore => {}
                headers::Kept::TooLarge => {
                    let message = format!(
                        "the header, with {said} notes and properties, is too large for the base and not kept"
                    );
                    self.tell_of_header(place, message);
                }
            }
        } else if said > 0 && !header.ours {
            self.tell_of_header(place, format!("the header's {said} notes and properties are not kept"));
        }
    }

    fn tell_of_header(&mut self, place: Option<Place>, message: String) {
        if let Some(place) = place {
            self.finding(Finding::new("read-dropped", Severity::Info, place, message));
        }
    }

    fn known_unit(&mut self, key: u64) -> Result<Option<(UnitId, u64, u64)>, Error> {
        let draft = &mut self.importing.draft;
        // A key is met once in a file, so what this draft holds of it came from the same file before.
        Ok(if self.again { draft.unit_by_origin(key)? } else { draft.unit_of_base(key)? })
    }

    fn put(&mut self, record: Versioned) -> Result<(), Error> {
        self.importing.touched = true;
        Ok(self.importing.draft.put(record)?)
    }
}

/// The terms of a concept that the file gives an id: that, and what names them as a relation's target.
fn own_terms<'c>(concept: &'c Concept, slug: &'c Slug) -> impl Iterator<Item = (String, String)> + 'c {
    concept.terms().filter_map(|(lang, term)| {
        let target = Relation::to_term(slug.as_str(), lang.as_str(), &term.text);
        Some((term.foreign_id.clone()?, target))
    })
}

fn term_hash(lang: &str, text: &str) -> u64 {
    xxh3_64(format!("{lang}\0{text}").as_bytes())
}

/// What a lossless file says replaces what was there; only names that lead here stay.
fn replaced(before: &Concept, file: Concept) -> Concept {
    let mut after = Concept { id: before.id, ..file };
    for foreign in &before.foreign_ids {
        if !after.foreign_ids.contains(foreign) {
            after.foreign_ids.push(foreign.clone());
        }
    }
    for slug in before.slug.iter().chain(&before.former_slugs) {
        if after.slug.is_none() {
            after.slug = Some(slug.clone());
        } else if after.slug.as_ref() != Some(slug) && !after.former_slugs.contains(slug) {
            after.former_slugs.push(slug.clone());
        }
    }
    after
}

impl Sink for Taking<'_, '_, '_> {
    fn entry(&mut self, entry: Entry, mut place: Place) -> ControlFlow<()> {
        place.file.get_or_insert_with(|| self.report.file.clone());
        let outcome = match entry {
            Entry::Header(header) => {
                self.take_header(*header, Some(place));
                Ok(())
            }
            Entry::Concept(concept) => self.take_concept(*concept, None, &place, false),
            Entry::Unit(mut unit) => {
                let key = UnitNames::new(&self.origin, &self.importing.options.read.memory).name(&mut unit);
                let filing = Filing::of_unit(&unit);
                self.take_unit(unit, key, &filing)
            }
        };
        match outcome {
            Ok(()) => ControlFlow::Continue(()),
            Err(e) => {
                self.error = Some(e);
                ControlFlow::Break(())
            }
        }
    }

    fn finding(&mut self, mut finding: Finding) {
        // A reader knows the file by its name without folders.
        if finding.place.file.as_ref().is_none_or(|file| *file == self.origin) {
            finding.place.file = Some(self.report.file.clone());
        }
        if finding.severity == Severity::Error {
            self.unreadable = true;
            self.slipped.clone_from(&finding.place.file);
        }
        self.report.findings += 1;
        if self.report.details.len() < MOST_FINDINGS {
            self.report.details.push(finding);
        }
    }
}
