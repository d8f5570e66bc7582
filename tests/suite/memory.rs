//! `wicterm match`, told as sessions.

use serde_json::{Value, json};

use crate::door::Desk;

const PROJECT: &str = r#"<tmx version="1.4"><header creationtool="t" creationtoolversion="1" segtype="sentence" o-tmf="t"
 adminlang="en" srclang="en" datatype="plaintext"/><body>
<tu tuid="t1" creationid="aterm" creationdate="20230504T101112Z">
 <tuv xml:lang="en"><seg>The Digital Silk Road helped 1,600 small firms in 2023.</seg></tuv>
 <tuv xml:lang="zh-CN"><seg>“数字丝绸之路”在2023年帮助了1600家小企业。</seg></tuv>
 <tuv xml:lang="fr"><seg>La Route de la soie numérique a aidé 1 600 petites entreprises en 2023.</seg></tuv>
 <tuv xml:lang="ar"><seg>ساعد طريق الحرير الرقمي ١٬٦٠٠ شركة صغيرة في ٢٠٢٣.</seg></tuv>
 <tuv xml:lang="es"><seg>La Ruta de la Seda Digital ayudó a 1600 pequeñas empresas en 2023.</seg></tuv></tu>
<tu tuid="t2" changeid="bterm" changedate="20260102T000000Z">
 <tuv xml:lang="en"><seg>It will go on.</seg></tuv><tuv xml:lang="zh-CN"><seg>将继续。</seg></tuv></tu>
<tu tuid="t3">
 <tuv xml:lang="en"><seg>Cyber sovereignty matters to every state.</seg></tuv>
 <tuv xml:lang="zh-CN"><seg>网络主权对每个国家都很重要。</seg></tuv>
 <tuv xml:lang="ar"><seg>السيادة السيبرانية تهم كل دولة.</seg></tuv></tu>
</body></tmx>"#;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("project.tmx", PROJECT);
    desk.ok(["import", "project.tmx"]);
    desk
}

/// The matches: a line of JSON each.
fn matches(desk: &Desk, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["match", "--format", "jsonl"];
    all.extend(arguments);
    let ran = desk.run(all);
    let mut lines = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.next(), Some(json!({"schema_version": 1, "command": "match"})), "{ran}");
    let found: Vec<Value> = lines.collect();
    assert_eq!(ran.code, Some(i32::from(found.is_empty())), "{ran}");
    found
}

const ROAD: &str = "The Digital Silk Road helped 2,400 small firms in 2024.";

#[test]
fn a_match_has_the_shape_that_scripts_rely_on() {
    let desk = desk();
    let found = matches(&desk, &[ROAD, "--from", "en", "--to", "zh-Hans"]);
    assert_eq!(found.len(), 1);
    let one = &found[0];
    assert_eq!((&one["query"], &one["score"], &one["method"]), (&json!(1), &json!(98), &json!("numbers")));
    assert_eq!(one["source"], "The Digital Silk Road helped 1,600 small firms in 2023.");
    let target = "“数字丝绸之路”在2024年帮助了2,400家小企业。";
    assert_eq!(one["target"], target);
    let at = |text: &str| target.find(text).unwrap();
    assert_eq!(
        one["substituted"],
        json!([
            {"from": "2023", "to": "2024", "start": at("2024"), "end": at("2024") + 4},
            {"from": "1600", "to": "2,400", "start": at("2,400"), "end": at("2,400") + 5},
        ])
    );
    assert_eq!(
        (&one["memory"], &one["file"], &one["tuid"]),
        (&json!("main"), &json!("project.tmx"), &json!("t1"))
    );
    assert_eq!(
        (&one["who"], &one["date"], &one["count"]),
        (&json!("aterm"), &json!("2023-05-04"), &json!(1))
    );
    assert_eq!((&one["source_lang"], &one["target_lang"]), (&json!("en"), &json!("zh-Hans")));
    assert_eq!(one["unit"].as_str().map(str::len), Some(32));
    assert_eq!(one["provenances"][0]["unit"], one["unit"]);
    assert_eq!(one["diff"][1], json!({"kind": "changed", "query": "2,400 ", "source": "1,600 "}));
    assert_eq!(one.get("arithmetic"), None);
    let explained = &matches(&desk, &[ROAD, "--from", "en", "--to", "zh-Hans", "--explain"])[0]["arithmetic"];
    assert_eq!((&explained["terms"]["replaced"], &explained["points"]), (&json!(2), &json!(98)));
    let exact = &matches(&desk, &["It will go on.", "--from", "en"])[0];
    assert_eq!((&exact["score"], &exact["substituted"]), (&json!(100), &json!([])));
    assert_eq!(matches(&desk, &["Nothing like it", "--from", "en"]), [Value::Null; 0]);
    // As one document.
    let document: Value =
        serde_json::from_str(&desk.ok(["match", "It will go on.", "--from", "en", "--format", "json"]))
            .unwrap();
    assert_eq!(document["results"].as_array().map(Vec::len), Some(1));
}

#[test]
fn numbers_are_written_as_the_language_of_the_target_does() {
    let desk = desk();
    for (lang, target) in [
        ("zh-Hans", "“数字丝绸之路”在2024年帮助了2,400家小企业。"),
        ("fr", "La Route de la soie numérique a aidé 2 400 petites entreprises en 2024."),
        ("ar", "ساعد طريق الحرير الرقمي ٢٬٤٠٠ شركة صغيرة في ٢٠٢٤."),
        ("es", "La Ruta de la Seda Digital ayudó a 2400 pequeñas empresas en 2024."),
    ] {
        let one = &matches(&desk, &[ROAD, "--from", "en", "--to", lang])[0];
        assert_eq!((&one["target"], &one["score"]), (&json!(target), &json!(98)), "{lang}");
        for put in one["substituted"].as_array().unwrap() {
            let place = |field: &str| put[field].as_u64().unwrap() as usize;
            assert_eq!(target[place("start")..place("end")], put["to"], "{lang}");
        }
    }
    // And from each of them into another.
    let one = &matches(
        &desk,
        &[
            "La Route de la soie numérique a aidé 900 petites entreprises en 2025.",
            "--from",
            "fr",
            "--to",
            "en",
            "--min",
            "60",
        ],
    )[0];
    assert_eq!(one["target"], "The Digital Silk Road helped 900 small firms in 2025.");
}

#[test]
fn neighbours_and_ids_make_context() {
    let desk = desk();
    let score = |more: &[&str]| {
        let mut all = vec!["it will go on.", "--from", "en", "--limit", "1"];
        all[0] = "It will go on.";
        all.extend(more);
        matches(&desk, &all)[0]["score"].clone()
    };
    let (before, after) = (
        "the digital silk road helped 1,600 small firms in 2023.",
        "Cyber sovereignty matters to every state.",
    );
    assert_eq!(score(&[]), 100);
    assert_eq!(score(&["--before", before]), 101);
    assert_eq!(score(&["--before", before, "--after", after]), 101);
    assert_eq!(score(&["--before", before, "--after", "Another."]), 100);
    assert_eq!(score(&["--id", "t2"]), 101);
    assert_eq!(score(&["--id", "t2", "--after", after]), 102);
    assert_eq!(score(&["--id", "t3"]), 100);
    // Lines around a line are its neighbours; empty ones count.
    desk.write(
        "batch.txt",
        format!("{before}\r\nIt will go on.\r\n\r\nIt will go on.\r\nNothing like it.\r\n"),
    );
    let found = matches(&desk, &["--batch", "batch.txt", "--from", "en", "--to", "zh-Hans"]);
    let told: Vec<_> =
        found.iter().map(|m| (m["query"].as_u64().unwrap(), m["score"].as_u64().unwrap())).collect();
    assert_eq!(told, [(1, 96), (2, 101), (4, 100)]);
}

#[test]
fn what_the_project_settles_is_minded() {
    let desk = desk();
    desk.ok(["import", "project.tmx", "--memory", "old"]);
    desk.write(
        "wicterm.toml",
        "source-lang = \"en\"\n[match]\nlimit = 1\nmin = 90\npenalty-age = { years = 2, points = 4 }\n\
         [memories.old]\npenalty = 3\npriority = 9\n[memories.main]\nprority = 1\n",
    );
    let ran = desk.run(["match", "It will go on."]);
    assert!(ran.out.contains("100  exact") && ran.err.contains("perhaps \"priority\" is meant"), "{ran}");
    let one = &matches(&desk, &["It will go on.", "--memory", "old", "--explain"])[0];
    assert_eq!((&one["score"], &one["method"]), (&json!(97), &json!("exact")));
    assert_eq!(one["arithmetic"]["penalties"], json!([{"reason": "memory", "about": "old", "points": 3}]));
    // Of both memories one match, that of the better.
    let one = &matches(&desk, &["It will go on."])[0];
    assert_eq!((&one["score"], &one["count"], &one["memory"]), (&json!(100), &json!(2), &json!("main")));
    let scores: Vec<_> =
        one["provenances"].as_array().unwrap().iter().map(|p| (&p["memory"], &p["score"])).collect();
    assert_eq!(scores, [(&json!("main"), &json!(100)), (&json!("old"), &json!(97))]);
    assert!(matches(&desk, &["It will go now."]).is_empty());
    assert_eq!(matches(&desk, &["It will go now.", "--min", "70"])[0]["score"], 75);
    desk.write("wicterm.toml", "[match]\nmin = 200\n");
    assert!(desk.run(["match", "a", "--from", "en"]).refused_as(2).err.contains("line 2"));
}

#[test]
fn a_person_reads_it_at_eighty_columns() {
    let desk = desk();
    desk.ok([
        "add",
        "digital silk road",
        "--equivalent",
        "zh-Hans=数字丝绸之路",
        "--equivalent",
        "ar=طريق الحرير الرقمي",
    ]);
    desk.write("batch.txt", "It will go on\n\nNothing like it\nCyber sovereignty matters to each state.\n");
    let mut told = String::new();
    for arguments in [
        &[ROAD, "--to", "zh-Hans"][..],
        &[
            "The Digital Silk Road helped 2,400 firms, and much, in 2024.",
            "--to",
            "ar",
            "--min",
            "50",
            "--explain",
        ],
        &["Cyber sovereignty  matters to EVERY state", "--min", "60"],
        &["It will go on.", "--before", "Nobody said so.", "--id", "t2"],
        &["--batch", "batch.txt", "--to", "zh-Hans"],
        &["Nothing like it"],
    ] {
        let mut all = vec!["match", "--from", "en"];
        all.extend(arguments);
        let out = desk.command(&all).env("COLUMNS", "80").output().unwrap();
        let (out, err) = (String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap());
        for line in out.lines() {
            assert!(wicterm::text::width(line) <= 80, "{line}");
        }
        told.push_str(&format!("$ wicterm {}\n{out}{err}\n", all.join(" ")));
    }
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("match", told);
    });
}

#[test]
fn what_is_missing_is_said() {
    let desk = desk();
    let refused = |arguments: &[&str], said: &str| {
        let ran = desk.run([&["match"][..], arguments].concat());
        assert!(ran.refused_as(2).err.contains(said), "{ran}");
    };
    refused(&["It will go on."], "--from en");
    refused(&[], "TEXT");
    refused(&["a", "--batch", "b"], "--batch");
    refused(&["a", "--from", "en", "--min", "103"], "103");
    assert!(desk.run(["match", "--batch", "none.txt", "--from", "en"]).refused().err.contains("none.txt"));
    let ran = desk.run(["match", "Nothing like it", "--from", "en", "--to", "fr"]);
    assert!(ran.code == Some(1) && ran.out.is_empty() && ran.err.contains("reaches 70"), "{ran}");
    let empty = Desk::new();
    empty.ok(["add", "data embassy"]);
    let ran = empty.run(["match", "a", "--from", "en"]);
    assert!(ran.code == Some(1) && ran.err.contains("wicterm import"), "{ran}");
}
