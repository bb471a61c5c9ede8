//! Time per document.
fn main() {}
