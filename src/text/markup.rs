//! HTML: what every page of ours needs, whoever writes it.

use std::fmt::Write;

use super::languages::{self, Direction};
use crate::model::LanguageTag;

/// Returns what the attribute `dir` says of a language.
pub fn direction(lang: &LanguageTag) -> &'static str {
    match languages::direction(lang) {
        Direction::RightToLeft => "rtl",
        Direction::LeftToRight => "ltr",
    }
}

/// Puts formatted text behind a page.
pub fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a `String` does not fail.
    let _ = out.write_fmt(what);
}

/// Returns a text in which nothing is markup, neither between tags nor in an attribute.
///
/// ```
/// assert_eq!(wicterm::text::markup::escaped("<\"&'>\0"), "&lt;&quot;&amp;&#39;&gt;\u{fffd}");
/// ```
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No HTML may hold them, not even by number.
            '\0'..='\x08' | '\x0b' | '\x0e'..='\x1f' | '\x7f' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
