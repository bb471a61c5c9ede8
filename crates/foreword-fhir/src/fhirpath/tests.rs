mod hostile;
mod language;
mod scoring;
mod suite;

use jiff::Zoned;

use super::{Document, Environment, Error, Expression, Value};

fn now() -> Zoned {
    "2026-11-24T09:30:00.125+01:00[+01:00]".parse().unwrap()
}

fn nothing() -> Environment {
    Environment {
        resource: None,
        questionnaire: None,
        now: now(),
        variables: std::collections::BTreeMap::new(),
    }
}

/// Evaluates without a resource.
fn evaluate(expression: &str) -> Result<Vec<Value>, Error> {
    Expression::parse(expression)?.evaluate(&[], &nothing())
}

/// What an expression yields on a resource, each value as JSON.
fn on(resource: &str, expression: &str) -> String {
    let resource = Document::parse(resource).unwrap();
    let environment = Environment::new(resource.clone(), now());
    let values = Expression::parse(expression).unwrap().evaluate(&[resource.root().into()], &environment);
    shown(&values.unwrap_or_else(|error| panic!("{expression}: {error}")))
}

fn shown(values: &[Value]) -> String {
    values.iter().map(Value::json).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(expression: &str, expected: &str) {
    let values = evaluate(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    assert_eq!(shown(&values), expected, "{expression}");
}

#[track_caller]
fn refused(expression: &str, message: &str) {
    match evaluate(expression) {
        Ok(values) => panic!("{expression} is {}", shown(&values)),
        Err(error) => assert_eq!(error.to_string(), message, "{expression}"),
    }
}
