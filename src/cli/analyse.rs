//! `wicterm analyse`

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::{Common, Failure, Outcome, ReportFormat, Session, files, place};
use crate::base::{AnalyseOptions, Error, Work};
use crate::document;
use crate::format::{self, JobOptions, ReadOptions};
use crate::model::{LanguageTag, Severity};
use crate::report;
use crate::text::{guess_language, languages};

/// Count how much of a job is new, and how much the memory knows
///
/// Reads the sources of XLIFF, PO, TMX, bitext tables and workbooks, and the sentences of plain text, Markdown, HTML and
/// DOCX; where these
/// begin and end, segmentation rules in SRX can say: those of --srx, or those that `segmentation` in wicterm.toml names.
/// Each segment counts once, in the first row that fits: no letters (figures and signs alone); context and 100, what the memory has
/// entirely; repetitions, what is equal to an earlier segment of these files, codes included; 95-99 to 50-74, the
/// nearest that the memory has; none. With --internal, what resembles an earlier segment of these files counts as if
/// that were in the memory already. Segments without any text are not counted.
///
/// A word is what stands between spaces and has a letter or a figure in it: hyphens, apostrophes and slashes part no
/// words, long dashes do. In Chinese and Japanese each Han or Kana character counts as a word, and so does each run of
/// other letters between them; in Thai, Lao, Khmer and Burmese a dictionary finds the words. Characters are counted
/// without inline codes and without what nobody sees.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm analyse project.tmx\n  \
                        wicterm analyse --from en --to zh-Hans --internal chapters/*.docx\n  \
                        wicterm analyse memo.md --from fr --to en --format csv > quote.csv")]
pub struct Analyse {
    /// Files, patterns, folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The language of the sources [default: what the files say, else source-lang of wicterm.toml,
    /// else a guess]
    #[arg(long, value_name = "LANG")]
    from: Option<LanguageTag>,
    /// The language to translate to [default: each that the files have, for documents any]
    #[arg(long, value_name = "LANG")]
    to: Option<LanguageTag>,
    /// Only these memories
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    memory: Vec<String>,
    /// Count what resembles an earlier segment as a match
    #[arg(long)]
    internal: bool,
    /// Cut documents into segments by the rules in this SRX file [default: segmentation of
    /// wicterm.toml, else rules of wicterm's own]
    #[arg(long, value_name = "FILE")]
    srx: Option<PathBuf>,
}

impl Analyse {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let options = AnalyseOptions {
            to: self.to.clone(),
            memories: self.memory.clone(),
            internal: self.internal,
            settings: place::leverage(session)?,
            now: session.now().get(..10).and_then(|day| day.parse().ok()),
            segmentation: place::segmentation(self.srx.as_deref(), session)?.map(Arc::new),
        };
        let base = place::open(common, session)?;
        let mut unread: Vec<Failure> = vec![];
        let mut works = vec![];
        for file in files::meant(&self.files, &files::translatable(&["txt"]), &mut unread) {
            match self.open(&file, session) {
                Ok(work) => works.push((file, work)),
                Err(failure) => unread.push(failure),
            }
        }
        // A sum that leaves a file out in silence is a wrong bill.
        if let Some(last) = unread.pop() {
            for failure in unread {
                session.warn(failure.message());
            }
            return Err(last);
        }
        if let Some(rules) = &options.segmentation {
            for lang in works.iter().flat_map(|(_, work)| work.document_langs()).filter(|l| !rules.knows(l)) {
                let name = languages::of(lang).english_name();
                session.warn_once(report::severe(
                    Severity::Warning,
                    format!(
                        "the segmentation rules have none for {name} ({lang}); its sentences are found by \
                         wicterm's own"
                    ),
                ));
            }
        }
        let analyses = base.analyse(&works, &options)?;
        for finding in base.snapshot().findings() {
            session.warn(report::finding(&finding).trim_end());
        }
        match common.format {
            ReportFormat::Csv => report::analyses_csv(&analyses, self.internal, session.out())?,
            ReportFormat::Json | ReportFormat::Jsonl => {
                let mut stream = match common.format {
                    ReportFormat::Jsonl => report::Stream::lines("analyse", session.out())?,
                    _ => report::Stream::document("analyse"),
                };
                for one in &analyses {
                    stream.item(report::analysis_json(one, self.internal), session.out())?;
                }
                stream.end(session.out())?;
            }
            _ => {
                for (number, one) in analyses.iter().enumerate() {
                    if number > 0 {
                        writeln!(session.out())?;
                    }
                    write!(session.out(), "{}", report::analysis(one, self.internal))?;
                }
            }
        }
        if analyses.is_empty() {
            session.say("there is nothing to translate in it: no segment has any text");
        } else if base.snapshot().counts().units == 0 {
            session.say("the translation memory is empty; `wicterm import FILE.tmx --memory NAME` fills it");
        }
        Ok(Outcome::Done)
    }

    fn open(&self, file: &str, session: &mut Session) -> Result<Work, Failure> {
        let failed = |e| files::unreadable(file, &e);
        let (mut bytes, mut name) = (vec![], file.to_owned());
        match file {
            "-" => session.stdin().read_to_end(&mut bytes).map_err(failed)?,
            path => {
                let mut opened = files::open(path).map_err(failed)?;
                name = opened.name;
                opened.input.read_to_end(&mut bytes).map_err(failed)?
            }
        };
        let name = &*name;
        let options =
            JobOptions { source: self.from.clone(), target: self.to.clone(), read: ReadOptions::default() };
        let opened = match Work::open_to_translate(bytes.clone(), name, options.clone()) {
            Err(Error::Usage(_)) if self.from.is_none() => {
                let source = unsaid(&bytes, name, session)?;
                Work::open_to_translate(bytes, name, JobOptions { source, ..options })
            }
            opened => opened,
        };
        let work = opened.map_err(with_hint)?;
        let without_pairs = |job: &format::Job| job.pairs().is_empty() && job.segments() > 0;
        if work.job().is_some_and(without_pairs) {
            let failure = Failure::usage(format!("{file} holds no segment in these languages"));
            return Err(failure.hint("--from and --to choose the pair, or leave both out"));
        }
        Ok(work)
    }
}

/// Returns the language of a document that does not say it: the project's, else a guess.
fn unsaid(bytes: &[u8], file: &str, session: &mut Session) -> Result<Option<LanguageTag>, Failure> {
    let projects = place::settings(session)?.and_then(|(_, settings)| settings.source_lang);
    if let Some(lang) = projects.and_then(|lang| lang.parse().ok()) {
        return Ok(Some(lang));
    }
    // What cannot be read is told when it is opened.
    let Ok(document) = document::read(bytes, file, &document::Options::default()) else { return Ok(None) };
    let head: Vec<&str> = document.blocks.iter().take(50).map(|b| b.text.as_str()).collect();
    let guess = guess_language(&head.join("\n"));
    if let Some(lang) = &guess {
        let name = languages::of(lang).english_name();
        session.say(format!("{file}: taken for {name} ({lang}); --from says otherwise"));
    }
    Ok(guess)
}

/// What to do about a file that cannot be analysed.
fn with_hint(e: Error) -> Failure {
    let hint = match &e {
        Error::NoFormat(_) => {
            "`wicterm analyse` takes XLIFF, PO, TMX, bitext tables, workbooks and documents"
        }
        Error::Usage(what) if what.contains("language") => "name it with --from",
        Error::Read(_, format::ReadError::Broken(_, what)) if what.contains("language") => {
            "name the languages with --from and --to"
        }
        _ => return e.into(),
    };
    Failure::from(e).hint(hint)
}
