//! The translation unit: a segment in several languages, stored as it came (TMX `tu`).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{LanguageTag, UnitId};

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Where a unit came from; two units of one origin are one unit in two versions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct UnitOrigin {
    /// The memory it belongs to.
    pub memory: String,
    /// The file it was read from (its name, without folders).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The id that file gives it (TMX `tuid`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuid: Option<String>,
}

/// The attributes that TMX allows on `tu` and `tuv`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attributes {
    /// `creationdate`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<String>,
    /// `creationid`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creation_id: Option<String>,
    /// `changedate`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_date: Option<String>,
    /// `changeid`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_id: Option<String>,
    /// Every other attribute, in order: `usagecount`, `datatype`, `o-tmf`, or one we never met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<(String, String)>,
}

/// A property or a note of a unit or variant (TMX `prop`, `note`), kept in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// The property's type; `None` is a note.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "type")]
    pub kind: Option<String>,
    /// What it says.
    pub text: String,
    /// Further attributes (`xml:lang`, `o-encoding`), in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
}

/// A segment and its translations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Unit {
    /// The unit's identity, for ever; nil until the desk stores it.
    #[serde(default, skip_serializing_if = "UnitId::is_nil")]
    pub id: UnitId,
    /// Where it came from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub origin: UnitOrigin,
    /// The language it was translated from, where the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_lang: Option<LanguageTag>,
    /// Dates, authors and the like.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attributes: Attributes,
    /// Properties and notes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// The segment in each language; two in one language are legal.
    pub variants: Vec<Variant>,
}

impl Unit {
    /// Returns the variant in the source language; the first where the file does not say which that is, or
    /// has none in it.
    pub fn source(&self) -> Option<&Variant> {
        let said = self.variants.iter().find(|v| self.source_lang.as_ref().is_some_and(|l| v.lang == *l));
        said.or(self.variants.first())
    }

    /// Returns which of the unit's variants in its language each variant is, from 0; 255 for that or any later one.
    pub fn ordinals(&self) -> Vec<u8> {
        if self.variants.len() <= 8 {
            let before = |at: usize| &self.variants[..at];
            let same = |at: usize, v: &Variant| before(at).iter().filter(|b| b.lang == v.lang).count() as u8;
            return self.variants.iter().enumerate().map(|(at, v)| same(at, v)).collect();
        }
        let mut met: HashMap<&LanguageTag, u8> = HashMap::new();
        self.variants
            .iter()
            .map(|v| {
                let seen = met.entry(&v.lang).or_default();
                let own = *seen;
                *seen = seen.saturating_add(1);
                own
            })
            .collect()
    }
}

/// A segment in one language (TMX `tuv`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The language, canonical.
    pub lang: LanguageTag,
    /// The tag as the file wrote it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// Dates, authors and the like.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attributes: Attributes,
    /// Properties and notes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// The text with its codes.
    pub segment: Segment,
}

/// A stretch of text with inline codes.
///
/// `text` is what a person reads: native code is not in it, the content of `hi` is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Segment {
    /// The text.
    pub text: String,
    /// The codes, in document order; their positions never decrease.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inlines: Vec<Inline>,
}

impl Segment {
    /// Makes a segment of plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), inlines: vec![] }
    }
}

/// One inline code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inline {
    /// The byte of the segment's text before which it stands.
    pub at: u32,
    /// What it is.
    pub kind: InlineKind,
    /// What pairs it with another code of the segment (TMX `i`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<String>,
    /// What matches it with a code in another variant (TMX `x`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Further attributes (`type`, `assoc`), in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
    /// The native code, with the translatable stretches inside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub native: Vec<Native>,
}

/// The kinds of inline code (TMX 1.4 and what strangers write).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InlineKind {
    /// `bpt`: begins a pair.
    Begin,
    /// `ept`: ends a pair.
    End,
    /// `it`: half of a pair whose other half is in another segment.
    Isolated(Edge),
    /// `ph`: stands alone.
    Placeholder,
    /// `ut`: unknown.
    Unknown,
    /// `hi`: one edge of a highlighted span; its content is text.
    Highlight(Edge),
    /// An element that TMX does not know, such as `g`: one edge of a span whose content is text.
    Foreign(String, Edge),
}

/// Which side of a span a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edge {
    /// The beginning.
    Open,
    /// The end.
    Close,
}

/// A part of a native code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Native {
    /// Code: not to be translated.
    Code(String),
    /// Translatable text inside the code (TMX `sub`), with its attributes.
    Sub(Vec<(String, String)>, Segment),
}
