//! `kill -9` at random points: every answer that should fire has exactly one alert, each rung is told once at its
//! time, and none closes by itself.

use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

use jiff::{SignedDuration, Timestamp};

use super::{CLINIC, PATHWAY, plan};
use crate::kit::{
    Dice, Folder,
    process::{clinic_in, nap, run, told},
};

/// How often a process is killed; `FOREWORD_TEST_KILLS` sets it.
fn kills() -> usize {
    std::env::var("FOREWORD_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

struct Clinic {
    folder: Folder,
    url: String,
    dice: Dice,
    killed: usize,
}

impl Clinic {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = clinic_in(&self.folder.0);
        command.args(args).args(["--database", &self.url]);
        command.env("FOREWORD__KEYS__MASTER_FILE", self.folder.path("master.key"));
        command
    }

    fn does(&self, args: &[&str], typed: &str) -> String {
        let (code, out, err) = told(&run(&mut self.command(args), typed));
        assert_eq!(code, Some(0), "{args:?}: {err}");
        out
    }

    /// Begins something and kills it some time later, if it has not ended by then.
    fn begins(&mut self, args: &[&str], typed: &str) {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        nap(self.dice.roll(120));
        if child.try_wait().unwrap().is_none() {
            self.killed += 1;
        }
        let _ = child.kill();
        child.wait().unwrap();
    }

    /// Begins something that dies at a point, when it has come there so often.
    fn dies(&self, args: &[&str], typed: &str, point: &str, after: &str) {
        let mut command = self.command(args);
        command.env("FOREWORD_CRASH_AT", point).env("FOREWORD_CRASH_AFTER", after);
        let (code, _, err) = told(&run(&mut command, typed));
        assert_eq!(code, None, "{args:?} did not die at {point}: {err}");
    }

    fn alerts(&self) -> Vec<serde_json::Value> {
        serde_json::from_str(&self.does(&["alerts", "list", "--json"], "")).unwrap()
    }
}

/// Five patients of whom each but one reports something at item nine.
const ANSWERS: [&str; 5] = ["1", "0", "2", "3", "1"];

async fn clinic() -> Clinic {
    let folder = Folder::new();
    let url = match crate::kit::postgres::fresh_schema().await {
        Some(url) => url,
        None => format!("sqlite://{}", folder.path("manual.db").display()),
    };
    let clinic = Clinic { folder, url, dice: Dice::new(11), killed: 0 };
    for login in ["roe", "lee", "okoro"] {
        let add = ["staff", "add", login, "--name", login, "--role", "clinician"];
        clinic.does(&add, "a long enough password\n");
    }
    clinic
}

fn set_up(clinic: &Clinic, pager: &str) {
    clinic.folder.write("plan.toml", &plan("1", pager));
    clinic.does(&["safety", "set", "plan.toml"], "");
    clinic.does(&["pathways", "activate", PATHWAY, "--clinic", CLINIC], "");
    let mut feed = format!("{}\n", foreword_intake::feeds::csv::COLUMNS.join(","));
    for n in 0..ANSWERS.len() {
        writeln!(
            feed,
            "K{n},K{n},Pat,Test{n},1960-01-01,en,Europe/London,,,2027-03-04T09:30,20,{CLINIC},Dr Roe,Mood follow-up,booked"
        )
        .unwrap();
    }
    clinic.folder.write("feed.csv", &feed);
    clinic.does(&["tick", "--at", "2027-03-02T09:00:00Z"], "");
    clinic.does(&["import", "appointments", "feed.csv"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_that_should_fire_has_one_alert_and_each_rung_is_told_once_at_its_time() {
    let pager = crate::kit::pager::Pager::start().await;
    let mut clinic = clinic().await;
    tokio::task::block_in_place(|| goes_through(&mut clinic, &pager.url));
}

fn goes_through(clinic: &mut Clinic, pager: &str) {
    set_up(clinic, pager);
    let start: Timestamp = "2027-03-02T09:00:00Z".parse().unwrap();
    let at = |minute: i64| start.checked_add(SignedDuration::from_mins(minute)).unwrap().to_string();
    let most = kills();
    let mut minute = 0;
    // They answer one after the other, while process after process dies; each minute the worker looks.
    for (n, last) in ANSWERS.iter().enumerate() {
        let patient = format!("K{n}");
        let chat = ["chat", "--patient", patient.as_str()];
        clinic.does(&chat, "no\n6\nnothing\n1\n1\n1\n1\n1\n1\n1\n1\n");
        for _ in 0..most / (2 * ANSWERS.len()) {
            clinic.begins(&chat, &format!("{last}\n"));
        }
        // Once more to the end; who has answered already is asked something else by now, and says nothing.
        let said = clinic.does(&chat, "");
        if said.contains("better off dead") {
            clinic.does(&chat, &format!("{last}\n"));
        }
        minute += 1;
        let now = at(minute);
        for _ in 0..=most / (20 * ANSWERS.len()) {
            clinic.begins(&["tick", "--at", &now], "");
        }
        clinic.does(&["tick", "--at", &now], "");
    }
    // Nobody takes anything for an hour and a half.
    let (begun, before) = (clinic.killed, minute);
    while minute < 95 {
        minute += 1;
        let now = at(minute);
        // So many in each minute that it comes to all of them; one that had ended does not count.
        let wanted = usize::try_from(minute - before).unwrap() * most.saturating_sub(begun);
        while clinic.killed < begun + wanted / 90 {
            clinic.begins(&["tick", "--at", &now], "");
        }
        if minute % 5 == 0 || (30..=70).contains(&minute) {
            clinic.does(&["tick", "--at", &now], "");
        }
    }
    check(clinic, &clinic.alerts());
    eprintln!("{} processes were killed", clinic.killed);
    assert!(clinic.killed >= most * 9 / 10, "{} of {most} were killed in the middle", clinic.killed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_point_of_raising_and_climbing_leaves_all_or_nothing() {
    let pager = crate::kit::pager::Pager::start().await;
    let clinic = clinic().await;
    tokio::task::block_in_place(|| {
        set_up(&clinic, &pager.url);
        let chat = ["chat", "--patient", "K0"];
        clinic.does(&chat, "no\n6\nnothing\n1\n1\n1\n1\n1\n1\n1\n1\n");
        // Four commits come before the one of the answer: key, clock, patient, "I am here".
        for (point, after, there) in [
            ("answer-appended", "0", 0),
            ("alert-raised", "0", 0),
            ("before-commit", "4", 0),
            ("after-commit", "4", 1),
        ] {
            clinic.dies(&chat, "1\n", point, after);
            assert_eq!(clinic.alerts().len(), there, "{point}");
        }
        // Told, climbed, on the wire and off it again: however often it dies, each is told once.
        for (at, points) in [
            ("2027-03-02T09:00:00Z", ["claimed", "delivered"].as_slice()),
            ("2027-03-02T09:30:00Z", &["alert-climbed", "claimed", "delivered"]),
            ("2027-03-02T09:45:00Z", &["alert-climbed", "before-commit"]),
        ] {
            for point in points {
                clinic.dies(&["tick", "--at", at], "", point, "0");
            }
            clinic.does(&["tick", "--at", at], "");
            // What was on its way when it died is sent when its lease is over.
        }
        clinic.does(&["tick", "--at", "2027-03-02T09:47:00Z"], "");
        let alerts = clinic.alerts();
        let shown = clinic.does(&["alerts", "show", alerts[0]["id"].as_str().unwrap()], "");
        for who in ["person on call", "deputy", "safety lead"] {
            assert_eq!(shown.matches(&format!("to be told: the {who}")).count(), 1, "{shown}");
        }
        assert_eq!(shown.matches("was told by").count(), 6, "{shown}");
    });
}

fn check(clinic: &Clinic, alerts: &[serde_json::Value]) {
    let reported = ANSWERS.iter().filter(|last| **last != "0").count();
    assert_eq!(alerts.len(), reported, "{alerts:?}");
    for alert in alerts {
        assert_eq!((alert["rule"].as_str(), alert["level"].as_str()), (Some("phq-9/self-harm"), Some("red")));
        assert_eq!(alert["state"].as_str(), Some("notified"), "none closes, and none is taken, by itself");
        let raised: Timestamp = alert["raised_at"].as_str().unwrap().parse().unwrap();
        let shown = clinic.does(&["alerts", "show", alert["id"].as_str().unwrap()], "");
        let told = |who: &str| -> Vec<i64> {
            let lines = shown.lines().filter(|line| line.ends_with(&format!("to be told: the {who}")));
            let minutes = lines.map(|line| {
                let at: Timestamp = line.split_whitespace().next().unwrap().parse().unwrap();
                at.duration_since(raised).as_mins()
            });
            minutes.collect()
        };
        assert_eq!(told("person on call"), [0], "{shown}");
        assert_eq!(told("deputy"), [30], "{shown}");
        assert_eq!(told("safety lead"), [45], "{shown}");
        assert_eq!(told("whole chain"), [60], "{shown}");
    }
}
