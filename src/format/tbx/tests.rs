//! The promises of the whole room: nothing lost in silence, and every file read.

use proptest::prelude::*;

use super::DIALECTS_OF_TBX;
use crate::format::testing::{arbitrary_concept, arbitrary_filled_concept, read, unexplained, write};
use crate::format::{Format, LossClass};
use crate::model::{Concept, Term};

/// Checks that a concept is the same after writing and reading but for what the report names.
fn round_trip(format: &Format, concept: &Concept, notes: bool) -> Result<(), TestCaseError> {
    // The writer refuses an empty TBX 2, so another concept keeps it company.
    let mut company = Concept { slug: "company".parse().ok(), ..Concept::default() };
    company.section_mut(&"en".parse().unwrap()).terms.push(Term::new("company"));
    let (bytes, report) = write(format, &[company, concept.clone()], notes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (read, result) = read(format, &bytes, "f.tbx");
    prop_assert!(result.is_ok(), "{result:?}\n{text}");
    prop_assert_eq!(read.concepts.len() as u64, report.concepts);
    let complaint = unexplained(concept, read.concepts.get(1), &report.losses);
    prop_assert!(complaint.is_none(), "{}: {}\n{text}", format.name, complaint.unwrap_or_default());
    prop_assert!(read.findings.is_empty(), "{:?}\n{text}", read.findings);
    if notes {
        // With notes only what has no term is lost.
        for loss in report.losses.iter().filter(|l| l.class == LossClass::Lost) {
            prop_assert!(loss.field.is_empty() || loss.why.contains("without"), "{loss:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_not_reported_lost_comes_back(
        concept in prop_oneof![arbitrary_concept(), arbitrary_filled_concept()],
        format in 0..DIALECTS_OF_TBX.len(),
        notes: bool,
    ) {
        round_trip(&DIALECTS_OF_TBX[format], &concept, notes)?;
    }
}
