//! The words of an invitation or reminder. They know no specialty, instrument or score, so none can be in
//! the message.

use foreword_domain::{
    chat::{Button, Does, Message, Press, Pressed, Tag, Wish, apart},
    conversation::Say,
    language::Lang,
    mail::{self, Letter, Part},
    message::Purpose,
    phrases::{Arg, t},
    private::Private,
};
use foreword_store::{Txn, mails};
use jiff::{Timestamp, tz::TimeZone};

use crate::{App, Result, Visit};

/// What they are made from.
pub(super) struct Words<'a> {
    pub purpose: Purpose,
    pub lang: &'a Lang,
    pub start: Timestamp,
    pub zone: &'a TimeZone,
    pub minutes: usize,
    pub clinic: &'a str,
    pub link: String,
    pub telegram: Option<Private<String>>,
}

impl App {
    /// An invitation or reminder as a letter. Where mail is taken in, it asks the first question.
    pub(super) async fn letter(
        &self,
        txn: &Txn,
        visit: &Visit,
        words: &Words<'_>,
        now: Timestamp,
    ) -> Result<Letter> {
        let question = self.first_question(visit);
        let number = match &self.options.mailbox {
            Some(_) => mails::ask(txn, visit.id, question.as_slice(), now).await?,
            None => 0,
        };
        let question =
            question.map(|at| mail::question(&Say::Ask(at), &visit.script, &visit.ledger, words.lang));
        let parts = words.parts(self.options.mailbox.is_some(), question);
        let letter = self.about(txn, visit, number, parts);
        Ok(Letter { subject: words.subject(), ..letter })
    }
}

impl Words<'_> {
    fn say(&self, key: &str) -> String {
        let start = self.start.to_zoned(self.zone.clone());
        let date = foreword_domain::phrases::date(start.date(), self.lang);
        let time = start.strftime("%H:%M").to_string();
        let args =
            [("date", Arg::Text(&date)), ("time", Arg::Text(&time)), ("minutes", Arg::Number(self.minutes))];
        t(key, self.lang, &args)
    }

    fn body(&self) -> &'static str {
        match self.purpose {
            Purpose::Invitation => "mail-invitation",
            Purpose::Reminder => "mail-reminder",
            Purpose::LastReminder => "mail-last-reminder",
        }
    }

    fn subject(&self) -> String {
        self.say(match self.purpose {
            Purpose::Invitation => "mail-subject",
            Purpose::Reminder | Purpose::LastReminder => "mail-subject-reminder",
        })
    }

    fn parts(&self, is_answered: bool, question: Option<Part>) -> Vec<Part> {
        let words = |key: &str| Part::words(self.say(key), self.lang);
        let small = |key: &str| Part::small(self.say(key), self.lang);
        let mut parts = vec![words("mail-hello"), words(self.body()), words("mail-about")];
        parts.push(Part::Link {
            words: Some(self.say("mail-link-plain")),
            label: self.say("mail-button"),
            link: self.link.clone(),
            is_main: true,
        });
        if is_answered {
            parts.push(words(if question.is_some() { "mail-first" } else { "mail-start" }));
            parts.extend(question);
            parts.push(small("mail-warning"));
        }
        parts.extend(self.telegram.as_ref().map(|link| Part::Link {
            words: Some(self.say("mail-telegram")),
            label: self.say("page-telegram"),
            link: link.reveal().clone(),
            is_main: false,
        }));
        parts.push(small("mail-private"));
        parts.push(small("not-watched"));
        parts.push(small(if is_answered { "mail-end" } else { "mail-stop" }));
        parts.push(Part::small(self.clinic.to_owned(), self.lang));
        parts
    }

    pub fn post(&self, visit: Tag, about: Option<&str>) -> Message {
        let keys = [self.body(), "chat-minutes", "not-watched", "chat-stop"];
        let name = about.map(|name| apart(name, self.lang));
        let text: Vec<String> = name.into_iter().chain(keys.map(|key| self.say(key))).collect();
        let text = text.join("\n\n");
        let begin = Pressed::of(visit, Press::Wish(Wish::Go)).data();
        let button = Button { label: self.say("chat-begin"), does: Does::Press(begin) };
        Message { text, rows: vec![vec![button]] }
    }
}
