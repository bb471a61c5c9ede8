//! `kill -9` at any moment: what was confirmed is there, and nothing is there twice.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use foreword_domain::{
    ids::ConversationId,
    response::{ItemRef, Value},
};

use crate::kit::{
    Dice, World,
    process::{Server, foreword, nap, run, told},
    reconcile::{self, Told},
};

/// Patients who answer at the same time.
const PATIENTS: usize = 3;

/// How often the server is killed; `FOREWORD_TEST_KILLS` sets it.
fn kills() -> usize {
    std::env::var("FOREWORD_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_confirmed_answer_survives_a_kill_and_none_is_doubled() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let start = now_plus_days(5);
    let mut patients = Vec::new();
    for n in 0..PATIENTS {
        let row = format!(
            "C{n},Q{n},Pat,Test{n},1960-01-01,en,Europe/London,,,{start},20,North,Dr Roe,Wellbeing check,booked"
        );
        world.book(&[&row]).await;
        let line = world.line(&format!("C{n}")).await;
        let token = line.token.unwrap().into_inner();
        let conversation = world.app.conversation_by_link(&token, world.now()).await.unwrap();
        patients.push((conversation, token));
    }
    let port = crate::kit::process::free_port();
    let told: Arc<Mutex<Told>> = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let mut server = Server::start(&world.url, &world.folder.0, port);
    let workers: Vec<_> = patients
        .iter()
        .cloned()
        .map(|(conversation, token)| {
            let (told, done, answered) = (Arc::clone(&told), Arc::clone(&done), Arc::clone(&answered));
            std::thread::spawn(move || answer_until_told(port, conversation, &token, &told, &done, &answered))
        })
        .collect();
    let seed = 7;
    let mut dice = Dice::new(seed);
    let kills = kills();
    for _ in 0..kills {
        let before = answered.load(Ordering::SeqCst);
        tokio::task::block_in_place(|| {
            nap(dice.roll(60));
            // A kill that hits nothing proves nothing: wait until answers flow again.
            while answered.load(Ordering::SeqCst) < before + 2 {
                nap(1);
            }
            server.kill();
            server = Server::start(&world.url, &world.folder.0, port);
        });
    }
    done.store(true, Ordering::SeqCst);
    for worker in workers {
        tokio::task::block_in_place(|| worker.join()).unwrap();
    }
    drop(server);
    let told = std::mem::take(&mut *told.lock().unwrap());
    let confirmed: usize = told.answers.values().map(Vec::len).sum();
    assert!(confirmed >= kills, "{confirmed} answers were confirmed in {kills} kills (seed {seed})");
    let differences = reconcile::differences(&world.store, &told, None).await;
    assert_eq!(differences, Vec::<String>::new(), "{confirmed} answers, {kills} kills, seed {seed}");
}

/// A stubborn patient: sends one answer after another, each until it is confirmed.
fn answer_until_told(
    port: u16,
    conversation: ConversationId,
    token: &str,
    told: &Mutex<Told>,
    done: &AtomicBool,
    answered: &AtomicUsize,
) {
    let base = format!("http://127.0.0.1:{port}");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(std::time::Duration::from_secs(10)))
        .build()
        .into();
    let send = |path: &str, cookie: &str, form: &[(&str, &str)]| loop {
        let sent =
            agent.post(format!("{base}{path}")).header("cookie", cookie).send_form(form.iter().copied());
        match sent {
            Ok(response) if response.status() == 303 => {
                let cookie =
                    response.headers().get("set-cookie").and_then(|c| c.to_str().ok()).unwrap_or_default();
                return cookie.split(';').next().unwrap_or_default().to_owned();
            }
            Ok(response) => panic!("{path} was answered with {}", response.status()),
            // The server is down, or went down before it answered: the same again.
            Err(_) => nap(2),
        }
    };
    let cookie = send(&format!("/v/{token}"), "", &[("year", "1960")]);
    let mut n = 0;
    while !done.load(Ordering::SeqCst) {
        n += 1;
        let item = format!("q{}", n % 7 + 1);
        let code = (n % 4).to_string();
        let nonce = format!("nonce-{n:08}");
        let path = format!("/visit/{conversation}/answer");
        send(&path, &cookie, &[("ask", "gad-7"), ("item", &item), ("nonce", &nonce), ("value", &code)]);
        told.lock().unwrap().confirmed(conversation, ItemRef::new("gad-7", item), Value::Choice(code));
        answered.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_on_either_side_of_the_commit_leaves_all_or_nothing() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let start = now_plus_days(5);
    world
        .book(&[&format!(
            "C1,Q1,Pat,Test,1960-01-01,en,Europe/London,,,{start},20,North,Dr Roe,Wellbeing check,booked"
        )])
        .await;
    let token = world.line("C1").await.token.unwrap().into_inner();
    let conversation = world.app.conversation_by_link(&token, world.now()).await.unwrap();
    let mut expected = 0;
    // The process commits four times before it hears the answer: key, clock, link, "I am here".
    for (point, after, stored) in
        [("answer-appended", "0", 0), ("before-commit", "4", 0), ("after-commit", "4", 1)]
    {
        // Three processes: one greets, one dies while it takes the answer, the next goes on.
        let mut command = foreword();
        command
            .args(["chat", "--database", &world.url, "--link", &token])
            .env("FOREWORD__KEYS__MASTER_FILE", world.folder.path("master.key"));
        run(&mut command, "");
        let visit = world.app.visit(conversation).await.unwrap();
        let before = visit.ledger.iter().count();
        let (code, _, _) =
            told(&run(command.env("FOREWORD_CRASH_AT", point).env("FOREWORD_CRASH_AFTER", after), "1\n"));
        assert_eq!(code, None, "{point}: the process died of a signal");
        let visit = world.app.visit(conversation).await.unwrap();
        expected += stored;
        assert_eq!(visit.ledger.iter().count(), before + stored, "{point}");
        assert_eq!(visit.ledger.iter().count(), expected, "{point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_around_sending_neither_loses_a_message_nor_shows_it_twice() {
    for point in ["claimed", "delivered"] {
        let mut world = World::new().await;
        world.leave_things_lying();
        let mut sent = BTreeMap::new();
        let feed = format!(
            "{}\nC1,Q1,Pat,Test,1960-01-01,en,Europe/London,pat@home.test,,2027-03-02T09:30,20,North,Dr Roe,Wellbeing check,booked\n",
            foreword_intake::feeds::csv::COLUMNS.join(",")
        );
        let file = world.folder.write("feed.csv", &feed);
        // A database of its own, on the manual clock.
        let url = match crate::kit::postgres::fresh_schema().await {
            Some(url) => url,
            None => format!("sqlite://{}", world.folder.path("manual.db").display()),
        };
        let command = |args: &[&str]| {
            let mut command = foreword();
            command
                .args(args)
                .args(["--database", &url])
                .env("FOREWORD__CLOCK", "manual")
                .env("FOREWORD__KEYS__MASTER_FILE", world.folder.path("manual.key"))
                .env("FOREWORD__MAIL__SMTP_URL", format!("file:{}", world.folder.path("mail").display()));
            command
        };
        let (code, _, err) =
            told(&run(&mut command(&["import", "appointments", &file.display().to_string()]), ""));
        assert_eq!(code, Some(0), "{err}");
        let (code, _, _) = told(&run(
            command(&["tick", "--at", "2027-02-23T09:30:00Z"]).env("FOREWORD_CRASH_AT", point),
            "",
        ));
        assert_eq!(code, None, "{point}: the process died of a signal");
        let on_the_way = world.mails().len();
        assert_eq!(on_the_way, usize::from(point == "delivered"), "{point}");
        let (_, out, _) = told(&run(&mut command(&["tick", "--at", "2027-02-23T09:30:59Z", "--json"]), ""));
        assert_eq!(out.trim(), "[]", "{point}: it may still be on its way");
        let (_, out, _) = told(&run(&mut command(&["tick", "--at", "2027-02-23T09:45:00Z", "--json"]), ""));
        assert!(out.contains("\"outcome\": \"sent\""), "{point}: {out}");
        for (path, mail) in world.mails() {
            let id = mail.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned();
            sent.insert(id, path);
        }
        // Nobody can know whether a message arrived when the process died after handing it over: it
        // goes again, and its identifier shows that it is the same.
        let copies = if point == "delivered" { 2 } else { 1 };
        assert_eq!(
            (sent.len(), world.mails().len()),
            (1, copies),
            "{point}: one message, with one identifier"
        );
    }
}

/// A morning some days from the real now: the server under test has the real clock.
#[expect(clippy::disallowed_methods, reason = "the process under test runs on the real clock")]
fn now_plus_days(days: i64) -> String {
    let day = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
    day.strftime("%Y-%m-%dT10:00:00Z").to_string()
}
