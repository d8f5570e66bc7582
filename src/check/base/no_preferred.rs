#![doc = include_str!("no-preferred.md")]

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity, Status};

/// `no-preferred`
pub struct NoPreferred;

const ABOUT: About = About {
    code: "no-preferred",
    family: Family::Base,
    severity: Severity::Info,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("no-preferred.md"),
};

impl Check for NoPreferred {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        for concept in concepts {
            for section in concept.languages.iter().filter(|s| !s.terms.is_empty()) {
                let judged = section.terms.iter().any(|t| t.status.is_some());
                if judged && !section.terms.iter().any(|t| t.status == Some(Status::Preferred)) {
                    let message = format!("None of the terms in {} is preferred.", section.lang);
                    let first = &section.terms[0].text;
                    let one =
                        about((ABOUT.code, ABOUT.severity), concept, Some(&section.lang), first, message);
                    found.push(one.help("prefer the one that should be written"));
                }
            }
        }
        found
    }
}
