#![doc = include_str!("bad-language-tag.md")]

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity};
use crate::text::languages::by_name;

/// `bad-language-tag`
pub struct BadLanguageTag;

const ABOUT: About = About {
    code: "bad-language-tag",
    family: Family::Base,
    severity: Severity::Warning,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("bad-language-tag.md"),
};

impl Check for BadLanguageTag {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        for concept in concepts {
            for section in &concept.languages {
                if by_name(section.lang.as_str()).is_none() {
                    let message = format!("Nobody knows the language \"{}\".", section.lang);
                    let first = section.terms.first().map_or("", |t| &t.text);
                    let one =
                        about((ABOUT.code, ABOUT.severity), concept, Some(&section.lang), first, message);
                    found.push(one.help("use a language tag such as en, zh-Hans or pt-BR"));
                }
            }
        }
        found
    }
}
