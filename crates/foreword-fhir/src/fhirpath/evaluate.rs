//! Walks an expression: names, paths, operators and variables, and what each step costs.

use std::{collections::HashMap, rc::Rc};

use regex::Regex;

use super::{
    Environment, Error, MAX_STEPS, MAX_VALUES, arithmetic,
    compare::{self, Comparison},
    functions::{Call, Items, types},
    model,
    syntax::{Expr, Kind, Link, LinkKind, Operator, Step, StepKind},
    value::Value,
};

/// Variables that are defined at one place.
const MAX_VARIABLES: usize = 100;

pub(super) type Collection = Vec<Value>;

/// Evaluates a whole expression.
pub(super) fn run(root: &Expr, context: &[Value], environment: &Environment) -> Result<Collection, Error> {
    let mut evaluator = Evaluator { environment, context, spent: 0, patterns: HashMap::new(), items: None };
    evaluator.evaluate(root, &Scope { this: context, index: None, total: None, defined: None })
}

pub(super) struct Evaluator<'e> {
    pub environment: &'e Environment,
    context: &'e [Value],
    spent: usize,
    /// Regular expressions that were used before.
    pub patterns: HashMap<String, Regex>,
    /// The items of the form, once they were asked for.
    pub items: Option<Items>,
}

/// What `$this`, `$index`, `$total` and defined variables stand for at one place.
#[derive(Clone)]
pub(super) struct Scope<'s> {
    pub this: &'s [Value],
    pub index: Option<usize>,
    pub total: Option<&'s [Value]>,
    pub defined: Option<Rc<Defined>>,
}

/// A variable made by `defineVariable`, and those made before it.
pub(super) struct Defined {
    name: Box<str>,
    values: Collection,
    before: Option<Rc<Defined>>,
}

impl Evaluator<'_> {
    /// Counts what something costs, and stops what costs too much.
    pub fn spend(&mut self, at: usize, cost: usize) -> Result<(), Error> {
        self.spent = self.spent.saturating_add(cost);
        if self.spent > MAX_STEPS {
            return Err(Error::Limit { at, what: "the evaluation takes too many steps" });
        }
        Ok(())
    }

    /// Appends to a collection that may not grow without end.
    pub fn extend(
        &mut self,
        at: usize,
        all: &mut Collection,
        more: impl IntoIterator<Item = Value>,
    ) -> Result<(), Error> {
        for value in more {
            self.spend(at, 1)?;
            if all.len() >= MAX_VALUES {
                return Err(Error::Limit { at, what: "a collection grows too large" });
            }
            all.push(value);
        }
        Ok(())
    }

    pub fn evaluate(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<Collection, Error> {
        self.spend(expr.at, 1)?;
        match &expr.kind {
            Kind::Literal(value) => Ok(value.iter().cloned().collect()),
            Kind::This => self.copy(expr.at, scope.this),
            Kind::Index => match scope.index.map(i32::try_from) {
                Some(Ok(index)) => Ok(vec![Value::Integer(index)]),
                _ => Err(Error::execution(
                    expr.at,
                    "$index has a meaning only where a function goes through values",
                )),
            },
            Kind::Total => match scope.total {
                Some(total) => self.copy(expr.at, total),
                None => Err(Error::execution(expr.at, "$total has a meaning only in aggregate()")),
            },
            Kind::Variable(name) => self.variable(expr.at, name, scope),
            Kind::Negated(inner) => {
                let value = self.evaluate(inner, scope)?;
                arithmetic::negate(expr.at, &value)
            }
            Kind::Unsigned(inner) => {
                let value = self.evaluate(inner, scope)?;
                arithmetic::negate(expr.at, &value)?;
                Ok(value)
            }
            Kind::Chain(first, links) => self.chain(first, links, scope),
            Kind::Path(start, steps) => self.path(start, steps, scope),
        }
    }

    fn copy(&mut self, at: usize, values: &[Value]) -> Result<Collection, Error> {
        self.spend(at, values.len())?;
        Ok(values.to_vec())
    }

    fn path(&mut self, start: &Expr, steps: &[Step], scope: &Scope<'_>) -> Result<Collection, Error> {
        let mut current = self.evaluate(start, scope)?;
        // What a step defines, the steps after it can see.
        let mut scope = scope.clone();
        for step in steps {
            let at = step.at;
            current = match &step.kind {
                StepKind::First(name) if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
                    self.type_or_member(at, &current, name)?
                }
                StepKind::First(name) | StepKind::Member(name) => self.member(at, &current, name)?,
                StepKind::Call(function, args) if function.name == "defineVariable" => {
                    let defined = self.define(at, &current, args, &scope)?;
                    scope.defined = Some(Rc::new(defined));
                    current
                }
                StepKind::Call(function, args) => {
                    self.spend(at, 1)?;
                    function.call(self, Call { at, input: current, args, scope: &scope })?
                }
                StepKind::Indexer(index) => self.indexed(at, current, index, &scope)?,
            };
        }
        Ok(current)
    }

    /// The children of a name.
    fn member(&mut self, at: usize, of: &[Value], name: &str) -> Result<Collection, Error> {
        let mut found = Vec::new();
        for value in of {
            self.spend(at, 1)?;
            match value {
                Value::Element(element) => {
                    self.spend(at, element.width() / 16)?;
                    self.extend(at, &mut found, element.named(name).map(Value::Element))?;
                }
                Value::Type(namespace, _) if name == "namespace" => found.push(Value::text(*namespace)),
                Value::Type(_, type_name) if name == "name" => found.push(Value::text(*type_name)),
                _ => {}
            }
        }
        Ok(found)
    }

    /// `Patient.name` on a patient begins with the patient.
    fn type_or_member(&mut self, at: usize, of: &[Value], name: &str) -> Result<Collection, Error> {
        let is =
            |value: &Value| matches!(value, Value::Element(element) if model::is_a(element.kind(), name));
        if of.iter().any(is) {
            self.spend(at, of.len())?;
            return Ok(of.iter().filter(|value| is(value)).cloned().collect());
        }
        self.member(at, of, name)
    }

    fn indexed(
        &mut self,
        at: usize,
        current: Collection,
        index: &Expr,
        scope: &Scope<'_>,
    ) -> Result<Collection, Error> {
        let index = self.evaluate(index, scope)?;
        let Some(index) = integer(at, &index)? else { return Ok(Vec::new()) };
        Ok(usize::try_from(index).ok().and_then(|index| current.into_iter().nth(index)).into_iter().collect())
    }

    fn variable(&mut self, at: usize, name: &str, scope: &Scope<'_>) -> Result<Collection, Error> {
        let mut next = scope.defined.as_ref();
        while let Some(defined) = next {
            if &*defined.name == name {
                return self.copy(at, &defined.values);
            }
            next = defined.before.as_ref();
        }
        let document = match name {
            "context" => return self.copy(at, self.context),
            "resource" | "rootResource" => self.environment.resource.as_ref(),
            "questionnaire" => self.environment.questionnaire.as_ref(),
            _ => {
                if let Some(values) = self.environment.variables.get(name) {
                    return self.copy(at, values);
                }
                let text = match name {
                    "ucum" => super::value::UCUM.to_owned(),
                    "sct" => "http://snomed.info/sct".to_owned(),
                    "loinc" => "http://loinc.org".to_owned(),
                    _ => match (name.strip_prefix("vs-"), name.strip_prefix("ext-")) {
                        (Some(name), _) => format!("http://hl7.org/fhir/ValueSet/{name}"),
                        (_, Some(name)) => format!("http://hl7.org/fhir/StructureDefinition/{name}"),
                        _ => return Err(Error::execution(at, format!("there is no variable %{name}"))),
                    },
                };
                return Ok(vec![Value::text(text)]);
            }
        };
        Ok(document.map(|document| document.root().into()).into_iter().collect())
    }

    /// `defineVariable(name, values)`; without values those it is called on.
    fn define(
        &mut self,
        at: usize,
        input: &[Value],
        args: &[Expr],
        scope: &Scope<'_>,
    ) -> Result<Defined, Error> {
        let inner = Scope { this: input, index: None, ..scope.clone() };
        let name = match args.first() {
            Some(name) => self.evaluate(name, scope)?,
            None => Vec::new(),
        };
        let Some(name) = text(at, &name)? else {
            return Err(Error::execution(at, "a variable needs a name"));
        };
        let fixed = matches!(
            &*name,
            "context" | "resource" | "rootResource" | "questionnaire" | "ucum" | "sct" | "loinc"
        );
        let mut known = fixed || self.environment.variables.contains_key(&*name);
        let mut next = scope.defined.as_ref();
        let mut count = 0;
        while let Some(defined) = next {
            known |= *defined.name == *name;
            count += 1;
            next = defined.before.as_ref();
        }
        if count >= MAX_VARIABLES {
            return Err(Error::Limit { at, what: "too many variables are defined" });
        }
        if known {
            return Err(Error::execution(at, format!("there is a variable %{name} already")));
        }
        let values = match args.get(1) {
            Some(values) => self.evaluate(values, &inner)?,
            None => self.copy(at, input)?,
        };
        Ok(Defined { name: (*name).into(), values, before: scope.defined.clone() })
    }

    fn chain(&mut self, first: &Expr, links: &[Link], scope: &Scope<'_>) -> Result<Collection, Error> {
        let mut left = self.evaluate(first, scope)?;
        for link in links {
            left = match &link.kind {
                LinkKind::Operator(operator, right) => {
                    self.operator(link.at, *operator, left, right, scope)?
                }
                LinkKind::Is(name) => types::is(link.at, &left, name)?,
                LinkKind::As(name) => types::cast(link.at, &left, name)?,
            };
        }
        Ok(left)
    }

    fn operator(
        &mut self,
        at: usize,
        operator: Operator,
        left: Collection,
        right: &Expr,
        scope: &Scope<'_>,
    ) -> Result<Collection, Error> {
        if let Some(decided) = decided(at, operator, &left)? {
            return Ok(vec![Value::Boolean(decided)]);
        }
        let right = self.evaluate(right, scope)?;
        self.spend(at, 1)?;
        let compared = match operator {
            Operator::And | Operator::Or | Operator::Xor | Operator::Implies => {
                logic(operator, boolean(at, &left)?, boolean(at, &right)?)
            }
            Operator::Equal => compare::equal(self, at, &left, &right)?,
            Operator::NotEqual => compare::equal(self, at, &left, &right)?.map(|equal| !equal),
            Operator::Equivalent => Some(compare::equivalent(self, at, &left, &right)?),
            Operator::NotEquivalent => Some(!compare::equivalent(self, at, &left, &right)?),
            Operator::Less => compare::ordered(self, at, &left, &right, Comparison::is_lt)?,
            Operator::LessOrEqual => compare::ordered(self, at, &left, &right, Comparison::is_le)?,
            Operator::Greater => compare::ordered(self, at, &left, &right, Comparison::is_gt)?,
            Operator::GreaterOrEqual => compare::ordered(self, at, &left, &right, Comparison::is_ge)?,
            Operator::In => self.membership(at, &left, &right)?,
            Operator::Contains => self.membership(at, &right, &left)?,
            Operator::Union => return compare::union(self, at, left, right),
            _ => return arithmetic::operate(self, at, operator, &left, &right),
        };
        Ok(compared.map(Value::Boolean).into_iter().collect())
    }

    fn membership(&mut self, at: usize, one: &[Value], all: &[Value]) -> Result<Option<bool>, Error> {
        let Some(one) = single(at, one)? else { return Ok(None) };
        compare::has(self, at, all, one).map(Some)
    }
}

/// What the left side of an operator decides alone.
fn decided(at: usize, operator: Operator, left: &[Value]) -> Result<Option<bool>, Error> {
    Ok(match operator {
        Operator::And if boolean(at, left)? == Some(false) => Some(false),
        Operator::Or if boolean(at, left)? == Some(true) => Some(true),
        Operator::Implies if boolean(at, left)? == Some(false) => Some(true),
        _ => None,
    })
}

/// Logic of three values: true, false and not known.
fn logic(operator: Operator, left: Option<bool>, right: Option<bool>) -> Option<bool> {
    let or = |left: Option<bool>, right: Option<bool>| match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    };
    let not = |value: Option<bool>| value.map(|value| !value);
    match operator {
        Operator::And => not(or(not(left), not(right))),
        Operator::Or => or(left, right),
        Operator::Implies => or(not(left), right),
        _ => Some(left? != right?),
    }
}

/// The one value of a collection, or nothing when it is empty.
pub(super) fn single(at: usize, values: &[Value]) -> Result<Option<&Value>, Error> {
    match values {
        [] => Ok(None),
        [value] => Ok(Some(value)),
        _ => Err(Error::execution(at, format!("one value is needed here, there are {}", values.len()))),
    }
}

/// A collection as a condition: one value that is no boolean counts as true.
pub(super) fn boolean(at: usize, values: &[Value]) -> Result<Option<bool>, Error> {
    Ok(single(at, values)?.map(|value| match value.plain() {
        Value::Boolean(value) => value,
        _ => true,
    }))
}

/// A collection as one string.
pub(super) fn text(at: usize, values: &[Value]) -> Result<Option<std::sync::Arc<str>>, Error> {
    match single(at, values)?.map(Value::plain) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong_type(at, "a string", &other)),
    }
}

/// A collection as one whole number.
pub(super) fn integer(at: usize, values: &[Value]) -> Result<Option<i32>, Error> {
    match single(at, values)?.map(Value::plain) {
        None => Ok(None),
        Some(Value::Integer(value)) => Ok(Some(value)),
        Some(other) => Err(wrong_type(at, "an integer", &other)),
    }
}

/// Says types, never values: they may be a patient's.
pub(super) fn wrong_type(at: usize, wanted: &str, found: &Value) -> Error {
    Error::execution(at, format!("{wanted} is needed here, this is a {}", found.type_name()))
}
