//! A concordance: each place in a line, what was looked for under one another, and the other sides below.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};

use super::concept::wrap;
use super::excerpt::show;
use super::{look, styled};
use crate::base::{Occurrence, Origin};
use crate::format::CellWriter;
use crate::model::{Document, LanguageTag, Unit, Variant};
use crate::text::languages::{self, Direction};
use crate::text::{clip, graphemes, is_unspaced, isolate, visible, width};

/// How much is shown on either side of what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// So many terminal columns.
    Columns(usize),
    /// The rest of the segment, or in a document of the paragraph.
    All,
}

/// What stands around an occurrence, as parts of its text.
pub(super) struct Contexts<'t> {
    /// What stands before it.
    pub left: &'t str,
    /// Itself.
    pub surface: &'t str,
    /// What stands behind it.
    pub right: &'t str,
    /// Whether more stands before that.
    pub cut_before: bool,
    /// Whether more stands behind that.
    pub cut_behind: bool,
}

pub(super) fn contexts(occurrence: &Occurrence, around: Around) -> Contexts<'_> {
    uneven_contexts(occurrence, around, around)
}

fn uneven_contexts(occurrence: &Occurrence, on_the_left: Around, on_the_right: Around) -> Contexts<'_> {
    let text = occurrence.text();
    let Range { start, end } = occurrence.range;
    let (before, surface, behind) = (&text[..start], &text[start..end], &text[end..]);
    // A segment is shown whole; of a document, nothing beyond an empty line.
    let (from, to) = match occurrence.document() {
        None => (0, text.len()),
        Some(_) => (
            before.rfind("\n\n").map_or(0, |at| at + 2),
            behind.find("\n\n").map_or(text.len(), |at| end + at),
        ),
    };
    let (before, behind) = (&text[from..start], &text[end..to]);
    // Half a word is no context, if a whole one is left.
    let left = match on_the_left {
        Around::All => before,
        Around::Columns(columns) => {
            let from = before.len() - reach(graphemes(before).rev(), columns);
            match cuts_a_word(before, from) {
                true => &before[before[from..].find(|c| !is_letter(c)).map_or(from, |rest| from + rest)..],
                false => &before[from..],
            }
        }
    };
    let right = match on_the_right {
        Around::All => behind,
        Around::Columns(columns) => {
            let to = reach(graphemes(behind), columns);
            match cuts_a_word(behind, to) {
                true => &behind[..behind[..to].rfind(|c| !is_letter(c)).unwrap_or(to)],
                false => &behind[..to],
            }
        }
    };
    Contexts {
        cut_before: left.len() < before.len(),
        cut_behind: right.len() < behind.len(),
        left,
        surface,
        right,
    }
}

fn cuts_a_word(text: &str, at: usize) -> bool {
    text[..at].ends_with(is_letter) && text[at..].starts_with(is_letter)
}

/// Tells whether a character is a part of a word that others join.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}

/// Returns how many bytes of some characters, one after another, fit into so many columns.
fn reach<'t>(characters: impl Iterator<Item = (usize, &'t str)>, columns: usize) -> usize {
    let (mut bytes, mut used) = (0, 0);
    for (_, character) in characters {
        used += width(character);
        if used > columns {
            break;
        }
        bytes += character.len();
    }
    bytes
}

/// Writes a concordance for eyes, line by line.
pub struct Kwic<'a> {
    /// The columns there are; 0 means no limit.
    columns: usize,
    /// How many columns are shown before the words, or of right-to-left scripts behind them.
    side: usize,
    /// Whether the rest of a line is filled.
    fitted: bool,
    /// The languages of the other sides to show; empty means all.
    to: &'a [LanguageTag],
    last: Option<Occurrence>,
}

/// What is shown on either side where nobody says how wide a line may be.
const SIDE: usize = 48;
/// What is kept free for the words themselves.
const MIDDLE: usize = 24;

impl<'a> Kwic<'a> {
    /// Begins a concordance. A context is fitted into the columns, unless somebody says how wide it is to be.
    pub fn new(columns: usize, context: Option<usize>, to: &'a [LanguageTag]) -> Self {
        let fitting = match columns {
            0 => SIDE,
            columns => columns.saturating_sub(MIDDLE + 4) / 2,
        };
        Self { columns, side: context.unwrap_or(fitting.max(8)), fitted: context.is_none(), to, last: None }
    }

    /// Takes the next occurrence.
    pub fn take(&mut self, occurrence: &Occurrence, out: &mut dyn Write) -> io::Result<()> {
        let same = |last: &Occurrence| {
            Arc::ptr_eq(&last.origin, &occurrence.origin) && last.variant == occurrence.variant
        };
        // The other sides stand once below all that was found in one segment.
        let before = self.last.take();
        if let Some(last) = before.as_ref().filter(|last| !same(last)) {
            self.counterparts(last, out)?;
        }
        let heading = heading(occurrence);
        if before.as_ref().map(self::heading).as_ref() != Some(&heading) {
            if before.is_some() {
                writeln!(out)?;
            }
            writeln!(out, "{heading}")?;
        }
        writeln!(out, "{}", self.line(occurrence))?;
        self.last = Some(occurrence.clone());
        Ok(())
    }

    /// Ends the concordance.
    pub fn end(mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.last.take() {
            Some(last) => self.counterparts(&last, out),
            None => Ok(()),
        }
    }

    fn line(&self, occurrence: &Occurrence) -> String {
        let direction = languages::direction(&occurrence.lang);
        let surface = shown(&occurrence.text()[occurrence.range.clone()]);
        let surface = surface.trim();
        // An ellipsis takes a column.
        let first = Around::Columns(self.side.saturating_sub(1));
        let second = match (self.fitted, self.columns) {
            (false, _) | (_, 0) => first,
            (true, columns) => Around::Columns(columns.saturating_sub(self.side + width(surface) + 5).max(8)),
        };
        // In a script that runs from right to left, what was read before stands on the right.
        let contexts = match direction {
            Direction::LeftToRight => uneven_contexts(occurrence, first, second),
            Direction::RightToLeft => uneven_contexts(occurrence, second, first),
        };
        let mut before = shown(contexts.left);
        if contexts.cut_before {
            before.insert(0, '…');
        }
        let mut behind = shown(contexts.right);
        if contexts.cut_behind {
            behind.push('…');
        }
        let (before, behind) = (before.trim(), behind.trim());
        let (first, second) = match direction {
            Direction::LeftToRight => (before, behind),
            Direction::RightToLeft => (behind, before),
        };
        let pad = " ".repeat(self.side.saturating_sub(width(first)));
        let isolated = |text: &str| isolate(text, &occurrence.lang).into_owned();
        let middle = styled(look::BAD.bold(), isolated(surface));
        format!("{pad}{}  {middle}  {}", isolated(first), isolated(second)).trim_end().to_owned()
    }

    fn counterparts(&self, occurrence: &Occurrence, out: &mut dyn Write) -> io::Result<()> {
        for variant in counterparts(occurrence, self.to) {
            let label = format!("    {}", variant.lang);
            let lead = format!("{label}  ");
            let mut lines = String::new();
            wrap(&mut lines, &lead, &shown(&variant.segment.text), self.columns);
            for (number, line) in lines.lines().enumerate() {
                // What is before the text is as wide in every line, and ASCII.
                let text = isolate(line.get(lead.len()..).unwrap_or_default(), &variant.lang);
                let label = if number == 0 { label.as_str() } else { "" };
                let pad = " ".repeat(lead.len() - label.len());
                writeln!(out, "{}{pad}{text}", styled(look::FAINT, label))?;
            }
        }
        Ok(())
    }
}

/// Says in which memory and file, or in which document, something stands.
fn heading(occurrence: &Occurrence) -> String {
    let (name, about) = match &*occurrence.origin {
        Origin::Unit(unit) => {
            let name = if unit.origin.memory.is_empty() { "memory" } else { &unit.origin.memory };
            (visible(name).into_owned(), visible(&unit.origin.file).into_owned())
        }
        Origin::Document(document) => {
            let about = [document.outlet.clone(), document.date.map(|d| d.to_string())];
            let about: Vec<String> = about.into_iter().flatten().collect();
            let name =
                if document.title.is_empty() { document.id.to_string() } else { document.title.clone() };
            (visible(&name).into_owned(), visible(&about.join(", ")).into_owned())
        }
    };
    let name = styled(look::NAME, isolate(&clip(&name, 100), &occurrence.lang));
    match about.is_empty() {
        true => name,
        false => format!("{name}  {}", styled(look::FAINT, about)),
    }
}

/// One line, in which nothing is hidden.
fn shown(text: &str) -> String {
    let blank = |g: &str| matches!(g, "\n" | "\r\n" | "\r" | "\t");
    graphemes(text).map(|(_, g)| if blank(g) { " ".to_owned() } else { show(g, false) }).collect()
}

/// Returns the other sides in these languages; all where none is named.
pub(super) fn counterparts<'o>(occurrence: &'o Occurrence, to: &[LanguageTag]) -> Vec<&'o Variant> {
    let mut others = occurrence.counterparts();
    others.retain(|v| to.is_empty() || to.iter().any(|wanted| v.lang.serves(wanted)));
    others
}

/// Returns a place as scripts see it.
pub fn occurrence_json(occurrence: &Occurrence, around: Around, to: &[LanguageTag]) -> Value {
    let contexts = contexts(occurrence, around);
    let others = counterparts(occurrence, to);
    let unit = occurrence.unit();
    let document = occurrence.document();
    json!({
        "file": file(unit),
        "document": document.map(|d| d.id),
        "unit": unit.map(|u| u.id),
        "start": occurrence.range.start,
        "end": occurrence.range.end,
        "left": contexts.left,
        "surface": contexts.surface,
        "right": contexts.right,
        "lang": occurrence.lang,
        "date": occurrence.date(),
        "outlet": document.and_then(|d| d.outlet.as_deref()),
        "counterpart": others.first().map(|v| &v.segment.text),
        "counterparts": others.iter().map(|v| json!({"lang": v.lang, "text": v.segment.text})).collect::<Vec<_>>(),
        "memory": unit.map(|u| &u.origin.memory),
        "tuid": unit.and_then(|u| u.origin.tuid.as_ref()),
        "title": document.map(title),
        "url": document.and_then(|d| d.url.as_deref()),
    })
}

fn file(unit: Option<&Unit>) -> Option<&str> {
    unit.map(|u| u.origin.file.as_str()).filter(|file| !file.is_empty())
}

fn title(document: &Document) -> &str {
    &document.title
}

/// Writes a concordance as a table for spreadsheets: a row for each place, with the first of the other sides.
pub struct ConcordanceTable<'w> {
    cells: CellWriter<'w>,
}

impl<'w> ConcordanceTable<'w> {
    /// Begins the table.
    pub fn new(out: &'w mut dyn Write) -> io::Result<Self> {
        let mut cells = CellWriter::new(out, b',', true)?;
        for name in [
            "file",
            "document",
            "unit",
            "start",
            "end",
            "left",
            "surface",
            "right",
            "lang",
            "date",
            "outlet",
            "counterpart",
            "counterpart_lang",
            "memory",
            "title",
        ] {
            cells.cell(name);
        }
        cells.end()?;
        Ok(Self { cells })
    }

    /// Takes the next occurrence.
    pub fn take(&mut self, occurrence: &Occurrence, around: Around, to: &[LanguageTag]) -> io::Result<()> {
        let contexts = contexts(occurrence, around);
        let other = counterparts(occurrence, to).first().copied();
        let (unit, document) = (occurrence.unit(), occurrence.document());
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        for cell in [
            text(file(unit)),
            document.map(|d| d.id.to_string()).unwrap_or_default(),
            unit.map(|u| u.id.to_string()).unwrap_or_default(),
            occurrence.range.start.to_string(),
            occurrence.range.end.to_string(),
            contexts.left.to_owned(),
            contexts.surface.to_owned(),
            contexts.right.to_owned(),
            occurrence.lang.to_string(),
            occurrence.date().map(|d| d.to_string()).unwrap_or_default(),
            text(document.and_then(|d| d.outlet.as_deref())),
            text(other.map(|v| v.segment.text.as_str())),
            other.map(|v| v.lang.to_string()).unwrap_or_default(),
            text(unit.map(|u| u.origin.memory.as_str())),
            text(document.map(title)),
        ] {
            self.cells.cell(&cell);
        }
        self.cells.end()
    }
}
