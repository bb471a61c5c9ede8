//! Exports that programs asked for: who works on which, what was read for them, and how long it is kept. Parts
//! hold many patients' data, and are sealed with the service's own key.

use foreword_domain::private::Private;
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, UpdateMany,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Result, Txn,
    rows::{Instant, export, export_part, parse},
    sealed::Column,
};

const REQUEST: Column = Column("exports", "request");
const BODY: Column = Column("export_parts", "body");

/// Where an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody works on it.
    Queued,
    /// Somebody works on it, until their lease is over.
    Running,
    /// All of it is there.
    Done,
    /// It was given up.
    Failed,
    /// Nobody wants it any more.
    Cancelled,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl std::str::FromStr for State {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let all = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];
        all.into_iter().find(|state| state.as_str() == word).ok_or(())
    }
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its id.
    pub id: Uuid,
    /// The program, by name.
    pub client: String,
    /// Where it stands.
    pub state: State,
    /// What was asked for, in the words of whoever added it.
    pub request: Private<String>,
    /// Which try the parts are of.
    pub attempt: i32,
    /// Resources read so far.
    pub resources: u64,
    /// As of when the resources are; nothing before it is begun.
    pub transaction_at: Option<Timestamp>,
    /// When it goes.
    pub expires_at: Timestamp,
}

/// An export that somebody works on. What they do counts while nobody else has taken it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: Uuid,
    /// Which try it is, from 1.
    pub attempt: i32,
    /// The program, by name.
    pub client: String,
    /// What was asked for.
    pub request: Private<String>,
    /// As of when the resources are.
    pub transaction_at: Timestamp,
}

/// A part: resources of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The kind.
    pub kind: String,
    /// Which part of this kind it is, from 1.
    pub number: u32,
    /// How many resources it holds.
    pub resources: u64,
}

/// Adds an export that a program asked for.
pub async fn add(
    txn: &Txn,
    (id, client): (Uuid, &str),
    request: &Private<String>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let row = export::ActiveModel {
        id: Set(id),
        client: Set(client.to_owned()),
        state: Set(State::Queued.as_str().to_owned()),
        request: Set(txn.seal_own(REQUEST, &id.to_string(), request.reveal())?),
        attempt: Set(0),
        resources: Set(0),
        requested_at: Set(now.into()),
        transaction_at: Set(None),
        lease_until: Set(None),
        finished_at: Set(None),
        expires_at: Set(expires_at.into()),
    };
    export::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// An export by its id.
pub async fn get(txn: &Txn, id: Uuid) -> Result<Option<Export>> {
    let Some(row) = export::Entity::find_by_id(id).one(&txn.db).await? else { return Ok(None) };
    Ok(Some(Export {
        id,
        state: parse("exports", "state", &row.state)?,
        request: Private::new(txn.open_own(REQUEST, &id.to_string(), &row.request)?),
        client: row.client,
        attempt: row.attempt,
        resources: row.resources.unsigned_abs(),
        transaction_at: row.transaction_at.map(Into::into),
        expires_at: row.expires_at.into(),
    }))
}

/// How many exports of a program are queued or worked on.
pub async fn under_way(txn: &Txn, client: &str) -> Result<u64> {
    let open = [State::Queued, State::Running].map(State::as_str);
    let found = export::Entity::find()
        .filter(export::Column::State.is_in(open))
        .filter(export::Column::Client.eq(client))
        .count(&txn.db)
        .await?;
    Ok(found)
}

/// Claims the export that has waited longest, or whose lease is over: then it is begun again. Its resources are as
/// of when it was asked for, or of `not_before`, whichever is later.
pub async fn claim(
    txn: &Txn,
    now: Timestamp,
    until: Timestamp,
    not_before: Timestamp,
) -> Result<Option<Claimed>> {
    let sql = format!(
        "SELECT id FROM exports WHERE state = 'queued' OR (state = 'running' AND lease_until <= $1) \
         ORDER BY requested_at, id LIMIT 1 {}",
        txn.skip_held()
    );
    let at = Instant::from(now).0.into();
    let Some(found) = txn.db.query_one_raw(txn.statement(&sql, [at])).await? else { return Ok(None) };
    let id: Uuid = found.try_get("", "id")?;
    let Some(row) = export::Entity::find_by_id(id).one(&txn.db).await? else { return Ok(None) };
    let transaction_at = Timestamp::from(row.requested_at).max(not_before);
    let claimed = Claimed {
        id,
        attempt: row.attempt.saturating_add(1),
        request: Private::new(txn.open_own(REQUEST, &id.to_string(), &row.request)?),
        client: row.client,
        transaction_at,
    };
    let taken = export::ActiveModel {
        id: Unchanged(id),
        state: Set(State::Running.as_str().to_owned()),
        attempt: Set(claimed.attempt),
        resources: Set(0),
        transaction_at: Set(Some(transaction_at.into())),
        lease_until: Set(Some(until.into())),
        ..Default::default()
    };
    taken.update(&txn.db).await?;
    Ok(Some(claimed))
}

/// Goes on working on an export. Whether it is still this one's to work on.
pub async fn hold(txn: &Txn, claimed: &Claimed, until: Timestamp) -> Result<bool> {
    let held = ours(claimed).col_expr(export::Column::LeaseUntil, Expr::value(Instant::from(until).0));
    Ok(held.exec(&txn.db).await?.rows_affected == 1)
}

/// Keeps a part. Whether the export is still this one's to work on; if not, nothing is kept.
pub async fn keep(
    txn: &Txn,
    claimed: &Claimed,
    part: &Part,
    body: &Private<String>,
    until: Timestamp,
) -> Result<bool> {
    let resources = i64::try_from(part.resources).unwrap_or(i64::MAX);
    let held = ours(claimed)
        .col_expr(export::Column::LeaseUntil, Expr::value(Instant::from(until).0))
        .col_expr(export::Column::Resources, Expr::col(export::Column::Resources).add(resources));
    if held.exec(&txn.db).await?.rows_affected != 1 {
        return Ok(false);
    }
    let place = place(claimed.id, claimed.attempt, &part.kind, part.number);
    let row = export_part::ActiveModel {
        id: NotSet,
        export_id: Set(claimed.id),
        attempt: Set(claimed.attempt),
        kind: Set(part.kind.clone()),
        number: Set(number(part.number)),
        resources: Set(resources),
        body: Set(txn.seal_own(BODY, &place, body.reveal())?),
    };
    export_part::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(true)
}

/// Ends the work on an export, done or failed. Whether it was still this one's.
pub async fn end(
    txn: &Txn,
    claimed: &Claimed,
    state: State,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool> {
    let ended = ours(claimed)
        .col_expr(export::Column::State, Expr::value(state.as_str()))
        .col_expr(export::Column::FinishedAt, Expr::value(Instant::from(now).0))
        .col_expr(export::Column::ExpiresAt, Expr::value(Instant::from(expires_at).0));
    Ok(ended.exec(&txn.db).await?.rows_affected == 1)
}

/// Gives an export back, for another to begin it again.
pub async fn give_back(txn: &Txn, claimed: &Claimed) -> Result<()> {
    let given = ours(claimed).col_expr(export::Column::State, Expr::value(State::Queued.as_str()));
    given.exec(&txn.db).await?;
    Ok(())
}

/// Gives all exports back that somebody worked on: where it is known that nobody does any more.
pub async fn release(txn: &Txn) -> Result<()> {
    export::Entity::update_many()
        .col_expr(export::Column::State, Expr::value(State::Queued.as_str()))
        .filter(export::Column::State.eq(State::Running.as_str()))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Cancels an export, whatever it is at.
pub async fn cancel(txn: &Txn, id: Uuid) -> Result<()> {
    export::Entity::update_many()
        .col_expr(export::Column::State, Expr::value(State::Cancelled.as_str()))
        .filter(export::Column::Id.eq(id))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// The parts of an export, by kind and number, without their content.
pub async fn parts(txn: &Txn, export: &Export) -> Result<Vec<Part>> {
    let rows: Vec<(String, i32, i64)> = export_part::Entity::find()
        .select_only()
        .columns([export_part::Column::Kind, export_part::Column::Number, export_part::Column::Resources])
        .filter(export_part::Column::ExportId.eq(export.id))
        .filter(export_part::Column::Attempt.eq(export.attempt))
        .order_by_asc(export_part::Column::Kind)
        .order_by_asc(export_part::Column::Number)
        .into_tuple()
        .all(&txn.db)
        .await?;
    let part = |(kind, number, resources): (String, i32, i64)| Part {
        kind,
        number: number.unsigned_abs(),
        resources: resources.unsigned_abs(),
    };
    Ok(rows.into_iter().map(part).collect())
}

/// What a part holds: a resource in each line.
pub async fn body(txn: &Txn, export: &Export, kind: &str, part: u32) -> Result<Option<Private<String>>> {
    let row = export_part::Entity::find()
        .filter(export_part::Column::ExportId.eq(export.id))
        .filter(export_part::Column::Attempt.eq(export.attempt))
        .filter(export_part::Column::Kind.eq(kind))
        .filter(export_part::Column::Number.eq(number(part)))
        .one(&txn.db)
        .await?;
    let place = place(export.id, export.attempt, kind, part);
    row.map(|row| txn.open_own(BODY, &place, &row.body).map(Private::new)).transpose()
}

/// Forgets so many parts at most that nobody can fetch any more, and the exports that are over and have none left.
/// Tells how many parts there were.
pub async fn forget(txn: &Txn, now: Timestamp, most: usize) -> Result<u64> {
    let over = "(e.expires_at <= $1 AND e.state <> 'running')";
    let sql = format!(
        "DELETE FROM export_parts WHERE id IN (SELECT p.id FROM export_parts p JOIN exports e \
         ON e.id = p.export_id WHERE {over} OR e.state IN ('cancelled', 'failed') OR p.attempt <> e.attempt \
         LIMIT {most})"
    );
    let at = || [sea_orm::Value::from(Instant::from(now).0)];
    let forgotten = txn.db.execute_raw(txn.statement(&sql, at())).await?.rows_affected();
    if forgotten == 0 {
        let sql = "DELETE FROM exports WHERE expires_at <= $1 AND state <> 'running'";
        txn.db.execute_raw(txn.statement(sql, at())).await?;
    }
    Ok(forgotten)
}

/// Whether there is something to forget, or an export to work on.
pub async fn is_due(txn: &Txn, now: Timestamp) -> Result<bool> {
    let sql = "SELECT 1 FROM exports e WHERE e.state = 'queued' OR (e.state = 'running' AND e.lease_until <= $1) \
               OR (e.expires_at <= $1 AND e.state <> 'running') \
               OR EXISTS (SELECT 1 FROM export_parts p WHERE p.export_id = e.id \
               AND (p.attempt <> e.attempt OR e.state IN ('cancelled', 'failed'))) LIMIT 1";
    let at = Instant::from(now).0.into();
    Ok(txn.db.query_one_raw(txn.statement(sql, [at])).await?.is_some())
}

fn ours(claimed: &Claimed) -> UpdateMany<export::Entity> {
    export::Entity::update_many()
        .filter(export::Column::Id.eq(claimed.id))
        .filter(export::Column::Attempt.eq(claimed.attempt))
        .filter(export::Column::State.eq(State::Running.as_str()))
}

fn number(part: u32) -> i32 {
    i32::try_from(part).unwrap_or(i32::MAX)
}

fn place(id: Uuid, attempt: i32, kind: &str, part: u32) -> String {
    format!("{id}/{attempt}/{kind}/{part}")
}
