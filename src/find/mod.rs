//! Finders: what the user asked for, in what they are handed. Pure: no files, no store.
//!
//! [`lookup`] answers "what is this phrase called in the other languages"; [`recognise`] finds the terms
//! of a base ([`terms`]) in running text; [`leverage`] says how near a segment of the memory is to another.

pub mod leverage;
pub mod lookup;
pub mod recognise;
pub mod terms;
