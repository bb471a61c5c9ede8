mod answers;
mod laid_out;
mod pieces;
mod pressed;
mod right_to_left;
mod told;

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::{
    conversation::{
        Say,
        script::{Ask, Why},
    },
    ids::ConversationId,
    message::Channel,
    response::{Answer, ItemRef, Ledger, Respondent, Value},
    testing::{instrument, instruments, lang, own, script, script_of},
};

/// A visit as a chat shows it.
struct Chat {
    script: Script,
    order: Vec<String>,
    ledger: Ledger,
    picked: Vec<String>,
    lang: Lang,
    about: Option<&'static str>,
    link: Option<&'static str>,
    whom: Vec<(Tag, String)>,
}

impl Chat {
    fn new(script: Script) -> Self {
        Self {
            order: script.asks.iter().map(|ask| ask.key.clone()).collect(),
            script,
            ledger: Ledger::default(),
            picked: Vec::new(),
            lang: Lang::english(),
            about: None,
            link: None,
            whom: Vec::new(),
        }
    }

    fn view(&self) -> View<'_> {
        View {
            visit: Some(Visit {
                tag: tag(),
                script: &self.script,
                order: &self.order,
                ledger: &self.ledger,
                picked: &self.picked,
                about: self.about,
                link: self.link,
            }),
            lang: &self.lang,
            whom: &self.whom,
            clinic: "Clinic by the Lake",
        }
    }

    fn answers(&mut self, ask: &str, item: &str, value: Value) {
        self.ledger.enter(Answer {
            at: ItemRef::new(ask, item),
            value,
            answered_at: Timestamp::UNIX_EPOCH,
            channel: Channel::Telegram,
            ui_language: self.lang.clone(),
            instrument_language: self.lang.clone(),
            by: Respondent::Patient,
        });
    }

    /// What is said, as it is read on a telephone.
    fn shows(&self, says: &[Tell]) -> String {
        shown(&lay_out(says, &self.view()))
    }

    fn asks(&self, ask: &str, item: &str) -> String {
        self.shows(&[Tell::Say(Say::Ask(ItemRef::new(ask, item)))])
    }

    /// What becomes of a question that was answered.
    fn answered(&self, ask: &str, item: &str) -> Option<String> {
        let at = ItemRef::new(ask, item);
        let message = answered(&[Tell::Say(Say::Ask(at.clone()))], &at, &self.view())?;
        assert!(message.rows.is_empty());
        Some(shown(&message))
    }
}

/// A short question and one of each kind after it.
const KINDS: &str = r#"
[[item]]
id = "short"
kind = "choice"
text = { en = "How often do you feel low?" }
choices = [{ code = "0", text = { en = "Not at all" } }, { code = "1", text = { en = "Several days" } }]
[[item]]
id = "long"
kind = "choice"
text = { en = "What is true?" }
choices = [{ code = "a", text = { en = "I can walk as far as I would like to, with no pain" } }, { code = "b", text = { en = "I can walk" } }]
[[item]]
id = "several"
kind = "multiple-choice"
text = { en = "What hurts?" }
choices = [{ code = "head", text = { en = "Head" } }, { code = "back", text = { en = "Back" } }, { code = "knee", text = { en = "Knee" } }]
[[item]]
id = "scale"
kind = "scale"
text = { en = "How bad?" }
low = { en = "not at all" }
high = { en = "very" }
[[item]]
id = "date"
kind = "date"
text = { en = "Since when?" }
min = "2000-01-01"
max = "2099-12-31"
[[item]]
id = "number"
kind = "integer"
text = { en = "How often?" }
help = { en = "A rough number is fine." }
min = 0
max = 40
unit = { en = "times" }
[[item]]
id = "text"
kind = "text"
nothing_is_an_answer = true
text = { en = "Is there something else?" }
"#;

fn kinds() -> Chat {
    Chat::new(script_of(own(KINDS)))
}

/// Somebody who has said what matters to them.
fn gi() -> Chat {
    let mut chat = Chat::new(script("gi-follow-up", "en"));
    chat.answers("visit-agenda", "topic-1", Value::Text("Belly pain".into()));
    chat
}

fn tag() -> Tag {
    Tag::of(ConversationId(Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_00c0_ffee)))
}

/// A message with its buttons in brackets, and the marks that cannot be seen in angles.
fn shown(message: &Message) -> String {
    let mut text = message.text.clone();
    for row in &message.rows {
        let buttons: Vec<String> = row
            .iter()
            .map(|button| match &button.does {
                Does::Press(data) => {
                    assert!(data.len() <= 64 && Pressed::read(data).is_some(), "{data}");
                    format!("[{}]", button.label)
                }
                Does::Open(link) => format!("[{}: {link}]", button.label),
            })
            .collect();
        text.push('\n');
        text.push_str(&buttons.join(" "));
    }
    text.replace('\u{200F}', "<R>").replace('\u{200E}', "<L>")
}

/// What the buttons of a message carry, in order.
fn presses(message: &Message) -> Vec<Press> {
    let data = message.rows.iter().flatten().filter_map(|button| match &button.does {
        Does::Press(data) => Some(data),
        Does::Open(_) => None,
    });
    data.map(|data| Pressed::read(data).expect("a button of ours").press).collect()
}

#[test]
fn a_spot_names_every_question_that_ships() {
    for id in instruments().keys() {
        let script = script_of((*instrument(id)).clone());
        let order = vec![id.clone()];
        for item in &script.asks[0].instrument.items {
            let at = ItemRef::new(id, &item.id);
            let spot = script.spot(&order, &at).expect("an item of the script");
            assert_eq!(script.at_spot(&order, spot), Some(at));
        }
    }
    let script = script("gi-follow-up", "en");
    let order: Vec<String> = script.asks.iter().map(|ask| ask.key.clone()).collect();
    let mut spots = Vec::new();
    for ask in &script.asks {
        for item in &ask.instrument.items {
            let at = ItemRef::new(&ask.key, &item.id);
            let spot = script.spot(&order, &at).expect("an item of the script");
            assert_eq!(script.at_spot(&order, spot), Some(at));
            spots.push((spot.ask, spot.item));
        }
    }
    assert!(spots.is_sorted() && spots.len() > 20);
}

#[test]
fn a_spot_is_the_same_at_every_door_and_leads_to_nothing_that_is_held_back() {
    let mut private = (*instrument("phq-2")).clone();
    private.channels = vec![Channel::Web, Channel::Staff];
    let ask = |key: &str, instrument| Ask {
        key: key.to_owned(),
        instrument,
        language: Lang::english(),
        why: Why::Asked,
    };
    let whole = Script::new(vec![
        ask("gad-7", instrument("gad-7")),
        ask("phq-2", Arc::new(private)),
        ask("peg", instrument("peg")),
    ]);
    let order: Vec<String> = whole.asks.iter().map(|ask| ask.key.clone()).collect();
    let chat = whole.at_door(Channel::Telegram, Respondent::Patient);
    let web = whole.at_door(Channel::Web, Respondent::Patient);
    let (held_back, last) = (ItemRef::new("phq-2", "q1"), ItemRef::new("peg", "q1"));
    let spot = web.spot(&order, &last).expect("it is asked");
    assert_eq!((chat.spot(&order, &last), chat.at_spot(&order, spot)), (Some(spot), Some(last)));
    let hidden = web.spot(&order, &held_back).expect("it is asked on the web");
    assert_eq!((chat.spot(&order, &held_back), chat.at_spot(&order, hidden)), (None, None));
}

#[test]
fn a_spot_that_somebody_made_up_leads_nowhere() {
    let script = script_of((*instrument("gad-7")).clone());
    let order = vec!["gad-7".to_owned()];
    for (ask, item) in [(0, 7), (0, u16::MAX), (1, 0), (u16::MAX, 0), (u16::MAX, u16::MAX)] {
        assert_eq!(script.at_spot(&order, Spot { ask, item }), None, "{ask}.{item}");
    }
    assert_eq!(script.at_spot(&[], Spot { ask: 0, item: 0 }), None);
    assert_eq!(script.at_spot(&["other".to_owned()], Spot { ask: 0, item: 0 }), None);
    for (ask, item) in [("gad-7", "q99"), ("other", "q1"), ("", "")] {
        assert_eq!(script.spot(&order, &ItemRef::new(ask, item)), None, "{ask}/{item}");
    }
}
