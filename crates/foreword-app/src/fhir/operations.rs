//! What can be made of a response and of a questionnaire: observations, and a response that is begun.

use foreword_domain::patient::Person;
use foreword_fhir::{
    Issue, Kind,
    resources::{self, Launch, Populated, Reference},
};
use jiff::Timestamp;
use serde_json::Value;

use super::{Fault, Why, find::missing, refused};
use crate::{App, Result};

impl App {
    /// A response as a transaction of observations (`$extract`): the one that is given, or a stored one by its id.
    ///
    /// # Errors
    /// [`Error::Fhir`] when it can't be found, or not be read.
    pub async fn extract(
        &self,
        response: Option<Value>,
        id: Option<String>,
        client: &str,
        now: Timestamp,
    ) -> Result<Value> {
        let app = self.clone();
        let read = self.given(
            client,
            now,
            |(response, _)| vec![response],
            move |txn| {
                Box::pin(async move {
                    let kind = Kind::QuestionnaireResponse;
                    let response = match (response, id) {
                        (Some(given), _) => given,
                        (None, Some(id)) => {
                            app.resource(txn, kind, &id, now).await?.ok_or_else(|| missing(kind))?
                        }
                        (None, None) => {
                            let why =
                                "needs a QuestionnaireResponse: send one, or name a stored one by its id";
                            return Err(refused(Why::Invalid, Issue::error("required", why)));
                        }
                    };
                    let instrument = app.asked_by(txn, &response).await?;
                    let person = match Reference::of(&response["subject"]) {
                        Some(subject) => match app.patient_meant(txn, &subject).await? {
                            Some(patient) => {
                                let patient = app.known_patient(txn, patient).await?;
                                let day = now.to_zoned(app.clinic_zone()).date();
                                patient.profile.reveal().person(day)
                            }
                            None => Person::default(),
                        },
                        None => Person::default(),
                    };
                    let extracted = resources::extract(&response, &instrument, &person, &app.fhir_base())
                        .map_err(|issues| Fault::of(Why::Unprocessable, issues))?;
                    Ok((response, extracted))
                })
            },
        );
        Ok(read.await?.1)
    }

    /// A response that is begun for a patient (`$populate`).
    ///
    /// # Errors
    /// [`Error::Fhir`] when questionnaire or patient are not known.
    pub async fn populate(
        &self,
        questionnaire: String,
        subject: Value,
        context: Vec<(String, Value)>,
        client: &str,
        now: Timestamp,
    ) -> Result<Populated> {
        let app = self.clone();
        let read = self.given(
            client,
            now,
            |(context, _): &(Vec<(String, Value)>, Populated)| {
                context.iter().map(|(_, value)| value).collect()
            },
            move |txn| {
                Box::pin(async move {
                    let instrument = app.instrument_of(txn, &questionnaire).await?;
                    let instrument = instrument.ok_or_else(|| missing(Kind::Questionnaire))?;
                    let subject = Reference::of(&subject);
                    let meant = match &subject {
                        Some(subject) => app.patient_meant(txn, subject).await?,
                        None => None,
                    };
                    let Some(patient) = meant else {
                        let why = "names no Patient that is known here (Patient/<id>)";
                        let at = "Parameters.parameter";
                        return Err(refused(Why::Unprocessable, Issue::error("not-found", why).at(at)));
                    };
                    let mut context = context;
                    if context.iter().all(|(name, _)| name != "patient") {
                        let known = app.resource(txn, Kind::Patient, &patient.to_string(), now).await?;
                        context.extend(known.map(|known| ("patient".to_owned(), known)));
                    }
                    let named: Vec<(&str, &Value)> =
                        context.iter().map(|(name, value)| (name.as_str(), value)).collect();
                    let base = app.fhir_base();
                    let subject = resources::reference(&base, "Patient", &patient);
                    let zoned = now.to_zoned(app.clinic_zone());
                    let launch = Launch { subject: &subject, context: &named, now: &zoned };
                    let populated = resources::populate(&instrument, &launch, &base)
                        .map_err(|issues| Fault::of(Why::Invalid, issues))?;
                    Ok((context, populated))
                })
            },
        );
        Ok(read.await?.1)
    }
}
