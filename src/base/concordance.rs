//! The concordance: a pattern in the memory and in the documents, with what stands beside it.
//!
//! One thread reads what the base keeps, in the order in which it is stored; the others look for the pattern. What
//! they find is told in that order, whoever was faster.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use super::{Base, Error};
use crate::find::concordance::{Finder, Pattern};
use crate::model::{Attributes, Date, Document, LanguageTag, Unit, Variant};
use crate::store::{Query, Snapshot, StoreError};

/// What to look for, and where.
#[derive(Debug, Clone)]
pub struct Search {
    /// The pattern.
    pub pattern: Pattern,
    /// The language of the texts in which to look; all if none is named.
    pub lang: Option<LanguageTag>,
    /// Only units of this memory.
    pub memory: Option<String>,
    /// Whether to look in the units of the memories.
    pub units: bool,
    /// Whether to look in documents.
    pub documents: bool,
}

/// Where a text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In a unit of a memory.
    Unit(Unit),
    /// In a document.
    Document(Document),
}

/// A place where the pattern stands.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// What it stands in.
    pub origin: Arc<Origin>,
    /// In which variant of the unit; 0 in a document.
    pub variant: usize,
    /// The language of the text.
    pub lang: LanguageTag,
    /// Where, in bytes of [`Occurrence::text`].
    pub range: Range<usize>,
}

impl Occurrence {
    /// Returns the text that it stands in.
    pub fn text(&self) -> &str {
        match &*self.origin {
            Origin::Unit(unit) => unit.variants.get(self.variant).map_or("", |v| &v.segment.text),
            Origin::Document(document) => &document.text,
        }
    }

    /// Returns the unit, if it stands in one.
    pub fn unit(&self) -> Option<&Unit> {
        match &*self.origin {
            Origin::Unit(unit) => Some(unit),
            Origin::Document(_) => None,
        }
    }

    /// Returns the document, if it stands in one.
    pub fn document(&self) -> Option<&Document> {
        match &*self.origin {
            Origin::Unit(_) => None,
            Origin::Document(document) => Some(document),
        }
    }

    /// Returns the other sides of the unit: the source first, then the others in their order. What is in the language
    /// of the text itself comes only if there is no other.
    pub fn counterparts(&self) -> Vec<&Variant> {
        let Some(unit) = self.unit() else { return vec![] };
        let own = unit.variants.get(self.variant);
        let source = unit.source();
        let is = |one: &Variant, other: Option<&Variant>| other.is_some_and(|v| std::ptr::eq(v, one));
        let mut others: Vec<&Variant> = unit.variants.iter().filter(|v| !is(v, own)).collect();
        others.sort_by_key(|v| !is(v, source));
        if others.iter().any(|v| own.is_some_and(|own| own.lang != v.lang)) {
            others.retain(|v| own.is_some_and(|own| own.lang != v.lang));
        }
        others
    }

    /// Returns when it was written: the document, or the side of the unit, as far as that is known.
    pub fn date(&self) -> Option<Date> {
        match &*self.origin {
            Origin::Document(document) => document.date,
            Origin::Unit(unit) => {
                let own = unit.variants.get(self.variant).map(|v| &v.attributes);
                own.into_iter().chain([&unit.attributes]).find_map(written)
            }
        }
    }
}

/// Reads the day off the dates that TMX writes: `20240131T120000Z`.
fn written(attributes: &Attributes) -> Option<Date> {
    [&attributes.change_date, &attributes.creation_date].into_iter().flatten().find_map(|stamp| {
        let day = stamp.split('T').next().unwrap_or_default();
        if let Ok(date) = day.parse() {
            return Some(date);
        }
        let number = |range: Range<usize>| day.get(range)?.parse::<u16>().ok();
        let [month, day] = [number(4..6)?, number(6..8)?].map(u8::try_from);
        Date::new(number(0..4)?, month.ok(), day.ok())
    })
}

/// So many texts are looked at in one go.
const BATCH: usize = 256;

impl Base {
    /// Tells `found` of every place where a pattern stands, in the order in which texts are stored, until it has heard
    /// enough.
    pub fn concordance(
        &self,
        search: &Search,
        found: &mut dyn FnMut(Occurrence) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        concordance_on(&self.snapshot, search, threads, found)
    }
}

type Batch = (usize, Vec<Origin>);
type Done = (usize, Result<Vec<Occurrence>, StoreError>);

fn concordance_on(
    snapshot: &Snapshot,
    search: &Search,
    threads: NonZeroUsize,
    found: &mut dyn FnMut(Occurrence) -> ControlFlow<()>,
) -> Result<(), Error> {
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        let (to_look_at, batches) = mpsc::sync_channel::<Batch>(2 * threads.get());
        let (to_tell, done) = mpsc::sync_channel::<Done>(2 * threads.get());
        let batches = Arc::new(Mutex::new(batches));
        for _ in 0..threads.get() {
            let (batches, to_tell) = (batches.clone(), to_tell.clone());
            scope.spawn(move || {
                let mut finder = Finder::new(&search.pattern);
                loop {
                    // A receiver is whole whatever happened to the thread that held it.
                    let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, batch)) = next else { break };
                    let found = batch.into_iter().flat_map(|one| look(&mut finder, search, one)).collect();
                    if to_tell.send((number, Ok(found))).is_err() {
                        break;
                    }
                }
            });
        }
        // Only the threads hold on to it: when nobody wants batches any more, the reader hears of it.
        drop(batches);
        let enough = &enough;
        scope.spawn(move || read(snapshot, search, enough, &to_look_at, &to_tell));
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut told = Ok(());
        for (number, result) in done {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                if enough.load(Ordering::Relaxed) {
                    continue;
                }
                let heard = match result {
                    Ok(occurrences) => occurrences.into_iter().try_for_each(&mut *found),
                    Err(e) => {
                        told = Err(e.into());
                        ControlFlow::Break(())
                    }
                };
                if heard.is_break() {
                    enough.store(true, Ordering::Relaxed);
                }
            }
        }
        told
    })
}

/// Reads the texts in their order, and hands them out.
fn read(
    snapshot: &Snapshot,
    search: &Search,
    enough: &AtomicBool,
    to_look_at: &mpsc::SyncSender<Batch>,
    to_tell: &mpsc::SyncSender<Done>,
) {
    let query = Query { lang: search.lang.clone(), memory: search.memory.clone(), ..Query::default() };
    let units = search.units.then(|| snapshot.units(&query)).into_iter().flatten();
    let documents = search.documents.then(|| snapshot.documents(&query)).into_iter().flatten();
    let mut texts = units.map(|u| u.map(Origin::Unit)).chain(documents.map(|d| d.map(Origin::Document)));
    let (mut number, mut over) = (0, false);
    while !over && !enough.load(Ordering::Relaxed) {
        let (mut batch, mut failed, mut bytes) = (Vec::with_capacity(BATCH), None, 0);
        while batch.len() < BATCH && bytes < MOST_BYTES {
            match texts.next() {
                Some(Ok(one)) => {
                    bytes += size(&one);
                    batch.push(one);
                }
                other => {
                    failed = other.and_then(Result::err);
                    over = true;
                    break;
                }
            }
        }
        if to_look_at.send((number, batch)).is_err() {
            return;
        }
        number += 1;
        if let Some(e) = failed {
            // Nobody listens any more: then nobody misses it.
            let _ = to_tell.send((number, Err(e)));
        }
    }
}

/// Documents are long: a batch has not many more bytes than these.
const MOST_BYTES: usize = 1 << 20;

fn size(origin: &Origin) -> usize {
    match origin {
        Origin::Unit(unit) => unit.variants.iter().map(|v| v.segment.text.len()).sum(),
        Origin::Document(document) => document.text.len(),
    }
}

fn look(finder: &mut Finder<'_>, search: &Search, origin: Origin) -> Vec<Occurrence> {
    let serves = |lang: &LanguageTag| search.lang.as_ref().is_none_or(|wanted| lang.serves(wanted));
    let mut places = vec![];
    let mut look = |number: usize, lang: &LanguageTag, text: &str| {
        let ranges = finder.find(lang, text).into_iter();
        places.extend(ranges.map(|range| (number, lang.clone(), range)));
    };
    match &origin {
        Origin::Unit(unit) => {
            for (number, v) in unit.variants.iter().enumerate().filter(|(_, v)| serves(&v.lang)) {
                look(number, &v.lang, &v.segment.text);
            }
        }
        Origin::Document(document) => look(0, &document.lang, &document.text),
    }
    if places.is_empty() {
        return vec![];
    }
    let origin = Arc::new(origin);
    let occurrence = |(variant, lang, range)| Occurrence { origin: origin.clone(), variant, lang, range };
    places.into_iter().map(occurrence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DocumentId, Segment, UnitId, UnitOrigin, Versioned};
    use crate::store::Who;

    fn unit(number: usize, texts: &[(&str, &str)]) -> Unit {
        let variant = |(lang, text): &(&str, &str)| Variant {
            lang: lang.parse().unwrap(),
            written: None,
            attributes: Attributes::default(),
            properties: vec![],
            segment: Segment::plain(*text),
        };
        Unit {
            origin: UnitOrigin { tuid: Some(number.to_string()), ..UnitOrigin::default() },
            variants: texts.iter().map(variant).collect(),
            ..Unit::default()
        }
    }

    #[test]
    fn the_other_sides_come_source_first_and_not_in_the_same_language() {
        let unit = Unit {
            source_lang: "fr".parse().ok(),
            ..unit(1, &[("en", "one"), ("en", "other"), ("ru", "три"), ("fr", "quatre")])
        };
        let of = |unit: &Unit, variant: usize| {
            let origin = Arc::new(Origin::Unit(unit.clone()));
            let lang = unit.variants[variant].lang.clone();
            let one = Occurrence { origin, variant, lang, range: 0..1 };
            one.counterparts().iter().map(|v| v.segment.text.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(&unit, 0), "quatre три");
        assert_eq!(of(&unit, 3), "one other три");
        let alone = Unit { variants: unit.variants[..2].to_vec(), ..unit };
        assert_eq!(of(&alone, 0), "other");
    }

    #[test]
    fn units_and_documents_are_told_in_their_order_by_any_number_of_threads() {
        let mut base = Base::memory().unwrap();
        let mut draft = base.begin(Who::default()).unwrap();
        for number in 0..1_500 {
            let mut unit = unit(number, &[("en", "cyber, and cyber"), ("ru", "cyber")]);
            unit.id = UnitId::from_bytes((number as u128 + 1).to_be_bytes());
            unit.origin.memory = if number % 3 == 0 { "third" } else { "other" }.to_owned();
            draft.put(Versioned::Unit(Box::new(unit))).unwrap();
        }
        let document = Document {
            id: DocumentId::from_bytes([1; 16]),
            title: "On Cyberspace".to_owned(),
            outlet: Some("The Daily".to_owned()),
            date: "2016-11".parse().ok(),
            lang: LanguageTag::english(),
            url: None,
            text: "No.\n\nOf cyber things.".to_owned(),
        };
        draft.put(Versioned::Document(Box::new(document))).unwrap();
        base.commit(draft, None).unwrap();
        let places = |lang: Option<&str>, memory: Option<&str>, threads: usize, most: usize| {
            let search = Search {
                pattern: Pattern::words("cyber").unwrap(),
                lang: lang.map(|l| l.parse().unwrap()),
                memory: memory.map(str::to_owned),
                units: true,
                documents: memory.is_none(),
            };
            let mut found = vec![];
            concordance_on(&base.snapshot, &search, NonZeroUsize::new(threads).unwrap(), &mut |one| {
                let tuid = one.unit().and_then(|u| u.origin.tuid.clone());
                found.push((tuid, one.variant, one.range.start, one.date()));
                if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
            found
        };
        let all = places(None, None, 1, 0);
        assert_eq!(all.len(), 4_501);
        assert_eq!(all[4_500], (None, 0, 8, "2016-11".parse().ok()));
        assert_eq!(all[2], (Some("0".to_owned()), 1, 0, None));
        assert!(all[..4_500].is_sorted_by_key(|p| p.0.as_ref().unwrap().parse::<u32>().unwrap()));
        for threads in [2, 7] {
            assert_eq!(places(None, None, threads, 0), all);
        }
        assert_eq!(places(None, None, 7, 1_000), all[..1_000]);
        assert_eq!(places(Some("ru"), None, 2, 0).len(), 1_500);
        assert_eq!(places(Some("en"), Some("third"), 2, 0).len(), 1_000);
    }

    #[test]
    fn dates_are_those_of_tmx() {
        for (stamp, expected) in [
            ("20240131T120000Z", Some("2024-01-31")),
            ("20240131", Some("2024-01-31")),
            ("2024-01-31T12:00:00Z", Some("2024-01-31")),
            ("20241331T120000Z", None),
            ("yesterday", None),
            ("двадцать", None),
        ] {
            let attributes = Attributes { change_date: Some(stamp.to_owned()), ..Attributes::default() };
            let date = written(&attributes).map(|d| d.to_string());
            assert_eq!(date.as_deref(), expected, "{stamp}");
        }
    }
}
