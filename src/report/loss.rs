//! What a format could not carry, for people and for scripts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{look, styled};
use crate::format::{LossClass, LossReport};

/// Returns the losses by field, a line each, with how many and an example.
pub fn loss_summary(report: &LossReport) -> String {
    let mut kinds: BTreeMap<(LossClass, String, &str), (u64, &str)> = BTreeMap::new();
    for loss in &report.losses {
        // The numbers in a pointer tell one entry's terms apart; the kind of loss is without them.
        let field: Vec<&str> =
            loss.field.split('/').filter(|p| !p.is_empty() && p.parse::<u32>().is_err()).collect();
        let kind = kinds.entry((loss.class, field.join("."), &loss.why)).or_insert((0, &loss.entry));
        kind.0 += 1;
    }
    let mut out = String::new();
    for class in [LossClass::Lost, LossClass::Note] {
        let of_class: Vec<_> = kinds.iter().filter(|((c, ..), _)| *c == class).collect();
        if of_class.is_empty() {
            continue;
        }
        out.push_str(&match class {
            LossClass::Lost => styled(look::DOUBT, "not in the file:\n"),
            LossClass::Note => styled(look::FAINT, "only as text that wicterm reads back:\n"),
        });
        for ((_, field, why), (count, example)) in of_class {
            out.push_str(&format!("  {count:>6} × {field} – {why} (first: {example})\n"));
        }
    }
    out
}

/// Returns the report as scripts see it.
pub fn losses_json(file: &str, format: &str, report: &LossReport) -> Value {
    json!({
        "file": file,
        "format": format,
        "concepts": report.concepts,
        "terms": report.terms,
        "units": report.units,
        "losses": report.losses,
    })
}
