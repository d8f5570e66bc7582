//! No row of other people's tables is lost in silence: what a stranger counts is read, or a finding stands
//! on its line.

use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::Deserialize;
use wicterm::format::{self, Entry, Input, ReadOptions, Sink};
use wicterm::model::{Finding, Place};

use crate::door::files_below;
use crate::needs::{Need, met, python, shared};

#[derive(Deserialize)]
struct Counted {
    langs: usize,
    /// On which line a row begins, and how many terms it has.
    rows: Vec<(u32, usize)>,
}

#[derive(Default)]
struct Read {
    concepts: usize,
    terms: usize,
    findings: Vec<Finding>,
}

impl Sink for Read {
    fn entry(&mut self, entry: Entry, _: Place) -> ControlFlow<()> {
        if let Entry::Concept(concept) = entry {
            self.concepts += 1;
            self.terms += concept.terms().count();
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

#[test]
fn every_row_of_real_tables_is_accounted_for() {
    if !met(&[Need::Python, Need::Shared]) {
        return;
    }
    let files: Vec<PathBuf> = ["real/csv", "real/glossary"]
        .iter()
        .flat_map(|folder| files_below(&shared(folder)).into_iter().map(|f| shared(folder).join(f)))
        .filter(|f| f.extension().is_some_and(|x| x != "tbx"))
        .collect();
    assert!(files.len() > 15, "{files:?}");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/count_tables.py");
    let output = python().arg(script).args(&files).output().expect("it started when it was looked for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counted: Vec<Counted> = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
    let mut table = "file: concepts, terms; findings\n".to_owned();
    for (file, counted) in files.iter().zip(counted) {
        let name = file.strip_prefix(shared("")).unwrap_or(file).display().to_string();
        let read = read(file, counted.langs);
        // A row without a term, or with a source alone in a list, has a finding of its own.
        let told = |line: u32| {
            read.findings.iter().any(|f| f.place.line == Some(line) && f.message.ends_with("is left out."))
        };
        let kept: Vec<_> = counted.rows.iter().filter(|(line, _)| !told(*line)).collect();
        assert_eq!(read.concepts, kept.len(), "{name}: {:?}", read.findings);
        assert_eq!(read.terms, kept.iter().map(|(_, terms)| terms).sum::<usize>(), "{name}");
        let codes: Vec<_> = read.findings.iter().map(|f| &*f.check).collect();
        let codes = if codes.is_empty() { "none".to_owned() } else { codes.join(", ") };
        writeln!(table, "{name}: {}, {}; {codes}", read.concepts, read.terms).unwrap();
    }
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("accounting-tables", table);
    });
}

/// Reads a table as an import does; to a list without a header the languages are given.
fn read(file: &PathBuf, langs: usize) -> Read {
    let mut options = ReadOptions::default();
    if langs == 0 {
        options.langs = ["en", "it"].map(|lang| lang.parse().unwrap()).to_vec();
    }
    let door = format::by_name("terms-wide-csv").and_then(|f| f.read).expect("tables are read");
    let mut read = Read::default();
    let mut stream = fs::File::open(file).unwrap();
    let name = file.file_name().unwrap().to_string_lossy();
    door(Input::Stream(&mut stream, &name), &options, &mut read).unwrap_or_else(|e| panic!("{name}: {e}"));
    read
}
