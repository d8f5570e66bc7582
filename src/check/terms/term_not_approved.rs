#![doc = include_str!("term-not-approved.md")]

use super::{Met, advice, is_modifier};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `term-not-approved`
pub struct TermNotApproved;

const ABOUT: About = About {
    code: "term-not-approved",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated", "empty-target"],
    page: include_str!("term-not-approved.md"),
};

impl Check for TermNotApproved {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let date = seen.options.date.as_ref();
        let Some(source) = &seen.source else { return Facts::default() };
        for expected in seen.expected() {
            let Met::Other(range) = &expected.met else { continue };
            let hit = &source.hits[expected.hit];
            let term = &source.text()[hit.range.clone()];
            let other = &seen.target.text()[range.clone()];
            let message = format!(
                "\"{other}\" stands where the source has \"{term}\", and is the name of something else."
            );
            let mut one = Found::in_target(range.clone(), message);
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
