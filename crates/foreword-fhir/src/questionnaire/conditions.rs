//! Skip logic twice: as `enableWhen`, which form fillers follow, and as `FHIRPath`, for scores that count
//! what it hides.

use foreword_domain::{
    instrument::{Behavior, Condition, Enable, Instrument, Item, ItemKind, Operator},
    response,
};
use serde_json::{Value, json};

use crate::names::LOINC;

/// The conditions and how they are joined.
///
/// R4 has `=` and `!=` for codings and no order among them, and programs disagree on whether `!=` holds
/// where there is no answer. So a comparison of choices becomes the list of choices it holds for:
/// any of these, or, where all conditions must hold, answered and none of the others.
pub(super) fn enable_when(instrument: &Instrument, enable: &Enable) -> (Vec<Value>, &'static str) {
    let mut out = Vec::new();
    let any = enable.behavior == Behavior::Any || enable.when.len() == 1;
    for condition in &enable.when {
        let target = instrument.item(&condition.item);
        let holds_for = target.map(|item| satisfying(item, condition)).unwrap_or_default();
        let single = target.is_some_and(|item| matches!(item.kind, ItemKind::Choice(_)));
        let multiple = target.is_some_and(|item| matches!(item.kind, ItemKind::MultipleChoice(_)));
        let coding = |operator: &str, code: &str| json!({ "question": condition.item, "operator": operator, "answerCoding": coded(target, code) });
        match holds_for.as_slice() {
            _ if condition.operator == Operator::Exists => out.push(plain(condition, target)),
            [code] if single || multiple => out.push(coding("=", code)),
            [_, ..] if any && (single || multiple) => {
                out.extend(holds_for.iter().map(|code| coding("=", code)));
            }
            [_, ..] if single => {
                out.push(json!({ "question": condition.item, "operator": "exists", "answerBoolean": true }));
                let choices = target.map(Item::choices).unwrap_or_default();
                let others = choices.iter().filter(|choice| !holds_for.contains(&choice.code.as_str()));
                out.extend(others.map(|choice| coding("!=", &choice.code)));
            }
            _ => out.push(plain(condition, target)),
        }
    }
    (out, if any { "any" } else { "all" })
}

/// The codes of a choice item that a condition holds for.
fn satisfying<'a>(item: &'a Item, condition: &Condition) -> Vec<&'a str> {
    let holds = |code: &str| condition.holds(Some(&response::Value::Choice(code.to_owned())));
    item.choices().iter().map(|choice| choice.code.as_str()).filter(|code| holds(code)).collect()
}

fn plain(condition: &Condition, target: Option<&Item>) -> Value {
    let operator = match condition.operator {
        Operator::Exists => "exists",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::AtLeast => ">=",
        Operator::AtMost => "<=",
    };
    let written = &condition.value;
    let number = || written.parse::<f64>().map_or_else(|_| json!(written), |n| json!(n));
    let whole = || written.parse::<i64>().map_or_else(|_| number(), |n| json!(n));
    let (key, value) = match (condition.operator, target.map(|item| &item.kind)) {
        (Operator::Exists, _) => ("answerBoolean", json!(written == "true")),
        (_, Some(ItemKind::Integer(_) | ItemKind::Scale { .. })) => ("answerInteger", whole()),
        (_, Some(ItemKind::Decimal(_))) => ("answerDecimal", number()),
        (_, Some(ItemKind::Date(_))) => ("answerDate", json!(written)),
        (_, Some(ItemKind::Text { .. })) => ("answerString", json!(written)),
        _ => ("answerCoding", coded(target, written)),
    };
    json!({ "question": condition.item, "operator": operator, key: value })
}

fn coded(target: Option<&Item>, code: &str) -> Value {
    match target.and_then(|item| item.choice(code)?.loinc.as_ref()) {
        Some(code) => json!({ "system": LOINC, "code": code }),
        None => json!({ "code": code }),
    }
}

/// The answers to an item, in `FHIRPath`.
pub(super) fn answer(item: &str) -> String {
    format!("%resource.item.where(linkId='{item}').answer")
}

/// That an item was answered.
pub(super) fn answered(item: &str) -> String {
    format!("{}.exists()", answer(item))
}

/// That conditions hold; always true or false. An answer to an item that is itself hidden decides nothing.
pub(super) fn holds(instrument: &Instrument, enable: &Enable) -> String {
    let parts: Vec<String> = enable
        .when
        .iter()
        .map(|condition| {
            let Some(target) = instrument.item(&condition.item) else { return "false".to_owned() };
            let held = one(target, condition);
            if target.enable.when.is_empty() {
                return held;
            }
            let there = holds(instrument, &target.enable);
            // Not answered is what a hidden item is, too.
            if condition.operator == Operator::Exists && condition.value != "true" {
                format!("({held} or {there}.not())")
            } else {
                format!("({held} and {there})")
            }
        })
        .collect();
    let joined = parts.join(if enable.behavior == Behavior::Any { " or " } else { " and " });
    if parts.len() == 1 { joined } else { format!("({joined})") }
}

fn one(target: &Item, condition: &Condition) -> String {
    let answer = answer(&target.id);
    if condition.operator == Operator::Exists {
        return format!("{answer}.{}", if condition.value == "true" { "exists()" } else { "empty()" });
    }
    let test = match &target.kind {
        ItemKind::Choice(_) | ItemKind::MultipleChoice(_) => {
            let codes: Vec<String> = satisfying(target, condition)
                .into_iter()
                .map(|code| {
                    let loinc = target.choice(code).and_then(|choice| choice.loinc.as_deref());
                    format!("code='{}'", escaped(loinc.unwrap_or(code)))
                })
                .collect();
            if codes.is_empty() { "false".to_owned() } else { codes.join(" or ") }
        }
        kind => {
            let operator = match condition.operator {
                Operator::Exists | Operator::Equal => "=",
                Operator::NotEqual => "!=",
                Operator::Greater => ">",
                Operator::Less => "<",
                Operator::AtLeast => ">=",
                Operator::AtMost => "<=",
            };
            let value = match kind {
                ItemKind::Date(_) => format!("@{}", condition.value),
                ItemKind::Text { .. } => format!("'{}'", escaped(&condition.value)),
                _ => condition.value.clone(),
            };
            format!("$this {operator} {value}")
        }
    };
    format!("{answer}.value.where({test}).exists()")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}
