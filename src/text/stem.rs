//! Stems: what stays of a phrase when inflection, articles and elisions are gone.

use std::borrow::Cow;
use std::ops::Range;

use super::languages::{self, Language, Stemmer};
use super::{arabic, fold, is_unspaced, words};
use crate::model::LanguageTag;

/// One word of a folded text with its stem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stem {
    /// Where the word stands in the folded text; of an elision only what follows it (*l'internet*: *internet*).
    pub word: Range<usize>,
    /// What stays of it.
    pub stem: String,
}

/// Returns the stems of a folded text, word by word, without articles and other words that are skipped.
///
/// Stems only propose: *universe* and *university* share one in English. Whoever recognises terms by them
/// looks at the words as well.
///
/// ```
/// use wicterm::text::{fold, stems};
/// let folded = fold("les communautés d’avenir");
/// let stems = stems(&"fr".parse().unwrap(), &folded);
/// let shown: Vec<_> = stems.iter().map(|s| (&folded[s.word.clone()], s.stem.as_str())).collect();
/// assert_eq!(shown, [("communautes", "communaut"), ("d", "de"), ("avenir", "aven")]);
/// ```
pub fn stems(lang: &LanguageTag, folded: &str) -> Vec<Stem> {
    let language = languages::of(lang);
    let mut out: Vec<Stem> = Vec::new();
    // A first part written apart (cyber security) waits for the word it belongs to.
    let mut waiting: Option<Range<usize>> = None;
    for word in words(folded) {
        let text = &folded[word.clone()];
        if text.chars().next().is_some_and(is_unspaced) {
            waiting = flush(language, folded, waiting, &mut out);
            if !text.chars().all(|c| language.particles.contains(&c)) {
                out.push(Stem { stem: text.to_owned(), word });
            }
            continue;
        }
        let (elided, rest) = elision(language, text);
        let rest = word.end - rest.len()..word.end;
        if let Some((apostrophe, full)) = elided {
            waiting = flush(language, folded, waiting, &mut out);
            if !full.is_empty() {
                out.push(Stem { word: word.start..word.start + apostrophe, stem: full.to_owned() });
            }
        }
        // A full stop or a bracket between them keeps them apart.
        if waiting.as_ref().is_some_and(|first| &folded[first.end..rest.start] != " ") {
            waiting = flush(language, folded, waiting, &mut out);
        }
        if let Some(first) = waiting.take() {
            let joined = [&folded[first.clone()], &folded[rest.clone()]].concat();
            out.push(Stem { word: first.start..rest.end, stem: stem_word(language, &joined).into_owned() });
        } else if language.prefixes.contains(&&folded[rest.clone()]) {
            waiting = Some(rest);
        } else {
            push(language, folded, rest, &mut out);
        }
    }
    flush(language, folded, waiting, &mut out);
    // A phrase of nothing but articles is compared as it is.
    if out.is_empty() {
        out.extend(words(folded).map(|word| Stem { stem: folded[word.clone()].to_owned(), word }));
    }
    out
}

/// Returns what phrases that differ only in inflection, articles, elisions and the like have in common.
///
/// ```
/// use wicterm::text::stem_key;
/// let key = |lang: &str, text| stem_key(&lang.parse().unwrap(), text);
/// assert_eq!(key("en", "the Cyber-Sovereignties"), key("en", "cybersovereignty"));
/// assert_eq!(key("ru", "информационной безопасности"), key("ru", "информационная безопасность"));
/// assert_eq!(key("zh-Hans", "网络空间的命运共同体"), "网络空间命运共同体");
/// ```
pub fn stem_key(lang: &LanguageTag, text: &str) -> String {
    let folded = fold(text);
    let mut key = String::with_capacity(folded.len());
    let mut unspaced = false;
    for Stem { stem, .. } in stems(lang, &folded) {
        let next = stem.chars().next().is_some_and(is_unspaced);
        if !(key.is_empty() || unspaced || next) {
            key.push(' ');
        }
        unspaced = next;
        key.push_str(&stem);
    }
    key
}

fn flush(
    language: &Language,
    folded: &str,
    waiting: Option<Range<usize>>,
    out: &mut Vec<Stem>,
) -> Option<Range<usize>> {
    if let Some(word) = waiting {
        push(language, folded, word, out);
    }
    None
}

fn push(language: &Language, folded: &str, word: Range<usize>, out: &mut Vec<Stem>) {
    let text = &folded[word.clone()];
    let text =
        language.contractions.iter().find(|(melted, _)| *melted == text).map_or(text, |(_, plain)| plain);
    if !text.is_empty() && !language.articles.contains(&text) {
        out.push(Stem { stem: stem_word(language, text).into_owned(), word });
    }
}

/// Splits what is glued to a word by an apostrophe from it: (its length and the word it stands for, the rest).
fn elision<'t>(language: &Language, word: &'t str) -> (Option<(usize, &'static str)>, &'t str) {
    if let Some((first, rest)) = word.split_once('\'')
        && let Some((_, full)) = language.elisions.iter().find(|(elided, _)| *elided == first)
    {
        return (Some((first.len(), full)), rest);
    }
    (None, word)
}

/// Words longer than this are no words; stemmers are not made for them.
const LONGEST_WORD: usize = 128;

fn stem_word<'t>(language: &Language, word: &'t str) -> Cow<'t, str> {
    if word.len() > LONGEST_WORD || language.stemmer == Stemmer::None {
        return Cow::Borrowed(word);
    }
    match language.stemmer {
        Stemmer::None => Cow::Borrowed(word),
        Stemmer::Arabic => Cow::Owned(arabic::stem(word)),
        Stemmer::Snowball(algorithm) => {
            // Figures are figures, whatever stands behind them: 5g, 2015.
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                return Cow::Borrowed(word);
            }
            let respelt = respell(language, word);
            let stem = snowball_stemmers_rs::Stemmer::create(algorithm).stem(&respelt);
            if stem.is_empty() {
                return Cow::Borrowed(word);
            }
            // Some stemmers restore or keep accents; keys are folded, and so is the beginning of a word.
            match word.starts_with(&*stem) {
                true => Cow::Borrowed(&word[..stem.len()]),
                false => Cow::Owned(fold(&stem).into_owned()),
            }
        }
    }
}

fn respell<'t>(language: &Language, word: &'t str) -> Cow<'t, str> {
    for (ending, other) in language.endings {
        if let Some(start) = word.strip_suffix(ending)
            && (start.len() >= 2 || start.is_empty())
        {
            return Cow::Owned(format!("{start}{other}"));
        }
    }
    Cow::Borrowed(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(lang: &str, text: &str) -> String {
        stem_key(&lang.parse().unwrap(), text)
    }

    #[test]
    fn forms_of_one_phrase_share_a_key() {
        let mut apart = Vec::new();
        for (lang, forms) in [
            (
                "en",
                &["cyber sovereignty", "Cyber-sovereignty", "the cybersovereignty", "cyber sovereignties"][..],
            ),
            ("en", &["community with a shared future", "communities with shared futures"]),
            ("en", &["data security initiative", "Data Security Initiatives"]),
            ("en", &["multistakeholder model", "multi-stakeholder models", "multi stakeholder model"]),
            ("en", &["cooperation", "co-operation", "Co‑operation"]),
            ("en", &["digitalisation", "digitalization"]),
            ("en", &["centre of defence", "Centers of Defense"]),
            ("en", &["China's internet", "China’s Internet"]),
            (
                "fr",
                &[
                    "souveraineté numérique",
                    "la souveraineté numérique",
                    "souverainetés numériques",
                    "SOUVERAINETE NUMERIQUE",
                ],
            ),
            ("fr", &["gouvernance de l’internet", "la gouvernance de l'Internet", "gouvernance d'internet"]),
            ("fr", &["avenir partagé", "avenirs partagés", "avenir partage"]),
            ("fr", &["route partagée", "routes partagées", "les routes partagees"]),
            ("fr", &["sécurité des données", "la sécurité de données"]),
            (
                "es",
                &[
                    "cooperación internacional",
                    "la cooperación internacional",
                    "cooperaciones internacionales",
                    "cooperacion internacional",
                ],
            ),
            ("es", &["comunidad del futuro", "comunidades de los futuros", "comunidad de futuro"]),
            (
                "pt",
                &["organização da informação", "organizações de informações", "organizacao da informacao"],
            ),
            ("it", &["sicurezza della rete", "la sicurezza di rete", "sicurezza delle reti"]),
            ("it", &["sovranità dell'informazione", "sovranità di informazioni"]),
            ("de", &["digitale Souveränität", "der digitalen Souveränität", "digitaler Souveranitat"]),
            ("de", &["Sicherheit im Netz", "die Sicherheit in den Netzen"]),
            ("ru", &["сообщество единой судьбы", "сообщества единой судьбы", "сообществом единой судьбы"]),
            ("ru", &["киберсуверенитет", "киберсуверенитета", "Киберсуверенитету"]),
            ("ru", &["приём данных", "прием данных"]),
            ("uk", &["інформаційна безпека", "інформаційної безпеки"]),
            (
                "ar",
                &[
                    "سيادة سيبرانية",
                    "السيادة السيبرانية",
                    "للسيادة السيبرانية",
                    "والسِّيادة السيبرانيّة",
                    "سيادة سيبراني",
                ],
            ),
            (
                "ar",
                &[
                    "مجتمع ذو مستقبل مشترك",
                    "مجتمع ذي مستقبل مشترك",
                    "مجتمعا ذا مستقبلٍ مشترك",
                    "المجتمع ذات المستقبل المشترك",
                ],
            ),
            ("ar", &["أمن البيانات", "الامن بيانات", "بأمن البيانات"]),
            ("tr", &["siber güvenlik", "siber güvenliği", "Siber Guvenlik"]),
            ("el", &["κυβερνοχώρος", "του κυβερνοχώρου", "ΚΥΒΕΡΝΟΧΩΡΟΣ"]),
            ("hi", &["साइबर नीति", "साइबर नीतियाँ"]),
            ("nl", &["digitale soevereiniteit", "de digitale soevereiniteit"]),
            ("sv", &["digital säkerhet", "digitala säkerheten"]),
            ("pl", &["bezpieczeństwo cyfrowe", "bezpieczeństwa cyfrowego"]),
            ("zh-Hans", &["网络空间的命运共同体", "网络空间命运共同体", "網絡空間 命運共同體"]),
            ("zh-Hant-TW", &["網路空間的命運共同體", "网路空间命运共同体"]),
            ("ja", &["サイバー主権", "ｻｲﾊﾞｰ主権"]),
            ("th", &["อธิปไตยไซเบอร์", "อธิปไตยไซเบอร์"]),
            ("ko", &["사이버 주권", "사이버  주권"]),
            ("he", &["ריבונות דיגיטלית", "רִבּוֹנוּת דיגיטלית".replace("רִבּוֹנוּת", "ריבונות").leak()]),
        ] {
            for form in forms {
                let (one, other) = (key(lang, form), key(lang, forms[0]));
                if one != other {
                    apart.push(format!("{lang}: {form} ({one}), {} ({other})", forms[0]));
                }
            }
        }
        assert!(apart.is_empty(), "{}", apart.join("\n"));
    }

    #[test]
    fn different_phrases_keep_different_keys() {
        for (lang, a, b) in [
            ("en", "network security", "cyber security"),
            ("en", "data security", "data sovereignty"),
            ("fr", "partage", "partie"),
            ("ru", "безопасность", "опасность"),
            ("ar", "سيادة", "سياسة"),
            ("ar", "بيانات", "بيئة"),
            ("zh-Hans", "网络安全", "网络主权"),
        ] {
            assert_ne!(key(lang, a), key(lang, b), "{lang}: {a} {b}");
        }
    }

    #[test]
    fn phrases_of_nothing_but_small_words_keep_them() {
        assert_eq!(key("en", "The"), "the");
        assert_eq!(key("zh", "的"), "的");
        assert_eq!(key("en", "cyber"), "cyber");
        assert_eq!(key("en", "(multi) lateral, part e. Trade"), "multi lateral part e trade");
        assert_eq!(key("en", "—"), "");
        assert_eq!(key("tlh", "Qapla' batlh"), "qapla batlh");
    }

    #[test]
    fn stems_say_where_their_word_stands() {
        let folded = fold("Une gouvernance de l’Internet co-opérative");
        let shown: Vec<_> =
            stems(&"fr".parse().unwrap(), &folded).into_iter().map(|s| folded[s.word].to_owned()).collect();
        assert_eq!(shown, ["gouvernance", "de", "internet", "co operative"]);
    }

    #[test]
    fn a_monstrous_word_is_left_alone() {
        let monster = "organisation".repeat(1_000);
        assert_eq!(key("en", &monster), monster);
    }

    proptest! {
        #[test]
        fn every_stem_lies_in_its_text_in_order(
            lang in prop::sample::select(languages::LANGUAGES),
            text in "[a-zàéüßñ' -]{0,40}|[а-яё -]{0,30}|[اأإبتوفلكهميةنر ]{0,30}|[网络的空间主权a-z ]{0,20}|\\PC{0,20}",
        ) {
            let folded = fold(&text);
            let mut end = 0;
            for stem in stems(&lang.code.parse().unwrap(), &folded) {
                prop_assert!(stem.word.start >= end && folded.get(stem.word.clone()).is_some());
                prop_assert!(!stem.stem.is_empty());
                end = stem.word.end;
            }
        }
    }
}
