//! A Bot API server with state, for the real teloxide to talk to: it answers as Telegram does, checks
//! every call against the published API, and lets tests act as patients and order what goes wrong.
//! It knows nothing of Foreword.

mod body;
mod control;
mod faults;
mod group;
mod listener;
mod markup;
mod methods;
mod person;
mod polling;
mod record;
mod refusal;
mod screen;
mod sending;
mod serve;
mod spec;
mod state;
mod tests;
mod text;
mod updates;
mod webhook;

use std::sync::{
    Arc, Mutex, MutexGuard,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use teloxide::Bot;
use tokio::sync::watch;

pub use faults::Gate;
pub use person::Person;
pub use record::Call;
pub use updates::Order;
pub use webhook::Delivered;

use state::{BOT, State};

/// What stands behind every handle.
pub struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    clock: Arc<AtomicI64>,
    client: webhook::Client,
    token: String,
}

impl Shared {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.clock.load(Ordering::SeqCst)).expect("an instant")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding the state")
    }

    /// Changes something, and tells those who wait.
    fn change<T>(&self, act: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let now = self.now();
        let outcome = act(&mut self.state(), now);
        self.changed.send_replace(());
        outcome
    }
}

/// Telegram, as one bot and those it talks to know it. Its end fails a test in which the bot made a
/// call that is not as published.
pub struct BotApi {
    shared: Arc<Shared>,
    address: String,
    server: tokio::task::JoinHandle<()>,
}

impl BotApi {
    /// Starts it with a clock of its own.
    pub async fn start() -> Self {
        let start: Timestamp = super::world::MORNING.parse().expect("an instant");
        Self::start_on(Arc::new(AtomicI64::new(start.as_microsecond()))).await
    }

    /// Starts it on somebody's clock, in microseconds since 1970.
    pub async fn start_on(clock: Arc<AtomicI64>) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new()),
            changed: watch::Sender::new(()),
            clock,
            client: webhook::client(),
            token: format!("{BOT}:AAF-a-token-that-opens-nothing-at-all"),
        });
        let (address, server) = serve::start(Arc::clone(&shared)).await;
        Self { shared, address, server }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.address
    }

    /// What the bot says who it is with.
    pub fn token(&self) -> &str {
        &self.shared.token
    }

    /// The real client, pointed here.
    pub fn bot(&self) -> Bot {
        let client = teloxide::net::default_reqwest_settings().no_proxy().build();
        Bot::with_client(self.token(), client.expect("a client can be made"))
            .set_api_url(self.address.parse().expect("an address"))
    }

    pub fn now(&self) -> Timestamp {
        self.shared.now()
    }

    pub fn pass(&self, time: SignedDuration) {
        let micros = i64::try_from(time.as_micros()).expect("not too long");
        self.shared.clock.fetch_add(micros, Ordering::SeqCst);
        self.shared.changed.send_replace(());
    }
}

impl Drop for BotApi {
    fn drop(&mut self) {
        self.server.abort();
        if !std::thread::panicking() {
            let violations = self.violations();
            assert!(violations.is_empty(), "calls were not as published:\n{}", violations.join("\n"));
        }
    }
}
