//! Whom a chat speaks for: its patients, and the visit of each that can be talked about.

use foreword_domain::{
    appointment::Appointment,
    chat,
    conversation::State,
    ids::PatientId,
    language::Lang,
    phrases::{self, Arg, t},
    response::Respondent,
};
use foreword_store::{
    Txn, appointments,
    conversations::{self, Stored},
    patients, telegram,
};
use jiff::Timestamp;

use crate::{Result, visit::is_open};

/// A visit that can be talked about in a chat.
pub(crate) struct Open {
    pub patient: PatientId,
    pub by: Respondent,
    pub appointment: Appointment,
    pub stored: Stored,
}

impl Open {
    /// Whether something is still to be answered.
    pub(crate) fn waits(&self) -> bool {
        self.stored.standing.state.wants_reminding()
    }
}

/// The patients a chat speaks for, and as whom.
pub(crate) type People = Vec<(PatientId, Respondent)>;

/// All visits that can be talked about, by patient and time.
pub(crate) async fn open_visits(txn: &Txn, people: &People, now: Timestamp) -> Result<Vec<Open>> {
    let mut open = Vec::new();
    for (patient, by) in people {
        for appointment in appointments::of_patient(txn, *patient).await? {
            if !is_open(&appointment, now) {
                continue;
            }
            if let Some(stored) = conversations::about(txn, appointment.id).await? {
                // Who was told "this is not me" is asked no more.
                if stored.standing.state != State::NotMe {
                    open.push(Open { patient: *patient, by: *by, appointment, stored });
                }
            }
        }
    }
    open.sort_by_key(|visit| visit.appointment.start);
    Ok(open)
}

/// One visit of each patient: the first that waits for answers, else the first.
pub(crate) fn one_each(open: Vec<Open>) -> Vec<Open> {
    let mut each: Vec<Open> = Vec::new();
    for visit in open {
        match each.iter_mut().find(|known| known.patient == visit.patient) {
            Some(known) if visit.waits() && !known.waits() => *known = visit,
            Some(_) => {}
            None => each.push(visit),
        }
    }
    each
}

/// Those of whom something is still asked, or all when of none.
pub(crate) fn who_waits(open: Vec<Open>) -> Vec<Open> {
    let each = one_each(open);
    if each.iter().any(Open::waits) { each.into_iter().filter(Open::waits).collect() } else { each }
}

/// What a visit is called in a list of several.
pub(crate) async fn called(txn: &Txn, open: &Open, lang: &Lang) -> Result<String> {
    let patient = patients::get(txn, open.patient).await?;
    let name = patient.map(|patient| patient.profile.reveal().given_name.clone()).unwrap_or_default();
    let day = open.appointment.start.to_zoned(open.appointment.zone()).date();
    let date = phrases::date(day, lang);
    let name = chat::apart(&name, lang);
    Ok(t("chat-whom-name", lang, &[("name", Arg::Text(&name)), ("date", Arg::Text(&date))]))
}

/// The given name of a patient, where a chat speaks for more than one.
pub(crate) async fn heading(txn: &Txn, chat: i64, patient: PatientId) -> Result<Option<String>> {
    if telegram::patients_of(txn, chat).await?.len() < 2 {
        return Ok(None);
    }
    let patient = patients::get(txn, patient).await?;
    Ok(patient.map(|patient| patient.profile.reveal().given_name.clone()))
}
