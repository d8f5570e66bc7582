//! The glossary files of Weblate: TBX 2 with one pair of languages, source first, as Weblate reads it.
//!
//! Weblate has one source and one target in a string, and a file of its own for each target language. So
//! every pair is a `termEntry` of its own: the best pair first, then the other source terms with the best
//! translation, then the other translations of the best source term. Terms are in `tig`.
//!
//! - A translation that is forbidden or deprecated has the status `forbidden`, one that is superseded `obsolete`: Weblate
//!   marks both as forbidden and does not offer them. What is only proposed is left out.
//! - A source term that is not to be translated stands alone, with `Translation needed` `No`: Weblate shows it as one that
//!   cannot be translated only if it has no translation.
//! - The first definition is the explanation of the source string, the first note its description (`Usage note`).
//!
//! In Weblate the language of a file is told by its name, so it should be called after the target language, as the component's
//! file mask says. Read in Weblate's documentation (*TermBase eXchange format*); that its reader, translate-toolkit,
//! finds each pair is a test.

use std::borrow::Cow;
use std::io::Write;
use std::ops::ControlFlow;

use super::{EXPORTED_BY, read};
use crate::bytes::xml::{Layout, Writer, allowed};
use crate::format::tables::tools::Receiver;
use crate::format::tables::tools::pairs::{Chosen, Pair, Sides, clean, terms_in};
use crate::format::tables::tools::told::{self, Kept, Reasons};
use crate::format::{
    Account, Entry, Format, Input, LossClass, LossReport, Output, ReadError, ReadOptions, Shape, Sink,
    WriteError, WriteOptions,
};
use crate::model::{Concept, DataCategory, Finding, Note, Place, Status, Term};

/// The glossary of Weblate.
pub static WEBLATE: Format = Format {
    name: "weblate-tbx",
    about: "glossary of Weblate: TBX 2, a string for a pair of terms, one pair of languages",
    extensions: &["tbx"],
    shape: Shape::File,
    concepts: true,
    units: false,
    lossless: false,
    units_stand_alone: false,
    bilingual: true,
    sniff: |_, _| 0,
    read: Some(read_glossary),
    write: Some(write),
    job: None,
};

const RECEIVER: Receiver = Receiver { name: "Weblate", would: "offer" };

const REASONS: &[(&str, &str)] = &[
    ("/forbidden", "Weblate knows forbidden translations only, no deprecated ones"),
    ("/match", "Weblate knows no rules for recognising a term"),
    ("/do_not_translate", "Weblate takes a term with a translation for one to be translated"),
];

fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let pair = Pair::of(options, "a glossary of Weblate")?;
    let out = match out {
        Output::Stream(stream) | Output::Accompanied(stream, _) => stream,
        Output::Folder(_) => return Err(WriteError::Unsupported("a TBX is a file, not a folder".into())),
    };
    let mut report = LossReport::default();
    out.write_all(head(&pair).as_bytes())?;
    for entry in entries {
        let concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => *concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                let name = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
                report.lose(LossClass::Lost, &name, "", "a glossary has no place for translation units");
                continue;
            }
        };
        let strings = Strings::of(&concept, &pair);
        if let Some(why) = strings.why_none(&pair) {
            report.lose(LossClass::Lost, &concept.name(), "", &why);
            continue;
        }
        strings.tell(&pair, &mut report)?;
        report.concepts += 1;
        report.terms += strings.terms();
        for n in 0..strings.pairs.len() {
            strings.write(n, &pair, out)?;
        }
    }
    out.write_all(TAIL.as_bytes())?;
    Ok(report)
}

fn head(pair: &Pair) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<martif type=\"TBX\" xml:lang=\"{}\">\n<martifHeader><fileDesc>\
         <sourceDesc><p>{EXPORTED_BY} for Weblate</p></sourceDesc></fileDesc></martifHeader>\n<text><body>\n",
        pair.source
    )
}

const TAIL: &str = "</body></text>\n</martif>\n";

/// The strings that a concept makes.
struct Strings<'c> {
    concept: &'c Concept,
    pairs: Vec<(Chosen<'c>, Option<Chosen<'c>>)>,
    has_target: bool,
}

impl<'c> Strings<'c> {
    fn of(concept: &'c Concept, pair: &Pair) -> Self {
        let Sides { mut sources, mut targets, mut avoided } = Sides::of(concept, pair);
        for side in [&mut sources, &mut targets, &mut avoided] {
            let shown = |c: char| allowed(c) && !c.is_whitespace() && !c.is_control() && c != '\u{feff}';
            side.retain(|c| c.term.text.chars().any(shown));
        }
        let has_target = !targets.is_empty();
        let mut strings = Self { concept, pairs: vec![], has_target };
        let Some(best) = sources.first() else { return strings };
        if best.term.match_rule.do_not_translate {
            strings.pairs = sources.iter().map(|source| (*source, None)).collect();
            return strings;
        }
        let avoided =
            avoided.into_iter().filter(|a| a.term.forbidden || a.term.standing() != Status::Proposed);
        let targets: Vec<Chosen<'c>> = targets.into_iter().chain(avoided).collect();
        let Some(first) = targets.first() else { return strings };
        strings.pairs.push((*best, Some(*first)));
        if has_target {
            strings.pairs.extend(sources[1..].iter().map(|source| (*source, Some(*first))));
        }
        strings.pairs.extend(targets[1..].iter().map(|target| (*best, Some(*target))));
        strings
    }

    fn why_none(&self, pair: &Pair) -> Option<String> {
        if !self.pairs.is_empty() {
            return None;
        }
        let (sources, _) = terms_in(self.concept, &pair.source);
        let missing = if sources.is_empty() { &pair.source } else { &pair.target };
        Some(format!("it has no term in {missing} that may be used"))
    }

    fn terms(&self) -> u64 {
        let mut places: Vec<_> = self
            .pairs
            .iter()
            .flat_map(|(source, target)| std::iter::once(*source).chain(*target))
            .map(|c| (c.section, c.index))
            .collect();
        places.sort_unstable();
        places.dedup();
        places.len() as u64
    }

    /// Writes one of the strings.
    fn write(&self, n: usize, pair: &Pair, out: &mut dyn Write) -> std::io::Result<()> {
        let (source, target) = self.pairs[n];
        let mut xml = Writer::new(vec![], Layout::Compact);
        xml.start("termEntry")?;
        if let Some(slug) = &self.concept.slug {
            // A number of its own for each string, so that a second export replaces the first.
            let number = if n == 0 { String::new() } else { format!(".{}", n + 1) };
            xml.attribute("id", &format!("c-{slug}{number}"))?;
        }
        let spoken = |d: &&crate::model::Definition| d.lang.as_ref().is_none_or(|l| l.meets(&pair.source));
        let definition = self.concept.definitions.iter().find(spoken).or(self.concept.definitions.first());
        if let Some(definition) = definition {
            descrip(&mut xml, "definition", &definition.text)?;
        }
        if let Some(note) = self.concept.notes.first() {
            descrip(&mut xml, "Usage note", &note.text)?;
        }
        if target.is_none() {
            descrip(&mut xml, "Translation needed", "No")?;
        }
        side(&mut xml, pair.source.as_str(), source.term)?;
        if let Some(target) = target {
            side(&mut xml, pair.target.as_str(), target.term)?;
        }
        xml.end()?;
        out.write_all(&xml.finish()?)
    }

    /// Reports what the first string does not say of the concept.
    fn tell(&self, pair: &Pair, report: &mut LossReport) -> Result<(), WriteError> {
        let (source, target) = self.pairs[0];
        let mut document = head(pair).into_bytes();
        self.write(0, pair, &mut document)?;
        document.extend_from_slice(TAIL.as_bytes());
        let mut read = First(None);
        // What was just written is well-formed; if it could not be read, nothing of it would be there.
        let input = Input::Stream(&mut &document[..], "glossary.tbx");
        read_glossary(input, &ReadOptions::default(), &mut read).map_err(WriteError::Source)?;
        let copy = read.0.unwrap_or_default();
        let mut kept = vec![Kept { section: source.section, terms: vec![source.index] }];
        kept.extend(target.map(|t| Kept { section: t.section, terms: vec![t.index] }));
        let mut reasons = Reasons {
            no_place: RECEIVER.no_place(),
            terms: Default::default(),
            section: "the file is for two other languages".into(),
            fields: REASONS,
        };
        for (s, section) in self.concept.languages.iter().enumerate() {
            if !section.lang.meets(&pair.source) && !section.lang.meets(&pair.target) {
                continue;
            }
            for (t, term) in section.terms.iter().enumerate() {
                reasons.terms.insert((s, t), self.why(s, t, term));
            }
        }
        told::report(self.concept, &copy, &kept, &reasons, report);
        Ok(())
    }

    fn why(&self, s: usize, t: usize, term: &Term) -> Cow<'static, str> {
        let is = |c: Chosen<'_>| (c.section, c.index) == (s, t);
        match RECEIVER.would_not(term) {
            _ if self.pairs.iter().any(|(a, b)| is(*a) || b.is_some_and(is)) => {
                "it stands in a string of its own".into()
            }
            Some(why) => why.into(),
            None if self.pairs[0].1.is_none() => "the source term is not to be translated".into(),
            None if !self.has_target => "there is no translation that may be used".into(),
            None => "nothing of it can be shown".into(),
        }
    }
}

fn descrip(xml: &mut Writer<Vec<u8>>, kind: &str, text: &str) -> std::io::Result<()> {
    xml.start("descrip")?;
    xml.attribute("type", kind)?;
    xml.text(text)?;
    xml.end()
}

fn side(xml: &mut Writer<Vec<u8>>, lang: &str, term: &Term) -> std::io::Result<()> {
    xml.start("langSet")?;
    xml.attribute("xml:lang", lang)?;
    xml.start("tig")?;
    xml.element("term", &clean(&term.text))?;
    let status = match term.standing() {
        _ if term.forbidden => Some("forbidden"),
        Status::Deprecated => Some("forbidden"),
        Status::Superseded => Some("obsolete"),
        Status::Preferred => Some("preferredTerm-admn-sts"),
        Status::Admitted => term.status.map(|_| "admittedTerm-admn-sts"),
        Status::Proposed => None,
    };
    if let Some(status) = status {
        xml.start("termNote")?;
        xml.attribute("type", "administrativeStatus")?;
        xml.text(status)?;
        xml.end()?;
    }
    xml.end()?;
    xml.end()
}

/// Reads a glossary as any TBX; what Weblate says in words of its own is said by fields.
fn read_glossary(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    read::read(input, options, &mut Understood(sink))
}

/// Takes what the reader of TBX keeps of Weblate's words beside the fields that they fill.
struct Understood<'s>(&'s mut dyn Sink);

impl Sink for Understood<'_> {
    fn entry(&mut self, mut entry: Entry, place: Place) -> ControlFlow<()> {
        if let Entry::Concept(concept) = &mut entry {
            let is = |d: &DataCategory, kind: &str| d.kind == kind;
            concept.other.retain(|d| !is(d, "Translation needed"));
            let notes = concept.other.iter().filter(|d| is(d, "Usage note"));
            concept.notes.extend(notes.map(|d| Note::new(d.value.clone())));
            concept.other.retain(|d| !is(d, "Usage note"));
            for term in concept.languages.iter_mut().flat_map(|s| &mut s.terms) {
                term.other.retain(|d| !is(d, "administrativeStatus"));
            }
        }
        self.0.entry(entry, place)
    }

    fn finding(&mut self, finding: Finding) {
        // These two are no words of TBX, and the field is filled all the same.
        let known = ["“forbidden”", "“obsolete”"].iter().any(|word| finding.message.starts_with(word));
        if finding.check != "read-value" || !known {
            self.0.finding(finding);
        }
    }

    fn account(&mut self, account: Account) {
        self.0.account(account);
    }
}

/// Keeps the first concept.
struct First(Option<Concept>);

impl Sink for First {
    fn entry(&mut self, entry: Entry, _: Place) -> ControlFlow<()> {
        if let Entry::Concept(concept) = entry {
            self.0.get_or_insert(*concept);
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, _: Finding) {}
}
