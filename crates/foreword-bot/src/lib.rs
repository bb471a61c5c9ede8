//! The messenger: how messages leave, and how what patients say in a chat comes in.
//!
//! The only place that knows SMTP, Telegram and the clinic's other programs. It refuses to know the database: it is given messages in
//! their final words and says what became of them, and it is asked for what was heard.

pub mod mail;
pub mod telegram;
pub mod webhook;

pub use mail::{Mail, Options};
pub use telegram::Telegram;
pub use webhook::Webhook;
