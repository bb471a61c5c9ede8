//! What is said in a chat: presses are answered, messages changed, and then one is sent.

use std::{future::Future, pin::Pin};

use foreword_domain::{
    chat::{Button, Does, Message},
    message::{Body, Channel, Deliver, Delivery, Edited, Outbound, Post},
};
use serde::{Deserialize, de::IgnoredAny};
use teloxide::{
    ApiError, Bot, RequestError,
    payloads::{
        AnswerCallbackQuery, EditMessageReplyMarkup, EditMessageText, EditMessageTextSetters, SendMessage,
        SendMessageSetters,
    },
    types::{
        CallbackQueryId, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId,
    },
};

use super::{Telegram, Trouble, asking::ask};

impl Deliver for Telegram {
    fn channel(&self) -> Channel {
        Channel::Telegram
    }

    fn deliver<'a>(&'a self, message: &'a Outbound) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        Box::pin(async move {
            let Body::Post(post) = &message.body else {
                return Delivery::Never("a letter cannot be sent to a chat".to_owned());
            };
            match message.address.parse().map(ChatId) {
                Ok(chat) => hand_over(&self.bot, chat, post).await,
                Err(_) => Delivery::Never("the address is not the number of a chat".to_owned()),
            }
        })
    }
}

async fn hand_over(bot: &Bot, chat: ChatId, post: &Post) -> Delivery {
    if let Some((query, words)) = &post.query {
        let mut answer = AnswerCallbackQuery::new(CallbackQueryId(query.clone()));
        answer.text.clone_from(words);
        // It only ends the little clock on the button; one that is too old has lost it long since.
        let _: Result<IgnoredAny, _> = ask(bot, answer).await;
    }
    for edited in &post.edits {
        if let Err(ended) = edit(bot, chat, edited).await {
            return ended;
        }
    }
    match &post.message {
        Some(message) => send(bot, chat, message).await,
        None => Delivery::Accepted(None),
    }
}

async fn send(bot: &Bot, chat: ChatId, message: &Message) -> Delivery {
    #[derive(Deserialize)]
    struct Sent {
        message_id: i64,
    }
    let mut call =
        SendMessage::new(chat, &message.text).link_preview_options(no_preview()).protect_content(true);
    match keyboard(&message.rows) {
        Ok(Some(keyboard)) => call = call.reply_markup(keyboard),
        Ok(None) => {}
        Err(NoLink) => return Delivery::Never("a button's link is no address".to_owned()),
    }
    match ask::<_, Sent>(bot, call).await {
        Ok(sent) => Delivery::Accepted(Some(sent.message_id)),
        Err(RequestError::MigrateToChatId(to)) => Delivery::MovedTo(to.0.to_string()),
        Err(RequestError::Api(error)) if let Some(why) = nobody_there(&error) => {
            Delivery::Unreachable(why.to_owned())
        }
        Err(error) => match Trouble::of(&error) {
            Trouble::Wait(seconds) => Delivery::Wait(seconds),
            trouble @ (Trouble::Broken | Trouble::Garbled) => Delivery::Unknown(trouble.to_string()),
            trouble if trouble.may_pass() => Delivery::Later(trouble.to_string()),
            // The message is sound, and can be sent when somebody has seen to the token.
            Trouble::Token => Delivery::Later(Trouble::Token.to_string()),
            trouble => Delivery::Never(trouble.to_string()),
        },
    }
}

/// Changes a message; an error ends the delivery. Doing it twice changes nothing, so that it can be done
/// again whatever became of it.
async fn edit(bot: &Bot, chat: ChatId, edited: &Edited) -> Result<(), Delivery> {
    // What Telegram cannot have numbered, or have a button for, is not there to be changed.
    let Ok(message) = edited.message.try_into().map(MessageId) else { return Ok(()) };
    let Ok(keyboard) = keyboard(&edited.rows) else { return Ok(()) };
    let done: Result<IgnoredAny, _> = if let Some(text) = &edited.text {
        let mut call = EditMessageText::new(chat, message, text).link_preview_options(no_preview());
        call.reply_markup = keyboard;
        ask(bot, call).await
    } else {
        let mut call = EditMessageReplyMarkup::new(chat, message);
        call.reply_markup = keyboard;
        ask(bot, call).await
    };
    match done {
        Ok(_) => Ok(()),
        Err(RequestError::MigrateToChatId(to)) => Err(Delivery::MovedTo(to.0.to_string())),
        Err(error) => match Trouble::of(&error) {
            // It is as it is to be, or gone, or too old, or nobody sees it: what follows says more.
            Trouble::Refused(_) => Ok(()),
            Trouble::Wait(seconds) => Err(Delivery::Wait(seconds)),
            trouble => Err(Delivery::Later(trouble.to_string())),
        },
    }
}

/// A link's page would be fetched, and shown, by Telegram.
fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

struct NoLink;

fn keyboard(rows: &[Vec<Button>]) -> Result<Option<InlineKeyboardMarkup>, NoLink> {
    let button = |button: &Button| match &button.does {
        Does::Press(data) => Ok(InlineKeyboardButton::callback(&button.label, data)),
        Does::Open(link) => Ok(InlineKeyboardButton::url(&button.label, link.parse().map_err(|_| NoLink)?)),
    };
    let rows = rows.iter().filter(|row| !row.is_empty());
    let rows: Vec<Vec<_>> =
        rows.map(|row| row.iter().map(button).collect()).collect::<Result<_, NoLink>>()?;
    Ok((!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows)))
}

/// Why nobody can be written to there, if that is what an error says.
fn nobody_there(error: &ApiError) -> Option<&'static str> {
    match error {
        ApiError::BotBlocked => Some("the bot is blocked there"),
        ApiError::UserDeactivated => Some("the account was deleted"),
        ApiError::ChatNotFound | ApiError::UserNotFound => Some("there is no such chat"),
        ApiError::GroupDeactivated
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel => Some("the bot is not in that group any more"),
        ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots
        | ApiError::NotEnoughRightsToPostMessages => Some("the bot may not write there"),
        ApiError::Unknown(words) if MAY_NOT.iter().any(|begin| words.starts_with(begin)) => {
            Some("the bot may not write there")
        }
        _ => None,
    }
}

/// How sentences begin that say the same and that teloxide does not know.
const MAY_NOT: [&str; 6] = [
    "Forbidden",
    "Bad Request: PEER_ID_INVALID",
    "Bad Request: CHAT_WRITE_FORBIDDEN",
    "Bad Request: USER_IS_BLOCKED",
    "Bad Request: have no rights to send a message",
    "Bad Request: not enough rights to send",
];
