//! Reads every TBX there is into the model: one lenient reader for all versions and dialects.
//!
//! Names are taken without their namespace, so that a file with a missing or odd one reads as
//! well. An entry is held whole in a [`Tree`] (its size bounded) and then told apart; memory
//! does not grow with the file. What the model has no field for becomes a [`DataCategory`] where
//! it stood. What even that cannot hold (highlighting inside a definition) is counted and told
//! once at the end of the file. Nobody has to remember to do so: whatever is taken from the tree
//! is marked by taking it, and what bears no mark in the end was lost and is told.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;

use super::dialect::{self, CONCEPT, Category, Class, Dialect, Levels};
use super::note::{self, Notable};
use super::tree::{self, Mark, Tag, Tree};
use crate::bytes::xml::{Event, Reader, Trouble, quotable};
use crate::format::dropped::Dropped;
use crate::format::{Account, Entry, Header, Input, Limits, ReadError, ReadOptions, Sink};
use crate::model::{
    Concept, Context, ContextKind, DataCategory, Definition, Finding, ForeignId, Gender, LanguageSection,
    LanguageTag, Note, Number, Place, Property, Reference, ReferenceKind, Register, Relation, RelationKind,
    Severity, Slug, Source, Status, Term, TermKind, Transaction,
};
use crate::text::languages::by_name;

/// Reads a file of any TBX dialect.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let Input::Stream(stream, file) = input else {
        return Err(ReadError::Broken(Place::default(), "TBX is one file, not a folder".into()));
    };
    let mut xml = Reader::new(stream, options.encoding.as_deref(), options.limits);
    let mut session = Session {
        sink,
        file,
        dialect: None,
        told: vec![],
        ours: false,
        stand_ins: false,
        dropped: Dropped::default(),
        account: Account::default(),
        awaits: false,
        held: vec![],
        held_bytes: 0,
        awaited: BTreeSet::new(),
        persons: BTreeMap::new(),
        langs: vec![],
        tree: Tree::default(),
    };
    let result = session.file(&mut xml, options.limits);
    let _ = session.release();
    let troubles = xml.take_troubles();
    session.troubles(troubles);
    let encoding = xml.encoding();
    if encoding.malformed > 0 {
        let place = encoding.first_malformed.map_or_else(Place::default, Place::from);
        let message = format!(
            "{} places are not valid {} and were read as \u{fffd}.",
            encoding.malformed, encoding.name
        );
        session.find("read-encoding", Severity::Warning, place, message);
    }
    session.dropped.tell(file).for_each(|finding| session.sink.finding(finding));
    session.sink.account(session.account);
    result
}

/// How many bytes of entries wait for the end of the file, which names the persons in them.
const HELD: usize = 8 << 20;

/// What one file's reading needs to know.
struct Session<'s> {
    sink: &'s mut dyn Sink,
    file: &'s str,
    /// The dialect that the root element names, if it is one that we know.
    dialect: Option<&'static Dialect>,
    /// The codes of what was told of the entry at hand that is told once of each.
    told: Vec<&'static str>,
    /// Whether wicterm wrote the file, so that its ids and lines of text are ours.
    ours: bool,
    /// Whether the back matter at hand holds what stands in for concepts that are not there.
    stand_ins: bool,
    /// What could not be kept, and how often.
    dropped: Dropped,
    /// What became of every element and attribute so far.
    account: Account,
    /// Whether the entry at hand names a person only by an id, which the end of the file may explain.
    awaits: bool,
    /// The first such entry and all behind it, and how many bytes they were.
    held: Vec<(Box<Concept>, Place)>,
    held_bytes: usize,
    /// The persons whom the entries that wait want the names of, by id.
    awaited: BTreeSet<String>,
    /// The persons that the end of the file names, by id.
    persons: BTreeMap<String, String>,
    /// Languages as the file writes them.
    langs: Vec<(String, LanguageTag)>,
    tree: Tree,
}

impl Session<'_> {
    fn file<R: Read>(&mut self, xml: &mut Reader<R>, limits: Limits) -> Result<(), ReadError> {
        let mut header = Some(Header::default());
        let mut root = true;
        loop {
            match xml.next()? {
                Event::Eof => {
                    if let Some(header) = header.take() {
                        let _ = self.sink.entry(Entry::Header(Box::new(header)), Place::file(self.file));
                    }
                    return Ok(());
                }
                Event::Start => {}
                _ => continue,
            }
            if std::mem::take(&mut root) {
                let name = xml.local();
                if !["tbx", "martif"].iter().any(|n| name.eq_ignore_ascii_case(n)) {
                    let what = format!("the root element is <{}>, which is no TBX", quotable(xml.name()));
                    return Err(ReadError::Broken(self.place(xml.position().into()), what));
                }
                self.account.mapped += 1 + xml.declarations() as u64;
                let v2 = name.eq_ignore_ascii_case("martif");
                let named = |d: &&Dialect| d.is_v2() == v2 && said(xml, "type") == Some(d.root_type);
                self.dialect = dialect::DIALECTS.iter().find(named);
                if let Some(header) = &mut header {
                    header.attributes = xml.attributes().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
                    self.account.kept += header.attributes.len() as u64;
                    let lang = said(xml, "xml:lang").or(said(xml, "lang"));
                    header.source_lang = lang.and_then(|l| l.parse().ok());
                }
                continue;
            }
            match tree::element(xml.name()) {
                "tbxHeader" | "martifHeader" | "header" => {
                    self.build(xml, limits)?;
                    let tree = std::mem::take(&mut self.tree);
                    if let Some(header) = &mut header {
                        read_header(&tree, 0, "", header);
                        self.ours = header.ours;
                    }
                    self.settle(tree);
                }
                "conceptEntry" | "termEntry" | "entry" => {
                    if let Some(header) = header.take() {
                        let place = Place::file(self.file);
                        if self.sink.entry(Entry::Header(Box::new(header)), place).is_break() {
                            return Ok(());
                        }
                    }
                    if self.entry(xml, limits)?.is_break() {
                        return Ok(());
                    }
                }
                // The back of our own files holds only stand-ins for concepts that are not there.
                "refObject" => {
                    self.build(xml, limits)?;
                    let tree = std::mem::take(&mut self.tree);
                    if self.stand_ins {
                        tree.mark_all(0, Mark::Mapped);
                    } else if !self.held.is_empty() && self.person(&tree) {
                        // What else is said of the person is told by name.
                    } else {
                        tree.mark_all(0, Mark::Told);
                        self.dropped.add("back matter <refObject>".to_owned());
                    }
                    self.settle(tree);
                }
                name => {
                    // What only holds entries or back matter.
                    let known = ["text", "body", "back", "refObjectSec", "refObjectList"].contains(&name);
                    let name = name.to_owned();
                    self.account.mapped += xml.declarations() as u64;
                    if known {
                        self.account.mapped += 1;
                    } else {
                        self.account.told += 1;
                        self.dropped.add(format!("<{}> outside of entries", quotable(&name)));
                    }
                    self.stand_ins = false;
                    for (attribute, value) in xml.attributes() {
                        // Where we wrote of concepts that are not there.
                        if self.ours && attribute == "type" && value == super::ABSENT {
                            self.stand_ins = true;
                            self.account.mapped += 1;
                        } else {
                            self.account.told += 1;
                            self.dropped.add(format!(
                                "the attribute {} of <{}>",
                                quotable(attribute),
                                quotable(&name)
                            ));
                        }
                    }
                }
            }
        }
    }

    fn entry<R: Read>(&mut self, xml: &mut Reader<R>, limits: Limits) -> Result<ControlFlow<()>, ReadError> {
        let mut place = self.place(xml.position().into());
        let id = said(xml, "id").filter(|id| !is_blank(id)).map(str::to_owned);
        place.unit = id.clone();
        // A file that ends in the middle of an entry has given what is whole.
        self.build(xml, limits)?;
        place.bytes = place.bytes.zip(xml.end_offset()).map(|((from, _), to)| (from, to));
        let tree = std::mem::take(&mut self.tree);
        self.told.clear();
        let mut concept = Box::<Concept>::default();
        Entryman { session: self, tree: &tree, place: &place }.concept(id.as_deref(), &mut concept);
        let bytes = tree.len();
        self.settle(tree);
        let awaits = std::mem::take(&mut self.awaits) || !self.held.is_empty();
        if awaits && self.held_bytes <= HELD {
            self.held_bytes += bytes;
            self.held.push((concept, place));
            // Whoever has more entries than that has to do without the names of persons.
            return Ok(if self.held_bytes > HELD { self.release() } else { ControlFlow::Continue(()) });
        }
        Ok(self.sink.entry(Entry::Concept(concept), place))
    }

    /// Takes a person of the back matter; tells whether an entry wants the name.
    fn person(&mut self, tree: &Tree) -> bool {
        let named = |kind: Option<&str>| {
            let is_item =
                |n: &u32| tree.name(*n) == "item" && (kind.is_none() || tree.peek(*n, "type") == kind);
            tree.all().find(is_item)
        };
        let (Some(id), Some(item)) = (tree.peek(0, "id"), named(Some("fn")).or_else(|| named(None))) else {
            return false;
        };
        self.persons.insert(id.to_owned(), collapse(&tree.peek_text(item)).into_owned());
        if !self.awaited.contains(id) {
            return false;
        }
        tree.take(0, "id");
        tree.all().filter(|n| tree.children(*n).next().is_some() || *n == item).for_each(|n| tree.map(n));
        let _ = tree.text(item);
        true
    }

    /// Gives out the entries that were held, with the names of the persons in them.
    fn release(&mut self) -> ControlFlow<()> {
        for (mut concept, place) in std::mem::take(&mut self.held) {
            if !self.persons.is_empty() {
                self.no_relations_to_persons(&mut concept, &place);
            }
            let sections = concept.languages.iter_mut();
            let inside = sections.flat_map(|s| {
                s.transactions.iter_mut().chain(s.terms.iter_mut().flat_map(|t| &mut t.transactions))
            });
            for transaction in concept.transactions.iter_mut().chain(inside) {
                let Some(by) = transaction.by.as_mut() else { continue };
                let is_id = |d: &DataCategory| d.attributes.iter().any(|(n, v)| n == "target" && v == by);
                if let Some(name) = self.persons.get(by)
                    && transaction.other.iter().any(is_id)
                {
                    by.clone_from(name);
                }
            }
            self.sink.entry(Entry::Concept(concept), place)?;
        }
        ControlFlow::Continue(())
    }

    /// Keeps as it stood what leads to a person, and tells so: a relation leads to a concept.
    fn no_relations_to_persons(&mut self, concept: &mut Concept, place: &Place) {
        let mut met = vec![];
        let mut sift = |relations: &mut Vec<Relation>, other: &mut Vec<DataCategory>| {
            for relation in relations.extract_if(.., |r| self.persons.contains_key(&r.target)) {
                let category = super::write::concept_relation(relation.kind);
                let category = category.unwrap_or(&dialect::CROSS_REFERENCE);
                met.push(relation.target.clone());
                other.push(DataCategory {
                    element: category.class.element().to_owned(),
                    kind: category.name.to_owned(),
                    value: relation.label.unwrap_or_default(),
                    attributes: vec![("target".to_owned(), relation.target)],
                    ..DataCategory::default()
                });
            }
        };
        sift(&mut concept.relations, &mut concept.other);
        for term in concept.languages.iter_mut().flat_map(|s| &mut s.terms) {
            sift(&mut term.relations, &mut term.other);
        }
        if let Some(first) = met.first() {
            let name = self.persons.get(first).map_or("", String::as_str);
            let message = format!(
                "The reference to {} leads to what the end of the file says of “{}”, which is no concept; it is kept as it stands.",
                quotable(first),
                quotable(name)
            );
            self.find("read-target", Severity::Info, place.clone(), message);
        }
    }

    /// Returns a language by its tag. A file has few and names them again and again.
    fn lang(&mut self, raw: &str) -> Option<LanguageTag> {
        if let Some((_, lang)) = self.langs.iter().find(|(known, _)| known == raw) {
            return Some(lang.clone());
        }
        // Some write the name of the language. What nobody knows stays apart from what else nobody knows.
        let known = raw.parse().ok().or_else(|| by_name(raw));
        let lang: LanguageTag = known.or_else(|| private_tag(raw))?;
        if self.langs.len() < 64 {
            self.langs.push((raw.to_owned(), lang.clone()));
        }
        Some(lang)
    }

    /// Counts what became of what the tree holds, tells what nobody took, and has the tree used again.
    fn settle(&mut self, tree: Tree) {
        let mut account = self.account;
        tree.account(&mut account, |left| self.dropped.add(left.to_string()));
        self.account = account;
        self.tree = tree;
    }

    fn build<R: Read>(&mut self, xml: &mut Reader<R>, limits: Limits) -> Result<(), ReadError> {
        let mut troubles = vec![];
        let result = self.tree.build(xml, limits, &mut troubles);
        if xml.has_troubles() {
            troubles.splice(0..0, xml.take_troubles());
        }
        self.troubles(troubles);
        result
    }

    fn troubles(&mut self, troubles: Vec<Trouble>) {
        for trouble in troubles {
            self.find(trouble.kind.code(), Severity::Warning, trouble.position.into(), trouble.message);
        }
    }

    fn place(&self, place: Place) -> Place {
        Place { file: Some(self.file.to_owned()), ..place }
    }

    fn find(&mut self, code: &str, severity: Severity, place: Place, message: String) {
        let place = self.place(place);
        self.sink.finding(Finding::new(code, severity, place, message));
    }
}

/// Returns the value of an attribute of the element that begins here.
fn said<'x, R: Read>(xml: &'x Reader<R>, name: &str) -> Option<&'x str> {
    xml.attributes().find(|(n, _)| tree::attribute(n) == name).map(|(_, value)| value)
}

/// Takes a part of the header: what has text or attributes becomes a property, named after the
/// nearest element around it that is not just a paragraph.
fn read_header(tree: &Tree, node: u32, part: &str, header: &mut Header) {
    let name = tree.name(node);
    let part = if matches!(name, "p" | "note") { part } else { name };
    let flat = matches!(name, "p" | "note" | "title") || tree.children(node).next().is_none();
    let text = if flat { tree.text(node) } else { Cow::Owned(tree.own_text(node)) };
    let mut text = collapse(&text).into_owned();
    tree.map(node);
    if name == "languages" {
        let source = tree.peek(node, "source").and_then(|l| l.parse().ok());
        header.source_lang = source.or(header.source_lang.take());
    }
    if part == "title" && header.title.is_none() && !text.is_empty() {
        header.title = Some(std::mem::take(&mut text));
    }
    header.ours |= part == "sourceDesc" && text.starts_with(super::EXPORTED_BY);
    if !text.is_empty() || tree.peek(node, "type").is_some() || tree.has_attributes(node) {
        let attributes = tree.keep(node);
        header.properties.push(Property { kind: Some(part.to_owned()), text, attributes });
    }
    if !flat {
        for child in tree.children(node) {
            read_header(tree, child, part, header);
        }
    }
}

/// One thing said at a level: a data category, alone or with its group.
struct Item {
    /// The element that says it.
    node: u32,
    what: What,
    /// What stands in one group with it.
    extras: Vec<u32>,
    grouped: Option<&'static str>,
    order: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Category(Class),
    Note,
    /// An element we do not know.
    Stranger,
}

/// What a data category means to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    SubjectField,
    Customer,
    Project,
    Status,
    Planning,
    PartOfSpeech,
    TermType,
    Gender,
    Number,
    Register,
    Region,
    Reading,
    ShortFor,
    Definition,
    DefinitionType,
    Context,
    ContextType,
    Source,
    Relation(RelationKind),
    Reference(ReferenceKind),
    Reliability,
    ProcessStatus,
    Transaction,
    Responsibility,
    TranslationNeeded,
    /// No field: kept as it came.
    Keep,
}

fn meaning(kind: &str) -> Meaning {
    match exact_meaning(kind) {
        Meaning::Keep => {
            // Vendors write "Definition", "Usage status", "part_of_speech".
            let squeezed: String =
                kind.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(40).collect();
            match squeezed.as_str() {
                "subjectfield" | "subject" | "domain" => Meaning::SubjectField,
                "definition" => Meaning::Definition,
                "context" => Meaning::Context,
                "source" => Meaning::Source,
                "partofspeech" => Meaning::PartOfSpeech,
                "termtype" => Meaning::TermType,
                "administrativestatus" | "usagestatus" | "termstatus" | "normativeauthorization" => {
                    Meaning::Status
                }
                "grammaticalgender" | "gender" => Meaning::Gender,
                "grammaticalnumber" => Meaning::Number,
                "geographicalusage" => Meaning::Region,
                "register" | "usageregister" => Meaning::Register,
                "customersubset" => Meaning::Customer,
                "projectsubset" => Meaning::Project,
                "processstatus" => Meaning::ProcessStatus,
                "reliabilitycode" => Meaning::Reliability,
                "translationneeded" => Meaning::TranslationNeeded,
                _ => Meaning::Keep,
            }
        }
        known => known,
    }
}

fn exact_meaning(kind: &str) -> Meaning {
    match kind {
        "administrativeStatus" | "normativeAuthorization" | "usageStatus" | "termStatus" => Meaning::Status,
        "partOfSpeech" => Meaning::PartOfSpeech,
        "termType" => Meaning::TermType,
        "subjectField" => Meaning::SubjectField,
        "definition" => Meaning::Definition,
        "context" => Meaning::Context,
        "source" => Meaning::Source,
        "transactionType" => Meaning::Transaction,
        "responsibility" | "responsiblePerson" => Meaning::Responsibility,
        "customerSubset" | "customer" => Meaning::Customer,
        "projectSubset" => Meaning::Project,
        "grammaticalGender" => Meaning::Gender,
        "grammaticalNumber" => Meaning::Number,
        "geographicalUsage" => Meaning::Region,
        "register" | "usageRegister" => Meaning::Register,
        "reading" => Meaning::Reading,
        "crossReference" | "see" => Meaning::Relation(RelationKind::See),
        "externalCrossReference" => Meaning::Reference(ReferenceKind::Page),
        "xGraphic" => Meaning::Reference(ReferenceKind::Graphic),
        "xAudio" => Meaning::Reference(ReferenceKind::Audio),
        "xVideo" => Meaning::Reference(ReferenceKind::Video),
        "abbreviatedFormFor" | "shortFormFor" => Meaning::ShortFor,
        "reliabilityCode" => Meaning::Reliability,
        "processStatus" => Meaning::ProcessStatus,
        "language-planningQualifier" => Meaning::Planning,
        "contextType" => Meaning::ContextType,
        "definitionType" => Meaning::DefinitionType,
        "broaderConceptGeneric" | "superordinateConceptGeneric" | "relatedConceptBroader" => {
            Meaning::Relation(RelationKind::Broader)
        }
        "subordinateConceptGeneric" | "relatedConceptNarrower" => Meaning::Relation(RelationKind::Narrower),
        "broaderConceptPartitive" | "superordinateConceptPartitive" => {
            Meaning::Relation(RelationKind::PartOf)
        }
        "subordinateConceptPartitive" => Meaning::Relation(RelationKind::HasPart),
        "relatedConcept" | "associatedConcept" => Meaning::Relation(RelationKind::Related),
        "antonymConcept" => Meaning::Relation(RelationKind::Antonym),
        _ => Meaning::Keep,
    }
}

/// Tells whether a category at this level is read as a [`DataCategory`].
pub(super) fn passes(category: &Category, level: Levels) -> bool {
    match exact_meaning(category.name) {
        Meaning::Keep => true,
        Meaning::Source => level != dialect::TERM,
        Meaning::Reliability => level == dialect::LANGUAGE,
        Meaning::ProcessStatus => level != CONCEPT,
        _ => false,
    }
}

/// What every level has.
struct Common<'m> {
    definitions: &'m mut Vec<Definition>,
    notes: &'m mut Vec<Note>,
    references: &'m mut Vec<Reference>,
    transactions: &'m mut Vec<Transaction>,
    other: &'m mut Vec<DataCategory>,
}

macro_rules! common {
    ($of:expr) => {
        Common {
            definitions: &mut $of.definitions,
            notes: &mut $of.notes,
            references: &mut $of.references,
            transactions: &mut $of.transactions,
            other: &mut $of.other,
        }
    };
}

/// Notes of ours, to be applied when the level is complete.
type Ours<'e> = Vec<Cow<'e, str>>;

/// Tells one entry apart.
struct Entryman<'e, 's> {
    session: &'e mut Session<'s>,
    tree: &'e Tree,
    place: &'e Place,
}

impl<'e> Entryman<'e, '_> {
    fn concept(&mut self, id: Option<&str>, concept: &mut Concept) {
        self.tree.map(0);
        self.identify(concept, id);
        let mut ours = Ours::new();
        let mut keep_terms = false;
        for item in self.items(0, None, &mut concept.other) {
            let meaning = self.meaning_of(&item);
            match meaning {
                Meaning::SubjectField => concept.subject_fields.push(self.text(item.node)),
                Meaning::Customer => concept.customers.push(self.text(item.node)),
                Meaning::Project => concept.projects.push(self.text(item.node)),
                Meaning::ProcessStatus if concept.process_status.is_none() => {
                    concept.process_status = Some(self.text(item.node));
                }
                Meaning::Reliability if concept.reliability.is_none() => {
                    concept.reliability = self.reliability(&item);
                    if concept.reliability.is_none() {
                        concept.other.push(self.kept(&item));
                        continue;
                    }
                }
                Meaning::Relation(kind) => match self.term_link(&item).or_else(|| self.relation(&item, kind))
                {
                    Some(relation) => concept.relations.push(relation),
                    None => {
                        concept.other.push(self.kept(&item));
                        continue;
                    }
                },
                Meaning::TranslationNeeded => {
                    keep_terms |= self.text(item.node).eq_ignore_ascii_case("no");
                    concept.other.push(self.kept(&item));
                    continue;
                }
                _ => {
                    self.common(&item, meaning, common!(concept), &mut ours);
                    continue;
                }
            }
            self.beside(&item, &mut concept.other);
        }
        self.apply(concept, ours, |c, note| c.notes.push(note));
        self.rest(0, &mut concept.other);
        let tree = self.tree;
        concept.languages.reserve(tree.children(0).filter(|n| tree.tag(*n) == Tag::Language).count());
        for node in tree.children(0).filter(|n| tree.tag(*n) == Tag::Language) {
            self.section(node, concept);
        }
        if keep_terms {
            for term in concept.languages.iter_mut().flat_map(|s| &mut s.terms) {
                term.match_rule.do_not_translate = true;
            }
        }
        if concept.languages.iter().all(|s| s.terms.is_empty()) {
            self.find(
                "read-no-term",
                Severity::Warning,
                "The entry has no term; it is kept without one.".into(),
            );
        }
    }

    fn identify(&mut self, concept: &mut Concept, id: Option<&str>) {
        let Some(id) = id else { return };
        self.tree.take(0, "id");
        if self.session.ours
            && let Some(key) = id.strip_prefix("c-")
        {
            if let Ok(slug) = key.parse::<Slug>() {
                concept.slug = Some(slug);
                return;
            }
            if let Some(Ok(id)) = key.strip_prefix('-').map(str::parse) {
                concept.id = id;
                return;
            }
            if key.starts_with('.') {
                return;
            }
        }
        concept.foreign_ids.push(ForeignId { origin: self.session.file.to_owned(), id: id.to_owned() });
    }

    fn section(&mut self, node: u32, concept: &mut Concept) {
        let tree = self.tree;
        tree.map(node);
        let raw = tree.take(node, "xml:lang").or_else(|| tree.take(node, "lang"));
        let (lang, written) = match raw.map(|raw| self.session.lang(raw)) {
            Some(Some(tag)) => {
                let written = raw.filter(|r| *r != tag.as_str()).map(str::to_owned);
                if let Some(raw) = &written
                    && raw.parse::<LanguageTag>().is_err()
                {
                    let message =
                        format!("\"{}\" is not a language tag; the section is kept as {tag}.", quotable(raw));
                    self.find("bad-language-tag", Severity::Warning, message);
                }
                (tag, written)
            }
            _ => {
                let message = match raw {
                    Some(raw) => {
                        format!("\"{}\" is not a language tag; the section is kept as und.", quotable(raw))
                    }
                    None => "A language section does not say its language; it is kept as und.".into(),
                };
                self.find("bad-language-tag", Severity::Warning, message);
                (undetermined(), raw.map(str::to_owned))
            }
        };
        let mut section = LanguageSection { written, ..LanguageSection::new(lang) };
        let mut ours = Ours::new();
        for item in self.items(node, None, &mut section.other) {
            let meaning = self.meaning_of(&item);
            self.common(&item, meaning, common!(section), &mut ours);
        }
        self.apply(&mut section, ours, |s, note| s.notes.push(note));
        self.rest(node, &mut section.other);
        // Terms are large: grown one by one they would be moved again and again.
        section.terms.reserve(tree.children(node).filter(|n| tree.tag(*n) == Tag::TermSection).count());
        for child in tree.children(node).filter(|n| tree.tag(*n) == Tag::TermSection) {
            self.term(child, &mut section.terms);
        }
        let sections = |n: u32| tree.tag(n) == Tag::TermSection;
        if !tree.children(node).any(sections) && tree.all().any(sections) {
            let message = format!("The section of the entry in {} has no term.", section.lang);
            self.tell("read-no-term", Severity::Info, |_| message);
        }
        let Some(first) = concept.languages.iter_mut().find(|s| s.lang == section.lang) else {
            concept.languages.push(section);
            return;
        };
        if first.written != section.written
            && let Some(written) = section.written
        {
            first.other.push(DataCategory {
                element: "langSec".into(),
                attributes: vec![("xml:lang".into(), written)],
                ..DataCategory::default()
            });
        }
        first.definitions.append(&mut section.definitions);
        first.notes.append(&mut section.notes);
        first.references.append(&mut section.references);
        first.transactions.append(&mut section.transactions);
        first.other.append(&mut section.other);
        first.terms.append(&mut section.terms);
        let message = format!("Two sections of the entry are in {}; they are taken as one.", section.lang);
        self.find("read-duplicate-language", Severity::Info, message);
    }

    /// Takes a term section. A term is large, so it is filled where it is to stay.
    /// Takes a term section. Some put several terms into one: each takes what follows it.
    fn term(&mut self, node: u32, terms: &mut Vec<Term>) {
        let tree = self.tree;
        let word_of = |child: u32| match tree.tag(child) {
            Tag::Term => Some(child),
            Tag::TermGroup => tree.child(child, Tag::Term),
            _ => None,
        };
        tree.map(node);
        let mut words = tree.children(node).filter_map(word_of);
        let (word, second) = (words.next(), words.next());
        if second.is_none() {
            return self.term_of(node, true, word, tree.children(node), terms);
        }
        let mut parts: Vec<(Option<u32>, Vec<u32>)> = vec![(None, vec![])];
        for child in tree.children(node) {
            let word = word_of(child);
            if let (Some(_), Some((Some(_), _))) = (word, parts.last()) {
                parts.push((None, vec![]));
            }
            if let Some((known, children)) = parts.last_mut() {
                *known = known.or(word);
                children.push(child);
            }
        }
        let from = terms.len();
        for (n, (word, children)) in parts.into_iter().enumerate() {
            self.term_of(node, n == 0, word, children.iter().copied(), terms);
        }
        if let [one, other, ..] = &terms[from..] {
            let (one, other) = (quotable(&one.text).into_owned(), quotable(&other.text).into_owned());
            self.tell("read-second-term", Severity::Warning, |_| {
                format!("The section of “{one}” has a second term, “{other}”: each is a term, with what follows it.")
            });
        }
    }

    /// Takes one term of a section, with its part of what the section says.
    fn term_of(
        &mut self,
        node: u32,
        first: bool,
        word: Option<u32>,
        children: impl Iterator<Item = u32> + Clone,
        terms: &mut Vec<Term>,
    ) {
        let tree = self.tree;
        let text = word.map(|w| self.text(w)).unwrap_or_default();
        // Made where it is to stay: a term is large.
        terms.resize_with(terms.len() + 1, Term::default);
        let Some(term) = terms.last_mut() else { return };
        term.text = text;
        let mut ours = Ours::new();
        let mut items = vec![];
        self.items_among(children.clone(), word, &mut items, &mut term.other);
        for item in items {
            self.term_item(&item, term, &mut ours);
        }
        self.apply(term, ours, |t, note| t.notes.push(note));
        if is_blank(&term.text) {
            let message = "A term section has no term; it is left out, with what it says.".into();
            self.find("read-empty-term", Severity::Warning, message);
            if first {
                tree.tell(node);
            } else {
                children.for_each(|child| tree.tell(child));
            }
            terms.pop();
            return;
        }
        let grouped = children.filter(|c| tree.tag(*c) == Tag::TermGroup).flat_map(|g| tree.children(g));
        if let Some(second) = grouped.into_iter().find(|n| tree.tag(*n) == Tag::Term && Some(*n) != word) {
            let first = term.text.clone();
            self.tell("read-second-term", Severity::Warning, |this| {
                let second = collapse(&this.tree.peek_text(second)).into_owned();
                let (first, second) = (quotable(&first), quotable(&second));
                format!("The group of “{first}” has a second term, “{second}”: it is kept beside it, but is no term.")
            });
        }
        // What else the section itself says is said of its first term.
        let node = if first { node } else { word.unwrap_or(node) };
        let id = tree.peek(node, "id").or_else(|| word.and_then(|w| tree.peek(w, "id")));
        let made = |id: &str| self.session.ours && id.starts_with("t-");
        if let Some(id) = id.filter(|id| !is_blank(id)) {
            if !made(id) {
                term.foreign_id = Some(id.to_owned());
            }
            // Only another id on the term itself is something else.
            for at in [Some(node), word].into_iter().flatten().filter(|n| tree.peek(*n, "id") == Some(id)) {
                tree.take(at, "id");
            }
        }
        self.rest(node, &mut term.other);
        if let Some(word) = word {
            self.rest(word, &mut term.other);
        }
    }

    /// Tells of something odd, once of each kind in an entry and never of a file of ours.
    fn tell(&mut self, code: &'static str, severity: Severity, message: impl FnOnce(&Self) -> String) {
        if !self.session.ours && !self.session.told.contains(&code) {
            self.session.told.push(code);
            let message = message(self);
            self.find(code, severity, message);
        }
    }

    /// Tells of a value that is none of those which the file's dialect has for the category.
    fn tell_value(&mut self, node: u32, category: &'static Category) {
        let Some(dialect) = self.session.dialect.filter(|_| self.kind(node) == category.name) else { return };
        let text = self.tree.peek_text(node);
        let value = collapse(&text);
        if !dialect.accepts(category, &value) {
            self.tell("read-value", Severity::Info, |_| {
                let (name, of) = (category.name, dialect.root_type);
                format!("“{}” is no {name} of {of}; it is kept as it is.", quotable(&value))
            });
        }
    }

    fn term_item(&mut self, item: &Item, term: &mut Term, ours: &mut Ours<'e>) {
        let meaning = self.meaning_of(item);
        let restricted = match meaning {
            Meaning::Status => Some(&dialect::STATUS),
            Meaning::Planning => Some(&dialect::PLANNING),
            Meaning::PartOfSpeech => Some(&dialect::PART_OF_SPEECH),
            Meaning::TermType => Some(&dialect::TERM_TYPE),
            Meaning::Gender => Some(&dialect::GENDER),
            Meaning::Number => Some(&dialect::NUMBER),
            Meaning::Register => Some(&dialect::REGISTER),
            _ => None,
        };
        if let Some(category) = restricted.filter(|_| !self.session.ours) {
            self.tell_value(item.node, category);
        }
        // A field that holds one value holds the first; what is not a value of ours stays beside it.
        let taken = match meaning {
            Meaning::Status | Meaning::Planning if term.status.is_none() => self.status(item, meaning, term),
            Meaning::PartOfSpeech if term.part_of_speech.is_none() => {
                let text = self.shown(item.node);
                let pos = part_of_speech(&text);
                let exact = pos == text || (pos == "proper-noun" && text == "properNoun");
                term.part_of_speech = Some(pos);
                exact
            }
            Meaning::TermType if term.kind.is_none() => {
                let (kind, exact) = term_kind(&self.shown(item.node));
                term.kind = kind;
                exact
            }
            Meaning::Gender if term.gender.is_none() => {
                let text = self.shown(item.node);
                let word = if text == "otherGender" { "other" } else { &*text };
                term.gender = word.parse::<Gender>().ok();
                term.gender.is_some_and(|g| g.as_str() == word)
            }
            Meaning::Number if term.number.is_none() => {
                let text = self.shown(item.node);
                let word = if text == "otherNumber" { "other" } else { &*text };
                term.number = word.parse::<Number>().ok();
                term.number.is_some_and(|n| n.as_str() == word)
            }
            Meaning::Register if term.register.is_none() => {
                let text = self.shown(item.node);
                let word = text.strip_suffix("Register").unwrap_or(&text);
                term.register = word.parse::<Register>().ok();
                text.ends_with("Register") && term.register.is_some_and(|r| r.as_str() == word)
            }
            Meaning::Region if term.region.is_none() => {
                term.region = Some(self.text(item.node));
                true
            }
            Meaning::Reading if term.reading.is_none() => {
                term.reading = Some(self.text(item.node));
                true
            }
            Meaning::ShortFor if term.of.is_none() && !self.tree.peek_text(item.node).trim().is_empty() => {
                term.of = Some(self.text(item.node));
                self.take_own_link(item.node);
                true
            }
            Meaning::Source => {
                term.sources.push(self.source(item.node));
                true
            }
            Meaning::Customer => {
                term.customers.push(self.text(item.node));
                true
            }
            Meaning::Project => {
                term.projects.push(self.text(item.node));
                true
            }
            Meaning::Context => {
                term.contexts.push(self.context(item));
                return;
            }
            Meaning::Reliability if term.reliability.is_none() => {
                term.reliability = self.reliability(item);
                term.reliability.is_some()
            }
            Meaning::Relation(kind) => {
                if let Some(relation) = self.term_link(item) {
                    term.relations.push(relation);
                    true
                } else if self.take_own_link(item.node) {
                    term.of = Some(self.text(item.node));
                    true
                } else if let Some(relation) = self.relation(item, kind) {
                    term.relations.push(relation);
                    true
                } else {
                    false
                }
            }
            _ => return self.common(item, meaning, common!(term), ours),
        };
        if taken {
            self.beside(item, &mut term.other);
        } else {
            term.other.push(self.kept(item));
        }
    }

    /// Takes a status; tells whether the field says all that the element said.
    fn status(&mut self, item: &Item, meaning: Meaning, term: &mut Term) -> bool {
        let text = self.shown(item.node);
        let (status, forbidden, exact) = status(&text, meaning);
        term.status = status;
        term.forbidden |= forbidden;
        let named = match meaning {
            Meaning::Planning => "language-planningQualifier",
            _ => "administrativeStatus",
        };
        exact && self.kind(item.node) == named
    }

    /// Takes what may stand at every level, or keeps it.
    fn common(&mut self, item: &Item, meaning: Meaning, into: Common<'_>, ours: &mut Ours<'e>) {
        match (item.what, meaning) {
            (What::Note, _) => self.note(item.node, into.notes, into.other, ours),
            (_, Meaning::Definition) => into.definitions.push(self.definition(item)),
            (_, Meaning::Reference(kind)) if self.target(item).is_some() => {
                let target = self.tree.take(item.node, "target").unwrap_or_default().to_owned();
                let label = Some(self.text(item.node)).filter(|l| !l.is_empty());
                into.references.push(Reference { kind, target, label });
                self.beside(item, into.other);
            }
            (What::Category(Class::Transac), Meaning::Transaction) => {
                into.transactions.push(self.transaction(item));
            }
            _ => into.other.push(self.kept(item)),
        }
    }

    fn note(&mut self, node: u32, notes: &mut Vec<Note>, other: &mut Vec<DataCategory>, ours: &mut Ours<'e>) {
        let text = self.shown(node);
        if note::split(&text).is_some() {
            ours.push(text);
        } else if !text.is_empty() || self.session.ours {
            let lang = self.lang(node);
            notes.push(Note { text: text.into_owned(), lang });
        }
        self.rest(node, other);
    }

    /// Takes the language that an element says it is in, if it is written as we would write it.
    fn lang(&self, node: u32) -> Option<LanguageTag> {
        ["xml:lang", "lang"].into_iter().find_map(|name| {
            let raw = self.tree.peek(node, name)?;
            let lang: LanguageTag = raw.parse().ok()?;
            if lang.as_str() == raw {
                self.tree.take(node, name);
            }
            Some(lang)
        })
    }

    /// Sets the fields that our notes name; what is no such note after all stays a note.
    fn apply<T: Notable>(&mut self, to: &mut T, ours: Ours<'_>, keep: impl Fn(&mut T, Note)) {
        for text in ours {
            if !note::split(&text).is_some_and(|(key, value)| to.set(key, value)) {
                let message = format!("The note \"{}\" names no field, or no value of it.", quotable(&text));
                self.find("read-note", Severity::Warning, message);
                keep(to, Note::new(text));
            }
        }
    }

    fn definition(&mut self, item: &Item) -> Definition {
        let mut definition = Definition::new(self.text(item.node));
        definition.lang = self.lang(item.node);
        self.rest(item.node, &mut definition.other);
        let mut ours = Ours::new();
        for &node in &item.extras {
            match self.inner_meaning(node) {
                (What::Note, _) => {
                    self.note(node, &mut definition.notes, &mut definition.other, &mut ours);
                }
                (_, Meaning::Source) if definition.source.is_none() => {
                    definition.source = Some(self.source(node));
                    self.rest(node, &mut definition.other);
                }
                (_, Meaning::DefinitionType) if definition.kind.is_none() => {
                    definition.kind = Some(self.text(node));
                    self.rest(node, &mut definition.other);
                }
                _ => definition.other.push(self.datum(node)),
            }
        }
        self.apply(&mut definition, ours, |d, note| d.notes.push(note));
        definition
    }

    fn context(&mut self, item: &Item) -> Context {
        let mut context = Context::new(self.text(item.node));
        self.rest(item.node, &mut context.other);
        let mut ours = Ours::new();
        let mut date = None;
        for &node in &item.extras {
            match self.inner_meaning(node) {
                (What::Note, _) => {
                    // Where TBX has no place for the date of a context, people write a note.
                    let text = self.text(node);
                    let told = text.strip_prefix("date: ").and_then(|d| d.parse().ok());
                    if told.is_some() && date.is_none() && !self.session.ours {
                        date = told;
                        self.rest(node, &mut context.other);
                    } else {
                        self.note(node, &mut context.notes, &mut context.other, &mut ours);
                    }
                }
                (_, Meaning::Source) if context.source.is_empty() => {
                    context.source = self.source(node);
                    self.rest(node, &mut context.other);
                }
                (_, Meaning::ContextType) if context.kind.is_none() => {
                    context.kind = context_kind(&self.text(node));
                    if context.kind.is_none() {
                        context.other.push(self.datum(node));
                    } else {
                        self.rest(node, &mut context.other);
                    }
                }
                _ => match self.input_date(node) {
                    found @ Some(_) if date.is_none() && context.source.date.is_none() => {
                        date = found;
                        self.tree.mark_all(node, Mark::Mapped);
                    }
                    _ => context.other.push(self.datum(node)),
                },
            }
        }
        if date.is_some() && context.source.date.is_none() {
            context.source.date = date;
        }
        if self.session.ours
            && context.kind.is_none()
            && context.source == Source::titled(note::CONSTRUCTED.to_owned())
        {
            context.kind = Some(ContextKind::Constructed);
            context.source = Source::default();
        }
        self.apply(&mut context, ours, |c, note| c.notes.push(note));
        context
    }

    /// Reads a `transacGrp` that says when a context was found and nothing else.
    fn input_date(&self, group: u32) -> Option<crate::model::Date> {
        let tree = self.tree;
        let mut children = tree.children(group);
        let (transac, date) = (children.next()?, children.next()?);
        let well = tree.name(group) == "transacGrp"
            && children.next().is_none()
            && [group, transac, date].iter().all(|n| !tree.has_attributes(*n))
            && [transac, date].iter().all(|n| tree.children(*n).next().is_none())
            && tree.peek_text(transac).trim() == "input"
            && tree.tag(date) == Tag::Date;
        if well { tree.peek_text(date).trim().parse().ok() } else { None }
    }

    fn transaction(&mut self, item: &Item) -> Transaction {
        let kind = self.text(item.node);
        let mut transaction = Transaction { kind, ..Transaction::default() };
        if transaction.kind == "creation" {
            // The next edition's word for the same.
            transaction.kind = "origination".into();
            transaction.other.push(self.datum(item.node));
        }
        self.rest(item.node, &mut transaction.other);
        let mut ours = Ours::new();
        for &node in &item.extras {
            match self.inner_meaning(node) {
                (What::Note, _) if note::split(&self.shown(node)).is_some() => ours.push(self.shown(node)),
                (_, Meaning::Responsibility) if transaction.by.is_none() => {
                    let text = self.text(node);
                    let target = self.tree.peek(node, "target").unwrap_or_default();
                    if text.is_empty() && !target.is_empty() && self.session.held_bytes <= HELD {
                        self.session.awaits = true;
                        self.session.awaited.insert(target.to_owned());
                    }
                    transaction.by = Some(if text.is_empty() { target.to_owned() } else { text });
                    self.rest(node, &mut transaction.other);
                }
                _ if self.tree.tag(node) == Tag::Date && transaction.date.is_none() => {
                    let date = self.text(node);
                    let day = date.split_once('T').map_or(&*date, |(day, _)| day);
                    let compact = day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit());
                    if !compact && day.parse::<crate::model::Date>().is_err() {
                        self.tell("read-date", Severity::Warning, |_| {
                            format!("“{}” is no date; it is kept as it is.", quotable(&date))
                        });
                    }
                    transaction.date = Some(date);
                    self.rest(node, &mut transaction.other);
                }
                _ => transaction.other.push(self.datum(node)),
            }
        }
        self.apply(&mut transaction, ours, |t, note| {
            t.other.push(DataCategory {
                element: "note".into(),
                value: note.text,
                ..DataCategory::default()
            });
        });
        transaction
    }

    fn source(&mut self, node: u32) -> Source {
        let text = self.shown(node);
        if self.session.ours { note::parse_source(&text) } else { Source::titled(text) }
    }

    fn relation(&mut self, item: &Item, kind: RelationKind) -> Option<Relation> {
        let target = self.target(item)?;
        let target = if self.session.ours { target.strip_prefix("c-").unwrap_or(target) } else { target };
        let target = target.to_owned();
        // What the entry does not hold may be a person, whom the end of the file names.
        let is_here = |n: u32| self.tree.peek(n, "id") == Some(&*target);
        self.session.awaits |= !self.session.ours && !self.tree.all().any(is_here);
        let text = self.text(item.node);
        self.tree.take(item.node, "target");
        let (kind, label) = if self.session.ours && kind == RelationKind::See {
            note::parse_relation(&text)
        } else {
            (kind, Some(text).filter(|t| !t.is_empty()))
        };
        Some(Relation { kind, target, label })
    }

    /// Takes a link of ours to a term, which its id and its text name together.
    fn term_link(&mut self, item: &Item) -> Option<Relation> {
        let id = self.tree.peek(item.node, "target").filter(|_| self.session.ours)?;
        let (place, _) = id.strip_prefix("t-")?.rsplit_once('_')?;
        let (slug, lang) = place.rsplit_once('_')?;
        let text = self.tree.peek_text(item.node);
        let (kind, label, term) = note::parse_term_link(&text)?;
        let target = Relation::to_term(slug, lang, term);
        Relation::term_of(&target)?;
        self.tree.take(item.node, "target");
        let _ = self.shown(item.node);
        Some(Relation { kind, target, label })
    }

    fn target(&self, item: &Item) -> Option<&str> {
        self.tree.peek(item.node, "target").filter(|t| !t.trim().is_empty())
    }

    /// Takes a link of ours to another term, which its text names; tells whether it is one.
    fn take_own_link(&self, node: u32) -> bool {
        let is_own = self.session.ours && self.tree.peek(node, "target").is_some_and(|t| t.starts_with("t-"));
        if is_own {
            self.tree.take(node, "target");
        }
        is_own
    }

    fn reliability(&self, item: &Item) -> Option<u8> {
        let text = self.text(item.node);
        text.parse().ok().filter(|n: &u8| (1..=10).contains(n) && n.to_string() == text)
    }

    /// Keeps what stood in a group with a value that went into a field.
    fn beside(&mut self, item: &Item, other: &mut Vec<DataCategory>) {
        if item.extras.is_empty() {
            self.rest(item.node, other);
        } else {
            other.push(self.kept(item));
        }
    }

    /// Keeps the attributes of an element that went into a field without them.
    fn rest(&mut self, node: u32, other: &mut Vec<DataCategory>) {
        let tree = self.tree;
        if tree.has_rest(node) {
            let attributes = tree.keep_rest(node);
            let element = class_of(tree, node).map_or(tree.name(node), |c| c.element()).to_owned();
            let kind = self.kind(node).to_owned();
            let order = tree.order(node);
            other.push(DataCategory { element, kind, attributes, order, ..DataCategory::default() });
        }
    }

    /// Keeps an item as it stood.
    fn kept(&mut self, item: &Item) -> DataCategory {
        let mut datum = self.datum(item.node);
        datum.order = item.order;
        if let Some(group) = item.grouped {
            if !item.extras.is_empty() {
                datum.element = group.to_owned();
            }
            datum.group = item.extras.iter().map(|n| self.datum(*n)).collect();
        }
        datum
    }

    fn datum(&mut self, node: u32) -> DataCategory {
        let tree = self.tree;
        let class = class_of(tree, node);
        let mut datum = DataCategory {
            element: class.map_or(tree.name(node), |c| c.element()).to_owned(),
            kind: self.kind(node).to_owned(),
            order: tree.order(node),
            ..DataCategory::default()
        };
        // TBX-Min of 2013 makes a group of its note.
        let flat =
            tree.tag(node) == Tag::Date || is_remark(tree, node) || tree.children(node).next().is_none();
        if class.is_some() || flat {
            datum.value = self.text(node);
        } else {
            datum.value = collapse(&tree.own_text(node)).into_owned();
            datum.group =
                tree.children(node).collect::<Vec<_>>().into_iter().map(|c| self.datum(c)).collect();
        }
        datum.attributes = tree.keep(node);
        datum.attributes.retain(|(name, _)| !matches!(name.as_str(), "type" | "metaType"));
        datum
    }

    /// Lists what a level says, without its sections and without the term that it is of. What groups
    /// say of themselves is kept.
    fn items(&mut self, level: u32, word: Option<u32>, other: &mut Vec<DataCategory>) -> Vec<Item> {
        let mut items = vec![];
        self.items_into(level, word, &mut items, other);
        items
    }

    fn items_into(
        &mut self,
        level: u32,
        word: Option<u32>,
        items: &mut Vec<Item>,
        other: &mut Vec<DataCategory>,
    ) {
        let children = self.tree.children(level);
        self.items_among(children, word, items, other);
    }

    fn items_among(
        &mut self,
        nodes: impl Iterator<Item = u32>,
        word: Option<u32>,
        items: &mut Vec<Item>,
        other: &mut Vec<DataCategory>,
    ) {
        let tree = self.tree;
        for node in nodes {
            let order = tree.order(node);
            let (group, head) = match tree.tag(node) {
                Tag::Language | Tag::TermSection => continue,
                Tag::Term if Some(node) == word => continue,
                Tag::TermGroup => {
                    tree.map(node);
                    self.items_into(node, word, items, other);
                    self.rest(node, other);
                    continue;
                }
                Tag::Group(group, head) => (group, head),
                _ => {
                    let what = match class_of(tree, node) {
                        Some(class) => What::Category(class),
                        None if is_remark(tree, node) => What::Note,
                        None => What::Stranger,
                    };
                    items.push(Item { node, what, extras: vec![], grouped: None, order });
                    continue;
                }
            };
            // Some write several heads into one group; each begins an item.
            let from = items.len();
            for child in tree.children(node) {
                let is_head = class_of(tree, child) == Some(head);
                if is_head {
                    let what = What::Category(head);
                    items.push(Item { node: child, what, extras: vec![], grouped: Some(group), order });
                } else if items.len() > from
                    && let Some(item) = items.last_mut()
                {
                    item.extras.push(child);
                }
            }
            if items.len() == from {
                items.push(Item { node, what: What::Stranger, extras: vec![], grouped: None, order });
                continue;
            }
            let loose = tree.children(node).take_while(|c| class_of(tree, *c) != Some(head)).count();
            if loose > 0 {
                // What stands in front of the head belongs to it all the same.
                let front: Vec<u32> = tree.children(node).take(loose).collect();
                items[from].extras.splice(0..0, front);
            }
            tree.map(node);
            self.rest(node, other);
        }
    }

    fn meaning_of(&self, item: &Item) -> Meaning {
        match item.what {
            What::Category(Class::Transac) if self.kind(item.node).is_empty() => Meaning::Transaction,
            What::Category(_) => meaning(self.kind(item.node)),
            What::Note | What::Stranger => Meaning::Keep,
        }
    }

    fn inner_meaning(&self, node: u32) -> (What, Meaning) {
        let tree = self.tree;
        match class_of(tree, node) {
            Some(class) => (What::Category(class), meaning(self.kind(node))),
            None if is_remark(tree, node) => (What::Note, Meaning::Keep),
            None => (What::Stranger, Meaning::Keep),
        }
    }

    /// Returns the name of the data category: the `type`, or the name of a DCT element.
    fn kind(&self, node: u32) -> &str {
        let tree = self.tree;
        if let Some(kind) = tree.kind(node) {
            return kind;
        }
        match tree.tag(node) {
            Tag::Other if class_of(tree, node).is_some() => tree.name(node),
            _ => "",
        }
    }

    fn text(&self, node: u32) -> String {
        self.shown(node).into_owned()
    }

    /// Takes the text as it counts: as it stands where we wrote it, else without the whitespace
    /// of pretty printers.
    fn shown(&self, node: u32) -> Cow<'e, str> {
        self.tree.map(node);
        match self.tree.text(node) {
            text if self.session.ours => text,
            Cow::Borrowed(text) => collapse(text),
            Cow::Owned(text) => Cow::Owned(collapse(&text).into_owned()),
        }
    }

    fn find(&mut self, code: &str, severity: Severity, message: String) {
        self.session.find(code, severity, self.place.clone(), message);
    }
}

/// Tells whether a node is a note of text, not the group of key and value of TBX-Min 2013.
fn is_remark(tree: &Tree, node: u32) -> bool {
    tree.tag(node) == Tag::Note && tree.children(node).all(|c| !tree.name(c).starts_with("note"))
}

/// Tells the class of an element: by its name, or for DCT by the category its name is.
fn class_of(tree: &Tree, node: u32) -> Option<Class> {
    let name = match tree.tag(node) {
        Tag::Class(class) => return Some(class),
        Tag::Other => tree.name(node),
        // Sections of terms and groups of them bear no names of categories.
        _ => return None,
    };
    if name == "hi" {
        return None;
    }
    if let Some(class) = tree.peek(node, "metaType").and_then(Class::of_element) {
        return Some(class);
    }
    if let Some(category) = dialect::by_name(name) {
        return Some(category.class);
    }
    match exact_meaning(name) {
        Meaning::Keep => None,
        Meaning::Status => Some(Class::TermNote),
        Meaning::Customer => Some(Class::Admin),
        Meaning::Relation(_) => Some(Class::Ref),
        _ => Some(Class::Descrip),
    }
}

/// Returns the part of speech in our words, or as it stands.
pub(super) fn part_of_speech(text: &str) -> String {
    if matches!(text, "noun" | "verb" | "adjective" | "adverb" | "other") {
        return text.to_owned();
    }
    let plain = text.to_lowercase();
    match plain.as_str() {
        "noun" | "verb" | "adjective" | "adverb" | "other" => plain,
        "propernoun" | "proper noun" | "proper-noun" => "proper-noun".into(),
        _ => text.to_owned(),
    }
}

/// Returns the status, whether the term is forbidden, and whether that says it all.
fn status(text: &str, meaning: Meaning) -> (Option<Status>, bool, bool) {
    let exact = match (text, meaning) {
        ("proposedTerm", Meaning::Planning) => Some(Status::Proposed),
        ("preferredTerm-admn-sts", Meaning::Status) => Some(Status::Preferred),
        ("admittedTerm-admn-sts", Meaning::Status) => Some(Status::Admitted),
        ("deprecatedTerm-admn-sts", Meaning::Status) => Some(Status::Deprecated),
        ("supersededTerm-admn-sts", Meaning::Status) => Some(Status::Superseded),
        _ => None,
    };
    if exact.is_some() {
        return (exact, false, true);
    }
    let word: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let word = word.strip_suffix("admnsts").unwrap_or(&word);
    let word = word.strip_suffix("term").unwrap_or(word);
    let status = match word {
        "preferred" | "standardized" | "standardised" | "recommended" | "legal" | "regulated"
        | "approved" => Some(Status::Preferred),
        "admitted" | "allowed" => Some(Status::Admitted),
        "deprecated" | "notrecommended" | "rejected" | "forbidden" | "nonstandard" | "prohibited" => {
            Some(Status::Deprecated)
        }
        "superseded" | "obsolete" => Some(Status::Superseded),
        "draft" | "proposed" | "provisional" | "new" => Some(Status::Proposed),
        _ => None,
    };
    (status, matches!(word, "forbidden" | "prohibited"), false)
}

/// Returns the kind, and whether it says all that the word said.
fn term_kind(text: &str) -> (Option<TermKind>, bool) {
    let exact = match text {
        "fullForm" => TermKind::FullForm,
        "abbreviation" => TermKind::Abbreviation,
        "acronym" => TermKind::Acronym,
        "initialism" => TermKind::Initialism,
        "shortForm" => TermKind::ShortForm,
        "variant" => TermKind::Variant,
        "phrase" | "phraseologicalUnit" => TermKind::Phrase,
        "standardText" => TermKind::SetPhrase,
        "synonym" => TermKind::LexicalVariant,
        "transliteratedForm" => TermKind::Transliteration,
        "symbol" => TermKind::Symbol,
        "formula" => TermKind::Formula,
        _ => {
            let near = match text.to_lowercase().replace([' ', '_', '-'], "").as_str() {
                "fullform" => Some(TermKind::FullForm),
                "abbreviation" => Some(TermKind::Abbreviation),
                "acronym" => Some(TermKind::Acronym),
                "shortform" | "clippedterm" => Some(TermKind::ShortForm),
                "variant" => Some(TermKind::Variant),
                "phrase" | "synonymousphrase" => Some(TermKind::Phrase),
                "transcribedform" => Some(TermKind::Transliteration),
                "equation" | "logicalexpression" => Some(TermKind::Formula),
                _ => None,
            };
            return (near, false);
        }
    };
    (Some(exact), true)
}

fn context_kind(text: &str) -> Option<ContextKind> {
    Some(match text {
        "definingContext" => ContextKind::Defining,
        "explanatoryContext" => ContextKind::Explanatory,
        "associativeContext" => ContextKind::Associative,
        "linguisticContext" => ContextKind::Linguistic,
        "metalinguisticContext" => ContextKind::Metalinguistic,
        "translatedContext" => ContextKind::Translated,
        _ => return None,
    })
}

/// Tells whether a text is of white space only, which its first byte nearly always answers.
fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// Makes a private tag of what names no language: `Elvish 2` becomes `x-elvish-2`.
fn private_tag(raw: &str) -> Option<LanguageTag> {
    let words = raw.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let parts: Vec<String> =
        words.take(3).map(|w| w.chars().take(8).collect::<String>().to_ascii_lowercase()).collect();
    if parts.is_empty() { None } else { format!("x-{}", parts.join("-")).parse().ok() }
}

fn undetermined() -> LanguageTag {
    // "und" is a tag of three letters, which always parses.
    "und".parse().expect("und is a language tag")
}

/// Makes one space of every run of XML whitespace, and none at the ends.
fn collapse(text: &str) -> Cow<'_, str> {
    let space = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    let bytes = text.as_bytes();
    let edges = bytes.first().is_some_and(|b| space(*b)) || bytes.last().is_some_and(|b| space(*b));
    // Without a way out in the middle, the compiler looks at many bytes at once.
    let breaks = bytes.iter().fold(false, |any, b| any | matches!(b, b'\t' | b'\n' | b'\r'));
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let runs = pairs.fold(false, |any, (a, b)| any | ((*a == b' ') & (*b == b' ')));
    if !(edges | breaks | runs) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split([' ', '\t', '\n', '\r']).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}
