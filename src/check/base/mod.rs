//! The base itself: whether its entries are whole, single and of one mind.

pub mod bad_language_tag;
pub mod duplicate_concept;
pub mod duplicate_term;
pub mod homograph;
pub mod no_context;
pub mod no_preferred;
pub mod relation_broken;
pub mod two_preferred;
pub mod two_statuses;

use super::{CHECKS, LooksAt, Options};
use crate::model::{Concept, Finding, LanguageTag, Place, Severity};

/// Returns what the checks of the base itself find, concept by concept, each finding with its fingerprint.
pub fn run_on_base(concepts: &[Concept], options: &Options) -> Vec<Finding> {
    let mut sorted: Vec<&Concept> = concepts.iter().collect();
    sorted.sort_by_key(|c| c.name());
    let mut findings = vec![];
    for check in CHECKS.iter().filter(|c| c.about().looks_at == LooksAt::Base && options.asks(c.about())) {
        let about = check.about();
        for mut finding in check.of_base(&sorted) {
            finding.severity = options.severities.get(about.code).copied().unwrap_or(finding.severity);
            findings.push(finding);
        }
    }
    findings.sort_by(|a, b| a.concept.cmp(&b.concept));
    super::fingerprint(&mut findings);
    findings
}

/// Makes a finding about a concept, and about its section of a language if one is meant.
fn about(
    (code, severity): (&str, Severity),
    concept: &Concept,
    lang: Option<&LanguageTag>,
    surface: &str,
    message: String,
) -> Finding {
    let name = concept.name();
    let unit = lang.map_or(name.clone(), |lang| format!("{name} {lang}"));
    let mut finding =
        Finding::new(code, severity, Place { unit: Some(unit), ..Place::default() }, message).concept(name);
    finding.surface = Some(surface.to_owned());
    finding
}
