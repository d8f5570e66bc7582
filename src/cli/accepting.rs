//! The options of `check` that have to do with accepted findings.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::{Failure, Session};
use crate::bytes::replace_file;
use crate::check::baseline::{Acceptance, Baseline, Change, Entry, Scope, file_name};
use crate::check::{CHECKS, Options};
use crate::model::Finding;
use crate::report::{Told, look, styled};

/// Which findings are accepted, and what becomes of that.
#[derive(Debug, Default, Args)]
pub struct Accepting {
    /// Tell only what this file of accepted findings does not have [default: what wicterm.toml names]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Tell accepted findings as well
    #[arg(long, conflicts_with_all = ["baseline", "update_baseline", "accept"])]
    no_baseline: bool,
    /// Accept everything that is found now, drop what is not found any more, and show both
    #[arg(long)]
    update_baseline: bool,
    /// Accept the finding with this fingerprint, or with one that begins so
    #[arg(long, value_name = "FINGERPRINT", conflicts_with = "update_baseline")]
    accept: Vec<String>,
    /// Why it is accepted
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// A baseline that is open, and what this run looks at.
pub struct Accepted {
    path: PathBuf,
    /// The folder that names of files begin at.
    folder: PathBuf,
    here: PathBuf,
    baseline: Baseline,
    looked_into: BTreeSet<String>,
    options: Options,
}

impl Accepting {
    /// Tells whether the baseline is to be written.
    pub fn changes(&self) -> bool {
        self.update_baseline || !self.accept.is_empty()
    }

    /// Opens the baseline that is meant, if any is. One that is to be written need not be there yet.
    pub fn open(
        &self,
        settings: (Option<&Path>, Option<&Path>),
        options: &Options,
        session: &Session,
    ) -> Result<Option<Accepted>, Failure> {
        let named = match (&self.baseline, settings) {
            (Some(path), _) => Some(path.clone()),
            (None, (Some(root), Some(path))) if !self.no_baseline => Some(root.join(path)),
            _ => None,
        };
        if self.why.is_some() && !self.changes() {
            return Err(Failure::usage("--why goes with --accept or --update-baseline"));
        }
        let Some(path) = named else {
            return match self.changes() {
                true => Err(Failure::usage("nobody knows in which file findings are accepted").hint(
                    "name it with --baseline FILE, or as baseline in the table [check] of wicterm.toml",
                )),
                false => Ok(None),
            };
        };
        let baseline = match std::fs::read_to_string(&path) {
            Ok(text) => Baseline::read(&text)
                .map_err(|e| Failure::unable("baseline", format!("{}: {e}", path.display())))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && self.changes() => Baseline::default(),
            Err(e) => {
                let failure = Failure::unable("io", format!("{}: {e}", path.display()));
                return Err(failure.hint("--update-baseline makes one of what is found now"));
            }
        };
        let here = session.current_dir()?;
        let folder = tidy(&here.join(path.parent().unwrap_or(Path::new(""))));
        let looked_into = BTreeSet::new();
        Ok(Some(Accepted { path, folder, here, baseline, looked_into, options: options.clone() }))
    }

    /// Accepts what is to be accepted, and writes that down.
    pub fn change(
        &self,
        accepted: &mut Accepted,
        told: &[Told],
        session: &mut Session,
    ) -> Result<(), Failure> {
        let by = Acceptance { who: session.user(), when: session.now(), why: self.why.clone() };
        let findings = accepted.findings(told);
        let texts: Vec<Option<&str>> = told.iter().map(Told::text).collect();
        let mut baseline = accepted.baseline.clone();
        let change = if self.update_baseline {
            baseline.update(&findings, &texts, &*accepted, &by)
        } else {
            let mut came = vec![];
            for fingerprint in &self.accept {
                let new = baseline.accept(fingerprint, &findings, &texts, &*accepted, &by);
                came.extend(new.map_err(Failure::usage)?);
            }
            Change { came, went: vec![] }
        };
        if baseline != accepted.baseline || !accepted.path.exists() {
            replace_file(&accepted.path, |out| out.write_all(baseline.write().as_bytes()))
                .map_err(|e| Failure::unable("io", format!("{}: {e}", accepted.path.display())))?;
        }
        accepted.baseline = baseline;
        for (sign, style, entries) in [("-", look::BAD, &change.went), ("+", look::GOOD, &change.came)] {
            for entry in entries {
                session.say(styled(style, format!("{sign} {}", line(entry))));
            }
        }
        session.say(format!(
            "{}: {} accepted, {} came, {} went",
            accepted.path.display(),
            accepted.baseline.entries().len(),
            change.came.len(),
            change.went.len()
        ));
        Ok(())
    }
}

/// Returns an accepted finding in one line.
fn line(entry: &Entry) -> String {
    let Entry { file, check, text, surface, .. } = entry;
    let said = if text.is_empty() { surface } else { text };
    crate::text::visible(&format!("{file}  {check}  {said}")).into_owned()
}

impl Accepted {
    /// Says that this run looks into a file.
    pub fn looks_into(&mut self, file: &str) {
        let name = self.name(file);
        self.looked_into.insert(name);
    }

    /// Says that this run could not look into a file after all.
    pub fn could_not_look_into(&mut self, file: &str) {
        let name = self.name(file);
        self.looked_into.remove(&name);
    }

    /// Writes down beside each finding who accepted it.
    pub fn mark(&self, told: &mut [Told]) {
        let sorted = self.baseline.sort_out(&self.findings(told), self);
        for (told, entry) in told.iter_mut().zip(sorted.accepted) {
            told.accepted = entry.map(|at| self.baseline.entries()[at].clone());
        }
    }

    /// The findings, with files named as the baseline names them.
    fn findings(&self, told: &[Told]) -> Vec<Finding> {
        let named = |told: &Told| {
            let mut finding = told.finding.clone();
            finding.place.file = finding.place.file.map(|file| self.name(&file));
            finding
        };
        told.iter().map(named).collect()
    }

    /// A file's name as seen from the baseline's folder, so that it is the same from wherever it is run.
    fn name(&self, file: &str) -> String {
        let whole = tidy(&self.here.join(file));
        let inside = whole.strip_prefix(&self.folder).ok().map(|inside| inside.display().to_string());
        file_name(&inside.unwrap_or_else(|| file.to_owned()))
    }
}

impl Scope for Accepted {
    fn looked_into(&self, file: &str) -> bool {
        self.looked_into.contains(file)
    }

    fn is_there(&self, file: &str) -> bool {
        self.folder.join(file).exists()
    }

    fn asked(&self, check: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == check);
        match CHECKS.iter().map(|c| c.about()).find(|about| about.code == check) {
            Some(about) => self.options.asks(about),
            // A reader's findings, or those of a check that there is no more.
            None => (self.options.only.is_empty() || named(&self.options.only)) && !named(&self.options.skip),
        }
    }
}

/// A path without `.` and `..`, as far as that can be said without looking.
fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
