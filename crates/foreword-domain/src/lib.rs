//! The words and the arithmetic of patient-reported outcomes.
//!
//! Pure: no clock, no disk, no network, no database. What happens here is decided by its arguments.

pub mod agenda;
pub mod alert;
pub mod appointment;
pub mod booking;
pub mod chat;
pub mod consent;
pub mod conversation;
pub mod escalation;
pub mod event;
pub mod ids;
pub mod instrument;
pub mod irt;
pub mod language;
pub mod locate;
pub mod mail;
pub mod message;
pub mod pathway;
pub mod patient;
pub mod phrases;
pub mod private;
pub mod question;
pub mod reply;
pub mod response;
pub mod safety;
pub mod schedule;
pub mod scoring;
pub mod topic;

#[cfg(test)]
mod testing;
