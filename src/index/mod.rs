//! The index of near texts: which of a million are at most so many edits away, all of them, in a moment.
//!
//! It knows nothing of units or languages but a name, and nothing of texts but their tokens, as hashes. Its tables
//! are bytes that somebody else keeps ([`Shelf`]) and somebody else writes ([`Sink`]): [`Gatherer`] makes them of
//! token lists, [`merge()`] of other tables, byte for byte the same; [`near`] answers.
//!
//! # Why nothing can be missed
//!
//! A text of `m` tokens reaches `t` per cent of a query of `n` if at most `(100 - t) · M / 100` edits lie between
//! them, `M` being the larger of `n` and `m`. An edit touches one token of the longer list, so the two share at
//! least `T = ⌈t · M / 100⌉` tokens, counted with their repetitions. Three things follow, and [`near`] uses no
//! others to pass over a text:
//!
//! 1. `m` lies between `⌈t · n / 100⌉` and `⌊100 · n / t⌋`, as a text cannot share more tokens than it has.
//! 2. Write every token with the number of its occurrence in its text (the 1st *the*, the 2nd *the*). Then the
//!    shared tokens are the common elements of two sets, of which the query's has `n`. Of any `n - T + 1` elements
//!    of the query's set at least one is shared. So a text that is in none of the lists of the `n - T + 1` rarest
//!    is too far away. With rising `m` rises `T`, and fewer lists may have to show it.
//! 3. A text that was met in `c` of `v` lists shares at most `c + (n - v)` tokens; if that is below `T`, it is too
//!    far away.
//!
//! Whatever is left is compared, edit by edit ([`Pattern`]). Hashes have 32 bits here: two different tokens of one
//! hash can bring a text nearer than it is, never further away, and whoever scores the hits on their texts puts it
//! right.

mod build;
mod coding;
mod edits;
mod merge;
mod search;

pub use build::Gatherer;
pub use edits::{Pattern, edits};
pub use merge::{Part, merge};
pub use search::{Answer, Found, languages, near, points, size};

/// The tables, in the order in which they are best kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Table {
    /// The names of the languages, sorted, a line each.
    Languages,
    /// Per language: where its part of each other table is; `coding.rs` says how.
    Directory,
    /// Per language and length in tokens: the length u32, the first text of it u32.
    Lengths,
    /// Per text, by language, length, number: its number u32, which of its texts in the language u8, where its
    /// tokens are within its group u24.
    Texts,
    /// Per 256 texts: where the tokens of the first are, u64.
    Groups,
    /// Per text: its tokens by rank, each a varint.
    Forward,
    /// Per language: hash u32 and rank u32 of each token, by hash.
    Hashes,
    /// Per language and rank: the first of the token's lists u32, one for each occurrence.
    Ranks,
    /// Per list: where it is, u40.
    Lists,
    /// The lists of texts; `coding.rs` says how.
    Postings,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Languages,
        Self::Directory,
        Self::Lengths,
        Self::Texts,
        Self::Groups,
        Self::Forward,
        Self::Hashes,
        Self::Ranks,
        Self::Lists,
        Self::Postings,
    ];
}

/// A table is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage;

/// Where the tables are kept.
pub trait Shelf {
    /// Returns a stretch of a table.
    ///
    /// # Errors
    ///
    /// The table ends before, or is damaged there.
    fn slice(&self, table: Table, at: u64, len: u64) -> Result<&[u8], Damage>;

    /// Returns the length of a table in bytes.
    fn len(&self, table: Table) -> u64;
}

/// Where tables are written, each from its beginning to its end, all at the same time.
pub trait Sink {
    /// Why it could not be written.
    type Error;

    /// Adds to a table.
    fn push(&mut self, table: Table, bytes: &[u8]) -> Result<(), Self::Error>;
}

/// Tables in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InMemory([Vec<u8>; Table::ALL.len()]);

impl Shelf for InMemory {
    fn slice(&self, table: Table, at: u64, len: u64) -> Result<&[u8], Damage> {
        let from = usize::try_from(at).map_err(|_| Damage)?;
        let len = usize::try_from(len).map_err(|_| Damage)?;
        self.0[table as usize].get(from..from.checked_add(len).ok_or(Damage)?).ok_or(Damage)
    }

    fn len(&self, table: Table) -> u64 {
        self.0[table as usize].len() as u64
    }
}

impl Sink for InMemory {
    type Error = std::convert::Infallible;

    fn push(&mut self, table: Table, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0[table as usize].extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
