//! Day: the visits of a stretch of time, and how their conversations stand.

use std::collections::{HashMap, HashSet};

use foreword_domain::{
    agenda,
    alert::Level,
    appointment::Appointment,
    conversation::State,
    ids::{AppointmentId, PatientId},
    instrument::Direction,
    message::Channel,
    private::Private,
};
use foreword_store::{Contention, Txn, appointments, conversations, many, outbox, telegram};
use jiff::{Timestamp, ToSpan, civil::Date};

use crate::{
    App, Error, Result, Visit,
    access::{
        permission::Act,
        reach::{Reach, reach},
    },
    stand::{self, Stand},
    visit::is_open,
};

/// Responses of a patient that the line of a score is drawn from, at most.
const MOST_RESPONSES: usize = 12;

/// One line of the day list.
#[derive(Clone, Debug)]
pub struct Line {
    /// The appointment.
    pub appointment: foreword_domain::appointment::Appointment,
    /// The patient.
    pub patient: foreword_domain::patient::Patient,
    /// Where the conversation stands; none where nothing is asked.
    pub state: Option<State>,
    /// The id of the pathway it is on, where something is asked.
    pub pathway: Option<String>,
    /// Questions answered or skipped, of those asked.
    pub progress: (usize, usize),
    /// How many topics the patient has named.
    pub topics: usize,
    /// What has become of the messages about it.
    pub messages: Messages,
    /// The doors by which messages about it went out, in that order.
    pub channels: Vec<Channel>,
    /// The channel by which the patient can't be reached any more, if there is one.
    pub lost: Option<Lost>,
    /// Until when the link takes no tries: too many were wrong.
    pub locked_until: Option<Timestamp>,
    /// Whether its answers can't be read; the reason is in the log.
    pub is_unreadable: bool,
    /// The most urgent red flag, for whoever may see red flags there.
    pub flag: Option<Level>,
    /// Whether staff have opened its page with all answers on it.
    pub is_read: bool,
    /// How a score of the patient's went, over visits.
    pub line: Option<Went>,
    /// The link the patient was sent.
    pub token: Option<Private<String>>,
}

/// How a score went, oldest first, on its own axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Went {
    /// The scores.
    pub scores: Vec<f64>,
    /// The least and the greatest possible.
    pub range: (f64, f64),
    /// Which way is worse.
    pub direction: Direction,
}

/// A channel by which a patient can't be reached any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The channel.
    pub channel: Channel,
    /// Since when.
    pub since: Timestamp,
    /// Why, in short.
    pub why: String,
}

/// What has become of the messages about a visit. What a chat was told in return is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Messages {
    /// At least one was sent.
    Sent,
    /// One is planned or on its way.
    Planned,
    /// None was sent and none will be: there is no address or consent, it is too late, or it failed.
    None,
}

impl Line {
    /// Where it stands, in one word.
    pub fn stand(&self) -> Stand {
        stand::of(self.appointment.status, self.state, self.messages, self.is_unreadable)
    }

    /// Whether answers are still missing although the visit is near or over.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        stand::is_overdue(self.stand(), self.appointment.start, now)
    }

    /// Whether it can still be answered for.
    pub fn is_open(&self, now: Timestamp) -> bool {
        is_open(&self.appointment, now)
    }
}

impl Messages {
    /// What has become of messages in these states.
    pub(crate) fn of(states: &[(String, Channel)]) -> Self {
        let is = |state: &str| states.iter().any(|(other, _)| other == state);
        if is(outbox::state::SENT) {
            Self::Sent
        } else if is(outbox::state::QUEUED) || is(outbox::state::SENDING) {
            Self::Planned
        } else {
            Self::None
        }
    }
}

impl App {
    /// The visits they may see that begin in `[from, until)`. `reader` is who asked, for the audit log.
    pub async fn day(
        &self,
        from: Timestamp,
        until: Timestamp,
        reader: &str,
        now: Timestamp,
    ) -> Result<Vec<Line>> {
        self.note_read(reader, "day.read", &format!("{from}/{until}"), now).await?;
        let reader = reader.to_owned();
        let app = self.clone();
        self.store
            .read(move |txn| {
                let reader = reader.clone();
                Box::pin(async move {
                    let theirs = reach(txn, &reader, Act::ReadDay, now).await?;
                    let read = App::may_read(txn, &reader, now).await?;
                    let appointments = appointments::between_at(txn, from, until, &theirs.clinics).await?;
                    app.lines(txn, appointments, read.as_ref(), now).await
                })
            })
            .await
    }

    /// How many whole days from one on make up a page: so many at most, and fewer where more than `most`
    /// visits would stand on it; always one.
    pub async fn days_on_a_page(&self, from: Date, days: i32, most: usize) -> Result<i32> {
        let zone = self.clinic_zone();
        let of = |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |day| day.timestamp());
        let ends: Vec<Timestamp> = (1..=days).map(|n| of(from.saturating_add(n.days()))).collect();
        let (begin, end) = (of(from), ends.last().copied().unwrap_or(Timestamp::MAX));
        let starts = self
            .store
            .read(move |txn| {
                Box::pin(async move { Ok::<_, Error>(appointments::starts(txn, begin, end).await?) })
            })
            .await?;
        let fitting = ends.iter().take_while(|end| starts.partition_point(|start| start < end) <= most);
        Ok(i32::try_from(fitting.count()).unwrap_or(days).max(1))
    }

    /// Where somebody may read what was answered; nowhere, where they may not.
    pub(crate) async fn may_read(txn: &Txn, reader: &str, now: Timestamp) -> Result<Option<Reach>> {
        match reach(txn, reader, Act::Alerts, now).await {
            Err(Error::NotAllowed(_)) => Ok(None),
            reach => reach.map(Some),
        }
    }

    /// The lines of some appointments, in their order. Whoever may not `read` what was answered is told neither
    /// that one of the answers is a red flag, nor how many topics there are.
    pub(crate) async fn lines(
        &self,
        txn: &Txn,
        appointments: Vec<Appointment>,
        read: Option<&Reach>,
        now: Timestamp,
    ) -> Result<Vec<Line>> {
        let ids: Vec<AppointmentId> = appointments.iter().map(|appointment| appointment.id).collect();
        let whose: HashSet<PatientId> = appointments.iter().map(|appointment| appointment.patient).collect();
        let whose: Vec<PatientId> = whose.into_iter().collect();
        let patients = many::patients(txn, &whose).await?;
        let mut stored = many::conversations(txn, &ids).await?;
        let begun: Vec<_> =
            stored.values().filter(|s| !crate::planning::is_untouched(s)).map(|s| s.id).collect();
        let mut answers = many::answers(txn, &begun).await?;
        let messages = many::messages(txn, &ids).await?;
        let flags = many::flags(txn, &ids).await?;
        let mut invitations = many::invitations(txn, &ids).await?;
        let with_chats = many::with_chats(txn, &whose).await?;
        let mails = many::addresses(txn, &whose, Channel::Email).await?;
        let opened = many::opened(txn, &ids).await?;
        let scores = match read {
            Some(_) => many::scores(txn, &whose, MOST_RESPONSES).await?,
            None => HashMap::new(),
        };
        let mut lines = Vec::with_capacity(appointments.len());
        for appointment in appointments {
            let id = appointment.id;
            let is_theirs = read.is_some_and(|read| read.has(&appointment));
            let patient = patients.get(&appointment.patient).ok_or(Error::NotFound("patient"))?.clone();
            let visit = match stored.remove(&id) {
                Some(stored) => {
                    let given = answers.remove(&stored.id).unwrap_or_else(|| Ok(Vec::new()));
                    Some(self.read_visit(txn, stored, &appointment, given).await?)
                }
                None => None,
            };
            let is_unreadable = matches!(visit, Some(None));
            let visit = visit.flatten();
            let states = messages.get(&id).map(Vec::as_slice).unwrap_or_default();
            let mut channels: Vec<Channel> = Vec::new();
            for (_, channel) in states.iter().filter(|(state, _)| state == outbox::state::SENT) {
                if !channels.contains(channel) {
                    channels.push(*channel);
                }
            }
            let lost_chat =
                if with_chats.contains(&patient.id) { lost_chat(txn, patient.id).await? } else { None };
            let lost = lost_chat.or_else(|| {
                let (since, why) = mails.get(&patient.id)?.clone()?;
                Some(Lost { channel: Channel::Email, since, why })
            });
            let invitation = invitations.remove(&id);
            lines.push(Line {
                state: visit.as_ref().map(|visit| visit.standing.state),
                pathway: visit.as_ref().map(|v| v.stored.pathway.0.clone()).filter(|id| !id.is_empty()),
                progress: visit.as_ref().map_or((0, 0), progress),
                topics: visit
                    .as_ref()
                    .filter(|visit| is_theirs && visit.standing.state != State::NotMe)
                    .map_or(0, |visit| agenda::topics(&visit.script, &visit.ledger).len()),
                messages: Messages::of(states),
                channels,
                lost,
                is_unreadable,
                flag: flags.get(&id).copied().filter(|_| is_theirs),
                locked_until: invitation.as_ref().and_then(|i| i.locked_until).filter(|until| now < *until),
                token: invitation.map(|i| i.token),
                is_read: visit
                    .as_ref()
                    .and_then(Visit::completed_at)
                    .is_some_and(|done| opened.get(&id).is_some_and(|at| *at >= done)),
                line: scores
                    .get(&patient.id)
                    .filter(|_| is_theirs)
                    .and_then(|scores| self.went(scores, &appointment.clinic)),
                appointment,
                patient,
            });
        }
        Ok(lines)
    }

    /// How the score went of which there are most at a clinic: like with like, the same scale in the same version.
    fn went(&self, scores: &[many::Scored], clinic: &str) -> Option<Went> {
        let scores: Vec<&many::Scored> = scores.iter().filter(|scored| scored.clinic == clinic).collect();
        let alike = |a: &many::Scored, b: &many::Scored| {
            a.instrument == b.instrument && a.score.scale == b.score.scale
        };
        let count = |one: &&many::Scored| scores.iter().filter(|other| alike(one, other)).count();
        let most = scores.iter().map(count).max().filter(|most| *most > 1)?;
        let first = scores.iter().find(|one| count(one) == most)?;
        let instrument = self.catalog().instruments.get(&first.instrument.0).cloned()?;
        let scale = instrument.scale(&first.score.scale).filter(|scale| {
            instrument.version == first.instrument.1 && scale.direction != Direction::Unstated
        })?;
        let values =
            scores.iter().filter(|other| alike(first, other)).filter_map(|scored| scored.score.value);
        Some(Went { scores: values.collect(), range: scale.range, direction: scale.direction })
    }

    /// A visit, or nothing where it can't be read: one must not hide all others.
    async fn read_visit(
        &self,
        txn: &Txn,
        stored: conversations::Stored,
        about: &Appointment,
        given: foreword_store::Result<Vec<foreword_domain::response::Answer>>,
    ) -> Result<Option<Visit>> {
        let visit = match given {
            Ok(given) => self.revive_with(txn, stored, about.clone(), given).await,
            Err(error) => Err(error.into()),
        };
        match visit {
            Err(error) if !error.is_contention() => {
                tracing::error!(%error, appointment = %about.id, "a visit cannot be read");
                Ok(None)
            }
            visit => visit.map(Some),
        }
    }
}

/// Why and since when nobody can be reached in a chat. As long as one is left, they can be reached there.
async fn lost_chat(txn: &Txn, patient: PatientId) -> Result<Option<Lost>> {
    let chats = telegram::chats_of(txn, patient).await?;
    let is_lost = chats.iter().all(|(_, _, lost)| lost.is_some());
    let newest = chats.into_iter().next().and_then(|(_, _, lost)| lost).filter(|_| is_lost);
    Ok(newest.map(|(since, why)| Lost { channel: Channel::Telegram, since, why }))
}

fn progress(visit: &Visit) -> (usize, usize) {
    let questions = visit.script.questions(&visit.ledger);
    let answered = questions.iter().filter(|q| visit.ledger.get(&q.at()).is_some()).count();
    (answered, questions.len())
}
