use std::convert::Infallible;

use proptest::prelude::*;

use super::*;
use crate::model::{Attributes, Inline, InlineKind, Native, Property, UnitOrigin, Variant};

fn tag(text: &str) -> LanguageTag {
    text.parse().unwrap()
}

fn variant(lang: &str, segment: Segment) -> Variant {
    Variant { lang: tag(lang), written: None, attributes: Attributes::default(), properties: vec![], segment }
}

fn unit(source: (&str, &str), target: (&str, &str)) -> Unit {
    let variants =
        vec![variant(source.0, Segment::plain(source.1)), variant(target.0, Segment::plain(target.1))];
    let origin = UnitOrigin { memory: "main".into(), file: "a.tmx".into(), tuid: Some("t1".into()) };
    Unit { id: UnitId::from_bytes([1; 16]), origin, variants, ..Unit::default() }
}

fn options(from: &str, to: &str) -> Options {
    Options { min: 0, ..Options::new(tag(from), Some(tag(to)), Settings::default()) }
}

fn asked(query: &Query, unit: &Unit, options: &Options) -> Vec<Match> {
    let side = Side::new(&query.segment, &options.from);
    let mut none = |_: &Unit| Ok::<_, Infallible>(Neighbours::default());
    of_unit((query, &side), unit, options, &mut none).unwrap()
}

/// The one match of a text with a unit of a source and a target.
fn one(langs: (&str, &str), text: &str, source: &str, target: &str) -> Match {
    let found =
        asked(&Query::plain(text), &unit((langs.0, source), (langs.1, target)), &options(langs.0, langs.1));
    assert_eq!(found.len(), 1, "{text}");
    found.into_iter().next().unwrap()
}

#[test]
fn scores_of_many_languages() {
    use Method::*;
    for (lang, query, source, score, method) in [
        // Nothing differs.
        ("en", "The Digital Silk Road.", "The Digital Silk Road.", 100, Exact),
        ("zh-Hans", "网络主权", "网络主权", 100, Exact),
        ("fr", "L’ère numérique", "L’ère nume\u{301}rique", 100, Exact),
        // Words: 100·(M - d)/M, rounded down.
        ("en", "one two three", "one two four", 66, Fuzzy),
        ("en", "one two three", "one two", 66, Fuzzy),
        ("en", "one two", "one two three", 66, Fuzzy),
        ("en", "a b c d e f g", "a b c d e f h", 85, Fuzzy),
        // A character of Chinese is a word, and so is a moved one, twice.
        ("zh-Hans", "网络空间主权", "网络空间安全", 66, Fuzzy),
        ("zh-Hans", "维护网络主权", "网络主权维护", 33, Fuzzy),
        ("ru", "на цифровой Шёлковый путь", "на цифровой шелковый пути", 72, Fuzzy),
        ("ar", "سيادة الفضاء السيبراني", "سيادة الفضاء الرقمي", 66, Fuzzy),
        ("th", "อธิปไตย", "อธิปไตร", 83, Fuzzy),
        // Case, accents, width, Traditional characters: a tenth of a word each.
        ("en", "the digital silk road", "The Digital Silk Road", 95, Fuzzy),
        ("en", "The digital Silk Road", "The Digital Silk Road", 97, Fuzzy),
        ("fr", "la souverainete", "la souveraineté", 95, Fuzzy),
        ("zh-Hans", "５G网络主权的发展", "5G网络主权的发展", 98, Fuzzy),
        ("zh-Hant", "網絡主權", "网络主权", 95, Fuzzy),
        (
            "en",
            "one two three four five six seven eight nine Ten",
            "one two three four five six seven eight nine ten",
            99,
            Fuzzy,
        ),
        // Punctuation: a tenth each, and the greater of the two counts.
        ("en", "Five words are standing here", "Five words are standing here.", 98, Fuzzy),
        ("en", "Five words are standing here!", "Five words are standing here.", 98, Fuzzy),
        ("en", "Five words (are) standing here", "Five words are standing here.", 96, Fuzzy),
        ("en", "yes", "yes!?!", 95, Fuzzy),
        ("en", "a, b c; d", "a; b c, d", 97, Fuzzy),
        ("zh-Hans", "网络，主权", "网络主权", 97, Fuzzy),
        // Spaces: a tenth in all.
        ("en", "Five  words  are standing here", "Five words are standing here", 98, Fuzzy),
        ("en", " five words are standing here", "five words are standing here", 98, Fuzzy),
        ("fr", "cinq mots sont ici\u{a0}!", "cinq mots sont ici !", 97, Fuzzy),
        // Where spellings stand.
        ("en", "The end of the road", "the end of The road", 98, Fuzzy),
        // Numbers that the target has not: whole words.
        ("en", "In 2024 we grew by much", "In 2023 we grew by much", 83, Fuzzy),
        // A number written another way.
        ("en", "All 1,600 firms grew in May", "All 1600 firms grew in May", 98, Fuzzy),
        // More numbers on one side than on the other: those beyond the difference.
        ("en", "firms 5 and 6 and 7", "firms 5 and 6 and", 83, Fuzzy),
        ("en", "firms 5 and 8 and 7", "firms 5 and 6 and", 66, Fuzzy),
        // Nothing but signs.
        ("en", "🎉 👍", "🎉 👎", 50, Fuzzy),
        ("en", "…", "…", 100, Exact),
    ] {
        let found = one((lang, "und"), query, source, "-");
        assert_eq!(
            (found.score, found.method),
            (score, method),
            "{query} / {source}: {:?}",
            found.arithmetic
        );
    }
    // Where no word stays there is no match.
    for (query, source) in [("", "one"), ("one", ""), ("", ""), ("  ", " "), ("one", "two"), ("путь", "пути")]
    {
        assert_eq!(asked(&Query::plain(query), &unit(("en", source), ("fr", "x")), &options("en", "fr")), []);
    }
}

#[test]
fn numbers_go_over_into_the_target() {
    use Method::*;
    for (to, query, source, target, score, proposed) in [
        (
            "zh-Hans",
            "It helped 900 firms",
            "It helped 850 firms",
            "它帮助了850家企业",
            97,
            "它帮助了900家企业",
        ),
        (
            "zh-Hans",
            "It helped 2,400 firms",
            "It helped 1,600 firms",
            "它帮助了1600家企业",
            97,
            "它帮助了2,400家企业",
        ),
        (
            "fr",
            "It helped 2,400 firms",
            "It helped 1,600 firms",
            "Elle a aidé 1 600 firmes",
            97,
            "Elle a aidé 2 400 firmes",
        ),
        (
            "fr",
            "DAY returns 7 if you enter 1901-08-07 in the cell.",
            "DAY returns 5 if you enter 1901-08-05 in the cell.",
            "JOUR renvoie 5 si vous saisissez 05-08-1901 dans la cellule.",
            98,
            "JOUR renvoie 7 si vous saisissez 07-08-1901 dans la cellule.",
        ),
        ("fr", "up 12.5% in 2024", "up 3.5% in 2023", "+3,5 % en 2023", 95, "+12,5 % en 2024"),
        (
            "ar",
            "In 2024 it grew by 7 points",
            "In 2023 it grew by 5 points",
            "نما في ٢٠٢٣ بمقدار ٥ نقاط",
            97,
            "نما في ٢٠٢٤ بمقدار ٧ نقاط",
        ),
        ("es", "In 2024 it grew", "In 2023 it grew", "En 2023 creció", 97, "En 2024 creció"),
        (
            "ru",
            "It helped 2,400 firms",
            "It helped 1,600 firms",
            "Помогло 1\u{a0}600 фирмам",
            97,
            "Помогло 2\u{a0}400 фирмам",
        ),
        // The old number twice, and both times the new one.
        ("fr", "from 7 to 7 now", "from 5 to 5 now", "de 5 à 5 ici", 96, "de 7 à 7 ici"),
        // Two numbers that change places.
        ("fr", "from 7 to 5 now", "from 5 to 7 now", "de 5 à 7 ici", 96, "de 7 à 5 ici"),
        ("zh-Hans", "on 3 March", "on 5 March", "在3月5日", 96, "在3月3日"),
        // The target has it more often than the source, or not in figures: nobody knows which it is.
        ("zh-Hans", "on 7 May", "on 5 May", "在5月5日", 66, "在5月5日"),
        ("zh-Hans", "2.5 billion yuan", "1.6 billion yuan", "16亿元", 66, "16亿元"),
        ("fr", "some 7 firms", "some 5 firms", "quelque cinq firmes", 66, "quelque cinq firmes"),
        // Of two equal numbers one changes.
        ("fr", "from 7 to 5 now", "from 5 to 5 now", "de 5 à 5 ici", 80, "de 5 à 5 ici"),
        // A name with figures is no number.
        ("fr", "G20 and 7 others", "G20 and 5 others", "le G20 et 5 autres", 97, "le G20 et 7 autres"),
    ] {
        let found = one(("en", to), query, source, target);
        assert_eq!((&*found.target.text, found.score), (proposed, score), "{query}: {:?}", found.arithmetic);
        assert_eq!(found.method == Numbers, score >= 90, "{query}");
        assert_eq!(found.substituted.is_empty(), proposed == target, "{query}");
        for put in &found.substituted {
            assert_eq!(found.target.text[put.start..put.end], put.to, "{query}");
            assert!(target.contains(&put.from), "{query}");
        }
    }
}

fn code(at: u32, kind: InlineKind, pair: Option<&str>, content: &str) -> Inline {
    Inline {
        at,
        kind,
        pair: pair.map(str::to_owned),
        x: None,
        attributes: vec![],
        native: vec![Native::Code(content.to_owned())],
    }
}

#[test]
fn codes_cost_tenths_and_their_content_goes_over() {
    let bold = |pair: &str, from, to| {
        vec![code(from, InlineKind::Begin, Some(pair), "<b>"), code(to, InlineKind::End, Some(pair), "</b>")]
    };
    let with = |text: &str, inlines: Vec<Inline>| Segment { text: text.into(), inlines };
    let placeholder = |at, content: &str| vec![code(at, InlineKind::Placeholder, None, content)];
    let text = "one two three four five";
    for (ours, theirs, score) in [
        (bold("1", 0, 3), bold("1", 0, 3), 100),
        // How a pair is numbered says nothing.
        (bold("1", 0, 3), bold("7", 0, 3), 100),
        (vec![], placeholder(4, "{0}"), 96),
        (bold("1", 0, 3), vec![], 95),
        (bold("1", 0, 3), placeholder(4, "{0}"), 95),
        (placeholder(4, "{1}"), placeholder(4, "{0}"), 98),
        // The same codes in another place.
        (bold("1", 0, 3), bold("1", 4, 7), 98),
    ] {
        let mut unit = unit(("en", text), ("fr", "un deux"));
        unit.variants[0].segment.inlines = theirs;
        let query = Query { segment: with(text, ours.clone()), ..Query::default() };
        let found = asked(&query, &unit, &options("en", "fr"));
        assert_eq!(found[0].score, score, "{ours:?}: {:?}", found[0].arithmetic);
    }
    let mut unit = unit(("en", "page 5 of it"), ("fr", "page 5, ça"));
    unit.variants[0].segment.inlines = placeholder(6, "{0}");
    unit.variants[1].segment.inlines = placeholder(6, "{0}");
    let query = Query { segment: with("page 12 of it", placeholder(7, "{name}")), ..Query::default() };
    let found = &asked(&query, &unit, &options("en", "fr"))[0];
    assert_eq!((found.score, found.method), (95, Method::Numbers));
    assert_eq!(found.target, with("page 12, ça", placeholder(7, "{name}")));
    let put: Vec<_> = found.substituted.iter().map(|s| (&*s.from, &*s.to, s.start, s.end)).collect();
    assert_eq!(put, [("5", "12", 5, 7), ("{0}", "{name}", 7, 7)]);
}

fn property(kind: &str, text: &str) -> Property {
    Property { kind: Some(kind.into()), text: text.into(), attributes: vec![] }
}

#[test]
fn context_counts_only_where_nothing_differs() {
    let text = "Edit";
    let mut omegat = unit(("en", text), ("fr", "Éditer"));
    omegat.properties = vec![property("prev", "File"), property("next", "View"), property("id", "1_0")];
    let mut memoq = unit(("en", text), ("fr", "Éditer"));
    memoq.variants[0].properties = vec![
        property("x-context-pre", "<seg>A &amp; <b>B</b></seg>"),
        property("x-context-post", "<seg>It goes on.</seg>"),
    ];
    let ask = |unit: &Unit, text: &str, before: &str, after: &str, id: &str| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let query = Query {
            segment: Segment::plain(text),
            id: given(id),
            before: given(before),
            after: given(after),
        };
        let found = asked(&query, unit, &options("en", "fr"));
        (found[0].score, found[0].method)
    };
    use Method::*;
    for (unit, before, after, id, expected) in [
        (&omegat, "", "", "", (100, Exact)),
        (&omegat, "file", "VIEW", "", (101, Context)),
        (&omegat, "File", "", "", (101, Context)),
        (&omegat, "", "View", "", (101, Context)),
        (&omegat, "File", "Help", "", (100, Exact)),
        (&omegat, "", "", "1_0", (101, Context)),
        (&omegat, "", "", "t1", (101, Context)),
        (&omegat, "", "", "2", (100, Exact)),
        (&omegat, "File", "View", "1_0", (102, Context)),
        (&omegat, "No", "View", "1_0", (101, Context)),
        (&memoq, "A & B", "It goes on.", "", (101, Context)),
        (&memoq, "A and B", "It goes on.", "", (100, Exact)),
    ] {
        assert_eq!(ask(unit, text, before, after, id), expected, "{before} {after} {id}");
    }
    assert_eq!(ask(&omegat, "edit", "File", "View", "1_0"), (95, Fuzzy));
    // What the unit does not say, the desk may know.
    let query = Query { before: Some("File".into()), ..Query::plain(text) };
    let plain = unit(("en", text), ("fr", "Éditer"));
    let options = options("en", "fr");
    let side = Side::new(&query.segment, &options.from);
    let mut told = |_: &Unit| Ok::<_, Infallible>(Neighbours { before: Some("FILE".into()), after: None });
    assert_eq!(of_unit((&query, &side), &plain, &options, &mut told).unwrap()[0].score, 101);
}

#[test]
fn penalties_are_taken_off_with_their_reasons() {
    let settings = Settings::of_file(
        "[memories.main]\npenalty = 1\n[match]\npenalty-unapproved = 4\npenalty-age = { years = 5, points = 2 }\n\
         [[match.origin]]\nproperty = \"x-origin\"\nvalue = \"MT*\"\npoints = 20\n\
         [[match.origin]]\ncreation-id = \"*deepl*\"\npoints = 30\n",
    )
    .unwrap();
    let now = Some("2026-11-22".parse().unwrap());
    let options = Options { settings, now, ..options("en", "fr") };
    use PenaltyReason as R;
    type Change = fn(&mut Unit);
    let cases: &[(Change, &[R], u8)] = &[
        (|_| {}, &[R::Memory], 99),
        (|u| u.origin.memory = "un".into(), &[], 100),
        (|u| u.attributes.creation_date = Some("20211121T000000Z".into()), &[R::Memory, R::Age], 97),
        (|u| u.attributes.creation_date = Some("20211122T000000Z".into()), &[R::Memory], 99),
        (|u| u.attributes.creation_date = Some("no date".into()), &[R::Memory], 99),
        (
            |u| {
                u.attributes.creation_date = Some("20101122T000000Z".into());
                u.variants[1].attributes.change_date = Some("20260101T000000Z".into());
            },
            &[R::Memory],
            99,
        ),
        (|u| u.properties.push(property("X-Origin", "mt (neural)")), &[R::Memory, R::Origin], 79),
        (|u| u.properties.push(property("x-origin", "human")), &[R::Memory], 99),
        (|u| u.variants[1].attributes.creation_id = Some("API DeepL".into()), &[R::Memory, R::Origin], 69),
        (
            |u| {
                u.properties.push(property("x-origin", "MT"));
                u.attributes.creation_id = Some("deepl".into());
            },
            &[R::Memory, R::Origin],
            69,
        ),
        (|u| u.properties.push(property("x-ConfirmationLevel", "Draft")), &[R::Memory, R::Unapproved], 95),
        (|u| u.properties.push(property("x-ConfirmationLevel", "ApprovedTranslation")), &[R::Memory], 99),
        (
            |u| u.properties.push(property("x-ConfirmationLevel", "RejectedSignOff")),
            &[R::Memory, R::Unapproved],
            95,
        ),
        (|u| u.variants[1].properties.push(property("approved", "no")), &[R::Memory, R::Unapproved], 95),
        (|u| u.properties.push(property("status", "nobody knows this word")), &[R::Memory], 99),
    ];
    for (at, (change, reasons, score)) in cases.iter().enumerate() {
        let mut unit = unit(("en", "a b"), ("fr", "c d"));
        change(&mut unit);
        let found = &asked(&Query::plain("a b"), &unit, &options)[0];
        let taken: Vec<R> = found.arithmetic.penalties.iter().map(|p| p.reason).collect();
        assert_eq!((&*taken, found.score), (*reasons, *score), "case {at}: {:?}", found.arithmetic);
    }
    // Never below nothing.
    let settings = Settings::of_file("[memories.main]\npenalty = 100").unwrap();
    let found =
        asked(&Query::plain("a x"), &unit(("en", "a b"), ("fr", "c")), &Options { settings, ..options });
    assert_eq!(found[0].score, 0);
}

#[test]
fn a_unit_gives_a_match_for_each_target_that_serves() {
    let mut unit = unit(("en-GB", "a b"), ("fr", "un"));
    unit.variants.push(variant("fr-CA", Segment::plain("deux")));
    unit.variants.push(variant("zh", Segment::plain("三")));
    let ask = |from: &str, to: Option<&str>| -> Vec<String> {
        let options = Options { to: to.map(tag), ..options(from, "und") };
        asked(&Query::plain("a b"), &unit, &options).into_iter().map(|m| m.target.text).collect()
    };
    assert_eq!(ask("en", Some("fr")), ["un", "deux"]);
    assert_eq!(ask("en", Some("fr-CA")), ["deux"]);
    assert_eq!(ask("en", Some("zh-Hans")), ["三"]);
    assert_eq!(ask("en", Some("ru")), [""; 0]);
    assert_eq!(ask("en", None), ["un", "deux", "三"]);
    assert_eq!(ask("en-GB-oxendict", Some("fr-CA")), ["deux"]);
    assert_eq!(ask("en-US", None), [""; 0]);
}

#[test]
fn equal_matches_are_one_with_every_provenance() {
    let options = Options {
        settings: Settings::of_file("[memories.un]\npriority = 5\n[memories.old]\npenalty = 3").unwrap(),
        ..options("en", "fr")
    };
    let query = Query::plain("a b");
    let mut ranking = Ranking::new(3);
    for at in 0..250u16 {
        let mut unit = unit(("en", "a b"), ("fr", "un"));
        unit.id =
            UnitId::from_bytes([(at / 200) as u8 + 1, at as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        unit.origin.memory = ["main", "old"][usize::from(at % 2)].into();
        if at == 201 {
            unit.origin.memory = "un".into();
        }
        asked(&query, &unit, &options).into_iter().for_each(|found| ranking.take(found));
    }
    asked(&query, &unit(("en", "a b"), ("fr", "autre")), &options).into_iter().for_each(|m| ranking.take(m));
    let found = ranking.finish();
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].count, found[0].provenances.len(), found[0].score), (250, MOST_PROVENANCES, 100));
    assert_eq!((&*found[0].provenances[0].memory, found[0].provenances[0].unit), ("un", found[0].unit));
    assert!(found[0].provenances[1..].iter().all(|p| p.memory == "main"));
    assert_eq!(found[1].target.text, "autre");
}

#[test]
fn what_is_hostile_is_bounded() {
    // One letter that folds to two words.
    let pieces = diff("ໜ", "a");
    assert_eq!(pieces.iter().map(|p| &*p.query).collect::<String>(), "ໜ");
    let long = |sign: &str| format!("word {}", sign.repeat(1 << 20));
    let found = one(("en", "fr"), &long("-"), &long("+"), "mot");
    assert_eq!((found.score, found.distance), (95, 1 << 20));
    assert_eq!(diff(&long("-"), &long("+")).len(), 1);
    let mut unit = unit(("en", "a b"), ("fr", "c"));
    let many = |kind: &InlineKind| {
        (0..100_000).map(|n| code(1, kind.clone(), Some(&n.to_string()), "x")).collect::<Vec<_>>()
    };
    unit.variants[0].segment.inlines = many(&InlineKind::Begin);
    unit.variants[1].segment.inlines = many(&InlineKind::Begin);
    let segment = Segment { text: "a b".into(), inlines: many(&InlineKind::End) };
    let query = Query { segment, ..Query::default() };
    assert_eq!(asked(&query, &unit, &options("en", "fr"))[0].score, 95);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c ]{0,12}",
        "([abcA]|[a-c]{2}|[0-3]{1,3}|1,600|,|\\.|!| |  |é|e\u{301}|网|络|5G){0,14}",
        "\\PC{0,12}",
    ]
}

fn codes() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    prop_oneof![2 => Just(vec![]), 1 => prop::collection::vec((0usize..20, 0u8..3, 0u8..2), 0..4)]
}

fn segment() -> impl Strategy<Value = Segment> {
    (text(), codes()).prop_map(|(text, codes)| {
        let mut inlines: Vec<Inline> = codes
            .into_iter()
            .map(|(at, kind, content)| {
                let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                let (kind, pair) = match kind {
                    0 => (InlineKind::Begin, Some("1")),
                    1 => (InlineKind::End, Some("1")),
                    _ => (InlineKind::Placeholder, None),
                };
                code(at as u32, kind, pair, ["x", "y"][usize::from(content)])
            })
            .collect();
        inlines.sort_by_key(|code| code.at);
        Segment { text, inlines }
    })
}

/// A segment and one that is like it.
fn pair() -> impl Strategy<Value = (Segment, Segment)> {
    prop_oneof![
        (segment(), segment()),
        segment().prop_map(|s| (s.clone(), s)),
        (segment(), any::<prop::sample::Index>(), "[ ,.A0-9é]{0,2}").prop_map(|(s, at, new)| {
            let mut other = s.clone();
            let at = at.index(s.text.len() + 1);
            let at = (0..=at).rev().find(|at| s.text.is_char_boundary(*at)).unwrap_or(0);
            other.text.insert_str(at, &new);
            (s, other)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn the_points_never_reach_beyond_the_bound((a, b) in pair(), target in segment()) {
        let lang = tag("en");
        let (ours, theirs) = (Side::new(&a, &lang), Side::new(&b, &lang));
        let ready = Side::new(&target, &lang);
        for given in [None, Some((&ready, &lang))] {
            let (terms, exchange) = score::score(&ours, &theirs, given);
            let points = terms.points();
            prop_assert!(points <= bound(terms.edits, terms.longer()), "{terms:?}");
            prop_assert!(terms.edits + terms.numbers <= terms.longer());
            let (made, put) = exchange.into_target(&target);
            prop_assert_eq!(made.inlines.len(), target.inlines.len());
            for put in put {
                prop_assert!(made.text.get(put.start..put.end).is_some_and(|t| t.is_empty() || t == put.to));
            }
            for code in &made.inlines {
                prop_assert!(made.text.is_char_boundary(code.at as usize));
            }
        }
    }

    #[test]
    fn a_hundred_points_are_equality((a, b) in pair()) {
        use unicode_normalization::UnicodeNormalization;
        let lang = tag("en");
        let (ours, theirs) = (Side::new(&a, &lang), Side::new(&b, &lang));
        let points = score::score(&ours, &theirs, None).0.points();
        prop_assert_eq!(points, score::score(&theirs, &ours, None).0.points());
        if ours.tokens().is_empty() || theirs.tokens().is_empty() {
            prop_assert_eq!(points, 0);
            return Ok(());
        }
        if a == b {
            prop_assert_eq!(points, 100);
        }
        if points == 100 {
            prop_assert!(a.text.nfc().eq(b.text.nfc()), "{:?} {:?}", a.text, b.text);
            prop_assert_eq!(a.inlines.len(), b.inlines.len());
            for (x, y) in a.inlines.iter().zip(&b.inlines) {
                prop_assert!(x.kind == y.kind && x.native == y.native);
                prop_assert!(x.at == y.at || a.text != b.text);
            }
        }
    }

    #[test]
    fn the_pieces_of_a_diff_are_the_texts((a, b) in (text(), text())) {
        let pieces = diff(&a, &b);
        prop_assert_eq!(pieces.iter().map(|p| &*p.query).collect::<String>(), &*a);
        prop_assert_eq!(pieces.iter().map(|p| &*p.source).collect::<String>(), &*b);
        for piece in &pieces {
            match piece.kind {
                PieceKind::Query => prop_assert!(piece.source.is_empty() && !piece.query.is_empty()),
                PieceKind::Source => prop_assert!(piece.query.is_empty() && !piece.source.is_empty()),
                PieceKind::Same | PieceKind::Changed => {}
            }
        }
    }
}
