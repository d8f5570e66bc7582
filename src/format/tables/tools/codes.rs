//! How programs spell languages: one table.
//!
//! A language that is not in it is written as its own tag.

use std::borrow::Cow;

use crate::model::LanguageTag;

/// The languages of DeepL's glossaries, which know no regions of these.
pub(super) const DEEPL: &[&str] = &["en", "pt", "zh"];

/// Returns the code of DeepL.
pub(super) fn deepl(tag: &LanguageTag) -> Cow<'_, str> {
    match DEEPL.contains(&tag.language()) {
        true => Cow::Borrowed(tag.language()),
        false => Cow::Borrowed(tag.as_str()),
    }
}
