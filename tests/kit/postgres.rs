//! A schema of its own on PostgreSQL, when `FOREWORD_TEST_POSTGRES` names a server.

use sea_orm::{ConnectionTrait, Database};

/// The address of a fresh schema, or nothing when the tests run on SQLite.
pub async fn fresh_schema() -> Option<String> {
    let server = std::env::var("FOREWORD_TEST_POSTGRES").ok()?;
    let name: String = foreword_app::access::nonce()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase();
    let schema = format!("w_{name}");
    let connection = Database::connect(&server).await.expect("the test server answers");
    connection.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.expect("a schema can be made");
    connection.close().await.expect("the connection closes");
    let mark = if server.contains('?') { '&' } else { '?' };
    Some(format!("{server}{mark}options=-csearch_path%3D{schema}"))
}
