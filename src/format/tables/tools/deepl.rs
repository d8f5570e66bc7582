//! The glossaries of DeepL: a source term and its translation in a row, without a header, with tabs or commas.
//!
//! DeepL replaces a source term by its one translation, in one direction. So each source term that may be used
//! has a row with the best translation, and none stands twice in a file. A term that has more than 1024 bytes is left
//! out, and so is what comes after 10 MiB. Neither a definition nor a status has a place.
//!
//! With commas each row also names its languages, as files that DeepL exports do; with tabs the languages have
//! to be given to read it (`--lang en,fr`). A glossary is for a language, not for a region: `EN`, `PT` and `ZH` stand
//! without one.

use super::lines::Layout;
use super::list::{Column, List};
use super::{Receiver, codes};

/// The most bytes that a term may have.
const TERM: usize = 1024;
/// The most bytes that a glossary may have.
const GLOSSARY: u64 = 10 << 20;

const BASE: List = List {
    what: "a DeepL glossary",
    receiver: Receiver { name: "DeepL", would: "use" },
    layout: Layout { delimiter: '\t', quoting: false, mark: false, end: "\n" },
    columns: &[Column::Source, Column::Target],
    head: "",
    comments: false,
    every_target: false,
    unique: true,
    refuses: |text| (text.len() > TERM).then_some("DeepL takes at most 1024 bytes for a term"),
    most: GLOSSARY,
    code: codes::deepl,
};

pub(super) static TSV: List = BASE;

pub(super) static CSV: List = List {
    layout: Layout { delimiter: ',', quoting: true, mark: false, end: "\n" },
    columns: &[Column::Source, Column::Target, Column::SourceCode, Column::TargetCode],
    ..BASE
};
