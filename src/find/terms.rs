//! The terms of a base as recognition and the checks need them: texts, judgements and rules, no sources.

use crate::model::{Concept, Date, LanguageTag, MatchRule, Period, Status, Term, TermKind};

/// The terms of many concepts, in an order that does not depend on their ids.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    concepts: Vec<KnownConcept>,
}

/// A concept with its terms.
#[derive(Debug, Clone)]
pub struct KnownConcept {
    /// The name to call it by.
    pub name: String,
    /// Its terms, language by language as they stand.
    pub terms: Vec<KnownTerm>,
}

/// A term, without what says where it comes from.
#[derive(Debug, Clone)]
pub struct KnownTerm {
    /// Its language.
    pub lang: LanguageTag,
    /// The literal text.
    pub text: String,
    /// Today's judgement, if there is one.
    pub status: Option<Status>,
    /// Whether its use is ruled out.
    pub forbidden: bool,
    /// What kind of designation it is.
    pub kind: Option<TermKind>,
    /// The term that it shortens or varies.
    pub of: Option<String>,
    /// When it counted as admitted.
    pub validity: Vec<Period>,
    /// How it is recognised.
    pub rule: MatchRule,
    /// A pattern that also recognises it.
    pub pattern: Option<String>,
}

/// What is thought of a term in a text of some date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judgement {
    /// The one to write.
    Preferred,
    /// May be written; also what was admitted at the date of the text.
    Admitted,
    /// Nobody vouches for it yet.
    Proposed,
    /// Not to be written, or not any more.
    Deprecated,
    /// Ruled out.
    Forbidden,
}

impl Terms {
    /// Gathers the terms of concepts, in whatever order they come.
    pub fn of(concepts: impl IntoIterator<Item = Concept>) -> Self {
        let mut concepts: Vec<KnownConcept> = concepts.into_iter().map(KnownConcept::from).collect();
        concepts.sort_by(|a, b| a.name.cmp(&b.name));
        Self { concepts }
    }

    /// Returns the concepts, by name.
    pub fn concepts(&self) -> &[KnownConcept] {
        &self.concepts
    }

    /// Returns a concept by its place in [`Terms::concepts`].
    pub fn concept(&self, at: u32) -> &KnownConcept {
        &self.concepts[at as usize]
    }
}

impl From<Concept> for KnownConcept {
    fn from(concept: Concept) -> Self {
        let name = concept.name();
        let known = |lang: &LanguageTag, term: Term| KnownTerm {
            lang: lang.clone(),
            text: term.text,
            status: term.status,
            forbidden: term.forbidden,
            kind: term.kind,
            of: term.of,
            validity: term.validity,
            rule: term.match_rule,
            pattern: term.pattern,
        };
        let sections = concept.languages.into_iter();
        let terms = sections.flat_map(|s| s.terms.into_iter().map(move |t| known(&s.lang, t))).collect();
        Self { name, terms }
    }
}

impl KnownConcept {
    /// Iterates over the terms to expect in a text of a language: of its own sections, or where there are
    /// none of the nearest ones (`zh-Hant-TW`, `zh-Hant`, `zh`; a text that is only `zh` may hold any).
    pub fn terms_in<'a>(&'a self, lang: &LanguageTag) -> impl Iterator<Item = &'a KnownTerm> + use<'a> {
        let serving = lang.fallbacks().find(|l| self.terms.iter().any(|t| t.lang.serves(l)));
        self.terms.iter().filter(move |t| serving.as_ref().is_some_and(|l| t.lang.serves(l)))
    }

    /// Returns the term to recommend in a language for a text of some date.
    pub fn best(&self, lang: &LanguageTag, date: Option<&Date>) -> Option<&KnownTerm> {
        self.terms_in(lang).filter(|t| t.judged(date) <= Judgement::Admitted).min_by_key(|t| t.judged(date))
    }
}

impl KnownTerm {
    /// Returns what is thought of it in a text of this date; without a date today's status holds.
    pub fn judged(&self, date: Option<&Date>) -> Judgement {
        if self.forbidden {
            return Judgement::Forbidden;
        }
        match self.status {
            Some(Status::Preferred) => Judgement::Preferred,
            Some(Status::Admitted) | None => Judgement::Admitted,
            Some(_) if date.is_some_and(|d| self.validity.iter().any(|p| p.overlaps(d))) => {
                Judgement::Admitted
            }
            Some(Status::Proposed) => Judgement::Proposed,
            Some(Status::Superseded | Status::Deprecated) => Judgement::Deprecated,
        }
    }
}
