//! What feeds said: the newest message about each appointment, and the log of what was not taken in.

use foreword_domain::booking::Version;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::OnConflict,
};

use crate::{
    Result, Txn,
    clinics::Clinics,
    rows::{appointment, appointment_version, feed_entry},
};

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it came.
    pub at: Timestamp,
    /// The feed.
    pub feed: String,
    /// The place in it: line of a file, number of a message.
    pub row: u32,
    /// `rejected`, `outdated` or `unknown`.
    pub outcome: String,
    /// Why; holds no patient's data.
    pub reason: String,
    /// The feed's identifier of the appointment, as far as it was understood.
    pub appointment: Option<String>,
}

/// The newest message about an appointment, by the feed's identifier; nothing where none told a version. Held
/// until the transaction ends, so that of two at the same time one sees the other.
pub async fn hold_version(txn: &Txn, external_id: &str) -> Result<Version> {
    let row = appointment_version::ActiveModel {
        external_id: Set(external_id.to_owned()),
        sequence: Set(None),
        at: Set(None),
    };
    let once = OnConflict::column(appointment_version::Column::ExternalId).do_nothing().to_owned();
    appointment_version::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await?;
    let row = appointment_version::Entity::find_by_id(external_id).lock_exclusive().one(&txn.db).await?;
    Ok(row
        .map_or_else(Version::default, |row| Version { sequence: row.sequence, at: row.at.map(Into::into) }))
}

/// Notes which message about an appointment is the newest.
pub async fn set_version(txn: &Txn, external_id: &str, version: Version) -> Result<()> {
    let row = appointment_version::ActiveModel {
        external_id: Set(external_id.to_owned()),
        sequence: Set(version.sequence),
        at: Set(version.at.map(Into::into)),
    };
    let again = OnConflict::column(appointment_version::Column::ExternalId)
        .update_columns([appointment_version::Column::Sequence, appointment_version::Column::At])
        .to_owned();
    appointment_version::Entity::insert(row).on_conflict(again).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Notes what was not taken in, and why.
pub async fn note(txn: &Txn, entry: &Entry) -> Result<()> {
    let row = feed_entry::ActiveModel {
        id: NotSet,
        at: Set(entry.at.into()),
        feed: Set(entry.feed.clone()),
        row: Set(i32::try_from(entry.row).unwrap_or(i32::MAX)),
        outcome: Set(entry.outcome.clone()),
        reason: Set(Some(entry.reason.clone())),
        appointment: Set(entry.appointment.clone()),
    };
    feed_entry::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// The newest lines about visits at some clinics, newest first. What is about no visit that is known belongs
/// to no clinic: only who may see all clinics sees it.
pub async fn newest(txn: &Txn, clinics: &Clinics, limit: u64) -> Result<Vec<Entry>> {
    let mut lines = feed_entry::Entity::find().order_by_desc(feed_entry::Column::Id).limit(limit);
    if *clinics != Clinics::All {
        let theirs = appointment::Entity::find()
            .select_only()
            .column(appointment::Column::ExternalId)
            .filter(clinics.condition(appointment::Column::Clinic));
        lines = lines.filter(feed_entry::Column::Appointment.in_subquery(theirs.into_query()));
    }
    let rows = lines.all(&txn.db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Entry {
            at: row.at.into(),
            feed: row.feed,
            row: u32::try_from(row.row).unwrap_or(0),
            outcome: row.outcome,
            reason: row.reason.unwrap_or_default(),
            appointment: row.appointment,
        })
        .collect())
}
