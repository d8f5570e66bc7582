//! How fast a translation memory answers, and whether it answers as a look at every unit would.
//!
//! ```sh
//! benches/peers/make_memory.py 100000 memory.tmx --queries 1000 queries.tsv
//! cargo bench --bench leverage -- memory.tmx queries.tsv en [--min 50,70,85] [--limit 5] [--brute 20] [--json FILE]
//! ```
//!
//! A base that is there can be named in place of the file. One thread, warm. Three rows for each threshold: the index
//! alone, which tells everything at or above it; `Base::matches`, which reads the units, scores them, and gives the
//! best few; and brute force, for so many of the queries: the words of every unit in memory, compared bit-parallel
//! with the length as a filter, and everything that reaches the threshold scored. Answers of brute force and of
//! `Base::matches` must be the same, match by match. Then the queries go ten times through `Base::match_each`, on one
//! thread and on all.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use wicterm::base::{Base, Error, ImportOptions, Source};
use wicterm::find::leverage::{Match, Neighbours, Options, Query, Ranking, Settings, Side, of_unit};
use wicterm::index::{Gatherer, InMemory, Pattern};
use wicterm::model::{LanguageTag, UnitId};
use wicterm::store::{Query as Units, Snapshot, Who};
use wicterm::text::{index_tokens, tokens};

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let option = |name: &str, or: &str| {
        let at = arguments.iter().position(|a| a == name);
        at.and_then(|at| arguments.get(at + 1)).map_or(or.to_owned(), String::clone)
    };
    let number = |name, or| option(name, or).parse::<usize>().expect("a number");
    let [memory, queries, lang, ..] = arguments.as_slice() else {
        println!("cargo bench --bench leverage -- BASE|FILE.tmx QUERIES.tsv LANGUAGE");
        return Ok(());
    };
    let lang: LanguageTag = lang.parse().expect("a language tag");
    let (made, base, imported) = opened(Path::new(memory))?;
    let asked = read(Path::new(queries), lang.as_str());
    let (limit, sample, json) = (number("--limit", "5"), number("--brute", "20"), option("--json", ""));
    let snapshot = base.snapshot();
    // Before anything is in memory that brute force needs.
    timed(&asked, |q| base.matches(q, &asking(&lang, 70, limit)))?;
    let held = most_memory();
    let everything = Everything::read(snapshot, &lang)?;

    println!("{} texts of {:.1} tokens, {} queries", everything.units.len(), everything.mean(), asked.len());
    let (sizes, bytes) = snapshot.near_size()?;
    let texts: u64 = sizes.iter().map(|(_, n)| n).sum();
    println!("index: {:.1} bytes for each text of {} languages", bytes as f64 / texts as f64, sizes.len());
    println!("the index of {lang}, by itself and in memory: {:.2} s", everything.index().as_secs_f64());
    match imported {
        Some(imported) => println!("import, with all indexes: {:.2} s", imported.as_secs_f64()),
        None => println!("held in memory, with what was read of mapped files: {held:.0} MB"),
    }
    println!(
        "\n| units | at | what | p50 ms | p95 | p99 | mean | brute force in p50 | answers that differ |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut told = None;
    for min in option("--min", "50,70,85").split(',').map(|min| min.parse::<u8>().expect("a threshold")) {
        let options = asking(&lang, min, limit);
        let hashes = |query: &Query| {
            let mut hashes = vec![];
            index_tokens(&query.segment.text, &mut hashes);
            hashes
        };
        let (index, _) = timed(&asked, |q| {
            snapshot.near(|l| l.meets(&lang), &hashes(q), min, usize::MAX).map(|near| near.hits.len())
        })?;
        let (ours, found) = timed(&asked, |q| base.matches(q, &options))?;
        let step = (asked.len() / sample.max(1)).max(1);
        let some: Vec<Query> = asked.iter().step_by(step).take(sample).cloned().collect();
        let (brute, truth) = timed(&some, |q| everything.matches(snapshot, q, &options))?;
        let same = |(a, b): &(&Vec<Match>, &Vec<Match>)| {
            let key = |m: &Match| (m.score, m.unit, m.source.clone(), m.target.clone(), m.count);
            a.iter().map(key).eq(b.iter().map(key))
        };
        let differ = found.iter().step_by(step).zip(&truth).filter(|pair| !same(pair)).count();
        let brute_median = percentile(&brute, 0.5);
        let row = |what: &str, times: &[f64], differ: &str| {
            let at = |share| percentile(times, share);
            println!(
                "| {} | {min} % | {what} | {:.3} | {:.3} | {:.3} | {:.3} | {:.0} × | {differ} |",
                everything.units.len(),
                at(0.5),
                at(0.95),
                at(0.99),
                times.iter().sum::<f64>() / times.len() as f64,
                brute_median / at(0.5)
            );
        };
        row("index alone, all", &index, "–");
        row(&format!("`Base::matches`, best {limit}"), &ours, &format!("{differ} of {}", truth.len()));
        row("brute force", &brute, "–");
        if min == 70 {
            told = Some((ours, found));
        }
    }
    let options = asking(&lang, 70, limit);
    println!();
    for threads in [1, std::thread::available_parallelism().map_or(1, NonZeroUsize::get)] {
        let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
        let many = std::iter::repeat_n(&asked, 10).flatten().cloned();
        let begun = Instant::now();
        base.match_each(many, &options, threads, |_, _| Ok::<(), Error>(()))?;
        let took = begun.elapsed().as_secs_f64();
        println!("{} queries at 70 % on {threads} thread(s): {took:.2} s", 10 * asked.len());
    }
    if let (false, Some((times, found))) = (json.is_empty(), told) {
        let sources: Vec<Vec<&str>> =
            found.iter().map(|matches| matches.iter().map(|m| m.source.text.as_str()).collect()).collect();
        let seconds: Vec<f64> = times.iter().map(|ms| ms / 1e3).collect();
        let per_text = bytes as f64 / texts as f64;
        let told = serde_json::json!({ "times": seconds, "found": sources, "index": per_text * everything.units.len() as f64, "memory": held });
        std::fs::write(json, told.to_string()).expect("the file can be written");
    }
    drop(made);
    Ok(())
}

fn asking(lang: &LanguageTag, min: u8, limit: usize) -> Options {
    let mut options = Options::new(lang.clone(), None, Settings::default());
    (options.min, options.limit) = (min, limit);
    options
}

/// The base that is named, or a new one of the file that is named, with the folder that it lies in.
fn opened(named: &Path) -> Result<(Option<tempfile::TempDir>, Base, Option<Duration>), Error> {
    if named.is_dir() {
        return Ok((None, Base::open(named)?, None));
    }
    let beside = named.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = tempfile::tempdir_in(beside).expect("room for a base");
    let begun = Instant::now();
    let mut base = Base::create(&folder.path().join("base"))?;
    base.import(vec![Source::Path(named.to_owned())], ImportOptions::default(), Who::default())?;
    Ok((Some(folder), base, Some(begun.elapsed())))
}

/// The queries of a table with a column for each language.
fn read(path: &Path, lang: &str) -> Vec<Query> {
    let table = std::fs::read_to_string(path).expect("the queries are there");
    let mut lines = table.split('\n').filter(|line| !line.is_empty());
    let names = lines.next().unwrap_or_default();
    let column = names.split('\t').position(|name| name == lang).expect("a column of that language");
    lines
        .filter_map(|line| line.split('\t').nth(column))
        .filter(|t| !t.is_empty())
        .map(Query::plain)
        .collect()
}

/// The words of every unit, in memory.
struct Everything {
    units: Vec<UnitId>,
    tokens: Vec<u32>,
    ends: Vec<usize>,
    lang: LanguageTag,
    /// What finding the words took.
    cutting: Duration,
}

impl Everything {
    fn read(snapshot: &Snapshot, lang: &LanguageTag) -> Result<Self, Error> {
        let (units, tokens, ends) = (vec![], vec![], vec![0]);
        let mut all = Self { units, tokens, ends, lang: lang.clone(), cutting: Duration::ZERO };
        for unit in snapshot.units(&Units::default()) {
            let unit = unit?;
            for variant in unit.variants.iter().filter(|v| v.lang.meets(lang)) {
                let begun = Instant::now();
                index_tokens(&variant.segment.text, &mut all.tokens);
                all.cutting += begun.elapsed();
                all.ends.push(all.tokens.len());
                all.units.push(unit.id);
            }
        }
        Ok(all)
    }

    fn text(&self, i: usize) -> &[u32] {
        &self.tokens[self.ends[i]..self.ends[i + 1]]
    }

    fn mean(&self) -> f64 {
        self.tokens.len() as f64 / self.units.len().max(1) as f64
    }

    /// How long it takes to index them, from texts to tables.
    fn index(&self) -> Duration {
        let begun = Instant::now();
        let (mut gatherer, mut tables) = (Gatherer::default(), InMemory::default());
        for i in 0..self.units.len() {
            gatherer.push(self.lang.as_str(), i as u32, 0, self.text(i));
        }
        gatherer.write(|_| true, &mut tables).expect("memory takes everything");
        begun.elapsed() + self.cutting
    }

    /// The matches, found by looking at every unit.
    fn matches(&self, snapshot: &Snapshot, query: &Query, options: &Options) -> Result<Vec<Match>, Error> {
        let ours: Vec<u32> = tokens(&query.segment.text).iter().map(|t| t.hash as u32).collect();
        let mut pattern = Pattern::new(&ours);
        let side = Side::new(&query.segment, &options.from);
        let mut ranking = Ranking::new(options.limit);
        let mut last = None;
        for (i, unit) in self.units.iter().enumerate() {
            let text = self.text(i);
            let longer = text.len().max(ours.len());
            let most = longer * (100 - usize::from(options.min)) / 100;
            let apart = text.len().abs_diff(ours.len());
            if text.is_empty() || apart > most || last == Some(*unit) {
                continue;
            }
            if pattern.edits(text.iter().copied(), text.len(), most).is_some() {
                last = Some(*unit);
                let Some(unit) = snapshot.unit(*unit)? else { continue };
                let alone = &mut |_: &_| Ok::<_, Error>(Neighbours::default());
                for found in of_unit((query, &side), &unit, options, alone)? {
                    ranking.take(found);
                }
            }
        }
        Ok(ranking.finish())
    }
}

/// How long each answer took, in milliseconds, once the first twenty were given to warm up; and the answers.
fn timed<T, E>(queries: &[Query], answer: impl Fn(&Query) -> Result<T, E>) -> Result<(Vec<f64>, Vec<T>), E> {
    for query in queries.iter().take(20) {
        answer(query)?;
    }
    let (mut times, mut answers) = (vec![], vec![]);
    for query in queries {
        let begun = Instant::now();
        let answered = answer(query)?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        answers.push(answered);
    }
    Ok((times, answers))
}

/// The most memory that this process held so far, in MB; 0 where the system does not tell.
fn most_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

fn percentile(times: &[f64], share: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(((times.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or_default()
}
