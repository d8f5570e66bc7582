#![doc = include_str!("length-ratio.md")]

use crate::check::{About, Check, Facts, Found, LooksAt, Seen};
use crate::model::Severity;

/// `length-ratio`
pub struct LengthRatio;

const ABOUT: About = About {
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated", "empty-target", "partial-translation"],
    ..super::about("length-ratio", include_str!("length-ratio.md"))
};

impl Check for LengthRatio {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        let (Some(from), Some(to)) = (super::length(source), super::length(target)) else {
            return Facts::default();
        };
        // A heading or a name may be said in any length.
        if from.min(to) < 20.0 && from.max(to) < 90.0 || from.max(to) < 60.0 {
            return Facts::default();
        }
        let ratio = to / from;
        let severity = match ratio {
            _ if !(0.33..=3.5).contains(&ratio) => Severity::Warning,
            _ if !(0.45..=2.2).contains(&ratio) => Severity::Info,
            _ => return Facts::default(),
        };
        let message = if ratio < 1.0 {
            format!("The target says in {:.0} % of the length what the source says.", ratio * 100.0)
        } else {
            format!("The target is {ratio:.1} times as long as the source would lead one to expect.")
        };
        found.push(Found::in_target(0..target.text().len(), message).severity(severity).help(
            "see whether something is missing or added, or whether it is the target of another segment",
        ));
        Facts::default()
    }
}
