//! Rows that an earlier version wrote are read by this one.

use foreword_domain::conversation::State;
use sea_orm::{ConnectionTrait, Database};

use crate::kit::World;

/// Sample rows of every change of the database, oldest first.
const SAMPLES: [&str; 1] = [include_str!("../../migrations/samples/m0001_first.sql")];

#[tokio::test(flavor = "multi_thread")]
async fn sample_rows_of_every_change_are_read() {
    let world = World::new().await;
    let connection = Database::connect(&world.url).await.unwrap();
    connection.execute_unprepared("DELETE FROM settings WHERE key = 'clock'").await.unwrap();
    for statement in SAMPLES.iter().flat_map(|sample| sample.lines()) {
        // An identifier is bytes on SQLite and a type of its own on PostgreSQL.
        let statement =
            if world.url.starts_with("sqlite") { with_bytes(statement) } else { statement.to_owned() };
        connection
            .execute_unprepared(&statement)
            .await
            .unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
    let (appointments, stored, audit) = world
        .store
        .read(|txn| {
            Box::pin(async move {
                use foreword_store::{appointments, audit, conversations};
                let appointments =
                    appointments::between(txn, jiff::Timestamp::MIN, jiff::Timestamp::MAX).await?;
                let stored = conversations::about(txn, appointments[0].id).await?;
                Ok::<_, foreword_store::Error>((appointments, stored, audit::newest(txn, 9).await?))
            })
        })
        .await
        .unwrap();
    assert_eq!(appointments[0].kind, "Wellbeing check");
    let stored = stored.unwrap();
    assert_eq!((stored.standing.state, stored.script.asks[0].key.as_str()), (State::Open, "gad-7"));
    assert_eq!(audit[0].action, "appointment.created");
}

/// `'01a1ffa1-68e9-...'` as `X'01a1ffa168e9...'`.
fn with_bytes(statement: &str) -> String {
    let mut parts: Vec<String> = statement.split('\'').map(str::to_owned).collect();
    for n in (1..parts.len()).step_by(2) {
        let hex: String = parts[n].chars().filter(|c| *c != '-').collect();
        if parts[n].len() == 36 && hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            parts[n - 1].push('X');
            parts[n] = hex;
        }
    }
    parts.join("'")
}
