//! A memory into bilingual files: one for each pair of languages.
//!
//! The base is read twice: to know the pairs, and to write them. While it is read the second time, each file
//! has a writer of its own, a bounded stretch behind; where there are very many pairs they take turns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use xxhash_rust::xxh3::xxh3_64;

use super::{UnitFilter, tell};
use crate::base::export::{BATCH, BATCHES};
use crate::base::{Base, Error, ExportOptions, headers};
use crate::bytes;
use crate::format::{Entry, Format, Header, LossReport, Output, ReadError, Shape, WriteError, WriteOptions};
use crate::model::{LanguageTag, Unit, UnitId};

/// What came of splitting.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// The files, in the order of their names.
    pub files: Vec<SplitFile>,
    /// Units that are in no file: they have no segment in their source language, or no other.
    pub apart: u64,
}

/// The file of one pair of languages.
#[derive(Debug, Clone)]
pub struct SplitFile {
    /// Where it is.
    pub path: PathBuf,
    /// The memory it is a part of.
    pub memory: String,
    /// The language that its units were translated from.
    pub source: LanguageTag,
    /// The language that they were translated into.
    pub target: LanguageTag,
    /// What was written, and what could not be.
    pub losses: LossReport,
}

/// How many files are written at once.
const AT_ONCE: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    memory: String,
    source: LanguageTag,
    target: LanguageTag,
}

impl Base {
    /// Writes the chosen units into a folder, a file for each memory and pair of languages.
    ///
    /// What a unit was translated from is what it says (or said the header of its file), else
    /// [`ExportOptions::source_lang`]; without either nothing is written.
    pub fn export_split(
        &self,
        folder: &Path,
        format: &'static Format,
        options: &ExportOptions<'_>,
    ) -> Result<Split, Error> {
        let filter = options.selection.units.clone().unwrap_or_default();
        if !format.units || format.shape != Shape::File || format.write.is_none() {
            return Err(Error::Usage(format!("{} is no file of translation units", format.name)));
        }
        let (pairs, apart) = self.pairs(&filter, options)?;
        if pairs.is_empty() {
            return Err(Error::Usage(
                "no unit that was asked for translates from one language into another".into(),
            ));
        }
        std::fs::create_dir_all(folder).map_err(|e| Error::Io(folder.to_owned(), e))?;
        let mut headers = BTreeMap::new();
        for pair in pairs.keys() {
            if !headers.contains_key(&pair.memory) {
                let of_memory = UnitFilter { memory: Some(pair.memory.clone()), ..filter.clone() };
                headers.insert(pair.memory.clone(), headers::of(&self.snapshot, &of_memory)?);
            }
        }
        let stems = stems(headers.keys());
        let extension = format.extensions.first().copied().unwrap_or("tmx");
        let mut files: Vec<SplitFile> = pairs
            .into_keys()
            .map(|Pair { memory, source, target }| {
                let name = format!("{}.{source}-{target}.{extension}", stems[&memory]);
                SplitFile { path: folder.join(name), memory, source, target, losses: LossReport::default() }
            })
            .collect();
        for part in files.chunks_mut(AT_ONCE) {
            self.write_pairs(part, format, options, &filter, &headers)?;
        }
        Ok(Split { files, apart })
    }

    /// Finds the pairs, and how many units are in none.
    fn pairs(
        &self,
        filter: &UnitFilter,
        options: &ExportOptions<'_>,
    ) -> Result<(BTreeMap<Pair, u64>, u64), Error> {
        let mut pairs: BTreeMap<Pair, u64> = BTreeMap::new();
        let (mut apart, mut unsaid, mut looked) = (0, 0u64, 0);
        for unit in self.units(filter) {
            let unit = unit?;
            looked += 1;
            if let Some(progress) = options.progress {
                tell(looked, progress);
            }
            let Some(source) = source_of(&unit, options) else {
                unsaid += 1;
                continue;
            };
            let targets = targets(&unit, &source, options);
            apart += u64::from(targets.is_empty());
            for target in targets {
                let memory = unit.origin.memory.clone();
                *pairs.entry(Pair { memory, source: source.clone(), target }).or_default() += 1;
            }
        }
        match unsaid {
            0 => Ok((pairs, apart)),
            _ => Err(Error::Usage(format!(
                "{unsaid} units do not say which language they were translated from; name it with --source-lang"
            ))),
        }
    }

    fn write_pairs(
        &self,
        files: &mut [SplitFile],
        format: &'static Format,
        options: &ExportOptions<'_>,
        filter: &UnitFilter,
        headers: &BTreeMap<String, headers::Headers>,
    ) -> Result<(), Error> {
        std::thread::scope(|scope| {
            let mut lines: BTreeMap<Pair, Line> = BTreeMap::new();
            let mut writers = vec![];
            for file in files.iter_mut() {
                let (to, from) = sync_channel(BATCHES);
                let SplitFile { memory, source, target, .. } = file;
                let pair = Pair { memory: memory.clone(), source: source.clone(), target: target.clone() };
                lines.insert(pair, Line { to: Some(to), batch: vec![] });
                writers.push(scope.spawn(move || write_file(file, format, options, headers, from)));
            }
            let read = self.hand_out(&mut lines, options, filter);
            for line in lines.into_values() {
                line.end(&read);
            }
            let written: Vec<Result<(), Error>> = writers
                .into_iter()
                .map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect();
            // What could not be read is the cause of what could not be written.
            read?;
            written.into_iter().collect()
        })
    }

    /// Reads the units and hands each to the files it belongs in.
    fn hand_out(
        &self,
        lines: &mut BTreeMap<Pair, Line>,
        options: &ExportOptions<'_>,
        filter: &UnitFilter,
    ) -> Result<(), Error> {
        let mut looked = 0;
        for unit in self.units(filter) {
            let unit = unit?;
            looked += 1;
            if let Some(progress) = options.progress {
                tell(looked, progress);
            }
            let Some(source) = source_of(&unit, options) else { continue };
            for target in targets(&unit, &source, options) {
                let pair = Pair { memory: unit.origin.memory.clone(), source: source.clone(), target };
                if let Some(line) = lines.get_mut(&pair) {
                    line.push(part_of(&unit, &pair));
                }
            }
        }
        Ok(())
    }
}

type Batch = Vec<Result<Entry, ReadError>>;

/// The way to a writer.
struct Line {
    /// `None` when the writer has stopped; it says why.
    to: Option<SyncSender<Batch>>,
    batch: Batch,
}

impl Line {
    fn push(&mut self, unit: Unit) {
        self.batch.push(Ok(Entry::Unit(Box::new(unit))));
        if self.batch.len() >= BATCH {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        if let Some(to) = &self.to
            && to.send(batch).is_err()
        {
            self.to = None;
        }
    }

    /// Ends the file: as it should, or so that it is not taken for whole.
    fn end(mut self, read: &Result<(), Error>) {
        if let Err(e) = read {
            self.batch.push(Err(ReadError::Source(e.to_string().into())));
        }
        self.hand_over();
    }
}

fn write_file(
    file: &mut SplitFile,
    format: &'static Format,
    options: &ExportOptions<'_>,
    headers: &BTreeMap<String, headers::Headers>,
    from: Receiver<Batch>,
) -> Result<(), Error> {
    let title = file.path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let nowhere = |_: &str| None;
    let write_options = WriteOptions {
        source_lang: Some(file.source.clone()),
        langs: vec![file.source.clone(), file.target.clone()],
        notes: !options.no_notes,
        variants: false,
        now: options.now.clone(),
        title: title.clone(),
        resolve: &nowhere,
    };
    let kept = &headers[&file.memory];
    let header = Header {
        title: Some(title),
        source_lang: Some(file.source.clone()),
        attributes: kept.attributes.clone(),
        properties: kept.properties.clone(),
        ..Header::default()
    };
    let door = format.write.ok_or_else(|| Error::Usage(format!("{} is not written", format.name)))?;
    let mut entries = std::iter::once(Ok(Entry::Header(Box::new(header)))).chain(from.into_iter().flatten());
    let losses: Result<LossReport, WriteError> =
        bytes::replace_file(&file.path, |out| door(&mut entries, &write_options, Output::Stream(out)));
    file.losses = losses.map_err(|e| Error::Write(file.path.clone(), e))?;
    kept.report_disputed(&mut file.losses);
    Ok(())
}

/// The language that a unit was translated from, in the words of its segment.
fn source_of(unit: &Unit, options: &ExportOptions<'_>) -> Option<LanguageTag> {
    let said = unit.source_lang.as_ref().or(options.source_lang.as_ref())?;
    let has = |lang: &LanguageTag| unit.variants.iter().any(|v| v.lang == *lang);
    if has(said) {
        return Some(said.clone());
    }
    let near = unit.variants.iter().map(|v| &v.lang).find(|lang| lang.serves(said) || said.serves(lang));
    Some(near.unwrap_or(said).clone())
}

/// The languages that a unit translates into, of those asked for; none where it has no source.
fn targets(unit: &Unit, source: &LanguageTag, options: &ExportOptions<'_>) -> Vec<LanguageTag> {
    let mut targets: Vec<LanguageTag> = vec![];
    if unit.variants.iter().any(|v| v.lang == *source) {
        let asked = &options.selection.langs;
        for lang in unit.variants.iter().map(|v| &v.lang).filter(|lang| *lang != source) {
            let wanted = asked.is_empty() || asked.iter().any(|a| lang.serves(a));
            if wanted && !targets.contains(lang) {
                targets.push(lang.clone());
            }
        }
    }
    targets
}

/// The part of a unit that is of a pair. A part does not go by the name of the whole: it would take its place
/// when it comes back.
fn part_of(unit: &Unit, pair: &Pair) -> Unit {
    let mut part = unit.clone();
    part.variants.retain(|v| v.lang == pair.source || v.lang == pair.target);
    part.source_lang = Some(pair.source.clone());
    if part.variants.len() < unit.variants.len() {
        part.id = UnitId::default();
    }
    part
}

/// What the files of each memory begin with: its name, as far as every system takes it in a file's name.
fn stems<'m>(memories: impl Iterator<Item = &'m String>) -> BTreeMap<String, String> {
    let mut stems: BTreeMap<String, String> = BTreeMap::new();
    for memory in memories {
        let plain = |c: char| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { '_' };
        let mut stem: String = memory.chars().map(plain).take(80).collect();
        let taken = stems.values().any(|s| s.to_lowercase() == stem.to_lowercase());
        if taken || stem != *memory {
            stem.push_str(&format!("-{:06x}", xxh3_64(memory.as_bytes()) & 0xff_ffff));
        }
        stems.insert(memory.clone(), stem);
    }
    stems
}
