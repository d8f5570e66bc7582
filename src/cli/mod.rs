//! The command line: arguments, exit codes, hints; one file per subcommand.
//!
//! A command is its arguments and a `run` that reads like its help text; what it does is done
//! at the desk ([`crate::base`]). Data goes to standard output, everything else to standard error.

mod accepting;
mod add;
mod analyse;
mod check;
mod concordance;
mod demo;
mod edit;
mod editor;
mod explain;
mod export;
mod failure;
mod files;
mod history;
mod import;
mod keep;
mod list;
mod lookup;
mod match_;
mod pages;
mod place;
mod pretranslate;
mod scan;
mod session;
mod units;
mod validate;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use failure::Failure;
use session::{Colour, Session};

/// A multilingual glossary and translation memory for the recurring phrases of policy language
#[derive(Debug, Parser)]
#[command(name = "wicterm", version, max_term_width = 100, after_help = FIRST_STEPS)]
struct Args {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const FIRST_STEPS: &str = "First steps: `wicterm demo` makes a base with a policy glossary to play with; \
`wicterm init` makes one of your own. Exit codes: 0 done or found, 1 findings or nothing found, 2 wrong use, \
3 could not do it.";

/// What every command understands.
#[derive(Debug, clap::Args)]
struct Common {
    /// The base to work on [default: $WICTERM_BASE, else what wicterm.toml here or above names, else the
    /// user's own]
    #[arg(long, global = true, value_name = "DIR")]
    base: Option<PathBuf>,
    /// The shape of reports
    #[arg(long, global = true, value_enum, default_value_t, value_name = "SHAPE")]
    format: ReportFormat,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Colour,
    /// How long to wait for another writer, in seconds
    #[arg(long, global = true, default_value_t = 10.0, value_name = "SECONDS", value_parser = seconds)]
    wait: f64,
    /// Say nothing but data and errors
    #[arg(long, short, global = true)]
    quiet: bool,
}

impl Common {
    fn wait(&self) -> Duration {
        Duration::from_secs_f64(self.wait)
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("a number of seconds from 0 to 86400".to_owned()),
    }
}

/// The shape of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum ReportFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// JSON Lines
    Jsonl,
    /// SARIF 2.1.0, of findings
    Sarif,
    /// Annotations of a GitHub workflow, of findings
    Github,
    /// One page of HTML, of findings, of terms found, or a concordance
    Html,
    /// A table for spreadsheets, of a concordance or an analysis
    Csv,
}

impl ReportFormat {
    /// Tells whether scripts read it as JSON, errors included.
    fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(keep::Init),
    Add(add::Add),
    Edit(edit::Edit),
    Remove(edit::Remove),
    Merge(edit::Merge),
    Lookup(lookup::Lookup),
    List(list::List),
    Show(list::Show),
    History(history::History),
    Undo(history::Undo),
    Import(import::Import),
    Export(export::Export),
    Validate(validate::Validate),
    Check(Box<check::Check>),
    Explain(explain::Explain),
    Match(Box<match_::Match>),
    Scan(scan::Scan),
    Pretranslate(Box<pretranslate::Pretranslate>),
    Concordance(concordance::Concordance),
    Analyse(analyse::Analyse),
    Stats(list::Stats),
    Dump(keep::Dump),
    Load(keep::Load),
    Doctor(keep::Doctor),
    Demo(demo::Demo),
    Completions(pages::Completions),
    Man(pages::Man),
}

impl Command {
    /// Tells whether it can report in a shape; what is no list of findings in texts has three of them.
    fn reports_as(&self, shape: ReportFormat) -> bool {
        let common = matches!(shape, ReportFormat::Text | ReportFormat::Json | ReportFormat::Jsonl);
        match self {
            Self::Check(_) | Self::Validate(_) => shape != ReportFormat::Csv,
            Self::Scan(_) => common || shape == ReportFormat::Html,
            Self::Analyse(_) => common || shape == ReportFormat::Csv,
            Self::Concordance(_) => common || matches!(shape, ReportFormat::Html | ReportFormat::Csv),
            _ => common,
        }
    }
}

/// What a command leaves with when it could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Done, clean, found.
    Done,
    /// Findings, or nothing found.
    Found,
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    run(session::arguments())
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let args = match Args::try_parse_from(&arguments) {
        Ok(args) => args,
        Err(e) if e.use_stderr() && wanted_format(&arguments).is_json() => {
            let mut session = Session::new(Colour::Never, false);
            let failure = misused(&e);
            failure.report(ReportFormat::Json, &mut session);
            return ExitCode::from(failure.exit_code());
        }
        Err(e) => {
            // Help and version are no errors; clap knows which stream and colour each wants.
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { 2 } else { 0 });
        }
    };
    session::end_when_interrupted();
    let mut session = Session::new(args.common.color, args.common.quiet);
    let common = &args.common;
    if !args.command.reports_as(common.format) {
        let failure = Failure::usage(only_here(common.format));
        failure.report(common.format, &mut session);
        return ExitCode::from(failure.exit_code());
    }
    let outcome = match args.command {
        Command::Init(c) => c.run(common, &mut session),
        Command::Add(c) => c.run(common, &mut session),
        Command::Edit(c) => c.run(common, &mut session),
        Command::Remove(c) => c.run(common, &mut session),
        Command::Merge(c) => c.run(common, &mut session),
        Command::Lookup(c) => c.run(common, &mut session),
        Command::List(c) => c.run(common, &mut session),
        Command::Show(c) => c.run(common, &mut session),
        Command::History(c) => c.run(common, &mut session),
        Command::Undo(c) => c.run(common, &mut session),
        Command::Import(c) => c.run(common, &mut session),
        Command::Export(c) => c.run(common, &mut session),
        Command::Validate(c) => c.run(common, &mut session),
        Command::Check(c) => c.run(common, &mut session),
        Command::Explain(c) => c.run(common, &mut session),
        Command::Match(c) => c.run(common, &mut session),
        Command::Scan(c) => c.run(common, &mut session),
        Command::Pretranslate(c) => c.run(common, &mut session),
        Command::Concordance(c) => c.run(common, &mut session),
        Command::Analyse(c) => c.run(common, &mut session),
        Command::Stats(c) => c.run(common, &mut session),
        Command::Dump(c) => c.run(common, &mut session),
        Command::Load(c) => c.run(common, &mut session),
        Command::Doctor(c) => c.run(common, &mut session),
        Command::Demo(c) => c.run(common, &mut session),
        Command::Completions(c) => c.run(common, &mut session),
        Command::Man(c) => c.run(common, &mut session),
    };
    let outcome = outcome.and_then(|done| session.finish().map_err(Failure::from).map(|()| done));
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        // Whoever read our output has read enough.
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(common.format, &mut session);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Says which commands report in a shape that is not for all of them.
fn only_here(shape: ReportFormat) -> String {
    let who = match shape {
        ReportFormat::Csv => "only `concordance` and `analyse` report",
        ReportFormat::Html => "only `check`, `validate`, `scan` and `concordance` report",
        _ => "only `check` and `validate` report",
    };
    format!("{who} in this shape; the others know text, json and jsonl")
}

/// Returns the shape of reports that was asked for, as far as arguments that make no sense say it.
fn wanted_format(arguments: &[OsString]) -> ReportFormat {
    let mut wanted = ReportFormat::Text;
    let mut words = arguments.iter().map_while(|a| a.to_str().filter(|a| *a != "--"));
    while let Some(word) = words.next() {
        let shape = match word.strip_prefix("--format") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(shape) = shape.and_then(|shape| ReportFormat::from_str(shape, true).ok()) {
            wanted = shape;
        }
    }
    wanted
}

/// Returns what clap says for people as a failure: the first paragraph, with its tips for a hint.
fn misused(e: &clap::Error) -> Failure {
    use clap::error::ErrorKind;
    if e.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::usage("no command is given").hint("`wicterm --help` lists them");
    }
    let said = e.render().to_string();
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut paragraphs = said.split("\n\n");
    let first = one_line(paragraphs.next().unwrap_or_default());
    let tips: Vec<String> = paragraphs
        .flat_map(str::lines)
        .filter_map(|line| line.trim().strip_prefix("tip:").map(one_line))
        .collect();
    let failure = Failure::usage(first.strip_prefix("error: ").unwrap_or(&first));
    match tips.is_empty() {
        true => failure.hint("--help says how it is used"),
        false => failure.hint(tips.join("; ")),
    }
}

/// Returns the whole command tree, for help pages and completions.
fn command_tree() -> clap::Command {
    Args::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_tree_is_sound() {
        command_tree().debug_assert();
    }
}
