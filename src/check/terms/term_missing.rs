#![doc = include_str!("term-missing.md")]

use super::{Met, advice, is_modifier};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `term-missing`
pub struct TermMissing;

const ABOUT: About = About {
    code: "term-missing",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated", "empty-target"],
    page: include_str!("term-missing.md"),
};

impl Check for TermMissing {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let date = seen.options.date.as_ref();
        let Some(source) = &seen.source else { return Facts::default() };
        for expected in seen.expected().iter().filter(|e| e.met == Met::Nothing) {
            let hit = &source.hits[expected.hit];
            let term = &source.text()[hit.range.clone()];
            let message = format!("Nothing in the target answers to \"{term}\".");
            let mut one = Found::in_source(hit.range.clone(), message);
            one = one.concept(seen.terms.concept(hit.concept).name.clone());
            one.help = advice(seen.terms, hit.concept, &seen.target, date);
            if is_modifier(source, hit) {
                one.severity = Some(Severity::Info);
            }
            found.push(one);
        }
        Facts::default()
    }
}
