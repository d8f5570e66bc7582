#![doc = include_str!("untranslated.md")]

use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::model::Severity;
use crate::text::writing::Script;

/// `untranslated`
pub struct Untranslated;

const ABOUT: About = super::about("untranslated", Severity::Error, include_str!("untranslated.md"));

impl Check for Untranslated {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        if source.lang.language() == target.lang.language() {
            return Facts::default();
        }
        let script = source.writing.script;
        let other_script = script != target.writing.script;
        // Most targets are in another script, or differ at once.
        if other_script && target.glyphs().count(target.writing.script) > target.glyphs().count(script) {
            return Facts::default();
        }
        let equal =
            source.text().trim() == target.text().trim() || source.folded().text == target.folded().text;
        let severity = if equal {
            same(source, other_script)
        } else if other_script {
            in_source_script(source, target)
        } else {
            in_source_words(source, target)
        };
        if let Some(severity) = severity {
            let message = if equal {
                "The target is the source, word for word.".to_owned()
            } else {
                format!("The target is still in {}.", source.language.english_name())
            };
            found.push(
                Found::in_target(0..target.text().len(), message).severity(severity).help("translate it"),
            );
        }
        Facts::default()
    }
}

/// What the words of a text are, as far as one can tell by their looks.
struct Words {
    /// Words of letters.
    all: usize,
    /// Those in lower case that say something.
    content: usize,
    /// Those that hold a sentence together.
    function: usize,
}

fn words(text: &Text<'_>, language: &Text<'_>) -> Words {
    let mut out = Words { all: 0, content: 0, function: 0 };
    for word in text.words() {
        let word = &text.text()[word.clone()];
        if !word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-')) {
            continue;
        }
        out.all += 1;
        if language.writing.function_words.contains(&word.to_lowercase().as_str()) {
            out.function += 1;
        } else if !word.contains(char::is_uppercase) && word.len() > 2 {
            out.content += 1;
        }
    }
    out
}

/// Judges a target that equals the source: names, numbers, codes and titles may stay as they are.
fn same(source: &Text<'_>, other_script: bool) -> Option<Severity> {
    if source.writing.script == Script::Han {
        let han = source.glyphs().count(Script::Han);
        return (other_script && han > 1).then_some(if han > 3 {
            Severity::Error
        } else {
            Severity::Warning
        });
    }
    let words = words(source, source);
    match words {
        Words { content: 0, all, .. } => (other_script && all > 3).then_some(Severity::Info),
        Words { content, all, function } if content > 1 && (function > 0 || all > 3) => Some(Severity::Error),
        // "Big data" is said so in many languages; in another script it would at least stand within a text.
        Words { all, .. } if all > 2 => Some(Severity::Warning),
        Words { all, .. } if all > 1 && other_script => Some(Severity::Warning),
        _ => Some(Severity::Info),
    }
}

/// Judges a target that has hardly a letter of its own script.
fn in_source_script(source: &Text<'_>, target: &Text<'_>) -> Option<Severity> {
    let glyphs = target.glyphs();
    let (own, foreign) = (glyphs.count(target.writing.script), glyphs.count(source.writing.script));
    if own * 10 > foreign {
        return None;
    }
    if source.writing.script == Script::Han {
        return (foreign > 3).then_some(Severity::Error);
    }
    let words = words(target, source);
    match words {
        Words { content, function, .. } if content > 1 && function > 0 => Some(Severity::Error),
        Words { content, all, .. } if content > 0 && all > 2 && own == 0 => Some(Severity::Warning),
        _ => None,
    }
}

/// Judges a target in the script of the source by the words that hold it together.
fn in_source_words(source: &Text<'_>, target: &Text<'_>) -> Option<Severity> {
    let (theirs, ours) = (source.writing.function_words, target.writing.function_words);
    if theirs.is_empty() || ours.is_empty() {
        return None;
    }
    let (mut source_words, mut target_words, mut all) = (0, 0, 0);
    for word in target.words() {
        let word = target.text()[word.clone()].to_lowercase();
        all += 1;
        match (theirs.contains(&word.as_str()), ours.contains(&word.as_str())) {
            (true, false) => source_words += 1,
            (false, true) => target_words += 1,
            _ => {}
        }
    }
    (all > 3 && target_words == 0 && source_words > 1 && source_words * 6 >= all).then_some(Severity::Error)
}
