//! `enableWhen`: conditions on earlier items, and those of the groups an item lies in.

use std::collections::BTreeMap;

use foreword_domain::instrument::{Behavior, Condition, Enable, Operator};
use serde_json::Value;

use super::{
    form::{Opt, Wire},
    node::{Node, Notebook},
};

/// What an item's conditions may look back on.
pub(super) enum Target {
    /// It is asked, under this id.
    Asked(String, Wire),
    /// It has no answer here, and why.
    Silent(&'static str),
}

/// The conditions written at an item.
pub(super) fn read(item: &Node<'_>, targets: &BTreeMap<&str, Target>, book: &mut Notebook) -> Enable {
    let listed = item.list("enableWhen", book);
    let behavior = match item.text("enableBehavior", book) {
        Some("any") => Behavior::Any,
        None if listed.len() > 1 => {
            book.refuse(&item.path, "has several conditions; say enableBehavior, all or any");
            Behavior::All
        }
        Some("all") | None => Behavior::All,
        Some(other) => {
            book.refuse(item.at("enableBehavior"), format!("is {other:?}, must be all or any"));
            Behavior::All
        }
    };
    let own = item.members.get("linkId").and_then(Value::as_str);
    let when: Vec<Condition> = listed.iter().filter_map(|node| condition(node, own, targets, book)).collect();
    for (node, condition) in listed.iter().zip(&when) {
        let is_guard = |other: &Condition| {
            other.item == condition.item && other.operator == Operator::Exists && other.value == "true"
        };
        let guarded = behavior == Behavior::All && when.iter().any(is_guard);
        if condition.operator == Operator::NotEqual && !guarded {
            book.remark(
                &node.path,
                "is not true here where the question was not answered; some programs take it to be true",
            );
        }
    }
    Enable { behavior, when }
}

/// Conditions that must all hold, as one list; nothing where a list has no words for them.
pub(super) fn both(outer: &Enable, inner: &Enable) -> Option<Enable> {
    if outer.when.is_empty() {
        return Some(inner.clone());
    }
    if inner.when.is_empty() {
        return Some(outer.clone());
    }
    let is_all = |enable: &Enable| enable.behavior == Behavior::All || enable.when.len() == 1;
    if !is_all(outer) || !is_all(inner) {
        return (outer == inner).then(|| outer.clone());
    }
    let mut when = outer.when.clone();
    when.extend(inner.when.iter().filter(|condition| !outer.when.contains(condition)).cloned());
    Some(Enable { behavior: Behavior::All, when })
}

fn condition(
    node: &Node<'_>,
    own: Option<&str>,
    targets: &BTreeMap<&str, Target>,
    book: &mut Notebook,
) -> Option<Condition> {
    node.only(
        &[
            "id",
            "extension",
            "modifierExtension",
            "question",
            "operator",
            "answerBoolean",
            "answerDecimal",
            "answerInteger",
            "answerDate",
            "answerDateTime",
            "answerTime",
            "answerString",
            "answerCoding",
            "answerQuantity",
            "answerReference",
        ],
        book,
    );
    let question = node.text("question", book);
    let Some(question) = question else {
        book.refuse(&node.path, "names no question");
        return None;
    };
    let operator = match node.text("operator", book) {
        Some("exists") => Operator::Exists,
        Some("=") => Operator::Equal,
        Some("!=") => Operator::NotEqual,
        Some(">") => Operator::Greater,
        Some("<") => Operator::Less,
        Some(">=") => Operator::AtLeast,
        Some("<=") => Operator::AtMost,
        other => {
            let other = other.unwrap_or_default();
            book.refuse(node.at("operator"), format!("is {other:?}, must be exists, =, !=, >, <, >= or <="));
            return None;
        }
    };
    if Some(question) == own {
        book.refuse(node.at("question"), "is the item itself; it could never be shown");
        return None;
    }
    let (id, wire) = match targets.get(question) {
        Some(Target::Asked(id, wire)) => (id, wire),
        Some(Target::Silent(why)) => {
            book.refuse(node.at("question"), format!("{question:?} {why}, so it decides nothing here"));
            return None;
        }
        None => {
            book.refuse(
                node.at("question"),
                format!("{question:?} is no earlier question; conditions look back only, so move it up"),
            );
            return None;
        }
    };
    let Some((key, answer)) = node.choice("answer") else {
        book.refuse(&node.path, "has no answer to compare with");
        return None;
    };
    match value(operator, wire, key, answer) {
        Ok(value) => Some(Condition { item: id.clone(), operator, value }),
        Err(what) => {
            book.refuse(node.at(key), what);
            None
        }
    }
}

/// The answer of a condition as it is compared here.
fn value(operator: Operator, wire: &Wire, key: &str, answer: &Value) -> Result<String, String> {
    let wrong = |wanted: &str| Err(format!("does not fit the question; must be {wanted}"));
    let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let text = || answer.as_str().map(str::to_owned);
    if operator == Operator::Exists {
        return match (key, answer.as_bool()) {
            ("answerBoolean", Some(answer)) => Ok(answer.to_string()),
            _ => wrong("answerBoolean with exists"),
        };
    }
    match wire {
        Wire::Boolean => match (key, answer.as_bool()) {
            ("answerBoolean", Some(answer)) if is_equality => Ok(answer.to_string()),
            _ => wrong("answerBoolean with = or !="),
        },
        Wire::Integer | Wire::Decimal => match (key, answer) {
            ("answerInteger" | "answerDecimal", Value::Number(number)) => Ok(number.to_string()),
            _ => wrong("answerInteger or answerDecimal"),
        },
        Wire::Quantity(unit) => {
            let member = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).map(str::to_owned);
            let same = ["code", "unit"]
                .into_iter()
                .any(|key| member(unit, key).is_some() && member(unit, key) == member(answer, key));
            match answer.get("value") {
                Some(Value::Number(number)) if key == "answerQuantity" && same => Ok(number.to_string()),
                _ => wrong("answerQuantity in the unit of the question"),
            }
        }
        Wire::Date => match text().filter(|_| key == "answerDate") {
            Some(date) if date.parse::<jiff::civil::Date>().is_ok() => Ok(date),
            _ => wrong("answerDate, a whole date"),
        },
        Wire::String => {
            Err("is compared with what somebody wrote; only exists can be asked of a text".into())
        }
        Wire::Options(options) => {
            // Whole numbers are in order; codings are not.
            let numbers = options.iter().all(|option| option.key == "valueInteger");
            if !is_equality && !numbers {
                return Err(
                    "compares choices by size, which R4 has no order for; use = with each choice".into()
                );
            }
            match (key, answer) {
                ("answerInteger", Value::Number(number)) if numbers => Ok(number.to_string()),
                _ => chosen(options, key, answer),
            }
        }
    }
}

/// The option an answer names.
fn chosen(options: &[Opt], key: &str, answer: &Value) -> Result<String, String> {
    let wanted = key.replace("answer", "value");
    let part = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    let same = |option: &&Opt| {
        if option.key != wanted {
            return false;
        }
        if wanted != "valueCoding" {
            return option.value == *answer;
        }
        part(&option.value, "code") == part(answer, "code") && part(&option.value, "code").is_some()
    };
    let same_system = |option: &&Opt| part(&option.value, "system") == part(answer, "system");
    let found: Vec<&Opt> = options.iter().filter(same).collect();
    let exact = found.iter().copied().find(same_system);
    // Where no other option has the code, a system that one of the two leaves out is the same.
    let lax = match found.as_slice() {
        [one] if part(answer, "system").is_none() || part(&one.value, "system").is_none() => Some(*one),
        _ => None,
    };
    match exact.or(lax) {
        Some(option) => Ok(option.code.clone()),
        None => Err("is no choice of the question; it could never be true".to_owned()),
    }
}
