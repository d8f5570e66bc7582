#![doc = include_str!("inconsistent-source.md")]

use super::{said, tell_minority};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Options, Rows, Seen};
use crate::model::Severity;

/// `inconsistent-source`
pub struct InconsistentSource;

const ABOUT: About = About {
    code: "inconsistent-source",
    family: Family::Consistency,
    severity: Severity::Info,
    looks_at: LooksAt::Pairs,
    yields_to: &[],
    page: include_str!("inconsistent-source.md"),
};

impl Check for InconsistentSource {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, _found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        let ((source, enough), (target, _)) = (said(source.text()), said(target.text()));
        if !enough {
            return Facts::default();
        }
        Facts(vec![[target, source]])
    }

    fn finish(
        &self,
        facts: &[(u32, Facts)],
        rows: &dyn Rows,
        _options: &Options,
        found: &mut Vec<(u32, Found)>,
    ) {
        tell_minority(facts, rows, found, |first| {
            let other = rows.source(first as usize).map_or("", |s| &s.text);
            (
                format!("The same target renders \"{other}\" in row {}.", first + 1),
                "see whether the difference in the source was lost",
            )
        });
    }
}
