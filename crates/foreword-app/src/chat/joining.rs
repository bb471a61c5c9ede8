//! Joining a chat to a patient: a code that is used once, the year of birth, who will answer, and
//! consent to this channel after a plain warning.

use foreword_domain::{
    chat::{Press, Tell},
    consent::{Consent, Recorder},
    conversation::{Command, Say},
    ids::PatientId,
    language::Lang,
    message::Channel,
    phrases::{Phrases, t},
    private::Private,
    reply::normalize,
    response::Respondent,
};
use foreword_store::{
    audit, patients,
    telegram::{self, Subject},
};

use super::{Ear, Joining, Step, people};
use crate::{
    Error, Result,
    access::{TRIES, birth_year, lock_for},
};

/// The version of the warning and question that a consent is recorded under.
const CONSENT: &str = "telegram-1";

impl Ear<'_> {
    /// The chat was opened by a link with a code.
    pub(super) async fn join(&mut self, code: &Private<String>) -> Result<()> {
        if self.chat.locked_until.is_some_and(|until| self.now < until) {
            return self.say(Tell::Locked).await;
        }
        match telegram::use_code(self.txn, code.reveal(), self.now).await? {
            Some(Subject::Staff(staff)) => self.join_staff(staff).await,
            Some(Subject::Patient(patient)) => self.begin(patient).await,
            // Whoever is joined already has opened the same link once more.
            None if !telegram::patients_of(self.txn, self.chat.chat).await?.is_empty()
                && self.chat.standing.joining.is_none() =>
            {
                self.arrive().await
            }
            None if self.chat.standing.joining.is_some() => self.ask_join().await,
            None => self.say(Tell::CodeUnknown).await,
        }
    }

    async fn begin(&mut self, patient: PatientId) -> Result<()> {
        let language = patients::get(self.txn, patient).await?.ok_or(Error::NotFound("patient"))?.language;
        self.chat.standing.language = Some(language);
        let known = telegram::patients_of(self.txn, self.chat.chat).await?;
        let step = match known.iter().find(|(known, _)| *known == patient) {
            Some((_, by)) if self.agrees(patient).await? => {
                let by = *by;
                return self.joined(patient, by).await;
            }
            Some((_, by)) => Step::Consent(*by),
            None => Step::Year,
        };
        self.chat.standing.joining = Some(Joining { patient, step });
        self.ask_join().await
    }

    /// Asks for consent once more of somebody who is joined, and has stopped messages since.
    pub(super) async fn begin_again(&mut self, patient: PatientId, by: Respondent) -> Result<()> {
        self.chat.standing.joining = Some(Joining { patient, step: Step::ConsentAgain(by) });
        self.ask_join().await
    }

    /// Asks what is still to be known.
    async fn ask_join(&mut self) -> Result<()> {
        self.ask_join_after(None).await
    }

    /// The same, after a word about what came instead.
    pub(super) async fn ask_join_after(&mut self, why: Option<Tell>) -> Result<()> {
        let ask = self.chat.standing.joining.as_ref().map(|joining| match joining.step {
            Step::Year => Tell::AskYear,
            Step::Who => Tell::WhoAnswers,
            Step::Consent(_) => Tell::AskConsent,
            Step::ConsentAgain(_) => Tell::AskConsentAgain,
        });
        let says = why.into_iter().chain(ask).collect();
        self.owe(None, None, None, says).await
    }

    /// Something was typed while the chat is being joined.
    pub(super) async fn join_by_text(&mut self, joining: Joining, text: &str) -> Result<()> {
        let lang = self.language();
        match Command::read(text, &lang) {
            Some(Command::Stop) => {
                // Whoever is joined to others means them as well.
                let people = self.people().await?;
                return if people.is_empty() {
                    self.refuse(joining.patient).await
                } else {
                    self.stop(&people).await
                };
            }
            Some(Command::NotMe | Command::Decline) => return self.refuse(joining.patient).await,
            Some(Command::Languages) => return self.say(Tell::Say(Say::Languages)).await,
            Some(Command::Language(tag)) => {
                if let Ok(lang) = Lang::parse(&tag) {
                    self.chat.standing.language = Some(lang);
                }
                return self.ask_join().await;
            }
            Some(Command::Help) => return self.ask_join().await,
            _ => {}
        }
        match joining.step {
            Step::Year => self.check_year(joining.patient, text).await,
            Step::Who => {
                let who = [
                    (Respondent::Patient, "chat-who-self"),
                    (Respondent::Helped, "chat-who-helped"),
                    (Respondent::Proxy, "chat-who-proxy"),
                ];
                let by = named(text, &lang, &who).or_else(|| numbered(text, &who));
                match by.or_else(|| named_in_part(text, &lang, &who)) {
                    Some(by) => self.ask_consent(joining.patient, by).await,
                    None => self.ask_join().await,
                }
            }
            Step::Consent(by) | Step::ConsentAgain(by) => {
                let words = [
                    (true, "chat-agree"),
                    (false, "chat-disagree"),
                    (true, "answer-yes"),
                    (false, "answer-no"),
                ];
                match named(text, &lang, &words) {
                    Some(true) => self.consent(joining.patient, by).await,
                    Some(false) => self.refuse(joining.patient).await,
                    None => self.ask_join().await,
                }
            }
        }
    }

    /// A button was pressed while the chat is being joined.
    pub(super) async fn join_by_press(&mut self, joining: Joining, press: &Press) -> Result<()> {
        match (joining.step, press) {
            (_, Press::Language(lang)) => {
                self.chat.standing.language = Some(lang.clone());
                self.ask_join().await
            }
            (Step::Who, Press::As(by)) if *by != Respondent::Staff => {
                self.ask_consent(joining.patient, *by).await
            }
            (Step::Consent(by) | Step::ConsentAgain(by), Press::Agree(true)) => {
                self.consent(joining.patient, by).await
            }
            (Step::Consent(_) | Step::ConsentAgain(_), Press::Agree(false)) => {
                self.refuse(joining.patient).await
            }
            _ => self.ask_join().await,
        }
    }

    async fn check_year(&mut self, patient: PatientId, typed: &str) -> Result<()> {
        let who = audit::patient(patient);
        let known = patients::get(self.txn, patient).await?.ok_or(Error::NotFound("patient"))?;
        let Some(year) = birth_year(typed) else {
            // Nothing that could be a year is no try.
            return self.say(Tell::AskYear).await;
        };
        if year == known.profile.reveal().birth_date.year() {
            self.chat.failed_checks = 0;
            audit::note(self.txn, self.now, &who, "identity.passed", "chat").await?;
            self.chat.standing.joining = Some(Joining { patient, step: Step::Who });
            return self.ask_join().await;
        }
        audit::note(self.txn, self.now, "unknown", "identity.wrong", &who).await?;
        self.chat.failed_checks += 1;
        let failed = self.chat.failed_checks;
        if failed.is_multiple_of(TRIES) {
            // The code is used up: there is nothing left to guess at.
            self.chat.standing.joining = None;
            self.chat.locked_until = self.now.checked_add(lock_for(failed)).ok();
            self.say(Tell::Locked).await?;
            // Neither is the language of a patient for whoever has guessed.
            self.chat.standing.language = None;
            return Ok(());
        }
        self.say(Tell::WrongYear).await
    }

    async fn ask_consent(&mut self, patient: PatientId, by: Respondent) -> Result<()> {
        self.chat.standing.joining = Some(Joining { patient, step: Step::Consent(by) });
        self.ask_join().await
    }

    async fn consent(&mut self, patient: PatientId, by: Respondent) -> Result<()> {
        self.agree(patient, by).await?;
        if let Some(Joining { step: Step::ConsentAgain(_), .. }) = self.chat.standing.joining {
            // Messages have ended for everybody of this chat, and so they begin again.
            for (other, by) in self.people().await? {
                if !self.agrees(other).await? {
                    self.agree(other, by).await?;
                }
            }
        }
        self.joined(patient, by).await
    }

    async fn agree(&mut self, patient: PatientId, by: Respondent) -> Result<()> {
        let consent = Consent {
            channel: Channel::Telegram,
            text_version: CONSENT.to_owned(),
            language: self.language(),
            given_at: self.now,
            by: if by == Respondent::Proxy { Recorder::Proxy } else { Recorder::Patient },
            warning_shown: true,
            withdrawn_at: None,
        };
        patients::give_consent(self.txn, patient, &consent).await?;
        telegram::bind(self.txn, patient, self.chat.chat, by, self.now).await?;
        let who = audit::patient(patient);
        Ok(audit::note(self.txn, self.now, &who, "consent.given", Channel::Telegram.as_str()).await?)
    }

    /// Nothing will be sent here. A chat that was joined before is so no longer.
    async fn refuse(&mut self, patient: PatientId) -> Result<()> {
        self.chat.standing.joining = None;
        let others = self.people().await?.iter().any(|(other, _)| *other != patient);
        self.say(if others { Tell::RefusedFor } else { Tell::Refused }).await?;
        self.unbind(patient).await
    }

    async fn joined(&mut self, patient: PatientId, by: Respondent) -> Result<()> {
        self.chat.standing.joining = None;
        let open = people::open_visits(self.txn, &vec![(patient, by)], self.now).await?;
        // With an address where there was none before, there may be something to plan.
        for visit in &open {
            self.app.plan_anew(self.txn, &visit.appointment, self.now).await?;
        }
        match people::one_each(open).pop() {
            Some(visit) => {
                self.chat.standing.about = Some(visit.stored.id);
                self.arrive_at(visit, vec![Tell::Joined]).await
            }
            None => self.owe(Some(patient), None, None, vec![Tell::Joined, Tell::NoVisit]).await,
        }
    }

    /// Whether there is consent to this channel.
    pub(super) async fn agrees(&self, patient: PatientId) -> Result<bool> {
        let consents = patients::consents(self.txn, patient).await?;
        Ok(consents.iter().any(|consent| consent.channel == Channel::Telegram && consent.is_active()))
    }
}

/// Which of some phrases was typed, in this language or in English.
fn named<T: Copy>(text: &str, lang: &Lang, phrases: &[(T, &str)]) -> Option<T> {
    let plain = normalize(text);
    let english = Lang::english();
    let mut spoken = vec![lang, &english];
    spoken.retain(|lang| Phrases::get().speaks(lang));
    phrases
        .iter()
        .find(|(_, key)| spoken.iter().any(|lang| normalize(&t(key, lang, &[])) == plain))
        .map(|(meant, _)| *meant)
}

/// The one phrase that some of its words were typed of: "myself", "someone else".
fn named_in_part<T: Copy>(text: &str, lang: &Lang, phrases: &[(T, &str)]) -> Option<T> {
    let typed = format!(" {} ", normalize(text));
    let holds = |key: &str, lang: &Lang| format!(" {} ", normalize(&t(key, lang, &[]))).contains(&typed);
    let english = Lang::english();
    let mut fit = phrases.iter().filter(|(_, key)| holds(key, lang) || holds(key, &english));
    let (meant, _) = fit.next().filter(|_| typed.trim().chars().count() >= 4)?;
    fit.next().is_none().then_some(*meant)
}

/// The phrase whose number in the list was typed.
fn numbered<T: Copy>(text: &str, phrases: &[(T, &str)]) -> Option<T> {
    let number: usize = normalize(text).parse().ok()?;
    phrases.get(number.checked_sub(1)?).map(|(meant, _)| *meant)
}
