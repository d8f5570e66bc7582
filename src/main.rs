//! The `wicterm` program.
fn main() {}
