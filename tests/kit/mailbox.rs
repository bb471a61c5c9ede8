//! A patient's mail program: it reads what came into the folder, and replies as people do, with the mail
//! it replies to below.

use std::{collections::BTreeSet, path::PathBuf};

use foreword_bot::mail::read_mail;
use jiff::SignedDuration;
use mail_parser::MessageParser;

use super::World;

/// A mail, as a mail program shows it.
#[derive(Clone, Debug)]
pub struct Mail {
    pub raw: String,
    pub to: String,
    pub subject: String,
    pub message_id: String,
    pub reply_to: Option<String>,
    pub text: String,
}

impl Mail {
    pub fn parse(raw: &str) -> Self {
        let mail = MessageParser::default().parse(raw.as_bytes()).expect("a mail");
        let address = |address: Option<&mail_parser::Address<'_>>| {
            address.and_then(|a| a.first()).and_then(|a| a.address()).map(str::to_owned)
        };
        Self {
            raw: raw.to_owned(),
            to: address(mail.to()).unwrap_or_default(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            reply_to: address(mail.reply_to()),
            text: mail.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        }
    }

    /// A header line, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// What its text says, without the line to write above.
    pub fn words(&self) -> &str {
        self.text.split_once("-##").map_or(self.text.as_str(), |(_, words)| words).trim()
    }

    /// The web link in it.
    pub fn link(&self) -> &str {
        self.text.split_whitespace().find(|word| word.contains("/v/")).expect("a link")
    }
}

/// Somebody's mail program.
pub struct Mailbox<'a> {
    world: &'a World,
    pub address: String,
    seen: BTreeSet<PathBuf>,
    pub mails: Vec<Mail>,
    sent: usize,
}

impl<'a> Mailbox<'a> {
    pub fn of(world: &'a World, address: &str) -> Self {
        Self { world, address: address.to_owned(), seen: BTreeSet::new(), mails: Vec::new(), sent: 0 }
    }

    /// Looks for new mails; tells them.
    pub fn look(&mut self) -> Vec<Mail> {
        let mut new = Vec::new();
        for (path, raw) in self.world.mails() {
            let mail = Mail::parse(&raw);
            if mail.to == self.address && self.seen.insert(path) {
                new.push(mail);
            }
        }
        // By when they were put there; their names say nothing of that.
        new.sort_by_key(|mail| mail.header("Message-ID").map(|id| turn(&id)));
        self.mails.extend(new.iter().cloned());
        new
    }

    /// The newest mail.
    pub fn newest(&mut self) -> Mail {
        self.look();
        self.mails.last().expect("a mail").clone()
    }

    /// Replies to the newest mail; returns what came back.
    pub async fn reply(&mut self, text: &str) -> Vec<Mail> {
        let newest = self.newest();
        self.reply_to(&newest, text).await
    }

    /// Replies to a mail; returns what came back.
    pub async fn reply_to(&mut self, mail: &Mail, text: &str) -> Vec<Mail> {
        let raw = self.write(mail, text);
        self.send(&raw).await
    }

    /// Sends a mail as it is; returns what came back.
    pub async fn send(&mut self, raw: &str) -> Vec<Mail> {
        self.world.pass(SignedDuration::from_secs(60));
        self.world.take_mail(raw).await;
        self.world.tick().await;
        self.look()
    }

    /// A reply as Gmail writes it: the words on top, then what they reply to.
    pub fn write(&mut self, mail: &Mail, text: &str) -> String {
        self.sent += 1;
        as_gmail(&self.address, mail, self.sent, text)
    }
}

/// A reply as Gmail writes it; `n` tells it apart from others of the same sender.
pub fn as_gmail(from: &str, mail: &Mail, n: usize, text: &str) -> String {
    let reply_to = mail.reply_to.as_deref().expect("an address to reply to");
    let quoted: String = mail.text.lines().fold(String::new(), |all, line| all + "> " + line + "\r\n");
    format!(
        "Return-Path: <{from}>\r\nDelivered-To: {reply_to}\r\nMIME-Version: 1.0\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\
         References: <{id}>\r\nIn-Reply-To: <{id}>\r\nMessage-ID: <reply.{n}.{from}>\r\nSubject: Re: {subject}\r\n\
         From: Grace Okafor <{from}>\r\nTo: North Clinic <{reply_to}>\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n\r\nOn Fri, 20 Nov 2026 at 09:00, North Clinic <visits@clinic.test> wrote:\r\n\r\n{quoted}",
        id = mail.message_id,
        subject = mail.subject,
    )
}

/// The place of a mail of ours among those that came: replies are numbered.
pub fn turn(message_id: &str) -> u64 {
    let number =
        message_id.trim_start_matches('<').trim_start_matches("mail.").split('@').next().unwrap_or_default();
    number.parse().unwrap_or(0)
}

impl World {
    /// A mail comes in and is dealt with.
    pub async fn take_mail(&self, raw: &str) -> bool {
        let new =
            self.app.take_mail(raw.as_bytes().to_vec(), read_mail, self.now()).await.expect("it is taken in");
        self.app.heed_mails(read_mail, &|| Some(self.now())).await.expect("it is dealt with");
        new
    }

    /// Why mails were put before staff.
    pub async fn refused_mails(&self) -> Vec<String> {
        let mails = self.app.mails_to_see(read_mail, "test", self.now()).await.expect("the mails");
        mails.into_iter().map(|mail| mail.reason).collect()
    }
}
