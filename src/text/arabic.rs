//! A light stemmer for Arabic: proclitics, endings, the forms of ذو. Our own, for folded text.
//!
//! Arabic writes *and*, *by*, *for*, *like* and *the* as one word with what follows, and possessive pronouns
//! with what precedes. A letter that looks like such a particle may belong to the word (وزارة, *ministry*).
//! Two rules keep the forms of one word together: a step looks only at what is left, so that every form
//! which loses its particles goes on like the bare word; and the words in [`WHOLE`], common in policy
//! language, never lose their first letter.

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
