//! `wicterm edit`, `wicterm remove`, `wicterm merge`

use std::ops::ControlFlow;
use std::path::Path;

use clap::Args;

use super::add::{in_language, plain};
use super::values::{filled, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, place, session};
use crate::base::{Base, Error, Winner};
use crate::format::{Entry, Sink, glossary};
use crate::model::{
    Concept, Definition, Finding, LanguageTag, Note, Place, Severity, Slug, Status, Term, TermKind,
};
use crate::report;

/// Change a concept, in your editor or by flags
///
/// Without flags it opens as TOML in $EDITOR. Nothing is locked meanwhile: if somebody else changes the
/// concept while you write, the two changes are shown as a conflict. Whatever goes wrong, your text is kept.
#[derive(Debug, Args)]
pub struct Edit {
    /// The concept: its slug, its id, or a term that only it has
    concept: String,
    /// Give it another slug; the old one still leads to it
    #[arg(long, value_name = "SLUG")]
    slug: Option<Slug>,
    /// Set the subject fields
    #[arg(long, value_name = "SUBJECT", value_parser = filled)]
    subject: Vec<String>,
    /// Set the definition; an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    definition: Option<String>,
    /// Add a remark
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    note: Vec<String>,
    /// Add a term
    #[arg(long, value_name = "LANG=TERM", value_parser = in_language)]
    add_term: Vec<(LanguageTag, String)>,
    /// The term that --status, --kind, --forbid and --text speak about
    #[arg(long, value_name = "[LANG=]TERM")]
    term: Option<String>,
    /// Set the term's status
    #[arg(long, value_name = "STATUS", requires = "term", value_parser = word(Status::ALL))]
    status: Option<Status>,
    /// Set the term's kind
    #[arg(long, value_name = "KIND", requires = "term", value_parser = word(TermKind::ALL))]
    kind: Option<TermKind>,
    /// Forbid the term, or allow it again
    #[arg(long, value_name = "yes|no", requires = "term", value_parser = yes_or_no)]
    forbid: Option<bool>,
    /// Set the term's text
    #[arg(long, value_name = "TEXT", requires = "term")]
    text: Option<String>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("yes or no".to_owned()),
    }
}

impl Edit {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let mut base = place::open(common, session)?;
        let before = base.find(&self.concept)?;
        if !self.has_flags() {
            return self.in_editor(before, base, common, session);
        }
        let after = self.changed(&before)?;
        if after == before {
            return self.unchanged(&before.name(), common, session);
        }
        let who = place::who(session, "edit", Some(&self.reason(&before)));
        let written = base.replace(&before, after, who)?;
        tell(&written.findings, session);
        print_changes("edit", &before, &written.concept, common, session)?;
        Ok(Outcome::Done)
    }

    fn reason(&self, before: &Concept) -> String {
        self.why.clone().unwrap_or_else(|| format!("edit {}", before.name()))
    }

    fn has_flags(&self) -> bool {
        self.slug.is_some()
            || !self.subject.is_empty()
            || self.definition.is_some()
            || !self.note.is_empty()
            || !self.add_term.is_empty()
            || self.term.is_some()
    }

    fn changed(&self, before: &Concept) -> Result<Concept, Failure> {
        let mut after = before.clone();
        if let Some(slug) = &self.slug {
            after.slug = Some(slug.clone());
        }
        if !self.subject.is_empty() {
            after.subject_fields.clone_from(&self.subject);
        }
        if let Some(text) = &self.definition {
            match after.definitions.first_mut() {
                Some(_) if text.trim().is_empty() => drop(after.definitions.remove(0)),
                Some(first) => first.text.clone_from(text),
                None if text.trim().is_empty() => {}
                None => after.definitions.push(Definition::new(text)),
            }
        }
        after.notes.extend(self.note.iter().map(Note::new));
        for (lang, text) in &self.add_term {
            let term = Term { status: Some(Status::Admitted), ..Term::new(plain(text)?) };
            let section = after.section_mut(lang);
            if section.terms.iter().any(|t| t.text == term.text) {
                return Err(has_it_already(before, &term.text));
            }
            section.terms.push(term);
        }
        if let Some(wanted) = &self.term {
            let (section, at) = find_term(&after, wanted)?;
            if let Some(text) = &self.text {
                let text = plain(text)?;
                let mut others = after.languages[section].terms.iter().enumerate().filter(|(n, _)| *n != at);
                if others.any(|(_, t)| t.text == text) {
                    return Err(has_it_already(before, &text));
                }
                after.languages[section].terms[at].text = text;
            }
            let term = &mut after.languages[section].terms[at];
            if self.status.is_some() {
                term.status = self.status;
            }
            if self.kind.is_some() {
                term.kind = self.kind;
            }
            if let Some(forbid) = self.forbid {
                term.forbidden = forbid;
            }
        }
        Ok(after)
    }

    fn in_editor(
        &self,
        mut before: Concept,
        mut base: Base,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        let name = before.name();
        let file = tempfile::Builder::new().prefix(&format!("{name}-")).suffix(".toml").tempfile()?;
        // The text outlives this process whatever happens, until it is in the base.
        let (_, path) = file.keep().map_err(|e| Failure::from(e.error))?;
        // What the file says when the editor opens, and why it opens again.
        let mut opened = glossary::to_toml(&before);
        std::fs::write(&path, &opened)?;
        let mut trouble: Option<Trouble> = None;
        // What is odd in the text and known to be so.
        let mut known = read_text(&opened, &name).1;
        loop {
            session.edit(&path).map_err(|e| kept(&path, e.to_string()))?;
            let written = std::fs::read_to_string(&path).map_err(|e| kept(&path, e.to_string()))?;
            let text = without_complaints(&written);
            if says_nothing(text) {
                let _ = std::fs::remove_file(&path);
                session.warn("the text is empty: nothing was changed");
                return self.unchanged(&name, common, session);
            }
            if written == opened {
                // Who leaves the editor without saving has given up.
                if let Some(trouble) = trouble {
                    return Err(trouble.failure(&path));
                }
                let _ = std::fs::remove_file(&path);
                return self.unchanged(&name, common, session);
            }
            let found = match self.take(text, &before, &mut base, &known, common, session) {
                Ok(after) => {
                    let _ = std::fs::remove_file(&path);
                    return match after {
                        Some(after) => {
                            print_changes("edit", &before, &after, common, session)?;
                            Ok(Outcome::Done)
                        }
                        None => self.unchanged(&name, common, session),
                    };
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
                base = place::open(common, session).map_err(|e| e.hint(text_is_in(&path)))?;
                before = base
                    .find(&before.id.to_string())
                    .map_err(|_| kept(&path, "the concept was removed in the meantime"))?;
            }
            known.extend(found.odd.iter().cloned());
            trouble = Some(found);
        }
    }

    /// Puts a text into the base; `None` when it says what the base says.
    fn take(
        &self,
        text: &str,
        before: &Concept,
        base: &mut Base,
        known: &[Finding],
        common: &Common,
        session: &mut Session,
    ) -> Result<Option<Concept>, Trouble> {
        let name = before.name();
        let (concept, findings) = read_text(text, &name);
        let same = |a: &Finding, b: &Finding| (&a.check, &a.message) == (&b.check, &b.message);
        let new: Vec<Finding> = findings.into_iter().filter(|f| !known.iter().any(|k| same(k, f))).collect();
        for finding in &new {
            session.warn(report::severe(finding.severity, complaint(finding)));
        }
        let wrong = new.iter().any(|f| f.severity == Severity::Error);
        let concept = match concept {
            Some(concept) if !wrong => concept,
            _ => {
                let mut trouble = Trouble::new("the text is not a concept yet; nothing was written");
                trouble.lines = new.iter().map(severe_complaint).collect();
                return Err(trouble);
            }
        };
        // A key that nobody knows is most often a slip; a script is told, a person is asked.
        if !new.is_empty() && session.can_ask() {
            let mut trouble =
                Trouble::new("the text has keys or values that look like a slip; nothing was written");
            trouble.lines = new.iter().map(severe_complaint).collect();
            trouble.lines.push("Take these lines out to have it written as it is.".to_owned());
            trouble.odd = new;
            return Err(trouble);
        }
        // What TOML does not show stays as it was.
        let after = Concept { slug: concept.slug.or(before.slug.clone()), id: before.id, ..concept };
        if after.terms().next().is_none() {
            let message = format!("{name} would have no term left; nothing was written");
            session.warn(report::severe(Severity::Error, &message));
            let mut trouble = Trouble::new(message);
            trouble.lines = vec![
                format!("error: {name} would have no term left."),
                format!("To remove it: wicterm remove {name}"),
            ];
            return Err(trouble);
        }
        let says = read_text(&glossary::to_toml(before), &name).0;
        if says.is_some_and(|says| Concept { id: before.id, slug: before.slug.clone(), ..says } == after) {
            return Ok(None);
        }
        let who = place::who(session, "edit", Some(&self.reason(before)));
        match base.replace(before, after.clone(), who) {
            Ok(written) => {
                tell(&written.findings, session);
                Ok(Some(written.concept))
            }
            Err(Error::Changed(_)) => Err(self.conflict(before, &after, common, session)),
            Err(other) => {
                let failure = Failure::from(other);
                session.warn(report::severe(Severity::Error, failure.message()));
                let mut trouble = Trouble::new("");
                trouble.lines = vec![
                    format!("error: {}", failure.message()),
                    "Mend it, or take these lines out to try again.".to_owned(),
                ];
                trouble.failure = failure;
                Err(trouble)
            }
        }
    }

    /// Says what somebody else did meanwhile, on the terminal and in the text.
    fn conflict(&self, before: &Concept, mine: &Concept, common: &Common, session: &mut Session) -> Trouble {
        let mut trouble =
            Trouble::new("conflict: the concept was changed in the meantime; nothing was written");
        trouble.conflict = true;
        let now = match place::open(common, session).and_then(|base| Ok(base.find(&before.id.to_string())?)) {
            Ok(now) => now,
            Err(_) => {
                trouble.failure = Failure::unable("edit", "the concept was removed in the meantime");
                return trouble;
            }
        };
        let theirs = report::concept_changes(Some(before), Some(&now));
        session.warn("the concept was changed by somebody else while you were writing:");
        for line in &theirs {
            session.warn(format!("  {line}"));
        }
        session.warn("your change:");
        for line in report::concept_changes(Some(before), Some(mine)) {
            session.warn(format!("  {line}"));
        }
        trouble
            .lines
            .push("conflict: the concept was changed by somebody else while you were writing:".into());
        trouble.lines.extend(theirs.iter().map(|line| format!("  {}", session::plain(line))));
        trouble
            .lines
            .push("Take their change in where it is right. Without these lines, the text is put".into());
        trouble.lines.push("in the place of theirs; left as it is, nothing is written.".into());
        trouble
    }

    fn unchanged(&self, name: &str, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        session.say("nothing to change");
        print_unchanged("edit", name, common, session)?;
        Ok(Outcome::Done)
    }
}

fn tell(findings: &[Finding], session: &mut Session) {
    for finding in findings {
        session.say(report::finding(finding).trim_end());
    }
}

/// Reopens when somebody sits there; a script gets the error instead.
fn again(session: &mut Session) -> bool {
    session.ask("Open it again? [Y/n]").is_some_and(|answer| !answer.to_lowercase().starts_with('n'))
}

/// Why a text was not taken.
struct Trouble {
    failure: Failure,
    /// What stands about it at the top of the text when it opens again.
    lines: Vec<String>,
    /// What looks odd, and may be meant.
    odd: Vec<Finding>,
    conflict: bool,
}

impl Trouble {
    fn new(message: impl Into<String>) -> Self {
        Self { failure: Failure::unable("edit", message), lines: vec![], odd: vec![], conflict: false }
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

/// Reads the text of a concept, with what is to be said about it.
fn read_text(text: &str, name: &str) -> (Option<Concept>, Vec<Finding>) {
    struct Heard(Option<Concept>, Vec<Finding>);
    impl Sink for Heard {
        fn entry(&mut self, entry: Entry, _: Place) -> ControlFlow<()> {
            if let Entry::Concept(concept) = entry {
                self.0 = Some(*concept);
            }
            ControlFlow::Continue(())
        }

        fn finding(&mut self, finding: Finding) {
            // What is said of the file as a whole is about its name, which is ours.
            if finding.place.line.is_some() {
                self.1.push(finding);
            }
        }
    }
    let mut heard = Heard(None, vec![]);
    glossary::read_files([(format!("{name}.toml").as_str(), text)], &mut heard);
    (heard.0, heard.1)
}

const MARK: &str = "#! ";

fn complaint(finding: &Finding) -> String {
    let help = finding.help.as_deref().map_or(String::new(), |help| format!(" {help}"));
    match finding.place.line {
        Some(line) => format!("line {line}: {}{help}", finding.message),
        None => format!("{}{help}", finding.message),
    }
}

fn severe_complaint(finding: &Finding) -> String {
    format!("{}: {}", finding.severity, complaint(finding))
}

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

fn has_it_already(concept: &Concept, text: &str) -> Failure {
    Failure::usage(format!("{} has the term \"{text}\" already", concept.name()))
}

/// Returns where a term stands: its section, and its place there.
fn find_term(concept: &Concept, wanted: &str) -> Result<(usize, usize), Failure> {
    let (lang, text) = match in_language(wanted) {
        Ok((lang, text)) => (Some(lang), text),
        Err(_) => (None, wanted.to_owned()),
    };
    let name = concept.name();
    let mut found = vec![];
    for (n, section) in concept.languages.iter().enumerate() {
        if lang.as_ref().is_none_or(|lang| section.lang == *lang) {
            let there = section.terms.iter().enumerate().filter(|(_, t)| t.text == text);
            found.extend(there.map(|(at, _)| (n, at)));
        }
    }
    match found[..] {
        [only] => Ok(only),
        [] => Err(Failure::usage(format!("{name} has no term \"{wanted}\""))),
        _ => Err(Failure::usage(format!("{name} has \"{text}\" several times; say --term LANG={text}"))),
    }
}

/// Says to a script that everything is as it was.
fn print_unchanged(
    command: &'static str,
    name: &str,
    common: &Common,
    session: &mut Session,
) -> Result<(), Failure> {
    if common.format != ReportFormat::Text {
        let item = serde_json::json!({"concept": name, "changed": false});
        report::one(command, item, common.format == ReportFormat::Jsonl, session.out())?;
    }
    Ok(())
}

fn print_changes(
    command: &'static str,
    before: &Concept,
    after: &Concept,
    common: &Common,
    session: &mut Session,
) -> Result<(), Failure> {
    if common.format == ReportFormat::Text {
        writeln!(session.out(), "{}", after.name())?;
        for line in report::concept_changes(Some(before), Some(after)) {
            session.say(format!("  {line}"));
        }
    } else {
        let item = serde_json::json!({"concept": after.name(), "changed": true});
        report::one(command, item, common.format == ReportFormat::Jsonl, session.out())?;
    }
    Ok(())
}

/// Remove a concept, or a language or a term of it
#[derive(Debug, Args)]
pub struct Remove {
    /// The concept: its slug, its id, or a term that only it has
    concept: String,
    /// Remove only this language
    #[arg(long, value_name = "LANG")]
    lang: Option<LanguageTag>,
    /// Remove only this term
    #[arg(long, value_name = "TERM")]
    term: Option<String>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

impl Remove {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let mut base = place::open(common, session)?;
        let before = base.find(&self.concept)?;
        let why = self.why.clone().unwrap_or_else(|| format!("remove {}", self.what(&before)));
        let who = place::who(session, "remove", Some(&why));
        if self.lang.is_none() && self.term.is_none() {
            base.remove(&before, who)?;
        } else {
            let after = self.rest_of(&before)?;
            base.replace(&before, after, who)?;
        }
        if common.format != ReportFormat::Text {
            let item = serde_json::json!({"concept": before.name(), "lang": self.lang, "term": self.term});
            report::one("remove", item, common.format == ReportFormat::Jsonl, session.out())?;
        }
        session.say(format!("removed {}; `wicterm undo` takes it back", self.what(&before)));
        Ok(Outcome::Done)
    }

    fn what(&self, concept: &Concept) -> String {
        let parts =
            [self.lang.as_ref().map(|l| l.to_string()), self.term.as_ref().map(|t| format!("\"{t}\""))];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => concept.name(),
            false => format!("{} of {}", parts.join(" "), concept.name()),
        }
    }

    fn rest_of(&self, before: &Concept) -> Result<Concept, Failure> {
        let mut after = before.clone();
        for section in &mut after.languages {
            if self.lang.as_ref().is_none_or(|lang| section.lang == *lang) {
                section.terms.retain(|t| self.term.as_ref().is_some_and(|term| t.text != *term));
            }
        }
        after.languages.retain(|s| !s.terms.is_empty());
        if after == *before {
            return Err(Failure::usage(format!("there is no {}", self.what(before))));
        }
        if after.languages.is_empty() {
            return Err(Failure::usage(format!("{} would have no term left", before.name()))
                .hint(format!("remove the whole concept: wicterm remove {}", before.name())));
        }
        Ok(after)
    }
}

/// Merge two concepts into one
///
/// Everything that GONE holds moves to KEPT, and GONE's slug leads to KEPT from now on. Where they
/// disagree, KEPT is believed unless --take says otherwise.
#[derive(Debug, Args)]
pub struct Merge {
    /// The concept that stays
    kept: String,
    /// The concept that goes
    gone: String,
    /// Where they disagree, believe the one that goes
    #[arg(long)]
    take: bool,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

impl Merge {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let mut base = place::open(common, session)?;
        let (kept, gone) = (base.find(&self.kept)?, base.find(&self.gone)?);
        let why = self.why.clone().unwrap_or_else(|| format!("merge {} into {}", gone.name(), kept.name()));
        let who = place::who(session, "merge", Some(&why));
        let winner = if self.take { Winner::Theirs } else { Winner::Ours };
        let written = base.merge(&kept, &gone, winner, who)?;
        for finding in &written.findings {
            session.say(report::finding(finding).trim_end());
        }
        print_changes("merge", &kept, &written.concept, common, session)?;
        Ok(Outcome::Done)
    }
}
