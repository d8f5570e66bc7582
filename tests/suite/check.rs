//! `wicterm check` and `wicterm explain`, told as sessions.

use std::fs;

use serde_json::Value;

use crate::door::{Desk, Ran};

const TABLE: &str = "id,en,fr\r\nm1,One two.,\"Un, \"\"deux deux\"\".\"\r\nm2,Three.,Trois.\r\n";

/// A desk with a base in which there is a concept.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok(["add", "data embassy", "--equivalent", "fr=ambassade de données", "--subject", "data"]);
    desk
}

fn lines(ran: &Ran) -> Vec<Value> {
    let parsed = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {ran}"));
    ran.out.lines().map(parsed).collect()
}

#[test]
fn a_table_is_judged_and_every_finding_has_its_place() {
    let desk = desk();
    desk.write("t.csv", TABLE);
    let ran = desk.run(["check", "--only", "repeated-word", "t.csv", "--format", "jsonl"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let said = lines(&ran);
    assert_eq!(said[0], serde_json::json!({"schema_version": 1, "command": "check"}));
    let finding = &said[1];
    assert_eq!(
        (&finding["check"], &finding["severity"], &finding["file"], &finding["line"], &finding["unit"]),
        (&"repeated-word".into(), &"warning".into(), &"t.csv".into(), &2.into(), &"m1".into()),
        "{finding}"
    );
    let (start, end) = (finding["start"].as_u64().unwrap(), finding["end"].as_u64().unwrap());
    assert!(TABLE[start as usize..end as usize].contains("deux"), "{finding}");
    assert_eq!((&finding["side"], &finding["fix"]), (&"target".into(), &"".into()));
    assert_eq!(said.len(), 2);

    let strict = ["check", "--only", "repeated-word", "t.csv", "--fail-on", "warning"];
    let ran = desk.run(strict);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("t.csv:2") && ran.out.contains("1 warning in 2 rows of 1 file"), "{ran}");
    assert_eq!(desk.run(["check", "--skip", "text", "t.csv", "--fail-on", "info"]).code, Some(0));
}

#[test]
fn a_cure_is_shown_first_and_then_written() {
    let desk = desk();
    let path = desk.write("t.csv", TABLE);
    let ran = desk.run(["check", "--only", "repeated-word", "--diff", "t.csv"]);
    assert!(
        ran.out.contains("-m1,One two.,\"Un, \"\"deux deux\"\".\"")
            && ran.out.contains("+m1,One two.,\"Un, \"\"deux\"\".\""),
        "{ran}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), TABLE);
    let ran = desk.run(["check", "--only", "repeated-word", "--fix", "t.csv", "--fail-on", "info"]);
    assert_eq!((ran.code, ran.err.contains("t.csv: 1 finding is cured")), (Some(0), true), "{ran}");
    assert_eq!(fs::read_to_string(&path).unwrap(), TABLE.replace("deux deux", "deux"));
}

#[test]
fn two_plain_texts_are_one_pair_by_their_names_or_by_being_asked() {
    let desk = desk();
    desk.write("memo.en.txt", "One.\nTwo.\n");
    desk.write("memo.ru.txt", "Это раз раз.\nДва.\n");
    desk.write("a.txt", "One.\nTwo.\n");
    desk.write("b.txt", "Это раз раз.\n");
    let common = ["--only", "repeated-word", "--format", "jsonl"];
    let of = |args: &[&str]| desk.run(["check"].iter().chain(args).chain(&common));
    let named = lines(&of(&["memo.ru.txt", "memo.en.txt", "--source-lang", "en"]));
    assert_eq!((&named[1]["file"], &named[1]["line"]), (&"memo.ru.txt".into(), &1.into()));
    let asked = of(&["--pair", "a.txt", "b.txt", "--source-lang", "en", "--target-lang", "ru"]);
    assert_eq!(lines(&asked)[1]["file"], "b.txt");
    let uneven =
        desk.run(["check", "--pair", "a.txt", "b.txt", "--source-lang", "en", "--target-lang", "ru"]);
    assert!(uneven.code == Some(1) && uneven.out.contains("read-lines"), "{uneven}");
    let nobody = desk.run(["check", "--pair", "a.txt", "b.txt", "--source-lang", "en"]);
    assert!(nobody.refused_as(2).err.contains("--target-lang"), "{nobody}");
}

#[test]
fn a_text_alone_is_judged_block_by_block() {
    let desk = desk();
    let path = desk.write("notes.md", "# A title\n\nThe *parties parties* agree.\n");
    let ran = desk.run(["check", "--only", "repeated-word", "notes.md", "--target-lang", "en", "--fix"]);
    assert_eq!(fs::read_to_string(path).unwrap(), "# A title\n\nThe *parties* agree.\n", "{ran}");
    assert!(ran.out.contains("in 2 rows of 1 file"), "{ran}");
    desk.write("unknown.md", "Text.\n");
    assert!(desk.run(["check", "unknown.md"]).refused_as(2).err.contains("--target-lang"));
}

#[test]
fn what_cannot_be_judged_says_why_and_the_others_are_judged_all_the_same() {
    let desk = desk();
    desk.write("t.csv", TABLE);
    desk.write("terms.csv", "concept,lang,term\na,en,b\n");
    let ran = desk.run(["check", "terms.csv", "missing.tmx", "t.csv", "--only", "repeated-word"]);
    assert!(ran.refused().out.contains("1 warning in 2 rows"), "{ran}");
    assert!(ran.err.contains("terms-csv") && ran.err.contains("missing.tmx"), "{ran}");
    let ran = desk.run(["check", "t.csv", "--target-lang", "ru"]);
    assert!(ran.refused().err.contains("en and fr"), "{ran}");
    assert!(
        desk.run(["check", "t.csv", "--only", "repeated-words"]).refused_as(2).err.contains("did you mean")
    );
}

#[test]
fn checks_are_listed_and_explained() {
    let desk = desk();
    let list = desk.ok(["check", "--list"]);
    assert!(list.lines().any(|l| l.starts_with("repeated-word") && l.contains("warning")), "{list}");
    let page = desk.ok(["explain", "repeated-word"]);
    assert!(page.contains("Why") && page.contains("reported") && !page.contains("```"), "{page}");
    let json: Value =
        serde_json::from_str(&desk.ok(["explain", "repeated-word", "--format", "json"])).unwrap();
    assert_eq!((&json["code"], &json["family"]), (&"repeated-word".into(), &"text".into()));
    assert!(desk.run(["explain", "repeated-wrd"]).refused_as(2).err.contains("repeated-word"));
}

#[test]
fn every_bilingual_seed_is_read_as_what_it_is() {
    let desk = desk();
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/bitext");
    let of = |names: &[&str]| {
        let files: Vec<String> = names.iter().map(|name| format!("{seeds}/{name}")).collect();
        let mut args = vec!["check", "--no-base", "--only", "repeated-word"];
        args.extend(files.iter().map(String::as_str));
        // The base that the desk names would contradict --no-base.
        let mut command = crate::door::wicterm(desk.folder());
        Ran::of(command.args(args).output().unwrap()).out.lines().last().unwrap_or_default().to_owned()
    };
    for (names, rows) in [
        (&["memorandum.en-es.csv"][..], "40 rows of 1 file"),
        (&["memorandum.en-fr.tmx"], "40 rows of 1 file"),
        (&["memorandum.en-zh-Hans.tsv"], "40 rows of 1 file"),
        (&["memorandum.en-ru.en.txt", "memorandum.en-ru.ru.txt"], "40 rows of 2 files"),
        (&["memorandum.en-ar.ar.txt", "memorandum.en-ar.en.txt"], "40 rows of 2 files"),
        (&["speech-2024.zh-Hans-en.tmx"], "32 rows of 1 file"),
    ] {
        assert!(of(names).ends_with(rows), "{names:?}: {}", of(names));
    }
}
