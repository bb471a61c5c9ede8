//! What can be searched for among invitations, messages and alerts.

use super::{Parameter, date, patient, reference, token};

pub(super) const TASK: &[Parameter] = &[
    patient(&["for"], "Task-patient"),
    reference("subject", &["for"], "Task-subject", "Whom it is about"),
    reference("for", &["for"], "", "The same as `subject`"),
    reference("owner", &["owner"], "Task-owner", "Who is to do it"),
    reference("requester", &["requester"], "Task-requester", "Who asked for it"),
    token("status", &["status"], "Task-status", "requested, in-progress, completed, ..."),
    token(
        "business-status",
        &["businessStatus"],
        "Task-business-status",
        "Where it stands, in the words of the clinic",
    ),
    token("intent", &["intent"], "Task-intent", "order, plan, ..."),
    token("code", &["code"], "Task-code", "What is to be done"),
    reference("focus", &["focus"], "Task-focus", "What is to be filled in"),
    reference("based-on", &["basedOn"], "Task-based-on", "The request it fulfils"),
    reference("part-of", &["partOf"], "Task-part-of", "What it is a part of"),
    reference("encounter", &["encounter"], "Task-encounter", "The encounter it belongs to"),
    date("authored-on", &["authoredOn"], "Task-authored-on", "When it was made"),
    date("modified", &["lastModified"], "Task-modified", "When it was last changed"),
    token("identifier", &["identifier"], "Task-identifier", "An identifier"),
];

pub(super) const COMMUNICATION: &[Parameter] = &[
    patient(&["subject"], "Communication-patient"),
    reference("subject", &["subject"], "Communication-subject", "Whom it is about"),
    date("sent", &["sent"], "Communication-sent", "When it was sent"),
    date("received", &["received"], "Communication-received", "When it arrived"),
    token("status", &["status"], "Communication-status", "preparation, in-progress, completed, stopped, ..."),
    token("medium", &["medium"], "Communication-medium", "The way it was sent"),
    token("category", &["category"], "Communication-category", "What it is about"),
    token("identifier", &["identifier"], "Communication-identifier", "An identifier"),
    reference("recipient", &["recipient"], "Communication-recipient", "Whom it was sent to"),
    reference("sender", &["sender"], "Communication-sender", "Who sent it"),
    reference("based-on", &["basedOn"], "Communication-based-on", "The request it fulfils"),
    reference("encounter", &["encounter"], "Communication-encounter", "The encounter it belongs to"),
];

pub(super) const FLAG: &[Parameter] = &[
    patient(&["subject"], "clinical-patient"),
    reference("subject", &["subject"], "Flag-subject", "Whom it is about"),
    date("date", &["period"], "clinical-date", "While it was raised"),
    token("status", &["status"], "", "active, inactive or entered-in-error"),
    token("identifier", &["identifier"], "Flag-identifier", "An identifier"),
    reference("author", &["author"], "Flag-author", "Who or what raised it"),
    reference("encounter", &["encounter"], "clinical-encounter", "The encounter it belongs to"),
];
