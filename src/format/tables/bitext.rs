//! The bitext table: a segment and its translation in a row.
//!
//! The header is `id,source,target` in any order, where the languages must be given, or has two
//! columns headed by language tags, source first; `id` may be missing. Every other column is a
//! property of the unit and written back, `note` a note. A table without a header is read when two
//! languages are given; then the third column is a note, and quotation marks in tables with tabs
//! are text.
//!
//! Writing heads the columns with the two tags, so that the languages are not lost. Columns for
//! properties come from the first 10,000 units, because the header stands above them all.

use rustc_hash::FxHashSet;

use super::grid::{CellWriter, Cells, Row, Rows, Table};
use super::header::{self, Pair};
use super::losses::{At, EMPTY, Losses, NO_COLUMN};
use super::words::bare;
use crate::format::{
    Entry, Input, LossClass, LossReport, Output, ReadError, ReadOptions, Sink, WriteError, WriteOptions,
};
use crate::model::{Finding, LanguageTag, Property, Segment, Severity, Unit, UnitOrigin, Variant};

/// How many units are looked at for columns before the header is written.
const AHEAD: usize = 10_000;

/// Reads a bitext table.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let (stream, name) = super::stream(input)?;
    let mut rows = Rows::open(stream, name, options)?;
    read_table(&mut rows, name, options, sink)
}

/// Reads a bitext table, whatever carries it.
pub(super) fn read_table(
    rows: &mut dyn Table,
    name: &str,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let mut row = Row::default();
    if !rows.peek(&mut row)? {
        sink.finding(super::empty(rows));
        return Ok(());
    }
    super::bounded(rows, &row)?;
    let heading = Heading::read(rows, &mut row, options)?;
    let Heading { at, langs: (source_lang, target_lang), ref written, headed, width, ref others } = heading;
    let as_written = |column: usize, tag: &LanguageTag| {
        let name = written.get(column).map_or("", |name| name.trim());
        (headed && header::language(name).as_ref() == Some(tag) && name != tag.as_str())
            .then(|| name.to_owned())
    };
    let file = super::file_name(name).to_owned();
    while rows.next(&mut row)? {
        rows.complain(&row, width, sink);
        let place = rows.place(&row);
        let (source, target) = (row.cell(at.source), row.cell(at.target));
        if source.is_empty() {
            let message = "The row has no source and is left out.";
            let help = "Every row needs a segment in the source column; the target may be empty.";
            sink.finding(Finding::new("read-row", Severity::Warning, place, message).help(help));
            continue;
        }
        let variant = |lang: &LanguageTag, column: usize, text: &str| Variant {
            lang: lang.clone(),
            written: as_written(column, lang),
            attributes: Default::default(),
            properties: vec![],
            segment: Segment::plain(text),
        };
        let mut variants = vec![variant(&source_lang, at.source, source)];
        if !target.is_empty() {
            variants.push(variant(&target_lang, at.target, target));
        }
        let id = at.id.map(|id| row.cell(id)).filter(|id| !id.is_empty());
        let properties = others
            .iter()
            .take_while(|(column, _)| *column < row.len())
            .map(|(column, kind)| (kind, row.cell(*column)))
            .filter(|(_, text)| !text.is_empty())
            .map(|(kind, text)| Property { kind: kind.clone(), text: text.to_owned(), attributes: vec![] })
            .collect();
        let origin =
            UnitOrigin { memory: options.memory.clone(), file: file.clone(), tuid: id.map(str::to_owned) };
        let unit = Unit {
            origin,
            source_lang: Some(source_lang.clone()),
            properties,
            variants,
            ..Default::default()
        };
        if sink.entry(Entry::Unit(Box::new(unit)), place).is_break() {
            return Ok(());
        }
    }
    rows.conclude(sink);
    Ok(())
}

/// What the first row of a bitext table says, or what holds where it is no header.
pub(super) struct Heading {
    /// Where the columns are.
    pub at: Pair,
    /// The languages of source and target.
    pub langs: (LanguageTag, LanguageTag),
    written: Vec<String>,
    /// Whether there is a header.
    pub headed: bool,
    /// How many columns there are.
    pub width: usize,
    /// The other columns, and what they are called; a note is not called anything.
    others: Vec<(usize, Option<String>)>,
}

impl Heading {
    /// Reads it off the first row, which was peeked at, and takes that row if it is a header.
    pub fn read(rows: &mut dyn Table, row: &mut Row, options: &ReadOptions) -> Result<Self, ReadError> {
        Self::chosen(rows, row, options, header::pair)
    }

    /// Reads it, with a say in which columns of several are source and target.
    pub fn chosen(
        rows: &mut dyn Table,
        row: &mut Row,
        options: &ReadOptions,
        choose: impl FnOnce(&[&str]) -> Option<Pair>,
    ) -> Result<Self, ReadError> {
        let written: Vec<String> = row.cells().map(str::to_owned).collect();
        let names: Vec<String> = written
            .iter()
            .map(|name| {
                let is = |theirs: &str| theirs.trim().to_lowercase() == name.trim().to_lowercase();
                options.map.iter().find(|(_, theirs)| is(theirs)).map_or(name, |(ours, _)| ours).clone()
            })
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let pair = choose(&names);
        let tags = |pair: Pair| {
            let tag = |at: usize, given: usize| {
                header::language(names[at]).or_else(|| options.langs.get(given).cloned())
            };
            Some((tag(pair.source, 0)?, tag(pair.target, 1)?))
        };
        let known = match pair {
            Some(pair) => tags(pair).map(|tags| (pair, tags)),
            None => match &options.langs[..] {
                [source, target, ..] => {
                    Some((Pair { id: None, source: 0, target: 1 }, (source.clone(), target.clone())))
                }
                _ => None,
            },
        };
        let Some((at, langs)) = known else {
            let what = if pair.is_some() {
                "the header does not say which languages source and target are: give both, source first"
                    .into()
            } else {
                format!(
                    "the header is neither id,source,target nor has exactly two languages (it is {}); \
                     for a table without a header give two languages, source first",
                    names.iter().take(6).map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ")
                )
            };
            return Err(ReadError::Broken(rows.place(row), what));
        };
        let mut others: Vec<(usize, Option<String>)> = vec![];
        let headed = pair.is_some();
        let width = if headed {
            rows.next(row)?;
            for (column, name) in written.iter().enumerate() {
                if column != at.source && column != at.target && Some(column) != at.id {
                    let is_note =
                        matches!(bare(names[column]).as_str(), "note" | "notes" | "comment" | "comments");
                    let name = if name.is_empty() { format!("column {}", column + 1) } else { name.clone() };
                    others.push((column, (!is_note).then_some(name)));
                }
            }
            names.len()
        } else {
            rows.has_no_header();
            others.push((2, None));
            3
        };
        Ok(Self { at, langs, written, headed, width, others })
    }
}

/// Writes a bitext table with tabs.
pub(super) fn write_tsv(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut table = CellWriter::new(super::out_stream(out)?, b'\t', false)?;
    write(entries, options, &mut table)
}

/// Writes a bitext table with commas.
pub(super) fn write_csv(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut table = CellWriter::new(super::out_stream(out)?, b',', true)?;
    write(entries, options, &mut table)
}

/// Writes a bitext table, whatever carries it.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: &mut dyn Cells,
) -> Result<LossReport, WriteError> {
    let mut report = LossReport::default();
    let mut ahead: Vec<Box<Unit>> = vec![];
    while ahead.len() < AHEAD {
        match entries.next().transpose().map_err(WriteError::Source)? {
            None => break,
            Some(Entry::Unit(unit)) => ahead.push(unit),
            Some(Entry::Concept(concept)) => super::refuse_concept(&concept, &mut report),
            Some(Entry::Header(header)) => {
                if !header.properties.is_empty() {
                    let why = "a table has no place for the notes and properties of a memory";
                    report.lose(LossClass::Lost, "header", "/properties", why);
                }
            }
        }
    }
    let langs = languages(&ahead, options);
    if langs.is_none() && !ahead.is_empty() {
        let what = "a bitext table has two languages, and the units are all in one: name the other";
        return Err(WriteError::Unsupported(what.into()));
    }
    if let Some((source, target)) = &langs
        && let Some(strange) = [source, target].into_iter().find(|tag| !header::is_known(tag))
    {
        let what = format!("a column headed \"{strange}\" would not be known for a language");
        return Err(WriteError::Unsupported(what));
    }
    let mut kinds: Vec<Option<String>> = vec![];
    let mut seen = FxHashSet::default();
    for property in ahead.iter().flat_map(|u| &u.properties) {
        if !seen.contains(&property.kind) {
            seen.insert(property.kind.clone());
            if has_column(property, &langs) {
                kinds.push(property.kind.clone());
            }
        }
    }
    out.cell("id");
    match &langs {
        Some((source, target)) => {
            out.cell(source.as_str());
            out.cell(target.as_str());
        }
        // Nothing to write: the table says so in the contract's words.
        None => {
            out.cell("source");
            out.cell("target");
        }
    }
    for kind in &kinds {
        out.cell(kind.as_deref().unwrap_or("note"));
    }
    out.end()?;
    let Some(langs) = langs else {
        out.finish(&mut report)?;
        return Ok(report);
    };
    for unit in ahead {
        one(*unit, &langs, &kinds, out, &mut report)?;
    }
    for entry in entries {
        match entry.map_err(WriteError::Source)? {
            Entry::Unit(unit) => one(*unit, &langs, &kinds, out, &mut report)?,
            Entry::Concept(concept) => super::refuse_concept(&concept, &mut report),
            Entry::Header(_) => {}
        }
    }
    out.finish(&mut report)?;
    Ok(report)
}

/// Chooses the two languages of the table: as asked for, else as the first units have them.
fn languages(units: &[Box<Unit>], options: &WriteOptions<'_>) -> Option<(LanguageTag, LanguageTag)> {
    let first = units.iter().find(|u| u.variants.len() > 1).or(units.first());
    let asked = options.source_lang.as_ref().map(|wanted| {
        // The language that was asked for, or a region or script of it that the units have.
        let langs = units.iter().flat_map(|u| &u.variants).map(|v| &v.lang).filter(|l| l.serves(wanted));
        langs.min_by_key(|l| *l != wanted).unwrap_or(wanted).clone()
    });
    let source = asked
        .or_else(|| options.langs.first().cloned())
        .or_else(|| first?.source_lang.clone())
        .or_else(|| Some(first?.variants.first()?.lang.clone()))?;
    let of_units = || units.iter().flat_map(|u| &u.variants).map(|v| v.lang.clone());
    let mut others = options.langs.iter().cloned().chain(of_units()).filter(|l| *l != source);
    // A language that no header can name is left to the loss report if there is another.
    let first = others.next()?;
    let target = match header::is_known(&first) {
        true => first,
        false => others.find(header::is_known).unwrap_or(first),
    };
    Some((source, target))
}

/// Tells whether a property's kind can head a column and be read back as that.
fn has_column(property: &Property, langs: &Option<(LanguageTag, LanguageTag)>) -> bool {
    let Some(kind) = &property.kind else { return true };
    let Some((source, target)) = langs else { return false };
    // The header must still be read as id and two languages, with this one something else.
    let header = ["id", source.as_str(), target.as_str(), kind];
    let alone = header::pair(&header) == Some(Pair { id: Some(0), source: 1, target: 2 });
    alone
        && !kind.is_empty()
        && !matches!(
            bare(kind).as_str(),
            "note"
                | "notes"
                | "comment"
                | "comments"
                | "source"
                | "src"
                | "sourcetext"
                | "original"
                | "target"
                | "tgt"
                | "trg"
                | "targettext"
                | "translation"
        )
}

fn one(
    mut unit: Unit,
    langs: &(LanguageTag, LanguageTag),
    kinds: &[Option<String>],
    out: &mut dyn Cells,
    report: &mut LossReport,
) -> std::io::Result<()> {
    let name = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
    let mut losses = Losses::default();
    if out.is_sheet() {
        losses.cut(&mut unit);
    }
    reduce(&mut unit, langs, kinds, &mut losses);
    let text =
        |lang: &LanguageTag| unit.variants.iter().find(|v| v.lang == *lang).map(|v| v.segment.text.as_str());
    let Some(source) = text(&langs.0) else {
        losses = Losses::default();
        losses.lose(&At::ROOT, "the unit has no text in the source language of the table");
        losses.report(&name, report);
        return Ok(());
    };
    losses.report(&name, report);
    report.units += 1;
    out.cell(unit.origin.tuid.as_deref().unwrap_or_default());
    out.cell(source);
    out.cell(text(&langs.1).unwrap_or_default());
    for kind in kinds {
        out.cell(unit.properties.iter().find(|p| p.kind == *kind).map_or("", |p| &p.text));
    }
    out.end()
}

/// Leaves of a unit what reads back the same. Memory and file are not in question: they say where
/// a unit was read from.
fn reduce(
    unit: &mut Unit,
    langs: &(LanguageTag, LanguageTag),
    kinds: &[Option<String>],
    losses: &mut Losses,
) {
    let root = At::ROOT;
    losses.blank(&mut unit.origin.tuid, root.name("origin").name("tuid"));
    if unit.source_lang.as_ref() != Some(&langs.0) {
        unit.source_lang = Some(langs.0.clone());
        losses.lose(&root.name("source_lang"), "every row has the source language of the table");
    }
    losses.clear(&mut unit.attributes, root.name("attributes"), NO_COLUMN);
    let mut seen = vec![];
    losses.sift(&mut unit.properties, root.name("properties"), |property, at, losses| {
        if property.text.is_empty() {
            return Some(EMPTY);
        }
        if !kinds.contains(&property.kind) || seen.contains(&property.kind) {
            return Some(NO_COLUMN);
        }
        seen.push(property.kind.clone());
        losses.clear(&mut property.attributes, at.name("attributes"), NO_COLUMN);
        None
    });
    let mut seen = vec![];
    losses.sift(&mut unit.variants, root.name("variants"), |variant, at, losses| {
        if variant.lang != langs.0 && variant.lang != langs.1 {
            return Some("the table has two languages, and this is another");
        }
        if seen.contains(&variant.lang) {
            return Some("a row has one cell for each language");
        }
        if variant.segment.text.is_empty() {
            return Some(EMPTY);
        }
        seen.push(variant.lang.clone());
        losses.clear(&mut variant.written, at.name("written"), NO_COLUMN);
        losses.clear(&mut variant.attributes, at.name("attributes"), NO_COLUMN);
        losses.clear(&mut variant.properties, at.name("properties"), NO_COLUMN);
        losses.clear(
            &mut variant.segment.inlines,
            at.name("segment").name("inlines"),
            "a table holds plain text without codes",
        );
        None
    });
}
