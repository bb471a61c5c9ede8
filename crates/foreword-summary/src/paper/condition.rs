//! Skip logic in words: when a question on paper is to be answered.

use std::collections::BTreeMap;

use foreword_domain::{
    conversation::script::Ask,
    instrument::{Behavior, Condition, Item, Label, Operator},
    language::Lang,
    patient::Sex,
    phrases::{Arg, t},
    response::Value,
};

/// The numbers of an ask's questions on the form, by linkId.
pub(super) type Numbers<'a> = BTreeMap<&'a str, usize>;

/// What is to be read before a question, where it is not for everybody.
pub(super) fn only_if(ask: &Ask, item: &Item, numbers: &Numbers<'_>, lang: &Lang) -> Vec<String> {
    let mut sentences = Vec::new();
    match item.only_for {
        Some(Sex::Female) => sentences.push(t("paper-only-women", lang, &[])),
        Some(Sex::Male) => sentences.push(t("paper-only-men", lang, &[])),
        None => {}
    }
    let conditions: Vec<String> =
        item.enable.when.iter().filter_map(|when| condition(ask, when, numbers, lang)).collect();
    let join = match item.enable.behavior {
        Behavior::All => "paper-and",
        Behavior::Any => "paper-or",
    };
    if let Some(condition) = joined(conditions, join, lang) {
        sentences.push(t("paper-only", lang, &[("condition", Arg::Text(&condition))]));
    }
    sentences
}

fn joined(parts: Vec<String>, key: &str, lang: &Lang) -> Option<String> {
    parts
        .into_iter()
        .reduce(|first, second| t(key, lang, &[("first", Arg::Text(&first)), ("second", Arg::Text(&second))]))
}

fn condition(ask: &Ask, when: &Condition, numbers: &Numbers<'_>, lang: &Lang) -> Option<String> {
    let number = numbers.get(when.item.as_str())?;
    let say = |key: &str, answers: &str| {
        t(key, lang, &[("n", Arg::Number(*number)), ("answers", Arg::Text(answers))])
    };
    if when.operator == Operator::Exists {
        let key = if when.value == "true" { "paper-if-answered" } else { "paper-if-empty" };
        return Some(say(key, ""));
    }
    let choices = ask.instrument.item(&when.item)?.choices();
    if choices.is_empty() {
        let key = match when.operator {
            Operator::Equal | Operator::Exists => "paper-if-is",
            Operator::NotEqual => "paper-if-not",
            Operator::Greater => "paper-if-more",
            Operator::Less => "paper-if-less",
            Operator::AtLeast => "paper-if-at-least",
            Operator::AtMost => "paper-if-at-most",
        };
        return Some(say(key, &when.value));
    }
    // Which answers a comparison comes to is for us to find out, not for a patient.
    let (met, unmet): (Vec<_>, Vec<_>) =
        choices.iter().partition(|choice| when.holds(Some(&Value::Choice(choice.code.clone()))));
    let named = |choices: &[&foreword_domain::instrument::Choice]| {
        let labels = choices.iter().map(|choice| match &choice.label {
            Label::Text(text) => format!("“{}”", text.get(&ask.language).unwrap_or_default()),
            Label::AnswerTo(item) => answer_to(item, numbers, lang),
        });
        joined(labels.collect(), "paper-or", lang).unwrap_or_default()
    };
    match (met.len(), unmet.len()) {
        (0, _) => None,
        (_, 0) => Some(say("paper-if-answered", "")),
        (met_count, unmet_count) if unmet_count < met_count => Some(say("paper-if-not", &named(&unmet))),
        _ => Some(say("paper-if-is", &named(&met))),
    }
}

/// What stands for the patient's own words before they have written them.
pub(super) fn answer_to(item: &str, numbers: &Numbers<'_>, lang: &Lang) -> String {
    numbers.get(item).map_or_else(String::new, |n| t("paper-answer-to", lang, &[("n", Arg::Number(*n))]))
}
