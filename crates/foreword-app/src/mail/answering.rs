//! Somebody replied to a letter about a visit: who they are is checked, and what they wrote is taken as the
//! answer to what that very letter asked.

use foreword_domain::{
    alert::Urgency,
    chat::Tell,
    consent::{Consent, Recorder},
    conversation::{Command, Said, Say, State},
    ids::{ConversationId, PatientId},
    language::Lang,
    mail::Heard,
    message::{Channel, Inbound, InboxKey},
    private::Private,
    response::{ItemRef, Respondent},
};
use foreword_store::{
    audit,
    mails::{self, Settled},
    patients,
};
use jiff::SignedDuration;

use super::{Desk, address::Address, refused};
use crate::{Result, Visit};

/// Questions in one mail: the recall period is said again with each of them.
const AT_ONCE: usize = 5;
/// The wording of the warning under which somebody replies.
const WARNING: &str = "mail-warning-1";
/// Mails in a row that were not understood, after which staff see to it: two machines may be writing to
/// each other.
const MISSES: u8 = 4;
/// Mails about one visit in a day that are answered; what more ones say is taken in all the same.
const A_DAY: u64 = 60;
/// Mails about one visit in a day after which words that answer no question are not answered either.
const WITHOUT_AN_ANSWER: u64 = 20;
/// Why a mail is put before staff that came to a letter which asked nothing.
const NO_QUESTION: &str = "it answers no question";

impl Desk<'_> {
    pub(super) async fn answer(
        &self,
        to: &Address,
        heard: &Heard,
        text: &Private<String>,
        has_attachments: bool,
    ) -> Result<Settled> {
        let visit = match self.app.load(self.txn, to.conversation, true).await {
            Ok(visit) => visit,
            Err(crate::Error::NotFound(_)) => return Ok(refused("it is about a visit that is gone")),
            Err(error) => return Err(error),
        };
        let patient = visit.stored.patient;
        let command = Command::read(text.reveal(), &visit.standing.language);
        if let Some(why) = self.is_somebody_else(patient, heard).await? {
            // Whoever holds a letter of ours may end the letters.
            if command == Some(Command::Stop) {
                return self.stop_about(visit.id).await;
            }
            self.turn_away(heard, &visit.id.to_string()).await?;
            return Ok(refused(why));
        }
        patients::set_failed(self.txn, patient, Channel::Email, None).await?;
        // Also about a visit that is over, or that somebody called not theirs, and from who wanted no more mail.
        let is_help = command == Some(Command::Urgent(Urgency::Help));
        if !visit.is_open(self.now) && !is_help {
            if command == Some(Command::Stop) {
                return self.stop_about(visit.id).await;
            }
            self.turn_away(heard, &visit.id.to_string()).await?;
            return Ok(refused("it came after the visit, or the visit was cancelled"));
        }
        let consents = patients::consents(self.txn, patient).await?;
        let of_mail = || consents.iter().filter(|consent| consent.channel == Channel::Email);
        let is_stopped = of_mail().all(|consent| !consent.is_active());
        if is_stopped && !is_help {
            return Ok(if command == Some(Command::Stop) {
                Settled::Applied
            } else {
                refused("the patient wanted no more messages, and wrote this")
            });
        }
        if !is_stopped
            && of_mail().all(|consent| !consent.is_active() || !consent.warning_shown)
            && command != Some(Command::Stop)
        {
            self.agree(patient, &visit.standing.language).await?;
        }
        self.say_in(visit, to, text, has_attachments, command).await
    }

    /// Why a mail is not from the patient, if it is not.
    async fn is_somebody_else(&self, patient: PatientId, heard: &Heard) -> Result<Option<&'static str>> {
        let known = patients::address(self.txn, patient, Channel::Email).await?;
        let [from] = heard.from.as_slice() else { return Ok(Some("it does not have one sender")) };
        let is_known = known.is_some_and(|known| known.reveal().eq_ignore_ascii_case(from.reveal()));
        if !is_known {
            return Ok(Some("it is from another sender than the patient"));
        }
        let server = self.app.options.mailbox.as_ref().and_then(|mailbox| mailbox.checked_by.as_deref());
        let Some(server) = server else { return Ok(None) };
        let is_proved = heard
            .checked
            .as_ref()
            .is_some_and(|checked| checked.is_aligned && checked.by.eq_ignore_ascii_case(server));
        Ok((!is_proved).then_some("the mail server could not prove its sender"))
    }

    /// Replying below the warning is the consent to answer by mail.
    async fn agree(&self, patient: PatientId, language: &Lang) -> Result<()> {
        let consent = Consent {
            channel: Channel::Email,
            text_version: WARNING.to_owned(),
            language: language.clone(),
            given_at: self.now,
            by: Recorder::Patient,
            warning_shown: true,
            withdrawn_at: None,
        };
        patients::give_consent(self.txn, patient, &consent).await?;
        let actor = audit::patient(patient);
        Ok(audit::note(self.txn, self.now, &actor, "consent.given", "email").await?)
    }

    async fn say_in(
        &self,
        visit: Visit,
        to: &Address,
        text: &Private<String>,
        has_attachments: bool,
        command: Option<Command>,
    ) -> Result<Settled> {
        let is_help = command == Some(Command::Urgent(Urgency::Help));
        if visit.standing.state == State::NotMe && !is_help {
            return Ok(refused("somebody said at this visit: this is not me"));
        }
        let mut visit = visit.at_door(Channel::Email, Respondent::Patient, self.now);
        let asked = mails::asked(self.txn, visit.id, to.number).await?.unwrap_or_default();
        let mut says: Vec<Tell> = Vec::new();
        if visit.standing.state == State::Invited && visit.is_open(self.now) {
            // The letter greeted them, and asked the first question.
            let begun = self.receive(visit, "begin", Said::Here).await?;
            visit = begun.0;
            if asked.is_empty() && matches!(command, None | Some(Command::Resume)) {
                let settled = self.reply(&visit, begun.1.into_iter().map(Tell::Say).collect()).await?;
                return Ok(if command.is_none() { refused(NO_QUESTION) } else { settled });
            }
        }
        let is_answer = matches!(command, None | Some(Command::Skip));
        if is_answer && text.reveal().trim().is_empty() && has_attachments {
            says.push(Tell::Unreadable);
            says.extend(here(&visit));
            return self.reply(&visit, says).await;
        }
        if is_answer {
            let waiting = waiting(&visit, &asked);
            if waiting.is_empty() {
                if asked.is_empty() {
                    // It may be a word for the team, and whoever wrote it is there.
                    let is_there = matches!(visit.standing.state, State::Open | State::Paused);
                    if is_there && self.of_today(visit.id).await? < WITHOUT_AN_ANSWER {
                        let resume = Said::Command(Command::Resume);
                        let (visit, replies, _) = self.receive(visit, "again", resume).await?;
                        self.reply(&visit, replies.into_iter().map(Tell::Say).collect()).await?;
                    }
                    return Ok(refused(NO_QUESTION));
                }
                let Some(here) = here(&visit) else { return Ok(refused(NO_QUESTION)) };
                says.extend([Tell::Stale, Tell::Ahead, here]);
                return self.reply(&visit, says).await;
            }
            point_at(&mut visit, waiting);
        }
        let (visit, replies, answered) = self.receive(visit, "", Said::Text(text.clone())).await?;
        let is_said = replies.iter().any(|say| matches!(say, Say::Understood(_)));
        if !is_said && !answered.is_empty() {
            says.push(Tell::Say(Say::Understood(answered)));
        }
        says.extend(replies.into_iter().map(Tell::Say));
        if visit.standing.misses >= MISSES {
            return Ok(refused("several mails in a row could not be understood"));
        }
        self.reply(&visit, says).await
    }

    async fn receive(&self, visit: Visit, step: &str, said: Said) -> Result<(Visit, Vec<Say>, Vec<ItemRef>)> {
        let inbound = Inbound {
            key: InboxKey { source: "email".to_owned(), id: format!("{}{step}", self.mail) },
            conversation: visit.id,
            channel: Channel::Email,
            by: Respondent::Patient,
            at_once: AT_ONCE,
            said,
        };
        let received = self.app.receive_at(self.txn, visit, &inbound, self.now).await?;
        Ok((received.visit, received.replies, received.answered))
    }

    /// How many mails about a visit came within a day.
    async fn of_today(&self, conversation: ConversationId) -> Result<u64> {
        let since = self.now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(self.now);
        Ok(mails::count_since(self.txn, conversation, since).await?)
    }

    async fn reply(&self, visit: &Visit, says: Vec<Tell>) -> Result<Settled> {
        if self.of_today(visit.id).await? >= A_DAY {
            return Ok(Settled::Applied);
        }
        let patient = visit.stored.patient;
        if let Some(address) = patients::address(self.txn, patient, Channel::Email).await? {
            let reply = self.say(visit.id, visit.standing.language.clone(), says);
            self.owe(format!("mail:{}", self.mail), Some(patient), address, reply).await?;
        }
        Ok(Settled::Applied)
    }
}

/// The question the visit stands at, to be asked once more.
fn here(visit: &Visit) -> Option<Tell> {
    if visit.standing.state != State::Open {
        return None;
    }
    let at = visit.standing.at(&visit.script, &visit.ledger)?.at();
    let several = waiting(visit, &visit.standing.offered);
    Some(Tell::Say(if several.len() > 1 && several.contains(&at) {
        Say::AskSeveral(several)
    } else {
        Say::Ask(at)
    }))
}

/// Of what a letter asked, what still waits for an answer, or was asked once more.
fn waiting(visit: &Visit, asked: &[ItemRef]) -> Vec<ItemRef> {
    let waits = |at: &&ItemRef| {
        visit.script.question(&visit.ledger, at).is_some()
            && (visit.ledger.get(at).is_none() || visit.standing.cursor.as_ref() == Some(*at))
    };
    asked.iter().filter(waits).cloned().collect()
}

/// Lets the next words answer what the letter asked, wherever the dialogue stands at other doors.
fn point_at(visit: &mut Visit, waiting: Vec<ItemRef>) {
    let here = visit.standing.at(&visit.script, &visit.ledger).map(|place| place.at());
    if let [one] = waiting.as_slice() {
        if here.as_ref() != Some(one) {
            visit.standing.cursor = Some(one.clone());
        }
    } else {
        visit.standing.cursor = None;
    }
    if visit.standing.state != State::Completed {
        visit.standing.state = State::Open;
    }
    visit.standing.offered = waiting;
}
