//! Makes of any unit the nearest one that TMX 1.4 allows, and names every difference.

use rustc_hash::FxHashSet;

use super::{PROPERTY_OTHER, SEGTYPES, TU_OTHER, TUV_OTHER};
use crate::bytes::xml::allowed;
use crate::model::{Attributes, Edge, Inline, InlineKind, LanguageTag, Native, Property, Segment, Unit};

/// A difference: the JSON pointer of the field, and why.
pub(super) type Difference = (String, &'static str);

/// Language tags as written that were found writable for a language, so that a file's handful is
/// parsed once.
#[derive(Default)]
pub(super) struct Tags(Vec<(String, LanguageTag)>);

impl Tags {
    fn writable(&mut self, written: &str, lang: &LanguageTag) -> bool {
        if self.0.iter().any(|(w, l)| w == written && l == lang) {
            return true;
        }
        let writable = writable_tag(written, lang);
        if writable && self.0.len() < 64 {
            self.0.push((written.to_owned(), lang.clone()));
        }
        writable
    }
}

/// Tells whether a unit can be written as it is.
pub(super) fn is_strict(unit: &Unit, tags: &mut Tags) -> bool {
    attributes_fit(&unit.attributes, TU_OTHER)
        && unit.origin.tuid.as_deref().is_none_or(clean)
        && unit.properties.iter().all(property_fits)
        && unit.variants.iter().all(|variant| {
            variant.written.as_deref().is_none_or(|w| tags.writable(w, &variant.lang))
                && attributes_fit(&variant.attributes, TUV_OTHER)
                && variant.properties.iter().all(property_fits)
                && segment_fits(&variant.segment)
        })
}

/// Returns a unit that TMX 1.4 allows, and how it differs from this one.
pub(super) fn mend(unit: &Unit) -> (Unit, Vec<Difference>) {
    let mut unit = unit.clone();
    let mut mending = Mending { differences: vec![] };
    if let Some(tuid) = &mut unit.origin.tuid {
        mending.text(tuid, "/origin/tuid");
    }
    mending.attributes(&mut unit.attributes, TU_OTHER, "");
    mending.properties(&mut unit.properties, "");
    for (i, variant) in unit.variants.iter_mut().enumerate() {
        let at = format!("/variants/{i}");
        if variant.written.as_deref().is_some_and(|w| !writable_tag(w, &variant.lang)) {
            variant.written = None;
            mending.differ(format!("{at}/written"), "the language tag as written is not BCP 47");
        }
        mending.attributes(&mut variant.attributes, TUV_OTHER, &at);
        mending.properties(&mut variant.properties, &at);
        mending.segment(&mut variant.segment, &format!("{at}/segment"));
    }
    (unit, mending.differences)
}

/// Returns the codes that begin or end a pair whose other half is not in the same segment.
pub(super) fn unpaired(inlines: &[Inline]) -> Vec<usize> {
    pairs(inlines).1
}

/// Returns the codes that begin a pair under the number of an earlier one in the same segment.
pub(super) fn repeated(inlines: &[Inline]) -> Vec<usize> {
    let mut met = FxHashSet::default();
    let begins = inlines.iter().enumerate().filter(|(_, inline)| inline.kind == InlineKind::Begin);
    let numbered = begins.filter_map(|(at, inline)| Some((at, inline.pair.as_deref()?)));
    numbered.filter(|(_, number)| !met.insert(*number)).map(|(at, _)| at).collect()
}

/// Finds which codes begin and end a pair, in the order of the beginnings, and which are left: an end
/// belongs to the last beginning before it that is open and has its number, or like it none.
fn pairs(inlines: &[Inline]) -> (Vec<(usize, usize)>, Vec<usize>) {
    let mut open: Vec<usize> = vec![];
    let (mut pairs, mut lonely) = (vec![], vec![]);
    for (index, inline) in inlines.iter().enumerate() {
        match inline.kind {
            InlineKind::Begin => open.push(index),
            InlineKind::End => match open.iter().rposition(|&b| inlines[b].pair == inline.pair) {
                Some(position) => pairs.push((open.remove(position), index)),
                None => lonely.push(index),
            },
            _ => {}
        }
    }
    pairs.sort_unstable();
    lonely.append(&mut open);
    lonely.sort_unstable();
    (pairs, lonely)
}

/// Returns a date in the form of TMX, `YYYYMMDDThhmmssZ`, if it is one.
pub(super) fn tmx_date(written: &str) -> Option<String> {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let (day, time) = match written.split_once(['T', ' ']) {
        Some((day, time)) => (day.replace('-', ""), time.strip_suffix('Z')?.replace(':', "")),
        None => (written.replace('-', ""), "000000".to_owned()),
    };
    let time = time.split('.').next().unwrap_or_default();
    (digits(&day, 8) && digits(time, 6)).then(|| format!("{day}T{time}Z"))
}

pub(super) fn is_tmx_date(written: &str) -> bool {
    let b = written.as_bytes();
    b.len() == 16 && b[8] == b'T' && b[15] == b'Z' && b[..8].iter().chain(&b[9..15]).all(u8::is_ascii_digit)
}

/// Tells whether a tag as written may stand in a strict file: hyphens between its parts, and the same language.
fn writable_tag(written: &str, lang: &LanguageTag) -> bool {
    !written.contains('_')
        && written.trim() == written
        && written.parse::<LanguageTag>().is_ok_and(|tag| tag == *lang)
        && written != lang.as_str()
}

/// Tells whether XML can carry a text.
fn clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without branches, so that it goes many bytes at a time. U+FFFE and U+FFFF begin with EF BF.
    let control = bytes.iter().fold(false, |any, &b| any | (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')));
    let tail = bytes.get(1..).unwrap_or_default();
    let special = bytes.iter().zip(tail).fold(false, |any, (&a, &b)| any | (a == 0xEF && b == 0xBF));
    !control && (!special || text.chars().all(allowed))
}

fn attributes_fit(attributes: &Attributes, known: &[&str]) -> bool {
    let Attributes { creation_date, creation_id, change_date, change_id, other } = attributes;
    creation_date.as_deref().is_none_or(is_tmx_date)
        && change_date.as_deref().is_none_or(is_tmx_date)
        && creation_id.as_deref().is_none_or(clean)
        && change_id.as_deref().is_none_or(clean)
        && pairs_fit(other, known)
}

fn pairs_fit(pairs: &[(String, String)], known: &[&str]) -> bool {
    pairs.iter().enumerate().all(|(i, (name, value))| {
        known.contains(&name.as_str())
            && clean(value)
            && value_fits(name, value)
            && !pairs[..i].iter().any(|(earlier, _)| earlier == name)
    })
}

fn value_fits(name: &str, value: &str) -> bool {
    match name {
        "segtype" => SEGTYPES.contains(&value),
        "lastusagedate" => is_tmx_date(value),
        "usagecount" => !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()),
        "xml:lang" => !value.contains('_') && value.parse::<LanguageTag>().is_ok(),
        _ => true,
    }
}

fn property_fits(property: &Property) -> bool {
    property.kind.as_deref().is_none_or(clean)
        && clean(&property.text)
        && pairs_fit(&property.attributes, PROPERTY_OTHER)
}

/// What an inline element may say beside what [`Inline`] has fields for.
fn inline_attributes(kind: &InlineKind) -> &'static [&'static str] {
    match kind {
        InlineKind::Begin | InlineKind::Isolated(_) | InlineKind::Highlight(Edge::Open) => &["type"],
        InlineKind::Placeholder => &["assoc", "type"],
        _ => &[],
    }
}

const SUB_OTHER: &[&str] = &["datatype", "type"];

fn segment_fits(segment: &Segment) -> bool {
    if !clean(&segment.text) {
        return false;
    }
    if segment.inlines.is_empty() {
        return true;
    }
    let mut before = 0;
    let mut spans = 0_u32;
    for inline in &segment.inlines {
        let at = inline.at as usize;
        if at < before || !segment.text.is_char_boundary(at) {
            return false;
        }
        before = at;
        let code = match &inline.kind {
            InlineKind::Begin | InlineKind::End | InlineKind::Isolated(_) => true,
            InlineKind::Placeholder | InlineKind::Unknown => true,
            InlineKind::Highlight(Edge::Open) => {
                spans += 1;
                false
            }
            InlineKind::Highlight(Edge::Close) => {
                let Some(fewer) = spans.checked_sub(1) else { return false };
                spans = fewer;
                false
            }
            InlineKind::Foreign(..) => return false,
        };
        let fits = inline.pair.is_some() == has_pair(&inline.kind)
            && (inline.x.is_none() || has_x(&inline.kind))
            && inline.pair.as_deref().is_none_or(clean)
            && inline.x.as_deref().is_none_or(clean)
            && pairs_fit(&inline.attributes, inline_attributes(&inline.kind))
            && (code || inline.native.is_empty())
            && native_fits(&inline.native);
        if !fits {
            return false;
        }
    }
    spans == 0 && unpaired(&segment.inlines).is_empty() && repeated(&segment.inlines).is_empty()
}

fn native_fits(native: &[Native]) -> bool {
    native.iter().enumerate().all(|(i, part)| match part {
        Native::Code(code) => {
            let joined = i > 0 && matches!(native[i - 1], Native::Code(_));
            !code.is_empty() && !joined && clean(code)
        }
        Native::Sub(attributes, segment) => pairs_fit(attributes, SUB_OTHER) && segment_fits(segment),
    })
}

fn has_pair(kind: &InlineKind) -> bool {
    matches!(kind, InlineKind::Begin | InlineKind::End)
}

fn has_x(kind: &InlineKind) -> bool {
    !matches!(kind, InlineKind::End | InlineKind::Highlight(Edge::Close) | InlineKind::Foreign(..))
}

struct Mending {
    differences: Vec<Difference>,
}

const FORBIDDEN: &str = "XML forbids a character in it, which is left out";
const UNKNOWN: &str = "TMX has no such attribute here";
const TWICE: &str = "an attribute may stand only once";

impl Mending {
    fn differ(&mut self, field: String, why: &'static str) {
        self.differences.push((field, why));
    }

    fn text(&mut self, text: &mut String, at: &str) {
        if !clean(text) {
            text.retain(allowed);
            self.differ(at.to_owned(), FORBIDDEN);
        }
    }

    fn attributes(&mut self, attributes: &mut Attributes, known: &[&str], at: &str) {
        let Attributes { creation_date, creation_id, change_date, change_id, other } = attributes;
        for (date, name) in [(creation_date, "creation_date"), (change_date, "change_date")] {
            if let Some(written) = date.as_deref()
                && !is_tmx_date(written)
            {
                *date = tmx_date(written);
                self.differ(format!("{at}/attributes/{name}"), "a date in TMX has the form YYYYMMDDThhmmssZ");
            }
        }
        for (id, name) in [(creation_id, "creation_id"), (change_id, "change_id")] {
            if let Some(id) = id {
                self.text(id, &format!("{at}/attributes/{name}"));
            }
        }
        self.pairs(other, known, &format!("{at}/attributes/other"));
    }

    fn pairs(&mut self, pairs: &mut Vec<(String, String)>, known: &[&str], at: &str) {
        if pairs_fit(pairs, known) {
            return;
        }
        let mut kept: Vec<(String, String)> = vec![];
        for (i, (name, mut value)) in std::mem::take(pairs).into_iter().enumerate() {
            let at = format!("{at}/{i}");
            if !known.contains(&name.as_str()) {
                self.differ(at, UNKNOWN);
                continue;
            }
            if kept.iter().any(|(earlier, _)| *earlier == name) {
                self.differ(at, TWICE);
                continue;
            }
            self.text(&mut value, &at);
            if !value_fits(&name, &value) {
                let (mended, why) = match &*name {
                    "lastusagedate" => (tmx_date(&value), "a date in TMX has the form YYYYMMDDThhmmssZ"),
                    "xml:lang" => (
                        value.parse::<LanguageTag>().ok().map(|t| t.to_string()),
                        "the language tag is not BCP 47",
                    ),
                    "segtype" => (None, "TMX has no such segtype"),
                    _ => (None, "a count is a number"),
                };
                self.differ(at, why);
                let Some(mended) = mended else { continue };
                value = mended;
            }
            kept.push((name, value));
        }
        *pairs = kept;
    }

    fn properties(&mut self, properties: &mut [Property], at: &str) {
        for (i, property) in properties.iter_mut().enumerate() {
            if property_fits(property) {
                continue;
            }
            let at = format!("{at}/properties/{i}");
            if let Some(kind) = &mut property.kind {
                self.text(kind, &format!("{at}/type"));
            }
            self.text(&mut property.text, &format!("{at}/text"));
            self.pairs(&mut property.attributes, PROPERTY_OTHER, &format!("{at}/attributes"));
        }
    }

    fn segment(&mut self, segment: &mut Segment, at: &str) {
        if segment_fits(segment) {
            return;
        }
        self.positions(segment, at);
        self.segment_text(segment, at);
        let was = self.spans(segment, at);
        self.pairing(segment, &was, at);
        for (inline, was) in segment.inlines.iter_mut().zip(&was) {
            let at = format!("{at}/inlines/{was}");
            if !has_pair(&inline.kind) && inline.pair.take().is_some() {
                self.differ(format!("{at}/pair"), UNKNOWN);
            }
            if !has_x(&inline.kind) && inline.x.take().is_some() {
                self.differ(format!("{at}/x"), UNKNOWN);
            }
            for (value, name) in [(&mut inline.pair, "pair"), (&mut inline.x, "x")] {
                if let Some(value) = value {
                    self.text(value, &format!("{at}/{name}"));
                }
            }
            self.pairs(&mut inline.attributes, inline_attributes(&inline.kind), &format!("{at}/attributes"));
            self.native(inline, &at);
        }
    }

    /// Puts codes between characters, and in order.
    fn positions(&mut self, segment: &mut Segment, at: &str) {
        let mut before = 0;
        for (i, inline) in segment.inlines.iter_mut().enumerate() {
            let mut position = (inline.at as usize).max(before).min(segment.text.len());
            while !segment.text.is_char_boundary(position) {
                position += 1;
            }
            if position != inline.at as usize {
                inline.at = u32::try_from(position).unwrap_or(u32::MAX);
                self.differ(
                    format!("{at}/inlines/{i}/at"),
                    "it did not stand between two characters, or not in order",
                );
            }
            before = position;
        }
    }

    /// Takes forbidden characters out of the text, and moves the codes along.
    fn segment_text(&mut self, segment: &mut Segment, at: &str) {
        if clean(&segment.text) {
            return;
        }
        for inline in &mut segment.inlines {
            let gone: usize =
                segment.text[..inline.at as usize].chars().filter(|c| !allowed(*c)).map(char::len_utf8).sum();
            // It is part of a length that fits.
            inline.at -= u32::try_from(gone).unwrap_or(inline.at);
        }
        self.text(&mut segment.text, &format!("{at}/text"));
    }

    /// Makes highlights of foreign spans and placeholders of empty ones, and balances what is open.
    /// Returns which code each one was before, for pointers speak of the unit as it was.
    fn spans(&mut self, segment: &mut Segment, at: &str) -> Vec<usize> {
        const FOREIGN: &str = "it is no element of TMX";
        const OPEN: &str = "a span was begun and not ended, or ended and not begun";
        let old = std::mem::take(&mut segment.inlines);
        let mut new: Vec<Inline> = vec![];
        let mut was = vec![];
        // The kinds that would end the open spans.
        let mut open: Vec<InlineKind> = vec![];
        let mut skip = false;
        for (i, mut inline) in old.iter().cloned().enumerate() {
            let here = format!("{at}/inlines/{i}");
            if std::mem::take(&mut skip) {
                continue;
            }
            match inline.kind.clone() {
                InlineKind::Foreign(name, Edge::Open) => {
                    let close = InlineKind::Foreign(name.clone(), Edge::Close);
                    self.differ(here, FOREIGN);
                    if old.get(i + 1).is_some_and(|next| next.kind == close && next.at == inline.at) {
                        self.differ(format!("{at}/inlines/{}", i + 1), FOREIGN);
                        let code = empty_tag(&name, &inline.attributes);
                        inline.kind = InlineKind::Placeholder;
                        inline.native = vec![Native::Code(code)];
                        skip = true;
                    } else {
                        inline.kind = InlineKind::Highlight(Edge::Open);
                        inline.native.clear();
                        open.push(close);
                    }
                    (inline.pair, inline.x) = (None, None);
                    let name: String = name.chars().filter(|c| allowed(*c)).collect();
                    inline.attributes = vec![("type".into(), format!("x-{name}"))];
                    new.push(inline);
                }
                InlineKind::Highlight(Edge::Open) => {
                    open.push(InlineKind::Highlight(Edge::Close));
                    if !inline.native.is_empty() {
                        inline.native.clear();
                        self.differ(format!("{here}/native"), "a highlight holds no code");
                    }
                    new.push(inline);
                }
                kind @ (InlineKind::Foreign(_, Edge::Close) | InlineKind::Highlight(Edge::Close)) => {
                    let Some(position) = open.iter().rposition(|k| *k == kind) else {
                        self.differ(here, OPEN);
                        continue;
                    };
                    // Spans inside it end with it.
                    for _ in position + 1..open.len() {
                        self.differ(here.clone(), OPEN);
                        new.push(close_at(inline.at));
                        was.push(i);
                    }
                    open.truncate(position);
                    let close = close_at(inline.at);
                    if matches!(kind, InlineKind::Foreign(..)) || inline != close {
                        self.differ(here, FOREIGN);
                    }
                    new.push(close);
                }
                _ => new.push(inline),
            }
            was.push(i);
        }
        let end = u32::try_from(segment.text.len()).unwrap_or(u32::MAX);
        for _ in open {
            self.differ(format!("{at}/inlines"), OPEN);
            new.push(close_at(end));
            was.push(old.len());
        }
        segment.inlines = new;
        was
    }

    /// Gives every beginning and end of a pair its number, and makes isolated codes of lonely halves.
    fn pairing(&mut self, segment: &mut Segment, was: &[usize], at: &str) {
        let lonely = unpaired(&segment.inlines);
        for &i in &lonely {
            let inline = &mut segment.inlines[i];
            let edge = if inline.kind == InlineKind::Begin { Edge::Open } else { Edge::Close };
            inline.kind = InlineKind::Isolated(edge);
            inline.pair = None;
            self.differ(
                format!("{at}/inlines/{}", was[i]),
                "the other half of its pair is not in the segment",
            );
        }
        // Two pairs in a segment cannot have one number.
        let mut taken: FxHashSet<String> = segment.inlines.iter().filter_map(|c| c.pair.clone()).collect();
        let mut used: FxHashSet<String> = FxHashSet::default();
        let mut fresh = 0_u32;
        for (begin, end) in pairs(&segment.inlines).0 {
            let why = match &segment.inlines[begin].pair {
                Some(number) if used.insert(number.clone()) => continue,
                Some(_) => "another pair of the segment has its number",
                None => "TMX numbers every pair",
            };
            let number = loop {
                fresh += 1;
                if taken.insert(fresh.to_string()) {
                    break fresh.to_string();
                }
            };
            for i in [begin, end] {
                segment.inlines[i].pair = Some(number.clone());
                self.differ(format!("{at}/inlines/{}", was[i]), why);
            }
        }
    }

    fn native(&mut self, inline: &mut Inline, at: &str) {
        if native_fits(&inline.native) {
            return;
        }
        let mut parts: Vec<Native> = vec![];
        for (i, part) in std::mem::take(&mut inline.native).into_iter().enumerate() {
            let at = format!("{at}/native/{i}");
            match part {
                Native::Code(mut code) => {
                    let at = format!("{at}/code");
                    self.text(&mut code, &at);
                    if code.is_empty() {
                        self.differ(at, "it is empty");
                    } else if let Some(Native::Code(before)) = parts.last_mut() {
                        before.push_str(&code);
                        self.differ(at, "two codes in a row are one");
                    } else {
                        parts.push(Native::Code(code));
                    }
                }
                Native::Sub(mut attributes, mut segment) => {
                    self.pairs(&mut attributes, SUB_OTHER, &format!("{at}/sub/0"));
                    self.segment(&mut segment, &format!("{at}/sub/1"));
                    parts.push(Native::Sub(attributes, segment));
                }
            }
        }
        inline.native = parts;
    }
}

fn close_at(at: u32) -> Inline {
    let kind = InlineKind::Highlight(Edge::Close);
    Inline { at, kind, pair: None, x: None, attributes: vec![], native: vec![] }
}

fn empty_tag(name: &str, attributes: &[(String, String)]) -> String {
    let mut tag = format!("<{name}");
    for (name, value) in attributes {
        tag.push_str(&format!(" {name}=\"{}\"", value.replace('&', "&amp;").replace('"', "&quot;")));
    }
    tag.push_str("/>");
    tag.retain(allowed);
    tag
}
