//! Taking out of an entry what a table cannot carry, and saying so.
//!
//! A writer first reduces the entry to what reads back the same, then writes that. So the loss
//! report is true by construction: original minus the paths named is what was written.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::format::{LossClass, LossReport};
use crate::model::{Concept, Note, Source, Unit};

/// The place of a value in the JSON form of an entry; displayed as a JSON pointer.
pub(in crate::format) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    Name(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    pub const ROOT: At<'static> = At { parent: None, step: Step::Root };

    pub fn name(&'a self, name: &'a str) -> Self {
        At { parent: Some(self), step: Step::Name(name) }
    }

    pub fn index(&'a self, index: usize) -> Self {
        At { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            // The names are field names of ours: nothing in them needs the pointer's escapes.
            Step::Name(name) => write!(f, "/{name}"),
            Step::Index(index) => write!(f, "/{index}"),
        }
    }
}

/// What one entry lost.
#[derive(Default)]
pub(in crate::format) struct Losses(Vec<(String, &'static str)>);

impl Losses {
    pub fn lose(&mut self, at: &At<'_>, why: &'static str) {
        self.0.push((at.to_string(), why));
    }

    /// Empties a field that has something in it.
    pub fn clear<T: Default + PartialEq>(&mut self, field: &mut T, at: At<'_>, why: &'static str) {
        if *field != T::default() {
            *field = T::default();
            self.lose(&at, why);
        }
    }

    /// Empties a text that is there and empty: a table cannot tell it from none.
    pub fn blank(&mut self, field: &mut Option<String>, at: At<'_>) {
        if field.as_deref() == Some("") {
            *field = None;
            self.lose(&at, EMPTY);
        }
    }

    /// Goes through a list and drops what `judge` has a reason to drop, and what repeats.
    pub fn sift<T: PartialEq>(
        &mut self,
        list: &mut Vec<T>,
        at: At<'_>,
        mut judge: impl FnMut(&mut T, &At<'_>, &mut Self) -> Option<&'static str>,
    ) {
        for (index, mut item) in std::mem::take(list).into_iter().enumerate() {
            let here = at.index(index);
            let before = self.0.len();
            let why =
                judge(&mut item, &here, self).or_else(|| repeats(list, &item).then_some("it is said twice"));
            match why {
                Some(why) => {
                    // What was said about its parts is said by this.
                    self.0.truncate(before);
                    self.lose(&here, why);
                }
                None => list.push(item),
            }
        }
    }

    /// Goes through a list of texts.
    pub fn sift_texts(&mut self, list: &mut Vec<String>, at: At<'_>) {
        self.sift(list, at, |text, _, _| text.is_empty().then_some(EMPTY));
    }

    /// Goes through a list of remarks, whose language has no column.
    pub fn sift_notes(&mut self, list: &mut Vec<Note>, at: At<'_>) {
        self.sift(list, at, |note, at, losses| {
            losses.clear(&mut note.lang, at.name("lang"), NO_COLUMN);
            note.text.is_empty().then_some(EMPTY)
        });
    }

    /// Goes through the texts of a source.
    pub fn sift_source(&mut self, source: &mut Source, at: &At<'_>) {
        self.blank(&mut source.title, at.name("title"));
        self.blank(&mut source.outlet, at.name("outlet"));
        self.blank(&mut source.url, at.name("url"));
    }

    /// Makes the texts of a concept fit into cells of a sheet: without blanks at their edges, and not too long.
    pub fn fit(&mut self, concept: &mut Concept) {
        self.fit_texts(concept, true);
    }

    /// Makes the texts of a unit fit into cells of a sheet: not too long.
    pub fn cut(&mut self, unit: &mut Unit) {
        let long = |text: &str| text.len() > CELL;
        let variants = unit.variants.iter().any(|v| long(&v.segment.text));
        if variants || unit.properties.iter().any(|p| long(&p.text)) {
            self.fit_texts(unit, false);
        }
    }

    /// Every text that goes into a cell is a text of the entry's JSON form, and that is where losses point.
    fn fit_texts<T: Serialize + DeserializeOwned>(&mut self, entry: &mut T, trims: bool) {
        let Ok(mut json) = serde_json::to_value(&*entry) else { return };
        let before = self.0.len();
        self.fit_value(&mut json, &At::ROOT, trims);
        if self.0.len() > before
            && let Ok(fitting) = serde_json::from_value(json)
        {
            *entry = fitting;
        }
    }

    fn fit_value(&mut self, value: &mut Value, at: &At<'_>, trims: bool) {
        match value {
            Value::String(text) => {
                if trims && text.trim().len() < text.len() {
                    *text = text.trim().to_owned();
                    self.lose(at, EDGES);
                }
                let fits = fitting(text);
                if fits < text.len() {
                    text.truncate(fits);
                    self.lose(at, LONG);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.fit_value(item, &at.index(index), trims);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.fit_value(field, &at.name(name), trims);
                }
            }
            _ => {}
        }
    }

    /// Puts what was lost into the report.
    pub fn report(self, entry: &str, report: &mut LossReport) {
        for (field, why) in self.0 {
            report.lose(LossClass::Lost, entry, field, why);
        }
    }
}

/// How many UTF-16 units Excel takes in one cell.
const CELL: usize = 32_767;
const EDGES: &str = "the blanks at the edges of a cell of a sheet say nothing";
const LONG: &str = "a cell of a sheet holds 32,767 characters, and the rest is left out";

/// Returns how many bytes of a text fit into a cell of a sheet.
pub(super) fn fitting(text: &str) -> usize {
    if text.len() <= CELL {
        return text.len();
    }
    let mut units = 0;
    let over = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > CELL
    });
    over.map_or(text.len(), |(at, _)| at)
}

/// Why, when there is no better reason.
pub(in crate::format) const NO_COLUMN: &str = "the table has no column for it";
/// Why an empty text goes.
pub(in crate::format) const EMPTY: &str = "an empty cell says nothing";

/// Tells whether a list that a table builds has this item already. Only the end of the list is
/// looked at, so that a hostile file costs no more than a friendly one.
pub(in crate::format) fn repeats<T: PartialEq>(list: &[T], item: &T) -> bool {
    list.iter().rev().take(64).any(|seen| seen == item)
}
