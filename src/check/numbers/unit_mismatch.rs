#![doc = include_str!("unit-mismatch.md")]

use super::tell;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `unit-mismatch`
pub struct UnitMismatch;

const ABOUT: About = About {
    code: "unit-mismatch",
    family: Family::Numbers,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated"],
    page: include_str!("unit-mismatch.md"),
};

impl Check for UnitMismatch {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        tell(seen, ABOUT.code, found);
        Facts::default()
    }
}
