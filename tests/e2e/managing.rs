//! Staff look at messages and feeds, and enter and change visits by hand.

use axum::http::StatusCode;
use foreword_domain::message::Channel;
use foreword_store::audit;
use jiff::SignedDuration;

use crate::{
    kit::{
        Tab, World,
        tab::unescape,
        world::{GRACE, JOHN},
    },
    signing_in,
};

/// Tries to send what is due while no way out is set up: it is given up.
async fn fail_to_send(world: &World) {
    let done = world.app.dispatch(&|| Some(world.now()), &[]).await.unwrap();
    assert!(done.iter().all(|done| done.outcome == "gave-up"), "{done:?}");
}

/// How often the audit log says that a member of staff did something.
async fn audited(world: &World, action: &str) -> usize {
    let entries =
        world.store.read(|txn| Box::pin(async move { audit::newest(txn, 200).await })).await.unwrap();
    entries.iter().filter(|entry| entry.action == action && entry.actor.starts_with("staff:")).count()
}

/// The address of the button on the page that sends a message again.
fn retry_of(tab: &Tab) -> String {
    let rest = tab.page.split("action=\"/clinic/messages/").nth(1).unwrap_or_else(|| panic!("{}", tab.page));
    format!("/clinic/messages/{}", rest.split('"').next().unwrap())
}

/// The text of what stands at a field.
fn trouble_at(tab: &Tab, field: &str) -> String {
    let mark = format!("id=\"x-{field}\">");
    let rest = tab.page.split(&mark).nth(1).unwrap_or_else(|| panic!("nothing at {field} on\n{}", tab.page));
    unescape(rest.split('<').next().unwrap())
}

/// What stands in a field of the page.
fn value_of(tab: &Tab, field: &str) -> String {
    let rest = tab.page.split(&format!("id=\"f-{field}\"")).nth(1).unwrap();
    unescape(rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap())
}

/// Sends the fields of the visit on the page as a browser does, with some of them typed over.
async fn save(tab: &mut Tab, path: &str, typed: &[(&str, &str)]) {
    let form = tab.page.split("<form").find(|form| form.contains("class=\"fields\"")).unwrap().to_owned();
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(unescape(rest.split('"').next()?))
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form.split('<') {
        let name = attribute(tag, "name").unwrap_or_default();
        if tag.starts_with("input") {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        } else if tag.starts_with("select") {
            fields.push((name, String::new()));
        } else if tag.starts_with("option") && tag.contains(" selected") {
            fields.last_mut().unwrap().1 = attribute(tag, "value").unwrap();
        }
    }
    for (name, text) in typed {
        let field = fields.iter_mut().find(|(other, _)| other == name).unwrap_or_else(|| panic!("no {name}"));
        (*text).clone_into(&mut field.1);
    }
    fields.push(("action".to_owned(), "save".to_owned()));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    tab.send(path, &fields).await;
}

/// The fields of a new visit of a patient who is new.
const MARY: [(&str, &str); 9] = [
    ("patient_id", "P7"),
    ("given_name", "Mary"),
    ("family_name", "Ashe"),
    ("birth_date", "1990-05-17"),
    ("email", "mary@home.test"),
    ("start", "2026-11-24T11:00"),
    ("time_zone", "Europe/London"),
    ("type", "Wellbeing check"),
    ("clinician", "Dr Roe"),
];

/// The fields with some of them typed otherwise.
fn but<'a>(fields: &[(&'a str, &'a str)], other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| other.iter().all(|(o, _)| o != name));
    kept.chain(other).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_seen_and_sent_again() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    fail_to_send(&world).await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/messages").await;
    let page = clinic.text();
    for part in [
        "Given up",
        "Grace Okafor",
        "John Whitfield",
        "Tue 24 Nov 2026, 09:30",
        "Invitation <small>by e-mail",
        "no way out by email is set up",
        "1 try",
        "Due in the next 7 days",
        "Last reminder",
        "Gave up <span class=\"count\">2</span>",
    ] {
        assert!(page.contains(part), "{part} is not on\n{page}");
    }
    assert!(!page.contains("grace@home.test"), "an address has no place in a list");
    assert_eq!(audited(&world, "messages.read").await, 1);

    let retry = retry_of(&clinic);
    let mut other_window = clinic.clone();
    clinic.send(&retry, &[]).await;
    assert_eq!((clinic.status, clinic.at.as_str()), (StatusCode::OK, "/clinic/messages?done=retried"));
    assert!(clinic.page.contains("owed once more"));
    assert!(clinic.page.contains("Gave up <span class=\"count\">1</span>"));
    other_window.send(&retry, &[]).await;
    assert_eq!(other_window.status, StatusCode::CONFLICT);
    assert!(other_window.page.contains("not given up any more"), "{}", other_window.page);
    other_window.open(&retry).await;
    assert_eq!(other_window.at, "/clinic/messages", "the answer to a form can be opened again");
    assert_eq!(audited(&world, "message.retried").await, 1);

    let sent = world.tick().await;
    assert_eq!(sent.iter().map(|done| done.outcome.as_str()).collect::<Vec<_>>(), ["sent"]);
    assert_eq!(world.mails().len(), 1);
    clinic.open("/clinic/messages?state=sent").await;
    assert!(clinic.page.contains("2 tries"), "tries go on counting\n{}", clinic.page);
    // Two windows at the same moment: one of them.
    clinic.open("/clinic/messages").await;
    let id = retry_of(&clinic).split('/').nth(3).unwrap().parse().unwrap();
    let now = world.now();
    let (one, other) =
        tokio::join!(world.app.retry_message(id, "one", now), world.app.retry_message(id, "two", now));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|is_ok| **is_ok).count(), 1, "{one:?} {other:?}");
    assert_eq!(world.tick().await.len(), 1);
    let mut stranger = world.tab();
    stranger.send(&retry, &[]).await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_of_a_visit_that_is_over_is_not_sent_again() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    fail_to_send(&world).await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/messages").await;
    let retry = retry_of(&clinic);
    let refused = async |clinic: &mut Tab, why: &str| {
        clinic.send(&retry, &[]).await;
        assert_eq!(clinic.status, StatusCode::CONFLICT);
        assert!(clinic.text().contains(why), "{why} is not on\n{}", clinic.page);
    };
    world.book(&[&GRACE.replace(",booked", ",arrived")]).await;
    refused(&mut clinic, "The patient is there already.").await;
    assert!(!clinic.page.contains("Send again"), "there is no button for what can't be done");
    world.book(&[&GRACE.replace(",booked", ",noshow")]).await;
    refused(&mut clinic, "The patient did not come to this visit.").await;
    world.book(&[&GRACE.replace(",booked", ",cancelled")]).await;
    refused(&mut clinic, "The visit was cancelled.").await;
    assert!(world.tick().await.is_empty(), "no message for a dead visit");
    assert_eq!(audited(&world, "message.retried").await, 0);

    // Another one: the patient answers before it is sent again, and then the visit is over.
    world.book(&[JOHN]).await;
    fail_to_send(&world).await;
    clinic.open("/clinic/messages").await;
    let retry = retry_of(&clinic);
    let token = world.line("A2").await.token.unwrap().into_inner();
    let mut patient = world.tab();
    patient.enter(&token, "1949").await;
    patient.ask_for("begin").await;
    while patient.page.contains("form class=\"sheet question\"") {
        patient.skip().await;
    }
    patient.ask_for("finish").await;
    clinic.send(&retry, &[]).await;
    assert_eq!(clinic.status, StatusCode::CONFLICT);
    assert!(clinic.page.contains("The patient has answered already."), "{}", clinic.page);
    world.pass_hours(24 * 6);
    clinic = signing_in::staff(&world).await;
    clinic.send(&retry, &[]).await;
    assert!(clinic.page.contains("The visit is over."), "{}", clinic.page);
    let unknown = "/clinic/messages/01a1ffa1-68e9-70c9-8e13-640e4cfba9b1/retry";
    assert_eq!(clinic.send(unknown, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_without_an_address_waits_until_there_is_one() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    fail_to_send(&world).await;
    let patient = world.line("A1").await.patient.id;
    let now = world.now();
    world
        .store
        .write(move |txn| {
            Box::pin(async move {
                foreword_store::patients::set_failed(
                    txn,
                    patient,
                    Channel::Email,
                    Some((now, "it came back")),
                )
                .await
            })
        })
        .await
        .unwrap();
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/messages").await;
    let retry = retry_of(&clinic);
    clinic.send(&retry, &[]).await;
    assert_eq!(clinic.status, StatusCode::CONFLICT);
    assert!(clinic.page.contains("There is no address left"), "{}", clinic.page);
    let edit = format!("/clinic/appointments/{}/edit", world.line("A1").await.appointment.id);
    clinic.open(&edit).await;
    save(&mut clinic, &edit, &[("email", "g.okafor@home.test")]).await;
    assert!(
        clinic.page.contains("Saved. The next message to the patient goes out Fri 20 Nov"),
        "{}",
        clinic.page
    );
    world.tick().await;
    assert!(world.mails().iter().any(|(_, mail)| mail.contains("To: g.okafor@home.test")));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_listed_by_state_a_hundred_at_a_time() {
    let world = World::new().await;
    let rows: Vec<String> = (0..45)
        .map(|n| {
            JOHN.replace("A2,P2,John", &format!("B{n},Q{n},John{n}")).replace("2026-11-25", "2026-12-15")
        })
        .collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/messages").await;
    assert!(clinic.page.contains("Waiting <span class=\"count\">135</span>"), "{}", clinic.page);
    assert_eq!(
        clinic.page.matches("There are none.").count(),
        2,
        "nothing failed, and nothing is due in a week"
    );
    clinic.open("/clinic/messages?state=queued").await;
    let shown = |tab: &Tab| tab.page.matches("<td class=\"time\">").count();
    assert_eq!(shown(&clinic), 100);
    assert!(clinic.page.contains("aria-current=\"page\">Waiting"));
    let more = clinic.page.split("/clinic/messages?state=queued&#38;after=").nth(1).unwrap();
    let more = more.split('"').next().unwrap().to_owned();
    clinic.open(&format!("/clinic/messages?state=queued&after={more}")).await;
    assert_eq!((shown(&clinic), clinic.page.contains("Later ones")), (35, false));
    assert_eq!(clinic.page.matches("Last reminder").count(), 35, "the ones that are due last");
    for odd in ["state=nothing", "state=queued&after=x", "state=queued&after=1.2"] {
        assert_eq!(clinic.open(&format!("/clinic/messages?{odd}")).await.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_feeds_says_what_was_refused_and_why() {
    let world = World::new().await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/feeds").await;
    assert!(clinic.page.contains("all that came was taken in"));
    world.book(&[GRACE, &JOHN.replace("john@home.test", "john at home"), &GRACE.replace("P1", "P9")]).await;
    clinic.open("/clinic/feeds").await;
    let page = clinic.text();
    for part in [
        "email: is not an e-mail address",
        "appointment_id: is already there for another patient_id",
        "<td>A1</td>",
        "<td>test</td>",
        "rejected",
        "means that the line could not be used",
    ] {
        assert!(page.contains(part), "{part} is not on\n{page}");
    }
    let newest = page.find("already there").unwrap();
    assert!(newest < page.find("is not an e-mail").unwrap(), "the newest first");
    assert!(!page.contains("john at home"), "no patient's data");
    world.tick().await;
    let mut stranger = world.tab();
    stranger.open("/clinic/feeds").await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_book_move_and_cancel_a_visit_by_hand() {
    let world = World::new().await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic").await;
    assert!(clinic.page.contains("href=\"/clinic/appointments/new\""));
    clinic.open("/clinic/appointments/new").await;
    assert_eq!(
        (value_of(&clinic, "time_zone"), value_of(&clinic, "clinic").as_str()),
        ("Europe/London".to_owned(), "North Clinic")
    );
    let number = clinic.hidden("number");
    assert!(number.starts_with("S-") && number.len() == 10, "{number}");
    let fields = but(&MARY, &[("number", &number)]);
    clinic.send("/clinic/appointments/new", &fields).await;
    assert!(clinic.at.ends_with("?done=booked"), "{}\n{}", clinic.at, clinic.page);
    assert!(clinic.page.contains("The visit is booked. The next message to the patient goes out"));
    let visit = clinic.at.split('?').next().unwrap().to_owned();
    assert!(clinic.page.contains(&format!("href=\"{visit}/edit\"")));
    assert_eq!(audited(&world, "appointment.entered").await, 1);

    // The same form once more is the same visit; with another time in it, it is another one.
    clinic.send("/clinic/appointments/new", &fields).await;
    assert_eq!(clinic.at, format!("{visit}?done=known"));
    let later = but(&fields, &[("start", "2027-03-02T11:00"), ("given_name", ""), ("family_name", "")]);
    clinic.send("/clinic/appointments/new", &later).await;
    assert!(clinic.at.ends_with("?done=booked") && !clinic.at.contains(&visit));
    assert_eq!(audited(&world, "appointment.entered").await, 2);
    world.tick().await;
    assert_eq!(world.mails().len(), 1, "invited once, at once: the visit is in four days");

    // Moved in its own zone, its messages move along.
    let edit = format!("{visit}/edit");
    clinic.open(&edit).await;
    assert_eq!(value_of(&clinic, "start"), "2026-11-24T11:00");
    assert!(!clinic.page.contains("comes from a feed"));
    save(&mut clinic, &edit, &[("start", "2026-12-18T15:30")]).await;
    assert!(clinic.at.ends_with("?done=changed"), "{}", clinic.page);
    let line = world.line(&number).await;
    assert_eq!(line.appointment.start.to_string(), "2026-12-18T15:30:00Z");
    assert_eq!(
        line.patient.profile.reveal().email.as_deref(),
        Some("mary@home.test"),
        "what is not typed stays"
    );
    assert!(
        clinic.page.contains("The next message to the patient goes out Tue 15 Dec 2026"),
        "{}",
        clinic.page
    );
    clinic.open(&edit).await;
    save(&mut clinic, &edit, &[]).await;
    assert!(clinic.at.ends_with("?done=unchanged"));
    assert_eq!(audited(&world, "appointment.changed-by-hand").await, 1);

    for (step, told) in [
        ("cancelled", "The visit is cancelled."),
        ("booked", "The visit is booked. The next message"),
        ("arrived", "marked as arrived"),
        ("noshow", "did not come"),
        ("fulfilled", "took place"),
    ] {
        clinic.send(&edit, &[("action", step)]).await;
        assert!(clinic.at.ends_with(&format!("?done={step}")), "{}", clinic.page);
        assert!(clinic.page.contains(told), "{told} is not on\n{}", clinic.page);
        assert_eq!(world.line(&number).await.appointment.status.as_str(), step);
        let waits = world.line(&number).await.appointment.status.is_ahead();
        clinic.open("/clinic/messages?state=cancelled").await;
        assert_eq!(!clinic.page.contains("There are none."), !waits, "messages stop with the visit");
    }
    world.pass_hours(24 * 24);
    assert!(world.tick().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_typed_wrong_is_said_at_the_field_and_kept() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let mut clinic = signing_in::staff(&world).await;
    let new = "/clinic/appointments/new";
    let wrong = but(
        &MARY,
        &[
            ("birth_date", "2027-01-01"),
            ("email", "mary at home"),
            ("start", "2026-10-25T01:30"),
            ("duration_min", "2000"),
            ("type", ""),
            ("patient_time_zone", "Mars/Base"),
        ],
    );
    clinic.send(new, &wrong).await;
    assert_eq!(clinic.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(trouble_at(&clinic, "birth_date"), "Date of birth is in the future.");
    assert_eq!(trouble_at(&clinic, "email"), "E-mail address must have the form name@example.org.");
    assert_eq!(trouble_at(&clinic, "start"), "Start is in the past.");
    assert_eq!(trouble_at(&clinic, "duration_min"), "Length in minutes must be minutes from 0 to 1440.");
    assert_eq!(trouble_at(&clinic, "type"), "Kind of visit is needed.");
    assert!(trouble_at(&clinic, "patient_time_zone").contains("not an IANA time zone"));
    for (name, value) in &wrong {
        assert_eq!(&value_of(&clinic, name), value, "{name} is kept");
    }
    clinic.send(new, &but(&MARY, &[("start", "2027-03-28T01:30")])).await;
    assert!(trouble_at(&clinic, "start").contains("this time does not exist in this time zone"));
    clinic.send(new, &but(&MARY, &[("family_name", ""), ("birth_date", "")])).await;
    assert!(trouble_at(&clinic, "family_name").contains("this patient number is not known here yet"));
    // The number of somebody else: neither a visit nor a name is written over.
    let mixed = but(&MARY, &[("patient_id", "P1")]);
    clinic.send(new, &mixed).await;
    assert_eq!(clinic.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(trouble_at(&clinic, "patient_id").contains("belongs to Grace Okafor, born 14 Mar 1958"));
    assert_eq!(value_of(&clinic, "family_name"), "Ashe");
    assert_eq!(world.line("A1").await.patient.profile.reveal().family_name, "Okafor");

    let id = world.line("A1").await.appointment.id;
    let edit = format!("/clinic/appointments/{id}/edit");
    clinic.open(&edit).await;
    assert!(clinic.page.contains("comes from a feed"));
    let mut other_window = clinic.clone();
    save(&mut clinic, &edit, &[("family_name", ""), ("clinician", "Dr Wu <b>")]).await;
    assert_eq!(clinic.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(trouble_at(&clinic, "family_name"), "Family name is needed.");
    assert_eq!(value_of(&clinic, "clinician"), "Dr Wu <b>");
    // Two windows: what one changed is not undone by the other, and what both changed is said.
    clinic.open(&edit).await;
    save(&mut clinic, &edit, &[("start", "2026-11-26T10:00")]).await;
    assert!(clinic.at.ends_with("?done=changed"));
    let mut third = other_window.clone();
    save(&mut other_window, &edit, &[("clinician", "Dr Wu")]).await;
    let line = world.line("A1").await;
    assert_eq!(
        (line.appointment.clinician.as_str(), line.appointment.start.to_string().as_str()),
        ("Dr Wu", "2026-11-26T10:00:00Z")
    );
    save(&mut third, &edit, &[("start", "2026-11-27T10:00")]).await;
    assert_eq!(third.status, StatusCode::CONFLICT);
    assert!(trouble_at(&third, "start").contains("to “2026-11-26T10:00”"), "{}", third.page);
    assert_eq!(value_of(&third, "start"), "2026-11-27T10:00");
    save(&mut third, &edit, &[("start", "2026-11-27T10:00")]).await;
    assert_eq!(world.line("A1").await.appointment.start.to_string(), "2026-11-27T10:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_is_recorded_by_hand_once_it_is_confirmed() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let mut clinic = signing_in::staff(&world).await;
    let edit = format!("/clinic/appointments/{}/edit", line.appointment.id);
    clinic.send(&edit, &[("action", "died")]).await;
    assert_eq!(clinic.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(trouble_at_sure(&clinic), "Nothing was recorded. Please tick the box if it is so.");
    clinic.send(&edit, &[("action", "died"), ("sure", "yes")]).await;
    assert!(clinic.page.contains("It is recorded that the patient has died."));
    world.pass_hours(24 * 3);
    assert!(world.tick().await.is_empty());
    let mut clinic = signing_in::staff(&world).await;
    let visit = [("patient_id", "P1"), ("start", "2026-12-24T11:00"), ("type", "Wellbeing check")];
    clinic.send("/clinic/appointments/new", &visit).await;
    assert!(trouble_at(&clinic, "patient_id").contains("died"), "{}", clinic.page);
    clinic.send(&edit, &[("action", "alive")]).await;
    assert!(clinic.page.contains("is alive"));
    world.pass(SignedDuration::from_mins(1));
    clinic.send("/clinic/appointments/new", &[&visit[..], &[("seen", "P1")]].concat()).await;
    assert!(clinic.at.ends_with("?done=booked"), "{}", clinic.page);
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_for_a_number_alone_is_booked_when_it_was_seen_whose_it_is() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    world.tick().await;
    let mut clinic = signing_in::staff(&world).await;
    let visit = [("patient_id", "P1"), ("start", "2026-12-24T11:00"), ("type", "Wellbeing check")];
    clinic.send("/clinic/appointments/new", &visit).await;
    assert_eq!(clinic.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        clinic.page.contains("Not booked yet")
            && clinic.page.contains("This is Grace Okafor, born 14 Mar 1958.")
    );
    // Another number meanwhile: whose it is was not seen.
    save_new(&mut clinic, &[("patient_id", "P2")]).await;
    assert!(clinic.page.contains("Not booked yet") && clinic.page.contains("This is John Whitfield"));
    save_new(&mut clinic, &[]).await;
    assert!(clinic.at.ends_with("?done=booked"), "{}", clinic.page);
    assert!(clinic.page.contains("John Whitfield"));
    assert_eq!(audited(&world, "patient.read").await, 3);
    assert_eq!(audited(&world, "appointment.entered").await, 1);
}

async fn save_new(tab: &mut Tab, typed: &[(&str, &str)]) {
    save(tab, "/clinic/appointments/new", typed).await;
}

fn trouble_at_sure(tab: &Tab) -> String {
    let rest = tab.page.split("id=\"x-sure\" role=\"alert\">").nth(1).unwrap();
    rest.split('<').next().unwrap().to_owned()
}
