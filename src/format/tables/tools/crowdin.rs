//! The tables of Crowdin: a concept in a row, and for each language its term and what is said of it.
//!
//! The columns are headed by the words with which Crowdin's import maps columns (its API, *Import Glossary*, `scheme`):
//! `term_fr`, `description_fr`, `partOfSpeech_fr`, `status_fr`, `type_fr`, `gender_fr`, `note_fr`, `url_fr`, and
//! `conceptDefinition`, `conceptSubject`, `conceptNote`, `conceptUrl`, `conceptFigure`. The first line is to be
//! named a header there (`firstLineContainsHeader`).
//!
//! A row holds one term of a language: the best. A deprecated or superseded one stands there only where there is no other,
//! with the status `not recommended` or `obsolete`; a proposed one is left out. Kinds of terms are coarser in Crowdin.
//! Simplified Chinese is `zh-CN` and Taiwan's `zh-TW`; the other languages are written as their own tags, and whether
//! Crowdin knows each of them is *unverified*.

use super::lines::Layout;
use super::sheet::{Bad, Columns, Header, Holds, Sheet};
use super::{Receiver, codes};
use crate::model::LanguageTag;

pub(super) static CSV: Sheet = Sheet {
    receiver: Receiver { name: "Crowdin", would: "offer" },
    layout: Layout { delimiter: ',', quoting: true, mark: false, end: "\r\n" },
    columns,
    header,
    many: false,
    bad: Bad::Marked,
    row_for_each_source: false,
    unique: false,
    longest: usize::MAX,
    fields: &[
        ("/kind", "Crowdin knows coarser kinds"),
        ("/forbidden", "Crowdin knows no forbidden terms, only ones not recommended"),
    ],
};

/// What is said of a term, with the word before its language.
const OF_TERM: [(&str, Holds); 8] = [
    ("term", Holds::Term(0, 0)),
    ("description", Holds::TermDefinition(0, 0)),
    ("partOfSpeech", Holds::PartOfSpeech(0, 0)),
    ("status", Holds::Status(0, 0)),
    ("type", Holds::Kind(0, 0)),
    ("gender", Holds::Gender(0, 0)),
    ("note", Holds::TermNote(0, 0)),
    ("url", Holds::TermUrl(0, 0)),
];

const OF_CONCEPT: [(&str, Holds); 5] = [
    ("conceptDefinition", Holds::Definition),
    ("conceptSubject", Holds::Subject),
    ("conceptNote", Holds::Note),
    ("conceptUrl", Holds::Page),
    ("conceptFigure", Holds::Graphic),
];

fn columns(langs: &[LanguageTag], _: &[usize]) -> Columns {
    let mut columns = vec![];
    for (l, lang) in langs.iter().enumerate() {
        let code = codes::crowdin(lang);
        columns
            .extend(OF_TERM.iter().map(|(word, holds)| (format!("{word}_{code}"), of_language(*holds, l))));
    }
    columns.extend(OF_CONCEPT.iter().map(|(word, holds)| ((*word).to_owned(), *holds)));
    columns
}

fn header(cells: &[&str]) -> Header {
    let mut langs: Vec<LanguageTag> = vec![];
    let mut taken = vec![];
    let mut columns = vec![];
    for cell in cells.iter().map(|c| c.trim()) {
        let of_concept = OF_CONCEPT.iter().find(|(word, _)| word.eq_ignore_ascii_case(cell)).map(|(_, h)| *h);
        let of_term = || {
            let (word, code) = cell.split_once('_')?;
            let (_, holds) = OF_TERM.iter().find(|(known, _)| known.eq_ignore_ascii_case(word))?;
            let tag: LanguageTag = code.parse().ok()?;
            let l = langs.iter().position(|l| *l == tag).unwrap_or_else(|| {
                langs.push(tag);
                langs.len() - 1
            });
            Some(of_language(*holds, l))
        };
        let holds = of_concept.or_else(of_term).filter(|h| !taken.contains(h)).unwrap_or(Holds::Nothing);
        taken.push(holds);
        columns.push(holds);
    }
    (columns, langs)
}

/// Returns the same of another language.
fn of_language(holds: Holds, l: usize) -> Holds {
    match holds {
        Holds::Term(..) => Holds::Term(l, 0),
        Holds::TermDefinition(..) => Holds::TermDefinition(l, 0),
        Holds::PartOfSpeech(..) => Holds::PartOfSpeech(l, 0),
        Holds::Status(..) => Holds::Status(l, 0),
        Holds::Kind(..) => Holds::Kind(l, 0),
        Holds::Gender(..) => Holds::Gender(l, 0),
        Holds::TermNote(..) => Holds::TermNote(l, 0),
        Holds::TermUrl(..) => Holds::TermUrl(l, 0),
        other => other,
    }
}
