//! Out and back again: what an export says of what it carries, and what the next import makes of it.

use serde_json::Value;

use crate::door::Desk;

/// The findings of an import: code and message.
fn findings(desk: &Desk, file: &str) -> Vec<(String, String)> {
    let ran = desk.run(["import", "--format", "json", file]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {ran}"));
    let files = report["results"].as_array().cloned().unwrap_or_default();
    let details = files.iter().flat_map(|file| file["details"].as_array().cloned().unwrap_or_default());
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    details.map(|finding| (text(&finding["check"]), text(&finding["message"]))).collect()
}

fn seeds(path: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

fn read(desk: &Desk, file: &str) -> String {
    std::fs::read_to_string(desk.folder().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

#[test]
fn a_reference_to_a_term_of_the_file_stays_one() {
    let desk = Desk::new();
    let entry = |id: &str, inside: &str| format!("<conceptEntry id=\"{id}\">{inside}</conceptEntry>");
    let tbx = format!(
        "<tbx type=\"TBX-Basic\" style=\"dca\" xml:lang=\"en\"><tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc>\
         </fileDesc></tbxHeader><text><body>{}{}</body></text></tbx>",
        entry(
            "one",
            "<langSec xml:lang=\"en\"><termSec id=\"one-en\"><term>first word</term></termSec>\
             <termSec><term>primary word</term>\
             <ref type=\"crossReference\" target=\"one-en\">variant of</ref>\
             <ref type=\"crossReference\" target=\"two-en\"/></termSec></langSec>",
        ),
        entry(
            "two",
            "<ref type=\"crossReference\" target=\"one-en\">see the word</ref>\
             <langSec xml:lang=\"en\"><termSec><term id=\"two-en\">second word</term></termSec></langSec>",
        ),
    );
    desk.write("a.tbx", tbx);
    let told = findings(&desk, "a.tbx");
    assert!(told.iter().all(|(code, _)| code != "import-relation"), "{told:?}");
    let whole = desk.ok(["export", "-", "--as", "jsonl"]);
    for target in ["first-word#en/first word", "second-word#en/second word"] {
        assert!(whole.contains(target), "{target}: {whole}");
    }
    assert!(desk.ok(["import", "a.tbx"]).contains("2 unchanged"), "what is known is not new");
    for format in [
        "tbx-basic-dca",
        "tbx-basic-dct",
        "tbx-linguist-dca",
        "tbx-linguist-dct",
        "tbx-min-dca",
        "tbx-min-dct",
        "tbx-core-dca",
        "tbx-core-dct",
        "tbx-v2-basic",
        "tbx-v2-default",
    ] {
        let carries = !format.contains("min") && !format.contains("core");
        desk.ok(["export", "o.tbx", "--as", format, "--report", "o.json"]);
        let (out, report) = (read(&desk, "o.tbx"), read(&desk, "o.json"));
        assert_eq!(out.matches("target=\"t-").count(), if carries { 3 } else { 0 }, "{format}: {out}");
        assert_eq!(report.contains("relations"), !carries, "{format}: {report}");
        assert!(!report.contains("not in this file"), "{format}: {report}");
        let other = Desk::new();
        other.write("o.tbx", &out);
        let told = findings(&other, "o.tbx");
        assert!(told.is_empty(), "{format}: {told:?}");
        for concept in ["first-word", "second-word"] {
            let relations = |desk: &Desk| {
                let shown: Value =
                    serde_json::from_str(&desk.ok(["show", concept, "--format", "json"])).unwrap();
                let concept = shown.to_string();
                let at: Vec<_> =
                    concept.match_indices("\"target\"").map(|(at, _)| &concept[at..at + 45]).collect();
                at.into_iter().map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(relations(&desk), relations(&other), "{format}");
        }
        assert!(desk.ok(["import", "o.tbx"]).contains("2 unchanged"), "{format}");
        if carries {
            // Without notes the elements alone say it.
            desk.ok(["export", "p.tbx", "--as", format, "--notes", "none"]);
            let third = Desk::new();
            third.write("p.tbx", read(&desk, "p.tbx"));
            let told = findings(&third, "p.tbx");
            assert!(told.is_empty(), "{format}: {told:?}");
            let whole = third.ok(["export", "-", "--as", "jsonl"]);
            assert!(whole.contains("second-word#en/second word"), "{format}: {whole}");
        }
    }
}

#[test]
fn a_reference_to_a_person_is_no_relation() {
    let desk = Desk::new();
    desk.write("p.tbx", seeds("broken/tbx/target-to-a-person.tbx"));
    let told = findings(&desk, "p.tbx");
    assert!(told.iter().any(|(code, what)| code == "read-target" && what.contains("p1")), "{told:?}");
    assert!(told.iter().all(|(code, _)| code != "import-relation"), "{told:?}");
    let whole = desk.ok(["export", "-", "--as", "jsonl"]);
    assert!(!whole.contains("relations") && whole.contains("crossReference"), "{whole}");
}

const UNITS: &str = "<tmx version=\"1.4\"><header creationtool=\"OmegaT\" creationtoolversion=\"6\" segtype=\"sentence\" \
    o-tmf=\"t\" adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\" creationdate=\"20200101T000000Z\" creationid=\"her\" \
    changedate=\"20210101T000000Z\" changeid=\"me\"/><body>\
    <tu tuid=\"1\"><tuv xml:lang=\"en\"><seg>Good day</seg></tuv><tuv xml:lang=\"fr\"><seg>Bonjour</seg></tuv></tu>\
    <tu><tuv xml:lang=\"en\"><seg>Good night</seg></tuv><tuv xml:lang=\"fr\"><seg>Bonne nuit</seg></tuv></tu>\
    <tu><tuv xml:lang=\"en\"><seg>Good night</seg></tuv><tuv xml:lang=\"fr\"><seg>Bonsoir</seg></tuv></tu>\
    </body></tmx>";

#[test]
fn an_exported_memory_is_known_again() {
    let desk = Desk::new();
    desk.write("m.tmx", UNITS);
    desk.ok(["import", "m.tmx"]);
    desk.ok(["export", "o.tmx", "--memory"]);
    assert!(desk.ok(["import", "o.tmx"]).contains("3 unchanged"));
    desk.write(
        "o.tmx",
        read(&desk, "o.tmx").replace("Bonsoir", "Bonne nuit !").replace("Good night", "Good night!"),
    );
    let told = desk.ok(["import", "o.tmx"]);
    assert!(told.contains("0 added, 2 changed, 1 unchanged"), "{told}");
    let units = desk.ok(["export", "-", "--as", "tmx", "--memory"]);
    assert_eq!(units.matches("<tu").count() - units.matches("<tuv").count(), 3, "{units}");
    assert_eq!(units.matches("Good night!").count(), 2, "{units}");
    // What goes to another memory is a unit of its own.
    desk.write("o2.tmx", &units);
    assert!(desk.ok(["import", "o2.tmx", "--memory", "other"]).contains("3 added"));
    // Another base knows nothing of them.
    let other = Desk::new();
    other.write("o.tmx", &units);
    assert!(other.ok(["import", "o.tmx"]).contains("3 added"));
    assert!(other.ok(["import", "o.tmx"]).contains("3 unchanged"));
}

#[test]
fn a_kept_header_was_not_changed_before_it_was_made() {
    let desk = Desk::new();
    desk.write("m.tmx", UNITS);
    desk.ok(["import", "m.tmx"]);
    desk.ok(["export", "o.tmx", "--memory", "--report", "o.json"]);
    let out = read(&desk, "o.tmx");
    for said in [
        "creationdate=\"20200101T000000Z\"",
        "creationid=\"her\"",
        "changedate=\"20210101T000000Z\"",
        "changeid=\"me\"",
        "creationtool=\"wicterm\"",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
    let report = read(&desk, "o.json");
    assert!(report.contains("/attributes/creationtool"), "{report}");
    // Where only the change is dated, no later day of making is made up.
    let desk = Desk::new();
    desk.write("m.tmx", UNITS.replace("creationdate=\"20200101T000000Z\" creationid=\"her\"", ""));
    desk.ok(["import", "m.tmx"]);
    let out = desk.ok(["export", "-", "--as", "tmx", "--memory"]);
    assert!(!out.contains("creationdate") && out.contains("changedate"), "{out}");
}

#[test]
fn asked_for_languages_hold_for_definitions_notes_and_contexts_too() {
    let desk = Desk::new();
    desk.write(
        "c.toml",
        "definitions = [{ text = \"an animal\", lang = \"en\" }, { text = \"一种动物\", lang = \"zh-Hans\" }, { text = \"plain\" }]\n\
         notes = [{ text = \"说明\", lang = \"zh-Hans\" }, \"to all\"]\n\
         [[en]]\nterm = \"cat\"\nstatus = \"preferred\"\nnotes = [{ text = \"也说明\", lang = \"zh-Hans\" }]\n\
         [[zh-Hans]]\nterm = \"猫\"\n",
    );
    desk.ok(["import", "c.toml"]);
    for format in ["tbx-basic-dca", "tbx-v2-basic", "terms-csv", "terms-wide-csv", "jsonl"] {
        desk.ok(["export", "out.tbx", "--as", format, "--lang", "en"]);
        let out = read(&desk, "out.tbx");
        assert!(out.contains("an animal") && out.contains("cat"), "{format}: {out}");
        for foreign in ["一种动物", "说明", "猫", "zh-Hans"] {
            assert!(!out.contains(foreign), "{format}, {foreign}: {out}");
        }
    }
    assert!(!read(&desk, "out.xcs").contains("zh"), "{}", read(&desk, "out.xcs"));
    assert!(desk.ok(["export", "--help"]).contains("of definitions and notes"));
}

#[test]
fn an_invented_sentence_is_never_without_a_mark() {
    let desk = Desk::new();
    desk.write(
        "c.toml",
        "[[en]]\nterm = \"cat\"\ncontexts = [{ text = \"The cat lists the abuse.\", kind = \"constructed\" }, \
         { text = \"A cat was seen.\", kind = \"attested\", title = \"News\" }, \
         { text = \"Cats are cats.\", kind = \"constructed\", title = \"Made up\" }]\n",
    );
    desk.ok(["import", "c.toml"]);
    for format in [
        "tbx-basic-dca",
        "tbx-basic-dct",
        "tbx-linguist-dca",
        "tbx-linguist-dct",
        "tbx-v2-basic",
        "tbx-v2-default",
    ] {
        desk.ok(["export", "o.tbx", "--as", format, "--notes", "none"]);
        let out = read(&desk, "o.tbx");
        assert_eq!(out.matches(">constructed<").count(), 2, "{format}: {out}");
        assert!(!out.contains("Made up"), "{format}: {out}");
        let other = Desk::new();
        other.write("o.tbx", &out);
        other.ok(["import", "o.tbx"]);
        let whole = other.ok(["export", "-", "--as", "jsonl"]);
        assert_eq!(whole.matches("\"kind\":\"constructed\"").count(), 2, "{format}: {whole}");
        assert!(!whole.contains("\"title\":\"constructed\""), "{format}: {whole}");
    }
}

#[test]
fn no_finding_quotes_a_long_name_whole() {
    let long = "n".repeat(5000);
    let tmx = |inside: &str| UNITS.replace("<body>", &format!("<body>{inside}"));
    let tbx = |attributes: &str, inside: &str| {
        format!(
            "<tbx type=\"TBX-Basic\" style=\"dca\" xml:lang=\"en\"><tbxHeader/><text {attributes}><body><conceptEntry id=\"a\">\
             <langSec xml:lang=\"en\"><termSec><term>cat</term>{inside}</termSec></langSec></conceptEntry></body></text></tbx>"
        )
    };
    for (name, content) in [
        ("a.tmx", tmx(&format!("<{long}>x</{long}>"))),
        ("b.tmx", UNITS.replace("<seg>Good day", &format!("<seg><{long}>Good</{long}> day"))),
        ("c.tmx", UNITS.replace("<seg>Good day", &format!("<seg {long}=\"1\">Good day"))),
        ("d.tmx", UNITS.replace("xml:lang=\"fr\"", &format!("xml:lang=\"{long}\""))),
        ("e.tmx", UNITS.replace("version=\"1.4\"", &format!("version=\"{long}\" xmlns:{long}=\"{long}\""))),
        ("f.tmx", UNITS.replace("segtype=\"sentence\"", &format!("segtype=\"{long}\""))),
        ("g.tmx", UNITS.replace("srclang=\"en\"", &format!("srclang=\"{long}\""))),
        ("h.tmx", tmx(&format!("<tu tuid=\"{long}\"><{long}/></tu>"))),
        ("i.tmx", UNITS.replace("Good day", &format!("Good &{long}; day"))),
        ("a.tbx", tbx("", &format!("<{long} {long}=\"{long}\">x</{long}>"))),
        ("b.tbx", tbx(&format!("{long}=\"x\""), "")),
        ("c.tbx", tbx("", &format!("<note>wicterm:{long}=x</note>"))),
        ("d.tbx", tbx("", "").replace("xml:lang=\"en\">", &format!("xml:lang=\"{long}\">"))),
        (
            "e.tbx",
            tbx(
                "",
                &format!("<descripGrp><descrip type=\"context\">a<{long}>b</{long}></descrip></descripGrp>"),
            ),
        ),
        ("f.tbx", tbx("", &format!("<termNote type=\"partOfSpeech\">{long}</termNote>"))),
        ("g.tbx", tbx("", &format!("<ref type=\"crossReference\" target=\"{long}\"/>"))),
        ("h.tbx", format!("<{long}/>")),
        ("h2.tmx", format!("<{long}/>")),
    ] {
        let desk = Desk::new();
        desk.write(name, content);
        let from = if name.ends_with("tmx") { "tmx" } else { "tbx-basic-dca" };
        let ran = desk.run(["import", "--from", from, "--format", "json", name]);
        let mut messages = vec![];
        match serde_json::from_str::<Value>(&ran.out) {
            Ok(report) => strings(&report, &mut messages),
            Err(_) => messages.push(ran.refused().err.clone()),
        }
        for message in &messages {
            assert!(message.chars().count() < 400, "{name}: {message}");
        }
        assert!(
            messages.iter().any(|m| m.contains("nnn")) || name == "a.tbx" || name == "f.tbx",
            "{name}: {messages:?}"
        );
    }
}

/// Every string called `message` or `help` in a report.
fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|v| strings(v, into)),
        Value::Object(all) => all.iter().for_each(|(name, v)| match v {
            Value::String(text) if matches!(name.as_str(), "message" | "help" | "hint") => {
                into.push(text.clone())
            }
            v => strings(v, into),
        }),
        _ => {}
    }
}

#[test]
fn an_import_tells_what_is_odd_in_a_file() {
    for (file, code, words) in [
        ("tbx/term-twice-in-termsec.tbx", "read-second-term", "two"),
        ("tbx/category-off-picklist.tbx", "read-value", "fairly good"),
        ("tbx/dates-that-are-none.tbx", "read-date", "2024-02-30"),
        ("tbx/langsec-without-term.tbx", "read-no-term", "en"),
        ("tmx/dates-and-counts.tmx", "tmx-date", "18/11/2016"),
        ("tmx/source-absent.tmx", "tmx-source-absent", "en"),
    ] {
        let desk = Desk::new();
        let name = file.rsplit('/').next().unwrap();
        desk.write(name, seeds(&format!("broken/{file}")));
        let told = findings(&desk, name);
        let of_code: Vec<_> = told.iter().filter(|(c, _)| c == code).collect();
        assert!(!of_code.is_empty() && of_code[0].1.contains(words), "{file}: {told:?}");
        assert!(of_code.len() <= 3, "{file}: {told:?}");
    }
}

#[test]
fn every_file_has_a_constraint_specification_of_its_own() {
    let desk = Desk::new();
    desk.write("c.toml", "[[en]]\nterm = \"cat\"\n[[zh-Hans]]\nterm = \"猫\"\n[[zh-Hant]]\nterm = \"貓\"\n[[zh-Hant-TW]]\nterm = \"貓咪\"\n");
    desk.ok(["import", "c.toml"]);
    for (file, beside) in [("c.tbx", "c.xcs"), ("c", "c.xcs"), ("c.xml", "c.xml.xcs")] {
        desk.ok(["export", file, "--as", "tbx-v2-basic"]);
        assert!(read(&desk, file).contains(&format!(">{beside}<")), "{file}");
        assert!(desk.folder().join(beside).is_file(), "{beside}");
    }
    let specification = read(&desk, "c.xcs");
    for name in ["Chinese (Simplified)", "Chinese (Traditional)", "Chinese (Taiwan)", "English"] {
        assert!(specification.contains(&format!("<langName>{name}</langName>")), "{name}: {specification}");
    }
    let ran = desk.run(["export", "c.xcs", "--as", "tbx-v2-basic"]);
    assert!(ran.refused_as(2).err.contains("hint"), "{ran}");
    desk.write("mine.xcs", "<TBXXCS/>");
    let ran = desk.run(["export", "mine.tbx", "--as", "tbx-v2-basic"]);
    assert!(ran.refused().err.contains("hint"), "{ran}");
}
