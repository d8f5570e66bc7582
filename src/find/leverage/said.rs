//! What a unit says of itself: who, when, approved or not, and what stood around it.

use std::borrow::Cow;

use serde::Serialize;

use super::settings::is_like;
use super::{Agreement, Options, Provenance, Query};
use crate::model::{Attributes, Date, Property, Unit, Variant};
use crate::text::fold;

/// Points that were taken off, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Penalty {
    /// Why.
    pub reason: PenaltyReason,
    /// What it is about: the memory, the date, the origin, the word for the status.
    pub about: String,
    /// How many.
    pub points: u8,
}

/// Why points are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PenaltyReason {
    /// The memory is believed less.
    Memory,
    /// Nobody has changed the unit for long.
    Age,
    /// It comes from somewhere that is believed less, such as a machine.
    Origin,
    /// Its file says that nobody has approved it.
    Unapproved,
}

/// The source texts that stood around a unit, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Neighbours {
    /// The one before it.
    pub before: Option<String>,
    /// The one after it.
    pub after: Option<String>,
}

/// Properties that hold the source text before a unit (OmegaT, memoQ), and after it.
const BEFORE: &[&str] = &["prev", "x-context-pre"];
const AFTER: &[&str] = &["next", "x-context-post"];
/// Properties that hold what a unit's file calls it (OmegaT, memoQ).
const IDS: &[&str] = &["id", "x-context"];

/// Properties that tell whether somebody approved a translation (SDL, memoQ, and what people write).
const APPROVALS: &[&str] =
    &["x-confirmationlevel", "x-status", "status", "x-approved", "approved", "x-state", "state"];
/// What they say where somebody did.
const APPROVED: &[&str] = &[
    "approved*",
    "yes",
    "true",
    "1",
    "final",
    "signed-off",
    "signedoff",
    "reviewed",
    "validated",
    "proofread",
];
/// What they say where nobody did. Any other word says nothing.
const UNAPPROVED: &[&str] = &[
    "unapproved",
    "not approved",
    "not-approved",
    "no",
    "false",
    "0",
    "draft",
    "translated",
    "untranslated",
    "unspecified",
    "rejected*",
    "needs*",
    "new",
    "initial",
    "fuzzy",
    "pending",
    "proposed",
    "unconfirmed",
];

/// Returns what is taken off a unit with this target.
pub(super) fn penalties(unit: &Unit, target: &Variant, options: &Options) -> Vec<Penalty> {
    let settings = &options.settings;
    let mut penalties = vec![];
    let mut take = |reason, about: &str, points| {
        if points > 0 {
            penalties.push(Penalty { reason, about: about.to_owned(), points });
        }
    };
    let memory = &unit.origin.memory;
    take(PenaltyReason::Memory, memory, settings.memory(memory).penalty);
    if let (Some(age), Some(now), Some(written)) = (settings.penalty_age, options.now, when(unit, target))
        && let Some(day) = day_of(&written)
        && is_older(day, age.years, now)
    {
        take(PenaltyReason::Age, &day.to_string(), age.points);
    }
    let made = [&target.attributes, &unit.attributes].into_iter().filter_map(|a| a.creation_id.as_deref());
    let made: Vec<&str> = made.collect();
    let mut worst: Option<(u8, &str)> = None;
    for origin in &settings.origins {
        let by_maker =
            origin.creation_id.as_ref().map(|like| made.iter().find(|who| is_like(who, like)).copied());
        let by_property = origin.property.as_ref().map(|kind| {
            let mut said = properties(unit, target).filter(|p| is_kind(p, kind));
            said.find(|p| origin.value.as_ref().is_none_or(|like| is_like(&p.text, like))).map(|p| &*p.text)
        });
        // Where both are named, both must be so.
        let about = match (by_maker, by_property) {
            (Some(Some(_)), Some(Some(what))) | (None, Some(Some(what))) => what,
            (Some(Some(who)), None) => who,
            _ => continue,
        };
        if worst.is_none_or(|(points, _)| origin.points > points) {
            worst = Some((origin.points, about));
        }
    }
    if let Some((points, about)) = worst {
        take(PenaltyReason::Origin, about, points);
    }
    if let Some(word) = unapproved(unit, target) {
        take(PenaltyReason::Unapproved, word, settings.penalty_unapproved);
    }
    penalties
}

/// Returns the word by which a unit says that nobody approved it; one that somebody did outweighs it.
fn unapproved<'u>(unit: &'u Unit, target: &'u Variant) -> Option<&'u str> {
    let said = || properties(unit, target).filter(|p| APPROVALS.iter().any(|kind| is_kind(p, kind)));
    let one_of = |text: &str, words: &[&str]| words.iter().any(|word| is_like(text, word));
    if said().any(|p| one_of(&p.text, APPROVED)) {
        return None;
    }
    said().find(|p| one_of(&p.text, UNAPPROVED)).map(|p| &*p.text)
}

fn properties<'u>(unit: &'u Unit, variant: &'u Variant) -> impl Iterator<Item = &'u Property> {
    variant.properties.iter().chain(&unit.properties)
}

fn is_kind(property: &Property, kind: &str) -> bool {
    property.kind.as_deref().is_some_and(|k| k.eq_ignore_ascii_case(kind))
}

pub(super) fn provenance(unit: &Unit, target: &Variant, score: u8, priority: i64) -> Provenance {
    let who = |a: &Attributes| a.change_id.clone().or_else(|| a.creation_id.clone());
    Provenance {
        unit: unit.id,
        memory: unit.origin.memory.clone(),
        file: unit.origin.file.clone(),
        tuid: unit.origin.tuid.clone(),
        who: who(&target.attributes).or_else(|| who(&unit.attributes)),
        date: when(unit, target).map(|written| day_of(&written).map_or(written, |day| day.to_string())),
        score,
        priority,
    }
}

/// Returns when a unit was changed last, or made, as its file writes it.
fn when(unit: &Unit, target: &Variant) -> Option<String> {
    let latest = |pick: fn(&Attributes) -> &Option<String>| {
        pick(&target.attributes).iter().chain(pick(&unit.attributes)).max_by_key(|text| day_of(text)).cloned()
    };
    latest(|a| &a.change_date).or_else(|| latest(|a| &a.creation_date))
}

/// Reads the day of a date as TMX writes it (`20160102T101112Z`), or as others do (`2016-01-02 10:11`).
fn day_of(text: &str) -> Option<Date> {
    let figures: String =
        text.chars().take_while(|c| !matches!(c, 'T' | ' ')).filter(char::is_ascii_digit).collect();
    let number = |range: std::ops::Range<usize>| figures.get(range)?.parse::<u16>().ok();
    let (month, day) = (u8::try_from(number(4..6)?).ok()?, u8::try_from(number(6..8)?).ok()?);
    Date::new(number(0..4)?, Some(month), Some(day)).filter(|_| figures.len() == 8)
}

fn is_older(day: Date, years: u16, now: Date) -> bool {
    let now = now.first_day();
    let parts = |date: Date| (date.month(), date.day());
    let age = now.year().saturating_sub(day.year());
    age > years || (age == years && parts(now) > parts(day))
}

/// Tells what context agrees.
pub(super) fn agreement<E>(
    query: &Query,
    unit: &Unit,
    source: &Variant,
    neighbours: &mut dyn FnMut(&Unit) -> Result<Neighbours, E>,
) -> Result<Agreement, E> {
    let id = query.id.as_deref().is_some_and(|id| {
        let said = properties(unit, source).filter(|p| IDS.iter().any(|kind| is_kind(p, kind)));
        let mut ids = unit.origin.tuid.as_deref().into_iter().chain(said.map(|p| p.text.trim()));
        ids.any(|known| known == id)
    });
    let mut agree = false;
    if query.before.is_some() || query.after.is_some() {
        let said = |kinds: &[&str]| {
            let mut all = properties(unit, source).filter(|p| kinds.iter().any(|kind| is_kind(p, kind)));
            all.next().map(|p| p.text.clone())
        };
        let mut known = Neighbours { before: said(BEFORE), after: said(AFTER) };
        if known == Neighbours::default() {
            known = neighbours(unit)?;
        }
        agree = neighbours_agree(query, &known);
    }
    Ok(Agreement { neighbours: agree, id })
}

fn neighbours_agree(query: &Query, known: &Neighbours) -> bool {
    let pairs = [(&query.before, &known.before), (&query.after, &known.after)];
    let mut both =
        pairs.into_iter().filter_map(|(ours, theirs)| Some((ours.as_ref()?, theirs.as_ref()?))).peekable();
    both.peek().is_some() && both.all(|(ours, theirs)| equal_as_context(ours, theirs))
}

fn equal_as_context(ours: &str, theirs: &str) -> bool {
    let theirs = untagged(theirs);
    let (ours, theirs) = (fold(ours), fold(&theirs));
    ours.trim() == theirs.trim()
}

/// Takes the tags out of a text that a property holds as XML (memoQ writes `<seg>…</seg>`, OmegaT short tags).
fn untagged(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = rest[at + 1..].starts_with(|c: char| c.is_alphabetic() || c == '/');
        match rest[at..].find('>').filter(|_| tag) {
            Some(end) => rest = &rest[at + end + 1..],
            None => {
                out.push('<');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
        out = out.replace(entity, sign);
    }
    Cow::Owned(out)
}
