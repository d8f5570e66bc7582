//! Units at the desk: which ones, found by name, added, changed, removed and counted.
//!
//! A unit goes by its id, or by its memory and the id that its file gave it (`legal:42`). Whatever chooses
//! units by what they are (listing, exporting, removing) does it with one [`UnitFilter`], and streams: nothing
//! here holds more than a unit at a time.

mod codes;
mod split;
mod toml;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64;

pub use codes::{codes, with_codes};
pub use split::{Split, SplitFile};
pub use toml::{retold, unit_from_toml, unit_to_toml, variant};

use super::ahead::source_key;
use super::{Base, Error, random};
use crate::model::{
    Attributes, Change, Concept, Date, EntityKind, Finding, LanguageTag, Place, Property, Revision, Severity,
    Unit, UnitId, UnitOrigin, Variant, Versioned,
};
use crate::store::{Query, StoreError, Who, origin_key};
use crate::text;

/// Which units; what is not set lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitFilter {
    /// Of this memory.
    pub memory: Option<String>,
    /// Read from this file (its name, without folders).
    pub file: Option<String>,
    /// With a segment in each of these languages, or in one that serves it.
    pub langs: Vec<LanguageTag>,
    /// Last changed (or made, where nothing says when it was changed) on this day or later.
    pub from: Option<Date>,
    /// Last changed or made on this day or earlier.
    pub to: Option<Date>,
    /// Made or changed by one of these, whatever the case of the letters.
    pub users: Vec<String>,
    /// With all of these properties.
    pub properties: Vec<PropertyIs>,
    /// With a segment that contains each of these texts, folded.
    pub contains: Vec<String>,
    /// Changed in the base after this revision.
    pub since: Option<Revision>,
}

/// A property that a unit or one of its segments has: of this type, and with this value where one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyIs {
    /// The type, whatever the case of its letters.
    pub kind: String,
    /// What it says.
    pub text: Option<String>,
}

impl FromStr for PropertyIs {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, value) = match text.split_once('=') {
            Some((kind, value)) => (kind, Some(value.to_owned())),
            None => (text, None),
        };
        if kind.trim().is_empty() {
            return Err("write it as TYPE or TYPE=VALUE, such as x-client=ACME".to_owned());
        }
        Ok(Self { kind: kind.trim().to_owned(), text: value })
    }
}

impl UnitFilter {
    /// Tells whether it asks for anything at all.
    pub fn is_picky(&self) -> bool {
        *self != Self::default()
    }

    pub(super) fn query(&self) -> Query {
        Query { memory: self.memory.clone(), since: self.since, ..Query::default() }
    }

    /// Tells whether a unit is like that; what changed since is for the store to say.
    pub fn takes(&self, unit: &Unit) -> bool {
        let is = |asked: &Option<String>, said: &str| asked.as_ref().is_none_or(|asked| asked == said);
        is(&self.memory, &unit.origin.memory)
            && is(&self.file, &unit.origin.file)
            && self.langs.iter().all(|wanted| unit.variants.iter().any(|v| v.lang.serves(wanted)))
            && self.takes_date(unit)
            && (self.users.is_empty() || users(unit).any(|user| self.users.iter().any(|u| same(u, user))))
            && self.properties.iter().all(|wanted| properties(unit).any(|p| wanted.is(p)))
            && self.takes_text(unit)
    }

    fn takes_date(&self, unit: &Unit) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        let Some(day) = last_day(unit) else { return false };
        self.from.is_none_or(|from| day >= from.first_day()) && self.to.is_none_or(|to| day <= to.last_day())
    }

    fn takes_text(&self, unit: &Unit) -> bool {
        if self.contains.is_empty() {
            return true;
        }
        let folded: Vec<_> = unit.variants.iter().map(|v| text::fold(&v.segment.text)).collect();
        self.contains.iter().all(|wanted| {
            let wanted = text::fold(wanted);
            folded.iter().any(|text| text.contains(&*wanted))
        })
    }
}

impl PropertyIs {
    fn is(&self, property: &Property) -> bool {
        property.kind.as_ref().is_some_and(|kind| same(kind, &self.kind))
            && self.text.as_ref().is_none_or(|text| property.text.trim() == text.trim())
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase()
}

/// What a unit says of itself and of its segments.
fn attributes(unit: &Unit) -> impl Iterator<Item = &Attributes> {
    std::iter::once(&unit.attributes).chain(unit.variants.iter().map(|v| &v.attributes))
}

fn users(unit: &Unit) -> impl Iterator<Item = &String> {
    attributes(unit).flat_map(|a| a.creation_id.iter().chain(&a.change_id))
}

fn properties(unit: &Unit) -> impl Iterator<Item = &Property> {
    unit.properties.iter().chain(unit.variants.iter().flat_map(|v| &v.properties))
}

/// Returns the day on which a unit was last changed, or made where nothing says when it was changed.
///
/// Some programs date the unit and some its segments: the latest counts.
pub fn last_day(unit: &Unit) -> Option<Date> {
    attributes(unit).filter_map(|a| day_of(a.change_date.as_ref().or(a.creation_date.as_ref())?)).max()
}

/// When a unit was last changed or made, as precisely as it says, in a form that can be compared.
pub(super) fn last_time(unit: &Unit) -> Option<String> {
    let dates = attributes(unit).filter_map(|a| a.change_date.as_ref().or(a.creation_date.as_ref()));
    dates.map(|date| date.replace(['-', ':'], "")).max()
}

/// Returns who last changed a unit, or made it.
pub fn last_user(unit: &Unit) -> Option<&str> {
    let named = attributes(unit).filter_map(|a| {
        let user = a.change_id.as_ref().or(a.creation_id.as_ref())?;
        let date = a.change_date.as_ref().or(a.creation_date.as_ref());
        Some((date.map(|d| d.replace('-', "")), user))
    });
    // Of those of one date the first, which is the unit itself.
    named.reduce(|last, next| if next.0 > last.0 { next } else { last }).map(|(_, user)| user.as_str())
}

/// The day of a date as TMX writes it (`20201124T101010Z`), or as ISO 8601 does.
fn day_of(written: &str) -> Option<Date> {
    let mut digits = [0; 8];
    let mut said = written.bytes().filter(|b| *b != b'-');
    for digit in &mut digits {
        *digit = said.next().filter(u8::is_ascii_digit)? - b'0';
    }
    let number = |digits: &[u8]| digits.iter().fold(0u16, |n, d| n * 10 + u16::from(*d));
    let (month, day) = (number(&digits[4..6]) as u8, number(&digits[6..]) as u8);
    Date::new(number(&digits[..4]), Some(month), Some(day)).filter(Date::is_full)
}

/// What goes by a name.
#[derive(Debug, Clone)]
pub enum Named {
    /// A concept.
    Concept(Box<Concept>),
    /// A unit.
    Unit(Box<Unit>),
}

/// What a change of a unit left behind.
#[derive(Debug, Clone)]
pub struct WrittenUnit {
    /// The state that holds it.
    pub revision: Revision,
    /// The unit as it is now.
    pub unit: Unit,
}

/// How much a memory holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryCount {
    /// Units.
    pub units: u64,
    /// Segments, by language.
    pub langs: BTreeMap<LanguageTag, u64>,
    /// Units that translate from one language into another.
    pub pairs: BTreeMap<(LanguageTag, LanguageTag), u64>,
}

/// Called now and then with how many units were looked at.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// How often progress is told.
const STEP: u64 = 1 << 10;

impl Base {
    /// Iterates over the units that are like that, in the order in which they are stored.
    pub fn units<'f>(
        &self,
        filter: &'f UnitFilter,
    ) -> impl Iterator<Item = Result<Unit, StoreError>> + Send + use<'f> {
        let units = self.snapshot.units(&filter.query());
        units.filter(|unit| unit.as_ref().map_or(true, |unit| filter.takes(unit)))
    }

    /// Returns the unit that goes by this name: its id, or its memory and its id there.
    pub fn find_unit(&self, name: &str) -> Result<Unit, Error> {
        self.named_unit(name)?.ok_or_else(|| Error::NoUnit(name.to_owned()))
    }

    /// Returns the unit that goes by this name, if one does; see [`Base::find_unit`].
    pub fn named_unit(&self, name: &str) -> Result<Option<Unit>, Error> {
        if let Ok(id) = name.parse::<UnitId>() {
            return Ok(self.snapshot.unit(id)?);
        }
        let names = origins(name);
        if names.is_empty() {
            return Ok(None);
        }
        let mut found: Vec<Unit> = vec![];
        for file in self.files_read()? {
            for (memory, tuid) in &names {
                let origin = |file: &str, tuid: &str| UnitOrigin {
                    memory: (*memory).to_owned(),
                    file: file.to_owned(),
                    tuid: Some(tuid.to_owned()),
                };
                let in_file = tuid.strip_prefix(file.as_str()).and_then(|rest| rest.strip_prefix(':'));
                let wanted = [Some(origin(&file, tuid)), in_file.map(|tuid| origin(&file, tuid))];
                for origin in wanted.into_iter().flatten() {
                    let Some(key) = origin_key(&origin) else { continue };
                    let Some((id, ..)) = self.snapshot.unit_by_origin(key)? else { continue };
                    let unit = self.snapshot.unit(id)?;
                    found.extend(unit.filter(|u| u.origin == origin && found.iter().all(|f| f.id != u.id)));
                }
            }
        }
        match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => {
                let said = |u: &Unit| match u.origin.file.is_empty() {
                    true => u.id.to_string(),
                    false => format!("{} (from {})", u.id, u.origin.file),
                };
                Err(Error::AmbiguousUnit(name.to_owned(), found.iter().map(said).collect()))
            }
        }
    }

    /// The names of the files that units may have come from; first of all none, as by hand.
    fn files_read(&self) -> Result<BTreeSet<String>, Error> {
        let mut files = BTreeSet::from([String::new()]);
        for record in self.snapshot.revisions() {
            files.extend(record?.origins);
        }
        Ok(files)
    }

    /// Returns the concept or the unit that goes by this name.
    pub fn find_any(&self, name: &str) -> Result<Named, Error> {
        if let Some(unit) = self.named_unit(name)? {
            return Ok(Named::Unit(Box::new(unit)));
        }
        match self.find(name) {
            Ok(concept) => Ok(Named::Concept(Box::new(concept))),
            Err(Error::NoConcept(..)) if self.find_gone_unit(name)?.is_some() => {
                Err(Error::NoUnit(name.to_owned()))
            }
            Err(e) => Err(e),
        }
    }

    /// Returns the unit that is gone and went by this name, the one that went last.
    pub fn find_gone_unit(&self, name: &str) -> Result<Option<UnitId>, Error> {
        if let Ok(id) = name.parse::<UnitId>() {
            let known = self.snapshot.history(EntityKind::Unit, &id.to_bytes())?;
            return Ok(Some(id).filter(|_| !known.is_empty()));
        }
        let names = origins(name);
        for record in self.snapshot.revisions() {
            let record = record?;
            if names.is_empty() || !(1..=super::MOST_REMOVED).contains(&record.summary.removed) {
                continue;
            }
            for change in self.snapshot.changes_of(record.revision)? {
                let Change { before: Some(Versioned::Unit(unit)), after: None, .. } = change? else {
                    continue;
                };
                let origin = &unit.origin;
                if names.iter().any(|(m, id)| origin.memory == *m && origin.tuid.as_deref() == Some(*id)) {
                    return Ok(Some(unit.id));
                }
            }
        }
        Ok(None)
    }

    /// Adds a unit by hand: it has no file. Refuses one that the memory has already, by its id there or with
    /// the same source and translations; `anyway` adds the latter a second time.
    pub fn add_unit(&mut self, mut unit: Unit, anyway: bool, who: Who) -> Result<WrittenUnit, Error> {
        self.may_write(&unit.origin.memory)?;
        let stamp = Stamp::of(&who);
        stamp.made(&mut unit.attributes);
        let mut draft = self.begin(who)?;
        let texts = |unit: &Unit| -> Vec<(LanguageTag, String)> {
            unit.variants.iter().map(|v| (v.lang.clone(), v.segment.text.clone())).collect()
        };
        let mut key = origin_key(&unit.origin).unwrap_or_else(|| source_key(&unit, "text"));
        let mut nth = 1u64;
        while let Some((id, ..)) = draft.snapshot().unit_by_origin(key)? {
            let there = draft.snapshot().unit(id)?;
            let refused = match &unit.origin.tuid {
                Some(tuid) => Some((format!("a unit {tuid}"), format!("change it with edit {id}"))),
                None if !anyway && there.is_some_and(|there| texts(&there) == texts(&unit)) => {
                    Some(("this translation".to_owned(), "--new adds it once more".to_owned()))
                }
                None => None,
            };
            if let Some((what, help)) = refused {
                let message = format!("the memory \"{}\" has {what} already: {id}", unit.origin.memory);
                let place = Place { unit: Some(id.to_string()), ..Place::default() };
                let finding = Finding::new("duplicate-unit", Severity::Error, place, message).help(help);
                return Err(Error::Refused(vec![finding]));
            }
            nth += 1;
            key = xxh3_64(&[key.to_le_bytes(), nth.to_le_bytes()].concat());
        }
        unit.id = UnitId::from_bytes(random()?);
        draft.put_keyed(Versioned::Unit(Box::new(unit.clone())), Some(key))?;
        let revision = self.commit(draft, None)?;
        Ok(WrittenUnit { revision, unit })
    }

    /// Puts a unit in the place of what it was, and says in it who changed it and when; [`Error::Changed`]
    /// when somebody else was faster.
    pub fn replace_unit(&mut self, before: &Unit, after: Unit, who: Who) -> Result<WrittenUnit, Error> {
        self.may_write(&before.origin.memory)?;
        let mut after = Unit { id: before.id, origin: before.origin.clone(), ..after };
        if after == *before {
            return Ok(WrittenUnit { revision: self.snapshot.revision(), unit: after });
        }
        Stamp::of(&who).changed(before, &mut after);
        let mut draft = self.begin(who)?;
        if draft.snapshot().unit(before.id)?.as_ref() != Some(before) {
            return Err(Error::Changed(before.id.to_string()));
        }
        // The next import of its file has to know it again, though its text is another now.
        let key = draft.unit_key(before.id)?;
        draft.put_keyed(Versioned::Unit(Box::new(after.clone())), key)?;
        let revision = self.commit(draft, None)?;
        Ok(WrittenUnit { revision, unit: after })
    }

    /// Removes a unit.
    pub fn remove_unit(&mut self, unit: &Unit, who: Who) -> Result<Revision, Error> {
        self.may_write(&unit.origin.memory)?;
        let mut draft = self.begin(who)?;
        draft.put(Versioned::Gone(EntityKind::Unit, unit.id.to_bytes()))?;
        self.commit(draft, None)
    }

    /// Counts the units that are like that.
    pub fn count_units(&self, filter: &UnitFilter, progress: Progress<'_>) -> Result<u64, Error> {
        let (mut looked, mut found) = (0, 0);
        for unit in self.snapshot.units(&filter.query()) {
            found += u64::from(filter.takes(&unit?));
            looked += 1;
            tell(looked, progress);
        }
        Ok(found)
    }

    /// Removes the units that are like that, as one change. Returns how many, and the state without them.
    pub fn remove_units(
        &mut self,
        filter: &UnitFilter,
        who: Who,
        progress: Progress<'_>,
    ) -> Result<(u64, Revision), Error> {
        let mut draft = self.begin(who)?;
        let (mut looked, mut removed) = (0, 0);
        let units = draft.snapshot().units(&filter.query());
        for unit in units {
            let unit = unit?;
            looked += 1;
            tell(looked, progress);
            if filter.takes(&unit) {
                self.may_write(&unit.origin.memory)?;
                draft.put(Versioned::Gone(EntityKind::Unit, unit.id.to_bytes()))?;
                removed += 1;
            }
        }
        if removed == 0 {
            return Ok((0, self.snapshot.revision()));
        }
        Ok((removed, self.commit(draft, None)?))
    }

    /// Counts what each memory holds, by language and by pair of languages.
    pub fn memories(&self, progress: Progress<'_>) -> Result<BTreeMap<String, MemoryCount>, Error> {
        let mut memories: BTreeMap<String, MemoryCount> = BTreeMap::new();
        let mut looked = 0;
        for unit in self.snapshot.units(&Query::default()) {
            let unit = unit?;
            looked += 1;
            tell(looked, progress);
            if !memories.contains_key(&unit.origin.memory) {
                memories.insert(unit.origin.memory.clone(), MemoryCount::default());
            }
            let Some(count) = memories.get_mut(&unit.origin.memory) else { continue };
            count.units += 1;
            for variant in &unit.variants {
                bump(&mut count.langs, &variant.lang);
            }
            let Some(source) = unit.source() else { continue };
            let mut met: Vec<&LanguageTag> = vec![];
            for Variant { lang, .. } in &unit.variants {
                if *lang == source.lang || met.contains(&lang) {
                    continue;
                }
                met.push(lang);
                *count.pairs.entry((source.lang.clone(), lang.clone())).or_default() += 1;
            }
        }
        Ok(memories)
    }

    /// Refuses to write to a memory that is read-only.
    pub fn may_write(&self, memory: &str) -> Result<(), Error> {
        match self.read_only.iter().any(|m| m == memory) {
            true => Err(Error::ReadOnly(memory.to_owned())),
            false => Ok(()),
        }
    }
}

fn bump(counts: &mut BTreeMap<LanguageTag, u64>, lang: &LanguageTag) {
    match counts.get_mut(lang) {
        Some(n) => *n += 1,
        None => drop(counts.insert(lang.clone(), 1)),
    }
}

pub(super) fn tell(looked: u64, progress: Progress<'_>) {
    if looked.is_multiple_of(STEP) {
        progress(looked);
    }
}

/// The memories and ids that `MEMORY:ID` may mean: either may have a colon in it.
fn origins(name: &str) -> Vec<(&str, &str)> {
    let colons = name.match_indices(':').map(|(at, _)| (&name[..at], &name[at + 1..]));
    colons.filter(|(memory, id)| !memory.is_empty() && !id.is_empty()).take(16).collect()
}

/// Who and when, as TMX writes them.
struct Stamp {
    who: Option<String>,
    when: Option<String>,
}

impl Stamp {
    fn of(who: &Who) -> Self {
        let when: String = who.when.chars().filter(|c| !matches!(c, '-' | ':')).collect();
        Self {
            who: Some(who.who.clone()).filter(|w| !w.is_empty()),
            when: Some(when).filter(|w| !w.is_empty()),
        }
    }

    fn made(&self, attributes: &mut Attributes) {
        attributes.creation_date.clone_from(&self.when);
        attributes.creation_id.clone_from(&self.who);
    }

    /// Says so where the unit says such things: of itself, or of each segment.
    fn changed(&self, before: &Unit, after: &mut Unit) {
        let dated = |a: &Attributes| {
            a.creation_date.is_some()
                || a.change_date.is_some()
                || a.creation_id.is_some()
                || a.change_id.is_some()
        };
        let change = |a: &mut Attributes| {
            a.change_date.clone_from(&self.when);
            a.change_id.clone_from(&self.who);
        };
        let by_segment = before.variants.iter().any(|v| dated(&v.attributes));
        let of_unit = after.variants.iter().all(|v| before.variants.contains(v));
        if by_segment {
            for variant in &mut after.variants {
                let was = before.variants.iter().any(|v| v.lang == variant.lang);
                if !was {
                    self.made(&mut variant.attributes);
                } else if !before.variants.contains(variant) {
                    change(&mut variant.attributes);
                }
            }
        }
        if !by_segment || of_unit || dated(&before.attributes) {
            change(&mut after.attributes);
        }
    }
}
