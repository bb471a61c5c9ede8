//! Invitations: who may answer for which visit, by a link whose secret is stored as a digest to
//! find it by, and sealed to send it again.

use foreword_domain::{
    ids::{AppointmentId, InvitationId, PatientId},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{Result, Txn, keys::digest, rows::invitation, sealed::Column};

const TOKEN: Column = Column("invitations", "token");

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The visit.
    pub appointment: AppointmentId,
    /// The patient.
    pub patient: PatientId,
    /// The secret of its link.
    pub token: Private<String>,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Failed identity checks in a row.
    pub failed_checks: u32,
    /// Until when no further check is taken.
    pub locked_until: Option<Timestamp>,
}

impl Invitation {
    /// Whether its link works.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// An invitation, and when it was made.
pub async fn get(txn: &Txn, id: InvitationId) -> Result<Option<(Invitation, Timestamp)>> {
    match invitation::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => {
            let since = row.created_at.into();
            Ok(Some((from_row(txn, row).await?, since)))
        }
        None => Ok(None),
    }
}

/// Adds an invitation.
pub async fn add(txn: &Txn, new: &Invitation, at: Timestamp) -> Result<()> {
    let row = invitation::ActiveModel {
        id: Set(new.id.0),
        appointment_id: Set(new.appointment.0),
        patient_id: Set(new.patient.0),
        token_hash: Set(digest(new.token.reveal().as_bytes())),
        token: Set(txn.seal(new.patient, TOKEN, &new.id.to_string(), new.token.reveal()).await?),
        created_at: Set(at.into()),
        expires_at: Set(new.expires_at.into()),
        revoked_at: Set(None),
        failed_checks: Set(0),
        locked_until: Set(None),
    };
    txn.add(row).await
}

/// The invitation a link belongs to; the row is held until the transaction ends.
pub async fn by_token(txn: &Txn, token: &str) -> Result<Option<Invitation>> {
    let row = invitation::Entity::find()
        .filter(invitation::Column::TokenHash.eq(digest(token.as_bytes())))
        .lock_exclusive()
        .one(&txn.db)
        .await?;
    match row {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// The newest invitation to a visit.
pub async fn newest(txn: &Txn, appointment: AppointmentId) -> Result<Option<Invitation>> {
    let row = invitation::Entity::find()
        .filter(invitation::Column::AppointmentId.eq(appointment.0))
        .order_by_desc(invitation::Column::Id)
        .one(&txn.db)
        .await?;
    match row {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// Moves the end of an invitation.
pub async fn set_expiry(txn: &Txn, id: InvitationId, expires_at: Timestamp) -> Result<()> {
    let Some(row) = invitation::Entity::find_by_id(id.0).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.expires_at = Set(expires_at.into());
    row.update(&txn.db).await?;
    Ok(())
}

/// Counts a failed or a passed identity check.
pub async fn note_check(
    txn: &Txn,
    id: InvitationId,
    failed: u32,
    locked_until: Option<Timestamp>,
) -> Result<()> {
    let Some(row) = invitation::Entity::find_by_id(id.0).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.failed_checks = Set(i32::try_from(failed).unwrap_or(i32::MAX));
    row.locked_until = Set(locked_until.map(Into::into));
    row.update(&txn.db).await?;
    Ok(())
}

pub(crate) async fn from_row(txn: &Txn, row: invitation::Model) -> Result<Invitation> {
    let patient = PatientId(row.patient_id);
    Ok(Invitation {
        id: InvitationId(row.id),
        appointment: AppointmentId(row.appointment_id),
        patient,
        token: Private::new(txn.open(patient, TOKEN, &row.id.to_string(), &row.token).await?),
        expires_at: row.expires_at.into(),
        revoked_at: row.revoked_at.map(Into::into),
        failed_checks: u32::try_from(row.failed_checks).unwrap_or(0),
        locked_until: row.locked_until.map(Into::into),
    })
}
