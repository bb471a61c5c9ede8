//! A call for help in a chat: it is heard wherever the chat stands, also about a visit that is over, and for
//! everybody it may be about.

use foreword_domain::{
    alert::Urgency,
    chat::Tag,
    conversation::{Command, Said},
    ids::{ConversationId, PatientId},
    message::Channel,
    response::Respondent,
};
use foreword_store::conversations::{self, Stored};

use super::{
    Ear,
    people::{self, People},
    talking::Talk,
};
use crate::{Result, alerting};

impl Ear<'_> {
    /// Takes in a call for help; `tag` is the visit whose button was pressed. What was typed is about the visit that
    /// was talked about last, or, where none was, about everybody the chat speaks for.
    pub(super) async fn call_for_help(&mut self, people: &People, tag: Option<Tag>) -> Result<()> {
        let mut about = self.meant(people, tag).await?;
        if about.is_empty() {
            for open in people::one_each(people::open_visits(self.txn, people, self.now).await?) {
                about.push((open.stored.id, open.patient, open.by));
            }
        }
        if about.is_empty() {
            for (patient, by) in people {
                let newest = conversations::of_patient(self.txn, *patient).await?.pop();
                about.extend(newest.map(|stored| (stored.id, *patient, *by)));
            }
        }
        let mut first = None;
        for (id, patient, by) in about {
            let visit = self.app.load(self.txn, id, true).await?.at_door(Channel::Telegram, by, self.now);
            if first.is_none() {
                first = Some(Talk { visit, patient, by });
            } else {
                // Of the others it is not said twice; they are looked after all the same.
                alerting::say_urgency(self.txn, &visit, Urgency::Help, Channel::Telegram, self.now).await?;
            }
        }
        match first {
            Some(talk) => {
                Box::pin(self.say_in(talk, Said::Command(Command::Urgent(Urgency::Help)), None)).await
            }
            None => self.strange().await,
        }
    }

    /// The visit that is meant: the one of the button, or the one that was talked about last.
    async fn meant(
        &self,
        people: &People,
        tag: Option<Tag>,
    ) -> Result<Vec<(ConversationId, PatientId, Respondent)>> {
        for (patient, by) in people {
            let is_meant = |stored: &Stored| match tag {
                Some(tag) => Tag::of(stored.id) == tag,
                None => Some(stored.id) == self.chat.standing.about,
            };
            let known = conversations::of_patient(self.txn, *patient).await?;
            if let Some(stored) = known.into_iter().find(is_meant) {
                return Ok(vec![(stored.id, *patient, *by)]);
            }
        }
        Ok(Vec::new())
    }
}
