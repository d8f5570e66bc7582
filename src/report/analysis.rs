//! How much work a job is, as a table for people, for spreadsheets and for scripts.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{look, padded, styled};
use crate::base::{Amount, Analysis, Band};
use crate::format::CellWriter;
use crate::text::{isolate, visible, width};

/// The columns of numbers.
const COLUMNS: [&str; 4] = ["segments", "words", "characters", "with spaces"];

fn numbers(amount: &Amount) -> [u64; 4] {
    [amount.segments, amount.count.words, amount.count.characters, amount.count.with_spaces]
}

fn label(band: Band) -> &'static str {
    match band {
        Band::Context => "context (101, 102)",
        Band::NoLetters => "no letters",
        band => band.name(),
    }
}

/// Returns an analysis as a table for eyes; with what is internal if that was asked for.
pub fn analysis(one: &Analysis, internal: bool) -> String {
    let file = one.file.as_deref().map(visible);
    let name = file
        .as_deref()
        .map_or_else(|| "all files".to_owned(), |file| isolate(file, &one.source).into_owned());
    let to = one.target.as_ref().map_or(String::new(), |to| format!(" to {to}"));
    let mut out =
        format!("{}  {}\n", styled(look::NAME, name), styled(look::FAINT, format!("{}{to}", one.source)));
    let mut heads: Vec<&str> = COLUMNS.to_vec();
    if internal {
        heads.push("internal words");
    }
    let mut rows: Vec<(&str, Vec<u64>)> = Band::ALL
        .into_iter()
        .map(|band| {
            let mut cells = numbers(&one.of(band)).to_vec();
            if internal {
                cells.push(one.internal(band).count.words);
            }
            (label(band), cells)
        })
        .collect();
    let mut total = numbers(&one.total()).to_vec();
    if internal {
        total.push(Band::ALL.into_iter().map(|band| one.internal(band).count.words).sum());
    }
    rows.push(("total", total));
    let first = rows.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(at, head)| {
            rows.iter().map(|(_, cells)| cells[at].to_string().len()).max().unwrap_or(0).max(head.len())
        })
        .collect();
    let heading: String =
        heads.iter().zip(&widths).map(|(head, width)| format!("  {head:>width$}")).collect();
    out.push_str(&format!("  {}{}\n", " ".repeat(first), styled(look::FAINT, heading)));
    for (label, cells) in rows {
        let cells: String = cells.iter().zip(&widths).map(|(n, width)| format!("  {n:>width$}")).collect();
        let line = format!("  {}{cells}", padded(label, first));
        out.push_str(&match label {
            "total" => styled(look::STRONG, line),
            _ => line,
        });
        out.push('\n');
    }
    out
}

/// Returns an analysis as scripts see it; `internal` is null where nobody asked for it.
pub fn analysis_json(one: &Analysis, internal: bool) -> Value {
    let rows: Vec<Value> = Band::ALL
        .into_iter()
        .map(|band| {
            let mut row = amount_json(&one.of(band));
            row["match"] = json!(band);
            row["internal"] = if internal { amount_json(&one.internal(band)) } else { Value::Null };
            row
        })
        .collect();
    json!({
        "file": one.file,
        "source_lang": one.source,
        "target_lang": one.target,
        "rows": rows,
        "total": amount_json(&one.total()),
    })
}

fn amount_json(amount: &Amount) -> Value {
    let [segments, words, characters, with_spaces] = numbers(amount);
    json!({
        "segments": segments,
        "words": words,
        "characters": characters,
        "characters_with_spaces": with_spaces,
    })
}

/// Writes analyses as one table for spreadsheets: a row for each file, pair of languages and kind of match. A sum of
/// files has no name in the first column.
pub fn analyses_csv(all: &[Analysis], internal: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut cells = CellWriter::new(out, b',', true)?;
    let heads = ["file", "source_lang", "target_lang", "match", "segments", "words", "characters"];
    heads.iter().chain(&["characters_with_spaces"]).for_each(|head| cells.cell(head));
    if internal {
        cells.cell("internal_words");
    }
    cells.end()?;
    for one in all {
        let bands =
            Band::ALL.into_iter().map(|band| (band.name(), one.of(band), one.internal(band).count.words));
        let within = Band::ALL.into_iter().map(|band| one.internal(band).count.words).sum();
        for (name, amount, within) in bands.chain([("total", one.total(), within)]) {
            cells.cell(one.file.as_deref().unwrap_or_default());
            cells.cell(one.source.as_str());
            cells.cell(one.target.as_ref().map_or("", |to| to.as_str()));
            cells.cell(name);
            numbers(&amount).iter().for_each(|n| cells.cell(&n.to_string()));
            if internal {
                cells.cell(&within.to_string());
            }
            cells.end()?;
        }
    }
    Ok(())
}
