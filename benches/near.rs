//! The index of near texts by itself, beside comparing with every text.
//!
//! ```sh
//! cargo bench --bench near -- BASE LANGUAGE [QUERIES]
//! ```
//!
//! takes texts of a base, changes up to 30 % of their tokens (one query in five is put together of tokens of the
//! base, and like nothing), and asks for everything at or above 50, 70 and 85 %, warm, on one thread. Every tenth
//! query is also answered by comparing with every text, bit-parallel, with the length for a filter; both answers
//! must be equal.

use std::time::Instant;

use wicterm::index::Pattern;
use wicterm::model::LanguageTag;
use wicterm::store::{Query, Store};
use wicterm::text::index_tokens;

struct Roll(u64);

impl Roll {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [base, lang, rest @ ..] = args.as_slice() else {
        println!("cargo bench --bench near -- BASE LANGUAGE [QUERIES]");
        return;
    };
    let lang: LanguageTag = lang.parse().expect("a language tag");
    let count: usize = rest.first().map_or(1000, |n| n.parse().expect("a number of queries"));
    let snapshot = Store::open(base.as_ref()).and_then(|s| s.snapshot()).expect("a base");
    let (mut tokens, mut ends) = (vec![], vec![0]);
    for unit in snapshot.units(&Query::default()) {
        for variant in unit.expect("a unit").variants.iter().filter(|v| v.lang.serves(&lang)) {
            index_tokens(&variant.segment.text, &mut tokens);
            ends.push(tokens.len());
        }
    }
    let texts = ends.len() - 1;
    let text = |i: usize| &tokens[ends[i]..ends[i + 1]];
    let (sizes, bytes) = snapshot.near_size().expect("an index");
    let all: u64 = sizes.iter().map(|(_, n)| n).sum();
    println!(
        "{texts} texts of {:.1} tokens; the index has {:.1} bytes for each of {all} texts in {} languages",
        tokens.len() as f64 / texts as f64,
        bytes as f64 / all as f64,
        sizes.len()
    );
    let mut roll = Roll(0x9E37_79B9_7F4A_7C15);
    let queries: Vec<Vec<u32>> = (0..count)
        .map(|n| {
            let mut query = text(roll.below(texts)).to_vec();
            let changes = match n % 5 {
                0 => query.len(),
                _ => (query.len() * (1 + roll.below(30))).div_ceil(100),
            };
            for _ in 0..changes {
                let token = tokens[roll.below(tokens.len())];
                let at = roll.below(query.len() + 1);
                match roll.below(3) {
                    0 => query.insert(at, token),
                    1 if at < query.len() && query.len() > 1 => drop(query.remove(at)),
                    _ if at < query.len() => query[at] = token,
                    _ => query.push(token),
                }
            }
            query
        })
        .collect();
    for (min, want) in [(50, usize::MAX), (70, usize::MAX), (70, 5), (85, usize::MAX)] {
        let ask = |query: &[u32]| snapshot.near(|l| l.serves(&lang), query, min, want).expect("an answer");
        queries.iter().for_each(|query| drop(ask(query)));
        let (mut times, mut found) = (vec![], 0);
        for query in &queries {
            let begun = Instant::now();
            let near = ask(query);
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            found += near.hits.len();
        }
        let (mut brute_times, mut differ) = (vec![], 0);
        for query in queries.iter().step_by(10) {
            let begun = Instant::now();
            let mut pattern = Pattern::new(query);
            let mut expected: Vec<u8> = vec![];
            for i in 0..texts {
                let (own, n) = (text(i), query.len());
                let longer = own.len().max(n);
                let most = longer * (100 - usize::from(min)) / 100;
                if own.is_empty() || own.len().abs_diff(n) > most {
                    continue;
                }
                if let Some(edits) = pattern.edits(own.iter().copied(), own.len(), most) {
                    expected.push((100 * (longer - edits) / longer) as u8);
                }
            }
            brute_times.push(begun.elapsed().as_secs_f64() * 1e3);
            expected.sort_unstable_by(|a, b| b.cmp(a));
            let near = ask(query);
            let sure: Vec<u8> =
                near.hits.iter().map(|h| h.points()).filter(|p| *p >= near.complete_from).collect();
            expected.retain(|p| *p >= near.complete_from);
            differ += usize::from(sure != expected);
        }
        let at = |times: &mut Vec<f64>, share: f64| {
            times.sort_by(f64::total_cmp);
            times[((times.len() - 1) as f64 * share) as usize]
        };
        let brute = at(&mut brute_times, 0.5);
        let p50 = at(&mut times, 0.5);
        println!(
            "{min} %, {}: p50 {p50:.3} ms, p95 {:.3}, p99 {:.3}, mean {:.3}; {:.1} found a query; brute force p50 {brute:.1} ms, {:.0} x; {differ} of {} differ",
            if want == usize::MAX { "all".to_owned() } else { format!("best {want}") },
            at(&mut times, 0.95),
            at(&mut times, 0.99),
            times.iter().sum::<f64>() / times.len() as f64,
            found as f64 / queries.len() as f64,
            brute / p50,
            brute_times.len()
        );
    }
}
