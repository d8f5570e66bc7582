//! wicterm keeps the recurring phrases of policy language in every language they are official in.
//!
//! The modules stand on floors, from the ground up; each may use those below it.

pub mod model;

pub mod bytes;
pub mod index;
pub mod text;

pub mod document;
pub mod find;
pub mod format;
pub mod store;

pub mod check;

pub mod base;

pub mod report;

pub mod cli;
