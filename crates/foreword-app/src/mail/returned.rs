//! A mail of ours came back: its address is not used again, and what it said goes by the next channel.

use foreword_domain::{
    ids::OutboxId,
    mail::Bounce,
    message::{Channel, Owed, Planned},
};
use foreword_store::{appointments, audit, conversations, mails::Settled, outbox, patients};

use super::{Desk, address::Address, refused};
use crate::{Result, mint, planning::way};

impl Desk<'_> {
    pub(super) async fn came_back(&self, to: &Address, bounce: &Bounce) -> Result<Settled> {
        let (txn, now) = (self.txn, self.now);
        if !bounce.is_final {
            return Ok(Settled::Ignored("a mail of ours will be late".to_owned()));
        }
        let Some(stored) = conversations::hold(txn, to.conversation).await? else {
            return Ok(Settled::Ignored("it is about a visit that is gone".to_owned()));
        };
        let patient = stored.patient;
        let address = patients::address(txn, patient, Channel::Email).await?;
        let is_other = |recipient: &str| {
            address.as_ref().is_none_or(|address| !address.reveal().eq_ignore_ascii_case(recipient))
        };
        if bounce.recipient.as_ref().is_some_and(|recipient| is_other(recipient.reveal())) {
            return Ok(Settled::Ignored("it is about an address that is used no more".to_owned()));
        }
        let status = bounce.status.as_deref().filter(|status| is_status(status)).unwrap_or("no status");
        // RFC 3463: 5.7 is about what the server allows, and not about the address.
        if status.starts_with("5.7") {
            return Ok(refused(&format!(
                "a mail to the patient was refused by their mail server ({status})"
            )));
        }
        let why = format!("a mail came back ({status})");
        if patients::set_failed(txn, patient, Channel::Email, Some((now, &why))).await? {
            audit::note(txn, now, "service", "channel.lost", &audit::patient(patient)).await?;
        }
        let rows = outbox::of_appointment(txn, stored.appointment).await?;
        let sent = |row: &&outbox::Row| row.state == outbox::state::SENT && row.channel == Channel::Email;
        let Some(row) = rows.iter().rev().find(sent) else { return Ok(Settled::Applied) };
        outbox::came_back(txn, row.id, &why, now).await?;
        let Some(purpose) = row.owed.purpose() else { return Ok(Settled::Applied) };
        let is_ahead = appointments::get(txn, stored.appointment).await?.is_some_and(|a| a.status.is_ahead());
        let pathway = self.app.pathway_in(txn, &stored.pathway.0, &stored.pathway.1).await?;
        let channels = pathway.as_ref().map(|pathway| pathway.channels.as_slice()).unwrap_or_default();
        let ways = self.app.ways(txn, patient, channels).await?;
        let next = way(purpose, ways);
        if let (Some((channel, address)), true, true) =
            (next, is_ahead, stored.standing.state.wants_reminding())
        {
            let again = outbox::Row {
                patient: row.patient,
                appointment: row.appointment,
                ..outbox::Row::queued(
                    mint(OutboxId::mint, now),
                    format!("{}:again", row.key),
                    (channel, address),
                    Owed::Planned(Planned { v: 1, purpose, appointment: stored.appointment }),
                    now,
                )
            };
            outbox::owe(txn, &again, now).await?;
        }
        Ok(Settled::Applied)
    }
}

/// Whether it is a status code and nothing else (RFC 3463): it is written down.
fn is_status(status: &str) -> bool {
    let mut parts = status.split('.');
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.by_ref().take(3).filter(|part| is_number(part)).count() == 3 && parts.next().is_none()
}
