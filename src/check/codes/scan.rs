//! Finds what is no prose in a text: tags, placeholders, entities, addresses.
//!
//! What is a placeholder and what is prose is decided by form alone, and in doubt it is prose: *100% of*,
//! *5 < 6*, *a % b*.

use std::ops::Range;

/// A stretch of text that is code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of code in plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `<b>`
    Open,
    /// `</b>`
    Close,
    /// `<br/>`
    Empty,
    /// `{0}`, `%s`, `${name}`
    Placeholder,
    /// What may as well be prose (`:name`, `%1`): it counts only where the other side has it too.
    Perhaps,
    /// `&nbsp;`
    Entity,
    /// `https://example.org`, `someone@example.org`, `example.org`
    Address,
}

impl Code {
    /// Returns the name of a tag, or nothing.
    pub fn tag<'t>(&self, text: &'t str) -> &'t str {
        let inner = text[self.range.clone()].trim_start_matches(['<', '/']);
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-' || c == '_'));
        &inner[..end.unwrap_or(inner.len())]
    }

    /// Tells whether it is a tag.
    pub fn is_tag(&self) -> bool {
        matches!(self.kind, Kind::Open | Kind::Close | Kind::Empty)
    }
}

/// Returns the codes of a text, in order; none overlaps another.
pub fn codes(text: &str) -> Vec<Code> {
    let bytes = text.as_bytes();
    let mut out: Vec<Code> = vec![];
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|b| TRIGGERS[*b as usize]) {
        at += found;
        let floor = out.last().map_or(0, |c| c.range.end);
        match code_at(text, at, floor) {
            Some(code) => {
                at = code.range.end.max(at + 1);
                out.push(code);
            }
            None => at += 1,
        }
    }
    out
}

static TRIGGERS: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"<{%$&@[_:.";
    let mut i = 0;
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    table
};

fn code_at(text: &str, at: usize, floor: usize) -> Option<Code> {
    let bytes = text.as_bytes();
    let rest = &text[at..];
    let next = bytes.get(at + 1).copied().unwrap_or(0);
    let made = |len: usize, kind: Kind| Some(Code { range: at..at + len, kind });
    match bytes[at] {
        b'<' if half(rest, b'}').is_some() => made(half(rest, b'}')?, Kind::Placeholder),
        b'<' => tag(rest).and_then(|(len, kind)| made(len, kind)),
        b'&' => entity(rest).and_then(|len| made(len, Kind::Entity)),
        b'{' if half(rest, b'>').is_some_and(|len| rest.contains(&format!("<{}}}", &rest[1..len - 1]))) => {
            made(half(rest, b'>')?, Kind::Placeholder)
        }
        b'{' => braces(rest).and_then(|len| made(len, Kind::Placeholder)),
        b'$' if next == b'{' => braces(&rest[1..]).and_then(|len| made(len + 1, Kind::Placeholder)),
        b'$' if next.is_ascii_uppercase() || next == b'_' => {
            let len =
                1 + word_len(&bytes[at + 1..], |b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
            let ends = !bytes.get(at + len).is_some_and(u8::is_ascii_lowercase);
            let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
            (len > 3 && ends && begins).then_some(())?;
            made(len, Kind::Placeholder)
        }
        b'%' => percent(text, at).and_then(|(len, kind)| made(len, kind)),
        b'[' if next == b'[' => {
            let end = rest.find("]]")?;
            let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '|' | ':');
            (end > 2 && end < 60 && rest[2..end].chars().all(name)).then_some(())?;
            made(end + 2, Kind::Placeholder)
        }
        b'_' if next == b'_' => {
            let len =
                word_len(&bytes[at + 2..], |b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
            (len > 2 && rest[..2 + len].ends_with("__")).then_some(())?;
            made(2 + len, Kind::Placeholder)
        }
        b':' if rest.starts_with("://") => {
            let scheme = bytes[floor..at].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
            (scheme >= 2).then_some(())?;
            Some(Code { range: at - scheme..address_end(text, at + 3), kind: Kind::Address })
        }
        b':' if next.is_ascii_lowercase() => {
            let begins = at == 0 || matches!(bytes[at - 1], b' ' | b'(' | b'\n');
            let len = word_len(&bytes[at + 1..], |b| b.is_ascii_lowercase() || b == b'_');
            (begins && len >= 2).then_some(())?;
            made(1 + len, Kind::Perhaps)
        }
        b'@' if next.is_ascii_alphanumeric() => {
            let local = |b: &&u8| b.is_ascii_alphanumeric() || b"._%+-".contains(b);
            let before = bytes[floor..at].iter().rev().take_while(local).count();
            let host = word_len(&bytes[at + 1..], |b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
            let host = text[at + 1..at + 1 + host].trim_end_matches(['.', '-']);
            (before > 0 && host.contains('.')).then_some(())?;
            Some(Code { range: at - before..at + 1 + host.len(), kind: Kind::Address })
        }
        b'.' if next.is_ascii_alphanumeric() => domain(text, at, floor),
        _ => None,
    }
}

/// A name of a host without a scheme: `www.example.org/a`, `example.org`.
fn domain(text: &str, dot: usize, floor: usize) -> Option<Code> {
    let bytes = text.as_bytes();
    let in_host = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-' || *b == b'.';
    let before = bytes[floor..dot].iter().rev().take_while(|b| in_host(b)).count();
    let start = dot - before;
    (before > 0).then_some(())?;
    // A word of another script that runs on into it is prose.
    let glued = text[..start].chars().next_back().is_some_and(|c| c.is_alphabetic() && c < '\u{2E80}');
    let end = dot + word_len(&bytes[dot..], |b| in_host(&b));
    let host = text[start..end].trim_end_matches(['.', '-']);
    let (name, top) = host.rsplit_once('.')?;
    let known = TOP_LEVEL.contains(&top) || (host.starts_with("www.") && top.len() >= 2);
    let lower = !name.bytes().any(|b| b.is_ascii_uppercase());
    (known && lower && !glued && name.len() > 1).then_some(())?;
    let end = start + host.len();
    let end = if bytes.get(end) == Some(&b'/') { address_end(text, end) } else { end };
    Some(Code { range: start..end, kind: Kind::Address })
}

const TOP_LEVEL: &[&str] = &[
    "org", "com", "net", "int", "gov", "edu", "info", "io", "eu", "cn", "ru", "fr", "es", "uk", "de", "jp",
    "us", "ch", "example", "test", "biz", "arpa", "kz", "br", "mx", "ae", "sa", "eg", "ca", "au", "nz", "ua",
    "by",
];

fn address_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, '<' | '>' | '"' | '|' | '\\' | '^' | '`' | '{' | '}')
            || !(c.is_ascii() || (c.is_alphabetic() && c < '\u{2E80}'))
    };
    let mut address = &rest[..rest.find(ends).unwrap_or(rest.len())];
    loop {
        let trimmed = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', ']']);
        let trimmed = match trimmed.strip_suffix(')') {
            Some(inner) if trimmed.matches(')').count() > trimmed.matches('(').count() => inner,
            _ => trimmed,
        };
        if trimmed.len() == address.len() {
            return from + address.len();
        }
        address = trimmed;
    }
}

fn word_len(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|b| !belongs(*b)).unwrap_or(bytes.len())
}

/// Elements that have no end in HTML.
const VOID: &[&str] = &["br", "hr", "img", "wbr", "input", "meta", "link", "col", "area", "source", "embed"];

fn tag(rest: &str) -> Option<(usize, Kind)> {
    let end = rest.find('>')?;
    let inner = &rest[1..end];
    let (inner, close) = inner.strip_prefix('/').map_or((inner, false), |i| (i, true));
    let (inner, empty) = inner.strip_suffix('/').map_or((inner, false), |i| (i, true));
    let in_name = |b: u8| b.is_ascii_alphanumeric() || b == b':' || b == b'-' || b == b'_';
    let name = word_len(inner.as_bytes(), in_name);
    let first = *inner.as_bytes().first()?;
    if name == 0 || name > 40 || !(first.is_ascii_alphabetic() || inner.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let attributes = inner[name..].trim();
    // What stands behind the name has the shape of attributes, or it is prose between two signs.
    if inner.contains('<')
        || !(attributes.is_empty() || (attributes.contains('=') && inner.as_bytes()[name] == b' '))
    {
        return None;
    }
    let void = VOID.contains(&inner[..name].to_ascii_lowercase().as_str());
    let kind = match (close, empty || void) {
        (true, _) => Kind::Close,
        (false, true) => Kind::Empty,
        (false, false) => Kind::Open,
    };
    Some((end + 1, kind))
}

fn entity(rest: &str) -> Option<usize> {
    let end = rest.as_bytes().iter().take(12).position(|b| *b == b';')?;
    let name = &rest[1..end];
    let numeric = name.strip_prefix('#').is_some_and(|n| {
        let hex = n.strip_prefix(['x', 'X']);
        !n.is_empty()
            && hex.map_or(n.bytes().all(|b| b.is_ascii_digit()), |h| {
                !h.is_empty() && h.bytes().all(|b| b.is_ascii_hexdigit())
            })
    });
    let named = name.len() >= 2
        && name.as_bytes()[0].is_ascii_alphabetic()
        && name.bytes().all(|b| b.is_ascii_alphanumeric());
    (numeric || named).then_some(end + 1)
}

/// `{1>` and `<1}`, as Phrase writes the halves of a pair
fn half(rest: &str, end: u8) -> Option<usize> {
    let name = word_len(&rest.as_bytes()[1..], |b| b.is_ascii_alphanumeric());
    (matches!(name, 1..=8) && rest.as_bytes().get(name + 1) == Some(&end)).then_some(name + 2)
}

/// `{0}`, `{name}`, `{{ name }}`, `{}`, `{count, plural, one {…} other {…}}`
fn braces(rest: &str) -> Option<usize> {
    if let Some(double) = rest.strip_prefix("{{") {
        let end = double.find("}}")?;
        return (end < 80 && !double[..end].contains(['{', '\n'])).then_some(end + 4);
    }
    let end = rest.find('}')?;
    let inner = &rest[1..end];
    let named = inner.is_empty() || inner.contains(char::is_alphanumeric);
    if inner.len() <= 80 && named && !inner.contains([' ', '{', '\n', '\u{A0}']) {
        return Some(end + 1);
    }
    // The plural forms of a message are one code to us, with all that is in them.
    let (name, kind) = inner.split_once(',')?;
    let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
    let known =
        ["plural", "select", "number", "date", "time"].iter().any(|k| kind.trim_start().starts_with(k));
    if !named || !known {
        return None;
    }
    let mut depth = 0;
    for (at, b) in rest.bytes().enumerate() {
        match b {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `%s`, `%1$s`, `%(name)s`, `%{name}`, `%name%`, `%-5.2f`, `%%`; not *100% of*, *5 %d* is not either.
fn percent(text: &str, at: usize) -> Option<(usize, Kind)> {
    let bytes = text.as_bytes();
    let rest = &bytes[at + 1..];
    let first = *rest.first()?;
    if first == b'%' {
        return Some((2, Kind::Perhaps));
    }
    if first == b'{' {
        return braces(&text[at + 1..]).map(|len| (len + 1, Kind::Placeholder));
    }
    let conversion = |b: u8| b"sdifuxXcoegEG@".contains(&b);
    if first == b'(' {
        let end = rest.iter().take(60).position(|b| *b == b')')?;
        let name = rest[1..end].iter().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(b));
        return (name && end > 1 && conversion(*rest.get(end + 1)?)).then_some((end + 3, Kind::Placeholder));
    }
    // A figure before the sign makes it a percentage, also over a space.
    let before = text[..at].trim_end_matches([' ', '\u{A0}', '\u{202F}']);
    if before.ends_with(char::is_numeric) {
        return None;
    }
    let name = word_len(rest, |b| b.is_ascii_alphanumeric() || b == b'_');
    if name >= 2 && first.is_ascii_alphabetic() && rest.get(name) == Some(&b'%') {
        return Some((name + 2, Kind::Placeholder));
    }
    let mut len = word_len(rest, |b| b.is_ascii_digit());
    let numbered = len > 0 && rest.get(len) == Some(&b'$');
    if numbered {
        len += 1;
    }
    let flags = word_len(&rest[len..], |b| b"-+#0123456789.*".contains(&b));
    let length = word_len(&rest[len + flags..], |b| b"hlqzj".contains(&b));
    let kind = *rest.get(len + flags + length).unwrap_or(&b' ');
    let end = len + flags + length + 1;
    let behind = rest.get(end).copied().unwrap_or(b' ');
    if conversion(kind) {
        // "%sB" may be one, "%share" hardly.
        let sure = numbered || !behind.is_ascii_alphanumeric();
        return Some((end + 1, if sure { Kind::Placeholder } else { Kind::Perhaps }));
    }
    (len > 0 && !numbered && len <= 2 && !rest.get(len).is_some_and(u8::is_ascii_alphanumeric))
        .then_some((len + 1, Kind::Perhaps))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn code_is_told_from_prose() {
        for (text, expected) in [
            ("Hello <b>{name}</b>, you have %d files<br/>", "<b> {name} </b> %d <br/>"),
            ("100% of states, 5 % des, a % b, 5 < 6 and 7 > 3, a<b and c>d", ""),
            ("%1$s of %2$s, %(count)d, %@, %name%, %{x}", "%1$s %2$s %(count)d %@ %name% %{x}"),
            (
                "{{ user }}, ${home}, $HOME, {0}, {}, [[page]], __N__",
                "{{ user }} ${home} $HOME {0} {} [[page]] __N__",
            ),
            ("who rules {1>the net<1} and {b>{2}<b}, {a>b}", "{1> <1} {b> {2} <b} {a>b}"),
            ("US$5, $5, $USD10", "$USD10"),
            ("{n, plural, one {# file} other {# files}} left", "{n, plural, one {# file} other {# files}}"),
            (
                "See https://example.org/a_(b), or (http://example.com/x).",
                "https://example.org/a_(b) http://example.com/x",
            ),
            ("请访问https://example.org/中文。www.example.cn", "https://example.org/ www.example.cn"),
            ("Write to office@example.org. Then xinhuanet.com says", "office@example.org xinhuanet.com"),
            ("a.m. U.S.A e.g. 3.5 Node.js end.The end", ""),
            ("AT&T &nbsp; &#160; &amp; R&D; x", "&nbsp; &#160; &amp;"),
            ("Welcome :name, 50%, %1 and %%", ":name %1 %%"),
            ("as follows: this", ""),
            ("增长5%，达到{数量}个文件%s完成", "{数量} %s"),
        ] {
            let found: Vec<_> = codes(text).into_iter().map(|c| &text[c.range]).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn codes_are_sorted_disjoint_and_on_characters(text in "[<>a/b={}%s$1:.@&;w_ 中é\\[\\]-]{0,40}|\\PC{0,30}") {
            let mut end = 0;
            for code in codes(&text) {
                prop_assert!(code.range.start >= end && code.range.end > code.range.start);
                prop_assert!(text.get(code.range.clone()).is_some());
                end = code.range.end;
            }
        }
    }
}
