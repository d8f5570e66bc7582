//! Reads segmentation rules: SRX (Segmentation Rules eXchange) 2.0 of LISA, and 1.0.
//!
//! What is read becomes a [`Segmentation`], which cuts texts. It has no entries, so it is none of the formats in
//! [`FORMATS`](super::FORMATS). The header's `segmentsubflows` and `formathandle` are about inline codes and embedded
//! texts, and a document's blocks have neither; elements of other programs are passed over.

use crate::bytes::xml::{Event, Reader, quotable};
use crate::bytes::{Limits, Position};
use crate::model::{Finding, Place, Severity};
use crate::text::segmentation::{Rule, Segmentation};

use super::ReadError;

/// The most bytes of a file with rules.
pub const MOST_BYTES: usize = 16 << 20;
/// The most rules of a file.
const MOST_RULES: usize = 20_000;
/// How many findings are told one by one.
const TOLD: usize = 50;

/// Reads rules, with findings about those that are left out.
///
/// # Errors
///
/// The file is no SRX, or is broken so that what follows cannot be trusted.
pub fn read(bytes: &[u8], name: &str) -> Result<(Segmentation, Vec<Finding>), ReadError> {
    let broken =
        |what: String| ReadError::Broken(Place { file: Some(name.into()), ..Place::default() }, what);
    if bytes.len() > MOST_BYTES {
        return Err(broken(format!("rules are in files of at most {} MB", MOST_BYTES >> 20)));
    }
    let limits = Limits { text: 64 << 10, ..Limits::default() };
    let mut xml = Reader::new(bytes, None, limits);
    let mut told = Told { name, findings: vec![], more: 0 };
    let rules = body(&mut xml, &mut told).map_err(|e| ReadError::from(e).in_file(name))?;
    let Some(rules) = rules else {
        return Err(broken("it holds no segmentation rules: its outermost element is not srx".to_owned()));
    };
    for trouble in xml.take_troubles() {
        told.tell(
            trouble.kind.code(),
            trouble.position,
            format!("{}.", trouble.message.trim_end_matches('.')),
        );
    }
    for list in rules.unknown() {
        let message = format!("A languagemap names the rules \"{}\", which are not there.", quotable(list));
        told.finding("read-value", told.place(None), message);
    }
    Ok((rules, told.all()))
}

/// Reads the whole of a file; `None` if it is not SRX.
fn body(xml: &mut Reader<&[u8]>, told: &mut Told) -> Result<Option<Segmentation>, crate::bytes::xml::Error> {
    let mut rules: Option<Segmentation> = None;
    let mut count = 0;
    loop {
        match xml.next()? {
            Event::Eof => return Ok(rules),
            Event::Start => {}
            _ => continue,
        }
        let at = xml.position();
        let Some(rules) = &mut rules else {
            if xml.local() != "srx" {
                return Ok(None);
            }
            rules = Some(Segmentation::default());
            continue;
        };
        let value = |xml: &Reader<&[u8]>, name: &str| xml.attribute(name).map(str::to_owned);
        match xml.local() {
            // It stands before the rules.
            "header" => *rules = Segmentation::new(value(xml, "cascade").is_some_and(|v| v.trim() == "yes")),
            "languagerule" => rules.list(&value(xml, "languagerulename").unwrap_or_default()),
            "languagemap" => {
                let languages = value(xml, "languagepattern").unwrap_or_default();
                let list = value(xml, "languagerulename").unwrap_or_default();
                if let Err(why) = rules.map(&languages, &list) {
                    told.tell("read-value", at, format!("A languagemap is left out: {why}."));
                }
            }
            "rule" => {
                let breaks = match value(xml, "break").as_deref().map(str::trim) {
                    None | Some("yes") => Some(true),
                    Some("no") => Some(false),
                    Some(_) => None,
                };
                let [before, after] = rule(xml)?;
                count += 1;
                let taken = match breaks {
                    _ if count > MOST_RULES => Err(format!("a file may have {MOST_RULES} rules")),
                    None => Err("its break is neither yes nor no".to_owned()),
                    Some(breaks) => Rule::new(breaks, &before, &after).and_then(|rule| rules.rule(rule)),
                };
                if let Err(why) = taken {
                    told.tell("read-value", at, format!("A rule is left out: {why}."));
                }
            }
            _ => {}
        }
    }
}

/// Reads what is in a rule: what stands before a place, and behind it.
fn rule(xml: &mut Reader<&[u8]>) -> Result<[String; 2], crate::bytes::xml::Error> {
    let mut patterns = [String::new(), String::new()];
    let depth = xml.depth();
    loop {
        match xml.next()? {
            Event::Start => match xml.local() {
                "beforebreak" => drop(xml.text_to_end(&mut patterns[0])?),
                "afterbreak" => drop(xml.text_to_end(&mut patterns[1])?),
                _ => xml.skip()?,
            },
            Event::End if xml.depth() < depth => return Ok(patterns),
            _ => {}
        }
    }
}

/// Findings, up to a bound.
struct Told<'n> {
    name: &'n str,
    findings: Vec<Finding>,
    more: usize,
}

impl Told<'_> {
    fn place(&self, at: Option<Position>) -> Place {
        let place = at.map(Place::from).unwrap_or_default();
        Place { file: Some(self.name.to_owned()), ..place }
    }

    fn tell(&mut self, code: &str, at: Position, message: String) {
        self.finding(code, self.place(Some(at)), message);
    }

    fn finding(&mut self, code: &str, place: Place, message: String) {
        if self.findings.len() == TOLD {
            self.more += 1;
            return;
        }
        let help = "texts are cut without it; write it another way, or take it out of the file";
        self.findings.push(Finding::new(code, Severity::Warning, place, message).help(help));
    }

    fn all(mut self) -> Vec<Finding> {
        if self.more > 0 {
            let message = format!("There are {} more findings like these.", self.more);
            let place = self.place(None);
            self.findings.push(Finding::new("read-value", Severity::Info, place, message));
        }
        self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(name: &str) -> Vec<u8> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/srx").join(name);
        std::fs::read(path).unwrap()
    }

    fn cut(rules: &Segmentation, lang: &str, text: &str) -> Option<Vec<String>> {
        let found = rules.segments(&lang.parse().unwrap(), text)?;
        Some(found.into_iter().map(|range| text[range].to_owned()).collect())
    }

    /// Segments are parted by a bar.
    const FACTS: &[(&str, &str, &str)] = &[
        ("cascade.srx", "en-GB", "Mr. Vestbro met Dr. Kessou; |they spoke. |In the U.S. Congress too.\n|End"),
        ("cascade.srx", "en", "She said \"No.\" |He left. |Art. 4 applies."),
        ("cascade.srx", "zh-Hans", "他说：“尊重主权。|维护安全。”|会议结束。|Yes. |完"),
        ("cascade.srx", "fr", "M. |Vestbro; il part.\n|Fin"),
        ("first-map.srx", "en", "Mr. Vestbro; |they spoke. In the end.\nEnd"),
        ("first-map.srx", "zh", "一。|二. 三"),
        ("first-map.srx", "fr", "M. |Vestbro; il part.\n|Fin"),
        ("version1.srx", "ru", "Он был в г. Москве. |Так? |Да."),
        ("odd.srx", "en", "One. |No. |Two"),
    ];

    #[test]
    fn the_rules_of_the_samples_cut_texts() {
        for (file, lang, marked) in FACTS {
            let (rules, _) = read(&seed(file), file).unwrap();
            let expected: Vec<_> = marked.split('|').map(|s| s.trim().to_owned()).collect();
            assert_eq!(cut(&rules, lang, &marked.replace('|', "")), Some(expected), "{file} {lang}");
        }
        let (rules, told) = read(&seed("version1.srx"), "version1.srx").unwrap();
        assert!(told.is_empty() && cut(&rules, "en", "One. Two.").is_none(), "{told:?}");
    }

    #[test]
    fn what_is_left_out_is_told_with_its_place() {
        let (_, told) = read(&seed("odd.srx"), "odd.srx").unwrap();
        let told: Vec<_> = told.iter().map(|f| (f.place.line, &*f.message)).collect();
        let expected = [
            (Some(7), "look-"),
            (Some(8), "unclosed group"),
            (Some(9), "neither yes nor no"),
            (Some(10), "too large"),
            (Some(18), "[ru"),
            (None, "French"),
        ];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for ((line, message), (expected, said)) in told.into_iter().zip(expected) {
            assert!(line == expected && message.contains(said), "{line:?} {message}");
        }
    }

    #[test]
    fn what_is_no_srx_is_refused() {
        for (bytes, said) in [
            (&b"<tmx version=\"1.4\"/>"[..], "not srx"),
            (b"<srx><body>", "ends in the middle"),
            (b"plain", "line 1"),
            (b"", "no element"),
        ] {
            let why = read(bytes, "x.srx").unwrap_err().to_string();
            assert!(why.contains(said), "{why}");
        }
    }

    #[test]
    fn a_damaged_file_does_no_harm() {
        let whole = seed("cascade.srx");
        for at in (0..whole.len()).step_by(7) {
            let _ = read(&whole[..at], "x");
            let mut damaged = whole.clone();
            damaged[at] ^= 0x15;
            if let Ok((rules, _)) = read(&damaged, "x") {
                let _ = cut(&rules, "en", "Mr. X went. U.S. Y\n网。”");
            }
        }
    }
}
