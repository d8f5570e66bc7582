//! How fast terms are recognised, beside the automata that look for strings.
//!
//! `cargo bench --bench recognise [-- MB [ROUNDS [TERMS,… [en|zh]]]]`: so many megabytes of English and of
//! Chinese of its own making (20; the figures of PERFORMANCE.md say which), best of so many rounds (3), with so
//! many terms (10000,100000). Ours takes the text as it is, paragraph by paragraph, folds it and knows
//! inflection, word edges and what may stand together; the automata take text and terms that were folded
//! before the clock started, and tell the leftmost longest strings. Both sides go in turn on one thread;
//! then ours goes once more on all processors, by the clock.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use daachorse::{CharwiseDoubleArrayAhoCorasickBuilder, MatchKind as CharwiseMatchKind};
use wicterm::find::recognise::{Recogniser, Scratch};
use wicterm::find::terms::Terms;
use wicterm::model::{Concept, LanguageTag, Slug, Term};
use wicterm::text::{fold, to_simplified};

#[allow(dead_code, reason = "the benches of formats share more")]
mod beside;

use beside::timed;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let mut number = |or: usize| arguments.next().and_then(|n| n.parse().ok()).unwrap_or(or);
    let (megabytes, rounds) = (number(20), number(3));
    let counts = arguments.next().unwrap_or_else(|| "10000,100000".to_owned());
    let counts: Vec<usize> = counts.split(',').map(|n| n.parse().expect("TERMS are numbers")).collect();
    let only = arguments.next().unwrap_or_default();
    for (lang, made) in [("en", english as fn(usize) -> Corpus), ("zh-Hans", chinese)] {
        if !lang.starts_with(only.as_str()) {
            continue;
        }
        let corpus = made(megabytes * 1_000_000);
        for count in &counts {
            compare(lang, &corpus, *count, rounds);
        }
    }
}

/// A text, and a way to draw terms as they stand in such texts.
struct Corpus {
    text: String,
    terms: Box<dyn Fn(&mut Random) -> String>,
}

fn compare(lang: &str, corpus: &Corpus, count: usize, rounds: usize) {
    let mut random = Random(0x00C0_FFEE);
    let mut drawn = std::collections::BTreeSet::new();
    for _ in 0..count * 100 {
        if drawn.len() == count {
            break;
        }
        drawn.insert((corpus.terms)(&mut random));
    }
    let drawn: Vec<String> = drawn.into_iter().collect();
    let tag: LanguageTag = lang.parse().expect("it is a language");
    let terms = Terms::of(drawn.iter().enumerate().map(|(at, text)| {
        let slug = format!("c{at:07}").parse::<Slug>().ok();
        let mut concept = Concept { slug, ..Concept::default() };
        concept.section_mut(&tag).terms.push(Term::new(text));
        concept
    }));
    let mut recogniser = None;
    let (_, building) = timed(|| {
        recogniser = Some(Recogniser::new(&terms, &tag));
        0
    });
    let recogniser = recogniser.expect("it was just made");
    // The form in which the automata take everything; equal texts would be two patterns.
    let mut patterns: Vec<String> = drawn.iter().map(|t| fold(t).into_owned()).collect();
    patterns.sort();
    patterns.dedup();
    let paragraphs: Vec<&str> = corpus.text.split_inclusive("\n\n").collect();
    let folded: Vec<String> = paragraphs.iter().map(|p| fold(p).into_owned()).collect();
    let mut their_building = Duration::ZERO;
    let automaton: Box<dyn Fn() -> u64 + '_> = if lang == "en" {
        let mut made = None;
        their_building = timed(|| {
            let builder = AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::LeftmostLongest)
                .build(&patterns);
            made = Some(builder.expect("the terms fit"));
            0
        })
        .1;
        let automaton = made.expect("it was just made");
        let folded = &folded;
        Box::new(move || folded.iter().map(|p| automaton.find_iter(p).count() as u64).sum())
    } else {
        let mut made = None;
        their_building += timed(|| {
            let builder = CharwiseDoubleArrayAhoCorasickBuilder::new()
                .match_kind(CharwiseMatchKind::LeftmostLongest)
                .build::<_, _, u32>(&patterns);
            made = Some(builder.expect("the terms fit"));
            0
        })
        .1;
        let automaton = made.expect("it was just made");
        let folded = &folded;
        Box::new(move || folded.iter().map(|p| automaton.leftmost_find_iter(p).count() as u64).sum())
    };
    let mut scratch = Scratch::default();
    let mut ours = || {
        let hits = |p: &&str| recogniser.recognise_with(&mut scratch, p).len() as u64;
        paragraphs.iter().map(hits).sum::<u64>()
    };
    let mut best = [(0, Duration::MAX); 3];
    for _ in 0..rounds {
        let fold_alone = || {
            paragraphs.iter().for_each(|p| drop(black_box(fold(p))));
            0
        };
        for (best, now) in best.iter_mut().zip([timed(&mut ours), timed(&automaton), timed(fold_alone)]) {
            *best = if now.1 < best.1 { now } else { *best };
        }
    }
    let all = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let by_clock = |threads: NonZeroUsize| {
        let start = Instant::now();
        black_box(recogniser.recognise_on(&corpus.text, threads).len());
        start.elapsed()
    };
    let mut clock = [Duration::MAX; 2];
    for _ in 0..rounds {
        clock[0] = clock[0].min(by_clock(NonZeroUsize::MIN));
        clock[1] = clock[1].min(by_clock(all));
    }
    let size = corpus.text.len() as f64 / 1e6;
    let rate = |time: Duration| size / time.as_secs_f64();
    println!("{lang}, {size:.0} MB, {} terms, best of {rounds}", drawn.len());
    println!("  ours              {:6.0} MB/s, {} hits, built in {building:.3?}", rate(best[0].1), best[0].0);
    println!(
        "  {}{:6.0} MB/s, {} hits, built in {their_building:.3?}",
        if lang == "en" { "aho-corasick      " } else { "daachorse charwise" },
        rate(best[1].1),
        best[1].0
    );
    println!("  beside it         {:6.2} ×", best[1].1.as_secs_f64() / best[0].1.as_secs_f64());
    println!("  folding alone     {:6.0} MB/s", rate(best[2].1));
    println!(
        "  by the clock      {:6.0} MB/s on one thread, {:.0} on {all} ({:.2} ×)",
        rate(clock[0]),
        rate(clock[1]),
        clock[0].as_secs_f64() / clock[1].as_secs_f64()
    );
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() % (1 << 40)) as f64 / (1_u64 << 40) as f64
    }
}

/// Words by Zipf's law: the n-th in n-th proportion, the common ones short.
fn english(bytes: usize) -> Corpus {
    const WORDS: usize = 60_000;
    let syllables: Vec<&str> = "ba ber ble ci co con cy da de der di dis ent er fi for ga ge gen go ic in ing inter ion la \
        le li lo ly ma ment mi mo na ne ni no o or pa per po pre pro ra re ri ro sa se ser si so ta te ter ti tion to tra u un \
        ver vi wa work y"
        .split_whitespace()
        .collect();
    let mut random = Random(0x2015_1216);
    let mut words: Vec<String> = vec![];
    let mut known = std::collections::BTreeSet::new();
    while words.len() < WORDS {
        let length = match words.len() {
            0..50 => 1,
            50..1_000 => 1 + random.below(2),
            1_000..10_000 => 2 + random.below(2),
            _ => 2 + random.below(4),
        };
        let word: String = (0..length).map(|_| syllables[random.below(syllables.len())]).collect();
        if known.insert(word.clone()) || words.len() < 50 {
            words.push(word);
        }
    }
    let zipf = |random: &mut Random| (WORDS as f64).powf(random.share()) as usize - 1;
    let mut text = String::with_capacity(bytes + 4096);
    while text.len() < bytes {
        for _ in 0..2 + random.below(6) {
            let length = 5 + random.below(28);
            for nth in 0..length {
                let word = &words[zipf(&mut random).min(WORDS - 1)];
                match random.below(400) {
                    0 => text.push_str("2015"),
                    1 => text.push_str("35.8"),
                    2 | 3 => text.push_str(&format!("“{word}”")),
                    4 | 5 => text.push_str(&format!("{word}’s")),
                    6 => text.push_str(&format!("({word})")),
                    7 | 8 => text.push_str(&format!("{word}-")),
                    9 => text.push_str(&format!("{word}é")),
                    _ if nth == 0 => {
                        text.push_str(&word[..1].to_ascii_uppercase());
                        text.push_str(&word[1..]);
                    }
                    _ => text.push_str(word),
                }
                let between = if nth + 1 == length { ". " } else { " " };
                text.push_str(if nth > 0 && random.below(14) == 0 && between == " " {
                    ", "
                } else {
                    between
                });
            }
        }
        text.push_str("\n\n");
    }
    // Terms are one to four words as they come in the text; common words neither begin nor end one, and a
    // term of one word is none of the thousand commonest.
    let terms = move |random: &mut Random| {
        let length = [1, 2, 2, 2, 2, 3, 3, 3, 3, 4][random.below(10)];
        if length == 1 {
            return words[1_000 + random.below(WORDS - 1_000)].clone();
        }
        let mut inner = |least: usize| loop {
            let word = zipf(random).min(WORDS - 1);
            if word >= least {
                return words[word].as_str();
            }
        };
        let mut term = vec![inner(100)];
        (2..length).for_each(|_| term.push(inner(0)));
        term.push(inner(100));
        term.join(" ")
    };
    Corpus { text, terms: Box::new(terms) }
}

/// Words by the frequencies of our own table of words.
fn chinese(bytes: usize) -> Corpus {
    let mut words: Vec<&'static str> = vec![];
    let mut sums: Vec<f64> = vec![];
    let mut sum = 0.0;
    for line in include_str!("../src/text/han_words.txt").lines() {
        let mut cells = line.split(' ');
        let Some(rarity) = cells.next().and_then(|n| n.parse::<f64>().ok()) else { continue };
        for word in cells {
            sum += 2_f64.powf(-rarity / 2.0);
            words.push(word);
            sums.push(sum);
        }
    }
    let draw = move |random: &mut Random| {
        let wanted = random.share() * sum;
        sums.partition_point(|s| *s < wanted).min(sums.len() - 1)
    };
    let mut random = Random(0x2014_1119);
    let mut text = String::with_capacity(bytes + 4096);
    while text.len() < bytes {
        for _ in 0..2 + random.below(6) {
            let length = 4 + random.below(24);
            for nth in 0..length {
                let word = words[draw(&mut random)];
                match random.below(200) {
                    0 => text.push_str("2015"),
                    1 => text.push_str("5G"),
                    2 => text.push_str(&format!("“{word}”")),
                    3 => text.push_str(&format!("《{word}》")),
                    _ => text.push_str(word),
                }
                if nth + 1 == length {
                    text.push('。');
                } else if random.below(6) == 0 {
                    text.push('，');
                }
            }
        }
        text.push_str("\n\n");
    }
    // Terms are two to six characters, of words as they come in the text, of which none of the two hundred
    // commonest begins or ends one; a term of one word is none of the thousand commonest.
    let terms = move |random: &mut Random| loop {
        let length = 1 + random.below(3);
        let term: Vec<usize> = match length {
            1 => vec![1_000 + random.below(words.len() - 1_000)],
            _ => (0..length).map(|_| draw(random)).collect(),
        };
        let made: String = term.iter().map(|at| words[*at]).collect();
        if (2..=6).contains(&made.chars().count()) && term[0] >= 200 && term[length - 1] >= 200 {
            return to_simplified(&made).into_owned();
        }
    };
    Corpus { text, terms: Box::new(terms) }
}
