//! What lies below an element, and what time it is.

use super::Call;
use crate::fhirpath::{
    Error,
    civil::{DateTime, Time},
    evaluate::{Collection, Evaluator},
    value::Value,
};

pub(super) fn children(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    below(evaluator, call.at, &call.input)
}

pub(super) fn descendants(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let mut found = Vec::new();
    let mut level = below(evaluator, call.at, &call.input)?;
    while !level.is_empty() {
        evaluator.extend(call.at, &mut found, level.iter().cloned())?;
        level = below(evaluator, call.at, &level)?;
    }
    Ok(found)
}

fn below(evaluator: &mut Evaluator<'_>, at: usize, values: &[Value]) -> Result<Collection, Error> {
    let mut found = Vec::new();
    for value in values {
        if let Value::Element(element) = value {
            evaluator.extend(at, &mut found, element.children().map(Value::Element))?;
        }
    }
    Ok(found)
}

pub(super) fn now(evaluator: &mut Evaluator<'_>, _: &mut Call<'_, '_>) -> Collection {
    vec![Value::DateTime(moment(evaluator))]
}

pub(super) fn today(evaluator: &mut Evaluator<'_>, _: &mut Call<'_, '_>) -> Collection {
    vec![Value::Date(moment(evaluator).date)]
}

pub(super) fn time_of_day(evaluator: &mut Evaluator<'_>, _: &mut Call<'_, '_>) -> Collection {
    let time: Option<Time> = moment(evaluator).time;
    time.map(Value::Time).into_iter().collect()
}

fn moment(evaluator: &Evaluator<'_>) -> DateTime {
    DateTime::from(&evaluator.environment.now)
}
