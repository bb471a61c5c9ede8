//! One answer by its item: the type of its value, the options that are offered, and the limits.

use super::{
    limits, primitive, read,
    report::{Report, Spot},
    valueset::{Code, Membership, ValueSet},
};
use crate::fhirpath::Element;

const EXCLUSIVE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";
/// Options that are named in a message.
const MOST_NAMED: usize = 30;

/// The types a value may have that answers an item of a type; nothing for a type that is not known.
fn types(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "boolean" => &["boolean"],
        "decimal" => &["decimal"],
        "integer" => &["integer"],
        "date" => &["date"],
        "dateTime" => &["dateTime"],
        "time" => &["time"],
        "string" | "text" => &["string"],
        "url" => &["uri"],
        "choice" | "open-choice" => &["Coding", "date", "time", "integer", "string"],
        "attachment" => &["Attachment"],
        "reference" => &["Reference"],
        "quantity" => &["Quantity"],
        _ => return None,
    })
}

/// Looks at one value; `within` are the resources that may contain value sets.
pub(super) fn check(report: &mut Report, spot: &Spot<'_>, value: &Element, within: &[Element]) {
    let Some(types) = types(spot.kind) else { return };
    let given = value.type_name();
    if !types.contains(&given) {
        let names: Vec<String> =
            types.iter().map(|kind| format!("value{}{}", kind[..1].to_uppercase(), &kind[1..])).collect();
        report.error(
            "invariant",
            spot,
            &format!("is of the wrong type; right would be {}", names.join(", ")),
        );
        return;
    }
    if given == "Coding" && value.text("system").is_none() {
        report.warning("code-invalid", spot, "is a code without a system, which means nothing by itself");
    }
    options(report, spot, value, within);
    limits::check(report, spot, value, within);
}

/// Whether the answer is one of those that are offered.
fn options(report: &mut Report, spot: &Spot<'_>, value: &Element, within: &[Element]) {
    let options: Vec<Element> =
        spot.item.named("answerOption").filter_map(|option| option.first("value")).collect();
    let is_free = spot.kind == "open-choice" && value.type_name() == "string";
    if !options.is_empty() {
        if is_free {
            looks_like_an_option(report, spot, value, &options);
        } else {
            listed(report, spot, value, &options);
        }
    }
    if let Some(url) = spot.item.text("answerValueSet") {
        if is_free {
            return;
        }
        in_set(report, spot, value, &url, within);
    }
}

fn listed(report: &mut Report, spot: &Spot<'_>, value: &Element, options: &[Element]) {
    let alike: Vec<&Element> =
        options.iter().filter(|option| option.type_name() == value.type_name()).collect();
    if alike.is_empty() {
        let what = "is of a type that none of the options has";
        report.error("invariant", spot, what);
    } else if !alike.iter().any(|option| is_same(option, value)) {
        let names: Vec<String> = alike.iter().take(MOST_NAMED).filter_map(|option| name(option)).collect();
        let more = if alike.len() > MOST_NAMED { ", ..." } else { "" };
        report.error("invariant", spot, &format!("is none of the options: {}{more}", names.join(", ")));
    }
}

/// An option as the form writes it.
fn name(option: &Element) -> Option<String> {
    let text = match option.type_name() {
        "Coding" => option.text("code"),
        "Reference" => option.text("reference"),
        _ => {
            return read::string(option)
                .map(|text| text.to_string())
                .or_else(|| Some(read::number(option)?.into()));
        }
    };
    text.map(|text| text.to_string())
}

/// Whether two values of one type are the same answer; how a coding is displayed does not count.
fn is_same(one: &Element, other: &Element) -> bool {
    match one.type_name() {
        "Coding" => read::coding(one) == read::coding(other),
        "Reference" => one.text("reference").is_some() && one.text("reference") == other.text("reference"),
        "integer" => {
            let number = |element: &Element| primitive::decimal(read::number(element)?);
            number(one).is_some() && number(one) == number(other)
        }
        _ => one.scalar().is_some() && one.scalar() == other.scalar(),
    }
}

fn looks_like_an_option(report: &mut Report, spot: &Spot<'_>, value: &Element, options: &[Element]) {
    let text = read::string(value);
    let is_name = |option: &Element| [option.text("display"), option.text("code")].contains(&text);
    if text.is_some() && options.iter().any(is_name) {
        let what = "is in own words what an option says; choose the option instead";
        report.warning("invariant", spot, what);
    }
}

fn in_set(report: &mut Report, spot: &Spot<'_>, value: &Element, url: &str, within: &[Element]) {
    let is_coding = value.type_name() == "Coding";
    let (system, code) = if is_coding { read::coding(value) } else { (None, read::string(value)) };
    let system = is_coding.then_some(system.as_deref().unwrap_or_default());
    let Some(set) = ValueSet::find(url, within) else {
        report.warning(
            "code-invalid",
            spot,
            &format!("is to be of the value set {url}, which is not known here"),
        );
        return;
    };
    let membership = match &code {
        Some(code) => set.has(Code { system, code }),
        None => Membership::No,
    };
    match membership {
        Membership::Yes => {}
        Membership::No => {
            let issue = if is_coding { "code-invalid" } else { "invariant" };
            report.error(issue, spot, &format!("is not in the value set {url}"));
        }
        Membership::Unknown => {
            let what = format!("is to be of the value set {url}, whose codes are not all known here");
            report.warning("code-invalid", spot, &what);
        }
    }
}

/// The answers that allow no other beside them, by their place.
pub(super) fn exclusive(item: &Element, values: &[Element]) -> Vec<usize> {
    let options: Vec<Element> = item
        .named("answerOption")
        .filter(|option| {
            read::extension(option, &[EXCLUSIVE])
                .is_some_and(|flag| flag.scalar() == Some(&crate::fhirpath::Scalar::Boolean(true)))
        })
        .filter_map(|option| option.first("value"))
        .collect();
    let is_one = |value: &Element| {
        options.iter().any(|option| option.type_name() == value.type_name() && is_same(option, value))
    };
    values.iter().enumerate().filter(|(_, value)| is_one(value)).map(|(n, _)| n).collect()
}
