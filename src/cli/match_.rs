//! `wicterm match`

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, Read};
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use clap::Args;

use super::values::at_least_one;
use super::{Common, Failure, Outcome, ReportFormat, Session, files, place};
use crate::base::Base;
use crate::bytes::Decoder;
use crate::find::leverage::{Match as Found, Options, Query};
use crate::find::recognise::Recogniser;
use crate::model::{LanguageTag, Segment};
use crate::report::{self, MatchDetail, look, styled};
use crate::text::{isolate, visible, width};

/// Find what the translation memory has for a segment
///
/// Every unit whose source reaches the least score is found, always, the best first: with what differs from the text,
/// the translation, and where it comes from. 100 means that nothing differs, 101 that the neighbours or the id agree too,
/// 102 both. Where only numbers differ they are put into the translation, and it says so. Penalties by memory, age,
/// origin and missing approval are set in wicterm.toml.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  wicterm match \"The Digital Silk Road in 2024\" --from en --to zh-Hans\n  \
                        wicterm match --batch speech.txt --from en --to fr --min 80 --format jsonl\n  \
                        wicterm match \"Edit\" --from en --to fr --before \"File\" --after \"View\" --explain"
)]
pub struct Match {
    /// The text of the segment
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    text: Option<String>,
    /// The language of the text [default: source-lang of wicterm.toml]
    #[arg(long, value_name = "LANG")]
    from: Option<LanguageTag>,
    /// The language to translate to [default: any]
    #[arg(long, value_name = "LANG")]
    to: Option<LanguageTag>,
    /// The least score [default: what wicterm.toml says, else 70]
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u8).range(0..=102))]
    min: Option<u8>,
    /// How many matches to show at most, for each text [default: what wicterm.toml says, else 5]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    limit: Option<usize>,
    /// Only these memories
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    memory: Vec<String>,
    /// What the text's file calls the segment
    #[arg(long, value_name = "ID", conflicts_with = "batch")]
    id: Option<String>,
    /// The segment before it
    #[arg(long, value_name = "TEXT", conflicts_with = "batch")]
    before: Option<String>,
    /// The segment after it
    #[arg(long, value_name = "TEXT", conflicts_with = "batch")]
    after: Option<String>,
    /// Show how each score came about, and every provenance
    #[arg(long)]
    explain: bool,
    /// Many texts, a line each, or - for standard input; the lines around a line are its neighbours
    #[arg(long, value_name = "FILE")]
    batch: Option<String>,
}

impl Match {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let options = self.options(session)?;
        let base = place::open(common, session)?;
        let found = match &self.batch {
            None => self.one(&base, &options, common, session)?,
            Some(file) => self.many(file, &base, &options, common, session)?,
        };
        for finding in base.snapshot().findings() {
            session.warn(report::finding(&finding).trim_end());
        }
        if found {
            return Ok(Outcome::Done);
        }
        if base.snapshot().counts().units == 0 {
            session.say("the translation memory is empty; `wicterm import FILE.tmx` fills it");
        } else {
            let to = options.to.as_ref().map_or(String::new(), |to| format!(" to {to}"));
            session.say(format!("nothing from {}{to} reaches {}", options.from, options.min));
        }
        Ok(Outcome::Found)
    }

    fn options(&self, session: &mut Session) -> Result<Options, Failure> {
        let settings = place::leverage(session)?;
        let from = match &self.from {
            Some(from) => from.clone(),
            None => default_from(session)?,
        };
        let mut options = Options::new(from, self.to.clone(), settings);
        options.min = self.min.unwrap_or(options.min);
        options.limit = self.limit.unwrap_or(options.limit);
        options.memories.clone_from(&self.memory);
        options.now = session.now().get(..10).and_then(|day| day.parse().ok());
        Ok(options)
    }

    fn one(
        &self,
        base: &Base,
        options: &Options,
        common: &Common,
        session: &mut Session,
    ) -> Result<bool, Failure> {
        let text = self.text.as_deref().unwrap_or_default();
        let query = Query {
            segment: Segment::plain(text),
            id: self.id.clone(),
            before: self.before.clone(),
            after: self.after.clone(),
        };
        let found = base.matches(&query, options)?;
        if common.format != ReportFormat::Text {
            let mut stream = stream(common, session)?;
            for one in &found {
                stream.item(report::match_json(1, text, one, self.explain), session.out())?;
            }
            stream.end(session.out())?;
            return Ok(!found.is_empty());
        }
        self.tell(text, &found, session)?;
        if let Some(to) = &options.to {
            terms(text, base, &options.from, to, session)?;
        }
        Ok(!found.is_empty())
    }

    fn tell(&self, text: &str, found: &[Found], session: &mut Session) -> Result<(), Failure> {
        let detail = MatchDetail { explain: self.explain, columns: session.columns().unwrap_or(0) };
        for one in found {
            write!(session.out(), "{}", report::matched(text, one, detail))?;
        }
        Ok(())
    }

    fn many(
        &self,
        file: &str,
        base: &Base,
        options: &Options,
        common: &Common,
        session: &mut Session,
    ) -> Result<bool, Failure> {
        let opened = |e| files::unreadable(file, &e);
        let (input, total): (Box<dyn Read>, _) = match file {
            "-" => (session.stdin(), None),
            path => {
                let input = File::open(path).map_err(opened)?;
                let len = input.metadata().ok().filter(|m| m.is_file()).map(|m| m.len());
                (Box::new(input), len)
            }
        };
        let bar = session.progress(total, "matching");
        let failed = Cell::new(None);
        let queries = Lines { input: Decoder::new(input, None), before: None, next: None, failed: &failed };
        let mut stream = match common.format {
            ReportFormat::Text => None,
            _ => Some(stream(common, session)?),
        };
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let (mut number, mut read, mut any) = (0, 0, false);
        base.match_each(queries, options, threads, |query, found| -> Result<(), Failure> {
            number += 1;
            let text = &query.segment.text;
            read += text.len() as u64 + 1;
            bar.set_position(read);
            any |= !found.is_empty();
            if let Some(stream) = &mut stream {
                for one in &found {
                    stream.item(report::match_json(number, text, one, self.explain), session.out())?;
                }
                return Ok(());
            }
            if text.trim().is_empty() {
                return Ok(());
            }
            let none = if found.is_empty() { styled(look::FAINT, "  nothing") } else { String::new() };
            let line = styled(look::NAME, format!("{number}:"));
            writeln!(session.out(), "{line} {}{none}", shown(text.trim(), &options.from))?;
            self.tell(text, &found, session)
        })?;
        bar.finish_and_clear();
        if let Some(stream) = stream {
            stream.end(session.out())?;
        }
        match failed.take() {
            Some(e) => Err(files::unreadable(file, &e)),
            None => Ok(any),
        }
    }
}

fn stream(common: &Common, session: &mut Session) -> Result<report::Stream, Failure> {
    Ok(match common.format {
        ReportFormat::Jsonl => report::Stream::lines("match", session.out())?,
        _ => report::Stream::document("match"),
    })
}

fn default_from(session: &mut Session) -> Result<LanguageTag, Failure> {
    let settings = place::settings(session)?;
    let Some(lang) = settings.and_then(|(_, settings)| settings.source_lang) else {
        return Err(Failure::usage("nobody says which language the text is in")
            .hint("name it with --from en, or write source-lang = \"en\" into wicterm.toml"));
    };
    lang.parse().map_err(|e| Failure::usage(format!("source-lang of {}: {e}", place::SETTINGS)))
}

/// Shows the terms of the base that are in a text, with what they are called in the other language.
fn terms(
    text: &str,
    base: &Base,
    from: &LanguageTag,
    to: &LanguageTag,
    session: &mut Session,
) -> Result<(), Failure> {
    if base.snapshot().counts().concepts == 0 {
        return Ok(());
    }
    let terms = base.terms()?;
    let mut told: Vec<(u32, String, String)> = vec![];
    for hit in Recogniser::new(&terms, from).recognise(text) {
        if hit.nested || told.iter().any(|(known, ..)| *known == hit.concept) {
            continue;
        }
        let concept = terms.concept(hit.concept);
        if let Some(best) = concept.best(to, None) {
            told.push((hit.concept, shown(&text[hit.range], from), shown(&best.text, to)));
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let columns = told.iter().map(|(_, surface, _)| width(surface)).max().unwrap_or(0);
    writeln!(session.out(), "{}", styled(look::FAINT, "terms"))?;
    for (_, surface, best) in told {
        writeln!(session.out(), "    {}  {}", report::padded(&surface, columns), styled(look::GOOD, best))?;
    }
    Ok(())
}

fn shown(text: &str, lang: &LanguageTag) -> String {
    isolate(&visible(text), lang).into_owned()
}

/// The lines of a file as queries, each with its neighbours.
struct Lines<'f> {
    input: Decoder<Box<dyn Read>>,
    before: Option<String>,
    /// The line to come, read already because it is a neighbour.
    next: Option<Option<String>>,
    failed: &'f Cell<Option<std::io::Error>>,
}

impl Lines<'_> {
    fn read(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => {
                line.truncate(line.trim_end_matches(['\n', '\r']).len());
                Some(line)
            }
            Err(e) => {
                self.failed.set(Some(e));
                None
            }
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Query;

    fn next(&mut self) -> Option<Query> {
        let text = match self.next.take() {
            Some(next) => next,
            None => self.read(),
        }?;
        let after = self.read();
        let around = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let query = Query {
            id: None,
            before: around(&self.before),
            after: around(&after),
            segment: Segment::plain(&*text),
        };
        self.before = Some(text);
        self.next = Some(after);
        Some(query)
    }
}
