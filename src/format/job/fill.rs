//! Translations for the targets of a job that are empty.
//!
//! A format that can write into its empty targets gives the job a [`Filler`]. What is filled never takes the place of
//! anything: a target with a text, or one that its file calls locked or approved, is refused, and so is a target
//! beside which another one in the same language has a text.

use std::fmt;

use super::{Cell, Job, NONE};
use crate::bytes::{Editable, Patch, Unwritable};
use crate::model::{LanguageTag, Segment};

/// A translation for the empty target of a row.
#[derive(Debug, Clone)]
pub struct Filling {
    /// The pair of languages, by its place in [`Job::pairs`].
    pub pair: usize,
    /// The row of that pair.
    pub row: usize,
    /// The translation; its codes are written as they are here.
    pub segment: Segment,
    /// What is said of it beside it, if anything.
    pub mark: Option<Mark>,
}

/// What the file is to say of a translation that no person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where it comes from.
    pub origin: String,
    /// How well it fits, in per cent; more than 100 where the neighbours fit too.
    pub score: u8,
    /// Who puts it there.
    pub who: String,
    /// When, RFC 3339 in UTC.
    pub when: String,
}

/// What came of filling.
#[derive(Debug, Default)]
pub struct Filled {
    /// The patches of the file, none of which touches another.
    pub patches: Vec<Patch>,
    /// The fillings that cannot be written, by their number, and why.
    pub refused: Vec<(usize, Unwritable)>,
    /// Why the file has no place for marks, if some were wanted and it has none.
    pub unmarked: Option<&'static str>,
}

/// Writes into the empty targets of a file.
pub(in crate::format) trait Filler: fmt::Debug + Send + Sync {
    /// Makes the patches; [`Filled::refused`] counts in [`Vacancy::number`].
    fn fill(&self, file: &Editable, vacancies: &[Vacancy<'_>]) -> Filled;
}

/// An empty target, and what is to stand there.
pub(in crate::format) struct Vacancy<'j> {
    /// The number of the filling.
    pub number: usize,
    /// The unit, and where it begins in the text of the file.
    pub unit: (usize, usize),
    /// The number of the target's segment, and where it stands; `None` where the unit has none in that language.
    pub target: Option<(usize, &'j Cell)>,
    /// The source.
    pub source: &'j Cell,
    /// The language of the target.
    pub lang: &'j LanguageTag,
    /// The translation.
    pub segment: &'j Segment,
    /// What is said of it.
    pub mark: Option<&'j Mark>,
}

impl Job {
    /// Tells whether its file can be filled.
    pub fn can_be_filled(&self) -> bool {
        self.filler.is_some()
    }

    /// Tells whether a row waits for a translation: its target has no text and no code, its source has, and its file
    /// does not say that it is to stay as it is.
    pub fn is_vacant(&self, pair: usize, row: usize) -> bool {
        let rows = &self.pairs[pair].rows;
        let of = rows[row].unit;
        let empty = |at: usize| {
            let target = self.target(pair, at);
            target.text.trim().is_empty() && target.inlines.is_empty()
        };
        // Rows of one unit are neighbours; of several empty targets in one language the first is filled.
        let before = row > 0 && rows[row - 1].unit == of;
        let after = rows[row + 1..].iter().take_while(|r| r.unit == of).count();
        !self.is_held(pair, row)
            && !before
            && (row..=row + after).all(empty)
            && !self.source(pair, row).text.trim().is_empty()
    }

    /// Tells whether its file says of a row that it is to stay as it is.
    pub fn is_held(&self, pair: usize, row: usize) -> bool {
        self.units[self.pairs[pair].rows[row].unit as usize].held
    }

    /// Makes the patches that put translations into empty targets.
    pub fn fill(&self, fillings: &[Filling]) -> Filled {
        let mut refused = vec![];
        let mut vacancies = vec![];
        for (number, filling) in fillings.iter().enumerate() {
            let at = self.pairs[filling.pair].rows[filling.row];
            if !self.is_vacant(filling.pair, filling.row) {
                refused
                    .push((number, Unwritable::Place("the target is not empty, or it is to stay as it is")));
                continue;
            }
            if filling.segment.text.trim().is_empty() {
                refused.push((number, Unwritable::Place("the translation is empty")));
                continue;
            }
            vacancies.push(Vacancy {
                number,
                unit: (at.unit as usize, self.units[at.unit as usize].at),
                target: (at.target != NONE).then(|| (at.target as usize, &self.cells[at.target as usize])),
                source: &self.cells[at.source as usize],
                lang: &self.pairs[filling.pair].target,
                segment: &filling.segment,
                mark: filling.mark.as_ref(),
            });
        }
        let mut filled = match (&self.filler, self.files.first()) {
            (Some(filler), Some((_, file))) => filler.fill(file, &vacancies),
            _ => {
                let why = Unwritable::Place("files of this kind are not filled");
                let refused = vacancies.iter().map(|v| (v.number, why.clone())).collect();
                Filled { refused, ..Filled::default() }
            }
        };
        filled.refused.append(&mut refused);
        filled.refused.sort_by_key(|(number, _)| *number);
        filled
    }
}

/// Tells whether a column or property of this name and value says that its row is to stay as it is.
pub(in crate::format) fn says_held(name: &str, value: &str) -> bool {
    let bare = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let name = bare(name.strip_prefix("x-").unwrap_or(name));
    let value = bare(value);
    match &*name {
        "locked" | "islocked" | "approved" | "final" | "signedoff" | "donottranslate" => {
            matches!(&*value, "yes" | "y" | "true" | "1" | "x") || value == name
        }
        "translate" | "translatable" => matches!(&*value, "no" | "n" | "false" | "0"),
        "status" | "state" | "confirmationlevel" | "translationstatus" | "segmentstatus" => matches!(
            &*value,
            "locked"
                | "approved"
                | "approvedtranslation"
                | "approvedsignoff"
                | "signedoff"
                | "final"
                | "confirmed"
                | "translated"
                | "reviewed"
                | "proofread"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bytes::apply;
    use crate::format::job::JobOptions;
    use crate::format::{ReadOptions, by_name};
    use crate::model::{Edge, Inline, InlineKind, Native};

    fn lang(tag: &str) -> LanguageTag {
        tag.parse().unwrap()
    }

    fn open(format: &str, bytes: Vec<u8>) -> Job {
        let read = ReadOptions::default();
        let options = JobOptions { source: Some(lang("en")), target: Some(lang("fr")), read };
        Job::open(by_name(format).unwrap(), bytes, "x", &options).unwrap()
    }

    fn mark() -> Mark {
        let (origin, who) = ("a & b".to_owned(), "me <x>".to_owned());
        Mark { origin, score: 87, who, when: "2026-11-22T21:03:04Z".to_owned() }
    }

    /// Fills every vacant row with the same translation.
    fn fillings(job: &Job, segment: &Segment, mark: Option<&Mark>) -> Vec<Filling> {
        let rows =
            (0..job.pairs().len()).flat_map(|pair| (0..job.pairs()[pair].len()).map(move |row| (pair, row)));
        let vacant = rows.filter(|(pair, row)| job.is_vacant(*pair, *row));
        vacant
            .map(|(pair, row)| Filling { pair, row, segment: segment.clone(), mark: mark.cloned() })
            .collect()
    }

    fn filled(job: &Job, fillings: &[Filling]) -> (Vec<u8>, Filled) {
        let filled = job.fill(fillings);
        let (made, put) = apply(job.files()[0].1.bytes(), &filled.patches);
        assert_eq!(put.len(), filled.patches.len(), "no two patches touch each other: {filled:?}");
        (made, filled)
    }

    #[test]
    fn a_table_is_filled_as_it_is_written() {
        // (format, before, translation, after with marks)
        let rows = [
            (
                "bitext-csv",
                "id,en,fr\r\n1,a b,\r\n2,c,d\r\n",
                "x",
                "id,en,fr,origin,score\r\n1,a b,x,a & b,87\r\n2,c,d,,\r\n",
            ),
            (
                "bitext-csv",
                "id,en,fr,n\n1,a\n2,c,\"\",k\n3\n\n4,,z",
                "x, \"y\"",
                "id,en,fr,n,origin,score\n1,a,\"x, \"\"y\"\"\",,a & b,87\n2,c,\"x, \"\"y\"\"\",k,a & b,87\n3\n\n4,,z",
            ),
            (
                "bitext-csv",
                "score;en;fr\n;a;\n99;b;\n3;c;d\n",
                "x",
                "score;en;fr;origin\n87;a;x;a & b\n99;b;x;a & b\n3;c;d;\n",
            ),
            ("bitext-csv", "Origin,Score,en,fr\n,,a,\n", "x", "Origin,Score,en,fr\na & b,87,a,x\n"),
            (
                "bitext-csv",
                "en,fr,,\na,,,\nb,c,,,,\n",
                "x",
                "en,fr,,,origin,score\na,x,,,a & b,87\nb,c,,,,\n",
            ),
            ("bitext-csv", "en,fr\na,\nb,c,d\n", "x", "en,fr\na,x\nb,c,d\n"),
            (
                "bitext-csv",
                "en,fr,status\na,,Locked\nb,,approved\nc,,new\n",
                "x",
                "en,fr,status,origin,score\na,,Locked,,\nb,,approved,,\nc,x,new,a & b,87\n",
            ),
            ("bitext-tsv", "en\tfr\na\t\n", "=x", "en\tfr\torigin\tscore\na\t'=x\ta & b\t87\n"),
            ("bitext-tsv", "en\tfr\n- a\t\n", "- x", "en\tfr\torigin\tscore\n- a\t- x\ta & b\t87\n"),
            ("bitext-tsv", "en\tfr\na\t\" \"\n", "x", "en\tfr\torigin\tscore\na\t\"x\"\ta & b\t87\n"),
            ("bitext-tsv", "hello all\t\nb\tc\n", "x", "hello all\tx\nb\tc\n"),
        ];
        for (format, before, new, after) in rows {
            let job = open(format, before.into());
            let fillings = fillings(&job, &Segment::plain(new), Some(&mark()));
            let (made, filled) = filled(&job, &fillings);
            assert_eq!(String::from_utf8(made).unwrap(), after, "{before}");
            assert!(!fillings.is_empty() && filled.refused.is_empty(), "{filled:?}");
            assert_eq!(filled.unmarked.is_none(), after.contains("87"), "{before}: {:?}", filled.unmarked);
        }
    }

    const HEAD: &str = "<tmx version=\"1.4\"><header srclang=\"en\"/><body>\n";
    const TAIL: &str = "\n</body></tmx>\n";
    const ATTRIBUTES: &str = " changedate=\"20261122T210304Z\" changeid=\"me &lt;x&gt;\"";
    const PROPS: [&str; 2] =
        ["<prop type=\"x-wicterm-origin\">a &amp; b</prop>", "<prop type=\"x-wicterm-score\">87</prop>"];

    #[test]
    fn a_memory_is_filled_as_it_is_laid_out() {
        let [origin, score] = PROPS;
        let lines = format!(
            "\n    <tuv xml:lang=\"fr\"{ATTRIBUTES}>\n      {origin}\n      {score}\n      <seg>x &lt; y</seg>\n    </tuv>"
        );
        // (unit before, unit after with marks)
        let rows = [
            (
                "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang=\"fr\"><seg></seg></tuv></tu>",
                format!(
                    "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang=\"fr\"{ATTRIBUTES}>{origin}{score}<seg>x &lt; y</seg></tuv></tu>"
                ),
            ),
            (
                "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang='fr' changeid='them' ><seg a='/' /></tuv></tu>",
                format!(
                    "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang='fr' changeid='me &lt;x&gt;' changedate=\"20261122T210304Z\" >{origin}{score}<seg a='/'>x &lt; y</seg></tuv></tu>"
                ),
            ),
            (
                "<tu>\n    <tuv xml:lang=\"en\">\n      <seg>a</seg>\n    </tuv>\n  </tu>",
                format!("<tu>\n    <tuv xml:lang=\"en\">\n      <seg>a</seg>\n    </tuv>{lines}\n  </tu>"),
            ),
            (
                "<tu>\n    <tuv xml:lang=\"en\">\n      <seg>a</seg>\n    </tuv>\n    <tuv xml:lang=\"fr\"/>\n  </tu>",
                format!("<tu>\n    <tuv xml:lang=\"en\">\n      <seg>a</seg>\n    </tuv>{lines}\n  </tu>"),
            ),
            (
                "<tu>\n    <tuv xml:lang=\"en\">\n      <seg>a</seg>\n    </tuv>\n    <tuv xml:lang=\"fr\">\n    </tuv>\n  </tu>",
                format!("<tu>\n    <tuv xml:lang=\"en\">\n      <seg>a</seg>\n    </tuv>{lines}\n  </tu>"),
            ),
            (
                "<tu><tuv lang=\"en\"><seg>a</seg></tuv></tu>",
                format!(
                    "<tu><tuv lang=\"en\"><seg>a</seg></tuv><tuv lang=\"fr\"{ATTRIBUTES}>{origin}{score}<seg>x &lt; y</seg></tuv></tu>"
                ),
            ),
            (
                "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang=\"fr\"><prop type=\"x-wicterm-score\">5</prop><note>n</note>\n<seg> \n</seg></tuv></tu>",
                format!(
                    "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang=\"fr\"{ATTRIBUTES}><prop type=\"x-wicterm-score\">87</prop><note>n</note>\n{origin}\n<seg>x &lt; y</seg></tuv></tu>"
                ),
            ),
        ];
        for (before, after) in rows {
            let job = open("tmx", format!("{HEAD}{before}{TAIL}").into());
            let fillings = fillings(&job, &Segment::plain("x < y"), Some(&mark()));
            assert_eq!(fillings.len(), 1, "{before}");
            let (made, filled) = filled(&job, &fillings);
            assert!(filled.refused.is_empty(), "{before}: {filled:?}");
            assert_eq!(String::from_utf8(made).unwrap(), format!("{HEAD}{after}{TAIL}"), "{before}");
        }
        for untouched in [
            "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang=\"fr\"><seg><ph/></seg></tuv></tu>",
            "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang=\"fr\"><seg/></tuv><tuv xml:lang=\"fr\"><seg>b</seg></tuv></tu>",
            "<tu><prop type=\"x-ConfirmationLevel\">ApprovedTranslation</prop><tuv xml:lang=\"en\"><seg>a</seg></tuv></tu>",
            "<tu><tuv xml:lang=\"en\"><seg> </seg></tuv></tu>",
        ] {
            let job = open("tmx", format!("{HEAD}{untouched}{TAIL}").into());
            assert!(fillings(&job, &Segment::plain("x"), None).is_empty(), "{untouched}");
        }
        let commented = "<tu><tuv xml:lang=\"en\"><seg>a</seg></tuv><tuv xml:lang=\"fr\"><seg><!-- later --></seg></tuv></tu>";
        let job = open("tmx", format!("{HEAD}{commented}{TAIL}").into());
        let refused = job.fill(&fillings(&job, &Segment::plain("x"), None)).refused;
        assert!(refused[0].1.to_string().starts_with("something that is no text"), "{refused:?}");
    }

    /// A translation with a pair, a placeholder and a highlighted word.
    fn coded() -> Segment {
        let inline = |at: u32, kind: InlineKind, pair: Option<&str>, code: &str| Inline {
            at,
            kind,
            pair: pair.map(str::to_owned),
            x: None,
            attributes: vec![("type".to_owned(), "a\"b".to_owned())],
            native: if code.is_empty() { vec![] } else { vec![Native::Code(code.to_owned())] },
        };
        let mut inlines = vec![
            inline(0, InlineKind::Begin, Some("1"), "<b>"),
            inline(2, InlineKind::End, Some("1"), "</b>"),
            inline(2, InlineKind::Highlight(Edge::Open), None, ""),
            inline(3, InlineKind::Highlight(Edge::Close), None, ""),
            inline(3, InlineKind::Placeholder, None, "{0}\n"),
        ];
        inlines[3].attributes.clear();
        Segment { text: "abc".to_owned(), inlines }
    }

    fn wide(text: &str) -> Vec<u8> {
        format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// Files with empty targets of every kind: what to call it, its format, its bytes.
    fn samples() -> Vec<(&'static str, &'static str, Vec<u8>)> {
        let csv = "id,en,fr,note\r\n1,\"Hello, \"\"all\"\" of you\",,n\r\n2,one,\"deux\r\nlignes\",\r\n3,'=1+1,\"\",\r\n4,, vide ,\r\n5,five\r\n6,six,,,\r\n";
        let tsv = "id\ten\tfr\tscore\n1\t\"Hello,\" he said.\t\t\n2\tit\tça va\t9\n3\tit\n\n4\tthem\t";
        let tmx = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\" \
                   [<!ENTITY who \"nobody\">]>\n<tmx version=\"1.4\"><header srclang=\"en\"/><body>\n\
                   <tu tuid=\"a\">\n  <tuv xml:lang=\"en\"><seg>One &who;<ph>&lt;b/></ph> more</seg></tuv>\n  <tuv xml:lang=\"fr\"><seg></seg></tuv></tu>\n\
                   <tu><tuv xml:lang=\"EN-us\">\n    <seg><![CDATA[a < b]]> here</seg>\n  </tuv></tu>\n\
                   <tu><tuv xml:lang=\"EN-us\"><seg>b</seg></tuv><tuv xml:lang=\"FR\"><seg>un<ph>{0}</ph></seg></tuv></tu>\n\
                   <tu><tuv xml:lang=\"en\"><seg>b</seg></tuv><tuv xml:lang=\"fr\"/></tu>\n</body></tmx>\n";
        let ansi = tmx.replace("UTF-8", "windows-1252").replace("more", "moré");
        let spaced = tmx
            .replace("<tmx ", "<t:tmx xmlns:t=\"http://www.lisa.org/tmx14\" ")
            .replace("</tmx", "</t:tmx")
            .replace("<tu", "<t:tu")
            .replace("</tu", "</t:tu")
            .replace("<seg", "<t:seg")
            .replace("</seg", "</t:seg")
            .replace("<ph", "<t:ph")
            .replace("</ph", "</t:ph")
            .replace("<body", "<t:body")
            .replace("</body", "</t:body")
            .replace("<header", "<t:header");
        vec![
            ("csv", "bitext-csv", csv.into()),
            ("csv with a mark", "bitext-csv", format!("\u{FEFF}{csv}").into()),
            ("csv in utf-16", "bitext-csv", wide(csv)),
            ("csv with semicolons", "bitext-csv", csv.replace(',', ";").into()),
            ("csv of Excel", "bitext-csv", format!("sep=;\r\n{}", csv.replace(',', ";")).into()),
            ("tsv", "bitext-tsv", tsv.into()),
            ("tsv in windows-1252", "bitext-tsv", encoding_rs::WINDOWS_1252.encode(tsv).0.into()),
            ("tsv without a header", "bitext-tsv", b"one\t\ntwo\tdeux\tn\nthree\n".to_vec()),
            ("damaged tsv", "bitext-tsv", ["en\tfr\naé\t\n".as_bytes(), b"\xFFb\t\n"].concat()),
            ("tmx", "tmx", tmx.into()),
            ("tmx with a mark", "tmx", format!("\u{FEFF}{tmx}").into()),
            ("tmx with crlf", "tmx", tmx.replace('\n', "\r\n").into()),
            ("tmx in utf-16", "tmx", wide(&tmx.replace("UTF-8", "utf-16"))),
            ("tmx in windows-1252", "tmx", encoding_rs::WINDOWS_1252.encode(&ansi).0.into()),
            ("tmx with prefixes", "tmx", spaced.into()),
        ]
    }

    type Rows = Vec<(String, String, Option<String>, Segment, Segment)>;

    fn rows(job: &Job) -> Rows {
        let mut rows: Rows = vec![];
        for (at, pair) in job.pairs().iter().enumerate() {
            rows.extend((0..pair.len()).map(|row| {
                let unit = job.unit(at, row).map(str::to_owned);
                let (source, target) = (job.source(at, row).clone(), job.target(at, row).clone());
                (pair.source.to_string(), pair.target.to_string(), unit, source, target)
            }));
        }
        rows
    }

    #[test]
    fn every_kind_of_empty_target_is_filled_in_every_kind_of_file() {
        for (name, format, bytes) in samples() {
            let job = open(format, bytes);
            for (segment, mark) in [
                (Segment::plain("é, \"x\""), Some(mark())),
                (Segment::plain("x"), None),
                (coded(), Some(mark())),
            ] {
                let fillings = fillings(&job, &segment, mark.as_ref());
                assert!(fillings.len() >= 2, "{name}: {}", fillings.len());
                let (made, filled) = filled(&job, &fillings);
                let codes = !segment.inlines.is_empty() && format != "tmx";
                assert_eq!(
                    filled.refused.len(),
                    if codes { fillings.len() } else { 0 },
                    "{name}: {filled:?}"
                );
                let mut expected = rows(&job);
                if !codes {
                    let waiting = (0..expected.len()).filter(|at| expected[*at].4 == Segment::default());
                    for at in waiting.collect::<Vec<_>>() {
                        expected[at].4 = segment.clone();
                    }
                }
                assert_eq!(rows(&open(format, made)), expected, "{name}");
            }
        }
    }

    #[test]
    fn what_stands_there_says_whether_it_may_be_filled() {
        for (name, value, held) in [
            ("locked", "yes", true),
            ("Locked", "locked", true),
            ("locked", "no", false),
            ("approved", "", false),
            ("x-ConfirmationLevel", "Approved-Translation", true),
            ("x-ConfirmationLevel", "Draft", false),
            ("status", "signed-off", true),
            ("status", "needs review", false),
            ("translate", "no", true),
            ("note", "locked", false),
        ] {
            assert_eq!(says_held(name, value), held, "{name}={value}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        #[test]
        fn filling_changes_what_it_is_meant_to_and_no_other_byte(
            sample in 0..15_usize,
            one in any::<prop::sample::Index>(),
            new in prop::string::string_regex("([a-c é网]|[,;\"'<>&=\\]\n\r\t#-]){1,5}").unwrap(),
            marked in any::<bool>(),
        ) {
            let (name, format, bytes) = samples().swap_remove(sample);
            let job = open(format, bytes);
            let mark = marked.then(mark);
            let all = fillings(&job, &Segment::plain(&*new), mark.as_ref());
            let filling = all[one.index(all.len())].clone();
            let (made, filled) = filled(&job, std::slice::from_ref(&filling));
            if !filled.refused.is_empty() {
                prop_assert!(filled.patches.is_empty(), "{}", name);
                return Ok(());
            }
            let old = job.files()[0].1.bytes();
            // Without the patches it is the old file.
            let mut patches = filled.patches.clone();
            patches.sort_by_key(|p| p.range.start);
            let (mut at, mut in_old) = (0, 0);
            for patch in &patches {
                let same = &old[in_old..patch.range.start];
                prop_assert_eq!(&made[at..at + same.len()], same, "{}", name);
                at += same.len() + patch.bytes.len();
                in_old = patch.range.end;
            }
            prop_assert_eq!(&made[at..], &old[in_old..], "{}", name);
            let mut expected = rows(&job);
            let first: usize = job.pairs()[..filling.pair].iter().map(|p| p.len()).sum();
            expected[first + filling.row].4 = filling.segment;
            prop_assert_eq!(rows(&open(format, made)), expected, "{}", name);
        }
    }
}
