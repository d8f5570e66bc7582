//! The XCS that stands beside a file of version 2: which languages and data categories are in it.
//!
//! Checkers of version 2 refuse a file whose languages its constraint specification does not
//! declare, and the published ones declare a handful. So a file of version 2 has one of its own,
//! named in its header, made of the same table by which it was written.

use std::collections::BTreeSet;
use std::io;

use super::dialect::{self, Category, Class, Dialect};
use crate::bytes::xml::{Layout, Writer};
use crate::model::LanguageTag;
use crate::text::languages;

/// Returns what a person may know a language by, with its script and region where it names them.
fn name(lang: &LanguageTag) -> String {
    let language = languages::of(lang);
    if language.code != lang.language() || language.names.is_empty() {
        return lang.to_string();
    }
    if let Some((name, _)) = language.names.iter().find(|(_, tag)| *tag == lang.as_str()) {
        return (*name).to_owned();
    }
    match lang.as_str().split_once('-') {
        Some((_, rest)) => format!("{} ({rest})", language.english_name()),
        None => language.english_name().to_owned(),
    }
}

/// Writes the constraint specification of a dialect of version 2 for a file in these languages.
pub(super) fn specification(dialect: &Dialect, langs: &BTreeSet<LanguageTag>) -> io::Result<String> {
    let mut xml = Writer::new(vec![], Layout::Indented(2));
    xml.declaration()?;
    xml.verbatim("<!DOCTYPE TBXXCS SYSTEM \"tbxxcsdtd.dtd\">\n")?;
    xml.start("TBXXCS")?;
    xml.attribute("name", dialect.root_type)?;
    xml.attribute("version", "2")?;
    xml.attribute("lang", "en")?;
    xml.start("header")?;
    xml.element("title", &format!("{} {}", super::EXPORTED_BY, env!("CARGO_PKG_VERSION")))?;
    xml.end()?;
    xml.start("languages")?;
    for lang in langs {
        xml.start("langInfo")?;
        xml.element("langCode", lang.as_str())?;
        xml.element("langName", &name(lang))?;
        xml.end()?;
    }
    xml.end()?;
    xml.start("datCatSet")?;
    let mut categories: Vec<&Category> =
        dialect::all().filter(|c| c.at.iter().any(|(dialects, _)| dialects & dialect.bit != 0)).collect();
    categories.sort_by_key(|c| c.name);
    for category in categories {
        xml.start(&format!("{}Spec", category.class.element()))?;
        xml.attribute("name", category.name)?;
        // The numbers of ISO 12620:1999, which the standard has given up.
        xml.attribute("datcatId", "")?;
        xml.start_raw("contents")?;
        let values = category.values.iter().find(|(dialects, _)| dialects & dialect.bit != 0);
        let target = match category.class {
            Class::Ref => Some("element"),
            Class::Xref => Some("external"),
            Class::TransacNote => Some("respPerson"),
            _ if dialect::is_link(category) => {
                Some(if category.class == Class::Descrip { "entry" } else { "term" })
            }
            _ => None,
        };
        match (values, category.class) {
            (Some(_), _) => xml.attribute("datatype", "picklist")?,
            (None, Class::TermNote | Class::TransacNote) if target.is_none() => {
                xml.attribute("datatype", "plainText")?;
            }
            // Text with markup, which is what no word says.
            _ => {}
        }
        if let Some(target) = target {
            xml.attribute("targetType", target)?;
        }
        if let Some((_, values)) = values {
            xml.text(&values.join(" "))?;
        }
        xml.end()?;
        if category.class == Class::Descrip {
            let levels: Vec<&str> =
                [(dialect::CONCEPT, "termEntry"), (dialect::LANGUAGE, "langSet"), (dialect::TERM, "term")]
                    .into_iter()
                    .filter(|(level, _)| dialect.allows(category, *level))
                    .map(|(_, name)| name)
                    .collect();
            xml.element("levels", &levels.join(" "))?;
        }
        xml.end()?;
    }
    let bytes = xml.finish()?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
