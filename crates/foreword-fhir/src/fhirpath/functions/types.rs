//! What type something is of.
//!
//! `is` asks for a type or one derived from it. `as` and `ofType` take derived types too, except among
//! primitives, where the official tests have a `code` be no `string`.

use super::Call;
use crate::fhirpath::{
    Error,
    evaluate::{Collection, Evaluator, single},
    model,
    syntax::{Expr, TypeName},
    value::Value,
};

const SYSTEM: [&str; 9] =
    ["Any", "Boolean", "Integer", "Decimal", "String", "Date", "DateTime", "Time", "Quantity"];

pub(super) fn is_function(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    is(call.at, &call.input, &type_argument(call)?)
}

pub(super) fn as_function(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    cast(call.at, &call.input, &type_argument(call)?)
}

pub(super) fn of_type(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let name = type_argument(call)?;
    check(call.at, &name)?;
    Ok(call.take().into_iter().filter(|value| can_be(value, &name)).collect())
}

pub(super) fn type_of(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    let types = call.input.iter().map(Value::qualified);
    types.map(|(namespace, name)| Value::Type(namespace, name)).collect()
}

/// `x is T`.
pub(in crate::fhirpath) fn is(at: usize, values: &[Value], name: &TypeName) -> Result<Collection, Error> {
    check(at, name)?;
    Ok(single(at, values)?.map(|value| Value::Boolean(is_of(value, name))).into_iter().collect())
}

/// `x as T`.
pub(in crate::fhirpath) fn cast(at: usize, values: &[Value], name: &TypeName) -> Result<Collection, Error> {
    check(at, name)?;
    Ok(single(at, values)?.filter(|value| can_be(value, name)).cloned().into_iter().collect())
}

fn type_argument(call: &Call<'_, '_>) -> Result<TypeName, Error> {
    match call.args.first().and_then(Expr::as_type) {
        Some(name) => Ok(name),
        None => call.error("the name of a type is needed here"),
    }
}

fn check(at: usize, name: &TypeName) -> Result<(), Error> {
    let known = match name.namespace.as_deref() {
        Some("System") | None if SYSTEM.contains(&&*name.name) => true,
        // A name of FHIR's is no type of System, and may still be asked for.
        Some("System" | "FHIR") | None => model::find(&name.name).is_some(),
        Some(_) => false,
    };
    if known { Ok(()) } else { Err(Error::execution(at, format!("there is no type {}", name.name))) }
}

fn is_of(value: &Value, name: &TypeName) -> bool {
    match (value, name.namespace.as_deref()) {
        (Value::Element(_), Some("System")) => false,
        (Value::Element(element), _) => {
            model::is_a(element.kind(), &name.name) || model::is_a(element.type_name(), &name.name)
        }
        (_, Some("FHIR")) => false,
        (value, _) => &*name.name == "Any" || value.qualified().1 == &*name.name,
    }
}

fn can_be(value: &Value, name: &TypeName) -> bool {
    match value {
        Value::Element(element) if model::is_primitive(element.type_name()) => {
            name.namespace.as_deref() != Some("System") && element.type_name() == &*name.name
        }
        _ => is_of(value, name),
    }
}
