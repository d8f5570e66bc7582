//! Makes units of concepts: what a translation memory can hold of a term base.

use crate::bytes::xml::allowed;
use crate::format::{LossClass, LossReport, WriteOptions};
use crate::model::{
    Attributes, Concept, LanguageTag, Property, Segment, Status, Term, Unit, UnitOrigin, Variant,
};

/// Returns the units to write for a concept, and reports what they leave out.
pub(super) fn units_of(concept: &Concept, options: &WriteOptions<'_>, report: &mut LossReport) -> Vec<Unit> {
    let name = concept.name();
    let mut candidates = vec![];
    for (l, section) in concept.languages.iter().enumerate() {
        for (t, term) in section.terms.iter().enumerate() {
            if term.is_usable() && !term.text.trim().is_empty() {
                candidates.push(Candidate { lang: &section.lang, term, language: l, index: t });
            }
        }
    }
    let chosen = best(&candidates);
    let source = options.source_lang.clone().or_else(|| options.langs.first().cloned());
    let (written, units) = if options.variants {
        pairs(&candidates, &chosen, source.as_ref())
    } else if chosen.len() > 1 {
        (chosen.clone(), vec![chosen.clone()])
    } else {
        (vec![], vec![])
    };
    report_losses(concept, &name, &candidates, &written, report);
    if units.is_empty() {
        return vec![];
    }
    report.concepts += 1;
    report.terms += written.len() as u64;
    let several = units.len() > 1;
    let unit = |(n, terms): (usize, Vec<usize>)| {
        // A number that depends on nothing but the concept, so that a second export replaces the first.
        let tuid = if several { format!("{name}.{}", n + 1) } else { name.clone() };
        Unit {
            origin: UnitOrigin {
                tuid: Some(tuid.chars().filter(|c| allowed(*c)).collect()),
                ..UnitOrigin::default()
            },
            source_lang: source.clone().filter(|s| terms.iter().any(|&c| candidates[c].lang.serves(s))),
            attributes: Attributes {
                other: vec![("segtype".into(), "phrase".into())],
                ..Attributes::default()
            },
            properties: concept_properties(concept, &name),
            variants: terms.iter().map(|&c| candidates[c].variant()).collect(),
            ..Unit::default()
        }
    };
    units.into_iter().enumerate().map(unit).collect()
}

struct Candidate<'a> {
    lang: &'a LanguageTag,
    term: &'a Term,
    language: usize,
    index: usize,
}

impl Candidate<'_> {
    fn variant(&self) -> Variant {
        let status = property("x-wicterm-status", self.term.standing().as_str());
        Variant {
            lang: self.lang.clone(),
            written: None,
            attributes: Attributes::default(),
            properties: vec![status],
            segment: Segment::plain(self.term.text.chars().filter(|c| allowed(*c)).collect::<String>()),
        }
    }
}

/// Returns the best candidate of each language section.
fn best(candidates: &[Candidate<'_>]) -> Vec<usize> {
    let mut chosen: Vec<usize> = vec![];
    for (i, candidate) in candidates.iter().enumerate() {
        match chosen.last_mut() {
            Some(last) if candidates[*last].language == candidate.language => {
                if candidate.term.standing() < candidates[*last].term.standing() {
                    *last = i;
                }
            }
            _ => chosen.push(i),
        }
    }
    chosen
}

/// Returns which candidates are written, and in which units: each term of the source language
/// with each term of each other one.
fn pairs(
    candidates: &[Candidate<'_>],
    chosen: &[usize],
    source: Option<&LanguageTag>,
) -> (Vec<usize>, Vec<Vec<usize>>) {
    let serves = |i: &usize| source.is_some_and(|s| candidates[*i].lang.serves(s));
    let Some(first) = chosen.iter().find(|i| serves(i)).or_else(|| chosen.first()) else {
        return (vec![], vec![]);
    };
    let language = candidates[*first].language;
    let of_source = |i: &usize| candidates[*i].language == language;
    let (sources, targets): (Vec<usize>, Vec<usize>) = (0..candidates.len()).partition(of_source);
    let units: Vec<_> = sources.iter().flat_map(|&s| targets.iter().map(move |&t| vec![s, t])).collect();
    let written = if units.is_empty() { vec![] } else { (0..candidates.len()).collect() };
    (written, units)
}

fn concept_properties(concept: &Concept, name: &str) -> Vec<Property> {
    let mut properties = vec![property("x-wicterm-concept", name)];
    properties.extend(concept.subject_fields.iter().map(|s| property("x-subject", s)));
    properties.extend(concept.customers.iter().map(|c| property("x-client", c)));
    properties.extend(concept.projects.iter().map(|p| property("x-project", p)));
    properties
}

fn property(kind: &str, text: &str) -> Property {
    let text = text.chars().filter(|c| allowed(*c)).collect();
    Property { kind: Some(kind.to_owned()), text, attributes: vec![] }
}

/// Names every field of a concept that no unit carries.
fn report_losses(
    concept: &Concept,
    name: &str,
    candidates: &[Candidate<'_>],
    written: &[usize],
    report: &mut LossReport,
) {
    const NO_PLACE: &str = "a translation memory has no place for it";
    let mut lose = |field: String, why: &str| report.lose(LossClass::Lost, name, field, why);
    // The JSON form has exactly the fields that are not empty, under the names that pointers use.
    let json = serde_json::to_value(concept).unwrap_or_default();
    let fields = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default()
    };
    for field in fields(&json) {
        if !["id", "slug", "subject_fields", "customers", "projects", "languages"].contains(&&*field) {
            lose(format!("/{field}"), NO_PLACE);
        }
    }
    if written.is_empty() {
        let why = if candidates.is_empty() {
            "no term of it may be used, so there is no unit for it"
        } else {
            "it may be used in one language only, and a unit has two"
        };
        lose("/languages".into(), why);
        return;
    }
    for (l, section) in concept.languages.iter().enumerate() {
        let json = &json["languages"][l];
        for field in fields(json) {
            if !["lang", "terms"].contains(&&*field) {
                lose(format!("/languages/{l}/{field}"), NO_PLACE);
            }
        }
        for (t, term) in section.terms.iter().enumerate() {
            let at = format!("/languages/{l}/terms/{t}");
            if !written.iter().any(|&c| (candidates[c].language, candidates[c].index) == (l, t)) {
                lose(at, why_left_out(term));
                continue;
            }
            for field in fields(&json["terms"][t]) {
                match &*field {
                    "text" if !term.text.chars().all(allowed) => {
                        lose(format!("{at}/text"), "XML forbids a character in it, which is left out");
                    }
                    "text" | "status" => {}
                    _ => lose(format!("{at}/{field}"), NO_PLACE),
                }
            }
        }
    }
}

fn why_left_out(term: &Term) -> &'static str {
    if term.forbidden {
        return "it is forbidden, and a memory would offer it";
    }
    match term.standing() {
        Status::Deprecated => "it is deprecated, and a memory would offer it",
        Status::Superseded => "it is superseded, and a memory would offer it",
        Status::Proposed => "it is only proposed, and a memory would offer it",
        Status::Preferred | Status::Admitted => "a unit has one term in each language, and another is better",
    }
}
