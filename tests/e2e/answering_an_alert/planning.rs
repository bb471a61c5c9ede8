//! A clinic's safety plan, and what is not asked before it is whole.

use axum::http::StatusCode;
use foreword_domain::conversation::State;

use super::{CLINIC, MAYA, PASSWORD, PATHWAY, Ready, people, plan};
use crate::kit::{
    Folder, World,
    pager::Pager,
    process::{clinic_in, run, told},
};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_plan_nothing_is_asked_that_may_need_somebody_at_once() {
    let world = World::new().await;
    world.book(&[MAYA]).await;
    world.tick().await;
    let line = world.line("M1").await;
    assert!(line.token.is_none(), "nothing is asked, and nobody is invited");
    // Switching it on without a plan is refused.
    let missing = world.app.activate_pathway(PATHWAY, CLINIC, true, "operator", world.now()).await.unwrap();
    assert_eq!(missing.len(), 1);
    assert!(missing[0].starts_with("there is no safety plan for this clinic"), "{missing:?}");
    world.book(&[&MAYA.replace("M1,M1", "M2,M2")]).await;
    assert!(world.line("M2").await.token.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refusal_lists_every_missing_part_with_status_422() {
    let world = World::new().await;
    people(&world).await;
    let bare = format!("clinic = \"{CLINIC}\"\nversion = \"1\"\ntime_zone = \"Europe/London\"\n");
    world.app.set_safety_plan("plan.toml", &bare, "operator", world.now()).await.unwrap();
    let missing = world.app.activate_pathway(PATHWAY, CLINIC, true, "operator", world.now()).await.unwrap();
    let all = missing.join("\n");
    for part in [
        "owner",
        "on_call",
        "chain.deputy",
        "chain.safety_lead",
        "hours",
        "red_minutes",
        "step_minutes",
        "crisis.en",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD), ("next", "/clinic")]).await;
    let page = format!("/clinic/library/pathways/{PATHWAY}");
    tab.send(&page, &[("clinic", CLINIC), ("active", "yes")]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    for line in &missing {
        assert!(tab.text().contains(line.as_str()), "{line}: {}", tab.text());
    }
    // Whole, it is taken.
    let pager = Pager::start().await;
    world.app.set_safety_plan("plan.toml", &plan("2", &pager.url), "operator", world.now()).await.unwrap();
    tab.send(&page, &[("clinic", CLINIC), ("active", "yes")]).await;
    assert_eq!(tab.status, StatusCode::OK);
    assert!(tab.text().contains("asked"), "{}", tab.text());
    world.app.watch(world.now()).await.unwrap();
    world.book(&[MAYA]).await;
    world.tick().await;
    assert_eq!(world.phone("M1").await.state().await, State::Invited);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_no_longer_whole_stops_what_was_switched_on() {
    let ready = Ready::new().await;
    // The deputy has left, and with her one of two people who must be told.
    ready.world.app.disable_staff("lee", ready.world.now()).await.unwrap();
    ready.world.book(&[MAYA]).await;
    assert!(ready.world.line("M1").await.token.is_none());
    ready.world.app.enable_staff("lee", ready.world.now()).await.unwrap();
    ready.world.book(&[&MAYA.replace("M1,M1", "M2,M2")]).await;
    assert!(ready.world.line("M2").await.token.is_some());
    ready.world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_plan_needs_another_version_and_a_person_who_may_take_alerts() {
    let ready = Ready::new().await;
    let now = ready.world.now();
    let set = async |text: String| ready.world.app.set_safety_plan("plan.toml", &text, "operator", now).await;
    let same = plan("1", &ready.pager.url);
    assert!(set(same.clone()).await.is_ok(), "the same again");
    let why = set(same.replace("step_minutes = 15", "step_minutes = 20")).await.unwrap_err().to_string();
    assert!(why.contains("give the changed one another version"), "{why}");
    let why = set(plan("2", &ready.pager.url).replace("lee", "nobody")).await.unwrap_err().to_string();
    assert!(why.contains("there is no account \"nobody\""), "{why}");
    let held = [foreword_app::access::roles::Held { role: "front-desk".to_owned(), clinic: None }];
    ready.world.app.put_staff_with("desk", "Desk", &held, PASSWORD, now).await.unwrap();
    let why = set(plan("2", &ready.pager.url).replace("lee", "desk")).await.unwrap_err().to_string();
    assert!(why.contains("may see no red flags"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_from_before_there_was_a_plan_are_told_as_soon_as_there_is_one() {
    let world = World::new().await;
    world.book(&[&MAYA.replace("Mood", "GI")]).await;
    world.tick().await;
    world.phone("M1").await.say_all(&["", "no", "6", "nothing", "3", "2", "yes"]).await;
    assert_eq!(world.alerts().await[0].state, "open");
    let ready = Ready::of(world).await;
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe"]);
    assert_eq!(ready.only().await.line.alert.state.as_str(), "notified");
}

#[test]
fn a_plan_is_checked_before_anything_is_changed_and_a_fault_names_file_line_and_key() {
    let folder = Folder::new();
    let (code, _, err) = told(&run(clinic_in(&folder.0).args(["migrate"]), ""));
    assert_eq!(code, Some(0), "{err}");
    let wrong = plan("1", "https://pager.test").replace("red_minutes = 30", "red_minutes = 90");
    folder.write("plan.toml", &wrong.replace("deputy = \"lee\"", "deputy = \"leo\""));
    for command in ["check", "set"] {
        let (code, out, err) = told(&run(clinic_in(&folder.0).args(["safety", command, "plan.toml"]), ""));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        assert!(err.contains("plan.toml") && err.contains("deadlines.red_minutes"), "{err}");
        assert!(
            err.contains("plan.toml:14: deadlines.red_minutes") && err.contains("plan.toml:7: chain.deputy"),
            "{err}"
        );
    }
    let (code, out, _) = told(&run(clinic_in(&folder.0).args(["safety", "show"]), ""));
    assert_eq!((code, out.as_str()), (Some(0), "No clinic has a safety plan.\n"));
    folder.write("plan.toml", &plan("1", "https://pager.test"));
    let (code, _, err) = told(&run(clinic_in(&folder.0).args(["safety", "set", "plan.toml"]), ""));
    assert!(code == Some(2) && err.contains("there is no account \"roe\""), "{err}");
    for login in ["roe", "lee", "okoro"] {
        let mut add = clinic_in(&folder.0);
        add.args(["staff", "add", login, "--name", login, "--role", "clinician"]);
        let (code, _, err) = told(&run(&mut add, "a long enough password\n"));
        assert_eq!(code, Some(0), "{err}");
    }
    let (code, out, err) = told(&run(clinic_in(&folder.0).args(["safety", "set", "plan.toml"]), ""));
    assert!(code == Some(0) && out.contains("Nothing is missing"), "{out}{err}");
    let (code, out, _) = told(&run(clinic_in(&folder.0).args(["pathways", "list"]), ""));
    assert!(code == Some(0) && out.contains("North Clinic: not switched on"), "{out}");
    let mut activate = clinic_in(&folder.0);
    activate.args(["pathways", "activate", PATHWAY, "--clinic", "South Clinic"]);
    let (code, _, err) = told(&run(&mut activate, ""));
    assert!(code == Some(2) && err.contains("there is no safety plan for this clinic"), "{err}");
    let mut activate = clinic_in(&folder.0);
    activate.args(["pathways", "activate", PATHWAY, "--clinic", CLINIC]);
    let (code, out, err) = told(&run(&mut activate, ""));
    assert!(code == Some(0) && out.contains("is switched on"), "{out}{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_on_is_asked_in_visits_that_were_booked_before() {
    let world = World::new().await;
    world.book(&[MAYA]).await;
    assert!(world.line("M1").await.token.is_none());
    let ready = Ready::of(world).await;
    assert!(ready.world.line("M1").await.token.is_some(), "without another word of the feed");
    ready.world.tick().await;
    ready.maya_up_to_item_nine().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_ask_for_json_are_told_what_is_missing_as_a_problem() {
    let world = World::new().await;
    people(&world).await;
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD), ("next", "/clinic")]).await;
    let body = Some(format!("clinic={}&active=yes", CLINIC.replace(' ', "+")));
    let page = format!("/clinic/library/pathways/{PATHWAY}");
    let response = tab.once("POST", &page, body, &[("accept", "application/json")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((problem["status"].as_u64(), problem["missing"].as_array().unwrap().len()), (Some(422), 1));
}
