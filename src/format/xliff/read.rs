//! Reads an XLIFF into units for the memory, and its glossary entries into concepts.

use std::ops::ControlFlow;

use super::job::{called, undetermined};
use super::text::Piece;
use super::walk::{Around, Claims, How, Stop, Unit as Read, Visit, Walk, property};
use crate::bytes::How as Known;
use crate::bytes::xml::{Reader, quotable};
use crate::format::{Account, Entry, Input, ReadError, ReadOptions, Sink};
use crate::model::{
    Attributes, Concept, Definition, Finding, ForeignId, LanguageTag, Place, Property, Severity, Source,
    Term, Unit, UnitOrigin, Variant,
};

/// Reads an XLIFF.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let (source, name) = match input {
        Input::Stream(source, name) => (source, name),
        Input::Folder(path) => {
            let place = Place::file(path.display().to_string());
            return Err(ReadError::Broken(place, "an XLIFF is a file, and this is a folder".into()));
        }
    };
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let reader = Reader::new(source, options.encoding.as_deref(), options.limits);
    let how = How { annotations: true, ..How::default() };
    let mut walk = Walk::new(reader, options.limits, name, how);
    let mut taking = Taking { sink, name, file, memory: &options.memory, claims: Claims::default() };
    let outcome = walk.document(&mut taking);
    walk.hand_over(&mut taking);
    let (mapped, kept) = (taking.claims.mapped + walk.claims.mapped, taking.claims.kept + walk.claims.kept);
    let told = walk.xml.nodes().saturating_sub(mapped + kept);
    odd_bytes(&walk, name, sink);
    sink.account(Account { mapped, kept, told });
    match outcome {
        Ok(()) | Err(Stop::Asked) => Ok(()),
        Err(Stop::Failed(e)) => Err(e.in_file(name)),
    }
}

struct Taking<'a> {
    sink: &'a mut dyn Sink,
    name: &'a str,
    file: &'a str,
    memory: &'a str,
    claims: Claims,
}

impl Visit for Taking<'_> {
    fn unit(&mut self, around: &Around, mut unit: Read, claims: Claims) -> ControlFlow<()> {
        let place = self.place(&unit);
        let mut taken = false;
        for entry in std::mem::take(&mut unit.terms) {
            taken = true;
            if let Some(concept) = self.concept(around, &unit, entry, &place) {
                self.sink.entry(Entry::Concept(Box::new(concept)), place.clone())?;
            }
        }
        if let (true, Some(original)) = (around.number > 0 || around.original.is_some(), &around.original) {
            unit.properties.push(property("original", original));
        }
        if unit.rows.is_empty() {
            let what = "there is no source in this unit, so none is made of it";
            self.sink.finding(Finding::new("xliff-no-source", Severity::Warning, place.clone(), what));
        }
        for row in std::mem::take(&mut unit.rows) {
            let has_text = |piece: &Piece| !piece.segment.text.trim().is_empty();
            let target = row.target.filter(has_text);
            let Some(target) = target else {
                self.leave(&place);
                continue;
            };
            if !has_text(&row.source) {
                let what = "this translation has no source, so no unit is made of it";
                self.sink.finding(Finding::new("xliff-no-source", Severity::Warning, place.clone(), what));
                continue;
            }
            taken = true;
            let id = called(unit.id.as_deref(), row.id.as_deref());
            let tuid = match around.number {
                0 => id,
                number => {
                    id.map(|id| format!("{}#{id}", around.original.clone().unwrap_or(number.to_string())))
                }
            };
            let [of_source, of_target] = row.langs;
            let source_lang = around.source.clone().or(of_source);
            let target_lang = around.target.clone().or(of_target);
            let made = Unit {
                origin: UnitOrigin { memory: self.memory.to_owned(), file: self.file.to_owned(), tuid },
                source_lang: source_lang.clone(),
                attributes: Attributes {
                    other: around.datatype.iter().map(|kind| ("datatype".to_owned(), kind.clone())).collect(),
                    ..Attributes::default()
                },
                properties: unit.properties.clone(),
                variants: vec![
                    variant(source_lang, &around.written[0], row.of_source, row.source),
                    variant(target_lang, &around.written[1], row.properties, target),
                ],
                ..Unit::default()
            };
            self.sink.entry(Entry::Unit(Box::new(made)), place.clone())?;
        }
        if taken {
            self.claims.mapped += claims.mapped;
            self.claims.kept += claims.kept;
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        self.sink.finding(finding);
    }
}

impl Taking<'_> {
    /// Makes a concept of an entry of the glossary module.
    fn concept(
        &mut self,
        around: &Around,
        unit: &Read,
        entry: super::walk::Entry,
        place: &Place,
    ) -> Option<Concept> {
        let mut concept = Concept::default();
        let mut id = called(unit.id.as_deref(), entry.id.as_deref());
        if around.number > 0
            && let (Some(id), Some(original)) = (&mut id, &around.original)
        {
            *id = format!("{original}#{id}");
        }
        if let Some(id) = id.filter(|_| entry.id.is_some()) {
            concept.foreign_ids.push(ForeignId { origin: self.file.to_owned(), id });
        }
        let sides = [(&around.source, entry.terms), (&around.target, entry.translations)];
        for (lang, terms) in sides {
            let terms: Vec<_> = terms.into_iter().filter(|(text, _)| !text.is_empty()).collect();
            if terms.is_empty() {
                continue;
            }
            let lang = lang.clone().unwrap_or_else(undetermined);
            for (text, source) in terms {
                let mut term = Term::new(text);
                term.sources.extend(source.map(Source::titled));
                concept.section_mut(&lang).terms.push(term);
            }
        }
        for (text, source) in entry.definitions.into_iter().filter(|(text, _)| !text.is_empty()) {
            let source = source.map(Source::titled);
            concept.definitions.push(Definition { source, ..Definition::new(text) });
        }
        if concept.languages.is_empty() {
            let what = "this entry of the glossary has no term, so it is left out";
            self.sink.finding(Finding::new("xliff-glossary", Severity::Warning, place.clone(), what));
            return None;
        }
        Some(concept)
    }

    /// Tells of a row of which no unit is made, however many there are: nothing goes without a word.
    fn leave(&mut self, place: &Place) {
        let what = "this row has no translation, so no unit is made of it";
        self.sink.finding(Finding::new("xliff-untranslated", Severity::Info, place.clone(), what));
    }

    fn place(&self, unit: &Read) -> Place {
        let mut place = unit.at.map_or_else(Place::default, Place::from);
        place.file = Some(self.name.to_owned());
        place.unit.clone_from(&unit.id);
        if let (Some((start, _)), Some(end)) = (place.bytes, unit.end) {
            place.bytes = Some((start, end.max(start)));
        }
        place
    }
}

fn variant(
    lang: Option<LanguageTag>,
    written: &Option<String>,
    properties: Vec<Property>,
    piece: Piece,
) -> Variant {
    let lang = lang.unwrap_or_else(undetermined);
    let written = written.clone().filter(|written| *written != lang.as_str());
    Variant { lang, written, attributes: Default::default(), properties, segment: piece.segment }
}

/// Tells what was odd about the encoding.
fn odd_bytes<R: std::io::Read>(walk: &Walk<'_, R>, name: &str, sink: &mut dyn Sink) {
    let encoding = walk.xml.encoding();
    if let Some(label) = &encoding.unusable_label {
        let what = format!(
            "the encoding \"{}\" cannot be followed; it is read as {}",
            quotable(label),
            encoding.name
        );
        sink.finding(Finding::new("read-encoding", Severity::Warning, Place::file(name), what));
    }
    if encoding.how == Known::Fallback {
        let what = format!("it does not say its encoding and is not UTF-8; it is read as {}", encoding.name);
        let finding = Finding::new("read-encoding", Severity::Warning, Place::file(name), what);
        sink.finding(finding.help("name the right one with --encoding if words look damaged"));
    }
    if let Some(first) = encoding.first_malformed {
        let what = format!(
            "{} malformed sequences of {} are replaced by U+FFFD; the first stands here",
            encoding.malformed, encoding.name
        );
        sink.finding(Finding::new("read-encoding", Severity::Error, walk.place(first), what));
    }
}
