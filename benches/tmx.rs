//! How fast TMX is read and written, beside bare quick-xml on the same file in the same run.
//!
//! `cargo bench --bench tmx -- FILE [ROUNDS [TASK]]`; `benches/peers/make_tmx.py` makes the file.
//! Each figure is the best of the rounds, and the rounds go in turn, so that a busy machine
//! slows all of them alike. Where the system tells it, time is the processor's, not the clock's.

use std::fs::File;
use std::io::{BufReader, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use wicterm::bytes::Limits;
use wicterm::bytes::xml::{Event, Reader};
use wicterm::format::{self, Entry, Input, Output, ReadOptions, Sink, WriteOptions};
use wicterm::model::{Finding, Place, Unit};

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let Some(path) = arguments.next() else {
        eprintln!("skipped: name a TMX file, made by benches/peers/make_tmx.py");
        return;
    };
    let rounds: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(3);
    let only = arguments.next().unwrap_or_default();
    let bytes = std::fs::metadata(&path).expect("the file is there").len();
    let units =
        if only.is_empty() || "from units".contains(&only) { first_units(&path, 100_000) } else { vec![] };
    let tasks: [(&str, &dyn Fn() -> (u64, Duration)); 6] = [
        ("quick-xml, bare events", &|| timed(|| bare(&path))),
        ("bytes::xml, bare events", &|| timed(|| events(&path))),
        ("tmx into units", &|| timed(|| read(&path))),
        ("quick-xml Writer, its own events", &|| timed(|| quick_writer(&path))),
        ("tmx from units (100 000)", &|| write(&units)),
        ("memory read (the floor)", &|| timed(|| std::fs::read(&path).map_or(0, |b| b.len() as u64))),
    ];
    let mut best = [(f64::MAX, 0); 6];
    for _ in 0..rounds {
        for ((name, task), best) in tasks.iter().zip(&mut best) {
            if !name.contains(&only) {
                continue;
            }
            let (made, time) = task();
            best.0 = best.0.min(time.as_secs_f64());
            best.1 = made;
        }
    }
    println!("{path}: {:.0} MB, best of {rounds}", bytes as f64 / 1e6);
    for ((name, _), (seconds, made)) in tasks.iter().zip(best).filter(|(_, best)| best.0 < f64::MAX) {
        // A writer's megabytes are those it wrote.
        let size = if name.contains("from units") || name.contains("Writer") { made } else { bytes };
        println!("{name:34} {seconds:7.3} s {:7.0} MB/s   ({made})", size as f64 / 1e6 / seconds);
    }
}

fn timed(task: impl FnOnce() -> u64) -> (u64, Duration) {
    let start = spent();
    let made = task();
    (made, spent() - start)
}

/// Returns the processor time of this thread, or the clock where the system does not tell it.
fn spent() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn bare(path: &str) -> u64 {
    let file = BufReader::with_capacity(128 << 10, File::open(path).expect("the file is there"));
    let mut reader = quick_xml::Reader::from_reader(file);
    let mut buf = vec![];
    let mut count = 0;
    loop {
        buf.clear();
        match reader.read_event_into(&mut buf).expect("it is well-formed") {
            quick_xml::events::Event::Eof => return count,
            _ => count += 1,
        }
    }
}

fn events(path: &str) -> u64 {
    let mut reader = Reader::new(File::open(path).expect("the file is there"), None, Limits::default());
    let mut count = 0;
    while reader.next().expect("it is well-formed") != Event::Eof {
        count += 1;
    }
    count
}

struct Count(u64, Vec<Unit>, usize);

impl Sink for Count {
    fn entry(&mut self, entry: Entry, _: Place) -> ControlFlow<()> {
        if let Entry::Unit(unit) = entry {
            self.0 += 1;
            if self.1.len() < self.2 {
                self.1.push(*unit);
                if self.1.len() == self.2 {
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, _: Finding) {}
}

fn first_units(path: &str, most: usize) -> Vec<Unit> {
    let mut count = Count(0, vec![], most);
    into(path, &mut count);
    count.1
}

fn read(path: &str) -> u64 {
    let mut count = Count(0, vec![], 0);
    into(path, &mut count);
    count.0
}

fn into(path: &str, sink: &mut Count) {
    let mut file = File::open(path).expect("the file is there");
    let read = format::by_name("tmx").and_then(|f| f.read).expect("TMX is read");
    read(Input::Stream(&mut file, path), &ReadOptions::default(), sink).expect("it is well-formed");
}

/// Takes what is written to it and only counts.
struct Nowhere(u64);

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn write(units: &[Unit]) -> (u64, Duration) {
    let write = format::by_name("tmx").and_then(|f| f.write).expect("TMX is written");
    let options = WriteOptions {
        source_lang: None,
        langs: vec![],
        notes: true,
        variants: false,
        now: "2026-01-01T00:00:00Z".into(),
        title: String::new(),
        resolve: &|_| None,
    };
    let mut nowhere = Nowhere(0);
    let entries: Vec<_> = units.iter().map(|u| Ok(Entry::Unit(Box::new(u.clone())))).collect();
    let time = timed(|| {
        write(&mut entries.into_iter(), &options, Output::Stream(&mut nowhere))
            .expect("nowhere takes everything")
            .units
    });
    (nowhere.0, time.1)
}

/// Writes with quick-xml what 100 000 units of three variants need, without codes.
fn quick_writer(path: &str) -> u64 {
    use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let text: String = text.chars().filter(|c| *c != '<').take(150).collect();
    let mut writer = quick_xml::Writer::new(std::io::BufWriter::with_capacity(128 << 10, Nowhere(0)));
    for n in 0..100_000 {
        let mut tu = BytesStart::new("tu");
        tu.push_attribute(("tuid", &*n.to_string()));
        tu.push_attribute(("creationdate", "20200101T000000Z"));
        writer.write_event(Event::Start(tu)).expect("nowhere takes everything");
        for lang in ["en", "fr", "zh-CN"] {
            let mut tuv = BytesStart::new("tuv");
            tuv.push_attribute(("xml:lang", lang));
            writer.write_event(Event::Start(tuv)).expect("nowhere takes everything");
            writer.write_event(Event::Start(BytesStart::new("seg"))).expect("nowhere takes everything");
            writer.write_event(Event::Text(BytesText::new(&text))).expect("nowhere takes everything");
            writer.write_event(Event::End(BytesEnd::new("seg"))).expect("nowhere takes everything");
            writer.write_event(Event::End(BytesEnd::new("tuv"))).expect("nowhere takes everything");
        }
        writer.write_event(Event::End(BytesEnd::new("tu"))).expect("nowhere takes everything");
    }
    let mut inner = writer.into_inner();
    inner.flush().expect("nowhere takes everything");
    inner.get_ref().0
}
