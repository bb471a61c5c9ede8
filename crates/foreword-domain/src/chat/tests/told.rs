use insta::assert_snapshot;

use super::*;
use crate::phrases::Phrases;

#[test]
fn the_end_a_pause_and_a_refusal_offer_what_can_be_done_next() {
    let chat = gi();
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Completed)]), @r#"
    Thank you. That was everything. Your care team will see your answers before your visit.

    Until your visit you can still change an answer: type "answers" to see them and "change 3" to change answer 3.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.
    [My answers]
    [Tell me when it was read]
    "#);
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Paused)]), @r"
    All right. Your answers are saved. Come back at any time before your visit.
    [Go on]
    ");
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Declined)]), @r"
    That is fine. We will not ask again for this visit. If you change your mind, just come back.
    [Go on]
    ");
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Stopped)]), @"You will get no more messages from us. Your visit stays as planned.");
}

#[test]
fn a_private_page_is_a_button_only_where_a_messenger_takes_it() {
    let mut chat = gi();
    chat.link = Some("https://clinic.example/v/abc");
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Elsewhere)]), @r"
    The next questions are private. Please answer them on the web page. What you answered here is saved, and the page goes on from there.
    [Open the web page: https://clinic.example/v/abc]
    ");
    chat.link = Some("http://localhost:8080/v/abc");
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Elsewhere)]), @r"
    The next questions are private. Please answer them on the web page. What you answered here is saved, and the page goes on from there.

    http://localhost:8080/v/abc
    ");
    chat.link = None;
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Elsewhere)]), @"The next questions are private. Please answer them on the web page. What you answered here is saved, and the page goes on from there.");
}

#[test]
fn whoever_writes_for_several_chooses_whom_and_reads_the_name_each_time() {
    let mut chat = gi();
    let other = Tag::of(ConversationId(Uuid::from_u128(7)));
    chat.whom = vec![(tag(), "Anna".to_owned()), (other, "Ben".to_owned())];
    assert_snapshot!(chat.shows(&[Tell::Whom]), @r"
    Who is this about?
    [Anna]
    [Ben]
    ");
    let whom = lay_out(&[Tell::Whom], &chat.view());
    let Does::Press(data) = &whom.rows[1][0].does else { panic!("a press") };
    assert_eq!(Pressed::read(data), Some(Pressed::of(other, Press::About)));
    chat.about = Some("Anna");
    assert_snapshot!(chat.asks("visit-agenda", "topic-1-wish"), @r"
    Anna · 2 of 22

    “Belly pain”

    What would you like us to do with this?
    [1 · Talk about it]
    [2 · Just so you know]
    [3 · Not today]
    [I prefer not to answer]
    [Back] [More choices]
    ");
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Paused)]), @r"
    Anna

    All right. Your answers are saved. Come back at any time before your visit.
    [Go on]
    ");
    assert_snapshot!(chat.shows(&[Tell::Sure("decline".into())]), @r"
    Anna

    Are you sure?
    [Yes, not for this visit]
    [No, go back]
    ");
    assert_snapshot!(chat.shows(&[Tell::Stale]), @r#"You have answered this already. To change it, type "answers"."#);
    let help = chat.shows(&[Tell::Say(Say::Help)]);
    assert!(help.starts_with("Anna\n\n") && help.contains("[Language] [Someone else]"), "{help}");
}

#[test]
fn somebody_new_is_warned_and_asked() {
    let chat = gi();
    let view = View { visit: None, ..chat.view() };
    let shows = |tell: Tell| shown(&lay_out(&[tell], &view));
    assert_snapshot!(shows(Tell::WhoAnswers), @r"
    Thank you. Who will answer here?
    [I answer for myself]
    [I answer with some help]
    [I answer for someone else]
    ");
    assert_snapshot!(shows(Tell::AskConsent), @r"
    Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    Do you want to answer here, in Telegram?
    [Yes, I agree]
    [No, not here]
    ");
    assert_snapshot!(shows(Tell::AskConsentAgain), @r"
    You asked us to send no more messages. If you agree below, we will write to you here again.

    Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    Do you want to answer here, in Telegram?
    [Yes, I agree]
    [No, not here]
    ");
    assert_snapshot!(shows(Tell::Say(Say::Languages)), @r"
    Which language would you like?
    [العربية]
    [Deutsch]
    [English]
    [Español]
    [Français]
    ");
    assert_eq!(shows(Tell::Say(Say::Help)), "", "what is about a visit is not said without one");
}

#[test]
fn what_cannot_be_taken_back_is_asked_about_first() {
    let chat = gi();
    assert_snapshot!(chat.shows(&[Tell::Sure("stop".into())]), @r"
    Are you sure?
    [Yes, stop all messages]
    [No, go back]
    ");
    for (word, wish) in [("stop", Wish::Stop), ("decline", Wish::Decline), ("notme", Wish::NotMe)] {
        let message = lay_out(&[Tell::Sure(word.into())], &chat.view());
        assert_eq!(presses(&message), [Press::Wish(wish), Press::Wish(Wish::Stay)]);
    }
    for word in ["go", "", "everything"] {
        let help = lay_out(&[Tell::Say(Say::Help)], &chat.view());
        assert_eq!(lay_out(&[Tell::Sure(word.into())], &chat.view()), help, "{word}");
    }
}

#[test]
fn the_languages_are_buttons_in_their_own_words() {
    let chat = gi();
    let says = [Say::Languages, Say::Ask(ItemRef::new("visit-agenda", "topic-1-wish"))].map(Tell::Say);
    assert_snapshot!(chat.shows(&says), @r"
    Which language would you like?

    2 of 22

    “Belly pain”

    What would you like us to do with this?
    [1 · Talk about it]
    [2 · Just so you know]
    [3 · Not today]
    [I prefer not to answer]
    [Back] [More choices]
    [العربية]
    [Deutsch]
    [English]
    [Español]
    [Français]
    ");
    let unknown = lay_out(&[Tell::Say(Say::LanguageUnknown)], &chat.view());
    let languages: Vec<Press> = Phrases::get().languages().cloned().map(Press::Language).collect();
    assert_eq!(presses(&unknown), languages);
}

#[test]
fn everything_a_chat_tells_has_words_in_every_language() {
    let mut chat = gi();
    chat.whom = vec![(tag(), "Anna".to_owned())];
    for lang in Phrases::get().languages() {
        chat.lang = lang.clone();
        let tells = [
            Tell::Say(Say::Languages),
            Tell::Stranger,
            Tell::CodeUnknown,
            Tell::AskYear,
            Tell::WrongYear,
            Tell::Locked,
            Tell::WhoAnswers,
            Tell::AskConsent,
            Tell::AskConsentAgain,
            Tell::Joined,
            Tell::Refused,
            Tell::Whom,
            Tell::NoVisit,
            Tell::Unreadable,
            Tell::Edited,
            Tell::Ahead,
            Tell::Stale,
            Tell::Gone,
            Tell::Sure("stop".into()),
            Tell::Trouble,
        ];
        let mut seen = std::collections::BTreeSet::new();
        for tell in tells {
            let text = chat.shows(std::slice::from_ref(&tell));
            let raw = ["chat-", "page-", "{", "}", "$"];
            assert!(!text.is_empty() && !raw.iter().any(|raw| text.contains(raw)), "{tell:?}: {text}");
            assert!(seen.insert(text), "{tell:?} in {lang} has words of its own");
        }
        assert_eq!(chat.shows(&[Tell::Staff(StaffTell::Help)]), "", "staff are told elsewhere");
    }
}
