//! Fills the empty targets of an XLIFF, and makes those that are missing.
//!
//! A unit is looked at again in the text of its file, so that whoever only reads pays nothing for it. Codes are
//! written as the source of the row writes them.

use std::ops::Range;

use super::Version;
use super::text::{Content, Element, Piece};
use super::walk::{How, Known, Row, Unit, Vendors, Walk};
use crate::bytes::xml::{self, Reader};
use crate::bytes::{Editable, Limits, Patch, Unwritable};
use crate::format::job::{Filled, Filler, Mark, Vacancy, in_xml};
use crate::model::{Inline, Segment};

const CANNOT: &str = "nobody knows where in the file it belongs";
const OCCUPIED: &str = "something that is no text stands where the translation belongs";
const UNCUT: &str = "the target has other segments than the source";
const FOREIGN: &str = "one of its codes is none of the source";

/// Where the rows of an XLIFF stand.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub known: Known,
    /// Of each row its unit, in the order of the rows.
    pub rows: Vec<UnitAt>,
    pub heads: Vec<Head>,
}

/// The unit of a row.
#[derive(Debug)]
pub(super) struct UnitAt {
    pub start: usize,
    pub end: usize,
    /// Which of its rows it is.
    pub nth: usize,
    /// The head that says its languages.
    pub head: usize,
}

/// A start tag that says the languages.
#[derive(Debug)]
pub(super) struct Head {
    pub tag: Range<usize>,
    /// The language of the targets as it is written, if it is.
    pub target: Option<String>,
}

impl Filler for Targets {
    fn fill(&self, file: &Editable, vacancies: &[Vacancy<'_>]) -> Filled {
        let mut filled = Filled::default();
        let end = file.text().find('\n');
        let returns = end.is_some_and(|end| file.text()[..end].ends_with('\r'));
        let place = |vacancy: &Vacancy<'_>| self.rows.get(vacancy.unit.0);
        let mut order: Vec<&Vacancy<'_>> = vec![];
        for vacancy in vacancies {
            match place(vacancy) {
                Some(_) => order.push(vacancy),
                None => filled.refused.push((vacancy.number, Unwritable::Place(CANNOT))),
            }
        }
        order.sort_by_key(|vacancy| vacancy.unit.0);
        let mut heads = vec![false; self.heads.len()];
        for of_unit in order.chunk_by(|a, b| place(a).map(|p| p.start) == place(b).map(|p| p.start)) {
            let Some(at) = place(of_unit[0]) else { continue };
            let refused = filled.refused.len();
            match self.unit(file, returns, at, of_unit, &mut filled) {
                Ok(patches) => filled.patches.extend(patches),
                Err(why) => {
                    filled.refused.truncate(refused);
                    filled.refused.extend(of_unit.iter().map(|vacancy| (vacancy.number, why.clone())));
                    continue;
                }
            }
            if !std::mem::replace(&mut heads[at.head], true)
                && let Some(patch) = self.head(file, &self.heads[at.head], of_unit[0])
            {
                filled.patches.push(patch);
            }
        }
        filled
    }
}

impl Targets {
    /// Says in a head which language the targets are in, where it does not.
    fn head(&self, file: &Editable, head: &Head, vacancy: &Vacancy<'_>) -> Option<Patch> {
        if head.target.is_some() {
            return None;
        }
        let name = match self.known.version {
            Version::One => "target-language",
            Version::Two => "trgLang",
        };
        let at = end_of_attributes(file.text(), &head.tag);
        file.patch(at..at, &format!(" {name}=\"{}\"", vacancy.lang)).ok()
    }

    /// Fills rows of one unit.
    fn unit(
        &self,
        file: &Editable,
        returns: bool,
        at: &UnitAt,
        vacancies: &[&Vacancy<'_>],
        filled: &mut Filled,
    ) -> Result<Vec<Patch>, Unwritable> {
        let text = file.text();
        let inside = text.get(at.start..at.end).ok_or(Unwritable::Place(CANNOT))?;
        let limits = Limits::default();
        let reader = Reader::new(inside.as_bytes(), Some("utf-8"), limits);
        let how = How { written: true, ..How::default() };
        let unit = Walk::new(reader, limits, "", how).again(&self.known, at.start);
        let unit = unit.ok().ok_or(Unwritable::Place(CANNOT))?;
        let mut making = Making { file, returns, edits: vec![] };
        let mut put: Vec<(&Row, String)> = vec![];
        for vacancy in vacancies {
            let row = self.rows.get(vacancy.unit.0).and_then(|at| unit.rows.get(at.nth));
            let row = row.ok_or(Unwritable::Place(CANNOT))?;
            let is_cut = unit.target.as_ref().is_some_and(|target| !target.marks.is_empty());
            if is_cut && row.target_at.is_none() {
                filled.refused.push((vacancy.number, Unwritable::Place(UNCUT)));
                continue;
            }
            match making.segment(vacancy.segment, &row.source) {
                Ok(written) => put.push((row, written)),
                Err(why) => filled.refused.push((vacancy.number, why)),
            }
        }
        if put.is_empty() {
            return Ok(vec![]);
        }
        // All of them were made at once, for one reason.
        let mark = vacancies[0].mark;
        let marks: Vec<Option<&Mark>> = vacancies
            .iter()
            .filter(|v| filled.refused.iter().all(|(number, _)| *number != v.number))
            .map(|v| v.mark)
            .collect();
        match self.known.version {
            Version::One => making.trans_unit(&unit, &put, &marks, mark, &self.known.vendors)?,
            Version::Two => {
                for ((row, written), mark) in put.iter().zip(&marks) {
                    making.segment_of_two(row, written, *mark)?;
                }
            }
        }
        making.joined().into_iter().map(|(range, new)| file.patch(range, &new)).collect()
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
    /// Puts translations into a unit of 1.x.
    fn trans_unit(
        &mut self,
        unit: &Unit,
        put: &[(&Row, String)],
        marks: &[Option<&Mark>],
        mark: Option<&Mark>,
        vendors: &Vendors,
    ) -> Result<(), Unwritable> {
        let source = unit.source.as_ref().or(unit.segmented.as_ref()).ok_or(Unwritable::Place(CANNOT))?;
        let told_elsewhere = self.marks(unit, put, marks, vendors)?;
        let state = mark.filter(|_| !told_elsewhere).map(state).unwrap_or_default();
        let text = self.file.text();
        let is_cut = unit.segmented.iter().chain(&unit.source).any(|of| !of.marks.is_empty());
        let in_marks = is_cut && unit.target.as_ref().is_some_and(|target| !target.marks.is_empty());
        if in_marks {
            for (row, written) in put {
                let at = row.target_at.as_ref().ok_or(Unwritable::Place(UNCUT))?;
                self.put_into(at, written)?;
            }
            // A state is about the whole of a target.
            if let Some(target) = &unit.target
                && put.len() == unit.rows.len()
            {
                self.set(&(target.element.start..target.element.open), &state)?;
            }
            return Ok(());
        }
        let inside = match unit.segmented.as_ref().or(unit.source.as_ref()).filter(|_| is_cut) {
            Some(cut) => like(text, cut, put),
            None => put[0].1.clone(),
        };
        if let Some(target) = &unit.target {
            self.set(&(target.element.start..target.element.open), &state)?;
            return self.put_into(&target.element, &inside);
        }
        let last = unit.segmented.as_ref().unwrap_or(source);
        let prefix = source.element.name.strip_suffix("source").unwrap_or_default();
        let prefix = prefix.strip_suffix("seg-").unwrap_or(prefix);
        let mut tag = format!("<{prefix}target");
        // Where the source says of itself what a target would have to say too.
        for (name, value) in &source.attributes {
            match name.as_str() {
                "xml:space" => tag.push_str(&format!(" xml:space=\"{}\"", self.value(value)?)),
                _ => continue,
            }
        }
        for (name, value) in &state {
            tag.push_str(&format!(" {name}=\"{}\"", self.value(value)?));
        }
        let gap = gap(text, source.element.start);
        self.edits
            .push((last.element.end..last.element.end, format!("{gap}{tag}>{inside}</{prefix}target>")));
        Ok(())
    }

    /// Says as the dialect does what was put where; tells whether it did.
    fn marks(
        &mut self,
        unit: &Unit,
        put: &[(&Row, String)],
        marks: &[Option<&Mark>],
        vendors: &Vendors,
    ) -> Result<bool, Unwritable> {
        let mut told = false;
        for ((row, _), mark) in put.iter().zip(marks) {
            let Some(mark) = mark else { continue };
            let only =
                || unit.definitions.first().filter(|_| unit.definitions.len() == 1 && row.id.is_none());
            let definition =
                unit.definitions.iter().find(|(id, _)| Some(id) == row.id.as_ref()).or_else(only);
            let percent = mark.score.min(100).to_string();
            if vendors.sdl.is_some() {
                if let Some((_, element)) = definition {
                    let origin = ("origin-system", mark.origin.clone());
                    let said = [
                        ("conf", "Draft".to_owned()),
                        ("origin", "tm".to_owned()),
                        origin,
                        ("percent", percent),
                    ];
                    let said = said.map(|(name, value)| (name.to_owned(), value));
                    self.set(&(element.start..element.open), &said)?;
                    told = true;
                }
            } else if let Some(prefix) = &vendors.mq {
                let said = [("status", "Pretranslated".to_owned()), ("percent", mark.score.to_string())];
                let said = said.map(|(name, value)| (format!("{prefix}:{name}"), value));
                self.set(&unit.tag, &said)?;
                return Ok(true);
            } else if let Some(prefix) = &vendors.m {
                let score = format!("{}.{:02}", mark.score / 100, mark.score % 100);
                let said = [("score", score), ("trans-origin", "tm".to_owned())];
                let said = said.map(|(name, value)| (format!("{prefix}:{name}"), value));
                self.set(&unit.tag, &said)?;
                return Ok(true);
            }
        }
        Ok(told)
    }

    /// Puts a translation into a segment of 2.x.
    fn segment_of_two(&mut self, row: &Row, written: &str, mark: Option<&Mark>) -> Result<(), Unwritable> {
        let segment = row.segment_at.as_ref().ok_or(Unwritable::Place(CANNOT))?;
        match &row.target_at {
            Some(target) => self.put_into(target, written)?,
            None => {
                let text = self.file.text();
                let source = &row.source_at;
                let prefix = source.name.strip_suffix("source").unwrap_or_default();
                let keeps = xml::attributes_of(&text[source.start..source.open])
                    .into_iter()
                    .find(|(name, _)| *name == "xml:space")
                    .map(|(_, value)| &text[source.start + value.start..source.start + value.end]);
                let space = keeps.map_or(String::new(), |value| format!(" xml:space=\"{value}\""));
                let gap = gap(text, source.start);
                let new = format!("{gap}<{prefix}target{space}>{written}</{prefix}target>");
                self.edits.push((source.end..source.end, new));
            }
        }
        if let Some(mark) = mark {
            let said =
                [("state", "initial".to_owned()), ("subState", format!("wicterm:match-{}", mark.score))];
            let said = said.map(|(name, value)| (name.to_owned(), value));
            self.set(&(segment.start..segment.open), &said)?;
        }
        Ok(())
    }

    /// Puts text into an element that has none.
    fn put_into(&mut self, element: &Element, written: &str) -> Result<(), Unwritable> {
        let text = self.file.text();
        if element.is_closed() {
            let at = slash(text, element.open);
            self.edits.push((at, format!(">{written}</{}>", element.name)));
            return Ok(());
        }
        if !text[element.inside()].trim_ascii().is_empty() {
            return Err(Unwritable::Place(OCCUPIED));
        }
        self.edits.push((element.inside(), written.to_owned()));
        Ok(())
    }

    /// Returns the edits in order, those that begin at one point as one: attributes that go before the slash of
    /// `<target/>`, and what goes in its place.
    fn joined(mut self) -> Vec<(Range<usize>, String)> {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut joined: Vec<(Range<usize>, String)> = vec![];
        for (range, new) in self.edits {
            match joined.last_mut() {
                Some((last, text)) if last.start == last.end && last.start == range.start => {
                    *last = range;
                    text.push_str(&new);
                }
                _ => joined.push((range, new)),
            }
        }
        joined
    }

    /// Gives a start tag attributes, in place of those that it has of that name.
    fn set(&mut self, tag: &Range<usize>, attributes: &[(String, String)]) -> Result<(), Unwritable> {
        let text = self.file.text();
        let known = xml::attributes_of(&text[tag.clone()]);
        let mut new = String::new();
        for (name, value) in attributes {
            let value = self.value(value)?;
            match known.iter().find(|(of, _)| of == name) {
                Some((_, range)) => self.edits.push((tag.start + range.start..tag.start + range.end, value)),
                None => new.push_str(&format!(" {name}=\"{value}\"")),
            }
        }
        if !new.is_empty() {
            let at = end_of_attributes(text, tag);
            self.edits.push((at..at, new));
        }
        Ok(())
    }

    /// Writes a translation with the codes of its source.
    fn segment(&self, segment: &Segment, source: &Piece) -> Result<String, Unwritable> {
        let codes = &source.segment.inlines;
        let mut taken = vec![false; codes.len()];
        let same = |one: &Inline, other: &Inline| {
            Inline { at: 0, ..one.clone() } == Inline { at: 0, ..other.clone() }
        };
        let mut out = String::new();
        let mut done = 0;
        for inline in &segment.inlines {
            let between = segment.text.get(done..inline.at as usize).ok_or(Unwritable::Place(CANNOT))?;
            out.push_str(&self.content(between)?);
            done = inline.at as usize;
            let found = (0..codes.len()).find(|at| !taken[*at] && same(&codes[*at], inline));
            let at = found.ok_or(Unwritable::Place(FOREIGN))?;
            taken[at] = true;
            out.push_str(source.written.get(at).ok_or(Unwritable::Place(FOREIGN))?);
        }
        out.push_str(&self.content(&segment.text[done..])?);
        Ok(out)
    }

    /// Writes text with the ends of line of the file; XML reads all of them as one.
    fn content(&self, text: &str) -> Result<String, Unwritable> {
        let written = in_xml(self.file, text, None)?;
        Ok(if self.returns { written.replace('\n', "\r\n") } else { written })
    }

    /// Writes the value of an attribute.
    fn value(&self, text: &str) -> Result<String, Unwritable> {
        let text: String = text.chars().filter(|c| xml::allowed(*c)).collect();
        let mut out = in_xml(self.file, &text, None)?;
        for (c, escaped) in [('"', "&quot;"), ('\'', "&apos;"), ('\n', "&#xA;"), ('\t', "&#x9;")] {
            out = out.replace(c, escaped);
        }
        Ok(out)
    }
}

/// What a mark says in the attributes of a target of 1.x.
fn state(mark: &Mark) -> Vec<(String, String)> {
    let qualifier = if mark.score >= 100 { "exact-match" } else { "fuzzy-match" };
    [("state", "needs-review-translation"), ("state-qualifier", qualifier)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// Writes what stands in a source that is cut into segments, with the translations in their places and nothing in
/// those of the others.
fn like(text: &str, cut: &Content, put: &[(&Row, String)]) -> String {
    let mut out = String::new();
    let mut at = cut.element.open;
    for mark in &cut.marks {
        let element = &mark.element;
        let new =
            put.iter().find(|(row, _)| row.source_at.start == element.start).map(|(_, written)| written);
        match (new, element.is_closed()) {
            (Some(new), true) => {
                out.push_str(&text[at..slash(text, element.open).start]);
                out.push_str(&format!(">{new}</{}>", element.name));
                at = element.end;
            }
            (new, _) => {
                out.push_str(&text[at..element.open]);
                out.push_str(new.map_or("", String::as_str));
                at = element.close;
            }
        }
    }
    out.push_str(&text[at..cut.element.close]);
    out
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

/// Returns where in a start tag one more attribute goes.
fn end_of_attributes(text: &str, tag: &Range<usize>) -> usize {
    let inner = &text[tag.clone()];
    let inner = inner.strip_suffix("/>").or_else(|| inner.strip_suffix('>')).unwrap_or(inner);
    tag.start + inner.trim_ascii_end().len()
}
