//! What stands in the fields of a visit, as text: typed, known, or put together from both.

use foreword_domain::{
    appointment::Appointment,
    patient::{Patient, Sex},
};

use super::super::form::Fields;

/// The fields, by the names the columns of a CSV feed have.
pub(super) const NAMES: [&str; 16] = [
    "patient_id",
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "language",
    "patient_time_zone",
    "email",
    "phone",
    "conditions",
    "start",
    "time_zone",
    "duration_min",
    "type",
    "clinician",
    "clinic",
];

/// The texts of all fields, in the order of [`NAMES`].
#[derive(Clone, Default)]
pub(super) struct Values([String; NAMES.len()]);

impl Values {
    /// What was typed.
    pub(super) fn typed(fields: &Fields) -> Self {
        Self(NAMES.map(|name| fields.get(name).trim().to_owned()))
    }

    /// What stood there when the page was opened; where the form does not tell, what is known.
    fn before(fields: &Fields, known: &Self) -> Self {
        Self(NAMES.map(|name| match format!("was.{name}") {
            was if fields.has(&was) => fields.get(&was).trim().to_owned(),
            _ => known.get(name).to_owned(),
        }))
    }

    /// What is known.
    pub(super) fn known(visit: &Appointment, patient: &Patient) -> Self {
        let profile = patient.profile.reveal();
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        Self(
            NAMES
                .map(|name| match name {
                    "patient_id" => profile.external_id.clone(),
                    "given_name" => profile.given_name.clone(),
                    "family_name" => profile.family_name.clone(),
                    "birth_date" => profile.birth_date.to_string(),
                    "sex" => match profile.sex {
                        Some(Sex::Female) => "female".to_owned(),
                        Some(Sex::Male) => "male".to_owned(),
                        None => String::new(),
                    },
                    "language" => patient.language.to_string(),
                    "patient_time_zone" => patient.time_zone.clone(),
                    "email" => or_empty(&profile.email),
                    "phone" => or_empty(&profile.phone),
                    "conditions" => profile.conditions.join(" "),
                    "start" => visit.start.to_zoned(visit.zone()).strftime("%Y-%m-%dT%H:%M").to_string(),
                    "time_zone" => visit.time_zone.clone(),
                    "duration_min" if visit.duration_min > 0 => visit.duration_min.to_string(),
                    "type" => visit.kind.clone(),
                    "clinician" => visit.clinician.clone(),
                    "clinic" => visit.clinic.clone(),
                    _ => String::new(),
                })
                .map(|text| text.trim().to_owned()),
        )
    }

    pub(super) fn get(&self, name: &str) -> &str {
        NAMES.iter().position(|other| *other == name).map_or("", |at| &self.0[at])
    }

    pub(super) fn set(&mut self, name: &str, text: &str) {
        if let Some(at) = NAMES.iter().position(|other| *other == name) {
            text.clone_into(&mut self.0[at]);
        }
    }

    /// What was typed where something was typed, and what is known now where not: somebody else may have
    /// changed it since the page was opened. Names the fields in which both happened.
    pub(super) fn merged(fields: &Fields, known: &Self) -> (Self, Vec<&'static str>) {
        let (typed, before) = (Self::typed(fields), Self::before(fields, known));
        let mut merged = known.clone();
        let mut both = Vec::new();
        // The patient of a visit stays.
        for name in NAMES.into_iter().filter(|name| *name != "patient_id" && fields.has(name)) {
            let (mine, was, is) = (typed.get(name), before.get(name), known.get(name));
            if mine != was {
                merged.set(name, mine);
                if is != was && is != mine {
                    both.push(name);
                }
            }
        }
        (merged, both)
    }
}
