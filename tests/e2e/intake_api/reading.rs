//! Resources read and looked for.

use axum::http::StatusCode;
use serde_json::json;

use super::{Program, ids};
use crate::kit::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_may_not_see_is_refused_and_what_is_not_there_is_said() {
    let world = World::new().await;
    let ehr = Program::new(&world, "system/Patient.rs").await;
    assert_eq!(ehr.get("Patient/nobody").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ehr.get("Appointment").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ehr.get("Medication").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ehr.send("DELETE", "Patient/x", &[], "").await.status, StatusCode::FORBIDDEN);
    assert!(ids(&ehr.get("Patient").await.body).is_empty());
    let packed = ["content-type: application/fhir+json", "content-encoding: gzip"];
    let packed = ehr.send("POST", "Patient/_search", &packed, "x").await;
    assert_eq!(packed.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", packed.body);
    let nothing = json!({ "resourceType": "Bundle", "type": "batch" }).to_string();
    for base in ["", "/fhir/R4/"] {
        assert_eq!(
            ehr.send("POST", base, &[], &nothing).await.status,
            StatusCode::OK,
            "with and without a slash"
        );
    }
}
