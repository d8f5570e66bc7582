//! TMX: translation memories, read from 1.1 to 1.4 with every habit of the tools, written as strict 1.4.
//!
//! The reader keeps what it finds in order, also what TMX has no name for, and streams: one unit
//! is in memory at a time. The writer writes what the DTD of TMX 1.4 allows. Where a unit holds
//! more than that (a foreign inline element, an attribute of some tool) it makes of it the
//! nearest unit that is allowed and names every difference for the loss report; the unit as it was
//! travels in a property `wicterm:unit`, and is put back by the reader if nobody has changed the
//! unit since.
//!
//! A unit of a base carries its id in a property `wicterm:unit-id`. When the file comes back into that base, the
//! unit is known by it, whatever the file is called now and even if its text was edited: it is unchanged or
//! changed, not added a second time (but to another memory, when the import names one). A unit that has nothing
//! in common with the one of that id, a second one of the same id, and any unit in another base are taken like
//! those of other files. Without notes (`--notes none`) there is no such property. Nor has
//! a part of a unit, exported in some of its languages only: it would take the place of the whole.
//!
//! What a header says for its units (source language, segmentation, type of data) the reader gives to each
//! of them, so that a unit means the same in whatever file it stands next.
//!
//! The header of a file that came in goes out again with its units: who made it and when, who changed it and
//! when, its notes and properties. `creationtool` and `creationtoolversion` name the tool that wrote the file,
//! so they say wicterm, and the loss report tells what they said. Only where nothing is said of who and when is
//! the day of the export the day of making.
//!
//! Concepts become units too: one for each concept with the best usable term of every language, or
//! one for every pair of usable terms. What is forbidden, deprecated or merely proposed never does.

mod concepts;
mod fill;
mod job;
mod mend;
mod read;
mod write;

use std::path::Path;

use super::{Format, Shape};

/// TMX 1.1 to 1.4, and 1.4 out.
pub static FORMAT: Format = Format {
    name: "tmx",
    about: "TMX 1.4 level 2, translation memories with inline codes (reads 1.1 to 1.4)",
    extensions: &["tmx"],
    shape: Shape::File,
    concepts: true,
    units: true,
    lossless: false,
    units_stand_alone: true,
    bilingual: false,
    sniff,
    read: Some(read::read),
    write: Some(write::write),
    job: Some(job::open),
};

/// The property that carries the id of a unit in the base it comes from.
const UNIT_ID: &str = "wicterm:unit-id";
/// The property that carries a unit as it was before it was mended.
const ORIGINAL: &str = "wicterm:unit";
/// The property of the header that carries the title of a collection.
const TITLE: &str = "x-title";
/// How the header's user-defined encodings are kept among its properties: the maps as XML.
const ENCODING: &str = "wicterm:ude";

/// What a header must say.
const HEADER_REQUIRED: [&str; 7] =
    ["creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"];
/// What a header may say.
const HEADER_OPTIONAL: [&str; 5] = ["o-encoding", "creationdate", "creationid", "changedate", "changeid"];
/// What a `tu` may say beside what [`crate::model::Unit`] has fields for.
const TU_OTHER: &[&str] = &[
    "o-encoding",
    "datatype",
    "usagecount",
    "lastusagedate",
    "creationtool",
    "creationtoolversion",
    "segtype",
    "o-tmf",
];
/// What a `tuv` may say beside what [`crate::model::Variant`] has fields for.
const TUV_OTHER: &[&str] = &[
    "o-encoding",
    "datatype",
    "usagecount",
    "lastusagedate",
    "creationtool",
    "creationtoolversion",
    "o-tmf",
    "lang",
];
/// What a `prop` or `note` may say beside its type.
const PROPERTY_OTHER: &[&str] = &["o-encoding", "xml:lang", "lang"];
const SEGTYPES: [&str; 4] = ["block", "paragraph", "sentence", "phrase"];

fn sniff(head: &str, name: &Path) -> u8 {
    let begins = |tag: &str| {
        head.match_indices(tag).any(|(at, _)| {
            head[at + tag.len()..].starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
        })
    };
    if begins("<tmx") {
        100
    } else if begins("<!DOCTYPE tmx") {
        95
    } else {
        u8::from(name.extension().is_some_and(|e| e.eq_ignore_ascii_case("tmx")))
    }
}

#[cfg(test)]
mod tests;
