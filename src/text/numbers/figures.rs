//! Numbers in figures as they are written, and how another number is written in their way.

use std::ops::Range;

use super::scan::{Lexicon, digit, lexicon, read_digits};
use super::tables::Grouping;
use super::value::Value;
use crate::model::LanguageTag;

/// A number in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
    /// What it is in the reading that is usual in the language; `None` for what is no number, as `2.0.1`.
    pub value: Option<Value>,
    /// The figures before the decimal sign, as ASCII.
    whole: String,
    /// The figures behind it.
    part: String,
    group: Option<char>,
    point: Option<char>,
    /// The zero of the script that it is written in.
    zero: char,
}

/// Returns the numbers in figures of a text, in order.
///
/// ```
/// use wicterm::text::numbers::{Value, figures};
/// let values = |lang: &str, text| -> Vec<_> {
///     figures(&lang.parse().unwrap(), text).into_iter().map(|figure| figure.value.unwrap()).collect()
/// };
/// assert_eq!(values("en", "1,600 of 12.5"), [Value::whole(1600), Value::decimal(125, -1)]);
/// assert_eq!(values("fr", "1 600 sur 12,5"), [Value::whole(1600), Value::decimal(125, -1)]);
/// ```
pub fn figures(lang: &LanguageTag, text: &str) -> Vec<Figure> {
    let lexicon = lexicon(lang.language());
    let mut out = vec![];
    let mut at = 0;
    while let Some(step) = text[at..].find(|c: char| digit(c).is_some()) {
        let start = at + step;
        let (digits, end) = read_digits(lexicon, text, start);
        at = end.max(start + 1);
        out.push(Figure::of(&text[start..at], start, digits.value));
    }
    out
}

impl Figure {
    fn of(written: &str, start: usize, value: Option<Value>) -> Self {
        let mut parts = vec![String::new()];
        let mut marks = vec![];
        let mut zero = '0';
        for c in written.chars() {
            match (digit(c), parts.last_mut()) {
                (Some(value), Some(part)) => {
                    zero = char::from_u32(c as u32 - value).unwrap_or('0');
                    part.extend(char::from_digit(value, 10));
                }
                _ => {
                    marks.push(c);
                    parts.push(String::new());
                }
            }
        }
        let all: String = parts.concat();
        // Where all figures together are the number, its signs only group them.
        let joined = all.parse().ok().map(|n| Value::decimal(n, 0)).filter(|n| !n.is_zero());
        let (mut part, mut point) = (String::new(), None);
        if (joined.is_none() || joined != value)
            && let Some(mark) = marks.pop()
        {
            (part, point) = (parts.pop().unwrap_or_default(), Some(mark));
        }
        let group = marks.first().copied();
        Self { range: start..start + written.len(), value, whole: parts.concat(), part, group, point, zero }
    }

    /// Returns this number as it is written where the other one stands in a text of a language: with its figures and
    /// signs, without signs between thousands where nobody knows which. `None` where its way of decimals is not known.
    ///
    /// ```
    /// use wicterm::text::numbers::figures;
    /// let (en, fr) = ("en".parse().unwrap(), "fr".parse().unwrap());
    /// let new = &figures(&en, "2,400.5")[0];
    /// assert_eq!(new.written_like(&figures(&fr, "1 600")[0], &fr).as_deref(), Some("2 400,5"));
    /// ```
    pub fn written_like(&self, other: &Figure, lang: &LanguageTag) -> Option<String> {
        self.value?;
        let lexicon = lexicon(lang.language());
        let own = |c: char| char::from_u32(other.zero as u32 + c.to_digit(10)?);
        let group = match (other.group, self.group) {
            (Some(group), _) => Some(group),
            (None, Some(_)) => usual_group(lexicon, other.zero),
            (None, None) => None,
        };
        let mut out = String::new();
        for (at, c) in self.whole.chars().enumerate() {
            if at > 0 && (self.whole.len() - at).is_multiple_of(3) {
                out.extend(group);
            }
            out.push(own(c)?);
        }
        if !self.part.is_empty() {
            out.push(match other.point {
                Some(point) => point,
                None => usual_point(lexicon, other.zero)?,
            });
            for c in self.part.chars() {
                out.push(own(c)?);
            }
        }
        Some(out)
    }
}

fn usual_group(lexicon: &Lexicon, zero: char) -> Option<char> {
    match lexicon.grouping {
        _ if is_arabic(zero) => Some('٬'),
        Grouping::Comma => Some(','),
        Grouping::Point => Some('.'),
        Grouping::Space => Some('\u{a0}'),
        Grouping::Either => None,
    }
}

fn usual_point(lexicon: &Lexicon, zero: char) -> Option<char> {
    match lexicon.grouping {
        _ if is_arabic(zero) => Some('٫'),
        Grouping::Comma => Some('.'),
        Grouping::Point | Grouping::Space => Some(','),
        Grouping::Either => None,
    }
}

fn is_arabic(zero: char) -> bool {
    matches!(zero, '٠' | '۰')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(lang: &str, text: &str) -> Figure {
        let mut all = figures(&lang.parse().unwrap(), text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        all.remove(0)
    }

    #[test]
    fn a_number_is_written_in_the_way_of_another() {
        for (from, new, lang, like, written) in [
            ("en", "2,400", "zh-Hans", "1,600", "2,400"),
            ("en", "2400", "zh-Hans", "1600", "2400"),
            ("en", "2,400", "fr", "1 600", "2 400"),
            ("en", "2,400", "fr", "1\u{202f}600", "2\u{202f}400"),
            ("en", "2,400", "fr", "900", "2\u{a0}400"),
            ("en", "900", "fr", "1 600", "900"),
            ("en", "12.50", "fr", "3,5", "12,50"),
            ("en", "12.5", "de", "3", "12,5"),
            ("en", "1,234,567.8", "de", "1.600,5", "1.234.567,8"),
            ("en", "2024", "ar", "٢٠٢٣", "٢٠٢٤"),
            ("en", "35.8", "ar", "٣", "٣٥٫٨"),
            ("en", "2024", "ar", "2023", "2024"),
            ("en", "17", "zh-Hans", "１６", "１７"),
            ("fr", "2 400,5", "en", "1,600", "2,400.5"),
            ("en", "2,400", "es", "850", "2400"),
            ("en", "007", "en", "3", "007"),
        ] {
            let lang = lang.parse().unwrap();
            let found = one(from, new).written_like(&one(like_lang(&lang), like), &lang);
            assert_eq!(found.as_deref(), Some(written), "{new} like {like}");
        }
        let es: LanguageTag = "es".parse().unwrap();
        // Nobody knows whether this text would write 2,5 or 2.5.
        assert_eq!(one("en", "2.5").written_like(&one("es", "3"), &es), None);
        assert_eq!(one("en", "2.0.1").written_like(&one("es", "3"), &es), None);
    }

    fn like_lang(lang: &LanguageTag) -> &str {
        lang.as_str()
    }

    #[test]
    fn figures_of_many_languages_have_their_values() {
        for (lang, text, value) in [
            ("en", "1,600", Value::whole(1600)),
            ("de", "1.600", Value::whole(1600)),
            ("ru", "1 600,5", Value::decimal(16005, -1)),
            ("ar", "٣٥٫٨", Value::decimal(358, -1)),
            ("hi", "१२", Value::whole(12)),
        ] {
            assert_eq!(one(lang, text).value, Some(value), "{lang} {text}");
        }
        assert_eq!(one("en", "2.0.1").value, None);
        assert!(figures(&"en".parse().unwrap(), "no number, 一").is_empty());
    }
}
