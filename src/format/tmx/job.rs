//! Opens a TMX as a job: the reader of TMX reads it, and remembers where the text of each segment stands.

use std::cell::RefCell;
use std::io::Read;
use std::ops::ControlFlow;

use super::fill::Units;
use super::read::{Watch, watched};
use crate::bytes::Editable;
use crate::bytes::xml::Reader;
use crate::format::job::{Job, JobOptions, JobUnit, Trail, in_file, odd_bytes, says_held};
use crate::format::{Entry, Input, ReadError, ReadOptions, Sink};
use crate::model::{Finding, LanguageTag, Place, Severity};

/// How many languages are remembered as they are written; no file that means what it says has more.
const MOST_TAGS: usize = 256;

/// Opens a TMX.
pub(super) fn open(file: Editable, name: &str, options: &JobOptions) -> Result<Job, ReadError> {
    let hint = file.hint(options.read.encoding.as_deref()).map(str::to_owned);
    let read = ReadOptions { encoding: hint, ..options.read.clone() };
    let trails = RefCell::new(vec![]);
    let mut gathering = Gathering {
        job: Job::default(),
        trails: &trails,
        options,
        lonely: vec![],
        units: Units::default(),
        told: vec![],
    };
    let mut bytes = file.text().as_bytes();
    watched(Input::Stream(&mut bytes, name), &read, &mut gathering, Following(&trails))?;
    let Gathering { mut job, lonely, units, mut told, .. } = gathering;
    job.settle(options, lonely);
    in_file(&file, &mut told);
    job.findings = odd_bytes(name, &file);
    job.findings.extend(told);
    job.files = vec![(name.to_owned(), file)];
    job.filler = Some(Box::new(units));
    Ok(job)
}

/// Follows the reader, and lays down what it remembers of a unit.
struct Following<'t>(&'t RefCell<Vec<Trail>>);

impl Watch for Following<'_> {
    type Trail = Trail;

    fn text<R: Read>(trail: &mut Trail, xml: &Reader<R>) {
        trail.text(xml);
    }

    fn unit(&mut self, trails: &mut Vec<Trail>) {
        std::mem::swap(&mut *self.0.borrow_mut(), trails);
    }
}

struct Gathering<'a> {
    job: Job,
    trails: &'a RefCell<Vec<Trail>>,
    options: &'a JobOptions,
    /// The units without a target: source language, unit, source.
    lonely: Vec<(LanguageTag, u32, u32)>,
    units: Units,
    told: Vec<Finding>,
}

impl Sink for Gathering<'_> {
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()> {
        let Entry::Unit(unit) = entry else { return ControlFlow::Continue(()) };
        let trails = std::mem::take(&mut *self.trails.borrow_mut());
        let mut trails = trails.into_iter();
        // What is said of a variant that has a text is no matter of one that has none.
        let empty = unit.variants.iter().filter(|v| v.segment.text.trim().is_empty());
        let held = empty
            .flat_map(|v| &v.properties)
            .chain(&unit.properties)
            .filter_map(|p| Some((p.kind.as_deref()?, &*p.text)))
            .chain(unit.attributes.other.iter().map(|(name, value)| (&**name, &**value)))
            .any(|(name, value)| says_held(name, value));
        for variant in &unit.variants {
            if self.units.tags.len() < MOST_TAGS
                && !self.units.tags.iter().any(|(lang, _)| *lang == variant.lang)
            {
                let written = variant.written.as_deref().unwrap_or(variant.lang.as_str());
                self.units.tags.push((variant.lang.clone(), written.to_owned()));
            }
        }
        let cells = unit
            .variants
            .into_iter()
            .map(|variant| (variant.lang, trails.next().unwrap_or_default().cell(variant.segment)));
        let id = unit.origin.tuid.map(String::into_boxed_str);
        let (at, end) = place.bytes.map_or((0, 0), |(start, end)| (start as usize, end as usize));
        let said = unit.source_lang.as_ref();
        let (unit, cells) = (JobUnit { id, at, held }, cells.collect());
        let (units, first) = (self.job.units.len(), self.job.cells.len());
        self.job.unit_of_many(unit, said, cells, self.options, &mut self.lonely);
        if self.job.units.len() > units {
            self.units.spans.push((end, first));
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        // What XML leaves to the reader, and what only an import would lose, is no matter of a check; the bytes
        // were decoded, and told of, before.
        if finding.severity > Severity::Info && finding.check != "read-encoding" {
            self.told.push(finding);
        }
    }
}
