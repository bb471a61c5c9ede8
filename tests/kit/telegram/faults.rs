//! What goes wrong between a bot and Telegram, on order.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;

/// What goes wrong.
#[derive(Clone)]
pub enum Trouble {
    /// 429 with a pause in seconds.
    TooMany(u32),
    /// A gateway or the server answers with this status.
    Status(u16),
    /// The connection is closed without an answer.
    HangsUp,
    /// 200 with half an answer.
    Garbage,
    /// The answer comes when the test says so.
    Waits(Gate),
}

/// What goes wrong, with which calls, how many times more.
#[derive(Clone)]
pub struct Fault {
    pub method: Option<String>,
    pub chat: Option<i64>,
    pub times: usize,
    /// Whether the call takes effect all the same.
    pub is_applied: bool,
    pub trouble: Trouble,
}

/// All that is on order.
#[derive(Default)]
pub struct Faults {
    pub ordered: Vec<Fault>,
    /// No answer to anything before this.
    pub down_until: Option<Timestamp>,
}

impl Faults {
    /// What goes wrong with this call.
    pub fn take(&mut self, method: &str, chat: Option<i64>) -> Option<Fault> {
        let fault = self.ordered.iter_mut().find(|fault| {
            fault.times > 0
                && fault.method.as_deref().is_none_or(|its| its.eq_ignore_ascii_case(method))
                && (fault.chat.is_none() || fault.chat == chat)
        })?;
        fault.times -= 1;
        Some(fault.clone())
    }

    pub fn is_down(&self, now: Timestamp) -> bool {
        self.down_until.is_some_and(|until| now < until)
    }
}

/// Where an answer waits until the test lets it through.
#[derive(Clone)]
pub struct Gate {
    arrived: Arc<Semaphore>,
    opened: Arc<Semaphore>,
}

impl Gate {
    pub fn new() -> Self {
        Self { arrived: Arc::new(Semaphore::new(0)), opened: Arc::new(Semaphore::new(0)) }
    }

    /// Waits until a call has come as far as this.
    pub async fn arrived(&self) {
        self.arrived.acquire().await.expect("the gate is never closed").forget();
    }

    /// Lets one answer through.
    pub fn open(&self) {
        self.opened.add_permits(1);
    }

    pub async fn pass(&self) {
        self.arrived.add_permits(1);
        self.opened.acquire().await.expect("the gate is never closed").forget();
    }
}
