//! A translation unit as a person and a script read it.

use serde_json::{Value, json};

use super::{look, padded, styled};
use crate::base::{codes, last_day, last_user, with_codes};
use crate::model::{Attributes, LanguageTag, Property, Unit, Variant};
use crate::text;

/// Returns a unit, many lines: its segments with numbered codes, what the codes stand for, who and when.
pub fn unit(unit: &Unit, langs: &[LanguageTag]) -> String {
    let mut out = styled(look::NAME.bold(), unit.id);
    out.push_str(&styled(look::FAINT, format!("  {}", text::visible(&origin(unit)))));
    out.push('\n');
    let wanted = |v: &&Variant| langs.is_empty() || langs.iter().any(|l| v.lang.serves(l));
    let shown: Vec<&Variant> = unit.variants.iter().filter(wanted).collect();
    let width = shown.iter().map(|v| v.lang.as_str().len()).max().unwrap_or(2);
    for variant in shown {
        let is_source = unit.source_lang.as_ref() == Some(&variant.lang);
        let lang =
            styled(if is_source { look::STRONG } else { look::FAINT }, padded(variant.lang.as_str(), width));
        let text = with_codes(&variant.segment);
        let lines: Vec<String> = text
            .lines()
            .map(|line| text::isolate(&text::visible(line), &variant.lang).into_owned())
            .collect();
        let hang = format!("\n{}", " ".repeat(width + 4));
        out.push_str(&format!("  {lang}  {}\n", lines.join(&hang)));
        for (n, code) in codes(&variant.segment).enumerate() {
            line(&mut out, width + 4, &format!("{{{}}} {code}", n + 1));
        }
        attributes(&mut out, width + 4, &variant.attributes);
        properties(&mut out, width + 4, &variant.properties);
    }
    attributes(&mut out, 2, &unit.attributes);
    properties(&mut out, 2, &unit.properties);
    out
}

fn line(out: &mut String, indent: usize, said: &str) {
    let said = text::visible(said).replace(['\n', '\r', '\t'], " ");
    out.push_str(&format!("{}{}\n", " ".repeat(indent), styled(look::FAINT, said)));
}

fn attributes(out: &mut String, indent: usize, a: &Attributes) {
    let mut said = vec![];
    for (word, date, id) in
        [("made", &a.creation_date, &a.creation_id), ("changed", &a.change_date, &a.change_id)]
    {
        if date.is_some() || id.is_some() {
            let date = date.as_ref().map_or(String::new(), |d| format!(" {d}"));
            let id = id.as_ref().map_or(String::new(), |id| format!(" by {id}"));
            said.push(format!("{word}{date}{id}"));
        }
    }
    said.extend(a.other.iter().map(|(name, value)| format!("{name} {value}")));
    if !said.is_empty() {
        line(out, indent, &said.join(", "));
    }
}

fn properties(out: &mut String, indent: usize, properties: &[Property]) {
    for property in properties {
        let kind = property.kind.as_deref().unwrap_or("note");
        line(out, indent, &format!("{kind}: {}", property.text));
    }
}

/// Where a unit comes from: its memory, with its id there, and its file.
fn origin(unit: &Unit) -> String {
    let origin = &unit.origin;
    let id = origin.tuid.as_ref().map_or(String::new(), |id| format!(":{id}"));
    match origin.file.is_empty() {
        true => format!("{}{id}", origin.memory),
        false => format!("{}{id}  from {}", origin.memory, origin.file),
    }
}

/// Returns a unit in one line, cut to so many columns; 0 means no limit.
pub fn unit_line(unit: &Unit, columns: usize) -> String {
    let id = unit.id.to_string();
    let said: Vec<String> = unit
        .variants
        .iter()
        .map(|v| format!("{} {}", v.lang, text::isolate(&text::visible(&v.segment.text), &v.lang)))
        .collect();
    let said = said.join("  ").replace(['\n', '\r', '\t'], " ");
    let room = match columns {
        0 => usize::MAX,
        n => n.saturating_sub(id.len() + 2).max(20),
    };
    format!("{}  {}", styled(look::NAME, id), text::clip(&said, room))
}

/// Returns a unit as scripts see it in a list: its texts without codes, who changed it last, and when.
pub fn unit_json(unit: &Unit) -> Value {
    let segments: Vec<Value> =
        unit.variants.iter().map(|v| json!({"lang": v.lang, "text": v.segment.text})).collect();
    json!({
        "unit": unit.id,
        "memory": unit.origin.memory,
        "file": unit.origin.file,
        "tuid": unit.origin.tuid,
        "source_lang": unit.source_lang,
        "date": last_day(unit).map(|d| d.to_string()),
        "user": last_user(unit),
        "segments": segments,
    })
}
