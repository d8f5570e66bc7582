//! Judging at the desk: files held against the terms of a base, and the cures that are safe.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Base, Error};
use crate::bytes::{Patch, apply, head};
use crate::check::{self, Options, Rows};
use crate::find::terms::Terms;
use crate::format::job::{Cells, lines};
use crate::format::{self, Format, Job, JobOptions};
use crate::model::{Finding, LanguageTag, Place, Segment, Side};
use crate::store::Query;

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

/// A piece of work that is to be judged: a bilingual file, or two texts line by line.
#[derive(Debug)]
pub struct Work {
    job: Job,
    how: How,
    options: JobOptions,
}

/// How a piece of work was opened, so that it can be opened again when it was changed.
#[derive(Debug, Clone)]
enum How {
    Format(&'static Format),
    Lines(LanguageTag, LanguageTag),
}

/// What the safe cures make of a piece of work.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files that change: their number in [`Job::files`], and what they are then.
    pub files: Vec<(usize, Vec<u8>)>,
    /// The findings that are cured, by their number.
    pub cured: Vec<usize>,
    /// The findings whose cure waits for the next time, because another one is too near.
    pub waiting: Vec<usize>,
    /// The findings whose cure cannot be written into the file, and why.
    pub refused: Vec<(usize, String)>,
}

impl Work {
    /// Opens a bilingual file; its format is found out unless it is given.
    ///
    /// # Errors
    ///
    /// Nobody knows the format, it holds no pairs of segments, or the file cannot be read as it.
    pub fn open(
        bytes: Vec<u8>,
        name: &str,
        from: Option<&'static Format>,
        options: JobOptions,
    ) -> Result<Self, Error> {
        let path = Path::new(name);
        let format = match from {
            Some(format) => format,
            None => of_pairs(&bytes, path, &options)?,
        };
        let job =
            Job::open(format, bytes, name, &options).map_err(|e| Error::Read(PathBuf::from(name), e))?;
        Ok(Self { job, how: How::Format(format), options })
    }

    /// Pairs two plain texts line by line.
    pub fn lines(
        source: (String, Vec<u8>, LanguageTag),
        target: (String, Vec<u8>, LanguageTag),
        options: JobOptions,
    ) -> Self {
        let how = How::Lines(source.2.clone(), target.2.clone());
        let job = lines(source, target, options.read.encoding.as_deref());
        Self { job, how, options }
    }

    /// Returns the rows.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Returns how many rows there are.
    pub fn len(&self) -> usize {
        self.job.pairs().iter().map(|pair| pair.len()).sum()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns what the checks find, after what was odd about the file itself.
    pub fn check(&self, terms: &Terms, options: &Options) -> Vec<Finding> {
        self.check_by_row(terms, options).into_iter().map(|(_, finding)| finding).collect()
    }

    /// Returns the same, each finding with its row: the pair of languages by its place in [`Job::pairs`], and the row of that
    /// pair. What is odd about the file is in none.
    pub fn check_by_row(&self, terms: &Terms, options: &Options) -> Vec<(Option<(usize, usize)>, Finding)> {
        let asked = |code: &str| {
            let named = |list: &[String]| list.iter().any(|name| name == code);
            (options.only.is_empty() || named(&options.only)) && !named(&options.skip)
        };
        let mut odd: Vec<Finding> = self.job.findings.iter().filter(|f| asked(&f.check)).cloned().collect();
        for finding in &mut odd {
            if let Some(severity) = options.severities.get(&finding.check) {
                finding.severity = *severity;
            }
        }
        check::fingerprint(&mut odd);
        let mut findings: Vec<_> = odd.into_iter().map(|finding| (None, finding)).collect();
        for pair in 0..self.job.pairs().len() {
            let found = check::run_by_row(&PairRows { job: &self.job, pair }, terms, options);
            findings.extend(found.into_iter().map(|(row, finding)| (Some((pair, row as usize)), finding)));
        }
        findings
    }

    /// Returns for each finding the patch that its cure is, as far as it has one that can be written into the file, and
    /// which of the files it is of.
    pub fn patches(&self, findings: &[Finding]) -> Vec<Option<(usize, Patch)>> {
        let cells = Cells::of(&self.job);
        let patch = |finding: &Finding| {
            let (fix, (start, end)) = (finding.fix.as_ref()?, finding.place.segment?);
            let spot = cells.find(&self.job, &finding.place)?;
            self.job.patch(spot.segment, start as usize..end as usize, fix).ok()
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
            let wrong = self.differing(&again.job, &expected);
            if wrong.is_empty() {
                return Ok(fixes);
            }
            let before = barred.len();
            barred.extend(wrong.into_iter().filter(|segment| expected.contains_key(segment)));
            if barred.len() == before {
                let what = "the cures would change more than they should, so nothing was written";
                return Err(Error::Usage(what.to_owned()));
            }
        }
    }

    /// Opens the files again as the cures leave them.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub fn again(&self, fixes: &Fixes) -> Result<Self, Error> {
        let mut files = self.job.files().iter().enumerate().map(|(at, (name, file))| {
            let new = fixes.files.iter().find(|(of, _)| *of == at).map(|(_, bytes)| bytes.clone());
            (name.clone(), new.unwrap_or_else(|| file.bytes().to_vec()))
        });
        match (&self.how, files.next(), files.next()) {
            (How::Lines(one, other), Some(source), Some(target)) => Ok(Self::lines(
                (source.0, source.1, one.clone()),
                (target.0, target.1, other.clone()),
                self.options.clone(),
            )),
            (How::Format(format), Some((name, bytes)), _) => {
                Self::open(bytes, &name, Some(format), self.options.clone())
            }
            // A job has a file, and lines have two.
            _ => Err(Error::Usage("there is no file to read".to_owned())),
        }
    }

    /// Makes the files anew, with what their changed segments should then be.
    fn fixes(&self, findings: &[Finding], barred: &FxHashSet<usize>) -> (Fixes, FxHashMap<usize, String>) {
        let cells = Cells::of(&self.job);
        let mut fixes = Fixes::default();
        let mut patches: Vec<Vec<(Edit<'_>, Patch)>> = self.job.files().iter().map(|_| vec![]).collect();
        for (finding, of) in findings.iter().enumerate() {
            let (Some(fix), Some((start, end))) = (&of.fix, of.place.segment) else { continue };
            let Some(spot) = cells.find(&self.job, &of.place) else {
                fixes.refused.push((finding, "nobody knows where in the file it stands".to_owned()));
                continue;
            };
            let edit = Edit { finding, segment: spot.segment, range: start as usize..end as usize, fix };
            if barred.contains(&edit.segment) {
                fixes.refused.push((finding, "the file would then be read in another way".to_owned()));
                continue;
            }
            match self.job.patch(edit.segment, edit.range.clone(), fix) {
                Ok((file, patch)) => patches[file].push((edit, patch)),
                Err(why) => fixes.refused.push((finding, why.to_string())),
            }
        }
        let mut edits: Vec<Edit<'_>> = vec![];
        for (file, of_file) in patches.into_iter().enumerate().filter(|(_, p)| !p.is_empty()) {
            let (of_edits, patches): (Vec<Edit<'_>>, Vec<Patch>) = of_file.into_iter().unzip();
            let (bytes, put) = apply(self.job.files()[file].1.bytes(), &patches);
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
            let text = expected.entry(segment).or_insert_with(|| self.job.segment(segment).text.clone());
            text.replace_range(range, fix);
        }
        (fixes, expected)
    }

    /// Returns the segments of another reading that are not as they should be.
    fn differing(&self, again: &Job, expected: &FxHashMap<usize, String>) -> Vec<usize> {
        let there = again.segments();
        let same = |segment: &usize| {
            let should = expected.get(segment).unwrap_or(&self.job.segment(*segment).text);
            *segment < there && again.segment(*segment).text == *should
        };
        (0..self.job.segments().max(there))
            .filter(|segment| *segment >= self.job.segments() || !same(segment))
            .collect()
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

/// Finds out which format of pairs a file is in.
fn of_pairs(bytes: &[u8], path: &Path, options: &JobOptions) -> Result<&'static Format, Error> {
    // Bytes in memory can be read.
    let head = head(bytes, options.read.encoding.as_deref()).unwrap_or_default();
    let Some(found) = format::detect(&head, path) else {
        return Err(Error::NoFormat(format!("the format of {} is not known", path.display())));
    };
    if found.job.is_some() {
        return Ok(found);
    }
    let what = format!("{} holds no segments with their translations: it is {}", path.display(), found.name);
    Err(Error::NoFormat(what))
}

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
