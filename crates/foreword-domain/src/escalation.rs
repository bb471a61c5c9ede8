//! The clock of an alert: by when somebody must take it over, and who is told next when nobody does.
//!
//! Pure functions of the alert's instants and the clinic's plan: after a crash they give the same instants
//! again. Knows nothing of what was sent or whether it arrived.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    alert::Level,
    safety::{MOST_STEP_MINUTES, Person, Plan},
};

/// Minutes within which somebody must acknowledge a red alert: thirty, the service's own rule for red, which a
/// plan may only shorten.
pub const RED_MINUTES: u16 = 30;

/// Minutes from one person of the chain to the next where no plan says it: our own choice, half of the
/// thirty minutes that are the service's rule for red.
pub const STEP_MINUTES: u16 = 15;

/// A rung of the chain, from the first who is told to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// The person on call.
    OnCall,
    /// The deputy.
    Deputy,
    /// The safety lead.
    SafetyLead,
    /// The end of the chain: nobody has taken the alert over, which is a failure of the loop itself.
    Alarm,
}

impl Rung {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::OnCall, Self::Deputy, Self::SafetyLead, Self::Alarm];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnCall => "on-call",
            Self::Deputy => "deputy",
            Self::SafetyLead => "safety-lead",
            Self::Alarm => "alarm",
        }
    }

    /// What staff read, in words that follow "the".
    pub fn label(self) -> &'static str {
        match self {
            Self::OnCall => "person on call",
            Self::Deputy => "deputy",
            Self::SafetyLead => "safety lead",
            Self::Alarm => "whole chain",
        }
    }

    /// The one after it; nothing after the alarm.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::OnCall => Some(Self::Deputy),
            Self::Deputy => Some(Self::SafetyLead),
            Self::SafetyLead => Some(Self::Alarm),
            Self::Alarm => None,
        }
    }
}

impl FromStr for Rung {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|rung| rung.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no rung of the chain"))
    }
}

/// By when somebody must acknowledge an alert. Red: within so many minutes. Amber: before the visit and by the
/// end of the next working half-day, whichever is earlier; a visit that has begun leaves no time.
pub fn due(level: Level, raised_at: Timestamp, visit: Timestamp, plan: Option<&Plan>) -> Timestamp {
    match level {
        Level::Red => {
            let minutes = plan.and_then(|plan| plan.red).unwrap_or(RED_MINUTES);
            // A plan made elsewhere than from a file cannot give more time either.
            after(raised_at, minutes.min(RED_MINUTES))
        }
        Level::Amber => {
            let half_day = plan.and_then(|plan| plan.hours.end_of_next_half_day(raised_at, &plan.zone));
            half_day.map_or(visit, |end| end.min(visit)).max(raised_at)
        }
    }
}

/// When the rung after the one told at `told_at` is told if nobody has acknowledged by then: when the alert is
/// due, and each further one a step later.
pub fn next_at(due: Timestamp, told_at: Timestamp, plan: Option<&Plan>) -> Timestamp {
    if told_at < due {
        return due;
    }
    let minutes = plan.and_then(|plan| plan.step).unwrap_or(STEP_MINUTES);
    after(told_at, minutes.min(MOST_STEP_MINUTES))
}

/// Logins of whom a rung tells; nobody, where the plan names nobody. The alarm tells the owner and everybody
/// of the chain, each once.
pub fn who(plan: &Plan, rung: Rung, at: Timestamp) -> Vec<&str> {
    let on_call = plan.on_call(at);
    let (deputy, lead) = (plan.deputy.as_deref(), plan.safety_lead.as_deref());
    let told = match rung {
        Rung::OnCall => vec![on_call],
        Rung::Deputy => vec![deputy],
        Rung::SafetyLead => vec![lead],
        Rung::Alarm => vec![plan.owner.as_deref(), on_call, deputy, lead],
    };
    let mut logins = Vec::new();
    for login in told.into_iter().flatten() {
        if !logins.contains(&login) {
            logins.push(login);
        }
    }
    logins
}

/// One way to tell somebody. Each kind fails for reasons of its own: two of them are independent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By mail to this address.
    Email(String),
    /// In the chat they have connected.
    Telegram,
    /// By a request to this address.
    Webhook(String),
}

/// The ways somebody can be told. `has_chat` says whether their account has a chat connected.
pub fn ways(person: &Person, has_chat: bool) -> Vec<Way> {
    let email = person.email.clone().map(Way::Email);
    let telegram = (person.telegram && has_chat).then_some(Way::Telegram);
    let webhook = person.webhook.clone().map(Way::Webhook);
    [email, telegram, webhook].into_iter().flatten().collect()
}

fn after(at: Timestamp, minutes: u16) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
