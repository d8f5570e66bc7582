#![doc = include_str!("partial-translation.md")]

use std::ops::Range;

use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::model::Severity;
use crate::text::writing::Script;

/// `partial-translation`
pub struct PartialTranslation;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target"],
    ..super::about("partial-translation", Severity::Warning, include_str!("partial-translation.md"))
};

impl Check for PartialTranslation {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        if source.lang.language() != target.lang.language() {
            left_standing(source, target, found);
        }
        if found.iter().all(|f| f.severity == Some(Severity::Info)) {
            super::left_out::left_out(source, target, found);
        }
        Facts::default()
    }
}

/// Words of the source that stand in the target as they are.
fn left_standing(source: &Text<'_>, target: &Text<'_>, found: &mut Vec<Found>) {
    match (source.writing.script, target.writing.script) {
        (Script::Han, Script::Han) => {}
        (Script::Han, _) => characters(source, target, found),
        (from, to) if from == to => copied(source, target, found),
        (from, _) => foreign(source, target, from, found),
    }
}

/// Chinese characters in a target that has none of its own.
fn characters(source: &Text<'_>, target: &Text<'_>, found: &mut Vec<Found>) {
    let glyphs = target.glyphs();
    if glyphs.count(Script::Han) == 0 {
        return;
    }
    let mut i = 0;
    while i < glyphs.all.len() {
        let len = glyphs.all[i..]
            .iter()
            .take_while(|g| g.is(Script::Han) || (matches!(g.c, '，' | '、') && !g.code))
            .count();
        let range = glyphs.span(i..i + len);
        if len > 3 && !enclosed(target, &range) && source.text().contains(&target.text()[range.clone()]) {
            found.push(left(source, target, range, Severity::Warning));
        }
        i += len.max(1);
    }
}

/// Words in the script of the source, where the target's language has another.
fn foreign(source: &Text<'_>, target: &Text<'_>, script: Script, found: &mut Vec<Found>) {
    if target.glyphs().count(script) < 3 {
        return;
    }
    let words = target.words();
    let text = target.text();
    let of_source = |word: &Range<usize>| {
        let mut letters = text[word.clone()].chars().filter(|c| c.is_alphabetic()).peekable();
        letters.peek().is_some()
            && letters.all(|c| crate::check::glyphs::class(c) == crate::check::glyphs::Class::Letter(script))
    };
    let mut at = 0;
    while at < words.len() {
        if !of_source(&words[at]) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < words.len()
            && of_source(&words[end])
            && joins(&text[words[end - 1].end..words[end].start])
        {
            end += 1;
        }
        let range = words[at].start..words[end - 1].end;
        let (content, function) = weigh(source, target, &words[at..end]);
        let all = end - at;
        let severity = match (content, function) {
            // Names and titles stand as they are.
            (0, _) => None,
            _ if enclosed(target, &range) => (all > 7 && function > 1).then_some(Severity::Info),
            (c, f) if f > 0 && c > 0 => Some(Severity::Warning),
            (c, _) if c > 2 => Some(Severity::Warning),
            (_, _) => source.text().contains(&text[range.clone()]).then_some(Severity::Info),
        };
        if let Some(severity) = severity {
            found.push(left(source, target, range, severity));
        }
        at = end;
    }
}

/// Words that stand in a row in both texts, of languages that share a script.
fn copied(source: &Text<'_>, target: &Text<'_>, found: &mut Vec<Found>) {
    let (theirs, ours) = (source.writing.function_words, target.writing.function_words);
    if theirs.is_empty() || ours.is_empty() {
        return;
    }
    let (from, to) = (source.words(), target.words());
    let (said, text) = (source.text(), target.text());
    let mut at = 0;
    while at < to.len() {
        let here = |n: usize| &text[to[n].clone()];
        // The longest run of the source's words that begins with this one.
        let mut best = 0;
        for (start, word) in from.iter().enumerate() {
            if said[word.clone()] != *here(at) {
                continue;
            }
            let mut len = 1;
            while at + len < to.len()
                && start + len < from.len()
                && said[from[start + len].clone()] == *here(at + len)
                && joins(&text[to[at + len - 1].end..to[at + len].start])
            {
                len += 1;
            }
            best = best.max(len);
        }
        if best == 0 {
            at += 1;
            continue;
        }
        let range = to[at].start..to[at + best - 1].end;
        let (content, function) = weigh(source, target, &to[at..at + best]);
        let severity = match (content, function) {
            (0, 0) => None,
            // Only the word that holds a phrase together was forgotten.
            (0, 1..) if best == 1 => lone(target, &range).then_some(Severity::Warning),
            (0, _) => None,
            (c, f) if f > 0 && c + f > 1 => Some(Severity::Warning),
            (c, 0) if c > 3 => Some(Severity::Warning),
            (3, 0) => Some(Severity::Info),
            _ => None,
        };
        let severity = match severity {
            Some(_) if enclosed(target, &range) => (best > 7).then_some(Severity::Info),
            other => other,
        };
        if let Some(severity) = severity {
            found.push(left(source, target, range, severity));
        }
        at += best;
    }
}

fn left(source: &Text<'_>, target: &Text<'_>, range: Range<usize>, severity: Severity) -> Found {
    let words = crate::text::clip(&target.text()[range.clone()], 60);
    let message = format!("These words were left in {}: \"{words}\".", source.language.english_name());
    Found::in_target(range, message)
        .severity(severity)
        .help("translate them, or put them in quotes if they are cited")
}

/// Tells whether words go on over what stands between them.
fn joins(between: &str) -> bool {
    between.chars().all(|c| c.is_whitespace() || matches!(c, '-' | ',' | '\'' | '’' | '&' | '–'))
}

/// Counts the words that say something, in lower case, and those that only the source's language has.
fn weigh(source: &Text<'_>, target: &Text<'_>, words: &[Range<usize>]) -> (usize, usize) {
    let (mut content, mut function) = (0, 0);
    for range in words {
        let word = &target.text()[range.clone()];
        // Parts of options, paths and compounds (peer-to-peer) are no words by themselves.
        let bytes = target.text().as_bytes();
        let sign =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|b| b"-_/=\\.".contains(b));
        let behind = bytes.get(range.end + 1).is_some_and(|b| !b.is_ascii_whitespace());
        let compound = sign(range.start.checked_sub(1)) || (sign(Some(range.end)) && behind);
        if compound || !word.starts_with(char::is_lowercase) {
            continue;
        }
        if source.writing.function_words.contains(&word) {
            function += usize::from(!target.writing.function_words.contains(&word));
        } else if word.len() > 2 && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'))
        {
            content += 1;
        }
    }
    (content, function)
}

/// Tells whether a single word stands between words in lower case, apart from a name.
fn lone(target: &Text<'_>, range: &Range<usize>) -> bool {
    let text = target.text();
    let before = text[..range.start].strip_suffix(' ').and_then(|t| t.rsplit(' ').next()).unwrap_or_default();
    let behind = text[range.end..].strip_prefix(' ').and_then(|t| t.split(' ').next()).unwrap_or_default();
    let lower = |w: &str| w.starts_with(char::is_lowercase) && w.ends_with(char::is_alphabetic);
    range.len() > 1 && lower(before) && behind.starts_with(char::is_lowercase)
}

/// Tells whether a stretch stands in brackets or quotation marks, as a gloss or a citation.
fn enclosed(text: &Text<'_>, range: &Range<usize>) -> bool {
    let glyphs = text.glyphs();
    let place = |at: usize| glyphs.all.partition_point(|g| (g.at as usize) < at);
    let (start, end) = (place(range.start), place(range.end));
    if text.quotes().pairs.iter().any(|(open, close)| *open < start && end <= *close) {
        return true;
    }
    // Plain apostrophes serve as quotation marks too.
    let plain = |c: Option<char>| c.is_some_and(|c| matches!(c, '\'' | '`' | '‘' | '’'));
    let before = text.text()[..range.start].chars().next_back();
    if plain(before) && text.text()[range.end..].contains(['\'', '’']) {
        return true;
    }
    let mut depth = 0;
    for (i, c) in glyphs.signs() {
        if i >= start {
            break;
        }
        match c {
            '(' | '（' | '[' | '《' | '【' | '〈' => depth += 1,
            ')' | '）' | ']' | '》' | '】' | '〉' => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}
