//! Nothing that comes in ends in a panic.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    Kind,
    search::{Parameter, Query, compare, included, shape},
};

/// Values that look like those of FHIR, at any place.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
            .prop_map(Value::from),
        "(https://a/)?(Patient|Task|urn:uuid:|#)/?[a-c]?(\\|1)?".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let name = prop::sample::select(vec![
            "reference",
            "identifier",
            "coding",
            "code",
            "system",
            "value",
            "start",
            "end",
            "family",
            "given",
            "text",
            "actor",
            "type",
            "unit",
            "valueCodeableConcept",
            "period",
            "lastUpdated",
            "tag",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..5).prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

fn resource() -> impl Strategy<Value = Value> {
    let tops: Vec<&'static str> = Kind::ALL
        .into_iter()
        .flat_map(Parameter::all)
        .flat_map(|parameter| parameter.paths)
        .map(|path| path.split(['.', '[']).next().unwrap())
        .chain(["id", "meta"])
        .collect();
    let members = prop::collection::vec((prop::sample::select(tops), value()), 0..12);
    (prop::sample::select(Kind::ALL.to_vec()), members).prop_map(|(kind, members)| {
        let mut all: Map<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        all.insert("resourceType".to_owned(), json!(kind.as_str()));
        Value::Object(all)
    })
}

fn pair() -> impl Strategy<Value = (String, String)> {
    let mut names: Vec<&'static str> =
        Kind::ALL.into_iter().flat_map(Parameter::all).map(|parameter| parameter.name).collect();
    names.extend([
        "_sort",
        "_include",
        "_revinclude",
        "_summary",
        "_elements",
        "_count",
        "_total",
        "_cursor",
        "x",
        "",
    ]);
    let modifier = prop::sample::select(vec![
        "",
        "",
        "",
        ":missing",
        ":exact",
        ":contains",
        ":not",
        ":identifier",
        ":Patient",
        ":",
        ":é",
        ".name",
    ]);
    let text = prop_oneof![
        "\\PC{0,16}",
        "(eq|ne|lt|gt|le|ge|sa|eb|ap)?[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,12})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?",
        "(eq|ne|lt|gt|le|ge|sa|eb|ap)?-?[0-9]{1,32}(\\.[0-9]{1,32})?(e-?[0-9]{1,3})?(\\|[a-z]*\\|[a-z]*)?",
        "[a-z|$,\\\\]{0,12}",
        "true|false|-?date,_id|Task:patient|\\*|text|data",
    ];
    (prop::sample::select(names), modifier, text)
        .prop_map(|(name, modifier, text)| (format!("{name}{modifier}"), text))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_search_and_no_resource_makes_it_panic(
        kind in prop::sample::select(Kind::ALL.to_vec()),
        pairs in prop::collection::vec(pair(), 0..4),
        one in resource(),
        other in resource(),
        is_strict: bool,
    ) {
        let mut pairs = pairs;
        // What is right is kept, so that something is compared.
        pairs.retain(|pair| Query::parse(kind, std::slice::from_ref(pair), is_strict).is_ok());
        let Ok(query) = Query::parse(kind, &pairs, is_strict) else { return Ok(()) };
        let mut one = one;
        one["resourceType"] = json!(kind.as_str());
        query.matches(&one);
        prop_assert_eq!(compare(&one, &other, &query), compare(&other, &one, &query).reverse());
        included(&one, &query);
        for parameter in Parameter::all(kind) {
            query.range(parameter.name);
        }
        let again = query.self_url("https://a.example");
        prop_assert!(again.is_ascii());
        shape(one, &query);
    }

    #[test]
    fn what_matches_lies_within_the_bounds_told_to_the_store(
        prefix in prop::sample::select(vec!["", "ne", "lt", "gt", "le", "ge", "sa", "eb", "ap"]),
        wanted in "2026(-1[12](-[12][0-9](T[01][0-9]:[0-5][0-9](:[0-5][0-9])?(Z|[+-]0[0-9]:00)?)?)?)?",
        start in "202[567]-1[0-2]-[12][0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9](Z|[+-]0[0-9]:30)",
    ) {
        let pairs = [("date".to_owned(), format!("{prefix}{wanted}"))];
        let query = Query::parse(Kind::Appointment, &pairs, true).unwrap();
        let (from, until) = query.range("date");
        let at: jiff::Timestamp = start.parse().unwrap();
        if query.matches(&json!({ "resourceType": "Appointment", "start": start })) {
            prop_assert!(from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until));
        }
    }
}
