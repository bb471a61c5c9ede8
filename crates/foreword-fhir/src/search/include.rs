//! Which resources go along with those found: one step, from what refers to what is referred to.

use serde_json::Value;

use super::{
    element::text,
    filter::elements,
    query::Query,
    reference::Reference,
    table::{Parameter, Type},
};
use crate::Kind;

/// References of one kind of resource that are followed: `Appointment:patient`, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Include {
    /// The kind of resource that refers.
    pub kind: Kind,
    /// The parameter whose references are followed; nothing for all of them.
    pub parameter: Option<&'static Parameter>,
    /// The only kind of resource that is taken.
    pub target: Option<Kind>,
}

impl Include {
    /// Reads `Type:parameter`, `Type:parameter:Type`, `Type:*`, and `*` where it is known what `*` is of.
    pub(super) fn parse(value: &str, all_of: Option<Kind>) -> Result<Self, &'static str> {
        const SAID: &str = "must be Type:parameter or Type:parameter:Type, where the type is served here and the \
                            parameter is one of its references";
        if let ("*", Some(kind)) = (value, all_of) {
            return Ok(Self { kind, parameter: None, target: None });
        }
        let mut parts = value.split(':');
        let kind: Kind = parts.next().and_then(|part| part.parse().ok()).ok_or(SAID)?;
        let name = parts.next().ok_or(SAID)?;
        let parameter = match name {
            "*" => None,
            name => {
                Some(Parameter::find(kind, name).filter(|parameter| is_reference(parameter)).ok_or(SAID)?)
            }
        };
        // What is no kind of ours is never found, and no fault either.
        let target = parts.next().map(|part| part.parse::<Kind>().map_err(|_| SAID)).transpose()?;
        if parts.next().is_some() {
            return Err(SAID);
        }
        Ok(Self { kind, parameter, target })
    }

    /// The parameters whose references are followed.
    pub fn parameters(&self) -> Vec<&'static Parameter> {
        match self.parameter {
            Some(parameter) => vec![parameter],
            None => Parameter::all(self.kind).filter(|parameter| is_reference(parameter)).collect(),
        }
    }
}

/// The resources that go along with one that was found, each once.
pub fn included(resource: &Value, query: &Query) -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    for include in query.includes() {
        for reference in refers(resource, include) {
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    found
}

/// What a resource refers to, of the kinds served here, each once. For `_revinclude` it says whether a resource
/// of [`Include::kind`] refers to one that was found.
pub fn refers(resource: &Value, include: &Include) -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    if text(resource, "resourceType") != Some(include.kind.as_str()) {
        return found;
    }
    for parameter in include.parameters() {
        for element in elements(parameter, resource) {
            let address = element.as_str().or_else(|| text(element, "reference"));
            let address = address.map(|address| address.split('|').next().unwrap_or_default());
            let Some(Reference { of: Some(of), id, .. }) = address.map(Reference::parse) else { continue };
            let Ok(kind) = of.parse::<Kind>() else { continue };
            if include.target.is_none_or(|target| target == kind) && !found.contains(&(kind, id.clone())) {
                found.push((kind, id));
            }
        }
    }
    found
}

fn is_reference(parameter: &Parameter) -> bool {
    matches!(parameter.of, Type::Reference | Type::Canonical)
}
