//! Findings as SARIF 2.1.0, the exchange format of code scanners: what GitHub, GitLab, Azure and editors show.
//!
//! Every property stands where the standard says; what has no place there (the segment, the concept) is in the
//! property bags. Section numbers are those of the OASIS standard.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::paths;
use super::told::{Checked, Told};
use crate::check::{About, CHECKS, Page};
use crate::model::{Finding, Severity, Side};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What a fingerprint is called, with the number of the way it is made (3.27.18).
const FINGERPRINT: &str = "wicterm/v1";

/// Returns a run of a command as a SARIF log; files are named as seen from `root`.
pub fn sarif(checked: &Checked, command: &str, root: Option<&Path>) -> Value {
    let rules = Rules::of(checked);
    let mut files: Vec<String> = vec![];
    for told in &checked.told {
        if let Some(file) = &told.finding.place.file {
            let name = paths::below(file, root);
            if !files.contains(&name) {
                files.push(name);
            }
        }
    }
    let results: Vec<Value> =
        checked.told.iter().map(|told| result(told, checked, &rules, &files, root)).collect();
    let artifacts: Vec<Value> = files
        .iter()
        .map(|file| json!({"location": artifact(file, None), "roles": ["analysisTarget"]}))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "wicterm",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "shortDescription": {"text": env!("CARGO_PKG_DESCRIPTION")},
                "rules": rules.described,
            }},
            // Where the files lie is known to whoever reads the log, and nobody else's business (3.14.14).
            "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the folder that wicterm was run in"}}},
            "columnKind": "unicodeCodePoints",
            "automationDetails": {"id": format!("wicterm/{command}/")},
            "invocations": [invocation(checked)],
            "artifacts": artifacts,
            "results": results,
            "properties": {"rows": checked.rows, "files": checked.files},
        }],
    })
}

/// How the run went: a file that could not be read is no clean file (3.20).
fn invocation(checked: &Checked) -> Value {
    let notes: Vec<Value> = checked
        .failures
        .iter()
        .map(|failure| json!({"level": "error", "message": {"text": failure}}))
        .collect();
    json!({"executionSuccessful": notes.is_empty(), "toolExecutionNotifications": notes})
}

/// The rules, by code.
struct Rules {
    described: Vec<Value>,
    places: BTreeMap<String, usize>,
}

impl Rules {
    /// Every check there is, and what else was found: a reader's findings have no page.
    fn of(checked: &Checked) -> Self {
        let mut rules = Self { described: vec![], places: BTreeMap::new() };
        for check in CHECKS {
            let about = check.about();
            rules.add(about.code, described(about));
        }
        for told in &checked.told {
            let code = &told.finding.check;
            if !rules.places.contains_key(code) {
                let level = json!({"level": level(told.finding.severity)});
                rules.add(
                    code,
                    json!({
                        "id": code,
                        "shortDescription": {"text": code},
                        "help": {"text": told.finding.help.as_deref().unwrap_or(code)},
                        "defaultConfiguration": level,
                    }),
                );
            }
        }
        rules
    }

    fn add(&mut self, code: &str, described: Value) {
        self.places.insert(code.to_owned(), self.described.len());
        self.described.push(described);
    }
}

fn described(about: &About) -> Value {
    // A test holds every page against this reader.
    let summary = Page::read(about.page).map(|page| page.summary).unwrap_or_default();
    let why = section(about.page, "## Why");
    let cure = section(about.page, "## Cure");
    json!({
        "id": about.code,
        "name": pascal_case(about.code),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": if why.is_empty() { summary.clone() } else { why }},
        "help": {
            "text": if cure.is_empty() { summary } else { cure },
            "markdown": about.page.split("\n```").next().unwrap_or(about.page).trim_end(),
        },
        "defaultConfiguration": {"level": level(about.severity)},
        "properties": {"tags": [about.family.as_str()]},
    })
}

/// Returns the first paragraph below a heading, as one line.
fn section(page: &str, heading: &str) -> String {
    let Some((_, below)) = page.split_once(&format!("\n{heading}\n")) else { return String::new() };
    let paragraph = below.trim_start().split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `repeated-word` as `RepeatedWord` (3.49.7).
fn pascal_case(code: &str) -> String {
    let word = |word: &str| {
        let mut rest = word.chars();
        rest.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(rest).collect::<String>()
    };
    code.split('-').map(word).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn artifact(file: &str, index: Option<usize>) -> Value {
    let mut location = json!({"uri": paths::uri(file), "uriBaseId": "SRCROOT"});
    if let Some(index) = index {
        location["index"] = json!(index);
    }
    location
}

fn result(told: &Told, checked: &Checked, rules: &Rules, files: &[String], root: Option<&Path>) -> Value {
    let finding = &told.finding;
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text = format!("{text} To do: {help}.");
    }
    let file = finding.place.file.as_ref().map(|file| paths::below(file, root));
    let location = file.map(|file| artifact(&file, files.iter().position(|f| *f == file)));
    let mut result = json!({
        "ruleId": finding.check,
        "level": level(finding.severity),
        "kind": "fail",
        "message": {"text": text},
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    });
    if let Some(at) = rules.places.get(&finding.check) {
        result["ruleIndex"] = json!(at);
    }
    let mut place = Map::new();
    if let Some(location) = &location {
        let mut physical = json!({"artifactLocation": location});
        if let Some(region) = region(told) {
            physical["region"] = region;
        }
        place.insert("physicalLocation".to_owned(), physical);
    }
    if let Some(logical) = logical(finding) {
        place.insert("logicalLocations".to_owned(), json!([logical]));
    }
    if !place.is_empty() {
        result["locations"] = json!([place]);
    }
    if checked.against_baseline {
        result["baselineState"] = json!(if told.accepted.is_some() { "unchanged" } else { "new" });
    }
    if let Some(accepted) = &told.accepted {
        let mut suppression = json!({"kind": "external", "status": "accepted"});
        if let Some(why) = &accepted.why {
            suppression["justification"] = json!(why);
        }
        result["suppressions"] = json!([suppression]);
    }
    if let (Some(fix), Some(location)) = (fix(told), &location) {
        result["fixes"] = json!([{
            "description": {"text": finding.help.as_deref().unwrap_or("the replacement that wicterm proposes")},
            "artifactChanges": [{"artifactLocation": location, "replacements": [fix]}],
        }]);
    }
    result["properties"] = properties(told);
    result
}

/// The stretch of the file: lines and columns, and bytes; what is not known is not there (3.30).
fn region(told: &Told) -> Option<Value> {
    let finding = &told.finding;
    let place = &finding.place;
    let mut region = Map::new();
    if let Some(line) = place.line.filter(|n| *n > 0) {
        region.insert("startLine".to_owned(), json!(line));
        if let Some(column) = place.column.filter(|n| *n > 0) {
            region.insert("startColumn".to_owned(), json!(column));
            let surface = finding.surface.as_deref().unwrap_or_default();
            // Where a line ends inside, or an escape stands for a character, only the bytes know the end.
            let written_so = place.bytes.is_none_or(|(start, end)| end - start == surface.len() as u64);
            if !surface.contains(['\n', '\r']) && written_so {
                region.insert("endLine".to_owned(), json!(line));
                region.insert("endColumn".to_owned(), json!(column as usize + surface.chars().count()));
            }
        }
    }
    if let Some((start, end)) = place.bytes.filter(|(start, end)| start <= end) {
        region.insert("byteOffset".to_owned(), json!(start));
        region.insert("byteLength".to_owned(), json!(end - start));
    }
    if let Some(chars) = &told.chars {
        region.insert("charOffset".to_owned(), json!(chars.start));
        region.insert("charLength".to_owned(), json!(chars.end.saturating_sub(chars.start)));
    }
    if region.is_empty() {
        return None;
    }
    if let Some(surface) = &finding.surface {
        region.insert("snippet".to_owned(), json!({"text": surface}));
    }
    Some(Value::Object(region))
}

/// The unit, its side and the concept have no physical place (3.33).
fn logical(finding: &Finding) -> Option<Value> {
    let (unit, kind) = match (&finding.place.unit, &finding.concept) {
        (Some(unit), _) => (unit, "unit"),
        (None, Some(concept)) => (concept, "concept"),
        (None, None) => return None,
    };
    let side = match finding.place.side {
        Some(Side::Source) => "/source",
        Some(Side::Target) => "/target",
        Some(Side::Both) | None => "",
    };
    Some(json!({"name": unit, "fullyQualifiedName": format!("{unit}{side}"), "kind": kind}))
}

/// What to put in place of which bytes (3.57): as the job encodes it, or the plain text where file and segment have the
/// same bytes and nothing in the replacement could mean something to the file.
fn fix(told: &Told) -> Option<Value> {
    let finding = &told.finding;
    let (range, text) = match &told.patch {
        Some((range, text)) => (range.clone(), text.clone()),
        None => {
            let (start, end) = finding.place.bytes?;
            let (fix, surface) = (finding.fix.as_ref()?, finding.surface.as_ref()?);
            let plain =
                |text: &str| !text.contains(['<', '>', '&', '"', '\'', ',', ';', '|', '\t', '\n', '\r']);
            (end - start == surface.len() as u64 && plain(fix) && plain(surface))
                .then(|| (start..end, fix.clone()))?
        }
    };
    Some(json!({
        "deletedRegion": {"byteOffset": range.start, "byteLength": range.end - range.start},
        "insertedContent": {"text": text},
    }))
}

fn properties(told: &Told) -> Value {
    let finding = &told.finding;
    let mut properties = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            properties.insert(name.to_owned(), value);
        }
    };
    put("unit", json!(finding.place.unit));
    put("side", json!(finding.place.side));
    put("segment", json!(finding.place.segment));
    put("surface", json!(finding.surface));
    put("concept", json!(finding.concept));
    put("fix", json!(finding.fix));
    for (side, (lang, text, _)) in sides(told) {
        put(side, json!({"lang": lang, "text": text}));
    }
    Value::Object(properties)
}

type Shown<'a> = (&'a crate::model::LanguageTag, &'a str, Option<std::ops::Range<usize>>);

fn sides(told: &Told) -> Vec<(&'static str, Shown<'_>)> {
    let shown = told.shown();
    let names: &[&str] = if shown.len() == 2 { &["source", "target"] } else { &["text"] };
    names.iter().copied().zip(shown).collect()
}
