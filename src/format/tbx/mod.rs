//! TBX, the exchange format of termbases (ISO 30042): ten dialects written, every one read.
//!
//! One lenient reader takes version 3 in any dialect and either style, version 2 (`martif`) in
//! any dialect, the obsolete TBX-Min of 2013, wrong and missing namespaces, and the words of
//! vendors and of the next edition. One strict writer, driven by a table of what each dialect
//! allows, writes what passes that dialect's schemas.
//!
//! # What is written where
//!
//! A concept's xs:ID is `c-` and its slug (`c--` and its id, or `c-.` and a number, where it has
//! no slug yet); a term's is `t-`, that key, the language and a number. Files that wicterm wrote
//! say so in `sourceDesc`; only from them are slugs, lines of source and kinds of link read back.
//! The source language stands first; the order of the others is kept. Dates of sources and
//! contexts stand in the line of the source: `Title, in: Outlet, https://… [2015-12-16]`.
//! A short form whose full form is a term of the same section links to it by `crossReference`.
//! A relation may lead to a term: its target is then `slug#language/text`, for a term has no id of
//! its own, and it is written as a `crossReference` to that term's xs:ID, whose text names the term
//! (`variant of → cyber community`). What leads to a person of the back matter is no relation; it is
//! kept as it stands, and told.
//!
//! A file of version 2 names in its header the XCS that declares its languages and categories.
//! Where it is written as a file, that is one of its own, beside it and of the same name
//! (`policy.tbx`, `policy.xcs`; beside `policy.xml` it is `policy.xml.xcs`); on standard output it is the published one.
//!
//! # Notes
//!
//! What a dialect cannot say stands in notes at the same level, which other tools show and
//! wicterm reads back: `<note>wicterm:kind=set-phrase</note>`. The key is the name of the field
//! in the JSON form of the concept, the language section, the term, or (inside a group) the
//! definition, context or transaction; for a thing in a list where groups hold no notes, it is
//! led in by list and number: `wicterm:contexts/0/kind=attested`. The value is plain text or
//! JSON. A note wins over the elements. Without notes (`--notes none`) the report says
//! `lost`; a field so lost may still have a coarser value in the file (`set-phrase` is written
//! as `phrase`), and a forbidden term is written as deprecated. A sentence that was made up is never
//! without a mark: in place of a source it has the word `constructed`, which is read back as its kind
//! from files of ours; if it has a source, a note says it, and without notes the word takes the place
//! of the source.

#[cfg(test)]
mod carried;
mod dialect;
pub(super) mod note;
#[cfg(test)]
mod odd;
mod read;
#[cfg(test)]
mod tests;
pub(super) mod tree;
pub(super) mod weblate;
mod write;
mod xcs;

use std::path::Path;

use super::{Entry, Format, LossReport, Output, ReadError, Shape, WriteError, WriteOptions};
use dialect::{DIALECTS, Style};

/// How the line in the header begins that says who wrote the file.
const EXPORTED_BY: &str = "Exported by wicterm";

/// The type of back matter that stands in for concepts that links lead to and that are not there.
const ABSENT: &str = "absentConcept";

/// The TBX dialects; the first is what a file named `.tbx` is written as.
pub static DIALECTS_OF_TBX: [Format; 10] = [
    format::<0>("tbx-basic-dca", "TBX-Basic, version 3, categories as attributes (what .tbx writes)"),
    format::<1>("tbx-basic-dct", "TBX-Basic, version 3, categories as tags"),
    format::<2>("tbx-linguist-dca", "TBX-Linguist, version 3, categories as attributes"),
    format::<3>("tbx-linguist-dct", "TBX-Linguist, version 3, categories as tags"),
    format::<4>("tbx-min-dca", "TBX-Min, version 3, categories as attributes"),
    format::<5>("tbx-min-dct", "TBX-Min, version 3, categories as tags"),
    format::<6>("tbx-core-dca", "TBX-Core, version 3: terms and notes only, style dca"),
    format::<7>("tbx-core-dct", "TBX-Core, version 3: terms and notes only, style dct"),
    format::<8>("tbx-v2-basic", "TBX-Basic, version 2 (martif): for OmegaT, Weblate, Okapi"),
    format::<9>("tbx-v2-default", "TBX default, version 2 (martif): the richest dialect"),
];

const fn format<const N: usize>(name: &'static str, about: &'static str) -> Format {
    Format {
        name,
        about,
        extensions: &["tbx"],
        shape: Shape::File,
        concepts: true,
        units: false,
        lossless: false,
        units_stand_alone: false,
        bilingual: false,
        sniff: sniff::<N>,
        read: Some(read::read),
        write: Some(write::<N>),
        job: None,
    }
}

/// Returns the extension of the file that belongs beside one in this format, if the format is a TBX that
/// has one.
pub(super) fn companion(format: &Format) -> Option<&'static str> {
    let dialect = DIALECTS_OF_TBX.iter().zip(&DIALECTS).find(|(f, _)| f.name == format.name)?.1;
    dialect.is_v2().then_some("xcs")
}

fn write<const N: usize>(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    output: Output<'_>,
) -> Result<LossReport, WriteError> {
    write::write(&DIALECTS[N], entries, options, output)
}

/// Every dialect is read by the same reader; which of them a file is, its root element says.
fn sniff<const N: usize>(head: &str, name: &Path) -> u8 {
    let dialect = &DIALECTS[N];
    let Some(tag) = root(head) else {
        let named = name.extension().is_some_and(|e| e.eq_ignore_ascii_case("tbx"));
        return u8::from(N == 0 && named);
    };
    let (element, attributes) = tag.split_once(|c: char| c.is_whitespace()).unwrap_or((tag, ""));
    let element = element.trim_end_matches('/');
    let says = |attribute: &str, value: &str| {
        ['"', '\''].iter().any(|q| attributes.contains(&format!("{attribute}={q}{value}{q}")))
    };
    let v2 = element.eq_ignore_ascii_case("martif");
    if !v2 && !element.eq_ignore_ascii_case("tbx") {
        return 0;
    }
    if v2 != dialect.is_v2() {
        return 0;
    }
    let style = match dialect.style {
        Style::Dca => says("style", "dca"),
        Style::Dct => says("style", "dct"),
        Style::V2 => true,
    };
    if says("type", dialect.root_type) && style {
        return 100;
    }
    // A dialect we do not write is read by its nearest relative.
    match (v2, N) {
        (true, 9) | (false, 0) => 90,
        _ => 0,
    }
}

/// Finds the root element's tag, without its angle brackets.
fn root(head: &str) -> Option<&str> {
    let mut rest = head.trim_start_matches('\u{feff}');
    loop {
        let at = rest.find('<')?;
        rest = &rest[at + 1..];
        rest = if let Some(comment) = rest.strip_prefix("!--") {
            &comment[comment.find("-->")?..]
        } else if rest.starts_with('?') {
            &rest[rest.find("?>")?..]
        } else if rest.starts_with('!') {
            // An internal subset has angle brackets of its own.
            let end = rest.find('>')?;
            match rest[..end].find('[') {
                Some(_) => &rest[rest.find("]>").or_else(|| rest.find(']'))?..],
                None => &rest[end..],
            }
        } else {
            return Some(rest.split('>').next().unwrap_or(rest).trim());
        };
    }
}
