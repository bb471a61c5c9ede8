//! Staff read what is asked before which visits, and how it is scored.

use axum::http::StatusCode;

use crate::{
    kit::{
        World,
        world::{GRACE, JOHN},
    },
    signing_in,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_pathway_and_instrument_has_a_page_that_says_what_it_is() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    world.tick().await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/library").await;
    let list = clinic.text();
    for pathway in &world.app.catalog().pathways {
        let path = format!("/clinic/library/pathways/{}", pathway.id);
        assert!(list.contains(&path), "{path}");
        clinic.open(&path).await;
        let page = clinic.text();
        for part in [&pathway.title, &pathway.goal, &pathway.reader, &pathway.expected_action] {
            assert!(page.contains(part.as_str()), "{part} is not on\n{page}");
        }
        let used = if world.app.may_need_somebody(pathway) {
            "No clinic has a safety plan"
        } else {
            "1 visit, 0 answered to the end"
        };
        assert!(page.contains(used), "{page}");
        assert!(page.contains("7 days before the visit") && page.contains("paper.pdf?lang=es"));
        for ask in &pathway.asks {
            assert!(page.contains(&format!("/clinic/library/instruments/{}", ask.instrument)));
        }
    }
    for instrument in world.app.catalog().instruments.values() {
        let path = format!("/clinic/library/instruments/{}", instrument.id);
        assert!(list.contains(&path), "{path}");
        assert_eq!(clinic.open(&path).await.status, StatusCode::OK, "{path}");
        let page = clinic.text();
        let words = instrument.licence.permission.words();
        assert!(page.contains(words) && page.contains(&instrument.licence.notice), "{path}");
        for scale in &instrument.scales {
            assert!(page.contains(scale.direction.words()), "{path}: {}", scale.id);
        }
        assert_eq!(page.contains("It is not asked."), !instrument.licence.permission.may_ask(), "{path}");
    }
    for path in ["/clinic/library/pathways/none", "/clinic/library/instruments/none"] {
        assert_eq!(clinic.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut stranger = world.tab();
    stranger.open("/clinic/library").await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_instrument_says_how_it_is_scored() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/library/instruments/gad-7").await;
    let page = clinic.text();
    for part in [
        "sum of 7 items",
        "0 to 21",
        "higher = worse",
        "minimal (0-4)",
        "severe (15-21)",
        "up to 2 may be missing",
        "0 Not at all",
        "as above",
        "out as published.",
        "first asked 20 Nov 2026",
        "/clinic/library/pathways/wellbeing-check",
    ] {
        assert!(page.contains(part), "{part} is not on\n{page}");
    }
}
