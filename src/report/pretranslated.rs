//! What a file was filled with.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{look, padded, styled};
use crate::base::{Pretranslated, Pretranslation};
use crate::text::visible;

/// The scores that are counted together, each with the least of them.
const BANDS: &[(u8, &str)] = &[
    (101, "context"),
    (100, "100"),
    (95, "95-99"),
    (85, "85-94"),
    (75, "75-84"),
    (50, "50-74"),
    (0, "below 50"),
];

/// Returns the name of the scores that a score is counted with.
pub fn band(score: u8) -> &'static str {
    BANDS.iter().find(|(least, _)| *least <= score).map_or("", |(_, name)| name)
}

/// Returns how many empty targets were filled, by score.
pub fn pretranslated(file: &str, done: &Pretranslated) -> String {
    let mut out = String::new();
    let mut line = |name: &str, count: usize| {
        if count > 0 {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {}{count:>8}", padded(name, 16));
        }
    };
    for (_, name) in BANDS {
        line(name, done.rows.iter().filter(|row| band(row.found.score) == *name).count());
    }
    line("not written", done.left.len());
    line("no match", done.empty.saturating_sub(done.rows.len() + done.left.len()));
    let targets = if done.empty == 1 { "empty target" } else { "empty targets" };
    let head = format!("{} of {} {targets} filled", done.rows.len(), done.empty);
    format!("{}: {head}\n{out}", visible(file))
}

/// Returns a row that was filled, in a line: where, how good, the source and the target.
pub fn pretranslation(row: &Pretranslation) -> String {
    let line = row.place.line.map_or_else(String::new, |line| format!(":{line}"));
    let place = format!("{}{line}", row.place.file.as_deref().unwrap_or("-"));
    let score = styled(if row.found.score >= 100 { look::GOOD } else { look::DOUBT }, row.found.score);
    let text = |text: &str| visible(&text.replace(['\n', '\r'], " ")).into_owned();
    format!("{place}  {score}  {}  {}", text(&row.source), text(&row.target.text))
}

/// Returns a row that was filled as scripts see it.
pub fn pretranslation_json(row: &Pretranslation) -> Value {
    let of = row.found.provenances.first();
    json!({
        "file": row.place.file,
        "line": row.place.line,
        "unit": row.place.unit,
        "source_lang": row.langs.0,
        "target_lang": row.langs.1,
        "source": row.source,
        "target": row.target.text,
        "score": row.found.score,
        "band": band(row.found.score),
        "method": row.found.method,
        "match": row.found.source.text,
        "memory": of.map(|of| &of.memory),
        "memory_file": of.map(|of| &of.file),
        "memory_unit": row.found.unit,
        "substituted": row.found.substituted,
        "alternatives": row.others,
    })
}
