//! Unicode: folding with a way back, words, stems, keys; and the one table of language facts.
mod fold;
mod han;
pub mod languages;
mod words;

pub use fold::{Folded, fold};
pub use han::to_simplified;
pub use words::{is_unspaced, words};
