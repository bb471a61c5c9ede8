//! What came together: appointments and the patients they refer to.

use std::collections::HashMap;

use serde_json::Value;

use super::{Fault, element::kind};

/// Resources of one source.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// Appointments and their places.
    pub appointments: Vec<(usize, &'a Value)>,
    /// Places where something else was said of an appointment, or nothing that can be read.
    pub refused: Vec<(usize, String)>,
    /// Whatever came with a full URL.
    by_url: HashMap<&'a str, &'a Value>,
    /// Whatever came, by `Type/id`.
    by_id: HashMap<String, Known<'a>>,
    /// Patients, by system and value of their identifiers.
    by_identifier: HashMap<(String, String), Known<'a>>,
}

/// A resource that came.
struct Known<'a> {
    resource: &'a Value,
    url: Option<&'a str>,
    /// Whether nothing else goes by the same name; which was meant is not guessed.
    is_one: bool,
}

impl<'a> Known<'a> {
    /// What is known after another of the same name came: the later, where it is the same resource.
    fn and(self, before: Option<&Self>) -> Self {
        let is_same =
            |before: &Self| before.url == self.url && before.resource.get("id") == self.resource.get("id");
        Self { is_one: before.is_none_or(|before| before.is_one && is_same(before)), ..self }
    }

    fn get(&self) -> Option<&'a Value> {
        self.is_one.then_some(self.resource)
    }
}

impl<'a> Found<'a> {
    /// One resource that is the whole source.
    pub fn add_whole(&mut self, resource: &'a Value) -> Result<(), String> {
        if kind(resource) == "Bundle" {
            self.add_bundle(resource, None)
        } else {
            self.add(1, resource, None);
            Ok(())
        }
    }

    /// A resource of a line.
    pub fn add_line(&mut self, number: usize, resource: &'a Value) {
        match kind(resource) {
            "Bundle" => {
                if let Err(why) = self.add_bundle(resource, Some(number)) {
                    self.refused.push((number, why));
                }
            }
            "" => self.refuse(number, "resourceType: is missing"),
            _ => self.add(number, resource, None),
        }
    }

    /// Notes what is no appointment.
    pub fn refuse(&mut self, number: usize, why: &str) {
        self.refused.push((number, why.to_owned()));
    }

    fn add_bundle(&mut self, bundle: &'a Value, line: Option<usize>) -> Result<(), String> {
        let of = bundle.get("type").and_then(Value::as_str).unwrap_or_default();
        if !["transaction", "batch", "collection", "searchset"].contains(&of) {
            return Err("Bundle.type: must be transaction, batch, collection or searchset".to_owned());
        }
        let entries = match bundle.get("entry") {
            None => return Ok(()),
            Some(entries) => entries.as_array().ok_or("Bundle.entry: must be a list")?,
        };
        for (number, entry) in (1..).zip(entries) {
            let number = line.unwrap_or(number);
            let url = text(entry, "fullUrl").filter(|url| !url.is_empty());
            let request = entry.get("request").unwrap_or(&Value::Null);
            let asked = |key| text(request, key).unwrap_or_default();
            if asked("method") == "DELETE" && asked("url").starts_with("Appointment") {
                // Which appointment of the feed's it was is not said.
                let why = "Bundle.entry.request.method: DELETE is not read; send the Appointment with the status \
                           cancelled";
                self.refuse(number, why);
            }
            if let Some(resource) = entry.get("resource") {
                if let Some(url) = url {
                    self.by_url.insert(url, resource);
                }
                self.add(number, resource, url);
            }
        }
        Ok(())
    }

    fn add(&mut self, number: usize, resource: &'a Value, url: Option<&'a str>) {
        let known = || Known { resource, url, is_one: true };
        if let Some(id) = text(resource, "id") {
            let key = format!("{}/{id}", kind(resource));
            let known = known().and(self.by_id.get(&key));
            self.by_id.insert(key, known);
        }
        match kind(resource) {
            "Appointment" => self.appointments.push((number, resource)),
            "Patient" => {
                let identifiers = resource.get("identifier").and_then(Value::as_array);
                for key in identifiers.into_iter().flatten().filter_map(system_and_value) {
                    let known = known().and(self.by_identifier.get(&key));
                    self.by_identifier.insert(key, known);
                }
            }
            _ => {}
        }
    }

    /// The one actor that is the patient, if one takes part.
    pub fn patient_actor<'b>(&self, appointment: &'b Value) -> Result<Option<&'b Value>, Fault> {
        let mut patients = actors(appointment).filter(|actor| self.kind_of(appointment, actor) == "Patient");
        let first = patients.next();
        if patients.next().is_some() {
            let why = "names several patients; send one Appointment for each of them";
            return Err(Fault::new("Appointment.participant", why));
        }
        Ok(first)
    }

    /// The type of resource an actor is, as far as anything tells.
    pub fn kind_of<'b>(&self, appointment: &'b Value, actor: &'b Value) -> &'b str
    where
        'a: 'b,
    {
        if let Some(told) = text(actor, "type") {
            return told;
        }
        if let Some(resource) = self.resolve(appointment, actor) {
            return kind(resource);
        }
        let reference = reference_of(actor);
        let path = reference.split(['?', '#']).next().unwrap_or_default();
        let path = path.split("/_history").next().unwrap_or_default();
        // Patient?identifier=... names the type last, Patient/123 before the id.
        let is_search = reference.contains('?');
        path.rsplit('/').nth(usize::from(!is_search)).unwrap_or_default()
    }

    /// The resource an actor is: contained in the appointment, or come with it.
    pub fn resolve<'b>(&self, appointment: &'b Value, actor: &'b Value) -> Option<&'b Value>
    where
        'a: 'b,
    {
        let reference = reference_of(actor);
        if let Some(id) = reference.strip_prefix('#') {
            let contained = appointment.get("contained").and_then(Value::as_array)?;
            return contained.iter().find(|resource| text(resource, "id") == Some(id));
        }
        let plain = reference.split("/_history").next().unwrap_or_default();
        if let Some(found) = self.by_url.get(plain) {
            return Some(found);
        }
        // Of the full URL of a server, the last two parts are what it is called there; what came from another
        // address is another.
        let relative = plain.match_indices('/').rev().nth(1).map_or(plain, |(at, _)| &plain[at + 1..]);
        let is_absolute = relative.len() < plain.len();
        let by_id = self.by_id.get(relative).filter(|known| !is_absolute || known.url.is_none());
        let may_be_patient = relative.starts_with("Patient")
            || reference.is_empty() && text(actor, "type").is_none_or(|told| told == "Patient");
        let by_identifier = || {
            let told = actor.get("identifier").and_then(system_and_value);
            self.by_identifier.get(&conditional(relative).or(told).filter(|_| may_be_patient)?)
        };
        by_id.or_else(by_identifier).and_then(Known::get)
    }
}

/// Who takes part in an appointment.
pub(super) fn actors(appointment: &Value) -> impl Iterator<Item = &Value> {
    let participants = appointment.get("participant").and_then(Value::as_array);
    participants.into_iter().flatten().filter_map(|participant| participant.get("actor"))
}

fn text<'a>(of: &'a Value, key: &str) -> Option<&'a str> {
    of.get(key).and_then(Value::as_str)
}

fn reference_of(actor: &Value) -> &str {
    text(actor, "reference").unwrap_or_default()
}

/// The key of `Patient?identifier=system|value`.
fn conditional(reference: &str) -> Option<(String, String)> {
    let token = reference.split_once("?identifier=")?.1.replace("%7C", "|").replace("%7c", "|");
    let (system, value) = token.split_once('|').unwrap_or(("", &token));
    Some((system.to_owned(), value.to_owned()))
}

fn system_and_value(identifier: &Value) -> Option<(String, String)> {
    Some((text(identifier, "system").unwrap_or_default().to_owned(), text(identifier, "value")?.to_owned()))
}
