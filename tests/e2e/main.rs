//! What people do with Foreword, one file per thing. Everything with IO is here, in one binary, on
//! SQLite or, with `FOREWORD_TEST_POSTGRES`, on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "everything here is a test, helpers included")]

#[path = "../kit/mod.rs"]
mod kit;

mod adapting;
mod answering_by_web;
mod answering_in_both;
mod booking;
#[cfg(feature = "browser")]
mod browsing;
mod commands;
mod crashing;
mod importing;
mod inviting;
mod keeping_secrets;
mod reading_the_page;
mod scoring;
mod signing_in;
mod starting;
mod upgrading;
