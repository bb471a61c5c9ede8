//! What happened to an alert: each try to tell somebody, and each thing somebody did. Nothing in it says what
//! was reported.

use foreword_domain::{
    escalation::Rung,
    ids::{AlertId, StaffId},
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Result, Txn,
    rows::{alert_log, parse},
};

macro_rules! happenings {
    ($($(#[doc = $doc:literal])+ $name:ident: $word:literal;)+) => {
        /// What can happen to an alert.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum What { $($(#[doc = $doc])+ $name),+ }

        impl What {
            /// The word for it in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }

        impl std::str::FromStr for What {
            type Err = String;
            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok(Self::$name),)+
                    _ => Err(format!("{word:?} is nothing that happens to an alert")),
                }
            }
        }
    };
}

happenings! {
    /// It was raised.
    Raised: "raised";
    /// A rung of the chain is to be told.
    Told: "told";
    /// A notice was accepted by its channel.
    Sent: "sent";
    /// A try to send a notice failed.
    Failed: "failed";
    /// Nobody stands on a rung, or whoever does can't be reached in any way.
    Nobody: "nobody";
    /// The end of the chain was reached, and nobody has taken it.
    Alarm: "alarm";
    /// It became more urgent.
    ToRed: "to-red";
    /// The patient asked for help below the crisis text, or said they are safe for now.
    Urgency: "urgency";
    /// The crisis text could not be delivered.
    Undelivered: "undelivered";
    /// Somebody took it.
    Acknowledged: "acknowledged";
    /// Somebody tried to call the patient and reached them.
    Reached: "reached";
    /// Somebody tried to call the patient and did not reach them.
    NotReached: "not-reached";
    /// It was written down what came of it.
    Outcome: "outcome";
    /// It was closed.
    Closed: "closed";
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// On which rung of the chain.
    pub rung: Option<Rung>,
    /// Who did it, or was told.
    pub staff: Option<StaffId>,
    /// By which way.
    pub channel: Option<String>,
    /// Why it failed, without patients' data.
    pub detail: Option<String>,
}

impl Entry {
    /// Something that happened.
    pub fn new(at: Timestamp, what: What) -> Self {
        Self { at, what, rung: None, staff: None, channel: None, detail: None }
    }

    /// By or to whom.
    #[must_use]
    pub fn staff(self, staff: StaffId) -> Self {
        Self { staff: Some(staff), ..self }
    }

    /// On which rung.
    #[must_use]
    pub fn rung(self, rung: Rung) -> Self {
        Self { rung: Some(rung), ..self }
    }

    /// By which way.
    #[must_use]
    pub fn channel(self, channel: &str) -> Self {
        Self { channel: Some(channel.to_owned()), ..self }
    }

    /// Why.
    #[must_use]
    pub fn detail(self, detail: &str) -> Self {
        Self { detail: Some(detail.to_owned()), ..self }
    }
}

/// Adds an entry. Tells whether it is new: a rung is told once.
pub async fn add(txn: &Txn, alert: AlertId, new: &Entry) -> Result<bool> {
    let row = alert_log::ActiveModel {
        id: NotSet,
        alert_id: Set(alert.0),
        at: Set(new.at.into()),
        what: Set(new.what.as_str().to_owned()),
        rung: Set(new.rung.map(|rung| rung.as_str().to_owned())),
        staff_id: Set(new.staff.map(|staff| staff.0)),
        channel: Set(new.channel.clone()),
        detail: Set(new.detail.clone()),
    };
    let insert = alert_log::Entity::insert(row);
    if new.what != What::Told {
        insert.exec_without_returning(&txn.db).await?;
        return Ok(true);
    }
    let once = OnConflict::columns([alert_log::Column::AlertId, alert_log::Column::Rung])
        .target_and_where(Expr::cust("what = 'told'"))
        .do_nothing()
        .to_owned();
    Ok(insert.on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// All that happened to an alert, oldest first.
pub async fn of(txn: &Txn, alert: AlertId) -> Result<Vec<Entry>> {
    let rows = alert_log::Entity::find()
        .filter(alert_log::Column::AlertId.eq(alert.0))
        .order_by_asc(alert_log::Column::Id)
        .all(&txn.db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Entry {
                at: row.at.into(),
                what: parse("alert_log", "what", &row.what)?,
                rung: row.rung.as_deref().map(|word| parse("alert_log", "rung", word)).transpose()?,
                staff: row.staff_id.map(StaffId),
                channel: row.channel,
                detail: row.detail,
            })
        })
        .collect()
}
