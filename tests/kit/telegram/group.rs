//! A group that somebody has put the bot into.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use serde_json::json;

use super::{BotApi, Person, Shared, person, screen, state};

/// A group; it changes its id when it becomes a supergroup.
pub struct Group {
    shared: Arc<Shared>,
    id: AtomicI64,
}

impl BotApi {
    /// A group that one of its members has put the bot into.
    pub async fn group(&self, title: &str, members: &[&Person]) -> Group {
        let by = members.first().expect("a group has members").id();
        let id = self.shared.change(|state, now| {
            let id = -5_001 - i64::try_from(state.groups.len()).expect("a handful");
            state.groups.insert(id, state::Group { title: title.to_owned(), migrated_to: None });
            for member in members {
                let person = state.person(member.id());
                if person.met == state::Met::Never {
                    person.met = state::Met::Elsewhere;
                }
            }
            state.note(id, format!("{} puts the bot into {title}", state.name(Some(by))));
            let bot = state.user_json(None);
            let added = json!({
                "chat": state.chat_json(id),
                "from": state.user_json(Some(by)),
                "date": now.as_second(),
                "old_chat_member": { "status": "left", "user": bot },
                "new_chat_member": { "status": "member", "user": bot },
            });
            state.updates.add("my_chat_member", (id, "my_chat_member"), added, now);
            id
        });
        self.shared.push().await;
        Group { shared: Arc::clone(&self.shared), id: AtomicI64::new(id) }
    }
}

impl Group {
    pub fn id(&self) -> i64 {
        self.id.load(Ordering::SeqCst)
    }

    /// A member says something that the bot can hear.
    pub async fn hears(&self, from: &Person, text: &str) -> i64 {
        let message = self
            .shared
            .change(|state, now| person::arrives(state, self.id(), from.id(), person::spoken(text), now));
        self.shared.push().await;
        message
    }

    /// Becomes a supergroup; returns the new id.
    pub async fn migrates(&self, by: &Person) -> i64 {
        let old = self.id();
        let new = old - 1_000_000_000_000;
        self.shared.change(|state, now| {
            let group = state.groups.get_mut(&old).expect("it is there");
            let title = group.title.clone();
            group.migrated_to = Some(new);
            state.groups.insert(new, state::Group { title, migrated_to: None });
            person::arrives(state, old, by.id(), json!({ "migrate_to_chat_id": new }), now);
            person::arrives(state, new, by.id(), json!({ "migrate_from_chat_id": old }), now);
        });
        self.id.store(new, Ordering::SeqCst);
        self.shared.push().await;
        new
    }

    pub fn screen(&self) -> String {
        let state = self.shared.state();
        state.chats.get(&self.id()).map_or_else(String::new, |chat| screen::chat(&state, chat))
    }
}
