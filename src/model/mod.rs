//! The nouns: concepts, terms, units, segments, languages, dates, changes and findings.
//!
//! Everything in wicterm speaks in these types, and they stand on the ground: no file,
//! no clock, no randomness here, only values and what can be said of them alone. Names
//! follow ISO 30042 (TBX), ISO 16642 (the terminological entry) and TMX 1.4.
//!
//! The same serde shapes serve the store, `dump`, the JSON Lines format and the glossary
//! folder, so a field added here travels everywhere; every field but the identifying ones
//! has a default and is left out when it is empty, so that records written last year load.

mod change;
mod concept;
mod date;
mod finding;
mod id;
mod lang;
mod unit;

pub use change::{Action, Change, ChangeSummary, EntityKind, Revision, RevisionRecord, Versioned};
pub use concept::{
    Concept, Context, ContextKind, DataCategory, Definition, ForeignId, Gender, LanguageSection, Level,
    MatchMode, MatchRule, Note, Number, Period, Reference, ReferenceKind, Register, Relation, RelationKind,
    Source, Status, Term, TermKind, Transaction,
};
pub use date::{Date, DateError};
pub use finding::{Finding, Place, Severity, Side};
pub use id::{ConceptId, DocumentId, IdError, Slug, SlugError, UnitId};
pub use lang::{LanguageTag, LanguageTagError};
pub use unit::{Attributes, Edge, Inline, InlineKind, Native, Property, Segment, Unit, UnitOrigin, Variant};

/// A document of the corpus: dated prose with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    /// The document's identity, for ever.
    pub id: DocumentId,
    /// Its headline, as printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The outlet that published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// The day, month or year of publication; never guessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The language of the text.
    pub lang: LanguageTag,
    /// Where it stands on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The text itself; offsets elsewhere are bytes of this string.
    pub text: String,
}
