//! `wicterm init`, `wicterm dump`, `wicterm load`, `wicterm doctor`

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{Base, Error};
use crate::bytes;
use crate::model::Severity;
use crate::report;

/// Make a new base
///
/// With a folder (default: this one) makes a project: a wicterm.toml and a base beside it that every command
/// in that folder and below finds. Where there is a wicterm.toml already, the base is made where it says.
/// With --base or WICTERM_BASE makes just the base there.
#[derive(Debug, Args)]
pub struct Init {
    /// The project's folder
    dir: Option<PathBuf>,
}

/// Where a project keeps its base, beside wicterm.toml.
const BASE_FOLDER: &str = "termbase";

impl Init {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let root = match (place::named(common, session), self.dir) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage("a project's folder or a base is made, not both")
                    .hint("`wicterm init DIR` without --base and WICTERM_BASE makes a project"));
            }
            (Some(dir), None) => {
                Base::create(&dir)?;
                session.say(format!("made a new base in {}", dir.display()));
                return Ok(Outcome::Done);
            }
            (None, dir) => dir.unwrap_or_else(|| PathBuf::from(".")),
        };
        let about = |e: std::io::Error| Failure::from(e).about(&root.display().to_string());
        let settings = place::settings_in(&root, session)?;
        let named = settings.as_ref().and_then(|s| s.base.clone());
        let dir = root.join(named.as_deref().unwrap_or(Path::new(BASE_FOLDER)));
        std::fs::create_dir_all(&root).map_err(about)?;
        Base::create(&dir)?;
        session.say(format!("made a new base in {}", dir.display()));
        let file = root.join(place::SETTINGS);
        if named.is_none() {
            let text = match settings {
                None => SETTINGS.to_owned(),
                Some(_) => with_base(&std::fs::read_to_string(&file).map_err(about)?)?,
            };
            bytes::replace_file(&file, |out| out.write_all(text.as_bytes())).map_err(about)?;
            session.say(format!("wrote {}", file.display()));
        }
        session.say(
            "next: wicterm add \"cyber sovereignty\" --equivalent zh-Hans=网络主权, or wicterm import FILE",
        );
        Ok(Outcome::Done)
    }
}

/// Settings that name no base, with one.
fn with_base(settings: &str) -> Result<String, Failure> {
    let mut settings: toml_edit::DocumentMut =
        settings.parse().map_err(|e| Failure::usage(format!("{}: {e}", place::SETTINGS)))?;
    settings.insert("base", toml_edit::value(BASE_FOLDER));
    Ok(settings.to_string())
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
        let who = place::who(session, "load", None);
        place::in_base_or_new(common, session, |base, session| {
            let revision = base.load(&mut *input, who).map_err(|e| match e {
                Error::Read(..) => Failure::from(e).hint("it takes a file that `wicterm dump` wrote, whole"),
                _ => e.into(),
            })?;
            let counts = base.snapshot().counts();
            session
                .say(format!("{} concepts, {} units, at revision {revision}", counts.concepts, counts.units));
            Ok(Outcome::Done)
        })
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
