#![doc = include_str!("acronym-undefined.md")]

use super::is_abbreviation;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen, Text};
use crate::model::Severity;

/// `acronym-undefined`
pub struct AcronymUndefined;

const ABOUT: About = About {
    code: "acronym-undefined",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &[],
    page: include_str!("acronym-undefined.md"),
};

impl Check for AcronymUndefined {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        for hit in target.hits.iter().filter(|h| !h.nested && is_abbreviation(h.of(seen.terms))) {
            let of_concept = |text: &Text<'_>, short: bool| {
                text.hits
                    .iter()
                    .any(|h| h.concept == hit.concept && is_abbreviation(h.of(seen.terms)) == short)
            };
            if of_concept(source, false) && !of_concept(source, true) && !of_concept(target, false) {
                let surface = &target.text()[hit.range.clone()];
                let message = format!("\"{surface}\" stands alone where the source has the full name.");
                let full =
                    seen.terms.concept(hit.concept).terms_in(target.lang).find(|t| !is_abbreviation(t));
                let Some(full) = full else { continue };
                let one = Found::in_target(hit.range.clone(), message)
                    .concept(seen.terms.concept(hit.concept).name.clone());
                found.push(one.help(format!("write \"{}\" where it is first named", full.text)));
            }
        }
        Facts::default()
    }
}
