use super::*;
use crate::{
    chat::Spot,
    conversation::{Conversation, Input, Said, Say, State, script::Script, step},
    phrases::{self, plain},
    private::Private,
    response::{Answer, ItemRef, Ledger, Respondent, Value},
    testing::{instrument, lang},
};

const TEXT: &str = "Did the new tablets  upset your stomach?\nWhen? {about} { $n }";

/// A script with questions after its agenda.
fn script(numbers: &[usize]) -> Script {
    let mut asks: Vec<Ask> = ["visit-agenda", "gad-7"]
        .map(|id| Ask {
            key: id.to_owned(),
            instrument: instrument(id),
            language: Lang::english(),
            why: Why::Asked,
        })
        .into();
    let questions = numbers.iter().map(|n| ask(&key(*n), "question:1", TEXT, &Lang::english(), "Dr Roe"));
    asks.splice(1..1, questions);
    Script::new(asks)
}

fn order(script: &Script) -> Vec<String> {
    places(script.asks.iter().map(|ask| ask.key.as_str()))
}

fn ledger(given: &[(&str, &str, Value)]) -> Ledger {
    Ledger::of(given.iter().map(|(ask, item, value)| Answer {
        at: ItemRef::new(*ask, *item),
        value: value.clone(),
        answered_at: jiff::Timestamp::UNIX_EPOCH,
        channel: Channel::Web,
        ui_language: Lang::english(),
        instrument_language: Lang::english(),
        by: Respondent::Patient,
    }))
}

#[test]
fn a_button_names_what_it_named_when_questions_come_and_go() {
    let before = script(&[]);
    let at = ItemRef::new("gad-7", "q3");
    let spot = before.spot(&order(&before), &at).unwrap();
    for numbers in [&[1][..], &[1, 2], &[2], &[1, 3]] {
        let after = script(numbers);
        assert_eq!(after.at_spot(&order(&after), spot), Some(at.clone()), "{numbers:?}");
        let question = ItemRef::new(key(numbers[numbers.len() - 1]), ITEM);
        let asked = after.spot(&order(&after), &question).unwrap();
        assert_eq!(usize::from(asked.ask), 1 + numbers[numbers.len() - 1]);
        assert_eq!(after.at_spot(&order(&after), asked), Some(question));
    }
    // The button of a question that was taken back leads nowhere.
    let gone = script(&[2]);
    assert_eq!(gone.at_spot(&order(&gone), Spot { ask: 2, item: 0 }), None);
}

#[test]
fn a_question_is_asked_after_the_agenda_in_the_words_it_was_written() {
    let script = script(&[1]);
    let agenda =
        [("visit-agenda", "topic-1", Value::Skipped), ("visit-agenda", "confidence", Value::Scale(9))];
    let ledger = ledger(&agenda);
    let place = script.next(&ledger).unwrap();
    assert_eq!((place.ask.key.as_str(), place.item.id.as_str()), ("team.1", ITEM));
    let foreign = "Sie ist in einer anderen Sprache geschrieben. Sie können in Ihrer Sprache antworten.";
    for (tag, heading, note) in [
        ("en", "A question from your care team:", None),
        ("de", "Eine Frage von Ihrem Behandlungsteam:", Some((foreign, "de"))),
    ] {
        let bubble = phrases::bubble(&Say::Ask(place.at()), &script, &ledger, &lang(tag));
        let lines: Vec<(&str, &str)> =
            bubble.lines.iter().map(|line| (line.text.as_str(), line.lang.as_str())).collect();
        let expected: Vec<_> = [(heading, tag), (TEXT, "en")].into_iter().chain(note).collect();
        assert_eq!(lines, expected);
        assert!(plain(&bubble).last().unwrap().contains("500"), "{bubble:?}");
    }
}

#[test]
fn an_answer_is_kept_to_the_byte_and_no_is_one() {
    let script = script(&[1]);
    let at = ItemRef::new("team.1", ITEM);
    let talked =
        Conversation { state: State::Open, offered: vec![at.clone()], ..Conversation::new(Lang::english()) };
    let agenda = ledger(&[
        ("visit-agenda", "topic-1", Value::Skipped),
        ("visit-agenda", "confidence", Value::Scale(9)),
    ]);
    for (typed, value) in [
        (" Yes,  at night \u{1F319}", Value::Text(" Yes,  at night \u{1F319}".to_owned())),
        ("no", Value::Text("no".to_owned())),
        ("nothing", Value::Text("nothing".to_owned())),
        ("skip", Value::Skipped),
    ] {
        let next = step(&script, &agenda, &talked, &Said::Text(Private::new(typed.to_owned())), 1);
        assert!(next.answers == [(at.clone(), value)], "{typed:?}");
    }
    let long = Said::Give { at: at.clone(), input: Input::Typed(Private::new("x".repeat(ANSWER_CHARS + 1))) };
    let refused = step(&script, &agenda, &talked, &long, 1);
    assert!(refused.answers.is_empty() && matches!(refused.replies[0], Say::Sorry { .. }));
}

#[test]
fn a_question_is_asked_at_every_door_of_whoever_answers() {
    for channel in Channel::ALL {
        for by in Respondent::ALL {
            assert!(script(&[1]).at_door(channel, by).ask("team.1").is_some(), "{channel:?} {by:?}");
        }
    }
}

#[test]
fn what_is_no_question_is_refused_without_a_word_of_it() {
    assert_eq!(check(&"ä".repeat(MOST_CHARS)), Ok(()));
    assert_eq!(check("One line.\nAnother?"), Ok(()));
    for (text, says) in [
        (String::new(), "1 to 300"),
        (" \n ".to_owned(), "1 to 300"),
        ("canary".repeat(51), "has 306 characters. There is room for 300"),
        ("canary\u{0}".to_owned(), "plain text"),
        ("canary\u{1b}[2J".to_owned(), "plain text"),
    ] {
        let refused = check(&text).unwrap_err();
        assert!(refused.contains(says) && !refused.contains("canary"), "{refused}");
    }
}
