//! Patients by FHIR: who is meant by a reference, and who they are said to be.

use foreword_domain::{
    booking::{Notice, Told},
    ids::PatientId,
    patient::Patient,
    private::Private,
};
use foreword_fhir::{
    Issue, Kind,
    resources::{Reference, read_patient},
};
use foreword_store::{Together, Txn, audit, handed_in, patients};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Why, refused,
    write::{Write, Written},
};
use crate::{App, Result};

impl App {
    /// The patient a reference means: by our id, or by an identifier.
    pub(super) async fn patient_meant(&self, txn: &Txn, meant: &Reference) -> Result<Option<PatientId>> {
        if let Some(id) = meant.id("Patient", &self.fhir_base()) {
            let Ok(id) = id.parse::<PatientId>() else { return Ok(None) };
            return Ok(patients::version(txn, id).await?.map(|_| id));
        }
        let Some(identifier) = &meant.identifier else { return Ok(None) };
        let (system, value) = (identifier.system.as_deref(), identifier.value.reveal());
        let told = handed_in::identified(txn, Kind::Patient.as_str(), system, value).await?;
        if let [one] = told.as_slice() {
            return Ok(Some(PatientId(*one)));
        }
        Ok(patients::by_external_id(txn, value).await?.map(|patient| patient.id))
    }

    /// Adds a patient, or writes over the one that is `there`.
    pub(super) async fn write_patient(
        &self,
        txn: &Txn,
        write: &Write,
        there: Option<Written>,
        client: &str,
        now: Timestamp,
    ) -> Result<Written> {
        let mut notice = read_patient(&write.resource).map_err(|fault| {
            refused(Why::Unprocessable, Issue::error("invalid", fault.why).at(fault.expression))
        })?;
        let known = match there {
            Some(there) => patients::hold(txn, PatientId(there.id)).await?,
            None => None,
        };
        match (&known, &notice.patient_id) {
            (Some(known), Some(told)) if *told.reveal() != known.profile.reveal().external_id => {
                let why =
                    "a patient keeps the identifier they were created with; leave it out, or send that one";
                return Err(refused(
                    Why::Unprocessable,
                    Issue::error("business-rule", why).at("Patient.identifier"),
                ));
            }
            (Some(known), None) => {
                notice.patient_id = Some(Private::new(known.profile.reveal().external_id.clone()));
            }
            (None, Some(told)) => {
                if let Some(same) = patients::by_external_id(txn, told.reveal()).await? {
                    let why = format!(
                        "there is a patient with this identifier already, Patient/{}; update it",
                        same.id
                    );
                    return Err(refused(
                        Why::Conflict,
                        Issue::error("duplicate", why).at("Patient.identifier"),
                    ));
                }
            }
            (None, None) => notice.patient_id = Some(Private::new(crate::new_uuid(now).to_string())),
            _ => {}
        }
        // A resource is written whole: what it does not say is not so any more.
        let gone = |told: Told<Private<String>>| if told == Told::Nothing { Told::Gone } else { told };
        let notice = Notice { email: gone(notice.email), phone: gone(notice.phone), ..notice };
        let is_new = known.is_none();
        let patient = self
            .take_patient(txn, notice, known, now)
            .await?
            .map_err(|why| refused(Why::Unprocessable, Issue::error("invalid", why).at("Patient")))?;
        let (version, at) = patients::version(txn, patient.id).await?.unwrap_or((1, now));
        let (kind, remarks) = (Kind::Patient, Vec::new());
        let done = Written { kind, id: patient.id.0, version, at, is_new, remarks };
        let mut with = txn.together();
        self.keep(&mut with, (write, &done), patient.id, true, client).await?;
        let act = if is_new { "patient.created" } else { "patient.changed" };
        audit::note_with(&mut with, now, &format!("api:{client}"), act, &audit::patient(patient.id));
        with.write().await?;
        Ok(done)
    }

    /// Keeps what was written as it was sent, where it is a new version, together with what else says so.
    pub(super) async fn keep(
        &self,
        with: &mut Together<'_>,
        (write, done): (&Write, &Written),
        patient: PatientId,
        brought: bool,
        client: &str,
    ) -> Result<()> {
        let name = (done.kind.as_str(), done.id);
        // What is new has no version yet.
        if !done.is_new && handed_in::get(with.txn(), name, done.version).await?.is_some() {
            return Ok(());
        }
        let resource = &write.resource;
        let body = write.text.clone().unwrap_or_else(|| resource.to_string());
        let new = handed_in::HandedIn {
            name,
            patient,
            version: done.version,
            client,
            identifier: resource["identifier"].get(0).or(resource.get("identifier")).and_then(identifier_of),
            brought,
            body: Private::new(body.as_str()),
            at: done.at,
        };
        Ok(handed_in::keep(with, &new).await?)
    }

    /// A patient as known.
    pub(super) async fn known_patient(&self, txn: &Txn, id: PatientId) -> Result<Patient> {
        patients::get(txn, id).await?.ok_or(crate::Error::NotFound("patient"))
    }
}

fn identifier_of(identifier: &Value) -> Option<(String, Private<String>)> {
    let system = identifier.get("system").and_then(Value::as_str).unwrap_or_default();
    let value = identifier.get("value").and_then(Value::as_str)?;
    Some((system.to_owned(), Private::new(value.to_owned())))
}
