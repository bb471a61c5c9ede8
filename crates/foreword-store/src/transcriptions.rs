//! What staff copied from a paper form, sealed until a second entry says the same.

use foreword_domain::{
    ids::{ConversationId, PatientId, StaffId, TranscriptionId},
    response::{ItemRef, Value},
};
use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::{Result, Txn, rows::transcription, sealed::Column};

const ENTRY: Column = Column("transcriptions", "entry");
const ENTERED: &str = "entered";

/// A first entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcription {
    /// Its id.
    pub id: TranscriptionId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The patient.
    pub patient: PatientId,
    /// Who entered it.
    pub staff: StaffId,
    /// What was entered, in the order of the questions.
    pub entry: Vec<(ItemRef, Value)>,
    /// When.
    pub entered_at: Timestamp,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its answers are in the ledger.
    Saved,
    /// It was thrown away.
    Discarded,
}

/// Adds a first entry.
pub async fn add(txn: &Txn, new: &Transcription) -> Result<()> {
    let row = transcription::ActiveModel {
        id: Set(new.id.0),
        conversation_id: Set(new.conversation.0),
        patient_id: Set(new.patient.0),
        staff_id: Set(new.staff.0),
        entry: Set(Some(txn.seal(new.patient, ENTRY, &new.id.to_string(), &new.entry).await?)),
        state: Set(ENTERED.to_owned()),
        entered_at: Set(new.entered_at.into()),
        checked_by: Set(None),
        settled_at: Set(None),
    };
    transcription::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// The entry of a conversation that waits for its check.
pub async fn waiting(txn: &Txn, conversation: ConversationId) -> Result<Option<Transcription>> {
    let row = transcription::Entity::find()
        .filter(transcription::Column::ConversationId.eq(conversation.0))
        .filter(transcription::Column::State.eq(ENTERED))
        .one(&txn.db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let patient = PatientId(row.patient_id);
    let entry = match &row.entry {
        Some(sealed) => txn.open(patient, ENTRY, &row.id.to_string(), sealed).await?,
        None => Vec::new(),
    };
    Ok(Some(Transcription {
        id: TranscriptionId(row.id),
        conversation,
        patient,
        staff: StaffId(row.staff_id),
        entry,
        entered_at: row.entered_at.into(),
    }))
}

/// Ends an entry; what was entered is forgotten.
pub async fn end(txn: &Txn, id: TranscriptionId, how: End, by: StaffId, at: Timestamp) -> Result<()> {
    let Some(row) = transcription::Entity::find_by_id(id.0).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.entry = Set(None);
    let state = match how {
        End::Saved => "saved",
        End::Discarded => "discarded",
    };
    row.state = Set(state.to_owned());
    row.checked_by = Set(Some(by.0));
    row.settled_at = Set(Some(at.into()));
    row.update(&txn.db).await?;
    Ok(())
}
