//! What the FHIR endpoint can do: one table of kinds, from which the capability statement is written and by
//! which the routes can be checked.

use serde_json::{Value, json};

use crate::{
    Kind, VERSION,
    search::{Parameter, Type},
};

/// Where the endpoint is, and what it is.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<'a> {
    /// The address of the endpoint, without a slash at its end.
    pub base: &'a str,
    /// The version of the software.
    pub version: &'a str,
    /// When what it can do was last changed: a FHIR `dateTime`.
    pub date: &'a str,
    /// Where a program gets its token, where there is such a place.
    pub token_url: Option<&'a str>,
    /// Where a person lets a program in, where there is such a place.
    pub authorize_url: Option<&'a str>,
}

/// What can be done with one kind of resource.
#[derive(Clone, Copy, Debug)]
pub struct Served {
    /// The kind.
    pub kind: Kind,
    /// The codes of the interactions.
    pub interactions: &'static [&'static str],
    /// Whether what is there can be named by a search: `If-None-Exist`, and `PUT` with a search.
    pub is_conditional: bool,
    /// The operations on it.
    pub operations: &'static [Operation],
    /// What is good to know.
    pub text: &'static str,
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its name, without the dollar sign.
    pub name: &'static str,
    /// The address of its definition.
    pub definition: &'static str,
}

const VALIDATE: Operation =
    Operation { name: "validate", definition: "http://hl7.org/fhir/OperationDefinition/Resource-validate" };
const POPULATE: Operation = Operation {
    name: "populate",
    definition: "http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate",
};
const EXTRACT: Operation = Operation {
    name: "extract",
    definition: "http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract",
};
const EVERYTHING: Operation = Operation {
    name: "everything",
    definition: "http://hl7.org/fhir/OperationDefinition/Patient-everything",
};
const DOCUMENT: Operation = Operation {
    name: "document",
    definition: "http://hl7.org/fhir/OperationDefinition/Composition-document",
};
const EXPORT: Operation =
    Operation { name: "export", definition: "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export" };
const PATIENT_EXPORT: Operation = Operation {
    name: "export",
    definition: "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export",
};

const READ: &[&str] = &["read", "search-type"];
const WRITTEN_HERE: &str = "Written by Foreword alone.";

/// What can be done, kind by kind.
pub const SERVED: [Served; 10] = [
    Served {
        kind: Kind::Questionnaire,
        interactions: &["read", "vread", "search-type", "create", "update"],
        is_conditional: false,
        operations: &[VALIDATE, POPULATE],
        text: "The instruments.",
    },
    Served {
        kind: Kind::QuestionnaireResponse,
        interactions: &["read", "vread", "history-instance", "search-type", "create", "update"],
        is_conditional: true,
        operations: &[VALIDATE, EXTRACT],
        text: "Checked against its Questionnaire; nothing is stored of a response with an error.",
    },
    Served {
        kind: Kind::Patient,
        interactions: &["read", "search-type", "create", "update"],
        is_conditional: true,
        operations: &[EVERYTHING, PATIENT_EXPORT],
        text: "The identifier decides who it is.",
    },
    Served {
        kind: Kind::Appointment,
        interactions: &["read", "search-type", "create", "update"],
        is_conditional: true,
        operations: &[EVERYTHING],
        text: "The identifier decides which appointment it is: created again, it is brought up to date. The \
               Patient is contained, or there already.",
    },
    read_only(Kind::Observation, &[]),
    read_only(Kind::Composition, &[DOCUMENT]),
    read_only(Kind::DocumentReference, &[]),
    read_only(Kind::Task, &[]),
    read_only(Kind::Communication, &[]),
    read_only(Kind::Flag, &[]),
];

const fn read_only(kind: Kind, operations: &'static [Operation]) -> Served {
    Served { kind, interactions: READ, is_conditional: false, operations, text: WRITTEN_HERE }
}

impl Served {
    /// What can be done with a kind.
    pub fn of(kind: Kind) -> &'static Self {
        SERVED.iter().find(|served| served.kind == kind).expect("the table has a row for each kind")
    }

    /// Whether an interaction is offered (`read`, `search-type`, ...).
    pub fn can(&self, interaction: &str) -> bool {
        self.interactions.contains(&interaction)
    }
}

/// What the FHIR endpoint can do.
pub fn capability_statement(endpoint: &Endpoint) -> Value {
    let mut security = json!({
        "cors": false,
        "description": "Bearer tokens, from SMART Backend Services or made by the clinic; this statement alone needs none.",
        "service": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                "code": "SMART-on-FHIR"
            }]
        }]
    });
    let uris: Vec<Value> = [("token", endpoint.token_url), ("authorize", endpoint.authorize_url)]
        .into_iter()
        .filter_map(|(name, url)| url.map(|url| json!({ "url": name, "valueUri": url })))
        .collect();
    if !uris.is_empty() {
        security["extension"] = json!([{
            "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            "extension": uris
        }]);
    }
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": endpoint.date,
        "kind": "instance",
        "instantiates": [
            "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",
            "http://hl7.org/fhir/uv/sdc/CapabilityStatement/sdc-form-manager",
            "http://hl7.org/fhir/uv/sdc/CapabilityStatement/sdc-form-response-manager"
        ],
        "software": { "name": "Foreword", "version": endpoint.version },
        "implementation": { "description": "Foreword", "url": endpoint.base },
        "fhirVersion": VERSION,
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "security": security,
            "resource": SERVED.iter().map(resource).collect::<Vec<_>>(),
            "interaction": [{ "code": "transaction" }, { "code": "batch" }],
            "operation": [operation(&EXPORT)]
        }]
    })
}

fn resource(served: &Served) -> Value {
    let kind = served.kind;
    let interactions: Vec<Value> = served.interactions.iter().map(|code| json!({ "code": code })).collect();
    let mut out = json!({
        "type": kind.as_str(),
        "profile": format!("http://hl7.org/fhir/StructureDefinition/{kind}"),
        "documentation": served.text,
        "interaction": interactions,
        "versioning": "versioned",
        "readHistory": served.can("vread"),
        "updateCreate": false,
        "conditionalCreate": served.is_conditional,
        "conditionalRead": "not-match",
        "conditionalUpdate": served.is_conditional,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal"],
        "searchInclude": includes(kind),
        "searchParam": Parameter::all(kind).map(parameter).collect::<Vec<_>>()
    });
    for (name, value) in [
        ("searchRevInclude", revincludes(kind)),
        ("operation", served.operations.iter().map(operation).collect::<Vec<_>>()),
    ] {
        if !value.is_empty() {
            out[name] = json!(value);
        }
    }
    if out["searchInclude"].as_array().is_some_and(Vec::is_empty)
        && let Some(members) = out.as_object_mut()
    {
        members.remove("searchInclude");
    }
    out
}

fn parameter(parameter: &Parameter) -> Value {
    let mut out = json!({
        "name": parameter.name,
        "type": parameter.of.as_str(),
        "documentation": format!("{}.", parameter.text)
    });
    if !parameter.definition.is_empty() {
        out["definition"] = json!(format!("http://hl7.org/fhir/SearchParameter/{}", parameter.definition));
    }
    out
}

fn operation(operation: &Operation) -> Value {
    json!({ "name": operation.name, "definition": operation.definition })
}

fn is_reference(parameter: &Parameter) -> bool {
    matches!(parameter.of, Type::Reference | Type::Canonical)
}

fn includes(kind: Kind) -> Vec<Value> {
    let parameters: Vec<_> = Parameter::all(kind).filter(|parameter| is_reference(parameter)).collect();
    let all = if parameters.is_empty() { None } else { Some(json!("*")) };
    all.into_iter()
        .chain(parameters.iter().map(|parameter| json!(format!("{kind}:{}", parameter.name))))
        .collect()
}

/// The references of other kinds that are known to lead to this one.
fn revincludes(kind: Kind) -> Vec<Value> {
    let leads = |parameter: &Parameter| match parameter.name {
        "subject" => kind == Kind::Patient,
        "questionnaire" | "focus" => kind == Kind::Questionnaire,
        "derived-from" => kind == Kind::QuestionnaireResponse,
        "related" => kind == Kind::Appointment,
        _ => parameter.target == kind.as_str(),
    };
    let mut found = Vec::new();
    for of in Kind::ALL {
        let parameters = Parameter::all(of)
            .filter(|parameter| is_reference(parameter))
            .filter(|parameter| leads(parameter));
        found.extend(parameters.map(|parameter| json!(format!("{of}:{}", parameter.name))));
    }
    found
}

#[cfg(test)]
mod tests;
