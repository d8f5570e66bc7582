//! Fills the empty translations of a PO file, and flags those that do not fit exactly.

use rustc_hash::FxHashSet;

use super::parse::Entry;
use crate::bytes::{Editable, Patch, Unwritable};
use crate::format::job::{Filled, Filler, Vacancy};

/// Where the flags of each message stand.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub returns: bool,
    pub entries: Vec<Flags>,
    /// The entry of each unit.
    pub units: Vec<usize>,
}

/// Where the flag `fuzzy` goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Flags {
    /// It is there.
    Fuzzy,
    /// Before other flags, which begin here.
    Before(usize),
    /// Into a line of its own, which comes here.
    Line(usize),
}

impl Flags {
    pub fn of(entry: &Entry) -> Self {
        match (entry.is_fuzzy(), entry.flags_at) {
            (true, _) => Self::Fuzzy,
            (_, Some(at)) => Self::Before(at as usize),
            (_, None) => Self::Line(entry.head_at.unwrap_or(entry.at) as usize),
        }
    }
}

impl Filler for Layout {
    fn fill(&self, file: &Editable, vacancies: &[Vacancy<'_>]) -> Filled {
        let mut filled = Filled::default();
        let mut flagged = FxHashSet::default();
        for vacancy in vacancies {
            match self.one(file, vacancy, &flagged) {
                Ok(patches) => {
                    flagged.extend(self.units.get(vacancy.unit.0).filter(|_| patches.len() > 1));
                    filled.patches.extend(patches);
                }
                Err(why) => filled.refused.push((vacancy.number, why)),
            }
        }
        filled
    }
}

impl Layout {
    /// Makes the patches of one row: its text first.
    fn one(
        &self,
        file: &Editable,
        vacancy: &Vacancy<'_>,
        flagged: &FxHashSet<usize>,
    ) -> Result<Vec<Patch>, Unwritable> {
        if !vacancy.segment.inlines.is_empty() {
            return Err(Unwritable::Place("a PO file holds no inline codes"));
        }
        let of = self.units.get(vacancy.unit.0).and_then(|entry| Some((entry, self.entries.get(*entry)?)));
        let (Some((_, cell)), Some((entry, flags))) = (vacancy.target, of) else {
            return Err(Unwritable::Place("nobody knows where in the file it belongs"));
        };
        let mut patches = vec![cell.patch(file, 0..cell.segment.text.len(), &vacancy.segment.text)?];
        let fits = vacancy.mark.is_none_or(|mark| mark.score >= 100);
        if !fits && !flagged.contains(entry) {
            let end = if self.returns { "\r\n" } else { "\n" };
            match *flags {
                Flags::Fuzzy => {}
                Flags::Before(at) => patches.push(file.patch(at..at, " fuzzy,")?),
                Flags::Line(at) => patches.push(file.patch(at..at, &format!("#, fuzzy{end}"))?),
            }
        }
        Ok(patches)
    }
}
