//! What a response was before: the ledger only grows, so every version of it is there.

use foreword_domain::{instrument::ItemKind, response::Answer};
use foreword_fhir::{
    Kind,
    resources::{ResponseStatus, Stamp},
};
use foreword_store::{Txn, answers, handed_in};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{
    find::{missing, unit_of},
    views::{Answered, stamped},
};
use crate::{App, Result};

/// A version of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number, from 1.
    pub version: u32,
    /// The resource as it was.
    pub resource: Value,
}

impl App {
    /// All versions of a resource, the newest first.
    ///
    /// # Errors
    /// [`Error::Fhir`](crate::Error::Fhir) when there is no such resource.
    pub async fn resource_history(
        &self,
        kind: Kind,
        id: &str,
        client: &str,
        now: Timestamp,
    ) -> Result<Vec<Entry>> {
        let (app, id) = (self.clone(), id.to_owned());
        self.given(
            client,
            now,
            |all: &Vec<Entry>| all.iter().take(1).map(|entry| &entry.resource).collect(),
            move |txn| {
                Box::pin(async move {
                    let mut all = app.versions(txn, kind, &id, now).await?;
                    all.reverse();
                    Ok(all)
                })
            },
        )
        .await
    }

    /// The versions that are known, oldest first: all of a response, the one that stands of everything else.
    async fn versions(&self, txn: &Txn, kind: Kind, id: &str, now: Timestamp) -> Result<Vec<Entry>> {
        let stands = self.resource(txn, kind, id, now).await?.ok_or_else(|| missing(kind))?;
        let newest =
            stands["meta"]["versionId"].as_str().and_then(|version| version.parse().ok()).unwrap_or(1);
        let mut all = Vec::new();
        if let (Kind::QuestionnaireResponse, Some(unit)) = (kind, unit_of(kind, id)) {
            all = self.earlier(txn, unit, newest).await?;
        }
        all.push(Entry { version: newest, resource: stands });
        Ok(all)
    }

    /// The versions of a response before the newest: each is what a delivery left behind.
    async fn earlier(&self, txn: &Txn, id: Uuid, newest: u32) -> Result<Vec<Entry>> {
        let response = foreword_domain::ids::ResponseId(id);
        let Some(response) = answers::response(txn, response).await? else { return Ok(Vec::new()) };
        let answered = self.answered(txn, response).await?;
        let mut deliveries = answers::deliveries(txn, answered.response.conversation, &answered.response.ask)
            .await?
            .into_iter();
        let mut given: Vec<Answer> = Vec::new();
        let mut was_done = false;
        let mut all = Vec::new();
        for version in 1..newest {
            let name = (Kind::QuestionnaireResponse.as_str(), id);
            let sent = handed_in::get(txn, name, version).await?;
            if sent.as_ref().is_none_or(|sent| sent.brought) {
                given.extend(deliveries.next().unwrap_or_default());
            }
            let last = given.last().map_or(answered.response.started_at, |answer| answer.answered_at);
            let stamp = Stamp { version, at: sent.as_ref().map_or(last, |sent| sent.at) };
            let is_done = is_done(&answered, &given);
            let status = match (is_done, was_done) {
                (false, _) => ResponseStatus::InProgress,
                (true, false) => ResponseStatus::Completed,
                (true, true) => ResponseStatus::Amended,
            };
            was_done |= is_done;
            let as_sent = sent.and_then(|sent| stamped(sent.body.reveal(), id, stamp));
            let resource = match as_sent {
                Some(sent) => sent,
                None => answered.resource(&given, status, stamp, &self.fhir_base()),
            };
            all.push(Entry { version, resource });
        }
        Ok(all)
    }
}

/// Whether nothing that is there is without an answer.
fn is_done(answered: &Answered, given: &[Answer]) -> bool {
    let value =
        |item: &str| given.iter().rev().find(|answer| answer.at.item == item).map(|answer| &answer.value);
    let there = answered.instrument.visible(&answered.person, value);
    there.iter().filter(|item| item.kind != ItemKind::Display).all(|item| value(&item.id).is_some())
}
