//! What is meant to break it.

use proptest::prelude::*;

use super::*;

fn limited(expression: &str) {
    match evaluate(expression) {
        Err(Error::Limit { .. }) => {}
        other => panic!("{}: {other:?}", expression.chars().take(60).collect::<String>()),
    }
}

#[test]
fn nesting_has_an_end() {
    for (open, close) in
        [("(", ")"), ("-(", ")"), ("iif(true, ", ")"), ("a[", "]"), ("1 + (", ")"), ("{}.select(", ")")]
    {
        limited(&format!("{}1{}", open.repeat(5_000), close.repeat(5_000)));
    }
    limited(&format!("{}1", "-".repeat(10_000)));
    limited(&"(".repeat(10_000));
    limited(&"1".repeat(100_000));
}

#[test]
fn what_is_as_deep_as_allowed_fits_on_a_small_stack() {
    let run = || {
        for (open, close) in [("(", ")"), ("iif(false, 0, ", ")"), ("-(", ")"), ("(1).select(0 + ", ")")] {
            let depth = crate::fhirpath::MAX_DEPTH
                / if open.len() == 1 || open == "iif(false, 0, " { 1 } else { 2 }
                - 2;
            let values = evaluate(&format!("{}1{}", open.repeat(depth), close.repeat(depth)));
            assert_eq!(values.map(|values| values.len()), Ok(1), "{open}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap();
    thread.join().unwrap();
}

#[test]
fn long_chains_are_not_deep() {
    let sum = format!("1{}", " + 1".repeat(10_000));
    check(&sum, "10001");
    let path = format!("(1){}", ".first()".repeat(7_000));
    check(&path, "1");
    let table = |depth: usize| format!("{}0{}", "iif(false, 1, ".repeat(depth), ")".repeat(depth));
    check(&table(120), "0");
}

#[test]
fn endless_work_is_stopped() {
    limited("(1).repeat($this + 1)");
    limited("('a').repeat($this & 'a')");
    limited("(1).repeat(iif($this > 1000000, 1, $this + 1))");
    let twice = ".select($this | ($this & 'a'))";
    limited(&format!("'a'{}", twice.repeat(1_000)));
    limited(&format!("'{}'{}", "a".repeat(60_000), ".select($this & $this)".repeat(8)));
    limited(&format!("'{}'.replace('a', '{}')", "a".repeat(30_000), "b".repeat(30_000)));
    limited(&format!("'{}'.replaceMatches('a', '{}')", "a".repeat(30_000), "b".repeat(30_000)));
    limited(&format!("'{}'.replaceMatches('a+', '{}')", "a".repeat(30_000), "$0".repeat(10_000)));
    limited(
        "'0123456789'.toChars().select('0123456789'.toChars()).select('0123456789'.toChars()).select('0123456789'.toChars()).select('0123456789'.toChars()).select('0123456789'.toChars())",
    );
    limited(&format!(
        "(1){}",
        (0..3_000).map(|n| format!(".defineVariable('{n}')")).collect::<Vec<_>>().concat()
    ));
    limited("'a'.matches('(((a{100}){100}){100})')");
    limited(&format!("'a'.matches('{}')", "a".repeat(2_000)));
    let long = format!("('{}').select($this & $this).select($this & $this)", "a".repeat(60_000));
    for costly in [
        "$this < %t",
        "$this = %t",
        "$this ~ %t",
        "$this.toDecimal()",
        "$this.trim()",
        "$this.decode('hex')",
        "$this.matches('b')",
    ] {
        limited(&format!(
            "{long}.defineVariable('t', $this & 'b').select((1).repeat(iif($this < 900, $this + 1, {{}})).select(iif(%t.exists(), %t, '')).select({costly}))"
        ));
    }
    check("(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9).aggregate($total * $total, 2 'm')", "");
}

#[test]
fn what_has_no_order_is_sorted_without_harm() {
    let days: Vec<String> = (0..60)
        .map(|n| if n % 3 == 0 { "@2024".to_owned() } else { format!("@2024-{:02}", 1 + n * 7 % 12) })
        .collect();
    let values =
        evaluate(&format!("({}).combine({}).sort()", days.join(").combine("), "@2023-05-05")).unwrap();
    assert_eq!(values.len(), 61);
    refused("('a' | 1).sort()", "at character 11: a System.String and a System.Integer have no order");
}

#[test]
fn deep_documents_fit_on_a_small_stack() {
    let run = || {
        let depth = crate::fhirpath::MAX_NESTING - 1;
        let text = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let (one, other) = (Document::parse(&text).unwrap(), Document::parse(&text).unwrap());
        let mut environment = Environment::new(one.clone(), now());
        environment.variables.insert("other".to_owned(), vec![other.root().into()]);
        for expression in ["$this = %other", "$this ~ %other", "descendants().count() > 100"] {
            let values = Expression::parse(expression).unwrap().evaluate(&[one.root().into()], &environment);
            assert_eq!(shown(&values.unwrap()), "true", "{expression}");
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_cycle_ends() {
    check("(1).repeat(2 | 1)", "2, 1");
    check("('a').repeat('a')", r#""a""#);
}

#[test]
fn a_pattern_that_makes_others_hang_is_searched_in_no_time() {
    check(&format!("'{}!'.matches('^(a+)+$')", "a".repeat(5_000)), "false");
}

#[test]
fn large_exponents_and_numbers_do_no_harm() {
    check("10.power(2147483647)", "");
    check("1.0000000001.power(2147483647) > 1", "true");
    check("(-2147483647 - 1) div -1", "");
    check("(-2147483647 - 1) mod -1", "");
    check("(-2147483647 - 1).abs()", "");
    check("79228162514264337593543950335.0 * 10", "");
    check("1 / 0", "");
    check("5 mod 0", "");
    check("1000.exp()", "");
    check("1.round(1000000)", "1");
    check("@2024-01-01 + 99999999999999999999.0 years", "");
    check("'a'.substring(2147483647, 2147483647)", "");
    let number = |text: &str| on(&format!(r#"{{ "resourceType": "Basic", "x": {text} }}"#), "x + 0");
    assert_eq!(number("1e3"), "1000");
    assert_eq!(number("1.50E+2"), "150");
    assert_eq!(number("-2.5e-3"), "-0.0025");
    assert_eq!(number("12345678901"), "12345678901");
    assert!(std::panic::catch_unwind(|| number("1e400")).is_err(), "no decimal holds it");
}

#[test]
fn a_large_response_is_scored_within_the_limits() {
    let answer = |n: usize| format!(r#"{{ "linkId": "q{n}", "answer": [{{ "valueInteger": 1 }}] }}"#);
    let items: Vec<String> = (0..2_000).map(answer).collect();
    let response = format!(r#"{{ "resourceType": "QuestionnaireResponse", "item": [{}] }}"#, items.join(","));
    assert_eq!(on(&response, "%resource.repeat(item).answer.value.sum()"), "2000");
    assert_eq!(on(&response, "%resource.descendants().count()"), "8000");
}

/// Pieces of the language, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "1",
        "2.5",
        "'a'",
        "true",
        "{}",
        "@2024-01",
        "@T10",
        "4 days",
        "1 'mg'",
        "$this",
        "$index",
        "%resource",
        "%x",
        "name",
        "item",
        "Patient",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        "+",
        "-",
        "*",
        "/",
        "&",
        "|",
        "=",
        "!=",
        "~",
        "<",
        ">=",
        " and ",
        " or ",
        " is ",
        " as ",
        " in ",
        " contains ",
        " div ",
        " mod ",
        "Integer",
        "System.String",
        "where(",
        "select(",
        "repeat(",
        "iif(",
        "first()",
        "sum()",
        "weight()",
        "toString()",
        "children()",
        "descendants()",
        "sort(",
        "aggregate(",
        "matches(",
        "replace(",
        "lowBoundary()",
        "toQuantity()",
        "defineVariable('x')",
        "type()",
        "`",
        "'",
        "\\",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn try_out(expression: &str) {
    let resource = Document::parse(
        r#"{ "resourceType": "QuestionnaireResponse", "item": [{ "linkId": "1", "answer": [{ "valueDecimal": 1.5 }] }] }"#,
    )
    .unwrap();
    let environment = Environment::new(resource.clone(), now());
    if let Ok(expression) = Expression::parse(expression)
        && let Ok(values) = expression.evaluate(&[resource.root().into()], &environment)
    {
        let _ = shown(&values);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        try_out(&text);
    }

    #[test]
    fn no_sentence_of_the_language_makes_it_panic(text in pieces()) {
        try_out(&text);
    }

    #[test]
    fn no_document_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_json_makes_it_panic(value in json()) {
        if let Ok(document) = Document::from_json(&value) {
            let environment = Environment::new(document.clone(), now());
            for expression in ["descendants()", "repeat(item).answer.value.weight().sum()", "descendants().toString()", "$this ~ $this"] {
                let expression = Expression::parse(expression).unwrap();
                if let Ok(values) = expression.evaluate(&[document.root().into()], &environment) {
                    let _ = shown(&values);
                }
            }
        }
    }

    #[test]
    fn no_unit_makes_it_panic(unit in "[a-zA-Z0-9./(){}\\[\\]*^%+-]{0,12}") {
        let _ = evaluate(&format!("1 '{unit}' = 2 'm'"));
        let _ = evaluate(&format!("@2024-01-01T10:00:00Z + 3 '{unit}'"));
    }

    #[test]
    fn what_is_written_as_a_date_is_read_back(year in 1i16..=9999, month in 1i8..=12, day in 1i8..=28, hour in 0i8..24) {
        check(&format!("@{year:04}-{month:02}-{day:02}T{hour:02}:05:09.120-03:30"), &format!(r#""{year:04}-{month:02}-{day:02}T{hour:02}:05:09.120-03:30""#));
    }

    #[test]
    fn adding_days_and_taking_them_away_again_changes_nothing(days in 0i32..3_000_000, sign in prop::bool::ANY) {
        let (there, back) = if sign { ("+", "-") } else { ("-", "+") };
        let values = evaluate(&format!("@2024-02-29 {there} {days} days {back} {days} days")).unwrap();
        prop_assert!(values.is_empty() || shown(&values) == r#""2024-02-29""#);
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let names = prop::sample::select(vec![
        "item",
        "answer",
        "value",
        "valueCoding",
        "_value",
        "linkId",
        "extension",
        "url",
        "code",
        "resourceType",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "[a-zA-Z0-9:/-]{0,8}".prop_map(serde_json::Value::from),
        Just(serde_json::json!("QuestionnaireResponse")),
        Just(serde_json::json!("http://hl7.org/fhir/StructureDefinition/ordinalValue")),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            prop::collection::vec((names.clone(), inner), 0..5).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}
