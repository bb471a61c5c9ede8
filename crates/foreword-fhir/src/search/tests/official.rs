//! The examples of R4 themselves.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::is_found;

fn example(name: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/fhir/r4-examples");
    serde_json::from_str(&fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()).unwrap()
}

#[test]
fn the_examples_of_r4_are_found_by_what_they_say() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "Appointment-example",
            &[
                "patient=example",
                "practitioner=Practitioner/example",
                "location=1",
                "date=2013-12-10&date=ge2013-12-10T08:00:00-01:00",
                "appointment-type=http://terminology.hl7.org/CodeSystem/v2-0276|FOLLOWUP",
                "service-type=|52",
                "specialty=http://snomed.info/sct|",
            ],
            &["patient=1", "location=example", "date=2013-12-11", "service-type=http://snomed.info/sct|52"],
        ),
        (
            "Patient-example",
            &[
                "name=pet&family=chalm&given=james",
                "given=jim",
                "name=windsor",
                "phone=0355556473",
                "telecom=work|(03) 5555 6473",
                "birthdate=1974",
                "identifier=urn:oid:1.2.36.146.595.217.0.1|12345",
                "active=true&gender=male",
            ],
            &[
                "name=halmers",
                "email=0355556473",
                "birthdate=1975",
                "identifier=urn:oid:1|12345",
                "given=benedicte",
            ],
        ),
        (
            "Composition-example",
            &[
                "type=http://loinc.org|11488-4",
                "patient=xcda",
                "date=2012-01",
                "title=consultation",
                "identifier=1",
            ],
            &["type=11488", "patient=example", "date=2012-02"],
        ),
        (
            "DocumentReference-example",
            &[
                "period=2004-12-23",
                "date=2005-12-24",
                "identifier=urn:oid:1.3.6.1.4.1.21367.2005.3.7",
                "category=History and Physical",
                "related=Patient/xcda",
                "encounter=xcda",
            ],
            &["period=2005", "date=2005-12-23", "related=Appointment/xcda"],
        ),
        (
            "Task-example1",
            &[
                "subject=Patient/example",
                "owner=Organization/1832473e-2fe0-452d-abe9-3cdb9879522f",
                "focus=ServiceRequest/lipid",
                "authored-on=2016-10-31&modified=gt2016-10-31T08:25:05+10:00",
                "status=in-progress&intent=order",
            ],
            &["code=lipid", "status=completed", "modified=2016-11", "owner=Patient/example"],
        ),
        (
            "QuestionnaireResponse-f201",
            &[
                "authored=2013-06-18",
                "source=Practitioner/f201",
                "questionnaire:missing=true",
                "subject=f201",
            ],
            &["authored=2013-06-17", "source=Patient/f201", "status:not=completed"],
        ),
        (
            "Observation-bmi-using-related",
            &[
                "value-quantity=16.2|http://unitsofmeasure.org|kg/m2",
                "value-quantity=16",
                "date=1999-07-02",
                "derived-from=Observation/bodyheight&derived-from=Observation/example",
                "category=vital-signs",
            ],
            &["value-quantity=16.20|http://loinc.org|kg/m2", "value-quantity=16.3", "date=gt1999-07-02"],
        ),
    ];
    for (name, found, missed) in cases {
        let resource = example(name);
        for text in *found {
            assert!(is_found(&resource, text), "{name} is not found by {text}");
        }
        for text in *missed {
            assert!(!is_found(&resource, text), "{name} is found by {text}");
        }
    }
}
