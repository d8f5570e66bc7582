//! The glossaries of machine translation in the clouds of Google, Amazon and Microsoft.
//!
//! - `google-csv` is Cloud Translation's *equivalent term set*: a header of language codes, then `pos` and
//!   `description`, one term of a language in a row. `google-tsv` is its unidirectional glossary: two columns, no header.
//!   A term has at most 1024 bytes.
//! - `amazon-csv` is a custom terminology of Amazon Translate: a first line of language codes, the source language first
//!   (directionality `UNI`). Each source term has a row with the best translations, and none stands twice.
//! - `azure-tsv` is a glossary of Document Translation: two columns, no header.
//!
//! All of them replace what they find. Only terms that may be used are written, one translation for each.
//! Languages are written as their own tags, with `zh-CN` and `zh-TW` for Chinese.
//!
//! *Unverified:* the 1024 bytes of Google, and whether each service knows each code.

use super::lines::Layout;
use super::list::{Column, List};
use super::sheet::{Bad, Columns, Holds, Sheet};
use super::{Receiver, codes, plain_code};
use crate::model::LanguageTag;

/// The most bytes that Google takes for a term.
const TERM: usize = 1024;

const GOOGLE: Receiver = Receiver { name: "Google Cloud Translation", would: "use" };

pub(super) static GOOGLE_CSV: Sheet = Sheet {
    receiver: GOOGLE,
    layout: Layout { delimiter: ',', quoting: true, mark: false, end: "\n" },
    columns: google_columns,
    header: |cells| super::by_language(cells, &OF_GOOGLE),
    many: false,
    bad: Bad::Left,
    row_for_each_source: false,
    unique: false,
    longest: TERM,
    fields: &[],
};

const OF_GOOGLE: [(&str, Holds); 2] = [("pos", Holds::PartOfSpeechOfAll), ("description", Holds::Definition)];

fn google_columns(langs: &[LanguageTag], _: &[usize]) -> Columns {
    let of_row = OF_GOOGLE.iter().map(|(name, holds)| ((*name).to_owned(), *holds));
    languages(langs).chain(of_row).collect()
}

pub(super) static AMAZON_CSV: Sheet = Sheet {
    receiver: Receiver { name: "Amazon Translate", would: "use" },
    layout: Layout { delimiter: ',', quoting: true, mark: false, end: "\n" },
    columns: |langs, _| languages(langs).collect(),
    header: |cells| super::by_language(cells, &[]),
    many: false,
    bad: Bad::Left,
    row_for_each_source: true,
    unique: true,
    longest: usize::MAX,
    fields: &[],
};

fn languages(langs: &[LanguageTag]) -> impl Iterator<Item = (String, Holds)> {
    langs.iter().enumerate().map(|(l, lang)| (codes::crowdin(lang).into_owned(), Holds::Term(l, 0)))
}

const PAIRS: List = List {
    what: "a glossary of Document Translation",
    receiver: Receiver { name: "Azure", would: "use" },
    layout: Layout { delimiter: '\t', quoting: false, mark: false, end: "\n" },
    columns: &[Column::Source, Column::Target],
    head: "",
    comments: false,
    every_target: false,
    unique: true,
    refuses: |_| None,
    most: u64::MAX,
    code: plain_code,
};

pub(super) static AZURE_TSV: List = PAIRS;

pub(super) static GOOGLE_TSV: List = List {
    what: "a unidirectional glossary of Google",
    receiver: GOOGLE,
    refuses: |text| (text.len() > TERM).then_some("Google takes at most 1024 bytes for a term"),
    ..PAIRS
};
