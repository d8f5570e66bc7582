//! Judging: what is wrong with a file, said with a place, a sentence and what to do.
//!
//! [`validate`] judges TBX and TMX by the schemas that they name.

pub mod validate;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::Finding;

/// Gives every finding its fingerprint: it stays while the thing found stays, wherever in the file it moves.
///
/// What is found twice in the same words is told apart by its turn.
pub fn fingerprint(findings: &mut [Finding]) {
    let mut met: FxHashMap<u64, u32> = FxHashMap::default();
    for finding in findings {
        let place = &finding.place;
        let said = format!(
            "{}\0{:?}\0{:?}\0{:?}\0{:?}\0{}",
            finding.check, place.file, place.unit, place.side, finding.surface, finding.message
        );
        let hash = xxh3_64(said.as_bytes());
        let turn = met.entry(hash).or_default();
        *turn += 1;
        finding.fingerprint = format!("{:016x}", xxh3_64(format!("{hash}\0{turn}").as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Place, Severity};

    #[test]
    fn a_fingerprint_stays_where_the_line_moves_and_tells_twins_apart() {
        let made = |lines: &[u32]| {
            let new =
                |line: &u32| Finding::new("tbx-id", Severity::Error, Place::file("a").at_line(*line), "it");
            let mut findings: Vec<_> = lines.iter().map(new).collect();
            fingerprint(&mut findings);
            findings.into_iter().map(|f| f.fingerprint).collect::<Vec<_>>()
        };
        assert_eq!(made(&[1, 2]), made(&[7, 9]));
        assert_ne!(made(&[1, 2])[0], made(&[1, 2])[1]);
        assert_eq!(made(&[1])[0].len(), 16);
    }
}
