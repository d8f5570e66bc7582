//! Walks through an XLIFF and hands over its units, one at a time.

use std::io::Read;
use std::ops::{ControlFlow, Range};

use rustc_hash::FxHashMap;

use super::Version;
use super::text::{Content, Element, Piece};
use crate::bytes::xml::{Event, Reader, quotable};
use crate::bytes::{Limits, Position};
use crate::format::ReadError;
use crate::format::job::says_held;
use crate::model::{Finding, LanguageTag, Place, Property, Severity};

/// What is to be remembered of the texts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct How {
    /// Where they stand in the file.
    pub follow: bool,
    /// How their codes are written.
    pub written: bool,
    /// Their annotations, as codes.
    pub annotations: bool,
}

/// Somebody who takes what stands in the file.
pub(super) trait Visit {
    /// Takes a unit; `Break` ends the walk.
    fn unit(&mut self, around: &Around, unit: Unit, claims: Claims) -> ControlFlow<()>;
    /// Takes a finding.
    fn finding(&mut self, finding: Finding);
}

/// What stands around a unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// The number of its `<file>`, from 0.
    pub number: usize,
    /// What that file is made of (`original`), or its id in 2.x.
    pub original: Option<String>,
    /// What kind of text it is (`datatype`).
    pub datatype: Option<String>,
    pub source: Option<LanguageTag>,
    pub target: Option<LanguageTag>,
    /// The languages as they are written.
    pub written: [Option<String>; 2],
    /// The start tag that says the languages.
    pub tag: Range<usize>,
    /// Whether it is to be translated.
    pub translate: bool,
}

/// A `<trans-unit>` or a `<unit>`.
#[derive(Debug, Default)]
pub(super) struct Unit {
    pub span: Range<usize>,
    /// Its start tag.
    pub tag: Range<usize>,
    pub at: Option<Position>,
    pub end: Option<u64>,
    pub id: Option<String>,
    pub translate: bool,
    pub held: bool,
    pub properties: Vec<Property>,
    pub rows: Vec<Row>,
    /// Of 1.x: its source, the one cut into segments if that is another, its target.
    pub source: Option<Content>,
    pub segmented: Option<Content>,
    pub target: Option<Content>,
    /// What Trados says of its segments: id, tag.
    pub definitions: Vec<(String, Element)>,
    pub terms: Vec<Entry>,
}

/// A source and its target.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// What its segment is called.
    pub id: Option<String>,
    pub source: Piece,
    /// Nothing where the file has no place for it yet.
    pub target: Option<Piece>,
    pub held: bool,
    /// Where its source and its target stand, and in 2.x the segment around them.
    pub source_at: Element,
    pub target_at: Option<Element>,
    pub segment_at: Option<Element>,
    /// The languages that its texts say of themselves.
    pub langs: [Option<LanguageTag>; 2],
    /// What its file says of its source, and of its target.
    pub of_source: Vec<Property>,
    pub properties: Vec<Property>,
}

/// An entry of the glossary module.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub id: Option<String>,
    /// Terms, translations and definitions, each with where it comes from.
    pub terms: Vec<(String, Option<String>)>,
    pub translations: Vec<(String, Option<String>)>,
    pub definitions: Vec<(String, Option<String>)>,
}

/// The prefixes of the dialects.
#[derive(Debug, Clone, Default)]
pub(super) struct Vendors {
    /// Trados.
    pub sdl: Option<String>,
    /// memoQ.
    pub mq: Option<String>,
    /// Phrase.
    pub m: Option<String>,
    /// The glossary module of 2.x.
    pub gls: Option<String>,
}

/// How many elements and attributes have found a place in an entry. Whatever is never claimed counts as told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Claims {
    /// A field, or what only holds others.
    pub mapped: u64,
    /// A property, a note or an inline code.
    pub kept: u64,
}

/// Why the walk ends before the file does.
pub(super) enum Stop {
    /// The visitor wants no more.
    Asked,
    Failed(Box<ReadError>),
}

impl<E: Into<ReadError>> From<E> for Stop {
    fn from(e: E) -> Self {
        Self::Failed(Box::new(e.into()))
    }
}

pub(super) type Step<T> = Result<T, Stop>;

/// How many findings about one thing are told one by one.
const TOLD: u64 = 20;
/// The place that is kept while a unit is read.
const UNIT: usize = 1;

/// A walk through a file.
pub(super) struct Walk<'w, R: Read> {
    pub xml: Reader<R>,
    pub how: How,
    pub version: Version,
    pub vendors: Vendors,
    pub claims: Claims,
    pub limits: Limits,
    /// The markup of the code at hand, as far as it was read.
    pub recording: Option<String>,
    /// Whether the element that ended last was `<a/>`.
    pub ended_in_start: bool,
    begun_closed: bool,
    /// The prefix and the namespace of the outermost element.
    prefix: Option<String>,
    namespace: Option<String>,
    /// Where the text that is walked through begins in that of the file.
    base: usize,
    name: &'w str,
    /// What the unit at hand is called.
    unit: String,
    cost: usize,
    /// The original data of the unit at hand.
    data: Vec<(String, String)>,
    tags: Vec<(String, LanguageTag)>,
    told: FxHashMap<(&'static str, String), (u64, Severity)>,
    findings: Vec<Finding>,
}

/// What a walk knows of its file, so that a unit of it can be read again.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub version: Version,
    pub vendors: Vendors,
    pub prefix: Option<String>,
}

impl<'w, R: Read> Walk<'w, R> {
    pub fn new(xml: Reader<R>, limits: Limits, name: &'w str, how: How) -> Self {
        Self {
            xml,
            how,
            version: Version::One,
            vendors: Vendors::default(),
            claims: Claims::default(),
            limits,
            recording: None,
            ended_in_start: false,
            begun_closed: false,
            prefix: None,
            namespace: None,
            base: 0,
            name,
            unit: String::new(),
            cost: 0,
            data: vec![],
            tags: vec![],
            told: FxHashMap::default(),
            findings: vec![],
        }
    }

    /// Returns what is known of the file.
    pub fn known(&self) -> Known {
        Known { version: self.version, vendors: self.vendors.clone(), prefix: self.prefix.clone() }
    }

    /// Walks through the whole file.
    pub fn document(&mut self, visit: &mut dyn Visit) -> Step<()> {
        self.root()?;
        let mut around = Around { translate: true, ..Around::default() };
        if self.version == Version::Two {
            self.languages(&mut around, "srcLang", "trgLang");
        }
        let mut files = 0;
        // What is open between the root and the units: whether it is to be translated.
        let mut open: Vec<(bool, bool)> = vec![];
        loop {
            match self.next()? {
                Event::Start if !self.is_ours() => self.leave_element()?,
                Event::Start => match (self.xml.local(), self.version) {
                    ("file", _) => {
                        self.file(&mut around, files);
                        files += 1;
                        open.push((true, around.translate));
                    }
                    ("body" | "group" | "bin-unit", Version::One) | ("group", Version::Two) => {
                        let translate = self.translates(around.translate);
                        open.push((false, std::mem::replace(&mut around.translate, translate)));
                        self.structure();
                    }
                    ("trans-unit", Version::One) | ("unit", Version::Two) => {
                        let before = self.claims;
                        let unit = self.unit(around.translate)?;
                        self.hand_over(visit);
                        let own = Claims {
                            mapped: self.claims.mapped - before.mapped,
                            kept: self.claims.kept - before.kept,
                        };
                        self.claims = before;
                        if visit.unit(&around, unit, own).is_break() {
                            return Err(Stop::Asked);
                        }
                    }
                    _ => self.leave_element()?,
                },
                Event::End => match open.pop() {
                    Some((true, _)) => around.translate = true,
                    Some((false, translate)) => around.translate = translate,
                    None => {}
                },
                Event::Text => self.stray_text(),
                // What stands behind it must be well-formed too.
                Event::Eof => {
                    self.tell_rest();
                    self.hand_over(visit);
                    return Ok(());
                }
                _ => {}
            }
            self.hand_over(visit);
        }
    }

    /// Reads a unit out of a file that is known.
    pub fn again(&mut self, known: &Known, base: usize) -> Step<Unit> {
        (self.version, self.vendors, self.prefix) =
            (known.version, known.vendors.clone(), known.prefix.clone());
        self.base = base;
        loop {
            if self.next()? == Event::Start {
                return self.unit(true);
            }
        }
    }

    fn root(&mut self) -> Step<()> {
        loop {
            match self.next()? {
                Event::Start if self.xml.local() == "xliff" => break,
                Event::Start => {
                    let what =
                        format!("the outermost element is <{}>, not <xliff>", quotable(self.xml.name()));
                    return Err(ReadError::Broken(self.xml.position().into(), what).into());
                }
                _ => {}
            }
        }
        self.prefix = self.xml.prefix().map(str::to_owned);
        self.namespace = self.xml.namespace().map(str::to_owned);
        let version = self.xml.attribute("version").map(str::to_owned);
        self.version = Version::of(version.as_deref(), self.namespace.as_deref());
        self.claims.mapped += 1;
        self.known_attributes(&["version", "srcLang", "trgLang", "xml:space"]);
        match version {
            None => self.tell("xliff-version", Severity::Warning, "<xliff> does not say its version".into()),
            Some(v) if matches!(&*v, "1.0" | "1.1" | "1.2" | "2.0" | "2.1" | "2.2") => {}
            Some(v) => {
                let what = format!(
                    "there is no XLIFF version \"{}\"; it is read as {}",
                    quotable(&v),
                    match self.version {
                        Version::One => "1.2",
                        Version::Two => "2.2",
                    }
                );
                self.tell("xliff-version", Severity::Warning, what);
            }
        }
        Ok(())
    }

    fn file(&mut self, around: &mut Around, number: usize) {
        around.number = number;
        around.translate = self.translates(true);
        around.original = self.xml.attribute("original").or(self.xml.attribute("id")).map(str::to_owned);
        self.claims.mapped += 1;
        if self.version == Version::One {
            self.languages(around, "source-language", "target-language");
            around.datatype = self.xml.attribute("datatype").map(str::to_owned);
            let known =
                ["original", "source-language", "target-language", "datatype", "translate", "xml:space"];
            self.known_attributes(&known);
        } else {
            self.known_attributes(&["original", "id", "translate", "xml:space"]);
        }
    }

    fn structure(&mut self) {
        self.claims.mapped += 1;
        self.known_attributes(&["translate", "id", "xml:space"]);
    }

    /// Reads the languages that the element at hand says.
    fn languages(&mut self, around: &mut Around, source: &str, target: &str) {
        around.tag = self.here();
        let read = |walk: &mut Self, attribute: &str| {
            let written = walk.xml.attribute(attribute).map(str::to_owned)?;
            let tag = walk.language(&written);
            Some((written, tag))
        };
        let (from, to) = (read(self, source), read(self, target));
        if from.is_none() {
            let what = format!("<{}> does not say its {source}", self.xml.name());
            self.tell("xliff-language", Severity::Warning, what);
        }
        around.source = from.as_ref().and_then(|(_, tag)| tag.clone());
        around.target = to.as_ref().and_then(|(_, tag)| tag.clone());
        around.written = [from.map(|(written, _)| written), to.map(|(written, _)| written)];
    }

    /// Reads a language; nothing where it is none.
    pub fn language(&mut self, written: &str) -> Option<LanguageTag> {
        if let Some((_, tag)) = self.tags.iter().find(|(known, _)| known == written) {
            return Some(tag.clone());
        }
        match written.parse::<LanguageTag>() {
            Ok(tag) => {
                if self.tags.len() < 64 {
                    self.tags.push((written.to_owned(), tag.clone()));
                }
                Some(tag)
            }
            Err(e) => {
                self.tell("xliff-language", Severity::Error, format!("{e}; it counts as not said"));
                None
            }
        }
    }

    /// Tells whether the element at hand is to be translated.
    fn translates(&self, inherited: bool) -> bool {
        match self.xml.attribute("translate") {
            Some("no") => false,
            Some("yes") => true,
            _ => inherited,
        }
    }

    fn unit(&mut self, inherited: bool) -> Step<Unit> {
        self.xml.keep(UNIT);
        self.cost = 0;
        self.data.clear();
        let tag = self.here();
        let mut unit =
            Unit { span: tag.clone(), tag, translate: self.translates(inherited), ..Unit::default() };
        unit.id = self.xml.attribute("id").map(str::to_owned);
        self.unit = unit.id.clone().unwrap_or_default();
        self.claims.mapped += 1 + u64::from(unit.id.is_some());
        for (name, value) in self.xml.attributes().filter(|(name, _)| *name != "id") {
            let local = name.rsplit(':').next().unwrap_or(name);
            unit.held |= says_held(local, value) || (local == "confirmed" && says_held("approved", value));
            self.claims.kept += 1;
            unit.properties.push(property(name, value));
        }
        self.charge(self.xml.markup().len() + 256)?;
        match self.version {
            Version::One => self.trans_unit(&mut unit)?,
            Version::Two => self.unit_of_two(&mut unit)?,
        }
        unit.span.end = self.here().end;
        unit.at = Some(self.xml.kept(UNIT)).filter(|_| !self.how.follow);
        unit.end = self.xml.end_offset();
        self.unit.clear();
        Ok(unit)
    }

    fn trans_unit(&mut self, unit: &mut Unit) -> Step<()> {
        let mut said: Vec<(String, bool, Vec<Property>)> = vec![];
        loop {
            match self.next()? {
                Event::Start if self.is_of(&self.vendors.sdl) && self.xml.local() == "seg-defs" => {
                    self.definitions(&mut unit.definitions, &mut said)?;
                }
                Event::Start if !self.is_ours() => self.leave_element()?,
                Event::Start => {
                    let place = match self.xml.local() {
                        "source" => &mut unit.source,
                        "seg-source" => &mut unit.segmented,
                        "target" => &mut unit.target,
                        "note" => {
                            unit.properties.push(self.note()?);
                            continue;
                        }
                        "context-group" | "prop-group" | "context" | "prop" => {
                            self.keep_tree(&mut unit.properties)?;
                            continue;
                        }
                        _ => {
                            self.leave_element()?;
                            continue;
                        }
                    };
                    if place.is_some() {
                        self.leave_element()?;
                        continue;
                    }
                    self.claim_text();
                    *place = Some(self.content()?);
                }
                Event::Text => self.stray_text(),
                Event::End => break,
                _ => {}
            }
        }
        self.rows(unit, &said);
        Ok(())
    }

    /// Makes rows of what stands in a unit of 1.x.
    fn rows(&mut self, unit: &mut Unit, said: &[(String, bool, Vec<Property>)]) {
        let empty = Content::default();
        let held = unit.held
            || unit.target.as_ref().and_then(|t| t.attribute("state")).is_some_and(|s| says_held("state", s));
        let cut = unit.segmented.as_ref().filter(|s| !s.marks.is_empty());
        let cut = cut.or(unit.source.as_ref().filter(|s| !s.marks.is_empty()));
        let target = unit.target.as_ref().unwrap_or(&empty);
        let properties = said_of(target);
        let of_source = unit.source.as_ref().map(said_of).unwrap_or_default();
        let mut langs = [unit.source.as_ref(), Some(target)].map(|of| {
            let written = of.and_then(|of| of.attribute("xml:lang"))?.to_owned();
            Some(written)
        });
        let langs = [0, 1].map(|side| langs[side].take().and_then(|written| self.language(&written)));
        let Some(cut) = cut.filter(|_| !target.marks.is_empty() || target.is_blank()) else {
            let Some(source) = unit.source.as_ref().or(unit.segmented.as_ref()) else { return };
            let only = said.first().filter(|_| said.len() == 1);
            let more = only.map_or(&[][..], |(_, _, properties)| properties);
            unit.rows.push(Row {
                id: None,
                source: source.piece.clone(),
                target: unit.target.as_ref().map(|t| t.piece.clone()),
                held: held || only.is_some_and(|(_, held, _)| *held),
                source_at: source.element.clone(),
                target_at: unit.target.as_ref().map(|t| t.element.clone()),
                segment_at: None,
                langs: langs.clone(),
                of_source: of_source.clone(),
                properties: properties.iter().chain(more).cloned().collect(),
            });
            return;
        };
        let mut taken = vec![false; target.marks.len()];
        let mut rows = vec![];
        for mark in &cut.marks {
            let there = (0..target.marks.len()).find(|at| !taken[*at] && target.marks[*at].mid == mark.mid);
            if let Some(at) = there {
                taken[at] = true;
            }
            let there = there.map(|at| &target.marks[at]);
            let about = said.iter().find(|(id, ..)| Some(id) == mark.mid.as_ref());
            let more = about.map_or(&[][..], |(_, _, properties)| properties);
            rows.push(Row {
                id: mark.mid.clone(),
                source: mark.piece.clone(),
                target: there.map(|there| there.piece.clone()),
                held: held || about.is_some_and(|(_, held, _)| *held),
                source_at: mark.element.clone(),
                target_at: there.map(|there| there.element.clone()),
                segment_at: None,
                langs: langs.clone(),
                of_source: of_source.clone(),
                properties: properties.iter().chain(more).cloned().collect(),
            });
        }
        let strangers = taken.iter().filter(|taken| !**taken).count();
        if strangers > 0 {
            let what = format!("segments of the target that have no source with their mid: {strangers}");
            self.tell("xliff-segment", Severity::Warning, what);
        }
        unit.rows = rows;
    }

    /// Reads what Trados says of the segments.
    fn definitions(
        &mut self,
        elements: &mut Vec<(String, Element)>,
        said: &mut Vec<(String, bool, Vec<Property>)>,
    ) -> Step<()> {
        self.structure();
        loop {
            match self.next()? {
                Event::Start if self.is_of(&self.vendors.sdl) && self.xml.local() == "seg" => {
                    let id = self.xml.attribute("id").unwrap_or_default().to_owned();
                    let is_held = |(name, value): (&str, &str)| match name {
                        "conf" => says_held("confirmationlevel", value),
                        name => says_held(name, value),
                    };
                    let held = self.xml.attributes().any(is_held);
                    let kept = self.xml.attributes().filter(|(name, _)| *name != "id");
                    let properties: Vec<Property> =
                        kept.map(|(n, v)| property(&about_segment(n), v)).collect();
                    self.claims.mapped += 1 + u64::from(!id.is_empty());
                    self.claims.kept += properties.len() as u64;
                    self.charge(256 + self.xml.markup().len())?;
                    elements.push((id.clone(), self.element()));
                    said.push((id, held, properties));
                    self.leave_inside()?;
                }
                Event::Start => self.leave_element()?,
                Event::Text => self.stray_text(),
                Event::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn unit_of_two(&mut self, unit: &mut Unit) -> Step<()> {
        loop {
            match self.next()? {
                Event::Start if self.is_of(&self.vendors.gls) && self.xml.local() == "glossary" => {
                    self.glossary(&mut unit.terms)?;
                }
                Event::Start if !self.is_ours() => self.leave_element()?,
                Event::Start => match self.xml.local() {
                    "notes" => {
                        self.structure();
                        self.notes(&mut unit.properties)?;
                    }
                    "originalData" => {
                        self.structure();
                        self.original_data()?;
                    }
                    "segment" => {
                        let row = self.segment(unit.held)?;
                        unit.rows.extend(row);
                    }
                    _ => self.leave_element()?,
                },
                Event::Text => self.stray_text(),
                Event::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn notes(&mut self, properties: &mut Vec<Property>) -> Step<()> {
        loop {
            match self.next()? {
                Event::Start if self.is_ours() && self.xml.local() == "note" => properties.push(self.note()?),
                Event::Start => self.leave_element()?,
                Event::Text => self.stray_text(),
                Event::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn original_data(&mut self) -> Step<()> {
        loop {
            match self.next()? {
                Event::Start if self.is_ours() && self.xml.local() == "data" => {
                    let id = self.xml.attribute("id").unwrap_or_default().to_owned();
                    self.map_all();
                    let mut text = String::new();
                    let inside = self.text_to_end(&mut text)?;
                    self.claims.mapped += inside;
                    self.data.push((id, text));
                }
                Event::Start => self.leave_element()?,
                Event::Text => self.stray_text(),
                Event::End => return Ok(()),
                _ => {}
            }
        }
    }

    /// Returns what the original data says under an id.
    pub fn data(&self, id: &str) -> Option<String> {
        self.data.iter().find(|(known, _)| known == id).map(|(_, text)| text.clone())
    }

    fn segment(&mut self, held: bool) -> Step<Option<Row>> {
        let mut at = self.element();
        let mut row = Row { id: self.xml.attribute("id").map(str::to_owned), held, ..Row::default() };
        row.held |= self.xml.attribute("state") == Some("final");
        for (name, value) in self.xml.attributes().filter(|(name, _)| *name != "id") {
            row.properties.push(property(name, value));
        }
        self.claims.mapped += 1 + u64::from(row.id.is_some());
        self.claims.kept += row.properties.len() as u64;
        self.charge(256 + self.xml.markup().len())?;
        let (mut source, mut target) = (None, None);
        loop {
            match self.next()? {
                Event::Start if self.is_ours() && matches!(self.xml.local(), "source" | "target") => {
                    let place = if self.xml.local() == "source" { &mut source } else { &mut target };
                    if place.is_some() {
                        self.leave_element()?;
                        continue;
                    }
                    self.claim_text();
                    *place = Some(self.content()?);
                }
                Event::Start => self.leave_element()?,
                Event::Text => self.stray_text(),
                Event::End => break,
                _ => {}
            }
        }
        self.close(&mut at);
        let Some(source) = source else {
            self.tell(
                "xliff-segment",
                Severity::Error,
                "this <segment> has no <source>, so it is left out".into(),
            );
            return Ok(None);
        };
        row.of_source = said_of(&source);
        (row.source, row.source_at) = (source.piece, source.element);
        if let Some(target) = target {
            row.properties.extend(said_of(&target));
            (row.target, row.target_at) = (Some(target.piece), Some(target.element));
        }
        row.segment_at = Some(at);
        Ok(Some(row))
    }

    fn glossary(&mut self, entries: &mut Vec<Entry>) -> Step<()> {
        self.structure();
        let mut entry: Option<Entry> = None;
        loop {
            match self.next()? {
                Event::Start if self.is_of(&self.vendors.gls) => {
                    let place = match (self.xml.local(), &mut entry) {
                        ("glossEntry", None) => {
                            entry = Some(Entry {
                                id: self.xml.attribute("id").map(str::to_owned),
                                ..Entry::default()
                            });
                            self.claims.mapped += 1;
                            self.known_attributes(&["id"]);
                            self.charge(256)?;
                            continue;
                        }
                        ("term", Some(entry)) => &mut entry.terms,
                        ("translation", Some(entry)) => &mut entry.translations,
                        ("definition", Some(entry)) => &mut entry.definitions,
                        _ => {
                            self.leave_element()?;
                            continue;
                        }
                    };
                    let source = self.xml.attribute("source").map(str::to_owned);
                    self.claims.mapped += 1;
                    self.known_attributes(&["source"]);
                    let mut text = String::new();
                    self.text_to_end(&mut text)?;
                    place.push((text.trim().to_owned(), source.filter(|s| !s.trim().is_empty())));
                }
                Event::Start => self.leave_element()?,
                Event::Text => self.stray_text(),
                Event::End => match entry.take() {
                    Some(entry) => entries.push(entry),
                    None => return Ok(()),
                },
                _ => {}
            }
        }
    }

    fn note(&mut self) -> Step<Property> {
        let attributes = self.keep_attributes();
        let mut text = String::new();
        self.text_to_end(&mut text)?;
        Ok(Property { kind: None, text, attributes })
    }

    /// Keeps what stands in an element as properties, each named by its element and what that says of its type.
    fn keep_tree(&mut self, properties: &mut Vec<Property>) -> Step<()> {
        let mut inside = 0;
        loop {
            let kinds = ["context-type", "prop-type", "name"];
            let kind = kinds.iter().find_map(|kind| self.xml.attribute(kind));
            let name = match kind {
                Some(kind) => format!("{}:{kind}", self.xml.local()),
                None => self.xml.local().to_owned(),
            };
            let attributes = self.keep_attributes();
            self.charge(128 + name.len())?;
            properties.push(Property { kind: Some(name), text: String::new(), attributes });
            inside += 1;
            loop {
                match self.next()? {
                    Event::Start if self.is_ours() => break,
                    Event::Start => self.leave_element()?,
                    Event::Text => {
                        if let Some(last) =
                            properties.last_mut().filter(|_| !self.xml.text().trim().is_empty())
                        {
                            last.text.push_str(self.xml.text());
                        }
                        let len = self.xml.text().len();
                        self.charge(len)?;
                    }
                    Event::End => {
                        inside -= 1;
                        if inside == 0 {
                            return Ok(());
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// Reads the text of the element that begins here, up to its end, and returns how many elements and attributes
    /// stood inside.
    fn text_to_end(&mut self, into: &mut String) -> Step<u64> {
        let before = self.xml.nodes();
        let mut depth = 0;
        loop {
            match self.next()? {
                Event::Text => {
                    let len = self.xml.text().len();
                    self.charge(len)?;
                    into.push_str(self.xml.text());
                }
                Event::Start => {
                    depth += 1;
                    let what = format!(
                        "<{}> stands where only text may be; its text is taken",
                        quotable(self.xml.name())
                    );
                    self.tell("xliff-element", Severity::Info, what);
                }
                Event::End if depth > 0 => depth -= 1,
                Event::End => return Ok(self.xml.nodes() - before),
                _ => {}
            }
        }
    }

    /// Takes the next event.
    pub fn next(&mut self) -> Step<Event> {
        let event = self.xml.next();
        if self.xml.has_troubles() {
            for trouble in self.xml.take_troubles() {
                let place = self.place(trouble.position);
                self.findings.push(Finding::new(
                    trouble.kind.code(),
                    Severity::Warning,
                    place,
                    trouble.message,
                ));
            }
        }
        let event = event?;
        self.ended_in_start = event == Event::End && self.begun_closed;
        self.begun_closed = event == Event::Start && self.xml.markup().ends_with("/>");
        if event == Event::Start && self.xml.declares_namespace() {
            self.namespaces();
        }
        if !self.ended_in_start
            && let Some(recording) = &mut self.recording
        {
            recording.push_str(self.xml.markup());
            let len = self.xml.markup().len();
            self.charge(len)?;
        }
        Ok(event)
    }

    fn namespaces(&mut self) {
        let mut others = vec![];
        for (prefix, name) in self.xml.declared_namespaces() {
            let known = match name {
                "http://sdl.com/FileTypes/SdlXliff/1.0" => &mut self.vendors.sdl,
                "MQXliff" => &mut self.vendors.mq,
                "http://www.memsource.com/mxlf/2.0" => &mut self.vendors.m,
                "urn:oasis:names:tc:xliff:glossary:2.0" => &mut self.vendors.gls,
                _ if self.xml.depth() == 1 && Some(name) == self.xml.namespace() => {
                    self.claims.mapped += 1;
                    continue;
                }
                _ => {
                    others.push(name.to_owned());
                    continue;
                }
            };
            self.claims.mapped += 1;
            known.get_or_insert_with(|| prefix.to_owned());
        }
        for name in others {
            let what = format!("the declaration of the namespace \"{}\" is not kept", quotable(&name));
            self.tell("xliff-not-kept", Severity::Info, what);
        }
    }

    /// Tells whether the element that begins or ends here is one of XLIFF.
    pub fn is_ours(&self) -> bool {
        self.xml.prefix() == self.prefix.as_deref()
            && (self.base > 0
                || self.namespace.is_none()
                || self.xml.namespace() == self.namespace.as_deref())
    }

    /// Tells whether the element at hand has a prefix of a dialect.
    fn is_of(&self, prefix: &Option<String>) -> bool {
        prefix.as_deref().is_some_and(|prefix| match prefix {
            "" => self.xml.prefix().is_none() && !self.is_ours(),
            prefix => self.xml.prefix() == Some(prefix),
        })
    }

    /// Returns where the last event stands in the text of the file.
    pub fn here(&self) -> Range<usize> {
        let (at, len) = self.xml.written().map_or((0, 0), |(at, written)| (at as usize, written.len()));
        self.base + at..self.base + at + len
    }

    /// Returns the element that begins here.
    pub fn element(&self) -> Element {
        let here = self.here();
        let name = if self.how.written { self.xml.name().to_owned() } else { String::new() };
        Element { name, start: here.start, open: here.end, close: here.end, end: here.end }
    }

    /// Notes that an element ends here.
    pub fn close(&self, element: &mut Element) {
        if !self.ended_in_start {
            let here = self.here();
            (element.close, element.end) = (here.start, here.end);
        }
    }

    pub fn attributes(&self) -> Vec<(String, String)> {
        self.xml.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Returns the attributes of the element that begins here, which is kept with them.
    pub fn keep_attributes(&mut self) -> Vec<(String, String)> {
        let attributes = self.attributes();
        self.claims.kept += 1 + attributes.len() as u64;
        attributes
    }

    /// Claims the source or target that begins here.
    fn claim_text(&mut self) {
        self.claims.mapped += 1;
        for (name, _) in self.xml.attributes() {
            match name {
                "xml:space" | "xml:lang" => self.claims.mapped += 1,
                _ => self.claims.kept += 1,
            }
        }
    }

    /// Claims the element that begins here and its attributes.
    pub fn map_all(&mut self) {
        self.claims.mapped += 1 + self.xml.attributes().count() as u64;
    }

    /// Claims attributes that are known, and tells of the others.
    pub fn known_attributes(&mut self, known: &[&str]) {
        let mut unknown = vec![];
        for (name, _) in self.xml.attributes() {
            match known.contains(&name) {
                true => self.claims.mapped += 1,
                false => unknown.push(name.to_owned()),
            }
        }
        for name in unknown {
            let what =
                format!("the attribute {} of <{}> is not kept", quotable(&name), quotable(self.xml.name()));
            self.tell("xliff-not-kept", Severity::Info, what);
        }
    }

    /// Passes over the element that begins here, and says so.
    fn leave_element(&mut self) -> Step<()> {
        let name = self.xml.name().to_owned();
        let inside = self.xml.local();
        let severity = match inside {
            "source" | "target" if self.is_ours() => Severity::Warning,
            _ => Severity::Info,
        };
        let what = format!("<{}> is not kept, with what stands in it", quotable(&name));
        self.tell("xliff-not-kept", severity, what);
        self.skip()
    }

    /// Passes over the element that begins here, and says what it is.
    pub fn leave(&mut self, what: &str) -> Step<()> {
        let what = format!("<{}> is {what}, and not kept", quotable(self.xml.name()));
        self.tell("xliff-not-kept", Severity::Info, what);
        self.skip()
    }

    /// Passes over what stands in the element that begins here, and says so if there is anything.
    fn leave_inside(&mut self) -> Step<()> {
        let (name, before) = (self.xml.name().to_owned(), self.xml.nodes());
        self.skip()?;
        if self.xml.nodes() > before {
            let what = format!("what stands in <{}> is not kept", quotable(&name));
            self.tell("xliff-not-kept", Severity::Info, what);
        }
        Ok(())
    }

    fn skip(&mut self) -> Step<()> {
        let mut depth = 0;
        loop {
            match self.next()? {
                Event::Start => depth += 1,
                Event::End if depth > 0 => depth -= 1,
                Event::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn stray_text(&mut self) {
        if !self.xml.text().trim_ascii().is_empty() {
            let what = "text stands here where XLIFF has none, and is left out";
            self.tell("xliff-stray-text", Severity::Warning, what.into());
        }
    }

    /// Adds to what the unit at hand costs; a unit of more than the longest text is refused.
    pub fn charge(&mut self, bytes: usize) -> Step<()> {
        self.cost += bytes;
        if self.cost > self.limits.text {
            let what = format!("a unit is larger than {} bytes", self.limits.text);
            return Err(ReadError::Limit(self.xml.position().into(), what).into());
        }
        Ok(())
    }

    /// Tells a finding; many that say the same are counted.
    pub fn tell(&mut self, code: &'static str, severity: Severity, what: String) {
        // A file of a thousand kinds of element gets a thousand findings of this kind, and no more.
        let key = if self.told.len() < 1000 { what.clone() } else { String::new() };
        let (told, _) = self.told.entry((code, key)).or_insert((0, severity));
        *told += 1;
        if *told <= TOLD {
            let place = self.place(self.xml.position());
            self.findings.push(Finding::new(code, severity, place, what));
        }
    }

    fn tell_rest(&mut self) {
        let mut more: Vec<_> = self.told.drain().filter(|(_, (n, _))| *n > TOLD).collect();
        more.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for ((code, what), (count, severity)) in more {
            let what = match &*what {
                "" => format!("{} more findings of this kind are not listed", count - TOLD),
                what => format!("{} more times: {what}", count - TOLD),
            };
            self.findings.push(Finding::new(code, severity, Place::file(self.name), what));
        }
    }

    /// Hands over what was found.
    pub fn hand_over(&mut self, visit: &mut dyn Visit) {
        self.findings.drain(..).for_each(|finding| visit.finding(finding));
    }

    pub fn place(&self, at: Position) -> Place {
        let mut place = Place::from(at);
        place.file = Some(self.name.to_owned());
        place.unit = (!self.unit.is_empty()).then(|| self.unit.clone());
        place
    }
}

/// Returns what a text says of itself, but for what every text says.
fn said_of(content: &Content) -> Vec<Property> {
    let own = content.attributes.iter().filter(|(name, _)| !matches!(&**name, "xml:space" | "xml:lang"));
    own.map(|(name, value)| property(name, value)).collect()
}

pub(super) fn property(name: &str, value: &str) -> Property {
    Property { kind: Some(name.to_owned()), text: value.to_owned(), attributes: vec![] }
}

/// Returns the name under which a property says what Trados says of a segment: its TMX has that name for `conf`.
fn about_segment(attribute: &str) -> String {
    match attribute {
        "conf" => "x-ConfirmationLevel".to_owned(),
        name => format!("sdl:{name}"),
    }
}
