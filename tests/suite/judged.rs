//! The checks held against pairs that were judged before the rules were written (`seeds/bitext/judged`).
//!
//! `cargo nextest run judged` counts, per language and family, how many planted defects are found and how many
//! right pairs are flagged, at default settings, with the term base that the pairs were written for. The counts
//! are a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::needs::{self, Need};
use wicterm::base::{Base, ImportOptions, Source};
use wicterm::check::{CHECKS, Options, Rows, run};
use wicterm::find::terms::Terms;
use wicterm::model::{Finding, LanguageTag, Place, Segment, Severity, Side};
use wicterm::store::{Query, Who};

struct Pair {
    id: String,
    planted: bool,
    code: String,
    what: String,
    source: Segment,
    target: Segment,
}

struct Sheet {
    pairs: Vec<Pair>,
    langs: (LanguageTag, LanguageTag),
}

impl Rows for Sheet {
    fn len(&self) -> usize {
        self.pairs.len()
    }

    fn source(&self, row: usize) -> Option<&Segment> {
        Some(&self.pairs[row].source)
    }

    fn target(&self, row: usize) -> &Segment {
        &self.pairs[row].target
    }

    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        (Some(&self.langs.0), &self.langs.1)
    }

    fn place(&self, row: usize, side: Side, _: Range<usize>) -> Place {
        Place { unit: Some(self.pairs[row].id.clone()), side: Some(side), ..Place::default() }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn sheet(lang: &str, part: &str) -> Sheet {
    let path = root().join(format!("seeds/bitext/judged/en-{lang}{part}.tsv"));
    let table = std::fs::read_to_string(path).unwrap();
    let pairs = table.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, source, target, verdict, code, what] = cells[..] else { panic!("six columns: {line}") };
        Pair {
            id: id.to_owned(),
            planted: verdict == "planted",
            code: code.to_owned(),
            what: what.to_owned(),
            source: Segment::plain(source),
            target: Segment::plain(target),
        }
    });
    Sheet { pairs: pairs.collect(), langs: ("en".parse().unwrap(), lang.parse().unwrap()) }
}

/// The term base that the pairs were written for, where it is there.
fn terms() -> Option<Terms> {
    if !needs::met(&[Need::Shared]) {
        return None;
    }
    let table = needs::shared("glossary/equivalents.csv");
    let mut base = Base::memory().unwrap();
    base.import(vec![Source::Path(table)], ImportOptions::default(), Who::default()).unwrap();
    Some(Terms::of(base.concepts(&Query::default()).map(|c| c.unwrap())))
}

fn family(code: &str) -> &'static str {
    let about = CHECKS.iter().map(|c| c.about()).find(|a| a.code == code);
    about.map_or("not built", |a| a.family.as_str())
}

const LANGUAGES: [&str; 5] = ["zh-Hans", "fr", "ru", "ar", "es"];

fn measure(part: &str) -> Option<String> {
    let terms = terms()?;
    let show = std::env::var_os("WICTERM_SHOW").is_some();
    let mut counts: BTreeMap<(String, &str), (usize, usize, usize)> = BTreeMap::new();
    let mut flagged: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut unseen: Vec<String> = vec![];
    for lang in LANGUAGES {
        let sheet = sheet(lang, part);
        let findings = run(&sheet, &terms, &Options::default());
        for pair in &sheet.pairs {
            let of: Vec<&Finding> =
                findings.iter().filter(|f| f.place.unit.as_deref() == Some(&pair.id)).collect();
            let loud: BTreeSet<&str> =
                of.iter().filter(|f| f.severity > Severity::Info).map(|f| f.check.as_str()).collect();
            if pair.planted {
                let entry = counts.entry((family(&pair.code).to_owned(), lang)).or_default();
                entry.0 += 1;
                let near = loud.iter().any(|c| family(c) == family(&pair.code));
                entry.1 += usize::from(near);
                entry.2 += usize::from(loud.contains(pair.code.as_str()));
                if !near {
                    unseen.push(format!("{} {} missed ({:?}): {}", pair.id, pair.code, loud, pair.what));
                    if show && part.is_empty() {
                        println!(
                            "{} {} {loud:?} {}\n   {}\n   {}",
                            pair.id, pair.code, pair.what, pair.source.text, pair.target.text
                        );
                    }
                }
            } else {
                let entry = flagged.entry(lang).or_default();
                entry.0 += 1;
                entry.1 += usize::from(!loud.is_empty());
                if !loud.is_empty() {
                    unseen.push(format!("{} clean, flagged {:?}: {}", pair.id, loud, pair.what));
                    if show && part.is_empty() {
                        println!(
                            "{} CLEAN {}\n   {}\n   {}",
                            pair.id, pair.what, pair.source.text, pair.target.text
                        );
                        for f in of.iter().filter(|f| f.severity > Severity::Info) {
                            println!("      {} {:?} {}", f.check, f.surface, f.message);
                        }
                    }
                }
            }
        }
    }
    let mut report = String::from("family language planted found by-its-own-code\n");
    for ((family, lang), (planted, found, exact)) in &counts {
        writeln!(report, "{family} {lang} {planted} {found} {exact}").unwrap();
    }
    let all = counts.values().fold((0, 0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
    writeln!(report, "all planted {} found {}", all.0, all.1).unwrap();
    writeln!(report, "\nlanguage right flagged").unwrap();
    for (lang, (right, wrong)) in &flagged {
        writeln!(report, "{lang} {right} {wrong}").unwrap();
    }
    let clean = flagged.values().fold((0, 0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
    writeln!(report, "all right {} flagged {}", clean.0, clean.1).unwrap();
    // Of the others only the counts are kept.
    if part.is_empty() {
        writeln!(report, "\nnot as they should be:").unwrap();
        unseen.iter().for_each(|line| writeln!(report, "- {line}").unwrap());
    }
    Some(report)
}

fn compare(name: &str, part: &str) {
    let Some(report) = measure(part) else { return };
    if std::env::var_os("WICTERM_SHOW").is_some() {
        println!("{report}");
    }
    insta::with_settings!({snapshot_path => "../../snapshots/suite", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, report);
    });
}

#[test]
fn judged_pairs_are_judged_as_they_were() {
    compare("judged", "");
}

/// Those that nobody looked at until the rules were done.
#[test]
fn judged_pairs_that_were_unseen_at_first_are_judged_as_they_were() {
    compare("judged-unseen", ".unseen");
}
