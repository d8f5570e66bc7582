//! The command line: arguments, exit codes, hints; one file per subcommand.
//!
//! A command is its arguments and a `run` that reads like its help text; what it does is done
//! at the desk ([`crate::base`]). Data goes to standard output, everything else to standard error.

mod add;
mod demo;
mod edit;
mod export;
mod failure;
mod history;
mod import;
mod keep;
mod list;
mod lookup;
mod pages;
mod place;
mod session;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use failure::Failure;
use session::{Colour, Session};

/// A multilingual glossary and translation memory for the recurring phrases of policy language
#[derive(Debug, Parser)]
#[command(name = "wicterm", version, max_term_width = 100, disable_help_subcommand = true, after_help = FIRST_STEPS)]
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
    /// The base to work on [default: what wicterm.toml here or above names, else the user's own]
    #[arg(long, global = true, env = "WICTERM_BASE", value_name = "DIR", hide_env_values = true)]
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
    Stats(list::Stats),
    Dump(keep::Dump),
    Load(keep::Load),
    Doctor(keep::Doctor),
    Demo(demo::Demo),
    Completions(pages::Completions),
    Man(pages::Man),
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
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(e) => {
            // Help and version are no errors; clap knows which stream and colour each wants.
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { 2 } else { 0 });
        }
    };
    session::end_when_interrupted();
    let mut session = Session::new(args.common.color, args.common.quiet);
    let common = &args.common;
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
