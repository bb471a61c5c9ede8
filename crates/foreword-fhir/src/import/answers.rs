//! What can be answered to a question, by its type: kinds, limits, units, and how an answer is written.

use foreword_domain::{
    instrument::{Bounds, Choice, Enable, ItemKind, Label},
    language::Text,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    form::Wire,
    items::{Beside, Compiler},
    node::Node,
    options,
};
use crate::names::{MAX_VALUE, MIN_VALUE, UNIT};

/// Longest text a patient can be offered, in characters.
const LONGEST_TEXT: usize = 4000;
/// The limits of numbers that have none.
const ANY: f64 = 1e9;

impl<'a> Compiler<'a> {
    /// What can be answered, and how it is written.
    pub fn answer(
        &mut self,
        item: &Node<'a>,
        kind: &str,
        repeats: bool,
        beside: &Beside,
    ) -> Option<(ItemKind, Wire)> {
        let unit = self.unit(item);
        Some(match kind {
            "boolean" => (self.yes_no(item)?, Wire::Boolean),
            "choice" => {
                let (choices, options) =
                    options::read(item, &self.contained, &self.words, repeats, &mut self.book)?;
                let kind =
                    if repeats { ItemKind::MultipleChoice(choices) } else { ItemKind::Choice(choices) };
                (kind, Wire::Options(options))
            }
            "integer" => {
                #[expect(clippy::cast_possible_truncation, reason = "a limit that is none is a whole number")]
                let any = ANY as i64;
                let bounds = self.bounds(item, (-any, any), Value::as_i64, unit.text)?;
                match (&beside.low, &beside.high) {
                    (Some(low), Some(high)) if (bounds.min, bounds.max) == (0, 10) => {
                        (ItemKind::Scale { low: low.clone(), high: high.clone() }, Wire::Integer)
                    }
                    _ => (ItemKind::Integer(bounds), Wire::Integer),
                }
            }
            "decimal" => {
                let bounds = self.bounds(item, (-ANY, ANY), Value::as_f64, unit.text)?;
                (ItemKind::Decimal(bounds), Wire::Decimal)
            }
            "quantity" => {
                let Some(quantity) = unit.quantity else {
                    self.book.refuse(
                        &item.path,
                        "is a quantity without one fixed unit; name the unit with questionnaire-unit, or ask a decimal",
                    );
                    return None;
                };
                let bounds = self.bounds(item, (-ANY, ANY), Value::as_f64, unit.text)?;
                (ItemKind::Decimal(bounds), Wire::Quantity(quantity))
            }
            "date" => {
                let any = (Date::constant(1900, 1, 1), Date::constant(2199, 12, 31));
                let bounds = self.bounds(item, any, |value| value.as_str()?.parse().ok(), unit.text)?;
                (ItemKind::Date(bounds), Wire::Date)
            }
            "string" | "text" => {
                let most = item.whole("maxLength", &mut self.book).map(usize::try_from);
                let max_chars = match most {
                    None => LONGEST_TEXT,
                    Some(Ok(most)) if most > 0 => most.min(LONGEST_TEXT),
                    Some(_) => {
                        self.book.refuse(item.at("maxLength"), "must be 1 or more");
                        return None;
                    }
                };
                (ItemKind::Text { max_chars }, Wire::String)
            }
            other => {
                let what = match other {
                    "open-choice" => {
                        "takes words beside the choices, which can't be told apart in a conversation; make it a choice, and a text after it"
                    }
                    "attachment" => "asks for a file, which can't be sent here; remove it",
                    "reference" => "asks for a record, which patients can't name; remove it",
                    "dateTime" => "asks for a date with a time, which can't be typed here; make it a date",
                    "time" => "asks for a time of day, which can't be typed here; make it a choice or a text",
                    "url" => "asks for an address on the web, which can't be proved here; make it a string",
                    _ => "has a type that says nothing; name the type of its answer",
                };
                self.book.refuse(item.at("type"), format!("is {other:?}: {what}"));
                return None;
            }
        })
    }

    fn yes_no(&mut self, item: &Node<'_>) -> Option<ItemKind> {
        let choice = |code: &str, phrase: &str| Choice {
            code: code.to_owned(),
            weight: None,
            label: Label::Text(self.words.phrase(phrase)),
            loinc: None,
            enable: Enable::default(),
        };
        let choices = vec![choice("true", "answer-yes"), choice("false", "answer-no")];
        if self.words.phrase("answer-yes").get(&self.words.main).is_none() {
            let lang = &self.words.main;
            self.book.refuse(
                &item.path,
                format!("is yes or no, and there are no words for that in {lang} here; make it a choice"),
            );
            return None;
        }
        Some(ItemKind::Choice(choices))
    }

    fn bounds<T: PartialOrd>(
        &mut self,
        item: &Node<'_>,
        (least, greatest): (T, T),
        read: impl Fn(&Value) -> Option<T>,
        unit: Text,
    ) -> Option<Bounds<T>> {
        let mut limit = |url: &str, none: T| match item.extension(url) {
            None => Some(none),
            Some(extension) => {
                let value = extension.choice("value").and_then(|(_, value)| read(value));
                if value.is_none() {
                    self.book.refuse(&extension.path, "is no limit of the item's own type");
                }
                value
            }
        };
        let (min, max) = (limit(MIN_VALUE, least)?, limit(MAX_VALUE, greatest)?);
        if min > max {
            self.book.refuse(&item.path, "has a greatest value below its least; nothing could be answered");
            return None;
        }
        Some(Bounds { min, max, unit })
    }

    fn unit(&mut self, item: &Node<'_>) -> Unit {
        let options: Vec<Node<'_>> = item
            .extensions()
            .into_iter()
            .filter(|(url, _)| *url == UNIT || url.ends_with("questionnaire-unitOption"))
            .filter_map(|(_, extension)| extension.object("valueCoding", &mut self.book))
            .collect();
        let [coding] = options.as_slice() else { return Unit::default() };
        let text = self.words.text(coding, "display", &mut self.book);
        let code = coding.text("code", &mut self.book);
        let words = text.or_else(|| code.map(|code| self.words.everywhere(code))).unwrap_or_default();
        if words.0.is_empty() {
            return Unit::default();
        }
        let mut quantity = json!({ "unit": words.best(&self.words.main) });
        for key in ["system", "code"] {
            if let Some(value) = coding.members.get(key) {
                quantity[key] = value.clone();
            }
        }
        // A unit is a sign more than a word: where it is not translated, it is the same.
        let text =
            if words.0.len() == 1 { self.words.everywhere(words.best(&self.words.main)) } else { words };
        Unit { text, quantity: Some(quantity) }
    }
}

#[derive(Default)]
struct Unit {
    text: Text,
    /// A quantity without its value.
    quantity: Option<Value>,
}
