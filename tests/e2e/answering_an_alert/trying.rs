//! Rules as data: a clinic's own beside those of the instruments, tried out before anybody is told of what they find.

use axum::http::StatusCode;

use super::{MAYA, PASSWORD, Ready, plan};
use crate::kit::process::{foreword, run, told};

const RULES: &str = "[[rule]]\ninstrument = \"phq-9\"\nid = \"any\"\nlevel = \"amber\"\n\
    text = { en = \"Any low mood\" }\nscale = \"total\"\nat_least = 1\n\n\
    [[rule]]\ninstrument = \"phq-9\"\nid = \"worse\"\nlevel = \"red\"\n\
    text = { en = \"Mood worse than the last time\" }\nscale = \"total\"\nworse_by = 5\n";

/// Maya comes twice: with 9 points in November, with 17 in January.
async fn twice(ready: &Ready) {
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say_all(&["0", "skip", "talk", "yes"]).await;
    let january = "2027-01-18T09:00:00Z".parse::<jiff::Timestamp>().unwrap();
    ready.world.clock.store(january.as_microsecond(), std::sync::atomic::Ordering::SeqCst);
    ready.world.app.watch(january).await.unwrap();
    let row = MAYA.replace("M1,M1", "M2,M1").replace("2026-11-24", "2027-01-20");
    ready.world.book(&[&row]).await;
    ready.world.tick().await;
    let mut phone = ready.world.phone("M2").await;
    phone.say_all(&["", "no", "6", "nothing"]).await;
    phone.say_all(&["2"; 8]).await;
    phone.say_all(&["0", "skip", "talk", "yes"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_how_often_each_rule_would_have_fired_and_raises_nothing() {
    let ready = Ready::new().await;
    twice(&ready).await;
    let file = ready.world.folder.write("rules.toml", RULES);
    let mut command = foreword();
    command
        .args(["alerts", "dry-run", "--json", "--database", &ready.world.url])
        .arg(&file)
        .env("FOREWORD__KEYS__MASTER_FILE", ready.world.folder.path("master.key"));
    let (code, out, err) = told(&run(&mut command, ""));
    assert_eq!(code, Some(0), "{err}");
    let tried: serde_json::Value = serde_json::from_str(&out).unwrap();
    let found = |n: usize, key: &str| tried[n][key].clone();
    assert_eq!(
        (found(0, "rule"), found(0, "responses"), found(0, "fired")),
        ("phq-9/any".into(), 2.into(), 2.into())
    );
    assert_eq!((found(1, "rule"), found(1, "fired")), ("phq-9/worse".into(), 1.into()));
    assert_eq!((found(1, "percent"), found(1, "is_many")), (50.0.into(), true.into()));
    assert!(ready.world.alerts().await.is_empty(), "nothing was raised");
    // The same on the page; what is wrong is said by line and key.
    let mut tab = ready.world.tab();
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD), ("next", "/clinic")]).await;
    tab.send("/clinic/alerts/rules", &[("rules", RULES)]).await;
    assert!(tab.text().contains("50.0 %") && tab.text().contains("more than 10 in 100"), "{}", tab.text());
    tab.send("/clinic/alerts/rules", &[("rules", &RULES.replace("phq-9", "phq-99"))]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tab.text().contains("is not an instrument that is loaded; did you mean"), "{}", tab.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinics_own_rule_fires_on_what_became_worse_and_on_nothing_else() {
    let ready = Ready::new().await;
    let rule = RULES.split_once("\n\n").unwrap().1;
    let text = format!("{}\n{rule}", plan("2", &ready.pager.url));
    ready.world.app.set_safety_plan("plan.toml", &text, "operator", ready.world.now()).await.unwrap();
    twice(&ready).await;
    let page = ready.only().await;
    assert_eq!((page.line.alert.rule.as_str(), page.line.visit.external_id.as_str()), ("phq-9/worse", "M2"));
    assert_eq!(page.line.text, "Mood worse than the last time");
    assert!(ready.world.page("M2").await.contains("RED: Mood worse than the last time"));
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe"]);
}
