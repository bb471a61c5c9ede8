//! What can be searched for among instruments, responses and scores.

use super::{Parameter, canonical, composite, date, patient, quantity, reference, token, uri, words};

pub(super) const QUESTIONNAIRE: &[Parameter] = &[
    uri("url", &["url"], "Questionnaire-url", "The canonical address, without version"),
    token("version", &["version"], "Questionnaire-version", "The version"),
    token("status", &["status"], "Questionnaire-status", "draft, active or retired"),
    words("title", &["title"], "Questionnaire-title", "The title"),
    words("name", &["name"], "Questionnaire-name", "The name for programs"),
    token(
        "code",
        &["code", "item.code"],
        "Questionnaire-code",
        "A code of the questionnaire or of one of its items at the top",
    ),
    token("identifier", &["identifier"], "Questionnaire-identifier", "An identifier"),
    date("date", &["date"], "Questionnaire-date", "When it was last changed"),
    words("publisher", &["publisher"], "Questionnaire-publisher", "Who published it"),
    words("description", &["description"], "Questionnaire-description", "What it is for"),
    token("experimental", &["experimental"], "", "Whether it is for tests only"),
    date("effective", &["effectivePeriod"], "Questionnaire-effective", "When it is meant to be used"),
    token("subject-type", &["subjectType"], "Questionnaire-subject-type", "Whom it can be about"),
    token("context", &["useContext.valueCodeableConcept"], "Questionnaire-context", "A use it is meant for"),
    token(
        "context-type",
        &["useContext.code"],
        "Questionnaire-context-type",
        "The kind of use it is meant for",
    ),
    composite(
        "context-type-value",
        &["useContext"],
        "Questionnaire-context-type-value",
        "The kind of use and its value, `kind$value`",
    ),
];

pub(super) const QUESTIONNAIRE_RESPONSE: &[Parameter] = &[
    canonical(
        "questionnaire",
        &["questionnaire"],
        "QuestionnaireResponse-questionnaire",
        "The questionnaire, with or without its version",
    ),
    token(
        "status",
        &["status"],
        "QuestionnaireResponse-status",
        "in-progress, completed, amended, entered-in-error or stopped",
    ),
    reference("subject", &["subject"], "QuestionnaireResponse-subject", "Whom it is about"),
    patient(&["subject"], "QuestionnaireResponse-patient"),
    date("authored", &["authored"], "QuestionnaireResponse-authored", "When the answers were given"),
    reference("author", &["author"], "QuestionnaireResponse-author", "Who wrote the answers down"),
    reference("source", &["source"], "QuestionnaireResponse-source", "Who gave the answers"),
    token("identifier", &["identifier"], "QuestionnaireResponse-identifier", "The identifier"),
    reference("based-on", &["basedOn"], "QuestionnaireResponse-based-on", "The request it fulfils"),
    reference("encounter", &["encounter"], "QuestionnaireResponse-encounter", "The encounter it belongs to"),
    reference("part-of", &["partOf"], "QuestionnaireResponse-part-of", "What it is a part of"),
];

pub(super) const OBSERVATION: &[Parameter] = &[
    token("code", &["code"], "clinical-code", "What was found out"),
    date(
        "date",
        &["effectiveDateTime", "effectiveInstant", "effectivePeriod"],
        "clinical-date",
        "The time it holds for",
    ),
    patient(&["subject"], "clinical-patient"),
    reference("subject", &["subject"], "Observation-subject", "Whom it is about"),
    token("category", &["category"], "Observation-category", "The category"),
    reference("derived-from", &["derivedFrom"], "Observation-derived-from", "The response it comes from"),
    reference("has-member", &["hasMember"], "Observation-has-member", "A part of it"),
    token("status", &["status"], "Observation-status", "final, amended, entered-in-error, ..."),
    quantity(
        "value-quantity",
        &["valueQuantity"],
        "Observation-value-quantity",
        "The value, `number`, `number|system|code` or `number||code`",
    ),
    token("identifier", &["identifier"], "clinical-identifier", "An identifier"),
    reference("based-on", &["basedOn"], "Observation-based-on", "The request it fulfils"),
    reference("part-of", &["partOf"], "Observation-part-of", "What it is a part of"),
    reference("encounter", &["encounter"], "clinical-encounter", "The encounter it belongs to"),
    reference("performer", &["performer"], "Observation-performer", "Who found it out"),
];
