//! Decimals in JSON. A FHIR decimal keeps its digits (7.50 is not 7.5), and a JSON number that a program reads does
//! not: what would be lost stands beside the number.

use serde_json::{Number, Value, json};

use crate::names::AS_WRITTEN;

/// Puts a decimal into an element, and beside it how it was written where the number alone does not tell. Nothing
/// when the text is no number.
pub(crate) fn put(into: &mut Value, key: &str, written: &str) -> bool {
    let Some(number) = number(written) else { return false };
    if number.to_string() != written {
        into[format!("_{key}")] = json!({ "extension": [{ "url": AS_WRITTEN, "valueString": written }] });
    }
    into[key] = Value::Number(number);
    true
}

/// The decimal of an element as it was written, where that is told and says the same number.
pub(crate) fn written(of: &Value, key: &str) -> Option<String> {
    let number = of.get(key)?.as_number()?;
    let extensions = of.get(format!("_{key}")).and_then(|beside| beside.get("extension")?.as_array());
    let told = extensions.into_iter().flatten().find(|one| one["url"] == AS_WRITTEN);
    let told = told.and_then(|told| told["valueString"].as_str()).filter(|told| is_plain(told));
    let same = told.filter(|told| told.parse().ok() == number.as_f64());
    let plain = || plain(number);
    same.map(str::to_owned).or_else(plain)
}

/// A number without an exponent; nothing where that would take more digits than anybody answers with.
fn plain(number: &Number) -> Option<String> {
    let text = number.to_string();
    if is_plain(&text) {
        return Some(text);
    }
    let text = number.as_f64().filter(|number| number.abs() < 1e15)?.to_string();
    (text.len() <= MOST_DIGITS && is_plain(&text)).then_some(text)
}

/// Digits and signs of an answer that is a decimal.
const MOST_DIGITS: usize = 24;

fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text.len() <= MOST_DIGITS
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.matches('.').count() <= 1
}

fn number(written: &str) -> Option<Number> {
    // Numbers that are JSON keep what they can; leading zeros are none.
    let read = serde_json::from_str(written).ok();
    read.or_else(|| Number::from_f64(written.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comes_back_as_it_was_written() {
        for text in ["7", "7.5", "7.50", "-0.10", "007.5", "0.1", "123456789012345", "0.000000000000001"] {
            let mut element = json!({});
            assert!(put(&mut element, "valueDecimal", text), "{text}");
            let read = serde_json::from_str(&element.to_string()).unwrap();
            assert_eq!(written(&read, "valueDecimal").as_deref(), Some(text), "{element}");
        }
        assert!(!put(&mut json!({}), "value", "many"));
    }

    #[test]
    fn digits_that_say_another_number_are_not_believed() {
        let told = |text: &str| {
            let element = json!({
                "value": 7.5,
                "_value": { "extension": [{ "url": AS_WRITTEN, "valueString": text }] }
            });
            written(&element, "value").unwrap()
        };
        assert_eq!(told("7.50"), "7.50");
        assert_eq!(told("9.50"), "7.5");
        assert_eq!(told("7.5e0"), "7.5");
    }

    #[test]
    fn a_number_with_an_exponent_is_written_out_or_refused() {
        assert_eq!(written(&json!({ "value": 1e-5 }), "value").as_deref(), Some("0.00001"));
        assert_eq!(written(&json!({ "value": 1e300 }), "value"), None);
        assert_eq!(written(&json!({ "value": "7" }), "value"), None);
    }
}
