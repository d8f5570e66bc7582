use proptest::prelude::*;
use proptest::sample::select;

use super::wild::naive;
use super::*;

fn lang(tag: &str) -> LanguageTag {
    tag.parse().unwrap()
}

fn surfaces(pattern: &Pattern, tag: &str, text: &str) -> String {
    let found = Finder::new(pattern).find(&lang(tag), text);
    found.into_iter().map(|range| &text[range]).collect::<Vec<_>>().join("|")
}

/// A pattern, a text in a language, and what stands there of it.
const WORDS: &[(&str, &str, &str, &str)] = &[
    // Words and phrases, as folding sees them.
    (
        "sovereignty",
        "en",
        "Sovereignty, SOVEREIGNTY and sovereignty-based.",
        "Sovereignty|SOVEREIGNTY|sovereignty",
    ),
    (
        "cyber sovereignty",
        "en",
        "“Cyber-sovereignty” and cyber\nsovereignty",
        "Cyber-sovereignty|cyber\nsovereignty",
    ),
    ("cyber", "en", "cyberspace, cyber-space, hypercyber", "cyber"),
    ("people", "en", "the people's people’s", "people|people"),
    ("souverainete numerique", "fr", "la Souveraineté numérique", "Souveraineté numérique"),
    ("ère", "fr", "l’ère de l'ere", "ère|ere"),
    ("Größe", "de", "die GRÖSSE", "GRÖSSE"),
    ("ещё", "ru", "еще и ещё", "еще|ещё"),
    ("السيادة", "ar", "السِّيَادَة والسيادة", "السِّيَادَة"),
    ("网络主权", "zh-Hant", "維護網絡主權。", "網絡主權"),
    ("網絡主權", "zh-Hans", "尊重“网络\n主权”", "网络\n主权"),
    ("中国", "zh-Hans", "发展中国家和中国", "中国|中国"),
    ("5g", "zh-Hans", "５Ｇ网络，15G", "５Ｇ"),
    ("サイバー", "ja", "ｻｲﾊﾞｰ空間とサイバー", "ｻｲﾊﾞｰ|サイバー"),
    ("ไทย", "th", "ประเทศไทยและไทย", "ไทย|ไทย"),
    ("주권", "ko", "주권 주권을", "주권"),
    ("साइबर", "hi", "साइबर संप्रभुता", "साइबर"),
    ("35", "en", "35, 35.8 and 1,035 or 35%", "35|35"),
    ("35%", "en", "about 35% of", "35%"),
    ("c++", "en", "in C++ and C", "C++"),
    ("data security", "en", "data, security; data\n\nsecurity", ""),
    ("ha ha", "en", "ha ha ha", "ha ha"),
    // Wildcards.
    ("cyber*", "en", "Cyberspace, cyber's cyber-war hypercyber", "Cyberspace|cyber|cyber"),
    ("*sovereignty", "en", "cybersovereignty cyber-sovereignty", "cybersovereignty|sovereignty"),
    (
        "cyber* sovereignty",
        "en",
        "cyberspace sovereignty, cyber sovereignty",
        "cyberspace sovereignty|cyber sovereignty",
    ),
    ("s*y", "en", "say sly saying", "say|sly"),
    ("*ber*", "en", "cyberspace ber", "cyberspace|ber"),
    ("data * security", "en", "data and security, data security, data of the security", "data and security"),
    ("* sovereignty", "en", "cyber sovereignty", "cyber sovereignty"),
    (
        "data ** security",
        "en",
        "data, privacy and security of data. The security",
        "data, privacy and security",
    ),
    (
        "data … security",
        "en",
        "data security; data one two three four five security",
        "data security|data one two three four five security",
    ),
    ("data...security", "en", "data 1 2 3 4 5 6 security", ""),
    ("網**權", "zh-Hans", "网络空间的主权，网络。主权", "网络空间的主权"),
    ("网*权", "zh-Hans", "网络主权和网权，网络空间里的主权", "网络主权|网权"),
    ("суверен*", "ru", "Суверенитета и суверенных", "Суверенитета|суверенных"),
    ("*سيادة", "ar", "والسيادة بسيادة سيادته", "والسيادة|بسيادة"),
];

#[test]
fn words_are_found_in_many_scripts() {
    let mut wrong = vec![];
    for (typed, tag, text, expected) in WORDS {
        let found = surfaces(&Pattern::words(typed).unwrap(), tag, text);
        if found != *expected {
            wrong.push(format!("{typed} in {text}: {found} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_term_is_found_in_every_inflection() {
    let mut wrong = vec![];
    for (typed, tag, text, expected) in [
        ("data embassy", "en", "Data embassies and a data embassy's", "Data embassies|data embassy"),
        ("суверенитет", "ru", "Суверенитету, суверенитетом, суверенный", "Суверенитету|суверенитетом"),
        ("сообщество единой судьбы", "ru", "в Сообществе единой судьбы", "Сообществе единой судьбы"),
        ("السيادة", "ar", "والسيادة بسيادة السيد", "والسيادة|بسيادة"),
        ("réseau", "fr", "les Réseaux du reseau", "Réseaux|reseau"),
        ("Angriff", "de", "Angriffe, Angreifer, Angriffs", "Angriffe|Angriffs"),
        ("WTO", "en", "the WTO’s wto", "WTO|wto"),
        ("주권", "ko", "주권을 주권자", "주권"),
        // Where nothing inflects, what words find is found.
        ("中国", "zh-Hans", "发展中国家和中國", "中国|中國"),
    ] {
        let found = surfaces(&Pattern::inflected(typed).unwrap(), tag, text);
        if found != expected {
            wrong.push(format!("{typed} in {text}: {found} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_regular_expression_sees_the_text_as_it_is_written() {
    for (typed, text, expected) in [
        ("[Cc]yber\\w+", "Cyberspace, CYBERSPACE", "Cyberspace"),
        ("(?i)cyber", "CYBERspace", "CYBER"),
        ("\\d+%|x*", "35% of xx", "35%|xx"),
        ("网络(主权|空间)", "网络主权、網絡主權", "网络主权"),
    ] {
        assert_eq!(surfaces(&Pattern::regex(typed).unwrap(), "en", text), expected, "{typed}");
    }
}

#[test]
fn what_cannot_be_looked_for_is_told() {
    for (made, says) in [
        (Pattern::words(" … "), "no letters"),
        (Pattern::words("* *"), "no letters"),
        (Pattern::words("* * security"), "leave them out"),
        (Pattern::words(&"a*".repeat(40)), "at most 32"),
        (Pattern::inflected("cyber*"), "without --inflected"),
        (Pattern::regex("(a"), "unclosed group"),
        (Pattern::regex("(\\w{100}){100}"), "too large"),
        (Pattern::regex(""), "nothing to look for"),
    ] {
        let said = made.unwrap_err().to_string();
        assert!(said.contains(says), "{said}");
    }
}

/// Quadratic work would take minutes here.
#[test]
fn texts_and_patterns_made_to_be_slow_are_not() {
    for (typed, text) in [
        ("a*a*a*a*a*a*b", "a".repeat(300_000)),
        ("a ** a ** a ** b", "a ".repeat(200_000)),
        ("*ab", "ab".repeat(200_000)),
        ("一*一*一**二", "一".repeat(100_000)),
    ] {
        assert_eq!(surfaces(&Pattern::words(typed).unwrap(), "en", &text), "", "{typed}");
    }
}

const BITS: &[&str] = &[
    "a",
    "b",
    "ab",
    "A",
    "é",
    "e",
    "网",
    "網",
    "络",
    "主",
    "ไ",
    "ก\u{e49}",
    "س",
    "و",
    "1",
    "2",
    " ",
    " ",
    " ",
    ".",
    ",",
    "'",
    "-",
    "。",
    "\n",
    "\n\n",
    "\u{301}",
    "“",
    "ß",
    "ﬁ",
    "_",
    "Ａ",
];
const TYPED: &[&str] =
    &["a", "b", "e", "网", "络", "س", "1", "ก", " ", " ", "*", "*", "**", "…", ".", "-", "f"];

fn made_of(bits: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(select(bits), 0..most).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn the_quick_way_finds_what_the_long_way_finds(typed in made_of(TYPED, 6), text in made_of(BITS, 40)) {
        let Ok(pattern) = Pattern::words(&typed) else { return Ok(()) };
        let How::Words(wild) = &pattern.how else { unreachable!("words are words") };
        let mut found = vec![];
        let folded = Folded::new(&text);
        wild.find(&folded.text, |range| { found.push(range); true });
        prop_assert_eq!(&found, &naive(wild, &folded.text), "{:?}", wild);
        prop_assert!(found.is_empty() || wild.may_stand_in(&text), "{:?}", wild);
        let mut end = 0;
        for range in Finder::new(&pattern).find(&lang("en"), &text) {
            prop_assert!(range.start >= end && range.end > range.start, "{:?}", range);
            prop_assert!(text.get(range.clone()).is_some());
            end = range.end;
        }
    }

    #[test]
    fn any_pattern_and_any_text_are_taken(typed in "\\PC{0,8}|[a*… ]{0,8}", text in "(\\PC|\\s){0,40}") {
        for pattern in [Pattern::words(&typed), Pattern::inflected(&typed), Pattern::regex(&typed)].into_iter().flatten() {
            for tag in ["en", "zh-Hans", "ar"] {
                let mut end = 0;
                for range in Finder::new(&pattern).find(&lang(tag), &text) {
                    prop_assert!(range.start >= end && text.get(range.clone()).is_some(), "{:?}", range);
                    end = range.end;
                }
            }
        }
    }
}
