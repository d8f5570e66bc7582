//! The index against the long way.

use proptest::prelude::*;

use super::merge::Part;
use super::*;

/// The definition, cell by cell.
fn naive_edits(a: &[u32], b: &[u32]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cell = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cell);
        }
    }
    row[b.len()]
}

#[derive(Debug, Clone)]
struct Doc {
    language: &'static str,
    number: u32,
    ordinal: u8,
    tokens: Vec<u32>,
}

fn index_of(docs: &[Doc], lives: impl Fn(u32) -> bool) -> InMemory {
    let mut gatherer = Gatherer::default();
    for doc in docs {
        gatherer.push(doc.language, doc.number, doc.ordinal, &doc.tokens);
    }
    let mut made = InMemory::default();
    let Ok(()) = gatherer.write(lives, &mut made);
    made
}

fn brute(docs: &[Doc], language: &str, query: &[u32], min: u8, lives: impl Fn(u32) -> bool) -> Vec<Found> {
    let mut found: Vec<Found> = docs
        .iter()
        .filter(|d| d.language == language && lives(d.number) && !d.tokens.is_empty() && !query.is_empty())
        .filter_map(|d| {
            let longer = d.tokens.len().max(query.len());
            let edits = naive_edits(query, &d.tokens);
            (100 * (longer - edits) >= usize::from(min) * longer).then_some(Found {
                number: d.number,
                ordinal: d.ordinal,
                edits: edits as u32,
                longer: longer as u32,
            })
        })
        .collect();
    found.sort_unstable_by_key(|f| (std::cmp::Reverse(f.points()), f.number, f.ordinal));
    found
}

/// Token lists of every difficult kind: few tokens and many, repeated, all rare, all common, equal lengths.
fn tokens() -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![
        4 => prop::collection::vec(0u32..12, 0..14),
        3 => prop::collection::vec(prop_oneof![4 => 0u32..6, 1 => 6u32..3000], 8..9),
        2 => prop::collection::vec(0u32..3000, 1..25),
        2 => prop::collection::vec(0u32..2, 1..40),
        1 => prop::collection::vec(0u32..40, 60..140),
        1 => Just(vec![7; 30]),
    ]
}

fn docs(most: usize) -> impl Strategy<Value = Vec<Doc>> {
    let doc = (prop_oneof![8 => Just("en"), 1 => Just("zh")], 0u8..2, tokens());
    prop::collection::vec(doc, 0..most).prop_map(|docs| {
        let texts = docs.into_iter().enumerate();
        texts
            .map(|(n, (language, ordinal, tokens))| Doc { language, number: n as u32, ordinal, tokens })
            .collect()
    })
}

fn edited(base: &[u32], edits: &[(prop::sample::Index, u8, u32)]) -> Vec<u32> {
    let mut tokens = base.to_vec();
    for (at, what, token) in edits {
        let at = at.index(tokens.len() + 1);
        match what {
            0 => tokens.insert(at, *token),
            1 if at < tokens.len() => drop(tokens.remove(at)),
            2 if at < tokens.len() => tokens[at] = *token,
            3 if at + 1 < tokens.len() => tokens.swap(at, at + 1),
            _ => {}
        }
    }
    tokens
}

fn cases() -> ProptestConfig {
    // The same every time; fuzzing rolls others.
    ProptestConfig { cases: 300, rng_seed: prop::test_runner::RngSeed::Fixed(5), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn edits_are_the_definition(a in tokens(), b in tokens(), most in 0usize..60) {
        let edits = naive_edits(&a, &b);
        prop_assert_eq!(super::edits(&a, &b), edits);
        let some = Pattern::new(&a).edits(b.iter().copied(), b.len(), most);
        prop_assert_eq!(some, (edits <= most).then_some(edits));
    }

    #[test]
    fn long_ones_too(
        a in prop::collection::vec(0u32..9, 100..400),
        slips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, 0u32..12), 0..60),
    ) {
        let b = edited(&a, &slips);
        prop_assert_eq!(super::edits(&a, &b), naive_edits(&a, &b));
    }

    #[test]
    fn nothing_near_is_missed_at_any_threshold(
        docs in docs(60),
        other in tokens(),
        of in any::<prop::sample::Index>(),
        slips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, 0u32..14), 0..8),
        near_one in any::<bool>(),
        dead in prop::collection::vec(any::<bool>(), 60),
    ) {
        let lives = |n: u32| !dead[n as usize];
        let query = match docs.is_empty() || !near_one {
            true => other,
            false => edited(&docs[of.index(docs.len())].tokens, &slips),
        };
        let index = index_of(&docs, lives);
        let names = languages(&index).unwrap();
        for language in ["en", "zh"] {
            let mut expected = brute(&docs, language, &query, 50, lives);
            for min in 50..=100u8 {
                expected.retain(|f| 100 * (f.longer - f.edits) >= u32::from(min) * f.longer);
                let found = match names.iter().position(|n| n == language) {
                    Some(at) => near(&index, at, &query, min, usize::MAX).unwrap(),
                    None => Answer { found: vec![], complete_from: min },
                };
                prop_assert_eq!(found.complete_from, min);
                prop_assert_eq!(&found.found, &expected, "{} {:?}", min, &query);
            }
        }
    }

    #[test]
    fn the_best_are_complete(docs in docs(80), query in tokens(), min in 20u8..90, want in 1usize..4) {
        let index = index_of(&docs, |_| true);
        let Some(at) = languages(&index).unwrap().iter().position(|n| n == "en") else { return Ok(()) };
        let answer = near(&index, at, &query, min, want).unwrap();
        let all = brute(&docs, "en", &query, min, |_| true);
        let sure = |f: &&Found| f.points() >= answer.complete_from;
        let expected: Vec<_> = all.iter().filter(sure).collect();
        prop_assert_eq!(answer.found.iter().filter(sure).collect::<Vec<_>>(), expected);
        prop_assert!(answer.complete_from == min || answer.found.iter().filter(sure).count() >= want);
    }

    #[test]
    fn merging_gives_what_gathering_afresh_would(
        docs in docs(120),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        early in prop::collection::vec(any::<bool>(), 120),
        late in prop::collection::vec(any::<bool>(), 120),
    ) {
        // What died before its part was made, and what died since.
        let dead = |n: u32| early[n as usize] && late[n as usize];
        let gone = |n: u32| late[n as usize];
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.index(docs.len() + 1)).collect();
        cuts.extend([0, docs.len()]);
        cuts.sort_unstable();
        let mut parts = vec![];
        for pair in cuts.windows(2) {
            let shift = pair[0] as u32;
            let own: Vec<Doc> = docs[pair[0]..pair[1]].iter().map(|d| Doc { number: d.number - shift, ..d.clone() }).collect();
            parts.push((index_of(&own, |n| !dead(n + shift)), shift));
        }
        let parts: Vec<Part<'_, InMemory>> = parts.iter().map(|(shelf, shift)| Part { shelf, shift: *shift }).collect();
        let mut merged = InMemory::default();
        merge(&parts, |n| !gone(n), &mut merged).unwrap();
        prop_assert_eq!(merged, index_of(&docs, |n| !gone(n)));
    }
}

#[test]
fn rows_of_full_words_and_beyond() {
    for n in [1usize, 63, 64, 65, 127, 128, 129, 500] {
        let a: Vec<u32> = (0..n as u32).collect();
        let b: Vec<u32> = a.iter().map(|x| x % 7).collect();
        assert_eq!(super::edits(&a, &b), naive_edits(&a, &b), "{n}");
        assert_eq!(super::edits(&a, &[]), n);
        assert_eq!(super::edits(&a, &a), 0);
    }
}

#[test]
fn long_lists_of_every_kind_are_read_in_any_window() {
    // 5,000 texts of one length: a token in all, in every third, in every hundredth, in few.
    let docs: Vec<Doc> = (0..5000u32)
        .map(|n| {
            let tokens = vec![
                1,
                if n % 3 == 0 { 2 } else { 1000 + n },
                if n % 100 == 7 { 3 } else { 7000 + n },
                if n % 900 == 5 { 4 } else { 13000 + n },
            ];
            Doc { language: "en", number: n, ordinal: 0, tokens }
        })
        .collect();
    let index = index_of(&docs, |_| true);
    for query in [vec![1, 2, 3, 4], vec![1, 2], vec![1], vec![2, 3, 9], vec![1, 2, 3, 5, 6]] {
        for min in [20, 40, 50, 75, 100] {
            let found = near(&index, 0, &query, min, usize::MAX).unwrap();
            assert_eq!(found.found, brute(&docs, "en", &query, min, |_| true), "{query:?} {min}");
        }
    }
}

#[test]
fn damaged_tables_are_damage_and_no_panic() {
    let docs: Vec<Doc> = (0..300u32)
        .map(|n| Doc { language: "en", number: n, ordinal: 0, tokens: vec![n % 7, n % 11, n % 13, 500 + n] })
        .collect();
    let index = index_of(&docs, |_| true);
    for table in Table::ALL {
        for byte in (0..index.len(table) as usize).step_by(7) {
            let mut broken = index.clone();
            broken.0[table as usize][byte] ^= 0x81;
            let _ = near(&broken, 0, &[1, 2, 3, 501], 50, 5);
            let mut into = InMemory::default();
            let _ = merge(&[Part { shelf: &broken, shift: 0 }], |_| true, &mut into);
        }
        let mut short = index.clone();
        short.0[table as usize].truncate(5);
        let _ = near(&short, 0, &[1, 2, 3, 501], 50, 5);
    }
}
