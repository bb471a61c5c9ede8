//! How a chat is joined to a patient, and what it says to those who are not.

use foreword_domain::consent::Recorder;
use jiff::SignedDuration;

use super::{Chat, answers, consents};
use crate::kit::World;

const STRANGER: &str = "Hello. I can only help people who come with a link from their clinic. Please open the link in the message from your clinic.";
const UNKNOWN: &str = "This link was used before or is too old. Please open the newest message from your clinic, or answer on the web page.";

async fn with_grace() -> World {
    let world = World::new().await;
    world.invite_grace().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_joined_gets_one_sentence_whatever_they_send() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::of(&telegram, telegram.api.user("Anna", "en"));
    for text in [
        "hi",
        "stop",
        "/help",
        "/start",
        "/language es",
        "1958",
        "Grace Okafor",
        "/start two words",
        "not me",
    ] {
        chat.says(&[text]).await;
        assert_eq!(chat.newest(), STRANGER, "{text}");
    }
    let typed = chat.person.says("hello").await;
    telegram.run().await;
    let before = chat.person.newest();
    chat.person.edits(typed, "hallo").await;
    telegram.run().await;
    assert_eq!(chat.newest(), STRANGER);
    assert!(chat.person.newest() > before);
    chat.person.sends_voice().await;
    telegram.run().await;
    chat.person.sends_press(before, "1.-.y.1").await;
    telegram.run().await;
    assert_eq!(chat.newest(), STRANGER);
    assert!(!chat.person.transcript().contains("Grace:"));
    for _ in 0..10 {
        chat.person.says("hello").await;
    }
    let sent = telegram.api.calls_of("sendMessage").len();
    telegram.run().await;
    assert_eq!(telegram.api.calls_of("sendMessage").len(), sent + 1, "once for all that came at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_a_used_and_an_expired_code_are_told_apart_by_nobody() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let used = telegram.code("A1").await;
    let expired = telegram.code("A1").await;
    let grace = Chat::of(&telegram, telegram.api.user("Grace", "en"));
    grace.says(&[&format!("/start {used}")]).await;
    // Two accounts use one code: the second is too late, also before the first has said anything.
    let eve = Chat::of(&telegram, telegram.api.user("Eve", "de"));
    for code in [used.as_str(), "wrong", &"A".repeat(64)] {
        eve.says(&[&format!("/start {code}")]).await;
        assert!(
            eve.newest().starts_with("Dieser Link wurde schon benutzt oder ist zu alt."),
            "{}",
            eve.newest()
        );
    }
    eve.says(&["1958"]).await;
    assert!(eve.newest().starts_with("Guten Tag. Ich kann nur Menschen helfen"), "{}", eve.newest());
    grace.says(&["1958"]).await;
    assert!(grace.newest().starts_with("Thank you. Who will answer here?"), "{}", grace.newest());
    world.pass_hours(24 * 7);
    let late = Chat::of(&telegram, telegram.api.user("Late", "en"));
    late.says(&[&format!("/start {expired}")]).await;
    assert_eq!(late.newest(), UNKNOWN);
    telegram.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_open_one_link_at_the_same_moment() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let code = telegram.code("A1").await;
    let chats = ["Grace", "Eve"].map(|name| Chat::of(&telegram, telegram.api.user(name, "en")));
    for chat in &chats {
        chat.person.start(&code).await;
    }
    telegram.run().await;
    assert!(chats[0].newest().contains("the year in which"), "{}", chats[0].newest());
    assert_eq!(chats[1].newest(), UNKNOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_wrong_years_there_is_nothing_left_to_guess_at() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("Anna", "en"));
    let code = telegram.code("A1").await;
    chat.says(&[
        &format!("/start {code}"),
        "hello",
        "I was born in 19-hundred",
        "1957",
        "1960",
        "57",
        "1961",
        "1962",
    ])
    .await;
    insta::assert_snapshot!(chat.news(), @r"
    Anna: /start CODE
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Anna: hello
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Anna: I was born in 19-hundred
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Anna: 1957
    bot: That does not match what the clinic has. Please try again.
    Anna: 1960
    bot: That does not match what the clinic has. Please try again.
    Anna: 57
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Anna: 1961
    bot: That does not match what the clinic has. Please try again.
    Anna: 1962
    bot: That does not match what the clinic has. Please try again.
    ");
    chat.says(&["1963", "1958", "hi"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Anna: 1963
    bot: That was tried too often. Please ask your clinic for a new link.
    Anna: 1958
    bot: Hello. I can only help people who come with a link from their clinic. Please open the link in the message from your clinic.
    Anna: hi
    bot: Hello. I can only help people who come with a link from their clinic. Please open the link in the message from your clinic.
    ");
    let fresh = telegram.code("A1").await;
    chat.says(&[&format!("/start {fresh}")]).await;
    assert!(chat.newest().starts_with("That was tried too often."), "{}", chat.newest());
    world.pass(SignedDuration::from_mins(16));
    chat.says(&[&format!("/start {fresh}"), "1958", "1", "yes"]).await;
    assert!(chat.newest().contains("What matters most to you"), "{}", chat.newest());
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_recorded_with_what_was_shown_and_when() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("Grace", "de"));
    chat.says(&[&format!("/start {}", telegram.code("A1").await), "language Español", "1958"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: /start CODE
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Grace: language Español
    bot: Para que las respuestas sean privadas, escriba por favor el año en que nació la persona que tiene la cita. Cuatro cifras. Por ejemplo: 1960
    Grace: 1958
    bot: Gracias. ¿Quién va a responder aquí?
      [Respondo por mí]
      [Respondo con algo de ayuda]
      [Respondo por otra persona]
    ");
    assert_eq!(consents(&world, "A1").await.len(), 1, "by mail, from the clinic");
    chat.presses(&["Respondo por mí"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [Respondo por mí]
    bot takes the buttons off message 6
    bot: Lea esto primero, por favor. Telegram es una empresa ajena a su clínica. Lo que escriba aquí queda guardado en los equipos de esa empresa, y puede leerlo cualquiera que pueda abrir este chat. Las preguntas son sobre su salud. En cualquier momento puede usar la página web de su clínica en lugar de este chat.
      
      Nadie revisa estas respuestas las 24 horas del día. En una emergencia, llame al número de emergencias de su zona.
      
      ¿Quiere responder aquí, en Telegram?
      [Sí, acepto]
      [No, aquí no]
    ");
    let before = world.now();
    chat.says(&["sí"]).await;
    let consents = consents(&world, "A1").await;
    let consent = consents.last().unwrap();
    assert_eq!((consent.text_version.as_str(), consent.language.as_str()), ("telegram-1", "es"));
    assert_eq!((consent.by, consent.warning_shown, consent.is_active()), (Recorder::Patient, true, true));
    assert!(consent.given_at >= before);
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_refused_binds_nothing() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("Grace", "en"));
    let start = async || format!("/start {}", telegram.code("A1").await);
    chat.says(&[&start().await, "1958", "I answer for myself", "perhaps"]).await;
    chat.news();
    chat.presses(&["No, not here"]).await;
    chat.says(&["hello"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [No, not here]
    bot takes the buttons off message 8
    bot: That is fine. Nothing more will be sent to you here. Please use the web page: the link is in the message from your clinic.
    Grace: hello
    bot: Hello. I can only help people who come with a link from their clinic. Please open the link in the message from your clinic.
    ");
    for word in ["no", "stop", "not me", "not this time"] {
        chat.says(&[&start().await, "1958", "1", word]).await;
        assert!(chat.newest().starts_with("That is fine. Nothing more will be sent to you here."), "{word}");
    }
    // In the middle as well.
    chat.says(&[&start().await, "stop"]).await;
    assert!(chat.newest().starts_with("That is fine."), "{}", chat.newest());
    chat.says(&["1958"]).await;
    assert_eq!(chat.newest(), STRANGER);
    assert_eq!(consents(&world, "A1").await.len(), 1);
    assert!(consents(&world, "A1").await[0].is_active(), "mail goes on");
    world.pass_hours(24 * 3);
    let done = telegram.tick().await;
    assert_eq!(done.iter().map(|done| done.channel.as_str()).collect::<Vec<_>>(), ["email"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_joining_everything_else_leads_back_to_what_is_asked() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("Grace", "en"));
    let link = format!("/start {}", telegram.code("A1").await);
    chat.says(&[&link]).await;
    chat.news();
    chat.person.sends_photo("").await;
    telegram.run().await;
    let wrong = chat.person.says("1985").await;
    telegram.run().await;
    chat.person.edits(wrong, "1958").await;
    telegram.run().await;
    chat.says(&["language"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: (photo)
    bot: Thank you, but I can only read text. Please type your answer or press a button.
      
      To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Grace: 1985
    bot: That does not match what the clinic has. Please try again.
    Grace edits message 5: 1958
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Grace: language
    bot: Which language would you like?
      [العربية]
      [Deutsch]
      [English]
      [Español]
      [Français]
    ");
    chat.presses(&["English"]).await;
    // The link once more, from the mail.
    chat.says(&[&link, "1958"]).await;
    chat.news();
    chat.says(&["help", "someone"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: help
    bot: Thank you. Who will answer here?
      [I answer for myself]
      [I answer with some help]
      [I answer for someone else]
    Grace: someone
    bot: Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      Do you want to answer here, in Telegram?
      [Yes, I agree]
      [No, not here]
    ");
    chat.says(&["3", "yes"]).await;
    assert_eq!(answers(&world, "A1").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_opened_again_by_whoever_is_joined() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::of(&telegram, telegram.api.user("Grace", "en"));
    let link = format!("/start {}", telegram.code("A1").await);
    chat.says(&[&link, "1958", "1", "yes", "Sleep"]).await;
    // The one that was used leads to the question that waits, a new one needs no second check.
    let new = format!("/start {}", telegram.code("A1").await);
    for link in [link, new] {
        chat.says(&[&link]).await;
        assert!(chat.newest().contains("What would you like us to do with this?"), "{}", chat.newest());
    }
    chat.says(&["stop"]).await;
    let new = format!("/start {}", telegram.code("A1").await);
    chat.says(&[&new]).await;
    assert!(chat.newest().contains("Do you want to answer here, in Telegram?"), "{}", chat.newest());
}
