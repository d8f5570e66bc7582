#![doc = include_str!("no-context.md")]

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity};

/// `no-context`
pub struct NoContext;

const ABOUT: About = About {
    code: "no-context",
    family: Family::Base,
    severity: Severity::Info,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("no-context.md"),
};

impl Check for NoContext {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        for concept in concepts {
            let mut terms = concept.terms().peekable();
            if terms.peek().is_some() && terms.all(|(_, t)| t.contexts.is_empty()) {
                let message = "No term of it is shown in use.".to_owned();
                let one = about((ABOUT.code, ABOUT.severity), concept, None, &concept.name(), message);
                found.push(one.help("add a snippet to one of its terms"));
            }
        }
        found
    }
}
