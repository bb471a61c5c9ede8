//! What people do with an alert: take it, try to reach the patient, write down what came of it, close it. None of
//! it happens by itself.

use foreword_domain::{
    alert::{OutcomeKind, State},
    event::Kind,
    ids::{AlertId, StaffId},
    private::Private,
};
use foreword_store::{
    Txn,
    alerts::{
        self, Alert, Outcome,
        log::{self, Entry, What},
    },
    audit,
};
use jiff::Timestamp;

use super::notices::code;
use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
    events::{self, About},
    question::name_of,
};

/// The longest note on what came of an alert, in characters.
pub const LONGEST_OUTCOME: usize = 2000;

/// One thing a person does with an alert.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Takes it: from now on it is theirs.
    Take,
    /// Has tried to call the patient, and reached them or not.
    Call {
        /// Whether they did.
        reached: bool,
    },
    /// Writes down what came of it.
    Outcome(OutcomeKind, Private<String>),
    /// Closes it.
    Close,
}

impl App {
    /// Does something with an alert. `by` is who does it, and `way` where: `page`, `telegram`, `command-line`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there for them; [`Error::Refused`] when it can't be done now, with what
    /// has to come first.
    pub async fn act_on_alert(
        &self,
        alert: AlertId,
        deed: Deed,
        by: StaffId,
        way: &str,
        now: Timestamp,
    ) -> Result<()> {
        let way = way.to_owned();
        self.store.write(move |txn| again!(deed, way => act_in(txn, alert, &deed, by, &way, now).await)).await
    }
}

/// The same in a transaction that is under way.
async fn act_in(
    txn: &Txn,
    alert: AlertId,
    deed: &Deed,
    by: StaffId,
    way: &str,
    now: Timestamp,
) -> Result<()> {
    let actor = format!("staff:{by}");
    let theirs = reach(txn, &actor, Act::Alerts, now).await?;
    let held = alerts::hold(txn, alert).await?.ok_or(Error::NotFound("alert"))?;
    theirs.visit(txn, held.appointment).await.map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound("alert"),
        other => other,
    })?;
    let mut changed = held;
    let entry = |what| Entry::new(now, what).staff(by).channel(way);
    let (entry, action) = match deed {
        Deed::Take => {
            if let Some((_, first)) = changed.acknowledged {
                // Pressed twice, or typed after it was pressed.
                if first == by {
                    return Ok(());
                }
                let name = name_of(txn, first).await?;
                return Err(Error::Refused(format!("{name} has taken it already")));
            }
            advance(&mut changed, State::Acknowledged)?;
            changed.acknowledged = Some((now, by));
            changed.next_at = None;
            (entry(What::Acknowledged), "alert.acknowledged")
        }
        Deed::Call { reached } => {
            taken(&changed)?;
            (entry(if *reached { What::Reached } else { What::NotReached }), "alert.called")
        }
        Deed::Outcome(kind, words) => {
            taken(&changed)?;
            let words = words.reveal().trim();
            if words.chars().count() > LONGEST_OUTCOME {
                return Err(Error::Refused(format!("the note is longer than {LONGEST_OUTCOME} characters")));
            }
            if changed.state == State::Acknowledged {
                advance(&mut changed, State::Outcome)?;
            }
            let outcome = Outcome { kind: *kind, words: Private::new(words.to_owned()) };
            changed.outcome = Some((now, by, outcome));
            (entry(What::Outcome), "alert.outcome")
        }
        Deed::Close => {
            if changed.state == State::Closed {
                return Ok(());
            }
            advance(&mut changed, State::Closed)?;
            changed.closed = Some((now, by));
            (entry(What::Closed), "alert.closed")
        }
    };
    alerts::put(txn, &changed).await?;
    let told = match deed {
        Deed::Take => Some(Kind::AlertAcknowledged),
        Deed::Close => Some(Kind::AlertClosed),
        Deed::Call { .. } | Deed::Outcome(..) => None,
    };
    if let Some(kind) = told {
        let about = About { appointment: changed.appointment, alert: Some(alert) };
        events::tell(txn, kind, about, now).await?;
    }
    log::add(txn, alert, &entry).await?;
    foreword_store::crash_point("alert-acted");
    Ok(audit::note(txn, now, &actor, action, &format!("alert:{alert}")).await?)
}

/// The alert that somebody in a chat means by its code, of those they may see.
pub(crate) async fn by_code(txn: &Txn, typed: &str, by: StaffId, now: Timestamp) -> Result<Option<AlertId>> {
    let theirs = reach(txn, &format!("staff:{by}"), Act::Alerts, now).await?;
    let typed = typed.trim().to_uppercase();
    let open = alerts::not_closed(txn, &theirs.clinics).await?;
    Ok(open.into_iter().map(|alert| alert.id).find(|id| code(txn, *id) == typed))
}

/// Takes an alert in the transaction of a chat.
pub(crate) async fn take_in(txn: &Txn, alert: AlertId, by: StaffId, now: Timestamp) -> Result<()> {
    act_in(txn, alert, &Deed::Take, by, "telegram", now).await
}

/// How often the patient was called in vain since they were reached last.
pub(super) fn calls_in_vain(entries: &[Entry]) -> usize {
    let since = entries.iter().rposition(|entry| entry.what == What::Reached).map_or(0, |n| n + 1);
    entries[since..].iter().filter(|entry| entry.what == What::NotReached).count()
}

fn advance(alert: &mut Alert, to: State) -> Result<()> {
    alert.state = alert.state.advance(to).map_err(|refused| Error::Refused(refused.to_string()))?;
    Ok(())
}

/// Whether it is somebody's and not closed: then there is something to write down.
fn taken(alert: &Alert) -> Result<()> {
    match alert.state {
        State::Open | State::Notified => {
            Err(Error::Refused("it must be taken first: then it is clear whose it is".to_owned()))
        }
        State::Closed => Err(Error::Refused("it is closed".to_owned())),
        State::Acknowledged | State::Outcome => Ok(()),
    }
}
