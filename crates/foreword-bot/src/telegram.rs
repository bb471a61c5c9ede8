//! Telegram: what is said in a chat goes out, and what patients send there comes in.
//!
//! It refuses to confirm what it hears on its own: the next call for updates does, and it is the caller's.

mod asking;
mod delivering;
mod hearing;
mod look;
mod polling;
mod trouble;

use std::{fmt, time::Duration};

use foreword_domain::{language::Lang, phrases::t};
use serde::Deserialize;
use teloxide::{
    Bot,
    net::default_reqwest_settings,
    payloads::{
        DeleteWebhook, DeleteWebhookSetters, GetMe, SetMyCommands, SetMyCommandsSetters, SetWebhook,
        SetWebhookSetters,
    },
    requests::{MultipartRequest, Request},
    types::{AllowedUpdate, BotCommand, BotCommandScope},
};

pub use hearing::heard;
pub use polling::read_update;
pub use trouble::Trouble;

/// How Telegram is reached.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// The bot's token, as `@BotFather` gave it. It is a secret: who has it is the bot.
    pub token: String,
    /// Where the Bot API is.
    pub api_url: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { token: String::new(), api_url: teloxide::net::TELEGRAM_API_URL.to_owned() }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("api_url", &self.api_url).finish_non_exhaustive()
    }
}

/// What is wrong with the settings. Neither is quoted: an address may hold a token too.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The token.
    #[error(
        "telegram.token is not the token of a bot, must be as @BotFather gave it: digits, a colon, \
         then letters, digits, _ and -"
    )]
    Token,
    /// The address of the Bot API.
    #[error("telegram.api_url is not an address, must be such as \"https://api.telegram.org\"")]
    Url,
    /// The computer.
    #[error("telegram: connections cannot be made ready")]
    Connections(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A bot on Telegram. A clone shares its connections.
#[derive(Clone)]
pub struct Telegram {
    bot: Bot,
    /// The same bot, with the patience a long poll needs.
    poller: Bot,
}

impl fmt::Debug for Telegram {
    /// A [`Bot`] would print its token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telegram")
    }
}

/// What the bot wants to hear of.
const WANTED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// The commands of the menu, and the phrases that say what they do.
const COMMANDS: [(&str, &str); 7] = [
    ("back", "about-back"),
    ("skip", "about-skip"),
    ("answers", "about-answers"),
    ("pause", "about-pause"),
    ("language", "about-language"),
    ("help", "about-help"),
    ("stop", "about-stop"),
];

/// The languages of the menu besides English, which is for all others.
const LANGUAGES: [&str; 4] = ["es", "de", "fr", "ar"];

/// How many updates Telegram may push at the same time. The database takes one after the other anyway.
const PUSHED_AT_ONCE: u8 = 4;

impl Telegram {
    /// Makes ready; asks nothing of Telegram yet.
    pub fn new(options: &Options) -> Result<Self, Error> {
        if !is_token(&options.token) {
            return Err(Error::Token);
        }
        let address = options.api_url.trim_end_matches('/');
        let place = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let place = place.filter(|place| !place.contains(['?', '#'])).ok_or(Error::Url)?;
        let with_patience = |patience: Option<Duration>| {
            let mut client = default_reqwest_settings();
            if let Some(patience) = patience {
                client = client.timeout(patience);
            }
            // What is on this computer is not reached by way of another.
            let here = ["127.0.0.1", "[::1]", "localhost"];
            if here.iter().any(|here| place.strip_prefix(here).is_some_and(ends_a_host)) {
                client = client.no_proxy();
            }
            let client = client.build().map_err(|error| Error::Connections(error.into()))?;
            let url = address.parse().map_err(|_| Error::Url)?;
            Ok(Bot::with_client(&options.token, client).set_api_url(url))
        };
        Ok(Self { bot: with_patience(None)?, poller: with_patience(Some(polling::PATIENCE))? })
    }

    /// Asks Telegram who the bot is; its user name, for links to it.
    pub async fn introduce(&self) -> Result<String, Trouble> {
        #[derive(Deserialize)]
        struct Me {
            username: String,
        }
        let me: Me = asking::ask(&self.bot, GetMe::new()).await?;
        Ok(me.username)
    }

    /// Offers the commands in the menu of every private chat, in every language of the service.
    pub async fn offer_commands(&self) -> Result<(), Trouble> {
        let english = Lang::english();
        let others = LANGUAGES.iter().filter_map(|tag| Lang::parse(tag).ok());
        for language in std::iter::once(english.clone()).chain(others) {
            let commands = COMMANDS.map(|(name, about)| BotCommand::new(name, t(about, &language, &[])));
            let mut offer = SetMyCommands::new(commands).scope(BotCommandScope::AllPrivateChats);
            if language != english {
                offer = offer.language_code(language.as_str());
            }
            let _: bool = asking::ask(&self.bot, offer).await?;
        }
        Ok(())
    }

    /// Lets Telegram push what is heard to an address, each time with the secret. What waits is kept.
    pub async fn use_webhook(&self, url: &str, secret: &str) -> Result<(), Trouble> {
        let url = url.parse().map_err(|_| Trouble::Refused("the webhook's address is none".to_owned()))?;
        let hook = SetWebhook::new(url)
            .secret_token(secret)
            .allowed_updates(WANTED)
            .max_connections(PUSHED_AT_ONCE)
            .drop_pending_updates(false);
        MultipartRequest::new(self.bot.clone(), hook).send().await?;
        Ok(())
    }

    /// Keeps Telegram from pushing, so that what is heard can be fetched. What waits is kept.
    pub async fn use_polling(&self) -> Result<(), Trouble> {
        let _: bool = asking::ask(&self.bot, DeleteWebhook::new().drop_pending_updates(false)).await?;
        Ok(())
    }
}

/// Whether what follows the name of a host is no more of it.
fn ends_a_host(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([':', '/'])
}

fn is_token(token: &str) -> bool {
    token.split_once(':').is_some_and(|(id, secret)| {
        let is_secret = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-');
        (1..=20).contains(&id.len())
            && id.bytes().all(|c| c.is_ascii_digit())
            && (1..=200).contains(&secret.len())
            && secret.bytes().all(is_secret)
    })
}

#[cfg(test)]
mod tests;
