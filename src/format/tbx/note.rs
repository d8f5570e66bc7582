//! What a dialect cannot carry as data, in words: the `wicterm:` notes and two lines of text.
//!
//! A note says `wicterm:<key>=<value>`. The key is the name of the field in the JSON form of
//! the thing that the note stands in (`validity`, `contexts/0/kind`); the value is plain text
//! where it can be (`wicterm:kind=set-phrase`) and JSON where it is structured or plain text
//! would be misread. Reading it back sets the field, whatever the elements said.
//!
//! A source is one line, `Title, in: Outlet, https://… [2015-12-16]`; a relation whose kind the
//! dialect cannot say carries it in front of its text, `broader: energy source`. Only files that
//! wicterm wrote are read so.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::{
    Concept, Context, Definition, LanguageSection, Relation, RelationKind, Source, Term, Transaction,
};

/// What every such note begins with.
pub(super) const PREFIX: &str = "wicterm:";

/// Splits the text of a note into key and value, if it is one of ours.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    text.trim_start().strip_prefix(PREFIX)?.split_once('=')
}

/// Tells whether a person's note would be taken for one of ours.
pub(super) fn is_mistakable(text: &str) -> bool {
    text.trim_start().starts_with(PREFIX)
}

/// Writes a value for a note: plain where [`decode`] gets the same from plain text.
pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> String {
    // Nothing in the model fails to serialise: its maps have string keys, and it does no I/O.
    let json = serde_json::to_string(value).unwrap_or_default();
    if json.starts_with('"')
        && let Ok(text) = serde_json::from_str::<String>(&json)
        && is_plain(&text)
    {
        return text;
    }
    // The two noncharacters are legal in JSON and not in XML.
    if json.contains(['\u{fffe}', '\u{ffff}']) {
        json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
    } else {
        json
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['"', '[', '{'])
        && text.trim() == text
        && !text.contains(|c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    if text.starts_with(['"', '[', '{']) {
        return serde_json::from_str(text).ok();
    }
    let plain = serde_json::from_value(serde_json::Value::String(text.to_owned())).ok();
    plain.or_else(|| serde_json::from_str(text).ok())
}

fn set<T: DeserializeOwned>(field: &mut T, value: &str) -> bool {
    match decode(value) {
        Some(decoded) => {
            *field = decoded;
            true
        }
        None => false,
    }
}

/// Something that notes speak about.
pub(super) trait Notable {
    /// Sets the field that `key` names; `false` when there is no such field or the value does
    /// not fit it, and then nothing has changed.
    fn set(&mut self, key: &str, value: &str) -> bool;
}

/// Sets a field of the n-th item of a list, or the item itself: `0/kind`, `0`.
fn set_item<T: Notable + DeserializeOwned>(items: &mut [T], key: &str, value: &str) -> bool {
    let (index, field) = match key.split_once('/') {
        Some((index, field)) => (index, Some(field)),
        None => (key, None),
    };
    let Some(item) = index.parse::<usize>().ok().and_then(|i| items.get_mut(i)) else { return false };
    match field {
        Some(field) => item.set(field, value),
        None => set(item, value),
    }
}

macro_rules! notable {
    ($type:ty { $($key:literal => $field:ident,)* } items { $($list:literal => $items:ident,)* }) => {
        impl Notable for $type {
            fn set(&mut self, key: &str, value: &str) -> bool {
                match key {
                    $($key => return set(&mut self.$field, value),)*
                    _ => {}
                }
                $(if let Some(rest) = key.strip_prefix(concat!($list, "/")) {
                    return set_item(&mut self.$items, rest, value);
                })*
                false
            }
        }
    };
}

notable!(Concept {
    "former_slugs" => former_slugs,
    "foreign_ids" => foreign_ids,
    "subject_fields" => subject_fields,
    "definitions" => definitions,
    "relations" => relations,
    "references" => references,
    "notes" => notes,
    "customers" => customers,
    "projects" => projects,
    "process_status" => process_status,
    "reliability" => reliability,
    "transactions" => transactions,
    "other" => other,
} items {
    "definitions" => definitions,
    "transactions" => transactions,
});

notable!(LanguageSection {
    "written" => written,
    "definitions" => definitions,
    "notes" => notes,
    "references" => references,
    "transactions" => transactions,
    "other" => other,
} items {
    "definitions" => definitions,
    "transactions" => transactions,
});

notable!(Term {
    "text" => text,
    "status" => status,
    "forbidden" => forbidden,
    "kind" => kind,
    "of" => of,
    "validity" => validity,
    "part_of_speech" => part_of_speech,
    "gender" => gender,
    "number" => number,
    "register" => register,
    "region" => region,
    "reading" => reading,
    "match" => match_rule,
    "pattern" => pattern,
    "sources" => sources,
    "contexts" => contexts,
    "definitions" => definitions,
    "relations" => relations,
    "references" => references,
    "notes" => notes,
    "customers" => customers,
    "projects" => projects,
    "reliability" => reliability,
    "transactions" => transactions,
    "foreign_id" => foreign_id,
    "other" => other,
} items {
    "sources" => sources,
    "contexts" => contexts,
    "definitions" => definitions,
    "transactions" => transactions,
});

notable!(Definition {
    "text" => text,
    "lang" => lang,
    "source" => source,
    "kind" => kind,
    "notes" => notes,
    "other" => other,
} items {});

notable!(Context {
    "text" => text,
    "kind" => kind,
    "source" => source,
    "notes" => notes,
    "other" => other,
} items {});

notable!(Transaction {
    "kind" => kind,
    "date" => date,
    "by" => by,
    "other" => other,
} items {});

notable!(Source {
    "title" => title,
    "outlet" => outlet,
    "url" => url,
    "date" => date,
} items {});

/// Writes a source as one line.
pub(in crate::format) fn source_text(source: &Source) -> String {
    let mut text = source.title.clone().unwrap_or_default();
    let mut part = |lead: &str, value: &Option<String>| {
        if let Some(value) = value {
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(lead);
            text.push_str(value);
        }
    };
    part("in: ", &source.outlet);
    part("", &source.url);
    if let Some(date) = &source.date {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("[{date}]"));
    }
    text
}

/// Reads a source that [`source_text`] wrote. What does not look so is a title.
pub(in crate::format) fn parse_source(text: &str) -> Source {
    let mut source = Source::default();
    let mut rest = text;
    if let Some((before, date)) = rest.strip_suffix(']').and_then(|r| r.rsplit_once('['))
        && let Ok(date) = date.parse()
        && (before.is_empty() || before.ends_with(' '))
    {
        source.date = Some(date);
        rest = before.strip_suffix(' ').unwrap_or(before);
    }
    let is_address =
        |t: &str| (t.starts_with("http://") || t.starts_with("https://")) && !t.contains(char::is_whitespace);
    if is_address(rest) {
        source.url = Some(rest.to_owned());
        rest = "";
    } else if let Some(at) = rest.rfind(", http")
        && is_address(&rest[at + 2..])
    {
        source.url = Some(rest[at + 2..].to_owned());
        rest = &rest[..at];
    }
    if let Some(outlet) = rest.strip_prefix("in: ") {
        source.outlet = Some(outlet.to_owned());
        rest = "";
    } else if let Some((title, outlet)) = rest.rsplit_once(", in: ") {
        source.outlet = Some(outlet.to_owned());
        rest = title;
    }
    if !rest.is_empty() {
        source.title = Some(rest.to_owned());
    }
    source
}

/// Writes the text of a link whose kind the element does not say.
pub(super) fn relation_text(relation: &Relation) -> String {
    match (relation.kind, &relation.label) {
        (RelationKind::See, label) => label.clone().unwrap_or_default(),
        (kind, None) => kind.to_string(),
        (kind, Some(label)) => format!("{kind}: {label}"),
    }
}

/// Reads what [`relation_text`] wrote.
pub(super) fn parse_relation(text: &str) -> (RelationKind, Option<String>) {
    let named = |word: &str| {
        let kind = RelationKind::ALL.iter().copied().find(|k| k.as_str() == word);
        kind.filter(|k| *k != RelationKind::See)
    };
    if let Some(kind) = named(text) {
        return (kind, None);
    }
    if let Some((word, label)) = text.split_once(": ")
        && let Some(kind) = named(word)
    {
        return (kind, Some(label.to_owned()));
    }
    (RelationKind::See, (!text.is_empty()).then(|| text.to_owned()))
}

/// What stands in place of the source of a sentence that was made up.
pub(super) const CONSTRUCTED: &str = "constructed";

/// What stands between what a link to a term says and the term.
const LEADS_TO: &str = "→ ";

/// Writes the text of a link to a term, which names the term: `variant of → cyber community`.
pub(super) fn term_link_text(relation: &Relation, term: &str) -> String {
    match relation_text(relation) {
        text if text.is_empty() => format!("{LEADS_TO}{term}"),
        text => format!("{text} {LEADS_TO}{term}"),
    }
}

/// Reads what [`term_link_text`] wrote: the kind, the label and the term.
pub(super) fn parse_term_link(text: &str) -> Option<(RelationKind, Option<String>, &str)> {
    let (lead, term) = match text.strip_prefix(LEADS_TO) {
        Some(term) => ("", term),
        None => {
            let (lead, term) = text.split_once(LEADS_TO)?;
            (lead.strip_suffix(' ')?, term)
        }
    };
    let (kind, label) = parse_relation(lead);
    (!term.is_empty()).then_some((kind, label, term))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Note, Period, Status, TermKind};

    #[test]
    fn a_value_is_plain_where_a_person_may_read_it_and_json_where_it_must_be() {
        for (value, written) in [
            (encode(&TermKind::SetPhrase), "set-phrase"),
            (encode("网络主权"), "网络主权"),
            (encode("[sic]"), "\"[sic]\""),
            (encode(" edge "), "\" edge \""),
            (encode(""), "\"\""),
            (encode("bell\u{7}"), "\"bell\\u0007\""),
            (encode("\u{ffff}"), "\"\\uffff\""),
            (encode(&true), "true"),
            (encode(&Some(9_u8)), "9"),
            (encode(&None::<Status>), "null"),
            (encode(&[Period { from: "2015-12".parse().ok(), to: None }]), r#"[{"from":"2015-12"}]"#),
        ] {
            assert_eq!(value, written);
        }
    }

    #[test]
    fn a_note_sets_the_field_it_names_and_nothing_else() {
        let mut term =
            Term { contexts: vec![Context::new("x")], status: Some(Status::Deprecated), ..Term::new("t") };
        for (text, taken) in [
            ("wicterm:pattern=sovereignty of {1..3 words} = x", true),
            ("wicterm:contexts/0/kind=constructed", true),
            ("wicterm:contexts/1/kind=constructed", false),
            ("wicterm:contexts/0/colour=red", false),
            ("wicterm:status=null", true),
            ("wicterm:kind=no such kind", false),
            ("wicterm:reliability=9", true),
            ("wicterm:notes=[{\"text\":\"wicterm:\"}]", true),
            ("wicterm:notes=[{\"text\":", false),
        ] {
            let (key, value) = split(text).unwrap();
            assert_eq!(term.set(key, value), taken, "{text}");
        }
        assert_eq!(term.pattern.as_deref(), Some("sovereignty of {1..3 words} = x"));
        assert_eq!(term.contexts[0].kind, Some(crate::model::ContextKind::Constructed));
        assert_eq!((term.status, term.reliability, term.kind), (None, Some(9), None));
        assert_eq!(term.notes, [Note::new("wicterm:")]);
        assert!(split("wicterm: see there").is_none() && split("a=b").is_none());
    }

    #[test]
    fn a_source_is_one_line_that_reads_back() {
        let source = |title: &str, outlet: &str, url: &str, date: &str| {
            let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
            Source { title: some(title), outlet: some(outlet), url: some(url), date: date.parse().ok() }
        };
        for (parts, line) in [
            (source("Annual report, p. 4", "", "", "2025-03"), "Annual report, p. 4 [2025-03]"),
            (
                source("A (full text)", "SCIO", "https://a.example/x", "2022"),
                "A (full text), in: SCIO, https://a.example/x [2022]",
            ),
            (source("", "", "http://a.example", ""), "http://a.example"),
            (source("", "SCIO", "", ""), "in: SCIO"),
            (source("", "", "", "2015-12-16"), "[2015-12-16]"),
            (source("", "", "", ""), ""),
            (source("See [2] and [3]", "", "", ""), "See [2] and [3]"),
        ] {
            assert_eq!(source_text(&parts), line);
            assert_eq!(parse_source(line), parts);
        }
    }

    #[test]
    fn a_link_says_its_kind_in_front_of_its_text() {
        for (kind, label, text) in [
            (RelationKind::See, None, ""),
            (RelationKind::See, Some("there"), "there"),
            (RelationKind::Broader, None, "broader"),
            (RelationKind::ReplacedBy, Some("a: b"), "replaced-by: a: b"),
        ] {
            let label = label.map(str::to_owned);
            let relation = Relation { kind, target: "x".into(), label: label.clone() };
            assert_eq!(relation_text(&relation), text);
            assert_eq!(parse_relation(text), (kind, label));
        }
    }
}
