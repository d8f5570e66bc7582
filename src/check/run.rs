//! Asks every check about every row, on all cores.

use std::ops::Range;

use super::{CHECKS, Check, Facts, Found, LooksAt, Options, Seen, Text};
use crate::find::recognise::Recogniser;
use crate::find::terms::Terms;
use crate::model::{Finding, LanguageTag, Place, Segment, Side};

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
    let asked: Vec<&dyn Check> = CHECKS.iter().copied().filter(|c| options.asks(c.about())).collect();
    let (source_lang, target_lang) = rows.languages();
    let recognisers = (source_lang.map(|l| Recogniser::new(terms, l)), Recogniser::new(terms, target_lang));
    let nothing = Segment::default();
    let mut facts: Vec<Vec<(u32, Facts)>> = asked.iter().map(|_| vec![]).collect();
    let mut all: Vec<(u32, usize, Found)> = vec![];
    for row in 0..rows.len() {
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
        let mut found = vec![];
        let mut of_row: Vec<(usize, Found)> = vec![];
        for (at, check) in asked.iter().enumerate() {
            if check.about().looks_at == LooksAt::Pairs && seen.source.is_none() {
                continue;
            }
            let remembered = check.look(&seen, &mut found);
            if remembered != Facts::default() {
                facts[at].push((row as u32, remembered));
            }
            of_row.extend(found.drain(..).map(|f| (at, f)));
        }
        let spoke: Vec<&str> = of_row.iter().map(|(at, _)| asked[*at].about().code).collect();
        of_row.retain(|(at, _)| !asked[*at].about().yields_to.iter().any(|code| spoke.contains(code)));
        all.extend(of_row.into_iter().map(|(at, f)| (row as u32, at, f)));
    }
    for (at, check) in asked.iter().enumerate() {
        let mut found = vec![];
        check.finish(&facts[at], rows, options, &mut found);
        all.extend(found.into_iter().map(|(row, f)| (row, at, f)));
    }
    all.sort_by_key(|(row, at, f)| (*row, f.range.start, *at, f.range.end));
    let mut findings: Vec<Finding> = all
        .into_iter()
        .map(|(row, at, found)| finding(asked[at], rows, row as usize, found, options))
        .collect();
    super::fingerprint(&mut findings);
    findings
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
