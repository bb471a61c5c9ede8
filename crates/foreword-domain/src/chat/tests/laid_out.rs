use insta::assert_snapshot;

use super::*;
use crate::reply::Trouble;

#[test]
fn short_choices_are_buttons_and_the_first_question_has_nothing_before_it() {
    assert_snapshot!(kinds().asks("own", "short"), @r"
    1 of 7

    How often do you feel low?
    [0 · Not at all]
    [1 · Several days]
    [I prefer not to answer]
    [More choices]
    ");
}

#[test]
fn long_choices_are_numbered_lines_with_short_buttons() {
    assert_snapshot!(kinds().asks("own", "long"), @r"
    2 of 7

    What is true?

    1  I can walk as far as I would like to, with no pain
    2  I can walk
    [1] [2]
    [I prefer not to answer]
    [Back] [More choices]
    ");
    let private = Chat::new(script_of((*instrument("gad-7")).clone()));
    assert_snapshot!(private.asks("gad-7", "q2"), @r"
    2 of 7

    Over the last 2 weeks, how often have you been bothered by the following problems?

    Not being able to stop or control worrying
    [0 · Not at all]
    [1 · Several days]
    [2 · More than half the days]
    [3 · Nearly every day]
    [I prefer not to answer]
    [Back] [More choices]
    ");
}

#[test]
fn what_was_picked_of_several_is_marked_and_nothing_moves() {
    let mut chat = kinds();
    chat.picked = vec!["head".into(), "knee".into()];
    assert_snapshot!(chat.asks("own", "several"), @r"
    3 of 7

    What hurts?

    You can choose more than one. For example: 1, 3
    [✓ 1 · Head]
    [2 · Back]
    [✓ 3 · Knee]
    [Done]
    [I prefer not to answer]
    [Back] [More choices]
    ");
    let at = Tell::Say(Say::Ask(ItemRef::new("own", "several")));
    let picked = lay_out(std::slice::from_ref(&at), &chat.view());
    chat.picked.clear();
    assert_eq!(presses(&lay_out(&[at], &chat.view())), presses(&picked));
    let mut gi = gi();
    gi.picked = vec!["5".into()];
    assert_snapshot!(gi.asks("gi-questions", "in-the-way"), @r"
    9 of 22

    What did your stomach or bowels get in the way of?

    1  Work or school
    2  Sleep
    3  Eating what I like
    4  Going out or travelling
    5  Time with family and friends
    6  None of these

    You can choose more than one. For example: 1, 3
    [1] [2] [3] [4] [✓ 5] [6]
    [Done]
    [I prefer not to answer]
    [Back] [More choices]
    ");
}

#[test]
fn a_scale_has_eleven_buttons_in_two_rows() {
    assert_snapshot!(kinds().asks("own", "scale"), @r"
    4 of 7

    How bad?

    0 = not at all, 10 = very

    Type a number from 0 to 10.
    [0] [1] [2] [3] [4] [5]
    [6] [7] [8] [9] [10]
    [I prefer not to answer]
    [Back] [More choices]
    ");
}

#[test]
fn a_date_a_number_and_a_text_are_typed() {
    assert_snapshot!(kinds().asks("own", "date"), @r"
    5 of 7

    Since when?

    Type the date as year-month-day. For example: 2026-01-31
    [I prefer not to answer]
    [Back] [More choices]
    ");
    assert_snapshot!(kinds().asks("own", "number"), @r"
    6 of 7

    How often?

    A rough number is fine.

    Type a number from 0 to 40.
    [I prefer not to answer]
    [Back] [More choices]
    ");
    assert_snapshot!(kinds().asks("own", "text"), @r"
    7 of 7

    Is there something else?

    Use your own words, up to 500 characters.
    [I have nothing to add]
    [Back] [More choices]
    ");
}

#[test]
fn a_button_is_read_as_the_choice_it_stands_for() {
    let chat = kinds();
    for (id, spot) in ["short", "long", "several", "scale"].into_iter().zip(0_u16..) {
        let spot = Spot { ask: 0, item: spot };
        let message = lay_out(&[Tell::Say(Say::Ask(ItemRef::new("own", id)))], &chat.view());
        let presses = presses(&message);
        let chosen = |n: u16| if id == "several" { Press::Pick(spot, n) } else { Press::Choose(spot, n) };
        let count = match id {
            "scale" => 11,
            "several" => 3,
            _ => 2,
        };
        let mut expected: Vec<Press> = (0..count).map(chosen).collect();
        if id == "several" {
            expected.push(Press::Done(spot));
        }
        expected.push(Press::Skip(spot));
        if id != "short" {
            expected.push(Press::Back(spot));
        }
        expected.push(Press::Wish(Wish::Help));
        assert_eq!(presses, expected, "{id}");
    }
}

#[test]
fn choices_of_which_some_are_not_offered_keep_their_places() {
    let mut chat = gi();
    for (item, words) in [("topic-2", "My tablets"), ("topic-3", "Work")] {
        chat.answers("visit-agenda", item, Value::Text(words.into()));
    }
    chat.answers("visit-agenda", "first", Value::Choice("topic-2".into()));
    assert_snapshot!(chat.asks("visit-agenda", "second"), @r"
    8 of 22

    And which one second?
    [1 · Belly pain]
    [2 · Work]
    [I prefer not to answer]
    [Back] [More choices]
    ");
    let second = Tell::Say(Say::Ask(ItemRef::new("visit-agenda", "second")));
    let choices: Vec<u16> = presses(&lay_out(&[second], &chat.view()))
        .into_iter()
        .filter_map(|press| if let Press::Choose(_, n) = press { Some(n) } else { None })
        .collect();
    assert_eq!(choices, [0, 2]);
}

#[test]
fn the_question_stands_right_above_its_buttons_and_the_menu_below_them() {
    let mut chat = gi();
    chat.link = Some("https://clinic.example/v/abc");
    let says = [Tell::Say(Say::Help), Tell::Say(Say::Ask(ItemRef::new("visit-agenda", "topic-1-wish")))];
    assert_snapshot!(chat.shows(&says), @r#"
    You can answer with a number or with words. No answer is wrong.

    You can also type: "back" for the question before, "skip" to leave one out, "answers" to see what you said, "change 3" to change answer 3, "pause" to go on later, "language es" for Spanish, "not this time" if you don't want to answer for this visit, "not me" if this is not for you, "stop" for no more messages.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    2 of 22

    “Belly pain”

    What would you like us to do with this?
    [1 · Talk about it]
    [2 · Just so you know]
    [3 · Not today]
    [I prefer not to answer]
    [Back] [More choices]
    [My answers] [Go on later]
    [Language]
    [Open the web page: https://clinic.example/v/abc]
    [I don't want to answer for this visit]
    [This is not me] [Stop all messages]
    "#);
    let at = ItemRef::new("own", "short");
    let trouble = Say::Sorry { at: at.clone(), trouble: Trouble::Unclear, misses: 2 };
    let says = [trouble, Say::Ask(at), Say::Help].map(Tell::Say);
    assert_snapshot!(kinds().shows(&says), @r#"
    Sorry, I still did not understand. You can type just the number of the answer, or "skip" to leave this question out.

    You can answer with a number or with words. No answer is wrong.

    You can also type: "back" for the question before, "skip" to leave one out, "answers" to see what you said, "change 3" to change answer 3, "pause" to go on later, "language es" for Spanish, "not this time" if you don't want to answer for this visit, "not me" if this is not for you, "stop" for no more messages.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    1 of 7

    How often do you feel low?
    [0 · Not at all]
    [1 · Several days]
    [I prefer not to answer]
    [More choices]
    [My answers] [Go on later]
    [Language]
    [I don't want to answer for this visit]
    [This is not me] [Stop all messages]
    "#);
}

#[test]
fn an_answer_can_be_changed_by_its_number() {
    let mut chat = gi();
    chat.answers("visit-agenda", "topic-1-wish", Value::Choice("know".into()));
    chat.answers("visit-agenda", "topic-2", Value::Skipped);
    chat.answers("gi-questions", "pain", Value::Scale(7));
    let says = [Tell::Say(Say::Review), Tell::Say(Say::Ask(ItemRef::new("visit-agenda", "confidence")))];
    assert_snapshot!(chat.shows(&says), @r#"
    Your answers so far:

    1. What matters most to you for this visit? What would you like to talk about? → Belly pain

    2. What would you like us to do with this? → Just so you know

    3. Is there something else you would like to talk about? → nothing

    5. How bad was your belly pain at its worst? → 7 / 10

    To change an answer, press the pencil with its number, or type "change 3".

    4 of 17

    How sure are you that you can manage your health from day to day?

    0 = not sure at all, 10 = very sure

    Type a number from 0 to 10.
    [0] [1] [2] [3] [4] [5]
    [6] [7] [8] [9] [10]
    [I prefer not to answer]
    [Back] [More choices]
    [✏️ 1] [✏️ 2] [✏️ 3] [✏️ 5]
    "#);
    let presses = presses(&lay_out(&says[..1], &chat.view()));
    let order = &chat.order;
    let changed: Vec<String> = presses
        .iter()
        .filter_map(|press| if let Press::Change(spot) = press { Some(*spot) } else { None })
        .map(|spot| chat.script.at_spot(order, spot).expect("an answer").item)
        .collect();
    assert_eq!(changed, ["topic-1", "topic-1-wish", "topic-2", "pain"]);
    assert_snapshot!(Chat::new(script("gi-follow-up", "en")).shows(&says[..1]), @"Your answers so far:");
}

#[test]
fn of_very_many_answers_the_first_80_have_buttons_and_no_message_has_more_than_100() {
    let choices: Vec<String> =
        (1..=30).map(|n| format!("{{ code = \"{n}\", text = {{ en = \"Choice {n}\" }} }}")).collect();
    let item = |n: usize| {
        format!(
            "[[item]]\nid = \"q{n}\"\nkind = \"choice\"\ntext = {{ en = \"Question {n}?\" }}\nchoices = [{}]\n",
            choices.join(",\n")
        )
    };
    let mut chat = Chat::new(script_of(own(&(1..=120).map(item).collect::<String>())));
    for n in 1..=119 {
        chat.answers("own", &format!("q{n}"), Value::Choice("7".into()));
    }
    let review = lay_out(&[Tell::Say(Say::Review)], &chat.view());
    let labels: Vec<&str> = review.rows.iter().flatten().map(|button| button.label.as_str()).collect();
    assert_eq!((labels.len(), labels[0], labels[79]), (80, "✏️ 1", "✏️ 80"));
    assert!(review.rows.iter().all(|row| row.len() <= 6) && review.text.contains("119. Question 119?"));
    assert!(review.text.contains("type \"change 3\""));
    let says = [Tell::Say(Say::Review), Tell::Say(Say::Ask(ItemRef::new("own", "q120")))];
    let both = lay_out(&says, &chat.view());
    assert_eq!(both.rows.iter().map(Vec::len).sum::<usize>(), 100);
    assert!(both.rows.iter().all(|row| !row.is_empty()));
    assert_eq!(both.rows[0][0].label, "1 · Choice 1");
}

#[test]
fn several_questions_at_once_show_every_choice() {
    let chat = Chat::new(script_of((*instrument("gad-7")).clone()));
    let items = ["q1", "q2"].map(|item| ItemRef::new("gad-7", item)).to_vec();
    assert_snapshot!(chat.shows(&[Tell::Say(Say::AskSeveral(items))]), @r"
    1 of 7

    Over the last 2 weeks, how often have you been bothered by the following problems?

    1) Feeling nervous, anxious or on edge

    2) Not being able to stop or control worrying

    0  Not at all
    1  Several days
    2  More than half the days
    3  Nearly every day

    Answer all 2 in one message, in this order. For example: 1 2
    ");
}

#[test]
fn a_label_is_measured_as_it_is_seen() {
    let labelled = |label: &str| {
        let item = format!(
            "[[item]]\nid = \"a\"\nkind = \"choice\"\ntext = {{ en = \"A?\" }}\nchoices = [{{ code = \"0\", text = {{ en = \"{label}\" }} }}, {{ code = \"1\", text = {{ en = \"No\" }} }}]\n"
        );
        Chat::new(script_of(own(&item))).asks("own", "a").contains("[1 · No]")
    };
    // "0 · " and 26 more fit.
    assert!(labelled(&"x".repeat(26)) && !labelled(&"x".repeat(27)));
    assert!(labelled(&"e\u{301}".repeat(26)) && !labelled(&"e\u{301}".repeat(27)));
    assert!(labelled(&"بَ".repeat(26)) && !labelled(&"بَ".repeat(27)));
    assert!(labelled(&"語".repeat(13)) && !labelled(&"語".repeat(14)));
}

#[test]
fn a_topic_of_several_lines_is_no_label_of_a_button() {
    let mut chat = gi();
    chat.answers("visit-agenda", "topic-2", Value::Text("My\ntablets".into()));
    assert_snapshot!(chat.asks("visit-agenda", "first"), @r"
    6 of 22

    Which of these should come first?

    1  Belly pain
    2  My
    tablets
    [1] [2]
    [I prefer not to answer]
    [Back] [More choices]
    ");
}
