//! The versions of the clinician's page, who opened them, and which patients want to be told.

use foreword_domain::{
    ids::{AppointmentId, PatientId, StaffId, VersionId},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    Result, Txn,
    rows::{Instant, page_opening, page_version, read_wish},
    sealed::Column,
};

const CONTENT: Column = Column("page_versions", "content");

/// The page of a visit as it was at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// The visit.
    pub appointment: AppointmentId,
    /// The patient.
    pub patient: PatientId,
    /// From 1.
    pub number: u32,
    /// SHA-256 of what it says, in hexadecimal digits, without the time it was made.
    pub digest: String,
    /// What it says, as plain text.
    pub content: Private<String>,
    /// When it was made.
    pub made_at: Timestamp,
}

/// A version without what it says, which takes longest to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// From 1.
    pub number: u32,
    /// SHA-256 of what it says, in hexadecimal digits, without the time it was made.
    pub digest: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// A version that a member of staff opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Who opened it.
    pub staff: StaffId,
    /// Which version.
    pub number: u32,
    /// When, for the first time.
    pub at: Timestamp,
}

/// All versions of a visit's page, oldest first.
pub async fn outlines(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Outline>> {
    use page_version::Column;
    let rows: Vec<(i32, String, Instant)> = page_version::Entity::find()
        .filter(Column::AppointmentId.eq(appointment.0))
        .order_by_asc(Column::Number)
        .select_only()
        .columns([Column::Number, Column::Digest, Column::MadeAt])
        .into_tuple()
        .all(&txn.db)
        .await?;
    let outline = |(number, digest, made_at): (i32, String, Instant)| Outline {
        number: u32::try_from(number).unwrap_or(0),
        digest,
        made_at: made_at.into(),
    };
    Ok(rows.into_iter().map(outline).collect())
}

/// A version of a visit's page.
pub async fn get(txn: &Txn, appointment: AppointmentId, number: u32) -> Result<Option<Version>> {
    let row = page_version::Entity::find()
        .filter(page_version::Column::AppointmentId.eq(appointment.0))
        .filter(page_version::Column::Number.eq(i32::try_from(number).unwrap_or(i32::MAX)))
        .one(&txn.db)
        .await?;
    match row {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// Adds a version, unless another one with its number is there.
pub async fn add(txn: &Txn, new: &Version) -> Result<bool> {
    let row = page_version::ActiveModel {
        id: Set(new.id.0),
        appointment_id: Set(new.appointment.0),
        patient_id: Set(new.patient.0),
        number: Set(i32::try_from(new.number).unwrap_or(i32::MAX)),
        digest: Set(new.digest.clone()),
        content: Set(txn.seal(new.patient, CONTENT, &new.id.to_string(), new.content.reveal()).await?),
        made_at: Set(new.made_at.into()),
    };
    let taken = [page_version::Column::AppointmentId, page_version::Column::Number];
    let added = page_version::Entity::insert(row)
        .on_conflict(OnConflict::columns(taken).do_nothing().to_owned())
        .exec_without_returning(&txn.db)
        .await?;
    Ok(added == 1)
}

/// Notes that a member of staff opened a version. Tells whether they had not before.
pub async fn opened(
    txn: &Txn,
    appointment: AppointmentId,
    staff: StaffId,
    number: u32,
    at: Timestamp,
) -> Result<bool> {
    let row = page_opening::ActiveModel {
        id: NotSet,
        appointment_id: Set(appointment.0),
        staff_id: Set(staff.0),
        number: Set(i32::try_from(number).unwrap_or(i32::MAX)),
        opened_at: Set(at.into()),
    };
    let once =
        [page_opening::Column::AppointmentId, page_opening::Column::StaffId, page_opening::Column::Number];
    let added = page_opening::Entity::insert(row)
        .on_conflict(OnConflict::columns(once).do_nothing().to_owned())
        .exec_without_returning(&txn.db)
        .await?;
    Ok(added == 1)
}

/// Who opened the page of a visit, earliest first.
pub async fn openings(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Opening>> {
    let rows = page_opening::Entity::find()
        .filter(page_opening::Column::AppointmentId.eq(appointment.0))
        .order_by_asc(page_opening::Column::OpenedAt)
        .order_by_asc(page_opening::Column::Id)
        .all(&txn.db)
        .await?;
    let opening = |row: page_opening::Model| Opening {
        staff: StaffId(row.staff_id),
        number: u32::try_from(row.number).unwrap_or(0),
        at: row.opened_at.into(),
    };
    Ok(rows.into_iter().map(opening).collect())
}

/// Notes that the patient of a visit wants to be told when the page was read, or does not any more.
pub async fn wish(txn: &Txn, appointment: AppointmentId, wanted: bool, at: Timestamp) -> Result<()> {
    if !wanted {
        read_wish::Entity::delete_by_id(appointment.0).exec(&txn.db).await?;
        return Ok(());
    }
    let row = read_wish::ActiveModel { appointment_id: Set(appointment.0), wished_at: Set(at.into()) };
    read_wish::Entity::insert(row)
        .on_conflict(OnConflict::column(read_wish::Column::AppointmentId).do_nothing().to_owned())
        .exec_without_returning(&txn.db)
        .await?;
    Ok(())
}

/// Whether the patient of a visit wants to be told when the page was read.
pub async fn is_wished(txn: &Txn, appointment: AppointmentId) -> Result<bool> {
    Ok(read_wish::Entity::find_by_id(appointment.0).one(&txn.db).await?.is_some())
}

async fn from_row(txn: &Txn, row: page_version::Model) -> Result<Version> {
    let (id, patient) = (VersionId(row.id), PatientId(row.patient_id));
    let content: String = txn.open(patient, CONTENT, &id.to_string(), &row.content).await?;
    Ok(Version {
        id,
        appointment: AppointmentId(row.appointment_id),
        patient,
        number: u32::try_from(row.number).unwrap_or(0),
        digest: row.digest,
        content: Private::new(content),
        made_at: row.made_at.into(),
    })
}
