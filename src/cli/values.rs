//! What flags take: each value is read once, here, and says what it wants.

use std::fmt::Display;
use std::str::FromStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};

use crate::model::Severity;

/// What --fail-on takes.
pub const SEVERITIES: &[Severity] = &[Severity::Error, Severity::Warning, Severity::Info];

/// Reads one of a list of words, which --help then lists.
pub fn word<T: FromStr<Err = String>>(all: &'static [T]) -> Word<T> {
    Word(all)
}

/// See [`word`].
#[derive(Debug, Clone)]
pub struct Word<T: 'static>(&'static [T]);

impl<T> TypedValueParser for Word<T>
where
    T: FromStr<Err = String> + Display + Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<T, clap::Error> {
        // The word's own way of reading is kinder than a comparison with the list.
        str::parse::<T>.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(|word| PossibleValue::new(word.to_string()))))
    }
}

/// The number of a revision.
pub fn revision(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "it takes a revision number, as `wicterm history` shows them".to_owned())
}

/// How many to show.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err("it takes a number, at least 1".to_owned()),
    }
}

/// Refuses what has nothing in it.
pub fn filled(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("there is nothing in it".to_owned());
    }
    Ok(text.to_owned())
}
