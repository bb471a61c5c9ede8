//! An invitation as a `Task`: this patient is asked to answer these questionnaires before this visit, by then.

use foreword_domain::{
    conversation::State,
    ids::{AppointmentId, InvitationId, PatientId, ResponseId},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Stamp, instant, reference};

const SDC_CODES: &str = "http://hl7.org/fhir/uv/sdc/CodeSystem/temp";

/// An invitation and what came of it. The secret of its link is no part of it.
#[derive(Clone, Copy, Debug)]
pub struct Invited<'a> {
    /// Its id.
    pub id: InvitationId,
    /// Its version.
    pub stamp: Stamp,
    /// Who is invited.
    pub patient: PatientId,
    /// The visit.
    pub appointment: AppointmentId,
    /// Where the conversation stands.
    pub state: State,
    /// When the patient was invited.
    pub invited_at: Timestamp,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// Whether it has stopped working by now.
    pub is_expired: bool,
    /// Whether it was revoked.
    pub is_revoked: bool,
    /// Canonical addresses of the questionnaires that are asked, with their versions.
    pub questionnaires: &'a [String],
    /// The responses so far.
    pub responses: &'a [ResponseId],
}

impl Invited<'_> {
    /// What a patient has done counts more than what became of the link.
    fn status(&self) -> &'static str {
        match self.state {
            State::Completed => "completed",
            State::Declined => "rejected",
            State::NotMe => "entered-in-error",
            _ if self.is_revoked => "cancelled",
            _ if self.is_expired => "failed",
            State::Open => "in-progress",
            State::Paused => "on-hold",
            State::Invited => "requested",
        }
    }
}

/// The `Task`.
pub fn task(invited: &Invited<'_>, base: &str) -> Value {
    let patient = json!({ "reference": reference(base, "Patient", &invited.patient), "type": "Patient" });
    let mut out = json!({
        "resourceType": "Task",
        "id": invited.id.to_string(),
        "meta": invited.stamp.meta(),
        "status": invited.status(),
        "intent": "order",
        "code": {
            "coding": [{ "system": SDC_CODES, "code": "complete-questionnaire" }],
            "text": "Answer before the visit"
        },
        "focus": { "reference": reference(base, "Appointment", &invited.appointment), "type": "Appointment" },
        "for": patient,
        "authoredOn": instant(invited.invited_at),
        "lastModified": instant(invited.stamp.at),
        "owner": patient,
        "restriction": { "period": { "end": instant(invited.expires_at) } },
    });
    let kind = |code: &str| json!({ "coding": [{ "system": SDC_CODES, "code": code }], "text": code });
    let inputs: Vec<Value> = invited
        .questionnaires
        .iter()
        .map(|canonical| json!({ "type": kind("questionnaire"), "valueCanonical": canonical }))
        .collect();
    if !inputs.is_empty() {
        out["input"] = Value::Array(inputs);
    }
    let outputs: Vec<Value> = invited
        .responses
        .iter()
        .map(|id| {
            let reference = reference(base, "QuestionnaireResponse", id);
            json!({ "type": kind("questionnaire-response"), "valueReference": { "reference": reference } })
        })
        .collect();
    if !outputs.is_empty() {
        out["output"] = Value::Array(outputs);
    }
    out
}
