//! Feeds of appointments: bytes in, notices out; what can't be read says why.

use foreword_domain::booking::Notice;

pub mod csv;
pub mod hl7;
pub mod ics;
pub mod mllp;

/// What one message of a feed says: its place in the source (line of a file, number of a message), and a
/// notice or the reason why not.
pub type Row = (usize, Result<Notice, String>);

/// A source that can't be read as a whole, with what would be right.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct Unreadable(pub String);
