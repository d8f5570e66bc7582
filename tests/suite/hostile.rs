//! Files from strangers who mean harm, or whose disk did.
//!
//! Whatever the bytes, an import ends soon, in little memory, without a panic, with a sentence or with
//! findings; and where it refused, the base is as it was. `WICTERM_LONG=1` makes the long lines a
//! gigabyte long; the bound on memory stays the same.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::door::{Desk, Ran, long, piped, wait_bounded};

/// More memory than any of these files may cost, in kB; the text limit of a reader is 16 MiB.
const MEMORY: u64 = 160 << 10;
/// The same where texts of ten megabytes are compared with each other, each folded, cut and told.
const WHOLE_TEXTS: u64 = 512 << 10;
/// More time than any of them may cost, in a debug build on a busy machine.
const TIME: Duration = Duration::from_secs(120);
/// A text that stands in a file beside the hostile one and must never be fetched from there.
const SECRET: &str = "what-nobody-may-fetch";

/// What must come of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is refused, and nothing is written.
    Refused,
    /// Nothing in it can be stored: refused, or findings and nothing written.
    Nothing,
    /// It has findings, or is refused; what is good in it may be stored.
    Findings,
    /// It is legal: how it ends is no matter, if it ends well.
    Legal,
}
use End::{Findings, Legal, Nothing, Refused};

/// Pieces of a file: what repeats is made while it is fed, so that a long file needs no room.
enum Piece {
    Text(String),
    Bytes(Vec<u8>),
    Repeat(&'static str, u64),
}
use Piece::{Bytes, Repeat, Text};

/// Name, format, pieces, end.
type Case = (&'static str, &'static str, Vec<Piece>, End);

/// How often a ten-byte text repeats in a line that is too long.
fn many() -> u64 {
    if long() { 100 << 20 } else { 7 << 20 }
}

fn text(text: impl Into<String>) -> Piece {
    Text(text.into())
}

/// A TMX document around a segment's content, or after a document type declaration.
fn tmx(doctype: &str, segment: Vec<Piece>) -> Vec<Piece> {
    let head = "<tmx version=\"1.4\"><header creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" \
                o-tmf=\"t\" adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\"/><body><tu><tuv xml:lang=\"en\"><seg>";
    let tail = "</seg></tuv><tuv xml:lang=\"fr\"><seg>un</seg></tuv></tu></body></tmx>";
    let mut pieces = vec![text(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{doctype}{head}"))];
    pieces.extend(segment);
    pieces.push(text(tail));
    pieces
}

/// A TBX document around a term's content.
fn tbx(doctype: &str, term: Vec<Piece>) -> Vec<Piece> {
    let head = "<tbx type=\"TBX-Basic\" style=\"dca\" xml:lang=\"en\" xmlns=\"urn:iso:std:iso:30042:ed-2\"><tbxHeader>\
                <fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></tbxHeader><text><body>\
                <conceptEntry id=\"c1\"><langSec xml:lang=\"en\"><termSec><term>";
    let tail = "</term></termSec></langSec></conceptEntry></body></text></tbx>";
    let mut pieces = vec![text(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{doctype}{head}"))];
    pieces.extend(term);
    pieces.push(text(tail));
    pieces
}

/// An XLIFF document around a source's content.
fn xliff(doctype: &str, source: Vec<Piece>) -> Vec<Piece> {
    let head = "<xliff version=\"1.2\" xmlns=\"urn:oasis:names:tc:xliff:document:1.2\"><file original=\"x\" \
                source-language=\"en\" target-language=\"fr\" datatype=\"x\"><body><trans-unit id=\"1\"><source>";
    let tail = "</source><target>un</target></trans-unit></body></file></xliff>";
    let mut pieces = vec![text(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{doctype}{head}"))];
    pieces.extend(source);
    pieces.push(text(tail));
    pieces
}

/// What every XML format must withstand, given how to put something into its text.
fn xml_cases(format: &'static str, document: fn(&str, Vec<Piece>) -> Vec<Piece>) -> Vec<Case> {
    let root = format.split('-').next().unwrap_or(format);
    let laughs: String =
        (1..10).map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE {root} [<!ENTITY l0 \"ha ha ha ha\">{laughs}]>");
    let squared = format!("<!DOCTYPE {root} [<!ENTITY q \"{}\">]>", "q".repeat(100_000));
    let circle = format!("<!DOCTYPE {root} [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]>");
    let outside = format!(
        "<!DOCTYPE {root} [<!ENTITY s SYSTEM \"secret.txt\"><!ENTITY % p SYSTEM \"secret.txt\">%p;]>"
    );
    let fetched = format!("<!DOCTYPE {root} SYSTEM \"secret.txt\">");
    let whole = document("", vec![text("one two three")]);
    let Some(Text(beginning)) = whole.into_iter().next() else { unreachable!("a document begins with text") };
    vec![
        ("billion laughs", format, document(&laughs, vec![text("&l9;")]), Refused),
        ("one long entity a thousand times", format, document(&squared, vec![Repeat("&q;", 1000)]), Refused),
        ("entities in a circle", format, document(&circle, vec![text("&a;")]), Findings),
        ("an entity in another file", format, document(&outside, vec![text("one &s; two")]), Findings),
        ("a document type in another file", format, document(&fetched, vec![text("one two three")]), Legal),
        ("a text without end", format, document("", vec![Repeat("aaaaaaaaa ", many())]), Refused),
        (
            "an attribute without end",
            format,
            document("", vec![text("<hi type=\""), Repeat("aaaaaaaaa ", many()), text("\">x</hi>")]),
            Refused,
        ),
        ("a name without end", format, document("", vec![text("<"), Repeat("aaaaaaaaaa", many())]), Refused),
        (
            "a comment without end",
            format,
            document("", vec![text("one<!--"), Repeat("aaaaaaaaa ", many()), text("--> two")]),
            Legal,
        ),
        (
            "a hundred thousand elements, one in another",
            format,
            document("", vec![Repeat("<hi>", 100_000), text("x"), Repeat("</hi>", 100_000)]),
            Refused,
        ),
        (
            "a hundred thousand attributes",
            format,
            document("", vec![text("<hi "), Repeat("a=\"b\" ", 100_000), text(">x</hi>")]),
            Findings,
        ),
        ("NUL bytes", format, document("", vec![Bytes(b"one\0two\0".to_vec())]), Findings),
        ("invalid UTF-8", format, document("", vec![Bytes(b"one \xff\xfe\xc3 two".to_vec())]), Findings),
        ("a file cut short in its text", format, vec![text(beginning.clone())], Refused),
        ("a file cut short in its first tag", format, vec![text(&beginning[..60])], Refused),
        (
            "a character cut in two",
            format,
            vec![text(beginning), Bytes("国".as_bytes()[..2].to_vec())],
            Refused,
        ),
        ("nothing", format, vec![], Nothing),
        (
            "a gigantic character number",
            format,
            document("", vec![text("one &#99999999999999999999; two")]),
            Findings,
        ),
    ]
}

/// What every table must withstand.
fn table_cases(format: &'static str, header: &'static str, row: &'static str) -> Vec<Case> {
    let with = |pieces: Vec<Piece>| std::iter::once(text(header)).chain(pieces).collect();
    vec![
        ("a line without end", format, with(vec![Repeat("aaaaaaaaaa", many())]), Nothing),
        ("a header without end", format, vec![Repeat("aaaaaaaaaa", many())], Nothing),
        (
            "a quote that never closes",
            format,
            with(vec![text("\""), Repeat(",,,,,,,,,\n", many())]),
            Findings,
        ),
        ("a million cells", format, with(vec![Repeat(",", 1_000_000), text("\n")]), Nothing),
        ("nothing but NUL bytes", format, with(vec![Bytes(b"\0\0\0,\0,\0\n".to_vec())]), Findings),
        ("NUL bytes", format, with(vec![text(row.replace("one", "on\0e"))]), Findings),
        (
            "invalid UTF-8",
            format,
            vec![Bytes([header.as_bytes(), row.as_bytes(), b"\xff\xfe\xc3,\xff,\xc0\xaf\xff\n"].concat())],
            Findings,
        ),
        ("half a UTF-16 file", format, vec![Bytes(b"\xff\xfec\0o\0n".to_vec())], Nothing),
        ("a file cut short in a quote", format, vec![text(header), text("\"c1,en")], Findings),
        ("nothing", format, vec![], Nothing),
    ]
}

fn json_cases() -> Vec<Case> {
    let format = "jsonl";
    vec![
        ("a line without end", format, vec![text("{\"a\":\""), Repeat("aaaaaaaaaa", many())], Nothing),
        ("a hundred thousand lists", format, vec![Repeat("[", 100_000)], Nothing),
        ("a hundred thousand objects", format, vec![Repeat("{\"a\":", 100_000)], Nothing),
        ("NUL bytes", format, vec![Bytes(b"\0\0\0\n{\"\0\":1}\n".to_vec())], Nothing),
        ("invalid UTF-8", format, vec![Bytes(b"{\"concept\":\"\xff\xfe\"}\n".to_vec())], Nothing),
        ("a line cut short", format, vec![text("{\"concept\":{\"slug\":\"a")], Nothing),
        ("a number out of all bounds", format, vec![text("{\"concept\":1e999999999}\n")], Nothing),
        ("nothing", format, vec![], Nothing),
    ]
}

#[test]
fn hostile_tmx_does_no_harm() {
    judge(xml_cases("tmx", tmx));
}

#[test]
fn hostile_xliff_does_no_harm() {
    judge(xml_cases("xliff", xliff));
}

#[test]
fn hostile_tbx_does_no_harm() {
    judge(xml_cases("tbx-basic-dca", tbx));
}

#[test]
fn hostile_tables_do_no_harm() {
    judge(table_cases("terms-csv", "concept,lang,term\n", "c1,en,one\n"));
    judge(table_cases("terms-wide-csv", "en,fr\n", "one,un\n"));
    judge(table_cases("bitext-csv", "id,source,target\n", "1,one,un\n"));
}

#[test]
fn hostile_json_lines_do_no_harm() {
    judge(json_cases());
}

#[test]
fn a_hostile_glossary_folder_does_no_harm() {
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("lists-in-lists.toml", [b"a = ".to_vec(), b"[".repeat(100_000)].concat()),
        ("a-dotted-key.toml", [b"a".to_vec(), b".a".repeat(100_000), b" = 1".to_vec()].concat()),
        ("nul.toml", b"slug = \"a\0b\"\n".to_vec()),
        ("invalid.toml", b"slug = \"\xff\xfe\"\n".to_vec()),
        ("cut.toml", b"[[languages.en".to_vec()),
        ("long.toml", b"a".repeat(if long() { 1 << 30 } else { 64 << 20 })),
    ];
    for (name, bytes) in cases {
        let (desk, before) = standing_base();
        let folder = desk.folder().join("glossary");
        fs::create_dir(&folder).expect("a temporary folder can be made");
        fs::write(folder.join(name), bytes).expect("a temporary file can be written");
        let folder = folder.to_str().expect("temporary paths are UTF-8").to_owned();
        let ran =
            bounded(&desk, &["import", "--from", "glossary", &folder, "--format", "jsonl"], vec![], name);
        assess(&desk, &before, &ran, Nothing, &format!("glossary, {name}"));
    }
    // A folder named like a file, and one that leads back to itself.
    let (desk, before) = standing_base();
    fs::create_dir_all(desk.folder().join("glossary/inner.toml")).expect("a temporary folder can be made");
    #[cfg(unix)]
    std::os::unix::fs::symlink(desk.folder().join("glossary"), desk.folder().join("glossary/again"))
        .expect("a link can be made");
    let folder = desk.folder().join("glossary");
    let folder = folder.to_str().expect("temporary paths are UTF-8").to_owned();
    bounded(&desk, &["import", "--from", "glossary", &folder], vec![], "a folder in itself");
    assert_eq!(desk.ok(["dump"]), before);
}

#[test]
fn a_folder_where_a_file_should_be_is_refused() {
    for (format, name) in [
        ("tmx", "x.tmx"),
        ("tbx-basic-dca", "x.tbx"),
        ("terms-csv", "x.csv"),
        ("jsonl", "x.jsonl"),
        ("bitext-tsv", "x.tsv"),
    ] {
        let (desk, before) = standing_base();
        fs::create_dir(desk.folder().join(name)).expect("a temporary folder can be made");
        for args in [vec!["import", name], vec!["import", "--from", format, name]] {
            let ran = desk.run(&args);
            assert!(matches!(ran.code, Some(2 | 3)) && !ran.err.is_empty(), "{args:?}: {ran}");
        }
        assert_eq!(desk.ok(["dump"]), before, "{format}");
    }
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let (desk, before) = standing_base();
    desk.run(["import", "nowhere.tmx"]).refused();
    assert_eq!(desk.ok(["dump"]), before);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let (desk, before) = standing_base();
    for name in ["x.tmx", "x.tbx", "x.csv", "x.jsonl"] {
        let file = desk.write(name, "whatever");
        fs::set_permissions(file, fs::Permissions::from_mode(0o000)).expect("it is ours");
    }
    let nobody = crate::crash::Nobody::new(&desk);
    for name in ["x.tmx", "x.tbx", "x.csv", "x.jsonl"] {
        nobody.run(&desk, &["import", name]).refused();
    }
    assert_eq!(nobody.run(&desk, &["dump"]).out, before);
}

/// Segments that a memory may hold and must not choke on: it answers in time about them and beside them.
#[test]
fn hostile_memories_are_asked_and_answer() {
    let tu = |variants: &[(&str, String)]| {
        let tuvs =
            variants.iter().map(|(lang, seg)| format!("<tuv xml:lang=\"{lang}\"><seg>{seg}</seg></tuv>"));
        format!("<tu>{}</tu>\n", tuvs.collect::<String>())
    };
    let of = |body: String| {
        format!(
            "<tmx version=\"1.4\"><header srclang=\"en\" segtype=\"sentence\" datatype=\"plaintext\" o-tmf=\"x\" \
             adminlang=\"en\" creationtool=\"x\" creationtoolversion=\"1\"/><body>{body}</body></tmx>"
        )
    };
    let plain = tu(&[("en", "a plain sentence of the memory".to_owned()), ("fr", "une phrase".to_owned())]);
    let languages = || {
        let letters = "bcdfghjklmnpqrstvwxz".as_bytes();
        let code = |n: usize| {
            [letters[n / 400 % 20], letters[n / 20 % 20], letters[n % 20]].map(char::from).iter().collect()
        };
        (0..8_000).map(code).collect::<Vec<String>>()
    };
    let codes = |n: usize| {
        let mut seg = String::from("a sentence");
        (0..n).for_each(|i| seg.push_str(&format!("<bpt i=\"{i}\">&lt;b{i}&gt;</bpt> x")));
        (0..n).rev().for_each(|i| seg.push_str(&format!("<ept i=\"{i}\">&lt;/b&gt;</ept>")));
        seg
    };
    let million = if long() { 1_000_000 } else { 20_000 };
    let huge = "a huge sentence ".repeat(10 << 16).trim().to_owned();
    let many: Vec<(String, String)> =
        languages().into_iter().map(|l| (l, "the same everywhere".to_owned())).collect();
    let many: Vec<(&str, String)> = many.iter().map(|(l, s)| (l.as_str(), s.clone())).collect();
    for (name, body, query, from, score) in [
        (
            "ten megabytes in a segment",
            tu(&[("en", huge.clone()), ("fr", "une phrase longue".to_owned())]),
            huge.clone(),
            "en",
            100,
        ),
        ("a segment in thousands of languages", tu(&many), "the same everywhere".to_owned(), "bbc", 100),
        (
            "equal units",
            tu(&[("en", "one and the same sentence".to_owned()), ("fr", "une seule".to_owned())])
                .repeat(million),
            "one and the same sentences".to_owned(),
            "en",
            80,
        ),
        (
            "thousands of codes",
            tu(&[("en", codes(3_000)), ("fr", codes(3_000))]),
            format!("a sentence{}", " x".repeat(3_000)),
            "en",
            90,
        ),
        (
            "one word over and over",
            tu(&[("en", "la ".repeat(4_000)), ("fr", "la ".repeat(4_000))]).repeat(20),
            "la ".repeat(3_900),
            "en",
            90,
        ),
    ] {
        let desk = Desk::new();
        desk.write("m.tmx", of(format!("{plain}{body}")));
        let ran = bounded_by(WHOLE_TEXTS, &desk, &["import", "m.tmx"], vec![], name);
        assert!(matches!(ran.code, Some(0 | 1)), "{name}: {ran}");
        let query = query.trim().to_owned();
        let ask = ["match", "--batch", "-", "--from", from, "--min", "60", "--format", "jsonl"];
        let ran = bounded_by(
            WHOLE_TEXTS,
            &desk,
            &ask,
            vec![Text(query), Text("\na plain sentence of a memory\n".to_owned())],
            name,
        );
        let best = |line: u64| {
            let lines = ran.out.lines().filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok());
            lines.filter(|l| l["query"] == line).filter_map(|l| l["score"].as_u64()).max()
        };
        assert!(best(1).is_some_and(|s| s >= score), "{name} should be found: {:?} {}", best(1), ran.err);
        if from == "en" {
            assert!(best(2).is_some_and(|s| s >= 80), "beside {name} others are found: {}", ran.err);
        }
        desk.ok(["doctor"]);
    }
}

/// Feeds every case to a base that holds something and looks at the end.
fn judge(cases: Vec<Case>) {
    for (name, format, pieces, end) in cases {
        let (desk, before) = standing_base();
        desk.write("secret.txt", SECRET);
        let what = format!("{format}, {name}");
        let ran = bounded(&desk, &["import", "--from", format, "-", "--format", "jsonl"], pieces, &what);
        assess(&desk, &before, &ran, end, &what);
    }
}

/// Makes a base with a concept in it; returns its dump too.
fn standing_base() -> (Desk, String) {
    let desk = Desk::new();
    desk.ok(["add", "standing thing", "--lang", "en"]);
    let dump = desk.ok(["dump"]);
    (desk, dump)
}

fn assess(desk: &Desk, before: &str, ran: &Ran, end: End, what: &str) {
    let refused = ran.code == Some(3);
    if refused {
        ran.refused();
    } else {
        assert!(matches!(ran.code, Some(0 | 1)) && end != Refused, "{what} should end {end:?}: {ran}");
        let findings =
            ran.out.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let findings: u64 = findings.filter_map(|report| report["findings"].as_u64()).sum();
        // An empty file is not a finding to every format; that nothing came of it is enough.
        assert!(findings > 0 || end != Findings, "{what} should have findings: {ran}");
    }
    let after = desk.ok(["dump"]);
    if refused || end == Nothing {
        assert_eq!(after, before, "{what} should leave the base as it was: {ran}");
    }
    let told = [&after, &ran.out, &ran.err];
    assert!(told.iter().all(|text| !text.contains(SECRET)), "{what}: a file was fetched: {ran}");
    desk.ok(["doctor"]);
}

/// Runs the program with these pieces on its standard input, within the bounds.
fn bounded(desk: &Desk, args: &[&str], pieces: Vec<Piece>, what: &str) -> Ran {
    bounded_by(MEMORY, desk, args, pieces, what)
}

fn bounded_by(memory: u64, desk: &Desk, args: &[&str], pieces: Vec<Piece>, what: &str) -> Ran {
    // Its outputs go to files, so that nobody needs to read along.
    let (out, err) = (desk.folder().join("out"), desk.folder().join("err"));
    let create = |path: &Path| fs::File::create(path).expect("a temporary file can be made");
    let mut command = desk.command(args);
    let mut child = piped(&mut command)
        .stdout(create(&out))
        .stderr(create(&err))
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stdin = child.stdin.take().expect("it was piped");
    // When the program stops reading, feeding fails, and that is that.
    let feeder = std::thread::spawn(move || feed(stdin, &pieces).ok());
    let (status, peak) = wait_bounded(&mut child, TIME, what);
    feeder.join().expect("the feeder does not panic");
    let read = |path: &Path| fs::read(path).expect("a temporary file can be read");
    let ran = Ran::of(std::process::Output { status, stdout: read(&out), stderr: read(&err) });
    if let Some(peak) = peak {
        assert!(peak < memory, "{what} took {peak} kB of memory: {}", ran.err);
    }
    ran
}

fn feed(mut to: impl std::io::Write, pieces: &[Piece]) -> std::io::Result<()> {
    for piece in pieces {
        match piece {
            Text(text) => to.write_all(text.as_bytes())?,
            Bytes(bytes) => to.write_all(bytes)?,
            Repeat(text, times) => {
                let at_once = (64 << 10) / text.len() as u64;
                let block = text.repeat(at_once as usize);
                for _ in 0..times / at_once {
                    to.write_all(block.as_bytes())?;
                }
                to.write_all(text.repeat((times % at_once) as usize).as_bytes())?;
            }
        }
    }
    to.flush()
}
