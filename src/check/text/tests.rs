use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

use crate::check::{CHECKS, Family, Options, Rows, run};
use crate::find::terms::Terms;
use crate::model::{LanguageTag, Place, Segment, Severity, Side};

/// Pairs of a table, or paragraphs of a text.
pub(super) struct Table {
    pub langs: (Option<LanguageTag>, LanguageTag),
    pub rows: Vec<(Option<Segment>, Segment)>,
}

impl Rows for Table {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn source(&self, row: usize) -> Option<&Segment> {
        self.rows[row].0.as_ref()
    }

    fn target(&self, row: usize) -> &Segment {
        &self.rows[row].1
    }

    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        (self.langs.0.as_ref(), &self.langs.1)
    }

    fn place(&self, row: usize, side: Side, range: Range<usize>) -> Place {
        let segment = Some((range.start as u32, range.end as u32));
        Place { unit: Some(row.to_string()), side: Some(side), segment, ..Place::default() }
    }
}

/// Prints what the checks of this room find in the judged pairs, and what they say of clean ones:
/// `cargo test --lib text::tests::judged -- --ignored --nocapture`
#[test]
#[ignore = "prints figures and judges nothing"]
fn judged() {
    let root = std::env::var("JUDGED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/bitext/judged").to_owned());
    let families = [Family::Text, Family::Codes];
    let ours = |code: &str| {
        ["untranslated", "empty-target", "partial-translation"].contains(&code)
            || CHECKS.iter().any(|c| c.about().code == code && families.contains(&c.about().family))
    };
    let mut scores: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let (mut clean, mut flagged) = (0, 0);
    let mut said = String::new();
    for lang in ["ar", "es", "fr", "ru", "zh-Hans"] {
        let Ok(table) = std::fs::read_to_string(Path::new(&root).join(format!("en-{lang}.tsv"))) else {
            continue;
        };
        let mut rows = vec![];
        let mut labels = vec![];
        for line in table.lines().skip(1) {
            let cells: Vec<_> = line.split('\t').collect();
            rows.push((Some(Segment::plain(cells[1])), Segment::plain(cells[2])));
            labels.push((cells[0].to_owned(), cells[3].to_owned(), cells[4].to_owned()));
        }
        let table = Table { langs: (Some("en".parse().unwrap()), lang.parse().unwrap()), rows };
        let findings = run(&table, &Terms::default(), &Options::default());
        for (row, (id, verdict, code)) in labels.iter().enumerate() {
            let here: Vec<_> = findings
                .iter()
                .filter(|f| f.place.unit.as_deref() == Some(&row.to_string()) && ours(&f.check))
                .collect();
            let loud = here.iter().any(|f| f.severity > Severity::Info);
            if verdict == "clean" {
                clean += 1;
                flagged += u32::from(loud);
            } else if ours(code) {
                let score = scores.entry(code.clone()).or_default();
                score.1 += 1;
                if here.iter().any(|f| f.check == *code) {
                    score.0 += 1;
                } else {
                    writeln!(said, "{id}: {code} not found").unwrap();
                }
            }
            for f in here.iter().filter(|f| f.check != *code) {
                writeln!(
                    said,
                    "{id} ({verdict} {code}): {} {} {:?}: {}",
                    f.severity, f.check, f.surface, f.message
                )
                .unwrap();
            }
        }
    }
    println!("{said}\n{scores:#?}\nclean {clean}, flagged {flagged}");
}

/// Prints what is said of texts: of the paragraphs of every file named in `TEXTS`, a language before each.
#[test]
#[ignore = "prints figures and judges nothing"]
fn texts() {
    for named in std::env::var("TEXTS").unwrap_or_default().split_whitespace() {
        let Some((lang, path)) = named.split_once('=') else { continue };
        let text = std::fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let (langs, rows): (_, Vec<_>) = match lang.split_once(':') {
            Some((from, to)) => (
                (Some(from.parse().unwrap()), to.parse().unwrap()),
                text.lines()
                    .filter_map(|l| l.split_once('\t'))
                    .map(|(a, b)| (Some(Segment::plain(a)), Segment::plain(b)))
                    .collect(),
            ),
            None => (
                (None, lang.parse().unwrap()),
                text.lines().filter(|l| !l.trim().is_empty()).map(|l| (None, Segment::plain(l))).collect(),
            ),
        };
        let table = Table { langs, rows };
        println!("== {named}: {} rows", table.rows.len());
        for f in run(&table, &Terms::default(), &Options::default()) {
            let row: usize = f.place.unit.as_ref().unwrap().parse().unwrap();
            let text = &table.target(row).text;
            let at = f.place.segment.unwrap_or_default().0 as usize;
            let around: String = if f.place.side == Some(Side::Source) {
                String::new()
            } else {
                let before: String =
                    text[..at].chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
                format!("{before}▸{}", text[at..].chars().take(20).collect::<String>())
            };
            println!(
                "  {row} {} {} {:?} | {around} | {}",
                f.severity,
                f.check,
                f.surface.unwrap_or_default().chars().take(40).collect::<String>(),
                f.message
            );
        }
    }
}

/// Prints how long the checks take on a pair of a hundred characters:
/// `cargo test --release --lib text::tests::how_fast -- --ignored --nocapture`
#[test]
#[ignore = "prints figures and judges nothing"]
fn how_fast() {
    for (lang, source, target) in [
        (
            "fr",
            "The parties agree to deepen their cooperation on cybersecurity and to exchange experience in 2023.",
            "Les parties conviennent d’approfondir leur coopération en matière de cybersécurité et d’échanger en 2023.",
        ),
        (
            "zh-Hans",
            "The parties agree to deepen their cooperation on cybersecurity and to exchange experience in 2023.",
            "各方同意深化网络安全领域的合作，并于2023年就维护网络空间和平、安全、开放、合作、有序交流经验。",
        ),
        (
            "ru",
            "The parties agree to deepen their cooperation on cybersecurity and to exchange experience in 2023.",
            "Стороны договорились углублять сотрудничество в области кибербезопасности и обмениваться опытом в 2023 году.",
        ),
    ] {
        let row = (Some(Segment::plain(source)), Segment::plain(target));
        let rows = vec![row; 2_000];
        let table = Table { langs: (Some("en".parse().unwrap()), lang.parse().unwrap()), rows };
        let micros = |only: &[String], skip: &[String]| {
            let options = Options { only: only.to_vec(), skip: skip.to_vec(), ..Options::default() };
            (0..20).fold(f64::MAX, |best, _| {
                let from = std::time::Instant::now();
                std::hint::black_box(run(&table, &Terms::default(), &options));
                best.min(from.elapsed().as_secs_f64() * 1e6 / 2_000.0)
            })
        };
        let none = micros(&["no-such-check".to_owned()], &[]);
        println!("{lang}: all {:.2} µs, nothing {none:.2} µs", micros(&[], &[]));
        for check in CHECKS {
            let code = check.about().code.to_owned();
            println!("  {code}: {:.2} µs", micros(&[code.clone()], &[]) - none);
        }
    }
}
