//! `wicterm concordance`

use std::io;
use std::ops::ControlFlow;

use clap::{Args, ValueEnum};

use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{Base, Occurrence, Search};
use crate::find::concordance::{Pattern, PatternError};
use crate::model::LanguageTag;
use crate::report::{self, Around, ConcordanceTable, Kwic};

/// Show every place where a phrase stands in the memory, with its translations
///
/// Looks in all languages of the translation memories and in the documents of the base, whatever the case, accents,
/// width, Traditional or Simplified characters, hyphens and quotes. A phrase is found at the edges of words; in
/// Chinese, Japanese or Thai, where nothing marks them, it is found everywhere, also inside a longer word.
///
/// In PATTERN, * stands for the rest of a word (cyber*), or alone for one word; ** or … stands for up to five words of
/// the same sentence, or ten characters where words have no spaces. --inflected finds a term in every form: type it as
/// a dictionary does. --regex takes a regular expression, for the text as it is written: case counts.
///
/// As text it shows each place in a line, and the other sides of the unit below it; --format csv, json, jsonl and
/// html give the same for spreadsheets, scripts and browsers.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm concordance 网络主权 --to en\n  \
                        wicterm concordance --inflected суверенитет --lang ru\n  \
                        wicterm concordance \"cyber* sovereignty\" --limit 0 --format csv > places.csv\n  \
                        wicterm concordance --regex 'cyber[- ]?space' --memory policy --format html > places.html")]
pub struct Concordance {
    /// The phrase
    #[arg(value_name = "PATTERN")]
    pattern: String,
    /// Where to look [default: both]
    #[arg(long = "in", value_enum, value_name = "WHERE,WHERE", value_delimiter = ',')]
    within: Vec<Within>,
    /// The language of the texts in which to look [default: any]
    #[arg(long, value_name = "LANG")]
    lang: Option<LanguageTag>,
    /// The languages of the other sides to show [default: all]
    #[arg(long, value_name = "LANG,LANG", value_delimiter = ',')]
    to: Vec<LanguageTag>,
    /// Only units of this memory
    #[arg(long, value_name = "NAME")]
    memory: Option<String>,
    /// Find a term in every inflection
    #[arg(long, conflicts_with = "regex")]
    inflected: bool,
    /// Take the pattern for a regular expression
    #[arg(long)]
    regex: bool,
    /// How many places to show at most; 0 shows all
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    /// How many columns to show on either side [default: what fits; in csv, json and jsonl the whole segment, of a
    /// document the paragraph]
    #[arg(long, value_name = "N")]
    context: Option<usize>,
}

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Within {
    /// The translation memories
    Memory,
    /// The documents of the base
    Documents,
}

/// What a page shows on either side where nobody says how much.
const ON_A_PAGE: usize = 72;

impl Concordance {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let pattern = self.pattern().map_err(|e| Failure::usage(e.to_string()))?;
        let base = place::open(common, session)?;
        let looks_in = |place| self.within.is_empty() || self.within.contains(&place);
        let search = Search {
            pattern,
            lang: self.lang.clone(),
            memory: self.memory.clone(),
            units: looks_in(Within::Memory),
            // A memory has no documents.
            documents: looks_in(Within::Documents) && self.memory.is_none(),
        };
        let told = self.tell(&base, &search, common, session)?;
        for finding in base.snapshot().findings() {
            session.warn(report::finding(&finding).trim_end());
        }
        Ok(match told {
            0 => {
                session.warn(self.nothing(&base, &search));
                Outcome::Found
            }
            _ => Outcome::Done,
        })
    }

    fn pattern(&self) -> Result<Pattern, PatternError> {
        match (self.regex, self.inflected) {
            (true, _) => Pattern::regex(&self.pattern),
            (_, true) => Pattern::inflected(&self.pattern),
            _ => Pattern::words(&self.pattern),
        }
    }

    /// Writes what is found in the shape that was asked for, and returns how many places that were.
    fn tell(
        &self,
        base: &Base,
        search: &Search,
        common: &Common,
        session: &mut Session,
    ) -> Result<usize, Failure> {
        let columns = session.columns().unwrap_or(0);
        let around = self.context.map_or(Around::All, Around::Columns);
        let (told, more) = match common.format {
            ReportFormat::Json | ReportFormat::Jsonl => {
                let out = session.out();
                let mut stream = match common.format {
                    ReportFormat::Jsonl => report::Stream::lines("concordance", out)?,
                    _ => report::Stream::document("concordance"),
                };
                let told = self.each(base, search, &mut |one| {
                    stream.item(report::occurrence_json(one, around, &self.to), out)
                })?;
                stream.end(out)?;
                told
            }
            ReportFormat::Csv => {
                let mut table = ConcordanceTable::new(session.out())?;
                self.each(base, search, &mut |one| table.take(one, around, &self.to))?
            }
            ReportFormat::Html => {
                let mut found: Vec<Occurrence> = vec![];
                let told = self.each(base, search, &mut |one| {
                    found.push(one.clone());
                    Ok(())
                })?;
                let around = Around::Columns(self.context.unwrap_or(ON_A_PAGE));
                let page = report::html_of_concordance(&self.pattern, &found, around, &self.to);
                write!(session.out(), "{page}")?;
                told
            }
            _ => {
                let mut kwic = Kwic::new(columns, self.context, &self.to);
                let out = session.out();
                let told = self.each(base, search, &mut |one| kwic.take(one, out))?;
                kwic.end(out)?;
                told
            }
        };
        if more {
            session.say("there are more places; --limit 0 shows all");
        } else if told > 0 && common.format == ReportFormat::Text {
            session.say(format!("{told} place{}", if told == 1 { "" } else { "s" }));
        }
        Ok(told)
    }

    /// Calls `take` for each place up to the limit; returns how many there were, and whether there are more.
    fn each(
        &self,
        base: &Base,
        search: &Search,
        take: &mut dyn FnMut(&Occurrence) -> io::Result<()>,
    ) -> Result<(usize, bool), Failure> {
        let (mut told, mut more, mut failed) = (0, false, None);
        base.concordance(search, &mut |one| {
            if self.limit > 0 && told == self.limit {
                more = true;
                return ControlFlow::Break(());
            }
            told += 1;
            match take(&one) {
                Ok(()) => ControlFlow::Continue(()),
                Err(e) => {
                    failed = Some(e);
                    ControlFlow::Break(())
                }
            }
        })?;
        match failed {
            Some(e) => Err(e.into()),
            None => Ok((told, more)),
        }
    }

    /// Says that nothing was found, and why that may be.
    fn nothing(&self, base: &Base, search: &Search) -> String {
        let counts = base.snapshot().counts();
        let (units, documents) = (search.units && counts.units > 0, search.documents && counts.documents > 0);
        if !units && !documents {
            return "there is nothing to look in: the base has no units there; `wicterm import FILE --memory NAME` \
                    fills a memory"
                .to_owned();
        }
        let mut said = format!("\"{}\" stands nowhere", self.pattern);
        if let Some(lang) = &self.lang {
            said.push_str(&format!(" in {lang}"));
        }
        if let Some(memory) = &self.memory {
            said.push_str(&format!(" in the memory \"{memory}\""));
        }
        if !self.regex && !self.inflected && !self.pattern.contains('*') {
            said.push_str("; --inflected finds other forms of a term, * stands for the rest of a word");
        }
        said
    }
}
