//! Which language a text is in, where nobody says.

use super::languages::{LANGUAGES, Language};
use super::{fold, to_simplified, words};
use crate::model::LanguageTag;

/// How much of a text is looked at, in characters.
const ENOUGH: usize = 4_000;

/// Returns the language that a text is probably in, by its script and, where many languages share one, by its small
/// words; none if there is nothing to go by.
///
/// ```
/// use wicterm::text::guess_language;
/// let guess = |text| guess_language(text).map(|l| l.to_string());
/// assert_eq!(guess("La souveraineté dans le cyberespace").as_deref(), Some("fr"));
/// assert_eq!(guess("尊重網絡主權").as_deref(), Some("zh-Hant"));
/// assert_eq!(guess("35.8"), None);
/// ```
pub fn guess_language(text: &str) -> Option<LanguageTag> {
    let head: String = text.chars().take(ENOUGH).collect();
    let mut counts = [0usize; SCRIPTS.len()];
    for c in head.chars() {
        if let Some(at) = SCRIPTS.iter().position(|(_, of)| of(c)) {
            counts[at] += 1;
        }
    }
    let count = |name: &str| SCRIPTS.iter().zip(counts).find(|((n, _), _)| *n == name).map_or(0, |(_, c)| c);
    let tag = |code: &str| code.parse().ok();
    // Han weighs more: a character is a word there, and names in Latin letters are long.
    let (han, kana) = (count("han") * 3, count("kana") * 3);
    let most = SCRIPTS.iter().zip(counts).max_by_key(|(_, c)| *c).filter(|(_, c)| *c > 0)?;
    if han + kana >= most.1 && han + kana > 0 {
        if kana * 8 > han {
            return tag("ja");
        }
        let changed = head.chars().zip(to_simplified(&head).chars()).filter(|(a, b)| a != b).count();
        return tag(if changed * 40 > count("han") { "zh-Hant" } else { "zh-Hans" });
    }
    match most.0.0 {
        "latin" => by_small_words(&head, &["en", "fr", "es", "de", "pt", "it", "nl", "ca"]),
        "cyrillic" if head.contains(['і', 'ї', 'є', 'ґ']) && !head.contains(['ы', 'э']) => tag("uk"),
        "cyrillic" => tag("ru"),
        "arabic" if head.contains(['پ', 'چ', 'گ', 'ژ']) => tag("fa"),
        code => tag(match code {
            "arabic" => "ar",
            other => other,
        }),
    }
}

type Of = fn(char) -> bool;

/// Scripts, and the language that they are nearly always in where it is one.
const SCRIPTS: [(&str, Of); 10] = [
    ("latin", |c| c.is_alphabetic() && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}')),
    ("cyrillic", |c| matches!(c, '\u{400}'..='\u{52F}')),
    ("arabic", |c| matches!(c, '\u{620}'..='\u{6FF}')),
    ("han", |c| matches!(c, '\u{3400}'..='\u{9FFF}')),
    ("kana", |c| matches!(c, '\u{3041}'..='\u{30FF}')),
    ("ko", |c| matches!(c, '\u{AC00}'..='\u{D7A3}')),
    ("el", |c| matches!(c, '\u{370}'..='\u{3FF}')),
    ("he", |c| matches!(c, '\u{5D0}'..='\u{5EA}')),
    ("hi", |c| matches!(c, '\u{900}'..='\u{97F}')),
    ("th", |c| matches!(c, '\u{E01}'..='\u{E5B}')),
];

fn by_small_words(text: &str, among: &[&str]) -> Option<LanguageTag> {
    let folded = fold(text);
    let of = |code: &&str| LANGUAGES.iter().find(|l| l.code == *code);
    let languages: Vec<&Language> = among.iter().filter_map(of).collect();
    let mut counts = vec![0usize; languages.len()];
    for word in words(&folded) {
        let word = &folded[word];
        let first = word.split('\'').next().unwrap_or(word);
        for (language, count) in languages.iter().zip(&mut counts) {
            let small = language.articles.contains(&word)
                || language.inflection.prepositions.contains(&word)
                || language.inflection.conjunctions.contains(&word)
                || language.contractions.iter().any(|(melted, _)| *melted == word)
                || first != word && language.elisions.iter().any(|(elided, _)| *elided == first);
            *count += usize::from(small);
        }
    }
    // The first of equals: the list begins with the likeliest.
    let best = counts.iter().max()?;
    languages.iter().zip(&counts).find(|(_, count)| *count == best)?.0.code.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_many_languages_are_told_apart() {
        for (lang, text) in [
            ("en", "The parties respect cyber sovereignty and the right of each state."),
            ("fr", "Les parties respectent la souveraineté et le droit de chaque État."),
            ("es", "Las partes respetan la soberanía y el derecho de cada Estado."),
            ("de", "Die Parteien achten die Souveränität und das Recht jedes Staates."),
            ("pt", "As partes respeitam a soberania e o direito de cada Estado, com os seus limites."),
            ("it", "Le parti rispettano la sovranità e il diritto di ogni Stato."),
            ("ru", "Стороны уважают суверенитет в сети."),
            ("uk", "Сторони поважають суверенітет і право кожної держави."),
            ("ar", "يحترم الأطراف السيادة السيبرانية."),
            ("zh-Hans", "各方尊重WTO和APEC的网络主权。"),
            ("zh-Hant", "各方尊重網絡主權與資料安全。"),
            ("ja", "各国のサイバー主権を尊重する。"),
            ("ko", "사이버 주권을 존중한다."),
            ("th", "เคารพอธิปไตยไซเบอร์"),
        ] {
            assert_eq!(guess_language(text).unwrap().as_str(), lang, "{text}");
        }
        assert_eq!(guess_language("… 2024 —"), None);
    }
}
