//! Headers as clients send them.

use super::*;

#[test]
fn preferences_are_read_and_what_is_not_known_is_left_out() {
    let of = |headers: &[&str]| Prefer::parse(headers.iter().copied());
    assert_eq!(of(&[]), Prefer::default());
    let all = Prefer { returns: Some(Return::Minimal), is_strict: true, is_async: true };
    assert_eq!(of(&["return=minimal, handling=strict; x=y, respond-async"]), all);
    assert_eq!(of(&["Return=\"minimal\"", "HANDLING=Strict", "respond-async, wait=10"]), all);
    assert_eq!(of(&["return=OperationOutcome"]).returns, Some(Return::Outcome));
    assert_eq!(of(&["return=representation,return=minimal"]).returns, Some(Return::Representation));
    assert!(!of(&["handling=lenient, handling=strict"]).is_strict);
    assert_eq!(of(&["return", "=,;=é", "return=all"]), Prefer::default());
}

#[test]
fn tags_of_versions_are_read_weak_strong_and_bare() {
    let listed =
        |versions: &[&str]| Some(Versions::Listed(versions.iter().map(|v| (*v).to_owned()).collect()));
    for (header, versions) in [
        ("W/\"3\"", listed(&["3"])),
        ("\"3\"", listed(&["3"])),
        ("3", listed(&["3"])),
        ("W/\"1\", W/\"2\"", listed(&["1", "2"])),
        ("*", Some(Versions::Any)),
        ("", None),
        ("W/\"3", None),
        ("\"\"", None),
        ("W/\"a b\"", None),
        ("1,,2", None),
    ] {
        assert_eq!(Versions::parse(header), versions, "{header}");
    }
    assert_eq!(Versions::parse(&etag("7")), listed(&["7"]));
    let three = Versions::parse("W/\"3\"").unwrap();
    assert!(three.holds(Some("3")) && !three.holds(Some("4")) && !three.holds(None));
    assert!(Versions::Any.holds(Some("4")) && !Versions::Any.holds(None));
}

#[test]
fn json_is_sent_to_who_takes_it_and_xml_to_nobody() {
    for (accept, format, is) in [
        ("", None, true),
        ("*/*", None, true),
        ("application/*", None, true),
        ("application/fhir+json", None, true),
        ("Application/FHIR+JSON;charset=utf-8", None, true),
        ("application/json", None, true),
        ("text/json", None, true),
        ("application/json+fhir", None, true),
        ("application/fhir+json; fhirVersion=4.0", None, true),
        ("application/fhir+json; fhirVersion=5.0", None, false),
        ("application/fhir+xml", None, false),
        ("text/html", None, false),
        ("application/fhir+xml;q=1.0, application/fhir+json;q=0.5", None, true),
        ("application/fhir+xml, */*;q=0.1", None, true),
        (
            "application/fhir+json;q=0, application/json;q=0, text/json;q=0, application/json+fhir;q=0, */*",
            None,
            false,
        ),
        ("*/*;q=0", None, false),
        ("text/html, application/xhtml+xml, */*;q=0.8", None, true),
        ("application/fhir+xml", Some("json"), true),
        ("application/fhir+json", Some("xml"), false),
        ("", Some("application/fhir json"), true),
        ("", Some("application/fhir+json; charset=utf-8"), true),
        ("", Some("text/json"), true),
        ("", Some("ttl"), false),
        ("text/html", Some(""), false),
    ] {
        assert_eq!(is_acceptable([accept], format), is, "{accept} {format:?}");
    }
}

#[test]
fn a_body_is_read_as_json_in_utf_8_only() {
    for (content_type, is) in [
        ("application/fhir+json", true),
        ("application/fhir+json; charset=UTF-8", true),
        ("application/json", true),
        ("text/json;charset=\"utf-8\"", true),
        ("application/fhir+json; charset=utf-16", false),
        ("application/fhir+json; fhirVersion=3.0", false),
        ("application/fhir+xml", false),
        ("text/plain", false),
        ("", false),
    ] {
        assert_eq!(is_json(content_type), is, "{content_type}");
    }
}

#[test]
fn dates_are_those_of_http() {
    let at: Timestamp = "2026-11-23T10:00:07.5Z".parse().unwrap();
    assert_eq!(http_date(at).unwrap(), "Mon, 23 Nov 2026 10:00:07 GMT");
    assert_eq!(
        parse_http_date("Mon, 23 Nov 2026 10:00:07 GMT"),
        Some("2026-11-23T10:00:07Z".parse().unwrap())
    );
    assert_eq!(parse_http_date("2026-11-23"), None);
    assert_eq!(parse_http_date(""), None);
}
