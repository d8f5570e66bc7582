//! Recognition done the long way: every term is held against every word, without a filter, a table, a tree or
//! a sweep. It shares with the fast one how a word is inflected and how a hit is judged, and nothing of how it
//! is found and chosen. For tests and fuzzing.

use std::cmp::Reverse;
use std::ops::Range;

use super::spaced::naive as spaced;
use super::unspaced::naive as unspaced;
use super::{Candidate, Entry, Hit, Method, Whole, guess, languages, score};
use crate::find::terms::Terms;
use crate::model::LanguageTag;
use crate::text::Folded;

/// Returns the terms in a text.
pub fn recognise(terms: &Terms, lang: &LanguageTag, text: &str) -> Vec<Hit> {
    let language = languages::of(lang);
    let whole = Whole::new(text);
    let mut hits = vec![];
    for paragraph in paragraphs(text) {
        let (part, folded) = (&text[paragraph.clone()], Folded::new(&text[paragraph.clone()]));
        let found = match language.spaced {
            true => spaced::find(language, &|| Entry::all(terms, lang), &whole, part, &folded),
            false => unspaced::find(language, &|| Entry::all(terms, lang), part, &folded),
        };
        for mut hit in select(part, found, &Entry::all(terms, lang)) {
            hit.range = paragraph.start + hit.range.start..paragraph.start + hit.range.end;
            hits.push(hit);
        }
    }
    hits
}

/// Cuts a text before each empty line and each indented one.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = vec![Range::default()];
    let mut at = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        let last = out.len() - 1;
        if number > 0
            && (line.ends_with('\n') && line.trim().is_empty() || line.starts_with("\u{3000}\u{3000}"))
        {
            out.push(at..at + line.len());
        } else {
            out[last].end = at + line.len();
        }
        at += line.len();
    }
    out
}

/// Keeps what may stand together, each held against each.
fn select(text: &str, mut found: Vec<Candidate>, entries: &[Entry]) -> Vec<Hit> {
    let of = |c: &Candidate| &entries[c.entry as usize];
    found.sort_by(|a, b| {
        let pattern = |c: &Candidate| c.method == Method::Pattern;
        let by = |c: &Candidate| {
            let entry = of(c);
            (c.method, c.apart(text, &entry.text), entry.near, entry.rank, entry.concept, entry.term)
        };
        (pattern(a).cmp(&pattern(b)))
            .then(b.range.len().cmp(&a.range.len()))
            .then(a.range.start.cmp(&b.range.start))
            .then_with(|| by(a).cmp(&by(b)))
    });
    let mut kept: Vec<Candidate> = vec![];
    for one in found {
        let crosses = |k: &Candidate| {
            let (a, b) = (&one.range, &k.range);
            (a.start < b.start && b.start < a.end && a.end < b.end)
                || (b.start < a.start && a.start < b.end && b.end < a.end)
        };
        let same = |k: &Candidate| {
            let inside = k.range.start <= one.range.start && one.range.end <= k.range.end;
            inside && of(k).concept == of(&one).concept
                || k.range == one.range && guess(k.method) < guess(one.method)
        };
        if !kept.iter().any(|k| crosses(k) || same(k)) {
            kept.push(one);
        }
    }
    let nested = |one: &Candidate| {
        kept.iter()
            .any(|k| k.range != one.range && k.range.start <= one.range.start && one.range.end <= k.range.end)
    };
    let hit = |one: &Candidate| {
        let Entry { concept, term, .. } = *of(one);
        let (range, method) = (one.range.clone(), one.method);
        Hit { range, concept, term, method, score: score(method), nested: nested(one) }
    };
    let mut hits: Vec<Hit> = kept.iter().map(hit).collect();
    hits.sort_by_key(|h| (h.range.start, Reverse(h.range.end), h.concept, h.term));
    hits
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::{Recogniser, Scratch};
    use super::*;
    use crate::model::{Concept, MatchMode, Term, TermKind};

    /// Languages with words to make terms and texts of.
    const WORDS: &[(&str, &[&str])] = &[
        (
            "en",
            &[
                "data",
                "security",
                "policy",
                "policies",
                "initiative",
                "the",
                "of",
                "and",
                "cyber",
                "cybersecurity",
                "space",
                "state",
                "states",
                "IT",
                "it",
                "U.N.",
                "UN",
                "people's",
                "a",
                "build",
                "a",
                "co",
                "operation",
                "café",
                "cafe",
                "e-commerce",
                "commerce",
                "35.8",
                "rights12",
                "x@y.org",
                "www.data.org",
                "building",
                "C++",
                "non",
                "IT-64",
                "‘data’",
            ],
        ),
        (
            "fr",
            &[
                "l'ère",
                "numérique",
                "numeriques",
                "du",
                "des",
                "de",
                "d'une",
                "données",
                "donnée",
                "sécurité",
                "NATIONALE",
                "nationaux",
                "national",
                "la",
                "le",
                "cyber",
                "espace",
                "cyberespace",
                "à",
                "l’",
                "aujourd'hui",
                "et",
                "nationales",
                "-t-il",
            ],
        ),
        (
            "ru",
            &[
                "единая",
                "единой",
                "судьба",
                "судьбы",
                "сообщество",
                "сообщества",
                "и",
                "в",
                "для",
                "безопасность",
                "безопасности",
                "данных",
                "данные",
                "инициатива",
                "глобальная",
                "глобальной",
                "кибер",
                "ООН",
                "cообществo",
                "безопaсности",
                "ещё",
                "еще",
            ],
        ),
        (
            "ar",
            &[
                "السيادة",
                "سيادة",
                "والسيادة",
                "للسيادة",
                "بسيادة",
                "السيبرانية",
                "سيبرانية",
                "مجتمع",
                "ذو",
                "ذي",
                "مستقبل",
                "مشترك",
                "في",
                "الفضاء",
                "وفي",
                "أمن",
                "إمن",
                "سياده",
                "امن",
                "البيانات",
                "٣٥",
                "دول",
            ],
        ),
        (
            "de",
            &[
                "Cyber",
                "Sicherheit",
                "Cybersicherheit",
                "Cybersicherheitsstrategie",
                "Strategie",
                "Strategien",
                "die",
                "der",
                "des",
                "Daten",
                "Datensicherheit",
                "Souveränität",
                "Souveranitat",
                "Souveraenitaet",
                "cyber-",
                "sicherheit",
                "digitale",
                "digitalen",
                "zum",
            ],
        ),
        (
            "zh-Hans",
            &[
                "中国",
                "发展",
                "国家",
                "发展中国家",
                "和平",
                "数据",
                "平台",
                "的",
                "网络",
                "網絡",
                "主权",
                "共同体",
                "真正",
                "多边主义",
                "(duobian)",
                "（APEC）",
                "空间",
                "安全",
                "人",
                "5G",
                "APEC",
                "·",
                "李",
                "先生",
                "和和平平",
                "在",
                "《",
                "》",
                "“",
                "”",
                "与",
            ],
        ),
        (
            "ja",
            &[
                "サイバー",
                "サイバ",
                "取り組み",
                "取組",
                "主権",
                "空間",
                "データ",
                "セキュリティ",
                "の",
                "国",
                "国家",
                "安全",
                "保障",
                "は",
                "ガ",
                "カ\u{3099}",
            ],
        ),
        (
            "ko",
            &["사이버", "사이버안전", "주권", "주권을", "안전", "공동체", "공동체의", "데이터", "의", "IT"],
        ),
    ];

    const BETWEEN: &[&str] = &[
        " ", " ", " ", " ", " ", " & ", "\n", "-\n", "-\r\n", "\n　　", "\n\n", " \n \n", "-", " ‘", "’ ",
        "》", ", ", ". ", "", "\u{a0}", "\u{ad}", " — ", " “", "” ", "'", "’s ", "/", " (", ") ", "; ", "_",
        "\u{301}", "\u{200b}", "…", "x", " 1", "«\u{a0}",
    ];

    #[derive(Debug, Clone)]
    struct Case {
        lang: &'static str,
        terms: Vec<Term>,
        text: String,
    }

    fn line(
        words: &'static [&'static str],
        most: usize,
        between: &'static [&'static str],
    ) -> impl Strategy<Value = String> {
        let word = (select(words), 0..8_u8).prop_map(|(word, shape)| match shape {
            0 => word.to_uppercase(),
            1 => word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect(),
            _ => word.to_owned(),
        });
        prop::collection::vec((word, select(between)), 1..=most)
            .prop_map(|parts| parts.into_iter().map(|(word, between)| word + between).collect())
    }

    fn term(lang: &'static str, words: &'static [&'static str]) -> impl Strategy<Value = Term> {
        let spaced = languages::of(&lang.parse().unwrap()).spaced;
        let between: &[&str] = if spaced { &[" ", " ", " ", "-", ", "] } else { &["", "", "", "“"] };
        (line(words, 4, between), line(words, 2, between), 0..16_u8).prop_map(|(text, other, shape)| {
            let text = text.trim_matches([' ', ',', '-']).to_owned();
            let mut term = Term::new(if text.is_empty() { "x" } else { &text });
            match shape {
                0 => term.match_rule.mode = Some(MatchMode::Exact),
                1 => term.match_rule.mode = Some(MatchMode::Prefix),
                2 => {
                    term.match_rule.mode = Some(MatchMode::Forms);
                    term.match_rule.forms = vec![other];
                }
                3 => term.match_rule.forms = vec![other],
                4 => term.match_rule.case_sensitive = true,
                5 => term.kind = Some(TermKind::Acronym),
                6 => term.kind = Some(TermKind::ProperName),
                7 => term.kind = Some(TermKind::SetPhrase),
                8 => term.pattern = Some(format!("{text} {{0..2 words}} {other}")),
                _ => {}
            }
            term
        })
    }

    fn case() -> impl Strategy<Value = Case> {
        select(WORDS).prop_flat_map(|(lang, words)| {
            let terms = prop::collection::vec(term(lang, words), 1..12);
            (terms, line(words, 40, BETWEEN)).prop_map(move |(terms, text)| Case { lang, terms, text })
        })
    }

    fn base(case: &Case, backwards: bool) -> Terms {
        let lang: LanguageTag = case.lang.parse().unwrap();
        let mut concepts: Vec<Concept> = vec![];
        for (at, term) in case.terms.iter().enumerate() {
            let mut concept = Concept { slug: format!("c{at:02}").parse().ok(), ..Concept::default() };
            concept.section_mut(&lang).terms.push(term.clone());
            concepts.push(concept);
        }
        if backwards {
            concepts.reverse();
        }
        Terms::of(concepts)
    }

    fn agree(case: &Case) -> Result<(), TestCaseError> {
        let lang: LanguageTag = case.lang.parse().unwrap();
        let terms = base(case, false);
        let recogniser = Recogniser::new(&terms, &lang);
        let hits = recogniser.recognise(&case.text);
        prop_assert_eq!(&hits, &recognise(&terms, &lang, &case.text));
        prop_assert!(hits.is_sorted_by_key(|h| (h.range.start, Reverse(h.range.end))));
        for hit in &hits {
            prop_assert!(case.text.get(hit.range.clone()).is_some_and(|s| !s.is_empty()), "{hit:?}");
        }
        // Neither the order of the terms, nor what was recognised before, nor threads change anything.
        let other = Recogniser::new(&base(case, true), &lang);
        let mut scratch = Scratch::default();
        other.recognise_with(&mut scratch, "data 安全 единая");
        prop_assert_eq!(&hits, &other.recognise_with(&mut scratch, &case.text));
        prop_assert_eq!(&hits, &recogniser.recognise_on(&case.text, NonZeroUsize::new(3).unwrap()));
        Ok(())
    }

    proptest! {
        // The same cases each time: fuzzing rolls others.
        #![proptest_config(ProptestConfig {
            cases: 3_000,
            rng_seed: proptest::test_runner::RngSeed::Fixed(952),
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_fast_way_finds_what_the_long_way_finds(case in case()) {
            agree(&case)?;
        }

        #[test]
        fn any_text_and_any_terms_are_taken(
            lang in select(&["en", "fr", "ru", "ar", "de", "zh-Hant", "ja", "ko", "th", "he", "xx"][..]),
            terms in prop::collection::vec("\\PC{1,8}|[a-c '.网中国的\u{301}\u{640}]{1,6}", 0..6),
            text in "(\\PC|\\s){0,40}|[a-c '.,()\n网中国的\u{301}\u{640}\u{ad}-]{0,60}",
        ) {
            agree(&Case { lang, terms: terms.iter().map(Term::new).collect(), text })?;
        }
    }

    #[test]
    fn a_long_text_is_the_same_on_many_threads() {
        let terms = vec![Term::new("data security"), Term::new("security of data"), Term::new("security")];
        let text =
            "The security of data security. Security\nof data\n\nof data security, \n \n".repeat(5_000);
        let case = Case { lang: "en", terms, text };
        let lang: LanguageTag = "en".parse().unwrap();
        let recogniser = Recogniser::new(&base(&case, false), &lang);
        let one = recogniser.recognise(&case.text);
        assert!(one.len() > 15_000);
        for threads in [1, 2, 7] {
            assert_eq!(recogniser.recognise_on(&case.text, NonZeroUsize::new(threads).unwrap()), one);
        }
    }

    /// A chain of overlaps over a whole long paragraph: quadratic work would take minutes here.
    #[test]
    fn a_heap_of_hits_is_chosen_from_as_from_a_small_one() {
        let terms = vec![Term::new("ha ha"), Term::new("ha ha ha ha"), Term::new("ha")];
        let case = |times: usize| Case { lang: "en", terms: terms.clone(), text: "ha ".repeat(times) };
        for times in [3, 10, 11, 40] {
            agree(&case(times)).unwrap();
        }
        let lang: LanguageTag = "en".parse().unwrap();
        let hits = Recogniser::new(&base(&case(1), false), &lang).recognise(&case(60_000).text);
        assert!(hits.len() >= 60_000, "{}", hits.len());
    }
}
