//! PO in place: every translation of every sample changed, and read by the programs that others read it with.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wicterm::bytes::apply;
use wicterm::format::by_name;
use wicterm::format::job::{Cells, Filling, Job, JobOptions};
use wicterm::model::{Segment, Side};

use crate::door::Desk;
use crate::needs::{Need, met, python};

/// What targets are changed to: everything that could break a string, and Arabic; what narrow charsets have.
const TEXTS: [&str; 2] = ["< & \" ]]> \\ \t\n%s السيادة", "< & \" ]]> \\ \t\n%s C:\\temp\\"];

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats/po");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut samples: Vec<_> = files.map(|path| (name(&path), fs::read(&path).unwrap())).collect();
    samples.retain(|(name, _)| name.ends_with(".po"));
    samples.sort();
    samples
}

fn open(bytes: Vec<u8>, name: &str) -> Job {
    Job::open(by_name("po").unwrap(), bytes, name, &JobOptions::default()).unwrap()
}

fn targets(job: &Job) -> Vec<String> {
    (0..job.pairs()[0].len()).map(|row| job.target(0, row).text.clone()).collect()
}

/// Puts a text in place of the target of a row, and says which bytes of the file that may move.
fn changed(job: &Job, row: usize, text: &str) -> Option<Vec<u8>> {
    let patches = if job.is_vacant(0, row) {
        let filling = Filling { pair: 0, row, segment: Segment::plain(text), mark: None };
        let filled = job.fill(&[filling]);
        filled.refused.is_empty().then_some(filled.patches)?
    } else {
        let len = job.target(0, row).text.len();
        let place = job.place(0, row, Side::Target, 0..len);
        let spot = Cells::of(job).find(job, &place).expect("a target has a place");
        vec![job.patch(spot.segment, 0..len, text).ok()?.1]
    };
    let old = job.files()[0].1.bytes();
    let (made, _) = apply(old, &patches);
    let (first, last) = (patches[0].range.start, patches[0].range.end);
    assert!(made.starts_with(&old[..first]) && made.ends_with(&old[last..]), "no other byte moves");
    Some(made)
}

/// What polib and translate-toolkit read of the files of a folder: their targets, in order.
const READ: &str = r#"
import json, pathlib, sys
import polib
from translate.storage import pypo
read = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.po")):
    one, other = [], []
    for entry in polib.pofile(str(path)):
        if not entry.obsolete:
            forms = entry.msgstr_plural
            one += [forms[form] for form in sorted(forms)] if entry.msgid_plural else [entry.msgstr]
    # Its reader takes every file for UTF-8.
    for unit in [] if "koi8" in path.name else pypo.pofile.parsefile(str(path)).units:
        if not unit.isheader() and not unit.isobsolete():
            strings = getattr(unit.target, "strings", None)
            other += [str(s) for s in strings] if unit.hasplural() and strings else [str(unit.target)]
    read[path.name] = [one, other]
print(json.dumps(read))
"#;

#[test]
fn every_target_can_be_changed_and_others_read_it() {
    if !met(&[Need::Polib, Need::TranslateToolkit]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut expected: Vec<(PathBuf, Vec<String>)> = vec![];
    for (sample, bytes) in samples() {
        let job = open(bytes.clone(), &sample);
        for row in 0..job.pairs()[0].len() {
            // The second plural form of an entry is filled once the first has a text.
            let made = TEXTS.iter().find_map(|text| Some((*text, changed(&job, row, text)?)));
            let (text, made) = made.unwrap_or_else(|| panic!("{sample}: row {row} takes neither text"));
            assert_eq!(text == TEXTS[0], sample != "ru-koi8-r.po", "{sample}: {text}");
            let mut then = targets(&job);
            then[row] = text.to_owned();
            assert_eq!(targets(&open(made.clone(), &sample)), then, "{sample}");
            let path = folder.path().join(format!("{row:02}-{sample}"));
            fs::write(&path, made).unwrap();
            expected.push((path, then));
        }
        assert_eq!(apply(job.files()[0].1.bytes(), &[]).0, bytes, "{sample}");
    }
    let ran = python().args(["-c", READ]).arg(folder.path()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let read: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(expected.len() > 20, "{}", expected.len());
    for (path, then) in expected {
        let name = path.file_name().unwrap().to_str().unwrap();
        let then = Value::from(then);
        assert_eq!(read[name][0], then, "polib on {name}");
        if !name.contains("koi8") {
            assert_eq!(read[name][1], then, "translate-toolkit on {name}");
        }
    }
}

#[test]
fn a_catalogue_goes_through_every_command() {
    let desk = Desk::new();
    let header =
        "msgid \"\"\nmsgstr \"\"\n\"Language: fr\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\n";
    let body = "#, c-format\nmsgid \"%d states have cyber sovereignty.\"\nmsgstr \"Les les États ont la souveraineté.\"\n\n\
                msgctxt \"a\"\nmsgid \"The committee adopted the report in 2024.\"\nmsgstr \"\"\n\n\
                msgid \"The committee adopted a report in 2024.\"\nmsgstr \"\"\n";
    let file = desk.write("fr.po", format!("{header}{body}"));
    let memory = "msgid \"The committee adopted the report in 2024.\"\nmsgstr \"Le comité a adopté le rapport en 2024.\"\n";
    desk.write("memory.po", format!("{header}{memory}"));
    let ran = desk.run(["import", "memory.po", "--memory", "treaties"]);
    assert!(ran.code == Some(0) && ran.out.contains("1 added"), "{ran}");
    desk.ok(["add", "cyber sovereignty", "--equivalent", "fr=souveraineté du cyberespace"]);
    let ran = desk.run(["check", "fr.po", "--format", "jsonl"]);
    for found in ["placeholder-missing", "term-missing", "repeated-word", "empty-target"] {
        assert!(ran.out.contains(&format!("\"check\":\"{found}\"")), "{found}: {ran}");
    }
    assert!(ran.out.contains("\"unit\":\"a|The committee adopted the report in 2024.\""), "{ran}");
    desk.run(["check", "fr.po", "--fix"]);
    let fixed = fs::read_to_string(&file).unwrap();
    assert!(fixed.contains("msgstr \"Les États ont la souveraineté.\""), "{fixed}");
    desk.ok(["pretranslate", "fr.po", "--in-place"]);
    let filled = fs::read_to_string(&file).unwrap();
    let then = fixed.replace(
        "2024.\"\nmsgstr \"\"\n\nmsgid \"The committee adopted a report in 2024.\"\nmsgstr \"\"",
        "2024.\"\nmsgstr \"Le comité a adopté le rapport en 2024.\"\n\n#, fuzzy\nmsgid \"The committee adopted a report in \
         2024.\"\nmsgstr \"Le comité a adopté le rapport en 2024.\"",
    );
    assert_eq!(filled, then);
    let ran = desk.run(["analyse", "fr.po", "--format", "jsonl"]);
    assert!(ran.code == Some(0) && ran.out.contains("fr.po"), "{ran}");
    let ran = desk.run(["scan", "fr.po", "--lang", "en"]);
    assert!(ran.out.contains("cyber sovereignty"), "{ran}");
}
