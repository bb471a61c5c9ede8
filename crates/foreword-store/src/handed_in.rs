//! What programs handed in, as they wrote it: read again as it was sent, for as long as it is what stands.

use foreword_domain::{ids::PatientId, private::Private};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use crate::{Result, Together, Txn, rows::handed_in, sealed::Column};

const BODY: Column = Column("handed_in", "body");

/// What something is called outside: its kind of resource, and its id.
pub type Name<'a> = (&'a str, Uuid);

/// A version of something as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedIn<'a> {
    /// What it is.
    pub name: Name<'a>,
    /// The patient.
    pub patient: PatientId,
    /// Which version of it this made.
    pub version: u32,
    /// The program, by name.
    pub client: &'a str,
    /// The program's own identifier of it: its system, which may be empty, and its value.
    pub identifier: Option<(String, Private<String>)>,
    /// Whether it brought anything that was not known.
    pub brought: bool,
    /// The resource, byte for byte.
    pub body: Private<&'a str>,
    /// When it came.
    pub at: Timestamp,
}

/// Keeps a version.
pub async fn keep(with: &mut Together<'_>, new: &HandedIn<'_>) -> Result<()> {
    let ((kind, id), txn) = (new.name, with.txn);
    let row = handed_in::ActiveModel {
        id: NotSet,
        kind: Set(kind.to_owned()),
        resource_id: Set(id),
        patient_id: Set(new.patient.0),
        version: Set(i32::try_from(new.version).unwrap_or(i32::MAX)),
        client: Set(new.client.to_owned()),
        identifier_hash: Set(new
            .identifier
            .as_ref()
            .map(|(system, value)| blind(txn, kind, Some(system), value.reveal()))),
        value_hash: Set(new.identifier.as_ref().map(|(_, value)| blind(txn, kind, None, value.reveal()))),
        brought: Set(new.brought),
        body: Set(txn.seal(new.patient, BODY, &place(new.name, new.version), new.body.reveal()).await?),
        at: Set(new.at.into()),
    };
    with.add(vec![row]);
    Ok(())
}

/// A version as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The resource, byte for byte.
    pub body: Private<String>,
    /// When it came.
    pub at: Timestamp,
    /// Whether it brought anything that was not known.
    pub brought: bool,
}

/// A version as it was sent; none where it came about in another way.
pub async fn get(txn: &Txn, name: Name<'_>, version: u32) -> Result<Option<Sent>> {
    let row = handed_in::Entity::find()
        .filter(handed_in::Column::Kind.eq(name.0))
        .filter(handed_in::Column::ResourceId.eq(name.1))
        .filter(handed_in::Column::Version.eq(i32::try_from(version).unwrap_or(i32::MAX)))
        .one(&txn.db)
        .await?;
    match row {
        Some(row) => {
            let body = txn.open(PatientId(row.patient_id), BODY, &place(name, version), &row.body).await?;
            Ok(Some(Sent { body: Private::new(body), at: row.at.into(), brought: row.brought }))
        }
        None => Ok(None),
    }
}

/// What a program sent of a kind for a patient since an instant, the newest first, each with its id.
pub async fn since(
    txn: &Txn,
    kind: &str,
    patient: PatientId,
    client: &str,
    at: Timestamp,
) -> Result<Vec<(Uuid, Private<String>)>> {
    let rows = handed_in::Entity::find()
        .filter(handed_in::Column::PatientId.eq(patient.0))
        .filter(handed_in::Column::Kind.eq(kind))
        .filter(handed_in::Column::Client.eq(client))
        .filter(handed_in::Column::At.gte(crate::rows::Instant::from(at).0))
        .order_by_desc(handed_in::Column::Id)
        .all(&txn.db)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let place = place((kind, row.resource_id), row.version.unsigned_abs());
        found.push((row.resource_id, Private::new(txn.open(patient, BODY, &place, &row.body).await?)));
    }
    Ok(found)
}

/// What programs know under an identifier, of any system where none is given; oldest first.
pub async fn identified(txn: &Txn, kind: &str, system: Option<&str>, value: &str) -> Result<Vec<Uuid>> {
    let hash = blind(txn, kind, system, value);
    let column = match system {
        Some(_) => handed_in::Column::IdentifierHash,
        None => handed_in::Column::ValueHash,
    };
    let rows = handed_in::Entity::find()
        .filter(column.eq(hash))
        .order_by_asc(handed_in::Column::Id)
        .all(&txn.db)
        .await?;
    let mut ids: Vec<Uuid> = Vec::new();
    for row in rows {
        if !ids.contains(&row.resource_id) {
            ids.push(row.resource_id);
        }
    }
    Ok(ids)
}

fn blind(txn: &Txn, kind: &str, system: Option<&str>, value: &str) -> Vec<u8> {
    let purpose = if system.is_some() { "handed_in.identifier" } else { "handed_in.value" };
    txn.keys.blind(purpose, &format!("{kind}\0{}\0{value}", system.unwrap_or_default()))
}

fn place((kind, id): Name<'_>, version: u32) -> String {
    format!("{kind}/{id}/{version}")
}
