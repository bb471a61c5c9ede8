//! Who looks at patients stands in the log, and the log can be looked at: as a page, and on the command line.

use std::process::Command;

use axum::http::StatusCode;
use foreword_intake::staff;
use sea_orm::ConnectionTrait;

use super::log;
use crate::{
    kit::{
        Folder, World,
        process::{clinic_in, run, told},
        world::{GRACE, JOHN},
    },
    signing_in,
};

/// Pages for staff that show patients, each with what its one row in the log says.
const SHOWS: [(&str, &str); 18] = [
    ("/clinic", "day.read"),
    ("/clinic/appointments/{id}", "summary.read"),
    ("/clinic/appointments/{id}/edit", "appointment.read"),
    ("/clinic/appointments/{id}/paper.pdf", "form.read"),
    ("/clinic/appointments/{id}/transcribe", "transcription.read"),
    ("/clinic/appointments/{id}/versions/{number}", "summary.read"),
    ("/clinic/appointments/{id}/summary.pdf", "summary.read"),
    ("/clinic/appointments/{id}/timeline", "history.read"),
    ("/clinic/patients/{id}", "patient.read"),
    ("/clinic/board", "board.read"),
    ("/clinic/rehearsal", "rehearsal.read"),
    ("/clinic/break-glass/log", "break-glass.read"),
    ("/clinic/alerts", "alerts.read"),
    ("/clinic/alerts/{id}", "alert.read"),
    ("/clinic/messages", "messages.read"),
    ("/clinic/feeds", "feeds.read"),
    ("/clinic/mail", "mails.read"),
    ("/clinic/audit", "audit.read"),
];
/// Pages for staff that show no patient.
const SHOWS_NOBODY: [&str; 15] = [
    "/clinic/sign-in",
    "/clinic/sign-in/code",
    "/clinic/sign-in/passkey",
    "/clinic/sign-in/provider",
    "/clinic/sign-in/provider/back",
    "/clinic/account",
    "/clinic/appointments/new",
    "/clinic/patients",
    "/clinic/pathways/{id}/paper.pdf",
    "/clinic/alerts/rules",
    "/clinic/library",
    "/clinic/library/pathways/{id}",
    "/clinic/library/instruments/{id}",
    "/clinic/break-glass",
    "/clinic/telegram",
];
/// Leads to another page; which patient it is about is noted here as well.
const LEADS_ON: [&str; 1] = ["/clinic/appointments/{id}/patient"];

/// The pages of staff that are opened.
fn routes() -> Vec<&'static str> {
    staff::routes().into_iter().filter(|route| route.method == "GET").map(|route| route.path).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_staff_page_that_shows_a_patient_leaves_exactly_one_row() {
    let world = World::new().await;
    let visit = world.invite_grace().await.appointment.id.to_string();
    world.phone("A1").await.say("I need help now").await;
    let alert = world.alerts().await[0].id.clone();
    let mut tab = signing_in::staff(&world).await;
    let known: Vec<&str> = SHOWS.iter().map(|(path, _)| *path).chain(SHOWS_NOBODY).collect();
    let patient = world.visit_of("A1").await.1.to_string();
    for path in routes() {
        if known.contains(&path) || LEADS_ON.contains(&path) {
            continue;
        }
        // What was the answer to a form leads to what was meant.
        let (before, asked) = (log(&world).await.len(), path.replace("{id}", &visit));
        let answer = tab.once("GET", &asked, None, &[]).await;
        assert_eq!(
            (answer.status(), log(&world).await.len()),
            (StatusCode::SEE_OTHER, before),
            "{path}: say here whether it shows a patient, and what its row in the audit log is"
        );
    }
    for path in known {
        assert!(routes().contains(&path), "{path} is no route any more");
        let asked = path
            .replace("pathways/{id}", "pathways/wellbeing-check")
            .replace("instruments/{id}", "instruments/gad-7")
            .replace("patients/{id}", &format!("patients/{patient}"))
            .replace("alerts/{id}", &format!("alerts/{alert}"))
            .replace("{id}", &visit)
            .replace("{number}", "1");
        let before = log(&world).await.len();
        let answer = tab.once("GET", &asked, None, &[]).await;
        assert!(
            answer.status() == StatusCode::OK || path.starts_with("/clinic/sign-in"),
            "{path}: {}",
            answer.status()
        );
        let rows = log(&world).await.split_off(before);
        let told: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
        let expected: Vec<&str> =
            SHOWS.iter().filter(|(shows, _)| *shows == path).map(|(_, action)| *action).collect();
        assert_eq!(told, expected, "{path}");
        assert!(rows.iter().all(|row| row.actor.starts_with("staff:")), "{path}: {rows:?}");
    }
    for (path, action) in
        [("/clinic/messages?state=sent", "messages.read"), ("/clinic?day=2026-11-24", "day.read")]
    {
        let before = log(&world).await.len();
        tab.open(path).await;
        let told: Vec<String> =
            log(&world).await.split_off(before).into_iter().map(|row| row.action).collect();
        assert_eq!(told, [action], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_names_that_the_log_does_not_hold_and_choose_whose_rows_they_see() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    world.tick().await;
    let (grace, john) = (world.line("A1").await, world.line("A2").await);
    let mut tab = signing_in::staff(&world).await;
    tab.open(&format!("/clinic/appointments/{}", grace.appointment.id)).await;
    tab.open(&format!("/clinic/appointments/{}", john.appointment.id)).await;
    tab.open("/clinic/audit").await;
    let page = tab.text();
    assert!(page.contains("Grace Okafor, visit") && page.contains("John Whitfield, visit"), "{page}");
    assert!(
        page.contains("Dr Roe") && page.contains("summary.read") && page.contains("not linked yet"),
        "{page}"
    );
    assert!(!format!("{:?}", log(&world).await).contains("Okafor"), "the log holds ids");
    let newest = page.find("John Whitfield, visit").unwrap();
    assert!(newest < page.find("Grace Okafor, visit").unwrap(), "newest first");

    let about = format!("/clinic/audit?about=patient:{}", grace.patient.id);
    assert!(tab.page.contains(&format!("href=\"{about}\"")), "{}", tab.page);
    tab.open(&about).await;
    let page = tab.text();
    assert!(page.contains("Grace Okafor") && !page.contains("John Whitfield"), "{page}");
    assert!(page.contains("appointment.created"), "what was done with her visits: {page}");
    tab.open("/clinic/audit?action=summary.&actor=").await;
    let rows = tab.page.split("<tbody>").nth(1).unwrap().matches("<tr>").count();
    assert_eq!(rows, 2, "{}", tab.text());
    tab.open("/clinic/audit?actor=feed").await;
    assert!(!tab.text().contains("summary.read") && tab.text().contains("appointment.created"));
    tab.open("/clinic/audit?since=2030-01-01").await;
    assert!(tab.text().contains("There are none."));

    super::act(&world, 150).await;
    world.app.seal_audit(world.now()).await.unwrap();
    tab.open("/clinic/audit?action=summary.").await;
    assert!(tab.text().contains("closes the log up to row"), "{}", tab.text());
    assert_eq!(tab.page.split("<tbody>").nth(1).unwrap().matches("<tr>").count(), 100);
    let older = tab.text().split("<p><a href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(older.contains("action=summary.&before="), "{older}");
    tab.open(&older).await;
    assert_eq!(tab.page.split("<tbody>").nth(1).unwrap().matches("<tr>").count(), 52);
    tab.open("/clinic/audit?about=%22%3E%3Cscript%3E&actor=%27&since=x&before=1").await;
    assert_eq!(tab.status, StatusCode::OK);
    assert!(!tab.page.contains("<script>"), "{}", tab.page);
}

const HEADER: &str = "appointment_id,patient_id,given_name,family_name,birth_date,language,time_zone,email,phone,start,duration_min,clinic,clinician,type,status";

#[test]
fn audit_verify_and_list_say_what_and_where_and_exit_as_they_should() {
    let folder = Folder::new();
    let at = || -> Command { clinic_in(&folder.0) };
    let rows = format!("{HEADER}\n{GRACE}\n{JOHN}\n");
    folder.write("feed.csv", &rows);
    run(at().args(["import", "appointments", "feed.csv"]), "");
    run(at().args(["tick", "--at", "2026-11-20T09:00:00Z"]), "");
    run(at().args(["summary", "A1"]), "");
    let (code, out, err) = told(&run(at().args(["audit", "verify"]), ""));
    assert_eq!(code, Some(0), "{out}{err}");
    let last = out.lines().find_map(|line| line.strip_prefix("the last link is ")).unwrap().to_owned();
    let (code, out, _) = told(&run(at().args(["audit", "verify", "--noted", &last, "--json"]), ""));
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["ok"], &json["links"]), (Some(0), &true.into(), &1.into()), "{out}");
    assert_eq!(json["unlinked"], 1, "the page was read after the tick: {out}");
    let (code, _, err) = told(&run(at().args(["audit", "verify", "--noted", "x"]), ""));
    assert!(code == Some(2) && err.contains("--noted: must be a link"), "{err}");

    let (code, out, err) = told(&run(at().args(["audit", "list", "--patient", "P1", "--json"]), ""));
    assert_eq!(code, Some(0), "{err}");
    let listed: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    let actions: Vec<&str> = listed.iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["summary.read", "message.sent.invitation", "appointment.created"], "{out}");
    assert_eq!(listed[0]["actor"], "operator");
    let (_, out, _) = told(&run(at().args(["audit", "list", "--actor", "feed"]), ""));
    assert_eq!(out.lines().count(), 2, "{out}");
    let (_, out, _) = told(&run(at().args(["audit", "list", "--since", "2027-01-01"]), ""));
    assert_eq!(out, "");
    let (_, out, _) = told(&run(at().args(["audit", "list", "--actor", "operator"]), ""));
    assert_eq!(out.matches("audit.read").count(), 3, "that the log was read stands in it: {out}");
    for wrong in [["--since", "soon"], ["--patient", "P9"]] {
        let (code, _, err) = told(&run(at().args(["audit", "list"]).args(wrong), ""));
        assert!(code == Some(2) && err.contains(wrong[0]), "{err}");
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", folder.path("foreword.db").display());
        let connection = sea_orm::Database::connect(url).await.unwrap();
        connection.execute_unprepared("UPDATE audit SET actor = 'feeb' WHERE id = 2").await.unwrap();
        connection.execute_unprepared("DELETE FROM audit WHERE id = 1").await.unwrap();
        connection.close().await.unwrap();
    });
    let (code, out, err) = told(&run(at().args(["audit", "verify"]), ""));
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("changed: row 2 (link 1)") && out.contains("missing: row 1 (link 1)"), "{out}");
    assert!(err.contains("not as it was written (2 faults)"), "{err}");
    let (code, out, _) = told(&run(at().args(["audit", "verify", "--json"]), ""));
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["ok"]), (Some(1), &false.into()));
    assert_eq!(json["faults"][0]["kind"], "changed");
}
