//! The service on a fresh database, with a clock that tests move.

use std::{
    path::PathBuf,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use foreword_app::{
    App, Catalog, Mailbox, Options, access,
    alerting::inbox::{self, Plain},
    book::Booked,
    catalog::File,
    day::Line,
    dispatch::Done,
};
use foreword_bot::{Mail, mail::read_mail};
use foreword_domain::{
    conversation::{Said, Say, State},
    ids::ConversationId,
    language::Lang,
    message::{Channel, Inbound, InboxKey},
    phrases,
    private::Private,
    response::Respondent,
    schedule::QuietHours,
};
use foreword_intake::{Hook, MailHook, ProgramSettings, Programs, Provider, Web, feeds};
use foreword_store::{Keys, Store};
use foreword_summary::Fonts;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tracing_subscriber::{Layer, layer::SubscriberExt};

use super::{Folder, Tab, log, postgres};

/// The morning on which most tests begin: a Friday.
pub const MORNING: &str = "2026-11-20T09:00:00Z";

/// What a provider delivers mail with.
pub const HOOK_SECRET: &str = "a secret of the hook";

/// Counts what is logged as an error, in this process.
static ERRORS: AtomicUsize = AtomicUsize::new(0);

/// Worlds side by side share the count; one in which errors are expected is alone while it lasts.
static GATE: RwLock<()> = RwLock::const_new(());

enum Gate {
    Shared { _held: RwLockReadGuard<'static, ()> },
    Alone { _held: RwLockWriteGuard<'static, ()> },
}

struct CountErrors;

impl<S: tracing::Subscriber> Layer<S> for CountErrors {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if *event.metadata().level() == tracing::Level::ERROR
            && event.metadata().target().starts_with("foreword")
        {
            ERRORS.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// A clinic.
pub struct World {
    pub app: App,
    pub store: Store,
    pub url: String,
    pub folder: Folder,
    pub clock: Arc<AtomicI64>,
    pub mail: Mail,
    /// Whether the end of the test looks for what is left over.
    checked: bool,
    gate: Gate,
}

impl World {
    /// A clinic with the shipped library.
    pub async fn new() -> Self {
        Self::with(&[], &[]).await
    }

    /// A clinic with instruments and pathways of its own besides.
    pub async fn with(instruments: &[File], pathways: &[File]) -> Self {
        let catalog = Catalog::with(instruments, pathways).expect("the library is right");
        Self::behind(Gate::Shared { _held: GATE.read().await }, catalog, |_| ()).await
    }

    /// A clinic with the shipped library that is set up in another way.
    pub async fn with_options(set: impl FnOnce(&mut Options)) -> Self {
        let catalog = Catalog::shipped().expect("the shipped library is right");
        Self::behind(Gate::Shared { _held: GATE.read().await }, catalog, set).await
    }

    /// The same, in which errors are expected to be logged.
    pub async fn with_errors() -> Self {
        let catalog = Catalog::shipped().expect("the shipped library is right");
        Self::behind(Gate::Alone { _held: GATE.write().await }, catalog, |_| ()).await
    }

    /// A clinic that takes mail in.
    pub async fn with_mailbox() -> Self {
        let catalog = Catalog::shipped().expect("the shipped library is right");
        let mailbox =
            Mailbox { name: "answer".to_owned(), domain: "clinic.test".to_owned(), checked_by: None };
        Self::behind(Gate::Shared { _held: GATE.read().await }, catalog, |options| {
            options.mailbox = Some(mailbox);
        })
        .await
    }

    async fn behind(gate: Gate, catalog: Catalog, set: impl FnOnce(&mut Options)) -> Self {
        let _ = tracing::subscriber::set_global_default(
            tracing_subscriber::registry().with(CountErrors).with(log::Listen),
        );
        let folder = Folder::new();
        let url = match postgres::fresh_schema().await {
            Some(url) => url,
            None => format!("sqlite://{}", folder.path("foreword.db").display()),
        };
        let options = foreword_store::Options { url: url.parse().expect("an address of a database") };
        let single = foreword_store::connect_single(&options).await.expect("the database opens");
        foreword_migrations::run(&single).await.expect("the database can be brought up to date");
        single.close().await.expect("the connection closes");
        let keys = Keys::open(&folder.path("master.key")).expect("a master key can be made");
        let store = Store::open(&options, keys).await.expect("the database opens");
        let mut options = Options {
            public_url: "http://clinic.test".to_owned(),
            clinic_name: "North Clinic".to_owned(),
            language: Lang::english(),
            time_zone: "Europe/London".to_owned(),
            quiet: QuietHours::DEFAULT,
            mailbox: None,
            can_mail: true,
            mails_a_minute: None,
            digest_at: None,
            second_factor: foreword_app::account::SecondFactor::Optional,
            private_webhooks: false,
            check: foreword_app::identity::Asked::Year,
            exports_kept: SignedDuration::from_hours(24),
        };
        set(&mut options);
        let app = App::new(store.clone(), catalog, options);
        app.claim_clock("system").await.expect("the clock can be fixed");
        let mail = Mail::new(&foreword_bot::Options {
            from: "North Clinic <visits@clinic.test>".to_owned(),
            smtp_url: format!("file:{}", folder.path("mail").display()),
            ..foreword_bot::Options::default()
        })
        .expect("mail can be written to a folder");
        let start: Timestamp = MORNING.parse().expect("an instant");
        let clock = Arc::new(AtomicI64::new(start.as_microsecond()));
        Self { app, store, url, folder, clock, mail, checked: true, gate }
    }

    /// Leaves out the look at what is left over: for tests whose point it is.
    pub fn leave_things_lying(&mut self) {
        self.checked = false;
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.clock.load(Ordering::SeqCst)).expect("an instant")
    }

    pub fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(i64::try_from(time.as_micros()).expect("not too long"), Ordering::SeqCst);
    }

    pub fn pass_hours(&self, hours: i64) {
        self.pass(SignedDuration::from_hours(hours));
    }

    /// Takes in rows of a feed that name only what differs from the usual patient.
    pub async fn book(&self, rows: &[&str]) -> Vec<Booked> {
        let mut feed = format!("{}\n", feeds::csv::COLUMNS.join(","));
        for row in rows {
            feed.push_str(row);
            feed.push('\n');
        }
        let rows = feeds::csv::read(feed.as_bytes()).expect("a readable feed");
        let booked = self.app.book("test", rows, self.now(), |_| ()).await.expect("the feed is taken in");
        booked.into_iter().map(|(_, outcome)| outcome).collect()
    }

    /// Books and invites the usual patient for Tuesday; returns the line of the day list.
    pub async fn invite_grace(&self) -> Line {
        self.book(&[GRACE]).await;
        self.tick().await;
        self.line("A1").await
    }

    /// The line of the day list of an appointment, by the feed's id.
    pub async fn line(&self, external: &str) -> Line {
        let (from, until) = (Timestamp::MIN, Timestamp::MAX);
        let lines = self.app.day(from, until, "test", self.now()).await.expect("the day list");
        lines
            .into_iter()
            .find(|line| line.appointment.external_id == external)
            .expect("the appointment is there")
    }

    /// All red flags, those that wait first.
    pub async fn alerts(&self) -> Vec<Plain> {
        let lines = self.app.inbox("test", true, self.now()).await.expect("the inbox");
        lines.iter().map(inbox::Line::plain).collect()
    }

    /// Sends what is due.
    pub async fn tick(&self) -> Vec<Done> {
        self.app.dispatch(&|| Some(self.now()), &[&self.mail]).await.expect("messages are dealt with")
    }

    /// The mails written so far, oldest name first.
    pub fn mails(&self) -> Vec<(PathBuf, String)> {
        let Ok(folder) = std::fs::read_dir(self.folder.path("mail")) else { return Vec::new() };
        let mut mails: Vec<PathBuf> = folder
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "eml"))
            .collect();
        mails.sort();
        mails.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).expect("a mail"))).collect()
    }

    /// A browser tab without a script.
    pub fn tab(&self) -> Tab {
        Tab::new(self.router())
    }

    pub fn router(&self) -> axum::Router {
        self.router_with(None)
    }

    /// The same, with the messenger's door.
    pub fn router_with(&self, hook: Option<Hook>) -> axum::Router {
        self.router_and(hook, None)
    }

    /// The same, with the messenger's door and a provider of accounts.
    pub fn router_and(&self, hook: Option<Hook>, provider: Option<Provider>) -> axum::Router {
        self.router_of(hook, provider, ProgramSettings::default())
    }

    /// The same, with other settings for programs.
    pub fn router_for(&self, programs: ProgramSettings) -> axum::Router {
        self.router_of(None, None, programs)
    }

    fn router_of(
        &self,
        hook: Option<Hook>,
        provider: Option<Provider>,
        programs: ProgramSettings,
    ) -> axum::Router {
        static TLS: LazyLock<rustls::ClientConfig> =
            LazyLock::new(|| foreword_bot::mail::inbox::trust("").expect("certificates"));
        let clock = Arc::clone(&self.clock);
        let clock = move || Timestamp::from_microsecond(clock.load(Ordering::SeqCst)).expect("an instant");
        let mail = MailHook {
            secret: Some(Private::new(HOOK_SECRET.to_owned())),
            read: read_mail,
            arrived: Arc::new(|| ()),
        };
        foreword_intake::router(Web {
            app: self.app.clone(),
            clock: Arc::new(clock),
            hook,
            mail,
            fonts: Fonts::embedded(),
            provider,
            programs: Programs::new(programs, TLS.clone()).expect("a client"),
        })
    }

    /// A patient's phone, at the terminal door.
    pub async fn phone(&self, external: &str) -> Phone<'_> {
        let line = self.line(external).await;
        let conversation = self
            .app
            .conversation_by_link(line.token.expect("a link").reveal(), self.now())
            .await
            .expect("a conversation");
        Phone { world: self, conversation, said: Vec::new(), at_once: 1 }
    }

    /// The page of an appointment as text.
    pub async fn page(&self, external: &str) -> String {
        let id = self.app.find_appointment(external).await.expect("the database").expect("the appointment");
        let summary = self.app.summary(id, "test", self.now()).await.expect("the page");
        // Its digest changes with every word behind the page, too.
        foreword_summary::text::render(&summary).replace(&summary.mark(), "<mark>")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Gate::Alone { .. } = self.gate {
            ERRORS.store(0, Ordering::SeqCst);
        }
        if std::thread::panicking() || !self.checked {
            return;
        }
        let (store, now) = (self.store.clone(), self.now());
        let due = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(
                store.read(move |txn| Box::pin(async move { foreword_store::outbox::due(txn, now).await })),
            )
        });
        let due = due.expect("the outbox can be read");
        assert!(
            due.is_empty(),
            "{} messages are due and were not sent; tick, or leave_things_lying",
            due.len()
        );
        let errors = ERRORS.load(Ordering::SeqCst);
        assert_eq!(errors, 0, "something was logged as an error");
    }
}

/// The usual patient.
pub const GRACE: &str = "A1,P1,Grace,Okafor,1958-03-14,en,Europe/London,grace@home.test,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked";
/// A patient of the gastroenterologist.
pub const JOHN: &str = "A2,P2,John,Whitfield,1949-11-02,en,Europe/London,john@home.test,,2026-11-25T10:00,20,North Clinic,Dr Roe,GI follow-up,booked";

/// A patient's side of the conversation, and a transcript of it.
pub struct Phone<'a> {
    world: &'a World,
    pub conversation: ConversationId,
    said: Vec<String>,
    pub at_once: usize,
}

impl Phone<'_> {
    /// Says something typed; `""` is only being there.
    pub async fn say(&mut self, text: &str) -> Vec<Say> {
        let said = match text {
            "" => Said::Here,
            text => Said::Text(Private::new(text.to_owned())),
        };
        self.world.pass(SignedDuration::from_secs(5));
        let inbound = Inbound {
            key: InboxKey { source: "terminal".to_owned(), id: access::nonce() },
            conversation: self.conversation,
            channel: Channel::Terminal,
            by: Respondent::Patient,
            at_once: self.at_once,
            said,
        };
        let received =
            self.world.app.receive(inbound, self.world.now()).await.expect("what was said is taken in");
        if !text.is_empty() {
            self.said.push(format!("you: {text}"));
        }
        for reply in &received.replies {
            let visit = &received.visit;
            let bubble = phrases::bubble(reply, &visit.script, &visit.ledger, &visit.standing.language);
            self.said.extend(phrases::plain(&bubble).iter().map(|line| format!("bot: {line}")));
        }
        received.replies
    }

    pub async fn say_all(&mut self, texts: &[&str]) {
        for text in texts {
            self.say(text).await;
        }
    }

    /// Where the conversation stands.
    pub async fn state(&self) -> State {
        self.world.app.visit(self.conversation).await.expect("the visit").standing.state
    }

    /// What was said since the last look.
    pub fn transcript(&mut self) -> String {
        std::mem::take(&mut self.said).join("\n")
    }
}
