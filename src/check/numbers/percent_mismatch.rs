#![doc = include_str!("percent-mismatch.md")]

use super::tell;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `percent-mismatch`
pub struct PercentMismatch;

const ABOUT: About = About {
    code: "percent-mismatch",
    family: Family::Numbers,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated"],
    page: include_str!("percent-mismatch.md"),
};

impl Check for PercentMismatch {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        tell(seen, ABOUT.code, found);
        Facts::default()
    }
}
