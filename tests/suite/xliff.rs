//! Every row of every bilingual XLIFF of ours is changed and filled, and others judge what came of it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;
use wicterm::bytes::apply;
use wicterm::format::job::{Filling, Job, JobOptions, Mark};
use wicterm::format::{Format, by_name};
use wicterm::model::{Inline, Segment};

use crate::door::Desk;
use crate::needs::{Need, met, python, shared};

/// What breaks XML wherever it is not escaped, and a text that runs the other way.
const TEXT: &str = "a < b & \"c\" ]]> نص عربي > 'd'";

fn samples() -> Vec<(PathBuf, &'static Format)> {
    let mut samples = vec![];
    for name in ["xliff", "xliff-2"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats").join(name);
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        samples.extend(files.map(|file| (file, by_name(name).unwrap())));
    }
    samples.sort_by(|a, b| a.0.cmp(&b.0));
    samples
}

fn open(file: &Path, format: &Format) -> Job {
    let bytes = fs::read(file).unwrap();
    let options = JobOptions::default();
    let job = Job::open(format, bytes.clone(), "x", &options).unwrap();
    if job.unsettled == 0 {
        return job;
    }
    Job::open(format, bytes, "x", &JobOptions { target: "fr".parse().ok(), ..options }).unwrap()
}

fn rows(job: &Job) -> Vec<(usize, usize)> {
    (0..job.pairs().len()).flat_map(|pair| (0..job.pairs()[pair].len()).map(move |row| (pair, row))).collect()
}

/// The text with the codes of a source before and in it.
fn translation(source: &Segment) -> Segment {
    let half = source.inlines.len() / 2;
    let codes = source.inlines.iter().enumerate();
    let inlines =
        codes.map(|(n, code)| Inline { at: if n < half { 0 } else { TEXT.len() as u32 }, ..code.clone() });
    Segment { text: TEXT.to_owned(), inlines: inlines.collect() }
}

fn mark() -> Mark {
    Mark { origin: "our <memory>".into(), score: 87, who: "me".into(), when: "2026-11-23T02:03:04Z".into() }
}

/// Puts the text into a row; nothing where the file says that it is to stay empty.
fn changed(job: &Job, pair: usize, row: usize) -> Option<Vec<u8>> {
    let bytes = job.files()[0].1.bytes();
    if job.is_vacant(pair, row) {
        let segment = translation(job.source(pair, row));
        let filled = job.fill(&[Filling { pair, row, segment, mark: Some(mark()) }]);
        assert!(filled.refused.is_empty(), "{:?}", filled.refused);
        return Some(apply(bytes, &filled.patches).0);
    }
    let target = job.target(pair, row);
    let text = &target.text;
    let number = (0..job.segments()).find(|n| std::ptr::eq(job.segment(*n), target))?;
    // As much of it as stands between two codes.
    let mut edges: Vec<usize> = target.inlines.iter().map(|code| code.at as usize).collect();
    edges.extend([0, text.len()]);
    edges.extend(text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at));
    edges.sort_unstable();
    let mut stretches: Vec<_> =
        edges.iter().flat_map(|a| edges.iter().filter(move |b| *b > a).map(move |b| *a..*b)).collect();
    stretches.sort_by_key(|range| std::cmp::Reverse(range.len()));
    let patch = stretches.into_iter().find_map(|range| job.patch(number, range, TEXT).ok())?.1;
    let (made, _) = apply(bytes, std::slice::from_ref(&patch));
    assert!(made.starts_with(&bytes[..patch.range.start]) && made.ends_with(&bytes[patch.range.end..]));
    Some(made)
}

#[test]
fn translate_toolkit_reads_back_what_was_put_into_every_row() {
    if !met(&[Need::TranslateToolkit]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut pairs = String::new();
    let mut count = 0;
    for (file, format) in samples() {
        let job = open(&file, format);
        for (pair, row) in rows(&job) {
            let stays = job.is_held(pair, row) && job.target(pair, row).text.trim().is_empty();
            let Some(made) = changed(&job, pair, row) else {
                assert!(stays, "{}: row {row} cannot be changed", file.display());
                continue;
            };
            let name = format!("{count}-{}", file.file_name().unwrap().to_string_lossy());
            let after = folder.path().join(name);
            fs::write(&after, made).unwrap();
            pairs.push_str(&format!("{}\n", json!({"before": file, "after": after, "text": TEXT})));
            count += 1;
        }
    }
    assert!(count > 25, "{count}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/read_xliff.py");
    let mut judge = python()
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python was looked for");
    judge.stdin.take().unwrap().write_all(pairs.as_bytes()).unwrap();
    let said = judge.wait_with_output().unwrap();
    assert!(said.status.success(), "{said:?}");
    assert_eq!(String::from_utf8_lossy(&said.stdout), "");
}

#[test]
fn what_is_filled_is_valid_by_the_schema_of_its_version() {
    if !met(&[Need::Shared, Need::Xmllint]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let schemas = fs::canonicalize(shared("xliff")).unwrap();
    for (file, format) in samples() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        let (namespace, schema) = match () {
            () if text.contains("document:1.1") => ("1.1", "xliff-core-1.1.xsd"),
            () if text.contains("document:2.0") => ("2.0", "xliff_core_2.0.xsd"),
            () if text.contains("document:2.2") => ("2.2", "xliff_core_2.2.xsd"),
            () if text.contains("document:1.2") => ("1.2", "xliff-core-1.2-transitional.xsd"),
            // 1.0 has a DTD only, which is not here.
            () => continue,
        };
        // The schemas fetch that of XML itself from the net; here it is beside them.
        let whole = format!(
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\
             <xs:import namespace='http://www.w3.org/XML/1998/namespace' schemaLocation='{0}/xml.xsd'/>\
             <xs:import namespace='urn:oasis:names:tc:xliff:document:{namespace}' schemaLocation='{0}/{schema}'/>\
             </xs:schema>",
            schemas.display()
        );
        let schema = folder.path().join("whole.xsd");
        fs::write(&schema, whole).unwrap();
        let job = open(&file, format);
        let fillings: Vec<Filling> = rows(&job)
            .into_iter()
            .filter(|(pair, row)| job.is_vacant(*pair, *row))
            .map(|(pair, row)| {
                let segment = translation(job.source(pair, row));
                Filling { pair, row, segment, mark: Some(mark()) }
            })
            .collect();
        let filled = job.fill(&fillings);
        assert!(filled.refused.is_empty(), "{name}: {:?}", filled.refused);
        let made = folder.path().join(&name);
        fs::write(&made, apply(job.files()[0].1.bytes(), &filled.patches).0).unwrap();
        for judged in [&file, &made] {
            let verdict = Command::new("xmllint")
                .args(["--nonet", "--noout", "--schema"])
                .args([&schema, judged])
                .output()
                .expect("xmllint was looked for");
            let said = String::from_utf8_lossy(&verdict.stderr).into_owned();
            assert!(verdict.status.success(), "{}: {said}", judged.display());
        }
    }
}

const PROJECT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<xliff version=\"1.2\" xmlns=\"urn:oasis:names:tc:xliff:document:1.2\">\r\n\
<file original=\"a.docx\" source-language=\"en\" target-language=\"fr\" datatype=\"x-docx\"><body>\r\n\
<trans-unit id=\"1\"><source>The <g id=\"1\">data  embassy</g> &amp; its host</source><target>L’<g id=\"1\">ambassade  de données</g> &amp; son hôte</target></trans-unit>\r\n\
<trans-unit id=\"2\"><source>It opens in <x id=\"1\"/>2027.</source></trans-unit>\r\n\
<trans-unit id=\"3\" approved=\"yes\"><source>Nobody enters.</source><target/></trans-unit>\r\n\
</body></file></xliff>\r\n";

fn read(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.folder().join(name)).unwrap()
}

#[test]
fn a_translator_fills_checks_cures_and_imports_a_file() {
    let desk = Desk::new();
    desk.ok(["add", "data embassy", "--equivalent", "fr=ambassade de données"]);
    desk.write(
        "m.csv",
        "id,en,fr\nx,It opens in 2027.,Elle ouvre en 2027.\ny,Nobody enters.,Personne n’entre.\n",
    );
    desk.ok(["import", "m.csv", "--from", "bitext-csv"]);
    desk.write("p.xlf", PROJECT);
    let analysed = desk.ok(["analyse", "p.xlf"]);
    assert!(analysed.contains("p.xlf  en to fr"), "{analysed}");
    let scanned = desk.ok(["scan", "p.xlf", "--format", "jsonl", "--lang", "fr"]);
    let hit: serde_json::Value = serde_json::from_str(scanned.lines().nth(1).unwrap()).unwrap();
    let bytes = hit["start"].as_u64().unwrap() as usize..hit["end"].as_u64().unwrap() as usize;
    assert_eq!(&PROJECT[bytes], "ambassade  de données");
    let filled = desk.run(["pretranslate", "p.xlf", "--in-place", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&filled.out).unwrap();
    // A code that the memory has nowhere is not lost: the row stays empty, and the approved one too.
    assert_eq!(read(&desk, "p.xlf"), PROJECT, "{report}");
    desk.write("p.xlf", PROJECT.replace("in <x id=\"1\"/>2027", "in 2027"));
    desk.run(["pretranslate", "p.xlf", "--in-place"]);
    let expected = PROJECT.replace("in <x id=\"1\"/>2027", "in 2027").replace(
        "2027.</source>",
        "2027.</source><target state=\"needs-review-translation\" state-qualifier=\"exact-match\">Elle ouvre en 2027.</target>",
    );
    assert_eq!(read(&desk, "p.xlf"), expected);
    let checked = desk.run(["check", "p.xlf", "--only", "space-extra", "--fix"]);
    assert_eq!(read(&desk, "p.xlf"), expected.replace("ambassade  de", "ambassade de"), "{checked}");
    desk.ok(["import", "p.xlf", "--memory", "delivered"]);
    desk.ok(["export", "out.tmx", "--memory=delivered"]);
    assert!(desk.ok(["validate", "out.tmx"]).contains("out.tmx"));
    let tmx = read(&desk, "out.tmx");
    assert!(tmx.contains("<prop type=\"state\">needs-review-translation</prop>"), "{tmx}");
    assert!(tmx.contains("&lt;g id=&quot;1&quot;&gt;") || tmx.contains("&lt;g id=\"1\"&gt;"), "{tmx}");
    // The memory knows the file's own sentence again, with its codes.
    let again = desk.ok(["match", "It opens in 2027.", "--from", "en", "--to", "fr", "--format", "jsonl"]);
    assert!(again.contains("delivered"), "{again}");
}
