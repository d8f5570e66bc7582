//! One thing, one wording; and whether everything was translated at all.

pub mod empty_target;
mod left_out;
pub mod partial_translation;
pub mod untranslated;

use super::{About, Family, LooksAt};
use crate::model::Severity;

/// Returns what there is to know about a check of whether a pair was translated.
const fn about(code: &'static str, severity: Severity, page: &'static str) -> About {
    About { code, family: Family::Consistency, severity, looks_at: LooksAt::Pairs, yields_to: &[], page }
}
