//! Writes of programs: one, or several that are done together or not at all.

use foreword_fhir::{Issue, Kind, bundle, header::Versions};
use foreword_store::{Txn, appointments, feeds};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{Fault, Why, fault::Told, find, hand_in::Over, refused};
use crate::{App, Error, Result, again, book::Booked};

/// A resource to be written.
#[derive(Clone)]
pub struct Write {
    /// Its kind.
    pub kind: Kind,
    /// The resource; its form was checked.
    pub resource: Value,
    /// The same as it was sent, byte for byte, where it came alone.
    pub text: Option<String>,
    /// What it is called by others that are written with it (`urn:uuid:...`).
    pub full_url: Option<String>,
    /// Whether it is new.
    pub mode: Mode,
}

/// Whether something is new, or written over what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// New, unless a search finds one already.
    Create {
        /// `If-None-Exist`.
        unless: Option<Vec<(String, String)>>,
    },
    /// Over the one with this id.
    Update {
        /// Its id.
        id: String,
        /// The version it is based on (`If-Match`).
        if_match: Option<Versions>,
    },
    /// Over the one that a search finds; new, where it finds none.
    UpdateWhere {
        /// The search.
        pairs: Vec<(String, String)>,
        /// The version it is based on (`If-Match`).
        if_match: Option<Versions>,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// Its version now.
    pub version: u32,
    /// When it was last changed.
    pub at: Timestamp,
    /// Whether it was not there before.
    pub is_new: bool,
    /// What whoever wrote it should know.
    pub remarks: Vec<Issue>,
}

impl App {
    /// Writes resources of a program, all or none: patients first, then appointments, then responses, whatever their
    /// order, so that each may refer to those. What was written is told in the order it came in.
    ///
    /// # Errors
    /// [`Error::Fhir`] with everything that is wrong with the first one that can't be taken; places are those in
    /// the Bundle where there are several.
    pub async fn write_resources(
        &self,
        writes: Vec<Write>,
        client: &str,
        now: Timestamp,
    ) -> Result<Vec<Written>> {
        let is_alone = writes.len() == 1;
        let (app, client) = (self.clone(), client.to_owned());
        let done = self
            .store
            .write(move |txn| again!(app, writes, client => app.write_all(txn, writes, &client, now).await))
            .await;
        if let Err(Error::Fhir(fault)) = &done
            && let Some(booking) = &fault.booking
        {
            self.note_refused(fault, booking.clone(), is_alone, now).await?;
        }
        done
    }

    /// Staff see in the log of feeds what was refused of a booking, whatever it came by. What is overtaken, or says of
    /// an appointment nobody has booked that it will not take place, is remembered as by every feed: an older
    /// booking that comes late is overtaken, too. Of a transaction nothing is kept.
    async fn note_refused(&self, fault: &Fault, told: Told, is_alone: bool, now: Timestamp) -> Result<()> {
        let outcome = match fault.why {
            Why::Conflict => Booked::Outdated(fault.to_string()),
            _ => Booked::Refused(fault.to_string()),
        };
        let entry = feeds::Entry {
            at: now,
            feed: "fhir".to_owned(),
            row: 1,
            outcome: outcome.as_str().to_owned(),
            reason: fault.to_string(),
            appointment: told.appointment.clone(),
        };
        let remembers = is_alone && fault.why == Why::Conflict;
        self.store
            .write(move |txn| {
                again!(entry, told => {
                    if let Some(appointment) = told.appointment.filter(|_| remembers) {
                        let known = feeds::hold_version(txn, &appointment).await?;
                        // One that was booked in the meantime is told the next time it is cancelled.
                        let is_booked = appointments::named(txn, &appointment).await?.is_some();
                        if !is_booked
                            && !told.version.is_older_than(known) && told.version.after(known) != known {
                            feeds::set_version(txn, &appointment, told.version.after(known)).await?;
                        }
                    }
                    Ok(feeds::note(txn, &entry).await?)
                })
            })
            .await
    }

    async fn write_all(
        &self,
        txn: &Txn,
        writes: Vec<Write>,
        client: &str,
        now: Timestamp,
    ) -> Result<Vec<Written>> {
        let mut order: Vec<usize> = (0..writes.len()).collect();
        order.sort_by_key(|n| rank(writes[*n].kind));
        let several = writes.len() > 1;
        let mut named: Vec<(String, String)> = Vec::new();
        let mut done: Vec<Option<Written>> = vec![None; writes.len()];
        for n in order {
            let mut write = writes[n].clone();
            let before = write.resource.clone();
            let searched = self.searched(txn, &write.resource, now).await?;
            let resolved = bundle::resolve(&mut write.resource, &|url| {
                let mut known = named.iter().chain(&searched);
                known.find(|(known, _)| known == url).map(|(_, own)| own.clone())
            });
            if let (true, Err(issues)) = (several, resolved) {
                return Err(nth(n, Fault::of(Why::Unprocessable, issues)));
            }
            if write.resource != before {
                write.text = None;
            }
            let url = write.full_url.take();
            let written = Box::pin(self.write_one(txn, write, client, now)).await;
            let written = written.map_err(|error| if several { nth(n, error) } else { error })?;
            if let Some(url) = url {
                named.push((url, format!("{}/{}", written.kind.as_str(), written.id)));
            }
            done[n] = Some(written);
        }
        Ok(done.into_iter().flatten().collect())
    }

    async fn write_one(&self, txn: &Txn, write: Write, client: &str, now: Timestamp) -> Result<Written> {
        let kind = write.kind;
        let over = match &write.mode {
            Mode::Create { unless: None } => None,
            Mode::Create { unless: Some(pairs) } => match self.only(txn, kind, pairs, now).await? {
                Some(there) => return Ok(there),
                None => None,
            },
            Mode::Update { id, if_match } => {
                let missing = || {
                    let why = format!("there is no {} with this id; create it with POST", kind.as_str());
                    refused(Why::NotFound, Issue::error("not-found", why))
                };
                let id: Uuid = id.parse().map_err(|_| missing())?;
                let there = self.standing(txn, kind, id, now).await?.ok_or_else(missing)?;
                Some((there, if_match.clone()))
            }
            Mode::UpdateWhere { pairs, if_match } => {
                self.only(txn, kind, pairs, now).await?.map(|there| (there, if_match.clone()))
            }
        };
        if let Some((there, Some(based_on))) = &over {
            same_version(based_on, there.version)?;
        }
        let there = over.as_ref().map(|(there, _)| there.clone());
        match kind {
            Kind::Patient => self.write_patient(txn, &write, there, client, now).await,
            Kind::Appointment => {
                let booked = self.write_appointment(txn, &write, there, client, now).await;
                booked.map_err(|error| Fault::about(error, &write.resource))
            }
            Kind::QuestionnaireResponse => {
                let over = over.map(|(there, if_match)| Over {
                    response: foreword_domain::ids::ResponseId(there.id),
                    if_match,
                });
                self.hand_in(txn, &write, over, client, now).await
            }
            _ => {
                let why = format!("{} is written by the service itself; programs read it", kind.as_str());
                Err(refused(Why::NotOffered, Issue::error("not-supported", why)))
            }
        }
    }

    /// What the searches find that stand in a resource instead of references (`Patient?identifier=...`).
    async fn searched(&self, txn: &Txn, resource: &Value, now: Timestamp) -> Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        for reference in references(resource) {
            let Some((kind, search)) = reference.split_once('?') else { continue };
            let Ok(kind) = kind.parse::<Kind>() else { continue };
            let pairs = bundle::pairs(search);
            if let Some(one) = self.only(txn, kind, &pairs, now).await? {
                found.push((reference.to_owned(), format!("{}/{}", kind.as_str(), one.id)));
            }
        }
        Ok(found)
    }

    /// The one resource a search finds, if it finds one.
    async fn only(
        &self,
        txn: &Txn,
        kind: Kind,
        pairs: &[(String, String)],
        now: Timestamp,
    ) -> Result<Option<Written>> {
        if pairs.is_empty() {
            let why = "a condition needs at least one search parameter, such as identifier";
            return Err(refused(Why::Precondition, Issue::error("invalid", why)));
        }
        let query = foreword_fhir::search::Query::parse(kind, pairs, true)
            .map_err(|issues| Fault::of(Why::Invalid, issues))?;
        let mut found = self.matching(txn, kind, &query, 2, now).await?;
        match (found.pop(), found.pop()) {
            (None, _) => Ok(None),
            (Some(one), None) => Ok(Some(find::written(kind, &one))),
            (Some(_), Some(_)) => {
                let why = "several resources fit the condition; name one of them by its id";
                Err(refused(Why::Precondition, Issue::error("multiple-matches", why)))
            }
        }
    }
}

/// Every reference in a resource.
fn references(of: &Value) -> Vec<&str> {
    match of {
        Value::Array(all) => all.iter().flat_map(references).collect(),
        Value::Object(all) => all
            .iter()
            .flat_map(|(key, one)| match one.as_str() {
                Some(text) if key == "reference" => vec![text],
                _ => references(one),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a version that stands is one that a write is based on.
pub(super) fn same_version(based_on: &Versions, stands: u32) -> Result<()> {
    if based_on.holds(Some(&stands.to_string())) {
        return Ok(());
    }
    let why = format!("If-Match: the version that stands is W/\"{stands}\"; read it and try again");
    Err(refused(Why::Precondition, Issue::error("conflict", why)))
}

/// What others refer to comes first.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Patient => 0,
        Kind::Appointment => 1,
        _ => 2,
    }
}

/// The same about the nth of several.
fn nth(n: usize, error: Error) -> Error {
    match error {
        Error::Fhir(mut fault) => {
            for issue in &mut fault.issues {
                let place = format!("Bundle.entry[{n}].resource");
                issue.expression = Some(match &issue.expression {
                    // The type it begins with is what stands in the entry.
                    Some(inner) => {
                        inner.split_once('.').map_or(place.clone(), |(_, rest)| format!("{place}.{rest}"))
                    }
                    None => format!("Bundle.entry[{n}]"),
                });
            }
            Error::Fhir(fault)
        }
        other => other,
    }
}
