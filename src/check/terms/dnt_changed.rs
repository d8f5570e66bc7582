#![doc = include_str!("dnt-changed.md")]

use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `dnt-changed`
pub struct DntChanged;

const ABOUT: About = About {
    code: "dnt-changed",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &[],
    page: include_str!("dnt-changed.md"),
};

impl Check for DntChanged {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        for hit in source.hits.iter().filter(|h| !h.nested && h.of(seen.terms).rule.do_not_translate) {
            let surface = &source.text()[hit.range.clone()];
            let count = |text: &str| text.matches(surface).count();
            let earlier =
                source.hits.iter().take_while(|h| *h != hit).filter(|h| h.concept == hit.concept).count();
            if count(target.text()) <= earlier {
                let message = format!(
                    "\"{surface}\" is not to be translated, and the target does not have it as it is."
                );
                let one = Found::in_source(hit.range.clone(), message);
                found.push(
                    one.concept(seen.terms.concept(hit.concept).name.clone())
                        .help("keep it as it stands in the source"),
                );
            }
        }
        Facts::default()
    }
}
