//! Patients who come to visits and answer before them, through the service itself.

use std::fmt::Write;

use foreword_app::{App, catalog::File};
use foreword_domain::{
    conversation::{Said, State},
    ids::{AppointmentId, StaffId},
    message::{Channel, Inbound, InboxKey},
    private::Private,
    response::Respondent,
    topic::Mark,
};
use foreword_intake::feeds;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{dice::Dice, taken::Taken};

/// What most visits ask, and the fullest.
pub const USUAL: &str = "Mood check";
pub const FULLEST: &str = "Full check";

/// The pathways of these visits.
pub fn pathways() -> [File; 2] {
    let file = |id: &str, kind: &str, asks: &[&str]| {
        let asks: Vec<String> = asks
            .iter()
            .map(|ask| {
                let wish = if *ask == "visit-agenda" { "" } else { "ask_wish = true\n" };
                format!("[[ask]]\ninstrument = \"{ask}\"\n{wish}\n")
            })
            .collect();
        let asks = asks.concat();
        let text = format!(
            "id = \"{id}\"\nversion = \"1\"\ntitle = \"{kind}\"\n\
             goal = \"Patient and clinician see together how things have changed.\"\n\
             reader = \"The clinician who sees the patient\"\n\
             expected_action = \"Begin with the first topic.\"\n\n[trigger]\ntypes = [\"{kind}\"]\n\n\
             [budget]\nallow_more_than_60_items = true\n\n{asks}"
        );
        File { name: format!("{id}.toml"), text }
    };
    [
        file("mood-check", USUAL, &["visit-agenda", "phq-9", "gad-7"]),
        file("full-check", FULLEST, &["visit-agenda", "phq-9", "gad-7", "k10", "phq-15", "rand-36"]),
    ]
}

/// The service and who works with it.
pub struct People<'a> {
    pub app: &'a App,
    pub staff: StaffId,
    pub dice: Dice,
}

impl People<'_> {
    /// Books a visit of a kind for each of some patients on a day, from eight o'clock on, ten days ahead.
    pub async fn book(&self, who: &[String], kind: &str, day: Date) {
        let mut feed = format!("{}\n", feeds::csv::COLUMNS.join(","));
        for (n, patient) in who.iter().enumerate() {
            let (hour, minute) = (8 + n / 20, 3 * (n % 20));
            writeln!(
                feed,
                "{patient}-{day},{patient},Ann,Of {patient},1960-01-01,en,UTC,{patient}@home.test,,\
                 {day}T{hour:02}:{minute:02},20,North Clinic,Dr Roe,{kind},booked"
            )
            .unwrap();
        }
        let rows = feeds::csv::read(feed.as_bytes()).unwrap();
        let booked = self.app.book("bench", rows, at(day, -10 * 24), |_| ()).await.unwrap();
        assert_eq!(booked.len(), who.len());
    }

    /// Sends what is due at an instant.
    pub async fn send(&self, now: Timestamp) {
        self.app.dispatch(&|| Some(now), &[&Taken]).await.unwrap();
    }

    /// One patient answers before the next visit: to the end, or the first few questions.
    pub async fn answer(&mut self, patient: &str, day: Date, only: Option<usize>) {
        let now = at(day, -3 * 24);
        let conversation = self.app.conversation_of(patient, now).await.unwrap();
        let agenda = ["I sleep badly since the new tablets", "1", "My work is too much for me", "2", "no"];
        for n in 0..only.unwrap_or(400) {
            let text = match agenda.get(n) {
                Some(text) => (*text).to_owned(),
                None => ["1", "1", "1", "1", "2", "2", "3", "4"][usize::try_from(self.dice.roll(8)).unwrap()]
                    .to_owned(),
            };
            let inbound = Inbound {
                key: InboxKey { source: "web".to_owned(), id: format!("{conversation}-{n}") },
                conversation,
                channel: Channel::Web,
                by: Respondent::Patient,
                at_once: 1,
                said: Said::Text(Private::new(text)),
            };
            let received =
                self.app.receive(inbound, now + SignedDuration::from_secs(20 * i64::try_from(n).unwrap()));
            if received.await.unwrap().visit.standing.state == State::Completed {
                return;
            }
        }
        assert!(only.is_some(), "{patient} never comes to the end");
    }

    /// The clinician opens the page before the visit, and after it says what became of the first topic.
    pub async fn see(&mut self, patient: &str, day: Date) -> AppointmentId {
        let visit = self.app.find_appointment(&format!("{patient}-{day}")).await.unwrap().unwrap();
        self.app.open_page(visit, self.staff, at(day, -1)).await.unwrap();
        let mark = [Mark::TalkedAbout, Mark::NextTime][usize::try_from(self.dice.roll(2)).unwrap()];
        for topic in self.app.closing(visit).await.unwrap().topics {
            let marked = self.app.mark_topic(self.staff, visit, topic.visit, topic.at, mark, at(day, 12));
            marked.await.unwrap();
        }
        visit
    }

    /// One visit of each of some patients: booked, invited, answered, read.
    pub async fn come(&mut self, who: &[String], kind: &str, day: Date) {
        self.book(who, kind, day).await;
        self.send(at(day, -6 * 24)).await;
        for patient in who {
            self.answer(patient, day, None).await;
            self.see(patient, day).await;
        }
    }
}

/// So many hours after seven o'clock of a day.
pub fn at(day: Date, hours: i64) -> Timestamp {
    let seven = day.at(7, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap();
    seven.checked_add(hours.hours()).unwrap().timestamp()
}
