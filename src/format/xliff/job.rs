//! Opens an XLIFF as a job: its rows, and where their texts stand.

use std::ops::ControlFlow;

use super::fill::{Head, Targets, UnitAt};
use super::walk::{Around, Claims, How, Stop, Unit, Visit, Walk};
use crate::bytes::Editable;
use crate::bytes::xml::Reader;
use crate::format::ReadError;
use crate::format::job::{Job, JobOptions, JobUnit, alike, in_file, odd_bytes};
use crate::model::{Finding, LanguageTag, Severity};

/// Opens an XLIFF.
pub(super) fn open(file: Editable, name: &str, options: &JobOptions) -> Result<Job, ReadError> {
    let hint = file.hint(options.read.encoding.as_deref()).map(str::to_owned);
    let limits = options.read.limits;
    let mut gathering = Gathering { job: Job::default(), targets: Targets::default(), options, told: vec![] };
    let reader = Reader::new(file.text().as_bytes(), hint.as_deref(), limits);
    let mut walk = Walk::new(reader, limits, name, How { follow: true, ..How::default() });
    let outcome = walk.document(&mut gathering);
    walk.hand_over(&mut gathering);
    let known = walk.known();
    let Gathering { mut job, mut targets, mut told, .. } = gathering;
    if let Err(Stop::Failed(e)) = outcome {
        return Err(e.in_file(name));
    }
    targets.known = known;
    in_file(&file, &mut told);
    job.findings = odd_bytes(name, &file);
    job.findings.extend(told);
    job.files = vec![(name.to_owned(), file)];
    job.filler = Some(Box::new(targets));
    Ok(job)
}

struct Gathering<'a> {
    job: Job,
    targets: Targets,
    options: &'a JobOptions,
    told: Vec<Finding>,
}

impl Visit for Gathering<'_> {
    fn unit(&mut self, around: &Around, unit: Unit, _: Claims) -> ControlFlow<()> {
        let asked = |said: &Option<LanguageTag>, wanted: &Option<LanguageTag>| match (said, wanted) {
            (Some(said), Some(wanted)) => alike(said, wanted),
            _ => true,
        };
        if !asked(&around.source, &self.options.source) || !asked(&around.target, &self.options.target) {
            return ControlFlow::Continue(());
        }
        let known =
            |said: &Option<LanguageTag>, wanted: &Option<LanguageTag>| said.clone().or(wanted.clone());
        let source_lang = known(&around.source, &self.options.source);
        let target_lang = known(&around.target, &self.options.target);
        if self.targets.heads.last().is_none_or(|head| head.tag != around.tag) {
            self.targets.heads.push(Head { tag: around.tag.clone(), target: around.written[1].clone() });
        }
        let head = self.targets.heads.len() - 1;
        for (nth, mut row) in unit.rows.into_iter().enumerate() {
            let [of_source, of_target] = std::mem::take(&mut row.langs);
            let text = row.target.as_ref().map_or("", |target| target.segment.text.trim());
            // What is not to be translated is nobody's to check, unless somebody did.
            if !unit.translate && (text.is_empty() || text == row.source.segment.text.trim()) {
                continue;
            }
            if text.is_empty() && row.source.segment.text.trim().is_empty() {
                continue;
            }
            let source_lang = source_lang.clone().or(of_source).unwrap_or_else(undetermined);
            let target_lang = match (target_lang.clone().or(of_target), text.is_empty()) {
                (Some(lang), _) => lang,
                (None, true) => {
                    self.job.unsettled += 1;
                    continue;
                }
                (None, false) => undetermined(),
            };
            let id = called(unit.id.as_deref(), row.id.as_deref()).map(String::into_boxed_str);
            let made = JobUnit { id, at: unit.span.start, held: row.held || !unit.translate };
            let source = row.source.trail.cell(row.source.segment);
            let langs = (&source_lang, &target_lang);
            match row.target {
                Some(target) => {
                    let target = target.trail.cell(target.segment);
                    self.job.unit_of_two(langs, made, source, target);
                }
                None => self.job.unit_of_one(langs, made, source),
            }
            self.targets.rows.push(UnitAt { start: unit.span.start, end: unit.span.end, nth, head });
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        // What only an import would lose is no matter of a check.
        if finding.severity > Severity::Info {
            self.told.push(finding);
        }
    }
}

/// Returns what a row is called after its unit and its segment.
pub(super) fn called(unit: Option<&str>, segment: Option<&str>) -> Option<String> {
    match (unit, segment) {
        (Some(unit), Some(segment)) => Some(format!("{unit}/{segment}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// BCP 47's tag for a language that is not known.
pub(super) fn undetermined() -> LanguageTag {
    // Three letters are a tag.
    "und".parse().expect("und is a language tag")
}
