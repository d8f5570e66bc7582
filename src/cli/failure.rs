//! Failures: one sentence with its causes, a hint, and an exit code.

use std::io;

use serde_json::json;

use super::ReportFormat;
use super::session::Session;
use crate::base::Error;
use crate::report::{self, look, styled};
use crate::store::StoreError;

/// Why a command could not go on.
#[derive(Debug)]
pub struct Failure {
    exit: u8,
    code: String,
    message: String,
    hint: Option<String>,
    findings: Vec<crate::model::Finding>,
    /// The entities it is about, with what is said of each.
    names: Vec<String>,
    said_of_names: &'static str,
    closed_pipe: bool,
}

/// How many names are listed for people.
const MOST_NAMES: usize = 20;

impl Failure {
    /// The command was used wrongly.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(2, "usage", message)
    }

    /// The command could not do its work.
    pub fn unable(code: &str, message: impl Into<String>) -> Self {
        Self::new(3, code, message)
    }

    fn new(exit: u8, code: &str, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.to_owned(),
            message: message.into(),
            hint: None,
            findings: vec![],
            names: vec![],
            said_of_names: "",
            closed_pipe: false,
        }
    }

    /// Returns this failure with what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns this failure with the entities it is about, and what to say of each.
    pub fn naming(mut self, said: &'static str, names: Vec<String>) -> Self {
        self.said_of_names = said;
        self.names = names;
        self
    }

    /// Returns this failure with the file it is about, if it does not say so itself.
    pub fn about(mut self, file: &str) -> Self {
        if self.code == "io" && !self.message.contains(file) {
            self.message = format!("{file}: {}", self.message);
        }
        self
    }

    /// Returns the sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the process's exit code.
    pub fn exit_code(&self) -> u8 {
        self.exit
    }

    /// Tells whether the only trouble is that nobody reads on.
    pub fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }

    /// Says it on standard error.
    pub fn report(&self, format: ReportFormat, session: &mut Session) {
        if format.is_json() {
            let findings: Vec<_> = self.findings.iter().map(report::finding_json).collect();
            let mut error = json!({"code": self.code, "message": self.message, "hint": self.hint});
            if !findings.is_empty() {
                error["findings"] = findings.into();
            }
            if !self.names.is_empty() {
                error["names"] = json!(self.names);
            }
            session.tell(&json!({ "error": error }).to_string());
            return;
        }
        for finding in &self.findings {
            session.warn(report::finding(finding).trim_end());
        }
        for name in self.names.iter().take(MOST_NAMES) {
            session.warn(format!("{}: {name}", self.said_of_names));
        }
        session.warn(format!("{} {}", styled(look::BAD.bold(), "error:"), self.message));
        if let Some(hint) = &self.hint {
            session.warn(format!("{} {hint}", styled(look::NAME, "hint:")));
        }
    }
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        let closed_pipe = e.kind() == io::ErrorKind::BrokenPipe;
        Self { closed_pipe, ..Self::new(3, "io", e.to_string()) }
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Error::from(e).into()
    }
}

impl From<serde_json::Error> for Failure {
    fn from(e: serde_json::Error) -> Self {
        io::Error::from(e).into()
    }
}

impl From<Error> for Failure {
    fn from(e: Error) -> Self {
        let exit = match &e {
            Error::Refused(_) | Error::NoConcept(..) | Error::NoUnit(_) => 1,
            Error::Usage(_) | Error::NoFormat(_) | Error::Ambiguous(..) | Error::AmbiguousUnit(..) => 2,
            _ => 3,
        };
        let hint = hint(&e);
        let closed_pipe = is_closed_pipe(&e);
        let mut failure = Self { hint, closed_pipe, ..Self::new(exit, e.code(), e.to_string()) };
        if let Error::Refused(findings) = e {
            failure.findings = findings;
        }
        failure
    }
}

/// What to do about it.
fn hint(e: &Error) -> Option<String> {
    let hint = match e {
        Error::Store(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            "`wicterm doctor` says what is missing, `wicterm doctor --rebuild` mends it".to_owned()
        }
        Error::Store(_) => return store_hint(e.code()),
        Error::NoConcept(_, near) if !near.is_empty() => format!("did you mean {}?", near.join(", ")),
        Error::NoConcept(..) => {
            "`wicterm list` shows the concepts, `wicterm lookup` finds them by any term".to_owned()
        }
        Error::Ambiguous(..) => "name the concept by its slug".to_owned(),
        Error::NoUnit(_) => {
            "`wicterm list --units` shows the units; a unit goes by its id or by MEMORY:ID-IN-ITS-FILE"
                .to_owned()
        }
        Error::AmbiguousUnit(..) => "name one of them by its own id".to_owned(),
        Error::ReadOnly(memory) => {
            format!("choose another memory, or take read-only out of [memories.{memory}] in wicterm.toml")
        }
        Error::Refused(findings) => findings.first()?.help.clone()?,
        Error::NoFormat(_) => {
            "`wicterm import --list` and `wicterm export --list` show what there is".to_owned()
        }
        Error::NoRevision(_) => "`wicterm history` lists the revisions".to_owned(),
        Error::Read(_, crate::format::ReadError::Limit(..)) => {
            "the file is far beyond what such files hold; nothing of it was taken".to_owned()
        }
        Error::Read(_, crate::format::ReadError::Broken(_, what)) if what.contains("language") => {
            "nothing was written; name the languages with --lang, source first: --lang en,fr".to_owned()
        }
        Error::Read(_, crate::format::ReadError::Broken(..)) => {
            "nothing was written; mend the file at that place, or name its format with --from".to_owned()
        }
        _ => return None,
    };
    Some(hint)
}

fn store_hint(code: &str) -> Option<String> {
    let hint = match code {
        "not-a-base" => "make one with `wicterm init`, or name another with --base",
        "held" => "wait until it is done, or wait longer with --wait SECONDS",
        "disk-full" => "free some space and try again; nothing was written",
        "damaged" => "`wicterm doctor` says what is damaged, `wicterm doctor --rebuild` mends it",
        "version" => "use the newer wicterm that wrote it",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn is_closed_pipe(e: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(e) = cause {
        if e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = e.source();
    }
    false
}
