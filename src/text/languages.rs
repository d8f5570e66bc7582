//! What we know about languages: one entry each, one list.
//!
//! A language that is not here works all the same ([`of`] answers with plain habits): its text is folded and
//! matched word by word, only without stems. To teach wicterm a language, add an entry to [`LANGUAGES`].
//!
//! Everything that is compared with text stands here in folded form (see [`super::fold()`]).

use snowball_stemmers_rs::Algorithm;

use super::inflect::Inflection;
use super::{fold, inflections};
use crate::model::LanguageTag;

/// Which way a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Latin, Cyrillic, Han, and most others.
    LeftToRight,
    /// Arabic, Hebrew and their relatives.
    RightToLeft,
}

/// How inflected forms are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stemmer {
    /// Words stay as they are.
    None,
    /// A Snowball algorithm.
    Snowball(Algorithm),
    /// Our own light stemmer for Arabic: proclitics, endings, the forms of ذو.
    Arabic,
}

/// How a text that nobody types by its letters is typed instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Romanisation {
    /// The script is typed as it is.
    None,
    /// Hanyu Pinyin, with or without tones, or its initials.
    Pinyin,
}

/// The habits of one language. The word lists are folded.
#[derive(Debug, Clone, Copy)]
pub struct Language {
    /// The primary language subtag.
    pub code: &'static str,
    /// What people call it, with the tag they mean; the English name first, then its own.
    pub names: &'static [(&'static str, &'static str)],
    /// Which way its usual script runs.
    pub direction: Direction,
    /// Whether spaces stand between words.
    pub spaced: bool,
    /// How its inflected forms are brought together.
    pub stemmer: Stemmer,
    /// Whether a searcher may leave diacritics out; where not, they make other letters.
    pub optional_diacritics: bool,
    /// Words that are skipped when terms are compared.
    pub articles: &'static [&'static str],
    /// What may be glued to the next word by an apostrophe, and the word it stands for; empty if it is
    /// skipped like an article.
    pub elisions: &'static [(&'static str, &'static str)],
    /// Prepositions melted with an article, and what stays without it.
    pub contractions: &'static [(&'static str, &'static str)],
    /// Endings respelt before stemming: other spellings, and accents that the stemmer wants to see. The
    /// first that fits counts.
    pub endings: &'static [(&'static str, &'static str)],
    /// First parts that are written apart, with a hyphen, or together: *cyber security*, *co-operation*.
    pub prefixes: &'static [&'static str],
    /// Characters that may be left out between words without a change of meaning, in unspaced scripts.
    pub particles: &'static [char],
    /// How it is typed by those who do not type its script.
    pub romanisation: Romanisation,
    /// How the words of its terms change in running text.
    pub inflection: &'static Inflection,
    /// First parts with a hyphen that make another word of what follows: *non-*, *anti-*.
    pub bound: &'static [&'static str],
    /// Endings of first parts that do so: *информационно-*.
    pub bound_endings: &'static [&'static str],
    /// What a hyphen hangs on a verb, so that the word before it is no noun: *-il*.
    pub enclitics: &'static [&'static str],
    /// Whether an article behind a preposition makes another phrase: *mesures de la confiance*.
    pub articles_matter: bool,
    /// Characters that stand for each other: 〇 and 零.
    pub same_letters: &'static [(&'static str, &'static str)],
    /// Prepositions of scripts without spaces, whose phrases take the particle.
    pub prepositions: &'static [char],
    /// Whether it is written in Kana, whose habits at the end of a word differ.
    pub kana: bool,
    /// Characters that are surnames, and what stands behind a name, in scripts without spaces.
    pub surnames: &'static str,
    /// Titles that stand behind a name.
    pub titles: &'static [&'static str],
    /// Whether words that belong together are written with or without a space: 사이버 공간, 사이버공간.
    pub spaces_optional: bool,
    /// Whether its nouns are written with a capital.
    pub capital_nouns: bool,
    /// Other spellings of letters, folded: *ä* as *ae*.
    pub umlauts: &'static [(&'static str, &'static str)],
    /// Whether its long words are made of others (*Cybersicherheit* in *Cybersicherheitsstrategie*).
    pub compounds: bool,
    /// Words whose full stop does not end a sentence, without it. With a `#` behind them they count only before a
    /// figure, with a `!` before them only where no figure precedes, and a `#` alone says that ordinal numbers have a
    /// full stop. What may end a sentence as well (*etc.*) is not here.
    pub abbreviations: &'static [&'static str],
}

impl Language {
    /// Returns the English name.
    pub fn english_name(&self) -> &'static str {
        self.names.first().map_or(self.code, |(name, _)| name)
    }

    /// Returns the name in the language itself, or the English one where we do not know it.
    pub fn own_name(&self) -> &'static str {
        self.names.get(1).map_or_else(|| self.english_name(), |(name, _)| name)
    }

    /// Tells whether stem keys can differ from folded text.
    pub fn has_stems(&self) -> bool {
        self.stemmer != Stemmer::None || !self.particles.is_empty() || !self.articles.is_empty()
    }
}

/// Returns what is known about a language; plain habits for one that is not in the list.
///
/// ```
/// use wicterm::text::languages;
/// let zh = languages::of(&"zh-Hant-TW".parse().unwrap());
/// assert!(!zh.spaced);
/// ```
pub fn of(tag: &LanguageTag) -> &'static Language {
    of_code(tag.language()).unwrap_or(&UNKNOWN)
}

fn of_code(code: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|l| l.code == code)
}

/// Returns which way text of this language runs, minding a script subtag.
pub fn direction(tag: &LanguageTag) -> Direction {
    match tag.script() {
        Some("Arab" | "Aran" | "Hebr" | "Syrc" | "Thaa" | "Nkoo" | "Adlm") => Direction::RightToLeft,
        Some(_) => Direction::LeftToRight,
        None => of(tag).direction,
    }
}

/// Returns the language that a table header or a person names: by a tag, by its English or own name, by
/// the names other tools print ("Chinese (Simplified)", "French (Canada)", "fra").
///
/// A two-letter word that is a language code counts as one ("id" is Indonesian), so a reader of tables asks
/// about its own columns first.
///
/// ```
/// use wicterm::text::languages::by_name;
/// let tag = |name| by_name(name).map(|t| t.to_string());
/// assert_eq!(tag("Chinese (Simplified)").as_deref(), Some("zh-Hans"));
/// assert_eq!(tag("français").as_deref(), Some("fr"));
/// assert_eq!(tag("English (United States)").as_deref(), Some("en-US"));
/// assert_eq!(tag("note"), None);
/// ```
pub fn by_name(name: &str) -> Option<LanguageTag> {
    if name.len() > 100 {
        return None;
    }
    if let Some(tag) = by_tag(name.trim()) {
        return Some(tag);
    }
    let words = key(name);
    if let Some(tag) = named(&words) {
        return Some(tag);
    }
    // "French (Canada)", "Deutsch - Österreich", "fr (France)"
    let (language, rest) = words.split_once(' ')?;
    let tag = named(language).or_else(|| by_tag(language))?;
    let tail = SCRIPTS.iter().chain(REGIONS).find(|(name, _)| *name == rest).map(|(_, subtag)| *subtag);
    let tail = tail.or_else(|| {
        let upper = rest.to_ascii_uppercase();
        REGIONS.iter().find(|(_, subtag)| *subtag == upper).map(|(_, subtag)| *subtag)
    })?;
    format!("{tag}-{tail}").parse().ok()
}

/// Folds a name to bare words.
fn key(name: &str) -> String {
    let words: String = name.chars().map(|c| if "()[]（）,，;/_:".contains(c) { ' ' } else { c }).collect();
    fold(&words).into_owned()
}

fn named(words: &str) -> Option<LanguageTag> {
    let all = LANGUAGES.iter().flat_map(|l| l.names);
    let (_, tag) = all.into_iter().find(|(name, _)| key(name) == words)?;
    tag.parse().ok()
}

fn by_tag(text: &str) -> Option<LanguageTag> {
    let tag: LanguageTag = text.parse().ok()?;
    let code = tag.language();
    if let Some((_, two)) = THREE_LETTERS.iter().find(|(three, _)| *three == code) {
        return format!("{two}{}", &tag.as_str()[code.len()..]).parse().ok();
    }
    let known =
        of_code(code).is_some() || (code.len() == 2 && TWO_LETTERS.split(' ').any(|known| known == code));
    // Private and rare tags are believed when they have the shape of a tag, not of a word.
    (known || (tag.as_str().contains('-') && (code == "x" || code.len() == 3) && !text.contains(' ')))
        .then_some(tag)
}

const UNKNOWN: Language = Language {
    code: "und",
    names: &[],
    direction: Direction::LeftToRight,
    spaced: true,
    stemmer: Stemmer::None,
    optional_diacritics: true,
    articles: &[],
    elisions: &[],
    contractions: &[],
    endings: &[],
    prefixes: &[],
    particles: &[],
    romanisation: Romanisation::None,
    inflection: &inflections::NONE,
    bound: &[],
    bound_endings: &[],
    enclitics: &[],
    articles_matter: false,
    compounds: false,
    same_letters: &[],
    prepositions: &[],
    kana: false,
    surnames: "",
    titles: &[],
    spaces_optional: false,
    capital_nouns: false,
    umlauts: &[],
    abbreviations: &[],
};

const fn snowball(
    code: &'static str,
    names: &'static [(&'static str, &'static str)],
    algorithm: Algorithm,
) -> Language {
    Language { code, names, stemmer: Stemmer::Snowball(algorithm), ..UNKNOWN }
}

const fn plain(code: &'static str, names: &'static [(&'static str, &'static str)]) -> Language {
    Language { code, names, ..UNKNOWN }
}

/// Every language we know something about.
pub static LANGUAGES: &[Language] = &[
    Language {
        articles: &["the", "a", "an"],
        // One spelling for the stemmer; what it means is told apart by the term, not by the stem.
        endings: &[
            ("isation", "ization"),
            ("isations", "izations"),
            ("isational", "izational"),
            ("ising", "izing"),
            ("ised", "ized"),
            ("ises", "izes"),
            ("ise", "ize"),
            ("yse", "yze"),
            ("ysed", "yzed"),
            ("ysing", "yzing"),
            ("centre", "center"),
            ("centres", "centers"),
            ("defence", "defense"),
            ("defences", "defenses"),
            ("offence", "offense"),
            ("offences", "offenses"),
            ("licence", "license"),
            ("licences", "licenses"),
            ("behaviours", "behaviors"),
            ("dialogue", "dialog"),
            ("dialogues", "dialogs"),
            ("catalogue", "catalog"),
            ("catalogues", "catalogs"),
            ("judgement", "judgment"),
            ("judgements", "judgments"),
            ("fibre", "fiber"),
            ("modelling", "modeling"),
            ("favour", "favor"),
            ("honour", "honor"),
            ("programme", "program"),
            ("programmes", "programs"),
            ("behaviour", "behavior"),
            ("labour", "labor"),
            ("neighbour", "neighbor"),
            ("neighbours", "neighbors"),
        ],
        inflection: &inflections::ENGLISH,
        prefixes: &["cyber", "co", "multi", "e", "inter", "micro", "tele"],
        bound: &[
            "non", "anti", "inter", "intra", "pre", "post", "re", "e", "ex", "un", "sub", "super", "trans",
            "pro", "pseudo", "quasi", "semi", "mis", "dis", "ultra", "twenty", "thirty", "forty", "fifty",
            "sixty", "seventy", "eighty", "ninety",
        ],
        abbreviations: &[
            "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "sgt", "capt", "adm", "gov", "sen", "rep",
            "rev", "hon", "pres", "amb", "messrs", "st", "mt", "jr", "vs", "cf", "viz", "approx", "dept",
            "dist", "est", "ed", "eds", "trans", "e.g", "i.e", "al", "no#", "nos#", "art#", "arts#", "sec#",
            "para#", "p#", "pp#", "fig#", "figs#", "vol#", "ch#", "ver#", "jan#", "feb#", "mar#", "apr#",
            "jun#", "jul#", "aug#", "sep#", "sept#", "oct#", "nov#", "dec#",
        ],
        ..snowball(
            "en",
            &[
                ("English", "en"),
                ("English (UK)", "en-GB"),
                ("English (US)", "en-US"),
                ("British English", "en-GB"),
                ("American English", "en-US"),
                ("Anglais", "en"),
                ("Englisch", "en"),
                ("inglés", "en"),
                ("английский", "en"),
                ("英语", "en"),
                ("英文", "en"),
                ("الإنجليزية", "en"),
            ],
            Algorithm::English,
        )
    },
    Language {
        spaced: false,
        particles: &['的'],
        romanisation: Romanisation::Pinyin,
        same_letters: &[("〇", "零"), ("零", "〇")],
        prepositions: &['在', '于'],
        surnames: "李王张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤",
        titles: &[
            "先生", "女士", "同志", "教授", "博士", "主任", "部长", "院士", "主席", "总理", "局长", "司长",
            "校长", "小姐", "老师",
        ],
        ..plain(
            "zh",
            &[
                ("Chinese", "zh"),
                ("中文", "zh"),
                ("汉语", "zh"),
                ("Mandarin", "zh"),
                ("Mandarin Chinese", "zh"),
                ("chinois", "zh"),
                ("Chinesisch", "zh"),
                ("chino", "zh"),
                ("китайский", "zh"),
                ("الصينية", "zh"),
                ("Chinese (Simplified)", "zh-Hans"),
                ("Simplified Chinese", "zh-Hans"),
                ("Chinese (China)", "zh-Hans"),
                ("Chinese (Simplified, China)", "zh-Hans"),
                ("Chinese (PRC)", "zh-Hans"),
                ("简体中文", "zh-Hans"),
                ("中文（简体）", "zh-Hans"),
                ("中文 简体", "zh-Hans"),
                ("简体", "zh-Hans"),
                ("简中", "zh-Hans"),
                ("chinois simplifié", "zh-Hans"),
                ("chinois (simplifié)", "zh-Hans"),
                ("Chinesisch (vereinfacht)", "zh-Hans"),
                ("chino simplificado", "zh-Hans"),
                ("китайский упрощенный", "zh-Hans"),
                ("Chinese (Traditional)", "zh-Hant"),
                ("Traditional Chinese", "zh-Hant"),
                // Folding reads 繁體 as 繁体, so one spelling serves both.
                ("繁体中文", "zh-Hant"),
                ("中文（繁体）", "zh-Hant"),
                ("正体中文", "zh-Hant"),
                ("繁体", "zh-Hant"),
                ("繁中", "zh-Hant"),
                ("chinois traditionnel", "zh-Hant"),
                ("chinois (traditionnel)", "zh-Hant"),
                ("Chinesisch (traditionell)", "zh-Hant"),
                ("chino tradicional", "zh-Hant"),
                ("китайский традиционный", "zh-Hant"),
                ("Chinese (Taiwan)", "zh-Hant-TW"),
                ("Chinese (Traditional, Taiwan)", "zh-Hant-TW"),
                ("台湾中文", "zh-Hant-TW"),
                ("Chinese (Hong Kong)", "zh-Hant-HK"),
                ("Chinese (Traditional, Hong Kong)", "zh-Hant-HK"),
                ("Chinese (Hong Kong SAR)", "zh-Hant-HK"),
                ("Chinese (Singapore)", "zh-Hans-SG"),
            ],
        )
    },
    Language {
        inflection: &inflections::RUSSIAN,
        bound_endings: &["о"],
        bound: &["не", "анти", "экс", "пол", "псевдо", "вице"],
        abbreviations: &[
            "!г",
            "!гг",
            "ул",
            "пр",
            "пер",
            "пл",
            "кв",
            "обл",
            "оз",
            "пос",
            "дер",
            "стр",
            "рис",
            "табл",
            "ст#",
            "п#",
            "пп#",
            "ч#",
            "гл#",
            "с#",
            "см",
            "ср",
            "напр",
            "т",
            "т.е",
            "т.н",
            "т.к",
            "!тыс",
            "!млн",
            "!млрд",
            "!трлн",
            "коп",
            "им",
            "проф",
            "акад",
            "доц",
            "канд",
            "докт",
            "ред",
            "изд",
            "вып#",
            "no",
            "др#",
        ],
        ..snowball(
            "ru",
            &[
                ("Russian", "ru"),
                ("русский", "ru"),
                ("русский язык", "ru"),
                ("russe", "ru"),
                ("ruso", "ru"),
                ("Russisch", "ru"),
                ("俄语", "ru"),
                ("俄文", "ru"),
                ("الروسية", "ru"),
            ],
            Algorithm::Russian,
        )
    },
    Language {
        articles: &["le", "la", "les", "un", "une"],
        elisions: &[
            ("l", ""),
            ("d", "de"),
            ("qu", "que"),
            ("n", "ne"),
            ("s", "se"),
            ("c", "ce"),
            ("j", "je"),
            ("m", "me"),
            ("t", "te"),
            ("jusqu", "jusque"),
            ("lorsqu", "lorsque"),
            ("puisqu", "puisque"),
        ],
        inflection: &inflections::FRENCH,
        articles_matter: true,
        enclitics: &[
            "t", "il", "ils", "elle", "elles", "on", "je", "tu", "nous", "vous", "ce", "le", "la", "les",
            "lui", "leur", "moi", "toi", "y", "en",
        ],
        contractions: &[("du", "de"), ("des", "de"), ("au", "a"), ("aux", "a")],
        endings: &[("ees", "ées"), ("ee", "ée"), ("ites", "ités"), ("ite", "ité"), ("irs", "ir")],
        prefixes: &["cyber", "co", "multi", "inter"],
        bound: &["non", "anti", "inter", "pré", "post", "sous", "ex", "mi", "demi", "semi", "pro", "quasi"],
        abbreviations: &[
            "m", "mm", "mme", "mmes", "mlle", "mlles", "dr", "pr", "me", "st", "ste", "p.ex", "ex", "cf",
            "p#", "pp#", "art#", "chap#", "fig#", "vol#", "no#", "nos#", "n°", "ed", "env", "av", "apr",
            "hab", "janv#", "fevr#", "sept#", "oct#", "nov#", "dec#",
        ],
        ..snowball(
            "fr",
            &[
                ("French", "fr"),
                ("français", "fr"),
                ("Französisch", "fr"),
                ("francés", "fr"),
                ("французский", "fr"),
                ("法语", "fr"),
                ("法文", "fr"),
                ("الفرنسية", "fr"),
            ],
            Algorithm::French,
        )
    },
    Language {
        inflection: &inflections::SPANISH,
        articles_matter: true,
        articles: &["el", "la", "los", "las", "lo", "un", "una", "unos", "unas"],
        contractions: &[("del", "de"), ("al", "a")],
        prefixes: &["ciber", "co", "multi", "inter"],
        abbreviations: &[
            "sr", "sra", "sres", "sras", "srta", "dr", "dra", "prof", "ing", "lic", "d", "da", "gral",
            "cnel", "ee", "uu", "p.ej", "ej", "pag#", "pags#", "p#", "pp#", "art#", "arts#", "cap#", "fig#",
            "vol#", "num#", "no#", "av", "avda", "apdo",
        ],
        ..snowball(
            "es",
            &[
                ("Spanish", "es"),
                ("español", "es"),
                ("castellano", "es"),
                ("Spanish (Latin America)", "es-419"),
                ("Latin American Spanish", "es-419"),
                ("Spanish (International)", "es"),
                ("espagnol", "es"),
                ("Spanisch", "es"),
                ("испанский", "es"),
                ("西班牙语", "es"),
                ("西语", "es"),
                ("الإسبانية", "es"),
            ],
            Algorithm::Spanish,
        )
    },
    Language {
        direction: Direction::RightToLeft,
        stemmer: Stemmer::Arabic,
        inflection: &inflections::ARABIC,
        abbreviations: &["د", "ا", "م", "ا", "ص#", "ج#", "ط#"],
        ..plain(
            "ar",
            &[
                ("Arabic", "ar"),
                ("العربية", "ar"),
                ("عربي", "ar"),
                ("اللغة العربية", "ar"),
                ("arabe", "ar"),
                ("árabe", "ar"),
                ("Arabisch", "ar"),
                ("арабский", "ar"),
                ("阿拉伯语", "ar"),
                ("阿语", "ar"),
                ("阿文", "ar"),
            ],
        )
    },
    Language {
        articles: &[
            "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines",
        ],
        contractions: &[
            ("im", "in"),
            ("ins", "in"),
            ("am", "an"),
            ("ans", "an"),
            ("zum", "zu"),
            ("zur", "zu"),
            ("vom", "von"),
            ("beim", "bei"),
        ],
        prefixes: &["cyber", "multi", "ko", "inter"],
        inflection: &inflections::GERMAN,
        capital_nouns: true,
        umlauts: &[("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")],
        compounds: true,
        abbreviations: &[
            "#", "dr", "prof", "hr", "fr", "frau", "st", "nr", "abs", "art", "bd", "bzw", "ca", "d.h", "d",
            "z.b", "z", "b", "h", "u", "a", "vgl", "s", "sog", "evtl", "ggf", "inkl", "max", "min", "mio",
            "mrd", "tel", "usw#", "str", "abb", "kap", "aufl", "hrsg", "jh", "chr", "zzgl", "bspw",
        ],
        ..snowball(
            "de",
            &[
                ("German", "de"),
                ("Deutsch", "de"),
                ("allemand", "de"),
                ("alemán", "de"),
                ("tedesco", "de"),
                ("немецкий", "de"),
                ("德语", "de"),
                ("德文", "de"),
                ("الألمانية", "de"),
            ],
            Algorithm::German,
        )
    },
    Language {
        spaced: false,
        kana: true,
        optional_diacritics: false,
        ..plain(
            "ja",
            &[
                ("Japanese", "ja"),
                ("日本語", "ja"),
                ("japonais", "ja"),
                ("japonés", "ja"),
                ("Japanisch", "ja"),
                ("японский", "ja"),
                ("日语", "ja"),
                ("日文", "ja"),
                ("اليابانية", "ja"),
            ],
        )
    },
    Language {
        optional_diacritics: false,
        spaces_optional: true,
        inflection: &inflections::KOREAN,
        ..plain(
            "ko",
            &[
                ("Korean", "ko"),
                ("한국어", "ko"),
                ("조선말", "ko"),
                ("coréen", "ko"),
                ("coreano", "ko"),
                ("Koreanisch", "ko"),
                ("корейский", "ko"),
                ("韩语", "ko"),
                ("韩文", "ko"),
                ("朝鲜语", "ko"),
                ("الكورية", "ko"),
            ],
        )
    },
    Language {
        articles: &["o", "a", "os", "as", "um", "uma", "uns", "umas"],
        inflection: &inflections::PORTUGUESE,
        articles_matter: true,
        enclitics: &["se", "lo", "la", "os", "as", "lhe", "lhes", "nos", "me", "te"],
        contractions: &[
            ("do", "de"),
            ("da", "de"),
            ("dos", "de"),
            ("das", "de"),
            ("no", "em"),
            ("na", "em"),
            ("nos", "em"),
            ("nas", "em"),
            ("ao", "a"),
            ("aos", "a"),
            ("pelo", "por"),
            ("pela", "por"),
            ("pelos", "por"),
            ("pelas", "por"),
        ],
        // The stemmer knows -ção and -ções only with their marks.
        endings: &[
            ("coes", "ções"),
            ("cao", "ção"),
            ("soes", "sões"),
            ("sao", "são"),
            // Before the reform of 1990, in Portugal.
            ("ccao", "cao"),
            ("ccoes", "coes"),
            ("pcao", "cao"),
            ("pcoes", "coes"),
        ],
        prefixes: &["ciber", "co", "multi", "inter"],
        abbreviations: &[
            "sr", "sra", "srs", "dr", "dra", "prof", "eng", "exmo", "exma", "p.ex", "ex", "pag#", "pags#",
            "p#", "art#", "arts#", "cap#", "fig#", "vol#", "no#", "av",
        ],
        ..snowball(
            "pt",
            &[
                ("Portuguese", "pt"),
                ("português", "pt"),
                ("Brazilian Portuguese", "pt-BR"),
                ("português do Brasil", "pt-BR"),
                ("European Portuguese", "pt-PT"),
                ("portugais", "pt"),
                ("portugués", "pt"),
                ("Portugiesisch", "pt"),
                ("португальский", "pt"),
                ("葡萄牙语", "pt"),
                ("葡语", "pt"),
                ("البرتغالية", "pt"),
            ],
            Algorithm::Portuguese,
        )
    },
    Language {
        articles: &["il", "lo", "la", "i", "gli", "le", "un", "uno", "una"],
        inflection: &inflections::ITALIAN,
        articles_matter: true,
        elisions: &[
            ("l", ""),
            ("un", ""),
            ("d", "di"),
            ("dell", "di"),
            ("nell", "in"),
            ("all", "a"),
            ("dall", "da"),
            ("sull", "su"),
            ("quest", "questo"),
            ("c", "ci"),
        ],
        contractions: &[
            ("del", "di"),
            ("dello", "di"),
            ("della", "di"),
            ("dei", "di"),
            ("degli", "di"),
            ("delle", "di"),
            ("nel", "in"),
            ("nello", "in"),
            ("nella", "in"),
            ("nei", "in"),
            ("negli", "in"),
            ("nelle", "in"),
            ("al", "a"),
            ("allo", "a"),
            ("alla", "a"),
            ("ai", "a"),
            ("agli", "a"),
            ("alle", "a"),
            ("dal", "da"),
            ("dalla", "da"),
            ("dai", "da"),
            ("sul", "su"),
            ("sulla", "su"),
            ("sui", "su"),
        ],
        prefixes: &["cyber", "ciber", "multi", "co", "inter"],
        abbreviations: &[
            "sig", "sigg", "dott", "dott.ssa", "prof", "ing", "avv", "on", "p.es", "es", "pag#", "pagg#",
            "p#", "art#", "artt#", "cap#", "fig#", "vol#", "n#", "nn#",
        ],
        ..snowball(
            "it",
            &[
                ("Italian", "it"),
                ("italiano", "it"),
                ("italien", "it"),
                ("Italienisch", "it"),
                ("итальянский", "it"),
                ("意大利语", "it"),
                ("意大利文", "it"),
                ("الإيطالية", "it"),
            ],
            Algorithm::Italian,
        )
    },
    Language {
        // A final k softens before a vowel, and the stemmer knows only the spelling with ğ.
        endings: &[
            ("ligi", "lik"),
            ("ligin", "lik"),
            ("ligini", "lik"),
            ("ligine", "lik"),
            ("lugu", "luk"),
            ("lugun", "luk"),
        ],
        abbreviations: &["#", "dr", "prof", "doc", "sn", "vb", "mah", "cad", "sok", "no#"],
        ..snowball(
            "tr",
            &[
                ("Turkish", "tr"),
                ("Türkçe", "tr"),
                ("turc", "tr"),
                ("Türkisch", "tr"),
                ("turco", "tr"),
                ("турецкий", "tr"),
                ("土耳其语", "tr"),
            ],
            Algorithm::Turkish,
        )
    },
    Language {
        articles: &[
            "ο", "η", "το", "οι", "τα", "του", "τησ", "των", "τον", "την", "τουσ", "τισ", "ενασ", "μια",
            "ενα",
        ],
        ..snowball(
            "el",
            &[
                ("Greek", "el"),
                ("Ελληνικά", "el"),
                ("grec", "el"),
                ("Griechisch", "el"),
                ("griego", "el"),
                ("греческий", "el"),
                ("希腊语", "el"),
            ],
            Algorithm::Greek,
        )
    },
    Language {
        optional_diacritics: false,
        ..snowball(
            "hi",
            &[("Hindi", "hi"), ("हिन्दी", "hi"), ("हिंदी", "hi"), ("印地语", "hi")],
            Algorithm::Hindi,
        )
    },
    Language {
        spaced: false,
        optional_diacritics: false,
        ..plain("th", &[("Thai", "th"), ("ไทย", "th"), ("ภาษาไทย", "th"), ("thaï", "th"), ("泰语", "th")])
    },
    Language {
        direction: Direction::RightToLeft,
        ..plain(
            "he",
            &[
                ("Hebrew", "he"),
                ("עברית", "he"),
                ("hébreu", "he"),
                ("Hebräisch", "he"),
                ("иврит", "he"),
                ("希伯来语", "he"),
            ],
        )
    },
    Language {
        direction: Direction::RightToLeft,
        ..plain(
            "fa",
            &[
                ("Persian", "fa"),
                ("فارسی", "fa"),
                ("Farsi", "fa"),
                ("persan", "fa"),
                ("Persisch", "fa"),
                ("波斯语", "fa"),
            ],
        )
    },
    Language {
        direction: Direction::RightToLeft,
        ..plain("ur", &[("Urdu", "ur"), ("اردو", "ur"), ("乌尔都语", "ur")])
    },
    Language {
        abbreviations: &[
            "!р",
            "!рр",
            "м",
            "вул",
            "обл",
            "буд",
            "кв",
            "стор",
            "рис",
            "табл",
            "ст#",
            "п#",
            "гл#",
            "див",
            "напр",
            "т",
            "!тис",
            "!млн",
            "!млрд",
            "ім",
            "проф",
            "акад",
        ],
        ..snowball(
            "uk",
            &[
                ("Ukrainian", "uk"),
                ("українська", "uk"),
                ("ukrainien", "uk"),
                ("Ukrainisch", "uk"),
                ("украинский", "uk"),
                ("乌克兰语", "uk"),
            ],
            Algorithm::Ukrainian,
        )
    },
    Language {
        articles: &["de", "het", "een"],
        abbreviations: &[
            "dr", "prof", "mr", "mevr", "dhr", "ir", "ing", "bijv", "d.w.z", "nr", "blz#", "p#", "art#",
            "ca", "incl",
        ],
        ..snowball(
            "nl",
            &[
                ("Dutch", "nl"),
                ("Nederlands", "nl"),
                ("Flemish", "nl-BE"),
                ("néerlandais", "nl"),
                ("Niederländisch", "nl"),
                ("荷兰语", "nl"),
            ],
            Algorithm::Dutch,
        )
    },
    Language {
        abbreviations: &[
            "#", "dr", "prof", "mgr", "inz", "hab", "np", "tzn", "tzw", "tj", "ul", "al", "godz", "nr",
            "ust", "art", "sw", "str", "r",
        ],
        ..snowball(
            "pl",
            &[("Polish", "pl"), ("polski", "pl"), ("polonais", "pl"), ("Polnisch", "pl"), ("波兰语", "pl")],
            Algorithm::Polish,
        )
    },
    Language {
        abbreviations: &[
            "#", "dr", "mgr", "ing", "prof", "napr", "tzv", "tj", "ul", "c", "cl", "str", "sv", "r",
        ],
        ..snowball(
            "cs",
            &[
                ("Czech", "cs"),
                ("čeština", "cs"),
                ("česky", "cs"),
                ("tchèque", "cs"),
                ("Tschechisch", "cs"),
                ("捷克语", "cs"),
            ],
            Algorithm::Czech,
        )
    },
    Language {
        abbreviations: &["dr", "prof", "t.ex", "bl", "a", "s.k", "kl", "nr#", "s#", "st"],
        ..snowball(
            "sv",
            &[
                ("Swedish", "sv"),
                ("svenska", "sv"),
                ("suédois", "sv"),
                ("Schwedisch", "sv"),
                ("瑞典语", "sv"),
            ],
            Algorithm::Swedish,
        )
    },
    Language {
        abbreviations: &["#", "dr", "prof", "f.eks", "bl", "a", "s.k", "kl", "nr", "stk"],
        ..snowball(
            "da",
            &[("Danish", "da"), ("dansk", "da"), ("danois", "da"), ("Dänisch", "da"), ("丹麦语", "da")],
            Algorithm::Danish,
        )
    },
    Language {
        abbreviations: &["#", "dr", "prof", "f.eks", "bl", "a", "s.k", "kl", "nr"],
        ..snowball(
            "nb",
            &[
                ("Norwegian", "nb"),
                ("norsk", "nb"),
                ("bokmål", "nb"),
                ("Norwegian Bokmål", "nb"),
                ("norsk bokmål", "nb"),
                ("挪威语", "nb"),
            ],
            Algorithm::Norwegian,
        )
    },
    snowball("nn", &[("Norwegian Nynorsk", "nn"), ("nynorsk", "nn")], Algorithm::Norwegian),
    Language {
        abbreviations: &["#", "esim", "ns", "mm", "prof", "tri"],
        ..snowball(
            "fi",
            &[("Finnish", "fi"), ("suomi", "fi"), ("finnois", "fi"), ("Finnisch", "fi"), ("芬兰语", "fi")],
            Algorithm::Finnish,
        )
    },
    Language {
        abbreviations: &["#", "dr", "prof", "pl", "un", "kb", "ill", "sz", "u"],
        ..snowball(
            "hu",
            &[
                ("Hungarian", "hu"),
                ("magyar", "hu"),
                ("hongrois", "hu"),
                ("Ungarisch", "hu"),
                ("匈牙利语", "hu"),
            ],
            Algorithm::Hungarian,
        )
    },
    snowball(
        "ro",
        &[("Romanian", "ro"), ("română", "ro"), ("roumain", "ro"), ("Rumänisch", "ro"), ("罗马尼亚语", "ro")],
        Algorithm::Romanian,
    ),
    Language {
        articles: &["el", "la", "els", "les", "un", "una"],
        elisions: &[("l", ""), ("d", "de")],
        contractions: &[("del", "de"), ("dels", "de"), ("al", "a"), ("als", "a")],
        ..snowball("ca", &[("Catalan", "ca"), ("català", "ca")], Algorithm::Catalan)
    },
    snowball(
        "id",
        &[("Indonesian", "id"), ("Bahasa Indonesia", "id"), ("印度尼西亚语", "id"), ("印尼语", "id")],
        Algorithm::Indonesian,
    ),
    plain("ms", &[("Malay", "ms"), ("Bahasa Melayu", "ms"), ("马来语", "ms")]),
    plain(
        "vi",
        &[
            ("Vietnamese", "vi"),
            ("Tiếng Việt", "vi"),
            ("vietnamien", "vi"),
            ("Vietnamesisch", "vi"),
            ("越南语", "vi"),
        ],
    ),
    plain("bg", &[("Bulgarian", "bg"), ("български", "bg"), ("保加利亚语", "bg")]),
    plain(
        "sr",
        &[
            ("Serbian", "sr"),
            ("српски", "sr"),
            ("srpski", "sr-Latn"),
            ("Serbian (Latin)", "sr-Latn"),
            ("Serbian (Cyrillic)", "sr-Cyrl"),
            ("塞尔维亚语", "sr"),
        ],
    ),
    plain("hr", &[("Croatian", "hr"), ("hrvatski", "hr")]),
    plain("sk", &[("Slovak", "sk"), ("slovenčina", "sk")]),
    plain("sl", &[("Slovenian", "sl"), ("slovenščina", "sl"), ("Slovene", "sl")]),
    plain("kk", &[("Kazakh", "kk"), ("қазақша", "kk"), ("қазақ тілі", "kk"), ("哈萨克语", "kk")]),
    plain("mn", &[("Mongolian", "mn"), ("монгол", "mn"), ("蒙古语", "mn")]),
    plain("sw", &[("Swahili", "sw"), ("Kiswahili", "sw"), ("斯瓦希里语", "sw")]),
    Language {
        optional_diacritics: false,
        ..plain("bn", &[("Bengali", "bn"), ("বাংলা", "bn"), ("Bangla", "bn"), ("孟加拉语", "bn")])
    },
    Language { optional_diacritics: false, ..plain("ta", &[("Tamil", "ta"), ("தமிழ்", "ta")]) },
    Language {
        spaced: false,
        optional_diacritics: false,
        ..plain("km", &[("Khmer", "km"), ("ខ្មែរ", "km"), ("高棉语", "km")])
    },
    Language {
        spaced: false,
        optional_diacritics: false,
        ..plain("lo", &[("Lao", "lo"), ("ລາວ", "lo"), ("老挝语", "lo")])
    },
    Language {
        spaced: false,
        optional_diacritics: false,
        ..plain("my", &[("Burmese", "my"), ("မြန်မာ", "my"), ("缅甸语", "my")])
    },
    Language {
        spaced: false,
        optional_diacritics: false,
        ..plain("bo", &[("Tibetan", "bo"), ("བོད་ཡིག", "bo"), ("藏语", "bo")])
    },
    Language {
        direction: Direction::RightToLeft,
        ..plain("ug", &[("Uyghur", "ug"), ("ئۇيغۇرچە", "ug"), ("维吾尔语", "ug")])
    },
    Language {
        spaced: false,
        particles: &['的', '嘅'],
        ..plain("yue", &[("Cantonese", "yue"), ("粤语", "yue"), ("广东话", "yue")])
    },
    plain("eo", &[("Esperanto", "eo")]),
    plain("la", &[("Latin", "la"), ("latina", "la")]),
];

/// Scripts as table headers name them, folded, behind a language's name.
const SCRIPTS: &[(&str, &str)] = &[
    ("latin", "Latn"),
    ("cyrillic", "Cyrl"),
    ("arabic", "Arab"),
    ("simplified", "Hans"),
    ("traditional", "Hant"),
];

/// Countries as table headers name them, folded, behind a language's name.
const REGIONS: &[(&str, &str)] = &[
    ("united states", "US"),
    ("usa", "US"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("uk", "GB"),
    ("australia", "AU"),
    ("canada", "CA"),
    ("ireland", "IE"),
    ("india", "IN"),
    ("new zealand", "NZ"),
    ("south africa", "ZA"),
    ("singapore", "SG"),
    ("france", "FR"),
    ("belgium", "BE"),
    ("belgique", "BE"),
    ("switzerland", "CH"),
    ("schweiz", "CH"),
    ("suisse", "CH"),
    ("luxembourg", "LU"),
    ("germany", "DE"),
    ("deutschland", "DE"),
    ("austria", "AT"),
    ("osterreich", "AT"),
    ("spain", "ES"),
    ("espana", "ES"),
    ("mexico", "MX"),
    ("argentina", "AR"),
    ("colombia", "CO"),
    ("chile", "CL"),
    ("peru", "PE"),
    ("latin america", "419"),
    ("brazil", "BR"),
    ("brasil", "BR"),
    ("portugal", "PT"),
    ("italy", "IT"),
    ("italia", "IT"),
    ("netherlands", "NL"),
    ("russia", "RU"),
    ("russian federation", "RU"),
    ("japan", "JP"),
    ("korea", "KR"),
    ("south korea", "KR"),
    ("saudi arabia", "SA"),
    ("egypt", "EG"),
    ("united arab emirates", "AE"),
    ("morocco", "MA"),
    ("israel", "IL"),
    ("iran", "IR"),
    ("turkey", "TR"),
    ("turkiye", "TR"),
    ("ukraine", "UA"),
    ("poland", "PL"),
    ("sweden", "SE"),
    ("finland", "FI"),
    ("norway", "NO"),
    ("denmark", "DK"),
    ("greece", "GR"),
    ("thailand", "TH"),
    ("vietnam", "VN"),
    ("indonesia", "ID"),
    ("malaysia", "MY"),
];

/// ISO 639-2 codes of languages that have a two-letter one (both the bibliographic and the native code).
const THREE_LETTERS: &[(&str, &str)] = &[
    ("ara", "ar"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("chi", "zh"),
    ("cmn", "zh"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("fas", "fa"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("gre", "el"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("ind", "id"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kaz", "kk"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lao", "lo"),
    ("may", "ms"),
    ("mon", "mn"),
    ("msa", "ms"),
    ("mya", "my"),
    ("bur", "my"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("nor", "nb"),
    ("per", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("slk", "sk"),
    ("slo", "sk"),
    ("slv", "sl"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swa", "sw"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tha", "th"),
    ("tur", "tr"),
    ("uig", "ug"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("vie", "vi"),
    ("zho", "zh"),
];

/// The two-letter codes of ISO 639-1.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv \
cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii \
ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms \
mt my na nb nd ne ng nl nn nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn \
so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> LanguageTag {
        text.parse().unwrap()
    }

    #[test]
    fn headers_name_languages_in_many_ways() {
        for (header, expected) in [
            ("en", "en"),
            ("EN-us", "en-US"),
            ("zh_CN", "zh-Hans"),
            ("zh-TW", "zh-Hant-TW"),
            ("fra", "fr"),
            ("zho-Hant", "zh-Hant"),
            ("English", "en"),
            (" french ", "fr"),
            ("FRANÇAIS", "fr"),
            ("Francais", "fr"),
            ("Deutsch", "de"),
            ("Chinese (Simplified)", "zh-Hans"),
            ("Simplified Chinese", "zh-Hans"),
            ("简体中文", "zh-Hans"),
            ("中文(简体)", "zh-Hans"),
            ("中文（繁體）", "zh-Hant"),
            ("繁體中文", "zh-Hant"),
            ("Chinese (Traditional, Taiwan)", "zh-Hant-TW"),
            ("中文", "zh"),
            ("Русский", "ru"),
            ("العربية", "ar"),
            ("العربيّة", "ar"),
            ("日本語", "ja"),
            ("English (United States)", "en-US"),
            ("English (UK)", "en-GB"),
            ("French - Canada", "fr-CA"),
            ("French (CA)", "fr-CA"),
            ("Portuguese (Brazil)", "pt-BR"),
            ("Spanish (Latin America)", "es-419"),
            ("Serbian (Latin)", "sr-Latn"),
            ("Norwegian", "nb"),
            ("id", "id"),
            ("haw-US", "haw-US"),
        ] {
            assert_eq!(by_name(header), Some(tag(expected)), "{header}");
        }
        for header in [
            "note",
            "term",
            "url",
            "pos",
            "source",
            "definition",
            "",
            "x",
            "English note",
            "French (Mars)",
            "zz",
        ] {
            assert_eq!(by_name(header), None, "{header}");
        }
    }

    #[test]
    fn every_entry_is_reached_by_its_names_and_its_lists_are_folded() {
        for language in LANGUAGES {
            let code = tag(language.code);
            assert_eq!(code.language(), language.code, "canonical");
            assert_eq!(of(&code).code, language.code, "no second entry");
            for (name, means) in language.names {
                assert_eq!(by_name(name), Some(tag(means)), "{name}");
                assert_eq!(tag(means).as_str(), *means, "canonical");
                assert_eq!(tag(means).language(), language.code, "{name}");
            }
            let pairs = language.elisions.iter().chain(language.contractions).flat_map(|(a, b)| [a, b]);
            let endings = language.endings.iter().map(|(folded, _)| folded);
            for word in language.articles.iter().chain(language.prefixes).chain(pairs).chain(endings) {
                assert_eq!(fold(word), *word, "{} compares folded words", language.code);
            }
        }
        for (name, _) in REGIONS.iter().chain(SCRIPTS) {
            assert_eq!(key(name), *name);
        }
    }

    #[test]
    fn abbreviations_are_folded() {
        let all = LANGUAGES.iter().flat_map(|l| l.abbreviations);
        let wrong: Vec<_> = all.filter(|entry| fold(entry) != **entry).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn facts_about_languages() {
        assert_eq!(of(&tag("ar-EG")).direction, Direction::RightToLeft);
        assert_eq!(direction(&tag("az-Arab")), Direction::RightToLeft);
        assert_eq!(direction(&tag("ug-Latn")), Direction::LeftToRight);
        assert!(!of(&tag("zh-Hant-HK")).spaced && !of(&tag("th")).spaced && of(&tag("ko")).spaced);
        assert!(of(&tag("tlh")).spaced, "unknown languages have plain habits");
        assert_eq!(of(&tag("fr")).english_name(), "French");
        assert_eq!(of(&tag("fr-CA")).own_name(), "français");
        assert_eq!(of(&tag("tlh")).own_name(), "und");
    }
}
