//! No more messages: it works wherever a chat stands, and for everybody it is used for.

use foreword_domain::{
    chat::Tell,
    conversation::{Command, Said, Say},
    ids::PatientId,
};
use foreword_store::telegram;

use super::{
    Ear,
    people::{self, People},
};
use crate::Result;

impl Ear<'_> {
    /// Ends all messages to everybody of this chat, and says so once.
    pub(super) async fn stop(&mut self, people: &People) -> Result<()> {
        self.chat.standing.joining = None;
        self.chat.standing.picked = None;
        let open = people::open_visits(self.txn, people, self.now).await?;
        let about = self.chat.standing.about;
        let visit = open.iter().find(|open| Some(open.stored.id) == about).or(open.first());
        for (patient, _) in people {
            // Of whom the talk is, it is said in the conversation.
            if visit.is_none_or(|visit| visit.patient != *patient) {
                self.app.stop(self.txn, *patient, &self.language(), self.now).await?;
            }
        }
        let talk = match visit {
            Some(visit) => self.turn_to(visit).await?,
            None => None,
        };
        match talk {
            Some(talk) => self.say_in(talk, Said::Command(Command::Stop), None).await,
            None => self.say(Tell::Say(Say::Stopped)).await,
        }
    }

    /// Ends what binds this chat to a patient.
    pub(super) async fn unbind(&mut self, patient: PatientId) -> Result<()> {
        telegram::unbind(self.txn, patient, self.chat.chat, self.now).await?;
        if self.people().await?.is_empty() {
            // Whoever comes next is not known.
            self.chat.standing.language = None;
        }
        Ok(())
    }
}
