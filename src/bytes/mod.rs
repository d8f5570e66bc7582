//! Bytes from strangers: encodings, bounded XML and zip, safe files.
//!
//! What comes from a file of unknown make passes through here before anyone believes it:
//! [`decode`] makes UTF-8 of whatever it is, [`xml`] reads and writes XML within [`Limits`],
//! [`zip`] and [`inflate`] unpack within bounds, [`safe`] puts a finished file in place of an old one, [`Whole`] is a
//! file in memory whose text knows its way back, and [`Editable`] one that can be changed in place. No format is
//! known here, and nothing a file names is ever fetched.

pub mod decode;
mod edit;
pub mod inflate;
pub mod safe;
mod toml;
mod way;
mod whole;
pub mod xml;
pub mod zip;

pub use decode::{Decoder, Encoding, How, head, sniff};
pub use edit::{Editable, Patch, Unwritable, apply};
pub use safe::replace_file;
pub use toml::read_toml;
pub use way::Way;
pub use whole::Whole;

/// Bounds on what a file from a stranger may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest single text (element content, cell, line), in bytes.
    pub text: usize,
    /// The deepest nesting of elements.
    pub depth: usize,
    /// The most bytes that entities may expand to, in one file.
    pub expansion: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text: 16 << 20, depth: 64, expansion: 1 << 20 }
    }
}

/// A point in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The byte of the original file; `None` where the encoding does not let us say.
    pub offset: Option<u64>,
}

impl Position {
    /// Returns the position behind a stretch of UTF-8 that begins here.
    pub fn past(mut self, text: &[u8]) -> Self {
        decode::advance(&mut self, text);
        self.offset = self.offset.map(|offset| offset + text.len() as u64);
        self
    }
}
