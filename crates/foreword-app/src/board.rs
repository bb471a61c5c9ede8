//! Board: how the preparation of the next days stands, in numbers, and whom no message reaches.

use std::collections::{BTreeMap, HashMap, HashSet};

use foreword_domain::{
    alert::Level,
    appointment::{Appointment, Status},
    conversation::State,
    ids::{AppointmentId, PatientId},
    message::Channel,
    patient::Patient,
};
use foreword_store::{Txn, appointments, clinics::Clinics, many};
use jiff::{Timestamp, ToSpan, civil::Date};

use crate::{
    App, Error, Result,
    access::{
        permission::Act,
        reach::{Reach, reach},
    },
    day::Messages,
    stand::{self, Stand},
};

/// Days on the board.
pub const DAYS: i32 = 14;
/// People who are listed by name because no message reaches them, at most.
const MOST_UNREACHED: usize = 50;

/// By what visits are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By what is asked before them.
    Pathway,
    /// By whom the patient sees.
    Clinician,
}

/// The next days.
#[derive(Clone, Debug)]
pub struct Board {
    /// Each day, visits or not.
    pub days: Vec<(Date, Counts)>,
    /// The same days by pathway or clinician; a pathway is named by its id, and by nothing where nothing is
    /// asked.
    pub groups: Vec<(String, Counts)>,
    /// Whom no message reaches, the nearest visit first.
    pub unreached: Vec<Unreached>,
    /// How many there are besides.
    pub unreached_besides: usize,
}

/// How many visits stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Visits that take place, as far as is known.
    pub visits: usize,
    /// Those that were called off are among these alone.
    pub stands: BTreeMap<Stand, usize>,
    /// Answers are missing although the visit is near or over.
    pub overdue: usize,
    /// A red flag was raised.
    pub flagged: usize,
}

impl Counts {
    /// How many stand so.
    pub fn of(&self, stand: Stand) -> usize {
        self.stands.get(&stand).copied().unwrap_or(0)
    }

    fn add(&mut self, visit: &Seen, now: Timestamp) {
        *self.stands.entry(visit.stand).or_default() += 1;
        if visit.stand == Stand::Off {
            return;
        }
        self.visits += 1;
        self.overdue += usize::from(stand::is_overdue(visit.stand, visit.appointment.start, now));
        self.flagged += usize::from(visit.flag.is_some());
    }
}

/// A visit whose patient no message reaches.
#[derive(Clone, Debug)]
pub struct Unreached {
    /// The visit.
    pub appointment: Appointment,
    /// The patient.
    pub patient: Patient,
    /// Why.
    pub why: WhyNot,
}

/// Why no message reaches somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// There is no address and no chat.
    NoAddress,
    /// There is one, and nobody agreed that it is written to.
    NoConsent,
    /// It takes nothing any more; what was said.
    Failed(String),
    /// Nothing of that: it was too late, or every try failed.
    TooLate,
}

struct Seen {
    appointment: Appointment,
    pathway: String,
    stand: Stand,
    flag: Option<Level>,
}

impl App {
    /// The board of the days from one on. `reader` is who asked, for the audit log.
    pub async fn planning_board(&self, from: Date, by: By, reader: &str, now: Timestamp) -> Result<Board> {
        self.note_read(reader, "board.read", &from.to_string(), now).await?;
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .read(move |txn| {
                let reader = reader.clone();
                Box::pin(async move { app.board_in(txn, from, by, &reader, now).await })
            })
            .await
    }

    async fn board_in(&self, txn: &Txn, from: Date, by: By, reader: &str, now: Timestamp) -> Result<Board> {
        let theirs = reach(txn, reader, Act::ReadDay, now).await?;
        let read = Self::may_read(txn, reader, now).await?;
        let zone = self.clinic_zone();
        let begins = |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |day| day.timestamp());
        let until = from.saturating_add(DAYS.days());
        let visits = seen(txn, begins(from), begins(until), &theirs.clinics, read.as_ref()).await?;
        let dates = (0..DAYS).map(|n| from.saturating_add(n.days()));
        let mut days: Vec<(Date, Counts)> = dates.map(|date| (date, Counts::default())).collect();
        let mut groups: BTreeMap<String, Counts> = BTreeMap::new();
        for visit in &visits {
            let date = visit.appointment.start.to_zoned(zone.clone()).date();
            if let Some((_, counts)) = days.iter_mut().find(|(day, _)| *day == date) {
                counts.add(visit, now);
            }
            let group = match by {
                By::Pathway => &visit.pathway,
                By::Clinician => &visit.appointment.clinician,
            };
            groups.entry(group.clone()).or_default().add(visit, now);
        }
        let mut unreached: Vec<Appointment> = visits
            .into_iter()
            .filter(|visit| visit.stand == Stand::NotReached && visit.appointment.start > now)
            .filter(|visit| visit.appointment.status == Status::Booked)
            .map(|visit| visit.appointment)
            .collect();
        let unreached_besides = unreached.len().saturating_sub(MOST_UNREACHED);
        unreached.truncate(MOST_UNREACHED);
        Ok(Board {
            days,
            groups: groups.into_iter().collect(),
            unreached: why_not(txn, unreached).await?,
            unreached_besides,
        })
    }
}

async fn seen(
    txn: &Txn,
    from: Timestamp,
    until: Timestamp,
    clinics: &Clinics,
    read: Option<&Reach>,
) -> Result<Vec<Seen>> {
    let appointments = appointments::between_at(txn, from, until, clinics).await?;
    let ids: Vec<AppointmentId> = appointments.iter().map(|appointment| appointment.id).collect();
    let outlines = many::outlines(txn, &ids).await?;
    let messages = many::messages(txn, &ids).await?;
    let flags = many::flags(txn, &ids).await?;
    let seen = |appointment: Appointment| {
        let outline = outlines.get(&appointment.id);
        let state: Option<State> = outline.map(|outline| outline.state);
        let sent = Messages::of(messages.get(&appointment.id).map(Vec::as_slice).unwrap_or_default());
        Seen {
            pathway: outline.map(|outline| outline.pathway.clone()).unwrap_or_default(),
            stand: stand::of(appointment.status, state, sent, false),
            flag: flags
                .get(&appointment.id)
                .copied()
                .filter(|_| read.is_some_and(|read| read.has(&appointment))),
            appointment,
        }
    };
    Ok(appointments.into_iter().map(seen).collect())
}

async fn why_not(txn: &Txn, visits: Vec<Appointment>) -> Result<Vec<Unreached>> {
    let whose: HashSet<PatientId> = visits.iter().map(|visit| visit.patient).collect();
    let whose: Vec<PatientId> = whose.into_iter().collect();
    let patients: HashMap<PatientId, Patient> = many::patients(txn, &whose).await?;
    let mails = many::addresses(txn, &whose, Channel::Email).await?;
    let chats = many::with_chats(txn, &whose).await?;
    let agreed = many::agreed(txn, &whose).await?;
    visits
        .into_iter()
        .map(|appointment| {
            let id = appointment.patient;
            let has_agreed =
                agreed.contains(&(id, Channel::Email)) || agreed.contains(&(id, Channel::Telegram));
            let why = match (mails.get(&id), chats.contains(&id)) {
                (None, false) => WhyNot::NoAddress,
                _ if !has_agreed => WhyNot::NoConsent,
                (Some(Some((_, why))), _) => WhyNot::Failed(why.clone()),
                _ => WhyNot::TooLate,
            };
            let patient = patients.get(&id).ok_or(Error::NotFound("patient"))?.clone();
            Ok(Unreached { appointment, patient, why })
        })
        .collect()
}
