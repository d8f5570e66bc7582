#![doc = include_str!("custom-word.md")]

use std::ops::Range;
use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};

use super::{found_on, one_or_many, said, sentence, texts};
use crate::check::{About, Check, Facts, Family, LooksAt, Seen, Text};
use crate::model::{LanguageTag, Severity, Side};
use crate::text::languages::Stemmer;
use crate::text::{self, fold};

/// A word or phrase to look for: `[[check.word]]` in `wicterm.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Word {
    /// The word.
    #[serde(deserialize_with = "said")]
    pub word: String,
    /// The one to write instead.
    #[serde(default, rename = "use")]
    pub instead: Option<String>,
    /// The reason.
    #[serde(default)]
    pub why: Option<String>,
    /// The languages in which it is looked for; all if none is named.
    #[serde(default, deserialize_with = "one_or_many")]
    pub lang: Vec<LanguageTag>,
    /// On which side it is looked for; the target, if nothing is said.
    #[serde(default)]
    pub side: Option<Side>,
    /// How much it matters.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Whether its other forms are left alone.
    #[serde(default)]
    pub exact: bool,
    /// What to look for, made once for each language.
    #[serde(skip)]
    known: Known,
}

type Known = Arc<RwLock<Vec<(&'static str, Arc<[Part]>)>>>;

/// A word of a phrase.
#[derive(Debug)]
struct Part {
    folded: String,
    stem: String,
}

/// `custom-word`
pub struct CustomWord;

const ABOUT: About = About {
    code: "custom-word",
    family: Family::Custom,
    severity: Severity::Warning,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("custom-word.md"),
};

impl Check for CustomWord {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<crate::check::Found>) -> Facts {
        let words = &seen.options.word;
        for side in [Side::Source, Side::Target] {
            // The stems of a text are made once for all words, and only if there are any.
            let mut stems = None;
            for word in words {
                let Some((_, text)) = texts(seen, word.side, &word.lang).find(|(s, _)| *s == side) else {
                    continue;
                };
                let stems = stems.get_or_insert_with(|| text::stems(text.lang, &text.folded().text));
                for (range, same) in word.find(text, stems) {
                    found.extend(word.say(side, text.text(), range, same));
                }
            }
        }
        Facts::default()
    }
}

impl Word {
    /// Finds it in a text: where, and whether in the form that was written down.
    fn find(&self, text: &Text<'_>, stems: &[text::Stem]) -> Vec<(Range<usize>, bool)> {
        let parts = self.parts(text.lang, text.language.code);
        let folded = text.folded();
        let right = self.instead.as_ref().map(|instead| fold(instead).into_owned());
        let mut found = vec![];
        for window in stems.windows(parts.len().max(1)) {
            let same = |(part, stem): (&Part, &text::Stem)| part.folded == folded.text[stem.word.clone()];
            let akin = |(part, stem): (&Part, &text::Stem)| {
                let word = &folded.text[stem.word.clone()];
                part.folded == word
                    || (!self.exact && part.stem == stem.stem && is_form(text, &part.folded, word))
            };
            if parts.is_empty() || !parts.iter().zip(window).all(akin) || !runs_on(&folded.text, window) {
                continue;
            }
            let range = window[0].word.start..window[parts.len() - 1].word.end;
            let reads_right = |right: &String| {
                !right.is_empty()
                    && folded
                        .text
                        .match_indices(right.as_str())
                        .any(|(at, _)| at <= range.start && range.end <= at + right.len())
            };
            // Where the word is a part of what is to be written instead, all may be well already.
            let well = right.as_ref().is_some_and(|r| **r != folded.text[range.clone()] && reads_right(r));
            if !well {
                found.push((folded.original(range), parts.iter().zip(window).all(same)));
            }
        }
        found
    }

    fn parts(&self, lang: &LanguageTag, code: &'static str) -> Arc<[Part]> {
        // A lock that a panic left behind still holds whole entries.
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, parts)) = known.iter().find(|(known, _)| *known == code) {
            return parts.clone();
        }
        drop(known);
        let folded = fold(&self.word);
        let parts: Arc<[Part]> = text::stems(lang, &folded)
            .into_iter()
            .map(|stem| Part { folded: folded[stem.word].to_owned(), stem: stem.stem })
            .collect();
        self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner).push((code, parts.clone()));
        parts
    }

    fn say(&self, side: Side, text: &str, range: Range<usize>, same: bool) -> Option<crate::check::Found> {
        let surface = &text[range.clone()];
        let instead = self.instead.as_ref().map(|instead| in_the_case_of(surface, &self.word, instead));
        if instead.as_deref() == Some(surface) {
            return None;
        }
        let mut message = format!("\"{surface}\" is on the list of words not to be used.");
        if let Some(why) = &self.why {
            message = format!("{} {}", message, sentence(why));
        }
        let mut found = found_on(side, range, message);
        found.severity = self.severity;
        if let Some(instead) = instead {
            found = match &*instead {
                "" => found.help("leave it out"),
                _ => found.help(format!("write \"{instead}\"")),
            };
            // In another form the replacement would need another form too.
            if same && !instead.is_empty() {
                found = found.fix(instead);
            }
        }
        Some(found)
    }
}

/// Tells whether a word of the same stem may be a form of another: they part near the end. *Initial* is no form of
/// *initiative*, though they share a stem. What is glued to the front of a word has no such rule.
fn is_form(text: &Text<'_>, listed: &str, word: &str) -> bool {
    const ENDING: usize = 2;
    let common = listed.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    !matches!(text.language.stemmer, Stemmer::Snowball(_)) || common + ENDING >= listed.chars().count()
}

/// Tells whether nothing but what a phrase may have inside stands between its words: no comma, no full stop.
fn runs_on(folded: &str, window: &[text::Stem]) -> bool {
    window.windows(2).all(|pair| {
        let between = folded.get(pair[0].word.end..pair[1].word.start).unwrap_or_default();
        between.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '\'')
    })
}

/// Writes the replacement with a capital, or in capitals, where the word found has them and the word of the
/// list has not.
fn in_the_case_of(surface: &str, listed: &str, instead: &str) -> String {
    let begins_upper = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    let all_upper = |text: &str| {
        text.chars().filter(|c| c.is_alphabetic()).count() > 1
            && !text.chars().any(char::is_lowercase)
            && text.chars().any(char::is_uppercase)
    };
    if all_upper(surface) && !all_upper(listed) {
        return instead.to_uppercase();
    }
    let mut rest = instead.chars();
    match rest.next() {
        Some(first) if begins_upper(surface) && !begins_upper(listed) => {
            first.to_uppercase().chain(rest).collect()
        }
        _ => instead.to_owned(),
    }
}
