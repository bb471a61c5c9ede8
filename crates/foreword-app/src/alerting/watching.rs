//! Watching: alerts climb the chain at their time, and a sign of life says that somebody does this.

use foreword_store::{alerts, heartbeats, safety_plans};
use jiff::{SignedDuration, Timestamp};

use super::{climb, plan_of_alert};
use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
};

/// Without a sign of life for so long, nothing is asked any more that may need somebody at once: the service's own
/// rule.
pub const STALE: SignedDuration = SignedDuration::from_mins(5);
/// A sign of life is not renewed more often.
const BEAT: SignedDuration = SignedDuration::from_secs(15);
/// Of alerts that are older than this nobody is told who was not told before.
const RECENT: SignedDuration = SignedDuration::from_hours(24);
/// The name of the sign of life.
pub(crate) const NAME: &str = "alerts";
/// Alerts looked at in one go.
const MOST: u64 = 100;

/// How the loop stands, for a line on the pages of staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loop {
    /// Since when nobody watches; `Some(None)` when nobody ever did.
    pub unwatched_since: Option<Option<Timestamp>>,
    /// Alerts whose chain is at its end, with nobody who has taken them.
    pub alarms: usize,
}

impl App {
    /// Lets every alert whose time has come climb the chain, each once, and gives a sign of life. Tells how many
    /// climbed.
    pub async fn watch(&self, now: Timestamp) -> Result<usize> {
        let (mut climbed, mut unread) = (0, 0);
        loop {
            let due = self
                .store
                .read(move |txn| Box::pin(async move { alerts::due(txn, now, MOST).await }))
                .await?;
            for id in &due {
                let id = *id;
                let has_climbed = self.store.write(move |txn| {
                    Box::pin(async move {
                        let Some(mut alert) = alerts::hold(txn, id).await? else { return Ok(false) };
                        // Another process was first, or somebody has taken it meanwhile.
                        if alert.next_at.is_none_or(|next| next > now) {
                            return Ok(false);
                        }
                        alert.next_at = None;
                        let is_waiting = alert.state.is_waiting();
                        climb(txn, &mut alert, now).await?;
                        alerts::put(txn, &alert).await?;
                        Ok::<_, Error>(is_waiting)
                    })
                });
                match has_climbed.await {
                    Ok(has_climbed) => climbed += usize::from(has_climbed),
                    // One that can't be read holds up none of the others.
                    Err(error) if error.is_lasting() => {
                        tracing::error!(%error, alert = %id, "a red flag cannot be looked after");
                        unread += 1;
                    }
                    Err(error) => return Err(error),
                }
            }
            if due.len() < usize::try_from(MOST).unwrap_or(usize::MAX) || unread > 0 {
                break;
            }
        }
        climbed += self.adopt(now).await?;
        // Only after the work was done: a sign of life of one that fails is none.
        self.store
            .write(move |txn| {
                Box::pin(async move {
                    let last = heartbeats::last(txn, NAME).await?;
                    if last.is_none_or(|last| last > now || now.duration_since(last) >= BEAT) {
                        heartbeats::beat(txn, NAME, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(climbed)
    }

    /// Has somebody told of alerts of the last day that were raised before their clinic had a plan. Older ones stay in
    /// sight: nobody is woken by what months have passed over.
    pub(super) async fn adopt(&self, now: Timestamp) -> Result<usize> {
        let since = now.checked_sub(RECENT).unwrap_or(now);
        let untold = self
            .store
            .read(move |txn| {
                Box::pin(async move {
                    if !safety_plans::any(txn).await? {
                        return Ok(Vec::new());
                    }
                    Ok::<_, Error>(alerts::untold(txn, since).await?)
                })
            })
            .await?;
        let mut adopted = 0;
        for id in untold {
            let told = self.store.write(move |txn| {
                Box::pin(async move {
                    let Some(mut alert) = alerts::hold(txn, id).await? else { return Ok(false) };
                    if alert.rung.is_some() || plan_of_alert(txn, &alert).await?.is_none() {
                        return Ok(false);
                    }
                    climb(txn, &mut alert, now).await?;
                    alerts::put(txn, &alert).await?;
                    Ok::<_, Error>(true)
                })
            });
            match told.await {
                Ok(told) => adopted += usize::from(told),
                Err(error) if error.is_lasting() => {
                    tracing::error!(%error, alert = %id, "a red flag cannot be looked after");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(adopted)
    }

    /// How the loop stands, as far as it is for whoever asks; nothing is wrong where no clinic has a plan.
    pub async fn loop_state(&self, reader: &str, now: Timestamp) -> Result<Loop> {
        let reader = reader.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    if !safety_plans::any(txn).await? {
                        return Ok(Loop::default());
                    }
                    let last = heartbeats::last(txn, NAME).await?;
                    let unwatched_since = (!is_fresh(last, now)).then_some(last);
                    let alarms = match reach(txn, &reader, Act::Alerts, now).await {
                        Err(Error::NotAllowed(_)) => 0,
                        theirs => alerts::count_alarms(txn, &theirs?.clinics).await?,
                    };
                    let alarms = usize::try_from(alarms).unwrap_or(usize::MAX);
                    Ok::<_, Error>(Loop { unwatched_since, alarms })
                })
            })
            .await
    }
}

/// Until when answers are watched that may need somebody at once, as far as is known by the last sign of life.
pub(crate) fn watched_until(last: Option<Timestamp>) -> Option<Timestamp> {
    last.and_then(|last| last.checked_add(STALE).ok())
}

fn is_fresh(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_some_and(|last| now.duration_since(last) < STALE)
}
