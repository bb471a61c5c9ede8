//! Replies leave the outbox in the order of what they reply to, each chat for itself, and apart from the
//! messages of the timetable.

use foreword_domain::{
    chat::{Reply, Tell},
    ids::{AppointmentId, OutboxId, PatientId},
    language::Lang,
    message::{Channel, Owed, Planned, Purpose},
    private::Private,
};
use foreword_store::{
    Error,
    outbox::{self, Claimed, Lane, Outcome, Row, state},
    random, telegram,
};
use jiff::{SignedDuration, Timestamp};

use crate::{keeping_secrets::dump, keeping_updates::patient, kit::World};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const ONE: i64 = 48_151_623;
const OTHER: i64 = 62_342_315;
const THIRD: i64 = 9_876_543;

/// One write transaction; what is named inside must be `Copy`.
macro_rules! write {
    ($world:expr, |$txn:ident| $body:expr) => {
        $world.store.write(move |$txn| Box::pin(async move { Ok::<_, Error>($body) })).await.unwrap()
    };
}

async fn world() -> World {
    let mut world = World::new().await;
    world.leave_things_lying();
    world
}

fn row(key: String, channel: Channel, address: String, owed: Owed, now: Timestamp) -> Row {
    Row {
        id: OutboxId::mint(now, random()),
        key,
        patient: None,
        appointment: None,
        channel,
        address: Private::new(address),
        owed,
        turn: 0,
        parts: 0,
        not_before: now,
        state: state::QUEUED.to_owned(),
        attempts: 0,
        fence: 0,
        finished_at: None,
        reason: None,
    }
}

fn reply(chat: i64, turn: i64, now: Timestamp) -> Row {
    let said = Reply {
        v: 1,
        conversation: None,
        language: Lang::english(),
        query: None,
        edit: None,
        says: vec![Tell::Stranger],
    };
    let row =
        row(format!("{chat}:{turn}"), Channel::Telegram, chat.to_string(), Owed::Reply(Box::new(said)), now);
    Row { turn, ..row }
}

fn planned(purpose: Purpose, appointment: AppointmentId, patient: PatientId, now: Timestamp) -> Row {
    let owed = Owed::Planned(Planned { v: 1, purpose, appointment });
    let row = row(purpose.as_str().to_owned(), Channel::Email, "grace@home.test".to_owned(), owed, now);
    Row { patient: Some(patient), appointment: Some(appointment), ..row }
}

/// Owes a reply to a chat at each turn.
async fn owe(world: &World, replies: &'static [(i64, i64)]) {
    let now = world.now();
    write!(world, |txn| for (chat, turn) in replies {
        assert!(outbox::owe(txn, &reply(*chat, *turn, now), now).await?);
    });
}

async fn claim(world: &World, lane: Lane) -> Option<(Claimed, String)> {
    let now = world.now();
    write!(world, |txn| {
        let Some(claimed) = outbox::claim(txn, lane, &[], now, now + MINUTE).await? else { return Ok(None) };
        let key = outbox::get(txn, claimed.id).await?.unwrap().key;
        Some((claimed, key))
    })
}

async fn settle(world: &World, claimed: &Claimed, outcome: Outcome) -> bool {
    let (claimed, now) = (claimed.clone(), world.now());
    world
        .store
        .write(move |txn| {
            let (claimed, outcome) = (claimed.clone(), outcome.clone());
            Box::pin(async move { outbox::settle(txn, &claimed, &outcome, now).await })
        })
        .await
        .unwrap()
}

async fn next_due(world: &World, lane: Lane) -> Option<Timestamp> {
    let now = world.now();
    write!(world, |txn| outbox::next_due(txn, lane, now).await?)
}

fn wait(until: Timestamp) -> Outcome {
    Outcome::RetryAt(until, "asked to wait 60 s".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_waits_for_the_one_before_it_to_the_same_chat() {
    let world = world().await;
    assert_eq!(next_due(&world, Lane::Replies).await, None);
    owe(&world, &[(ONE, 2), (ONE, 1), (OTHER, 3)]).await;
    assert_eq!(next_due(&world, Lane::Replies).await, Some(world.now()));
    let mut first =
        vec![claim(&world, Lane::Replies).await.unwrap(), claim(&world, Lane::Replies).await.unwrap()];
    first.sort_by(|a, b| a.1.cmp(&b.1));
    let keys: Vec<&str> = first.iter().map(|(_, key)| key.as_str()).collect();
    assert_eq!(keys, ["48151623:1", "62342315:3"], "the first turn of each chat, whatever was owed first");
    assert!(claim(&world, Lane::Replies).await.is_none(), "the second waits for the first");
    assert!(claim(&world, Lane::Planned).await.is_none(), "no reply is a message of the timetable");
    assert_eq!(next_due(&world, Lane::Replies).await, Some(world.now() + MINUTE), "when a lease ends");
    let (held, _) = first.remove(0);
    assert_eq!((held.kind.0.as_str(), held.kind.1.as_str(), held.appointment), ("reply", "telegram", None));

    let later = world.now() + MINUTE * 5;
    assert!(settle(&world, &held, wait(later)).await);
    assert!(claim(&world, Lane::Replies).await.is_none(), "it waits for one that is put off, too");
    assert!(settle(&world, &first[0].0, Outcome::Sent).await);
    assert_eq!(next_due(&world, Lane::Replies).await, Some(later), "not when the second would be due");
    world.pass(MINUTE * 5);
    let (again, key) = claim(&world, Lane::Replies).await.unwrap();
    assert_eq!((key.as_str(), again.attempts), ("48151623:1", 2));
    assert!(settle(&world, &again, Outcome::GaveUp("never".to_owned())).await);
    assert_eq!(claim(&world, Lane::Replies).await.unwrap().1, "48151623:2", "given up holds up no other");
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_side_by_side_never_get_two_replies_to_one_chat() {
    let world = world().await;
    owe(&world, &[(ONE, 1), (ONE, 2), (ONE, 3), (OTHER, 1), (OTHER, 2)]).await;
    for expected in [&["48151623:1", "62342315:1"][..], &["48151623:2", "62342315:2"], &["48151623:3"], &[]] {
        let claims = tokio::join!(
            claim(&world, Lane::Replies),
            claim(&world, Lane::Replies),
            claim(&world, Lane::Replies),
            claim(&world, Lane::Replies)
        );
        let mut claims: Vec<_> = [claims.0, claims.1, claims.2, claims.3].into_iter().flatten().collect();
        // Of those at the very same moment one may find the row of another held and go without.
        claims.extend(claim(&world, Lane::Replies).await);
        let mut keys: Vec<&str> = claims.iter().map(|(_, key)| key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys, expected);
        for (claimed, _) in &claims {
            assert!(settle(&world, claimed, Outcome::Sent).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_an_old_try_is_not_counted() {
    let world = world().await;
    owe(&world, &[(ONE, 1)]).await;
    let started = world.now();
    let (old, _) = claim(&world, Lane::Replies).await.unwrap();
    world.pass(MINUTE);
    let (new, _) = claim(&world, Lane::Replies).await.unwrap();
    assert_eq!((new.attempts, new.id), (2, old.id), "its lease was over");
    let part = Outcome::Part(1, world.now());
    assert!(!settle(&world, &old, part).await && !settle(&world, &old, Outcome::Sent).await);
    let (id, now) = (old.id, world.now());
    let (held, first_try, begun, others) = write!(world, |txn| (
        outbox::get(txn, id).await?.unwrap(),
        outbox::first_try(txn, id, now).await?,
        outbox::begun_reply(txn, ONE, now).await?,
        outbox::begun_reply(txn, OTHER, now).await?
    ));
    assert_eq!((held.parts, held.state.as_str(), held.turn), (0, state::SENDING, 1));
    assert_eq!((held.address.reveal().as_str(), first_try), ("48151623", Some(started)));
    assert_eq!(begun, Some((held.owed, started)));
    assert_eq!(others, None);
    assert!(settle(&world, &new, Outcome::Sent).await);
    let after = write!(world, |txn| (
        outbox::begun_reply(txn, ONE, now).await?,
        outbox::has_waiting_reply(txn, ONE).await?
    ));
    assert_eq!(after, (None, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_to_a_chat_are_held_back_together() {
    let world = world().await;
    owe(&world, &[(ONE, 1), (ONE, 2), (OTHER, 1)]).await;
    let until = world.now() + MINUTE * 3;
    let waiting = write!(world, |txn| {
        outbox::pause_replies(txn, ONE, until).await?;
        outbox::pause_replies(txn, ONE, until - MINUTE).await?;
        [
            outbox::has_waiting_reply(txn, ONE).await?,
            outbox::has_waiting_reply(txn, OTHER).await?,
            outbox::has_waiting_reply(txn, THIRD).await?,
        ]
    });
    assert_eq!(waiting, [true, true, false]);
    assert_eq!(claim(&world, Lane::Replies).await.unwrap().1, "62342315:1");
    assert!(claim(&world, Lane::Replies).await.is_none());
    world.pass(MINUTE * 2);
    assert_eq!(next_due(&world, Lane::Replies).await, Some(world.now()), "the other's lease is over");
    assert_eq!(
        claim(&world, Lane::Replies).await.unwrap().1,
        "62342315:1",
        "the shorter pause changed nothing"
    );
    world.pass(MINUTE);
    assert_eq!(claim(&world, Lane::Replies).await.unwrap().1, "62342315:1");
    assert_eq!(claim(&world, Lane::Replies).await.unwrap().1, "48151623:1");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_messenger_is_left_alone_when_it_asks_to_wait_in_three_chats() {
    let world = world().await;
    owe(&world, &[(ONE, 1), (OTHER, 1), (THIRD, 1)]).await;
    let begin = world.now();
    world.pass(SignedDuration::from_secs(1));
    let now = world.now();
    let mut told = Vec::new();
    for minutes in [3, 2, 4] {
        let (claimed, _) = claim(&world, Lane::Replies).await.unwrap();
        assert!(settle(&world, &claimed, wait(now + MINUTE * minutes)).await);
        told.push(write!(world, |txn| outbox::asked_to_wait(txn, now).await?));
    }
    assert_eq!(told, [None, None, Some(now + MINUTE * 2)]);
    let later = now + MINUTE * 2;
    let (over, all, none, mail) = write!(world, |txn| (
        outbox::asked_to_wait(txn, later).await?,
        outbox::sent_since(txn, Channel::Telegram, begin).await?,
        outbox::sent_since(txn, Channel::Telegram, now).await?,
        outbox::sent_since(txn, Channel::Email, begin).await?
    ));
    assert_eq!((over, all, none, mail), (None, 3, 0, 0), "two addresses are not the whole messenger");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_the_timetable_takes_no_reply_away() {
    let world = world().await;
    let now = world.now();
    let grace = patient(&world, "P1").await;
    let visit = AppointmentId::mint(now, random());
    write!(world, |txn| {
        for (purpose, not_before) in [(Purpose::Invitation, now), (Purpose::Reminder, now + MINUTE)] {
            let row = Row { not_before, ..planned(purpose, visit, grace, now) };
            outbox::owe(txn, &row, now).await?;
        }
        let about = Row { patient: Some(grace), appointment: Some(visit), ..reply(ONE, 1, now) };
        outbox::owe(txn, &about, now).await?;
        assert!(!outbox::owe(txn, &about, now).await?, "the same message is owed once");
    });
    let (states, planned) =
        write!(world, |txn| (outbox::states(txn, visit).await?, outbox::of_appointment(txn, visit).await?));
    assert_eq!((states.len(), planned.len()), (2, 2));
    let (sent, key) = claim(&world, Lane::Planned).await.unwrap();
    assert_eq!((key.as_str(), sent.appointment), ("invitation", Some(visit)));
    assert!(settle(&world, &sent, Outcome::Sent).await);
    let cancelled = write!(world, |txn| (
        outbox::cancel(txn, visit, "completed", now).await?,
        outbox::cancel_all(txn, grace, "no messages", now).await?
    ));
    assert_eq!(cancelled, (1, 0));
    write!(world, |txn| outbox::unplan(txn, visit, true, now).await?);
    let states = write!(world, |txn| outbox::states(txn, visit).await?);
    assert_eq!(states, [(state::SENT.to_owned(), Channel::Email)]);
    assert!(claim(&world, Lane::Planned).await.is_none());
    let (replied, _) = claim(&world, Lane::Replies).await.unwrap();
    let id = replied.id;
    let held = write!(world, |txn| outbox::get(txn, id).await?.unwrap());
    assert_eq!((held.patient, held.appointment), (Some(grace), Some(visit)));
    assert_eq!(held.address.reveal(), "48151623");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_message_may_leave_by_another_door() {
    let world = world().await;
    let now = world.now();
    let grace = patient(&world, "P1").await;
    let visit = AppointmentId::mint(now, random());
    write!(world, |txn| {
        let mut row = planned(Purpose::Invitation, visit, grace, now);
        (row.channel, row.address) = (Channel::Telegram, Private::new(ONE.to_string()));
        outbox::owe(txn, &row, now).await?;
    });
    let (claimed, _) = claim(&world, Lane::Planned).await.unwrap();
    let id = claimed.id;
    assert!(settle(&world, &claimed, Outcome::RetryAt(now, "blocked".to_owned())).await);
    write!(world, |txn| outbox::set_channel(txn, id, 2, Channel::Email).await?);
    let (again, _) = claim(&world, Lane::Planned).await.unwrap();
    assert_eq!((again.kind.1.as_str(), again.attempts), ("email", 2));
    let tries = write!(world, |txn| {
        let before = now - MINUTE;
        let telegram = outbox::sent_since(txn, Channel::Telegram, before).await?;
        (telegram, outbox::sent_since(txn, Channel::Email, before).await?)
    });
    assert_eq!(tries, (1, 1), "each try is counted for the door it left by");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_to_a_chat_goes_to_its_new_number() {
    let world = world().await;
    let now = world.now();
    let grace = patient(&world, "P1").await;
    owe(&world, &[(ONE, 1), (ONE, 2)]).await;
    write!(world, |txn| {
        let row = Row { patient: Some(grace), ..reply(ONE, 3, now) };
        outbox::owe(txn, &row, now).await?;
    });
    let (held, _) = claim(&world, Lane::Replies).await.unwrap();
    write!(world, |txn| telegram::move_chat(txn, ONE, OTHER).await?);
    let (old, new, rows) = write!(world, |txn| (
        outbox::has_waiting_reply(txn, ONE).await?,
        outbox::has_waiting_reply(txn, OTHER).await?,
        outbox::due(txn, now).await?
    ));
    assert!(!old && new, "what is on its way is the new chat's as well");
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| *row.address.reveal() == OTHER.to_string()));
    assert!(settle(&world, &held, Outcome::RetryAt(now, "moved".to_owned())).await, "its fence still fits");
    for turn in ["48151623:1", "48151623:2", "48151623:3"] {
        let (claimed, key) = claim(&world, Lane::Replies).await.unwrap();
        assert_eq!(key, turn, "in their order");
        assert!(settle(&world, &claimed, Outcome::Sent).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_the_outbox_cannot_be_read_in_the_database() {
    let world = world().await;
    let now = world.now();
    let grace = patient(&world, "P1").await;
    write!(world, |txn| for (turn, patient) in [(1, None), (2, Some(grace))] {
        let row = Row { key: turn.to_string(), patient, ..reply(ONE, turn, now) };
        outbox::owe(txn, &row, now).await?;
    });
    let dump = dump(&world).await;
    assert!(dump.contains("stranger"), "the dump is a dump");
    assert!(!dump.contains(&ONE.to_string()));
}
