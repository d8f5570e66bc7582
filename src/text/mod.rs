//! Unicode: folding with a way back, words, stems, lookup keys; and the one table of language facts.
//!
//! Texts are compared in one normal form, chosen here and nowhere else ([`fold`]); offsets lead back to what
//! was written ([`Folded`]). What differs from language to language stands in [`languages`]. Nothing here
//! needs preparation: the tables are part of the program, and the first call is as fast as the next.

mod arabic;
mod display;
mod distance;
mod fold;
mod han;
mod keys;
pub mod languages;
mod pinyin;
mod slug;
mod stem;
mod words;

pub use display::{clip, isolate, width};
pub use distance::{distance, signature};
pub use fold::{Folded, fold};
pub use han::to_simplified;
pub use keys::{KeyClass, QueryKey, folded_key, query_keys, term_keys};
pub use pinyin::pinyin_toned;
pub use slug::slug_words;
pub use stem::{Stem, stem_key, stems};
pub use words::{is_unspaced, words};
