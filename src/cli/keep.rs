//! `wicterm init`, `wicterm dump`, `wicterm load`, `wicterm doctor`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::Base;
use crate::bytes;
use crate::model::Severity;
use crate::report;

/// Make a new base
///
/// With a folder (default: this one) makes a project: a wicterm.toml and a base beside it that every command
/// in that folder and below finds. With --base makes just the base there.
#[derive(Debug, Args)]
pub struct Init {
    /// The project's folder
    dir: Option<PathBuf>,
}

/// Where a project keeps its base, beside wicterm.toml.
const BASE_FOLDER: &str = "termbase";

impl Init {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        if let (Some(dir), None) = (&common.base, &self.dir) {
            Base::create(dir)?;
            session.say(format!("made a new base in {}", dir.display()));
            return Ok(Outcome::Done);
        }
        let root = self.dir.unwrap_or_else(|| PathBuf::from("."));
        let dir = common.base.clone().unwrap_or_else(|| root.join(BASE_FOLDER));
        std::fs::create_dir_all(&root)?;
        let settings = root.join(place::SETTINGS);
        Base::create(&dir)?;
        session.say(format!("made a new base in {}", dir.display()));
        if common.base.is_none() && !settings.exists() {
            bytes::replace_file(&settings, |out| out.write_all(SETTINGS.as_bytes()))?;
            session.say(format!("wrote {}", settings.display()));
        }
        session.say(
            "next: wicterm add \"cyber sovereignty\" --equivalent zh-Hans=网络主权, or wicterm import FILE",
        );
        Ok(Outcome::Done)
    }
}

const SETTINGS: &str = "# The settings of this wicterm project.\n\n\
# The base, relative to this file.\nbase = \"termbase\"\n\n\
# The language that exports put first.\nsource-lang = \"en\"\n";

/// Write everything to a file, history included, as JSON Lines
#[derive(Debug, Args)]
pub struct Dump {
    /// The file, or - for standard output
    #[arg(default_value = "-")]
    file: String,
}

impl Dump {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let base = place::open(common, session)?;
        if self.file == "-" {
            base.dump(session.out())?;
            return Ok(Outcome::Done);
        }
        let path = PathBuf::from(&self.file);
        bytes::replace_file(&path, |out| base.dump(out).map_err(Failure::from))
            .map_err(|failure| failure.about(&self.file))?;
        Ok(Outcome::Done)
    }
}

/// Fill a new base from a dump
#[derive(Debug, Args)]
pub struct Load {
    /// The file, or - for standard input
    file: String,
}

impl Load {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let mut input: Box<dyn std::io::Read> = match self.file.as_str() {
            "-" => session.stdin(),
            file => Box::new(
                std::fs::File::open(file).map_err(|e| Failure::unable("io", format!("{file}: {e}")))?,
            ),
        };
        let mut base = place::open_or_create(common, session)?;
        let who = place::who(session, "load", None);
        let revision = base.load(&mut *input, who)?;
        let counts = base.snapshot().counts();
        session.say(format!("{} concepts, {} units, at revision {revision}", counts.concepts, counts.units));
        Ok(Outcome::Done)
    }
}

/// Examine the base's files, and mend them
///
/// Reads every byte of the ledger and of the segments that readers use, and says what is damaged.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Make the segments anew from the ledger, and save from the segments what a broken ledger lost
    #[arg(long)]
    rebuild: bool,
}

impl Doctor {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let dir = place::dir(common, session)?;
        let who = place::who(session, "doctor", None);
        let (findings, summary) = match self.rebuild {
            true => Base::rebuild(&dir, &who, common.wait())?,
            false => Base::examine(&dir, &who, common.wait())?,
        };
        let sound = findings.iter().all(|f| f.severity < Severity::Warning);
        if common.format == ReportFormat::Text {
            for finding in &findings {
                write!(session.out(), "{}", report::finding(finding))?;
            }
            writeln!(session.out(), "{summary}")?;
        } else {
            let findings: Vec<_> = findings.iter().map(report::finding_json).collect();
            let document = json!({"sound": sound, "rebuilt": self.rebuild, "summary": summary,
                "findings": findings});
            report::one("doctor", document, common.format == ReportFormat::Jsonl, session.out())?;
        }
        if !sound && !self.rebuild {
            session.say("`wicterm doctor --rebuild` mends it");
        }
        Ok(if sound || self.rebuild { Outcome::Done } else { Outcome::Found })
    }
}
