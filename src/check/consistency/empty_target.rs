#![doc = include_str!("empty-target.md")]

use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `empty-target`
pub struct EmptyTarget;

const ABOUT: About = super::about("empty-target", Severity::Error, include_str!("empty-target.md"));

impl Check for EmptyTarget {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some(source) = &seen.source else { return Facts::default() };
        let target = &seen.target;
        let says = |text: &str| text.chars().any(char::is_alphanumeric);
        if says(target.text()) || !says(source.text()) {
            return Facts::default();
        }
        if target.is_empty() {
            let range = 0..target.text().len();
            found.push(Found::in_target(range, "The target is empty.").help("translate the source"));
        } else if target.codes().is_empty()
            && source.words().len() > 1
            && target
                .glyphs()
                .all
                .iter()
                .all(|g| !matches!(g.c, '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{2BFF}'))
        {
            found.push(
                Found::in_target(0..target.text().len(), "The target has no words, only signs.")
                    .severity(Severity::Warning)
                    .help("translate the source"),
            );
        }
        Facts::default()
    }
}
