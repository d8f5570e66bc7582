//! The tables of memoQ: an entry in a row, with semicolons, terms of a language side by side.
//!
//! The order of the columns is that of memoQ's own exports (its documentation of the WS API, *Term base in CSV
//! format*): ten for the entry, then for each language its definition and, for each of its terms, the term,
//! `Term_Info` and `Term_Example`. `Entry_ID` is left to memoQ. Languages are named as memoQ names them:
//! `English_United_States`, `Chinese_PRC`; one whose name there we do not know is headed by its tag, and is
//! to be chosen by hand in memoQ's import window.
//!
//! memoQ knows terms and forbidden terms, nothing between. So a term that is forbidden, deprecated or superseded is written as a
//! forbidden one, which memoQ does not offer and warns of, and one that is only proposed is left out. `Term_Info` says
//! `CasePermissive;HalfPrefix` (what memoQ gives a term by itself), `CaseSense` where case must agree, `Exact`
//! where a term is recognised only as written, and `NonTerm` of a forbidden one.
//!
//! *Unverified with memoQ itself:* the word `NonTerm`, which is what another program reads in exports of memoQ; that
//! a byte order mark is welcome; the names of languages other than English, English (United States), Chinese (PRC)
//! and Portuguese (Brazil).
//!
//! Reading takes such exports with any of the delimiters that memoQ offers.

use super::lines::Layout;
use super::sheet::{Bad, Columns, Header, Holds, Sheet};
use super::{Receiver, codes};
use crate::model::{LanguageTag, MatchMode, Status, Term};

pub(super) static CSV: Sheet = Sheet {
    receiver: Receiver { name: "memoQ", would: "offer" },
    layout: Layout { delimiter: ';', quoting: true, mark: true, end: "\r\n" },
    columns,
    header,
    many: true,
    bad: Bad::Marked,
    row_for_each_source: false,
    unique: false,
    longest: usize::MAX,
    fields: &[("/forbidden", "memoQ knows forbidden terms only, no deprecated ones")],
};

const ENTRY: [(&str, Holds); 10] = [
    ("Entry_ID", Holds::Nothing),
    ("Entry_Subject", Holds::Subject),
    ("Entry_Domain", Holds::Nothing),
    ("Entry_ClientID", Holds::Customer),
    ("Entry_ProjectID", Holds::Project),
    ("Entry_Created", Holds::Nothing),
    ("Entry_Creator", Holds::Nothing),
    ("Entry_LastModified", Holds::Nothing),
    ("Entry_Modifier", Holds::Nothing),
    ("Entry_Note", Holds::Note),
];

/// How the header of an export begins.
pub(super) const FIRST: &str = "Entry_ID";

fn columns(langs: &[LanguageTag], most: &[usize]) -> Columns {
    let mut columns: Vec<_> = ENTRY.iter().map(|(name, holds)| ((*name).to_owned(), *holds)).collect();
    for (l, lang) in langs.iter().enumerate().filter(|(l, _)| most[*l] > 0) {
        let name = codes::memoq(lang);
        columns.push((format!("{name}_Def"), Holds::DefinitionIn(l)));
        for n in 0..most[l] {
            columns.push((name.clone(), Holds::Term(l, n)));
            columns.push(("Term_Info".to_owned(), Holds::Info(l, n)));
            columns.push(("Term_Example".to_owned(), Holds::Example(l, n)));
        }
    }
    columns
}

fn header(cells: &[&str]) -> Header {
    let mut langs: Vec<LanguageTag> = vec![];
    let mut counts: Vec<usize> = vec![];
    let mut at = |tag: LanguageTag, counts: &mut Vec<usize>| {
        langs.iter().position(|l| *l == tag).unwrap_or_else(|| {
            langs.push(tag);
            counts.push(0);
            langs.len() - 1
        })
    };
    // The term that the columns behind it speak of.
    let mut last = None;
    let mut columns = vec![];
    for cell in cells.iter().map(|c| c.trim()) {
        let of_entry =
            ENTRY.iter().find(|(name, _)| name.eq_ignore_ascii_case(cell)).map(|(_, holds)| *holds);
        let definition = || cell.strip_suffix("_Def").and_then(codes::of_memoq);
        columns.push(match (of_entry, last) {
            (Some(holds), _) => holds,
            (None, Some((l, n))) if cell.eq_ignore_ascii_case("Term_Info") => Holds::Info(l, n),
            (None, Some((l, n))) if cell.eq_ignore_ascii_case("Term_Example") => Holds::Example(l, n),
            (None, _) => match (definition(), codes::of_memoq(cell)) {
                (Some(tag), _) => Holds::DefinitionIn(at(tag, &mut counts)),
                (None, Some(tag)) => {
                    let l = at(tag, &mut counts);
                    counts[l] += 1;
                    last = Some((l, counts[l] - 1));
                    Holds::Term(l, counts[l] - 1)
                }
                (None, None) => Holds::Nothing,
            },
        });
    }
    (columns, langs)
}

/// Returns what memoQ is told of a term.
pub(super) fn info(term: &Term) -> String {
    let case = if term.match_rule.case_sensitive { "CaseSense" } else { "CasePermissive" };
    let matching = if term.match_rule.mode == Some(MatchMode::Exact) { "Exact" } else { "HalfPrefix" };
    let forbidden = if term.is_usable() { "" } else { ";NonTerm" };
    format!("{case};{matching}{forbidden}")
}

/// Takes what memoQ tells of a term.
pub(super) fn take_info(term: &mut Term, info: &str) {
    for word in info.split(';').map(str::trim) {
        match word {
            "CaseSense" | "CaseSensitive" => term.match_rule.case_sensitive = true,
            "Exact" | "NoPrefix" => term.match_rule.mode = Some(MatchMode::Exact),
            // A bar or a star ends the part of the word that does not change.
            "Custom" => {
                let whole: String = term.text.chars().filter(|c| !matches!(c, '|' | '*')).collect();
                if !whole.trim().is_empty() {
                    term.text = whole;
                    term.match_rule.mode = Some(MatchMode::Prefix);
                }
            }
            "NonTerm" | "Forbidden" => {
                term.forbidden = true;
                term.status = Some(Status::Deprecated);
            }
            _ => {}
        }
    }
}
