#![doc = include_str!("term-untranslated.md")]

use super::{Met, advice};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `term-untranslated`
pub struct TermUntranslated;

const ABOUT: About = About {
    code: "term-untranslated",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated", "empty-target"],
    page: include_str!("term-untranslated.md"),
};

impl Check for TermUntranslated {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let date = seen.options.date.as_ref();
        let Some(source) = &seen.source else { return Facts::default() };
        for expected in seen.expected() {
            let Met::Untranslated(range) = &expected.met else { continue };
            let hit = &source.hits[expected.hit];
            let left = &seen.target.text()[range.clone()];
            let mut one =
                Found::in_target(range.clone(), format!("\"{left}\" was left as it stands in the source."));
            one = one.concept(seen.terms.concept(hit.concept).name.clone());
            one.help = advice(seen.terms, hit.concept, &seen.target, date);
            found.push(one);
        }
        Facts::default()
    }
}
