#![doc = include_str!("date-mismatch.md")]

use super::tell;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `date-mismatch`
pub struct DateMismatch;

const ABOUT: About = About {
    code: "date-mismatch",
    family: Family::Numbers,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated"],
    page: include_str!("date-mismatch.md"),
};

impl Check for DateMismatch {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        tell(seen, ABOUT.code, found);
        Facts::default()
    }
}
