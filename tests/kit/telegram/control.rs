//! What a test orders of the server and asks it afterwards.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    BotApi, Call, Delivered, Gate, Order, Shared,
    faults::{Fault, Trouble},
    record,
};

impl BotApi {
    /// Lets a method go wrong; finish with what goes wrong.
    pub fn on(&self, method: &str) -> Ordered {
        self.order(Some(method.to_owned()))
    }

    /// Lets any method go wrong.
    pub fn on_any(&self) -> Ordered {
        self.order(None)
    }

    fn order(&self, method: Option<String>) -> Ordered {
        let fault = Fault { method, chat: None, times: 1, is_applied: false, trouble: Trouble::HangsUp };
        Ordered { shared: Arc::clone(&self.shared), fault }
    }

    /// Closes every connection without an answer, from now on.
    pub fn goes_down(&self) {
        self.shared.change(|state, _| state.faults.down_until = Some(Timestamp::MAX));
    }

    /// The same, until so much time has passed.
    pub fn goes_down_for(&self, time: SignedDuration) {
        self.shared.change(|state, now| state.faults.down_until = Some(now + time));
    }

    pub fn comes_back(&self) {
        self.shared.change(|state, _| state.faults.down_until = None);
    }

    /// The next update gets this id, as after a quiet week.
    pub fn jumps_to(&self, id: i64) {
        self.shared.change(|state, _| state.updates.jump_to(id));
    }

    /// Keeps updates from getting into the queue.
    pub fn holds_updates(&self) {
        self.shared.change(|state, _| state.updates.hold());
    }

    /// Lets them go.
    pub async fn lets_updates_go(&self, order: Order) {
        self.shared.change(|state, now| state.updates.let_go(order, now));
        self.shared.push().await;
    }

    /// The next so many updates that the bot confirms come once more all the same.
    pub fn delivers_again(&self, times: usize) {
        self.shared.change(|state, _| state.updates.deliver_again(times));
    }

    /// Sends the webhook everything that is due by the clock; tells what became of each try.
    pub async fn deliver(&self) -> Vec<Delivered> {
        self.shared.deliver().await
    }

    /// How many updates the bot has not confirmed.
    pub fn pending_updates(&self) -> usize {
        self.shared.change(|state, now| {
            state.updates.forget_old(now);
            state.updates.count()
        })
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// Every call from a place on.
    pub fn calls_from(&self, place: usize) -> Vec<Call> {
        self.shared.state().calls[place..].to_vec()
    }

    /// Takes back what was ordered and has not happened yet.
    pub fn forgives(&self) {
        self.shared.change(|state, _| state.faults.ordered.clear());
    }

    /// The calls of one method.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method == method).collect()
    }

    /// Where the bot was faster than Telegram wants.
    pub fn haste(&self) -> Vec<String> {
        record::haste(&self.shared.state().calls)
    }

    /// The same of the calls from a place on.
    pub fn haste_from(&self, place: usize) -> Vec<String> {
        record::haste(&self.shared.state().calls[place..])
    }

    /// Calls that were not as published, since the last look.
    pub fn violations(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.state().violations)
    }

    /// The commands the bot offers to those who read this language; `""` to all others.
    pub fn commands(&self, language: &str) -> Option<Value> {
        self.shared.state().commands.get(language).cloned()
    }

    /// All that has happened in all chats.
    pub fn transcript(&self) -> String {
        self.shared.state().log(None)
    }
}

/// Something that is to go wrong, once unless more often is said.
#[must_use = "nothing goes wrong until it is said what"]
pub struct Ordered {
    shared: Arc<Shared>,
    fault: Fault,
}

impl Ordered {
    /// Only in this chat.
    pub fn in_chat(mut self, chat: i64) -> Self {
        self.fault.chat = Some(chat);
        self
    }

    pub fn times(mut self, times: usize) -> Self {
        self.fault.times = times;
        self
    }

    /// After the call has taken effect: it is done and never heard of.
    pub fn once_applied(mut self) -> Self {
        self.fault.is_applied = true;
        self
    }

    /// 429 with a pause in seconds.
    pub fn too_many(self, retry_after: u32) {
        self.with(Trouble::TooMany(retry_after));
    }

    /// 500, 502, 504.
    pub fn status(self, status: u16) {
        self.with(Trouble::Status(status));
    }

    /// The connection is closed without an answer.
    pub fn hangs_up(self) {
        self.with(Trouble::HangsUp);
    }

    /// 200 with half an answer.
    pub fn garbage(self) {
        self.with(Trouble::Garbage);
    }

    /// Waits until the test opens the gate.
    pub fn waits(self) -> Gate {
        let gate = Gate::new();
        self.with(Trouble::Waits(gate.clone()));
        gate
    }

    fn with(mut self, trouble: Trouble) {
        self.fault.trouble = trouble;
        self.shared.change(|state, _| state.faults.ordered.push(self.fault));
    }
}
