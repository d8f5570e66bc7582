//! Findings: what is to be said about the user's data, each with a place.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Look at it.
    Warning,
    /// Wrong.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl std::str::FromStr for Severity {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "info" => Ok(Self::Info),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            _ => Err(format!("\"{text}\" is none of error, warning, info")),
        }
    }
}

/// Which side of a bitext a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The source.
    Source,
    /// The target.
    Target,
    /// Both.
    Both,
}

/// Where a finding is: as much as is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
    /// The unit or entry.
    pub unit: Option<String>,
    /// Which side of it.
    pub side: Option<Side>,
    /// Bytes of the original file, half-open; `None` for containers and for the base.
    pub bytes: Option<(u64, u64)>,
    /// Bytes of the segment's own text, half-open.
    pub segment: Option<(u32, u32)>,
}

impl Place {
    /// Makes the place of a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: Some(file.into()), ..Self::default() }
    }

    /// Returns this place at a line, from 1.
    pub fn at_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }
}

/// One thing found in the user's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The code: `term-forbidden`, `read-encoding`; see CONTRACT.
    pub check: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// The text it is about.
    pub surface: Option<String>,
    /// The concept it is about.
    pub concept: Option<String>,
    /// What was found and why it matters: a whole sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The text to put instead.
    pub fix: Option<String>,
    /// Stays the same while the thing found stays the same; empty until the runner sets it.
    pub fingerprint: String,
}

impl Finding {
    /// Makes a finding at a place.
    pub fn new(check: &str, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            severity,
            place,
            surface: None,
            concept: None,
            message: message.into(),
            help: None,
            fix: None,
            fingerprint: String::new(),
        }
    }

    /// Returns this finding with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Returns this finding with the concept it is about.
    pub fn concept(mut self, concept: impl Into<String>) -> Self {
        self.concept = Some(concept.into());
        self
    }
}
