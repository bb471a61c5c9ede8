//! What stands round a conversation when something is said in it: its visit, what its clinic has set up, and what has
//! come of it so far. It is asked in one statement, as every answer asks it.

use std::sync::{Arc, LazyLock};

use foreword_domain::{appointment::Appointment, ids::ConversationId, safety::Plan};
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, IdenStatic, Iterable};

use crate::{
    Result, Txn, appointments,
    conversations::{self, Stored},
    rows::{Instant, appointment, conversation},
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
const REST: &str = "k.wrapped, p.version AS plan_version, p.source AS plan_source, \
    (SELECT is_on FROM activations \
    WHERE pathway = c.pathway_id AND version = c.pathway_version AND clinic = a.clinic \
    ORDER BY id DESC LIMIT 1) AS is_active, \
    (SELECT at FROM heartbeats WHERE name = $2) AS beat, \
    EXISTS (SELECT 1 FROM alerts WHERE conversation_id = c.id AND crisis) AS has_crises, \
    EXISTS (SELECT 1 FROM responses WHERE conversation_id = c.id) AS has_responses, \
    EXISTS (SELECT 1 FROM outbox WHERE appointment_id = a.id AND purpose <> 'reply' \
    AND state IN ('queued', 'sending')) AS has_queued, \
    EXISTS (SELECT 1 FROM webhooks) AS has_webhooks \
    FROM conversations c \
    JOIN appointments a ON a.id = c.appointment_id \
    LEFT JOIN patient_keys k ON k.patient_id = a.patient_id \
    LEFT JOIN safety_plans p ON p.id = (SELECT max(id) FROM safety_plans WHERE clinic = a.clinic) \
    WHERE c.id = $1";

/// The whole statement: the columns of conversation and visit each with a name of its own.
static SQL: LazyLock<String> = LazyLock::new(|| {
    let conversation = conversation::Column::iter()
        .map(|column| column.as_str().to_owned())
        .map(|c| format!("c.{c} AS c_{c}"));
    let appointment = appointment::Column::iter()
        .map(|column| column.as_str().to_owned())
        .map(|a| format!("a.{a} AS a_{a}"));
    let columns: Vec<String> = conversation.chain(appointment).collect();
    format!("SELECT {}, {REST}", columns.join(", "))
});

/// A conversation with its surroundings, and the last sign of life of `heartbeat`.
pub async fn of(txn: &Txn, id: ConversationId, heartbeat: &str) -> Result<Option<(Stored, Surroundings)>> {
    let statement = txn.statement(&SQL, [id.0.into(), heartbeat.into()]);
    let Some(row) = txn.db.query_one_raw(statement).await? else { return Ok(None) };
    let stored = conversations::from_row(conversation::Model::from_query_result(&row, "c_")?)?;
    let appointment = appointments::from_row(appointment::Model::from_query_result(&row, "a_")?)?;
    if let Some(wrapped) = row.try_get::<Option<Vec<u8>>>("", "wrapped")? {
        txn.know_patient_key(appointment.patient, &wrapped).await;
    }
    let version: Option<String> = row.try_get("", "plan_version")?;
    let source: Option<Sealed> = row.try_get("", "plan_source")?;
    let plan = match version.zip(source) {
        Some((version, source)) => {
            safety_plans::opened(txn, &appointment.clinic, &version, &source).map(Some)
        }
        None => Ok(None),
    };
    let around = Surroundings {
        appointment,
        plan,
        is_active: row.try_get::<Option<bool>>("", "is_active")?.unwrap_or_default(),
        beat: row.try_get::<Option<Instant>>("", "beat")?.map(Into::into),
        has_crises: row.try_get("", "has_crises")?,
        has_responses: row.try_get("", "has_responses")?,
        has_queued: row.try_get("", "has_queued")?,
        has_webhooks: row.try_get("", "has_webhooks")?,
    };
    Ok(Some((stored, around)))
}
