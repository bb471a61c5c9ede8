//! Many more rows like those that are there. Each copy has ids of its own and lies in a past of its own; what is
//! sealed is copied as it is, with the right length, and opens for nobody: these rows are never read, they make
//! tables and indexes as large as they get.

use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Milliseconds from one copy to the next: four days, so that they fill the years before.
const STEP: u64 = 4 * 24 * 60 * 60 * 1000;

/// Which rows are copied, and what becomes of their columns: `id` another id, `own` another text, `hash` other
/// bytes, `ago` an earlier instant, `about` the id within it changed, `link` the number of the copy. Columns
/// without a word stay as they are; numbers that the database gives are left out.
const TABLES: [(&str, &str); 16] = [
    ("patients", "id:id external_hash:hash language time_zone profile created_at:ago"),
    ("patient_keys", "patient_id:id key_id wrapped"),
    (
        "contacts",
        "patient_id:id channel address address_hash:hash added_at:ago removed_at:ago respondent failed_at:ago \
         failed_why",
    ),
    (
        "consents",
        "patient_id:id channel text_version language given_at:ago recorded_by warning_shown withdrawn_at:ago",
    ),
    (
        "appointments",
        "id:id external_id:own patient_id:id start_at:ago time_zone duration_min clinic clinician kind status \
         revision created_at:ago updated_at:ago",
    ),
    (
        "conversations",
        "id:id appointment_id:id patient_id:id pathway_id pathway_version script state standing created_at:ago \
         last_at:ago completed_at:ago",
    ),
    (
        "responses",
        "id:id conversation_id:id patient_id:id ask_key instrument_id instrument_version language \
         started_at:ago completed_at:ago",
    ),
    (
        "answers",
        "conversation_id:id patient_id:id ask_key item value answered_at:ago channel ui_language \
         instrument_language respondent inbox_id:id",
    ),
    ("scores", "response_id:id patient_id:id scale scored_at:ago score"),
    ("inbox", "id:id source external_id:own conversation_id:id received_at:ago content_hash receipt"),
    (
        "invitations",
        "id:id appointment_id:id patient_id:id token_hash:hash token created_at:ago expires_at:ago \
         revoked_at:ago failed_checks locked_until:ago",
    ),
    (
        "outbox",
        "id:id key:own patient_id:id appointment_id:id channel address address_hash:hash turn parts purpose \
         payload not_before:ago state attempts fence lease_until created_at:ago finished_at:ago reason",
    ),
    ("deliveries", "outbox_id:id attempt started_at:ago ended_at:ago result channel"),
    (
        "alerts",
        "id:id conversation_id:id appointment_id:id patient_id:id ask_key rule_hash rule level state \
         raised_at:ago due_at:ago",
    ),
    ("page_versions", "id:id appointment_id:id patient_id:id number digest content made_at:ago"),
    ("page_openings", "appointment_id:id staff_id number opened_at:ago"),
];

/// Rows of the audit log are copied where they are about somebody or something with an id.
const AUDIT: (&str, &str) = ("audit", "at:ago actor action subject:about stamp:id mac link:link");

/// Copies everything until there are so many responses. Tells how many copies that took.
pub async fn copy_until(connection: &DatabaseConnection, responses: u64) -> u64 {
    let there = count(connection, "responses").await;
    let copies = responses.saturating_sub(there).div_ceil(there.max(1));
    if connection.get_database_backend() == DbBackend::Sqlite {
        run(connection, "PRAGMA cache_size = -1000000").await;
    }
    let tables: Vec<(&str, &str)> = TABLES.into_iter().chain([AUDIT]).collect();
    for (table, _) in &tables {
        let some = if *table == "audit" { " WHERE subject LIKE '%:________-____-%'" } else { "" };
        // Not a temporary one: it would be gone with a connection that the pool replaces.
        run(connection, &format!("DROP TABLE IF EXISTS copied_{table}")).await;
        run(connection, &format!("CREATE TABLE copied_{table} AS SELECT * FROM {table}{some}")).await;
    }
    let begun = Instant::now();
    // The oldest first, as they would have come.
    for n in (1..=copies).rev() {
        let mut all = String::from("BEGIN;");
        for (table, columns) in &tables {
            all.push_str(&copy(connection.get_database_backend(), table, columns, n));
        }
        all.push_str("COMMIT;");
        run(connection, &all).await;
        let done = copies - n + 1;
        if done % 20 == 0 || done == copies {
            eprintln!("  {done} of {copies} copies after {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    for (table, _) in &tables {
        run(connection, &format!("DROP TABLE copied_{table}")).await;
    }
    if connection.get_database_backend() == DbBackend::Postgres {
        // What the server would do by itself within some minutes.
        run(connection, "VACUUM (ANALYZE)").await;
    }
    copies
}

/// How many rows each table has that has some.
pub async fn rows(connection: &DatabaseConnection) -> Vec<(&'static str, u64)> {
    let mut found = Vec::new();
    for (table, _) in TABLES.into_iter().chain([AUDIT]) {
        found.push((table, count(connection, table).await));
    }
    found
}

/// Bytes on disk, indexes among them.
pub async fn bytes(connection: &DatabaseConnection) -> u64 {
    let sql = match connection.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT SUM(pg_total_relation_size(c.oid))::bigint FROM pg_class c \
             WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
        }
        _ => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    };
    number(connection, sql).await
}

async fn count(connection: &DatabaseConnection, table: &str) -> u64 {
    number(connection, &format!("SELECT COUNT(*) FROM {table}")).await
}

async fn number(connection: &DatabaseConnection, sql: &str) -> u64 {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index::<i64>(0).unwrap().unsigned_abs()
}

async fn run(connection: &DatabaseConnection, sql: &str) {
    connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// The statement that makes the `n`th copy of a table's rows.
fn copy(backend: DbBackend, table: &str, columns: &str, n: u64) -> String {
    let columns = columns.split_whitespace().map(|column| column.split_once(':').unwrap_or((column, "")));
    let (names, values): (Vec<&str>, Vec<String>) =
        columns.map(|(name, how)| (name, value(backend, name, how, n))).unzip();
    format!("INSERT INTO {table} ({}) SELECT {} FROM copied_{table};", names.join(", "), values.join(", "))
}

fn value(backend: DbBackend, name: &str, how: &str, n: u64) -> String {
    let is_postgres = backend == DbBackend::Postgres;
    // An id begins with 48 bits of time; what is random in it stays, so that the rows of a copy find each other.
    let time = format!("{:012x}", 1_790_000_000_000 - n * STEP);
    let text = format!("{}-{}", &time[..8], &time[8..]);
    match how {
        "" => name.to_owned(),
        "id" if is_postgres => format!("('{text}' || substr({name}::text, 14))::uuid"),
        "id" => format!("CAST(x'{time}' || substr({name}, 7) AS BLOB)"),
        "own" => format!("{name} || '-{n}'"),
        "hash" if is_postgres => format!("'\\x{n:08x}'::bytea || substr({name}, 5)"),
        "hash" => format!("CAST(x'{n:08x}' || substr({name}, 5) AS BLOB)"),
        "ago" => format!("{name} - {}", n * STEP * 1000),
        "about" => {
            let place =
                if is_postgres { format!("strpos({name}, ':')") } else { format!("instr({name}, ':')") };
            format!("substr({name}, 1, {place}) || '{text}' || substr({name}, {place} + 14)")
        }
        "link" => n.to_string(),
        other => panic!("{other} is not known"),
    }
}
