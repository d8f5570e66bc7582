//! Bilingual files that are read to be judged and changed in place.
//!
//! A [`Job`] is a file, or two plain texts, as rows of a source and a target. Every segment knows its way back to
//! the bytes of its file, and [`Job::patch`] turns a change of its text into a [`Patch`] in the file's own escaping
//! and encoding; whatever is not in a patch stays as it is. A format opens jobs through [`Format::job`]; two plain
//! texts are paired line by line by [`lines`].

mod fill;
mod trail;

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Format, ReadError, ReadOptions};
use crate::bytes::{Editable, Patch, Unwritable, Way, apply, xml, zip};
use crate::format::po::Quotes;
use crate::format::tables::{Cut, SheetCell};
use crate::model::{Finding, LanguageTag, Place, Segment, Severity, Side};
pub use fill::{Filled, Filling, Mark};
pub(super) use fill::{Filler, Vacancy, says_held};
pub(super) use trail::Trail;

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
    /// How many units have a source only, where nobody knows which language is missing.
    pub unsettled: usize,
    /// The archive that holds the text of the only file, where that is packed.
    pub(super) archive: Option<Box<Archive>>,
    /// What writes into empty targets, where the format can.
    pub(super) filler: Option<Box<dyn Filler>>,
    /// What the reader found odd.
    pub findings: Vec<Finding>,
}

/// An archive of which one member is read and changed.
#[derive(Debug)]
pub(super) struct Archive {
    pub bytes: Vec<u8>,
    pub member: String,
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
    /// Whether the file says that it is to stay as it is.
    pub held: bool,
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
    /// In a cell of a sheet, which is written whole.
    Sheet(SheetCell),
    /// In XML; those stretches of it in sections of CDATA.
    Xml(Vec<Range<u32>>),
    /// Between the quotation marks of a PO file.
    Quoted(Quotes),
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
        let file = match zip::is_zip(&bytes) {
            true => Editable::packed(bytes),
            false => Editable::new(bytes, options.read.encoding.as_deref()),
        };
        door(file, name, options)
    }

    /// Tells whether its file is an archive, of which patches change the text of one member.
    pub fn is_packed(&self) -> bool {
        self.archive.is_some()
    }

    /// Returns the bytes of a file as it is on the disk.
    pub fn bytes(&self, file: usize) -> &[u8] {
        self.archive.as_ref().map_or_else(|| self.files[file].1.bytes(), |archive| &archive.bytes)
    }

    /// Returns a file as patches leave it, and the numbers of the patches that were put in; those that overlap an
    /// earlier one are not. `None` where its archive cannot be written.
    pub fn patched(&self, file: usize, patches: &[Patch]) -> Option<(Vec<u8>, Vec<usize>)> {
        let (text, put) = apply(self.files[file].1.bytes(), patches);
        match &self.archive {
            None => Some((text, put)),
            Some(archive) => Some((zip::replaced(&archive.bytes, &archive.member, &text)?, put)),
        }
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
        if let Some(Form::Sheet(at)) = cell.map(|cell| &cell.form) {
            (place.line, place.column) = (Some(at.line()), Some(at.column()));
            return place;
        }
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

    /// Returns the way from a segment's text to the bytes of its file, if there is one.
    pub fn way(&self, segment: usize) -> Option<Way> {
        let cell = &self.cells[segment];
        let file = &self.files[cell.file as usize].1;
        let mut way = Way::default();
        for (at, c) in cell.segment.text.char_indices() {
            let within = cell.way.original(at..at + c.len_utf8())?;
            way.push_atom(c.len_utf8(), file.original(as_usize(within)));
        }
        Some(way)
    }

    /// Returns the line and the column of a point of a segment's text.
    pub fn position(&self, segment: usize, at: usize) -> Option<(u32, u32)> {
        let cell = &self.cells[segment];
        let within = cell.way.original(at..at)?;
        Some(self.files[cell.file as usize].1.position(within.start as usize))
    }

    /// Returns the segments with their languages, each once, in the order of their first rows.
    pub fn with_languages(&self) -> Vec<(usize, &LanguageTag)> {
        let mut taken = vec![false; self.cells.len()];
        let mut found = vec![];
        for pair in &self.pairs {
            for row in &pair.rows {
                for (cell, lang) in [(row.source, &pair.source), (row.target, &pair.target)] {
                    let fresh = taken.get_mut(cell as usize).filter(|taken| !**taken);
                    if let Some(taken) = fresh {
                        *taken = true;
                        found.push((cell as usize, lang));
                    }
                }
            }
        }
        found.sort_by_key(|(cell, _)| *cell);
        found
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

    /// Adds a unit whose source is that of another one.
    pub(super) fn unit_of_shared(
        &mut self,
        langs: (&LanguageTag, &LanguageTag),
        unit: JobUnit,
        source: usize,
        target: Cell,
    ) {
        let (of, at) = (number(self.units.len()), number(self.cells.len()));
        self.units.push(unit);
        self.cells.push(target);
        self.row(langs.0, langs.1, PairRow { unit: of, source: number(source), target: at });
    }

    /// Adds a unit of one source that has no target yet.
    pub(super) fn unit_of_one(&mut self, langs: (&LanguageTag, &LanguageTag), unit: JobUnit, source: Cell) {
        let (number, first) = (number(self.units.len()), number(self.cells.len()));
        self.units.push(unit);
        self.cells.push(source);
        self.row(langs.0, langs.1, PairRow { unit: number, source: first, target: NONE });
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
                // Where one of several is exactly the one that was asked for, there is no doubt.
                (_, _, Some(asked)) => asked.clone(),
                _ => {
                    self.unsettled += 1;
                    continue;
                }
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
    /// The segments in cells of a sheet, by row and column.
    sheet: FxHashMap<(u32, u32), u32>,
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
        let in_sheet = |(number, cell): (usize, &Cell)| match &cell.form {
            Form::Sheet(at) => Some(((at.line(), at.column()), number as u32)),
            _ => None,
        };
        let sheet = job.cells.iter().enumerate().filter_map(in_sheet).collect();
        Self { stretches, sheet, rows }
    }

    /// Returns where a place is in the job.
    pub fn find(&self, job: &Job, place: &Place) -> Option<Spot> {
        if job.is_packed() {
            let segment = *self.sheet.get(&(place.line?, place.column?))?;
            let (pair, row, side) = *self.rows.get(&segment)?;
            return Some(Spot { segment: segment as usize, pair: pair as usize, row: row as usize, side });
        }
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

    /// Makes the patch that puts `new` in place of a stretch of its text.
    pub(super) fn patch(&self, file: &Editable, range: Range<usize>, new: &str) -> Result<Patch, Unwritable> {
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
        if let Form::Sheet(at) = &self.form {
            let whole = format!("{}{new}{}", &text[..changed.start], &text[changed.end..]);
            return file.patch(at.range(), &at.written(&whole)?);
        }
        let at = self.stretch(&changed, head > 0)?;
        match &self.form {
            Form::Line if new.contains(['\n', '\r']) => {
                Err(Unwritable::Place("a line of text cannot hold an end of line"))
            }
            Form::Line => file.patch(at, new),
            Form::Quoted(quotes) => {
                let written = quotes.written(file, at.clone(), new, text.is_empty())?;
                file.patch(at, &written)
            }
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
                let mut new = in_xml(file, new, literal.then_some((before, after)))?;
                // A carriage return alone is an end of line, and would be one with a line feed behind it.
                if before.ends_with('\r') {
                    match (new.is_empty(), new.starts_with('\n')) {
                        (true, _) if after.starts_with('\n') => return Err(Unwritable::Place(CUT)),
                        (_, true) => new.insert(0, '\r'),
                        _ => {}
                    }
                }
                file.patch(at, &new)
            }
            Form::Cell(_) | Form::Sheet(_) | Form::Lost => Err(Unwritable::Place(NO_WAY)),
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
        if let Form::Quoted(quotes) = &self.form {
            let edge = |c: Option<char>, at: usize| {
                c.is_none_or(|c| self.way.exact(at..at + c.len_utf8()).is_some())
            };
            let old = &text[range.clone()];
            let last = old.chars().next_back();
            let whole = edge(old.chars().next(), range.start)
                && edge(last, range.end - last.map_or(0, char::len_utf8));
            match self.way.original(range.clone()) {
                _ if text.is_empty() => return Ok(quotes.inside()),
                // It may go on in the next string.
                Some(original) if !range.is_empty() && whole => return Ok(as_usize(original)),
                _ => {}
            }
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
pub(super) fn in_xml(
    file: &Editable,
    text: &str,
    literal: Option<(&str, &str)>,
) -> Result<String, Unwritable> {
    if text.chars().any(|c| !xml::allowed(c)) {
        return Err(Unwritable::Place("XML forbids one of its characters"));
    }
    if let Some((before, after)) = literal {
        if text.contains('\r') {
            return Err(Unwritable::Place(
                "it stands in a section of CDATA, which cannot hold a carriage return",
            ));
        }
        return Ok(in_section(text, before, after));
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

/// Writes text into a section of CDATA, between what stands around it there: where the section would end, it is
/// ended and begun anew.
fn in_section(text: &str, before: &str, after: &str) -> String {
    const ANEW: &str = "]]><![CDATA[";
    let mut out = String::with_capacity(text.len());
    let ends = |out: &str, end: &str| format!("{before}{out}").ends_with(end);
    for c in text.chars() {
        if c == '>' && ends(&out, "]]") {
            out.push_str(ANEW);
        }
        out.push(c);
    }
    // Before the end of the section itself there is no need.
    let closes = (after.starts_with('>') && ends(&out, "]]")) || (after.starts_with("]>") && ends(&out, "]"));
    if closes {
        out.push_str(ANEW);
    }
    out
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
        job.unit_of_two((&source_lang, &target_lang), JobUnit { id: None, at, held: false }, source, target);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bytes::apply;
    use crate::format::by_name;

    fn lang(tag: &str) -> LanguageTag {
        tag.parse().unwrap()
    }

    fn options() -> JobOptions {
        JobOptions { source: Some(lang("en")), target: Some(lang("fr")), ..JobOptions::default() }
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// The same few rows in everything that a job can be: what to call it, its format (lines where there is
    /// none), its bytes.
    fn samples() -> Vec<(&'static str, Option<&'static str>, Vec<u8>)> {
        let csv = "id,en,fr,note\r\n1,\"Hello, \"\"all\"\" of you\",bonjour à tous,n\r\n\
                   2,one,\"deux\r\nlignes, et \"\"plus\"\"\",\r\n3,'=1+1,'-x,\r\n4,, vide ,\r\n5,five,\"\",\r\n6,six\r\n";
        let tmx = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\" \
                   [<!ENTITY who \"nobody\">]>\n<tmx version=\"1.4\"><header srclang=\"en\"/><body>\n\
                   <tu tuid=\"a\"><tuv xml:lang=\"en\"><seg>One <bpt i=\"1\">&lt;b&gt;</bpt>bold<ept i=\"1\">&lt;/b&gt;</ept> \
                   &who; &amp; more</seg></tuv><tuv xml:lang=\"fr\"><seg>a &#x26; b &lt; c ]]&gt;</seg></tuv></tu>\n\
                   <tu><tuv xml:lang=\"EN-us\"><seg><![CDATA[a < b]]> and <hi>more</hi>\r\nhere</seg></tuv>\
                   <tuv xml:lang=\"fr\"><seg>un<!-- x --> deux<ph>{0}</ph></seg></tuv></tu>\n</body></tmx>\n";
        let ansi = tmx.replace("UTF-8", "windows-1252").replace("One", "Oné");
        let tsv = "id\ten\tfr\n1\t\"Hello,\" he said.\t«Bonjour»\n2\tit\tça va\n";
        vec![
            ("csv", Some("bitext-csv"), csv.into()),
            ("csv with a mark", Some("bitext-csv"), format!("\u{FEFF}{csv}").into()),
            ("csv in utf-16", Some("bitext-csv"), wide(&format!("\u{FEFF}{csv}"))),
            ("csv with semicolons", Some("bitext-csv"), csv.replace(',', ";").into()),
            ("tsv", Some("bitext-tsv"), tsv.into()),
            ("tsv in windows-1252", Some("bitext-tsv"), encoding_rs::WINDOWS_1252.encode(tsv).0.into()),
            ("tsv without a header", Some("bitext-tsv"), b"one\t\"un\"\ntwo\tdeux\tn\n".to_vec()),
            (
                "damaged tsv",
                Some("bitext-tsv"),
                ["en\tfr\nnaive éééé 1\tn".as_bytes(), b"\xFF", "on et oui\nx\téééééé\n".as_bytes()].concat(),
            ),
            ("tmx", Some("tmx"), tmx.into()),
            ("tmx with crlf", Some("tmx"), tmx.replace('\n', "\r\n").into()),
            ("tmx in utf-16", Some("tmx"), wide(&format!("\u{FEFF}{}", tmx.replace("UTF-8", "utf-16")))),
            ("tmx in windows-1252", Some("tmx"), encoding_rs::WINDOWS_1252.encode(&ansi).0.into()),
            ("lines", None, "one\r\n\ntwo  \nthree".into()),
            ("lines in windows-1252", None, b"caf\xE9\n\ndeux\n".to_vec()),
        ]
    }

    fn open(format: Option<&str>, bytes: Vec<u8>) -> Job {
        match format {
            Some(name) => Job::open(by_name(name).unwrap(), bytes, "x", &options()).unwrap(),
            None => lines(("a".into(), bytes.clone(), lang("en")), ("b".into(), bytes, lang("fr")), None),
        }
    }

    fn texts(job: &Job) -> Vec<String> {
        (0..job.segments()).map(|n| job.segment(n).text.clone()).collect()
    }

    #[test]
    fn rows_are_what_the_file_says() {
        let samples = samples();
        let csv = open(samples[0].1, samples[0].2.clone());
        let rows: Vec<_> = (0..csv.pairs()[0].len())
            .map(|row| (csv.unit(0, row), &*csv.source(0, row).text, &*csv.target(0, row).text))
            .collect();
        assert_eq!(
            rows,
            [
                (Some("1"), "Hello, \"all\" of you", "bonjour à tous"),
                (Some("2"), "one", "deux\r\nlignes, et \"plus\""),
                (Some("3"), "=1+1", "-x"),
                (Some("5"), "five", ""),
                (Some("6"), "six", ""),
            ]
        );
        assert_eq!(csv.findings[0].check, "read-row");
        let place = csv.place(0, 1, Side::Target, 6..12);
        assert_eq!((place.line, place.column, place.unit.as_deref()), (Some(4), Some(1), Some("2")));
        let (start, end) = place.bytes.unwrap();
        assert_eq!(&csv.files()[0].1.bytes()[start as usize..end as usize], b"lignes");
        let tmx = open(samples[8].1, samples[8].2.clone());
        assert_eq!(tmx.source(0, 0).text, "One bold nobody & more");
        assert_eq!(tmx.source(1, 0).text, "a < b and more\nhere");
        let langs: Vec<_> = tmx.pairs().iter().map(|p| (p.source.as_str(), p.target.as_str())).collect();
        assert_eq!(langs, [("en", "fr"), ("en-US", "fr")]);
        let place = tmx.place(0, 0, Side::Source, 3..8);
        let (start, end) = place.bytes.unwrap();
        assert_eq!(
            &tmx.files()[0].1.bytes()[start as usize..end as usize],
            b" <bpt i=\"1\">&lt;b&gt;</bpt>bold"
        );
    }

    #[test]
    fn a_patch_is_written_as_its_file_writes() {
        let samples = samples();
        let of = |name: &str| {
            let (_, format, bytes) = samples.iter().find(|s| s.0 == name).unwrap();
            open(*format, bytes.clone())
        };
        // (sample, segment, what is replaced, by what, what is written)
        let rows = [
            ("csv", 0, "Hello", "\"Hi\"", Ok("\"\"Hi\"\"")),
            ("csv", 1, "bonjour", "oui, bonjour", Ok("\"oui, bonjour à tous\"")),
            ("csv", 1, "bonjour", "non", Ok("non")),
            ("csv", 4, "=", "'=", Ok("'")),
            ("tsv", 0, "\"", "“", Ok("“")),
            ("tsv", 0, "Hello,\"", "Hello,”", Ok("\"\"\"Hello,” he said.\"")),
            ("tsv", 3, "ça", "ç\ta", Ok("\"ç\ta va\"")),
            ("tsv without a header", 3, "deux", "de\tux", Err("a cell of this table cannot hold a tab")),
            (
                "tsv in windows-1252",
                3,
                "ça",
                "网",
                Err("the file is windows-1252, which cannot write “网” at all"),
            ),
            ("tmx", 0, "One", "1 < 2", Ok("1 &lt; 2")),
            ("tmx", 0, "&", "and", Ok("and")),
            ("tmx", 0, "nobody", "somebody", Err("an inline code or an entity stands in the middle")),
            ("tmx", 0, "e b", "e, b", Ok(",")),
            ("tmx", 0, "e b", "ex", Err("an inline code or an entity stands in the middle")),
            ("tmx", 2, "b", "&", Ok("&")),
            ("tmx", 2, "b", "]]>", Ok("]]]]><![CDATA[>")),
            ("tmx", 2, "b", "\r", Err("it stands in a section of CDATA")),
            ("tmx", 1, "c", "\u{1}", Err("XML forbids one of its characters")),
            ("tmx in windows-1252", 0, "more", "网", Ok("&#x7F51;")),
            ("lines", 0, "one", "o\nne", Err("a line of text cannot hold an end of line")),
        ];
        for (name, segment, old, new, written) in rows {
            let job = of(name);
            let at = job.segment(segment).text.find(old).unwrap();
            let patch = job.patch(segment, at..at + old.len(), new);
            match (patch, written) {
                (Ok((_, patch)), Ok(written)) => {
                    assert_eq!(String::from_utf8_lossy(&patch.bytes), written, "{name} {old}");
                }
                (Err(why), Err(said)) => assert!(why.to_string().starts_with(said), "{name} {old}: {why}"),
                (made, _) => panic!("{name} {old}: {made:?}"),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_patch_changes_its_segment_as_it_is_meant_and_no_other_byte(
            sample in 0..14_usize,
            segment in any::<prop::sample::Index>(),
            from in any::<prop::sample::Index>(),
            len in 0..6_usize,
            new in prop::string::string_regex("([a-c é网]|[,;\"'<>&=\\]\n\r\t#]){0,4}").unwrap(),
        ) {
            let (name, format, bytes) = samples().swap_remove(sample);
            let job = open(format, bytes);
            let segment = segment.index(job.segments());
            let text = &job.segment(segment).text;
            let edges: Vec<usize> =
                text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let first = from.index(edges.len());
            let range = edges[first]..edges[(first + len).min(edges.len() - 1)];
            let Ok((file, patch)) = job.patch(segment, range.clone(), &new) else { return Ok(()) };
            let old = job.files()[file].1.bytes();
            let (made, put) = apply(old, std::slice::from_ref(&patch));
            prop_assert_eq!(put, [0]);
            prop_assert!(made.starts_with(&old[..patch.range.start]), "{}", name);
            prop_assert!(made.ends_with(&old[patch.range.end..]), "{}", name);
            let again = match format {
                Some(_) => open(format, made),
                None => {
                    let mut files: Vec<_> =
                        job.files().iter().map(|(_, file)| file.bytes().to_vec()).collect();
                    files[file] = made;
                    let target = files.pop().unwrap();
                    lines(("a".into(), files.pop().unwrap(), lang("en")), ("b".into(), target, lang("fr")), None)
                }
            };
            let mut expected = texts(&job);
            expected[segment].replace_range(range, &new);
            // What leaves nothing of a source or of both lines leaves no row.
            let gone = expected[segment].trim().is_empty();
            prop_assert!(gone || texts(&again) == expected, "{}: {:?} {:?}", name, texts(&again), expected);
        }
    }
}
