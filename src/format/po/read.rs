//! Reads the translated messages of a PO file as units.

use std::io::{BufRead, Cursor, Read};
use std::path::Path;

use encoding_rs::Encoding;

use super::header::{self, HEAD, Header};
use super::job::{languages, late_header, name_of, strange, unknown};
use super::parse::{Entry as Message, Parser, Text};
use crate::bytes::Decoder;
use crate::format::{Entry, Input, ReadError, ReadOptions, Sink};
use crate::model::{Finding, LanguageTag, Place, Property, Segment, Severity, Unit, UnitOrigin, Variant};

/// Reads a PO file.
pub(super) fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let Input::Stream(stream, name) = input else {
        return Err(ReadError::Broken(Place::default(), "a PO file is a file, and this is a folder".into()));
    };
    let mut head = vec![];
    stream.take(HEAD as u64).read_to_end(&mut head)?;
    let label = header::charset(&head).map(str::to_owned);
    let known = label.as_deref().and_then(header::encoding);
    let hint = known.map(Encoding::name).or(options.encoding.as_deref());
    let mut source = Decoder::new(Cursor::new(head).chain(stream), hint);
    source.fill_buf()?;
    let encoding = Encoding::for_label(source.encoding().name.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    if let (Some(label), None) = (&label, known) {
        sink.finding(strange(label, name, source.encoding().name));
    }
    let mut reading = Reading {
        name,
        options,
        sink,
        header: None,
        langs: None,
        untranslated: 0,
        located: true,
        stopped: false,
    };
    let mut parser = Parser::new(name, encoding, options.limits.text);
    let mut line = vec![];
    let mut number = 0_u32;
    while !reading.stopped {
        let at = source.offset().unwrap_or(0);
        line.clear();
        // An entry that is longer is refused by the parser.
        let most = options.limits.text as u64 + 2;
        if (&mut source).take(most).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        number = number.saturating_add(1);
        let found = source.encoding();
        reading.located &= found.name == encoding_rs::UTF_8.name() && found.malformed == 0;
        // What comes out of a decoder is UTF-8, and only a line that is too long is cut.
        let text = String::from_utf8_lossy(&line);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let text = if number == 1 { text.trim_start_matches('\u{FEFF}') } else { text };
        if let Some(message) = parser.line(text, at, number)? {
            reading.message(message)?;
        }
    }
    if let Some(message) = parser.finish().filter(|_| !reading.stopped) {
        reading.message(message)?;
    }
    reading.conclude(&mut parser);
    odd_bytes(name, source.encoding(), sink);
    Ok(())
}

struct Reading<'a> {
    name: &'a str,
    options: &'a ReadOptions,
    sink: &'a mut dyn Sink,
    header: Option<Header>,
    langs: Option<(LanguageTag, Option<LanguageTag>)>,
    untranslated: u64,
    /// Whether the text is the file, byte by byte, so far; else nobody knows where in it an entry stands.
    located: bool,
    stopped: bool,
}

impl Reading<'_> {
    fn message(&mut self, message: Message) -> Result<(), ReadError> {
        let bytes = self.located.then_some((message.at, message.end));
        let place = Place { bytes, ..Place::file(self.name).at_line(message.line) };
        if message.is_header() {
            if self.header.is_some() || self.langs.is_some() {
                self.sink.finding(late_header(place));
                return Ok(());
            }
            let mut findings = vec![];
            self.header = Some(Header::read(&message.strs[0].1.text, place, &mut findings));
            findings.into_iter().for_each(|finding| self.sink.finding(finding));
            return Ok(());
        }
        if message.id.as_ref().is_none_or(|id| id.text.is_empty()) {
            let finding = Finding::new(
                "read-row",
                Severity::Warning,
                place,
                "The msgid is empty; the entry is left out.",
            );
            self.sink.finding(finding.help("Only the header has an empty msgid, and it has no msgctxt."));
            return Ok(());
        }
        let header = self.header.get_or_insert_default();
        let plurals = header.plurals.clone();
        if self.langs.is_none() {
            let (source, target) = (self.options.langs.first(), self.options.langs.get(1));
            self.langs = Some(languages(header, self.name, source, target)?);
        }
        let forms = message.strs.len();
        for (form, text) in &message.strs {
            if text.text.trim().is_empty() {
                self.untranslated += 1;
                continue;
            }
            let many = message.plural.as_ref().filter(|_| !plurals.is_singular(*form, forms));
            let unit = self.unit(&message, *form, many, text)?;
            if self.sink.entry(Entry::Unit(Box::new(unit)), place.clone()).is_break() {
                self.stopped = true;
                return Ok(());
            }
        }
        Ok(())
    }

    fn unit(
        &self,
        message: &Message,
        form: u32,
        many: Option<&Text>,
        target: &Text,
    ) -> Result<Unit, ReadError> {
        let Some((source_lang, Some(target_lang))) = &self.langs else { return Err(unknown(self.name)) };
        let several = message.plural.is_some();
        let tuid = name_of(message).map(|id| if several { format!("{id}[{form}]") } else { id });
        let note = |text: String| Property { kind: None, text, attributes: vec![] };
        let property =
            |kind: &str, text: String| Property { kind: Some(kind.to_owned()), text, attributes: vec![] };
        let mut properties = vec![];
        for comments in [&message.comments, &message.extracted] {
            let text = comments.join("\n");
            properties.extend((!text.trim().is_empty()).then(|| note(text.trim().to_owned())));
        }
        properties.extend(message.context.as_ref().map(|context| property("msgctxt", context.text.clone())));
        properties.extend(message.is_fuzzy().then(|| property("state", "fuzzy".to_owned())));
        let flags: Vec<&str> =
            message.flags.iter().map(|flag| &**flag).filter(|flag| *flag != "fuzzy").collect();
        let kept = [("flags", flags.join(", ")), ("reference", message.references.join(" "))];
        let previous = ("previous", message.previous.join("\n"));
        let kept = kept.into_iter().chain([previous]).filter(|(_, text)| !text.is_empty());
        properties.extend(kept.map(|(kind, text)| property(kind, text)));
        let form = several.then(|| property("plural-form", form.to_string()));
        properties.extend(form);
        let file = Path::new(self.name).file_name().and_then(|n| n.to_str()).unwrap_or(self.name).to_owned();
        let variant = |lang: &LanguageTag, text: &str| Variant {
            lang: lang.clone(),
            written: None,
            attributes: Default::default(),
            properties: vec![],
            segment: Segment::plain(text),
        };
        // The parser gives no message without one.
        let source = many.or(message.id.as_ref()).map_or("", |text| &text.text);
        Ok(Unit {
            origin: UnitOrigin { memory: self.options.memory.clone(), file, tuid },
            source_lang: Some(source_lang.clone()),
            properties,
            variants: vec![variant(source_lang, source), variant(target_lang, &target.text)],
            ..Unit::default()
        })
    }

    fn conclude(&mut self, parser: &mut Parser<'_>) {
        for mut finding in parser.told() {
            finding.place.bytes = finding.place.bytes.filter(|_| self.located);
            self.sink.finding(finding);
        }
        if self.header.is_none() && self.langs.is_none() && !self.stopped {
            let finding = Finding::new(
                "read-file",
                Severity::Warning,
                Place::file(self.name),
                "The file holds no message.",
            );
            self.sink.finding(finding.help("A PO file has entries of msgid and msgstr."));
        }
        for (count, what) in
            [(self.untranslated, "without a translation"), (parser.obsolete, "obsolete (#~)")]
        {
            if count > 0 {
                let one = if count == 1 { "message is" } else { "messages are" };
                let message = format!("{count} {one} {what} and left out.");
                self.sink.finding(Finding::new(
                    "read-dropped",
                    Severity::Info,
                    Place::file(self.name),
                    message,
                ));
            }
        }
    }
}

/// Says what was odd about the encoding of a file.
fn odd_bytes(name: &str, encoding: &crate::bytes::Encoding, sink: &mut dyn Sink) {
    let help = "Name the encoding of the file, such as windows-1252, with --encoding, or save it as UTF-8.";
    let mut say = |place: Place, severity, message: String| {
        sink.finding(Finding::new("read-encoding", severity, place, message).help(help));
    };
    if let Some(first) = encoding.first_malformed {
        let message = format!("{} stretches of bytes are not text in {}.", encoding.malformed, encoding.name);
        say(Place { file: Some(name.to_owned()), ..Place::from(first) }, Severity::Error, message);
    }
    if encoding.how == crate::bytes::How::Fallback {
        let message = "The file does not say its encoding and is not UTF-8; it was read as windows-1252.";
        say(Place::file(name), Severity::Warning, message.to_owned());
    }
}
