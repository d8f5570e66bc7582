//! How near a segment of the translation memory is to another, and what follows from it.

mod settings;

pub use settings::{AgePenalty, Memory, OriginPenalty, Settings};
