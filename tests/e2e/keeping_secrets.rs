//! What the database holds when somebody else reads it.

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use crate::kit::{World, world::GRACE};

/// Words that a patient wrote, a name, an address, an answer.
const CANARIES: [&str; 8] = [
    "canary-words",
    "canary-question",
    "Okafor",
    "Grace",
    "grace@home.test",
    "1958-03-14",
    "PATIENT-1",
    "canary-help",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_raw_dump_of_the_database_holds_no_name_address_answer_or_link() {
    let world = World::new().await;
    world.book(&[&GRACE.replace("P1", "PATIENT-1")]).await;
    let token = world.line("A1").await.token.unwrap().into_inner();
    world.tick().await;
    let roe = world.app.put_staff("roe", "Dr Roe", "clinician", "a long enough password", world.now()).await;
    let asked =
        world.app.put_question(roe.unwrap(), "PATIENT-1", "next", "canary-question", world.now()).await;
    asked.unwrap();
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "canary-words", "1", "no", "3", "canary-help", "3", "3"]).await;
    world.page("A1").await;
    let dump = dump(&world).await;
    assert!(dump.contains("visit-agenda"), "the dump is a dump");
    for canary in CANARIES.into_iter().chain([token.as_str()]) {
        assert!(!dump.contains(canary), "{canary} can be read in the database");
    }
}

/// Everything the database holds, with bytes as the text they may be.
pub async fn dump(world: &World) -> String {
    if let Some(file) = world.url.strip_prefix("sqlite://") {
        let bytes: Vec<u8> = ["", "-wal"]
            .iter()
            .flat_map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default())
            .collect();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let options = foreword_store::Options { url: world.url.parse().unwrap() };
    let connection = foreword_store::connect_single(&options).await.unwrap();
    // Bytes as the text they may hold, not as hexadecimal digits.
    connection.execute_unprepared("SET bytea_output = 'escape'").await.unwrap();
    let all =
        |sql: &str| connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql.to_owned()));
    let tables =
        all("SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()")
            .await
            .unwrap();
    let mut dump = String::new();
    for table in tables {
        let name: String = table.try_get_by_index(0).unwrap();
        // Bytes as text, so that a word in them would be seen.
        for row in
            all(&format!("SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM {name} t")).await.unwrap()
        {
            dump.push_str(&row.try_get_by_index::<String>(0).unwrap());
            dump.push('\n');
        }
    }
    dump
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_refuses_another_master_key() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let options = foreword_store::Options { url: world.url.parse().unwrap() };
    let refused =
        foreword_store::Store::open(&options, foreword_store::Keys::of([1; 32])).await.err().unwrap();
    assert!(refused.to_string().contains("another master key"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_of_a_page_is_in_the_audit_log_without_a_word_of_it() {
    let world = World::new().await;
    world.invite_grace().await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "canary-words"]).await;
    world.page("A1").await;
    let log = world
        .store
        .read(|txn| Box::pin(async move { foreword_store::audit::newest(txn, 100).await }))
        .await
        .unwrap();
    let line = world.line("A1").await;
    assert!(log.iter().any(|e| e.action == "summary.read"
        && e.actor == "test"
        && e.subject == format!("appointment:{}", line.appointment.id)));
    assert!(log.iter().any(|e| e.action == "conversation.answered" && e.actor == format!("patient:{}", line.patient.id)));
    let text = format!("{log:?}");
    assert!(!text.contains("canary") && !text.contains("Okafor"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_moved_to_another_item_is_noticed() {
    let mut world = World::new().await;
    world.invite_grace().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "no", "3", "no", "0", "3"]).await;
    world.page("A1").await;
    let connection = Database::connect(&world.url).await.unwrap();
    let swap = "UPDATE answers SET value = (SELECT value FROM answers WHERE item = 'q2') WHERE item = 'q1'";
    connection.execute_unprepared(swap).await.unwrap();
    let refused = world.app.visit(phone.conversation).await.unwrap_err().to_string();
    assert!(refused.contains("answers.value cannot be read"), "{refused}");
    world.leave_things_lying();
}
