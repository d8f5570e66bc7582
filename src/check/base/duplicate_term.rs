#![doc = include_str!("duplicate-term.md")]

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity};
use crate::text::fold;

/// `duplicate-term`
pub struct DuplicateTerm;

const ABOUT: About = About {
    code: "duplicate-term",
    family: Family::Base,
    severity: Severity::Warning,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("duplicate-term.md"),
};

impl Check for DuplicateTerm {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        for concept in concepts {
            for section in &concept.languages {
                for (at, term) in section.terms.iter().enumerate() {
                    let folded = fold(&term.text);
                    let same = section.terms[..at].iter().find(|t| {
                        (t.status, t.forbidden, t.kind) == (term.status, term.forbidden, term.kind)
                            && fold(&t.text) == folded
                    });
                    if let Some(first) = same {
                        let message = format!(
                            "\"{}\" and \"{}\" are one term in {}.",
                            first.text, term.text, section.lang
                        );
                        let one = about(
                            (ABOUT.code, ABOUT.severity),
                            concept,
                            Some(&section.lang),
                            &term.text,
                            message,
                        );
                        found.push(one.help("leave one of the two; recognition sees no difference"));
                    }
                }
            }
        }
        found
    }
}
