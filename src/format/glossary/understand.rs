//! From a document to a concept, with what is to be said about it.

use std::ops::Range;
use std::str::FromStr;

use rustc_hash::FxHashMap;
use toml_edit::{Document, Item, TableLike, Value};

use super::keys;
use crate::model::{
    Concept, Context, DataCategory, Date, Definition, Finding, ForeignId, LanguageSection, LanguageTag, Note,
    Period, Place, Reference, ReferenceKind, Relation, RelationKind, Severity, Source, Term, Transaction,
};

/// Reads the file of a concept; `None` when it is no TOML at all.
pub(super) fn concept(text: &str, file: &str) -> (Option<Concept>, Vec<Finding>) {
    // A mark that editors on Windows leave is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines =
        std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
    let mut reading = Reading { text, lines, file, findings: vec![] };
    let document = Document::parse(text);
    match &document {
        Ok(document) => {
            let concept = reading.concept(document.as_table());
            (Some(concept), reading.findings)
        }
        Err(error) => {
            let said = error.message().trim().replace('\n', "; ");
            let help = "Mend the line; every text stands in quotation marks, every list in brackets.";
            reading.complain(
                "read-toml",
                Severity::Error,
                error.span(),
                format!("The file is not TOML: {said}."),
                help,
            );
            (None, reading.findings)
        }
    }
}

struct Reading<'a> {
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    file: &'a str,
    findings: Vec<Finding>,
}

/// An element of a list, however it was written.
enum Element<'a> {
    Text(&'a str),
    Table(&'a dyn TableLike),
}

impl<'a> Reading<'a> {
    fn complain(
        &mut self,
        check: &str,
        severity: Severity,
        span: Option<Range<usize>>,
        message: String,
        help: &str,
    ) {
        let mut place = Place::file(self.file);
        if let Some(span) = span {
            let line = self.lines.partition_point(|begin| *begin <= span.start);
            let begin = line.checked_sub(1).map_or(0, |line| self.lines[line]);
            place.line = Some(line as u32);
            // Counting is bounded: a file may be one long line with a finding at every step.
            let before = self.text.get(begin..span.start).filter(|text| text.len() < 1 << 14);
            place.column = before.map(|text| text.chars().count() as u32 + 1);
            place.bytes = Some((span.start as u64, span.end as u64));
        }
        self.findings.push(Finding::new(check, severity, place, message).help(help));
    }

    fn unknown(&mut self, key: &str, item: &Item, kept: Option<&mut Vec<DataCategory>>, known: &[&str]) {
        let near = nearest(key, known);
        let done = if kept.is_some() { "is kept as it is" } else { "is left out" };
        let help = match near {
            Some(near) => format!("Perhaps \"{near}\" is meant."),
            None => format!("Keys here are {}.", known.join(", ")),
        };
        self.complain(
            "read-key",
            Severity::Warning,
            item.span(),
            format!("Nobody knows the key \"{key}\" here; it {done}."),
            &help,
        );
        if let Some(kept) = kept {
            kept.push(self.keep(key, item));
        }
    }

    /// Says that a value is not what its key wants.
    fn wrong(&mut self, key: &str, item: &Item, wants: &str) {
        self.complain(
            "read-value",
            Severity::Error,
            item.span(),
            format!("\"{key}\" cannot be {}.", item_name(item)),
            &format!("Write {wants}."),
        );
    }

    fn keep(&self, key: &str, item: &Item) -> DataCategory {
        let value = match item {
            Item::Value(value) => self.written(value),
            item => raw_item(item),
        };
        DataCategory { element: "key".into(), kind: key.to_owned(), value, ..Default::default() }
    }

    /// The letters of a value in the file.
    fn written(&self, value: &Value) -> String {
        let span = value.span().and_then(|s| self.text.get(s));
        span.map_or_else(|| raw(value), str::to_owned)
    }

    fn string(&mut self, key: &str, item: &'a Item) -> Option<String> {
        let text = item.as_str();
        if text.is_none() {
            self.wrong(key, item, "a text in quotation marks");
        }
        text.map(str::to_owned)
    }

    /// A word of a list of words; one that is none of them is said and kept.
    fn word<T: FromStr<Err = String>>(
        &mut self,
        key: &str,
        item: &'a Item,
        kept: Option<&mut Vec<DataCategory>>,
    ) -> Option<T> {
        let said = match item.as_str().map(str::parse) {
            Some(Ok(word)) => return Some(word),
            Some(Err(said)) => said,
            None => "it is not a text".to_owned(),
        };
        self.complain(
            "read-value",
            Severity::Error,
            item.span(),
            format!("\"{key}\" is not understood: {said}."),
            "Write one of the words it names.",
        );
        if let Some(kept) = kept {
            kept.push(self.keep(key, item));
        }
        None
    }

    fn flag(&mut self, key: &str, item: &'a Item) -> bool {
        if item.as_bool().is_none() {
            self.wrong(key, item, "true or false");
        }
        item.as_bool().unwrap_or_default()
    }

    fn number<T: TryFrom<i64>>(&mut self, key: &str, item: &'a Item) -> Option<T> {
        let number = item.as_integer().and_then(|n| T::try_from(n).ok());
        if number.is_none() {
            self.wrong(key, item, "a small whole number");
        }
        number
    }

    fn date(&mut self, key: &str, item: &'a Item) -> Option<Date> {
        // Dates in TOML's own spelling and bare years are taken too.
        let text = match (item.as_str(), item.as_integer(), item.as_datetime()) {
            (Some(text), _, _) => text.trim().to_owned(),
            (_, Some(year), _) => format!("{year:04}"),
            (_, _, Some(date)) => date.to_string(),
            _ => String::new(),
        };
        let date = text.parse().ok();
        if date.is_none() {
            self.wrong(key, item, "a date such as \"2015\", \"2015-12\" or \"2015-12-16\"");
        }
        date
    }

    fn lang(&mut self, key: &str, item: &'a Item) -> Option<LanguageTag> {
        let tag = item.as_str().and_then(|t| t.parse().ok());
        if tag.is_none() {
            self.wrong(key, item, "a language tag such as \"en\" or \"zh-Hans\"");
        }
        tag
    }

    /// The elements of a list; a single value is a list of one.
    fn elements(&mut self, key: &str, item: &'a Item) -> Vec<Element<'a>> {
        fn one(value: &Value) -> Option<Element<'_>> {
            match value {
                Value::String(text) => Some(Element::Text(text.value())),
                Value::InlineTable(table) => Some(Element::Table(table)),
                _ => None,
            }
        }
        let mut odd = false;
        let elements = match item {
            Item::ArrayOfTables(tables) => tables.iter().map(|t| Element::Table(t)).collect(),
            Item::Table(table) => vec![Element::Table(table)],
            Item::Value(Value::Array(array)) => {
                let all: Vec<_> = array.iter().filter_map(one).collect();
                odd = all.len() < array.len();
                all
            }
            Item::Value(value) => {
                let one = one(value);
                odd = one.is_none();
                one.into_iter().collect()
            }
            Item::None => vec![],
        };
        if odd {
            self.wrong(key, item, "a list of texts or of tables");
        }
        elements
    }

    fn texts(&mut self, key: &str, item: &'a Item) -> Vec<String> {
        let mut out = vec![];
        for element in self.elements(key, item) {
            match element {
                Element::Text(text) => out.push(text.to_owned()),
                Element::Table(_) => self.wrong(key, item, "a list of texts"),
            }
        }
        out
    }

    /// Reads the tables of a list; a bare text is a table with nothing but `text`.
    fn tables<T>(
        &mut self,
        key: &str,
        item: &'a Item,
        bare: Option<fn(&str) -> T>,
        mut read: impl FnMut(&mut Self, &'a dyn TableLike) -> Option<T>,
    ) -> Vec<T> {
        let mut out = vec![];
        for element in self.elements(key, item) {
            match (element, bare) {
                (Element::Table(table), _) => out.extend(read(self, table)),
                (Element::Text(text), Some(bare)) => out.push(bare(text)),
                (Element::Text(_), None) => self.wrong(key, item, "a list of tables"),
            }
        }
        out
    }

    fn concept(&mut self, root: &'a dyn TableLike) -> Concept {
        let mut concept = Concept::default();
        let mut sections = Sections::default();
        let mut categories = vec![];
        for (n, (key, item)) in root.iter().enumerate() {
            match key {
                "slug" => match item.as_str().map(str::parse) {
                    Some(Ok(slug)) => concept.slug = Some(slug),
                    _ => self.wrong(key, item, "small Latin letters, digits and hyphens, a letter first"),
                },
                "former_slugs" => {
                    for text in self.texts(key, item) {
                        match text.parse() {
                            Ok(slug) => concept.former_slugs.push(slug),
                            Err(_) => self.wrong(key, item, "small Latin letters, digits and hyphens"),
                        }
                    }
                }
                "foreign_ids" => {
                    concept.foreign_ids = self.tables(key, item, None, |r, t| {
                        let mut foreign = ForeignId { origin: String::new(), id: String::new() };
                        for (key, item) in t.iter() {
                            match key {
                                "origin" => foreign.origin = r.string(key, item).unwrap_or_default(),
                                "id" => foreign.id = r.string(key, item).unwrap_or_default(),
                                _ => r.unknown(key, item, None, &["origin", "id"]),
                            }
                        }
                        Some(foreign)
                    });
                }
                "subject" | "subjects" | "subject_fields" => {
                    concept.subject_fields.extend(self.texts(key, item));
                }
                "process_status" => concept.process_status = self.string(key, item),
                "reliability" => concept.reliability = self.number(key, item),
                "customer" | "customers" => concept.customers.extend(self.texts(key, item)),
                "project" | "projects" => concept.projects.extend(self.texts(key, item)),
                "relations" => concept.relations = self.relations(key, item),
                "references" => concept.references = self.references(key, item),
                "definition" | "definitions" => concept.definitions.extend(self.definitions(key, item)),
                "note" | "notes" => concept.notes.extend(self.notes(key, item)),
                "transactions" => concept.transactions = self.transactions(key, item),
                "other" => categories.extend(self.categories(key, item)),
                "language" => match item.as_table_like() {
                    Some(all) => {
                        for (key, item) in all.iter() {
                            let (Some(tag), Some(table)) = (keys::language(key), item.as_table_like()) else {
                                self.wrong(key, item, "[language.en] with a language tag, and keys under it");
                                continue;
                            };
                            let at = position(item).unwrap_or(0);
                            let section = sections.at(&tag, key, (at, n));
                            self.section(section, table);
                        }
                    }
                    None => self.wrong(key, item, "[language.en] and keys under it"),
                },
                _ => match keys::language(key) {
                    Some(tag) if holds_tables(item) => {
                        let at = position(item).unwrap_or(0);
                        let terms = self.tables(key, item, Some(|text| Term::new(text)), Self::term);
                        sections.at(&tag, key, (at, n)).terms.extend(terms);
                    }
                    _ => self.unknown(key, item, Some(&mut concept.other), keys::CONCEPT),
                },
            }
        }
        concept.other.extend(categories);
        sections.all.sort_by_key(|(place, _)| *place);
        concept.languages = sections.all.into_iter().map(|(_, section)| section).collect();
        concept
    }

    fn section(&mut self, section: &mut LanguageSection, table: &'a dyn TableLike) {
        let mut categories = vec![];
        for (key, item) in table.iter() {
            match key {
                "written" => section.written = self.string(key, item),
                "definition" | "definitions" => section.definitions.extend(self.definitions(key, item)),
                "note" | "notes" => section.notes.extend(self.notes(key, item)),
                "references" => section.references = self.references(key, item),
                "transactions" => section.transactions = self.transactions(key, item),
                "other" => categories.extend(self.categories(key, item)),
                _ => self.unknown(key, item, Some(&mut section.other), keys::LANGUAGE),
            }
        }
        section.other.extend(categories);
    }

    fn term(&mut self, table: &'a dyn TableLike) -> Option<Term> {
        let mut term = Term::default();
        let mut categories = vec![];
        let mut named = false;
        let mut span = None;
        for (key, item) in table.iter() {
            span = span.or_else(|| item.span());
            let kept = &mut term.other;
            match key {
                "term" => {
                    named = true;
                    term.text = self.string(key, item).unwrap_or_default();
                }
                "status" => term.status = self.word(key, item, Some(kept)),
                "forbidden" => term.forbidden = self.flag(key, item),
                "kind" => term.kind = self.word(key, item, Some(kept)),
                "of" => term.of = self.string(key, item),
                "valid" => term.validity = self.tables(key, item, None, Self::period),
                "part_of_speech" => term.part_of_speech = self.string(key, item),
                "gender" => term.gender = self.word(key, item, Some(kept)),
                "number" => term.number = self.word(key, item, Some(kept)),
                "register" => term.register = self.word(key, item, Some(kept)),
                "region" => term.region = self.string(key, item),
                "reading" => term.reading = self.string(key, item),
                "match" => term.match_rule.mode = self.word(key, item, Some(kept)),
                "forms" => term.match_rule.forms = self.texts(key, item),
                "case_sensitive" => term.match_rule.case_sensitive = self.flag(key, item),
                "do_not_translate" => term.match_rule.do_not_translate = self.flag(key, item),
                "pattern" => term.pattern = self.string(key, item),
                "reliability" => term.reliability = self.number(key, item),
                "customer" | "customers" => term.customers.extend(self.texts(key, item)),
                "project" | "projects" => term.projects.extend(self.texts(key, item)),
                "foreign_id" => term.foreign_id = self.string(key, item),
                "source" | "sources" => {
                    let bare: fn(&str) -> Source = |text| Source::titled(text);
                    term.sources.extend(self.tables(key, item, Some(bare), Self::source));
                }
                "context" | "contexts" => {
                    let bare: fn(&str) -> Context = |text| Context::new(text);
                    term.contexts.extend(self.tables(key, item, Some(bare), Self::context));
                }
                "relations" => term.relations = self.relations(key, item),
                "references" => term.references = self.references(key, item),
                "definition" | "definitions" => term.definitions.extend(self.definitions(key, item)),
                "note" | "notes" => term.notes.extend(self.notes(key, item)),
                "transactions" => term.transactions = self.transactions(key, item),
                "other" => categories.extend(self.categories(key, item)),
                _ => self.unknown(key, item, Some(kept), keys::TERM),
            }
        }
        term.other.extend(categories);
        if !named {
            let message = "A term has no text and is left out.".to_owned();
            let help = "Begin it with term = \"…\".";
            self.complain("read-value", Severity::Error, span, message, help);
        }
        named.then_some(term)
    }

    fn period(&mut self, table: &'a dyn TableLike) -> Option<Period> {
        let mut period = Period::default();
        for (key, item) in table.iter() {
            match key {
                "from" => period.from = self.date(key, item),
                "to" => period.to = self.date(key, item),
                _ => self.unknown(key, item, None, &["from", "to"]),
            }
        }
        Some(period)
    }

    /// Takes a key of a source, if it is one.
    fn of_source(&mut self, source: &mut Source, key: &str, item: &'a Item) -> bool {
        match key {
            "title" => source.title = self.string(key, item),
            "outlet" => source.outlet = self.string(key, item),
            "date" => source.date = self.date(key, item),
            "url" => source.url = self.string(key, item),
            _ => return false,
        }
        true
    }

    fn source(&mut self, table: &'a dyn TableLike) -> Option<Source> {
        let mut source = Source::default();
        for (key, item) in table.iter() {
            if !self.of_source(&mut source, key, item) {
                self.unknown(key, item, None, &["title", "outlet", "date", "url"]);
            }
        }
        Some(source)
    }

    fn context(&mut self, table: &'a dyn TableLike) -> Option<Context> {
        let mut context = Context::new("");
        let mut categories = vec![];
        for (key, item) in table.iter() {
            match key {
                "text" => context.text = self.string(key, item).unwrap_or_default(),
                "kind" => context.kind = self.word(key, item, Some(&mut context.other)),
                "note" | "notes" => context.notes.extend(self.notes(key, item)),
                "other" => categories.extend(self.categories(key, item)),
                _ => {
                    if !self.of_source(&mut context.source, key, item) {
                        let known = ["text", "kind", "title", "outlet", "date", "url", "notes", "other"];
                        self.unknown(key, item, Some(&mut context.other), &known);
                    }
                }
            }
        }
        context.other.extend(categories);
        Some(context)
    }

    fn definitions(&mut self, key: &str, item: &'a Item) -> Vec<Definition> {
        let bare: fn(&str) -> Definition = |text| Definition::new(text);
        self.tables(key, item, Some(bare), |r, table| {
            let mut definition = Definition::new("");
            let mut categories = vec![];
            for (key, item) in table.iter() {
                match key {
                    "text" => definition.text = r.string(key, item).unwrap_or_default(),
                    "lang" => definition.lang = r.lang(key, item),
                    "kind" => definition.kind = r.string(key, item),
                    "source" => {
                        let bare: fn(&str) -> Source = |text| Source::titled(text);
                        definition.source = r.tables(key, item, Some(bare), Self::source).into_iter().next();
                    }
                    "note" | "notes" => definition.notes.extend(r.notes(key, item)),
                    "other" => categories.extend(r.categories(key, item)),
                    _ => {
                        let known = ["text", "lang", "kind", "source", "notes", "other"];
                        r.unknown(key, item, Some(&mut definition.other), &known);
                    }
                }
            }
            definition.other.extend(categories);
            Some(definition)
        })
    }

    fn notes(&mut self, key: &str, item: &'a Item) -> Vec<Note> {
        let bare: fn(&str) -> Note = |text| Note::new(text);
        self.tables(key, item, Some(bare), |r, table| {
            let mut note = Note::new("");
            for (key, item) in table.iter() {
                match key {
                    "text" => note.text = r.string(key, item).unwrap_or_default(),
                    "lang" => note.lang = r.lang(key, item),
                    _ => r.unknown(key, item, None, &["text", "lang"]),
                }
            }
            Some(note)
        })
    }

    fn relations(&mut self, key: &str, item: &'a Item) -> Vec<Relation> {
        let known: Vec<&str> = RelationKind::ALL.iter().map(|k| k.as_str()).chain(["label"]).collect();
        self.tables(key, item, None, |r, table| {
            let (kind, target, label) = r.link::<RelationKind>(table, &known)?;
            Some(Relation { kind, target, label })
        })
    }

    fn references(&mut self, key: &str, item: &'a Item) -> Vec<Reference> {
        let known: Vec<&str> = ReferenceKind::ALL.iter().map(|k| k.as_str()).chain(["label"]).collect();
        let bare: fn(&str) -> Reference =
            |text| Reference { kind: ReferenceKind::Page, target: text.to_owned(), label: None };
        self.tables(key, item, Some(bare), |r, table| {
            let (kind, target, label) = r.link::<ReferenceKind>(table, &known)?;
            Some(Reference { kind, target, label })
        })
    }

    /// Reads `{ broader = "…", label = "…" }`.
    fn link<K: FromStr>(
        &mut self,
        table: &'a dyn TableLike,
        known: &[&str],
    ) -> Option<(K, String, Option<String>)> {
        let (mut kind, mut label) = (None, None);
        let mut span = None;
        for (key, item) in table.iter() {
            span = span.or_else(|| item.span());
            match key.parse::<K>() {
                _ if key == "label" => label = self.string(key, item),
                Ok(k) => kind = self.string(key, item).map(|target| (k, target)),
                Err(_) => self.unknown(key, item, None, known),
            }
        }
        if kind.is_none() {
            let help = format!("Write {{ {} = \"…\" }}.", known[0]);
            self.complain(
                "read-value",
                Severity::Error,
                span,
                "A link leads nowhere and is left out.".into(),
                &help,
            );
        }
        let (kind, target) = kind?;
        Some((kind, target, label))
    }

    fn transactions(&mut self, key: &str, item: &'a Item) -> Vec<Transaction> {
        self.tables(key, item, None, |r, table| {
            let mut transaction = Transaction::default();
            let mut categories = vec![];
            for (key, item) in table.iter() {
                match key {
                    "kind" => transaction.kind = r.string(key, item).unwrap_or_default(),
                    "date" => transaction.date = r.string(key, item),
                    "by" => transaction.by = r.string(key, item),
                    "other" => categories.extend(r.categories(key, item)),
                    _ => {
                        let known = ["kind", "date", "by", "other"];
                        r.unknown(key, item, Some(&mut transaction.other), &known);
                    }
                }
            }
            transaction.other.extend(categories);
            Some(transaction)
        })
    }

    fn categories(&mut self, key: &str, item: &'a Item) -> Vec<DataCategory> {
        self.tables(key, item, None, |r, table| {
            let mut category = DataCategory::default();
            for (key, item) in table.iter() {
                match key {
                    "element" => category.element = r.string(key, item).unwrap_or_default(),
                    "type" => category.kind = r.string(key, item).unwrap_or_default(),
                    "value" => category.value = r.string(key, item).unwrap_or_default(),
                    "order" => category.order = r.number(key, item).unwrap_or_default(),
                    "group" => category.group = r.categories(key, item),
                    "attributes" => {
                        for pair in item.as_array().into_iter().flatten() {
                            let pair = pair.as_array();
                            let text = |n| pair.and_then(|p| p.get(n)).and_then(Value::as_str);
                            match (text(0), text(1)) {
                                (Some(name), Some(value)) => {
                                    category.attributes.push((name.to_owned(), value.to_owned()));
                                }
                                _ => r.wrong(key, item, "a list of pairs: [[\"name\", \"value\"]]"),
                            }
                        }
                    }
                    _ => {
                        let known = ["element", "type", "value", "attributes", "order", "group"];
                        r.unknown(key, item, None, &known);
                    }
                }
            }
            Some(category)
        })
    }
}

/// The sections of a concept, each with its place: among the tables, then among the keys.
#[derive(Default)]
struct Sections {
    all: Vec<((isize, usize), LanguageSection)>,
    by_tag: FxHashMap<LanguageTag, usize>,
}

impl Sections {
    /// Finds the section of a language, or makes it; the first mention gives it its place.
    fn at(&mut self, tag: &LanguageTag, key: &str, place: (isize, usize)) -> &mut LanguageSection {
        let index = *self.by_tag.entry(tag.clone()).or_insert_with(|| {
            self.all.push((place, LanguageSection::new(tag.clone())));
            self.all.len() - 1
        });
        let (first, section) = &mut self.all[index];
        *first = place.min(*first);
        if section.written.is_none() && key != tag.as_str() {
            section.written = Some(key.to_owned());
        }
        section
    }
}

/// Where in the file a table begins, among the tables.
fn position(item: &Item) -> Option<isize> {
    match item {
        Item::Table(table) => table.position(),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(|t| t.position()).min(),
        _ => None,
    }
}

/// Tells whether terms can stand in this: a misspelled key with a plain value is no language.
fn holds_tables(item: &Item) -> bool {
    match item {
        Item::ArrayOfTables(_) | Item::Table(_) | Item::Value(Value::InlineTable(_)) => true,
        Item::Value(Value::Array(array)) => array.iter().any(Value::is_inline_table),
        _ => false,
    }
}

fn item_name(item: &Item) -> String {
    match item.as_str() {
        Some(text) => format!("\"{}\"", text.chars().take(60).collect::<String>()),
        None => format!("a value of type {}", item.type_name()),
    }
}

/// The known key that a misspelled one is nearest to: the same letters but for one or two.
fn nearest<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    let distance = |known: &str| {
        let (a, b): (Vec<char>, Vec<char>) = (key.chars().collect(), known.chars().collect());
        if a.len().abs_diff(b.len()) > 2 {
            return 3;
        }
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut corner = row[0];
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let change = corner + usize::from(x != y);
                corner = row[j + 1];
                row[j + 1] = change.min(row[j] + 1).min(corner + 1);
            }
        }
        row[b.len()]
    };
    known
        .iter()
        .copied()
        .map(|k| (distance(k), k))
        .filter(|(d, k)| *d <= 2 && k.len() > 3)
        .min()
        .map(|(_, k)| k)
}

/// Writes a value as TOML on its own, without the blanks and remarks around it.
fn raw(value: &Value) -> String {
    match value {
        Value::Array(array) => {
            let values: Vec<String> = array.iter().map(raw).collect();
            format!("[{}]", values.join(", "))
        }
        Value::InlineTable(table) => {
            let pairs: Vec<String> =
                table.iter().map(|(k, v)| format!("{} = {}", toml_edit::Key::new(k), raw(v))).collect();
            if pairs.is_empty() { "{}".into() } else { format!("{{ {} }}", pairs.join(", ")) }
        }
        Value::String(v) => Value::from(v.value().as_str()).to_string(),
        Value::Integer(v) => v.value().to_string(),
        Value::Float(v) => Value::from(*v.value()).to_string(),
        Value::Boolean(v) => v.value().to_string(),
        Value::Datetime(v) => v.value().to_string(),
    }
}

fn raw_item(item: &Item) -> String {
    match item {
        Item::None => String::new(),
        Item::Value(value) => raw(value),
        Item::Table(table) => raw_table(table),
        Item::ArrayOfTables(tables) => {
            let tables: Vec<String> = tables.iter().map(|t| raw_table(t)).collect();
            format!("[{}]", tables.join(", "))
        }
    }
}

fn raw_table(table: &dyn TableLike) -> String {
    let pairs: Vec<String> =
        table.iter().map(|(k, v)| format!("{} = {}", toml_edit::Key::new(k), raw_item(v))).collect();
    if pairs.is_empty() { "{}".into() } else { format!("{{ {} }}", pairs.join(", ")) }
}
