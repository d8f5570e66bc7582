//! The columns of the long term table: their names here, and what other tools call them.

use super::words::bare;
use crate::format::{ReadError, ReadOptions};
use crate::model::Place;

macro_rules! columns {
    ($($(#[$doc:meta])* $column:ident = $name:literal $([$($alias:literal),*])?,)+) => {
        /// A column of the long term table, in the order in which they are written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(in crate::format) enum Column { $($(#[$doc])* $column,)+ }

        impl Column {
            /// Every column, in order.
            pub const ALL: &'static [Column] = &[$(Column::$column,)+];

            /// Returns the name in the header.
            pub fn name(self) -> &'static str {
                match self { $(Self::$column => $name,)+ }
            }

            /// Returns the names in the header and, for each, what others call it.
            pub fn names() -> &'static [(&'static str, &'static [&'static str])] {
                &[$(($name, &[$($($alias),*)?]),)+]
            }

            /// Finds the column that a header means.
            pub fn by_header(header: &str) -> Option<Self> {
                let bare = bare(header);
                const NAMES: &[(Column, &[&str])] = &[$((Column::$column, &[$name, $($($alias),*)?]),)+];
                NAMES.iter().find(|(_, names)| names.iter().any(|n| same(n, &bare))).map(|(c, _)| *c)
            }
        }
    };
}

/// Compares a name of ours with the letters of a header.
fn same(name: &str, bare: &str) -> bool {
    let mut letters = name.bytes().filter(|&b| b != b'_');
    bare.bytes().all(|b| letters.next() == Some(b)) && letters.next().is_none()
}

columns! {
    Concept = "concept" ["conceptid", "entryid", "eid", "id"],
    Lang = "lang" ["language", "locale", "languagecode", "langcode", "lcode"],
    Term = "term" ["form", "designation", "tterm", "termtext"],
    Status = "status" ["administrativestatus", "termstatus", "usagestatus"],
    Kind = "kind" ["termtype", "type", "ttype"],
    Forbidden = "forbidden",
    Definition = "definition" ["def", "conceptdefinition"],
    Context = "context" ["example", "exampleofuse", "usageexample"],
    Source = "source" ["title", "sourcetitle", "termsource", "tref"],
    Url = "url" ["link", "sourceurl"],
    Date = "date" ["sourcedate"],
    Note = "note" ["notes", "comment", "comments", "remark", "remarks", "tnote"],

    Outlet = "outlet" ["publisher"],
    Of = "of" ["variantof", "abbreviationof"],
    ValidFrom = "valid_from",
    ValidTo = "valid_to",
    PartOfSpeech = "part_of_speech" ["pos", "wordclass"],
    Gender = "gender" ["grammaticalgender"],
    Number = "number" ["grammaticalnumber"],
    Register = "register",
    Region = "region" ["geographicalusage"],
    Reading = "reading" ["pronunciation"],
    Match = "match",
    Forms = "forms",
    CaseSensitive = "case_sensitive",
    DoNotTranslate = "do_not_translate",
    Pattern = "pattern",
    ContextKind = "context_kind" ["contexttype"],
    ContextSource = "context_source",
    ContextUrl = "context_url",
    ContextDate = "context_date",
    ContextOutlet = "context_outlet",
    ContextNote = "context_note",
    DefinitionLevel = "definition_level",
    DefinitionLang = "definition_lang",
    DefinitionKind = "definition_kind" ["definitiontype"],
    DefinitionSource = "definition_source",
    DefinitionUrl = "definition_url",
    DefinitionDate = "definition_date",
    DefinitionOutlet = "definition_outlet",
    DefinitionNote = "definition_note",
    TermRelations = "term_relations",
    TermReferences = "term_references",
    Customer = "customer",
    Project = "project",
    Reliability = "reliability" ["reliabilitycode", "treliability"],
    TermId = "term_id",
    LangWritten = "lang_written",
    LangNote = "lang_note",
    LangReferences = "lang_references",
    Subject = "subject" ["subjectfield", "subjects", "domain", "domains"],
    Relations = "relations",
    References = "references",
    ConceptNote = "concept_note",
    ConceptCustomer = "concept_customer",
    ConceptProject = "concept_project",
    ConceptReliability = "concept_reliability",
    ProcessStatus = "process_status",
    FormerSlugs = "former_slugs",
    ForeignIds = "foreign_ids",
}

impl Column {
    /// The columns of the contract, which every table has.
    pub const CONTRACT: usize = 12;
}

/// What the header of a long term table says.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Where each known column stands, by [`Column`].
    places: Vec<Option<usize>>,
    /// The other columns: where they stand and what they are called.
    pub others: Vec<(usize, String)>,
    /// How many columns there are.
    pub width: usize,
}

impl Columns {
    /// Returns where a column stands.
    pub fn at(&self, column: Column) -> Option<usize> {
        self.places.get(column as usize).copied().flatten()
    }

    /// Reads a header. Columns named by the user win over those recognised by their name.
    pub fn read<'h>(
        header: impl Iterator<Item = &'h str>,
        options: &ReadOptions,
        place: Place,
    ) -> Result<Self, ReadError> {
        let header: Vec<&str> = header.collect();
        let mut places = vec![None; Column::ALL.len()];
        let mut taken = vec![false; header.len()];
        for (ours, theirs) in &options.map {
            let column = Column::ALL.iter().find(|c| c.name() == ours.trim().to_lowercase());
            let Some(column) = column else {
                let known: Vec<_> = Column::ALL.iter().map(|c| c.name()).collect();
                let what = format!("a term table has no column \"{ours}\"; it has {}", known.join(", "));
                return Err(ReadError::Broken(place, what));
            };
            let at = header.iter().position(|h| h.trim().to_lowercase() == theirs.trim().to_lowercase());
            let Some(at) = at else {
                let what =
                    format!("the table has no column \"{theirs}\" for {ours}; it has {}", header.join(", "));
                return Err(ReadError::Broken(place, what));
            };
            places[*column as usize] = Some(at);
            taken[at] = true;
        }
        // A name of ours first, so that `concept,id` has its concept in the first column.
        for exact in [true, false] {
            for (at, name) in header.iter().enumerate().filter(|(_, n)| !n.trim().is_empty()) {
                let Some(column) = Column::by_header(name) else { continue };
                let fits = !exact || column.name() == name.trim().to_lowercase();
                if fits && !taken[at] && places[column as usize].is_none() {
                    places[column as usize] = Some(at);
                    taken[at] = true;
                }
            }
        }
        let mut others: Vec<(usize, String)> = vec![];
        for (at, name) in header.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            others.push((at, unlike(&others, at, name)));
        }
        Ok(Self { places, others, width: header.len() })
    }
}

/// Names a column so that no other one is called the same.
fn unlike(others: &[(usize, String)], at: usize, name: &str) -> String {
    let name = if name.is_empty() { format!("column {}", at + 1) } else { name.to_owned() };
    let is_free = |name: &str| Column::by_header(name).is_none() && others.iter().all(|(_, o)| o != name);
    if is_free(&name) {
        return name;
    }
    // As many tries as there are columns are enough.
    (2..).map(|n| format!("{name} ({n})")).find(|n| is_free(n)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_ours_means_its_own_column() {
        for column in Column::ALL {
            assert_eq!(Column::by_header(column.name()), Some(*column));
            assert_eq!(Column::by_header(&column.name().to_uppercase().replace('_', " ")), Some(*column));
        }
        assert_eq!(Column::by_header("№"), None);
        assert_eq!(Column::by_header("concepts"), None);
    }

    #[test]
    fn the_contract_comes_first() {
        let names: Vec<_> = Column::ALL.iter().take(Column::CONTRACT).map(|c| c.name()).collect();
        assert_eq!(
            names.join(","),
            "concept,lang,term,status,kind,forbidden,definition,context,source,url,date,note"
        );
    }
}
