//! Conversations: which visit, what it asks (pinned), where it stands.

use foreword_domain::{
    conversation::{Conversation, State},
    ids::{AppointmentId, ConversationId, PatientId},
};
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, Result, Together, Txn,
    rows::{Instant, conversation, json, to_json},
};

/// A conversation as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its id.
    pub id: ConversationId,
    /// The visit it is about.
    pub appointment: AppointmentId,
    /// The patient.
    pub patient: PatientId,
    /// The pathway it began with, and its version.
    pub pathway: (String, String),
    /// What it asks.
    pub script: Pinned,
    /// Where it stands.
    pub standing: Conversation,
    /// When the patient last said something.
    pub last_at: Option<Timestamp>,
    /// When the last question was answered.
    pub completed_at: Option<Timestamp>,
}

/// A script with its instruments named by the digest of their files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// Version of this form.
    pub v: u8,
    /// What is asked.
    pub asks: Vec<PinnedAsk>,
    /// Instruments left out: id and the language they lack.
    pub not_asked: Vec<(String, String)>,
    /// Asks that are not asked again, because their recall period is not over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reused: Vec<PinnedReuse>,
}

/// An ask whose answers were given for another visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedReuse {
    /// Its key, there and here.
    pub ask: String,
    /// The conversation they were given in.
    pub conversation: ConversationId,
    /// When the last of them was given.
    pub at: Timestamp,
}

/// One ask of a pinned script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedAsk {
    /// Its key.
    pub key: String,
    /// Digest of the instrument's file, in hexadecimal; or `question:` and the id of a question.
    pub instrument: String,
    /// The language it is asked in.
    pub language: String,
    /// The variant of the instrument, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The ask a wish is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// A conversation.
pub async fn get(txn: &Txn, id: ConversationId) -> Result<Option<Stored>> {
    conversation::Entity::find_by_id(id.0).one(&txn.db).await?.map(from_row).transpose()
}

/// A conversation, held until the transaction ends: what is said in it is taken in turn.
pub async fn hold(txn: &Txn, id: ConversationId) -> Result<Option<Stored>> {
    conversation::Entity::find_by_id(id.0).lock_exclusive().one(&txn.db).await?.map(from_row).transpose()
}

/// Holds a conversation until the transaction ends, without reading it. What is read of it afterwards is as it then
/// is: whoever held it before has ended. On SQLite whoever may write holds everything.
pub async fn grasp(txn: &Txn, id: ConversationId) -> Result<()> {
    if txn.backend() == DbBackend::Postgres {
        let sql = "SELECT 1 FROM conversations WHERE id = $1 FOR UPDATE";
        txn.db.query_one_raw(txn.statement(sql, [id.0.into()])).await?;
    }
    Ok(())
}

/// The conversation about an appointment.
pub async fn about(txn: &Txn, appointment: AppointmentId) -> Result<Option<Stored>> {
    conversation::Entity::find()
        .filter(conversation::Column::AppointmentId.eq(appointment.0))
        .one(&txn.db)
        .await?
        .map(from_row)
        .transpose()
}

/// The conversation about an appointment, held until the transaction ends.
pub async fn hold_about(txn: &Txn, appointment: AppointmentId) -> Result<Option<Stored>> {
    conversation::Entity::find()
        .filter(conversation::Column::AppointmentId.eq(appointment.0))
        .lock_exclusive()
        .one(&txn.db)
        .await?
        .map(from_row)
        .transpose()
}

/// A patient's conversations, oldest first.
pub async fn of_patient(txn: &Txn, patient: PatientId) -> Result<Vec<Stored>> {
    conversation::Entity::find()
        .filter(conversation::Column::PatientId.eq(patient.0))
        .order_by_asc(conversation::Column::Id)
        .all(&txn.db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// A patient's conversations without what they ask: each one's id, its visit, and where it stands.
pub async fn outlines_of(
    txn: &Txn,
    patient: PatientId,
) -> Result<Vec<(ConversationId, AppointmentId, State)>> {
    use conversation::Column;
    let rows: Vec<(Uuid, Uuid, String)> = conversation::Entity::find()
        .filter(Column::PatientId.eq(patient.0))
        .order_by_asc(Column::Id)
        .select_only()
        .columns([Column::Id, Column::AppointmentId, Column::State])
        .into_tuple()
        .all(&txn.db)
        .await?;
    rows.into_iter()
        .map(|(id, about, word)| Ok((ConversationId(id), AppointmentId(about), state_of(&word)?)))
        .collect()
}

pub(crate) fn state_of(word: &str) -> Result<State> {
    let state = State::ALL.into_iter().find(|state| state.as_str() == word);
    state.ok_or_else(|| Error::Unreadable {
        table: "conversations",
        column: "state",
        why: "an unknown word".to_owned(),
    })
}

/// How many conversations are on each pathway, by its version and where they stand.
pub async fn on_pathways(txn: &Txn) -> Result<Vec<(String, String, String, u64)>> {
    use conversation::Column;
    let rows: Vec<(String, String, String, i64)> = conversation::Entity::find()
        .select_only()
        .columns([Column::PathwayId, Column::PathwayVersion, Column::State])
        .column_as(Column::Id.count(), "visits")
        .group_by(Column::PathwayId)
        .group_by(Column::PathwayVersion)
        .group_by(Column::State)
        .into_tuple()
        .all(&txn.db)
        .await?;
    let counted = |(id, version, state, n): (String, String, String, i64)| {
        (id, version, state, u64::try_from(n).unwrap_or_default())
    };
    Ok(rows.into_iter().map(counted).collect())
}

/// Begins a conversation.
pub async fn add(txn: &Txn, new: &Stored, at: Timestamp) -> Result<()> {
    let row = conversation::ActiveModel {
        id: Set(new.id.0),
        appointment_id: Set(new.appointment.0),
        patient_id: Set(new.patient.0),
        pathway_id: Set(new.pathway.0.clone()),
        pathway_version: Set(new.pathway.1.clone()),
        script: Set(to_json("conversations", "script", &new.script)?),
        state: Set(new.standing.state.as_str().to_owned()),
        standing: Set(to_json("conversations", "standing", &new.standing)?),
        created_at: Set(at.into()),
        last_at: Set(None),
        completed_at: Set(None),
    };
    txn.add(row).await
}

/// Writes where a conversation that is held stands after something was said at `at`, and says so of `held` too.
pub fn move_to(
    with: &mut Together<'_>,
    held: &mut Stored,
    standing: &Conversation,
    at: Timestamp,
) -> Result<()> {
    use conversation::Column;
    // As it will be read back.
    let at = Instant::from(at);
    held.standing = standing.clone();
    held.last_at = Some(at.into());
    held.completed_at = match standing.state {
        State::Completed => held.completed_at.or(held.last_at),
        _ => None,
    };
    let update = conversation::Entity::update_many()
        .col_expr(Column::State, Expr::value(standing.state.as_str()))
        .col_expr(Column::Standing, Expr::value(to_json("conversations", "standing", standing)?))
        .col_expr(Column::LastAt, Expr::value(at.0))
        .col_expr(Column::CompletedAt, Expr::value(held.completed_at.map(|at| Instant::from(at).0)))
        .filter(Column::Id.eq(held.id.0));
    with.change(update.into_query());
    Ok(())
}

/// Writes where a conversation stands after what it asks was changed. The patient has said nothing.
pub async fn stand(
    txn: &Txn,
    id: ConversationId,
    standing: &Conversation,
    completed_at: Option<Timestamp>,
) -> Result<()> {
    let Some(row) = conversation::Entity::find_by_id(id.0).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.state = Set(standing.state.as_str().to_owned());
    row.standing = Set(to_json("conversations", "standing", standing)?);
    row.completed_at = Set(completed_at.map(Into::into));
    row.update(&txn.db).await?;
    Ok(())
}

/// Writes what a conversation asks.
pub async fn set_script(txn: &Txn, id: ConversationId, script: &Pinned) -> Result<()> {
    let Some(row) = conversation::Entity::find_by_id(id.0).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.script = Set(to_json("conversations", "script", script)?);
    row.update(&txn.db).await?;
    Ok(())
}

/// Replaces what an untouched conversation asks.
pub async fn replace_script(txn: &Txn, changed: &Stored) -> Result<()> {
    let Some(row) = conversation::Entity::find_by_id(changed.id.0).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.pathway_id = Set(changed.pathway.0.clone());
    row.pathway_version = Set(changed.pathway.1.clone());
    row.script = Set(to_json("conversations", "script", &changed.script)?);
    row.standing = Set(to_json("conversations", "standing", &changed.standing)?);
    row.update(&txn.db).await?;
    Ok(())
}

pub(crate) fn from_row(row: conversation::Model) -> Result<Stored> {
    Ok(Stored {
        id: ConversationId(row.id),
        appointment: AppointmentId(row.appointment_id),
        patient: PatientId(row.patient_id),
        pathway: (row.pathway_id, row.pathway_version),
        script: json("conversations", "script", &row.script)?,
        standing: json("conversations", "standing", &row.standing)?,
        last_at: row.last_at.map(Into::into),
        completed_at: row.completed_at.map(Into::into),
    })
}
