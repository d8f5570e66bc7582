//! PO through its two doors.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use proptest::prelude::*;

use super::FORMAT;
use crate::bytes::apply;
use crate::format::job::{Filling, Mark};
use crate::format::{Entry, Input, Job, JobOptions, ReadError, ReadOptions, Sink, detect};
use crate::model::{Finding, LanguageTag, Place, Segment, Side, Unit};

const HEADER: &str =
    "msgid \"\"\nmsgstr \"\"\n\"Language: fr\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\n";

fn lang(tag: &str) -> LanguageTag {
    tag.parse().unwrap()
}

fn open(bytes: Vec<u8>, name: &str) -> Result<Job, ReadError> {
    Job::open(&FORMAT, bytes, name, &JobOptions::default())
}

fn of(text: &str) -> Job {
    open(format!("{HEADER}{text}").into_bytes(), "x.po").unwrap()
}

#[derive(Default)]
struct Taken {
    units: Vec<Unit>,
    places: Vec<Place>,
    findings: Vec<Finding>,
}

impl Sink for Taken {
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()> {
        self.places.push(place);
        match entry {
            Entry::Unit(unit) => self.units.push(*unit),
            other => panic!("{other:?}"),
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

fn read(bytes: &[u8], name: &str) -> Taken {
    let mut taken = Taken::default();
    let mut bytes = bytes;
    super::read::read(Input::Stream(&mut bytes, name), &ReadOptions::default(), &mut taken).unwrap();
    taken
}

/// Our samples: name and bytes.
fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats/po");
    let mut samples: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    samples.sort();
    let french = samples.iter().find(|(name, _)| name == "fr.po").unwrap().1.clone();
    let french = String::from_utf8(french).unwrap();
    samples.push(("marked.po".into(), format!("\u{FEFF}{french}").into()));
    let latin = french.replace("charset=UTF-8", "charset=iso-8859-1").replace('’', "'");
    samples.push(("latin.po".into(), encoding_rs::WINDOWS_1252.encode(&latin).0.into()));
    samples.push((
        "escapes.po".into(),
        format!(
            "{HEADER}msgid \"\\303\\251t\\303\\251 \\x41\\7\"\nmsgstr \"\\1012\\a\\\\\\\"\"\n\"\\t\" \"\"\n"
        )
        .into(),
    ));
    samples
}

fn rows(job: &Job) -> Vec<(String, Option<String>, String, String)> {
    let mut rows = vec![];
    for (at, pair) in job.pairs().iter().enumerate() {
        rows.extend((0..pair.len()).map(|row| {
            let unit = job.unit(at, row).map(str::to_owned);
            let langs = format!("{}-{}", pair.source, pair.target);
            (langs, unit, job.source(at, row).text.clone(), job.target(at, row).text.clone())
        }));
    }
    rows
}

#[test]
fn rows_are_messages_and_their_plural_forms() {
    let all = samples();
    let sample = |name: &str| all.iter().find(|(of, _)| of == name).unwrap().1.clone();
    let french = rows(&open(sample("fr.po"), "fr.po").unwrap());
    assert_eq!(french.len(), 12);
    let row = |at: usize| (french[at].1.as_deref(), &*french[at].2, &*french[at].3);
    assert_eq!(row(2), (None, "%d paper on data security", "%d texte sur la sécurité des données"));
    assert_eq!(row(3), (None, "%d papers on data security", "%d textes sur la sécurité des données"));
    assert_eq!(row(4), (Some("menu|Open"), "Open", "Ouvrir"));
    assert_eq!(row(5), (Some("state of a paper|Open"), "Open", "Ouvert"));
    assert!(row(7).2.ends_with("\n\tet ceux sur la « Route de la soie numérique » sous C:\\papers.\n"));
    assert_eq!(row(8).2, "");
    let arabic = rows(&open(sample("ar.po"), "ar.po").unwrap());
    assert_eq!(arabic[0].0, "en-GB-ar");
    let sources: Vec<&str> = arabic[1..7].iter().map(|row| &*row.2).collect();
    assert_eq!(sources, ["%d states", "%d state", "%d states", "%d states", "%d states", "%d states"]);
    assert_eq!((&*arabic[7].2, &*arabic[7].3), ("Data security first", "أمن البيانات أولا"));
    let chinese = rows(&open(sample("zh_CN.po"), "zh_CN.po").unwrap());
    assert_eq!((&*chinese[0].0, &*chinese[0].2), ("en-zh-Hans", "%d initiatives"));
    let russian = open(sample("ru-koi8-r.po"), "x.po").unwrap();
    assert_eq!(rows(&russian)[0].3, "Интернет принадлежит всем государствам.");
    assert!(russian.findings.is_empty(), "{:?}", russian.findings);
    let escapes = rows(&open(sample("escapes.po"), "x.po").unwrap());
    assert_eq!((&*escapes[0].2, &*escapes[0].3), ("été A\u{7}", "A2\u{7}\\\"\t"));
    let template = open(sample("reading-room.pot"), "reading-room.pot").unwrap();
    assert_eq!((template.pairs().len(), template.segments(), template.unsettled), (0, 3, 3));
    let place = of("msgid \"a\"\nmsgstr \"\"\n\"x \"\n\"y\"\n").place(0, 0, Side::Target, 2..3);
    assert_eq!((place.line, place.column), (Some(9), Some(2)));
}

#[test]
fn who_asks_for_another_language_is_told() {
    let options = JobOptions { target: Some(lang("ru")), ..JobOptions::default() };
    let of = |text: String| Job::open(&FORMAT, text.into_bytes(), "x.po", &options);
    let refused = of(HEADER.to_owned() + "msgid \"a\"\nmsgstr \"b\"\n").unwrap_err().to_string();
    assert_eq!(refused, "the language of the translations is fr by the header, and not ru");
    let silent = "msgid \"a\"\nmsgstr \"b\"\n";
    assert_eq!(rows(&of(silent.to_owned()).unwrap())[0].0, "en-ru");
    let refused = open(silent.into(), "messages.po").unwrap_err().to_string();
    assert_eq!(refused, "neither its header nor its name says which language the translations are in");
}

#[test]
fn a_patch_is_written_as_the_file_writes() {
    // (entry, what is replaced in its translation, by what, the entry then)
    let rows = [
        (
            "msgid \"a\"\nmsgstr \"b\"\n",
            "b",
            "\\ \"c\"\t\n",
            Ok("msgid \"a\"\nmsgstr \"\\\\ \\\"c\\\"\\t\\n\"\n"),
        ),
        ("msgid \"a\"\nmsgstr \"\"\n", "", "b", Ok("msgid \"a\"\nmsgstr \"b\"\n")),
        ("msgid \"a\"\nmsgstr \"\"\n", "", "b\nc\n", Ok("msgid \"a\"\nmsgstr \"\"\n\"b\\n\"\n\"c\\n\"\n")),
        (
            "msgid \"a\"\nmsgstr \"\"\n\"one \"\n\"two \"\n\"three\"\n",
            "two",
            "2",
            Ok("msgid \"a\"\nmsgstr \"\"\n\"one \"\n\"2 \"\n\"three\"\n"),
        ),
        (
            "msgid \"a\"\nmsgstr \"\"\n\"one \"\n\"two \"\n\"three\"\n",
            "one two",
            "1 2",
            Ok("msgid \"a\"\nmsgstr \"\"\n\"1 2 \"\n\"three\"\n"),
        ),
        (
            "msgid \"a\"\nmsgstr \"\"\n\"one\\n\"\n\"two\"\n",
            "one\ntwo",
            "1\n2",
            Ok("msgid \"a\"\nmsgstr \"\"\n\"1\\n\"\n\"2\"\n"),
        ),
        ("msgid \"a\"\nmsgstr \"\\1b\"\n", "b", "2", Ok("msgid \"a\"\nmsgstr \"\\1\\062\"\n")),
        ("msgid \"a\"\nmsgstr \"\\1012b\"\n", "2b", "3", Ok("msgid \"a\"\nmsgstr \"\\1013\"\n")),
        ("msgid \"a\"\nmsgstr \"\\x1gb\"\n", "g", "", Err("a number behind a backslash stands before it")),
        ("msgid \"a\"\nmsgstr \"b\"\n", "b", "\0", Err("a PO file cannot hold a NUL")),
        ("msgid \"a\"\nmsgstr \"b\n", "b", "c", Err("nobody knows where in the file that text belongs")),
    ];
    for (before, old, new, after) in rows {
        let job = of(before);
        let (segment, text) = (1, &job.segment(1).text);
        let at = text.find(old).unwrap();
        let patched = job
            .patch(segment, at..at + old.len(), new)
            .map(|(_, patch)| String::from_utf8(apply(job.files()[0].1.bytes(), &[patch]).0).unwrap());
        match (patched, after) {
            (Ok(made), Ok(after)) => assert_eq!(made, format!("{HEADER}{after}")),
            (Err(why), Err(said)) => assert_eq!(why.to_string(), said),
            other => panic!("{before}: {other:?}"),
        }
    }
    let latin = HEADER.replace("UTF-8", "ISO-8859-1") + "msgid \"a\"\nmsgstr \"b\"\n";
    let job = open(latin.into_bytes(), "x.po").unwrap();
    assert!(job.patch(1, 0..1, "é").is_ok());
    let refused = job.patch(1, 0..1, "€").unwrap_err().to_string();
    assert!(refused.starts_with("the file is ISO-8859-1, which cannot write “€”"), "{refused}");
}

fn fillings(job: &Job, text: &str, score: u8) -> Vec<Filling> {
    let mark = Mark { origin: "m".into(), score, who: "me".into(), when: "2026-11-22T21:03:04Z".into() };
    let rows =
        (0..job.pairs().len()).flat_map(|pair| (0..job.pairs()[pair].len()).map(move |row| (pair, row)));
    rows.filter(|(pair, row)| job.is_vacant(*pair, *row))
        .map(|(pair, row)| Filling { pair, row, segment: Segment::plain(text), mark: Some(mark.clone()) })
        .collect()
}

#[test]
fn what_does_not_fit_exactly_is_flagged() {
    // (entry, score, the entry then)
    let rows = [
        ("msgid \"a\"\nmsgstr \"\"\n", 100, "msgid \"a\"\nmsgstr \"b\"\n"),
        ("msgid \"a\"\nmsgstr \"\"\n", 99, "#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\n"),
        (
            "# t\n#: x\n#, c-format\n#| msgid \"o\"\nmsgctxt \"c\"\nmsgid \"a\"\nmsgstr \"\"\n",
            80,
            "# t\n#: x\n#, fuzzy, c-format\n#| msgid \"o\"\nmsgctxt \"c\"\nmsgid \"a\"\nmsgstr \"b\"\n",
        ),
        (
            "#: x\n#| msgid \"o\"\nmsgctxt \"c\"\nmsgid \"a\"\nmsgstr \"\"\n",
            80,
            "#: x\n#, fuzzy\n#| msgid \"o\"\nmsgctxt \"c\"\nmsgid \"a\"\nmsgstr \"b\"\n",
        ),
        ("#, fuzzy\nmsgid \"a\"\nmsgstr \"\"\n", 80, "#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\n"),
        (
            "msgid \"a\"\nmsgid_plural \"as\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n",
            80,
            "#, fuzzy\nmsgid \"a\"\nmsgid_plural \"as\"\nmsgstr[0] \"b\"\nmsgstr[1] \"b\"\n",
        ),
        ("#~ msgid \"a\"\n#~ msgstr \"\"\n", 80, "#~ msgid \"a\"\n#~ msgstr \"\"\n"),
    ];
    for (before, score, after) in rows {
        for end in ["\n", "\r\n"] {
            let file = |text: &str| format!("{HEADER}{text}").replace('\n', end);
            let job = open(file(before).into_bytes(), "x.po").unwrap();
            let filled = job.fill(&fillings(&job, "b", score));
            assert!(filled.refused.is_empty() && filled.unmarked.is_none(), "{filled:?}");
            let (made, put) = apply(job.files()[0].1.bytes(), &filled.patches);
            assert_eq!(put.len(), filled.patches.len());
            assert_eq!(String::from_utf8(made).unwrap(), file(after));
        }
    }
}

#[test]
fn an_import_keeps_what_is_said_of_a_message() {
    let taken = read(&samples().iter().find(|(name, _)| name == "fr.po").unwrap().1, "fr.po");
    assert_eq!(taken.units.len(), 8);
    let said = |unit: &Unit| {
        let said = |p: &crate::model::Property| format!("{}={}", p.kind.as_deref().unwrap_or(""), p.text);
        unit.properties.iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(
        said(&taken.units[1]),
        [
            "=Checked with the library.",
            "=%1$s is the person, %2$d the number of papers.",
            "flags=c-format",
            "reference=src/list.c:40 src/list.c:88"
        ]
    );
    assert_eq!(taken.units[5].origin.tuid.as_deref(), Some("state of a paper|Open"));
    assert_eq!(
        said(&taken.units[6]),
        [
            "state=fuzzy",
            "flags=no-wrap",
            "reference=src/mail.c:3",
            "previous=msgid \"The Digital Silk Road\""
        ]
    );
    let told: Vec<&str> = taken.findings.iter().map(|f| &*f.message).collect();
    assert_eq!(
        told,
        ["4 messages are without a translation and left out.", "2 messages are obsolete (#~) and left out."]
    );
    let bytes = &samples().iter().find(|(name, _)| name == "fr.po").unwrap().1.clone();
    let (start, end) = taken.places[4].bytes.unwrap();
    let entry = "#: src/menu.c:7\nmsgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Ouvrir\"";
    assert_eq!(std::str::from_utf8(&bytes[start as usize..end as usize]).unwrap(), entry);
    let russian = samples().into_iter().find(|(name, _)| name.starts_with("ru")).unwrap().1;
    let russian = read(&russian, "ru.po");
    assert!(russian.places.iter().all(|place| place.bytes.is_none() && place.line.is_some()));
    let damaged = read(
        &[HEADER.as_bytes(), b"msgid \"a\"\nmsgstr \"\xE9\"\n\nhello\nthere\nmsgid \"b\nmsgstr \"c\"\n"]
            .concat(),
        "x.po",
    );
    let lines: Vec<_> = damaged.findings.iter().map(|f| (f.check.as_str(), f.place.line)).collect();
    assert_eq!(lines, [("read-row", Some(9)), ("read-row", Some(11)), ("read-encoding", Some(7))]);
    assert_eq!(damaged.units.len(), 2);
}

#[test]
fn an_import_reads_what_a_job_reads() {
    for (name, bytes) in samples().into_iter().filter(|(name, _)| !name.ends_with("pot")) {
        let job = rows(&open(bytes.clone(), &name).unwrap());
        let translated = job.into_iter().filter(|row| !row.3.is_empty()).map(|row| (row.1, row.2, row.3));
        let units = read(&bytes, &name).units.into_iter().map(|unit| {
            let text = |at: usize| unit.variants[at].segment.text.clone();
            (unit.origin.tuid.clone(), text(0), text(1))
        });
        assert_eq!(units.collect::<Vec<_>>(), translated.collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn a_catalogue_is_known_by_its_beginning() {
    let known = |head: &str, name: &str| detect(head, Path::new(name)).map(|f| f.name);
    assert_eq!(known(HEADER, "x"), Some("po"));
    assert_eq!(known("# a remark\n\nmsgid \"a\"\nmsgstr \"b\"\n", "x.txt"), Some("po"));
    assert_eq!(known("", "fr.po"), Some("po"));
    assert_ne!(known("msgid,msgstr\na,b\n", "x.csv"), Some("po"));
    assert_ne!(known("The keyword\nmsgid \"a\"\nmsgstr \"b\"\n", "x.txt"), Some("po"));
}

#[test]
fn an_endless_entry_is_refused_and_a_damaged_file_is_not_told_line_by_line() {
    let limits = crate::format::Limits { text: 1_000, ..Default::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let endless = format!("{HEADER}msgid \"a\"\nmsgstr \"\"\n{}", "\"x\"\n".repeat(1_000));
    let mut bytes = endless.as_bytes();
    let read = super::read::read(Input::Stream(&mut bytes, "x.po"), &options, &mut Taken::default());
    assert!(matches!(read, Err(ReadError::Limit(..))), "{read:?}");
    let job = of(&"msgid \"a\nmsgstr \"b\n".repeat(1_000));
    assert_eq!(job.findings.len(), 1_001);
    assert_eq!(job.findings[1_000].message, "There are 1000 more lines like these.");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn a_patch_changes_its_segment_as_it_is_meant_and_no_other_byte(
        sample in any::<prop::sample::Index>(),
        segment in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        len in 0..40_usize,
        new in prop::string::string_regex("([a-c0-9 é网م]|[\"\\\\#%\n\r\t\u{7}\u{B}]){0,5}").unwrap(),
    ) {
        let samples = samples();
        let (name, bytes) = &samples[sample.index(samples.len())];
        let job = open(bytes.clone(), name).unwrap();
        let segment = segment.index(job.segments());
        let text = &job.segment(segment).text;
        let edges: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let first = from.index(edges.len());
        let range = edges[first]..edges[(first + len).min(edges.len() - 1)];
        let Ok((_, patch)) = job.patch(segment, range.clone(), &new) else { return Ok(()) };
        let (made, put) = apply(bytes, std::slice::from_ref(&patch));
        prop_assert_eq!(put, [0]);
        prop_assert!(made.starts_with(&bytes[..patch.range.start]) && made.ends_with(&bytes[patch.range.end..]));
        let again = open(made, name).unwrap();
        let texts = |job: &Job| (0..job.segments()).map(|n| job.segment(n).text.clone()).collect::<Vec<_>>();
        let mut expected = texts(&job);
        expected[segment].replace_range(range, &new);
        // A message without a text is none.
        if expected[segment].is_empty() && again.segments() < job.segments() {
            return Ok(());
        }
        prop_assert_eq!(texts(&again), expected, "{}", name);
    }

    #[test]
    fn damage_anywhere_is_read_without_harm(
        sample in any::<prop::sample::Index>(),
        damage in prop::collection::vec(
            (any::<prop::sample::Index>(), prop_oneof![any::<u8>(), prop::sample::select(b"\"\\\n#[]msx0 ".to_vec())]),
            1..8,
        ),
        cut in any::<prop::sample::Index>(),
    ) {
        let samples = samples();
        let (name, bytes) = &samples[sample.index(samples.len())];
        let mut bytes = bytes.clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(bytes.len() - cut.index(bytes.len()) / 4);
        let mut taken = Taken::default();
        let mut rest = &*bytes;
        let end = bytes.len() as u64;
        let inside = |place: &Place| place.bytes.is_none_or(|(from, to)| from <= to && to <= end);
        if super::read::read(Input::Stream(&mut rest, name), &ReadOptions::default(), &mut taken).is_ok() {
            prop_assert!(taken.places.iter().all(inside));
            prop_assert!(taken.findings.iter().all(|finding| inside(&finding.place)));
        }
        let Ok(job) = open(bytes.clone(), name) else { return Ok(()) };
        prop_assert!(job.findings.iter().all(|finding| inside(&finding.place)));
        for (at, pair) in job.pairs().iter().enumerate() {
            for row in 0..pair.len() {
                let place = job.place(at, row, Side::Target, 0..job.target(at, row).text.len());
                prop_assert!(inside(&place));
            }
        }
        // Whatever may be written reads as it is meant, and what may not is refused.
        for segment in 0..job.segments() {
            let len = job.segment(segment).text.len();
            let Ok((_, patch)) = job.patch(segment, 0..len, "7\" \\n") else { continue };
            let (made, _) = apply(&bytes, &[patch]);
            let again = open(made, name).unwrap();
            prop_assert_eq!(&again.segment(segment).text, "7\" \\n", "{} {}", name, segment);
        }
    }

    #[test]
    fn lines_in_any_order_do_no_harm(
        lines in prop::collection::vec(prop::sample::select(vec![
            "msgid \"a\"", "msgid \"\"", "msgstr \"b\"", "msgstr \"\"", "msgstr[0] \"c\"", "msgstr[1] \"\"", "msgstr[", "\"d\"",
            "\"e\\n\" \"f\"", "msgctxt \"g\"", "msgid_plural \"h\"", "# i", "#, fuzzy", "#. j", "#: k", "#| msgid \"l\"",
            "#~ msgid \"m\"", "#~ msgstr \"n\"", "", "  ", "domain \"o\"", "o", "\"p", "msgstr \"\\7\\x\\q\\", "\"Language: fr\\n\"",
        ]), 0..30),
    ) {
        let text = lines.join("\n");
        let job = open(text.clone().into_bytes(), "fr.po").unwrap();
        let job_rows = rows(&job).into_iter().filter(|row| !row.3.trim().is_empty()).map(|row| (row.2, row.3));
        let units = read(text.as_bytes(), "fr.po").units.into_iter();
        let units = units.map(|unit| (unit.variants[0].segment.text.clone(), unit.variants[1].segment.text.clone()));
        prop_assert_eq!(units.collect::<Vec<_>>(), job_rows.collect::<Vec<_>>());
        let filled = job.fill(&fillings(&job, "z", 50));
        let (made, put) = apply(text.as_bytes(), &filled.patches);
        prop_assert_eq!(put.len(), filled.patches.len());
        let waiting = (0..job.pairs().len())
            .flat_map(|pair| (0..job.pairs()[pair].len()).map(move |row| (pair, row)))
            .filter(|(pair, row)| job.is_vacant(*pair, *row))
            .count();
        let made = open(made, "fr.po").unwrap();
        let zs = rows(&made).into_iter().filter(|row| row.3 == "z").count();
        prop_assert_eq!(zs, waiting - filled.refused.len());
    }
}
