//! Words of any script in ASCII letters, for the names that people type.

use std::borrow::Cow;

use super::pinyin::{self, Part};
use super::{fold, languages};
use crate::model::LanguageTag;

/// Returns a text in ASCII letters and spaces, for [`crate::model::Slug::from_ascii_words`].
///
/// Latin loses its diacritics; Cyrillic, Greek, Arabic, Hebrew, Hangul and Kana are transliterated, simply;
/// Chinese is read aloud. `None` where more than half of the letters have no transliteration, as with Thai
/// or with Japanese in Kanji, whose reading only a dictionary knows.
///
/// ```
/// use wicterm::text::slug_words;
/// let words = |lang: &str, text| slug_words(text, &lang.parse().unwrap());
/// assert_eq!(words("fr", "L’ère numérique").as_deref(), Some("l ere numerique"));
/// assert_eq!(words("zh-Hans", "网络主权").as_deref(), Some("wang luo zhu quan"));
/// assert_eq!(words("ru", "цифровая экономика").as_deref(), Some("tsifrovaya ekonomika"));
/// assert_eq!(words("th", "ไทย"), None);
/// ```
pub fn slug_words(text: &str, lang: &LanguageTag) -> Option<String> {
    let language = languages::of(lang);
    let readings = if language.code == "ja" { Vec::new() } else { pinyin::readings(text) };
    let text: Cow<str> = match readings.first() {
        Some(reading) => Cow::Owned(reading.iter().map(Part::plain).collect::<Vec<_>>().join(" ")),
        None => Cow::Borrowed(text),
    };
    let folded = fold(&text);
    let mut out = String::with_capacity(folded.len());
    let (mut known, mut unknown) = (0usize, 0usize);
    for word in folded.split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        let mut last = None;
        for (at, c) in word.char_indices() {
            if c == '\'' {
                // l'ère is two words, people's is one.
                if language.elisions.iter().any(|(elided, _)| *elided == &word[..at]) {
                    out.push(' ');
                }
                continue;
            }
            match letters(c, last, &mut out) {
                true => known += 1,
                false if c.is_alphabetic() => unknown += 1,
                false => {}
            }
            last = Some(c);
        }
    }
    let out = out.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (known > unknown && out.contains(|c: char| c.is_ascii_alphanumeric())).then_some(out)
}

/// Writes a folded character in ASCII, and tells whether it could.
fn letters(c: char, last: Option<char>, out: &mut String) -> bool {
    let text = match c {
        'a'..='z' | '0'..='9' => {
            out.push(c);
            return true;
        }
        '\0'..='\x7F' => {
            out.push(' ');
            return false;
        }
        '\u{AC00}'..='\u{D7A3}' => {
            hangul(c, out);
            return true;
        }
        '\u{3041}'..='\u{30FF}' => return kana(c, last, out),
        'υ' if last == Some('ο') => "u",
        c => match LETTERS.iter().find(|(letters, _)| letters.contains(c)) {
            Some((_, text)) => text,
            None => return false,
        },
    };
    out.push_str(text);
    true
}

/// Letters by what they become; folded, so neither capitals nor accents are here.
const LETTERS: &[(&str, &str)] = &[
    ("аәαا", "a"),
    ("бבب", "b"),
    ("вβ", "v"),
    ("гґғѓγגگ", "g"),
    ("дδדدض", "d"),
    ("еэεə", "e"),
    ("жژ", "zh"),
    ("зζזزظ", "z"),
    ("иіηι", "i"),
    ("йыυيئי", "y"),
    ("кќκכךקك", "k"),
    ("лλלل", "l"),
    ("мμמםم", "m"),
    ("нңνנןن", "n"),
    ("оөωο", "o"),
    ("пπפףپ", "p"),
    ("рρרر", "r"),
    ("сσסسص", "s"),
    ("тτטתتط", "t"),
    ("уүұў", "u"),
    ("фφف", "f"),
    ("хخ", "kh"),
    ("цצץ", "ts"),
    ("чχچ", "ch"),
    ("шשش", "sh"),
    ("щ", "shch"),
    ("ьъאעعء", ""),
    ("ю", "yu"),
    ("я", "ya"),
    ("ї", "yi"),
    ("є", "ye"),
    ("ђ", "dj"),
    ("јج", "j"),
    ("љ", "lj"),
    ("њ", "nj"),
    ("ћ", "c"),
    ("џѕ", "dz"),
    ("қق", "q"),
    ("һהחحه", "h"),
    ("θثþ", "th"),
    ("ξ", "x"),
    ("ψ", "ps"),
    ("ו", "v"),
    ("وؤ", "w"),
    ("ذ", "dh"),
    ("غ", "gh"),
    ("ة", "a"),
    ("ŋ", "ng"),
    ("ĸ", "k"),
];

/// Revised Romanisation, syllable by syllable.
fn hangul(c: char, out: &mut String) {
    const LEAD: [&str; 19] =
        ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
    const VOWEL: [&str; 21] = [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi",
        "yu", "eu", "ui", "i",
    ];
    const TAIL: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t",
        "t", "ng", "t", "t", "k", "t", "p", "t",
    ];
    let index = c as usize - 0xAC00;
    out.push_str(LEAD[index / 588]);
    out.push_str(VOWEL[index % 588 / 28]);
    out.push_str(TAIL[index % 28]);
}

/// Hepburn, simply: long vowels are not marked.
fn kana(c: char, last: Option<char>, out: &mut String) -> bool {
    const ROMAJI: [&str; 86] = [
        "a", "a", "i", "i", "u", "u", "e", "e", "o", "o", "ka", "ga", "ki", "gi", "ku", "gu", "ke", "ge",
        "ko", "go", "sa", "za", "shi", "ji", "su", "zu", "se", "ze", "so", "zo", "ta", "da", "chi", "ji", "",
        "tsu", "zu", "te", "de", "to", "do", "na", "ni", "nu", "ne", "no", "ha", "ba", "pa", "hi", "bi",
        "pi", "fu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po", "ma", "mi", "mu", "me", "mo", "ya", "ya",
        "yu", "yu", "yo", "yo", "ra", "ri", "ru", "re", "ro", "wa", "wa", "i", "e", "o", "n", "vu", "ka",
        "ke",
    ];
    let hiragana = |c: char| match c {
        '\u{30A1}'..='\u{30F6}' => c as usize - 0x30A1,
        '\u{3041}'..='\u{3096}' => c as usize - 0x3041,
        _ => usize::MAX,
    };
    if c == 'ー' {
        return true;
    }
    let index = hiragana(c);
    let Some(sound) = ROMAJI.get(index) else { return false };
    // The small っ doubles the next consonant.
    if last.map(hiragana) == Some(0x22) && !sound.starts_with(['a', 'e', 'i', 'o', 'u', 'n']) {
        out.push_str(&sound[..1]);
    }
    match index {
        // Small ya, yu, yo join their consonant: ki ya is kya, shi ya is sha.
        0x42 | 0x44 | 0x46 if out.ends_with('i') => {
            out.pop();
            let melted = out.ends_with("sh") || out.ends_with("ch") || out.ends_with('j');
            out.push_str(if melted { &sound[1..] } else { sound });
        }
        // Small vowels take the place of the vowel before them: フェ is fe.
        0x00 | 0x02 | 0x04 | 0x06 | 0x08 if out.ends_with(['u', 'e', 'o', 'i']) => {
            out.pop();
            out.push_str(sound);
        }
        _ => out.push_str(sound),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Slug;

    #[test]
    fn words_of_many_scripts_become_ascii() {
        for (lang, text, words) in [
            ("en", "Community with a Shared Future", Some("community with a shared future")),
            ("en", "people’s right", Some("peoples right")),
            ("en", "5G/6G networks", Some("5g 6g networks")),
            ("fr", "souveraineté de l’Internet", Some("souverainete de l internet")),
            ("es", "Cooperación (España)", Some("cooperacion espana")),
            ("de", "Größe", Some("grosse")),
            ("da", "Ærøskøbing", Some("aeroskobing")),
            ("tr", "Siber Güvenliği", Some("siber guvenligi")),
            ("ru", "информационная безопасность", Some("informatsionnaya bezopasnost")),
            ("uk", "комп’ютер її", Some("kompyuter yiyi")),
            ("el", "του Κυβερνοχώρου", Some("tou kyvernochorou")),
            ("ar", "السيادة السيبرانية", Some("alsyada alsybranya")),
            ("he", "ריבונות", Some("rybvnvt")),
            ("ko", "사이버 주권", Some("saibeo jugwon")),
            ("ja", "サイバー", Some("saiba")),
            ("ja", "ネットワーク シェア きょう", Some("nettowakusheakyou")),
            ("ja", "主権", None),
            ("zh-Hans", "网络空间命运共同体", Some("wang luo kong jian ming yun gong tong ti")),
            ("zh-Hant-TW", "網路主權", Some("wang lu zhu quan")),
            ("zh-Hans", "5G网络", Some("5g wang luo")),
            ("th", "อธิปไตย", None),
            ("hi", "साइबर", None),
            ("en", "—", None),
        ] {
            let found = slug_words(text, &lang.parse().unwrap());
            assert_eq!(found.as_deref(), words, "{lang}: {text}");
            if let Some(found) = found {
                assert!(Slug::from_ascii_words(&found).is_some(), "{found}");
            }
        }
    }
}
