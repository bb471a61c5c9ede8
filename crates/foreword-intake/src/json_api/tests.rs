use std::collections::BTreeSet;

use serde_json::Value;

use super::{ROUTES, booking, document};

fn openapi() -> Value {
    serde_json::from_str(&document::text("https://clinic.test")).unwrap()
}

#[test]
fn every_route_stands_in_the_document_and_nothing_else_does() {
    let document = openapi();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (path.clone(), method.clone()))
        })
        .collect();
    let routed = ROUTES
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(|method| ((*path).to_owned(), (*method).to_owned())))
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn the_document_is_openapi_3_1_with_a_token_and_problems_everywhere() {
    let document = openapi();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(operation["security"][0]["token"].is_array(), "{at}");
            assert!(operation["summary"].is_string(), "{at}");
            for status in ["401", "403", "500", "503"] {
                let problem = operation["responses"][status]["$ref"].as_str().unwrap_or_default();
                assert_eq!(problem, format!("#/components/responses/Problem{status}"), "{at}");
            }
        }
    }
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} is nowhere");
    }
}

#[test]
fn the_document_names_the_members_of_an_appointment_that_are_read() {
    let document = openapi();
    let named = document["components"]["schemas"]["Booking"]["properties"].as_object().unwrap();
    let named: BTreeSet<&str> = named.keys().map(String::as_str).collect();
    assert_eq!(named, booking::members().into_iter().collect::<BTreeSet<_>>());
}
