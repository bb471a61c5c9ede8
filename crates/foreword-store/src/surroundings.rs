//! What stands round a conversation when something is said in it: its visit, what its clinic has set up, and what has
//! come of it so far. It is asked in one statement, as every answer asks it.

use std::sync::Arc;

use foreword_domain::{appointment::Appointment, safety::Plan};
use jiff::Timestamp;
use sea_orm::{FromQueryResult, prelude::Uuid};

use crate::{
    Result, Txn, appointments,
    conversations::Stored,
    rows::{Instant, appointment},
    safety_plans,
    sealed::Sealed,
};

/// The surroundings of a conversation.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Surroundings {
    /// Its visit.
    pub appointment: Appointment,
    /// The clinic's safety plan that counts; an error where it is there and can't be read.
    pub plan: Result<Option<Arc<Plan>>>,
    /// Whether the clinic lets the conversation's pathway ask what may need somebody.
    pub is_active: bool,
    /// When what was named gave its last sign of life.
    pub beat: Option<Timestamp>,
    /// Whether the patient was shown the crisis text in it.
    pub has_crises: bool,
    /// Whether it has responses.
    pub has_responses: bool,
    /// Whether any message about its visit is still to be sent.
    pub has_queued: bool,
    /// Whether any program wants to be told of anything.
    pub has_webhooks: bool,
}

/// A subquery is asked for each, so that none of them multiplies the row.
const SQL: &str = "SELECT a.*, k.wrapped, p.version AS plan_version, p.source AS plan_source, \
    (SELECT is_on FROM activations WHERE pathway = $2 AND version = $3 AND clinic = a.clinic \
    ORDER BY id DESC LIMIT 1) AS is_active, \
    (SELECT at FROM heartbeats WHERE name = $4) AS beat, \
    EXISTS (SELECT 1 FROM alerts WHERE conversation_id = $5 AND crisis) AS has_crises, \
    EXISTS (SELECT 1 FROM responses WHERE conversation_id = $5) AS has_responses, \
    EXISTS (SELECT 1 FROM outbox WHERE appointment_id = a.id AND purpose <> 'reply' \
    AND state IN ('queued', 'sending')) AS has_queued, \
    EXISTS (SELECT 1 FROM webhooks) AS has_webhooks \
    FROM appointments a \
    LEFT JOIN patient_keys k ON k.patient_id = a.patient_id \
    LEFT JOIN safety_plans p ON p.id = (SELECT max(id) FROM safety_plans WHERE clinic = a.clinic) \
    WHERE a.id = $1";

/// The surroundings of a conversation, with the last sign of life of `heartbeat`.
pub async fn of(txn: &Txn, stored: &Stored, heartbeat: &str) -> Result<Option<Surroundings>> {
    let (pathway, version) = &stored.pathway;
    let appointment: Uuid = stored.appointment.0;
    let values = [appointment.into(), pathway.into(), version.into(), heartbeat.into(), stored.id.0.into()];
    let Some(row) = Row::find_by_statement(txn.statement(SQL, values)).one(&txn.db).await? else {
        return Ok(None);
    };
    let appointment = appointments::from_row(row.appointment)?;
    if let Some(wrapped) = &row.wrapped {
        txn.know_patient_key(appointment.patient, wrapped).await;
    }
    let plan = match (&row.plan_version, &row.plan_source) {
        (Some(version), Some(source)) => {
            safety_plans::opened(txn, &appointment.clinic, version, source).map(Some)
        }
        _ => Ok(None),
    };
    Ok(Some(Surroundings {
        appointment,
        plan,
        is_active: row.is_active.unwrap_or_default(),
        beat: row.beat.map(Into::into),
        has_crises: row.has_crises,
        has_responses: row.has_responses,
        has_queued: row.has_queued,
        has_webhooks: row.has_webhooks,
    }))
}

#[derive(FromQueryResult)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
struct Row {
    #[sea_orm(nested)]
    appointment: appointment::Model,
    wrapped: Option<Vec<u8>>,
    plan_version: Option<String>,
    plan_source: Option<Sealed>,
    is_active: Option<bool>,
    beat: Option<Instant>,
    has_crises: bool,
    has_responses: bool,
    has_queued: bool,
    has_webhooks: bool,
}
