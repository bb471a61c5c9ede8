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
    insta::assert_snapshot!(first.text.replace(first.link(), "LINK"), @"");

    let next = grace.reply("My knees 🦵 hurt on the stairs.\r\nWhat can I do?").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @"");
    for words in ["1", "no", "7"] {
        let next = grace.reply(words).await;
        assert_eq!(next.len(), 1, "{words}");
    }
    let next = grace.reply("I have nothing to say here, thank you").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @"");
    grace.reply("1 2 3 3 0").await;
    let next = grace.reply("2\r\n1").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @"");
    for words in ["1", "1", "1 2 3 4 5", "1 2 3 4 5"] {
        grace.reply(words).await;
    }
    let next = grace.reply("3").await;
    insta::assert_snapshot!(next[0].words().replace(next[0].link(), "LINK"), @"");

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
    assert_eq!(world.line("A1").await.progress.0, 11);
    phone.say_all(&["", "1", "1", "2", "3", "4", "5", "1", "2", "3", "4", "5", "3"]).await;
    assert_eq!(phone.state().await, State::Completed);
    let page = world.page("A1").await;
    assert!(page.contains("GAD-7): 12 (0-21"), "{page}");
    assert!(page.contains("via e-mail, web and terminal"), "{page}");
}
