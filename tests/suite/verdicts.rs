//! `wicterm validate` against the official judges.
//!
//! On every file of ../shared, on every export of ours and on a thousand changes to valid files, our
//! verdict has to be that of jing with Schematron (TBX) and of xmllint (TMX), and our first finding has to
//! stand within a line of theirs. The judges are asked once for all files that one schema judges: starting
//! them is what takes time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wicterm::bytes::Limits;
use wicterm::bytes::xml::{Event, Reader};
use wicterm::check::validate::{SELECTED, Verdict, validate};
use wicterm::model::Severity;

use crate::door::{Desk, Dice, Ran, files_below, hermetic};
use crate::needs::{Need, met, python, shared};

const JUDGES: &[Need] = &[Need::Shared, Need::Jing, Need::Saxonche, Need::Xmllint];

#[test]
fn on_the_files_of_others_our_verdict_is_that_of_the_judges() {
    if !met(JUDGES) {
        return;
    }
    let mut files = vec![];
    for folder in ["tbx", "real/tbx", "real/tmx", "tmx"] {
        files.extend(below(folder));
    }
    assert!(files.len() > 80, "{} files", files.len());
    agree(&files);
}

#[test]
fn on_our_own_samples_and_broken_files_our_verdict_is_that_of_the_judges() {
    if !met(JUDGES) {
        return;
    }
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let mut files: Vec<PathBuf> =
        xml_below(&seeds.join("formats")).chain(xml_below(&seeds.join("broken"))).collect();
    files.retain(|f| !UNJUDGED.iter().any(|(name, _)| f.ends_with(name)));
    assert!(files.len() > 80, "{} files", files.len());
    agree(&files);
}

#[test]
fn every_export_of_ours_is_valid_to_us_and_to_the_judges() {
    if !met(JUDGES) {
        return;
    }
    let desk = Desk::new();
    let files = exports(&desk, &["."]);
    for (file, verdict) in agree(&files) {
        assert!(verdict.valid(), "{}: {:?}", file.display(), verdict.findings);
    }
}

#[test]
fn on_a_thousand_changes_to_valid_files_our_verdict_is_that_of_the_judges() {
    if !met(JUDGES) {
        return;
    }
    let desk = Desk::new();
    let mut valid = exports(&desk, &["cyber-sovereignty.toml", "cybercrime.toml", "icann.toml"]);
    for folder in ["tbx/examples", "real", "tmx"] {
        valid.extend(below(folder));
    }
    valid.retain(|file| {
        let text = fs::read_to_string(file);
        text.is_ok_and(|text| text.len() < 100_000)
            && validate(fs::File::open(file).unwrap()).unwrap().valid()
    });
    assert!(valid.len() > 50, "{valid:?}");
    let folder = desk.folder().join("changed");
    fs::create_dir(&folder).expect("a folder can be made");
    let mut dice = Dice::seeded(1);
    let mut files = vec![];
    while files.len() < 1_000 {
        let original = &valid[files.len() % valid.len()];
        let text = fs::read_to_string(original).expect("a valid file is UTF-8");
        let Some((what, changed)) = Change::roll(&text, &mut dice) else { continue };
        let name = format!("{:04}-{what}.{}", files.len(), original.extension().unwrap().to_string_lossy());
        let file = folder.join(name);
        fs::write(&file, changed).expect("a file can be written");
        files.push(file);
    }
    let verdicts = agree(&files);
    let invalid = verdicts.iter().filter(|(_, v)| !v.valid()).count();
    assert!(invalid > 500, "only {invalid} of the changes did harm");
}

/// What programs do to a file that is otherwise valid, each for itself: what is replaced by what.
const SLIPS: &[(&str, &str, &str)] = &[
    ("newline-first", "<?xml ", "\n<?xml "),
    (
        "version-last",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<?xml encoding=\"UTF-8\" version=\"1.0\"?>",
    ),
    ("no-version", "version=\"1.0\" encoding", "encoding"),
    ("version-2", "<?xml version=\"1.0\"", "<?xml version=\"2.0\""),
    ("standalone-maybe", "encoding=\"UTF-8\"?>", "encoding=\"UTF-8\" standalone=\"maybe\"?>"),
    ("standalone-yes", "encoding=\"UTF-8\"?>", "encoding=\"UTF-8\" standalone=\"yes\"?>"),
    ("no-blank", "\"1.0\" encoding", "\"1.0\"encoding"),
    ("unknown-in-declaration", "encoding=\"UTF-8\"?>", "encoding=\"UTF-8\" foo=\"x\"?>"),
    ("declaration-in-body", "<body>", "<body><?xml version=\"1.0\"?>"),
    ("instruction-xml", "<body>", "<body><?XML x?>"),
    ("instruction-1", "<body>", "<body><?1 c?>"),
    ("instruction", "<body>", "<body><?app do it?>"),
    ("end-of-cdata-in-text", "renewable", "renew]]>able"),
    ("end-of-cdata-as-reference", "renewable", "renew]]&gt;able"),
    ("less-than-in-value", "xml:lang=\"en\"", "xml:lang=\"e<n\""),
    ("no-character", "renewable", "renew\u{FFFE}able"),
    ("large-x", "renewable", "renew&#X41;able"),
    ("small-x", "renewable", "renew&#x41;able"),
    ("bare-ampersand", "renewable", "renew & able"),
    ("unquoted", "xml:lang=\"fr\"", "xml:lang=fr"),
    ("hyphens-in-comment", "<body>", "<body><!-- a -- b -->"),
    ("unknown-entity", "renewable", "renew&nix;able"),
    ("no-such-encoding", "encoding=\"UTF-8\"", "encoding=\"harbour-8\""),
];

#[test]
fn on_slips_that_make_no_xml_our_verdict_is_that_of_the_judges() {
    if !met(JUDGES) {
        return;
    }
    let desk = Desk::new();
    let mut files = vec![];
    // jing starts anew for every file that is not well-formed: not all of them for every dialect.
    for (original, every) in [
        ("tbx/examples/basic-dca.tbx", 1),
        ("tbx/examples/linguist-dct.tbx", 6),
        ("tbx/examples/v2-basic.tbx", 2),
        ("tmx/sample.tmx", 1),
    ] {
        let original = shared(original);
        let text = fs::read_to_string(&original).unwrap();
        let name = original.file_name().unwrap().to_string_lossy().into_owned();
        for (slip, from, to) in SLIPS.iter().skip(every - 1).step_by(every) {
            assert!(text.contains(from), "{name} has no {from}");
            files.push(desk.write(&format!("{slip}-{name}"), text.replacen(from, to, 1)));
        }
        files.push(desk.write(&format!("utf8-{name}"), text.replacen("\"UTF-8\"", "\"utf8\"", 1)));
    }
    agree(&files);
}

/// Files of ours that the judges cannot judge, or whose bounds are other than ours.
const UNJUDGED: &[(&str, &str)] = &[
    ("external-subset.tbx", "they would go to where it points"),
    ("external-entity.tmx", "they would go to where it points"),
    ("long-name.tmx", "xmllint bounds the length of a name"),
    ("quadratic-entity.tmx", "we bound what entities may grow to, xmllint bounds it higher"),
    ("nul-bytes.tmx", "xmllint stops reading at a NUL behind the document"),
    ("utf16-odd-length.tmx", "xmllint passes over half a letter at the end"),
];

/// Some concepts of the glossary in every dialect of TBX and as TMX.
fn exports(desk: &Desk, concepts: &[&str]) -> Vec<PathBuf> {
    let glossary = Path::new(env!("CARGO_MANIFEST_DIR")).join("glossary");
    let concepts: Vec<PathBuf> = concepts.iter().map(|name| glossary.join(name)).collect();
    desk.ok([&["import".into()], &*concepts].concat());
    let mut files = vec![];
    for format in wicterm::format::FORMATS {
        if format.write.is_none() || !(format.name.starts_with("tbx") || format.name == "tmx") {
            continue;
        }
        let file = desk.folder().join(format!("{}.{}", format.name, format.extensions[0]));
        desk.ok(["export".as_ref(), file.as_os_str(), "--as".as_ref(), format.name.as_ref()]);
        files.push(file);
    }
    assert!(files.len() >= 11, "{files:?}");
    files
}

/// Asks both sides about files, and complains of every difference at once.
fn agree(files: &[PathBuf]) -> Vec<(PathBuf, Verdict)> {
    let verdicts: Vec<(PathBuf, Verdict)> =
        files.iter().map(|file| (file.clone(), validate(fs::File::open(file).unwrap()).unwrap())).collect();
    let judged = Court::of(&verdicts);
    let mut differences = vec![];
    for (file, verdict) in &verdicts {
        let name = file.display();
        let ours = verdict.findings.iter().find(|f| f.severity == Severity::Error);
        match (judged.get(file), ours) {
            (None, None) => {}
            (Some((line, said)), None) => {
                differences.push(format!("{name}: valid to us; they say at {line}: {said}"))
            }
            (None, Some(ours)) => differences
                .push(format!("{name}: valid to them; we say {:?}: {}", ours.place.line, ours.message)),
            (Some((line, said)), Some(ours)) => {
                if ours.place.line.is_none_or(|own| own.abs_diff(*line) > 1) {
                    differences.push(format!(
                        "{name}: they say at {line}: {said}; we say at {:?}: {}",
                        ours.place.line, ours.message
                    ));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), files.len(), differences.join("\n"));
    verdicts
}

/// The TBX and TMX files below a folder of ../shared.
fn below(folder: &str) -> Vec<PathBuf> {
    xml_below(&shared(folder).canonicalize().expect("the folder is there")).collect()
}

fn xml_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let files = files_below(folder).into_iter().map(|f| folder.join(f));
    files.filter(|f| f.extension().is_some_and(|x| x == "tbx" || x == "tmx"))
}

/// What the judges say first about each file that is not valid: the line and the words.
type Judged = BTreeMap<PathBuf, (u32, String)>;

/// The judges, called by the schemas that root, type, style and version select.
struct Court;

impl Court {
    fn of(verdicts: &[(PathBuf, Verdict)]) -> Judged {
        let mut dockets: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for (file, verdict) in verdicts {
            let key = match &*verdict.format {
                "tmx" => verdict.schema.clone(),
                "tbx-core-dca" | "tbx-core-dct" if verdict.schema == "TBX 3 core" => "core alone".to_owned(),
                name => name.to_owned(),
            };
            dockets.entry(key).or_default().push(file.clone());
        }
        let mut judged = Judged::new();
        for (docket, files) in &dockets {
            let first = match &**docket {
                tmx if tmx.starts_with("TMX ") => {
                    let dtd = format!("tmx/dtd/tmx{}.dtd", tmx[4..].replace('.', ""));
                    xmllint(&dtd, files)
                }
                "tbx-v2-basic" => jing("tbx/schemas-v2/TBXBasicRNGV02.rng", files),
                "tbx-v2-default" | "unknown" => jing("tbx/schemas-v2/TBXcoreStructV02.rng", files),
                "core alone" => jing("tbx/schemas-v3/TBXcoreStructV03.rng", files),
                "tbx-core-dca" | "tbx-core-dct" => {
                    let core = jing("tbx/schemas-v3/TBXcoreStructV03.rng", files);
                    and_by(core, &["TBX-Core"], files)
                }
                name => {
                    let parts: Vec<&str> = name.split('-').collect();
                    let [_, dialect, style] = parts[..] else { panic!("{name} is no dialect") };
                    let dialect = format!("TBX-{}{}", dialect[..1].to_uppercase(), &dialect[1..]);
                    match style {
                        "dca" => {
                            let core = jing("tbx/schemas-v3/TBXcoreStructV03.rng", files);
                            and_by(core, &[&format!("{dialect}_DCA")], files)
                        }
                        _ => {
                            // With NVDL, jing does not look whether an id is taken; with the core it does.
                            let mut core = jing("tbx/schemas-v3/TBXcoreStructV03.rng", files);
                            for (file, said) in jing(&format!("tbx/schemas-v3/{dialect}.local.nvdl"), files) {
                                let first = core.entry(file).or_insert_with(|| said.clone());
                                if said.0 < first.0 {
                                    *first = said;
                                }
                            }
                            let modules = ["Min", "Basic", "Linguist"];
                            let last = modules.iter().position(|m| dialect.ends_with(m)).unwrap();
                            let own = format!("{dialect}_DCT");
                            let rules: Vec<&str> =
                                std::iter::once(&*own).chain(modules[..=last].iter().copied()).collect();
                            and_by(core, &rules, files)
                        }
                    }
                }
            };
            judged.extend(first);
        }
        judged
    }
}

/// Adds what Schematron says of files that the grammar finds nothing wrong with.
fn and_by(mut judged: Judged, rules: &[&str], files: &[PathBuf]) -> Judged {
    let rest: Vec<PathBuf> = files.iter().filter(|f| !judged.contains_key(*f)).cloned().collect();
    let mut told = Judged::new();
    for rule in rules.iter().filter(|_| !rest.is_empty()) {
        for (file, (line, said)) in schematron(rule, &rest) {
            let first = told.entry(file).or_insert_with(|| (line, said.clone()));
            if line < first.0 {
                *first = (line, said);
            }
        }
    }
    judged.append(&mut told);
    judged
}

/// jing loads the DTD that a file names: it judges copies that lie beside those of TBX 2.
fn jing(schema: &str, files: &[PathBuf]) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    let dtds: Vec<String> = fs::read_dir(shared("tbx/schemas-v2"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().extension().is_some_and(|x| x == "dtd"))
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            fs::copy(entry.path(), folder.path().join(&name)).unwrap();
            name
        })
        .collect();
    let copies: Vec<PathBuf> = files
        .iter()
        .enumerate()
        .map(|(n, file)| {
            let copy = folder.path().join(format!("{n}.tbx"));
            fs::write(&copy, without_lost_dtd(fs::read(file).unwrap(), &dtds)).unwrap();
            copy
        })
        .collect();
    // Of a file without markup it says what is wrong, but not which file it is.
    let (empty, full): (Vec<PathBuf>, _) =
        copies.iter().cloned().partition(|f| !fs::read(f).unwrap().contains(&b'<'));
    let mut judged = jing_on(schema, &full);
    judged.extend(empty.into_iter().map(|file| (file, (1, "Premature end of file.".to_owned()))));
    files
        .iter()
        .zip(&copies)
        .filter_map(|(file, copy)| Some((file.clone(), judged.get(copy)?.clone())))
        .collect()
}

/// Blanks where a DOCTYPE names a DTD that is nowhere, line breaks left.
fn without_lost_dtd(mut bytes: Vec<u8>, dtds: &[String]) -> Vec<u8> {
    let head: String = bytes.iter().take(4096).map(|b| char::from(*b)).collect();
    let Some(at) = head.find("<!DOCTYPE") else { return bytes };
    let Some(length) = head[at..].find(['[', '>']) else { return bytes };
    let outer: String = bytes[at..at + length].iter().map(|b| char::from(*b)).collect();
    let blank = match outer.find("SYSTEM").or_else(|| outer.find("PUBLIC")) {
        Some(id) if !dtds.iter().any(|dtd| outer.contains(&format!("\"{dtd}\""))) => at + id..at + length,
        _ => return bytes,
    };
    for byte in &mut bytes[blank] {
        if !byte.is_ascii_whitespace() {
            *byte = b' ';
        }
    }
    bytes
}

/// jing stops at the first file that is not well-formed: it is called again for those behind it.
fn jing_on(schema: &str, files: &[PathBuf]) -> Judged {
    let mut judged = Judged::new();
    let mut rest = files;
    while !rest.is_empty() {
        let ran = Ran::of(judge("jing").arg(shared(schema)).args(rest).output().unwrap());
        judged.append(&mut first_lines(&ran.out, rest, &["error: ", "fatal: "]));
        let fatal = first_lines(&ran.out, rest, &["fatal: "]);
        let Some(stopped) = rest.iter().position(|file| fatal.contains_key(file)) else {
            // Such as that it would go to the network.
            let lost: Vec<_> = ran.out.lines().filter(|line| line.contains("fatal: ")).collect();
            assert!(lost.is_empty(), "{lost:?}");
            break;
        };
        rest = &rest[stopped + 1..];
    }
    judged
}

fn xmllint(dtd: &str, files: &[PathBuf]) -> Judged {
    let mut xmllint = judge("xmllint");
    let ran = Ran::of(
        xmllint.args(["--nonet", "--noout", "--dtdvalid"]).arg(shared(dtd)).args(files).output().unwrap(),
    );
    first_lines(&ran.err, files, &["validity error : ", "parser error : "])
}

/// Reads `file:line:…what: message` off what a judge printed.
fn first_lines(said: &str, files: &[PathBuf], marks: &[&str]) -> Judged {
    let names: BTreeMap<String, &PathBuf> = files.iter().map(|f| (f.display().to_string(), f)).collect();
    let mut judged = Judged::new();
    for line in said.lines() {
        let Some((mark_at, mark)) = marks.iter().find_map(|m| Some((line.find(m)?, m))) else { continue };
        let Some(end) = line.match_indices(':').map(|(at, _)| at).find(|at| names.contains_key(&line[..*at]))
        else {
            continue;
        };
        let number = line[end + 1..].split(':').next().and_then(|n| n.parse().ok());
        let message = line[mark_at + mark.len()..].to_owned();
        judged.entry(names[&line[..end]].clone()).or_insert((number.unwrap_or(0), message));
    }
    judged
}

fn schematron(rules: &str, files: &[PathBuf]) -> Judged {
    let mut command = python();
    let script = shared("tools/schematron.py");
    let ran = Ran::of(
        command.arg(script).arg(shared(&format!("tbx/schemas-v3/{rules}.sch"))).args(files).output().unwrap(),
    );
    assert!(ran.code.is_some_and(|c| c < 2), "{ran}");
    let mut judged = Judged::new();
    let mut file: Option<&PathBuf> = None;
    let mut lines = BTreeMap::new();
    for line in ran.out.lines() {
        if let Some((name, _)) = line.split_once(": ").filter(|(_, rest)| rest.ends_with("failed assertions"))
        {
            file = files.iter().find(|f| f.display().to_string() == name);
            lines.clear();
            continue;
        }
        let (Some(file), Some((path, said))) = (file, line.trim().split_once(": ")) else { continue };
        if lines.is_empty() {
            lines = lines_of(file);
        }
        let element = path.split("/@").next().unwrap_or(path);
        let line = *lines.get(element).unwrap_or_else(|| panic!("no {element} in {}", file.display()));
        let first = judged.entry(file.clone()).or_insert_with(|| (line, said.to_owned()));
        if line < first.0 {
            *first = (line, said.to_owned());
        }
    }
    judged
}

/// The line at which the start tag of each element ends, by its path as XPath writes it.
fn lines_of(file: &Path) -> BTreeMap<String, u32> {
    let mut xml = Reader::new(fs::File::open(file).unwrap(), None, Limits::default());
    let mut open: Vec<(String, BTreeMap<String, usize>)> = vec![(String::new(), BTreeMap::new())];
    let mut lines = BTreeMap::new();
    loop {
        match xml.next().expect("what Schematron judges is well-formed") {
            Event::Start => {
                let key = format!("{{{}}}{}", xml.namespace().unwrap_or_default(), xml.local());
                let (path, counts) = open.last_mut().unwrap();
                let count = counts.entry(key).or_default();
                *count += 1;
                let path = format!("{path}/{}[{count}]", xml.local());
                lines.insert(path.clone(), xml.end().line);
                open.push((path, BTreeMap::new()));
            }
            Event::End => {
                open.pop();
            }
            Event::Eof => return lines,
            _ => {}
        }
    }
}

fn judge(program: &str) -> Command {
    hermetic(Command::new(program), Path::new(env!("CARGO_MANIFEST_DIR")))
}

/// What is done to a valid file.
struct Change;

/// A tag as it stands in a text.
#[derive(Debug, Clone)]
struct Tag {
    start: usize,
    end: usize,
    name: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Both,
}

impl Change {
    fn roll(text: &str, dice: &mut Dice) -> Option<(&'static str, String)> {
        let tags = tags(text);
        let elements = elements(&tags);
        let pick = |dice: &mut Dice| elements[dice.below(elements.len() as u64) as usize];
        let (start, end) = pick(dice);
        let range = tags[start].start..tags[end].end;
        let tag = &tags[start];
        let own = &text[tag.start..tag.end];
        let attributes = attributes(own);
        let with = |range: std::ops::Range<usize>, new: &str| {
            format!("{}{new}{}", &text[..range.start], &text[range.end..])
        };
        Some(match dice.below(12) {
            0 => {
                // Moved to another place.
                let (other, _) = pick(dice);
                let to = tags[other].start;
                if range.contains(&to) || start == 0 || other == 0 {
                    return None;
                }
                let moved = &text[range.clone()];
                let changed = match to < range.start {
                    true => format!("{}{moved}{}{}", &text[..to], &text[to..range.start], &text[range.end..]),
                    false => {
                        format!("{}{}{moved}{}", &text[..range.start], &text[range.end..to], &text[to..])
                    }
                };
                ("moved", changed)
            }
            1 => ("removed", (start > 0).then(|| with(range, ""))?),
            2 => ("doubled", (start > 0).then(|| with(range.end..range.end, &text[range]))?),
            3 => {
                let (at, _, _) = nth(&attributes, dice)?;
                let at = tag.start + at.start..tag.start + at.end;
                ("attribute-dropped", with(at, ""))
            }
            4 => {
                let (_, _, value) = nth(&attributes, dice)?;
                let at = tag.start + value.start..tag.start + value.end;
                ("value-changed", with(at, ["zzz", "", "1", "a b", "en_US"][dice.below(5) as usize]))
            }
            5 => {
                let (_, name, _) = nth(&attributes, dice)?;
                let at = tag.start + name.start..tag.start + name.end;
                (
                    "attribute-renamed",
                    with(at, ["zzz", "id", "type", "lang", "xml:lang", "target"][dice.below(6) as usize]),
                )
            }
            6 => {
                // The id of another.
                let ids: Vec<(usize, std::ops::Range<usize>)> = elements
                    .iter()
                    .flat_map(|(n, _)| {
                        let tag = &tags[*n];
                        let own = attributes_named(&text[tag.start..tag.end], "id");
                        own.into_iter().map(|v| (*n, tag.start + v.start..tag.start + v.end))
                    })
                    .collect();
                let (_, from) = nth(&ids, dice)?;
                let (_, to) = nth(&ids, dice)?;
                if from == to {
                    return None;
                }
                ("id-doubled", with(to.clone(), &text[from.clone()]))
            }
            7 => {
                if start == end || tags[start + 1].start != tags[end].start {
                    return None;
                }
                let inner = tag.end..tags[end].start;
                ("text-changed", with(inner, ["zzz", "", "2026-11", "noun", " noun"][dice.below(5) as usize]))
            }
            8 => {
                let names = [
                    "zzz",
                    "note",
                    "termNote",
                    "admin",
                    "prop",
                    "hi",
                    "date",
                    "x:y",
                    "ph",
                    "seg",
                    "descripGrp",
                ];
                let name = names[dice.below(names.len() as u64) as usize];
                ("put-in", with(tag.end..tag.end, &format!("<{name}/>")))
            }
            9 => ("text-put-in", with(tag.end..tag.end, "zzz")),
            10 => {
                let (other, _) = pick(dice);
                let name = tags[other].name.clone();
                let mut changed = text.to_owned();
                if end != start {
                    let at = tags[end].start + 2;
                    changed.replace_range(at..at + tag.name.len(), &name);
                }
                let at = tag.start + 1;
                changed.replace_range(at..at + tag.name.len(), &name);
                ("renamed", changed)
            }
            _ => {
                let new = [
                    " zzz=\"1\"",
                    " id=\"zzz\"",
                    " type=\"zzz\"",
                    " target=\"zzz\"",
                    " xml:lang=\"en\"",
                    " target=\"https://example.org/\"",
                ];
                let at = tag.start + 1 + tag.name.len();
                ("attribute-added", with(at..at, new[dice.below(new.len() as u64) as usize]))
            }
        })
    }
}

fn nth<'a, T>(of: &'a [T], dice: &mut Dice) -> Option<&'a T> {
    (!of.is_empty()).then(|| &of[dice.below(of.len() as u64) as usize])
}

/// Finds the tags of a text that has no comments or CDATA with angle brackets in its elements.
fn tags(text: &str) -> Vec<Tag> {
    let mut tags = vec![];
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let end = match rest {
            _ if rest.starts_with("<!--") => start + rest.find("-->").unwrap() + 3,
            _ => start + rest.find('>').unwrap() + 1,
        };
        at = end;
        if rest.starts_with("<?") || rest.starts_with("<!") {
            continue;
        }
        let own = &text[start..end];
        let kind = match () {
            () if own.starts_with("</") => Kind::Close,
            () if own.ends_with("/>") => Kind::Both,
            () => Kind::Open,
        };
        let name = own.trim_start_matches(['<', '/']).split([' ', '\n', '>', '/']).next().unwrap().to_owned();
        tags.push(Tag { start, end, name, kind });
    }
    tags
}

/// The elements: where the start tag of each stands in the row of tags, and where its end tag.
fn elements(tags: &[Tag]) -> Vec<(usize, usize)> {
    let mut open = vec![];
    let mut elements = vec![];
    for (n, tag) in tags.iter().enumerate() {
        match tag.kind {
            Kind::Open => open.push(n),
            Kind::Both => elements.push((n, n)),
            Kind::Close => elements.push((open.pop().expect("tags are balanced"), n)),
        }
    }
    elements
}

type Part = std::ops::Range<usize>;

/// The attributes of a tag: all of it with the blank before, its name, its value.
fn attributes(tag: &str) -> Vec<(Part, Part, Part)> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(equals) = tag[at..].find("=\"") {
        let equals = at + equals;
        let name = tag[..equals].rfind([' ', '\n']).unwrap() + 1..equals;
        let value = equals + 2..equals + 2 + tag[equals + 2..].find('"').unwrap();
        at = value.end + 1;
        if !tag[name.clone()].starts_with("xmlns") {
            found.push((name.start - 1..at, name, value));
        }
    }
    found
}

fn attributes_named(tag: &str, wanted: &str) -> Vec<Part> {
    attributes(tag)
        .into_iter()
        .filter(|(_, name, _)| tag[name.clone()] == *wanted)
        .map(|(_, _, value)| value)
        .collect()
}

/// A term base with faults of every kind: of form, of structure, of ids and of the dialect's rules.
const FAULTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<tbx type=\"TBX-Basic\" style=\"dca\" xml:lang=\"en\" xmlns=\"urn:iso:std:iso:30042:ed-2\">
  <tbxHeader><fileDesc><sourceDesc><p>A sample of ours</p></sourceDesc></fileDesc></tbxHeader>
  <text><body>
    <conceptEntry id=\"c1\">
      <descrip type=\"broaderConceptGeneric\">power</descrip>
      <ref type=\"crossReference\" target=\"c9\">nothing</ref>
      <langSec xml:lang=\"en\">
        <termSec><term>cyber power</term><note>n</note><termNote type=\"partOfSpeech\">properNoun</termNote></termSec>
      </langSec>
      <langSec xml:lang=\"en\"><termSec><term> </term></termSec></langSec>
    </conceptEntry>
    <conceptEntry id=\"c1\"><langSec xml:lang=\"fr_FR\"><termSec><term>puissance</term></termSec></langSec></conceptEntry>
  </body></text>
</tbx>
";

#[test]
fn a_verdict_says_what_is_wrong_where_and_what_to_do() {
    let desk = Desk::new();
    desk.write("faulty.tbx", FAULTY);
    let ran = desk.run(["validate", "faulty.tbx"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("validate-faulty-tbx", ran.out);
    });
    let ran = desk.run(["validate", "--format", "json", "faulty.tbx"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let verdict = &document["results"][0];
    assert_eq!(verdict["valid"], false);
    assert_eq!(verdict["format"], "tbx-basic-dca");
    assert!(verdict["findings"].as_array().unwrap().len() > 5);
    // As it is, it is imported all the same.
    desk.ok(["import", "--fail-on", "error", "faulty.tbx"]);
}

#[test]
fn which_schema_judges_what_is_printed_and_so() {
    let desk = Desk::new();
    let table = desk.ok(["validate", "--schemas"]);
    for (root, schema) in SELECTED {
        assert!(table.lines().any(|l| l.contains(root) && l.ends_with(schema)), "{root}\\n{table}");
        // A root as the table writes it is judged by what stands beside it.
        let root = root.split_once('>').map_or(String::new(), |(tag, rest)| match rest {
            "" => format!("{tag} xmlns=\"urn:iso:std:iso:30042:ed-2\"/>"),
            _ => format!("{tag} type=\"Other\" version=\"9\" xmlns=\"urn:iso:std:iso:30042:ed-2\"/>"),
        });
        let root = if root.is_empty() { "<glossary/>".to_owned() } else { root };
        let named = validate(root.as_bytes()).unwrap().schema;
        let schema = schema.trim_start_matches("nothing: it is ");
        let begins = schema.split(", ").next().unwrap();
        assert!(named.starts_with(begins) || begins.contains("core"), "{root} by {named}, not by {schema}");
    }
}

#[test]
fn one_file_that_cannot_be_read_leaves_no_other_unjudged() {
    let desk = Desk::new();
    desk.write("in/a.tbx", FAULTY);
    desk.write("in/deep/b.tmx", "<tmx version='1.4'/>");
    desk.write("in/c.txt", "no file of ours");
    let files = |ran: &Ran| -> Vec<String> {
        let document: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {ran}"));
        let results = document["results"].as_array().unwrap();
        results.iter().map(|r| r["file"].as_str().unwrap().to_owned()).collect()
    };
    let ran = desk.run(["validate", "--format", "json", "in/a.tbx", "missing.tbx", "in/deep/b.tmx"]);
    assert_eq!((ran.code, files(&ran)), (Some(3), vec!["in/a.tbx".to_owned(), "in/deep/b.tmx".to_owned()]));
    assert!(ran.err.contains("missing.tbx") && ran.err.contains("hint"), "{ran}");
    for argument in ["in", "in/*.tbx", "i?/*.tbx"] {
        let ran = desk.run(["validate", "--format", "json", argument]);
        let expected = if argument == "in" { 2 } else { 1 };
        assert_eq!((ran.code, files(&ran).len()), (Some(1), expected), "{argument}: {ran}");
    }
    assert_eq!(desk.run(["validate", "in/*.tmx"]).code, Some(3));
}

#[test]
fn what_is_neither_tbx_nor_tmx_is_called_so() {
    for (text, says) in [
        ("<html><p/></html>", "neither TBX nor TMX"),
        ("a,b\n1,2\n", "outside"),
        ("", "no element"),
        ("<TMX version='1.4'/>", "neither TBX nor TMX"),
        ("PK\u{3}\u{4}", "zip"),
    ] {
        let verdict = validate(text.as_bytes()).unwrap();
        assert_eq!(
            (verdict.valid(), &*verdict.format, &*verdict.schema),
            (false, "unknown", "neither TBX nor TMX")
        );
        assert!(verdict.findings[0].message.contains(says), "{text}: {:?}", verdict.findings);
    }
    let ascii =
        "<?xml version=\"1.0\" encoding=\"ASCII\"?>\n<tmx version='1.4'><header>\ncaf\u{e9}</header></tmx>";
    let findings = validate(ascii.as_bytes()).unwrap().findings;
    assert!(
        findings.iter().any(|f| f.message.contains("these bytes") && f.place.line == Some(3)),
        "{findings:?}"
    );
    let elsewhere = "<!DOCTYPE tmx [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><tmx version='1.4'>&e;</tmx>";
    let findings = validate(elsewhere.as_bytes()).unwrap().findings;
    assert!(
        findings.iter().any(|f| f.message.starts_with("this cannot be judged: the entity &e; stands")),
        "{findings:?}"
    );
}
