//! How things stand, kept from the stream alone; and what must hold for every message.

use std::collections::{BTreeMap, BTreeSet};

use foreword_domain::{
    appointment::Status,
    message::{Channel, Outbound},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{Did, Stream, Told, stream};

struct Standing {
    person: usize,
    start: Timestamp,
    booked_at: Timestamp,
    status: Option<Status>,
    /// Answered to the end, or declined.
    is_over: bool,
    was_answered: bool,
    has_moved: bool,
    sent: Vec<Timestamp>,
}

struct Person {
    zone: TimeZone,
    email: Option<String>,
    chat: Option<i64>,
    has_stopped: bool,
    completed: Vec<Timestamp>,
}

/// How things stand.
pub struct Truth {
    pub now: Timestamp,
    pub sent: usize,
    pub by: BTreeMap<&'static str, usize>,
    pub violations: Vec<String>,
    visits: Vec<Standing>,
    people: Vec<Person>,
    /// Visits by our id.
    known: BTreeMap<String, usize>,
    invited: Vec<usize>,
    seen: BTreeSet<String>,
}

impl Truth {
    pub fn of(stream: &Stream) -> Self {
        let person = |person: &stream::Person| Person {
            zone: TimeZone::get(person.zone).expect("a zone"),
            email: person.email.clone(),
            chat: person.chat,
            has_stopped: false,
            completed: Vec::new(),
        };
        let visit = |visit: &stream::Visit| Standing {
            person: visit.person,
            start: Timestamp::MIN,
            booked_at: Timestamp::MIN,
            status: None,
            is_over: false,
            was_answered: false,
            has_moved: false,
            sent: Vec::new(),
        };
        Self {
            now: Timestamp::MIN,
            sent: 0,
            by: BTreeMap::new(),
            violations: Vec::new(),
            visits: stream.visits.iter().map(visit).collect(),
            people: stream.people.iter().map(person).collect(),
            known: BTreeMap::new(),
            invited: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// A feed said something; tells whether it was the first time about this visit.
    pub fn tell(&mut self, told: &Told, outcome: &str, id: Option<String>) -> bool {
        let visit = &mut self.visits[told.visit];
        let is_first = visit.status.is_none();
        if let Some(id) = id {
            self.known.insert(id, told.visit);
        }
        if !matches!(outcome, "outdated" | "rejected") {
            let start = told.notice.start.expect("they all say it");
            visit.has_moved |= !is_first && start != visit.start;
            visit.start = start;
            visit.status = Some(told.notice.status);
            if is_first {
                visit.booked_at = told.at;
                // Who has no address joins the bot after that, and is told of the visits booked then.
                visit.has_moved |= self.people[visit.person].email.is_none();
            }
        }
        is_first
    }

    /// A patient did something.
    pub fn said(&mut self, visit: usize, did: Did) {
        match did {
            Did::Completed => {
                self.visits[visit].is_over = true;
                self.people[self.visits[visit].person].completed.push(self.now);
            }
            Did::Declined => self.visits[visit].is_over = true,
            Did::Stopped => self.people[self.visits[visit].person].has_stopped = true,
            Did::Begun | Did::Nothing => {}
        }
        self.visits[visit].was_answered |= did != Did::Nothing;
    }

    /// Nobody is reached at an address any more.
    pub fn lose(&mut self, message: &Outbound) {
        let Some(visit) = self.about(message) else { return };
        let person = &mut self.people[self.visits[visit].person];
        match message.channel {
            Channel::Email => person.email = None,
            _ => person.chat = None,
        }
    }

    /// The visits that were invited since it was last asked.
    pub fn take_invited(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.invited)
    }

    /// Looks at a message that is about to arrive.
    pub fn look(&mut self, message: &Outbound) {
        self.sent += 1;
        *self.by.entry(message.channel.as_str()).or_default() += 1;
        let (now, is_new) = (self.now, self.seen.insert(message.key.clone()));
        let Some(n) = self.about(message) else {
            return self.violations.push(format!("{}: about no known visit", message.key));
        };
        let visit = &self.visits[n];
        let person = &self.people[visit.person];
        let hour = now.to_zoned(person.zone.clone()).hour();
        let address = match message.channel {
            Channel::Email => person.email.clone(),
            _ => person.chat.map(|chat| chat.to_string()),
        };
        let (last, ahead) = (visit.sent.last(), visit.start.duration_since(now));
        let wrong = [
            (visit.status != Some(Status::Booked), "the visit is dead"),
            (visit.is_over, "it was answered or declined"),
            (person.has_stopped, "the patient has stopped all messages"),
            (address.as_deref() != Some(&message.address), "not an address that was agreed to"),
            (!(8..20).contains(&hour), "in quiet hours"),
            (visit.sent.len() >= 3, "one too many"),
            (!is_new, "twice"),
            (ahead < SignedDuration::from_mins(30), "too late"),
            (ahead > SignedDuration::from_hours(8 * 24), "too early"),
            (
                last.is_some_and(|last| now.duration_since(*last) < SignedDuration::from_hours(20)),
                "too often",
            ),
        ];
        for (is_wrong, what) in wrong {
            if is_wrong {
                self.violations.push(format!(
                    "{} by {} at {now}: {what}",
                    message.key,
                    message.channel.as_str()
                ));
            }
        }
        self.visits[n].sent.push(now);
        if message.key.ends_with(":invitation") {
            self.invited.push(n);
        }
    }

    /// Visits nobody was told of, though they were booked in time, were not moved, took place, and their
    /// patients could be reached.
    pub fn forgotten(&self, stream: &Stream) -> Vec<String> {
        let is_forgotten = |visit: &Standing| {
            let person = &self.people[visit.person];
            let could_be_told = (person.email.is_some() || person.chat.is_some()) && !person.has_stopped;
            let took_place = matches!(visit.status, Some(Status::Fulfilled | Status::Noshow));
            let is_in_time = visit.start.duration_since(visit.booked_at) > SignedDuration::from_hours(48);
            // Nothing was left to ask: all of it had been answered not long ago.
            let was_asked = person.completed.iter().any(|at| {
                *at < visit.start && visit.start.duration_since(*at) < SignedDuration::from_hours(24 * 21)
            });
            could_be_told
                && !was_asked
                && took_place
                && is_in_time
                && !visit.has_moved
                && !visit.was_answered
                && visit.sent.is_empty()
        };
        let visits = self.visits.iter().zip(&stream.visits);
        visits.filter(|(standing, _)| is_forgotten(standing)).map(|(_, visit)| visit.id.clone()).collect()
    }

    fn about(&self, message: &Outbound) -> Option<usize> {
        self.known.get(message.key.split(':').next()?).copied()
    }
}
