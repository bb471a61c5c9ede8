//! Rows in, domain out: the one place that knows the database, SQLite or PostgreSQL.
//!
//! Everything happens inside [`Store::read`] or [`Store::write`]; nothing reads or writes outside
//! a transaction. It refuses to know what the rows mean to people.

pub mod alerts;
mod alone;
pub mod answers;
pub mod api_clients;
pub mod api_requests;
pub mod appointments;
pub mod audit;
pub mod break_glass;
pub mod clinics;
mod connect;
pub mod conversations;
mod crash;
mod db;
pub mod digests;
pub mod exports;
pub mod feeds;
pub mod goals;
pub mod guesses;
pub mod handed_in;
pub mod heartbeats;
pub mod identities;
pub mod inbox;
pub mod instruments;
pub mod invitations;
pub mod keys;
pub mod kiosk;
mod later;
pub mod library;
pub mod mails;
pub mod many;
pub mod notes;
pub mod outbox;
pub mod pages;
pub mod passkeys;
pub mod pathways;
pub mod patients;
pub mod questions;
mod rows;
pub mod safety_plans;
mod sealed;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod staff;
pub mod staff_chats;
pub mod staff_roles;
pub mod surroundings;
pub mod telegram;
mod together;
pub mod topics;
pub mod transcriptions;
mod txn;
pub mod units;
pub mod webhooks;
mod writer;

pub use alone::Alone;
pub use connect::{Options, SQLITE_NEEDED, Url, connect_single};
pub use crash::crash_point;
pub use keys::{Keys, digest, random};
pub use together::Together;
pub use txn::{Contention, Future, Store, Txn};

/// What can go wrong with the database, as far as callers branch on it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else was at the same rows; the transaction may be tried again.
    #[error("the database is busy")]
    Contention(#[source] sea_orm::DbErr),
    /// The database answered with an error, or not at all.
    #[error("the database failed")]
    Database(#[source] sea_orm::DbErr),
    /// A sealed column could not be opened, or a row holds what this version can't read.
    #[error("{table}.{column} cannot be read: {why}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong with it, without its content.
        why: String,
    },
    /// The database or its key can't be used as they are; the message says what to do.
    #[error("{0}")]
    Unusable(String),
}

impl Error {
    /// Whether it lies in what was to be read or written, so that another try fails like this one, and not
    /// in the database or in the way to it.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Contention(error) | Self::Database(error) => txn::is_lasting(error),
            Self::Unreadable { .. } => true,
            Self::Unusable(_) => false,
        }
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        if txn::is_contention(&error) { Self::Contention(error) } else { Self::Database(error) }
    }
}

/// The result of asking the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;
