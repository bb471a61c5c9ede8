//! Appointments.

use std::collections::HashSet;

use foreword_domain::{
    appointment::Appointment,
    ids::{AppointmentId, PatientId},
};
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
};

use crate::{
    Result, Txn,
    clinics::Clinics,
    rows::{appointment, parse},
};

/// An appointment.
pub async fn get(txn: &Txn, id: AppointmentId) -> Result<Option<Appointment>> {
    appointment::Entity::find_by_id(id.0).one(&txn.db).await?.map(from_row).transpose()
}

/// An appointment by the feed's identifier; the row is held until the transaction ends.
pub async fn by_external_id(txn: &Txn, external_id: &str) -> Result<Option<Appointment>> {
    appointment::Entity::find()
        .filter(appointment::Column::ExternalId.eq(external_id))
        .lock_exclusive()
        .one(&txn.db)
        .await?
        .map(from_row)
        .transpose()
}

/// The id of an appointment by the feed's identifier.
pub async fn named(txn: &Txn, external_id: &str) -> Result<Option<AppointmentId>> {
    let id: Option<Uuid> = appointment::Entity::find()
        .filter(appointment::Column::ExternalId.eq(external_id))
        .select_only()
        .column(appointment::Column::Id)
        .into_tuple()
        .one(&txn.db)
        .await?;
    Ok(id.map(AppointmentId))
}

/// Which of some identifiers of feeds are known.
pub async fn known(txn: &Txn, external_ids: &[String]) -> Result<HashSet<String>> {
    let known: Vec<String> = appointment::Entity::find()
        .filter(appointment::Column::ExternalId.is_in(external_ids))
        .select_only()
        .column(appointment::Column::ExternalId)
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(known.into_iter().collect())
}

/// Appointments that begin in `[from, until)`, earliest first.
pub async fn between(txn: &Txn, from: Timestamp, until: Timestamp) -> Result<Vec<Appointment>> {
    between_at(txn, from, until, &Clinics::All).await
}

/// The same, of some clinics alone.
pub async fn between_at(
    txn: &Txn,
    from: Timestamp,
    until: Timestamp,
    clinics: &Clinics,
) -> Result<Vec<Appointment>> {
    appointment::Entity::find()
        .filter(clinics.condition(appointment::Column::Clinic))
        .filter(appointment::Column::StartAt.gte(crate::rows::Instant::from(from).0))
        .filter(appointment::Column::StartAt.lt(crate::rows::Instant::from(until).0))
        .order_by_asc(appointment::Column::StartAt)
        .order_by_asc(appointment::Column::Id)
        .all(&txn.db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Appointments at some clinics that begin in `[from, until)` and stand behind a place, earliest first.
pub async fn behind(
    txn: &Txn,
    (from, until): (Timestamp, Timestamp),
    behind: Option<(Timestamp, AppointmentId)>,
    clinics: &Clinics,
    limit: u64,
) -> Result<Vec<Appointment>> {
    use appointment::Column::{Clinic, Id, StartAt};
    let instant = |at: Timestamp| crate::rows::Instant::from(at).0;
    let mut found = appointment::Entity::find()
        .filter(clinics.condition(Clinic))
        .filter(StartAt.gte(instant(from)))
        .filter(StartAt.lt(instant(until)));
    if let Some((at, id)) = behind {
        let at = instant(at);
        found = found.filter(StartAt.gte(at)).filter(Condition::any().add(StartAt.gt(at)).add(Id.gt(id.0)));
    }
    found
        .order_by_asc(StartAt)
        .order_by_asc(Id)
        .limit(limit)
        .all(&txn.db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// When the appointments begin that begin in `[from, until)`, earliest first.
pub async fn starts(txn: &Txn, from: Timestamp, until: Timestamp) -> Result<Vec<Timestamp>> {
    let starts: Vec<crate::rows::Instant> = appointment::Entity::find()
        .filter(appointment::Column::StartAt.gte(crate::rows::Instant::from(from).0))
        .filter(appointment::Column::StartAt.lt(crate::rows::Instant::from(until).0))
        .order_by_asc(appointment::Column::StartAt)
        .select_only()
        .column(appointment::Column::StartAt)
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(starts.into_iter().map(Into::into).collect())
}

/// When an appointment came to be known.
pub async fn known_since(txn: &Txn, id: AppointmentId) -> Result<Option<Timestamp>> {
    Ok(appointment::Entity::find_by_id(id.0).one(&txn.db).await?.map(|row| row.created_at.into()))
}

/// When what is known of an appointment was last changed.
pub async fn changed_at(txn: &Txn, id: AppointmentId) -> Result<Option<Timestamp>> {
    Ok(appointment::Entity::find_by_id(id.0).one(&txn.db).await?.map(|row| row.updated_at.into()))
}

/// A patient's appointments, earliest first.
pub async fn of_patient(txn: &Txn, patient: PatientId) -> Result<Vec<Appointment>> {
    appointment::Entity::find()
        .filter(appointment::Column::PatientId.eq(patient.0))
        .order_by_asc(appointment::Column::StartAt)
        .all(&txn.db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds an appointment.
pub async fn add(txn: &Txn, new: &Appointment, at: Timestamp) -> Result<()> {
    let row = appointment::ActiveModel { created_at: Set(at.into()), ..to_row(new, at) };
    txn.add(row).await
}

/// Replaces what is known of an appointment.
pub async fn update(txn: &Txn, changed: &Appointment, at: Timestamp) -> Result<()> {
    to_row(changed, at).update(&txn.db).await?;
    Ok(())
}

fn to_row(a: &Appointment, at: Timestamp) -> appointment::ActiveModel {
    appointment::ActiveModel {
        id: Set(a.id.0),
        external_id: Set(a.external_id.clone()),
        patient_id: Set(a.patient.0),
        start_at: Set(a.start.into()),
        time_zone: Set(a.time_zone.clone()),
        duration_min: Set(i32::from(a.duration_min)),
        clinic: Set(a.clinic.clone()),
        clinician: Set(a.clinician.clone()),
        kind: Set(a.kind.clone()),
        status: Set(a.status.as_str().to_owned()),
        revision: Set(a.revision),
        created_at: NotSet,
        updated_at: Set(at.into()),
    }
}

pub(crate) fn from_row(row: appointment::Model) -> Result<Appointment> {
    Ok(Appointment {
        id: AppointmentId(row.id),
        patient: PatientId(row.patient_id),
        external_id: row.external_id,
        start: row.start_at.into(),
        time_zone: row.time_zone,
        duration_min: u16::try_from(row.duration_min).unwrap_or(0),
        clinic: row.clinic,
        clinician: row.clinician,
        kind: row.kind,
        status: parse("appointments", "status", &row.status)?,
        revision: row.revision,
    })
}
