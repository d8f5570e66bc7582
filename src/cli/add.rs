//! `wicterm add`

use clap::Args;

use super::values::{filled, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, place, units};
use crate::base::{MEMORY, Placement};
use crate::model::{
    Concept, Context, ContextKind, Date, Definition, LanguageTag, Note, Slug, Source, Status, Term, TermKind,
};
use crate::report;

/// Add a concept with its terms, terms to a concept, or a translation unit
///
/// The first term is the preferred one unless --status says otherwise, and so is each --equivalent.
/// --context, --source, --url, --outlet and --date speak about the first term: with a context they say
/// where the snippet was found, without one where the term is attested. A term that another concept has
/// already is a finding that names it; nothing is written then without --new or --into.
///
/// With --unit the segments of a translation unit are given instead, each as LANG=TEXT, the source first.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wicterm add \"cyber sovereignty\" --lang en --equivalent zh-Hans=网络主权 \
                        --variant \"cyberspace sovereignty\" --subject \"internet governance\"\n  \
                        wicterm add --unit --memory legal en=\"the rule of law\" fr=\"l’État de droit\""
)]
pub struct Add {
    /// The term; with --unit its segments
    #[arg(required = true, value_name = "TERM|LANG=TEXT")]
    words: Vec<String>,
    /// Its language [default: en, for a term in Latin letters]
    #[arg(long, value_name = "LANG")]
    lang: Option<LanguageTag>,
    /// What it is called in another language
    #[arg(long, value_name = "LANG=TERM", value_parser = in_language)]
    equivalent: Vec<(LanguageTag, String)>,
    /// Another wording of it, in --lang or in the language named
    #[arg(long, value_name = "[LANG=]TERM")]
    variant: Vec<String>,
    /// A subject field
    #[arg(long, value_name = "SUBJECT", value_parser = filled)]
    subject: Vec<String>,
    /// What the concept is
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    definition: Option<String>,
    /// A snippet that shows the term in use
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    context: Option<String>,
    /// The title of the text it was found in
    #[arg(long, value_name = "TITLE", value_parser = filled)]
    source: Option<String>,
    /// The address of that text
    #[arg(long, value_name = "URL", value_parser = filled)]
    url: Option<String>,
    /// Who published it
    #[arg(long, value_name = "OUTLET", value_parser = filled)]
    outlet: Option<String>,
    /// When: a year, a month or a day
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// The snippet was made up to show the use
    #[arg(long, requires = "context", conflicts_with_all = ["url", "outlet"])]
    constructed: bool,
    /// The term's status
    #[arg(long, value_name = "STATUS", value_parser = word(Status::ALL))]
    status: Option<Status>,
    /// The term's kind
    #[arg(long, value_name = "KIND", value_parser = word(TermKind::ALL))]
    kind: Option<TermKind>,
    /// The term must not be used
    #[arg(long)]
    forbidden: bool,
    /// A remark on the concept, or on the unit
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    note: Vec<String>,
    /// The concept's slug [default: from the English term]
    #[arg(long, value_name = "SLUG", conflicts_with = "into")]
    slug: Option<Slug>,
    /// Make a concept of its own even if another has the term, or a unit even if there is the same
    #[arg(long, conflicts_with = "into")]
    new: bool,
    /// Add the terms to this concept
    #[arg(long, value_name = "CONCEPT")]
    into: Option<String>,
    /// Add a translation unit
    #[arg(long, conflicts_with_all = CONCEPTS_ONLY)]
    unit: bool,
    /// The memory that the unit goes to
    #[arg(long, value_name = "NAME", requires = "unit", default_value = MEMORY, value_parser = filled)]
    memory: String,
    /// The language that the unit was translated from [default: that of the first segment]
    #[arg(long, value_name = "LANG", requires = "unit")]
    source_lang: Option<LanguageTag>,
    /// The unit's id in its memory, such as a key of the program it is from
    #[arg(long, value_name = "ID", requires = "unit", value_parser = filled)]
    id: Option<String>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// The flags that say nothing of a unit.
const CONCEPTS_ONLY: [&str; 16] = [
    "lang",
    "equivalent",
    "variant",
    "subject",
    "definition",
    "context",
    "source",
    "url",
    "outlet",
    "date",
    "constructed",
    "status",
    "kind",
    "forbidden",
    "slug",
    "into",
];

impl Add {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        if self.unit {
            let added = units::Added {
                memory: &self.memory,
                source_lang: self.source_lang.as_ref(),
                tuid: self.id.as_ref(),
                notes: &self.note,
                anyway: self.new,
                why: self.why.as_deref(),
            };
            return units::add(&self.words, &added, common, session);
        }
        let placement = match (&self.into, self.new) {
            (Some(name), _) => Placement::Into(name.clone()),
            (None, true) => Placement::New,
            (None, false) => Placement::Ask,
        };
        let [term] = &self.words[..] else {
            let said = self.words.join(" ");
            return Err(Failure::usage("a concept is added with one term").hint(format!(
                "a term of several words is put into quotation marks, as in \"{said}\"; segments of \
                               a translation unit are given with --unit"
            )));
        };
        let concept = self.concept(term)?;
        let why = self.why.clone().unwrap_or_else(|| format!("add \"{term}\""));
        let who = place::who(session, "add", Some(&why));
        let written =
            place::in_base_or_new(common, session, |base, _| Ok(base.add(concept, &placement, who)?))?;
        let name = written.concept.name();
        match common.format {
            ReportFormat::Text => writeln!(session.out(), "{name}")?,
            _ => {
                let findings: Vec<_> = written.findings.iter().map(report::finding_json).collect();
                let item = serde_json::json!({"concept": name, "id": written.concept.id,
                    "revision": written.revision, "findings": findings});
                report::one("add", item, common.format == ReportFormat::Jsonl, session.out())?;
            }
        }
        for finding in &written.findings {
            session.say(report::finding(finding).trim_end());
        }
        Ok(Outcome::Done)
    }

    /// The language of the term; only Latin letters may go without saying.
    fn lang(&self, term: &str) -> Result<LanguageTag, Failure> {
        match &self.lang {
            Some(lang) => Ok(lang.clone()),
            None if term.chars().any(|c| c.is_alphabetic() && c > '\u{24F}') => {
                Err(Failure::usage(format!("which language is \"{term}\" in?"))
                    .hint("say it with --lang, such as --lang zh-Hans"))
            }
            None => Ok(LanguageTag::english()),
        }
    }

    fn concept(&self, term: &str) -> Result<Concept, Failure> {
        let lang = self.lang(term)?;
        let mut concept =
            Concept { slug: self.slug.clone(), subject_fields: self.subject.clone(), ..Concept::default() };
        if let Some(text) = &self.definition {
            concept.definitions.push(Definition { lang: Some(lang.clone()), ..Definition::new(text) });
        }
        concept.notes = self.note.iter().map(Note::new).collect();
        // What joins a concept that stands gets a status there, unless one is named: a term that is in it
        // already keeps its own.
        let joins = self.into.is_some();
        let usual = (!joins).then_some(Status::Preferred);
        let mut term = Term {
            status: self.status.or(if self.forbidden { Some(Status::Deprecated) } else { usual }),
            kind: self.kind,
            forbidden: self.forbidden,
            ..Term::new(plain(term)?)
        };
        let source = Source {
            title: self.source.clone(),
            outlet: self.outlet.clone(),
            url: self.url.clone(),
            date: self.date,
        };
        match &self.context {
            Some(text) => {
                let kind = match (self.constructed, source.is_empty()) {
                    (true, _) => Some(ContextKind::Constructed),
                    (false, false) => Some(ContextKind::Attested),
                    (false, true) => None,
                };
                term.contexts.push(Context { kind, source, ..Context::new(text) });
            }
            None if !source.is_empty() => term.sources.push(source),
            None => {}
        }
        put(&mut concept, &lang, term);
        for (lang, text) in &self.equivalent {
            let taken = concept.terms_in(lang).any(|t| t.status == Some(Status::Preferred));
            let status = if taken && !joins { Some(Status::Admitted) } else { usual };
            put(&mut concept, lang, Term { status, ..Term::new(plain(text)?) });
        }
        for variant in &self.variant {
            let (lang, text) = match in_language(variant) {
                Ok(named) => named,
                Err(_) => (lang.clone(), variant.clone()),
            };
            let term = Term {
                status: (!joins).then_some(Status::Admitted),
                kind: Some(TermKind::Variant),
                ..Term::new(plain(&text)?)
            };
            put(&mut concept, &lang, term);
        }
        Ok(concept)
    }
}

fn put(concept: &mut Concept, lang: &LanguageTag, term: Term) {
    let section = concept.section_mut(lang);
    if !section.terms.iter().any(|t| t.text == term.text) {
        section.terms.push(term);
    }
}

/// A term has something in it and stands on one line.
pub(super) fn plain(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(Failure::usage("a term has at least one letter and no line breaks"));
    }
    Ok(text.to_owned())
}

/// `fr=souveraineté numérique`
pub(super) fn in_language(text: &str) -> Result<(LanguageTag, String), String> {
    let (lang, term) =
        text.split_once('=').ok_or("write it as LANG=TERM, such as fr=souveraineté numérique")?;
    let lang = lang.parse::<LanguageTag>().map_err(|e| e.to_string())?;
    Ok((lang, term.to_owned()))
}
