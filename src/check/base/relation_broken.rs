#![doc = include_str!("relation-broken.md")]

use rustc_hash::FxHashSet;

use super::about;
use crate::check::{About, Check, Family, LooksAt};
use crate::model::{Concept, Finding, Relation, Severity};

/// `relation-broken`
pub struct RelationBroken;

const ABOUT: About = About {
    code: "relation-broken",
    family: Family::Base,
    severity: Severity::Warning,
    looks_at: LooksAt::Base,
    yields_to: &[],
    page: include_str!("relation-broken.md"),
};

impl Check for RelationBroken {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn of_base(&self, concepts: &[&Concept]) -> Vec<Finding> {
        let mut found = vec![];
        let names: FxHashSet<&str> =
            concepts.iter().flat_map(|c| c.slug.iter().chain(&c.former_slugs)).map(|s| s.as_str()).collect();
        for concept in concepts {
            let of_terms = concept.terms().flat_map(|(_, t)| &t.relations);
            for relation in concept.relations.iter().chain(of_terms) {
                let slug =
                    Relation::term_of(&relation.target).map_or(relation.target.as_str(), |(slug, ..)| slug);
                if !names.contains(slug) {
                    let message =
                        format!("It is related ({}) to \"{slug}\", which is not in the base.", relation.kind);
                    let one = about((ABOUT.code, ABOUT.severity), concept, None, &relation.target, message);
                    found.push(one.help("name the concept as it is called now, or take the relation out"));
                }
            }
        }
        found
    }
}
