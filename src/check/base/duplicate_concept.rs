#![doc = include_str!("duplicate-concept.md")]

use std::collections::BTreeMap;

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity, Status};
use crate::text::fold;

/// `duplicate-concept`
pub struct DuplicateConcept;

const ABOUT: About = About {
    code: "duplicate-concept",
    family: Family::Base,
    severity: Severity::Warning,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("duplicate-concept.md"),
};

impl Check for DuplicateConcept {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        let mut owners: BTreeMap<(&str, String), usize> = BTreeMap::new();
        let mut shared: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
        for (at, concept) in concepts.iter().enumerate() {
            for (lang, term) in concept.terms().filter(|(_, t)| t.status == Some(Status::Preferred)) {
                match owners.get(&(lang.as_str(), fold(&term.text).into_owned())) {
                    Some(other) if *other != at => {
                        shared.entry((*other, at)).or_default().push(lang.as_str())
                    }
                    Some(_) => {}
                    None => drop(owners.insert((lang.as_str(), fold(&term.text).into_owned()), at)),
                }
            }
        }
        for ((one, other), langs) in shared.iter().filter(|(_, langs)| langs.len() > 1) {
            let (one, other) = (concepts[*one], concepts[*other]);
            let message = format!(
                "{} and {} have the same preferred terms in {}.",
                other.name(),
                one.name(),
                langs.join(", ")
            );
            let finding = about((ABOUT.code, ABOUT.severity), other, None, &other.name(), message);
            found.push(finding.help(format!(
                "if they are one: wicterm merge {} {}",
                one.name(),
                other.name()
            )));
        }
        found
    }
}
