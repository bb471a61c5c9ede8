//! Where visits and messages stand, in words for staff and in the style of the words.

use foreword_app::{day::Line, messages::Stage, stand::Stand};
use foreword_domain::{appointment::Status, conversation::State, message::Purpose};
use jiff::Timestamp;

/// The heading of those that stand so.
pub(super) fn label(stand: Stand) -> &'static str {
    match stand {
        Stand::ToInvite => "To be invited",
        Stand::Invited => "Invited",
        Stand::Answering => "Answering",
        Stand::Done => "Done",
        Stand::NotReached => "Nobody reached",
        Stand::Declined => "Declined",
        Stand::NotMe => "“Not me”",
        Stand::Unreadable => "Cannot be read",
        Stand::NothingAsked => "Nothing asked",
        Stand::Off => "Called off",
    }
}

/// Where one visit stands: the style, and the words.
pub(super) fn words(line: &Line, now: Timestamp) -> (&'static str, &'static str) {
    let is_open = line.is_open(now);
    match line.stand() {
        Stand::Off if line.appointment.status == Status::Noshow => ("off", "did not come"),
        Stand::Off => ("off", "visit cancelled"),
        Stand::Unreadable => ("check", "cannot be read"),
        Stand::NothingAsked => ("off", "nothing asked"),
        Stand::NotReached => ("check", "nobody reached"),
        Stand::Invited | Stand::ToInvite if !is_open => ("check", "not answered"),
        Stand::Answering if !is_open => ("check", "not finished"),
        Stand::ToInvite => ("waiting", "to be invited"),
        Stand::Invited => ("waiting", "invited"),
        Stand::Answering if line.state == Some(State::Paused) => ("going", "paused"),
        Stand::Answering => ("going", "answering"),
        Stand::Done => ("done", "done"),
        Stand::Declined => ("off", "declined"),
        Stand::NotMe => ("check", "“not me”"),
    }
}

/// How a visit went or is to go.
pub(super) fn of_visit(status: Status) -> &'static str {
    match status {
        Status::Booked => "booked",
        Status::Cancelled => "cancelled",
        Status::Arrived => "arrived",
        Status::Noshow => "did not come",
        Status::Fulfilled => "took place",
    }
}

/// Which message it is.
pub(super) fn message(purpose: Option<Purpose>) -> &'static str {
    match purpose {
        Some(Purpose::Invitation) => "Invitation",
        Some(Purpose::Reminder) => "Reminder",
        Some(Purpose::LastReminder) => "Last reminder",
        None => "Reply",
    }
}

/// What has become of a message: the style, and the words.
pub(super) fn stage(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Waiting => ("waiting", "Waiting"),
        Stage::OnItsWay => ("going", "On its way"),
        Stage::Sent => ("done", "Sent"),
        Stage::GaveUp => ("check", "Gave up"),
        Stage::Cancelled => ("off", "Cancelled"),
    }
}
