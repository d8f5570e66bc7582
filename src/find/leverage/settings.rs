//! The tables `[match]` and `[memories.NAME]` of `wicterm.toml`.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::bytes::read_toml;
use crate::text::{fold, nearest};

/// What a project says of its memories and of matches from them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The least score of a match.
    pub min: Option<u8>,
    /// How many matches there are at most.
    pub limit: Option<usize>,
    /// What a unit loses that its file says nobody has approved.
    pub penalty_unapproved: u8,
    /// What a unit loses that is old.
    pub penalty_age: Option<AgePenalty>,
    /// What units of some origin lose; the one that takes most counts.
    pub origins: Vec<OriginPenalty>,
    /// What is said of each memory.
    pub memories: BTreeMap<String, Memory>,
    /// What nobody knows in it: a sentence each, with what may be meant.
    pub complaints: Vec<String>,
}

/// What units of some age lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AgePenalty {
    /// How many years nobody has changed them for.
    pub years: u16,
    /// What they lose.
    #[serde(deserialize_with = "points")]
    pub points: u8,
}

/// What units of some origin lose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OriginPenalty {
    /// The type of a property that tells the origin.
    #[serde(default)]
    pub property: Option<String>,
    /// What that property says, with `*` for anything; without it, that it is there is enough.
    #[serde(default)]
    pub value: Option<String>,
    /// Who made the unit, with `*` for anything.
    #[serde(default)]
    pub creation_id: Option<String>,
    /// What the unit loses.
    #[serde(deserialize_with = "points")]
    pub points: u8,
}

/// What is said of a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Memory {
    /// Which matches come first of those with one score: the higher.
    pub priority: i64,
    /// What its units lose.
    #[serde(deserialize_with = "points")]
    pub penalty: u8,
    /// Whether nothing may be written to it.
    pub read_only: bool,
}

/// What stands below `[match]`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Table {
    #[serde(deserialize_with = "maybe_points")]
    min: Option<u8>,
    #[serde(deserialize_with = "limit")]
    limit: Option<usize>,
    #[serde(deserialize_with = "points")]
    penalty_unapproved: u8,
    penalty_age: Option<AgePenalty>,
    origin: Vec<OriginPenalty>,
}

impl Settings {
    /// Reads the tables out of a whole `wicterm.toml`; nothing said if it has none.
    ///
    /// # Errors
    ///
    /// A sentence, with the line where it is known: what is no TOML, or a value that its key cannot have.
    pub fn of_file(toml: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Whole {
            #[serde(rename = "match")]
            table: Option<Table>,
            #[serde(default)]
            memories: BTreeMap<String, Memory>,
        }
        let mut unknown = vec![];
        let Whole { table, memories } = read_toml(toml, &mut unknown)?;
        let table = table.unwrap_or_default();
        let ours = |path: &&String| path.starts_with("match.") || path.starts_with("memories.");
        let mut complaints: Vec<String> = unknown.iter().filter(ours).map(|path| unknown_key(path)).collect();
        for origin in &table.origin {
            if origin.property.is_none() && origin.creation_id.is_none() {
                let said =
                    "an origin that names neither a property nor a creation-id takes points from no unit";
                complaints.push(format!("[match]: {said}"));
            }
        }
        Ok(Self {
            min: table.min,
            limit: table.limit,
            penalty_unapproved: table.penalty_unapproved,
            penalty_age: table.penalty_age,
            origins: table.origin,
            memories,
            complaints,
        })
    }

    /// Returns what is said of a memory.
    pub fn memory(&self, name: &str) -> Memory {
        self.memories.get(name).copied().unwrap_or_default()
    }
}

/// Tells whether a text is like a pattern in which `*` stands for anything, whatever the case of its letters.
pub(super) fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (fold(text.trim()).into_owned(), fold(pattern.trim()).into_owned());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

fn unknown_key(path: &str) -> String {
    let key = path.rsplit('.').next().unwrap_or(path);
    // Of `match.origin.0.vale` the names before the last say where.
    let (place, keys) = match path.split('.').collect::<Vec<_>>()[..] {
        ["memories", name, _, ..] => (format!("memories.{name}"), keys_of(&Memory::default())),
        ["match", "origin", ..] => ("match.origin".to_owned(), keys_of(&OriginPenalty::default())),
        ["match", "penalty-age", ..] => ("match.penalty-age".to_owned(), keys_of(&AgePenalty::default())),
        _ => ("match".to_owned(), keys_of(&Table::default())),
    };
    let help = match nearest(key, keys.iter().map(String::as_str)) {
        Some(near) => format!("perhaps \"{near}\" is meant"),
        None => format!("keys are {}", keys.join(", ")),
    };
    format!("[{place}]: nobody knows the key \"{key}\"; {help}")
}

/// A type's keys are what it is written with.
fn keys_of(of: &impl Serialize) -> Vec<String> {
    match serde_json::to_value(of) {
        Ok(Value::Object(fields)) => fields.into_iter().map(|(key, _)| key).collect(),
        _ => vec![],
    }
}

fn points<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    match i64::deserialize(from)? {
        points @ 0..=100 => Ok(points as u8),
        _ => Err(D::Error::custom("it takes points, from 0 to 100")),
    }
}

fn maybe_points<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u8>, D::Error> {
    points(from).map(Some)
}

fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match i64::deserialize(from)? {
        limit @ 1..=1_000_000 => Ok(Some(limit as usize)),
        _ => Err(D::Error::custom("it takes a number, at least 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_read() {
        let settings = Settings::of_file(
            "base = \"b\"\n[memories.un]\npriority = 10\nread-only = true\n[memories.\"old ones\"]\npenalty = 5\n\
             [match]\nmin = 75\nlimit = 3\npenalty-unapproved = 4\npenalty-age = { years = 10, points = 2 }\n\
             [[match.origin]]\nproperty = \"x-origin\"\nvalue = \"MT*\"\npoints = 15\n\
             [[match.origin]]\ncreation-id = \"deepl\"\npoints = 20\n",
        )
        .unwrap();
        assert_eq!(settings.complaints, [""; 0]);
        assert_eq!((settings.min, settings.limit, settings.penalty_unapproved), (Some(75), Some(3), 4));
        assert_eq!(settings.penalty_age, Some(AgePenalty { years: 10, points: 2 }));
        assert_eq!(settings.memory("un"), Memory { priority: 10, penalty: 0, read_only: true });
        assert_eq!(settings.memory("old ones").penalty, 5);
        assert_eq!(settings.memory("main"), Memory::default());
        assert_eq!(settings.origins[0].value.as_deref(), Some("MT*"));
        assert_eq!(settings.origins[1].creation_id.as_deref(), Some("deepl"));
        assert_eq!(Settings::of_file("base = \"b\"\n[check]\nskp = 1\n").unwrap(), Settings::default());
    }

    #[test]
    fn what_nobody_knows_is_said_with_what_may_be_meant() {
        for (toml, said) in [
            ("[match]\nmni = 3", "[match]: nobody knows the key \"mni\"; perhaps \"min\" is meant"),
            (
                "[memories.un]\nread_only = true",
                "[memories.un]: nobody knows the key \"read_only\"; perhaps \"read-only\" is meant",
            ),
            (
                "[[match.origin]]\ncreation-id = \"MT\"\npoints = 1\nvaleu = \"\"",
                "[match.origin]: nobody knows the key \"valeu\"; perhaps \"value\" is meant",
            ),
            (
                "[match.penalty-age]\nyears = 3\npoints = 1\nmonths = 2",
                "[match.penalty-age]: nobody knows the key \"months\"; keys are points, years",
            ),
            (
                "[[match.origin]]\npoints = 1",
                "[match]: an origin that names neither a property nor a creation-id takes points from no unit",
            ),
        ] {
            assert_eq!(Settings::of_file(toml).unwrap().complaints, [said], "{toml}");
        }
    }

    #[test]
    fn a_value_that_its_key_cannot_have_is_told_with_its_line() {
        for toml in [
            "[match]\nmin = 101",
            "[match]\nmin = \"much\"",
            "[match]\nlimit = 0",
            "[match]\npenalty-age = 3",
            "[[match.origin]]\ncreation-id = \"MT\"",
            "[memories.un]\npenalty = -1",
            "[memories]\nun = 3",
            "[match",
        ] {
            let error = Settings::of_file(toml).unwrap_err();
            assert!(error.contains("line "), "{toml}: {error}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (text, pattern, like) in [
            ("MT", "mt", true),
            ("MT!DeepL", "mt*", true),
            ("by MT", "mt*", false),
            ("by MT now", "*mt*", true),
            ("abcabc", "*abc", true),
            ("ab", "ab*ab", false),
            ("", "*", true),
            ("", "", true),
            ("機器", "机*", true),
        ] {
            assert_eq!(is_like(text, pattern), like, "{text} {pattern}");
        }
    }
}
