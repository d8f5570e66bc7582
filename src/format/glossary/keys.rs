//! The keys that a concept's file may have, and which of them mean the same.

use crate::model::LanguageTag;

/// Keys at the top of a file; those of languages come besides.
pub(super) const CONCEPT: &[&str] = &[
    "slug",
    "former_slugs",
    "foreign_ids",
    "subject",
    "subjects",
    "subject_fields",
    "process_status",
    "reliability",
    "customer",
    "customers",
    "project",
    "projects",
    "relations",
    "references",
    "definition",
    "definitions",
    "note",
    "notes",
    "transactions",
    "other",
    "language",
];

/// Keys of `[language.…]`.
pub(super) const LANGUAGE: &[&str] =
    &["written", "definition", "definitions", "note", "notes", "references", "transactions", "other"];

/// Keys of a term.
pub(super) const TERM: &[&str] = &[
    "term",
    "status",
    "forbidden",
    "kind",
    "of",
    "valid",
    "part_of_speech",
    "gender",
    "number",
    "register",
    "region",
    "reading",
    "match",
    "forms",
    "case_sensitive",
    "do_not_translate",
    "pattern",
    "reliability",
    "customer",
    "customers",
    "project",
    "projects",
    "foreign_id",
    "source",
    "sources",
    "relations",
    "references",
    "definition",
    "definitions",
    "note",
    "notes",
    "transactions",
    "other",
    "context",
    "contexts",
];

/// Keys that mean the same, the canonical one as it comes: both are a list.
const ALIKE: &[&[&str]] = &[
    &["subject", "subjects", "subject_fields"],
    &["customers", "customer"],
    &["projects", "project"],
    &["definition", "definitions"],
    &["note", "notes"],
    &["sources", "source"],
    &["contexts", "context"],
];

/// Tells whether two keys are names of one thing.
pub(super) fn alike(a: &str, b: &str) -> bool {
    a == b
        || ALIKE.iter().any(|names| names.contains(&a) && names.contains(&b))
        || language(a).is_some_and(|tag| language(b) == Some(tag))
}

/// Reads a key as a language. No key of a concept looks like one.
pub(super) fn language(key: &str) -> Option<LanguageTag> {
    if CONCEPT.contains(&key) { None } else { key.parse().ok() }
}

/// Tells whether a key is that of a language.
pub(super) fn is_language(key: &str) -> bool {
    language(key).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_of_a_concept_is_a_language_tag() {
        for key in CONCEPT {
            assert!(key.parse::<LanguageTag>().is_err(), "{key}");
        }
    }
}
