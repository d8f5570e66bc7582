//! Opens a bitext table as a job: every cell of source and target with its way back.

use std::io::Read;
use std::ops::{ControlFlow, Range};

use super::bitext::Heading;
use super::fill::Layout;
use super::grid::{Dialect, Row, Rows, is_guarded, reads_bare};
use super::header::{self, Pair};
use crate::bytes::{Editable, Unwritable, Way};
use crate::format::job::{Cell, Form, Job, JobOptions, JobUnit, alike, in_file, odd_bytes, says_held};
use crate::format::{Entry, ReadError, ReadOptions, Sink};
use crate::model::{Finding, LanguageTag, Place, Segment, Severity};

/// How a cell stands in the text of its file.
#[derive(Debug, Clone)]
pub(in crate::format) struct Cut {
    start: usize,
    len: u32,
    quoted: bool,
    /// Whether an apostrophe stands before it that is no part of its text.
    guarded: bool,
    dialect: Dialect,
}

impl Cut {
    /// Returns the cell, with its marks.
    pub fn whole(&self) -> Range<usize> {
        self.start..self.start + self.len as usize
    }

    /// Returns where the text of an empty cell goes.
    pub fn empty(&self) -> Range<usize> {
        let at = self.start + usize::from(self.quoted);
        at..at
    }

    /// Tells whether it stands between quotation marks.
    pub fn is_quoted(&self) -> bool {
        self.quoted
    }

    /// Tells whether an apostrophe stands before it that is no part of its text.
    pub fn is_guarded(&self) -> bool {
        self.guarded
    }

    /// Returns a part of the text as it is written in this cell.
    pub fn escaped(&self, text: &str) -> String {
        if self.quoted { text.replace('"', "\"\"") } else { text.to_owned() }
    }

    /// Returns the whole cell anew for a new text; `None` where it is enough to write the part that changed.
    ///
    /// # Errors
    ///
    /// The table has no way to write it.
    pub fn written(&self, text: &str) -> Result<Option<String>, Unwritable> {
        // The way in which tables are read takes one apostrophe away from such a cell.
        let fits = if self.guarded { is_guarded(&format!("'{text}")) } else { !is_guarded(text) };
        if fits && (self.quoted || reads_bare(text, self.dialect)) {
            return Ok(None);
        }
        let text = if is_guarded(text) { format!("'{text}") } else { text.to_owned() };
        Self::raw(&text, self.quoted, self.dialect).map(Some)
    }

    /// Returns a whole cell for what is to be read of it.
    ///
    /// # Errors
    ///
    /// The table has no way to write it.
    pub(in crate::format::tables) fn raw(
        text: &str,
        quoted: bool,
        dialect: Dialect,
    ) -> Result<String, Unwritable> {
        if !quoted && reads_bare(text, dialect) {
            return Ok(text.to_owned());
        }
        if !dialect.quoting {
            return Err(Unwritable::Place("a cell of this table cannot hold a tab or an end of line"));
        }
        Ok(format!("\"{}\"", text.replace('"', "\"\"")))
    }

    /// Finds how a cell of a row stands in the text of the file, in which the row begins at a byte.
    pub(in crate::format::tables) fn of(
        row: &Row,
        column: usize,
        at: usize,
        text: &str,
        dialect: Dialect,
    ) -> Option<Self> {
        let (range, quoted) = row.cut(column)?;
        let marks = usize::from(quoted);
        let inner = at + range.start + marks..at + range.end - marks;
        let guarded = text.get(inner).is_some_and(is_guarded);
        // A row is bounded far below.
        let len = u32::try_from(range.len()).unwrap_or(u32::MAX);
        Some(Self { start: at + range.start, len, quoted, guarded, dialect })
    }
}

/// Opens a bitext table.
pub(super) fn open(file: Editable, name: &str, options: &JobOptions) -> Result<Job, ReadError> {
    let mut job = Job::default();
    let given = [&options.source, &options.target].map(Clone::clone);
    let langs = match given {
        [Some(source), Some(target)] => vec![source, target],
        _ => options.read.langs.clone(),
    };
    let hint = file.hint(options.read.encoding.as_deref()).map(str::to_owned);
    let read = ReadOptions { encoding: hint, langs, ..options.read.clone() };
    let mut bytes = file.text().as_bytes();
    let mut rows = Rows::open(&mut bytes as &mut dyn Read, name, &read)?;
    let mut row = Row::default();
    let mut told = Told(vec![]);
    if !rows.peek(&mut row)? {
        job.findings = odd_bytes(name, &file);
        job.findings.push(super::empty(&rows));
        job.files = vec![(name.to_owned(), file)];
        return Ok(job);
    }
    super::bounded(&rows, &row)?;
    let heading = Heading::chosen(&mut rows, &mut row, &read, |names| asked(names, options))?;
    let asked = [(&options.source, &heading.langs.0), (&options.target, &heading.langs.1)];
    for (asked, there) in asked {
        if let Some(asked) = asked
            && !alike(there, asked)
        {
            let (source, target) = &heading.langs;
            let what = format!("the languages of the table are {source} and {target}, and not {asked}");
            return Err(ReadError::Broken(Place::file(name).at_line(1), what));
        }
    }
    let dialect = rows.dialect();
    let taken = [heading.at.id, Some(heading.at.source), Some(heading.at.target)];
    let mut layout = Layout::new(heading.headed, &row, taken, heading.at.target, heading.width, dialect);
    let holding: Vec<(usize, String)> = match heading.headed {
        true => (0..row.len())
            .filter(|at| !taken.contains(&Some(*at)))
            .map(|at| (at, row.cell(at).into()))
            .collect(),
        false => vec![],
    };
    let (source, target) = heading.langs;
    while rows.next(&mut row)? {
        rows.complain(&row, heading.width, &mut told);
        let at = row.bytes.map_or(0, |(at, _)| at as usize);
        layout.row(&row, at, file.text());
        if row.cell(heading.at.source).is_empty() {
            let message = "The row has no source and is left out.";
            let help = "Every row needs a segment in the source column; the target may be empty.";
            let finding = Finding::new("read-row", Severity::Warning, rows.place(&row), message);
            told.0.push(finding.help(help));
            continue;
        }
        layout.unit();
        let cell = |column: usize| cell(&row, column, at, file.text(), dialect);
        let id = heading.at.id.map(|id| row.cell(id)).filter(|id| !id.is_empty());
        let held = holding.iter().any(|(column, name)| says_held(name, row.cell(*column)));
        let unit = JobUnit { id: id.map(Into::into), at, held };
        job.unit_of_two((&source, &target), unit, cell(heading.at.source), cell(heading.at.target));
    }
    in_file(&file, &mut told.0);
    job.findings = odd_bytes(name, &file);
    job.findings.extend(told.0);
    job.files = vec![(name.to_owned(), file)];
    job.filler = Some(Box::new(layout));
    Ok(job)
}

/// Finds the columns that were asked for, else those that a bitext table has.
pub(super) fn asked(names: &[&str], options: &JobOptions) -> Option<Pair> {
    let chosen = |known: &[(usize, LanguageTag)]| {
        let of = |asked: &LanguageTag| {
            let same = known.iter().find(|(_, lang)| lang == asked);
            same.or_else(|| known.iter().find(|(_, lang)| alike(lang, asked))).map(|(at, _)| *at)
        };
        let but = |taken: usize| known.iter().map(|(at, _)| *at).find(|at| *at != taken);
        match (&options.source, &options.target) {
            (Some(source), Some(target)) => Some((of(source)?, of(target)?)),
            (Some(source), None) => of(source).and_then(|s| Some((s, but(s)?))),
            (None, Some(target)) => of(target).and_then(|t| Some((but(t)?, t))),
            (None, None) => None,
        }
        .filter(|(source, target)| source != target)
    };
    header::pair_of(names, chosen).or_else(|| header::pair(names))
}

/// Makes a cell with its way back.
fn cell(row: &Row, column: usize, at: usize, text: &str, dialect: Dialect) -> Cell {
    let segment = Segment::plain(row.cell(column));
    let Some(cut) = Cut::of(row, column, at, text, dialect) else {
        return Cell { segment, way: Way::default(), form: Form::Lost, file: 0 };
    };
    let whole = cut.whole();
    let marks = usize::from(cut.quoted);
    let inner = whole.start + marks..whole.end - marks;
    let mut way = Way::default();
    let mut from = inner.start + usize::from(cut.guarded);
    if cut.quoted {
        while let Some(mark) = memchr::memchr(b'"', &text.as_bytes()[from..inner.end]).map(|n| from + n) {
            way.push_same(mark - from, from as u64);
            way.push_atom(1, mark as u64..mark as u64 + 2);
            from = mark + 2;
        }
    }
    way.push_same(inner.end - from, from as u64);
    Cell { segment, way, form: Form::Cell(cut), file: 0 }
}

/// Takes what the rows complain of.
pub(super) struct Told(pub Vec<Finding>);

impl Sink for Told {
    fn entry(&mut self, _: Entry, _: Place) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        self.0.push(finding);
    }
}
