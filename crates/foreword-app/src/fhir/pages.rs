//! The clinician's page as resources: the composition, the document it begins, and the reference to both.

use foreword_domain::ids::AppointmentId;
use foreword_fhir::{
    Kind,
    resources::{self, Stamp},
};
use foreword_store::{Txn, appointments, pages};
use foreword_summary::fhir::{self, Printed};
use jiff::Timestamp;
use serde_json::Value;

use super::find::{missing, unit_of};
use crate::{App, Result};

impl App {
    /// The document that a composition begins (`$document`).
    ///
    /// # Errors
    /// [`Error::Fhir`](crate::Error::Fhir) when there is no such composition.
    pub async fn document(&self, id: &str, client: &str, now: Timestamp) -> Result<Value> {
        let (app, id) = (self.clone(), id.to_owned());
        let read = self.given(
            client,
            now,
            |(composition, _)| vec![composition],
            move |txn| {
                Box::pin(async move {
                    let kind = Kind::Composition;
                    let composition =
                        app.resource(txn, kind, &id, now).await?.ok_or_else(|| missing(kind))?;
                    let visit = unit_of(kind, &id).map(AppointmentId).ok_or_else(|| missing(kind))?;
                    let summary = app.summary_in(txn, visit, now).await?;
                    let record = app.record_in(txn, visit, summary).await?;
                    Ok((composition, fhir::document(&record, &app.fhir_base(), now)))
                })
            },
        );
        Ok(read.await?.1)
    }

    /// The page of a visit as a resource, once somebody has opened it or it was sent.
    pub(super) async fn page_resource(
        &self,
        txn: &Txn,
        kind: Kind,
        id: AppointmentId,
        now: Timestamp,
    ) -> Result<Option<Value>> {
        if appointments::get(txn, id).await?.is_none() {
            return Ok(None);
        }
        let Some(last) = pages::outlines(txn, id).await?.pop() else { return Ok(None) };
        let summary = self.summary_in(txn, id, now).await?;
        let record = self.record_in(txn, id, summary).await?;
        // Looked at now, it may say more than when it was kept.
        let says_more = data_encoding::HEXLOWER.encode(&record.summary.digest()) != last.digest;
        let stamp = Stamp {
            version: last.number + u32::from(says_more),
            at: if says_more { now } else { last.made_at },
        };
        let base = self.fhir_base();
        let resource = if kind == Kind::Composition {
            fhir::composition(&record, &base, stamp.at)
        } else {
            // The same program may fetch it there, with the same token.
            let url = format!("{}/api/v1/appointments/{id}/summary", self.options.public_url);
            let printed = Printed { url: &url, sha1: None, size: None };
            fhir::document_reference(&record, &printed, &base, stamp.at)
        };
        Ok(Some(resources::stamped(resource, &id.to_string(), stamp)))
    }
}
