//! The loops of the mailbox: mails are handed out, taken in, and put away when they are on disk; what waits
//! is applied.

use std::{sync::Arc, time::Duration};

use foreword_app::App;
use foreword_bot::mail::{
    inbox::{Inbox, Open, Trouble},
    read_mail,
};
use foreword_domain::private::Private;
use foreword_intake::MailHook;
use tokio::sync::{Notify, watch};

use crate::clock::Clock;

/// The longest wait before the mailbox is tried again.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// How often it is looked for mails that somebody else took in.
const EVERY: Duration = Duration::from_secs(5);

/// The ways in for mail.
#[derive(Clone)]
pub(crate) struct Post {
    inbox: Option<Inbox>,
    secret: Option<Private<String>>,
    /// Something has come in.
    came: Arc<Notify>,
}

impl Post {
    /// A mailbox, a place where a provider delivers, or both.
    pub(crate) fn new(inbox: Option<Inbox>, secret: &str) -> Self {
        let secret = (!secret.is_empty()).then(|| Private::new(secret.to_owned()));
        Self { inbox, secret, came: Arc::new(Notify::new()) }
    }

    /// Where a provider delivers, if one does.
    pub(crate) fn hook(&self) -> MailHook {
        let came = Arc::clone(&self.came);
        MailHook {
            secret: self.secret.clone(),
            read: read_mail,
            arrived: Arc::new(move || came.notify_one()),
        }
    }

    /// Reads the mailbox and applies what came, until it is told to end.
    pub(crate) async fn run(&self, app: &App, clock: &Clock, end: watch::Receiver<bool>) {
        tokio::join!(self.listen(app, clock, end.clone()), self.heed(app, clock, end));
    }

    async fn listen(&self, app: &App, clock: &Clock, mut end: watch::Receiver<bool>) {
        let Some(inbox) = &self.inbox else { return };
        let listening = async {
            let mut failures: u32 = 0;
            loop {
                match self.read(inbox, app, clock, &mut failures).await {
                    Ok(never) => match never {},
                    Err(trouble) => tracing::warn!(%trouble, failures, "the mailbox cannot be read"),
                }
                let pause = Duration::from_secs(1 << failures.min(9)).min(LONGEST_PAUSE);
                failures = failures.saturating_add(1);
                sleep(pause).await;
            }
        };
        tokio::select! {
            () = listening => {}
            _ = end.wait_for(|end| *end) => {}
        }
    }

    async fn read(
        &self,
        inbox: &Inbox,
        app: &App,
        clock: &Clock,
        failures: &mut u32,
    ) -> Result<std::convert::Infallible, Trouble> {
        let mut open = inbox.open().await?;
        tracing::info!("the mailbox is read");
        loop {
            self.take(&mut open, app, clock).await?;
            *failures = 0;
            open = open.wait().await?;
        }
    }

    /// Takes in all that is there: each mail is put away when it is on disk.
    async fn take(&self, open: &mut Open, app: &App, clock: &Clock) -> Result<(), Trouble> {
        for uid in open.waiting().await? {
            let Some(raw) = open.read(uid).await? else { continue };
            let mut tries: u32 = 0;
            while let Err(error) = app.take_mail(raw.clone(), read_mail, clock.now()).await {
                tracing::error!(%error, "a mail could not be taken in; it stays in the mailbox");
                tries += 1;
                sleep(Duration::from_secs(1 << tries.min(6))).await;
            }
            foreword_store::crash_point("mail-taken");
            open.is_kept(uid).await?;
            self.came.notify_one();
        }
        Ok(())
    }

    async fn heed(&self, app: &App, clock: &Clock, mut end: watch::Receiver<bool>) {
        let told = end.clone();
        let now = || (!*told.borrow()).then(|| clock.now());
        loop {
            if let Err(error) = app.heed_mails(read_mail, &now).await {
                tracing::error!(%error, "mails could not be applied; they wait");
            }
            tokio::select! {
                () = self.came.notified() => {}
                () = sleep(EVERY) => {}
                _ = end.wait_for(|end| *end) => return,
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the pace of the loops is that of the world outside")]
async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}
