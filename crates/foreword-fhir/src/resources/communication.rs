//! A message of the outbox as a `Communication`: that it was sent, when and by which way, and nothing of what it said.

use std::str::FromStr;

use foreword_domain::{
    ids::{AppointmentId, OutboxId, PatientId},
    message::Channel,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Stamp, instant, reference};

const MODES: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode";
const CATEGORIES: &str = "http://terminology.hl7.org/CodeSystem/communication-category";

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waiting for its time.
    Queued,
    /// On its way.
    Sending,
    /// Accepted by the channel.
    Sent,
    /// Given up.
    GaveUp,
    /// No longer wanted.
    Cancelled,
}

impl DeliveryState {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::GaveUp => "gave-up",
            Self::Cancelled => "cancelled",
        }
    }

    fn status(self) -> &'static str {
        match self {
            Self::Queued => "preparation",
            Self::Sending => "in-progress",
            Self::Sent => "completed",
            Self::GaveUp => "stopped",
            Self::Cancelled => "not-done",
        }
    }
}

impl FromStr for DeliveryState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Queued, Self::Sending, Self::Sent, Self::GaveUp, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("{text:?} is no state of a message"))
    }
}

/// A message, without its contents and its address.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Its id.
    pub id: OutboxId,
    /// Its version.
    pub stamp: Stamp,
    /// To whom, if to a patient who is known.
    pub patient: Option<PatientId>,
    /// About which visit.
    pub appointment: Option<AppointmentId>,
    /// Whether staff are told, and not the patient.
    pub is_to_staff: bool,
    /// What it is, in the word of the database (`invitation`, `reminder`, `reply`, ...).
    pub purpose: &'a str,
    /// The door it leaves by.
    pub channel: Channel,
    /// Where it stands.
    pub state: DeliveryState,
    /// When the channel took it.
    pub sent_at: Option<Timestamp>,
    /// Why it was given up or is no longer wanted; it holds no patient data.
    pub reason: Option<&'a str>,
}

/// The `Communication`.
pub fn communication(message: &Message<'_>, base: &str) -> Value {
    let category = match message.purpose {
        "reminder" | "last-reminder" => "reminder",
        "alert" => "alert",
        _ => "notification",
    };
    let mut out = json!({
        "resourceType": "Communication",
        "id": message.id.to_string(),
        "meta": message.stamp.meta(),
        "status": message.state.status(),
        "category": [{ "coding": [{ "system": CATEGORIES, "code": category }], "text": message.purpose }],
        "medium": [medium(message.channel)],
    });
    if let Some(reason) = message.reason.filter(|_| message.state != DeliveryState::Sent) {
        out["statusReason"] = json!({ "text": reason });
    }
    let patient =
        message.patient.map(|id| json!({ "reference": reference(base, "Patient", &id), "type": "Patient" }));
    if let Some(patient) = &patient {
        out["subject"] = patient.clone();
    }
    if message.is_to_staff {
        out["recipient"] = json!([{ "type": "Practitioner", "display": "staff" }]);
    } else if let Some(patient) = patient {
        out["recipient"] = json!([patient]);
    }
    if let Some(id) = message.appointment {
        out["about"] = json!([{ "reference": reference(base, "Appointment", &id), "type": "Appointment" }]);
    }
    if let Some(at) = message.sent_at.filter(|_| message.state == DeliveryState::Sent) {
        out["sent"] = json!(instant(at));
    }
    out
}

fn medium(channel: Channel) -> Value {
    let code = match channel {
        Channel::Email => ("EMAILWRIT", "email"),
        Channel::Telegram | Channel::Web | Channel::Kiosk | Channel::Terminal => {
            ("ONLINEWRIT", "online written")
        }
        Channel::Staff => ("WRITTEN", "written"),
        Channel::Webhook | Channel::Api => ("ELECTRONIC", "electronic data"),
    };
    json!({ "coding": [{ "system": MODES, "code": code.0, "display": code.1 }], "text": channel.label() })
}
