//! Readers and writers at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::*;

#[test]
fn readers_never_see_half_a_change_and_writers_take_turns() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("base");
    Store::create(&path).unwrap();
    let pair = |v: u32| {
        [1, 2].map(|n| {
            let mut c = concept(n, &format!("slug-{n}"), &[("en", &format!("value {v}"))]);
            c.customers.push(v.to_string());
            of(c)
        })
    };
    put_all(&Store::open(&path).unwrap(), pair(0));
    let over = AtomicBool::new(false);
    let limits = Limits { records: [7, 7, 7], factor: 3, ..Limits::default() };
    thread::scope(|scope| {
        let mut readers = vec![];
        for _ in 0..10 {
            readers.push(scope.spawn(|| {
                let (mut seen, mut last) = (0, Revision(0));
                while !over.load(Ordering::SeqCst) || seen < 3 {
                    let s = Snapshot::open(&path).unwrap();
                    assert!(s.revision() >= last, "time goes forward");
                    last = s.revision();
                    let [one, two] =
                        [1, 2].map(|n| s.concept(ConceptId::from_bytes([n; 16])).unwrap().unwrap().customers);
                    assert_eq!(one, two, "both or neither");
                    let key = crate::text::folded_key(&format!("value {}", one[0]));
                    assert_eq!(s.keys_exact(KeyClass::Folded, &key).unwrap().len(), 2);
                    seen += 1;
                }
                seen
            }));
        }
        let writers = [0, 1].map(|w| {
            let (path, pair) = (&path, &pair);
            scope.spawn(move || {
                for v in 0..15 {
                    let store = Store::open(path).unwrap().with_limits(limits);
                    let mut draft = store.begin(who(), Duration::from_secs(60)).unwrap();
                    pair(w * 100 + v + 1).into_iter().for_each(|c| draft.put(c).unwrap());
                    draft.commit(None).unwrap();
                }
            })
        });
        writers.into_iter().for_each(|w| w.join().unwrap());
        over.store(true, Ordering::SeqCst);
        readers.into_iter().for_each(|r| assert!(r.join().unwrap() >= 3));
    });
    assert_eq!(Snapshot::open(&path).unwrap().revision(), Revision(31));
    assert_eq!(doctor(&path, &who(), Duration::ZERO).unwrap().findings, []);
}
