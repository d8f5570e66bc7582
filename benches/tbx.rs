//! How fast TBX is read and written, beside bare quick-xml on the same bytes in the same run.
//!
//! `cargo bench --bench tbx -- FILE [ROUNDS [TASK]]`; `benches/peers/make_terms.py` makes the file.
//! The file is in memory, and what is read is dropped as it comes.

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use wicterm::format::{self, Entry, Input, Output, ReadOptions, Sink, WriteOptions};
use wicterm::model::{Concept, Finding, Place, Status};

mod beside;

use beside::{Nowhere, Task, bare, rounds, timed};

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let Some(path) = arguments.next() else {
        eprintln!("skipped: name a TBX file, made by benches/peers/make_terms.py");
        return;
    };
    let many: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(3);
    let only = arguments.next().unwrap_or_default();
    let bytes = std::fs::read(&path).expect("the file is there");
    let mut concepts = first_concepts(&bytes, 1000);
    // What the file called them is no part of what is compared: it would be a note or a loss to tell.
    concepts.iter_mut().for_each(|c| c.foreign_ids.clear());
    let tasks: [(&str, Task<'_>); 5] = [
        ("quick-xml, bare events", &|| timed(|| bare(&bytes))),
        ("tbx into concepts", &|| timed(|| read(&bytes))),
        // What both writers are given is cloned from a few concepts while they write.
        ("cloning the concepts, part of both", &|| {
            timed(|| again(&concepts).map(|c| c.languages.len() as u64).sum())
        }),
        ("quick-xml Writer, from concepts", &|| quick_writer(&concepts)),
        ("tbx, from concepts", &|| write(&concepts)),
    ];
    rounds(many, &only, bytes.len(), "from concepts", "quick-xml Writer, from concepts", &tasks);
}

/// Counts what comes, and keeps the first of it.
struct Count(u64, Vec<Concept>, usize);

impl Sink for Count {
    fn entry(&mut self, entry: Entry, _: Place) -> ControlFlow<()> {
        if let Entry::Concept(concept) = entry {
            self.0 += 1;
            if self.1.len() < self.2 {
                self.1.push(*concept);
                if self.1.len() == self.2 {
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, _: Finding) {}
}

fn first_concepts(bytes: &[u8], most: usize) -> Vec<Concept> {
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
    let read = format::by_name("tbx-v2-basic").and_then(|f| f.read).expect("TBX is read");
    read(Input::Stream(&mut bytes, "terms.tbx"), &ReadOptions::default(), sink).expect("it is well-formed");
}

/// The same concepts again and again, a hundred thousand of them.
fn again(concepts: &[Concept]) -> impl Iterator<Item = Box<Concept>> {
    let all = if concepts.is_empty() { 0 } else { 100_000 };
    concepts.iter().cycle().take(all).map(|c| Box::new(c.clone()))
}

fn write(concepts: &[Concept]) -> (u64, Duration) {
    let write = format::by_name("tbx-v2-basic").and_then(|f| f.write).expect("TBX is written");
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
    let mut entries = again(concepts).map(|c| Ok(Entry::Concept(c)));
    let time = timed(|| {
        let report = write(&mut entries, &options, Output::Stream(&mut nowhere));
        report.expect("nowhere takes everything").concepts
    });
    (nowhere.0, time.1)
}

/// Writes the same concepts with quick-xml's own writer, which is told every element outright.
fn quick_writer(concepts: &[Concept]) -> (u64, Duration) {
    let out = BufWriter::with_capacity(128 << 10, Nowhere(0));
    let mut writer = quick_xml::Writer::new_with_indent(out, b' ', 2);
    let time = timed(|| {
        // Indented as deep as the entries of a file are.
        ["martif", "text", "body"].iter().for_each(|e| start(&mut writer, e, &[]).expect("nowhere takes it"));
        let mut n = 0;
        for concept in again(concepts) {
            n += 1;
            quick_concept(&mut writer, &concept, n).expect("nowhere takes everything");
        }
        n
    });
    let mut inner = writer.into_inner();
    inner.flush().expect("nowhere takes everything");
    (inner.get_ref().0, time.1)
}

fn quick_concept(
    writer: &mut quick_xml::Writer<impl Write>,
    concept: &Concept,
    n: u64,
) -> std::io::Result<()> {
    start(writer, "termEntry", &[("id", &format!("c-.{n}"))])?;
    for field in &concept.subject_fields {
        element(writer, "descrip", "subjectField", field)?;
    }
    for section in &concept.languages {
        start(writer, "langSet", &[("xml:lang", section.lang.as_str())])?;
        for definition in &section.definitions {
            element(writer, "descrip", "definition", &definition.text)?;
        }
        for (i, term) in section.terms.iter().enumerate() {
            start(writer, "tig", &[("id", &format!("t-.{n}_{}_{}", section.lang, i + 1))])?;
            element(writer, "term", "", &term.text)?;
            if let Some(pos) = &term.part_of_speech {
                element(writer, "termNote", "partOfSpeech", pos)?;
            }
            let status = match term.status {
                Some(Status::Preferred) => "preferredTerm-admn-sts",
                _ => "admittedTerm-admn-sts",
            };
            element(writer, "termNote", "administrativeStatus", status)?;
            for context in &term.contexts {
                start(writer, "descripGrp", &[])?;
                element(writer, "descrip", "context", &context.text)?;
                element(writer, "admin", "source", context.source.title.as_deref().unwrap_or_default())?;
                end(writer, "descripGrp")?;
            }
            end(writer, "tig")?;
        }
        end(writer, "langSet")?;
    }
    end(writer, "termEntry")
}

fn element(
    writer: &mut quick_xml::Writer<impl Write>,
    name: &str,
    kind: &str,
    text: &str,
) -> std::io::Result<()> {
    let attribute = [("type", kind)];
    start(writer, name, if kind.is_empty() { &[] } else { &attribute })?;
    writer.write_event(quick_xml::events::Event::Text(quick_xml::events::BytesText::new(text)))?;
    end(writer, name)
}

fn start(
    writer: &mut quick_xml::Writer<impl Write>,
    name: &str,
    attributes: &[(&str, &str)],
) -> std::io::Result<()> {
    let mut start = quick_xml::events::BytesStart::new(name);
    start.extend_attributes(attributes.iter().copied());
    writer.write_event(quick_xml::events::Event::Start(start))
}

fn end(writer: &mut quick_xml::Writer<impl Write>, name: &str) -> std::io::Result<()> {
    writer.write_event(quick_xml::events::Event::End(quick_xml::events::BytesEnd::new(name)))
}
