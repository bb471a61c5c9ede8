//! Whether there is something, how much, and whether it holds.

use super::{Call, some, truth};
use crate::fhirpath::{
    Error,
    evaluate::{self, Collection, Evaluator},
    value::Value,
};

pub(super) fn empty(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    truth(call.input.is_empty())
}

pub(super) fn exists(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    if call.args.is_empty() {
        return Ok(truth(!call.input.is_empty()));
    }
    for (n, value) in call.input.iter().enumerate() {
        let holds = call.each(evaluator, value, n)?;
        if evaluate::boolean(call.at, &holds)? == Some(true) {
            return Ok(truth(true));
        }
    }
    Ok(truth(false))
}

pub(super) fn all(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    for (n, value) in call.input.iter().enumerate() {
        let holds = call.each(evaluator, value, n)?;
        if evaluate::boolean(call.at, &holds)? != Some(true) {
            return Ok(truth(false));
        }
    }
    Ok(truth(true))
}

pub(super) fn all_true(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(truth(booleans(call)?.iter().all(|value| *value)))
}

pub(super) fn any_true(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(truth(booleans(call)?.iter().any(|value| *value)))
}

pub(super) fn all_false(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(truth(booleans(call)?.iter().all(|value| !value)))
}

pub(super) fn any_false(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(truth(booleans(call)?.iter().any(|value| !value)))
}

fn booleans(call: &Call<'_, '_>) -> Result<Vec<bool>, Error> {
    call.input
        .iter()
        .map(|value| match value.plain() {
            Value::Boolean(value) => Ok(value),
            other => Err(evaluate::wrong_type(call.at, "a boolean", &other)),
        })
        .collect()
}

pub(super) fn not(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(some(evaluate::boolean(call.at, &call.input)?.map(|value| Value::Boolean(!value))))
}

pub(super) fn count(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    some(i32::try_from(call.input.len()).ok().map(Value::Integer))
}

/// Whether it is one value of a primitive type that has a value, and not only extensions.
pub(super) fn has_value(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    truth(value_of(call).is_some())
}

pub(super) fn get_value(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    some(value_of(call))
}

fn value_of(call: &Call<'_, '_>) -> Option<Value> {
    match call.input.as_slice() {
        [Value::Element(element)] => element.scalar().and(Some(Value::from(element.clone()).plain())),
        [value] => Some(value.clone()),
        _ => None,
    }
}
