//! What becomes of a concept when a file speaks of it again (DESIGN §5).
//!
//! Nothing that the base knows is lost: what the file adds is added, what it says of an empty
//! field is taken, and where the two disagree somebody decides. Lists are united. Terms are the
//! same when they stand in one language with one text.
//!
//! Somebody decides only where both have changed: what the base still says as this file left it
//! last time is the file's to change. What it said then is the *ancestor*.

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

/// The fields of a term that hold one value, with what to call them.
macro_rules! term_scalars {
    ($each:ident) => {
        $each! {
            "status" status,
            "kind" kind,
            "of" of,
            "part of speech" part_of_speech,
            "gender" gender,
            "number" number,
            "register" register,
            "region" region,
            "reading" reading,
            "pattern" pattern,
            "reliability" reliability,
            "id" foreign_id,
            "match mode" match_rule.mode,
        }
    };
}

/// Returns what a file must have said, judging by what its import made of a concept; fields that
/// the import left as they were are empty, for the file may have been silent or not believed.
pub fn said(before: Option<&Concept>, after: &Concept) -> Concept {
    let mut said = after.clone();
    let Some(before) = before else { return said };
    if before.process_status == said.process_status {
        said.process_status = None;
    }
    if before.reliability == said.reliability {
        said.reliability = None;
    }
    for section in &mut said.languages {
        let Some(old) = before.section(&section.lang) else { continue };
        let mut met: Vec<String> = vec![];
        for term in &mut section.terms {
            let nth = met.iter().filter(|t| **t == term.text).count();
            met.push(term.text.clone());
            let Some(old) = old.terms.iter().filter(|t| t.text == term.text).nth(nth) else { continue };
            macro_rules! forget_unchanged {
                ($($name:literal $($field:ident).+,)+) => {
                    $(if old.$($field).+ == term.$($field).+ {
                        term.$($field).+ = None;
                    })+
                };
            }
            term_scalars!(forget_unchanged);
        }
    }
    said
}

/// Merges `theirs` into `ours`; `decide` is asked about each conflict. `ancestor` is what
/// this file said when it was believed last ([`said`]), if it ever was.
pub fn merge(
    ours: &mut Concept,
    theirs: &Concept,
    ancestor: Option<&Concept>,
    decide: &mut dyn FnMut(Conflict) -> Winner,
) {
    let mut m = Merging { decide, about: String::new() };
    let old = ancestor.map(|a| (&a.process_status, &a.reliability));
    m.scalar("process status", &mut ours.process_status, &theirs.process_status, old.map(|o| o.0));
    m.scalar("reliability", &mut ours.reliability, &theirs.reliability, old.map(|o| o.1));
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
            Some(known) => m.section(known, section, ancestor.and_then(|a| a.section(&section.lang))),
        }
    }
}

struct Merging<'a> {
    decide: &'a mut dyn FnMut(Conflict) -> Winner,
    about: String,
}

impl Merging<'_> {
    fn section(
        &mut self,
        ours: &mut LanguageSection,
        theirs: &LanguageSection,
        old: Option<&LanguageSection>,
    ) {
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
                    let old = old.and_then(|s| s.terms.iter().filter(|t| t.text == term.text).nth(nth));
                    self.term(known, term, old);
                    self.about.clear();
                }
            }
        }
    }

    fn term(&mut self, ours: &mut Term, theirs: &Term, old: Option<&Term>) {
        macro_rules! merge_scalar {
            ($($name:literal $($field:ident).+,)+) => {
                $(self.scalar($name, &mut ours.$($field).+, &theirs.$($field).+, old.map(|o| &o.$($field).+));)+
            };
        }
        term_scalars!(merge_scalar);
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

    fn scalar<T: Clone + PartialEq + Debug>(
        &mut self,
        what: &str,
        ours: &mut Option<T>,
        theirs: &Option<T>,
        old: Option<&Option<T>>,
    ) {
        match (&*ours, theirs) {
            (_, None) => {}
            (None, Some(_)) => ours.clone_from(theirs),
            (Some(a), Some(b)) if a == b => {}
            // Nobody but the file has spoken since: it may correct itself.
            (Some(_), Some(_)) if old == Some(&*ours) => ours.clone_from(theirs),
            // The file says what it said before, and somebody knew better.
            (Some(_), Some(_)) if old == Some(theirs) => {}
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
        merge(&mut ours, &theirs, None, &mut |c| panic!("no conflict here: {c:?}"));
        assert_eq!(ours.languages.len(), 3);
        assert_eq!(ours.languages[0], before.languages[0]);
        assert_eq!(ours.notes.len(), 1);
        let again = ours.clone();
        merge(&mut ours, &theirs, None, &mut |c| panic!("no conflict here: {c:?}"));
        assert_eq!(ours, again, "merging twice is merging once");
    }

    #[test]
    fn a_disagreement_is_put_to_whoever_decides() {
        let base = concept(&[("en", "a", Some(Status::Preferred))]);
        let file = concept(&[("en", "a", Some(Status::Deprecated))]);
        for (winner, status) in [(Winner::Ours, Status::Preferred), (Winner::Theirs, Status::Deprecated)] {
            let (mut ours, mut seen) = (base.clone(), vec![]);
            merge(&mut ours, &file, None, &mut |c| {
                seen.push(c);
                winner
            });
            assert_eq!(ours.languages[0].terms[0].status, Some(status));
            assert_eq!(
                seen,
                [Conflict {
                    about: "en a: status".into(),
                    ours: "preferred".into(),
                    theirs: "deprecated".into()
                }]
            );
        }
    }

    #[test]
    fn a_file_may_correct_itself_but_not_whoever_knew_better() {
        let [preferred, admitted, deprecated] = [Status::Preferred, Status::Admitted, Status::Deprecated]
            .map(|s| concept(&[("en", "a", Some(s))]));
        let merged = |base: &Concept, file: &Concept, ancestor: &Concept| {
            let (mut ours, mut conflicts) = (base.clone(), 0);
            merge(&mut ours, file, Some(ancestor), &mut |_| {
                conflicts += 1;
                Winner::Ours
            });
            (ours, conflicts)
        };
        assert_eq!(merged(&preferred, &deprecated, &preferred), (deprecated.clone(), 0));
        assert_eq!(merged(&admitted, &preferred, &preferred), (admitted.clone(), 0));
        assert_eq!(merged(&admitted, &deprecated, &preferred), (admitted.clone(), 1));
    }
}
