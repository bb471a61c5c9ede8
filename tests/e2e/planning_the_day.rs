//! Staff plan: the day list with its counts and filters, and the board of the next 14 days.

use axum::http::StatusCode;
use foreword_domain::{ids::PatientId, message::Channel};
use foreword_store::{audit, patients};
use jiff::SignedDuration;

use crate::{
    kit::{
        Tab, World,
        tab::unescape,
        world::{GRACE, JOHN},
    },
    signing_in,
};

/// A patient without an address.
pub const MARY: &str = "A3,P3,Mary,Ashe,1990-05-17,en,Europe/London,,+44 1632 960001,2026-11-25T11:00,20,South Clinic,Dr Lee,Wellbeing check,booked";
/// Nothing is asked before this kind of visit.
const PAUL: &str = "A4,P4,Paul,Stone,1970-01-02,en,Europe/London,paul@home.test,,2026-11-25T12:00,20,South Clinic,Dr Lee,Blood test,booked";
/// A visit that does not take place.
const RUTH: &str = "A5,P5,Ruth,Bell,1961-07-08,en,Europe/London,ruth@home.test,,2026-11-25T13:00,20,North Clinic,Dr Roe,Wellbeing check,cancelled";
/// A visit that is so far ahead that nobody is written to yet.
const OMAR: &str = "A6,P6,Omar,Aziz,1983-03-04,en,Europe/London,omar@home.test,,2026-12-02T09:00,20,North Clinic,Dr Roe,Wellbeing check,booked";

/// A clinic in which visits stand everywhere: Grace is invited, John has answered and raised a flag.
async fn busy() -> World {
    let world = World::new().await;
    world.book(&[GRACE, JOHN, MARY, PAUL, OMAR]).await;
    world.book(&[&RUTH.replace(",cancelled", ",booked"), RUTH]).await;
    world.tick().await;
    let mut phone = world.phone("A2").await;
    phone.say_all(&["", "I want to eat again.", "1", "The tablets.", "2", "no", "2", "6", "A plan"]).await;
    phone.say_all(&["7", "8 times", "yes", "2026-11-01", "no", "1, 4", "often not", "Dizzy."]).await;
    phone.say_all(&["2", "2", "3"]).await;
    world
}

/// The count on a filter.
fn count(tab: &Tab, label: &str) -> usize {
    let mark = format!(">{label} <span class=\"count\">");
    let page = tab.text();
    let rest = page.split(&mark).nth(1).unwrap_or_else(|| panic!("no {label} on\n{page}"));
    rest.split('<').next().unwrap().parse().unwrap()
}

/// Visits that are listed.
fn listed(tab: &Tab) -> usize {
    tab.page.matches("<td class=\"time\">").count()
}

async fn audited(world: &World, action: &str) -> usize {
    let entries =
        world.store.read(|txn| Box::pin(async move { audit::newest(txn, 200).await })).await.unwrap();
    entries.iter().filter(|entry| entry.action == action && entry.actor.starts_with("staff:")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_list_counts_where_visits_stand_and_lists_what_is_chosen() {
    let world = busy().await;
    let mut clinic = signing_in::staff(&world).await;
    for (label, expected) in [
        ("All", 5),
        ("To be invited", 0),
        ("Invited", 1),
        ("Answering", 0),
        ("Done", 1),
        ("Overdue", 0),
        ("Flagged", 1),
        ("Nobody reached", 1),
        ("Nothing asked", 1),
        ("Called off", 1),
    ] {
        assert_eq!(count(&clinic, label), expected, "{label}");
    }
    assert_eq!(listed(&clinic), 5);
    assert!(!clinic.page.contains("Declined"), "a state that nobody is in is not offered");
    let row = clinic.page.split("John Whitfield").nth(1).unwrap().split("</tr>").next().unwrap();
    for part in ["Dr Roe", ">done<", "2 topics", "amber"] {
        assert!(row.contains(part), "{part} is not in\n{row}");
    }
    for (show, name) in [
        ("invited", "Grace Okafor"),
        ("done", "John Whitfield"),
        ("flagged", "John Whitfield"),
        ("not-reached", "Mary Ashe"),
        ("nothing-asked", "Paul Stone"),
        ("off", "Ruth Bell"),
    ] {
        clinic.open(&format!("/clinic?show={show}")).await;
        assert_eq!(listed(&clinic), 1, "{show}");
        assert!(clinic.page.contains(name), "{show} is {name}");
        assert_eq!(clinic.page.matches("aria-current=\"true\"").count(), 1, "{show} is marked");
    }
    clinic.open("/clinic?show=overdue").await;
    assert!(clinic.page.contains("No visit of these days fits what is chosen."));
    // Monday morning: Grace comes in less than a day and has not begun.
    world.pass(SignedDuration::from_hours(3 * 24 + 1));
    world.tick().await;
    let mut clinic = signing_in::staff(&world).await;
    assert_eq!(count(&clinic, "Overdue"), 1);
    clinic.open("/clinic?show=overdue").await;
    assert!(clinic.page.contains("Grace Okafor") && clinic.page.contains(">overdue<"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_list_is_narrowed_to_a_clinician_a_clinic_or_a_day() {
    let world = busy().await;
    let mut clinic = signing_in::staff(&world).await;
    for (query, names, others) in [
        ("clinician=Dr+Lee", ["Mary Ashe", "Paul Stone"], "Grace Okafor"),
        ("clinic=South+Clinic", ["Mary Ashe", "Paul Stone"], "John Whitfield"),
        ("pathway=gi-follow-up", ["John Whitfield", "John Whitfield"], "Grace Okafor"),
        ("day=2026-11-24&days=1", ["Grace Okafor", "Tuesday 24 November"], "John Whitfield"),
    ] {
        clinic.open(&format!("/clinic?{query}")).await;
        assert!(names.iter().all(|name| clinic.page.contains(name)), "{query}: {}", clinic.page);
        assert!(!clinic.page.contains(others), "{query}");
    }
    clinic.open("/clinic?clinician=Dr+Lee&show=not-reached").await;
    assert_eq!((listed(&clinic), count(&clinic, "All")), (1, 2), "what is counted is narrowed, too");
    assert!(clinic.page.contains("name=\"show\" value=\"not-reached\""), "the choice keeps the filter");
    for odd in ["day=x", "days=0", "days=99", "show=nothing", "clinician=%3Cb%3E", "day=9999-12-31"] {
        let status = clinic.open(&format!("/clinic?{odd}")).await.status;
        assert!(matches!(status, StatusCode::OK | StatusCode::NOT_FOUND), "{odd}: {status}");
        assert!(!clinic.page.contains("<b>"), "{odd}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_clinic_sees_as_many_days_as_fit_on_a_page() {
    let world = World::new().await;
    let rows: Vec<String> = (0..170)
        .map(|n| {
            let day = 23 + n / 85;
            format!("B{n},Q{n},Ann,No{n},1960-01-01,en,Europe/London,,,2026-11-{day}T{:02}:00,20,North Clinic,Dr Roe,Blood test,booked", 8 + n % 10)
        })
        .collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut clinic = signing_in::staff(&world).await;
    assert_eq!(listed(&clinic), 85, "one day of them");
    assert!(clinic.page.contains("href=\"/clinic?day=2026-11-24\">Later"), "and the next page goes on");
    clinic.open("/clinic?days=7").await;
    assert_eq!(listed(&clinic), 170, "who asks for more gets it");
}

/// Every figure on the page that leads somewhere, with the address it leads to.
fn figures(tab: &Tab) -> Vec<(String, usize)> {
    let links = tab.page.split("<a href=\"/clinic?").skip(1);
    let figure = |link: &str| {
        let (to, rest) = link.split_once('"')?;
        let figure = rest.split_once('>')?.1.split('<').next()?.parse().ok()?;
        Some((format!("/clinic?{}", unescape(to)), figure))
    };
    links.filter_map(figure).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_on_the_board_leads_to_as_many_visits() {
    let world = busy().await;
    let mut clinic = signing_in::staff(&world).await;
    for by in ["", "?by=clinician"] {
        clinic.open(&format!("/clinic/board{by}")).await;
        assert_eq!(clinic.heading(), "20 Nov 2026 to 3 Dec 2026");
        let all = figures(&clinic);
        assert!(all.len() >= 15, "{all:?}");
        for (to, expected) in all {
            let mut list = clinic.clone();
            list.open(&to).await;
            assert_eq!((listed(&list), list.status), (expected, StatusCode::OK), "{to}");
        }
    }
    assert!(clinic.page.contains("Dr Lee") && clinic.page.contains("By clinician"));
    assert_eq!(audited(&world, "board.read").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_says_whom_no_message_reaches_and_why() {
    let world = busy().await;
    // Grace's address fails, and Omar takes his consent back, before anything else goes out to them.
    world.book(&[&GRACE.replace("A1,P1", "A7,P7").replace(",Grace,Okafor", ",Nina,Frost")]).await;
    let of = async |external: &str| world.line(external).await.patient.id;
    let (nina, omar) = (of("A7").await, of("A6").await);
    let now = world.now();
    world
        .store
        .write(move |txn| {
            Box::pin(async move {
                patients::set_failed(txn, nina, Channel::Email, Some((now, "no such mailbox"))).await?;
                patients::withdraw_consents(txn, omar, now).await?;
                foreword_store::outbox::cancel_all(txn, nina, "test", now).await?;
                foreword_store::outbox::cancel_all(txn, omar, "test", now).await?;
                Ok::<_, foreword_store::Error>(())
            })
        })
        .await
        .unwrap();
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/board").await;
    let page = clinic.text();
    let unreached = page.split("id=\"unreached\"").nth(1).unwrap();
    for (name, why) in [
        ("Mary Ashe", "no address"),
        ("Nina Frost", "the address takes nothing: no such mailbox"),
        ("Omar Aziz", "has not agreed to be written to"),
    ] {
        let row = unreached.split("<tr>").find(|row| row.contains(name)).unwrap_or_else(|| panic!("{name}"));
        assert!(row.contains(why), "{name}: {row}");
        assert!(row.contains("/paper.pdf") && row.contains("/edit"), "what can be done: {row}");
    }
    assert!(unreached.contains("href=\"tel:+44 1632 960001\""));
    assert!(!unreached.contains("Grace Okafor") && !unreached.contains("Paul Stone"));
    let other = PatientId::mint(now, [1; 10]);
    assert_eq!(clinic.open(&format!("/clinic/patients/{other}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_clinic_is_in_the_bar_and_marks_itself() {
    let world = busy().await;
    let mut clinic = signing_in::staff(&world).await;
    for path in [
        "/clinic",
        "/clinic/board",
        "/clinic/alerts",
        "/clinic/messages",
        "/clinic/mail",
        "/clinic/rehearsal",
        "/clinic/library",
        "/clinic/feeds",
        "/clinic/telegram",
    ] {
        clinic.open(path).await;
        assert_eq!(clinic.status, StatusCode::OK, "{path}");
        let bar = clinic.page.split("</nav>").next().unwrap();
        assert!(bar.contains(&format!("<a href=\"{path}\" aria-current=\"page\">")), "{path}: {bar}");
        assert_eq!(bar.matches("aria-current").count(), 1, "{path}");
        assert!(clinic.page.contains("<a class=\"skip\" href=\"#main\">"), "{path}");
        assert!(!clinic.page.contains("style=\"") && !clinic.page.contains("<script"), "{path}");
    }
}
