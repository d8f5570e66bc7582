//! How text stands in a terminal: its columns, its direction, and where to cut it.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::languages::{self, Direction};
use crate::model::LanguageTag;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const RIGHT_TO_LEFT_ISOLATE: char = '\u{2067}';
const POP_ISOLATE: char = '\u{2069}';

/// Returns how many terminal columns a text takes; Han and Kana take two.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Wraps right-to-left text in bidi isolates, so that it does not reorder what stands around it.
///
/// Text without a right-to-left letter stays as it is, except in a right-to-left language where it begins
/// with Latin letters: there it runs from the right nevertheless (*5G شبكة*). Isolates take no columns.
///
/// ```
/// use wicterm::text::isolate;
/// assert_eq!(isolate("سيادة", &"ar".parse().unwrap()), "\u{2068}سيادة\u{2069}");
/// assert_eq!(isolate("sovereignty", &"en".parse().unwrap()), "sovereignty");
/// ```
pub fn isolate<'t>(text: &'t str, lang: &LanguageTag) -> Cow<'t, str> {
    if text.is_ascii() || !text.contains(is_right_to_left) {
        return Cow::Borrowed(text);
    }
    let first = text.chars().find(|c| c.is_alphabetic());
    let opening = match languages::direction(lang) {
        Direction::RightToLeft if !first.is_some_and(is_right_to_left) => RIGHT_TO_LEFT_ISOLATE,
        _ => FIRST_STRONG_ISOLATE,
    };
    Cow::Owned(format!("{opening}{text}{POP_ISOLATE}"))
}

/// Returns data as a terminal may show them: what would turn the text around it, and what would steer
/// the terminal, stands there by its number.
///
/// ```
/// use wicterm::text::visible;
/// assert_eq!(visible("cyber \u{202e}space"), "cyber ‹U+202E›space");
/// assert_eq!(visible("网络空间"), "网络空间");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    numbered(text, |c| turns(c) || (c.is_control() && !c.is_whitespace()))
}

/// The same for a text that has colours: only what would turn it around stands there by its number.
pub fn unturned(text: &str) -> Cow<'_, str> {
    numbered(text, turns)
}

fn numbered(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match hidden(c) {
            true => out.push_str(&format!("‹U+{:04X}›", c as u32)),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Returns what a reader takes for one character each, letters with their marks, and where it stands.
pub fn graphemes(text: &str) -> impl DoubleEndedIterator<Item = (usize, &str)> {
    text.grapheme_indices(true)
}

/// Tells whether a character cannot be seen although it stands there: controls, zero width, and what turns text.
///
/// ```
/// use wicterm::text::hides;
/// assert!(hides('\u{200b}') && hides('\u{7}') && hides('\u{ad}') && !hides(' ') && !hides('é'));
/// ```
pub fn hides(c: char) -> bool {
    turns(c)
        || (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Embeddings, overrides and isolates.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Cuts a text to so many terminal columns, with an ellipsis where something is missing.
///
/// ```
/// use wicterm::text::clip;
/// assert_eq!(clip("网络空间命运共同体", 9), "网络空间…");
/// assert_eq!(clip("short", 9), "short");
/// ```
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    // The ellipsis takes one column itself.
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > room {
            break;
        }
        end = at + grapheme.len();
    }
    Cow::Owned(format!("{}…", text[..end].trim_end()))
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_of_many_scripts() {
        for (text, columns) in [
            ("cyber", 5),
            ("souveraineté", 12),
            ("souverainete\u{301}", 12),
            ("网络", 4),
            ("ネット", 6),
            ("ﾈｯﾄ", 3),
            ("주권", 4),
            ("суверенитет", 11),
            ("سيادة", 5),
            ("سِيَادَة", 5),
            ("ריבונות", 7),
            ("５Ｇ", 4),
            ("", 0),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn right_to_left_text_is_isolated() {
        let isolated = |text, lang: &str| isolate(text, &lang.parse().unwrap()).into_owned();
        assert_eq!(isolated("سيادة", "ar"), "\u{2068}سيادة\u{2069}");
        assert_eq!(isolated("ריבונות", "he"), "\u{2068}ריבונות\u{2069}");
        assert_eq!(isolated("5G شبكة", "ar"), "\u{2067}5G شبكة\u{2069}");
        assert_eq!(isolated("the word سيادة", "en"), "\u{2068}the word سيادة\u{2069}");
        assert_eq!(isolated("5G", "ar"), "5G");
        assert_eq!(isolated("网络", "zh"), "网络");
        assert_eq!(width(&isolated("سيادة", "ar")), 5);
    }

    proptest! {
        #[test]
        fn a_clipped_text_fits(text in "\\PC{0,30}|[网络a-z e\u{301}]{0,30}", columns in 0usize..40) {
            let clipped = clip(&text, columns);
            prop_assert!(width(&clipped) <= columns, "{clipped:?}");
            prop_assert!(text.starts_with(clipped.strip_suffix('…').unwrap_or(&clipped)));
        }
    }
}
