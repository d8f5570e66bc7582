//! What the first line of a table says about the kind of table it is.

use std::path::Path;

use super::words::bare;
use crate::model::LanguageTag;

/// The languages of ISO 639-1. A header of two letters is a language only if it is one of these:
/// every two letters make a well-formed tag.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs \
    cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz \
    ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo \
    lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm \
    rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty \
    ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Some languages of ISO 639-3 that term lists have; other codes of three letters count only with a
/// script or a region, because every word of three letters is well-formed.
const THREE_LETTERS: &str = "ast ber ceb ckb cmn dsb fil fur gsw haw hmn hsb kab kmr kok lij mai mni nan nds \
    nso prs quc sat scn smn szl tet tzm vec wuu yue zgh";

/// Reads a column header as a language: a tag that exists, or a name.
pub(super) fn language(header: &str) -> Option<LanguageTag> {
    let header = header.trim();
    if let Ok(tag) = header.parse::<LanguageTag>() {
        let primary = header.split(['-', '_']).next().unwrap_or(header).to_ascii_lowercase();
        let known = |codes: &str| codes.split_ascii_whitespace().any(|c| c == primary);
        // A region or script in writing, so that `not_found` and `the-end` stay words.
        let qualified = tag.script().is_some() || tag.region().is_some();
        return match primary.len() {
            2 => known(TWO_LETTERS).then_some(tag),
            3 => (known(THREE_LETTERS) || qualified).then_some(tag),
            _ => header.to_ascii_lowercase().starts_with("x-").then_some(tag),
        };
    }
    None
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

/// Finds `source` and `target`, or exactly two languages, in a header.
pub(super) fn pair(header: &[&str]) -> Option<Pair> {
    let find = |names: &[&str]| header.iter().position(|h| names.contains(&bare(h).as_str()));
    let id = find(&["id", "tuid", "unit", "unitid", "key", "segmentid"]);
    let source = find(&["source", "src", "sourcetext", "original"]);
    let target = find(&["target", "tgt", "trg", "targettext", "translation"]);
    if let (Some(source), Some(target)) = (source, target) {
        return Some(Pair { id, source, target });
    }
    let found: Vec<usize> = languages(header.iter().copied())
        .iter()
        .enumerate()
        .filter_map(|(at, tag)| tag.is_some().then_some(at))
        .collect();
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
    let mut row = super::grid::Row::default();
    if !rows.next(&mut row).unwrap_or(false) {
        return look;
    }
    let header: Vec<String> = row.cells().map(str::to_owned).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    look.long = super::long::is_header(header.iter().copied());
    look.languages = languages(header.iter().copied()).iter().flatten().count();
    look.pair = pair(&header);
    look.named_pair = look.pair.is_some_and(|p| language(header[p.source]).is_none());
    if let Some(pair) = look.pair {
        let (mut letters, mut count) = (0, 0);
        while count < 20 && rows.next(&mut row).unwrap_or(false) {
            letters += row.cell(pair.source).chars().count();
            count += 1;
        }
        // Segments are sentences; terms are a few words.
        look.sentences = count > 0 && letters / count > 40;
    }
    look
}

impl Look {
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
