//! The head of a questionnaire: whether it is one of R4, what it is called, and on what terms it is used.

use foreword_domain::{
    instrument::{Licence, Permission},
    language::Text,
};
use serde_json::Value;

use super::{
    Settings, Terms, ids,
    node::{self, Node, Notebook},
    words::Words,
};
use crate::names::LOINC;

/// What R4 has in a questionnaire.
const MEMBERS: [&str; 29] = [
    "resourceType",
    "id",
    "meta",
    "implicitRules",
    "language",
    "text",
    "contained",
    "extension",
    "modifierExtension",
    "url",
    "identifier",
    "version",
    "name",
    "title",
    "derivedFrom",
    "status",
    "experimental",
    "subjectType",
    "date",
    "publisher",
    "contact",
    "description",
    "useContext",
    "jurisdiction",
    "purpose",
    "copyright",
    "approvalDate",
    "lastReviewDate",
    "effectivePeriod",
];

/// The resource, if it is a questionnaire of R4.
pub(super) fn head<'a>(resource: &'a Value, book: &mut Notebook) -> Option<Node<'a>> {
    let Some(members) = resource.as_object() else {
        book.refuse("", format!("is {}, must be a Questionnaire: an object", node::kind(resource)));
        return None;
    };
    let root = Node { path: "Questionnaire".to_owned(), members };
    match members.get("resourceType").and_then(Value::as_str) {
        Some("Questionnaire") => {}
        Some("Bundle") => {
            book.refuse("Bundle", "holds resources; save its Questionnaire as a file of its own");
            return None;
        }
        Some(other) => {
            book.refuse(other, "is no Questionnaire");
            return None;
        }
        None => {
            book.refuse("", "has no resourceType; must be a FHIR R4 Questionnaire");
            return None;
        }
    }
    let known: Vec<&str> = MEMBERS.iter().copied().chain(["code", "item"]).collect();
    root.only(&known, book);
    if root.has("implicitRules") {
        book.refuse("Questionnaire.implicitRules", "names rules that are not known here; remove it");
    }
    if let Some(meta) = root.object("meta", book) {
        for profile in meta.texts("profile", book) {
            for (mark, version) in [("/3.0/", "STU3"), ("/4.3/", "R4B"), ("/5.0/", "R5"), ("/6.0/", "R6")] {
                if profile.contains(&format!("hl7.org/fhir{mark}")) {
                    let what =
                        format!("is a profile of FHIR {version}; save the questionnaire as R4 (4.0.1)");
                    book.refuse("Questionnaire.meta.profile", what);
                }
            }
        }
    }
    match root.text("status", book) {
        Some("active" | "draft") => {}
        Some(status @ ("retired" | "unknown")) => {
            book.remark("Questionnaire.status", format!("is {status:?}: look for a newer one"));
        }
        Some(other) => {
            book.refuse(
                "Questionnaire.status",
                format!("is {other:?}, must be draft, active, retired or unknown"),
            );
        }
        None if root.has("status") => {}
        None => book.refuse("Questionnaire", "has no status; say draft or active"),
    }
    let subjects = root.texts("subjectType", book);
    if !subjects.is_empty() && !subjects.contains(&"Patient") {
        let what = format!("is {}, not Patient: here patients answer about themselves", subjects.join(", "));
        book.refuse("Questionnaire.subjectType", what);
    }
    Some(root)
}

pub(super) fn canonical(root: &Node<'_>) -> Option<String> {
    let member = |key: &str| root.members.get(key).and_then(Value::as_str);
    let url = member("url")?;
    Some(member("version").map_or_else(|| url.to_owned(), |version| format!("{url}|{version}")))
}

/// How it is named as a source.
pub(super) fn cited(root: &Node<'_>, title: &str) -> String {
    let publisher = root.members.get("publisher").and_then(Value::as_str);
    let parts = [Some(title.to_owned()), publisher.map(str::to_owned), canonical(root)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(". ")
}

pub(super) fn panel(root: &Node<'_>, book: &mut Notebook) -> Option<String> {
    let codes = root.list("code", book);
    let is_loinc = |code: &&Node<'_>| code.members.get("system").and_then(Value::as_str) == Some(LOINC);
    codes.iter().find(is_loinc)?.members.get("code")?.as_str().map(str::to_owned)
}

pub(super) fn id(root: &Node<'_>, settings: &Settings, book: &mut Notebook) -> String {
    if let Some(id) = &settings.id {
        if !ids::is_id(id) {
            book.refuse("id", format!("is {id:?}, must be letters, digits, `-` or `_`, at most 64"));
        }
        return id.clone();
    }
    let member = |key: &str| root.members.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let tail = || member("url").and_then(|url| url.rsplit('/').next());
    ids::plain(member("id").or_else(tail).or_else(|| member("name")).unwrap_or("questionnaire"))
        .to_lowercase()
}

pub(super) fn title(root: &Node<'_>, words: &Words, id: &str, book: &mut Notebook) -> Text {
    let named = words.text(root, "title", book).or_else(|| words.text(root, "name", book));
    named.unwrap_or_else(|| Text([(words.main.clone(), id.to_owned())].into()))
}

/// The terms: what was said, else what the questionnaire says; it is asked only when somebody said it may.
pub(super) fn licence(root: &Node<'_>, terms: &Terms, book: &mut Notebook) -> Licence {
    let copyright = root.text("copyright", book).filter(|text| !text.trim().is_empty());
    let publisher = root.text("publisher", book);
    let url = root.text("url", book);
    let permission = terms.permission.clone().unwrap_or_else(|| Permission::ToConfirm {
        ask: format!(
            "{}: may it be asked here, electronically?",
            publisher.or(url).unwrap_or("whoever holds the rights")
        ),
    });
    let electronic_use = terms.electronic_use.unwrap_or(permission.may_ask());
    if permission.may_ask() && !electronic_use {
        book.refuse("licence.electronic_use", "is false, so it can't be asked here");
    }
    Licence {
        kind: terms.kind.clone().unwrap_or_else(|| "imported".to_owned()),
        notice: terms
            .notice
            .clone()
            .or_else(|| copyright.map(str::to_owned))
            .unwrap_or_else(|| "The questionnaire states no copyright.".to_owned()),
        evidence: terms
            .evidence
            .clone()
            .or_else(|| url.map(str::to_owned))
            .unwrap_or_else(|| "the questionnaire itself".to_owned()),
        electronic_use,
        permission,
    }
}
