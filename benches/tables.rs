//! How fast tables are read and written, beside the `csv` crate merely cutting the same bytes.
//!
//! `cargo bench --bench tables -- [ROWS] [ROUNDS]`; the tables are made here, ten rows to a
//! concept. Each figure is the best of the rounds, and the rounds go in turn, so that a busy
//! machine slows all of them alike.

use std::ops::ControlFlow;
use std::time::Instant;

use wicterm::format::{self, Entry, Input, Output, ReadOptions, Sink, WriteOptions};
use wicterm::model::{Finding, Place};

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let rows = numbers.next().unwrap_or(100_000);
    let rounds = numbers.next().unwrap_or(5);
    let terms = terms(rows);
    let bitext = bitext(rows);
    let concepts = read("terms-csv", &terms);
    let units = read("bitext-csv", &bitext);
    let lines = write("jsonl", &concepts);
    let tasks: [(&str, &dyn Fn() -> usize); 8] = [
        ("csv crate, bare records, terms", &|| bare(&terms)),
        ("terms-csv into concepts", &|| read("terms-csv", &terms).len()),
        ("terms-csv from concepts", &|| write("terms-csv", &concepts).len()),
        ("terms-wide-csv from concepts", &|| write("terms-wide-csv", &concepts).len()),
        ("csv crate, bare records, bitext", &|| bare(&bitext)),
        ("bitext-csv into units", &|| read("bitext-csv", &bitext).len()),
        ("bitext-csv from units", &|| write("bitext-csv", &units).len()),
        ("jsonl into concepts", &|| read("jsonl", &lines).len()),
    ];
    let mut best = [f64::MAX; 8];
    for _ in 0..rounds {
        for ((_, task), best) in tasks.iter().zip(&mut best) {
            let start = Instant::now();
            std::hint::black_box(task());
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    println!("{rows} rows; terms {} bytes, bitext {} bytes; best of {rounds}", terms.len(), bitext.len());
    for ((name, _), seconds) in tasks.iter().zip(best) {
        println!("{name:34} {:8.1} ms {:10.0} rows/s", seconds * 1e3, rows as f64 / seconds);
    }
}

fn terms(rows: usize) -> Vec<u8> {
    let mut out =
        String::from("concept,lang,term,status,kind,forbidden,definition,context,source,url,date,note\n");
    let langs = ["en", "zh-Hans", "fr", "ru", "ar"];
    for row in 0..rows {
        let (concept, nth) = (row / 10, row % 10);
        let lang = langs[nth / 2];
        let status = if nth % 2 == 0 { "preferred" } else { "admitted" };
        let definition = if nth == 0 { "\"What a state claims, or says it claims\"" } else { "" };
        out.push_str(&format!(
            "concept-{concept},{lang},the {nth}th word for 网络 {concept},{status},full form,,{definition},,\
             A page about {concept},https://example.org/{row},2015-12-16,\n"
        ));
    }
    out.into_bytes()
}

fn bitext(rows: usize) -> Vec<u8> {
    let mut out = String::from("id,en,fr,client\n");
    for row in 0..rows {
        out.push_str(&format!(
            "{row},\"In the spring of {row}, the delegations agreed to meet again and to speak of it.\",\
             \"Au printemps {row}, les délégations sont convenues de se revoir et d'en parler.\",ACME\n"
        ));
    }
    out.into_bytes()
}

fn bare(bytes: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut record = csv::StringRecord::new();
    let mut cells = 0;
    while reader.read_record(&mut record).expect("the table is well-formed") {
        cells += record.len();
    }
    cells
}

#[derive(Default)]
struct Collect(Vec<Entry>);

impl Sink for Collect {
    fn entry(&mut self, entry: Entry, _: Place) -> ControlFlow<()> {
        self.0.push(entry);
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        panic!("{}", finding.message);
    }
}

fn read(name: &str, mut bytes: &[u8]) -> Vec<Entry> {
    let door = format::by_name(name).and_then(|f| f.read).expect("the format reads");
    let mut sink = Collect::default();
    door(Input::Stream(&mut bytes, "bench"), &ReadOptions::default(), &mut sink).expect("it reads");
    sink.0
}

fn write(name: &str, entries: &[Entry]) -> Vec<u8> {
    let door = format::by_name(name).and_then(|f| f.write).expect("the format writes");
    let options = WriteOptions {
        source_lang: None,
        langs: vec![],
        notes: true,
        variants: false,
        now: String::new(),
        title: String::new(),
        resolve: &|_| None,
    };
    let mut out = vec![];
    let mut entries = entries.iter().cloned().map(Ok);
    door(&mut entries, &options, Output::Stream(&mut out)).expect("it writes");
    out
}
