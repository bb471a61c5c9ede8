//! The loops of the messenger's door: updates come in and are confirmed when they are on disk, they are
//! applied, and replies go out.

use std::{sync::Arc, time::Duration};

use foreword_app::{App, dispatch::Claimed};
use foreword_bot::telegram::{self, Telegram, Trouble};
use foreword_domain::private::Private;
use foreword_intake::Hook;
use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

use crate::clock::Clock;

/// How long a question for updates is kept open while there are none.
const POLL: Duration = Duration::from_secs(25);
/// Replies on their way at once: one that takes its time holds up no other chat.
const AT_ONCE: usize = 16;
/// The longest wait before the messenger is tried again.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// After so long without updates their numbers may begin anew.
const QUIET: SignedDuration = SignedDuration::from_hours(6 * 24);
/// After so long without contact somebody must know: updates are kept for a day.
const TOO_LONG: SignedDuration = SignedDuration::from_hours(2);

/// The messenger's door with what its loops share.
#[derive(Clone)]
pub(crate) struct Chats {
    door: Telegram,
    way: Way,
    /// Something has come in.
    came: Arc<Notify>,
    /// Something is owed.
    owed: Arc<Notify>,
}

/// How updates come.
#[derive(Clone)]
enum Way {
    /// They are asked for.
    Polling,
    /// They are delivered to this address.
    Webhook { url: String, secret: Private<String> },
}

impl Chats {
    /// A door that delivers to `public_url` when there is a secret to deliver with, and is asked otherwise.
    pub(crate) fn new(door: Telegram, public_url: &str, secret: &str) -> Self {
        let way = if secret.is_empty() {
            Way::Polling
        } else {
            let url = format!("{public_url}/hooks/telegram");
            Way::Webhook { url, secret: Private::new(secret.to_owned()) }
        };
        Self { door, way, came: Arc::new(Notify::new()), owed: Arc::new(Notify::new()) }
    }

    /// The way out.
    pub(crate) fn door(&self) -> &Telegram {
        &self.door
    }

    /// Where it is delivered to, if it is.
    pub(crate) fn hook(&self) -> Option<Hook> {
        let Way::Webhook { secret, .. } = &self.way else { return None };
        let came = Arc::clone(&self.came);
        let arrived = Arc::new(move || came.notify_one());
        Some(Hook { secret: secret.clone(), read: telegram::read_update, arrived })
    }

    /// Listens, applies and replies until it is told to end; what is on its way is settled first.
    pub(crate) async fn run(&self, app: &App, clock: &Clock, end: watch::Receiver<bool>) {
        tokio::join!(
            self.listen(app, clock, end.clone()),
            self.heed(app, clock, end.clone()),
            self.reply(app, clock, end)
        );
    }

    async fn listen(&self, app: &App, clock: &Clock, mut end: watch::Receiver<bool>) {
        let mut listener = Listener { offset: 0, heard_at: clock.now(), contact: clock.now(), failures: 0 };
        let listening = async {
            while let Err(trouble) = self.introduce(app).await {
                listener.pause(&trouble, clock.now()).await;
            }
            listener.is_back(clock.now());
            if let Way::Webhook { .. } = self.way {
                tracing::info!("updates are delivered by webhook");
                return;
            }
            tracing::info!("updates are asked for");
            loop {
                match self.door.updates(listener.offset, POLL).await {
                    Ok(updates) => {
                        listener.is_back(clock.now());
                        let highest = updates.iter().map(|update| update.number).max();
                        if updates.is_empty() {
                            listener.is_quiet(clock.now());
                            continue;
                        }
                        // Asking for more would confirm these: not before they are on disk.
                        while let Err(error) = app.take_updates(updates.clone(), clock.now()).await {
                            tracing::error!(%error, "updates could not be taken in; they wait");
                            listener.rest().await;
                        }
                        listener.failures = 0;
                        listener.heard_at = clock.now();
                        listener.offset = highest.map_or(listener.offset, |highest| highest + 1);
                        self.came.notify_one();
                    }
                    Err(trouble) => listener.pause(&trouble, clock.now()).await,
                }
            }
        };
        tokio::select! {
            () = listening => {}
            _ = end.wait_for(|end| *end) => {}
        }
    }

    async fn introduce(&self, app: &App) -> Result<(), Trouble> {
        let name = self.door.introduce().await?;
        self.door.offer_commands().await?;
        match &self.way {
            Way::Polling => self.door.use_polling().await?,
            Way::Webhook { url, secret } => self.door.use_webhook(url, secret.reveal()).await?,
        }
        if let Err(error) = app.set_bot(Some(&name)).await {
            tracing::error!(%error, "the bot's name could not be kept; links to it are missing");
        }
        Ok(())
    }

    async fn heed(&self, app: &App, clock: &Clock, mut end: watch::Receiver<bool>) {
        /// How often it is looked for updates that somebody else took in.
        const EVERY: Duration = Duration::from_secs(2);
        /// How often old ones are forgotten.
        const TIDY: SignedDuration = SignedDuration::from_hours(1);
        let told = end.clone();
        let now = || (!*told.borrow()).then(|| clock.now());
        let mut tidied = Timestamp::MIN;
        loop {
            match app.heed(telegram::heard, &now).await {
                Ok(done) if done.applied + done.refused > 0 => self.owed.notify_one(),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "what came in chats could not be applied; it waits"),
            }
            if clock.now().duration_since(tidied) > TIDY {
                tidied = clock.now();
                if let Err(error) = app.forget_updates(tidied).await {
                    tracing::error!(%error, "old updates could not be forgotten");
                }
            }
            tokio::select! {
                () = self.came.notified() => {}
                () = sleep(EVERY) => {}
                _ = end.wait_for(|end| *end) => return,
            }
        }
    }

    async fn reply(&self, app: &App, clock: &Clock, mut end: watch::Receiver<bool>) {
        let _alone = match app.begin_replies(clock.now()).await {
            Ok(alone) => alone,
            Err(error) => {
                tracing::error!(%error, "what was on its way before waits until its lease runs out");
                None
            }
        };
        let mut on_their_way = JoinSet::new();
        while !*end.borrow() {
            while on_their_way.len() < AT_ONCE {
                let Some(claimed) = self.next(app, clock.now()).await else { break };
                let (app, door, clock) = (app.clone(), self.door.clone(), clock.clone());
                on_their_way.spawn(async move { app.pay(&claimed, &|| Some(clock.now()), &[&door]).await });
            }
            let pause = self.pause(app, clock.now()).await;
            tokio::select! {
                Some(done) = on_their_way.join_next() => settled(done),
                () = self.owed.notified() => {}
                () = sleep(pause) => {}
                _ = end.wait_for(|end| *end) => {}
            }
        }
        while let Some(done) = on_their_way.join_next().await {
            settled(done);
        }
    }

    async fn next(&self, app: &App, now: Timestamp) -> Option<Claimed> {
        match app.next_reply(now).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "replies could not be looked for; they wait");
                None
            }
        }
    }

    /// How long until the next reply may be due, if nothing happens before.
    async fn pause(&self, app: &App, now: Timestamp) -> Duration {
        const SHORTEST: Duration = Duration::from_millis(50);
        const LONGEST: Duration = Duration::from_secs(2);
        let due = app.next_reply_at(now).await.ok().flatten();
        let wait = due.and_then(|at| Duration::try_from(at.duration_since(now)).ok());
        match (due, wait) {
            (None, _) => LONGEST,
            (Some(_), wait) => wait.unwrap_or_default().clamp(SHORTEST, LONGEST),
        }
    }
}

/// Who asks for updates.
struct Listener {
    /// The number of the next update. It is not kept anywhere: what is asked for again is known already.
    offset: i64,
    heard_at: Timestamp,
    contact: Timestamp,
    failures: u32,
}

impl Listener {
    fn is_back(&mut self, now: Timestamp) {
        self.contact = now;
        self.failures = 0;
    }

    /// After some quiet days numbers begin anew, and an old offset would pass them over.
    fn is_quiet(&mut self, now: Timestamp) {
        if now.duration_since(self.heard_at) > QUIET {
            self.offset = 0;
            self.heard_at = now;
        }
    }

    async fn pause(&mut self, trouble: &Trouble, now: Timestamp) {
        let away = now.duration_since(self.contact);
        if away > TOO_LONG {
            tracing::error!(%trouble, hours = away.as_hours(), "no contact with Telegram; after a day what patients wrote is lost");
        } else {
            tracing::warn!(%trouble, "no contact with Telegram");
        }
        match trouble.pause() {
            Some(seconds) => sleep(Duration::from_secs(u64::from(seconds))).await,
            None => self.rest().await,
        }
    }

    /// 1, 2, 4 ... seconds, then every minute.
    async fn rest(&mut self) {
        let pause = Duration::from_secs(1 << self.failures.min(6)).min(LONGEST_PAUSE);
        self.failures += 1;
        sleep(pause).await;
    }
}

fn settled(done: Result<foreword_app::Result<foreword_app::dispatch::Done>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::error!(%error, "a reply could not be settled; it is sent again"),
        Err(error) => tracing::error!(%error, "a reply ended before its time; it is sent again"),
    }
}

#[expect(clippy::disallowed_methods, reason = "the pace of the loops is that of the world outside")]
async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}
