//! Messages: what is owed to patients and what became of it, and owing once more what was given up.

use std::collections::HashMap;

use foreword_domain::{
    appointment::{Appointment, Status},
    conversation::State,
    ids::{AppointmentId, OutboxId, PatientId},
    message::{Channel, Owed, Purpose},
    private::Private,
};
use foreword_store::{
    Txn, appointments, audit, conversations,
    outbox::{self, listing},
    patients,
};
use jiff::{SignedDuration, Timestamp};

pub use foreword_store::outbox::listing::Place;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
};

/// Messages on one page.
pub const MOST: usize = 100;
/// How far ahead the first page looks.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What has become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits for its time.
    Waiting,
    /// It is being handed over.
    OnItsWay,
    /// The channel took it.
    Sent,
    /// It could not be sent, or came back.
    GaveUp,
    /// It is not wanted any more.
    Cancelled,
}

impl Stage {
    /// All of them, in the order a message comes to them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::OnItsWay, Self::Sent, Self::GaveUp, Self::Cancelled];

    /// The word for it in addresses and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => outbox::state::QUEUED,
            Self::OnItsWay => outbox::state::SENDING,
            Self::Sent => outbox::state::SENT,
            Self::GaveUp => outbox::state::GAVE_UP,
            Self::Cancelled => outbox::state::CANCELLED,
        }
    }

    /// The stage of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }
}

/// A message in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: OutboxId,
    /// When it was settled, or else when it is due.
    pub at: Timestamp,
    /// The patient's name; a chat may belong to nobody known.
    pub name: Option<Private<String>>,
    /// The visit it is about.
    pub visit: Option<Appointment>,
    /// Which message of the timetable it is; none for a reply.
    pub purpose: Option<Purpose>,
    /// Whether it is the daily digest of a member of staff.
    pub is_digest: bool,
    /// The door it leaves or left by.
    pub channel: Channel,
    /// What has become of it.
    pub stage: Stage,
    /// Tries so far.
    pub attempts: u32,
    /// Why it was given up or cancelled, or what came of the last try.
    pub reason: Option<String>,
    /// Whether it is one that may be owed once more.
    pub may_retry: bool,
}

/// One list of messages.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The messages.
    pub lines: Vec<Line>,
    /// The place behind which there are more.
    pub more: Option<Place>,
}

/// What staff look at first.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Those that were given up, newest first.
    pub gave_up: List,
    /// Those that go out soon, the next one first.
    pub soon: List,
}

impl App {
    /// How many messages there are in each stage. `reader` is who asks.
    pub async fn count_messages(&self, reader: &str, now: Timestamp) -> Result<Vec<(Stage, u64)>> {
        let reader = reader.to_owned();
        let counts = self
            .store
            .read(move |txn| {
                Box::pin(async move {
                    let theirs = reach(txn, &reader, Act::Messages, now).await?;
                    Ok::<_, Error>(listing::counts(txn, &theirs.clinics).await?)
                })
            })
            .await?;
        let count =
            |stage: Stage| counts.iter().find(|(state, _)| state == stage.as_str()).map_or(0, |c| c.1);
        Ok(Stage::ALL.into_iter().map(|stage| (stage, count(stage))).collect())
    }

    /// What was given up, and what goes out within 7 days: half a page of each. `reader` is who asked, for
    /// the audit log.
    pub async fn messages(&self, reader: &str, now: Timestamp) -> Result<Overview> {
        let until = now.checked_add(SOON).unwrap_or(Timestamp::MAX);
        self.note_read(reader, "messages.read", "first", now).await?;
        let reader = reader.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let theirs = reach(txn, &reader, Act::Messages, now).await?.clinics;
                    let (half, gave_up) = (MOST / 2, outbox::state::GAVE_UP);
                    let gave_up = listing::in_state(txn, gave_up, &theirs, None, one_more(half)).await?;
                    let soon = listing::due_before(txn, until, &theirs, one_more(half)).await?;
                    Ok(Overview {
                        gave_up: list(txn, gave_up, half, now).await?,
                        soon: list(txn, soon, half, now).await?,
                    })
                })
            })
            .await
    }

    /// The messages in a stage behind a place: what is to come soonest first, what is settled newest first.
    pub async fn messages_in(
        &self,
        stage: Stage,
        behind: Option<Place>,
        reader: &str,
        now: Timestamp,
    ) -> Result<List> {
        self.note_read(reader, "messages.read", stage.as_str(), now).await?;
        let reader = reader.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let theirs = reach(txn, &reader, Act::Messages, now).await?.clinics;
                    let (word, most) = (stage.as_str(), one_more(MOST));
                    let found = listing::in_state(txn, word, &theirs, behind, most).await?;
                    list(txn, found, MOST, now).await
                })
            })
            .await
    }

    /// Owes a message of the timetable once more that was given up. Whether and how it is sent is decided
    /// when it is sent, as of any other.
    ///
    /// # Errors
    /// [`Error::Refused`] with a sentence when it was not given up, or nothing is to be said any more.
    pub async fn retry_message(&self, id: OutboxId, staff: &str, now: Timestamp) -> Result<()> {
        let (app, staff) = (self.clone(), staff.to_owned());
        self.store
            .write(move |txn| {
                again!(app, staff => {
                    let theirs = reach(txn, &staff, Act::Messages, now).await?.clinics;
                    let line = listing::line(txn, id, &theirs).await?.ok_or(Error::NotFound("message"))?;
                    if let Some(why) = app.why_not_again(txn, &line, now).await? {
                        return Err(Error::Refused(why.to_owned()));
                    }
                    if !listing::retry(txn, id, now).await? {
                        return Err(Error::Refused(NOT_GIVEN_UP.to_owned()));
                    }
                    audit::note(txn, now, &staff, "message.retried", &format!("message:{id}")).await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    async fn why_not_again(
        &self,
        txn: &Txn,
        line: &listing::Line,
        now: Timestamp,
    ) -> Result<Option<&'static str>> {
        if line.state != outbox::state::GAVE_UP {
            return Ok(Some(NOT_GIVEN_UP));
        }
        let Some(visit) = visit_of(txn, line).await?.filter(|_| is_planned(line)) else {
            return Ok(Some(
                "Only messages of the timetable can be sent again; this one answered a message.",
            ));
        };
        if let Some(why) = is_over(&visit, now) {
            return Ok(Some(why));
        }
        let patient = patients::get(txn, visit.patient).await?.ok_or(Error::NotFound("patient"))?;
        if patient.profile.reveal().deceased {
            return Ok(Some("The patient is recorded as having died: no message goes out any more."));
        }
        let Some(stored) = conversations::about(txn, visit.id).await? else {
            return Ok(Some("Nothing is asked before this visit any more."));
        };
        match stored.standing.state {
            State::Completed => return Ok(Some("The patient has answered already.")),
            State::Declined => return Ok(Some("The patient has declined to answer.")),
            State::NotMe => return Ok(Some("Whoever got the messages said that they are not the patient.")),
            State::Invited | State::Open | State::Paused => {}
        }
        let pathway = self.pathway_in(txn, &stored.pathway.0, &stored.pathway.1).await?;
        let channels = pathway.as_ref().map(|pathway| pathway.channels.as_slice()).unwrap_or_default();
        if self.ways(txn, patient.id, channels).await?.is_empty() {
            return Ok(Some(
                "There is no address left that a message may go to. Correct it at the visit: the messages are then planned anew.",
            ));
        }
        Ok(None)
    }
}

const NOT_GIVEN_UP: &str =
    "This message is not given up any more: somebody sent it again already, or the visit was changed.";

/// One more than is shown, to know whether there are more.
fn one_more(most: usize) -> u64 {
    u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)
}

pub(crate) async fn list(
    txn: &Txn,
    mut found: Vec<listing::Line>,
    most: usize,
    now: Timestamp,
) -> Result<List> {
    let has_more = found.len() > most;
    found.truncate(most);
    let more = found.last().filter(|_| has_more).map(listing::Line::place);
    let mut lines = Vec::with_capacity(found.len());
    let mut names: HashMap<PatientId, Private<String>> = HashMap::new();
    let mut visits: HashMap<AppointmentId, Appointment> = HashMap::new();
    for line in found {
        let name = match line.patient {
            Some(id) => Some(name_of(txn, id, &mut names).await?),
            None => None,
        };
        let visit = match line.appointment {
            Some(id) => match visits.get(&id) {
                Some(visit) => Some(visit.clone()),
                None => appointments::get(txn, id).await?,
            },
            None => None,
        };
        if let Some(visit) = &visit {
            visits.insert(visit.id, visit.clone());
        }
        let stage = Stage::of(&line.state).ok_or(Error::NotFound("state of a message"))?;
        let is_ahead = visit.as_ref().is_some_and(|visit| is_over(visit, now).is_none());
        lines.push(Line {
            id: line.id,
            at: line.at,
            name,
            visit,
            purpose: line.purpose.parse().ok(),
            is_digest: line.purpose == Owed::DIGEST,
            channel: line.channel,
            stage,
            attempts: line.attempts,
            may_retry: stage == Stage::GaveUp && is_planned(&line) && is_ahead,
            reason: line.reason,
        });
    }
    Ok(List { lines, more })
}

async fn name_of(
    txn: &Txn,
    id: PatientId,
    names: &mut HashMap<PatientId, Private<String>>,
) -> Result<Private<String>> {
    if let Some(name) = names.get(&id) {
        return Ok(name.clone());
    }
    let patient = patients::get(txn, id).await?.ok_or(Error::NotFound("patient"))?;
    let name = Private::new(patient.profile.reveal().full_name());
    names.insert(id, name.clone());
    Ok(name)
}

async fn visit_of(txn: &Txn, line: &listing::Line) -> Result<Option<Appointment>> {
    match line.appointment {
        Some(id) => Ok(appointments::get(txn, id).await?),
        None => Ok(None),
    }
}

fn is_planned(line: &listing::Line) -> bool {
    line.purpose.parse::<Purpose>().is_ok()
}

/// Why nobody is written to about a visit any more, if that is so.
fn is_over(visit: &Appointment, now: Timestamp) -> Option<&'static str> {
    match visit.status {
        Status::Cancelled => Some("The visit was cancelled."),
        Status::Noshow => Some("The patient did not come to this visit."),
        Status::Arrived => Some("The patient is there already."),
        Status::Fulfilled => Some("The visit has taken place."),
        Status::Booked if visit.start <= now => Some("The visit is over."),
        Status::Booked => None,
    }
}
