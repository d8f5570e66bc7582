//! The term bases of Phrase Strings: a term in a row, with its translations.
//!
//! The columns are those of its documentation (*Uploading and Downloading Terms*): `term`, by which Phrase knows the
//! row, `case sensitive`, `translatable`, `description`, and one for each locale. The term is the best one of the first
//! language, which has its own column too; none stands twice. Only terms that may be used are written, one in each
//! language. Phrase takes every region of a language for a language of its own: what is to serve `en-GB` too
//! has to be exported in `en-GB`.
//!
//! Phrase TMS takes no CSV, but TBX and XLSX: `tbx-v2-basic`.

use super::Receiver;
use super::lines::Layout;
use super::sheet::{Bad, Columns, Header, Holds, Sheet};
use crate::model::LanguageTag;

pub(super) static CSV: Sheet = Sheet {
    receiver: Receiver { name: "Phrase Strings", would: "offer" },
    layout: Layout { delimiter: ',', quoting: true, mark: false, end: "\n" },
    columns,
    header,
    many: false,
    bad: Bad::Left,
    row_for_each_source: false,
    unique: true,
    longest: usize::MAX,
    fields: &[],
};

const OF_ROW: [(&str, Holds); 4] = [
    ("term", Holds::Key),
    ("case sensitive", Holds::CaseSensitive),
    ("translatable", Holds::Translatable),
    ("description", Holds::Definition),
];

fn columns(langs: &[LanguageTag], _: &[usize]) -> Columns {
    let of_row = OF_ROW.iter().map(|(name, holds)| ((*name).to_owned(), *holds));
    of_row.chain(langs.iter().enumerate().map(|(l, lang)| (lang.to_string(), Holds::Term(l, 0)))).collect()
}

fn header(cells: &[&str]) -> Header {
    super::by_language(cells, &OF_ROW)
}
