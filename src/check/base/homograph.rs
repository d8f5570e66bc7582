#![doc = include_str!("homograph.md")]

use std::collections::BTreeMap;

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Severity};
use crate::text::fold;

/// `homograph`
pub struct Homograph;

const ABOUT: About = About {
    code: "homograph",
    family: Family::Base,
    severity: Severity::Info,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("homograph.md"),
};

impl Check for Homograph {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        let mut owners: BTreeMap<(&str, String), Vec<(&Concept, &str)>> = BTreeMap::new();
        for concept in concepts {
            for (lang, term) in concept.terms() {
                let list = owners.entry((lang.as_str(), fold(&term.text).into_owned())).or_default();
                if list.last().is_none_or(|(last, _)| !std::ptr::eq(*last, *concept)) {
                    list.push((concept, &term.text));
                }
            }
        }
        for ((lang, _), list) in owners.iter().filter(|(_, list)| list.len() > 1) {
            for (concept, text) in &list[1..] {
                let others: Vec<String> =
                    list.iter().filter(|(o, _)| !std::ptr::eq(*o, *concept)).map(|(o, _)| o.name()).collect();
                let message = format!("\"{text}\" ({lang}) is also a term of {}.", others.join(" and "));
                let one =
                    about((ABOUT.code, ABOUT.severity), concept, lang.parse().ok().as_ref(), text, message);
                found.push(one.help("if they are one concept, merge them; if not, nothing is wrong"));
            }
        }
        found
    }
}
