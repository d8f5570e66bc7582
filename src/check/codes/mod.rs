//! Codes in a text: tags, placeholders and addresses that a translation keeps as they are.

pub mod placeholder_extra;
pub mod placeholder_missing;
pub mod scan;
pub mod tag_extra;
pub mod tag_missing;
pub mod tag_nesting;
pub mod tag_order;
pub mod url_changed;

use std::ops::Range;

use scan::{Code, Kind};

use super::{About, Family, LooksAt, Text};
use crate::model::{Edge, Inline, InlineKind, Native, Severity};

/// Returns what there is to know about a check of the codes of a pair.
const fn about(code: &'static str, severity: Severity, page: &'static str) -> About {
    About {
        code,
        family: Family::Codes,
        severity,
        looks_at: LooksAt::Pairs,
        yields_to: &["untranslated", "empty-target"],
        page,
    }
}

/// A tag in the text, or an inline code beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag {
    /// What it is called: `b`, or the native code.
    name: String,
    /// What it does.
    kind: Kind,
    /// Whether it is an inline code, whose name is the file's affair.
    inline: bool,
    /// What pairs it with another, if not its name.
    pair: Option<String>,
    /// Where it stands, in bytes; an inline code takes no room.
    range: Range<usize>,
}

impl Tag {
    /// Returns how a person would write it.
    fn shown(&self) -> String {
        match (self.inline, self.kind) {
            (true, _) if !self.name.is_empty() => self.name.clone(),
            (_, Kind::Close) => format!("</{}>", self.name),
            (_, Kind::Empty) => format!("<{}/>", self.name),
            _ => format!("<{}>", self.name),
        }
    }
}

/// Tells whether a tag is surely one, and no word that somebody put between signs (`<file>`).
fn is_sure(tag: &Tag, text: &Text<'_>) -> bool {
    const KNOWN: &[&str] = &[
        "abbr",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "body",
        "br",
        "button",
        "cite",
        "code",
        "del",
        "dfn",
        "div",
        "em",
        "figure",
        "font",
        "hr",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "mrk",
        "ol",
        "ph",
        "pre",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "td",
        "th",
        "tr",
        "ul",
        "var",
        "bpt",
        "ept",
    ];
    let coded = tag.name.len() < 3
        || tag.name.contains(|c: char| c.is_ascii_digit())
        || KNOWN.contains(&tag.name.as_str());
    let attributed = text.text().get(tag.range.clone()).is_some_and(|t| t.contains('='));
    tag.inline || tag.kind != Kind::Open || coded || attributed || {
        let closed = |c: &Code| c.kind == Kind::Close && c.tag(text.text()).eq_ignore_ascii_case(&tag.name);
        text.codes().iter().any(closed)
    }
}

/// Returns the tags and inline codes of a text, in order.
fn tags(text: &Text<'_>) -> Vec<Tag> {
    let plain = |code: &Code| Tag {
        name: code.tag(text.text()).to_ascii_lowercase(),
        kind: code.kind,
        inline: false,
        pair: None,
        range: code.range.clone(),
    };
    let mut out: Vec<Tag> = text.codes().iter().filter(|c| c.is_tag()).map(plain).collect();
    if !text.segment.inlines.is_empty() {
        out.extend(text.segment.inlines.iter().map(inline));
        out.sort_by_key(|t| (t.range.start, !t.inline));
    }
    out
}

fn inline(code: &Inline) -> Tag {
    let kind = match &code.kind {
        InlineKind::Begin | InlineKind::Highlight(Edge::Open) | InlineKind::Foreign(_, Edge::Open) => {
            Kind::Open
        }
        InlineKind::End | InlineKind::Highlight(Edge::Close) | InlineKind::Foreign(_, Edge::Close) => {
            Kind::Close
        }
        InlineKind::Isolated(_) | InlineKind::Placeholder | InlineKind::Unknown => Kind::Empty,
    };
    let native: String = code
        .native
        .iter()
        .filter_map(|n| match n {
            Native::Code(code) => Some(code.as_str()),
            Native::Sub(..) => None,
        })
        .collect();
    let at = code.at as usize;
    Tag { name: native.trim().to_owned(), kind, inline: true, pair: code.pair.clone(), range: at..at }
}

/// Returns the tags of the first text that the second lacks.
fn without_counterpart(these: &Text<'_>, those: &Text<'_>) -> Vec<Tag> {
    let mut left = tags(these);
    if left.is_empty() {
        return left;
    }
    let mut others = tags(those);
    let mut take = |left: &mut Vec<Tag>, alike: &dyn Fn(&Tag, &Tag) -> bool| {
        left.retain(|tag| match others.iter().position(|other| alike(tag, other)) {
            Some(at) => {
                others.remove(at);
                false
            }
            None => true,
        });
    };
    take(&mut left, &|a, b| a.kind == b.kind && a.inline == b.inline && a.name == b.name);
    // What tools write into inline codes differs from side to side; their number does not.
    take(&mut left, &|a, b| a.kind == b.kind && a.inline && b.inline);
    left
}

/// A placeholder and how it is compared.
struct Placeholder {
    key: String,
    range: Range<usize>,
}

/// Returns the placeholders of a text; doubtful ones only where the other text has the same.
fn placeholders(text: &Text<'_>, other: &Text<'_>, numbered: bool) -> Vec<Placeholder> {
    let written = text.text();
    let counts = |code: &&Code| match code.kind {
        Kind::Placeholder => true,
        Kind::Perhaps => {
            !written[code.range.clone()].eq("%%") && other.text().contains(&written[code.range.clone()])
        }
        _ => false,
    };
    let made = |code: &Code| Placeholder {
        key: key(&written[code.range.clone()], numbered),
        range: code.range.clone(),
    };
    text.codes().iter().filter(counts).map(made).collect()
}

/// Tells whether a text has placeholders with numbers, as in `%1$s`.
fn numbers(text: &Text<'_>) -> bool {
    text.codes().iter().any(|c| c.kind == Kind::Placeholder && is_numbered(&text.text()[c.range.clone()]))
}

fn is_numbered(code: &str) -> bool {
    code.starts_with('%') && code.contains('$')
}

/// Returns a placeholder without what may differ: spaces in braces, the forms of a plural, the number where
/// the other side counts none.
fn key(code: &str, numbered: bool) -> String {
    if let Some((name, _)) = code.strip_prefix('{').and_then(|c| c.split_once(',')) {
        return format!("{{{name}}}");
    }
    match code.split_once('$') {
        Some((_, kind)) if is_numbered(code) && !numbered => format!("%{kind}"),
        _ => code.split_whitespace().collect(),
    }
}

/// Returns the placeholders of the first text that the second lacks, each with whether it lacks it wholly.
fn lacking(these: &Text<'_>, those: &Text<'_>) -> Vec<(Range<usize>, bool)> {
    let numbered = numbers(these) && numbers(those);
    let mut others: Vec<String> = vec![];
    let mut all: Vec<String> = vec![];
    let mine = placeholders(these, those, numbered);
    if mine.is_empty() {
        return vec![];
    }
    for other in placeholders(those, these, numbered) {
        others.push(other.key.clone());
        all.push(other.key);
    }
    let mut out = vec![];
    for one in mine {
        match others.iter().position(|key| *key == one.key) {
            Some(at) => drop(others.swap_remove(at)),
            None => out.push((one.range, !all.contains(&one.key))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::super::run;
    use super::super::text::tests::Table;
    use crate::find::terms::Terms;
    use crate::model::{Inline, InlineKind, Native, Segment};

    fn code(at: u32, kind: InlineKind, pair: &str, native: &str) -> Inline {
        let native = vec![Native::Code(native.to_owned())];
        Inline { at, kind, pair: Some(pair.to_owned()), x: None, attributes: vec![], native }
    }

    fn said(source: Vec<Inline>, target: Vec<Inline>) -> Vec<String> {
        let source = Segment { text: "The first item".to_owned(), inlines: source };
        let target = Segment { text: "Le premier point".to_owned(), inlines: target };
        let langs = (Some("en".parse().unwrap()), "fr".parse().unwrap());
        let table = Table { langs, rows: vec![(Some(source), target)] };
        run(&table, &Terms::default(), &Options::default()).into_iter().map(|f| f.check).collect()
    }

    #[test]
    fn inline_codes_are_compared_by_kind_and_number() {
        let bold = |open: u32, close: u32, native: &str| {
            vec![code(open, InlineKind::Begin, "1", native), code(close, InlineKind::End, "1", native)]
        };
        for (name, source, target, expected) in [
            ("moved", bold(4, 9, "<b>"), bold(3, 10, "<b>"), vec![]),
            ("other native codes", bold(4, 9, "<b>"), bold(3, 10, "\\b"), vec![]),
            ("end lost", bold(4, 9, "<b>"), bold(3, 10, "<b>")[..1].to_vec(), vec!["tag-missing"]),
            ("one more", vec![], vec![code(3, InlineKind::Placeholder, "1", "{1}")], vec!["tag-extra"]),
            (
                "ends before it begins",
                bold(4, 9, "<b>"),
                bold(3, 10, "<b>").into_iter().rev().map(|c| Inline { at: 3, ..c }).collect(),
                vec!["tag-order"],
            ),
        ] {
            assert_eq!(said(source, target), expected, "{name}");
        }
    }

    #[test]
    fn a_code_that_stands_for_something_parts_its_neighbours() {
        for (text, at, kind, expected) in [
            ("Le  premier", 3, InlineKind::Placeholder, vec![]),
            ("Le  premier", 2, InlineKind::Begin, vec!["space-extra"]),
            ("Le premier , puis", 11, InlineKind::Placeholder, vec![]),
            ("Le premier , puis", 0, InlineKind::Placeholder, vec!["punct-spacing"]),
        ] {
            let pair = if kind == InlineKind::Begin { "1" } else { "" };
            let codes = |at: u32| vec![code(at, kind.clone(), pair, "{1}")];
            let source = Segment { text: "The first, then".to_owned(), inlines: codes(4) };
            let target = Segment { text: text.to_owned(), inlines: codes(at) };
            let langs = (Some("en".parse().unwrap()), "fr".parse().unwrap());
            let table = Table { langs, rows: vec![(Some(source), target)] };
            let found = run(&table, &Terms::default(), &Options::default()).into_iter().map(|f| f.check);
            let found: Vec<_> =
                found.filter(|code| code.starts_with("space") || code.starts_with("punct-s")).collect();
            assert_eq!(found, expected, "{text} {at}");
        }
    }
}
