//! The loop to compare with: the rows that the service writes for one form, written by plain SQL in a transaction
//! each, without anything being read, understood or sealed.

use foreword_domain::ids::ConversationId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, Value,
    prelude::Uuid,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

/// What the service writes for one form: each statement with its values.
pub type Row = Vec<Statement>;

/// What tells one form from another, in the place of the one that it is like.
type Place = (Uuid, Uuid);

/// Columns of the rows that are the same for every form of one shape; ids are put in.
const INBOX: &str = "source, received_at, content_hash, receipt";
const ANSWER: &str =
    "ask_key, item, value, answered_at, channel, ui_language, instrument_language, respondent";
const RESPONSE: &str = "ask_key, instrument_id, instrument_version, language, started_at, completed_at, version, \
    changed_at, first_completed_at";
const SCORE: &str = "scale, scored_at, score";
const AUDIT: &str = "at, action, mac";
const HANDED_IN: &str = "kind, version, client, body, at";

/// Plain connections, as many as the service has, and set up in the same way.
pub struct Plain {
    connection: DatabaseConnection,
    /// Whether the rows are there, too, that the service writes for what a program sends.
    by_programs: bool,
}

impl Plain {
    pub async fn open(url: &str, by_programs: bool) -> Self {
        let mut options = sea_orm::ConnectOptions::new(url.to_owned());
        let connections = if url.starts_with("sqlite") { 1 } else { 8 };
        options.max_connections(connections).min_connections(1).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .pragma("cache_size", "-65536")
        });
        options.test_before_acquire(false);
        Self { connection: sea_orm::Database::connect(options).await.unwrap(), by_programs }
    }

    /// Conversations, each with its patient.
    pub async fn patients(&self, of: &[ConversationId]) -> Vec<(ConversationId, Uuid)> {
        let mut found = Vec::with_capacity(of.len());
        for one in of {
            found.push((*one, self.id("SELECT patient_id FROM conversations WHERE id = $1", one.0).await));
        }
        found
    }

    /// The rows of forms that were taken in, as they would be for other visits.
    pub async fn rows(&self, taken: &[ConversationId], others: &[ConversationId]) -> Vec<Row> {
        let mut rows = Vec::with_capacity(others.len());
        for (from, to) in taken.iter().zip(others) {
            rows.push(self.like(from.0, to.0).await);
        }
        rows
    }

    /// Writes the rows of one form in a transaction of their own.
    pub async fn write(&self, row: &Row) {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let txn = self.connection.begin_with_options(immediate).await.unwrap();
        for statement in row {
            txn.execute_raw(statement.clone()).await.unwrap();
        }
        txn.commit().await.unwrap();
    }

    /// Sees that there are as many of every row as there should be.
    pub async fn check(&self, forms: usize) {
        for (table, each) in [("inbox", 1), ("answers", 10), ("responses", 1), ("scores", 1)] {
            let sql = format!("SELECT count(*) FROM {table}");
            let row = self.connection.query_one_raw(self.statement(&sql, vec![])).await.unwrap().unwrap();
            let count: i64 = row.try_get_by_index(0).unwrap();
            assert_eq!(usize::try_from(count).unwrap(), forms * each, "{table}");
        }
    }

    async fn like(&self, from: Uuid, to: Uuid) -> Row {
        let patient = self.id("SELECT patient_id FROM conversations WHERE id = $1", to).await;
        let place = (to, patient);
        let inbox = Uuid::from_u128(to.as_u128() ^ (1 << 64));
        let response = Uuid::from_u128(to.as_u128() ^ (2 << 64));
        let named = Value::from(to.to_string());
        let mut all = vec![
            self.copy(
                "inbox",
                INBOX,
                ("conversation_id", from),
                &[("id", inbox.into()), ("conversation_id", to.into()), ("external_id", named)],
            )
            .await,
            self.copy("answers", ANSWER, ("conversation_id", from), &ids(place, ("inbox_id", inbox))).await,
            self.copy("responses", RESPONSE, ("conversation_id", from), &ids(place, ("id", response))).await,
        ];
        let theirs = self.id("SELECT id FROM responses WHERE conversation_id = $1", from).await;
        let about = [("response_id", response.into()), ("patient_id", patient.into())];
        all.push(self.copy("scores", SCORE, ("response_id", theirs), &about).await);
        let who = [
            ("actor", format!("patient:{patient}").into()),
            ("subject", format!("conversation:{to}").into()),
            ("stamp", inbox.into()),
        ];
        all.push(
            self.copy(
                "audit",
                AUDIT,
                ("action = 'conversation.answered' AND subject", format!("conversation:{from}")),
                &who,
            )
            .await,
        );
        if self.by_programs {
            let new =
                [("resource_id", response.into()), ("patient_id", patient.into()), ("brought", true.into())];
            all.push(self.copy("handed_in", HANDED_IN, ("resource_id", theirs), &new).await);
            let who = [("subject", format!("response:{response}").into()), ("stamp", response.into())];
            let of = ("action = 'response.handed-in' AND subject", format!("response:{theirs}"));
            all.push(self.copy("audit", &format!("{AUDIT}, actor"), of, &who).await);
        }
        all.push(self.stand(from, to).await);
        all
    }

    /// Where the other conversation stands after it.
    async fn stand(&self, from: Uuid, to: Uuid) -> Statement {
        let sql = "SELECT state, standing, last_at, completed_at FROM conversations WHERE id = $1";
        let row =
            self.connection.query_one_raw(self.statement(sql, vec![from.into()])).await.unwrap().unwrap();
        let (state, standing, last_at, completed_at): (String, String, i64, i64) = (
            row.try_get_by_index(0).unwrap(),
            row.try_get_by_index(1).unwrap(),
            row.try_get_by_index(2).unwrap(),
            row.try_get_by_index(3).unwrap(),
        );
        let sql = "UPDATE conversations SET state = $1, standing = $2, last_at = $3, completed_at = $4 WHERE id = $5";
        let values = vec![state.into(), standing.into(), last_at.into(), completed_at.into(), to.into()];
        self.statement(sql, values)
    }

    async fn id(&self, sql: &str, of: Uuid) -> Uuid {
        let row = self.connection.query_one_raw(self.statement(sql, vec![of.into()])).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.connection.get_database_backend(), sql, values)
    }

    /// Rows like those of one form, with their values bound and ids of their own.
    async fn copy(
        &self,
        table: &str,
        columns: &str,
        (key, of): (&str, impl Into<Value>),
        new: &[(&str, Value)],
    ) -> Statement {
        let sql = format!("SELECT {columns} FROM {table} WHERE {key} = $1");
        let rows = self.connection.query_all_raw(self.statement(&sql, vec![of.into()])).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        let count = columns.split(',').count();
        let (mut values, mut tuples): (Vec<Value>, Vec<String>) = (Vec::new(), Vec::new());
        for row in &rows {
            let first = values.len();
            for n in 0..count {
                // Each column is one of these; which, the database knows.
                let value = row
                    .try_get_by_index::<String>(n)
                    .map(Value::from)
                    .or_else(|_| row.try_get_by_index::<i64>(n).map(Value::from))
                    .or_else(|_| row.try_get_by_index::<i32>(n).map(Value::from))
                    .or_else(|_| row.try_get_by_index::<Vec<u8>>(n).map(Value::from));
                values.push(value.unwrap());
            }
            values.extend(new.iter().map(|(_, value)| value.clone()));
            let places: Vec<String> = (first + 1..=values.len()).map(|n| format!("${n}")).collect();
            tuples.push(format!("({})", places.join(", ")));
        }
        let names: Vec<&str> = new.iter().map(|(name, _)| *name).collect();
        let sql =
            format!("INSERT INTO {table} ({columns}, {}) VALUES {}", names.join(", "), tuples.join(", "));
        self.statement(&sql, values)
    }
}

fn ids((conversation, patient): Place, own: (&'static str, Uuid)) -> [(&'static str, Value); 3] {
    [("conversation_id", conversation.into()), ("patient_id", patient.into()), (own.0, own.1.into())]
}
