//! Patients, their addresses and their consents.

use std::collections::HashSet;

use foreword_domain::{
    consent::{Consent, Recorder},
    ids::PatientId,
    language::Lang,
    message::Channel,
    patient::{Patient, Profile},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    Result, Txn,
    rows::{consent, contact, parse, patient_row},
    sealed::Column,
};

const PROFILE: Column = Column("patients", "profile");
pub(crate) const ADDRESS: Column = Column("contacts", "address");

/// A patient by the feed's identifier.
pub async fn by_external_id(txn: &Txn, external_id: &str) -> Result<Option<Patient>> {
    let hash = txn.keys.blind("patients.external_id", external_id);
    let row =
        patient_row::Entity::find().filter(patient_row::Column::ExternalHash.eq(hash)).one(&txn.db).await?;
    match row {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// Holds a patient until the transaction ends: what is known of them is changed by one at a time.
pub async fn hold(txn: &Txn, id: PatientId) -> Result<Option<Patient>> {
    match patient_row::Entity::find_by_id(id.0).lock_exclusive().one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// Which of some identifiers of feeds belong to nobody yet.
pub async fn unknown<'a>(txn: &Txn, external_ids: &[&'a str]) -> Result<HashSet<&'a str>> {
    let hash = |id: &&'a str| txn.keys.blind("patients.external_id", id);
    let known: Vec<Vec<u8>> = patient_row::Entity::find()
        .filter(patient_row::Column::ExternalHash.is_in(external_ids.iter().map(hash)))
        .select_only()
        .column(patient_row::Column::ExternalHash)
        .into_tuple()
        .all(&txn.db)
        .await?;
    let known: HashSet<Vec<u8>> = known.into_iter().collect();
    Ok(external_ids.iter().filter(|id| !known.contains(&hash(id))).copied().collect())
}

/// A patient.
pub async fn get(txn: &Txn, id: PatientId) -> Result<Option<Patient>> {
    match patient_row::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// All patients, oldest first.
pub async fn all(txn: &Txn) -> Result<Vec<Patient>> {
    let rows = patient_row::Entity::find().order_by_asc(patient_row::Column::Id).all(&txn.db).await?;
    let mut patients = Vec::with_capacity(rows.len());
    for row in rows {
        patients.push(from_row(txn, row).await?);
    }
    Ok(patients)
}

/// Adds a patient, with a key of their own.
pub async fn add(txn: &Txn, patient: &Patient, at: Timestamp) -> Result<()> {
    txn.make_patient_key(patient.id).await?;
    let profile = patient.profile.reveal();
    let row = patient_row::ActiveModel {
        id: Set(patient.id.0),
        external_hash: Set(txn.keys.blind("patients.external_id", &profile.external_id)),
        language: Set(patient.language.to_string()),
        time_zone: Set(patient.time_zone.clone()),
        profile: Set(txn.seal(patient.id, PROFILE, "", profile).await?),
        created_at: Set(at.into()),
        version: Set(1),
        changed_at: Set(at.into()),
    };
    txn.add(row).await
}

/// How often what is known of a patient was written, from 1, and when last.
pub async fn version(txn: &Txn, id: PatientId) -> Result<Option<(u32, Timestamp)>> {
    let row = patient_row::Entity::find_by_id(id.0).one(&txn.db).await?;
    Ok(row.map(|row| (row.version.unsigned_abs(), row.changed_at.into())))
}

/// Replaces what is known of a patient.
pub async fn update(txn: &Txn, patient: &Patient, at: Timestamp) -> Result<()> {
    let Some(row) = patient_row::Entity::find_by_id(patient.id.0).one(&txn.db).await? else { return Ok(()) };
    let version = row.version + 1;
    let mut row = row.into_active_model();
    row.version = Set(version);
    row.changed_at = Set(at.into());
    row.language = Set(patient.language.to_string());
    row.time_zone = Set(patient.time_zone.clone());
    row.profile = Set(txn.seal(patient.id, PROFILE, "", patient.profile.reveal()).await?);
    row.update(&txn.db).await?;
    Ok(())
}

pub(crate) async fn from_row(txn: &Txn, row: patient_row::Model) -> Result<Patient> {
    let id = PatientId(row.id);
    let profile: Profile = txn.open(id, PROFILE, "", &row.profile).await?;
    Ok(Patient {
        id,
        language: Lang::parse(&row.language).unwrap_or_else(|_| Lang::english()),
        time_zone: row.time_zone,
        profile: Private::new(profile),
    })
}

/// A patient's address on a channel that is in use.
pub async fn address(txn: &Txn, patient: PatientId, channel: Channel) -> Result<Option<Private<String>>> {
    match current(txn, patient, channel).await? {
        Some(row) => Ok(Some(Private::new(txn.open(patient, ADDRESS, "", &row.address).await?))),
        None => Ok(None),
    }
}

/// Since when and why a patient's address on a channel takes nothing any more.
pub async fn failed(txn: &Txn, patient: PatientId, channel: Channel) -> Result<Option<(Timestamp, String)>> {
    Ok(current(txn, patient, channel)
        .await?
        .and_then(|row| Some((row.failed_at?.into(), row.failed_why.unwrap_or_default()))))
}

/// The address on a channel that is in use.
async fn current(txn: &Txn, patient: PatientId, channel: Channel) -> Result<Option<contact::Model>> {
    let row = contact::Entity::find()
        .filter(contact::Column::PatientId.eq(patient.0))
        .filter(contact::Column::Channel.eq(channel.as_str()))
        .filter(contact::Column::RemovedAt.is_null())
        .order_by_desc(contact::Column::Id)
        .one(&txn.db)
        .await?;
    Ok(row)
}

/// Notes that an address takes nothing any more, or that it does again. Tells whether that is new.
pub async fn set_failed(
    txn: &Txn,
    patient: PatientId,
    channel: Channel,
    failed: Option<(Timestamp, &str)>,
) -> Result<bool> {
    let at = failed.map(|(at, _)| crate::rows::Instant::from(at).0);
    let is_known = match failed {
        Some(_) => contact::Column::FailedAt.is_null(),
        None => contact::Column::FailedAt.is_not_null(),
    };
    let done = contact::Entity::update_many()
        .col_expr(contact::Column::FailedAt, Expr::value(at))
        .col_expr(contact::Column::FailedWhy, Expr::value(failed.map(|(_, why)| why.to_owned())))
        .filter(contact::Column::PatientId.eq(patient.0))
        .filter(contact::Column::Channel.eq(channel.as_str()))
        .filter(contact::Column::RemovedAt.is_null())
        .filter(is_known)
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Makes `address` the patient's one address on a channel. Tells whether that changed anything.
pub async fn set_address(
    txn: &Txn,
    patient: PatientId,
    channel: Channel,
    address: Option<&str>,
    at: Timestamp,
) -> Result<bool> {
    let hash = address.map(|address| address_hash(txn, address));
    let rows = contact::Entity::find()
        .filter(contact::Column::PatientId.eq(patient.0))
        .filter(contact::Column::Channel.eq(channel.as_str()))
        .all(&txn.db)
        .await?;
    let mut changed = false;
    let mut known = false;
    for row in rows {
        let is_it = hash.as_ref() == Some(&row.address_hash);
        known |= is_it;
        if is_it != row.removed_at.is_none() {
            let mut row = row.into_active_model();
            row.removed_at = Set((!is_it).then(|| at.into()));
            row.update(&txn.db).await?;
            changed = true;
        }
    }
    if let (Some(address), false) = (address, known) {
        add_address(txn, patient, channel, address, at).await?;
        changed = true;
    }
    Ok(changed)
}

/// Adds an address of a patient who is known to have no other on the channel.
pub async fn add_address(
    txn: &Txn,
    patient: PatientId,
    channel: Channel,
    address: &str,
    at: Timestamp,
) -> Result<()> {
    let row = contact::ActiveModel {
        id: NotSet,
        patient_id: Set(patient.0),
        channel: Set(channel.as_str().to_owned()),
        address: Set(txn.seal(patient, ADDRESS, "", &address).await?),
        address_hash: Set(address_hash(txn, address)),
        added_at: Set(at.into()),
        removed_at: Set(None),
        respondent: Set(None),
        failed_at: Set(None),
        failed_why: Set(None),
    };
    txn.add(row).await
}

/// What an address is found by.
pub(crate) fn address_hash(txn: &Txn, address: &str) -> Vec<u8> {
    txn.keys.blind("contacts.address", &address.to_lowercase())
}

/// An address of a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The channel it is on.
    pub channel: Channel,
    /// The address; of a chat, its number.
    pub address: Private<String>,
    /// Since when.
    pub added_at: Timestamp,
    /// Until when it was used.
    pub removed_at: Option<Timestamp>,
    /// Since when and why it takes nothing any more.
    pub failed: Option<(Timestamp, String)>,
}

/// All addresses a patient has and had, oldest first.
pub async fn contacts(txn: &Txn, patient: PatientId) -> Result<Vec<Contact>> {
    let rows = contact::Entity::find()
        .filter(contact::Column::PatientId.eq(patient.0))
        .order_by_asc(contact::Column::Id)
        .all(&txn.db)
        .await?;
    let mut contacts = Vec::with_capacity(rows.len());
    for row in rows {
        contacts.push(Contact {
            channel: parse("contacts", "channel", &row.channel)?,
            address: Private::new(txn.open(patient, ADDRESS, "", &row.address).await?),
            added_at: row.added_at.into(),
            removed_at: row.removed_at.map(Into::into),
            failed: row.failed_at.map(|at| (at.into(), row.failed_why.unwrap_or_default())),
        });
    }
    Ok(contacts)
}

/// A patient's consents, oldest first.
pub async fn consents(txn: &Txn, patient: PatientId) -> Result<Vec<Consent>> {
    let rows = consent::Entity::find()
        .filter(consent::Column::PatientId.eq(patient.0))
        .order_by_asc(consent::Column::Id)
        .all(&txn.db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Consent {
                channel: parse("consents", "channel", &row.channel)?,
                text_version: row.text_version,
                language: Lang::parse(&row.language).unwrap_or_else(|_| Lang::english()),
                given_at: row.given_at.into(),
                by: match row.recorded_by.as_str() {
                    "patient" => Recorder::Patient,
                    "proxy" => Recorder::Proxy,
                    _ => Recorder::ClinicFeed,
                },
                warning_shown: row.warning_shown,
                withdrawn_at: row.withdrawn_at.map(Into::into),
            })
        })
        .collect()
}

/// Records a consent.
pub async fn give_consent(txn: &Txn, patient: PatientId, given: &Consent) -> Result<()> {
    let row = consent::ActiveModel {
        id: NotSet,
        patient_id: Set(patient.0),
        channel: Set(given.channel.as_str().to_owned()),
        text_version: Set(given.text_version.clone()),
        language: Set(given.language.to_string()),
        given_at: Set(given.given_at.into()),
        recorded_by: Set(given.by.as_str().to_owned()),
        warning_shown: Set(given.warning_shown),
        withdrawn_at: Set(given.withdrawn_at.map(Into::into)),
    };
    txn.add(row).await
}

/// Withdraws every consent of a patient.
pub async fn withdraw_consents(txn: &Txn, patient: PatientId, at: Timestamp) -> Result<()> {
    consent::Entity::update_many()
        .col_expr(consent::Column::WithdrawnAt, crate::rows::Instant::from(at).0.into())
        .filter(consent::Column::PatientId.eq(patient.0))
        .filter(consent::Column::WithdrawnAt.is_null())
        .exec(&txn.db)
        .await?;
    Ok(())
}
