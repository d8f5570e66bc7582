//! `wicterm pretranslate`

use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Common, Failure, Outcome, ReportFormat, Session, files, place};
use crate::base::{Error, Pretranslated, Pretranslating, Work};
use crate::bytes::replace_file;
use crate::find::leverage::Options;
use crate::format::{self, FORMATS, Format, JobOptions, ReadOptions};
use crate::model::{Date, LanguageTag, Place};
use crate::report;

/// Fill the empty targets of a bilingual file from the translation memory
///
/// Each row of an XLIFF, a PO, a TMX, a bitext table or a workbook that has no target yet gets the best match at or
/// above --min. Where it comes from and how well it fits is marked beside it: in XLIFF as the states and match rates of
/// its dialect; in TMX as properties x-wicterm-origin and x-wicterm-score with changeid and changedate; in a table in the
/// columns origin and score, which are put behind the others if it has none; in PO by the flag fuzzy, where it fits less
/// than exactly. A target with a text is never touched, nor a row that says that it is locked or approved, and everything
/// else in the file
/// stays as it is, byte for byte. Of several matches as good the one that was changed last is taken, and told.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm pretranslate speech.tmx --to fr -o speech.fr.tmx\n  \
                        wicterm pretranslate table.csv --min 85 --memory treaties --in-place\n  \
                        wicterm pretranslate table.csv --dry-run --format jsonl")]
pub struct Pretranslate {
    /// The file, or - for standard input
    file: String,
    /// The language of the sources [default: what the file says]
    #[arg(long, value_name = "LANG")]
    from: Option<LanguageTag>,
    /// The language of the targets [default: what the file says]
    #[arg(long, value_name = "LANG")]
    to: Option<LanguageTag>,
    /// The least score of a match that is written
    #[arg(long, value_name = "SCORE", default_value_t = 75, value_parser = clap::value_parser!(u8).range(1..=102))]
    min: u8,
    /// Only this memory [may be repeated]
    #[arg(long, value_name = "NAME")]
    memory: Vec<String>,
    /// Where to write the file, or - for standard output
    #[arg(long, short, value_name = "OUT", conflicts_with_all = ["in_place", "dry_run"])]
    output: Option<String>,
    /// Replace an OUT that is there already
    #[arg(long, requires = "output")]
    force: bool,
    /// Put the filled file in place of the old one
    #[arg(long, conflicts_with = "dry_run")]
    in_place: bool,
    /// Show what would be filled in, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not mark in the file where a target comes from, how well it fits, who filled it and when
    #[arg(long)]
    no_marks: bool,
    /// The format of the file [default: found out]
    #[arg(long, value_name = "FORMAT", value_parser = fillable)]
    file_format: Option<&'static Format>,
    /// The encoding to assume where the file is silent
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

fn fillable(name: &str) -> Result<&'static Format, String> {
    format::by_name(name).filter(|f| f.job.is_some()).ok_or_else(|| {
        let known: Vec<_> = FORMATS.iter().filter(|f| f.job.is_some()).map(|f| f.name).collect();
        format!("none of {}", known.join(", "))
    })
}

/// How many lines are told of what is alike.
const TOLD: usize = 20;

impl Pretranslate {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        self.see_to_output(common)?;
        let settings = place::leverage(session)?;
        let work = self.open(session)?;
        let base = place::open(common, session)?;
        if let Some(job) = work.job() {
            for finding in &job.findings {
                session.warn(report::finding(finding).trim_end());
            }
            if job.unsettled > 0 {
                let units = if job.unsettled == 1 {
                    "1 unit is".into()
                } else {
                    format!("{} units are", job.unsettled)
                };
                session.warn(format!(
                    "{units} in one language only, and nobody knows which one is missing; --to names it"
                ));
            }
        }
        let mut matching = Options::new(LanguageTag::english(), None, settings);
        (matching.min, matching.memories) = (self.min, self.memory.clone());
        let now = session.now();
        matching.now = now.get(..10).and_then(|day| day.parse::<Date>().ok());
        let how = Pretranslating {
            matching,
            mark: (!self.no_marks).then(|| (session.user(), now)),
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        };
        let total: usize = work.job().map_or(0, |job| {
            let rows = |pair: usize| (0..job.pairs()[pair].len()).map(move |row| (pair, row));
            let vacant =
                (0..job.pairs().len()).flat_map(rows).filter(|(pair, row)| job.is_vacant(*pair, *row));
            vacant.map(|(pair, row)| job.source(pair, row).text.len()).sum()
        });
        let bar = session.progress(Some(total as u64), "pretranslating");
        let done = base.pretranslate(&work, &how, &mut |bytes| bar.inc(bytes));
        bar.finish_and_clear();
        let done = done?;
        self.write(&work, &done, session)?;
        self.tell(&done, common, session)?;
        Ok(if done.empty > 0 && done.rows.is_empty() { Outcome::Found } else { Outcome::Done })
    }

    /// Refuses before any work what could not be written in the end.
    fn see_to_output(&self, common: &Common) -> Result<(), Failure> {
        match &self.output {
            None if self.dry_run => Ok(()),
            None if self.in_place && self.file == "-" => {
                Err(Failure::usage("what comes from standard input has no file to be filled in")
                    .hint("-o - writes it to standard output"))
            }
            None if self.in_place => Ok(()),
            None => Err(Failure::usage("nobody says where the filled file goes")
                .hint("-o OUT names another file, --in-place replaces this one, --dry-run shows what would be filled in")),
            Some(out) if out == "-" && common.format != ReportFormat::Text => {
                Err(Failure::usage("the file and the report cannot both go to standard output")
                    .hint("name a file with -o"))
            }
            Some(out) if out != "-" && !self.force && Path::new(out).is_file() => {
                Err(Failure::unable("exists", format!("{out} is there already"))
                    .hint("--force replaces it; another name leaves it alone"))
            }
            Some(_) => Ok(()),
        }
    }

    fn open(&self, session: &Session) -> Result<Work, Failure> {
        let failed = |e| files::unreadable(&self.file, &e);
        let mut source: Box<dyn Read> = match &*self.file {
            "-" => session.stdin(),
            path => Box::new(File::open(path).map_err(failed)?),
        };
        let mut bytes = vec![];
        source.read_to_end(&mut bytes).map_err(failed)?;
        let read = ReadOptions { encoding: self.encoding.clone(), ..ReadOptions::default() };
        let options = JobOptions { source: self.from.clone(), target: self.to.clone(), read };
        let work = Work::open(bytes, &self.file, self.file_format, options).map_err(with_hint)?;
        let Some(job) = work.job() else {
            let what = format!("{} is a text, and has no targets that could be filled", self.file);
            return Err(Failure::usage(what).hint(KINDS));
        };
        if job.pairs().is_empty() && job.segments() > 0 {
            let into = self.to.as_ref().map_or_else(String::new, |lang| format!(" into {lang}"));
            let what = format!("{} holds no segment that is to be translated{into}", self.file);
            return Err(
                Failure::usage(what).hint("--from and --to name the languages of sources and targets")
            );
        }
        Ok(work)
    }

    /// Writes the filled file; where nothing is filled, the file as it is.
    fn write(&self, work: &Work, done: &Pretranslated, session: &mut Session) -> Result<(), Failure> {
        let files = work.files();
        let old = files.first().map_or(&[][..], |(_, bytes)| bytes);
        let bytes = done.bytes.as_deref().unwrap_or(old);
        let path = match &self.output {
            Some(out) if out == "-" => return Ok(session.out().write_all(bytes)?),
            Some(out) => PathBuf::from(out),
            // What has not changed is not written again.
            None if self.in_place && done.bytes.is_some() => PathBuf::from(&self.file),
            None => return Ok(()),
        };
        replace_file(&path, |out| out.write_all(bytes))
            .map_err(|e| Failure::unable("io", format!("{}: {e}", path.display())))
    }

    /// Says what was filled in, and what was not.
    fn tell(&self, done: &Pretranslated, common: &Common, session: &mut Session) -> Result<(), Failure> {
        let mut stream = match common.format {
            ReportFormat::Jsonl => Some(report::Stream::lines("pretranslate", session.out())?),
            ReportFormat::Json => Some(report::Stream::document("pretranslate")),
            _ => None,
        };
        for row in &done.rows {
            match &mut stream {
                Some(stream) => stream.item(report::pretranslation_json(row), session.out())?,
                None if self.dry_run => writeln!(session.out(), "{}", report::pretranslation(row))?,
                None => break,
            }
        }
        let summary = report::pretranslated(&self.file, done);
        match stream {
            Some(stream) => stream.end(session.out())?,
            None if self.output.as_deref() == Some("-") => session.say(summary.trim_end()),
            None => write!(session.out(), "{summary}")?,
        }
        for left in done.left.iter().take(TOLD) {
            let at = at(&left.place);
            session.warn(format!("{at}: a match of {} is not written: {}", left.score, left.why));
        }
        if let Some(more @ 1..) = done.left.len().checked_sub(TOLD) {
            session.warn(format!("{more} more are not written"));
        }
        if let Some(why) = done.unmarked.filter(|_| !done.rows.is_empty()) {
            session.warn(format!("origin and score are not marked: {why}"));
        }
        let several: Vec<&Place> =
            done.rows.iter().filter(|row| row.others > 0).map(|row| &row.place).collect();
        if !several.is_empty() {
            let lines: Vec<String> = several
                .iter()
                .filter_map(|place| place.line)
                .take(TOLD)
                .map(|line| line.to_string())
                .collect();
            let more = if several.len() > TOLD { ", and more" } else { "" };
            let rows =
                if several.len() == 1 { "1 row has".into() } else { format!("{} rows have", several.len()) };
            session.say(format!(
                "{rows} other translations as good; the one that was changed last is taken: line {}{more}",
                lines.join(", ")
            ));
        }
        if done.held > 0 {
            let rows = if done.held == 1 {
                "1 empty row is".into()
            } else {
                format!("{} empty rows are", done.held)
            };
            session.say(format!("{rows} locked or approved, and left as they are"));
        }
        Ok(())
    }
}

const KINDS: &str = "`wicterm pretranslate` takes XLIFF, PO, TMX, bitext tables and workbooks";

fn at(place: &Place) -> String {
    format!("{}:{}", place.file.as_deref().unwrap_or("-"), place.line.unwrap_or(1))
}

fn with_hint(e: Error) -> Failure {
    let hint = match &e {
        Error::NoFormat(_) | Error::Usage(_) => KINDS,
        Error::Read(_, format::ReadError::Broken(_, what)) if what.contains("language") => {
            "name the languages with --from and --to"
        }
        Error::Read(..) => "mend the file at that place, or name its format with --file-format",
        _ => return e.into(),
    };
    Failure::from(e).hint(hint)
}
