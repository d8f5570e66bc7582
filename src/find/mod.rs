//! Finders: what the user asked for, in what they are handed. Pure: no files, no store.
//!
//! [`lookup`] answers "what is this phrase called in the other languages".

pub mod lookup;
