//! What is broken on the disk is answered rightly or said to be broken; never wrongly, never with a panic.

use std::fs;
use std::path::PathBuf;

use super::*;

/// A base with several segments, several blocks, a bulk undo, and what it says.
fn base(dir: &Path) -> PathBuf {
    let path = dir.join("base");
    let store = Store::create(&path).unwrap();
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    for n in 1..120u8 {
        draft
            .put(of(concept(n, &format!("slug-{n}"), &[("en", &format!("term {n}")), ("fr", "mot")])))
            .unwrap();
        draft
            .put(Versioned::Unit(Box::new(unit(n, "m", Some(&n.to_string()), &format!("text {n}")))))
            .unwrap();
    }
    draft.commit(None).unwrap();
    // The first revision is a segment of its own, the rest another.
    let store = store.with_limits(Limits { records: [100, 10_000, 100], ..Limits::default() });
    put_all(&store, (121..140).map(|n| of(concept(n, &format!("slug-{n}"), &[("en", "late")]))));
    put_all(&store, (1..20).map(|n| of(concept(n, &format!("new-{n}"), &[("en", "renamed")]))));
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    draft.undo(Revision(2), false).unwrap();
    draft.commit(None).unwrap();
    assert!(store.snapshot().unwrap().segments().len() > 1);
    path
}

/// Everything a reader can ask, in words.
fn ask(s: &Snapshot) -> Vec<Result<String, String>> {
    fn told<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Result<String, String> {
        answer.map(|a| format!("{a:?}")).map_err(|e| e.to_string())
    }
    let mut answers = vec![];
    for n in [1, 5, 60, 119, 125, 200] {
        answers.push(told(s.concept(ConceptId::from_bytes([n; 16]))));
        answers.push(told(s.unit(UnitId::from_bytes([n; 16]))));
        answers.push(told(s.concept_by_slug(&format!("slug-{n}"))));
        answers.push(told(s.history(EntityKind::Concept, &[n; 16])));
        let origin = unit(n, "m", Some(&n.to_string()), "").origin;
        answers.push(told(s.unit_by_origin(origin_key(&origin).unwrap())));
    }
    answers.push(told(s.keys_exact(KeyClass::Folded, "mot")));
    answers.push(told(s.keys_prefix(KeyClass::Folded, "term 1", 50)));
    answers.push(told(s.keys_containing("ena", 50)));
    answers.push(told(s.keys_near("terms 77", 2, 5)));
    answers.push(told(s.revisions().collect::<Result<Vec<_>, _>>()));
    for n in 1..5 {
        answers.push(told(s.changes_of(Revision(n)).and_then(|c| c.collect::<Result<Vec<_>, _>>())));
    }
    answers.extend(s.concepts(&Query::default()).map(told));
    answers.extend(s.units(&Query::default()).map(told));
    answers
}

/// How many questions [`ask`] asks before it lists everything.
const SINGLE: usize = 6 * 5 + 5 + 4;

/// Places to break in a file: its ends, and spread all over.
fn places(len: usize) -> Vec<usize> {
    let step = (len / 40).max(1);
    let mut places: Vec<usize> = (0..len).step_by(step).chain(len.saturating_sub(33)..len).collect();
    places.extend((0..len.min(33)).chain((0..len).step_by(step).map(|p| (p + step / 3).min(len - 1))));
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn a_flipped_byte_in_a_segment_or_in_head_changes_no_answer_unsaid() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let right = ask(&Snapshot::open(&path).unwrap());
    let mut files: Vec<PathBuf> =
        fs::read_dir(path.join("seg")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.push(path.join("HEAD"));
    let (mut rebuilt, mut refused) = (0, 0);
    for file in &files {
        let sound = fs::read(file).unwrap();
        for at in places(sound.len()) {
            let mut broken = sound.clone();
            broken[at] ^= 0x41;
            // A new file each time: published ones are mapped and never written to.
            fs::remove_file(file).unwrap();
            fs::write(file, &broken).unwrap();
            let Ok(s) = Snapshot::open(&path) else {
                refused += 1;
                continue;
            };
            let answers = ask(&s);
            if answers != right {
                let errors = answers.iter().filter(|a| a.is_err()).count();
                assert!(errors > 0, "{} differs at {at} and does not say so", file.display());
                // The single questions come in order; of the lists, what could be read is there.
                for (at_question, (answer, expected)) in answers.iter().zip(&right).enumerate().take(SINGLE) {
                    assert!(
                        answer.is_err() || answer == expected,
                        "{} at {at}: question {at_question}: {answer:?}",
                        file.display()
                    );
                }
                for answer in answers[SINGLE..].iter().filter(|a| a.is_ok()) {
                    assert!(right[SINGLE..].contains(answer), "{} at {at}: {answer:?}", file.display());
                }
            }
            if answers == right && !s.findings().is_empty() {
                rebuilt += 1;
            }
        }
        fs::remove_file(file).unwrap();
        fs::write(file, &sound).unwrap();
    }
    assert!(rebuilt > 50 && refused > 50, "the indexes ({rebuilt}) and HEAD ({refused}) were both met");
    assert_eq!(ask(&Snapshot::open(&path).unwrap()), right);
}

#[test]
fn the_doctor_names_any_broken_file_and_a_rebuild_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let right = ask(&Snapshot::open(&path).unwrap());
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
    for round in 0..9 {
        // A rebuild makes other segments, so the files are looked for again.
        let mut files: Vec<PathBuf> =
            fs::read_dir(path.join("seg")).unwrap().map(|e| e.unwrap().path()).collect();
        files.push(path.join("HEAD"));
        files.sort();
        let file = &files[round % files.len()];
        let mut bytes = fs::read(file).unwrap();
        let at = [40, bytes.len() / 3, bytes.len() * 2 / 3, bytes.len() - 10][round % 4].min(bytes.len() - 1);
        bytes[at] ^= 0x41;
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        fs::remove_file(file).unwrap();
        fs::write(file, &bytes).unwrap();
        let found = doctor(&path, &who(), Duration::ZERO).unwrap().findings;
        assert!(found.iter().any(|f| f.place.file.as_deref() == Some(&name)), "{name} at {at}: {found:?}");
        rebuild(&path, &who(), Duration::ZERO).unwrap();
        assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
        assert_eq!(ask_states(&path), states(&right), "{name} at {at}");
        put_all(&Store::open(&path).unwrap(), [of(concept(251, "after", &[("en", "later")]))]);
        put_all(&Store::open(&path).unwrap(), [Versioned::Gone(EntityKind::Concept, [251; 16])]);
    }
}

/// The answers that do not depend on how records lie in segments.
fn states(answers: &[Result<String, String>]) -> Vec<Result<String, String>> {
    answers[35..].to_vec()
}

fn ask_states(path: &Path) -> Vec<Result<String, String>> {
    states(&ask(&Snapshot::open(path).unwrap()))
}

#[test]
fn a_ledger_that_is_lost_is_made_again_from_the_segments() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let right = ask_states(&path);
    let db = path.join("db/db");
    let sound = fs::read(&db).unwrap();
    for at in [0, sound.len() / 4, sound.len() / 2] {
        let mut broken = sound.clone();
        let end = (at + 64).min(broken.len());
        broken[at..end].iter_mut().for_each(|b| *b = 0xa5);
        fs::write(&db, &broken).unwrap();
        assert_eq!(ask_states(&path), right, "readers do not mind");
        // Whether sled notices depends on what was hit; the doctor and the rebuild do not panic.
        let _ = doctor(&path, &who(), Duration::ZERO).unwrap();
        rebuild(&path, &who(), Duration::ZERO).unwrap();
        assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
        assert_eq!(ask_states(&path), right);
        put_all(&Store::open(&path).unwrap(), [of(concept(250, "after", &[]))]);
        put_all(&Store::open(&path).unwrap(), [Versioned::Gone(EntityKind::Concept, [250; 16])]);
        // Back to the sound start for the next place.
        fs::remove_dir_all(&path).unwrap();
        let again = base(dir.path());
        assert_eq!(again, path);
    }
    fs::remove_dir_all(path.join("db")).unwrap();
    assert!(matches!(
        Store::open(&path).unwrap().begin(who(), Duration::ZERO).map(|_| ()),
        Err(StoreError::Damaged(_))
    ));
    rebuild(&path, &who(), Duration::ZERO).unwrap();
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
    assert_eq!(ask_states(&path), right);
}

#[test]
fn stale_and_empty_recovery_files_of_sled_are_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let right = ask_states(&path);
    for (name, bytes) in [("snap.0000000000001234.generating", &b"half"[..]), ("snap.00000000FFFFFFFF", b"")]
    {
        fs::write(path.join("db").join(name), bytes).unwrap();
        let revision = put_all(&Store::open(&path).unwrap(), [of(concept(251, "after", &[("en", name)]))]);
        assert_eq!(Snapshot::open(&path).unwrap().revision(), revision);
    }
    for entry in fs::read_dir(path.join("db")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs::write(entry.path(), b"").unwrap();
        }
    }
    put_all(&Store::open(&path).unwrap(), [Versioned::Gone(EntityKind::Concept, [251; 16])]);
    assert!(path.join("aside").exists(), "sled had refused at least one of them");
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
    let s = Snapshot::open(&path).unwrap();
    assert_eq!(s.concepts(&Query::default()).count(), 119);
    assert_eq!(right.len(), ask_states(&path).len());
}

#[test]
fn readers_work_where_nothing_can_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let right = ask_states(&path);
    // Without ledger and lock there is nothing left that a reader could write to.
    fs::remove_dir_all(path.join("db")).unwrap();
    fs::remove_file(path.join("LOCK")).unwrap();
    assert_eq!(ask_states(&path), right);
    let names: Vec<_> = fs::read_dir(&path).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn head_left_behind_by_a_stopped_writer_is_published_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let old = fs::read(path.join("HEAD")).unwrap();
    let store = Store::open(&path).unwrap();
    let revision = put_all(&store, [of(concept(251, "after", &[]))]);
    fs::write(path.join("HEAD"), old).unwrap();
    // The reader meets files that are gone, reads HEAD again and says so; nothing is made up.
    let before = Snapshot::open(&path);
    assert!(before.is_err() || before.unwrap().revision() < revision);
    drop(store.begin(who(), Duration::ZERO).unwrap());
    assert_eq!(Snapshot::open(&path).unwrap().revision(), revision);
}

#[test]
fn an_index_with_the_keys_of_another_version_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let right = ask_states(&path);
    let folder = super::super::folder::Folder::new(&path);
    let mut head = folder.read_head().unwrap();
    let file = path.join("seg").join(&head.segments[0].name);
    let mut bytes = fs::read(&file).unwrap();
    let (mut footer, _) = super::super::segment::read_footer(&bytes).unwrap();
    let trailer = bytes.split_off(bytes.len() - 32);
    let offset = u64::from_le_bytes(trailer[..8].try_into().unwrap());
    bytes.truncate(offset as usize);
    footer.keys = 0;
    let (packed, checksum) = super::super::segment::pack_footer(&footer, offset).unwrap();
    bytes.extend(packed);
    fs::remove_file(&file).unwrap();
    fs::write(&file, &bytes).unwrap();
    (head.segments[0].checksum, head.segments[0].length) = (checksum, bytes.len() as u64);
    folder.write_head(&head).unwrap();
    assert_eq!(ask_states(&path), right);
    let s = Snapshot::open(&path).unwrap();
    s.keys_exact(KeyClass::Folded, "mot").unwrap();
    assert!(s.findings()[0].message.contains("another version"), "{:?}", s.findings());
    rebuild(&path, &who(), Duration::ZERO).unwrap();
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
    assert_eq!(ask_states(&path), right);
}

#[test]
fn an_interrupted_draft_goes_on_from_its_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let path = base(dir.path());
    let store = Store::open(&path).unwrap();
    let before = store.snapshot().unwrap();
    let late = |n: u8| Versioned::Unit(Box::new(unit(n, "late", Some(&n.to_string()), "late")));
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    (150..170).for_each(|n| draft.put(late(n)).unwrap());
    draft.checkpoint("file 1", b"20").unwrap();
    (170..180).for_each(|n| draft.put(late(n)).unwrap());
    drop(draft);
    let s = store.snapshot().unwrap();
    assert_eq!((s.revision(), s.counts()), (before.revision(), before.counts()));
    let (mut draft, token) = store.resume("file 1", who(), Duration::ZERO).unwrap();
    assert_eq!(token.as_deref(), Some(&b"20"[..]));
    assert!(draft.unit(UnitId::from_bytes([169; 16])).unwrap().is_some());
    assert!(draft.unit(UnitId::from_bytes([170; 16])).unwrap().is_none());
    (168..190).for_each(|n| draft.put(late(n)).unwrap());
    assert_eq!(draft.summary().added, 40);
    draft.commit(None).unwrap();
    let s = store.snapshot().unwrap();
    assert_eq!(s.counts().units, before.counts().units + 40);
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
    let afresh = |fingerprint| store.resume(fingerprint, who(), Duration::ZERO).unwrap().1.is_none();
    assert!(afresh("file 1"));
    // A part that did not reach the disk is noticed, and the draft begins afresh.
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    (200..240).for_each(|n| draft.put(late(n)).unwrap());
    draft.checkpoint("file 4", b"1").unwrap();
    drop(draft);
    let part = std::fs::read_dir(path.join("seg")).unwrap().map(|e| e.unwrap().path());
    let part = part.filter(|p| p.to_string_lossy().contains("draft")).last().unwrap();
    let mut bytes = std::fs::read(&part).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0);
    std::fs::write(&part, &bytes).unwrap();
    assert!(afresh("file 4"));
    // Another writer clears away what nobody went on with.
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    draft.put(late(200)).unwrap();
    draft.checkpoint("file 2", b"1").unwrap();
    drop(draft);
    assert!(afresh("file 3"));
    assert!(afresh("file 2"), "an import of another file has cleared it away");
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    draft.put(late(200)).unwrap();
    draft.checkpoint("file 2", b"1").unwrap();
    drop(draft);
    put_all(&store, [late(201)]);
    assert!(afresh("file 2"));
    assert!(store.snapshot().unwrap().unit(UnitId::from_bytes([200; 16])).unwrap().is_none());
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
}

#[test]
#[ignore = "needs a small disk: WICTERM_SMALL_DISK names a folder on one"]
fn a_full_disk_refuses_the_writer_and_no_reader() {
    let Some(disk) = std::env::var_os("WICTERM_SMALL_DISK") else { return };
    let dir = tempfile::tempdir_in(disk).unwrap();
    let path = dir.path().join("base");
    let store = Store::create(&path).unwrap();
    fs::write(dir.path().join("ballast"), vec![1; 3 << 20]).unwrap();
    let mut acknowledged = 0;
    // Text that does not pack, so that the disk fills.
    let noise = |n: u64| -> String { (0..4000u64).map(|i| format!("{:x}", content(n * 4096 + i))).collect() };
    fn content(n: u64) -> u64 {
        n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }
    let filled = loop {
        let mut draft = match store.begin(who(), Duration::ZERO) {
            Ok(draft) => draft,
            Err(e) => break e,
        };
        let n = acknowledged as u8 + 1;
        let u = Unit { id: UnitId::from_bytes([n; 16]), ..unit(n, "m", None, &noise(u64::from(n))) };
        match draft.put(Versioned::Unit(Box::new(u))).and_then(|()| draft.commit(None)) {
            Ok(_) => acknowledged += 1,
            Err(e) => break e,
        }
        assert!(acknowledged < 250, "the disk is not small");
    };
    println!("after {acknowledged} commits: {filled} ({filled:?})");
    assert!(matches!(filled, StoreError::DiskFull { .. }), "{filled:?}");
    for _ in 0..3 {
        let again = store.begin(who(), Duration::ZERO).and_then(|mut draft| {
            draft.put(Versioned::Unit(Box::new(unit(251, "m", None, &noise(251)))))?;
            draft.commit(None)
        });
        println!("again: {again:?}");
    }
    let s = store.snapshot().unwrap();
    assert!(s.counts().units >= acknowledged);
    assert_eq!(s.units(&Query::default()).map(Result::unwrap).count() as u64, s.counts().units);
    fs::remove_file(dir.path().join("ballast")).unwrap();
    put_all(&store, [Versioned::Unit(Box::new(unit(252, "m", None, "room again")))]);
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
    assert!(store.snapshot().unwrap().unit(UnitId::from_bytes([252; 16])).unwrap().is_some());
}
