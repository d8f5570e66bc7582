//! Pretranslation at the desk: the empty targets of a file, filled from the memory.

use std::collections::hash_map::Entry;
use std::num::NonZeroUsize;

use rustc_hash::{FxHashMap, FxHashSet};

use super::recode::recoded;
use super::{Base, Error, Fixes, Work};
use crate::find::leverage::{Match, Options, Provenance, Query};
use crate::format::Job;
use crate::format::job::{Filling, Mark};
use crate::model::{LanguageTag, Place, Segment, Side};

/// How a file is filled.
#[derive(Debug, Clone)]
pub struct Pretranslating {
    /// How the memory is asked; the languages are those of the file.
    pub matching: Options,
    /// Who fills it and when, RFC 3339 in UTC, to be marked in the file; nothing is marked without.
    pub mark: Option<(String, String)>,
    /// How many threads may work.
    pub threads: NonZeroUsize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Pretranslated {
    /// The file as it is then; nothing where nothing is filled.
    pub bytes: Option<Vec<u8>>,
    /// The rows that are filled, those of a pair of languages in the order of the file.
    pub rows: Vec<Pretranslation>,
    /// The rows that stay empty although the memory has something.
    pub left: Vec<LeftEmpty>,
    /// How many targets were empty.
    pub empty: usize,
    /// How many rows had a target before.
    pub translated: usize,
    /// How many rows are without a target and stay so because the file says that they are locked or approved.
    pub held: usize,
    /// Why nothing is marked, if it should be and the file has no place for it.
    pub unmarked: Option<&'static str>,
}

/// A row that is filled.
#[derive(Debug, Clone)]
pub struct Pretranslation {
    /// Where its source stands.
    pub place: Place,
    /// The languages of source and target.
    pub langs: (LanguageTag, LanguageTag),
    /// Its source.
    pub source: String,
    /// Its target, as it is written.
    pub target: Segment,
    /// What the memory proposed.
    pub found: Match,
    /// How many other translations are as good.
    pub others: usize,
}

/// A row that stays empty although the memory has something.
#[derive(Debug, Clone)]
pub struct LeftEmpty {
    /// Where its source stands.
    pub place: Place,
    /// How good the best match is.
    pub score: u8,
    /// Why it is not written, a clause.
    pub why: String,
}

/// What stands in the file where no better name is known.
const NAMELESS: &str = "memory";

impl Base {
    /// Fills the empty targets of a bilingual file with the best match of each. A target with a text is never touched;
    /// the file that comes of it has been read again, and says what the old one says and what was filled in.
    ///
    /// `progress` is told how many more bytes of source are done.
    ///
    /// # Errors
    ///
    /// The base cannot be read, or the file is of a kind that is not filled.
    pub fn pretranslate(
        &self,
        work: &Work,
        how: &Pretranslating,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Pretranslated, Error> {
        let Some(job) = work.job().filter(|job| job.can_be_filled()) else {
            let name = work.files().first().map_or("", |(name, _)| name).to_owned();
            return Err(Error::Usage(format!("{name} is no file whose empty targets can be filled")));
        };
        let mut done = Pretranslated::default();
        let mut fillings: Vec<Filling> = vec![];
        for pair in 0..job.pairs().len() {
            let mut vacant = vec![];
            for row in 0..job.pairs()[pair].len() {
                match () {
                    () if job.is_vacant(pair, row) => vacant.push(row),
                    () if !job.target(pair, row).text.trim().is_empty() => done.translated += 1,
                    () if job.is_held(pair, row) => done.held += 1,
                    () => {}
                }
            }
            done.empty += vacant.len();
            let choices = self.choices(job, pair, &vacant, how, progress)?;
            for (row, choice) in vacant.into_iter().zip(choices) {
                let place = place_of(job, pair, row);
                match choice {
                    Choice::Nothing => {}
                    Choice::Unfit(score, why) => {
                        done.left.push(LeftEmpty { place, score, why: why.to_owned() });
                    }
                    Choice::Fit(found, target, others) => {
                        let mark = how.mark.as_ref().map(|(who, when)| Mark {
                            origin: origin(&found),
                            score: found.score,
                            who: who.clone(),
                            when: when.clone(),
                        });
                        let langs = (job.pairs()[pair].source.clone(), job.pairs()[pair].target.clone());
                        let source = job.source(pair, row).text.clone();
                        fillings.push(Filling { pair, row, segment: target.clone(), mark });
                        done.rows.push(Pretranslation {
                            place,
                            langs,
                            source,
                            target,
                            found: *found,
                            others,
                        });
                    }
                }
            }
        }
        let written = written(work, job, &mut fillings)?;
        let refused: FxHashMap<usize, String> = written.refused.into_iter().collect();
        let mut rows = vec![];
        for (number, row) in std::mem::take(&mut done.rows).into_iter().enumerate() {
            match refused.get(&number) {
                None => rows.push(row),
                Some(why) => {
                    let (place, score) = (row.place, row.found.score);
                    done.left.push(LeftEmpty { place, score, why: why.clone() });
                }
            }
        }
        done.left.sort_by_key(|left| (left.place.line, left.place.bytes));
        Ok(Pretranslated { rows, bytes: written.bytes, unmarked: written.unmarked, ..done })
    }

    /// Asks the memory for the sources of some rows, and chooses. Equal sources are asked once; only where a source is
    /// known as it is are they asked again, with what stands around each.
    fn choices(
        &self,
        job: &Job,
        pair: usize,
        rows: &[usize],
        how: &Pretranslating,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<Choice>, Error> {
        let langs = &job.pairs()[pair];
        let mut options = how.matching.clone();
        (options.from, options.to) = (langs.source.clone(), Some(langs.target.clone()));
        options.limit = options.limit.max(CHOICE);
        let min = options.min;
        // Neighbours and id may add a point each.
        options.min = min.saturating_sub(2);
        let plain = |row: usize| Query { segment: job.source(pair, row).clone(), ..Query::default() };
        let distinct = Distinct::of(rows.iter().map(|row| plain(*row)));
        let weights = distinct.weights();
        // Of each source what was chosen, and whether it is known as it is. Chosen at once: all matches of a large
        // file would fill the memory.
        let mut chosen: Vec<(Choice, bool)> = vec![];
        self.match_each(distinct.queries, &options, how.threads, |query, mut matches| {
            progress(weights[chosen.len()]);
            let exact = matches.iter().any(|found| found.arithmetic.points == 100);
            matches.retain(|found| found.score >= min);
            chosen.push((choice(&query.segment, &matches), exact));
            Ok::<(), Error>(())
        })?;
        options.min = min;
        let with_context = |row: usize| {
            let text = |row: usize| (row < langs.len()).then(|| job.source(pair, row).text.clone());
            Query {
                id: job.unit(pair, row).filter(|id| !only_counts(id)).map(str::to_owned),
                before: row.checked_sub(1).and_then(text),
                after: text(row + 1),
                ..plain(row)
            }
        };
        let again: Vec<usize> = (0..rows.len()).filter(|at| chosen[distinct.of[*at]].1).collect();
        let exact = Distinct::of(again.iter().map(|at| with_context(rows[*at])));
        let mut better: Vec<Choice> = vec![];
        self.match_each(exact.queries, &options, how.threads, |query, matches| {
            better.push(choice(&query.segment, &matches));
            Ok::<(), Error>(())
        })?;
        let mut choices: Vec<Choice> = distinct.of.iter().map(|at| chosen[*at].0.clone()).collect();
        for (at, of) in again.into_iter().zip(exact.of) {
            choices[at] = better[of].clone();
        }
        Ok(choices)
    }
}

/// What the memory has for a source.
#[derive(Debug, Clone)]
enum Choice {
    /// Nothing.
    Nothing,
    /// Something that cannot be written: its score, and why.
    Unfit(u8, &'static str),
    /// A match, its target for this source, and how many other translations are as good.
    Fit(Box<Match>, Segment, usize),
}

/// How many matches are looked at for one that can be written.
const CHOICE: usize = 10;

/// Queries, each once.
struct Distinct {
    queries: Vec<Query>,
    /// Which of them each of the queries was.
    of: Vec<usize>,
}

impl Distinct {
    fn of(queries: impl Iterator<Item = Query>) -> Self {
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        let mut distinct = Self { queries: vec![], of: vec![] };
        for query in queries {
            let next = distinct.queries.len();
            // Codes and context have no hash of their own.
            let at = match known.entry(format!("{query:?}")) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    distinct.queries.push(query);
                    *new.insert(next)
                }
            };
            distinct.of.push(at);
        }
        distinct
    }

    /// How many bytes of source an answer to each of them settles.
    fn weights(&self) -> Vec<u64> {
        let mut weights = vec![0; self.queries.len()];
        for at in &self.of {
            weights[*at] += self.queries[*at].segment.text.len() as u64;
        }
        weights
    }
}

fn place_of(job: &Job, pair: usize, row: usize) -> Place {
    job.place(pair, row, Side::Source, 0..job.source(pair, row).text.len())
}

/// Tells whether an id only numbers the rows of its file: a `12` is in every file, and no context.
pub(super) fn only_counts(id: &str) -> bool {
    id.len() <= 6 && id.bytes().all(|b| b.is_ascii_digit())
}

/// Says where a match comes from: its memory, and the file that it came to it from.
fn origin(found: &Match) -> String {
    let of = found.provenances.first();
    let memory = of.map(|of| &*of.memory).filter(|memory| !memory.is_empty()).unwrap_or(NAMELESS);
    match of.map(|of| &*of.file).filter(|file| !file.is_empty() && *file != memory) {
        Some(file) => format!("{memory} ({file})"),
        None => memory.to_owned(),
    }
}

/// Chooses among matches, best first, the first that can be written; of several as good, the one that was changed last.
fn choice(source: &Segment, matches: &[Match]) -> Choice {
    let Some(best) = matches.first() else { return Choice::Nothing };
    let mut why = "its translation is empty";
    let mut rest = matches;
    while let Some(first) = rest.first() {
        let rank = |of: &Match| (of.score, of.priority, of.distance);
        let (equal, behind) = rest.split_at(rest.iter().take_while(|of| rank(of) == rank(first)).count());
        let mut fitting: Vec<(&Match, Segment)> = vec![];
        for found in equal.iter().filter(|found| !found.target.text.trim().is_empty()) {
            match recoded(source, &found.source, &found.target) {
                Ok(target) => fitting.push((found, target)),
                Err(reason) => why = reason,
            }
        }
        let texts: FxHashSet<String> = fitting.iter().map(|(_, target)| target.text.clone()).collect();
        // The first of the newest; where no date is known, the first.
        let newest = fitting.into_iter().rev().max_by_key(|(found, _)| changed(found));
        if let Some((found, target)) = newest {
            let mut found = found.clone();
            found.provenances.truncate(1);
            return Choice::Fit(Box::new(found), target, texts.len() - 1);
        }
        rest = behind;
    }
    Choice::Unfit(best.score, why)
}

/// When a match was changed last, in a form that can be compared: the digits of the date, of which TMX and others
/// write the greatest unit first.
fn changed(found: &Match) -> Option<String> {
    let date = |of: &Provenance| {
        let mut digits: String = of.date.as_ref()?.chars().filter(char::is_ascii_digit).take(14).collect();
        digits.extend(std::iter::repeat_n('0', 14 - digits.len()));
        Some(digits)
    };
    found.provenances.iter().filter_map(date).max()
}

/// What became of fillings.
#[derive(Default)]
struct Written {
    bytes: Option<Vec<u8>>,
    refused: Vec<(usize, String)>,
    unmarked: Option<&'static str>,
}

const ANOTHER_WAY: &str = "the file would then be read in another way";

/// Writes fillings and reads what came of it; what would not be read as it is meant is left out.
fn written(work: &Work, job: &Job, fillings: &mut [Filling]) -> Result<Written, Error> {
    let mut barred: FxHashSet<usize> = FxHashSet::default();
    let mut unmarked = None;
    loop {
        let numbers: Vec<usize> = (0..fillings.len()).filter(|at| !barred.contains(at)).collect();
        let wanted: Vec<Filling> = numbers.iter().map(|at| fillings[*at].clone()).collect();
        let filled = job.fill(&wanted);
        let mut out: FxHashSet<usize> = FxHashSet::default();
        let mut refused: Vec<(usize, String)> =
            barred.iter().map(|at| (*at, ANOTHER_WAY.to_owned())).collect();
        for (at, why) in &filled.refused {
            out.insert(*at);
            refused.push((numbers[*at], why.to_string()));
        }
        unmarked = unmarked.or(filled.unmarked);
        if filled.patches.is_empty() {
            return Ok(Written { bytes: None, refused, unmarked });
        }
        let Some((bytes, put)) = job.patched(0, &filled.patches) else {
            let why = "the archive that the file is in cannot be written anew".to_owned();
            let all = (0..fillings.len()).map(|at| (at, why.clone())).collect();
            return Ok(Written { bytes: None, refused: all, unmarked });
        };
        let fixes = Fixes { files: vec![(0, bytes)], ..Fixes::default() };
        let again = work.again(&fixes);
        let put_whole = put.len() == filled.patches.len();
        let expected: FxHashMap<(usize, usize), (usize, &Segment)> = (0..wanted.len())
            .filter(|at| !out.contains(at))
            .map(|at| ((wanted[at].pair, wanted[at].row), (numbers[at], &wanted[at].segment)))
            .collect();
        let wrong = match again.as_ref().ok().and_then(Work::job).filter(|_| put_whole) {
            Some(again) => differing(job, again, &expected),
            None => Some(vec![]),
        };
        let Some(wrong) = wrong else {
            let bytes = fixes.files.into_iter().next().map(|(_, bytes)| bytes);
            return Ok(Written { bytes, refused, unmarked });
        };
        if !wrong.is_empty() {
            barred.extend(wrong);
        } else if fillings.iter().any(|filling| filling.mark.is_some()) {
            // What goes wrong everywhere may be the columns or properties that hold the marks.
            fillings.iter_mut().for_each(|filling| filling.mark = None);
            unmarked = Some(ANOTHER_WAY);
        } else {
            barred.extend(expected.into_values().map(|(number, _)| number));
        }
    }
}

/// Returns the fillings that are not read as they are meant; `None` where everything is as it should be, and none of
/// them where something else is not.
fn differing(
    job: &Job,
    again: &Job,
    expected: &FxHashMap<(usize, usize), (usize, &Segment)>,
) -> Option<Vec<usize>> {
    let mut wrong = vec![];
    let mut otherwise = job.pairs().len() != again.pairs().len();
    for (at, pair) in job.pairs().iter().enumerate() {
        let same =
            |other: &&crate::format::job::Pair| other.source == pair.source && other.target == pair.target;
        let there = again.pairs().iter().position(|other| same(&other));
        let Some(there) = there.filter(|there| again.pairs()[*there].len() == pair.len()) else {
            otherwise = true;
            continue;
        };
        for row in 0..pair.len() {
            let filled = expected.get(&(at, row));
            let target = filled.map_or_else(|| job.target(at, row), |(_, segment)| segment);
            let is_same = job.unit(at, row) == again.unit(there, row)
                && job.source(at, row) == again.source(there, row)
                && target == again.target(there, row);
            match filled {
                _ if is_same => {}
                Some((number, _)) => wrong.push(*number),
                None => otherwise = true,
            }
        }
    }
    (otherwise || !wrong.is_empty()).then_some(wrong)
}
