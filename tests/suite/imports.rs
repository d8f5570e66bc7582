//! What becomes of files: which entries are one, what a folder holds, what is refused.

use serde_json::Value;

use crate::door::Desk;

fn show(desk: &Desk, concept: &str) -> String {
    desk.ok(["show", concept])
}

/// The findings of an import, by code.
fn codes(desk: &Desk, args: &[&str]) -> Vec<String> {
    let ran = desk.run([&["import", "--format", "json"], args].concat());
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {ran}"));
    let files = report["results"].as_array().cloned().unwrap_or_default();
    let details = files.iter().flat_map(|file| file["details"].as_array().cloned().unwrap_or_default());
    details.map(|finding| finding["check"].as_str().unwrap_or_default().to_owned()).collect()
}

const TMX: &str = "<tmx version=\"1.4\"><header creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" \
    o-tmf=\"t\" adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\"/><body>";

fn tmx(units: &[(&str, &str)]) -> String {
    let unit = |(id, text): &(&str, &str)| {
        format!(
            "<tu tuid=\"{id}\"><tuv xml:lang=\"en\"><seg>{text}</seg></tuv>\
             <tuv xml:lang=\"fr\"><seg>fr {text}</seg></tuv></tu>"
        )
    };
    format!("{TMX}{}</body></tmx>", units.iter().map(unit).collect::<String>())
}

#[test]
fn a_mirror_keeps_what_it_could_not_read() {
    let desk = Desk::new();
    desk.write("g/cat.toml", "[[en]]\nterm = \"cat\"\nstatus = \"preferred\"\n");
    desk.write("g/dog.toml", "[[en]]\nterm = \"dog\"\nstatus = \"preferred\"\n");
    desk.ok(["import", "g"]);
    desk.write("g/dog.toml", "[[en]]\nterm = \"dog\n");
    std::fs::remove_file(desk.folder().join("g/cat.toml")).expect("it is there");
    assert_eq!(desk.run(["import", "g", "--mirror"]).code, Some(1));
    assert!(show(&desk, "dog").contains("preferred") && show(&desk, "cat").contains("cat"));
    desk.write("g/dog.toml", "[[en]]\nterm = \"dog\"\nstatus = \"prefered\"\n");
    assert_eq!(desk.run(["import", "g"]).code, Some(1));
    assert!(show(&desk, "dog").contains("preferred"), "a value that cannot be read takes none away");
    desk.write("g/dog.toml", "[[en]]\nterm = \"dog\"\nstatus = \"preferred\"\n");
    desk.ok(["import", "g", "--mirror"]);
    assert_eq!(desk.run(["show", "cat"]).code, Some(1), "what is gone from a folder that is read is gone");
    std::fs::remove_file(desk.folder().join("g/dog.toml")).expect("it is there");
    desk.run(["import", "g", "--mirror"]).refused_as(2);
    assert!(show(&desk, "dog").contains("dog"));
}

#[test]
fn a_folder_is_read_for_everything_that_can_be_imported() {
    let desk = Desk::new();
    desk.write("p/wicterm.toml", "source_lang = \"en\"\n");
    desk.write("p/t.csv", "en,fr\nhello,bonjour\n");
    desk.write("p/terms/cat.toml", "[[en]]\nterm = \"cat\"\n");
    desk.write("p/terms/cow.csv", "en,fr\ncow,vache\n");
    desk.ok(["import", "p"]);
    for term in ["hello", "cat", "cow"] {
        desk.ok(["lookup", term]);
    }
    assert_eq!(desk.ok(["list", "--format", "jsonl"]).lines().count(), 1 + 3);
    desk.ok(["import", "p/terms/cat.toml"]);
}

#[test]
fn an_id_alone_does_not_make_two_entries_one() {
    let desk = Desk::new();
    desk.write("a/m.tmx", tmx(&[("1", "Hello cat"), ("2", "Good day")]));
    desk.write("b/m.tmx", tmx(&[("1", "Tax law"), ("2", "Good evening")]));
    desk.ok(["import", "a/m.tmx"]);
    assert_eq!(codes(&desk, &["b/m.tmx"]), ["import-identity"]);
    let units = desk.ok(["export", "-", "--as", "tmx", "--memory"]);
    for text in ["Hello cat", "Tax law", "Good evening"] {
        assert!(units.contains(text), "{text}: {units}");
    }
    assert!(!units.contains("Good day"), "what was corrected is replaced: {units}");
    assert!(desk.ok(["import", "b/m.tmx"]).contains("2 unchanged"));

    let entry = |id: &str, term: &str| {
        format!(
            "<termEntry id=\"{id}\"><langSet xml:lang=\"en\"><tig><term>{term}</term></tig></langSet></termEntry>"
        )
    };
    let tbx = |entries: String| {
        format!(
            "<martif type=\"TBX\" xml:lang=\"en\"><martifHeader><fileDesc><sourceDesc><p>x</p></sourceDesc>\
             </fileDesc></martifHeader><text><body>{entries}</body></text></martif>"
        )
    };
    desk.write("d.tbx", tbx(entry("x1", "house") + &entry("x1", "mountain")));
    assert_eq!(codes(&desk, &["d.tbx"]), ["read-dropped", "import-identity"]);
    assert!(desk.ok(["import", "d.tbx"]).contains("2 unchanged"));
    assert!(!show(&desk, "house").contains("mountain"));

    desk.write("s1.csv", "concept,lang,term\nc1,en,cat\n");
    desk.write("s2.csv", "concept,lang,term\nc1,en,tax\n");
    desk.ok(["import", "s1.csv"]);
    assert_eq!(codes(&desk, &["s2.csv"]), ["import-identity"]);
}

#[test]
fn the_same_terms_twice_in_a_file_are_told() {
    let desk = Desk::new();
    desk.write("tw.csv", "concept,lang,term\na,en,cat\na,fr,chat\nb,en,cat\nb,fr,chat\n");
    assert_eq!(codes(&desk, &["tw.csv"]), ["duplicate-concept"]);
}

#[test]
fn a_term_that_is_there_already_keeps_its_status() {
    let desk = Desk::new();
    desk.ok(["add", "foo", "--equivalent", "fr=fou"]);
    desk.ok(["add", "foo", "--equivalent", "fr=fou", "--equivalent", "de=Fuh", "--into", "foo"]);
    desk.ok(["add", "fool", "--into", "foo"]);
    desk.ok(["add", "foe", "--into", "foo", "--variant", "foo"]);
    let list = desk.ok(["export", "-", "--as", "terms-csv"]);
    let statuses: Vec<&str> = list.lines().filter(|l| l.contains("preferred")).collect();
    assert_eq!(statuses.len(), 3, "{list}");
    assert!(list.lines().any(|l| l.contains("fool") && l.contains("admitted")), "{list}");
}

#[test]
fn two_preferred_terms_do_not_survive_a_merge() {
    let desk = Desk::new();
    desk.ok(["add", "one"]);
    desk.ok(["add", "uno", "--lang", "en"]);
    let told = desk.run(["merge", "one", "uno"]);
    assert!(told.err.contains("uno") && told.err.contains("admitted"), "{told}");
    let list = desk.ok(["export", "-", "--as", "terms-csv"]);
    assert_eq!(list.lines().filter(|l| l.contains("preferred")).count(), 1, "{list}");
}

#[test]
fn a_term_that_another_concept_has_is_told_by_every_way_in() {
    let desk = Desk::new();
    desk.ok(["add", "beast", "--equivalent", "fr=bête"]);
    desk.ok(["add", "fool"]);
    for args in [
        &["add", "bête", "--lang", "fr", "--into", "fool"][..],
        &["edit", "fool", "--add-term", "fr=bete"],
        &["add", "Beast", "--new"],
    ] {
        let ran = desk.run(args);
        assert!(ran.code == Some(0) && ran.err.contains("warning: duplicate-term"), "{args:?}: {ran}");
        assert!(ran.err.contains("wicterm merge beast"), "{args:?}: {ran}");
    }
}

#[test]
fn an_export_of_nothing_does_not_take_the_place_of_a_file() {
    let desk = Desk::new();
    desk.ok(["add", "one", "--equivalent", "fr=un"]);
    desk.ok(["export", "keep.tbx"]);
    let kept = std::fs::read(desk.folder().join("keep.tbx")).expect("it was written");
    for args in [&["--subject", "typo-here"][..], &["--lang", "xx"], &["--memory=nope", "--as=tmx"]] {
        desk.run([&["export", "keep.tbx"], args].concat()).refused();
        assert_eq!(std::fs::read(desk.folder().join("keep.tbx")).expect("it is there"), kept, "{args:?}");
    }
    desk.run(["export", "b.tsv", "--as", "bitext-tsv"]).refused();
}

#[test]
fn the_file_of_a_removed_concept_is_told_and_mirrored_away() {
    let desk = Desk::new();
    desk.ok(["add", "one"]);
    desk.ok(["add", "two"]);
    desk.ok(["export", "g/"]);
    desk.ok(["remove", "two"]);
    desk.write("g/Cargo.toml", "[package]\nname = \"x\"\n");
    let told = desk.run(["export", "g/"]);
    assert!(told.err.contains("two.toml") && desk.folder().join("g/two.toml").exists(), "{told}");
    desk.ok(["export", "g/", "--mirror"]);
    assert!(!desk.folder().join("g/two.toml").exists() && desk.folder().join("g/Cargo.toml").exists());
}

#[test]
fn units_are_written_from_their_own_source_language() {
    let desk = Desk::new();
    desk.write(
        "m.tmx",
        TMX.replace("srclang=\"en\"", "srclang=\"de-DE\"")
            + "<tu><tuv xml:lang=\"de-DE\"><seg>eins</seg></tuv><tuv xml:lang=\"en-GB\"><seg>one</seg></tuv></tu></body></tmx>",
    );
    desk.ok(["import", "m.tmx"]);
    let out = desk.ok(["export", "-", "--as", "tmx", "--memory"]);
    assert!(out.find("eins") < out.find("one") && out.contains("srclang=\"de-DE\""), "{out}");
    assert_eq!(
        desk.ok(["export", "-", "--as", "bitext-tsv", "--memory"]).lines().nth(1),
        Some("\teins\tone")
    );
    let turned = desk.ok(["export", "-", "--as", "bitext-tsv", "--memory", "--source-lang", "en"]);
    assert_eq!(turned.lines().nth(1), Some("\tone\teins"));
}

/// A TMX whose header says more than it must.
fn with_header(tool: &str, o_tmf: &str, note: &str, text: &str) -> String {
    format!(
        "<tmx version=\"1.4\"><header creationtool=\"{tool}\" creationtoolversion=\"1\" segtype=\"block\" \
         o-tmf=\"{o_tmf}\" adminlang=\"fr\" srclang=\"en\" datatype=\"html\" creationid=\"ys\">\
         <ude name=\"MacRoman\" base=\"Macintosh\"><map unicode=\"#xF8FF\" code=\"#xF0\"/></ude>\
         <note xml:lang=\"de\">{note}</note><prop type=\"client\">Acme</prop></header><body>\
         <tu><tuv xml:lang=\"en\"><seg>{text}</seg></tuv><tuv xml:lang=\"fr\"><seg>fr {text}</seg></tuv></tu>\
         </body></tmx>"
    )
}

#[test]
fn what_a_tmx_says_of_itself_is_kept_and_written_again() {
    let desk = Desk::new();
    desk.write("one.tmx", with_header("t", "Text", "licence: CC0", "tree"));
    assert_eq!(codes(&desk, &["one.tmx", "--memory", "m"]), [""; 0]);
    let header = |desk: &Desk, args: &[&str]| {
        let out = desk.ok([&["export", "-", "--as", "tmx"], args].concat());
        let (head, _) = out.split_once("</header>").expect("a TMX has a header");
        head.to_owned()
    };
    let said = header(&desk, &["--memory=m"]);
    for part in [
        "segtype=\"block\"",
        "o-tmf=\"Text\"",
        "adminlang=\"fr\"",
        "datatype=\"html\"",
        "creationid=\"ys\"",
        "<note xml:lang=\"de\">licence: CC0</note>",
        "<prop type=\"client\">Acme</prop>",
        "<ude name=\"MacRoman\" base=\"Macintosh\">",
        "<map unicode=\"#xF8FF\" code=\"#xF0\"/>",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(desk.ok(["import", "one.tmx", "--memory", "m"]).contains("1 unchanged"));

    // Through a file of ours and another base it is the same, and the file's title is not piled up.
    desk.ok(["export", "out.tmx", "--memory=m"]);
    let other = Desk::new();
    other.write("out.tmx", std::fs::read_to_string(desk.folder().join("out.tmx")).expect("it was written"));
    other.ok(["import", "out.tmx"]);
    let again = header(&other, &["--memory"]);
    assert_eq!(again.matches("<prop").count(), said.matches("<prop").count(), "{again}");
    assert_eq!(again.matches("<note").count(), 1, "{again}");

    // Two files: what both say is said, what one adds is added, what they dispute is in the report.
    desk.write("two.tmx", with_header("u", "Other", "licence: MIT", "house"));
    desk.ok(["import", "two.tmx", "--memory", "m"]);
    let both = header(&desk, &["--memory=m", "--report", "report.json"]);
    assert!(both.contains("licence: CC0") && both.contains("licence: MIT"), "{both}");
    assert_eq!((both.matches("Acme").count(), both.matches("<ude").count()), (1, 1), "{both}");
    let report = std::fs::read_to_string(desk.folder().join("report.json")).expect("it was written");
    assert!(report.contains("/attributes/o-tmf") && !report.contains("adminlang"), "{report}");

    // A header goes with its units, and comes back with them.
    desk.ok(["undo"]);
    assert!(!header(&desk, &["--memory=m"]).contains("MIT"));
    let table = desk.run(["export", "t.tsv", "--as", "bitext-tsv", "--memory=m", "--report", "t.json"]);
    assert_eq!(table.code, Some(0), "{table}");
    let report = std::fs::read_to_string(desk.folder().join("t.json")).expect("it was written");
    assert!(report.contains("\"/properties\""), "{report}");
    desk.ok(["dump", "d.jsonl"]);
    let copy = Desk::new();
    copy.write("d.jsonl", std::fs::read_to_string(desk.folder().join("d.jsonl")).expect("it was written"));
    copy.ok(["load", "d.jsonl"]);
    assert!(header(&copy, &["--memory=m"]).contains("licence: CC0"));
}

#[test]
fn empty_entries_of_json_lines_are_told() {
    let desk = Desk::new();
    let lines = "{\"unit\":{\"variants\":[]}}\n{\"concept\":{\"slug\":\"a\"}}\n";
    desk.write("e.jsonl", lines);
    assert_eq!(codes(&desk, &["e.jsonl"]), ["read-row"]);
}

#[test]
fn a_phrase_is_found_by_the_beginning_of_its_words_in_any_form() {
    let desk = Desk::new();
    desk.ok(["add", "сообщество единой судьбы человечества", "--lang", "ru"]);
    desk.ok([
        "add",
        "community with a shared future in cyberspace",
        "--equivalent",
        "zh-Hans=网络空间命运共同体",
    ]);
    desk.ok(["add", "cyber sovereignty", "--equivalent", "zh-Hans=网络主权"]);
    desk.ok(["add", "big data"]);
    for (query, finds, method) in [
        ("сообщества единой судьбы", "человечества", "inflected"),
        ("communities with shared futures", "community with a shared", "inflected"),
        ("cybersovereignty", "cyber sovereignty", "folded"),
        ("bigdata", "big data", "folded"),
        ("wl zq", "网络主权", "initials"),
        ("wangluo zhu", "网络主权", "pinyin"),
        ("sovereign states in cyber matters", "cyber sovereignty", ""),
    ] {
        let ran = desk.run(["lookup", query]);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains(finds) && told.contains(method), "{query}: {ran}");
    }
}

#[test]
fn an_id_that_stands_twice_in_a_file_is_told_and_joins_only_what_is_the_same() {
    let entry = |id: &str, terms: &str| {
        format!(
            "<termEntry id=\"{id}\"><langSet xml:lang=\"en\"><tig><term>{terms}</term></tig></langSet></termEntry>"
        )
    };
    let file = |entries: &[String]| {
        format!(
            "<martif type=\"TBX\" xml:lang=\"en\"><martifHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc>\
             </martifHeader><text><body>{}</body></text></martif>",
            entries.concat()
        )
    };
    for (second, concepts) in [("data sovereignty", 2), ("Cyber Sovereignty", 1)] {
        let desk = Desk::new();
        desk.write("a.tbx", file(&[entry("same", "cyber sovereignty"), entry("same", second)]));
        assert!(codes(&desk, &["a.tbx"]).contains(&"import-identity".to_owned()), "{second}");
        let count = || desk.ok(["list", "--format", "jsonl"]).lines().count() - 1;
        assert_eq!(count(), concepts, "{second}");
        // A second import of it knows them again.
        desk.ok(["import", "a.tbx"]);
        assert_eq!(count(), concepts, "{second}");
    }
    let desk = Desk::new();
    let line = |text: &str| {
        format!(
            "{{\"concept\":{{\"id\":\"{:032x}\",\"languages\":[{{\"lang\":\"en\",\"terms\":[{{\"text\":\"{text}\"}}]}}]}}}}\n",
            7
        )
    };
    desk.write("a.jsonl", line("one") + &line("two"));
    assert_eq!(codes(&desk, &["a.jsonl"]), ["import-identity"]);
}
