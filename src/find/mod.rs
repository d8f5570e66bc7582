//! Finders: what the user asked for, in what they are handed. Pure: no files, no store.
//!
//! [`lookup`] answers "what is this phrase called in the other languages"; [`recognise`] finds the terms
//! of a base ([`terms`]) in running text; [`leverage`] says how near a segment of the translation memory is;
//! [`repeats`] how near the segments of one job are to each other; [`concordance`] finds what somebody typed.

pub mod concordance;
pub mod leverage;
pub mod lookup;
pub mod recognise;
pub mod repeats;
pub mod terms;
