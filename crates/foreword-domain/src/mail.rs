//! Mail that came in, as far as it matters here: who wrote, to which of our addresses, and what they wrote
//! themselves.
//!
//! It refuses to know how mail is written; that is told by whoever reads it.

mod letter;
mod reply;

pub use letter::{Letter, Part, Thread, Ways};
pub use reply::{Reply, Surroundings, lay_out, question};

use crate::private::Private;

/// One mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    /// What its sender calls it, without angle brackets.
    pub message_id: Option<Private<String>>,
    /// The addresses it says it is from.
    pub from: Vec<Private<String>>,
    /// The addresses it reached or was sent to: those the mail server wrote down first, then those of its
    /// header lines.
    pub to: Vec<Private<String>>,
    /// What it is an answer to, without angle brackets: the nearest first.
    pub answers_to: Vec<String>,
    /// What the clinic's own mail server found out about its sender, where it says so.
    pub checked: Option<Checked>,
    /// What it is.
    pub what: What,
}

/// What a mail server found out about the sender of a mail (RFC 8601).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// How the server that found out calls itself.
    pub by: String,
    /// Whether the sender's domain stands for it: DMARC passed, or else a signature of that very domain.
    pub is_aligned: bool,
}

/// What a mail is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Somebody wrote.
    Reply {
        /// What they wrote themselves: without what they quoted, signatures and disclaimers.
        text: Private<String>,
        /// Whether there is something attached, which is never opened.
        has_attachments: bool,
    },
    /// A machine wrote, in short why that is known. It is never answered.
    Automatic(&'static str),
    /// A mail of ours did not arrive (RFC 3464), or will be late.
    Bounce(Bounce),
    /// The receiver told their provider that a mail of ours is unwanted (RFC 5965).
    Complaint,
}

/// What became of a mail of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounce {
    /// Whether the server will not try again.
    pub is_final: bool,
    /// The status code (RFC 3463) such as `5.1.1`, where it says one.
    pub status: Option<String>,
    /// For whom it was, where it says so.
    pub recipient: Option<Private<String>>,
}
