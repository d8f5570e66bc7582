#![doc = include_str!("term-case.md")]

use std::ops::Range;

use super::Met;
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

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
            if is_small(&term.text, surface) {
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

/// Tells whether a name lost more than one of its capitals: the first word of a name is often written small, as a
/// common noun before the name proper (*iniciativa de la Franja y la Ruta*).
fn is_small(term: &str, surface: &str) -> bool {
    fn words(text: &str) -> Vec<&str> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect()
    }
    let (term, surface) = (words(term), words(surface));
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let lost = term.iter().zip(&surface).filter(|(t, s)| capital(t) && !capital(s)).count();
    let all = term.iter().filter(|t| capital(t)).count();
    term.len() == surface.len() && lost >= 2 && lost * 2 >= all
}
