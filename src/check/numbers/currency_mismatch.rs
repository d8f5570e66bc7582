#![doc = include_str!("currency-mismatch.md")]

use super::tell;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `currency-mismatch`
pub struct CurrencyMismatch;

const ABOUT: About = About {
    code: "currency-mismatch",
    family: Family::Numbers,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &["untranslated"],
    page: include_str!("currency-mismatch.md"),
};

impl Check for CurrencyMismatch {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        tell(seen, ABOUT.code, found);
        Facts::default()
    }
}
