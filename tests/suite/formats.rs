//! The bundled glossary through every format and back: nothing is missing but what the report names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::door::Desk;
use serde_json::{Map, Value};
use wicterm::base::{Base, ExportOptions, ImportOptions, Selection, Source};
use wicterm::format::{FORMATS, Format, Loss, LossClass, ReadOptions, Shape};
use wicterm::model::Concept;
use wicterm::store::{Query, Who};

fn glossary() -> Base {
    let mut base = Base::memory().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("glossary");
    let (reports, _) =
        base.import(vec![Source::Path(folder)], ImportOptions::default(), Who::default()).unwrap();
    assert_eq!(reports[0].findings, 0, "{:?}", reports[0].details);
    base
}

/// Every concept by its slug, in the shape that loss reports point into.
fn shapes(base: &Base) -> BTreeMap<String, Value> {
    let concepts = base.concepts(&Query::default()).map(|c| c.unwrap());
    concepts.map(|c| (c.slug.as_ref().unwrap().to_string(), shape(&c))).collect()
}

fn shape(concept: &Concept) -> Value {
    let mut value = serde_json::to_value(concept).unwrap();
    let fields = value.as_object_mut().unwrap();
    // Identities belong to a base, not to what is said.
    for own in ["id", "foreign_ids"] {
        fields.remove(own);
    }
    value
}

/// Puts nothing in the place of what a pointer names.
fn forget(value: &mut Value, pointer: &str) {
    if let Some(named) = value.pointer_mut(pointer) {
        *named = Value::Null;
    } else if let Some((parent, key)) = pointer.rsplit_once('/')
        && let Some(Value::Object(fields)) = value.pointer_mut(parent)
    {
        fields.insert(key.to_owned(), Value::Null);
    }
}

/// Drops nulls, and lists and objects that hold nothing else.
fn pruned(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept: Map<String, Value> =
                fields.iter().map(|(k, v)| (k.clone(), pruned(v))).filter(|(_, v)| !v.is_null()).collect();
            if kept.is_empty() { Value::Null } else { Value::Object(kept) }
        }
        Value::Array(items) => {
            let kept: Vec<Value> = items.iter().map(pruned).filter(|v| !v.is_null()).collect();
            if kept.is_empty() { Value::Null } else { Value::Array(kept) }
        }
        other => other.clone(),
    }
}

/// Puts the languages of a copy, and their terms, where they stand in the original, and nothing where
/// one is missing: pointers count by place.
fn align(original: &Value, copy: &mut Value) {
    align_list(&original["languages"], copy.get_mut("languages"), "lang");
    let sections = original["languages"].as_array().into_iter().flatten();
    for (n, section) in sections.enumerate() {
        align_list(&section["terms"], copy.pointer_mut(&format!("/languages/{n}/terms")), "text");
    }
}

fn align_list(original: &Value, copy: Option<&mut Value>, key: &str) {
    let (Some(original), Some(Value::Array(items))) = (original.as_array(), copy) else { return };
    let mut rest = std::mem::take(items);
    for wanted in original {
        let found = rest.iter().position(|item| item[key] == wanted[key]);
        items.push(found.map_or(Value::Null, |at| rest.remove(at)));
    }
    items.append(&mut rest);
}

/// Says which concept differs in a way that the report does not name.
fn unreported(
    original: &BTreeMap<String, Value>,
    copy: &BTreeMap<String, Value>,
    losses: &[Loss],
) -> Vec<String> {
    let mut complaints = vec![];
    for (slug, concept) in original {
        let lost: Vec<&str> = losses
            .iter()
            .filter(|l| l.class == LossClass::Lost && l.entry == *slug)
            .map(|l| l.field.as_str())
            .collect();
        if lost.contains(&"") {
            continue;
        }
        // Where the name of a concept is lost, its terms lead to it.
        let read: Vec<&Value> = match lost.contains(&"/slug") {
            true => copy.values().filter(|c| share_a_term(c, concept)).collect(),
            false => copy.get(slug).into_iter().collect(),
        };
        let mut differences = read.into_iter().map(|read| difference(concept, read, &lost));
        let first = differences.next().unwrap_or_else(|| Some("is missing".to_owned()));
        if let Some(difference) = first
            && differences.all(|d| d.is_some())
        {
            complaints.push(format!("{slug} {difference}"));
        }
    }
    complaints
}

fn share_a_term(one: &Value, other: &Value) -> bool {
    let terms = |c: &Value| -> Vec<String> {
        let sections = c["languages"].as_array().into_iter().flatten();
        let terms = sections.flat_map(|s| s["terms"].as_array().into_iter().flatten());
        terms.filter_map(|t| t["text"].as_str()).map(str::to_owned).collect()
    };
    let known = terms(one);
    terms(other).iter().any(|term| known.contains(term))
}

/// Says how a copy differs from a concept without what is lost.
fn difference(concept: &Value, read: &Value, lost: &[&str]) -> Option<String> {
    let (mut expected, mut read) = (concept.clone(), read.clone());
    align(&expected, &mut read);
    let whole = read.clone();
    for pointer in lost {
        // A lost item of a list may be gone, and those behind it stand elsewhere then.
        let gone = |v: &Value| {
            let (list, key) = pointer.rsplit_once('/').unwrap_or_default();
            let items = |v: &Value| v.pointer(list).and_then(Value::as_array).map(Vec::len);
            key.parse::<usize>().is_ok() && items(concept) != items(v)
        };
        if !gone(&whole) {
            forget(&mut read, pointer);
        }
        forget(&mut expected, pointer);
    }
    let (expected, read) = (pruned(&expected), pruned(&read));
    (expected != read).then(|| format!("\n  was  {expected}\n  came {read}"))
}

/// Writes the glossary in a format and reads it into another base.
fn through(base: &Base, format: &'static Format, no_notes: bool) -> (Base, Vec<Loss>) {
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = match format.shape {
        Shape::Folder => dir.path().join("out"),
        Shape::File => dir.path().join(format!("out.{}", format.extensions.first().unwrap_or(&"txt"))),
    };
    let options = ExportOptions {
        selection: pair_for(format),
        no_notes,
        source_lang: "en".parse().ok(),
        title: "Policy glossary".to_owned(),
        now: "2026-11-22T10:00:00Z".to_owned(),
        ..ExportOptions::default()
    };
    let report = base.export(&path, format, &options).unwrap();
    let mut copy = Base::memory().unwrap();
    let read = ReadOptions { langs: pair_for(format).langs, ..ReadOptions::default() };
    let read = ImportOptions { format: Some(format), read, ..ImportOptions::default() };
    let (reports, _) = copy.import(vec![Source::Path(path)], read, Who::default()).unwrap();
    let wrong: Vec<_> = reports[0].details.iter().filter(|f| !f.check.starts_with("duplicate-")).collect();
    assert!(wrong.is_empty(), "{}: {wrong:?}", format.name);
    let gone = report.losses.iter().filter(|l| l.field.is_empty()).count();
    if !format.bilingual {
        assert_eq!(report.concepts as usize + gone, shapes(base).len(), "{}", format.name);
    }
    (copy, report.losses)
}

/// The languages of which a format takes two only.
fn pair_for(format: &Format) -> Selection {
    let langs = if format.bilingual { ["en", "fr"].map(|tag| tag.parse().unwrap()).to_vec() } else { vec![] };
    Selection { langs, ..Selection::default() }
}

fn two_way() -> impl Iterator<Item = &'static Format> {
    // TMX makes units of concepts; what they hold is counted below.
    FORMATS.iter().copied().filter(|f| f.concepts && f.read.is_some() && f.write.is_some() && f.name != "tmx")
}

#[test]
fn the_glossary_comes_back_from_every_format_but_for_what_the_report_names() {
    let base = glossary();
    let original = shapes(&base);
    let mut summary = String::new();
    for format in two_way() {
        let pair = pair_for(format);
        let asked = base.concepts(&Query::default()).filter_map(|c| pair.part_of(c.unwrap()));
        let asked = asked.map(|c| (c.slug.as_ref().unwrap().to_string(), shape(&c))).collect();
        let original = if format.bilingual { &asked } else { &original };
        for no_notes in [false, true] {
            let (copy, losses) = through(&base, format, no_notes);
            let complaints = unreported(original, &shapes(&copy), &losses);
            assert!(
                complaints.is_empty(),
                "{} (notes: {}): {} concepts\n{}",
                format.name,
                !no_notes,
                complaints.len(),
                complaints[0]
            );
            let lost = losses.iter().filter(|l| l.class == LossClass::Lost).count();
            let noted = losses.len() - lost;
            let notes = if no_notes { "without notes" } else { "with notes" };
            summary
                .push_str(&format!("{:<18} {notes:<14} {noted:>6} as notes {lost:>6} lost\n", format.name));
        }
    }
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("glossary-through-every-format", summary);
    });
}

#[test]
fn a_loss_that_is_not_reported_fails_the_sweep() {
    let base = glossary();
    let original = shapes(&base);
    let format = wicterm::format::by_name("tbx-basic-dca").unwrap();
    let (copy, mut losses) = through(&base, format, true);
    let read = shapes(&copy);
    assert!(unreported(&original, &read, &losses).is_empty());
    // A reported loss that the report forgets.
    let forgotten = losses.iter().position(|l| l.class == LossClass::Lost && l.field.ends_with("/validity"));
    losses.remove(forgotten.expect("TBX Basic has no place for validity"));
    assert_eq!(unreported(&original, &read, &losses).len(), 1);
    // A field that gets lost on the way without a word.
    let (_, losses) = through(&base, format, false);
    let (copy, _) = through(&base, format, false);
    let mut read = shapes(&copy);
    assert!(unreported(&original, &read, &losses).is_empty());
    let one = read.get_mut("cyber-sovereignty").unwrap();
    one.pointer_mut("/languages/0/terms/0").unwrap().as_object_mut().unwrap().remove("contexts");
    assert_eq!(unreported(&original, &read, &losses).len(), 1);
}

#[test]
fn tbx_2_has_its_languages_declared_beside_it_where_there_is_room() {
    let desk = Desk::new();
    desk.ok(["add", "one", "--equivalent", "zh-Hans=一"]);
    let ran = desk.run(["export", "a.tbx", "--as", "tbx-v2-basic"]);
    assert!(ran.code == Some(0) && ran.err.contains("a.xcs declares its languages"), "{ran}");
    let read = |name: &str| std::fs::read_to_string(desk.folder().join(name)).unwrap_or_default();
    assert!(read("a.xcs").contains("<langCode>zh-Hans</langCode>"));
    // What is ours is replaced with its file; what is not, is not, and nothing is written.
    desk.ok(["add", "two", "--equivalent", "fr=deux"]);
    desk.ok(["export", "a.tbx", "--as", "tbx-v2-default"]);
    assert!(read("a.xcs").contains("<langCode>fr</langCode>"));
    desk.write("b.xcs", "<TBXXCS/>");
    let ran = desk.run(["export", "b.tbx", "--as", "tbx-v2-basic"]);
    ran.refused();
    assert!(!desk.folder().join("b.tbx").exists());
    assert_eq!(read("b.xcs"), "<TBXXCS/>");
    // On standard output there is nothing beside, and the header names the published one.
    let ran = desk.run(["export", "-", "--as", "tbx-v2-basic"]);
    assert!(ran.out.contains("TBXBasicXCSV02.xcs") && ran.err.contains("no .xcs"), "{ran}");
    let ran = desk.run(["export", "c.tbx"]);
    assert!(!ran.err.contains("xcs") && !desk.folder().join("c.xcs").exists(), "{ran}");
    // Read back, it is a property of the header and nothing more.
    let ran = desk.run(["import", "a.tbx"]);
    assert!(ran.code == Some(0) && !ran.err.contains("xcs"), "{ran}");
}

#[test]
fn tmx_of_concepts_holds_a_unit_for_each_and_with_variants_every_usable_pair() {
    let base = glossary();
    let format = wicterm::format::by_name("tmx").unwrap();
    let dir = tempfile::tempdir().unwrap();
    for (variants, least) in [(false, 200), (true, 1_500)] {
        let path = dir.path().join("policy.tmx");
        let options = ExportOptions {
            variants,
            source_lang: "en".parse().ok(),
            now: "2026-11-22T10:00:00Z".to_owned(),
            ..ExportOptions::default()
        };
        let report = base.export(&path, format, &options).unwrap();
        assert!(report.units >= least, "{} units", report.units);
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.contains("<seg>网络主权</seg>"));
        assert!(!written.contains("<seg>internet sovereignty</seg>"), "a deprecated term is no translation");
        let mut memory = Base::memory().unwrap();
        let (reports, _) =
            memory.import(vec![Source::Path(path)], ImportOptions::default(), Who::default()).unwrap();
        assert_eq!(reports[0].read, report.units);
    }
}
