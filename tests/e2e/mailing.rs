//! Patients answer by replying to mails.

mod answering;
mod repeating;
mod stopping;
mod strangers;
mod whole_visits;
