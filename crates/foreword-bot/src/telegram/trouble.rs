//! What can be wrong between the service and Telegram, without a word of what was being said.

use serde::Deserialize;
use teloxide::{ApiError, RequestError};

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Not before so many seconds have passed (429).
    #[error("telegram asks to wait for {0} seconds")]
    Wait(u32),
    /// The token is not, or no longer, that of a bot (401, 404): somebody must act.
    #[error("telegram refuses the bot's token; check telegram.token and telegram.api_url")]
    Token,
    /// Somebody else fetches the updates, or they are pushed somewhere (409).
    #[error(
        "another program fetches this bot's messages already, or a webhook is set; stop it, or give this \
         service a bot of its own"
    )]
    Conflict,
    /// Telegram failed (5xx).
    #[error("telegram has trouble of its own")]
    Down,
    /// There was no connection: nothing has arrived there.
    #[error("telegram cannot be reached")]
    Unreachable,
    /// The connection ended before the answer came: the call may have taken effect.
    #[error("the connection to telegram broke")]
    Broken,
    /// The answer cannot be read: the call may have taken effect.
    #[error("telegram's answer cannot be read")]
    Garbled,
    /// It will not do that, whenever it is asked.
    #[error("telegram refuses: {0}")]
    Refused(String),
}

impl Trouble {
    /// The seconds Telegram asks to wait, if it does.
    pub fn pause(&self) -> Option<u32> {
        match self {
            Self::Wait(seconds) => Some(*seconds),
            _ => None,
        }
    }

    /// Whether it may go by without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Token | Self::Refused(_))
    }
}

impl From<RequestError> for Trouble {
    fn from(error: RequestError) -> Self {
        Self::of(&error)
    }
}

impl Trouble {
    /// What an error comes to. It is neither kept nor printed: some hold what was being said.
    pub(super) fn of(error: &RequestError) -> Self {
        match error {
            RequestError::RetryAfter(pause) => Self::Wait(pause.seconds()),
            RequestError::MigrateToChatId(_) => Self::Refused("the chat has another number now".to_owned()),
            RequestError::Network(error) if error.is_connect() || error.is_builder() => Self::Unreachable,
            RequestError::Network(_) | RequestError::Io(_) => Self::Broken,
            RequestError::InvalidJson { raw, .. } => of_answer(raw),
            RequestError::Api(error) => of_refusal(error),
        }
    }
}

/// An answer that teloxide does not take.
fn of_answer(raw: &str) -> Trouble {
    #[derive(Deserialize)]
    struct Answer {
        ok: bool,
        #[serde(default)]
        description: String,
        parameters: Option<Parameters>,
    }
    #[derive(Deserialize)]
    struct Parameters {
        retry_after: Option<u32>,
    }
    match serde_json::from_str::<Answer>(raw) {
        Ok(Answer { ok: false, description, parameters }) => {
            match parameters.and_then(|parameters| parameters.retry_after) {
                Some(seconds) => Trouble::Wait(seconds),
                None => of_words(&description),
            }
        }
        Ok(_) => Trouble::Garbled,
        // Half an answer of Telegram's begins as a whole one does; all else is the page of a gateway.
        Err(_) if raw.trim_start().starts_with('{') || raw.trim().is_empty() => Trouble::Garbled,
        Err(_) => Trouble::Down,
    }
}

fn of_refusal(error: &ApiError) -> Trouble {
    match error {
        ApiError::InvalidToken => Trouble::Token,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => Trouble::Conflict,
        ApiError::Unknown(words) | ApiError::CantParseEntities(words) => of_words(words),
        // All others are sentences that teloxide knows by heart.
        known => Trouble::Refused(known.to_string()),
    }
}

/// Telegram's words begin with the status's name. The rest is never repeated: it may quote the message,
/// or a link in it.
fn of_words(words: &str) -> Trouble {
    let begins = |with: &str| words.starts_with(with);
    if begins("Conflict") {
        Trouble::Conflict
    } else if begins("Unauthorized") || begins("Not Found") {
        Trouble::Token
    } else if begins("Too Many Requests") {
        let pause = words.rsplit(' ').next().and_then(|last| last.parse().ok());
        Trouble::Wait(pause.unwrap_or(5))
    } else if begins("Bad Request") {
        Trouble::Refused("Bad Request".to_owned())
    } else if begins("Forbidden") {
        Trouble::Refused("Forbidden".to_owned())
    } else {
        Trouble::Down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(answer: &str) -> Trouble {
        let error = serde_json::from_str::<()>(answer).unwrap_err();
        Trouble::of(&RequestError::InvalidJson { source: error.into(), raw: answer.into() })
    }

    #[test]
    fn an_answer_that_is_none_says_whether_it_was_telegram_that_spoke() {
        assert_eq!(of("<html><head><title>502</title></head></html>"), Trouble::Down);
        assert_eq!(of(r#"{"ok":true,"result":{"message_id":"#), Trouble::Garbled);
        assert_eq!(of(""), Trouble::Garbled);
        let newer =
            r#"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":3,"new":1}}"#;
        assert_eq!(of(newer), Trouble::Wait(3));
        assert_eq!(of(r#"{"ok":false,"description":"Bad Request: x","parameters":{"new":1}}"#).pause(), None);
    }

    #[test]
    fn what_telegram_says_is_told_by_its_first_words_and_not_repeated() {
        let of = |words: &str| Trouble::of(&RequestError::Api(ApiError::Unknown(words.to_owned())));
        for (words, expected) in [
            ("Conflict: can't use getUpdates method while webhook is active", Trouble::Conflict),
            ("Unauthorized: x", Trouble::Token),
            ("Not Found: method not found", Trouble::Token),
            ("Too Many Requests: retry after 7", Trouble::Wait(7)),
            ("Internal Server Error", Trouble::Down),
        ] {
            assert_eq!(of(words), expected, "{words}");
        }
        let refused =
            of("Bad Request: inline keyboard button URL 'https://clinic.example/v/s3cret' is invalid");
        assert_eq!(refused.to_string(), "telegram refuses: Bad Request");
        assert!(!refused.may_pass());
    }
}
