//! The base into files: what is chosen, in which order, and what the format could not carry.

use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use rustc_hash::FxHashSet;

use super::units::{Progress, tell};
use super::{Base, Error, UnitFilter, headers};
use crate::bytes;
use crate::find::recognise::Recogniser;
use crate::format::{Entry, Format, Header, LossReport, Output, ReadError, Shape, WriteOptions};
use crate::model::{Concept, Definition, LanguageTag, Note, Relation, Revision, Status, UnitId};
use crate::store::{Order, Query, StoreError};

/// Which concepts and units, and which parts of them.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Concepts of these subject fields; empty means all.
    pub subjects: Vec<String>,
    /// These languages (and what serves them); empty means all.
    pub langs: Vec<LanguageTag>,
    /// Terms of these statuses; empty means all.
    pub statuses: Vec<Status>,
    /// What changed after this revision.
    pub since: Option<Revision>,
    /// Units that are like this instead of concepts.
    pub units: Option<UnitFilter>,
    /// Of concepts the sections in exactly these two languages.
    pub exactly: Option<(LanguageTag, LanguageTag)>,
    /// Concepts of these names.
    pub among: Option<FxHashSet<String>>,
}

impl Selection {
    /// Tells whether it asks for something of which there should be some; of what changed there may be none.
    fn is_picky(&self) -> bool {
        let units = self.units.as_ref().is_some_and(UnitFilter::is_picky);
        let lists = !self.subjects.is_empty() || !self.langs.is_empty() || !self.statuses.is_empty();
        let lists = lists || self.among.is_some();
        self.since.is_none() && (units || lists)
    }

    fn query(&self) -> Query {
        Query { since: self.since, ..Query::default() }
    }

    /// Tells whether something in this language is asked for; what says no language always is.
    fn asks_for(&self, lang: Option<&LanguageTag>) -> bool {
        lang.is_none_or(|lang| self.langs.iter().any(|l| lang.serves(l)))
    }

    /// Leaves out the definitions and notes that say they are in a language not asked for.
    fn sift(&self, definitions: &mut Vec<Definition>, notes: &mut Vec<Note>) {
        notes.retain(|n| self.asks_for(n.lang.as_ref()));
        definitions.retain(|d| self.asks_for(d.lang.as_ref()));
        for definition in definitions {
            definition.notes.retain(|n| self.asks_for(n.lang.as_ref()));
        }
    }

    /// Returns the part of a concept that is chosen, or `None`.
    pub fn part_of(&self, mut concept: Concept) -> Option<Concept> {
        if self.among.as_ref().is_some_and(|among| !among.contains(&concept.name())) {
            return None;
        }
        if let Some((source, target)) = &self.exactly {
            concept.languages.retain(|s| s.lang == *source || s.lang == *target);
        }
        if !self.subjects.is_empty() {
            let asked = |field: &String| self.subjects.iter().any(|s| s.eq_ignore_ascii_case(field));
            if !concept.subject_fields.iter().any(asked) {
                return None;
            }
        }
        if !self.langs.is_empty() {
            concept.languages.retain(|s| self.asks_for(Some(&s.lang)));
            self.sift(&mut concept.definitions, &mut concept.notes);
            for section in &mut concept.languages {
                self.sift(&mut section.definitions, &mut section.notes);
                for term in &mut section.terms {
                    self.sift(&mut term.definitions, &mut term.notes);
                    term.contexts.iter_mut().for_each(|c| self.sift(&mut vec![], &mut c.notes));
                }
            }
        }
        if !self.statuses.is_empty() {
            for section in &mut concept.languages {
                section.terms.retain(|t| self.statuses.contains(&t.standing()));
            }
        }
        if !self.langs.is_empty() || !self.statuses.is_empty() {
            concept.languages.retain(|s| !s.terms.is_empty());
            if concept.languages.is_empty() {
                return None;
            }
        }
        Some(concept)
    }
}

/// How to export.
#[derive(Clone, Default)]
pub struct ExportOptions<'a> {
    /// What to export.
    pub selection: Selection,
    /// The language to put first.
    pub source_lang: Option<LanguageTag>,
    /// Whether `wicterm:` notes are left out.
    pub no_notes: bool,
    /// Whether TMX from concepts has a unit for every pair of usable terms.
    pub variants: bool,
    /// Whether the files of a glossary folder that are of no concept written are removed.
    pub mirror: bool,
    /// The title of the collection.
    pub title: String,
    /// The time, RFC 3339 in UTC.
    pub now: String,
    /// Called now and then with how many units were taken so far.
    pub progress: Option<Progress<'a>>,
}

impl Base {
    /// Writes a file or a folder in place of what is there, all or nothing for a file.
    pub fn export(
        &self,
        path: &Path,
        format: &'static Format,
        options: &ExportOptions<'_>,
    ) -> Result<LossReport, Error> {
        let failed = |e| Error::Write(path.to_owned(), e);
        if format.shape == Shape::Folder {
            std::fs::create_dir_all(path).map_err(|e| Error::Io(path.to_owned(), e))?;
            return self.write(format, options, Output::Folder(path)).map_err(failed);
        }
        let beside = match format.companion() {
            Some(extension) => companion(path, extension).map_err(|e| Error::Io(path.to_owned(), e))?,
            None => None,
        };
        bytes::replace_file(path, |out| {
            let Some((beside, name)) = &beside else {
                return self.write(format, options, Output::Stream(out));
            };
            let report = self.write(format, options, Output::Accompanied(out, name))?;
            // Before the file itself takes its place: when this fails, the old file stays.
            if let Some(text) = &report.companion {
                bytes::replace_file(beside, |out| out.write_all(text.as_bytes()))?;
            }
            Ok(report)
        })
        .map_err(failed)
    }

    /// Returns the names of the concepts of which some term occurs in a text of a language.
    ///
    /// # Errors
    ///
    /// The base cannot be read.
    pub fn concepts_in<'t>(
        &self,
        lang: &LanguageTag,
        texts: impl Iterator<Item = &'t str>,
    ) -> Result<FxHashSet<String>, Error> {
        let terms = self.terms()?;
        let recogniser = Recogniser::new(&terms, lang);
        let hits = texts.flat_map(|text| recogniser.recognise(text));
        Ok(hits.map(|hit| terms.concept(hit.concept).name.clone()).collect())
    }

    /// Writes to a stream.
    pub fn export_to(
        &self,
        out: &mut dyn Write,
        format: &'static Format,
        options: &ExportOptions<'_>,
    ) -> Result<LossReport, Error> {
        if format.shape == Shape::Folder {
            return Err(Error::Usage(format!(
                "{} is a folder and cannot go to standard output",
                format.name
            )));
        }
        self.write(format, options, Output::Stream(out))
            .map_err(|e| Error::Write("standard output".into(), e))
    }

    /// Writes a file into a folder for each language that the source language meets, `en-fr.txt`; returns each with
    /// what it could not carry, in the order of the languages.
    pub fn export_pairs(
        &self,
        folder: &Path,
        format: &'static Format,
        options: &ExportOptions<'_>,
    ) -> Result<Vec<(PathBuf, LossReport)>, Error> {
        let mut langs = BTreeSet::new();
        for concept in self.chosen(&options.selection, Order::Stored) {
            langs.extend(concept?.languages.into_iter().map(|s| s.lang));
        }
        let wanted = options.source_lang.clone().unwrap_or_else(LanguageTag::english);
        let serving = langs.iter().filter(|l| l.serves(&wanted));
        let Some(source) = serving.min_by_key(|l| **l != wanted).cloned() else {
            let what =
                format!("no term is in the source language, {wanted}; name another with --source-lang");
            return Err(Error::Usage(what));
        };
        std::fs::create_dir_all(folder).map_err(|e| Error::Io(folder.to_owned(), e))?;
        let extension = format.extensions.first().copied().unwrap_or("txt");
        let mut files = vec![];
        for target in langs.into_iter().filter(|l| *l != source) {
            let selection = Selection {
                langs: vec![source.clone(), target.clone()],
                exactly: Some((source.clone(), target.clone())),
                ..options.selection.clone()
            };
            let options = ExportOptions { selection, source_lang: Some(source.clone()), ..options.clone() };
            let path = folder.join(format!("{source}-{target}.{extension}"));
            let losses = self.export(&path, format, &options)?;
            files.push((path, losses));
        }
        match files.is_empty() {
            true => Err(Error::Usage(format!("there is only {source}, and a pair has two languages"))),
            false => Ok(files),
        }
    }

    fn write(
        &self,
        format: &'static Format,
        options: &ExportOptions<'_>,
        out: Output<'_>,
    ) -> Result<LossReport, crate::format::WriteError> {
        use crate::format::WriteError::Unsupported;
        let door = format
            .write
            .ok_or_else(|| Unsupported(format!("wicterm reads {} but does not write it", format.name)))?;
        let selection = &options.selection;
        let counts = self.snapshot.counts();
        if selection.units.is_some() && !format.units {
            return Err(Unsupported(format!("{} holds concepts, not translation units", format.name)));
        }
        if !format.concepts && selection.units.is_none() && counts.units == 0 && counts.concepts > 0 {
            let what = format!("{} holds translation units, and the base has only concepts", format.name);
            return Err(Unsupported(what));
        }
        // What is lossless takes everything; the others one or the other.
        let whole = format.lossless && selection.subjects.is_empty() && selection.statuses.is_empty();
        let units =
            format.units && (!format.concepts || selection.units.is_some() || counts.concepts == 0 || whole);
        let concepts = format.concepts && selection.units.is_none();
        // First pass: what will be there, so that links lead somewhere and languages are declared.
        let (mut slugs, mut langs) = (HashSet::new(), BTreeSet::new());
        let failed = |e: StoreError| ReadError::Source(Box::new(e));
        if concepts {
            for concept in self.chosen(selection, Order::Stored) {
                let concept = concept.map_err(|e| crate::format::WriteError::Source(failed(e)))?;
                langs.extend(concept.languages.iter().map(|s| s.lang.clone()));
                slugs.extend(concept.slug.map(|s| s.to_string()));
            }
        }
        let mut ordered: Vec<LanguageTag> = langs.into_iter().collect();
        let asked = options.source_lang.clone();
        // Of concepts English comes first where nobody says otherwise; units know their own source.
        let english = || match selection.langs.first().filter(|_| format.bilingual) {
            // Of a pair that English is not in, the first.
            Some(first) if !ordered.iter().any(|l| l.serves(&LanguageTag::english())) => first.clone(),
            _ => LanguageTag::english(),
        };
        let wanted = asked.clone().or_else(|| concepts.then(english));
        let source = wanted.as_ref().and_then(|wanted| {
            let serving = ordered.iter().filter(|l| l.serves(wanted));
            serving.min_by_key(|l| *l != wanted).cloned().or(asked)
        });
        if let Some(wanted) = &wanted {
            ordered.sort_by_key(|l| (!l.serves(wanted), Some(l) != source.as_ref()));
        }
        if format.bilingual && concepts && !ordered.is_empty() {
            pair_of(format, source.as_ref(), &ordered).map_err(Unsupported)?;
        }
        let resolve = |target: &str| -> Option<String> {
            if let Some((slug, lang, text)) = Relation::term_of(target) {
                let concept = self.snapshot.concept_by_slug(slug).ok().flatten()?;
                let slug = concept.slug.as_ref().map(|s| s.to_string()).filter(|s| slugs.contains(s))?;
                let written = selection.part_of(concept)?;
                let section = written.languages.iter().find(|s| s.lang.as_str() == lang)?;
                let n = section.terms.iter().position(|t| t.text == text)?;
                return Some(Relation::to_term(&slug, lang, &n.to_string()));
            }
            if slugs.contains(target) {
                return Some(target.to_owned());
            }
            let concept = self.snapshot.concept_by_slug(target).ok().flatten()?;
            concept.slug.map(|s| s.to_string()).filter(|s| slugs.contains(s))
        };
        let write_options = WriteOptions {
            source_lang: source.clone(),
            langs: ordered,
            notes: !options.no_notes,
            variants: options.variants,
            now: options.now.clone(),
            title: options.title.clone(),
            resolve: &resolve,
        };
        let chosen = concepts.then(|| self.chosen(selection, Order::Slug)).into_iter().flatten().map(|c| {
            c.map(|mut concept| {
                if let Some(wanted) = &wanted {
                    concept.languages.sort_by_key(|s| !s.lang.serves(wanted));
                }
                Entry::Concept(Box::new(concept))
            })
        });
        let filter = UnitFilter { since: selection.since, ..selection.units.clone().unwrap_or_default() };
        let langs = selection.langs.clone();
        let mut looked = 0;
        let from_memory = units.then(|| self.units(&filter)).into_iter().flatten().filter_map(|u| match u {
            Ok(mut unit) => {
                looked += 1;
                if let Some(progress) = options.progress {
                    tell(looked, progress);
                }
                let whole = unit.variants.len();
                if !langs.is_empty() {
                    unit.variants.retain(|v| langs.iter().any(|l| v.lang.serves(l)));
                }
                // A part does not go by the name of the whole: it would take its place when it comes back.
                if unit.variants.len() < whole {
                    unit.id = UnitId::default();
                }
                (!unit.variants.is_empty()).then(|| Ok(Entry::Unit(Box::new(unit))))
            }
            Err(e) => Some(Err(e)),
        });
        let mut chosen = chosen.chain(from_memory).peekable();
        if selection.is_picky() && chosen.peek().is_none() {
            return Err(Unsupported("nothing in the base is what was asked for".to_owned()));
        }
        // What most units will not have to repeat.
        let of_first = match chosen.peek() {
            Some(Ok(Entry::Unit(unit))) => unit.source_lang.clone(),
            _ => None,
        };
        let kept = match units {
            true => headers::of(&self.snapshot, &filter)
                .map_err(|e| crate::format::WriteError::Source(failed(e)))?,
            false => headers::Headers::default(),
        };
        let header = Header {
            title: Some(options.title.clone()),
            source_lang: source.clone().or(of_first),
            attributes: kept.attributes.clone(),
            properties: kept.properties.clone(),
            ..Header::default()
        };
        let entries =
            std::iter::once(Ok(Entry::Header(Box::new(header)))).chain(chosen.map(|e| e.map_err(failed)));
        let in_part = selection.is_picky() || selection.since.is_some();
        if options.mirror && (in_part || format.shape != Shape::Folder) {
            return Err(Unsupported("only a folder that gets every concept can be mirrored".to_owned()));
        }
        let folder = match out {
            Output::Folder(folder) => Some(folder),
            Output::Stream(_) | Output::Accompanied(..) => None,
        };
        let mut report = read_ahead(entries, |entries| door(entries, &write_options, out))?;
        kept.report_disputed(&mut report);
        // A file that stays behind comes back with the next import.
        if let (Some(folder), false) = (folder, in_part) {
            report.left_over = crate::format::glossary::left_over(folder, &slugs)?;
            if options.mirror {
                report.left_over.drain(..).try_for_each(std::fs::remove_file)?;
            }
        }
        Ok(report)
    }

    fn chosen<'a>(
        &'a self,
        selection: &'a Selection,
        order: Order,
    ) -> impl Iterator<Item = Result<Concept, StoreError>> + Send + 'a {
        let query = Query { order, ..selection.query() };
        self.snapshot.concepts(&query).filter_map(|concept| match concept {
            Ok(concept) => selection.part_of(concept).map(Ok),
            Err(e) => Some(Err(e)),
        })
    }
}

/// Says why languages are not those of one pair, source first.
fn pair_of(format: &Format, source: Option<&LanguageTag>, langs: &[LanguageTag]) -> Result<(), String> {
    let source = match source {
        Some(source) if langs.first() == Some(source) => source,
        Some(source) => {
            return Err(format!("no term that was asked for is in the source language, {source}"));
        }
        None => return Err("the source language is not known; name it with --source-lang".to_owned()),
    };
    let others: Vec<&str> = langs.iter().filter(|l| *l != source).map(LanguageTag::as_str).collect();
    match others[..] {
        [_] => Ok(()),
        [] => Err(format!("{} holds pairs of languages, and there is only {source}", format.name)),
        _ => Err(format!(
            "{} holds one pair of languages, and here {source} meets {}; choose one with --lang {source},{}, or \
             name a folder (DIR/) to get a file for each",
            format.name,
            others.join(", "),
            others[0]
        )),
    }
}

/// Returns the path of the file that belongs beside the one at `path`: `policy.xcs` beside `policy.tbx`, and
/// `policy.xml.xcs` beside `policy.xml`, so that no two files share one.
pub fn companion_of(path: &Path, extension: &str) -> PathBuf {
    match path.extension() {
        Some(own) if !own.eq_ignore_ascii_case("tbx") => {
            path.with_extension(format!("{}.{extension}", own.to_string_lossy()))
        }
        _ => path.with_extension(extension),
    }
}

/// Returns the path and the name of the file that belongs beside the one at `path`; `None` where there is no
/// room for one. A file that somebody else wrote is not taken for it.
fn companion(path: &Path, extension: &str) -> std::io::Result<Option<(PathBuf, String)>> {
    let beside = companion_of(path, extension);
    let name = beside.file_name().and_then(|n| n.to_str()).map(str::to_owned);
    let is_file = std::fs::metadata(path).map_or(true, |m| m.is_file());
    let Some(name) = name.filter(|_| is_file && beside != path) else { return Ok(None) };
    match std::fs::read(&beside) {
        Ok(there) if memchr::memmem::find(&there, b"Exported by wicterm").is_none() => {
            let what = format!("{} is there already and wicterm did not write it", beside.display());
            Err(std::io::Error::new(std::io::ErrorKind::AlreadyExists, what))
        }
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(Some((beside, name))),
    }
}

/// How many entries are handed over at once, and how often ahead of the one who writes.
pub(super) const BATCH: usize = 128;
pub(super) const BATCHES: usize = 4;

/// Reads entries on another thread, a bounded stretch ahead: reading and writing cost about as much as
/// each other.
fn read_ahead<T: Send, R>(
    entries: impl Iterator<Item = T> + Send,
    write: impl FnOnce(&mut dyn Iterator<Item = T>) -> R,
) -> R {
    let (to, from) = sync_channel(BATCHES);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut entries = entries.peekable();
            while entries.peek().is_some() {
                let batch: Vec<T> = entries.by_ref().take(BATCH).collect();
                // Whoever writes may have had enough.
                if to.send(batch).is_err() {
                    return;
                }
            }
        });
        write(&mut from.into_iter().flatten())
    })
}
