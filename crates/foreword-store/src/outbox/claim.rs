//! Who sends what: a message is claimed under a fence before it is on the wire, and what became of it
//! counts only while the fence fits.

use foreword_domain::{
    ids::{AppointmentId, OutboxId},
    message::{Channel, Owed},
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, UpdateMany,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{replies, state};
use crate::{
    Result, Txn,
    rows::{Instant, delivery, outbox},
};

/// Which messages a sender takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Notices of alerts: they wait behind nothing else.
    Alerts,
    /// The timetable's, those due longest first.
    Planned,
    /// Events: they are for programs, and nothing for people waits behind them.
    Events,
    /// The replies: those due longest first, and of those to one address the one whose turn is first.
    /// While that one is queued or on its way, the others wait, even if they are due and it is not.
    Replies,
}

impl Lane {
    /// Which rows `o` of the outbox are its and not settled, in the words of their index.
    fn rows(self) -> &'static str {
        match self {
            Self::Alerts => "o.purpose = 'alert' AND o.state IN ('queued', 'sending')",
            Self::Planned => {
                "o.purpose <> 'reply' AND o.purpose <> 'alert' AND o.purpose <> 'event' \
                 AND o.state IN ('queued', 'sending')"
            }
            Self::Events => "o.purpose = 'event' AND o.state IN ('queued', 'sending')",
            Self::Replies => "o.purpose = 'reply' AND o.state IN ('queued', 'sending')",
        }
    }

    /// The order in which they are due.
    fn order(self) -> &'static str {
        match self {
            Self::Alerts | Self::Planned | Self::Events => "ORDER BY o.not_before, o.id",
            Self::Replies => "ORDER BY o.not_before, o.turn, o.id",
        }
    }

    /// Which of them are the first of their address.
    fn first(self) -> &'static str {
        match self {
            Self::Alerts | Self::Planned | Self::Events => "",
            Self::Replies => {
                // Not a `NOT EXISTS`, which PostgreSQL may join without the index.
                "AND (SELECT e.id FROM outbox e WHERE e.address_hash = o.address_hash \
                 AND e.purpose = 'reply' AND e.state IN ('queued', 'sending') \
                 AND (e.turn, e.id) < (o.turn, o.id) \
                 ORDER BY e.turn DESC, e.id DESC LIMIT 1) IS NULL"
            }
        }
    }
}

/// A message that was claimed: enough to settle it, even when the rest of its row can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: OutboxId,
    /// Its key: the same on every try.
    pub key: String,
    /// When it was claimed.
    pub at: Timestamp,
    /// The fence it was claimed under.
    pub fence: i32,
    /// Tries so far, this one included.
    pub attempts: u32,
    /// About which visit.
    pub appointment: Option<AppointmentId>,
    /// Purpose and channel, as they are written in the row.
    pub kind: (String, String),
}

/// Claims the message of a lane that is due longest, and marks it as on its way until `lease_until`.
///
/// A message that was on its way when its lease ended is claimed again, before all others: whether it
/// arrived is not known, and it carries the same key. Those planned for a channel that is `held` are left.
pub async fn claim(
    txn: &Txn,
    lane: Lane,
    held: &[Channel],
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Claimed>> {
    let held = held.iter().fold(String::new(), |sql, held| sql + " AND o.channel <> '" + held.as_str() + "'");
    let pick = |which: &str| {
        format!(
            "SELECT o.id FROM outbox o WHERE {}{held} AND {which} {} {} LIMIT 1 {}",
            lane.rows(),
            lane.first(),
            lane.order(),
            txn.skip_held()
        )
    };
    let which = format!(
        "COALESCE(({}), ({}))",
        pick("o.state = 'sending' AND o.lease_until <= $1"),
        pick("o.state = 'queued' AND o.not_before <= $1"),
    );
    claim_where(txn, &which, now, lease_until).await
}

/// Claims one message that is due, whatever else is.
pub async fn claim_this(
    txn: &Txn,
    id: OutboxId,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Claimed>> {
    let hex = id.0.simple().to_string();
    let which = match txn.backend() {
        DbBackend::Sqlite => {
            format!("(SELECT o.id FROM outbox o WHERE o.id = x'{hex}' AND o.not_before <= $1)")
        }
        _ => format!("(SELECT o.id FROM outbox o WHERE o.id = '{hex}'::uuid AND o.not_before <= $1)"),
    };
    claim_where(txn, &which, now, lease_until).await
}

async fn claim_where(
    txn: &Txn,
    which: &str,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Claimed>> {
    let sql = format!(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, fence = fence + 1, lease_until = $2 \
         WHERE id = {which} RETURNING id, fence, attempts, appointment_id, purpose, channel, key",
    );
    let values = [now, lease_until].map(|at| at.as_microsecond().into());
    let Some(row) = txn.db.query_one_raw(txn.statement(&sql, values)).await? else { return Ok(None) };
    let (id, fence, attempts): (Uuid, i32, i32) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let (purpose, channel): (String, String) = (row.try_get_by_index(4)?, row.try_get_by_index(5)?);
    let attempt = delivery::ActiveModel {
        id: NotSet,
        outbox_id: Set(id),
        attempt: Set(attempts),
        started_at: Set(now.into()),
        ended_at: Set(None),
        result: Set(None),
        channel: Set(Some(channel.clone())),
    };
    delivery::Entity::insert(attempt).exec_without_returning(&txn.db).await?;
    Ok(Some(Claimed {
        id: OutboxId(id),
        key: row.try_get_by_index(6)?,
        at: now,
        fence,
        attempts: u32::try_from(attempts).unwrap_or(0),
        appointment: row.try_get_by_index::<Option<Uuid>>(3)?.map(AppointmentId),
        kind: (purpose, channel),
    }))
}

/// The earliest instant, not before `now`, at which something of a lane may be there to claim; none when
/// nothing is owed.
pub async fn next_due(txn: &Txn, lane: Lane, now: Timestamp) -> Result<Option<Timestamp>> {
    let (rows, first, order) = (lane.rows(), lane.first(), lane.order());
    // Its own select around it, because SQLite takes no limit within a union.
    let sql = format!(
        "SELECT MIN(due.at) FROM (SELECT queued.at FROM (SELECT o.not_before AS at FROM outbox o \
             WHERE {rows} AND o.state = 'queued' {first} {order} LIMIT 1) queued \
         UNION ALL SELECT MIN(o.lease_until) AS at FROM outbox o WHERE {rows} AND o.state = 'sending') due"
    );
    let Some(row) = txn.db.query_one_raw(txn.statement(&sql, [])).await? else { return Ok(None) };
    Ok(row.try_get_by_index::<Option<Instant>>(0)?.map(|at| Timestamp::from(at).max(now)))
}

/// Lets a message be on its way for longer: whoever sends it is still there. Tells whether the fence
/// still fitted.
pub async fn renew(txn: &Txn, row: &Claimed, lease_until: Timestamp) -> Result<bool> {
    let until = Instant::from(lease_until).0;
    let done = held(row).col_expr(outbox::Column::LeaseUntil, until.into()).exec(&txn.db).await?;
    Ok(done.rows_affected == 1)
}

/// Ends the leases of all that is on its way in a lane, for when it is known that nobody is left who
/// could be sending it. Tells how many there were.
pub async fn release(txn: &Txn, lane: Lane, now: Timestamp) -> Result<u64> {
    let sql = format!(
        "UPDATE outbox AS o SET lease_until = $1 WHERE {} AND o.state = 'sending' AND o.lease_until > $1",
        lane.rows()
    );
    let done = txn.db.execute_raw(txn.statement(&sql, [now.as_microsecond().into()])).await?;
    Ok(done.rows_affected())
}

/// What became of a try by which one of several parts was taken.
pub(super) const PART: &str = "part";
/// What became of a try of which nobody knows whether it arrived.
pub(super) const UNKNOWN: &str = "unknown";

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The channel took it.
    Sent,
    /// The channel took one part of it, which makes so many; the next one at this instant.
    Part(u32, Timestamp),
    /// Not now; again at this instant.
    RetryAt(Timestamp, String),
    /// It may have arrived or not; again at this instant.
    Unknown(Timestamp, String),
    /// Never.
    GaveUp(String),
    /// No longer wanted: found out just before it was sent.
    Cancelled(String),
}

/// Writes what became of a try. Tells whether the fence still fitted.
pub async fn settle(txn: &Txn, row: &Claimed, outcome: &Outcome, at: Timestamp) -> Result<bool> {
    let (state, reason, again, result) = match outcome {
        Outcome::Sent => (state::SENT, None, None, state::SENT),
        Outcome::Part(_, at) => (state::QUEUED, None, Some(*at), PART),
        Outcome::RetryAt(at, why) => (state::QUEUED, Some(why), Some(*at), state::QUEUED),
        Outcome::Unknown(at, why) => (state::QUEUED, Some(why), Some(*at), UNKNOWN),
        Outcome::GaveUp(why) => (state::GAVE_UP, Some(why), None, state::GAVE_UP),
        Outcome::Cancelled(why) => (state::CANCELLED, Some(why), None, state::CANCELLED),
    };
    let (when, instant) = match again {
        Some(again) => (outbox::Column::NotBefore, again),
        None => (outbox::Column::FinishedAt, at),
    };
    let mut settled = held(row);
    if let Outcome::Part(parts, _) = outcome {
        let parts = i32::try_from(*parts).unwrap_or(i32::MAX);
        settled = settled.col_expr(outbox::Column::Parts, parts.into());
    }
    let done = settled
        .col_expr(outbox::Column::State, state.into())
        .col_expr(outbox::Column::Reason, Expr::value(reason.cloned()))
        .col_expr(outbox::Column::LeaseUntil, Expr::value(None::<i64>))
        .col_expr(when, Instant::from(instant).0.into())
        .exec(&txn.db)
        .await?;
    if done.rows_affected != 1 {
        return Ok(false);
    }
    if let (Some(again), Owed::REPLY) = (again, row.kind.0.as_str()) {
        put_off_behind(txn, row.id, again).await?;
    }
    delivery::Entity::update_many()
        .col_expr(delivery::Column::EndedAt, Instant::from(at).0.into())
        .col_expr(delivery::Column::Result, result.into())
        .filter(delivery::Column::OutboxId.eq(row.id.0))
        .filter(delivery::Column::Attempt.eq(i32::try_from(row.attempts).unwrap_or(i32::MAX)))
        .exec(&txn.db)
        .await?;
    Ok(true)
}

/// Puts off the replies behind one that is put off. They would wait for it in any case; but as long as
/// they are due, every claim looks at each of them.
async fn put_off_behind(txn: &Txn, id: OutboxId, until: Timestamp) -> Result<()> {
    let sql = format!(
        "UPDATE outbox AS o SET not_before = $2 WHERE {} AND {}",
        replies::OF_CHAT.replace("$1", "(SELECT f.address_hash FROM outbox f WHERE f.id = $1)"),
        replies::BEFORE
    );
    txn.db.execute_raw(txn.statement(&sql, [id.0.into(), until.as_microsecond().into()])).await?;
    Ok(())
}

/// A change of a claimed message that happens only while its fence fits.
fn held(row: &Claimed) -> UpdateMany<outbox::Entity> {
    outbox::Entity::update_many()
        .filter(outbox::Column::Id.eq(row.id.0))
        .filter(outbox::Column::Fence.eq(row.fence))
        .filter(outbox::Column::State.eq(state::SENDING))
}
