#![doc = include_str!("placeholder-missing.md")]

use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `placeholder-missing`
pub struct PlaceholderMissing;

const ABOUT: About =
    super::about("placeholder-missing", Severity::Error, include_str!("placeholder-missing.md"));

impl Check for PlaceholderMissing {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        for (range, wholly) in super::lacking(source, target) {
            let code = &source.text()[range.clone()];
            let message = if wholly {
                format!("The placeholder {code} of the source is not in the target.")
            } else {
                format!("The placeholder {code} stands less often in the target than in the source.")
            };
            let out =
                Found::in_source(range, message).help("put it where its value belongs, letter by letter");
            found.push(if wholly { out } else { out.severity(Severity::Warning) });
        }
        Facts::default()
    }
}
