//! One turn: what was said, taken as a command or an answer, and what is said in return.
//!
//! It works on a copy of the ledger and refuses to know where answers are kept and who spoke when.

mod fill;

use super::{
    Command, Conversation, Input, Said, Say, State, Step,
    script::{Place, Script},
};
use crate::{
    alert::Urgency,
    instrument::ItemKind,
    language::Lang,
    phrases::Phrases,
    reply::{self, Trouble},
    response::{Answer, ItemRef, Ledger, Respondent, Value},
};

/// A turn under way.
pub(super) struct Turn<'a> {
    script: &'a Script,
    ledger: Ledger,
    now: Conversation,
    answers: Vec<(ItemRef, Value)>,
    stop: bool,
    urgency: Option<Urgency>,
    replies: Vec<Say>,
    at_once: usize,
}

impl<'a> Turn<'a> {
    /// Begins where the dialogue stands.
    pub(super) fn new(
        script: &'a Script,
        ledger: &Ledger,
        conversation: &Conversation,
        at_once: usize,
    ) -> Self {
        Self {
            script,
            ledger: ledger.clone(),
            now: conversation.clone(),
            answers: Vec::new(),
            stop: false,
            urgency: None,
            replies: Vec::new(),
            at_once: at_once.max(1),
        }
    }
}

impl Turn<'_> {
    /// Takes what was said.
    pub(super) fn take(&mut self, said: &Said) {
        let command = match said {
            Said::Command(command) => Some(command.clone()),
            Said::Text(text) => Command::read(text.reveal(), &self.now.language),
            // A form has buttons for everything else, but STOP and a call for help are never answers.
            Said::Give { input: Input::Typed(text), .. } => {
                let is_heard = |c: &Command| matches!(c, Command::Stop | Command::Urgent(Urgency::Help));
                Command::read(text.reveal(), &self.now.language).filter(is_heard)
            }
            Said::Here | Said::Give { .. } | Said::Fill { .. } => None,
        };
        // STOP, help and "not me" work in every state; everything else needs an open conversation.
        match command {
            // Typed "skip" leaves out the question that was asked, not one that was never seen.
            Some(Command::Skip) if matches!(said, Said::Text(_)) && !self.was_asked() => {
                self.obey(Command::Resume);
            }
            Some(command) => self.obey(command),
            None if self.now.state == State::NotMe => self.replies.push(Say::NotMe),
            None => match said {
                // Being there does not take a refusal back; saying something does.
                Said::Here if self.now.state == State::Declined => self.replies.push(Say::Declined),
                Said::Here => self.arrive(),
                Said::Text(text) => self.read(text.reveal()),
                Said::Give { at, input } => self.give(at, input),
                Said::Fill { ask, values, is_done } => self.fill(ask, values, *is_done),
                Said::Command(_) => {}
            },
        }
    }

    /// What follows from it.
    pub(super) fn finish(mut self) -> Step {
        if self.now.state == State::Completed && self.script.next(&self.ledger).is_some() {
            // An answer changed, here or elsewhere, and brought a new question to light.
            self.now.state = State::Open;
        }
        Step {
            conversation: self.now,
            answers: self.answers,
            stop: self.stop,
            urgency: self.urgency,
            replies: self.replies,
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Stop => {
                self.stop = true;
                self.now.offered.clear();
                self.replies.push(Say::Stopped);
            }
            Command::Help => {
                self.replies.push(Say::Help);
                self.ask_again();
            }
            Command::NotMe => {
                self.now.state = State::NotMe;
                self.now.cursor = None;
                self.replies.push(Say::NotMe);
            }
            // Somebody who needs help is told where it is, whatever else was going on. Nothing is promised that nobody
            // will do.
            Command::Urgent(Urgency::Help) => {
                self.urgency = Some(Urgency::Help);
                let called = if self.script.is_answered_for { Say::HelpCalled } else { Say::HelpNotCalled };
                self.replies.extend([called, Say::Crisis]);
            }
            _ if self.now.state == State::NotMe => self.replies.push(Say::NotMe),
            Command::Urgent(urgency) => {
                self.urgency = Some(urgency);
                self.replies.push(Say::SafeForNow);
                self.go_on_quietly();
            }
            Command::Decline => {
                self.now.state = State::Declined;
                self.now.cursor = None;
                self.now.offered.clear();
                self.replies.push(Say::Declined);
            }
            Command::Pause => {
                if self.now.state != State::Completed {
                    self.now.state = State::Paused;
                }
                self.now.offered.clear();
                self.replies.push(Say::Paused);
            }
            // A door with one person has nobody else; a chat with several asks before it comes here.
            Command::Resume | Command::Whom => self.arrive(),
            Command::Languages => {
                self.replies.push(Say::Languages);
                self.ask_again();
            }
            Command::Language(tag) => self.speak(&tag),
            Command::Review => {
                self.replies.push(Say::Review);
                self.ask_again();
            }
            Command::Back => self.back(),
            Command::Skip => self.skip(),
            Command::Change(number) => self.change(number),
        }
    }

    /// Somebody is there: greet them, or go on where they were.
    fn arrive(&mut self) {
        match self.now.state {
            State::Invited => {
                self.now.state = State::Open;
                self.replies.push(Say::Greeting);
            }
            State::Paused | State::Open | State::Declined => {
                self.now.state = State::Open;
                let left = self.left();
                // "You have answered everything" is not so where the rest waits at another door.
                let waits =
                    self.script.waits_elsewhere(&self.ledger) || self.script.waits_for_watch(&self.ledger);
                if left > 0 || !waits {
                    self.replies.push(Say::WelcomeBack { left });
                }
            }
            State::Completed | State::NotMe => {}
        }
        self.go_on();
    }

    fn read(&mut self, text: &str) {
        if self.now.state == State::Invited {
            // The first words are an answer to nothing yet.
            return self.arrive();
        }
        if let Some(at) = self.put_off() {
            self.reopen();
            return self.understand(&at, text);
        }
        if !self.was_asked() {
            // "Thank you" after "stop" or "not this time", or a question that has gone meanwhile:
            // the words answer nothing that was asked last.
            return self.arrive();
        }
        self.reopen();
        let offered = self.still_offered();
        if offered.len() > 1 && self.now.cursor.is_none() {
            return self.read_several(&offered, text);
        }
        let Some(at) = self.here() else { return self.go_on() };
        self.understand(&at, text);
    }

    /// The items last offered that are still there and wait for an answer.
    fn still_offered(&self) -> Vec<ItemRef> {
        let waits = |at: &ItemRef| self.ledger.get(at).is_none() || self.now.cursor.as_ref() == Some(at);
        let questions = self.script.questions(&self.ledger);
        let is_there = |at: &ItemRef| questions.iter().any(|place| place.at() == *at);
        self.now.offered.iter().filter(|at| waits(at) && is_there(at)).cloned().collect()
    }

    /// The question that was asked last, where no more like it are asked now: its answer counts all the same.
    fn put_off(&self) -> Option<ItemRef> {
        let is_put_off =
            |at: &ItemRef| self.script.ask(&at.ask).is_some_and(|ask| self.script.is_put_off(ask));
        match self.still_offered().as_slice() {
            [at] if self.now.cursor.is_none() && is_put_off(at) => Some(at.clone()),
            _ => None,
        }
    }

    /// Whether the question it stands at is one that was asked last.
    fn was_asked(&self) -> bool {
        self.here().is_none_or(|at| self.now.offered.contains(&at))
    }

    fn read_several(&mut self, offered: &[ItemRef], text: &str) {
        let read = {
            let items: Vec<_> = offered
                .iter()
                .filter_map(|at| self.script.question(&self.ledger, at))
                .map(|place| (place.item, self.script.offers(&self.ledger, &place)))
                .collect();
            reply::batch(&items, Phrases::get().words(), text)
        };
        match read {
            Ok(values) => {
                for (at, value) in offered.iter().zip(values) {
                    self.enter(at, value);
                }
                self.replies.push(Say::Understood(offered.to_vec()));
                self.go_on();
            }
            Err((n, trouble)) => {
                let at = offered.get(n).unwrap_or(&offered[0]).clone();
                self.sorry(at, trouble);
            }
        }
    }

    fn give(&mut self, at: &ItemRef, input: &Input) {
        self.reopen();
        let Some(place) = self.script.question(&self.ledger, at) else {
            // The item is not there (any more): show what is.
            return self.go_on();
        };
        let value = match input {
            Input::Skip => Ok(Value::Skipped),
            Input::Codes(codes) => {
                let offers = self.script.offers(&self.ledger, &place);
                let offered = codes.iter().all(|code| offers.iter().any(|offer| offer.code == code));
                match (&place.item.kind, codes.as_slice()) {
                    (_, []) => Err(Trouble::Empty),
                    (ItemKind::Choice(_), [code]) if offered => Ok(Value::Choice(code.clone())),
                    (ItemKind::MultipleChoice(_), codes) if offered => {
                        place.item.read_code(&codes.join(" ")).ok_or(Trouble::NotOffered)
                    }
                    (ItemKind::Choice(_) | ItemKind::MultipleChoice(_), _) => Err(Trouble::NotOffered),
                    (_, [typed]) => place.item.read_code(typed).ok_or(Trouble::Unclear),
                    _ => Err(Trouble::Unclear),
                }
            }
            Input::Typed(text) => {
                let offers = self.script.offers(&self.ledger, &place);
                reply::understand(place.item, &offers, Phrases::get().words(), text.reveal())
            }
        };
        match value {
            Ok(value) => {
                self.enter(at, value);
                self.go_on();
            }
            Err(trouble) => self.sorry(at.clone(), trouble),
        }
    }

    fn understand(&mut self, at: &ItemRef, text: &str) {
        let read = match self.script.question(&self.ledger, at) {
            None => return self.go_on(),
            Some(place) => {
                let offers = self.script.offers(&self.ledger, &place);
                reply::understand(place.item, &offers, Phrases::get().words(), text)
            }
        };
        match read {
            Ok(value) => {
                self.enter(at, value);
                self.go_on();
            }
            Err(trouble) => self.sorry(at.clone(), trouble),
        }
    }

    fn sorry(&mut self, at: ItemRef, trouble: Trouble) {
        self.now.misses = self.now.misses.saturating_add(1);
        let misses = self.now.misses;
        self.replies.push(Say::Sorry { at: at.clone(), trouble, misses });
        let offered = self.still_offered();
        if offered.len() > 1 && self.now.cursor.is_none() && offered.contains(&at) {
            self.now.offered.clone_from(&offered);
            self.replies.push(Say::AskSeveral(offered));
        } else {
            // What is asked again is what the next words answer.
            if self.here().as_ref() != Some(&at) {
                self.now.cursor = Some(at.clone());
            }
            self.now.offered = vec![at.clone()];
            self.replies.push(Say::Ask(at));
        }
        // Repeating the same sentence helps nobody: the second time, say what can be done.
        if misses == 2 {
            self.replies.push(Say::Help);
        }
    }

    fn back(&mut self) {
        self.reopen();
        let previous = {
            let questions = self.script.questions(&self.ledger);
            let here = self.now.at(self.script, &self.ledger).map(|place| place.at());
            let n = here
                .and_then(|at| questions.iter().position(|place| place.at() == at))
                .unwrap_or(questions.len());
            questions[..n].last().map(Place::at)
        };
        if let Some(at) = previous {
            self.return_to(at);
        } else {
            self.replies.push(Say::NothingBefore);
            self.go_on();
        }
    }

    fn skip(&mut self) {
        self.reopen();
        if let Some(at) = self.here() {
            self.enter(&at, Value::Skipped);
        }
        self.go_on();
    }

    fn change(&mut self, number: usize) {
        self.reopen();
        let at = {
            let questions = self.script.questions(&self.ledger);
            number
                .checked_sub(1)
                .and_then(|n| questions.get(n))
                .map(Place::at)
                .filter(|at| self.ledger.get(at).is_some())
        };
        if let Some(at) = at {
            self.return_to(at);
        } else {
            self.replies.push(Say::NoSuchAnswer { number });
            self.ask_again();
        }
    }

    /// Asks a question once more, out of its turn.
    fn return_to(&mut self, at: ItemRef) {
        self.now.cursor = Some(at.clone());
        self.now.offered = vec![at.clone()];
        self.now.misses = 0;
        self.replies.push(Say::Ask(at));
    }

    fn speak(&mut self, tag: &str) {
        match Lang::parse(tag).ok().filter(|lang| Phrases::get().speaks(lang)) {
            Some(lang) => {
                self.now.language = lang;
                self.replies.push(Say::LanguageSet);
            }
            None => self.replies.push(Say::LanguageUnknown),
        }
        self.ask_again();
    }

    /// An answer to a declined or paused visit opens it again.
    fn reopen(&mut self) {
        if matches!(self.now.state, State::Invited | State::Paused | State::Declined) {
            self.now.state = State::Open;
        }
    }

    fn here(&self) -> Option<ItemRef> {
        self.now.at(self.script, &self.ledger).map(|place| place.at())
    }

    fn left(&self) -> usize {
        let questions = self.script.questions(&self.ledger);
        let open = questions.iter().filter(|place| self.ledger.get(&place.at()).is_none());
        open.filter(|place| !self.script.is_put_off(place.ask)).count()
    }

    fn enter(&mut self, at: &ItemRef, value: Value) {
        self.ledger.enter(Answer {
            at: at.clone(),
            value: value.clone(),
            // Only the folded value matters within a step; the store records how it came.
            answered_at: jiff::Timestamp::UNIX_EPOCH,
            channel: crate::message::Channel::Terminal,
            ui_language: self.now.language.clone(),
            instrument_language: self.now.language.clone(),
            by: Respondent::Patient,
        });
        if self.script.needs_somebody(at, &value) && !self.replies.contains(&Say::Crisis) {
            self.replies.push(Say::Crisis);
        }
        self.answers.push((at.clone(), value));
        self.now.cursor = None;
        self.now.misses = 0;
    }

    /// Asks what waits, if something does; says nothing of a visit that is over.
    fn go_on_quietly(&mut self) {
        if self.now.state != State::Completed {
            self.ask_again();
        }
    }

    /// Asks what comes next, or says that all is done.
    fn go_on(&mut self) {
        let Some(at) = self.here() else {
            self.now.offered.clear();
            if self.script.waits_for_watch(&self.ledger) && self.now.state != State::NotMe {
                self.replies.push(Say::NotNow);
                return;
            }
            if self.script.waits_elsewhere(&self.ledger) && self.now.state != State::NotMe {
                self.replies.push(Say::Elsewhere);
                return;
            }
            self.now.state = match self.now.state {
                State::NotMe => State::NotMe,
                _ => State::Completed,
            };
            self.replies.push(Say::Completed);
            return;
        };
        self.now.offered = self.together(&at);
        self.replies.push(if self.now.offered.len() > 1 {
            Say::AskSeveral(self.now.offered.clone())
        } else {
            Say::Ask(at)
        });
    }

    /// The questions to offer with this one: unanswered ones that follow it in the same ask, with
    /// the same stem, asked of everybody, up to what the door can show.
    fn together(&self, at: &ItemRef) -> Vec<ItemRef> {
        let questions = self.script.questions(&self.ledger);
        let Some(n) = questions.iter().position(|place| place.at() == *at) else { return vec![at.clone()] };
        let first = questions[n];
        questions[n..]
            .iter()
            .take(self.at_once)
            .take_while(|place| {
                place.at() == *at
                    || (place.ask.key == first.ask.key
                        && first.item.stem.is_some()
                        && place.item.stem == first.item.stem
                        && place.item.enable.when.is_empty()
                        && matches!(place.item.kind, ItemKind::Choice(_))
                        && place.item.kind == first.item.kind
                        && self.script.before(&self.ledger, place).is_empty()
                        && self.now.cursor.is_none()
                        && self.ledger.get(&place.at()).is_none())
            })
            .map(Place::at)
            .collect()
    }

    fn ask_again(&mut self) {
        if matches!(self.now.state, State::Paused | State::Declined | State::NotMe) {
            return;
        }
        if let Some(at) = self.here() {
            if self.now.state == State::Invited {
                self.now.state = State::Open;
            }
            self.now.offered = vec![at.clone()];
            self.replies.push(Say::Ask(at));
        }
    }
}
