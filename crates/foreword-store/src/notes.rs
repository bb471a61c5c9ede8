//! What the care team writes to a patient before a visit.

use foreword_domain::{
    ids::{AppointmentId, NoteId, PatientId, StaffId},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{Result, Txn, rows::note, sealed::Column};

const TEXT: Column = Column("notes", "text");

/// A few lines to a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The visit it is about.
    pub appointment: AppointmentId,
    /// The patient.
    pub patient: PatientId,
    /// Who wrote it.
    pub staff: StaffId,
    /// The words.
    pub text: Private<String>,
    /// When it was written.
    pub written_at: Timestamp,
}

/// Adds a note.
pub async fn add(txn: &Txn, new: &Note) -> Result<()> {
    let row = note::ActiveModel {
        id: Set(new.id.0),
        appointment_id: Set(new.appointment.0),
        patient_id: Set(new.patient.0),
        staff_id: Set(new.staff.0),
        text: Set(txn.seal(new.patient, TEXT, &new.id.to_string(), new.text.reveal()).await?),
        written_at: Set(new.written_at.into()),
    };
    note::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A note.
pub async fn get(txn: &Txn, id: NoteId) -> Result<Option<Note>> {
    match note::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// The notes about a visit, oldest first.
pub async fn of_appointment(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Note>> {
    let rows = note::Entity::find()
        .filter(note::Column::AppointmentId.eq(appointment.0))
        .order_by_asc(note::Column::WrittenAt)
        .order_by_asc(note::Column::Id)
        .all(&txn.db)
        .await?;
    let mut notes = Vec::with_capacity(rows.len());
    for row in rows {
        notes.push(from_row(txn, row).await?);
    }
    Ok(notes)
}

async fn from_row(txn: &Txn, row: note::Model) -> Result<Note> {
    let (id, patient) = (NoteId(row.id), PatientId(row.patient_id));
    let text: String = txn.open(patient, TEXT, &id.to_string(), &row.text).await?;
    Ok(Note {
        id,
        appointment: AppointmentId(row.appointment_id),
        patient,
        staff: StaffId(row.staff_id),
        text: Private::new(text),
        written_at: row.written_at.into(),
    })
}
