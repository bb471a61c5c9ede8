//! Stand: where the preparation of a visit stands, in one word, the same on every list.

use foreword_domain::{appointment::Status, conversation::State};
use jiff::{SignedDuration, Timestamp};

use crate::day::Messages;

/// How long before a visit its answers should be there.
const NEAR: SignedDuration = SignedDuration::from_hours(24);

/// Where the preparation of a visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stand {
    /// The first message is still to go out.
    ToInvite,
    /// Invited; nothing was said yet.
    Invited,
    /// Begun, and not done.
    Answering,
    /// Every question has an answer or was skipped.
    Done,
    /// No message went out, and none will.
    NotReached,
    /// The patient does not want to answer.
    Declined,
    /// Somebody said: this is not me.
    NotMe,
    /// What was answered can't be read.
    Unreadable,
    /// Nothing is asked before it.
    NothingAsked,
    /// It was cancelled, or the patient did not come.
    Off,
}

impl Stand {
    /// All of them, in the order lists show them.
    pub const ALL: [Self; 10] = [
        Self::ToInvite,
        Self::Invited,
        Self::Answering,
        Self::Done,
        Self::NotReached,
        Self::Declined,
        Self::NotMe,
        Self::Unreadable,
        Self::NothingAsked,
        Self::Off,
    ];

    /// The word for it in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToInvite => "to-invite",
            Self::Invited => "invited",
            Self::Answering => "answering",
            Self::Done => "done",
            Self::NotReached => "not-reached",
            Self::Declined => "declined",
            Self::NotMe => "not-me",
            Self::Unreadable => "unreadable",
            Self::NothingAsked => "nothing-asked",
            Self::Off => "off",
        }
    }

    /// Whether answers may still come.
    pub fn is_awaited(self) -> bool {
        matches!(self, Self::ToInvite | Self::Invited | Self::Answering | Self::NotReached)
    }
}

/// Where a visit stands.
pub(crate) fn of(status: Status, state: Option<State>, messages: Messages, is_unreadable: bool) -> Stand {
    match (status, state) {
        (Status::Cancelled | Status::Noshow, _) => Stand::Off,
        _ if is_unreadable => Stand::Unreadable,
        (_, None) => Stand::NothingAsked,
        (_, Some(State::Invited)) => match messages {
            Messages::Sent => Stand::Invited,
            Messages::Planned => Stand::ToInvite,
            Messages::None => Stand::NotReached,
        },
        (_, Some(State::Open | State::Paused)) => Stand::Answering,
        (_, Some(State::Completed)) => Stand::Done,
        (_, Some(State::Declined)) => Stand::Declined,
        (_, Some(State::NotMe)) => Stand::NotMe,
    }
}

/// Whether answers are still missing although a visit is near or over.
pub(crate) fn is_overdue(stand: Stand, start: Timestamp, now: Timestamp) -> bool {
    stand.is_awaited() && start.duration_since(now) <= NEAR
}
