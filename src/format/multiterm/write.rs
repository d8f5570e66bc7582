//! Writing MultiTerm XML: a concept is first reduced to what reads back the same, then written.

use std::io;

use crate::bytes::xml::{Layout, Writer, allowed};
use crate::format::tables::{At, Column, EMPTY, Losses, words};
use crate::format::tbx::note::{parse_source, source_text};
use crate::format::{Entry, LossClass, LossReport, Output, ReadError, WriteError, WriteOptions};
use crate::model::{
    Concept, Context, DataCategory, Definition, LanguageSection, Note, Source, Status, Term, Transaction,
};

/// Writes a file of MultiTerm XML.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    _: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let (Output::Stream(out) | Output::Accompanied(out, _)) = out else {
        return Err(WriteError::Unsupported("MultiTerm XML is a file, not a folder".into()));
    };
    let mut report = LossReport::default();
    let mut xml = Xml(Writer::new(out, Layout::Indented(2)));
    xml.0.declaration()?;
    xml.0.start("mtf")?;
    for entry in entries {
        let mut concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => *concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                let name = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
                report.lose(LossClass::Lost, &name, "", "a termbase has no place for translation units");
                continue;
            }
        };
        let name = concept.name();
        let mut losses = Losses::default();
        reduce(&mut concept, &mut losses);
        if concept.languages.is_empty() {
            losses = Losses::default();
            losses.lose(&At::ROOT, "MultiTerm has no entry without a term");
            losses.report(&name, &mut report);
            continue;
        }
        losses.report(&name, &mut report);
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        xml.concept(report.concepts, &concept)?;
    }
    xml.0.end()?;
    xml.0.finish()?;
    Ok(report)
}

struct Xml<W: io::Write>(Writer<W>);

impl<W: io::Write> Xml<W> {
    fn concept(&mut self, number: u64, concept: &Concept) -> io::Result<()> {
        self.0.start("conceptGrp")?;
        self.0.element("concept", &number.to_string())?;
        self.transactions(&concept.transactions)?;
        if let Some(slug) = &concept.slug {
            self.field("Concept", slug.as_str())?;
        }
        self.fields("Subject", &concept.subject_fields)?;
        self.definitions(&concept.definitions)?;
        self.notes(&concept.notes)?;
        self.fields("Customer", &concept.customers)?;
        self.fields("Project", &concept.projects)?;
        self.others(&concept.other)?;
        for section in &concept.languages {
            self.language(section)?;
        }
        self.0.end()
    }

    fn language(&mut self, section: &LanguageSection) -> io::Result<()> {
        self.0.start("languageGrp")?;
        self.0.start("language")?;
        self.0.attribute("type", &super::index(&section.lang))?;
        self.0.attribute("lang", &super::locale(&section.lang))?;
        self.0.end()?;
        self.transactions(&section.transactions)?;
        self.definitions(&section.definitions)?;
        self.notes(&section.notes)?;
        self.others(&section.other)?;
        for term in &section.terms {
            self.term(term)?;
        }
        self.0.end()
    }

    fn term(&mut self, term: &Term) -> io::Result<()> {
        self.0.start("termGrp")?;
        self.0.element("term", &term.text)?;
        self.transactions(&term.transactions)?;
        let status = if term.forbidden { Some("forbidden") } else { term.status.map(Status::as_str) };
        let rule = &term.match_rule;
        let yes = |said: bool| said.then_some("yes");
        for (name, value) in [
            ("Status", status),
            ("Type", term.kind.map(|kind| kind.as_str())),
            ("Variant of", term.of.as_deref()),
            ("Part of Speech", term.part_of_speech.as_deref()),
            ("Gender", term.gender.map(|gender| gender.as_str())),
            ("Number", term.number.map(|number| number.as_str())),
            ("Register", term.register.map(|register| register.as_str())),
            ("Region", term.region.as_deref()),
            ("Reading", term.reading.as_deref()),
            ("Do not translate", yes(rule.do_not_translate)),
            ("Case sensitive", yes(rule.case_sensitive)),
        ] {
            if let Some(value) = value {
                self.field(name, value)?;
            }
        }
        self.definitions(&term.definitions)?;
        for context in &term.contexts {
            self.begin("Context", &context.text)?;
            self.source(Some(&context.source))?;
            if let Some(kind) = context.kind {
                self.field("Type", kind.as_str())?;
            }
            self.notes(&context.notes)?;
            self.0.end()?;
        }
        for source in &term.sources {
            self.source(Some(source))?;
        }
        self.notes(&term.notes)?;
        self.fields("Customer", &term.customers)?;
        self.fields("Project", &term.projects)?;
        self.others(&term.other)?;
        self.0.end()
    }

    /// Begins the group of a field, so that others may stand in it.
    fn begin(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.0.start("descripGrp")?;
        self.0.start_raw("descrip")?;
        self.0.attribute("type", name)?;
        self.0.text(value)?;
        self.0.end()
    }

    fn field(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.begin(name, value)?;
        self.0.end()
    }

    fn fields(&mut self, name: &str, values: &[String]) -> io::Result<()> {
        values.iter().try_for_each(|value| self.field(name, value))
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        notes.iter().try_for_each(|note| self.field("Note", &note.text))
    }

    fn source(&mut self, source: Option<&Source>) -> io::Result<()> {
        match source.map(source_text).filter(|line| !line.is_empty()) {
            Some(line) => self.field("Source", &line),
            None => Ok(()),
        }
    }

    fn definitions(&mut self, definitions: &[Definition]) -> io::Result<()> {
        for definition in definitions {
            self.begin("Definition", &definition.text)?;
            self.source(definition.source.as_ref())?;
            self.notes(&definition.notes)?;
            self.0.end()?;
        }
        Ok(())
    }

    fn others(&mut self, others: &[DataCategory]) -> io::Result<()> {
        others.iter().try_for_each(|other| self.field(&other.kind, &other.value))
    }

    fn transactions(&mut self, transactions: &[Transaction]) -> io::Result<()> {
        for transaction in transactions {
            self.0.start("transacGrp")?;
            self.0.start_raw("transac")?;
            self.0.attribute("type", &transaction.kind)?;
            self.0.text(transaction.by.as_deref().unwrap_or_default())?;
            self.0.end()?;
            let date = transaction.date.as_deref().unwrap_or_default();
            self.0.element("date", &format!("{date}T00:00:00"))?;
            self.0.end()?;
        }
        Ok(())
    }
}

const NO_FIELD: &str = "there is no field for it in MultiTerm";
const UNCLEAN: &str = "blanks at its ends, or what XML forbids, are left out";

/// Returns what a reader has of a text.
fn clean(text: &str) -> String {
    let text: String = text.replace("\r\n", "\n").chars().filter(|c| allowed(*c)).collect();
    text.replace('\r', "\n").trim().to_owned()
}

/// Leaves of a text what reads back; tells why it goes if nothing does.
fn tidy(text: &mut String, at: At<'_>, losses: &mut Losses) -> Option<&'static str> {
    let cleaned = clean(text);
    if cleaned.is_empty() {
        return Some(EMPTY);
    }
    if cleaned != *text {
        *text = cleaned;
        losses.lose(&at, UNCLEAN);
    }
    None
}

/// Leaves of a text that may be missing what reads back.
fn tidy_some(text: &mut Option<String>, at: At<'_>, losses: &mut Losses) {
    let Some(inner) = text else { return };
    if clean(inner) != *inner || inner.is_empty() {
        losses.lose(&at, UNCLEAN);
        *text = Some(clean(inner)).filter(|t| !t.is_empty());
    }
}

macro_rules! clear {
    ($losses:expr, $of:expr, $at:expr, $($field:ident)+) => {
        $($losses.clear(&mut $of.$field, $at.name(stringify!($field)), NO_FIELD);)+
    };
}

fn reduce(concept: &mut Concept, losses: &mut Losses) {
    let root = At::ROOT;
    clear!(losses, concept, root, former_slugs foreign_ids relations references process_status reliability);
    texts(&mut concept.subject_fields, root.name("subject_fields"), losses);
    texts(&mut concept.customers, root.name("customers"), losses);
    texts(&mut concept.projects, root.name("projects"), losses);
    definitions(&mut concept.definitions, root.name("definitions"), losses);
    notes(&mut concept.notes, root.name("notes"), losses);
    transactions(&mut concept.transactions, root.name("transactions"), losses);
    others(&mut concept.other, root.name("other"), losses);
    let mut seen = vec![];
    losses.sift(&mut concept.languages, root.name("languages"), |section, at, losses| {
        if seen.contains(&section.lang) {
            return Some("the concept has a section of this language already");
        }
        seen.push(section.lang.clone());
        clear!(losses, section, at, written references);
        definitions(&mut section.definitions, at.name("definitions"), losses);
        notes(&mut section.notes, at.name("notes"), losses);
        transactions(&mut section.transactions, at.name("transactions"), losses);
        others(&mut section.other, at.name("other"), losses);
        losses.sift(&mut section.terms, at.name("terms"), term);
        section.terms.is_empty().then_some("the language has no term")
    });
}

fn term(term: &mut Term, at: &At<'_>, losses: &mut Losses) -> Option<&'static str> {
    if let Some(why) = tidy(&mut term.text, at.name("text"), losses) {
        return Some(why);
    }
    clear!(losses, term, at, validity pattern relations references reliability foreign_id);
    let rule = at.name("match");
    if !term.match_rule.do_not_translate && !term.match_rule.case_sensitive {
        losses.clear(&mut term.match_rule, rule, NO_FIELD);
    } else {
        losses.clear(&mut term.match_rule.mode, rule.name("mode"), NO_FIELD);
        losses.clear(&mut term.match_rule.forms, rule.name("forms"), NO_FIELD);
    }
    if term.forbidden && term.status != Some(Status::Deprecated) {
        term.status = Some(Status::Deprecated);
        losses.lose(&at.name("status"), "\"forbidden\" stands in its place");
    }
    for (text, name) in [
        (&mut term.of, "of"),
        (&mut term.part_of_speech, "part_of_speech"),
        (&mut term.region, "region"),
        (&mut term.reading, "reading"),
    ] {
        tidy_some(text, at.name(name), losses);
    }
    definitions(&mut term.definitions, at.name("definitions"), losses);
    losses.sift(&mut term.contexts, at.name("contexts"), context);
    losses.sift(&mut term.sources, at.name("sources"), |source, at, losses| {
        source_line(source, at, losses);
        source.is_empty().then_some(EMPTY)
    });
    notes(&mut term.notes, at.name("notes"), losses);
    texts(&mut term.customers, at.name("customers"), losses);
    texts(&mut term.projects, at.name("projects"), losses);
    transactions(&mut term.transactions, at.name("transactions"), losses);
    others(&mut term.other, at.name("other"), losses);
    None
}

fn context(context: &mut Context, at: &At<'_>, losses: &mut Losses) -> Option<&'static str> {
    losses.clear(&mut context.other, at.name("other"), NO_FIELD);
    source_line(&mut context.source, &at.name("source"), losses);
    notes(&mut context.notes, at.name("notes"), losses);
    tidy(&mut context.text, at.name("text"), losses)
}

fn texts(list: &mut Vec<String>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |text, _, _| match clean(text) {
        cleaned if cleaned == *text && !text.is_empty() => None,
        _ => Some(UNCLEAN),
    });
}

fn notes(list: &mut Vec<Note>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |note, at, losses| {
        losses.clear(&mut note.lang, at.name("lang"), NO_FIELD);
        tidy(&mut note.text, at.name("text"), losses)
    });
}

fn definitions(list: &mut Vec<Definition>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |definition, at, losses| {
        clear!(losses, definition, at, lang kind other);
        notes(&mut definition.notes, at.name("notes"), losses);
        if let Some(source) = &mut definition.source {
            source_line(source, &at.name("source"), losses);
        }
        if definition.source.take_if(|source| source.is_empty()).is_some() {
            losses.lose(&at.name("source"), EMPTY);
        }
        tidy(&mut definition.text, at.name("text"), losses)
    });
}

/// Leaves of a source what its line reads back as.
fn source_line(source: &mut Source, at: &At<'_>, losses: &mut Losses) {
    let line = clean(&source_text(source));
    let read = if line.is_empty() { Source::default() } else { parse_source(&line) };
    if read == *source {
        return;
    }
    losses.lose(at, "its one line does not tell its parts apart");
    *source = read;
}

fn transactions(list: &mut Vec<Transaction>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |transaction, at, losses| {
        losses.clear(&mut transaction.other, at.name("other"), NO_FIELD);
        if !matches!(&*transaction.kind, "origination" | "modification") {
            return Some("MultiTerm knows originations and modifications only");
        }
        let is_day = |date: &String| date.len() == 10 && date.parse::<crate::model::Date>().is_ok();
        if !transaction.date.as_ref().is_some_and(is_day) {
            return Some("MultiTerm wants the day of it");
        }
        tidy_some(&mut transaction.by, at.name("by"), losses);
        None
    });
}

fn others(list: &mut Vec<DataCategory>, at: At<'_>, losses: &mut Losses) {
    losses.sift(list, at, |category, at, losses| {
        let ours = Column::by_header(&category.kind).is_some() || words::bare(&category.kind).is_empty();
        let named = clean(&category.kind) == category.kind;
        if category.element != "descrip" || ours || !named {
            return Some(NO_FIELD);
        }
        clear!(losses, category, at, attributes order group);
        tidy(&mut category.value, at.name("value"), losses)
    });
}
