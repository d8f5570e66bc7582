//! What a schema says of each element, written one element a line.
//!
//! `name: content | attributes`. The content is a row of parts, each a name or names in brackets, with
//! `?`, `*` or `+` behind it; `~` and names is text mixed with them; `'…'` one of the values; `<type>`
//! text of a type; nothing at all is nothing at all. `@` stands for an element of another namespace, and
//! `$aux` for a row given a name of its own. An attribute is `name=type`, with `?` where it may be left
//! out. That is enough for RELAX NG and DTDs of this trade, and short enough to be read beside them.

use rustc_hash::FxHashMap;

/// What a schema allows.
#[derive(Debug)]
pub(super) struct Schema {
    pub root: &'static str,
    elements: FxHashMap<&'static str, Element>,
}

/// What an element may hold and bear.
#[derive(Debug)]
pub(super) struct Element {
    pub content: Content,
    pub attributes: Vec<Attribute>,
}

/// What an element may hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Elements, in this order.
    Parts(Vec<Part>),
    /// Text, and these elements anywhere in it.
    Mixed(Vec<&'static str>),
    /// Text of a type, and no elements.
    Text(Value),
    /// Nothing, not even blanks.
    Nothing,
}

/// Some elements at one point of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub names: Vec<&'static str>,
    /// Whether there must be one.
    pub needed: bool,
    /// Whether there may be several.
    pub many: bool,
}

/// An attribute that may or must stand.
#[derive(Debug)]
pub(super) struct Attribute {
    pub name: &'static str,
    pub needed: bool,
    pub value: Value,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Any,
    /// A name that stands once in the document.
    Id,
    /// A name that is the id of something in the document.
    Reference,
    /// A language tag in its outer form.
    Language,
    Uri,
    /// An address that begins with http:// or https://.
    Web,
    /// `TBX-` and a name.
    Dialect,
    Date,
    DateOrTime,
    OneOf(Vec<&'static str>),
}

/// The name that stands for an element of another namespace.
pub(super) const FOREIGN: &str = "@";

impl Schema {
    /// Reads a schema; `rows` gives names to rows that come again and again.
    ///
    /// # Panics
    ///
    /// Where the text is not of the form that the module tells: it is ours, and a test reads them all.
    pub fn read(text: &'static str, rows: &[(&str, &'static str)]) -> Self {
        let mut root = "";
        let mut elements = FxHashMap::default();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let (name, rest) = line.split_once(':').expect("a name and a colon");
            let (content, attributes) = rest.split_once(" | ").unwrap_or((rest, ""));
            if root.is_empty() {
                root = name;
            }
            let element = Element {
                content: content_of(content, rows),
                attributes: attributes
                    .split_whitespace()
                    .flat_map(|a| names_of(a, rows))
                    .map(attribute_of)
                    .collect(),
            };
            assert!(elements.insert(name, element).is_none(), "{name} stands twice");
        }
        Self { root, elements }
    }

    pub fn element(&self, name: &str) -> Option<&Element> {
        self.elements.get(name)
    }

    /// Iterates over the elements by name.
    #[cfg(test)]
    pub fn elements(&self) -> impl Iterator<Item = (&'static str, &Element)> {
        self.elements.iter().map(|(name, element)| (*name, element))
    }

    /// Iterates over the names of the elements that may hold an element.
    pub fn holders<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'static str> + 's {
        self.elements.iter().filter(move |(_, e)| e.content.names().any(|n| n == name)).map(|(n, _)| *n)
    }
}

impl Content {
    /// Iterates over the names of the elements that may stand in it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        let (parts, mixed): (&[Part], &[&'static str]) = match self {
            Self::Parts(parts) => (parts, &[]),
            Self::Mixed(names) => (&[], names),
            Self::Text(_) | Self::Nothing => (&[], &[]),
        };
        parts.iter().flat_map(|p| p.names.iter().copied()).chain(mixed.iter().copied())
    }
}

fn content_of(text: &'static str, rows: &[(&str, &'static str)]) -> Content {
    let text = text.trim();
    if text.is_empty() {
        return Content::Nothing;
    }
    if let Some(values) = text.strip_prefix('\'') {
        return Content::Text(Value::OneOf(values.trim_end_matches('\'').split('|').collect()));
    }
    if let Some(kind) = text.strip_prefix('<') {
        return Content::Text(value_of(kind.trim_end_matches('>')));
    }
    if let Some(names) = text.strip_prefix('~') {
        return Content::Mixed(names.split_whitespace().flat_map(|n| names_of(n, rows)).collect());
    }
    let mut parts = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let (names, behind) = match rest.strip_prefix('(') {
            Some(inner) => inner.split_once(')').expect("the bracket is closed"),
            None => rest.split_at(rest.find([' ', '?', '*', '+']).unwrap_or(rest.len())),
        };
        let mark = behind.chars().next().unwrap_or(' ');
        parts.push(Part {
            names: names.split_whitespace().flat_map(|n| names_of(n, rows)).collect(),
            needed: !matches!(mark, '?' | '*'),
            many: matches!(mark, '*' | '+'),
        });
        rest = behind.trim_start_matches(['?', '*', '+']).trim_start();
    }
    Content::Parts(parts)
}

fn names_of(name: &'static str, rows: &[(&str, &'static str)]) -> Vec<&'static str> {
    match name.strip_prefix('$') {
        Some(row) => {
            let (_, names) = rows.iter().find(|(n, _)| *n == row).expect("the row has a name");
            names.split_whitespace().collect()
        }
        None => vec![name],
    }
}

fn attribute_of(text: &'static str) -> Attribute {
    let (text, needed) = match text.strip_suffix('?') {
        Some(text) => (text, false),
        None => (text, true),
    };
    let (name, value) = text.split_once('=').expect("a name and its type");
    Attribute { name, needed, value: value_of(value) }
}

fn value_of(text: &'static str) -> Value {
    match text {
        "text" => Value::Any,
        "ID" => Value::Id,
        "IDREF" => Value::Reference,
        "language" => Value::Language,
        "uri" => Value::Uri,
        "web" => Value::Web,
        "dialect" => Value::Dialect,
        "date" => Value::Date,
        "date-or-time" => Value::DateOrTime,
        values => Value::OneOf(values.split(',').collect()),
    }
}

/// What is wrong with a value; `None` where nothing is.
///
/// Blanks around a value do not count, as in the schemas.
pub(super) fn complaint(value: &Value, text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let right = match value {
        Value::Any => true,
        Value::Id | Value::Reference => is_name(text),
        Value::Language => is_language(text),
        Value::Uri => is_uri(text),
        Value::Web => is_web(text) && is_uri(text),
        Value::Dialect => text.strip_prefix("TBX-").is_some_and(|rest| !rest.is_empty()),
        Value::Date => is_date(text),
        Value::DateOrTime => is_date(text) || is_date_time(text),
        Value::OneOf(values) => values.contains(&text),
    };
    if right {
        return None;
    }
    Some(match value {
        Value::Any => String::new(),
        Value::Id | Value::Reference => {
            "an id begins with a letter or an underscore, and holds no blank and no colon".to_owned()
        }
        Value::Language => {
            "a language tag is letters and digits in groups of up to eight, with hyphens between".to_owned()
        }
        Value::Uri => "this is no address".to_owned(),
        Value::Web => "the address has to begin with http:// or https://".to_owned(),
        Value::Dialect => "the type is the dialect: TBX-Core, TBX-Min, TBX-Basic or TBX-Linguist".to_owned(),
        Value::Date => "a date is YYYY-MM-DD".to_owned(),
        Value::DateOrTime => "a date is YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss".to_owned(),
        Value::OneOf(values) => format!("it can be {}", one_of(values)),
    })
}

/// Names the choices as a sentence does.
pub(super) fn one_of(values: &[&str]) -> String {
    match values {
        [] => "nothing".to_owned(),
        [one] => one.to_string(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Whether the text is a name without a colon, by XML 1.0.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let start = |c: char| c == '_' || c.is_ascii_alphabetic() || (c as u32 >= 0xC0 && c.is_alphabetic());
    let inside = |c: char| {
        start(c)
            || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}')
            || (c as u32 >= 0xC0 && (c.is_alphanumeric() || is_mark(c)))
    };
    chars.next().is_some_and(start) && chars.all(inside)
}

/// Whether the character joins another one, as far as names in XML allow it.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_language(text: &str) -> bool {
    let mut groups = text.split('-');
    let short = |g: &str| (1..=8).contains(&g.len());
    groups.next().is_some_and(|g| short(g) && g.bytes().all(|b| b.is_ascii_alphabetic()))
        && groups.all(|g| short(g) && g.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether the text holds `http://` or `https://` and something behind it.
pub(super) fn is_web(text: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.find(scheme).is_some_and(|at| at == 0 && text.len() > scheme.len()))
}

/// Whether the text is a reference by RFC 3986, once what may not stand in it bare has been escaped.
fn is_uri(text: &str) -> bool {
    let bytes = text.as_bytes();
    let escapes =
        bytes.iter().enumerate().filter(|(_, b)| **b == b'%').all(|(at, _)| {
            bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
        });
    let fragments = bytes.iter().filter(|b| **b == b'#').count() <= 1;
    let head = text.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = match head.split_once(':') {
        Some((scheme, _)) => {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        }
        None => true,
    };
    escapes && fragments && scheme
}

/// Whether the text is a day of the calendar, with or without its zone.
fn is_date(text: &str) -> bool {
    let text = without_zone(text);
    let text = text.strip_prefix('-').unwrap_or(text);
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    if year.len() < 4 || (year.len() > 4 && year.starts_with('0')) || month.len() != 2 || day.len() != 2 {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

fn is_date_time(text: &str) -> bool {
    let text = without_zone(text);
    let Some((date, time)) = text.split_once('T') else { return false };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = time.split(':');
    let (Some(h), Some(m), Some(s), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let two = |text: &str, most: u8| {
        text.len() == 2
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|n| n <= most)
    };
    is_date(date)
        && !date.ends_with('Z')
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
        && two(h, 23)
        && two(m, 59)
        && two(s, 59)
}

/// Returns a date without `Z` or `+hh:mm` behind it.
fn without_zone(text: &str) -> &str {
    if let Some(text) = text.strip_suffix('Z') {
        return text;
    }
    let Some(at) = text.len().checked_sub(6).filter(|at| text.is_char_boundary(*at)) else { return text };
    let (date, zone) = text.split_at(at);
    let zone = zone.as_bytes();
    let digits = [1, 2, 4, 5].iter().all(|i| zone[*i].is_ascii_digit());
    // `-11-22` is a month and a day; a zone has a colon.
    if matches!(zone[0], b'+' | b'-') && zone[3] == b':' && digits { date } else { text }
}

/// Returns the beginning of a text, for a message.
pub(super) fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_an_element_holds_and_bears() {
        let schema = Schema::read(
            "tu: (note prop)* tuv+ | tuid=text? lang=language\n seg: ~ $codes\n ph:",
            &[("codes", "bpt ept")],
        );
        assert_eq!(schema.root, "tu");
        let tu = schema.element("tu").unwrap();
        let note = Part { names: vec!["note", "prop"], needed: false, many: true };
        let tuv = Part { names: vec!["tuv"], needed: true, many: true };
        assert_eq!(tu.content, Content::Parts(vec![note, tuv]));
        assert!(!tu.attributes[0].needed && tu.attributes[1].needed);
        assert_eq!(schema.element("seg").unwrap().content, Content::Mixed(vec!["bpt", "ept"]));
        assert_eq!(schema.element("ph").unwrap().content, Content::Nothing);
        assert_eq!(schema.holders("tuv").collect::<Vec<_>>(), ["tu"]);
    }

    #[test]
    fn values_are_what_the_schemas_take() {
        let right = |value: Value, text: &str| assert_eq!(complaint(&value, text), None, "{text}");
        let wrong = |value: Value, text: &str| assert!(complaint(&value, text).is_some(), "{text}");
        for id in ["c1", " c1 ", "_x", "c-1.2", "été", "网络主权"] {
            right(Value::Id, id);
        }
        for id in ["", "1c", "a:b", "a b", "-a", ".a"] {
            wrong(Value::Id, id);
        }
        for language in ["en", "zh-Hans", "x-klingon", "sr-Latn-RS-x-a1"] {
            right(Value::Language, language);
        }
        for language in ["", "fr_FR", "en-", "e1", "abcdefghi"] {
            wrong(Value::Language, language);
        }
        for date in ["2026-11-22", "2024-02-29", "2026-11-22Z", "2026-11-22+08:00", "12026-01-01"] {
            right(Value::Date, date);
        }
        for date in [
            "2026-11",
            "2026-02-30",
            "2026-1-1",
            "22.11.2026",
            "2026-11-22T10:00:00",
            "0000-01-01",
            "é-11-22",
        ] {
            wrong(Value::Date, date);
        }
        for time in ["2026-11-22T10:00:00", "2026-11-22T10:00:00.5Z"] {
            right(Value::DateOrTime, time);
        }
        for time in [
            "2026-11-22T24:00:00",
            "2026-11-22T25:00:00",
            "2026-11-22T10:00",
            "2026-11-22T10:00:00.",
            "2026-11-22ZT10:00:00",
        ] {
            wrong(Value::DateOrTime, time);
        }
        right(Value::Web, "https://example.org/a b");
        for address in ["img/a.png", "ftp://example.org", "https://"] {
            wrong(Value::Web, address);
        }
        right(Value::Uri, "img/a.png");
        wrong(Value::Uri, "https://example.org/%zz");
    }
}
