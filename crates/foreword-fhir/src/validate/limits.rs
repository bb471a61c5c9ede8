//! The limits a questionnaire sets to an answer: least and most, length, pattern, digits, units, files, and
//! what a reference may lead to.

use std::{cmp::Ordering, sync::Arc};

use regex::{Regex, RegexBuilder};

use super::{
    primitive, read, reference,
    report::{Report, Spot},
    valueset::{Code, Membership, ValueSet},
};
use crate::{
    fhirpath::{Element, Quantity},
    names::{MAX_VALUE, MIN_VALUE},
    r4,
};

const MIN_LENGTH: &str = "http://hl7.org/fhir/StructureDefinition/minLength";
const REGEX: &str = "http://hl7.org/fhir/StructureDefinition/regex";
const ENTRY_FORMAT: &str = "http://hl7.org/fhir/StructureDefinition/entryFormat";
const MAX_DECIMAL_PLACES: &str = "http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces";
const MIME_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/mimeType";
const MAX_SIZE: &str = "http://hl7.org/fhir/StructureDefinition/maxSize";
const UNIT_OPTION: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption";
const UNIT_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitValueSet";
const REFERENCE_RESOURCE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-referenceResource";
const MIN_QUANTITY: &[&str] = &[
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-minQuantity",
    "http://hl7.org/fhir/StructureDefinition/minQuantity",
    MIN_VALUE,
];
const MAX_QUANTITY: &[&str] = &[
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-maxQuantity",
    "http://hl7.org/fhir/StructureDefinition/maxQuantity",
    MAX_VALUE,
];
const UCUM: &str = "http://unitsofmeasure.org";
/// Bytes a regular expression may take when it is compiled.
const MAX_REGEX: usize = 1 << 20;

/// Looks at a value by the limits of its item.
pub(super) fn check(report: &mut Report, spot: &Spot<'_>, value: &Element, within: &[Element]) {
    match value.type_name() {
        "integer" | "decimal" => {
            range(report, spot, value);
            places(report, spot, value);
        }
        "date" | "dateTime" | "time" => range(report, spot, value),
        "string" => text(report, spot, value),
        "Quantity" => {
            quantity(report, spot, value);
            unit(report, spot, value, within);
        }
        "Attachment" => attachment(report, spot, value),
        "Reference" => target(report, spot, value, within),
        _ => {}
    }
}

/// Whether the answers to an item are to have a form.
pub(super) fn has_pattern(item: &Element) -> bool {
    read::extension(item, &[REGEX]).is_some()
}

/// A pattern that a whole text must match; nothing when it is none that can be used here.
pub(super) fn pattern(text: &str) -> Option<Regex> {
    RegexBuilder::new(&format!(r"\A(?:{text})\z")).size_limit(MAX_REGEX).build().ok()
}

fn range(report: &mut Report, spot: &Spot<'_>, value: &Element) {
    for (url, beyond, words) in [
        (MIN_VALUE, Ordering::Less, "less than the least"),
        (MAX_VALUE, Ordering::Greater, "more than the most"),
    ] {
        let Some(limit) = read::extension(spot.item, &[url]) else { continue };
        if order(value, &limit) == Some(beyond) {
            let shown = written(&limit);
            report.error("invariant", spot, &format!("is {words} that is allowed, {shown}"));
        }
    }
}

/// Which comes first; dates by the instants they begin at, as the official validator does.
fn order(one: &Element, other: &Element) -> Option<Ordering> {
    let kind = |element: &Element| match element.type_name() {
        "integer" | "decimal" => "number",
        "date" | "dateTime" => "date",
        other => other,
    };
    match (kind(one), kind(other)) {
        ("number", "number") => {
            Some(primitive::decimal(read::number(one)?)?.cmp(&primitive::decimal(read::number(other)?)?))
        }
        ("date", "date") => {
            Some(read::begins(&read::string(one)?)?.cmp(&read::begins(&read::string(other)?)?))
        }
        ("time", "time") => {
            let time = |element: &Element| read::string(element)?.parse::<jiff::civil::Time>().ok();
            Some(time(one)?.cmp(&time(other)?))
        }
        _ => None,
    }
}

/// A limit as the form writes it.
fn written(limit: &Element) -> String {
    let text = read::string(limit).map(|text| text.to_string());
    text.or_else(|| read::number(limit).map(str::to_owned)).unwrap_or_default()
}

fn places(report: &mut Report, spot: &Spot<'_>, value: &Element) {
    let Some(most) = read::whole(spot.item, &[MAX_DECIMAL_PLACES]) else { return };
    let Some(text) = read::number(value) else { return };
    if primitive::decimal_places(text) > i64::try_from(most).unwrap_or(i64::MAX) {
        report.error(
            "invariant",
            spot,
            &format!("has more digits behind the point than the {most} that are allowed"),
        );
    }
}

fn text(report: &mut Report, spot: &Spot<'_>, value: &Element) {
    let Some(text) = read::string(value) else { return };
    let length = text.chars().count();
    if let Some(least) = read::whole(spot.item, &[MIN_LENGTH])
        && length < least
    {
        report.error("invariant", spot, &format!("is shorter than the {least} characters it must have"));
    }
    let most = spot.item.first("maxLength").and_then(|most| read::number(&most)?.parse::<usize>().ok());
    if let Some(most) = most.filter(|most| *most > 0 && length > *most) {
        report.error("invariant", spot, &format!("is longer than the {most} characters it may have"));
    }
    if spot.kind == "string" && text.contains(['\n', '\r']) {
        report.warning("invariant", spot, "has several lines, and the question asks for one");
    }
    let Some(pattern) = read::extension(spot.item, &[REGEX]).and_then(|pattern| read::string(&pattern))
    else {
        return;
    };
    match self::pattern(&pattern) {
        Some(whole) if whole.is_match(&text) => {}
        Some(_) => {
            let format = read::extension(spot.item, &[ENTRY_FORMAT]).and_then(|format| read::string(&format));
            let format = format.map_or(String::new(), |format| format!(" ({format})"));
            report.error(
                "invariant",
                spot,
                &format!("has not the form that is asked for{format}: {pattern}"),
            );
        }
        None => {
            report.warning("not-supported", spot, "has a pattern that can't be checked here");
        }
    }
}

/// A unit and how much of it, as the form writes it.
fn amount(limit: &Element) -> String {
    let value = limit.first("value").and_then(|value| read::number(&value).map(str::to_owned));
    let unit = limit.text("unit").or_else(|| limit.text("code")).unwrap_or_default();
    format!("{} {unit}", value.unwrap_or_default())
}

fn quantity(report: &mut Report, spot: &Spot<'_>, value: &Element) {
    for (urls, beyond, words) in [
        (MIN_QUANTITY, Ordering::Less, "less than the least"),
        (MAX_QUANTITY, Ordering::Greater, "more than the most"),
    ] {
        let limits = read::extensions(spot.item, urls).collect::<Vec<_>>();
        let Some(limit) = limits.into_iter().find(|limit| limit.type_name() == "Quantity") else { continue };
        let shown = amount(&limit);
        match quantities(value, &limit) {
            Some(order) if order == beyond => {
                report.error("invariant", spot, &format!("is {words} that is allowed, {shown}"));
            }
            Some(_) => {}
            None => {
                let what = "can't be compared with the limit of";
                let right = "give system and code of a unit that measures the same";
                report.error("invariant", spot, &format!("{what} {shown}; {right}"));
            }
        }
    }
}

/// Which of two quantities is less: in the same unit, or both in units of UCUM that measure the same.
fn quantities(one: &Element, other: &Element) -> Option<Ordering> {
    let value = |element: &Element| primitive::decimal(read::number(&element.first("value")?)?);
    let (first, second) = (value(one)?, value(other)?);
    let ((system, code), (other_system, other_code)) = (read::coding(one), read::coding(other));
    let (code, other_code) = (code?, other_code?);
    if system.is_none() || system != other_system {
        return None;
    }
    if code == other_code {
        return Some(first.cmp(&second));
    }
    if system.as_deref() != Some(UCUM) {
        return None;
    }
    Quantity::in_ucum(first, code).order(&Quantity::in_ucum(second, other_code))
}

fn unit(report: &mut Report, spot: &Spot<'_>, value: &Element, within: &[Element]) {
    let (system, code) = read::coding(value);
    let options: Vec<Element> = read::extensions(spot.item, &[UNIT_OPTION]).collect();
    if !options.is_empty()
        && !options
            .iter()
            .any(|option| code.is_some() && read::coding(option) == (system.clone(), code.clone()))
    {
        let names: Vec<Arc<str>> = options.iter().filter_map(|option| option.text("code")).take(30).collect();
        report.error(
            "invariant",
            spot,
            &format!("is in none of the units that are offered: {}", names.join(", ")),
        );
    }
    let Some(url) = read::extension(spot.item, &[UNIT_VALUE_SET]).and_then(|url| read::string(&url)) else {
        return;
    };
    let membership = match (ValueSet::find(&url, within), &code) {
        (None, _) => Membership::Unknown,
        (Some(_), None) => Membership::No,
        (Some(set), Some(code)) => {
            set.has(Code { system: Some(system.as_deref().unwrap_or_default()), code })
        }
    };
    match membership {
        Membership::Yes => {}
        Membership::No => {
            report.error(
                "invariant",
                spot,
                &format!("has a unit that is not in the value set of units {url}"),
            );
        }
        Membership::Unknown => {
            report.warning("not-found", spot, &format!("has a unit of {url}, which is not known here"));
        }
    }
}

fn attachment(report: &mut Report, spot: &Spot<'_>, value: &Element) {
    let types: Vec<Arc<str>> =
        read::extensions(spot.item, &[MIME_TYPE]).filter_map(|one| read::string(&one)).collect();
    let plain = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let given = value.text("contentType").map(|given| plain(&given));
    if !types.is_empty() && !types.iter().any(|one| Some(plain(one)) == given) {
        let names = types.join(", ");
        report.error(
            "required",
            spot,
            &format!("is a file of a type that is not asked for; right would be {names}"),
        );
    }
    let stated = value.first("size").and_then(|size| read::number(&size)?.parse::<usize>().ok());
    let actual = value.text("data").and_then(|data| primitive::bytes(&data)).map(|data| data.len());
    if let (Some(stated), Some(actual)) = (stated, actual)
        && stated != actual
    {
        report.error("structure", spot, "says another size than its data has");
    }
    let most =
        read::extension(spot.item, &[MAX_SIZE]).and_then(|most| primitive::decimal(read::number(&most)?));
    if let (Some(most), Some(size)) = (most, actual.or(stated))
        && rust_decimal::Decimal::from(size) > most
    {
        report.error("required", spot, &format!("is larger than the {most} bytes that are allowed"));
    }
}

fn target(report: &mut Report, spot: &Spot<'_>, value: &Element, within: &[Element]) {
    let allowed: Vec<Arc<str>> =
        read::extensions(spot.item, &[REFERENCE_RESOURCE]).filter_map(|one| read::string(&one)).collect();
    let address = value.text("reference");
    let local = address.as_deref().and_then(|to| to.strip_prefix('#')).and_then(|id| {
        let contained = within.iter().flat_map(|root| root.named("contained").collect::<Vec<_>>());
        contained
            .into_iter()
            .find(|found| found.text("id").as_deref() == Some(id))
            .map(|found| found.type_name())
    });
    let said = value.text("type");
    let of_address = address.as_deref().and_then(reference::type_of);
    let kind = local.or(of_address).or(said.as_deref());
    let Some(kind) = kind else {
        if !allowed.is_empty() {
            let names = allowed.join(", ");
            let what = format!("does not say what it leads to; give its type, one of {names}");
            report.error("invariant", spot, &what);
        }
        return;
    };
    if !r4::is_resource(kind) {
        report.error("invariant", spot, "leads to a type of resource that R4 does not have");
    } else if !allowed.is_empty() && !allowed.iter().any(|one| &**one == kind) {
        let names = allowed.join(", ");
        report.error(
            "invariant",
            spot,
            &format!("leads to a type of resource that is not asked for; right would be {names}"),
        );
    }
}
