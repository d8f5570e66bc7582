//! `wicterm completions`, `wicterm man`

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::{Common, Failure, Outcome, Session, command_tree};

/// Print completions for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, _: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let mut page = vec![];
        clap_complete::generate(self.shell, &mut command_tree(), "wicterm", &mut page);
        session.out().write_all(&page)?;
        Ok(Outcome::Done)
    }
}

/// Print the manual page, or write one for each command into a folder
#[derive(Debug, Args)]
pub struct Man {
    /// The folder for wicterm.1, wicterm-add.1 and so on
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, _: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        match self.dir {
            None => {
                let mut page = vec![];
                clap_mangen::Man::new(command_tree()).render(&mut page)?;
                session.out().write_all(&page)?;
            }
            Some(dir) => {
                std::fs::create_dir_all(&dir)?;
                clap_mangen::generate_to(command_tree(), &dir)?;
                session.say(format!("wrote the manual pages to {}", dir.display()));
            }
        }
        Ok(Outcome::Done)
    }
}
