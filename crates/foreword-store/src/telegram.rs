//! The Telegram door's own rows: updates as they came, where each chat stands and whose it is, and
//! single-use codes.
//!
//! It refuses to know what an update says and what a chat is told.

mod bindings;
mod chats;
mod codes;
mod updates;

pub use bindings::{bind, chats_of, move_chat, patients_of, unbind};
pub use chats::{Chat, chat, find_again, lose, note_prompt, pause, paused_until, put_chat};
pub use codes::{Subject, add_code, use_code};
pub use updates::{Waiting, forget, hold, next, refuse, refuse_unreadable, settle, take_in};

use crate::Txn;

/// What a chat is found by, in every table but the contacts'.
pub(crate) fn chat_hash(txn: &Txn, chat: i64) -> Vec<u8> {
    address_hash(txn, &chat.to_string())
}

/// The same of a chat's number as it stands in an address.
pub(crate) fn address_hash(txn: &Txn, address: &str) -> Vec<u8> {
    txn.keys.blind("telegram.chat", address)
}

/// A digest in hexadecimal: what a sealed column is bound to where the row has no other name.
fn hex(hash: &[u8]) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(hash.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written to it");
        text
    })
}
