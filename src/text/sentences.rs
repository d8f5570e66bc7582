//! Where sentences begin and end.
//!
//! The rules of Unicode Standard Annex 29 end a sentence at *U.S. Government*, *No. 5* and *г. Москва*. Here a full stop
//! ends one only if what follows may begin one and what precedes is no abbreviation (see
//! [`Language::abbreviations`](super::languages::Language)), no initial and no number of a list; and nothing ends one
//! inside quotation marks or brackets, unless the stretch inside is as long as a paragraph.

use std::ops::Range;

use super::{fold, languages};
use crate::model::LanguageTag;

/// A quotation or a bracket that is longer than this, in bytes, has sentences of its own.
const INSIDE: usize = 1_000;

/// Returns where the sentences of a text stand, in order, without the white space around them.
///
/// ```
/// use wicterm::text::sentences;
/// let text = "Mr. Vestbro met the U.S. delegation. \"Nothing is settled. Yet.\" He left.";
/// let en = "en".parse().unwrap();
/// let found: Vec<_> = sentences(&en, text).into_iter().map(|s| &text[s]).collect();
/// assert_eq!(found, ["Mr. Vestbro met the U.S. delegation.", "\"Nothing is settled. Yet.\"", "He left."]);
/// ```
pub fn sentences(lang: &LanguageTag, text: &str) -> Vec<Range<usize>> {
    let language = languages::of(lang);
    let inside = quotations(language.code, text);
    let mut quotation = 0;
    let mut found = vec![];
    let (mut start, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        if c == '\n' && blank_line(&text[end..]) || c == '\u{2029}' {
            push(&mut found, text, start..end);
            (start, at) = (end, end);
            continue;
        }
        if !is_stop(c) {
            at = end;
            continue;
        }
        let stops = at..at + text[at..].find(|c| !is_stop(c)).unwrap_or(text.len() - at);
        let behind = closers(text, &inside, stops.end);
        while inside.get(quotation).is_some_and(|range| range.end <= behind) {
            quotation += 1;
        }
        let within = inside.get(quotation).is_some_and(|range| range.start < behind);
        if !within && ends(language, text, start, stops.clone(), behind) {
            push(&mut found, text, start..behind);
            start = behind;
        }
        at = stops.end;
    }
    push(&mut found, text, start..text.len());
    found
}

/// Tells whether a sentence that began at `start` ends behind these stops and the marks that close behind them.
fn ends(
    language: &languages::Language,
    text: &str,
    start: usize,
    stops: Range<usize>,
    behind: usize,
) -> bool {
    let run = &text[stops.clone()];
    // In scripts whose stops mean nothing else.
    if run.contains(is_plain_stop) {
        return true;
    }
    let rest = &text[behind..];
    let Some(next) = rest.chars().next() else { return true };
    let before = &text[start..stops.start];
    if !next.is_whitespace() {
        // `5G.然后` ends, `3.5` and `example.org` and `……然后` do not.
        let wide = super::is_unspaced(next) && !before.ends_with(|c: char| c.is_numeric());
        return wide && !run.contains('…') && run.chars().count() == 1;
    }
    let following = rest.trim_start_matches(|c: char| c.is_whitespace() || is_opening(c) || is_dash(c));
    let Some(first) = following.chars().next() else { return true };
    if first.is_lowercase() {
        return false;
    }
    if run != "." {
        // A question, an exclamation, an ellipsis: what follows begins with no small letter.
        return first.is_alphanumeric() || rest.trim_start().starts_with(is_opening) || !is_closing(first);
    }
    // A comma or the like goes on.
    if matches!(first, ',' | ';' | ':' | '،' | '.') {
        return false;
    }
    let word = before.rsplit(|c: char| c.is_whitespace() || is_opening(c) || is_dash(c)).next().unwrap_or("");
    let first_word = before.trim_start_matches(|c: char| c.is_whitespace() || is_opening(c)) == word;
    if behind > stops.end {
        // Who closes a quotation with a full stop does not abbreviate.
        return true;
    }
    let figure_before = before[..before.len() - word.len()].trim_end().ends_with(|c: char| c.is_numeric());
    !abbreviates(language, word, figure_before, first_word, following)
}

/// Tells whether the full stop behind a word is one of an abbreviation, an initial, a number.
fn abbreviates(
    language: &languages::Language,
    word: &str,
    figure_before: bool,
    first_word: bool,
    following: &str,
) -> bool {
    let figure = following.starts_with(|c: char| c.is_numeric());
    let is_number = !word.is_empty() && word.chars().all(|c| c.is_numeric());
    if is_number {
        // *1. Introduction*; and where dates and ordinals are written so: *3. Oktober*.
        let short = word.chars().count() <= 2;
        return first_word || (short && language.abbreviations.contains(&"#"));
    }
    let mut letters = word.chars().filter(|c| *c != '.');
    let (one, two) = (letters.next(), letters.next());
    if first_word && !word.is_empty() && word.chars().all(|c| "IVXLC".contains(c)) {
        return true;
    }
    let folded = fold(word);
    // *l'art. 4*
    let bare = folded.rsplit('\'').next().unwrap_or(&folded);
    let listed =
        language.abbreviations.iter().any(|entry| match (entry.strip_prefix('!'), entry.strip_suffix('#')) {
            (Some(entry), _) => entry == bare && !figure_before,
            (_, Some(entry)) => entry == bare && figure,
            _ => *entry == bare,
        });
    if listed {
        return true;
    }
    let cased = |c: char| c.is_uppercase() || c.is_lowercase();
    // *J. Smith*, *А. С. Пушкин*; not *plan B. 5 of them*.
    if let (Some(letter), None) = (one, two) {
        return letter.is_uppercase() && !figure;
    }
    // *U.S. Government*, *z.B. Daten*, *т.е. Россия*; but *in the U.S. The law*.
    let parts = word.contains('.')
        && word.split('.').all(|part| part.chars().count() <= 2 && part.chars().all(cased));
    if parts {
        let next = following.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        return !language.articles.contains(&&*fold(next));
    }
    false
}

/// Returns the stretches between marks that belong together, the outermost, in order.
fn quotations(code: &str, text: &str) -> Vec<Range<usize>> {
    let turned = matches!(code, "de" | "da" | "sl" | "hr" | "sr");
    let mut open: Vec<(char, usize)> = vec![];
    let mut found: Vec<Range<usize>> = vec![];
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let closes = match c {
            '"' => match open.iter().rposition(|(mark, _)| *mark == '"') {
                Some(_) if !before.is_whitespace() && !is_opening(before) => Some('"'),
                _ => None,
            },
            '“' if open.iter().any(|(mark, _)| *mark == '„') => Some('„'),
            '”' if open.iter().any(|(mark, _)| *mark == '„')
                && !open.iter().any(|(mark, _)| *mark == '“') =>
            {
                Some('„')
            }
            '”' => Some('“'),
            '«' if turned => Some('»'),
            '»' if !turned => Some('«'),
            '」' => Some('「'),
            '』' => Some('『'),
            ')' => Some('('),
            ']' => Some('['),
            '）' => Some('（'),
            '】' => Some('【'),
            '》' => Some('《'),
            '〉' => Some('〈'),
            _ => None,
        };
        let opens = matches!(c, '“' | '„' | '「' | '『' | '(' | '[' | '（' | '【' | '《' | '〈')
            || (c == '«' && !turned)
            || (c == '»' && turned)
            || (c == '"' && (before.is_whitespace() || is_opening(before) || super::is_unspaced(before)));
        if let Some(mark) = closes {
            // Within the length that counts, and so in bounded time.
            let recent = open.iter().rev().take(64).position(|(opened, _)| *opened == mark);
            if let Some(index) = recent {
                let index = open.len() - 1 - index;
                let (_, from) = open[index];
                open.truncate(index);
                let range = from..at + c.len_utf8();
                if range.len() <= INSIDE {
                    while found.last().is_some_and(|inner| inner.start > range.start) {
                        found.pop();
                    }
                    found.push(range);
                }
            }
        } else if opens {
            open.push((c, at));
        }
        if c == '\u{2029}' || (c == '\n' && blank_line(&text[at + 1..])) {
            open.clear();
        }
        // What was not closed for so long is no pair.
        if open.len() > 64 {
            open.drain(..32);
        }
        before = c;
    }
    found
}

/// Returns how far the marks that close behind a stop belong to the sentence.
fn closers(text: &str, inside: &[Range<usize>], from: usize) -> usize {
    let mut end = from;
    for (at, c) in text[from..].char_indices() {
        let at = from + at;
        // A straight mark may as well open, and so do the marks that other languages close with.
        let opens = inside.binary_search_by_key(&at, |range| range.start).is_ok();
        let behind = at + c.len_utf8();
        if is_closing(c)
            && !opens
            && (at == end || inside.binary_search_by_key(&behind, |range| range.end).is_ok())
        {
            end = behind;
        } else if !matches!(c, ' ' | '\u{A0}' | '\u{202F}') || at > end {
            // One space stands before the mark in French.
            break;
        }
    }
    end
}

fn push(found: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = start + piece.trim().len();
    if start < end {
        found.push(start..end);
    }
}

fn blank_line(rest: &str) -> bool {
    let line = rest.split('\n').next().unwrap_or(rest);
    rest.len() > line.len() && line.trim().is_empty()
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉') || is_plain_stop(c)
}

/// Stops that end a sentence whatever stands around them.
fn is_plain_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '！'
            | '？'
            | '；'
            | '｡'
            | '؟'
            | '؛'
            | '۔'
            | '।'
            | '॥'
            | '።'
            | '፧'
            | '։'
            | '။'
            | '៕'
            | '។'
    )
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | '›'
            | '“'
            | '«'
            | '」'
            | '』'
            | ')'
            | ']'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '\u{200F}'
            | '\u{200E}'
    )
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '‘'
            | '„'
            | '‚'
            | '«'
            | '‹'
            | '»'
            | '「'
            | '『'
            | '('
            | '['
            | '（'
            | '【'
            | '《'
            | '〈'
            | '¿'
            | '¡'
            | '\u{200F}'
            | '\u{200E}'
    )
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '•' | '*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sentences are parted by a bar.
    const FACTS: &[(&str, &str)] = &[
        ("en", "One ends. |Two begins! |Does three? |Yes."),
        ("en", "Mr. Vestbro and Dr. Kessou spoke at 3.5 per cent. |He left."),
        ("en", "It is No. 5 of the U.S. Government's list, e.g. the C.A.C. rules. |No. |I do not know."),
        ("en", "Made in the U.S. |The law is new."),
        ("en", "J. R. Smith wrote it. |See art. 4, p. 12 and fig. 3. |The rest follows."),
        ("en", "He said: \"Go. Now.\" |Then he left."),
        ("en", "“Are you there?” she asked. |“Yes.” |Nobody moved."),
        ("en", "It ended (see below. And above.) there. |It began."),
        ("en", "Well… perhaps. |So… |Nothing came."),
        ("en", "Visit example.org. |Version 1.2.3 is out."),
        ("en", "1. First point. |2. Second point."),
        ("en", "A line\nbroken here. |Next."),
        ("en", "A heading\n\n|A text."),
        ("en", "Really?! |Yes."),
        ("en", "He works at Yahoo! and at Acme Inc. in town."),
        ("en", "A quote that never closes: “so it is. |And on. |And on."),
        ("zh-Hans", "中方提出倡议。|各国欢迎！|为什么？|因为安全；|仅此而已。"),
        ("zh-Hans", "他说：“尊重网络主权。维护和平安全。”|会议随后结束。"),
        ("zh-Hans", "《数据安全。倡议》发布了。|增长3.5个百分点。|见example.org。"),
        ("zh-Hans", "他沉默了……然后离开。|（完。）"),
        ("zh-Hant", "他說：「網路。主權。」|會後散去。"),
        ("ru", "Встреча прошла в г. Москве в 2020 г. и т. д. |Потом все ушли."),
        ("ru", "А. С. Пушкин, т. е. поэт, жил на ул. Мойка. |См. стр. 5 и рис. 2."),
        ("ru", "«Это решено. Точно». |Он ушёл."),
        ("ru", "Рост на 3,5 млрд. руб. за год. |Так."),
        ("fr", "M. Vestbro, p. ex., cite l’art. 4 et le no. 5. |Il part."),
        ("fr", "« Rien n’est réglé. Encore. » |Il part. |Vraiment ? |Oui !"),
        ("es", "El Sr. Arrieta y la Dra. Ruiz hablaron. |¿Quién? |¡Nadie! |Véase pág. 4."),
        ("es", "EE. UU. y China firmaron. |Así fue."),
        ("ar", "طرحت الصين المبادرة. |هل تقبلها الدول؟ |نعم؛ |لا شك."),
        ("ar", "قال د. أحمد إن النسبة ٣.٥ في المئة. |وانصرف."),
        ("de", "Am 3. Oktober traf er z. B. Dr. Kessou. |Das war Nr. 5, d. h. die letzte. |Ende."),
        ("de", "„Nichts ist klar. Noch nicht.“ |Er ging. |»So ist es. Ja.« |Gut."),
        ("ja", "会議は終わった。|「主権。尊重。」|次は？|来年。"),
        ("hi", "बैठक समाप्त हुई। |अगली कब?"),
        ("xx", "One. |Two."),
        ("en", ""),
        ("en", "No stop"),
    ];

    #[test]
    fn sentences_of_many_languages() {
        let mut wrong = vec![];
        for (lang, marked) in FACTS {
            let text = marked.replace('|', "");
            let found: Vec<_> =
                sentences(&lang.parse().unwrap(), &text).into_iter().map(|s| &text[s]).collect();
            let expected: Vec<_> = marked.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
            if found != expected {
                wrong.push(format!("{lang}: {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    proptest! {
        #[test]
        fn sentences_are_sorted_disjoint_and_miss_nothing(
            text in "([a-zA-Z0-9 .!?…\"'“”„«»()\n]|网|。|；|「|」|а|Б|؟|ب){0,60}|\\PC{0,40}",
            lang in prop::sample::select(vec!["en", "zh", "ru", "fr", "es", "ar", "de", "ja"]),
        ) {
            let mut end = 0;
            for sentence in sentences(&lang.parse().unwrap(), &text) {
                prop_assert!(sentence.start >= end && sentence.end > sentence.start);
                prop_assert!(text[end..sentence.start].trim().is_empty());
                end = sentence.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
