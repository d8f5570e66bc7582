//! One story for every ledger, and a map to compare with.

mod damage;
#[cfg(feature = "failpoints")]
mod kill;
mod measure;
mod model;
mod together;

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::model::{
    Concept, ConceptId, EntityKind, ForeignId, LanguageTag, Segment as Text, Status, Term, Unit, UnitId,
    UnitOrigin, Variant, Versioned,
};

fn who() -> Who {
    Who {
        origins: vec![],
        who: "Ada".to_owned(),
        why: "a test".to_owned(),
        when: "2026-01-02T03:04:05Z".to_owned(),
        command: "test".to_owned(),
    }
}

fn lang(tag: &str) -> LanguageTag {
    tag.parse().unwrap()
}

fn concept(n: u8, slug: &str, terms: &[(&str, &str)]) -> Concept {
    let mut concept = Concept { id: ConceptId::from_bytes([n; 16]), ..Concept::default() };
    concept.slug = Some(slug.parse().unwrap());
    for (tag, text) in terms {
        concept.section_mut(&lang(tag)).terms.push(Term::new(*text));
    }
    concept
}

fn unit(n: u8, memory: &str, tuid: Option<&str>, en: &str) -> Unit {
    let variant = |tag, text: &str| Variant {
        lang: lang(tag),
        written: None,
        attributes: Default::default(),
        properties: vec![],
        segment: Text::plain(text),
    };
    Unit {
        id: UnitId::from_bytes([n; 16]),
        origin: UnitOrigin {
            memory: memory.to_owned(),
            file: "a.tmx".to_owned(),
            tuid: tuid.map(str::to_owned),
        },
        variants: vec![variant("en", en), variant("fr", "bonjour")],
        ..Unit::default()
    }
}

fn put_all(store: &Store, states: impl IntoIterator<Item = Versioned>) -> Revision {
    let mut draft = store.begin(who(), Duration::ZERO).unwrap();
    for state in states {
        draft.put(state).unwrap();
    }
    draft.commit(None).unwrap()
}

fn of(concept: Concept) -> Versioned {
    Versioned::Concept(Box::new(concept))
}

/// Runs a story in memory and on the disk.
fn on_every_ledger(story: impl Fn(&dyn Fn() -> Store)) {
    let memory = Store::memory();
    story(&|| memory.clone());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("base");
    Store::create(&path).unwrap();
    story(&|| Store::open(&path).unwrap());
}

#[test]
fn what_is_put_is_found_by_every_name_it_has() {
    on_every_ledger(|open| {
        let mut c = concept(1, "cyber-sovereignty", &[("en", "Cyber sovereignty"), ("zh-Hans", "网络主权")]);
        c.languages[0].terms[0].status = Some(Status::Preferred);
        c.languages[1].terms[0].forbidden = true;
        c.former_slugs.push("old-name".parse().unwrap());
        let foreign = ForeignId { origin: "x.tbx".to_owned(), id: "c1".to_owned() };
        c.foreign_ids.push(foreign.clone());
        let u = unit(2, "m", Some("17"), "hello");
        let mut draft = open().begin(who(), Duration::ZERO).unwrap();
        draft.put(of(c.clone())).unwrap();
        draft.put(Versioned::Unit(Box::new(u.clone()))).unwrap();
        assert_eq!(draft.concept_by_slug("cyber-sovereignty").unwrap().as_ref(), Some(&c));
        assert_eq!(draft.concepts_by_foreign(&foreign).unwrap().first(), Some(&c));
        assert_eq!(draft.unit(u.id).unwrap().as_ref(), Some(&u));
        assert_eq!(open().snapshot().unwrap().counts(), Counts::default());
        assert_eq!(draft.commit(Some(Revision(0))).unwrap(), Revision(1));

        let s = open().snapshot().unwrap();
        assert_eq!(s.counts(), Counts { concepts: 1, terms: 2, units: 1, documents: 0 });
        assert_eq!(s.concept(c.id).unwrap().as_ref(), Some(&c));
        assert_eq!(s.concept_by_slug("old-name").unwrap().as_ref(), Some(&c));
        assert_eq!(s.concepts_by_foreign(&foreign).unwrap().first(), Some(&c));
        let (id, content, _) = s.unit_by_origin(origin_key(&u.origin).unwrap()).unwrap().unwrap();
        assert_eq!((id, content), (u.id, content_hash(&u)));
        let hits = s.keys_exact(KeyClass::Folded, "网络主权").unwrap();
        assert_eq!(hits.len(), 1);
        assert!(hits[0].forbidden && hits[0].lang == lang("zh-Hans") && hits[0].section == 1);
        assert_eq!(s.concept_at(hits[0].seq).unwrap(), c);
        assert_eq!(s.keys_prefix(KeyClass::Folded, "cyber", 9).unwrap()[0].status, Some(Status::Preferred));
        assert_eq!(s.keys_containing("sover", 9).unwrap().len(), 1);
        assert_eq!(s.keys_near("cyber soverejgnty", 1, 9).unwrap()[0].distance, 1);
        assert_eq!(s.revisions().map(|r| r.unwrap().who).collect::<Vec<_>>(), ["Ada"]);
        assert_eq!(s.changes_of(Revision(1)).unwrap().count(), 2);
    });
}

#[test]
fn history_tells_every_state_and_undo_brings_it_back() {
    on_every_ledger(|open| {
        let one = concept(1, "one", &[("en", "one")]);
        let two = concept(1, "two", &[("en", "two"), ("fr", "deux")]);
        put_all(&open(), [of(one.clone()), of(concept(9, "nine", &[("en", "nine")]))]);
        put_all(&open(), [of(two.clone())]);
        put_all(&open(), [Versioned::Gone(EntityKind::Concept, [1; 16])]);
        let s = open().snapshot().unwrap();
        assert_eq!(s.concept(one.id).unwrap(), None);
        assert_eq!(s.concept_by_slug("two").unwrap(), None);
        assert!(s.keys_exact(KeyClass::Folded, "two").unwrap().is_empty());
        let history = s.history(EntityKind::Concept, &[1; 16]).unwrap();
        let told: Vec<_> =
            history.iter().map(|c| (c.revision.0, c.before.clone(), c.after.clone())).collect();
        let expected = [
            (3, Some(of(two.clone())), None),
            (2, Some(of(one.clone())), Some(of(two.clone()))),
            (1, None, Some(of(one.clone()))),
        ];
        assert_eq!(told, expected);

        let undo = |revision, except| {
            let mut draft = open().begin(who(), Duration::ZERO).unwrap();
            let undone = draft.undo(Revision(revision), except).unwrap();
            draft.commit(None).unwrap();
            undone
        };
        assert_eq!(undo(3, false).restored, 1);
        assert_eq!(open().snapshot().unwrap().concept(one.id).unwrap(), Some(two.clone()));
        // The restored state is a change since, so that revision 1 is not taken back by the way.
        let undone = undo(1, false);
        assert_eq!(undone.changed_since, [(EntityKind::Concept, [1; 16])]);
        assert_eq!(open().snapshot().unwrap().counts().concepts, 2);
        let undone = undo(1, true);
        assert_eq!((undone.removed, undone.changed_since.len()), (1, 1));
        let s = open().snapshot().unwrap();
        assert_eq!((s.revision(), s.counts().concepts, s.counts().terms), (Revision(5), 1, 2));
        assert_eq!(s.concept_by_slug("nine").unwrap(), None);
        let history = s.history(EntityKind::Concept, &[9; 16]).unwrap();
        assert_eq!(history.iter().map(|c| c.revision.0).collect::<Vec<_>>(), [5, 1]);
        assert_eq!(undo(5, false).restored, 1);
        assert!(open().snapshot().unwrap().concept_by_slug("nine").unwrap().is_some());
    });
}

#[test]
fn a_conflict_and_a_second_owner_of_a_slug_are_refused() {
    on_every_ledger(|open| {
        put_all(&open(), [of(concept(1, "one", &[]))]);
        let mut draft = open().begin(who(), Duration::ZERO).unwrap();
        draft.put(of(concept(2, "two", &[]))).unwrap();
        let refused = draft.commit(Some(Revision(0))).unwrap_err();
        assert!(matches!(refused, StoreError::Conflict { expected: Revision(0), found: Revision(1) }));
        let mut draft = open().begin(who(), Duration::ZERO).unwrap();
        draft.put(of(concept(2, "one", &[]))).unwrap();
        assert!(matches!(draft.commit(None).unwrap_err(), StoreError::SlugTaken { .. }));
        // Two concepts may change names as long as each has its own in the end.
        put_all(&open(), [of(concept(2, "one", &[])), of(concept(1, "three", &[]))]);
        let s = open().snapshot().unwrap();
        assert_eq!(s.revision(), Revision(2));
        assert_eq!(s.concept_by_slug("one").unwrap().unwrap().id, ConceptId::from_bytes([2; 16]));
    });
}

#[test]
fn a_second_writer_waits_and_is_told_who_writes() {
    on_every_ledger(|open| {
        let store = open();
        let draft = store.begin(who(), Duration::ZERO).unwrap();
        match store.begin(who(), Duration::from_millis(30)) {
            Err(StoreError::Held { pid, command, since }) => {
                assert_eq!(pid, Some(std::process::id()));
                assert_eq!((command.as_str(), since.as_str()), ("test", "2026-01-02T03:04:05Z"));
            }
            other => panic!("{other:?}", other = other.map(|_| ())),
        }
        drop(draft);
        drop(store.begin(who(), Duration::ZERO).unwrap());
    });
}

#[test]
fn a_folder_without_a_base_is_no_base_and_a_full_one_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(dir.path()), Err(StoreError::NotABase(_))));
    assert!(matches!(Store::open(Path::new("/no/such/folder")), Err(StoreError::NotABase(_))));
    Store::create(dir.path()).unwrap();
    assert!(matches!(Store::create(dir.path()), Err(StoreError::Exists(_))));
}
