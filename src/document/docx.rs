//! DOCX: the text of an office document (ISO/IEC 29500, strict and transitional).
//!
//! Elements are known by their local names, because the two editions differ in their namespaces. Text is what stands
//! there when all changes are accepted: what was deleted or moved away is not, what was inserted is. Runs, hyperlinks,
//! smart tags and content controls are transparent; the instructions of fields are no text; a text box, which files
//! hold twice, is taken once. Footnotes, endnotes, headers, footers and comments follow the main text.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{Block, BlockKind, Document, Error, Kind, Limits, MASK, build::is_blank, head};
use crate::bytes::xml::{self, Event, Reader, local};
use crate::bytes::zip::{self, Archive, Unpacked};
use crate::model::{Finding, LanguageTag, Place, Severity};

/// How deep elements may stand in each other: text boxes in cells of tables in tables.
const BOUNDS: crate::bytes::Limits = crate::bytes::Limits { text: 16 << 20, depth: 512, expansion: 1 << 20 };

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Error> {
    if bytes.len() > limits.plain {
        return Err(Error::TooLong { bytes: bytes.len(), most: limits.plain });
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Error::NotText("an old or an encrypted Office document"));
    }
    let archive = Archive::open(bytes, limits.archive).map_err(Error::Archive)?;
    let mut package = Package { archive, findings: vec![] };
    if package.archive.cut_off {
        package.tell("read-file", "The archive is cut off; what is left of it is read.".into());
    }
    let main = package.main().ok_or(Error::NoDocument)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let within = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let mut document = Document {
        kind: Kind::Docx,
        title: None,
        outlet: None,
        date: None,
        language: None,
        note: None,
        encoding: None,
        blocks: vec![],
        findings: vec![],
    };
    if let Some(core) = package.part("docProps/core.xml")? {
        properties(&core, &mut document);
    }
    let styles = package.part(&within("styles.xml"))?.map(|part| Styles::read(&part)).unwrap_or_default();
    let first = match package.archive.unpack(&main) {
        Some(Ok(part)) => package.whole(&main, part),
        Some(Err(error)) => return Err(Error::Archive(error)),
        None => return Err(Error::NoDocument),
    };
    let mut body = Body { styles: &styles, most: limits.blocks, blocks: vec![], full: false };
    body.read(&first, &main, None, &mut package.findings);
    for (part, kind) in package.others(&within("")) {
        if let Some(bytes) = package.part(&part)? {
            body.read(&bytes, &part, Some(kind), &mut package.findings);
        }
    }
    if body.full {
        return Err(Error::TooFine);
    }
    document.language = document.language.or_else(|| most_used(&body.blocks)).or(styles.lang.clone());
    document.blocks = body.blocks;
    for block in &mut document.blocks {
        // What is in the document's own language is not worth a word.
        if block.lang.is_none() {
            block.foreign.retain(|(_, lang)| Some(lang) != document.language.as_ref());
        }
    }
    document.findings = package.findings;
    Ok(document)
}

/// The archive as an office program sees it: parts.
struct Package<'b> {
    archive: Archive<'b>,
    findings: Vec<Finding>,
}

impl Package<'_> {
    /// Returns the name of the main part: what the package's relations say, or what it is always called.
    fn main(&mut self) -> Option<String> {
        let related =
            self.archive.unpack("_rels/.rels").and_then(Result::ok).and_then(|part| relation(&part.bytes));
        let there = |name: &String| self.archive.names().any(|n| n.eq_ignore_ascii_case(name));
        related.filter(there).or_else(|| Some("word/document.xml".to_owned()).filter(there))
    }

    /// Returns the other parts with text in them.
    fn others(&self, folder: &str) -> Vec<(String, BlockKind)> {
        let kinds = [
            ("footnotes", BlockKind::Note),
            ("endnotes", BlockKind::Note),
            ("header", BlockKind::Margin),
            ("footer", BlockKind::Margin),
            ("comments", BlockKind::Comment),
        ];
        let mut found = vec![];
        for name in self.archive.names() {
            let stem = name.strip_prefix(folder).and_then(|n| n.strip_suffix(".xml")).unwrap_or("");
            let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit());
            if let Some(order) = kinds.iter().position(|(part, _)| *part == bare) {
                found.push((order, stem.len(), name.to_owned(), kinds[order].1));
            }
        }
        found.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
        found.dedup();
        found.into_iter().map(|(_, _, name, kind)| (name, kind)).collect()
    }

    /// Unpacks a part that need not be there; what cannot be unpacked is told. A bound ends it all.
    fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        match self.archive.unpack(name) {
            None => Ok(None),
            Some(Ok(part)) => Ok(Some(self.whole(name, part))),
            Some(Err(error @ zip::Error::Limit(_))) => Err(Error::Archive(error)),
            Some(Err(error)) => {
                self.tell("read-file", format!("The part {} cannot be read: {error}.", xml::quotable(name)));
                Ok(None)
            }
        }
    }

    fn whole(&mut self, name: &str, part: Unpacked) -> Vec<u8> {
        if part.damaged {
            let what =
                format!("The part {} is damaged; it is read as far as it unpacks.", xml::quotable(name));
            self.tell("read-file", what);
        }
        part.bytes
    }

    fn tell(&mut self, code: &str, message: String) {
        self.findings.push(Finding::new(code, Severity::Error, Place::default(), message));
    }
}

/// Returns what the relations of a package name as its document.
fn relation(bytes: &[u8]) -> Option<String> {
    let mut xml = Reader::new(bytes, None, BOUNDS);
    loop {
        match xml.next().ok()? {
            Event::Start if local(xml.name()) == "Relationship" => {
                let kind = xml.attribute("Type").unwrap_or("");
                if kind.ends_with("/officeDocument")
                    && let Some(target) = xml.attribute("Target")
                {
                    return Some(target.trim_start_matches('/').to_owned());
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Reads title, date and language from the properties; what is damaged says nothing.
fn properties(bytes: &[u8], document: &mut Document) {
    let mut xml = Reader::new(bytes, None, BOUNDS);
    let mut text = String::new();
    while let Ok(event) = xml.next() {
        match event {
            Event::Start => text.clear(),
            Event::Text => text.push_str(xml.text()),
            Event::End => {
                let value = std::mem::take(&mut text);
                let value = value.trim();
                match local(xml.name()) {
                    _ if value.is_empty() => {}
                    "title" => document.title = Some(value.to_owned()),
                    "created" => document.date = head::date(value),
                    "language" => document.language = value.parse().ok(),
                    _ => {}
                }
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

/// The language that the markup gives to most of the text.
fn most_used(blocks: &[Block]) -> Option<LanguageTag> {
    let (mut all, mut used) = (0, FxHashMap::<&LanguageTag, usize>::default());
    for block in blocks {
        all += block.text.len();
        let inside: usize = block.foreign.iter().map(|(range, _)| range.len()).sum();
        if let Some(lang) = &block.lang {
            *used.entry(lang).or_default() += block.text.len().saturating_sub(inside);
        }
        for (range, lang) in &block.foreign {
            *used.entry(lang).or_default() += range.len();
        }
    }
    let (lang, len) = used.into_iter().max_by_key(|(lang, len)| (*len, *lang))?;
    (len * 2 > all).then(|| lang.clone())
}

/// What the styles of a document say that matters here.
#[derive(Default)]
struct Styles {
    styles: FxHashMap<String, Style>,
    /// The language of text that says nothing.
    lang: Option<LanguageTag>,
}

#[derive(Default)]
struct Style {
    /// Its name, which is English in every edition of the program.
    name: String,
    based_on: Option<String>,
    /// Its place in the outline, from 0.
    outline: Option<u8>,
    listed: bool,
}

/// More styles than any document has.
const STYLES: usize = 20_000;

impl Styles {
    fn read(bytes: &[u8]) -> Self {
        let mut xml = Reader::new(bytes, None, BOUNDS);
        let (mut styles, mut current, mut defaults) = (Self::default(), None, false);
        while let Ok(event) = xml.next() {
            let name = match event {
                Event::Start => local(xml.name()),
                Event::End => {
                    match local(xml.name()) {
                        "style" => current = None,
                        "docDefaults" => defaults = false,
                        _ => {}
                    }
                    continue;
                }
                Event::Eof => break,
                _ => continue,
            };
            match name {
                "docDefaults" => defaults = true,
                "lang" if defaults => styles.lang = value(&xml, "val").and_then(|lang| lang.parse().ok()),
                "style" => {
                    current = value(&xml, "styleId").map(Cow::into_owned);
                    if let Some(id) = current.clone().filter(|_| styles.styles.len() < STYLES) {
                        styles.styles.insert(id, Style::default());
                    }
                }
                _ => {
                    let Some(style) = current.as_ref().and_then(|id| styles.styles.get_mut(id)) else {
                        continue;
                    };
                    let said = || value(&xml, "val").map(Cow::into_owned);
                    match name {
                        "name" => style.name = said().unwrap_or_default().to_ascii_lowercase(),
                        "basedOn" => style.based_on = said(),
                        "outlineLvl" => style.outline = said().and_then(|level| level.parse().ok()),
                        "numPr" => style.listed = true,
                        _ => {}
                    }
                }
            }
        }
        styles
    }

    /// Returns what a paragraph of a style is, if the style makes it anything.
    fn kind(&self, id: &str) -> Option<BlockKind> {
        let mut id = id;
        // A style may be based on itself, by way of others.
        for _ in 0..16 {
            let Some(style) = self.styles.get(id) else {
                // Without its entry the id itself mostly says it.
                return heading(&id.to_ascii_lowercase().replace("heading", "heading "));
            };
            let outline = style.outline.filter(|level| *level < 9).map(|level| BlockKind::Heading(level + 1));
            let listed = (style.listed || style.name.starts_with("list ")).then_some(BlockKind::ListItem);
            let caption = (style.name == "caption").then_some(BlockKind::Caption);
            if let Some(kind) = heading(&style.name).or(outline).or(caption).or(listed) {
                return Some(kind);
            }
            id = style.based_on.as_deref()?;
        }
        None
    }
}

fn heading(name: &str) -> Option<BlockKind> {
    match name.strip_prefix("heading ") {
        Some(level) => {
            level.trim().parse().ok().filter(|level| (1..=9).contains(level)).map(BlockKind::Heading)
        }
        None => matches!(name, "title").then_some(BlockKind::Heading(1)),
    }
}

/// Returns the attribute of a local name.
fn value<'x, R: std::io::Read>(xml: &'x Reader<R>, name: &str) -> Option<Cow<'x, str>> {
    xml.attributes().find(|(key, _)| local(key) == name).map(|(_, value)| Cow::Borrowed(value))
}

/// Takes the paragraphs of one part after the other.
struct Body<'s> {
    styles: &'s Styles,
    most: usize,
    blocks: Vec<Block>,
    full: bool,
}

/// A paragraph that is open; a text box has paragraphs inside one.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// Its number in the part.
    number: u32,
    /// Where which language begins.
    langs: Vec<(usize, Option<LanguageTag>)>,
    style: Option<String>,
    outline: Option<u8>,
    listed: bool,
    /// Its end was deleted, so the next paragraph goes on in it.
    joins: bool,
    /// How deep it stands in cells.
    cells: usize,
    run: Run,
}

/// What a run says about its text.
#[derive(Default)]
struct Run {
    hidden: bool,
    latin: Option<LanguageTag>,
    asian: Option<LanguageTag>,
    complex: Option<LanguageTag>,
}

/// Which properties the reader is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Properties {
    None,
    Paragraph,
    /// Of the mark that ends a paragraph.
    Mark,
    Run,
}

impl Body<'_> {
    fn read(&mut self, bytes: &[u8], part: &str, kind: Option<BlockKind>, findings: &mut Vec<Finding>) {
        let mut xml = Reader::new(bytes, None, BOUNDS);
        let mut found: Vec<(u32, Block)> = vec![];
        let mut walk = Walk::new(self.styles, kind);
        loop {
            match xml.next() {
                Ok(Event::Start) => walk.start(&xml, &mut found),
                Ok(Event::End) => walk.end(local(xml.name()), &mut found),
                Ok(Event::Text) if walk.takes_text() => walk.put(xml.text()),
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => {
                    let what = format!("The part {} breaks off: {error}.", xml::quotable(part));
                    findings.push(Finding::new("read-xml", Severity::Error, Place::default(), what));
                    break;
                }
            }
            if found.len() + self.blocks.len() > self.most {
                self.full = true;
                return;
            }
        }
        for trouble in xml.take_troubles() {
            let what = format!("{}: {}.", xml::quotable(part), trouble.message);
            findings.push(Finding::new(trouble.kind.code(), Severity::Warning, Place::default(), what));
        }
        // What was open when the part broke off is text too.
        while let Some(paragraph) = walk.open.pop() {
            walk.block(paragraph, &mut found);
        }
        if let Some(paragraph) = walk.joined.take() {
            walk.block(paragraph, &mut found);
        }
        // A text box ends before the paragraph that it hangs on, which began first.
        found.sort_by_key(|(number, _)| *number);
        self.blocks.extend(found.into_iter().map(|(_, block)| block));
    }
}

struct Walk<'s> {
    styles: &'s Styles,
    kind: Option<BlockKind>,
    open: Vec<Paragraph>,
    /// A paragraph whose end was deleted.
    joined: Option<Paragraph>,
    numbers: u32,
    /// The depth of elements, and at which depth what is no text began.
    depth: usize,
    skipped: Option<usize>,
    properties: Properties,
    properties_at: usize,
    cells: usize,
    /// Whether an element whose text counts is open.
    in_text: bool,
    /// For each alternative that is open, whether a choice was taken.
    alternatives: Vec<bool>,
}

impl<'s> Walk<'s> {
    fn new(styles: &'s Styles, kind: Option<BlockKind>) -> Self {
        Self {
            styles,
            kind,
            open: vec![],
            joined: None,
            numbers: 0,
            depth: 0,
            skipped: None,
            properties: Properties::None,
            properties_at: 0,
            cells: 0,
            in_text: false,
            alternatives: vec![],
        }
    }

    fn takes_text(&self) -> bool {
        self.in_text && self.skipped.is_none()
    }

    fn start(&mut self, xml: &Reader<&[u8]>, found: &mut Vec<(u32, Block)>) {
        self.depth += 1;
        if self.skipped.is_some() {
            return;
        }
        let name = local(xml.name());
        if self.properties != Properties::None {
            return self.property(name, xml);
        }
        let said = |key: &str| value(xml, key);
        match name {
            "p" => {
                self.numbers += 1;
                let fresh = Paragraph { number: self.numbers, cells: self.cells, ..Paragraph::default() };
                // What it goes on in keeps its number; what it is, the later one says, as Word has it.
                let paragraph = match self.joined.take() {
                    Some(joined) => {
                        Paragraph { joins: false, style: None, outline: None, listed: false, ..joined }
                    }
                    None => fresh,
                };
                self.open.push(paragraph);
            }
            "pPr" => self.enter(Properties::Paragraph),
            "r" => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.run = Run::default();
                }
            }
            "rPr" => self.enter(Properties::Run),
            "t" => self.in_text = true,
            "tab" | "ptab" => self.put("\t"),
            "br" | "cr" => self.put("\n"),
            "noBreakHyphen" => self.put("\u{2011}"),
            "softHyphen" => self.put("\u{AD}"),
            "sym" => {
                let code = said("char").and_then(|hex| u32::from_str_radix(&hex, 16).ok());
                // Most are of fonts whose characters have no meaning by themselves.
                let c = code
                    .and_then(char::from_u32)
                    .filter(|c| !matches!(c, '\u{E000}'..='\u{F8FF}' | '\0'..=' '));
                self.put(c.unwrap_or(MASK).encode_utf8(&mut [0; 4]));
            }
            "oMath" => {
                self.mask();
                self.skipped = Some(self.depth);
            }
            "drawing" | "pict" | "object" => self.mask(),
            "docPr" => {
                let number = self.open.last().map_or(self.numbers, |paragraph| paragraph.number);
                for text in ["descr", "title"].into_iter().filter_map(said) {
                    let text = text.trim_matches(is_blank);
                    if !text.is_empty() {
                        found.push((number, bare(text, BlockKind::Alternative, number)));
                    }
                }
            }
            "del" | "moveFrom" | "delText" | "instrText" | "delInstrText" | "rt" | "sdtPr" | "sectPr" => {
                self.skipped = Some(self.depth);
            }
            "AlternateContent" => self.alternatives.push(false),
            "Choice" => match self.alternatives.last_mut() {
                Some(taken @ false) => *taken = true,
                _ => self.skipped = Some(self.depth),
            },
            "Fallback" if self.alternatives.last() == Some(&true) => self.skipped = Some(self.depth),
            "tc" => self.cells += 1,
            _ => {}
        }
    }

    fn property(&mut self, name: &str, xml: &Reader<&[u8]>) {
        let Some(paragraph) = self.open.last_mut() else { return };
        let said = |key: &str| value(xml, key);
        let tag = |key: &str| said(key).and_then(|lang| lang.parse().ok());
        match (self.properties, name) {
            (Properties::Paragraph, "pStyle") => paragraph.style = said("val").map(Cow::into_owned),
            (Properties::Paragraph, "outlineLvl") => {
                paragraph.outline = said("val").and_then(|v| v.parse().ok())
            }
            (Properties::Paragraph, "numPr") => paragraph.listed = true,
            // A list of the number 0 is none.
            (Properties::Paragraph, "numId") => paragraph.listed &= said("val").as_deref() != Some("0"),
            (Properties::Paragraph, "rPr") => self.properties = Properties::Mark,
            // How it was before a change of its properties.
            (_, "pPrChange" | "rPrChange") => self.skipped = Some(self.depth),
            (Properties::Mark, "del" | "moveFrom") => paragraph.joins = true,
            (Properties::Run, "vanish") => {
                paragraph.run.hidden = !said("val").is_some_and(|v| matches!(&*v, "0" | "false" | "off"));
            }
            (Properties::Run, "lang") => {
                (paragraph.run.latin, paragraph.run.asian, paragraph.run.complex) =
                    (tag("val"), tag("eastAsia"), tag("bidi"));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, found: &mut Vec<(u32, Block)>) {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        if let Some(at) = self.skipped {
            if at == depth {
                self.skipped = None;
            }
            return;
        }
        if self.properties != Properties::None {
            match name {
                "rPr" if self.properties == Properties::Mark => self.properties = Properties::Paragraph,
                _ if depth == self.properties_at => self.properties = Properties::None,
                _ => {}
            }
            return;
        }
        match name {
            "p" => {
                let Some(paragraph) = self.open.pop() else { return };
                if paragraph.joins {
                    self.joined = Some(paragraph);
                } else {
                    self.block(paragraph, found);
                }
            }
            "t" => self.in_text = false,
            "AlternateContent" => drop(self.alternatives.pop()),
            // A paragraph whose end was deleted at the end of a cell, a note, a text box ends there all the same.
            "tc" | "txbxContent" | "footnote" | "endnote" | "comment" | "body" => {
                self.cells -= usize::from(name == "tc" && self.cells > 0);
                if let Some(paragraph) = self.joined.take() {
                    self.block(paragraph, found);
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, properties: Properties) {
        (self.properties, self.properties_at) = (properties, self.depth);
    }

    fn mask(&mut self) {
        if self.open.last().is_some_and(|p| !p.text.ends_with(MASK)) {
            self.put("\u{FFFC}");
        }
    }

    fn put(&mut self, text: &str) {
        let Some(paragraph) = self.open.last_mut() else { return };
        if paragraph.run.hidden || text.is_empty() {
            return;
        }
        // A paragraph as long as a bound on texts is taken as far as that.
        if paragraph.text.len() + text.len() > BOUNDS.text {
            return;
        }
        let run = &paragraph.run;
        let lang = match script(text) {
            Script::Asian => &run.asian,
            Script::Complex => &run.complex,
            Script::Other => &run.latin,
        };
        if paragraph.langs.last().is_none_or(|(_, last)| last != lang) && !text.chars().all(is_blank) {
            paragraph.langs.push((paragraph.text.len(), lang.clone()));
        }
        paragraph.text.push_str(text);
    }

    fn block(&self, paragraph: Paragraph, found: &mut Vec<(u32, Block)>) {
        if paragraph.text.trim_matches(|c| is_blank(c) || c == MASK).is_empty() {
            return;
        }
        let outline = paragraph.outline.filter(|level| *level < 9).map(|level| BlockKind::Heading(level + 1));
        let styled = paragraph.style.as_deref().and_then(|id| self.styles.kind(id));
        let kind = match (self.kind, outline.or(styled)) {
            (Some(kind), _) => kind,
            (_, Some(kind @ BlockKind::Heading(_))) => kind,
            _ if paragraph.cells > 0 => BlockKind::TableCell,
            _ if paragraph.listed => BlockKind::ListItem,
            (_, Some(kind)) => kind,
            _ => BlockKind::Paragraph,
        };
        let start = paragraph.text.len() - paragraph.text.trim_start_matches(is_blank).len();
        let text = paragraph.text[start..].trim_end_matches(is_blank);
        let mut block = bare(text, kind, paragraph.number);
        // What more than half of the text is in is the block's language; the rest is in another.
        let mut stretches: Vec<(std::ops::Range<usize>, Option<LanguageTag>)> = vec![];
        let ends = paragraph.langs.iter().skip(1).map(|(at, _)| *at).chain([paragraph.text.len()]);
        for ((from, lang), to) in paragraph.langs.iter().zip(ends) {
            let range = from.saturating_sub(start).min(text.len())..to.saturating_sub(start).min(text.len());
            if !range.is_empty() {
                stretches.push((range, lang.clone()));
            }
        }
        let mut used = FxHashMap::<Option<&LanguageTag>, usize>::default();
        for (range, lang) in &stretches {
            *used.entry(lang.as_ref()).or_default() += range.len();
        }
        let most = used.into_iter().find(|(_, len)| len * 2 > text.len());
        block.lang = most.and_then(|(lang, _)| lang.cloned());
        let other = |(range, lang): (std::ops::Range<usize>, Option<LanguageTag>)| {
            lang.filter(|lang| Some(lang) != block.lang.as_ref()).map(|lang| (range, lang))
        };
        block.foreign = stretches.into_iter().filter_map(other).collect();
        found.push((paragraph.number, block));
    }
}

fn bare(text: &str, kind: BlockKind, number: u32) -> Block {
    Block {
        text: text.to_owned(),
        kind,
        line: number,
        lang: None,
        foreign: vec![],
        way: None,
        column: 1,
        spots: vec![],
    }
}

/// Which of a run's three languages a text is in.
enum Script {
    Asian,
    Complex,
    Other,
}

fn script(text: &str) -> Script {
    for c in text.chars() {
        match c {
            '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' => {
                return Script::Complex;
            }
            '\u{900}'..='\u{DFF}' | '\u{E01}'..='\u{E5B}' => return Script::Complex,
            '\u{1100}'..='\u{11FF}'
            | '\u{2E80}'..='\u{D7FF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}' => {
                return Script::Asian;
            }
            c if c.is_alphabetic() => return Script::Other,
            _ => {}
        }
    }
    Script::Other
}

#[cfg(test)]
mod tests {
    use super::super::{Options, read};
    use super::*;
    use crate::bytes::zip::tests::packed;

    fn document(body: &str) -> Document {
        let xml = format!("<w:document><w:body>{body}</w:body></w:document>");
        read(&packed(&[("word/document.xml", xml.as_bytes())]), "a.docx", &Options::default()).unwrap()
    }

    fn texts(document: &Document) -> String {
        let texts: Vec<_> =
            document.blocks.iter().map(|b| b.text.replace(MASK, "#").replace('\n', "/")).collect();
        texts.join("|")
    }

    /// Writes `{text}` as a run, so that the facts below can be read.
    fn runs(short: &str) -> String {
        short.replace('{', "<w:r><w:t xml:space='preserve'>").replace('}', "</w:t></w:r>")
    }

    #[test]
    fn runs_are_one_text_and_changes_count_as_accepted() {
        let hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>a</w:t></w:r>\
            <w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>b</w:t></w:r></w:p>";
        let characters = "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/>\
            <w:softHyphen/><w:sym w:char='00E9'/><w:sym w:char='F0A7'/></w:r></w:p>";
        let text_box = "<w:p>{a}<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:docPr descr='alt'/>\
            <w:txbxContent><w:p>{box}</w:p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>\
            <w:txbxContent><w:p>{box}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>{b}</w:p>";
        let fields = "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>\
            <w:r><w:fldChar w:fldCharType='end'/><w:t>7</w:t></w:r></w:p>";
        let wrapped = "<w:p><w:hyperlink>{a}</w:hyperlink><w:smartTag><w:smartTagPr/>{b}</w:smartTag>\
            <w:sdt><w:sdtPr><w:t>no</w:t></w:sdtPr><w:sdtContent>{c}</w:sdtContent></w:sdt></w:p>";
        let moved = "<w:p><w:moveFrom>{a}</w:moveFrom></w:p><w:p><w:moveTo>{a}</w:moveTo></w:p>";
        let joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{cyber }</w:p><w:p>{norms}</w:p>";
        let ruby = "<w:p><w:r><w:ruby><w:rt>{しゅ}</w:rt><w:rubyBase>{主}</w:rubyBase></w:ruby></w:r></w:p>";
        for (name, body, expected) in [
            ("runs", "<w:p>{cy}<w:proofErr/>{ber}{ norms}</w:p>", "cyber norms"),
            ("changes", "<w:p>{a}<w:del>{b}</w:del><w:ins>{c}<w:del>{d}</w:del></w:ins></w:p>", "ac"),
            ("moved", moved, "a"),
            ("a deleted end", joined, "cyber norms"),
            ("fields", fields, "7"),
            ("wrapped", wrapped, "abc"),
            ("characters", characters, "a\tb/c\u{2011}\u{AD}é#"),
            ("hidden", hidden, "b"),
            ("a text box", text_box, "alt|a#b|box"),
            ("a formula", "<w:p>{x}<m:oMath><m:r><m:t>E=m</m:t></m:r></m:oMath></w:p>", "x#"),
            ("ruby", ruby, "主"),
            ("nothing", "<w:p/><w:p>{ }</w:p>", ""),
        ] {
            let document = document(&runs(body));
            assert_eq!(texts(&document), expected, "{name}");
            assert!(document.findings.is_empty(), "{name}: {:?}", document.findings);
        }
    }

    #[test]
    fn languages_are_those_of_the_script_of_a_run() {
        let lang = "<w:rPr><w:lang w:val='en-GB' w:eastAsia='zh-CN' w:bidi='ar-EG'/></w:rPr>";
        let body = "<w:p>{the long words of }{网络}</w:p><w:p>{السيادة}</w:p>";
        let document = document(&runs(body).replace("<w:r>", &format!("<w:r>{lang}")));
        let langs: Vec<_> = document.blocks.iter().map(|b| b.lang.as_ref().unwrap().as_str()).collect();
        assert_eq!(langs, ["en-GB", "ar-EG"]);
        let (range, tag) = &document.blocks[0].foreign[0];
        assert_eq!((&document.blocks[0].text[range.clone()], tag.as_str()), ("网络", "zh-Hans"));
    }

    #[test]
    fn a_broken_part_is_read_as_far_as_it_goes() {
        let options = Options::default();
        let main = |xml: &str| packed(&[("word/document.xml", xml.as_bytes())]);
        let broken = main(&runs("<w:document><w:p>{one}</w:p><w:p><w:r><w:t>two</w:r></w:p>"));
        let document = read(&broken, "a.docx", &options).unwrap();
        assert_eq!((texts(&document).as_str(), &*document.findings[0].check), ("one|two", "read-xml"));
        let deep = main(&format!("<w:document>{}", "<w:p>".repeat(10_000)));
        assert_eq!(read(&deep, "a.docx", &options).unwrap().findings.len(), 1);
        let none = read(&packed(&[("content.xml", b"<x/>")]), "a.docx", &options).unwrap_err();
        assert_eq!(none.to_string(), "the file is a zip archive without a text document in it");
    }

    #[test]
    fn no_cut_makes_it_panic() {
        let xml = runs("<w:document><w:p>{one}</w:p></w:document>");
        let bytes = packed(&[("word/styles.xml", b"<w:styles/>"), ("word/document.xml", xml.as_bytes())]);
        for len in 0..bytes.len() {
            drop(read(&bytes[..len], "a.docx", &Options::default()));
        }
    }
}
