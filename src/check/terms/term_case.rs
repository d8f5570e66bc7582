#![doc = include_str!("term-case.md")]

use std::ops::Range;

use super::Met;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::find::recognise::Method;
use crate::model::{Severity, TermKind};

/// `term-case`
pub struct TermCase;

const ABOUT: About = About {
    code: "term-case",
    family: Family::Terms,
    severity: Severity::Warning,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("term-case.md"),
};

impl Check for TermCase {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        for expected in seen.expected() {
            let Met::WrongCase(range, term) = &expected.met else { continue };
            found.push(wrong(range.clone(), &seen.target.text()[range.clone()], term));
        }
        for hit in seen.target.hits.iter().filter(|h| !h.nested) {
            let term = hit.of(seen.terms);
            let surface = &seen.target.text()[hit.range.clone()];
            let name = term.kind == Some(TermKind::ProperName);
            let capitals = term.text.chars().filter(|c| c.is_uppercase()).count();
            // A name of several words keeps at least one capital; a single one may be a common noun as well.
            if name
                && capitals >= 2
                && !surface.chars().any(char::is_uppercase)
                && hit.method != Method::Inflected
            {
                found.push(wrong(hit.range.clone(), surface, &term.text));
            }
        }
        Facts::default()
    }
}

fn wrong(range: Range<usize>, surface: &str, term: &str) -> Found {
    let one = Found::in_target(range, format!("\"{surface}\" is written \"{term}\"."));
    let one = one.help("write it as the base has it");
    // Only where nothing but the case differs.
    if surface.to_lowercase() == term.to_lowercase() { one.fix(term) } else { one }
}
