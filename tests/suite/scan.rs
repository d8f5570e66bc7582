//! `wicterm scan`, told as sessions.

use std::fs;

use serde_json::Value;

use crate::door::Desk;

/// A desk with a base in which there is a concept in four languages.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok([
        "add",
        "data embassy",
        "--equivalent",
        "fr=ambassade de données",
        "--equivalent",
        "ru=посольство данных",
        "--equivalent",
        "zh-Hans=数据使馆",
    ]);
    desk
}

/// What is found in files: a line of JSON for each hit.
fn hits(desk: &Desk, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["scan", "--format", "jsonl"];
    all.extend(arguments);
    let out = desk.ok(all);
    let mut lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.next().unwrap(), serde_json::json!({"schema_version": 1, "command": "scan"}));
    lines.collect()
}

#[test]
fn a_hit_says_where_it_is_in_the_bytes_of_the_file_and_how_it_was_found() {
    let desk = desk();
    for (name, text, lang, surface, method) in [
        ("a.txt", "Two data\nembassies were opened.\n", "en", "data\nembassies", "inflected"),
        ("a.md", "# Les **ambassades** de données\n", "fr", "ambassades de données", "inflected"),
        ("a.html", "<p>В посольстве&nbsp;<b>данных</b> тихо.", "ru", "посольстве\u{a0}данных", "inflected"),
        ("b.txt", "首座數據使館啟用。\n", "zh-Hant", "數據使館", "folded"),
    ] {
        let path = desk.write(name, text);
        let found = hits(&desk, &[name, "--lang", lang]);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        let hit = &found[0];
        let said = |field: &str| hit[field].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            (said("surface"), said("method"), said("lang")),
            (surface.into(), method.into(), lang.into())
        );
        assert_eq!((said("concept"), said("status")), ("data-embassy".into(), "preferred".into()), "{hit}");
        let bytes = fs::read(path).unwrap();
        let range = hit["start"].as_u64().unwrap() as usize..hit["end"].as_u64().unwrap() as usize;
        let stands = String::from_utf8(bytes[range].to_vec()).unwrap();
        // In markup more stands there than is read.
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        let plain = stands.replace("&nbsp;", " ").replace("<b>", "");
        assert_eq!(letters(&plain), letters(surface), "{name}: {stands}");
    }
}

#[test]
fn the_language_is_what_the_document_says_or_a_guess_that_is_told() {
    let desk = desk();
    desk.write("said.html", "<html lang=fr><p>Une ambassade de données");
    desk.write("unsaid.txt", "L’ambassade de données est dans la ville.\n");
    assert_eq!(hits(&desk, &["said.html"])[0]["lang"], "fr");
    let ran = desk.run(["scan", "unsaid.txt"]);
    assert!(ran.code == Some(0) && ran.err.contains("taken for French"), "{ran}");
    assert!(ran.out.contains("ambassade de données") && ran.err.contains("1 hit"), "{ran}");
}

#[test]
fn what_cannot_be_read_is_said_and_the_others_are_scanned() {
    let desk = desk();
    desk.write("a.txt", "A data embassy.\n");
    let ran = desk.run(["scan", "missing.txt", "a.txt", "--lang", "en", "--format", "jsonl"]);
    assert!(ran.refused().out.contains("data embassy") && ran.err.contains("missing.txt"), "{ran}");
    let page = desk.ok(["scan", "a.txt", "--lang", "en", "--format", "html"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("data embassy"), "{page}");
}
