//! Judging at the desk: files held against the terms of a base, and the cures that are safe.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::analyse::{Sources, ToTranslate};
use super::pretranslate::only_counts;
use super::{Base, Error};
use crate::bytes::{Patch, apply, head};
use crate::check::{self, Options, Rows};
use crate::document::{self, Document};
use crate::find::terms::Terms;
use crate::format::job::{Cells, lines};
use crate::format::{self, Format, Job, JobOptions};
use crate::model::{Concept, Date, Finding, LanguageTag, Place, Segment, Side};
use crate::store::Query;
use crate::text::segmentation::Segmentation;
use crate::text::sentences;

impl Base {
    /// Returns the terms of all concepts, as recognition and the checks need them.
    ///
    /// # Errors
    ///
    /// The base cannot be read.
    pub fn terms(&self) -> Result<Terms, Error> {
        let query = Query { order: crate::store::Order::Stored, ..Query::default() };
        Ok(Terms::of(self.concepts(&query).collect::<Result<Vec<_>, _>>()?))
    }
}

impl Base {
    /// Returns what the checks of the base itself find, and how many concepts they looked at.
    ///
    /// # Errors
    ///
    /// The base cannot be read.
    pub fn check(&self, options: &Options) -> Result<(Vec<Finding>, usize), Error> {
        let concepts: Vec<Concept> = self.concepts(&Query::default()).collect::<Result<_, _>>()?;
        Ok((check::run_on_base(&concepts, options), concepts.len()))
    }
}

/// A piece of work that is to be judged: a bilingual file, two texts line by line, or a document.
#[derive(Debug)]
pub struct Work {
    what: What,
    options: JobOptions,
}

#[derive(Debug)]
enum What {
    /// Rows of a source and a target.
    Job(Job, How),
    /// A text alone.
    Document(Box<Prose>),
}

/// How a job was opened, so that it can be opened again when it was changed.
#[derive(Debug, Clone)]
enum How {
    Format(&'static Format),
    Lines(LanguageTag, LanguageTag),
}

/// A document, with its blocks as segments.
#[derive(Debug)]
struct Prose {
    name: String,
    bytes: Vec<u8>,
    document: Document,
    segments: Vec<Segment>,
    /// The languages in it, each with its blocks.
    langs: Vec<(LanguageTag, Vec<usize>)>,
}

/// What the safe cures make of a piece of work.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files that change: their number in [`Work::files`], and what they are then.
    pub files: Vec<(usize, Vec<u8>)>,
    /// The findings that are cured, by their number.
    pub cured: Vec<usize>,
    /// The findings whose cure waits for the next time, because another one is too near.
    pub waiting: Vec<usize>,
    /// The findings whose cure cannot be written into the file, and why.
    pub refused: Vec<(usize, String)>,
}

impl Work {
    /// Opens a bilingual file or a document; which it is, is found out unless a format of bilingual files is given.
    ///
    /// # Errors
    ///
    /// Nobody knows the format or the language, or the file cannot be read as it.
    pub fn open(
        bytes: Vec<u8>,
        name: &str,
        from: Option<&'static Format>,
        options: JobOptions,
    ) -> Result<Self, Error> {
        let failed = |e| Error::Read(PathBuf::from(name), e);
        let found = match from {
            Some(format) => Some(format),
            None => of_pairs(&bytes, Path::new(name), &options)?,
        };
        let what = match found {
            Some(format) => {
                let job = Job::open(format, bytes, name, &options).map_err(failed)?;
                What::Job(job, How::Format(format))
            }
            None => What::Document(Box::new(Prose::read(bytes, name, &options)?)),
        };
        Ok(Self { what, options })
    }

    /// Opens what is to be translated: a bilingual file, or a document that is in the language of the sources.
    ///
    /// # Errors
    ///
    /// Nobody knows the format or the language, or the file cannot be read as it.
    pub fn open_to_translate(bytes: Vec<u8>, name: &str, options: JobOptions) -> Result<Self, Error> {
        let found = of_pairs(&bytes, Path::new(name), &options)?;
        let options = match found {
            Some(_) => options,
            None => JobOptions { target: options.source.clone(), ..options },
        };
        Self::open(bytes, name, found, options)
    }

    /// Pairs two plain texts line by line.
    pub fn lines(
        source: (String, Vec<u8>, LanguageTag),
        target: (String, Vec<u8>, LanguageTag),
        options: JobOptions,
    ) -> Self {
        let how = How::Lines(source.2.clone(), target.2.clone());
        let job = lines(source, target, options.read.encoding.as_deref());
        Self { what: What::Job(job, how), options }
    }

    /// Returns the rows of source and target, if it has such.
    pub fn job(&self) -> Option<&Job> {
        match &self.what {
            What::Job(job, _) => Some(job),
            What::Document(_) => None,
        }
    }

    /// Returns the names of its files, and the files.
    pub fn files(&self) -> Vec<(&str, &[u8])> {
        match &self.what {
            What::Job(job, _) => {
                let names = job.files().iter().map(|(name, _)| &**name).enumerate();
                names.map(|(at, name)| (name, job.bytes(at))).collect()
            }
            What::Document(prose) => vec![(&prose.name, &prose.bytes)],
        }
    }

    /// Returns how many rows or blocks there are.
    pub fn len(&self) -> usize {
        match &self.what {
            What::Job(job, _) => job.pairs().iter().map(|pair| pair.len()).sum(),
            What::Document(prose) => prose.segments.len(),
        }
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the date that a document says it is of.
    pub fn date(&self) -> Option<Date> {
        match &self.what {
            What::Job(..) => None,
            What::Document(prose) => prose.document.date,
        }
    }

    /// Returns the languages of a document; of rows none.
    pub fn document_langs(&self) -> impl Iterator<Item = &LanguageTag> {
        let prose = match &self.what {
            What::Job(..) => None,
            What::Document(prose) => Some(prose),
        };
        prose.into_iter().flat_map(|prose| prose.langs.iter().map(|(lang, _)| lang))
    }

    /// Returns the segments to be translated, by languages: the sources of rows, the sentences of a document, which is
    /// cut by the rules that the project brings if they know its language.
    pub(super) fn sources(&self, rules: Option<&Segmentation>) -> Vec<Sources> {
        match &self.what {
            What::Job(job, _) => {
                let of_row = |pair: usize, row: usize| ToTranslate {
                    segment: job.source(pair, row).clone(),
                    id: job.unit(pair, row).filter(|id| !only_counts(id)).map(str::to_owned),
                };
                let pairs = job.pairs().iter().enumerate();
                pairs
                    .map(|(number, pair)| Sources {
                        source: pair.source.clone(),
                        target: Some(pair.target.clone()),
                        segments: (0..pair.len()).map(|row| of_row(number, row)).collect(),
                    })
                    .collect()
            }
            What::Document(prose) => {
                let sentence = |text: &str| ToTranslate { segment: Segment::plain(text), id: None };
                let of_block = |lang: &LanguageTag, block: usize| {
                    let text = &prose.segments[block].text;
                    let by_rules = rules.and_then(|rules| rules.segments(lang, text));
                    let found = by_rules.unwrap_or_else(|| sentences(lang, text)).into_iter();
                    found.map(|range| sentence(&text[range])).collect::<Vec<_>>()
                };
                let langs = prose.langs.iter();
                langs
                    .map(|(lang, blocks)| Sources {
                        source: lang.clone(),
                        target: None,
                        segments: blocks.iter().flat_map(|block| of_block(lang, *block)).collect(),
                    })
                    .collect()
            }
        }
    }

    fn segments(&self) -> usize {
        match &self.what {
            What::Job(job, _) => job.segments(),
            What::Document(prose) => prose.segments.len(),
        }
    }

    fn segment(&self, segment: usize) -> &Segment {
        match &self.what {
            What::Job(job, _) => job.segment(segment),
            What::Document(prose) => &prose.segments[segment],
        }
    }

    /// Returns what the checks find, after what was odd about the file itself. A document that says its date is held
    /// against the terms of that date, unless the options say another.
    pub fn check(&self, terms: &Terms, options: &Options) -> Vec<Finding> {
        self.check_by_row(terms, options).into_iter().map(|(_, finding)| finding).collect()
    }

    /// Returns the same, each finding with its row: the pair of languages by its place in [`Job::pairs`] (of a
    /// document the language, in the order in which they come), and the row of that pair. What is odd about the file
    /// is in none.
    pub fn check_by_row(&self, terms: &Terms, options: &Options) -> Vec<(Option<(usize, usize)>, Finding)> {
        let asked = |code: &str| {
            let named = |list: &[String]| list.iter().any(|name| name == code);
            (options.only.is_empty() || named(&options.only)) && !named(&options.skip)
        };
        let odd = match &self.what {
            What::Job(job, _) => &job.findings,
            What::Document(prose) => &prose.document.findings,
        };
        let mut odd: Vec<Finding> = odd.iter().filter(|f| asked(&f.check)).cloned().collect();
        for finding in &mut odd {
            if let Some(severity) = options.severities.get(&finding.check) {
                finding.severity = *severity;
            }
        }
        check::fingerprint(&mut odd);
        let mut findings: Vec<_> = odd.into_iter().map(|finding| (None, finding)).collect();
        let options = Options { date: options.date.or(self.date()), ..options.clone() };
        let mut take = |pair: usize, rows: &dyn Rows| {
            let found = check::run_by_row(rows, terms, &options);
            findings.extend(found.into_iter().map(|(row, finding)| (Some((pair, row as usize)), finding)));
        };
        match &self.what {
            What::Job(job, _) => {
                (0..job.pairs().len()).for_each(|pair| take(pair, &PairRows { job, pair }));
            }
            What::Document(prose) => {
                (0..prose.langs.len()).for_each(|at| take(at, &Blocks { prose, at }));
            }
        }
        findings
    }

    /// Returns the source of a row, where there is one, and its target, each with its language, for whoever shows a
    /// finding in it.
    pub fn texts(&self, (pair, row): (usize, usize)) -> (Option<(&LanguageTag, &str)>, (&LanguageTag, &str)) {
        match &self.what {
            What::Job(job, _) => {
                let langs = &job.pairs()[pair];
                let source = (&langs.source, &*job.source(pair, row).text);
                (Some(source), (&langs.target, &job.target(pair, row).text))
            }
            What::Document(prose) => {
                let (lang, blocks) = &prose.langs[pair];
                (None, (lang, &prose.segments[blocks[row]].text))
            }
        }
    }

    /// Returns for each finding the patch that its cure is, as far as it has one that can be written into the file, and
    /// which of the files it is of.
    pub fn patches(&self, findings: &[Finding]) -> Vec<Option<(usize, Patch)>> {
        let spots = Spots::of(self);
        // In an archive they would be patches of what is packed in it.
        let packed = self.job().is_some_and(Job::is_packed);
        let patch = |finding: &Finding| {
            if packed {
                return None;
            }
            let (fix, (start, end)) = (finding.fix.as_ref()?, finding.place.segment?);
            let segment = spots.find(self, &finding.place)?;
            self.patch(segment, start as usize..end as usize, fix).ok()
        };
        findings.iter().map(patch).collect()
    }

    /// Makes the files in which what can safely be cured is cured. Where two cures overlap the first wins; a cure
    /// that would not be read back as it is meant is refused.
    ///
    /// # Errors
    ///
    /// The file that came of it cannot be read any more; nothing of it should be used.
    pub fn fix(&self, findings: &[Finding]) -> Result<Fixes, Error> {
        let mut barred: FxHashSet<usize> = FxHashSet::default();
        loop {
            let (fixes, expected) = self.fixes(findings, &barred);
            if fixes.files.is_empty() {
                return Ok(fixes);
            }
            let again = self.again(&fixes)?;
            let wrong = self.differing(&again, &expected);
            if wrong.is_empty() {
                return Ok(fixes);
            }
            let before = barred.len();
            barred.extend(wrong.into_iter().filter(|segment| expected.contains_key(segment)));
            if barred.len() == before {
                // A cure that changes how the rest is read, such as a guess at the encoding, is told by that only.
                barred.extend(expected.into_keys());
            }
        }
    }

    /// Opens the files again as the cures leave them.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub fn again(&self, fixes: &Fixes) -> Result<Self, Error> {
        let mut files = self.files().into_iter().enumerate().map(|(at, (name, old))| {
            let new = fixes.files.iter().find(|(of, _)| *of == at).map(|(_, bytes)| bytes.clone());
            (name.to_owned(), new.unwrap_or_else(|| old.to_vec()))
        });
        match (&self.what, files.next(), files.next()) {
            (What::Job(_, How::Lines(one, other)), Some(source), Some(target)) => Ok(Self::lines(
                (source.0, source.1, one.clone()),
                (target.0, target.1, other.clone()),
                self.options.clone(),
            )),
            (What::Job(_, How::Format(format)), Some((name, bytes)), _) => {
                Self::open(bytes, &name, Some(format), self.options.clone())
            }
            (What::Document(_), Some((name, bytes)), _) => {
                let prose = Prose::read(bytes, &name, &self.options)?;
                Ok(Self { what: What::Document(Box::new(prose)), options: self.options.clone() })
            }
            // A piece of work has a file, and lines have two.
            _ => Err(Error::Usage("there is no file to read".to_owned())),
        }
    }

    /// Makes the patch of a segment's text, and says which file it is of.
    fn patch(&self, segment: usize, range: Range<usize>, new: &str) -> Result<(usize, Patch), String> {
        match &self.what {
            What::Job(job, _) => job.patch(segment, range, new).map_err(|why| why.to_string()),
            What::Document(prose) => prose.patch(segment, range, new).map(|patch| (0, patch)),
        }
    }

    /// Makes the files anew, with what their changed segments should then be.
    fn fixes(&self, findings: &[Finding], barred: &FxHashSet<usize>) -> (Fixes, FxHashMap<usize, String>) {
        let spots = Spots::of(self);
        let mut fixes = Fixes::default();
        let mut patches: Vec<Vec<(Edit<'_>, Patch)>> = self.files().iter().map(|_| vec![]).collect();
        for (finding, of) in findings.iter().enumerate() {
            let (Some(fix), Some((start, end))) = (&of.fix, of.place.segment) else { continue };
            let Some(segment) = spots.find(self, &of.place) else {
                fixes.refused.push((finding, "nobody knows where in the file it stands".to_owned()));
                continue;
            };
            let edit = Edit { finding, segment, range: start as usize..end as usize, fix };
            if barred.contains(&edit.segment) {
                fixes.refused.push((finding, "the file would then be read in another way".to_owned()));
                continue;
            }
            match self.patch(edit.segment, edit.range.clone(), fix) {
                Ok((file, patch)) => patches[file].push((edit, patch)),
                Err(why) => fixes.refused.push((finding, why)),
            }
        }
        let mut edits: Vec<Edit<'_>> = vec![];
        for (file, of_file) in patches.into_iter().enumerate().filter(|(_, p)| !p.is_empty()) {
            let (of_edits, patches): (Vec<Edit<'_>>, Vec<Patch>) = of_file.into_iter().unzip();
            let made = match &self.what {
                What::Job(job, _) => job.patched(file, &patches),
                What::Document(prose) => Some(apply(&prose.bytes, &patches)),
            };
            let Some((bytes, put)) = made else {
                let why = "the archive that the file is in cannot be written anew";
                fixes.refused.extend(of_edits.into_iter().map(|edit| (edit.finding, why.to_owned())));
                continue;
            };
            let put: FxHashSet<usize> = put.into_iter().collect();
            for (at, edit) in of_edits.into_iter().enumerate() {
                match put.contains(&at) {
                    true => edits.push(edit),
                    false => fixes.waiting.push(edit.finding),
                }
            }
            fixes.files.push((file, bytes));
        }
        fixes.cured = edits.iter().map(|edit| edit.finding).collect();
        fixes.cured.sort_unstable();
        // From the last to the first, so that each still finds its place.
        edits.sort_by_key(|edit| (edit.segment, std::cmp::Reverse((edit.range.start, edit.range.end))));
        edits.dedup_by(|a, b| (a.segment, &a.range, a.fix) == (b.segment, &b.range, b.fix));
        let mut expected: FxHashMap<usize, String> = FxHashMap::default();
        for Edit { segment, range, fix, .. } in edits {
            let text = expected.entry(segment).or_insert_with(|| self.segment(segment).text.clone());
            text.replace_range(range, fix);
        }
        (fixes, expected)
    }

    /// Returns the segments of another reading that are not as they should be.
    fn differing(&self, again: &Self, expected: &FxHashMap<usize, String>) -> Vec<usize> {
        let (here, there) = (self.segments(), again.segments());
        let same = |segment: &usize| {
            let should = || expected.get(segment).unwrap_or(&self.segment(*segment).text);
            *segment < here.min(there) && again.segment(*segment).text == *should()
        };
        (0..here.max(there)).filter(|segment| !same(segment)).collect()
    }
}

/// Leads from the places of findings to segments.
struct Spots(Option<Cells>);

impl Spots {
    fn of(work: &Work) -> Self {
        Self(work.job().map(Cells::of))
    }

    fn find(&self, work: &Work, place: &Place) -> Option<usize> {
        match (&work.what, &self.0) {
            (What::Job(job, _), Some(cells)) => Some(cells.find(job, place)?.segment),
            // The unit of a block is its number.
            (What::Document(prose), _) => {
                let number: usize = place.unit.as_ref()?.parse().ok()?;
                number.checked_sub(1).filter(|at| *at < prose.segments.len())
            }
            _ => None,
        }
    }
}

impl Prose {
    fn read(bytes: Vec<u8>, name: &str, options: &JobOptions) -> Result<Self, Error> {
        let failed = |e: crate::document::Error| {
            Error::Read(PathBuf::from(name), format::ReadError::Source(Box::new(e)))
        };
        let read = document::Options { encoding: options.read.encoding.clone(), ..Default::default() };
        let mut document = document::read(&bytes, name, &read).map_err(failed)?;
        for finding in &mut document.findings {
            finding.place.file = Some(name.to_owned());
        }
        let main = options.target.clone().or_else(|| document.language.clone());
        let Some(main) = main else {
            let what = format!("nobody knows in which language {name} is");
            return Err(Error::Usage(what));
        };
        let mut langs: Vec<(LanguageTag, Vec<usize>)> = vec![];
        for (at, block) in document.blocks.iter().enumerate() {
            let lang = block.lang.as_ref().unwrap_or(&main);
            match langs.iter_mut().find(|(known, _)| known == lang) {
                Some((_, blocks)) => blocks.push(at),
                None => langs.push((lang.clone(), vec![at])),
            }
        }
        let segments = document.blocks.iter().map(|block| Segment::plain(&*block.text)).collect();
        Ok(Self { name: name.to_owned(), bytes, document, segments, langs })
    }

    /// A stretch that stands in the file as it is, letter by letter, can be replaced there.
    fn patch(&self, segment: usize, range: Range<usize>, new: &str) -> Result<Patch, String> {
        let block = &self.document.blocks[segment];
        let old = block.text.get(range.clone()).unwrap_or_default();
        let original = block.original(range).map(|r| r.start as usize..r.end as usize);
        let Some(original) = original else {
            return Err("files of this kind are not changed in place".to_owned());
        };
        if self.bytes.get(original.clone()) != Some(old.as_bytes()) {
            return Err("it is not written in the file letter by letter".to_owned());
        }
        if !new.is_ascii() && self.document.encoding.as_ref().is_some_and(|e| e.name != "UTF-8") {
            return Err("the file is not UTF-8; save it as UTF-8 first".to_owned());
        }
        Ok(Patch { range: original, bytes: new.into() })
    }
}

/// The blocks of a document that are in one language, as the checks see them.
struct Blocks<'p> {
    prose: &'p Prose,
    at: usize,
}

impl Rows for Blocks<'_> {
    fn len(&self) -> usize {
        self.prose.langs[self.at].1.len()
    }

    fn source(&self, _: usize) -> Option<&Segment> {
        None
    }

    fn target(&self, row: usize) -> &Segment {
        &self.prose.segments[self.prose.langs[self.at].1[row]]
    }

    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        (None, &self.prose.langs[self.at].0)
    }

    fn place(&self, row: usize, side: Side, range: Range<usize>) -> Place {
        let number = self.prose.langs[self.at].1[row];
        let block = &self.prose.document.blocks[number];
        let at = block.line_of(range.start);
        Place {
            file: Some(self.prose.name.clone()),
            line: Some(at.line),
            column: Some(at.column),
            unit: Some((number + 1).to_string()),
            side: Some(side),
            bytes: block.original(range.clone()).map(|bytes| (bytes.start, bytes.end)),
            segment: Some((range.start as u32, range.end as u32)),
        }
    }
}

/// A cure of a segment.
#[derive(Debug)]
struct Edit<'f> {
    /// The finding it cures, by its number.
    finding: usize,
    segment: usize,
    range: Range<usize>,
    fix: &'f str,
}

/// Finds out which format of pairs a file is in; `None` where it is a document.
pub(super) fn of_pairs(
    bytes: &[u8],
    path: &Path,
    options: &JobOptions,
) -> Result<Option<&'static Format>, Error> {
    let extension = path.extension().and_then(|x| x.to_str()).unwrap_or_default().to_ascii_lowercase();
    if matches!(&*extension, "md" | "markdown" | "mdown" | "mkd" | "html" | "htm" | "xhtml" | "docx") {
        return Ok(None);
    }
    // Bytes in memory can be read.
    let head = head(bytes, options.read.encoding.as_deref()).unwrap_or_default();
    let Some(found) = format::detect(&head, path) else { return Ok(None) };
    let sure = (found.sniff)(&head, path);
    let named = found.extensions.contains(&&*extension) || matches!(&*extension, "csv" | "tsv" | "tab");
    if found.job.is_some() && (sure >= SURE || named) {
        return Ok(Some(found));
    }
    // Many a text could be a table of one column.
    if sure < SURE && matches!(&*extension, "txt" | "text" | "") {
        return Ok(None);
    }
    let what = format!("{} holds no segments with their translations: it is {}", path.display(), found.name);
    Err(Error::NoFormat(what))
}

/// How sure one must be that a text is a table.
const SURE: u8 = 50;

/// The rows of a job that are in the same two languages, as the checks see them.
struct PairRows<'j> {
    job: &'j Job,
    pair: usize,
}

impl Rows for PairRows<'_> {
    fn len(&self) -> usize {
        self.job.pairs()[self.pair].len()
    }

    fn source(&self, row: usize) -> Option<&Segment> {
        Some(self.job.source(self.pair, row))
    }

    fn target(&self, row: usize) -> &Segment {
        self.job.target(self.pair, row)
    }

    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        let pair = &self.job.pairs()[self.pair];
        (Some(&pair.source), &pair.target)
    }

    fn place(&self, row: usize, side: Side, range: Range<usize>) -> Place {
        self.job.place(self.pair, row, side, range)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::format::ReadOptions;

    fn options() -> JobOptions {
        let lang = |tag: &str| tag.parse().ok();
        JobOptions { source: lang("en"), target: lang("fr"), read: ReadOptions::default() }
    }

    fn wide(text: &str) -> Vec<u8> {
        format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// The same rows in every kind of file.
    fn files(rows: &[(String, String)]) -> Vec<(&'static str, Vec<u8>)> {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('é', "&#xE9;");
        let mut csv = "id,en,fr\r\n".to_owned();
        let mut tsv = "id\ten\tfr\n".to_owned();
        let mut tmx =
            "<?xml version=\"1.0\"?>\r\n<tmx version=\"1.4\"><header srclang=\"en\"/><body>\r\n".to_owned();
        let (mut source, mut target) = (String::new(), String::new());
        for (at, (en, fr)) in rows.iter().enumerate() {
            csv.push_str(&format!("{at},{},{}\r\n", quoted(en), quoted(fr)));
            tsv.push_str(&format!("{at}\t{en}\t{fr}\n"));
            let (xml_en, xml_fr) = (escaped(en), escaped(fr));
            tmx.push_str(&format!(
                "<tu tuid=\"{at}\"><tuv xml:lang=\"en\"><seg>{xml_en}</seg></tuv><tuv xml:lang=\"fr\">\
                 <seg><ph>&lt;b/></ph>{xml_fr}</seg></tuv></tu>\r\n"
            ));
            source.push_str(&format!("{en}\r\n"));
            target.push_str(&format!("{fr}\r\n"));
        }
        tmx.push_str("</body></tmx>\r\n");
        vec![
            ("a.csv", csv.clone().into()),
            ("b.csv", format!("\u{FEFF}{csv}").into()),
            ("c.csv", wide(&csv)),
            ("d.tsv", tsv.into()),
            ("e.tmx", tmx.clone().into()),
            ("f.tmx", wide(&tmx)),
            ("g.fr.txt", target.clone().into()),
            ("h.fr.txt", format!("{source}|||{target}").into()),
        ]
    }

    fn open(name: &str, bytes: Vec<u8>) -> Work {
        match (name, String::from_utf8(bytes)) {
            ("h.fr.txt", Ok(both)) => {
                let (source, target) = both.split_once("|||").unwrap();
                let lang = |tag: &str| tag.parse().unwrap();
                Work::lines(
                    ("h.en.txt".into(), source.into(), lang("en")),
                    (name.into(), target.into(), lang("fr")),
                    options(),
                )
            }
            (_, Ok(text)) => Work::open(text.into(), name, None, options()).unwrap(),
            (_, Err(e)) => Work::open(e.into_bytes(), name, None, options()).unwrap(),
        }
    }

    #[test]
    fn a_cure_alone_removes_its_finding_adds_none_and_changes_no_other_byte() {
        let mut rows: Vec<(String, String)> = vec![
            ("All of of us, \"here\" & there.".into(), "Nous tous \"ici\" & là là, à à tous.".into()),
            ("One < two, éé.".into(), "Un un < deux, et et fin fin.".into()),
        ];
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/bitext/judged/en-fr.tsv");
        let text = fs::read_to_string(top).unwrap();
        let cells = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
        rows.extend(cells.map(|c| (c[1].to_owned(), c[2].to_owned())));
        // Leading marks are text in some tables and syntax in others; cells of one stay equal in all without them.
        rows.retain(|(en, fr)| {
            !en.is_empty() && !fr.is_empty() && !en.starts_with('"') && !fr.starts_with('"')
        });
        let (terms, all) = (Terms::default(), Options::default());
        for (name, bytes) in files(&rows) {
            let work = open(name, bytes);
            let before = work.check(&terms, &all);
            let curable: Vec<usize> = (0..before.len()).filter(|at| before[*at].fix.is_some()).collect();
            assert!(curable.len() >= 3, "{name}: {before:?}");
            for at in curable {
                let finding = &before[at];
                let fixes = work.fix(std::slice::from_ref(finding)).unwrap();
                assert_eq!((fixes.cured.len(), &fixes.refused), (1, &vec![]), "{name}: {finding:?}");
                let (file, new) = &fixes.files[0];
                let old = work.files()[*file].1;
                let (start, end) = finding.place.bytes.unwrap();
                assert!(new.starts_with(&old[..start as usize]), "{name}: {finding:?}");
                assert!(new.ends_with(&old[end as usize..]), "{name}: {finding:?}");
                let after = work.again(&fixes).unwrap().check(&terms, &all);
                // What kept silent because of it may speak now.
                let silenced = |f: &&Finding| {
                    let mut abouts = check::CHECKS.iter().map(|c| c.about());
                    abouts.any(|a| a.code == f.check && a.yields_to.contains(&&*finding.check))
                };
                let of = |all: &[Finding]| {
                    let mut found: Vec<_> = all
                        .iter()
                        .filter(|f| !silenced(f))
                        .map(|f| (f.check.clone(), f.place.unit.clone(), f.surface.clone()))
                        .collect();
                    found.sort();
                    found
                };
                let mut expected = of(&before);
                let gone = (finding.check.clone(), finding.place.unit.clone(), finding.surface.clone());
                expected.remove(expected.iter().position(|f| *f == gone).unwrap());
                assert_eq!(of(&after), expected, "{name}: {finding:?}");
            }
            let fixes = work.fix(&before).unwrap();
            let left = work.again(&fixes).unwrap().check(&terms, &all);
            let known = |f: &&Finding| before.iter().any(|b| b.check == f.check && b.surface == f.surface);
            let curable = left.iter().filter(|f| f.fix.is_some()).filter(known).count();
            assert_eq!(curable, fixes.waiting.len() + fixes.refused.len(), "{name}");
        }
    }

    #[test]
    fn what_is_a_table_a_memory_and_a_text_is_found_out() {
        let rows = [("One is here.".to_owned(), "Un est ici.".to_owned())];
        for (name, bytes) in files(&rows) {
            let work = open(name, bytes);
            assert_eq!(work.job().is_none(), name == "g.fr.txt", "{name}");
            assert_eq!(work.len(), 1, "{name}");
        }
        let refused =
            Work::open(b"concept,lang,term\na,en,b\n".to_vec(), "t.csv", None, options()).unwrap_err();
        assert!(refused.to_string().contains("terms-csv"), "{refused}");
    }
}
