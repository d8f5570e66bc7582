//! What a file does not say of a concept, found by comparing the concept with what would be read back.
//!
//! A writer of a tool's table asks its own reader what it makes of the row that it is about to write, and
//! reports every field in which that differs from the concept. So the report is true whatever the tool's table holds.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::format::{LossClass, LossReport};
use crate::model::Concept;

/// Where a language section of the copy, and each of its terms, stands in the original.
pub(in crate::format) struct Kept {
    /// The place of the section.
    pub section: usize,
    /// The places of the terms in it, in the copy's order.
    pub terms: Vec<usize>,
}

/// Why something is missing.
pub(in crate::format) struct Reasons {
    /// Where there is no better reason.
    pub no_place: Cow<'static, str>,
    /// Of whole terms, by the places of section and term.
    pub terms: FxHashMap<(usize, usize), Cow<'static, str>>,
    /// Of whole sections.
    pub section: Cow<'static, str>,
    /// Of fields, by the end of their pointer.
    pub fields: &'static [(&'static str, &'static str)],
}

const TEXT: &str =
    "line ends, tabs and other control characters in it become blanks, and blanks at its edges go";
const STATUS: &str = "what stands there says no status of its own";
const LANG: &str = "it is written as the language that the file is for";

/// Reports what the copy lacks of the original.
pub(in crate::format) fn report(
    original: &Concept,
    copy: &Concept,
    kept: &[Kept],
    reasons: &Reasons,
    report: &mut LossReport,
) {
    let json = |c: &Concept| serde_json::to_value(c).unwrap_or_default();
    let mut told = Told { reasons, lost: vec![] };
    told.concept(&json(original), &json(copy), kept);
    let name = original.name();
    for (field, why) in told.lost {
        report.lose(LossClass::Lost, &name, field, &why);
    }
}

struct Told<'a> {
    reasons: &'a Reasons,
    lost: Vec<(String, Cow<'a, str>)>,
}

impl<'a> Told<'a> {
    fn concept(&mut self, original: &Value, copy: &Value, kept: &[Kept]) {
        self.fields(original, copy, "", &["id", "languages"]);
        let sections = original["languages"].as_array().into_iter().flatten();
        for (l, section) in sections.enumerate() {
            let at = format!("/languages/{l}");
            let Some(n) = kept.iter().position(|k| k.section == l) else {
                // Why its best term is not there is why nothing of it is.
                let terms = section["terms"].as_array().map_or(0, Vec::len);
                let why = (0..terms).find_map(|t| self.reasons.terms.get(&(l, t)));
                self.lost.push((at, Cow::Borrowed(why.unwrap_or(&self.reasons.section))));
                continue;
            };
            let copy = &copy["languages"][n];
            self.fields(section, copy, &at, &["terms"]);
            let terms = section["terms"].as_array().into_iter().flatten();
            for (t, term) in terms.enumerate() {
                let at = format!("{at}/terms/{t}");
                match kept[n].terms.iter().position(|k| *k == t) {
                    Some(m) => self.fields(term, &copy["terms"][m], &at, &[]),
                    None => {
                        let why = self.reasons.terms.get(&(l, t)).unwrap_or(&self.reasons.no_place);
                        self.lost.push((at, Cow::Borrowed(&**why)));
                    }
                }
            }
        }
    }

    fn fields(&mut self, original: &Value, copy: &Value, at: &str, apart: &[&str]) {
        let (Some(original), Some(copy)) = (original.as_object(), copy.as_object()) else { return };
        for (key, value) in original.iter().filter(|(key, _)| !apart.contains(&&***key)) {
            match copy.get(key) {
                Some(read) => self.value(value, read, format!("{at}/{key}")),
                None => self.lose(format!("{at}/{key}")),
            }
        }
        // A reader that must say a status says one where there was none.
        for key in ["status", "forbidden"] {
            if copy.contains_key(key) && !original.contains_key(key) {
                self.lose(format!("{at}/{key}"));
            }
        }
    }

    fn value(&mut self, original: &Value, copy: &Value, at: String) {
        match (original, copy) {
            (Value::Array(items), Value::Array(read)) => self.list(items, read, &at),
            (Value::Object(_), Value::Object(_)) if coarser(copy, original) => {
                self.fields(original, copy, &at, &[]);
            }
            _ if original != copy => self.lose(at),
            _ => {}
        }
    }

    /// Goes through a list of which some items may be there, and some of them in part.
    fn list(&mut self, original: &[Value], copy: &[Value], at: &str) {
        let mut read = copy.iter().peekable();
        for (n, item) in original.iter().enumerate() {
            let at = format!("{at}/{n}");
            match read.peek() {
                Some(there) if coarser(there, item) => {
                    self.value(item, there, at);
                    read.next();
                }
                Some(there) => {
                    self.lose(at);
                    // Where it is no later item either, it stands for this one.
                    if !original[n + 1..].iter().any(|later| coarser(there, later)) {
                        read.next();
                    }
                }
                None => self.lose(at),
            }
        }
    }

    fn lose(&mut self, at: String) {
        let of_tool = self.reasons.fields.iter().find(|(end, _)| at.ends_with(end)).map(|(_, why)| *why);
        let known = match at.rsplit('/').next() {
            Some("text") => Some(TEXT),
            Some("status") => Some(STATUS),
            Some("lang") if at.starts_with("/languages/") && at.matches('/').count() == 3 => Some(LANG),
            _ => None,
        };
        let why = of_tool.or(known).map_or(Cow::Borrowed(&*self.reasons.no_place), Cow::Borrowed);
        self.lost.push((at, why));
    }
}

/// Tells whether all that one value says is said by another.
fn coarser(less: &Value, more: &Value) -> bool {
    match (less, more) {
        (Value::Object(less), Value::Object(more)) => {
            less.iter().all(|(key, value)| more.get(key).is_some_and(|m| coarser(value, m)))
        }
        _ => less == more,
    }
}
