#![doc = include_str!("inconsistent-target.md")]

use super::{said, tell_minority};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Options, Rows, Seen};
use crate::model::Severity;

/// `inconsistent-target`
pub struct InconsistentTarget;

const ABOUT: About = About {
    code: "inconsistent-target",
    family: Family::Consistency,
    severity: Severity::Warning,
    looks_at: LooksAt::Pairs,
    yields_to: &[],
    page: include_str!("inconsistent-target.md"),
};

impl Check for InconsistentTarget {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, _found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        let ((source, enough), (target, _)) = (said(source.text()), said(target.text()));
        if !enough {
            return Facts::default();
        }
        Facts(vec![[source, target]])
    }

    fn finish(
        &self,
        facts: &[(u32, Facts)],
        rows: &dyn Rows,
        _options: &Options,
        found: &mut Vec<(u32, Found)>,
    ) {
        tell_minority(facts, rows, found, |first| {
            let other = &rows.target(first as usize).text;
            (
                format!("The same source is rendered as \"{other}\" in row {}.", first + 1),
                "settle on one of the two; if both are right where they stand, accept this finding in a baseline",
            )
        });
    }
}
