//! Translation units as things one can name, change, choose, take away and bring back; told as sessions.

use std::fs;

use serde_json::Value;

use crate::door::{Desk, Ran};

/// A desk with the memory `legal`: codes, three languages, dates, users and properties.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("legal.tmx", LEGAL);
    desk.ok(["import", "legal.tmx", "--memory", "legal"]);
    desk
}

const LEGAL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header creationtool="t" creationtoolversion="1" segtype="sentence" o-tmf="t" adminlang="en"
 srclang="en" datatype="xml"><note>licence: CC0</note></header><body>
<tu tuid="1" creationdate="20190101T080000Z" creationid="anna"><prop type="x-client">ACME</prop>
<tuv xml:lang="en"><seg>Click <bpt i="1">&lt;b&gt;</bpt>here<ept i="1">&lt;/b&gt;</ept>.</seg></tuv>
<tuv xml:lang="fr"><seg>Cliquez <bpt i="1">&lt;b&gt;</bpt>ici<ept i="1">&lt;/b&gt;</ept>.</seg></tuv>
<tuv xml:lang="de"><seg>Klicken Sie <bpt i="1">&lt;b&gt;</bpt>hier<ept i="1">&lt;/b&gt;</ept>.</seg></tuv></tu>
<tu tuid="2" creationdate="20190101T080000Z" creationid="anna" changedate="20210615T120000Z" changeid="Ben">
<tuv xml:lang="en"><seg>The rule of law</seg></tuv><tuv xml:lang="fr"><seg>L’état de droit</seg></tuv></tu>
<tu tuid="3"><tuv xml:lang="en" changedate="20200301T000000Z" changeid="BEN"><seg>Cyber sovereignty</seg></tuv>
<tuv xml:lang="zh-CN"><seg>网络主权</seg></tuv></tu>
</body></tmx>"#;

fn lines(desk: &Desk, args: &[&str]) -> Vec<Value> {
    let out = desk.ok([args, &["--format", "jsonl"]].concat());
    out.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What is said of each unit that flags choose: its id in its file, else its first text.
fn listed(desk: &Desk, flags: &[&str]) -> Vec<String> {
    let units = lines(desk, &[&["list", "--units"], flags].concat());
    let name = |u: &Value| u["tuid"].as_str().or(u["segments"][0]["text"].as_str()).unwrap().to_owned();
    units.iter().map(name).collect()
}

fn id_of(desk: &Desk, tuid: &str) -> String {
    let units = lines(desk, &["list", "--units"]);
    units.iter().find(|u| u["tuid"] == tuid).unwrap()["unit"].as_str().unwrap().to_owned()
}

fn text_of(desk: &Desk, unit: &str, lang: &str) -> String {
    let shown = &lines(desk, &["show", unit])[0];
    let variants = shown["variants"].as_array().unwrap();
    let variant = variants.iter().find(|v| v["lang"] == lang).unwrap_or_else(|| panic!("{shown}"));
    variant["segment"]["text"].as_str().unwrap().to_owned()
}

#[test]
fn a_unit_is_shown_by_its_id_and_by_what_its_memory_calls_it() {
    let desk = desk();
    let id = id_of(&desk, "1");
    let shown = desk.ok(["show", &id]);
    assert_eq!(shown, desk.ok(["show", "legal:1"]));
    for said in [
        "legal:1  from legal.tmx",
        "fr  Cliquez {1}ici{2}.",
        "{2} </b>",
        "made 20190101T080000Z by anna",
        "x-client: ACME",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(!desk.ok(["show", "legal:1", "--lang", "fr"]).contains("here"));
    let none = desk.run(["show", "legal:9"]);
    assert!(none.refused_as(1).err.contains("legal:9"), "{none}");
    // Another file of the memory has a unit of the same id.
    desk.write("other.tmx", LEGAL.replace("The rule of law", "Rule by law"));
    desk.ok(["import", "other.tmx", "--memory", "legal"]);
    let two = desk.run(["show", "legal:2"]);
    assert!(two.refused_as(2).err.contains("from other.tmx") && two.err.contains("2 units"), "{two}");
    assert_eq!(text_of(&desk, "legal:other.tmx:2", "en"), "Rule by law");
}

#[test]
fn a_unit_is_added_by_hand_once_and_can_be_taken_back() {
    let desk = desk();
    let add =
        ["add", "--unit", "--memory", "legal", "en=due process", "fr=procédure régulière", "--note", "hm"];
    let id = desk.ok(add).trim().to_owned();
    let unit = &lines(&desk, &["show", &id])[0];
    assert_eq!((&unit["source_lang"], &unit["properties"][0]["text"]), (&"en".into(), &"hm".into()));
    let made = &unit["attributes"];
    assert!(made["creation_date"].as_str().is_some_and(|d| d.len() == 16 && d.ends_with('Z')), "{unit}");
    assert!(made["creation_id"].as_str().is_some_and(|who| !who.is_empty()), "{unit}");
    let again = desk.run(add);
    assert!(again.refused_as(1).err.contains(&id) && again.err.contains("--new"), "{again}");
    desk.ok([&add[..], &["--new"]].concat());
    assert_eq!(listed(&desk, &["--contains", "due process"]).len(), 2);
    desk.ok(["undo"]);
    assert_eq!(listed(&desk, &["--contains", "due process"]).len(), 1);
    // By an id of its own it is found, and known again.
    let named = ["add", "--unit", "--id", "key.ok", "fr=D’accord", "en=OK", "--source-lang", "en"];
    let id = desk.ok(named).trim().to_owned();
    assert_eq!(lines(&desk, &["show", "main:key.ok"])[0]["id"], id.as_str());
    assert_eq!(lines(&desk, &["show", &id])[0]["variants"][0]["lang"], "en");
    assert!(desk.run(named).refused_as(1).err.contains(&format!("edit {id}")));
    for (args, said) in [
        (&["add", "--unit", "en=alone"][..], "a translation of it"),
        (&["add", "--unit", "en=one", "two"], "names no language"),
        (&["add", "--unit", "en=one", "fr="], "is empty"),
        (&["add", "cyber", "sovereignty"], "\"cyber sovereignty\""),
        (&["add", "one", "--id", "2"], "--unit"),
        (&["add", "--unit", "en=one", "fr=un", "--status", "preferred"], "--status"),
    ] {
        let ran = desk.run(args);
        assert!(ran.refused_as(2).err.contains(said), "{ran}");
    }
}

#[test]
fn an_edit_keeps_the_codes_and_says_who_and_when() {
    let desk = desk();
    let lost = desk.run(["edit", "legal:1", "fr=Cliquez ici."]);
    assert!(
        lost.refused_as(2).err.contains("fr: {1} (<b>) is missing") && lost.err.contains("--force"),
        "{lost}"
    );
    let turned = desk.run(["edit", "legal:1", "fr={2}Cliquez{1} ici."]);
    assert!(turned.refused_as(2).err.contains("{2} stands before {1}"), "{turned}");
    desk.ok(["edit", "legal:1", "fr={1}Cliquez{2} ici."]);
    assert_eq!(text_of(&desk, "legal:1", "fr"), "Cliquez ici.");
    let unit = &lines(&desk, &["show", "legal:1"])[0];
    let fr = unit["variants"].as_array().unwrap().iter().find(|v| v["lang"] == "fr").unwrap();
    let places: Vec<_> = fr["segment"]["inlines"].as_array().unwrap().iter().map(|c| &c["at"]).collect();
    assert_eq!(places, [0, 7], "{fr}");
    let changed = |u: &Value| u["attributes"]["change_date"].as_str().map(str::to_owned);
    assert!(changed(unit).is_some() && changed(fr).is_none(), "{unit}");
    // A file that dates its segments goes on dating them.
    desk.ok(["edit", "legal:3", "en=Cyberspace sovereignty", "--note", "seen", "zh-Hans="]);
    let unit = &lines(&desk, &["show", "legal:3"])[0];
    assert!(
        changed(unit).is_none() && changed(&unit["variants"][0]).unwrap().as_str() > "20200302",
        "{unit}"
    );
    assert_eq!(unit["variants"].as_array().unwrap().len(), 1);
    // A new language takes the codes of the source.
    desk.ok(["edit", "legal:1", "es=Haga clic {1}aquí{2}."]);
    assert!(desk.ok(["show", "legal:1"]).contains("Haga clic {1}aquí{2}."));
    desk.ok(["edit", "legal:1", "es=Haga clic aquí.", "--force"]);
    assert!(desk.run(["edit", "legal:1", "es=Haga clic aquí."]).err.contains("nothing to change"));
    for (args, said) in [
        (&["edit", "legal:1", "--status", "preferred", "--term", "x"][..], "has no terms"),
        (&["edit", "legal:1", "ru="], "no segment in ru"),
        (&["edit", "legal:1", "fr"], "names no language"),
    ] {
        let ran = desk.run(args);
        assert!(ran.refused_as(2).err.contains(said), "{ran}");
    }
}

#[test]
fn what_was_edited_stays_when_its_file_is_imported_again() {
    let desk = Desk::new();
    desk.write("t.tsv", "en\tfr\none\tun\ntwo\tdeux\n");
    desk.ok(["import", "t.tsv"]);
    let units = lines(&desk, &["list", "--units", "--contains", "one"]);
    let id = units[0]["unit"].as_str().unwrap().to_owned();
    desk.ok(["edit", &id, "en=quite another source text", "fr=une"]);
    let again = desk.run(["import", "t.tsv"]);
    assert!(again.code == Some(0) && again.out.contains("0 added, 0 changed, 2 unchanged"), "{again}");
    assert!(again.err.contains("1 units were edited in the base since"), "{again}");
    assert_eq!(text_of(&desk, &id, "fr"), "une");
    // The file has another word now, and so has the base.
    desk.write("t.tsv", "en\tfr\none\tl’un\ntwo\tdeux\n");
    let again = desk.run(["import", "t.tsv"]);
    assert!(again.out.contains("1 in conflict") && again.err.contains("the base is believed"), "{again}");
    assert_eq!(text_of(&desk, &id, "fr"), "une");
    assert!(desk.ok(["import", "t.tsv", "--on-conflict", "take"]).contains("1 changed"));
    assert_eq!(text_of(&desk, &id, "fr"), "l’un");
    // What an import brought, the next may correct; what was undone may come again.
    let import = |fr: &str| {
        desk.write("i.tsv", format!("id\tsource\ttarget\n1\tThe Hague\t{fr}\n"));
        desk.ok(["import", "i.tsv", "--lang", "en,fr"])
    };
    import("Haye");
    for round in ["changed", "undone", "changed again"] {
        match round {
            "undone" => drop(desk.ok(["undo"])),
            _ => assert!(import("La Haye").contains("0 added, 1 changed"), "{round}"),
        }
    }
    assert_eq!(text_of(&desk, "main:1", "fr"), "La Haye");
    // What goes out after an edit and comes back changed is the next word.
    desk.ok(["edit", &id, "fr=L’un"]);
    desk.ok(["export", "out.tmx", "--memory"]);
    let out = fs::read_to_string(desk.folder().join("out.tmx")).unwrap();
    desk.write("out.tmx", out.replace("L’un", "Un seul"));
    assert!(desk.ok(["import", "out.tmx"]).contains("1 changed"));
    assert_eq!(text_of(&desk, &id, "fr"), "Un seul");
}

#[test]
fn what_was_brought_back_is_known_to_its_file_again() {
    let desk = Desk::new();
    // No unit of it has an id of its own.
    desk.write("t.tsv", "en\tfr\none\tun\ntwo\tdeux\n");
    desk.ok(["import", "t.tsv"]);
    for (taken, back) in [
        (&["remove", "--units", "--contains", "one", "--yes"][..], &["undo"][..]),
        (&["undo", "1"], &["undo", "4"]),
    ] {
        desk.ok(taken);
        desk.ok(back);
        assert!(desk.ok(["import", "t.tsv"]).contains("2 unchanged"), "{taken:?}");
        assert_eq!(listed(&desk, &[]).len(), 2);
    }
}

/// Runs `edit` with an editor that is a line of shell on the file `$1`.
fn edit_with(desk: &Desk, unit: &str, script: &str) -> Ran {
    let editor = desk.write("editor.sh", format!("#!/bin/sh\n{script}\n"));
    let mut command = desk.command(["edit", unit]);
    command.env("WICTERM_EDITOR", format!("sh {}", editor.display()));
    Ran::of(command.output().unwrap())
}

#[cfg(unix)]
#[test]
fn a_unit_is_edited_as_text_in_the_editor() {
    let desk = desk();
    let done = edit_with(
        &desk,
        "legal:1",
        "sed -i -e 's/Cliquez {1}ici{2}/{1}Cliquez{2} là/' -e 's/^notes.*/notes = [\"x\"]/' \"$1\"",
    );
    assert!(done.code == Some(0) && done.err.contains("+ fr: {1}Cliquez{2} là."), "{done}");
    assert_eq!(text_of(&desk, "legal:1", "fr"), "Cliquez là.");
    assert!(desk.ok(["show", "legal:1"]).contains("note: x"));
    let lost = edit_with(&desk, "legal:1", "sed -i 's/{1}hier/hier/' \"$1\"");
    assert!(
        lost.refused().err.contains("de: {1} (<b>) is missing") && lost.err.contains("your text is in"),
        "{lost}"
    );
    let slip = edit_with(&desk, "legal:1", "sed -i 's/^lang = \"de\"/land = \"de\"/' \"$1\"");
    assert!(slip.refused().err.contains("unknown field `land`"), "{slip}");
    let gone = edit_with(&desk, "legal:1", "sed -i '/^..segment/,$d' \"$1\"");
    assert!(gone.refused().err.contains("at least one segment"), "{gone}");
    assert!(edit_with(&desk, "legal:1", "true").err.contains("nothing to change"));
    assert!(edit_with(&desk, "legal:1", ": > \"$1\"").err.contains("nothing was changed"));
}

#[test]
fn what_was_done_to_a_unit_is_in_its_history_and_can_be_undone() {
    let desk = desk();
    let id = id_of(&desk, "2");
    desk.ok(["edit", "legal:2", "fr=La prééminence du droit", "--why", "the usual name"]);
    desk.ok(["remove", "legal:2", "--lang", "fr"]);
    desk.ok(["remove", &id]);
    assert!(desk.run(["show", &id]).refused_as(1).err.contains("no translation unit"));
    for name in [id.as_str(), "legal:2"] {
        let told = desk.ok(["history", name]);
        assert!(told.contains("the usual name") && told.contains("- fr: L’état de droit"), "{told}");
        assert!(told.contains("removed unit 2") && told.contains("- fr: La prééminence du droit"), "{told}");
        assert_eq!(lines(&desk, &["history", name]).len(), 4, "{told}");
    }
    for fr in [None, Some("La prééminence du droit"), Some("L’état de droit")] {
        desk.ok(["undo"]);
        match fr {
            Some(fr) => assert_eq!(text_of(&desk, "legal:2", "fr"), fr),
            None => assert!(!desk.ok(["show", "legal:2"]).contains("fr  ")),
        }
    }
    // What the file brings is what it brought before.
    assert!(desk.ok(["import", "legal.tmx", "--memory", "legal"]).contains("3 unchanged"));
    assert!(desk.run(["remove", "legal:2", "--lang", "ru"]).refused_as(2).err.contains("no segment in ru"));
    assert!(desk.run(["remove", "legal:2", "--term", "x"]).refused_as(2).err.contains("has no terms"));
}

#[test]
fn units_are_chosen_by_language_date_user_property_file_text_and_revision() {
    let desk = desk();
    desk.ok(["add", "--unit", "en=by hand", "fr=à la main"]);
    let today = ["1", "2", "3", "by hand"];
    for (flags, expected) in [
        (&[][..], &today[..]),
        (&["--memory", "legal"], &["1", "2", "3"]),
        (&["--lang", "en,fr"], &["1", "2", "by hand"]),
        (&["--lang", "zh"], &["3"]),
        (&["--from-date", "2021"], &["2", "by hand"]),
        (&["--from-date", "2020-03-01", "--to-date", "2020-03"], &["3"]),
        (&["--to-date", "2019"], &["1"]),
        (&["--user", "ben"], &["2", "3"]),
        (&["--user", "anna", "--user", "ben", "--lang", "fr"], &["1", "2"]),
        (&["--property", "x-client"], &["1"]),
        (&["--property", "x-client=ACME"], &["1"]),
        (&["--property", "x-client=Other"], &[]),
        (&["--from-file", "legal.tmx"], &["1", "2", "3"]),
        (&["--contains", "ETAT DE droit"], &["2"]),
        (&["--contains", "網絡"], &["3"]),
        (&["--since", "1"], &["by hand"]),
        (&["--limit", "2"], &["1", "2"]),
    ] {
        assert_eq!(listed(&desk, flags), expected, "{flags:?}");
    }
    let line = &lines(&desk, &["list", "--units", "--user", "Ben", "--from-date", "2021"])[0];
    assert_eq!((&line["date"], &line["user"]), (&"2021-06-15".into(), &"Ben".into()), "{line}");
    assert!(
        desk.ok(["list", "--units", "--memory", "legal"]).contains("en The rule of law  fr L’état de droit")
    );
    assert!(desk.run(["list", "--units", "--user", "nobody"]).err.contains("no unit is like that"));
    assert!(desk.run(["list", "--user", "anna"]).refused_as(2).err.contains("--units"));
    assert!(desk.run(["export", "x.tmx", "--user", "anna"]).refused_as(2).err.contains("--memory"));
    let stats = desk.ok(["stats"]);
    for said in ["memory legal: 3 units", "en → fr", "en → zh-Hans", "memory main: 1 units"] {
        assert!(stats.contains(said), "{stats}");
    }
}

#[test]
fn an_export_takes_the_units_that_are_asked_for() {
    let desk = desk();
    let export =
        |flags: &[&str]| desk.ok([&["export", "-", "--as", "tmx", "--memory=legal"], flags].concat());
    let all = export(&[]);
    assert!(all.matches("<tu ").count() == 3 && all.contains("licence: CC0"), "{all}");
    let pair = export(&["--lang", "en,fr"]);
    assert!(pair.matches("<tu ").count() == 2 && !pair.contains("Klicken"), "{pair}");
    // The part of a unit does not take the place of the whole when it comes back.
    assert_eq!(pair.matches("wicterm:unit-id").count(), 1, "{pair}");
    let some = export(&["--user", "ben", "--from-date", "2020-06"]);
    assert!(some.matches("<tu ").count() == 1 && some.contains("The rule of law"), "{some}");
    assert!(!export(&["--since", "1"]).contains("<tu "));
    desk.write("back.tmx", pair);
    desk.ok(["import", "back.tmx", "--memory", "legal"]);
    assert_eq!(text_of(&desk, "legal:legal.tmx:1", "de"), "Klicken Sie hier.");
    assert!(
        desk.run(["export", "x.tmx", "--memory", "--user", "nobody"]).refused().err.contains("asked for")
    );
}

#[test]
fn units_that_are_alike_are_removed_as_one_change_and_come_back() {
    let desk = desk();
    let dump = |desk: &Desk| desk.ok(["export", "-", "--as", "jsonl", "--memory"]);
    let before = dump(&desk);
    let asked = desk.run(["remove", "--units", "--user", "ben"]);
    assert!(
        asked.refused_as(2).err.contains("2 of 3 units would be removed") && asked.err.contains("--yes"),
        "{asked}"
    );
    assert_eq!(desk.ok(["remove", "--units", "--user", "ben", "--dry-run"]), "2 of 3 units are like that\n");
    assert!(desk.run(["remove", "--units"]).refused_as(2).err.contains("every unit"));
    assert!(desk.run(["remove", "--units", "--dry-run", "legal:1"]).refused_as(2).err.contains("--units"));
    assert!(desk.run(["remove"]).refused_as(2).err.contains("required"));
    assert_eq!(dump(&desk), before);
    let done = desk.run(["remove", "--units", "--memory", "legal", "--user", "ben", "--yes"]);
    assert!(done.code == Some(0) && done.err.contains("removed 2 of 3 units"), "{done}");
    assert_eq!(listed(&desk, &[]), ["1"]);
    let none = desk.run(["remove", "--units", "--user", "ben", "--yes"]);
    assert!(none.code == Some(0) && none.err.contains("nothing was removed"), "{none}");
    desk.ok(["undo"]);
    let sorted = |text: String| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(dump(&desk)), sorted(before));
    assert!(desk.ok(["import", "legal.tmx", "--memory", "legal"]).contains("3 unchanged"));
}

#[test]
fn a_memory_is_split_into_a_file_for_each_pair() {
    let desk = desk();
    let split = ["export", "out", "--memory=legal", "--split"];
    let files = lines(&desk, &split);
    let told: Vec<_> = files
        .iter()
        .map(|f| (f["source"].as_str().unwrap(), f["target"].as_str().unwrap(), f["units"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("en", "de", 1), ("en", "fr", 2), ("en", "zh-Hans", 1)]);
    let fr = fs::read_to_string(desk.folder().join("out/legal.en-fr.tmx")).unwrap();
    assert!(fr.contains("licence: CC0") && fr.contains("srclang=\"en\"") && !fr.contains("Klicken"), "{fr}");
    assert!(fr.contains("tuid=\"1\"") && fr.contains("creationid=\"anna\""), "{fr}");
    // Nothing of it is lost on the way back.
    let back = Desk::new();
    for pair in ["en-de", "en-fr", "en-zh-Hans"] {
        let name = format!("legal.{pair}.tmx");
        back.write(&name, fs::read(desk.folder().join("out").join(&name)).unwrap());
        assert!(back.ok(["validate", &name]).contains("valid"));
        back.ok(["import", &name, "--memory", "legal"]);
    }
    let segments = |desk: &Desk| -> std::collections::BTreeSet<String> {
        let units = lines(desk, &["list", "--units"]);
        units.iter().flat_map(|u| u["segments"].as_array().unwrap()).map(Value::to_string).collect()
    };
    assert_eq!(segments(&back), segments(&desk));
    assert_eq!(lines(&desk, &[&split[..], &["--lang", "fr"]].concat()).len(), 1);
    // What does not say its source is asked for; what has no pair is told.
    desk.write("all.tmx", LEGAL.replace("srclang=\"en\"", "srclang=\"*all*\""));
    desk.ok(["import", "all.tmx", "--memory", "a/b"]);
    let asked = desk.run(["export", "out2", "--memory=a/b", "--split"]);
    assert!(
        asked.refused_as(2).err.contains("3 units do not say") && asked.err.contains("--source-lang"),
        "{asked}"
    );
    assert!(!desk.folder().join("out2").exists());
    let done = desk.run(["export", "out2", "--memory=a/b", "--split", "--source-lang", "fr"]);
    assert!(done.code == Some(0) && done.err.contains("1 units are in none of these files"), "{done}");
    let names: Vec<_> = crate::door::files_below(&desk.folder().join("out2"));
    assert!(names.len() == 2 && names[0].display().to_string().starts_with("a_b-"), "{names:?}");
    assert!(desk.run(["export", "-", "--memory", "--split"]).refused_as(2).err.contains("folder"));
    assert!(desk.run(["export", "out", "--split"]).refused_as(2).err.contains("--memory"));
}

#[test]
fn a_memory_that_is_read_only_stays_as_it_is() {
    let desk = desk();
    desk.write("wicterm.toml", "[memories.legal]\nread-only = true\n");
    desk.write("more.tmx", LEGAL.replace("Click", "Push"));
    desk.ok(["export", "all.jsonl", "--memory"]);
    for args in [
        &["import", "more.tmx", "--memory", "legal"][..],
        &["import", "all.jsonl"],
        &["add", "--unit", "--memory", "legal", "en=a", "fr=b"],
        &["edit", "legal:2", "fr=x"],
        &["edit", "legal:2"],
        &["remove", "legal:2"],
        &["remove", "--units", "--user", "ben", "--yes"],
    ] {
        let ran = desk.run(args);
        let said = ran.err.contains("\"legal\" is read-only") && ran.err.contains("[memories.legal]");
        assert!(said && ran.code == Some(3), "{args:?}: {ran}");
    }
    assert_eq!(listed(&desk, &[]), ["1", "2", "3"]);
    desk.ok(["import", "more.tmx", "--memory", "other"]);
    desk.ok(["add", "due process"]);
}
