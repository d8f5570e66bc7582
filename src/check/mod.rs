//! Judging: what is wrong with a file, said with a place, a sentence and what to do.
//!
//! [`validate`] judges TBX and TMX by the schemas that they name.

pub mod validate;
