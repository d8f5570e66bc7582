//! What writing and reading cost; run one by one, in release, with `--ignored --nocapture`.

use std::time::Instant;

use super::*;

/// The peak of this process's memory, in MB, where the system tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The processor time of this process, in seconds, where the system tells; on a machine that
/// others use it says more than the clock.
fn busy() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |n: usize| stat.split_whitespace().nth(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) / 100.0
}

/// A sequence that only looks random, so that every run measures the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn id(&mut self) -> [u8; 16] {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.roll().to_be_bytes());
        id[8..].copy_from_slice(&self.roll().to_be_bytes());
        id
    }

    fn words(&mut self, n: usize) -> String {
        const PARTS: [&str; 24] = [
            "cyber", "data", "gov", "trade", "silk", "road", "sover", "eign", "ty", "ment", "ance", "net",
            "work", "global", "init", "iative", "secur", "ity", "shared", "future", "digit", "al", "com",
            "mun",
        ];
        let word = |dice: &mut Self| {
            (0..2 + dice.roll() % 2).map(|_| PARTS[(dice.roll() % 24) as usize]).collect::<String>()
        };
        (0..n).map(|_| word(self)).collect::<Vec<_>>().join(" ")
    }

    fn han(&mut self) -> String {
        (0..4).filter_map(|_| char::from_u32(0x4e00 + (self.roll() % 3000) as u32)).collect()
    }
}

fn big_concept(dice: &mut Dice, n: u32) -> Concept {
    let mut c = Concept { id: ConceptId::from_bytes(dice.id()), ..Concept::default() };
    c.slug = Some(format!("c{:x}-{n}", dice.roll() % 0xfff).parse().unwrap());
    c.foreign_ids.push(ForeignId { origin: "big.tbx".to_owned(), id: format!("c{n}") });
    c.subject_fields.push("policy".to_owned());
    for (tag, terms) in [("en", 2), ("fr", 2), ("ru", 1), ("es", 1)] {
        for _ in 0..terms {
            let mut term = Term::new(dice.words(2));
            term.status = Some(Status::Admitted);
            term.part_of_speech = Some("noun".to_owned());
            c.section_mut(&lang(tag)).terms.push(term);
        }
    }
    c.section_mut(&lang("zh-Hans")).terms.push(Term::new(dice.han()));
    c.definitions.push(crate::model::Definition::new(dice.words(12)));
    c
}

fn median(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() - 1])
}

#[test]
#[ignore = "measures"]
fn a_hundred_thousand_concepts() {
    let dir =
        tempfile::tempdir_in(std::env::var("WICTERM_MEASURE").unwrap_or_else(|_| "/tmp".into())).unwrap();
    let path = dir.path().join("base");
    let store = Store::create(&path).unwrap();
    let mut dice = Dice(42);
    let start = Instant::now();
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    let mut some = vec![];
    for n in 0..100_000 {
        let c = big_concept(&mut dice, n);
        if n % 1000 == 0 {
            some.push(c.languages[0].terms[0].text.clone());
        }
        draft.put(of(c)).unwrap();
    }
    let put = start.elapsed();
    draft.commit(None).unwrap();
    println!(
        "100 k concepts: put {put:?}, with commit {:?}, busy {:.1} s, peak {} MB",
        start.elapsed(),
        busy(),
        peak()
    );
    let (mut all, mut begun) = (vec![], vec![]);
    for n in 0..40 {
        let c = big_concept(&mut dice, 200_000 + n);
        let start = Instant::now();
        let mut draft = store.begin(who(), Duration::ZERO).unwrap();
        begun.push(start.elapsed().as_secs_f64() * 1e3);
        draft.put(of(c)).unwrap();
        draft.commit(None).unwrap();
        all.push(start.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "one concept, begin to acknowledged, ms (median, max): {:?}; begin {:?}",
        median(all),
        median(begun)
    );
    let (mut opened, mut asked) = (vec![], vec![]);
    for text in &some {
        let key = crate::text::folded_key(text);
        let start = Instant::now();
        let s = Snapshot::open(&path).unwrap();
        opened.push(start.elapsed().as_secs_f64() * 1e3);
        let hits = s.keys_exact(KeyClass::Folded, &key).unwrap();
        s.concept_at(hits[0].seq).unwrap();
        asked.push(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("open, ms: {:?}; open, exact key and its concept, ms: {:?}", median(opened), median(asked));
    let s = Snapshot::open(&path).unwrap();
    for (what, ask) in [
        ("prefix", &(|k: &str| s.keys_prefix(KeyClass::Folded, &k[..5], 20)) as &dyn Fn(&str) -> _),
        ("containing", &|k| s.keys_containing(&k[2..], 20)),
        ("near 2", &|k| s.keys_near(k, 2, 20)),
    ] {
        let mut times = vec![];
        for text in &some {
            let key = crate::text::folded_key(text);
            let start = Instant::now();
            ask(&key).unwrap();
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        println!("{what}, ms: first {:.2}, {:?}", times[0], median(times.clone()));
    }
    for order in [Order::Slug, Order::Stored] {
        let start = Instant::now();
        let n = s.concepts(&Query { order, ..Query::default() }).map(Result::unwrap).count();
        println!("{n} concepts listed by {order:?} in {:?}", start.elapsed());
    }
    print_sizes(&path);
    let start = Instant::now();
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
    println!("doctor {:?}, peak {} MB", start.elapsed(), peak());
}

fn print_sizes(path: &Path) {
    let size = |folder: &str| -> u64 {
        let entries = std::fs::read_dir(path.join(folder)).unwrap();
        entries.map(|e| e.unwrap().metadata().unwrap().len()).sum::<u64>() >> 20
    };
    println!("segments {} MB, sled {} MB", size("seg"), size("db"));
}

fn units(dice: &mut Dice, from: u32, to: u32, draft: &mut Draft, chosen: bool) {
    for n in from..to {
        let variant = |tag: &str, text: String| Variant {
            lang: lang(tag),
            written: None,
            attributes: Default::default(),
            properties: vec![],
            segment: Text::plain(text),
        };
        let u = Unit {
            id: UnitId::from_bytes(dice.id()),
            origin: UnitOrigin {
                memory: "m".to_owned(),
                file: "big.tmx".to_owned(),
                tuid: chosen.then(|| n.to_string()),
            },
            variants: vec![
                variant("en", dice.words(6)),
                variant("fr", dice.words(7)),
                variant("zh-Hans", dice.han() + &dice.han()),
            ],
            ..Unit::default()
        };
        draft.put(Versioned::Unit(Box::new(u))).unwrap();
    }
}

#[test]
#[ignore = "measures"]
fn a_million_units() {
    let dir =
        tempfile::tempdir_in(std::env::var("WICTERM_MEASURE").unwrap_or_else(|_| "/tmp".into())).unwrap();
    let path = dir.path().join("base");
    let store = Store::create(&path).unwrap();
    let mut dice = Dice(42);
    let start = Instant::now();
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    units(&mut dice, 0, 1_000_000, &mut draft, true);
    let put = start.elapsed();
    draft.commit(None).unwrap();
    println!(
        "1 M units: put {put:?}, with commit {:?}, busy {:.1} s, peak {} MB",
        start.elapsed(),
        busy(),
        peak()
    );
    print_sizes(&path);
    let start = Instant::now();
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    units(&mut dice, 1_000_000, 1_000_001, &mut draft, true);
    draft.commit(None).unwrap();
    println!("one more {:?}, peak {} MB", start.elapsed(), peak());
    let s = store.snapshot().unwrap();
    let start = Instant::now();
    let n = s.units(&Query::default()).map(Result::unwrap).count();
    println!("{n} units listed in {:?}, peak {} MB", start.elapsed(), peak());
    let start = Instant::now();
    for n in 0..1_000_000u32 {
        let origin =
            UnitOrigin { memory: "m".to_owned(), file: "big.tmx".to_owned(), tuid: Some(n.to_string()) };
        assert!(s.unit_by_origin(origin_key(&origin).unwrap()).unwrap().is_some());
    }
    println!("1 M origins found in {:?}", start.elapsed());
    drop(s);
    let start = Instant::now();
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    let undone = draft.undo(Revision(1), false).unwrap();
    draft.commit(None).unwrap();
    println!("{} units undone in {:?}, peak {} MB", undone.removed, start.elapsed(), peak());
    assert_eq!(store.snapshot().unwrap().counts().units, 1);
    print_sizes(&path);
}
