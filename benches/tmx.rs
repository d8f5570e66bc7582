//! How fast TMX is read and written, beside bare quick-xml on the same bytes in the same run.
//!
//! `cargo bench --bench tmx [-- UNITS|FILE [ROUNDS [TASK]]]`: so many units of its own making, or a file, such
//! as `benches/peers/make_tmx.py` makes. All of it is in memory before anything is measured.

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use wicterm::bytes::Limits;
use wicterm::bytes::xml::{Event, Reader};
use wicterm::format::{self, Entry, Input, Output, ReadOptions, Sink, WriteOptions};
use wicterm::model::{Finding, Place, Unit};

mod beside;

use beside::{Nowhere, Task, bare, rounds, timed};

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let what = arguments.next().unwrap_or_else(|| "50000".to_owned());
    let many: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(5);
    let only = arguments.next().unwrap_or_default();
    let bytes = match what.parse() {
        Ok(units) => made(units).into_bytes(),
        Err(_) => std::fs::read(&what).expect("the file is there"),
    };
    let units = if only.is_empty() || WRITE.contains(&*only) { first_units(&bytes, 1000) } else { vec![] };
    let tasks: [(&str, Task<'_>); 6] = [
        ("quick-xml, bare events", &|| timed(|| bare(&bytes))),
        ("bytes::xml, bare events", &|| timed(|| events(&bytes))),
        ("tmx into units", &|| timed(|| read(&bytes))),
        ("quick-xml Writer, from units", &|| quick_writer(&units)),
        ("tmx, from units", &|| write(&units)),
        // What both writers are given is cloned from a few units while they write.
        ("cloning the units, part of both", &|| {
            timed(|| again(&units).map(|u| u.variants.len() as u64).sum())
        }),
    ];
    rounds(many, &only, bytes.len(), WRITE, "quick-xml Writer, from units", &tasks);
}

/// What the names of the tasks that write have in common.
const WRITE: &str = "from units";

/// Makes a TMX as `benches/peers/make_tmx.py` does, on a smaller scale: words by Zipf's law, codes in one unit
/// of eight, an entity in another, dates, authors and properties as CAT tools write them.
fn made(units: u64) -> String {
    let mut state = 0x2015_1216_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let syllables = [
        "ba be bi co da de di fo ga in la le li ma me mi na ne no po ra re ri sa se si ta te ti un",
        "bé ca ce dé é fa ga in la le lè ma me mé na no ou pa ra ré ri sa se tion ta té ti un va",
        "网 络 空 间 主 权 安 全 发 展 国 家 数 据 治 理 合 作 共 同 体 命 运 国 际 规 则 技 术",
    ];
    let words: Vec<Vec<String>> = syllables
        .iter()
        .map(|syllables| {
            let syllables: Vec<&str> = syllables.split(' ').collect();
            let mut word =
                || (0..=random() % 4).map(|_| syllables[random() as usize % syllables.len()]).collect();
            (0..10_000).map(|_| word()).collect()
        })
        .collect();
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx version=\"1.4\">\n\
         <header creationtool=\"bench\" creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"none\" \
         adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\"/>\n<body>\n",
    );
    for n in 0..units {
        let (year, month, day, hour) = (2010 + n % 15, 1 + n % 12, 1 + n % 28, n % 24);
        let length = 6 + random() % 24;
        writeln!(
            out,
            "<tu tuid=\"{n}\" creationdate=\"{year}{month:02}{day:02}T{hour:02}0000Z\" creationid=\"user{}\">\n\
             <prop type=\"x-project\">project {}</prop>",
            n % 7,
            n % 40
        )
        .expect("a string takes everything");
        for ((lang, between, stop), words) in
            [("en", " ", "."), ("fr", " ", "."), ("zh-CN", "", "。")].iter().zip(&words)
        {
            write!(out, "<tuv xml:lang=\"{lang}\"><seg>").expect("a string takes everything");
            for nth in 0..length {
                // The n-th word about in n-th proportion.
                let share = (random() % (1 << 20)) as f64 / f64::from(1 << 20);
                let word = &words[(words.len() as f64).powf(share) as usize - 1];
                out.push_str(if nth > 0 { between } else { "" });
                match (n % 8, nth == n / 8 % length) {
                    (0, true) => write!(
                        out,
                        "<bpt i=\"1\" x=\"1\" type=\"bold\">&lt;b&gt;</bpt>{word}<ept i=\"1\">&lt;/b&gt;</ept>"
                    )
                    .expect("a string takes everything"),
                    (3, true) => {
                        out.push_str(word);
                        out.push_str(" &amp; 38 %");
                    }
                    _ => out.push_str(word),
                }
            }
            writeln!(out, "{stop}</seg></tuv>").expect("a string takes everything");
        }
        out.push_str("</tu>\n");
    }
    out + "</body>\n</tmx>\n"
}

fn events(bytes: &[u8]) -> u64 {
    let mut reader = Reader::new(bytes, None, Limits::default());
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

fn first_units(bytes: &[u8], most: usize) -> Vec<Unit> {
    let mut count = Count(0, vec![], most);
    into(bytes, &mut count);
    count.1
}

fn read(bytes: &[u8]) -> u64 {
    let mut count = Count(0, vec![], 0);
    into(bytes, &mut count);
    count.0
}

fn into(mut bytes: &[u8], sink: &mut Count) {
    let read = format::by_name("tmx").and_then(|f| f.read).expect("TMX is read");
    read(Input::Stream(&mut bytes, "it.tmx"), &ReadOptions::default(), sink).expect("it is well-formed");
}

/// The same units again and again, a hundred thousand of them.
fn again(units: &[Unit]) -> impl Iterator<Item = Box<Unit>> {
    units.iter().cycle().take(if units.is_empty() { 0 } else { 100_000 }).map(|u| Box::new(u.clone()))
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
