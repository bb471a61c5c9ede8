//! What staff type in a chat obeys the same roles.

use super::{NORTH, held, member};
use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_of_staff_reaches_as_far_as_their_roles() {
    let world = World::new().await;
    let other = GRACE.replace("A1,P1,Grace,Okafor", "B1,P8,Canary,Southwell").replace(NORTH, "South Clinic");
    let today = |row: &str| row.replace("2026-11-24T09:30", "2026-11-20T15:00");
    world.book(&[&today(GRACE), &today(&other), JOHN]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let id = member(&world, "roe", &[("clinician", Some(NORTH))]).await;
    let link = world.app.staff_chat_link(id, world.now()).await.unwrap().unwrap().into_inner();
    let person = telegram.api.user("Roe", "en");
    person.start(link.split("?start=").nth(1).unwrap()).await;
    telegram.run().await;
    let says = async |text: &str| {
        let before = person.transcript();
        person.says(text).await;
        telegram.run().await;
        let after = person.transcript();
        after.strip_prefix(&before).unwrap_or(&after).to_owned()
    };
    let said = says("today").await;
    assert!(said.contains("1 visit today"), "{said}");
    for text in ["ask P8 before next: How?", "ask P404 before next: How?"] {
        let said = says(text).await;
        assert!(said.contains("There is no patient with this id."), "{said}");
    }
    // Whose visit it is that is there is not told.
    let (of_other, of_nothing) =
        (says("ask P1 before B1: How?").await, says("ask P1 before B404: How?").await);
    assert!(of_other.contains("There is no such visit.") && of_nothing.contains("There is no such visit."));
    let mine = says("ask P1 before A2: How?").await;
    assert!(mine.contains("This visit is another patient's."), "{mine}");
    assert!(says("ask P1 before next: How?").await.contains("will be asked"));

    world.app.set_roles(id, &held(&[("front-desk", Some(NORTH))]), "operator", world.now()).await.unwrap();
    let said = says("ask P1 before next: Why?").await;
    assert!(
        said.contains(
            "To ask a patient something before a visit you need one of these roles: clinician, nurse."
        ),
        "{said}"
    );
    assert!(says("today").await.contains("1 visit today"));
    world.app.set_roles(id, &held(&[("quality-lead", None)]), "operator", world.now()).await.unwrap();
    let said = says("today").await;
    assert!(said.contains("To see who comes on a day you need one of these roles"), "{said}");
    telegram.tick().await;
}
