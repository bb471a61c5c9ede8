//! What the clinician's own program is told while a red flag waits.

use foreword_app::{alerting::acting::Deed, previsit::Named};
use foreword_domain::private::Private;

use super::{Ready, spoke};

#[tokio::test(flavor = "multi_thread")]
async fn an_open_red_flag_makes_the_card_critical_until_it_is_closed() {
    use crate::kit::program::send;

    let ready = Ready::new().await;
    let world = &ready.world;
    let mut phone = ready.maya_up_to_item_nine().await;
    let token = world.app.add_api_client("ehr", "system/Composition.r", world.now()).await.unwrap();
    let token = format!("Bearer {}", token.reveal());
    let patient = world.line("M1").await.patient.id;
    let body = serde_json::json!({
        "hook": "patient-view",
        "hookInstance": "e9f6b9a0-366c-47af-b11b-f6d54797030a",
        "context": { "userId": "Practitioner/1", "patientId": patient.to_string() },
    });
    let router = world.router();
    let card = async || {
        let path = "/cds-services/foreword-previsit";
        let answer =
            send(&router, "POST", path, &[("authorization", token.as_str())], body.to_string()).await;
        answer.body["cards"][0].clone()
    };
    assert_eq!(card().await["indicator"], "info");
    phone.say("1").await;
    ready.look().await;
    let critical = card().await;
    assert_eq!(critical["indicator"], "critical");
    assert!(critical["summary"].as_str().unwrap().contains("1 open red flag"), "{critical}");
    assert!(critical["detail"].as_str().unwrap().contains("Red flags that are not closed: 1"), "{critical}");
    let id = ready.only().await.line.alert.id;
    for deed in [Deed::Take, spoke("Safe at home.")] {
        ready.does(id, deed, ready.roe).await.unwrap();
        assert_eq!(card().await["indicator"], "critical", "an outcome is not the end of it");
    }
    ready.does(id, Deed::Close, ready.roe).await.unwrap();
    assert_eq!(card().await["indicator"], "info");
    let named = Named {
        id: Private::new(patient.to_string()),
        identifier: None,
        born: Some(Private::new("1984-05-03".parse().unwrap())),
        is_of_feeds: false,
    };
    let told = world.app.previsit(&named, "api:ehr", world.now()).await.unwrap();
    assert!(told.is_none(), "somebody born on another day is somebody else, even by our own id");
}
