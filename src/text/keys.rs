//! Lookup keys: what a term is filed under, and what to look for when someone types something.
//!
//! Both sides make their keys here and nowhere else, so that they meet.

use super::languages::{self, Romanisation};
use super::pinyin::{self, Part};
use super::{fold, stem_key};
use crate::model::LanguageTag;

/// What a key of a term keeps of it; the order is from the closest to the loosest.
///
/// The numbers are written to disk and stay what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum KeyClass {
    /// Its folded text.
    Folded = 0,
    /// Its stems.
    Stemmed = 1,
    /// Its pinyin, without tones and spaces.
    Pinyin = 2,
    /// The initials of its pinyin.
    Initials = 3,
}

impl KeyClass {
    /// Every class, closest first.
    pub const ALL: [Self; 4] = [Self::Folded, Self::Stemmed, Self::Pinyin, Self::Initials];

    /// Returns the class that a byte stands for.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.to_byte() == byte)
    }

    /// Returns the byte that stands for it.
    pub fn to_byte(self) -> u8 {
        self as u8
    }
}

/// Something to look for, made of what a person typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryKey {
    /// In which class of keys to look.
    pub class: KeyClass,
    /// The key.
    pub text: String,
    /// The language whose terms the key is meant for; `None` where any will do.
    pub lang: Option<LanguageTag>,
    /// Of pinyin typed with tones, the syllables with tone numbers, to compare with
    /// [`super::pinyin_toned`]; syllables typed without a tone have no number.
    pub toned: Option<String>,
}

/// Returns the key under which the folded form of a text is filed.
///
/// A text of which folding leaves nothing (a lone quotation mark) is filed as it is.
pub fn folded_key(text: &str) -> String {
    let folded = fold(text);
    if folded.is_empty() { text.trim().to_owned() } else { folded.into_owned() }
}

/// Returns everything a term is filed under, the folded text first.
///
/// ```
/// use wicterm::text::{KeyClass, term_keys};
/// let keys = term_keys(&"zh-Hans".parse().unwrap(), "网络的主权");
/// assert_eq!(keys[0], (KeyClass::Folded, "网络的主权".to_owned()));
/// assert_eq!(keys[1], (KeyClass::Stemmed, "网络主权".to_owned()));
/// assert!(keys.contains(&(KeyClass::Pinyin, "wangluodezhuquan".to_owned())));
/// assert!(keys.contains(&(KeyClass::Initials, "wldzq".to_owned())));
/// ```
pub fn term_keys(lang: &LanguageTag, text: &str) -> Vec<(KeyClass, String)> {
    let language = languages::of(lang);
    let mut keys = vec![(KeyClass::Folded, folded_key(text))];
    let mut add = |class, key: String| {
        if !key.is_empty() && !keys.iter().any(|(c, k)| *c == class && *k == key) {
            keys.push((class, key));
        }
    };
    if language.has_stems() {
        add(KeyClass::Stemmed, stem_key(lang, text));
    }
    if language.romanisation == Romanisation::Pinyin {
        let readings = pinyin::readings(text);
        for reading in &readings {
            add(KeyClass::Pinyin, reading.iter().map(Part::plain).collect());
        }
        for reading in &readings {
            if reading.len() > 1 {
                add(KeyClass::Initials, reading.iter().map(Part::initial).collect());
            }
        }
    }
    keys
}

/// Returns what to look for when someone types a query, the closest first; stems in each of the given
/// languages, pinyin where Chinese is among them.
///
/// ```
/// use wicterm::text::{KeyClass, query_keys};
/// let keys = query_keys("wang3luo4", &["en".parse().unwrap(), "zh-Hans".parse().unwrap()]);
/// let pinyin = keys.iter().find(|key| key.class == KeyClass::Pinyin).unwrap();
/// assert_eq!(pinyin.text, "wangluo");
/// assert_eq!(pinyin.toned.as_deref(), Some("wang3 luo4"));
/// ```
pub fn query_keys(query: &str, langs: &[LanguageTag]) -> Vec<QueryKey> {
    let mut keys: Vec<QueryKey> = Vec::new();
    let mut add = |class, text: String, lang: Option<&LanguageTag>, toned| {
        if !text.is_empty()
            && !keys.iter().any(|k| (k.class, &k.text, k.lang.as_ref()) == (class, &text, lang))
        {
            keys.push(QueryKey { class, text, lang: lang.cloned(), toned });
        }
    };
    add(KeyClass::Folded, folded_key(query), None, None);
    // Pasted text brings a comma or a bracket along.
    let bare = query.trim_matches(|c: char| !c.is_alphanumeric());
    add(KeyClass::Folded, fold(bare).into_owned(), None, None);
    let mut asked: Vec<&str> = Vec::new();
    for lang in langs {
        let language = languages::of(lang);
        // zh-Hans and zh-Hant have the same stems.
        if language.has_stems() && !asked.contains(&language.code) {
            asked.push(language.code);
            add(KeyClass::Stemmed, stem_key(lang, query), Some(lang), None);
        }
    }
    let chinese = langs.iter().any(|lang| languages::of(lang).romanisation == Romanisation::Pinyin);
    if chinese && let Some(typed) = pinyin::typed(bare) {
        let folded = fold(bare);
        // *wlzq*, or word by word: *wl zq*.
        let short = typed.toned.is_none() && folded.split(' ').all(|word| word.len() <= 3);
        let initials = (typed.bare || short).then(|| folded.replace(' ', ""));
        let initials = initials.filter(|i| (2..=24).contains(&i.len()));
        add(KeyClass::Pinyin, typed.plain, None, typed.toned);
        if let Some(initials) = initials {
            add(KeyClass::Initials, initials, None, None);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tag(text: &str) -> LanguageTag {
        text.parse().unwrap()
    }

    fn official() -> Vec<LanguageTag> {
        ["en", "zh-Hans", "zh-Hant", "ru", "fr", "es", "ar"].map(tag).to_vec()
    }

    /// The closest class by which a query finds a term.
    fn meets(query: &str, lang: &str, term: &str) -> Option<KeyClass> {
        let filed = term_keys(&tag(lang), term);
        let found = query_keys(query, &official()).into_iter().find(|key| {
            filed.iter().any(|(class, text)| (*class, text) == (key.class, &key.text))
                && key.lang.as_ref().is_none_or(|l| l.language() == tag(lang).language())
        });
        found.map(|key| key.class)
    }

    #[test]
    fn what_people_type_meets_the_term() {
        use KeyClass::*;
        for (query, lang, term, class) in [
            ("cyber sovereignty", "en", "Cyber Sovereignty", Some(Folded)),
            ("“Cyber‑Sovereignty”,", "en", "cyber sovereignty", Some(Folded)),
            ("(cyber sovereignty)", "en", "cyber sovereignty", Some(Folded)),
            ("cybersovereignty", "en", "cyber sovereignty", Some(Stemmed)),
            ("communities with shared futures", "en", "community with a shared future", Some(Stemmed)),
            ("souverainete numerique", "fr", "souveraineté numérique", Some(Folded)),
            ("la souveraineté numérique", "fr", "souveraineté numérique", Some(Stemmed)),
            ("информационной безопасности", "ru", "информационная безопасность", Some(Stemmed)),
            ("السيادة السيبرانية", "ar", "سيادة سيبرانية", Some(Stemmed)),
            ("網絡主權", "zh-Hans", "网络主权", Some(Folded)),
            ("网络主权", "zh-Hant", "網絡主權", Some(Folded)),
            ("网络空间的主权", "zh-Hans", "网络空间主权", Some(Stemmed)),
            ("wangluozhuquan", "zh-Hans", "网络主权", Some(Pinyin)),
            ("wǎngluò zhǔquán", "zh-Hant", "網絡主權", Some(Pinyin)),
            ("wang3luo4 zhu3quan2", "zh-Hans", "网络主权", Some(Pinyin)),
            ("wlzq", "zh-Hans", "网络主权", Some(Initials)),
            ("WLZQ", "zh-Hant-TW", "網絡主權", Some(Initials)),
            ("5G wangluo", "zh-Hans", "5G网络", Some(Pinyin)),
            ("5gwl", "zh-Hans", "5G网络", Some(Initials)),
            ("wl zq", "zh-Hans", "网络主权", Some(Initials)),
            ("zengzhang", "zh-Hans", "增长", Some(Pinyin)),
            ("falv", "zh-Hans", "法律", Some(Pinyin)),
            ("fǎlǜ", "zh-Hans", "法律", Some(Pinyin)),
            ("falu", "zh-Hans", "法律", Some(Pinyin)),
            ("wangluozhuquan", "ja", "网络主权", None),
            ("network", "en", "cyber", None),
        ] {
            assert_eq!(meets(query, lang, term), class, "{query} for {term} ({lang})");
        }
    }

    #[test]
    fn a_text_of_which_folding_leaves_nothing_still_has_a_key() {
        assert_eq!(term_keys(&tag("en"), " « "), [(KeyClass::Folded, "«".to_owned())]);
        assert_eq!(query_keys("«", &official())[0].text, "«");
        assert_eq!(term_keys(&tag("en"), "")[0].1, "");
    }

    #[test]
    fn the_numbers_on_disk_stay() {
        assert_eq!(KeyClass::ALL.map(KeyClass::to_byte), [0, 1, 2, 3]);
        assert_eq!(KeyClass::from_byte(2), Some(KeyClass::Pinyin));
        assert_eq!(KeyClass::from_byte(4), None);
    }

    proptest! {
        #[test]
        fn a_term_is_found_by_its_own_text(
            lang in prop::sample::select(&["en", "zh-Hans", "ru", "fr", "es", "ar", "ja", "de", "tlh"][..]),
            text in "[A-Za-zàéßñ'“” -]{1,30}|[а-яё]{1,20}|[اأإبتوفلكهمةن ]{1,20}|[網络的主权5G]{1,12}|\\PC{1,20}",
        ) {
            let filed = term_keys(&tag(lang), &text);
            let folded = filed[0].1.clone();
            prop_assume!(!folded.is_empty());
            prop_assert!(query_keys(&text, &[tag(lang)]).iter().any(|k| k.class == KeyClass::Folded && k.text == folded));
            for key in query_keys(&text, &[tag(lang)]).iter().filter(|k| k.class == KeyClass::Stemmed) {
                prop_assert!(filed.iter().any(|(class, text)| *class == KeyClass::Stemmed && *text == key.text));
            }
        }
    }
}
