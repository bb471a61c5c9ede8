//! Resources read and looked for.

use axum::http::StatusCode;

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
}
