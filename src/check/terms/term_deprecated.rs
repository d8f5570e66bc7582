#![doc = include_str!("term-deprecated.md")]

use super::tell_judged;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::find::terms::Judgement;
use crate::model::Severity;

/// `term-deprecated`
pub struct TermDeprecated;

const ABOUT: About = About {
    code: "term-deprecated",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("term-deprecated.md"),
};

impl Check for TermDeprecated {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        tell_judged(seen, Judgement::Deprecated, "deprecated", found);
        Facts::default()
    }
}
