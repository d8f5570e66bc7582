//! Why a store cannot go on.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::model::{ConceptId, Revision, Slug};

/// The store cannot go on; nothing of what was asked has been acknowledged.
#[derive(Debug)]
pub enum StoreError {
    /// The operating system refused.
    Io {
        /// What was being done, as in "reading base/HEAD".
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// The disk, or the user's share of it, is full.
    DiskFull {
        /// What was being done.
        doing: String,
    },
    /// Another writer has the base, and did not finish within the time to wait.
    Held {
        /// Its process, where it said so.
        pid: Option<u32>,
        /// Its command.
        command: String,
        /// Since when, as it said.
        since: String,
    },
    /// What is on the disk is not what was written there.
    Damaged(String),
    /// The folder holds no base.
    NotABase(PathBuf),
    /// There is a base already, or something else, where a new one was to be made.
    Exists(PathBuf),
    /// The base changed since the caller looked.
    Conflict {
        /// The revision the caller builds on.
        expected: Revision,
        /// The revision the base has.
        found: Revision,
    },
    /// A newer wicterm made the base.
    Version {
        /// The format of the base.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// Two concepts want one slug.
    SlugTaken {
        /// The slug.
        slug: Slug,
        /// The concept that has it.
        holder: ConceptId,
    },
    /// What was given cannot be stored.
    Invalid(String),
}

impl StoreError {
    /// Makes an error of what the system said, telling a full disk apart.
    pub fn io(doing: impl Into<String>, source: io::Error) -> Self {
        let doing = doing.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { doing },
            _ => Self::Io { doing, source },
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, source } => write!(f, "{doing}: {source}"),
            Self::DiskFull { doing } => write!(f, "{doing}: no space left on the disk"),
            Self::Held { pid, command, since } => {
                f.write_str("the base is being written by ")?;
                match (command.as_str(), pid) {
                    ("", None) => f.write_str("another process")?,
                    ("", Some(pid)) => write!(f, "process {pid}")?,
                    (command, None) => write!(f, "\"{command}\"")?,
                    (command, Some(pid)) => write!(f, "\"{command}\" (process {pid})")?,
                }
                if since.is_empty() { Ok(()) } else { write!(f, " since {since}") }
            }
            Self::Damaged(what) | Self::Invalid(what) => f.write_str(what),
            Self::NotABase(path) => write!(f, "{} is not a base", path.display()),
            Self::Exists(path) => write!(f, "{} exists and is not empty", path.display()),
            Self::Conflict { expected, found } => {
                write!(f, "the base changed meanwhile: it is at revision {found}, not {expected}")
            }
            Self::Version { found, known } => {
                write!(f, "the base has format {found}; this program knows formats up to {known}")
            }
            Self::SlugTaken { slug, holder } => write!(f, "the slug \"{slug}\" belongs to concept {holder}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
