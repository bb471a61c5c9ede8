//! Rows that an earlier version wrote are read by this one, and keep what they say.

use foreword_domain::{
    conversation::State,
    ids::AppointmentId,
    message::{Channel, Owed},
};
use foreword_store::{Error, Keys, Options, Store, outbox};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::kit::{Folder, postgres};

/// Sample rows of every change of the database, oldest first.
const SAMPLES: [&str; 17] = [
    include_str!("../../migrations/samples/m0001_first.sql"),
    include_str!("../../migrations/samples/m0002_telegram.sql"),
    include_str!("../../migrations/samples/m0003_mail.sql"),
    include_str!("../../migrations/samples/m0004_doors.sql"),
    include_str!("../../migrations/samples/m0005_feeds.sql"),
    include_str!("../../migrations/samples/m0006_loop.sql"),
    include_str!("../../migrations/samples/m0007_audit_chain.sql"),
    include_str!("../../migrations/samples/m0008_digest.sql"),
    include_str!("../../migrations/samples/m0009_sign_in.sql"),
    include_str!("../../migrations/samples/m0010_roles.sql"),
    include_str!("../../migrations/samples/m0011_provider.sql"),
    include_str!("../../migrations/samples/m0012_page_indexes.sql"),
    include_str!("../../migrations/samples/m0013_alerts.sql"),
    include_str!("../../migrations/samples/m0014_api.sql"),
    include_str!("../../migrations/samples/m0015_api_clients.sql"),
    include_str!("../../migrations/samples/m0016_json_api.sql"),
    include_str!("../../migrations/samples/m0017_exports.sql"),
];

const APPOINTMENT: &str = "01a1ffa1-68e9-70c9-8e13-640e4cfba9a9";

/// A database as the version of so many changes left it, with their sample rows.
async fn as_of(changes: usize) -> (Folder, Options, DatabaseConnection) {
    let folder = Folder::new();
    let url = match postgres::fresh_schema().await {
        Some(url) => url,
        None => format!("sqlite://{}", folder.path("foreword.db").display()),
    };
    let options = Options { url: url.parse().unwrap() };
    let connection = foreword_store::connect_single(&options).await.unwrap();
    for sample in &SAMPLES[..changes] {
        foreword_migrations::run_some(&connection, Some(1)).await.unwrap();
        for statement in sample.lines() {
            let statement =
                if url.starts_with("sqlite") { with_bytes(statement) } else { statement.to_owned() };
            connection
                .execute_unprepared(&statement)
                .await
                .unwrap_or_else(|error| panic!("{error}: {statement}"));
        }
    }
    (folder, options, connection)
}

async fn column(connection: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_rows_of_every_change_are_read() {
    let (folder, options, connection) = as_of(SAMPLES.len()).await;
    assert!(foreword_migrations::status(&connection).await.unwrap().iter().all(|(_, applied)| *applied));
    connection.close().await.unwrap();
    let store = Store::open(&options, Keys::open(&folder.path("master.key")).unwrap()).await.unwrap();
    let (appointments, stored, audit) = store
        .read(|txn| {
            Box::pin(async move {
                use foreword_store::{appointments, audit, conversations};
                let appointments =
                    appointments::between(txn, jiff::Timestamp::MIN, jiff::Timestamp::MAX).await?;
                let stored = conversations::about(txn, appointments[0].id).await?;
                Ok::<_, Error>((appointments, stored, audit::newest(txn, 9).await?))
            })
        })
        .await
        .unwrap();
    assert_eq!(appointments[0].kind, "Wellbeing check");
    let stored = stored.unwrap();
    assert_eq!((stored.standing.state, stored.script.asks[0].key.as_str()), (State::Open, "gad-7"));
    assert_eq!(audit[0].action, "appointment.created");
    let (states, tries) = store
        .read(|txn| {
            Box::pin(async move {
                let appointment: AppointmentId = APPOINTMENT.parse().unwrap();
                let long_ago = jiff::Timestamp::UNIX_EPOCH;
                Ok::<_, Error>((
                    outbox::states(txn, appointment).await?,
                    outbox::sent_since(txn, Channel::Telegram, long_ago).await?,
                ))
            })
        })
        .await
        .unwrap();
    let states: Vec<&str> = states.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(states, ["sent", "sending", "queued"], "the timetable's, without the reply");
    assert_eq!(tries, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_owed_before_the_outbox_held_replies_is_owed_after_it() {
    let (_folder, options, connection) = as_of(1).await;
    let sqlite = format!("{options:?}").contains("sqlite");
    let (id, bytes) = if sqlite { ("hex(#)", "hex(#)") } else { ("#::text", "encode(#, 'hex')") };
    let columns = [
        "#",
        id,
        id,
        id,
        "#",
        bytes,
        "#",
        "#",
        "#",
        "#",
        "#",
        "#",
        "COALESCE(#, -1)",
        "#",
        "COALESCE(#, -1)",
        "COALESCE(#, '-')",
    ];
    let names = [
        "key",
        "id",
        "patient_id",
        "appointment_id",
        "channel",
        "address",
        "purpose",
        "payload",
        "not_before",
        "state",
        "attempts",
        "fence",
        "lease_until",
        "created_at",
        "finished_at",
        "reason",
    ];
    let row: Vec<String> =
        columns.iter().zip(names).map(|(column, name)| column.replace('#', name)).collect();
    let all = format!("SELECT {} FROM outbox ORDER BY id", row.join(" || ' ' || "));
    let before = column(&connection, &all).await;
    assert_eq!(before.len(), 3);

    foreword_migrations::run(&connection).await.unwrap();
    // All but the channel in the key, which is chosen since when a message is sent.
    let expected: Vec<String> = before.iter().map(|row| row.replacen(":email ", " ", 1)).collect();
    assert_ne!(expected, before);
    assert_eq!(column(&connection, &all).await, expected);
    let added = "SELECT turn || ' ' || parts FROM outbox WHERE address_hash IS NULL";
    assert_eq!(column(&connection, added).await, ["0 0", "0 0", "0 0"]);
    let payloads = column(&connection, "SELECT payload FROM outbox ORDER BY id").await;
    let purposes: Vec<Owed> = payloads.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    assert!(purposes.iter().all(|owed| matches!(owed, Owed::Planned(_))), "{purposes:?}");

    let indexes = if sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'outbox' AND sql IS NOT NULL"
    } else {
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'outbox'"
    };
    let indexes = column(&connection, indexes).await;
    for name in [
        "outbox_key",
        "outbox_appointment_id",
        "outbox_planned_due",
        "outbox_replies_due",
        "outbox_chat",
        "outbox_again",
    ] {
        assert!(indexes.iter().any(|index| index == name), "{name} is not among {indexes:?}");
    }
    let (again, _) = SAMPLES[0].split_once("INSERT INTO outbox").unwrap().1.split_once('\n').unwrap();
    let again = again.replace("9b1'", "9b9'").replace(":email'", "'");
    let again = format!("INSERT INTO outbox{again}");
    let again = if sqlite { with_bytes(&again) } else { again };
    let refused = connection.execute_unprepared(&again).await.unwrap_err().to_string();
    assert!(refused.to_lowercase().contains("unique"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_there_before_there_were_roles_holds_theirs_at_all_clinics() {
    let (_folder, options, connection) = as_of(5).await;
    let before = "INSERT INTO staff (id, login, name, role, password_hash, failed_logins, locked_until, disabled_at, created_at) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9a5', 'roe', 'Dr Roe', 'clinician', '-', 0, NULL, NULL, 1795000000000000)";
    let sqlite = format!("{options:?}").contains("sqlite");
    let before = if sqlite { with_bytes(before) } else { before.to_owned() };
    connection.execute_unprepared(&before).await.unwrap();
    foreword_migrations::run(&connection).await.unwrap();
    let held = "SELECT r.role FROM staff_roles r JOIN staff s ON s.id = r.staff_id \
                WHERE s.login = 'roe' AND r.clinic IS NULL";
    assert_eq!(column(&connection, held).await, ["clinician"]);
    assert_eq!(column(&connection, "SELECT role FROM staff_roles").await.len(), 1);
}

/// What SQL calls bytes on SQLite: `'\x0a'` as `X'0a'`; and identifiers, which have a type of their own on
/// PostgreSQL: `'01a1ffa1-68e9-...'` as `X'01a1ffa168e9...'`.
fn with_bytes(statement: &str) -> String {
    let mut parts: Vec<String> = statement.split('\'').map(str::to_owned).collect();
    for n in (1..parts.len()).step_by(2) {
        let hex = match parts[n].strip_prefix("\\x") {
            Some(hex) => hex.to_owned(),
            None if parts[n].len() == 36 => parts[n].replace('-', ""),
            None => continue,
        };
        if hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            parts[n - 1].push('X');
            parts[n] = hex;
        }
    }
    parts.join("'")
}
