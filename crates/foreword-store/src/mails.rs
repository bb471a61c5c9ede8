//! Mails that came in: committed before the mailbox is told that they were read, and applied in one
//! transaction with what they change. Then what they held is gone from here; what could not be applied
//! stays, sealed, for staff to see.

use base64::{Engine, engine::general_purpose::STANDARD};
use foreword_domain::{ids::ConversationId, private::Private, response::ItemRef};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Error, Result, Txn,
    clinics::Clinics,
    rows::{Instant, appointment, conversation, json, mail, mail_ask, to_json},
    sealed::{Column, Sealed},
};

const RAW: Column = Column("mails", "raw");
const MESSAGE_ID: Column = Column("mails", "message_id");

/// The states of a mail.
mod state {
    pub const NEW: &str = "new";
    pub const APPLIED: &str = "applied";
    pub const IGNORED: &str = "ignored";
    pub const REFUSED: &str = "refused";
    pub const SEEN: &str = "seen";
}

/// A mail as it is taken in.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its bytes.
    pub raw: Private<Vec<u8>>,
    /// What its sender calls it: the same mail is taken in once, whichever way it comes.
    pub message_id: Option<Private<String>>,
}

/// A mail that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its row.
    pub id: i64,
    /// Its bytes.
    pub raw: Private<Vec<u8>>,
}

/// What becomes of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It changed something.
    Applied,
    /// A machine wrote it, or it is of no use; in short why.
    Ignored(String),
    /// Staff must see it; in short why, without its content.
    Refused(String),
}

/// A mail that staff must see.
#[derive(Clone, Debug)]
pub struct ToSee {
    /// Its row.
    pub id: i64,
    /// Its bytes, if they can still be opened.
    pub raw: Option<Private<Vec<u8>>>,
    /// The conversation its address names.
    pub conversation: Option<ConversationId>,
    /// When it came.
    pub received_at: Timestamp,
    /// Why it was not applied.
    pub reason: String,
}

/// Takes a mail in, unless it came before. Tells whether it is new.
pub async fn take_in(txn: &Txn, taken: &Taken, at: Timestamp) -> Result<bool> {
    let raw = STANDARD.encode(taken.raw.reveal());
    let message_hash = match &taken.message_id {
        Some(id) => txn.keys.blind("mails.message-id", id.reveal()),
        None => txn.keys.blind("mails.raw", &raw),
    };
    let place = place(&message_hash);
    let message_id = match &taken.message_id {
        Some(id) => Some(txn.seal_own(MESSAGE_ID, &place, id.reveal())?),
        None => None,
    };
    let row = mail::ActiveModel {
        id: NotSet,
        raw: Set(Some(txn.seal_own(RAW, &place, &raw)?)),
        message_id: Set(message_id),
        message_hash: Set(message_hash),
        state: Set(state::NEW.to_owned()),
        conversation_id: Set(None),
        received_at: Set(at.into()),
        settled_at: Set(None),
        reason: Set(None),
    };
    let once = OnConflict::column(mail::Column::MessageHash).do_nothing().to_owned();
    Ok(mail::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// The mail that waits longest, held until the transaction ends, by its row alone: whether it can be
/// opened shows with [`open`].
pub async fn next(txn: &Txn) -> Result<Option<i64>> {
    let sql = format!("SELECT id FROM mails WHERE state = 'new' ORDER BY id LIMIT 1 {}", txn.skip_held());
    let row = txn.db.query_one_raw(txn.statement(&sql, [])).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Opens a mail that is held.
///
/// # Errors
/// [`Error::Unreadable`] when it can't be opened.
pub async fn open(txn: &Txn, id: i64) -> Result<Waiting> {
    let row = mail::Entity::find_by_id(id).one(&txn.db).await?.ok_or_else(|| unreadable("it is gone"))?;
    let raw = row.raw.as_ref().ok_or_else(|| unreadable("it is empty"))?;
    Ok(Waiting { id, raw: bytes(txn, raw, &row.message_hash)? })
}

/// Marks a mail as dealt with. What an applied one held is erased, and so is that of an ignored one.
pub async fn settle(
    txn: &Txn,
    id: i64,
    conversation: Option<ConversationId>,
    settled: &Settled,
    at: Timestamp,
) -> Result<()> {
    let (state, reason) = match settled {
        Settled::Applied => (state::APPLIED, None),
        Settled::Ignored(why) => (state::IGNORED, Some(why.clone())),
        Settled::Refused(why) => (state::REFUSED, Some(why.clone())),
    };
    let mut update = mail::Entity::update_many()
        .col_expr(mail::Column::State, state.into())
        .col_expr(mail::Column::Reason, Expr::value(reason))
        .col_expr(mail::Column::SettledAt, Instant::from(at).0.into())
        .filter(mail::Column::Id.eq(id));
    if let Some(conversation) = conversation {
        update = update.col_expr(mail::Column::ConversationId, conversation.0.into());
    }
    if !matches!(settled, Settled::Refused(_)) {
        update = update.col_expr(mail::Column::Raw, Expr::value(None::<Vec<u8>>));
    }
    update.exec(&txn.db).await?;
    Ok(())
}

/// What its sender calls a mail that was taken in.
pub async fn message_id(txn: &Txn, id: i64) -> Result<Option<Private<String>>> {
    let Some(row) = mail::Entity::find_by_id(id).one(&txn.db).await? else { return Ok(None) };
    let Some(sealed) = row.message_id else { return Ok(None) };
    Ok(Some(Private::new(txn.open_own(MESSAGE_ID, &place(&row.message_hash), &sealed)?)))
}

/// The mails that staff must see, oldest first.
pub async fn to_see(txn: &Txn, clinics: &Clinics) -> Result<Vec<ToSee>> {
    let rows = refused(clinics).order_by_asc(mail::Column::Id).limit(200).all(&txn.db).await?;
    let seen = |row: mail::Model| ToSee {
        id: row.id,
        raw: row.raw.as_ref().and_then(|raw| bytes(txn, raw, &row.message_hash).ok()),
        conversation: row.conversation_id.map(ConversationId),
        received_at: row.received_at.into(),
        reason: row.reason.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(seen).collect())
}

/// How many mails staff must see.
pub async fn count_to_see(txn: &Txn, clinics: &Clinics) -> Result<u64> {
    Ok(refused(clinics).count(&txn.db).await?)
}

/// Whether there is such a mail about a visit at some clinics, seen or not.
pub async fn is_at(txn: &Txn, id: i64, clinics: &Clinics) -> Result<bool> {
    Ok(about(clinics).filter(mail::Column::Id.eq(id)).count(&txn.db).await? > 0)
}

fn refused(clinics: &Clinics) -> Select<mail::Entity> {
    about(clinics).filter(mail::Column::State.eq(state::REFUSED))
}

/// Those about visits at some clinics. A mail about no visit that is known belongs to no clinic: only who may
/// see all clinics sees it.
fn about(clinics: &Clinics) -> Select<mail::Entity> {
    let mails = mail::Entity::find();
    if *clinics == Clinics::All {
        return mails;
    }
    let visits = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::Id)
        .filter(clinics.condition(appointment::Column::Clinic));
    let theirs = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::AppointmentId.in_subquery(visits.into_query()));
    mails.filter(mail::Column::ConversationId.in_subquery(theirs.into_query()))
}

/// How many mails about a visit came since an instant.
pub async fn count_since(txn: &Txn, conversation: ConversationId, since: Timestamp) -> Result<u64> {
    Ok(mail::Entity::find()
        .filter(mail::Column::ConversationId.eq(conversation.0))
        .filter(mail::Column::ReceivedAt.gte(Instant::from(since).0))
        .count(&txn.db)
        .await?)
}

/// Notes that somebody has seen a mail. What it held is erased.
pub async fn mark_seen(txn: &Txn, id: i64, at: Timestamp) -> Result<bool> {
    let done = mail::Entity::update_many()
        .col_expr(mail::Column::State, state::SEEN.into())
        .col_expr(mail::Column::Raw, Expr::value(None::<Vec<u8>>))
        .col_expr(mail::Column::SettledAt, Instant::from(at).0.into())
        .filter(mail::Column::Id.eq(id))
        .filter(mail::Column::State.eq(state::REFUSED))
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes what the next mail about a visit asks, and numbers it.
pub async fn ask(txn: &Txn, conversation: ConversationId, items: &[ItemRef], at: Timestamp) -> Result<u16> {
    let last: Option<Option<i32>> = mail_ask::Entity::find()
        .filter(mail_ask::Column::ConversationId.eq(conversation.0))
        .select_only()
        .column_as(mail_ask::Column::Number.max(), "last")
        .into_tuple()
        .one(&txn.db)
        .await?;
    let number = last.flatten().unwrap_or(0) + 1;
    let row = mail_ask::ActiveModel {
        conversation_id: Set(conversation.0),
        number: Set(number),
        items: Set(to_json("mail_asks", "items", &items)?),
        asked_at: Set(at.into()),
    };
    mail_ask::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(u16::try_from(number).unwrap_or(u16::MAX))
}

/// What a mail about a visit asked.
pub async fn asked(txn: &Txn, conversation: ConversationId, number: u16) -> Result<Option<Vec<ItemRef>>> {
    let row = mail_ask::Entity::find_by_id((conversation.0, i32::from(number))).one(&txn.db).await?;
    row.map(|row| json("mail_asks", "items", &row.items)).transpose()
}

fn bytes(txn: &Txn, raw: &Sealed, message_hash: &[u8]) -> Result<Private<Vec<u8>>> {
    let raw: String = txn.open_own(RAW, &place(message_hash), raw)?;
    let raw = STANDARD.decode(raw).map_err(|_| unreadable("it is not what was taken in"))?;
    Ok(Private::new(raw))
}

fn unreadable(why: &str) -> Error {
    Error::Unreadable { table: RAW.0, column: RAW.1, why: why.to_owned() }
}

/// What the content of a mail is bound to.
fn place(message_hash: &[u8]) -> String {
    STANDARD.encode(message_hash)
}
