//! Random changes of a linked log, each of which is found.

use foreword_app::auditing::Kind;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, Value};

use super::{act, beside, check};
use crate::kit::{Dice, World};

/// What is changed at random.
struct Tamperer {
    connection: DatabaseConnection,
    dice: Dice,
    rows: Vec<i64>,
    links: i64,
}

/// What was done, and the row that must be named for it, if one can be.
struct Done {
    what: String,
    row: Option<i64>,
}

impl Tamperer {
    async fn all(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        let statement = Statement::from_string(self.connection.get_database_backend(), sql);
        self.connection.query_all_raw(statement).await.unwrap()
    }

    async fn run(&self, sql: &str, values: Vec<Value>) {
        let backend = self.connection.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let done =
            self.connection.execute_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert!(done.rows_affected() > 0, "{sql} changed nothing");
    }

    fn row(&mut self) -> i64 {
        let n = self.dice.roll(u64::try_from(self.rows.len()).unwrap());
        self.rows[usize::try_from(n).unwrap()]
    }

    fn link(&mut self) -> i64 {
        1 + i64::try_from(self.dice.roll(self.links.unsigned_abs())).unwrap()
    }

    fn flip(&mut self, bytes: &mut [u8], bits: u64) {
        let place = usize::try_from(self.dice.roll(u64::try_from(bytes.len()).unwrap())).unwrap();
        bytes[place] ^= 1 << self.dice.roll(bits);
    }

    /// Changes one byte of a column.
    async fn edit(&mut self, table: &str, column: &str, id: i64) {
        let row = &self.all(&format!("SELECT {column} FROM {table} WHERE id = {id}")).await[0];
        let value: Value = match column {
            "actor" | "action" | "subject" | "ids" => {
                let mut bytes = row.try_get_by_index::<String>(0).unwrap().into_bytes();
                // Within ASCII, so that it stays text; not the bit that could make it the NUL that PostgreSQL refuses.
                self.flip(&mut bytes, 4);
                bytes.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b'~');
                String::from_utf8(bytes).unwrap().into()
            }
            "at" | "count" => {
                let mut bytes = row.try_get_by_index::<i64>(0).unwrap().to_be_bytes();
                self.flip(&mut bytes, 8);
                i64::from_be_bytes(bytes).into()
            }
            "as_is" => (!row.try_get_by_index::<bool>(0).unwrap()).into(),
            "stamp" => {
                let mut bytes = *row.try_get_by_index::<sea_orm::prelude::Uuid>(0).unwrap().as_bytes();
                self.flip(&mut bytes, 8);
                sea_orm::prelude::Uuid::from_bytes(bytes).into()
            }
            _ => {
                let mut bytes: Vec<u8> = row.try_get_by_index(0).unwrap();
                if bytes.is_empty() {
                    bytes.push(7);
                } else {
                    self.flip(&mut bytes, 8);
                }
                bytes.into()
            }
        };
        self.run(&format!("UPDATE {table} SET {column} = $1 WHERE id = {id}"), vec![value]).await;
    }

    async fn tamper(&mut self) -> Done {
        let row = self.row();
        match self.dice.roll(14) {
            0..=4 => {
                let columns = ["at", "actor", "action", "subject", "stamp", "mac"];
                let n = self.dice.roll(u64::try_from(columns.len()).unwrap());
                let column = columns[usize::try_from(n).unwrap()];
                self.edit("audit", column, row).await;
                Done { what: format!("{column} of row {row}"), row: Some(row) }
            }
            5 => {
                let columns = ["at", "count", "as_is", "ids", "digest", "previous", "mac"];
                let n = self.dice.roll(u64::try_from(columns.len()).unwrap());
                let (column, link) = (columns[usize::try_from(n).unwrap()], self.link());
                self.edit("audit_links", column, link).await;
                Done { what: format!("{column} of link {link}"), row: None }
            }
            6 => {
                let last = (row + i64::try_from(self.dice.roll(4)).unwrap()).min(*self.rows.last().unwrap());
                self.run(&format!("DELETE FROM audit WHERE id BETWEEN {row} AND {last}"), Vec::new()).await;
                Done { what: format!("rows {row} to {last} removed"), row: Some(row) }
            }
            7 => {
                // All of what they say, signatures included, changes places.
                let other = if row == self.rows[0] { self.rows[1] } else { self.rows[0] };
                let columns = "at, actor, action, subject, stamp, mac";
                self.run(
                    &format!(
                        "UPDATE audit SET ({columns}) = (SELECT {columns} FROM audit_copy c \
                         WHERE c.id = CASE audit.id WHEN {row} THEN {other} ELSE {row} END) WHERE id IN ({row}, {other})"
                    ),
                    Vec::new(),
                )
                .await;
                Done { what: format!("rows {row} and {other} swapped"), row: None }
            }
            8 => {
                let link = self.link();
                let was = self.all(&format!("SELECT link FROM audit WHERE id = {row}")).await;
                let was: i64 = was[0].try_get_by_index(0).unwrap();
                let to = if was == link { "NULL".to_owned() } else { link.to_string() };
                self.run(&format!("UPDATE audit SET link = {to} WHERE id = {row}"), Vec::new()).await;
                Done { what: format!("row {row} put into link {to}"), row: Some(row) }
            }
            9 => {
                self.run(&format!("UPDATE audit SET id = 9000 WHERE id = {row}"), Vec::new()).await;
                Done { what: format!("row {row} given another number"), row: Some(row) }
            }
            10 => {
                let link = if self.dice.roll(2) == 0 { "NULL" } else { "link" };
                let sql = format!(
                    "INSERT INTO audit (id, at, actor, action, subject, stamp, mac, link) \
                     SELECT 9000, at, actor, action, subject, stamp, mac, {link} FROM audit WHERE id = {row}"
                );
                self.run(&sql, Vec::new()).await;
                Done { what: format!("row {row} doubled, link {link}"), row: Some(9000) }
            }
            11 => {
                // The end of the log, rows and links, whole links only.
                let link = self.link();
                self.run(&format!("DELETE FROM audit WHERE link >= {link}"), Vec::new()).await;
                self.run(&format!("DELETE FROM audit_links WHERE id >= {link}"), Vec::new()).await;
                Done { what: format!("cut off before link {link}"), row: None }
            }
            12 => {
                let link = self.link();
                self.run(&format!("DELETE FROM audit_links WHERE id = {link}"), Vec::new()).await;
                if self.dice.roll(2) == 0 {
                    self.run(&format!("DELETE FROM audit WHERE link = {link}"), Vec::new()).await;
                }
                Done { what: format!("link {link} removed"), row: None }
            }
            _ => {
                let sql = "INSERT INTO audit (id, at, actor, action, subject, link) \
                           SELECT 9000, at, 'staff:nobody', action, subject, link FROM audit WHERE id = ";
                self.run(&format!("{sql}{row}"), Vec::new()).await;
                Done { what: format!("a row made up beside {row}"), row: Some(9000) }
            }
        }
    }

    async fn put_back(&self) {
        let sql = "BEGIN; DELETE FROM audit; INSERT INTO audit SELECT * FROM audit_copy; \
                   DELETE FROM audit_links; INSERT INTO audit_links SELECT * FROM links_copy; COMMIT";
        self.connection.execute_unprepared(sql).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_random_changes_of_a_linked_log_are_all_found() {
    let world = World::new().await;
    for _ in 0..6 {
        act(&world, 9).await;
        world.app.seal_audit(world.now()).await.unwrap();
    }
    let connection = beside(&world).await;
    let is_sqlite = world.url.starts_with("sqlite");
    if is_sqlite {
        // What this connection loses in a power cut is the test's own.
        connection.execute_unprepared("PRAGMA synchronous = OFF").await.unwrap();
    }
    for (copy, table) in [("audit_copy", "audit"), ("links_copy", "audit_links")] {
        connection
            .execute_unprepared(&format!("CREATE TABLE {copy} AS SELECT * FROM {table}"))
            .await
            .unwrap();
    }
    let mut tamperer = Tamperer { connection, dice: Dice::new(41), rows: (1..=54).collect(), links: 6 };
    assert_eq!(tamperer.all("SELECT id FROM audit").await.len(), 54);
    for n in 0..if is_sqlite { 1_000 } else { 200 } {
        let done = tamperer.tamper().await;
        let found = check(&world).await;
        assert!(!found.is_right(), "change {n} was not found: {}", done.what);
        if let Some(row) = done.row {
            let named = found.faults.iter().any(|fault| fault.row == Some(row));
            assert!(named, "{}: row {row} is not named: {:?}", done.what, found.faults);
        }
        tamperer.put_back().await;
    }
    let found = check(&world).await;
    assert!(found.is_right(), "put back it is right: {:?}", found.faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_of_a_row_is_found_before_it_is_linked_and_a_removed_one_only_after() {
    let world = World::new().await;
    act(&world, 5).await;
    let connection = beside(&world).await;
    connection.execute_unprepared("UPDATE audit SET actor = 'staff:rof' WHERE id = 3").await.unwrap();
    let faults = check(&world).await.faults;
    assert_eq!((faults.len(), faults[0].kind, faults[0].row), (1, Kind::Changed, Some(3)), "{faults:?}");
    connection.execute_unprepared("UPDATE audit SET actor = 'staff:roe' WHERE id = 3").await.unwrap();
    // This is what docs/audit.md says can't be seen.
    connection.execute_unprepared("DELETE FROM audit WHERE id = 5").await.unwrap();
    assert!(check(&world).await.is_right());
    world.app.seal_audit(world.now()).await.unwrap();
    connection.execute_unprepared("DELETE FROM audit WHERE id = 4").await.unwrap();
    let faults = check(&world).await.faults;
    assert_eq!((faults.len(), faults[0].kind, faults[0].row), (1, Kind::Missing, Some(4)), "{faults:?}");
}
