//! Random lives of a base, against a map that keeps every revision whole.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::maintain;
use super::*;
use crate::model::{Change, ChangeSummary};

type Key = (EntityKind, [u8; 16]);
type State = BTreeMap<Key, Versioned>;

#[derive(Debug, Clone)]
enum Op {
    Concept(u8, u8),
    Unit(u8, u8),
    Gone(bool, u8),
    Commit,
    Abort,
    Undo(u8, bool),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => (0..6u8, 0..5u8).prop_map(|(n, v)| Op::Concept(n, v)),
        5 => (0..8u8, 0..5u8).prop_map(|(n, v)| Op::Unit(n, v)),
        2 => (any::<bool>(), 0..8u8).prop_map(|(concept, n)| Op::Gone(concept, n)),
        5 => Just(Op::Commit),
        1 => Just(Op::Abort),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(r, e)| Op::Undo(r, e)),
    ]
}

fn some_concept(n: u8, v: u8) -> Concept {
    let texts = ["data", "cyber data", "sovereignty", "data sovereignty", "數據"];
    let mut c = concept(n + 1, &format!("s{n}-{}", v % 2), &[("en", texts[usize::from(v)])]);
    c.former_slugs.push(format!("f{n}-{}", v % 3).parse().unwrap());
    c.foreign_ids.push(ForeignId { origin: "f".to_owned(), id: format!("{n}.{}", v % 2) });
    if v > 2 {
        c.section_mut(&lang("fr")).terms.push(Term::new(format!("donnée {n}")));
        c.subject_fields.push("law".to_owned());
    }
    c
}

fn some_unit(n: u8, v: u8) -> Unit {
    unit(
        n + 1,
        if n.is_multiple_of(2) { "a" } else { "b" },
        Some(&format!("{n}-{}", v % 2)),
        ["text one", "text one and two", "one text and two", "another one and two", "text one and two"]
            [usize::from(v)],
    )
}

/// The index of near texts, against every variant of every unit.
fn compare_near(s: &Snapshot, units: &[Unit]) {
    let tokens = |text: &str| {
        let mut tokens = vec![];
        crate::text::index_tokens(text, &mut tokens);
        tokens
    };
    for query in ["text one and two", "one two", "bonjour", "nothing"] {
        let asked = tokens(query);
        for (tag, min) in [("en", 50), ("en", 75), ("en", 100), ("fr", 60)] {
            let mut expected = vec![];
            for u in units {
                for v in u.variants.iter().filter(|v| v.lang == lang(tag)) {
                    let own = tokens(&v.segment.text);
                    let (edits, longer) = (crate::index::edits(&asked, &own), asked.len().max(own.len()));
                    if 100 * (longer - edits) >= min * longer {
                        expected.push((100 * (longer - edits) / longer, u.id));
                    }
                }
            }
            expected.sort_unstable();
            let near = s.near(|l| *l == lang(tag), &asked, min as u8, usize::MAX).unwrap();
            for hit in &near.hits {
                assert_eq!(s.unit_at(hit.seq).unwrap().id, hit.unit);
            }
            let mut found: Vec<_> = near.hits.iter().map(|h| (usize::from(h.points()), h.unit)).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{query} {tag} {min}");
            // The best of them are the same when only those are wanted.
            let best = s.near(|l| *l == lang(tag), &asked, min as u8, 1).unwrap();
            let at_best = expected.last().map(|e| e.0);
            let count =
                |hits: &[NearHit]| hits.iter().filter(|h| Some(usize::from(h.points())) == at_best).count();
            assert_eq!(count(&best.hits), count(&near.hits));
        }
    }
}

/// What the base should be.
#[derive(Default, Clone)]
struct Model {
    /// The state at each revision, and which entities each revision has records of.
    revisions: Vec<(State, BTreeSet<Key>)>,
}

impl Model {
    fn now(&self) -> State {
        self.revisions.last().map(|(state, _)| state.clone()).unwrap_or_default()
    }

    fn before(&self, revision: usize) -> State {
        if revision < 2 { State::default() } else { self.revisions[revision - 2].0.clone() }
    }

    fn changes(&self, revision: usize) -> BTreeMap<Key, (Option<Versioned>, Option<Versioned>)> {
        let (before, (after, touched)) = (self.before(revision), &self.revisions[revision - 1]);
        let change = |key: &Key| (*key, (before.get(key).cloned(), after.get(key).cloned()));
        touched.iter().map(change).filter(|(_, (b, a))| b.is_some() || a.is_some()).collect()
    }

    fn last_touched(&self, key: &Key) -> usize {
        self.revisions.iter().rposition(|(_, touched)| touched.contains(key)).map_or(0, |i| i + 1)
    }
}

fn live(ops: &[Op], open: &dyn Fn() -> Store) -> Model {
    let mut model = Model::default();
    let (mut state, mut touched) = (State::default(), BTreeSet::new());
    let mut draft: Option<Draft> = None;
    for op in ops.iter().chain([&Op::Commit]) {
        let d = draft.get_or_insert_with(|| open().begin(who(), Duration::ZERO).unwrap());
        match op {
            Op::Concept(n, v) => {
                let c = of(some_concept(*n, *v));
                touched.insert(c.entity());
                state.insert(c.entity(), c.clone());
                d.put(c).unwrap();
            }
            Op::Unit(n, v) => {
                let u = Versioned::Unit(Box::new(some_unit(*n, *v)));
                touched.insert(u.entity());
                state.insert(u.entity(), u.clone());
                d.put(u).unwrap();
            }
            Op::Gone(is_concept, n) => {
                let kind = if *is_concept { EntityKind::Concept } else { EntityKind::Unit };
                let key = (kind, [n + 1; 16]);
                if state.remove(&key).is_some() {
                    touched.insert(key);
                }
                d.put(Versioned::Gone(kind, key.1)).unwrap();
            }
            Op::Undo(r, except) => {
                // An undo is a change of its own.
                if !touched.is_empty() || model.revisions.is_empty() {
                    continue;
                }
                let revision = usize::from(*r) % model.revisions.len() + 1;
                let undone = d.undo(Revision(revision as u64), *except).unwrap();
                let (before, records) = (model.before(revision), model.revisions[revision - 1].1.clone());
                // What was changed and changed back is as the revision left it.
                let (left, now) = (model.revisions[revision - 1].0.clone(), model.now());
                let changed = |key: &&Key| left.get(key) != now.get(key);
                let since: BTreeSet<Key> = records.iter().filter(changed).copied().collect();
                assert_eq!(undone.changed_since.iter().copied().collect::<BTreeSet<_>>(), since);
                if since.is_empty() || *except {
                    for key in records.difference(&since) {
                        match before.get(key) {
                            Some(old) => {
                                state.insert(*key, old.clone());
                                touched.insert(*key);
                            }
                            None => {
                                if state.remove(key).is_some() {
                                    touched.insert(*key);
                                }
                            }
                        }
                    }
                }
            }
            Op::Abort => {
                draft = None;
                (state, touched) = (model.now(), BTreeSet::new());
                continue;
            }
            Op::Commit => {}
        }
        for (key, expected) in [(EntityKind::Concept, [2; 16]), (EntityKind::Unit, [3; 16])]
            .map(|key| (key, state.get(&key).cloned()))
        {
            assert_eq!(d.entity(key.0, &key.1).unwrap(), expected, "{key:?} in the draft");
        }
        check_draft(d, &state);
        if !matches!(op, Op::Commit) {
            continue;
        }
        let revision = draft.take().unwrap().commit(None).unwrap();
        if !touched.is_empty() {
            model.revisions.push((state.clone(), std::mem::take(&mut touched)));
        }
        assert_eq!(revision, Revision(model.revisions.len() as u64));
        compare(&open().snapshot().unwrap(), &model);
    }
    model
}

fn check_draft(draft: &mut Draft, state: &State) {
    let by_slug = concepts_of(state).into_iter().next();
    if let Some(c) = by_slug {
        let slug = c.slug.clone().unwrap();
        assert_eq!(draft.concept_by_slug(slug.as_str()).unwrap().as_ref(), Some(&c));
        assert_eq!(draft.concepts_by_foreign(&c.foreign_ids[0]).unwrap().first(), Some(&c));
    }
    let count = |kind| state.keys().filter(|(k, _)| *k == kind).count() as u64;
    assert_eq!(draft.counts().concepts, count(EntityKind::Concept));
    assert_eq!(draft.counts().units, count(EntityKind::Unit));
    for u in units_of(state).iter().take(2) {
        let found = draft.unit_by_origin(origin_key(&u.origin).unwrap()).unwrap().unwrap();
        assert_eq!((found.0, found.1), (u.id, content_hash(u)));
    }
}

fn concepts_of(state: &State) -> Vec<Concept> {
    let mut all: Vec<Concept> = state
        .values()
        .filter_map(|v| if let Versioned::Concept(c) = v { Some((**c).clone()) } else { None })
        .collect();
    all.sort_by(|a, b| a.slug.cmp(&b.slug));
    all
}

fn units_of(state: &State) -> Vec<Unit> {
    let all = state.values();
    all.filter_map(|v| if let Versioned::Unit(u) = v { Some((**u).clone()) } else { None }).collect()
}

fn compare(s: &Snapshot, model: &Model) {
    let state = model.now();
    let all = concepts_of(&state);
    assert_eq!(s.concepts(&Query::default()).map(Result::unwrap).collect::<Vec<_>>(), all);
    let stored = Query { order: Order::Stored, ..Query::default() };
    let mut by_id: Vec<_> = s.concepts(&stored).map(Result::unwrap).collect();
    by_id.sort_by(|a, b| a.slug.cmp(&b.slug));
    assert_eq!(by_id, all);
    let law = Query { subject: Some("LAW".to_owned()), ..Query::default() };
    let expected: Vec<_> = all.iter().filter(|c| !c.subject_fields.is_empty()).cloned().collect();
    assert_eq!(s.concepts(&law).map(Result::unwrap).collect::<Vec<_>>(), expected);
    let mut units: Vec<_> = s.units(&Query::default()).map(Result::unwrap).collect();
    units.sort_by_key(|u| u.id);
    assert_eq!(units, units_of(&state));
    compare_near(s, &units);
    let memory = Query { memory: Some("a".to_owned()), ..Query::default() };
    let in_a = units.iter().filter(|u| u.origin.memory == "a").count();
    assert_eq!(s.units(&memory).count(), in_a);
    let terms = all.iter().map(|c| c.terms().count() as u64).sum();
    let counts = Counts { concepts: all.len() as u64, terms, units: units.len() as u64, documents: 0 };
    assert_eq!(s.counts(), counts);
    for u in &units {
        let found = s.unit_by_origin(origin_key(&u.origin).unwrap()).unwrap().unwrap();
        assert_eq!((found.0, found.1), (u.id, content_hash(u)));
    }
    for c in &all {
        assert_eq!(s.concept_by_slug(c.slug.as_ref().unwrap().as_str()).unwrap().as_ref(), Some(c));
        assert_eq!(s.concept_by_slug(c.former_slugs[0].as_str()).unwrap().as_ref(), Some(c));
        assert_eq!(s.concepts_by_foreign(&c.foreign_ids[0]).unwrap().first(), Some(c));
    }

    // Keys, against every term of every concept.
    let mut keys: Vec<(String, ConceptId)> = vec![];
    for c in &all {
        for (tag, term) in c.terms() {
            let made = crate::text::term_keys(tag, &term.text);
            keys.extend(
                made.into_iter().filter(|(class, _)| *class == KeyClass::Folded).map(|(_, k)| (k, c.id)),
            );
        }
    }
    keys.sort();
    keys.dedup();
    let pairs = |hits: Vec<KeyHit>| {
        let mut pairs: Vec<_> = hits.into_iter().map(|h| (h.key, h.concept)).collect();
        pairs.sort();
        pairs.dedup();
        pairs
    };
    let chosen =
        |test: &dyn Fn(&str) -> bool| -> Vec<_> { keys.iter().filter(|(k, _)| test(k)).cloned().collect() };
    let limit = usize::MAX;
    for text in ["data", "a", "sov", "zzz", "數", "donnée 1"] {
        assert_eq!(pairs(s.keys_exact(KeyClass::Folded, text).unwrap()), chosen(&|k| k == text));
        let prefix = s.keys_prefix(KeyClass::Folded, text, limit).unwrap();
        assert_eq!(pairs(prefix), chosen(&|k| k.starts_with(text)));
        assert_eq!(pairs(s.keys_containing(text, limit).unwrap()), chosen(&|k| k.contains(text)));
        let near = |k: &str| crate::text::distance(text, k, 2).is_some();
        assert_eq!(pairs(s.keys_near(text, 2, limit).unwrap()), chosen(&near));
        let mut some: Vec<_> = chosen(&|k| k.contains(text)).into_iter().map(|(k, _)| k).collect();
        some.dedup();
        some.truncate(2);
        let mut few: Vec<_> =
            pairs(s.keys_containing(text, 2).unwrap()).into_iter().map(|(k, _)| k).collect();
        few.dedup();
        assert_eq!(few, some);
    }

    // History, forwards by revision and backwards by entity.
    let mut by_entity: BTreeMap<Key, Vec<Change>> = BTreeMap::new();
    for n in 1..=model.revisions.len() {
        let revision = Revision(n as u64);
        let expected = model.changes(n);
        let told: Vec<Change> = s.changes_of(revision).unwrap().map(Result::unwrap).collect();
        assert_eq!(told.len(), expected.len(), "each entity once in {revision}");
        let mut summary = ChangeSummary::default();
        for change in told {
            let key = change.after.as_ref().or(change.before.as_ref()).unwrap().entity();
            assert_eq!((&change.before, &change.after), (&expected[&key].0, &expected[&key].1));
            match (&change.before, &change.after) {
                (None, _) => summary.added += 1,
                (_, None) => summary.removed += 1,
                _ => summary.changed += 1,
            }
            by_entity.entry(key).or_default().insert(0, change);
        }
        assert_eq!(s.revision_record(revision).unwrap().unwrap().summary, summary, "summary of {revision}");
    }
    for (key, expected) in by_entity {
        assert_eq!(s.history(key.0, &key.1).unwrap(), expected);
    }
    for since in 0..=model.revisions.len() {
        let query = Query { since: Some(Revision(since as u64)), ..Query::default() };
        let changed = |key: &Key| model.last_touched(key) > since;
        let expected: Vec<_> = all.iter().filter(|c| changed(&of((*c).clone()).entity())).cloned().collect();
        assert_eq!(s.concepts(&query).map(Result::unwrap).collect::<Vec<_>>(), expected);
    }
    for segment in s.segments() {
        let mut checkup = maintain::Checkup::default();
        maintain::look_at_segment(segment, &mut BTreeMap::new(), &mut checkup).unwrap();
        assert_eq!(checkup.findings, [], "merged is as made afresh");
    }
    assert!(s.segments().len() <= 3);
    assert_eq!(s.findings(), []);
}

/// So small that every commit merges something and every few puts make a part.
fn small() -> Limits {
    Limits { records: [3, 3, 3], length: 1 << 20, factor: 3, part_weight: 700 }
}

fn loaded_again(s: &Snapshot, store: &Store) {
    let entries: Vec<LogEntry> = s.log().map(Result::unwrap).collect();
    let json: Vec<String> = entries.iter().map(|e| serde_json::to_string(e).unwrap()).collect();
    let read = json.iter().map(|line| Ok(serde_json::from_str(line).unwrap()));
    assert_eq!(store.load(who(), Duration::ZERO, read).unwrap(), s.revision());
    let again: Vec<LogEntry> = store.snapshot().unwrap().log().map(Result::unwrap).collect();
    assert_eq!(again, entries);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_base_in_memory_is_what_the_map_says(ops in proptest::collection::vec(op(), 1..60)) {
        let store = Store::memory().with_limits(small());
        let model = live(&ops, &|| store.clone());
        let again = Store::memory().with_limits(small());
        loaded_again(&store.snapshot().unwrap(), &again);
        compare(&again.snapshot().unwrap(), &model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_base_on_the_disk_is_what_the_map_says(ops in proptest::collection::vec(op(), 1..40)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("base");
        Store::create(&path).unwrap();
        let model = live(&ops, &|| Store::open(&path).unwrap().with_limits(small()));
        let checkup = doctor(&path, &who(), Duration::ZERO).unwrap();
        prop_assert_eq!(&checkup.findings, &[]);
        prop_assert!(checkup.ledger_read);
        prop_assert_eq!(rebuild(&path, &who(), Duration::ZERO).unwrap(), []);
        let s = Snapshot::open(&path).unwrap();
        prop_assert_eq!(s.counts(), checkup.counts);
        compare(&s, &model);
        prop_assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
        let again = dir.path().join("again");
        loaded_again(&s, &Store::create(&again).unwrap());
        compare(&Snapshot::open(&again).unwrap(), &model);
    }
}
