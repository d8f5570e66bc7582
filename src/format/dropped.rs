//! What a reader of XML has no place for, counted, so that a file says each thing once.

use std::collections::BTreeMap;

use crate::model::{Finding, Place, Severity};

/// How many different things are counted apart: a file of nothing but ever new names must not grow the list for ever.
const APART: usize = 200;

/// What could not be kept, and how often.
#[derive(Debug, Default)]
pub(in crate::format) struct Dropped(BTreeMap<String, u64>);

impl Dropped {
    /// Counts something.
    pub fn add(&mut self, what: String) {
        let known = self.0.contains_key(&what) || self.0.len() < APART;
        let what = if known { what } else { "something else".to_owned() };
        *self.0.entry(what).or_default() += 1;
    }

    /// Tells what was counted, and forgets it.
    pub fn tell(&mut self, file: &str) -> impl Iterator<Item = Finding> + use<> {
        let place = Place::file(file);
        std::mem::take(&mut self.0).into_iter().map(move |(what, count)| {
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let message = format!("There is no place for {what}: it is not kept ({times} in this file).");
            Finding::new("read-dropped", Severity::Info, place.clone(), message)
        })
    }
}
