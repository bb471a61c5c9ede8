//! Choosing among values, going through them, and putting them in order.

use std::{cmp::Ordering, collections::HashSet};

use super::{Call, some};
use crate::fhirpath::{
    Error, compare,
    evaluate::{self, Collection, Evaluator, Scope},
    syntax::{Expr, Kind},
    value::Value,
};

/// Only the branch that is taken is evaluated.
pub(super) fn iif(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    evaluate::single(call.at, &call.input)?;
    let scope = match call.input.as_slice() {
        [] => call.scope.clone(),
        input => Scope { this: input, ..call.scope.clone() },
    };
    let condition = call.args.first().map_or(Ok(Vec::new()), |expr| evaluator.evaluate(expr, &scope))?;
    let holds = match evaluate::single(call.at, &condition)?.map(Value::plain) {
        None => false,
        Some(Value::Boolean(holds)) => holds,
        Some(other) => return Err(evaluate::wrong_type(call.at, "a boolean", &other)),
    };
    match call.args.get(if holds { 1 } else { 2 }) {
        Some(branch) => evaluator.evaluate(branch, &scope),
        None => Ok(Vec::new()),
    }
}

pub(super) fn r#where(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let mut found = Vec::new();
    for (n, value) in call.input.iter().enumerate() {
        let holds = call.each(evaluator, value, n)?;
        if evaluate::boolean(call.at, &holds)? == Some(true) {
            found.push(value.clone());
        }
    }
    Ok(found)
}

pub(super) fn select(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let mut found = Vec::new();
    for (n, value) in call.input.iter().enumerate() {
        let values = call.each(evaluator, value, n)?;
        evaluator.extend(call.at, &mut found, values)?;
    }
    Ok(found)
}

/// Again and again, until nothing new comes. Two elements are the same only when they are one place in the
/// document: two repetitions of a group that were answered alike are two.
pub(super) fn repeat(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let mut found: Collection = Vec::new();
    let mut seen = HashSet::new();
    let mut others: Collection = Vec::new();
    let mut level = call.input.clone();
    while !level.is_empty() {
        let mut fresh = Vec::new();
        for (n, value) in level.iter().enumerate() {
            for value in call.each(evaluator, value, n)? {
                let is_new = match &value {
                    Value::Element(element) => seen.insert(element.identity()),
                    other => {
                        let is_new = !compare::has(evaluator, call.at, &others, other)?;
                        if is_new {
                            others.push(other.clone());
                        }
                        is_new
                    }
                };
                if is_new {
                    evaluator.extend(call.at, &mut fresh, [value])?;
                }
            }
        }
        evaluator.extend(call.at, &mut found, fresh.iter().cloned())?;
        level = fresh;
    }
    Ok(found)
}

pub(super) fn single(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    evaluate::single(call.at, &call.input)?;
    Ok(call.take())
}

pub(super) fn first(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    call.take().into_iter().take(1).collect()
}

pub(super) fn last(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    some(call.input.pop())
}

pub(super) fn tail(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    call.take().into_iter().skip(1).collect()
}

pub(super) fn skip(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some(count) = call.integer_argument(evaluator, 0)? else { return Ok(Vec::new()) };
    Ok(call.take().into_iter().skip(usize::try_from(count).unwrap_or(0)).collect())
}

pub(super) fn take(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some(count) = call.integer_argument(evaluator, 0)? else { return Ok(Vec::new()) };
    Ok(call.take().into_iter().take(usize::try_from(count).unwrap_or(0)).collect())
}

/// By each argument in turn; a minus before an argument turns its order round. What has no value of an
/// argument comes after what has one.
pub(super) fn sort(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let keys: Vec<(Option<&Expr>, bool)> = match call.args {
        [] => vec![(None, false)],
        args => args
            .iter()
            .map(|expr| match &expr.kind {
                Kind::Negated(inner) => (Some(&**inner), true),
                _ => (Some(expr), false),
            })
            .collect(),
    };
    let mut rows = Vec::with_capacity(call.input.len());
    for (n, value) in call.input.iter().enumerate() {
        let scope = Scope { this: std::slice::from_ref(value), index: Some(n), ..call.scope.clone() };
        let mut row = Vec::with_capacity(keys.len());
        for (expr, _) in &keys {
            let key = match expr {
                Some(expr) => evaluator.evaluate(expr, &scope)?,
                None => vec![value.clone()],
            };
            row.push(evaluate::single(call.at, &key)?.cloned());
        }
        rows.push((row, value.clone()));
    }
    let rows = merge_sorted(rows, &mut |one: &Row, other: &Row| {
        for ((one, other), (_, descending)) in one.0.iter().zip(&other.0).zip(&keys) {
            let order = match (one, other) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(one), Some(other)) => {
                    compare::order(evaluator, call.at, one, other)?.unwrap_or(Ordering::Equal)
                }
            };
            if order != Ordering::Equal {
                return Ok(if *descending { order.reverse() } else { order });
            }
        }
        Ok(Ordering::Equal)
    })?;
    Ok(rows.into_iter().map(|(_, value)| value).collect())
}

/// What a value is sorted by, and the value.
type Row = (Vec<Option<Value>>, Value);

/// Sorts by an order that may fail and need not be a total one, for which the sort of the standard
/// library may panic. What is equal keeps its order.
fn merge_sorted<T>(
    mut rows: Vec<T>,
    order: &mut impl FnMut(&T, &T) -> Result<Ordering, Error>,
) -> Result<Vec<T>, Error> {
    if rows.len() < 2 {
        return Ok(rows);
    }
    let right = rows.split_off(rows.len() / 2);
    let left = merge_sorted(rows, order)?;
    let right = merge_sorted(right, order)?;
    let mut sorted = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let next = if order(one, other)? == Ordering::Greater { right.next() } else { left.next() };
        sorted.extend(next);
    }
    sorted.extend(left);
    sorted.extend(right);
    Ok(sorted)
}

/// The first argument that has values.
pub(super) fn coalesce(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    for n in 0..call.args.len() {
        let values = call.argument(evaluator, n)?;
        if !values.is_empty() {
            return Ok(values);
        }
    }
    Ok(Vec::new())
}

/// Writes nothing: the values may be a patient's. The arguments are checked all the same.
pub(super) fn trace(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    call.text_argument(evaluator, 0)?;
    Ok(call.take())
}

pub(super) fn unchanged(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Collection {
    call.take()
}
