//! MultiTerm XML: what the termbases of Trados are exported to and imported from.
//!
//! A `conceptGrp` for each concept, a `languageGrp` for each language, a `termGrp` for each term; whatever else there
//! is to say stands in fields, `descrip`, whose names each termbase defines for itself. Reading knows the names below
//! in the spellings of many termbases (`Part of Speech`, `part-of-speech`, `POS`) and keeps a field of any other name
//! under that name; writing uses these:
//!
//! | level | fields |
//! | --- | --- |
//! | entry | `Concept`, `Subject`, `Definition` (in it `Source`), `Note`, `Customer`, `Project` |
//! | language | `Definition` (in it `Source`), `Note` |
//! | term | `Status`, `Type`, `Variant of`, `Part of Speech`, `Gender`, `Number`, `Register`, `Region`, `Reading`, `Do not translate`, `Case sensitive`, `Definition` (in it `Source`), `Context` (in it `Source`, `Type`), `Source`, `Note`, `Customer`, `Project` |
//!
//! Before MultiTerm imports the file the termbase must define these fields, as text or picklist, and an index for each
//! language, named as in the file (`English`, `Chinese (Hans)`). A definition (`.xdt`) is not written: its structure is
//! published nowhere that we know of. The layout of the file is that of the vendor's schema; that MultiTerm takes it
//! is *unverified*, as we do not have it.
//!
//! `Status` is *forbidden* for a term that is ruled out, else preferred, admitted, deprecated, superseded or proposed.
//! Languages are written as locales: `EN`, `EN-US`, `ZH-CN` for zh-Hans. `Concept` holds our name of the concept; the
//! number of the entry, which every export counts anew, is read as an id where there is no such field.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::path::Path;

use super::{Format, Shape};
use crate::model::LanguageTag;
use crate::text::languages;

/// MultiTerm XML.
pub static MULTITERM: Format = Format {
    name: "multiterm-xml",
    about: "MultiTerm XML (MTF): termbases of Trados",
    extensions: &["mtf"],
    shape: Shape::File,
    concepts: true,
    units: false,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff,
    read: Some(read::read),
    write: Some(write::write),
    job: None,
};

fn sniff(head: &str, _: &Path) -> u8 {
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    // Comments and instructions before the root.
    while let Some(end) = match () {
        () if rest.starts_with("<?") => rest.find("?>").map(|at| at + 2),
        () if rest.starts_with("<!--") => rest.find("-->").map(|at| at + 3),
        () => None,
    } {
        rest = rest[end..].trim_start();
    }
    let root = rest.strip_prefix("<mtf").unwrap_or_default();
    if root.starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace()) { 100 } else { 0 }
}

/// Returns how MultiTerm spells a language: in capitals, and Chinese by its country.
fn locale(lang: &LanguageTag) -> String {
    let short = match (lang.language(), lang.script(), lang.region()) {
        ("zh", Some("Hans"), None) => Some("zh-CN".to_owned()),
        (language, Some(_), Some(region)) => Some(format!("{language}-{region}")),
        _ => None,
    };
    let same = |short: &String| short.parse().as_ref() == Ok(lang);
    short.filter(same).unwrap_or_else(|| lang.to_string()).to_ascii_uppercase()
}

/// Returns the name of the index that holds the terms of a language.
fn index(lang: &LanguageTag) -> String {
    let known = languages::of(lang);
    if known.code == "und" {
        return lang.to_string();
    }
    match lang.as_str().strip_prefix(lang.language()) {
        Some(rest) if !rest.is_empty() => {
            format!("{} ({})", known.english_name(), rest.trim_start_matches('-'))
        }
        _ => known.english_name().to_owned(),
    }
}
