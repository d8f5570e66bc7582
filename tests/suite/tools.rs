//! What is written for each tool, and the page that says what the tool will not see, `docs/tools.md`.
//!
//! One concept with everything that tools differ about is exported for each of them. The page is made of the loss
//! reports of these exports; `WICTERM_WRITE_DOCS=1` writes it anew.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;
use wicterm::format::{FORMATS, Format, PROFILES, Profile};

use crate::door::Desk;
use crate::pages::page_on;

const SAMPLE: &str = include_str!("tools.json");

/// A concept that the sample is related to.
const RELATED: &str = r#"{"slug":"sovereignty","languages":[{"lang":"en","terms":[{"text":"sovereignty","status":"preferred"}]},{"lang":"fr","terms":[{"text":"souveraineté","status":"preferred"}]}]}"#;

/// What tools differ about, and where it stands in the sample.
const FEATURES: &[(&str, &[&str])] = &[
    ("preferred terms", &["/languages/1/terms/0/text", "/languages/1/terms/0/status"]),
    ("admitted variants", &["/languages/1/terms/1/text"]),
    ("variants of the source term", &["/languages/0/terms/1/text"]),
    ("superseded terms, as such", &["/languages/1/terms/2/text", "/languages/1/terms/2/status"]),
    ("deprecated terms, as such", &["/languages/1/terms/3/text", "/languages/1/terms/3/status"]),
    ("forbidden terms, as such", &["/languages/1/terms/4/text", "/languages/1/terms/4/forbidden"]),
    ("proposed terms, as such", &["/languages/1/terms/6/text", "/languages/1/terms/6/status"]),
    ("do not translate", &["/languages/1/terms/5/text", "/languages/1/terms/5/match/do_not_translate"]),
    ("case sensitive", &["/languages/1/terms/5/text", "/languages/1/terms/5/match/case_sensitive"]),
    ("definitions", &["/definitions/0/text"]),
    ("their sources", &["/definitions/0/source"]),
    ("subject fields", &["/subject_fields/0"]),
    ("contexts", &["/languages/0/terms/0/contexts/0/text"]),
    ("their dated sources", &["/languages/0/terms/0/contexts/0/source"]),
    ("made-up contexts, as such", &["/languages/0/terms/0/contexts/0/kind"]),
    ("sources of terms", &["/languages/0/terms/0/sources/0"]),
    ("notes on the concept", &["/notes/0/text"]),
    ("notes on terms", &["/languages/0/terms/0/notes/0/text"]),
    ("part of speech", &["/languages/1/terms/0/part_of_speech"]),
    ("gender", &["/languages/1/terms/0/gender"]),
    ("kinds of terms", &["/languages/1/terms/1/kind"]),
    ("readings", &["/languages/2/terms/0/reading"]),
    ("relations of concepts", &["/relations/0"]),
    ("our name of the concept", &["/slug"]),
];

/// A desk with the sample.
fn desk() -> Desk {
    let desk = Desk::new();
    let sample: Value = serde_json::from_str(SAMPLE).unwrap();
    desk.write("s.jsonl", format!("{{\"schema_version\":1,\"format\":\"wicterm\"}}\n{{\"concept\":{sample}}}\n{{\"concept\":{RELATED}}}\n"));
    desk.ok(["import", "s.jsonl"]);
    desk
}

/// Exports the sample for a tool; returns the name of the file, what was said, and the losses of the sample.
fn exported(desk: &Desk, profile: &Profile) -> (String, String, Vec<Value>) {
    let file = format!("for-{}.{}", profile.name, profile.concepts.extensions.first().unwrap_or(&"txt"));
    let mut args = vec!["export", "--for", profile.name, &file, "--report", "r.json"];
    if profile.concepts.bilingual {
        args.extend(["--lang", "en,fr"]);
    }
    let ran = desk.run(args);
    assert_eq!(ran.code, Some(0), "{}: {ran}", profile.name);
    let report: Value =
        serde_json::from_slice(&std::fs::read(desk.folder().join("r.json")).unwrap()).unwrap();
    let losses = report["losses"].as_array().cloned().unwrap_or_default();
    let of_sample = losses.into_iter().filter(|loss| loss["entry"] == "cyber-sovereignty").collect();
    (file, ran.err, of_sample)
}

#[test]
fn every_tool_gets_what_it_reads() {
    let desk = desk();
    let moment = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d").unwrap();
    for profile in PROFILES {
        let (file, said, losses) = exported(&desk, profile);
        let bytes = std::fs::read(desk.folder().join(&file)).unwrap();
        let text = String::from_utf8(bytes).unwrap_or_else(|_| "(no text)".to_owned());
        // When it was written is all that differs from day to day.
        let text = moment.replace_all(&text, "NOW");
        let mut shown = format!("{}\n{}\n{said}\n", text.replace('\r', "␍"), "-".repeat(72));
        for loss in &losses {
            writeln!(shown, "{}: {}", loss["field"].as_str().unwrap(), loss["why"].as_str().unwrap())
                .unwrap();
        }
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
            prepend_module_to_snapshot => false,
        }, {
            insta::assert_snapshot!(format!("for-{}", profile.name), shown);
        });
    }
}

#[test]
fn what_comes_from_a_tool_is_read_by_its_name() {
    let desk = desk();
    for profile in PROFILES.iter().filter(|p| p.concepts.read.is_some()) {
        let (file, ..) = exported(&desk, profile);
        let other = Desk::new();
        other.write(&file, std::fs::read(desk.folder().join(&file)).unwrap());
        let mut args = vec!["import", "--from", profile.name, &file];
        if profile.concepts.bilingual {
            args.extend(["--lang", "en,fr"]);
        }
        let ran = other.run(args);
        assert_eq!(ran.code, Some(0), "{}: {ran}", profile.name);
        for term in ["cyber sovereignty", "cybersouveraineté"] {
            assert_eq!(other.run(["lookup", term]).code, Some(0), "{}: {term}", profile.name);
        }
    }
}

#[test]
fn a_pair_is_asked_for_and_a_folder_gets_a_file_for_each() {
    let desk = desk();
    let Some(profile) = PROFILES.iter().find(|p| p.concepts.bilingual) else { return };
    let ran = desk.run(["export", "--for", profile.name, "x.txt"]);
    ran.refused();
    assert!(ran.err.contains("--lang en,fr") && ran.err.contains("fr, zh-Hans"), "{ran}");
    let ran = desk.run(["export", "--for", profile.name, "x.txt", "--lang", "en,ar"]);
    assert!(ran.code != Some(0) && !desk.folder().join("x.txt").exists(), "{ran}");
    desk.ok(["export", "--for", profile.name, "out/"]);
    let mut files: Vec<_> = std::fs::read_dir(desk.folder().join("out"))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let extension = profile.concepts.extensions[0];
    assert_eq!(files, [format!("en-fr.{extension}"), format!("en-zh-Hans.{extension}")]);
}

#[test]
fn of_a_text_or_a_bilingual_file_only_what_occurs_in_its_source_is_left() {
    let desk = desk();
    desk.write("memo.txt", "They speak of cyber sovereignty.\n");
    let row = |source: &str, target: &str| {
        format!(
            "<xliff version=\"1.2\"><file original=\"a\" source-language=\"en\" target-language=\"fr\" datatype=\"plaintext\"><body>\
             <trans-unit id=\"1\"><source>{source}</source><target>{target}</target></trans-unit></body></file></xliff>"
        )
    };
    desk.write("job.xlf", row("They speak of cyber sovereignty.", "Ils en parlent."));
    desk.write("other.xlf", row("They speak.", "Ils parlent de cybersouveraineté."));
    let asked = |file| desk.run(["export", "--for", "llm", "-", "--lang", "en,fr", "--text", file]);
    desk.write("short.txt", "They speak of sovereignty.\n");
    // The shorter term stands in the longer one.
    for (file, lines) in [("memo.txt", 2), ("job.xlf", 2), ("short.txt", 1)] {
        let ran = asked(file);
        assert!(ran.code == Some(0) && ran.out.matches("→").count() == lines, "{file}: {ran}");
        assert_eq!(ran.out.contains("cybersouveraineté"), lines == 2, "{file}: {ran}");
    }
    assert!(asked("other.xlf").refused().err.contains("nothing in the base"));
}

#[test]
fn the_page_on_tools_says_what_they_will_see() {
    let page = page();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tools.md");
    if std::env::var_os("WICTERM_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/tools.md says what is no longer so; WICTERM_WRITE_DOCS=1 writes it");
}

fn page() -> String {
    let mut out = "# Tools\n\n`wicterm export --for TOOL FILE` writes what the tool reads, `--memory` what it takes as a \
                   translation memory, and `wicterm import --from TOOL FILE` reads what comes from it. Some tools take one \
                   pair of languages: `--lang en,fr` says which, and a folder (`DIR/`) gets a file for each.\n\n\
                   *Tried* means that the tool itself, or the library that it reads with, opens our file in our tests. What \
                   is *unverified* was made by the tool's documentation as far as that goes.\n\n\
                   | tool | name | terms | memory | takes | tried |\n| --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let name = |format: &Format| format!("[`{}`](formats/{}.md)", format.name, page_on(format));
    for profile in PROFILES {
        let takes = if profile.concepts.bilingual { "one pair of languages" } else { "all languages" };
        writeln!(
            out,
            "| {} | `{}` | {} | {} | {takes} | {} |",
            profile.tool,
            profile.name,
            name(profile.concepts),
            profile.units.map(name).unwrap_or_default(),
            if profile.tried { "tried" } else { "*unverified*" },
        )
        .unwrap();
    }
    out.push_str("\n## What to do with the file\n\n");
    for profile in PROFILES {
        writeln!(out, "- {}: {}.", profile.tool, profile.advice).unwrap();
    }
    out.push_str("\n## What the tool will see\n\nOf one concept with everything, as the loss report of an export says it entry by entry. *Apart* is \
                  what the tool shows as an entry of its own.\n\n");
    let desk = desk();
    let reports: Vec<(&Profile, Vec<Value>)> = PROFILES.iter().map(|p| (p, exported(&desk, p).2)).collect();
    let mut whys: Vec<String> = vec![];
    let tools: Vec<_> = PROFILES.iter().map(|p| p.name).collect();
    writeln!(out, "| | {} |\n| --- |{}", tools.join(" | "), " --- |".repeat(tools.len())).unwrap();
    for (feature, pointers) in FEATURES {
        let cells: Vec<_> = reports.iter().map(|(p, losses)| cell(p, losses, pointers, &mut whys)).collect();
        writeln!(out, "| {feature} | {} |", cells.join(" | ")).unwrap();
    }
    out.push('\n');
    for (n, why) in whys.iter().enumerate() {
        writeln!(out, "{}. {why}", n + 1).unwrap();
    }
    out
}

/// What becomes of a feature in what is written for a tool, with the numbers of the reasons.
fn cell(profile: &Profile, losses: &[Value], pointers: &[&str], whys: &mut Vec<String>) -> String {
    if profile.concepts.bilingual && pointers.iter().any(|p| p.starts_with("/languages/2")) {
        return "–".to_owned();
    }
    let inside = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let touches = |lost: &str| pointers.iter().any(|pointer| inside(lost, pointer) || inside(pointer, lost));
    let mut word = "yes";
    let mut reasons = vec![];
    for loss in losses.iter().filter(|loss| touches(loss["field"].as_str().unwrap())) {
        let why = loss["why"].as_str().unwrap().to_owned();
        word = match loss["class"].as_str() {
            // In the file, and no part of the concept any more when it comes back.
            _ if why.ends_with("of its own") => "apart",
            Some("lost") => "no",
            _ => "a note",
        };
        let at = whys.iter().position(|known| *known == why).unwrap_or_else(|| {
            whys.push(why);
            whys.len() - 1
        });
        if !reasons.contains(&(at + 1)) {
            reasons.push(at + 1);
        }
    }
    format!("{word}{}", reasons.iter().map(|n| format!(" ({n})")).collect::<String>())
}

#[test]
fn the_tools_are_in_the_order_of_their_names_and_their_formats_are_on_the_list() {
    assert!(PROFILES.is_sorted_by_key(|p| p.name));
    for profile in PROFILES {
        for format in [Some(profile.concepts), profile.units].into_iter().flatten() {
            assert!(FORMATS.iter().any(|f| f.name == format.name), "{}", format.name);
            assert!(format.write.is_some(), "{}", format.name);
        }
    }
    // Whatever the sample is to show is in it.
    let sample: Value = serde_json::from_str(SAMPLE).unwrap();
    for (feature, pointers) in FEATURES {
        assert!(pointers.iter().all(|pointer| sample.pointer(pointer).is_some()), "{feature}");
    }
}
