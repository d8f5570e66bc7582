#![doc = include_str!("inconsistent-source.md")]

use rustc_hash::FxHashMap;

use super::{commonest, said};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Options, Rows, Seen};
use crate::model::{Severity, Side};

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
                let other = rows.source(first as usize).map_or("", |s| &s.text);
                let message = format!("The same target renders \"{other}\" in row {}.", first + 1);
                let mut one = Found::in_target(0..rows.target(*row as usize).text.len(), message);
                one.side = Side::Target;

                found.push((*row, one.help("see whether the difference in the source was lost")));
            }
        }
    }
}
