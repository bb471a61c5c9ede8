//! What a `Patient` says, as part of a notice.

use foreword_domain::{
    booking::{Notice, Told, field},
    language::Lang,
    patient::Sex,
    private::Private,
};
use jiff::civil::Date;
use serde_json::Value;

use super::{Fault, element::Element};

/// Adds what a patient's resource says. The id of a contained one means nothing outside.
pub(super) fn read(notice: Notice, patient: &Value, is_contained: bool) -> Result<Notice, Fault> {
    let whole = Element::resource(patient, "Patient")?;
    let id = if is_contained { None } else { whole.text("id")? };
    let patient_id = whole.identifier(Some("MR"))?.or(id);
    let (given_name, family_name) = match name(&whole)? {
        None => (None, None),
        Some((given, family)) => (Some(given), Some(family)),
    };
    let filled = |name: Option<String>| name.filter(|name| !name.is_empty()).map(Private::new);
    let sex = match whole.code("gender") {
        "female" => Some(Private::new(Sex::Female)),
        "male" => Some(Private::new(Sex::Male)),
        // No published rule knows others.
        _ => None,
    };
    Ok(Notice {
        patient_id: patient_id.map(Private::new),
        given_name: filled(given_name),
        family_name: filled(family_name),
        birth_date: birth_date(&whole)?,
        language: language(&whole)?,
        patient_time_zone: whole.zone()?,
        email: email(&whole)?,
        phone: phone(&whole)?,
        sex,
        deceased: deceased(&whole)?,
        ..notice
    })
}

/// Who a patient of another system is.
#[derive(Clone, Debug)]
pub struct Who {
    /// What feeds call them.
    pub identifier: Option<Private<String>>,
    /// When they were born.
    pub born: Option<Private<Date>>,
}

/// Who a `Patient` of another system is: by the identifier of one system, where it is named, else as feeds by FHIR
/// know them.
///
/// # Errors
/// What of it can't be read.
pub fn who(patient: &Value, system: Option<&str>) -> Result<Who, Fault> {
    let whole = Element::resource(patient, "Patient")?;
    let identifier = match system {
        None => whole.identifier(Some("MR"))?.or(whole.text("id")?),
        Some(system) => {
            let mut found = None;
            for identifier in whole.each("identifier")? {
                if identifier.code("system") == system && identifier.code("use") != "old" {
                    let value = identifier.text("value")?;
                    if found.is_some() && value.is_some() && found != value {
                        return Err(identifier.fault("is the second of its system; it must be one"));
                    }
                    found = found.or(value);
                }
            }
            found
        }
    };
    Ok(Who { identifier: identifier.map(Private::new), born: birth_date(&whole)? })
}

/// Given and family name: of those in use an official one, a usual one, any, in this order.
pub(super) fn name(whole: &Element) -> Result<Option<(String, String)>, Fault> {
    let mut names = whole.each("name")?;
    names.retain(|name| name.code("use") != "old");
    // Stable: the first of those that are as good.
    names.sort_by_key(|name| match name.code("use") {
        "official" => 0,
        "usual" => 1,
        _ => 2,
    });
    let Some(name) = names.first() else { return Ok(None) };
    let mut given = Vec::new();
    for part in name.each("given")? {
        let text = part.value.as_str().unwrap_or_default();
        given.push(field::text(text).map_err(|why| part.fault(why))?);
    }
    let given = given.join(" ");
    if let Some(family) = name.text("family")? {
        return Ok(Some((given.trim().to_owned(), family)));
    }
    let Some(text) = name.text("text")? else {
        return Ok(Some((given, String::new())).filter(|(given, _)| !given.is_empty()));
    };
    let (given, family) = match text.split_once(',') {
        Some((family, given)) => (given, family),
        None => text.rsplit_once(char::is_whitespace).unwrap_or(("", &text)),
    };
    Ok(Some((given.trim().to_owned(), family.trim().to_owned())))
}

fn birth_date(whole: &Element) -> Result<Option<Private<Date>>, Fault> {
    let Some(told) = whole.get("birthDate") else { return Ok(None) };
    // A year or a month is a date in FHIR, and no date of birth here; times are not cut off.
    let text = told.value.as_str().filter(|text| text.len() == 10);
    let date: Option<Date> = text.and_then(|text| text.parse().ok());
    let date = date.ok_or_else(|| told.fault("must be a full date such as 1951-07-30"))?;
    field::birth_date(date).map(|date| Some(Private::new(date))).map_err(|why| told.fault(why))
}

/// The language the patient prefers, else the first.
fn language(whole: &Element) -> Result<Option<Lang>, Fault> {
    let spoken = whole.each("communication")?;
    let preferred =
        spoken.iter().find(|one| one.value.get("preferred").and_then(Value::as_bool) == Some(true));
    let Some(language) =
        preferred.or(spoken.first()).map(|one| one.object("language")).transpose()?.flatten()
    else {
        return Ok(None);
    };
    let mut tags = Vec::new();
    for coding in language.each("coding")? {
        tags.extend(coding.text("code")?);
    }
    tags.extend(language.text("text")?);
    if tags.is_empty() {
        return Ok(None);
    }
    let lang = tags.iter().find_map(|tag| Lang::parse(tag).ok());
    lang.map(Some).ok_or_else(|| language.fault("is not a language tag such as en or pt-BR"))
}

/// The contacts of these kinds that are in use, the best first; `None` where contacts are not told at all.
fn contacts<'a>(whole: &Element<'a>, systems: &[&str]) -> Result<Option<Vec<Element<'a>>>, Fault> {
    let Some(mut contacts) = whole.list("telecom")? else { return Ok(None) };
    contacts.retain(|one| {
        systems.contains(&one.code("system")) && one.code("use") != "old" && !one.code("value").is_empty()
    });
    contacts.sort_by_key(|one| one.value.get("rank").and_then(Value::as_u64).unwrap_or(u64::MAX));
    Ok(Some(contacts))
}

fn email(whole: &Element) -> Result<Told<Private<String>>, Fault> {
    let Some(contacts) = contacts(whole, &["email"])? else { return Ok(Told::Nothing) };
    let Some(best) = contacts.first() else { return Ok(Told::Gone) };
    let text = best.text("value")?.unwrap_or_default();
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    let email = field::email(text).map_err(|why| Fault::new(format!("{}.value", best.path), why))?;
    Ok(Told::Is(Private::new(email)))
}

fn phone(whole: &Element) -> Result<Told<Private<String>>, Fault> {
    let Some(mut contacts) = contacts(whole, &["phone", "sms"])? else { return Ok(Told::Nothing) };
    // The one a person carries, unless the patient ranks another first.
    contacts.sort_by_key(|one| {
        (one.value.get("rank").and_then(Value::as_u64).unwrap_or(u64::MAX), one.code("use") != "mobile")
    });
    let Some(best) = contacts.first() else { return Ok(Told::Gone) };
    let text = best.text("value")?.unwrap_or_default();
    Ok(Told::Is(Private::new(text.strip_prefix("tel:").unwrap_or(&text).to_owned())))
}

fn deceased(whole: &Element) -> Result<Option<bool>, Fault> {
    // When it was does not matter here.
    Ok(whole.truth("deceasedBoolean")?.or(whole.text("deceasedDateTime")?.map(|_| true)))
}
