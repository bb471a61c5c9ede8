//! What is owed by mail, put into words when it is sent: from how the visit stands at that moment, and only
//! with a consent that covers it.

use foreword_domain::{
    chat::Tell,
    conversation::{Say, State},
    language::Lang,
    mail::{self, Letter, Part, Reply, Surroundings, Thread},
    message::{Body, Channel},
    phrases::{Arg, t},
    response::{ItemRef, Respondent},
};
use foreword_store::{
    Txn, mails,
    outbox::{Outcome, Row},
    patients,
};
use jiff::Timestamp;

use crate::{App, Result, Visit, dispatch::Ready};

impl App {
    /// Chooses the words of a reply, or finds that it may not be sent any more.
    pub(crate) async fn ready_mail(
        &self,
        txn: &Txn,
        row: &Row,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<Ready> {
        let cancelled = |why: &str| Ok(Ready::Not(Outcome::Cancelled(why.to_owned())));
        let replies_to =
            mails::message_id(txn, row.turn).await?.map(foreword_domain::private::Private::into_inner);
        let Some(conversation) = reply.conversation else {
            let lang = &reply.language;
            let around = Surroundings { visit: None, lang, link: None, clinic: &self.options.clinic_name };
            let letter = Letter {
                subject: t("mail-subject-plain", lang, &[]),
                marker: None,
                parts: mail::lay_out(&reply.says, &around),
                ways: None,
                thread: Thread { root: None, replies_to },
            };
            return Ok(send(row, lang, letter));
        };
        let visit = self.load(txn, conversation, false).await?;
        let patient = visit.stored.patient;
        let address = patients::address(txn, patient, Channel::Email).await?;
        if address.is_none_or(|address| !address.reveal().eq_ignore_ascii_case(row.address.reveal())) {
            return cancelled("the patient has another address now");
        }
        let consents = patients::consents(txn, patient).await?;
        // Questions and answers need the consent that was given below the warning.
        let may = consents.iter().any(|c| c.channel == Channel::Email && c.is_active() && c.warning_shown);
        if !may && !reply.says.iter().all(is_farewell) {
            return cancelled("there is no consent to this channel any more");
        }
        let visit = visit.at_door(Channel::Email, Respondent::Patient, now);
        let says = catch_up(&reply.says, &visit);
        let asked = says.iter().rev().find_map(asked).unwrap_or_default();
        let number = mails::ask(txn, visit.id, &asked, now).await?;
        let link = self.page(txn, &visit, now).await?;
        let lang = &visit.standing.language;
        let around = Surroundings {
            visit: Some((&visit.script, &visit.ledger)),
            lang,
            link: link.as_deref(),
            clinic: &self.options.clinic_name,
        };
        let parts = mail::lay_out(&says, &around);
        let letter = self.about(txn, &visit, number, parts);
        let subject = format!("Re: {}", letter.subject);
        let thread = Thread { replies_to, ..letter.thread };
        Ok(send(row, lang, Letter { subject, thread, ..letter }))
    }

    /// A letter about a visit, with the addresses that belong to it.
    pub(crate) fn about(&self, txn: &Txn, visit: &Visit, number: u16, parts: Vec<Part>) -> Letter {
        let lang = &visit.standing.language;
        let ways = self
            .options
            .mailbox
            .as_ref()
            .map(|mailbox| mailbox.ways(txn, visit.id, number, &self.options.public_url));
        Letter {
            subject: subject(visit, lang),
            marker: ways.is_some().then(|| marker(lang)),
            parts,
            ways,
            thread: Thread { root: Some(format!("visit.{}", visit.id)), replies_to: None },
        }
    }

    /// What a letter that nobody asked for asks: the first question, if it names nothing, as long as nothing was
    /// answered. It may not say what the visit is for, and what is asked next says something of what was said
    /// before, perhaps at another door.
    pub(crate) fn first_question(&self, visit: &Visit) -> Option<ItemRef> {
        self.options.mailbox.as_ref()?;
        let place = visit.standing.at(&visit.script, &visit.ledger)?;
        let says_nothing = place.ask.instrument.agenda.is_some() && visit.ledger.is_empty();
        says_nothing.then(|| place.at())
    }
}

/// The line above which a reply is written. Its form tells it from what people write.
fn marker(lang: &Lang) -> String {
    format!("##- {} -##", t("mail-marker", lang, &[]))
}

/// What the letters about a visit are called.
fn subject(visit: &Visit, lang: &Lang) -> String {
    let start = visit.appointment.start.to_zoned(visit.appointment.zone());
    let date = foreword_domain::phrases::date(start.date(), lang);
    t("mail-subject", lang, &[("date", Arg::Text(&date))])
}

fn send(row: &Row, lang: &Lang, letter: Letter) -> Ready {
    Ready::whole(Channel::Email, row.address.reveal().clone(), lang.clone(), Body::Letter(Box::new(letter)))
}

fn asked(tell: &Tell) -> Option<Vec<ItemRef>> {
    match tell {
        Tell::Say(Say::Ask(at)) => Some(vec![at.clone()]),
        Tell::Say(Say::AskSeveral(items)) => Some(items.clone()),
        _ => None,
    }
}

/// What waited to be asked and was answered meanwhile at another door is not asked; what the visit stands at
/// now is.
fn catch_up(says: &[Tell], visit: &Visit) -> Vec<Tell> {
    let is_open = |at: &ItemRef| {
        visit.script.question(&visit.ledger, at).is_some()
            && (visit.ledger.get(at).is_none() || visit.standing.offered.contains(at))
    };
    let mut kept: Vec<Tell> = Vec::new();
    let mut is_overtaken = false;
    for tell in says {
        match asked(tell) {
            Some(items) if !items.iter().all(is_open) => is_overtaken = true,
            _ => kept.push(tell.clone()),
        }
    }
    if is_overtaken {
        let here = visit.standing.at(&visit.script, &visit.ledger).map(|place| place.at());
        match here.filter(|_| visit.standing.state == State::Open) {
            Some(at) => kept.push(Tell::Say(Say::Ask(at))),
            None if visit.standing.state == State::Completed => kept.push(Tell::Say(Say::Completed)),
            None => {}
        }
    }
    kept
}

/// Whether it is only said that nothing more will be.
fn is_farewell(tell: &Tell) -> bool {
    matches!(
        tell,
        Tell::Say(
            Say::Stopped | Say::NotMe | Say::Declined | Say::HelpCalled | Say::HelpNotCalled | Say::Crisis
        )
    )
}
