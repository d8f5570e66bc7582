//! `wicterm pretranslate`, told as sessions.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::door::{Desk, Ran, hermetic};
use crate::needs::{Need, met, shared};

const HEADER: &str = "<header creationtool=\"x\" creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"x\" \
                      adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\"/>";

/// What the memory knows: the source, the target, and when the target was changed.
const MEMORY: &[(&str, &str, &str)] = &[
    ("The committee adopted the report in 2024.", "Le comité a adopté le rapport en 2024.", ""),
    ("Data are a factor of production.", "Les données sont un facteur de production, « nouveau ».", ""),
    ("Each country, large or small, has a say.", "Chaque pays, grand ou petit, a voix au chapitre.", ""),
    (
        "The divide is <bpt i=\"1\">&lt;b></bpt>growing<ept i=\"1\">&lt;/b></ept>.",
        "Le fossé <bpt i=\"1\">&lt;b></bpt>se creuse<ept i=\"1\">&lt;/b></ept>.",
        "",
    ),
    ("Agreed", "Convenu", "20200101T000000Z"),
    ("One stands between.", "Un autre.", ""),
    ("Agreed", "D’accord", "20240101T000000Z"),
    ("Two stand between.", "Deux autres.", ""),
    ("Agreed", "Entendu", "20100101T000000Z"),
];

/// A desk with a memory.
fn desk() -> Desk {
    let desk = Desk::new();
    let mut tmx = format!("<tmx version=\"1.4\">{HEADER}<body>");
    for (at, (source, target, date)) in MEMORY.iter().enumerate() {
        let date = if date.is_empty() { String::new() } else { format!(" changedate=\"{date}\"") };
        tmx.push_str(&format!(
            "<tu tuid=\"m{at}\"><tuv xml:lang=\"en\"><seg>{source}</seg></tuv>\
             <tuv xml:lang=\"fr\"{date}><seg>{target}</seg></tuv></tu>"
        ));
    }
    tmx.push_str("</body></tmx>");
    desk.write("memory.tmx", tmx);
    desk.ok(["import", "memory.tmx", "--memory", "treaties"]);
    desk
}

/// The same rows in every kind of file: what is filled in stands between braces, and is not there before.
fn files() -> Vec<(&'static str, String)> {
    let csv = "id,en,fr,note\n\
               a,The committee adopted the report in 2025.,{Le comité a adopté le rapport en 2025.},\n\
               b,\"Each country, large or small, has a say.\",{\"Chaque pays, grand ou petit, a voix au chapitre.\"},\"two\nlines\"\n\
               c,Nobody ever wrote this sentence before.,,\n\
               d,The committee adopted the report in 2024.,Une autre traduction,é\n";
    let tsv = "en\tfr\n\
               The committee adopted the report in 2025.\t{Le comité a adopté le rapport en 2025.}\n\
               \"Data\" he said\t\n\
               Data are a factor of production.{\tLes données sont un facteur de production, « nouveau ».}\n\
               The committee adopted the report in 2024.\tUne traduction à moi";
    let tmx = "<?xml version=\"1.0\" encoding=\"ENCODING\"?>\n<tmx version=\"1.4\">\n  HEADER\n  <body>\n\
               \x20   <tu>\n      <tuv xml:lang=\"en\"><seg>The committee adopted the report in 2025.</seg></tuv>\n\
               \x20     <tuv xml:lang=\"fr\"><seg>{Le comité a adopté le rapport en 2025.}</seg></tuv>\n    </tu>\n\
               \x20   <tu>\n      <tuv xml:lang=\"en\">\n        <seg>The divide is <bpt i=\"7\" type=\"bold\">[b]</bpt>growing<ept i=\"7\">[/b]</ept>.</seg>\n      </tuv>\
               {\n      <tuv xml:lang=\"fr\">\n        <seg>Le fossé <bpt i=\"7\" type=\"bold\">[b]</bpt>se creuse<ept i=\"7\">[/b]</ept>.</seg>\n      </tuv>}\n    </tu>\n\
               \x20   <tu><tuv xml:lang=\"en\"><seg>Data are a factor of production.</seg></tuv><tuv xml:lang=\"fr\"><seg>Ma traduction, é</seg></tuv></tu>\n\
               \x20   <tu><tuv xml:lang=\"en\"><seg>Nobody ever wrote this sentence before.</seg></tuv></tu>\n\
               \x20 </body>\n</tmx>\n";
    vec![("x.csv", csv.into()), ("x.tsv", tsv.into()), ("x.tmx", tmx.replace("HEADER", HEADER))]
}

/// Returns a template as it is before and after.
fn before_and_after(template: &str) -> (String, String) {
    let mut before = String::new();
    let mut rest = template;
    while let Some((head, tail)) = rest.split_once('{') {
        before.push_str(head);
        rest = tail.split_once('}').expect("a brace is closed").1;
    }
    before.push_str(rest);
    (before, template.replace(['{', '}'], ""))
}

/// Ways to write a text down, each with the name of its encoding.
fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{FEFF}{text}").encode_utf16().flat_map(order).collect()
    };
    vec![
        ("UTF-8", text.into()),
        ("UTF-8 with a mark", format!("\u{FEFF}{text}").into()),
        ("UTF-16", wide(u16::to_le_bytes)),
        ("UTF-16 upside down", wide(u16::to_be_bytes)),
        ("windows-1252", encoding_rs::WINDOWS_1252.encode(text).0.into()),
    ]
}

#[test]
fn only_empty_targets_change_in_any_format_encoding_and_end_of_line() {
    let desk = desk();
    for (name, template) in files() {
        for template in [template.clone(), template.replace('\n', "\r\n")] {
            let (before, after) = before_and_after(&template);
            for at in 0..5 {
                let label = encodings("")[at].0;
                let declared = label.split(' ').next().unwrap_or(label);
                let write = |text: &str| encodings(&text.replace("ENCODING", declared)).swap_remove(at).1;
                desk.write(name, write(&before));
                let report =
                    desk.ok(["pretranslate", name, "--to", "fr", "--no-marks", "--in-place", "--quiet"]);
                let made = fs::read(desk.folder().join(name)).unwrap();
                assert!(
                    made == write(&after),
                    "{name} in {label}: {}\n{report}",
                    String::from_utf8_lossy(&made)
                );
                // What is filled is filled.
                let ran =
                    desk.run(["pretranslate", name, "--to", "fr", "--no-marks", "-o", "again", "--force"]);
                assert_eq!(ran.code, Some(1), "{ran}");
                assert!(fs::read(desk.folder().join("again")).unwrap() == made, "{name} in {label}");
            }
        }
    }
}

#[test]
fn a_target_says_where_it_comes_from_and_how_well_it_fits() {
    let desk = desk();
    desk.write("t.csv", "id,en,fr\r\n1,Agreed,\r\n2,None of it is known,\r\n3,Agreed,Oui\r\n");
    let ran = desk.run(["pretranslate", "t.csv", "-o", "out.csv"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(
        fs::read_to_string(desk.folder().join("out.csv")).unwrap(),
        "id,en,fr,origin,score\r\n1,Agreed,D’accord,treaties (memory.tmx),100\r\n2,None of it is known,,,\r\n3,Agreed,Oui,,\r\n"
    );
    assert!(
        ran.out.starts_with("t.csv: 1 of 2 empty targets filled\n") && ran.out.contains("no match"),
        "{ran}"
    );
    assert!(ran.err.contains("1 row has other translations as good") && ran.err.contains("line 2"), "{ran}");
    let tmx = format!(
        "<tmx version=\"1.4\">{HEADER}<body><tu><tuv xml:lang=\"en\"><seg>Data are a factor of production.</seg></tuv></tu></body></tmx>"
    );
    desk.write("t.tmx", &tmx);
    let mut command = desk.command(["pretranslate", "t.tmx", "--to", "FR", "-o", "-"]);
    let ran = Ran::of(command.env("WICTERM_USER", "m & n").output().expect("the program starts"));
    assert_eq!(ran.code, Some(0), "{ran}");
    let (dated, date) = ran.out.split_once(" changedate=\"").expect("it says when");
    let expected = format!("{}<tuv xml:lang=\"fr\"", tmx.split("</tu>").next().unwrap());
    assert_eq!(dated, expected);
    assert_eq!(
        &date["20261122T000000Z".len()..],
        "\" changeid=\"m &amp; n\"><prop type=\"x-wicterm-origin\">treaties (memory.tmx)</prop>\
         <prop type=\"x-wicterm-score\">100</prop><seg>Les données sont un facteur de production, « nouveau ».</seg>\
         </tuv></tu></body></tmx>"
    );
    assert!(ran.err.contains("1 of 1 empty target filled"), "{ran}");
}

#[test]
fn a_script_reads_a_line_for_each_row_that_is_filled() {
    let desk = desk();
    desk.write("t.tsv", "en\tfr\nThe committee adopted the report in 2025.\t\nAgreed\tOui\nAgreed\t\n");
    let out = desk.ok(["pretranslate", "t.tsv", "--dry-run", "--format", "jsonl"]);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], serde_json::json!({"schema_version": 1, "command": "pretranslate"}));
    let told: Vec<_> = lines[1..]
        .iter()
        .map(|row| {
            (
                row["line"].as_u64(),
                row["score"].as_u64(),
                row["alternatives"].as_u64(),
                row["target"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some(2), Some(98), Some(0), Some("Le comité a adopté le rapport en 2025.")),
            (Some(4), Some(100), Some(2), Some("D’accord")),
        ]
    );
    assert_eq!(lines[1]["substituted"][0]["to"], "2025");
    assert!(
        fs::read_to_string(desk.folder().join("t.tsv")).unwrap().contains("2025.\t\n"),
        "a dry run writes nothing"
    );
}

#[test]
fn codes_are_written_only_if_each_stands_for_one_of_the_source() {
    let desk = desk();
    let unit = |source: &str| format!("<tu><tuv xml:lang=\"en\"><seg>{source}</seg></tuv></tu>");
    let tmx = format!(
        "<tmx version=\"1.4\">{HEADER}<body>\n{}\n{}\n{}\n</body></tmx>",
        unit("The divide is growing."),
        unit("The divide <ph>{0}</ph> is growing."),
        unit("The divide is <it pos=\"begin\">[</it>growing.")
    );
    desk.write("t.tmx", tmx);
    let ran = desk.run(["pretranslate", "t.tmx", "--to", "fr", "-o", "-", "--no-marks"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(
        ran.out.contains("is growing.</seg></tuv><tuv xml:lang=\"fr\"><seg>Le fossé se creuse.</seg>"),
        "{ran}"
    );
    assert_eq!(ran.out.matches("Le fossé").count(), 1, "{ran}");
    assert!(ran.err.contains("t.tmx:3: a match of ") && ran.err.contains("inline codes"), "{ran}");
}

#[test]
fn what_is_there_is_not_replaced_unless_it_is_said() {
    let desk = desk();
    desk.write("t.csv", "en,fr,status\nAgreed,,locked\nAgreed,,new\n");
    let args = |more: &[&str]| -> Vec<String> {
        ["pretranslate", "t.csv", "--no-marks"].iter().chain(more).map(|a| (*a).to_owned()).collect()
    };
    let ran = desk.run(args(&[]));
    assert!(ran.refused_as(2).err.contains("--in-place"), "{ran}");
    desk.write("out.csv", "mine");
    let ran = desk.run(args(&["-o", "out.csv"]));
    assert!(ran.refused().err.contains("--force"), "{ran}");
    assert_eq!(fs::read_to_string(desk.folder().join("out.csv")).unwrap(), "mine");
    desk.run(args(&["-o", "-", "--format", "json"])).refused_as(2);
    desk.run(["pretranslate", "-", "--in-place"]).refused_as(2);
    let ran = desk.run(args(&["-o", "out.csv", "--force"]));
    assert!(ran.code == Some(0) && ran.err.contains("1 empty row is locked or approved"), "{ran}");
    let filled = "en,fr,status\nAgreed,,locked\nAgreed,D’accord,new\n";
    assert_eq!(fs::read_to_string(desk.folder().join("out.csv")).unwrap(), filled);
    // Nothing is good enough, or in that memory.
    for more in [["--min", "101"], ["--memory", "other"]] {
        let ran = desk.run(args(&[&more[..], &["-o", "-"]].concat()));
        assert_eq!((ran.code, &*ran.out), (Some(1), "en,fr,status\nAgreed,,locked\nAgreed,,new\n"), "{ran}");
    }
    desk.write("prose.md", "# Agreed\n");
    let ran = desk.run(["pretranslate", "prose.md", "--dry-run", "--to", "fr"]);
    assert!(ran.refused_as(2).err.contains("takes XLIFF, PO, TMX, bitext tables and workbooks"), "{ran}");
}

#[test]
fn a_filled_memory_is_as_valid_as_it_was() {
    let desk = desk();
    let (_, template) = files().pop().expect("there are files");
    let (before, _) = before_and_after(&template.replace("ENCODING", "UTF-8"));
    let file = desk.write("t.tmx", before.replace("<tmx ", "<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx "));
    desk.ok(["validate", "t.tmx"]);
    desk.ok(["pretranslate", "t.tmx", "--to", "fr", "--in-place"]);
    desk.ok(["validate", "t.tmx"]);
    let filled = fs::read_to_string(&file).unwrap();
    assert_eq!(filled.matches("x-wicterm-score").count(), 2, "{filled}");
    // What wicterm exported and filled comes back as it is.
    desk.ok(["export", "out.tmx", "--memory=treaties"]);
    let exported = fs::read_to_string(desk.folder().join("out.tmx")).unwrap();
    let emptied = exported.replace("<seg>Entendu</seg>", "<seg/>");
    assert_ne!(emptied, exported);
    let own = desk.write("own.tmx", emptied);
    desk.ok(["pretranslate", "own.tmx", "--in-place"]);
    desk.ok(["validate", "own.tmx"]);
    if !met(&[Need::Shared, Need::Xmllint]) {
        return;
    }
    for file in [file, own] {
        let mut xmllint = hermetic(Command::new("xmllint"), desk.folder());
        xmllint.args(["--nonet", "--noout", "--dtdvalid"]).arg(shared("tmx/dtd/tmx14.dtd")).arg(file);
        let ran = Ran::of(xmllint.output().expect("it started when it was looked for"));
        assert_eq!(ran.code, Some(0), "{ran}");
    }
}
