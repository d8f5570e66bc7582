//! Chinese as people type it: pinyin, with or without tones, and its initials.
//!
//! A character with several readings gets the one its word has, where the word is in [`PHRASES`]; elsewhere
//! the commoner one first, and the others as further readings of the whole text. Archaic readings, of which
//! dictionaries have many, are left out: they would crowd out the plausible ones.
//!
//! ü is written u everywhere (people type ü, v and u for it), and a neutral tone has no number.

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{fold, is_unspaced, to_simplified};

/// How many readings of a whole text are told apart.
pub(super) const MOST_READINGS: usize = 8;

/// In longer texts only the likeliest reading counts; nobody types them.
const LONGEST: usize = 48;

/// Returns the readings of a Chinese text with tone numbers, the likeliest first; at most eight.
///
/// Latin letters and figures stand folded between the syllables. Empty when the text has no Han character
/// with a known reading.
///
/// ```
/// use wicterm::text::pinyin_toned;
/// assert_eq!(pinyin_toned("网络主权"), ["wang3 luo4 zhu3 quan2"]);
/// assert_eq!(pinyin_toned("5G网络"), ["5g wang3 luo4"]);
/// assert_eq!(pinyin_toned("cyber"), Vec::<String>::new());
/// ```
pub fn pinyin_toned(text: &str) -> Vec<String> {
    readings(text).iter().map(|parts| parts.iter().map(Part::toned).collect::<Vec<_>>().join(" ")).collect()
}

/// A piece of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A syllable with its tone number, as in `wang3`.
    Syllable(Syllable),
    /// Letters and figures that are typed as they are.
    Verbatim(String),
}

/// A syllable that stands where it is: readings are made by the million, and none is longer than `zhuang3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Syllable {
    letters: [u8; 7],
    len: u8,
}

impl Syllable {
    /// Adds a letter or a tone number of ASCII; what does not fit is no syllable's.
    fn push(&mut self, c: char) {
        if let (true, Some(place)) = (c.is_ascii(), self.letters.get_mut(usize::from(self.len))) {
            *place = c as u8;
            self.len += 1;
        }
    }
}

impl FromIterator<char> for Syllable {
    fn from_iter<I: IntoIterator<Item = char>>(letters: I) -> Self {
        let mut syllable = Self::default();
        letters.into_iter().for_each(|c| syllable.push(c));
        syllable
    }
}

impl std::ops::Deref for Syllable {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.letters[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl Part {
    fn toned(&self) -> &str {
        match self {
            Self::Syllable(s) => s,
            Self::Verbatim(s) => s,
        }
    }

    pub(super) fn plain(&self) -> &str {
        match self {
            Self::Syllable(s) => s.trim_end_matches(|c: char| c.is_ascii_digit()),
            Self::Verbatim(s) => s,
        }
    }

    pub(super) fn initial(&self) -> &str {
        match self {
            Self::Syllable(s) => &s[..s.len().min(1)],
            Self::Verbatim(s) => s,
        }
    }
}

/// Returns the readings of a text, the likeliest first; none when nothing in it has a reading.
pub(super) fn readings(text: &str) -> Vec<Vec<Part>> {
    // Compatibility characters stand for Han characters too, but none below these does.
    if !text.chars().any(|c| c >= '\u{2E80}') {
        return Vec::new();
    }
    let simplified = to_simplified(text);
    let chars: Vec<char> = simplified.nfkc().collect();
    let mut places: Vec<Vec<Part>> = Vec::new();
    let mut verbatim = String::new();
    let mut at = 0;
    while at < chars.len() {
        if let Some((phrase, syllables)) = phrase_at(&chars[at..]) {
            settle(&mut verbatim, &mut places);
            places.extend(syllables.split(' ').map(|s| vec![Part::Syllable(s.chars().collect())]));
            at += phrase.chars().count();
            continue;
        }
        let candidates = candidates(chars[at]);
        if candidates.is_empty() {
            verbatim.push(chars[at]);
        } else {
            settle(&mut verbatim, &mut places);
            places.push(candidates);
        }
        at += 1;
    }
    settle(&mut verbatim, &mut places);
    if !places.iter().any(|place| matches!(place[0], Part::Syllable(_))) {
        return Vec::new();
    }
    combine(&places)
}

/// Closes a run of characters without a reading: its letters and figures are kept.
fn settle(run: &mut String, places: &mut Vec<Vec<Part>>) {
    let folded = fold(run);
    let kept: String = folded.chars().filter(|c| c.is_alphanumeric() && !is_unspaced(*c)).collect();
    if !kept.is_empty() {
        places.push(vec![Part::Verbatim(kept)]);
    }
    run.clear();
}

/// Picks one candidate at every place in up to [`MOST_READINGS`] ways, with as few second choices as possible.
fn combine(places: &[Vec<Part>]) -> Vec<Vec<Part>> {
    let first: Vec<Part> = places.iter().map(|place| place[0].clone()).collect();
    let mut out = vec![first];
    if places.len() > LONGEST {
        return out;
    }
    let others =
        |from: usize| (from..places.len()).flat_map(|at| places[at][1..].iter().map(move |part| (at, part)));
    for (at, part) in others(0) {
        let mut reading = out[0].clone();
        reading[at] = part.clone();
        out.push(reading);
        if out.len() == MOST_READINGS {
            return out;
        }
    }
    for (at, part) in others(0) {
        for (at2, part2) in others(at + 1) {
            let mut reading = out[0].clone();
            reading[at] = part.clone();
            reading[at2] = part2.clone();
            out.push(reading);
            if out.len() == MOST_READINGS {
                return out;
            }
        }
    }
    out
}

fn phrase_at(chars: &[char]) -> Option<(&'static str, &'static str)> {
    let first = *chars.first()?;
    let begin = PHRASES.partition_point(|(phrase, _)| phrase.chars().next() < Some(first));
    let fits = |phrase: &str| phrase.chars().enumerate().all(|(i, c)| chars.get(i) == Some(&c));
    let near = PHRASES[begin..].iter().take_while(|(phrase, _)| phrase.starts_with(first));
    near.filter(|(phrase, _)| fits(phrase)).max_by_key(|(phrase, _)| phrase.len()).copied()
}

fn candidates(c: char) -> Vec<Part> {
    if let Ok(at) = POLYPHONES.binary_search_by_key(&c, |(polyphone, _)| *polyphone) {
        return POLYPHONES[at].1.split(' ').map(|s| Part::Syllable(s.chars().collect())).collect();
    }
    c.to_pinyin().map(|reading| vec![Part::Syllable(normal(reading.with_tone_num()))]).unwrap_or_default()
}

/// Turns the dictionary's `lü4`-like spelling, with the number behind the vowel, into ours.
fn normal(reading: &str) -> Syllable {
    let mut tone = None;
    let mut out = Syllable::default();
    for c in reading.chars() {
        match c {
            '1'..='4' => tone = Some(c),
            'a'..='z' => out.push(c),
            'ü' => out.push('u'),
            'ê' => out.push('e'),
            _ => {}
        }
    }
    if let Some(tone) = tone {
        out.push(tone);
    }
    out
}

/// What someone typed, read as pinyin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    /// Without tones and separators.
    pub plain: String,
    /// Syllable by syllable with tone numbers, if tones were typed.
    pub toned: Option<String>,
    /// Whether it is one run of bare letters and figures, as initials are.
    pub bare: bool,
}

/// Longer input is no pinyin that anyone typed.
const LONGEST_TYPED: usize = 256;

/// Reads typed text as pinyin: tone marks, tone numbers, ü or v, spaces, apostrophes, hyphens or nothing
/// between the syllables. `None` when other characters are in it. What is no pinyin is taken verbatim.
pub(super) fn typed(text: &str) -> Option<Typed> {
    if text.len() > LONGEST_TYPED {
        return None;
    }
    let mut chunks: Vec<Vec<Letter>> = vec![vec![]];
    let mut marked = false;
    for c in text.trim().nfd().flat_map(char::to_lowercase) {
        let chunk = chunks.last_mut()?;
        match c {
            'a'..='z' | '0'..='9' => chunk.push(Letter { c, tone: None }),
            ' ' | '\'' | '’' | '‘' | '-' | '\u{a0}' | '\u{3000}' => chunks.push(vec![]),
            '\u{308}' => chunk.last_mut()?.c = 'v',
            '\u{304}' | '\u{301}' | '\u{30C}' | '\u{306}' | '\u{300}' => {
                marked = true;
                chunk.last_mut()?.tone = Some(match c {
                    '\u{304}' => '1',
                    '\u{301}' => '2',
                    '\u{300}' => '4',
                    // A breve is what many keyboards offer for the caron.
                    _ => '3',
                });
            }
            c if is_combining_mark(c) => {}
            _ => return None,
        }
    }
    chunks.retain(|chunk| !chunk.is_empty());
    let bare = chunks.len() == 1 && !marked;
    let mut out = Typed { plain: String::new(), toned: None, bare };
    let mut toned = Vec::new();
    for chunk in &chunks {
        match syllables(chunk) {
            Some(syllables) => {
                for syllable in syllables {
                    let plain = syllable.trim_end_matches(|c: char| c.is_ascii_digit());
                    marked |= plain.len() < syllable.len();
                    out.plain.push_str(plain);
                    toned.push(syllable);
                }
            }
            None => {
                let verbatim: String = chunk.iter().map(|l| l.c).collect();
                out.plain.push_str(&verbatim);
                toned.push(verbatim);
            }
        }
    }
    out.toned = marked.then(|| toned.join(" "));
    (!out.plain.is_empty()).then_some(out)
}

#[derive(Debug, Clone, Copy)]
struct Letter {
    c: char,
    tone: Option<char>,
}

/// Cuts a run of letters into syllables with tone numbers, the longest first (*xian* is one syllable).
fn syllables(run: &[Letter]) -> Option<Vec<String>> {
    // How far the run can be read to its end from each place: the length of the syllable that begins there.
    let mut step: Vec<Option<usize>> = vec![None; run.len()];
    for from in (0..run.len()).rev() {
        for len in (1..=6.min(run.len() - from)).rev() {
            let letters = &run[from..from + len];
            if letters.iter().filter(|l| l.tone.is_some()).count() > 1 || !is_syllable(letters) {
                continue;
            }
            let after = from + len;
            let number = run.get(after).is_some_and(|l| matches!(l.c, '0'..='5'));
            let next = after + usize::from(number);
            if next == run.len() || step[next].is_some() {
                step[from] = Some(next - from);
                break;
            }
        }
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < run.len() {
        let len = step[at]?;
        let mut syllable = String::new();
        let mut tone = None;
        for letter in &run[at..at + len] {
            tone = tone.or(letter.tone);
            match letter.c {
                'v' => syllable.push('u'),
                '1'..='4' => tone = tone.or(Some(letter.c)),
                '0' | '5' => {}
                c => syllable.push(c),
            }
        }
        syllable.extend(tone);
        out.push(syllable);
        at += len;
    }
    Some(out)
}

/// The finals that stand behind each initial; v is ü. Behind j, q, x and y it may be typed as u or v.
const SYLLABLES: &[(&str, &str)] = &[
    ("", " a ai an ang ao e ei en eng er o ou "),
    ("b", " a ai an ang ao ei en eng i ian iao ie in ing o u "),
    ("p", " a ai an ang ao ei en eng i ian iao ie in ing o ou u "),
    ("m", " a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u "),
    ("f", " a an ang ei en eng o ou u "),
    ("d", " a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo "),
    ("t", " a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo "),
    ("n", " a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue un uo v ve "),
    ("l", " a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan ue un uo v ve "),
    ("g", " a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo "),
    ("k", " a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo "),
    ("h", " a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo "),
    ("j", " i ia ian iang iao ie in ing iong iu u uan ue un v van ve vn "),
    ("q", " i ia ian iang iao ie in ing iong iu u uan ue un v van ve vn "),
    ("x", " i ia ian iang iao ie in ing iong iu u uan ue un v van ve vn "),
    ("zh", " a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo "),
    ("ch", " a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo "),
    ("sh", " a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo "),
    ("r", " an ang ao e en eng i ong ou u ua uan ui un uo "),
    ("z", " a ai an ang ao e ei en eng i ong ou u uan ui un uo "),
    ("c", " a ai an ang ao e en eng i ong ou u uan ui un uo "),
    ("s", " a ai an ang ao e en eng i ong ou u uan ui un uo "),
    ("y", " a an ang ao e i in ing o ong ou u uan ue un v van ve vn "),
    ("w", " a ai an ang ei en eng o u "),
];

fn is_syllable(letters: &[Letter]) -> bool {
    let text: String = letters.iter().map(|l| l.c).collect();
    let initial = text.find(|c| "aeiouv".contains(c)).unwrap_or(text.len());
    let (initial, last) = text.split_at(initial);
    SYLLABLES.iter().any(|(i, finals)| *i == initial && finals.split(' ').any(|f| !f.is_empty() && f == last))
}

/// Characters with several living readings, the commoner first; those that differ by tone only are not here.
/// Sorted, to be searched by halves.
const POLYPHONES: &[(char, &str)] = &[
    ('么', "me"),
    ('乐', "le4 yue4"),
    ('乘', "cheng2 sheng4"),
    ('了', "le liao3"),
    ('什', "shen2 shi2"),
    ('仇', "chou2 qiu2"),
    ('仔', "zi3 zai3"),
    ('们', "men"),
    ('传', "chuan2 zhuan4"),
    ('似', "si4 shi4"),
    ('便', "bian4 pian2"),
    ('六', "liu4 lu4"),
    ('刹', "sha1 cha4"),
    ('削', "xue1 xiao1"),
    ('剥', "bo1 bao1"),
    ('勒', "le4 lei1"),
    ('区', "qu1 ou1"),
    ('单', "dan1 shan4"),
    ('卡', "ka3 qia3"),
    ('厦', "sha4 xia4"),
    ('参', "can1 shen1"),
    ('吁', "yu4 xu1"),
    ('吓', "xia4 he4"),
    ('否', "fou3 pi3"),
    ('呢', "ne ni2"),
    ('圈', "quan1 juan4"),
    ('地', "di4 de"),
    ('堡', "bao3 pu4"),
    ('塞', "sai4 se4"),
    ('壳', "ke2 qiao4"),
    ('奇', "qi2 ji1"),
    ('子', "zi3"),
    ('宿', "su4 xiu3"),
    ('尉', "wei4 yu4"),
    ('屏', "ping2 bing3"),
    ('属', "shu3 zhu3"),
    ('差', "cha4 chai1"),
    ('度', "du4 duo2"),
    ('弄', "nong4 long4"),
    ('弹', "dan4 tan2"),
    ('得', "de2 dei3"),
    ('恶', "e4 wu4"),
    ('折', "zhe2 she2"),
    ('拓', "tuo4 ta4"),
    ('择', "ze2 zhai2"),
    ('提', "ti2 di1"),
    ('曝', "pu4 bao4"),
    ('曾', "ceng2 zeng1"),
    ('朝', "chao2 zhao1"),
    ('柏', "bai3 bo2"),
    ('校', "xiao4 jiao4"),
    ('模', "mo2 mu2"),
    ('没', "mei2 mo4"),
    ('泊', "bo2 po1"),
    ('熟', "shu2 shou2"),
    ('率', "lu4 shuai4"),
    ('畜', "chu4 xu4"),
    ('番', "fan1 pan1"),
    ('的', "de"),
    ('盛', "sheng4 cheng2"),
    ('省', "sheng3 xing3"),
    ('着', "zhe zhuo2 zhao2"),
    ('秘', "mi4 bi4"),
    ('称', "cheng1 chen4"),
    ('粘', "zhan1 nian2"),
    ('系', "xi4 ji4"),
    ('纤', "xian1 qian4"),
    ('给', "gei3 ji3"),
    ('翟', "zhai2 di2"),
    ('落', "luo4 la4"),
    ('薄', "bo2 bao2"),
    ('藏', "cang2 zang4"),
    ('血', "xue4 xie3"),
    ('行', "xing2 hang2"),
    ('觉', "jue2 jiao4"),
    ('角', "jiao3 jue2"),
    ('解', "jie3 xie4"),
    ('识', "shi2 zhi4"),
    ('说', "shuo1 shui4"),
    ('谁', "shei2 shui2"),
    ('调', "tiao2 diao4"),
    ('贾', "jia3 gu3"),
    ('车', "che1 ju1"),
    ('辟', "pi4 bi4"),
    ('还', "hai2 huan2"),
    ('迫', "po4 pai3"),
    ('都', "du1 dou1"),
    ('重', "zhong4 chong2"),
    ('长', "chang2 zhang3"),
    ('阿', "a1 e1"),
    ('降', "jiang4 xiang2"),
    ('露', "lu4 lou4"),
];

/// Words that settle the reading of a polyphone in them. Sorted.
const PHRASES: &[(&str, &str)] = &[
    ("了解", "liao3 jie3"),
    ("亚投行", "ya4 tou2 hang2"),
    ("什么", "shen2 me"),
    ("会计", "kuai4 ji4"),
    ("会议", "hui4 yi4"),
    ("会长", "hui4 zhang3"),
    ("传播", "chuan2 bo1"),
    ("传统", "chuan2 tong3"),
    ("体系", "ti3 xi4"),
    ("供给", "gong1 ji3"),
    ("便利", "bian4 li4"),
    ("倔强", "jue2 jiang4"),
    ("偿还", "chang2 huan2"),
    ("先行", "xian1 xing2"),
    ("光纤", "guang1 xian1"),
    ("共识", "gong4 shi2"),
    ("关卡", "guan1 qia3"),
    ("关系", "guan1 xi4"),
    ("制度", "zhi4 du4"),
    ("削弱", "xue1 ruo4"),
    ("剥削", "bo1 xue1"),
    ("区块链", "qu1 kuai4 lian4"),
    ("区域", "qu1 yu4"),
    ("协调", "xie2 tiao2"),
    ("单边", "dan1 bian1"),
    ("厦门", "xia4 men2"),
    ("参与", "can1 yu4"),
    ("双重", "shuang1 chong2"),
    ("名称", "ming2 cheng1"),
    ("呼吁", "hu1 yu4"),
    ("和平", "he2 ping2"),
    ("地区", "di4 qu1"),
    ("地缘", "di4 yuan2"),
    ("基调", "ji1 diao4"),
    ("堵塞", "du3 se4"),
    ("增长", "zeng1 zhang3"),
    ("复辟", "fu4 bi4"),
    ("多重", "duo1 chong2"),
    ("大会", "da4 hui4"),
    ("大国", "da4 guo2"),
    ("大夫", "dai4 fu1"),
    ("大数据", "da4 shu4 ju4"),
    ("央行", "yang1 hang2"),
    ("宣传", "xuan1 chuan2"),
    ("对称", "dui4 chen4"),
    ("尊重", "zun1 zhong4"),
    ("局长", "ju2 zhang3"),
    ("峰会", "feng1 hui4"),
    ("差异", "cha1 yi4"),
    ("差距", "cha1 ju4"),
    ("市长", "shi4 zhang3"),
    ("开拓", "kai1 tuo4"),
    ("弹性", "tan2 xing4"),
    ("强国", "qiang2 guo2"),
    ("强调", "qiang2 diao4"),
    ("归还", "gui1 huan2"),
    ("意识", "yi4 shi2"),
    ("成长", "cheng2 zhang3"),
    ("执行", "zhi2 xing2"),
    ("投降", "tou2 xiang2"),
    ("提出", "ti2 chu1"),
    ("提高", "ti2 gao1"),
    ("曝光", "bao4 guang1"),
    ("朝鲜", "chao2 xian3"),
    ("柏林", "bo2 lin2"),
    ("标识", "biao1 shi2"),
    ("校长", "xiao4 zhang3"),
    ("模式", "mo2 shi4"),
    ("步调", "bu4 diao4"),
    ("没收", "mo4 shou1"),
    ("涉藏", "she4 zang4"),
    ("游说", "you2 shui4"),
    ("率先", "shuai4 xian1"),
    ("率领", "shuai4 ling3"),
    ("理事长", "li3 shi4 zhang3"),
    ("的确", "di2 que4"),
    ("目的", "mu4 di4"),
    ("省长", "sheng3 zhang3"),
    ("着力", "zhuo2 li4"),
    ("着手", "zhuo2 shou3"),
    ("着眼", "zhuo2 yan3"),
    ("着重", "zhuo2 zhong4"),
    ("知识", "zhi1 shi2"),
    ("社会", "she4 hui4"),
    ("秘书长", "mi4 shu1 zhang3"),
    ("秘鲁", "bi4 lu3"),
    ("系统", "xi4 tong3"),
    ("组长", "zu3 zhang3"),
    ("给予", "ji3 yu3"),
    ("联系", "lian2 xi4"),
    ("董事长", "dong3 shi4 zhang3"),
    ("薄弱", "bo2 ruo4"),
    ("行业", "hang2 ye4"),
    ("行为", "xing2 wei2"),
    ("行列", "hang2 lie4"),
    ("行动", "xing2 dong4"),
    ("行长", "hang2 zhang3"),
    ("表率", "biao3 shuai4"),
    ("西藏", "xi1 zang4"),
    ("规模", "gui1 mo2"),
    ("角色", "jue2 se4"),
    ("解决", "jie3 jue2"),
    ("调度", "diao4 du4"),
    ("调整", "tiao2 zheng3"),
    ("调查", "diao4 cha2"),
    ("调研", "diao4 yan2"),
    ("调节", "tiao2 jie2"),
    ("调解", "tiao2 jie3"),
    ("选择", "xuan3 ze2"),
    ("部长", "bu4 zhang3"),
    ("重启", "chong2 qi3"),
    ("重塑", "chong2 su4"),
    ("重复", "chong2 fu4"),
    ("重大", "zhong4 da4"),
    ("重大关切", "zhong4 da4 guan1 qie4"),
    ("重庆", "chong2 qing4"),
    ("重建", "chong2 jian4"),
    ("重振", "chong2 zhen4"),
    ("重新", "chong2 xin1"),
    ("重构", "chong2 gou4"),
    ("重点", "zhong4 dian3"),
    ("重申", "chong2 shen1"),
    ("重组", "chong2 zu3"),
    ("重要", "zhong4 yao4"),
    ("重返", "chong2 fan3"),
    ("银行", "yin2 hang2"),
    ("长城", "chang2 cheng2"),
    ("长效", "chang2 xiao4"),
    ("长期", "chang2 qi1"),
    ("长江", "chang2 jiang1"),
    ("长远", "chang2 yuan3"),
    ("阿拉伯", "a1 la1 bo2"),
    ("附和", "fu4 he4"),
    ("院长", "yuan4 zhang3"),
    ("音乐", "yin1 yue4"),
    ("首都", "shou3 du1"),
];

#[cfg(test)]
mod tests {
    use pinyin::ToPinyinMulti;

    use super::*;

    #[test]
    fn chinese_is_read_aloud() {
        for (text, reading) in [
            ("网络主权", "wang3 luo4 zhu3 quan2"),
            ("網絡主權", "wang3 luo4 zhu3 quan2"),
            ("5G网络", "5g wang3 luo4"),
            ("AI 治理", "ai zhi4 li3"),
            ("《全球数据安全倡议》", "quan2 qiu2 shu4 ju4 an1 quan2 chang4 yi4"),
            ("经济增长", "jing1 ji4 zeng1 zhang3"),
            ("重庆银行行长", "chong2 qing4 yin2 hang2 hang2 zhang3"),
            ("女性", "nu3 xing4"),
            ("法律", "fa3 lu4"),
            ("网络空间命运共同体", "wang3 luo4 kong1 jian1 ming4 yun4 gong4 tong2 ti3"),
            ("互联网+", "hu4 lian2 wang3"),
            ("一带一路", "yi1 dai4 yi1 lu4"),
        ] {
            assert_eq!(pinyin_toned(text).first().map(String::as_str), Some(reading), "{text}");
        }
        assert!(pinyin_toned("Cyber ネ 사이버 ?").is_empty());
    }

    #[test]
    fn polyphones_give_every_reading_but_not_too_many() {
        assert_eq!(pinyin_toned("重"), ["zhong4", "chong2"]);
        assert_eq!(pinyin_toned("着重"), ["zhuo2 zhong4"], "the word settles it");
        assert_eq!(pinyin_toned("长行"), ["chang2 xing2", "zhang3 xing2", "chang2 hang2", "zhang3 hang2"]);
        assert_eq!(pinyin_toned("重行长调乐还").len(), MOST_READINGS);
        assert_eq!(pinyin_toned(&"重".repeat(10_000)).len(), 1);
    }

    #[test]
    fn the_lists_agree_with_the_dictionary_and_with_each_other() {
        assert!(POLYPHONES.is_sorted() && PHRASES.is_sorted(), "searched by halves");
        for (c, readings) in POLYPHONES {
            let known: Vec<_> =
                c.to_pinyin_multi().unwrap().into_iter().map(|p| normal(p.with_tone_num())).collect();
            for reading in readings.split(' ') {
                assert!(known.iter().any(|k| **k == *reading), "{c} {reading}: {known:?}");
            }
        }
        for (phrase, syllables) in PHRASES {
            let syllables: Vec<_> = syllables.split(' ').collect();
            assert_eq!(phrase.chars().count(), syllables.len(), "{phrase}");
            for (c, syllable) in phrase.chars().zip(syllables) {
                let mut known = c.to_pinyin_multi().unwrap().into_iter().map(|p| normal(p.with_tone_num()));
                assert!(known.any(|k| *k == *syllable), "{phrase} {syllable}");
            }
        }
    }

    #[test]
    fn every_reading_in_use_is_a_syllable() {
        let mut strange = Vec::new();
        for c in '\u{4E00}'..='\u{9FA5}' {
            for part in candidates(c) {
                let plain: Vec<_> = part.plain().chars().map(|c| Letter { c, tone: None }).collect();
                if !is_syllable(&plain) {
                    strange.push(part.plain().to_owned());
                }
            }
        }
        strange.sort();
        strange.dedup();
        // Interjections and dialect; nobody looks a term up by them.
        assert!(strange.len() < 25, "{strange:?}");
    }

    #[test]
    fn pinyin_is_typed_in_many_ways() {
        for (query, plain, toned) in [
            ("wǎngluò zhǔquán", "wangluozhuquan", Some("wang3 luo4 zhu3 quan2")),
            ("Wǎng Luò Zhǔ Quán", "wangluozhuquan", Some("wang3 luo4 zhu3 quan2")),
            ("wa\u{30C}nglu\u{f2}", "wangluo", Some("wang3 luo4")),
            ("wăngluò", "wangluo", Some("wang3 luo4")),
            ("wang3luo4 zhu3quan2", "wangluozhuquan", Some("wang3 luo4 zhu3 quan2")),
            ("wang3 luo4", "wangluo", Some("wang3 luo4")),
            ("wangluo4", "wangluo", Some("wang luo4")),
            ("wang luo zhu quan", "wangluozhuquan", None),
            ("wangluozhuquan", "wangluozhuquan", None),
            ("WangLuo-ZhuQuan", "wangluozhuquan", None),
            ("xi'an", "xian", None),
            ("lüse", "luse", None),
            ("lvse", "luse", None),
            ("nǚxìng", "nuxing", Some("nu3 xing4")),
            ("nv3xing4", "nuxing", Some("nu3 xing4")),
            ("de5", "de", None),
            ("5G wangluo", "5gwangluo", None),
            ("5g wǎngluò", "5gwangluo", Some("5g wang3 luo4")),
            ("VPN guanli", "vpnguanli", None),
            ("wangl", "wangl", None),
            ("wlzq", "wlzq", None),
        ] {
            let typed = typed(query).unwrap_or_else(|| panic!("{query}"));
            assert_eq!((typed.plain.as_str(), typed.toned.as_deref()), (plain, toned), "{query}");
        }
        for query in ["网络", "сеть", "a, b", "", "  ", &"wang ".repeat(100)] {
            assert_eq!(typed(query), None, "{query}");
        }
    }
}
