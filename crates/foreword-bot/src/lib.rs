//! The messenger: how messages leave, and later how replies come in.
//!
//! The only place that knows SMTP. It refuses to know the database: it is given messages in their
//! final words and says what became of them.

pub mod mail;

pub use mail::{Mail, Options};
