//! What the database keeps of a messenger: updates as they came, where its chats stand and whose they
//! are.

use foreword_domain::{
    chat::{Prompt, Update},
    ids::{ConversationId, PatientId, QuestionId, StaffId},
    language::Lang,
    patient::{Patient, Profile},
    private::Private,
    response::{ItemRef, Respondent},
};
use foreword_store::{
    Error, Store, patients, questions, random,
    telegram::{self, Chat, Subject},
};
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Database, Statement};

use crate::{keeping_secrets::dump, kit::World};

/// One write transaction; what is named inside must be `Copy`.
macro_rules! write {
    ($world:expr, |$txn:ident| $body:expr) => {
        $world.store.write(move |$txn| Box::pin(async move { Ok::<_, Error>($body) })).await.unwrap()
    };
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Two chats of 7 and 8 digits, so that a dump that held them would hold nothing else like it.
const ONE: i64 = 48_151_623;
const OTHER: i64 = 4_815_162;

fn update(number: i64, chat: i64, raw: &str) -> Update {
    Update { number, chat: (chat != 0).then_some(chat), raw: Private::new(raw.to_owned()) }
}

/// Takes in updates of chats, numbered from 1; chat 0 is none.
async fn take_in(world: &World, chats: &'static [i64]) {
    let now = world.now();
    write!(world, |txn| for (number, chat) in (1..).zip(chats) {
        assert!(telegram::take_in(txn, &update(number, *chat, "hello"), now).await?);
    });
}

/// Takes the next update and settles it; its number.
async fn deal(world: &World) -> Option<i64> {
    deal_at(&world.store, world.now()).await
}

async fn deal_at(store: &Store, now: Timestamp) -> Option<i64> {
    let dealt = store.write(move |txn| {
        Box::pin(async move {
            let Some(next) = telegram::next(txn).await? else { return Ok(None) };
            telegram::settle(txn, next.id, now).await?;
            Ok::<_, Error>(Some(next.update_id))
        })
    });
    dealt.await.unwrap()
}

pub async fn patient(world: &World, external: &'static str) -> PatientId {
    let now = world.now();
    let id = PatientId::mint(now, random());
    write!(world, |txn| {
        let profile = Profile {
            external_id: external.to_owned(),
            given_name: "Grace".to_owned(),
            family_name: "Okafor".to_owned(),
            birth_date: jiff::civil::date(1958, 3, 14),
            email: None,
            phone: None,
            sex: None,
            conditions: Vec::new(),
            deceased: false,
        };
        let new = Patient {
            id,
            language: Lang::english(),
            time_zone: "Europe/London".to_owned(),
            profile: Private::new(profile),
        };
        patients::add(txn, &new, now).await?;
    });
    id
}

async fn query(world: &World, sql: &str) -> Vec<Option<String>> {
    let connection = Database::connect(&world.url).await.unwrap();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

fn chat(standing: &str) -> Chat<String> {
    Chat {
        chat: ONE,
        standing: standing.to_owned(),
        failed_checks: 0,
        locked_until: None,
        prompt: None,
        pause_until: None,
        unreachable_at: None,
        unreachable_why: None,
        heard_at: None,
    }
}

fn prompt(message: i64) -> Prompt {
    let conversation = ConversationId::mint(Timestamp::UNIX_EPOCH, [0; 10]);
    Prompt { message, conversation, at: ItemRef::new("gad-7", "q1"), greets: true, since: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_very_same_update_is_kept_once() {
    let world = World::new().await;
    let now = world.now();
    let taken = write!(world, |txn| [
        telegram::take_in(txn, &update(5, ONE, "first"), now).await?,
        telegram::take_in(txn, &update(5, ONE, "first"), now).await?,
        telegram::take_in(txn, &update(5, ONE, "another"), now).await?,
        telegram::take_in(txn, &update(6, ONE, "first"), now).await?,
    ]);
    assert_eq!(taken, [true, false, true, true], "a number may begin anew with other content");
    while deal(&world).await.is_some() {}
    let again = write!(world, |txn| telegram::take_in(txn, &update(5, ONE, "first"), now).await?);
    assert!(!again, "it was dealt with");
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_are_handed_out_as_they_came_and_to_the_byte() {
    let world = World::new().await;
    let now = world.now();
    let raw = "{\"update_id\": 5,\n \"text\": \"Schmerzen \\ud83d\\ude00 😀\"}";
    write!(world, |txn| telegram::take_in(txn, &update(5, ONE, raw), now).await?);
    let next = write!(world, |txn| telegram::next(txn).await?).unwrap();
    assert_eq!((next.update_id, next.raw.reveal().as_str()), (5, raw));
    let again = write!(world, |txn| telegram::next(txn).await?).unwrap();
    assert_eq!(next, again, "until it is settled");
    assert!(!format!("{next:?}").contains("Schmerzen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_of_one_chat_never_overtake_each_other() {
    let world = World::new().await;
    take_in(&world, &[ONE, ONE, OTHER, 0, 0]).await;
    if world.url.starts_with("sqlite") {
        // One writer at a time: each finds settled what the one before it held.
        let (first, second) = tokio::join!(deal(&world), deal(&world));
        let mut both = [first, second];
        both.sort_unstable();
        assert_eq!(both, [Some(1), Some(2)]);
        let rest = [deal(&world).await, deal(&world).await, deal(&world).await, deal(&world).await];
        assert_eq!(rest, [Some(3), Some(4), Some(5), None]);
        return;
    }
    let (store, now) = (world.store.clone(), world.now());
    let seen = world.store.write(move |txn| {
        let store = store.clone();
        Box::pin(async move {
            let held = telegram::next(txn).await?.unwrap();
            let mut beside = Vec::new();
            while let Some(number) = deal_at(&store, now).await {
                beside.push(number);
            }
            telegram::settle(txn, held.id, now).await?;
            Ok::<_, Error>((held.update_id, beside, deal_at(&store, now).await))
        })
    });
    let seen = seen.await.unwrap();
    assert_eq!(seen, (1, vec![3, 4, 5], None), "2 waits until 1 is on disk");
    assert_eq!(deal(&world).await, Some(2));
    assert_eq!(deal(&world).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_is_dealt_with_is_erased_and_a_refused_one_stays_sealed() {
    let world = World::new().await;
    let now = world.now();
    take_in(&world, &[ONE, ONE, OTHER]).await;
    let first = write!(world, |txn| telegram::next(txn).await?).unwrap();
    write!(world, |txn| telegram::refuse(txn, first.id, "has a form that is not known", now).await?);
    assert_eq!(deal(&world).await, Some(2), "a refused one holds up no other");
    let none = write!(world, |txn| telegram::refuse_unreadable(txn, "cannot be opened", now).await?);
    assert_eq!(none, None, "what can be opened stays");
    assert_eq!((deal(&world).await, deal(&world).await), (Some(3), None));
    let kept = query(
        &world,
        "SELECT update_id || ' ' || state || ' ' || COALESCE(reason, '-') || ' ' \
             || CASE WHEN raw IS NULL THEN 'erased' ELSE 'sealed' END \
         FROM telegram_updates WHERE settled_at IS NOT NULL ORDER BY id",
    )
    .await;
    let kept: Vec<String> = kept.into_iter().flatten().collect();
    assert_eq!(kept, ["1 refused has a form that is not known sealed", "2 done - erased", "3 done - erased"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_was_changed_in_the_database_is_noticed() {
    let world = World::new().await;
    take_in(&world, &[ONE, OTHER]).await;
    let connection = Database::connect(&world.url).await.unwrap();
    let swap = "UPDATE telegram_updates SET raw = (SELECT raw FROM telegram_updates WHERE update_id = 2)";
    connection.execute_unprepared(swap).await.unwrap();
    let refused = world
        .store
        .write(|txn| Box::pin(async move { telegram::next(txn).await }))
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("telegram_updates.raw cannot be read"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_updates_are_forgotten_but_never_the_newest_or_one_that_waits() {
    let world = World::new().await;
    let begin = world.now();
    take_in(&world, &[ONE, ONE, ONE, OTHER]).await;
    deal(&world).await;
    let second = write!(world, |txn| telegram::next(txn).await?).unwrap();
    write!(world, |txn| telegram::refuse(txn, second.id, "no", begin).await?);
    deal(&world).await;
    // The fourth waits. A fifth comes an hour later and is dealt with then; the sixth likewise.
    world.pass(HOUR);
    let later = world.now();
    write!(world, |txn| for number in [5, 6] {
        telegram::take_in(txn, &update(number, 0, "later"), later).await?;
    });
    let [fourth, fifth, sixth] = [deal(&world).await, deal(&world).await, deal(&world).await];
    assert_eq!([fourth, fifth, sixth], [Some(4), Some(5), Some(6)]);

    let gone = |before: Timestamp, refused: Timestamp| {
        let store = world.store.clone();
        async move {
            let forget =
                store.write(move |txn| Box::pin(async move { telegram::forget(txn, before, refused).await }));
            forget.await.unwrap()
        }
    };
    assert_eq!(gone(begin, begin).await, 0);
    assert_eq!(gone(later, begin).await, 2, "the first and third; the fourth was settled an hour later");
    assert_eq!(gone(begin, later).await, 1, "the second, which was refused");
    assert_eq!(gone(later + HOUR, later + HOUR).await, 2, "all but the newest");
    assert_eq!(
        query(&world, "SELECT CAST(update_id AS text) FROM telegram_updates").await,
        [Some("6".to_owned())]
    );
    take_in(&world, &[ONE, OTHER]).await;
    assert_eq!(gone(later + HOUR, later + HOUR).await, 1, "it is not the newest any more");
    assert_eq!(gone(later + HOUR, later + HOUR).await, 0, "one waits and one is the newest");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_written_without_touching_what_senders_note() {
    let world = World::new().await;
    let now = world.now();
    assert_eq!(write!(world, |txn| telegram::chat::<String>(txn, ONE).await?), None);
    write!(world, |txn| {
        // Nothing is there to note it in.
        telegram::note_prompt(txn, ONE, Some(&prompt(6))).await?;
        let begun = Chat { prompt: Some(prompt(7)), failed_checks: 1, ..chat("begun") };
        telegram::put_chat(txn, &begun, now).await?;
    });
    let begun = write!(world, |txn| telegram::chat::<String>(txn, ONE).await?).unwrap();
    assert_eq!((begun.prompt.as_ref().unwrap(), begun.standing.as_str()), (&prompt(7), "begun"));
    assert!(!format!("{begun:?}").contains("begun"));

    write!(world, |txn| {
        telegram::note_prompt(txn, ONE, Some(&prompt(9))).await?;
        telegram::pause(txn, ONE, now + HOUR).await?;
        telegram::pause(txn, ONE, now).await?;
        let known = Chat { locked_until: Some(now), heard_at: Some(now), ..chat("known") };
        telegram::put_chat(txn, &known, now).await?;
    });
    let known = write!(world, |txn| telegram::chat::<String>(txn, ONE).await?).unwrap();
    let expected = Chat {
        prompt: Some(prompt(9)),
        pause_until: Some(now + HOUR),
        locked_until: Some(now),
        heard_at: Some(now),
        ..chat("known")
    };
    assert!(known == expected, "all but the prompt and the pause is replaced; the longer pause stays");

    write!(world, |txn| {
        telegram::note_prompt(txn, ONE, None).await?;
        telegram::lose(txn, ONE, "bot was blocked by the user", now).await?;
    });
    let lost = write!(world, |txn| telegram::chat::<String>(txn, ONE).await?).unwrap();
    assert_eq!((lost.prompt, lost.unreachable_at), (None, Some(now)));
    assert_eq!(lost.unreachable_why.as_deref(), Some("bot was blocked by the user"));
    write!(world, |txn| telegram::find_again(txn, ONE).await?);
    let found = write!(world, |txn| telegram::chat::<String>(txn, ONE).await?).unwrap();
    assert_eq!((found.unreachable_at, found.unreachable_why), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_and_until_it_expires() {
    let world = World::new().await;
    let (now, later) = (world.now(), world.now() + HOUR);
    let grace = Subject::Patient(PatientId::mint(now, random()));
    let roe = Subject::Staff(StaffId::mint(now, random()));
    write!(world, |txn| {
        telegram::add_code(txn, "grace", grace, now, later).await?;
        telegram::add_code(txn, "roe", roe, now, later).await?;
        telegram::add_code(txn, "old", roe, now, later).await?;
    });
    let use_up = |code: &'static str, at: Timestamp| {
        let store = world.store.clone();
        async move {
            let used =
                store.write(move |txn| Box::pin(async move { telegram::use_code(txn, code, at).await }));
            used.await.unwrap()
        }
    };
    assert_eq!(use_up("nobody's", now).await, None);
    assert_eq!(use_up("old", later).await, None, "too old");
    let (a, b, c) = tokio::join!(use_up("grace", now), use_up("grace", now), use_up("grace", now));
    let mut used: Vec<Subject> = [a, b, c].into_iter().flatten().collect();
    assert_eq!(used.pop(), Some(grace));
    assert!(used.is_empty(), "one of three at the same time");
    assert_eq!((use_up("roe", now).await, use_up("roe", now).await), (Some(roe), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_has_several_chats_and_a_chat_several_patients() {
    let world = World::new().await;
    let (grace, john) = (patient(&world, "P1").await, patient(&world, "P2").await);
    let [first, second, third] = [0, 1, 2].map(|hours| world.now() + HOUR * hours);
    write!(world, |txn| {
        telegram::put_chat(txn, &chat("x"), first).await?;
        telegram::bind(txn, grace, ONE, Respondent::Patient, first).await?;
        telegram::bind(txn, grace, OTHER, Respondent::Proxy, second).await?;
        telegram::bind(txn, john, OTHER, Respondent::Helped, third).await?;
        telegram::lose(txn, ONE, "blocked", third).await?;
    });
    let (chats, whose, nobodys) = write!(world, |txn| (
        telegram::chats_of(txn, grace).await?,
        telegram::patients_of(txn, OTHER).await?,
        telegram::patients_of(txn, 7).await?
    ));
    let lost = Some((third, "blocked".to_owned()));
    assert_eq!(chats, [(OTHER, Respondent::Proxy, None), (ONE, Respondent::Patient, lost)]);
    assert_eq!(whose, [(grace, Respondent::Proxy), (john, Respondent::Helped)]);
    assert_eq!(nobodys, []);

    let unbound = write!(world, |txn| [
        telegram::unbind(txn, grace, OTHER, third).await?,
        telegram::unbind(txn, grace, OTHER, third).await?
    ]);
    assert_eq!(unbound, [true, false]);
    let (chats, whose) = write!(world, |txn| (
        telegram::chats_of(txn, grace).await?.len(),
        telegram::patients_of(txn, OTHER).await?
    ));
    assert_eq!((chats, whose), (1, vec![(john, Respondent::Helped)]));

    write!(world, |txn| telegram::bind(txn, grace, OTHER, Respondent::Helped, third + HOUR).await?);
    let chats = write!(world, |txn| telegram::chats_of(txn, grace).await?);
    assert_eq!(chats[0], (OTHER, Respondent::Helped, None), "revived, as the newest");
    assert_eq!(chats.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_goes_on_under_another_number() {
    let world = World::new().await;
    let now = world.now();
    let (grace, john) = (patient(&world, "P1").await, patient(&world, "P2").await);
    write!(world, |txn| {
        telegram::put_chat(txn, &Chat { prompt: Some(prompt(7)), ..chat("known") }, now).await?;
        telegram::put_chat(txn, &Chat { chat: OTHER, ..chat("a stranger") }, now).await?;
        telegram::bind(txn, grace, ONE, Respondent::Proxy, now).await?;
        telegram::bind(txn, john, ONE, Respondent::Patient, now).await?;
        telegram::bind(txn, john, OTHER, Respondent::Patient, now).await?;
        telegram::move_chat(txn, ONE, OTHER).await?;
    });
    let (old, new, whose, of_old, chats) = write!(world, |txn| (
        telegram::chat::<String>(txn, ONE).await?,
        telegram::chat::<String>(txn, OTHER).await?.unwrap(),
        telegram::patients_of(txn, OTHER).await?,
        telegram::patients_of(txn, ONE).await?,
        telegram::chats_of(txn, john).await?
    ));
    assert!(old.is_none() && of_old.is_empty());
    assert_eq!((new.standing.as_str(), new.prompt), ("known", None), "messages are counted anew");
    assert_eq!(chats, [(OTHER, Respondent::Patient, None)], "bound to both, and now once");
    assert!(whose.contains(&(grace, Respondent::Proxy)) && whose.len() == 2, "{whose:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_kept_for_one_patient_and_one_visit() {
    let world = World::new().await;
    let now = world.now();
    let grace = patient(&world, "P1").await;
    let conversation = ConversationId::mint(now, random());
    let staff = StaffId::mint(now, random());
    let [first, second] = [0, 1].map(|n| QuestionId::mint(now, [n; 10]));
    write!(world, |txn| for (id, text) in [(second, "canary-since"), (first, "canary-where")] {
        let text = Private::new(text.to_owned());
        let new = questions::Question {
            id,
            conversation,
            patient: grace,
            staff,
            text,
            asked_at: now,
            withdrawn_at: None,
        };
        questions::add(txn, &new).await?;
    });
    let (withdrawn, again) = write!(world, |txn| (
        questions::withdraw(txn, first, now).await?,
        questions::withdraw(txn, first, now).await?
    ));
    assert!(withdrawn && !again);
    let asked = write!(world, |txn| questions::of_conversation(txn, conversation).await?);
    let texts: Vec<_> = asked.iter().map(|q| (q.text.reveal().as_str(), q.withdrawn_at)).collect();
    assert_eq!(texts, [("canary-where", Some(now)), ("canary-since", None)]);
    let found = write!(world, |txn| questions::get(txn, second).await?);
    assert_eq!(found.as_ref(), asked.get(1));
    let none = write!(world, |txn| questions::of_conversation(txn, ConversationId(first.0)).await?);
    assert_eq!(none, []);
    assert!(!dump(&world).await.contains("canary"), "a question can be read in the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raw_dump_of_the_database_holds_no_chat_no_update_and_no_code() {
    let world = World::new().await;
    let now = world.now();
    let grace = patient(&world, "P1").await;
    write!(world, |txn| {
        telegram::take_in(txn, &update(5, ONE, "canary-waits"), now).await?;
        telegram::put_chat(txn, &chat("canary-standing"), now).await?;
        telegram::bind(txn, grace, ONE, Respondent::Proxy, now).await?;
        telegram::add_code(txn, "canary-code", Subject::Patient(grace), now, now).await?;
    });
    let dump = dump(&world).await;
    assert!(dump.contains("proxy"), "the dump is a dump");
    for canary in ["canary", &ONE.to_string()] {
        assert!(!dump.contains(canary), "{canary} can be read in the database");
    }
}
