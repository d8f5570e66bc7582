//! Bilingual files that are read to be judged and changed in place.
//!
//! A [`Job`] is a file, or two plain texts, as rows of a source and a target. Every segment knows its way back to
//! the bytes of its file, and [`Job::patch`] turns a change of its text into a [`Patch`] in the file's own escaping
//! and encoding; whatever is not in a patch stays as it is. A format opens jobs through [`Format::job`]; two plain
//! texts are paired line by line by [`lines`].

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Format, ReadError, ReadOptions};
use crate::bytes::{Editable, Patch, Unwritable, Way, xml};
use crate::format::tables::Cut;
use crate::model::{Finding, LanguageTag, Place, Segment, Severity, Side};

/// The door through which a format opens a job.
pub type JobDoor = fn(Editable, &str, &JobOptions) -> Result<Job, ReadError>;

/// How to open a job.
#[derive(Debug, Clone, Default)]
pub struct JobOptions {
    /// The language of the sources, where the file does not say or holds several.
    pub source: Option<LanguageTag>,
    /// The language of the targets, where the file does not say or holds several.
    pub target: Option<LanguageTag>,
    /// How to read.
    pub read: ReadOptions,
}

/// A bilingual file, or two that belong together.
#[derive(Debug, Default)]
pub struct Job {
    pub(super) files: Vec<(String, Editable)>,
    pub(super) units: Vec<JobUnit>,
    pub(super) cells: Vec<Cell>,
    pairs: Vec<Pair>,
    /// What the reader found odd.
    pub findings: Vec<Finding>,
}

/// The rows of a job that are in the same two languages.
#[derive(Debug)]
pub struct Pair {
    /// The language of the sources.
    pub source: LanguageTag,
    /// The language of the targets.
    pub target: LanguageTag,
    rows: Vec<PairRow>,
}

#[derive(Debug, Clone, Copy)]
struct PairRow {
    unit: u32,
    source: u32,
    /// [`NONE`] where the unit has none.
    target: u32,
}

const NONE: u32 = u32::MAX;

/// What a file says of a unit.
#[derive(Debug)]
pub(super) struct JobUnit {
    /// What the file calls it, if anything.
    pub id: Option<Box<str>>,
    /// Where it begins in the text of the first file.
    pub at: usize,
}

/// A segment and where it stands.
#[derive(Debug)]
pub(super) struct Cell {
    pub segment: Segment,
    /// The way from its text to the text of its file; empty where there is none.
    pub way: Way,
    pub form: Form,
    /// The number of its file.
    pub file: u8,
}

/// How text stands in a file.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// As it is, up to the end of a line.
    Line,
    /// In a cell of a table.
    Cell(Cut),
    /// In XML; those stretches of it in sections of CDATA.
    Xml(Vec<Range<u32>>),
    /// Nobody knows.
    Lost,
}

impl Pair {
    /// Returns how many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

static NOTHING: Segment = Segment { text: String::new(), inlines: vec![] };

impl Job {
    /// Opens a file in a format.
    ///
    /// # Errors
    ///
    /// The format holds no pairs of segments, or the file cannot be read as it.
    pub fn open(
        format: &Format,
        bytes: Vec<u8>,
        name: &str,
        options: &JobOptions,
    ) -> Result<Self, ReadError> {
        let Some(door) = format.job else {
            let what = format!("a file in {} holds no segments with their translations", format.name);
            return Err(ReadError::Broken(Place::file(name), what));
        };
        door(Editable::new(bytes, options.read.encoding.as_deref()), name, options)
    }

    /// Returns the pairs of languages, each with its rows.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Returns the names of its files, and the files.
    pub fn files(&self) -> &[(String, Editable)] {
        &self.files
    }

    /// Returns the source of a row.
    pub fn source(&self, pair: usize, row: usize) -> &Segment {
        &self.cells[self.pairs[pair].rows[row].source as usize].segment
    }

    /// Returns the target of a row; nothing where it has none.
    pub fn target(&self, pair: usize, row: usize) -> &Segment {
        self.cells.get(self.pairs[pair].rows[row].target as usize).map_or(&NOTHING, |cell| &cell.segment)
    }

    /// Returns what its file calls the unit of a row.
    pub fn unit(&self, pair: usize, row: usize) -> Option<&str> {
        self.units[self.pairs[pair].rows[row].unit as usize].id.as_deref()
    }

    /// Returns where a stretch of a row's text stands. What is about both sides stands in the target.
    pub fn place(&self, pair: usize, row: usize, side: Side, range: Range<usize>) -> Place {
        let at = self.pairs[pair].rows[row];
        let unit = &self.units[at.unit as usize];
        let mut place = Place {
            unit: unit.id.as_deref().map(str::to_owned),
            side: Some(side),
            segment: Some((range.start as u32, range.end as u32)),
            ..Place::default()
        };
        let cell = self.cells.get(match side {
            Side::Source => at.source,
            Side::Target | Side::Both => at.target,
        } as usize);
        let (name, file) = &self.files[cell.map_or(0, |cell| cell.file as usize)];
        place.file = Some(name.clone());
        match cell.and_then(|cell| cell.way.original(range).map(as_usize)) {
            Some(within) => {
                let (line, column) = file.position(within.start);
                (place.line, place.column) = (Some(line), Some(column));
                let bytes = file.original(within);
                place.bytes = Some((bytes.start, bytes.end));
            }
            // Two plain texts have the same line of both.
            None => place.line = Some(self.files[0].1.position(unit.at).0),
        }
        place
    }

    /// Returns how many segments there are; units in several languages may share one.
    pub fn segments(&self) -> usize {
        self.cells.len()
    }

    /// Returns a segment by its number.
    pub fn segment(&self, segment: usize) -> &Segment {
        &self.cells[segment].segment
    }

    /// Makes the patch that puts `new` in place of a stretch of a segment's text, and says which file it is of.
    /// Only what differs is patched.
    ///
    /// # Errors
    ///
    /// A clause that says why it cannot be written there.
    pub fn patch(
        &self,
        segment: usize,
        range: Range<usize>,
        new: &str,
    ) -> Result<(usize, Patch), Unwritable> {
        let cell = &self.cells[segment];
        let file = &self.files[cell.file as usize].1;
        Ok((cell.file as usize, cell.patch(file, range, new)?))
    }

    /// Adds a row in a pair of languages; pairs come in the order in which they are met first.
    fn row(&mut self, source: &LanguageTag, target: &LanguageTag, row: PairRow) {
        let at = self.pairs.iter().position(|p| p.source == *source && p.target == *target);
        let at = at.unwrap_or_else(|| {
            self.pairs.push(Pair { source: source.clone(), target: target.clone(), rows: vec![] });
            self.pairs.len() - 1
        });
        self.pairs[at].rows.push(row);
    }

    /// Adds a unit of one source and one target.
    pub(super) fn unit_of_two(
        &mut self,
        langs: (&LanguageTag, &LanguageTag),
        unit: JobUnit,
        source: Cell,
        target: Cell,
    ) {
        let (number, first) = (number(self.units.len()), number(self.cells.len()));
        self.units.push(unit);
        self.cells.extend([source, target]);
        self.row(langs.0, langs.1, PairRow { unit: number, source: first, target: first + 1 });
    }

    /// Adds a unit in several languages, the source first where it is known; those with other sources than the
    /// wanted one are left out.
    pub(super) fn unit_of_many(
        &mut self,
        unit: JobUnit,
        said: Option<&LanguageTag>,
        cells: Vec<(LanguageTag, Cell)>,
        options: &JobOptions,
        lonely: &mut Vec<(LanguageTag, u32, u32)>,
    ) {
        let of = number(self.units.len());
        let wanted = options.source.as_ref().or(said);
        let source = match wanted {
            Some(wanted) => best(wanted, cells.iter().map(|(lang, _)| lang)),
            None => options
                .target
                .as_ref()
                .map_or(Some(0), |target| cells.iter().position(|(lang, _)| !alike(lang, target))),
        };
        // Where the file only claims to know, the first is what there is.
        let source = source.or_else(|| (options.source.is_none() && !cells.is_empty()).then_some(0));
        let Some(source) = source else { return };
        self.units.push(unit);
        let first = number(self.cells.len());
        let from = cells[source].0.clone();
        let langs: Vec<LanguageTag> = cells.iter().map(|(lang, _)| lang.clone()).collect();
        self.cells.extend(cells.into_iter().map(|(_, cell)| cell));
        let mut met = false;
        for (at, lang) in langs.iter().enumerate() {
            let asked = options.target.as_ref().is_none_or(|target| alike(lang, target));
            if at == source || *lang == from || !asked {
                continue;
            }
            met = true;
            let row = PairRow { unit: of, source: first + number(source), target: first + number(at) };
            self.row(&from, lang, row);
        }
        if !met {
            lonely.push((from, of, first + number(source)));
        }
    }

    /// Gives the units without a target a row where it is plain which language is missing.
    pub(super) fn settle(&mut self, options: &JobOptions, lonely: Vec<(LanguageTag, u32, u32)>) {
        for (from, unit, source) in lonely {
            let mut of =
                self.pairs.iter().enumerate().filter(|(_, pair)| pair.source == from).map(|(at, _)| at);
            let target = match (of.next(), of.next(), &options.target) {
                (Some(only), None, _) => self.pairs[only].target.clone(),
                (None, _, Some(asked)) => asked.clone(),
                _ => continue,
            };
            self.row(&from, &target, PairRow { unit, source, target: NONE });
        }
        for pair in &mut self.pairs {
            pair.rows.sort_by_key(|row| row.unit);
        }
    }
}

/// Leads from places in files back to the rows they are in.
#[derive(Debug)]
pub struct Cells {
    /// The bytes that each segment fills: file, first, last, segment.
    stretches: Vec<(u8, u64, u64, u32)>,
    rows: FxHashMap<u32, (u32, u32, Side)>,
}

impl Cells {
    /// Notes where the segments of a job stand.
    pub fn of(job: &Job) -> Self {
        let mut rows = FxHashMap::default();
        for (pair, of_pair) in job.pairs.iter().enumerate() {
            for (row, at) in of_pair.rows.iter().enumerate() {
                for (cell, side) in [(at.source, Side::Source), (at.target, Side::Target)] {
                    rows.entry(cell).or_insert((number(pair), number(row), side));
                }
            }
        }
        let stretch = |(number, cell): (usize, &Cell)| {
            let within = cell.way.original(0..cell.way.len()).filter(|_| !cell.way.is_empty())?;
            let bytes = job.files[cell.file as usize].1.original(as_usize(within));
            Some((cell.file, bytes.start, bytes.end, number as u32))
        };
        let mut stretches: Vec<_> = job.cells.iter().enumerate().filter_map(stretch).collect();
        stretches.sort_unstable();
        Self { stretches, rows }
    }

    /// Returns where a place is in the job.
    pub fn find(&self, job: &Job, place: &Place) -> Option<Spot> {
        let (start, end) = place.bytes?;
        let file = job.files.iter().position(|(name, _)| Some(name) == place.file.as_ref())? as u8;
        let behind = self.stretches.partition_point(|s| (s.0, s.1) <= (file, start));
        let stretch = self.stretches.get(behind.checked_sub(1)?)?;
        if stretch.0 != file || stretch.2 < end {
            return None;
        }
        let (pair, row, side) = *self.rows.get(&stretch.3)?;
        Some(Spot { segment: stretch.3 as usize, pair: pair as usize, row: row as usize, side })
    }
}

/// A segment, and the first row that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The segment, by its number.
    pub segment: usize,
    /// The pair of languages, by its place in [`Job::pairs`].
    pub pair: usize,
    /// The row of that pair.
    pub row: usize,
    /// The side of that row.
    pub side: Side,
}

/// Returns which of several languages is meant: the same, a more special one, or one that differs in region only.
fn best<'l>(wanted: &LanguageTag, langs: impl Iterator<Item = &'l LanguageTag> + Clone) -> Option<usize> {
    let same = langs.clone().position(|lang| lang == wanted);
    let serving = || langs.clone().position(|lang| lang.serves(wanted));
    same.or_else(serving).or_else(|| langs.clone().position(|lang| alike(lang, wanted)))
}

/// Tells whether a language is the one that somebody asked for: scripts differ, regions need not.
pub(super) fn alike(lang: &LanguageTag, asked: &LanguageTag) -> bool {
    let scripts = lang.script().is_none() || asked.script().is_none() || lang.script() == asked.script();
    lang.language() == asked.language() && scripts
}

fn number(of: usize) -> u32 {
    // Each of them fills bytes of a file, and has its text in memory.
    u32::try_from(of).unwrap_or(NONE)
}

fn as_usize(range: Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

const NO_WAY: &str = "nobody knows where in the file that text belongs";
const CUT: &str = "an inline code or an entity stands in the middle of it";

impl Cell {
    /// Makes a segment as it stands in a line of a file, without its end.
    fn line(text: &str, at: usize, file: u8) -> Self {
        let mut way = Way::default();
        way.push_same(text.len(), at as u64);
        Self { segment: Segment::plain(text), way, form: Form::Line, file }
    }

    fn patch(&self, file: &Editable, range: Range<usize>, new: &str) -> Result<Patch, Unwritable> {
        let text = &self.segment.text;
        let old = text.get(range.clone()).ok_or(Unwritable::Place(NO_WAY))?;
        let head = common(old.chars(), new.chars());
        let tail = common(old[head..].chars().rev(), new[head..].chars().rev());
        let changed = range.start + head..range.end - tail;
        let new = &new[head..new.len() - tail];
        if let Form::Cell(cut) = &self.form {
            let whole = format!("{}{new}{}", &text[..changed.start], &text[changed.end..]);
            return match cut.written(&whole)? {
                None => file.patch(self.stretch(&changed, head > 0)?, &cut.escaped(new)),
                Some(raw) => file.patch(cut.whole(), &raw),
            };
        }
        let at = self.stretch(&changed, head > 0)?;
        match &self.form {
            Form::Line if new.contains(['\n', '\r']) => {
                Err(Unwritable::Place("a line of text cannot hold an end of line"))
            }
            Form::Line => file.patch(at, new),
            Form::Xml(sections) => {
                let inside =
                    |s: &Range<u32>| s.start as usize <= changed.start && changed.end <= s.end as usize;
                let literal = sections.iter().any(inside);
                let around = file.text();
                let edge = |at: usize, step: isize| {
                    (1..=3)
                        .filter_map(|n| at.checked_add_signed(n * step))
                        .rfind(|at| around.is_char_boundary(*at))
                };
                let before = &around[edge(at.start, -1).unwrap_or(at.start)..at.start];
                let after = &around[at.end..edge(at.end, 1).unwrap_or(at.end).max(at.end)];
                file.patch(at, &in_xml(file, new, literal.then_some((before, after)))?)
            }
            Form::Cell(_) | Form::Lost => Err(Unwritable::Place(NO_WAY)),
        }
    }

    /// Returns where in the text of the file a stretch of this text stands. What is put in between two parts
    /// goes with the one before it if that is where the change began.
    fn stretch(&self, range: &Range<usize>, behind: bool) -> Result<Range<usize>, Unwritable> {
        let text = &self.segment.text;
        if let Form::Cell(cut) = &self.form
            && text.is_empty()
        {
            return Ok(cut.empty());
        }
        if matches!(self.form, Form::Lost) {
            return Err(Unwritable::Place(NO_WAY));
        }
        if !range.is_empty() {
            return self.way.exact(range.clone()).map(as_usize).ok_or(Unwritable::Place(CUT));
        }
        let at = range.start;
        let before = text[..at].chars().next_back().and_then(|c| self.way.exact(at - c.len_utf8()..at));
        let after = text[at..].chars().next().and_then(|c| self.way.exact(at..at + c.len_utf8()));
        let (before, after) = (before.map(|b| b.end as usize), after.map(|a| a.start as usize));
        let point = if behind { before.or(after) } else { after.or(before) };
        point.map(|point| point..point).ok_or(Unwritable::Place(CUT))
    }
}

/// Returns how many bytes two rows of characters have in common.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// Writes text as XML; literally where it stands in a section of CDATA, between what stands around it there.
fn in_xml(file: &Editable, text: &str, literal: Option<(&str, &str)>) -> Result<String, Unwritable> {
    if text.chars().any(|c| !xml::allowed(c)) {
        return Err(Unwritable::Place("XML forbids one of its characters"));
    }
    if let Some((before, after)) = literal {
        let ends = format!("{before}{text}{after}").find("]]>");
        if ends.is_some_and(|at| at < before.len() + text.len()) || text.contains('\r') {
            return Err(Unwritable::Place("it stands in a section of CDATA, which would end there"));
        }
        return Ok(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c == '\r' || !file.carries(c) => out.push_str(&format!("&#x{:X};", u32::from(c))),
            c => out.push(c),
        }
    }
    Ok(out)
}

/// Pairs two plain texts line by line. Lines that are blank in both are no rows.
///
/// # Errors
///
/// None so far; what is odd is a finding of the job.
pub fn lines(
    source: (String, Vec<u8>, LanguageTag),
    target: (String, Vec<u8>, LanguageTag),
    encoding: Option<&str>,
) -> Job {
    let mut job = Job::default();
    let (source_lang, target_lang) = (source.2, target.2);
    let files = [(source.0, source.1), (target.0, target.1)];
    let files = files.map(|(name, bytes)| (name, Editable::new(bytes, encoding)));
    let cut = |file: u8| cut_lines(files[file as usize].1.text());
    let (sources, targets) = (cut(0), cut(1));
    for (name, file) in &files {
        job.findings.extend(odd_bytes(name, file));
    }
    if sources.len() != targets.len() {
        let shorter = usize::from(sources.len() > targets.len());
        let line = sources.len().min(targets.len()) as u32 + 1;
        let (many, few) = (sources.len().max(targets.len()), sources.len().min(targets.len()));
        let message = format!(
            "{} has {few} lines and {} has {many}, so from some line on they do not belong together.",
            files[shorter].0,
            files[1 - shorter].0
        );
        let place = Place::file(&files[1 - shorter].0).at_line(line);
        let help = "Look for a line that was split, joined or left out, and make both texts equally long.";
        job.findings.push(Finding::new("read-lines", Severity::Error, place, message).help(help));
    }
    for at in 0..sources.len().max(targets.len()) {
        let line = |file: u8, lines: &[Range<usize>]| {
            let text = files[file as usize].1.text();
            match lines.get(at) {
                Some(range) => Cell::line(&text[range.clone()], range.start, file),
                None => Cell { segment: Segment::default(), way: Way::default(), form: Form::Lost, file },
            }
        };
        let (source, target) = (line(0, &sources), line(1, &targets));
        if source.segment.text.trim().is_empty() && target.segment.text.trim().is_empty() {
            continue;
        }
        let at = sources.get(at).map_or(files[0].1.text().len(), |range| range.start);
        job.unit_of_two((&source_lang, &target_lang), JobUnit { id: None, at }, source, target);
    }
    job.files = files.into();
    job
}

/// Makes places in the text of a file places in the file.
pub(super) fn in_file(file: &Editable, findings: &mut [Finding]) {
    for finding in findings {
        if let Some((start, end)) = finding.place.bytes {
            let bytes = file.original(start as usize..end as usize);
            finding.place.bytes = Some((bytes.start, bytes.end));
        }
    }
}

/// Returns the lines of a text without their ends and without a byte order mark.
fn cut_lines(text: &str) -> Vec<Range<usize>> {
    let mut lines = vec![];
    let mut at = text.len() - text.trim_start_matches('\u{FEFF}').len();
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n);
        let content = text[at..end].strip_suffix('\r').map_or(end, |line| at + line.len());
        lines.push(at..content);
        at = end + 1;
    }
    lines
}

/// Says what was odd about the encoding of a file.
pub(super) fn odd_bytes(name: &str, file: &Editable) -> Vec<Finding> {
    let encoding = file.encoding();
    let mut found = vec![];
    let mut say = |place: Place, severity, message: String| {
        let help =
            "Name the encoding of the file, such as windows-1252, with --encoding, or save it as UTF-8.";
        found.push(Finding::new("read-encoding", severity, place, message).help(help));
    };
    if let Some(label) = &encoding.unusable_label {
        let message =
            format!("The file is not in \"{}\"; it was read as {}.", xml::quotable(label), encoding.name);
        say(Place::file(name), Severity::Warning, message);
    }
    if let Some(first) = encoding.first_malformed {
        let message = format!("{} stretches of bytes are not text in {}.", encoding.malformed, encoding.name);
        let place = Place { file: Some(name.to_owned()), ..Place::from(first) };
        say(place, Severity::Error, message);
    }
    if encoding.how == crate::bytes::How::Fallback {
        let message = "The file does not say its encoding and is not UTF-8; it was read as windows-1252.";
        say(Place::file(name), Severity::Warning, message.into());
    }
    found
}
