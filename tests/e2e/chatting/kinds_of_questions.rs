//! Each kind of question, as it is answered in a chat.

use super::{Chat, answers};
use crate::kit::{Messenger, World, world::JOHN};

/// The gastroenterologist's patient, who has told of no topic.
async fn at_the_questions<'a>(telegram: &'a Messenger<'_>) -> Chat<'a> {
    let mut chat = Chat::joined(telegram, "A2").await;
    chat.says(&["nothing"]).await;
    chat.news();
    chat
}

async fn with_john() -> World {
    let world = World::new().await;
    world.book(&[JOHN]).await;
    world.tick().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn several_choices_are_picked_unpicked_and_done() {
    let world = with_john().await;
    let telegram = world.messenger().await;
    let mut chat = at_the_questions(&telegram).await;
    chat.says(&["8", "7", "3", "no"]).await;
    chat.news();
    chat.says(&["no"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    John: no
    bot edits message 16: 6 of 12
      
      Have you lost weight in the last 3 months without trying to?
      
      ✓ No
    bot: 7 of 12
      
      What did your stomach or bowels get in the way of?
      
      1  Work or school
      2  Sleep
      3  Eating what I like
      4  Going out or travelling
      5  Time with family and friends
      6  None of these
      
      You can choose more than one. For example: 1, 3
      [1] [2] [3] [4] [5] [6]
      [Done]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    chat.presses(&["2", "4", "✓ 2", "1"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    John presses [2]
    bot edits message 18: 7 of 12
      
      What did your stomach or bowels get in the way of?
      
      1  Work or school
      2  Sleep
      3  Eating what I like
      4  Going out or travelling
      5  Time with family and friends
      6  None of these
      
      You can choose more than one. For example: 1, 3
      [1] [✓ 2] [3] [4] [5] [6]
      [Done]
      [I prefer not to answer]
      [Back] [More choices]
    John presses [4]
    bot edits message 18: 7 of 12
      
      What did your stomach or bowels get in the way of?
      
      1  Work or school
      2  Sleep
      3  Eating what I like
      4  Going out or travelling
      5  Time with family and friends
      6  None of these
      
      You can choose more than one. For example: 1, 3
      [1] [✓ 2] [3] [✓ 4] [5] [6]
      [Done]
      [I prefer not to answer]
      [Back] [More choices]
    John presses [✓ 2]
    bot edits message 18: 7 of 12
      
      What did your stomach or bowels get in the way of?
      
      1  Work or school
      2  Sleep
      3  Eating what I like
      4  Going out or travelling
      5  Time with family and friends
      6  None of these
      
      You can choose more than one. For example: 1, 3
      [1] [2] [3] [✓ 4] [5] [6]
      [Done]
      [I prefer not to answer]
      [Back] [More choices]
    John presses [1]
    bot edits message 18: 7 of 12
      
      What did your stomach or bowels get in the way of?
      
      1  Work or school
      2  Sleep
      3  Eating what I like
      4  Going out or travelling
      5  Time with family and friends
      6  None of these
      
      You can choose more than one. For example: 1, 3
      [✓ 1] [2] [3] [✓ 4] [5] [6]
      [Done]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    assert!(!answers(&world, "A2").await.contains("in-the-way"), "nothing is stored before it is done");
    chat.presses(&["Done"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    John presses [Done]
    bot edits message 18: 7 of 12
      
      What did your stomach or bowels get in the way of?
      
      ✓ Work or school, Going out or travelling
    bot: 8 of 12
      
      Are you taking your medicines the way we planned?
      [0 · Yes, always]
      [1 · Mostly]
      [2 · Often not]
      [3 · I stopped]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    assert!(answers(&world, "A2").await.contains("gi-questions/in-the-way: 1 4 (telegram, patient)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn done_with_none_is_asked_again_and_what_is_typed_counts_instead_of_picks() {
    let world = with_john().await;
    let telegram = world.messenger().await;
    let mut chat = at_the_questions(&telegram).await;
    chat.says(&["8", "7", "3", "no", "no"]).await;
    chat.news();
    chat.presses(&["Done"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    John presses [Done]
    bot takes the buttons off message 18
    bot: I did not get an answer. Please try once more.
      
      7 of 12
      
      What did your stomach or bowels get in the way of?
      
      1  Work or school
      2  Sleep
      3  Eating what I like
      4  Going out or travelling
      5  Time with family and friends
      6  None of these
      
      You can choose more than one. For example: 1, 3
      [1] [2] [3] [4] [5] [6]
      [Done]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    chat.presses(&["3", "✓ 3", "Done"]).await;
    assert!(chat.newest().starts_with("I did not get an answer."), "{}", chat.newest());
    chat.presses(&["3"]).await;
    chat.says(&["sleep, family and friends", "2, 5"]).await;
    assert!(answers(&world, "A2").await.contains("gi-questions/in-the-way: 2 5 (telegram, patient)"));
    // Gone back to, it begins anew.
    chat.presses(&["Back"]).await;
    assert!(!chat.newest().contains('✓'), "{}", chat.newest());
    chat.presses(&["6", "Done"]).await;
    assert!(answers(&world, "A2").await.contains("gi-questions/in-the-way: 6 (telegram, patient)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_dates_and_scales_outside_of_their_limits_are_asked_again() {
    let world = with_john().await;
    let telegram = world.messenger().await;
    let chat = at_the_questions(&telegram).await;
    let mut said = String::new();
    let mut says = async |text: &str| {
        chat.says(&[text]).await;
        let newest = chat.newest();
        let first = newest.lines().next().unwrap_or_default();
        said = format!("{said}{text}: {first}\n");
    };
    for text in ["11", "-1", "7,5", "about 7", "8 or 9", "٧", "none", "41", "2.5", "five", "yes"] {
        says(text).await;
    }
    for text in [
        "yesterday",
        "2026-13-01",
        "01/02/2026",
        "1929-12-31",
        "2026-11-01",
        "yes",
        "heavy",
        "100,1",
        "2,5 kg",
    ] {
        says(text).await;
    }
    insta::assert_snapshot!(said, @r"
    11: That is outside of what fits here. Please send something from 0 to 10.
    -1: That could mean more than one thing, and I don't want to guess. Please send just one answer.
    7,5: Please send a whole number.
    about 7: 3 of 15
    8 or 9: 4 of 15
    ٧: 5 of 15
    none: Please send a number.
    41: That is outside of what fits here. Please send something from 0 to 40.
    2.5: Please send a whole number.
    five: 6 of 15
    yes: 7 of 15
    yesterday: Please send a date as year-month-day. For example: 2026-01-31
    2026-13-01: Please send a date as year-month-day. For example: 2026-01-31
    01/02/2026: That could mean more than one thing, and I don't want to guess. Please send just one answer.
    1929-12-31: That is outside of what fits here. Please send something from 1930-01-01 to 2099-12-31.
    2026-11-01: 8 of 15
    yes: 9 of 15
    heavy: Please send a number.
    100,1: That is outside of what fits here. Please send something from 0 to 100.
    2,5 kg: 10 of 15
    ");
    insta::assert_snapshot!(answers(&world, "A2").await, @r"
    gi-questions/blood: 1 (telegram, patient)
    gi-questions/blood-since: 2026-11-01 (telegram, patient)
    gi-questions/pain: 7 (telegram, patient)
    gi-questions/stools: 5 (telegram, patient)
    gi-questions/weight-loss: 1 (telegram, patient)
    gi-questions/weight-lost: 2.5 (telegram, patient)
    visit-agenda/confidence: 7 (telegram, patient)
    visit-agenda/confidence-help: 8 or 9 (telegram, patient)
    visit-agenda/topic-1:  (telegram, patient)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_may_be_as_long_as_its_limit() {
    let world = with_john().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A2").await;
    let [fits, longer] = [500, 501].map(|length| "é".repeat(length));
    chat.says(&[&longer]).await;
    insta::assert_snapshot!(chat.news().replace(&longer, "(501 letters)"), @r"
    John: (501 letters)
    bot takes the buttons off message 6
    bot: Thank you for telling us so much. There is room for 500 characters, and this was 501. Please send a shorter version. Nothing of it is lost until you do.
      
      1 of 22
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    ");
    chat.says(&[&"x".repeat(4096), &"🦵".repeat(2048)]).await;
    assert!(
        chat.newest().contains("There is room for 500 characters, and this was 2048."),
        "{}",
        chat.newest()
    );
    assert_eq!(answers(&world, "A2").await, "");
    chat.says(&[&fits]).await;
    assert_eq!(answers(&world, "A2").await, format!("visit-agenda/topic-1: {fits} (telegram, patient)"));
    assert!(chat.newest().contains(&format!("“{fits}”")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_words_are_kept_to_the_byte_and_taken_for_nothing_else() {
    let world = with_john().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A2").await;
    let words = "  *bold* _x_ <b>&amp;</b> [link](http://evil.test) `code` /stopping \u{202E}ألم\u{202C} 👨‍👩‍👧 1.-.w.stop\n\nnew line ";
    chat.says(&[words]).await;
    assert_eq!(answers(&world, "A2").await, format!("visit-agenda/topic-1: {words} (telegram, patient)"));
    assert!(chat.newest().contains("<b>&amp;</b> [link](http://evil.test) `code`"), "{}", chat.newest());
    assert!(world.page("A2").await.contains("[link](http://evil.test)"));
}
