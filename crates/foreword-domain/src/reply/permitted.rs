//! What may stand as an answer, however it was given.

use super::Offer;
use crate::{
    instrument::{Item, ItemKind},
    response::Value,
};

/// Whether a value is one the item permits, among the choices offered.
pub fn is_permitted(item: &Item, offers: &[Offer<'_>], value: &Value) -> bool {
    let is_offered = |code: &String| offers.iter().any(|offer| offer.code == code);
    match (&item.kind, value) {
        (ItemKind::Display, _) => false,
        (_, Value::Skipped) => true,
        (ItemKind::Choice(_), Value::Choice(code)) => is_offered(code),
        (ItemKind::MultipleChoice(_), Value::Choices(codes)) => {
            let places: Vec<_> =
                codes.iter().map(|code| offers.iter().position(|o| o.code == code)).collect();
            !codes.is_empty()
                && codes.iter().all(is_offered)
                && places.windows(2).all(|pair| pair[0] < pair[1])
        }
        (ItemKind::Integer(bounds), Value::Integer(number)) => (bounds.min..=bounds.max).contains(number),
        (ItemKind::Decimal(bounds), Value::Decimal(written)) => {
            written.parse::<f64>().is_ok_and(|number| (bounds.min..=bounds.max).contains(&number))
        }
        (ItemKind::Scale { .. }, Value::Scale(mark)) => *mark <= 10,
        (ItemKind::Date(bounds), Value::Date(date)) => (bounds.min..=bounds.max).contains(date),
        (ItemKind::Text { max_chars }, Value::Text(words)) => {
            !words.trim().is_empty() && words.chars().count() <= *max_chars
        }
        _ => false,
    }
}
