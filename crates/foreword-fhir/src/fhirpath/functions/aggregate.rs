//! Many values into one.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::Call;
use crate::fhirpath::{
    Error, arithmetic, compare,
    evaluate::{Collection, Evaluator, Scope},
    syntax::Operator,
    value::Value,
};

pub(super) fn aggregate(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let mut total = call.argument(evaluator, 1)?;
    let Some(step) = call.args.first() else { return Ok(total) };
    for (n, value) in call.input.iter().enumerate() {
        let this = std::slice::from_ref(value);
        let scope = Scope { this, index: Some(n), total: Some(&total), ..call.scope.clone() };
        total = evaluator.evaluate(step, &scope)?;
    }
    Ok(total)
}

/// Nothing for nothing: a score without answers is no score of 0.
pub(super) fn sum(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let mut values = call.input.iter().map(Value::plain);
    let Some(mut total) = values.next() else { return Ok(Vec::new()) };
    if !matches!(total, Value::Integer(_) | Value::Decimal(_) | Value::Quantity(_)) {
        return call.error(format!("sum() adds up numbers and quantities, this is a {}", total.type_name()));
    }
    for value in values {
        evaluator.spend(call.at, 1)?;
        let sum = arithmetic::operate(evaluator, call.at, Operator::Plus, &[total], &[value])?;
        match sum.into_iter().next() {
            Some(sum) => total = sum,
            None => return Ok(Vec::new()),
        }
    }
    Ok(vec![total])
}

pub(super) fn avg(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let (at, count) = (call.at, call.input.len());
    let total = sum(evaluator, call)?;
    if total.is_empty() {
        return Ok(total);
    }
    let count = Value::Decimal(Decimal::from(count));
    arithmetic::operate(evaluator, at, Operator::Divide, &total, &[count])
}

pub(super) fn min(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    extreme(evaluator, call, Ordering::Less)
}

pub(super) fn max(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    extreme(evaluator, call, Ordering::Greater)
}

/// Nothing when two of them can't be compared.
fn extreme(
    evaluator: &mut Evaluator<'_>,
    call: &Call<'_, '_>,
    wanted: Ordering,
) -> Result<Collection, Error> {
    let Some(mut best) = call.input.first() else { return Ok(Vec::new()) };
    for value in &call.input {
        match compare::order(evaluator, call.at, value, best)? {
            None => return Ok(Vec::new()),
            Some(order) if order == wanted => best = value,
            Some(_) => {}
        }
    }
    Ok(vec![best.plain()])
}
