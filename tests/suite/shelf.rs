//! The samples of every format and the broken files: what an import says of each, and whether it is valid.
//!
//! Two tables in `snapshots/suite/`, one line a file. They need nothing but this repository.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use wicterm::base::{Base, ImportOptions, Source};
use wicterm::check::validate::validate;
use wicterm::format::{ReadOptions, by_name};
use wicterm::model::Severity;
use wicterm::store::Who;

use crate::door::files_below;

/// What a sample needs to be told, as seeds/formats/README.md says.
const TOLD: &[(&str, &str)] = &[
    ("omegat-glossary.txt", "--lang en,ru"),
    ("omegat-glossary/ours.utf8", "--lang en,fr"),
    ("deepl-tsv/pledges.tsv", "--from deepl-tsv --lang en,fr"),
    ("deepl-csv/pledges.csv", "--from deepl-csv"),
    ("weblate-tbx/fr.tbx", "--from weblate-tbx"),
    ("crowdin-csv/glossary.csv", "--from crowdin-csv"),
    ("phrase-csv/terms.csv", "--from phrase-csv"),
    ("google-csv/equivalents.csv", "--from google-csv"),
    ("google-tsv/one-way.tsv", "--from google-tsv --lang en,fr"),
    ("amazon-csv/terminology.csv", "--from amazon-csv"),
    ("azure-tsv/glossary.tsv", "--from azure-tsv --lang en,fr"),
    ("id-note.tsv", "--lang en,fr"),
    ("semicolon-windows-1252.csv", "--from bitext-csv --encoding windows-1252"),
];

#[test]
fn every_sample_is_read_as_it_always_was() {
    let files = files("formats");
    pinned("samples", &table(&files));
    let readme = fs::read_to_string(top("seeds/formats/README.md")).unwrap();
    let untold: Vec<_> = names("formats", &files)
        .filter(|name| {
            let told = |name: &str| readme.contains(&format!("`{name}`"));
            !told(name) && !told(name.rsplit('/').next().unwrap())
        })
        .collect();
    assert!(untold.is_empty(), "seeds/formats/README.md should tell what these show: {untold:?}");
}

#[test]
fn every_broken_file_is_answered_as_it_always_was() {
    let files = files("broken");
    assert!(files.len() > 100, "{}", files.len());
    pinned("broken-shelf", &table(&files));
    let readme = fs::read_to_string(top("seeds/broken/README.md")).unwrap();
    let untold: Vec<_> =
        names("broken", &files).filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert!(untold.is_empty(), "seeds/broken/README.md should tell what is broken in these: {untold:?}");
}

/// What the README of a shelf calls its files; the kit has pages of its own.
fn names(shelf: &str, files: &[PathBuf]) -> impl Iterator<Item = String> {
    let shelf = top("seeds").join(shelf);
    let files = files.iter().filter(|f| f.is_file());
    let names = files.map(move |f| f.strip_prefix(&shelf).unwrap().display().to_string());
    names.filter(|name| !name.starts_with("tmx/lisa-kit"))
}

/// The files of a shelf; a glossary is one, and of the kit only its memories count.
fn files(shelf: &str) -> Vec<PathBuf> {
    let shelf = top("seeds").join(shelf);
    let mut files: Vec<PathBuf> = files_below(&shelf)
        .into_iter()
        .filter(|f| {
            f.extension().is_some_and(|x| x != "md" && (x == "tmx" || !f.starts_with("tmx/lisa-kit")))
        })
        .map(|f| if f.extension().is_some_and(|x| x == "toml") { f.parent().unwrap().to_owned() } else { f })
        .map(|f| shelf.join(f))
        .collect();
    files.dedup();
    files
}

fn table(files: &[PathBuf]) -> String {
    let mut out = String::new();
    for file in files {
        let name = file.strip_prefix(top("seeds")).unwrap().display().to_string();
        let told = TOLD.iter().find(|(end, _)| name.ends_with(end)).map_or("", |(_, options)| *options);
        writeln!(out, "{name} {told}").unwrap();
        writeln!(out, "    {}", imported(file, told)).unwrap();
        if file.extension().is_some_and(|x| x == "tbx" || x == "tmx") {
            writeln!(out, "    {}", judged(file)).unwrap();
        }
    }
    out.replace(" \n", "\n")
}

fn imported(file: &Path, told: &str) -> String {
    let mut options = ImportOptions { read: ReadOptions::default(), ..ImportOptions::default() };
    let mut words = told.split_whitespace();
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        match option {
            "--lang" => options.read.langs = value.split(',').map(|l| l.parse().unwrap()).collect(),
            "--from" => options.format = by_name(value),
            "--encoding" => options.read.encoding = Some(value.to_owned()),
            _ => panic!("{option}"),
        }
    }
    let mut base = Base::memory().unwrap();
    match base.import(vec![Source::Path(file.to_owned())], options, Who::default()) {
        Err(error) => {
            format!("refused: {}", error.to_string().replace(&*top("seeds").to_string_lossy(), "seeds"))
        }
        Ok((reports, _)) => {
            let report = &reports[0];
            let mut codes: BTreeMap<String, u64> = BTreeMap::new();
            for finding in &report.details {
                let word = match finding.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info => "info",
                };
                *codes.entry(format!("{word} {}", finding.check)).or_default() += 1;
            }
            let codes: Vec<_> = codes.iter().map(|(code, n)| format!("{n} {code}")).collect();
            format!("{}: {} read; {}", report.format, report.read, codes.join(", "))
        }
    }
}

fn judged(file: &Path) -> String {
    let verdict = validate(fs::File::open(file).unwrap()).unwrap();
    let first = verdict.findings.iter().find(|f| f.severity == Severity::Error);
    let warnings = verdict.findings.iter().filter(|f| f.severity == Severity::Warning).count();
    let warned = if warnings > 0 { format!(", {warnings} warnings") } else { String::new() };
    match first {
        None => format!("valid ({}){warned}", verdict.schema),
        Some(first) => {
            format!(
                "not valid ({}), line {}: {}{warned}",
                verdict.schema,
                first.place.line.unwrap_or(0),
                first.message
            )
        }
    }
}

fn pinned(name: &str, table: &str) {
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, table);
    });
}

fn top(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
