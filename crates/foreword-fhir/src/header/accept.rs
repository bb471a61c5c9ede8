//! Which media types are read and sent: JSON under all the names it goes by.

/// The names of the JSON of FHIR.
const NAMES: [&str; 4] = ["application/fhir+json", "application/json", "text/json", "application/json+fhir"];

/// Whether JSON may be sent. `_format` goes before `Accept`; without both it may.
pub fn is_acceptable<'a>(accept: impl IntoIterator<Item = &'a str>, format: Option<&str>) -> bool {
    if let Some(format) = format.map(str::trim).filter(|format| !format.is_empty()) {
        // In an address a plus is a blank.
        let format = format.to_ascii_lowercase().replace(' ', "+").replace(";+", ";");
        let (name, parameters) = cut(&format);
        return is_version(parameters) && (name == "json" || NAMES.contains(&name));
    }
    let ranges: Vec<String> = accept
        .into_iter()
        .flat_map(|header| header.split(','))
        .map(|range| range.trim().to_ascii_lowercase())
        .filter(|range| !range.is_empty())
        .collect();
    ranges.is_empty() || NAMES.iter().any(|name| is_wanted(name, &ranges))
}

/// Whether a body of a media type (`Content-Type`) is read.
pub fn is_json(content_type: &str) -> bool {
    let content_type = content_type.trim().to_ascii_lowercase();
    let (name, parameters) = cut(&content_type);
    let is_utf8 = |parameter: &str| match parameter.trim().split_once('=') {
        Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
        _ => true,
    };
    NAMES.contains(&name) && is_version(parameters) && parameters.split(';').all(is_utf8)
}

/// Whether the range that fits a name best wants it.
fn is_wanted(name: &str, ranges: &[String]) -> bool {
    let group = name.split('/').next().unwrap_or_default();
    let best = ranges.iter().filter_map(|range| {
        let (range, parameters) = cut(range);
        let fit = match range.split_once('/') {
            _ if range == name => 3,
            Some((of, "*")) if of == group => 2,
            Some(("*", "*")) => 1,
            _ => return None,
        };
        Some((fit, is_version(parameters) && !is_zero(parameters)))
    });
    best.max().is_some_and(|(_, is_wanted)| is_wanted)
}

fn cut(text: &str) -> (&str, &str) {
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    (name.trim(), parameters)
}

fn parameter<'a>(parameters: &'a str, wanted: &str) -> Option<&'a str> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        (name.trim() == wanted).then_some(value.trim().trim_matches('"'))
    })
}

/// Whether it is of R4, or does not say.
fn is_version(parameters: &str) -> bool {
    parameter(parameters, "fhirversion").is_none_or(|version| ["4.0", "4.0.1"].contains(&version))
}

fn is_zero(parameters: &str) -> bool {
    parameter(parameters, "q").and_then(|q| q.parse::<f64>().ok()).is_some_and(|q| q <= 0.0)
}
