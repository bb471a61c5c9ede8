//! Staff are told of the day by mail: counts and links, once each morning with visits, and no word of health.

use std::process::Command;

use foreword_domain::{ids::StaffId, private::Private};
use foreword_store::outbox;
use jiff::{SignedDuration, Timestamp, civil::Time};

use crate::kit::{
    Folder, World,
    mailbox::Mail,
    process::{clinic_in, run, told},
    world::{GRACE, JOHN},
};

const ROE: &str = "roe@staff.test";

/// A clinic in which Dr Roe gets the digest at a time of day.
async fn clinic(at: &str) -> (World, StaffId) {
    let at: Time = at.parse().unwrap();
    let world = World::with_options(|options| options.digest_at = Some(at)).await;
    let roe = world.app.put_staff("roe", "Dr Roe", "clinician", "a long enough password", world.now());
    let roe = roe.await.unwrap();
    world.app.set_digest(roe, Some(ROE), "operator", world.now()).await.unwrap();
    (world, roe)
}

fn to(world: &World, instant: &str) {
    let at: Timestamp = instant.parse().unwrap();
    world.clock.store(at.as_microsecond(), std::sync::atomic::Ordering::SeqCst);
}

/// What the worker does once a minute and then every few seconds; tells the digests that came.
async fn minute(world: &World) -> Vec<Mail> {
    let before = digests(world).len();
    world.app.plan_digests(world.now()).await.unwrap();
    world.tick().await;
    digests(world).split_off(before)
}

/// All digests that came, in the order of their days.
fn digests(world: &World) -> Vec<Mail> {
    let mails = world.mails().into_iter().map(|(_, raw)| Mail::parse(&raw));
    let mut mails: Vec<Mail> = mails.filter(|mail| mail.message_id.starts_with("digest.")).collect();
    mails.sort_by_key(|mail| mail.message_id.clone());
    mails
}

/// A visit of another patient on the day of Grace's.
fn another(n: u32, status: &str) -> String {
    GRACE
        .replace("A1,P1,Grace,Okafor", &format!("B{n},Q{n},Person{n},Surname{n}"))
        .replace("grace@home.test", &format!("p{n}@home.test"))
        .replace(",booked", &format!(",{status}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_goes_out_once_at_its_time_on_days_with_visits_with_counts_and_links() {
    let (world, _) = clinic("07:00").await;
    let rows: Vec<String> = (1..=5).map(|n| another(n, "booked")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).chain([GRACE, JOHN]).collect();
    world.book(&rows).await;
    world.tick().await;
    let done = another(5, "cancelled");
    world.book(&[&done]).await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "canary-words", "1", "no", "9", "1", "0", "0", "0", "0", "0", "0", "0"]).await;
    let mut other = world.phone("B1").await;
    other.say("").await;
    world.phone("B2").await.say_all(&["", "stop"]).await;

    // Monday has no visit.
    for at in ["2026-11-23T06:59:00Z", "2026-11-23T07:00:00Z", "2026-11-23T08:00:00Z"] {
        to(&world, at);
        assert_eq!(minute(&world).await.len(), 0, "{at}");
    }
    to(&world, "2026-11-24T06:59:59Z");
    assert_eq!(minute(&world).await.len(), 0, "too early");
    to(&world, "2026-11-24T07:00:00Z");
    let came = minute(&world).await;
    assert_eq!(came.len(), 1);
    let mail = &came[0];
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (ROE, "Tuesday: 5 visits"));
    let text = &mail.text;
    assert!(text.starts_with("Tuesday: 5 visits, "), "{text}");
    let counted: Vec<usize> = ["complete", "answering", "not begun", "not asked"]
        .iter()
        .map(|state| {
            let words = text.lines().next().unwrap().trim_end_matches('.').split(", ");
            let found = words.filter_map(|word| word.split_once(' ')).find(|(_, word)| word == state);
            found.map_or(0, |(count, _)| count.parse().unwrap())
        })
        .collect();
    assert_eq!(counted.iter().sum::<usize>(), 5, "each visit counts once: {text}");
    assert!(counted[0] + counted[1] >= 1 && counted[2] >= 2, "{text}");
    assert!(text.contains("http://clinic.test/clinic?day=2026-11-24"), "{text}");
    assert!(mail.raw.contains("text/html") && mail.raw.contains("text/plain"));
    assert_eq!(mail.reply_to, None);

    for _ in 0..3 {
        world.pass(SignedDuration::from_mins(1));
        assert_eq!(minute(&world).await.len(), 0, "once a day");
    }
    to(&world, "2026-11-25T07:03:00Z");
    let next = minute(&world).await;
    assert_eq!((next.len(), next[0].subject.as_str()), (1, "Wednesday: 1 visit"));
    to(&world, "2026-11-26T07:00:00Z");
    assert_eq!(minute(&world).await.len(), 0, "no visit on Thursday");

    let banned = [
        "Grace",
        "Okafor",
        "Person",
        "Surname",
        "Whitfield",
        "P1",
        "Q1",
        "A1",
        "B1",
        "canary",
        "Wellbeing",
        "GI ",
        "GAD",
        "K10",
        "PEG",
        "gad-7",
        "k10",
        "anxi",
        "depress",
        "pain",
        "mood",
        "score",
        "home.test",
        "Dr Roe",
        "/v/",
        "1958",
    ];
    for mail in digests(&world) {
        let body = mail.raw.split_once("\r\n\r\n").unwrap().1;
        // What separates the parts is drawn at random, and may spell anything.
        let said: String = body.lines().filter(|line| !line.starts_with("--")).collect();
        for word in banned {
            assert!(!said.contains(word) && !mail.subject.contains(word), "{word:?} stands in\n{}", mail.raw);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_flags_and_messages_that_failed_are_counted_with_links_to_them() {
    let (world, _) = clinic("07:00").await;
    world.book(&[GRACE]).await;
    let done = world.app.dispatch(&|| Some(world.now()), &[]).await.unwrap();
    assert_eq!(done[0].outcome, "gave-up");
    world.phone("A1").await.say_all(&["", "not me"]).await;
    let flags = world.alerts().await.len();
    to(&world, "2026-11-24T07:00:00Z");
    let text = minute(&world).await.remove(0).text;
    assert!(
        text.contains("1 message could not be delivered.\nhttp://clinic.test/clinic/messages?state=gave-up"),
        "{text}"
    );
    assert_eq!(flags, 1, "whoever says that it is not they is a flag");
    assert!(text.contains("1 open red flag.\nhttp://clinic.test/clinic/alerts"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gets_the_digest_moves_and_ends_it_on_the_page_of_their_account() {
    let (world, roe) = clinic("07:00").await;
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", "a long enough password")]).await;
    tab.open("/clinic/account").await;
    assert!(tab.page.contains(&format!("value=\"{ROE}\"")), "{}", tab.page);
    let address = async || world.app.digest_address(roe).await.unwrap().map(Private::into_inner);
    tab.send("/clinic/account/digest", &[("address", "roe at staff"), ("wish", "send")]).await;
    assert_eq!(tab.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(address().await.as_deref(), Some(ROE));
    tab.send("/clinic/account/digest", &[("address", "new@staff.test"), ("wish", "send")]).await;
    assert_eq!(address().await.as_deref(), Some("new@staff.test"));
    tab.send("/clinic/account/digest", &[("address", "new@staff.test"), ("wish", "end")]).await;
    assert!(tab.text().contains("You get no digest."), "{}", tab.text());
    assert_eq!(address().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_digest_who_switched_it_off_or_came_too_late_or_left() {
    let (world, roe) = clinic("07:00").await;
    world.book(&[GRACE]).await;
    world.tick().await;
    to(&world, "2026-11-24T07:00:00Z");
    // Planned, and then switched off before it is sent.
    assert_eq!(world.app.plan_digests(world.now()).await.unwrap(), 1);
    world.app.set_digest(roe, None, "operator", world.now()).await.unwrap();
    let done = world.tick().await;
    let digest = done.iter().find(|done| done.kind == "digest").unwrap();
    assert_eq!(
        (digest.outcome.as_str(), digest.reason.as_deref()),
        ("cancelled", Some("the digest was switched off"))
    );
    assert_eq!(world.app.plan_digests(world.now()).await.unwrap(), 0);
    // Who asks for it at half past seven gets tomorrow's.
    to(&world, "2026-11-24T07:30:00Z");
    let late = world.app.put_staff("lee", "Dr Lee", "clinician", "a long enough password", world.now());
    let late = late.await.unwrap();
    world.app.set_digest(late, Some("lee@staff.test"), "operator", world.now()).await.unwrap();
    assert_eq!(minute(&world).await.len(), 0);
    let refused =
        world.app.set_digest(late, Some("lee at staff"), "operator", world.now()).await.unwrap_err();
    assert!(refused.to_string().contains("not an e-mail address"), "{refused}");
    assert_eq!(world.app.digest_address(late).await.unwrap().unwrap().reveal(), "lee@staff.test");
    assert_eq!(world.app.digest_address(roe).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_could_not_be_sent_for_hours_is_not_sent_at_night() {
    let (world, _) = clinic("07:00").await;
    world.book(&[GRACE]).await;
    world.tick().await;
    to(&world, "2026-11-24T07:00:00Z");
    assert_eq!(world.app.plan_digests(world.now()).await.unwrap(), 1);
    to(&world, "2026-11-24T13:00:00Z");
    let done = world.tick().await;
    let digest = done.iter().find(|done| done.kind == "digest").unwrap();
    assert_eq!(digest.outcome, "cancelled", "{digest:?}");
    assert_eq!(digests(&world).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_days_on_which_clocks_change_a_digest_goes_out_once() {
    // London: on 28 March 2027 there is no 01:30, on 31 October 2027 there are two.
    for (day, at, times) in [
        (
            "2027-03-28",
            "2027-03-28T01:30:00Z",
            ["2027-03-28T01:29:00Z", "2027-03-28T02:31:00Z", "2027-03-28T03:00:00Z"],
        ),
        (
            "2027-10-31",
            "2027-10-31T00:30:00Z",
            ["2027-10-31T00:29:00Z", "2027-10-31T01:30:00Z", "2027-10-31T02:00:00Z"],
        ),
    ] {
        let (mut world, _) = clinic("01:30").await;
        world.leave_things_lying();
        world.book(&[&GRACE.replace("2026-11-24T09:30", &format!("{day}T09:30"))]).await;
        to(&world, times[0]);
        assert_eq!(minute(&world).await.len(), 0, "{day}: too early");
        to(&world, at);
        assert_eq!(minute(&world).await.len(), 1, "{day}: now");
        for later in &times[1..] {
            to(&world, later);
            assert_eq!(minute(&world).await.len(), 0, "{day}: not again at {later}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_address_stands_it_cannot_be_read() {
    let (world, _) = clinic("07:00").await;
    world.book(&[GRACE]).await;
    world.tick().await;
    to(&world, "2026-11-24T07:00:00Z");
    minute(&world).await;
    let sent =
        world.store.read(|txn| Box::pin(async move { outbox::in_state(txn, "sent").await })).await.unwrap();
    assert!(sent.iter().any(|row| row.key.starts_with("digest:")));
    let dump = crate::keeping_secrets::dump(&world).await;
    assert!(dump.contains("digest:") && !dump.contains(ROE));
}

#[test]
fn staff_digest_and_tick_on_the_command_line() {
    let folder = Folder::new();
    let at = || -> Command { clinic_in(&folder.0) };
    let header = foreword_intake::feeds::csv::COLUMNS.join(",");
    folder.write("feed.csv", &format!("{header}\n{GRACE}\n"));
    run(at().args(["import", "appointments", "feed.csv"]), "");
    run(at().args(["staff", "add", "roe", "--name", "Dr Roe"]), "a long enough password\n");
    let (code, out, err) = told(&run(at().args(["staff", "digest", "roe", ROE]), ""));
    assert_eq!((code, out.trim()), (Some(0), "roe gets a digest at 07:00 on days with visits."), "{err}");
    let (_, out, err) = told(&run(at().args(["tick", "--at", "2026-11-24T07:00:00Z"]), ""));
    assert!(out.contains("sent digest by email"), "{out}{err}");
    let (code, out, _) = told(&run(at().args(["staff", "digest", "roe", "off"]), ""));
    assert_eq!((code, out.trim()), (Some(0), "roe gets no digest."));
    let (code, _, err) = told(&run(at().args(["staff", "digest", "roe", "nowhere"]), ""));
    assert!(code == Some(2) && err.contains("not an e-mail address"), "{err}");
    let (code, _, err) = told(&run(at().args(["staff", "digest", "doe", ROE]), ""));
    assert!(code == Some(2) && err.contains("no login"), "{err}");
}
