//! Appointments by FHIR: read as every feed's, booked as every feed's.

use foreword_domain::{
    booking::Notice,
    ids::{AppointmentId, PatientId},
};
use foreword_fhir::{
    Issue, Kind, appointment,
    resources::{self, Stamp},
};
use foreword_store::{Txn, appointments};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Fault, Why,
    fault::Told,
    refused,
    write::{Write, Written},
};
use crate::{App, Result, book::Booked};

/// What an appointment without an identifier goes by until it has one.
const UNNAMED: &str = "-";

/// What a visit is called whose kind is not said.
const UNSPECIFIED: &str = "Visit";

impl App {
    /// Books an appointment, or writes over the one that is `there`. One with a known identifier is brought up to
    /// date, as with every feed.
    pub(super) async fn write_appointment(
        &self,
        txn: &Txn,
        write: &Write,
        there: Option<Written>,
        client: &str,
        now: Timestamp,
    ) -> Result<Written> {
        let resource = &write.resource;
        let mut notice = self.notice(txn, resource, now).await?;
        if let Some(there) = &there {
            let known = appointments::get(txn, AppointmentId(there.id)).await?;
            let external = known.map(|known| known.external_id).unwrap_or_default();
            if notice.appointment_id != UNNAMED && notice.appointment_id != external {
                let why =
                    "an appointment keeps the identifier it was created with; leave it out, or send that one";
                let at = "Appointment.identifier";
                return Err(refused(Why::Unprocessable, Issue::error("business-rule", why).at(at)));
            }
            notice.appointment_id = external;
        } else if notice.appointment_id == UNNAMED {
            notice.appointment_id = crate::new_uuid(now).to_string();
        }
        let version = notice.version;
        if notice.kind.is_none() && there.is_none() {
            notice.kind = Some(UNSPECIFIED.to_owned());
        }
        let external = notice.appointment_id.clone();
        let told = || Told { appointment: Some(external.clone()), version };
        let is_known = appointments::by_external_id(txn, &external).await?.is_some();
        match self.take_notice(txn, notice, now).await? {
            Booked::Refused(why) => {
                let issue = Issue::error("business-rule", why).at("Appointment");
                return Err(Fault::of_booking(Why::Unprocessable, issue, told()));
            }
            Booked::Outdated(why) => {
                let issue = Issue::error("conflict", why).at("Appointment");
                return Err(Fault::of_booking(Why::Conflict, issue, told()));
            }
            _ => {}
        }
        let booked = appointments::by_external_id(txn, &external).await?;
        let booked = booked.ok_or(crate::Error::NotFound("appointment"))?;
        let at = appointments::changed_at(txn, booked.id).await?.unwrap_or(now);
        let done = Written {
            kind: Kind::Appointment,
            id: booked.id.0,
            version: booked.revision.unsigned_abs(),
            at,
            is_new: !is_known,
            remarks: Vec::new(),
        };
        let mut with = txn.together();
        self.keep(&mut with, (write, &done), booked.patient, true, client).await?;
        with.write().await?;
        Ok(done)
    }

    /// What an appointment says, with its patient: the one it contains, or the one it refers to.
    async fn notice(&self, txn: &Txn, resource: &Value, now: Timestamp) -> Result<Notice> {
        let base = self.fhir_base();
        let mut patient = None;
        for actor in resource["participant"].as_array().into_iter().flatten().map(|one| &one["actor"]) {
            let meant = resources::Reference::of(actor);
            let is_patient = actor["type"] == "Patient"
                || meant.as_ref().is_some_and(|meant| meant.id("Patient", &base).is_some());
            if let (true, Some(meant)) = (is_patient, meant)
                && let Some(id) = self.patient_meant(txn, &meant).await?
            {
                patient = Some(self.patient_as_notice(txn, id, now).await?);
            }
        }
        let mut read = resource.clone();
        if resource["identifier"].as_array().is_none_or(Vec::is_empty) {
            // An id that a program made up means nothing here.
            read["id"] = UNNAMED.into();
        }
        let notice = appointment::notice(&read, patient.as_ref(), &self.usual());
        notice.map_err(|fault| {
            refused(Why::Unprocessable, Issue::error("invalid", fault.why).at(fault.expression))
        })
    }

    /// A patient that is known, as the one an appointment is for.
    async fn patient_as_notice(&self, txn: &Txn, id: PatientId, now: Timestamp) -> Result<Value> {
        let patient = self.known_patient(txn, id).await?;
        Ok(resources::patient(&patient, Stamp { version: 1, at: now }))
    }
}
