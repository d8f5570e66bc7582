//! What a text says about itself in its first lines: `title:`, `date:`, `language:`, or front matter.

use super::build::Builder;
use crate::model::Date;

/// What may be said, and how else it is called.
const KEYS: &[(&str, &[&str])] = &[
    ("title", &["title", "titel", "headline"]),
    ("outlet", &["outlet", "publication", "publisher", "site_name", "sitename"]),
    ("date", &["date", "published", "publishdate", "pubdate"]),
    ("language", &["language", "lang", "locale"]),
    ("note", &["note"]),
];

/// Takes the head lines of a text: a block of `key: value` before the first blank line. Returns where the text begins.
pub(super) fn read(builder: &mut Builder<'_>) -> usize {
    let source = builder.source;
    let mut pairs = vec![];
    let mut at = 0;
    loop {
        let (line, next) = line_at(source, at);
        if line.trim().is_empty() {
            break;
        }
        let Some(pair) = line.split_once(':').filter(|(key, _)| plain_key(key).is_some()) else { return 0 };
        pairs.push((at, pair));
        at = next;
    }
    // A note by itself may be the beginning of anything.
    if pairs.iter().all(|(_, (key, _))| *key == "note") {
        return 0;
    }
    for (at, (key, value)) in pairs {
        take(builder, at, key, value.trim());
    }
    at
}

/// Takes front matter between lines of `---` (YAML) or `+++` (TOML), as far as it is `key: value` or `key = value`.
pub(super) fn front_matter(builder: &mut Builder<'_>) -> usize {
    let source = builder.source;
    let (first, start) = line_at(source, 0);
    let (close, sign): (&[&str], _) = match first.trim_end() {
        "---" => (&["---", "..."], ':'),
        "+++" => (&["+++"], '='),
        _ => return 0,
    };
    let mut pairs = vec![];
    let mut at = start;
    while at < source.len() {
        let (line, next) = line_at(source, at);
        if close.contains(&line.trim_end()) {
            for (at, key, value) in pairs {
                take(builder, at, key, value);
            }
            return next;
        }
        if let Some((key, value)) = line.split_once(sign) {
            let value = value.trim();
            let quoted = |mark| value.strip_prefix(mark).and_then(|v: &str| v.strip_suffix(mark));
            pairs.push((at, key.trim_end(), quoted('"').or_else(|| quoted('\'')).unwrap_or(value)));
        }
        at = next;
    }
    0
}

/// Returns the date that a text begins with: `2020-11-25T10:00:00Z`, `20201125`.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 8 {
        return format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..8]).parse().ok();
    }
    let len = text.bytes().take(10).take_while(|b| b.is_ascii_digit() || *b == b'-').count();
    text[..len].parse().ok()
}

fn plain_key(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(name, _)| *name == key).map(|(name, _)| *name)
}

/// What is said first counts.
fn take(builder: &mut Builder<'_>, at: usize, key: &str, value: &str) {
    let lower = key.to_ascii_lowercase();
    let Some((name, _)) = KEYS.iter().find(|(_, names)| names.contains(&&*lower)) else { return };
    if value.is_empty() {
        return;
    }
    let document = &mut builder.document;
    let text = || Some(value.to_owned());
    match *name {
        "title" => document.title = document.title.take().or_else(text),
        "outlet" => document.outlet = document.outlet.take().or_else(text),
        "note" => document.note = document.note.take().or_else(text),
        "date" => match date(value) {
            Some(date) => document.date = document.date.or(Some(date)),
            None => builder.tell("read-date", at, "The date is none: write 2015, 2015-12 or 2015-12-16."),
        },
        _ => match value.parse() {
            Ok(tag) => document.language = document.language.take().or(Some(tag)),
            Err(_) => {
                builder.tell("read-value", at, "The language is none: write a tag such as en or zh-Hans.")
            }
        },
    }
}

/// Returns the line at a point, without its end, and where the next one begins.
fn line_at(text: &str, at: usize) -> (&str, usize) {
    let rest = &text[at..];
    match memchr::memchr(b'\n', rest.as_bytes()) {
        Some(len) => (rest[..len].strip_suffix('\r').unwrap_or(&rest[..len]), at + len + 1),
        None => (rest, text.len()),
    }
}
