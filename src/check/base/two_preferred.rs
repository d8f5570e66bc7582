#![doc = include_str!("two-preferred.md")]

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity, Status};

/// `two-preferred`
pub struct TwoPreferred;

const ABOUT: About = About {
    code: "two-preferred",
    family: Family::Base,
    severity: Severity::Warning,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("two-preferred.md"),
};

impl Check for TwoPreferred {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        for concept in concepts {
            for section in &concept.languages {
                let preferred: Vec<&str> = section
                    .terms
                    .iter()
                    .filter(|t| t.status == Some(Status::Preferred) && !t.forbidden)
                    .map(|t| t.text.as_str())
                    .collect();
                if let [first, second, ..] = preferred[..] {
                    let message =
                        format!("\"{first}\" and \"{second}\" are both preferred in {}.", section.lang);
                    let one =
                        about((ABOUT.code, ABOUT.severity), concept, Some(&section.lang), second, message);
                    found.push(one.help("prefer one of them and admit the other"));
                }
            }
        }
        found
    }
}
