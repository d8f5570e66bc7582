//! How languages are written: their marks, quotes, spaces, and the words that give a language away.
//!
//! One entry for each language that differs from plain Western habits. Words stand here as they are typed, in
//! lower case, because the checks that ask look at what is written and not at what it folds to.

use crate::model::LanguageTag;

/// Which set of punctuation marks a language writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// `. , ; : ! ?`
    Western,
    /// `。，；：！？（）`
    FullWidth,
    /// `. ، ؛ : ! ؟`
    Arabic,
    /// `. , · : ! ;`
    Greek,
}

/// A script, as far as checks tell scripts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Greek letters.
    Greek,
    /// Arabic letters, also those that other languages added.
    Arabic,
    /// Han characters, Kana, Bopomofo.
    Han,
    /// Any other.
    Other,
}

/// How a language is written.
#[derive(Debug)]
pub struct Writing {
    /// Its script, unless the tag names another.
    pub script: Script,
    /// Its punctuation marks.
    pub marks: Marks,
    /// Whether a sentence ends with a mark.
    pub stops: bool,
    /// The quotation marks it writes: opening, closing.
    pub quotes: &'static [(char, char)],
    /// Quotation marks it writes only within others.
    pub inner_quotes: &'static [(char, char)],
    /// Whether straight quotation marks are out of place in prose.
    pub no_straight_quotes: bool,
    /// Whether a space stands inside guillemets.
    pub spaced_guillemets: bool,
    /// Marks before which a space stands.
    pub spaced_marks: &'static str,
    /// Regions that write no space before them.
    pub unspaced_in: &'static [&'static str],
    /// Marks that open what the second one closes.
    pub openers: &'static [(char, char)],
    /// Abbreviations that end with a full stop, without it.
    pub abbreviations: &'static [&'static str],
    /// Words that may stand twice in a row.
    pub doubles: &'static [&'static str],
    /// Endings of words that may stand twice in a row.
    pub doubled_endings: &'static [&'static str],
    /// Whether it doubles words as a rule of its grammar.
    pub reduplicates: bool,
    /// Characters that are words by themselves and do not stand twice in a row; the second string names
    /// characters that make a word with it when they stand before it, the third those behind it.
    pub single: &'static [(char, &'static str, &'static str)],
    /// Two-character words that may be doubled (to do a little of something).
    pub abab: &'static [&'static str],
    /// Words that only this language has so often, to tell it by.
    pub function_words: &'static [&'static str],
    /// The words that join clauses, by what they say; every form that may stand for it counts.
    pub connectives: &'static [(Join, &'static [&'static str])],
    /// How long a text is in it, of the English text's hundred characters; 0 where nobody measured.
    pub length: u32,
}

/// What a word says that joins two clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// *and*
    And,
    /// *but*
    But,
    /// *although*
    Although,
    /// *because*
    Because,
    /// *if*
    If,
    /// *when*, *until*, *after*
    When,
    /// *which*, *who*
    Which,
    /// *therefore*
    Therefore,
}

/// Returns how a language is written, minding a script subtag.
///
/// ```
/// use wicterm::text::writing::{Script, of};
/// assert_eq!(of(&"sr".parse().unwrap()).script, Script::Cyrillic);
/// assert_eq!(of(&"sr-Latn".parse().unwrap()).script, Script::Latin);
/// ```
pub fn of(tag: &LanguageTag) -> &'static Writing {
    let found = |code: &str| WRITINGS.iter().find(|(known, _)| *known == code).map(|(_, writing)| *writing);
    let scripted = tag.script().and_then(|script| {
        found(&format!("{}-{script}", tag.language())).or_else(|| match script {
            "Latn" => Some(found(tag.language()).filter(|w| w.script == Script::Latin).unwrap_or(&PLAIN)),
            "Cyrl" => {
                Some(found(tag.language()).filter(|w| w.script == Script::Cyrillic).unwrap_or(&CYRILLIC))
            }
            "Arab" | "Aran" => {
                Some(found(tag.language()).filter(|w| w.script == Script::Arabic).unwrap_or(&ARABIC_SCRIPT))
            }
            _ => None,
        })
    });
    scripted.or_else(|| found(tag.language())).unwrap_or(&PLAIN)
}

/// Every language that is not written plainly.
static WRITINGS: &[(&str, &Writing)] = &[
    ("en", &ENGLISH),
    ("zh", &CHINESE),
    ("zh-Hant", &CHINESE_TRADITIONAL),
    ("yue", &CHINESE_TRADITIONAL),
    ("ja", &JAPANESE),
    ("ko", &KOREAN),
    ("ru", &RUSSIAN),
    ("uk", &UKRAINIAN),
    ("be", &UKRAINIAN),
    ("bg", &BULGARIAN),
    ("sr", &BULGARIAN),
    ("mk", &BULGARIAN),
    ("kk", &CYRILLIC),
    ("ky", &CYRILLIC),
    ("tg", &CYRILLIC),
    ("mn", &CYRILLIC),
    ("fr", &FRENCH),
    ("es", &SPANISH),
    ("gl", &SPANISH),
    ("pt", &PORTUGUESE),
    ("it", &ITALIAN),
    ("de", &GERMAN),
    ("nl", &DUTCH),
    ("cs", &LOW_HIGH_QUOTES),
    ("sk", &LOW_HIGH_QUOTES),
    ("sl", &LOW_HIGH_QUOTES),
    ("hr", &LOW_HIGH_QUOTES),
    ("hu", &LOW_HIGH_QUOTES),
    ("pl", &LOW_HIGH_QUOTES),
    ("ro", &LOW_HIGH_QUOTES),
    ("sv", &NORDIC),
    ("fi", &NORDIC),
    ("nb", &NORDIC),
    ("nn", &NORDIC),
    ("da", &NORDIC),
    ("ar", &ARABIC),
    ("fa", &ARABIC_SCRIPT),
    ("ur", &ARABIC_SCRIPT),
    ("ug", &ARABIC_SCRIPT),
    ("ps", &ARABIC_SCRIPT),
    ("el", &GREEK),
    ("th", &NO_STOPS),
    ("lo", &NO_STOPS),
    ("km", &NO_STOPS),
    ("my", &NO_STOPS),
    ("bo", &NO_STOPS),
    ("hi", &OTHER_SCRIPT),
    ("bn", &OTHER_SCRIPT),
    ("ta", &OTHER_SCRIPT),
    ("he", &HEBREW),
    ("vi", &REDUPLICATING),
    ("id", &REDUPLICATING),
    ("ms", &REDUPLICATING),
    ("tr", &REDUPLICATING),
    ("sw", &REDUPLICATING),
];

/// Western habits of no language in particular.
pub static PLAIN: Writing = Writing {
    script: Script::Latin,
    marks: Marks::Western,
    stops: true,
    quotes: &[],
    inner_quotes: &[],
    no_straight_quotes: false,
    spaced_guillemets: false,
    spaced_marks: "",
    unspaced_in: &[],
    openers: &[],
    abbreviations: &[],
    doubles: &[],
    doubled_endings: &[],
    reduplicates: false,
    single: &[],
    abab: &[],
    function_words: &[],
    connectives: &[],
    length: 0,
};

static ENGLISH: Writing = Writing {
    quotes: &[('“', '”'), ('‘', '’')],
    abbreviations: &[
        "mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "art", "vol", "vols", "fig", "figs", "p", "pp",
        "para", "paras", "sec", "ch", "ed", "eds", "etc", "inc", "ltd", "co", "corp", "jr", "sr", "vs", "v",
        "al", "e.g", "i.e", "a.m", "p.m", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
        "oct", "nov", "dec", "approx", "est", "gov", "gen", "sen", "rep", "hon", "rev", "dept", "cf", "u.s",
        "u.n", "d.c",
    ],
    doubles: &[
        "that", "had", "is", "do", "her", "in", "on", "very", "really", "no", "yes", "so", "many", "much",
        "long", "far", "again", "bye", "ha", "well", "now", "there", "hear", "can", "it",
    ],
    function_words: &[
        "the", "of", "and", "to", "with", "for", "from", "by", "that", "this", "these", "those", "which",
        "who", "is", "are", "was", "were", "be", "been", "has", "have", "had", "will", "would", "shall",
        "should", "must", "may", "can", "could", "not", "but", "or", "at", "as", "an", "in", "on", "it",
        "its", "their", "they", "we", "our", "all", "any", "each", "other", "such", "than", "when", "where",
        "while", "who", "whose", "into", "between", "through", "about", "after", "before", "under", "over",
        "there", "how", "what", "why", "if", "until", "because", "without", "against", "among", "both",
        "more", "most", "only", "also", "his", "her",
    ],
    connectives: &[
        (Join::And, &["and"]),
        (Join::But, &["but", "yet", "however"]),
        (Join::Although, &["although", "though", "despite"]),
        (Join::Because, &["because", "since"]),
        (Join::If, &["if", "provided", "unless"]),
        (Join::When, &["when", "while", "until", "before", "after", "once", "whereas"]),
        (Join::Which, &["which", "who", "whose", "where"]),
        (Join::Therefore, &["therefore", "so", "thus"]),
    ],
    length: 100,
    ..PLAIN
};

static CHINESE: Writing = Writing {
    script: Script::Han,
    marks: Marks::FullWidth,
    quotes: &[('“', '”')],
    inner_quotes: &[('‘', '’')],
    no_straight_quotes: true,
    doubles: &[],
    // What stands before or behind makes another word of it: 目的的, 的确; 饱和和, 和平.
    single: &[
        ('的', "目标有是", "确的"),
        ('了', "为不解完知", "解了"),
        ('和', "共总平温缓饱中调随柔祥", "平谐解睦约谈衷合气美缓善声而风服煦蔼"),
        ('与', "参赋给授赠付", "会时日众其"),
        ('在', "存现所实内旨潜正好自外", "线建华场内校职岗意乎即野位世册座行此押读"),
        ('及', "以涉普波触顾危提企论料遍殃", "时早格其至"),
        ('对', "针面相绝反应核比配校敌作", "话外策象接抗比口等手方内称照待应立峙华标联半"),
        ('是', "于但就还总国只可要或倒正凡真", "否非的"),
        ('将', "大部名即麻上中少老", "军来士领会要近"),
        ('被', "棉", "告动子害捕"),
        ('从', "服顺听遵盲跟随", "事业而容严前头此未来众"),
        ('为', "行作认更较极称视因成以人最尤颇甚何", "了主人何期民本止难首"),
        ('以', "所可足难予加得何用是", "及来上下前后外内往色太便人旧此至致免"),
        ('于', "关由对至属基位处等善终鉴", "是今"),
        ('也', "", "许门"),
        ('这', "", ""),
        ('们', "", ""),
        ('吗', "", ""),
        ('并', "合兼吞一归", "且行购存发网重非不未列"),
        ('而', "从然因反进时继", "且非是后言已立"),
        ('或', "", "许者是"),
        ('由', "自理缘事", "于来此衷"),
        ('向', "方走面意导取一志动倾转定双单纵横趋流去", "来上前往导心"),
        ('把', "", "握关控脉持手"),
        ('我', "自", "国们方"),
        ('很', "", ""),
        ('各', "", ""),
        ('该', "应", ""),
    ],
    abab: &[
        "讨论", "研究", "考虑", "休息", "了解", "交流", "学习", "商量", "琢磨", "参考", "整理", "练习",
        "打听", "打扫", "活动", "锻炼", "介绍", "体验", "感受", "分析", "比较", "检查", "准备", "收拾",
        "认识", "尝试", "思考", "放松", "热闹", "高兴", "谢谢", "轻松", "试试", "等等", "观察", "沟通",
        "调整",
    ],
    function_words: &[
        "的", "是", "在", "和", "了", "与", "为", "将", "对", "这", "我", "们", "不", "有", "各", "应",
    ],
    connectives: &[
        (Join::And, &["、", "和", "并", "且", "与", "及", "同时", "也", "还"]),
        (Join::But, &["但", "然而", "不过", "却", "而"]),
        (Join::Although, &["虽", "尽管", "但", "即使", "即便", "不过", "却", "仍", "不顾"]),
        (Join::Because, &["因", "由于", "鉴于", "既然", "自"]),
        (Join::If, &["如", "若", "只要", "除非", "条件", "前提", "倘", "的话", "除"]),
        (Join::When, &["当", "时", "直到", "前", "后", "期间", "一旦", "而", "则", "待", "才"]),
        (Join::Which, &["的", "其", "该"]),
        (Join::Therefore, &["因此", "所以", "因而", "故", "从而", "于是"]),
    ],
    length: 27,
    ..PLAIN
};

static CHINESE_TRADITIONAL: Writing =
    Writing { quotes: &[('「', '」'), ('『', '』'), ('“', '”')], ..CHINESE };

static JAPANESE: Writing = Writing {
    script: Script::Han,
    marks: Marks::FullWidth,
    quotes: &[('「', '」'), ('『', '』'), ('“', '”')],
    single: &[('を', "", ""), ('が', "", ""), ('へ', "", "")],
    function_words: &["の", "は", "を", "に", "が", "と", "で", "も"],
    length: 45,
    ..PLAIN
};

static KOREAN: Writing = Writing {
    script: Script::Other,
    quotes: &[('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』')],
    length: 55,
    ..PLAIN
};

static RUSSIAN: Writing = Writing {
    script: Script::Cyrillic,
    quotes: &[('«', '»')],
    inner_quotes: &[('„', '“')],
    abbreviations: &[
        "г", "гг", "в", "вв", "др", "пр", "т", "д", "п", "пп", "ст", "стр", "с", "см", "рис", "табл", "гл",
        "ч", "им", "тыс", "млн", "млрд", "трлн", "руб", "долл", "коп", "ул", "обл", "р", "н", "э", "е", "к",
        "м", "кв", "проф", "акад", "чел", "экз", "изд", "ред", "сб", "напр", "т.д", "т.п", "т.е", "т.к",
        "и.о", "н.э", "мин", "сек", "ок", "зам",
    ],
    doubles: &[
        "что",
        "то",
        "еле",
        "чуть",
        "едва",
        "нет",
        "да",
        "так",
        "очень",
        "много",
        "долго",
        "сам",
        "крепко",
        "давно",
        "далеко",
        "вот",
        "ну",
        "все",
        "всё",
    ],
    function_words: &[
        "и",
        "в",
        "на",
        "не",
        "с",
        "что",
        "по",
        "для",
        "к",
        "от",
        "о",
        "из",
        "как",
        "при",
        "это",
        "их",
        "за",
        "до",
        "или",
        "а",
        "но",
        "был",
        "была",
        "были",
        "будет",
        "который",
        "которые",
        "также",
        "все",
        "он",
        "мы",
        "у",
    ],
    connectives: &[
        (Join::And, &["и", "а", "также", "причём", "причем"]),
        (Join::But, &["но", "однако", "а", "зато", "хотя", "тем", "впрочем"]),
        (Join::Although, &["хотя", "хоть", "несмотря", "но", "однако", "пусть", "вопреки", "даже"]),
        (Join::Because, &["поскольку", "потому", "так", "ибо", "ведь", "ввиду", "из", "благодаря", "с"]),
        (Join::If, &["если", "условии", "случае", "при", "разве", "пока", "только"]),
        (
            Join::When,
            &["когда", "пока", "до", "после", "прежде", "тогда", "время", "перед", "как", "лишь", "а"],
        ),
        (Join::Which, &["котор", "что", "где", "чей", "чья", "чьи", "кто"]),
        (Join::Therefore, &["поэтому", "итак", "следовательно", "так", "потому", "тем"]),
    ],
    length: 101,
    ..PLAIN
};

static UKRAINIAN: Writing = Writing {
    script: Script::Cyrillic,
    quotes: &[('«', '»')],
    inner_quotes: &[('„', '“'), ('“', '”'), ('„', '”')],
    abbreviations: &["р", "рр", "ст", "т", "д", "п", "ін", "тис", "млн", "млрд", "грн", "див", "рис", "с"],
    length: 102,
    ..PLAIN
};

static CYRILLIC: Writing = Writing { script: Script::Cyrillic, ..PLAIN };

static FRENCH: Writing = Writing {
    quotes: &[('«', '»')],
    inner_quotes: &[('“', '”'), ('‹', '›'), ('‘', '’')],
    spaced_guillemets: true,
    spaced_marks: ";:!?",
    unspaced_in: &["CA", "CH"],
    abbreviations: &[
        "m", "mm", "etc", "art", "p", "pp", "n", "vol", "chap", "cf", "ex", "p. ex", "éd", "al", "env", "av",
        "apr", "j.-c", "c.-à-d", "janv", "févr", "sept", "oct", "nov", "déc", "fig", "tél", "st", "ste",
        "hab", "adj",
    ],
    doubles: &["nous", "vous", "faire", "oui", "non", "très", "si", "bien", "tout", "allez", "plus"],
    function_words: &[
        "le", "la", "les", "des", "du", "de", "et", "un", "une", "dans", "que", "qui", "pour", "sur", "par",
        "au", "aux", "avec", "est", "sont", "ce", "cette", "ces", "ne", "pas", "en", "à", "ont", "été", "se",
        "sa", "son", "leur", "leurs", "nous", "plus", "ou", "il", "elle", "comme", "mais", "être", "a",
    ],
    connectives: &[
        (Join::And, &["et", "ainsi"]),
        (Join::But, &["mais", "toutefois", "cependant", "or", "néanmoins", "pourtant", "tandis"]),
        (
            Join::Although,
            &["bien", "quoique", "malgré", "même", "mais", "pourtant", "alors", "encore", "dépit"],
        ),
        (Join::Because, &["car", "parce", "puisque", "comme", "étant", "depuis", "raison"]),
        (
            Join::If,
            &[
                "si",
                "s'il",
                "s’il",
                "s'ils",
                "s’ils",
                "s'elle",
                "pourvu",
                "condition",
                "sauf",
                "moins",
                "cas",
                "réserve",
            ],
        ),
        (
            Join::When,
            &[
                "quand", "lorsque", "lorsqu", "pendant", "tandis", "jusqu", "avant", "après", "alors", "dès",
                "fois", "moment", "quant",
            ],
        ),
        (
            Join::Which,
            &["qui", "que", "qu", "dont", "où", "lequel", "laquelle", "lesquels", "lesquelles", "auquel"],
        ),
        (Join::Therefore, &["donc", "aussi", "ainsi", "conséquent", "conséquence", "sorte"]),
    ],
    length: 117,
    ..PLAIN
};

static SPANISH: Writing = Writing {
    quotes: &[('«', '»'), ('“', '”')],
    inner_quotes: &[('‘', '’')],
    openers: &[('¿', '?'), ('¡', '!')],
    abbreviations: &[
        "sr", "sra", "sres", "dr", "dra", "d", "dña", "ud", "uds", "etc", "art", "pág", "págs", "p", "pp",
        "núm", "n", "vol", "ee", "uu", "ee. uu", "s", "a", "c", "av", "ej", "p. ej", "cap", "fig", "tel",
        "ss", "aprox", "a. m", "p. m", "dptos", "admón",
    ],
    doubles: &["sí", "no", "muy", "ya", "poco", "nos", "casi", "luego"],
    function_words: &[
        "el", "la", "los", "las", "de", "del", "y", "que", "en", "un", "una", "por", "con", "para", "se",
        "su", "sus", "al", "es", "son", "como", "más", "lo", "este", "esta", "ha", "han", "fue", "no", "o",
        "a", "entre", "sobre", "sin", "pero", "también", "ser", "cada", "todos",
    ],
    connectives: &[
        (Join::And, &["y", "e"]),
        (Join::But, &["pero", "sino", "mas", "embargo", "aunque", "obstante", "mientras"]),
        (Join::Although, &["aunque", "bien", "pese", "pesar", "pero", "obstante", "aun", "embargo"]),
        (Join::Because, &["porque", "ya", "pues", "puesto", "dado", "como", "desde", "debido"]),
        (Join::If, &["si", "siempre", "condición", "menos", "salvo", "caso", "cuando"]),
        (
            Join::When,
            &["cuando", "mientras", "hasta", "antes", "después", "tras", "vez", "tanto", "luego", "al"],
        ),
        (
            Join::Which,
            &["que", "cuyo", "cuya", "cuyos", "cuyas", "quien", "quienes", "donde", "cual", "cuales"],
        ),
        (Join::Therefore, &["tanto", "así", "consiguiente", "lo", "ello", "pues"]),
    ],
    length: 115,
    ..PLAIN
};

static PORTUGUESE: Writing = Writing {
    quotes: &[('“', '”'), ('«', '»')],
    inner_quotes: &[('‘', '’')],
    abbreviations: &["sr", "sra", "dr", "dra", "etc", "art", "pág", "p", "n", "vol", "ex", "av"],
    doubles: &["sim", "não", "muito", "já", "logo", "quase"],
    function_words: &[
        "o", "os", "as", "do", "da", "dos", "das", "e", "que", "em", "um", "uma", "por", "com", "para", "no",
        "na", "não", "ao", "se", "mais", "pelo", "pela", "são", "foi", "como", "também", "entre",
    ],
    length: 112,
    ..PLAIN
};

static ITALIAN: Writing = Writing {
    quotes: &[('«', '»'), ('“', '”')],
    inner_quotes: &[('‘', '’')],
    abbreviations: &[
        "sig", "sigg", "dott", "ecc", "art", "pag", "p", "pp", "n", "vol", "cfr", "es", "prof", "avv",
    ],
    doubles: &[
        "piano", "via", "quasi", "ben", "sì", "no", "molto", "man", "man mano", "così", "poco", "appena",
    ],
    function_words: &[
        "il", "lo", "gli", "di", "del", "della", "dei", "delle", "e", "che", "in", "un", "una", "per", "con",
        "non", "si", "al", "alla", "nel", "nella", "sono", "è", "anche", "più", "come", "da", "dal", "dalla",
    ],
    length: 115,
    ..PLAIN
};

static GERMAN: Writing = Writing {
    quotes: &[('„', '“'), ('»', '«'), ('«', '»')],
    inner_quotes: &[('‚', '‘'), ('›', '‹'), ('‹', '›')],
    abbreviations: &[
        "z. b", "z.b", "d. h", "d.h", "u. a", "u.a", "usw", "bzw", "dr", "prof", "nr", "art", "abs", "s",
        "st", "bd", "ca", "evtl", "ggf", "inkl", "mio", "mrd", "tsd", "hr", "fr", "jh", "vgl", "etc", "jan",
        "feb", "aug", "sept", "okt", "nov", "dez", "v. chr", "n. chr", "ff", "f",
    ],
    doubles: &["die", "der", "das", "den", "sie", "dem", "ja", "nein", "sehr", "nach", "was"],
    function_words: &[
        "der", "die", "das", "und", "den", "dem", "des", "ein", "eine", "einer", "ist", "sind", "mit", "von",
        "zu", "auf", "für", "nicht", "im", "auch", "sich", "als", "wird", "werden", "bei", "aus", "nach",
        "oder",
    ],
    length: 115,
    ..PLAIN
};

static DUTCH: Writing = Writing {
    quotes: &[('“', '”'), ('‘', '’'), ('„', '”')],
    doubles: &["die", "dat", "ja", "nee", "heel"],
    function_words: &[
        "de", "het", "een", "en", "van", "ik", "te", "dat", "die", "in", "niet", "zijn", "op", "voor",
    ],
    length: 115,
    ..PLAIN
};

static LOW_HIGH_QUOTES: Writing = Writing {
    quotes: &[('„', '“'), ('„', '”'), ('»', '«'), ('«', '»')],
    inner_quotes: &[('‚', '‘'), ('‚', '’')],
    ..PLAIN
};

static BULGARIAN: Writing = Writing {
    script: Script::Cyrillic,
    quotes: &[('„', '“'), ('„', '”'), ('«', '»'), ('“', '”')],
    inner_quotes: &[('’', '’'), ('‚', '‘')],
    ..PLAIN
};

static NORDIC: Writing = Writing {
    quotes: &[('”', '”'), ('»', '»'), ('“', '”'), ('«', '»'), ('»', '«')],
    inner_quotes: &[('’', '’'), ('‘', '’')],
    ..PLAIN
};

static ARABIC: Writing = Writing {
    script: Script::Arabic,
    marks: Marks::Arabic,
    quotes: &[('«', '»'), ('“', '”'), ('”', '“')],
    inner_quotes: &[('‘', '’'), ('’', '‘')],
    abbreviations: &["د", "أ", "م", "ق.م", "ه", "ص", "ج", "إلخ", "الخ", "ص.ب", "ت", "ط", "هـ"],
    doubles: &[
        "من",
        "هم",
        "هو",
        "هي",
        "كلا",
        "لا",
        "نعم",
        "شيئا",
        "رويدا",
        "صفا",
        "واحدا",
        "جدا",
        "يوما",
        "مرارا",
        "خطوة",
        "كلمة",
        "نقطة",
        "سنة",
        "مرة",
        "درجة",
        "قطعة",
        "فقرة",
        "حرفا",
        "بيتا",
        "بلدا",
        "بندا",
        "قرية",
    ],
    doubled_endings: &["اً", "ًا", "ةً", "ءً"],
    function_words: &[
        "في", "من", "على", "إلى", "أن", "التي", "الذي", "عن", "مع", "هذا", "هذه", "ما", "لا", "بين", "كل",
        "كما", "أو", "ذلك", "بعد", "قبل", "كان", "كانت", "لم", "قد", "إن", "ثم", "حتى", "منذ",
    ],
    connectives: &[
        (Join::And, &["و", "كما"]),
        (Join::But, &["لكن", "لكنه", "لكنها", "لكنهم", "غير", "إلا", "بيد", "إنما", "بل", "أما", "بينما"]),
        (Join::Although, &["رغم", "الرغم", "برغم", "بالرغم", "إن", "مع", "لكن", "إلا", "لو", "حتى"]),
        (
            Join::Because,
            &["لأن", "لأنه", "لأنها", "لأنهم", "إذ", "نظرا", "نظراً", "حيث", "بسبب", "كون", "منذ", "بما"],
        ),
        (Join::If, &["إذا", "إن", "لو", "شريطة", "بشرط", "شرط", "ما", "إلا", "حال"]),
        (
            Join::When,
            &[
                "عندما",
                "بينما",
                "حتى",
                "قبل",
                "بعد",
                "حين",
                "لما",
                "ريثما",
                "فيما",
                "إلى",
                "حالما",
                "حينما",
                "بعدما",
                "قبيل",
            ],
        ),
        (Join::Which, &["الذي", "التي", "الذين", "اللذين", "اللتين", "اللواتي", "حيث", "ما", "من", "مما"]),
        (Join::Therefore, &["لذلك", "لذا", "عليه", "ثم", "بالتالي", "هكذا"]),
    ],
    length: 82,
    ..PLAIN
};

static ARABIC_SCRIPT: Writing = Writing {
    script: Script::Arabic,
    marks: Marks::Arabic,
    quotes: &[('«', '»'), ('“', '”'), ('”', '“')],
    inner_quotes: &[('‹', '›'), ('‘', '’'), ('’', '‘')],
    reduplicates: true,
    ..PLAIN
};

static GREEK: Writing = Writing {
    script: Script::Greek,
    marks: Marks::Greek,
    quotes: &[('«', '»')],
    inner_quotes: &[('“', '”'), ('‘', '’')],
    abbreviations: &["κ", "κ.λπ", "κλπ", "π.χ", "δηλ", "σελ", "αρ", "βλ", "μ.μ", "π.μ"],
    length: 115,
    ..PLAIN
};

/// Scripts that need no more to be said, and languages that double words.
static OTHER_SCRIPT: Writing = Writing { script: Script::Other, reduplicates: true, ..PLAIN };

static HEBREW: Writing = Writing { script: Script::Other, ..PLAIN };

static NO_STOPS: Writing = Writing { script: Script::Other, reduplicates: true, stops: false, ..PLAIN };

static REDUPLICATING: Writing = Writing { reduplicates: true, ..PLAIN };
