//! Reads a document and holds each element against its schema.

use std::io::{self, Read};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Verdict;
use super::advice::{Advice, HELP_LANGUAGE};
use super::dialects::{Dialect, Module};
use super::grammars::{TBX_2, TBX_2_BASIC, TBX_3, TMX};
use super::prolog;
use super::schema::{Content, Element, FOREIGN, Schema, Value, complaint, one_of, short};
use crate::bytes::xml::{Error, Event, Reader, TroubleKind};
use crate::bytes::{How, Limits, Position};
use crate::model::{Finding, Place, Severity};

/// What readers say they make of what is not well-formed.
const MADE_OF_IT: &[&str] = &[
    "; the first one counts",
    "; a space stands for it",
    "; it is left out",
    "; it counts as empty",
    "; it is taken as it is written",
    " and is taken as it is",
];
/// The namespace of TBX 3.
const TBX: &str = "urn:iso:std:iso:30042:ed-2";
/// How many errors and how many warnings are told.
const TOLD: [usize; 2] = [1_000, 200];

/// How much of a document is looked at for its prolog.
const HEAD: u64 = 16 << 10;

pub(super) fn judge(mut source: impl Read) -> io::Result<Verdict> {
    let mut head = vec![];
    source.by_ref().take(HEAD).read_to_end(&mut head)?;
    let text = crate::bytes::head(&head[..], None)?;
    let prolog = prolog::look(&text);
    let mut judge = Judge::new(Reader::new(head.chain(source), None, Limits::default()));
    judge.standalone = prolog.standalone;
    judge.external = prolog.external && !prolog.standalone;
    for (byte, what) in prolog.faults {
        let before = &text[..byte];
        let line = 1 + before.matches('\n').count() as u32;
        let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count() as u32;
        let at = Position { line, column, offset: None };
        judge.say(Round::Structure, "xml", at, format!("this is not well-formed XML: {what}"), HELP_PROLOG);
    }
    judge.declared = prolog.encoding;
    loop {
        let event = judge.xml.next();
        judge.take_troubles(matches!(event, Ok(Event::Start)));
        match event {
            Ok(Event::Start) => {
                judge.undeclared(false);
                judge.characters(true);
                judge.start();
            }
            Ok(Event::End) => judge.end(),
            Ok(Event::Text) => {
                judge.undeclared(true);
                judge.characters(false);
                judge.text();
            }
            Ok(Event::Comment) => judge.aside(),
            Ok(Event::Instruction) => {
                judge.instruction();
                judge.aside();
            }
            Ok(Event::Eof) => break,
            Err(Error::Io(error)) => return Err(error),
            Err(Error::Broken(at, what)) => {
                let help = if judge.xml.encoding().packed.is_some() { HELP_PACKED } else { HELP_BROKEN };
                judge.broken(at, format!("this is not well-formed XML: {what}"), help);
                break;
            }
            Err(Error::Limit(at, what)) => {
                judge.broken(at, format!("this cannot be judged: {what}"), HELP_LIMIT);
                break;
            }
        }
    }
    Ok(judge.verdict())
}

/// What a document is judged by.
struct Law {
    /// `tbx` or `tmx`: what the codes of findings begin with.
    family: &'static str,
    format: String,
    label: String,
    schema: &'static Schema,
    /// The namespace of the schema's elements; `None` where prefixes are part of the name.
    namespace: Option<&'static str>,
    dialect: Option<&'static Dialect>,
    /// Whether it is a DTD, which complains of an element as a whole, where it begins.
    dtd: bool,
}

/// One of the rounds in which the judges speak; in the last one, advice is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Round {
    Structure,
    References,
    Rules,
    Advice,
}

/// An element that is open.
struct Frame {
    /// Its name; without the prefix, where there are namespaces.
    name: String,
    /// Whose it is.
    owner: Owner,
    element: Option<&'static Element>,
    /// Where its start tag ends.
    at: Position,
    /// Which part of a row we are at, and whether it was met.
    part: usize,
    met: bool,
    /// Whether it was said that its content is wrong; once is enough for a DTD.
    said: bool,
    /// Where text begins that may not be there; not told yet.
    stray: Option<Position>,
    /// Its text, where a rule asks for it.
    held: Option<String>,
    /// The category, where the element is of the core and has a type.
    category: Option<String>,
    /// Starts and ends of codes in it.
    codes: Vec<Code>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The schema itself.
    Core,
    /// A module of the dialect.
    Module,
    /// Nobody that the schema knows.
    Stranger,
}

struct Code {
    begins: bool,
    isolated: Option<String>,
    id: bool,
    start: bool,
    at: Position,
}

struct Judge<R: Read> {
    xml: Reader<R>,
    law: Option<Law>,
    frames: Vec<Frame>,
    /// How many open elements hold their text.
    holding: usize,
    ids: FxHashMap<String, u32>,
    /// References by the schema and by the rules, which are told in different rounds.
    references: Vec<(Round, String, Position)>,
    found: Vec<(Round, Position, Finding)>,
    told: [usize; 2],
    untold: u64,
    advice: Advice,
    /// Whether it was said that the encoding is not declared.
    undeclared: bool,
    /// Whether the document says that it stands alone, and which encoding it has.
    standalone: bool,
    declared: Option<String>,
    /// Whether a DTD outside the file may declare entities.
    external: bool,
}

impl<R: Read> Judge<R> {
    fn new(xml: Reader<R>) -> Self {
        Self {
            xml,
            law: None,
            frames: vec![],
            holding: 0,
            ids: FxHashMap::default(),
            references: vec![],
            found: vec![],
            told: [0; 2],
            untold: 0,
            advice: Advice::default(),
            undeclared: false,
            standalone: false,
            external: false,
            declared: None,
        }
    }

    /// Passes advice on.
    fn advise(&mut self) {
        for (code, at, message, help) in self.advice.take() {
            self.tell(Severity::Warning, Round::Advice, code, at, message, help);
        }
    }

    /// Says that something makes the document invalid.
    fn say(&mut self, round: Round, code: &str, at: Position, message: String, help: &str) {
        self.tell(Severity::Error, round, code, at, message, help);
    }

    fn tell(
        &mut self,
        severity: Severity,
        round: Round,
        code: &str,
        at: Position,
        message: String,
        help: &str,
    ) {
        let kind = usize::from(severity != Severity::Error);
        if self.told[kind] == TOLD[kind] {
            self.untold += 1;
            return;
        }
        self.told[kind] += 1;
        let family = self.law.as_ref().map_or("tbx", |l| l.family);
        let place = Place {
            line: Some(at.line),
            column: Some(at.column),
            bytes: at.offset.map(|offset| (offset, offset)),
            ..Place::default()
        };
        let finding = Finding::new(&format!("{family}-{code}"), severity, place, message).help(help);
        self.found.push((round, at, finding));
    }

    fn take_troubles(&mut self, in_tag: bool) {
        if !self.xml.has_troubles() {
            return;
        }
        for trouble in self.xml.take_troubles() {
            // What a reader makes of it is no business of a judge.
            let told = &*trouble.message;
            let what = MADE_OF_IT.iter().find_map(|made| told.strip_suffix(made)).unwrap_or(told);
            let tmx = self.law.as_ref().is_some_and(|l| l.dtd);
            if trouble.kind == TroubleKind::Entity
                && what.ends_with("is not declared")
                && self.external
                && !tmx
            {
                // jing takes it: the DTD that the file names might declare it.
                let help = "Write the character itself: most readers do not look into DTDs";
                let message = format!("in this file {what}");
                self.tell(Severity::Warning, Round::Advice, "entity", trouble.position, message, help);
                continue;
            }
            let elsewhere = trouble.kind == TroubleKind::Entity && what.contains("not read");
            let (message, help) = match elsewhere {
                true => (format!("this cannot be judged: {what}"), HELP_ELSEWHERE),
                false => (format!("this is not well-formed XML: {what}"), HELP_XML),
            };
            // Two names are known to be one when the tag has ended.
            let at = if in_tag && what.contains("a second time") { self.xml.end() } else { trouble.position };
            self.say(Round::Structure, "xml", at, message, help);
        }
    }

    fn broken(&mut self, at: Position, message: String, help: &str) {
        if self.law.as_ref().is_some_and(|l| l.dtd) {
            // A DTD judges whole documents only.
            self.found.retain(|(_, _, finding)| finding.check.ends_with("-xml"));
            self.told = [self.found.len(), 0];
        }
        // What is missing may stand behind the break.
        self.references.clear();
        self.found.retain(|(round, _, _)| *round == Round::Structure);
        self.told[1] = 0;
        self.say(Round::Structure, "xml", at, message, help);
    }

    /// Says what is wrong with the encoding.
    fn encoding(&mut self) {
        let encoding = self.xml.encoding().clone();
        let tmx = self.law.as_ref().is_some_and(|l| l.dtd);
        let start = Position { line: 1, column: 1, offset: None };
        let what = if let Some(label) = encoding.unusable_label.as_ref().filter(|_| !encoding.says_ascii) {
            format!("“{}” is not the encoding that the file has", short(label))
        } else if self.xml.is_mislabelled() && !tmx {
            // The readers of DTDs let it pass.
            format!("the file is {}, but declares another encoding", encoding.name)
        } else if let Some(label) = self.declared.as_deref().filter(|label| !tmx && is_unregistered(label)) {
            format!("“{}” is no registered name of an encoding", short(label))
        } else if encoding.mark_twice {
            "a second byte order mark follows the first".to_owned()
        } else {
            return;
        };
        self.say(
            Round::Structure,
            "xml",
            start,
            format!("this is not well-formed XML: {what}"),
            HELP_ENCODING,
        );
    }

    /// Says once that the file has bytes that are no UTF-8, and declares no other encoding.
    fn undeclared(&mut self, text: bool) {
        let encoding = self.xml.encoding();
        if self.undeclared
            || !(encoding.how == How::Fallback || (encoding.says_ascii && encoding.unusable_label.is_some()))
        {
            return;
        }
        let ascii =
            if text { self.xml.text().is_ascii() } else { self.xml.attributes().all(|(_, v)| v.is_ascii()) };
        if ascii {
            return;
        }
        self.undeclared = true;
        let at = if text { place_in(&self.xml, |c| !c.is_ascii()) } else { self.xml.end() };
        let message = "this is not well-formed XML: these bytes are not of the encoding that the file declares, or has to have";
        self.say(Round::Structure, "xml", at, message.to_owned(), HELP_ENCODING);
    }

    /// An instruction has a name, which is not `xml`.
    fn instruction(&mut self) {
        let text = self.xml.name();
        let target = text.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        let named = target.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':'));
        if named && !target.eq_ignore_ascii_case("xml") {
            return;
        }
        let message =
            format!("this is not well-formed XML: an instruction cannot be called “{}”", short(target));
        let at = self.xml.position();
        self.say(Round::Structure, "xml", at, message, HELP_BROKEN_BUT);
    }

    /// What parsers refuse in a text or a value, and readers take.
    fn characters(&mut self, in_tag: bool) {
        let odd = |text: &str| text.contains(['\u{FFFE}', '\u{FFFF}']);
        let what = if in_tag {
            if self.xml.attributes().any(|(_, value)| odd(value)) {
                NO_CHARACTER
            } else if self.xml.holds_bare_less_than() {
                "a < stands in the value of an attribute, where it is written &lt;"
            } else {
                return;
            }
        } else if odd(self.xml.text()) {
            NO_CHARACTER
        } else if self.xml.text().contains("]]>") {
            "]]> stands in a text, where it is written ]]&gt;"
        } else {
            return;
        };
        let at = match in_tag {
            true => self.xml.position(),
            false if what == NO_CHARACTER => place_in(&self.xml, |c| matches!(c, '\u{FFFE}' | '\u{FFFF}')),
            false => place_in(&self.xml, |c| c == ']'),
        };
        self.say(
            Round::Structure,
            "xml",
            at,
            format!("this is not well-formed XML: {what}"),
            HELP_BROKEN_BUT,
        );
    }

    fn verdict(mut self) -> Verdict {
        self.encoding();
        if let Some(at) = self.xml.encoding().first_malformed {
            let name = self.xml.encoding().name;
            let message = format!("this is not well-formed XML: bytes that are no {name} stand here");
            self.say(Round::Structure, "xml", at, message, HELP_ENCODING);
        }
        for (round, target, at) in std::mem::take(&mut self.references) {
            if !self.ids.contains_key(&target) {
                let message = format!("“{}” is the id of nothing in this file", short(&target));
                let help = "Point it at an id that is there, or give the id to what is meant";
                self.say(round, "reference", at, message, help);
            }
        }
        // Where something is wrong, advice on the same would be said twice.
        let wrong: FxHashSet<_> = self
            .found
            .iter()
            .filter(|(round, _, finding)| {
                *round != Round::Advice && finding.help.as_deref() == Some(HELP_LANGUAGE)
            })
            .map(|(_, at, _)| (at.line, at.column))
            .collect();
        self.found.retain(|(round, at, finding)| {
            *round != Round::Advice
                || finding.help.as_deref() != Some(HELP_LANGUAGE)
                || !wrong.contains(&(at.line, at.column))
        });
        self.found.sort_by_key(|(round, at, _)| (*round, at.line, at.column));
        let (format, schema) = match self.law {
            Some(law) => (law.format, law.label),
            None => (NEITHER.0.to_owned(), NEITHER.1.to_owned()),
        };
        let findings = self.found.into_iter().map(|(_, _, finding)| finding).collect();
        Verdict { format, schema, findings, untold: self.untold }
    }

    fn start(&mut self) {
        self.stray();
        // Where the tag ends is where the judges say it is.
        let at = self.xml.end();
        let Some(law) = &self.law else {
            self.law = Some(select(&self.xml));
            return self.root(at);
        };
        if self.frames.last().is_none_or(|parent| parent.element.is_none()) {
            // Of what is in an unknown element nothing is known.
            return self.push(String::new(), Owner::Stranger, None, at);
        }
        let (owner, element, name) = law.identify(&self.xml);
        if owner == Owner::Stranger && law.dialect.is_some_and(|d| d.dct) {
            let message =
                format!("“{}” is of a namespace that this dialect does not have", short(self.xml.name()));
            self.say(Round::Structure, "element", at, message, HELP_NAMESPACE);
            return self.push(name, owner, None, at);
        }
        if owner == Owner::Module && element.is_none() {
            let message = format!("“{}” is no category of {}", short(self.xml.name()), law.label);
            self.say(Round::Structure, "category", at, message, HELP_CATEGORY);
        }
        let known = if owner == Owner::Core { &*name } else { FOREIGN };
        if !self.frames.last_mut().is_some_and(|parent| parent.takes(known)) {
            let message = self.cannot_stand(&name, owner);
            self.complain("element", at, message, "Move it to where it belongs, or take it out");
        }
        let inside = self.frames.last().and_then(|parent| match owner {
            Owner::Core | Owner::Module => element,
            // A stranger holds what the element in whose place it stands would hold.
            Owner::Stranger => parent.stranger(),
        });
        self.attributes(&name, owner, element, at);
        let category = self.rules(&name, owner, at);
        self.push(name, owner, inside, at);
        if element.is_some() {
            let tmx = self.law.as_ref().is_some_and(|l| l.dtd);
            self.advice.start(tmx, &self.xml, at);
            self.advise();
        }
        if let (Some(category), Some(frame)) = (category, self.frames.last_mut()) {
            frame.category = Some(category);
        }
        self.hold();
    }

    fn root(&mut self, at: Position) {
        let Some(law) = &self.law else { return };
        let (owner, element, name) = law.identify(&self.xml);
        if owner != Owner::Core || name != law.schema.root {
            let root = law.schema.root;
            let message = match law.namespace {
                Some(namespace) if self.xml.local() == root => match self.xml.namespace() {
                    None => format!("“{root}” has no namespace; that of TBX 3 is {namespace}"),
                    Some(other) => {
                        format!("“{root}” is of the namespace {}; that of TBX 3 is {namespace}", short(other))
                    }
                },
                _ if self.xml.name() == "TBX" => {
                    "this is the TBX-Min of 2013, which no schema of today judges".to_owned()
                }
                _ => format!("the first element is “{}”: this is {}", short(self.xml.name()), NEITHER.1),
            };
            let help = match root {
                _ if self.xml.name() == "TBX" => "Import it, and export it in a dialect of today",
                _ if ["tbx", "martif", "tmx"]
                    .iter()
                    .any(|n| self.xml.local().eq_ignore_ascii_case(n) && self.xml.local() != *n) =>
                {
                    "Write the names of the elements in small letters"
                }
                "tbx" => "Declare it in the first element: xmlns=\"urn:iso:std:iso:30042:ed-2\"",
                _ => "A TBX file begins with “tbx” (TBX 3) or “martif” (TBX 2), a TMX file with “tmx”",
            };
            self.say(Round::Structure, "root", at, message, help);
            return self.push(name, owner, None, at);
        }
        self.attributes(&name, owner, element, at);
        self.push(name, owner, element, at);
    }

    fn push(&mut self, name: String, owner: Owner, element: Option<&'static Element>, at: Position) {
        self.frames.push(Frame {
            name,
            owner,
            element,
            at,
            part: 0,
            met: false,
            said: false,
            stray: None,
            held: None,
            category: None,
            codes: vec![],
        });
    }

    /// Says that something is wrong with the content of the innermost element.
    fn complain(&mut self, code: &str, at: Position, message: String, help: &str) {
        let Some(frame) = self.frames.last_mut() else { return };
        let dtd = self.law.as_ref().is_some_and(|l| l.dtd);
        if dtd && std::mem::replace(&mut frame.said, true) {
            return;
        }
        let at = if dtd { frame.at } else { at };
        self.say(Round::Structure, code, at, message, help);
    }

    fn cannot_stand(&self, name: &str, owner: Owner) -> String {
        let (Some(law), Some(frame)) = (&self.law, self.frames.last()) else { return String::new() };
        let parent = &frame.name;
        if owner == Owner::Stranger {
            return format!(
                "“{}” is of another namespace and cannot stand in “{parent}”",
                short(self.xml.name())
            );
        }
        if owner == Owner::Core && law.schema.element(name).is_none() {
            return format!("“{name}” is no element of {}", law.label);
        }
        let expected = frame.expected();
        if expected.contains(&name) {
            return format!("“{name}” stands once too often in “{parent}”");
        }
        let late = frame.element.is_some_and(|e| e.content.names().any(|n| n == name));
        let here = match &*expected {
            [] => "nothing may follow here".to_owned(),
            names => format!("here may stand {}", one_of(names)),
        };
        if late {
            return format!("“{name}” stands in the wrong order in “{parent}”: {here}");
        }
        let mut holders: Vec<_> = law.schema.holders(name).collect();
        holders.sort_unstable();
        match &*holders {
            [] => format!("“{name}” cannot stand in “{parent}”: {here}"),
            holders => format!("“{name}” cannot stand in “{parent}”, only in {}", one_of(holders)),
        }
    }

    fn attributes(&mut self, name: &str, owner: Owner, element: Option<&'static Element>, at: Position) {
        let Some(law) = &self.law else { return };
        if owner == Owner::Stranger {
            return;
        }
        let Some(element) = element else { return };
        let mut wrong: Vec<(&str, String, &str)> = vec![];
        let mut ids = vec![];
        let mut advised = vec![];
        for (attribute, value) in self.xml.attributes() {
            let Some(known) = element.attributes.iter().find(|a| a.name == attribute) else {
                let message = format!("“{name}” has no attribute “{}”", short(attribute));
                wrong.push(("attribute", message, "Take the attribute out, or mend its name"));
                continue;
            };
            if let Some(why) = law.value_complaint(&known.value, value) {
                let message = format!("“{attribute}” of “{name}” cannot be “{}”: {why}", short(value));
                let lang = attribute.rsplit(':').next() == Some("lang");
                wrong.push(("value", message, if lang { HELP_LANGUAGE } else { HELP_VALUE }));
                continue;
            }
            match known.value {
                Value::Id => ids.push(value.trim().to_owned()),
                Value::Reference => {
                    let target = value.trim().to_owned();
                    // The modules know nothing of the document around them; the rules of the style do.
                    let round = if owner == Owner::Module { Round::Rules } else { Round::References };
                    self.references.push((round, target, at));
                }
                _ => {}
            }
        }
        if law.dtd && self.xml.declares_namespace() {
            let message = format!("“{name}” has no attribute “xmlns”: TMX has no namespaces");
            wrong.push(("attribute", message, "Take the declaration of the namespace out"));
        }
        for known in element.attributes.iter().filter(|a| a.needed) {
            if self.xml.attribute(known.name).is_none() {
                let bare = known.name.split_once(':').map(|(_, local)| local);
                if law.dtd && bare.is_some_and(|bare| self.xml.attribute(bare).is_some()) {
                    // xmllint lets it pass with a warning; other readers of DTDs do not.
                    advised.push(known.name);
                    continue;
                }
                let message = format!("“{name}” lacks the attribute “{}”", known.name);
                wrong.push(("attribute", message, "Add the attribute"));
            }
        }
        for (code, message, help) in wrong {
            self.say(Round::Structure, code, at, message, help);
        }
        for attribute in advised {
            let message = format!(
                "“{name}” lacks the attribute “{attribute}”: without its prefix, strict readers refuse it"
            );
            self.tell(Severity::Warning, Round::Advice, "attribute", at, message, "Write the prefix");
        }
        for id in ids {
            if let Some(line) = self.ids.get(&id) {
                let message = format!("the id “{}” is taken: it stands at line {line} already", short(&id));
                self.say(
                    Round::Structure,
                    "id",
                    at,
                    message,
                    "Give one of the two another id: an id stands once in a file",
                );
            } else {
                self.ids.insert(id, at.line);
            }
        }
    }

    /// Holds an element against the rules of the dialect; returns its category, if it has one.
    fn rules(&mut self, name: &str, owner: Owner, at: Position) -> Option<String> {
        let law = self.law.as_ref()?;
        let dialect = law.dialect?;
        let kind = self.xml.attribute("type").map(str::to_owned);
        let core = owner == Owner::Core;
        let class = if core { name } else { "" };
        let category = if core { kind.as_deref().unwrap_or_default() } else { name };
        let parent = self.frames.last().map_or("", |f| &f.name);
        let grandparent = self.frames.iter().nth_back(1).map_or("", |f| &f.name);
        let mut wrong: Vec<(&str, String, &str)> = vec![];
        if owner == Owner::Stranger {
            let message = format!(
                "“{}” is of another namespace, which {} does not have",
                short(self.xml.name()),
                law.label
            );
            wrong.push(("element", message, HELP_NAMESPACE));
        }
        if let (false, Some((_, types)), Some(kind)) =
            (dialect.dct, dialect.types.iter().find(|(c, _)| *c == class), &kind)
            && !types.contains(&&**kind)
        {
            let message = format!(
                "“{}” is no category of “{name}” in {}: {} is",
                short(kind),
                dialect.name,
                one_of(types)
            );
            wrong.push(("category", message, HELP_CATEGORY));
        }
        let in_margin = || self.frames.iter().any(|f| matches!(&*f.name, "back" | "tbxHeader"));
        if dialect.dct && core && kind.is_some() && !in_margin() {
            let message = format!("“{name}” has a type, which style DCT does not allow");
            wrong.push((
                "style",
                message,
                "Write the category as an element of its module, or declare style=\"dca\"",
            ));
        } else if !dialect.dct && core && name != "termNote" && kind.as_deref() == Some("") {
            wrong.push(("category", format!("the type of “{name}” is empty"), HELP_CATEGORY));
        }
        if let Some(places) = dialect.misplaced(class, category, parent, grandparent) {
            let message =
                format!("“{}” cannot stand in “{parent}” here, only {}", short(category), levels(places));
            wrong.push(("level", message, "Move it to a level where the dialect has it"));
        }
        let target = self.xml.attribute("target").or_else(|| {
            // By the rules every target counts, also that of a stranger.
            self.xml.attributes().find(|(n, _)| *n == "target").map(|(_, v)| v)
        });
        // Of an element with a type only the type is asked, in style DCA.
        let asked = name != "termNote" && (dialect.dct || kind.is_none() || !core);
        let missing = target.filter(|t| asked && !holds_web(t)).map(str::to_owned);
        let code = (dialect.codes && core && matches!(name, "sc" | "ec")).then(|| Code {
            begins: name == "sc",
            isolated: self.xml.attribute("isolated").map(str::to_owned),
            id: self.xml.attribute("id").is_some(),
            start: self.xml.attribute("startRef").is_some(),
            at,
        });
        for (code, message, help) in wrong {
            self.say(Round::Rules, code, at, message, help);
        }
        self.references.extend(missing.map(|target| (Round::Rules, target, at)));
        if let (Some(code), Some(parent)) = (code, self.frames.last_mut()) {
            parent.codes.push(code);
        }
        kind.filter(|_| core)
    }

    /// Begins to hold the text of the innermost element, if a rule will ask for it.
    fn hold(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        let fixed = |d: &Dialect| frame.category.as_ref().is_some_and(|c| d.values(&frame.name, c).is_some());
        let typed =
            matches!(frame.element.map(|e| &e.content), Some(Content::Text(value)) if *value != Value::Any);
        if typed
            || (frame.owner == Owner::Core && self.law.as_ref().and_then(|l| l.dialect).is_some_and(fixed))
        {
            frame.held = Some(String::new());
            self.holding += 1;
        }
    }

    fn text(&mut self) {
        self.advice.text(self.xml.text());
        if self.holding > 0 {
            for frame in &mut self.frames {
                if let Some(held) = &mut frame.held {
                    held.push_str(self.xml.text());
                }
            }
        }
        let dtd = self.law.as_ref().is_some_and(|l| l.dtd);
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.stray.is_some() {
            return;
        }
        let standalone = self.standalone && dtd;
        let stray = match frame.element.map(|e| &e.content) {
            // A document that stands alone may not count on the DTD for which blanks mean nothing.
            Some(Content::Parts(_)) if standalone => true,
            Some(Content::Parts(_)) => !blank(self.xml.text()),
            Some(Content::Nothing) => dtd || !blank(self.xml.text()),
            Some(Content::Mixed(_) | Content::Text(_)) | None => false,
        };
        if stray {
            frame.stray = Some(place_in(&self.xml, |c| !c.is_whitespace()));
        }
    }

    /// A comment or an instruction: a DTD does not want one in what is empty.
    fn aside(&mut self) {
        let dtd = self.law.as_ref().is_some_and(|l| l.dtd);
        if let Some(frame) = self.frames.last_mut()
            && dtd
            && frame.element.is_some_and(|e| e.content == Content::Nothing)
        {
            frame.stray.get_or_insert(frame.at);
        }
    }

    /// Tells of text that should not be there.
    fn stray(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        let Some(at) = frame.stray.take() else { return };
        let message = match frame.element.map(|e| &e.content) {
            Some(Content::Nothing) => format!("“{}” has to be empty", frame.name),
            _ => format!("text stands in “{}”, which holds elements only", frame.name),
        };
        self.complain("text", at, message, "Move the text into an element, or take it out");
    }

    fn end(&mut self) {
        self.stray();
        let at = self.xml.end();
        let missing = self.frames.last().and_then(Frame::missing);
        if let Some(names) = missing {
            let name = self.frames.last().map_or("", |f| &f.name);
            let message = match one_of(&names) {
                one if names.len() == 1 => format!("“{name}” lacks “{one}”"),
                some => format!("“{name}” lacks one of {some}"),
            };
            self.complain("missing", at, message, "Add what is missing, or take the whole element out");
        }
        let Some(mut frame) = self.frames.pop() else { return };
        if frame.element.is_some() {
            self.advice.end(self.law.as_ref().is_some_and(|l| l.dtd), &frame.name);
            self.advise();
        }
        if let Some(held) = frame.held.take() {
            self.holding -= 1;
            self.held(&frame, &held, at);
        }
        self.codes(&frame.codes);
    }

    /// Holds a text against the values that it may have.
    fn held(&mut self, frame: &Frame, held: &str, at: Position) {
        let Some(law) = &self.law else { return };
        if let Some(Content::Text(value)) = frame.element.map(|e| &e.content)
            && let Some(why) = law.value_complaint(value, held)
        {
            let message = format!("“{}” cannot hold “{}”: {why}", frame.name, short(held));
            self.say(Round::Structure, "value", at, message, HELP_VALUE);
            return;
        }
        let Some(category) = &frame.category else { return };
        if let Some(values) = law.dialect.and_then(|d| d.values(&frame.name, category))
            && !values.contains(&held)
        {
            let message =
                format!("“{}” cannot be “{}”: it can be {}", short(category), short(held), one_of(values));
            self.say(Round::Rules, "value", frame.at, message, HELP_VALUE);
        }
    }

    /// Holds the starts and ends of codes in one text against each other.
    fn codes(&mut self, codes: &[Code]) {
        for (n, code) in codes.iter().enumerate() {
            let paired = match code.begins {
                true => codes[n + 1..].iter().any(|c| !c.begins),
                false => codes[..n].iter().any(|c| c.begins),
            };
            let name = if code.begins { "sc" } else { "ec" };
            let wanted = if paired { "no" } else { "yes" };
            if code.isolated.as_deref().is_some_and(|value| value != wanted) {
                let why = if paired {
                    "its other half stands beside it"
                } else {
                    "its other half does not stand beside it"
                };
                let message = format!("“isolated” of “{name}” has to be {wanted}: {why}");
                self.say(Round::Rules, "codes", code.at, message, HELP_VALUE);
            }
            if !code.begins && paired && !code.start {
                let message = "“ec” lacks “startRef”, which says which “sc” it ends".to_owned();
                self.say(Round::Rules, "codes", code.at, message, "Add startRef with the id of the “sc”");
            }
            if !code.begins && !paired && !code.id {
                let message = "“ec” stands alone and lacks an id".to_owned();
                self.say(Round::Rules, "codes", code.at, message, "Add an id");
            }
        }
    }
}

impl Frame {
    /// Goes on to an element of its content; tells whether it may stand here.
    fn takes(&mut self, name: &str) -> bool {
        let Some(element) = self.element else { return true };
        match &element.content {
            Content::Parts(parts) => {
                for (n, part) in parts.iter().enumerate().skip(self.part) {
                    let again = n == self.part && self.met;
                    if part.names.contains(&name) && (!again || part.many) {
                        (self.part, self.met) = (n, true);
                        return true;
                    }
                    if part.needed && !again {
                        return false;
                    }
                }
                false
            }
            Content::Mixed(names) => names.contains(&name),
            Content::Text(_) | Content::Nothing => false,
        }
    }

    /// Returns what may stand at this point.
    fn expected(&self) -> Vec<&'static str> {
        match self.element.map(|e| &e.content) {
            Some(Content::Parts(parts)) => {
                let mut names = vec![];
                for (n, part) in parts.iter().enumerate().skip(self.part) {
                    let again = n == self.part && self.met;
                    if !again || part.many {
                        names.extend(part.names.iter().copied().filter(|n| *n != FOREIGN));
                    }
                    if part.needed && !again {
                        break;
                    }
                }
                names
            }
            Some(Content::Mixed(names)) => names.clone(),
            _ => vec![],
        }
    }

    /// Returns what is still needed, if something is.
    fn missing(&self) -> Option<Vec<&'static str>> {
        let Some(Content::Parts(parts)) = self.element.map(|e| &e.content) else { return None };
        let behind = if self.met { self.part + 1 } else { self.part };
        let part = parts.iter().skip(behind).find(|p| p.needed)?;
        Some(part.names.iter().copied().filter(|n| *n != FOREIGN).collect())
    }

    /// Returns what an element of another namespace holds in this one.
    fn stranger(&self) -> Option<&'static Element> {
        // In a transaction, and behind the first element of an adminGrp, all that may stand is plain text.
        let plain = self.name == "transacGrp" || (self.name == "adminGrp" && self.part > 0);
        TBX_3.element(if plain { "adminNote" } else { "admin" })
    }
}

impl Law {
    /// Tells whose an element is, what is known of it, and its name.
    fn identify<R: Read>(&self, xml: &Reader<R>) -> (Owner, Option<&'static Element>, String) {
        if self.dtd {
            return (Owner::Core, self.schema.element(xml.name()), short(xml.name()));
        }
        let (local, namespace) = (xml.local(), xml.namespace());
        if namespace == self.namespace {
            return (Owner::Core, self.schema.element(local), short(local));
        }
        let module = |m: &&'static Module| Some(m.namespace) == namespace;
        match self.dialect.and_then(|d| d.modules.iter().find(module)) {
            Some(module) => (Owner::Module, module.schema.element(local), short(local)),
            None => (Owner::Stranger, None, short(local)),
        }
    }

    /// What is wrong with a value; a DTD takes a value as it stands, and types of text say nothing to it.
    fn value_complaint(&self, value: &Value, text: &str) -> Option<String> {
        match value {
            Value::OneOf(values) if self.dtd && !values.contains(&text) => {
                Some(format!("it can be {}", one_of(values)))
            }
            value => complaint(value, text),
        }
    }
}

/// What a document is called that is neither TBX nor TMX: as a format, and for people.
const NEITHER: (&str, &str) = ("unknown", "neither TBX nor TMX");

/// Selects what judges a document by its first element.
fn select<R: Read>(xml: &Reader<R>) -> Law {
    let kind = xml.attribute("type").unwrap_or_default();
    match xml.local() {
        "tbx" => {
            let dct = xml.attribute("style") == Some("dct");
            let dialect = Dialect::of(kind, dct);
            let style = if dct { "dct" } else { "dca" };
            let (format, label) = match dialect {
                Some(d) => (
                    format!("{}-{style}", d.name.to_ascii_lowercase()),
                    format!("{}, style {}", d.name, style.to_ascii_uppercase()),
                ),
                None => (format!("tbx-core-{style}"), "TBX 3 core".to_owned()),
            };
            Law { family: "tbx", format, label, schema: &TBX_3, namespace: Some(TBX), dialect, dtd: false }
        }
        "tmx" => {
            let version = xml.attribute("version").unwrap_or_default();
            let at = TMX.iter().position(|(name, _)| *name == version).unwrap_or(TMX.len() - 1);
            let (name, schema) = &TMX[at];
            let label = format!("TMX {name}");
            Law {
                family: "tmx",
                format: "tmx".to_owned(),
                label,
                schema,
                namespace: None,
                dialect: None,
                dtd: true,
            }
        }
        root => {
            let basic = root == "martif" && kind == "TBX-Basic";
            let (format, label, schema): (_, _, &'static Schema) = match (root, basic) {
                (_, true) => ("tbx-v2-basic", "TBX-Basic 2", &TBX_2_BASIC),
                ("martif", _) => ("tbx-v2-default", "TBX 2 core", &TBX_2),
                _ => (NEITHER.0, NEITHER.1, &TBX_2),
            };
            Law {
                family: "tbx",
                format: format.to_owned(),
                label: label.to_owned(),
                schema,
                namespace: None,
                dialect: None,
                dtd: false,
            }
        }
    }
}

const HELP_XML: &str =
    "Mend it in a text editor, or import the file and export it again: the import tells what it had to mend";
const HELP_BROKEN: &str = "Mend it in a text editor: nothing behind this place can be read";
const HELP_BROKEN_BUT: &str = "Write it as XML has it";
const HELP_PROLOG: &str = "Begin the file with <?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const HELP_PACKED: &str = "Unpack it, and judge what is in it";
const HELP_LIMIT: &str = "Files of this trade are never like this; ask whoever sent it for another";
const HELP_ELSEWHERE: &str = "Put what the other file says into this one: nothing is ever fetched";
const HELP_ENCODING: &str = "Save the file in the encoding that it declares, best in UTF-8";
const HELP_VALUE: &str = "Write one of the values that the schema has";
const HELP_CATEGORY: &str = "Use a category of the dialect, declare another dialect, or put it into a note";
const HELP_NAMESPACE: &str = "Take it out, or put what it says into a note: a dialect cannot be added to";

/// The levels that a rule names, as a sentence does.
fn levels(places: &str) -> String {
    let names: Vec<_> = places
        .split(' ')
        .filter(|place| !place.contains('/') || !places.split(' ').any(|p| place.ends_with(&format!("/{p}"))))
        .map(|place| match place.split_once('/') {
            None => format!("in {place}"),
            Some((holder, level)) => format!("in {holder} of {level}"),
        })
        .collect();
    one_of(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

fn blank(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

const NO_CHARACTER: &str = "U+FFFE or U+FFFF stands here, which is no character";

/// Whether a name of an encoding is one that some programs write, and that nobody registered.
fn is_unregistered(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    let digits = label.strip_prefix("utf").or_else(|| label.strip_prefix("cp"));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Where in the text at hand a character stands first, by its line.
fn place_in<R: Read>(xml: &Reader<R>, wanted: impl Fn(char) -> bool) -> Position {
    let mut at = xml.position();
    let before = xml.text().chars().take_while(|c| !wanted(*c));
    at.line += before.filter(|c| *c == '\n').count() as u32;
    // What an entity stands for may have lines that the file has not.
    at.line = at.line.min(xml.end().line);
    at
}

/// Whether an address of the web stands somewhere in the text, as the rules have it.
fn holds_web(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.find(scheme)
            .is_some_and(|at| text[at + scheme.len()..].chars().next().is_some_and(|c| c != '\n'))
    })
}
