//! SKOS: a term base as a vocabulary of the semantic web, in Turtle or JSON-LD.
//!
//! The collection is a `skos:ConceptScheme`, each concept a `skos:Concept` of it. Their addresses are fragments of the
//! file's own (`#cyber-sovereignty`), so that they are right wherever it is published. SKOS allows one `prefLabel` in a
//! language: the preferred term that stands first, or an admitted one where there is none. Other terms that may be used
//! are `altLabel`; what may not be used, or nobody vouches for yet, is `hiddenLabel`: whoever searches finds the concept
//! by it, and is not shown it. Definitions and notes on the concept are `definition` and `scopeNote`, contexts
//! `example` (one that was made up says so at its end), subject fields `dc:subject`, sources of terms and definitions `dct:source` of the concept; links to
//! concepts of the same file are `broader`, `narrower` and `related`, pages elsewhere `rdfs:seeAlso`.
//!
//! SKOS has no place for the status of a label: which of the hidden ones is forbidden and which is only old is lost, and
//! the loss report says so.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::{Entry, Format, LossClass, LossReport, Output, ReadError, WriteError, WriteOptions};
use crate::bytes::xml::allowed;
use crate::format::tables::tools::pairs::example;
use crate::format::tbx::note::source_text;
use crate::model::{Concept, ContextKind, LanguageTag, RelationKind, Source, Status, Term};

/// Turtle.
pub static TURTLE: Format = Format {
    name: "skos-turtle",
    about: "SKOS vocabulary for the semantic web, in Turtle",
    extensions: &["ttl"],
    write: Some(write_turtle),
    ..VOCABULARY
};

/// JSON-LD.
pub static JSON_LD: Format = Format {
    name: "skos-jsonld",
    about: "SKOS vocabulary for the semantic web, in JSON-LD",
    extensions: &["jsonld"],
    write: Some(write_json_ld),
    ..VOCABULARY
};

const VOCABULARY: Format = Format { concepts: true, ..Format::BLANK };

/// The vocabularies that are used, by prefix.
const PREFIXES: [(&str, &str); 4] = [
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
];

/// What a statement says of a concept.
enum Object {
    /// A text, and its language if it has one.
    Text(String, Option<String>),
    /// An address.
    Address(String),
}

/// The statements on a concept: its fragment, and what is said of it, by property.
struct Statements {
    name: String,
    said: Vec<(&'static str, Object)>,
}

impl Statements {
    fn text(&mut self, property: &'static str, text: &str, lang: Option<&LanguageTag>) {
        let text: String = text.chars().filter(|c| allowed(*c)).collect();
        let object = Object::Text(text, lang.map(|lang| lang.to_string()));
        self.said.push((property, object));
    }
}

fn write_turtle(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let out = stream(out)?;
    for (prefix, address) in PREFIXES {
        writeln!(out, "@prefix {prefix}: <{address}> .")?;
    }
    writeln!(out, "\n<#> a skos:ConceptScheme ;\n  dct:title {} .", quoted(&options.title))?;
    each(entries, options, |statements| {
        write!(out, "\n<#{}> a skos:Concept ;\n  skos:inScheme <#>", statements.name)?;
        for (property, object) in &statements.said {
            match object {
                Object::Text(text, Some(lang)) => write!(out, " ;\n  {property} {}@{lang}", quoted(text))?,
                Object::Text(text, None) => write!(out, " ;\n  {property} {}", quoted(text))?,
                Object::Address(address) => write!(out, " ;\n  {property} <{address}>")?,
            }
        }
        writeln!(out, " .")
    })
}

fn write_json_ld(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let out = stream(out)?;
    let context: Map<String, Value> =
        PREFIXES.map(|(prefix, address)| (prefix.to_owned(), address.into())).into_iter().collect();
    let scheme = json!({"@id": "#", "@type": "skos:ConceptScheme", "dct:title": {"@value": options.title}});
    write!(out, "{{\"@context\": {},\n\"@graph\": [\n{scheme}", Value::Object(context))?;
    let report = each(entries, options, |statements| {
        let mut node = Map::new();
        node.insert("@id".into(), format!("#{}", statements.name).into());
        node.insert("@type".into(), "skos:Concept".into());
        node.insert("skos:inScheme".into(), json!({"@id": "#"}));
        for (property, object) in &statements.said {
            let object = match object {
                Object::Text(text, Some(lang)) => json!({"@value": text, "@language": lang}),
                Object::Text(text, None) => json!({"@value": text}),
                Object::Address(address) => json!({"@id": address}),
            };
            if let Value::Array(list) = node.entry(*property).or_insert_with(|| json!([])) {
                list.push(object);
            }
        }
        write!(out, ",\n{}", Value::Object(node))
    })?;
    out.write_all(b"\n]}\n")?;
    Ok(report)
}

fn stream(out: Output<'_>) -> Result<&mut dyn Write, WriteError> {
    match out {
        Output::Stream(stream) | Output::Accompanied(stream, _) => Ok(stream),
        Output::Folder(_) => Err(WriteError::Unsupported("SKOS is a file, not a folder".into())),
    }
}

/// Makes the statements on every concept, and reports what they leave out.
fn each(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    options: &WriteOptions<'_>,
    mut write: impl FnMut(&Statements) -> std::io::Result<()>,
) -> Result<LossReport, WriteError> {
    let mut report = LossReport::default();
    for entry in entries {
        let concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                let name = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
                report.lose(LossClass::Lost, &name, "", "a vocabulary has no place for translation units");
                continue;
            }
        };
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        let statements = of_concept(&concept, options, report.concepts);
        lose(&concept, options, &mut report);
        write(&statements)?;
    }
    Ok(report)
}

fn of_concept(concept: &Concept, options: &WriteOptions<'_>, number: u64) -> Statements {
    // A slug begins with a letter, so that none is a number.
    let name = concept.slug.as_ref().map_or_else(|| number.to_string(), |slug| slug.to_string());
    let mut out = Statements { name, said: vec![] };
    for section in &concept.languages {
        let preferred = preferred(&section.terms);
        for (at, term) in section.terms.iter().enumerate().filter(|(_, t)| !t.text.trim().is_empty()) {
            let label = match () {
                () if Some(at) == preferred => "skos:prefLabel",
                () if term.is_usable() => "skos:altLabel",
                () => "skos:hiddenLabel",
            };
            out.text(label, &term.text, Some(&section.lang));
        }
    }
    for definition in &concept.definitions {
        out.text("skos:definition", &definition.text, definition.lang.as_ref());
    }
    concept.notes.iter().for_each(|note| out.text("skos:scopeNote", &note.text, note.lang.as_ref()));
    concept.subject_fields.iter().for_each(|field| out.text("dc:subject", field, None));
    for section in &concept.languages {
        section.definitions.iter().for_each(|d| out.text("skos:definition", &d.text, Some(&section.lang)));
        section.notes.iter().for_each(|n| out.text("skos:scopeNote", &n.text, Some(&section.lang)));
        for context in section.terms.iter().flat_map(|t| &t.contexts) {
            out.text("skos:example", &example(context), Some(&section.lang));
        }
    }
    let of_terms = concept.terms().flat_map(|(_, term)| &term.sources);
    let mut sources: Vec<&Source> =
        concept.definitions.iter().filter_map(|d| d.source.as_ref()).chain(of_terms).collect();
    sources.retain(|source| !source.is_empty());
    let mut lines: Vec<String> = vec![];
    for line in sources.into_iter().map(source_text) {
        if !lines.contains(&line) {
            out.text("dct:source", &line, None);
            lines.push(line);
        }
    }
    for relation in &concept.relations {
        if let (Some(property), Some(target)) = (property(relation.kind), (options.resolve)(&relation.target))
            && !target.contains('#')
        {
            out.said.push((property, Object::Address(format!("#{target}"))));
        }
    }
    for reference in concept.references.iter().filter(|r| is_address(&r.target)) {
        out.said.push(("rdfs:seeAlso", Object::Address(reference.target.clone())));
    }
    out
}

/// Returns which term is the label of a language.
fn preferred(terms: &[Term]) -> Option<usize> {
    let usable = terms.iter().enumerate().filter(|(_, t)| t.is_usable() && !t.text.trim().is_empty());
    usable.min_by_key(|(at, t)| (t.standing() != Status::Preferred, *at)).map(|(at, _)| at)
}

fn property(kind: RelationKind) -> Option<&'static str> {
    Some(match kind {
        RelationKind::Broader | RelationKind::PartOf => "skos:broader",
        RelationKind::Narrower | RelationKind::HasPart => "skos:narrower",
        RelationKind::Related => "skos:related",
        _ => return None,
    })
}

/// Tells whether a text can stand as an address in both notations.
fn is_address(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|^`\\".contains(c);
    (text.starts_with("http://") || text.starts_with("https://")) && text.chars().all(plain)
}

/// Writes a text as Turtle does.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

const NO_PROPERTY: &str = "SKOS has no property for it";

/// Names every field of a concept that no statement says.
fn lose(concept: &Concept, options: &WriteOptions<'_>, report: &mut LossReport) {
    let name = concept.name();
    let mut lose = |field: String, why: &str| report.lose(LossClass::Lost, &name, field, why);
    // The JSON form has exactly the fields that are not empty, under the names that pointers use.
    let json = serde_json::to_value(concept).unwrap_or_default();
    let fields = |value: &Value| -> Vec<String> {
        value.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default()
    };
    let said =
        ["id", "slug", "languages", "definitions", "notes", "subject_fields", "relations", "references"];
    for field in fields(&json).iter().filter(|f| !said.contains(&&***f)) {
        lose(format!("/{field}"), NO_PROPERTY);
    }
    for (n, definition) in concept.definitions.iter().enumerate() {
        for (field, there) in [
            ("kind", definition.kind.is_some()),
            ("notes", !definition.notes.is_empty()),
            ("other", !definition.other.is_empty()),
        ] {
            if there {
                lose(format!("/definitions/{n}/{field}"), NO_PROPERTY);
            }
        }
    }
    for (n, relation) in concept.relations.iter().enumerate() {
        let target = (options.resolve)(&relation.target);
        match (property(relation.kind), target.as_deref()) {
            (None, _) => lose(format!("/relations/{n}"), NO_PROPERTY),
            (_, None) => lose(format!("/relations/{n}"), "it leads to a concept that is not in this file"),
            (_, Some(target)) if target.contains('#') => {
                lose(format!("/relations/{n}"), "SKOS relates concepts, and it leads to a term");
            }
            _ if relation.label.is_some() => lose(format!("/relations/{n}/label"), NO_PROPERTY),
            _ => {}
        }
    }
    for (n, reference) in concept.references.iter().enumerate() {
        match is_address(&reference.target) {
            false => lose(format!("/references/{n}"), "it is no address of the web"),
            true if reference.label.is_some() => lose(format!("/references/{n}/label"), NO_PROPERTY),
            true => {}
        }
    }
    for (l, section) in concept.languages.iter().enumerate() {
        for field in fields(&json["languages"][l]) {
            if !["lang", "terms", "definitions", "notes"].contains(&&*field) {
                lose(format!("/languages/{l}/{field}"), NO_PROPERTY);
            }
        }
        let preferred = preferred(&section.terms);
        for (t, term) in section.terms.iter().enumerate() {
            let at = format!("/languages/{l}/terms/{t}");
            if term.text.trim().is_empty() {
                lose(at, "an empty label says nothing");
                continue;
            }
            for field in fields(&json["languages"][l]["terms"][t]) {
                match &*field {
                    "text" | "sources" => {}
                    "status" if said_by_label(term, Some(t) == preferred) => {}
                    "status" | "forbidden" => {
                        lose(format!("{at}/{field}"), "a label of SKOS is preferred, another one, or hidden");
                    }
                    "contexts" => {
                        for (n, context) in term.contexts.iter().enumerate() {
                            let made_up = matches!(context.kind, None | Some(ContextKind::Constructed));
                            for (field, there) in [("source", !context.source.is_empty()), ("kind", !made_up)]
                            {
                                if there {
                                    let why = "an example of SKOS is a text and no more";
                                    lose(format!("{at}/contexts/{n}/{field}"), why);
                                }
                            }
                        }
                    }
                    _ => lose(format!("{at}/{field}"), NO_PROPERTY),
                }
            }
        }
    }
}

/// Tells whether the kind of a label says the status of its term.
fn said_by_label(term: &Term, preferred: bool) -> bool {
    match term.status {
        Some(Status::Preferred) => preferred,
        Some(Status::Admitted) => term.is_usable() && !preferred,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::testing::write;

    fn concept() -> Concept {
        serde_json::from_value(json!({
            "id": "0".repeat(32), "slug": "cyber-power", "subject_fields": ["cyber \"policy\""],
            "definitions": [{"text": "what\nit is", "lang": "en"}],
            "relations": [{"kind": "broader", "target": "sovereignty"}, {"kind": "related", "target": "nowhere"}],
            "languages": [{"lang": "en", "terms": [
                {"text": "cyber might", "status": "admitted"}, {"text": "cyber power", "status": "preferred"},
                {"text": "web power", "status": "deprecated"}]}]
        }))
        .unwrap()
    }

    #[test]
    fn one_label_of_a_language_is_preferred_and_what_may_not_be_used_is_hidden() {
        let (out, report) = write(&TURTLE, &[concept()], true);
        let out = String::from_utf8(out).unwrap();
        let body = out.split_once("\n<#cyber-power>").unwrap().1;
        assert_eq!(
            body,
            " a skos:Concept ;\n  skos:inScheme <#> ;\n  skos:altLabel \"cyber might\"@en ;\n  skos:prefLabel \"cyber power\"@en ;\n  \
             skos:hiddenLabel \"web power\"@en ;\n  skos:definition \"what\\nit is\"@en ;\n  \
             dc:subject \"cyber \\\"policy\\\"\" ;\n  skos:broader <#sovereignty> .\n"
        );
        let lost: Vec<_> = report.losses.iter().map(|l| &*l.field).collect();
        assert_eq!(lost, ["/relations/1", "/languages/0/terms/2/status"]);
    }

    #[test]
    fn both_notations_say_the_same() {
        let (out, _) = write(&JSON_LD, &[concept()], true);
        let graph: Value = serde_json::from_slice(&out).unwrap();
        let node = &graph["@graph"][1];
        assert_eq!(node["@id"], "#cyber-power");
        assert_eq!(node["skos:prefLabel"], json!([{"@value": "cyber power", "@language": "en"}]));
        assert_eq!(node["skos:broader"], json!([{"@id": "#sovereignty"}]));
    }
}
