//! What a publication does not show of a concept, by walking through its fields.

use serde_json::Value;

use crate::format::{LossClass, LossReport};
use crate::model::Concept;

/// The fields that are for programs and whoever keeps the base, wherever they stand.
const FOR_PROGRAMS: &[&str] = &[
    "former_slugs",
    "foreign_ids",
    "foreign_id",
    "process_status",
    "reliability",
    "transactions",
    "other",
    "written",
    "pattern",
    "mode",
    "forms",
    "case_sensitive",
];

/// Reports of a concept what readers are not shown.
pub(super) fn for_programs(concept: &Concept, report: &mut LossReport) {
    let why = "it is kept for programs, and readers are not shown it";
    of(concept, &|path| FOR_PROGRAMS.contains(&path.rsplit('/').next().unwrap_or_default()), why, report);
}

/// Reports of a concept the fields that are hidden. They are asked for by their path without the numbers in it:
/// `languages/terms/pattern`.
pub(super) fn of(concept: &Concept, hidden: &dyn Fn(&str) -> bool, why: &str, report: &mut LossReport) {
    // What is made of maps with names for keys is JSON.
    let Ok(value) = serde_json::to_value(concept) else { return };
    let name = concept.name();
    let mut walk = Walk { hidden, why, name: &name, report };
    walk.value(&value, &mut String::new(), &mut String::new());
}

struct Walk<'a> {
    hidden: &'a dyn Fn(&str) -> bool,
    why: &'a str,
    name: &'a str,
    report: &'a mut LossReport,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, pointer: &mut String, path: &mut String) {
        let (pointed, walked) = (pointer.len(), path.len());
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    pointer.push_str(&format!("/{key}"));
                    path.push_str(if walked == 0 { "" } else { "/" });
                    path.push_str(key);
                    match (self.hidden)(path) {
                        true => self.report.lose(LossClass::Lost, self.name, pointer.as_str(), self.why),
                        false => self.value(value, pointer, path),
                    }
                    pointer.truncate(pointed);
                    path.truncate(walked);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    pointer.push_str(&format!("/{at}"));
                    self.value(item, pointer, path);
                    pointer.truncate(pointed);
                }
            }
            _ => {}
        }
    }
}
