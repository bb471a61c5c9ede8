//! Events: what other programs of a clinic's are told, by ids and times alone. They are owed in the transaction of
//! what they are about, one row for each program that wants to hear of it.

use foreword_domain::{
    conversation::State,
    event::{Event, Kind},
    ids::{AlertId, AppointmentId, OutboxId, WebhookId},
    language::Lang,
    message::{Body, Channel, Deliver, Owed, Signed},
};
use foreword_store::{
    Txn, audit,
    outbox::{self, Claimed, Lane, Outcome, Row},
    webhooks,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    App, Result,
    dispatch::{Done, Ready},
    mint,
};

/// How long a program is called again and again that does not take an event.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);
/// Changes of one page within this time are one event, told at its end.
const TOGETHER: SignedDuration = SignedDuration::from_mins(1);

/// What an event is about.
#[derive(Clone, Copy)]
pub(crate) struct About {
    pub appointment: AppointmentId,
    pub alert: Option<AlertId>,
}

impl From<AppointmentId> for About {
    fn from(appointment: AppointmentId) -> Self {
        Self { appointment, alert: None }
    }
}

/// Owes an event to every program that wants to hear of it.
pub(crate) async fn tell(txn: &Txn, kind: Kind, about: impl Into<About>, now: Timestamp) -> Result<()> {
    owe(txn, kind, about.into(), now, now).await
}

/// Owes what follows when a visit stands otherwise than before: its answers may have changed, or all are there.
pub(crate) async fn answered(
    txn: &Txn,
    visit: AppointmentId,
    (before, after): (State, State),
    has_new: bool,
    now: Timestamp,
) -> Result<()> {
    if after != State::Completed {
        return Ok(());
    }
    if before != State::Completed {
        tell(txn, Kind::VisitCompleted, visit, now).await?;
    }
    if has_new || before != State::Completed {
        // The last second of the span it falls into: what changes until then is the same event.
        let span = TOGETHER.as_secs();
        let end = Timestamp::from_second((now.as_second().div_euclid(span) + 1) * span).unwrap_or(now);
        owe(txn, Kind::SummaryChanged, visit.into(), now, end).await?;
    }
    Ok(())
}

async fn owe(txn: &Txn, kind: Kind, about: About, now: Timestamp, due: Timestamp) -> Result<()> {
    let mut rows = Vec::new();
    for webhook in webhooks::wanting(txn, kind).await? {
        let subject = about.alert.map_or(about.appointment.0, |alert| alert.0);
        let event =
            Event { v: 1, webhook, event: kind, at: now, appointment: about.appointment, alert: about.alert };
        rows.push(Row::queued(
            mint(OutboxId::mint, now),
            format!("event:{webhook}:{}:{subject}:{}", kind.as_str(), due.as_microsecond()),
            // The address is looked up when it is called: it may be gone until then.
            (Channel::Webhook, foreword_domain::private::Private::new(String::new())),
            Owed::Event(event),
            due,
        ));
    }
    outbox::owe_all(txn, &rows, now).await?;
    Ok(())
}

impl App {
    /// Tells other programs of events that are due.
    pub async fn send_events(
        &self,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
        doors: &[&dyn Deliver],
    ) -> Result<Vec<Done>> {
        let mut done = Vec::new();
        while let Some(now) = clock() {
            let Some(claimed) = self.claim(Lane::Events, &[], now).await? else { break };
            done.push(self.pay(&claimed, clock, doors).await?);
        }
        Ok(done)
    }

    pub(crate) async fn ready_event(
        &self,
        txn: &Txn,
        row: &Row,
        event: &Event,
        now: Timestamp,
    ) -> Result<Ready> {
        let Some(webhook) = webhooks::get(txn, event.webhook).await? else {
            return Ok(Ready::Not(Outcome::Cancelled("the program wants no more events".to_owned())));
        };
        if now.duration_since(event.at) > PATIENCE {
            let why = "the program has not taken it for three days";
            return Ok(Ready::Not(Outcome::GaveUp(why.to_owned())));
        }
        let signed = Signed {
            id: format!("msg_{}", row.id.0.simple()),
            at: now,
            secret: webhook.secret,
            body: self.said(event),
        };
        let address = webhook.url.into_inner();
        Ok(Ready::whole(Channel::Webhook, address, Lang::english(), Body::Event(signed)))
    }

    /// What a program is told. Names are not changed; more may come.
    fn said(&self, event: &Event) -> String {
        let base = format!("{}/api/v1/appointments/{}", self.options.public_url, event.appointment);
        let mut data = serde_json::json!({
            "appointment": event.appointment.to_string(),
            "url": base,
            "summary_url": format!("{base}/summary"),
        });
        if let Some(alert) = event.alert {
            data["alert"] = alert.to_string().into();
            data["alert_url"] = format!("{}/api/v1/alerts/{alert}", self.options.public_url).into();
        }
        serde_json::json!({
            "type": event.event.as_str(),
            "timestamp": event.at.to_string(),
            "data": data,
        })
        .to_string()
    }
}

/// What became of an event. While a program can't be reached, none of those for it is tried; one that wants no more
/// is forgotten.
pub(crate) async fn follow(
    txn: &Txn,
    claimed: &Claimed,
    outcome: &Outcome,
    is_lost: bool,
    now: Timestamp,
) -> Result<()> {
    let webhook = claimed.key.split(':').nth(1).and_then(|id| id.parse::<WebhookId>().ok());
    let Some(webhook) = webhook.filter(|_| claimed.kind.0 == Owed::EVENT) else { return Ok(()) };
    match outcome {
        Outcome::RetryAt(until, _) | Outcome::Unknown(until, _) => {
            outbox::put_off(txn, &format!("event:{webhook}:"), *until).await?;
        }
        Outcome::GaveUp(_) if is_lost && webhooks::remove(txn, webhook).await? => {
            audit::note(txn, now, "service", "webhook.removed", &format!("webhook:{webhook}")).await?;
        }
        _ => {}
    }
    Ok(())
}
