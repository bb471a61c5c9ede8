//! History: what happened around one visit, in order. Kinds, doors and times; never what was said.

use std::collections::HashMap;

use foreword_domain::{
    alert::Level,
    appointment::Appointment,
    ids::{AppointmentId, StaffId},
    message::{Channel, Noted, Purpose},
    patient::Patient,
    topic::Mark,
};
use foreword_store::{
    Txn, alerts, answers, appointments, audit, conversations, goals, notes, outbox::listing, patients, staff,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
    messages::Stage,
};

/// Answers, or readings by one person, that come closer together than this are told as one.
const TOGETHER: SignedDuration = SignedDuration::from_mins(30);

/// What happened around a visit.
#[derive(Clone, Debug)]
pub struct History {
    /// The visit.
    pub visit: Appointment,
    /// Its patient.
    pub patient: Patient,
    /// What happened and what is still to come, in order.
    pub events: Vec<Event>,
}

/// One thing that happened, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// Which member of staff did it, by name.
    pub by: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The visit came to be known.
    Booked,
    /// It was moved, corrected, or marked as cancelled, arrived or over.
    Changed,
    /// A message of the timetable.
    Message {
        /// Which one.
        purpose: Purpose,
        /// The door it leaves or left by.
        channel: Channel,
        /// What has become of it.
        stage: Stage,
        /// Why, where it was given up or cancelled.
        reason: Option<String>,
    },
    /// The patient opened it, and passed the check of who they are.
    Opened(Channel),
    /// Questions were answered, so many through one door, the last of them at `until`.
    Answered {
        /// How many.
        count: usize,
        /// The door.
        channel: Channel,
        /// The last of them.
        until: Timestamp,
    },
    /// The last question was answered.
    Completed,
    /// A red flag was raised.
    Flag(Level),
    /// A question of the care team's was put.
    QuestionPut,
    /// It was taken back.
    QuestionWithdrawn,
    /// A code for the tablet was made.
    TabletCode,
    /// The form on paper was printed.
    Printed,
    /// A paper form was entered, once or for good.
    Paper {
        /// Whether it is in the record.
        is_saved: bool,
    },
    /// The care team wrote to the patient.
    NoteWritten,
    /// The patient was let know something by the care team.
    Told {
        /// Whether it is that their answers were read; that there is a note, otherwise.
        is_read: bool,
        /// The door it leaves or left by.
        channel: Channel,
        /// What has become of it.
        stage: Stage,
    },
    /// It was said what became of a topic.
    TopicMarked(Mark),
    /// A goal was set.
    GoalSet,
    /// The page of the visit was read, so often within a short while.
    Read(usize),
    /// The visit begins.
    Begins,
}

impl App {
    /// What happened around a visit. `reader` is who asked, for the audit log.
    pub async fn history(&self, id: AppointmentId, reader: &str, now: Timestamp) -> Result<History> {
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let visit = reach(txn, &reader, Act::ReadSummary, now).await?.visit(txn, id).await?;
                    let patient = patients::get(txn, visit.patient).await?.ok_or(Error::NotFound("patient"))?;
                    let events = app.events(txn, &visit).await?;
                    audit::note(txn, now, &reader, "history.read", &audit::appointment(id)).await?;
                    Ok::<_, Error>(History { visit, patient, events })
                })
            })
            .await
    }

    async fn events(&self, txn: &Txn, visit: &Appointment) -> Result<Vec<Event>> {
        let mut events = vec![Event { at: visit.start, what: What::Begins, by: None }];
        let mut add = |at, what| events.push(Event { at, what, by: None });
        if let Some(at) = appointments::known_since(txn, visit.id).await? {
            add(at, What::Booked);
        }
        for line in listing::of_appointment(txn, visit.id).await? {
            let Some(stage) = Stage::of(&line.state) else { continue };
            if Noted::WORDS.contains(&line.purpose.as_str()) {
                let is_read = line.purpose == Noted::Read.as_str();
                add(line.at, What::Told { is_read, channel: line.channel, stage });
                continue;
            }
            let Ok(purpose) = line.purpose.parse() else { continue };
            let has_failed = matches!(stage, Stage::GaveUp | Stage::Cancelled);
            let reason = line.reason.filter(|_| has_failed);
            add(line.at, What::Message { purpose, channel: line.channel, stage, reason });
        }
        for alert in alerts::of_appointment(txn, visit.id).await? {
            add(alert.raised_at, What::Flag(alert.level));
        }
        let mut subjects = vec![audit::appointment(visit.id)];
        subjects.extend(
            notes::of_appointment(txn, visit.id).await?.iter().map(|note| format!("note:{}", note.id)),
        );
        let goals = goals::of_patient(txn, visit.patient).await?;
        let goals = goals.iter().filter(|goal| goal.appointment == visit.id);
        subjects.extend(goals.map(|goal| format!("goal:{}", goal.id)));
        if let Some(stored) = conversations::about(txn, visit.id).await? {
            subjects.push(format!("conversation:{}", stored.id));
            let asked = stored.script.asks.iter().map(|ask| ask.instrument.as_str());
            subjects
                .extend(asked.filter(|asked| asked.starts_with(crate::question::PINNED)).map(str::to_owned));
            for answered in together(answers::moments(txn, stored.id).await?) {
                add(answered.0, answered.1);
            }
            if let Some(at) = stored.completed_at {
                add(at, What::Completed);
            }
        }
        let noted = audit::about(txn, &subjects).await?;
        self.add_noted(txn, noted, &mut events).await?;
        events.sort_by_key(|event| (event.at, event.what == What::Completed));
        Ok(events)
    }

    /// Adds what is known from the audit log alone.
    async fn add_noted(&self, txn: &Txn, noted: Vec<audit::Entry>, events: &mut Vec<Event>) -> Result<()> {
        let mut names: HashMap<String, Option<String>> = HashMap::new();
        let by_hand: Vec<Timestamp> = noted
            .iter()
            .filter(|entry| entry.action.ends_with("changed-by-hand"))
            .map(|entry| entry.at)
            .collect();
        for entry in noted {
            if !names.contains_key(&entry.actor) {
                let id = entry.actor.strip_prefix("staff:").and_then(|id| id.parse::<StaffId>().ok());
                let name = match id {
                    Some(id) => staff::get(txn, id).await?.map(|member| member.name),
                    None => None,
                };
                names.insert(entry.actor.clone(), name);
            }
            let by = names.get(&entry.actor).cloned().flatten();
            let what = match entry.action.as_str() {
                "appointment.entered" => {
                    let booked = events.iter_mut().find(|event| event.what == What::Booked);
                    if let Some(booked) = booked {
                        booked.by = by;
                    }
                    continue;
                }
                // What staff change is booked like what feeds say.
                "appointment.changed" if by_hand.contains(&entry.at) => continue,
                "appointment.changed" | "appointment.changed-by-hand" => What::Changed,
                "identity.passed" => What::Opened(Channel::Web),
                "kiosk.opened" => What::Opened(Channel::Kiosk),
                "kiosk.code" => What::TabletCode,
                "form.read" => What::Printed,
                "question.put" => What::QuestionPut,
                "question.withdrawn" => What::QuestionWithdrawn,
                "transcription.entered" => What::Paper { is_saved: false },
                "transcription.saved" => What::Paper { is_saved: true },
                "summary.read" => What::Read(1),
                "note.written" => What::NoteWritten,
                "goal.set" => What::GoalSet,
                action => match action.strip_prefix("topic.").and_then(|mark| mark.parse().ok()) {
                    Some(mark) => What::TopicMarked(mark),
                    None => continue,
                },
            };
            let is_again = |event: &&mut Event| {
                matches!(event.what, What::Read(_))
                    && event.by == by
                    && entry.at.duration_since(event.at) <= TOGETHER
            };
            if matches!(what, What::Read(_))
                && let Some(before) = events.iter_mut().rev().find(is_again)
                && let What::Read(times) = &mut before.what
            {
                *times += 1;
                continue;
            }
            events.push(Event { at: entry.at, what, by });
        }
        Ok(())
    }
}

/// Answers through one door that follow each other are told as one.
fn together(moments: Vec<(Timestamp, Channel)>) -> Vec<(Timestamp, What)> {
    let mut told: Vec<(Timestamp, What)> = Vec::new();
    for (at, door) in moments {
        if let Some((_, What::Answered { count, channel, until })) = told.last_mut()
            && *channel == door
            && at.duration_since(*until) <= TOGETHER
        {
            *count += 1;
            *until = at;
            continue;
        }
        told.push((at, What::Answered { count: 1, channel: door, until: at }));
    }
    told
}
