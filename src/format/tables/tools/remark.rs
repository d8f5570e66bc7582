//! One cell for remarks that has to say several things, as a person reads them and as wicterm reads them back:
//! `definition: … • a note • avoid: this; that`.

use super::pairs::clean;

const BETWEEN: &str = " • ";
const DEFINITION: &str = "definition: ";
const AVOID: &str = "avoid: ";

/// What the cell says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Remark {
    /// What the concept is.
    pub definition: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// Terms that are not to be written.
    pub avoid: Vec<String>,
}

impl Remark {
    /// Leaves what reads back as it is.
    pub fn fitting(mut self) -> Self {
        self.definition = self.definition.filter(|d| fits(d));
        self.note = self.note.filter(|n| fits(n) && !n.starts_with(DEFINITION) && !n.starts_with(AVOID));
        self.avoid.retain(|term| fits(term) && !term.contains(';'));
        self
    }

    /// Returns the cell.
    pub fn cell(&self) -> String {
        let definition = self.definition.as_ref().map(|d| format!("{DEFINITION}{d}"));
        let avoid = (!self.avoid.is_empty()).then(|| format!("{AVOID}{}", self.avoid.join("; ")));
        let parts: Vec<String> = definition.into_iter().chain(self.note.clone()).chain(avoid).collect();
        parts.join(BETWEEN)
    }

    /// Reads the cell.
    pub fn read(cell: &str) -> Self {
        let mut remark = Self::default();
        for part in cell.split(BETWEEN).filter(|p| !p.is_empty()) {
            if let Some(definition) = part.strip_prefix(DEFINITION) {
                remark.definition = Some(definition.to_owned());
            } else if let Some(terms) = part.strip_prefix(AVOID) {
                let terms = terms.split(';').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
                remark.avoid.extend(terms);
            } else {
                remark.note = Some(part.to_owned());
            }
        }
        remark
    }
}

fn fits(text: &str) -> bool {
    // A bullet at an edge could grow together with those between the parts.
    !text.is_empty() && clean(text) == text && !text.contains('•')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::testing::text;

    proptest! {
        #[test]
        fn what_fits_is_read_back(definition in proptest::option::of(text()), note in proptest::option::of(text()),
                                  avoid in proptest::collection::vec(text(), 0..3)) {
            let remark = Remark { definition, note, avoid }.fitting();
            prop_assert_eq!(Remark::read(&remark.cell()), remark);
        }
    }
}
