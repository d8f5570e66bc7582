//! PO: the message catalogues of GNU gettext, and their templates (POT).
//!
//! A row is a message and its translation: `msgid` and `msgstr`. Of a message with plural forms every form is a row of its
//! own: the form that the `Plural-Forms` of the header take for one thing goes with the `msgid`, every other one with
//! the `msgid_plural`; where a language has one form only (Chinese, Japanese), it goes with the `msgid_plural`. Without
//! `Plural-Forms` the first of several forms is the one for one thing. Obsolete entries (`#~`) are no rows, nor is the
//! header, and what a message was before (`#|`) stays as it stands.
//!
//! The charset is what `Content-Type` in the header says. The target language is what `Language` says, else
//! `X-Poedit-Language` or `Language-Team`, else what the file's name or its folder say (`fr.po`, `app.fr.po`,
//! `fr/LC_MESSAGES/app.po`), else what was asked for. The source language is the one that was asked for, else what
//! `X-Source-Language` says, else English. A catalogue whose msgids are keys (`menu.file.open`) and no text is not
//! known for such: its keys are taken for sources.
//!
//! `import` takes every translated message as a unit. Its comments (`#` and `#.`) become notes; `msgctxt`, references
//! (`#:`), flags, and what the message was before (`#|`) become properties; a fuzzy one has the property `state` with
//! the word `fuzzy`, which costs it points in matches. Messages without a translation and obsolete ones are counted and
//! left out, and of the header only charset, languages and plural forms are used. A message with a `msgctxt` is known
//! again by that and its text.
//!
//! `check --fix` and `pretranslate` change a file in place: what differs between two quotation marks, and nothing else.
//! Lines are not wrapped anew. A translation that does not fit exactly (below 100) is marked with the flag `fuzzy`,
//! beside the flags that stand there; one that fits is not. Where it came from and who put it there has no place in a PO
//! file. A string that is damaged (not closed, a backslash before something odd) is read and left as it is, and what
//! the charset of the file does not have is refused.

mod fill;
mod header;
mod job;
mod parse;
mod plural;
mod read;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::{Format, Shape};
pub(super) use job::Quotes;

/// PO.
pub static FORMAT: Format = Format {
    name: "po",
    about: "PO and POT, the message catalogues of GNU gettext",
    extensions: &["po", "pot"],
    shape: Shape::File,
    concepts: false,
    units: true,
    lossless: false,
    units_stand_alone: false,
    bilingual: false,
    sniff,
    read: Some(read::read),
    write: None,
    job: Some(job::open),
};

fn sniff(head: &str, name: &Path) -> u8 {
    let named =
        name.extension().is_some_and(|x| x.eq_ignore_ascii_case("po") || x.eq_ignore_ascii_case("pot"));
    let mut lines = head.trim_start_matches('\u{FEFF}').lines().map(str::trim_start);
    let (mut id, mut translation) = (false, false);
    for line in lines.by_ref().filter(|line| !line.is_empty()) {
        let line = line.strip_prefix("#~").map_or(line, str::trim_start);
        match line {
            _ if line.starts_with(['#', '"']) => {}
            _ if parse::is_keyword(line, "msgid") => id = true,
            _ if parse::is_keyword(line, "msgstr") => translation = id,
            _ if line.starts_with("msg") || parse::is_keyword(line, "domain") => {}
            // Tables and prose have other lines before the first of these.
            _ if !id => break,
            _ => {}
        }
    }
    match (named, id && translation) {
        (_, true) => 95,
        (true, false) => 60,
        (false, false) => 0,
    }
}
