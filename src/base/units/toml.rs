//! A unit as a text that a person edits: its segments with numbered codes, its source language, its notes.
//!
//! Everything else of a unit (dates, properties, native code) stays as it was. A segment is known again by its
//! language, and by which of that language it is.

use std::fmt::Write;

use serde::Deserialize;

use super::codes::{codes, from_text, with_codes};
use crate::model::{LanguageTag, Property, Segment, Unit, Variant};
use crate::text;

/// Returns a unit as TOML.
pub fn unit_to_toml(unit: &Unit) -> String {
    let mut out = String::new();
    let origin = &unit.origin;
    comment(&mut out, &format!("unit {} of the memory \"{}\"", unit.id, origin.memory));
    let tuid = origin.tuid.as_ref().map(|id| format!("id {id}"));
    let file = Some(&origin.file).filter(|f| !f.is_empty()).map(|f| format!("from {f}"));
    let from: Vec<String> = file.into_iter().chain(tuid).collect();
    if !from.is_empty() {
        comment(&mut out, &from.join(", "));
    }
    if unit.variants.iter().any(|v| !v.segment.inlines.is_empty()) {
        comment(&mut out, "Numbers in braces stand for inline codes. They may move, and each stays once:");
        for variant in unit.variants.iter().filter(|v| !v.segment.inlines.is_empty()) {
            let known: Vec<String> = codes(&variant.segment)
                .enumerate()
                .map(|(n, code)| format!("{{{}}} {code}", n + 1))
                .collect();
            comment(&mut out, &format!("  {}: {}", variant.lang, known.join("  ")));
        }
    }
    out.push('\n');
    // Writing to a string does not fail.
    let _ = match &unit.source_lang {
        Some(lang) => writeln!(out, "source-lang = {}", quoted(lang.as_str())),
        None => writeln!(out, "# source-lang = \"en\""),
    };
    let notes: toml_edit::Array = notes(unit).map(|n| n.text.as_str()).collect();
    let _ = writeln!(out, "notes = {}", toml_edit::Value::from(notes));
    for variant in &unit.variants {
        let text = quoted(&with_codes(&variant.segment));
        let _ = writeln!(out, "\n[[segment]]\nlang = {}\ntext = {text}", quoted(variant.lang.as_str()));
    }
    out
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn comment(out: &mut String, line: &str) {
    let line = line.replace(|c: char| c.is_control(), " ");
    out.push_str(&format!("# {}\n", text::clip(&text::visible(&line), 200)));
}

fn notes(unit: &Unit) -> impl Iterator<Item = &Property> {
    unit.properties.iter().filter(|p| p.kind.is_none())
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    source_lang: Option<LanguageTag>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    segment: Vec<WrittenSegment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSegment {
    lang: LanguageTag,
    text: String,
}

/// Reads the text of a unit that was this one before; what is wrong with its codes comes with it.
pub fn unit_from_toml(text: &str, before: &Unit) -> Result<(Unit, Vec<String>), String> {
    let written: Written = toml_edit::de::from_str(text).map_err(|e| e.to_string())?;
    let segments = written.segment.into_iter().map(|s| (s.lang, s.text)).collect();
    let (variants, trouble) = retold(before, segments)?;
    let mut after = Unit { source_lang: written.source_lang, variants, ..before.clone() };
    let mut were: Vec<Property> = notes(before).cloned().collect();
    if were.iter().map(|n| &n.text).ne(&written.notes) {
        after.properties.retain(|p| p.kind.is_some());
        for text in written.notes {
            let known = were.iter().position(|n| n.text == text).map(|at| were.remove(at));
            after.properties.push(known.unwrap_or(Property { kind: None, text, attributes: vec![] }));
        }
    }
    Ok((after, trouble))
}

/// Returns the variants of a unit with these texts in the place of what it had, and what is wrong with the
/// codes in them. A language that is new takes the codes of the source.
pub fn retold(
    before: &Unit,
    segments: Vec<(LanguageTag, String)>,
) -> Result<(Vec<Variant>, Vec<String>), String> {
    let (mut variants, mut trouble): (Vec<Variant>, Vec<String>) = (vec![], vec![]);
    for (lang, text) in segments {
        let nth = variants.iter().filter(|v| v.lang == lang).count();
        let known = before.variants.iter().filter(|v| v.lang == lang).nth(nth);
        if let Some(known) = known.filter(|known| with_codes(&known.segment) == text) {
            variants.push(known.clone());
            continue;
        }
        if text.trim().is_empty() {
            return Err(format!("the text in {lang} is empty; to remove the segment, take it out whole"));
        }
        if let Some(c) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(format!("the text in {lang} holds the control character U+{:04X}", c as u32));
        }
        let from = known.or(before.source()).map_or(&[][..], |v| &v.segment.inlines);
        let retold = from_text(&text, from);
        trouble.extend(retold.trouble.into_iter().map(|t| format!("{lang}: {t}")));
        variants.push(match known {
            Some(known) => Variant { segment: retold.segment, ..known.clone() },
            None => variant(lang, retold.segment),
        });
    }
    if variants.is_empty() {
        return Err("a unit has at least one segment".to_owned());
    }
    Ok((variants, trouble))
}

/// Makes a variant that has a segment and nothing else.
pub fn variant(lang: LanguageTag, segment: Segment) -> Variant {
    Variant { lang, written: None, attributes: Default::default(), properties: vec![], segment }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> Unit {
        let lang = |tag: &str| tag.parse::<LanguageTag>().unwrap();
        let note = Property { kind: None, text: "a \"note\"".into(), attributes: vec![] };
        let property = Property { kind: Some("x-domain".into()), text: "law".into(), attributes: vec![] };
        Unit {
            source_lang: Some(lang("en")),
            properties: vec![note, property],
            variants: vec![
                variant(lang("en"), Segment::plain("One\n\"two\"")),
                variant(lang("fr"), Segment::plain("Un")),
                variant(lang("fr"), Segment::plain("Une")),
            ],
            ..Unit::default()
        }
    }

    #[test]
    fn a_unit_that_nobody_touched_reads_back_as_it_was() {
        let unit = unit();
        assert_eq!(unit_from_toml(&unit_to_toml(&unit), &unit), Ok((unit, vec![])));
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_unit_says_its_text_reads_back(said in "(?s).{0,20}|[\\\\\"'\r\n\t#=a]{0,12}", note in "(?s).{0,12}") {
            let mut unit = unit();
            unit.variants[1].segment = Segment::plain(said);
            unit.properties[0].text = note;
            unit.origin.file = "a\nb = \u{202e}".to_owned();
            proptest::prop_assert_eq!(unit_from_toml(&unit_to_toml(&unit), &unit), Ok((unit, vec![])));
        }
    }

    #[test]
    fn what_was_written_is_taken_and_the_rest_stays() {
        let before = unit();
        let text = unit_to_toml(&before)
            .replace("text = \"Une\"", "text = \"L’une\"")
            .replace("notes = [", "notes = [\"new\", ");
        let (after, trouble) = unit_from_toml(&text, &before).unwrap();
        assert_eq!(trouble, [""; 0]);
        assert_eq!(after.variants[1], before.variants[1]);
        assert_eq!(after.variants[2].segment.text, "L’une");
        let said: Vec<&str> = after.properties.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(said, ["law", "new", "a \"note\""]);
        for wrong in [
            "segments = 1",
            "[[segment]]\nlang = \"en\"\ntext = \" \"",
            "notes = []",
            "[[segment]]\nlang = \"e\"\ntext = \"x\"",
        ] {
            assert!(unit_from_toml(wrong, &before).is_err(), "{wrong}");
        }
    }
}
