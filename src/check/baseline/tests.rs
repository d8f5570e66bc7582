use std::ops::Range;

use super::*;
use crate::check::{Options, Rows, run};
use crate::find::terms::Terms;
use crate::model::{LanguageTag, Place, Segment, Side};

/// A bitext: (unit, source, target), in a file.
struct Bitext {
    file: &'static str,
    rows: Vec<(&'static str, Segment, Segment)>,
    langs: [LanguageTag; 2],
}

fn bitext(file: &'static str, rows: &[(&'static str, &str, &str)]) -> Bitext {
    Bitext {
        file,
        rows: rows.iter().map(|(id, s, t)| (*id, Segment::plain(*s), Segment::plain(*t))).collect(),
        langs: ["en", "fr"].map(|l| l.parse().unwrap()),
    }
}

impl Rows for Bitext {
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn source(&self, row: usize) -> Option<&Segment> {
        Some(&self.rows[row].1)
    }
    fn target(&self, row: usize) -> &Segment {
        &self.rows[row].2
    }
    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        (Some(&self.langs[0]), &self.langs[1])
    }
    fn place(&self, row: usize, side: Side, _: Range<usize>) -> Place {
        let mut place = Place::file(self.file).at_line(row as u32 + 1);
        place.unit = Some(self.rows[row].0.to_owned());
        place.side = Some(side);
        place
    }
}

const ONLY: &str = "repeated-word";

fn found(rows: &[&Bitext]) -> Vec<Finding> {
    let options = Options { only: vec![ONLY.to_owned()], ..Options::default() };
    rows.iter().flat_map(|rows| run(*rows, &Terms::default(), &options)).collect()
}

/// These files were looked into; those are there besides.
struct Files(&'static [&'static str], &'static [&'static str]);

impl Scope for Files {
    fn looked_into(&self, file: &str) -> bool {
        self.0.contains(&file)
    }
    fn is_there(&self, file: &str) -> bool {
        self.0.contains(&file) || self.1.contains(&file)
    }
    fn asked(&self, check: &str) -> bool {
        check == ONLY
    }
}

fn by(why: Option<&str>) -> Acceptance {
    Acceptance { who: "ana".to_owned(), when: "2026-11-22T20:00:00Z".to_owned(), why: why.map(str::to_owned) }
}

fn accepted(rows: &Bitext) -> Baseline {
    let mut baseline = Baseline::default();
    baseline.update(&found(&[rows]), &[], &Files(&["a.tsv", "b.tsv"], &[]), &by(None));
    baseline
}

/// How many findings of these rows a baseline does not cover.
fn new(baseline: &Baseline, rows: &[&Bitext], scope: &Files) -> usize {
    baseline.sort_out(&found(rows), scope).accepted.iter().filter(|a| a.is_none()).count()
}

const DOUBLED: (&str, &str, &str) = ("7", "It belongs to all.", "Il appartient à à tous.");

#[test]
fn an_acceptance_survives_edits_elsewhere_and_ends_when_the_segment_changes() {
    let only_a = Files(&["a.tsv"], &[]);
    let baseline = accepted(&bitext("a.tsv", &[("1", "One.", "Un."), DOUBLED]));
    let (_, source, target) = DOUBLED;
    for (what, rows, expected) in [
        ("nothing changed", &[("1", "One.", "Un."), DOUBLED][..], 0),
        ("a row above", &[("0", "Zero.", "Zéro."), ("1", "One.", "Un."), DOUBLED], 0),
        ("the other row edited", &[("1", "One!", "Un !"), DOUBLED], 0),
        ("the other row gone, sorted anew", &[DOUBLED], 0),
        ("another unit id", &[("1", "One.", "Un."), ("8", source, target)], 0),
        ("the segment edited", &[("7", source, "Il appartient bien à à tous.")], 1),
        ("its end edited", &[("7", source, "Il appartient à à tous !")], 1),
        ("the source edited, which this check does not read", &[("7", "It belongs to all!", target)], 0),
        ("the same row twice", &[DOUBLED, DOUBLED], 1),
        ("another finding", &[DOUBLED, ("9", "The net.", "Sur le le réseau.")], 1),
    ] {
        assert_eq!(new(&baseline, &[&bitext("a.tsv", rows)], &only_a), expected, "{what}");
    }
}

#[test]
fn the_source_counts_where_a_check_reads_it_and_codes_always_do() {
    let key = |target: &str, inlines: &str| {
        let mut rows = bitext("a.tsv", &[("1", "It belongs.", target)]);
        rows.rows[0].2.inlines = serde_json::from_str(inlines).unwrap();
        found(&[&rows])[0].fingerprint.clone()
    };
    let plain = key("Il est à à tous.", "[]");
    assert_eq!(plain, key("Il est à à tous.", "[]"));
    assert_ne!(plain, key("Il est à à tous.", r#"[{"at":3,"kind":"placeholder"}]"#));
}

#[test]
fn duplicate_rows_are_accepted_one_by_one() {
    let twice = bitext("a.tsv", &[DOUBLED, ("8", DOUBLED.1, DOUBLED.2)]);
    let findings = found(&[&twice]);
    assert_ne!(findings[0].fingerprint, findings[1].fingerprint);
    let scope = Files(&["a.tsv"], &[]);
    let mut baseline = Baseline::default();
    baseline.accept(&findings[0].fingerprint, &findings, &[], &scope, &by(None)).unwrap();
    assert_eq!(new(&baseline, &[&twice], &scope), 1);
    baseline.accept(&findings[1].fingerprint, &findings, &[], &scope, &by(None)).unwrap();
    assert_eq!(new(&baseline, &[&twice], &scope), 0);
}

#[test]
fn a_renamed_file_keeps_its_acceptances_and_a_copied_one_has_none() {
    let baseline = accepted(&bitext("a.tsv", &[DOUBLED]));
    let (a, b) = (bitext("a.tsv", &[DOUBLED]), bitext("b.tsv", &[DOUBLED]));
    assert_eq!(new(&baseline, &[&b], &Files(&["b.tsv"], &[])), 0, "a.tsv is gone");
    assert_eq!(new(&baseline, &[&b], &Files(&["b.tsv"], &["a.tsv"])), 1, "a.tsv is still there");
    assert_eq!(new(&baseline, &[&a, &b], &Files(&["a.tsv", "b.tsv"], &[])), 1, "both are looked into");
    // Which one comes first does not matter: the file that is named has it.
    let findings = found(&[&b, &a]);
    let sorted = baseline.sort_out(&findings, &Files(&["a.tsv", "b.tsv"], &[]));
    assert_eq!(sorted.accepted, [None, Some(0)]);
}

#[test]
fn an_update_tells_what_goes_and_comes_and_leaves_alone_what_was_not_looked_at() {
    let mut baseline = accepted(&bitext("a.tsv", &[DOUBLED, ("1", "The net.", "Sur le le réseau.")]));
    let elsewhere =
        r#"{"file":"c.tsv","check":"repeated-word","surface":" x","fingerprint":"00","who":"bo"}"#;
    let other_check = r#"{"file":"a.tsv","check":"length-ratio","fingerprint":"01","why":"a title"}"#;
    let text = format!("{}{elsewhere}\n{other_check}\n", baseline.write());
    baseline = Baseline::read(&text).unwrap();
    let now = bitext("a.tsv", &[DOUBLED, ("2", "A road.", "Sur une une route.")]);
    let findings = found(&[&now]);
    let texts: Vec<Option<&str>> = vec![Some(DOUBLED.2), Some("Sur une une route.")];
    let change = baseline.update(&findings, &texts, &Files(&["a.tsv"], &["c.tsv"]), &by(None));
    let texts = |entries: &[Entry]| entries.iter().map(|e| e.surface.clone()).collect::<Vec<_>>();
    assert_eq!(change.came.len(), 1);
    assert_eq!(change.came[0].text, "Sur une une route.");
    assert_eq!(texts(&change.went), [" le"]);
    let checks: Vec<_> = baseline.entries().iter().map(|e| (&*e.file, &*e.check)).collect();
    assert_eq!(
        checks,
        [
            ("a.tsv", "length-ratio"),
            ("a.tsv", "repeated-word"),
            ("a.tsv", "repeated-word"),
            ("c.tsv", "repeated-word")
        ]
    );
    // Once more changes nothing, and once c.tsv is gone its entry goes.
    let before = baseline.write();
    assert_eq!(baseline.update(&findings, &[], &Files(&["a.tsv"], &["c.tsv"]), &by(None)), Change::default());
    assert_eq!(baseline.write(), before);
    let change = baseline.update(&findings, &[], &Files(&["a.tsv"], &[]), &by(None));
    assert_eq!((change.went.len(), &*change.went[0].file), (1, "c.tsv"));
}

#[test]
fn a_renamed_file_is_written_down_with_its_new_name() {
    let mut baseline = accepted(&bitext("a.tsv", &[DOUBLED]));
    let scope = Files(&["b.tsv"], &[]);
    let change = baseline.update(&found(&[&bitext("b.tsv", &[DOUBLED])]), &[], &scope, &by(None));
    assert_eq!(change, Change::default());
    assert_eq!(baseline.entries()[0].file, "b.tsv");
    assert_eq!(baseline.entries()[0].who.as_deref(), Some("ana"));
}

#[test]
fn one_finding_is_accepted_by_the_beginning_of_its_fingerprint() {
    let findings = found(&[&bitext("a.tsv", &[DOUBLED, ("1", "The net.", "Sur le le réseau.")])]);
    let scope = Files(&["a.tsv"], &[]);
    let mut baseline = Baseline::default();
    let begin = &findings[0].fingerprint[..8];
    let new = baseline.accept(begin, &findings, &[], &scope, &by(Some("a quotation"))).unwrap();
    assert_eq!((new.len(), new[0].why.as_deref()), (1, Some("a quotation")));
    for (wanted, said) in
        [(begin, "already"), ("", "no finding"), ("zzzz", "no finding"), ("00000000", "no finding")]
    {
        let error = baseline.accept(wanted, &findings, &[], &scope, &by(None)).unwrap_err();
        assert!(error.contains(said), "{wanted}: {error}");
    }
}

#[test]
fn a_baseline_reads_what_it_writes_in_any_order_and_says_what_it_cannot_read() {
    let baseline = accepted(&bitext("a.tsv", &[DOUBLED, ("1", "The net.", "Sur le le réseau.")]));
    let text = baseline.write();
    assert_eq!(Baseline::read(&text).unwrap(), baseline);
    assert_eq!(Baseline::read("").unwrap(), Baseline::default());
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    // As a union merge leaves it: unsorted, one line twice, an empty line.
    let merged = format!("{}\n\n{}\r\n", lines.join("\r\n"), lines[1]);
    assert_eq!(Baseline::read(&merged).unwrap(), baseline);
    for (text, said) in [
        ("[]", "line 1"),
        ("{\"schema_version\":2}", "newer"),
        ("{\"schema_version\":1}\n{\"check\":1}", "line 2"),
        ("{\"schema_version\":1}\n<<<<<<< main\n", "line 2 is a mark of a merge"),
    ] {
        let error = Baseline::read(text).unwrap_err();
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn a_long_text_is_shown_around_what_was_found() {
    let long = format!("{} à à tous. {}", "Le réseau est un bien commun.".repeat(20), "Fin.".repeat(60));
    let rows = bitext("./d\\a.tsv", &[("1", "The net.", &long)]);
    let findings = found(&[&rows]);
    let mut baseline = Baseline::default();
    baseline.update(&findings, &[Some(&long)], &Files(&["d/a.tsv"], &[]), &by(None));
    let entry = &baseline.entries()[0];
    assert_eq!(entry.file, "d/a.tsv");
    assert!(entry.text.contains("à à tous") && text::width(&entry.text) <= SHOWN, "{}", entry.text);
}
