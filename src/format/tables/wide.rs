//! The wide term table: a row for a concept, a column for a language.
//!
//! A column headed by a language, as a tag or by its name, holds terms: several in a cell are
//! separated by `|` (`\|` is a bar), the first is the preferred one, the others are admitted; a cell
//! that begins with `|` has no preferred one. `note`, `definition`, `subject` and `concept` speak of the
//! concept. When notes or examples come once for each language, as MateCat has them, each speaks
//! of the language column before it. `Forbidden` rules out the terms of every language but the first.
//! Other columns are kept with the concept and written back.
//!
//! A list without a header, as OmegaT keeps it (source, target, comment; `#` begins a remark; no
//! quotation marks in lists with tabs), is read when the languages are given.
//!
//! Writing leaves out terms that may not be used: the table has no place for their status, and they
//! would read as good ones. The `concept` column at the end lets the table be imported again as
//! changes to the same concepts. Languages come in one order for the whole table.

use rustc_hash::{FxHashMap, FxHashSet};

use super::columns::Column;
use super::grid::{CellWriter, Cellmap, Cells, Packed, Row, Rows, Table, join_values, split_values};
use super::header;
use super::losses::{At, EMPTY, Losses, NO_COLUMN};
use super::words::{self, bare};
use crate::format::{
    Entry, Input, LossReport, Output, ReadError, ReadOptions, Sink, WriteError, WriteOptions,
};
use crate::model::{
    Concept, Context, DataCategory, Definition, Finding, ForeignId, LanguageSection, LanguageTag, Note,
    Place, Severity, Slug, Status, Term,
};

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
enum Holds {
    /// Terms of a language, written so in the header.
    Terms(LanguageTag, String),
    /// Notes on the terms in another column, or on the concept.
    Note(Option<usize>),
    /// Contexts of the terms in another column.
    Context(usize),
    Concept,
    Definition,
    Subject,
    Forbidden,
    PartOfSpeech,
    Other(String),
    Nothing,
}

/// Returns the column that a header lacks to be that of a long table, where it has the other two.
fn lacks_for_long(row: &Row) -> Option<&'static str> {
    let has = |wanted: Column| row.cells().any(|cell| Column::by_header(cell) == Some(wanted));
    match (has(Column::Concept), has(Column::Lang), has(Column::Term)) {
        (false, true, true) => Some("concept"),
        (true, false, true) => Some("lang"),
        (true, true, false) => Some("term"),
        _ => None,
    }
}

/// Doubts a header in which one cell alone is a language and others say nothing: `en` may be a cell of a
/// table without a header.
fn is_it_a_header(columns: &[Holds], place: Place) -> Option<Finding> {
    let mut langs =
        columns.iter().filter_map(|c| if let Holds::Terms(_, written) = c { Some(written) } else { None });
    let (lang, None) = (langs.next()?, langs.next()) else { return None };
    let others: Vec<_> = columns
        .iter()
        .filter_map(|c| if let Holds::Other(name) = c { Some(&**name) } else { None })
        .collect();
    if others.is_empty() {
        return None;
    }
    let message = format!(
        "The first row was taken for a header, because of \"{lang}\"; nobody knows its {}.",
        others.iter().take(6).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    );
    let help =
        "If it is an entry, undo the import and put a header before it, such as concept,lang,term,status.";
    Some(Finding::new("read-header", Severity::Warning, place, message).help(help))
}

/// Reads a wide term table.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let (stream, name) = super::stream(input)?;
    let mut rows = Rows::open(stream, name, options)?;
    read_table(&mut rows, name, options, sink)
}

/// Reads a wide term table, whatever carries it.
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
    let mut columns = understand(&row.cells().collect::<Vec<_>>(), options);
    let has_header = columns.iter().any(|c| matches!(c, Holds::Terms(..)));
    if has_header {
        rows.next(&mut row)?;
        if let Some(finding) = is_it_a_header(&columns, rows.place(&row)) {
            sink.finding(finding);
        }
    } else if options.langs.len() > 1 {
        rows.has_no_header();
        columns = options.langs.iter().map(|l| Holds::Terms(l.clone(), l.to_string())).collect();
        columns.push(Holds::Note(None));
    } else if let Some(missing) = lacks_for_long(&row) {
        let what = format!(
            "a table with one term a row needs the columns concept, lang and term; {missing} is missing"
        );
        return Err(ReadError::Broken(rows.place(&row), what));
    } else {
        let what = format!(
            "no column is headed by a language such as en, zh-Hans or French (the first row is {}); \
             for a list without a header give the languages of its columns, source first",
            row.cells().take(6).map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ")
        );
        return Err(ReadError::Broken(rows.place(&row), what));
    }
    let origin = super::file_name(name);
    while rows.next(&mut row)? {
        rows.complain(&row, columns.len(), sink);
        let place = rows.place(&row);
        let Some(concept) = concept(&columns, &row, has_header, origin) else {
            let message = "The row has no term in any language column and is left out.";
            sink.finding(
                Finding::new("read-row", Severity::Warning, place, message)
                    .help("Put at least one term into a language column."),
            );
            continue;
        };
        if !has_header && row.len() < 2 {
            let message = format!("\"{}\" stands alone in its row and is left out.", row.cell(0));
            sink.finding(
                Finding::new("read-row", Severity::Warning, place, message)
                    .help("A row of such a list is a source term, a tab or comma, and a target term."),
            );
            continue;
        }
        if sink.entry(Entry::Concept(Box::new(concept)), place).is_break() {
            return Ok(());
        }
    }
    rows.conclude(sink);
    Ok(())
}

/// Finds out what each column holds.
fn understand(header: &[&str], options: &ReadOptions) -> Vec<Holds> {
    let mapped = |name: &str| {
        let name = name.trim().to_lowercase();
        options
            .map
            .iter()
            .find(|(_, theirs)| theirs.trim().to_lowercase() == name)
            .map(|(ours, _)| ours.clone())
    };
    let names: Vec<String> = header.iter().map(|h| mapped(h).unwrap_or_else(|| (*h).to_owned())).collect();
    let mut languages = header::languages(names.iter().map(String::as_str));
    // `source,target` is a header too when somebody says which languages these are.
    if languages.iter().flatten().next().is_none() && options.langs.len() > 1 {
        for (at, name) in names.iter().enumerate() {
            match bare(name).as_str() {
                "source" => languages[at] = Some(options.langs[0].clone()),
                "target" => languages[at] = Some(options.langs[1].clone()),
                _ => {}
            }
        }
        if languages.iter().flatten().count() != 2 {
            languages.fill(None);
        }
    }
    let kinds: Vec<Option<Column>> = names.iter().map(|n| Column::by_header(n)).collect();
    let times = |column| kinds.iter().filter(|k| **k == Some(column)).count();
    let notes_by_language = times(Column::Note) > 1;
    // The column that notes and examples speak of: `None` is the concept.
    let mut of: Option<Option<usize>> = None;
    let mut out = vec![];
    for (at, name) in names.iter().enumerate() {
        let other = || Holds::Other(name.clone());
        let holds = match (&languages[at], kinds[at]) {
            (Some(tag), _) => Holds::Terms(tag.clone(), header[at].trim().to_owned()),
            (None, Some(Column::Note)) if !notes_by_language || of.is_none() => Holds::Note(None),
            (None, Some(Column::Note)) => of.flatten().map_or_else(other, |of| Holds::Note(Some(of))),
            (None, Some(Column::Context)) => of.flatten().map_or_else(other, Holds::Context),
            (None, Some(Column::Concept)) => Holds::Concept,
            (None, Some(Column::Definition)) => Holds::Definition,
            (None, Some(Column::Subject)) => Holds::Subject,
            (None, Some(Column::Forbidden)) => Holds::Forbidden,
            (None, Some(Column::PartOfSpeech)) => Holds::PartOfSpeech,
            (None, _) => match bare(name).as_str() {
                "description" => Holds::Definition,
                "subdomain" => Holds::Subject,
                "" if name.trim().is_empty() => Holds::Nothing,
                _ => other(),
            },
        };
        match &holds {
            Holds::Terms(..) => of = Some(Some(at)),
            Holds::Other(_) if !matches!(kinds[at], Some(Column::Note | Column::Context)) => of = Some(None),
            _ => {}
        }
        out.push(holds);
    }
    out
}

/// Makes a concept of a row; `None` when there is no term in it.
fn concept(columns: &[Holds], row: &Row, has_header: bool, origin: &str) -> Option<Concept> {
    let mut concept = Concept::default();
    // Where the terms of each column went: (section, first term, number of terms).
    let mut went: FxHashMap<usize, (usize, usize)> = FxHashMap::default();
    for (at, holds) in columns.iter().enumerate().take(row.len()) {
        let Holds::Terms(tag, written) = holds else { continue };
        let cell = row.cell(at);
        if cell.trim().is_empty() {
            continue;
        }
        let mut values = if has_header { split_values(cell) } else { vec![cell.trim().to_owned()] };
        let none_preferred = values.len() > 1 && values[0].is_empty();
        values.retain(|v| !v.is_empty());
        if values.is_empty() {
            continue;
        }
        let s = match concept.languages.iter().position(|s| s.lang == *tag) {
            Some(s) => s,
            None => {
                let mut section = LanguageSection::new(tag.clone());
                section.written = (written != tag.as_str()).then(|| written.clone());
                concept.languages.push(section);
                concept.languages.len() - 1
            }
        };
        let terms = &mut concept.languages[s].terms;
        went.insert(at, (s, terms.len()));
        for value in values {
            let status =
                if terms.is_empty() && !none_preferred { Status::Preferred } else { Status::Admitted };
            // As far as a list for people is long; a hostile cell may hold millions.
            if terms.iter().take(64).all(|t| t.text != value) {
                terms.push(Term { status: Some(status), ..Term::new(value) });
            }
        }
    }
    if concept.languages.is_empty() {
        return None;
    }
    for (at, holds) in columns.iter().enumerate().take(row.len()) {
        let cell = row.cell(at);
        if cell.is_empty() {
            continue;
        }
        let mut at_term = |of: &usize, say: &mut dyn FnMut(&mut Term)| {
            if let Some((s, t)) = went.get(of)
                && let Some(term) = concept.languages[*s].terms.get_mut(*t)
            {
                say(term);
            }
        };
        match holds {
            Holds::Terms(..) | Holds::Nothing => {}
            Holds::Note(None) => concept.notes.push(Note::new(cell)),
            Holds::Note(Some(of)) => at_term(of, &mut |t| t.notes.push(Note::new(cell))),
            Holds::Context(of) => at_term(of, &mut |t| t.contexts.push(Context::new(cell))),
            Holds::Concept => match cell.parse::<Slug>() {
                Ok(slug) => concept.slug = Some(slug),
                Err(_) => {
                    concept.foreign_ids.push(ForeignId { origin: origin.to_owned(), id: cell.to_owned() });
                }
            },
            Holds::Definition => concept.definitions.push(Definition::new(cell)),
            Holds::Subject => {
                concept.subject_fields.extend(split_values(cell).into_iter().filter(|v| !v.is_empty()));
            }
            Holds::Forbidden if words::yes(cell) == Some(true) => {
                let terms = concept.languages.iter_mut().skip(1).flat_map(|s| &mut s.terms);
                terms.for_each(|t| t.forbidden = true);
            }
            Holds::Forbidden if words::yes(cell) == Some(false) => {}
            Holds::PartOfSpeech => {
                let terms = concept.languages.iter_mut().flat_map(|s| &mut s.terms);
                terms.for_each(|t| t.part_of_speech = Some(cell.to_owned()));
            }
            Holds::Forbidden => concept.other.push(kept(Column::Forbidden.name(), cell)),
            Holds::Other(name) => concept.other.push(kept(name, cell)),
        }
    }
    Some(concept)
}

fn kept(name: &str, value: &str) -> DataCategory {
    DataCategory { element: "column".into(), kind: name.into(), value: value.into(), ..Default::default() }
}

/// The columns that follow the languages, until the languages are all known.
const NOTE: u32 = 1 << 24;
const CONCEPT: u32 = NOTE + 1;
const SUBJECT: u32 = NOTE + 2;
const DEFINITION: u32 = NOTE + 3;
const OTHERS: u32 = NOTE + 4;

/// Writes a wide term table with commas.
pub(super) fn write_csv(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let mut table = CellWriter::new(super::out_stream(out)?, b',', true)?;
    write(entries, options, &mut table)
}

/// Writes a wide term table, whatever carries it.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: &mut dyn Cells,
) -> Result<LossReport, WriteError> {
    let mut report = LossReport::default();
    let mut packed = Packed::default();
    let mut languages: Vec<LanguageTag> = vec![];
    for tag in options.source_lang.iter().chain(&options.langs) {
        // The source language may be there as one of its regions only.
        let is_there = options.langs.is_empty() || options.langs.contains(tag);
        if is_there && !languages.contains(tag) {
            languages.push(tag.clone());
        }
    }
    let mut others: Vec<String> = vec![];
    let mut used = [false; (OTHERS - NOTE) as usize];
    used[0] = true;
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
            losses = Losses::default();
            losses.lose(&At::ROOT, "the concept has no term that may be used");
            losses.report(&name, &mut report);
            continue;
        }
        losses.report(&name, &mut report);
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        let mut row = Cellmap::new();
        for section in &concept.languages {
            let at = languages.iter().position(|l| *l == section.lang).unwrap_or_else(|| {
                languages.push(section.lang.clone());
                languages.len() - 1
            });
            let mut terms: Vec<&Term> = section.terms.iter().collect();
            terms.sort_by_key(|t| t.status != Some(Status::Preferred));
            let mut cell = join_values(terms.iter().map(|t| &*t.text));
            if terms[0].status == Some(Status::Admitted) {
                cell.insert(0, '|');
            }
            row.insert(at as u32, cell);
        }
        let mut put = |column: u32, text: String| {
            if !text.is_empty() {
                if let Some(used) = used.get_mut((column - NOTE) as usize) {
                    *used = true;
                }
                row.insert(column, text);
            }
        };
        put(NOTE, concept.notes.first().map(|n| n.text.clone()).unwrap_or_default());
        put(CONCEPT, concept.slug.as_ref().map(Slug::to_string).unwrap_or_default());
        put(SUBJECT, join_values(concept.subject_fields.iter().map(String::as_str)));
        put(DEFINITION, concept.definitions.first().map(|d| d.text.clone()).unwrap_or_default());
        for category in concept.other {
            let at = others.iter().position(|o| *o == category.kind).unwrap_or_else(|| {
                others.push(category.kind.clone());
                others.len() - 1
            });
            put(OTHERS + at as u32, category.value);
        }
        packed.push(&row);
    }
    let mut order: Vec<u32> = (0..languages.len() as u32).collect();
    if languages.len() > 2 && languages[0].as_str() == "id" {
        // In front of other languages it would read as the column of ids.
        order.swap(0, 1);
    }
    for at in &order {
        out.cell(languages[*at as usize].as_str());
    }
    let named = ["note", "concept", "subject", "definition"];
    for (name, _) in named.iter().zip(used).filter(|(_, used)| *used) {
        out.cell(name);
    }
    for name in &others {
        out.cell(name);
    }
    out.end()?;
    let columns: Vec<u32> = order
        .into_iter()
        .chain((NOTE..OTHERS).filter(|c| used[(c - NOTE) as usize]))
        .chain((0..others.len()).map(|o| OTHERS + o as u32))
        .collect();
    packed.each(|cells| {
        for column in &columns {
            out.cell(cells.iter().find(|(c, _)| c == column).map_or("", |(_, text)| text));
        }
        out.end()
    })?;
    out.finish(&mut report)?;
    Ok(report)
}

const UNUSABLE: &str = "the table has no place for a status, and the term would read as a good one";

/// Leaves of a concept what reads back the same.
fn reduce(concept: &mut Concept, losses: &mut Losses) {
    let root = At::ROOT;
    macro_rules! clear {
        ($losses:expr, $of:expr, $at:expr, $($field:ident)+) => {
            $($losses.clear(&mut $of.$field, $at.name(stringify!($field)), NO_COLUMN);)+
        };
    }
    clear!(losses, concept, root, former_slugs foreign_ids relations references customers projects process_status
        reliability transactions);
    losses.sift_texts(&mut concept.subject_fields, root.name("subject_fields"));
    let mut nth = 0;
    losses.sift(&mut concept.definitions, root.name("definitions"), |definition, at, losses| {
        losses.clear(&mut definition.lang, at.name("lang"), NO_COLUMN);
        losses.clear(&mut definition.source, at.name("source"), NO_COLUMN);
        losses.clear(&mut definition.kind, at.name("kind"), NO_COLUMN);
        losses.clear(&mut definition.notes, at.name("notes"), NO_COLUMN);
        losses.clear(&mut definition.other, at.name("other"), NO_COLUMN);
        only_first(&definition.text, &mut nth)
    });
    let mut nth = 0;
    losses.sift(&mut concept.notes, root.name("notes"), |note, at, losses| {
        losses.clear(&mut note.lang, at.name("lang"), NO_COLUMN);
        only_first(&note.text, &mut nth)
    });
    let mut kinds = vec![];
    losses.sift(&mut concept.other, root.name("other"), |category, at, losses| {
        let ours = header::language(&category.kind).is_some()
            || !matches!(understand(&[&category.kind], &ReadOptions::default())[..], [Holds::Other(_)])
            || Column::by_header(&category.kind).is_some();
        if category.element != "column" || category.value.is_empty() || ours || kinds.contains(&category.kind)
        {
            return Some(NO_COLUMN);
        }
        kinds.push(category.kind.clone());
        losses.clear(&mut category.attributes, at.name("attributes"), NO_COLUMN);
        losses.clear(&mut category.group, at.name("group"), NO_COLUMN);
        losses.clear(&mut category.order, at.name("order"), NO_COLUMN);
        None
    });
    let mut seen = vec![];
    losses.sift(&mut concept.languages, root.name("languages"), |section, at, losses| {
        if seen.contains(&section.lang) {
            return Some("the concept has a section of this language already");
        }
        seen.push(section.lang.clone());
        if !header::is_known(&section.lang) {
            return Some("a column headed so would not be known for a language");
        }
        clear!(losses, section, at, written definitions notes references transactions other);
        let mut texts = FxHashSet::default();
        let mut places = vec![];
        let mut nth = 0;
        losses.sift(&mut section.terms, at.name("terms"), |term, at, losses| {
            nth += 1;
            if !term.is_usable() {
                return Some(UNUSABLE);
            }
            if term.text.is_empty() {
                return Some(EMPTY);
            }
            if !texts.insert(term.text.clone()) {
                return Some("the section has a term of this text already");
            }
            places.push(nth - 1);
            clear!(losses, term, at, kind of validity part_of_speech gender number register region reading pattern
                sources contexts definitions relations references notes customers projects reliability
                transactions foreign_id other);
            losses.clear(&mut term.match_rule, at.name("match"), NO_COLUMN);
            None
        });
        // The cell says only which one is the preferred one, if there is one.
        let preferred = section.terms.iter().position(|t| t.status == Some(Status::Preferred));
        let judged = section.terms.iter().any(|t| t.status.is_some());
        for (t, term) in section.terms.iter_mut().enumerate() {
            let reads = match preferred {
                Some(preferred) if t == preferred => Status::Preferred,
                None if t == 0 && !judged => Status::Preferred,
                _ => Status::Admitted,
            };
            if term.status.replace(reads) != Some(reads) {
                let terms = at.name("terms");
                // Its place in the list as it was, which may be further on than in the list that is left.
                let at = terms.index(places[t]);
                losses.lose(&at.name("status"), "the first term of a cell reads as preferred, the others as admitted");
            }
        }
        section.terms.is_empty().then_some("the language has no term that may be used")
    });
}

fn only_first(text: &str, nth: &mut usize) -> Option<&'static str> {
    if text.is_empty() {
        return Some(EMPTY);
    }
    *nth += 1;
    (*nth > 1).then_some("a row has one cell for it")
}
