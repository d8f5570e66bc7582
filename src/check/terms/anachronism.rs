#![doc = include_str!("anachronism.md")]

use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `anachronism`
pub struct Anachronism;

const ABOUT: About = About {
    code: "anachronism",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("anachronism.md"),
};

impl Check for Anachronism {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some(date) = &seen.options.date else { return Facts::default() };
        for hit in seen.target.hits.iter().filter(|h| !h.nested) {
            let term = hit.of(seen.terms);
            let first = term.validity.iter().filter_map(|p| p.from).min();
            let Some(first) = first.filter(|first| first.first_day() > date.last_day()) else { continue };
            let surface = &seen.target.text()[hit.range.clone()];
            let message = format!(
                "\"{surface}\" is not known to have been used before {first}, and the text is of {date}."
            );
            found.push(
                Found::in_target(hit.range.clone(), message)
                    .concept(seen.terms.concept(hit.concept).name.clone())
                    .help("use the wording of the time, or mend the period in the base"),
            );
        }
        Facts::default()
    }
}
