//! What changed in an entity, in words.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{look, styled};
use crate::base::with_codes;
use crate::model::{Action, Change, Concept, Unit, Versioned};

/// Returns a change in one line: what became of which entity.
pub fn describe(change: &Change) -> String {
    let (action, entity) = match (&change.before, &change.after) {
        (None, Some(after)) => (Action::Added, after),
        (Some(before), None) => (Action::Removed, before),
        (_, Some(after)) => (Action::Changed, after),
        (None, None) => return "nothing".to_owned(),
    };
    let (word, style) = match action {
        Action::Added => ("added", look::GOOD),
        Action::Changed => ("changed", look::DOUBT),
        Action::Removed => ("removed", look::BAD),
    };
    let name = match entity {
        Versioned::Concept(c) => c.name(),
        Versioned::Unit(u) => {
            let first = u.variants.first().map_or("", |v| &v.segment.text);
            let id = u.id.to_string();
            format!("unit {} \"{}\"", u.origin.tuid.as_deref().unwrap_or(&id), crate::text::clip(first, 50))
        }
        Versioned::Document(d) => format!("document \"{}\"", d.title),
        Versioned::Gone(..) => "entity".to_owned(),
    };
    format!("{} {}", styled(style, word), crate::text::visible(&name))
}

/// Returns the fields in which two states of a concept differ, a line each: `- old`, `+ new`.
pub fn concept_changes(before: Option<&Concept>, after: Option<&Concept>) -> Vec<String> {
    changes(&fields(before), &fields(after))
}

/// Returns the fields in which two states of a unit differ, a line each; codes in segments are numbers.
pub fn unit_changes(before: Option<&Unit>, after: Option<&Unit>) -> Vec<String> {
    changes(&unit_fields(before), &unit_fields(after))
}

fn changes(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let mut lines = vec![];
    for (field, old) in before {
        if after.get(field) != Some(old) {
            lines.push(line(look::BAD, "-", field, old));
        }
        if let Some(new) = after.get(field).filter(|new| *new != old) {
            lines.push(line(look::GOOD, "+", field, new));
        }
    }
    for (field, new) in after {
        if !before.contains_key(field) {
            lines.push(line(look::GOOD, "+", field, new));
        }
    }
    lines
}

fn line(style: anstyle::Style, sign: &str, field: &str, value: &str) -> String {
    styled(style, crate::text::visible(&format!("{sign} {field}: {value}")))
}

/// A concept as flat fields, with terms named by language and text rather than by number.
fn fields(concept: Option<&Concept>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let Some(concept) = concept else { return out };
    let value = |v: Value, name: &str, out: &mut BTreeMap<String, String>| flatten(&v, name, out);
    let mut shell = concept.clone();
    shell.languages.clear();
    if let Ok(Value::Object(map)) = serde_json::to_value(&shell) {
        for (key, v) in map.into_iter().filter(|(key, _)| key != "id") {
            value(v, &key, &mut out);
        }
    }
    for section in &concept.languages {
        for (n, term) in section.terms.iter().enumerate() {
            let twin = section.terms[..n].iter().filter(|t| t.text == term.text).count();
            let twin = if twin == 0 { String::new() } else { format!(" ({})", twin + 1) };
            if let Ok(v) = serde_json::to_value(term) {
                value(v, &format!("{} \"{}\"{twin}", section.lang, term.text), &mut out);
            }
        }
        let mut rest = section.clone();
        rest.terms.clear();
        if let Ok(Value::Object(map)) = serde_json::to_value(&rest) {
            for (key, v) in map.into_iter().filter(|(key, _)| key != "lang") {
                value(v, &format!("{} {key}", section.lang), &mut out);
            }
        }
    }
    out
}

/// A unit as flat fields, with segments named by their language.
fn unit_fields(unit: Option<&Unit>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let Some(unit) = unit else { return out };
    let rest = |value: serde_json::Result<Value>, name: &str, without: &str, out: &mut BTreeMap<_, _>| {
        let Ok(Value::Object(map)) = value else { return };
        for (key, v) in map.into_iter().filter(|(key, _)| key != without && key != "segment") {
            flatten(&v, format!("{name}{key}").as_str(), out);
        }
    };
    for (n, variant) in unit.variants.iter().enumerate() {
        let twin = unit.variants[..n].iter().filter(|v| v.lang == variant.lang).count();
        let twin = if twin == 0 { String::new() } else { format!(" ({})", twin + 1) };
        let name = format!("{}{twin}", variant.lang);
        rest(serde_json::to_value(variant), &format!("{name} "), "lang", &mut out);
        out.insert(name, with_codes(&variant.segment));
    }
    rest(serde_json::to_value(Unit { variants: vec![], ..unit.clone() }), "", "id", &mut out);
    out
}

fn flatten(value: &Value, name: &str, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| flatten(v, &format!("{name} {k}"), out)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, v)| flatten(v, &format!("{name} {}", n + 1), out));
        }
        Value::String(s) => {
            out.insert(name.to_owned(), s.clone());
        }
        other => {
            out.insert(name.to_owned(), other.to_string());
        }
    }
}
