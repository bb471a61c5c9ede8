//! What feeds say about appointments: notices, which may leave things unsaid, and the bookings they come to.

pub mod field;

use jiff::{Timestamp, civil::Date};

use crate::{
    appointment::{Appointment, Status},
    language::Lang,
    patient::{Patient, Sex},
    private::Private,
};

/// What one message of a feed says about one appointment. What it does not say stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The feed's identifier of the appointment.
    pub appointment_id: String,
    /// Tells an older message from a newer one.
    pub version: Version,
    /// Where the appointment stands.
    pub status: Status,
    /// The feed's identifier of the patient.
    pub patient_id: Option<Private<String>>,
    /// Given name.
    pub given_name: Option<Private<String>>,
    /// Family name.
    pub family_name: Option<Private<String>>,
    /// Date of birth.
    pub birth_date: Option<Private<Date>>,
    /// The patient's language.
    pub language: Option<Lang>,
    /// IANA time zone the visit takes place in.
    pub time_zone: Option<String>,
    /// IANA time zone the patient lives in, where it is another one.
    pub patient_time_zone: Option<String>,
    /// E-mail address.
    pub email: Told<Private<String>>,
    /// Telephone number.
    pub phone: Told<Private<String>>,
    /// Sex.
    pub sex: Option<Private<Sex>>,
    /// Codes of the patient's conditions, as the feed writes them (ICD-10, SNOMED CT, the clinic's own).
    pub conditions: Option<Private<Vec<String>>>,
    /// Whether the patient has died.
    pub deceased: Option<bool>,
    /// When the visit begins.
    pub start: Option<Timestamp>,
    /// Minutes.
    pub duration_min: Option<u16>,
    /// Clinic.
    pub clinic: Option<String>,
    /// Clinician.
    pub clinician: Option<String>,
    /// Kind of visit.
    pub kind: Option<String>,
}

/// What a message says of something that may be taken away.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Told<T> {
    /// Nothing: it stays as it was.
    #[default]
    Nothing,
    /// That there is none any more.
    Gone,
    /// What it is.
    Is(T),
}

impl<T> Told<T> {
    fn or(self, known: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => known,
            Self::Gone => None,
            Self::Is(told) => Some(told),
        }
    }
}

/// The place of a message among those about the same appointment: a number that grows with every change
/// (`SEQUENCE` of iCalendar), the time it was written, both or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Version {
    /// The number.
    pub sequence: Option<i64>,
    /// The time.
    pub at: Option<Timestamp>,
}

impl Version {
    /// Whether it is overtaken by what is known. The number decides where both have one and they differ, the
    /// time otherwise; what can't be compared is as new as it came.
    pub fn is_older_than(self, known: Self) -> bool {
        match (self.sequence, known.sequence) {
            (Some(told), Some(known)) if told != known => told < known,
            _ => matches!((self.at, known.at), (Some(told), Some(known)) if told < known),
        }
    }

    /// Whether it tells nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// What is known after it.
    #[must_use]
    pub fn after(self, known: Self) -> Self {
        Self { sequence: self.sequence.or(known.sequence), at: self.at.or(known.at) }
    }
}

/// What holds where neither a message nor anything before it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usual {
    /// Language.
    pub language: Lang,
    /// IANA time zone.
    pub time_zone: String,
}

/// All that is said about one appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The feed's identifier of the appointment.
    pub appointment_id: String,
    /// The feed's identifier of the patient.
    pub patient_id: Private<String>,
    /// Given name.
    pub given_name: Private<String>,
    /// Family name.
    pub family_name: Private<String>,
    /// Date of birth.
    pub birth_date: Private<Date>,
    /// The patient's language.
    pub language: Lang,
    /// IANA time zone of the visit.
    pub time_zone: String,
    /// IANA time zone of the patient.
    pub patient_time_zone: String,
    /// E-mail address, when there is one.
    pub email: Option<Private<String>>,
    /// Telephone number, when there is one.
    pub phone: Option<Private<String>>,
    /// Sex, where the feed tells it.
    pub sex: Option<Private<Sex>>,
    /// Codes of conditions.
    pub conditions: Private<Vec<String>>,
    /// Whether the patient has died.
    pub deceased: bool,
    /// When the visit begins.
    pub start: Timestamp,
    /// Minutes.
    pub duration_min: u16,
    /// Clinic.
    pub clinic: String,
    /// Clinician.
    pub clinician: String,
    /// Kind of visit.
    pub kind: String,
    /// Where it stands.
    pub status: Status,
}

impl Notice {
    /// A message that says no more than where an appointment stands.
    pub fn new(appointment_id: String, status: Status) -> Self {
        Self {
            appointment_id,
            status,
            version: Version::default(),
            patient_id: None,
            given_name: None,
            family_name: None,
            birth_date: None,
            language: None,
            time_zone: None,
            patient_time_zone: None,
            email: Told::Nothing,
            phone: Told::Nothing,
            sex: None,
            conditions: None,
            deceased: None,
            start: None,
            duration_min: None,
            clinic: None,
            clinician: None,
            kind: None,
        }
    }

    /// What is known after it, from what was known before.
    ///
    /// # Errors
    /// Names what is needed and neither told nor known, in the words of the CSV feed.
    pub fn complete(
        self,
        appointment: Option<&Appointment>,
        patient: Option<&Patient>,
        usual: &Usual,
    ) -> Result<Booking, String> {
        let profile = patient.map(|patient| patient.profile.reveal());
        let of = |column: &str| format!("{column}: is not told, and not known from before");
        let private = |told: Option<Private<String>>, known: Option<&String>, column: &str| {
            told.or_else(|| known.cloned().map(Private::new)).ok_or_else(|| of(column))
        };
        let patient_id = private(self.patient_id, profile.map(|p| &p.external_id), "patient_id")?;
        let family_name = private(self.family_name, profile.map(|p| &p.family_name), "family_name")?;
        let given_name = private(self.given_name, profile.map(|p| &p.given_name), "given_name")
            .unwrap_or_else(|_| Private::new(String::new()));
        let birth_date = self.birth_date.or_else(|| profile.map(|p| Private::new(p.birth_date)));
        let time_zone = self
            .time_zone
            .or_else(|| appointment.map(|known| known.time_zone.clone()))
            .unwrap_or_else(|| usual.time_zone.clone());
        let text = |told: Option<String>, known: Option<&String>| told.or_else(|| known.cloned());
        Ok(Booking {
            appointment_id: self.appointment_id,
            patient_id,
            given_name,
            family_name,
            birth_date: birth_date.ok_or_else(|| of("birth_date"))?,
            language: self
                .language
                .or_else(|| patient.map(|known| known.language.clone()))
                .unwrap_or_else(|| usual.language.clone()),
            patient_time_zone: self
                .patient_time_zone
                .or_else(|| patient.map(|known| known.time_zone.clone()))
                .unwrap_or_else(|| time_zone.clone()),
            time_zone,
            email: self.email.or(profile.and_then(|p| p.email.clone()).map(Private::new)),
            phone: self.phone.or(profile.and_then(|p| p.phone.clone()).map(Private::new)),
            sex: self.sex.or_else(|| profile.and_then(|p| p.sex).map(Private::new)),
            conditions: self
                .conditions
                .or_else(|| profile.map(|p| Private::new(p.conditions.clone())))
                .unwrap_or_else(|| Private::new(Vec::new())),
            deceased: self.deceased.or_else(|| profile.map(|p| p.deceased)).unwrap_or(false),
            start: self.start.or_else(|| appointment.map(|known| known.start)).ok_or_else(|| of("start"))?,
            duration_min: self
                .duration_min
                .or_else(|| appointment.map(|known| known.duration_min))
                .unwrap_or(0),
            clinic: text(self.clinic, appointment.map(|known| &known.clinic)).unwrap_or_default(),
            clinician: text(self.clinician, appointment.map(|known| &known.clinician)).unwrap_or_default(),
            kind: text(self.kind, appointment.map(|known| &known.kind)).ok_or_else(|| of("type"))?,
            status: self.status,
        })
    }
}

#[cfg(test)]
mod tests;
