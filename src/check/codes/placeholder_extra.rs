#![doc = include_str!("placeholder-extra.md")]

use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `placeholder-extra`
pub struct PlaceholderExtra;

const ABOUT: About = super::about("placeholder-extra", Severity::Error, include_str!("placeholder-extra.md"));

impl Check for PlaceholderExtra {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        for (range, wholly) in super::lacking(target, source) {
            let code = &target.text()[range.clone()];
            let message = if wholly {
                format!("The placeholder {code} is not in the source: nothing will be put in its place.")
            } else {
                format!("The placeholder {code} stands more often in the target than in the source.")
            };
            let out =
                Found::in_target(range, message).help("write the placeholder of the source, or drop it");
            found.push(if wholly { out } else { out.severity(Severity::Info) });
        }
        Facts::default()
    }
}
