//! What rows look like as resources: each time made from what stands, or read again as a program sent it, for as
//! long as nothing was changed since.

use foreword_domain::{
    conversation::State,
    ids::{AppointmentId, PatientId, ResponseId},
    instrument::Instrument,
    patient::Person,
    response::{Answer, Ledger},
};
use foreword_fhir::{
    Kind,
    resources::{self, Filled, ResponseStatus, Scored, Stamp},
};
use foreword_store::{
    Txn,
    answers::{self, Administered},
    appointments, conversations, handed_in, patients,
    units::Unit,
};
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

use crate::{App, Result, Visit};

/// What rows a kind of resource is made of; those of the library are no rows.
pub(super) fn unit(kind: Kind) -> Option<Unit> {
    match kind {
        Kind::Questionnaire => None,
        Kind::Patient => Some(Unit::Patients),
        Kind::Appointment => Some(Unit::Appointments),
        Kind::QuestionnaireResponse | Kind::Observation => Some(Unit::Responses),
        Kind::Composition | Kind::DocumentReference => Some(Unit::Pages),
        Kind::Task => Some(Unit::Invitations),
        Kind::Communication => Some(Unit::Messages),
        Kind::Flag => Some(Unit::Alerts),
    }
}

/// A response with what it needs to be shown.
pub(super) struct Answered {
    pub response: Administered,
    pub visit: Visit,
    pub instrument: Arc<Instrument>,
    pub person: Person,
    pub answers: Vec<Answer>,
}

impl Answered {
    /// Where it stands, in FHIR's words.
    pub fn status(&self) -> ResponseStatus {
        match self.response.completed_at {
            _ if self.visit.standing.state == State::NotMe => ResponseStatus::EnteredInError,
            None => ResponseStatus::InProgress,
            Some(_) if self.response.is_amended() => ResponseStatus::Amended,
            Some(_) => ResponseStatus::Completed,
        }
    }

    /// The resource, of these answers in this version.
    pub fn resource(&self, answers: &[Answer], status: ResponseStatus, stamp: Stamp, base: &str) -> Value {
        let ledger = Ledger::of(answers.iter().cloned());
        let standing: Vec<&Answer> = ledger.iter().collect();
        let filled = Filled {
            id: self.response.id,
            stamp,
            status,
            instrument: &self.instrument,
            person: &self.person,
            patient: self.response.patient,
            appointment: self.visit.appointment.id,
            answers: &standing,
            authored: ledger.last_at().unwrap_or(stamp.at),
        };
        resources::response(&filled, base)
    }
}

impl App {
    /// The resources of a kind that a row is.
    pub(super) async fn of_unit(
        &self,
        txn: &Txn,
        kind: Kind,
        unit: Uuid,
        now: Timestamp,
    ) -> Result<Vec<Value>> {
        let one = match kind {
            Kind::Questionnaire => None,
            Kind::Patient => self.patient_resource(txn, PatientId(unit)).await?,
            Kind::Appointment => self.appointment_resource(txn, AppointmentId(unit)).await?,
            Kind::QuestionnaireResponse => self.response_resource(txn, ResponseId(unit)).await?,
            Kind::Observation => {
                let all = self.observations(txn, ResponseId(unit)).await?;
                return Ok(all.into_iter().map(|one| self.relative(one)).collect());
            }
            Kind::Composition | Kind::DocumentReference => {
                self.page_resource(txn, kind, AppointmentId(unit), now).await?
            }
            Kind::Task => self.task_resource(txn, unit, now).await?,
            Kind::Communication => self.communication_resource(txn, unit).await?,
            Kind::Flag => self.flag_resource(txn, unit).await?,
        };
        Ok(one.into_iter().map(|one| self.relative(one)).collect())
    }

    /// The same with references relative to the endpoint: they mean the same wherever it moves to.
    fn relative(&self, mut resource: Value) -> Value {
        shorten(&mut resource, &format!("{}/", self.fhir_base()));
        resource
    }

    async fn patient_resource(&self, txn: &Txn, id: PatientId) -> Result<Option<Value>> {
        let Some((version, at)) = patients::version(txn, id).await? else { return Ok(None) };
        let stamp = Stamp { version, at };
        if let Some(sent) = sent(txn, Kind::Patient, id.0, stamp).await? {
            return Ok(Some(sent));
        }
        Ok(patients::get(txn, id).await?.map(|patient| resources::patient(&patient, stamp)))
    }

    async fn appointment_resource(&self, txn: &Txn, id: AppointmentId) -> Result<Option<Value>> {
        let Some(visit) = appointments::get(txn, id).await? else { return Ok(None) };
        let at = appointments::changed_at(txn, id).await?.unwrap_or(visit.start);
        let stamp = Stamp { version: visit.revision.unsigned_abs(), at };
        if let Some(sent) = sent(txn, Kind::Appointment, id.0, stamp).await? {
            return Ok(Some(sent));
        }
        let patient = self.known_patient(txn, visit.patient).await?;
        Ok(Some(resources::appointment(&visit, &patient, stamp, &self.fhir_base())))
    }

    async fn response_resource(&self, txn: &Txn, id: ResponseId) -> Result<Option<Value>> {
        let Some(response) = answers::response(txn, id).await? else { return Ok(None) };
        let stamp = Stamp { version: response.version, at: response.changed_at };
        let sent = sent(txn, Kind::QuestionnaireResponse, id.0, stamp).await?;
        let about = conversations::get(txn, response.conversation).await?;
        if let (Some(mut sent), Some(about)) = (sent, about)
            && about.standing.state != State::NotMe
        {
            name_visit(&mut sent, resources::for_appointment("", &about.appointment));
            return Ok(Some(sent));
        }
        let answered = self.answered(txn, response).await?;
        Ok(Some(answered.resource(&answered.answers, answered.status(), stamp, &self.fhir_base())))
    }

    /// A response with its answers, oldest first.
    pub(super) async fn answered(&self, txn: &Txn, response: Administered) -> Result<Answered> {
        let stored = conversations::get(txn, response.conversation).await?;
        let stored = stored.ok_or(crate::Error::NotFound("conversation"))?;
        let visit = appointments::get(txn, stored.appointment).await?;
        let visit = visit.ok_or(crate::Error::NotFound("appointment"))?;
        let answers = answers::of_asks(txn, response.conversation, &[&response.ask]).await?;
        let visit = self.revive_with(txn, stored, visit, answers.clone()).await?;
        let known = visit.script.asks.iter().chain(&visit.script.held_back).chain(&visit.script.reused);
        let instrument = known
            .filter(|ask| ask.key == response.ask)
            .map(|ask| Arc::clone(&ask.instrument))
            .next()
            .ok_or(crate::Error::NotFound("instrument of a response"))?;
        let person = visit.script.person;
        Ok(Answered { response, visit, instrument, person, answers })
    }

    async fn observations(&self, txn: &Txn, id: ResponseId) -> Result<Vec<Value>> {
        let Some(response) = answers::response(txn, id).await? else { return Ok(Vec::new()) };
        let scores = answers::scored(txn, &response).await?;
        if scores.is_empty() {
            return Ok(Vec::new());
        }
        let answered = self.answered(txn, response).await?;
        if answered.visit.standing.state == State::NotMe {
            return Ok(Vec::new());
        }
        let last = Ledger::of(answered.answers.iter().cloned()).last_at();
        let base = self.fhir_base();
        let observation = |(score, version, at): &(_, u32, Timestamp)| {
            let facts = Scored {
                response: answered.response.id,
                stamp: Stamp { version: *version, at: *at },
                instrument: &answered.instrument,
                score,
                person: &answered.person,
                patient: answered.response.patient,
                appointment: answered.visit.appointment.id,
                effective: last.unwrap_or(*at),
                issued: *at,
                is_amended: *version > 1,
                language: &self.options.language,
            };
            resources::observation(&facts, &base)
        };
        Ok(scores.iter().filter_map(observation).collect())
    }
}

/// A version as a program sent it, under our id and with our stamp.
pub(super) async fn sent(txn: &Txn, kind: Kind, id: Uuid, stamp: Stamp) -> Result<Option<Value>> {
    let Some(sent) = handed_in::get(txn, (kind.as_str(), id), stamp.version).await? else { return Ok(None) };
    Ok(stamped(sent.body.reveal(), id, stamp))
}

/// A resource as it was sent, under our id and with our stamp.
pub(super) fn stamped(text: &str, id: Uuid, stamp: Stamp) -> Option<Value> {
    let sent = serde_json::from_str(text).ok()?;
    Some(resources::stamped(sent, &id.to_string(), stamp))
}

fn shorten(of: &mut Value, base: &str) {
    match of {
        Value::Array(all) => all.iter_mut().for_each(|one| shorten(one, base)),
        Value::Object(all) => {
            for (key, one) in all {
                match one {
                    Value::String(text) if key == "reference" => {
                        if let Some(rest) = text.strip_prefix(base) {
                            *text = rest.to_owned();
                        }
                    }
                    one => shorten(one, base),
                }
            }
        }
        _ => {}
    }
}

/// Says in a response which visit it was taken in for, where it does not say so itself.
fn name_visit(sent: &mut Value, visit: Value) {
    match sent.get_mut("extension").and_then(Value::as_array_mut) {
        Some(all) if all.iter().any(|one| one["url"] == visit["url"]) => {}
        Some(all) => all.push(visit),
        None => sent["extension"] = Value::Array(vec![visit]),
    }
}

/// The patients a resource is about.
pub(super) fn about(resource: &Value) -> Option<PatientId> {
    if resource["resourceType"] == "Patient" {
        return resource["id"].as_str()?.parse().ok();
    }
    let of = |reference: &Value| {
        let (_, id) = reference["reference"].as_str()?.rsplit_once("Patient/")?;
        id.split('/').next()?.parse().ok()
    };
    let actors = resource["participant"].as_array().into_iter().flatten().map(|one| &one["actor"]);
    [&resource["subject"], &resource["for"]].into_iter().chain(actors).find_map(of)
}
