//! The tables of tools: what each program takes, written for that program and read back.
//!
//! A tool is a small file that says what its table looks like; what they share stands here. A writer asks its own
//! reader what it makes of a row and reports the difference ([`told`]), so nothing is lost that is not told.

mod clouds;
mod codes;
mod crowdin;
mod deepl;
mod lines;
mod list;
mod memoq;
mod omegat;
pub(in crate::format) mod pairs;
mod phrase;
mod remark;
mod sheet;
#[cfg(test)]
mod tests;
pub(in crate::format) mod told;
mod utx;

use std::borrow::Cow;
use std::path::Path;

use super::super::{Format, ReadDoor, Shape, WriteDoor};
use crate::model::{LanguageTag, Term};
use crate::text::languages::by_name;
use sheet::{Header, Holds};

/// How a line begins that says who wrote a file.
const OURS: &str = "Exported by wicterm";

/// Who reads a table.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct Receiver {
    /// Its name.
    pub name: &'static str,
    /// What it would do with a term: `offer` it.
    pub would: &'static str,
}

impl Receiver {
    /// Says why a field is not there.
    pub fn no_place(&self) -> Cow<'static, str> {
        format!("the table for {} has no place for it", self.name).into()
    }

    /// Says why a term is not there that may not be used.
    pub fn would_not(&self, term: &Term) -> Option<String> {
        let Self { name, would } = self;
        (!term.is_usable()).then(|| format!("it is {}, and {name} would {would} it", pairs::verdict(term)))
    }
}

fn plain_code(tag: &LanguageTag) -> Cow<'_, str> {
    Cow::Borrowed(tag.as_str())
}

/// Finds what the columns of a header hold that are headed by these words and by codes of languages.
fn by_language(cells: &[&str], of_row: &[(&str, Holds)]) -> Header {
    let mut langs: Vec<LanguageTag> = vec![];
    let mut holds = |cell: &str| {
        if let Some((_, holds)) = of_row.iter().find(|(name, _)| name.eq_ignore_ascii_case(cell)) {
            return *holds;
        }
        match by_name(cell) {
            Some(tag) if !langs.contains(&tag) => {
                langs.push(tag);
                Holds::Term(langs.len() - 1, 0)
            }
            _ => Holds::Nothing,
        }
    };
    (cells.iter().map(|cell| holds(cell.trim())).collect(), langs)
}

/// A format of a tool: a file of concepts that is not guessed.
const fn tool(
    name: &'static str,
    about: &'static str,
    extensions: &'static [&'static str],
    read: ReadDoor,
    write: WriteDoor,
) -> Format {
    Format {
        name,
        about,
        extensions,
        shape: Shape::File,
        concepts: true,
        units: false,
        lossless: false,
        units_stand_alone: false,
        bilingual: false,
        sniff: |_, _| 0,
        read: Some(read),
        write: Some(write),
        job: None,
    }
}

/// The same for one pair of languages.
const fn pairs(
    name: &'static str,
    about: &'static str,
    extensions: &'static [&'static str],
    read: ReadDoor,
    write: WriteDoor,
) -> Format {
    Format { bilingual: true, ..tool(name, about, extensions, read, write) }
}

/// The glossary of OmegaT.
pub static OMEGAT: Format = Format {
    // It is opened to be checked as any list of pairs is.
    job: Some(super::job::open),
    sniff: |head: &str, _: &Path| {
        if head.trim_start_matches('\u{feff}').starts_with(omegat::MAGIC) { 65 } else { 0 }
    },
    ..pairs(
        "omegat-glossary",
        "glossary of OmegaT: source, target and comment with tabs, one pair of languages",
        &["utf8"],
        |input, options, sink| list::read(&omegat::GLOSSARY, input, options, sink),
        |entries, options, out| list::write(&omegat::GLOSSARY, entries, options, out),
    )
};

/// The glossary of DeepL with tabs.
pub static DEEPL_TSV: Format = pairs(
    "deepl-tsv",
    "glossary of DeepL (TSV): a term and its translation, one pair of languages",
    &["tsv"],
    |input, options, sink| list::read(&deepl::TSV, input, options, sink),
    |entries, options, out| list::write(&deepl::TSV, entries, options, out),
);

/// The glossary of DeepL with commas.
pub static DEEPL_CSV: Format = pairs(
    "deepl-csv",
    "glossary of DeepL (CSV): a term, its translation and their languages, one pair of languages",
    &["csv"],
    |input, options, sink| list::read(&deepl::CSV, input, options, sink),
    |entries, options, out| list::write(&deepl::CSV, entries, options, out),
);

/// The table of memoQ.
pub static MEMOQ: Format = Format {
    sniff: |head: &str, _: &Path| {
        let head = head.trim_start_matches('\u{feff}').trim_start_matches('"');
        if head.starts_with(memoq::FIRST) && head.contains("Term_Info") { 97 } else { 0 }
    },
    ..tool(
        "memoq-csv",
        "term base of memoQ (CSV): an entry in a row, terms side by side",
        &["csv"],
        |input, options, sink| sheet::read(&memoq::CSV, input, options, sink),
        |entries, options, out| sheet::write(&memoq::CSV, entries, options, out),
    )
};

/// The table of Crowdin.
pub static CROWDIN: Format = tool(
    "crowdin-csv",
    "glossary of Crowdin (CSV): a concept in a row",
    &["csv"],
    |input, options, sink| sheet::read(&crowdin::CSV, input, options, sink),
    |entries, options, out| sheet::write(&crowdin::CSV, entries, options, out),
);

/// The term base of Phrase Strings.
pub static PHRASE: Format = tool(
    "phrase-csv",
    "term base of Phrase Strings (CSV): a term and its translations",
    &["csv"],
    |input, options, sink| sheet::read(&phrase::CSV, input, options, sink),
    |entries, options, out| sheet::write(&phrase::CSV, entries, options, out),
);

/// The glossary of Google for many languages.
pub static GOOGLE_CSV: Format = tool(
    "google-csv",
    "glossary of Google Cloud Translation (CSV): equivalent term set",
    &["csv"],
    |input, options, sink| sheet::read(&clouds::GOOGLE_CSV, input, options, sink),
    |entries, options, out| sheet::write(&clouds::GOOGLE_CSV, entries, options, out),
);

/// The glossary of Google for one direction.
pub static GOOGLE_TSV: Format = pairs(
    "google-tsv",
    "glossary of Google Cloud Translation (TSV): unidirectional, one pair of languages",
    &["tsv"],
    |input, options, sink| list::read(&clouds::GOOGLE_TSV, input, options, sink),
    |entries, options, out| list::write(&clouds::GOOGLE_TSV, entries, options, out),
);

/// The custom terminology of Amazon.
pub static AMAZON: Format = tool(
    "amazon-csv",
    "custom terminology of Amazon Translate (CSV): source language first",
    &["csv"],
    |input, options, sink| sheet::read(&clouds::AMAZON_CSV, input, options, sink),
    |entries, options, out| sheet::write(&clouds::AMAZON_CSV, entries, options, out),
);

/// The glossary of Azure.
pub static AZURE: Format = pairs(
    "azure-tsv",
    "glossary of Azure Document Translation (TSV): one pair of languages",
    &["tsv"],
    |input, options, sink| list::read(&clouds::AZURE_TSV, input, options, sink),
    |entries, options, out| list::write(&clouds::AZURE_TSV, entries, options, out),
);

/// The dictionary of AAMT.
pub static UTX: Format = Format {
    sniff: |head: &str, _: &Path| {
        if head.trim_start_matches('\u{feff}').starts_with(utx::MAGIC) { 99 } else { 0 }
    },
    ..pairs(
        "utx",
        "UTX 1.11, dictionary of AAMT for machine translation, one pair of languages",
        &["utx"],
        utx::read,
        utx::write,
    )
};
