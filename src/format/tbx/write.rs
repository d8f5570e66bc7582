//! Writes concepts as TBX, strictly: what the dialect's schema would refuse goes into a note or
//! into the report, never into the file.
//!
//! Every part asks the same question: would reading back what the elements say give the same
//! value? Where it would not, the field is told to the report and, if notes are wanted, kept
//! whole in a note that [`super::note`] reads back over whatever the elements said.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::dialect::{self, CONCEPT, Category, Class, Dialect, LANGUAGE, Levels, Style, TERM};
use super::read::passes;
use super::{note, xcs};
use crate::bytes::xml::{Layout, Writer as Xml, allowed};
use crate::format::{Entry, Header, LossClass, LossReport, Output, ReadError, WriteError, WriteOptions};
use crate::model::{
    Concept, Context, ContextKind, DataCategory, Date, Definition, Gender, LanguageSection, LanguageTag,
    Note, Number, Reference, ReferenceKind, Register, Relation, RelationKind, Slug, Source, Status, Term,
    TermKind, Transaction, Unit,
};

const NO_CATEGORY: &str = "the dialect has no data category for it";
const NOT_HERE: &str = "the dialect does not allow it here";
const NO_VALUE: &str = "the dialect has no such value";
const CHARACTERS: &str = "it holds characters that XML cannot carry";
const SHAPE: &str = "one line of text cannot carry its parts";

/// Writes a stream of entries.
pub(super) fn write(
    dialect: &'static Dialect,
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    output: Output<'_>,
) -> Result<LossReport, WriteError> {
    let (out, beside) = match output {
        Output::Stream(out) => (out, None),
        Output::Accompanied(out, name) => (out, Some(name)),
        Output::Folder(_) => {
            return Err(WriteError::Unsupported("TBX is one file, not a folder".into()));
        }
    };
    let mut writer = Writer {
        dialect,
        options,
        beside,
        langs: BTreeSet::new(),
        xml: Xml::new(out, Layout::Indented(2)),
        report: LossReport::default(),
        entry: String::new(),
        id: String::new(),
        notes: vec![],
        siblings: 0,
        keys: FxHashSet::default(),
        pending: FxHashMap::default(),
        concepts: 0,
        header: None,
        body: false,
    };
    for entry in entries {
        match entry.map_err(WriteError::Source)? {
            Entry::Header(header) => writer.header = Some(header),
            Entry::Concept(concept) => writer.concept(&concept)?,
            Entry::Unit(unit) => writer.unit(&unit),
        }
    }
    writer.finish()
}

struct Writer<'a, 'o> {
    dialect: &'static Dialect,
    options: &'a WriteOptions<'o>,
    /// The name of the file that declares the languages of this one.
    beside: Option<&'a str>,
    /// The languages written.
    langs: BTreeSet<LanguageTag>,
    xml: Xml<&'a mut dyn Write>,
    report: LossReport,
    /// What the report calls the concept at hand.
    entry: String,
    /// The id to be written next.
    id: String,
    /// The notes of the level at hand: key and value.
    notes: Vec<(String, String)>,
    /// How many elements stand at the level at hand.
    siblings: u32,
    /// The keys of the concepts written, hashed, so that no xs:ID is given twice.
    keys: FxHashSet<u64>,
    /// The concepts that links lead to and that are not written yet, and the ids to which they lead.
    pending: FxHashMap<String, BTreeSet<String>>,
    concepts: u64,
    /// What the first file said about itself.
    header: Option<Box<Header>>,
    /// Whether the first concept is written, and with it everything in front of it.
    body: bool,
}

/// A level of the concept at hand: which one, and where it is in the concept's JSON form.
#[derive(Clone, Copy)]
struct At {
    level: Levels,
    language: usize,
    term: usize,
}

impl At {
    fn pointer(self, field: &str) -> String {
        match self.level {
            TERM => format!("/languages/{}/terms/{}/{field}", self.language, self.term),
            LANGUAGE => format!("/languages/{}/{field}", self.language),
            _ => format!("/{field}"),
        }
    }
}

/// What the elements of a group do not say: field and value of the thing in it.
type Patches = Vec<(&'static str, String)>;

impl Writer<'_, '_> {
    fn begin(&mut self) -> io::Result<()> {
        let d = self.dialect;
        let header = self.header.take();
        let header = header.as_deref();
        let lang = self.options.source_lang.as_ref().or_else(|| header.and_then(|h| h.source_lang.as_ref()));
        let lang = lang.or(self.options.langs.first()).cloned().unwrap_or_else(LanguageTag::english);
        self.xml.declaration()?;
        for (address, model) in d.models {
            self.xml.verbatim(&format!(
                "<?xml-model href=\"{address}\" type=\"application/xml\" schematypens=\"{}\"?>\n",
                model.namespace()
            ))?;
        }
        match d.bit {
            dialect::V2_BASIC => {
                self.xml.verbatim("<!DOCTYPE martif SYSTEM \"TBXBasiccoreStructV02.dtd\">\n")?;
            }
            dialect::V2_DEFAULT => {
                self.xml.verbatim("<!DOCTYPE martif SYSTEM \"TBXcoreStructV02.dtd\">\n")?
            }
            _ => {}
        }
        self.xml.start(if d.is_v2() { "martif" } else { "tbx" })?;
        self.xml.attribute("type", d.root_type)?;
        if !d.is_v2() {
            self.xml.attribute("style", if d.style == Style::Dct { "dct" } else { "dca" })?;
        }
        self.xml.attribute("xml:lang", lang.as_str())?;
        self.declare(&lang);
        if !d.is_v2() {
            self.xml.attribute("xmlns", "urn:iso:std:iso:30042:ed-2")?;
        }
        if d.style == Style::Dct {
            for (module, bits) in [
                ("min", dialect::MIN | dialect::BASIC | dialect::LINGUIST),
                ("basic", dialect::BASIC | dialect::LINGUIST),
                ("linguist", dialect::LINGUIST),
            ] {
                if bits & d.bit != 0 {
                    let prefix = if module == "linguist" { "ling" } else { module };
                    self.xml.attribute(
                        &format!("xmlns:{prefix}"),
                        &format!("http://www.tbxinfo.net/ns/{module}"),
                    )?;
                }
            }
        }
        self.header(header)?;
        self.xml.start("text")
    }

    fn header(&mut self, header: Option<&Header>) -> io::Result<()> {
        let v2 = self.dialect.is_v2();
        let kept = |kind: &str| -> Vec<&str> {
            let properties = header.map_or(&[][..], |h| &h.properties);
            let of_kind = properties.iter().filter(|p| p.kind.as_deref() == Some(kind));
            of_kind.map(|p| p.text.as_str()).filter(|t| !t.trim().is_empty()).collect()
        };
        let title = Some(self.options.title.as_str()).filter(|t| !t.trim().is_empty());
        let title = title.or_else(|| header.and_then(|h| h.title.as_deref()));
        self.xml.start(if v2 { "martifHeader" } else { "tbxHeader" })?;
        self.xml.start("fileDesc")?;
        // Version 2 has the title first, version 3 the publication.
        if v2 {
            self.title(title)?;
        }
        let publication = kept("publicationStmt");
        if !publication.is_empty() {
            self.paragraphs("publicationStmt", &publication)?;
        }
        if !v2 {
            self.title(title)?;
        }
        let ours = format!("{} {}", super::EXPORTED_BY, env!("CARGO_PKG_VERSION"));
        let mut source = vec![ours.as_str()];
        source.extend(kept("sourceDesc").into_iter().filter(|t| !t.starts_with(super::EXPORTED_BY)));
        self.paragraphs("sourceDesc", &source)?;
        self.xml.end()?;
        self.xml.start("encodingDesc")?;
        self.xml.start_raw("p")?;
        match self.dialect.bit {
            dialect::V2_BASIC | dialect::V2_DEFAULT => {
                let basic = self.dialect.bit == dialect::V2_BASIC;
                let published = if basic { "TBXBasicXCSV02.xcs" } else { "TBXXCSV02.xcs" };
                self.xml.attribute("type", "XCSURI")?;
                self.xml.text(self.beside.unwrap_or(published))?;
            }
            _ => self.xml.text("UTF-8")?,
        }
        self.xml.end()?;
        self.xml.end()?;
        if let Some(day) = self.options.now.get(..10) {
            self.xml.start("revisionDesc")?;
            self.paragraphs("change", &[&format!("{day} exported")])?;
            self.xml.end()?;
        }
        self.xml.end()
    }

    fn title(&mut self, title: Option<&str>) -> io::Result<()> {
        let Some(title) = title else { return Ok(()) };
        self.xml.start("titleStmt")?;
        self.xml.element("title", title)?;
        self.xml.end()
    }

    fn paragraphs(&mut self, name: &str, texts: &[&str]) -> io::Result<()> {
        self.xml.start(name)?;
        for text in texts {
            self.xml.element("p", text)?;
        }
        self.xml.end()
    }

    fn finish(mut self) -> Result<LossReport, WriteError> {
        if self.body {
            self.xml.end()?;
        } else if self.dialect.is_v2() {
            // TBX 2 requires an entry, and there is no valid way to say that there is none.
            return Err(WriteError::Unsupported("TBX 2 cannot hold a termbase without a concept".into()));
        } else {
            self.begin()?;
        }
        // A link to a concept that never came would dangle. Its id is given to an object in the back.
        if !self.pending.is_empty() {
            let mut absent: Vec<_> = std::mem::take(&mut self.pending).into_iter().collect();
            absent.sort_unstable();
            self.xml.start("back")?;
            self.xml.start(if self.dialect.is_v2() { "refObjectList" } else { "refObjectSec" })?;
            self.xml.attribute("type", super::ABSENT)?;
            for (slug, ids) in absent {
                for id in ids {
                    self.xml.start("refObject")?;
                    self.xml.attribute("id", &id)?;
                    self.xml.element("item", &slug)?;
                    self.xml.end()?;
                }
            }
            self.xml.end()?;
            self.xml.end()?;
        }
        self.xml.finish()?;
        if self.beside.is_some() {
            self.report.companion = Some(xcs::specification(self.dialect, &self.langs)?);
        }
        Ok(self.report)
    }

    /// Has a language declared beside the file.
    fn declare(&mut self, lang: &LanguageTag) {
        if self.beside.is_some() && !self.langs.contains(lang) {
            self.langs.insert(lang.clone());
        }
    }

    fn unit(&mut self, unit: &Unit) {
        let entry = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
        self.report.lose(LossClass::Lost, &entry, "", "TBX carries concepts, not translation units");
    }

    /// Tells the report of a field that the elements do not carry.
    fn lose(&mut self, at: At, field: &str, why: &str) {
        let class = if self.options.notes { LossClass::Note } else { LossClass::Lost };
        self.report.lose(class, &self.entry, at.pointer(field), why);
    }

    /// Keeps a field in a note of the level at hand.
    fn note<T: Serialize + ?Sized>(&mut self, field: &str, value: &T) {
        if self.options.notes {
            self.notes.push((field.to_owned(), note::encode(value)));
        }
    }

    fn keep<T: Serialize + ?Sized>(&mut self, at: At, field: &str, value: &T, why: &str) {
        self.lose(at, field, why);
        self.note(field, value);
    }

    fn keep_some<T: Serialize>(&mut self, at: At, field: &str, value: &Option<T>) {
        if value.is_some() {
            self.keep(at, field, value, NO_CATEGORY);
        }
    }

    fn keep_all<T: Serialize>(&mut self, at: At, field: &str, values: &[T], why: &str) {
        if !values.is_empty() {
            self.keep(at, field, values, why);
        }
    }

    /// Writes the notes of the level at hand.
    fn end_level(&mut self) -> io::Result<()> {
        for (key, value) in std::mem::take(&mut self.notes) {
            self.xml.element("note", &format!("{}{key}={value}", note::PREFIX))?;
        }
        Ok(())
    }

    fn start_category(&mut self, category: &Category) -> io::Result<()> {
        match self.dialect.style {
            Style::Dct => self.xml.start_raw(&format!("{}:{}", category.module.prefix(), category.name)),
            Style::Dca | Style::V2 => {
                self.xml.start_raw(category.class.element())?;
                self.xml.attribute("type", category.name)
            }
        }
    }

    fn category(&mut self, category: &Category, text: &str) -> io::Result<()> {
        self.start_category(category)?;
        self.xml.text(text)?;
        self.xml.end()
    }

    fn linked(&mut self, category: &Category, target: &str, text: &str) -> io::Result<()> {
        self.start_category(category)?;
        self.xml.attribute("target", target)?;
        self.xml.text(text)?;
        self.xml.end()
    }

    fn concept(&mut self, concept: &Concept) -> Result<(), WriteError> {
        let top = At { level: CONCEPT, language: 0, term: 0 };
        self.entry = concept.name();
        let filled = |s: &LanguageSection| s.terms.iter().any(has_text);
        if !concept.languages.iter().any(filled) {
            self.report.lose(LossClass::Lost, &self.entry, "", "TBX has no entry without a term");
            return Ok(());
        }
        self.concepts += 1;
        if !std::mem::replace(&mut self.body, true) {
            self.begin()?;
            self.xml.start("body")?;
        }
        let key = self.key(top, concept);
        self.xml.start(if self.dialect.is_v2() { "termEntry" } else { "conceptEntry" })?;
        self.id.clear();
        self.id.push_str("c-");
        self.id.push_str(&key);
        self.xml.attribute("id", &self.id)?;
        self.siblings = 0;
        self.keep_all(top, "former_slugs", &concept.former_slugs, NO_CATEGORY);
        self.keep_all(top, "foreign_ids", &concept.foreign_ids, NO_CATEGORY);
        self.keep_some(top, "process_status", &concept.process_status);
        self.strings(top, "subject_fields", &dialect::SUBJECT_FIELD, &concept.subject_fields)?;
        self.definitions(top, &concept.definitions)?;
        self.relations(top, &concept.relations)?;
        self.references(top, &concept.references)?;
        self.strings(top, "customers", &dialect::CUSTOMER, &concept.customers)?;
        self.strings(top, "projects", &dialect::PROJECT, &concept.projects)?;
        self.reliability(top, concept.reliability)?;
        self.transactions(top, &concept.transactions)?;
        self.remarks(top, &concept.notes)?;
        self.others(top, &concept.other)?;
        self.end_level()?;
        let first = |s: &(usize, &LanguageSection)| Some(&s.1.lang) == self.options.source_lang.as_ref();
        let (source, rest): (Vec<_>, Vec<_>) = concept.languages.iter().enumerate().partition(first);
        let mut seen: Vec<&LanguageTag> = vec![];
        for (language, section) in source.into_iter().chain(rest) {
            let at = At { level: LANGUAGE, language, term: 0 };
            let absent = if seen.contains(&&section.lang) {
                Some("the concept has another section of this language")
            } else if !filled(section) {
                Some("TBX has no language section without a term")
            } else {
                None
            };
            match absent {
                Some(why) => {
                    let field = format!("/languages/{language}");
                    self.report.lose(LossClass::Lost, &self.entry, field, why);
                }
                None => self.section(at, &key, section)?,
            }
            seen.push(&section.lang);
        }
        self.xml.end()?;
        self.report.concepts += 1;
        Ok(())
    }

    /// Gives the concept a key of its own: the slug, else the id, else a number. A slug begins
    /// with a letter, so the others cannot be mistaken for one.
    fn key(&mut self, at: At, concept: &Concept) -> String {
        let mut key = match &concept.slug {
            Some(slug) => slug.to_string(),
            None if !concept.id.is_nil() => format!("-{}", concept.id),
            None => format!(".{}", self.concepts),
        };
        if !self.keys.insert(hash(&key)) {
            if concept.slug.is_some() {
                self.report.lose(LossClass::Lost, &self.entry, at.pointer("slug"), "another concept has it");
            }
            key = format!(".{}", self.concepts);
            self.keys.insert(hash(&key));
        }
        self.pending.remove(&key);
        key
    }

    fn section(&mut self, at: At, key: &str, section: &LanguageSection) -> Result<(), WriteError> {
        self.xml.start(if self.dialect.is_v2() { "langSet" } else { "langSec" })?;
        self.xml.attribute("xml:lang", section.lang.as_str())?;
        self.declare(&section.lang);
        self.siblings = 0;
        self.keep_some(at, "written", &section.written);
        self.definitions(at, &section.definitions)?;
        self.references(at, &section.references)?;
        self.transactions(at, &section.transactions)?;
        self.remarks(at, &section.notes)?;
        self.others(at, &section.other)?;
        self.end_level()?;
        let mut ids: FxHashMap<&str, String> = FxHashMap::default();
        if section.terms.iter().any(|t| t.of.is_some()) {
            for (n, term) in section.terms.iter().enumerate().filter(|(_, t)| has_text(t)) {
                ids.entry(&term.text).or_insert_with(|| {
                    let mut id = String::new();
                    put_term_id(&mut id, key, &section.lang, n);
                    id
                });
            }
        }
        for (n, term) in section.terms.iter().enumerate() {
            let at = At { level: TERM, term: n, ..at };
            if !has_text(term) {
                let field = format!("/languages/{}/terms/{n}", at.language);
                self.report.lose(LossClass::Lost, &self.entry, field, "TBX has no term without text");
                continue;
            }
            self.id.clear();
            put_term_id(&mut self.id, key, &section.lang, n);
            self.term(at, term, &ids)?;
        }
        self.xml.end()?;
        Ok(())
    }

    /// Writes a term whose id stands ready.
    fn term(&mut self, at: At, term: &Term, ids: &FxHashMap<&str, String>) -> io::Result<()> {
        self.xml.start(if self.dialect.is_v2() { "tig" } else { "termSec" })?;
        self.xml.attribute("id", &self.id)?;
        self.xml.element("term", &term.text)?;
        if !is_xml(&term.text) {
            self.keep(at, "text", &term.text, CHARACTERS);
        }
        self.siblings = 1;
        // The schema wants every termNote in front of everything else.
        self.grammar(at, term)?;
        self.status(at, term)?;
        self.kind(at, term)?;
        let of_as_link = self.of(at, term, ids)?;
        let carried = self.other_term_notes(at, &term.other)?;
        if let Some(target) = of_as_link {
            self.siblings += 1;
            self.linked(&dialect::CROSS_REFERENCE, target, term.of.as_deref().unwrap_or_default())?;
        }
        self.plain(at, "reading", &dialect::READING, &term.reading)?;
        self.sources(at, &term.sources)?;
        self.strings(at, "customers", &dialect::CUSTOMER, &term.customers)?;
        self.strings(at, "projects", &dialect::PROJECT, &term.projects)?;
        self.contexts(at, &term.contexts)?;
        self.definitions(at, &term.definitions)?;
        self.relations(at, &term.relations)?;
        self.references(at, &term.references)?;
        self.reliability(at, term.reliability)?;
        self.transactions(at, &term.transactions)?;
        self.remarks(at, &term.notes)?;
        self.other_rest(at, &term.other, carried)?;
        self.keep_all(at, "validity", &term.validity, NO_CATEGORY);
        self.keep_some(at, "pattern", &term.pattern);
        if term.match_rule != crate::model::MatchRule::default() {
            self.keep(at, "match", &term.match_rule, NO_CATEGORY);
        }
        self.keep_some(at, "foreign_id", &term.foreign_id);
        self.end_level()?;
        self.xml.end()?;
        self.report.terms += 1;
        Ok(())
    }

    /// Writes a free text that the dialect may have a category for.
    fn plain(&mut self, at: At, field: &str, category: &Category, value: &Option<String>) -> io::Result<()> {
        let Some(text) = value else { return Ok(()) };
        if !self.dialect.allows(category, at.level) {
            self.keep(at, field, text, NO_CATEGORY);
            return Ok(());
        }
        if !is_xml(text) {
            self.keep(at, field, text, CHARACTERS);
        }
        self.siblings += 1;
        self.category(category, text)
    }

    /// Writes a value of a list that the dialect may have.
    fn picked<T: Serialize>(
        &mut self,
        at: At,
        field: &str,
        category: &Category,
        value: &T,
        name: &str,
    ) -> io::Result<()> {
        if !self.dialect.allows(category, at.level) {
            self.keep(at, field, value, NO_CATEGORY);
        } else if !self.dialect.accepts(category, name) {
            self.keep(at, field, value, NO_VALUE);
        } else {
            self.siblings += 1;
            self.category(category, name)?;
        }
        Ok(())
    }

    fn grammar(&mut self, at: At, term: &Term) -> io::Result<()> {
        let v2_default = self.dialect.bit == dialect::V2_DEFAULT;
        if let Some(pos) = &term.part_of_speech {
            // The name with a hyphen is ours; as itself it would read back as ours.
            let name = if pos == "proper-noun" { "properNoun" } else { pos };
            let (category, level) = (&dialect::PART_OF_SPEECH, at.level);
            if v2_default && (super::read::part_of_speech(name) != *pos || !is_xml(pos)) {
                self.keep(at, "part_of_speech", pos, SHAPE);
            } else if pos == "properNoun" && self.dialect.allows(category, level) {
                self.keep(at, "part_of_speech", pos, NO_VALUE);
            } else {
                self.picked(at, "part_of_speech", category, pos, name)?;
            }
        }
        if let Some(gender) = &term.gender {
            let name = match gender {
                Gender::Other if v2_default => "otherGender",
                other => other.as_str(),
            };
            self.picked(at, "gender", &dialect::GENDER, gender, name)?;
        }
        if let Some(number) = &term.number {
            let name = if *number == Number::Other { "otherNumber" } else { number.as_str() };
            self.picked(at, "number", &dialect::NUMBER, number, name)?;
        }
        if let Some(register) = &term.register {
            self.picked(at, "register", &dialect::REGISTER, register, register_name(*register))?;
        }
        self.plain(at, "region", &dialect::REGION, &term.region)
    }

    fn status(&mut self, at: At, term: &Term) -> io::Result<()> {
        let can = self.dialect.allows(&dialect::STATUS, at.level);
        if term.forbidden {
            let why = if can { "the dialect says deprecated at most" } else { NO_CATEGORY };
            self.keep(at, "forbidden", &true, why);
        }
        let mut written = term.status;
        if can && term.forbidden && !matches!(term.status, Some(Status::Superseded | Status::Deprecated)) {
            // Without the flag nobody else would know that it is ruled out.
            written = Some(Status::Deprecated);
            self.keep(at, "status", &term.status, "the term is forbidden and is written as deprecated");
        } else if !can {
            self.keep_some(at, "status", &term.status);
            return Ok(());
        }
        let name = match written {
            None => return Ok(()),
            Some(Status::Preferred) => "preferredTerm-admn-sts",
            Some(Status::Admitted) => "admittedTerm-admn-sts",
            Some(Status::Superseded) => "supersededTerm-admn-sts",
            Some(Status::Deprecated) => "deprecatedTerm-admn-sts",
            Some(Status::Proposed) if self.dialect.allows(&dialect::PLANNING, at.level) => {
                self.siblings += 1;
                return self.category(&dialect::PLANNING, "proposedTerm");
            }
            // No status at all is nearer to the truth than "admitted".
            Some(Status::Proposed) => {
                self.keep(at, "status", &term.status, NO_VALUE);
                return Ok(());
            }
        };
        self.siblings += 1;
        self.category(&dialect::STATUS, name)
    }

    fn kind(&mut self, at: At, term: &Term) -> io::Result<()> {
        let Some(kind) = term.kind else { return Ok(()) };
        if !self.dialect.allows(&dialect::TERM_TYPE, at.level) {
            self.keep(at, "kind", &kind, NO_CATEGORY);
            return Ok(());
        }
        let (name, exact) = term_type(kind, self.dialect.bit == dialect::V2_DEFAULT);
        if !exact {
            self.keep(at, "kind", &kind, "the dialect has only the coarser kind");
        }
        self.siblings += 1;
        self.category(&dialect::TERM_TYPE, name)
    }

    /// Says what the term is short for; returns the id of that term where only a link can say it,
    /// which stands farther down.
    fn of<'i>(
        &mut self,
        at: At,
        term: &Term,
        ids: &'i FxHashMap<&str, String>,
    ) -> io::Result<Option<&'i str>> {
        let Some(of) = &term.of else { return Ok(None) };
        let target = ids.get(of.as_str()).map(String::as_str);
        let category = match term.kind {
            Some(TermKind::Abbreviation | TermKind::Acronym | TermKind::Initialism) => {
                &dialect::ABBREVIATED_FORM_FOR
            }
            _ => &dialect::SHORT_FORM_FOR,
        };
        let typed = self.dialect.allows(category, at.level)
            && term.kind.is_some_and(|k| k == TermKind::ShortForm || category.name == "abbreviatedFormFor");
        if !is_xml(of) || of.is_empty() {
            self.keep(at, "of", of, CHARACTERS);
        } else if typed {
            self.siblings += 1;
            match target {
                Some(target) => self.linked(category, target, of)?,
                None => self.category(category, of)?,
            }
        } else if note::parse_term_link(of).is_some() {
            self.keep(at, "of", of, SHAPE);
        } else if target.is_some() && self.dialect.allows(&dialect::CROSS_REFERENCE, at.level) {
            return Ok(target);
        } else {
            self.keep(at, "of", of, NO_CATEGORY);
        }
        Ok(None)
    }

    fn strings(&mut self, at: At, field: &str, category: &Category, list: &[String]) -> io::Result<()> {
        if list.is_empty() {
            return Ok(());
        }
        if !self.dialect.allows(category, at.level) {
            self.keep(at, field, list, NO_CATEGORY);
            return Ok(());
        }
        let mut whole = true;
        for (i, text) in list.iter().enumerate() {
            if !is_xml(text) {
                whole = false;
                self.lose(at, &format!("{field}/{i}"), CHARACTERS);
            }
            self.siblings += 1;
            self.category(category, text)?;
        }
        if !whole {
            self.note(field, list);
        }
        Ok(())
    }

    fn reliability(&mut self, at: At, reliability: Option<u8>) -> io::Result<()> {
        let Some(code) = reliability else { return Ok(()) };
        self.picked(at, "reliability", &dialect::RELIABILITY, &code, &code.to_string())
    }

    fn remarks(&mut self, at: At, notes: &[Note]) -> io::Result<()> {
        let mut whole = true;
        for (i, remark) in notes.iter().enumerate() {
            if let Some(why) = unwritable(remark) {
                whole = false;
                self.lose(at, &format!("notes/{i}"), why);
            } else {
                self.siblings += 1;
                self.remark(remark)?;
            }
        }
        if !whole {
            self.note("notes", notes);
        }
        Ok(())
    }

    fn remark(&mut self, remark: &Note) -> io::Result<()> {
        self.xml.start_raw("note")?;
        if let Some(lang) = &remark.lang {
            self.xml.attribute("xml:lang", lang.as_str())?;
            self.declare(lang);
        }
        self.xml.text(&remark.text)?;
        self.xml.end()
    }

    fn sources(&mut self, at: At, sources: &[Source]) -> io::Result<()> {
        if !sources.is_empty() && !self.dialect.allows(&dialect::SOURCE, at.level) {
            self.keep(at, "sources", sources, NO_CATEGORY);
            return Ok(());
        }
        for (i, source) in sources.iter().enumerate() {
            let line = note::source_text(source);
            if !reads_back(source, &line) {
                let field = format!("sources/{i}");
                self.keep(at, &field, source, SHAPE);
            }
            self.siblings += 1;
            self.category(&dialect::SOURCE, &line)?;
        }
        Ok(())
    }

    fn patch<T: Serialize + ?Sized>(
        &mut self,
        at: At,
        item: &str,
        field: &'static str,
        value: &T,
        why: &str,
        patches: &mut Patches,
    ) {
        self.lose(at, &format!("{item}/{field}"), why);
        if self.options.notes {
            patches.push((field, note::encode(value)));
        }
    }

    /// Writes what belongs to a definition or a context: its source, its notes, what is left.
    fn group(
        &mut self,
        item: &str,
        source: Option<&str>,
        kind: Option<(&Category, &str)>,
        notes: &[&Note],
        patches: Patches,
        head: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let inside = self.dialect.notes_in_groups();
        let grouped =
            source.is_some() || kind.is_some() || !notes.is_empty() || (inside && !patches.is_empty());
        self.siblings += 1;
        if grouped {
            self.xml.start("descripGrp")?;
        }
        head(self)?;
        if let Some((category, value)) = kind {
            self.category(category, value)?;
        }
        if let Some(line) = source {
            self.category(&dialect::SOURCE, line)?;
        }
        for remark in notes {
            self.remark(remark)?;
        }
        self.patch_notes(item, patches)?;
        if grouped {
            self.xml.end()?;
        }
        Ok(())
    }

    fn patch_notes(&mut self, item: &str, patches: Patches) -> io::Result<()> {
        for (field, value) in patches {
            if self.dialect.notes_in_groups() {
                self.xml.element("note", &format!("{}{field}={value}", note::PREFIX))?;
            } else {
                self.notes.push((format!("{item}/{field}"), value));
            }
        }
        Ok(())
    }

    /// Sorts the remarks on a definition or a context into those written and a patch for the rest.
    fn group_notes<'n>(
        &mut self,
        at: At,
        item: &str,
        notes: &'n [Note],
        patches: &mut Patches,
    ) -> Vec<&'n Note> {
        if notes.is_empty() {
            return vec![];
        }
        if !self.dialect.notes_in_groups() {
            self.patch(at, item, "notes", notes, NOT_HERE, patches);
            return vec![];
        }
        let mut whole = true;
        let mut written = vec![];
        for (i, remark) in notes.iter().enumerate() {
            match unwritable(remark) {
                Some(why) => {
                    whole = false;
                    self.lose(at, &format!("{item}/notes/{i}"), why);
                }
                None => written.push(remark),
            }
        }
        if !whole && self.options.notes {
            patches.push(("notes", note::encode(notes)));
        }
        written
    }

    fn definitions(&mut self, at: At, definitions: &[Definition]) -> io::Result<()> {
        let category = &dialect::DEFINITION;
        if !self.dialect.allows(category, at.level) {
            self.keep_all(at, "definitions", definitions, NOT_HERE);
            return Ok(());
        }
        for (i, definition) in definitions.iter().enumerate() {
            let item = item("definitions", i);
            let mut patches = Patches::new();
            if !is_xml(&definition.text) {
                self.patch(at, &item, "text", &definition.text, CHARACTERS, &mut patches);
            }
            let mut lang = definition.lang.as_ref();
            if lang.is_some() && self.dialect.style == Style::Dct {
                self.patch(at, &item, "lang", &definition.lang, NOT_HERE, &mut patches);
                lang = None;
            }
            let mut kind = None;
            if let Some(name) = &definition.kind {
                let category = &dialect::DEFINITION_TYPE;
                if self.dialect.allows(category, dialect::GROUP) && self.dialect.accepts(category, name) {
                    kind = Some((category, name.as_str()));
                } else {
                    self.patch(at, &item, "kind", name, NO_CATEGORY, &mut patches);
                }
            }
            let line = definition.source.as_ref().map(note::source_text);
            if let (Some(source), Some(line)) = (&definition.source, &line)
                && !reads_back(source, line)
            {
                self.patch(at, &item, "source", source, SHAPE, &mut patches);
            }
            let notes = self.group_notes(at, &item, &definition.notes, &mut patches);
            if !definition.other.is_empty() {
                self.patch(at, &item, "other", &definition.other, NO_CATEGORY, &mut patches);
            }
            self.group(&item, line.as_deref(), kind, &notes, patches, |w| {
                w.start_category(category)?;
                if let Some(lang) = lang {
                    w.xml.attribute("xml:lang", lang.as_str())?;
                    w.declare(lang);
                }
                w.xml.text(&definition.text)?;
                w.xml.end()
            })?;
        }
        Ok(())
    }

    fn contexts(&mut self, at: At, contexts: &[Context]) -> io::Result<()> {
        let category = &dialect::CONTEXT;
        if !self.dialect.allows(category, at.level) {
            self.keep_all(at, "contexts", contexts, NO_CATEGORY);
            return Ok(());
        }
        for (i, context) in contexts.iter().enumerate() {
            let item = item("contexts", i);
            let mut patches = Patches::new();
            if !is_xml(&context.text) {
                self.patch(at, &item, "text", &context.text, CHARACTERS, &mut patches);
            }
            let mut kind = None;
            let mut line = (!context.source.is_empty()).then(|| note::source_text(&context.source));
            // Nobody may take it for one that was found somewhere.
            let marked = context.kind == Some(ContextKind::Constructed)
                && (line.is_none() || !self.options.notes)
                && self.dialect.allows(&dialect::SOURCE, dialect::GROUP);
            if marked {
                if line.is_some() {
                    self.lose(at, &format!("{item}/source"), "that it is made up stands in place of it");
                }
                line = Some(note::CONSTRUCTED.to_owned());
            } else if let Some(value) = context.kind {
                let category = &dialect::CONTEXT_TYPE;
                match context_type(value) {
                    Some(name) if self.dialect.allows(category, dialect::GROUP) => {
                        kind = Some((category, name))
                    }
                    _ => self.patch(at, &item, "kind", &value, NO_CATEGORY, &mut patches),
                }
            }
            if !marked && kind.is_none() && line.as_deref() == Some(note::CONSTRUCTED) {
                let why = "its source would be read as its kind";
                self.patch(at, &item, "source", &context.source, why, &mut patches);
                if context.kind.is_none() {
                    self.patch(at, &item, "kind", &context.kind, why, &mut patches);
                }
            } else if !marked && line.as_ref().is_some_and(|line| !reads_back(&context.source, line)) {
                self.patch(at, &item, "source", &context.source, SHAPE, &mut patches);
            }
            let notes = self.group_notes(at, &item, &context.notes, &mut patches);
            if !context.other.is_empty() {
                self.patch(at, &item, "other", &context.other, NO_CATEGORY, &mut patches);
            }
            self.group(&item, line.as_deref(), kind, &notes, patches, |w| {
                w.category(category, &context.text)
            })?;
        }
        Ok(())
    }

    fn relations(&mut self, at: At, relations: &[Relation]) -> io::Result<()> {
        let mut whole = true;
        for (i, relation) in relations.iter().enumerate() {
            let item = format!("relations/{i}");
            // The typed categories lead to entries; to a term only the untyped one leads.
            let term = Relation::term_of(&relation.target).map(|(_, _, text)| text);
            let typed = concept_relation(relation.kind)
                .filter(|c| term.is_none() && self.dialect.allows(c, at.level));
            let category = typed.unwrap_or(&dialect::CROSS_REFERENCE);
            let label = relation.label.as_deref().unwrap_or_default();
            let end = (self.options.resolve)(&relation.target).and_then(|place| End::at(&place, term));
            let why = if !self.dialect.allows(category, at.level) {
                Some(NO_CATEGORY)
            } else if end.is_none() {
                Some(match term {
                    Some(_) => "the term it leads to is not in this file",
                    None => "the concept it leads to is not in this file",
                })
            } else if !is_xml(label) || !term.is_none_or(is_xml) {
                Some(CHARACTERS)
            } else {
                None
            };
            let (Some(End { slug, id, target }), None) = (end, why) else {
                whole = false;
                self.lose(at, &item, why.unwrap_or(NO_CATEGORY));
                continue;
            };
            let text = match (typed, term) {
                (Some(_), _) => label.to_owned(),
                (None, Some(term)) => note::term_link_text(relation, term),
                (None, None) => note::relation_text(relation),
            };
            let back = match (typed, term) {
                (Some(_), _) => (relation.kind, (!label.is_empty()).then(|| label.to_owned())),
                (None, Some(term)) => match note::parse_term_link(&text) {
                    Some((kind, label, back)) if back == term => (kind, label),
                    _ => (RelationKind::See, Some(String::new())),
                },
                (None, None) => note::parse_relation(&text),
            };
            if target != relation.target {
                whole = false;
                self.lose(at, &format!("{item}/target"), "it leads there by a former name");
            }
            if back != (relation.kind, relation.label.clone()) {
                whole = false;
                self.lose(at, &item, "its text would be misread");
                continue;
            }
            if typed.is_none() && relation.kind != RelationKind::See {
                // Carried in the text whether notes are wanted or not.
                let why = "the dialect has only crossReference; the kind stands in its text";
                self.report.lose(LossClass::Note, &self.entry, at.pointer(&format!("{item}/kind")), why);
            }
            self.siblings += 1;
            self.linked(category, &id, &text)?;
            if !self.keys.contains(&hash(&slug)) {
                self.pending.entry(slug).or_default().insert(id);
            }
        }
        if !whole {
            self.note("relations", relations);
        }
        Ok(())
    }

    fn references(&mut self, at: At, references: &[Reference]) -> io::Result<()> {
        let mut whole = true;
        for (i, reference) in references.iter().enumerate() {
            let category = match reference.kind {
                ReferenceKind::Page => &dialect::PAGE,
                ReferenceKind::Graphic => &dialect::GRAPHIC,
                ReferenceKind::Audio => &dialect::AUDIO,
                ReferenceKind::Video => &dialect::VIDEO,
            };
            let label = reference.label.as_deref();
            let why = if !self.dialect.allows(category, at.level) {
                Some(NOT_HERE)
            } else if !is_address(&reference.target) {
                Some("its target is not an http address")
            } else if !label.is_none_or(is_xml) || label == Some("") {
                Some(CHARACTERS)
            } else {
                None
            };
            if let Some(why) = why {
                whole = false;
                self.lose(at, &format!("references/{i}"), why);
                continue;
            }
            self.siblings += 1;
            self.linked(category, &reference.target, label.unwrap_or_default())?;
        }
        if !whole {
            self.note("references", references);
        }
        Ok(())
    }

    fn transactions(&mut self, at: At, transactions: &[Transaction]) -> io::Result<()> {
        let category = &dialect::TRANSACTION;
        if !self.dialect.allows(category, at.level) {
            self.keep_all(at, "transactions", transactions, NO_CATEGORY);
            return Ok(());
        }
        let known = |t: &Transaction| self.dialect.accepts(category, &t.kind) && is_xml(&t.kind);
        let whole = transactions.iter().all(known);
        for (i, transaction) in transactions.iter().enumerate() {
            let item = format!("transactions/{i}");
            if !self.dialect.accepts(category, &transaction.kind) {
                self.lose(at, &item, NO_VALUE);
                continue;
            }
            let mut patches = Patches::new();
            let date = transaction.date.as_deref();
            if date.is_some_and(|d| day(d) != Some(d)) {
                self.patch(at, &item, "date", &transaction.date, "TBX has only whole days", &mut patches);
            }
            if transaction.by.as_deref().is_some_and(|by| !is_xml(by)) {
                self.patch(at, &item, "by", &transaction.by, CHARACTERS, &mut patches);
            }
            if !transaction.other.is_empty() {
                self.patch(at, &item, "other", &transaction.other, NO_CATEGORY, &mut patches);
            }
            self.siblings += 1;
            self.xml.start("transacGrp")?;
            self.category(category, &transaction.kind)?;
            if let Some(day) = date.and_then(day) {
                self.xml.element("date", day)?;
            }
            if let Some(by) = &transaction.by {
                self.category(&dialect::RESPONSIBILITY, by)?;
            }
            if whole {
                self.patch_notes(&item, patches)?;
            }
            self.xml.end()?;
        }
        if !whole {
            self.note("transactions", transactions);
        }
        Ok(())
    }

    fn others(&mut self, at: At, other: &[DataCategory]) -> io::Result<()> {
        self.other_rest(at, other, vec![])
    }

    /// Writes the term notes among what we have no field for; returns which and where.
    fn other_term_notes(&mut self, at: At, other: &[DataCategory]) -> io::Result<Vec<(usize, u32)>> {
        let mut carried = vec![];
        for (i, datum) in other.iter().enumerate() {
            let Some(category) = self.carries(at, datum) else { continue };
            if category.class != Class::TermNote {
                // What follows it would come back in front of it.
                break;
            }
            carried.push((i, self.siblings));
            self.siblings += 1;
            self.category(category, &datum.value)?;
        }
        Ok(carried)
    }

    fn other_rest(
        &mut self,
        at: At,
        other: &[DataCategory],
        mut carried: Vec<(usize, u32)>,
    ) -> io::Result<()> {
        let mut whole = true;
        for (i, datum) in other.iter().enumerate() {
            let place = match carried.iter().find(|(n, _)| *n == i) {
                Some((_, place)) => Some(*place),
                None => match self.carries(at, datum) {
                    Some(category) if category.class != Class::TermNote => {
                        carried.push((i, self.siblings));
                        self.siblings += 1;
                        self.category(category, &datum.value)?;
                        Some(self.siblings - 1)
                    }
                    _ => None,
                },
            };
            match place {
                Some(place) if place == datum.order => {}
                Some(_) => {
                    whole = false;
                    self.lose(at, &format!("other/{i}/order"), "it stands elsewhere among its siblings");
                }
                None => {
                    whole = false;
                    self.lose(at, &format!("other/{i}"), NO_CATEGORY);
                }
            }
        }
        if !whole {
            self.note("other", other);
        }
        Ok(())
    }

    /// Finds the category as which a datum may be written and will be read back as it is.
    fn carries(&self, at: At, datum: &DataCategory) -> Option<&'static Category> {
        if !datum.group.is_empty() || !datum.attributes.is_empty() || !is_xml(&datum.value) {
            return None;
        }
        let category = dialect::by_name(&datum.kind)?;
        (category.class.element() == datum.element
            && passes(category, at.level)
            && self.dialect.allows(category, at.level)
            && self.dialect.accepts(category, &datum.value))
        .then_some(category)
    }
}

/// Where a relation leads.
struct End {
    /// The concept.
    slug: String,
    /// The xs:ID of the concept, or of a term of it.
    id: String,
    /// What the relation's target would be called today.
    target: String,
}

impl End {
    /// Reads what [`WriteOptions::resolve`] found.
    fn at(place: &str, term: Option<&str>) -> Option<Self> {
        let Some(term) = term else {
            place.parse::<Slug>().ok()?;
            return Some(Self { slug: place.to_owned(), id: format!("c-{place}"), target: place.to_owned() });
        };
        let (slug, lang, n) = Relation::term_of(place)?;
        let mut id = String::new();
        put_term_id(&mut id, slug, &lang.parse().ok()?, n.parse().ok()?);
        Some(Self { slug: slug.to_owned(), id, target: Relation::to_term(slug, lang, term) })
    }
}

/// Tells whether anything would be left of a term's text.
fn has_text(term: &Term) -> bool {
    term.text.chars().any(|c| !c.is_whitespace() && allowed(c))
}

fn put_term_id(id: &mut String, key: &str, lang: &LanguageTag, n: usize) {
    // Neither a key nor a tag holds an underscore, so no two ids are alike.
    for part in ["t-", key, "_", lang.as_str(), "_"] {
        id.push_str(part);
    }
    match u8::try_from(n + 1) {
        // To format a number costs more than all the rest of the id.
        Ok(n @ 0..10) => id.push(char::from(b'0' + n)),
        _ => id.push_str(&(n + 1).to_string()),
    }
}

/// Returns the place of an item in a list; the first is nearly always the only one.
fn item(list: &'static str, i: usize) -> Cow<'static, str> {
    match (list, i) {
        ("contexts", 0) => Cow::Borrowed("contexts/0"),
        ("definitions", 0) => Cow::Borrowed("definitions/0"),
        _ => Cow::Owned(format!("{list}/{i}")),
    }
}

fn hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// Tells whether XML can carry a text.
fn is_xml(text: &str) -> bool {
    let plain = text.bytes().all(|b| b >= 0x20 || matches!(b, b'\t' | b'\n' | b'\r'));
    plain && !(memchr::memchr(0xEF, text.as_bytes()).is_some() && text.contains(['\u{fffe}', '\u{ffff}']))
}

fn unwritable(remark: &Note) -> Option<&'static str> {
    if !is_xml(&remark.text) {
        Some(CHARACTERS)
    } else if note::is_mistakable(&remark.text) {
        Some("it begins as the notes of wicterm do")
    } else {
        None
    }
}

fn reads_back(source: &Source, line: &str) -> bool {
    is_xml(line) && note::parse_source(line) == *source
}

/// Tells whether a reference may lead there: version 3 asks for http, every schema for a URI.
fn is_address(target: &str) -> bool {
    let rest = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://"));
    let Some(rest) = rest.filter(|r| !r.is_empty()) else { return false };
    let well = |c: char| {
        !c.is_whitespace()
            && !c.is_control()
            && !matches!(
                c,
                '"' | '<' | '>' | '[' | '\\' | ']' | '^' | '`' | '{' | '|' | '}' | '\u{fffe}' | '\u{ffff}'
            )
    };
    let percents =
        rest.split('%').skip(1).all(|p| p.len() >= 2 && p.bytes().take(2).all(|b| b.is_ascii_hexdigit()));
    rest.chars().all(well) && percents && rest.matches('#').count() <= 1
}

/// Returns the day that a date begins with: TBX has room for whole days only, although the core
/// schema of version 3 would take a time too.
fn day(date: &str) -> Option<&str> {
    let day = date.get(..10)?;
    day.parse::<Date>().ok()?;
    (date.len() == 10 || date[10..].starts_with('T')).then_some(day)
}

/// Returns the `termType` of a kind, and whether it says the kind exactly.
pub(super) fn term_type(kind: TermKind, v2_default: bool) -> (&'static str, bool) {
    match kind {
        TermKind::FullForm => ("fullForm", true),
        TermKind::Abbreviation => ("abbreviation", true),
        TermKind::Acronym => ("acronym", true),
        TermKind::Initialism if v2_default => ("initialism", true),
        TermKind::Initialism => ("abbreviation", false),
        TermKind::ShortForm => ("shortForm", true),
        TermKind::Variant => ("variant", true),
        TermKind::LexicalVariant if v2_default => ("synonym", true),
        TermKind::OrthographicVariant
        | TermKind::LexicalVariant
        | TermKind::SyntacticVariant
        | TermKind::RegionalVariant
        | TermKind::HeadlineVariant => ("variant", false),
        TermKind::Phrase if v2_default => ("phraseologicalUnit", true),
        TermKind::Phrase => ("phrase", true),
        TermKind::SetPhrase if v2_default => ("standardText", true),
        TermKind::SetPhrase => ("phrase", false),
        TermKind::ProperName => ("fullForm", false),
        TermKind::Transliteration if v2_default => ("transliteratedForm", true),
        TermKind::Transliteration => ("variant", false),
        TermKind::Symbol if v2_default => ("symbol", true),
        TermKind::Formula if v2_default => ("formula", true),
        TermKind::Symbol | TermKind::Formula => ("shortForm", false),
    }
}

fn register_name(register: Register) -> &'static str {
    match register {
        Register::Neutral => "neutralRegister",
        Register::Technical => "technicalRegister",
        Register::Colloquial => "colloquialRegister",
        Register::InHouse => "in-houseRegister",
        Register::BenchLevel => "bench-levelRegister",
        Register::Slang => "slangRegister",
        Register::Vulgar => "vulgarRegister",
    }
}

fn context_type(kind: ContextKind) -> Option<&'static str> {
    Some(match kind {
        ContextKind::Attested | ContextKind::Constructed => return None,
        ContextKind::Defining => "definingContext",
        ContextKind::Explanatory => "explanatoryContext",
        ContextKind::Associative => "associativeContext",
        ContextKind::Linguistic => "linguisticContext",
        ContextKind::Metalinguistic => "metalinguisticContext",
        ContextKind::Translated => "translatedContext",
    })
}

pub(super) fn concept_relation(kind: RelationKind) -> Option<&'static Category> {
    Some(match kind {
        RelationKind::Broader => &dialect::BROADER,
        RelationKind::Narrower => &dialect::NARROWER,
        RelationKind::PartOf => &dialect::PART_OF,
        RelationKind::HasPart => &dialect::HAS_PART,
        RelationKind::Related => &dialect::RELATED,
        RelationKind::Antonym => &dialect::ANTONYM,
        RelationKind::ReplacedBy | RelationKind::Replaces | RelationKind::See => return None,
    })
}
