//! What the pages say and whether it is so.

use std::fs;
use std::path::{Path, PathBuf};

use wicterm::format::{FORMATS, Shape};

use crate::door::{Desk, files_below};
use crate::needs::{Need, met, python};

/// The pages at the repository's top.
const PAGES: &[&str] =
    &["README.md", "ARCHITECTURE.md", "PERFORMANCE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];

#[test]
fn the_readme_gives_the_two_commands_that_everything_starts_with() {
    let readme = page("README.md");
    for command in ["cargo run --release -- demo", "cargo test"] {
        assert!(
            readme.lines().any(|l| l.trim() == command),
            "README.md should give `{command}` on a line of its own"
        );
    }
}

#[test]
fn ci_runs_what_the_readme_says() {
    let ci = page(".ci/run");
    for command in ["cargo run --release -- demo", "WICTERM_TEST_REQUIRE=all", "cargo test"] {
        assert!(ci.contains(command), ".ci/run should run `{command}`");
    }
}

#[test]
fn every_page_is_there_and_its_links_lead_somewhere() {
    let mut dead = vec![];
    let below = ["docs", "seeds"].into_iter().flat_map(|folder| {
        let files = files_below(&top(folder)).into_iter().map(move |file| Path::new(folder).join(file));
        files.filter(|f| {
            // Documents that are read, or that nobody can read, are no pages.
            let apart = |c: std::path::Component<'_>| c.as_os_str() == "prose" || c.as_os_str() == "document";
            f.extension().is_some_and(|x| x == "md") && !f.components().any(apart)
        })
    });
    for name in PAGES.iter().map(PathBuf::from).chain(below) {
        let (folder, name) = (name.parent().unwrap_or(Path::new("")), name.display().to_string());
        for link in links(&page(&name)) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.contains("://") && !file.is_empty() && !top("").join(folder).join(file).exists() {
                dead.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(dead.is_empty(), "links that lead nowhere:\n{}", dead.join("\n"));
}

#[test]
fn the_changelog_knows_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        page("CHANGELOG.md").contains(&format!("## [{version}]")),
        "CHANGELOG.md should have a section {version}"
    );
}

#[test]
fn every_dependency_has_its_reason_in_the_architecture() {
    let architecture = page("ARCHITECTURE.md");
    let manifest: toml_edit::DocumentMut = page("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let unexplained: Vec<_> = manifest["dependencies"]
        .as_table_like()
        .expect("dependencies are a table")
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !architecture.contains(&format!("`{name}`")))
        .collect();
    assert!(unexplained.is_empty(), "ARCHITECTURE.md should say why we use {unexplained:?}");
}

#[test]
fn the_readme_names_every_format() {
    let readme = page("README.md");
    let unnamed: Vec<_> =
        FORMATS.iter().map(|f| f.name).filter(|n| !readme.contains(&format!("`{n}`"))).collect();
    assert!(unnamed.is_empty(), "README.md should name the formats {unnamed:?}");
}

#[test]
fn every_format_that_reads_a_file_is_fuzzed() {
    let targets = page("fuzz/Cargo.toml");
    let targets: toml_edit::DocumentMut = targets.parse().expect("fuzz/Cargo.toml is TOML");
    let sources: String = targets["bin"]
        .as_array_of_tables()
        .expect("fuzz/Cargo.toml lists its targets")
        .iter()
        .filter_map(|bin| bin["path"].as_str())
        .map(|path| page(&format!("fuzz/{path}")))
        .collect();
    let forgotten: Vec<_> = FORMATS
        .iter()
        .filter(|f| f.read.is_some() && f.shape == Shape::File)
        .map(|f| f.name)
        // A target names a format, or a family of them: "tbx-".
        .filter(|name| {
            !sources
                .split('"')
                .skip(1)
                .step_by(2)
                .any(|named| named == *name || (named.ends_with('-') && name.starts_with(named)))
        })
        .collect();
    assert!(forgotten.is_empty(), "no fuzz target reads {forgotten:?}");
}

#[test]
fn the_settings_on_the_page_about_checking_are_settings() {
    let page = page("docs/checking.md");
    let toml = page.split("```toml\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let settings = wicterm::check::Settings::of_file(toml).unwrap();
    assert_eq!(settings.complaints, [""; 0]);
    assert_eq!(settings.options.word.len() + settings.options.regex.len(), 2);
    assert!(settings.fail_on.is_some() && settings.baseline.is_some());
}

#[test]
fn the_settings_on_the_page_about_matches_are_settings() {
    let page = page("docs/matching.md");
    let toml = page.split("```toml\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let settings = wicterm::find::leverage::Settings::of_file(toml).unwrap();
    assert_eq!(settings.complaints, [""; 0]);
    assert!(settings.min.is_some() && settings.limit.is_some() && settings.penalty_unapproved > 0);
    assert!(settings.penalty_age.is_some() && settings.origins.len() == 2);
    assert!(settings.memories.values().any(|m| m.priority > 0 && m.read_only));
    assert!(settings.memories.values().any(|m| m.penalty > 0));
}

#[test]
fn the_hooks_for_pre_commit_are_what_it_takes() {
    let hooks = page(".pre-commit-hooks.yaml");
    let ids: Vec<&str> = hooks.lines().filter_map(|l| l.strip_prefix("- id: ")).collect();
    let page = page("docs/checking.md");
    for id in &ids {
        assert!(page.contains(&format!("- id: {id}")), "docs/checking.md should show {id}");
    }
    // Every entry is a command that there is.
    let desk = Desk::new();
    for entry in hooks.lines().filter_map(|l| l.trim().strip_prefix("entry: wicterm ")) {
        assert!(desk.ok(entry.split(' ').chain(["--help"])).contains("Usage"));
    }
    if met(&[Need::PreCommit]) {
        let judged = python()
            .args(["-m", "pre_commit", "validate-manifest"])
            .arg(top(".pre-commit-hooks.yaml"))
            .output()
            .expect("Python was looked for");
        assert!(judged.status.success(), "{judged:?}");
        let config = page.split("```yaml\n").find(|block| block.starts_with("repos:")).unwrap();
        let config = desk.write("config.yaml", config.split("```").next().unwrap());
        let judged = python().args(["-m", "pre_commit", "validate-config"]).arg(config).output().unwrap();
        assert!(judged.status.success(), "{judged:?}");
    }
}

fn top(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn page(name: &str) -> String {
    fs::read_to_string(top(name)).unwrap_or_else(|e| panic!("{name} should be there: {e}"))
}

/// Returns where the links of a Markdown page lead, code blocks left aside.
fn links(page: &str) -> Vec<&str> {
    let mut links = vec![];
    let mut code = false;
    for line in page.lines() {
        code ^= line.trim_start().starts_with("```");
        if code {
            continue;
        }
        let parts = line.split("](").skip(1);
        links.extend(parts.filter_map(|rest| rest.split(')').next()));
    }
    links
}

#[test]
fn links_are_found() {
    let page = "see [a](A.md) and [b](https://example.org/x)\n```\n[c](C.md)\n```\n[d](D.md#part)";
    assert_eq!(links(page), ["A.md", "https://example.org/x", "D.md#part"]);
}

#[test]
fn the_page_for_scripts_names_the_fields_that_there_are() {
    let page = page("docs/scripts.md");
    let desk = Desk::new();
    desk.ok(["add", "data embassy", "--equivalent", "fr=ambassade de données", "--subject", "data"]);
    desk.write("faulty.tbx", "<tbx/>");
    desk.write("a.txt", "A data embassy.");
    desk.write(
        "m.jsonl",
        r#"{"unit":{"variants":[{"lang":"en","segment":{"text":"A"}},{"lang":"fr","segment":{"text":"B"}}]}}"#,
    );
    desk.ok(["import", "m.jsonl"]);
    desk.write("m.csv", "en,fr\nIt is settled.,C’est réglé.\n");
    desk.ok(["import", "m.csv", "--from", "bitext-csv", "--memory", "policy"]);
    desk.write("t.csv", "concept,lang,term\na,en,one\n,en,two\n");
    desk.write("memory.csv", "id,en,fr\n1,An embassy.,Une ambassade.\n");
    desk.ok(["import", "memory.csv", "--from", "bitext-csv"]);
    desk.write("empty.csv", "id,en,fr\n1,An embassy.,\n");
    let last = |args: &[&str]| {
        let ran = desk.run(args);
        let line = ran.out.lines().last().unwrap_or_else(|| panic!("{ran}"));
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|e| panic!("{e}: {ran}"))
    };
    desk.ok(["export", "x.tbx", "--report", "r.json"]);
    let unit = desk.ok(["add", "--unit", "en=a state", "fr=un État"]);
    let unit = unit.trim();
    let report = fs::read_to_string(desk.folder().join("r.json")).unwrap();
    let found = [
        ("lookup", last(&["lookup", "data embassy", "--format", "jsonl"])),
        ("list", last(&["list", "--format", "jsonl"])),
        ("import", last(&["import", "t.csv", "--format", "jsonl"])),
        ("match", last(&["match", "A", "--from", "en", "--format", "jsonl"])),
        ("scan", last(&["scan", "a.txt", "--lang", "en", "--format", "jsonl"])),
        ("pretranslate", last(&["pretranslate", "empty.csv", "--dry-run", "--format", "jsonl"])),
        ("analyse", last(&["analyse", "m.csv", "--format", "jsonl"])),
        ("concordance", last(&["concordance", "settled", "--format", "jsonl"])),
        ("validate", last(&["validate", "faulty.tbx", "--format", "jsonl"])),
        ("list --units", last(&["list", "--units", "--format", "jsonl"])),
        ("add --unit", last(&["add", "--unit", "en=a law", "fr=une loi", "--format", "jsonl"])),
        ("edit UNIT", last(&["edit", unit, "fr=l’État", "--format", "jsonl"])),
        ("remove UNIT", last(&["remove", unit, "--format", "jsonl"])),
        ("remove --units", last(&["remove", "--units", "--lang", "de", "--yes", "--format", "jsonl"])),
        ("history", last(&["history", "--format", "jsonl"])),
        ("stats", last(&["stats", "--format", "jsonl"])),
        ("export --report FILE", serde_json::from_str(&report).unwrap()),
    ];
    for (command, value) in found {
        let row = page
            .lines()
            .find(|l| l.starts_with(&format!("| `{command}` |")))
            .unwrap_or_else(|| panic!("{command}"));
        // What stands in brackets is inside a field.
        let outer =
            row.split('(').map(|part| part.rsplit(')').next().unwrap_or_default()).collect::<String>();
        let mut told: Vec<&str> = outer.split('`').skip(3).step_by(2).collect();
        let mut there: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        there.retain(|key| !["schema_version", "command"].contains(key));
        told.sort_unstable();
        there.sort_unstable();
        assert_eq!(told, there, "{command}");
        for finding in value["findings"].as_array().into_iter().chain(value["details"].as_array()).flatten() {
            let fields = page.split("A finding is").nth(1).and_then(|p| p.split("\n\n").next()).unwrap();
            let unknown: Vec<_> =
                finding.as_object().unwrap().keys().filter(|k| !fields.contains(&format!("`{k}`"))).collect();
            assert!(unknown.is_empty(), "{command}: {unknown:?}");
        }
    }
}
