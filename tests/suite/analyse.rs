//! `wicterm analyse`, told as sessions.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::door::Desk;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/analyse.md");
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What the analysis says of each band: its words.
fn words(analysis: &Value) -> Vec<(String, u64)> {
    let rows = analysis["rows"].as_array().unwrap().iter();
    let rows = rows.map(|row| (row["match"].as_str().unwrap().to_owned(), row["words"].as_u64().unwrap()));
    rows.filter(|(_, words)| *words > 0).collect()
}

fn analyses(desk: &Desk, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["analyse", "--format", "jsonl"];
    all.extend(arguments);
    let out = desk.ok(all);
    let mut lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.next().unwrap(), serde_json::json!({"schema_version": 1, "command": "analyse"}));
    lines.collect()
}

/// `WICTERM_WRITE_DOCS=1` writes the table of the page anew; whoever does so counts it by hand again.
#[test]
fn the_example_of_the_page_is_so() {
    let page = page();
    let desk = Desk::new();
    for (name, table) in ["memory.csv", "job.csv"].into_iter().zip(page.split("```csv\n").skip(1)) {
        desk.write(name, table.split("```").next().unwrap());
    }
    let session = page.split("```console\n").nth(1).and_then(|s| s.split("```").next()).unwrap();
    let mut commands = session.lines().filter_map(|line| line.strip_prefix("$ wicterm "));
    desk.ok(commands.next().unwrap().split(' '));
    let told = desk.ok(commands.next().unwrap().split(' '));
    let (_, expected) = session.split_once("--internal\n").unwrap();
    if std::env::var_os("WICTERM_WRITE_DOCS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/analyse.md");
        fs::write(path, page.replace(expected, &told)).unwrap();
    } else {
        assert_eq!(told, expected);
    }
}

#[test]
fn a_document_is_counted_by_its_sentences_and_chinese_by_its_characters() {
    let desk = Desk::new();
    desk.ok(["add", "data embassy"]);
    desk.write("a.md", "# 网络主权\n\n网络主权是5G时代的原则。网络主权是5G时代的原则。\n\n35.8%\n");
    desk.write("b.txt", "网络主权是5G时代的原则。\n\n网络主权是6G时代的原则。\n");
    let found = analyses(&desk, &["a.md", "b.txt", "--from", "zh-Hans", "--to", "fr"]);
    let named = |band: &str, words: u64| (band.to_owned(), words);
    assert_eq!(found.len(), 3);
    assert_eq!(words(&found[0]), [named("repetitions", 11), named("none", 15), named("no-letters", 1)]);
    assert_eq!(words(&found[1]), [named("repetitions", 11), named("none", 11)]);
    assert_eq!(words(&found[2]), [named("repetitions", 22), named("none", 26), named("no-letters", 1)]);
    let sum = &found[2];
    assert!(sum["file"].is_null() && sum["rows"][0]["internal"].is_null(), "{sum}");
    assert_eq!((&sum["source_lang"], &sum["target_lang"]), (&"zh-Hans".into(), &"fr".into()));
    assert_eq!((&sum["total"]["segments"], &sum["total"]["words"]), (&6.into(), &49.into()));
    let found = analyses(&desk, &["a.md", "b.txt", "--from", "zh-Hans", "--internal"]);
    assert_eq!(found[2]["rows"][4]["internal"]["words"], 11, "{}", found[2]);
}

#[test]
fn each_language_of_a_memory_has_its_table_and_context_is_told() {
    let desk = Desk::new();
    let tmx = r#"<?xml version="1.0"?><tmx version="1.4"><header srclang="en" segtype="sentence" creationtool="t" creationtoolversion="1" o-tmf="t" adminlang="en" datatype="plaintext"/><body>
<tu tuid="a"><tuv xml:lang="en"><seg>One sentence here.</seg></tuv><tuv xml:lang="fr"><seg>Une phrase ici.</seg></tuv><tuv xml:lang="ru"><seg>Предложение.</seg></tuv></tu>
<tu tuid="b"><tuv xml:lang="en"><seg>And a second one.</seg></tuv><tuv xml:lang="fr"><seg>Et une autre.</seg></tuv></tu>
<tu tuid="c"><tuv xml:lang="en"><seg> </seg></tuv><tuv xml:lang="fr"><seg> </seg></tuv></tu>
</body></tmx>"#;
    desk.write("m.tmx", tmx);
    desk.ok(["import", "m.tmx", "--memory", "policy"]);
    let found = analyses(&desk, &["m.tmx"]);
    let langs: Vec<&str> = found.iter().map(|a| a["target_lang"].as_str().unwrap()).collect();
    assert_eq!(langs, ["fr", "ru"]);
    assert_eq!(words(&found[0]), [("context".to_owned(), 7)]);
    assert_eq!(words(&found[1]), [("context".to_owned(), 3)]);
    let none = analyses(&desk, &["m.tmx", "--to", "fr", "--memory", "another"]);
    assert_eq!(words(&none[0]), [("none".to_owned(), 7)]);
    let csv = desk.ok(["analyse", "m.tmx", "--to", "fr", "--format", "csv"]);
    assert!(csv.contains("m.tmx,en,fr,context,2,7,") && csv.lines().count() == 11, "{csv}");
}

#[test]
fn what_cannot_be_counted_is_no_bill() {
    let desk = Desk::new();
    desk.ok(["add", "data embassy"]);
    desk.write("a.md", "Text.\n");
    desk.run(["analyse", "a.md", "missing.md", "--from", "en"]).refused_as(3);
    desk.write("fr.md", "L’ambassade de données est dans la ville, et elle y reste.\n");
    let guessed = desk.run(["analyse", "fr.md"]);
    assert!(guessed.code == Some(0) && guessed.err.contains("taken for French"), "{guessed}");
    desk.write("b.md", "1 2 3\n");
    let unsaid = desk.run(["analyse", "b.md"]);
    assert!(unsaid.refused_as(2).err.contains("--from"), "{unsaid}");
    let told = desk.run(["analyse", "a.md", "--from", "en"]);
    assert!(told.code == Some(0) && told.err.contains("memory is empty"), "{told}");
}

#[test]
fn the_rules_of_a_project_cut_its_documents() {
    let desk = Desk::new();
    desk.ok(["add", "data embassy"]);
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/srx");
    for name in ["cascade.srx", "version1.srx", "odd.srx"] {
        desk.write(name, fs::read(seeds.join(name)).unwrap());
    }
    desk.write("a.txt", "First; second; third. Fourth.\n");
    let segments = |arguments: &[&str]| {
        let found = analyses(&desk, &[&["a.txt", "--from", "en"], arguments].concat());
        found[0]["total"]["segments"].as_u64().unwrap()
    };
    assert_eq!((segments(&[]), segments(&["--srx", "cascade.srx"])), (2, 4));
    let other = desk.run(["analyse", "a.txt", "--from", "en", "--srx", "version1.srx"]);
    assert!(other.code == Some(0) && other.err.contains("none for English (en)"), "{other}");
    let odd = desk.run(["analyse", "a.txt", "--from", "en", "--srx", "odd.srx"]);
    assert!(odd.code == Some(0) && odd.err.contains("odd.srx:8:"), "{odd}");
    desk.write("wicterm.toml", "segmentation = \"cascade.srx\"\n");
    assert_eq!(segments(&[]), 4);
    assert_eq!(segments(&["--srx", "odd.srx"]), 2);
    desk.write("wicterm.toml", "segmentation = \"missing.srx\"\n");
    let missing = desk.run(["analyse", "a.txt", "--from", "en"]);
    let missing = missing.refused_as(3);
    assert!(missing.err.contains("missing.srx") && missing.err.contains("wicterm.toml names"), "{missing}");
    desk.write("wicterm.toml", "segmentation = \"a.txt\"\n");
    let wrong = desk.run(["analyse", "a.txt", "--from", "en"]);
    assert!(wrong.refused_as(2).err.contains("a.txt"), "{wrong}");
}
