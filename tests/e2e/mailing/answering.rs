//! What a reply is taken for: the answer to what that very mail asked, and nothing else.

use foreword_domain::{conversation::State, message::Channel};

use super::whole_visits::invited;
use crate::kit::{Mailbox, World};

/// Up to the first questions with numbers.
async fn at_the_numbers(grace: &mut Mailbox<'_>) {
    for words in ["My knees", "1", "no", "7"] {
        grace.reply(words).await;
    }
    let asked = grace.reply("nothing").await;
    assert!(asked[0].text.contains("1) Feeling nervous"), "{}", asked[0].text);
}

async fn answered(world: &World) -> usize {
    world.line("A1").await.progress.0
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_name_one_answer_for_each_question_is_asked_again_and_not_guessed() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    at_the_numbers(&mut grace).await;
    let before = answered(&world).await;
    for unclear in ["1 or 2", "1 2 3", "0 1 2 3 7", "the first one I think", "1-2 2 2 2 2", "1 2 3 3 0 1"] {
        let again = grace.reply(unclear).await;
        let text = again.first().map(|mail| mail.text.clone()).unwrap_or_default();
        assert_eq!(answered(&world).await, before, "{unclear}: {text}");
        if let Some(mail) = again.first() {
            assert!(mail.text.contains("1) Feeling nervous"), "it is asked again: {text}");
        }
    }
    // Two machines may be writing to each other: it ends, and staff see it.
    assert!(world.refused_mails().await.iter().any(|why| why.contains("in a row")));
    // Whoever writes something clear then goes on.
    let asked = grace.mails.iter().rev().find(|mail| mail.text.contains("1) Feeling")).cloned().unwrap();
    grace.reply_to(&asked, "0 1 2 3 0").await;
    assert_eq!(answered(&world).await, before + 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_mail_is_applied_once_whichever_way_it_comes() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let raw = grace.write(&first, "My knees");
    assert_eq!(grace.send(&raw).await.len(), 1);
    assert!(!world.take_mail(&raw).await, "from the mailbox once more");
    assert!(!world.take_mail(&format!("Received: by mx.test\r\n{raw}")).await, "from the provider");
    assert_eq!(world.tick().await.len(), 0, "and nothing is said again");
    assert_eq!(answered(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_an_old_mail_answers_what_that_mail_asked_or_nothing() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let second = grace.reply("My knees").await.remove(0);
    assert!(second.text.contains("What would you like us to do with this?"));
    // The first mail asked for a topic, which is there: "2" is no answer to the question after it.
    let told = grace.reply_to(&first, "2").await.remove(0);
    assert!(told.text.contains("You have answered this already"), "{}", told.text);
    assert!(told.text.contains("What would you like us to do with this?"), "{}", told.text);
    assert_eq!(answered(&world).await, 1);
    // Answered at another door meanwhile: the mail's question is over.
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "2", "My sleep"]).await;
    let told = grace.reply_to(&second, "1").await.remove(0);
    assert!(told.text.contains("You have answered this already"), "{}", told.text);
    assert_eq!(answered(&world).await, 3);
    let page = world.page("A1").await;
    assert!(page.contains("My knees [just so you know]"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_changed_by_mail_until_the_end() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    grace.reply("My knees").await;
    grace.reply("1").await;
    let review = grace.reply("answers").await.remove(0);
    assert!(
        review.text.contains("2. What would you like us to do with this? → Talk about it"),
        "{}",
        review.text
    );
    let again = grace.reply("change 2").await.remove(0);
    assert!(again.text.contains("What would you like us to do with this?"), "{}", again.text);
    let changed = grace.reply("3").await.remove(0);
    assert!(changed.text.contains("→ Not today"), "{}", changed.text);
    assert!(world.page("A1").await.contains("My knees [not today]"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_declining_help_and_another_language_work_by_mail() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let help = grace.reply("help").await.remove(0);
    assert!(help.text.contains("You can answer with a number or with words"), "{}", help.text);
    let spanish = grace.reply("language español").await.remove(0);
    assert!(spanish.text.contains("¿Qué es lo más importante"), "{}", spanish.text);
    assert!(spanish.text.starts_with("##- Escriba su respuesta encima"), "{}", spanish.text);
    let paused = grace.reply("más tarde").await.remove(0);
    assert_eq!(world.line("A1").await.state, Some(State::Paused));
    let again = grace.reply_to(&paused, "continuar").await.remove(0);
    assert!(again.text.contains("¿Qué es lo más importante"), "{}", again.text);
    grace.reply("esta vez no").await;
    assert_eq!(world.line("A1").await.state, Some(State::Declined));
    assert_eq!(answered(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn answering_by_mail_is_agreed_to_below_a_warning_and_that_is_recorded() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    assert!(first.text.contains("Mail is not as private as our page."));
    for secret in ["GAD", "K10", "Worry", "nerves", "Wellbeing", "anxi", "depress"] {
        assert!(!first.raw.contains(secret) && !first.text.contains(secret), "{secret} is named");
    }
    let patient = world.line("A1").await.patient.id;
    let consents = async || {
        let found = world
            .store
            .read(move |txn| Box::pin(async move { foreword_store::patients::consents(txn, patient).await }));
        let found = found.await.unwrap();
        found.into_iter().filter(|c| c.channel == Channel::Email && c.warning_shown).collect::<Vec<_>>()
    };
    assert!(consents().await.is_empty(), "the clinic's feed showed no warning");
    grace.reply("My knees").await;
    let [consent] = consents().await.try_into().unwrap();
    assert!(consent.is_active());
    assert_eq!(consent.text_version, "mail-warning-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_not_opened_and_an_empty_mail_is_no_answer() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let raw = grace.write(&first, "").replace(
        "Content-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\nContent-Type: image/jpeg; name=\"knee.jpg\"\r\nContent-Disposition: attachment; filename=\"knee.jpg\"\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/4AAQ\r\n--b--\r\n",
    );
    let told = grace.send(&raw).await.remove(0);
    assert!(told.text.contains("we cannot open pictures"), "{}", told.text);
    let told = grace.reply_to(&first, "").await.remove(0);
    assert!(told.text.contains("What matters most to you"), "{}", told.text);
    assert_eq!(answered(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_answer_no_question_reach_the_staff_and_the_patient_is_asked_on() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let paused = grace.reply("later").await.remove(0);
    assert_eq!(world.line("A1").await.state, Some(State::Paused));
    let asked = grace.reply_to(&paused, "Please call me about the date").await.remove(0);
    assert!(asked.text.contains("What matters most to you"), "{}", asked.text);
    assert_eq!(world.refused_mails().await, ["it answers no question"]);
    assert_eq!(answered(&world).await, 0);
    grace.reply_to(&asked, "My knees").await;
    assert_eq!(answered(&world).await, 1);
}
