//! The words of a note to a patient. They are sent themselves only where the patient agreed, below the
//! warning, to answer there; elsewhere it is said that there are some, with the link to them.

use foreword_domain::{
    chat::{Button, Does, Message, apart},
    language::Lang,
    mail::{Letter, Part, Thread},
    message::{Body, Channel, Note, Noted, Post},
    phrases::{Arg, date, t},
    private::Private,
};
use foreword_store::{
    Txn, appointments, conversations, invitations, mails, notes, outbox::Outcome, patients,
};
use jiff::{Timestamp, tz::TimeZone};

use super::{Ready, pace::not_before};
use crate::{App, Result, chat::people, noting};

impl App {
    /// Chooses the words of a note, or finds that nothing should be said any more.
    pub(super) async fn ready_note(&self, txn: &Txn, owed: &Note, now: Timestamp) -> Result<Ready> {
        let cancelled = |why: &str| Ok(Ready::Not(Outcome::Cancelled(why.to_owned())));
        let Some(about) = appointments::get(txn, owed.appointment).await? else {
            return cancelled("the appointment is gone");
        };
        let Some(patient) = patients::get(txn, about.patient).await? else {
            return cancelled("the patient is gone");
        };
        if !about.status.is_ahead() {
            return cancelled(about.status.as_str());
        }
        if patient.profile.reveal().deceased {
            return cancelled("deceased");
        }
        if now >= about.start {
            return cancelled("the visit has begun");
        }
        if noting::is_nobody(txn, patient.id).await? {
            return cancelled("somebody said: this is not me");
        }
        let stored = conversations::about(txn, about.id).await?;
        let pathway = match &stored {
            Some(stored) => self.pathway_in(txn, &stored.pathway.0, &stored.pathway.1).await?,
            None => None,
        };
        let channels = pathway.as_ref().map(|pathway| pathway.channels.as_slice()).unwrap_or_default();
        let Some((channel, address)) = self.ways(txn, patient.id, channels).await?.into_iter().next() else {
            return cancelled("there is no consent or no address any more");
        };
        let zone = TimeZone::get(&patient.time_zone).unwrap_or_else(|_| about.zone());
        let earliest = self.options.quiet.after(now, &zone);
        if earliest > now {
            return Ok(Ready::Not(if earliest < about.start {
                Outcome::RetryAt(earliest, "quiet hours".to_owned())
            } else {
                Outcome::GaveUp("after the quiet hours it would be too late".to_owned())
            }));
        }
        if channel == Channel::Telegram
            && let Some(until) = not_before(txn, &address, now).await?
        {
            return Ok(Ready::Not(Outcome::RetryAt(until, "nothing is sent there before".to_owned())));
        }
        let consents = patients::consents(txn, patient.id).await?;
        let is_agreed = consents.iter().any(|c| c.channel == channel && c.is_active() && c.warning_shown);
        let text = match owed.note {
            Noted::Read => None,
            Noted::Written(id) => notes::get(txn, id).await?.filter(|_| is_agreed).map(|note| note.text),
        };
        let lang = stored.as_ref().map_or(&patient.language, |stored| &stored.standing.language);
        let start = about.start.to_zoned(about.zone());
        let day = date(start.date(), lang);
        let args = [("date", Arg::Text(&day)), ("clinic", Arg::Text(&self.options.clinic_name))];
        let say = |key: &str| t(key, lang, &args);
        let told = say(match owed.note {
            Noted::Read => "note-was-read",
            Noted::Written(_) if text.is_some() => "note-here",
            Noted::Written(_) => "note-behind-link",
        });
        let invitation = invitations::newest(txn, about.id).await?.filter(|i| i.is_open(now));
        // What was only read is said; there is nothing to open.
        let link = invitation
            .filter(|_| owed.note != Noted::Read)
            .map(|i| format!("{}/v/{}?to=team", self.options.public_url, i.token.reveal()));
        let body = if channel == Channel::Telegram {
            let chat = address.reveal().parse().unwrap_or_default();
            let heading = people::heading(txn, chat, patient.id).await?;
            post(heading.as_deref(), told, text, link, lang, &say)
        } else {
            let visit = match stored.clone() {
                Some(stored) => Some(self.revive(txn, stored).await?),
                None => None,
            };
            let mut parts = vec![Part::words(say("mail-hello"), lang), Part::words(told, lang)];
            parts.extend(text.map(|text| Part::words(text.into_inner(), &self.options.language)));
            parts.extend(link.map(|link| Part::Link {
                words: Some(say("mail-link-plain")),
                label: say("note-open"),
                link,
                is_main: true,
            }));
            parts.push(Part::small(say("not-watched"), lang));
            parts.push(Part::small(say("mail-private"), lang));
            parts.push(Part::small(self.options.clinic_name.clone(), lang));
            let letter = match &visit {
                Some(visit) => {
                    let number = match &self.options.mailbox {
                        // It asks nothing; a reply to it is known by its number all the same.
                        Some(_) => mails::ask(txn, visit.id, &[], now).await?,
                        None => 0,
                    };
                    self.about(txn, visit, number, parts)
                }
                None => Letter {
                    subject: String::new(),
                    marker: None,
                    parts,
                    ways: None,
                    thread: Thread::default(),
                },
            };
            Body::Letter(Box::new(Letter { subject: say("note-subject"), marker: None, ..letter }))
        };
        Ok(Ready::whole(channel, address.into_inner(), lang.clone(), body))
    }
}

fn post(
    heading: Option<&str>,
    told: String,
    text: Option<Private<String>>,
    link: Option<String>,
    lang: &Lang,
    say: &impl Fn(&str) -> String,
) -> Body {
    let lines = heading.map(|name| apart(name, lang)).into_iter().chain([told]);
    let lines = lines.chain(text.map(|text| apart(text.reveal(), lang))).chain([say("not-watched")]);
    // A messenger refuses a message with a button whose link it would not open itself.
    let link = link.filter(|link| link.starts_with("https://"));
    let rows = link.map(|link| vec![Button { label: say("note-open"), does: Does::Open(link) }]);
    let text = lines.collect::<Vec<String>>().join("\n\n");
    Body::Post(Post { message: Some(Message { text, rows: rows.into_iter().collect() }), ..Post::default() })
}
