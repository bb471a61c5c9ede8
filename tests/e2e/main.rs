//! What people do with Foreword, one file per thing. Everything with IO is here, in one binary, on
//! SQLite or, with `FOREWORD_TEST_POSTGRES`, on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "everything here is a test, helpers included")]

#[path = "../kit/mod.rs"]
mod kit;

mod adapting;
mod answering_an_alert;
mod answering_by_web;
mod answering_in_both;
mod asking;
mod at_the_desk;
mod auditing;
mod authorisation;
mod booking;
#[cfg(feature = "browser")]
mod browsing;
mod calling_by_json;
mod chat_faults;
mod chat_hook;
mod chat_lost;
mod chat_random;
mod chat_updates;
mod chatting;
mod choosing_pathways;
mod closing_the_loop;
mod commands;
mod copying_paper;
mod crashing;
mod crashing_in_chat;
mod digesting;
mod feeding;
mod following_a_visit;
mod importing;
mod intake_api;
mod inviting;
mod keeping_secrets;
mod keeping_updates;
mod knowing_a_patient;
mod listening;
#[cfg(feature = "mail-server")]
mod mail_server;
mod mailing;
mod managing;
mod moving_to_a_chat;
mod not_asking_again;
mod owing_replies;
mod planning_the_day;
mod playing_a_year;
mod reading_the_library;
mod reading_the_page;
mod rehearsing;
mod scanning;
mod scoring;
mod seeing_what_will_be_sent;
mod serving_programs;
mod signing_in;
mod staffing_a_chat;
mod starting;
mod subscribing;
mod taking_home;
mod telegram_door;
mod timing_out;
mod two_windows;
mod upgrading;
mod weighing;
mod working_twice;
