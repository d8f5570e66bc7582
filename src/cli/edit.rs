//! `wicterm edit`, `wicterm remove`, `wicterm merge`

use std::ops::ControlFlow;

use clap::Args;

use super::add::{in_language, plain};
use super::editor::{self, Trouble};
use super::units::{self, UnitFlags};
use super::values::{filled, revision, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{Base, Error, Named, Winner};
use crate::format::{Entry, Sink, glossary};
use crate::model::{
    Concept, Definition, Finding, LanguageTag, Note, Place, Severity, Slug, Status, Term, TermKind, Unit,
};
use crate::report;

/// Change a concept or a translation unit, in your editor or by flags
///
/// Without flags it opens as TOML in $EDITOR. Nothing is locked meanwhile: if somebody else changes it while
/// you write, the two changes are shown as a conflict. Whatever goes wrong, your text is kept.
///
/// In the segments of a unit {1}, {2} … stand for inline codes. They may move, and each stays once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm edit cyber-sovereignty --definition \"what states claim\"\n  \
                        wicterm edit legal:42 fr=\"Cliquez {1}ici{2}.\"")]
pub struct Edit {
    /// The concept: its slug, its id, or a term that only it has; or the unit: its id, or MEMORY:ID with the id
    /// that its file gave it
    #[arg(value_name = "CONCEPT|UNIT")]
    concept: String,
    /// Set a unit's segment in a language, or add one; LANG= takes it away
    #[arg(value_name = "LANG=TEXT")]
    segments: Vec<String>,
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
    /// Set the language that a unit was translated from
    #[arg(long, value_name = "LANG")]
    source_lang: Option<LanguageTag>,
    /// Take a unit's text though inline codes are lost, doubled or turned around in it
    #[arg(long)]
    force: bool,
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
        let mut base = place::open_to_write(common, session)?;
        let before = match base.find_any(&self.concept)? {
            Named::Concept(concept) => *concept,
            Named::Unit(unit) => return self.unit(*unit, base, common, session),
        };
        if !self.segments.is_empty() || self.source_lang.is_some() || self.force {
            return Err(Failure::usage(format!("{} is a concept and has no segments", before.name()))
                .hint("set a term's text with --term [LANG=]TERM --text TEXT, or add one with --add-term"));
        }
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

    fn unit(
        &self,
        unit: Unit,
        base: Base,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        if self.has_flags_of_concepts() {
            return Err(Failure::usage(format!("{} is a translation unit and has no terms", self.concept))
                .hint("set a segment with LANG=TEXT, or add a remark with --note"));
        }
        let edited = units::Edited {
            segments: &self.segments,
            source_lang: self.source_lang.as_ref(),
            notes: &self.note,
            force: self.force,
            why: self.why.as_deref(),
        };
        units::edit(unit, base, &edited, common, session)
    }

    fn reason(&self, before: &Concept) -> String {
        self.why.clone().unwrap_or_else(|| format!("edit {}", before.name()))
    }

    fn has_flags(&self) -> bool {
        self.has_flags_of_concepts() || !self.note.is_empty()
    }

    fn has_flags_of_concepts(&self) -> bool {
        self.slug.is_some()
            || !self.subject.is_empty()
            || self.definition.is_some()
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
        before: Concept,
        base: Base,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        let (name, text) = (before.name(), glossary::to_toml(&before));
        let known = read_text(&text, &name).1;
        let mut editing = Editing { edit: self, before, base, known, common };
        match editor::edit(&name, text, &mut editing, session)? {
            Some(after) => {
                print_changes("edit", &editing.before, &after, common, session)?;
                Ok(Outcome::Done)
            }
            None => self.unchanged(&name, common, session),
        }
    }

    fn unchanged(&self, name: &str, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        session.say("nothing to change");
        print_unchanged("edit", name, common, session)?;
        Ok(Outcome::Done)
    }
}

/// A concept in the editor.
struct Editing<'a> {
    edit: &'a Edit,
    before: Concept,
    base: Base,
    /// What is odd in the text and known to be so.
    known: Vec<Finding>,
    common: &'a Common,
}

impl editor::Draft for Editing<'_> {
    type Done = Concept;

    fn take(&mut self, text: &str, session: &mut Session) -> Result<Option<Concept>, Trouble> {
        let before = &self.before;
        let name = before.name();
        let (concept, findings) = read_text(text, &name);
        let same = |a: &Finding, b: &Finding| (&a.check, &a.message) == (&b.check, &b.message);
        let new: Vec<Finding> =
            findings.into_iter().filter(|f| !self.known.iter().any(|k| same(k, f))).collect();
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
            self.known.extend(new);
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
        let who = place::who(session, "edit", Some(&self.edit.reason(before)));
        match self.base.replace(before, after.clone(), who) {
            Ok(written) => {
                tell(&written.findings, session);
                Ok(Some(written.concept))
            }
            Err(Error::Changed(_)) => {
                let now = place::open(self.common, session)
                    .and_then(|base| Ok(base.find(&self.before.id.to_string())?));
                let Ok(now) = now else { return Err(Trouble::removed("concept")) };
                let theirs = report::concept_changes(Some(before), Some(&now));
                let ours = report::concept_changes(Some(before), Some(&after));
                Err(Trouble::conflict("concept", &theirs, &ours, session))
            }
            Err(other) => Err(Trouble::of(other.into(), session)),
        }
    }

    fn take_up(&mut self, session: &mut Session) -> Result<(), Failure> {
        self.base = place::open(self.common, session)?;
        self.before = self
            .base
            .find(&self.before.id.to_string())
            .map_err(|_| Failure::unable("edit", "the concept was removed in the meantime"))?;
        Ok(())
    }
}

fn tell(findings: &[Finding], session: &mut Session) {
    for finding in findings {
        session.say(report::finding(finding).trim_end());
    }
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

/// Remove a concept or a translation unit, a part of one, or all units that are alike
///
/// With --units all units go that the flags choose, as one change. That is asked for before; --yes does not
/// ask, and --dry-run only counts.
#[derive(Debug, Args)]
pub struct Remove {
    /// The concept: its slug, its id, or a term that only it has; or the unit: its id, or MEMORY:ID with the id
    /// that its file gave it
    #[arg(value_name = "CONCEPT|UNIT", required_unless_present = "units")]
    concept: Option<String>,
    /// Remove only this language; with --units, choose the units that have all of these
    #[arg(long, value_name = "LANG", value_delimiter = ',')]
    lang: Vec<LanguageTag>,
    /// Remove only this term
    #[arg(long, value_name = "TERM", conflicts_with = "units")]
    term: Option<String>,
    /// Remove all units that are like this
    #[arg(long, conflicts_with = "concept")]
    units: bool,
    /// Only units of this memory
    #[arg(long, value_name = "NAME", requires = "units", value_parser = filled)]
    memory: Option<String>,
    /// Only units that changed after this revision
    #[arg(long, value_name = "REVISION", requires = "units", value_parser = revision)]
    since: Option<u64>,
    /// Count what would be removed, and remove nothing
    #[arg(long, requires = "units")]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short, requires = "units")]
    yes: bool,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    which: UnitFlags,
}

impl Remove {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        self.which.only_with(self.units, "--units")?;
        if self.units {
            let filter = self.which.filter(self.memory.as_deref(), &self.lang, self.since);
            let removal = units::Removal { dry_run: self.dry_run, yes: self.yes, why: self.why.as_deref() };
            return units::remove(&filter, &removal, common, session);
        }
        if self.lang.len() > 1 {
            return Err(Failure::usage("one language is removed at a time"));
        }
        let mut base = place::open_to_write(common, session)?;
        let before = match base.find_any(self.concept.as_deref().unwrap_or_default())? {
            Named::Concept(concept) => *concept,
            Named::Unit(unit) => return self.unit(&unit, base, common, session),
        };
        let why = self.why.clone().unwrap_or_else(|| format!("remove {}", self.what(&before.name())));
        let who = place::who(session, "remove", Some(&why));
        if self.lang.is_empty() && self.term.is_none() {
            base.remove(&before, who)?;
        } else {
            let after = self.rest_of(&before)?;
            base.replace(&before, after, who)?;
        }
        if common.format != ReportFormat::Text {
            let item =
                serde_json::json!({"concept": before.name(), "lang": self.lang.first(), "term": self.term});
            report::one("remove", item, common.format == ReportFormat::Jsonl, session.out())?;
        }
        session.say(format!("removed {}; `wicterm undo` takes it back", self.what(&before.name())));
        Ok(Outcome::Done)
    }

    fn unit(
        &self,
        before: &Unit,
        mut base: Base,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        if self.term.is_some() {
            return Err(Failure::usage(format!("{} is a translation unit and has no terms", before.id)));
        }
        let what = self.what(&format!("unit {}", before.id));
        let why = self.why.clone().unwrap_or_else(|| format!("remove {what}"));
        let who = place::who(session, "remove", Some(&why));
        if let [lang] = &self.lang[..] {
            let mut after = before.clone();
            after.variants.retain(|v| v.lang != *lang);
            if after.variants.len() == before.variants.len() {
                return Err(Failure::usage(format!("the unit has no segment in {lang}")));
            }
            if after.variants.is_empty() {
                return Err(Failure::usage("the unit would have no segment left")
                    .hint(format!("remove the whole unit: wicterm remove {}", before.id)));
            }
            base.replace_unit(before, after, who)?;
        } else {
            base.remove_unit(before, who)?;
        }
        if common.format != ReportFormat::Text {
            let item = serde_json::json!({"unit": before.id, "lang": self.lang.first()});
            report::one("remove", item, common.format == ReportFormat::Jsonl, session.out())?;
        }
        session.say(format!("removed {what}; `wicterm undo` takes it back"));
        Ok(Outcome::Done)
    }

    fn what(&self, name: &str) -> String {
        let parts =
            [self.lang.first().map(|l| l.to_string()), self.term.as_ref().map(|t| format!("\"{t}\""))];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => name.to_owned(),
            false => format!("{} of {name}", parts.join(" ")),
        }
    }

    fn rest_of(&self, before: &Concept) -> Result<Concept, Failure> {
        let mut after = before.clone();
        for section in &mut after.languages {
            if self.lang.first().is_none_or(|lang| section.lang == *lang) {
                section.terms.retain(|t| self.term.as_ref().is_some_and(|term| t.text != *term));
            }
        }
        after.languages.retain(|s| !s.terms.is_empty());
        if after == *before {
            return Err(Failure::usage(format!("there is no {}", self.what(&before.name()))));
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
