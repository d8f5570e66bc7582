//! Memories and tables in place: every target of every sample changed, and read by others.
//!
//! What XLIFF, PO and workbooks have of this stands in `xliff`, `po` and `sheets`.

use std::fs;
use std::path::{Path, PathBuf};

use wicterm::bytes::apply;
use wicterm::format::job::{Job, JobOptions};
use wicterm::format::{Format, ReadOptions, by_name};

use crate::needs::{Need, met, python};

/// What breaks XML and tables wherever it is not escaped, and a text that runs the other way; and what narrow
/// encodings have of it.
const TEXTS: [&str; 2] = ["a < b & \"c\" ]]> نص عربي, ; > 'd'", "a < b & \"c\" ]]>, ; > 'd'"];

/// The samples, each with its format and what must be told about it.
fn samples() -> Vec<(PathBuf, &'static Format, JobOptions)> {
    let mut samples = vec![];
    for name in ["tmx", "bitext-csv", "bitext-tsv"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats").join(name);
        let files =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        for file in files {
            let named = file.file_name().unwrap().to_str().unwrap();
            let mut options = JobOptions::default();
            if named == "id-note.tsv" {
                (options.source, options.target) = ("en".parse().ok(), "fr".parse().ok());
            }
            if named.contains("windows-1252") {
                options.read =
                    ReadOptions { encoding: Some("windows-1252".into()), ..ReadOptions::default() };
            }
            samples.push((file, by_name(name).unwrap(), options));
        }
    }
    samples.sort_by(|a, b| a.0.cmp(&b.0));
    samples
}

/// Puts a text into a row, in the place of as much as stands between two codes; says which text it was.
fn changed(job: &Job, pair: usize, row: usize) -> Option<(&'static str, Vec<u8>)> {
    let bytes = job.files()[0].1.bytes();
    let target = job.target(pair, row);
    let number = (0..job.segments()).find(|n| std::ptr::eq(job.segment(*n), target))?;
    let mut edges: Vec<usize> = target.inlines.iter().map(|code| code.at as usize).collect();
    edges.extend([0, target.text.len()]);
    edges.extend(target.text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at));
    edges.sort_unstable();
    let mut stretches: Vec<_> =
        edges.iter().flat_map(|a| edges.iter().filter(move |b| *b > a).map(move |b| *a..*b)).collect();
    stretches.sort_by_key(|range| std::cmp::Reverse(range.len()));
    let put = |text: &'static str| {
        let (_, patch) = stretches.iter().find_map(|range| job.patch(number, range.clone(), text).ok())?;
        let (made, _) = apply(bytes, std::slice::from_ref(&patch));
        let (before, after) = (&bytes[..patch.range.start], &bytes[patch.range.end..]);
        assert!(made.starts_with(before) && made.ends_with(after), "no other byte moves");
        Some((text, made))
    };
    TEXTS.into_iter().find_map(put)
}

/// Tells which files do not hold the text that a line says they do: translate-toolkit reads TMX, Python tables.
const READ: &str = r#"
import csv, io, json, pathlib, sys
from translate.storage import tmx
for line in sys.stdin:
    asked = json.loads(line)
    path = pathlib.Path(asked["file"])
    if path.suffix == ".tmx":
        texts = ["".join(unit.xmlelement.itertext()) for unit in tmx.tmxfile.parsefile(str(path)).units]
    else:
        encoding = "cp1252" if "1252" in path.name else "utf-16" if "utf-16" in path.name else "utf-8-sig"
        delimiter = "\t" if path.suffix == ".tsv" else ";" if "semicolon" in path.name else ","
        text = path.read_bytes().decode(encoding)
        # A list without a header has no quotation marks that are not text.
        quoting = csv.QUOTE_NONE if "id-note" in path.name else csv.QUOTE_MINIMAL
        texts = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting) for cell in row]
    if not any(asked["text"] in text for text in texts):
        print(path.name)
"#;

#[test]
fn every_target_of_a_memory_or_table_can_be_changed_and_others_read_it() {
    if !met(&[Need::TranslateToolkit]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut asked, mut count) = (String::new(), 0);
    for (file, format, options) in samples() {
        let bytes = fs::read(&file).unwrap();
        let job = Job::open(format, bytes.clone(), "x", &options).unwrap();
        assert_eq!(apply(job.files()[0].1.bytes(), &[]).0, bytes, "{}", file.display());
        for (pair, row) in (0..job.pairs().len())
            .flat_map(|pair| (0..job.pairs()[pair].len()).map(move |row| (pair, row)))
            .filter(|(pair, row)| !job.target(*pair, *row).text.trim().is_empty())
            .collect::<Vec<_>>()
        {
            let made = changed(&job, pair, row);
            let (text, made) =
                made.unwrap_or_else(|| panic!("{}: row {row} cannot be changed", file.display()));
            let path =
                folder.path().join(format!("{count:03}-{}", file.file_name().unwrap().to_string_lossy()));
            fs::write(&path, made).unwrap();
            asked.push_str(&format!("{}\n", serde_json::json!({"file": path, "text": text})));
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
    let list = folder.path().join("asked.jsonl");
    fs::write(&list, asked).unwrap();
    let said = python().args(["-c", READ]).stdin(fs::File::open(&list).unwrap()).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(String::from_utf8_lossy(&said.stdout), "");
}
