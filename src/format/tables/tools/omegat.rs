//! The glossary of OmegaT: a list with tabs, source, target and comment.
//!
//! OmegaT shows every row whose source term stands in the segment, and offers every target of it. So only terms that
//! may be used have rows, each source term with each target term, and those not to be used are named in
//! the comment: `definition: … • a note • avoid: this; that`. The first line says in which encoding the
//! file is: without it OmegaT may read a file in Latin letters as ISO 8859-1. Quotation marks are text there, a line
//! that begins with `#` is a remark, and a row is one line: a term that begins with `#` has no row, and a tab or a line
//! end becomes a blank.
//!
//! The file goes into the project's folder `glossary`, ending in `.txt` or `.utf8`.
//! Reading takes any list of this kind when its languages are given (`--lang en,fr`); what a comment
//! says apart from a note is read only from files that wicterm wrote, which say so in their second line.

use super::lines::Layout;
use super::list::{Column, List};
use super::{Receiver, plain_code};

/// How the first line begins, which tells OmegaT the encoding.
pub(super) const MAGIC: &str = "# Glossary in tab-separated format";

pub(super) static GLOSSARY: List = List {
    what: "an OmegaT glossary",
    receiver: Receiver { name: "OmegaT", would: "offer" },
    layout: Layout { delimiter: '\t', quoting: false, mark: false, end: "\n" },
    columns: &[Column::Source, Column::Target, Column::Remark],
    head: "# Glossary in tab-separated format -*- coding: utf-8 -*-\n# Exported by wicterm\n",
    comments: true,
    every_target: true,
    unique: false,
    refuses: |text| text.starts_with('#').then_some("OmegaT takes a line that begins with # for a remark"),
    most: u64::MAX,
    code: plain_code,
};
