//! What the user decides about the checks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::custom::{Pattern, Words};
use crate::model::{Date, Severity};

/// What the user decides about the checks: on the command line, in `wicterm.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Options {
    /// Only these checks (codes or families); all if empty.
    pub only: Vec<String>,
    /// Not these checks (codes or families).
    pub skip: Vec<String>,
    /// How much the findings of a check matter, by code, whatever the check says itself.
    pub severities: BTreeMap<String, Severity>,
    /// The date of the text, against which the validity of terms is held.
    pub date: Option<Date>,
    /// Words that `custom-word` looks for.
    pub word: Words,
    /// Patterns that `custom-regex` looks for.
    pub regex: Vec<Pattern>,
}

impl Options {
    /// Tells whether a check is asked.
    pub fn asks(&self, about: &super::About) -> bool {
        let named = |list: &[String]| list.iter().any(|n| n == about.code || n == about.family.as_str());
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}
