//! The service's Telegram door, in front of a Bot API server that shares its clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use foreword_app::dispatch::Done;
use foreword_bot::telegram::{self, Telegram};
use foreword_domain::{
    consent::{Consent, Recorder},
    ids::{ConversationId, PatientId},
    language::Lang,
    message::{Channel, Deliver},
    response::Respondent,
};
use foreword_store::{conversations, patients, telegram as telegram_store};
use jiff::SignedDuration;

use super::{
    World,
    telegram::{BotApi, Person},
};

/// A door that is open: what happens in chats is taken in, applied and answered when the test says so.
pub struct Messenger<'w> {
    pub world: &'w World,
    pub api: BotApi,
    pub door: Telegram,
    offset: AtomicI64,
}

impl World {
    /// Opens the Telegram door.
    pub async fn messenger(&self) -> Messenger<'_> {
        let api = BotApi::start_on(Arc::clone(&self.clock)).await;
        let options = telegram::Options { token: api.token().to_owned(), api_url: api.url().to_owned() };
        let door = Telegram::new(&options).expect("the token has its form");
        let name = door.introduce().await.expect("the bot is known");
        self.app.set_bot(Some(&name)).await.expect("the name is kept");
        Messenger { world: self, api, door, offset: AtomicI64::new(0) }
    }
}

impl World {
    /// The conversation and the patient of an appointment, by the feed's id.
    pub async fn visit_of(&self, external: &str) -> (ConversationId, PatientId) {
        let id = self.app.find_appointment(external).await.expect("the database").expect("an appointment");
        let stored = self.store.read(move |txn| Box::pin(async move { conversations::about(txn, id).await }));
        let stored = stored.await.expect("the database").expect("something is asked");
        (stored.id, stored.patient)
    }
}

impl Messenger<'_> {
    /// The code of a link that joins a chat to the patient of a visit.
    pub async fn code(&self, external: &str) -> String {
        let visit = self.world.phone(external).await.conversation;
        let link = self.world.app.chat_link(visit, self.world.now()).await.expect("the database");
        let link = link.expect("there is a bot").into_inner();
        link.split_once("?start=").expect("a link with a code").1.to_owned()
    }

    /// Somebody with a telephone who is joined to the patient of a visit, and has read the first question.
    pub async fn joined(&self, name: &str, external: &str, born: &str) -> Person {
        let person = self.api.user(name, "en");
        person.start(&self.code(external).await).await;
        self.run().await;
        person.says(born).await;
        self.run().await;
        person.presses("I answer for myself").await;
        self.run().await;
        person.presses("Yes, I agree").await;
        self.run().await;
        person
    }

    /// Makes a chat a patient's, without the conversation about it.
    pub async fn bind(&self, person: &Person, external: &str) -> ConversationId {
        let (visit, patient) = self.world.visit_of(external).await;
        let (chat, now) = (person.id(), self.world.now());
        let consent = Consent {
            channel: Channel::Telegram,
            text_version: "test".to_owned(),
            language: Lang::english(),
            given_at: now,
            by: Recorder::Patient,
            warning_shown: true,
            withdrawn_at: None,
        };
        let bound = self.world.store.write(move |txn| {
            let consent = consent.clone();
            Box::pin(async move {
                patients::give_consent(txn, patient, &consent).await?;
                telegram_store::bind(txn, patient, chat, Respondent::Patient, now).await
            })
        });
        bound.await.expect("the database");
        visit
    }

    /// Lets everything happen that is due, a second passing wherever the pace asks for one; tells what
    /// became of replies.
    pub async fn run(&self) -> Vec<Done> {
        let mut done = Vec::new();
        for _ in 0..1000 {
            let came = self.take_in().await;
            let heeded = self.heed().await;
            let sent = self.reply().await;
            let idle = came + heeded + sent.len() == 0;
            done.extend(sent);
            if !idle {
                continue;
            }
            let now = self.world.now();
            let due = self.world.app.next_reply_at(now).await.expect("the database");
            match due.map(|at| at.duration_since(now)) {
                Some(wait) if wait <= SignedDuration::from_millis(1100) => {
                    self.world.pass(wait.max(SignedDuration::from_millis(50)));
                }
                _ => return done,
            }
        }
        panic!("the chats do not come to rest:\n{}", self.api.transcript());
    }

    /// Lets everything happen that is due while so much time goes by.
    pub async fn goes_by(&self, time: SignedDuration) -> Vec<Done> {
        let (shortest, longest) = (SignedDuration::from_millis(50), SignedDuration::from_secs(5));
        let end = self.world.now() + time;
        let mut done = Vec::new();
        loop {
            let came = self.take_in().await;
            let heeded = self.heed().await;
            let sent = self.reply().await;
            let idle = came + heeded + sent.len() == 0;
            done.extend(sent);
            if !idle {
                continue;
            }
            let now = self.world.now();
            if now >= end {
                return done;
            }
            let due = self.world.app.next_reply_at(now).await.expect("the database");
            let wait = due.map_or(longest, |at| at.duration_since(now)).clamp(shortest, longest);
            self.world.pass(wait.min(end.duration_since(now)));
        }
    }

    /// Fetches the updates that wait, and confirms those fetched before; nothing while that fails.
    pub async fn take_in(&self) -> usize {
        if self.api.pending_updates() == 0 {
            return 0;
        }
        let offset = self.offset.load(Ordering::SeqCst);
        let Ok(updates) = self.door.updates(offset, Duration::ZERO).await else { return 0 };
        let highest = updates.iter().map(|update| update.number).max();
        let came = updates.len();
        self.world.app.take_updates(updates, self.world.now()).await.expect("updates are taken in");
        self.offset.store(highest.map_or(offset, |highest| highest + 1), Ordering::SeqCst);
        came
    }

    /// Applies what was taken in.
    pub async fn heed(&self) -> usize {
        let clock = || Some(self.world.now());
        let done = self.world.app.heed(telegram::heard, &clock).await.expect("updates are applied");
        done.applied + done.refused
    }

    /// Sends the replies that are due.
    pub async fn reply(&self) -> Vec<Done> {
        let mut done = Vec::new();
        while let Some(claimed) = self.world.app.next_reply(self.world.now()).await.expect("the database") {
            let clock = || Some(self.world.now());
            done.push(self.world.app.pay(&claimed, &clock, &[&self.door]).await.expect("it is settled"));
        }
        done
    }

    /// Sends what is due of the timetable, by mail or by chat.
    pub async fn tick(&self) -> Vec<Done> {
        let doors: [&dyn Deliver; 2] = [&self.world.mail, &self.door];
        let clock = || Some(self.world.now());
        let mut done = self.world.app.dispatch(&clock, &doors).await.expect("messages are dealt with");
        // Where something was said a moment ago, a second passes.
        if done.iter().any(|done| done.reason.as_deref() == Some("nothing is sent there before")) {
            self.world.pass(SignedDuration::from_secs(1));
            let more = self.world.app.dispatch(&clock, &doors).await.expect("messages are dealt with");
            if !more.is_empty() {
                done.retain(|done| done.outcome != "retry");
                done.extend(more);
            }
        }
        done
    }
}
