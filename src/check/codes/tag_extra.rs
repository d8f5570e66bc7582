#![doc = include_str!("tag-extra.md")]

use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `tag-extra`
pub struct TagExtra;

const ABOUT: About = super::about("tag-extra", Severity::Error, include_str!("tag-extra.md"));

impl Check for TagExtra {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        for tag in super::without_counterpart(target, source) {
            let sure = super::is_sure(&tag, target);
            let out =
                Found::in_target(tag.range.clone(), format!("The tag {} is not in the source.", tag.shown()))
                    .help("drop it, or write the tag of the source");
            found.push(if sure { out } else { out.severity(Severity::Info) });
        }
        Facts::default()
    }
}
