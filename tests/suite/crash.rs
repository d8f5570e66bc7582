//! Trust: what was acknowledged stays, whatever happens to the process, the disk or the files.
//!
//! Writers are killed at random moments and at every failpoint of a write; the disk fills up, turns
//! read-only, loses a bit. After each blow new processes must find everything that was acknowledged, an
//! import wholly or not at all, and `doctor` content. `WICTERM_LONG=1` makes every story much longer.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::door::{Desk, Dice, Ran, copy_folder, files_below, long, piped};

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let wanted = if long() { 300 } else { 50 };
    let mut story = Story::new();
    story.learn_how_long_things_take();
    // A kill that comes too late for its victim counts for nothing; the bound only keeps a broken
    // program from holding us for ever.
    let mut attempts = 0;
    while story.kills < wanted && attempts < wanted * 5 {
        attempts += 1;
        let deed = DEEDS[story.dice.below(DEEDS.len() as u64) as usize];
        // Now and then later than the deed takes, so that cleaning up after it is hit too.
        let longest = story.usual[&deed].mul_f64(1.2).as_micros() as u64;
        let moment = Duration::from_micros(story.dice.below(longest.max(1)));
        let died = story.attempt(deed, Blow::Kill(moment));
        // How busy the machine is changes while we are at it: aim earlier after a miss, later after a
        // hit, so that about three in four die, and everywhere in their work.
        if let Some(usual) = story.usual.get_mut(&deed) {
            *usual = usual.mul_f64(if died { 1.06 } else { 0.85 }).max(Duration::from_millis(1));
        }
        story.check_after_blow();
    }
    assert!(story.kills >= wanted, "only {} of {attempts} attempts died", story.kills);
    story.check_everything();
}

/// Failpoints that no command passes, and why.
#[cfg(feature = "failpoints")]
const UNREACHED: &[(&str, &str)] = &[
    ("checkpoint-before", "only imports of many megabytes set checkpoints; the tests beside them do"),
    ("checkpoint-after", "only imports of many megabytes set checkpoints; the tests beside them do"),
];

#[cfg(feature = "failpoints")]
#[test]
fn what_was_acknowledged_survives_death_at_every_failpoint() {
    let mut story = Story::new();
    story.learn_how_long_things_take();
    for name in wicterm::store::FAILPOINTS {
        let mut died = 0;
        for deed in DEEDS {
            // The first time it is passed, the second, and the first after another writer's death that
            // left the ledger ahead of what readers see.
            for (time, behind) in [(1, false), (2, false), (1, true)] {
                if behind {
                    story.attempt(Deed::Add, Blow::Failpoint("head-write-before", 1));
                }
                died += usize::from(story.attempt(deed, Blow::Failpoint(name, time)));
                story.check_after_blow();
            }
        }
        match UNREACHED.iter().find(|(unreached, _)| unreached == name) {
            None => assert!(died > 0, "no write passes the failpoint {name}"),
            Some((_, why)) => assert!(died == 0, "{name} is passed after all, though \"{why}\""),
        }
    }
    story.check_everything();
}

/// What a writer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Add,
    Edit,
    Import,
    Merge,
    Undo,
}

const DEEDS: [Deed; 5] = [Deed::Add, Deed::Edit, Deed::Import, Deed::Merge, Deed::Undo];

/// How many concepts an import brings.
const IMPORTED: usize = 40;
/// How many some imports bring in the long version: more than the newest level of segments holds.
const IMPORTED_LONG: usize = 1500;

/// What happens to it meanwhile.
enum Blow {
    /// Nothing.
    Spared,
    /// kill -9 after so long.
    Kill(Duration),
    /// It dies where the store says, at the n-th time.
    #[cfg_attr(
        not(feature = "failpoints"),
        expect(dead_code, reason = "only the failpoints' story deals it")
    )]
    Failpoint(&'static str, u32),
}

/// What a concept must answer to from now on.
#[derive(Debug, Clone, PartialEq)]
enum Fact {
    /// It is there, and holds this text.
    Holds(String),
    /// It is gone.
    Gone,
    /// It was merged: its name leads to this one.
    LeadsTo(String),
}

/// A base, what it acknowledged, and how often its writers were killed.
struct Story {
    desk: Desk,
    dice: Dice,
    /// By slug: what was acknowledged last.
    facts: BTreeMap<String, Fact>,
    /// Slugs whose fact was acknowledged by the last deed.
    fresh: Vec<String>,
    usual: BTreeMap<Deed, Duration>,
    serial: usize,
    kills: usize,
}

impl Story {
    fn new() -> Self {
        let desk = Desk::new();
        desk.ok(["init"]);
        Self {
            desk,
            dice: Dice::new(),
            facts: BTreeMap::new(),
            fresh: vec![],
            usual: BTreeMap::new(),
            serial: 0,
            kills: 0,
        }
    }

    fn learn_how_long_things_take(&mut self) {
        // The first write makes the base's files and is no measure.
        self.attempt(Deed::Add, Blow::Spared);
        for deed in DEEDS {
            let began = Instant::now();
            self.attempt(deed, Blow::Spared);
            self.usual.insert(deed, began.elapsed());
        }
        self.check_after_blow();
    }

    /// Does a deed under a blow and notes what was acknowledged; says whether the writer died of it.
    fn attempt(&mut self, deed: Deed, blow: Blow) -> bool {
        self.serial += 1;
        self.fresh.clear();
        let serial = self.serial;
        match deed {
            Deed::Add => {
                let (slug, died) = self.added(&format!("added thing {serial}"), blow);
                if let Some(slug) = slug {
                    self.note(&slug, Fact::Holds(format!("added thing {serial}")));
                }
                died
            }
            Deed::Edit => {
                let slug =
                    self.added(&format!("edited thing {serial}"), Blow::Spared).0.expect("it was spared");
                let note = format!("remark {serial}");
                let (ran, died) = self.struck(&["edit", &slug, "--note", &note], blow);
                let holds = if ran.code == Some(0) { note } else { format!("edited thing {serial}") };
                self.note(&slug, Fact::Holds(holds));
                died
            }
            Deed::Import => {
                let rows = if long() && serial.is_multiple_of(4) { IMPORTED_LONG } else { IMPORTED };
                let table: String =
                    (0..rows).map(|i| format!("i{serial}-{i},en,import {serial} row {i}\n")).collect();
                let file = self.desk.write("import.csv", format!("concept,lang,term\n{table}"));
                let file = file.to_str().expect("temporary paths are UTF-8").to_owned();
                let (ran, died) = self.struck(&["import", &file], blow);
                let found = self.count(&format!("import {serial} row "));
                let acknowledged = ran.code == Some(0);
                assert!(
                    found == rows || (found == 0 && !acknowledged),
                    "an import shows wholly or not at all, not {found} of {rows}: {ran}"
                );
                died
            }
            Deed::Merge => {
                let keep =
                    self.added(&format!("kept thing {serial}"), Blow::Spared).0.expect("it was spared");
                let gone =
                    self.added(&format!("merged thing {serial}"), Blow::Spared).0.expect("it was spared");
                let (ran, died) = self.struck(&["merge", &keep, &gone], blow);
                if ran.code == Some(0) {
                    self.note(&keep, Fact::Holds(format!("merged thing {serial}")));
                    self.note(&gone, Fact::LeadsTo(keep));
                } else {
                    self.note(&keep, Fact::Holds(format!("kept thing {serial}")));
                    // Under its own name or the other's, its term is somewhere.
                    self.note(&gone, Fact::Holds(format!("merged thing {serial}")));
                }
                died
            }
            Deed::Undo => {
                let slug =
                    self.added(&format!("undone thing {serial}"), Blow::Spared).0.expect("it was spared");
                let (ran, died) = self.struck(&["undo"], blow);
                if ran.code == Some(0) {
                    self.note(&slug, Fact::Gone);
                }
                died
            }
        }
    }

    /// Adds a concept; the slug it printed is its acknowledgement, even when it died afterwards.
    fn added(&mut self, term: &str, blow: Blow) -> (Option<String>, bool) {
        let (ran, died) =
            self.struck(&["add", term, "--lang", "en", "--equivalent", &format!("fr={term} fr")], blow);
        assert!(died || ran.code == Some(0), "add should succeed: {ran}");
        (ran.out.strip_suffix('\n').map(str::to_owned), died)
    }

    fn note(&mut self, slug: &str, fact: Fact) {
        self.facts.insert(slug.to_owned(), fact);
        self.fresh.push(slug.to_owned());
    }

    /// Runs a writer under a blow; says whether it died of it.
    fn struck(&mut self, args: &[&str], blow: Blow) -> (Ran, bool) {
        let mut command = self.desk.command(args);
        if let Blow::Failpoint(name, time) = blow {
            command.env("WICTERM_FAILPOINT", format!("{name}:{time}"));
        }
        let mut child = piped(&mut command).spawn().expect("the program starts");
        if let Blow::Kill(moment) = blow {
            std::thread::sleep(moment);
            // An error means that it is done already.
            child.kill().ok();
        }
        let output = child.wait_with_output().expect("the program can be waited for");
        let died = output.status.signal().is_some();
        self.kills += usize::from(died);
        let ran = Ran::of(output);
        assert!(died || ran.code == Some(0), "wicterm {args:?} should succeed or die: {ran}");
        (ran, died)
    }

    /// How many concepts have a term that begins so.
    fn count(&self, term: &str) -> usize {
        let listed = self.desk.ok(["list", "--format", "jsonl", "--limit", "1000000"]);
        listed.lines().filter(|l| l.contains(term)).count()
    }

    /// New processes find the last deed and two older ones; the doctor finds nothing.
    fn check_after_blow(&mut self) {
        let mut slugs = self.fresh.clone();
        for _ in 0..2 {
            let known = self.facts.len() as u64;
            slugs.extend(self.facts.keys().nth(self.dice.below(known.max(1)) as usize).cloned());
        }
        for slug in slugs {
            self.check(&slug);
        }
        self.desk.ok(["doctor"]);
    }

    /// New processes find every slug ever acknowledged.
    fn check_everything(&self) {
        for slug in self.facts.keys() {
            self.check(slug);
        }
        // The last blow may have fallen between the ledger and the readers: such a change, which nobody was
        // told of, shows with the next one.
        self.desk.ok(["add", "settling thing", "--lang", "en"]);
        // What the doctor compares says that the segments equal the ledger; making them anew must change no answer.
        let before = self.desk.ok(["list", "--format", "jsonl", "--limit", "1000000"]);
        self.desk.ok(["doctor", "--rebuild"]);
        assert_eq!(self.desk.ok(["list", "--format", "jsonl", "--limit", "1000000"]), before);
        self.desk.ok(["doctor"]);
    }

    fn check(&self, slug: &str) {
        let ran = self.desk.run(["show", slug, "--format", "json"]);
        let right = match &self.facts[slug] {
            Fact::Holds(text) => ran.code == Some(0) && ran.out.contains(text.as_str()),
            Fact::Gone => ran.code != Some(0),
            Fact::LeadsTo(keep) => ran.code == Some(0) && ran.out.contains(&format!("\"{keep}\"")),
        };
        assert!(right, "{slug} should be as acknowledged, {:?}: {ran}", self.facts[slug]);
    }
}

#[test]
fn readers_never_wait_or_see_half_a_change_while_two_write() {
    let desk = Desk::new();
    desk.ok(["add", "standing thing", "--lang", "en"]);
    let rounds = if long() { 20 } else { 6 };
    let rows: String = (0..IMPORTED).map(|i| format!("c{i},en,batch row {i}\n")).collect();
    let file = desk.write("batch.csv", format!("concept,lang,term\n{rows}"));
    let done = AtomicBool::new(false);
    let reads = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..10)
            .map(|reader| {
                let (desk, done, reads) = (&desk, &done, &reads);
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        if reader % 2 == 0 {
                            assert_eq!(
                                desk.ok(["lookup", "standing thing", "--to", "en", "--plain"]),
                                "standing thing\n"
                            );
                        } else {
                            let listed = desk.ok(["list", "--format", "jsonl", "--limit", "1000000"]);
                            let found = listed.lines().filter(|l| l.contains("batch row ")).count();
                            assert!(
                                found == 0 || found == IMPORTED,
                                "saw {found} of {IMPORTED} rows of one change"
                            );
                        }
                        reads.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        let adder = scope.spawn(|| {
            for i in 0..rounds {
                desk.ok(["--wait", "60", "add", &format!("thing {i} of the first writer"), "--lang", "en"]);
            }
        });
        let importer = scope.spawn(|| {
            for _ in 0..rounds / 2 {
                let mut import = desk.command(["--wait", "60", "import"]);
                let ran = Ran::of(import.arg(&file).output().expect("the program starts"));
                assert!(ran.code == Some(0), "{ran}");
                desk.ok(["--wait", "60", "add", "some other thing", "--lang", "en", "--new"]);
            }
        });
        let ended = [adder.join(), importer.join()];
        done.store(true, Ordering::Relaxed);
        let read: Vec<_> = readers.into_iter().map(|r| r.join()).collect();
        for result in ended.into_iter().chain(read) {
            if let Err(why) = result {
                std::panic::resume_unwind(why);
            }
        }
    });
    assert!(reads.into_inner() >= 10, "the readers should have had their turns");
    for i in 0..rounds {
        desk.ok(["lookup", &format!("thing {i} of the first writer"), "--to", "en", "--plain"]);
    }
    desk.ok(["doctor"]);
}

#[test]
fn a_second_writer_waits_and_then_says_who_holds_the_base() {
    let desk = Desk::new();
    desk.ok(["add", "standing thing", "--lang", "en"]);
    let rows: String = (0..20_000).map(|i| format!("c{i},en,slow row {i}\n")).collect();
    let file = desk.write("slow.csv", format!("concept,lang,term\n{rows}"));
    let mut import = desk.command(["import"]);
    let mut holder = piped(import.arg(&file)).spawn().expect("the program starts");
    let pid = holder.id();
    // We stop it at one moment after another until it is one at which it holds the base.
    let refused = loop {
        assert!(
            holder.try_wait().expect("our child can be waited for").is_none(),
            "it was done before it was stopped"
        );
        signal(pid, "STOP");
        let ran = desk.run(["--wait", "0", "add", "waiting thing", "--lang", "en", "--new"]);
        // For a blink it holds the base and has not said yet who it is.
        if ran.code != Some(0) && ran.err.contains(&pid.to_string()) {
            break ran;
        }
        signal(pid, "CONT");
        std::thread::sleep(Duration::from_millis(5));
    };
    refused.refused();
    assert!(refused.err.contains(&pid.to_string()), "it should name process {pid}: {refused}");
    // It has waited as long as it was told, not longer and not less.
    let began = Instant::now();
    desk.run(["--wait", "1", "add", "waiting thing", "--lang", "en", "--new"]).refused();
    assert!((1..20).contains(&began.elapsed().as_secs()), "waited {:?}", began.elapsed());
    // Meanwhile readers answer.
    assert_eq!(desk.ok(["lookup", "standing thing", "--to", "en", "--plain"]), "standing thing\n");
    // And who waits long enough gets his turn.
    let mut patient = piped(&mut desk.command(["--wait", "120", "add", "patient thing", "--lang", "en"]))
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_millis(200));
    assert!(patient.try_wait().expect("our child can be waited for").is_none(), "it should wait");
    signal(pid, "CONT");
    let (holder, patient) = (holder.wait_with_output(), patient.wait_with_output());
    for output in [holder, patient] {
        let ran = Ran::of(output.expect("our child can be waited for"));
        assert!(ran.code == Some(0), "{ran}");
    }
    desk.ok(["lookup", "patient thing", "--to", "en", "--plain"]);
    desk.ok(["doctor"]);
}

fn signal(pid: u32, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().expect("sh starts");
    assert!(sent.success(), "kill -{name} {pid}");
}

#[test]
fn a_full_disk_stops_writers_with_a_sentence_and_readers_not_at_all() {
    let desk = Desk::new();
    let Some(disk) = Mounted::tmpfs(&desk.folder().join("disk"), "24m") else {
        // Where we may not mount, the limit on a file's size stands in: no write succeeds under it.
        return no_room_for_any_file(&desk);
    };
    let base = disk.path.join("base");
    let slugs = some_concepts(&desk, &base, 30);
    let rows: String = (0..3000).map(|i| format!("c{i},en,large row {i} {}\n", "x".repeat(200))).collect();
    let file = desk.write("large.csv", format!("concept,lang,term\n{rows}"));
    let filler = disk.path.join("filler");
    // From nothing at all to room for a part of the work.
    for room in [0, 4 << 10, 64 << 10, 256 << 10, 1 << 20] {
        fill(&filler, room);
        let term = format!("written with {room} bytes left");
        for args in [vec!["add", &term, "--lang", "en"], vec!["import", file.to_str().expect("UTF-8")]] {
            let ran = Ran::of(desk.command_on(&base, &args).output().expect("the program starts"));
            if room == 0 {
                ran.refused();
                assert!(
                    ran.err.contains("space") || ran.err.contains("full"),
                    "it should say that the disk is full: {ran}"
                );
            } else {
                assert!(matches!(ran.code, Some(0 | 3)), "{args:?} with {room} bytes left: {ran}");
            }
            readers_answer(&desk, &base, &slugs);
        }
        fs::remove_file(&filler).expect("the filler can be removed");
        assert_eq!(ok_on(&desk, &base, &["doctor"]).code, Some(0));
    }
    ok_on(&desk, &base, &["add", "room again", "--lang", "en"]);
    ok_on(&desk, &base, &["lookup", "room again", "--to", "en", "--plain"]);
}

/// Writes a file until the disk is full, then gives back this much.
fn fill(filler: &Path, room: u64) {
    let mut file = fs::File::create(filler).expect("the filler can be made");
    let block = vec![0x5a; 64 << 10];
    // Ever smaller blocks, so that not a byte is left.
    for size in [block.len(), 4096, 1] {
        while file.write_all(&block[..size]).is_ok() {}
    }
    let length = file.metadata().expect("the filler has a length").len();
    file.set_len(length.saturating_sub(room)).expect("the filler can be shortened");
}

#[test]
fn where_no_file_can_grow_the_writer_says_so_and_readers_answer() {
    no_room_for_any_file(&Desk::new());
}

/// The quota's version of a full disk: files of no size at all (`ulimit -f 0`).
fn no_room_for_any_file(desk: &Desk) {
    let slugs = some_concepts(desk, &desk.base(), 5);
    let mut limited = Command::new("sh");
    // Without the trap the system would kill instead of telling.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_wicterm")]);
    let mut limited = crate::door::hermetic(limited, desk.folder());
    limited.arg("--base").arg(desk.base()).args(["add", "one too many", "--lang", "en"]);
    Ran::of(limited.output().expect("sh starts")).refused();
    readers_answer(desk, &desk.base(), &slugs);
    desk.ok(["doctor"]);
}

#[test]
fn a_read_only_folder_is_enough_for_readers() {
    let desk = Desk::new();
    let slugs = some_concepts(&desk, &desk.base(), 5);
    let expected = desk.ok(["list", "--format", "jsonl"]);
    if let Some(frozen) = Mounted::read_only(&desk.base(), &desk.folder().join("frozen")) {
        readers_answer(&desk, &frozen.path, &slugs);
        assert_eq!(ok_on(&desk, &frozen.path, &["list", "--format", "jsonl"]).out, expected);
        let add = Ran::of(
            desk.command_on(&frozen.path, ["add", "x y", "--lang", "en"]).output().expect("it starts"),
        );
        add.refused();
    }
    // And by permissions, as somebody whom they bind.
    let nobody = Nobody::new(&desk);
    for file in files_below(&desk.base()) {
        fs::set_permissions(desk.base().join(file), fs::Permissions::from_mode(0o444)).expect("it is ours");
    }
    for folder in ["", "db", "seg"] {
        fs::set_permissions(desk.base().join(folder), fs::Permissions::from_mode(0o555)).expect("it is ours");
    }
    let listed = nobody.run(&desk, &["list", "--format", "jsonl"]);
    let add = nobody.run(&desk, &["add", "x y", "--lang", "en"]);
    for folder in ["", "db", "seg"] {
        // So that it can be removed.
        fs::set_permissions(desk.base().join(folder), fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    assert_eq!(listed.out, expected, "{listed}");
    add.refused();
}

#[test]
fn a_flipped_bit_never_makes_a_wrong_answer_and_can_be_mended() {
    let places = if long() { 24 } else { 6 };
    let desk = Desk::new();
    let slugs = some_concepts(&desk, &desk.base(), 200);
    let questions = questions(&slugs);
    let answers: Vec<_> = questions.iter().map(|q| desk.ok(q)).collect();
    let dump = desk.ok(["dump"]);
    let sick = desk.folder().join("sick");
    for file in files_below(&desk.base()) {
        let healthy = fs::read(desk.base().join(&file)).expect("a base's file can be read");
        for place in spread(healthy.len(), places) {
            copy_folder(&desk.base(), &sick);
            let mut bytes = healthy.clone();
            bytes[place] ^= 0x20;
            fs::write(sick.join(&file), bytes).expect("the copy can be written");
            let what = format!("{} with byte {place} of {} flipped", file.display(), healthy.len());
            let mut wrong = false;
            for (question, answer) in questions.iter().zip(&answers) {
                let ran = Ran::of(desk.command_on(&sick, question).output().expect("the program starts"));
                // Right, or refused, or a part of what is right with a word about the damage.
                let right = answer.lines().collect::<Vec<_>>();
                let partly = !ran.err.is_empty() && ran.out.lines().all(|line| right.contains(&line));
                assert!((ran.code == Some(0) && ran.out == *answer) || partly, "{what}: {question:?}: {ran}");
                wrong |= !ran.err.is_empty();
            }
            let doctor = Ran::of(desk.command_on(&sick, ["doctor"]).output().expect("the program starts"));
            // Readers never open the ledger's files, and not every byte of those means something; but
            // whatever a reader minds, and every byte of a segment and of HEAD, the doctor must name.
            if wrong || !file.starts_with("db") {
                assert!(doctor.code != Some(0), "{what}: the doctor should see it: {doctor}");
                let name = file.file_name().expect("a file has a name").to_string_lossy();
                let told = format!("{}{}", doctor.out, doctor.err);
                assert!(told.contains(&*name), "{what}: the doctor should name {name}: {doctor}");
            }
            let mended =
                Ran::of(desk.command_on(&sick, ["doctor", "--rebuild"]).output().expect("it starts"));
            assert!(mended.code == Some(0), "{what}: the doctor should mend it: {mended}");
            for (question, answer) in questions.iter().zip(&answers) {
                assert_eq!(ok_on(&desk, &sick, question).out, *answer, "{what}, mended: {question:?}");
            }
            assert_eq!(ok_on(&desk, &sick, &["doctor"]).code, Some(0), "{what}, mended");
            if !file.starts_with("db") {
                assert_eq!(ok_on(&desk, &sick, &["dump"]).out, dump, "{what}, mended: nothing is lost");
            }
            fs::remove_dir_all(&sick).expect("the copy can be removed");
        }
    }
}

#[test]
fn a_stale_or_empty_cache_of_the_ledger_is_set_aside() {
    let desk = Desk::new();
    let slugs = some_concepts(&desk, &desk.base(), 5);
    let db = desk.base().join("db");
    for (name, content) in [
        ("snap.0000000000000000", &b""[..]),
        ("snap.00000000FFFFFFFF", b""),
        ("snap.00000000FFFFFFFF.generating", b""),
        ("snap.0000000000000001", b"not what sled wrote"),
    ] {
        fs::write(db.join(name), content).expect("the file can be written");
        readers_answer(&desk, &desk.base(), &slugs);
        desk.ok(["add", &format!("written beside {name}"), "--lang", "en"]);
        desk.ok(["lookup", &format!("written beside {name}"), "--to", "en", "--plain"]);
        desk.ok(["doctor"]);
    }
    // The ones it made itself, emptied.
    for file in files_below(&db).into_iter().filter(|f| f.to_string_lossy().starts_with("snap.")) {
        fs::write(db.join(file), b"").expect("the file can be written");
    }
    desk.ok(["add", "written after all", "--lang", "en"]);
    desk.ok(["doctor"]);
}

#[test]
fn a_garbled_ledger_is_refused_with_a_sentence_and_saved_from_the_segments() {
    let desk = Desk::new();
    let slugs = some_concepts(&desk, &desk.base(), 50);
    let path = desk.base().join("db/db");
    let healthy = fs::read(&path).expect("the ledger's file can be read");
    for (what, bytes) in garbled(&healthy) {
        copy_folder(&desk.base(), &desk.folder().join("sick"));
        let sick = desk.folder().join("sick");
        fs::write(sick.join("db/db"), bytes).expect("the copy can be written");
        readers_answer(&desk, &sick, &slugs);
        let add =
            Ran::of(desk.command_on(&sick, ["add", "x y", "--lang", "en"]).output().expect("it starts"));
        if add.code != Some(0) {
            add.refused();
        }
        let mended = Ran::of(desk.command_on(&sick, ["doctor", "--rebuild"]).output().expect("it starts"));
        assert!(mended.code == Some(0), "{what}: the doctor should save what the segments hold: {mended}");
        readers_answer(&desk, &sick, &slugs);
        assert_eq!(ok_on(&desk, &sick, &["doctor"]).code, Some(0), "{what}, mended");
        ok_on(&desk, &sick, &["add", "after the cure", "--lang", "en"]);
        fs::remove_dir_all(&sick).expect("the copy can be removed");
    }
}

/// Ways to spoil the ledger's file.
fn garbled(healthy: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let spoil = |from: usize| {
        let mut bytes = healthy.to_vec();
        let end = (from + 64).min(bytes.len());
        for byte in &mut bytes[from..end] {
            *byte = byte.wrapping_mul(31).wrapping_add(7);
        }
        bytes
    };
    vec![
        ("64 bytes at the start", spoil(0)),
        ("64 bytes further on", spoil(healthy.len().min(4096) / 2)),
        ("half of the file missing", healthy[..healthy.len() / 2].to_vec()),
        ("an empty file", vec![]),
        ("zeros", vec![0; healthy.len()]),
    ]
}

/// Adds concepts to a base and returns their slugs.
fn some_concepts(desk: &Desk, base: &Path, number: usize) -> Vec<String> {
    let slugs: Vec<_> = (0..number).map(|i| format!("thing-number-{i}")).collect();
    let rows: String =
        slugs.iter().map(|s| format!("{s},en,{}\n{s},fr,chose {s}\n", s.replace('-', " "))).collect();
    let file = desk.write("some.csv", format!("concept,lang,term\n{rows}"));
    let mut import = desk.command_on(base, ["import"]);
    let ran = Ran::of(import.arg(file).output().expect("the program starts"));
    assert!(ran.code == Some(0), "{ran}");
    // And one in the newest segment.
    ok_on(desk, base, &["add", "the last thing", "--lang", "en"]);
    slugs
}

/// What is asked of a base with [`some_concepts`].
fn questions(slugs: &[String]) -> Vec<Vec<String>> {
    let ask = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let mut questions = vec![
        ask(&["lookup", "the last thing", "--format", "jsonl"]),
        ask(&["lookup", "THING numbr 1", "--format", "jsonl"]),
        ask(&["list", "--format", "jsonl", "--limit", "100000"]),
    ];
    for slug in [&slugs[0], &slugs[slugs.len() / 2]] {
        questions.push(ask(&["lookup", &slug.replace('-', " "), "--to", "fr", "--format", "jsonl"]));
    }
    questions
}

/// Every acknowledged concept is found, each by its own process.
fn readers_answer(desk: &Desk, base: &Path, slugs: &[String]) {
    // A handful speaks for many: the first, the last and some between.
    for slug in slugs.iter().step_by(slugs.len().div_ceil(5)).chain(slugs.last()) {
        let ran = ok_on(desk, base, &["lookup", &slug.replace('-', " "), "--to", "fr", "--plain"]);
        assert_eq!(ran.out, format!("chose {slug}\n"), "{ran}");
    }
}

/// Runs the program on a base; it must succeed.
fn ok_on<A: AsRef<std::ffi::OsStr> + std::fmt::Debug>(desk: &Desk, base: &Path, args: &[A]) -> Ran {
    let ran = Ran::of(desk.command_on(base, args).output().expect("the program starts"));
    assert!(ran.code == Some(0), "wicterm {args:?} should succeed: {ran}");
    ran
}

/// Places spread evenly over a file, its first and last byte among them.
fn spread(length: usize, places: usize) -> Vec<usize> {
    let Some(last) = length.checked_sub(1) else { return vec![] };
    let mut spread: Vec<_> = (0..places).map(|i| last * i / (places - 1).max(1)).collect();
    spread.dedup();
    spread
}

/// A mounted folder, unmounted at the end.
struct Mounted {
    path: PathBuf,
}

impl Mounted {
    /// Mounts a small disk in memory; `None` where we may not.
    fn tmpfs(path: &Path, size: &str) -> Option<Self> {
        Self::mount(path, &format!("mount -t tmpfs -o size={size} tmpfs \"$1\""), path)
    }

    /// Mounts a folder a second time, read-only; `None` where we may not.
    fn read_only(folder: &Path, path: &Path) -> Option<Self> {
        Self::mount(path, "mount --bind \"$2\" \"$1\" && mount -o remount,bind,ro \"$1\"", folder)
    }

    fn mount(path: &Path, how: &str, folder: &Path) -> Option<Self> {
        fs::create_dir(path).expect("a temporary folder can be made");
        let mut sh = Command::new("sh");
        sh.args(["-c", how, "sh"]).arg(path).arg(folder).stdin(Stdio::null()).stderr(Stdio::null());
        sh.status().is_ok_and(|s| s.success()).then(|| Self { path: path.to_owned() })
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.path).status().ok();
    }
}

/// Somebody whom permissions bind: us, or for root the user nobody.
pub struct Nobody {
    program: PathBuf,
    root: bool,
}

impl Nobody {
    /// The uid and gid that belong to nobody on the systems we know.
    const ID: u32 = 65534;

    /// Gives the desk's folder with everything in it to nobody, and the program beside it.
    pub fn new(desk: &Desk) -> Self {
        // Only root may give a file away, so whether it worked says who we are.
        let root = chown(desk.folder(), Some(Self::ID), Some(Self::ID)).is_ok();
        let mut program = PathBuf::from(env!("CARGO_BIN_EXE_wicterm"));
        if root {
            // Where the program was built nobody may not even look.
            program = desk.folder().join("wicterm-for-nobody");
            fs::copy(env!("CARGO_BIN_EXE_wicterm"), &program).expect("the program can be copied");
            let owned = Command::new("chown").args(["-R", "65534:65534"]).arg(desk.folder()).status();
            assert!(owned.is_ok_and(|s| s.success()), "root may give files away");
        }
        Self { program, root }
    }

    /// Runs the program as nobody.
    pub fn run(&self, desk: &Desk, args: &[&str]) -> Ran {
        let mut command = crate::door::hermetic(Command::new(&self.program), desk.folder());
        command.arg("--base").arg(desk.base()).args(args);
        if self.root {
            command.uid(Self::ID).gid(Self::ID);
        }
        Ran::of(command.output().expect("the program starts"))
    }
}
