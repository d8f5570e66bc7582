//! A text in the user's editor, until it is in the base or given up.
//!
//! Nothing is locked while somebody writes, and whatever goes wrong, the text is kept. What is wrong with it
//! stands at its top when the editor opens again.

use std::path::Path;

use super::{Failure, Session, session};
use crate::model::Severity;
use crate::report;

/// What is being edited.
pub(super) trait Draft {
    /// What is in the base in the end.
    type Done;

    /// Puts a text into the base; `None` when it says what the base says.
    fn take(&mut self, text: &str, session: &mut Session) -> Result<Option<Self::Done>, Trouble>;

    /// Goes on from what somebody else made of it meanwhile.
    fn take_up(&mut self, session: &mut Session) -> Result<(), Failure>;
}

/// Opens a text in the editor, as often as it takes; `None` when nothing was changed.
pub(super) fn edit<D: Draft>(
    name: &str,
    text: String,
    draft: &mut D,
    session: &mut Session,
) -> Result<Option<D::Done>, Failure> {
    let file = tempfile::Builder::new().prefix(&format!("{name}-")).suffix(".toml").tempfile()?;
    // The text outlives this process whatever happens, until it is in the base.
    let (_, path) = file.keep().map_err(|e| Failure::from(e.error))?;
    // What the file says when the editor opens, and why it opens again.
    let mut opened = text;
    std::fs::write(&path, &opened)?;
    let mut trouble: Option<Trouble> = None;
    loop {
        session.edit(&path).map_err(|e| kept(&path, e.to_string()))?;
        let written = std::fs::read_to_string(&path).map_err(|e| kept(&path, e.to_string()))?;
        let text = without_complaints(&written);
        if says_nothing(text) {
            let _ = std::fs::remove_file(&path);
            session.warn("the text is empty: nothing was changed");
            return Ok(None);
        }
        if written == opened {
            // Who leaves the editor without saving has given up.
            if let Some(trouble) = trouble {
                return Err(trouble.failure(&path));
            }
            let _ = std::fs::remove_file(&path);
            return Ok(None);
        }
        let found = match draft.take(text, session) {
            Ok(done) => {
                let _ = std::fs::remove_file(&path);
                return Ok(done);
            }
            Err(found) => found,
        };
        opened = with_complaints(&found.lines, text);
        // Without room for the complaints the text stands there still.
        let wrote = crate::bytes::replace_file(&path, |out| out.write_all(opened.as_bytes()));
        if wrote.is_err() {
            opened = written;
        }
        if !again(session) {
            return Err(found.failure(&path));
        }
        if found.conflict {
            draft.take_up(session).map_err(|e| e.hint(text_is_in(&path)))?;
        }
        trouble = Some(found);
    }
}

/// Reopens when somebody sits there; a script gets the error instead.
fn again(session: &mut Session) -> bool {
    session.ask("Open it again? [Y/n]").is_some_and(|answer| !answer.to_lowercase().starts_with('n'))
}

/// Why a text was not taken.
pub(super) struct Trouble {
    failure: Failure,
    /// What stands about it at the top of the text when it opens again.
    pub lines: Vec<String>,
    conflict: bool,
}

impl Trouble {
    /// The text is not what it has to be.
    pub fn new(message: impl Into<String>) -> Self {
        Self { failure: Failure::unable("edit", message), lines: vec![], conflict: false }
    }

    /// The base did not take it.
    pub fn of(failure: Failure, session: &mut Session) -> Self {
        session.warn(report::severe(Severity::Error, failure.message()));
        let lines = vec![
            format!("error: {}", failure.message()),
            "Mend it, or take these lines out to try again.".to_owned(),
        ];
        Self { failure, lines, conflict: false }
    }

    /// What is edited is not there any more.
    pub fn removed(what: &str) -> Self {
        let failure = Failure::unable("edit", format!("the {what} was removed in the meantime"));
        Self { failure, lines: vec![], conflict: true }
    }

    /// Somebody else changed it meanwhile; says so on the terminal and in the text.
    pub fn conflict(what: &str, theirs: &[String], ours: &[String], session: &mut Session) -> Self {
        session.warn(format!("the {what} was changed by somebody else while you were writing:"));
        for line in theirs {
            session.warn(format!("  {line}"));
        }
        session.warn("your change:");
        for line in ours {
            session.warn(format!("  {line}"));
        }
        let mut lines =
            vec![format!("conflict: the {what} was changed by somebody else while you were writing:")];
        lines.extend(theirs.iter().map(|line| format!("  {}", session::plain(line))));
        lines.push("Take their change in where it is right. Without these lines, the text is put".into());
        lines.push("in the place of theirs; left as it is, nothing is written.".into());
        let message = format!("conflict: the {what} was changed in the meantime; nothing was written");
        Self { failure: Failure::unable("edit", message), lines, conflict: true }
    }

    fn failure(self, path: &Path) -> Failure {
        self.failure.hint(text_is_in(path))
    }
}

fn kept(path: &Path, message: impl Into<String>) -> Failure {
    Failure::unable("edit", message).hint(text_is_in(path))
}

fn text_is_in(path: &Path) -> String {
    format!("your text is in {}", path.display())
}

const MARK: &str = "#! ";

fn with_complaints(complaints: &[String], text: &str) -> String {
    let lines: String =
        complaints.iter().map(|c| format!("{MARK}{}\n", c.replace(['\n', '\r'], " "))).collect();
    lines + text
}

/// The text below the complaints; further down such a line is the writer's own.
fn without_complaints(text: &str) -> &str {
    let mut rest = text;
    while rest.starts_with(MARK) {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest
}

fn says_nothing(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').lines().map(str::trim).all(|l| l.is_empty() || l.starts_with('#'))
}
