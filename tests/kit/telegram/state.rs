//! What the server remembers: people, groups, chats and their messages, and all that has happened.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{faults::Faults, record::Call, refusal::Refusal, screen, updates::Updates, webhook::Webhook};

/// The bot's own user id, which its token begins with.
pub const BOT: i64 = 6_000_001;

/// How well the bot knows somebody.
#[derive(Clone, Copy, PartialEq)]
pub enum Met {
    Never,
    /// In a group, where it is not enough to write to them.
    Elsewhere,
    InTheirChat,
}

/// A person with a telephone.
pub struct Profile {
    pub name: String,
    pub language: String,
    pub met: Met,
    pub has_blocked: bool,
    pub is_gone: bool,
}

/// A group the bot is in.
pub struct Group {
    pub title: String,
    pub migrated_to: Option<i64>,
}

/// A message as it stands now.
pub struct Message {
    pub id: i64,
    /// Who sent it; nobody is the bot.
    pub from: Option<i64>,
    pub date: Timestamp,
    pub edited: Option<Timestamp>,
    pub content: Map<String, Value>,
    /// The buttons below it.
    pub markup: Option<Value>,
    /// All the buttons it ever had: an old screen still shows them.
    pub once: Vec<Value>,
    pub is_deleted: bool,
}

/// The messages of a person with the bot, or of a group.
#[derive(Default)]
pub struct Chat {
    pub messages: BTreeMap<i64, Message>,
    pub last: i64,
    /// The keyboard in place of the letters.
    pub keyboard: Option<Value>,
}

/// A press on a button, which the bot is to answer.
pub struct Press {
    pub chat: i64,
    pub at: Timestamp,
    pub is_answered: bool,
}

/// Everything.
pub struct State {
    pub people: BTreeMap<i64, Profile>,
    pub groups: BTreeMap<i64, Group>,
    pub chats: BTreeMap<i64, Chat>,
    pub presses: BTreeMap<String, Press>,
    pub commands: BTreeMap<String, Value>,
    pub updates: Updates,
    pub webhook: Option<Webhook>,
    /// The number of the `getUpdates` that waits.
    pub polling: u64,
    pub faults: Faults,
    pub calls: Vec<Call>,
    pub violations: Vec<String>,
    log: Vec<(i64, String)>,
}

impl State {
    pub fn new() -> Self {
        Self {
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            chats: BTreeMap::new(),
            presses: BTreeMap::new(),
            commands: BTreeMap::new(),
            updates: Updates::new(),
            webhook: None,
            polling: 0,
            faults: Faults::default(),
            calls: Vec::new(),
            violations: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Writes down what has happened in a chat.
    pub fn note(&mut self, chat: i64, line: String) {
        self.log.push((chat, line));
    }

    /// What has happened in a chat, or in all.
    pub fn log(&self, chat: Option<i64>) -> String {
        let of = |at: i64| chat.is_none_or(|chat| chat == at);
        let lines: Vec<&str> =
            self.log.iter().filter(|(at, _)| of(*at)).map(|(_, line)| line.as_str()).collect();
        lines.join("\n")
    }

    pub fn person(&mut self, id: i64) -> &mut Profile {
        self.people.get_mut(&id).expect("every person was made by the kit")
    }

    pub fn chat(&mut self, id: i64) -> &mut Chat {
        self.chats.entry(id).or_default()
    }

    pub fn message(&mut self, chat: i64, id: i64) -> Option<&mut Message> {
        self.chats.get_mut(&chat)?.messages.get_mut(&id).filter(|message| !message.is_deleted)
    }

    /// Puts a message into a chat; returns its id.
    pub fn post(
        &mut self,
        chat: i64,
        from: Option<i64>,
        content: Map<String, Value>,
        markup: Option<Value>,
        now: Timestamp,
    ) -> i64 {
        let to = self.chat(chat);
        to.last += 1;
        let id = to.last;
        let once = markup.iter().cloned().collect();
        let message = Message { id, from, date: now, edited: None, content, markup, once, is_deleted: false };
        let shown = screen::message(&message);
        to.messages.insert(id, message);
        let who = self.name(from);
        self.note(chat, screen::said(&who, &shown));
        id
    }

    /// The name of a person, or the bot's.
    pub fn name(&self, who: Option<i64>) -> String {
        who.map_or("bot".to_owned(), |id| self.people[&id].name.clone())
    }

    pub fn user_json(&self, who: Option<i64>) -> Value {
        match who {
            None => json!({
                "id": BOT, "is_bot": true, "first_name": "Foreword", "username": "foreword_test_bot",
            }),
            Some(id) => {
                let person = &self.people[&id];
                json!({
                    "id": id, "is_bot": false, "first_name": person.name,
                    "language_code": person.language,
                })
            }
        }
    }

    pub fn chat_json(&self, id: i64) -> Value {
        if let Some(group) = self.groups.get(&id) {
            let kind = if is_supergroup(id) { "supergroup" } else { "group" };
            return json!({ "id": id, "type": kind, "title": group.title });
        }
        json!({ "id": id, "type": "private", "first_name": self.people[&id].name })
    }

    pub fn message_json(&self, chat: i64, id: i64) -> Option<Value> {
        let message = self.chats.get(&chat)?.messages.get(&id).filter(|message| !message.is_deleted)?;
        let mut json = Value::Object(message.content.clone());
        json["message_id"] = id.into();
        json["from"] = self.user_json(message.from);
        json["chat"] = self.chat_json(chat);
        json["date"] = message.date.as_second().into();
        if let Some(edited) = message.edited {
            json["edit_date"] = edited.as_second().into();
        }
        if let Some(markup) = &message.markup {
            json["reply_markup"] = markup.clone();
        }
        Some(json)
    }

    /// The chat a call names, if the bot may send something there.
    pub fn reach(&self, named: &Value) -> Result<i64, Refusal> {
        let id = self.find(named)?;
        if let Some(person) = self.people.get(&id) {
            if person.has_blocked {
                return Err(Refusal::forbidden("bot was blocked by the user"));
            }
            if person.met != Met::InTheirChat {
                return Err(Refusal::forbidden("bot can't initiate conversation with a user"));
            }
        }
        Ok(id)
    }

    /// The chat a call names, if there is something the bot may do in it.
    pub fn find(&self, named: &Value) -> Result<i64, Refusal> {
        let not_found = || Refusal::bad("chat not found");
        let id = named.as_i64().or_else(|| named.as_str()?.parse().ok()).ok_or_else(not_found)?;
        if let Some(group) = self.groups.get(&id) {
            return group.migrated_to.map_or(Ok(id), |to| Err(Refusal::migrated(to)));
        }
        let person = self.people.get(&id).filter(|person| person.met != Met::Never).ok_or_else(not_found)?;
        if person.is_gone { Err(Refusal::forbidden("user is deactivated")) } else { Ok(id) }
    }
}

pub fn is_supergroup(id: i64) -> bool {
    id < -1_000_000_000_000
}
