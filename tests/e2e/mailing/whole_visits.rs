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
