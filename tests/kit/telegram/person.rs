//! The patient's side: what somebody does with their telephone, and what is on its screen.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    BotApi, Shared, markup, screen,
    state::{Met, Press, Profile, State},
};

/// Somebody with a telephone. What they do waits for the bot when it is not there.
#[derive(Clone)]
pub struct Person {
    pub(super) shared: Arc<Shared>,
    id: i64,
}

impl BotApi {
    /// Somebody who has never heard of the bot.
    pub fn user(&self, name: &str, language: &str) -> Person {
        let id = self.shared.change(|state, _| {
            let id = 7_001 + i64::try_from(state.people.len()).expect("a handful");
            let (name, language) = (name.to_owned(), language.to_owned());
            let person = Profile { name, language, met: Met::Never, has_blocked: false, is_gone: false };
            state.people.insert(id, person);
            id
        });
        Person { shared: Arc::clone(&self.shared), id }
    }
}

impl Person {
    /// The id of the user and of their chat with the bot.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Opens the chat by a link, with its code, and presses Start.
    pub async fn start(&self, code: &str) -> i64 {
        let can_carry = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        assert!(code.len() <= 64 && code.chars().all(can_carry), "no link can carry {code:?}");
        self.says(format!("/start {code}").trim_end()).await
    }

    /// Types something; returns the id of the message.
    pub async fn says(&self, text: &str) -> i64 {
        self.sends(spoken(text)).await
    }

    pub async fn sends_photo(&self, caption: &str) -> i64 {
        let photo = json!([{ "file_id": "p1", "file_unique_id": "u1", "width": 90, "height": 90 }]);
        let mut content = json!({ "photo": photo });
        if !caption.is_empty() {
            content["caption"] = caption.into();
        }
        self.sends(content).await
    }

    pub async fn sends_voice(&self) -> i64 {
        let voice = json!({ "file_id": "v1", "file_unique_id": "u2", "duration": 3 });
        self.sends(json!({ "voice": voice })).await
    }

    pub async fn sends_sticker(&self, emoji: &str) -> i64 {
        let sticker = json!({
            "file_id": "s1", "file_unique_id": "u3", "type": "regular", "width": 512, "height": 512,
            "is_animated": false, "is_video": false, "emoji": emoji,
        });
        self.sends(json!({ "sticker": sticker })).await
    }

    /// Shares their own number.
    pub async fn sends_contact(&self, number: &str) -> i64 {
        let name = self.shared.state().name(Some(self.id));
        let contact = json!({ "phone_number": number, "first_name": name, "user_id": self.id });
        self.sends(json!({ "contact": contact })).await
    }

    pub async fn sends_location(&self) -> i64 {
        self.sends(json!({ "location": { "latitude": 51.5, "longitude": -0.1 } })).await
    }

    /// Writes something else in place of what they said.
    pub async fn edits(&self, message: i64, text: &str) {
        self.shared.change(|state, now| {
            let edited = state.message(self.id, message).expect("the message is there");
            assert_eq!(edited.from, Some(self.id), "people edit what they said themselves");
            edited.content = fields(spoken(text));
            edited.edited = Some(now);
            let line = screen::said(&format!("edits message {message}"), &screen::message(edited));
            state.note(self.id, format!("{} {line}", state.name(Some(self.id))));
            let json = state.message_json(self.id, message).expect("it is there");
            state.updates.add("edited_message", (self.id, "message"), json, now);
        });
        self.shared.push().await;
    }

    /// Presses the newest button with this label; gives the link if it is one.
    pub async fn presses(&self, label: &str) -> Option<String> {
        let (found, is_key) = {
            let state = self.shared.state();
            let chat = state.chats.get(&self.id);
            let newest = chat.into_iter().flat_map(|chat| chat.messages.values().rev()).find_map(|message| {
                if message.is_deleted {
                    return None;
                }
                let button = markup::find(message.markup.as_ref()?, "inline_keyboard", label)?;
                Some((message.id, button.clone()))
            });
            let keyboard = chat.and_then(|chat| chat.keyboard.as_ref());
            (newest, keyboard.is_some_and(|keyboard| markup::find(keyboard, "keyboard", label).is_some()))
        };
        match found {
            Some((message, button)) => self.press(message, &button, "").await,
            None if is_key => {
                self.says(label).await;
                None
            }
            None => panic!("there is no button {label:?} on the screen:\n{}", self.screen()),
        }
    }

    /// Presses a button that is, or once was, below this message: an old screen still shows it.
    pub async fn presses_on(&self, message: i64, label: &str) -> Option<String> {
        self.press(message, &self.button(message, label), &format!(" on message {message}")).await
    }

    /// What a button carries that is, or once was, below this message.
    pub fn data(&self, message: i64, label: &str) -> String {
        self.button(message, label)["callback_data"].as_str().expect("it is no link").to_owned()
    }

    /// Sends a press that carries whatever one likes, as a client can that somebody has altered.
    pub async fn sends_press(&self, message: i64, data: &str) {
        let button = json!({ "text": data, "callback_data": data });
        self.press(message, &button, &format!(" (made up) on message {message}")).await;
    }

    fn button(&self, message: i64, label: &str) -> Value {
        let state = self.shared.state();
        let once = state.chats.get(&self.id).and_then(|chat| chat.messages.get(&message));
        let mut once = once.into_iter().flat_map(|message| message.once.iter().rev());
        let button = once.find_map(|markup| markup::find(markup, "inline_keyboard", label)).cloned();
        button.unwrap_or_else(|| panic!("message {message} never had a button {label:?}"))
    }

    async fn press(&self, message: i64, button: &Value, on: &str) -> Option<String> {
        let link = button["url"].as_str().map(str::to_owned);
        self.shared.change(|state, now| {
            let name = self.may_act(state);
            let label = button["text"].as_str().unwrap_or_default();
            state.note(self.id, format!("{name} presses [{label}]{on}"));
            if let Some(data) = button["callback_data"].as_str() {
                let id = format!("{}", 9_000_001 + state.presses.len());
                let press = Press { chat: self.id, at: now, is_answered: false };
                state.presses.insert(id.clone(), press);
                // Of a message that is gone, Telegram tells only where it was.
                let gone = json!({
                    "chat": state.chat_json(self.id), "message_id": message, "date": 0,
                });
                let query = json!({
                    "id": id,
                    "from": state.user_json(Some(self.id)),
                    "message": state.message_json(self.id, message).unwrap_or(gone),
                    "chat_instance": format!("{}", self.id),
                    "data": data,
                });
                state.updates.add("callback_query", (self.id, "callback_query"), query, now);
            }
        });
        self.shared.push().await;
        link
    }

    pub async fn blocks_bot(&self) {
        self.becomes(true, "blocks the bot").await;
    }

    pub async fn unblocks_bot(&self) {
        self.becomes(false, "unblocks the bot").await;
    }

    async fn becomes(&self, is_blocked: bool, what: &str) {
        self.shared.change(|state, now| {
            state.person(self.id).has_blocked = is_blocked;
            state.note(self.id, format!("{} {what}", state.name(Some(self.id))));
            let bot = state.user_json(None);
            let member = json!({ "status": "member", "user": bot });
            let kicked = json!({ "status": "kicked", "user": bot, "until_date": 0 });
            let (old, new) = if is_blocked { (member, kicked) } else { (kicked, member) };
            let changed = json!({
                "chat": state.chat_json(self.id),
                "from": state.user_json(Some(self.id)),
                "date": now.as_second(),
                "old_chat_member": old,
                "new_chat_member": new,
            });
            state.updates.add("my_chat_member", (self.id, "my_chat_member"), changed, now);
        });
        self.shared.push().await;
    }

    /// The account is gone; nobody tells the bot.
    pub fn deletes_account(&self) {
        self.shared.change(|state, _| {
            state.person(self.id).is_gone = true;
            state.note(self.id, format!("{} deletes the account", state.name(Some(self.id))));
        });
    }

    /// The chat as they see it now: texts, buttons in brackets, edits applied.
    pub fn screen(&self) -> String {
        let state = self.shared.state();
        state.chats.get(&self.id).map_or_else(String::new, |chat| screen::chat(&state, chat))
    }

    /// Everything that has happened in their chat, in order.
    pub fn transcript(&self) -> String {
        self.shared.state().log(Some(self.id))
    }

    /// The buttons below a message as it is now, row by row.
    pub fn buttons(&self, message: i64) -> Vec<Vec<String>> {
        let state = self.shared.state();
        let message = state.chats.get(&self.id).and_then(|chat| chat.messages.get(&message));
        screen::rows(message.and_then(|message| message.markup.as_ref()), "inline_keyboard")
    }

    /// The messages of the bot that have buttons now, oldest first: the id of each, and of each button the
    /// label and what it carries.
    pub fn keyboards(&self) -> Vec<(i64, Vec<(String, String)>)> {
        let text = |button: &Value, key: &str| button[key].as_str().unwrap_or_default().to_owned();
        let state = self.shared.state();
        let messages = state.chats.get(&self.id).into_iter().flat_map(|chat| chat.messages.values());
        let mut found = Vec::new();
        for message in messages.filter(|message| !message.is_deleted) {
            let rows = message.markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array());
            let buttons = rows.into_iter().flatten().flat_map(|row| row.as_array().into_iter().flatten());
            let buttons: Vec<_> =
                buttons.map(|button| (text(button, "text"), text(button, "callback_data"))).collect();
            if !buttons.is_empty() {
                found.push((message.id, buttons));
            }
        }
        found
    }

    /// The id of the newest message of the bot.
    pub fn newest(&self) -> i64 {
        self.newest_of_bot().expect("the bot has said something")
    }

    /// The same, if there is one.
    pub fn newest_of_bot(&self) -> Option<i64> {
        let state = self.shared.state();
        let messages = state.chats.get(&self.id).into_iter().flat_map(|chat| chat.messages.values());
        messages.rev().find(|message| message.from.is_none()).map(|message| message.id)
    }

    async fn sends(&self, content: Value) -> i64 {
        let id = self.shared.change(|state, now| {
            self.may_act(state);
            state.person(self.id).met = Met::InTheirChat;
            arrives(state, self.id, self.id, content, now)
        });
        self.shared.push().await;
        id
    }

    fn may_act(&self, state: &mut State) -> String {
        let person = state.person(self.id);
        assert!(!person.is_gone, "{} has no account any more", person.name);
        assert!(!person.has_blocked, "{} has blocked the bot and must unblock it first", person.name);
        person.name.clone()
    }
}

/// Puts what a person sends into a chat and lines up the update.
pub fn arrives(state: &mut State, chat: i64, from: i64, content: Value, now: Timestamp) -> i64 {
    let id = state.post(chat, Some(from), fields(content), None, now);
    let json = state.message_json(chat, id).expect("it has just been posted");
    state.updates.add("message", (chat, "message"), json, now);
    id
}

/// A text with its command marked, as Telegram marks it.
pub fn spoken(text: &str) -> Value {
    let mut content = json!({ "text": text });
    let command = text.split_whitespace().next().unwrap_or_default();
    if command.len() > 1 && command.starts_with('/') {
        content["entities"] = json!([{ "type": "bot_command", "offset": 0, "length": command.len() }]);
    }
    content
}

fn fields(content: Value) -> Map<String, Value> {
    match content {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
