//! Collections as sets.

use super::{Call, truth};
use crate::fhirpath::{
    Error, compare,
    evaluate::{Collection, Evaluator},
    value::Value,
};

pub(super) fn distinct(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    compare::distinct(evaluator, call.at, call.take())
}

pub(super) fn is_distinct(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let all = call.input.len();
    Ok(truth(compare::distinct(evaluator, call.at, call.take())?.len() == all))
}

pub(super) fn subset_of(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let other = call.argument(evaluator, 0)?;
    within(evaluator, call.at, &call.input, &other)
}

pub(super) fn superset_of(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let other = call.argument(evaluator, 0)?;
    within(evaluator, call.at, &other, &call.input)
}

fn within(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    part: &[Value],
    whole: &[Value],
) -> Result<Collection, Error> {
    for value in part {
        if !compare::has(evaluator, at, whole, value)? {
            return Ok(truth(false));
        }
    }
    Ok(truth(true))
}

pub(super) fn intersect(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let other = call.argument(evaluator, 0)?;
    let mut both = Vec::new();
    for value in call.take() {
        if compare::has(evaluator, call.at, &other, &value)? {
            both.push(value);
        }
    }
    compare::distinct(evaluator, call.at, both)
}

pub(super) fn exclude(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let other = call.argument(evaluator, 0)?;
    let mut rest = Vec::new();
    for value in call.take() {
        if !compare::has(evaluator, call.at, &other, &value)? {
            rest.push(value);
        }
    }
    Ok(rest)
}

pub(super) fn union(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let other = call.argument(evaluator, 0)?;
    compare::union(evaluator, call.at, call.take(), other)
}

pub(super) fn combine(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let other = call.argument(evaluator, 0)?;
    evaluator.extend(call.at, &mut call.input, other)?;
    Ok(call.take())
}
