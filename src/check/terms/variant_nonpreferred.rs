#![doc = include_str!("variant-nonpreferred.md")]

use super::{how, judged};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::find::terms::Judgement;
use crate::model::{Severity, TermKind};

/// `variant-nonpreferred`
pub struct VariantNonpreferred;

const ABOUT: About = About {
    code: "variant-nonpreferred",
    family: Family::Terms,
    severity: Severity::Info,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("variant-nonpreferred.md"),
};

impl Check for VariantNonpreferred {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let date = seen.options.date.as_ref();
        for (hit, term) in judged(&seen.target, seen.terms, date, Judgement::Admitted) {
            let concept = seen.terms.concept(hit.concept);
            let Some(best) = concept.best(seen.target.lang, date) else { continue };
            let short = matches!(
                term.kind,
                Some(TermKind::Acronym | TermKind::Abbreviation | TermKind::Initialism | TermKind::ShortForm)
            );
            if best.judged(date) != Judgement::Preferred
                || short
                || !seen.target.lang.fallbacks().any(|l| term.lang.serves(&l))
            {
                continue;
            }
            let surface = &seen.target.text()[hit.range.clone()];
            let message =
                format!("\"{surface}\"{} may be used, but is not the preferred term.", how(hit, term));
            let one = Found::in_target(hit.range.clone(), message).concept(concept.name.clone());
            found.push(one.help(format!("the base prefers \"{}\"", best.text)));
        }
        Facts::default()
    }
}
