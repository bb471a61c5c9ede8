//! The updates that wait for the bot: kept for a day, confirmed by an offset or by the webhook's 2xx.
//! The rules are those of Telegram's own server.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{super::Dice, spec::SPEC};

/// How long most updates are kept.
const A_DAY: i64 = 24 * 60 * 60;
/// A press is kept no longer than this, in seconds, because its button would have stopped to turn.
pub const A_PRESS: i64 = 150;
/// What is not sent unless it was asked for.
const ONLY_WHEN_ASKED_FOR: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// What is delivered in order by the webhook: the messages of a chat, the presses of a person.
pub type Lane = (i64, &'static str);

/// An update that waits.
#[derive(Clone)]
pub struct Update {
    pub id: i64,
    pub lane: Lane,
    kind: &'static str,
    content: Value,
    expires: Timestamp,
    /// The webhook's: not before, the pause so far in seconds, the number of tries that failed.
    pub due: Timestamp,
    pub pause: i64,
    pub failures: u32,
    pub is_on_its_way: bool,
}

impl Update {
    pub fn json(&self) -> Value {
        json!({ "update_id": self.id, self.kind: self.content })
    }

    pub fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// In which order updates go that were held.
#[derive(Clone, Copy)]
pub enum Order {
    AsTheyHappened,
    Reversed,
    Shuffled(u64),
    /// Mixed, but those of one lane as they happened: as Telegram may.
    Mixed(u64),
}

/// All that wait.
pub struct Updates {
    waiting: VecDeque<Update>,
    next: i64,
    newest: Option<Timestamp>,
    dice: Dice,
    allowed: BTreeSet<String>,
    held: Option<Vec<Update>>,
    again: usize,
}

impl Updates {
    pub fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            next: 100_001,
            newest: None,
            dice: Dice::new(1),
            allowed: usual(),
            held: None,
            again: 0,
        }
    }

    /// Remembers what the bot wants to hear of; nothing named means the usual.
    pub fn allow(&mut self, named: &[&str]) {
        let known: BTreeSet<String> =
            SPEC.kinds().filter(|kind| named.contains(kind)).map(str::to_owned).collect();
        self.allowed = if known.is_empty() { usual() } else { known };
    }

    /// What the bot wants to hear of, unless it is the usual.
    pub fn allowed(&self) -> Option<&BTreeSet<String>> {
        (self.allowed != usual()).then_some(&self.allowed)
    }

    pub fn add(&mut self, kind: &'static str, lane: Lane, content: Value, now: Timestamp) {
        if !self.allowed.contains(kind) {
            return;
        }
        let seconds = if kind == "callback_query" { A_PRESS } else { A_DAY };
        let update = Update {
            id: 0,
            lane,
            kind,
            content,
            expires: now + SignedDuration::from_secs(seconds),
            due: now,
            pause: 1,
            failures: 0,
            is_on_its_way: false,
        };
        match &mut self.held {
            Some(held) => held.push(update),
            None => self.line_up(update, now),
        }
    }

    fn line_up(&mut self, mut update: Update, now: Timestamp) {
        self.forget_old(now);
        let is_quiet = self.newest.is_some_and(|newest| now >= newest + SignedDuration::from_hours(7 * 24));
        if is_quiet && self.waiting.is_empty() {
            self.next = 1 + i64::try_from(self.dice.roll(1 << 30)).expect("it is below 2^30");
        }
        update.id = self.next;
        self.next += 1;
        self.newest = Some(now);
        SPEC.check("Update", &update.json(), "update").expect("the kit's updates are as published");
        self.waiting.push_back(update);
    }

    /// The number the next update gets, as after a quiet week.
    pub fn jump_to(&mut self, id: i64) {
        assert!(self.waiting.is_empty(), "update ids jump only when nothing waits");
        self.next = id;
    }

    pub fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    pub fn let_go(&mut self, order: Order, now: Timestamp) {
        let mut held = self.held.take().unwrap_or_default();
        match order {
            Order::AsTheyHappened => {}
            Order::Reversed => held.reverse(),
            Order::Shuffled(seed) => {
                let mut dice = Dice::new(seed);
                held.sort_by_cached_key(|_| dice.roll(1 << 32));
            }
            Order::Mixed(seed) => {
                let mut dice = Dice::new(seed);
                let mut lanes: BTreeMap<Lane, VecDeque<Update>> = BTreeMap::new();
                for update in held.drain(..) {
                    lanes.entry(update.lane).or_default().push_back(update);
                }
                while !lanes.is_empty() {
                    let nth = usize::try_from(dice.roll(lanes.len() as u64)).expect("it is small");
                    let lane = *lanes.keys().nth(nth).expect("it is below their number");
                    held.extend(lanes.get_mut(&lane).and_then(VecDeque::pop_front));
                    lanes.retain(|_, rest| !rest.is_empty());
                }
            }
        }
        for update in held {
            self.line_up(update, now);
        }
    }

    /// The next so many that are confirmed come once more all the same.
    pub fn deliver_again(&mut self, times: usize) {
        self.again += times;
    }

    pub fn forget_all(&mut self) {
        self.waiting.clear();
    }

    pub fn forget_old(&mut self, now: Timestamp) {
        self.waiting.retain(|update| update.expires > now);
    }

    pub fn count(&self) -> usize {
        self.waiting.len()
    }

    pub fn waiting(&mut self) -> impl Iterator<Item = &mut Update> {
        self.waiting.iter_mut()
    }

    /// `getUpdates`: confirms what is below the offset, gives what follows.
    pub fn get(&mut self, offset: i64, limit: usize, now: Timestamp) -> Vec<Value> {
        self.forget_old(now);
        if offset < 0 {
            let kept = usize::try_from(-offset).expect("it is positive");
            let surplus = self.waiting.len().saturating_sub(kept);
            self.waiting.drain(..surplus);
        } else if offset > 0 && offset <= self.next + 10 {
            // An offset further ahead is one from before the ids jumped, and counts as none.
            let below: Vec<i64> =
                self.waiting.iter().map(|update| update.id).filter(|id| *id < offset).collect();
            for id in below {
                self.confirm(id);
            }
        }
        self.waiting.iter().take(limit).map(Update::json).collect()
    }

    pub fn confirm(&mut self, id: i64) {
        if self.again > 0 {
            self.again -= 1;
        } else {
            self.forget(id);
        }
    }

    pub fn forget(&mut self, id: i64) {
        self.waiting.retain(|update| update.id != id);
    }
}

fn usual() -> BTreeSet<String> {
    SPEC.kinds().filter(|kind| !ONLY_WHEN_ASKED_FOR.contains(kind)).map(str::to_owned).collect()
}
