use super::*;

const PATIENT: &str = r##"{
  "resourceType": "Patient", "id": "p", "active": true, "birthDate": "1974-12-25",
  "_gender": { "extension": [{ "url": "http://x.example/why", "valueCode": "unknown" }] },
  "name": [{ "given": ["Ada", null], "_given": [null, { "id": "second" }] }, { "family": "King" }],
  "contained": [{ "resourceType": "Organization", "id": "o", "name": "Ward" }],
  "managingOrganization": { "reference": "#o" },
  "multipleBirthInteger": 2
}"##;

#[test]
fn a_name_at_the_beginning_may_be_the_type() {
    assert_eq!(on(PATIENT, "Patient.name.family"), r#""King""#);
    assert_eq!(on(PATIENT, "name.family"), r#""King""#);
    assert_eq!(on(PATIENT, "DomainResource.id"), r#""p""#);
    assert_eq!(on(PATIENT, "Encounter.id"), "");
}

#[test]
fn a_choice_of_types_is_reached_by_its_stem_and_by_its_full_name() {
    assert_eq!(on(PATIENT, "Patient.multipleBirth"), "2");
    assert_eq!(on(PATIENT, "Patient.multipleBirthInteger"), "2");
    assert_eq!(on(PATIENT, "multipleBirth is integer"), "true");
    assert_eq!(on(PATIENT, "multipleBirth.ofType(boolean)"), "");
    let own = r#"{ "resourceType": "Account", "valueQuantity": { "value": 7.50, "unit": "kg" }, "versionId": "1" }"#;
    assert_eq!(on(own, "Account.value.value"), "7.50");
    assert_eq!(on(own, "Account.value > 7 'kg'"), "true");
    assert_eq!(on(own, "Account.version"), "");
}

#[test]
fn an_element_without_a_value_has_its_extensions() {
    assert_eq!(on(PATIENT, "gender.exists() and gender.hasValue().not()"), "true");
    assert_eq!(on(PATIENT, "gender.extension('http://x.example/why').value"), r#""unknown""#);
    assert_eq!(on(PATIENT, "name.given.count()"), "2");
    assert_eq!(on(PATIENT, "name.given[1].id"), r#""second""#);
    assert_eq!(on(PATIENT, "name.given.getValue()"), "");
}

#[test]
fn decimals_keep_every_digit() {
    check("0.1 + 0.2", "0.3");
    check("1.10 * 1.0", "1.100");
    check("0.1 + 0.2 = 0.3", "true");
    check("9999999999999999999.12 - 0.01", "9999999999999999999.11");
    check("(1 | 2 | 4).avg()", "2.3333333333333333333333333333");
    assert_eq!(
        on(r#"{ "resourceType": "Basic", "x": 0.10000000000000000000001 }"#, "x"),
        "0.10000000000000000000001"
    );
}

#[test]
fn powers_and_logarithms_are_exact_where_they_can_be() {
    check("2.power(10)", "1024");
    check("1.1.power(2)", "1.21");
    check("2.power(-2)", "0.25");
    check("1000.log(10)", "3");
    check("100.sqrt()", "10");
    check("2.sqrt()", "1.4142135623731");
    check("1.exp()", "2.71828182845905");
    check("0.ln()", "");
    check("2.power(100000)", "");
    check("2147483647 + 1", "");
}

#[test]
fn operators_bind_as_the_grammar_has_it() {
    check("-1.abs()", "-1");
    check("1 + 2 * 3 - 4 div 2", "5");
    check("1 | 2 = 2 | 1", "false");
    check("true or false and false", "true");
    check("1 + 1 is Integer", "true");
    check("today() as Date + 1 day", r#""2026-11-25""#);
    check("false implies true xor true", "true");
}

#[test]
fn what_is_decided_needs_no_other_side() {
    check("false and 'a'.toChars().first() > 1", "false");
    check("true or (1 | 2)", "true");
    refused("true and (1 | 2)", "at character 6: one value is needed here, there are 2");
}

#[test]
fn time_comes_from_the_caller() {
    check("now()", r#""2026-11-24T09:30:00.125+01:00""#);
    check("today()", r#""2026-11-24""#);
    check("timeOfDay()", r#""09:30:00.125""#);
}

#[test]
fn dates_are_reckoned_with_as_precisely_as_they_are_written() {
    check("@2024-02-29 + 1 year", r#""2025-02-28""#);
    check("@2024-01-31 + 1 month", r#""2024-02-29""#);
    check("@2024 + 25 months", r#""2026""#);
    check("@2024-03 - 40 days", r#""2024-02""#);
    check("@2024-03-31 - 36 hours", r#""2024-03-30""#);
    check("@T23:30 + 1 hour", r#""00:30""#);
    check("@9999-12-31 + 1 day", "");
    refused("@2024-01-01 + 1 'kg'", "at character 13: 'kg' can't be added to a date or time");
    refused("@2024-02-30", "at character 1: @2024-02-30 is no date and no time");
}

#[test]
fn moments_without_a_zone_are_compared_only_where_no_zone_matters() {
    check("@2024-01-01T12:00:00Z = @2024-01-01T12:00:00", "");
    check("@2024-01-03T12:00:00Z > @2024-01-01T12:00:00", "true");
    check("@2024-01-01T12:00:00+02:00 = @2024-01-01T10:00:00Z", "true");
    check("@2024-01 < @2024-02-01", "true");
    check("@2024-01 < @2024-01-15", "");
}

#[test]
fn quantities_are_compared_across_units() {
    check("1 'g' = 1000 'mg'", "true");
    check("2.0 'cm' * 2.0 'm' = 0.04 'm2'", "true");
    check("4.0 'g' / 2.0 'm' = 2 'g/m'", "true");
    check(
        "1 'g' + 500 'mg'",
        r#"{"value":1.500,"unit":"g","system":"http://unitsofmeasure.org","code":"g"}"#,
    );
    check("7 days = 1 'wk'", "true");
    check("1 year = 12 months", "true");
    check("1 year = 1 'a'", "");
    check("1 year ~ 1 'a'", "true");
    check("1 'kg' > 1 'm'", "");
    check("120 'mm[Hg]' > 15 'kPa'", "true");
    check("1 '{score}' = 1 '1'", "true");
    check("37 'Cel' = 37 'K'", "");
    check(
        "(3 'min').toQuantity('s')",
        r#"{"value":180,"unit":"s","system":"http://unitsofmeasure.org","code":"s"}"#,
    );
}

#[test]
fn a_defined_variable_is_seen_by_what_follows_it_and_nothing_else() {
    check("defineVariable('a', 1 | 2).select(%a.count())", "");
    check("(0).defineVariable('a', 1 | 2).select(%a.count())", "2");
    check("(1 | 2).defineVariable('all').select($this + %all.count())", "3, 4");
    refused(
        "(1).defineVariable('a', 1).select(%a) | (1).select(%a)",
        "at character 52: there is no variable %a",
    );
    refused("(1).defineVariable('a').defineVariable('a')", "at character 25: there is a variable %a already");
    refused("defineVariable('context')", "at character 1: there is a variable %context already");
}

#[test]
fn variables_of_the_caller_are_found() {
    let mut environment = nothing();
    environment.variables.insert("age".to_owned(), vec![Value::Integer(41)]);
    let values = Expression::parse("%age + 1").unwrap().evaluate(&[], &environment).unwrap();
    assert_eq!(shown(&values), "42");
    check("%`vs-administrative-gender`", r#""http://hl7.org/fhir/ValueSet/administrative-gender""#);
    check("%vs-administrative-gender", r#""http://hl7.org/fhir/ValueSet/administrative-gender""#);
    check("%resource", "");
    refused("1 + %nobody", "at character 5: there is no variable %nobody");
}

#[test]
fn strings_count_characters() {
    check("'näh'.length()", "3");
    check("'näher'.indexOf('her')", "2");
    check("'näher'.substring(1, 2)", r#""äh""#);
    check("'abcb'.lastIndexOf('b')", "3");
    check("'a,b'.split(',').join('+')", r#""a+b""#);
    check(r"'ab12'.replaceMatches('([a-z]+)([0-9]+)', '$2x$1')", r#""12xab""#);
    check("'A\\nB'.matches('A.B')", "true");
    check("'abc'.matchesFull('b')", "false");
    check("'abc'.matches('B', 'i')", "true");
    check("'\\u00e4\\uD83D\\uDE00'", r#""ä😀""#);
    check("'a' & {} & 'b'", r#""ab""#);
    check("'&lt;b&gt; &unknown; &#228;'.unescape('html')", r#""<b> &unknown; ä""#);
}

#[test]
fn comments_and_blanks_are_skipped() {
    check("1 /* one */ + // two\n 2", "3");
    refused("1 /* one", "at character 3: the comment has no end");
}

#[test]
fn references_within_the_document_are_followed() {
    assert_eq!(on(PATIENT, "managingOrganization.resolve().name"), r#""Ward""#);
    let bundle = r#"{ "resourceType": "Bundle", "entry": [
        { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Patient", "id": "a", "active": true } },
        { "resource": { "resourceType": "Observation", "subject": { "reference": "Patient/a" },
          "focus": [{ "reference": "urn:uuid:1" }, { "reference": "Patient/none" }] } }] }"#;
    assert_eq!(on(bundle, "entry.resource.ofType(Observation).subject.resolve().active"), "true");
    assert_eq!(on(bundle, "entry.resource.focus.resolve().id"), r#""a""#);
}

#[test]
fn errors_say_where_and_what() {
    refused("1 +", "at character 4: the expression ends where a value, a name or a function must follow");
    refused("(1", "at character 3: the expression ends where ) must follow");
    refused("[0]", "at character 1: \"[\" stands where a value, a name or a function must follow");
    refused("a.[0]", "at character 3: \"[\" stands where a name or a function must follow");
    refused("iif(true,)", "at character 10: \")\" stands where a value, a name or a function must follow");
    refused("1 2", "at character 3: 2 stands where the end or an operator must follow");
    refused("'abc", "at character 1: the closing ' is missing");
    refused("'\\d'", "at character 2: this is no escape; a backslash is written \\\\");
    refused("ä", "at character 1: 'ä' has no meaning here");
    refused("name.frist()", "at character 6: there is no function frist()");
    refused("name.where()", "at character 6: where() takes one argument, not 0");
    refused("'ä' + 1", "at character 5: a System.String and a System.Integer can't be reckoned with");
    refused("1 is Unheard", "at character 3: there is no type Unheard");
    refused("3000000000", "at character 1: 3000000000 is too large for an integer; write it as 3000000000.0");
    refused("$that", "at character 1: $that is unknown; there are $this, $index and $total");
}

#[test]
fn errors_never_repeat_a_value() {
    let error = Document::parse(PATIENT).map(|resource| {
        let environment = Environment::new(resource.clone(), now());
        let expression = Expression::parse("name.given.first() + 1").unwrap();
        expression.evaluate(&[resource.root().into()], &environment).unwrap_err().to_string()
    });
    assert_eq!(
        error.unwrap(),
        "at character 20: a System.String and a System.Integer can't be reckoned with"
    );
    assert_eq!(format!("{:?}", Document::parse(PATIENT).unwrap().root()), "Element( Patient)");
}

#[test]
fn a_document_is_refused_for_what_fhir_does_not_allow() {
    let refused = |text: &str| Document::parse(text).unwrap_err().to_string();
    assert_eq!(refused(r#"{ "a": 1, "a": 2 }"#), r#"the member "a" stands twice in one object"#);
    assert_eq!(refused(r#"{ "a": [[1]] }"#), r#""a" holds a list in a list"#);
    assert_eq!(refused("[]"), "a resource is a JSON object, this is none");
    assert!(refused("{").contains("line 1 column 1"), "{}", refused("{"));
    let deep = format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200));
    assert!(refused(&deep).contains("deep"), "{}", refused(&deep));
}

#[test]
fn a_value_says_its_type_and_its_json() {
    let resource =
        Document::from_json(&serde_json::json!({ "resourceType": "Patient", "gender": "female" })).unwrap();
    let environment = Environment::new(resource.clone(), now());
    let of = |expression: &str| {
        let expression: Expression = expression.parse().unwrap();
        let value = expression.evaluate(&[resource.root().into()], &environment).unwrap().pop().unwrap();
        (value.type_name(), value.to_json())
    };
    assert_eq!(of("gender"), ("FHIR.code".to_owned(), serde_json::json!("female")));
    assert_eq!(of("gender & ''"), ("System.String".to_owned(), serde_json::json!("female")));
    assert_eq!(of("1.50"), ("System.Decimal".to_owned(), serde_json::json!(1.5)));
    assert_eq!(
        of("$this"),
        ("FHIR.Patient".to_owned(), serde_json::json!({ "resourceType": "Patient", "gender": "female" }))
    );
    let spaced = Document::parse("{ \"a\" : [ \"x \\\" y\" ,\n 1.50 ] }").unwrap();
    assert_eq!(spaced.root().json(), r#"{"a":["x \" y",1.50]}"#);
    assert_eq!(of("@2024-05"), ("System.Date".to_owned(), serde_json::json!("2024-05")));
}
