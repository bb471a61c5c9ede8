//! Staff enter a paper form twice; only what both entries say stands in the record.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use foreword_domain::{conversation::State, message::Channel, response::Respondent};

use crate::{
    kit::{Tab, World, world::JOHN},
    signing_in,
};

/// The fields of the form on the page, each with the text of its question.
fn questions(page: &str) -> Vec<(String, String)> {
    page.split("<span id=\"t")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once('"').unwrap();
            let text = rest.split_once('>').unwrap().1.split('<').next().unwrap();
            (name.to_owned(), crate::kit::tab::unescape(text))
        })
        .collect()
}

/// One topic, the first choice of each question, and a number where one is asked for.
fn filled(page: &str) -> BTreeMap<String, String> {
    let mut entry = BTreeMap::new();
    let mut has_words = false;
    for (name, _) in questions(page) {
        let first = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
        let first = first.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
        let rest = page.split(&format!("<input name=\"{name}\" type=\"text\"")).nth(1).unwrap_or_default();
        if rest.split("</fieldset>").next().unwrap_or_default().contains("year-month-day") {
            entry.insert(name, "2026-11-01".to_owned());
        } else if !page.contains(&format!("<textarea name=\"{name}\"")) {
            entry.insert(name, if first.is_empty() { "3".to_owned() } else { first });
        } else if !std::mem::replace(&mut has_words, true) {
            entry.insert(name, "Words from paper".to_owned());
        }
    }
    entry
}

async fn send(clinic: &mut Tab, path: &str, entry: &BTreeMap<String, String>, with: &[(&str, &str)]) {
    let fields: Vec<(&str, &str)> = entry
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(with.iter().copied())
        .collect();
    clinic.send(path, &fields).await;
}

async fn at_the_paper(world: &World, row: &str) -> (Tab, String) {
    world.book(&[row]).await;
    world.tick().await;
    let external = row.split(',').next().unwrap();
    let id = world.line(external).await.appointment.id;
    let mut clinic = signing_in::staff(world).await;
    let path = format!("/clinic/appointments/{id}/transcribe");
    clinic.open(&path).await;
    (clinic, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_form_is_in_the_record_when_two_entries_agree() {
    let world = World::new().await;
    let (mut clinic, path) = at_the_paper(&world, crate::kit::world::GRACE).await;
    assert!(clinic.page.contains("first entry") && clinic.page.contains("Grace Okafor"));
    let questions = questions(&clinic.page);
    assert!(questions.len() >= 12, "all questions stand on one page: {}", questions.len());
    let entry = filled(&clinic.page);
    send(&mut clinic, &path, &entry, &[]).await;
    assert_eq!(clinic.heading(), "Once more, please");
    assert!(world.page("A1").await.contains("No answers yet."), "nothing stands in the record yet");
    let dump = crate::keeping_secrets::dump(&world).await;
    assert!(!dump.contains("Words from paper"), "the first entry is sealed");
    clinic.open(&path).await;
    assert!(clinic.page.contains("second entry") && clinic.page.contains("First entry by Dr Roe"));
    assert!(clinic.page.contains("Words from paper</textarea>"), "texts are shown to be looked over");
    assert!(!clinic.page.contains(" checked"), "and nothing else is");
    send(&mut clinic, &path, &entry, &[]).await;
    assert_eq!(clinic.heading(), "The paper is in the record");
    let conversation = world.app.conversation_of("P1", world.now()).await.unwrap();
    let visit = world.app.visit(conversation).await.unwrap();
    assert!(visit.ledger.iter().count() >= 9, "{}", visit.ledger.iter().count());
    for answer in visit.ledger.iter() {
        assert_eq!((answer.channel, answer.by), (Channel::Staff, Respondent::Staff));
    }
    let page = world.page("A1").await;
    assert!(page.contains("1. Words from paper") && page.contains("staff"), "{page}");
    clinic.open(&path).await;
    assert!(clinic.page.contains("questions were answered already") || clinic.page.contains("nothing left"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_entries_do_not_agree_on_is_settled_by_looking_at_the_paper() {
    let world = World::new().await;
    let (mut clinic, path) = at_the_paper(&world, JOHN).await;
    let entry = filled(&clinic.page);
    let names: Vec<String> = questions(&clinic.page)
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| clinic.page.contains(&format!("name=\"{name}\" value=\"3\"")))
        .collect();
    let (one, two) = (names[0].clone(), names[1].clone());
    let mut first = entry.clone();
    first.insert(one.clone(), "2".to_owned());
    first.remove(&two);
    send(&mut clinic, &path, &first, &[]).await;
    let mut second = entry.clone();
    second.insert(one.clone(), "3".to_owned());
    second.insert(two.clone(), "3".to_owned());
    send(&mut clinic, &path, &second, &[]).await;
    assert_eq!((clinic.status, clinic.heading().as_str()), (StatusCode::CONFLICT, "The two entries differ"));
    assert!(clinic.page.contains(&format!("name=\"settle.{one}\"")) && clinic.page.contains("left blank"));
    assert_eq!(clinic.page.matches("value=\"first\"").count(), 2, "only what differs is asked");
    assert!(world.page("A2").await.contains("No answers yet."));
    let (settle_one, settle_two) = (format!("settle.{one}"), format!("settle.{two}"));
    send(&mut clinic, &path, &second, &[(&settle_one, "first")]).await;
    assert_eq!(clinic.heading(), "The two entries differ", "one of them is not settled");
    send(&mut clinic, &path, &second, &[(&settle_one, "first"), (&settle_two, "second")]).await;
    assert_eq!(clinic.heading(), "The paper is in the record", "{}", clinic.page);
    let conversation = world.app.conversation_of("P2", world.now()).await.unwrap();
    let visit = world.app.visit(conversation).await.unwrap();
    let held = |name: &str| {
        let at = visit.at_spot(name).unwrap();
        visit.ledger.get(&at).map(|answer| answer.value.written())
    };
    assert_eq!((held(&one).as_deref(), held(&two).as_deref()), (Some("2"), Some("3")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_answer_is_marked_and_what_skip_rules_hide_is_not_taken() {
    let world = World::new().await;
    let (mut clinic, path) = at_the_paper(&world, JOHN).await;
    let mut entry = filled(&clinic.page);
    let page = clinic.page.clone();
    let number = questions(&page)
        .into_iter()
        .map(|(name, _)| name)
        .find(|name| page.contains(&format!("<input name=\"{name}\" type=\"text\"")))
        .expect("a question for a number");
    entry.insert(number.clone(), "a lot".to_owned());
    send(&mut clinic, &path, &entry, &[]).await;
    assert_eq!(clinic.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(clinic.page.contains(&format!("id=\"x{number}\"")) && clinic.page.contains("value=\"a lot\""));
    assert!(clinic.page.contains("Words from paper"), "nothing entered is lost");
    // A topic that was not written down has no wish about it.
    let mut bare: BTreeMap<String, String> = BTreeMap::new();
    let topic = questions(&page).into_iter().next().unwrap().0;
    let wish = questions(&page).into_iter().nth(1).unwrap().0;
    bare.insert(wish.clone(), entry[&wish].clone());
    for _ in 0..2 {
        send(&mut clinic, &path, &bare, &[]).await;
    }
    assert_eq!(clinic.heading(), "The paper is in the record");
    let conversation = world.app.conversation_of("P2", world.now()).await.unwrap();
    let visit = world.app.visit(conversation).await.unwrap();
    for name in [topic, wish] {
        assert!(visit.ledger.get(&visit.at_spot(&name).unwrap()).is_none(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_entry_can_be_thrown_away_and_answers_from_other_doors_are_not_asked() {
    let world = World::new().await;
    let (mut clinic, path) = at_the_paper(&world, crate::kit::world::GRACE).await;
    let all = questions(&clinic.page).len();
    let entry = filled(&clinic.page);
    send(&mut clinic, &path, &entry, &[]).await;
    clinic.send(&path, &[("action", "discard")]).await;
    assert!(
        clinic.page.contains("first entry") && !clinic.page.contains("First entry by"),
        "{}",
        clinic.page
    );
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "My own words", "1"]).await;
    clinic.open(&path).await;
    assert_eq!(questions(&clinic.page).len(), all - 2);
    assert!(clinic.page.contains("2 questions were answered already"));
    // Paper that is entered for a visit that somebody refused opens it again: it was filled in after all.
    phone.say("not this time").await;
    let entry = filled(&clinic.page);
    for _ in 0..2 {
        send(&mut clinic, &path, &entry, &[]).await;
    }
    assert_eq!(clinic.heading(), "The paper is in the record");
    assert_ne!(phone.state().await, State::Declined);
    assert!(world.page("A1").await.contains("1. My own words"), "{}", world.page("A1").await);
    let mut stranger = world.tab();
    stranger.open(&path).await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}
