//! What can be searched for among patients, visits and documents.

use super::{Parameter, contact, date, one, patient, reference, token, words};

pub(super) const PATIENT: &[Parameter] = &[
    token("identifier", &["identifier"], "Patient-identifier", "An identifier"),
    words("name", &["name"], "Patient-name", "Any part of a name"),
    words("family", &["name.family"], "individual-family", "The family name"),
    words("given", &["name.given"], "individual-given", "A given name"),
    date("birthdate", &["birthDate"], "individual-birthdate", "The date of birth"),
    contact(
        "telecom",
        &["telecom"],
        "individual-telecom",
        "Any address or number; digits are compared without what stands between them",
    ),
    contact("phone", &["telecom[system=phone]"], "individual-phone", "A telephone number"),
    contact("email", &["telecom[system=email]"], "individual-email", "A mail address"),
    token("gender", &["gender"], "individual-gender", "male, female, other or unknown"),
    token("active", &["active"], "Patient-active", "Whether the record is in use"),
    token("language", &["communication.language"], "Patient-language", "A language"),
];

pub(super) const APPOINTMENT: &[Parameter] = &[
    date("date", &["start"], "Appointment-date", "When it begins"),
    patient(&["participant.actor"], "Appointment-patient"),
    one(
        reference("practitioner", &["participant.actor"], "Appointment-practitioner", "The clinician"),
        "Practitioner",
    ),
    one(reference("location", &["participant.actor"], "Appointment-location", "The place"), "Location"),
    reference("actor", &["participant.actor"], "Appointment-actor", "Anyone or anything taking part"),
    token("status", &["status"], "Appointment-status", "booked, cancelled, arrived, noshow, fulfilled, ..."),
    token("identifier", &["identifier"], "Appointment-identifier", "An identifier"),
    token("service-type", &["serviceType"], "Appointment-service-type", "What is to be done"),
    token("appointment-type", &["appointmentType"], "Appointment-appointment-type", "The kind of visit"),
    token("specialty", &["specialty"], "Appointment-specialty", "The specialty of the clinician"),
];

pub(super) const COMPOSITION: &[Parameter] = &[
    patient(&["subject"], "clinical-patient"),
    reference("subject", &["subject"], "Composition-subject", "Whom it is about"),
    date("date", &["date"], "clinical-date", "When it was last changed"),
    token("type", &["type"], "clinical-type", "The kind of document"),
    token("category", &["category"], "Composition-category", "The category"),
    token("status", &["status"], "Composition-status", "preliminary, final, amended or entered-in-error"),
    words("title", &["title"], "Composition-title", "The title"),
    token("identifier", &["identifier"], "clinical-identifier", "The identifier"),
    reference("author", &["author"], "Composition-author", "Who or what wrote it"),
    reference("encounter", &["encounter"], "clinical-encounter", "The encounter it belongs to"),
];

pub(super) const DOCUMENT_REFERENCE: &[Parameter] = &[
    patient(&["subject"], "clinical-patient"),
    reference("subject", &["subject"], "DocumentReference-subject", "Whom it is about"),
    token("type", &["type"], "clinical-type", "The kind of document"),
    token("category", &["category"], "DocumentReference-category", "The category"),
    date("date", &["date"], "DocumentReference-date", "When the reference was made"),
    date("period", &["context.period"], "DocumentReference-period", "The time the document is about"),
    token("status", &["status"], "DocumentReference-status", "current, superseded or entered-in-error"),
    token("identifier", &["masterIdentifier", "identifier"], "clinical-identifier", "An identifier"),
    reference(
        "related",
        &["context.related"],
        "DocumentReference-related",
        "What it is about, such as the appointment",
    ),
    reference("author", &["author"], "DocumentReference-author", "Who or what wrote it"),
    reference("encounter", &["context.encounter"], "clinical-encounter", "The encounter it belongs to"),
    token(
        "contenttype",
        &["content.attachment.contentType"],
        "DocumentReference-contenttype",
        "The media type of a form it is to be had in",
    ),
];
