//! `wicterm validate`

use std::io::Read;

use clap::Args;

use super::values::{SEVERITIES, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, files};
use crate::check::validate::{SELECTED, Verdict, validate};
use crate::model::Severity;
use crate::report::{self, Checked, Told, look, styled};

/// Judge TBX and TMX files by their own schemas
///
/// A file is valid or not by the schema that its first element selects: root, type and style of a TBX, the
/// version of a TMX; --schemas prints the table. The verdict is that of the official judges, jing and
/// Schematron for TBX and xmllint for TMX; nothing is fetched and nothing has to be installed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm validate policy.tbx policy.tmx\n  \
                        wicterm validate --format jsonl *.tbx | jq 'select(.valid == false)'")]
pub struct Validate {
    /// Files, patterns, folders (their .tbx and .tmx), or - for standard input
    #[arg(required_unless_present = "schemas")]
    files: Vec<String>,
    /// Exit with 1 when there are findings of this severity or worse
    #[arg(long, default_value_t = Severity::Error, value_name = "SEVERITY", value_parser = word(SEVERITIES))]
    fail_on: Severity,
    /// Print which schema judges what
    #[arg(long)]
    schemas: bool,
}

impl Validate {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        if self.schemas {
            return schemas(common, session);
        }
        let mut checked = Checked::default();
        let mut stream = match common.format {
            ReportFormat::Json => Some(report::Stream::document("validate")),
            ReportFormat::Jsonl => Some(report::Stream::lines("validate", session.out())?),
            _ => None,
        };
        let mut worst = None;
        // One that cannot be read is no reason to leave the others unjudged.
        let mut unread: Vec<Failure> = vec![];
        for file in files::meant(&self.files, &["tbx", "tmx"], &mut unread) {
            let verdict = match judge(&file, session) {
                Ok(verdict) => verdict,
                Err(failure) => {
                    checked.failures.push(failure.message().to_owned());
                    unread.push(failure);
                    continue;
                }
            };
            worst = worst.max(verdict.findings.iter().map(|f| f.severity).max());
            match &mut stream {
                Some(stream) => stream.item(report::verdict_json(&file, &verdict), session.out())?,
                None if common.format == ReportFormat::Text => self.tell(&file, &verdict, session)?,
                None => {
                    checked.files += 1;
                    checked.told.extend(verdict.findings.into_iter().map(Told::of));
                }
            }
        }
        if let Some(stream) = stream {
            stream.end(session.out())?;
        }
        match common.format {
            ReportFormat::Sarif => {
                let log = report::sarif(&checked, "validate", Some(&session.current_dir()?));
                writeln!(session.out(), "{log:#}")?;
            }
            ReportFormat::Github => write!(session.out(), "{}", report::github(&checked))?,
            ReportFormat::Html => write!(session.out(), "{}", report::html(&checked, "validate"))?,
            _ => {}
        }
        if let Some(last) = unread.pop() {
            for failure in unread {
                session.warn(failure.message());
            }
            return Err(last);
        }
        Ok(if worst.is_some_and(|worst| worst >= self.fail_on) { Outcome::Found } else { Outcome::Done })
    }

    fn tell(&self, file: &str, verdict: &Verdict, session: &mut Session) -> Result<(), Failure> {
        let out = session.out();
        for finding in &verdict.findings {
            write!(out, "{}", report::finding(finding))?;
        }
        if verdict.untold > 0 {
            writeln!(out, "and {} more findings", verdict.untold)?;
        }
        let (style, word) = if verdict.valid() { (look::GOOD, "valid") } else { (look::BAD, "not valid") };
        let (file, word) = (styled(look::STRONG, file), styled(style, word));
        Ok(writeln!(out, "{file}: {word} ({})", verdict.schema)?)
    }
}

fn judge(file: &str, session: &Session) -> Result<Verdict, Failure> {
    let failed = |e| files::unreadable(file, &e);
    let (source, unpacked): (Box<dyn Read>, bool) = match file {
        "-" => (session.stdin(), false),
        path => files::open(path).map(|opened| (opened.input, opened.unpacked)).map_err(failed)?,
    };
    let mut verdict = validate(source).map_err(failed)?;
    for finding in &mut verdict.findings {
        if unpacked {
            finding.place.bytes = None;
        }
        finding.place.file = Some(file.to_owned());
    }
    // It tells one file from another too.
    crate::check::fingerprint(&mut verdict.findings);
    Ok(verdict)
}

/// Prints which schema judges what.
fn schemas(common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
    if common.format != ReportFormat::Text {
        let mut stream = match common.format {
            ReportFormat::Jsonl => report::Stream::lines("validate", session.out())?,
            _ => report::Stream::document("validate"),
        };
        for (root, schema) in SELECTED {
            stream.item(serde_json::json!({"root": root, "schema": schema}), session.out())?;
        }
        stream.end(session.out())?;
        return Ok(Outcome::Done);
    }
    for (root, schema) in SELECTED {
        writeln!(session.out(), "{}  {schema}", styled(look::NAME, report::padded(root, 40)))?;
    }
    Ok(Outcome::Done)
}
