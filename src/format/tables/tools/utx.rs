//! UTX, the dictionary format of AAMT for machine translation: one pair of languages, a row for each pair of terms.
//!
//! The first line says the version and the languages, the last line of the header names the columns, lines end with CR LF, and `-`
//! stands for nothing. Written is version 1.11 with `src`, `tgt`, `src:pos`, `tgt:pos`, `term status`, `src:comment`,
//! `tgt:comment` and `concept ID`; read is any order of them, and the header of 1.2 with its `##` lines.
//!
//! The status speaks of the translation: `approved` is a preferred one, `provisional` a proposed one,
//! `non-standard` a deprecated or superseded one, `forbidden` a forbidden one, and an admitted one has none. So
//! terms that may not be used are there, marked. Rows of one concept id that follow each other are one concept.
//!
//! *Unverified:* how each program that reads UTX treats a status.

use rustc_hash::FxHashSet;

use super::super::grid::{Dialect, Row, Rows};
use super::lines::{Layout, Lines};
use super::list::as_read;
use super::pairs::{Chosen, Pair, Sides, clean};
use super::told::{self, Kept, Reasons};
use super::{OURS, Receiver};
use crate::format::{
    Entry, Input, LossClass, LossReport, Output, ReadError, ReadOptions, Sink, WriteError, WriteOptions,
};
use crate::model::{
    Concept, Finding, ForeignId, LanguageSection, LanguageTag, Note, Place, Severity, Slug, Status, Term,
};

const RECEIVER: Receiver = Receiver { name: "UTX", would: "offer" };
const LAYOUT: Layout = Layout { delimiter: '\t', quoting: false, mark: false, end: "\r\n" };

/// How a file begins.
pub(super) const MAGIC: &str = "#UTX";

const COLUMNS: [&str; 8] =
    ["src", "tgt", "src:pos", "tgt:pos", "term status", "src:comment", "tgt:comment", "concept ID"];

/// The cells of a row, in the order of [`COLUMNS`]; nothing is empty.
type Cells = [String; 8];

/// Writes a dictionary.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let pair = Pair::of(options, "a dictionary of UTX")?;
    let head = format!(
        "{MAGIC} 1.11; {}/{}; {};\r\n#description: {OURS};\r\n#{}\r\n",
        pair.source,
        pair.target,
        options.now,
        COLUMNS.join("\t")
    );
    let mut lines = Lines::begin(super::super::out_stream(out)?, LAYOUT, &head)?;
    let mut report = LossReport::default();
    for entry in entries {
        let concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => *concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                super::super::refuse_unit(&unit, &mut report);
                continue;
            }
        };
        let (sources, targets) = sides(&concept, &pair);
        let (Some(source), Some(target)) = (sources.first(), targets.first()) else {
            let missing = if sources.is_empty() { &pair.source } else { &pair.target };
            let why = format!("it has no term in {missing} that can stand there");
            report.lose(LossClass::Lost, &concept.name(), "", &why);
            continue;
        };
        let rows: Vec<Cells> = targets
            .iter()
            .map(|target| cells(&concept, *source, *target))
            .chain(sources[1..].iter().map(|other| cells(&concept, *other, *target)))
            .collect();
        // Without an id, rows do not find together again.
        let together = if concept.slug.is_some() { &rows[..] } else { &rows[..1] };
        let whole = concept.slug.is_some();
        tell(&concept, &pair, &sources, &targets, together, whole, &mut report);
        report.concepts += 1;
        report.terms += (sources.len() + targets.len()) as u64;
        for row in &rows {
            let row: Vec<&str> = row.iter().map(|c| if c.is_empty() { "-" } else { c }).collect();
            lines.row(&row)?;
        }
    }
    Ok(report)
}

/// Returns the terms of both sides that a row can show, the best first, each text once; a source term is one that may
/// be used.
fn sides<'c>(concept: &'c Concept, pair: &Pair) -> (Vec<Chosen<'c>>, Vec<Chosen<'c>>) {
    let Sides { sources, targets, avoided } = Sides::of(concept, pair);
    let fitting = |side: Vec<Chosen<'c>>| {
        let mut seen = FxHashSet::default();
        let mut section = None;
        let fits = |c: &Chosen<'c>| {
            let text = shown(&c.term.text);
            // Of a language in several regions, one.
            text != "-"
                && !text.starts_with('#')
                && *section.get_or_insert(c.section) == c.section
                && seen.insert(text)
        };
        side.into_iter().filter(fits).collect::<Vec<_>>()
    };
    (fitting(sources), fitting(targets.into_iter().chain(avoided).collect()))
}

fn shown(text: &str) -> String {
    as_read(&clean(text)).to_owned()
}

fn cells(concept: &Concept, source: Chosen<'_>, target: Chosen<'_>) -> Cells {
    let note = |term: &Term| {
        let note = term.notes.first().map(|n| shown(&n.text)).unwrap_or_default();
        if note == "-" { String::new() } else { note }
    };
    [
        shown(&source.term.text),
        shown(&target.term.text),
        part(source.term).to_owned(),
        part(target.term).to_owned(),
        status(target.term).to_owned(),
        note(source.term),
        note(target.term),
        concept.slug.as_ref().map(Slug::to_string).unwrap_or_default(),
    ]
}

/// The parts of speech of UTX, with our word where it is another.
const PARTS: &[(&str, &str)] = &[
    ("noun", "noun"),
    ("properNoun", "proper-noun"),
    ("verb", "verb"),
    ("adjective", "adjective"),
    ("adverb", "adverb"),
];

fn part(term: &Term) -> &'static str {
    let part = term.part_of_speech.as_deref();
    PARTS.iter().find(|(_, ours)| Some(*ours) == part).map_or("", |(theirs, _)| theirs)
}

fn status(term: &Term) -> &'static str {
    match term.standing() {
        _ if term.forbidden => "forbidden",
        Status::Preferred => "approved",
        Status::Admitted => "",
        Status::Proposed => "provisional",
        Status::Deprecated | Status::Superseded => "non-standard",
    }
}

fn tell(
    concept: &Concept,
    pair: &Pair,
    sources: &[Chosen<'_>],
    targets: &[Chosen<'_>],
    rows: &[Cells],
    whole: bool,
    report: &mut LossReport,
) {
    let mut copy = Concept::default();
    for row in rows {
        add(&mut copy, pair, row, "");
    }
    let kept = |side: &[Chosen<'_>]| Kept {
        section: side[0].section,
        terms: side.iter().take(if whole { side.len() } else { 1 }).map(|c| c.index).collect(),
    };
    let mut reasons = Reasons {
        no_place: RECEIVER.no_place(),
        terms: Default::default(),
        section: "the file is for two other languages".into(),
        fields: &[],
    };
    for (s, section) in concept.languages.iter().enumerate().filter(|(_, s)| s.lang.meets(&pair.source)) {
        for (t, term) in section.terms.iter().enumerate() {
            if let Some(why) = RECEIVER.would_not(term) {
                reasons.terms.insert((s, t), why.into());
            }
        }
    }
    for other in sources.iter().chain(targets).filter(|_| !whole) {
        reasons.terms.insert((other.section, other.index), "it stands in a row of its own".into());
    }
    told::report(concept, &copy, &[kept(sources), kept(targets)], &reasons, report);
}

/// Adds what a row says to a concept.
fn add(concept: &mut Concept, pair: &Pair, cells: &Cells, origin: &str) {
    let [source, target, source_part, target_part, status, source_note, target_note, id] = cells;
    if concept.languages.is_empty() {
        concept.languages = [&pair.source, &pair.target].map(|l| LanguageSection::new(l.clone())).to_vec();
        match id.parse::<Slug>() {
            _ if id.is_empty() => {}
            Ok(slug) => concept.slug = Some(slug),
            Err(_) => concept.foreign_ids.push(ForeignId { origin: origin.to_owned(), id: id.clone() }),
        }
    }
    for (side, text, part, note) in
        [(0, source, source_part, source_note), (1, target, target_part, target_note)]
    {
        let terms = &mut concept.languages[side].terms;
        // As far as a list for people is long; a hostile file may repeat an id for ever.
        if terms.iter().take(64).any(|t| t.text == *text) {
            continue;
        }
        let mut term = Term::new(text.clone());
        term.part_of_speech = PARTS
            .iter()
            .find(|(theirs, _)| theirs.eq_ignore_ascii_case(part))
            .map(|(_, ours)| *ours)
            .or(Some(&**part).filter(|p| !p.is_empty()))
            .map(str::to_owned);
        term.notes.extend(Some(note).filter(|n| !n.is_empty()).map(Note::new));
        if side == 1 {
            (term.status, term.forbidden) = match &*status.to_lowercase() {
                "approved" => (Some(Status::Preferred), false),
                "provisional" => (Some(Status::Proposed), false),
                "non-standard" | "rejected" => (Some(Status::Deprecated), false),
                "forbidden" => (Some(Status::Deprecated), true),
                _ => (None, false),
            };
        }
        terms.push(term);
    }
}

/// Reads a dictionary.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let (stream, name) = super::super::stream(input)?;
    let mut rows = Rows::open(stream, name, options)?;
    rows.set_dialect(Dialect { delimiter: b'\t', quoting: false, comments: false });
    let mut row = Row::default();
    let mut pair = match &options.langs[..] {
        [source, target, ..] => Some(Pair { source: source.clone(), target: target.clone() }),
        _ => None,
    };
    let mut columns: Vec<Option<usize>> = vec![];
    while rows.peek(&mut row)? && row.cell(0).starts_with('#') {
        rows.next(&mut row)?;
        if row.cell(0).starts_with(MAGIC) {
            pair = pair.or_else(|| languages(row.cell(0)));
        } else if row.len() > 1 {
            columns = row.cells().map(|c| column(c.trim_start_matches('#').trim())).collect();
        }
    }
    if columns.is_empty() {
        columns = vec![Some(0), Some(1), Some(2)];
    }
    let Some(pair) = pair else {
        let what = "the first line of a dictionary of UTX says its languages (#UTX 1.11; en/fr), and this one does not";
        return Err(ReadError::Broken(rows.start(), what.to_owned()));
    };
    let origin = super::super::file_name(name).to_owned();
    let mut open: Option<(Concept, String, Place)> = None;
    while rows.next(&mut row)? {
        if row.cell(0).starts_with('#') {
            continue;
        }
        rows.complain(&row, columns.len(), sink);
        let mut cells = Cells::default();
        for (at, known) in columns.iter().enumerate() {
            let text = row.cell(at);
            if let (Some(known), false) = (known, text == "-") {
                text.clone_into(&mut cells[*known]);
            }
        }
        if cells[0].is_empty() || cells[1].is_empty() {
            let alone = if cells[0].is_empty() { &cells[1] } else { &cells[0] };
            let message = format!("\"{alone}\" stands alone in its row and is left out.");
            let help = "A row of a dictionary is a source term and a target term.";
            sink.finding(Finding::new("read-row", Severity::Warning, rows.place(&row), message).help(help));
            continue;
        }
        match &mut open {
            Some((concept, id, _)) if *id == cells[7] && !id.is_empty() => {
                add(concept, &pair, &cells, &origin)
            }
            _ => {
                if let Some((concept, _, place)) = open.take()
                    && sink.entry(Entry::Concept(Box::new(concept)), place).is_break()
                {
                    return Ok(());
                }
                let mut concept = Concept::default();
                add(&mut concept, &pair, &cells, &origin);
                open = Some((concept, cells[7].clone(), rows.place(&row)));
            }
        }
    }
    if let Some((concept, _, place)) = open
        && sink.entry(Entry::Concept(Box::new(concept)), place).is_break()
    {
        return Ok(());
    }
    rows.conclude(sink);
    Ok(())
}

/// Finds the languages in the first line: `#UTX 1.11; en/fr; …`.
fn languages(line: &str) -> Option<Pair> {
    let mut fields = line.split(';').skip(1).filter_map(|field| field.trim().split_once('/'));
    fields.find_map(|(source, target)| {
        let tag = |text: &str| text.trim().parse::<LanguageTag>().ok();
        Some(Pair { source: tag(source)?, target: tag(target)? })
    })
}

fn column(name: &str) -> Option<usize> {
    COLUMNS.iter().position(|known| known.eq_ignore_ascii_case(name))
}
