//! Reads TMX, one unit at a time.

use std::io::Read;
use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use super::mend::{is_tmx_date, mend, repeated, tmx_date, unpaired};
use super::{ENCODING, HEADER_OPTIONAL, HEADER_REQUIRED, ORIGINAL, SEGTYPES, TITLE, UNIT_ID};
use crate::bytes::xml::{Event, Reader, quotable};
use crate::bytes::{How, Position};
use crate::format::{Account, Entry, Header, Input, Limits, ReadError, ReadOptions, Sink};
use crate::model::{
    Attributes, Edge, Finding, Inline, InlineKind, LanguageTag, Native, Place, Property, Segment, Severity,
    Unit, UnitOrigin, Variant,
};

/// Reads a TMX document into units.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    watched(input, options, sink, ())
}

/// Somebody who wants to know where the text of each segment stands. An import does not, and pays nothing.
pub(super) trait Watch {
    /// What is remembered of a segment while it is read.
    type Trail: Default + Clone;

    /// A piece of a segment's text is the last event.
    fn text<R: Read>(trail: &mut Self::Trail, xml: &Reader<R>);

    /// The unit that is delivered next has variants with these segments.
    fn unit(&mut self, trails: &mut Vec<Self::Trail>);
}

impl Watch for () {
    type Trail = ();

    fn text<R: Read>((): &mut (), _: &Reader<R>) {}

    fn unit(&mut self, _: &mut Vec<()>) {}
}

/// Reads a TMX document into units, while somebody watches.
pub(super) fn watched(
    input: Input<'_>,
    options: &ReadOptions,
    sink: &mut dyn Sink,
    watch: impl Watch,
) -> Result<(), ReadError> {
    let (source, name) = match input {
        Input::Stream(source, name) => (source, name),
        Input::Folder(path) => {
            let place = Place::file(path.display().to_string());
            return Err(ReadError::Broken(place, "a TMX is a file, and this is a folder".into()));
        }
    };
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut reading = Reading {
        xml: Reader::new(source, options.encoding.as_deref(), options.limits),
        name,
        origin: UnitOrigin { memory: options.memory.clone(), file: file.to_owned(), tuid: None },
        limits: options.limits,
        source_lang: None,
        ours: false,
        inherited: vec![],
        namespace: None,
        tags: vec![],
        told: FxHashMap::default(),
        cost: 0,
        unit: String::new(),
        claims: Claims::default(),
        settled: Claims::default(),
        sink,
        trails: vec![],
        watch,
    };
    let outcome = reading.document();
    reading.tell_rest();
    reading.account(outcome.is_ok());
    match outcome {
        Ok(()) | Err(Stop::Asked) => Ok(()),
        Err(Stop::Failed(e)) => Err(e.in_file(name)),
    }
}

/// Why reading ends before the document does.
enum Stop {
    /// The sink wants no more.
    Asked,
    Failed(Box<ReadError>),
}

impl<E: Into<ReadError>> From<E> for Stop {
    fn from(e: E) -> Self {
        Self::Failed(Box::new(e.into()))
    }
}

type Step<T> = Result<T, Stop>;

/// The places that are kept while a unit is read.
const TU: usize = 1;
const TUV: usize = 2;
const PROPERTY: usize = 3;

/// How many findings of one code are told one by one.
const TOLD: u64 = 1000;

struct Reading<'a, R: Read, W: Watch> {
    xml: Reader<R>,
    name: &'a str,
    origin: UnitOrigin,
    limits: Limits,
    /// The header's source language.
    source_lang: Option<LanguageTag>,
    /// Whether wicterm wrote the file.
    ours: bool,
    /// What else holds for a unit that does not say it for itself.
    inherited: Vec<(String, String)>,
    /// The namespace of the outermost element.
    namespace: Option<String>,
    /// Language tags met so far: as written, canonical.
    tags: Vec<(String, LanguageTag)>,
    told: FxHashMap<&'static str, u64>,
    /// What the unit at hand has cost so far, in bytes.
    cost: usize,
    /// What the unit at hand is called; empty where it has no name, and between units.
    unit: String,
    claims: Claims,
    /// The claims of what has been delivered: without the unit or header at hand.
    settled: Claims,
    sink: &'a mut dyn Sink,
    /// What was remembered of the segments of the unit at hand.
    trails: Vec<W::Trail>,
    watch: W,
}

/// How many elements and attributes have found a place in an entry. Whatever is never claimed counts as
/// told, so nothing can be forgotten by forgetting to count it.
#[derive(Clone, Copy, Default)]
struct Claims {
    /// A field, or what only holds others.
    mapped: u64,
    /// A property, a note or an inline code.
    kept: u64,
}

impl<R: Read, W: Watch> Reading<'_, R, W> {
    fn document(&mut self) -> Step<()> {
        loop {
            match self.next()? {
                Event::Start if self.xml.local().eq_ignore_ascii_case("tmx") => break,
                Event::Start => {
                    let what = format!("the outermost element is <{}>, not <tmx>", quotable(self.xml.name()));
                    return Err(ReadError::Broken(self.xml.position().into(), what).into());
                }
                _ => {}
            }
        }
        let at = self.xml.position();
        self.claims.mapped += 1;
        self.attributes_without_place(&["version"]);
        match self.xml.attribute("version").map(str::to_owned) {
            None => {
                self.tell("tmx-missing-attribute", Severity::Warning, at, "<tmx> does not say its version")
            }
            Some(v) if matches!(&*v, "1.0" | "1.1" | "1.2" | "1.3" | "1.4") => {}
            Some(v) => {
                let what = format!("there is no TMX version \"{}\"; it is read as 1.4", quotable(&v));
                self.tell("tmx-version", Severity::Warning, at, what);
            }
        }
        // Whether it came, or can come no more: a header is the first entry or none.
        let mut header = false;
        loop {
            match self.next()? {
                Event::Start => match self.xml.local() {
                    "header" if !header => {
                        header = true;
                        self.header()?;
                    }
                    "body" => {
                        self.claims.mapped += 1;
                        self.attributes_without_place(&[]);
                        if !header {
                            let at = self.xml.position();
                            self.tell("tmx-missing-header", Severity::Warning, at, "there is no <header>");
                        }
                        header = true;
                        self.body()?;
                    }
                    // Without a body around it, as one tool writes it.
                    "tu" => {
                        header = true;
                        self.tu()?;
                    }
                    _ => self.pass_over("tmx")?,
                },
                Event::Text => self.stray_text("tmx"),
                // What stands behind it must be well-formed too.
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn header(&mut self) -> Step<()> {
        let at = self.xml.position();
        self.cost = 0;
        let attributes: Vec<_> =
            self.xml.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self.settled = self.claims;
        self.claims.mapped += 1;
        for (name, _) in &attributes {
            match HEADER_REQUIRED.contains(&&**name) || HEADER_OPTIONAL.contains(&&**name) {
                true => self.claims.mapped += 1,
                false => self.claims.kept += 1,
            }
        }
        let value = |name: &str| attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        for name in HEADER_REQUIRED {
            if value(name).is_none() {
                let what = format!("<header> does not say its {name}");
                self.tell("tmx-missing-attribute", Severity::Warning, at, what);
            }
        }
        if let Some(segtype) = value("segtype")
            && !SEGTYPES.contains(&segtype)
        {
            let what =
                format!("\"{}\" is no segtype: block, paragraph, sentence or phrase", quotable(segtype));
            self.tell("tmx-segtype", Severity::Warning, at, what);
        }
        self.source_lang = value("srclang").and_then(|tag| self.source_tag(tag, at));
        let ours = value("creationtool") == Some("wicterm");
        self.ours = ours;
        // TMX says so of srclang and segtype; of datatype it says nothing, and what else would it say
        // there. In a file that wicterm wrote units say for themselves all that was ever said of them.
        if !ours {
            let segtype = value("segtype").filter(|s| SEGTYPES.contains(s)).map(|s| ("segtype", s));
            let inherited = segtype.into_iter().chain(value("datatype").map(|d| ("datatype", d)));
            self.inherited = inherited.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        }
        let (mut title, mut properties) = (None, vec![]);
        loop {
            match self.next()? {
                Event::Start => match self.xml.local() {
                    "prop" => {
                        let property = self.property(true)?;
                        match ours && title.is_none() && property.kind.as_deref() == Some(TITLE) {
                            true => title = Some(property.text),
                            false => properties.push(property),
                        }
                    }
                    "note" => properties.push(self.property(false)?),
                    "ude" => properties.push(self.user_defined_encoding()?),
                    _ => self.pass_over("header")?,
                },
                Event::Text => self.stray_text("header"),
                Event::End => break,
                _ => {}
            }
        }
        let source_lang = self.source_lang.clone();
        self.settled = self.claims;
        let header = Header { title, source_lang, ours, attributes, properties };
        let place = self.place(at, None);
        self.deliver(Entry::Header(Box::new(header)), place)
    }

    /// Keeps a user-defined encoding among the properties, its maps as XML.
    fn user_defined_encoding(&mut self) -> Step<Property> {
        let attributes: Vec<_> =
            self.xml.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self.claims.kept += 1 + attributes.len() as u64;
        let mut maps = crate::bytes::xml::Writer::new(vec![], crate::bytes::xml::Layout::Compact);
        loop {
            match self.next()? {
                Event::Start if self.xml.local() == "map" => {
                    maps.start("map")?;
                    for (name, value) in self.xml.attributes() {
                        maps.attribute(name, value)?;
                    }
                    maps.end()?;
                    self.claims.kept += 1 + self.xml.attributes().count() as u64;
                    self.nothing_inside()?;
                }
                Event::Start => self.pass_over("ude")?,
                Event::Text => self.stray_text("ude"),
                Event::End => break,
                _ => {}
            }
        }
        let text = String::from_utf8(maps.finish()?).unwrap_or_default().trim_end().to_owned();
        self.charge(text.len())?;
        Ok(Property { kind: Some(ENCODING.into()), text, attributes })
    }

    fn body(&mut self) -> Step<()> {
        // How many elements are open that are none of TMX: some programs put their units into groups.
        let mut strangers = 0;
        loop {
            match self.next()? {
                Event::Start => match self.xml.local() {
                    "tu" => self.tu()?,
                    name => {
                        let what = format!(
                            "<{}> is not expected in <body>; the units in it are read",
                            quotable(name)
                        );
                        self.say("tmx-unknown-element", Severity::Warning, self.xml.position(), what);
                        strangers += 1;
                    }
                },
                Event::Text => self.stray_text("body"),
                Event::End if strangers > 0 => strangers -= 1,
                Event::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn tu(&mut self) -> Step<()> {
        self.xml.keep(TU);
        self.cost = 0;
        self.trails.clear();
        self.settled = self.claims;
        let mut unit =
            Unit { origin: self.origin.clone(), source_lang: self.source_lang.clone(), ..Unit::default() };
        let mut source = None;
        let mut cost = 0;
        let mut claims = self.claims;
        claims.mapped += 1;
        for (name, value) in self.xml.attributes() {
            cost += name.len() + value.len() + 48;
            match name {
                "tuid" => unit.origin.tuid = Some(value.to_owned()),
                "srclang" => source = Some(value.to_owned()),
                _ => {
                    attribute(&mut unit.attributes, &mut claims, name, value);
                    continue;
                }
            }
            claims.mapped += 1;
        }
        self.claims = claims;
        // A habit of some: where there is no tuid, it is what tells one unit from another.
        if unit.origin.tuid.is_none()
            && let Some(at) = unit.attributes.other.iter().position(|(name, _)| name == "id")
        {
            unit.origin.tuid = Some(unit.attributes.other.remove(at).1);
            (self.claims.kept, self.claims.mapped) = (self.claims.kept - 1, self.claims.mapped + 1);
            let what = "this <tu> has an id and no tuid; the id is taken for it";
            self.tell("tmx-missing-attribute", Severity::Info, self.xml.position(), what);
        }
        for (name, value) in &self.inherited {
            if !unit.attributes.other.iter().any(|(n, _)| n == name) {
                cost += name.len() + value.len() + 48;
                unit.attributes.other.push((name.clone(), value.clone()));
            }
        }
        self.charge(cost)?;
        self.unit.clear();
        self.unit.push_str(unit.origin.tuid.as_deref().unwrap_or_default());
        if let Some(tag) = source {
            let at = self.xml.position();
            unit.source_lang = self.source_tag(&tag, at);
            if unit.source_lang.is_none() && !is_any(&tag) {
                self.claims.mapped -= 1;
            }
        }
        let mut original: Option<String> = None;
        let mut of_original = 0;
        loop {
            match self.next()? {
                Event::Start => match self.xml.local() {
                    "tuv" => self.tuv(&mut unit.variants)?,
                    "prop" => {
                        let before = self.claims;
                        let property = self.property(true)?;
                        let id = property.kind.as_deref().filter(|kind| *kind == UNIT_ID && unit.id.is_nil());
                        if let Some(Ok(id)) = id.map(|_| property.text.parse()) {
                            unit.id = id;
                        } else if property.kind.as_deref() != Some(ORIGINAL) {
                            unit.properties.push(property);
                        } else {
                            // Two cannot both be what the unit was; then neither is.
                            let twice = original.replace(property.text);
                            if twice.is_some() {
                                original = Some(String::new());
                            }
                            of_original += self.claims.kept - before.kept;
                        }
                    }
                    "note" => unit.properties.push(self.property(false)?),
                    _ => self.pass_over("tu")?,
                },
                Event::Text => self.stray_text("tu"),
                Event::End => break,
                _ => {}
            }
        }
        if let Some(original) = original
            && !self.restore(&mut unit, &original)
        {
            self.claims.kept -= of_original;
        }
        if unit.variants.is_empty() {
            self.claims = self.settled;
            let at = self.xml.kept(TU);
            self.say("tmx-missing-tuv", Severity::Error, at, "this <tu> holds no <tuv>, so it is left out");
            self.unit.clear();
            return Ok(());
        }
        self.settled = self.claims;
        self.tell_of_dates_and_source(&unit);
        let place = self.place(self.xml.kept(TU), self.xml.end_offset());
        self.unit.clear();
        self.watch.unit(&mut self.trails);
        self.deliver(Entry::Unit(Box::new(unit)), place)
    }

    /// Tells of dates that are none, and of a source language that no variant is in.
    fn tell_of_dates_and_source(&mut self, unit: &Unit) {
        let all = std::iter::once(&unit.attributes).chain(unit.variants.iter().map(|v| &v.attributes));
        let mut dates = all.flat_map(|a| [&a.creation_date, &a.change_date]).flatten();
        if let Some(date) = dates.find(|date| !is_tmx_date(date) && tmx_date(date).is_none()) {
            let what = format!("“{}” is no date; it is kept as it is", quotable(date));
            self.tell("tmx-date", Severity::Warning, self.xml.kept(TU), what);
        }
        if let Some(lang) = &unit.source_lang
            && !self.ours
            && !unit.variants.iter().any(|v| v.lang.language() == lang.language())
        {
            let what = format!("this <tu> has no variant in {lang}, its source language");
            self.tell("tmx-source-absent", Severity::Warning, self.xml.kept(TU), what);
        }
    }

    /// Puts a unit back as it was before it was mended for TMX, if nobody has changed it since.
    fn restore(&mut self, unit: &mut Unit, original: &str) -> bool {
        let parsed: Option<Unit> = serde_json::from_str(original).ok();
        if let Some(mut original) = parsed {
            original.id = unit.id;
            original.origin = unit.origin.clone();
            let (mended, _) = mend(&original);
            if mended == *unit {
                *unit = original;
                return true;
            }
        }
        let what =
            "this unit was changed since wicterm wrote it, so what TMX cannot carry of it is not restored";
        self.tell("tmx-changed-elsewhere", Severity::Info, self.xml.kept(TU), what);
        false
    }

    fn tuv(&mut self, variants: &mut Vec<Variant>) -> Step<()> {
        self.xml.keep(TUV);
        let mut attributes = Attributes::default();
        // Before 1.3 it was lang; where both stand, xml:lang counts and the other is kept.
        let tag = match self.xml.attribute("xml:lang") {
            Some(_) => "xml:lang",
            None => "lang",
        };
        let mut cost = std::mem::size_of::<Variant>();
        let mut claims = self.claims;
        claims.mapped += 1;
        for (name, value) in self.xml.attributes() {
            cost += name.len() + value.len() + 48;
            match name == tag {
                true => claims.mapped += 1,
                false => attribute(&mut attributes, &mut claims, name, value),
            }
        }
        self.claims = claims;
        self.charge(cost)?;
        let (lang, written) = self.language(tag);
        let mut properties = vec![];
        let mut segment = None;
        let mut more = vec![];
        let mut loose = Building::default();
        let mut of_loose = 0;
        loop {
            match self.next()? {
                Event::Start => match self.xml.local() {
                    "seg" => {
                        self.claims.mapped += 1;
                        self.attributes_without_place(&[]);
                        let read = self.segment()?;
                        match &segment {
                            None => segment = Some(read),
                            Some(_) => more.push(read),
                        }
                    }
                    "prop" => properties.push(self.property(true)?),
                    "note" => properties.push(self.property(false)?),
                    _ => {
                        let before = self.claims;
                        self.inline(&mut loose)?;
                        of_loose += self.claims.kept - before.kept;
                    }
                },
                Event::Text => {
                    let text = self.xml.text();
                    let text = if loose.segment.text.is_empty() { text.trim_start() } else { text };
                    loose.segment.text.push_str(text);
                    let len = text.len();
                    self.charge(len)?;
                }
                Event::End if self.end_of_span(&mut loose) => {}
                Event::End => break,
                _ => {}
            }
        }
        let loose = loose.trimmed();
        let (segment, trail) = match segment {
            Some(segment) => {
                if loose != Segment::default() {
                    self.claims.kept -= of_loose;
                    let what = "what stands in this <tuv> beside its <seg> is left out";
                    self.say("tmx-stray-text", Severity::Warning, self.xml.kept(TUV), what);
                }
                segment
            }
            None => {
                let what = "this <tuv> has no <seg>; what stands in it is taken for the segment";
                self.tell("tmx-missing-seg", Severity::Warning, self.xml.kept(TUV), what);
                // Its text was trimmed, and nobody remembered where it stands.
                (loose, W::Trail::default())
            }
        };
        self.check_pairs(&segment);
        variants.push(Variant { lang, written, attributes, properties, segment });
        self.trails.push(trail);
        if !more.is_empty() {
            let what = "this <tuv> has several <seg>; each is taken for a variant in the same language";
            self.tell("tmx-several-seg", Severity::Warning, self.xml.kept(TUV), what);
        }
        for (segment, trail) in more {
            self.trails.push(trail);
            self.check_pairs(&segment);
            // It was pushed above; what it says of itself holds for all of its segments.
            if let Some(first) = variants.last().cloned() {
                let pairs =
                    first.properties.iter().flat_map(|p| &p.attributes).chain(&first.attributes.other);
                let pairs: usize = pairs.map(|(name, value)| name.len() + value.len() + 48).sum();
                let properties: usize = first.properties.iter().map(|p| p.text.len() + 96).sum();
                self.charge(pairs + properties)?;
                variants.push(Variant { segment, ..first });
            }
        }
        Ok(())
    }

    /// Reads a `prop` or `note`.
    fn property(&mut self, prop: bool) -> Step<Property> {
        self.xml.keep(PROPERTY);
        let mut kind = None;
        let mut attributes = vec![];
        let mut cost = 0;
        for (name, value) in self.xml.attributes() {
            cost += name.len() + value.len() + 48;
            match name {
                "type" if prop => kind = Some(value.to_owned()),
                _ => attributes.push((name.to_owned(), value.to_owned())),
            }
        }
        let typed = kind.is_some();
        if prop && !typed {
            self.tell(
                "tmx-missing-attribute",
                Severity::Warning,
                self.xml.kept(PROPERTY),
                "this <prop> does not say its type",
            );
            kind = Some(String::new());
        }
        self.claims.kept += 1 + attributes.len() as u64 + u64::from(typed);
        let mut text = String::new();
        if self.xml.text_to_end(&mut text)? > 0 {
            let what = "elements stand in a property or note; only their text is kept";
            self.tell("tmx-unknown-element", Severity::Warning, self.xml.kept(PROPERTY), what);
        }
        self.charge(cost + text.len() + 48)?;
        Ok(Property { kind, text, attributes })
    }

    /// Reads the segment that begins here, up to its end.
    fn segment(&mut self) -> Step<(Segment, W::Trail)> {
        self.charge(std::mem::size_of::<Variant>())?;
        let mut building = Building::default();
        let mut trail = W::Trail::default();
        loop {
            match self.next()? {
                Event::Text => {
                    W::text(&mut trail, &self.xml);
                    let text = self.xml.text();
                    building.segment.text.push_str(text);
                    let len = text.len();
                    self.charge(len)?;
                }
                Event::Start => self.inline(&mut building)?,
                Event::End if self.end_of_span(&mut building) => {}
                Event::End => return Ok((building.segment, trail)),
                _ => {}
            }
        }
    }

    /// Takes the inline element that begins here: all of it if it is a code, its beginning if it is a span.
    fn inline(&mut self, building: &mut Building) -> Step<()> {
        // More than 4 GiB never gets here: the limits are reached long before.
        let at = u32::try_from(building.segment.text.len()).unwrap_or(u32::MAX);
        let ours = self.xml.prefix().is_none()
            || (self.namespace.is_some() && self.xml.namespace() == self.namespace.as_deref());
        let name = if ours { self.xml.local() } else { "" };
        let kind = match name {
            "bpt" => InlineKind::Begin,
            "ept" => InlineKind::End,
            "ph" => InlineKind::Placeholder,
            "ut" => InlineKind::Unknown,
            "hi" => InlineKind::Highlight(Edge::Open),
            "it" => match self.xml.attribute("pos") {
                Some("end") => InlineKind::Isolated(Edge::Close),
                Some("begin") => InlineKind::Isolated(Edge::Open),
                _ => {
                    let what = "this <it> does not say whether it begins or ends; it is taken to begin";
                    self.tell("tmx-missing-attribute", Severity::Warning, self.xml.position(), what);
                    InlineKind::Isolated(Edge::Open)
                }
            },
            _ => {
                let name = self.xml.name().to_owned();
                let what = format!("<{}> is no element of TMX; its text is kept as text", quotable(&name));
                self.tell("tmx-foreign-inline", Severity::Info, self.xml.position(), what);
                InlineKind::Foreign(name, Edge::Open)
            }
        };
        let mut inline = Inline { at, kind, pair: None, x: None, attributes: vec![], native: vec![] };
        let foreign = matches!(inline.kind, InlineKind::Foreign(..));
        let isolated = matches!(inline.kind, InlineKind::Isolated(_));
        let mut cost = 96;
        let mut kept = 1;
        for (name, value) in self.xml.attributes() {
            cost += name.len() + value.len() + 48;
            kept += u64::from(name != "pos" || !isolated || matches!(value, "begin" | "end"));
            match name {
                "i" if !foreign => inline.pair = Some(value.to_owned()),
                "x" if !foreign => inline.x = Some(value.to_owned()),
                "pos" if isolated => {}
                _ => inline.attributes.push((name.to_owned(), value.to_owned())),
            }
        }
        self.claims.kept += kept;
        self.charge(cost)?;
        if inline.pair.is_none() && matches!(inline.kind, InlineKind::Begin | InlineKind::End) {
            let what =
                format!("this <{}> does not say its i, which pairs it with another code", self.xml.name());
            self.tell("tmx-missing-attribute", Severity::Warning, self.xml.position(), what);
        }
        match &inline.kind {
            InlineKind::Highlight(_) => building.spans.push(InlineKind::Highlight(Edge::Close)),
            InlineKind::Foreign(name, _) => {
                building.spans.push(InlineKind::Foreign(name.clone(), Edge::Close));
            }
            _ => inline.native = self.native()?,
        }
        building.segment.inlines.push(inline);
        Ok(())
    }

    /// Ends the span that was begun last, if there is one.
    fn end_of_span(&mut self, building: &mut Building) -> bool {
        let Some(kind) = building.spans.pop() else { return false };
        let at = u32::try_from(building.segment.text.len()).unwrap_or(u32::MAX);
        let inline = Inline { at, kind, pair: None, x: None, attributes: vec![], native: vec![] };
        building.segment.inlines.push(inline);
        true
    }

    /// Reads the native code of the inline element that begins here, up to its end.
    fn native(&mut self) -> Step<Vec<Native>> {
        let mut native = vec![];
        let mut inside = 0;
        loop {
            match self.next()? {
                Event::Text => {
                    let text = self.xml.text();
                    push_code(&mut native, text);
                    let len = text.len();
                    self.charge(len)?;
                }
                Event::Start if self.xml.local() == "sub" && inside == 0 => {
                    let attributes: Vec<_> =
                        self.xml.attributes().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
                    self.claims.kept += 1 + attributes.len() as u64;
                    self.charge(96)?;
                    let (segment, _) = self.segment()?;
                    native.push(Native::Sub(attributes, segment));
                }
                // An element that may not stand here is code as it is written.
                Event::Start => {
                    inside += 1;
                    let tag = tag_as_text(&self.xml);
                    self.claims.kept += 1 + self.xml.attributes().count() as u64;
                    self.charge(tag.len())?;
                    push_code(&mut native, &tag);
                    let what = format!(
                        "<{}> may not stand inside a code; it is taken for code itself",
                        quotable(self.xml.name())
                    );
                    self.tell("tmx-foreign-inline", Severity::Info, self.xml.position(), what);
                }
                Event::End if inside > 0 => {
                    inside -= 1;
                    let tag = format!("</{}>", self.xml.name());
                    self.charge(tag.len())?;
                    push_code(&mut native, &tag);
                }
                Event::End => return Ok(native),
                _ => {}
            }
        }
    }

    fn check_pairs(&mut self, segment: &Segment) {
        for index in unpaired(&segment.inlines) {
            let inline = &segment.inlines[index];
            let pair = inline.pair.as_deref().unwrap_or("");
            let what = match inline.kind {
                InlineKind::Begin => {
                    format!("<bpt i=\"{}\"> has no <ept> behind it in its segment", quotable(pair))
                }
                _ => format!("<ept i=\"{}\"> has no <bpt> before it in its segment", quotable(pair)),
            };
            self.tell("tmx-unpaired-code", Severity::Warning, self.xml.kept(TUV), what);
        }
        for index in repeated(&segment.inlines) {
            let pair = segment.inlines[index].pair.as_deref().unwrap_or("");
            let what =
                format!("<bpt i=\"{}\"> has the number of another pair in its segment", quotable(pair));
            self.tell("tmx-duplicate-code", Severity::Warning, self.xml.kept(TUV), what);
        }
        for inline in &segment.inlines {
            for native in &inline.native {
                if let Native::Sub(_, segment) = native {
                    self.check_pairs(segment);
                }
            }
        }
    }

    /// Returns the language that an attribute of the variant at hand says, and the tag as written
    /// where it differs.
    fn language(&mut self, attribute: &str) -> (LanguageTag, Option<String>) {
        let Some(written) = self.xml.attribute(attribute) else {
            let what = "this <tuv> does not say its language; it is kept as \"und\", undetermined";
            self.say("tmx-missing-language", Severity::Error, self.xml.kept(TUV), what);
            return (undetermined(), None);
        };
        let as_written = |tag: &LanguageTag| (tag.as_str() != written).then(|| written.to_owned());
        if let Some((_, tag)) = self.tags.iter().find(|(known, _)| known == written) {
            return (tag.clone(), as_written(tag));
        }
        match written.parse::<LanguageTag>() {
            Ok(tag) => {
                let differs = as_written(&tag);
                // A file has a handful; one that has more pays for it in time, not in memory.
                if self.tags.len() < 64 {
                    self.tags.push((written.to_owned(), tag.clone()));
                }
                (tag, differs)
            }
            Err(e) => {
                let written = Some(written.to_owned());
                let what = format!("{e}; it is kept as \"und\", undetermined");
                self.say("tmx-language-tag", Severity::Error, self.xml.kept(TUV), what);
                (undetermined(), written)
            }
        }
    }

    /// Reads a `srclang`, in which `*all*` means any.
    fn source_tag(&mut self, written: &str, at: Position) -> Option<LanguageTag> {
        if is_any(written) {
            return None;
        }
        match written.parse() {
            Ok(tag) => Some(tag),
            Err(e) => {
                self.tell(
                    "tmx-language-tag",
                    Severity::Warning,
                    at,
                    format!("{e}; any language may be the source"),
                );
                None
            }
        }
    }

    fn next(&mut self) -> Step<Event> {
        let event = self.xml.next();
        if self.xml.has_troubles() {
            for trouble in self.xml.take_troubles() {
                let place = self.place(trouble.position, None);
                self.sink.finding(Finding::new(
                    trouble.kind.code(),
                    Severity::Warning,
                    place,
                    trouble.message,
                ));
            }
        }
        if matches!(event, Ok(Event::Start)) && self.xml.declared_namespaces().next().is_some() {
            self.namespaces();
        }
        Ok(event?)
    }

    /// Takes the declarations of namespaces of the element that begins here: the one of TMX itself is how
    /// its elements are known, and no entry has a place for any other.
    fn namespaces(&mut self) {
        if self.xml.depth() == 1 {
            self.namespace = self.xml.namespace().map(str::to_owned);
        }
        let mut others = vec![];
        for (prefix, name) in self.xml.declared_namespaces() {
            if Some(name) == self.namespace.as_deref() {
                self.claims.mapped += 1;
            } else {
                let colon = if prefix.is_empty() { "" } else { ":" };
                others.push(format!(
                    "the declaration xmlns{colon}{}=\"{}\" is not kept",
                    quotable(prefix),
                    quotable(name)
                ));
            }
        }
        for what in others {
            self.tell("tmx-namespace", Severity::Info, self.xml.position(), what);
        }
    }

    /// Tells of the attributes of the element that begins here that no entry has a place for; the
    /// others are claimed.
    fn attributes_without_place(&mut self, known: &[&str]) {
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
            self.tell("tmx-unknown-attribute", Severity::Info, self.xml.position(), what);
        }
    }

    /// Goes to the end of an element in which nothing should stand, and tells of what does.
    fn nothing_inside(&mut self) -> Step<()> {
        let at = self.xml.position();
        let what = format!("what stands in this <{}> is left out", quotable(self.xml.name()));
        let mut text = String::new();
        if self.xml.text_to_end(&mut text)? > 0 || !text.trim_ascii().is_empty() {
            self.say("tmx-unknown-element", Severity::Warning, at, what);
        }
        Ok(())
    }

    /// Adds to what the unit at hand costs; a unit of more than the longest text is refused.
    fn charge(&mut self, bytes: usize) -> Step<()> {
        self.cost += bytes;
        if self.cost > self.limits.text {
            let what = format!("a unit is larger than {} bytes", self.limits.text);
            return Err(ReadError::Limit(self.xml.position().into(), what).into());
        }
        Ok(())
    }

    fn pass_over(&mut self, inside: &str) -> Step<()> {
        let what = format!("<{}> is not expected in <{inside}> and is left out", quotable(self.xml.name()));
        self.say("tmx-unknown-element", Severity::Warning, self.xml.position(), what);
        Ok(self.xml.skip()?)
    }

    fn stray_text(&mut self, inside: &str) {
        if !self.xml.text().trim_ascii().is_empty() {
            let what = format!("text stands in <{inside}>, where none may be, and is left out");
            self.say("tmx-stray-text", Severity::Warning, self.xml.position(), what);
        }
    }

    /// Tells a finding about something that was kept or mended; a flood of them is cut off.
    fn tell(&mut self, code: &'static str, severity: Severity, at: Position, what: impl Into<String>) {
        let told = self.told.entry(code).or_default();
        *told += 1;
        if *told <= TOLD {
            self.say(code, severity, at, what);
        }
    }

    /// Tells a finding about something that is missing from the entries, however many there are.
    fn say(&mut self, code: &str, severity: Severity, at: Position, what: impl Into<String>) {
        let place = self.place(at, None);
        self.sink.finding(Finding::new(code, severity, place, what));
    }

    /// Tells what can be said only in the end: what was cut off, and how the bytes were read.
    fn tell_rest(&mut self) {
        self.unit.clear();
        let mut more: Vec<_> = self.told.iter().filter(|(_, n)| **n > TOLD).map(|(c, n)| (*c, *n)).collect();
        more.sort_unstable();
        for (code, count) in more {
            let what = format!("{} more findings of this kind are not listed", count - TOLD);
            self.sink.finding(Finding::new(code, Severity::Info, Place::file(self.name), what));
        }
        let encoding = self.xml.encoding().clone();
        if let Some(label) = &encoding.unusable_label {
            let what = format!(
                "the encoding \"{}\" cannot be followed; it is read as {}",
                quotable(label),
                encoding.name
            );
            self.sink.finding(Finding::new("read-encoding", Severity::Warning, Place::file(self.name), what));
        }
        if encoding.how == How::Fallback {
            let what =
                format!("it does not say its encoding and is not UTF-8; it is read as {}", encoding.name);
            let finding = Finding::new("read-encoding", Severity::Warning, Place::file(self.name), what);
            self.sink.finding(finding.help("name the right one with --encoding if words look damaged"));
        }
        if let Some(first) = encoding.first_malformed {
            let what = format!(
                "{} malformed sequences of {} are replaced by U+FFFD; the first stands here",
                encoding.malformed, encoding.name
            );
            let place = self.place(first, None);
            self.sink.finding(Finding::new("read-encoding", Severity::Error, place, what));
        }
    }

    /// Says what became of the elements and attributes. What was claimed by a unit that reading broke off
    /// in, or that was left out, is in no entry.
    fn account(&mut self, whole: bool) {
        let claims = if whole { self.claims } else { self.settled };
        let Claims { mapped, kept } = claims;
        let told = self.xml.nodes().saturating_sub(mapped + kept);
        self.sink.account(Account { mapped, kept, told });
    }

    fn place(&self, at: Position, end: Option<u64>) -> Place {
        let mut place = Place::from(at);
        place.file = Some(self.name.to_owned());
        place.unit = (!self.unit.is_empty()).then(|| self.unit.clone());
        if let (Some((start, _)), Some(end)) = (place.bytes, end) {
            place.bytes = Some((start, end));
        }
        place
    }

    fn deliver(&mut self, entry: Entry, place: Place) -> Step<()> {
        match self.sink.entry(entry, place) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Asked),
        }
    }
}

/// A segment in the making, and the ends of the spans that are open in it.
#[derive(Default)]
struct Building {
    segment: Segment,
    spans: Vec<InlineKind>,
}

impl Building {
    /// Returns the segment without the blanks that lay it out on the page.
    fn trimmed(self) -> Segment {
        let mut segment = self.segment;
        segment.text.truncate(segment.text.trim_end().len());
        for inline in &mut segment.inlines {
            inline.at = inline.at.min(u32::try_from(segment.text.len()).unwrap_or(u32::MAX));
        }
        segment
    }
}

fn attribute(attributes: &mut Attributes, claims: &mut Claims, name: &str, value: &str) {
    let field = match name {
        "creationdate" => &mut attributes.creation_date,
        "creationid" => &mut attributes.creation_id,
        "changedate" => &mut attributes.change_date,
        "changeid" => &mut attributes.change_id,
        _ => {
            attributes.other.push((name.to_owned(), value.to_owned()));
            claims.kept += 1;
            return;
        }
    };
    claims.mapped += 1;
    *field = Some(value.to_owned());
}

/// Tells whether a `srclang` says that any language may be the source.
fn is_any(srclang: &str) -> bool {
    srclang.eq_ignore_ascii_case("*all*")
}

fn push_code(native: &mut Vec<Native>, text: &str) {
    match native.last_mut() {
        Some(Native::Code(code)) => code.push_str(text),
        _ if text.is_empty() => {}
        _ => native.push(Native::Code(text.to_owned())),
    }
}

fn tag_as_text(xml: &Reader<impl Read>) -> String {
    let mut tag = format!("<{}", xml.name());
    for (name, value) in xml.attributes() {
        tag.push_str(&format!(" {name}=\"{}\"", value.replace('&', "&amp;").replace('"', "&quot;")));
    }
    tag.push('>');
    tag
}

/// BCP 47's tag for a language that is not known.
fn undetermined() -> LanguageTag {
    // Three letters are a tag.
    "und".parse().expect("und is a language tag")
}
