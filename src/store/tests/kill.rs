//! A writer is stopped at every step of a write; what it acknowledged is there, the rest whole or not at all.
//!
//! Needs the feature `failpoints`. The test runs itself again as a child that writes to a base
//! and tells, in a file beside it, what it is about to do and what was acknowledged.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::Command;

use super::*;
use crate::model::Severity;

const CHILD: &str = "WICTERM_TEST_CHILD";

fn numbered(n: u32) -> Concept {
    let mut id = [7; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    let mut c = concept(1, &format!("c-{n}"), &[("en", &format!("term {n}"))]);
    c.id = ConceptId::from_bytes(id);
    c
}

fn numbered_unit(round: u32, n: u32) -> Unit {
    let mut id = [9; 16];
    id[..4].copy_from_slice(&round.to_be_bytes());
    id[4..8].copy_from_slice(&n.to_be_bytes());
    Unit { id: UnitId::from_bytes(id), ..unit(1, &format!("round {round}"), Some(&n.to_string()), "text") }
}

fn tight() -> Limits {
    Limits { records: [6, 80, 5], length: 1 << 20, factor: 3, part_weight: 4000 }
}

#[test]
#[ignore = "is run by the other test"]
fn child() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let dir = Path::new(&dir);
    let store = Store::open(&dir.join("base")).unwrap().with_limits(tight());
    let mut log = fs::File::options().append(true).create(true).open(dir.join("log")).unwrap();
    let mut tell = |line: String| {
        log.write_all(line.as_bytes()).unwrap();
        log.sync_all().unwrap();
    };
    let start = fs::read_to_string(dir.join("log")).unwrap().lines().count() as u32;
    for n in start..start + 3 {
        tell(format!("try {n}\n"));
        let revision = put_all(&store, [of(numbered(n))]);
        tell(format!("concept {n}\n"));
        if n % 2 == 0 {
            tell(format!("try {n}\n"));
            let mut draft = store.begin(who(), Duration::ZERO).unwrap();
            draft.undo(revision, false).unwrap();
            draft.commit(None).unwrap();
            tell(format!("undone {n}\n"));
        }
        tell(format!("try {n}\n"));
        let mut draft = store.begin(who(), Duration::ZERO).unwrap();
        for i in 0..90 {
            draft.put(Versioned::Unit(Box::new(numbered_unit(n, i)))).unwrap();
            if i == 50 {
                draft.checkpoint("import", b"50").unwrap();
            }
        }
        draft.commit(None).unwrap();
        tell(format!("units {n}\n"));
    }
}

/// What the child was told is so; the last thing tried may be or not.
fn verify(dir: &Path, point: &str) {
    let log = fs::read_to_string(dir.join("log")).unwrap();
    let mut expected: BTreeMap<(&str, u32), ()> = BTreeMap::new();
    let mut undone = vec![];
    // What was tried and never acknowledged may have happened: whole, or not at all.
    let (mut trying, mut unsure) = (None, vec![]);
    for line in log.lines() {
        let (what, n) = line.split_once(' ').unwrap();
        let n: u32 = n.parse().unwrap();
        let tried = std::mem::replace(&mut trying, if what == "try" { Some(n) } else { None });
        unsure.extend(tried.filter(|_| what == "try"));
        match what {
            "undone" => undone.push(n),
            "try" => {}
            what => {
                expected.insert((what, n), ());
            }
        }
    }
    unsure.extend(trying);
    let s = Snapshot::open(&dir.join("base")).unwrap();
    for &(what, n) in expected.keys() {
        match what {
            "concept" => {
                let found = s.concept(numbered(n).id).unwrap();
                let key = crate::text::folded_key(&format!("term {n}"));
                let hits = s.keys_exact(KeyClass::Folded, &key).unwrap().len();
                assert_eq!(found.iter().count(), hits, "{point}");
                if undone.contains(&n) {
                    assert_eq!(found, None, "{point}: concept {n} was undone");
                } else if !unsure.contains(&n) {
                    assert_eq!(found, Some(numbered(n)), "{point}: concept {n} was acknowledged");
                }
            }
            _ => {
                for i in [0, 50, 89] {
                    assert!(s.unit(numbered_unit(n, i).id).unwrap().is_some(), "{point}: unit {i} of {n}");
                }
            }
        }
    }
    // Older ones were looked at when they were the last.
    for n in unsure.into_iter().rev().take(1) {
        let memory = Query { memory: Some(format!("round {n}")), ..Query::default() };
        let count = s.units(&memory).count();
        assert!(count == 0 || count == 90, "{point}: {count} units of a half-written import are shown");
    }
}

#[test]
fn whatever_was_acknowledged_survives_a_stop_at_every_step() {
    let mut passed = vec![];
    for nth in [1, 2, 4] {
        // A base that lives through all of them, but a new one for each round, to stay small.
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("base");
        Store::create(&path).unwrap();
        fs::write(dir.path().join("log"), "").unwrap();
        for point in FAILPOINTS {
            let status = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "store::tests::kill::child", "--ignored", "--nocapture"])
                .env(CHILD, dir.path())
                .env("WICTERM_FAILPOINT", format!("{point}:{nth}"))
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .status()
                .unwrap();
            let stopped = !status.success();
            if stopped {
                passed.push(*point);
            }
            let at = format!("{point}:{nth}");
            verify(dir.path(), &at);
            let findings = doctor(&path, &who(), Duration::ZERO).unwrap().findings;
            let worst = findings.iter().map(|f| f.severity).max();
            assert!(worst.is_none_or(|s| s == Severity::Info), "{at}: {findings:?}");
            // The next writer leaves nothing to be said.
            drop(Store::open(&path).unwrap().begin(who(), Duration::ZERO).unwrap());
            assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, [], "{at}");
            verify(dir.path(), &at);
        }
    }
    // Every step was met but the one that only follows another stop.
    for point in FAILPOINTS.iter().filter(|p| **p != "begin-republished") {
        assert!(passed.contains(point), "{point} is never passed");
    }
}
