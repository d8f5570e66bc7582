//! Snapshots of findings: what somebody has looked at and accepted, so that a run tells only what is new.
//!
//! A baseline is a file that is committed beside the texts: JSON Lines, one accepted finding a line, sorted by
//! file, check and text, so that git shows one line for one decision and joins two people's decisions without a
//! conflict. TOML would spread each over eight lines, of which a merge may mix two. No line numbers are in it:
//! they would change with every edit.
//!
//! An entry covers one finding that has its fingerprint (see [`crate::check::run()`]): first one in the file that it names. If
//! that file is gone it was renamed, and the entry covers a finding elsewhere; a copy of the file, with the old one
//! still there, has new findings.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::model::Finding;
use crate::text;

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file it was found in, with `/` between folders.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The check.
    pub check: String,
    /// The text it was found in, as far as it fits a line, for whoever reads the baseline.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The words that were found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub surface: String,
    /// What said so.
    pub fingerprint: String,
    /// Who accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Who accepts, when and why.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Who.
    pub who: String,
    /// When, RFC 3339.
    pub when: String,
    /// Why.
    pub why: Option<String>,
}

/// The accepted findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// What a run has to do with a baseline.
#[derive(Debug, Clone, Default)]
pub struct Sorted {
    /// For each finding the entry that accepts it, by its place in [`Baseline::entries`].
    pub accepted: Vec<Option<usize>>,
    /// The entries that accept nothing that was found, by their places.
    pub idle: Vec<usize>,
}

/// What an update did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// What is accepted from now on.
    pub came: Vec<Entry>,
    /// What is no longer found.
    pub went: Vec<Entry>,
}

/// What was looked at, so that an update leaves the rest alone.
pub trait Scope {
    /// Tells whether this run looked into the file.
    fn looked_into(&self, file: &str) -> bool;

    /// Tells whether the file is there at all.
    fn is_there(&self, file: &str) -> bool;

    /// Tells whether this run asked the check.
    fn asked(&self, check: &str) -> bool;
}

const FIRST_LINE: &str = r#"{"schema_version":1,"baseline":"wicterm check"}"#;

/// Terminal columns of text in an entry.
const SHOWN: usize = 80;

#[derive(Deserialize)]
struct FirstLine {
    schema_version: u32,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// A sentence that names the line and what is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
        let mut lines = lines.by_ref().filter(|(_, line)| !line.trim().is_empty());
        let Some((_, first)) = lines.next() else { return Ok(Self::default()) };
        let head: FirstLine = serde_json::from_str(first)
            .map_err(|_| format!("line 1 is not the first line of a baseline, which is {FIRST_LINE}"))?;
        if head.schema_version > 1 {
            return Err("it was written by a newer wicterm; use that one".to_owned());
        }
        let mut entries = vec![];
        for (at, line) in lines {
            if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
                return Err(format!(
                    "line {} is a mark of a merge that is not finished; both sides' lines may stay, without the marks",
                    at + 1
                ));
            }
            let entry = serde_json::from_str(line)
                .map_err(|e| format!("line {} is no accepted finding: {e}", at + 1))?;
            entries.push(entry);
        }
        Ok(Self::of(entries))
    }

    fn of(mut entries: Vec<Entry>) -> Self {
        entries.sort();
        // Two branches may have accepted the same finding; the one who said why is kept.
        let mut kept: Vec<Entry> = vec![];
        for entry in entries {
            match kept.last_mut() {
                Some(last) if last.fingerprint == entry.fingerprint && last.file == entry.file => {
                    if last.why.is_none() && entry.why.is_some() {
                        *last = entry;
                    }
                }
                _ => kept.push(entry),
            }
        }
        Self { entries: kept }
    }

    /// Returns what is accepted, sorted.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns it as it stands in a file.
    pub fn write(&self) -> String {
        let mut out = format!("{FIRST_LINE}\n");
        for entry in &self.entries {
            // Strings and nothing else: that cannot fail.
            out.push_str(&serde_json::to_string(entry).unwrap_or_default());
            out.push('\n');
        }
        out
    }

    /// Tells which findings are accepted. Their files are named as in the baseline ([`file_name`]).
    pub fn sort_out(&self, findings: &[Finding], scope: &dyn Scope) -> Sorted {
        let mut waiting: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        // The last comes out first.
        for (at, entry) in self.entries.iter().enumerate().rev() {
            waiting.entry(&entry.fingerprint).or_default().push(at);
        }
        let mut accepted = vec![None; findings.len()];
        for at_home in [true, false] {
            for (finding, accepted) in findings.iter().zip(&mut accepted) {
                let Some(entries) = waiting.get_mut(&*finding.fingerprint).filter(|_| accepted.is_none())
                else {
                    continue;
                };
                let file = file_name(finding.place.file.as_deref().unwrap_or_default());
                let covers = |at: &usize| {
                    let home = &self.entries[*at].file;
                    if at_home { *home == file } else { !scope.looked_into(home) && !scope.is_there(home) }
                };
                if let Some(place) = entries.iter().rposition(covers) {
                    *accepted = Some(entries.remove(place));
                }
            }
        }
        let mut idle: Vec<usize> = waiting.into_values().flatten().collect();
        idle.sort_unstable();
        Sorted { accepted, idle }
    }

    /// Accepts every finding, and drops what is no longer found; what this run did not look at stays. `texts`
    /// are those the findings were found in, one for each, as far as there are any.
    pub fn update(
        &mut self,
        findings: &[Finding],
        texts: &[Option<&str>],
        scope: &dyn Scope,
        by: &Acceptance,
    ) -> Change {
        let sorted = self.sort_out(findings, scope);
        let mut change = Change::default();
        let mut entries = vec![];
        for at in sorted.idle {
            let entry = self.entries[at].clone();
            let looked = entry.file.is_empty() || scope.looked_into(&entry.file);
            let gone = !looked && !scope.is_there(&entry.file);
            if scope.asked(&entry.check) && (looked || gone) {
                change.went.push(entry);
            } else {
                entries.push(entry);
            }
        }
        for (at, finding) in findings.iter().enumerate() {
            let text = texts.get(at).copied().flatten();
            match sorted.accepted[at] {
                // Only the file may have another name now: who, when and why stay.
                Some(known) => {
                    let file = file_name(finding.place.file.as_deref().unwrap_or_default());
                    entries.push(Entry { file, ..self.entries[known].clone() });
                }
                None => {
                    let entry = entry(finding, text, by);
                    change.came.push(entry.clone());
                    entries.push(entry);
                }
            }
        }
        change.came.sort();
        *self = Self::of(entries);
        change
    }

    /// Accepts the findings with a fingerprint, or the one whose fingerprint begins so.
    ///
    /// # Errors
    ///
    /// A sentence: no finding has it, several begin so, or it is accepted already.
    pub fn accept(
        &mut self,
        fingerprint: &str,
        findings: &[Finding],
        texts: &[Option<&str>],
        scope: &dyn Scope,
        by: &Acceptance,
    ) -> Result<Vec<Entry>, String> {
        let wanted = fingerprint.trim().to_lowercase();
        let mut meant: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            if !wanted.is_empty() && finding.fingerprint.starts_with(&wanted) {
                meant.entry(&finding.fingerprint).or_default().push(at);
            }
        }
        let places = match (meant.len(), meant.pop_first()) {
            (1, Some((_, places))) => places,
            (0, _) | (_, None) => {
                return Err(format!(
                    "no finding of these files has the fingerprint {fingerprint}; a run with --format jsonl tells them"
                ));
            }
            (several, _) => {
                return Err(format!(
                    "{several} findings have fingerprints that begin with {fingerprint}; give more of it"
                ));
            }
        };
        let sorted = self.sort_out(findings, scope);
        let new: Vec<Entry> = places
            .into_iter()
            .filter(|at| sorted.accepted[*at].is_none())
            .map(|at| entry(&findings[at], texts.get(at).copied().flatten(), by))
            .collect();
        if new.is_empty() {
            return Err(format!("the finding {fingerprint} is accepted already"));
        }
        let mut entries = std::mem::take(&mut self.entries);
        entries.extend(new.iter().cloned());
        *self = Self::of(entries);
        Ok(new)
    }
}

fn entry(finding: &Finding, text: Option<&str>, by: &Acceptance) -> Entry {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Entry {
        file: file_name(finding.place.file.as_deref().unwrap_or_default()),
        check: finding.check.clone(),
        text: text.map_or_else(String::new, |text| {
            // What lies around the words found, so that a long paragraph shows the right part of itself.
            let start = finding.place.segment.map_or(0, |(start, _)| start as usize).min(text.len());
            let from = text[..start].char_indices().rev().take(SHOWN / 2).last().map_or(start, |(at, _)| at);
            let before = if from == 0 { "" } else { "…" };
            text::clip(&format!("{before}{}", one_line(&text[from..])), SHOWN).into_owned()
        }),
        surface: finding.surface.clone().unwrap_or_default(),
        fingerprint: finding.fingerprint.clone(),
        who: Some(by.who.clone()),
        when: Some(by.when.clone()),
        why: by.why.clone(),
    }
}

/// Returns a file's name as a baseline has it, on any system.
pub fn file_name(file: &str) -> String {
    let name = file.replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests;
