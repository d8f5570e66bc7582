//! `wicterm concordance`, told as sessions.

use serde_json::Value;

use crate::door::Desk;

const MEMORY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header creationtool="t" creationtoolversion="1" segtype="sentence" o-tmf="t" adminlang="en" srclang="en" datatype="plaintext"/><body>
<tu tuid="1" creationdate="20230511T080000Z"><tuv xml:lang="en"><seg>Cyber sovereignty means that each state may choose its own path in cyberspace, and cyber-sovereignty is for <ph>{0}</ph>all.</seg></tuv><tuv xml:lang="zh-Hans"><seg>网络主权是指各国有权自主选择网络空间发展道路。</seg></tuv><tuv xml:lang="ar"><seg>تعني السيادة السيبرانية أن لكل دولة الحق في اختيار مسارها الخاص، والسيادة السيبرانية للجميع.</seg></tuv></tu>
<tu tuid="2"><tuv xml:lang="en"><seg>We respect the sovereignty of states in cyberspace &amp; the “cyber
sovereignty” of all.</seg></tuv><tuv xml:lang="zh-Hant"><seg>尊重各國網絡主權。</seg></tuv></tu>
<tu tuid="3"><tuv xml:lang="en"><seg>On data embassies</seg></tuv><tuv xml:lang="ru"><seg>О посольствах данных</seg></tuv></tu>
</body></tmx>
"#;

/// A desk with two memories.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("policy.tmx", MEMORY);
    desk.write("other.csv", "en,fr\r\nCyber norms.,Des normes.\r\n");
    desk.ok(["import", "policy.tmx", "--memory", "policy"]);
    desk.ok(["import", "other.csv", "--from", "bitext-csv", "--memory", "other"]);
    desk
}

/// What is found: a line of JSON for each place.
fn places(desk: &Desk, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["concordance", "--format", "jsonl"];
    all.extend(arguments);
    let ran = desk.run(all);
    let mut lines = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.next().unwrap(), serde_json::json!({"schema_version": 1, "command": "concordance"}));
    let found: Vec<Value> = lines.collect();
    assert_eq!(ran.code, Some(i32::from(found.is_empty())), "{ran}");
    found
}

fn surfaces(desk: &Desk, arguments: &[&str]) -> String {
    places(desk, arguments).iter().map(|p| p["surface"].as_str().unwrap()).collect::<Vec<_>>().join("|")
}

#[test]
fn a_place_says_where_it_is_and_what_stands_around_it() {
    let desk = desk();
    let found = places(&desk, &["網絡主權", "--lang", "zh"]);
    assert_eq!(found.len(), 2, "{found:?}");
    let place = &found[0];
    let said = |field: &str| place[field].as_str().unwrap_or_default();
    assert_eq!((said("file"), said("memory"), said("tuid")), ("policy.tmx", "policy", "1"));
    assert_eq!((said("left"), said("surface")), ("", "网络主权"));
    assert_eq!((said("lang"), said("date")), ("zh-Hans", "2023-05-11"));
    assert_eq!((&place["start"], &place["end"]), (&0.into(), &12.into()));
    assert!(place["document"].is_null() && place["outlet"].is_null(), "{place}");
    assert!(said("counterpart").starts_with("Cyber sovereignty means"), "{place}");
    assert_eq!(place["counterparts"][1]["lang"], "ar");
    assert_eq!(said("unit").len(), 32);
}

#[test]
fn a_pattern_is_words_wildcards_inflections_or_a_regular_expression() {
    let desk = desk();
    for (arguments, expected) in [
        (&["cyber sovereignty"][..], "Cyber sovereignty|cyber-sovereignty|cyber\nsovereignty"),
        (&["cyber", "--memory", "other"], "Cyber"),
        (&["cyber*", "--limit", "2"], "Cyber|cyberspace"),
        (&["sovereignty ** cyberspace"], "sovereignty of states in cyberspace"),
        (&["data embassy", "--inflected"], "data embassies"),
        (&["посольство данных", "--inflected", "--lang", "ru"], "посольствах данных"),
        (&["السيادة السيبرانية", "--inflected"], "السيادة السيبرانية|والسيادة السيبرانية"),
        (&["--regex", "[a-z]+-s\\w+"], "cyber-sovereignty"),
        (&["cyber", "--lang", "ru"], ""),
        (&["cyber", "--in", "documents"], ""),
    ] {
        assert_eq!(surfaces(&desk, arguments), expected, "{arguments:?}");
    }
}

#[test]
fn what_a_person_reads_is_aligned_and_has_the_other_sides_below() {
    let desk = desk();
    let read = |arguments: &[&str]| {
        let mut command = desk.command(["concordance"]);
        let ran = crate::door::Ran::of(command.args(arguments).env("COLUMNS", "80").output().unwrap());
        format!("$ wicterm concordance {}\n{}{}\n", arguments.join(" "), ran.out, ran.err)
    };
    let mut said = read(&["cyber*", "--to", "zh"]);
    said += &read(&["السيادة السيبرانية", "--inflected", "--to", "zh-Hans,en"]);
    said += &read(&["网络主权", "--context", "12", "--to", "en", "--limit", "1"]);
    said += &read(&["nobody says this"]);
    said += &read(&["cyber*", "--inflected"]);
    said += &read(&["(cyber", "--regex"]);
    said += &read(&["cyber", "--memory", "policies"]);
    said += &read(&["cyber", "--format", "csv", "--context", "12", "--to", "zh,fr"]);
    // Ids are random.
    let said = ids_as_signs(&said);
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("concordance", said);
    });
}

fn ids_as_signs(text: &str) -> String {
    let id = |word: &str| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let line =
        |line: &str| line.split(',').map(|w| if id(w) { "ID" } else { w }).collect::<Vec<_>>().join(",");
    text.replace("\r\n", "\n").replace('\u{feff}', "<BOM>").lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_has_every_place_once_and_escapes_what_it_shows() {
    let desk = desk();
    desk.write("odd.csv", "en,ar\r\n<b>cyber & co</b>,سيبر\r\n");
    desk.ok(["import", "odd.csv", "--from", "bitext-csv", "--memory", "<odd>"]);
    let page = desk.ok(["concordance", "cyber", "--format", "html"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.matches("<mark>").count() == 5, "{page}");
    assert!(
        page.contains("&lt;b&gt;") && page.contains("&lt;odd&gt;") && page.contains("dir=\"rtl\""),
        "{page}"
    );
    assert!(!page.contains("<b>") && !page.contains("<odd>"), "{page}");
}

#[test]
fn a_base_without_a_memory_says_how_to_fill_one() {
    let desk = Desk::new();
    desk.ok(["add", "data embassy"]);
    let ran = desk.run(["concordance", "data"]);
    ran.refused_as(1);
    assert!(ran.err.contains("--memory"), "{ran}");
    desk.run(["concordance", "data", "--format", "sarif"]).refused_as(2);
    let refused = desk.run(["list", "--format", "csv"]);
    assert!(refused.refused_as(2).err.contains("concordance"), "{refused}");
}
