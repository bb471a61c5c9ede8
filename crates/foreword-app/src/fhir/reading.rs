//! What programs read. It is looked up without keeping anybody from writing; whose data they are given is noted, and on
//! disk, before they get it.

use std::collections::BTreeSet;

use foreword_domain::ids::PatientId;
use foreword_fhir::{Kind, search::Query};
use foreword_store::{Future, Txn, audit};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    find::{Page, missing},
    views,
};
use crate::{App, Result, again};

impl App {
    /// A resource by its id.
    ///
    /// # Errors
    /// [`Error::Fhir`](crate::Error::Fhir) when there is none.
    pub async fn read_resource(&self, kind: Kind, id: &str, client: &str, now: Timestamp) -> Result<Value> {
        let (app, id) = (self.clone(), id.to_owned());
        self.given(
            client,
            now,
            |found| vec![found],
            move |txn| {
                Box::pin(async move { app.resource(txn, kind, &id, now).await?.ok_or_else(|| missing(kind)) })
            },
        )
        .await
    }

    /// Looks for resources. Pages go on with [`Page::next`] as the query's cursor.
    ///
    /// # Errors
    /// [`Error::Fhir`](crate::Error::Fhir) when it would have to look at too much.
    pub async fn search(&self, query: Query, client: &str, now: Timestamp) -> Result<Page> {
        let app = self.clone();
        self.given(
            client,
            now,
            |page: &Page| page.resources.iter().chain(&page.included).collect(),
            move |txn| Box::pin(async move { app.search_in(txn, &query, now).await }),
        )
        .await
    }

    /// A visit or a patient, and all that belongs to it.
    ///
    /// # Errors
    /// [`Error::Fhir`](crate::Error::Fhir) when there is no such resource.
    pub async fn everything(&self, kind: Kind, id: &str, client: &str, now: Timestamp) -> Result<Vec<Value>> {
        let (app, id) = (self.clone(), id.to_owned());
        self.given(
            client,
            now,
            |all: &Vec<Value>| all.iter().collect(),
            move |txn| Box::pin(async move { app.everything_in(txn, kind, &id, now).await }),
        )
        .await
    }

    /// Reads for a program, and notes whose data is among what is `shown` of it: a row for each patient.
    pub(super) async fn given<T>(
        &self,
        client: &str,
        now: Timestamp,
        shown: fn(&T) -> Vec<&Value>,
        read: impl for<'t> FnOnce(&'t Txn) -> Future<'t, Result<T>>,
    ) -> Result<T> {
        let found = self.store.read(read).await?;
        let whose: BTreeSet<(&'static str, PatientId)> =
            shown(&found).into_iter().filter_map(whose).collect();
        if whose.is_empty() {
            return Ok(found);
        }
        let client = client.to_owned();
        self.store
            .write(move |txn| {
                again!(whose, client => {
                    txn.gather(true).await;
                    for (kind, patient) in whose {
                        let act = format!("fhir.{kind}.read");
                        audit::note(txn, now, &format!("api:{client}"), &act, &audit::patient(patient)).await?;
                    }
                    Ok::<_, crate::Error>(())
                })
            })
            .await?;
        Ok(found)
    }
}

/// What kind of resource it is, and of which patient.
fn whose(resource: &Value) -> Option<(&'static str, PatientId)> {
    let kind = resource["resourceType"].as_str()?.parse::<Kind>().ok()?;
    Some((kind.as_str(), views::about(resource)?))
}
