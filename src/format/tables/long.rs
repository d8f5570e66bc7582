//! The long term table: a row for a term, with what there is to say about it.
//!
//! Required are the columns `concept`, `lang` and `term`; the others and the headers of other tools
//! that mean the same are listed in `docs/formats/terms.md`. Rows of one concept id make one concept,
//! wherever they stand; rows of one concept, language and term make one term, so that a second
//! context, source, period or definition stands in a row of its own (a continuation row). What
//! is said twice is taken once, so a table that repeats a definition in every row reads well.
//!
//! - A concept id that is a slug becomes the slug; any other becomes a foreign id of this file.
//! - `source`, `url`, `date` and `outlet` speak of the row's context if it has one and there are
//!   no `context_…` columns, and otherwise of the term.
//! - A definition in the first row of a concept is the concept's, one in a later row is its
//!   language's, unless `definition_level` says `concept`, `language` or `term`.
//! - `subject`, `forms`, `relations`, `references`, `customer`, `project` and the like hold several
//!   values separated by `|` (`\|` is a bar). A relation is `broader=other-concept`.
//! - A word or date that is not understood, and a column that nobody knows, is kept with the term as
//!   data category `column` and written back.
//!
//! Writing puts twelve columns first, always, and others only if an entry needs them. Concepts
//! are held in memory while a table is read, because the file may be unsorted, and the rows while one
//! is written, because the header comes first: 100 000 concepts are tens of megabytes. A table that
//! holds more than 256 MiB of text must have the rows of one concept near each other.

use std::collections::hash_map::Entry as Slot;
use std::ops::ControlFlow;
use std::str::FromStr;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::columns::{Column, Columns};
use super::grid::{CellWriter, Cellmap, Packed, Row, Rows, Table, join_values, split_values};
use super::losses::{At, EMPTY, Losses, NO_COLUMN, repeats};
use super::{grid, words};
use crate::format::{
    Entry, Input, LossReport, Output, ReadError, ReadOptions, Sink, WriteError, WriteOptions,
};
use crate::model::{
    Concept, Context, DataCategory, Date, Definition, Finding, ForeignId, LanguageSection, LanguageTag, Note,
    Period, Place, Reference, ReferenceKind, Relation, RelationKind, Severity, Slug, Source, Term,
};

/// How many bytes of rows may be held while their concepts are put together.
const HELD: usize = 256 << 20;

/// Tells by the header whether this is a long term table.
pub(super) fn is_header<'h>(header: impl Iterator<Item = &'h str>) -> bool {
    let columns: Vec<_> = header.filter_map(Column::by_header).collect();
    [Column::Concept, Column::Lang, Column::Term].iter().all(|c| columns.contains(c))
}

/// Reads a long term table.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    read_holding(input, options, sink, HELD)
}

/// Reads a long term table, holding no more bytes of rows than this at a time.
pub(super) fn read_holding(
    input: Input<'_>,
    options: &ReadOptions,
    sink: &mut dyn Sink,
    held: usize,
) -> Result<(), ReadError> {
    let (stream, name) = super::stream(input)?;
    let mut rows = Rows::open(stream, name, options)?;
    read_rows(&mut rows, name, options, sink, held)
}

/// Reads a long term table, whatever carries it.
pub(super) fn read_table(
    rows: &mut dyn Table,
    name: &str,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    read_rows(rows, name, options, sink, HELD)
}

fn read_rows(
    rows: &mut dyn Table,
    name: &str,
    options: &ReadOptions,
    sink: &mut dyn Sink,
    held: usize,
) -> Result<(), ReadError> {
    let mut row = Row::default();
    if !rows.next(&mut row)? {
        sink.finding(super::empty(rows));
        return Ok(());
    }
    super::bounded(rows, &row)?;
    let columns = Columns::read(row.cells(), options, rows.place(&row))?;
    let missing: Vec<_> = [Column::Concept, Column::Lang, Column::Term]
        .into_iter()
        .filter(|c| columns.at(*c).is_none())
        .map(Column::name)
        .collect();
    if !missing.is_empty() {
        let what = format!(
            "the header has no column {}; it has {} (another name is given with --map {}=NAME)",
            missing.join(", "),
            row.cells().collect::<Vec<_>>().join(", "),
            missing[0],
        );
        return Err(ReadError::Broken(rows.place(&row), what));
    }
    let mut table = Reading {
        separate: [Column::ContextSource, Column::ContextUrl, Column::ContextDate, Column::ContextOutlet]
            .iter()
            .any(|c| columns.at(*c).is_some()),
        columns,
        origin: super::file_name(name).to_owned(),
        drafts: vec![],
        by_key: FxHashMap::default(),
        by_term: FxHashMap::default(),
        by_lang: FxHashMap::default(),
        released: FxHashSet::default(),
        tags: FxHashMap::default(),
        held: 0,
    };
    while rows.next(&mut row)? {
        let place = rows.place(&row);
        rows.complain(&row, table.columns.width, sink);
        if let Some(last) = table.take(&row, place, sink)
            && table.held > held
            && table.release(Some(last), sink).is_break()
        {
            return Ok(());
        }
    }
    rows.conclude(sink);
    let _ = table.release(None, sink);
    Ok(())
}

/// A table half read.
struct Reading {
    columns: Columns,
    /// Whether contexts have source columns of their own.
    separate: bool,
    origin: String,
    drafts: Vec<Draft>,
    by_key: FxHashMap<Box<str>, u32>,
    /// Leads from (draft, section, hash of the text) to a term.
    by_term: FxHashMap<(u32, u32, u64), u32>,
    /// Leads from (draft, language as written) to a section.
    by_lang: FxHashMap<(u32, u64), u32>,
    /// Hashes of the ids of concepts that were handed on already.
    released: FxHashSet<u64>,
    /// Language tags as written, parsed.
    tags: FxHashMap<Box<str>, Option<LanguageTag>>,
    held: usize,
}

struct Draft {
    concept: Concept,
    place: Place,
}

/// What a cell of the row being read says, and where unreadable cells go.
struct Cells<'a> {
    columns: &'a Columns,
    row: &'a Row,
    place: &'a Place,
    sink: &'a mut dyn Sink,
    kept: Vec<(usize, DataCategory)>,
}

impl<'a> Cells<'a> {
    fn text(&self, column: Column) -> Option<&'a str> {
        self.columns.at(column).map(|at| self.row.cell(at)).filter(|t| !t.is_empty())
    }

    fn owned(&self, column: Column) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    fn list(&self, column: Column) -> impl Iterator<Item = String> + use<> {
        let cell = self.text(column).map(split_values).unwrap_or_default();
        cell.into_iter().filter(|v| !v.is_empty())
    }

    /// Reads a cell whose words are known; one that is not understood is said and kept.
    fn word<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Option<T>,
        help: impl FnOnce() -> String,
    ) -> Option<T> {
        let text = self.text(column)?;
        let value = read(text);
        if value.is_none() {
            let at = self.columns.at(column).unwrap_or(0);
            let category = DataCategory {
                element: "column".into(),
                kind: column.name().into(),
                value: text.into(),
                ..Default::default()
            };
            self.kept.push((at, category));
            let message =
                format!("\"{text}\" in column {} is not understood and is kept as it is.", column.name());
            let mut finding =
                Finding::new("read-value", Severity::Warning, self.place.clone(), message).help(help());
            finding.surface = Some(text.to_owned());
            self.sink.finding(finding);
        }
        value
    }

    fn one_of<T: FromStr>(&mut self, column: Column, help: impl FnOnce() -> String) -> Option<T> {
        self.word(column, |w| w.parse().ok(), help)
    }

    fn date(&mut self, column: Column) -> Option<Date> {
        self.word(column, |w| w.parse().ok(), || "Write 2015, 2015-12 or 2015-12-16.".into())
    }

    fn yes(&mut self, column: Column) -> Option<bool> {
        self.word(column, words::yes, || "Write yes or no.".into())
    }

    fn source(&mut self, [title, outlet, url, date]: [Column; 4]) -> Source {
        Source {
            title: self.owned(title),
            outlet: self.owned(outlet),
            url: self.owned(url),
            date: self.date(date),
        }
    }

    fn reliability(&mut self, column: Column) -> Option<u8> {
        self.word(column, |w| w.parse().ok(), || "Write a number from 1 to 10.".into())
    }
}

/// Says which words a column knows.
macro_rules! names {
    ($type:ident) => {
        || {
            let all: Vec<_> = crate::model::$type::ALL.iter().map(|w| w.as_str()).collect();
            format!("Write one of {}.", all.join(", "))
        }
    };
}

impl Reading {
    /// Takes a row; returns the concept it belongs to.
    fn take(&mut self, row: &Row, place: Place, sink: &mut dyn Sink) -> Option<u32> {
        let cell = |column| self.columns.at(column).map_or("", |at| row.cell(at));
        let (key, lang, text) = (cell(Column::Concept), cell(Column::Lang), cell(Column::Term));
        for (column, value) in [(Column::Concept, key), (Column::Lang, lang), (Column::Term, text)] {
            if value.is_empty() {
                let message = format!("The row has no {} and is left out.", column.name());
                let help = "Every row needs a concept, a language and a term.";
                sink.finding(Finding::new("read-row", Severity::Error, place, message).help(help));
                return None;
            }
        }
        let tag = match self.tags.get(lang) {
            Some(tag) => tag.clone(),
            None => {
                let tag = super::language(lang);
                // The cache is for the few dozen languages of a real table.
                if self.tags.len() < 1000 {
                    self.tags.insert(lang.into(), tag.clone());
                }
                tag
            }
        };
        let Some(tag) = tag else {
            let message = format!("\"{lang}\" is not a language; the row of \"{text}\" is left out.");
            let help = "Write a tag such as en, zh-Hans or pt-BR, or the English name of the language.";
            sink.finding(Finding::new("read-row", Severity::Error, place, message).help(help).concept(key));
            return None;
        };
        self.held += row.size() + 100;
        let at = match self.by_key.get(key) {
            Some(&at) => at,
            None => {
                if self.released.contains(&xxh3_64(key.as_bytes())) {
                    let message = format!(
                        "The rows of concept \"{key}\" stand too far apart in this big table; this one is left out."
                    );
                    let help = "Sort the table by its concept column.";
                    sink.finding(Finding::new("read-row", Severity::Error, place, message).help(help));
                    return None;
                }
                let mut concept = Concept::default();
                match key.parse::<Slug>() {
                    Ok(slug) => concept.slug = Some(slug),
                    Err(_) => {
                        concept
                            .foreign_ids
                            .push(ForeignId { origin: self.origin.clone(), id: key.to_owned() });
                    }
                }
                let at = self.drafts.len() as u32;
                self.drafts.push(Draft { concept, place: place.clone() });
                self.by_key.insert(key.into(), at);
                at
            }
        };
        let concept = &mut self.drafts[at as usize].concept;
        let first = concept.languages.is_empty();
        let section = match self.by_lang.entry((at, xxh3_64(tag.as_str().as_bytes()))) {
            Slot::Occupied(slot) => *slot.get(),
            Slot::Vacant(slot) => {
                concept.languages.push(LanguageSection::new(tag.clone()));
                *slot.insert(concept.languages.len() as u32 - 1)
            }
        };
        let Concept { languages, .. } = &mut *concept;
        let terms = &mut languages[section as usize].terms;
        let term = match self.by_term.entry((at, section, xxh3_64(text.as_bytes()))) {
            Slot::Occupied(slot) => *slot.get() as usize,
            Slot::Vacant(slot) => {
                room_for_one(terms);
                terms.push(Term::new(text));
                slot.insert(terms.len() as u32 - 1);
                terms.len() - 1
            }
        };
        let mut cells = Cells { columns: &self.columns, row, place: &place, sink, kept: vec![] };
        take_concept(concept, &mut cells, key, &self.origin);
        take_section(&mut concept.languages[section as usize], &mut cells, lang);
        take_definition(concept, section as usize, term, first, &mut cells);
        take_term(&mut concept.languages[section as usize].terms[term], &mut cells, self.separate);
        for (column, name) in self.columns.others.iter().take_while(|(at, _)| *at < row.len()) {
            let value = row.cell(*column);
            if !value.is_empty() {
                let category = DataCategory {
                    element: "column".into(),
                    kind: name.clone(),
                    value: value.to_owned(),
                    ..Default::default()
                };
                cells.kept.push((*column, category));
            }
        }
        let mut kept = cells.kept;
        kept.sort_by_key(|(column, _)| *column);
        let other = &mut concept.languages[section as usize].terms[term].other;
        for (_, category) in kept {
            add(other, category);
        }
        Some(at)
    }

    /// Hands on the concepts, but for the one whose rows are being read.
    fn release(&mut self, but: Option<u32>, sink: &mut dyn Sink) -> ControlFlow<()> {
        let mut keys: Vec<(Box<str>, u32)> = self.by_key.drain().collect();
        self.by_term.clear();
        self.by_lang.clear();
        self.held = 0;
        let mut kept = None;
        for (at, draft) in std::mem::take(&mut self.drafts).into_iter().enumerate() {
            if Some(at as u32) == but {
                kept = Some(draft);
                continue;
            }
            sink.entry(Entry::Concept(Box::new(draft.concept)), draft.place)?;
        }
        if let (Some(but), Some(draft)) = (but, kept) {
            for (s, section) in draft.concept.languages.iter().enumerate() {
                self.by_lang.insert((0, xxh3_64(section.lang.as_str().as_bytes())), s as u32);
                for (t, term) in section.terms.iter().enumerate() {
                    self.by_term.insert((0, s as u32, xxh3_64(term.text.as_bytes())), t as u32);
                }
            }
            self.drafts.push(draft);
            if let Some(at) = keys.iter().position(|(_, at)| *at == but) {
                self.by_key.insert(keys.swap_remove(at).0, 0);
            }
            self.released.extend(keys.iter().map(|(key, _)| xxh3_64(key.as_bytes())));
        }
        ControlFlow::Continue(())
    }
}

/// Adds what is not there yet.
fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !repeats(list, &item) {
        room_for_one(list);
        list.push(item);
    }
}

/// Makes room for the first item and no more: most lists hold one thing, all concepts of a table are held at a
/// time, and a list that grows by itself begins with room for four.
fn room_for_one<T>(list: &mut Vec<T>) {
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
}

/// Sets what the first row left open; says when a later row disagrees.
fn settle<T: PartialEq>(field: &mut Option<T>, said: Option<T>, column: Column, cells: &mut Cells<'_>) {
    match (&field, said) {
        (_, None) => {}
        (None, said) => *field = said,
        (Some(before), Some(said)) if *before == said => {}
        (Some(_), Some(_)) => {
            let message = format!(
                "An earlier row of \"{}\" says something else in column {}; the earlier one stands.",
                cells.text(Column::Term).unwrap_or_default(),
                column.name()
            );
            let help = "Let the rows of one term agree, or leave the cell empty in all but the first.";
            let finding =
                Finding::new("read-row", Severity::Warning, cells.place.clone(), message).help(help);
            cells.sink.finding(finding);
        }
    }
}

fn take_concept(concept: &mut Concept, cells: &mut Cells<'_>, key: &str, origin: &str) {
    for subject in cells.list(Column::Subject) {
        add(&mut concept.subject_fields, subject);
    }
    for relation in relations(cells.text(Column::Relations)) {
        add(&mut concept.relations, relation);
    }
    for reference in cells.list(Column::References).map(reference) {
        add(&mut concept.references, reference);
    }
    if let Some(note) = cells.text(Column::ConceptNote) {
        add(&mut concept.notes, Note::new(note));
    }
    for customer in cells.list(Column::ConceptCustomer) {
        add(&mut concept.customers, customer);
    }
    for project in cells.list(Column::ConceptProject) {
        add(&mut concept.projects, project);
    }
    for slug in cells.list(Column::FormerSlugs).filter_map(|s| s.parse().ok()) {
        add(&mut concept.former_slugs, slug);
    }
    let foreign_ids = cells.list(Column::ForeignIds).filter_map(|pair| {
        let (origin, id) = pair.split_once('=')?;
        Some(ForeignId { origin: origin.to_owned(), id: id.to_owned() })
    });
    for foreign in foreign_ids {
        // A concept without a slug is written under its foreign id: that is no further one.
        if foreign.id == key {
            concept.foreign_ids.retain(|f| f.origin != origin || f.id != key);
        }
        add(&mut concept.foreign_ids, foreign);
    }
    let status = cells.owned(Column::ProcessStatus);
    settle(&mut concept.process_status, status, Column::ProcessStatus, cells);
    let reliability = cells.reliability(Column::ConceptReliability);
    settle(&mut concept.reliability, reliability, Column::ConceptReliability, cells);
}

fn take_section(section: &mut LanguageSection, cells: &mut Cells<'_>, lang: &str) {
    let written = cells.text(Column::LangWritten).unwrap_or(lang);
    if section.written.is_none() && written != section.lang.as_str() {
        section.written = Some(written.to_owned());
    }
    if let Some(note) = cells.text(Column::LangNote) {
        add(&mut section.notes, Note::new(note));
    }
    for reference in cells.list(Column::LangReferences).map(reference) {
        add(&mut section.references, reference);
    }
}

fn take_definition(concept: &mut Concept, section: usize, term: usize, first: bool, cells: &mut Cells<'_>) {
    let Some(text) = cells.text(Column::Definition) else { return };
    let source = cells.source([
        Column::DefinitionSource,
        Column::DefinitionOutlet,
        Column::DefinitionUrl,
        Column::DefinitionDate,
    ]);
    let level = cells.word(Column::DefinitionLevel, read_level, || "Write concept, language or term.".into());
    let lang =
        cells.word(Column::DefinitionLang, super::language, || "Write a tag such as en or zh-Hans.".into());
    let definition = Definition {
        text: text.to_owned(),
        lang,
        source: (!source.is_empty()).then_some(source),
        kind: cells.owned(Column::DefinitionKind),
        notes: cells.list(Column::DefinitionNote).map(Note::new).collect(),
        other: vec![],
    };
    let level = match level {
        Some(level) => level,
        None if first => DefinitionLevel::Concept,
        // Tables repeat the concept's definition in every row.
        None if concept.definitions.iter().take(64).any(|d| d.text == text) => return,
        None => DefinitionLevel::Language,
    };
    let section = &mut concept.languages[section];
    match level {
        DefinitionLevel::Concept => add(&mut concept.definitions, definition),
        DefinitionLevel::Language => add(&mut section.definitions, definition),
        DefinitionLevel::Term => add(&mut section.terms[term].definitions, definition),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DefinitionLevel {
    Concept,
    Language,
    Term,
}

fn read_level(word: &str) -> Option<DefinitionLevel> {
    Some(match words::bare(word).as_str() {
        "concept" => DefinitionLevel::Concept,
        "language" | "lang" => DefinitionLevel::Language,
        "term" => DefinitionLevel::Term,
        _ => return None,
    })
}

fn take_term(term: &mut Term, cells: &mut Cells<'_>, separate: bool) {
    let status = cells.word(Column::Status, words::status, names!(Status));
    term.forbidden |= status.is_some_and(|(_, forbidden)| forbidden);
    settle(&mut term.status, status.map(|(status, _)| status), Column::Status, cells);
    let kind = cells.word(Column::Kind, words::kind, names!(TermKind));
    settle(&mut term.kind, kind, Column::Kind, cells);
    term.forbidden |= cells.yes(Column::Forbidden) == Some(true);

    if let Some(text) = cells.text(Column::Context) {
        let of_context = if separate {
            [Column::ContextSource, Column::ContextOutlet, Column::ContextUrl, Column::ContextDate]
        } else {
            [Column::Source, Column::Outlet, Column::Url, Column::Date]
        };
        let context = Context {
            text: text.to_owned(),
            kind: cells.one_of(Column::ContextKind, names!(ContextKind)),
            source: cells.source(of_context),
            notes: cells.list(Column::ContextNote).map(Note::new).collect(),
            other: vec![],
        };
        add(&mut term.contexts, context);
    }
    if separate || cells.text(Column::Context).is_none() {
        let source = cells.source([Column::Source, Column::Outlet, Column::Url, Column::Date]);
        if !source.is_empty() {
            add(&mut term.sources, source);
        }
    }
    if let Some(note) = cells.text(Column::Note) {
        add(&mut term.notes, Note::new(note));
    }
    let period = Period { from: cells.date(Column::ValidFrom), to: cells.date(Column::ValidTo) };
    if period != Period::default() {
        add(&mut term.validity, period);
    }

    for (field, column) in [
        (&mut term.of, Column::Of),
        (&mut term.part_of_speech, Column::PartOfSpeech),
        (&mut term.region, Column::Region),
        (&mut term.reading, Column::Reading),
        (&mut term.pattern, Column::Pattern),
        (&mut term.foreign_id, Column::TermId),
    ] {
        let said = cells.owned(column);
        settle(field, said, column, cells);
    }
    let gender = cells.one_of(Column::Gender, names!(Gender));
    settle(&mut term.gender, gender, Column::Gender, cells);
    let number = cells.one_of(Column::Number, names!(Number));
    settle(&mut term.number, number, Column::Number, cells);
    let register = cells.one_of(Column::Register, names!(Register));
    settle(&mut term.register, register, Column::Register, cells);
    let reliability = cells.reliability(Column::Reliability);
    settle(&mut term.reliability, reliability, Column::Reliability, cells);
    let mode = cells.one_of(Column::Match, names!(MatchMode));
    settle(&mut term.match_rule.mode, mode, Column::Match, cells);
    term.match_rule.case_sensitive |= cells.yes(Column::CaseSensitive) == Some(true);
    term.match_rule.do_not_translate |= cells.yes(Column::DoNotTranslate) == Some(true);
    for form in cells.list(Column::Forms) {
        add(&mut term.match_rule.forms, form);
    }
    for customer in cells.list(Column::Customer) {
        add(&mut term.customers, customer);
    }
    for project in cells.list(Column::Project) {
        add(&mut term.projects, project);
    }
    for relation in relations(cells.text(Column::TermRelations)) {
        add(&mut term.relations, relation);
    }
    for reference in cells.list(Column::TermReferences).map(reference) {
        add(&mut term.references, reference);
    }
}

/// Reads `broader=a|related=b`, or the same with blanks between.
fn relations(cell: Option<&str>) -> Vec<Relation> {
    let Some(cell) = cell else { return vec![] };
    let one = |text: &String| {
        let (kind, target) = text.split_once('=')?;
        let kind: RelationKind = kind.parse().ok()?;
        (!target.is_empty()).then(|| Relation { kind, target: target.to_owned(), label: None })
    };
    let pieces: Vec<String> = super::grid::split_at(cell, |c| c == '|' || c.is_whitespace())
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect();
    if let Some(relations) = pieces.iter().map(one).collect() {
        return relations;
    }
    // A target with a blank in it, or no kind at all.
    let plain = |text: String| Relation { kind: RelationKind::See, target: text, label: None };
    split_values(cell)
        .into_iter()
        .filter(|p| !p.is_empty())
        .map(|p| one(&p).unwrap_or_else(|| plain(p)))
        .collect()
}

fn relations_cell(relations: &[Relation]) -> String {
    let mut out = String::new();
    for relation in relations {
        if !out.is_empty() {
            out.push('|');
        }
        out.push_str(relation.kind.as_str());
        out.push('=');
        for c in relation.target.chars() {
            if c == '|' || c == '\\' || c.is_whitespace() {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// Reads `page=https://…`; without a kind it is a page.
fn reference(text: String) -> Reference {
    let known = text.split_once('=').and_then(|(kind, target)| Some((kind.parse().ok()?, target)));
    match known {
        Some((kind, target)) if !target.is_empty() => {
            Reference { kind, target: target.to_owned(), label: None }
        }
        _ => Reference { kind: ReferenceKind::Page, target: text, label: None },
    }
}

fn references_cell(references: &[Reference]) -> String {
    let pairs: Vec<String> = references.iter().map(|r| format!("{}={}", r.kind, r.target)).collect();
    join_values(pairs.iter().map(String::as_str))
}

/// Writes a long term table with commas.
pub(super) fn write_csv(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    _: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut table = CellWriter::new(super::out_stream(out)?, b',', true)?;
    write(entries, &mut table)
}

/// Writes a long term table with tabs.
pub(super) fn write_tsv(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    _: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut table = CellWriter::new(super::out_stream(out)?, b'\t', false)?;
    write(entries, &mut table)
}

/// Writes a long term table, whatever carries it.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    out: &mut dyn grid::Cells,
) -> Result<LossReport, WriteError> {
    let mut report = LossReport::default();
    let mut sheet = Sheet::new();
    let mut keys = FxHashSet::default();
    for entry in entries {
        let mut concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => *concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                super::refuse_unit(&unit, &mut report);
                continue;
            }
        };
        let name = concept.name();
        let mut losses = Losses::default();
        if out.is_sheet() {
            losses.fit(&mut concept);
        }
        reduce(&mut concept, &mut losses);
        if concept.languages.is_empty() {
            // A row is a term: without one there is nowhere to write the rest.
            losses = Losses::default();
            losses.lose(&At::ROOT, "a concept without a term has no row");
            losses.report(&name, &mut report);
            continue;
        }
        losses.report(&name, &mut report);
        let key = key(&concept, report.concepts, &mut keys);
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        sheet.add(&concept, &key);
    }
    sheet.write(out)?;
    out.finish(&mut report)?;
    Ok(report)
}

/// What stands in the concept column.
fn key(concept: &Concept, nth: u64, keys: &mut FxHashSet<String>) -> String {
    let foreign = || {
        let id = &concept.foreign_ids.first()?.id;
        // A foreign id that looks like a slug would be read back as one.
        id.parse::<Slug>().is_err().then(|| id.clone())
    };
    let key =
        concept.slug.as_ref().map(Slug::to_string).or_else(foreign).unwrap_or_else(|| (nth + 1).to_string());
    let mut free = key.clone();
    let mut n = 1;
    while keys.contains(&free) {
        n += 1;
        free = format!("{key} ({n})");
    }
    keys.insert(free.clone());
    free
}

/// Leaves of a concept what reads back the same.
fn reduce(concept: &mut Concept, losses: &mut Losses) {
    let root = At::ROOT;
    losses.sift(&mut concept.former_slugs, root.name("former_slugs"), |_, _, _| None);
    losses.sift(&mut concept.foreign_ids, root.name("foreign_ids"), |foreign, _, _| {
        if foreign.origin.is_empty() || foreign.id.is_empty() {
            return Some(EMPTY);
        }
        foreign.origin.contains('=').then_some("the name of its origin holds an equals sign")
    });
    losses.sift_texts(&mut concept.subject_fields, root.name("subject_fields"));
    sift_definitions(&mut concept.definitions, root.name("definitions"), losses);
    sift_relations(&mut concept.relations, root.name("relations"), losses);
    sift_references(&mut concept.references, root.name("references"), losses);
    losses.sift_notes(&mut concept.notes, root.name("notes"));
    losses.sift_texts(&mut concept.customers, root.name("customers"));
    losses.sift_texts(&mut concept.projects, root.name("projects"));
    losses.blank(&mut concept.process_status, root.name("process_status"));
    losses.clear(&mut concept.transactions, root.name("transactions"), NO_COLUMN);
    losses.clear(&mut concept.other, root.name("other"), NO_COLUMN);
    let mut seen = FxHashSet::default();
    losses.sift(&mut concept.languages, root.name("languages"), |section, at, losses| {
        if !seen.insert(section.lang.clone()) {
            return Some("the concept has a section of this language already");
        }
        losses.blank(&mut section.written, at.name("written"));
        if section.written.as_deref() == Some(section.lang.as_str()) {
            section.written = None;
            losses.lose(&at.name("written"), "it is the tag itself");
        }
        sift_definitions(&mut section.definitions, at.name("definitions"), losses);
        losses.sift_notes(&mut section.notes, at.name("notes"));
        sift_references(&mut section.references, at.name("references"), losses);
        losses.clear(&mut section.transactions, at.name("transactions"), NO_COLUMN);
        losses.clear(&mut section.other, at.name("other"), NO_COLUMN);
        let mut texts = FxHashSet::default();
        losses.sift(&mut section.terms, at.name("terms"), |term, at, losses| {
            if term.text.is_empty() {
                return Some(EMPTY);
            }
            if !texts.insert(term.text.clone()) {
                return Some("the section has a term of this text already");
            }
            reduce_term(term, at, losses);
            None
        });
        section.terms.is_empty().then_some("a language without a term has no row")
    });
}

fn reduce_term(term: &mut Term, at: &At<'_>, losses: &mut Losses) {
    losses.blank(&mut term.of, at.name("of"));
    losses.blank(&mut term.part_of_speech, at.name("part_of_speech"));
    losses.blank(&mut term.region, at.name("region"));
    losses.blank(&mut term.reading, at.name("reading"));
    losses.blank(&mut term.pattern, at.name("pattern"));
    losses.blank(&mut term.foreign_id, at.name("foreign_id"));
    losses.sift(&mut term.validity, at.name("validity"), |period, _, _| {
        (*period == Period::default()).then_some("a period without a date says nothing")
    });
    losses.sift_texts(&mut term.match_rule.forms, at.name("match").name("forms"));
    losses.sift(&mut term.sources, at.name("sources"), |source, at, losses| {
        losses.sift_source(source, at);
        source.is_empty().then_some(EMPTY)
    });
    losses.sift(&mut term.contexts, at.name("contexts"), |context, at, losses| {
        losses.sift_source(&mut context.source, &at.name("source"));
        losses.sift_notes(&mut context.notes, at.name("notes"));
        losses.clear(&mut context.other, at.name("other"), NO_COLUMN);
        context.text.is_empty().then_some(EMPTY)
    });
    sift_definitions(&mut term.definitions, at.name("definitions"), losses);
    sift_relations(&mut term.relations, at.name("relations"), losses);
    sift_references(&mut term.references, at.name("references"), losses);
    losses.sift_notes(&mut term.notes, at.name("notes"));
    losses.sift_texts(&mut term.customers, at.name("customers"));
    losses.sift_texts(&mut term.projects, at.name("projects"));
    losses.clear(&mut term.transactions, at.name("transactions"), NO_COLUMN);
    losses.sift(&mut term.other, at.name("other"), |category, at, losses| {
        if category.element != "column" || category.kind.is_empty() || category.value.is_empty() {
            return Some(NO_COLUMN);
        }
        if let Some(column) = Column::by_header(&category.kind)
            && (column.name() != category.kind || !is_unreadable(column, &category.value))
        {
            return Some("a column of this name means something else");
        }
        losses.clear(&mut category.attributes, at.name("attributes"), NO_COLUMN);
        losses.clear(&mut category.group, at.name("group"), NO_COLUMN);
        losses.clear(&mut category.order, at.name("order"), NO_COLUMN);
        None
    });
}

/// Tells whether a column of words or dates would not understand this, so that it is kept as it is.
fn is_unreadable(column: Column, value: &str) -> bool {
    match column {
        Column::Status => words::status(value).is_none(),
        Column::Kind => words::kind(value).is_none(),
        Column::Forbidden | Column::CaseSensitive | Column::DoNotTranslate => words::yes(value).is_none(),
        Column::Gender => value.parse::<crate::model::Gender>().is_err(),
        Column::Number => value.parse::<crate::model::Number>().is_err(),
        Column::Register => value.parse::<crate::model::Register>().is_err(),
        Column::Match => value.parse::<crate::model::MatchMode>().is_err(),
        Column::Reliability => value.parse::<u8>().is_err(),
        Column::Date | Column::ValidFrom | Column::ValidTo => value.parse::<Date>().is_err(),
        _ => false,
    }
}

fn sift_definitions(list: &mut Vec<Definition>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |definition, at, losses| {
        losses.blank(&mut definition.kind, at.name("kind"));
        if let Some(source) = &mut definition.source {
            losses.sift_source(source, &at.name("source"));
            if source.is_empty() {
                definition.source = None;
                losses.lose(&at.name("source"), EMPTY);
            }
        }
        losses.sift_notes(&mut definition.notes, at.name("notes"));
        losses.clear(&mut definition.other, at.name("other"), NO_COLUMN);
        definition.text.is_empty().then_some(EMPTY)
    });
}

fn sift_relations(list: &mut Vec<Relation>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |relation, at, losses| {
        losses.clear(&mut relation.label, at.name("label"), NO_COLUMN);
        relation.target.is_empty().then_some(EMPTY)
    });
}

fn sift_references(list: &mut Vec<Reference>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |reference, at, losses| {
        losses.clear(&mut reference.label, at.name("label"), NO_COLUMN);
        reference.target.is_empty().then_some(EMPTY)
    });
}

/// The rows of a table until all columns are known.
struct Sheet {
    packed: Packed,
    /// The columns in use, by [`Column`].
    used: Vec<bool>,
    /// The columns that only data categories use; they come after all of ours.
    others: Vec<String>,
    by_name: FxHashMap<String, u32>,
    /// Whether some term has both contexts and sources of its own, so that both need columns.
    separate: bool,
}

impl Sheet {
    fn new() -> Self {
        let mut used = vec![false; Column::ALL.len()];
        used[..Column::CONTRACT].fill(true);
        Self {
            packed: Packed::default(),
            used,
            others: vec![],
            by_name: FxHashMap::default(),
            separate: false,
        }
    }

    fn add(&mut self, concept: &Concept, key: &str) {
        let mut first_row = true;
        for section in &concept.languages {
            for (t, term) in section.terms.iter().enumerate() {
                let mut block = Block(vec![Cellmap::new()]);
                if first_row {
                    block.concept(concept);
                }
                if t == 0 {
                    block.section(section);
                }
                block.term(term);
                block.definitions(concept, section, term, first_row, t == 0);
                self.separate |= !term.contexts.is_empty()
                    && (!term.sources.is_empty() || term.other.iter().any(|c| c.kind == Column::Date.name()));
                self.categories(&mut block, &term.other);
                for mut row in block.0 {
                    row.insert(Column::Concept as u32, key.to_owned());
                    row.insert(Column::Lang as u32, section.lang.to_string());
                    row.insert(Column::Term as u32, term.text.clone());
                    for column in row.keys() {
                        if let Some(used) = self.used.get_mut(*column as usize) {
                            *used = true;
                        }
                    }
                    self.packed.push(&row);
                }
                first_row = false;
            }
        }
    }

    /// Places data categories so that reading rows and columns in order meets them in order.
    fn categories(&mut self, block: &mut Block, categories: &[DataCategory]) {
        let mut last = None;
        for category in categories {
            let column = match Column::by_header(&category.kind) {
                Some(column) => column as u32,
                None => match self.by_name.get(&category.kind) {
                    Some(&column) => column,
                    None => {
                        let column = (Column::ALL.len() + self.others.len()) as u32;
                        self.others.push(category.kind.clone());
                        self.by_name.insert(category.kind.clone(), column);
                        column
                    }
                },
            };
            let mut at = match last {
                Some((row, before)) if column > before => row,
                Some((row, _)) => row + 1,
                None => 0,
            };
            while block.0.get(at).is_some_and(|row| row.contains_key(&column)) {
                at += 1;
            }
            block.row(at).insert(column, category.value.clone());
            last = Some((at, column));
        }
    }

    fn write(mut self, out: &mut dyn grid::Cells) -> std::io::Result<()> {
        let of_contexts = [
            (Column::ContextSource, Column::Source),
            (Column::ContextUrl, Column::Url),
            (Column::ContextDate, Column::Date),
            (Column::ContextOutlet, Column::Outlet),
        ];
        for (own, shared) in of_contexts {
            if !self.separate {
                self.used[shared as usize] |= self.used[own as usize];
                self.used[own as usize] = false;
            }
        }
        // Its presence is what tells a reader that the plain columns are the term's.
        self.used[Column::ContextSource as usize] |= self.separate;
        let mut columns: Vec<u32> = (0..self.used.len() as u32).filter(|c| self.used[*c as usize]).collect();
        columns.extend((0..self.others.len()).map(|n| (Column::ALL.len() + n) as u32));
        for &column in &columns {
            out.cell(match Column::ALL.get(column as usize) {
                Some(column) => column.name(),
                None => &self.others[column as usize - Column::ALL.len()],
            });
        }
        out.end()?;
        let separate = self.separate;
        self.packed.each(|cells| {
            for (column, _) in cells.iter_mut().filter(|_| !separate) {
                if let Some((_, shared)) = of_contexts.iter().find(|(own, _)| *own as u32 == *column) {
                    *column = *shared as u32;
                }
            }
            for column in &columns {
                out.cell(cells.iter().find(|(c, _)| c == column).map_or("", |(_, text)| text));
            }
            out.end()
        })
    }
}

/// The rows of one term.
struct Block(Vec<Cellmap>);

impl Block {
    fn row(&mut self, at: usize) -> &mut Cellmap {
        if self.0.len() <= at {
            self.0.resize_with(at + 1, Cellmap::new);
        }
        &mut self.0[at]
    }

    fn put(&mut self, at: usize, column: Column, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.row(at).insert(column as u32, text);
        }
    }

    fn option(&mut self, column: Column, text: Option<&str>) {
        self.put(0, column, text.unwrap_or_default());
    }

    fn values(&mut self, column: Column, values: &[String]) {
        self.put(0, column, join_values(values.iter().map(String::as_str)));
    }

    fn notes(&mut self, column: Column, notes: &[Note]) {
        for (at, note) in notes.iter().enumerate() {
            self.put(at, column, &*note.text);
        }
    }

    fn flag(&mut self, column: Column, is: bool) {
        self.put(0, column, if is { "yes" } else { "" });
    }

    fn source(&mut self, at: usize, source: &Source, [title, outlet, url, date]: [Column; 4]) {
        self.put(at, title, source.title.as_deref().unwrap_or_default());
        self.put(at, outlet, source.outlet.as_deref().unwrap_or_default());
        self.put(at, url, source.url.as_deref().unwrap_or_default());
        self.put(at, date, source.date.map(|d| d.to_string()).unwrap_or_default());
    }

    fn concept(&mut self, concept: &Concept) {
        self.values(Column::Subject, &concept.subject_fields);
        self.put(0, Column::Relations, relations_cell(&concept.relations));
        self.put(0, Column::References, references_cell(&concept.references));
        self.notes(Column::ConceptNote, &concept.notes);
        self.values(Column::ConceptCustomer, &concept.customers);
        self.values(Column::ConceptProject, &concept.projects);
        self.put(
            0,
            Column::ConceptReliability,
            concept.reliability.map(|r| r.to_string()).unwrap_or_default(),
        );
        self.option(Column::ProcessStatus, concept.process_status.as_deref());
        let slugs: Vec<&str> = concept.former_slugs.iter().map(Slug::as_str).collect();
        self.put(0, Column::FormerSlugs, join_values(slugs));
        let pairs: Vec<String> =
            concept.foreign_ids.iter().map(|f| format!("{}={}", f.origin, f.id)).collect();
        self.values(Column::ForeignIds, &pairs);
    }

    fn section(&mut self, section: &LanguageSection) {
        self.option(Column::LangWritten, section.written.as_deref());
        self.notes(Column::LangNote, &section.notes);
        self.put(0, Column::LangReferences, references_cell(&section.references));
    }

    fn definitions(
        &mut self,
        concept: &Concept,
        section: &LanguageSection,
        term: &Term,
        first_of_concept: bool,
        first_of_section: bool,
    ) {
        let concepts: &[Definition] = if first_of_concept { &concept.definitions } else { &[] };
        let sections: &[Definition] = if first_of_section { &section.definitions } else { &[] };
        let all = concepts
            .iter()
            .map(|d| (DefinitionLevel::Concept, d))
            .chain(sections.iter().map(|d| (DefinitionLevel::Language, d)))
            .chain(term.definitions.iter().map(|d| (DefinitionLevel::Term, d)));
        for (at, (level, definition)) in all.enumerate() {
            let first = first_of_concept && at == 0;
            let repeats = || concept.definitions.iter().any(|d| d.text == definition.text);
            let level = match level {
                DefinitionLevel::Concept if first => "",
                DefinitionLevel::Concept => "concept",
                DefinitionLevel::Language if !first && !repeats() => "",
                DefinitionLevel::Language => "language",
                DefinitionLevel::Term => "term",
            };
            self.put(at, Column::Definition, &*definition.text);
            self.put(at, Column::DefinitionLevel, level);
            self.put(at, Column::DefinitionLang, definition.lang.as_ref().map_or("", LanguageTag::as_str));
            self.put(at, Column::DefinitionKind, definition.kind.as_deref().unwrap_or_default());
            self.put(at, Column::DefinitionNote, join_values(definition.notes.iter().map(|n| &*n.text)));
            if let Some(source) = &definition.source {
                self.source(
                    at,
                    source,
                    [
                        Column::DefinitionSource,
                        Column::DefinitionOutlet,
                        Column::DefinitionUrl,
                        Column::DefinitionDate,
                    ],
                );
            }
        }
    }

    fn term(&mut self, term: &Term) {
        self.option(Column::Status, term.status.map(|s| s.as_str()));
        self.option(Column::Kind, term.kind.map(|k| k.as_str()));
        self.flag(Column::Forbidden, term.forbidden);
        for (at, context) in term.contexts.iter().enumerate() {
            self.put(at, Column::Context, &*context.text);
            self.put(at, Column::ContextKind, context.kind.map_or("", |k| k.as_str()));
            let columns =
                [Column::ContextSource, Column::ContextOutlet, Column::ContextUrl, Column::ContextDate];
            self.source(at, &context.source, columns);
            self.put(at, Column::ContextNote, join_values(context.notes.iter().map(|n| &*n.text)));
        }
        for (at, source) in term.sources.iter().enumerate() {
            self.source(at, source, [Column::Source, Column::Outlet, Column::Url, Column::Date]);
        }
        self.notes(Column::Note, &term.notes);
        for (at, period) in term.validity.iter().enumerate() {
            self.put(at, Column::ValidFrom, period.from.map(|d| d.to_string()).unwrap_or_default());
            self.put(at, Column::ValidTo, period.to.map(|d| d.to_string()).unwrap_or_default());
        }
        self.option(Column::Of, term.of.as_deref());
        self.option(Column::PartOfSpeech, term.part_of_speech.as_deref());
        self.option(Column::Gender, term.gender.map(|g| g.as_str()));
        self.option(Column::Number, term.number.map(|n| n.as_str()));
        self.option(Column::Register, term.register.map(|r| r.as_str()));
        self.option(Column::Region, term.region.as_deref());
        self.option(Column::Reading, term.reading.as_deref());
        self.option(Column::Match, term.match_rule.mode.map(|m| m.as_str()));
        self.values(Column::Forms, &term.match_rule.forms);
        self.flag(Column::CaseSensitive, term.match_rule.case_sensitive);
        self.flag(Column::DoNotTranslate, term.match_rule.do_not_translate);
        self.option(Column::Pattern, term.pattern.as_deref());
        self.put(0, Column::TermRelations, relations_cell(&term.relations));
        self.put(0, Column::TermReferences, references_cell(&term.references));
        self.values(Column::Customer, &term.customers);
        self.values(Column::Project, &term.projects);
        self.put(0, Column::Reliability, term.reliability.map(|r| r.to_string()).unwrap_or_default());
        self.option(Column::TermId, term.foreign_id.as_deref());
    }
}
