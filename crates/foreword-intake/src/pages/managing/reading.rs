//! What staff typed, as a notice; what is wrong with it stands at the field.

use std::collections::BTreeMap;

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Told, field},
    language::Lang,
    private::Private,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::{
    layout,
    values::{NAMES, Values},
};

/// What is known before.
pub(super) enum Before<'a> {
    /// Nothing of the visit and nothing of the patient.
    Nothing,
    /// The patient.
    Patient,
    /// Both, as they stand in the fields.
    Visit(&'a Values),
}

/// What holds for all fields.
pub(super) struct Setting<'a> {
    /// The day it is at the clinic.
    pub today: Date,
    /// The clinic's time zone.
    pub zone: &'a str,
}

/// Sentences about fields, by name.
#[derive(Default)]
pub(super) struct Troubles(BTreeMap<&'static str, String>);

impl Troubles {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<&String> {
        self.0.get(name)
    }

    /// The first sentence about a field is kept.
    pub(super) fn add(&mut self, name: &'static str, sentence: String) {
        self.0.entry(name).or_insert(sentence);
    }

    fn fault(&mut self, name: &'static str, why: &str) {
        let why = why.replace("give it with its offset", "please choose another one");
        let label = layout::label(name);
        let sentence =
            if why.starts_with("this time") { format!("{label}: {why}.") } else { format!("{label} {why}.") };
        self.add(name, sentence);
    }

    /// Puts what was refused as a whole to its field, or gives it back where it has none.
    pub(super) fn place(&mut self, refused: String) -> Option<String> {
        let field = refused.split_once(": ").and_then(|(column, why)| {
            Some((NAMES.into_iter().find(|name| *name == column)?, why.to_owned()))
        });
        match field {
            Some((name, why)) => {
                self.fault(name, &why);
                None
            }
            None => Some(refused),
        }
    }

    /// Reads what is told, if anything is and it was not found wrong already.
    fn read<T>(
        &mut self,
        name: &'static str,
        told: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match told.filter(|_| !self.0.contains_key(name)).map(read)? {
            Ok(value) => Some(value),
            Err(why) => {
                self.fault(name, &why);
                None
            }
        }
    }
}

/// Reads what was typed. What is left as it was is not told; of a new visit, what is left empty.
pub(super) fn notice(
    values: &Values,
    before: &Before<'_>,
    (number, status): (&str, Status),
    setting: &Setting<'_>,
) -> Result<Notice, Troubles> {
    let mut troubles = Troubles::default();
    for name in NAMES {
        if let Err(why) = field::text(values.get(name)) {
            troubles.fault(name, &why);
        }
    }
    need(values, before, &mut troubles);
    let told = |name: &str| {
        let text = values.get(name);
        let is_told = match before {
            Before::Visit(before) => text != before.get(name),
            Before::Nothing | Before::Patient => !text.is_empty(),
        };
        is_told.then_some(text)
    };
    let words = |name: &str| told(name).map(str::to_owned);
    let private = |name: &str| words(name).map(Private::new);
    let filled = |name: &str| told(name).filter(|text| !text.is_empty());
    let zone_name = Some(values.get("time_zone")).filter(|zone| !zone.is_empty()).unwrap_or(setting.zone);
    let zone = troubles.read("time_zone", Some(zone_name), field::zone);
    let start = match (told("start"), told("time_zone"), before) {
        // In another zone the same time of day is another instant.
        (None, Some(_), Before::Visit(_)) => Some(values.get("start")),
        (start, ..) => start.filter(|start| !start.is_empty()),
    };
    let is_new = !matches!(before, Before::Visit(_));
    let start = zone.and_then(|zone| {
        troubles.read("start", start, |text| read_start(text, &zone, is_new.then_some(setting.today)))
    });
    let email = match told("email") {
        None => Told::Nothing,
        Some("") => Told::Gone,
        Some(text) => troubles
            .read("email", Some(text), |text| {
                field::email(text).map_err(|_| "must have the form name@example.org".to_owned())
            })
            .map_or(Told::Nothing, |email| Told::Is(email.into())),
    };
    let read = Notice {
        patient_id: is_new.then(|| Private::new(values.get("patient_id").to_owned())),
        given_name: private("given_name"),
        family_name: private("family_name"),
        birth_date: troubles
            .read("birth_date", filled("birth_date"), |text| read_birth(text, setting.today))
            .map(Private::new),
        language: troubles.read("language", filled("language"), |text| {
            Lang::parse(text).map_err(|_| "is not a language tag such as en or pt-BR".to_owned())
        }),
        time_zone: words("time_zone").filter(|zone| !zone.is_empty()),
        patient_time_zone: troubles.read("patient_time_zone", filled("patient_time_zone"), |text| {
            field::zone(text).map(|_| text.to_owned())
        }),
        email,
        phone: match told("phone") {
            None => Told::Nothing,
            Some("") => Told::Gone,
            Some(text) => Told::Is(text.to_owned().into()),
        },
        sex: troubles
            .read("sex", filled("sex"), |text| {
                text.parse().map_err(|_| "must be female, male or left open".to_owned())
            })
            .map(Private::new),
        conditions: troubles.read("conditions", told("conditions"), field::conditions).map(Private::new),
        start,
        duration_min: troubles.read("duration_min", told("duration_min"), |text| match text {
            "" => Ok(0),
            text => field::minutes(text),
        }),
        clinic: words("clinic"),
        clinician: words("clinician"),
        kind: words("type"),
        ..Notice::new(number.to_owned(), status)
    };
    if troubles.is_empty() { Ok(read) } else { Err(troubles) }
}

/// What may not be left empty.
fn need(values: &Values, before: &Before<'_>, troubles: &mut Troubles) {
    let is_open = |name: &&str| values.get(name).is_empty();
    let always: &[&'static str] = match before {
        Before::Nothing | Before::Patient => &["patient_id", "start", "type"],
        Before::Visit(_) => &["family_name", "birth_date", "start", "time_zone", "type"],
    };
    for name in always.iter().copied().filter(is_open) {
        troubles.fault(name, "is needed");
    }
    if matches!(before, Before::Nothing) && !values.get("patient_id").is_empty() {
        for name in ["family_name", "birth_date"].into_iter().filter(is_open) {
            troubles.fault(name, "is needed: this patient number is not known here yet");
        }
    }
}

fn read_birth(text: &str, today: Date) -> Result<Date, String> {
    let date: Date = text.parse().map_err(|_| "must be a date such as 1951-07-30".to_owned())?;
    if date > today { Err("is in the future".to_owned()) } else { field::birth_date(date) }
}

/// A beginning in civil time, not before a day.
fn read_start(text: &str, zone: &TimeZone, earliest: Option<Date>) -> Result<Timestamp, String> {
    let local: DateTime = text
        .replacen(' ', "T", 1)
        .parse()
        .ok()
        .filter(|_| text.contains(':'))
        .ok_or_else(|| "must be a date and a time such as 2026-01-31T09:30".to_owned())?;
    if earliest.is_some_and(|earliest| local.date() < earliest) {
        return Err("is in the past".to_owned());
    }
    field::local_start(local, zone)
}
