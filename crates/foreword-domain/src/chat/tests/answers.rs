use insta::assert_snapshot;

use super::*;
use crate::phrases::t;

#[test]
fn an_answered_question_shows_the_answer_in_place_of_the_choices() {
    let mut chat = kinds();
    assert_eq!(chat.answered("own", "short"), None);
    chat.answers("own", "short", Value::Choice("1".into()));
    chat.answers("own", "long", Value::Choice("a".into()));
    chat.answers("own", "several", Value::Choices(vec!["head".into(), "knee".into()]));
    chat.answers("own", "scale", Value::Scale(7));
    chat.answers("own", "date", Value::Skipped);
    chat.answers("own", "number", Value::Integer(3));
    chat.answers("own", "text", Value::Text("My knee\nhurts".into()));
    let answered = |item: &str| chat.answered("own", item).expect("an answer");
    assert_snapshot!(answered("short"), @r"
    1 of 7

    How often do you feel low?

    ✓ Several days
    ");
    assert_snapshot!(answered("long"), @r"
    2 of 7

    What is true?

    ✓ I can walk as far as I would like to, with no pain
    ");
    assert_snapshot!(answered("several"), @r"
    3 of 7

    What hurts?

    ✓ Head, Knee
    ");
    assert_snapshot!(answered("scale"), @r"
    4 of 7

    How bad?

    0 = not at all, 10 = very

    ✓ 7 / 10
    ");
    assert_snapshot!(answered("date"), @r"
    5 of 7

    Since when?

    ✓ prefer not to answer
    ");
    assert_snapshot!(answered("number"), @r"
    6 of 7

    How often?

    A rough number is fine.

    ✓ 3 times
    ");
    assert_snapshot!(answered("text"), @r"
    7 of 7

    Is there something else?

    ✓ My knee
    hurts
    ");
    assert_eq!(chat.answered("own", "gone"), None);
}

#[test]
fn only_the_choices_of_the_answered_question_go() {
    let mut chat = kinds();
    let at = ItemRef::new("own", "long");
    chat.answers("own", "long", Value::Choice("b".into()));
    // The patient's words are the same as the hint of a later question: they stay.
    let hint = t("hint-date", &chat.lang, &[]);
    chat.answers("own", "text", Value::Text(hint.clone()));
    let says = [Tell::Say(Say::Review), Tell::Say(Say::Ask(at.clone()))];
    let message = answered(&says, &at, &chat.view()).expect("an answer");
    assert!(message.text.contains(&hint) && message.text.ends_with("What is true?\n\n✓ I can walk"));
    let view = View { visit: None, ..chat.view() };
    assert_eq!(answered(&says, &at, &view), None);
    // Where the question is not known any more, the answer stands alone.
    assert_eq!(answered(&[], &at, &chat.view()).expect("an answer").text, "✓ I can walk");
}

#[test]
fn an_answered_message_is_never_longer_than_a_message_may_be() {
    let text = |words: usize| {
        let question = "Question ".repeat(words);
        format!("[[item]]\nid = \"a\"\nkind = \"text\"\nmax_chars = 4000\ntext = {{ en = \"{question}\" }}\n")
    };
    for words in [1, 10, 100, 220, 240, 400] {
        for letters in [1, 1000, 3000, 4000] {
            for letter in ["x", "🙂", "ab "] {
                let mut chat = Chat::new(script_of(own(&text(words))));
                chat.answers("own", "a", Value::Text(letter.repeat(letters / letter.len())));
                let at = ItemRef::new("own", "a");
                let says = [Tell::Say(Say::Ask(at.clone()))];
                let text = answered(&says, &at, &chat.view()).expect("an answer").text;
                let units = text.encode_utf16().count();
                assert!(units <= LIMIT && text.contains('✓'), "{words} {letters}: {units}");
            }
        }
    }
}
