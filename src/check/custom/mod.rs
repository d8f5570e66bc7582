//! What the user asks to be looked for, in `wicterm.toml`: words and patterns of a house style.

pub mod custom_regex;
pub mod custom_word;

use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize};

pub use custom_regex::Pattern;
pub use custom_word::{Word, Words};

use super::{Found, Seen, Text};
use crate::model::{LanguageTag, Side};

/// Returns the texts of a row that something asked for is looked for in: the target, unless it says otherwise.
fn texts<'s, 'a>(
    seen: &'s Seen<'a>,
    side: Option<Side>,
    langs: &[LanguageTag],
) -> impl Iterator<Item = (Side, &'s Text<'a>)> {
    let source = seen.source.as_ref().map(|text| (Side::Source, text));
    let source = source.filter(|_| matches!(side, Some(Side::Source | Side::Both)));
    let target = (side != Some(Side::Source)).then_some((Side::Target, &seen.target));
    let spoken = |lang: &LanguageTag| langs.is_empty() || langs.iter().any(|l| lang.serves(l));
    source.into_iter().chain(target).filter(move |(_, text)| spoken(text.lang))
}

fn found_on(side: Side, range: Range<usize>, message: String) -> Found {
    match side {
        Side::Source => Found::in_source(range, message),
        Side::Target | Side::Both => Found::in_target(range, message),
    }
}

/// Returns a sentence that ends as one.
fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', '。', '！', '？', '…', '؟']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

/// Reads a text that must say something.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match text.trim() {
        "" => Err(serde::de::Error::custom("there is nothing to look for in an empty text")),
        _ => Ok(text),
    }
}

/// Reads one thing or a list of them.
fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize, Serialize)]
    #[serde(untagged)]
    enum Either<T> {
        Many(Vec<T>),
        One(T),
    }
    Ok(match Either::deserialize(from)? {
        Either::Many(many) => many,
        Either::One(one) => vec![one],
    })
}
