//! JSON Lines: a line for an entry, in the shapes that the model itself has; nothing is lost.
//!
//! The first line is `{"schema_version":1,"format":"wicterm"}`, with what a file said about itself
//! under `header`; every other line is `{"concept":{…}}` or `{"unit":{…}}`. A line that cannot be
//! read is a finding, and reading goes on with the next one.

use std::io::{BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};

use super::{
    Entry, Format, Header, Input, LossReport, Output, ReadError, ReadOptions, Shape, Sink, WriteError,
    WriteOptions,
};
use crate::model::{Concept, Finding, Native, Place, Segment, Severity, Unit};

/// JSON Lines.
pub static JSONL: Format = Format {
    name: "jsonl",
    about: "JSON Lines: everything, a line for a concept or a unit",
    extensions: &["jsonl", "ndjson"],
    shape: Shape::File,
    concepts: true,
    units: true,
    lossless: true,
    units_stand_alone: true,
    bilingual: false,
    sniff: |head, _| {
        let first = head.trim_start_matches('\u{feff}').trim_start().lines().next().unwrap_or_default();
        // JSON allows spaces that we do not write.
        let first: String = first.chars().take(80).filter(|c| *c != ' ').collect();
        match &*first {
            f if f.starts_with("{\"schema_version\"") && f.contains("\"format\":\"wicterm\"") => 100,
            f if f.starts_with("{\"concept\":{") || f.starts_with("{\"unit\":{") => 90,
            _ => 0,
        }
    },
    read: Some(read),
    write: Some(write),
    job: None,
};

/// The version of the shapes, which grows when a field is renamed or removed.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct FirstLine {
    schema_version: u32,
    format: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header: Option<Header>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Concept(Box<Concept>),
    Unit(Box<Unit>),
}

fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let Input::Stream(stream, name) = input else {
        return Err(ReadError::Broken(
            Place::default(),
            "JSON Lines are a file, and this is a folder".into(),
        ));
    };
    let mut lines = Lines { input: BufReader::with_capacity(1 << 16, stream), limit: options.limits.text };
    let mut line = Vec::new();
    let (mut number, mut offset) = (0u32, 0u64);
    loop {
        let (taken, whole) = lines.next(&mut line)?;
        if taken == 0 {
            return Ok(());
        }
        number = number.saturating_add(1);
        let mut text = &line[..];
        if number == 1 {
            text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        }
        let begin = offset + (line.len() - text.len()) as u64;
        text = text.trim_ascii();
        offset += taken;
        let place =
            Place { bytes: Some((begin, begin + text.len() as u64)), ..Place::file(name).at_line(number) };
        if !whole {
            let message = format!("The line is longer than {} bytes and is left out.", options.limits.text);
            sink.finding(
                Finding::new("read-row", Severity::Error, place, message)
                    .help("Every entry stands in a line of its own; a line so long is damage as a rule."),
            );
            continue;
        }
        if text.is_empty() {
            continue;
        }
        if number == 1 && matches!(text, b"{" | b"[") {
            let what =
                "it is one JSON document over several lines; in JSON Lines every entry is a line of its own";
            return Err(ReadError::Broken(place, what.into()));
        }
        if number == 1
            && let Ok(first) = serde_json::from_slice::<FirstLine>(text)
        {
            if first.schema_version > SCHEMA_VERSION {
                let what = format!(
                    "the file has schema version {}; this program knows versions up to {SCHEMA_VERSION}",
                    first.schema_version
                );
                return Err(ReadError::Broken(place, what));
            }
            if let Some(header) = first.header
                && sink.entry(Entry::Header(Box::new(header)), place).is_break()
            {
                return Ok(());
            }
            continue;
        }
        let mut ignored: Vec<String> = vec![];
        let mut json = serde_json::Deserializer::from_slice(text);
        let parsed = serde_ignored::deserialize(&mut json, |path| {
            if ignored.len() < MOST_IGNORED {
                ignored.push(path.to_string());
            }
        });
        let entry = match parsed.and_then(|line| json.end().map(|()| line)) {
            Ok(Line::Concept(concept)) => Entry::Concept(concept),
            Ok(Line::Unit(unit)) => Entry::Unit(unit),
            Err(error) => {
                sink.finding(bad_line(&error, text, place));
                continue;
            }
        };
        if !ignored.is_empty() {
            let message = format!("Nobody knows the fields {}: they are not kept.", ignored.join(", "));
            let help = "They may come from a later version of wicterm, or be spelled wrongly.";
            sink.finding(Finding::new("read-dropped", Severity::Warning, place.clone(), message).help(help));
        }
        let trouble = match &entry {
            Entry::Unit(unit) if unit.variants.is_empty() => {
                Some((Severity::Warning, "it has no variant in any language"))
            }
            Entry::Unit(unit) if !unit.variants.iter().all(|variant| stands(&variant.segment)) => {
                Some((Severity::Error, "its inline codes do not stand in order between characters"))
            }
            _ => None,
        };
        if let Some((severity, why)) = trouble {
            sink.finding(Finding::new("read-row", severity, place, format!("The unit is left out: {why}.")));
            continue;
        }
        if sink.entry(entry, place).is_break() {
            return Ok(());
        }
    }
}

/// How many unknown fields of a line are named.
const MOST_IGNORED: usize = 20;

/// Tells whether a segment's codes stand in order and between its characters.
fn stands(segment: &Segment) -> bool {
    let mut last = 0;
    segment.inlines.iter().all(|inline| {
        let here = inline.at as usize;
        let native = inline.native.iter().all(|native| match native {
            Native::Code(_) => true,
            Native::Sub(_, segment) => stands(segment),
        });
        native && segment.text.is_char_boundary(here) && std::mem::replace(&mut last, here) <= here
    })
}

fn bad_line(error: &serde_json::Error, text: &[u8], mut place: Place) -> Finding {
    let upto = &text[..error.column().min(text.len())];
    place.column = Some(String::from_utf8_lossy(upto).chars().count().max(1) as u32);
    // Its own words end in "at line 1 column 7", of this line alone.
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    Finding::new("read-row", Severity::Error, place, format!("The line is left out: {said}.")).help(
        "A line is {\"concept\":{…}} or {\"unit\":{…}} in JSON, as wicterm export --as jsonl writes it.",
    )
}

/// Lines of bounded length.
struct Lines<R> {
    input: R,
    limit: usize,
}

impl<R: Read> Lines<BufReader<R>> {
    /// Takes a line; returns how many bytes it was and whether they are all in `line`.
    fn next(&mut self, line: &mut Vec<u8>) -> std::io::Result<(u64, bool)> {
        line.clear();
        let (mut taken, mut whole) = (0u64, true);
        loop {
            let data = match self.input.fill_buf() {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                data => data?,
            };
            let end = memchr::memchr(b'\n', data);
            let piece = &data[..end.map_or(data.len(), |n| n + 1)];
            whole &= line.len() + piece.len() <= self.limit;
            if whole {
                line.extend_from_slice(piece);
            }
            let used = piece.len();
            self.input.consume(used);
            taken += used as u64;
            if used == 0 || end.is_some() {
                return Ok((taken, whole));
            }
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum LineRef<'a> {
    Concept(&'a Concept),
    Unit(&'a Unit),
}

fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    _: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let Output::Stream(out) = out else {
        return Err(WriteError::Unsupported("JSON Lines are a file, not a folder".into()));
    };
    let mut report = LossReport::default();
    let mut line = Vec::new();
    let mut begun = false;
    for entry in entries {
        let entry = entry.map_err(WriteError::Source)?;
        line.clear();
        if !std::mem::replace(&mut begun, true) {
            let header = match &entry {
                Entry::Header(header) => Some((**header).clone()),
                _ => None,
            };
            first_line(&mut line, header)?;
        }
        match &entry {
            // There is one, and it comes first; a later one has no place in any format.
            Entry::Header(_) => {}
            Entry::Concept(concept) => {
                report.concepts += 1;
                report.terms += concept.terms().count() as u64;
                put(&mut line, &LineRef::Concept(concept))?;
            }
            Entry::Unit(unit) => {
                report.units += 1;
                put(&mut line, &LineRef::Unit(unit))?;
            }
        }
        out.write_all(&line)?;
    }
    if !begun {
        first_line(&mut line, None)?;
        out.write_all(&line)?;
    }
    Ok(report)
}

fn first_line(line: &mut Vec<u8>, header: Option<Header>) -> Result<(), WriteError> {
    put(line, &FirstLine { schema_version: SCHEMA_VERSION, format: "wicterm".into(), header })
}

fn put(line: &mut Vec<u8>, value: &impl Serialize) -> Result<(), WriteError> {
    serde_json::to_writer(&mut *line, value).map_err(|e| WriteError::Io(e.into()))?;
    line.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Limits;
    use crate::format::testing::{Collected, arbitrary_concept, read, write};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]
        #[test]
        fn nothing_is_lost_in_a_line(concepts in proptest::collection::vec(arbitrary_concept(), 0..3)) {
            let (bytes, report) = write(&JSONL, &concepts, true);
            prop_assert_eq!(report.losses.len(), 0);
            let (read, result) = read(&JSONL, &bytes, "x.jsonl");
            prop_assert!(result.is_ok() && read.findings.is_empty());
            prop_assert_eq!(read.concepts, concepts);
        }

        #[test]
        fn lines_of_any_bytes_never_panic(bytes: Vec<u8>) {
            let _ = read(&JSONL, &bytes, "x.jsonl");
        }
    }

    #[test]
    fn a_bad_line_is_said_and_the_next_one_read() {
        let lines = "{\"schema_version\":1,\"format\":\"wicterm\"}\n\n{\"concept\":{}\n{\"unit\":{\"variants\":[]}}\n\
            {\"concept\":{\"slug\":\"No\"}}\n{\"other\":1}\nnot json\n{\"concept\":{\"slug\":\"a\"}}";
        let (read, result) = read(&JSONL, lines.as_bytes(), "x.jsonl");
        result.unwrap();
        assert_eq!((read.concepts.len(), read.units.len()), (1, 0));
        let lines: Vec<_> = read.findings.iter().map(|f| f.place.line.unwrap()).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7]);
        assert!(read.findings[2].message.contains("is not a slug"), "{}", read.findings[2].message);
    }

    #[test]
    fn a_unit_whose_codes_stand_nowhere_is_left_out() {
        let codes = |codes: &str| {
            let segment = format!(r#"{{"text":"aé","inlines":[{codes}]}}"#);
            format!(r#"{{"unit":{{"variants":[{{"lang":"en","segment":{segment}}}]}}}}"#)
        };
        let code = |at: u32| format!(r#"{{"at":{at},"kind":"placeholder"}}"#);
        let inner = r#"{"at":0,"kind":"placeholder","native":[{"sub":[[],{"text":"","inlines":[{"at":1,"kind":"begin"}]}]}]}"#;
        for (line, sound) in [
            (codes(&format!("{},{}", code(1), code(3))), true),
            (codes(&format!("{},{}", code(3), code(1))), false),
            (codes(&code(2)), false),
            (codes(&code(4)), false),
            (codes(inner), false),
        ] {
            let (read, result) = read(&JSONL, line.as_bytes(), "x.jsonl");
            result.unwrap();
            assert_eq!(read.units.len(), usize::from(sound), "{line}");
            assert_eq!(read.findings.len(), usize::from(!sound), "{line}: {:?}", read.findings);
        }
    }

    #[test]
    fn a_line_too_long_is_left_out_in_bounded_memory() {
        let head = b"{\"concept\":{}}\n".as_slice();
        let mut input =
            head.chain(std::io::repeat(b'x').take(1 << 27)).chain(b"\n{\"concept\":{}}\n".as_slice());
        let options =
            ReadOptions { limits: Limits { text: 1 << 20, ..Limits::default() }, ..Default::default() };
        let mut sink = Collected::default();
        super::read(Input::Stream(&mut input, "x.jsonl"), &options, &mut sink).unwrap();
        assert_eq!((sink.concepts.len(), sink.findings.len()), (2, 1));
        assert_eq!(sink.places[1].line, Some(3));
    }

    #[test]
    fn a_file_of_a_later_version_is_refused() {
        let (_, result) = read(&JSONL, b"{\"schema_version\":2,\"format\":\"wicterm\"}\n", "x.jsonl");
        assert!(result.unwrap_err().to_string().contains("schema version 2"));
    }

    #[test]
    fn the_header_of_a_file_goes_along() {
        let header = Header {
            title: Some("t".into()),
            attributes: vec![("a".into(), "b".into())],
            ..Default::default()
        };
        let options = WriteOptions {
            source_lang: None,
            langs: vec![],
            notes: true,
            variants: false,
            now: String::new(),
            title: String::new(),
            resolve: &|_| None,
        };
        let mut bytes = vec![];
        let mut entries = std::iter::once(Ok(Entry::Header(Box::new(header.clone()))));
        super::write(&mut entries, &options, Output::Stream(&mut bytes)).unwrap();
        let (read, _) = read(&JSONL, &bytes, "x.jsonl");
        assert_eq!(read.header, Some(header));
        let (empty, _) = write(&JSONL, &[], true);
        assert_eq!(empty, b"{\"schema_version\":1,\"format\":\"wicterm\"}\n");
    }
}
