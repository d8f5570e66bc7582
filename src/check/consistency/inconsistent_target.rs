#![doc = include_str!("inconsistent-target.md")]

use rustc_hash::FxHashMap;

use super::{commonest, said};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Options, Rows, Seen};
use crate::model::{Severity, Side};

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
        let mut groups: FxHashMap<u64, Vec<(u32, u64)>> = FxHashMap::default();
        for (row, facts) in facts {
            for [key, value] in &facts.0 {
                groups.entry(*key).or_default().push((*row, *value));
            }
        }
        for group in groups.values() {
            let Some((first, common)) = commonest(group) else { continue };
            for (row, value) in group {
                if *value == common {
                    continue;
                }
                let other = &rows.target(first as usize).text;
                let message = format!("The same source is rendered as \"{other}\" in row {}.", first + 1);
                let mut one = Found::in_target(0..rows.target(*row as usize).text.len(), message);
                one.side = Side::Target;

                found.push((*row, one.help("settle on one of the two; if both are right where they stand, accept this finding in a baseline")));
            }
        }
    }
}
