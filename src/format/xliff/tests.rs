//! What is read of every sample, what is changed in it, and what is filled in.

use std::fmt::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::bytes::apply;
use crate::format::job::{Filling, Mark};
use crate::format::testing;
use crate::format::{Job, JobOptions, detect};
use crate::model::{Inline, InlineKind, LanguageTag, Native, Segment};

/// What may break XML wherever it is not escaped, and a text that runs the other way.
const HOSTILE: &str = "a < b & \"c\" ]]> نص > 'd'";

fn lang(tag: &str) -> LanguageTag {
    tag.parse().unwrap()
}

fn seeds() -> Vec<(String, &'static Format, Vec<u8>)> {
    let mut all = vec![];
    for format in [&XLIFF, &XLIFF_2] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds/formats").join(format.name);
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            all.push((name, format, std::fs::read(file).unwrap()));
        }
    }
    all
}

/// The samples, and the same in other encodings and with other ends of line.
fn samples() -> Vec<(String, &'static Format, Vec<u8>)> {
    let mut all = seeds();
    for (name, format, bytes) in seeds() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        all.push((format!("{name} with a mark"), format, format!("\u{FEFF}{text}").into()));
        all.push((format!("{name} with crlf"), format, text.replace('\n', "\r\n").into()));
        let wide = text.replace("UTF-8", "utf-16").replace("\"utf-8\"", "\"utf-16\"");
        let wide = format!("\u{FEFF}{wide}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        all.push((format!("{name} in utf-16"), format, wide));
        let ansi = text.replace("UTF-8", "windows-1252").replace("\"utf-8\"", "\"windows-1252\"");
        if ansi.contains("windows-1252") {
            all.push((format!("{name} in windows-1252"), format, ansi_bytes(&ansi)));
        }
    }
    all
}

fn ansi_bytes(text: &str) -> Vec<u8> {
    let carried: String = text
        .chars()
        .map(|c| match encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2 {
            // In CDATA it would be text.
            true => 'x',
            false => c,
        })
        .collect();
    encoding_rs::WINDOWS_1252.encode(&carried).0.into_owned()
}

fn open(format: &Format, bytes: Vec<u8>) -> Job {
    let options = JobOptions::default();
    let plain = Job::open(format, bytes.clone(), "x", &options).unwrap();
    if plain.unsettled == 0 {
        return plain;
    }
    let options = JobOptions { target: Some(lang("fr")), ..options };
    Job::open(format, bytes, "x", &options).unwrap()
}

fn rows(job: &Job) -> impl Iterator<Item = (usize, usize)> + '_ {
    (0..job.pairs().len()).flat_map(|pair| (0..job.pairs()[pair].len()).map(move |row| (pair, row)))
}

/// Writes a segment with its codes in brackets.
fn shown(segment: &Segment) -> String {
    let mut out = String::new();
    let mut done = 0;
    for inline in &segment.inlines {
        out.push_str(&segment.text[done..inline.at as usize]);
        done = inline.at as usize;
        let native: String = inline
            .native
            .iter()
            .map(|native| match native {
                Native::Code(code) => code.clone(),
                Native::Sub(_, segment) => format!("({})", shown(segment)),
            })
            .collect();
        let pair = inline.pair.as_ref().map_or(String::new(), |pair| format!(" {pair}"));
        let kind = match &inline.kind {
            InlineKind::Begin => "<".to_owned(),
            InlineKind::End => ">".to_owned(),
            InlineKind::Placeholder => "=".to_owned(),
            other => format!("{other:?}"),
        };
        let _ = write!(out, "[{kind}{pair} {native}]");
    }
    out + &segment.text[done..]
}

#[test]
fn rows_are_what_the_files_say() {
    let mut table = String::new();
    for (name, format, bytes) in seeds() {
        let job = open(format, bytes);
        writeln!(table, "{name}").unwrap();
        for finding in &job.findings {
            writeln!(table, "  ! {}", finding.message).unwrap();
        }
        for (pair, row) in rows(&job) {
            let langs = &job.pairs()[pair];
            let mut marks = String::new();
            for (mark, is) in [(" held", job.is_held(pair, row)), (" vacant", job.is_vacant(pair, row))] {
                marks.push_str(if is { mark } else { "" });
            }
            let unit = job.unit(pair, row).unwrap_or("-");
            writeln!(table, "  {unit} {} {}{marks}", langs.source, langs.target).unwrap();
            writeln!(table, "    {:?}", shown(job.source(pair, row))).unwrap();
            writeln!(table, "    {:?}", shown(job.target(pair, row))).unwrap();
        }
    }
    insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"), prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("xliff-rows", table);
    });
}

#[test]
fn the_same_rows_are_read_in_every_encoding() {
    for (name, format, bytes) in seeds() {
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let said = |job: &Job| -> Vec<_> {
            rows(job)
                .map(|(p, r)| {
                    (job.unit(p, r).map(str::to_owned), shown(job.source(p, r)), shown(job.target(p, r)))
                })
                .collect()
        };
        let plain = said(&open(format, bytes));
        let wide = text.replace("UTF-8", "utf-16").replace("\"utf-8\"", "\"utf-16\"");
        let wide = format!("\u{FEFF}{wide}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(said(&open(format, wide)), plain, "{name}");
        assert_eq!(said(&open(format, text.replace('\n', "\r\n").into())), plain, "{name}");
    }
}

#[test]
fn every_target_takes_a_text_that_breaks_xml_and_no_other_byte_moves() {
    let mut changed = 0;
    for (name, format, bytes) in samples() {
        let job = open(format, bytes.clone());
        for (pair, row) in rows(&job) {
            let target = job.target(pair, row);
            if target.text.trim().is_empty() {
                continue;
            }
            let number = (0..job.segments()).find(|n| std::ptr::eq(job.segment(*n), target)).unwrap();
            // Between two codes at least there is a stretch that is nothing but text.
            let new = HOSTILE;
            let ends: Vec<usize> =
                target.text.char_indices().map(|(at, _)| at).chain([target.text.len()]).collect();
            let mut stretches: Vec<_> = (0..ends.len())
                .flat_map(|a| (a + 1..ends.len()).map(move |b| (a, b)))
                .map(|(a, b)| ends[a]..ends[b])
                .collect();
            stretches.sort_by_key(|range| std::cmp::Reverse(range.len()));
            let made = stretches
                .into_iter()
                .find_map(|range| Some((range.clone(), job.patch(number, range, new).ok()?)));
            let Some((range, (_, patch))) = made else {
                panic!("{name}: {:?} cannot be changed", target.text)
            };
            let (made, put) = apply(&bytes, std::slice::from_ref(&patch));
            assert_eq!(put, [0]);
            assert!(
                made.starts_with(&bytes[..patch.range.start]) && made.ends_with(&bytes[patch.range.end..])
            );
            let again = open(format, made);
            let mut expected = target.clone();
            expected.text.replace_range(range.clone(), new);
            assert_eq!(again.target(pair, row).text, expected.text, "{name}");
            let codes =
                |s: &Segment| s.inlines.iter().map(|i| Inline { at: 0, ..i.clone() }).collect::<Vec<_>>();
            assert_eq!(codes(again.target(pair, row)), codes(&expected), "{name}");
            for (p, r) in rows(&job).filter(|at| *at != (pair, row)) {
                assert_eq!(again.target(p, r), job.target(p, r), "{name}");
                assert_eq!(again.source(p, r), job.source(p, r), "{name}");
            }
            changed += 1;
        }
    }
    assert!(changed > 40, "{changed}");
}

fn mark() -> Mark {
    Mark { origin: "a & \"b\"".into(), score: 87, who: "me".into(), when: "2026-11-23T02:03:04Z".into() }
}

/// A translation with all codes of a source.
fn translation(source: &Segment, text: &str) -> Segment {
    let mut segment = Segment::plain(text);
    let middle = text.char_indices().nth(3).map_or(text.len(), |(at, _)| at) as u32;
    let count = source.inlines.len();
    for (n, inline) in source.inlines.iter().enumerate() {
        let at = if n * 2 < count { 0 } else { middle };
        segment.inlines.push(Inline { at, ..inline.clone() });
    }
    segment
}

fn fillings(job: &Job, text: &str, mark: Option<&Mark>) -> Vec<Filling> {
    rows(job)
        .filter(|(pair, row)| job.is_vacant(*pair, *row))
        .map(|(pair, row)| {
            let segment = translation(job.source(pair, row), text);
            Filling { pair, row, segment, mark: mark.cloned() }
        })
        .collect()
}

#[test]
fn every_empty_target_is_filled_and_every_missing_one_made() {
    for (name, format, bytes) in samples() {
        let job = open(format, bytes.clone());
        for mark in [None, Some(mark())] {
            let fillings = fillings(&job, HOSTILE, mark.as_ref());
            let filled = job.fill(&fillings);
            assert!(filled.refused.is_empty(), "{name}: {:?}", filled.refused);
            let (made, put) = apply(&bytes, &filled.patches);
            assert_eq!(put.len(), filled.patches.len(), "{name}: {filled:?}");
            let again = open(format, made);
            for (pair, row) in rows(&job) {
                let new = fillings.iter().find(|f| (f.pair, f.row) == (pair, row));
                let expected = new.map_or_else(|| job.target(pair, row), |f| &f.segment);
                assert_eq!(again.target(pair, row), expected, "{name}");
                assert_eq!(again.source(pair, row), job.source(pair, row), "{name}");
                assert_eq!(again.unit(pair, row), job.unit(pair, row), "{name}");
            }
        }
    }
}

#[test]
fn what_is_filled_is_written_as_each_dialect_does() {
    let mut pages = String::new();
    for (name, format, bytes) in seeds() {
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let job = open(format, bytes.clone());
        let filled = job.fill(&fillings(&job, "xxxyyy", Some(&mark())));
        let made = String::from_utf8(apply(&bytes, &filled.patches).0).unwrap();
        writeln!(pages, "== {name}").unwrap();
        for line in changed_lines(&text, &made) {
            writeln!(pages, "{line}").unwrap();
        }
    }
    insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"), prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("xliff-filled", pages);
    });
}

/// Returns the lines of a text that are not in another.
fn changed_lines<'t>(old: &str, new: &'t str) -> Vec<&'t str> {
    let known: Vec<&str> = old.lines().collect();
    new.lines().filter(|line| !known.contains(line)).collect()
}

#[test]
fn units_of_the_memory_are_what_the_files_say() {
    let mut pages = String::new();
    for (name, format, bytes) in seeds() {
        let (read, result) = testing::read(format, &bytes, &name);
        result.unwrap();
        writeln!(pages, "== {name}: {:?}", read.account).unwrap();
        for finding in &read.findings {
            let line = finding.place.line.unwrap_or_default();
            writeln!(pages, "{line}: {:?} {} {}", finding.severity, finding.check, finding.message).unwrap();
        }
        for unit in &read.units {
            let id = unit.origin.tuid.as_deref().unwrap_or("-");
            let said = |properties: &[crate::model::Property]| -> Vec<String> {
                properties
                    .iter()
                    .map(|p| format!("{}={}", p.kind.as_deref().unwrap_or("note"), p.text))
                    .collect()
            };
            writeln!(pages, "{id} {:?}", said(&unit.properties)).unwrap();
            for variant in &unit.variants {
                let (lang, said) = (&variant.lang, said(&variant.properties));
                writeln!(pages, "  {lang} {:?} {said:?}", shown(&variant.segment)).unwrap();
            }
        }
        for concept in &read.concepts {
            writeln!(pages, "{}", serde_json::to_string(concept).unwrap()).unwrap();
        }
    }
    insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"), prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("xliff-units", pages);
    });
}

#[test]
fn a_file_is_known_by_its_root_and_else_by_its_name() {
    let named = |head: &str, name: &str| detect(head, Path::new(name)).map(|f| f.name);
    for (head, name, expected) in [
        (
            "<?xml version='1.0'?><xliff version='1.2' xmlns='urn:oasis:names:tc:xliff:document:1.2'>",
            "a",
            Some("xliff"),
        ),
        ("<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.1\">", "a.xlf", Some("xliff-2")),
        ("<!-- <xliffer> --><x:xliff\n\tversion = \"1.1\">", "a.xml", Some("xliff")),
        (
            "<xliff\n  xmlns=\"urn:oasis:names:tc:xliff:document:2.2\"\n  version=\"2.2\">",
            "a.xml",
            Some("xliff-2"),
        ),
        ("<xliff version = '2.0'>", "a.xlf", Some("xliff-2")),
        ("<xliff\txmlns\n=\n\"urn:oasis:names:tc:xliff:document:2.0\">", "a.xlf", Some("xliff-2")),
        ("<xliff>", "a.xlf", Some("xliff")),
        ("", "a.sdlxliff", Some("xliff")),
        ("<tmx version=\"1.4\">", "a.xlf", Some("tmx")),
    ] {
        assert_eq!(named(head, name), expected, "{head} {name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_patch_changes_its_segment_as_it_is_meant_and_no_other_byte(
        sample in any::<prop::sample::Index>(),
        segment in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        len in 0..6_usize,
        new in prop::string::string_regex("([a-c é网]|[,;\"'<>&=\\]\n\r\t#]){0,4}").unwrap(),
    ) {
        let (name, format, bytes) = samples().swap_remove(sample.index(samples().len()));
        let job = open(format, bytes);
        let segment = segment.index(job.segments());
        let text = &job.segment(segment).text;
        let edges: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let first = from.index(edges.len());
        let range = edges[first]..edges[(first + len).min(edges.len() - 1)];
        let Ok((file, patch)) = job.patch(segment, range.clone(), &new) else { return Ok(()) };
        let old = job.files()[file].1.bytes();
        let (made, put) = apply(old, std::slice::from_ref(&patch));
        prop_assert_eq!(put, [0]);
        prop_assert!(made.starts_with(&old[..patch.range.start]) && made.ends_with(&old[patch.range.end..]));
        let texts = |job: &Job| (0..job.segments()).map(|n| job.segment(n).text.clone()).collect::<Vec<_>>();
        let again = open(format, made);
        let mut expected = texts(&job);
        expected[segment].replace_range(range, &new);
        // What leaves nothing of a source leaves no row.
        let gone = expected[segment].trim().is_empty();
        prop_assert!(gone || texts(&again) == expected, "{}: {:?} {:?}", name, texts(&again), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn torn_files_are_refused_or_read_and_what_is_filled_reads_back(
        sample in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_u8), 1..4),
    ) {
        let (name, format, bytes) = seeds().swap_remove(sample.index(seeds().len()));
        let Ok(mut text) = String::from_utf8(bytes) else { return Ok(()) };
        // Between tags: what comes of it is nearly XML.
        for (from, to, what) in cuts {
            let edges: Vec<usize> = text.match_indices(['<', '>', '"']).map(|(at, _)| at).collect();
            let (a, b) = (edges[from.index(edges.len())], edges[to.index(edges.len())]);
            let (start, end) = (a.min(b), text.floor_char_boundary((a.max(b)).min(a.min(b) + 80)));
            let stretch = text[start..end].to_owned();
            match what {
                0 => text.replace_range(start..end, ""),
                1 => text.insert_str(start, &stretch),
                _ => text.insert_str(a.max(b), &stretch),
            }
            if text.matches(['<', '>', '"']).count() == 0 {
                return Ok(());
            }
        }
        let (read, _) = testing::read(format, text.as_bytes(), &name);
        prop_assert!(read.units.iter().all(|unit| unit.variants.len() == 2));
        let options = JobOptions { source: None, target: None, ..JobOptions::default() };
        let Ok(job) = Job::open(format, text.clone().into(), "x", &options) else { return Ok(()) };
        let fillings = fillings(&job, "xxxyyy", Some(&mark()));
        let filled = job.fill(&fillings);
        let (made, put) = apply(text.as_bytes(), &filled.patches);
        prop_assert_eq!(put.len(), filled.patches.len(), "{}", text);
        let again = Job::open(format, made, "x", &options);
        prop_assert!(again.is_ok(), "{:?}\n{}", again.err(), text);
    }
}
