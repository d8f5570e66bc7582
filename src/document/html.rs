//! HTML, read as leniently as browsers do.
//!
//! A small tokenizer and a stack of open elements, both bounded: no tree is built. What browsers mend is mended where it
//! matters for text: paragraphs, points and cells that are not closed, upper case, references without a semicolon,
//! attributes without quotation marks, end tags of nothing. Elements that make blocks end a block; all others are
//! transparent.
//!
//! White space is one space, or nothing between two Han characters over the end of a line, as CSS has it (CSS Text 3,
//! 4.1.3), so that a Chinese term may be broken over lines in the source.

use std::ops::Range;
use std::rc::Rc;

use super::build::Builder;
use super::entities::Entities;
use super::{BlockKind, head, plain};
use crate::model::LanguageTag;

/// How deep elements may stand in each other; deeper ones are read as if their tags were not there.
const DEPTH: usize = 256;

/// Reads a whole page.
pub(super) fn read(builder: &mut Builder<'_>) {
    let end = builder.source.len();
    read_range(builder, 0..end);
}

/// Reads a stretch of HTML.
pub(super) fn read_range(builder: &mut Builder<'_>, range: Range<usize>) {
    let source = builder.source;
    let xml = source[range.clone()].trim_start().starts_with("<?xml");
    let mut reader = Reader {
        builder,
        source,
        at: range.start,
        end: range.end,
        entities: Entities::default(),
        stack: vec![],
        space: None,
        foreign: 0,
        xml,
    };
    reader.run();
}

/// Returns the encoding that a page names in its first bytes (HTML, 13.2.3.2).
pub(super) fn said_encoding(bytes: &[u8]) -> Option<String> {
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let mut rest = &head[..];
    loop {
        rest = &rest[memchr::memmem::find(rest, b"<meta")? + 5..];
        let tag = &rest[..memchr::memchr(b'>', rest).unwrap_or(rest.len())];
        let Some(at) = memchr::memmem::find(tag, b"charset") else { continue };
        let Some(value) = tag[at + 7..].trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let len = value.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b)).count();
        let label = std::str::from_utf8(&value[..len]).ok()?;
        // Whoever can read it byte by byte is not reading UTF-16.
        return Some(if label.starts_with("utf-16") { "utf-8" } else { label }.to_owned());
    }
}

/// A tag's name, in lower case, as a number.
type Name = u64;

const fn name(text: &str) -> Name {
    named(text.as_bytes())
}

const fn named(text: &[u8]) -> Name {
    // FNV-1a. Whoever makes up names that collide gets other markup, and no harm is done.
    let mut hash = 0xCBF2_9CE4_8422_2325;
    let mut at = 0;
    while at < text.len() {
        hash = (hash ^ text[at].to_ascii_lowercase() as u64).wrapping_mul(0x0100_0000_01B3);
        at += 1;
    }
    hash
}

macro_rules! names {
    ($($constant:ident $text:literal)*) => { $(const $constant: Name = name($text);)* };
}

names! {
    ADDRESS "address" ARTICLE "article" ASIDE "aside" BLOCKQUOTE "blockquote" BODY "body" BR "br" BUTTON "button"
    CAPTION "caption" CENTER "center" CODE "code" DD "dd" DETAILS "details" DIALOG "dialog" DIR "dir" DIV "div" DL "dl"
    DT "dt" FIELDSET "fieldset" FIGCAPTION "figcaption" FIGURE "figure" FOOTER "footer" FORM "form" H1 "h1" H2 "h2"
    H3 "h3" H4 "h4" H5 "h5" H6 "h6" HEAD "head" HEADER "header" HGROUP "hgroup" HR "hr" HTML "html" IFRAME "iframe"
    KBD "kbd" LEGEND "legend" LI "li" LISTING "listing" MAIN "main" MATH "math" MENU "menu" META "meta" NAV "nav"
    NOEMBED "noembed" NOFRAMES "noframes" OL "ol" OPTGROUP "optgroup" OPTION "option" P "p" PRE "pre" RB "rb" RP "rp"
    RT "rt" RTC "rtc" RUBY "ruby" SAMP "samp" SCRIPT "script" SEARCH "search" SECTION "section" SELECT "select" STYLE "style"
    SUMMARY "summary" SUP "sup" SVG "svg" TABLE "table" TBODY "tbody" TD "td" TEMPLATE "template" TEXTAREA "textarea"
    TFOOT "tfoot" TH "th" THEAD "thead" TIME "time" TITLE "title" TR "tr" UL "ul" VAR "var" XMP "xmp"
    AREA "area" BASE "base" COL "col" EMBED "embed" IMG "img" INPUT "input" LINK "link" PARAM "param" SOURCE "source"
    TRACK "track" WBR "wbr"
}

/// Elements that text does not run on over.
fn is_block(tag: Name) -> bool {
    matches!(
        tag,
        ADDRESS
            | ARTICLE
            | ASIDE
            | BLOCKQUOTE
            | BODY
            | BUTTON
            | CAPTION
            | CENTER
            | DD
            | DETAILS
            | DIALOG
            | DIR
            | DIV
            | DL
            | DT
            | FIELDSET
            | FIGCAPTION
            | FIGURE
            | FOOTER
            | FORM
            | H1
            | H2
            | H3
            | H4
            | H5
            | H6
            | HEAD
            | HEADER
            | HGROUP
            | HR
            | HTML
            | IFRAME
            | LEGEND
            | LI
            | LISTING
            | MAIN
            | MENU
            | NAV
            | OL
            | OPTGROUP
            | OPTION
            | P
            | PRE
            | SEARCH
            | SECTION
            | SELECT
            | SUMMARY
            | TABLE
            | TBODY
            | TD
            | TEXTAREA
            | TFOOT
            | TH
            | THEAD
            | TR
            | UL
            | XMP
    )
}

/// Elements that nothing in them ends, and that end all that is in them.
fn is_closed(tag: Name) -> bool {
    matches!(tag, TEMPLATE | SVG | MATH | RUBY)
}

/// Elements that have no end.
fn is_void(tag: Name) -> bool {
    matches!(
        tag,
        AREA | BASE | BR | COL | EMBED | HR | IMG | INPUT | LINK | META | PARAM | SOURCE | TRACK | WBR
    )
}

/// What an open element is ended by without an end tag of its own: the elements that a start tag closes, and those that
/// it does not look behind.
fn closes(tag: Name) -> Option<(&'static [Name], &'static [Name])> {
    const ROW: &[Name] = &[TABLE];
    Some(match tag {
        LI => (&[LI], &[UL, OL, MENU, DIR, TABLE]),
        DT | DD => (&[DT, DD], &[DL, TABLE]),
        TD | TH => (&[TD, TH, CAPTION], ROW),
        TR => (&[TR, CAPTION], ROW),
        TBODY | THEAD | TFOOT => (&[TBODY, THEAD, TFOOT, CAPTION], ROW),
        OPTION | OPTGROUP => (&[OPTION], &[SELECT]),
        H1 | H2 | H3 | H4 | H5 | H6 => (&[H1, H2, H3, H4, H5, H6, P], &[TD, TH, LI, BUTTON, DIV]),
        RT | RP | RB | RTC => (&[RT, RP, RB], &[RTC]),
        _ if is_block(tag) => (&[P], &[TD, TH, CAPTION, BUTTON]),
        _ => return None,
    })
}

/// The attributes that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Alt,
    Hint,
    Lang,
    Translate,
    Class,
    Name,
    Content,
    Datetime,
    Pubdate,
}

const KEYS: &[(Name, Key)] = &[
    (name("alt"), Key::Alt),
    (name("title"), Key::Hint),
    (name("placeholder"), Key::Hint),
    (name("aria-label"), Key::Hint),
    (name("lang"), Key::Lang),
    (name("xml:lang"), Key::Lang),
    (name("translate"), Key::Translate),
    (name("class"), Key::Class),
    (name("name"), Key::Name),
    (name("property"), Key::Name),
    (name("itemprop"), Key::Name),
    (name("http-equiv"), Key::Name),
    (name("content"), Key::Content),
    (name("datetime"), Key::Datetime),
    (name("pubdate"), Key::Pubdate),
];

/// How many attributes of an element are looked at.
const ATTRIBUTES: usize = 32;

/// A start or an end tag.
struct Tag {
    name: Name,
    range: Range<usize>,
    attributes: Vec<(Key, Range<usize>)>,
    /// Whether it ends with `/>`.
    empty: bool,
}

/// An open element, with what it has from those around it.
#[derive(Clone)]
struct Open {
    name: Name,
    kind: BlockKind,
    lang: Option<Rc<LanguageTag>>,
    /// Nothing in it is text, and nothing stands for it.
    dropped: bool,
    /// What is in it is no prose.
    masked: bool,
    /// White space is kept.
    kept: bool,
    /// It is no HTML: a drawing or a formula.
    alien: bool,
    /// Where the text in a language of its own begins, if it runs on in its block.
    foreign: Option<usize>,
}

struct Reader<'b, 'w> {
    builder: &'b mut Builder<'w>,
    source: &'w str,
    at: usize,
    end: usize,
    entities: Entities,
    stack: Vec<Open>,
    /// White space that waits for more text.
    space: Option<Range<usize>>,
    /// How many open elements have a language of their own in running text.
    foreign: usize,
    /// Whether it is XHTML, where `<p/>` is a whole element.
    xml: bool,
}

impl Reader<'_, '_> {
    fn run(&mut self) {
        while self.at < self.end && !self.builder.is_full() {
            let rest = &self.source.as_bytes()[self.at..self.end];
            let len = memchr::memchr(b'<', rest).unwrap_or(rest.len());
            if len > 0 {
                self.text(self.at..self.at + len, false);
                self.at += len;
                continue;
            }
            match rest.get(1) {
                Some(b) if b.is_ascii_alphabetic() => {
                    let tag = self.tag(self.at + 1);
                    self.open(tag);
                }
                Some(b'/') if rest.get(2).is_some_and(u8::is_ascii_alphabetic) => {
                    let tag = self.tag(self.at + 2);
                    self.close(tag.name, tag.range);
                }
                Some(b'!' | b'?' | b'/') => self.comment(),
                // A `<` that begins nothing is one.
                _ => {
                    self.text(self.at..self.at + 1, false);
                    self.at += 1;
                }
            }
        }
        self.end_block();
    }

    /// Passes over a comment, a document type, an instruction.
    fn comment(&mut self) {
        let rest = &self.source.as_bytes()[self.at..self.end];
        let (found, what) = if rest.starts_with(b"<!--") {
            // `<!-->` and `<!--->` are whole.
            let from = if rest[4..].starts_with(b">") || rest[4..].starts_with(b"->") { 2 } else { 4 };
            (memchr::memmem::find(&rest[from..], b"-->").map(|at| from + at + 3), "A comment")
        } else {
            (memchr::memchr(b'>', rest).map(|at| at + 1), "A declaration")
        };
        if found.is_none() {
            let message = format!("{what} is not closed; what follows is not read.");
            self.builder.tell("read-markup", self.at, &message);
        }
        self.at = found.map_or(self.end, |len| self.at + len);
    }

    /// Reads a tag whose name begins at a point, and goes behind it.
    fn tag(&mut self, from: usize) -> Tag {
        let bytes = &self.source.as_bytes()[..self.end];
        let start = self.at;
        let is_end = |b: u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>');
        let mut at = from;
        while at < bytes.len() && !is_end(bytes[at]) {
            at += 1;
        }
        let mut tag =
            Tag { name: named(&bytes[from..at]), range: start..start, attributes: vec![], empty: false };
        loop {
            while at < bytes.len() && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
                tag.empty = bytes[at] == b'/';
                at += 1;
            }
            if at >= bytes.len() {
                self.builder.tell("read-markup", start, "The file ends inside a tag.");
                break;
            }
            if bytes[at] == b'>' {
                at += 1;
                break;
            }
            tag.empty = false;
            let key = at;
            // An `=` at its beginning is part of a name.
            at += 1;
            while at < bytes.len() && !is_end(bytes[at]) && bytes[at] != b'=' {
                at += 1;
            }
            let key = named(&bytes[key..at]);
            let mut after = at;
            while after < bytes.len() && bytes[after].is_ascii_whitespace() {
                after += 1;
            }
            let mut value = at..at;
            if bytes.get(after) == Some(&b'=') {
                at = after + 1;
                while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                    at += 1;
                }
                match bytes.get(at) {
                    Some(quote @ (b'"' | b'\'')) => {
                        let len = memchr::memchr(*quote, &bytes[at + 1..]);
                        value = at + 1..len.map_or(bytes.len(), |len| at + 1 + len);
                        at = (value.end + 1).min(bytes.len());
                    }
                    _ => {
                        let from = at;
                        while at < bytes.len() && !bytes[at].is_ascii_whitespace() && bytes[at] != b'>' {
                            at += 1;
                        }
                        value = from..at;
                    }
                }
            }
            if let Some((_, key)) = KEYS.iter().find(|(name, _)| *name == key)
                && tag.attributes.len() < ATTRIBUTES
            {
                tag.attributes.push((*key, value));
            }
        }
        tag.range.end = at;
        self.at = at;
        tag
    }

    fn open(&mut self, tag: Tag) {
        let alien = self.stack.last().is_some_and(|open| open.alien);
        let block = is_block(tag.name) && !alien;
        if block {
            self.end_block();
        }
        if let Some((closed, until)) = closes(tag.name).filter(|_| !alien) {
            self.imply(closed, until);
        }
        let around = self.stack.last().cloned().unwrap_or(Open {
            name: 0,
            kind: BlockKind::Paragraph,
            lang: None,
            dropped: false,
            masked: false,
            kept: false,
            alien: false,
            foreign: None,
        });
        let mut open = Open { name: tag.name, foreign: None, ..around.clone() };
        let said =
            |key: Key| tag.attributes.iter().find(|(k, _)| *k == key).map(|(_, v)| &self.source[v.clone()]);
        if let Some(lang) = said(Key::Lang).and_then(|lang| lang.parse::<LanguageTag>().ok()) {
            if tag.name == HTML || (tag.name == BODY && self.builder.document.language.is_none()) {
                self.builder.document.language = Some(lang);
            } else {
                open.lang = Some(Rc::new(lang));
            }
        }
        match said(Key::Translate) {
            Some(value) if value.eq_ignore_ascii_case("no") => open.masked = true,
            Some(_) => open.masked = false,
            None => {}
        }
        let class = said(Key::Class).unwrap_or("");
        open.masked |= class.split_ascii_whitespace().any(|c| c == "notranslate");
        self.dress(&mut open);
        if tag.name == SUP && !around.masked {
            open.masked = self.is_note_mark();
        }
        if !open.dropped && !open.masked && !matches!(tag.name, META | LINK | STYLE | SCRIPT | BASE) {
            self.attributes(&tag, open.lang.as_deref());
        }
        if !around.alien {
            match tag.name {
                META => self.meta(&tag),
                TIME => self.time(&tag),
                _ => {}
            }
        }
        if matches!(tag.name, SVG | MATH | IMG | EMBED | INPUT) && !around.dropped {
            self.masked(tag.range.clone());
        }
        let whole = tag.empty && (self.xml || around.alien || open.alien);
        match tag.name {
            BR => self.line(tag.range),
            _ if is_void(tag.name) || whole => {}
            SCRIPT | STYLE => drop(self.raw(&tag)),
            XMP | IFRAME | NOEMBED | NOFRAMES if !around.alien => drop(self.raw(&tag)),
            TITLE if !around.alien => {
                let range = self.raw(&tag);
                let title = self.resolved(range);
                let document = &mut self.builder.document;
                document.title = document.title.take().or(title);
            }
            TEXTAREA if !around.alien => {
                let range = self.raw(&tag);
                self.stack.push(open);
                self.text(range, false);
                self.end_block();
                self.stack.pop();
            }
            _ => {
                if !block && open.lang != around.lang {
                    open.foreign = Some(self.builder.text().len());
                    self.foreign += 1;
                }
                if self.stack.len() < DEPTH {
                    self.stack.push(open);
                } else if open.foreign.is_some() {
                    self.foreign -= 1;
                }
                // The end of the line behind `<pre>` is no text.
                if matches!(tag.name, PRE | LISTING) {
                    let rest = &self.source[self.at..self.end];
                    self.at += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
                }
            }
        }
    }

    /// Gives an element what its name means.
    fn dress(&self, open: &mut Open) {
        match open.name {
            H1 => open.kind = BlockKind::Heading(1),
            H2 => open.kind = BlockKind::Heading(2),
            H3 => open.kind = BlockKind::Heading(3),
            H4 => open.kind = BlockKind::Heading(4),
            H5 => open.kind = BlockKind::Heading(5),
            H6 => open.kind = BlockKind::Heading(6),
            LI | DT | DD | OPTION => open.kind = BlockKind::ListItem,
            TD | TH => open.kind = BlockKind::TableCell,
            CAPTION | FIGCAPTION | LEGEND | SUMMARY => open.kind = BlockKind::Caption,
            PRE | LISTING | TEXTAREA => {
                open.kind = BlockKind::Preformatted;
                open.kept = true;
            }
            TEMPLATE | RT | RP | RTC => open.dropped = true,
            CODE | KBD | SAMP | VAR => open.masked = true,
            SVG | MATH => (open.masked, open.alien) = (true, true),
            _ => {}
        }
    }

    /// Tells whether what stands raised here is the mark of a note, not the rest of a word such as *2nd*.
    fn is_note_mark(&self) -> bool {
        if self.space.is_some()
            || !self.builder.text().ends_with(|c: char| c.is_alphabetic() || "»”\"')）」".contains(c))
        {
            return false;
        }
        let near = self.source.floor_char_boundary((self.at + 300).min(self.end));
        let mut rest = &self.source[self.at..near];
        loop {
            rest = rest.trim_start();
            if !rest.starts_with('<') {
                return rest.starts_with(|c: char| c.is_numeric() || "[(*†‡".contains(c));
            }
            let Some(len) = rest.find('>') else { return false };
            rest = &rest[len + 1..];
        }
    }

    /// Makes blocks of the attributes that people read.
    fn attributes(&mut self, tag: &Tag, lang: Option<&LanguageTag>) {
        for (key, range) in &tag.attributes {
            let kind = match key {
                Key::Alt => BlockKind::Alternative,
                Key::Hint => BlockKind::Hint,
                _ => continue,
            };
            let mut pieces = vec![];
            self.pieces(range.clone(), true, |piece, range| pieces.push((piece, range)));
            self.builder.aside(kind, lang, |builder| {
                for (piece, range) in pieces {
                    match piece {
                        Some(text) => builder.atom(&text, range),
                        None => plain::lines(builder, range.start, range.end),
                    }
                }
            });
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let content = tag.attributes.iter().find(|(key, _)| *key == Key::Content).map(|(_, v)| v.clone());
        let Some(content) = content.and_then(|range| self.resolved(range)) else { return };
        for (key, range) in &tag.attributes {
            if *key != Key::Name {
                continue;
            }
            let document = &mut self.builder.document;
            match &*self.source[range.clone()].trim().to_ascii_lowercase() {
                "og:site_name" | "application-name" | "dc.publisher" | "citation_journal_title" => {
                    document.outlet = document.outlet.take().or_else(|| Some(content.clone()));
                }
                "og:title" => document.title = document.title.take().or_else(|| Some(content.clone())),
                "content-language" | "language" | "og:locale" | "dc.language" => {
                    document.language = document.language.take().or_else(|| content.parse().ok());
                }
                "date"
                | "pubdate"
                | "publishdate"
                | "publish-date"
                | "published"
                | "datepublished"
                | "dc.date"
                | "dc.date.issued"
                | "dc.date.created"
                | "dcterms.date"
                | "dcterms.issued"
                | "dcterms.created"
                | "article:published_time"
                | "og:published_time"
                | "article:published"
                | "parsely-pub-date"
                | "citation_publication_date"
                | "citation_date" => {
                    document.date = document.date.or_else(|| head::date(&content.replace('/', "-")));
                }
                _ => {}
            }
        }
    }

    fn time(&mut self, tag: &Tag) {
        let published = tag.attributes.iter().any(|(key, range)| match key {
            Key::Pubdate => true,
            Key::Name => self.source[range.clone()].eq_ignore_ascii_case("datePublished"),
            _ => false,
        });
        let date = tag.attributes.iter().find(|(key, _)| *key == Key::Datetime);
        if let (true, Some((_, range))) = (published, date) {
            let document = &mut self.builder.document;
            document.date = document.date.or_else(|| head::date(&self.source[range.clone()]));
        }
    }

    /// Passes over an element in which there are no tags, and returns its content.
    fn raw(&mut self, tag: &Tag) -> Range<usize> {
        let start = self.at;
        let bytes = &self.source.as_bytes()[..self.end];
        let mut at = start;
        loop {
            let Some(found) = memchr::memmem::find(&bytes[at..], b"</") else {
                self.builder.tell(
                    "read-markup",
                    tag.range.start,
                    "An element whose content is no markup is not closed.",
                );
                self.at = self.end;
                return start..self.end;
            };
            let close = at + found;
            at = close + 2;
            let len = bytes[at..].iter().take(10).take_while(|b| b.is_ascii_alphanumeric()).count();
            let over =
                bytes.get(at + len).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
            if over && named(&bytes[at..at + len]) == tag.name {
                self.at = memchr::memchr(b'>', &bytes[at..]).map_or(self.end, |len| at + len + 1);
                return start..close;
            }
        }
    }

    fn close(&mut self, tag: Name, range: Range<usize>) {
        match tag {
            // Browsers take these for what was meant.
            BR => return self.line(range),
            P if !self.stack.iter().any(|o| o.name == P) => return self.end_block(),
            // What stands behind them stands in them.
            BODY | HTML => return self.end_block(),
            _ => {}
        }
        let heading = |name: Name| matches!(name, H1 | H2 | H3 | H4 | H5 | H6);
        let table = matches!(tag, TABLE | TBODY | THEAD | TFOOT | TR | TD | TH | CAPTION);
        let mut found = None;
        for (index, open) in self.stack.iter().enumerate().rev() {
            if open.name == tag || (heading(tag) && heading(open.name)) {
                found = Some(index);
                break;
            }
            if !table && matches!(open.name, TD | TH | TABLE | CAPTION) {
                break;
            }
        }
        if is_block(tag) {
            self.end_block();
        }
        let Some(index) = found else { return };
        let whole = is_block(tag) || is_closed(tag);
        if whole || !self.stack[index + 1..].iter().any(|o| is_block(o.name)) {
            while self.stack.len() > index {
                self.pop();
            }
        } else {
            // An inline element that ends inside a block which began in it leaves the block open.
            let open = self.stack.remove(index);
            self.ended(&open);
        }
    }

    /// Closes what a start tag closes.
    fn imply(&mut self, closed: &[Name], until: &[Name]) {
        for index in (0..self.stack.len()).rev() {
            let name = self.stack[index].name;
            if closed.contains(&name) {
                while self.stack.len() > index {
                    self.pop();
                }
                // A point in a paragraph of a point closes both.
                return if closed != [P] {
                    self.imply(closed, until)
                };
            }
            if until.contains(&name) || is_closed(name) {
                return;
            }
        }
    }

    fn pop(&mut self) {
        if let Some(open) = self.stack.pop() {
            self.ended(&open);
        }
    }

    fn ended(&mut self, open: &Open) {
        if let (Some(from), Some(lang)) = (open.foreign, &open.lang) {
            self.builder.foreign(from, lang);
        }
        self.foreign -= usize::from(open.foreign.is_some());
    }

    fn end_block(&mut self) {
        self.space = None;
        if self.foreign > 0 {
            for open in &mut self.stack {
                if let (Some(from), Some(lang)) = (open.foreign, &open.lang) {
                    self.builder.foreign(from, lang);
                    open.foreign = Some(0);
                }
            }
        }
        let kind = self.stack.last().map_or(BlockKind::Paragraph, |open| open.kind);
        let around = self.stack.iter().rev().find(|open| open.foreign.is_none());
        let lang = around.and_then(|open| open.lang.clone());
        self.builder.end(kind, lang.as_deref());
    }

    fn line(&mut self, range: Range<usize>) {
        self.space = None;
        if !self.stack.last().is_some_and(|open| open.dropped || open.masked) {
            self.builder.atom("\n", range);
        }
    }

    fn masked(&mut self, range: Range<usize>) {
        self.put_space(MASKED);
        self.builder.mask(range);
    }

    fn text(&mut self, range: Range<usize>, in_attribute: bool) {
        let (dropped, masked, kept) =
            self.stack.last().map_or((false, false, false), |open| (open.dropped, open.masked, open.kept));
        if dropped {
            return;
        }
        if masked {
            let text = &self.source[range.clone()];
            if !text.trim().is_empty() {
                self.masked(range);
            }
            return;
        }
        // Nearly all text has no references.
        if memchr::memchr(b'&', &self.source.as_bytes()[range.clone()]).is_none() {
            return self.stretch(range, kept);
        }
        let mut pieces = vec![];
        self.pieces(range, in_attribute, |piece, range| pieces.push((piece, range)));
        for (piece, range) in pieces {
            match piece {
                None => self.stretch(range, kept),
                Some(text) => {
                    self.put_space(text.chars().next().unwrap_or(MASKED));
                    self.builder.atom(&text, range);
                }
            }
        }
    }

    /// Parts text at its references: stretches that stand as they are, and what references stand for.
    fn pieces(
        &mut self,
        range: Range<usize>,
        in_attribute: bool,
        mut piece: impl FnMut(Option<Box<str>>, Range<usize>),
    ) {
        let mut from = range.start;
        let mut at = range.start;
        while let Some(found) = memchr::memchr(b'&', &self.source.as_bytes()[at..range.end]) {
            at += found;
            let Some((text, len)) = self.entities.resolve(&self.source[at..range.end], in_attribute) else {
                at += 1;
                continue;
            };
            if from < at {
                piece(None, from..at);
            }
            piece(Some(text), at..at + len);
            at += len;
            from = at;
        }
        if from < range.end {
            piece(None, from..range.end);
        }
    }

    /// Returns what an attribute or a title says, in one line.
    fn resolved(&mut self, range: Range<usize>) -> Option<String> {
        let (mut text, source) = (String::new(), self.source);
        self.pieces(range, true, |piece, range| text.push_str(piece.as_deref().unwrap_or(&source[range])));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    /// Takes text without references.
    fn stretch(&mut self, range: Range<usize>, kept: bool) {
        if kept {
            return plain::lines(self.builder, range.start, range.end);
        }
        let bytes = self.source.as_bytes();
        let is_space = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0C);
        let mut at = range.start;
        while at < range.end {
            let from = at;
            if is_space(bytes[at]) {
                while at < range.end && is_space(bytes[at]) {
                    at += 1;
                }
                self.space.get_or_insert(from..at);
                continue;
            }
            // One space between two letters stands as it is.
            while at < range.end
                && (!is_space(bytes[at])
                    || (bytes[at] == b' ' && at + 1 < range.end && !is_space(bytes[at + 1])))
            {
                at += 1;
            }
            let first = self.source[from..at].chars().next().unwrap_or(MASKED);
            self.put_space(first);
            self.builder.same(from..at);
        }
    }

    /// Puts the space that waits, unless it is none before such a character.
    fn put_space(&mut self, next: char) {
        let Some(range) = self.space.take() else { return };
        let text = self.builder.text();
        let broken = self.source[range.clone()].contains(['\n', '\r']);
        let none = match text.chars().next_back() {
            None | Some(' ' | '\n') => true,
            Some(last) => broken && is_wide(last) && is_wide(next),
        };
        if !none {
            self.builder.atom(" ", range);
        }
    }
}

const MASKED: char = super::MASK;

/// Han, Kana and their punctuation.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{312F}' | '\u{3190}'..='\u{A4CF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF01}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}')
}
