//! The analysis of a job: how much of it the memory knows, how much repeats itself, and how much is new.

use std::num::NonZeroUsize;
use std::ops::AddAssign;
use std::sync::Arc;
use std::thread::available_parallelism;

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::{Base, Error, Work};
use crate::find::leverage::{Options, Query, Settings};
use crate::find::repeats::{identity, nearest_earlier};
use crate::model::{Date, LanguageTag, Segment};
use crate::text::segmentation::Segmentation;
use crate::text::{Count, count};

/// How a segment counts. Each counts once, in the first of these that fits: a number alone; what the memory has
/// entirely; what stood before in the same job; the nearest that the memory has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Band {
    /// Equal to an earlier segment of the job, and not in the memory.
    #[serde(rename = "repetitions")]
    Repetitions,
    /// In the memory, and what stands around it or its id too: 101 and 102.
    #[serde(rename = "context")]
    Context,
    /// In the memory.
    #[serde(rename = "100")]
    Exact,
    /// 95 to 99.
    #[serde(rename = "95-99")]
    From95,
    /// 85 to 94.
    #[serde(rename = "85-94")]
    From85,
    /// 75 to 84.
    #[serde(rename = "75-84")]
    From75,
    /// 50 to 74.
    #[serde(rename = "50-74")]
    From50,
    /// Nothing that would help.
    #[serde(rename = "none")]
    None,
    /// Figures and signs without a letter: nothing to translate.
    #[serde(rename = "no-letters")]
    NoLetters,
}

impl Band {
    /// Every band, in the order in which the table has them.
    pub const ALL: [Self; 9] = [
        Self::Repetitions,
        Self::Context,
        Self::Exact,
        Self::From95,
        Self::From85,
        Self::From75,
        Self::From50,
        Self::None,
        Self::NoLetters,
    ];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Repetitions => "repetitions",
            Self::Context => "context",
            Self::Exact => "100",
            Self::From95 => "95-99",
            Self::From85 => "85-94",
            Self::From75 => "75-84",
            Self::From50 => "50-74",
            Self::None => "none",
            Self::NoLetters => "no-letters",
        }
    }

    fn of_score(score: u8) -> Self {
        match score {
            101.. => Self::Context,
            100 => Self::Exact,
            95.. => Self::From95,
            85.. => Self::From85,
            75.. => Self::From75,
            50.. => Self::From50,
            _ => Self::None,
        }
    }
}

/// The least score that counts.
const LEAST: u8 = 50;

/// How much there is of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Amount {
    /// Segments.
    pub segments: u64,
    /// Their words and characters.
    #[serde(flatten)]
    pub count: Count,
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.segments += other.segments;
        self.count += other.count;
    }
}

/// The analysis of a file, or of all files together, in one pair of languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// The file; `None` where it is the sum of several.
    pub file: Option<String>,
    /// The language of the sources.
    pub source: LanguageTag,
    /// The language to translate to, if it is settled.
    pub target: Option<LanguageTag>,
    bands: [Amount; Band::ALL.len()],
    internal: [Amount; Band::ALL.len()],
}

impl Analysis {
    fn new(file: Option<String>, source: LanguageTag, target: Option<LanguageTag>) -> Self {
        let (bands, internal) = Default::default();
        Self { file, source, target, bands, internal }
    }

    /// Returns how much is in a band.
    pub fn of(&self, band: Band) -> Amount {
        self.bands[band as usize]
    }

    /// Returns how much of it is there only because of an earlier segment of the job that is not quite equal.
    pub fn internal(&self, band: Band) -> Amount {
        self.internal[band as usize]
    }

    /// Returns the sum of all bands.
    pub fn total(&self) -> Amount {
        let mut total = Amount::default();
        self.bands.iter().for_each(|amount| total += *amount);
        total
    }

    fn add(&mut self, band: Band, internal: bool, amount: Amount) {
        self.bands[band as usize] += amount;
        if internal {
            self.internal[band as usize] += amount;
        }
    }
}

/// What to analyse for.
#[derive(Debug, Clone, Default)]
pub struct AnalyseOptions {
    /// The language to translate to, where the files do not say.
    pub to: Option<LanguageTag>,
    /// Only these memories; empty means all.
    pub memories: Vec<String>,
    /// Whether what resembles an earlier segment of the job counts as if that were in the memory.
    pub internal: bool,
    /// What the project says of its memories.
    pub settings: Settings,
    /// Today, against which the age of a unit is held.
    pub now: Option<Date>,
    /// The rules by which documents are cut into segments, where the project brings some.
    pub segmentation: Option<Arc<Segmentation>>,
}

/// A segment to be translated.
#[derive(Debug, Clone)]
pub(super) struct ToTranslate {
    pub segment: Segment,
    pub id: Option<String>,
}

/// The segments of a file that are in one pair of languages.
#[derive(Debug)]
pub(super) struct Sources {
    pub source: LanguageTag,
    pub target: Option<LanguageTag>,
    pub segments: Vec<ToTranslate>,
}

impl Base {
    /// Says how much work a job is: for each file and pair of languages, and where there are several files for all of
    /// them together, in the order in which they come.
    ///
    /// # Errors
    ///
    /// The base cannot be read.
    pub fn analyse(
        &self,
        works: &[(String, Work)],
        options: &AnalyseOptions,
    ) -> Result<Vec<Analysis>, Error> {
        let mut pairs: Vec<(LanguageTag, Option<LanguageTag>)> = vec![];
        let mut files: Vec<Vec<Sources>> = vec![];
        for (_, work) in works {
            let mut sources = work.sources(options.segmentation.as_deref());
            for one in &mut sources {
                one.target = one.target.take().or_else(|| options.to.clone());
                let pair = (one.source.clone(), one.target.clone());
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
            files.push(sources);
        }
        let mut analyses = vec![];
        for (source, target) in pairs {
            let is_of_pair = |one: &&Sources| one.source == source && one.target == target;
            let of_pair: Vec<(&str, Vec<&ToTranslate>)> = works
                .iter()
                .zip(&files)
                .map(|((name, _), sources)| {
                    let segments = sources.iter().filter(is_of_pair).flat_map(|one| &one.segments);
                    // What has nothing in it is no segment to anybody.
                    (name.as_str(), segments.filter(|s| !is_empty(s)).collect::<Vec<_>>())
                })
                .filter(|(_, segments)| !segments.is_empty())
                .collect();
            analyses.extend(self.analyse_pair(&source, target.as_ref(), &of_pair, options)?);
        }
        Ok(analyses)
    }

    fn analyse_pair(
        &self,
        source: &LanguageTag,
        target: Option<&LanguageTag>,
        files: &[(&str, Vec<&ToTranslate>)],
        options: &AnalyseOptions,
    ) -> Result<Vec<Analysis>, Error> {
        let all: Vec<&ToTranslate> = files.iter().flat_map(|(_, segments)| segments).copied().collect();
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let mut wanted = Options::new(source.clone(), target.cloned(), options.settings.clone());
        (wanted.min, wanted.limit, wanted.now) = (LEAST, 1, options.now);
        wanted.memories.clone_from(&options.memories);
        let queries = files.iter().flat_map(|(_, segments)| queries(segments));
        let mut scores: Vec<u8> = Vec::with_capacity(all.len());
        self.match_each(queries, &wanted, threads, |_, found| -> Result<(), Error> {
            scores.push(found.first().map_or(0, |best| best.score));
            Ok(())
        })?;
        let internal = match options.internal {
            true => {
                let segments: Vec<&Segment> = all.iter().map(|s| &s.segment).collect();
                nearest_earlier(source, &segments, LEAST, threads)
            }
            false => vec![None; all.len()],
        };
        let mut seen = FxHashSet::default();
        let mut sum = Analysis::new(None, source.clone(), target.cloned());
        let mut analyses = vec![];
        let mut scored = all.iter().zip(scores.into_iter().zip(internal));
        for (name, segments) in files {
            let mut analysis = Analysis::new(Some((*name).to_owned()), source.clone(), target.cloned());
            for (one, (score, internal)) in scored.by_ref().take(segments.len()) {
                let repeated = !seen.insert(identity(&one.segment));
                let (band, within) = band(&one.segment.text, repeated, score, internal);
                let amount = Amount { segments: 1, count: count(&one.segment.text) };
                analysis.add(band, within, amount);
                sum.add(band, within, amount);
            }
            analyses.push(analysis);
        }
        if files.len() > 1 {
            analyses.push(sum);
        }
        Ok(analyses)
    }
}

/// Returns how a segment counts, and whether it does so because of an earlier one that is not quite equal.
fn band(text: &str, repeated: bool, score: u8, internal: Option<u8>) -> (Band, bool) {
    if !text.contains(char::is_alphabetic) {
        return (Band::NoLetters, false);
    }
    if score >= 100 {
        return (Band::of_score(score), false);
    }
    if repeated || internal == Some(100) {
        return (Band::Repetitions, false);
    }
    match internal {
        Some(internal) if internal > score => (Band::of_score(internal), true),
        _ => (Band::of_score(score), false),
    }
}

fn is_empty(one: &ToTranslate) -> bool {
    one.segment.text.trim().is_empty()
}

/// Asks for each segment, with what stands around it.
fn queries<'s>(segments: &'s [&ToTranslate]) -> impl Iterator<Item = Query> + use<'s> {
    let text = move |at: Option<usize>| Some(segments.get(at?)?.segment.text.clone());
    segments.iter().enumerate().map(move |(at, one)| Query {
        segment: one.segment.clone(),
        id: one.id.clone(),
        before: text(at.checked_sub(1)),
        after: text(Some(at + 1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_segment_counts_once() {
        for (text, repeated, score, internal, expected) in [
            ("2023", true, 101, None, (Band::NoLetters, false)),
            ("a", true, 102, Some(100), (Band::Context, false)),
            ("a", true, 100, Some(100), (Band::Exact, false)),
            ("a", true, 99, None, (Band::Repetitions, false)),
            ("a", false, 99, Some(100), (Band::Repetitions, false)),
            ("a", false, 75, Some(84), (Band::From75, true)),
            ("a", false, 84, Some(84), (Band::From75, false)),
            ("a", false, 0, Some(50), (Band::From50, true)),
            ("a", false, 49, None, (Band::None, false)),
            ("网", false, 0, None, (Band::None, false)),
        ] {
            assert_eq!(band(text, repeated, score, internal), expected, "{text} {score} {internal:?}");
        }
        for (number, band) in Band::ALL.into_iter().enumerate() {
            assert_eq!(band as usize, number);
            assert_eq!(serde_json::to_value(band).unwrap(), band.name());
        }
    }
}
