//! Whatever is said, in whatever order: nothing panics, and nothing is stored that was not asked.

use std::sync::LazyLock;

use proptest::{
    prelude::*,
    sample::{Index, select},
};

use super::*;
use crate::{
    phrases::{Phrases, bubble, plain},
    reply::is_permitted,
};

/// What is asked in these talks.
static SCRIPTS: LazyLock<Vec<Script>> = LazyLock::new(|| {
    vec![
        script("gi-follow-up", "en"),
        script("gi-follow-up", "es"),
        script("wellbeing-check", "en"),
        script("wellbeing-check", "ar"),
        script_of(own(TOGETHER)),
        Script::new(Vec::new()),
    ]
});

/// One thing said, before it is known which items there are.
#[derive(Clone, Debug)]
enum Saying {
    Here,
    Text(String),
    Command(Command),
    Give(Index, Input),
    /// A button of the question that is asked.
    Button(Index),
    /// An answer that comes in by another door.
    Elsewhere(Index, Index),
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["0", "1", "2", "3", "5", "7", "2️⃣", "1 2 0 3", "1203", "0 1", "1, 3", "2026-01-31", "2,5"]),
        2 => select(vec!["no", "nothing", "yes", "talk", "several days", "Nearly every day", "often", "much", "often not"]),
        2 => select(vec!["back", "skip", "pause", "resume", "help", "answers", "change 1", "change 2", "change 99"]),
        1 => select(vec!["stop", "parar", "not me", "not this time", "language es", "language xx", "language", "switch", "hello", "atrás"]),
        1 => select(vec!["My belly", "1 or 2", "perhaps", "", "  ", "🙂", "بطني"]),
    ]
    .prop_map(str::to_owned)
    .boxed()
    .prop_union(any::<String>().boxed())
}

fn input() -> impl Strategy<Value = Input> {
    let code = select(vec![
        "0",
        "1",
        "2",
        "3",
        "talk",
        "know",
        "topic-1",
        "topic-2",
        "10",
        "2026-01-31",
        "",
        "x",
        "stop",
    ]);
    prop_oneof![
        proptest::collection::vec(code.prop_map(str::to_owned), 0..3).prop_map(Input::Codes),
        text().prop_map(|text| typed(&text)),
        Just(Input::Skip),
    ]
}

fn saying() -> impl Strategy<Value = Saying> {
    let command = prop_oneof![
        Just(Command::Back),
        Just(Command::Skip),
        Just(Command::Pause),
        Just(Command::Resume),
        Just(Command::Help),
        Just(Command::Review),
        Just(Command::Stop),
        Just(Command::Decline),
        Just(Command::Languages),
        Just(Command::Whom),
        "[a-z]{2}(-[a-z]{2})?|\\PC{0,4}".prop_map(Command::Language),
        any::<usize>().prop_map(|n| Command::Change(n % 40)),
        any::<usize>().prop_map(Command::Change),
    ];
    prop_oneof![
        1 => Just(Saying::Here),
        5 => text().prop_map(Saying::Text),
        2 => command.prop_map(Saying::Command),
        2 => (any::<Index>(), input()).prop_map(|(item, input)| Saying::Give(item, input)),
        6 => any::<Index>().prop_map(Saying::Button),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(item, choice)| Saying::Elsewhere(item, choice)),
    ]
}

/// All items there are, shown or hidden.
fn items(script: &Script) -> Vec<ItemRef> {
    let of = |ask: &script::Ask| {
        ask.instrument.items.iter().map(|item| ItemRef::new(&ask.key, &item.id)).collect::<Vec<_>>()
    };
    script.asks.iter().flat_map(of).collect()
}

/// The saying as the talk hears it; nothing, when it happened elsewhere.
fn said(talk: &mut Talk, saying: &Saying) -> Option<Said> {
    let all = items(&talk.script);
    Some(match saying {
        Saying::Text(text) => Said::Text(Private::new(text.clone())),
        Saying::Command(command) => Said::Command(command.clone()),
        Saying::Give(item, input) if !all.is_empty() => {
            Said::Give { at: item.get(&all).clone(), input: input.clone() }
        }
        Saying::Button(choice) => {
            let place = talk.conversation.at(&talk.script, &talk.ledger)?;
            let offers = talk.script.offers(&talk.ledger, &place);
            let input = if offers.is_empty() { codes(&["7"]) } else { codes(&[choice.get(&offers).code]) };
            Said::Give { at: place.at(), input }
        }
        Saying::Elsewhere(item, choice) if !all.is_empty() => {
            let at = item.get(&all);
            let ask = talk.script.ask(&at.ask)?;
            let choices = ask.instrument.item(&at.item)?.choices();
            let value = if choices.is_empty() {
                Value::Skipped
            } else {
                Value::Choice(choice.get(choices).code.clone())
            };
            talk.enter(at.clone(), value);
            return None;
        }
        Saying::Here | Saying::Give(..) | Saying::Elsewhere(..) => Said::Here,
    })
}

/// Takes one step and proves what must be true after each.
fn prove(talk: &mut Talk, said: &Said) -> Result<(), TestCaseError> {
    let before = talk.conversation.clone();
    let taken = step(&talk.script, &talk.ledger, &talk.conversation, said, talk.at_once);
    prop_assert!(!taken.replies.is_empty(), "nobody is left without a word");
    for (at, value) in &taken.answers {
        let there = talk.script.question(&talk.ledger, at);
        prop_assert!(there.is_some(), "{} is hidden", at);
        let place = there.unwrap();
        let offers = talk.script.offers(&talk.ledger, &place);
        prop_assert!(is_permitted(place.item, &offers, value), "{at}: {}", value.written());
        talk.enter(at.clone(), value.clone());
    }
    let stop = match said {
        Said::Text(text) => Command::read(text.reveal(), &before.language) == Some(Command::Stop),
        Said::Command(command) => *command == Command::Stop,
        _ => taken.stop,
    };
    prop_assert_eq!(stop, taken.stop);
    prop_assert!(!taken.stop || taken.answers.is_empty());
    prop_assert!(
        before.state != State::NotMe
            || (taken.conversation.state == State::NotMe && taken.answers.is_empty())
    );
    let now = &taken.conversation;
    let open = talk
        .script
        .questions(&talk.ledger)
        .into_iter()
        .filter(|place| talk.ledger.get(&place.at()).is_none())
        .count();
    prop_assert!(now.state != State::Completed || open == 0, "{} questions left", open);
    for say in &taken.replies {
        let lines = plain(&bubble(say, &talk.script, &talk.ledger, &now.language));
        prop_assert!(lines.iter().any(|line| !line.trim().is_empty()), "{say:?} says nothing");
        if let Say::Ask(at) | Say::Sorry { at, .. } = say {
            prop_assert!(talk.script.question(&talk.ledger, at).is_some(), "{} is asked, but hidden", at);
        }
        if let Say::AskSeveral(items) = say {
            prop_assert!(items.len() > 1 && items.len() <= talk.at_once && *items == now.offered);
        }
    }
    if let Some(Say::Ask(at)) =
        taken.replies.iter().rev().find(|say| matches!(say, Say::Ask(_) | Say::AskSeveral(_)))
    {
        let next = now.at(&talk.script, &talk.ledger).map(|place| place.at());
        prop_assert_eq!(Some(at), next.as_ref(), "what is asked is what is waited for");
        prop_assert!(now.offered == [at.clone()]);
    }
    talk.conversation = taken.conversation;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_only_what_was_asked_is_stored(
        script in any::<Index>(),
        at_once in 0..6_usize,
        sayings in proptest::collection::vec(saying(), 1..40),
    ) {
        let mut talk = Talk::new(script.get(&SCRIPTS).clone());
        talk.at_once = at_once;
        for saying in &sayings {
            if let Some(said) = said(&mut talk, saying) {
                prove(&mut talk, &said)?;
            }
        }
    }

    #[test]
    fn whoever_goes_on_answering_gets_to_the_end(
        script in any::<Index>(),
        sayings in proptest::collection::vec(saying(), 0..10),
        choices in proptest::collection::vec(any::<Index>(), 60),
    ) {
        let mut talk = Talk::new(script.get(&SCRIPTS).clone());
        for saying in &sayings {
            if let Some(said) = said(&mut talk, saying) {
                prove(&mut talk, &said)?;
            }
        }
        if talk.state() == State::NotMe {
            return Ok(());
        }
        prove(&mut talk, &Said::Command(Command::Resume))?;
        for choice in &choices {
            if let Some(place) = talk.conversation.at(&talk.script, &talk.ledger) {
                let at = place.at();
                let offers = talk.script.offers(&talk.ledger, &place);
                let input = if offers.is_empty() { Input::Skip } else { codes(&[choice.get(&offers).code]) };
                prove(&mut talk, &Said::Give { at, input })?;
            }
        }
        prop_assert_eq!(talk.state(), State::Completed);
    }

    #[test]
    fn a_text_that_is_read_as_a_command_is_the_whole_message(text in "\\PC{1,30}", command in select(vec!["stop", "back", "skip", "help"])) {
        let lang = Lang::english();
        let longer = format!("{command} {text}");
        if Command::read(&longer, &lang).is_some() {
            let known = |key: &str| Phrases::get().list(key, &lang).contains(&crate::reply::normalize(&longer));
            prop_assert!(["command-stop", "command-back", "command-skip", "command-help"].into_iter().any(known));
        }
    }
}
