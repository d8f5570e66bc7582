//! What the first line of a table says about the kind of table it is.

use std::path::Path;

use super::columns::Column;
use super::words::bare;
use crate::model::LanguageTag;
use crate::text::languages::by_name;

/// Reads a column header as a language: a tag that exists, or a name.
pub(super) fn language(header: &str) -> Option<LanguageTag> {
    // Names are looked up one by one: not for a column that is known for something else. `id` is
    // the shape of a tag and may be either.
    let is_column = header.parse::<LanguageTag>().is_err() && Column::by_header(header).is_some();
    if is_column { None } else { by_name(header) }
}

/// Tells whether a column headed by this tag is known for one of this language.
pub(super) fn is_known(tag: &LanguageTag) -> bool {
    by_name(tag.as_str()).as_ref() == Some(tag)
}

/// Finds the language columns of a header; `id` in front of languages is an identifier, and
/// Indonesian only elsewhere.
pub(super) fn languages<'h>(header: impl Iterator<Item = &'h str>) -> Vec<Option<LanguageTag>> {
    let header: Vec<&str> = header.collect();
    let mut found: Vec<_> = header.iter().map(|h| language(h)).collect();
    let others = found.iter().skip(1).flatten().count();
    if header.first().is_some_and(|h| h.trim().eq_ignore_ascii_case("id")) && others > 1 {
        found[0] = None;
    }
    found
}

/// Where a bitext table has its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    /// The column of ids.
    pub id: Option<usize>,
    /// The column of the source.
    pub source: usize,
    /// The column of the target.
    pub target: usize,
}

/// What a column of ids is called.
const IDS: &[&str] = &["id", "tuid", "unit", "unitid", "key", "segmentid"];

/// Finds the columns of two languages among those of a header, and that of ids.
pub(super) fn pair_of(
    header: &[&str],
    choose: impl FnOnce(&[(usize, LanguageTag)]) -> Option<(usize, usize)>,
) -> Option<Pair> {
    let tags = languages(header.iter().copied()).into_iter().enumerate();
    let known: Vec<(usize, LanguageTag)> = tags.filter_map(|(at, tag)| Some((at, tag?))).collect();
    let (source, target) = choose(&known)?;
    let id = header.iter().position(|h| IDS.contains(&bare(h).as_str()));
    Some(Pair { id: id.filter(|id| *id != source && *id != target), source, target })
}

/// Finds `source` and `target`, or exactly two languages, in a header.
pub(super) fn pair(header: &[&str]) -> Option<Pair> {
    pair_among(header, || languages(header.iter().copied()))
}

fn pair_among(header: &[&str], tags: impl FnOnce() -> Vec<Option<LanguageTag>>) -> Option<Pair> {
    let find = |names: &[&str]| header.iter().position(|h| names.contains(&bare(h).as_str()));
    let id = find(IDS);
    let source = find(&["source", "src", "sourcetext", "original"]);
    let target = find(&["target", "tgt", "trg", "targettext", "translation"]);
    if let (Some(source), Some(target)) = (source, target) {
        return Some(Pair { id, source, target });
    }
    let found: Vec<usize> =
        tags().iter().enumerate().filter_map(|(at, tag)| tag.is_some().then_some(at)).collect();
    match found[..] {
        [source, target] => Some(Pair { id: id.filter(|id| *id != source && *id != target), source, target }),
        _ => None,
    }
}

/// What a look at the beginning of a file tells.
pub(super) struct Look {
    delimiter: u8,
    long: bool,
    languages: usize,
    pair: Option<Pair>,
    named_pair: bool,
    sentences: bool,
    magic: bool,
    table: bool,
}

/// Looks at the beginning of a file.
pub(super) fn sniff(head: &str, name: &Path) -> Look {
    let mut look = Look {
        delimiter: b',',
        long: false,
        languages: 0,
        pair: None,
        named_pair: false,
        sentences: false,
        magic: false,
        table: name
            .extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| ["csv", "tsv", "tab", "txt", "utf8"].iter().any(|t| e.eq_ignore_ascii_case(t))),
    };
    if head.contains('\0') || head.trim_start().starts_with(['<', '{', '[']) {
        look.table = false;
        return look;
    }
    let mut input = head.as_bytes();
    let options = crate::format::ReadOptions::default();
    let Ok(mut rows) = super::grid::Rows::open(&mut input, "", &options) else { return look };
    look.delimiter = rows.delimiter();
    look.magic = head.trim_start_matches('\u{feff}').starts_with('#') && head.contains("-*- coding:");
    look.at(&mut rows);
    look
}

impl Look {
    /// Looks at the first rows of a table that is no text.
    pub fn of(rows: &mut dyn super::grid::Table) -> Self {
        let mut look = Look {
            delimiter: b',',
            long: false,
            languages: 0,
            pair: None,
            named_pair: false,
            sentences: false,
            magic: false,
            table: true,
        };
        look.at(rows);
        look
    }

    fn at(&mut self, rows: &mut dyn super::grid::Table) {
        let mut row = super::grid::Row::default();
        if !rows.next(&mut row).unwrap_or(false) {
            return;
        }
        let header: Vec<String> = row.cells().map(str::to_owned).collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        self.long = super::long::is_header(header.iter().copied());
        if self.long {
            return;
        }
        let tags = languages(header.iter().copied());
        self.languages = tags.iter().flatten().count();
        self.pair = pair_among(&header, || tags.clone());
        self.named_pair = self.pair.is_some_and(|p| tags[p.source].is_none());
        if let Some(pair) = self.pair {
            let (mut letters, mut count) = (0, 0);
            while count < 20 && rows.next(&mut row).unwrap_or(false) {
                letters += row.cell(pair.source).chars().count();
                count += 1;
            }
            // Segments are sentences; terms are a few words.
            self.sentences = count > 0 && letters / count > 40;
        }
    }

    /// How sure this is a long term table with this delimiter.
    pub fn long(&self, delimiter: u8) -> u8 {
        let fits = (self.delimiter == b'\t') == (delimiter == b'\t');
        if self.long && fits { 95 } else { 0 }
    }

    /// How sure this is a wide term table.
    pub fn wide(&self) -> u8 {
        match () {
            () if self.long => 0,
            () if self.magic => 60,
            () if self.languages > 2 => 90,
            () if self.languages == 2 && self.delimiter != b'\t' => 70,
            () if self.languages == 2 => 50,
            () if self.table => 2,
            () => 0,
        }
    }

    /// How sure this is a bitext table, with tabs or with something else.
    pub fn bitext(&self, tabs: bool) -> u8 {
        if self.long || (self.delimiter == b'\t') != tabs {
            return 0;
        }
        match self.pair {
            Some(_) if self.named_pair => 85,
            Some(pair) if pair.id.is_some() || self.sentences => 80,
            Some(_) => 60,
            None => 0,
        }
    }
}
