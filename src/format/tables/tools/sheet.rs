//! Sheets: a concept in a row, a column for each language and for what is said of it.
//!
//! What a program's sheet looks like is its columns ([`Holds`]) and how its header names them; picking the terms,
//! writing, reading and the loss report are here once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::grid::{Dialect, Row, Rows};
use super::super::words;
use super::lines::{Layout, Lines};
use super::list::as_read;
use super::pairs::{Chosen, clean, example, parted, read_example};
use super::told::{self, Kept, Reasons};
use super::{Receiver, memoq};
use crate::format::{
    Entry, Input, LossClass, LossReport, Output, ReadError, ReadOptions, Sink, WriteError, WriteOptions,
};
use crate::model::{
    Concept, Definition, Finding, Gender, LanguageSection, LanguageTag, Note, Reference, ReferenceKind,
    Severity, Source, Status, Term, TermKind,
};

/// What a column holds; languages and terms are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    /// A term. Terms come before what is said of them.
    Term(usize, usize),
    /// The definition in a language.
    DefinitionIn(usize),
    Definition,
    Subject,
    Note,
    Customer,
    Project,
    Page,
    Graphic,
    /// What memoQ calls the information on a term: case, matching, whether it is forbidden.
    Info(usize, usize),
    Example(usize, usize),
    Status(usize, usize),
    PartOfSpeech(usize, usize),
    Kind(usize, usize),
    Gender(usize, usize),
    TermNote(usize, usize),
    TermUrl(usize, usize),
    TermDefinition(usize, usize),
    /// The part of speech of every term in the row.
    PartOfSpeechOfAll,
    /// The best term of the first language once more, by which the program knows the row.
    Key,
    CaseSensitive,
    Translatable,
    Nothing,
}

/// What becomes of terms that may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bad {
    /// They are left out.
    Left,
    /// They stand there and are marked.
    Marked,
}

/// Columns to be written: what heads them and what they hold.
pub(super) type Columns = Vec<(String, Holds)>;

/// What the columns of a header hold, and the languages that they speak of.
pub(super) type Header = (Vec<Holds>, Vec<LanguageTag>);

/// A program's sheet.
pub(super) struct Sheet {
    /// Who reads it.
    pub receiver: Receiver,
    /// How its lines are laid out.
    pub layout: Layout,
    /// The columns for these languages, with so many terms in each.
    pub columns: fn(&[LanguageTag], &[usize]) -> Columns,
    /// What the columns of a header hold, and the languages that they speak of.
    pub header: fn(&[&str]) -> Header,
    /// Whether a language may have several terms.
    pub many: bool,
    /// What becomes of terms that may not be used.
    pub bad: Bad,
    /// Whether every other term of the first language has a row of its own.
    pub row_for_each_source: bool,
    /// Whether the first language's term may stand in one row only.
    pub unique: bool,
    /// The most bytes of a term.
    pub longest: usize,
    /// Reasons of its own, by the end of a pointer.
    pub fields: &'static [(&'static str, &'static str)],
}

type Cells = BTreeMap<Holds, String>;

/// The terms of a concept that go into a row, by language, and why the others do not.
struct Picked<'c> {
    terms: Vec<Vec<Chosen<'c>>>,
    whys: FxHashMap<(usize, usize), Cow<'static, str>>,
}

/// Writes a sheet.
pub(super) fn write(
    sheet: &Sheet,
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let out = super::super::out_stream(out)?;
    let mut report = LossReport::default();
    let mut langs: Vec<LanguageTag> = vec![];
    for tag in options.source_lang.iter().chain(&options.langs) {
        let is_there = options.langs.is_empty() || options.langs.contains(tag);
        if is_there && !langs.contains(tag) {
            langs.push(tag.clone());
        }
    }
    let mut rows: Vec<Cells> = vec![];
    let mut keys = FxHashSet::default();
    for entry in entries {
        let concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => *concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                super::super::refuse_unit(&unit, &mut report);
                continue;
            }
        };
        for section in &concept.languages {
            if !langs.contains(&section.lang) {
                langs.push(section.lang.clone());
            }
        }
        let picked = sheet.pick(&concept, &langs);
        let why = sheet.why_nothing(&picked, &langs, &keys);
        if let Some(why) = why {
            report.lose(LossClass::Lost, &concept.name(), "", &why);
            continue;
        }
        report.concepts += 1;
        rows.extend(sheet.rows_of(&concept, &langs, picked, &mut keys, &mut report));
    }
    let mut most = vec![0; langs.len()];
    for holds in rows.iter().flat_map(BTreeMap::keys) {
        if let Holds::Term(l, n) = holds {
            most[*l] = (n + 1).max(most[*l]);
        }
    }
    let columns = (sheet.columns)(&langs, &most);
    let mut lines = Lines::begin(out, sheet.layout, "")?;
    lines.row(&columns.iter().map(|(name, _)| &**name).collect::<Vec<_>>())?;
    for row in &rows {
        let cells: Vec<&str> =
            columns.iter().map(|(_, holds)| row.get(holds).map_or("", String::as_str)).collect();
        lines.row(&cells)?;
    }
    Ok(report)
}

impl Sheet {
    fn pick<'c>(&self, concept: &'c Concept, langs: &[LanguageTag]) -> Picked<'c> {
        let name = self.receiver.name;
        let mut picked = Picked { terms: vec![], whys: FxHashMap::default() };
        for lang in langs {
            let (good, bad) = parted(concept, |l| l == lang);
            let mut texts = FxHashSet::default();
            let mut kept: Vec<Chosen<'c>> = vec![];
            for chosen in good.into_iter().chain(bad) {
                let usable = chosen.term.is_usable();
                let place = (chosen.section, chosen.index);
                let proposed = chosen.term.standing() == Status::Proposed && !chosen.term.forbidden;
                let room = self.many || kept.is_empty() || (self.row_for_each_source && *lang == langs[0]);
                let why: Cow<'static, str> = if chosen.term.text.len() > self.longest {
                    format!("{name} takes at most {} bytes for a term", self.longest).into()
                } else if !usable && (self.bad == Bad::Left || proposed) {
                    self.receiver.would_not(chosen.term).unwrap_or_default().into()
                } else if !texts.insert(shown(&chosen.term.text)) {
                    "the same text stands there already".into()
                } else if !room {
                    format!("a row for {name} holds one term of a language, and another is better").into()
                } else {
                    kept.push(chosen);
                    continue;
                };
                picked.whys.insert(place, why);
            }
            picked.terms.push(kept);
        }
        // What is neither good nor bad has no text that could be shown.
        picked
    }

    /// Says why nothing of a concept can stand there, if so.
    fn why_nothing(
        &self,
        picked: &Picked<'_>,
        langs: &[LanguageTag],
        keys: &FxHashSet<String>,
    ) -> Option<String> {
        if picked.terms.iter().all(Vec::is_empty) {
            return Some("it has no term that may be used".to_owned());
        }
        if !self.unique {
            return None;
        }
        match picked.terms.first().and_then(|terms| terms.first()) {
            None => Some(format!("it has no term in {} that may be used", langs[0])),
            Some(first) if keys.contains(&shown(&first.term.text)) => {
                Some(format!("{} takes a term once, and another concept has it", self.receiver.name))
            }
            Some(_) => None,
        }
    }

    /// Lays out a concept, and reports what is not there.
    fn rows_of<'c>(
        &self,
        concept: &'c Concept,
        langs: &[LanguageTag],
        mut picked: Picked<'c>,
        keys: &mut FxHashSet<String>,
        report: &mut LossReport,
    ) -> Vec<Cells> {
        let mut more = vec![];
        if self.row_for_each_source && picked.terms[0].len() > 1 {
            more = picked.terms[0].drain(1..).collect();
        }
        for other in &more {
            picked.whys.insert((other.section, other.index), "it stands in a row of its own".into());
        }
        let cells = self.cells(concept, langs, &picked);
        self.tell(concept, langs, &picked, &cells, report);
        report.terms += picked.terms.iter().map(Vec::len).sum::<usize>() as u64;
        keys.extend(cells.get(&Holds::Term(0, 0)).cloned());
        let mut rows = vec![cells];
        for other in more {
            let text = shown(&other.term.text);
            if !self.unique || keys.insert(text.clone()) {
                let mut row = rows[0].clone();
                row.insert(Holds::Term(0, 0), text);
                rows.push(row);
                report.terms += 1;
            }
        }
        rows
    }

    fn cells(&self, concept: &Concept, langs: &[LanguageTag], picked: &Picked<'_>) -> Cells {
        let mut cells = Cells::new();
        let has = |wanted: Holds| {
            let columns = (self.columns)(langs, &vec![1; langs.len()]);
            columns.iter().any(|(_, holds)| *holds == wanted)
        };
        let mut put = |holds: Holds, text: Option<&str>| {
            let text = text.map(said).filter(|t| !t.trim().is_empty());
            cells.extend(text.map(|text| (holds, text)));
        };
        for (l, terms) in picked.terms.iter().enumerate() {
            for (n, chosen) in terms.iter().enumerate() {
                let term = chosen.term;
                put(Holds::Term(l, n), Some(&shown(&term.text)));
                put(Holds::Info(l, n), Some(&memoq::info(term)));
                put(Holds::Example(l, n), term.contexts.first().map(example).as_deref());
                put(Holds::Status(l, n), crowdin_status(term));
                put(Holds::PartOfSpeech(l, n), term.part_of_speech.as_deref().and_then(crowdin_part));
                put(Holds::Kind(l, n), term.kind.and_then(crowdin_kind));
                put(Holds::Gender(l, n), term.gender.map(|g| g.as_str()));
                put(Holds::TermNote(l, n), term.notes.first().map(|n| &*n.text));
                put(Holds::TermUrl(l, n), term.sources.first().and_then(|s| s.url.as_deref()));
                put(Holds::TermDefinition(l, n), term.definitions.first().map(|d| &*d.text));
            }
        }
        put(Holds::Subject, concept.subject_fields.first().map(String::as_str));
        put(Holds::Note, concept.notes.first().map(|n| &*n.text));
        put(Holds::Customer, concept.customers.first().map(String::as_str));
        put(Holds::Project, concept.projects.first().map(String::as_str));
        let mut references = concept.references.iter().enumerate();
        let page = references.clone().find(|(_, r)| r.kind == ReferenceKind::Page);
        put(Holds::Page, page.map(|(_, r)| &*r.target));
        // One that stands before the page would come back behind it.
        let graphic =
            references.find(|(n, r)| r.kind == ReferenceKind::Graphic && page.is_none_or(|(p, _)| p < *n));
        put(Holds::Graphic, graphic.map(|(_, r)| &*r.target));
        let key = picked.terms.first().and_then(|terms| terms.first()).map(|c| c.term);
        put(Holds::Key, key.map(|t| shown(&t.text)).as_deref());
        put(Holds::CaseSensitive, key.map(|t| if t.match_rule.case_sensitive { "true" } else { "false" }));
        put(Holds::Translatable, key.map(|t| if t.match_rule.do_not_translate { "false" } else { "true" }));
        let mut parts = picked.terms.iter().flatten().map(|c| c.term.part_of_speech.as_deref());
        let part = parts.next().flatten();
        put(Holds::PartOfSpeechOfAll, part.filter(|_| parts.all(|p| p == part)));
        if has(Holds::Definition) {
            let first = langs.first();
            let own = |d: &&Definition| d.lang.as_ref().is_none_or(|l| Some(l) == first);
            let definition = concept.definitions.iter().find(own).or(concept.definitions.first());
            put(Holds::Definition, definition.map(|d| &*d.text));
        } else {
            // In the order in which they stand, which is that of the columns when they come back.
            let mut from = 0;
            for (l, lang) in langs.iter().enumerate().filter(|(l, _)| !picked.terms[*l].is_empty()) {
                let rest = concept.definitions.iter().enumerate().skip(from);
                let of_lang = |(_, d): &(usize, &Definition)| {
                    d.lang.as_ref() == Some(lang) && !said(&d.text).trim().is_empty()
                };
                if let Some((at, definition)) = rest.into_iter().find(of_lang) {
                    put(Holds::DefinitionIn(l), Some(&definition.text));
                    from = at + 1;
                }
            }
        }
        cells
    }

    fn tell(
        &self,
        concept: &Concept,
        langs: &[LanguageTag],
        picked: &Picked<'_>,
        cells: &Cells,
        report: &mut LossReport,
    ) {
        let columns = (self.columns)(langs, &picked.terms.iter().map(Vec::len).collect::<Vec<_>>());
        let seen = cells.iter().filter(|(holds, _)| columns.iter().any(|(_, c)| c == *holds));
        let copy = concept_of(langs, seen.map(|(holds, text)| (*holds, &**text)));
        let kept: Vec<Kept> = picked
            .terms
            .iter()
            .filter_map(|terms| {
                let section = terms.first()?.section;
                Some(Kept { section, terms: terms.iter().map(|c| c.index).collect() })
            })
            .collect();
        let mut reasons = Reasons {
            no_place: self.receiver.no_place(),
            terms: picked.whys.clone(),
            section: "the language has no term that may be used".into(),
            fields: self.fields,
        };
        for (s, section) in concept.languages.iter().enumerate() {
            for (t, term) in section.terms.iter().enumerate().filter(|(_, t)| clean(&t.text).is_empty()) {
                let why =
                    self.receiver.would_not(term).map_or("nothing of it can be shown".into(), Cow::Owned);
                reasons.terms.insert((s, t), why);
            }
        }
        told::report(concept, &copy, &kept, &reasons, report);
    }
}

/// What the sheet shows of a term.
fn shown(text: &str) -> String {
    as_read(&clean(text)).to_owned()
}

/// What the sheet says of a text, which may have several lines.
fn said(text: &str) -> String {
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    let text = if text.contains(odd) { clean(text) } else { Cow::Borrowed(text) };
    as_read(&text).to_owned()
}

fn crowdin_status(term: &Term) -> Option<&'static str> {
    Some(match term.status.or(term.forbidden.then_some(Status::Deprecated))? {
        _ if term.forbidden => "not recommended",
        Status::Preferred => "preferred",
        Status::Admitted => "admitted",
        Status::Deprecated => "not recommended",
        Status::Superseded => "obsolete",
        Status::Proposed => return None,
    })
}

/// The parts of speech that Crowdin knows, with our word where it is another.
const PARTS: &[(&str, &str)] = &[
    ("adjective", "adjective"),
    ("adposition", "adposition"),
    ("adverb", "adverb"),
    ("auxiliary", "auxiliary"),
    ("coordinating conjunction", "coordinating conjunction"),
    ("determiner", "determiner"),
    ("interjection", "interjection"),
    ("noun", "noun"),
    ("numeral", "numeral"),
    ("particle", "particle"),
    ("pronoun", "pronoun"),
    ("proper noun", "proper-noun"),
    ("subordinating conjunction", "subordinating conjunction"),
    ("verb", "verb"),
    ("other", "other"),
];

fn crowdin_part(part: &str) -> Option<&'static str> {
    PARTS.iter().find(|(_, ours)| *ours == part).map(|(theirs, _)| *theirs)
}

/// Returns the kinds that Crowdin knows, which are coarser.
fn crowdin_kind(kind: TermKind) -> Option<&'static str> {
    Some(match kind {
        TermKind::FullForm => "full form",
        TermKind::Abbreviation | TermKind::Initialism => "abbreviation",
        TermKind::Acronym => "acronym",
        TermKind::ShortForm => "short form",
        TermKind::Phrase | TermKind::SetPhrase => "phrase",
        TermKind::Variant
        | TermKind::OrthographicVariant
        | TermKind::LexicalVariant
        | TermKind::SyntacticVariant
        | TermKind::RegionalVariant
        | TermKind::HeadlineVariant => "variant",
        TermKind::ProperName | TermKind::Transliteration | TermKind::Symbol | TermKind::Formula => {
            return None;
        }
    })
}

/// Makes a concept of the cells of a row.
fn concept_of<'r>(langs: &[LanguageTag], cells: impl Iterator<Item = (Holds, &'r str)>) -> Concept {
    let mut concept = Concept::default();
    // Where each language's section, and each term in it, is.
    let mut sections: FxHashMap<usize, usize> = FxHashMap::default();
    let mut places: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    for (holds, text) in cells {
        if let Holds::Term(l, n) = holds {
            let s = *sections.entry(l).or_insert_with(|| {
                concept.languages.push(LanguageSection::new(langs[l].clone()));
                concept.languages.len() - 1
            });
            let terms = &mut concept.languages[s].terms;
            let status = if terms.is_empty() { Status::Preferred } else { Status::Admitted };
            places.insert((l, n), terms.len());
            terms.push(Term { status: Some(status), ..Term::new(text) });
            continue;
        }
        match holds {
            Holds::Subject => concept.subject_fields.push(text.to_owned()),
            Holds::Note => concept.notes.push(Note::new(text)),
            Holds::Customer => concept.customers.push(text.to_owned()),
            Holds::Project => concept.projects.push(text.to_owned()),
            Holds::Definition => concept.definitions.push(Definition::new(text)),
            Holds::DefinitionIn(l) => {
                concept
                    .definitions
                    .push(Definition { lang: Some(langs[l].clone()), ..Definition::new(text) });
            }
            Holds::Page => concept.references.push(reference(ReferenceKind::Page, text)),
            Holds::Graphic => concept.references.push(reference(ReferenceKind::Graphic, text)),
            Holds::PartOfSpeechOfAll => {
                let terms = concept.languages.iter_mut().flat_map(|s| &mut s.terms);
                terms.for_each(|t| t.part_of_speech = Some(text.to_owned()));
            }
            Holds::CaseSensitive | Holds::Translatable => {
                let Some(term) = concept.languages.first_mut().and_then(|s| s.terms.first_mut()) else {
                    continue;
                };
                match (holds, words::yes(text)) {
                    (Holds::CaseSensitive, Some(true)) => term.match_rule.case_sensitive = true,
                    (Holds::Translatable, Some(false)) => term.match_rule.do_not_translate = true,
                    _ => {}
                }
            }
            Holds::Info(l, n)
            | Holds::Example(l, n)
            | Holds::Status(l, n)
            | Holds::PartOfSpeech(l, n)
            | Holds::Kind(l, n)
            | Holds::Gender(l, n)
            | Holds::TermNote(l, n)
            | Holds::TermUrl(l, n)
            | Holds::TermDefinition(l, n) => {
                if let (Some(s), Some(t)) = (sections.get(&l), places.get(&(l, n))) {
                    of_term(&mut concept.languages[*s].terms[*t], holds, text);
                }
            }
            Holds::Term(..) | Holds::Key | Holds::Nothing => {}
        }
    }
    concept
}

fn reference(kind: ReferenceKind, target: &str) -> Reference {
    Reference { kind, target: target.to_owned(), label: None }
}

/// Takes what is said of a term.
fn of_term(term: &mut Term, holds: Holds, text: &str) {
    match holds {
        Holds::Info(..) => memoq::take_info(term, text),
        Holds::Example(..) => term.contexts.push(read_example(text)),
        Holds::Status(..) => {
            if let Some((status, forbidden)) = words::status(text) {
                term.status = Some(status);
                term.forbidden = forbidden;
            }
        }
        Holds::PartOfSpeech(..) => {
            let ours =
                PARTS.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(text)).map(|(_, ours)| *ours);
            term.part_of_speech = Some(ours.unwrap_or(text).to_owned());
        }
        Holds::Kind(..) => term.kind = words::kind(text),
        Holds::Gender(..) => term.gender = text.parse::<Gender>().ok(),
        Holds::TermNote(..) => term.notes.push(Note::new(text)),
        Holds::TermUrl(..) => term.sources.push(Source { url: Some(text.to_owned()), ..Source::default() }),
        Holds::TermDefinition(..) => term.definitions.push(Definition::new(text)),
        _ => {}
    }
}

/// Reads a sheet.
pub(super) fn read(
    sheet: &Sheet,
    input: Input<'_>,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let (stream, name) = super::super::stream(input)?;
    let mut rows = Rows::open(stream, name, options)?;
    let mut row = Row::default();
    if !rows.next(&mut row)? {
        sink.finding(super::super::empty(&rows));
        return Ok(());
    }
    super::super::bounded(&rows, &row)?;
    let (columns, langs) = (sheet.header)(&row.cells().collect::<Vec<_>>());
    if langs.is_empty() {
        // What was written of nothing has no languages.
        let place = rows.place(&row);
        if !rows.next(&mut Row::default())? {
            sink.finding(super::super::empty(&rows));
            return Ok(());
        }
        let cells: Vec<String> = row.cells().take(6).map(|c| format!("\"{c}\"")).collect();
        let what = format!(
            "no column of the header has terms in a table for {} (the first row is {})",
            sheet.receiver.name,
            cells.join(", ")
        );
        return Err(ReadError::Broken(place, what));
    }
    let delimiter = rows.delimiter();
    rows.set_dialect(Dialect { delimiter, quoting: true, comments: false });
    // Terms before what is said of them, wherever their columns stand.
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|at| columns[*at]);
    while rows.next(&mut row)? {
        rows.complain(&row, columns.len(), sink);
        let cells =
            order.iter().map(|at| (columns[*at], row.cell(*at))).filter(|(_, text)| !text.trim().is_empty());
        let concept = concept_of(&langs, cells);
        if concept.languages.is_empty() {
            let message = "The row has no term in any language column and is left out.";
            let help = "Put at least one term into a language column.";
            sink.finding(Finding::new("read-row", Severity::Warning, rows.place(&row), message).help(help));
            continue;
        }
        if sink.entry(Entry::Concept(Box::new(concept)), rows.place(&row)).is_break() {
            return Ok(());
        }
    }
    rows.conclude(sink);
    Ok(())
}
