//! How fast TMX is read and written, beside bare quick-xml on the same file in the same run.
//!
//! `cargo bench --bench tmx -- FILE [ROUNDS [TASK]]`; `benches/peers/make_tmx.py` makes the file.
//! Each figure is the best of the rounds, and the rounds go in turn, so that a busy machine
//! slows all of them alike. Where the system tells it, time is the processor's, not the clock's.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
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
        if only.is_empty() || "from units".contains(&only) { first_units(&path, 1000) } else { vec![] };
    let tasks: [(&str, Task<'_>); 7] = [
        ("quick-xml, bare events", &|| timed(|| bare(&path))),
        ("bytes::xml, bare events", &|| timed(|| events(&path))),
        ("tmx into units", &|| timed(|| read(&path))),
        // What both writers are given is cloned from a few units while they write.
        ("cloning the units, part of both", &|| {
            timed(|| again(&units).map(|u| u.variants.len() as u64).sum())
        }),
        ("quick-xml Writer, from units", &|| quick_writer(&units)),
        ("tmx, from units", &|| write(&units)),
        ("memory read (the floor)", &|| timed(|| std::fs::read(&path).map_or(0, |b| b.len() as u64))),
    ];
    let mut best = [(f64::MAX, 0); 7];
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
        let size = if name.contains("from units") { made } else { bytes };
        let speed = match name.starts_with("cloning") {
            true => String::new(),
            false => format!("{:7.0} MB/s", size as f64 / 1e6 / seconds),
        };
        println!("{name:34} {seconds:7.3} s {speed:12} ({made})");
    }
}

/// Does something and tells what it made, and in which time.
type Task<'a> = &'a dyn Fn() -> (u64, Duration);

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

/// The same units again and again, a hundred thousand of them.
fn again(units: &[Unit]) -> impl Iterator<Item = Box<Unit>> {
    units.iter().cycle().take(if units.is_empty() { 0 } else { 100_000 }).map(|u| Box::new(u.clone()))
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
    let mut entries = again(units).map(|u| Ok(Entry::Unit(u)));
    let time = timed(|| {
        write(&mut entries, &options, Output::Stream(&mut nowhere)).expect("nowhere takes everything").units
    });
    (nowhere.0, time.1)
}

/// Writes the same units with quick-xml's own writer.
fn quick_writer(units: &[Unit]) -> (u64, Duration) {
    let mut writer =
        quick_xml::Writer::new_with_indent(BufWriter::with_capacity(128 << 10, Nowhere(0)), b' ', 2);
    let time = timed(|| {
        again(units).map(|unit| quick_unit(&mut writer, &unit).expect("nowhere takes everything")).count()
            as u64
    });
    let mut inner = writer.into_inner();
    inner.flush().expect("nowhere takes everything");
    (inner.get_ref().0, time.1)
}

fn quick_unit(writer: &mut quick_xml::Writer<impl Write>, unit: &Unit) -> std::io::Result<()> {
    use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
    let mut tu = BytesStart::new("tu");
    tu.push_attribute(("tuid", unit.origin.tuid.as_deref().unwrap_or_default()));
    tu.push_attribute(("srclang", "en"));
    tu.push_attribute(("creationdate", unit.attributes.creation_date.as_deref().unwrap_or_default()));
    tu.push_attribute(("creationid", unit.attributes.creation_id.as_deref().unwrap_or_default()));
    writer.write_event(Event::Start(tu))?;
    for property in &unit.properties {
        let mut prop = BytesStart::new("prop");
        prop.push_attribute(("type", property.kind.as_deref().unwrap_or_default()));
        writer.write_event(Event::Start(prop))?;
        writer.write_event(Event::Text(BytesText::new(&property.text)))?;
        writer.write_event(Event::End(BytesEnd::new("prop")))?;
    }
    for variant in &unit.variants {
        let mut tuv = BytesStart::new("tuv");
        tuv.push_attribute(("xml:lang", variant.written.as_deref().unwrap_or(variant.lang.as_str())));
        writer.write_event(Event::Start(tuv))?;
        writer.write_event(Event::Start(BytesStart::new("seg")))?;
        let mut from = 0;
        for inline in &variant.segment.inlines {
            let at = inline.at as usize;
            writer.write_event(Event::Text(BytesText::new(&variant.segment.text[from..at])))?;
            from = at;
            let mut code = BytesStart::new("bpt");
            code.push_attribute(("i", inline.pair.as_deref().unwrap_or_default()));
            for (name, value) in &inline.attributes {
                code.push_attribute((name.as_str(), value.as_str()));
            }
            writer.write_event(Event::Start(code))?;
            for native in &inline.native {
                if let wicterm::model::Native::Code(code) = native {
                    writer.write_event(Event::Text(BytesText::new(code)))?;
                }
            }
            writer.write_event(Event::End(BytesEnd::new("bpt")))?;
        }
        writer.write_event(Event::Text(BytesText::new(&variant.segment.text[from..])))?;
        writer.write_event(Event::End(BytesEnd::new("seg")))?;
        writer.write_event(Event::End(BytesEnd::new("tuv")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("tu")))
}
