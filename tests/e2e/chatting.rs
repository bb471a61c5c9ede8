//! A patient answers in a Telegram chat.

mod ahead;
mod elsewhere;
mod families;
mod in_arabic;
mod invited;
mod joining;
mod kinds_of_questions;
mod late_presses;
mod secrets;
mod steering;
mod whole_visits;

use foreword_domain::consent::Consent;

use crate::kit::{Messenger, World, telegram::Person};

/// Somebody's chat with the bot, in which everything is answered before the next thing is done.
struct Chat<'a> {
    telegram: &'a Messenger<'a>,
    person: Person,
    seen: usize,
}

impl<'a> Chat<'a> {
    /// The chat of somebody the bot has not heard of.
    fn of(telegram: &'a Messenger<'a>, person: Person) -> Self {
        Self { telegram, person, seen: 0 }
    }

    /// The chat of the patient of a visit, who has joined and read the first question.
    async fn joined(telegram: &'a Messenger<'a>, external: &str) -> Self {
        let (name, born) = match external {
            "A1" => ("Grace", "1958"),
            _ => ("John", "1949"),
        };
        let mut chat = Self::of(telegram, telegram.joined(name, external, born).await);
        chat.news();
        chat
    }

    /// Opens the chat by a link, is known by the year, says who answers, and agrees.
    async fn joins(&self, external: &str, born: &str, who: &str) {
        self.person.start(&self.telegram.code(external).await).await;
        self.telegram.run().await;
        self.says(&[born]).await;
        self.presses(&[who, "Yes, I agree"]).await;
    }

    /// Types one thing after another.
    async fn says(&self, texts: &[&str]) {
        for text in texts {
            self.person.says(text).await;
            self.telegram.run().await;
        }
    }

    /// Presses one button after another.
    async fn presses(&self, labels: &[&str]) {
        for label in labels {
            self.person.presses(label).await;
            self.telegram.run().await;
        }
    }

    /// What has happened since the last look, without what is another each time.
    fn news(&mut self) -> String {
        let all = self.person.transcript();
        let news = all[self.seen..].trim().to_owned();
        self.seen = all.len();
        without_secrets(&news)
    }

    /// The words and buttons of the newest message of the bot.
    fn newest(&self) -> String {
        let screen = self.person.screen();
        without_secrets(screen.rsplit("\nbot: ").next().unwrap_or_default())
    }
}

/// A transcript without codes and links.
fn without_secrets(text: &str) -> String {
    let mut clean = text.to_owned();
    for (mark, end) in [("/start ", "CODE"), ("clinic.test/v/", "TOKEN")] {
        let parts: Vec<&str> = clean.split(mark).collect();
        let cut = |part: &&str| {
            let secret = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
            format!("{end}{}", &part[secret.unwrap_or(part.len())..])
        };
        let rest = parts[1..].iter().map(cut);
        clean = std::iter::once(parts[0].to_owned()).chain(rest).collect::<Vec<_>>().join(mark);
    }
    clean
}

/// The answers of a visit as they stand, each with its door and who gave it.
async fn answers(world: &World, external: &str) -> String {
    let visit = world.app.visit(world.phone(external).await.conversation).await.unwrap();
    let line = |answer: &foreword_domain::response::Answer| {
        let (at, value) = (&answer.at, answer.value.written());
        format!("{}/{}: {value} ({}, {})", at.ask, at.item, answer.channel.as_str(), answer.by.as_str())
    };
    visit.ledger.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The consents of the patient of a visit.
async fn consents(world: &World, external: &str) -> Vec<Consent> {
    let patient = world.line(external).await.patient.id;
    let read = world
        .store
        .read(move |txn| Box::pin(async move { foreword_store::patients::consents(txn, patient).await }));
    read.await.unwrap()
}
