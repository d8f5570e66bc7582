//! The character references of HTML.
//!
//! The table of the two thousand names is pulldown-cmark's, which Markdown needs anyway; it is not open, so it is asked
//! by having the parser read one reference, and the answer is remembered.

use pulldown_cmark::{Event, Parser};
use rustc_hash::FxHashMap;

/// Resolves references, and remembers what they were.
#[derive(Default)]
pub(super) struct Entities {
    known: FxHashMap<String, Option<Box<str>>>,
}

/// Names that count without a semicolon too (HTML, 13.5), the longer of two that begin alike first.
const BARE: &str = "AElig AMP Aacute Acirc Agrave Aring Atilde Auml COPY Ccedil ETH Eacute Ecirc Egrave Euml GT Iacute \
    Icirc Igrave Iuml LT Ntilde Oacute Ocirc Ograve Oslash Otilde Ouml QUOT REG THORN Uacute Ucirc Ugrave Uuml Yacute \
    aacute acirc acute aelig agrave amp aring atilde auml brvbar ccedil cedil cent copy curren deg divide eacute ecirc \
    egrave eth euml frac12 frac14 frac34 gt iacute icirc iexcl igrave iquest iuml laquo lt macr micro middot nbsp not \
    ntilde oacute ocirc ograve ordf ordm oslash otilde ouml para plusmn pound quot raquo reg sect shy sup1 sup2 sup3 \
    szlig thorn times uacute ucirc ugrave uml uuml yacute yen yuml";

impl Entities {
    /// Reads the reference that a text begins with, which is an ampersand: what it stands for, and how long it is.
    /// `None` where the ampersand is only that. In attributes a name without a semicolon is no reference if a letter,
    /// a figure or `=` follows, so that addresses stay what they are.
    pub fn resolve(&mut self, text: &str, in_attribute: bool) -> Option<(Box<str>, usize)> {
        let rest = text.strip_prefix('&')?;
        if let Some(number) = rest.strip_prefix('#') {
            return numbered(number).map(|(c, len)| (c.to_string().into(), 2 + len));
        }
        let len = rest.bytes().take(40).take_while(u8::is_ascii_alphanumeric).count();
        let name = &rest[..len];
        if rest[len..].starts_with(';')
            && let Some(found) = self.named(name)
        {
            return Some((found, len + 2));
        }
        let bare = BARE
            .split_ascii_whitespace()
            .filter(|bare| name.starts_with(bare))
            .max_by_key(|bare| bare.len())?;
        let behind = rest[bare.len()..].bytes().next();
        if in_attribute && behind.is_some_and(|b| b == b'=' || b.is_ascii_alphanumeric()) {
            return None;
        }
        Some((self.named(bare)?, 1 + bare.len()))
    }

    fn named(&mut self, name: &str) -> Option<Box<str>> {
        if name.is_empty() {
            return None;
        }
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let written = format!("x&{name};");
        let text: String = Parser::new(&written)
            .filter_map(|event| match event {
                Event::Text(text) => Some(text.into_string()),
                _ => None,
            })
            .collect();
        let found = (text != written).then(|| text[1..].into());
        // There are about two thousand; whoever makes up more is not remembered.
        if self.known.len() < 5_000 {
            self.known.insert(name.to_owned(), found.clone());
        }
        found
    }
}

/// Reads `65;` or `x41;`, the semicolon optional: the character, and how long it is.
fn numbered(text: &str) -> Option<(char, usize)> {
    let (radix, prefix) = if text.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let digits = text[prefix..].bytes().take_while(|b| char::from(*b).is_digit(radix)).count();
    if digits == 0 {
        return None;
    }
    let end = prefix + digits;
    let code = u32::from_str_radix(&text[prefix..end], radix).unwrap_or(u32::MAX);
    let c = match code {
        // What old pages meant by these (HTML, 13.2.5.80).
        0x80..=0x9F => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.chars().next(),
        0 => None,
        _ => char::from_u32(code),
    };
    let len = end + usize::from(text[end..].starts_with(';'));
    Some((c.unwrap_or(char::REPLACEMENT_CHARACTER), len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_browsers_do() {
        for (written, in_attribute, expected) in [
            ("&amp;", false, Some(("&", 5))),
            ("&amp x", false, Some(("&", 4))),
            ("&ampx", false, Some(("&", 4))),
            ("&ampx", true, None),
            ("&copy=1", true, None),
            ("&copy;=1", true, Some(("©", 6))),
            ("&notin;", false, Some(("∉", 7))),
            ("&notit;", false, Some(("¬", 4))),
            ("&hellip;", false, Some(("…", 8))),
            ("&hellip", false, None),
            ("&nbsp", false, Some(("\u{A0}", 5))),
            ("&shy;", false, Some(("\u{AD}", 5))),
            ("&CounterClockwiseContourIntegral;", false, Some(("∳", 33))),
            ("&#1090;", false, Some(("т", 7))),
            ("&#x7f51", false, Some(("网", 7))),
            ("&#150;", false, Some(("–", 6))),
            ("&#0;", false, Some(("\u{FFFD}", 4))),
            ("&#99999999999;", false, Some(("\u{FFFD}", 14))),
            ("&#;", false, None),
            ("& ", false, None),
            ("&zzz;", false, None),
            ("&", false, None),
        ] {
            let found = Entities::default().resolve(written, in_attribute);
            let found = found.as_ref().map(|(text, len)| (&**text, *len));
            assert_eq!(found, expected, "{written}");
        }
    }
}
