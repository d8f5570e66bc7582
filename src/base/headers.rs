//! What the files of memories say about themselves, among the settings of the base.
//!
//! A TMX opens with what holds for all of it: who made it and when, notes, properties, user-defined
//! encodings. That belongs to the file, not to a unit, so it is kept under the memory and the file that
//! units name as their origin, and an export of those units writes it again. What a unit inherits from a
//! header it has got from the reader already.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::UnitFilter;
use crate::format::{Header, LossClass, LossReport};
use crate::model::Property;
use crate::store::{Draft, Snapshot, StoreError};

/// All headers together. Every reader of the base reads its settings, so they have to stay small.
const MOST_BYTES: usize = 1 << 20;
/// What the writer of a file says for itself, and what units say for themselves.
const SAID_ELSEWHERE: [&str; 3] = ["segtype", "srclang", "datatype"];
/// Who did something and when are one statement.
const TOGETHER: [[&str; 2]; 3] =
    [["creationdate", "creationid"], ["changedate", "changeid"], ["creationtool", "creationtoolversion"]];

const PREFIX: &str = "header ";

/// What became of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// The base did not have it, or another one of this file.
    Anew,
    /// The base has it.
    AsBefore,
    /// It is not kept.
    TooLarge,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Name {
    memory: String,
    file: String,
}

/// Keeps the header of a file, in place of what a file of this name said before.
pub(super) fn keep(draft: &mut Draft, memory: &str, file: &str, header: Header) -> Kept {
    let name = Name { memory: memory.to_owned(), file: file.to_owned() };
    // They are made of strings and lists, which JSON takes.
    let name = format!("{PREFIX}{}", serde_json::to_string(&name).unwrap_or_default());
    let value = serde_json::to_string(&header).unwrap_or_default();
    let settings = draft.settings();
    if settings.get(&name) == Some(&value) {
        return Kept::AsBefore;
    }
    let others = settings.iter().filter(|(n, _)| n.starts_with(PREFIX) && **n != name);
    let others: usize = others.map(|(name, value)| name.len() + value.len()).sum();
    if others + name.len() + value.len() > MOST_BYTES {
        draft.set(&name, None);
        return Kept::TooLarge;
    }
    draft.set(&name, Some(value));
    Kept::Anew
}

/// The headers of the files that some units came from, made one.
#[derive(Debug, Default)]
pub(super) struct Headers {
    /// What they say, or all of them say that say it, in order.
    pub attributes: Vec<(String, String)>,
    /// What any of them has.
    pub properties: Vec<Property>,
    /// The attributes of which they say different things.
    disputed: Vec<String>,
}

/// Returns what the files say of which there are units that are asked for.
pub(super) fn of(snapshot: &Snapshot, filter: &UnitFilter) -> Result<Headers, StoreError> {
    let mut kept: Vec<(Name, Header)> = snapshot
        .settings()
        .iter()
        .filter_map(|(name, value)| {
            let name: Name = serde_json::from_str(name.strip_prefix(PREFIX)?).ok()?;
            let asked = filter.memory.as_ref().is_none_or(|memory| *memory == name.memory)
                && filter.file.as_ref().is_none_or(|file| *file == name.file);
            asked.then_some((name, serde_json::from_str(value).ok()?))
        })
        .collect();
    // Units are undone and removed, settings are not: a header counts while a unit of its file is there.
    // Most often the first unit settles it.
    let mut found = vec![false; kept.len()];
    let mut units = snapshot.units(&filter.query());
    while found.contains(&false)
        && let Some(unit) = units.next().transpose()?
    {
        if !filter.takes(&unit) {
            continue;
        }
        for ((name, _), found) in kept.iter().zip(&mut found) {
            *found |= unit.origin.memory == name.memory && unit.origin.file == name.file;
        }
    }
    let mut found = found.into_iter();
    kept.retain(|_| found.next().unwrap_or_default());
    Ok(Headers::made_one(kept.into_iter().map(|(_, header)| header)))
}

impl Headers {
    fn made_one(headers: impl Iterator<Item = Header>) -> Self {
        let mut all = Self::default();
        let mut headers: Vec<Header> = headers.collect();
        for pair in TOGETHER {
            let says = |header: &Header| -> Vec<(String, String)> {
                let said = header.attributes.iter().filter(|(name, _)| pair.contains(&name.as_str()));
                said.cloned().collect()
            };
            let said: Vec<_> = headers.iter().map(says).filter(|said| !said.is_empty()).collect();
            let names: BTreeSet<_> = said.iter().flatten().map(|(name, _)| name.clone()).collect();
            if said.windows(2).any(|two| two[0] != two[1]) {
                all.disputed.extend(names);
            }
        }
        for header in &mut headers {
            header.attributes.retain(|(name, _)| !all.disputed.contains(name));
        }
        for header in headers {
            for (name, value) in header.attributes {
                match all.attributes.iter().find(|(n, _)| *n == name) {
                    None => all.attributes.push((name, value)),
                    Some((_, before)) if *before == value || all.disputed.contains(&name) => {}
                    Some(_) => all.disputed.push(name),
                }
            }
            for property in header.properties {
                if !all.properties.contains(&property) {
                    all.properties.push(property);
                }
            }
        }
        all.attributes.retain(|(name, _)| !all.disputed.contains(name));
        all
    }

    /// Reports what a file cannot say because it is made of several.
    pub fn report_disputed(&self, report: &mut LossReport) {
        for name in self.disputed.iter().filter(|name| !SAID_ELSEWHERE.contains(&name.as_str())) {
            let why = "the files of this memory say different things";
            report.lose(LossClass::Lost, "header", format!("/attributes/{name}"), why);
        }
    }
}
