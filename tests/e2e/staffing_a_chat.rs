//! Staff in a chat: connected from a page or the command line, counts and links, one question to one
//! patient.

use axum::http::StatusCode;
use foreword_domain::{
    ids::{AppointmentId, StaffId},
    response::ItemRef,
};
use foreword_store::staff;
use jiff::SignedDuration;

use crate::{
    kit::{
        Folder, Messenger, Tab, World,
        process::{clinic_in, foreword, run, told},
        telegram::Person,
        world::{GRACE, JOHN},
    },
    signing_in,
};

/// What only somebody who knows the clinic could say: names, words and numbers of patients.
const NAMES: [&str; 5] = ["Grace", "Okafor", "John", "Whitfield", "1958"];

fn code_in(page: &str) -> String {
    let rest = page.split("?start=").nth(1).unwrap_or_else(|| panic!("no link on\n{page}"));
    rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').next().unwrap().to_owned()
}

async fn disable(world: &World, login: &'static str) {
    let now = world.now();
    world
        .store
        .write(move |txn| {
            Box::pin(async move {
                let mut member = staff::by_login(txn, login).await?.unwrap();
                member.disabled_at = Some(now);
                staff::update(txn, &member).await
            })
        })
        .await
        .unwrap();
}

/// A member of staff whose chat is connected from the page.
async fn roe(world: &World, telegram: &Messenger<'_>) -> (Tab, Person) {
    let mut tab = signing_in::staff(world).await;
    tab.open("/clinic/telegram").await;
    tab.send("/clinic/telegram", &[]).await;
    let person = telegram.api.user("Roe", "en");
    person.start(&code_in(&tab.page)).await;
    telegram.run().await;
    (tab, person)
}

/// Says something, and gives what is said in return.
async fn says(telegram: &Messenger<'_>, person: &Person, text: &str) -> String {
    let before = person.transcript();
    person.says(text).await;
    telegram.run().await;
    let after = person.transcript();
    let new = after.strip_prefix(&before).unwrap_or(&after);
    new.split_once("bot").map_or(String::new(), |(_, answer)| answer.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_staff_connects_a_chat_from_the_page_by_a_link_that_works_once() {
    let world = World::new().await;
    let mut tab = signing_in::staff(&world).await;
    assert!(tab.page.contains("href=\"/clinic/telegram\""), "it is reached from the day list");
    tab.open("/clinic/telegram").await;
    assert!(tab.page.contains("No Telegram bot is set up.") && !tab.page.contains("<button class=\"main\""));
    tab.send("/clinic/telegram", &[]).await;
    assert!(tab.page.contains("No Telegram bot is set up.") && !tab.page.contains("t.me"));

    let telegram = world.messenger().await;
    tab.open("/clinic/telegram").await;
    assert!(
        tab.page.contains("Connect Telegram") && !tab.page.contains("t.me"),
        "nothing is made by looking"
    );
    tab.send("/clinic/telegram", &[]).await;
    assert_eq!((tab.status, tab.at.as_str()), (StatusCode::OK, "/clinic/telegram"));
    let code = code_in(&tab.page);
    assert!(
        tab.page.contains("rel=\"noreferrer\"") && tab.page.contains(&format!("<code>/start {code}</code>"))
    );
    assert!(tab.page.contains("works once, for 15 minutes"));
    let mut stranger = world.tab();
    stranger.send("/clinic/telegram", &[]).await;
    assert!(stranger.at.starts_with("/clinic/sign-in") && !stranger.page.contains("t.me"));

    let person = telegram.api.user("Roe", "en");
    person.start(&code).await;
    telegram.run().await;
    assert!(person.screen().contains("This chat is connected to your account."), "{}", person.screen());
    let other = telegram.api.user("Mallory", "en");
    other.start(&code).await;
    telegram.run().await;
    assert!(other.screen().contains("This link was used before or is too old."), "{}", other.screen());
    tab.send("/clinic/telegram", &[]).await;
    let late = code_in(&tab.page);
    world.pass(SignedDuration::from_mins(15));
    other.start(&late).await;
    telegram.run().await;
    assert!(!other.screen().contains("connected"), "{}", other.screen());
}

#[test]
fn the_command_line_prints_the_link_or_says_plainly_that_there_is_no_bot() {
    let folder = Folder::new();
    let at = || clinic_in(&folder.0);
    run(at().args(["staff", "add", "roe", "--name", "Dr Roe"]), "a long enough password\n");
    let (code, out, err) = told(&run(at().args(["staff", "telegram", "roe"]), ""));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("no Telegram bot is set up: set telegram.token"), "{err}");
    let (code, _, err) = told(&run(at().args(["staff", "telegram", "doe"]), ""));
    assert_eq!(code, Some(2));
    assert!(err.contains("there is no login \"doe\""), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_prints_a_link_for_staff_where_there_is_a_bot() {
    let world = World::new().await;
    signing_in::staff(&world).await;
    let _telegram = world.messenger().await;
    let key = world.folder.path("master.key");
    let link = || {
        let mut command = foreword();
        command.current_dir(&world.folder.0).env("FOREWORD__KEYS__MASTER_FILE", &key);
        told(&run(command.args(["--database", &world.url, "staff", "telegram", "ROE"]), ""))
    };
    let (code, first, err) = link();
    assert_eq!(code, Some(0), "{err}");
    assert!(
        first.starts_with("https://t.me/") && first.contains("?start=") && first.lines().count() == 1,
        "{first}"
    );
    assert_ne!(link().1, first, "each is used once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_put_from_the_chat_and_its_answer_is_not_told_there() {
    let world = World::new().await;
    world.book(&[&GRACE.replace("P1", "PAT 77 81"), JOHN]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let (mut tab, roe) = roe(&world, &telegram).await;
    let id = world.line("A1").await.appointment.id;
    let said = says(&telegram, &roe, "ASK   “PAT 77 81”  BEFORE Next :  Did the tablets help?").await;
    assert!(said.contains("The question will be asked as you wrote it."), "{said}");
    assert!(said.contains("goes out on 21 November at 09:30"), "{said}");
    assert!(said.contains(&format!("http://clinic.test/clinic/appointments/{id}")), "{said}");
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "no", "9", "canary-answer"]).await;
    assert!(phone.transcript().contains("bot: Did the tablets help?"));
    tab.open(&format!("/clinic/appointments/{id}")).await;
    assert!(tab.page.contains("Asked by Dr Roe:") && tab.page.contains("canary-answer"));

    for (typed, wanted) in [
        ("ask P7 before next: canary-question?", "There is no patient with this id."),
        ("ask PAT 77 81 before next: canary-question?", "Put it in quotes"),
        ("ask P2 before A1: canary-question?", "This visit is another patient's."),
        ("ask P2 before 2026-11-24: canary-question?", "The patient has no visit on that day."),
        ("ask P2 before next canary-question?", "There is no colon"),
        ("ask P2: canary-question?", "The word \"before\" is missing"),
        ("ask \"P2 before next: canary-question?", "A quotation mark is not closed."),
        (&format!("ask P2 before next: {}", "canary ".repeat(50)), "There is room for 300."),
        ("ask", "ask PATIENT before VISIT: your question"),
        ("who is coming?", "the visits of today"),
        ("HELP", "the visits of today"),
    ] {
        let said = says(&telegram, &roe, typed).await;
        assert!(said.contains(wanted), "{typed:?}: {said}");
        let tells = |word: &&str| said.contains(*word);
        assert!(!NAMES.iter().chain(&["canary", "PAT 77 81", "P2", "P7"]).any(tells), "{said}");
    }
    let today = says(&telegram, &roe, "today").await;
    assert!(today.contains("No visits today."), "{today}");
    let said = says(&telegram, &roe, "Stop").await;
    assert!(said.contains("no longer connected"), "{said}");
    assert!(says(&telegram, &roe, "today").await.contains("I can only help people who come with a link"));
    telegram.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_sixty_visits_is_told_in_counts_times_and_links() {
    let world = World::new().await;
    let rows: Vec<String> = (0..60)
        .map(|n| {
            let (hour, minute) = (10 + n / 10, n % 10 * 6);
            let row = GRACE.replace("A1", &format!("A{n}")).replace("P1", &format!("P{n}"));
            row.replace("2026-11-24T09:30", &format!("2026-11-20T{hour}:{minute:02}"))
        })
        .collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    world.book(&[&rows[7].replace(",booked", ",cancelled")]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let mut phone = world.phone("A3").await;
    phone.say_all(&["", "canary-words"]).await;
    let (_, roe) = roe(&world, &telegram).await;
    let said = says(&telegram, &roe, " TODAY! ").await;
    assert!(said.contains("59 visits today: 1 answering, 58 not begun."), "{said}");
    let links: Vec<&str> =
        said.split("http://clinic.test/clinic/appointments/").skip(1).map(|l| &l[..36]).collect();
    assert_eq!(links.len(), 59);
    assert!(links.iter().all(|id| id.parse::<AppointmentId>().is_ok()), "no link is torn");
    assert!(said.contains("10:18  answering"), "{said}");
    assert!(!NAMES.iter().chain(&["canary"]).any(|word| said.contains(word)), "{said}");
    let parts = said.split("bot: ").filter(|part| part.contains("http://")).count();
    assert!((2..=3).contains(&parts), "{parts} messages");
    telegram.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_is_told_nothing_more() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let (mut tab, person) = roe(&world, &telegram).await;
    tab.send("/clinic/telegram", &[]).await;
    let code = code_in(&tab.page);
    // Asked for before, and still on its way.
    person.says("today").await;
    telegram.take_in().await;
    telegram.heed().await;
    disable(&world, "roe").await;
    telegram.run().await;
    assert!(!person.screen().contains("No visits today"), "{}", person.screen());
    for text in ["today", "ask P1 before next: How?", "help"] {
        let said = says(&telegram, &person, text).await;
        assert!(said.contains("I can only help people who come with a link from their clinic."), "{said}");
    }
    person.sends_photo("").await;
    person.start(&code).await;
    telegram.run().await;
    assert!(!person.screen().contains("only read text"), "{}", person.screen());
    assert!(person.screen().contains("This link was used before or is too old."), "{}", person.screen());
    let visit = world.app.visit(world.phone("A1").await.conversation).await.unwrap();
    assert!(visit.script.ask("team.1").is_none());
    tab.open("/clinic/telegram").await;
    assert!(tab.at.starts_with("/clinic/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_may_be_patient_and_staff_in_one_chat() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let grace = telegram.joined("Grace", "A1", "1958").await;
    let id: StaffId = world
        .app
        .put_staff("roe", "Dr Roe", "clinician", "a long enough password", world.now())
        .await
        .unwrap();
    let link = world.app.staff_chat_link(id, world.now()).await.unwrap().unwrap().into_inner();
    grace.start(link.split("?start=").nth(1).unwrap()).await;
    telegram.run().await;
    assert!(says(&telegram, &grace, "ask P2 before next: How is your hip?").await.contains("will be asked"));
    // A patient's words may begin as an order does.
    says(&telegram, &grace, "Ask me about my knee").await;
    let visit = world.phone("A1").await.conversation;
    let topic = ItemRef::new("visit-agenda", "topic-1");
    let words = world.app.visit(visit).await.unwrap().ledger.get(&topic).map(|answer| answer.value.written());
    assert_eq!(words.as_deref(), Some("Ask me about my knee"));
    assert!(says(&telegram, &grace, "ask P2 before next").await.contains("There is no colon"));
    // Stop ends all there is here.
    let said = says(&telegram, &grace, "STOP").await;
    assert!(said.contains("You will get no more messages from us."), "{said}");
    let said = says(&telegram, &grace, "today").await;
    assert!(!said.contains("No visits today"), "{said}");
    telegram.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_put_and_taken_back_on_the_page_of_the_visit() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let mut tab = signing_in::staff(&world).await;
    let id = world.line("A1").await.appointment.id;
    let path = format!("/clinic/appointments/{id}/questions");
    tab.send(&path, &[("question", " Did it <hurt>?\r\nWhere? ")]).await;
    assert_eq!((tab.status, tab.at.clone()), (StatusCode::OK, format!("/clinic/appointments/{id}#team")));
    assert!(
        tab.text().contains("<blockquote id=\"q1\" dir=\"auto\">Did it <hurt>?\nWhere?</blockquote>"),
        "{}",
        tab.page
    );
    assert!(
        tab.page.contains("not answered yet")
            && tab.page.contains("The next message to the patient goes out Sat 21 Nov 2026, 09:30.")
    );
    let long = "x".repeat(301);
    tab.send(&path, &[("question", &long)]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tab.page.contains("There is room for 300.") && tab.page.contains(&long), "nothing typed is lost");
    tab.open(&path).await;
    assert_eq!(tab.at, format!("/clinic/appointments/{id}#team"));
    let withdraw = tab.page.split("action=\"").find(|part| part.contains("/withdraw\"")).unwrap();
    let withdraw = withdraw.split('"').next().unwrap().to_owned();
    tab.send(&withdraw, &[]).await;
    assert!(!tab.page.contains("<blockquote id=\"q1\""), "{}", tab.page);
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "no", "9"]).await;
    assert!(!phone.transcript().contains("hurt"));
    for n in 1..=3 {
        tab.send(&path, &[("question", &format!("Question {n}?"))]).await;
    }
    assert!(
        tab.page.contains("This visit has 3 questions already.")
            && !tab.page.contains("<textarea id=\"question\"")
    );
    phone.say_all(&["", "Mine"]).await;
    tab.open(&withdraw).await;
    assert_eq!(tab.at, format!("/clinic/appointments/{id}#team"), "a link takes nothing back");
    let mut stranger = world.tab();
    stranger.send(&path, &[("question", "Whose?")]).await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}
