//! Punctuation, spaces and characters: what is wrong with a text whatever it says.

pub mod repeated_word;
