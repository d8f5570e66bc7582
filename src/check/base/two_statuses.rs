#![doc = include_str!("two-statuses.md")]

use rustc_hash::FxHashMap;

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity};
use crate::text::fold;

/// `two-statuses`
pub struct TwoStatuses;

const ABOUT: About = About {
    code: "two-statuses",
    family: Family::Base,
    severity: Severity::Warning,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("two-statuses.md"),
};

impl Check for TwoStatuses {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        for concept in concepts {
            for section in &concept.languages {
                let mut met: FxHashMap<String, usize> = FxHashMap::default();
                for (at, term) in section.terms.iter().enumerate() {
                    let Some(first) = met.get(&*fold(&term.text)).copied() else {
                        met.insert(fold(&term.text).into_owned(), at);
                        continue;
                    };
                    let first = &section.terms[first];
                    // What differs only in spelling may well be judged differently; the same letters may not.
                    if first.text == term.text
                        && (first.status, first.forbidden) != (term.status, term.forbidden)
                    {
                        let message = format!(
                            "\"{}\" is {} and {} in {}.",
                            term.text,
                            first.standing(),
                            term.standing(),
                            section.lang
                        );
                        let one = about(
                            (ABOUT.code, ABOUT.severity),
                            concept,
                            Some(&section.lang),
                            &term.text,
                            message,
                        );
                        found.push(one.help("leave one of the two"));
                    }
                }
            }
        }
        found
    }
}
