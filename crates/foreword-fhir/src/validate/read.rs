//! Reading elements of a resource without trusting any of it: what is not there or not of its type is nothing.

use std::sync::Arc;

use jiff::{Timestamp, civil, tz};

use crate::fhirpath::{Element, Scalar};

/// A member that is `true` or `false`.
pub(super) fn flag(element: &Element, name: &str) -> Option<bool> {
    match element.first(name)?.scalar()? {
        Scalar::Boolean(flag) => Some(*flag),
        _ => None,
    }
}

/// The text of a primitive value that is written as a string.
pub(super) fn string(element: &Element) -> Option<Arc<str>> {
    match element.scalar()? {
        Scalar::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// A number as it is written.
pub(super) fn number(element: &Element) -> Option<&str> {
    match element.scalar()? {
        Scalar::Number(text) => Some(text),
        _ => None,
    }
}

/// The values of the extensions with one of these addresses.
pub(super) fn extensions<'e>(element: &'e Element, urls: &'e [&str]) -> impl Iterator<Item = Element> + 'e {
    element
        .named("extension")
        .filter(|extension| extension.text("url").is_some_and(|url| urls.contains(&&*url)))
        .filter_map(|extension| extension.first("value"))
}

/// The value of the first extension with one of these addresses.
pub(super) fn extension(element: &Element, urls: &[&str]) -> Option<Element> {
    extensions(element, urls).next()
}

/// A whole number in an extension.
pub(super) fn whole(element: &Element, urls: &[&str]) -> Option<usize> {
    number(&extension(element, urls)?)?.parse().ok()
}

/// System and code of a `Coding`, or of the unit of a `Quantity`.
pub(super) fn coding(element: &Element) -> (Option<Arc<str>>, Option<Arc<str>>) {
    (element.text("system"), element.text("code"))
}

/// The instant a date, or a date with a time, begins at; without a zone, in UTC.
pub(super) fn begins(text: &str) -> Option<Timestamp> {
    if text.contains('T') {
        return text.parse().ok();
    }
    let mut parts = text.split('-').map(|part| part.parse::<i16>().ok());
    let year = parts.next()??;
    let mut next = || parts.next().map_or(Some(1), |part| part.and_then(|number| i8::try_from(number).ok()));
    let (month, day) = (next()?, next()?);
    let day = civil::Date::new(year, month, day).ok()?;
    tz::Offset::UTC.to_timestamp(day.to_datetime(civil::Time::MIN)).ok()
}

/// The instant after all that a date may mean; that of a date with a time is that time.
pub(super) fn ends(text: &str) -> Option<Timestamp> {
    let begin = begins(text)?;
    let span = match text.len() {
        _ if text.contains('T') => return Some(begin),
        4 => jiff::Span::new().try_years(1),
        7 => jiff::Span::new().try_months(1),
        _ => jiff::Span::new().try_days(1),
    };
    let end = begin.to_zoned(tz::TimeZone::UTC).checked_add(span.ok()?).ok()?;
    Some(end.timestamp())
}
