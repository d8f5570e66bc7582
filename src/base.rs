//! The desk: a base opened with everything that works on it.
//!
//! The command line, and later the API, sit at this desk and own no logic of their own: look
//! up, add, change, import, export, undo. The desk hands the finders what the store keeps, and
//! the store what the formats read. Who, when and why come from whoever sits here.

mod ahead;
mod alike;
mod analyse;
mod check;
mod concordance;
mod error;
mod export;
mod headers;
mod import;
mod interrupted;
mod keep;
mod leverage;
mod merge;
mod packed;
mod pretranslate;
mod recode;
mod texts;
mod undo;
mod units;

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::time::Duration;

pub use analyse::{Amount, AnalyseOptions, Analysis, Band};
pub use check::{Fixes, Work};
pub use concordance::{Occurrence, Origin, Search};
pub use error::Error;
pub use export::{ExportOptions, Selection, companion_of};
pub use import::{Conflicts, ImportOptions, ImportReport, MOST_FINDINGS, Source};
pub use merge::{Conflict, Winner};
pub use packed::Packed;
pub use pretranslate::{LeftEmpty, Pretranslated, Pretranslating, Pretranslation};
pub use texts::texts_of_rows;
pub use undo::{ChangedSince, Undone};
pub use units::{
    MemoryCount, Named, Progress, PropertyIs, Split, SplitFile, UnitFilter, WrittenUnit, codes, last_day,
    last_user, retold, unit_from_toml, unit_to_toml, variant, with_codes,
};

use crate::find::lookup::{self, Candidate, Hit, Question, TermIndex};
use crate::model::{
    Change, Concept, ConceptId, EntityKind, Finding, LanguageTag, Place, Revision, Severity, Slug, Status,
    TermKind, Versioned,
};
use crate::store::{Draft, Query, Snapshot, Store, StoreError, Who};
use crate::text::{self, KeyClass};

/// A base, open.
pub struct Base {
    store: Store,
    snapshot: Snapshot,
    /// How long to wait for another writer.
    pub wait: Duration,
    /// The memories that are not to be written to.
    pub read_only: Vec<String>,
}

/// What came of looking a phrase up.
#[derive(Debug, Clone)]
pub struct Answers {
    /// The concepts, best first.
    pub answers: Vec<Answer>,
    /// Whether these are only guesses at what was meant, because nothing was found.
    pub near: bool,
}

/// A concept that answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// How and how well it matched.
    pub hit: Hit,
    /// The literal text of the term that matched.
    pub matched: String,
    /// The whole concept.
    pub concept: Concept,
}

/// Where a new concept or term goes when its term is known already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Placement {
    /// Nowhere: say so instead.
    #[default]
    Ask,
    /// Into a concept of its own.
    New,
    /// Into this concept.
    Into(String),
}

/// What a change left behind.
#[derive(Debug, Clone)]
pub struct Written {
    /// The state that holds it.
    pub revision: Revision,
    /// The concept as it is now.
    pub concept: Concept,
    /// What is to be said about it.
    pub findings: Vec<Finding>,
}

impl Base {
    /// Makes a new base in a folder that is empty or not there.
    pub fn create(dir: &Path) -> Result<Self, Error> {
        Self::over(Store::create(dir)?)
    }

    /// Opens the base in a folder.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        Self::over(Store::open(dir)?)
    }

    /// Takes away a base in which nothing was ever written; any other stays.
    pub fn discard_empty(dir: &Path) -> Result<(), Error> {
        Ok(Store::discard_empty(dir)?)
    }

    /// Makes a base in memory, for tests and for work that leaves nothing behind.
    pub fn memory() -> Result<Self, Error> {
        Self::over(Store::memory())
    }

    fn over(store: Store) -> Result<Self, Error> {
        let snapshot = store.snapshot()?;
        Ok(Self { store, snapshot, wait: Duration::from_secs(10), read_only: vec![] })
    }

    /// Returns the state that this desk reads.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Looks a phrase up.
    pub fn lookup(&self, question: &Question) -> Result<Answers, Error> {
        let index = Index { snapshot: &self.snapshot, texts: RefCell::default() };
        let mut hits = lookup::lookup(question, &index)?;
        let near = hits.is_empty();
        if near {
            hits = lookup::near_misses(question, &index)?;
        }
        let mut answers = vec![];
        for hit in hits {
            let Some(concept) = self.snapshot.concept(hit.candidate.concept)? else { continue };
            let matched = index.text(&hit.candidate)?.unwrap_or_default();
            answers.push(Answer { hit, matched, concept });
        }
        Ok(Answers { answers, near })
    }

    /// Returns the concept that goes by this name: a slug (also a former one), an id, or a term
    /// that only one concept has.
    pub fn find(&self, name: &str) -> Result<Concept, Error> {
        if let Some(concept) = self.snapshot.concept_by_slug(name)? {
            return Ok(concept);
        }
        if let Ok(id) = name.parse::<ConceptId>()
            && let Some(concept) = self.snapshot.concept(id)?
        {
            return Ok(concept);
        }
        let mut owners: Vec<ConceptId> = vec![];
        for hit in self.snapshot.keys_exact(KeyClass::Folded, &text::fold(name))? {
            if !owners.contains(&hit.concept) {
                owners.push(hit.concept);
            }
        }
        let concepts: Vec<Concept> = owners
            .iter()
            .filter_map(|id| self.snapshot.concept(*id).transpose())
            .collect::<Result<_, StoreError>>()?;
        match concepts.len() {
            1 => Ok(concepts.into_iter().next().unwrap_or_default()),
            0 => {
                let question = Question { query: name.to_owned(), lang: None, limit: 3 };
                let near = self.lookup(&question)?.answers.iter().map(|a| a.concept.name()).collect();
                Err(Error::NoConcept(name.to_owned(), near))
            }
            _ => Err(Error::Ambiguous(name.to_owned(), concepts.iter().map(Concept::name).collect())),
        }
    }

    /// Returns the concept that is gone and went by this id or slug, the one that went last.
    pub fn find_gone(&self, name: &str) -> Result<Option<ConceptId>, Error> {
        if let Ok(id) = name.parse::<ConceptId>() {
            let known = self.snapshot.history(EntityKind::Concept, &id.to_bytes())?;
            return Ok(Some(id).filter(|_| !known.is_empty()));
        }
        let Ok(slug) = name.parse::<Slug>() else { return Ok(None) };
        for record in self.snapshot.revisions() {
            let record = record?;
            // Nobody waits for a look through a million units that an undone import took along.
            if !(1..=MOST_REMOVED).contains(&record.summary.removed) {
                continue;
            }
            for change in self.snapshot.changes_of(record.revision)? {
                if let Change { before: Some(Versioned::Concept(c)), after: None, .. } = change?
                    && (c.slug.as_ref() == Some(&slug) || c.former_slugs.contains(&slug))
                {
                    return Ok(Some(c.id));
                }
            }
        }
        Ok(None)
    }

    /// Iterates over the concepts that a query selects, by slug.
    pub fn concepts(&self, query: &Query) -> impl Iterator<Item = Result<Concept, StoreError>> + use<> {
        self.snapshot.concepts(query)
    }

    /// Adds a concept, or its terms to an existing one.
    ///
    /// A term that stands in another concept already is a finding that names it
    /// ([`Error::Refused`]), unless the placement says where to put it.
    pub fn add(&mut self, concept: Concept, placement: &Placement, who: Who) -> Result<Written, Error> {
        let mut findings = vec![];
        let mut target = match placement {
            Placement::Into(name) => Some(self.find(name)?),
            _ => None,
        };
        if let Some(target) = &mut target {
            if concept.slug.is_some() && concept.slug != target.slug {
                return Err(Error::Usage(
                    "a concept that exists keeps its slug; rename it with edit".to_owned(),
                ));
            }
            let known = target.clone();
            findings = self.same_terms_elsewhere(&concept, &known)?;
            let mut conflicts = vec![];
            merge::merge(target, &Concept { slug: None, ..concept }, None, &mut |conflict| {
                conflicts.push(conflict);
                Winner::Theirs
            });
            for c in conflicts {
                findings.push(Finding::new(
                    "term-changed",
                    Severity::Info,
                    Place::default(),
                    format!("{}: was {}, is {} now", c.about, c.ours, c.theirs),
                ));
            }
            give_standing(target, &known);
        } else {
            findings = self.same_terms_elsewhere(&concept, &Concept::default())?;
            if !findings.is_empty() && *placement == Placement::Ask {
                for finding in &mut findings {
                    let name = finding.concept.clone().unwrap_or_default();
                    finding.severity = Severity::Error;
                    finding.help =
                        Some(format!("add it there with --into {name}, or make another concept with --new"));
                }
                return Err(Error::Refused(findings));
            }
            target = Some(concept);
        }
        let target = target.unwrap_or_default();
        let mut draft = self.begin(who)?;
        if let Some(slug) = &target.slug {
            slug_is_free(slug, target.id, &draft)?;
        }
        let target = settle(target, &mut draft)?;
        draft.put(Versioned::Concept(Box::new(target.clone())))?;
        let revision = self.commit(draft, None)?;
        propose_merges(&mut findings, &target);
        Ok(Written { revision, concept: target, findings })
    }

    /// Puts a concept in the place of what it was at `expecting`; [`Error::Changed`] when
    /// somebody else was faster.
    pub fn replace(&mut self, before: &Concept, after: Concept, who: Who) -> Result<Written, Error> {
        let mut draft = self.begin(who)?;
        if draft.snapshot().concept(before.id)?.as_ref() != Some(before) {
            return Err(Error::Changed(before.name()));
        }
        let mut after = Concept { id: before.id, ..after };
        if after.slug != before.slug
            && let Some(old) = &before.slug
        {
            after.former_slugs.retain(|s| Some(s) != after.slug.as_ref());
            if !after.former_slugs.contains(old) {
                after.former_slugs.push(old.clone());
            }
            if let Some(slug) = &after.slug {
                slug_is_free(slug, before.id, &draft)?;
            }
        }
        let mut findings = self.same_terms_elsewhere(&after, before)?;
        let after = settle(after, &mut draft)?;
        if after == *before {
            return Ok(Written { revision: self.snapshot.revision(), concept: after, findings: vec![] });
        }
        draft.put(Versioned::Concept(Box::new(after.clone())))?;
        let revision = self.commit(draft, None)?;
        propose_merges(&mut findings, &after);
        Ok(Written { revision, concept: after, findings })
    }

    /// Removes a concept.
    pub fn remove(&mut self, concept: &Concept, who: Who) -> Result<Revision, Error> {
        let mut draft = self.begin(who)?;
        draft.put(Versioned::Gone(EntityKind::Concept, concept.id.to_bytes()))?;
        self.commit(draft, None)
    }

    /// Moves everything that `gone` holds into `kept`, and lets its names lead there.
    pub fn merge(
        &mut self,
        kept: &Concept,
        gone: &Concept,
        winner: Winner,
        who: Who,
    ) -> Result<Written, Error> {
        if kept.id == gone.id {
            return Err(Error::Usage(format!("\"{}\" cannot be merged with itself", kept.name())));
        }
        let mut whole = kept.clone();
        let mut findings = vec![];
        merge::merge(&mut whole, gone, None, &mut |c| {
            let wins = if winner == Winner::Ours { &c.ours } else { &c.theirs };
            findings.push(Finding::new(
                "merge-conflict",
                Severity::Warning,
                Place::default(),
                format!("{}: {} against {}; {wins} stays", c.about, c.ours, c.theirs),
            ));
            winner
        });
        findings.extend(one_preferred(&mut whole, if winner == Winner::Ours { kept } else { gone }));
        if let Some(slug) = &gone.slug {
            whole.former_slugs.push(slug.clone());
        }
        // A concept does not stand in relation to itself.
        let names =
            |c: &Concept| c.slug.iter().chain(&c.former_slugs).map(|s| s.to_string()).collect::<Vec<_>>();
        let own = names(&whole);
        whole.relations.retain(|r| !own.contains(&r.target));
        let mut draft = self.begin(who)?;
        let settled = draft.snapshot().concept(kept.id)?.as_ref() == Some(kept)
            && draft.snapshot().concept(gone.id)?.as_ref() == Some(gone);
        if !settled {
            return Err(Error::Changed(kept.name()));
        }
        draft.put(Versioned::Gone(EntityKind::Concept, gone.id.to_bytes()))?;
        draft.put(Versioned::Concept(Box::new(whole.clone())))?;
        let revision = self.commit(draft, None)?;
        Ok(Written { revision, concept: whole, findings })
    }

    /// Finds the terms that are new in this concept, against what it was, and that other concepts have in
    /// the same language.
    fn same_terms_elsewhere(&self, concept: &Concept, was: &Concept) -> Result<Vec<Finding>, Error> {
        let mut findings: Vec<Finding> = vec![];
        for (lang, term) in concept.terms() {
            if was.terms_in(lang).any(|t| t.text == term.text) {
                continue;
            }
            for hit in self.snapshot.keys_exact(KeyClass::Folded, &text::fold(&term.text))? {
                if hit.concept == concept.id || hit.concept == was.id || hit.lang != *lang {
                    continue;
                }
                let Some(other) = self.snapshot.concept(hit.concept)? else { continue };
                let name = other.name();
                if findings.iter().any(|f| f.concept.as_deref() == Some(&name)) {
                    continue;
                }
                let message = format!("\"{}\" ({lang}) is a term of the concept {name} already", term.text);
                let mut finding =
                    Finding::new("duplicate-term", Severity::Warning, Place::default(), message)
                        .concept(name.clone());
                finding.surface = Some(term.text.clone());
                findings.push(finding);
            }
        }
        Ok(findings)
    }

    /// Returns a setting of the base.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.snapshot.settings().get(name).cloned())
    }

    fn begin(&self, who: Who) -> Result<Draft, Error> {
        Ok(self.store.begin(who, self.wait)?)
    }

    fn commit(&mut self, draft: Draft, expecting: Option<Revision>) -> Result<Revision, Error> {
        let revision = draft.commit(expecting)?;
        self.snapshot = self.store.snapshot()?;
        Ok(revision)
    }
}

/// Where a merge brought a second preferred term into a language, lets the one stay that `believed` prefers.
fn one_preferred(concept: &mut Concept, believed: &Concept) -> Vec<Finding> {
    let mut findings = vec![];
    for section in &mut concept.languages {
        let prefers = |text: &str| {
            believed.terms_in(&section.lang).any(|t| t.text == text && t.status == Some(Status::Preferred))
        };
        let Some(stays) = section.terms.iter().find(|t| prefers(&t.text)).map(|t| t.text.clone()) else {
            continue;
        };
        for term in &mut section.terms {
            if term.status == Some(Status::Preferred) && !prefers(&term.text) {
                term.status = Some(Status::Admitted);
                let message =
                    format!("{} {}: was preferred, is admitted now beside {stays}", section.lang, term.text);
                findings.push(Finding::new("merge-conflict", Severity::Warning, Place::default(), message));
            }
        }
    }
    findings
}

/// Says what to do about terms that other concepts have too, now that the concept stands.
fn propose_merges(findings: &mut [Finding], concept: &Concept) {
    for finding in findings.iter_mut().filter(|f| f.check == "duplicate-term") {
        if let Some(other) = &finding.concept {
            finding.help = Some(format!("if they are one concept: wicterm merge {other} {}", concept.name()));
        }
    }
}

/// Gives the terms that joined a concept a status where nobody named one: preferred where the language had
/// no preferred term, else admitted; a variant is admitted.
fn give_standing(concept: &mut Concept, was: &Concept) {
    for section in &mut concept.languages {
        let mut taken = section.terms.iter().any(|t| t.status == Some(Status::Preferred));
        for term in &mut section.terms {
            if term.status.is_some() || was.terms_in(&section.lang).any(|t| t.text == term.text) {
                continue;
            }
            let preferred = !taken && term.kind != Some(TermKind::Variant);
            taken |= preferred;
            term.status = Some(if preferred { Status::Preferred } else { Status::Admitted });
        }
    }
}

/// The most that a revision may have removed to be searched for what is gone.
const MOST_REMOVED: u64 = 10_000;

/// The memory that units go to where nobody names one.
pub const MEMORY: &str = "main";

/// Refuses a slug that somebody asked for and another concept has, or had.
fn slug_is_free(slug: &Slug, own: ConceptId, draft: &Draft) -> Result<(), Error> {
    match draft.snapshot().concept_by_slug(slug.as_str())? {
        Some(other) if other.id != own => {
            Err(Error::Usage(format!("the slug {slug} belongs to \"{}\"", other.name())))
        }
        _ => Ok(()),
    }
}

/// Gives a concept what it needs to be stored: an id, and a slug that is its own.
fn settle(mut concept: Concept, draft: &mut Draft) -> Result<Concept, Error> {
    if concept.id.is_nil() {
        concept.id = ConceptId::from_bytes(random()?);
    }
    let id = concept.id;
    let wish = match concept.slug.take() {
        Some(slug) => slug,
        None => proposed_slug(&concept),
    };
    let taken = draft.id_by_slug(wish.as_str())?.is_some_and(|other| other != id);
    concept.slug = Some(if taken { wish.with_suffix(&id.to_string()[..6]) } else { wish });
    Ok(concept)
}

/// A slug from the best English term, else from any term, else from the id.
fn proposed_slug(concept: &Concept) -> Slug {
    let english = LanguageTag::english();
    let best = concept.best_term(&english).map(|t| (&english, t));
    let by_standing = concept.terms().min_by_key(|(_, t)| (t.forbidden, t.standing()));
    best.into_iter()
        .chain(by_standing)
        .find_map(|(lang, term)| Slug::from_ascii_words(&text::slug_words(&term.text, lang)?))
        .unwrap_or_else(|| Slug::of_id(concept.id))
}

/// Returns 16 random bytes.
fn random() -> Result<[u8; 16], Error> {
    thread_local! {
        // One system call serves many ids: a big import asks for millions.
        static POOL: RefCell<(Vec<u8>, usize)> = const { RefCell::new((Vec::new(), 0)) };
    }
    POOL.with_borrow_mut(|(pool, used)| {
        if *used + 16 > pool.len() {
            pool.resize(4096, 0);
            getrandom::fill(pool)
                .map_err(|e| Error::Io("random numbers".into(), std::io::Error::other(e.to_string())))?;
            *used = 0;
        }
        let mut id = [0; 16];
        id.copy_from_slice(&pool[*used..*used + 16]);
        *used += 16;
        Ok(id)
    })
}

/// The snapshot as the finder sees it.
struct Index<'a> {
    snapshot: &'a Snapshot,
    texts: RefCell<HashMap<ConceptId, Option<Concept>>>,
}

impl TermIndex for Index<'_> {
    type Error = StoreError;

    fn exact(&self, class: KeyClass, key: &str) -> Result<Vec<Candidate>, StoreError> {
        Ok(self.snapshot.keys_exact(class, key)?.into_iter().map(candidate).collect())
    }

    fn prefix(&self, class: KeyClass, prefix: &str, limit: usize) -> Result<Vec<Candidate>, StoreError> {
        Ok(self.snapshot.keys_prefix(class, prefix, limit)?.into_iter().map(candidate).collect())
    }

    fn containing(&self, part: &str, limit: usize) -> Result<Vec<Candidate>, StoreError> {
        Ok(self.snapshot.keys_containing(part, limit)?.into_iter().map(candidate).collect())
    }

    fn near(&self, key: &str, distance: usize, limit: usize) -> Result<Vec<Candidate>, StoreError> {
        Ok(self.snapshot.keys_near(key, distance, limit)?.into_iter().map(candidate).collect())
    }

    fn text(&self, candidate: &Candidate) -> Result<Option<String>, StoreError> {
        let mut texts = self.texts.borrow_mut();
        let concept = match texts.entry(candidate.concept) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(self.snapshot.concept(candidate.concept)?),
        };
        let text = concept.as_ref().and_then(|c| {
            let section = c.languages.get(usize::from(candidate.section))?;
            section.terms.get(usize::from(candidate.term)).map(|t| t.text.clone())
        });
        Ok(text)
    }
}

fn candidate(hit: crate::store::KeyHit) -> Candidate {
    Candidate {
        concept: hit.concept,
        section: hit.section,
        term: hit.term,
        lang: hit.lang,
        status: hit.status,
        forbidden: hit.forbidden,
        key: hit.key,
    }
}
