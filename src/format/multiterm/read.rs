//! Reading MultiTerm XML: leniently, with an account of what became of every element and attribute.

use std::io::Read;
use std::ops::ControlFlow;

use crate::bytes::xml::{Event, Reader, Trouble, quotable};
use crate::format::dropped::Dropped;
use crate::format::tables::{Column, words};
use crate::format::tbx::note::parse_source;
use crate::format::tbx::tree::Tree;
use crate::format::{Account, Entry, Input, Limits, ReadError, ReadOptions, Sink};
use crate::model::{
    Concept, Context, DataCategory, Definition, Finding, ForeignId, LanguageSection, LanguageTag, Note,
    Place, Severity, Source, Term, Transaction,
};
use crate::text::languages::by_name;

/// Reads a file of MultiTerm XML.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let Input::Stream(stream, file) = input else {
        return Err(ReadError::Broken(Place::default(), "MultiTerm XML is one file, not a folder".into()));
    };
    let mut xml = Reader::new(stream, options.encoding.as_deref(), options.limits);
    let mut session = Session {
        sink,
        file,
        account: Account::default(),
        dropped: Dropped::default(),
        tree: Tree::default(),
    };
    let result = session.file(&mut xml, options.limits);
    let troubles = xml.take_troubles();
    session.troubles(troubles);
    let encoding = xml.encoding();
    if let Some(first) = encoding.first_malformed {
        let message = format!(
            "{} places are not valid {} and were read as \u{fffd}.",
            encoding.malformed, encoding.name
        );
        session.find("read-encoding", Severity::Warning, first.into(), message);
    }
    session.dropped.tell(file).for_each(|finding| session.sink.finding(finding));
    session.sink.account(session.account);
    result
}

struct Session<'s> {
    sink: &'s mut dyn Sink,
    file: &'s str,
    account: Account,
    /// What could not be kept, and how often.
    dropped: Dropped,
    tree: Tree,
}

impl Session<'_> {
    fn file<R: Read>(&mut self, xml: &mut Reader<R>, limits: Limits) -> Result<(), ReadError> {
        let mut root = true;
        loop {
            match xml.next()? {
                Event::Eof => return Ok(()),
                Event::Start => {}
                _ => continue,
            }
            self.account.mapped += xml.declarations() as u64;
            if std::mem::take(&mut root) {
                if xml.local() != "mtf" {
                    let what =
                        format!("the root element is <{}>, which is no MultiTerm XML", quotable(xml.name()));
                    return Err(ReadError::Broken(self.place(xml.position().into()), what));
                }
                self.outside(xml, true);
                let header = Entry::Header(Box::default());
                if self.sink.entry(header, Place::file(self.file)).is_break() {
                    return Ok(());
                }
            } else if xml.local() == "conceptGrp" {
                if self.entry(xml, limits)?.is_break() {
                    return Ok(());
                }
            } else {
                self.outside(xml, false);
            }
        }
    }

    /// Accounts for an element that holds entries, or stands among them.
    fn outside<R: Read>(&mut self, xml: &Reader<R>, known: bool) {
        let name = quotable(xml.name()).to_string();
        match known {
            true => self.account.mapped += 1,
            false => {
                self.account.told += 1;
                self.dropped.add(format!("<{name}> outside of entries"));
            }
        }
        for (attribute, _) in xml.attributes() {
            self.account.told += 1;
            self.dropped.add(format!("the attribute {} of <{name}>", quotable(attribute)));
        }
    }

    fn entry<R: Read>(&mut self, xml: &mut Reader<R>, limits: Limits) -> Result<ControlFlow<()>, ReadError> {
        let mut place = self.place(xml.position().into());
        let mut troubles = vec![];
        // The declarations of the element itself are counted with its tree.
        self.account.mapped -= xml.declarations() as u64;
        let built = self.tree.build(xml, limits, &mut troubles);
        self.troubles(troubles);
        built?;
        place.bytes = place.bytes.zip(xml.end_offset()).map(|((from, _), to)| (from, to));
        let tree = std::mem::take(&mut self.tree);
        let concept = Entryman { tree: &tree, file: self.file, place: &place, told: vec![] }.concept();
        let (concept, told) = concept;
        told.into_iter().for_each(|finding| self.sink.finding(finding));
        self.settle(tree);
        Ok(self.sink.entry(Entry::Concept(Box::new(concept)), place))
    }

    /// Counts what became of what the tree holds, tells what nobody took, and has the tree used again.
    fn settle(&mut self, tree: Tree) {
        let mut account = self.account;
        tree.account(&mut account, |left| self.dropped.add(left.to_string()));
        self.account = account;
        self.tree = tree;
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

/// Takes one entry apart.
struct Entryman<'e> {
    tree: &'e Tree,
    file: &'e str,
    place: &'e Place,
    told: Vec<Finding>,
}

/// A field: its name, its value, and the fields inside it.
struct Field {
    node: u32,
    /// The `descrip` in it.
    descrip: u32,
    name: String,
    value: String,
}

impl Entryman<'_> {
    fn concept(mut self) -> (Concept, Vec<Finding>) {
        let tree = self.tree;
        let mut concept = Concept::default();
        let mut number = None;
        tree.map(0);
        for node in tree.children(0) {
            match tree.name(node) {
                "concept" => {
                    number = Some(self.text(node)).filter(|n| !n.is_empty());
                }
                "system" => concept.other.push(self.kept(node)),
                "transacGrp" => concept.transactions.extend(self.transaction(node)),
                "descripGrp" => {
                    let Some(field) = self.field(node) else { continue };
                    match Column::by_header(&field.name) {
                        Some(Column::Concept) if concept.slug.is_none() => match field.value.parse() {
                            Ok(slug) => {
                                concept.slug = Some(slug);
                                let _ = self.value(&field);
                            }
                            Err(_) => concept.other.push(self.keep(&field)),
                        },
                        Some(Column::Subject) => concept.subject_fields.push(self.value(&field)),
                        Some(Column::Definition) => concept.definitions.push(self.definition(&field)),
                        Some(Column::Note) => concept.notes.push(Note::new(self.value(&field))),
                        Some(Column::Customer) => concept.customers.push(self.value(&field)),
                        Some(Column::Project) => concept.projects.push(self.value(&field)),
                        _ => concept.other.push(self.keep(&field)),
                    }
                }
                "languageGrp" => self.language(node, &mut concept),
                _ => {}
            }
        }
        if let (None, Some(id)) = (&concept.slug, number) {
            let origin = std::path::Path::new(self.file).file_name().and_then(|n| n.to_str());
            concept.foreign_ids.push(ForeignId { origin: origin.unwrap_or(self.file).to_owned(), id });
        }
        (concept, self.told)
    }

    fn language(&mut self, node: u32, concept: &mut Concept) {
        let tree = self.tree;
        let named = tree.children(node).find(|n| tree.name(*n) == "language");
        let Some((lang, written)) = named.and_then(|named| self.tag(named)) else {
            let message = "A languageGrp does not say its language; it is left out.".to_owned();
            self.told.push(
                Finding::new("read-language", Severity::Error, self.place.clone(), message)
                    .help("Give its <language> a lang such as EN or ZH-CN."),
            );
            tree.tell(node);
            return;
        };
        tree.map(node);
        let section = concept.section_mut(&lang);
        section.written = section.written.take().or(written);
        let mut filled = std::mem::replace(section, LanguageSection::new(lang.clone()));
        for child in tree.children(node) {
            match tree.name(child) {
                "transacGrp" => filled.transactions.extend(self.transaction(child)),
                "termGrp" => filled.terms.extend(self.term(child)),
                "descripGrp" => {
                    let Some(field) = self.field(child) else { continue };
                    match Column::by_header(&field.name) {
                        Some(Column::Definition) => filled.definitions.push(self.definition(&field)),
                        Some(Column::Note) => filled.notes.push(Note::new(self.value(&field))),
                        _ => filled.other.push(self.keep(&field)),
                    }
                }
                "system" => filled.other.push(self.kept(child)),
                _ => {}
            }
        }
        *concept.section_mut(&lang) = filled;
    }

    /// Returns the language that an element names, and how it is written where that is not our way.
    fn tag(&self, node: u32) -> Option<(LanguageTag, Option<String>)> {
        let tree = self.tree;
        let (raw, name) = (tree.peek(node, "lang"), tree.peek(node, "type"));
        let by_lang: Option<LanguageTag> = raw.and_then(|raw| raw.parse().ok());
        let of_name = name.and_then(by_name);
        // The name may say more than the locale: "Chinese (Traditional)", ZH.
        let lang = match (by_lang, of_name) {
            (Some(lang), Some(named)) if named.serves(&lang) => named,
            (Some(lang), _) => lang,
            (None, named) => named?,
        };
        tree.map(node);
        tree.take(node, "lang");
        let written = raw.or(name).filter(|raw| **raw != super::locale(&lang)).map(str::to_owned);
        Some((lang, written))
    }

    fn term(&mut self, node: u32) -> Option<Term> {
        let tree = self.tree;
        let word = tree.children(node).find(|n| tree.name(*n) == "term");
        let Some(word) = word.filter(|word| !tree.peek_text(*word).trim().is_empty()) else {
            let message = "A termGrp has no term; it is left out.".to_owned();
            self.told.push(Finding::new("read-term", Severity::Warning, self.place.clone(), message));
            tree.tell(node);
            return None;
        };
        tree.map(node);
        let mut term = Term::new(self.text(word));
        for child in tree.children(node) {
            match tree.name(child) {
                "transacGrp" => term.transactions.extend(self.transaction(child)),
                "descripGrp" => {
                    if let Some(field) = self.field(child) {
                        self.of_term(&field, &mut term);
                    }
                }
                "system" => term.other.push(self.kept(child)),
                _ => {}
            }
        }
        Some(term)
    }

    /// Puts a field of a term where it belongs; what has no place, or is said already, is kept as it stands.
    fn of_term(&mut self, field: &Field, term: &mut Term) {
        let value = &field.value;
        let column = Column::by_header(&field.name);
        match column {
            Some(Column::Definition) => return term.definitions.push(self.definition(field)),
            Some(Column::Context) => return term.contexts.push(self.context(field)),
            Some(Column::Source) => return term.sources.push(parse_source(&self.value(field))),
            Some(Column::Note) => return term.notes.push(Note::new(self.value(field))),
            Some(Column::Customer) => return term.customers.push(self.value(field)),
            Some(Column::Project) => return term.projects.push(self.value(field)),
            _ => {}
        }
        let set = |slot: &mut Option<String>| slot.is_none().then(|| *slot = Some(value.clone()));
        let taken = match column {
            Some(Column::Status) if term.status.is_none() => {
                words::status(value).map(|(status, forbidden)| {
                    term.status = Some(status);
                    term.forbidden |= forbidden;
                })
            }
            Some(Column::Forbidden) => words::yes(value).map(|yes| term.forbidden |= yes),
            Some(Column::Kind) if term.kind.is_none() => {
                words::kind(value).map(|kind| term.kind = Some(kind))
            }
            Some(Column::Of) => set(&mut term.of),
            Some(Column::PartOfSpeech) => set(&mut term.part_of_speech),
            Some(Column::Gender) if term.gender.is_none() => {
                value.parse().ok().map(|g| term.gender = Some(g))
            }
            Some(Column::Number) if term.number.is_none() => {
                value.parse().ok().map(|n| term.number = Some(n))
            }
            Some(Column::Register) if term.register.is_none() => {
                value.parse().ok().map(|r| term.register = Some(r))
            }
            Some(Column::Region) => set(&mut term.region),
            Some(Column::Reading) => set(&mut term.reading),
            Some(Column::DoNotTranslate) => {
                words::yes(value).map(|yes| term.match_rule.do_not_translate = yes)
            }
            Some(Column::CaseSensitive) => words::yes(value).map(|yes| term.match_rule.case_sensitive = yes),
            _ => None,
        };
        match taken {
            Some(()) => drop(self.value(field)),
            None => term.other.push(self.keep(field)),
        }
    }

    /// Returns the field that a descripGrp holds.
    fn field(&self, node: u32) -> Option<Field> {
        let tree = self.tree;
        let descrip = tree.children(node).find(|n| tree.name(*n) == "descrip")?;
        let name = tree.kind(descrip)?.to_owned();
        Some(Field { node, descrip, name, value: tree.peek_text(descrip).trim().to_owned() })
    }

    /// Takes the value of a field; what stands inside it has no place, and is told.
    fn value(&self, field: &Field) -> String {
        self.tree.map(field.node);
        self.tree.map(field.descrip);
        self.tree.text(field.descrip).trim().to_owned()
    }

    /// Returns the fields inside a field.
    fn inside(&self, field: &Field) -> Vec<Field> {
        let groups = self.tree.children(field.node).filter(|n| self.tree.name(*n) == "descripGrp");
        groups.filter_map(|group| self.field(group)).collect()
    }

    fn definition(&self, field: &Field) -> Definition {
        let mut definition = Definition::new(self.value(field));
        for inner in self.inside(field) {
            if Column::by_header(&inner.name) == Some(Column::Source) && definition.source.is_none() {
                definition.source = Some(parse_source(&self.value(&inner)));
            } else if Column::by_header(&inner.name) == Some(Column::Note) {
                definition.notes.push(Note::new(self.value(&inner)));
            } else {
                definition.other.push(self.keep(&inner));
            }
        }
        definition
    }

    fn context(&self, field: &Field) -> Context {
        let mut context = Context::new(self.value(field));
        for inner in self.inside(field) {
            let kind = inner.value.parse().ok().filter(|_| context.kind.is_none());
            match Column::by_header(&inner.name) {
                Some(Column::Source) if context.source == Source::default() => {
                    context.source = parse_source(&self.value(&inner));
                }
                Some(Column::Kind) if kind.is_some() => {
                    context.kind = kind;
                    let _ = self.value(&inner);
                }
                Some(Column::Note) => context.notes.push(Note::new(self.value(&inner))),
                _ => context.other.push(self.keep(&inner)),
            }
        }
        context
    }

    /// Keeps a field under its own name, with what stands inside it.
    fn keep(&self, field: &Field) -> DataCategory {
        self.tree.map(field.node);
        let group = self.inside(field).iter().map(|inner| self.keep(inner)).collect();
        DataCategory { group, ..self.kept(field.descrip) }
    }

    /// Keeps an element as it stands.
    fn kept(&self, node: u32) -> DataCategory {
        let mut attributes = self.tree.keep(node);
        attributes.retain(|(name, _)| name != "type");
        DataCategory {
            element: self.tree.name(node).to_owned(),
            kind: self.tree.kind(node).unwrap_or_default().to_owned(),
            value: self.tree.text(node).trim().to_owned(),
            attributes,
            ..DataCategory::default()
        }
    }

    fn transaction(&self, node: u32) -> Option<Transaction> {
        let tree = self.tree;
        let child = |name: &str| tree.children(node).find(|n| tree.name(*n) == name);
        let transac = child("transac")?;
        let kind = tree.kind(transac)?.to_owned();
        tree.map(node);
        tree.map(transac);
        let date = child("date").map(|date| self.text(date));
        // MultiTerm writes midnight where only the day counts.
        let day = |date: String| date.strip_suffix("T00:00:00").map(str::to_owned).unwrap_or(date);
        let by = Some(self.text(transac)).filter(|by| !by.is_empty());
        Some(Transaction { kind, date: date.map(day), by, ..Transaction::default() })
    }

    /// Takes the text of an element.
    fn text(&self, node: u32) -> String {
        self.tree.map(node);
        self.tree.text(node).trim().to_owned()
    }
}
