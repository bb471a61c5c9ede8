//! The questions that a clinician puts to one patient for one visit.

use foreword_domain::{
    ids::{ConversationId, PatientId, QuestionId, StaffId},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    Result, Txn,
    rows::{Instant, question},
    sealed::Column,
};

const TEXT: Column = Column("questions", "text");

/// A question that a clinician puts to a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The conversation it is asked in.
    pub conversation: ConversationId,
    /// The patient.
    pub patient: PatientId,
    /// Who asks.
    pub staff: StaffId,
    /// The question, in the clinician's words.
    pub text: Private<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

/// Adds a question.
pub async fn add(txn: &Txn, new: &Question) -> Result<()> {
    let row = question::ActiveModel {
        id: Set(new.id.0),
        conversation_id: Set(new.conversation.0),
        patient_id: Set(new.patient.0),
        staff_id: Set(new.staff.0),
        text: Set(txn.seal(new.patient, TEXT, &new.id.to_string(), new.text.reveal()).await?),
        asked_at: Set(new.asked_at.into()),
        withdrawn_at: Set(new.withdrawn_at.map(Into::into)),
    };
    question::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A question.
pub async fn get(txn: &Txn, id: QuestionId) -> Result<Option<Question>> {
    match question::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// The questions of a conversation, oldest first, with those that were taken back.
pub async fn of_conversation(txn: &Txn, conversation: ConversationId) -> Result<Vec<Question>> {
    let rows = question::Entity::find()
        .filter(question::Column::ConversationId.eq(conversation.0))
        .order_by_asc(question::Column::AskedAt)
        .order_by_asc(question::Column::Id)
        .all(&txn.db)
        .await?;
    let mut questions = Vec::with_capacity(rows.len());
    for row in rows {
        questions.push(from_row(txn, row).await?);
    }
    Ok(questions)
}

/// Takes a question back. Tells whether it stood until now.
pub async fn withdraw(txn: &Txn, id: QuestionId, at: Timestamp) -> Result<bool> {
    let done = question::Entity::update_many()
        .col_expr(question::Column::WithdrawnAt, Instant::from(at).0.into())
        .filter(question::Column::Id.eq(id.0))
        .filter(question::Column::WithdrawnAt.is_null())
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected == 1)
}

async fn from_row(txn: &Txn, row: question::Model) -> Result<Question> {
    let patient = PatientId(row.patient_id);
    let text: String = txn.open(patient, TEXT, &row.id.to_string(), &row.text).await?;
    Ok(Question {
        id: QuestionId(row.id),
        conversation: ConversationId(row.conversation_id),
        patient,
        staff: StaffId(row.staff_id),
        text: Private::new(text),
        asked_at: row.asked_at.into(),
        withdrawn_at: row.withdrawn_at.map(Into::into),
    })
}
