//! What was asked, sent and raised, as resources: no secret, no contents.

use foreword_domain::{
    conversation::State,
    ids::{AlertId, InvitationId, OutboxId},
};
use foreword_fhir::resources::{self, DeliveryState, Invited, Message, Raised, Stamp};
use foreword_store::{Txn, alerts, answers, appointments, conversations, invitations, outbox};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{App, Result};

impl App {
    pub(super) async fn task_resource(&self, txn: &Txn, id: Uuid, now: Timestamp) -> Result<Option<Value>> {
        let Some((invited, since)) = invitations::get(txn, InvitationId(id)).await? else { return Ok(None) };
        let base = self.fhir_base();
        let stored = conversations::about(txn, invited.appointment).await?;
        let (mut questionnaires, mut responses) = (Vec::new(), Vec::new());
        let mut changes = 1;
        let mut last = since;
        if let Some(stored) = &stored {
            for pinned in stored.script.asks.iter().filter(|ask| ask.about.is_none()) {
                if let Some(known) = self.catalog().by_hash(&pinned.instrument, pinned.variant.as_deref()) {
                    let url = resources::canonical_url(known, &base);
                    questionnaires.extend(url.map(|url| format!("{url}|{}", known.version)));
                }
            }
            for response in answers::responses(txn, stored.id).await? {
                changes += response.version;
                last = last.max(response.changed_at);
                responses.push(response.id);
            }
            last = stored.last_at.unwrap_or(last).max(last);
        }
        let state = stored.as_ref().map_or(State::Invited, |stored| stored.standing.state);
        let facts = Invited {
            id: invited.id,
            stamp: Stamp { version: changes, at: last },
            patient: invited.patient,
            appointment: invited.appointment,
            state,
            invited_at: since,
            expires_at: invited.expires_at,
            is_expired: now >= invited.expires_at,
            is_revoked: invited.revoked_at.is_some(),
            questionnaires: &questionnaires,
            responses: &responses,
        };
        Ok(Some(resources::task(&facts, &base)))
    }

    pub(super) async fn communication_resource(&self, txn: &Txn, id: Uuid) -> Result<Option<Value>> {
        let Some((row, since)) = outbox::with_time(txn, OutboxId(id)).await? else { return Ok(None) };
        let Ok(state) = row.state.parse::<DeliveryState>() else { return Ok(None) };
        if row.patient.is_none() || row.appointment.is_none() || row.owed.as_str() == "alert" {
            return Ok(None);
        }
        let facts = Message {
            id: row.id,
            // Each claim is a change.
            stamp: Stamp {
                version: row.fence.unsigned_abs() + 1 + u32::from(row.finished_at.is_some()),
                at: row.finished_at.unwrap_or(since),
            },
            patient: row.patient,
            appointment: row.appointment,
            is_to_staff: false,
            purpose: row.owed.as_str(),
            channel: row.channel,
            state,
            sent_at: row.finished_at.filter(|_| state == DeliveryState::Sent),
            reason: row.reason.as_deref(),
        };
        Ok(Some(resources::communication(&facts, &self.fhir_base())))
    }

    pub(super) async fn flag_resource(&self, txn: &Txn, id: Uuid) -> Result<Option<Value>> {
        let Some(alert) = alerts::get(txn, AlertId(id)).await? else { return Ok(None) };
        let visit = appointments::get(txn, alert.appointment).await?;
        let clinic = visit.map(|visit| visit.clinic).unwrap_or_default();
        let text = self.alert_in_words(txn, &alert, &clinic).await?;
        let times = [
            alert.acknowledged.as_ref().map(|(at, _)| *at),
            alert.outcome.as_ref().map(|(at, ..)| *at),
            alert.closed.as_ref().map(|(at, _)| *at),
        ];
        let done = times.iter().flatten().count();
        let facts = Raised {
            id: alert.id,
            stamp: Stamp {
                version: u32::try_from(done).unwrap_or_default() + 1,
                at: times.into_iter().flatten().max().unwrap_or(alert.raised_at),
            },
            patient: alert.patient,
            appointment: alert.appointment,
            level: alert.level,
            state: alert.state,
            rule: &alert.rule,
            text: &text,
            raised_at: alert.raised_at,
            closed_at: alert.closed.as_ref().map(|(at, _)| *at),
        };
        Ok(Some(resources::flag(&facts, &self.fhir_base())))
    }
}
