#![doc = include_str!("encoding-damage.md")]

use std::ops::Range;

use encoding_rs::{Encoding, GBK, WINDOWS_1251, WINDOWS_1252};

use crate::check::codes::scan::Kind;
use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::model::Severity;
use crate::text::writing::Script;

/// `encoding-damage`
pub struct EncodingDamage;

const ABOUT: About = About {
    severity: Severity::Error,
    ..super::about("encoding-damage", include_str!("encoding-damage.md"))
};

impl Check for EncodingDamage {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let text = seen.target.text();
        let source = seen.source.as_ref();
        if !text.is_ascii() {
            replaced(text, found);
            misread(&seen.target, found);
        }
        escapes(&seen.target, source, found);
        lost(text, source, found);
        Facts::default()
    }
}

/// Characters that a conversion put in place of what it did not know.
fn replaced(text: &str, found: &mut Vec<Found>) {
    for sign in ["\u{FFFD}", "ï¿½", "пїЅ", "锟斤拷", "锟斤", "烫烫烫"] {
        let mut from = 0;
        while let Some(at) = text[from..].find(sign) {
            let start = from + at;
            let mut end = start + sign.len();
            while text[end..].starts_with(sign) {
                end += sign.len();
            }
            if found.iter().all(|f| f.range.end <= start || f.range.start >= end) {
                found.push(
                    Found::in_target(start..end, "Characters were lost here in a conversion.")
                        .help("take the text from where it was still whole"),
                );
            }
            from = end;
        }
    }
}

/// UTF-8 that was read as something else.
fn misread(text: &Text<'_>, found: &mut Vec<Found>) {
    let written = text.text();
    let mut at = 0;
    while at < written.len() {
        let rest = &written[at..];
        let c = rest.chars().next().unwrap_or(' ');
        let run = match c {
            'Â'..='ô' => latin_run(written, at, text.writing.script),
            'В' | 'Г' | 'Р' | 'С' | 'в' | 'Ш' | 'Щ' | 'Ђ' | 'Ѓ' => cyrillic_run(written, at),
            '√' => mac_run(written, at),
            _ if is_gbk_sign(c)
                || ('\u{4E00}'..='\u{9FFF}').contains(&c) && text.writing.script != Script::Han =>
            {
                chinese_run(written, at)
            }
            _ => None,
        };
        match run {
            Some((len, mended)) => {
                let range = at..at + len;
                at += len;
                if found.iter().any(|f| f.range.start < range.end && range.start < f.range.end) {
                    continue;
                }
                let surface = &written[range.clone()];
                let out = Found::in_target(
                    range.clone(),
                    format!("\"{surface}\" is text in UTF-8 that was read in another encoding."),
                );
                found.push(match mended {
                    Some(mended) => out.help(format!("it was \"{mended}\"")).fix(mended),
                    None => out.help("take the text from where it was still whole"),
                });
            }
            None => at += c.len_utf8(),
        }
    }
}

/// Returns the byte that a character stands for in a one-byte encoding, if it is above ASCII.
fn high_byte(c: char, encoding: &'static Encoding) -> Option<u8> {
    if c.is_ascii() {
        return None;
    }
    // What windows-1252 leaves open is read as the control character of that number.
    if ('\u{80}'..='\u{9F}').contains(&c) {
        return Some(c as u32 as u8);
    }
    // Folding of spaces by editors: a no-break space often became a plain one and is then lost.
    let mut buffer = [0u8; 4];
    let (bytes, _, failed) = encoding.encode(c.encode_utf8(&mut buffer));
    (!failed && bytes.len() == 1 && bytes[0] >= 0x80).then(|| bytes[0])
}

/// Reads as many whole UTF-8 sequences as the characters from here on spell, byte by byte.
fn sequences(text: &str, at: usize, encoding: &'static Encoding) -> (usize, String) {
    let mut len = 0;
    let mut out = String::new();
    let mut chars = text[at..].chars().peekable();
    'next: while let Some(first) = chars.next() {
        let Some(lead) = high_byte(first, encoding) else { break };
        let more = match lead {
            0xC2..=0xDF => 1,
            0xE0..=0xEF => 2,
            0xF0..=0xF4 => 3,
            _ => break,
        };
        let mut bytes = vec![lead];
        let mut taken = first.len_utf8();
        for _ in 0..more {
            let Some(c) = chars.next() else { break 'next };
            let Some(byte) = high_byte(c, encoding).filter(|b| (0x80..0xC0).contains(b)) else { break 'next };
            bytes.push(byte);
            taken += c.len_utf8();
        }
        let Ok(decoded) = std::str::from_utf8(&bytes) else { break };
        out.push_str(decoded);
        len += taken;
    }
    (len, out)
}

type Run = Option<(usize, Option<String>)>;

fn latin_run(text: &str, at: usize, script: Script) -> Run {
    let (len, mended) = sequences(text, at, WINDOWS_1252);
    if len == 0 {
        // The second half of "à" is a no-break space, which many programs make a plain one.
        let alone = text[at..].starts_with("Ã ") && text[..at].ends_with(' ');
        return alone.then(|| ('Ã'.len_utf8(), Some("à".to_owned())));
    }
    let count = mended.chars().count();
    let prev = text[..at].chars().next_back();
    let next = text[at + len..].chars().next();
    let lead = text[at..].chars().next()?;
    let lower = |c: Option<char>| c.is_some_and(|c| c.is_lowercase());
    let upper = prev.is_some_and(char::is_uppercase);
    let sure = match lead {
        _ if count >= 2 => {
            // Two sequences side by side do not happen by themselves, but for capitals before closing marks.
            true
        }
        // é, ó, «, ’: what Western text has above ASCII.
        'Ã' => !upper,
        'Â' => !upper && !lower(next) || lower(prev),
        'â' => mended.chars().all(|c| ('\u{2000}'..='\u{2BFF}').contains(&c)),
        'Ð' | 'Ñ' | 'Ø' | 'Ù' => script != Script::Latin || lower(prev),
        'Ä' | 'Å' | 'Ç' | 'È' | 'É' | 'Ê' => lower(prev) && lower(next),
        'ï' | 'ã' => mended
            .chars()
            .all(|c| ('\u{3000}'..='\u{30FF}').contains(&c) || ('\u{FE00}'..='\u{FFFF}').contains(&c)),
        _ => script == Script::Han && mended.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)),
    };
    sure.then_some((len, Some(mended)))
}

fn cyrillic_run(text: &str, at: usize) -> Run {
    let (len, mended) = sequences(text, at, WINDOWS_1251);
    let count = mended.chars().count();
    let letters = mended.chars().filter(|c| c.is_alphabetic()).count();
    // РЎРѕ: every other letter is Р or С; a Western letter between Western ones (Г©).
    let prev = text[..at].chars().next_back();
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let western = count == 1
        && (latin(prev) || latin(text[at + len..].chars().next()))
        && mended.chars().all(|c| c <= '\u{24F}');
    let punctuation = count >= 1
        && mended.chars().all(|c| ('\u{2010}'..='\u{203A}').contains(&c))
        && text[at..].starts_with("вЂ");
    ((count >= 3 && letters * 2 > count) || western || punctuation).then_some((len, Some(mended)))
}

/// é as √© and the like: UTF-8 read as Mac Roman.
fn mac_run(text: &str, at: usize) -> Run {
    let mut chars = text[at..].chars();
    let second = chars.nth(1)?;
    let letter = match second {
        '©' => 'é',
        '®' => 'è',
        '†' => 'à',
        '≥' => 'ó',
        '±' => 'ñ',
        '≠' => 'í',
        '°' => 'á',
        '∫' => 'ú',
        '¥' => 'ô',
        'ß' => 'ç',
        _ => return None,
    };
    let lower = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    (lower(text[..at].chars().next_back()) || lower(chars.next()))
        .then(|| ('√'.len_utf8() + second.len_utf8(), Some(letter.to_string())))
}

/// Characters that begin or join the commonest Chinese words when UTF-8 is read as GBK.
fn is_gbk_sign(c: char) -> bool {
    "锛銆鐨鍥鍦鏄绔缃缁鏁瀛鍙鎴浜杩鈥鍜涓鍔鍏鍚闂佹鍖鏈".contains(c)
}

fn chinese_run(text: &str, at: usize) -> Run {
    let run: String = text[at..]
        .chars()
        .take(60)
        .take_while(|c| {
            ('\u{3000}'..='\u{9FFF}').contains(c)
                || ('\u{E000}'..='\u{F8FF}').contains(c)
                || matches!(c, '€' | '？')
        })
        .collect();
    let signs = run.chars().filter(|c| is_gbk_sign(*c)).count();
    let prev = text[..at].chars().next_back();
    let next = text[at + run.len()..].chars().next();
    let amid = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
    let (bytes, _, failed) = GBK.encode(&run);
    let mended = (!failed).then(|| String::from_utf8(bytes.into_owned()).ok()).flatten();
    // s茅curit茅: one character between Latin letters.
    let western = amid(prev)
        && (amid(next) || next.is_none_or(|c| !c.is_alphanumeric()))
        && mended.as_ref().is_some_and(|m| m.chars().all(|c| c <= '\u{24F}'));
    if western {
        return Some((run.len(), mended));
    }
    let count = run.chars().count();
    (signs >= 2 && signs * 5 >= count).then_some((run.len(), mended))
}

/// Entities and escapes that nobody resolved, where the source has none.
fn escapes(target: &Text<'_>, source: Option<&Text<'_>>, found: &mut Vec<Found>) {
    let text = target.text();
    let ours = |text: &Text<'_>| text.codes().iter().any(|c| c.kind == Kind::Entity);
    if ours(target) && !source.is_some_and(ours) {
        for code in target.codes().iter().filter(|c| c.kind == Kind::Entity) {
            let written = &text[code.range.clone()];
            let Some(c) = entity(&written[1..written.len() - 1]) else { continue };
            // &amp;eacute; was escaped twice.
            let mut end = code.range.end;
            let mut resolved = c.to_string();
            if c == '&'
                && let Some(len) = text[end..].bytes().take(10).position(|b| b == b';')
                && let Some(inner) = entity(&text[end..end + len])
            {
                end += len + 1;
                resolved = inner.to_string();
            }
            found.push(
                Found::in_target(
                    code.range.start..end,
                    format!("\"{}\" is an entity that nobody resolved.", &text[code.range.start..end]),
                )
                .severity(Severity::Warning)
                .help("write the character itself")
                .fix(resolved),
            );
        }
    }
    let mut from = 0;
    while let Some(at) = text[from..].find("\\u") {
        let start = from + at;
        let hex = text.get(start + 2..start + 6).filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()));
        from = start + 2;
        let Some(hex) = hex else { continue };
        if source.is_some_and(|s| s.text().contains("\\u")) {
            return;
        }
        let out =
            Found::in_target(start..start + 6, format!("\"\\u{hex}\" is an escape that nobody resolved."))
                .severity(Severity::Warning)
                .help("write the character itself");
        let c = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).filter(|c| !c.is_control());
        found.push(match c {
            Some(c) => out.fix(c.to_string()),
            None => out,
        });
        from = start + 6;
    }
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        };
        return number.and_then(char::from_u32).filter(|c| !c.is_control());
    }
    const NAMED: &[(&str, char)] = &[
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{A0}'),
        ("ndash", '–'),
        ("mdash", '—'),
        ("laquo", '«'),
        ("raquo", '»'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("hellip", '…'),
        ("middot", '·'),
        ("copy", '©'),
        ("reg", '®'),
        ("deg", '°'),
        ("eacute", 'é'),
        ("egrave", 'è'),
        ("ecirc", 'ê'),
        ("agrave", 'à'),
        ("acirc", 'â'),
        ("aacute", 'á'),
        ("ccedil", 'ç'),
        ("iacute", 'í'),
        ("icirc", 'î'),
        ("iuml", 'ï'),
        ("ocirc", 'ô'),
        ("oacute", 'ó'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("auml", 'ä'),
        ("szlig", 'ß'),
        ("uacute", 'ú'),
        ("ugrave", 'ù'),
        ("ucirc", 'û'),
        ("ntilde", 'ñ'),
        ("Eacute", 'É'),
        ("oelig", 'œ'),
        ("iexcl", '¡'),
        ("iquest", '¿'),
        ("euro", '€'),
        ("thinsp", '\u{2009}'),
        ("ensp", '\u{2002}'),
        ("emsp", '\u{2003}'),
        ("zwnj", '\u{200C}'),
        ("shy", '\u{AD}'),
        ("times", '×'),
    ];
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}

/// Question marks in place of letters.
fn lost(text: &str, source: Option<&Text<'_>>, found: &mut Vec<Found>) {
    if memchr::memchr(b'?', text.as_bytes()).is_none() || source.is_some_and(|s| s.text().contains("???")) {
        return;
    }
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'?', &text.as_bytes()[from..]) {
        let start = from + at;
        let len = text[start..].bytes().take_while(|b| *b == b'?').count();
        let range: Range<usize> = start..start + len;
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_lowercase());
        let amid = letter(text[..start].chars().next_back()) && letter(text[range.end..].chars().next());
        // An address has its question mark between letters too.
        let word = text[..start].rsplit(char::is_whitespace).next().unwrap_or_default();
        let address = word.contains(['/', '.', '@', '=']);
        let words = len >= 3
            && text.split_whitespace().filter(|w| w.len() >= 3 && w.bytes().all(|b| b == b'?')).count() >= 2;
        // A word does not begin with one: ?t? for été.
        let before = text[..start].chars().next_back();
        let begins = len == 1
            && before.is_some_and(|c| matches!(c, ' ' | '\u{A0}' | '\'' | '’'))
            && text[range.end..].chars().next().is_some_and(char::is_lowercase);
        if ((amid || begins) && !address && len <= 2) || words {
            found.push(
                Found::in_target(
                    range.clone(),
                    "A question mark stands where letters were lost in a conversion.",
                )
                .help("take the text from where it was still whole"),
            );
        }
        from = range.end;
    }
}
