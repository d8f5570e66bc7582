//! From a concept to the canonical document.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use super::keys;
use crate::model::{
    Concept, Context, DataCategory, Definition, LanguageSection, LanguageTag, Note, Period, Reference,
    Relation, Source, Term, Transaction,
};

/// Texts of this many characters and more get a table of their own instead of a line in a list.
const LONG: usize = 100;

/// Renders a concept; `slug` tells whether its slug is written into the document.
pub(super) fn document(concept: &Concept, slug: bool) -> DocumentMut {
    let mut doc = DocumentMut::new();
    let root = doc.as_table_mut();
    if slug {
        put_text(root, "slug", concept.slug.as_ref().map(|s| s.as_str()));
    }
    put_texts(root, "former_slugs", concept.former_slugs.iter().map(|s| s.as_str()));
    put_lines(
        root,
        "foreign_ids",
        concept
            .foreign_ids
            .iter()
            .map(|f| inline([("origin", Some(text(&f.origin))), ("id", Some(text(&f.id)))])),
    );
    put_texts(root, "subject", concept.subject_fields.iter().map(String::as_str));
    put_text(root, "process_status", concept.process_status.as_deref());
    put_number(root, "reliability", concept.reliability);
    put_texts(root, "customers", concept.customers.iter().map(String::as_str));
    put_texts(root, "projects", concept.projects.iter().map(String::as_str));
    put_lines(root, "relations", concept.relations.iter().map(relation));
    put_lines(root, "references", concept.references.iter().map(reference));
    put_definitions(root, &concept.definitions);
    put_notes(root, &concept.notes);
    put_lines(root, "transactions", concept.transactions.iter().map(transaction));
    put_categories(root, &concept.other, |key| keys::CONCEPT.contains(&key) || keys::is_language(key));
    for section in &concept.languages {
        put_section(root, section);
    }
    number(root, concept);
    doc
}

/// The key of a section's terms: the language as it was written, where that says the same.
pub(super) fn section_key(section: &LanguageSection) -> String {
    match &section.written {
        Some(written) if keys::language(written).as_ref() == Some(&section.lang) => written.clone(),
        _ => section.lang.to_string(),
    }
}

fn put_section(root: &mut Table, section: &LanguageSection) {
    let key = section_key(section);
    let mut table = Table::new();
    if section.written.as_ref().is_some_and(|w| *w != key || *w == section.lang.as_str()) {
        put_text(&mut table, "written", section.written.as_deref());
    }
    put_definitions(&mut table, &section.definitions);
    put_notes(&mut table, &section.notes);
    put_lines(&mut table, "references", section.references.iter().map(reference));
    put_lines(&mut table, "transactions", section.transactions.iter().map(transaction));
    put_categories(&mut table, &section.other, |key| keys::LANGUAGE.contains(&key));
    if !table.is_empty() || section.terms.is_empty() {
        let all = root.entry("language").or_insert_with(|| {
            let mut all = Table::new();
            all.set_implicit(true);
            Item::Table(all)
        });
        if let Some(all) = all.as_table_mut() {
            all.insert(&key, Item::Table(table));
        }
    }
    if !section.terms.is_empty() {
        root.insert(&key, Item::ArrayOfTables(section.terms.iter().map(term).collect()));
    }
}

/// Renders a term.
fn term(term: &Term) -> Table {
    let mut table = Table::new();
    put_text(&mut table, "term", Some(&term.text));
    put_text(&mut table, "status", term.status.map(|s| s.as_str()));
    put_flag(&mut table, "forbidden", term.forbidden);
    put_text(&mut table, "kind", term.kind.map(|k| k.as_str()));
    put_text(&mut table, "of", term.of.as_deref());
    match &term.validity[..] {
        [one] => {
            table.insert("valid", Item::Value(period(one)));
        }
        all => put_lines(&mut table, "valid", all.iter().map(period)),
    }
    put_text(&mut table, "part_of_speech", term.part_of_speech.as_deref());
    put_text(&mut table, "gender", term.gender.map(|g| g.as_str()));
    put_text(&mut table, "number", term.number.map(|n| n.as_str()));
    put_text(&mut table, "register", term.register.map(|r| r.as_str()));
    put_text(&mut table, "region", term.region.as_deref());
    put_text(&mut table, "reading", term.reading.as_deref());
    put_text(&mut table, "match", term.match_rule.mode.map(|m| m.as_str()));
    put_texts(&mut table, "forms", term.match_rule.forms.iter().map(String::as_str));
    put_flag(&mut table, "case_sensitive", term.match_rule.case_sensitive);
    put_flag(&mut table, "do_not_translate", term.match_rule.do_not_translate);
    put_text(&mut table, "pattern", term.pattern.as_deref());
    put_number(&mut table, "reliability", term.reliability);
    put_texts(&mut table, "customers", term.customers.iter().map(String::as_str));
    put_texts(&mut table, "projects", term.projects.iter().map(String::as_str));
    put_text(&mut table, "foreign_id", term.foreign_id.as_deref());
    put_lines(&mut table, "sources", term.sources.iter().map(|s| inline(source(s))));
    put_lines(&mut table, "relations", term.relations.iter().map(relation));
    put_lines(&mut table, "references", term.references.iter().map(reference));
    put_definitions(&mut table, &term.definitions);
    put_notes(&mut table, &term.notes);
    put_lines(&mut table, "transactions", term.transactions.iter().map(transaction));
    put_categories(&mut table, &term.other, |key| keys::TERM.contains(&key));
    let long = term.contexts.iter().any(|c| is_long(&c.text));
    put_tables(&mut table, "contexts", term.contexts.iter().map(context), long);
    table
}

/// Gives the tables of a document the order of the concept's languages.
pub(super) fn number(root: &mut Table, concept: &Concept) {
    let mut next = 1;
    let languages: Vec<&LanguageTag> = concept.languages.iter().map(|s| &s.lang).collect();
    for (key, item) in root.iter_mut() {
        if !keys::is_language(key.get()) && key.get() != "language" {
            number_item(item, &mut next);
        }
    }
    for lang in languages {
        if let Some(all) = root.get_mut("language").and_then(Item::as_table_mut) {
            for (key, item) in all.iter_mut() {
                if keys::language(key.get()).as_ref() == Some(lang) {
                    number_item(item, &mut next);
                }
            }
        }
        for (key, item) in root.iter_mut() {
            if keys::language(key.get()).as_ref() == Some(lang) {
                number_item(item, &mut next);
            }
        }
    }
}

fn number_item(item: &mut Item, next: &mut isize) {
    match item {
        Item::Table(table) => number_table(table, next),
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|t| number_table(t, next)),
        _ => {}
    }
}

fn number_table(table: &mut Table, next: &mut isize) {
    table.set_position(Some(*next));
    *next += 1;
    for (_, item) in table.iter_mut() {
        number_item(item, next);
    }
}

fn put_text(table: &mut Table, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        table.insert(key, Item::Value(text(value)));
    }
}

fn put_flag(table: &mut Table, key: &str, value: bool) {
    if value {
        table.insert(key, Item::Value(value.into()));
    }
}

fn put_number(table: &mut Table, key: &str, value: Option<u8>) {
    if let Some(value) = value {
        table.insert(key, Item::Value(i64::from(value).into()));
    }
}

/// Puts a list of texts: on one line if it is short.
fn put_texts<'a>(table: &mut Table, key: &str, values: impl Iterator<Item = &'a str>) {
    let values: Vec<&str> = values.collect();
    let width: usize = values.iter().map(|v| v.chars().count() + 4).sum();
    if values.is_empty() {
        return;
    }
    if width < LONG && values.iter().all(|v| !v.contains('\n')) {
        table.insert(key, Item::Value(Value::Array(values.into_iter().map(text).collect())));
    } else {
        put_lines(table, key, values.into_iter().map(text));
    }
}

/// Puts a list with a line for every value.
fn put_lines(table: &mut Table, key: &str, values: impl Iterator<Item = Value>) {
    let mut array = Array::new();
    for value in values {
        array.push_formatted(value.decorated("\n  ", ""));
    }
    if !array.is_empty() {
        array.set_trailing("\n");
        array.set_trailing_comma(true);
        table.insert(key, Item::Value(Value::Array(array)));
    }
}

/// Puts a list of tables: lines if they are short, else `[[key]]`.
fn put_tables(table: &mut Table, key: &str, values: impl Iterator<Item = Value>, long: bool) {
    if !long {
        return put_lines(table, key, values);
    }
    let tables: ArrayOfTables = values
        .map(|value| match value {
            Value::InlineTable(inline) => inline.into_table(),
            // A list of tables holds tables; a bare text would be one with nothing but the text.
            other => [("text", other)].into_iter().collect(),
        })
        .collect();
    table.insert(key, Item::ArrayOfTables(tables));
}

fn is_long(text: &str) -> bool {
    text.contains('\n') || text.chars().count() >= LONG
}

fn put_definitions(table: &mut Table, definitions: &[Definition]) {
    let plain = |d: &Definition| *d == Definition::new(&*d.text);
    match definitions {
        [one] if plain(one) => put_text(table, "definition", Some(&one.text)),
        all => {
            let long = all.iter().any(|d| is_long(&d.text));
            let values = all.iter().map(|d| if plain(d) && !long { text(&d.text) } else { definition(d) });
            put_tables(table, "definitions", values, long);
        }
    }
}

fn definition(definition: &Definition) -> Value {
    inline([
        ("text", Some(text(&definition.text))),
        ("lang", definition.lang.as_ref().map(|l| text(l.as_str()))),
        ("kind", definition.kind.as_deref().map(text)),
        ("source", definition.source.as_ref().map(|s| inline(source(s)))),
        ("notes", list(definition.notes.iter().map(note))),
        ("other", list(definition.other.iter().map(category))),
    ])
}

fn context(context: &Context) -> Value {
    let [title, outlet, date, url] = source(&context.source);
    inline([
        ("text", Some(text(&context.text))),
        ("kind", context.kind.map(|k| text(k.as_str()))),
        title,
        outlet,
        date,
        url,
        ("notes", list(context.notes.iter().map(note))),
        ("other", list(context.other.iter().map(category))),
    ])
}

fn put_notes(table: &mut Table, notes: &[Note]) {
    match notes {
        [Note { text, lang: None }] => put_text(table, "note", Some(text)),
        all if all.iter().all(|n| n.lang.is_none()) => {
            put_texts(table, "notes", all.iter().map(|n| &*n.text));
        }
        all => put_lines(table, "notes", all.iter().map(note)),
    }
}

fn note(note: &Note) -> Value {
    match &note.lang {
        None => text(&note.text),
        Some(lang) => inline([("text", Some(text(&note.text))), ("lang", Some(text(lang.as_str())))]),
    }
}

fn source(source: &Source) -> [(&'static str, Option<Value>); 4] {
    [
        ("title", source.title.as_deref().map(text)),
        ("outlet", source.outlet.as_deref().map(text)),
        ("date", source.date.map(|d| text(&d.to_string()))),
        ("url", source.url.as_deref().map(text)),
    ]
}

fn period(period: &Period) -> Value {
    inline([
        ("from", period.from.map(|d| text(&d.to_string()))),
        ("to", period.to.map(|d| text(&d.to_string()))),
    ])
}

fn relation(relation: &Relation) -> Value {
    inline([
        (relation.kind.as_str(), Some(text(&relation.target))),
        ("label", relation.label.as_deref().map(text)),
    ])
}

fn reference(reference: &Reference) -> Value {
    inline([
        (reference.kind.as_str(), Some(text(&reference.target))),
        ("label", reference.label.as_deref().map(text)),
    ])
}

fn transaction(transaction: &Transaction) -> Value {
    inline([
        ("kind", (!transaction.kind.is_empty()).then(|| text(&transaction.kind))),
        ("date", transaction.date.as_deref().map(text)),
        ("by", transaction.by.as_deref().map(text)),
        ("other", list(transaction.other.iter().map(category))),
    ])
}

/// Puts data categories: keys that nobody knew go back to where they stood, the rest into a list.
fn put_categories(table: &mut Table, categories: &[DataCategory], is_known: impl Fn(&str) -> bool) {
    let mut rest = categories;
    while let [first, after @ ..] = rest {
        let bare = DataCategory { kind: String::new(), value: String::new(), ..first.clone() };
        let plain = bare == DataCategory { element: "key".into(), ..Default::default() };
        if !plain || first.kind.is_empty() || is_known(&first.kind) || table.contains_key(&first.kind) {
            break;
        }
        let Ok(value) = first.value.parse::<Value>() else { break };
        // Only what reads back letter by letter.
        if value.to_string() != first.value {
            break;
        }
        table.insert(&first.kind, Item::Value(value));
        rest = after;
    }
    put_lines(table, "other", rest.iter().map(category));
}

fn category(category: &DataCategory) -> Value {
    let some = |value: &str| (!value.is_empty()).then(|| text(value));
    let pair =
        |(name, value): &(String, String)| Value::Array([text(name), text(value)].into_iter().collect());
    inline([
        ("element", some(&category.element)),
        ("type", some(&category.kind)),
        ("value", some(&category.value)),
        ("attributes", list(category.attributes.iter().map(pair))),
        ("order", (category.order > 0).then(|| i64::from(category.order).into())),
        ("group", list(category.group.iter().map(self::category))),
    ])
}

fn list(values: impl Iterator<Item = Value>) -> Option<Value> {
    let array: Array = values.collect();
    (!array.is_empty()).then_some(Value::Array(array))
}

fn inline<const N: usize>(pairs: [(&str, Option<Value>); N]) -> Value {
    let mut table = InlineTable::new();
    for (key, value) in pairs {
        if let Some(value) = value {
            table.insert(key, value);
        }
    }
    Value::InlineTable(table)
}

/// Renders a text as people write it: readable in every script, several lines as several lines.
fn text(text: &str) -> Value {
    let quoted = quoted(text);
    quoted.parse().unwrap_or_else(|_| text.into())
}

fn quoted(text: &str) -> String {
    let lines = text.contains('\n');
    if !lines && text.contains(['"', '\\']) && !text.contains('\'') && !text.chars().any(hides) {
        return format!("'{text}'");
    }
    let mut out = String::from(if lines { "\"\"\"\n" } else { "\"" });
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push('\n'),
            '\\' => out.push_str("\\\\"),
            // In several lines a mark needs help only beside another one.
            '"' if !lines || matches!(chars.peek(), None | Some('"')) => out.push_str("\\\""),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if hides(c) && (c as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04X}", c as u32)),
            c if hides(c) => out.push_str(&format!("\\U{:08X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push_str(if lines { "\"\"\"" } else { "\"" });
    out
}

/// Characters that a reviewer could not see: controls, and what turns the direction of a line or
/// ends it. The joiners of Persian and Indic scripts and no-break spaces are part of their spelling
/// and stay as they are.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
