//! What a PO file says of itself: its charset, its languages, its plural forms.

use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use super::plural::Plurals;
use crate::model::{Finding, LanguageTag, Place, Severity};
use crate::text::languages::by_name;

/// How far into a file its header is looked for.
pub(super) const HEAD: usize = 64 << 10;

/// The header of a file, as far as we use it.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub source: Option<LanguageTag>,
    pub target: Option<LanguageTag>,
    pub plurals: Plurals,
}

impl Header {
    /// Reads the translation of the empty message; a language that is none is a finding.
    pub fn read(text: &str, place: Place, findings: &mut Vec<Finding>) -> Self {
        let field = |name: &str| {
            let fields = text.lines().filter_map(|line| line.split_once(':'));
            let mut said = fields
                .filter(|(key, _)| key.trim().eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim());
            said.next().filter(|value| !value.is_empty())
        };
        let language = field("Language").filter(|said| !is_placeholder(said));
        let target = language.and_then(locale);
        if let (Some(said), None) = (language, &target) {
            let said: String = said.chars().take(40).collect();
            let message = format!("The header says that the language is \"{said}\", which is none.");
            let help = "Write a tag such as fr, pt_BR or zh_CN behind Language:.";
            findings.push(Finding::new("read-value", Severity::Warning, place, message).help(help));
        }
        // "French", "French <fr@example.org>"
        let named = |name: &str| {
            let name = field(name)?.split(['<', '(']).next()?.trim();
            by_name(name).filter(|_| !is_placeholder(name))
        };
        let target = target.or_else(|| named("X-Poedit-Language")).or_else(|| named("Language-Team"));
        let plurals = field("Plural-Forms").map(Plurals::read).unwrap_or_default();
        Self { source: field("X-Source-Language").and_then(locale), target, plurals }
    }
}

/// Tells whether somebody was to put something in its place and did not: `LANGUAGE`, `LL@li.org`.
fn is_placeholder(said: &str) -> bool {
    said.len() > 3 && said.bytes().all(|b| b.is_ascii_uppercase())
}

/// Reads a locale as POSIX writes it: `pt_BR`, `sr@latin`, `de_DE.UTF-8`.
pub(super) fn locale(said: &str) -> Option<LanguageTag> {
    let (rest, modifier) = said.split_once('@').unwrap_or((said, ""));
    let tag = rest.split('.').next()?;
    let script = match &*modifier.to_ascii_lowercase() {
        "latin" | "latn" => Some("Latn"),
        "cyrillic" | "cyrl" => Some("Cyrl"),
        "arabic" => Some("Arab"),
        "devanagari" => Some("Deva"),
        _ => None,
    };
    let tag = by_name(tag)?;
    match script {
        Some(script) if tag.script().is_none() => {
            let language = tag.language();
            format!("{language}-{script}{}", &tag.as_str()[language.len()..]).parse().ok()
        }
        _ => Some(tag),
    }
}

/// Guesses at the target language by the name of a file: `fr.po`, `app.fr.po`, `fr/LC_MESSAGES/app.po`.
pub(super) fn of_name(name: &str) -> Option<LanguageTag> {
    let path = Path::new(name);
    let stem = path.file_stem()?.to_str()?;
    let last = stem.rsplit('.').next()?;
    // Hardly a word of a file's name is a language, but many have two letters.
    let tag = |text: &str| {
        // `no-language.po` is not Norwegian.
        let short = text.split('@').next()?.split(['-', '_']).skip(1).all(|subtag| subtag.len() <= 4);
        locale(text).filter(|_| short)
    };
    let folder = || {
        let folder = path.parent()?;
        let is_messages = folder.file_name().is_some_and(|name| name == "LC_MESSAGES");
        tag(if is_messages { folder.parent()? } else { folder }.file_name()?.to_str()?)
    };
    tag(last).or_else(folder)
}

/// Finds the charset that the header names in the bytes of a file.
pub(super) fn charset(bytes: &[u8]) -> Option<&str> {
    // A byte order mark says more.
    if Encoding::for_bom(bytes).is_some() {
        return None;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let mut messages = 0;
    for line in head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_start) {
        messages += usize::from(line.starts_with(b"msgid"));
        if messages > 1 {
            return None;
        }
        if line.starts_with(b"#") {
            continue;
        }
        let Some(at) = memchr::memmem::find(line, b"charset=") else { continue };
        let label = line[at + "charset=".len()..].trim_ascii_start();
        let end = label.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_.:".contains(b));
        return std::str::from_utf8(&label[..end.unwrap_or(label.len())]).ok();
    }
    None
}

/// Returns the encoding that a label of gettext means. `CHARSET` stands where nobody has named one yet.
pub(super) fn encoding(label: &str) -> Option<&'static Encoding> {
    if label == "CHARSET" { Some(UTF_8) } else { Encoding::for_label(label.as_bytes()) }
}

/// Returns the last character that a charset has where the Encoding Standard takes it for a larger one.
pub(super) fn last_of(label: Option<&str>) -> char {
    let label = label.unwrap_or_default().to_ascii_lowercase();
    match &*label {
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" => '\u{7F}',
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" | "l1" => '\u{FF}',
        _ => char::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_where_people_say_it() {
        let read = |text: &str| {
            let mut findings = vec![];
            let header = Header::read(text, Place::default(), &mut findings);
            (header.target.map(|tag| tag.to_string()), findings.len())
        };
        let rows = [
            ("Language: fr\n", Some("fr"), 0),
            ("language: zh_CN\n", Some("zh-Hans"), 0),
            ("Language: sr@latin\n", Some("sr-Latn"), 0),
            ("Language: de_DE.UTF-8\n", Some("de-DE"), 0),
            ("Language: \nLanguage-Team: French <fr@example.org>\n", Some("fr"), 0),
            ("Language-Team: LANGUAGE <LL@li.org>\nLanguage: \n", None, 0),
            ("Language: LANGUAGE\n", None, 0),
            ("X-Poedit-Language: German\n", Some("de"), 0),
            ("Language: no such thing\n", None, 1),
            ("", None, 0),
        ];
        for (text, lang, findings) in rows {
            assert_eq!(read(text), (lang.map(str::to_owned), findings), "{text}");
        }
        for (name, lang) in [
            ("fr.po", Some("fr")),
            ("po/pt_BR.po", Some("pt-BR")),
            ("app.ru.po", Some("ru")),
            ("locale/ar/LC_MESSAGES/django.po", Some("ar")),
            ("locale/zh_CN/app.po", Some("zh-Hans")),
            ("messages.po", None),
            ("no-language.po", None),
            ("app.pot", None),
            ("-", None),
        ] {
            assert_eq!(of_name(name).map(|tag| tag.to_string()).as_deref(), lang, "{name}");
        }
    }

    #[test]
    fn the_charset_is_that_of_the_header_only() {
        for (bytes, label) in [
            (
                &b"msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=KOI8-R\\n\"\n"[..],
                Some("KOI8-R"),
            ),
            (b"msgid \"\"\nmsgstr \"A: b\\nContent-Type: text/plain; charset=big5\\n\"\n", Some("big5")),
            (b"# charset=x\nmsgid \"a\"\nmsgstr \"\"\n\nmsgid \"charset=y\"\n", None),
            (b"\xEF\xBB\xBFmsgid \"\"\nmsgstr \"charset=latin1\"\n", None),
        ] {
            assert_eq!(charset(bytes), label);
        }
    }
}
