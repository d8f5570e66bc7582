//! Why the desk could not go on.

use std::fmt;
use std::path::PathBuf;

use crate::format::{ReadError, WriteError};
use crate::model::{Finding, Revision};
use crate::store::StoreError;

/// Why the desk could not go on.
#[derive(Debug)]
pub enum Error {
    /// The store refused.
    Store(StoreError),
    /// A file could not be read on.
    Read(PathBuf, ReadError),
    /// A file could not be written.
    Write(PathBuf, WriteError),
    /// The operating system refused.
    Io(PathBuf, std::io::Error),
    /// No concept goes by this name; others sound like it.
    NoConcept(String, Vec<String>),
    /// Several concepts go by this name.
    Ambiguous(String, Vec<String>),
    /// No unit goes by this name.
    NoUnit(String),
    /// Several units go by this name.
    AmbiguousUnit(String, Vec<String>),
    /// The settings say that this memory is not to be written to.
    ReadOnly(String),
    /// What was asked cannot be done to this data; nothing was written.
    Refused(Vec<Finding>),
    /// No format answers to this name, or none fits this file.
    NoFormat(String),
    /// There is no such revision, or nothing to undo.
    NoRevision(Option<Revision>),
    /// The request contradicts itself.
    Usage(String),
    /// The concept changed while it was being edited.
    Changed(String),
}

impl Error {
    /// Returns the word for it in machine-readable output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(e) => store_code(e),
            Self::Read(..) => "read",
            Self::Write(..) => "write",
            Self::Io(..) => "io",
            Self::NoConcept(..) => "no-concept",
            Self::Ambiguous(..) => "ambiguous",
            Self::NoUnit(_) => "no-unit",
            Self::AmbiguousUnit(..) => "ambiguous",
            Self::ReadOnly(_) => "read-only",
            Self::Refused(_) => "refused",
            Self::NoFormat(_) => "no-format",
            Self::NoRevision(_) => "no-revision",
            Self::Usage(_) => "usage",
            Self::Changed(_) => "changed",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(e) => write!(f, "{e}"),
            Self::Read(path, e) => write!(f, "cannot read {}: {e}", path.display()),
            Self::Write(path, e) => write!(f, "cannot write {}: {e}", path.display()),
            Self::Io(path, e) => write!(f, "{}: {e}", path.display()),
            Self::NoConcept(name, _) => write!(f, "no concept is called \"{name}\""),
            Self::Ambiguous(name, of) => {
                write!(f, "\"{name}\" is a term of {} concepts: {}", of.len(), of.join(", "))
            }
            Self::NoUnit(name) => write!(f, "no translation unit is called \"{name}\""),
            Self::AmbiguousUnit(name, of) => write!(f, "\"{name}\" is {} units: {}", of.len(), of.join(", ")),
            Self::ReadOnly(memory) => {
                write!(f, "the memory \"{memory}\" is read-only; nothing was written")
            }
            Self::Refused(findings) => write!(
                f,
                "nothing was written: {}",
                findings.first().map_or("the data was refused", |finding| finding.message.as_str())
            ),
            Self::NoFormat(what) => f.write_str(what),
            Self::NoRevision(Some(revision)) => write!(f, "there is no revision {revision}"),
            Self::NoRevision(None) => f.write_str("there is nothing to undo"),
            Self::Usage(what) => f.write_str(what),
            Self::Changed(name) => write!(f, "\"{name}\" was changed by somebody else in the meantime"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(e) => Some(e),
            Self::Read(_, e) => Some(e),
            Self::Write(_, e) => Some(e),
            Self::Io(_, e) => Some(e),
            _ => None,
        }
    }
}

fn store_code(e: &StoreError) -> &'static str {
    match e {
        StoreError::Io { .. } => "io",
        StoreError::DiskFull { .. } => "disk-full",
        StoreError::Held { .. } => "held",
        StoreError::Damaged(_) => "damaged",
        StoreError::NotABase(_) => "not-a-base",
        StoreError::Exists(_) => "exists",
        StoreError::Conflict { .. } => "conflict",
        StoreError::Version { .. } => "version",
        StoreError::SlugTaken { .. } => "slug-taken",
        StoreError::Invalid(_) => "invalid",
    }
}

impl From<StoreError> for Error {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}
