//! What is asked of patients, sent to them and raised about them.

use foreword_domain::{
    alert,
    conversation::State,
    ids::{AlertId, InvitationId, OutboxId},
};

use super::*;

#[test]
fn an_invitation_is_a_task_that_says_what_came_of_it() {
    let questionnaires = [format!("{BASE}/Questionnaire/phq-2|1")];
    let responses = [response_id()];
    let status = |state, is_expired, is_revoked| {
        let invited = Invited {
            id: InvitationId::mint(at("2026-11-17T08:00:00Z"), [4; 10]),
            stamp: stamp(),
            patient: patient_id(),
            appointment: appointment_id(),
            state,
            invited_at: at("2026-11-17T08:00:00Z"),
            expires_at: at("2026-11-24T10:30:00Z"),
            is_expired,
            is_revoked,
            questionnaires: &questionnaires,
            responses: &responses,
        };
        let task = task(&invited, BASE);
        task["status"].as_str().unwrap().to_owned()
    };
    let plain = State::ALL.map(|state| status(state, false, false));
    assert_eq!(plain, ["requested", "in-progress", "on-hold", "completed", "rejected", "entered-in-error"]);
    assert_eq!(status(State::Open, true, false), "failed");
    assert_eq!(status(State::Open, true, true), "cancelled");
    assert_eq!(status(State::Completed, true, true), "completed");
}

#[test]
fn a_message_is_a_communication_without_its_contents() {
    let of = |state: &str, channel, is_to_staff| {
        let message = Message {
            id: OutboxId::mint(at("2026-11-17T08:00:00Z"), [5; 10]),
            stamp: stamp(),
            patient: Some(patient_id()),
            appointment: Some(appointment_id()),
            is_to_staff,
            purpose: if is_to_staff { "alert" } else { "reminder" },
            channel,
            state: state.parse().unwrap(),
            sent_at: Some(at("2026-11-18T08:00:00Z")),
            reason: Some("the mailbox is full"),
        };
        let resource = communication(&message, BASE);
        assert_eq!(resource.get("payload"), None);
        resource
    };
    let sent = of("sent", Channel::Email, false);
    assert_eq!((&sent["status"], &sent["sent"]), (&json!("completed"), &json!("2026-11-18T08:00:00.000Z")));
    assert_eq!(sent.get("statusReason"), None);
    assert_eq!(sent["recipient"][0]["reference"], sent["subject"]["reference"]);
    let gave_up = of("gave-up", Channel::Telegram, false);
    assert_eq!((&gave_up["status"], gave_up.get("sent")), (&json!("stopped"), None));
    assert_eq!(gave_up["statusReason"]["text"], "the mailbox is full");
    let told = of("queued", Channel::Webhook, true);
    assert_eq!(told["recipient"], json!([{ "type": "Practitioner", "display": "staff" }]));
    assert!("lost".parse::<DeliveryState>().is_err());
}

#[test]
fn an_alert_is_a_flag_until_it_is_closed() {
    let of = |level, state, closed_at: Option<&str>| {
        let raised = Raised {
            id: AlertId::mint(at("2026-11-20T18:20:00Z"), [6; 10]),
            stamp: stamp(),
            patient: patient_id(),
            appointment: appointment_id(),
            level,
            state,
            rule: "phq-9/self-harm",
            text: "Thoughts of self-harm reported",
            raised_at: at("2026-11-20T18:20:00Z"),
            closed_at: closed_at.map(at),
        };
        flag(&raised, BASE)
    };
    let open = of(alert::Level::Red, alert::State::Open, None);
    assert_eq!((&open["status"], open["period"].get("end")), (&json!("active"), None));
    assert_eq!(open["extension"][0]["valueCodeableConcept"]["coding"][0]["code"], "PH");
    assert_eq!(of(alert::Level::Amber, alert::State::Outcome, None)["status"], "active");
    let closed = of(alert::Level::Amber, alert::State::Closed, Some("2026-11-21T08:00:00Z"));
    assert_eq!(
        (&closed["status"], &closed["period"]["end"]),
        (&json!("inactive"), &json!("2026-11-21T08:00:00.000Z"))
    );
}
