//! What a member of staff can ask for in a chat: counts and links, and a question to a patient.
//!
//! No name, no answer and no score is ever said here.

use foreword_domain::{
    appointment::Status,
    chat::{ASK, Order, StaffTell, Tell},
    conversation::{Command, State},
    ids::StaffId,
    language::Lang,
    phrases::t,
};
use foreword_store::{
    Txn, alerts, appointments, audit, conversations,
    staff::{self, Member},
    staff_chats, telegram,
};
use jiff::{Timestamp, civil::Date};

use super::Ear;
use crate::{
    App, Error, Result,
    access::{
        permission::{Act, Role},
        reach::reach,
    },
    alerting::acting,
    question,
};

impl Ear<'_> {
    pub(super) async fn join_staff(&mut self, staff: StaffId) -> Result<()> {
        if active(self.txn, Some(staff)).await?.is_none() {
            return self.say(Tell::CodeUnknown).await;
        }
        self.chat.standing.staff = Some(staff);
        staff_chats::set(self.txn, staff, self.chat.chat, self.now).await?;
        let who = format!("staff:{staff}");
        audit::note(self.txn, self.now, &who, "chat.joined", &who).await?;
        self.tell_staff(StaffTell::Joined).await
    }

    /// Takes what was typed as a member of staff's; tells whether it was.
    pub(super) async fn hear_staff(&mut self, text: &str) -> Result<bool> {
        let Some(member) = self.member().await? else { return Ok(false) };
        // One that was connected before alerts were told of is known from now on.
        if staff_chats::get(self.txn, member.id).await?.is_none() {
            staff_chats::set(self.txn, member.id, self.chat.chat, self.now).await?;
        }
        // Somebody may be patient and staff.
        let is_patient_too = !telegram::patients_of(self.txn, self.chat.chat).await?.is_empty();
        let command = Command::read(text, &Lang::english());
        let tell = match Order::read(text) {
            _ if command == Some(Command::Stop) => {
                self.chat.standing.staff = None;
                staff_chats::remove(self.txn, member.id, self.chat.chat).await?;
                if is_patient_too {
                    // It ends all there is here.
                    return Ok(false);
                }
                StaffTell::Left
            }
            Some(Order::Take(code)) => self.take_alert(member.id, &code).await?,
            Some(Order::Today) => {
                let day = self.now.to_zoned(self.app.clinic_zone()).date();
                let who = format!("staff:{}", member.id);
                match reach(self.txn, &who, Act::ReadDay, self.now).await {
                    // The refusal is said where the words are chosen.
                    Err(Error::NotAllowed(_)) => {}
                    may => {
                        may?;
                        audit::note(self.txn, self.now, &who, "day.read", &day.to_string()).await?;
                    }
                }
                StaffTell::Day(day)
            }
            Some(Order::Ask(asking)) => {
                let (patient, visit) = (&asking.patient, &asking.visit);
                let text = &asking.question;
                match self.app.put_named(self.txn, member.id, patient, visit, text, self.now).await {
                    Ok(Ok(put)) => StaffTell::Asked(put.appointment.to_string()),
                    Ok(Err(why)) => StaffTell::NotAsked(why),
                    Err(Error::NotAllowed(act)) => StaffTell::NotAsked(refusal(act)),
                    Err(error) => return Err(error),
                }
            }
            // What a patient has to say may begin with the same word.
            Some(Order::Unclear(_)) if is_patient_too && !names_a_visit(text) => return Ok(false),
            Some(Order::Unclear(unclear)) => StaffTell::NotAsked(unclear.words()),
            None if is_patient_too && command != Some(Command::Help) => return Ok(false),
            None => StaffTell::Help,
        };
        self.tell_staff(tell).await?;
        Ok(true)
    }

    /// Takes an alert by its code.
    async fn take_alert(&mut self, member: StaffId, code: &str) -> Result<StaffTell> {
        let found = match acting::by_code(self.txn, code, member, self.now).await {
            Err(Error::NotAllowed(act)) => return Ok(StaffTell::NotTaken(refusal(act))),
            found => found?,
        };
        let Some(alert) = found else {
            let why = "No red flag that is open has this code. The message about it says which it is.";
            return Ok(StaffTell::NotTaken(why.to_owned()));
        };
        match acting::take_in(self.txn, alert, member, self.now).await {
            Ok(()) => Ok(StaffTell::Taken(alert.to_string())),
            Err(Error::Refused(why)) => Ok(StaffTell::NotTaken(format!("{}.", capital(&why)))),
            Err(error) => Err(error),
        }
    }

    /// The member of staff whose chat it is. Who has left has none any more.
    pub(super) async fn member(&mut self) -> Result<Option<Member>> {
        let member = active(self.txn, self.chat.standing.staff).await?;
        if member.is_none() {
            self.chat.standing.staff = None;
        }
        Ok(member)
    }

    pub(super) async fn tell_staff(&mut self, tell: StaffTell) -> Result<()> {
        self.say(Tell::Staff(tell)).await
    }
}

impl App {
    /// What is said to a member of staff. They read English, as the staff pages do.
    pub(super) async fn staff_words(
        &self,
        txn: &Txn,
        whose: Option<StaffId>,
        tell: &StaffTell,
        now: Timestamp,
    ) -> Result<String> {
        // At the sender, whatever was asked for: who has left meanwhile is told nothing.
        if *tell != StaffTell::Left && active(txn, whose).await?.is_none() {
            return Ok(t("chat-stranger", &Lang::english(), &[]));
        }
        Ok(match tell {
            StaffTell::Joined => format!(
                "This chat is connected to your account. It shows counts and links, never answers.\n\n{}",
                help()
            ),
            StaffTell::Left => "This chat is no longer connected to your account.".to_owned(),
            StaffTell::Help => help(),
            StaffTell::Day(day) => match whose {
                Some(whose) => self.day_words(txn, whose, *day, now).await?,
                None => help(),
            },
            StaffTell::Asked(appointment) => self.asked_words(txn, appointment, now).await?,
            StaffTell::NotAsked(why) => format!("The question was not taken.\n{why}"),
            StaffTell::Taken(alert) => format!(
                "It is yours now. What it is about, and where you write down what came of it:\n{}/clinic/alerts/{alert}",
                self.options.public_url
            ),
            StaffTell::NotTaken(why) => format!("Nothing was taken.\n{why}"),
        })
    }

    /// When the patient will learn of a question.
    async fn asked_words(&self, txn: &Txn, appointment: &str, now: Timestamp) -> Result<String> {
        let next = match appointment.parse() {
            Ok(id) => question::next_message(txn, id).await?,
            Err(_) => None,
        };
        let when = match next {
            Some(at) if at > now => {
                let at = at.to_zoned(self.clinic_zone());
                format!("The next message to the patient goes out on {}.", at.strftime("%-d %B at %H:%M"))
            }
            Some(_) => "The next message to the patient goes out now.".to_owned(),
            None => {
                "No message to the patient is left for this visit: it waits where they answer.".to_owned()
            }
        };
        let page = format!("{}/clinic/appointments/{appointment}", self.options.public_url);
        Ok(format!(
            "The question will be asked as you wrote it. {when}\n\nThe answer, or to take it back:\n{page}"
        ))
    }

    /// The visits of a day: how many stand where, and a link to each.
    async fn day_words(&self, txn: &Txn, whose: StaffId, day: Date, now: Timestamp) -> Result<String> {
        let reader = format!("staff:{whose}");
        // Once more at the sender: a role may have been taken away meanwhile.
        let theirs = match reach(txn, &reader, Act::ReadDay, now).await {
            Err(Error::NotAllowed(act)) => return Ok(refusal(act)),
            theirs => theirs?,
        };
        let flags = match reach(txn, &reader, Act::Alerts, now).await {
            Err(Error::NotAllowed(_)) => None,
            flags => Some(flags?),
        };
        let zone = self.clinic_zone();
        let start = day.to_zoned(zone.clone()).map(|at| at.timestamp());
        let end = day.tomorrow().and_then(|day| day.to_zoned(zone.clone())).map(|at| at.timestamp());
        let (Ok(start), Ok(end)) = (start, end) else { return Ok(help()) };
        let mut counts = [("answered", 0), ("answering", 0), ("not begun", 0), ("not asked", 0)];
        let mut lines = Vec::new();
        let mut flagged = 0;
        for appointment in appointments::between_at(txn, start, end, &theirs.clinics).await? {
            if !matches!(appointment.status, Status::Booked | Status::Arrived | Status::Fulfilled) {
                continue;
            }
            let state = conversations::about(txn, appointment.id).await?.map(|stored| stored.standing.state);
            let n = match state {
                Some(State::Completed) => 0,
                Some(State::Open | State::Paused) => 1,
                Some(State::Invited) => 2,
                Some(State::Declined | State::NotMe) | None => 3,
            };
            counts[n].1 += 1;
            let may_see = flags.as_ref().is_some_and(|flags| flags.has(&appointment));
            let flag = may_see && !alerts::of_appointment(txn, appointment.id).await?.is_empty();
            flagged += usize::from(flag);
            let time = appointment.start.to_zoned(zone.clone()).strftime("%H:%M").to_string();
            let mark = if flag { ", flagged" } else { "" };
            let link = format!("{}/clinic/appointments/{}", self.options.public_url, appointment.id);
            lines.push(format!("{time}  {}{mark}\n{link}", counts[n].0));
        }
        if lines.is_empty() {
            return Ok("No visits today.".to_owned());
        }
        let told: Vec<String> =
            counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
        let visits = if lines.len() == 1 { "visit" } else { "visits" };
        let flags = if flagged > 0 { format!(", {flagged} flagged") } else { String::new() };
        let head = format!("{} {visits} today: {}{flags}.", lines.len(), told.join(", "));
        Ok([vec![head], lines].concat().join("\n\n"))
    }
}

/// What can be asked for.
fn help() -> String {
    format!(
        "You can type:\n\n\
         today\nthe visits of today: where they stand, with links\n\n\
         {ASK}\none question to one patient for one visit. PATIENT is the patient's id, in quotes if it has \
         spaces. VISIT is the visit's id, its date (2026-01-31) or the word next. Telegram is a company \
         outside the clinic: please leave names out.\n\n\
         take CODE\na red flag: the message about it says the code\n\n\
         stop\nends the connection of this chat"
    )
}

fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// What is said to whoever holds no role for what they typed.
fn refusal(act: Act) -> String {
    let roles: Vec<&str> = act.roles().map(Role::label).collect();
    format!("To {} you need one of these roles: {}.", act.plain(), roles.join(", "))
}

/// A member of staff who may still sign in.
async fn active(txn: &Txn, id: Option<StaffId>) -> Result<Option<Member>> {
    let Some(id) = id else { return Ok(None) };
    Ok(staff::get(txn, id).await?.filter(|member| member.disabled_at.is_none()))
}

/// Whether what was typed names a visit as a question to a patient does.
fn names_a_visit(text: &str) -> bool {
    text.split_whitespace().any(|word| word.eq_ignore_ascii_case("before"))
}
