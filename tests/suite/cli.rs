//! The program as its users meet it: told as sessions at a terminal.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::needs;

/// A folder with a base in it, and a terminal.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wicterm"));
        command.args(args).current_dir(self.dir.path());
        command.env("WICTERM_BASE", self.path("base")).env("WICTERM_USER", "tester").env("NO_COLOR", "1");
        command.env_remove("EDITOR").env_remove("VISUAL").env("COLUMNS", "100");
        command.stdin(std::process::Stdio::null());
        command
    }

    fn output(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a command that must succeed; returns what it printed.
    #[track_caller]
    fn run(&self, args: &[&str]) -> String {
        self.ends(0, args)
    }

    /// Runs a command that must end so; returns what it printed.
    #[track_caller]
    fn ends(&self, code: i32, args: &[&str]) -> String {
        let output = self.output(args);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "wicterm {}\n{out}\n{err}", args.join(" "));
        assert!(!err.contains("panicked"), "{err}");
        out
    }

    /// Runs a command that must end so; returns what it said.
    #[track_caller]
    fn says(&self, code: i32, args: &[&str]) -> String {
        let output = self.output(args);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "wicterm {}\n{out}\n{err}", args.join(" "));
        err
    }

    #[track_caller]
    fn lines(&self, args: &[&str]) -> Vec<Value> {
        let out = self.run(args);
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// How the best answer to a query matched, and which concept it is.
    #[track_caller]
    fn found(&self, query: &str) -> (String, String) {
        let lines = self.lines(&["lookup", query, "--format", "jsonl"]);
        let word = |key: &str| lines[1][key].as_str().unwrap().to_owned();
        (word("method"), word("concept"))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn sovereignty() -> Desk {
    let desk = Desk::new();
    desk.run(&[
        "add",
        "cyber sovereignty",
        "--lang",
        "en",
        "--equivalent",
        "zh-Hans=网络主权",
        "--equivalent",
        "fr=souveraineté numérique",
        "--equivalent",
        "ru=сетевой суверенитет",
        "--equivalent",
        "ar=السيادة السيبرانية",
        "--variant",
        "cyberspace sovereignty",
        "--subject",
        "internet governance",
        "--context",
        "Participants spoke of cyber sovereignty.",
        "--source",
        "A made-up report",
        "--date",
        "2015-12-16",
    ]);
    desk
}

#[test]
fn a_term_that_was_added_is_found_from_any_language_and_any_spelling() {
    let desk = sovereignty();
    for (query, method) in [
        ("cyber sovereignty", "exact"),
        ("Cyber-Sovereignty", "folded"),
        ("网络主权", "exact"),
        ("網絡主權", "folded"),
        ("souverainete numerique", "folded"),
        ("сетевого суверенитета", "inflected"),
        ("السِّيادة السيبرانيّة", "folded"),
        ("wangluo zhuquan", "pinyin"),
        ("wǎngluò zhǔquán", "pinyin"),
        ("wlzq", "initials"),
        ("cyber sov", "prefix"),
        ("主权", "substring"),
        ("cyber soverignty", "typo"),
    ] {
        assert_eq!(desk.found(query), (method.to_owned(), "cyber-sovereignty".to_owned()), "{query}");
    }
    assert_eq!(desk.run(&["lookup", "網絡主權", "--to", "fr", "--plain"]), "souveraineté numérique\n");
}

#[test]
fn a_query_without_an_answer_ends_with_one_and_offers_what_was_near() {
    let desk = sovereignty();
    let said = desk.says(1, &["lookup", "souvereinity of cyber"]);
    assert!(said.contains("nothing is called"), "{said}");
    let said = desk.says(1, &["lookup", "zyber soferainti"]);
    assert!(said.contains("did you mean") && said.contains("cyber sovereignty"), "{said}");
    assert_eq!(desk.ends(1, &["lookup", "qqqq", "--format", "jsonl"]).lines().count(), 1);
}

#[test]
fn lookup_lines_have_the_shape_that_scripts_rely_on() {
    let desk = sovereignty();
    let lines = desk.lines(&["lookup", "网络主权", "--to", "en", "--format", "jsonl"]);
    assert_eq!(lines[0], serde_json::json!({"schema_version": 1, "command": "lookup"}));
    assert_eq!(
        lines[1],
        serde_json::json!({"concept": "cyber-sovereignty", "score": 100, "method": "exact",
        "matched": {"lang": "zh-Hans", "text": "网络主权", "status": "preferred"},
        "terms": [
            {"lang": "en", "text": "cyber sovereignty", "status": "preferred", "kind": null, "forbidden": false},
            {"lang": "en", "text": "cyberspace sovereignty", "status": "admitted", "kind": "variant", "forbidden": false},
        ]})
    );
}

#[test]
fn a_term_of_another_concept_is_not_added_in_passing() {
    let desk = sovereignty();
    let before = desk.run(&["dump"]);
    let said = desk.says(1, &["add", "Cyber Sovereignty"]);
    assert!(
        said.contains("duplicate-term") && said.contains("cyber-sovereignty") && said.contains("--into"),
        "{said}"
    );
    assert_eq!(desk.run(&["dump"]), before);
    let slug = desk.run(&["add", "Cyber Sovereignty", "--new"]);
    assert!(slug.starts_with("cyber-sovereignty-"), "{slug}");
    assert_eq!(desk.run(&["add", "network sovereignty", "--into", "网络主权"]), "cyber-sovereignty\n");
    assert_eq!(desk.found("network sovereignty").1, "cyber-sovereignty");
}

#[test]
fn a_change_is_in_the_history_and_undo_takes_it_back() {
    let desk = sovereignty();
    desk.run(&["edit", "cyber-sovereignty", "--term", "cyberspace sovereignty", "--status", "deprecated"]);
    desk.run(&["edit", "cyber-sovereignty", "--slug", "cyber-sov"]);
    assert!(
        desk.run(&["show", "cyber-sovereignty"]).starts_with("cyber-sov "),
        "the old name still leads there"
    );
    let history = desk.run(&["history", "cyber-sov"]);
    assert!(history.contains("deprecated") && history.contains("tester"), "{history}");
    desk.run(&["undo"]);
    desk.run(&["undo"]);
    assert_eq!(desk.run(&["list"]).trim(), "cyber-sovereignty  cyber sovereignty");
    let terms = desk.lines(&["lookup", "cyberspace sovereignty", "--format", "jsonl"]);
    assert_eq!(terms[1]["matched"]["status"], "admitted");
}

#[test]
fn undo_refuses_to_lose_later_work() {
    let desk = sovereignty();
    desk.run(&["edit", "cyber-sovereignty", "--note", "later work"]);
    let said = desk.says(3, &["undo", "1"]);
    assert!(said.contains("changed since") && said.contains("--except-changed"), "{said}");
    assert!(desk.run(&["show", "cyber-sovereignty"]).contains("later work"));
}

#[test]
fn two_concepts_become_one_and_both_names_lead_there() {
    let desk = sovereignty();
    desk.run(&["add", "internet sovereignty", "--equivalent", "de=Internetsouveränität"]);
    desk.run(&["merge", "cyber-sovereignty", "internet-sovereignty"]);
    assert!(desk.run(&["show", "internet-sovereignty"]).contains("网络主权"));
    assert_eq!(desk.found("Internetsouveränität").1, "cyber-sovereignty");
    desk.run(&["undo"]);
    assert_eq!(desk.found("Internetsouveränität").1, "internet-sovereignty");
}

#[test]
fn a_removed_concept_is_gone_until_undo() {
    let desk = sovereignty();
    desk.run(&["remove", "cyber-sovereignty", "--term", "cyberspace sovereignty"]);
    desk.run(&["remove", "cyber-sovereignty"]);
    desk.ends(1, &["lookup", "网络主权"]);
    desk.run(&["undo"]);
    assert_eq!(desk.found("网络主权").1, "cyber-sovereignty");
    assert!(!desk.run(&["show", "cyber-sovereignty"]).contains("cyberspace sovereignty"));
}

const TABLE: &str = "concept,lang,term,status,note\n\
    data-security,en,data security,preferred,\n\
    data-security,zh-Hans,数据安全,preferred,\n\
    digital-economy,en,digital economy,preferred,\n\
    digital-economy,zh-Hans,数字经济,preferred,\n";

#[test]
fn importing_twice_changes_nothing_and_undo_takes_the_import_back() {
    let desk = sovereignty();
    let file = desk.write("terms.csv", TABLE);
    let dry = desk.lines(&["import", &file, "--dry-run", "--format", "jsonl"]);
    assert_eq!((dry[1]["added"].as_u64(), dry[1]["read"].as_u64()), (Some(2), Some(2)));
    desk.ends(1, &["lookup", "data security"]);
    desk.run(&["import", &file]);
    assert_eq!(desk.found("数据安全").1, "data-security");
    let again = desk.lines(&["import", &file, "--format", "jsonl"]);
    assert_eq!((again[1]["unchanged"].as_u64(), again[1]["changed"].as_u64()), (Some(2), Some(0)));
    assert!(desk.run(&["history"]).lines().count() == 2, "nothing new is no revision");
    desk.run(&["undo"]);
    desk.ends(1, &["lookup", "数据安全"]);
    assert_eq!(desk.found("网络主权").1, "cyber-sovereignty");
}

#[test]
fn where_base_and_file_disagree_the_rule_decides_and_a_finding_says_so() {
    let desk = Desk::new();
    desk.run(&["import", &desk.write("terms.csv", TABLE)]);
    let other =
        desk.write("other.csv", "concept,lang,term,status\ndata-security,en,data security,deprecated\n");
    let kept = desk.lines(&["import", &other, "--format", "jsonl"]);
    assert_eq!(kept[1]["conflicts"], 1);
    assert_eq!(kept[1]["details"][0]["check"], "import-conflict");
    let status = |desk: &Desk| {
        desk.lines(&["lookup", "data security", "--format", "jsonl"])[1]["matched"]["status"].clone()
    };
    assert_eq!(status(&desk), "preferred");
    desk.run(&["import", &other, "--on-conflict", "take"]);
    assert_eq!(status(&desk), "deprecated");
}

#[test]
fn a_glossary_folder_comes_back_byte_for_byte_and_mirrors() {
    let desk = sovereignty();
    desk.run(&["add", "data security", "--equivalent", "zh-Hans=数据安全"]);
    let folder = desk.path("glossary").display().to_string();
    desk.run(&["export", &folder, "--as", "glossary"]);
    let file = desk.path("glossary/cyber-sovereignty.toml");
    let commented = format!("# mind the register\n{}", std::fs::read_to_string(&file).unwrap());
    std::fs::write(&file, &commented).unwrap();
    let report = desk.lines(&["import", &folder, "--format", "jsonl"]);
    assert_eq!(report[1]["unchanged"], 2, "{report:?}");
    desk.run(&["export", &folder, "--as", "glossary"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), commented);
    std::fs::remove_file(desk.path("glossary/data-security.toml")).unwrap();
    desk.run(&["import", &folder]);
    assert_eq!(desk.found("data security").1, "data-security");
    desk.run(&["import", &folder, "--mirror"]);
    desk.ends(1, &["lookup", "data security"]);
}

#[test]
fn a_memory_comes_in_and_goes_out() {
    let desk = Desk::new();
    let tmx = desk.write(
        "memory.tmx",
        "<?xml version=\"1.0\"?><tmx version=\"1.4\"><header creationtool=\"x\" creationtoolversion=\"1\" segtype=\"sentence\" \
         o-tmf=\"x\" adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\"/><body>\
         <tu tuid=\"1\"><tuv xml:lang=\"en\"><seg>Data <bpt i=\"1\">&lt;b&gt;</bpt>security<ept i=\"1\">&lt;/b&gt;</ept></seg></tuv>\
         <tuv xml:lang=\"zh-CN\"><seg>数据安全</seg></tuv></tu>\
         <tu><tuv xml:lang=\"en\"><seg>A &amp; B</seg></tuv><tuv xml:lang=\"fr\"><seg>A et B</seg></tuv></tu></body></tmx>",
    );
    desk.run(&["import", &tmx]);
    let again = desk.lines(&["import", &tmx, "--format", "jsonl"]);
    assert_eq!(again[1]["unchanged"], 2);
    let out = desk.path("out.tmx").display().to_string();
    desk.run(&["export", &out]);
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(
        written.contains("<bpt i=\"1\">&lt;b&gt;</bpt>security") && written.contains("A &amp; B"),
        "{written}"
    );
    desk.run(&["undo"]);
    assert!(desk.run(&["stats"]).contains(" 0 units"));
}

#[test]
fn a_dump_holds_everything_and_loads_elsewhere() {
    let desk = sovereignty();
    desk.run(&["edit", "cyber-sovereignty", "--note", "a remark"]);
    let dump = desk.path("all.jsonl").display().to_string();
    desk.run(&["dump", &dump]);
    let other = Desk::new();
    other.run(&["load", &dump]);
    assert_eq!(other.run(&["dump"]), desk.run(&["dump"]));
    assert_eq!(other.run(&["history"]), desk.run(&["history"]));
    other.run(&["undo"]);
    assert!(!other.run(&["show", "cyber-sovereignty"]).contains("a remark"));
    let said = other.says(3, &["load", &dump]);
    assert!(said.contains("empty") || said.contains("holds"), "{said}");
}

#[cfg(unix)]
fn editor(desk: &Desk, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = desk.write("editor.sh", &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(Path::new(&path), std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[cfg(unix)]
#[test]
fn a_concept_is_edited_as_text_and_a_bad_text_is_kept() {
    let desk = sovereignty();
    let good = editor(&desk, "sed -i 's/cyberspace sovereignty/sovereignty in cyberspace/' \"$1\"");
    let output = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &good).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(desk.found("sovereignty in cyberspace").1, "cyber-sovereignty");
    let before = desk.run(&["dump"]);
    let bad = editor(&desk, "echo 'status = [' >> \"$1\"");
    let output = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &bad).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    let kept = said.lines().find_map(|l| l.strip_prefix("hint: your text is in ")).expect(&said);
    assert!(std::fs::read_to_string(kept).unwrap().contains("status = ["));
    std::fs::remove_file(kept).unwrap();
    assert_eq!(desk.run(&["dump"]), before);
}

#[cfg(unix)]
#[test]
fn somebody_elses_change_while_editing_is_a_conflict_and_nothing_is_lost() {
    let desk = sovereignty();
    let binary = env!("CARGO_BIN_EXE_wicterm");
    let racing = editor(
        &desk,
        &format!(
            "{binary} edit cyber-sovereignty --note 'from elsewhere' >/dev/null 2>&1\nsed -i 's/cyberspace sovereignty/mine/' \"$1\""
        ),
    );
    let output = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &racing).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(said.contains("from elsewhere") && said.contains("mine"), "{said}");
    let kept = said.lines().find_map(|l| l.strip_prefix("hint: your text is in ")).expect(&said);
    std::fs::remove_file(kept).unwrap();
    assert!(desk.run(&["show", "cyber-sovereignty"]).contains("from elsewhere"));
}

/// Begins to edit at a terminal; `None` without a terminal to test at.
#[cfg(unix)]
fn terminal(desk: &Desk, editor: &str) -> Option<std::process::Child> {
    use std::process::Stdio;
    if !cfg!(target_os = "linux") || !needs::met(&[needs::Need::Script]) {
        return None;
    }
    let mut command = Command::new("script");
    // No shell stays between: dash answers an interrupt with 130, however what it waits for has ended.
    let line = format!("exec {} edit cyber-sovereignty", env!("CARGO_BIN_EXE_wicterm"));
    command.args(["-qefc", &line, "/dev/null"]).current_dir(desk.dir.path());
    command.env("WICTERM_BASE", desk.path("base")).env("WICTERM_USER", "tester").env("NO_COLOR", "1");
    command.env("EDITOR", editor).env("TMPDIR", desk.dir.path()).env_remove("VISUAL");
    Some(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
}

/// Edits at a terminal, where somebody types `typed`; returns how it ended and all that stood there.
#[cfg(unix)]
fn edit_at_a_terminal(desk: &Desk, editor: &str, typed: &str) -> Option<(i32, String)> {
    use std::io::Write as _;
    let mut child = terminal(desk, editor)?;
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.code().unwrap(), text(&output.stdout)))
}

/// Waits until a file is there.
#[cfg(unix)]
fn appears(file: &Path) {
    for _ in 0..200 {
        if file.exists() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{} should appear", file.display());
}

/// An editor that does one thing when it is called first, and another on every later call.
#[cfg(unix)]
fn two_minded_editor(desk: &Desk, first: &str, later: &str) -> String {
    let mark = desk.path("was-called").display().to_string();
    let _ = std::fs::remove_file(&mark);
    let seen = desk.path("seen").display().to_string();
    editor(
        desk,
        &format!(
            "if [ -e '{mark}' ]; then cp \"$1\" '{seen}'\n{later}\nelse touch '{mark}'\n{first}\nfi\ntrue"
        ),
    )
}

#[cfg(unix)]
#[test]
fn leaving_the_editor_after_a_conflict_gives_up_and_keeps_both_texts() {
    let desk = sovereignty();
    let theirs = format!(
        "{} edit cyber-sovereignty --note 'from elsewhere' >/dev/null 2>&1\nsed -i 's/cyberspace sovereignty/mine/' \"$1\"",
        env!("CARGO_BIN_EXE_wicterm")
    );
    let gives_up = two_minded_editor(&desk, &theirs, "true");
    let Some((code, said)) = edit_at_a_terminal(&desk, &gives_up, "\n") else { return };
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("nothing was written") && said.contains("your text is in "), "{said}");
    let seen = std::fs::read_to_string(desk.path("seen")).unwrap();
    assert!(
        seen.lines().any(|l| l.starts_with("#! ") && l.contains("from elsewhere")),
        "their change stands in the text: {seen}"
    );
    let shown = desk.run(&["show", "cyber-sovereignty"]);
    assert!(shown.contains("from elsewhere") && !shown.contains("mine"), "{shown}");
    // Whoever takes the complaint out means it.
    let insists = two_minded_editor(&desk, &theirs, "sed -i '/^#! /d' \"$1\"");
    let (code, said) = edit_at_a_terminal(&desk, &insists, "\n").unwrap();
    assert_eq!(code, 0, "{said}");
    assert!(desk.run(&["show", "cyber-sovereignty"]).contains("mine"));
}

#[cfg(unix)]
#[test]
fn an_empty_text_changes_nothing_and_a_concept_keeps_a_term() {
    let desk = sovereignty();
    let before = desk.run(&["dump"]);
    for script in ["> \"$1\"", "printf '# all gone\\n\\n' > \"$1\""] {
        let empties = editor(&desk, script);
        let output = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &empties).output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.success() && said.contains("nothing was changed"), "{said}");
        assert_eq!(desk.run(&["dump"]), before);
    }
    let termless = editor(&desk, "echo 'note = \"x\"' > \"$1\"");
    let output = desk
        .command(&["edit", "cyber-sovereignty"])
        .env("EDITOR", &termless)
        .env("TMPDIR", desk.dir.path())
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert!(!output.status.success() && said.contains("would have no term left"), "{said}");
    assert_eq!(desk.run(&["dump"]), before);
}

#[cfg(unix)]
#[test]
fn an_interrupt_at_the_editor_is_the_editors() {
    use std::io::Write as _;
    let desk = sovereignty();
    let (open, go) = (desk.path("open"), desk.path("go"));
    let slow = editor(
        &desk,
        &format!(
            "trap '' INT\ntouch '{}'\nn=0; while [ ! -e '{}' ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done\n\
             sed -i 's/cyberspace sovereignty/sovereignty in cyberspace/' \"$1\"",
            open.display(),
            go.display()
        ),
    );
    let mut child = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &slow).spawn().unwrap();
    appears(&open);
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    std::thread::sleep(std::time::Duration::from_millis(200));
    std::fs::write(&go, "").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(desk.found("sovereignty in cyberspace").1, "cyber-sovereignty");
    // At a terminal everybody in it is interrupted, also a shell between us and the editor.
    desk.run(&["undo"]);
    std::fs::remove_file(&open).unwrap();
    std::fs::remove_file(&go).unwrap();
    let Some(mut child) = terminal(&desk, &format!("SOME=thing {slow} ")) else { return };
    appears(&open);
    child.stdin.as_mut().unwrap().write_all(b"\x03").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    std::fs::write(&go, "").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert_eq!(desk.found("sovereignty in cyberspace").1, "cyber-sovereignty");
}

#[cfg(unix)]
#[test]
fn a_misspelt_key_in_the_editor_is_said() {
    let desk = sovereignty();
    let misspells = editor(&desk, "sed -i '0,/^status = /s//sttaus = /' \"$1\"");
    let output = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &misspells).output().unwrap();
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("warning: line ") && said.contains("sttaus"), "{said}");
    // What is kept in the concept already is not said again.
    let other = editor(&desk, "sed -i 's/cyberspace sovereignty/sovereignty in cyberspace/' \"$1\"");
    let output = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &other).output().unwrap();
    assert!(!text(&output.stderr).contains("warning"), "{}", text(&output.stderr));
    desk.run(&["undo"]);
    desk.run(&["undo"]);
    // Somebody who sits there gets the text back, and mends it.
    let mends = two_minded_editor(
        &desk,
        "sed -i '0,/^status = /s//sttaus = /' \"$1\"",
        "sed -i 's/^sttaus = .*/status = \"admitted\"/' \"$1\"",
    );
    let Some((code, said)) = edit_at_a_terminal(&desk, &mends, "\n") else { return };
    assert_eq!(code, 0, "{said}");
    let seen = std::fs::read_to_string(desk.path("seen")).unwrap();
    assert!(seen.starts_with("#! warning: line ") && seen.contains("sttaus"), "{seen}");
    let lines = desk.lines(&["lookup", "cyber sovereignty", "--format", "jsonl"]);
    assert_eq!(lines[1]["matched"]["status"], "admitted");
}

#[cfg(unix)]
#[test]
fn a_taken_slug_in_the_editor_can_be_mended() {
    let desk = sovereignty();
    desk.run(&["add", "data security"]);
    let mends = two_minded_editor(
        &desk,
        "sed -i 's/^slug = .*/slug = \"data-security\"/' \"$1\"",
        "sed -i 's/^slug = .*/slug = \"cyber-sov\"/' \"$1\"",
    );
    let Some((code, said)) = edit_at_a_terminal(&desk, &mends, "\n") else { return };
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("the slug data-security belongs to"), "{said}");
    assert_eq!(desk.found("cyber sovereignty").1, "cyber-sov");
}

#[cfg(unix)]
#[test]
fn a_held_base_does_not_cost_the_text() {
    let desk = sovereignty();
    let held = std::fs::File::options().write(true).open(desk.path("base/LOCK")).unwrap();
    held.lock().unwrap();
    let edits = editor(&desk, "sed -i 's/cyberspace sovereignty/sovereignty in cyberspace/' \"$1\"");
    let output = desk
        .command(&["edit", "cyber-sovereignty", "--wait", "0"])
        .env("EDITOR", &edits)
        .env("TMPDIR", desk.dir.path())
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let kept = said.lines().find_map(|l| l.strip_prefix("hint: your text is in ")).expect(&said);
    assert!(std::fs::read_to_string(kept).unwrap().contains("sovereignty in cyberspace"));
}

#[cfg(unix)]
#[test]
fn an_edit_that_says_the_same_is_no_revision() {
    let desk = sovereignty();
    let before = desk.run(&["dump"]);
    let shortens = editor(&desk, "sed -i '/^slug = /d' \"$1\"");
    let output = desk.command(&["edit", "cyber-sovereignty"]).env("EDITOR", &shortens).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(desk.run(&["dump"]), before);
}

#[test]
fn flags_do_not_make_a_term_twice_or_something_empty() {
    let desk = sovereignty();
    desk.run(&["edit", "cyber-sovereignty", "--add-term", "fr=cybersouveraineté"]);
    let before = desk.run(&["dump"]);
    let twice =
        ["edit", "cyber-sovereignty", "--term", "fr=cybersouveraineté", "--text", "souveraineté numérique"];
    let said = desk.says(2, &twice);
    assert!(said.contains("has the term \"souveraineté numérique\" already"), "{said}");
    for wrong in [
        ["edit", "cyber-sovereignty", "--note", ""],
        ["edit", "cyber-sovereignty", "--subject", " "],
        ["add", "x", "--context", ""],
        ["add", "x", "--definition", " "],
        ["add", "x", "--note", ""],
    ] {
        desk.ends(2, &wrong);
    }
    assert_eq!(desk.run(&["dump"]), before);
    desk.run(&["edit", "cyber-sovereignty", "--definition", "A right."]);
    assert!(desk.run(&["show", "cyber-sovereignty"]).contains("A right."));
    desk.run(&["edit", "cyber-sovereignty", "--definition", ""]);
    assert_eq!(desk.lines(&["show", "cyber-sovereignty", "--format", "jsonl"])[1].get("definitions"), None);
}

#[test]
fn a_taken_slug_is_refused_when_it_was_asked_for() {
    let desk = sovereignty();
    let said = desk.says(2, &["add", "data security", "--slug", "cyber-sovereignty"]);
    assert!(said.contains("the slug cyber-sovereignty belongs to"), "{said}");
    desk.ends(1, &["lookup", "data security"]);
}

#[test]
fn wrong_use_is_an_object_for_scripts() {
    let desk = sovereignty();
    let missing: [&[&str]; 5] = [
        &["lookup", "--format", "json"],
        &["--format", "json", "frobnicate"],
        &["--format=jsonl", "list", "--limt", "3"],
        &["--format", "jsonl"],
        &["undo", "first", "--format", "json"],
    ];
    for args in missing {
        let said = desk.says(2, args);
        let error: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{args:?}: {e}: {said}"));
        assert_eq!(error["error"]["code"], "usage", "{said}");
        assert!(!error["error"]["message"].as_str().unwrap().contains('\n'), "{said}");
    }
    assert!(desk.says(2, &["lookup", "--", "a", "--format", "json"]).starts_with("error: "));
    assert!(desk.says(2, &["--format", "json", "list", "--limt", "3"]).contains("--limit"));
}

#[test]
fn an_undo_that_fails_names_what_stands_in_the_way_to_scripts_too() {
    let desk = sovereignty();
    desk.run(&["edit", "cyber-sovereignty", "--note", "later work"]);
    let said = desk.says(3, &["undo", "1", "--format", "json"]);
    let error: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(error["error"]["names"], serde_json::json!(["cyber-sovereignty"]));
}

#[test]
fn every_command_names_itself_and_says_its_version_first() {
    let desk = sovereignty();
    desk.run(&["add", "internet sovereignty"]);
    let tbx = desk.path("out.tbx").display().to_string();
    let commands: [&[&str]; 10] = [
        &["add", "data security"],
        &["edit", "data-security", "--note", "x"],
        &["edit", "data-security", "--slug", "data-security"],
        &["merge", "cyber-sovereignty", "internet-sovereignty"],
        &["remove", "cyber-sovereignty", "--lang", "fr"],
        &["remove", "data-security"],
        &["undo"],
        &["stats"],
        &["doctor"],
        &["export", &tbx],
    ];
    for args in commands {
        let lines = desk.lines(&[args, &["--format", "jsonl"]].concat());
        let head = serde_json::json!({"schema_version": 1, "command": args[0]});
        assert_eq!((lines.len(), &lines[0]), (2, &head), "{args:?}");
        assert_eq!(lines[1].get("schema_version"), None, "{args:?}");
    }
    let commands: [&[&str]; 4] = [
        &["merge", "cyber-sovereignty", "data-security"],
        &["edit", "cyber-sovereignty", "--slug", "cyber-sovereignty"],
        &["remove", "cyber-sovereignty", "--lang", "ru"],
        &["demo"],
    ];
    for args in commands {
        let document: Value =
            serde_json::from_str(&desk.run(&[args, &["--format", "json"]].concat())).unwrap();
        assert_eq!((&document["command"], &document["schema_version"]), (&args[0].into(), &1.into()));
    }
}

#[test]
fn scripts_see_the_languages_that_people_see() {
    let desk = sovereignty();
    let shown = desk.lines(&["show", "cyber-sovereignty", "--lang", "fr", "--format", "jsonl"]);
    let langs: Vec<_> = shown[1]["languages"].as_array().unwrap().iter().map(|s| &s["lang"]).collect();
    assert_eq!(langs, ["fr"]);
    for (wanted, terms) in
        [("fr-CA", "souveraineté numérique"), ("zh", "网络主权"), ("zh-Hans-CN", "网络主权")]
    {
        let lines = desk.lines(&["lookup", "网络主权", "--to", wanted, "--format", "jsonl"]);
        assert_eq!(lines[1]["terms"][0]["text"], terms, "{wanted}");
        assert_eq!(lines[1]["terms"].as_array().unwrap().len(), 1, "{wanted}");
    }
}

#[test]
fn a_quiet_import_says_its_errors() {
    let desk = Desk::new();
    let bad =
        desk.write("bad.csv", "concept,lang,term,status\na,en,alpha,preferred\nb,not a tag,beta,preferred\n");
    let said = desk.says(1, &["import", &bad, "-q"]);
    assert!(said.contains("error: ") && !said.contains("revision"), "{said}");
}

/// Runs a command that must end so, without WICTERM_BASE; returns what it printed and said.
#[track_caller]
fn without_base(desk: &Desk, code: i32, args: &[&str]) -> String {
    let output =
        desk.command(args).env_remove("WICTERM_BASE").env("HOME", desk.path("home")).output().unwrap();
    let all = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "wicterm {}\n{all}", args.join(" "));
    all
}

#[test]
fn init_makes_the_base_that_the_project_names() {
    let desk = Desk::new();
    desk.write("wicterm.toml", "# ours\nbase = \"tb\"\n");
    without_base(&desk, 0, &["init"]);
    assert!(desk.path("tb/HEAD").is_file() && !desk.path("termbase").exists());
    without_base(&desk, 0, &["list"]);
    // A project that names none is told where its base is.
    desk.write("other/wicterm.toml", "# ours too\nsource-lang = \"fr\"\n");
    without_base(&desk, 0, &["init", "other"]);
    let settings = std::fs::read_to_string(desk.path("other/wicterm.toml")).unwrap();
    assert!(settings.starts_with("# ours too\n") && settings.contains("base = \"termbase\""), "{settings}");
    let said = without_base(&desk, 2, &["init", "x", "--base", "bbx"]);
    assert!(said.contains("not both"), "{said}");
    assert!(!desk.path("x").exists() && !desk.path("bbx").exists());
    let file = desk.write("file", "x");
    assert!(without_base(&desk, 3, &["init", &file]).contains(&file));
    assert!(without_base(&desk, 3, &["demo", &file]).contains(&file));
}

#[test]
fn an_empty_wicterm_base_is_none() {
    let desk = Desk::new();
    without_base(&desk, 0, &["init"]);
    let output = desk.command(&["list"]).env("WICTERM_BASE", "").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn a_key_that_wicterm_toml_does_not_know_is_said_once() {
    let desk = Desk::new();
    without_base(&desk, 0, &["init"]);
    desk.write("wicterm.toml", "base = \"termbase\"\nsource_lang = \"en\"\n[checks]\n");
    let said = without_base(&desk, 0, &["export", "-", "--as", "terms-csv"]);
    assert_eq!(said.matches("\"source_lang\"").count(), 1, "{said}");
    assert!(said.contains("source-lang") && said.contains("\"checks\""), "{said}");
}

#[test]
fn what_is_undone_is_not_undone_again() {
    let desk = sovereignty();
    desk.run(&["undo", "1"]);
    let said = desk.says(2, &["undo", "1"]);
    assert!(said.contains("revision 1 is undone already, by 2"), "{said}");
    desk.run(&["undo", "2"]);
    desk.run(&["undo"]);
    desk.ends(1, &["lookup", "网络主权"]);
}

#[test]
fn a_removed_concept_still_has_its_history() {
    let desk = sovereignty();
    let id =
        desk.lines(&["show", "cyber-sovereignty", "--format", "jsonl"])[1]["id"].as_str().unwrap().to_owned();
    desk.run(&["edit", "cyber-sovereignty", "--slug", "cyber-sov"]);
    desk.run(&["remove", "cyber-sov"]);
    for name in ["cyber-sov", "cyber-sovereignty", &id] {
        let history = desk.run(&["history", name]);
        assert!(history.contains("removed cyber-sov") && history.contains("added"), "{name}: {history}");
    }
    desk.ends(1, &["history", "nobody"]);
}

#[test]
fn a_file_that_cannot_be_read_leaves_no_base_behind() {
    let desk = Desk::new();
    let strange = desk.write("strange.bin", "\u{1}\u{2}");
    let broken = desk.write("broken.tmx", "<?xml version=\"1.0\"?><tmx version=\"1.4\"><header ");
    let said = desk.says(2, &["import", &strange]);
    assert!(said.contains("--from") && !said.contains("--as") && !said.contains("made a new base"), "{said}");
    assert!(!desk.path("base").exists());
    desk.ends(3, &["import", &broken]);
    assert!(!desk.path("base").exists());
    let said = desk.says(3, &["load", &strange]);
    assert!(!said.contains("--from") && said.contains("wicterm dump"), "{said}");
    assert!(!desk.path("base").exists());
    // A folder that was there stays there, and so does a base.
    std::fs::create_dir(desk.path("base")).unwrap();
    desk.ends(3, &["import", &broken]);
    assert_eq!(std::fs::read_dir(desk.path("base")).unwrap().count(), 0);
    desk.run(&["init"]);
    desk.ends(3, &["import", &broken]);
    assert!(desk.path("base/HEAD").is_file());
}

#[test]
fn failures_name_the_place_and_the_way_out() {
    let desk = sovereignty();
    for args in [["export", "no/where/x.tbx"], ["dump", "no/where/x.jsonl"]] {
        let said = desk.says(3, &args);
        assert!(said.contains("no/where") && !said.contains(".wicterm-"), "{said}");
    }
    std::fs::remove_dir_all(desk.path("base/seg")).unwrap();
    let said = desk.says(3, &["list"]);
    assert!(said.contains("wicterm doctor"), "{said}");
}

#[test]
fn the_demos_next_commands_can_be_pasted() {
    let desk = Desk::new();
    let shown = desk.run(&["demo", "my demo's"]);
    assert!(cfg!(windows) || shown.contains(r"--base 'my demo'\''s' lookup"), "{shown}");
    desk.run(&["demo", "--base", "named"]);
    assert!(desk.path("named/policy.tbx").is_file());
    desk.ends(2, &["demo", "one", "--base", "two"]);
    assert!(!desk.path("one").exists() && !desk.path("two").exists());
}

#[test]
fn flags_say_what_they_take() {
    let desk = sovereignty();
    for (command, words) in [
        ("add", ["preferred", "variant:headline"]),
        ("edit", ["deprecated", "set-phrase"]),
        ("list", ["superseded", "--since"]),
        ("export", ["superseded", "--memory[=<NAME>]"]),
        ("import", ["warning", "--fail-on"]),
    ] {
        let help = desk.run(&[command, "--help"]);
        assert!(words.iter().all(|word| help.contains(word)), "{help}");
    }
    for args in [&["list", "--since", "2024-01-01"][..], &["export", "x.csv", "--since=now"], &["undo", "x"]]
    {
        let said = desk.says(2, args);
        assert!(said.contains("revision number"), "{said}");
    }
    assert!(desk.says(2, &["lookup", "x", "--limit", "0"]).contains("at least 1"));
    assert!(desk.run(&["help"]).contains("lookup") && desk.run(&["help", "lookup"]).contains("pinyin"));
    let units = desk.write("units.tsv", "id\tsource\ttarget\n1\tone\tun\n");
    desk.run(&["import", &units, "--lang", "en,fr"]);
    let memory = desk.path("m.tmx").display().to_string();
    desk.run(&["export", "--memory", &memory]);
    assert!(Path::new(&memory).is_file());
    desk.run(&["export", "--memory=main", &memory]);
}

#[test]
fn what_turns_a_line_around_is_shown_as_what_it_is() {
    let desk = Desk::new();
    let term = "cyber \u{202e}sovereignty";
    desk.run(&["add", term, "--note", "a \u{2067}note", "--slug", "turned"]);
    desk.run(&["edit", "turned", "--term", term, "--status", "admitted", "--why", "for \u{202d}fun"]);
    let turning = |s: &str| s.contains(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    for args in [
        &["list"][..],
        &["show", "turned"],
        &["history"],
        &["history", "turned"],
        &["lookup", "cyber"],
        &["remove", "turned", "--term", "x\u{202e}"],
    ] {
        let output = desk.output(args);
        let all = text(&output.stdout) + &text(&output.stderr);
        assert!(!turning(&all), "{args:?}: {all}");
    }
    assert!(desk.run(&["list"]).contains("cyber ‹U+202E›sovereignty"));
    let lines = desk.lines(&["show", "turned", "--format", "jsonl"]);
    assert_eq!(lines[1]["languages"][0]["terms"][0]["text"], term, "the data stay");
}

#[test]
fn an_export_says_what_the_format_could_not_carry() {
    let desk = sovereignty();
    let wide = desk.path("wide.csv").display().to_string();
    let report = desk.path("report.json").display().to_string();
    desk.run(&["export", &wide, "--as", "terms-wide-csv", "--report", &report]);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&report).unwrap()).unwrap();
    assert_eq!(report["concepts"], 1);
    assert!(report["losses"].as_array().unwrap().iter().any(|l| l["class"] == "lost"), "{report}");
    let only = desk.run(&["export", "-", "--as", "terms-csv", "--lang", "fr"]);
    assert!(only.contains("souveraineté numérique") && !only.contains("网络主权"), "{only}");
    let since = desk.run(&["export", "-", "--as", "terms-csv", "--since", "1"]);
    assert_eq!(since.lines().count(), 1, "{since}");
}

#[test]
fn wrong_use_is_told_from_failure() {
    let desk = Desk::new();
    desk.ends(2, &["lookup"]);
    desk.ends(2, &["export", "x.unknown"]);
    let said = desk.says(3, &["lookup", "x"]);
    assert!(said.contains("not a base") && said.contains("wicterm init"), "{said}");
    let said = desk.says(3, &["import", "no-such-file.csv"]);
    assert!(said.contains("no-such-file.csv"), "{said}");
    let said = desk.says(3, &["lookup", "x", "--format", "json"]);
    let error: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(error["error"]["code"], "not-a-base");
}

#[test]
fn a_project_is_found_from_the_folders_below_it() {
    let desk = Desk::new();
    let run = |dir: &Path, args: &[&str]| {
        let output = desk.command(args).env_remove("WICTERM_BASE").current_dir(dir).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    run(desk.dir.path(), &["init"]);
    let below = desk.path("a/b");
    std::fs::create_dir_all(&below).unwrap();
    run(&below, &["add", "data sovereignty"]);
    assert_eq!(run(desk.dir.path(), &["list"]).trim(), "data-sovereignty  data sovereignty");
}

#[test]
fn completions_and_manual_pages_are_made_from_the_commands() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(desk.run(&["completions", shell]).contains("wicterm"), "{shell}");
    }
    assert!(desk.run(&["man"]).contains(".TH"));
    desk.run(&["man", "pages"]);
    assert!(desk.path("pages/wicterm-lookup.1").is_file());
}

#[test]
fn the_demo_shows_the_glossary_and_writes_its_files() {
    let desk = Desk::new();
    let shown = desk.run(&["demo"]);
    for part in ["cyber sovereignty", "网络主权", "constructed", "attested: ", "Try next:"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    for file in ["policy.tbx", "policy.tmx", "policy.csv"] {
        assert!(desk.path("wicterm-demo").join(file).is_file(), "{file}");
    }
    assert_eq!(desk.run(&["demo"]), shown, "a second demo is made anew");
    desk.write("other/mine.txt", "x");
    let said = desk.says(3, &["demo", "other"]);
    assert!(said.contains("not a demo"), "{said}");
}
