//! What is published for people to read: a page, a document, a list for a prompt. Nobody reads them back.
//!
//! The loss report of these formats says what they do not show. To carry a term base to another program, take TBX, a
//! term table or the format of that program.

mod facts;
mod html;
mod llm;
mod markdown;
#[cfg(test)]
mod tests;
mod unshown;

use std::io::Write;

use super::{Entry, Format, LossClass, LossReport, Output, ReadError, WriteError, WriteOptions};
use crate::model::{Concept, LanguageTag, Unit};

/// One page that stands alone.
pub static HTML: Format = Format {
    name: "html",
    about: "one web page that stands alone: every concept with its languages side by side, to search and to print",
    extensions: &["html", "htm"],
    write: Some(html::write),
    ..PUBLISHED
};

/// One document.
pub static MARKDOWN: Format = Format {
    name: "markdown",
    about: "one Markdown document: a section for each concept, with a table of its terms",
    extensions: &["md", "markdown"],
    write: Some(markdown::write),
    ..PUBLISHED
};

/// A block for a prompt.
pub static LLM: Format = Format {
    name: "llm",
    about: "a compact glossary of one pair of languages for the prompt of a language model: a line for each concept",
    bilingual: true,
    write: Some(llm::write),
    ..PUBLISHED
};

/// What all of them have in common.
const PUBLISHED: Format = Format { concepts: true, ..Format::BLANK };

fn stream(out: Output<'_>) -> Result<&mut dyn Write, WriteError> {
    match out {
        Output::Stream(stream) | Output::Accompanied(stream, _) => Ok(stream),
        Output::Folder(_) => Err(WriteError::Unsupported("it is a file, not a folder".into())),
    }
}

fn refuse_unit(unit: &Unit, report: &mut LossReport) {
    let name = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
    report.lose(
        LossClass::Lost,
        &name,
        "",
        "what is published for readers has no place for translation units",
    );
}

/// The concepts that are to be written, and their languages.
struct Concepts<'e> {
    waiting: std::vec::IntoIter<Concept>,
    entries: &'e mut dyn Iterator<Item = Result<Entry, ReadError>>,
    langs: Vec<LanguageTag>,
}

impl<'e> Concepts<'e> {
    /// Takes them; where nobody says which languages they have, all are looked at before the first is written.
    fn of(
        entries: &'e mut dyn Iterator<Item = Result<Entry, ReadError>>,
        options: &WriteOptions<'_>,
        report: &mut LossReport,
    ) -> Result<Self, WriteError> {
        let mut concepts = Self { waiting: vec![].into_iter(), entries, langs: options.langs.clone() };
        if concepts.langs.is_empty() {
            let mut all = vec![];
            while let Some(concept) = concepts.next(report)? {
                for section in &concept.languages {
                    if !concepts.langs.contains(&section.lang) {
                        concepts.langs.push(section.lang.clone());
                    }
                }
                all.push(concept);
            }
            if let Some(source) = &options.source_lang {
                concepts.langs.sort_by_key(|lang| !lang.serves(source));
            }
            concepts.waiting = all.into_iter();
        }
        Ok(concepts)
    }

    fn next(&mut self, report: &mut LossReport) -> Result<Option<Concept>, WriteError> {
        if let Some(concept) = self.waiting.next() {
            return Ok(Some(concept));
        }
        for entry in &mut *self.entries {
            match entry.map_err(WriteError::Source)? {
                Entry::Concept(concept) => return Ok(Some(*concept)),
                Entry::Unit(unit) => refuse_unit(&unit, report),
                Entry::Header(_) => {}
            }
        }
        Ok(None)
    }
}
