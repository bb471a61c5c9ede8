use insta::assert_snapshot;

use super::*;

#[test]
fn the_first_words_are_greeted_and_answer_nothing() {
    let mut talk = Talk::new(script("gi-follow-up", "en"));
    talk.says(&["I have a headache"]);
    assert!(talk.stored.is_empty());
    assert_snapshot!(talk.heard(), @r#"
    > I have a headache
    Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
    There are up to 22 short questions. They take about 5 minutes.
    You can skip any question, stop at any time and come back later. Every answer is saved as you go.
    Nobody watches these answers around the clock. In an emergency call your local emergency number.
    1 of 22
    What matters most to you for this visit? What would you like to talk about?
    For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
    Use your own words, up to 500 characters.
    "#);
}

#[test]
fn a_visit_is_talked_through_in_order() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "talk about it", "No, thank you", "8", "7", "3", "no"]);
    assert_eq!(talk.at(), "gi-questions/weight-loss");
    assert_snapshot!(talk.heard(), @r#"
    > Belly pain
    2 of 22
    “Belly pain”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    > talk about it
    3 of 22
    Is there something else you would like to talk about?
    Use your own words, up to 500 characters.
    > No, thank you
    4 of 17
    How sure are you that you can manage your health from day to day?
    0 = not sure at all, 10 = very sure
    Type a number from 0 to 10.
    > 8
    5 of 16
    Now a few questions about your stomach and bowels.
    Please think about the last 7 days.
    How bad was your belly pain at its worst?
    0 = no pain, 10 = the worst pain
    Type a number from 0 to 10.
    > 7
    6 of 16
    Please think about the last 7 days.
    On your worst day, how many times did you have a bowel movement?
    Type a number from 0 to 40.
    > 3
    7 of 16
    Please think about the last 7 days.
    Did you see blood in your stool?
      1  Yes
      0  No
    > no
    8 of 15
    Have you lost weight in the last 3 months without trying to?
      1  Yes
      0  No
    "#);
}

#[test]
fn the_words_a_question_is_about_stand_above_it_as_they_were_typed() {
    let mut talk = Talk::gi();
    talk.says(&["  Pain, \"burning\" 🔥 at night"]);
    assert_snapshot!(talk.heard(), @r#"
    >   Pain, "burning" 🔥 at night
    2 of 22
    “  Pain, "burning" 🔥 at night”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    "#);
    talk.says(&["talk", "مُسَكِّن <b>"]);
    let heard = talk.heard();
    assert!(heard.contains("“مُسَكِّن <b>”\nWhat would you like us to do with this?"), "{heard}");
    assert!(!heard.contains("burning"), "each question quotes its own topic: {heard}");
    talk.says(&["change 1", "My knee", "change 2"]);
    let heard = talk.heard();
    assert!(heard.ends_with("“My knee”\nWhat would you like us to do with this?\n  1  Talk about it\n  2  Just so you know\n  3  Not today\n"), "{heard}");
}

#[test]
fn back_asks_the_question_before_and_the_new_answer_replaces_the_old() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "1"]).heard();
    talk.says(&["back", "back", "back", "Belly pain at night"]);
    assert_eq!(talk.value("visit-agenda", "topic-1"), "Belly pain at night");
    assert_eq!(talk.at(), "visit-agenda/topic-2");
    assert_snapshot!(talk.heard(), @r#"
    > back
    2 of 22
    “Belly pain”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    > back
    1 of 22
    What matters most to you for this visit? What would you like to talk about?
    For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
    Use your own words, up to 500 characters.
    > back
    This is the first question.
    1 of 22
    What matters most to you for this visit? What would you like to talk about?
    For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
    Use your own words, up to 500 characters.
    > Belly pain at night
    3 of 22
    Is there something else you would like to talk about?
    Use your own words, up to 500 characters.
    "#);
}

#[test]
fn an_answer_can_be_seen_and_changed_until_the_end() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "talk", "no"]).heard();
    talk.says(&["answers", "change 2", "Just so you know", "change 9"]);
    assert_eq!(talk.value("visit-agenda", "topic-1-wish"), "know");
    assert_snapshot!(talk.heard(), @r#"
    > answers
    Your answers so far:
    1. What matters most to you for this visit? What would you like to talk about? → Belly pain
    2. What would you like us to do with this? → Talk about it
    3. Is there something else you would like to talk about? → nothing
    4 of 17
    How sure are you that you can manage your health from day to day?
    0 = not sure at all, 10 = very sure
    Type a number from 0 to 10.
    > change 2
    2 of 17
    “Belly pain”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    > Just so you know
    4 of 17
    How sure are you that you can manage your health from day to day?
    0 = not sure at all, 10 = very sure
    Type a number from 0 to 10.
    > change 9
    There is no answer number 9 yet.
    4 of 17
    How sure are you that you can manage your health from day to day?
    0 = not sure at all, 10 = very sure
    Type a number from 0 to 10.
    "#);
}

#[test]
fn pause_and_resume_go_on_where_it_was() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain"]).heard();
    talk.says(&["pause", "thanks!", "pause", "resume"]);
    assert_eq!((talk.state(), talk.at()), (State::Open, "visit-agenda/topic-1-wish".into()));
    assert_eq!(talk.ledger.iter().count(), 1);
    assert_snapshot!(talk.heard(), @r#"
    > pause
    All right. Your answers are saved. Come back at any time before your visit.
    > thanks!
    Welcome back. There are 12 questions left.
    2 of 22
    “Belly pain”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    > pause
    All right. Your answers are saved. Come back at any time before your visit.
    > resume
    Welcome back. There are 12 questions left.
    2 of 22
    “Belly pain”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    "#);
}

#[test]
fn who_is_not_the_patient_is_asked_nothing_more() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain"]).heard();
    talk.says(&[
        "not me",
        "1",
        "back",
        "skip",
        "change 1",
        "resume",
        "answers",
        "language es",
        "not this time",
    ]);
    talk.gives(("gi-questions", "pain"), codes(&["3"]));
    talk.take(&Said::Here);
    assert_eq!((talk.state(), talk.ledger.iter().count()), (State::NotMe, 1));
    let heard = talk.heard();
    let service: Vec<&str> = heard.lines().filter(|line| !line.starts_with('>')).collect();
    assert_eq!(service.len(), 11);
    assert!(service.iter().all(|line| *line == service[0]), "{heard}");
    assert_snapshot!(service[0], @"Thank you for telling us. We have set the answers aside and will let the clinic know. You will not be asked anything more here.");
}

#[test]
fn declining_ends_the_asking_and_coming_back_takes_it_up() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "not this time"]);
    assert_eq!((talk.state(), talk.state().wants_reminding()), (State::Declined, false));
    talk.heard();
    talk.says(&["hello", "1"]);
    assert_eq!((talk.state(), talk.value("visit-agenda", "topic-1-wish")), (State::Open, "talk".into()));
    assert_snapshot!(talk.heard(), @r#"
    > hello
    Welcome back. There are 12 questions left.
    2 of 22
    “Belly pain”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    > 1
    3 of 22
    Is there something else you would like to talk about?
    Use your own words, up to 500 characters.
    "#);
}

#[test]
fn a_reply_that_is_not_understood_is_asked_again() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain"]).heard();
    talk.says(&["1 or 2", "2"]);
    assert_eq!((talk.value("visit-agenda", "topic-1-wish"), talk.conversation.misses), ("know".into(), 0));
    assert_snapshot!(talk.heard(), @r#"
    > 1 or 2
    That could mean more than one thing, and I don't want to guess. Please send just one answer.
    2 of 22
    “Belly pain”
    What would you like us to do with this?
      1  Talk about it
      2  Just so you know
      3  Not today
    > 2
    3 of 22
    Is there something else you would like to talk about?
    Use your own words, up to 500 characters.
    "#);
}

#[test]
fn topics_are_ranked_in_the_patients_own_words() {
    let mut talk = Talk::gi();
    talk.says(&["Pain at night", "1", "My tablets", "1", "Work & travel ✈️", "2"]).heard();
    talk.says(&["work and travel", "3", "my tablets"]);
    assert_eq!(
        (talk.value("visit-agenda", "first"), talk.value("visit-agenda", "second")),
        ("topic-3".into(), "topic-2".into())
    );
    assert_eq!(talk.at(), "visit-agenda/confidence");
    let topics = crate::agenda::topics(&talk.script, &talk.ledger);
    let words: Vec<&str> = topics.iter().map(|topic| topic.words.reveal().as_str()).collect();
    assert_eq!(words, ["Work & travel ✈️", "My tablets", "Pain at night"]);
    assert_snapshot!(talk.heard(), @r#"
    > work and travel
    Sorry, I did not understand that. Please choose one of the answers below. You can type its number or its words.
    7 of 22
    Which of these should come first?
      1  Pain at night
      2  My tablets
      3  Work & travel ✈️
    > 3
    8 of 22
    And which one second?
      1  Pain at night
      2  My tablets
    > my tablets
    9 of 22
    How sure are you that you can manage your health from day to day?
    0 = not sure at all, 10 = very sure
    Type a number from 0 to 10.
    "#);
}

#[test]
fn several_questions_can_be_answered_in_one_message() {
    let mut talk = gad7();
    talk.says(&["1 2 0", "1 2 0 3", "201"]);
    assert_eq!(talk.state(), State::Completed);
    assert_snapshot!(talk.heard(), @r#"
    > 1 2 0
    There are 4 questions, but I found 3 answers. Please send one answer for each, in order.
    1 of 7
    Over the last 2 weeks, how often have you been bothered by the following problems?
    1) Feeling nervous, anxious or on edge
    2) Not being able to stop or control worrying
    3) Worrying too much about different things
    4) Trouble relaxing
      0  Not at all
      1  Several days
      2  More than half the days
      3  Nearly every day
    Answer all 4 in one message, in this order. For example: 1 2 3 0
    > 1 2 0 3
    This is what I understood:
    Feeling nervous, anxious or on edge → Several days
    Not being able to stop or control worrying → More than half the days
    Worrying too much about different things → Not at all
    Trouble relaxing → Nearly every day
    5 of 7
    Over the last 2 weeks, how often have you been bothered by the following problems?
    1) Being so restless that it is hard to sit still
    2) Becoming easily annoyed or irritable
    3) Feeling afraid as if something awful might happen
      0  Not at all
      1  Several days
      2  More than half the days
      3  Nearly every day
    Answer all 3 in one message, in this order. For example: 1 2 3
    > 201
    This is what I understood:
    Being so restless that it is hard to sit still → More than half the days
    Becoming easily annoyed or irritable → Not at all
    Feeling afraid as if something awful might happen → Several days
    Thank you. That was everything. Your care team will see your answers before your visit.
    Until your visit you can still change an answer: type "answers" to see them and "change 3" to change answer 3.
    Nobody watches these answers around the clock. In an emergency call your local emergency number.
    "#);
}

#[test]
fn only_questions_with_the_same_choices_are_asked_together() {
    let mut talk = Talk::new(script_of(own(TOGETHER)));
    talk.at_once = 4;
    talk.take(&Said::Here);
    talk.says(&["often"]);
    let offered = |talk: &Talk| {
        talk.conversation.offered.iter().map(|at| at.item.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(offered(&talk), "a b c");
    talk.says(&["0 1 1"]);
    assert_eq!(offered(&talk), "d", "a text stands between d and e");
    talk.heard();
    talk.says(&["much"]);
    assert_snapshot!(talk.heard(), @r#"
    > much
    6 of 6
    Nearly done.
    How often?
    E?
      0  Little
      1  Much
    "#);
}

#[test]
fn an_answer_changed_after_the_end_can_bring_a_new_question() {
    let mut talk = Talk::new(script_of((*crate::testing::instrument("gi-questions")).clone()));
    talk.take(&Said::Here);
    talk.says(&["1", "2", "no", "no", "6"]).heard();
    talk.says(&["yes always"]);
    assert_eq!(talk.state(), State::Completed);
    assert_snapshot!(talk.heard(), @r#"
    > yes always
    Thank you. That was everything. Your care team will see your answers before your visit.
    Until your visit you can still change an answer: type "answers" to see them and "change 3" to change answer 3.
    Nobody watches these answers around the clock. In an emergency call your local emergency number.
    "#);
    talk.says(&["change 3", "help", "yes"]);
    assert_eq!((talk.state(), talk.at()), (State::Open, "gi-questions/blood-since".into()));
    talk.says(&["2026-01-31"]);
    assert_eq!(talk.state(), State::Completed);
}
