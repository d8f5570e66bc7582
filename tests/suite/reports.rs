//! What a person or a machine reads of findings, in every shape, over seeds in several scripts.
//!
//! The findings are those of words and patterns asked for here, so that a better check changes no report.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use wicterm::check::baseline::{Acceptance, Baseline, Scope};
use wicterm::check::{Rows, Settings, run_by_row};
use wicterm::find::recognise::Recogniser;
use wicterm::find::terms::Terms;
use wicterm::model::{Concept, Finding, LanguageTag, Place, Segment, Side, Status, Term};
use wicterm::report::{self, Checked, Scanned, Told};

use crate::door::{Desk, Ran, hermetic};
use crate::needs::{Need, met, python, sarif_schema};

/// What is asked for: in each language a word or a pattern that the seeds have.
const ASKED: &str = r#"
word = [
    { word = "Конвергенция", why = "nobody writes it" },
    { word = "网络安全", use = "网路安全", lang = "zh-Hans", severity = "error" },
    { word = "киберпространство", use = "информационное пространство", why = "House style" },
    { word = "الأمن السيبراني", use = "أمن المعلومات", severity = "info" },
    { word = "yuan", side = "source" },
]
regex = [
    { regex = '(\d),(\d)\s(?:млрд|трлн)', message = "Figures are written out: 100 %,\nnot <b>short</b> & sweet", replace = "$1.$2" },
    { regex = '٣٥٫٨', message = "Western digits, please", replace = "35.8" },
    { regex = '3\.58万亿', message = "Check the scale", severity = "error" },
]
"#;

/// A pair of seeds, line by line.
struct Lines {
    file: &'static str,
    rows: Vec<(Segment, Segment)>,
    /// Where each target begins in its file: line from 1, column from 1, byte.
    places: Vec<(u32, u32, u64)>,
    langs: [LanguageTag; 2],
}

impl Lines {
    fn texts(source: &str, target: &'static str, langs: [&str; 2]) -> Self {
        let (source, text) = (seed(source), seed(target));
        let rows = source.lines().zip(text.lines());
        let mut byte = 0;
        let mut places = vec![];
        for (at, line) in text.lines().enumerate() {
            places.push((at as u32 + 1, 1, byte));
            byte += line.len() as u64 + 1;
        }
        Self {
            file: target,
            rows: rows.map(|(s, t)| (Segment::plain(s), Segment::plain(t))).collect(),
            places,
            langs: langs.map(|l| l.parse().unwrap()),
        }
    }

    fn table(file: &'static str, langs: [&str; 2]) -> Self {
        let text = seed(file);
        let (mut rows, mut places, mut byte) = (vec![], vec![], 0);
        for (at, line) in text.lines().enumerate() {
            let cells: Vec<&str> = line.split('\t').collect();
            if at > 0 {
                let before = line.find(cells[2]).unwrap();
                rows.push((Segment::plain(cells[1]), Segment::plain(cells[2])));
                let column = line[..before].chars().count() as u32 + 1;
                places.push((at as u32 + 1, column, byte + before as u64));
            }
            byte += line.len() as u64 + 1;
        }
        Self { file, rows, places, langs: langs.map(|l| l.parse().unwrap()) }
    }
}

impl Rows for Lines {
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn source(&self, row: usize) -> Option<&Segment> {
        Some(&self.rows[row].0)
    }
    fn target(&self, row: usize) -> &Segment {
        &self.rows[row].1
    }
    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        (Some(&self.langs[0]), &self.langs[1])
    }
    fn place(&self, row: usize, side: Side, range: Range<usize>) -> Place {
        let mut place = Place::file(self.file);
        place.unit = Some(format!("{}", row + 1));
        place.side = Some(side);
        if side == Side::Target {
            let (line, column, byte) = self.places[row];
            let before = self.rows[row].1.text[..range.start].chars().count() as u32;
            place.line = Some(line);
            place.column = Some(column + before);
            place.bytes = Some((byte + range.start as u64, byte + range.end as u64));
        }
        place
    }
}

/// Everything that these seeds give.
fn checked() -> Checked {
    let options = Settings::of_table(ASKED).unwrap().options;
    let jobs = [
        Lines::table("seeds/bitext/memorandum.en-zh-Hans.tsv", ["en", "zh-Hans"]),
        Lines::texts(
            "seeds/bitext/memorandum.en-ru.en.txt",
            "seeds/bitext/memorandum.en-ru.ru.txt",
            ["en", "ru"],
        ),
        Lines::texts(
            "seeds/bitext/memorandum.en-ar.en.txt",
            "seeds/bitext/memorandum.en-ar.ar.txt",
            ["en", "ar"],
        ),
    ];
    let mut checked = Checked { files: jobs.len(), ..Checked::default() };
    for job in &jobs {
        let mut found = run_by_row(job, &Terms::default(), &options);
        found.retain(|(row, finding)| finding.check.starts_with("custom-") && *row < 12);
        checked.rows += job.len();
        let mut told = Told::in_rows(job, found);
        report::count_characters(&mut told, job.file, seed(job.file).as_bytes());
        checked.told.extend(told);
    }
    assert!(checked.told.len() > 6, "{:#?}", checked.told);
    checked
}

/// The same, held against a baseline that accepts the first finding.
fn against_baseline() -> Checked {
    struct Everything;
    impl Scope for Everything {
        fn looked_into(&self, _: &str) -> bool {
            true
        }
        fn is_there(&self, _: &str) -> bool {
            true
        }
        fn asked(&self, _: &str) -> bool {
            true
        }
    }
    let mut checked = checked();
    let findings: Vec<Finding> = checked.told.iter().map(|t| t.finding.clone()).collect();
    let texts: Vec<Option<&str>> = checked.told.iter().map(Told::text).collect();
    let by = Acceptance {
        who: "ana".to_owned(),
        when: "2026-11-22T20:00:00Z".to_owned(),
        why: Some("the name of an agency".to_owned()),
    };
    let mut baseline = Baseline::default();
    baseline.accept(&findings[0].fingerprint, &findings, &texts, &Everything, &by).unwrap();
    snapshot("baseline", &baseline.write());
    let sorted = baseline.sort_out(&findings, &Everything);
    for (told, entry) in checked.told.iter_mut().zip(sorted.accepted) {
        told.accepted = entry.map(|at| baseline.entries()[at].clone());
    }
    checked.against_baseline = true;
    checked
}

#[test]
fn findings_as_text_show_where_they_are() {
    let checked = checked();
    let told = |columns| -> String {
        let plain = |text: String| anstream::adapter::strip_str(&text).to_string();
        let findings: String =
            checked.told.iter().map(|t| plain(report::finding_in_text(t, columns)) + "\n").collect();
        findings + &plain(report::summary(&checked))
    };
    snapshot("findings-text-100", &told(100));
    snapshot("findings-text-44", &told(44));
}

#[test]
fn findings_as_annotations_are_lines_of_their_own() {
    let checked = against_baseline();
    let lines = report::github(&checked);
    assert_eq!(lines.lines().count(), checked.new_ones().count());
    assert!(lines.lines().all(|l| l.starts_with("::")));
    snapshot("findings-github", &lines);
}

#[test]
fn sarif_says_what_was_found_and_where() {
    let mut log = report::sarif(&against_baseline(), "check", None);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap();
    // Every other page would change this snapshot.
    rules.retain(|rule| rule["id"] == "custom-word");
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        result.as_object_mut().unwrap().remove("ruleIndex").unwrap();
    }
    snapshot("findings-sarif", &serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn sarif_tells_no_folder_of_this_machine() {
    let mut checked = checked();
    for (at, told) in checked.told.iter_mut().enumerate() {
        let folder = if at % 2 == 0 { "/home/ana/work" } else { "/somewhere/else" };
        told.finding.place.file = told.finding.place.file.as_ref().map(|f| format!("{folder}/{f}"));
    }
    let log = report::sarif(&checked, "check", Some(Path::new("/home/ana/work"))).to_string();
    assert!(!log.contains("/home/ana") && !log.contains("/somewhere"), "{log}");
}

/// What a fix says is what a tool that knows nothing but SARIF makes of the file.
#[test]
fn a_fix_in_sarif_replaces_the_right_bytes() {
    let log = report::sarif(&checked(), "check", None);
    let mut fixed = 0;
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let Some(change) = result["fixes"][0]["artifactChanges"][0].as_object() else { continue };
        let file = seed(change["artifactLocation"]["uri"].as_str().unwrap());
        let region = &change["replacements"][0]["deletedRegion"];
        let start = region["byteOffset"].as_u64().unwrap() as usize;
        let end = start + region["byteLength"].as_u64().unwrap() as usize;
        assert_eq!(&file[start..end], result["properties"]["surface"].as_str().unwrap());
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], result["properties"]["fix"]);
        let line = file[..start].matches('\n').count() as u64 + 1;
        let column = file[..start].rsplit('\n').next().unwrap().chars().count() as u64 + 1;
        let place = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(place["charOffset"].as_u64(), Some(file[..start].chars().count() as u64));
        assert_eq!((place["startLine"].as_u64(), place["startColumn"].as_u64()), (Some(line), Some(column)));
        fixed += 1;
    }
    assert!(fixed > 2);
}

#[test]
fn sarif_is_valid_by_its_schema() {
    if !met(&[Need::SarifSchema]) {
        return;
    }
    let desk = Desk::new();
    let validates = |log: &Value| {
        let file = desk.write("log.sarif", serde_json::to_vec(log).unwrap());
        judged_by_schema(&file)
    };
    let mut nothing = Checked { files: 1, rows: 3, ..Checked::default() };
    nothing.told.clear();
    // Findings of readers and of the base have neither text nor file.
    let mut bare = nothing.clone();
    bare.told = vec![
        Told::of(Finding::new(
            "read-encoding",
            wicterm::model::Severity::Warning,
            Place::file("ä b.tsv"),
            "m",
        )),
        Told::of(
            Finding::new("no-context", wicterm::model::Severity::Info, Place::default(), "m").concept("c"),
        ),
    ];
    bare.failures = vec!["x.tmx: it is not there".to_owned()];
    for checked in [checked(), against_baseline(), nothing, bare] {
        let ran = validates(&report::sarif(&checked, "check", None));
        assert!(ran.code == Some(0), "the schema should be content: {ran}");
    }
    // A judge that never says no proves nothing.
    let mut wrong = report::sarif(&checked(), "check", None);
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert_ne!(validates(&wrong).code, Some(0));
    wrong = report::sarif(&checked(), "check", None);
    wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    assert_ne!(validates(&wrong).code, Some(0));
}

fn judged_by_schema(file: &Path) -> Ran {
    const JUDGE: &str = "
import json, sys
from jsonschema import Draft7Validator
schema, log = (json.load(open(name, encoding='utf-8')) for name in sys.argv[1:])
wrong = [f'{list(e.absolute_path)}: {e.message[:200]}' for e in Draft7Validator(schema).iter_errors(log)]
sys.exit('\\n'.join(wrong) or 0)
";
    let schema = sarif_schema().expect("it was looked for");
    Ran::of(python().args(["-c", JUDGE]).arg(schema).arg(file).output().expect("Python was looked for"))
}

#[test]
fn the_page_of_findings_reads_without_its_script() {
    let page = report::html(&against_baseline(), "check");
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing is fetched");
    // The style and the script are files of their own.
    let main = page.split("<main>").nth(1).unwrap().split("</main>").next().unwrap();
    snapshot("findings-html", main);
}

/// The terms of three concepts, one form of each kind of judgement.
fn terms() -> Terms {
    let concept = |slug: &str, terms: &[(&str, &str, Status)]| {
        let mut concept = Concept { slug: slug.parse().ok(), ..Concept::default() };
        for (lang, text, status) in terms {
            let mut term = Term::new(*text);
            term.status = Some(*status);
            concept.section_mut(&lang.parse().unwrap()).terms.push(term);
        }
        concept
    };
    Terms::of([
        concept(
            "cyber-sovereignty",
            &[
                ("en", "cyber sovereignty", Status::Preferred),
                ("en", "sovereignty in cyberspace", Status::Deprecated),
                ("ar", "السيادة السيبرانية", Status::Preferred),
                ("zh-Hans", "网络主权", Status::Preferred),
            ],
        ),
        concept(
            "cyberspace",
            &[
                ("en", "cyberspace", Status::Admitted),
                ("ar", "الفضاء السيبراني", Status::Preferred),
                ("zh-Hans", "网络空间", Status::Preferred),
            ],
        ),
        concept("network", &[("en", "network", Status::Proposed)]),
    ])
}

const RUNNING: &[(&str, &str)] = &[
    ("en", "Cyber sovereignty, not sovereignty in cyberspace,\nis for <every> network."),
    ("zh-Hans", "中方尊重网络空间中的网络主权。"),
    ("ar", "السيادة السيبرانية في الفضاء السيبراني"),
];

fn with_scanned<T>(use_them: impl FnOnce(&[Scanned<'_>], &Terms) -> T) -> T {
    let terms = terms();
    let langs: Vec<LanguageTag> = RUNNING.iter().map(|(lang, _)| lang.parse().unwrap()).collect();
    let hits: Vec<_> =
        RUNNING.iter().zip(&langs).map(|((_, text), l)| Recogniser::new(&terms, l).recognise(text)).collect();
    let scanned: Vec<Scanned<'_>> = RUNNING
        .iter()
        .zip(&langs)
        .zip(&hits)
        .map(|(((file, text), lang), hits)| Scanned { file, lang, text, hits, date: None })
        .collect();
    use_them(&scanned, &terms)
}

#[test]
fn a_scanned_text_shows_its_terms() {
    let text = with_scanned(|scanned, terms| {
        let all: String = scanned.iter().map(|one| report::scanned(one, terms) + "\n").collect();
        all + &report::legend()
    });
    snapshot("scan-text", &text.replace('\u{1b}', "␛"));
    let page = with_scanned(report::html_of_scan);
    snapshot("scan-html", page.split("<main>").nth(1).unwrap().split("</main>").next().unwrap());
}

#[test]
fn chromium_shows_the_pages_and_their_filters_work() {
    if !met(&[Need::Chromium]) {
        return;
    }
    let desk = Desk::new();
    let checked = against_baseline();
    let all = checked.new_ones().count();
    let page = desk.write("findings.html", report::html(&checked, "check"));
    let shown = Shown::of(&desk, &page, "");
    assert!(shown.dom.contains("data-script=\"ready\""), "the script should have run: {}", shown.dom);
    assert_eq!(shown.count(), (all, all));
    assert!(!shown.dom.contains("id=\"filters\" role=\"search\" aria-label=\"Filter findings\" hidden"));
    for (asked, expected) in [
        ("severity=error", checked.new_ones().filter(|t| t.finding.severity.to_string() == "error").count()),
        ("check=custom-word", checked.new_ones().filter(|t| t.finding.check == "custom-word").count()),
        ("severity=info&check=custom-regex", 0),
        ("file=seeds%2Fbitext%2Fmemorandum.en-ru.ru.txt", of_file(&checked, "ru.txt")),
        // Full width and capitals do not count.
        ("text=ＹＵＡＮ", checked.new_ones().filter(|t| text_has(t, "yuan")).count()),
    ] {
        let shown = Shown::of(&desk, &page, asked);
        assert_eq!(shown.count(), (expected, all), "{asked}");
        assert_eq!(shown.rows(), expected, "{asked}");
    }
    let sorted = Shown::of(&desk, &page, "sort=severity");
    assert!(sorted.dom.contains("aria-sort=\"ascending\""));
    let first = sorted.dom.split("<tr id=").nth(1).unwrap();
    assert!(first.contains("data-severity=\"error\""), "{first}");

    let page = desk.write("terms.html", with_scanned(report::html_of_scan));
    let shown = Shown::of(&desk, &page, "");
    assert!(shown.dom.contains("class=\"hit preferred\""), "{}", shown.dom);
    let empty =
        desk.write("empty.html", report::html(&Checked { files: 1, rows: 3, ..Checked::default() }, "check"));
    assert!(Shown::of(&desk, &empty, "").dom.contains("nothing found"));

    // A judge that never says no proves nothing.
    let broken = desk.write("broken.html", "<script>\"use strict\"; undefinedThing();</script>");
    let ran = chromium(&desk, &broken, "");
    assert!(ran.err.contains("CONSOLE"), "an error of a script should be heard: {ran}");
}

fn of_file(checked: &Checked, name: &str) -> usize {
    let there = |t: &&Told| t.finding.place.file.as_ref().is_some_and(|f| f.ends_with(name));
    checked.new_ones().filter(there).count()
}

fn text_has(told: &Told, what: &str) -> bool {
    let row = told.row.as_ref().unwrap();
    let source = row.source.as_ref().map_or("", |(_, text)| text);
    [source, &row.target.1, &told.finding.message].iter().any(|t| t.to_lowercase().contains(what))
}

/// A page as Chromium made it.
struct Shown {
    dom: String,
}

impl Shown {
    fn of(desk: &Desk, page: &Path, asked: &str) -> Self {
        let ran = chromium(desk, page, asked);
        assert!(ran.code == Some(0), "Chromium should show {}: {ran}", page.display());
        assert!(!ran.err.contains("CONSOLE"), "nothing should be complained of: {ran}");
        Self { dom: ran.out }
    }

    /// How many findings the page says it shows, of how many.
    fn count(&self) -> (usize, usize) {
        let said = self.dom.split("aria-live=\"polite\">").nth(1).and_then(|s| s.split('<').next()).unwrap();
        let numbers: Vec<usize> = said.split(' ').filter_map(|w| w.parse().ok()).collect();
        (numbers[0], numbers[1])
    }

    /// How many rows it shows.
    fn rows(&self) -> usize {
        self.dom
            .split("<tr id=")
            .skip(1)
            .filter(|r| !r.split('>').next().unwrap().contains(" hidden"))
            .count()
    }
}

fn chromium(desk: &Desk, page: &Path, asked: &str) -> Ran {
    let mut chromium = hermetic(Command::new("chromium"), desk.folder());
    chromium.args([
        "--headless",
        "--disable-gpu",
        // In a container its own sandbox cannot be built; the page is ours.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--enable-logging=stderr",
        "--virtual-time-budget=5000",
        "--dump-dom",
    ]);
    chromium.arg(format!("--user-data-dir={}", desk.folder().join("profile").display()));
    let fragment = if asked.is_empty() { String::new() } else { format!("#{asked}") };
    chromium.arg(format!("file://{}{fragment}", page.display()));
    Ran::of(chromium.output().expect("Chromium was looked for"))
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/reports"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    });
}

fn seed(file: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A bitext with three findings, and a settings file that asks for them.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("wicterm.toml", "[check]\nonly = [\"custom\"]\nbaseline = \"accepted.jsonl\"\n[[check.word]]\nword = \"réseau\"\nuse = \"toile\"\n");
    desk.write(
        "a.tsv",
        "id\ten\tfr\n1\tThe net.\tLe réseau.\n2\tA net.\tUn réseau.\n3\tTwo nets.\tDeux réseaux.\n",
    );
    desk
}

fn check(desk: &Desk, args: &[&str]) -> Ran {
    let mut command = crate::door::wicterm(desk.folder());
    command.env("WICTERM_USER", "ana");
    Ran::of(command.arg("check").args(args).arg("--no-base").output().expect("the program starts"))
}

#[test]
fn accepted_findings_are_not_told_and_fail_nothing() {
    let desk = desk();
    let first = check(&desk, &["a.tsv", "--no-baseline", "--fail-on", "warning", "--format", "jsonl"]);
    assert_eq!((first.code, first.out.lines().count()), (Some(1), 4), "{first}");
    let finding: Value = serde_json::from_str(first.out.lines().nth(1).unwrap()).unwrap();
    // The settings name a baseline that is not there yet: nobody is to believe that it was obeyed.
    let ran = check(&desk, &["a.tsv"]);
    assert!(ran.code == Some(3) && ran.err.contains("--update-baseline"), "{ran}");

    let fingerprint = &finding["fingerprint"].as_str().unwrap()[..10];
    let ran = check(&desk, &["a.tsv", "--accept", fingerprint, "--why", "a name"]);
    assert!(ran.code == Some(0) && ran.err.contains("1 accepted, 1 came, 0 went"), "{ran}");
    let baseline = fs::read_to_string(desk.folder().join("accepted.jsonl")).unwrap();
    assert!(baseline.contains(r#""who":"ana""#) && baseline.contains(r#""why":"a name""#), "{baseline}");
    let ran = check(&desk, &["a.tsv", "--fail-on", "warning", "--format", "jsonl"]);
    assert_eq!((ran.code, ran.out.lines().count()), (Some(1), 3), "{ran}");

    let ran = check(&desk, &["a.tsv", "--update-baseline", "--fail-on", "warning"]);
    assert!(ran.code == Some(0) && ran.err.contains("3 accepted, 2 came, 0 went"), "{ran}");
    assert!(ran.out.contains("nothing found in 3 rows of 1 file; 3 accepted"), "{ran}");

    // Rows above, another order and another name of the file change nothing; a changed segment does.
    fs::remove_file(desk.folder().join("a.tsv")).unwrap();
    desk.write(
        "renamed.tsv",
        "id\ten\tfr\n0\tNo.\tNon.\n3\tTwo nets.\tDeux réseaux.\n1\tThe net.\tLe réseau.\n2\tA net.\tUn réseau !\n",
    );
    let ran = check(&desk, &["renamed.tsv", "--fail-on", "warning"]);
    assert!(ran.code == Some(1) && ran.out.contains("1 warning in 4 rows of 1 file; 2 accepted"), "{ran}");
    let ran = check(&desk, &["renamed.tsv", "--update-baseline"]);
    assert!(ran.err.contains("3 accepted, 1 came, 1 went"), "{ran}");
}

#[test]
fn what_is_accepted_is_not_cured() {
    let desk = desk();
    desk.write("accepted.jsonl", "");
    let all = check(&desk, &["a.tsv", "--format", "jsonl"]);
    let second: Value = serde_json::from_str(all.out.lines().nth(2).unwrap()).unwrap();
    check(&desk, &["a.tsv", "--accept", second["fingerprint"].as_str().unwrap()]);
    let ran = check(&desk, &["a.tsv", "--fix"]);
    assert!(ran.code == Some(0), "{ran}");
    let table = fs::read_to_string(desk.folder().join("a.tsv")).unwrap();
    assert!(table.contains("Le toile.") && table.contains("Un réseau."), "{table}");
}

#[test]
fn a_file_that_cannot_be_read_keeps_its_acceptances() {
    let desk = desk();
    assert_eq!(check(&desk, &["a.tsv", "--update-baseline"]).code, Some(0));
    let before = fs::read_to_string(desk.folder().join("accepted.jsonl")).unwrap();
    desk.write("a.tsv", "no table at all");
    let ran = check(&desk, &["a.tsv", "--update-baseline"]);
    assert!(ran.code != Some(0), "{ran}");
    assert_eq!(fs::read_to_string(desk.folder().join("accepted.jsonl")).unwrap(), before);
}

#[test]
fn every_shape_comes_out_of_the_door() {
    let desk = desk();
    let said = |shape: &str| check(&desk, &["a.tsv", "--no-baseline", "--format", shape]).out;
    let log: Value = serde_json::from_str(&said("sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 3);
    assert_eq!(
        log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]
            ["text"],
        "toile"
    );
    assert_eq!(said("github").lines().count(), 3);
    assert!(said("html").starts_with("<!DOCTYPE html>"));
    let ran = desk.run(["list", "--format", "sarif"]);
    assert!(ran.code == Some(2) && ran.err.contains("only `check` and `validate`"), "{ran}");
    if met(&[Need::SarifSchema]) {
        let ran = judged_by_schema(&desk.write("log.sarif", log.to_string()));
        assert!(ran.code == Some(0), "{ran}");
    }
}

#[test]
fn verdicts_have_the_same_shapes() {
    let desk = Desk::new();
    desk.write("faulty.tbx", "<tbx/>");
    let said = |shape: &str| desk.run(["validate", "faulty.tbx", "missing.tmx", "--format", shape]);
    let log: Value = serde_json::from_str(&said("sarif").out).unwrap();
    assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert!(said("github").out.starts_with("::error file=faulty.tbx,line=1"));
    let page = said("html").out;
    assert!(page.contains("Not looked into: missing.tmx") && page.contains("in 1 file</p>"), "{page}");
    if met(&[Need::SarifSchema]) {
        let ran = judged_by_schema(&desk.write("log.sarif", log.to_string()));
        assert!(ran.code == Some(0), "{ran}");
    }
}

/// What the page about checking tells people to type works.
#[test]
fn the_commands_of_the_page_about_checking_work() {
    let page = seed("docs/checking.md");
    let desk = Desk::new();
    let toml = page.split("```toml\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    desk.write("wicterm.toml", toml.replace("fail-on = \"warning\"\nbaseline = \"accepted.jsonl\"\n", ""));
    desk.write("memorandum.tsv", "id\tfr\ten\n1\tSur le le réseau.\tUtilise the net, A-1-2.\n");
    let mut run = 0;
    for line in page.lines() {
        let line = line.trim().trim_start_matches("- run: ");
        let Some(args) = line.strip_prefix("wicterm check ") else { continue };
        let args: Vec<&str> = args.split(" > ").next().unwrap().split(' ').chain(["--no-base"]).collect();
        let mut command = crate::door::wicterm(desk.folder());
        let ran = Ran::of(command.arg("check").args(&args).output().expect("the program starts"));
        assert!(matches!(ran.code, Some(0 | 1)), "{line}: {ran}");
        // From the update on nothing is new.
        assert!(!args.contains(&"--baseline") || ran.code == Some(0), "{line}: {ran}");
        run += 1;
    }
    assert!(run >= 6, "{run}");
}
