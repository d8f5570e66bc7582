//! Findings as reports of a check show them: each with the texts of its row and whether it was accepted.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::check::Rows;
use crate::check::baseline::Entry;
use crate::model::{Finding, LanguageTag, Severity, Side};

/// A finding with what is known around it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The finding.
    pub finding: Finding,
    /// The texts it was found in, if it is about texts.
    pub row: Option<Arc<TextsOfRow>>,
    /// The characters of the file that it is about, where somebody counted them ([`count_characters`]).
    pub chars: Option<Range<u64>>,
    /// What to put into the file itself in place of which bytes, in the file's own escaping, where it is known.
    pub patch: Option<(Range<u64>, String)>,
    /// Who accepted it and why, if somebody did.
    pub accepted: Option<Entry>,
}

/// The texts of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextsOfRow {
    /// The source, if there is one.
    pub source: Option<(LanguageTag, String)>,
    /// The target, or the text that stands alone.
    pub target: (LanguageTag, String),
}

/// Everything that a run of `check` has to say.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// What was found, accepted findings included, in the order of files and rows.
    pub told: Vec<Told>,
    /// How many files were looked into.
    pub files: usize,
    /// How many rows.
    pub rows: usize,
    /// What could not be looked into, a sentence each.
    pub failures: Vec<String>,
    /// Whether findings were held against a baseline.
    pub against_baseline: bool,
}

impl Told {
    /// Makes one of a finding that has no text around it.
    pub fn of(finding: Finding) -> Self {
        Self { finding, row: None, chars: None, patch: None, accepted: None }
    }

    /// Returns it with the texts of its row: the source, if there is one, and the target.
    pub fn in_row(mut self, source: Option<(&LanguageTag, &str)>, target: (&LanguageTag, &str)) -> Self {
        let owned = |(lang, text): (&LanguageTag, &str)| (lang.clone(), text.to_owned());
        self.row = Some(Arc::new(TextsOfRow { source: source.map(owned), target: owned(target) }));
        self
    }

    /// Gives findings the texts of their rows.
    pub fn in_rows(rows: &dyn Rows, found: Vec<(u32, Finding)>) -> Vec<Self> {
        let (source_lang, target_lang) = rows.languages();
        let mut last: Option<(u32, Arc<TextsOfRow>)> = None;
        let mut all = vec![];
        for (row, finding) in found {
            let told = match &last {
                // Findings of one row follow each other, and share its texts.
                Some((known, texts)) if *known == row => {
                    Self { row: Some(texts.clone()), ..Self::of(finding) }
                }
                _ => {
                    let source = rows.source(row as usize).zip(source_lang);
                    let source = source.map(|(segment, lang)| (lang, segment.text.as_str()));
                    Self::of(finding).in_row(source, (target_lang, &rows.target(row as usize).text))
                }
            };
            last = told.row.clone().map(|texts| (row, texts));
            all.push(told);
        }
        all
    }

    /// Returns the text it was found in.
    pub fn text(&self) -> Option<&str> {
        let row = self.row.as_ref()?;
        match (self.finding.place.side, &row.source) {
            (Some(Side::Source), Some((_, text))) => Some(text),
            _ => Some(&row.target.1),
        }
    }

    /// Returns where in that text, on the boundaries of characters.
    pub fn range(&self) -> Option<Range<usize>> {
        let text = self.text()?;
        let (start, end) = self.finding.place.segment?;
        let (start, end) = (start as usize, end as usize);
        text.get(start..end).map(|_| start..end)
    }

    /// Returns the texts to show, the source first: language, text, and where it is marked.
    pub(super) fn shown(&self) -> Vec<(&LanguageTag, &str, Option<Range<usize>>)> {
        let Some(row) = &self.row else { return vec![] };
        let in_source = self.finding.place.side == Some(Side::Source) && row.source.is_some();
        let mark = |here: bool| if here { self.range() } else { None };
        let source = row.source.as_ref().map(|(lang, text)| (lang, text.as_str(), mark(in_source)));
        source.into_iter().chain([(&row.target.0, row.target.1.as_str(), mark(!in_source))]).collect()
    }
}

/// Counts for the findings of one file which characters of it they are about. `content` is the file, whose bytes their
/// places mean; nothing is counted in a file that is not UTF-8.
pub fn count_characters(told: &mut [Told], file: &str, content: &[u8]) {
    let Ok(text) = std::str::from_utf8(content) else { return };
    let mut told: Vec<&mut Told> =
        told.iter_mut().filter(|t| t.finding.place.file.as_deref() == Some(file)).collect();
    let mut ends: Vec<u64> =
        told.iter().filter_map(|t| t.finding.place.bytes).flat_map(|(a, b)| [a, b]).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut counted: BTreeMap<u64, u64> = BTreeMap::new();
    let (mut at, mut chars) = (0usize, 0u64);
    for end in ends {
        // Bytes that no character begins at are not of this file.
        let Some(between) = usize::try_from(end).ok().and_then(|end| text.get(at..end)) else { continue };
        chars += between.chars().count() as u64;
        at = end as usize;
        counted.insert(end, chars);
    }
    for told in &mut told {
        let bytes = told.finding.place.bytes;
        told.chars = bytes.and_then(|(start, end)| Some(*counted.get(&start)?..*counted.get(&end)?));
    }
}

impl Checked {
    /// Iterates over what nobody has accepted.
    pub fn new_ones(&self) -> impl Iterator<Item = &Told> {
        self.told.iter().filter(|t| t.accepted.is_none())
    }

    /// Returns the worst severity of what nobody has accepted.
    pub fn worst(&self) -> Option<Severity> {
        self.new_ones().map(|t| t.finding.severity).max()
    }

    /// Returns how many findings nobody has accepted, by severity, the worst first.
    pub(super) fn by_severity(&self) -> Vec<(Severity, usize)> {
        let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
        self.new_ones().for_each(|t| *counts.entry(t.finding.severity).or_default() += 1);
        counts.into_iter().rev().collect()
    }

    /// Returns the same by check, the most frequent first.
    pub(super) fn by_check(&self) -> Vec<(&str, Severity, usize)> {
        let mut counts: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
        for told in self.new_ones() {
            let count = counts.entry(&told.finding.check).or_insert((told.finding.severity, 0));
            *count = (count.0.max(told.finding.severity), count.1 + 1);
        }
        let mut counts: Vec<_> = counts.into_iter().map(|(check, (s, n))| (check, s, n)).collect();
        counts.sort_by_key(|(check, severity, n)| (std::cmp::Reverse((*severity, *n)), *check));
        counts
    }

    /// Says in a sentence what was found in how much: `2 errors, 1 warning in 40 rows of 2 files`.
    pub fn in_a_sentence(&self) -> String {
        let counted = |n: usize, what: &str| match n {
            1 => format!("1 {what}"),
            n => format!("{n} {what}s"),
        };
        let counts: Vec<String> = self
            .by_severity()
            .into_iter()
            .map(|(severity, n)| match severity {
                // There is no plural of it.
                Severity::Info => format!("{n} info"),
                severity => counted(n, &severity.to_string()),
            })
            .collect();
        let found = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
        let accepted = match self.told.len() - self.new_ones().count() {
            0 => String::new(),
            n => format!("; {n} accepted"),
        };
        let looked_at = match self.rows {
            // Findings about files are in no rows.
            0 => counted(self.files, "file"),
            rows => format!("{} of {}", counted(rows, "row"), counted(self.files, "file")),
        };
        format!("{found} in {looked_at}{accepted}")
    }
}
