//! Opens a sheet of segments as a job: every cell of source and target with its place in the sheet's XML.

use super::super::bitext::Heading;
use super::super::job::{Told, asked};
use super::book::Book;
use super::{Holds, choose, remarks};
use crate::bytes::{Editable, Unwritable, Way, zip};
use crate::format::job::{
    Archive, Cell, Filled, Filler, Form, Job, JobOptions, JobUnit, Vacancy, alike, says_held,
};
use crate::format::tables::grid::{Row, Table};
use crate::format::tables::header::Look;
use crate::format::{ReadError, ReadOptions};
use crate::model::{Finding, Place, Segment, Severity};

/// Opens the sheet of a workbook that has columns for two languages.
pub(super) fn open(file: Editable, name: &str, options: &JobOptions) -> Result<Job, ReadError> {
    let bytes = file.into_bytes();
    let given = [&options.source, &options.target].map(Clone::clone);
    let langs = match given {
        [Some(source), Some(target)] => vec![source, target],
        _ => options.read.langs.clone(),
    };
    let read = ReadOptions { langs, ..options.read.clone() };
    let mut job = Job::default();
    let (text, member) = {
        let book = Book::open(&bytes, name, options.read.limits)?;
        let holds = |look: &Look| {
            let pairs = Holds::Bitext.fits(look) || Holds::Wide.fits(look);
            (pairs && !Holds::Long.fits(look)).then_some(Holds::Bitext)
        };
        let chosen = choose(&book, holds, Holds::Bitext)?;
        let Some(chosen) = chosen else {
            let what = "no sheet of the workbook has anything in it".to_owned();
            return Err(ReadError::Broken(Place::file(name), what));
        };
        job.findings = remarks(&book, &chosen);
        let member = book.sheets[chosen.sheet].member.clone();
        let text = Editable::new(book.text_of(chosen.sheet)?, None);
        // Sheets in other encodings than UTF-8 are read, and their cells cannot be changed.
        let can_be_written = std::str::from_utf8(text.bytes()).is_ok()
            && zip::replaced(&bytes, &member, text.bytes()).is_some();
        take_rows(&mut job, &book, text.text(), name, options, &read, can_be_written)?;
        (text, member)
    };
    job.files = vec![(name.to_owned(), text)];
    job.archive = Some(Box::new(Archive { bytes, member }));
    job.filler = Some(Box::new(IntoCells));
    Ok(job)
}

fn take_rows(
    job: &mut Job,
    book: &Book<'_>,
    text: &str,
    name: &str,
    options: &JobOptions,
    read: &ReadOptions,
    can_be_written: bool,
) -> Result<(), ReadError> {
    let mut rows = book.sheet_in(text).noting();
    let mut row = Row::default();
    if !rows.peek(&mut row)? {
        return Ok(());
    }
    super::super::bounded(&rows, &row)?;
    let heading = Heading::chosen(&mut rows, &mut row, read, |names| asked(names, options))?;
    for (wanted, there) in [(&options.source, &heading.langs.0), (&options.target, &heading.langs.1)] {
        if let Some(wanted) = wanted
            && !alike(there, wanted)
        {
            let (source, target) = &heading.langs;
            let what = format!("the languages of the sheet are {source} and {target}, and not {wanted}");
            return Err(ReadError::Broken(Place::file(name).at_line(1), what));
        }
    }
    let taken = [heading.at.id, Some(heading.at.source), Some(heading.at.target)];
    let others = (0..row.len()).filter(|at| heading.headed && !taken.contains(&Some(*at)));
    let holding: Vec<(usize, String)> = others.map(|at| (at, row.cell(at).to_owned())).collect();
    let mut told = Told(vec![]);
    while rows.next(&mut row)? {
        rows.complain(&row, heading.width, &mut told);
        if row.cell(heading.at.source).is_empty() {
            let message = "The row has no source and is left out.";
            let help = "Every row needs a segment in the source column; the target may be empty.";
            let finding = Finding::new("read-row", Severity::Warning, rows.place(&row), message);
            told.0.push(finding.help(help));
            continue;
        }
        let cell = |column: usize| Cell {
            segment: Segment::plain(row.cell(column)),
            way: Way::default(),
            form: rows.stand(column).filter(|_| can_be_written).map_or(Form::Lost, Form::Sheet),
            file: 0,
        };
        let id = heading.at.id.map(|id| row.cell(id)).filter(|id| !id.is_empty());
        let held = holding.iter().any(|(column, name)| says_held(name, row.cell(*column)));
        let unit = JobUnit { id: id.map(Into::into), at: 0, held };
        job.unit_of_two(
            (&heading.langs.0, &heading.langs.1),
            unit,
            cell(heading.at.source),
            cell(heading.at.target),
        );
    }
    rows.conclude(&mut told);
    job.findings.extend(told.0);
    Ok(())
}

/// Writes into the empty cells of a sheet.
#[derive(Debug)]
struct IntoCells;

impl Filler for IntoCells {
    fn fill(&self, file: &Editable, vacancies: &[Vacancy<'_>]) -> Filled {
        let mut filled = Filled::default();
        for vacancy in vacancies {
            let made = match vacancy.target.map(|(_, cell)| &cell.form) {
                _ if !vacancy.segment.inlines.is_empty() => {
                    Err(Unwritable::Place("a cell of a table holds no inline codes"))
                }
                Some(Form::Sheet(at)) => {
                    at.written(&vacancy.segment.text).and_then(|cell| file.patch(at.range(), &cell))
                }
                _ => Err(Unwritable::Place("nobody knows where in the sheet it is")),
            };
            match made {
                Ok(patch) => filled.patches.push(patch),
                Err(why) => filled.refused.push((vacancy.number, why)),
            }
        }
        if vacancies.iter().any(|vacancy| vacancy.mark.is_some()) {
            filled.unmarked = Some("a workbook gets no columns called origin and score");
        }
        filled
    }
}
