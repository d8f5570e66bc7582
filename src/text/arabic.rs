//! A light stemmer for Arabic: proclitics, endings, the forms of ذو. Our own, for folded text.
//!
//! Arabic writes *and*, *by*, *for*, *like* and *the* as one word with what follows, and possessive pronouns
//! with what precedes. A letter that looks like such a particle may belong to the word (وزارة, *ministry*).
//! Two rules keep the forms of one word together: a step looks only at what is left, so that every form
//! which loses its particles goes on like the bare word; and the words in [`WHOLE`], common in policy
//! language, never lose their first letter.

use super::inflect::{ANY, Forms};

/// Letters that stand for particles: and, so, by, for, like.
const PROCLITICS: [char; 5] = ['و', 'ف', 'ب', 'ل', 'ك'];

/// Beginnings of words whose first letter only looks like a particle (or whose ال only looks like *the*).
const WHOLE: &[&str] = &[
    "الي",
    "التزام",
    "الكترون",
    "الماني",
    "باب",
    "باحث",
    "بحث",
    "بحر",
    "بحوث",
    "بدا",
    "بديل",
    "برامج",
    "برلمان",
    "برمج",
    "برنامج",
    "بروتوكول",
    "بريد",
    "بريطاني",
    "بشر",
    "بصم",
    "بعث",
    "بعد",
    "بكين",
    "بلاد",
    "بلد",
    "بلوكتشين",
    "بنا",
    "بنك",
    "بنوك",
    "بني",
    "بورص",
    "بيان",
    "بيئ",
    "بيت",
    "بين",
    "فتر",
    "فجو",
    "فرد",
    "فرص",
    "فرع",
    "فرنس",
    "فري",
    "فساد",
    "فصل",
    "فضا",
    "فعال",
    "فعل",
    "فكر",
    "فلسطين",
    "فلسف",
    "فن",
    "فهم",
    "فيديو",
    "فيروس",
    "كامل",
    "كبير",
    "كتاب",
    "كتب",
    "كفا",
    "كل",
    "كمبيوتر",
    "كمي",
    "كور",
    "كوكب",
    "كون",
    "كيان",
    "لاتيني",
    "لجان",
    "لجن",
    "لغ",
    "لغات",
    "لقا",
    "لواي",
    "لوائ",
    "ليبيا",
    "واجب",
    "واقع",
    "واي فاي",
    "وباء",
    "وتير",
    "وثائق",
    "وثيق",
    "وجود",
    "وحد",
    "ورش",
    "ورق",
    "وزار",
    "وزرا",
    "وزير",
    "وسائط",
    "وسائل",
    "وسط",
    "وسيط",
    "وسيل",
    "وصول",
    "وضع",
    "وطن",
    "وظائف",
    "وظيف",
    "وعي",
    "وفد",
    "وفود",
    "وقت",
    "وقف",
    "وكال",
    "وكيل",
    "ولاي",
    "ووتشن",
    "ووهان",
];

/// The forms of *possessor of*, which bend inside: ذو مستقبل, ذي, ذا, ذات.
const POSSESSORS: [&str; 6] = ["ذو", "ذي", "ذا", "ذات", "ذوي", "ذوات"];

/// Pronouns at the end, longest first; a ت before them was a ة.
const PRONOUNS: [&str; 7] = ["هما", "كما", "هم", "هن", "ها", "نا", "ه"];

/// Endings of number, gender and relation, longest first.
const ENDINGS: [&str; 7] = ["ات", "ان", "ين", "ون", "ة", "ي", "ا"];

/// No step leaves fewer letters.
const SHORTEST: usize = 3;

/// Returns the stem of a folded word.
pub(super) fn stem(word: &str) -> String {
    let mut rest = word;
    loop {
        if POSSESSORS.contains(&rest) {
            return POSSESSORS[0].to_owned();
        }
        match without_proclitic(rest) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    while let Some(shorter) = without_ending(rest) {
        rest = shorter;
    }
    rest.to_owned()
}

/// Returns what may be left of a folded word when particles are taken off its front, the longest first; the
/// word itself is not among them.
pub fn bare(word: &str) -> Vec<std::borrow::Cow<'_, str>> {
    let mut out = vec![];
    let mut rest = word;
    // A question, then and/so, then by/for/like: at most one of each.
    for particles in [&['ا'][..], &['و', 'ف'], &['ب', 'ل', 'ك']] {
        if is_whole(rest) {
            return out;
        }
        if particles.contains(&'ل')
            && let Some(noun) = rest.strip_prefix("لل")
            && noun.chars().nth(1).is_some()
        {
            out.push(std::borrow::Cow::Owned(format!("ال{noun}")));
            // Of three lams only two are written: للجنة.
            out.push(std::borrow::Cow::Owned(format!("الل{noun}")));
            return out;
        }
        let Some(shorter) = rest.strip_prefix(particles) else { continue };
        // The question particle stands before another particle only; with a lam it is the article.
        if particles == ['ا'] && !shorter.starts_with(['و', 'ف', 'ب', 'ك']) {
            continue;
        }
        if !(is_long_enough(shorter) || POSSESSORS.contains(&shorter)) {
            break;
        }
        rest = shorter;
        if particles != ['ا'] {
            out.push(std::borrow::Cow::Borrowed(rest));
        }
    }
    out
}

/// Tells whether a word begins with a letter that only looks like a particle: a word of [`WHOLE`] with nothing but
/// endings behind it.
fn is_whole(word: &str) -> bool {
    WHOLE.iter().filter_map(|whole| word.strip_prefix(whole)).any(|mut rest| {
        while let Some(shorter) = PRONOUNS
            .iter()
            .chain(&["ات", "ان", "ين", "ون", "تي", "ية", "ت", "ة", "ي", "ا", "و", "ء", "ئ", "ؤ"])
            .find_map(|ending| rest.strip_suffix(ending))
        {
            rest = shorter;
        }
        rest.is_empty()
    })
}

/// Definite or not, in the singular of the dictionary form or in another number: what must agree.
const DEFINITE_SAME: u32 = 1;
const DEFINITE_OTHER: u32 = 2;
const INDEFINITE_SAME: u32 = 4;
const INDEFINITE_OTHER: u32 = 8;
const DEFINITE: u32 = DEFINITE_SAME | DEFINITE_OTHER;
const INDEFINITE: u32 = INDEFINITE_SAME | INDEFINITE_OTHER;

/// Plurals that are made inside the word, of nouns common in policy language: (singular, plural), folded.
const BROKEN: &[(&str, &str)] = &[
    ("مدينة", "مدن"),
    ("دولة", "دول"),
    ("بلد", "بلدان"),
    ("بلد", "بلاد"),
    ("هجوم", "هجمات"),
    ("جريمة", "جرائم"),
    ("مبدا", "مبادئ"),
    ("نظام", "نظم"),
    ("نظام", "انظمة"),
    ("منظومة", "منظومات"),
    ("قاعدة", "قواعد"),
    ("معيار", "معايير"),
    ("حق", "حقوق"),
    ("خبير", "خبراء"),
    ("قانون", "قوانين"),
    ("برنامج", "برامج"),
    ("مشروع", "مشاريع"),
    ("خطة", "خطط"),
    ("حاجز", "حواجز"),
    ("مكسب", "مكاسب"),
    ("عائد", "عوائد"),
    ("خطر", "اخطار"),
    ("طريق", "طرق"),
    ("حزام", "احزمة"),
    ("طرف", "اطراف"),
    ("قيمة", "قيم"),
    ("شعب", "شعوب"),
    ("مصلحة", "مصالح"),
    ("دليل", "ادلة"),
    ("قمة", "قمم"),
    ("فريق", "افرقة"),
    ("نهج", "مناهج"),
    ("نمط", "انماط"),
    ("قوة", "قوي"),
    ("ثمرة", "ثمار"),
    ("حضارة", "حضارات"),
    ("اداة", "ادوات"),
    ("وسيلة", "وسائل"),
    ("وثيقة", "وثائق"),
    ("مركز", "مراكز"),
    ("جهاز", "اجهزة"),
    ("مورد", "موارد"),
    ("شريك", "شركاء"),
    ("عضو", "اعضاء"),
    ("تدبير", "تدابير"),
    ("تقنية", "تقنيات"),
    ("ميثاق", "مواثيق"),
    ("سوق", "اسواق"),
    ("لعبة", "العاب"),
    ("عقلية", "عقليات"),
    ("فضاء", "فضاءات"),
];

/// Words that stay as they are inside a term.
const SMALL: &[&str] =
    &["في", "علي", "من", "الي", "عن", "مع", "بين", "حول", "ضد", "عبر", "نحو", "لا", "غير", "او"];

/// Makes the forms of the words of a term.
pub(super) fn inflect(words: &[&str], out: &mut [Forms]) {
    let bases: Vec<Option<&str>> = words.iter().map(|word| without_article(word)).collect();
    let small = |word: &str| {
        SMALL.contains(&word) || POSSESSORS.contains(&word) || word.starts_with(|c: char| c.is_ascii())
    };
    // The words before the last run of words with the article are heads of a construct: they never take it.
    let run = match bases.iter().zip(words).rposition(|(base, word)| base.is_none() && !small(word)) {
        Some(last) if last + 1 == words.len() => 0,
        Some(last) => last + 1,
        None => 0,
    };
    let none = bases.iter().all(Option::is_none);
    for (at, word) in words.iter().enumerate() {
        if POSSESSORS.contains(word) {
            POSSESSORS.iter().for_each(|form| out[at].add((*form).to_owned(), ANY));
            continue;
        }
        if small(word) {
            continue;
        }
        let base = bases[at].unwrap_or(word);
        let head = at < run || (run == 0 && !none && bases[at].is_none());
        let relation = base.ends_with('ي') || base.ends_with("ية");
        out[at].forms[0].agrees = if head { ANY } else { 0 };
        out[at].group = if head || words.len() == 1 { 0 } else { 1 };
        let chain = !head && words.len() > 1;
        // A noun that governs the next one has no pronoun behind it.
        let governs = head && words.get(at + 1).is_some_and(|next| !small(next));
        // Only what describes a noun takes its gender: مكتبة is no form of مكتب.
        let noun =
            !head && (at == 0 || at == run) && !["مت", "مست", "منف"].iter().any(|p| base.starts_with(p));
        numbers(base, |form, other, definite| {
            if governs && definite == Some(true) || noun && form.strip_suffix('ة') == Some(base) {
                return;
            }
            let (d, i) =
                if other { (DEFINITE_OTHER, INDEFINITE_OTHER) } else { (DEFINITE_SAME, INDEFINITE_SAME) };
            let described = at > 0 && base.ends_with('ة');
            let (d, i) = if definite.is_none() && !other && (described || relation && base.ends_with("ية"))
            {
                // An adjective in the feminine goes with things in the plural too.
                (d | DEFINITE_OTHER, i | INDEFINITE_OTHER)
            } else {
                (d, i)
            };
            match definite {
                Some(true) => out[at].add(form, d),
                Some(false) => out[at].add(form, i),
                None => {
                    if head {
                        out[at].add(form, ANY);
                        return;
                    }
                    let last = at + 1 == words.len();
                    // Of a construct only the last word takes the article: امن بيانات, امن البيانات.
                    let article = if chain && none && last && !relation { d | i } else { d };
                    out[at].add(format!("ال{form}"), article);
                    out[at].add(form, i);
                }
            }
        });
        if out[at].forms[0].agrees == 0 {
            out[at].forms[0].agrees = DEFINITE | INDEFINITE;
        }
    }
}

fn without_article(word: &str) -> Option<&str> {
    let base = word.strip_prefix("ال")?;
    (is_long_enough(base) && !WHOLE.iter().any(|whole| whole.starts_with("ال") && word.starts_with(whole)))
        .then_some(base)
}

/// Tells the forms of a noun or adjective without article: (form, whether it is of another number than the
/// dictionary form, whether it is definite or indefinite by its ending).
fn numbers(base: &str, mut tell: impl FnMut(String, bool, Option<bool>)) {
    tell(base.to_owned(), false, None);
    for (_, plural) in BROKEN.iter().filter(|(single, _)| *single == base) {
        tell((*plural).to_owned(), true, None);
        let stem = match plural.strip_suffix('ة') {
            Some(stem) => format!("{stem}ت"),
            None => (*plural).to_owned(),
        };
        PRONOUNS.iter().for_each(|pronoun| tell(format!("{stem}{pronoun}"), true, Some(true)));
    }
    let owned = |stem: &str, other: bool, tell: &mut dyn FnMut(String, bool, Option<bool>)| {
        for pronoun in PRONOUNS {
            tell(format!("{stem}{pronoun}"), other, Some(true));
        }
    };
    if let Some(stem) = base.strip_suffix('ة') {
        tell(format!("{stem}ه"), false, None);
        owned(&format!("{stem}ت"), false, &mut tell);
        for other in ["ات", "تان", "تين", "تا", "تي"] {
            tell(format!("{stem}{other}"), true, None);
        }
        owned(&format!("{stem}ات"), true, &mut tell);
        owned(&format!("{stem}تي"), true, &mut tell);
    } else if base.ends_with("ات") {
        owned(base, false, &mut tell);
    } else if let Some(stem) = base.strip_suffix("ون").or_else(|| base.strip_suffix("ين"))
        && is_long_enough(stem)
    {
        for ending in ["ون", "ين"] {
            tell(format!("{stem}{ending}"), false, None);
        }
        for ending in ["و", "ي"] {
            tell(format!("{stem}{ending}"), false, None);
        }
    } else if let Some(stem) = base.strip_suffix("اء") {
        for seat in ["اء", "ائ", "اؤ"] {
            owned(&format!("{stem}{seat}"), false, &mut tell);
        }
        tell(format!("{stem}اءات"), true, None);
    } else if let Some(stem) = base.strip_suffix('ي') {
        tell(format!("{base}ا"), false, Some(false));
        owned(&format!("{stem}ا"), false, &mut tell);
        for ending in ["ة", "ه", "ين", "ون", "ات", "ان", "تين", "تان"] {
            tell(format!("{base}{ending}"), true, None);
        }
    } else {
        tell(format!("{base}ا"), false, Some(false));
        owned(base, false, &mut tell);
        for ending in ["ان", "ين", "ون"] {
            tell(format!("{base}{ending}"), true, None);
        }
        // An adjective that goes with things in the plural.
        tell(format!("{base}ة"), true, None);
        if base.chars().nth(4).is_some() {
            tell(format!("{base}ات"), true, None);
            owned(&format!("{base}ات"), true, &mut tell);
        }
    }
}

fn without_proclitic(word: &str) -> Option<&str> {
    if WHOLE.iter().any(|whole| word.starts_with(whole)) {
        return None;
    }
    // for + the melts to لل.
    if let Some(rest) = word.strip_prefix("ال").or_else(|| word.strip_prefix("لل"))
        && is_long_enough(rest)
    {
        return Some(rest);
    }
    let rest = word.strip_prefix(PROCLITICS)?;
    (is_long_enough(rest) || POSSESSORS.contains(&rest)).then_some(rest)
}

fn without_ending(word: &str) -> Option<&str> {
    for pronoun in PRONOUNS {
        if let Some(rest) = word.strip_suffix(pronoun)
            && is_long_enough(rest)
        {
            let single = rest.strip_suffix('ت').filter(|rest| !rest.ends_with('ا') && is_long_enough(rest));
            return Some(single.unwrap_or(rest));
        }
    }
    ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).find(|rest| is_long_enough(rest))
}

fn is_long_enough(rest: &str) -> bool {
    rest.chars().nth(SHORTEST - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::*;

    #[test]
    fn forms_of_one_word_share_a_stem() {
        let mut apart = Vec::new();
        for forms in [
            &["سيادة", "السيادة", "بالسيادة", "وسيادة", "للسيادة", "سيادتها", "وسيادته", "لسيادتهم"][..],
            &["أمن", "الأمن", "والأمن", "بأمن", "أمنها", "للأمن", "أمنية"],
            &["بيانات", "البيانات", "بالبيانات", "وبيانات", "لبياناتهم", "بيان"],
            &["بلد", "بلدان", "البلدان", "وبلدانها"],
            &["وطن", "الوطن", "وطني", "الوطنية", "للوطن"],
            &["وزارة", "الوزارة", "ووزارة", "بوزارة"],
            &["آلية", "الآلية", "آليات", "وآلياتها"],
            &["مبادرة", "المبادرة", "مبادرات", "بمبادرتها"],
            &["شبكة", "الشبكة", "شبكات", "الشبكي"],
            &["ذو", "ذي", "ذا", "ذات", "وذو", "بذي", "وذات"],
            &["مشترك", "المشترك", "مشتركة", "مشتركًا", "المشتركين"],
            &["سيبراني", "السيبرانية", "سيبرانيا", "السيبراني"],
            &["إلكترونية", "الإلكترونية", "والالكتروني"],
            &["قانون", "القانون", "قانونية", "بالقانون"],
            &["فضاء", "الفضاء", "للفضاء", "والفضاء"],
            &["لجنة", "اللجنة", "لجنتها"],
        ] {
            for form in forms {
                let (one, other) = (stem(&fold(form)), stem(&fold(forms[0])));
                if one != other {
                    apart.push(format!("{form} {one}, {} {other}", forms[0]));
                }
            }
        }
        assert!(apart.is_empty(), "{}", apart.join("\n"));
    }

    #[test]
    fn different_words_keep_different_stems() {
        let mut stems: Vec<_> = [
            "سيادة",
            "سياسة",
            "أمن",
            "إنسان",
            "بيانات",
            "بيئة",
            "بناء",
            "بلد",
            "وطن",
            "وزارة",
            "مجتمع",
            "مستقبل",
            "فضاء",
            "شبكة",
            "حوكمة",
            "رقمي",
            "حرير",
            "طريق",
            "حزام",
            "مصير",
            "مشترك",
            "هذا",
        ]
        .iter()
        .map(|word| stem(&fold(word)))
        .collect();
        let count = stems.len();
        stems.sort();
        stems.dedup();
        assert_eq!(stems.len(), count, "{stems:?}");
    }
}
