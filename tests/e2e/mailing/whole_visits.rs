//! Whole visits, by mail alone and across doors.

use foreword_domain::conversation::State;

use crate::kit::{Mailbox, World};

/// Grace is invited, and has read her mail.
pub async fn invited(world: &World) -> Mailbox<'_> {
    world.invite_grace().await;
    let mut mailbox = Mailbox::of(world, "grace@home.test");
    assert_eq!(mailbox.look().len(), 1);
    mailbox
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_finished_by_replying_to_mails_only() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    insta::assert_snapshot!(first.text.replace(first.link(), "LINK"), @r#"
    ##- Please write your reply above this line -##

    Hello,

    You have a visit on 24 November 2026 at 09:30. Before you come, we would like to ask you a few questions. Your answers help you and your care team use the time for what matters to you.

    It takes about 6 minutes. You need no account. To be sure it is you, we will ask for your year of birth.

    Open this link:
    LINK

    The first question is below. To answer it, just reply to this mail.

    1 of 29

    What matters most to you for this visit? What would you like to talk about?

    For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.

    Use your own words, up to 500 characters.

    Mail is not as private as our page. Mail companies, and anyone who can open your mailbox, can read it. The questions are about your health. If you reply, you agree to go on by mail. If you would rather not, use the link.

    This link is for you alone. Please do not pass it on.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    For no more messages, reply "stop".

    North Clinic
    "#);

    let next = grace.reply("My knees 🦵 hurt on the stairs.\r\nWhat can I do?").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @r#"
    This is what I understood:

    What matters most to you for this visit? What would you like to talk about? → My knees 🦵 hurt on the stairs.
    What can I do?

    2 of 29

    “My knees 🦵 hurt on the stairs.
    What can I do?”

    What would you like us to do with this?

      1  Talk about it
      2  Just so you know
      3  Not today

    To answer, reply to this mail. Write your answer at the top.

    You can also go on on the web page. What you answered is saved there:
    LINK

    To change an answer, reply "change 3" with its number. Reply "answers" to see them all.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    For no more messages, reply "stop".

    North Clinic
    "#);
    for words in ["1", "no", "7"] {
        let next = grace.reply(words).await;
        assert_eq!(next.len(), 1, "{words}");
    }
    let next = grace.reply("I have nothing to say here, thank you").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @r#"
    This is what I understood:

    What would make you feel more sure? → I have nothing to say here, thank you

    6 of 24

    Over the last 2 weeks, how often have you been bothered by the following problems?

    1) Feeling nervous, anxious or on edge

    2) Not being able to stop or control worrying

    3) Worrying too much about different things

    4) Trouble relaxing

    5) Being so restless that it is hard to sit still

      0  Not at all
      1  Several days
      2  More than half the days
      3  Nearly every day

    Answer all 5 in one message, in this order. For example: 1 2 3 0 1

    To answer, reply to this mail. Write your answer at the top.

    You can also go on on the web page. What you answered is saved there:
    LINK

    To change an answer, reply "change 3" with its number. Reply "answers" to see them all.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    For no more messages, reply "stop".

    North Clinic
    "#);
    grace.reply("1 2 3 3 0").await;
    let next = grace.reply("2\r\n1").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @r#"
    This is what I understood:

    Becoming easily annoyed or irritable → More than half the days

    Feeling afraid as if something awful might happen → Several days

    13 of 24

    You have just answered questions about: Worry and nerves. What would you like to do with this at your visit?

      1  Talk about it
      2  Just so you know
      3  Not today

    To answer, reply to this mail. Write your answer at the top.

    You can also go on on the web page. What you answered is saved there:
    LINK

    To change an answer, reply "change 3" with its number. Reply "answers" to see them all.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    For no more messages, reply "stop".

    North Clinic
    "#);
    for words in ["1", "1", "1 2 3 4 5", "1 2 3 4 5"] {
        grace.reply(words).await;
    }
    let next = grace.reply("3").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @r#"
    This is what I understood:

    You have just answered questions about: Strain in the past month. What would you like to do with this at your visit? → Not today

    Thank you. That was everything. Your care team will see your answers before your visit.

    Until your visit you can still change an answer: type "answers" to see them and "change 3" to change answer 3.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    You can also go on on the web page. What you answered is saved there:
    LINK

    For no more messages, reply "stop".

    North Clinic
    "#);

    assert_eq!(world.line("A1").await.state, Some(State::Completed));
    let page = world.page("A1").await;
    assert!(
        page.contains("1. My knees 🦵 hurt on the stairs.\nWhat can I do? [wants to talk about it]"),
        "{page}"
    );
    assert!(page.contains("GAD-7): 12 (0-21") && page.contains("(K10): 30 (10-50"), "{page}");
    assert!(page.contains("via e-mail"), "{page}");
    assert_eq!(world.refused_mails().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_visit_goes_from_mail_to_the_web_to_the_terminal() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    grace.reply("My knees").await;
    let asked = grace.reply("1").await.remove(0);
    let token = asked.link().rsplit('/').next().unwrap().to_owned();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    assert_eq!(tab.heading(), "Is there something else you would like to talk about?");
    tab.skip().await;
    tab.answer("7").await; // confidence
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "nothing", "1", "2"]).await;
    // The mail's own question was answered on the web; what comes next is asked.
    let told = grace.reply_to(&asked, "no").await.remove(0);
    assert!(told.text.contains("You have answered this already"), "{}", told.text);
    grace.reply("3").await;
    grace.reply("3 0 2 1").await;
    assert_eq!(world.line("A1").await.progress.0, 12);
    phone.say_all(&["", "1", "1", "2", "3", "4", "5", "1", "2", "3", "4", "5", "3"]).await;
    assert_eq!(phone.state().await, State::Completed);
    let page = world.page("A1").await;
    assert!(page.contains("GAD-7): 12 (0-21"), "{page}");
    assert!(page.contains("via terminal and e-mail and web"), "{page}");
}
