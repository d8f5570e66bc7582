//! The conformance kit of LISA for TMX: what it says must come out comes out.
//!
//! The kit has TMX files and, beside them, what a tool must make of them: plain texts, and documents in
//! RTF, HTML, RC, properties, PO and XLIFF whose strings are the segments, codes included.

use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::WINDOWS_1252;
use serde_json::Value;
use wicterm::base::{Base, ExportOptions, ImportOptions, Selection, Source, UnitFilter};
use wicterm::format;
use wicterm::model::{Finding, Native, Segment, Unit};
use wicterm::store::{Query, Who};

use crate::needs::{Need, met, python, shared};

fn kit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats/tmx/lisa-kit")
}

/// The files of the kit with this extension.
fn files(extension: &str) -> Vec<PathBuf> {
    of_folder(&kit(), extension)
}

fn of_folder(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|e| e.expect("the folder can be listed").path());
    let mut files: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == extension)).collect();
    files.sort();
    files
}

fn imported(tmx: &Path) -> (Base, Vec<Finding>) {
    let mut base = Base::memory().expect("a base in memory can be made");
    let sources = vec![Source::Path(tmx.to_owned())];
    let (mut reports, _) = base
        .import(sources, ImportOptions::default(), Who::default())
        .unwrap_or_else(|e| panic!("{}: {e}", tmx.display()));
    (base, reports.remove(0).details)
}

/// A base made of a file of the kit, in which there is nothing to complain of.
fn base_of(tmx: &Path) -> Base {
    let (base, findings) = imported(tmx);
    assert_eq!(findings, [], "{}", tmx.display());
    base
}

fn units(base: &Base) -> Vec<Unit> {
    base.snapshot().units(&Query::default()).map(|unit| unit.expect("the base is sound")).collect()
}

/// Reads a file in UTF-16, UTF-8 or, if it is neither, windows-1252.
fn text(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
        String::from_utf16(&units).expect("the kit is well-formed")
    };
    let decoded = match &bytes[..] {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => WINDOWS_1252.decode(e.as_bytes()).0.into_owned(),
        },
    };
    decoded.trim_start_matches('\u{FEFF}').replace("\r\n", "\n")
}

/// The language of an output, and the TMX it belongs to: `ImportTest1A_fr-ca.txt`.
fn named(output: &Path) -> (String, PathBuf) {
    let stem = output.file_stem().and_then(|s| s.to_str()).expect("the kit's names are ASCII");
    let (test, lang) = stem.split_once('_').unwrap_or((stem, "en-us"));
    (lang.replace("fr", "fr-ca").replace("fr-ca-ca", "fr-ca"), kit().join(format!("{test}.tmx")))
}

/// What the units say in a language.
fn segments(units: &[Unit], lang: &str) -> Vec<Segment> {
    let said = |unit: &Unit| {
        let in_it = |tag: &str| tag.eq_ignore_ascii_case(lang);
        let mut variants = unit.variants.iter();
        let variant = variants.find(|v| in_it(v.written.as_deref().unwrap_or(v.lang.as_str())));
        variant.map(|v| v.segment.clone())
    };
    units.iter().filter_map(said).collect()
}

/// A segment as it stands in a document: with its codes, and without what is in none.
fn native(segment: &Segment) -> String {
    let mut out = String::new();
    let mut from = 0;
    for inline in &segment.inlines {
        let at = inline.at as usize;
        out.push_str(&segment.text[from..at]);
        from = at;
        for part in &inline.native {
            match part {
                Native::Code(code) => out.push_str(code),
                Native::Sub(_, sub) => out.push_str(&native(sub)),
            }
        }
    }
    out + &segment.text[from..]
}

/// A document without the escapes of its format.
fn unescaped(extension: &str, document: &str) -> String {
    match extension {
        "htm" | "xlf" => {
            let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
            entities.iter().fold(document.to_owned(), |text, (entity, c)| text.replace(entity, c))
        }
        "properties" => {
            let mut parts = document.split("\\u");
            let mut out = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let code = u32::from_str_radix(&part[..4], 16).ok().and_then(char::from_u32);
                out.push(code.expect("four digits name a character"));
                out.push_str(&part[4..]);
            }
            out
        }
        "rtf" => of_rtf(document),
        _ => document.to_owned(),
    }
}

/// The text of an RTF document, as far as the kit goes.
fn of_rtf(document: &str) -> String {
    let mut out = String::new();
    let mut rest = document;
    while let Some(at) = rest.find(['\\', '{', '}', '\n', '\r']) {
        out.push_str(&rest[..at]);
        let Some(code) = rest[at..].strip_prefix('\\') else {
            rest = &rest[at + 1..];
            continue;
        };
        if let Some(hex) = code.strip_prefix('\'') {
            let byte = u8::from_str_radix(&hex[..2], 16).expect("two digits name a byte");
            out.push_str(&WINDOWS_1252.decode(&[byte]).0);
            rest = &hex[2..];
            continue;
        }
        if !code.starts_with(|c: char| c.is_ascii_alphabetic()) {
            out.push_str(&code[..1]);
            rest = &code[1..];
            continue;
        }
        let end = code.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(code.len());
        let word = &code[..end];
        let number = code[end..].find(|c: char| !c.is_ascii_digit()).map_or(code.len(), |n| end + n);
        match word {
            "tab" => out.push('\t'),
            "par" => out.push('\n'),
            "rquote" => out.push('\u{2019}'),
            "ldblquote" => out.push('\u{201C}'),
            "endash" => out.push('\u{2013}'),
            "u" => {
                let code = code[end..number].parse().ok().and_then(char::from_u32);
                out.push(code.expect("the number names a character"));
            }
            _ => {}
        }
        // Behind a number that names a character stands what older readers show for it.
        let shown = if word == "u" { '?' } else { ' ' };
        rest = code[number..].strip_prefix(shown).unwrap_or(&code[number..]);
    }
    out + rest
}

#[test]
fn the_texts_come_out_as_the_kit_says() {
    let outputs = files("txt").into_iter().filter(|p| !p.ends_with("License.txt"));
    let mut compared = 0;
    for output in outputs {
        let (lang, tmx) = named(&output);
        let lines: Vec<String> =
            segments(&units(&base_of(&tmx)), &lang).into_iter().map(|s| s.text + "\n").collect();
        assert_eq!(lines.concat(), text(&output), "{}", output.display());
        compared += 1;
    }
    assert_eq!(compared, 18, "the kit has a text in two languages for nine tests");
}

#[test]
fn the_documents_of_the_kit_hold_the_segments() {
    let mut missing = vec![];
    for extension in ["rc", "properties", "po", "xlf", "htm", "rtf"] {
        for output in files(extension) {
            let (lang, tmx) = named(&output);
            let document = unescaped(extension, &text(&output));
            for segment in segments(&units(&base_of(&tmx)), &lang) {
                // What codes do is said in RTF in more than one way.
                let wanted = if extension == "rtf" { segment.text } else { native(&segment) };
                if !document.contains(&wanted) {
                    let name = output.file_name().unwrap_or_default().to_string_lossy();
                    missing.push(format!("{name}: {wanted}"));
                }
            }
        }
    }
    // In these two the kit's TMX does not say what its document says.
    let slips = [
        "ImportTest2B_fr-ca.rtf: Image: ",
        "ImportTest2B_fr-ca.rtf: Du text avec une portion d\u{e9}limit\u{e9}e.",
    ];
    assert_eq!(missing, slips);
}

#[test]
fn the_source_of_a_unit_is_the_one_that_the_kit_means() {
    let sources = |name: &str| -> Vec<String> {
        let units = units(&base_of(&kit().join(name)));
        let source = |unit: &Unit| unit.source().map(|variant| variant.segment.text.clone());
        units.iter().filter_map(source).collect()
    };
    // Whatever its place in the unit.
    assert_eq!(sources("ImportTest1J.tmx"), ["First entry in US English", "Second entry in US English"]);
    // What the unit says goes before what the header says: nothing here is translated from English.
    assert_eq!(sources("ImportTest1K.tmx"), ["First Entry - German", "Second Entry - French Canadian"]);
}

#[test]
fn every_unit_of_the_kit_comes_back_from_a_base() {
    if met(&[Need::Python]) {
        let kit = files("tmx");
        assert_eq!(kit.len(), 23, "the kit has as many");
        assert_eq!(changed_on_the_way(&kit), [""; 0]);
    }
}

#[test]
fn every_unit_of_real_files_comes_back_from_a_base() {
    if met(&[Need::Python, Need::Shared]) {
        // What no TMX may say: a property without a type, and codes of which the other half is missing.
        let changed = ["okapi_html_test.tmx", "tmx_invalid.tmx"];
        assert_eq!(changed_on_the_way(&of_folder(&shared("real/tmx"), "tmx")), changed);
    }
}

/// Takes files into a base each and out again; returns those that say something else then.
fn changed_on_the_way(files: &[PathBuf]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("the system has a folder for temporary files");
    let copies: Vec<_> =
        files.iter().map(|tmx| folder.path().join(tmx.file_name().expect("it was listed"))).collect();
    for (tmx, copy) in files.iter().zip(&copies) {
        let options = ExportOptions {
            selection: Selection { units: Some(UnitFilter::default()), ..Selection::default() },
            title: "a copy".to_owned(),
            now: "2026-11-22T10:00:00Z".to_owned(),
            ..ExportOptions::default()
        };
        let format = format::by_name("tmx").expect("it is written");
        let (base, _) = imported(tmx);
        // A file without units is an empty memory.
        base.export(copy, format, &options).unwrap_or_else(|e| panic!("{}: {e}", tmx.display()));
        // By which the base knows its units again, and which says nothing of them.
        let said = fs::read_to_string(copy).expect("it was just written");
        let lines = said.split_inclusive('\n').filter(|line| !line.contains("\"wicterm:unit-id\""));
        fs::write(copy, lines.collect::<String>()).expect("a temporary file can be written");
    }
    let (before, after) = (normal(files), normal(&copies));
    let pairs = files.iter().zip(before.iter().zip(&after));
    let changed = pairs.filter(|(_, (before, after))| before != after);
    changed.map(|(tmx, _)| tmx.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect()
}

/// What files say, in the normal form of a script that is not ours to bend.
fn normal(paths: &[PathBuf]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/normal_tmx.py");
    let output = python().arg(script).args(paths).output().expect("it started when it was looked for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("the script prints JSON")).collect()
}
