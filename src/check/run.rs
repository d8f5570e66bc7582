//! Asks every check about every row, on all cores.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use xxhash_rust::xxh3::xxh3_64;

use super::{CHECKS, Check, Facts, Found, LooksAt, Options, Seen, Text};
use crate::find::recognise::Recogniser;
use crate::find::terms::Terms;
use crate::model::{Finding, Inline, InlineKind, LanguageTag, Place, Segment, Severity, Side};

/// What is to be checked: rows in order.
pub trait Rows: Sync {
    /// Returns how many there are.
    fn len(&self) -> usize;

    /// Returns the source of a row, if it has one; rows of a text alone have none.
    fn source(&self, row: usize) -> Option<&Segment>;

    /// Returns the target of a row, or the text that stands alone.
    fn target(&self, row: usize) -> &Segment;

    /// Returns the languages: of the sources, if there are any, and of the targets.
    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag);

    /// Returns where a stretch of a row's text stands.
    fn place(&self, row: usize, side: Side, range: Range<usize>) -> Place;

    /// Tells whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Returns the findings of the checks that the options leave, in the order of the rows, each with its
/// fingerprint.
pub fn run(rows: &dyn Rows, terms: &Terms, options: &Options) -> Vec<Finding> {
    run_by_row(rows, terms, options).into_iter().map(|(_, finding)| finding).collect()
}

/// Returns the same, each finding with the number of its row, for reports that show its texts.
pub fn run_by_row(rows: &dyn Rows, terms: &Terms, options: &Options) -> Vec<(u32, Finding)> {
    run_on(rows, terms, options, thread::available_parallelism().map_or(1, usize::from))
}

/// Does the same on so many threads.
fn run_on(rows: &dyn Rows, terms: &Terms, options: &Options, threads: usize) -> Vec<(u32, Finding)> {
    let asked: Vec<&dyn Check> = CHECKS
        .iter()
        .copied()
        .filter(|c| c.about().looks_at != LooksAt::Base && options.asks(c.about()))
        .collect();
    let (source_lang, target_lang) = rows.languages();
    let recognisers = (source_lang.map(|l| Recogniser::new(terms, l)), Recogniser::new(terms, target_lang));
    let eyes = Eyes { rows, terms, options, asked: &asked, recognisers: &recognisers };
    // Rows are looked at in portions, by as many as the machine can run at once; the order of what they say is
    // that of the rows.
    let portions = rows.len().div_ceil(PORTION);
    let next = AtomicUsize::new(0);
    let seen: Mutex<Vec<Option<Portion>>> = Mutex::new((0..portions).map(|_| None).collect());
    let work = || {
        loop {
            let portion = next.fetch_add(1, Ordering::Relaxed);
            if portion >= portions {
                return;
            }
            let looked = eyes.look(portion * PORTION..rows.len().min((portion + 1) * PORTION));
            // A thread that panicked has taken the whole run with it by now.
            seen.lock().unwrap_or_else(PoisonError::into_inner)[portion] = Some(looked);
        }
    };
    let hands = threads.min(portions);
    thread::scope(|scope| {
        (1..hands).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    let mut facts: Vec<Vec<(u32, Facts)>> = asked.iter().map(|_| vec![]).collect();
    let mut all: Vec<(u32, usize, Found)> = vec![];
    for portion in seen.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten() {
        all.extend(portion.found);
        for (known, new) in facts.iter_mut().zip(portion.facts) {
            known.extend(new);
        }
    }
    for (at, check) in asked.iter().enumerate() {
        let mut found = vec![];
        check.finish(&facts[at], rows, options, &mut found);
        all.extend(found.into_iter().map(|(row, f)| (row, at, f)));
    }
    all.sort_by_key(|(row, at, f)| (*row, f.range.start, *at, f.range.end));
    let texts: Vec<u64> =
        all.iter().map(|(row, at, f)| texts_of(asked[*at], rows, *row as usize, f.side)).collect();
    let of_row: Vec<u32> = all.iter().map(|(row, ..)| *row).collect();
    let mut findings: Vec<Finding> = all
        .into_iter()
        .map(|(row, at, found)| finding(asked[at], rows, row as usize, found, options))
        .collect();
    super::fingerprint_in_texts(&mut findings, &texts);
    of_row.into_iter().zip(findings).collect()
}

/// How many rows are looked at in one go.
const PORTION: usize = 64;

/// What one look at some rows brings.
struct Portion {
    found: Vec<(u32, usize, Found)>,
    facts: Vec<Vec<(u32, Facts)>>,
}

/// All that is needed to look at a row.
struct Eyes<'a> {
    rows: &'a dyn Rows,
    terms: &'a Terms,
    options: &'a Options,
    asked: &'a [&'a dyn Check],
    recognisers: &'a (Option<Recogniser>, Recogniser),
}

impl Eyes<'_> {
    fn look(&self, range: Range<usize>) -> Portion {
        let Self { rows, terms, options, asked, recognisers } = *self;
        let (source_lang, target_lang) = rows.languages();
        let nothing = Segment::default();
        let mut facts: Vec<Vec<(u32, Facts)>> = asked.iter().map(|_| vec![]).collect();
        let mut all = vec![];
        let mut found = vec![];
        for row in range {
            let source = match (source_lang, &recognisers.0) {
                (Some(lang), Some(recogniser)) => {
                    let segment = rows.source(row).unwrap_or(&nothing);
                    Some(Text::new(lang, segment, recogniser.recognise(&segment.text)))
                }
                _ => None,
            };
            let target = rows.target(row);
            let hits = recognisers.1.recognise(&target.text);
            let seen = Seen::new(source, Text::new(target_lang, target, hits), terms, options);
            let mut of_row: Vec<(usize, Found)> = vec![];
            for (at, check) in asked.iter().enumerate() {
                if check.about().looks_at == LooksAt::Pairs && seen.source.is_none() {
                    continue;
                }
                let remembered = check.look(&seen, &mut found);
                if OF_NEIGHBOURS.contains(&check.about().code) {
                    found.retain(|f| !has_code_between(&seen, f));
                }
                if remembered != Facts::default() {
                    facts[at].push((row as u32, remembered));
                }
                of_row.extend(found.drain(..).map(|f| (at, f)));
            }
            // A doubt silences nobody.
            let sure = |(at, f): &&(usize, Found)| {
                f.severity.unwrap_or(asked[*at].about().severity) > Severity::Info
            };
            let spoke: Vec<&str> =
                of_row.iter().filter(sure).map(|(at, _)| asked[*at].about().code).collect();
            of_row.retain(|(at, _)| !asked[*at].about().yields_to.iter().any(|code| spoke.contains(code)));
            all.extend(of_row.into_iter().map(|(at, f)| (row as u32, at, f)));
        }
        Portion { found: all, facts }
    }
}

/// The checks of what stands side by side in a text.
const OF_NEIGHBOURS: &[&str] = &["space-extra", "punct-spacing", "repeated-word"];

/// Tells whether a code that stands for something, such as a number or an image, is where a finding sees neighbours.
fn has_code_between(seen: &Seen<'_>, found: &Found) -> bool {
    let text = match (found.side, &seen.source) {
        (Side::Source, Some(source)) => source,
        _ => &seen.target,
    };
    let stands_for_something = |inline: &Inline| match inline.kind {
        InlineKind::Placeholder | InlineKind::Unknown | InlineKind::Isolated(_) => true,
        InlineKind::Begin | InlineKind::End | InlineKind::Highlight(_) | InlineKind::Foreign(..) => false,
    };
    let within =
        |inline: &Inline| found.range.start <= inline.at as usize && inline.at as usize <= found.range.end;
    text.segment.inlines.iter().any(|inline| stands_for_something(inline) && within(inline))
}

/// Returns the hash of the texts that a finding depends on: what ends an acceptance when it changes.
fn texts_of(check: &dyn Check, rows: &dyn Rows, row: usize, side: Side) -> u64 {
    let mut said = String::new();
    let mut say = |segment: &Segment| {
        said.push_str(&segment.text);
        said.push('\0');
        if !segment.inlines.is_empty() {
            // Codes have the form in which they are stored, which lasts.
            said.push_str(&serde_json::to_string(&segment.inlines).unwrap_or_default());
        }
        said.push('\0');
    };
    let pair = check.about().looks_at == LooksAt::Pairs;
    if let Some(source) = rows.source(row)
        && (pair || side != Side::Target)
    {
        say(source);
    }
    if pair || side != Side::Source {
        say(rows.target(row));
    }
    xxh3_64(said.as_bytes())
}

fn finding(check: &dyn Check, rows: &dyn Rows, row: usize, found: Found, options: &Options) -> Finding {
    let about = check.about();
    let text = match found.side {
        Side::Source => rows.source(row).map_or("", |s| &s.text),
        Side::Target | Side::Both => &rows.target(row).text,
    };
    let surface = text.get(found.range.clone()).unwrap_or_default();
    let mut place = rows.place(row, found.side, found.range.clone());
    place.segment = Some((found.range.start as u32, found.range.end as u32));
    let severity = options.severities.get(about.code).copied();
    Finding {
        check: about.code.to_owned(),
        severity: severity.or(found.severity).unwrap_or(about.severity),
        place,
        surface: Some(surface.to_owned()),
        concept: found.concept,
        message: found.message,
        help: found.help,
        fix: found.fix,
        fingerprint: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Example, Page};

    #[test]
    fn findings_are_the_same_for_any_number_of_threads_and_run_after_run() {
        // The pairs of all pages as one job, long enough for many portions.
        let mut job =
            Example { langs: vec!["en".parse().unwrap(), "fr".parse().unwrap()], ..Example::default() };
        for _ in 0..40 {
            for check in CHECKS {
                for example in Page::read(check.about().page).unwrap().examples {
                    job.rows.extend(example.rows.into_iter().filter(|(source, _)| source.is_some()));
                }
            }
        }
        let terms =
            crate::check::page::terms_of(&["en digital divide | fr fracture numérique; fossé numérique"]);
        let one = run_on(&job, &terms, &Options::default(), 1);
        assert!(job.rows.len() > 10 * PORTION && one.len() > 1_000, "{} {}", job.rows.len(), one.len());
        for threads in [1, 2, 3, 8] {
            assert!(run_on(&job, &terms, &Options::default(), threads) == one, "{threads} threads");
        }
    }
}
