#![doc = include_str!("term-forbidden.md")]

use super::tell_judged;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::find::terms::Judgement;
use crate::model::Severity;

/// `term-forbidden`
pub struct TermForbidden;

const ABOUT: About = About {
    code: "term-forbidden",
    family: Family::Terms,
    severity: Severity::Error,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("term-forbidden.md"),
};

impl Check for TermForbidden {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        tell_judged(seen, Judgement::Forbidden, "forbidden", found);
        Facts::default()
    }
}
