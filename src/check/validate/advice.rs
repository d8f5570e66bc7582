//! What the standards ask beyond their schemas: told as warnings, which make no file invalid.

use std::io::Read;

use super::schema::short;
use crate::bytes::Position;
use crate::bytes::xml::Reader;
use crate::model::LanguageTag;

/// A piece of advice: code, place, message, what to do.
pub(super) type Advised = (&'static str, Position, String, &'static str);

pub(super) const HELP_LANGUAGE: &str =
    "Write language, script and region with hyphens, as in zh-Hans or fr-CA";

/// What has to be remembered of a document to advise its author.
#[derive(Default)]
pub(super) struct Advice {
    /// The source language of a TMX file, and of the unit that is open.
    file_source: Option<String>,
    unit_source: Option<String>,
    /// The languages of the unit or of the entry that is open.
    langs: Vec<String>,
    unit: Option<Position>,
    /// The paired codes of the segment that is open: whether it begins, its `i`, where.
    pairs: Vec<(bool, Option<String>, Position)>,
    /// Where the open term began, and whether it has text.
    term: Option<(Position, bool)>,
    said: Vec<Advised>,
}

impl Advice {
    /// Takes what there is to say.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Advised> + use<> {
        std::mem::take(&mut self.said).into_iter()
    }

    fn say(&mut self, code: &'static str, at: Position, message: String, help: &'static str) {
        self.said.push((code, at, message, help));
    }

    /// Looks at an element that has begun.
    pub(super) fn start<R: Read>(&mut self, tmx: bool, xml: &Reader<R>, at: Position) {
        let lang = xml.attribute("xml:lang").or_else(|| xml.attribute("lang"));
        if let Some(lang) = lang {
            self.tag(lang, at);
        }
        match (tmx, xml.local()) {
            (true, "header") => self.file_source = xml.attribute("srclang").map(str::to_owned),
            (true, "tu") => {
                self.unit_source = xml.attribute("srclang").map(str::to_owned);
                self.langs.clear();
                self.unit = Some(at);
            }
            (true, "tuv") => self.langs.extend(lang.map(str::to_owned)),
            (true, "seg") => self.pairs.clear(),
            (true, "bpt" | "ept") => {
                let number = xml.attribute("i").map(|i| i.trim().to_owned());
                self.pairs.push((xml.local() == "bpt", number, at));
            }
            (false, "conceptEntry" | "termEntry") => self.langs.clear(),
            (false, "langSec" | "langSet") => {
                let Some(lang) = lang else { return };
                if self.langs.iter().any(|l| l.eq_ignore_ascii_case(lang)) {
                    let message =
                        format!("the language “{}” has a section in this entry already", short(lang));
                    self.say(
                        "language",
                        at,
                        message,
                        "Put the terms into one section: some tools take only the first",
                    );
                }
                self.langs.push(lang.to_owned());
            }
            (false, "term") => self.term = Some((at, false)),
            _ => {}
        }
        if tmx {
            for name in ["creationdate", "changedate", "lastusagedate"] {
                if let Some(date) = xml.attribute(name).filter(|date| !is_moment(date)) {
                    let message =
                        format!("“{name}” is “{}”, which is not written as TMX writes dates", short(date));
                    self.say("date", at, message, "Write it as in 20261122T093000Z");
                }
            }
        }
    }

    fn tag(&mut self, lang: &str, at: Position) {
        if lang.parse::<LanguageTag>().is_err() {
            self.say("language", at, format!("“{}” is no language tag", short(lang)), HELP_LANGUAGE);
        } else if lang.contains('_') {
            self.say(
                "language",
                at,
                format!("the language tag “{}” is written with an underscore", short(lang)),
                HELP_LANGUAGE,
            );
        }
    }

    /// Looks at text.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, filled)) = &mut self.term {
            *filled |= !text.trim().is_empty();
        }
    }

    /// Looks at an element that ends.
    pub(super) fn end(&mut self, tmx: bool, name: &str) {
        match (tmx, name) {
            (true, "tu") => self.unit_ends(),
            (true, "seg") => self.segment_ends(),
            (false, "term") => {
                if let Some((at, false)) = self.term.take() {
                    self.say(
                        "empty",
                        at,
                        "the term is empty".to_owned(),
                        "Write the term, or take its section out",
                    );
                }
            }
            _ => {}
        }
    }

    fn unit_ends(&mut self) {
        let source = self.unit_source.take().or_else(|| self.file_source.clone());
        let (Some(source), Some(at)) = (source, self.unit.take()) else { return };
        let same = |lang: &String| {
            let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
            primary(lang) == primary(&source)
        };
        if source != "*all*" && !self.langs.is_empty() && !self.langs.iter().any(same) {
            let message = format!(
                "the unit has nothing in its source language “{}”: many tools pass over it",
                short(&source)
            );
            self.say("source", at, message, "Add the source, or declare another srclang, such as *all*");
        }
    }

    fn segment_ends(&mut self) {
        let pairs = std::mem::take(&mut self.pairs);
        for (n, (begins, number, at)) in pairs.iter().enumerate() {
            // Without a number the schema complains.
            let Some(number) = number else { continue };
            let same = |begun: bool| {
                move |(b, i, _): &&(bool, Option<String>, Position)| *b == begun && i.as_ref() == Some(number)
            };
            let said = if *begins && pairs[..n].iter().any(|p| same(true)(&p)) {
                format!("a second “bpt” of this segment has the number “{}”", short(number))
            } else if *begins && pairs[n..].iter().filter(same(false)).count() == 0 {
                format!("“bpt” has the number “{}”, and no “ept” behind it has", short(number))
            } else if !*begins && pairs[..n].iter().filter(same(true)).count() == 0 {
                format!("“ept” has the number “{}”, and no “bpt” before it has", short(number))
            } else {
                continue;
            };
            let help = "Number the two halves of a pair alike, and a half that stands alone write as “it”";
            self.say("pair", *at, said, help);
        }
    }
}

/// Whether a date is written `YYYYMMDDThhmmssZ`.
fn is_moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    let number = |range: std::ops::Range<usize>| text[range].parse::<u8>().unwrap_or(99);
    bytes.len() == 16
        && (bytes[8], bytes[15]) == (b'T', b'Z')
        && digits(0..8)
        && digits(9..15)
        && (1..=12).contains(&number(4..6))
        && (1..=31).contains(&number(6..8))
        && number(9..11) < 24
        && number(11..13) < 60
        && number(13..15) < 61
}

#[cfg(test)]
mod tests {
    use super::super::validate;
    use super::*;
    use crate::model::Severity;

    fn told(text: &str) -> Vec<(String, u32)> {
        let verdict = validate(text.as_bytes()).unwrap();
        assert!(verdict.valid(), "{:?}", verdict.findings);
        assert!(verdict.findings.iter().all(|f| f.severity == Severity::Warning));
        verdict.findings.into_iter().map(|f| (f.check, f.place.line.unwrap())).collect()
    }

    fn tmx(body: &str) -> String {
        format!(
            "<tmx version=\"1.4\"><header creationtool=\"x\" creationtoolversion=\"1\" segtype=\"sentence\" \
             o-tmf=\"x\" adminlang=\"en\" srclang=\"en\" datatype=\"plaintext\"/><body>\n{body}</body></tmx>"
        )
    }

    #[test]
    fn moments_are_as_tmx_writes_them() {
        assert!(is_moment("20261122T093000Z"));
        for odd in [
            "2026-11-22",
            "20261122T093000",
            "20261322T093000Z",
            "20261122t093000Z",
            "20261122T253000Z",
            "２０２６",
        ] {
            assert!(!is_moment(odd), "{odd}");
        }
    }

    #[test]
    fn a_unit_without_its_source_and_pairs_that_are_none_are_told() {
        let unit = |seg: &str| format!("<tu>\n<tuv xml:lang=\"en\"><seg>{seg}</seg></tuv></tu>\n");
        assert_eq!(told(&tmx(&unit("<bpt i=\"1\"/>a<ept i=\"1\"/>"))), []);
        for seg in ["<bpt i=\"1\"/>a", "a<ept i=\"1\"/>", "<ept i=\"1\"/><bpt i=\"1\"/>"] {
            assert!(told(&tmx(&unit(seg))).iter().all(|f| *f == ("tmx-pair".to_owned(), 3)), "{seg}");
            assert!(!told(&tmx(&unit(seg))).is_empty(), "{seg}");
        }
        let doubled = "<bpt i=\"1\"/><bpt i=\"1\"/>a<ept i=\"1\"/><ept i=\"1\"/>";
        assert_eq!(told(&tmx(&unit(doubled))), [("tmx-pair".to_owned(), 3)]);
        let french = "<tu>\n<tuv xml:lang=\"fr\"><seg>a</seg></tuv></tu>";
        assert_eq!(told(&tmx(french)), [("tmx-source".to_owned(), 2)]);
        assert_eq!(told(&tmx(&french.replace("<tu>", "<tu srclang=\"*all*\">"))), []);
        assert_eq!(told(&tmx(&french.replace("fr", "en_US"))), [("tmx-language".to_owned(), 3)]);
    }

    #[test]
    fn a_bare_lang_is_told_as_xmllint_tells_it() {
        let unit = "<tu>\n<tuv lang=\"en\"><seg>a</seg></tuv></tu>";
        assert_eq!(told(&tmx(unit)), [("tmx-attribute".to_owned(), 3)]);
    }

    #[test]
    fn a_language_twice_and_an_empty_term_are_told() {
        let body = "<langSec xml:lang=\"en\"><termSec><term>a</term></termSec></langSec>\n\
                    <langSec xml:lang=\"EN\"><termSec>\n<term> </term></termSec></langSec>";
        let tbx = format!(
            "<tbx type=\"TBX-Basic\" style=\"dca\" xml:lang=\"en\" xmlns=\"urn:iso:std:iso:30042:ed-2\"><tbxHeader><fileDesc>\
             <sourceDesc><p/></sourceDesc></fileDesc></tbxHeader><text><body><conceptEntry id=\"c\">{body}\
             </conceptEntry></body></text></tbx>"
        );
        assert_eq!(told(&tbx), [("tbx-language".to_owned(), 2), ("tbx-empty".to_owned(), 3)]);
    }
}
