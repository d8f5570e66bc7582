#![doc = include_str!("number-mismatch.md")]

use super::tell;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `number-mismatch`
pub struct NumberMismatch;

const ABOUT: About = About {
    code: "number-mismatch",
    family: Family::Numbers,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated"],
    page: include_str!("number-mismatch.md"),
};

impl Check for NumberMismatch {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        tell(seen, ABOUT.code, found);
        Facts::default()
    }
}
