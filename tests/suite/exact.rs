//! What the translation memory finds is what a look at every unit finds.
//!
//! The index is asked through the desk, and beside it every unit of the base is compared and scored with the same
//! formula. `WICTERM_LONG=1` does so with 1,000 queries on 100,000 units, else with fewer of both.

use std::num::NonZeroUsize;
use std::time::Duration;

use wicterm::base::{Base, Error};
use wicterm::find::leverage::{Match, Neighbours, Options, Query, Ranking, Settings, Side, of_unit};
use wicterm::index::Pattern;
use wicterm::model::{EntityKind, Segment, Unit, UnitId, UnitOrigin, Variant, Versioned};
use wicterm::store::{Store, Who};
use wicterm::text::index_tokens;

/// The same every time.
struct Roll(u64);

impl Roll {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    /// Small numbers often, large ones rarely.
    fn skewed(&mut self, n: usize) -> usize {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((n as f64).powf(share) - 1.0) as usize % n
    }
}

const SIGNS: [&str; 6] = [",", ".", "!", " –", ":", "…"];

fn word(roll: &mut Roll, vocabulary: usize) -> String {
    match roll.below(14) {
        0 => format!("{}", roll.below(3000)),
        1 => "网络主权数据安全合作"[3 * roll.below(10)..][..3].to_owned(),
        2 => format!("Word{}", roll.skewed(vocabulary)),
        _ => format!("word{}", roll.skewed(vocabulary)),
    }
}

fn sentence(roll: &mut Roll, vocabulary: usize) -> Vec<String> {
    let words = match roll.below(40) {
        0 => 1,
        1 => 60 + roll.below(80),
        2 => return vec!["same".to_owned(); 1 + roll.below(30)],
        3 => return vec!["🎉".repeat(1 + roll.below(4))],
        _ => 2 + roll.below(24),
    };
    (0..words).map(|_| word(roll, vocabulary)).collect()
}

fn edited(roll: &mut Roll, words: &[String], vocabulary: usize) -> Vec<String> {
    let mut words = words.to_vec();
    for _ in 0..roll.below(2 + words.len() / 3) {
        let at = roll.below(words.len() + 1);
        match roll.below(5) {
            0 => words.insert(at, word(roll, vocabulary)),
            1 if at < words.len() && words.len() > 1 => drop(words.remove(at)),
            2 if at < words.len() => words[at].push_str(SIGNS[roll.below(SIGNS.len())]),
            3 if at + 1 < words.len() => words.swap(at, at + 1),
            _ if at < words.len() => words[at] = word(roll, vocabulary),
            _ => {}
        }
    }
    words
}

fn variant(lang: &str, text: String) -> Variant {
    Variant {
        lang: lang.parse().expect("a tag"),
        written: None,
        attributes: Default::default(),
        properties: vec![],
        segment: Segment::plain(text),
    }
}

#[test]
fn the_memory_finds_what_a_look_at_every_unit_finds() {
    let long = crate::door::long();
    let (count, asked) = if long { (100_000, 1_000) } else { (3_000, 150) };
    let vocabulary = count / 4;
    let mut roll = Roll(0x2545_F491_4F6C_DD1D);
    let mut sentences: Vec<Vec<String>> = vec![];
    for _ in 0..count {
        // Near-duplicates and equal ones, as memories have them.
        let new = match roll.below(4) {
            0 if !sentences.is_empty() => {
                let at = roll.below(sentences.len());
                edited(&mut roll, &sentences[at].clone(), vocabulary)
            }
            _ => sentence(&mut roll, vocabulary),
        };
        sentences.push(new);
    }
    let mut units: Vec<Unit> = sentences
        .iter()
        .enumerate()
        .map(|(n, words)| {
            let mut variants =
                vec![variant("en", words.join(" ")), variant("fr", format!("cible {}", words[0]))];
            if n % 50 == 0 {
                variants.push(variant("en-GB", format!("{} British", words.join(" "))));
            }
            if n % 9 == 0 {
                variants.remove(1);
            }
            let mut id = [7; 16];
            id[..8].copy_from_slice(&(n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
            Unit {
                id: UnitId::from_bytes(id),
                origin: UnitOrigin { memory: format!("m{}", n % 3), file: String::new(), tuid: None },
                variants,
                ..Unit::default()
            }
        })
        .collect();

    // In several segments, with some units changed and some gone since.
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("base");
    let store = Store::create(&home).expect("a base");
    let put = |states: Vec<Versioned>| {
        let mut draft = store.begin(Who::default(), Duration::ZERO).expect("a draft");
        states.into_iter().for_each(|state| draft.put(state).expect("room"));
        draft.commit(None).expect("a revision");
    };
    let whole = |u: &Unit| Versioned::Unit(Box::new(u.clone()));
    let (first, last) = (count * 8 / 10, count * 9 / 10);
    put(units[..first].iter().map(whole).collect());
    put(units[first..last].iter().map(whole).collect());
    put(units[last..].iter().map(whole).collect());
    let gone: Vec<usize> = (0..count / 40).map(|_| roll.below(count)).collect();
    put(gone.iter().map(|n| Versioned::Gone(EntityKind::Unit, units[*n].id.to_bytes())).collect());
    let mut changed = vec![];
    for _ in 0..count / 40 {
        let n = roll.below(count);
        if !gone.contains(&n) {
            units[n].variants[0].segment.text.push_str(" changed");
            changed.push(whole(&units[n]));
        }
    }
    put(changed);
    let mut n = 0;
    units.retain(|_| {
        n += 1;
        !gone.contains(&(n - 1))
    });

    let base = Base::open(&home).expect("a base");
    let queries: Vec<Query> = (0..asked)
        .map(|n| {
            let words = match n % 5 {
                0 => sentence(&mut roll, vocabulary),
                _ => {
                    let at = roll.below(sentences.len());
                    edited(&mut roll, &sentences[at].clone(), vocabulary)
                }
            };
            Query::plain(words.join(" "))
        })
        .collect();
    let mut sources: Vec<(usize, Vec<u32>)> = vec![];
    for (at, unit) in units.iter().enumerate() {
        for variant in unit.variants.iter().filter(|v| v.lang.language() == "en") {
            let mut tokens = vec![];
            index_tokens(&variant.segment.text, &mut tokens);
            sources.push((at, tokens));
        }
    }
    let looked_at = |query: &Query, options: &Options| -> Vec<Match> {
        let side = Side::new(&query.segment, &options.from);
        let hashes: Vec<u32> = side.tokens().iter().map(|t| t.hash as u32).collect();
        let mut pattern = Pattern::new(&hashes);
        let mut ranking = Ranking::new(options.limit);
        let mut before = None;
        for (at, tokens) in &sources {
            let longer = tokens.len().max(hashes.len());
            let most = longer * (100 - usize::from(options.min)) / 100;
            if before == Some(*at) || tokens.len().abs_diff(hashes.len()) > most {
                continue;
            }
            if pattern.edits(tokens.iter().copied(), tokens.len(), most).is_some() {
                before = Some(*at);
                let mut alone = |_: &Unit| Ok::<_, Error>(Neighbours { before: None, after: None });
                for found in of_unit((query, &side), &units[*at], options, &mut alone).expect("matches") {
                    ranking.take(found);
                }
            }
        }
        ranking.finish()
    };
    let threads = NonZeroUsize::new(2).expect("two");
    let mut found = 0;
    for (round, limit) in [5, 1, 1_000].into_iter().enumerate() {
        for min in (50..=100u8).filter(|min| (usize::from(*min) + round) % 17 == 0) {
            let mut options = Options::new("en".parse().expect("a tag"), None, Settings::default());
            options.to = (round != 1).then(|| "fr".parse().expect("a tag"));
            (options.min, options.limit) = (min, limit);
            let mut answers = vec![];
            base.match_each(queries.clone(), &options, threads, |_, matches| {
                answers.push(matches);
                Ok::<_, Error>(())
            })
            .expect("answers");
            std::thread::scope(|scope| {
                let halves =
                    queries.chunks(queries.len().div_ceil(2)).zip(answers.chunks(queries.len().div_ceil(2)));
                for (queries, answers) in halves {
                    let (looked_at, options) = (&looked_at, &options);
                    scope.spawn(move || {
                        for (query, answer) in queries.iter().zip(answers) {
                            let expected = looked_at(query, options);
                            assert_eq!(answer, &expected, "{} at {min}, limit {limit}", query.segment.text);
                        }
                    });
                }
            });
            found += answers.iter().filter(|a| !a.is_empty()).count();
        }
    }
    assert!(found > asked, "the queries find something: {found}");
}
