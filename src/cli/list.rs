//! `wicterm list`, `wicterm show`, `wicterm stats`

use clap::Args;
use serde_json::json;

use super::units::{self, UnitFlags};
use super::values::{at_least_one, filled, revision, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{MemoryCount, Named, Selection};
use crate::model::{LanguageTag, Revision, Status, Unit};
use crate::report::{self, Detail, look, styled};
use crate::store::Query;
use crate::text;

/// List the concepts, or the translation units
#[derive(Debug, Args)]
pub struct List {
    /// Only these subject fields
    #[arg(long, value_name = "SUBJECT", conflicts_with = "units")]
    subject: Vec<String>,
    /// Only concepts with terms in these languages; shows those terms. Only units with a segment in each
    #[arg(long, value_name = "LANG,LANG", value_delimiter = ',')]
    lang: Vec<LanguageTag>,
    /// Only terms of these statuses
    #[arg(long, value_name = "STATUS,STATUS", value_delimiter = ',', value_parser = word(Status::ALL),
        conflicts_with = "units")]
    status: Vec<Status>,
    /// Only what changed after this revision
    #[arg(long, value_name = "REVISION", value_parser = revision)]
    since: Option<u64>,
    /// How many to list at most
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    limit: Option<usize>,
    /// List translation units instead of concepts
    #[arg(long)]
    units: bool,
    /// Only units of this memory
    #[arg(long, value_name = "NAME", requires = "units", value_parser = filled)]
    memory: Option<String>,
    #[command(flatten)]
    which: UnitFlags,
}

impl List {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        self.which.only_with(self.units, "--units")?;
        if self.units {
            let filter = self.which.filter(self.memory.as_deref(), &self.lang, self.since);
            return units::list(&filter, self.limit, common, session);
        }
        let base = place::open(common, session)?;
        let selection = Selection {
            subjects: self.subject.clone(),
            langs: self.lang.clone(),
            statuses: self.status.clone(),
            since: self.since.map(Revision),
            ..Selection::default()
        };
        let query = Query { since: selection.since, ..Query::default() };
        let mut stream = match common.format {
            ReportFormat::Jsonl => Some(report::Stream::lines("list", session.out())?),
            ReportFormat::Json => Some(report::Stream::document("list")),
            _ => None,
        };
        let mut listed = 0;
        for concept in base.concepts(&query) {
            let Some(concept) = selection.part_of(concept?) else { continue };
            if self.limit.is_some_and(|limit| listed >= limit) {
                break;
            }
            listed += 1;
            match &mut stream {
                Some(stream) => {
                    let terms: Vec<_> = concept.terms().map(|(lang, t)| report::term_json(lang, t)).collect();
                    let item =
                        json!({"concept": concept.name(), "subject": concept.subject_fields, "terms": terms});
                    stream.item(item, session.out())?;
                }
                None => {
                    let english = LanguageTag::english();
                    let shown = if self.lang.is_empty() { vec![english] } else { self.lang.clone() };
                    let terms: Vec<String> = shown
                        .iter()
                        .filter_map(|lang| concept.best_term(lang))
                        .chain(concept.terms().map(|(_, t)| t).take(usize::from(self.lang.is_empty())))
                        .take(shown.len())
                        .map(|t| text::visible(&t.text).into_owned())
                        .collect();
                    let name = styled(look::NAME, concept.name());
                    writeln!(session.out(), "{name}  {}", terms.join("  "))?;
                }
            }
        }
        if let Some(stream) = stream {
            stream.end(session.out())?;
        } else if listed == 0 {
            session.say("no concept is like that");
        }
        Ok(Outcome::Done)
    }
}

/// Show a concept or a translation unit with everything known about it
#[derive(Debug, Args)]
pub struct Show {
    /// The concept: its slug, its id, or a term that only it has; or the unit: its id, or MEMORY:ID with the id
    /// that its file gave it
    #[arg(value_name = "CONCEPT|UNIT")]
    concept: String,
    /// Only these languages
    #[arg(long, value_name = "LANG,LANG", value_delimiter = ',')]
    lang: Vec<LanguageTag>,
}

impl Show {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let base = place::open(common, session)?;
        let concept = match base.find_any(&self.concept)? {
            Named::Concept(concept) => *concept,
            Named::Unit(unit) => return self.unit(*unit, common, session),
        };
        match common.format {
            ReportFormat::Text => {
                let columns = session.columns().unwrap_or(0);
                let detail = Detail { langs: self.lang, full: true, columns };
                write!(session.out(), "{}", report::concept(&concept, &detail))?;
            }
            format => {
                let mut stream = match format {
                    ReportFormat::Jsonl => report::Stream::lines("show", session.out())?,
                    _ => report::Stream::document("show"),
                };
                let concept = report::in_languages(&concept, &self.lang);
                stream.item(serde_json::to_value(&concept)?, session.out())?;
                stream.end(session.out())?;
            }
        }
        Ok(Outcome::Done)
    }
}

impl Show {
    fn unit(self, mut unit: Unit, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        if common.format == ReportFormat::Text {
            write!(session.out(), "{}", report::unit(&unit, &self.lang))?;
            return Ok(Outcome::Done);
        }
        if !self.lang.is_empty() {
            unit.variants.retain(|v| self.lang.iter().any(|l| v.lang.serves(l)));
        }
        let lines = common.format == ReportFormat::Jsonl;
        let mut stream = match lines {
            true => report::Stream::lines("show", session.out())?,
            false => report::Stream::document("show"),
        };
        stream.item(serde_json::to_value(&unit)?, session.out())?;
        stream.end(session.out())?;
        Ok(Outcome::Done)
    }
}

/// Count what the base holds
///
/// Of translation units: how many each memory has, and from which language into which they translate.
#[derive(Debug, Args)]
pub struct Stats {}

impl Stats {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let base = place::open(common, session)?;
        let snapshot = base.snapshot();
        let counts = snapshot.counts();
        let mut by_lang: std::collections::BTreeMap<String, (u64, u64)> = Default::default();
        let mut by_status: std::collections::BTreeMap<Status, u64> = Default::default();
        let mut by_subject: std::collections::BTreeMap<String, u64> = Default::default();
        let mut forbidden = 0u64;
        for concept in base.concepts(&Query::default()) {
            let concept = concept?;
            for subject in &concept.subject_fields {
                *by_subject.entry(subject.clone()).or_default() += 1;
            }
            for section in &concept.languages {
                let entry = by_lang.entry(section.lang.to_string()).or_default();
                entry.0 += 1;
                entry.1 += section.terms.len() as u64;
                for term in &section.terms {
                    *by_status.entry(term.standing()).or_default() += 1;
                    forbidden += u64::from(term.forbidden);
                }
            }
        }
        let bar = session.progress_of(counts.units, "counting");
        let memories = base.memories(&|n| bar.set_position(n))?;
        bar.finish_and_clear();
        let terms: u64 = by_lang.values().map(|(_, terms)| terms).sum();
        if common.format != ReportFormat::Text {
            let langs: Vec<_> =
                by_lang.iter().map(|(l, (c, t))| json!({"lang": l, "concepts": c, "terms": t})).collect();
            let statuses: serde_json::Map<_, _> =
                by_status.iter().map(|(s, n)| (s.to_string(), json!(n))).collect();
            let document = json!({
                "revision": snapshot.revision(),
                "concepts": counts.concepts, "terms": terms, "units": counts.units, "documents": counts.documents,
                "languages": langs, "statuses": statuses, "forbidden": forbidden, "subjects": by_subject,
                "memories": memories.iter().map(|(name, count)| memory_json(name, count)).collect::<Vec<_>>(),
            });
            report::one("stats", document, common.format == ReportFormat::Jsonl, session.out())?;
            return Ok(Outcome::Done);
        }
        let out = session.out();
        writeln!(out, "revision {}", snapshot.revision())?;
        writeln!(
            out,
            "{} concepts, {terms} terms, {} units, {} documents",
            counts.concepts, counts.units, counts.documents
        )?;
        for (lang, (concepts, terms)) in &by_lang {
            writeln!(out, "  {}  {concepts:>7} concepts  {terms:>7} terms", report::padded(lang, 12))?;
        }
        for (status, n) in &by_status {
            writeln!(out, "  {}  {n:>7} terms", report::padded(status.as_str(), 12))?;
        }
        if forbidden > 0 {
            writeln!(out, "  forbidden     {forbidden:>7} terms")?;
        }
        for (subject, n) in &by_subject {
            writeln!(out, "  {n:>7} concepts in {}", text::visible(subject))?;
        }
        for (name, count) in &memories {
            writeln!(out, "memory {}: {} units", text::visible(name), count.units)?;
            for ((source, target), n) in &count.pairs {
                writeln!(out, "  {}  {n:>7} units", report::padded(&format!("{source} → {target}"), 20))?;
            }
        }
        Ok(Outcome::Done)
    }
}

fn memory_json(name: &str, count: &MemoryCount) -> serde_json::Value {
    let langs: Vec<_> = count.langs.iter().map(|(l, n)| json!({"lang": l, "segments": n})).collect();
    let pair = |((source, target), n): (&(LanguageTag, LanguageTag), &u64)| json!({"source": source, "target": target, "units": n});
    let pairs: Vec<_> = count.pairs.iter().map(pair).collect();
    json!({"memory": name, "units": count.units, "languages": langs, "pairs": pairs})
}
