//! What happened to a base: revisions, each one atomic change with who, when and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Concept, Document, Unit};

/// The number of a base's state; it rises by one with every acknowledged change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The kinds of thing a base holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityKind {
    /// A concept.
    Concept,
    /// A translation unit.
    Unit,
    /// A document.
    Document,
}

/// What became of an entity in one revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is new.
    Added,
    /// It was there and is different now.
    Changed,
    /// It is gone.
    Removed,
}

/// The state of one entity, or that it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Versioned {
    /// A concept as it is from now on.
    Concept(Box<Concept>),
    /// A unit as it is from now on.
    Unit(Box<Unit>),
    /// A document as it is from now on.
    Document(Box<Document>),
    /// The entity is gone.
    Gone(EntityKind, [u8; 16]),
}

impl Versioned {
    /// Returns which entity this is a state of.
    pub fn entity(&self) -> (EntityKind, [u8; 16]) {
        match self {
            Self::Concept(c) => (EntityKind::Concept, c.id.to_bytes()),
            Self::Unit(u) => (EntityKind::Unit, u.id.to_bytes()),
            Self::Document(d) => (EntityKind::Document, d.id.to_bytes()),
            Self::Gone(kind, id) => (*kind, *id),
        }
    }
}

/// One entity's change in one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The revision that made it.
    pub revision: Revision,
    /// The state before; `None` when it was not there.
    pub before: Option<Versioned>,
    /// The state after; `None` when it is gone.
    pub after: Option<Versioned>,
}

/// How many entities a revision touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChangeSummary {
    /// Entities that are new.
    #[serde(default)]
    pub added: u64,
    /// Entities that changed.
    #[serde(default)]
    pub changed: u64,
    /// Entities that are gone.
    #[serde(default)]
    pub removed: u64,
}

/// Who did what to the base, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RevisionRecord {
    /// The revision it made.
    pub revision: Revision,
    /// Who did it.
    #[serde(default)]
    pub who: String,
    /// When, RFC 3339 in UTC.
    #[serde(default)]
    pub when: String,
    /// Why, in the words of whoever did it, or the command.
    #[serde(default)]
    pub why: String,
    /// The files it was read from, by name, where it is an import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// The revision this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Revision>,
    /// How much it touched.
    #[serde(default)]
    pub summary: ChangeSummary,
}
