//! Fills the empty targets of a bitext table: cells, columns for what is said of them, rows that are too short.

use super::grid::{Dialect, Row, is_guarded, needs_guard};
use super::job::Cut;
use super::words::bare;
use crate::bytes::{Editable, Patch, Unwritable};
use crate::format::job::{Filled, Filler, Form, Mark, Vacancy};

/// What the columns are called that say where a translation comes from and how well it fits.
const MARKS: [&str; 2] = ["origin", "score"];

/// Where rows and their marks stand.
#[derive(Debug)]
pub(super) struct Layout {
    dialect: Dialect,
    target: usize,
    /// How many columns the header has.
    width: usize,
    /// The columns of the marks, or why there are none.
    marks: Result<[usize; 2], &'static str>,
    header: Option<Line>,
    lines: Vec<Line>,
    /// The line of each unit.
    of_unit: Vec<u32>,
}

/// A row of the file.
#[derive(Debug)]
struct Line {
    /// Where it ends in the text of the file, before its end of line.
    end: usize,
    cells: usize,
    marks: [Spot; 2],
}

/// Where a mark goes.
#[derive(Debug)]
enum Spot {
    /// Behind the last cell.
    Behind,
    /// Into an empty cell.
    Empty(Cut),
    /// Nowhere: somebody else wrote there.
    Taken,
}

impl Layout {
    /// Notes what the first row says: `row` is the header, if there is one.
    pub fn new(
        headed: bool,
        row: &Row,
        taken: [Option<usize>; 3],
        target: usize,
        width: usize,
        dialect: Dialect,
    ) -> Self {
        let mut next = width;
        let marks = MARKS.map(|name| {
            let known = (0..row.len()).find(|at| !taken.contains(&Some(*at)) && bare(row.cell(*at)) == name);
            known.unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        });
        let marks = match headed {
            true => Ok(marks),
            false => Err("a table without a header has no columns that could be called origin and score"),
        };
        let mut layout = Self { dialect, target, width, marks, header: None, lines: vec![], of_unit: vec![] };
        layout.header = headed.then(|| layout.line(row, 0, ""));
        layout
    }

    /// Notes a row; what it is in the file begins at a byte of its text.
    pub fn row(&mut self, row: &Row, at: usize, text: &str) {
        // What stands behind the header's columns would come under the new ones.
        let appended = self.marks.is_ok_and(|marks| marks.iter().any(|column| *column >= self.width));
        if appended && (self.width..row.len()).any(|column| !row.cell(column).is_empty()) {
            self.marks = Err("some row has more cells than the header, where the new columns would stand");
        }
        let line = self.line(row, at, text);
        self.lines.push(line);
    }

    /// Notes that the row noted last is a unit.
    pub fn unit(&mut self) {
        self.of_unit.push(u32::try_from(self.lines.len().saturating_sub(1)).unwrap_or(u32::MAX));
    }

    fn line(&self, row: &Row, at: usize, text: &str) -> Line {
        let spot = |column: usize| match Cut::of(row, column, at, text, self.dialect) {
            None => Spot::Behind,
            Some(cut) if row.cell(column).is_empty() => Spot::Empty(cut),
            Some(_) => Spot::Taken,
        };
        let end = row.bytes.map_or(0, |(_, end)| end as usize);
        Line { end, cells: row.len(), marks: self.marks.unwrap_or([usize::MAX; 2]).map(spot) }
    }

    /// Makes the patches of one row.
    fn one(&self, file: &Editable, vacancy: &Vacancy<'_>) -> Result<Vec<Patch>, Unwritable> {
        let line = self.of_unit.get(vacancy.unit.0).and_then(|line| self.lines.get(*line as usize));
        let Some(line) = line else { return Err(Unwritable::Place("nobody knows where in the table it is")) };
        if !vacancy.segment.inlines.is_empty() {
            return Err(Unwritable::Place("a cell of a table holds no inline codes"));
        }
        let text = &*vacancy.segment.text;
        // What a spreadsheet would execute is guarded, unless its source stands there as dangerous as it.
        let source = match &vacancy.source.form {
            Form::Cell(cut) => !cut.is_guarded() && needs_guard(&vacancy.source.segment.text),
            _ => false,
        };
        let guard = needs_guard(text) && !source;
        let mut cells: Vec<(usize, Option<Cut>, String)> = vec![];
        let cut = match vacancy.target.map(|(_, cell)| &cell.form) {
            Some(Form::Cell(cut)) => Some(cut.clone()),
            _ => None,
        };
        let quoted = cut.as_ref().is_some_and(Cut::is_quoted);
        cells.push((self.target, cut, written(text, quoted, guard, self.dialect)?));
        if let (Some(mark), Ok(columns)) = (vacancy.mark, self.marks) {
            for ((column, spot), said) in columns.into_iter().zip(&line.marks).zip(said(mark)) {
                let (cut, quoted) = match spot {
                    Spot::Taken => continue,
                    Spot::Behind => (None, false),
                    Spot::Empty(cut) => (Some(cut.clone()), cut.is_quoted()),
                };
                cells.push((column, cut, written(&said, quoted, needs_guard(&said), self.dialect)?));
            }
        }
        cells.sort_by_key(|(column, ..)| *column);
        let delimiter = char::from(self.dialect.delimiter);
        let (mut edits, mut behind, mut next) = (vec![], String::new(), line.cells);
        for (column, cut, raw) in cells {
            match cut {
                Some(cut) => edits.push((cut.whole(), raw)),
                None => {
                    behind.extend(std::iter::repeat_n(delimiter, (column + 1).saturating_sub(next)));
                    behind.push_str(&raw);
                    next = column + 1;
                }
            }
        }
        if !behind.is_empty() {
            // Where the last cell is empty it and what comes behind it begin at one byte.
            match edits.last_mut() {
                Some((range, raw)) if range.end == line.end => raw.push_str(&behind),
                _ => edits.push((line.end..line.end, behind)),
            }
        }
        edits.into_iter().map(|(range, raw)| file.patch(range, &raw)).collect()
    }

    /// Makes the patches that give the other rows the new columns. A row that was short before stays so.
    fn columns(&self, file: &Editable, filled: &[usize]) -> Result<Vec<Patch>, Unwritable> {
        let (Ok(marks), Some(header)) = (self.marks, &self.header) else { return Ok(vec![]) };
        let new: Vec<&str> = marks
            .iter()
            .zip(MARKS)
            .filter(|(column, _)| **column >= self.width)
            .map(|(_, name)| name)
            .collect();
        if new.is_empty() {
            return Ok(vec![]);
        }
        let delimiter = char::from(self.dialect.delimiter);
        let names: String = new.iter().flat_map(|name| [delimiter.to_string(), (*name).to_owned()]).collect();
        let mut patches = vec![file.patch(header.end..header.end, &names)?];
        let mut filled = filled.iter().copied().peekable();
        for (at, line) in self.lines.iter().enumerate() {
            if filled.next_if_eq(&at).is_some() || line.cells < self.width {
                continue;
            }
            let missing = (self.width + new.len()).saturating_sub(line.cells);
            if missing > 0 {
                let cells = delimiter.to_string().repeat(missing);
                patches.push(file.patch(line.end..line.end, &cells)?);
            }
        }
        Ok(patches)
    }
}

impl Filler for Layout {
    fn fill(&self, file: &Editable, vacancies: &[Vacancy<'_>]) -> Filled {
        let mut filled = Filled::default();
        let (mut lines, mut marked) = (vec![], false);
        for vacancy in vacancies {
            match self.one(file, vacancy) {
                Ok(patches) => {
                    filled.patches.extend(patches);
                    lines.push(self.of_unit[vacancy.unit.0] as usize);
                    marked |= vacancy.mark.is_some();
                }
                Err(why) => filled.refused.push((vacancy.number, why)),
            }
        }
        if marked {
            filled.unmarked = self.marks.err();
            lines.sort_unstable();
            match self.columns(file, &lines) {
                Ok(patches) => filled.patches.extend(patches),
                // An encoding that cannot write a comma in one place could not write the rows either.
                Err(why) => {
                    let all = vacancies.iter().map(|v| (v.number, why.clone())).collect();
                    return Filled { refused: all, ..Filled::default() };
                }
            }
        }
        filled
    }
}

/// What a mark says in the columns.
fn said(mark: &Mark) -> [String; 2] {
    [mark.origin.clone(), mark.score.to_string()]
}

/// Returns a cell as it is written.
fn written(text: &str, quoted: bool, guard: bool, dialect: Dialect) -> Result<String, Unwritable> {
    // The way in which tables are read takes one apostrophe away from such a cell.
    let text = if guard || is_guarded(text) { format!("'{text}") } else { text.to_owned() };
    Cut::raw(&text, quoted, dialect)
}
