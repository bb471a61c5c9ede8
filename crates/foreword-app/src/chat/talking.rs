//! Talking about a visit in a chat: what was typed or pressed becomes one thing said, and what is said
//! in return is owed to the chat in the same transaction.
//!
//! A button names its question. What is typed is taken as an answer only when it came after its question.

use foreword_domain::{
    chat::{Edit, Tag, Tell},
    conversation::{Command, Said, Say, State},
    ids::{ConversationId, PatientId},
    message::{Channel, Inbound, InboxKey, Owed},
    private::Private,
    reply::normalize,
    response::{ItemRef, Respondent},
};
use foreword_store::{conversations, outbox, patients, telegram};
use jiff::Timestamp;

use super::{
    Ear,
    people::{self, Open, People},
};
use crate::{
    Error, Result, Visit,
    receive::{Received, calls_for_help},
};

/// A visit that is talked about, held until the transaction ends.
pub(super) struct Talk {
    pub visit: Visit,
    pub patient: PatientId,
    pub by: Respondent,
}

impl Talk {
    /// The question it stands at.
    pub(super) fn here(&self) -> Option<ItemRef> {
        self.visit.standing.at(&self.visit.script, &self.visit.ledger).map(|place| place.at())
    }

    /// A question that may still be answered by its button: it was not yet, or it was asked once more.
    pub(super) fn is_asked(&self, at: &ItemRef) -> bool {
        let is_there = self.visit.script.question(&self.visit.ledger, at).is_some();
        is_there && (self.visit.ledger.get(at).is_none() || self.visit.standing.offered.contains(at))
    }
}

impl Ear<'_> {
    /// Something was typed.
    pub(super) async fn hear_text(
        &mut self,
        message: i64,
        sent_at: Timestamp,
        text: Private<String>,
    ) -> Result<()> {
        if let Some(joining) = self.chat.standing.joining.clone() {
            return self.join_by_text(joining, text.reveal()).await;
        }
        if self.chat.standing.staff.is_some() && self.hear_staff(text.reveal()).await? {
            return Ok(());
        }
        let people = self.people().await?;
        if people.is_empty() {
            return self.strange().await;
        }
        if Command::read(text.reveal(), &self.language()) == Some(Command::Stop) {
            return self.stop(&people).await;
        }
        if calls_for_help(&Said::Text(text.clone()), &self.language()) {
            return Box::pin(self.call_for_help(&people, None)).await;
        }
        let Some(talk) = self.talk_about(&people, Some(text.reveal())).await? else { return Ok(()) };
        let command = Command::read(text.reveal(), &talk.visit.standing.language);
        match &command {
            Some(Command::Whom) => return self.ask_whom(&people).await,
            // "Skip" is an answer as well.
            None | Some(Command::Skip) => {
                if let Some(why) = self.is_too_soon(&talk, message, sent_at).await? {
                    return self.ask_in_time(&talk, why).await;
                }
            }
            Some(_) => {}
        }
        self.say_in(talk, Said::Text(text), None).await
    }

    /// Something came that is no answer: it is said why, and the question is asked once more.
    pub(super) async fn hear_aside(&mut self, why: Tell) -> Result<()> {
        // Ten photos at once get one sentence, not ten.
        if outbox::has_waiting_reply(self.txn, self.chat.chat).await? {
            return Ok(());
        }
        if self.chat.standing.joining.is_some() {
            // A year that was mistyped and put right is to be typed again.
            return self.ask_join_after(Some(why).filter(|why| *why != Tell::Edited)).await;
        }
        if self.member().await?.is_some() {
            return self.say(why).await;
        }
        let people = self.people().await?;
        if people.is_empty() {
            return self.strange().await;
        }
        if why == Tell::Edited {
            return self.owe_if_agreed(&people, why).await;
        }
        let Some(talk) = self.talk_about(&people, None).await? else { return Ok(()) };
        let question = talk.here().filter(|_| talk.visit.standing.state == State::Open);
        let says = [Some(why), question.map(|at| Tell::Say(Say::Ask(at)))].into_iter().flatten().collect();
        self.owe(Some(talk.patient), Some(talk.visit.id), None, says).await
    }

    /// Something about nobody, unless they want no more messages.
    async fn owe_if_agreed(&mut self, people: &People, tell: Tell) -> Result<()> {
        for (patient, _) in people {
            if self.agrees(*patient).await? {
                return self.say(tell).await;
            }
        }
        Ok(())
    }

    /// The chat was opened once more.
    pub(super) async fn arrive(&mut self) -> Result<()> {
        let people = self.people().await?;
        let Some(talk) = self.talk_about(&people, None).await? else { return Ok(()) };
        self.say_in(talk, Said::Here, None).await
    }

    /// Somebody was joined, and begins.
    pub(super) async fn arrive_at(&mut self, open: Open, before: Vec<Tell>) -> Result<()> {
        let Some(talk) = self.hold(open.stored.id, open.patient, open.by).await? else {
            return self.owe(Some(open.patient), None, None, before).await;
        };
        self.say_with(talk, Said::Here, None, before).await
    }

    pub(super) async fn people(&self) -> Result<People> {
        Ok(telegram::patients_of(self.txn, self.chat.chat).await?)
    }

    /// One generic sentence, and no second one while the first is on its way.
    pub(super) async fn strange(&mut self) -> Result<()> {
        if self.query.is_none() && outbox::has_waiting_reply(self.txn, self.chat.chat).await? {
            return Ok(());
        }
        self.say(Tell::Stranger).await
    }

    /// The visit that is talked about; nothing when there is none, it was asked which, or whoever wanted no
    /// more messages was asked for consent: words of theirs are no answer, but may be a change of mind.
    async fn talk_about(&mut self, people: &People, text: Option<&str>) -> Result<Option<Talk>> {
        let Some(talk) = self.choose_talk(people, text).await? else { return Ok(None) };
        if self.agrees(talk.patient).await? {
            return Ok(Some(talk));
        }
        self.begin_again(talk.patient, talk.by).await?;
        Ok(None)
    }

    async fn choose_talk(&mut self, people: &People, text: Option<&str>) -> Result<Option<Talk>> {
        if let Some(about) = self.chat.standing.about
            && let Some(talk) = self.talk_if_theirs(people, about).await?
            && talk.visit.standing.state.wants_reminding()
        {
            return Ok(Some(talk));
        }
        let waiting = people::who_waits(people::open_visits(self.txn, people, self.now).await?);
        match waiting.as_slice() {
            [] => {
                let Some((patient, by)) = people.first().copied() else { return Ok(None) };
                if self.agrees(patient).await? {
                    self.owe(Some(patient), None, None, vec![Tell::NoVisit]).await?;
                } else {
                    self.begin_again(patient, by).await?;
                }
                Ok(None)
            }
            [only] => self.turn_to(only).await,
            several => {
                if let Some(text) = text
                    && let Some(named) = self.named(several, text).await?
                {
                    if let Some(talk) = self.turn_to(named).await? {
                        if self.agrees(talk.patient).await? {
                            self.say_in(talk, Said::Here, None).await?;
                        } else {
                            self.begin_again(talk.patient, talk.by).await?;
                        }
                    }
                    return Ok(None);
                }
                self.chat.standing.about = None;
                self.owe(None, None, None, vec![Tell::Whom]).await?;
                Ok(None)
            }
        }
    }

    /// The visit whose patient's given name was typed, when there is exactly one.
    async fn named<'o>(&self, several: &'o [Open], text: &str) -> Result<Option<&'o Open>> {
        let typed = normalize(text);
        let mut found = None;
        for open in several {
            let Some(patient) = patients::get(self.txn, open.patient).await? else { continue };
            if normalize(&patient.profile.reveal().given_name) == typed {
                if found.is_some() {
                    return Ok(None);
                }
                found = Some(open);
            }
        }
        Ok(found)
    }

    pub(super) async fn ask_whom(&mut self, people: &People) -> Result<()> {
        self.chat.standing.about = None;
        let each = people::one_each(people::open_visits(self.txn, people, self.now).await?);
        if let [only] = each.as_slice() {
            let talk = self.turn_to(only).await?;
            return match talk {
                Some(talk) => self.say_in(talk, Said::Here, None).await,
                None => Ok(()),
            };
        }
        let tell = if each.is_empty() { Tell::NoVisit } else { Tell::Whom };
        self.owe(None, None, None, vec![tell]).await
    }

    pub(super) async fn turn_to(&mut self, open: &Open) -> Result<Option<Talk>> {
        self.chat.standing.about = Some(open.stored.id);
        self.hold(open.stored.id, open.patient, open.by).await
    }

    /// The visit a button names, if it is one of this chat's.
    pub(super) async fn talk_of(&mut self, people: &People, tag: Tag) -> Result<Option<Talk>> {
        if let Some(about) = self.chat.standing.about.filter(|about| Tag::of(*about) == tag)
            && let Some(talk) = self.talk_if_theirs(people, about).await?
        {
            return Ok(Some(talk));
        }
        let open = people::open_visits(self.txn, people, self.now).await?;
        match open.iter().find(|open| Tag::of(open.stored.id) == tag) {
            Some(open) => self.turn_to(open).await,
            None => Ok(None),
        }
    }

    async fn talk_if_theirs(&mut self, people: &People, id: ConversationId) -> Result<Option<Talk>> {
        let Some(stored) = conversations::hold(self.txn, id).await? else { return Ok(None) };
        let Some((patient, by)) = people.iter().find(|(patient, _)| *patient == stored.patient) else {
            return Ok(None);
        };
        let visit = self.app.revive(self.txn, stored).await?;
        Ok(self.as_talk(visit, *patient, *by))
    }

    async fn hold(&self, id: ConversationId, patient: PatientId, by: Respondent) -> Result<Option<Talk>> {
        let visit = self.app.load(self.txn, id, true).await?;
        Ok(self.as_talk(visit, patient, by))
    }

    fn as_talk(&self, visit: Visit, patient: PatientId, by: Respondent) -> Option<Talk> {
        let now = self.now;
        visit.is_open(now).then(|| Talk { visit: visit.at_door(Channel::Telegram, by, now), patient, by })
    }

    /// Whether what was typed can be no reply to the question the visit stands at, and what to say of it: it
    /// must have been asked in this chat, and before.
    ///
    /// Where nobody knows whether the question arrived, the words may as well be a second reply to the one
    /// before it: they are asked for once more, and not taken for what they may not be.
    async fn is_too_soon(&self, talk: &Talk, message: i64, sent_at: Timestamp) -> Result<Option<Tell>> {
        let standing = &talk.visit.standing;
        let Some(here) = talk.here() else { return Ok(None) };
        if matches!(standing.state, State::Invited | State::NotMe) || !standing.offered.contains(&here) {
            // It will be taken as a greeting, not as an answer.
            return Ok(None);
        }
        let begun = if let Some(prompt) = &self.chat.prompt
            && prompt.conversation == talk.visit.id
            && prompt.at == here
        {
            if message > prompt.message {
                return Ok(None);
            }
            prompt.since
        } else {
            let begun = outbox::begun_reply(self.txn, self.chat.chat, self.now).await?;
            begun.and_then(|(owed, since)| match owed {
                Owed::Reply(reply) => {
                    let asks_it = reply.conversation == Some(talk.visit.id)
                        && reply.says.contains(&Tell::Say(Say::Ask(here)));
                    asks_it.then_some(since)
                }
                Owed::Planned(_)
                | Owed::Note(_)
                | Owed::Digest(_)
                | Owed::Alert(_)
                | Owed::Event(_)
                | Owed::Mail(_) => None,
            })
        };
        let may_have_seen_it = begun.is_some_and(|since| sent_at.as_second() >= since.as_second());
        Ok(Some(if may_have_seen_it { Tell::Trouble } else { Tell::Ahead }))
    }

    async fn ask_in_time(&mut self, talk: &Talk, why: Tell) -> Result<()> {
        let question = talk.here().map(|at| Tell::Say(Say::Ask(at)));
        let says: Vec<Tell> = [Some(why), question].into_iter().flatten().collect();
        // Of several things typed ahead it is said once.
        if let Some(Owed::Reply(reply)) = outbox::newest_reply(self.txn, self.chat.chat).await?
            && reply.conversation == Some(talk.visit.id)
            && reply.says == says
        {
            return Ok(());
        }
        self.owe(Some(talk.patient), Some(talk.visit.id), None, says).await
    }

    pub(super) async fn say_in(&mut self, talk: Talk, said: Said, message: Option<i64>) -> Result<()> {
        self.say_with(talk, said, message, Vec::new()).await
    }

    /// Says it in the conversation, and owes what is said in return.
    async fn say_with(
        &mut self,
        talk: Talk,
        said: Said,
        message: Option<i64>,
        mut says: Vec<Tell>,
    ) -> Result<()> {
        let Talk { visit, patient, by } = talk;
        let (id, before) = (visit.id, visit.standing.state);
        self.chat.standing.about = Some(id);
        let inbound = Inbound {
            key: InboxKey { source: "telegram".to_owned(), id: self.turn.to_string() },
            conversation: id,
            channel: Channel::Telegram,
            by,
            at_once: 1,
            said,
        };
        let received = match self.app.receive_at(self.txn, visit, &inbound, self.now).await {
            Ok(received) => received,
            Err(Error::Closed) => return self.owe(Some(patient), None, None, vec![Tell::NoVisit]).await,
            Err(error) => return Err(error),
        };
        let Received { replies, visit, answered, .. } = received;
        if let Some(picked) = &self.chat.standing.picked
            && picked.conversation == id
            && answered.contains(&picked.at)
        {
            self.chat.standing.picked = None;
        }
        let edit = answered
            .last()
            .filter(|at| visit.script.question(&visit.ledger, at).is_some())
            .map(|at| Edit::Answered { at: at.clone(), message });
        says.extend(replies.into_iter().map(Tell::Say));
        let state = visit.standing.state;
        self.chat.standing.language = Some(visit.standing.language.clone());
        if state == State::NotMe && before != State::NotMe {
            self.unbind(patient).await?;
            self.chat.standing.about = None;
        }
        let has_ended = matches!(state, State::Completed | State::Declined) && state != before
            || says.contains(&Tell::Say(Say::Elsewhere));
        if has_ended && self.others_wait(patient).await? {
            self.chat.standing.about = None;
            says.push(Tell::Whom);
        }
        self.owe(Some(patient), Some(id), edit, says).await
    }

    /// Whether somebody else of this chat still has something to answer.
    async fn others_wait(&self, done: PatientId) -> Result<bool> {
        let people = self.people().await?;
        if people.len() < 2 {
            return Ok(false);
        }
        let open = people::open_visits(self.txn, &people, self.now).await?;
        Ok(open.iter().any(|open| open.patient != done && open.waits()))
    }
}
