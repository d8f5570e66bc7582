//! How programs spell languages: one table.
//!
//! A language that is not in it is written as its own tag. *Verified* means seen in the program's documentation
//! or in files of others that it wrote; the rest is what such names follow from.

use std::borrow::Cow;

use crate::model::LanguageTag;
use crate::text::languages;

/// A spelling: the tag, what the program writes, and whether that is verified.
type Spelling = (&'static str, &'static str, bool);

/// The names of languages in the headers of memoQ.
pub(super) const MEMOQ: &[Spelling] = &[
    ("en", "English", true),
    ("en-US", "English_United_States", true),
    ("en-GB", "English_United_Kingdom", false),
    ("pt-BR", "Portuguese_Brazil", true),
    ("zh-Hans", "Chinese_PRC", true),
    ("zh-Hant-TW", "Chinese_Taiwan", false),
];

/// The languages of DeepL's glossaries, which know no regions of these.
pub(super) const DEEPL: &[&str] = &["en", "pt", "zh"];

/// Returns the code of DeepL.
pub(super) fn deepl(tag: &LanguageTag) -> Cow<'_, str> {
    match DEEPL.contains(&tag.language()) {
        true => Cow::Borrowed(tag.language()),
        false => Cow::Borrowed(tag.as_str()),
    }
}

/// The codes of Crowdin and of the clouds, where they are not our tags.
pub(super) const CROWDIN: &[Spelling] = &[("zh-Hans", "zh-CN", true), ("zh-Hant-TW", "zh-TW", false)];

/// Returns the code of Crowdin.
pub(super) fn crowdin(tag: &LanguageTag) -> Cow<'_, str> {
    match CROWDIN.iter().find(|(known, ..)| *known == tag.as_str()) {
        Some((_, code, _)) => Cow::Borrowed(code),
        None => Cow::Borrowed(tag.as_str()),
    }
}

/// Returns the name in memoQ's headers; the tag where no name leads back to it.
pub(super) fn memoq(tag: &LanguageTag) -> String {
    let of_table =
        MEMOQ.iter().find(|(known, ..)| *known == tag.as_str()).map(|(_, name, _)| (*name).to_owned());
    let name = of_table.unwrap_or_else(|| languages::of(tag).english_name().replace(' ', "_"));
    if of_memoq(&name).as_ref() == Some(tag) { name } else { tag.to_string() }
}

/// Reads a name in memoQ's headers.
pub(super) fn of_memoq(name: &str) -> Option<LanguageTag> {
    match MEMOQ.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name.trim())) {
        Some((tag, ..)) => tag.parse().ok(),
        None => languages::by_name(name),
    }
}
