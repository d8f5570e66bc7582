//! What becomes of a concept when a file speaks of it again (DESIGN §5).
//!
//! Nothing that the base knows is lost: what the file adds is added, what it says of an empty
//! field is taken, and where the two disagree somebody decides. Lists are united. Terms are the
//! same when they stand in one language with one text.

use std::fmt::Debug;

use crate::model::{Concept, DataCategory, LanguageSection, Term};

/// Where the base and a file disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What they disagree about, for people: `zh-Hans 网络主权: status`.
    pub about: String,
    /// What the base says.
    pub ours: String,
    /// What the file says.
    pub theirs: String,
}

/// Who wins a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Winner {
    /// The base keeps what it says.
    #[default]
    Ours,
    /// The file's word is taken.
    Theirs,
}

/// Merges `theirs` into `ours`; `decide` is asked about each conflict.
pub fn merge(ours: &mut Concept, theirs: &Concept, decide: &mut dyn FnMut(Conflict) -> Winner) {
    let mut m = Merging { decide, about: String::new() };
    m.scalar("process status", &mut ours.process_status, &theirs.process_status);
    m.scalar("reliability", &mut ours.reliability, &theirs.reliability);
    unite(&mut ours.former_slugs, &theirs.former_slugs);
    unite(&mut ours.foreign_ids, &theirs.foreign_ids);
    unite(&mut ours.subject_fields, &theirs.subject_fields);
    unite(&mut ours.definitions, &theirs.definitions);
    unite(&mut ours.relations, &theirs.relations);
    unite(&mut ours.references, &theirs.references);
    unite(&mut ours.notes, &theirs.notes);
    unite(&mut ours.customers, &theirs.customers);
    unite(&mut ours.projects, &theirs.projects);
    unite(&mut ours.transactions, &theirs.transactions);
    unite_categories(&mut ours.other, &theirs.other);
    for section in &theirs.languages {
        let known = ours.languages.iter_mut().find(|s| s.lang == section.lang);
        match known {
            None => ours.languages.push(section.clone()),
            Some(known) => m.section(known, section),
        }
    }
}

struct Merging<'a> {
    decide: &'a mut dyn FnMut(Conflict) -> Winner,
    about: String,
}

impl Merging<'_> {
    fn section(&mut self, ours: &mut LanguageSection, theirs: &LanguageSection) {
        unite(&mut ours.definitions, &theirs.definitions);
        unite(&mut ours.notes, &theirs.notes);
        unite(&mut ours.references, &theirs.references);
        unite(&mut ours.transactions, &theirs.transactions);
        unite_categories(&mut ours.other, &theirs.other);
        // Two terms of one text in one section are legal: the n-th meets the n-th.
        let mut met: Vec<&str> = vec![];
        for term in &theirs.terms {
            let nth = met.iter().filter(|t| **t == term.text).count();
            met.push(&term.text);
            match ours.terms.iter_mut().filter(|t| t.text == term.text).nth(nth) {
                None => ours.terms.push(term.clone()),
                Some(known) => {
                    self.about = format!("{} {}: ", ours.lang, term.text);
                    self.term(known, term);
                    self.about.clear();
                }
            }
        }
    }

    fn term(&mut self, ours: &mut Term, theirs: &Term) {
        self.scalar("status", &mut ours.status, &theirs.status);
        self.scalar("kind", &mut ours.kind, &theirs.kind);
        self.scalar("of", &mut ours.of, &theirs.of);
        self.scalar("part of speech", &mut ours.part_of_speech, &theirs.part_of_speech);
        self.scalar("gender", &mut ours.gender, &theirs.gender);
        self.scalar("number", &mut ours.number, &theirs.number);
        self.scalar("register", &mut ours.register, &theirs.register);
        self.scalar("region", &mut ours.region, &theirs.region);
        self.scalar("reading", &mut ours.reading, &theirs.reading);
        self.scalar("pattern", &mut ours.pattern, &theirs.pattern);
        self.scalar("reliability", &mut ours.reliability, &theirs.reliability);
        self.scalar("id", &mut ours.foreign_id, &theirs.foreign_id);
        self.scalar("match mode", &mut ours.match_rule.mode, &theirs.match_rule.mode);
        // A file that does not forbid a term is silent about it, so only a prohibition speaks.
        ours.forbidden |= theirs.forbidden;
        ours.match_rule.case_sensitive |= theirs.match_rule.case_sensitive;
        ours.match_rule.do_not_translate |= theirs.match_rule.do_not_translate;
        unite(&mut ours.match_rule.forms, &theirs.match_rule.forms);
        unite(&mut ours.validity, &theirs.validity);
        unite(&mut ours.sources, &theirs.sources);
        unite(&mut ours.contexts, &theirs.contexts);
        unite(&mut ours.definitions, &theirs.definitions);
        unite(&mut ours.relations, &theirs.relations);
        unite(&mut ours.references, &theirs.references);
        unite(&mut ours.notes, &theirs.notes);
        unite(&mut ours.customers, &theirs.customers);
        unite(&mut ours.projects, &theirs.projects);
        unite(&mut ours.transactions, &theirs.transactions);
        unite_categories(&mut ours.other, &theirs.other);
    }

    fn scalar<T: Clone + PartialEq + Debug>(&mut self, what: &str, ours: &mut Option<T>, theirs: &Option<T>) {
        match (&*ours, theirs) {
            (_, None) => {}
            (None, Some(_)) => ours.clone_from(theirs),
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => {
                let plain = |v: &T| format!("{v:?}").trim_matches('"').to_lowercase();
                let conflict =
                    Conflict { about: format!("{}{what}", self.about), ours: plain(a), theirs: plain(b) };
                if (self.decide)(conflict) == Winner::Theirs {
                    ours.clone_from(theirs);
                }
            }
        }
    }
}

fn unite<T: Clone + PartialEq>(ours: &mut Vec<T>, theirs: &[T]) {
    for item in theirs {
        if !ours.contains(item) {
            ours.push(item.clone());
        }
    }
}

/// Data categories are the same wherever among their siblings they stand.
fn unite_categories(ours: &mut Vec<DataCategory>, theirs: &[DataCategory]) {
    for item in theirs {
        let same = |known: &&DataCategory| DataCategory { order: item.order, ..(**known).clone() } == *item;
        if !ours.iter().any(|known| same(&known)) {
            ours.push(item.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Note, Status};

    fn concept(terms: &[(&str, &str, Option<Status>)]) -> Concept {
        let mut concept = Concept::default();
        for (lang, text, status) in terms {
            let term = Term { status: *status, ..Term::new(*text) };
            concept.section_mut(&lang.parse().unwrap()).terms.push(term);
        }
        concept
    }

    #[test]
    fn what_the_base_knows_stays_and_what_the_file_adds_comes_in() {
        let mut ours = concept(&[("en", "cyber sovereignty", Some(Status::Preferred)), ("fr", "x", None)]);
        let mut theirs = concept(&[("en", "cyber sovereignty", None), ("ru", "y", None)]);
        theirs.notes.push(Note::new("new"));
        let before = ours.clone();
        merge(&mut ours, &theirs, &mut |c| panic!("no conflict here: {c:?}"));
        assert_eq!(ours.languages.len(), 3);
        assert_eq!(ours.languages[0], before.languages[0]);
        assert_eq!(ours.notes.len(), 1);
        let again = ours.clone();
        merge(&mut ours, &theirs, &mut |c| panic!("no conflict here: {c:?}"));
        assert_eq!(ours, again, "merging twice is merging once");
    }

    #[test]
    fn a_disagreement_is_put_to_whoever_decides() {
        let base = concept(&[("en", "a", Some(Status::Preferred))]);
        let file = concept(&[("en", "a", Some(Status::Deprecated))]);
        for (winner, status) in [(Winner::Ours, Status::Preferred), (Winner::Theirs, Status::Deprecated)] {
            let (mut ours, mut seen) = (base.clone(), vec![]);
            merge(&mut ours, &file, &mut |c| {
                seen.push(c);
                winner
            });
            assert_eq!(ours.languages[0].terms[0].status, Some(status));
            assert_eq!(seen, [Conflict {
                about: "en a: status".into(),
                ours: "preferred".into(),
                theirs: "deprecated".into()
            }]);
        }
    }
}
