//! `wicterm edit`, `wicterm remove`, `wicterm merge`

use std::path::{Path, PathBuf};

use clap::Args;

use super::add::{in_language, plain};
use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{Base, Error, Winner};
use crate::format::glossary;
use crate::model::{Concept, Definition, LanguageTag, Note, Slug, Status, Term, TermKind};
use crate::report::{self, look, styled};

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
    #[arg(long, value_name = "SUBJECT")]
    subject: Vec<String>,
    /// Set the definition
    #[arg(long, value_name = "TEXT")]
    definition: Option<String>,
    /// Add a remark
    #[arg(long, value_name = "TEXT")]
    note: Vec<String>,
    /// Add a term
    #[arg(long, value_name = "LANG=TERM", value_parser = in_language)]
    add_term: Vec<(LanguageTag, String)>,
    /// The term that --status, --kind, --forbid and --text speak about
    #[arg(long, value_name = "[LANG=]TERM")]
    term: Option<String>,
    /// Set the term's status
    #[arg(long, value_name = "STATUS", requires = "term")]
    status: Option<Status>,
    /// Set the term's kind
    #[arg(long, value_name = "KIND", requires = "term")]
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
            session.say("nothing to change");
            return Ok(Outcome::Done);
        }
        let who = place::who(session, "edit", Some(&self.reason(&before)));
        let written = base.replace(&before, after, who)?;
        print_changes(&before, &written.concept, common, session)?;
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
                Some(first) => first.text.clone_from(text),
                None => after.definitions.push(Definition::new(text)),
            }
        }
        after.notes.extend(self.note.iter().map(Note::new));
        for (lang, text) in &self.add_term {
            let term = Term { status: Some(Status::Admitted), ..Term::new(plain(text)?) };
            let section = after.section_mut(lang);
            if section.terms.iter().any(|t| t.text == term.text) {
                return Err(Failure::usage(format!(
                    "{} has the term \"{}\" already",
                    before.name(),
                    term.text
                )));
            }
            section.terms.push(term);
        }
        if let Some(wanted) = &self.term {
            let term = find_term(&mut after, wanted)?;
            if self.status.is_some() {
                term.status = self.status;
            }
            if self.kind.is_some() {
                term.kind = self.kind;
            }
            if let Some(forbid) = self.forbid {
                term.forbidden = forbid;
            }
            if let Some(text) = &self.text {
                term.text = plain(text)?;
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
        let original = glossary::to_toml(&before);
        std::fs::write(&path, &original)?;
        loop {
            session.edit(&path).map_err(|e| kept(&path, e.to_string()))?;
            let text = std::fs::read_to_string(&path).map_err(|e| kept(&path, e.to_string()))?;
            let plain_text = without_complaints(&text);
            if plain_text == original {
                let _ = std::fs::remove_file(&path);
                session.say("nothing changed");
                return Ok(Outcome::Done);
            }
            let after = match glossary::from_toml(&plain_text, &format!("{name}.toml")) {
                Ok(after) => after,
                Err(findings) => {
                    let complaints: Vec<String> = findings.iter().map(complaint).collect();
                    for line in &complaints {
                        session.warn(format!("{} {line}", styled(look::BAD, "error:")));
                    }
                    std::fs::write(&path, with_complaints(&complaints, &plain_text))?;
                    if self.again(session, &path)? {
                        continue;
                    }
                    return Err(kept(&path, "the text is not a concept yet; nothing was written"));
                }
            };
            // What TOML does not show stays as it was.
            let after = Concept { slug: after.slug.or(before.slug.clone()), ..after };
            let who = place::who(session, "edit", Some(&self.reason(&before)));
            match base.replace(&before, after.clone(), who) {
                Ok(written) => {
                    let _ = std::fs::remove_file(&path);
                    print_changes(&before, &written.concept, common, session)?;
                    return Ok(Outcome::Done);
                }
                Err(Error::Changed(_)) => {
                    base = place::open(common, session)?;
                    let id = before.id.to_string();
                    let now =
                        base.find(&id).map_err(|_| kept(&path, "the concept was removed in the meantime"))?;
                    session.warn("the concept was changed by somebody else while you were writing:");
                    for line in report::concept_changes(Some(&before), Some(&now)) {
                        session.warn(format!("  {line}"));
                    }
                    session.warn("your change:");
                    for line in report::concept_changes(Some(&before), Some(&after)) {
                        session.warn(format!("  {line}"));
                    }
                    let complaints = vec![
                        "conflict: the concept was changed by somebody else while you were writing."
                            .to_owned(),
                        "Saving this text now puts it in the place of theirs.".to_owned(),
                    ];
                    std::fs::write(&path, with_complaints(&complaints, &plain_text))?;
                    before = now;
                    if self.again(session, &path)? {
                        continue;
                    }
                    return Err(kept(
                        &path,
                        "conflict: the concept was changed in the meantime; nothing was written",
                    ));
                }
                Err(other) => {
                    session.warn(format!("your text is kept in {}", path.display()));
                    return Err(other.into());
                }
            }
        }
    }

    /// Reopens when somebody sits there; a script gets the error instead.
    fn again(&self, session: &mut Session, path: &Path) -> Result<bool, Failure> {
        match session.ask("Open it again? [Y/n]") {
            Some(answer) => Ok(!answer.to_lowercase().starts_with('n')),
            None => {
                session.warn(format!("your text is kept in {}", path.display()));
                Ok(false)
            }
        }
    }
}

fn kept(path: &Path, message: impl Into<String>) -> Failure {
    let path: PathBuf = path.to_owned();
    Failure::unable("edit", message).hint(format!("your text is in {}", path.display()))
}

const MARK: &str = "#! ";

fn complaint(finding: &crate::model::Finding) -> String {
    match finding.place.line {
        Some(line) => format!("line {line}: {}", finding.message),
        None => finding.message.clone(),
    }
}

fn with_complaints(complaints: &[String], text: &str) -> String {
    let lines: String = complaints.iter().map(|c| format!("{MARK}{}\n", c.replace('\n', " "))).collect();
    lines + text
}

fn without_complaints(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(MARK)).collect()
}

fn find_term<'a>(concept: &'a mut Concept, wanted: &str) -> Result<&'a mut Term, Failure> {
    let (lang, text) = match in_language(wanted) {
        Ok((lang, text)) => (Some(lang), text),
        Err(_) => (None, wanted.to_owned()),
    };
    let name = concept.name();
    let mut found: Vec<&mut Term> = concept
        .languages
        .iter_mut()
        .filter(|s| lang.as_ref().is_none_or(|lang| s.lang == *lang))
        .flat_map(|s| &mut s.terms)
        .filter(|t| t.text == text)
        .collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Failure::usage(format!("{name} has no term \"{wanted}\""))),
        _ => Err(Failure::usage(format!("{name} has \"{text}\" several times; say --term LANG={text}"))),
    }
}

fn print_changes(
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
        let item = serde_json::json!({"schema_version": 1, "command": "edit", "concept": after.name()});
        writeln!(session.out(), "{item}")?;
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
        print_changes(&kept, &written.concept, common, session)?;
        Ok(Outcome::Done)
    }
}
