//! What every fuzz target asks of a reader: no panic, bounded work, and an answer that makes sense.
//!
//! A target hands bytes to a format by its name. Beyond not panicking, what is read must hold together
//! (a term has text, a place lies in the file, an inline code stands on a character's edge), and where
//! the format writes too, it must be able to write what it has read, and to read that again.

use std::convert::Infallible;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

use wicterm::base;
use wicterm::bytes::apply;
use wicterm::check::validate::validate;
use wicterm::check::{Rows, run};
use wicterm::document::{self, BlockKind, Kind};
use wicterm::find::leverage::{self, Neighbours, Side as Scored};
use wicterm::find::recognise::{Recogniser, naive};
use wicterm::find::terms::Terms;
use wicterm::format::job::{Filling, Job, JobOptions, Mark, lines};
use wicterm::format::{
    self, Entry, FORMATS, Format, Input, LossReport, Output, ReadOptions, Sink, WriteOptions,
};
use wicterm::index::{self, Gatherer, InMemory, near};
use wicterm::model::{
    Concept, Finding, Inline, InlineKind, LanguageTag, MatchMode, Native, Place, Segment, Side, Term, TermKind, Unit,
    Variant,
};
use wicterm::text::{index_tokens, tokens};

/// Reads bytes as a format that is one file; then writes and reads again what came of them.
pub fn file(name: &str, bytes: &[u8]) {
    let format = known(name);
    if let Some(entries) = read_file(format, bytes) {
        there_and_back(format, &entries);
    }
}

/// Reads bytes as a family of formats that share their reader (`tbx-`), and writes each of them.
pub fn family(prefix: &str, bytes: &[u8]) {
    let mut formats = FORMATS.iter().filter(|f| f.name.starts_with(prefix)).peekable();
    let entries = formats.peek().and_then(|first| read_file(first, bytes)).unwrap_or_default();
    if !entries.is_empty() {
        formats.for_each(|format| there_and_back(format, &entries));
    }
}

/// A pair of texts, for all checks.
struct Pair {
    langs: (LanguageTag, LanguageTag),
    segments: (Segment, Segment),
}

impl Rows for Pair {
    fn len(&self) -> usize {
        1
    }

    fn source(&self, _: usize) -> Option<&Segment> {
        Some(&self.segments.0)
    }

    fn target(&self, _: usize) -> &Segment {
        &self.segments.1
    }

    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        (Some(&self.langs.0), &self.langs.1)
    }

    fn place(&self, _: usize, _: Side, _: std::ops::Range<usize>) -> Place {
        Place::default()
    }
}

/// Asks all checks about a pair of texts, with a few terms: every finding lies on character edges of its text. The first
/// two bytes choose the languages, a line break parts the texts. Numbers and terms are read on the way.
pub fn checks(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first_chunk::<2>() else { return };
    let text = String::from_utf8_lossy(rest);
    let (source, target) = text.split_once('\n').unwrap_or((&text, &text));
    let langs = ["en", "zh-Hans", "ru", "fr", "es", "ar", "de", "ja", "zh-Hant", "ko", "th", "pt"];
    let lang =
        |at: u8| langs[usize::from(at) % langs.len()].parse::<LanguageTag>().expect("a tag of the list");
    let pair = Pair {
        langs: (lang(choice[0]), lang(choice[1])),
        segments: (Segment::plain(source), Segment::plain(target)),
    };
    let mut concept = Concept::default();
    for (lang, term) in [
        ("en", "digital divide"),
        ("zh-Hans", "数字鸿沟"),
        ("ru", "цифровой разрыв"),
        ("fr", "fracture numérique"),
        ("es", "brecha digital"),
        ("ar", "الفجوة الرقمية"),
        ("de", "digitale Kluft"),
    ] {
        concept.section_mut(&lang.parse().expect("a tag")).terms.push(Term::new(term));
    }
    let terms = Terms::of([concept]);
    for finding in run(&pair, &terms, &wicterm::check::Options::default()) {
        let (start, end) = finding.place.segment.expect("a finding in a row has a place in it");
        let text = match finding.place.side {
            Some(Side::Source) => source,
            _ => target,
        };
        let range = start as usize..end as usize;
        assert!(text.get(range.clone()).is_some() || source.get(range).is_some(), "{finding:?}");
    }
}

/// Scores a text against the source of a unit, and puts its numbers into the target. The first two bytes choose the
/// languages, line breaks part query, source and target. The score never reaches beyond what the edits between the words
/// leave, which is counted the long way here, and what was put into the target stands where it is said to.
pub fn score(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first_chunk::<2>() else { return };
    let text = String::from_utf8_lossy(rest);
    let mut parts = text.splitn(3, '\n');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (query, source, target) = (part(), part(), part());
    let langs = ["en", "zh-Hans", "ru", "fr", "es", "ar", "de", "th"];
    let lang =
        |at: u8| langs[usize::from(at) % langs.len()].parse::<LanguageTag>().expect("a tag of the list");
    let (from, to) = (lang(choice[0]), lang(choice[1]));
    let variant = |lang: &LanguageTag, text: String| Variant {
        lang: lang.clone(),
        written: None,
        attributes: Default::default(),
        properties: vec![],
        segment: Segment::plain(text),
    };
    let unit =
        Unit { variants: vec![variant(&from, source.clone()), variant(&to, target)], ..Unit::default() };
    let options =
        leverage::Options { min: 0, ..leverage::Options::new(from.clone(), Some(to), Default::default()) };
    let query = leverage::Query::plain(query);
    let side = Scored::new(&query.segment, &from);
    let mut alone = |_: &Unit| Ok::<_, Infallible>(Neighbours::default());
    let Ok(found) = leverage::of_unit((&query, &side), &unit, &options, &mut alone);
    let hashes = |text: &str| tokens(text).into_iter().map(|t| t.hash).collect::<Vec<_>>();
    let ours = hashes(&query.segment.text);
    for found in found {
        // In one language either text is a source.
        let theirs = hashes(&found.source.text);
        let most = leverage::bound(edits(&ours, &theirs), ours.len().max(theirs.len()));
        assert!(found.score <= most, "{} of {most}: {:?}", found.score, found.arithmetic);
        assert_eq!(found.score == 100, found.method == leverage::Method::Exact);
        for put in &found.substituted {
            assert_eq!(found.target.text.get(put.start..put.end), Some(&*put.to));
        }
    }
    let pieces = leverage::diff(&query.segment.text, &source);
    assert_eq!(pieces.iter().map(|p| &*p.query).collect::<String>(), query.segment.text);
    assert_eq!(pieces.iter().map(|p| &*p.source).collect::<String>(), source);
}

/// The definition of the edits between two rows, cell by cell.
fn edits(a: &[u64], b: &[u64]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cell = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = cell;
        }
    }
    row[b.len()]
}

/// Opens bytes as jobs of every format that has such, changes a segment, and reads what came of it. The first
/// bytes choose the format, the segment and the change; where a change is not refused, no byte outside its patch
/// moves.
pub fn job(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first_chunk::<4>() else { return };
    let [which, segment, at, change] = choice.map(usize::from);
    let formats: Vec<&Format> = FORMATS.iter().copied().filter(|f| f.job.is_some()).collect();
    let langs = languages();
    let options = JobOptions {
        source: Some(langs[0].clone()),
        target: Some(langs[1].clone()),
        ..JobOptions::default()
    };
    let open = |bytes: Vec<u8>| match formats.get(which % (formats.len() + 1)) {
        Some(format) => Job::open(format, bytes, "fuzz", &options).ok(),
        None => Some(lines(
            ("a".to_owned(), bytes.clone(), langs[0].clone()),
            ("b".to_owned(), bytes, langs[1].clone()),
            None,
        )),
    };
    let Some(job) = open(bytes.to_vec()) else { return };
    for pair in 0..job.pairs().len() {
        for row in 0..job.pairs()[pair].len() {
            let end = job.target(pair, row).text.len();
            let place = job.place(pair, row, Side::Target, 0..end);
            let (from, to) = place.bytes.unwrap_or_default();
            assert!(from <= to && to <= bytes.len() as u64, "a place stands in the file");
            look_at_segment(job.source(pair, row));
            look_at_segment(job.target(pair, row));
        }
    }
    let new = ["", "x", "\"", "a, b", "<&>", "网", "]]>", "\t", "'=", "\n", "é", "“”", ";", "#", " ", "--"]
        [change % 16];
    fill(&job, new, at, &open);
    if job.segments() == 0 {
        return;
    }
    let segment = segment % job.segments();
    let text = &job.segment(segment).text;
    let edges: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let from = at % edges.len();
    let range = edges[from]..edges[(from + change / 16).min(edges.len() - 1)];
    let Ok((file, patch)) = job.patch(segment, range, new) else { return };
    let old = job.files()[file].1.bytes();
    let (made, put) = apply(old, &[patch.clone()]);
    assert!(put == [0], "a patch lies in its file");
    assert!(made.starts_with(&old[..patch.range.start]) && made.ends_with(&old[patch.range.end..]));
    // What it reads as is the desk's to judge, before anything is written.
    drop(open(made));
}

/// Fills the empty targets of a job: what has a text is refused, no two patches touch each other, and between them
/// the file is as it was.
fn fill(job: &Job, new: &str, choice: usize, open: &dyn Fn(Vec<u8>) -> Option<Job>) {
    let mark = Mark {
        origin: format!("a{new}b"),
        score: 87,
        who: new.to_owned(),
        when: "2026-01-02T03:04:05Z".to_owned(),
    };
    let mut fillings = vec![];
    for pair in 0..job.pairs().len() {
        for row in 0..job.pairs()[pair].len() {
            // Of a text in which a code stands: its own source's, as a translation has them.
            let mut segment = Segment::plain(format!("x{new}y"));
            if choice % 3 == 0 {
                segment.inlines = job.source(pair, row).inlines.clone();
                segment.inlines.iter_mut().for_each(|code| code.at = code.at.min(1));
            }
            let mark = (choice % 2 == 0).then(|| mark.clone());
            fillings.push(Filling { pair, row, segment, mark });
        }
    }
    let filled = job.fill(&fillings);
    for (number, filling) in fillings.iter().enumerate() {
        let refused = filled.refused.iter().any(|(of, _)| *of == number);
        assert!(refused || job.is_vacant(filling.pair, filling.row), "what has a text is not filled");
    }
    let Some((_, file)) = job.files().first() else { return };
    let (made, put) = apply(file.bytes(), &filled.patches);
    assert!(put.len() == filled.patches.len(), "no two patches touch each other");
    let new: usize = filled.patches.iter().map(|patch| patch.bytes.len()).sum();
    let old: usize = filled.patches.iter().map(|patch| patch.range.len()).sum();
    assert!(made.len() + old == file.bytes().len() + new, "between the patches all bytes are there");
    // What it reads as is the desk's to judge, before anything is written.
    drop(open(made));
}

/// Judges bytes as TBX or TMX: every finding stands in the file, and a second look says the same.
pub fn judge(bytes: &[u8]) {
    let verdict = validate(bytes).expect("bytes in memory can be read");
    let lines = 1 + bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count();
    for finding in &verdict.findings {
        let line = finding.place.line.expect("every finding has a line") as usize;
        assert!((1..=lines).contains(&line), "line {line} of {lines}: {finding:?}");
        assert!(!finding.message.is_empty() && finding.message.len() < 4_000, "{finding:?}");
    }
    assert_eq!(validate(bytes).expect("bytes in memory can be read"), verdict);
}

/// Recognises terms: the first line names the language, the lines up to an empty one are terms (the text, what
/// rule it has, another form, a pattern; with tabs between), the rest is the text. The fast way must find in any
/// text what the long way finds, in order and between characters.
pub fn recognise(bytes: &[u8]) {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let (head, text) = input.split_once("\n\n").unwrap_or((input, ""));
    let mut lines = head.lines();
    let Some(lang) = lines.next().and_then(|tag| tag.parse::<LanguageTag>().ok()) else { return };
    let mut concepts = vec![];
    // The long way takes long.
    for (at, line) in lines.filter(|l| !l.is_empty()).take(12).enumerate() {
        let mut cells = line.split('\t');
        let mut term = Term::new(cells.next().unwrap_or_default());
        match cells.next() {
            Some("exact") => term.match_rule.mode = Some(MatchMode::Exact),
            Some("prefix") => term.match_rule.mode = Some(MatchMode::Prefix),
            Some("forms") => term.match_rule.mode = Some(MatchMode::Forms),
            Some("case") => term.match_rule.case_sensitive = true,
            Some("acronym") => term.kind = Some(TermKind::Acronym),
            Some("name") => term.kind = Some(TermKind::ProperName),
            Some("phrase") => term.kind = Some(TermKind::SetPhrase),
            _ => {}
        }
        term.match_rule.forms.extend(cells.next().filter(|f| !f.is_empty()).map(str::to_owned));
        term.pattern = cells.next().map(str::to_owned);
        let mut concept = Concept { slug: format!("c{at:02}").parse().ok(), ..Concept::default() };
        concept.section_mut(&lang).terms.push(term);
        concepts.push(concept);
    }
    let terms = Terms::of(concepts);
    let recogniser = Recogniser::new(&terms, &lang);
    let whole = recogniser.recognise(text);
    assert!(whole.iter().all(|hit| text.get(hit.range.clone()).is_some_and(|s| !s.is_empty())), "{whole:?}");
    assert!(whole.is_sorted_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end))), "{whole:?}");
    let threads = std::num::NonZeroUsize::new(2).expect("two is not zero");
    assert_eq!(recogniser.recognise_on(text, threads), whole);
    let short = &text[..text.floor_char_boundary(400)];
    assert_eq!(recogniser.recognise(short), naive::recognise(&terms, &lang, short));
}

/// Keeps a memory and asks it: the lines up to an empty one are sources with their targets (a tab between; `{1}` to
/// `{9}` stand for inline codes), the rest is the query. What the index finds is what comparing with each finds, nothing
/// scores beyond its bound, the score is 100 for an equal segment only, and what is exchanged stands in the target.
pub fn leverage(bytes: &[u8]) {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let (head, query) = input.split_once("\n\n").unwrap_or((input, ""));
    let tag = |tag: &str| tag.parse::<LanguageTag>().expect("a tag");
    let segment = |text: &str| {
        let mut segment = Segment::default();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            segment.text.push_str(&rest[..open]);
            let digit = rest[open + 1..].chars().next().filter(|c| ('1'..='9').contains(c));
            match digit {
                Some(digit) if rest[open + 2..].starts_with('}') => {
                    segment.inlines.push(Inline {
                        at: segment.text.len() as u32,
                        kind: if digit > '6' { InlineKind::Begin } else { InlineKind::Placeholder },
                        pair: (digit > '6').then(|| digit.to_string()),
                        x: None,
                        attributes: vec![],
                        native: vec![Native::Code(format!("<{digit}>"))],
                    });
                    rest = &rest[open + 3..];
                }
                _ => {
                    segment.text.push('{');
                    rest = &rest[open + 1..];
                }
            }
        }
        segment.text.push_str(rest);
        segment
    };
    let variant = |lang: &str, text: &str| Variant {
        lang: tag(lang),
        written: None,
        attributes: Default::default(),
        properties: vec![],
        segment: segment(text),
    };
    let query = leverage::Query { segment: segment(query), ..leverage::Query::default() };
    let mut asked = vec![];
    index_tokens(&query.segment.text, &mut asked);
    let mut gatherer = Gatherer::default();
    let mut kept = vec![];
    for (at, line) in head.lines().take(40).enumerate() {
        let (source, target) = line.split_once('\t').unwrap_or((line, "cible"));
        let unit = Unit { variants: vec![variant("en", source), variant("fr", target)], ..Unit::default() };
        let mut tokens = vec![];
        index_tokens(&unit.variants[0].segment.text, &mut tokens);
        gatherer.push("en", at as u32, 0, &tokens);
        kept.push((unit, tokens));
    }
    let mut tables = InMemory::default();
    let Ok(()) = gatherer.write(|_| true, &mut tables);
    let min = 1 + (bytes.len() % 100) as u8;
    let found: Vec<(u32, u32)> = match index::languages(&tables).expect("sound tables").is_empty() {
        true => vec![],
        false => near(&tables, 0, &asked, min, usize::MAX)
            .expect("sound tables")
            .found
            .iter()
            .map(|f| (f.number, f.edits))
            .collect(),
    };
    let mut options = leverage::Options::new(tag("en"), Some(tag("fr")), leverage::Settings::default());
    (options.min, options.limit) = (0, usize::MAX);
    for (at, (unit, tokens)) in kept.iter().enumerate() {
        let (edits, longer) = (index::edits(&asked, tokens), asked.len().max(tokens.len()));
        let near = !asked.is_empty() && !tokens.is_empty() && 100 * (longer - edits) >= usize::from(min) * longer;
        assert_eq!(found.contains(&(at as u32, edits as u32)), near, "{at} at {min}");
        let side = leverage::Side::new(&query.segment, &options.from);
        let mut alone = |_: &Unit| Ok::<_, ()>(leverage::Neighbours { before: None, after: None });
        for one in leverage::of_unit((&query, &side), unit, &options, &mut alone).expect("nothing is asked") {
            assert!(one.arithmetic.points <= leverage::bound(edits, longer), "{one:?}");
            if one.source == query.segment {
                assert_eq!(one.arithmetic.points, 100, "{one:?}");
            }
            for exchanged in &one.substituted {
                let there = one.target.text.get(exchanged.start..exchanged.end);
                assert!(there.is_some_and(|t| t.is_empty() || t == exchanged.to), "{one:?}");
            }
            let codes = |s: &Segment| s.inlines.iter().all(|i| s.text.is_char_boundary(i.at as usize));
            assert!(codes(&one.target) && one.target.inlines.len() == unit.variants[1].segment.inlines.len());
        }
    }
}

/// Reads bytes as a document: its text is whole, and every character of it leads back into the file.
pub fn document(kind: Kind, encoding: Option<&str>, bytes: &[u8]) {
    let options = document::Options {
        kind: Some(kind),
        encoding: encoding.map(str::to_owned),
        ..document::Options::default()
    };
    // An error is an answer too.
    let Ok(document) = document::read(bytes, "fuzz", &options) else { return };
    let length = bytes.len() as u64;
    for block in &document.blocks {
        assert!(!block.text.trim().is_empty() && block.text.trim() == block.text, "{block:?}");
        assert!(!matches!(block.kind, BlockKind::Heading(0)), "headings count from 1");
        let mut last = 0;
        // The places of a few hundred characters are enough, of each block.
        for (at, c) in block.text.char_indices().take(300) {
            let place = block.line_of(at);
            assert!(place.line >= 1 && place.column >= 1, "lines and columns count from 1");
            let original = block.original(at..at + c.len_utf8());
            assert_eq!(original.is_some(), kind != Kind::Docx);
            let Some(original) = original else { continue };
            assert!(original.start < original.end && original.end <= length, "{original:?} of {length}");
            assert!(original.start >= last, "a text stands in the order of its file");
            last = original.start;
        }
        let lang = block.lang.as_ref().or(document.language.as_ref());
        let english = LanguageTag::english();
        let mut end = 0;
        for sentence in wicterm::text::sentences(lang.unwrap_or(&english), &block.text) {
            assert!(sentence.start >= end && sentence.end > sentence.start, "sentences stand in order");
            assert!(block.text[end..sentence.start].trim().is_empty(), "sentences miss nothing");
            end = sentence.end;
        }
    }
}

/// What a format has written it reads again, and it is valid.
fn there_and_back(format: &Format, entries: &[Entry]) {
    let Some((written, report)) = write_file(format, entries) else { return };
    if format.name.starts_with("tbx-") || format.name == "tmx" {
        let verdict = validate(&*written).expect("bytes in memory can be read");
        if !verdict.valid() {
            let written = String::from_utf8_lossy(&written);
            panic!("{} is not valid: {:?}\n{written}", format.name, verdict.findings);
        }
    }
    let Some(again) = read_file(format, &written) else {
        panic!("{} cannot read what it wrote:\n{}", format.name, String::from_utf8_lossy(&written));
    };
    // What it cannot carry it carries in a note and puts back: every unit comes back as it was.
    if format.name == "tmx" {
        let without_names = report.losses.iter().any(|loss| loss.field == "/origin/tuid");
        let (before, after) = (units(entries, without_names), units(&again, without_names));
        assert_eq!(before, after, "units do not come back:\n{}", String::from_utf8_lossy(&written));
    }
}

/// The units of a file, those variants first that are in the language asked for, as they are written.
fn units(entries: &[Entry], without_names: bool) -> Vec<Unit> {
    let source = languages().into_iter().next();
    let mut units: Vec<Unit> = vec![];
    for entry in entries {
        if let Entry::Unit(unit) = entry {
            let mut unit = (**unit).clone();
            unit.variants.sort_by_key(|v| source.as_ref().is_some_and(|s| !v.lang.serves(s)));
            if without_names {
                unit.origin.tuid = None;
            }
            units.push(unit);
        }
    }
    units
}

/// Reads bytes as the one file of a format that is a folder.
pub fn folder(name: &str, file: &str, bytes: &[u8]) {
    let format = known(name);
    let Some(door) = format.read else { panic!("{name} does not read") };
    let folder = tempfile::tempdir().expect("the system's folder for temporary files takes a folder");
    std::fs::write(folder.path().join(file), bytes).expect("a temporary file can be written");
    let mut read = Taken::new(format, bytes.len());
    // An error is an answer too.
    drop(door(Input::Folder(folder.path()), &ReadOptions::default(), &mut read));
}

/// Asks every format how sure it is that this is its own.
pub fn sniff(head: &str) {
    for name in ["", "x.tbx", "x.tmx", "x.csv", "x.tsv", "x.jsonl", "x.xml"] {
        format::detect(head, Path::new(name));
    }
}

fn known(name: &str) -> &'static Format {
    format::by_name(name).unwrap_or_else(|| panic!("there is no format {name}"))
}

/// Reads bytes; `None` where the format refuses them.
fn read_file(format: &Format, bytes: &[u8]) -> Option<Vec<Entry>> {
    let Some(door) = format.read else { panic!("{} does not read", format.name) };
    let options = ReadOptions { langs: languages(), ..ReadOptions::default() };
    let mut taken = Taken::new(format, bytes.len());
    door(Input::Stream(&mut Cursor::new(bytes), "fuzz"), &options, &mut taken).ok()?;
    Some(taken.entries)
}

/// Writes entries; `None` where the format does not write, or says that it cannot write these.
fn write_file(format: &Format, entries: &[Entry]) -> Option<(Vec<u8>, LossReport)> {
    let door = format.write?;
    let resolve = |target: &str| Some(target.to_owned());
    let options = WriteOptions {
        source_lang: languages().into_iter().next(),
        langs: languages_of(entries),
        notes: true,
        variants: true,
        now: "2026-01-02T03:04:05Z".to_owned(),
        title: "fuzz".to_owned(),
        resolve: &resolve,
    };
    let mut written = vec![];
    let report = door(&mut entries.iter().cloned().map(Ok), &options, Output::Stream(&mut written)).ok()?;
    counts(&report, entries);
    Some((written, report))
}

/// No writer tells of more than it was given.
fn counts(report: &LossReport, entries: &[Entry]) {
    let concepts = entries.iter().filter(|e| matches!(e, Entry::Concept(_))).count() as u64;
    assert!(report.concepts <= concepts, "{} concepts written of {concepts}", report.concepts);
}

fn languages() -> Vec<LanguageTag> {
    ["en", "fr", "zh-Hans"].iter().filter_map(|tag| tag.parse().ok()).collect()
}

fn languages_of(entries: &[Entry]) -> Vec<LanguageTag> {
    let mut found: Vec<LanguageTag> = vec![];
    for entry in entries {
        let tags: Vec<&LanguageTag> = match entry {
            Entry::Header(_) => vec![],
            Entry::Concept(concept) => concept.languages.iter().map(|s| &s.lang).collect(),
            Entry::Unit(unit) => unit.variants.iter().map(|v| &v.lang).collect(),
        };
        for tag in tags {
            if !found.contains(tag) {
                found.push(tag.clone());
            }
        }
    }
    found
}

/// Takes what a reader finds and looks at it.
struct Taken {
    length: u64,
    /// Whether the format spells out our own fields, and so also what means nothing.
    verbatim: bool,
    entries: Vec<Entry>,
}

impl Taken {
    fn new(format: &Format, length: usize) -> Self {
        Self { length: length as u64, verbatim: format.lossless, entries: vec![] }
    }

    fn look_at_place(&self, place: &Place) {
        if let Some((start, end)) = place.bytes {
            assert!(start <= end && end <= self.length, "bytes {start}..{end} of a file of {}", self.length);
        }
        assert!(place.line != Some(0) && place.column != Some(0), "lines and columns count from 1");
    }
}

impl Sink for Taken {
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()> {
        self.look_at_place(&place);
        match &entry {
            Entry::Header(_) => assert!(self.entries.is_empty(), "a header comes first"),
            Entry::Concept(concept) => {
                for (lang, term) in concept.terms() {
                    assert!(self.verbatim || !term.text.is_empty(), "a term without text in {lang}");
                }
            }
            Entry::Unit(unit) => look_at_unit(unit),
        }
        self.entries.push(entry);
        // More entries than bytes would be a reader that makes them up.
        assert!(self.entries.len() as u64 <= self.length + 1, "more entries than bytes");
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        self.look_at_place(&finding.place);
        assert!(!finding.message.is_empty() && !finding.check.is_empty(), "a finding says what it is");
    }
}

fn look_at_unit(unit: &Unit) {
    for variant in &unit.variants {
        look_at_segment(&variant.segment);
    }
    look_at_codes(unit);
}

/// A unit that is opened in an editor and not touched is what it was; a translation takes the source's codes.
fn look_at_codes(unit: &Unit) {
    let Some(source) = unit.source() else { return };
    let again = base::unit_from_toml(&base::unit_to_toml(unit), unit);
    assert_eq!(again.as_ref(), Ok(&(unit.clone(), vec![])), "a unit reads back from its text");
    let new: LanguageTag = "x-new".parse().expect("it is a tag");
    let text = base::with_codes(&source.segment);
    if let Ok((variants, trouble)) = base::retold(unit, vec![(new, text)])
        && unit.variants.iter().all(|v| v.lang.as_str() != "x-new")
    {
        assert_eq!(variants[0].segment, source.segment, "numbered codes are those of the source");
        assert!(trouble.is_empty(), "{trouble:?}");
    }
}

fn look_at_segment(segment: &Segment) {
    let mut last = 0;
    for inline in &segment.inlines {
        assert!(inline.at >= last, "codes stand in order");
        assert!(segment.text.is_char_boundary(inline.at as usize), "a code stands between characters");
        last = inline.at;
    }
}

/// Gives bytes a few at a time, as a slow pipe does.
pub struct InPieces<'a> {
    rest: &'a [u8],
    turn: usize,
}

impl<'a> InPieces<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, turn: 0 }
    }
}

impl std::io::Read for InPieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        // One byte, then seven, then three: never a whole character for long.
        let at_most = [1, 7, 3][self.turn % 3].min(into.len()).min(self.rest.len());
        self.turn += 1;
        into[..at_most].copy_from_slice(&self.rest[..at_most]);
        self.rest = &self.rest[at_most..];
        Ok(at_most)
    }
}
