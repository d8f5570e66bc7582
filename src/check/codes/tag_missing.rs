#![doc = include_str!("tag-missing.md")]

use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `tag-missing`
pub struct TagMissing;

const ABOUT: About = super::about("tag-missing", Severity::Error, include_str!("tag-missing.md"));

impl Check for TagMissing {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        for tag in super::without_counterpart(source, target) {
            let sure = super::is_sure(&tag, source);
            let out = Found::in_source(
                tag.range.clone(),
                format!("The tag {} of the source is not in the target.", tag.shown()),
            )
            .help("put it where it belongs in the target");
            found.push(if sure { out } else { out.severity(Severity::Info) });
        }
        Facts::default()
    }
}
