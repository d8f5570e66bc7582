//! The terminological entry: a concept, its language sections and their terms.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ConceptId, Date, LanguageTag, Slug};

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A name that a file from outside gave an entity: (where it came from, what it was called there).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignId {
    /// The file or tool whose name it is.
    pub origin: String,
    /// The name itself.
    pub id: String,
}

/// One idea, with what it is called in every language (ISO 30042 `conceptEntry`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Concept {
    /// The concept's identity, for ever; nil until the desk stores it.
    #[serde(default, skip_serializing_if = "ConceptId::is_nil")]
    pub id: ConceptId,
    /// The unique name that people type; `None` until the desk stores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// Slugs it had before; they still lead here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_slugs: Vec<Slug>,
    /// What other files call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_ids: Vec<ForeignId>,
    /// The subject fields it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subject_fields: Vec<String>,
    /// Definitions that hold for every language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<Definition>,
    /// How it stands to other concepts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Pages and pictures elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// The customers it is for (TBX `customerSubset`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<String>,
    /// The projects it is for (TBX `projectSubset`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
    /// How far the work on it has come, in the words of TBX `processStatus`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_status: Option<String>,
    /// TBX `reliabilityCode`, 1 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<u8>,
    /// Who did what to it when, as other files told it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<Transaction>,
    /// What we have no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<DataCategory>,
    /// The languages it is expressed in, one section each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<LanguageSection>,
}

impl Concept {
    /// Returns the section of exactly this language.
    pub fn section(&self, lang: &LanguageTag) -> Option<&LanguageSection> {
        self.languages.iter().find(|s| s.lang == *lang)
    }

    /// Returns the section of exactly this language, made empty if there is none.
    pub fn section_mut(&mut self, lang: &LanguageTag) -> &mut LanguageSection {
        let at = match self.languages.iter().position(|s| s.lang == *lang) {
            Some(at) => at,
            None => {
                self.languages.push(LanguageSection::new(lang.clone()));
                self.languages.len() - 1
            }
        };
        &mut self.languages[at]
    }

    /// Iterates over every term with its language, in the order they stand.
    pub fn terms(&self) -> impl Iterator<Item = (&LanguageTag, &Term)> {
        self.languages.iter().flat_map(|s| s.terms.iter().map(move |t| (&s.lang, t)))
    }

    /// Iterates over the terms of the sections that serve this language.
    pub fn terms_in<'a>(&'a self, lang: &LanguageTag) -> impl Iterator<Item = &'a Term> {
        let lang = lang.clone();
        self.languages.iter().filter(move |s| s.lang.serves(&lang)).flat_map(|s| &s.terms)
    }

    /// Returns the term to show in this language: preferred first, then whatever may be used.
    pub fn best_term(&self, lang: &LanguageTag) -> Option<&Term> {
        self.terms_in(lang).min_by_key(|t| (t.forbidden, t.standing()))
    }

    /// Returns the name to call it by: the slug, or its first term, or its id.
    pub fn name(&self) -> String {
        match (&self.slug, self.terms().next()) {
            (Some(slug), _) => slug.to_string(),
            (None, Some((_, term))) => term.text.clone(),
            (None, None) => self.id.to_string(),
        }
    }
}

/// Everything a concept is called in one language (ISO 30042 `langSec`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageSection {
    /// The language, canonical.
    pub lang: LanguageTag,
    /// The tag as a file wrote it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// Definitions in this language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<Definition>,
    /// Remarks on this language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Pages and pictures elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Who did what to it when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<Transaction>,
    /// What we have no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<DataCategory>,
    /// The terms, in the order they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Term>,
}

impl LanguageSection {
    /// Makes an empty section.
    pub fn new(lang: LanguageTag) -> Self {
        Self {
            lang,
            written: None,
            definitions: vec![],
            notes: vec![],
            references: vec![],
            transactions: vec![],
            other: vec![],
            terms: vec![],
        }
    }
}

/// One way to name a concept in one language (ISO 30042 `termSec`).
///
/// Within a section a term is known by its text; other terms point to it by that
/// ([`Term::of`]). The text is always literal; slots stand in [`Term::pattern`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Term {
    /// The term as written.
    pub text: String,
    /// Today's judgement; `None` where nobody has judged it (see [`Term::standing`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Whether its use is ruled out, whatever the status says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub forbidden: bool,
    /// What kind of designation it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TermKind>,
    /// The text of the full form that this one shortens, or of the term it is a variant of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The periods in which it counted as admitted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validity: Vec<Period>,
    /// Part of speech: `noun`, `verb`, `adjective`, `adverb`, `proper-noun`, `other`, or as a file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of_speech: Option<String>,
    /// Grammatical gender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Grammatical number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
    /// Register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Register>,
    /// Where it is used (TBX `geographicalUsage`), free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// How it is read aloud: pinyin, kana, transliteration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// How it is recognised in text.
    #[serde(default, skip_serializing_if = "is_default", rename = "match")]
    pub match_rule: MatchRule,
    /// A pattern with typed gaps that also recognises it: `sovereignty of {1..3 words} in cyberspace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Where this form is attested: facts, no quotations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Snippets that show it in use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<Context>,
    /// Definitions that files put at the term.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<Definition>,
    /// Links to other concepts or terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Pages and pictures elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// The customers it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<String>,
    /// The projects it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
    /// TBX `reliabilityCode`, 1 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<u8>,
    /// Who did what to it when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<Transaction>,
    /// The id a file gave it, written back to that format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_id: Option<String>,
    /// What we have no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<DataCategory>,
}

impl Term {
    /// Makes a term of its text, with nothing said about it.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Returns the status that counts: a term that nobody judged may be used, as an admitted one.
    pub fn standing(&self) -> Status {
        self.status.unwrap_or(Status::Admitted)
    }

    /// Tells whether a translator may write it today.
    pub fn is_usable(&self) -> bool {
        !self.forbidden && matches!(self.standing(), Status::Preferred | Status::Admitted)
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the word that files and reports use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                let plain = text.trim().to_lowercase().replace([' ', '_'], "-");
                Self::ALL.iter().copied().find(|v| v.as_str() == plain).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|v| v.as_str()).collect();
                    format!("\"{text}\" is none of {}", known.join(", "))
                })
            }
        }
    };
}

words! {
    /// Administrative status, best first (TBX `administrativeStatus`).
    Status {
        /// The one to write.
        Preferred = "preferred",
        /// May be written.
        Admitted = "admitted",
        /// Not settled: nobody vouches for it yet.
        Proposed = "proposed",
        /// Was right once, replaced since.
        Superseded = "superseded",
        /// Not to be written.
        Deprecated = "deprecated",
    }
}

words! {
    /// What kind of designation a term is (TBX `termType` and finer).
    TermKind {
        /// The full form.
        FullForm = "full-form",
        /// An abbreviation.
        Abbreviation = "abbreviation",
        /// An acronym.
        Acronym = "acronym",
        /// An initialism.
        Initialism = "initialism",
        /// A short form.
        ShortForm = "short-form",
        /// A variant, of no stated kind.
        Variant = "variant",
        /// Another spelling.
        OrthographicVariant = "variant:orthographic",
        /// Other words for the same.
        LexicalVariant = "variant:lexical",
        /// The same words in another construction.
        SyntacticVariant = "variant:syntactic",
        /// What another region says.
        RegionalVariant = "variant:regional",
        /// What headlines make of it.
        HeadlineVariant = "variant:headline",
        /// A phrase.
        Phrase = "phrase",
        /// A phrase with a settled wording.
        SetPhrase = "set-phrase",
        /// A name.
        ProperName = "proper-name",
        /// A transliterated form.
        Transliteration = "transliteration",
        /// A symbol.
        Symbol = "symbol",
        /// A formula.
        Formula = "formula",
    }
}

words! {
    /// Grammatical gender.
    Gender {
        /// Masculine.
        Masculine = "masculine",
        /// Feminine.
        Feminine = "feminine",
        /// Neuter.
        Neuter = "neuter",
        /// Another.
        Other = "other",
    }
}

words! {
    /// Grammatical number.
    Number {
        /// Singular.
        Singular = "singular",
        /// Plural.
        Plural = "plural",
        /// Dual.
        Dual = "dual",
        /// Mass noun.
        Mass = "mass",
        /// Another.
        Other = "other",
    }
}

words! {
    /// Register (TBX `register`).
    Register {
        /// Neutral.
        Neutral = "neutral",
        /// Technical.
        Technical = "technical",
        /// Colloquial.
        Colloquial = "colloquial",
        /// Used inside one organisation.
        InHouse = "in-house",
        /// Used at the bench.
        BenchLevel = "bench-level",
        /// Slang.
        Slang = "slang",
        /// Vulgar.
        Vulgar = "vulgar",
    }
}

words! {
    /// How a concept stands to another (TBX v2 default names in [`RelationKind`]'s docs).
    RelationKind {
        /// `broaderConceptGeneric`
        Broader = "broader",
        /// `subordinateConceptGeneric`
        Narrower = "narrower",
        /// `broaderConceptPartitive` (superordinate in a whole)
        PartOf = "part-of",
        /// `subordinateConceptPartitive`
        HasPart = "has-part",
        /// `relatedConcept`
        Related = "related",
        /// `antonymConcept`
        Antonym = "antonym",
        /// This concept gave way to the other.
        ReplacedBy = "replaced-by",
        /// This concept took the place of the other.
        Replaces = "replaces",
        /// `crossReference`, of no stated kind.
        See = "see",
    }
}

/// A typed link to another concept, or to a term of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// How the two stand to each other.
    pub kind: RelationKind,
    /// The slug of the other concept (also a former one), or a term of it, as [`Relation::to_term`]
    /// names it. A reader of a foreign file puts the file's own id here; the desk turns it into one
    /// of these, or leaves it and says so.
    pub target: String,
    /// The text a file showed for the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Relation {
    /// Names a term as a target: `slug#language/text`. A term has no id of its own; it is known in
    /// its section by its text.
    pub fn to_term(slug: &str, lang: &str, text: &str) -> String {
        format!("{slug}#{lang}/{text}")
    }

    /// Returns the slug, the language and the text of the term that a target names, if it names one.
    pub fn term_of(target: &str) -> Option<(&str, &str, &str)> {
        let (slug, rest) = target.split_once('#')?;
        let (lang, text) = rest.split_once('/')?;
        let well =
            slug.parse::<Slug>().is_ok() && lang.parse::<LanguageTag>().is_ok_and(|l| l.as_str() == lang);
        (well && !text.is_empty()).then_some((slug, lang, text))
    }
}

words! {
    /// What a reference leads to.
    ReferenceKind {
        /// A page (TBX `externalCrossReference`).
        Page = "page",
        /// A picture (TBX `xGraphic`).
        Graphic = "graphic",
        /// A sound (TBX `xAudio`).
        Audio = "audio",
        /// A film (TBX `xVideo`).
        Video = "video",
    }
}

/// A page or picture elsewhere. Nothing is ever fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// What it leads to.
    pub kind: ReferenceKind,
    /// Its address.
    pub target: String,
    /// The text shown for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The remark.
    pub text: String,
    /// Its language, where a file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<LanguageTag>,
}

impl Note {
    /// Makes a remark of no stated language.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), lang: None }
    }
}

/// What a concept is, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The definition.
    pub text: String,
    /// Its language, where the place it stands in does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<LanguageTag>,
    /// Whose definition it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// TBX `definitionType`, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Remarks on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// What we have no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<DataCategory>,
}

impl Definition {
    /// Makes a definition of its text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), lang: None, source: None, kind: None, notes: vec![], other: vec![] }
    }
}

/// Where something is attested: facts, never a quotation.
///
/// A source that another tool wrote as one line of text stands whole in `title`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// The title of the page or text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it appeared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

impl Source {
    /// Makes a source of one line of text.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..Self::default() }
    }

    /// Tells whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

words! {
    /// What a context snippet is.
    ContextKind {
        /// Found in a text that was published.
        Attested = "attested",
        /// Written by us to show the use; carries no address and no real outlet.
        Constructed = "constructed",
        /// Says what the concept is.
        Defining = "defining",
        /// Explains something about it.
        Explanatory = "explanatory",
        /// Shows what it goes with.
        Associative = "associative",
        /// Shows its grammar.
        Linguistic = "linguistic",
        /// Speaks about the word.
        Metalinguistic = "metalinguistic",
        /// Translated from another language.
        Translated = "translated",
    }
}

/// A snippet that shows a term in use (TBX `context`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The snippet.
    pub text: String,
    /// What kind of snippet it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ContextKind>,
    /// Where and when it was found.
    #[serde(default, skip_serializing_if = "Source::is_empty")]
    pub source: Source,
    /// Remarks on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// What we have no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<DataCategory>,
}

impl Context {
    /// Makes a snippet of its text, of no stated kind.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: None, source: Source::default(), notes: vec![], other: vec![] }
    }
}

/// A stretch of time, either end of which may be open or coarse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Period {
    /// The first date, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last date, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Period {
    /// Tells whether any day of `date` lies inside.
    pub fn overlaps(&self, date: &Date) -> bool {
        self.from.is_none_or(|from| from.first_day() <= date.last_day())
            && self.to.is_none_or(|to| date.first_day() <= to.last_day())
    }
}

/// How a term is recognised in running text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MatchRule {
    /// Which surfaces count; `None` leaves it to the kind of term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<MatchMode>,
    /// The inflected forms, where they are listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
    /// Whether case must agree.
    #[serde(default, skip_serializing_if = "is_default")]
    pub case_sensitive: bool,
    /// Whether a translation must keep it as it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub do_not_translate: bool,
}

words! {
    /// Which surfaces of a term count as the term.
    MatchMode {
        /// Only as written.
        Exact = "exact",
        /// Inflected too.
        Inflected = "inflected",
        /// Anything that begins with it.
        Prefix = "prefix",
        /// The listed forms.
        Forms = "forms",
    }
}

/// A step in an entry's life, as a file told it (TBX `transacGrp`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Transaction {
    /// What was done: `origination`, `modification`, or as the file says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// When, as the file wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What we have no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<DataCategory>,
}

words! {
    /// Where in an entry a data category stands.
    Level {
        /// At the concept.
        Concept = "concept",
        /// At the language section.
        Language = "language",
        /// At the term.
        Term = "term",
        /// Inside the group of another category.
        Group = "group",
    }
}

/// A piece of a foreign entry that we have no field for, kept where it stood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DataCategory {
    /// The element class: `descrip`, `admin`, `termNote`, `xref`, `ref`, `note`, `transac`, `column`.
    pub element: String,
    /// Its `type`.
    #[serde(default, skip_serializing_if = "String::is_empty", rename = "type")]
    pub kind: String,
    /// Its text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Further attributes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
    /// Its place among its siblings, from 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: u32,
    /// What stood in one group with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<DataCategory>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_date_passes_when_any_day_of_it_is_inside() {
        let period = Period { from: "2015-12".parse().ok(), to: "2017".parse().ok() };
        for (date, inside) in [("2015", true), ("2015-11-30", false), ("2017-12-31", true), ("2018", false)] {
            assert_eq!(period.overlaps(&date.parse().unwrap()), inside, "{date}");
        }
    }

    #[test]
    fn words_are_read_however_they_are_spelled() {
        assert_eq!("full form".parse(), Ok(TermKind::FullForm));
        assert_eq!("variant:lexical".parse(), Ok(TermKind::LexicalVariant));
        assert_eq!("Set_Phrase".parse(), Ok(TermKind::SetPhrase));
        assert!("wrong".parse::<Status>().unwrap_err().contains("preferred"));
    }

    #[test]
    fn an_empty_field_takes_no_room_and_an_old_record_loads() {
        let term = Term::new("x");
        assert_eq!(serde_json::to_string(&term).unwrap(), r#"{"text":"x"}"#);
        assert_eq!(serde_json::from_str::<Term>(r#"{"text":"x","later":1}"#).unwrap(), term);
    }
}
