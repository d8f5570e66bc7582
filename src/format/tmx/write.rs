//! Writes TMX 1.4, valid by its DTD.

use std::io::Write;

use super::concepts::units_of;
use super::mend::{Tags, is_strict, mend, tmx_date};
use super::{ENCODING, HEADER_OPTIONAL, HEADER_REQUIRED, ORIGINAL, SEGTYPES, TITLE, UNIT_ID};
use crate::bytes::xml::{Event, Layout, Reader, Writer};
use crate::format::{
    Entry, Header, Limits, LossClass, LossReport, Output, ReadError, WriteError, WriteOptions,
};
use crate::model::{Attributes, Edge, Inline, InlineKind, LanguageTag, Native, Property, Segment, Unit};

/// Writes units, and concepts as units.
pub(super) fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    output: Output<'_>,
) -> Result<LossReport, WriteError> {
    let Output::Stream(out) = output else {
        return Err(WriteError::Unsupported("a TMX is a file, not a folder".into()));
    };
    let mut entries = entries.peekable();
    let header = match entries.next_if(|e| matches!(e, Ok(Entry::Header(_)))) {
        Some(Ok(Entry::Header(header))) => *header,
        _ => Header::default(),
    };
    let mut writing = Writing {
        xml: Writer::new(out, Layout::Indented(2)),
        options,
        source_lang: options.source_lang.clone().or_else(|| header.source_lang.clone()),
        tags: Tags::default(),
        report: LossReport::default(),
    };
    writing.header(&header)?;
    for entry in entries {
        match entry.map_err(WriteError::Source)? {
            // At most one, and first.
            Entry::Header(_) => {}
            Entry::Concept(concept) => {
                for unit in units_of(&concept, options, &mut writing.report) {
                    writing.unit(&unit)?;
                }
            }
            Entry::Unit(unit) => writing.unit(&unit)?,
        }
    }
    writing.xml.finish()?;
    Ok(writing.report)
}

struct Writing<'a, W: Write> {
    xml: Writer<W>,
    options: &'a WriteOptions<'a>,
    /// The source language that the header names.
    source_lang: Option<LanguageTag>,
    tags: Tags,
    report: LossReport,
}

impl<W: Write> Writing<'_, W> {
    fn header(&mut self, header: &Header) -> Result<(), WriteError> {
        self.xml.declaration()?;
        self.xml.verbatim("<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n")?;
        self.xml.start("tmx")?;
        self.xml.attribute("version", "1.4")?;
        self.xml.start("header")?;
        let given = |name: &str| header.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let segtype = given("segtype").filter(|s| SEGTYPES.contains(s)).unwrap_or("sentence");
        let admin = given("adminlang").filter(|a| a.parse::<LanguageTag>().is_ok()).unwrap_or("en");
        let values = [
            "wicterm",
            env!("CARGO_PKG_VERSION"),
            segtype,
            given("o-tmf").unwrap_or("wicterm"),
            &admin.replace('_', "-"),
            self.source_lang.as_ref().map_or("*all*", LanguageTag::as_str),
            given("datatype").unwrap_or("plaintext"),
        ];
        for (name, value) in HEADER_REQUIRED.iter().zip(values) {
            self.xml.attribute(name, value)?;
        }
        // A kept header was made and changed by whoever it says; one that says nothing is made today.
        let dated =
            ["creationdate", "creationid", "changedate", "changeid"].iter().any(|n| given(n).is_some());
        for name in HEADER_OPTIONAL {
            let value = match name {
                "creationdate" if !dated => tmx_date(&self.options.now),
                "creationdate" | "changedate" => given(name).and_then(tmx_date),
                _ => given(name).map(str::to_owned),
            };
            if value.is_none() && given(name).is_some() {
                let why = "it is no date of TMX";
                self.report.lose(LossClass::Lost, "header", format!("/attributes/{name}"), why);
            }
            if let Some(value) = value {
                self.xml.attribute(name, &value)?;
            }
        }
        if given("creationtool").is_some_and(|tool| tool != "wicterm") {
            for name in ["creationtool", "creationtoolversion"].into_iter().filter(|n| given(n).is_some()) {
                let why = "it names the tool that wrote the file, which now is wicterm";
                self.report.lose(LossClass::Lost, "header", format!("/attributes/{name}"), why);
            }
        }
        for (i, (name, _)) in header.attributes.iter().enumerate() {
            if !HEADER_REQUIRED.contains(&name.as_str()) && !HEADER_OPTIONAL.contains(&name.as_str()) {
                let why = "the header of a TMX has no such attribute";
                self.report.lose(LossClass::Lost, "header", format!("/attributes/{i}"), why);
            }
        }
        if !self.options.title.is_empty() {
            let (kind, text) = (Some(TITLE.to_owned()), self.options.title.clone());
            self.property(&Property { kind, text, attributes: vec![] })?;
        }
        // As a unit's they are mended, so that one rule holds for all.
        let unit = Unit { properties: header.properties.clone(), ..Unit::default() };
        let (mended, differences) = mend(&unit);
        for (field, why) in differences {
            if !field.contains("/attributes/") || !self.is_encoding(&unit, &field) {
                self.report.lose(LossClass::Lost, "header", field, why);
            }
        }
        for (old, new) in unit.properties.iter().zip(&mended.properties) {
            if old.kind.as_deref() == Some(ENCODING) && self.user_defined_encoding(old)? {
                continue;
            }
            self.property(new)?;
        }
        self.xml.end()?;
        self.xml.start("body")?;
        Ok(())
    }

    /// Tells whether a difference is about a user-defined encoding, which is written as its own element.
    fn is_encoding(&self, unit: &Unit, field: &str) -> bool {
        let index = field.split('/').nth(2).and_then(|i| i.parse::<usize>().ok());
        index.and_then(|i| unit.properties.get(i)).is_some_and(|p| p.kind.as_deref() == Some(ENCODING))
    }

    /// Writes a user-defined encoding; tells whether it was one.
    fn user_defined_encoding(&mut self, property: &Property) -> Result<bool, WriteError> {
        let wrapped = format!("<ude>{}</ude>", property.text);
        let mut reader = Reader::new(wrapped.as_bytes(), Some("utf-8"), Limits::default());
        let mut maps = vec![];
        loop {
            match reader.next() {
                Ok(Event::Start) if reader.local() == "map" => {
                    maps.push(
                        reader
                            .attributes()
                            .filter(|(n, _)| ["unicode", "code", "ent", "subst"].contains(n))
                            .map(|(n, v)| (n.to_owned(), v.to_owned()))
                            .collect::<Vec<_>>(),
                    );
                }
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(_) => return Ok(false),
            }
        }
        let named = property.attributes.iter().any(|(n, _)| n == "name");
        if maps.is_empty() || !named || maps.iter().any(|m| !m.iter().any(|(n, _)| n == "unicode")) {
            return Ok(false);
        }
        self.xml.start("ude")?;
        for (name, value) in property.attributes.iter().filter(|(n, _)| n == "name" || n == "base") {
            self.xml.attribute(name, value)?;
        }
        for map in maps {
            self.xml.start("map")?;
            for (name, value) in &map {
                self.xml.attribute(name, value)?;
            }
            self.xml.end()?;
        }
        self.xml.end()?;
        Ok(true)
    }

    fn unit(&mut self, unit: &Unit) -> Result<(), WriteError> {
        if unit.variants.is_empty() {
            let why = "a unit without a segment in any language cannot stand in a TMX";
            let entry = self.entry(unit);
            self.report.lose(LossClass::Lost, &entry, "/variants", why);
            return Ok(());
        }
        self.report.units += 1;
        let order = self.order(unit);
        if is_strict(unit, &mut self.tags) {
            return self.strict_unit(unit, &order, None);
        }
        let (mended, differences) = mend(unit);
        let entry = self.entry(unit);
        let class = if self.options.notes { LossClass::Note } else { LossClass::Lost };
        for (field, why) in differences {
            // The name of the unit is not part of what is put back.
            let class = if field == "/origin/tuid" { LossClass::Lost } else { class };
            self.report.lose(class, &entry, field, why);
        }
        let original = self.options.notes.then(|| {
            let mut original = unit.clone();
            original.id = Default::default();
            original.origin = Default::default();
            original.variants = order.iter().map(|&i| unit.variants[i].clone()).collect();
            // It is made of strings, lists and numbers, which JSON takes.
            let json = serde_json::to_string(&original).unwrap_or_default();
            // JSON escapes the control characters itself; these two XML forbids beside them.
            json.replace('\u{FFFE}', "\\ufffe").replace('\u{FFFF}', "\\uffff")
        });
        self.strict_unit(&mended, &order, original.as_deref())
    }

    /// Returns the order in which variants are written: those of the source language first.
    fn order(&self, unit: &Unit) -> Vec<usize> {
        let mut order: Vec<_> = (0..unit.variants.len()).collect();
        if let Some(source) = &self.options.source_lang {
            order.sort_by_key(|&i| !unit.variants[i].lang.serves(source));
        }
        order
    }

    fn strict_unit(
        &mut self,
        unit: &Unit,
        order: &[usize],
        original: Option<&str>,
    ) -> Result<(), WriteError> {
        self.xml.start("tu")?;
        if let Some(tuid) = &unit.origin.tuid {
            self.xml.attribute("tuid", tuid)?;
        }
        if unit.source_lang != self.source_lang {
            let tag = unit.source_lang.as_ref().map_or("*all*", LanguageTag::as_str);
            self.xml.attribute("srclang", tag)?;
        }
        self.attributes(&unit.attributes)?;
        for property in &unit.properties {
            self.property(property)?;
        }
        if self.options.notes && !unit.id.is_nil() {
            let (kind, text) = (Some(UNIT_ID.to_owned()), unit.id.to_string());
            self.property(&Property { kind, text, attributes: vec![] })?;
        }
        if let Some(original) = original {
            let kind = Some(ORIGINAL.to_owned());
            self.property(&Property { kind, text: original.to_owned(), attributes: vec![] })?;
        }
        for &i in order {
            let variant = &unit.variants[i];
            self.xml.start_raw("tuv")?;
            self.xml.attribute("xml:lang", variant.written.as_deref().unwrap_or(variant.lang.as_str()))?;
            self.attributes(&variant.attributes)?;
            for property in &variant.properties {
                self.property(property)?;
            }
            self.xml.start_raw("seg")?;
            self.segment(&variant.segment)?;
            self.xml.end()?;
            self.xml.end()?;
        }
        self.xml.end()?;
        Ok(())
    }

    fn attributes(&mut self, attributes: &Attributes) -> Result<(), WriteError> {
        let Attributes { creation_date, creation_id, change_date, change_id, other } = attributes;
        for (name, value) in [
            ("creationdate", creation_date),
            ("creationid", creation_id),
            ("changedate", change_date),
            ("changeid", change_id),
        ] {
            if let Some(value) = value {
                self.xml.attribute(name, value)?;
            }
        }
        for (name, value) in other {
            self.xml.attribute(name, value)?;
        }
        Ok(())
    }

    fn property(&mut self, property: &Property) -> Result<(), WriteError> {
        match &property.kind {
            Some(kind) => {
                self.xml.start_raw("prop")?;
                self.xml.attribute("type", kind)?;
            }
            None => self.xml.start_raw("note")?,
        }
        for (name, value) in &property.attributes {
            self.xml.attribute(name, value)?;
        }
        self.xml.text(&property.text)?;
        self.xml.end()?;
        Ok(())
    }

    fn segment(&mut self, segment: &Segment) -> Result<(), WriteError> {
        let mut written = 0;
        for inline in &segment.inlines {
            // Mended: every position is between two characters, and none before the last.
            let at = inline.at as usize;
            self.xml.text(&segment.text[written..at])?;
            written = at;
            self.inline(inline)?;
        }
        self.xml.text(&segment.text[written..])?;
        Ok(())
    }

    fn inline(&mut self, inline: &Inline) -> Result<(), WriteError> {
        let name = match &inline.kind {
            InlineKind::Begin => "bpt",
            InlineKind::End => "ept",
            InlineKind::Isolated(_) => "it",
            InlineKind::Placeholder => "ph",
            InlineKind::Unknown => "ut",
            InlineKind::Highlight(Edge::Open) => "hi",
            InlineKind::Highlight(Edge::Close) => return Ok(self.xml.end()?),
            // Mended away.
            InlineKind::Foreign(..) => return Ok(()),
        };
        self.xml.start(name)?;
        if let InlineKind::Isolated(edge) = inline.kind {
            self.xml.attribute("pos", if edge == Edge::Open { "begin" } else { "end" })?;
        }
        for (name, value) in [("i", &inline.pair), ("x", &inline.x)] {
            if let Some(value) = value {
                self.xml.attribute(name, value)?;
            }
        }
        for (name, value) in &inline.attributes {
            self.xml.attribute(name, value)?;
        }
        if let InlineKind::Highlight(_) = inline.kind {
            return Ok(());
        }
        for native in &inline.native {
            match native {
                Native::Code(code) => self.xml.text(code)?,
                Native::Sub(attributes, segment) => {
                    self.xml.start("sub")?;
                    for (name, value) in attributes {
                        self.xml.attribute(name, value)?;
                    }
                    self.segment(segment)?;
                    self.xml.end()?;
                }
            }
        }
        self.xml.end()?;
        Ok(())
    }

    /// Returns what the loss report calls a unit.
    fn entry(&self, unit: &Unit) -> String {
        match &unit.origin.tuid {
            Some(tuid) => tuid.clone(),
            None if !unit.id.is_nil() => unit.id.to_string(),
            None => format!("unit {}", self.report.units),
        }
    }
}
