//! Lists of pairs: a source term and its translation in a row, for programs that hold one pair of languages.
//!
//! What such a list looks like is data ([`List`]); writing, reading and the loss report are here once. A concept's
//! best pair comes first and is what reads back as the concept; its other pairs stand in rows of their own.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::grid::{Dialect, Row, Rows, is_guarded};
use super::lines::{Layout, Lines};
use super::pairs::{Chosen, Pair, Sides, clean};
use super::remark::Remark;
use super::told::{self, Kept, Reasons};
use super::{OURS, Receiver};
use crate::format::{
    Entry, Input, LossClass, LossReport, Output, ReadError, ReadOptions, Sink, WriteError, WriteOptions,
};
use crate::model::{
    Concept, Definition, Finding, LanguageSection, LanguageTag, Note, Severity, Status, Term,
};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Source,
    Target,
    Remark,
    SourceCode,
    TargetCode,
}

/// A program's list of pairs.
pub(super) struct List {
    /// What it is, as a sentence begins: `a DeepL glossary`.
    pub what: &'static str,
    /// Who reads it.
    pub receiver: Receiver,
    /// How its lines are laid out.
    pub layout: Layout,
    /// Its columns.
    pub columns: &'static [Column],
    /// What stands before the first row.
    pub head: &'static str,
    /// Whether lines that begin with `#` are remarks.
    pub comments: bool,
    /// Whether a source term goes with every translation, or with the best one.
    pub every_target: bool,
    /// Whether a source term may stand in the file once only.
    pub unique: bool,
    /// Why a term cannot stand in it, if so.
    pub refuses: fn(&str) -> Option<&'static str>,
    /// The most bytes that a file may have.
    pub most: u64,
    /// How the program spells a language, where the list says it.
    pub code: fn(&LanguageTag) -> Cow<'_, str>,
}

/// A row of the list.
#[derive(Debug, Default)]
struct Line {
    source: String,
    target: String,
    remark: Remark,
}

/// The rows of a concept, and what becomes of its terms.
#[derive(Default)]
struct Written<'c> {
    rows: Vec<Line>,
    first: Option<(Chosen<'c>, Chosen<'c>)>,
    avoided: Vec<usize>,
    terms: FxHashMap<(usize, usize), Cow<'static, str>>,
    count: usize,
}

/// Writes a list.
pub(super) fn write(
    list: &List,
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let pair = Pair::of(options, list.what)?;
    let mut lines = Lines::begin(super::super::out_stream(out)?, list.layout, list.head)?;
    let mut report = LossReport::default();
    let mut sources = FxHashSet::default();
    for entry in entries {
        let concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => *concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                super::super::refuse_unit(&unit, &mut report);
                continue;
            }
        };
        let written = list.rows_of(&concept, &pair, &sources);
        let cells: Vec<Vec<Cow<'_, str>>> = written.rows.iter().map(|l| list.cells(l, &pair)).collect();
        let room = cells.iter().map(|row| lines.room(&refs(row))).sum::<u64>();
        let why = match written.first {
            None => Some(list.why_nothing(&concept, &pair, &written)),
            Some(_) if lines.written() + room > list.most => {
                Some(format!("the file would be larger than {} takes", list.receiver.name).into())
            }
            Some(_) => None,
        };
        if let Some(why) = why {
            report.lose(LossClass::Lost, &concept.name(), "", &why);
            continue;
        }
        list.tell(&concept, &pair, &written, &mut report);
        report.concepts += 1;
        report.terms += written.count as u64;
        for row in &cells {
            lines.row(&refs(row))?;
        }
        if list.unique {
            sources.extend(written.rows.into_iter().map(|line| line.source));
        }
    }
    Ok(report)
}

fn refs<'a>(row: &'a [Cow<'_, str>]) -> Vec<&'a str> {
    row.iter().map(|cell| &**cell).collect()
}

impl List {
    /// Lays out a concept, its best pair first.
    fn rows_of<'c>(&self, concept: &'c Concept, pair: &Pair, taken: &FxHashSet<String>) -> Written<'c> {
        let sides = Sides::of(concept, pair);
        let mut written = Written::default();
        self.judge(concept, pair, &mut written);
        let mut good = |side: Vec<Chosen<'c>>, is_source: bool| -> Vec<(Chosen<'c>, String)> {
            let mut seen = FxHashSet::default();
            let mut good = vec![];
            for chosen in side {
                let text = as_read(&clean(&chosen.term.text)).to_owned();
                let why = match (self.refuses)(&text) {
                    Some(why) => Some(Cow::Borrowed(why)),
                    None if is_source && taken.contains(&text) => Some(
                        format!(
                            "{} takes a source term once, and another concept has it",
                            self.receiver.name
                        )
                        .into(),
                    ),
                    None if !seen.insert(text.clone()) => Some("the same text stands there already".into()),
                    None => None,
                };
                match why {
                    Some(why) => drop(written.terms.insert((chosen.section, chosen.index), why)),
                    None => good.push((chosen, text)),
                }
            }
            good
        };
        let sources = good(sides.sources, true);
        let mut targets = good(sides.targets, false);
        if !self.every_target {
            for (other, _) in targets.drain(1.min(targets.len())..) {
                let why =
                    format!("{} holds one translation of a term, and another is better", self.receiver.name);
                written.terms.insert((other.section, other.index), why.into());
            }
        }
        let (Some((source, _)), Some((target, _))) = (sources.first(), targets.first()) else {
            return written;
        };
        written.first = Some((*source, *target));
        written.count = sources.len() + targets.len();
        for (other, _) in sources.iter().chain(&targets) {
            written.terms.insert((other.section, other.index), "it stands in a row of its own".into());
        }
        let remark = self.remark(concept, pair, *target, &sides.avoided, &mut written.avoided);
        for (_, source) in &sources {
            for (_, target) in &targets {
                let remark = Remark {
                    definition: remark.definition.clone(),
                    note: remark.note.clone(),
                    avoid: remark.avoid.clone(),
                };
                written.rows.push(Line { source: source.clone(), target: target.clone(), remark });
            }
        }
        written
    }

    /// Says of every term that may not be used why it is not there.
    fn judge(&self, concept: &Concept, pair: &Pair, written: &mut Written<'_>) {
        for (s, section) in concept.languages.iter().enumerate() {
            if !section.lang.meets(&pair.source) && !section.lang.meets(&pair.target) {
                continue;
            }
            for (t, term) in section.terms.iter().enumerate() {
                if let Some(why) = self.receiver.would_not(term) {
                    written.terms.insert((s, t), why.into());
                } else if clean(&term.text).is_empty() {
                    written.terms.insert((s, t), "nothing of it can be shown in a line".into());
                }
            }
        }
    }

    /// Gathers what the remark says, and the places of the terms that it warns of.
    fn remark(
        &self,
        concept: &Concept,
        pair: &Pair,
        target: Chosen<'_>,
        avoided: &[Chosen<'_>],
        places: &mut Vec<usize>,
    ) -> Remark {
        if !self.columns.contains(&Column::Remark) {
            return Remark::default();
        }
        let spoken = |d: &&Definition| d.lang.as_ref().is_none_or(|l| l.meets(&pair.source));
        let definition = concept.definitions.iter().find(spoken).or(concept.definitions.first());
        let mut avoid = vec![];
        for other in
            avoided.iter().filter(|a| a.section == target.section && a.term.standing() != Status::Proposed)
        {
            let alone = Remark { avoid: vec![other.term.text.clone()], ..Remark::default() }.fitting();
            if let Some(text) =
                alone.avoid.into_iter().next().filter(|t| !avoid.contains(t) && *t != target.term.text)
            {
                avoid.push(text);
                places.push(other.index);
            }
        }
        let text = |text: &str| as_read(&clean(text)).to_owned();
        Remark {
            definition: definition.map(|d| text(&d.text)),
            note: concept.notes.first().map(|n| text(&n.text)),
            avoid,
        }
        .fitting()
    }

    fn why_nothing(&self, concept: &Concept, pair: &Pair, written: &Written<'_>) -> Cow<'static, str> {
        let usable = |lang: &LanguageTag| {
            let (good, _) = super::pairs::terms_in(concept, lang);
            good.first().map(|c| (c.section, c.index))
        };
        for lang in [&pair.source, &pair.target] {
            match usable(lang) {
                None => return format!("it has no term in {lang} that may be used").into(),
                Some(place) => {
                    if let Some(why) = written.terms.get(&place) {
                        return why.clone();
                    }
                }
            }
        }
        "it has no pair of terms".into()
    }

    fn tell(&self, concept: &Concept, pair: &Pair, written: &Written<'_>, report: &mut LossReport) {
        let (Some((source, target)), Some(first)) = (written.first, written.rows.first()) else { return };
        let copy = self.concept(first, pair, true);
        let targets = std::iter::once(target.index).chain(written.avoided.iter().copied()).collect();
        let kept = [
            Kept { section: source.section, terms: vec![source.index] },
            Kept { section: target.section, terms: targets },
        ];
        let reasons = Reasons {
            no_place: self.receiver.no_place(),
            terms: written.terms.clone(),
            section: "the file is for two other languages".into(),
            fields: &[],
        };
        told::report(concept, &copy, &kept, &reasons, report);
    }

    fn cells<'l>(&'l self, line: &'l Line, pair: &'l Pair) -> Vec<Cow<'l, str>> {
        let cell = |column: &Column| match column {
            Column::Source => Cow::Borrowed(&*line.source),
            Column::Target => Cow::Borrowed(&*line.target),
            Column::Remark => Cow::Owned(line.remark.cell()),
            Column::SourceCode => (self.code)(&pair.source),
            Column::TargetCode => (self.code)(&pair.target),
        };
        let mut cells: Vec<_> = self.columns.iter().map(cell).collect();
        while cells.last().is_some_and(|c| c.is_empty()) {
            cells.pop();
        }
        cells
    }

    /// Makes a concept of a row.
    fn concept(&self, line: &Line, pair: &Pair, ours: bool) -> Concept {
        let term = |text: &str, status| Term { status: Some(status), ..Term::new(text) };
        let side = |lang: &LanguageTag, text: &str| LanguageSection {
            terms: vec![term(text, Status::Preferred)],
            ..LanguageSection::new(lang.clone())
        };
        let languages = vec![side(&pair.source, &line.source), side(&pair.target, &line.target)];
        let mut concept = Concept { languages, ..Concept::default() };
        concept.notes.extend(line.remark.note.as_deref().map(Note::new));
        if ours {
            concept.definitions.extend(line.remark.definition.as_deref().map(Definition::new));
            let avoided = line.remark.avoid.iter().map(|text| term(text, Status::Deprecated));
            concept.languages[1].terms.extend(avoided);
        }
        concept
    }
}

/// What the reader makes of a text: in tables, an apostrophe before what a spreadsheet would execute is none of it.
pub(super) fn as_read(text: &str) -> &str {
    let mut text = text;
    while is_guarded(text) {
        text = &text[1..];
    }
    text
}

/// Reads a list.
pub(super) fn read(
    list: &List,
    input: Input<'_>,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let (stream, name) = super::super::stream(input)?;
    let mut rows = Rows::open(stream, name, options)?;
    let mut row = Row::default();
    let delimiter = list.layout.delimiter as u8;
    let dialect = Dialect { delimiter, quoting: list.layout.quoting, comments: false };
    rows.set_dialect(dialect);
    let mut ours = false;
    while list.comments && rows.peek(&mut row)? && row.cell(0).starts_with('#') {
        ours |= row.cell(0).contains(OURS);
        rows.next(&mut row)?;
    }
    rows.set_dialect(Dialect { comments: list.comments, ..dialect });
    let at = |column| list.columns.iter().position(|c| *c == column);
    let width = list.columns.len();
    while rows.next(&mut row)? {
        rows.complain(&row, width, sink);
        let cell = |column| at(column).map_or("", |at| row.cell(at));
        let (source, target) = (cell(Column::Source), cell(Column::Target));
        if source.is_empty() || target.is_empty() {
            let alone = if source.is_empty() { target } else { source };
            let message = format!("\"{alone}\" stands alone in its row and is left out.");
            let help = "A row of such a list is a source term and a target term.";
            sink.finding(Finding::new("read-row", Severity::Warning, rows.place(&row), message).help(help));
            continue;
        }
        let Some(pair) = languages(options, cell(Column::SourceCode), cell(Column::TargetCode)) else {
            let what =
                format!("{} does not say its languages; they have to be given, source first", list.what);
            return Err(ReadError::Broken(rows.place(&row), what));
        };
        let remark = match (cell(Column::Remark), ours) {
            ("", _) => Remark::default(),
            (cell, true) => Remark::read(cell),
            (cell, false) => Remark { note: Some(cell.to_owned()), ..Remark::default() },
        };
        let line = Line { source: source.to_owned(), target: target.to_owned(), remark };
        let concept = list.concept(&line, &pair, ours);
        if sink.entry(Entry::Concept(Box::new(concept)), rows.place(&row)).is_break() {
            return Ok(());
        }
    }
    rows.conclude(sink);
    Ok(())
}

/// Returns the languages of a row: those that were given, else those that it names.
fn languages(options: &ReadOptions, source: &str, target: &str) -> Option<Pair> {
    if let [source, target, ..] = &options.langs[..] {
        return Some(Pair { source: source.clone(), target: target.clone() });
    }
    Some(Pair { source: source.parse().ok()?, target: target.parse().ok()? })
}
