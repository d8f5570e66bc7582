#![doc = include_str!("term-forbidden.md")]

use super::{advice, how, judged};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::find::recognise::Method;
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
        let date = seen.options.date.as_ref();
        for (hit, term) in judged(&seen.target, seen.terms, date, Judgement::Forbidden) {
            let surface = &seen.target.text()[hit.range.clone()];
            let name = &seen.terms.concept(hit.concept).name;
            let named = seen.source.as_ref().is_none_or(|s| s.hits.iter().any(|h| h.concept == hit.concept));
            let undated = date.is_none() && !term.validity.is_empty();
            let message = format!(
                "\"{surface}\"{} is forbidden in this base{}.",
                how(hit, term),
                if undated { " today; the text has no date, so its periods do not count" } else { "" }
            );
            let mut one = Found::in_target(hit.range.clone(), message).concept(name.clone());
            one.help = advice(seen.terms, hit.concept, &seen.target, date);
            if !named {
                // It may be another thing of the same name.
                one.severity = Some(Severity::Info);
            }
            let best = seen.terms.concept(hit.concept).best(seen.target.lang, date);
            if let Some(best) =
                best.filter(|_| named && !seen.target.language.spaced && hit.method <= Method::Folded)
            {
                one.fix = Some(best.text.clone());
            }
            found.push(one);
        }
        Facts::default()
    }
}
