#![doc = include_str!("inconsistent-term.md")]

use super::{commonest, groups};
use crate::check::terms::is_short;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Options, Rows, Seen};
use crate::find::terms::Judgement;
use crate::model::Severity;

/// `inconsistent-term`
pub struct InconsistentTerm;

const ABOUT: About = About {
    code: "inconsistent-term",
    family: Family::Consistency,
    severity: Severity::Info,
    looks_at: LooksAt::Pairs,
    yields_to: &["term-deprecated", "term-forbidden"],
    page: include_str!("inconsistent-term.md"),
};

impl Check for InconsistentTerm {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        let mut facts = vec![];
        let date = seen.options.date.as_ref();
        for hit in target.hits.iter().filter(|h| !h.nested) {
            let term = hit.of(seen.terms);
            // An abbreviation beside its full form is one wording in two lengths.
            if is_short(term) || term.judged(date) > Judgement::Proposed {
                continue;
            }
            let named: Vec<_> =
                source.hits.iter().filter(|h| h.concept == hit.concept && !h.nested).collect();
            let Some(first) = named.first() else { continue };
            facts.push([u64::from(hit.concept), u64::from(hit.term)]);
            // Two wordings in one segment, where the source has one.
            let same_source = named.len() > 1 && named.iter().all(|h| h.term == first.term);
            let before = target.hits.iter().take_while(|h| *h != hit).find(|h| {
                !h.nested && h.concept == hit.concept && h.term != hit.term && !is_short(h.of(seen.terms))
            });
            if let Some(before) = before.filter(|_| same_source) {
                let (one, other) = (&target.text()[before.range.clone()], &target.text()[hit.range.clone()]);
                let message = format!("One term of the source is \"{one}\" first and \"{other}\" here.");
                let name = seen.terms.concept(hit.concept).name.clone();
                let mut one = Found::in_target(hit.range.clone(), message)
                    .concept(name)
                    .help("use one of them throughout");
                one.severity = Some(Severity::Warning);
                found.push(one);
            }
        }
        facts.sort_unstable();
        facts.dedup();
        Facts(facts)
    }

    fn finish(
        &self,
        facts: &[(u32, Facts)],
        rows: &dyn Rows,
        _options: &Options,
        found: &mut Vec<(u32, Found)>,
    ) {
        for group in groups(facts).values() {
            let Some((first, common)) = commonest(group) else { continue };
            let has_common = |row: u32| group.contains(&(row, common));
            for (row, _) in group.iter().filter(|(row, term)| *term != common && !has_common(*row)) {
                let message = format!(
                    "A term is rendered here by another of its forms than in row {} and most others.",
                    first + 1
                );
                let one = Found::in_target(0..rows.target(*row as usize).text.len(), message);
                found.push((*row, one.help("use one form throughout a document")));
            }
        }
    }
}
