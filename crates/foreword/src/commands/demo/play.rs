//! Plays a sample patient: says what they say, through the same door as everybody.

use foreword_app::{App, access};
use foreword_domain::{
    conversation::{Command, Input, Said},
    ids::ConversationId,
    message::{Channel, Inbound, InboxKey},
    private::Private,
    response::{ItemRef, Respondent},
};
use jiff::{SignedDuration, Timestamp};

/// What a patient answers: to an item (`ask/item`), or to all items of an ask, one digit each.
/// Everything else is left out.
pub(super) type Part = &'static [(&'static str, &'static str)];

/// Answers up to `most` questions, some seconds apart.
pub(super) async fn answer(
    app: &App,
    conversation: ConversationId,
    part: Part,
    most: usize,
    channel: Channel,
    from: Timestamp,
) -> anyhow::Result<()> {
    let mut now = from;
    say(app, conversation, Said::Here, channel, now).await?;
    for _ in 0..most {
        let visit = app.visit(conversation).await?;
        let Some(place) = visit.standing.at(&visit.script, &visit.ledger) else { break };
        let at = place.at();
        let input = match said(part, &at) {
            None => Input::Skip,
            Some(text) if place.item.choices().is_empty() => Input::Typed(Private::new(text)),
            Some(codes) => Input::Codes(codes.split(' ').map(str::to_owned).collect()),
        };
        now = now.checked_add(SignedDuration::from_secs(9))?;
        say(app, conversation, Said::Give { at, input }, channel, now).await?;
    }
    Ok(())
}

/// Asks for something.
pub(super) async fn ask_for(
    app: &App,
    conversation: ConversationId,
    command: Command,
    now: Timestamp,
) -> anyhow::Result<()> {
    say(app, conversation, Said::Command(command), Channel::Web, now).await
}

fn said(part: Part, at: &ItemRef) -> Option<String> {
    let key = at.to_string();
    if let Some((_, text)) = part.iter().find(|(item, _)| *item == key) {
        return Some((*text).to_owned());
    }
    let (_, digits) = part.iter().find(|(ask, _)| *ask == at.ask)?;
    let n: usize = at.item.strip_prefix('q')?.parse().ok()?;
    digits.chars().nth(n.checked_sub(1)?).map(String::from)
}

async fn say(
    app: &App,
    conversation: ConversationId,
    said: Said,
    channel: Channel,
    now: Timestamp,
) -> anyhow::Result<()> {
    let inbound = Inbound {
        key: InboxKey { source: "demo".to_owned(), id: access::nonce() },
        conversation,
        channel,
        by: Respondent::Patient,
        at_once: 1,
        said,
    };
    app.receive(inbound, now).await?;
    Ok(())
}
