use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn tag(lang: &str) -> LanguageTag {
    lang.parse().unwrap()
}

/// One word for each quantity, so that a fact fits on a line.
fn told(lang: &str, text: &str) -> String {
    let mut out = String::new();
    for quantity in quantities(&tag(lang), text) {
        let vague = if quantity.vague { "~" } else { "" };
        let part = |n: Option<u8>| n.map_or("?".to_owned(), |n| n.to_string());
        let kind = match &quantity.kind {
            Kind::Number(v) => v.to_string(),
            Kind::Ordinal(n) => format!("#{n}"),
            Kind::Percent(v) => format!("{v}%"),
            Kind::PercentagePoints(v) => format!("{v}pp"),
            Kind::Money { value, currency } => format!("{currency}{value}"),
            Kind::Measure { value, base } => format!("{value}{base:?}"),
            Kind::Date { year, month, day } => {
                let year = year.map_or("?".to_owned(), |y| y.to_string());
                format!("{year}-{}-{}", part(*month), part(*day))
            }
            Kind::Decade(n) => format!("{n}s"),
            Kind::Century(n) => format!("c{n}"),
            Kind::Time { hour, minute } => format!("{hour}:{minute:02}"),
            Kind::Multiple(v) => format!("x{v}"),
            Kind::Name(name) => format!("[{name}]"),
        };
        let gap = if out.is_empty() { "" } else { " " };
        let _ = write!(out, "{gap}{vague}{kind}");
    }
    out
}

#[test]
fn numbers_are_read_in_every_language() {
    let wrong: Vec<String> = READ
        .iter()
        .filter_map(|(lang, text, expected)| {
            let told = told(lang, text);
            (told != *expected)
                .then(|| format!("{lang}: {text}\n    expected {expected}\n    read     {told}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), READ.len(), wrong.join("\n"));
}

fn discords(pair: &(&str, &str, &str, &str)) -> String {
    let source = quantities(&tag(pair.0), pair.1);
    let target = quantities(&tag(pair.2), pair.3);
    let found = compare(&source, &target);
    if found.is_empty() {
        return String::new();
    }
    format!("{pair:?}\n    {found:?}\n    {}\n    {}", told(pair.0, pair.1), told(pair.2, pair.3))
}

#[test]
fn what_is_equal_is_no_discord() {
    let wrong: Vec<String> = EQUAL.iter().map(discords).filter(|d| !d.is_empty()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), EQUAL.len(), wrong.join("\n"));
}

#[test]
fn what_is_equal_is_equal_the_other_way_round() {
    let turned = EQUAL.iter().filter(|p| !p.3.contains(['(', '（'])).map(|&(a, b, c, d)| (c, d, a, b));
    let wrong: Vec<String> = turned.map(|p| discords(&p)).filter(|d| !d.is_empty()).collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_differs_is_told() {
    let wrong: Vec<String> = DIFFERENT
        .iter()
        .filter_map(|&(lang, source, other, target, expected)| {
            let found = compare(&quantities(&tag(lang), source), &quantities(&tag(other), target));
            let names: Vec<String> = found.iter().map(|d| format!("{:?}", d.difference)).collect();
            (names.join(" ") != expected).then(|| {
                format!(
                    "{source} | {target}\n    expected {expected}, found {}\n    {}\n    {}",
                    names.join(" "),
                    told(lang, source),
                    told(other, target)
                )
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), DIFFERENT.len(), wrong.join("\n"));
}

#[test]
fn a_quantity_knows_where_it_stands() {
    let text = "Le 8 novembre 2023, 35 800 milliards de yuans (soit 30 %).";
    let found: Vec<_> =
        quantities(&tag("fr"), text).into_iter().map(|q| (&text[q.range], q.bracketed)).collect();
    assert_eq!(found, [("8 novembre 2023", false), ("35 800 milliards de yuans", false), ("30 %", true)]);
}

#[test]
fn a_value_has_one_form() {
    assert_eq!(Value::decimal(1600, 0), Value::decimal(16, 2));
    assert_eq!(Value::fraction(2, 4), Value::fraction(1, 2));
    assert_eq!(Value::fraction(1, 8).unwrap().to_string(), "0.125");
    assert_eq!(Value::fraction(2, 3).unwrap().to_string(), "2/3");
    assert_ne!(Value::fraction(1, 3), Some(Value::decimal(333, -3)));
    assert_eq!(Value::fraction(1, 3).unwrap().times(Value::whole(3)), Some(Value::whole(1)));
    assert_eq!(
        Value::fraction(1, 6).unwrap().plus(Value::fraction(1, 3).unwrap()),
        Some(Value::decimal(5, -1))
    );
    assert_eq!(Value::fraction(5, 0), None);
    assert_eq!(Value::whole(0), Value::decimal(0, 9));
    assert_eq!(Value::decimal(358, 11).to_string(), "35800000000000");
}

const LANGS: [&str; 12] = ["en", "zh-Hans", "zh-Hant", "ru", "fr", "es", "ar", "de", "ja", "pt", "it", "th"];

fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(|c| c.to_string()),
        "[0-9.,:/ %$-]{1,12}",
        prop::sample::select(vec![
            "million",
            " of ",
            "百",
            "万",
            "亿",
            "三",
            "零",
            "分之",
            "点",
            "第",
            "年",
            "月",
            "日",
            "世纪",
            "成",
            "数",
            " thousand ",
            " mille ",
            "quatre-",
            "vingt",
            " et ",
            "ألف ",
            "مليون ",
            "و",
            "تشرين ",
            "الثاني ",
            "тысяч ",
            "в ",
            "XXI ",
            "XXIe ",
            "$",
            "€",
            "%",
            "(",
            ")",
            "{0}",
            "<b>",
            "http://",
            "a@b.c",
            "９",
            "٣",
            "٫",
            "½",
            "½",
            "\u{a0}",
            "\u{202f}",
            "-",
            "–",
            "May ",
            "half ",
            "twenty-",
            "first",
            " centuries",
            "'",
            "G20",
            "k",
            "m",
            "两",
            "半",
            "个",
            "翻",
            "番",
            "999999999999999999",
            "号",
            "时",
            "分",
            "下午",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in hard_text()) {
        let mut before: Vec<Quantity> = Vec::new();
        for lang in LANGS {
            let found = quantities(&tag(lang), &text);
            let mut end = 0;
            for quantity in &found {
                prop_assert!(quantity.range.start >= end, "{lang}: {found:?}");
                prop_assert!(quantity.range.start < quantity.range.end);
                prop_assert!(text.get(quantity.range.clone()).is_some());
                end = quantity.range.end;
            }
            compare(&before, &found);
            prop_assert_eq!(compare(&found, &found), vec![]);
            before = found;
        }
    }

    #[test]
    fn a_number_written_for_a_language_reads_back(n in 0u64..2_000_000_000_000, places in 0u32..3) {
        let expected = Value::decimal(u128::from(n), -(places as i32));
        for (lang, group, point) in [
            ("en", ",", "."), ("zh-Hans", ",", "."), ("ja", ",", "."), ("de", ".", ","), ("es", ".", ","), ("pt", ".", ","),
            ("it", ".", ","), ("fr", "\u{202f}", ","), ("ru", "\u{a0}", ","), ("ru", " ", ","), ("ar", "٬", "٫"), ("es", " ", ","),
        ] {
            let digits = format!("{n:0>width$}", width = places as usize + 1);
            let (whole, part) = digits.split_at(digits.len() - places as usize);
            let mut text = String::new();
            for (at, c) in whole.chars().enumerate() {
                if at > 0 && (whole.len() - at).is_multiple_of(3) {
                    text.push_str(group);
                }
                text.push(c);
            }
            if places > 0 {
                text.push_str(point);
                text.push_str(part);
            }
            if lang == "ar" {
                text = text.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(0x660 + d).unwrap())).collect();
            }
            let found = quantities(&tag(lang), &text);
            prop_assert_eq!(found.len(), 1, "{}: {}", lang, text);
            prop_assert!(found[0].readings().any(|k| *k == Kind::Number(expected)), "{}: {} {:?}", lang, text, found);
        }
    }
}

#[test]
fn a_number_in_words_reads_back() {
    let mut wrong = Vec::new();
    for n in 2..10_000 {
        for (lang, text) in
            [("en", english(n)), ("zh-Hans", chinese(n)), ("fr", french(n)), ("ru", russian(n))]
        {
            // A single Han numeral without a counter is a part of a word.
            let expected = if lang == "zh-Hans" && n <= 10 { String::new() } else { n.to_string() };
            let told = told(lang, &text);
            if told.trim_start_matches('~') != expected {
                wrong.push(format!("{lang} {n} {text}: {told}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {:#?}", wrong.len(), &wrong[..wrong.len().min(30)]);
}

fn english(n: u64) -> String {
    const SMALL: [&str; 20] = [
        "",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    match n {
        0..20 => SMALL[n as usize].to_owned(),
        20..100 if n.is_multiple_of(10) => TENS[n as usize / 10].to_owned(),
        20..100 => format!("{}-{}", TENS[n as usize / 10], english(n % 10)),
        100..1000 if n.is_multiple_of(100) => format!("{} hundred", english(n / 100)),
        100..1000 => format!("{} hundred and {}", english(n / 100), english(n % 100)),
        _ if n.is_multiple_of(1000) => format!("{} thousand", english(n / 1000)),
        _ if n % 1000 < 100 => format!("{} thousand and {}", english(n / 1000), english(n % 1000)),
        _ => format!("{} thousand {}", english(n / 1000), english(n % 1000)),
    }
}

fn chinese(n: u64) -> String {
    let digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let mut out = String::new();
    let mut zero = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            zero |= !out.is_empty();
            continue;
        }
        if zero {
            out.push('零');
            zero = false;
        }
        if !(unit == 10 && digit == 1 && out.is_empty()) {
            out.push(digits[digit as usize]);
        }
        out.push_str(name);
    }
    out
}

fn french(n: u64) -> String {
    const SMALL: [&str; 17] = [
        "", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        "treize", "quatorze", "quinze", "seize",
    ];
    match n {
        0..17 => SMALL[n as usize].to_owned(),
        17..20 => format!("dix-{}", french(n - 10)),
        20..70 => {
            let ten = ["vingt", "trente", "quarante", "cinquante", "soixante"][n as usize / 10 - 2];
            match n % 10 {
                0 => ten.to_owned(),
                1 => format!("{ten} et un"),
                unit => format!("{ten}-{}", french(unit)),
            }
        }
        71 => "soixante et onze".to_owned(),
        70..80 => format!("soixante-{}", french(n - 60)),
        80 => "quatre-vingts".to_owned(),
        81..100 => format!("quatre-vingt-{}", french(n - 80)),
        100..200 => format!("cent {}", french(n - 100)).trim().to_owned(),
        200..1000 => format!("{} cent {}", french(n / 100), french(n % 100)).trim().to_owned(),
        1000..2000 => format!("mille {}", french(n - 1000)).trim().to_owned(),
        _ => format!("{} mille {}", french(n / 1000), french(n % 1000)).trim().to_owned(),
    }
}

fn russian(n: u64) -> String {
    const SMALL: [&str; 20] = [
        "",
        "один",
        "два",
        "три",
        "четыре",
        "пять",
        "шесть",
        "семь",
        "восемь",
        "девять",
        "десять",
        "одиннадцать",
        "двенадцать",
        "тринадцать",
        "четырнадцать",
        "пятнадцать",
        "шестнадцать",
        "семнадцать",
        "восемнадцать",
        "девятнадцать",
    ];
    const TENS: [&str; 10] = [
        "",
        "",
        "двадцать",
        "тридцать",
        "сорок",
        "пятьдесят",
        "шестьдесят",
        "семьдесят",
        "восемьдесят",
        "девяносто",
    ];
    const HUNDREDS: [&str; 10] = [
        "",
        "сто",
        "двести",
        "триста",
        "четыреста",
        "пятьсот",
        "шестьсот",
        "семьсот",
        "восемьсот",
        "девятьсот",
    ];
    match n {
        0..20 => SMALL[n as usize].to_owned(),
        20..100 => format!("{} {}", TENS[n as usize / 10], russian(n % 10)).trim().to_owned(),
        100..1000 => format!("{} {}", HUNDREDS[n as usize / 100], russian(n % 100)).trim().to_owned(),
        _ => format!("{} тысяч {}", russian(n / 1000), russian(n % 1000)).trim().to_owned(),
    }
}

/// Prints how fast ordinary text is read:
/// `cargo test --release --lib text::numbers::tests::how_fast -- --ignored --nocapture`
#[test]
#[ignore = "prints figures and judges nothing"]
fn how_fast_numbers_are_read() {
    for (lang, sample) in [
        (
            "en",
            "The Global Initiative on Data Security calls on all states to handle data security in a comprehensive, objective and evidence-based manner; the proposal has drawn wide attention in September 2020.\n",
        ),
        (
            "fr",
            "L’Initiative mondiale sur la sécurité des données appelle les États à traiter la sécurité des données de manière objective et fondée sur des preuves, a-t-il dit en 2020.\n",
        ),
        (
            "ru",
            "Глобальная инициатива по безопасности данных была выдвинута в сентябре 2020 года; она призывает государства к объективному подходу.\n",
        ),
        (
            "ar",
            "طرحت الصين المبادرة العالمية لأمن البيانات في سبتمبر ٢٠٢٠، وهي تدعو الدول إلى التعامل مع أمن البيانات بشكل موضوعي.\n",
        ),
        (
            "zh-Hans",
            "中方提出《全球数据安全倡议》，呼吁各国以事实为依据全面客观看待数据安全问题，共同构建网络空间命运共同体。\n",
        ),
    ] {
        let text = sample.repeat(400_000 / sample.len());
        let lang = tag(lang);
        let best = (0..30)
            .map(|_| {
                let from = std::time::Instant::now();
                std::hint::black_box(quantities(&lang, &text));
                text.len() as f64 / from.elapsed().as_secs_f64() / 1e6
            })
            .fold(0.0, f64::max);
        println!("{lang}: {best:.0} MB/s");
    }
}

include!("facts.rs");
