//! Keys come from the text room.
pub use crate::text::KeyClass;
pub(super) use crate::text::{distance, signature, term_keys};
