//! XLIFF: bilingual files of 1.0 to 1.2 with the dialects of Trados, memoQ and Phrase, and of 2.0 to 2.2.
//!
//! A file is read as rows of a source and a target. In 1.x a row is a `<trans-unit>`, or, where its source is cut into
//! segments (`<mrk mtype="seg">`), one of these; in 2.x it is a `<segment>`. The target of an `<alt-trans>` or of a
//! match is never taken for that of its unit. `check`, `analyse` and `pretranslate` work on the file itself: what they
//! change is written in the escaping, encoding and layout of that file, and every other byte stays.
//!
//! Inline codes (`<g>`, `<x/>`, `<bx/>`, `<ex/>`, `<bpt>`, `<ept>`, `<ph>`, `<it>`; `<pc>`, `<sc/>`, `<ec/>`, `<cp/>` of
//! 2.x) are codes of their row. Annotations (`<mrk>`, `<sm/>`, `<em/>`) are remarks about the text, which a translation
//! need not have: their text is text, and they are kept on import. Text that a tracked change of Trados deletes
//! is no text of its row.
//!
//! A row is held, and never filled, where the file says that it is locked, approved or final (`approved`, `state`,
//! `sdl:seg` with `locked` or `conf`, `mq:locked`, `m:locked`, `m:confirmed`). What is not to be translated
//! (`translate="no"`, on the unit or around it) is a row only where somebody translated it nonetheless, and held then.
//!
//! `pretranslate` puts a translation into an empty target or makes the target that is missing, behind the source or
//! the segmented source, with the codes of the row as its own source writes them. It says what it did as the dialect
//! does: `state="needs-review-translation"` with `exact-match` or `fuzzy-match` in 1.x; `conf`, `origin`,
//! `origin-system` and `percent` of the `sdl:seg` (Trados); `mq:status` and `mq:percent` (memoQ); `m:score` and
//! `m:trans-origin` (Phrase); `state="initial"` with a `subState` in 2.x, because no person has seen it. That these
//! tools take the marks as they are meant is unverified: the names were seen in files and programs of others.
//!
//! An import makes a unit of each row that has a target, with codes, notes, states and the attributes of its unit as
//! properties. Its id is that of the unit and the segment (`12/3`), behind the name of the `<file>` where that is not
//! the first. Alternatives, matches, headers and what else stands around the rows are not kept, and the import says
//! so. Entries of the glossary module of 2.x become concepts.

mod fill;
mod job;
mod read;
mod text;
mod walk;

use std::path::Path;

use super::{Format, Shape};

/// XLIFF 1.0 to 1.2, in.
pub static XLIFF: Format = Format {
    name: "xliff",
    about: "XLIFF 1.2, bilingual files, also of Trados, memoQ and Phrase (reads 1.0 to 1.2)",
    extensions: &["xlf", "xliff", "sdlxliff", "mqxliff", "mxliff"],
    shape: Shape::File,
    concepts: false,
    units: true,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |head, name| sniff(head, name, Version::One),
    read: Some(read::read),
    write: None,
    job: Some(job::open),
};

/// XLIFF 2.0 to 2.2, in.
pub static XLIFF_2: Format = Format {
    name: "xliff-2",
    about: "XLIFF 2.0 to 2.2, bilingual files, with the glossary module",
    extensions: &["xlf", "xliff"],
    shape: Shape::File,
    concepts: true,
    units: true,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff: |head, name| sniff(head, name, Version::Two),
    read: Some(read::read),
    write: None,
    job: Some(job::open),
};

/// The two languages that go by the name of XLIFF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Version {
    /// 1.0 to 1.2.
    #[default]
    One,
    /// 2.0 to 2.2.
    Two,
}

impl Version {
    /// Returns what a root element says: its version, else its namespace.
    fn of(version: Option<&str>, namespace: Option<&str>) -> Self {
        let two = match version {
            Some(version) => version.trim_start().starts_with('2'),
            None => namespace.is_some_and(|n| n.starts_with("urn:oasis:names:tc:xliff:document:2")),
        };
        if two { Self::Two } else { Self::One }
    }
}

fn sniff(head: &str, name: &Path, wanted: Version) -> u8 {
    let mut rest = head;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        let element = tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default();
        if element.rsplit(':').next() != Some("xliff") {
            continue;
        }
        let words: Vec<&str> = tag.split(['=', ' ', '\n', '\r', '\t']).filter(|w| !w.is_empty()).collect();
        let value = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            Some(words.get(at + 1)?.trim_matches(['"', '\'']))
        };
        return if Version::of(value("version"), value("xmlns")) == wanted { 100 } else { 0 };
    }
    let extension = name.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    u8::from(wanted == Version::One && XLIFF.extensions.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests;
