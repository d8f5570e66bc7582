//! Fills the empty targets of a TMX: a `<seg>` without text, a `<tuv>` without a `<seg>`, a `<tu>` without a `<tuv>`.
//!
//! The unit is looked at again in the text of its file, so that whoever only reads pays nothing for it. What is
//! written takes prefixes, blanks and ends of line from what stands beside it.

use std::ops::Range;

use super::mend::tmx_date;
use crate::bytes::xml::{self, Event, Reader};
use crate::bytes::{Editable, Limits, Patch, Unwritable};
use crate::format::job::{Filled, Filler, Mark, Vacancy, in_xml};
use crate::model::{Edge, Inline, InlineKind, LanguageTag, Native, Segment};

/// The properties that say where a translation comes from and how well it fits.
const MARKS: [&str; 2] = ["x-wicterm-origin", "x-wicterm-score"];

const CANNOT: &str = "nobody knows where in the file it belongs";
const OCCUPIED: &str = "something that is no text stands where the translation belongs";

/// Where the units of a TMX stand, and how it writes its languages.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// Of each unit where it ends in the text of the file, and the number of its first segment.
    pub spans: Vec<(usize, usize)>,
    /// Languages as they are written first.
    pub tags: Vec<(LanguageTag, String)>,
}

impl Filler for Units {
    fn fill(&self, file: &Editable, vacancies: &[Vacancy<'_>]) -> Filled {
        let mut filled = Filled::default();
        let end = file.text().find('\n');
        let returns = end.is_some_and(|end| file.text()[..end].ends_with('\r'));
        for vacancy in vacancies {
            match self.one(file, returns, vacancy) {
                Ok(patches) => filled.patches.extend(patches),
                Err(why) => filled.refused.push((vacancy.number, why)),
            }
        }
        filled
    }
}

impl Units {
    fn one(&self, file: &Editable, returns: bool, vacancy: &Vacancy<'_>) -> Result<Vec<Patch>, Unwritable> {
        let (unit, start) = vacancy.unit;
        let text = file.text();
        let known = self.spans.get(unit).filter(|(end, _)| text.get(start..*end).is_some());
        let Some(&(end, first)) = known else { return Err(Unwritable::Place(CANNOT)) };
        let tuvs = tuvs(text, start..end).ok_or(Unwritable::Place(CANNOT))?;
        let last = tuvs.last().ok_or(Unwritable::Place(CANNOT))?;
        let mut making = Making { file, returns, edits: vec![] };
        match vacancy.target {
            None => making.whole_variant(last, self.tag(vacancy.lang), vacancy)?,
            Some((target, _)) => {
                let (tuv, seg) = target
                    .checked_sub(first)
                    .and_then(|nth| nth_segment(&tuvs, nth))
                    .ok_or(Unwritable::Place(CANNOT))?;
                let model = tuvs.iter().rev().find(|other| other.start != tuv.start).unwrap_or(tuv);
                match seg {
                    Some(seg) => making.segment_of(tuv, seg, vacancy)?,
                    None => making.variant_without(tuv, model, vacancy)?,
                }
            }
        }
        let mut edits: Vec<(Range<usize>, String)> = vec![];
        // Two that touch, as in `<tuv/>`, are one: nobody else knows which of them comes first.
        for (range, new) in making.edits {
            match edits.iter_mut().find(|(other, _)| other.end == range.start) {
                Some((other, before)) => {
                    other.end = range.end;
                    before.push_str(&new);
                }
                None => edits.push((range, new)),
            }
        }
        edits.into_iter().map(|(range, new)| file.patch(range, &new)).collect()
    }

    /// Returns how the file writes a language.
    fn tag<'a>(&'a self, lang: &'a LanguageTag) -> &'a str {
        self.tags.iter().find(|(known, _)| known == lang).map_or(lang.as_str(), |(_, written)| written)
    }
}

/// Finds the n-th segment of a unit as the reader counts: a `<tuv>` without a `<seg>` has one too.
fn nth_segment(tuvs: &[Tuv], mut nth: usize) -> Option<(&Tuv, Option<&Seg>)> {
    for tuv in tuvs {
        let many = tuv.segs.len().max(1);
        if nth < many {
            return Some((tuv, tuv.segs.get(nth)));
        }
        nth -= many;
    }
    None
}

/// A `<tuv>` in the text of the file.
#[derive(Debug, Default)]
struct Tuv {
    start: usize,
    /// Its name as written.
    name: String,
    /// Where its start tag ends.
    open: usize,
    /// Whether it is `<tuv/>`.
    closed: bool,
    /// Where its last child ends.
    filled: usize,
    /// Where its end tag begins.
    close: usize,
    end: usize,
    segs: Vec<Seg>,
    /// What stands in its properties that are marks.
    marks: [Option<Range<usize>>; 2],
}

/// A `<seg>` in the text of the file.
#[derive(Debug, Default)]
struct Seg {
    start: usize,
    name: String,
    open: usize,
    closed: bool,
    close: usize,
    end: usize,
}

/// Finds the variants of a unit.
fn tuvs(text: &str, span: Range<usize>) -> Option<Vec<Tuv>> {
    let mut xml = Reader::new(&text.as_bytes()[span.clone()], Some("utf-8"), Limits::default());
    let mut tuvs: Vec<Tuv> = vec![];
    // The mark whose property is open.
    let mut mark: Option<(usize, usize)> = None;
    loop {
        let event = xml.next().ok()?;
        let (at, written) = xml.written()?;
        let start = span.start + usize::try_from(at).ok()?;
        let end = start + written.len();
        match (event, xml.depth()) {
            (Event::Start, 2) if xml.local() == "tuv" => tuvs.push(Tuv {
                start,
                name: xml.name().to_owned(),
                open: end,
                closed: written.ends_with("/>"),
                filled: end,
                close: end,
                end,
                ..Tuv::default()
            }),
            (Event::Start, 3) => {
                let tuv = tuvs.last_mut().filter(|tuv| tuv.close == tuv.open && !tuv.closed);
                match (tuv, xml.local()) {
                    (Some(tuv), "seg") => tuv.segs.push(Seg {
                        start,
                        name: xml.name().to_owned(),
                        open: end,
                        closed: written.ends_with("/>"),
                        close: end,
                        end,
                    }),
                    (Some(_), "prop") if !written.ends_with("/>") => {
                        let kind = MARKS.iter().position(|mark| xml.attribute("type") == Some(mark));
                        mark = kind.map(|kind| (kind, end));
                    }
                    _ => {}
                }
            }
            (Event::End, 2) => {
                if let Some(tuv) = tuvs.last_mut() {
                    tuv.filled = end;
                    match (tuv.segs.last_mut(), mark.take()) {
                        (_, Some((kind, from))) => tuv.marks[kind] = Some(from..start),
                        (Some(seg), None) if xml.local() == "seg" && !seg.closed => {
                            (seg.close, seg.end) = (start, end);
                        }
                        _ => {}
                    }
                }
            }
            (Event::End, 1) if xml.local() == "tuv" => {
                if let Some(tuv) = tuvs.last_mut().filter(|tuv| !tuv.closed) {
                    (tuv.close, tuv.end) = (start, end);
                }
            }
            (Event::End, 0) => return Some(tuvs),
            (Event::Eof, _) => return None,
            _ => {}
        }
    }
}

/// Edits of the text of a file, in the making.
struct Making<'f> {
    file: &'f Editable,
    /// Whether its lines end with a carriage return too.
    returns: bool,
    edits: Vec<(Range<usize>, String)>,
}

impl Making<'_> {
    /// Puts text into a segment that has none.
    fn segment_of(&mut self, tuv: &Tuv, seg: &Seg, vacancy: &Vacancy<'_>) -> Result<(), Unwritable> {
        let text = self.file.text();
        if !seg.closed && !text[seg.open..seg.close].trim_ascii().is_empty() {
            return Err(Unwritable::Place(OCCUPIED));
        }
        let written = self.segment(vacancy.segment, prefix(&seg.name, "seg"))?;
        self.attributes(tuv, vacancy.mark)?;
        if let Some(mark) = vacancy.mark {
            let gap = gap(text, seg.start);
            let mut new = String::new();
            for (kind, property) in self.properties(mark, prefix(&tuv.name, "tuv"))?.into_iter().enumerate() {
                match &tuv.marks[kind] {
                    Some(range) => self.edits.push((range.clone(), self.text_of(&said(mark)[kind])?)),
                    None => new.push_str(&format!("{property}{gap}")),
                }
            }
            if !new.is_empty() {
                self.edits.push((seg.start..seg.start, new));
            }
        }
        self.edits.push(match seg.closed {
            true => (slash(text, seg.open), format!(">{written}</{}>", seg.name)),
            false => (seg.open..seg.close, written),
        });
        Ok(())
    }

    /// Puts a segment into a variant that has none, laid out as another one is.
    fn variant_without(&mut self, tuv: &Tuv, model: &Tuv, vacancy: &Vacancy<'_>) -> Result<(), Unwritable> {
        let text = self.file.text();
        if !text[tuv.filled..tuv.close].trim_ascii().is_empty() {
            return Err(Unwritable::Place(OCCUPIED));
        }
        self.attributes(tuv, vacancy.mark)?;
        let inside = self.inside(model, tuv, vacancy)?;
        let behind = gap(text, model.close);
        self.edits.push(match tuv.closed {
            true => (slash(text, tuv.open), format!(">{inside}{behind}</{}>", tuv.name)),
            false if tuv.filled == tuv.close => (tuv.filled..tuv.filled, format!("{inside}{behind}")),
            false => (tuv.filled..tuv.filled, inside),
        });
        Ok(())
    }

    /// Puts a variant behind the last one of its unit.
    fn whole_variant(&mut self, last: &Tuv, tag: &str, vacancy: &Vacancy<'_>) -> Result<(), Unwritable> {
        let text = self.file.text();
        let attributes = xml::attributes_of(&text[last.start..last.open]);
        let lang = match attributes.iter().any(|(name, _)| *name == "lang")
            && !attributes.iter().any(|(name, _)| *name == "xml:lang")
        {
            true => "lang",
            false => "xml:lang",
        };
        let mut tags = format!("<{} {lang}=\"{}\"", last.name, self.value(tag)?);
        for (name, value) in dates(vacancy.mark) {
            tags.push_str(&format!(" {name}=\"{}\"", self.value(&value)?));
        }
        let bare = Tuv { name: last.name.clone(), ..Tuv::default() };
        let inside = self.inside(last, &bare, vacancy)?;
        let (before, behind) = (gap(text, last.start), gap(text, last.close));
        let new = format!("{before}{tags}>{inside}{behind}</{}>", last.name);
        self.edits.push((last.end..last.end, new));
        Ok(())
    }

    /// Writes the marks that a variant does not have yet and its segment, laid out as another variant is.
    fn inside(&mut self, model: &Tuv, tuv: &Tuv, vacancy: &Vacancy<'_>) -> Result<String, Unwritable> {
        let prefix = prefix(&tuv.name, "tuv");
        let gap = model.segs.first().map_or("", |seg| gap(self.file.text(), seg.start));
        let mut inside = String::new();
        if let Some(mark) = vacancy.mark {
            for (kind, property) in self.properties(mark, prefix)?.into_iter().enumerate() {
                match &tuv.marks[kind] {
                    Some(range) => self.edits.push((range.clone(), self.text_of(&said(mark)[kind])?)),
                    None => inside.push_str(&format!("{gap}{property}")),
                }
            }
        }
        let segment = self.segment(vacancy.segment, prefix)?;
        inside.push_str(&format!("{gap}<{prefix}seg>{segment}</{prefix}seg>"));
        Ok(inside)
    }

    /// Says who changed a variant, and when.
    fn attributes(&mut self, tuv: &Tuv, mark: Option<&Mark>) -> Result<(), Unwritable> {
        let tag = &self.file.text()[tuv.start..tuv.open];
        let known = xml::attributes_of(tag);
        let mut new = String::new();
        for (name, value) in dates(mark) {
            let value = self.value(&value)?;
            match known.iter().find(|(of, _)| *of == name) {
                Some((_, range)) => {
                    self.edits.push((tuv.start + range.start..tuv.start + range.end, value));
                }
                None => new.push_str(&format!(" {name}=\"{value}\"")),
            }
        }
        if !new.is_empty() {
            let inner = tag.strip_suffix("/>").or_else(|| tag.strip_suffix('>')).unwrap_or(tag);
            let at = tuv.start + inner.trim_ascii_end().len();
            self.edits.push((at..at, new));
        }
        Ok(())
    }

    fn properties(&self, mark: &Mark, prefix: &str) -> Result<[String; 2], Unwritable> {
        let [origin, score] = said(mark);
        let property = |kind: usize, text: &str| {
            Ok(format!("<{prefix}prop type=\"{}\">{}</{prefix}prop>", MARKS[kind], self.text_of(text)?))
        };
        Ok([property(0, &origin)?, property(1, &score)?])
    }

    /// Writes what people called something, which may hold what XML cannot carry.
    fn text_of(&self, text: &str) -> Result<String, Unwritable> {
        let text: String = text.chars().filter(|c| xml::allowed(*c)).collect();
        in_xml(self.file, &text, None)
    }

    /// Writes the value of an attribute.
    fn value(&self, text: &str) -> Result<String, Unwritable> {
        let mut out = self.text_of(text)?;
        for (c, escaped) in [('"', "&quot;"), ('\n', "&#xA;"), ('\t', "&#x9;")] {
            out = out.replace(c, escaped);
        }
        Ok(out)
    }

    /// Writes the content of a segment.
    fn segment(&self, segment: &Segment, prefix: &str) -> Result<String, Unwritable> {
        let mut out = String::new();
        let mut done = 0;
        for inline in &segment.inlines {
            let between = segment.text.get(done..inline.at as usize).ok_or(Unwritable::Place(CANNOT))?;
            out.push_str(&self.content(between)?);
            done = inline.at as usize;
            self.inline(inline, prefix, &mut out)?;
        }
        out.push_str(&self.content(&segment.text[done..])?);
        Ok(out)
    }

    /// Writes text with the ends of line of the file; XML reads all of them as one.
    fn content(&self, text: &str) -> Result<String, Unwritable> {
        let written = in_xml(self.file, text, None)?;
        Ok(if self.returns { written.replace('\n', "\r\n") } else { written })
    }

    fn inline(&self, inline: &Inline, prefix: &str, out: &mut String) -> Result<(), Unwritable> {
        let name = match &inline.kind {
            InlineKind::Begin => format!("{prefix}bpt"),
            InlineKind::End => format!("{prefix}ept"),
            InlineKind::Isolated(_) => format!("{prefix}it"),
            InlineKind::Placeholder => format!("{prefix}ph"),
            InlineKind::Unknown => format!("{prefix}ut"),
            InlineKind::Highlight(_) => format!("{prefix}hi"),
            InlineKind::Foreign(name, _) => name.clone(),
        };
        if let InlineKind::Highlight(Edge::Close) | InlineKind::Foreign(_, Edge::Close) = inline.kind {
            out.push_str(&format!("</{name}>"));
            return Ok(());
        }
        out.push_str(&format!("<{name}"));
        if let InlineKind::Isolated(edge) = inline.kind {
            out.push_str(if edge == Edge::Open { " pos=\"begin\"" } else { " pos=\"end\"" });
        }
        let numbers = [("i", &inline.pair), ("x", &inline.x)];
        let numbers = numbers.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        for (name, value) in numbers.chain(inline.attributes.iter().map(|(name, value)| (&**name, value))) {
            out.push_str(&format!(" {name}=\"{}\"", self.value(value)?));
        }
        out.push('>');
        if let InlineKind::Highlight(_) | InlineKind::Foreign(..) = inline.kind {
            return Ok(());
        }
        for native in &inline.native {
            match native {
                Native::Code(code) => out.push_str(&self.content(code)?),
                Native::Sub(attributes, segment) => {
                    out.push_str(&format!("<{prefix}sub"));
                    for (name, value) in attributes {
                        out.push_str(&format!(" {name}=\"{}\"", self.value(value)?));
                    }
                    out.push_str(&format!(">{}</{prefix}sub>", self.segment(segment, prefix)?));
                }
            }
        }
        out.push_str(&format!("</{name}>"));
        Ok(())
    }
}

/// What a mark says in the properties.
fn said(mark: &Mark) -> [String; 2] {
    [mark.origin.clone(), mark.score.to_string()]
}

/// What a mark says in the attributes of a variant.
fn dates(mark: Option<&Mark>) -> Vec<(&'static str, String)> {
    let Some(mark) = mark else { return vec![] };
    let date = tmx_date(&mark.when).map(|date| ("changedate", date));
    let who = (!mark.who.is_empty()).then(|| ("changeid", mark.who.clone()));
    date.into_iter().chain(who).collect()
}

/// Returns the prefix of a name, with its colon.
fn prefix<'n>(name: &'n str, local: &str) -> &'n str {
    name.strip_suffix(local).unwrap_or_default()
}

/// Returns the blanks between the tag before a place and that place.
fn gap(text: &str, at: usize) -> &str {
    let before = text[..at].trim_end_matches([' ', '\t', '\r', '\n']);
    if before.ends_with('>') { &text[before.len()..at] } else { "" }
}

/// Returns the end of the tag `<a />` that ends at a place, from the blanks before its slash.
fn slash(text: &str, end: usize) -> Range<usize> {
    let before = text[..end].strip_suffix("/>").unwrap_or(&text[..end]);
    before.trim_ascii_end().len()..end
}
