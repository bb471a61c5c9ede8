//! What may not be asked at a door, and banks that are asked item by item.

use std::sync::Arc;

use super::*;
use crate::{
    conversation::script::{Ask, Why},
    testing::instrument,
};

/// Two instruments, the second of which may not be asked in a chat.
fn private_second() -> Script {
    let mut private = (*instrument("phq-2")).clone();
    private.channels = vec![Channel::Web, Channel::Staff];
    let ask = |key: &str, instrument: Arc<Instrument>| Ask {
        key: key.to_owned(),
        instrument,
        language: Lang::english(),
        why: Why::Asked,
    };
    Script::new(vec![ask("gad-7", instrument("gad-7")), ask("phq-2", Arc::new(private))])
}

#[test]
fn what_is_private_is_not_asked_in_a_chat_and_waits_on_the_web() {
    let whole = private_second();
    let mut chat = Talk::new(whole.at_door(Channel::Telegram, Respondent::Patient));
    chat.take(&Said::Here);
    chat.says(&["1", "1", "1", "1", "1", "1"]);
    chat.heard();
    chat.says(&["2"]);
    assert_eq!(
        chat.heard(),
        "> 2\nThe next questions are private. Please answer them on the web page: use the link in your invitation.\n"
    );
    assert_eq!((chat.state(), chat.at()), (State::Open, "-".to_owned()));
    // Neither a number nor a button reaches a question that is held back.
    chat.says(&["1"]).gives(("phq-2", "q1"), codes(&["1"]));
    assert_eq!(chat.value("phq-2", "q1"), "nothing");
    assert!(!chat.heard().contains("interest or pleasure"));

    let mut web = Talk::new(whole.at_door(Channel::Web, Respondent::Patient));
    web.ledger = chat.ledger.clone();
    web.conversation = chat.conversation.clone();
    assert_eq!(web.at(), "phq-2/q1");
    web.gives(("phq-2", "q1"), codes(&["1"])).gives(("phq-2", "q2"), codes(&["0"]));
    assert_eq!(web.state(), State::Completed);

    // What was answered on the web is not read out in the chat either.
    chat.ledger = web.ledger.clone();
    chat.conversation = web.conversation.clone();
    chat.heard();
    chat.says(&["review"]);
    let review = chat.heard();
    assert!(
        review.contains("7. ") && !review.contains("8. ") && !review.contains("interest or pleasure"),
        "{review}"
    );
}

#[test]
fn what_only_the_patient_can_say_is_not_asked_of_others() {
    let script = private_second().at_door(Channel::Web, Respondent::Proxy);
    assert!(script.asks.is_empty() && script.waits_elsewhere(&Ledger::default()));
}

#[test]
fn the_wish_about_what_is_held_back_is_held_back_too() {
    let mut script = script("wellbeing-check", "en");
    for ask in script.asks.iter_mut().filter(|ask| ask.why == Why::Asked && ask.instrument.agenda.is_none()) {
        let mut private = (*ask.instrument).clone();
        private.channels = vec![Channel::Web];
        ask.instrument = Arc::new(private);
    }
    let chat = script.at_door(Channel::Telegram, Respondent::Patient);
    assert!(chat.asks.iter().all(|ask| ask.instrument.agenda.is_some()), "{:?}", chat.asks.len());
    let back = chat.at_door(Channel::Web, Respondent::Patient);
    assert_eq!(back.asks.len(), script.asks.len());
    // Brought to a door twice, it is as it was.
    assert_eq!(chat.at_door(Channel::Telegram, Respondent::Patient), chat);
}
