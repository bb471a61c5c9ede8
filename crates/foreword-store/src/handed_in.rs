//! Responses as programs wrote them that handed them in: what is read again as it was sent.

use foreword_domain::{
    ids::{PatientId, ResponseId},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{Result, Txn, rows::handed_in, sealed::Column};

const BODY: Column = Column("responses_handed_in", "body");

/// A version of a response as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedIn {
    /// The response.
    pub response: ResponseId,
    /// The patient.
    pub patient: PatientId,
    /// Which version of it this made.
    pub version: u32,
    /// The program, by name.
    pub client: String,
    /// The program's own identifier of it, as `system|value`.
    pub identifier: Option<Private<String>>,
    /// The resource, byte for byte.
    pub body: Private<String>,
    /// When it came.
    pub at: Timestamp,
}

/// Keeps a version.
pub async fn keep(txn: &Txn, new: &HandedIn) -> Result<()> {
    let place = place(new.response, new.version);
    let row = handed_in::ActiveModel {
        id: NotSet,
        response_id: Set(new.response.0),
        patient_id: Set(new.patient.0),
        version: Set(i32::try_from(new.version).unwrap_or(i32::MAX)),
        client: Set(new.client.clone()),
        identifier_hash: Set(new.identifier.as_ref().map(|known| blind(txn, known.reveal()))),
        body: Set(txn.seal(new.patient, BODY, &place, new.body.reveal()).await?),
        at: Set(new.at.into()),
    };
    handed_in::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A version as it was sent; none where it came through another door.
pub async fn get(txn: &Txn, response: ResponseId, version: u32) -> Result<Option<Private<String>>> {
    let row = handed_in::Entity::find()
        .filter(handed_in::Column::ResponseId.eq(response.0))
        .filter(handed_in::Column::Version.eq(i32::try_from(version).unwrap_or(i32::MAX)))
        .one(&txn.db)
        .await?;
    match row {
        Some(row) => {
            let body =
                txn.open(PatientId(row.patient_id), BODY, &place(response, version), &row.body).await?;
            Ok(Some(Private::new(body)))
        }
        None => Ok(None),
    }
}

/// The responses that a program knows under an identifier (`system|value`), oldest first.
pub async fn identified(txn: &Txn, identifier: &str) -> Result<Vec<ResponseId>> {
    let rows = handed_in::Entity::find()
        .filter(handed_in::Column::IdentifierHash.eq(blind(txn, identifier)))
        .order_by_asc(handed_in::Column::Id)
        .all(&txn.db)
        .await?;
    let mut ids: Vec<ResponseId> = rows.into_iter().map(|row| ResponseId(row.response_id)).collect();
    ids.dedup();
    Ok(ids)
}

fn blind(txn: &Txn, identifier: &str) -> Vec<u8> {
    txn.keys.blind("responses_handed_in.identifier", identifier)
}

fn place(response: ResponseId, version: u32) -> String {
    format!("{response}/{version}")
}
