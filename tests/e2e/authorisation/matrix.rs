//! The matrix: what every page answers to every role, made from the table of pages and compared with a file
//! that a person can read.

use std::fmt::Write;

use axum::{
    body::to_bytes,
    http::{Response, StatusCode, header},
};
use foreword_app::access::permission::{Act, Role, allows};
use foreword_intake::staff::{Need, Route, routes};
use foreword_store::staff;

use super::{CANARIES, NORTH, Rows, Two, member, signed_in};
use crate::kit::{Tab, World};

/// What is expected. To change it, change it by hand and have it read by somebody else.
const EXPECTED: &str = include_str!("matrix.txt");

/// An id of nothing.
const NOTHING: &str = "01a1ffa1-68e9-70c9-8e13-640e4cfba9b1";

/// Who asks: what is written above the column, their role, and where they hold it.
const WHO: [(&str, &str, Option<&str>); 6] = [
    ("clinician", "clinician", Some(NORTH)),
    ("nurse", "nurse", Some(NORTH)),
    ("front desk", "front-desk", Some(NORTH)),
    ("quality lead", "quality-lead", Some(NORTH)),
    ("administrator", "administrator", Some(NORTH)),
    ("of all clinics", "administrator", None),
];

/// The path of a route for some rows.
fn filled(route: &Route, rows: &Rows) -> String {
    let id = match route.path {
        path if path.starts_with("/clinic/messages/") => &rows.message,
        path if path.starts_with("/clinic/mail/") => &rows.mail,
        path if path.contains("/pathways/") => "gi-follow-up",
        path if path.starts_with("/clinic/alerts/") => &rows.alert,
        path if path.contains("/instruments/") => "gad-7",
        path if path.starts_with("/clinic/patients/") => &rows.patient,
        _ => &rows.appointment,
    };
    route
        .path
        .replace("{id}", id)
        .replace("{question}", &rows.question)
        .replace("{goal}", &rows.goal)
        .replace("{number}", "1")
}

/// Whether a route is about a row that belongs to a clinic.
fn is_of_a_row(route: &Route) -> bool {
    route.path.contains('{') && !route.path.contains("/pathways/") && !route.path.contains("/instruments/")
}

/// What a form of this route sends: nothing, where that is taken in or found wanting.
fn form(route: &Route, rows: &Rows) -> String {
    match route.path {
        path if path.ends_with("/topics") => {
            format!("visit={}&topic={}&mark=next-time", rows.appointment, rows.topic.replace('/', "%2F"))
        }
        path if path.ends_with("/end") => "how=reached".to_owned(),
        "/clinic/patients" => "number=P2".to_owned(),
        path if path.contains("/pathways/") => format!("clinic={}", NORTH.replace(' ', "+")),
        _ => String::new(),
    }
}

async fn ask(tab: &mut Tab, route: &Route, path: &str, rows: &Rows) -> (String, String) {
    let body = (route.method == "POST").then(|| form(route, rows));
    let response = tab.once(route.method, path, body, &[]).await;
    let said = outcome(route, &response);
    let bytes = to_bytes(response.into_body(), 10 << 20).await.unwrap();
    (said, String::from_utf8_lossy(&bytes).into_owned())
}

/// What an answer is, in one word.
fn outcome<T>(route: &Route, response: &Response<T>) -> String {
    let to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap());
    match (response.status(), to) {
        (StatusCode::SEE_OTHER, Some(to)) if to.starts_with("/clinic/sign-in") => "sign-in".to_owned(),
        (StatusCode::SEE_OTHER, Some("/clinic/feeds")) => "to-feeds".to_owned(),
        (StatusCode::SEE_OTHER, Some(to)) if to.ends_with("/edit") => "to-edit".to_owned(),
        // What was the answer to a form leads to what was meant, without looking whether it is there.
        (StatusCode::SEE_OTHER, _) if route.method == "GET" => "leads-on".to_owned(),
        (StatusCode::FORBIDDEN | StatusCode::NOT_FOUND, _) => response.status().as_u16().to_string(),
        (StatusCode::OK | StatusCode::SEE_OTHER, _) => "yes".to_owned(),
        // It was let in, and what was sent is empty or late.
        (StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT | StatusCode::UNAUTHORIZED, _) => {
            "yes".to_owned()
        }
        (other, _) => panic!("{} {} answers {other}", route.method, route.path),
    }
}

async fn disable(world: &World, login: &'static str) {
    let now = world.now();
    let done = world.store.write(move |txn| {
        Box::pin(async move {
            let mut member = staff::by_login(txn, login).await?.unwrap();
            member.disabled_at = Some(now);
            staff::update(txn, &member).await
        })
    });
    done.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers_every_role_as_the_matrix_says() {
    let two = Two::new().await;
    let mut tabs = Vec::new();
    for (login, role, clinic) in WHO {
        member(&two.world, login, &[(role, clinic)]).await;
        tabs.push(signed_in(&two.world, login).await);
    }
    member(&two.world, "gone", &[("clinician", None), ("administrator", None)]).await;
    let mut gone = signed_in(&two.world, "gone").await;
    disable(&two.world, "gone").await;
    let mut stranger = two.world.tab();
    let nothing = Rows {
        appointment: NOTHING.to_owned(),
        question: NOTHING.to_owned(),
        message: NOTHING.to_owned(),
        mail: "987654321".to_owned(),
        patient: NOTHING.to_owned(),
        topic: two.north.topic.clone(),
        goal: NOTHING.to_owned(),
        alert: NOTHING.to_owned(),
    };

    let mut found = String::new();
    let mut asked = 0;
    for route in routes() {
        let (own, other) = (filled(&route, &two.north), filled(&route, &two.south));
        if route.need == Need::Nothing {
            let (said, _) = ask(&mut two.world.tab(), &route, &own, &two.north).await;
            writeln!(found, "{:<5}{:<66}{said}", route.method, route.path).unwrap();
            continue;
        }
        for tab in [&mut stranger, &mut gone] {
            for (path, rows) in [(&own, &two.north), (&other, &two.south)] {
                let (said, page) = ask(tab, &route, path, rows).await;
                assert_eq!(said, "sign-in", "{} {path}", route.method);
                assert!(page.is_empty(), "{} {path} tells a stranger: {page}", route.method);
                asked += 1;
            }
        }
        let mut line = format!("{:<5}{:<66}", route.method, route.path);
        for ((login, _, clinic), tab) in WHO.iter().zip(&mut tabs) {
            let (mut said, page) = ask(tab, &route, &own, &two.north).await;
            let reaches_all = clinic.is_none();
            let is_clean = |page: &str| !CANARIES.iter().any(|canary| page.contains(canary));
            assert!(is_clean(&page) || reaches_all, "{login}, {} {own}:\n{page}", route.method);
            asked += 1;
            if is_of_a_row(&route) {
                let (of_other, page) = ask(tab, &route, &other, &two.south).await;
                assert!(is_clean(&page) || reaches_all, "{login}, {} {other}:\n{page}", route.method);
                let absent = filled(&route, &nothing);
                let (of_nothing, blank) = ask(tab, &route, &absent, &nothing).await;
                let bare = |page: &str, rows: &Rows| {
                    [&rows.appointment, &rows.question, &rows.patient, &rows.goal, &rows.alert]
                        .into_iter()
                        .fold(page.to_owned(), |page, id| page.replace(id, "ID"))
                };
                assert_eq!(of_other.as_str(), of_nothing, "{login}, {} {other}", route.method);
                assert_eq!(bare(&page, &two.south), bare(&blank, &nothing), "as if it were not there");
                said = format!("{said}/{of_other}");
                asked += 2;
            }
            write!(line, "{said:<20}").unwrap();
        }
        writeln!(found, "{}", line.trim_end()).unwrap();
    }
    let expected: String = EXPECTED.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
    assert_eq!(found, expected, "the matrix is another one; what is found:\n{found}");
    assert!(asked >= 400, "{asked} requests");
    two.world.tick().await;
}

#[test]
fn no_page_of_the_clinic_stands_beside_the_table() {
    let mut folders =
        vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/foreword-intake/src"))];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                let is_beside = text.contains(".route(\"/clinic") || text.contains(".nest(\"/clinic");
                assert!(!is_beside, "{} routes a page of staff: it belongs into staff.rs", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen} files");
    let mut routes: Vec<_> = routes().into_iter().map(|route| (route.method, route.path)).collect();
    assert!(routes.iter().all(|(_, path)| *path == "/clinic" || path.starts_with("/clinic/")));
    routes.sort_unstable();
    let all = routes.len();
    routes.dedup();
    assert_eq!(routes.len(), all, "each once");
}

#[test]
fn the_table_of_roles_in_the_documents_is_the_one_that_holds() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/roles.md")).unwrap();
    let mut expected = String::from(
        "| To | | clinician | nurse | front desk | quality lead | administrator |\n|---|---|---|---|---|---|---|\n",
    );
    for act in Act::ALL {
        let house = if act.is_of_the_house() { "all clinics only" } else { "" };
        write!(expected, "| {} | {house} |", act.plain()).unwrap();
        for role in Role::ALL {
            write!(expected, " {} |", if allows(role, *act) { "yes" } else { "·" }).unwrap();
        }
        expected.push('\n');
    }
    assert!(text.contains(&expected), "docs/roles.md has another table than\n{expected}");
}
