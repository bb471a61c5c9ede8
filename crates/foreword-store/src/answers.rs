//! The ledger of answers, append-only, and the scores computed from it.

use foreword_domain::{
    ids::{ConversationId, PatientId, ResponseId},
    language::Lang,
    message::Channel,
    response::{Answer, ItemRef},
    scoring::Score,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Result, Together, Txn,
    clinics::Clinics,
    rows::{answer, appointment, conversation, parse, response, score},
    sealed::Column,
};

const VALUE: Column = Column("answers", "value");
const SCORE: Column = Column("scores", "score");

/// Appends the answers of one delivery; what was answered before stays.
pub async fn append(
    with: &mut Together<'_>,
    conversation: ConversationId,
    patient: PatientId,
    inbox: Uuid,
    new: &[Answer],
) -> Result<()> {
    let mut rows = Vec::with_capacity(new.len());
    for new in new {
        rows.push(answer::ActiveModel {
            id: NotSet,
            conversation_id: Set(conversation.0),
            patient_id: Set(patient.0),
            ask_key: Set(new.at.ask.clone()),
            item: Set(new.at.item.clone()),
            value: Set(with.txn.seal(patient, VALUE, &place(conversation, &new.at), &new.value).await?),
            answered_at: Set(new.answered_at.into()),
            channel: Set(new.channel.as_str().to_owned()),
            ui_language: Set(new.ui_language.to_string()),
            instrument_language: Set(new.instrument_language.to_string()),
            respondent: Set(new.by.as_str().to_owned()),
            inbox_id: Set(inbox),
        });
    }
    with.add(rows);
    Ok(())
}

/// Every answer of a conversation, oldest first.
pub async fn of_conversation(txn: &Txn, conversation: ConversationId) -> Result<Vec<Answer>> {
    let rows = answer::Entity::find().filter(answer::Column::ConversationId.eq(conversation.0));
    read(txn, rows).await
}

/// The answers to some asks of a conversation, oldest first.
pub async fn of_asks(txn: &Txn, conversation: ConversationId, asks: &[&str]) -> Result<Vec<Answer>> {
    let rows = answer::Entity::find()
        .filter(answer::Column::ConversationId.eq(conversation.0))
        .filter(answer::Column::AskKey.is_in(asks.iter().copied()));
    read(txn, rows).await
}

/// The answers to an ask of a conversation by the deliveries that brought them, oldest first.
pub async fn deliveries(txn: &Txn, conversation: ConversationId, ask: &str) -> Result<Vec<Vec<Answer>>> {
    let rows = answer::Entity::find()
        .filter(answer::Column::ConversationId.eq(conversation.0))
        .filter(answer::Column::AskKey.eq(ask))
        .order_by_asc(answer::Column::Id)
        .all(&txn.db)
        .await?;
    let mut all: Vec<(Uuid, Vec<Answer>)> = Vec::new();
    for row in rows {
        let delivery = row.inbox_id;
        let answer = from_row(txn, row).await?;
        match all.last_mut() {
            Some((last, answers)) if *last == delivery => answers.push(answer),
            _ => all.push((delivery, vec![answer])),
        }
    }
    Ok(all.into_iter().map(|(_, answers)| answers).collect())
}

async fn read(txn: &Txn, rows: Select<answer::Entity>) -> Result<Vec<Answer>> {
    let rows = rows.order_by_asc(answer::Column::Id).all(&txn.db).await?;
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        answers.push(from_row(txn, row).await?);
    }
    Ok(answers)
}

pub(crate) async fn from_row(txn: &Txn, row: answer::Model) -> Result<Answer> {
    let (conversation, at) = (ConversationId(row.conversation_id), ItemRef::new(row.ask_key, row.item));
    Ok(Answer {
        value: txn.open(PatientId(row.patient_id), VALUE, &place(conversation, &at), &row.value).await?,
        at,
        answered_at: row.answered_at.into(),
        channel: parse("answers", "channel", &row.channel)?,
        ui_language: Lang::parse(&row.ui_language).unwrap_or_else(|_| Lang::english()),
        instrument_language: Lang::parse(&row.instrument_language).unwrap_or_else(|_| Lang::english()),
        by: parse("answers", "respondent", &row.respondent)?,
    })
}

/// When and through which door each answer of a conversation came, oldest first; not what it says.
pub async fn moments(txn: &Txn, conversation: ConversationId) -> Result<Vec<(Timestamp, Channel)>> {
    let rows: Vec<(crate::rows::Instant, String)> = answer::Entity::find()
        .filter(answer::Column::ConversationId.eq(conversation.0))
        .order_by_asc(answer::Column::Id)
        .select_only()
        .columns([answer::Column::AnsweredAt, answer::Column::Channel])
        .into_tuple()
        .all(&txn.db)
        .await?;
    rows.into_iter().map(|(at, channel)| Ok((at.into(), parse("answers", "channel", &channel)?))).collect()
}

/// The delivery that brought the answer to an item as it stands.
pub async fn brought_by(
    txn: &Txn,
    conversation: ConversationId,
    at: &ItemRef,
) -> Result<Option<foreword_domain::message::InboxKey>> {
    let row = answer::Entity::find()
        .filter(answer::Column::ConversationId.eq(conversation.0))
        .filter(answer::Column::AskKey.eq(&at.ask))
        .filter(answer::Column::Item.eq(&at.item))
        .order_by_desc(answer::Column::Id)
        .one(&txn.db)
        .await?;
    match row {
        Some(row) => crate::inbox::key(txn, row.inbox_id).await,
        None => Ok(None),
    }
}

/// In how many visits each item of an ask was answered or left out, and in how many the ask was begun.
pub async fn exposure(txn: &Txn, ask: &str) -> Result<(u64, Vec<(String, u64)>)> {
    let visits = || Expr::col((answer::Entity, answer::Column::ConversationId)).count_distinct();
    let begun: Option<i64> = answer::Entity::find()
        .select_only()
        .column_as(visits(), "visits")
        .filter(answer::Column::AskKey.eq(ask))
        .into_tuple()
        .one(&txn.db)
        .await?;
    let items: Vec<(String, i64)> = answer::Entity::find()
        .select_only()
        .column(answer::Column::Item)
        .column_as(visits(), "visits")
        .filter(answer::Column::AskKey.eq(ask))
        .group_by(answer::Column::Item)
        .into_tuple()
        .all(&txn.db)
        .await?;
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok((begun.map_or(0, count), items.into_iter().map(|(item, n)| (item, count(n))).collect()))
}

/// One administration of one instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Administered {
    /// Its id.
    pub id: ResponseId,
    /// The conversation it is part of.
    pub conversation: ConversationId,
    /// The patient.
    pub patient: PatientId,
    /// The ask's key within the visit.
    pub ask: String,
    /// The instrument and its version.
    pub instrument: (String, String),
    /// The language its items were asked in.
    pub language: String,
    /// When the first answer came.
    pub started_at: Timestamp,
    /// When the last one did.
    pub completed_at: Option<Timestamp>,
    /// When it was complete for the first time: one that was changed afterwards is amended.
    pub first_completed_at: Option<Timestamp>,
    /// The deliveries that brought answers to it.
    pub version: u32,
    /// When the newest of them came.
    pub changed_at: Timestamp,
}

impl Administered {
    /// Whether it was changed after it had been complete.
    pub fn is_amended(&self) -> bool {
        self.first_completed_at.is_some() && self.completed_at != self.first_completed_at
    }
}

/// A response.
pub async fn response(txn: &Txn, id: ResponseId) -> Result<Option<Administered>> {
    Ok(response::Entity::find_by_id(id.0).one(&txn.db).await?.map(administered))
}

/// The responses of a conversation.
pub async fn responses(txn: &Txn, conversation: ConversationId) -> Result<Vec<Administered>> {
    let rows = response::Entity::find()
        .filter(response::Column::ConversationId.eq(conversation.0))
        .order_by_asc(response::Column::Id)
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(administered).collect())
}

/// A patient's responses to some instruments, oldest first.
pub async fn history(txn: &Txn, patient: PatientId, instruments: &[&str]) -> Result<Vec<Administered>> {
    let rows = response::Entity::find()
        .filter(response::Column::PatientId.eq(patient.0))
        .filter(response::Column::InstrumentId.is_in(instruments.iter().copied()))
        .order_by_asc(response::Column::Id)
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(administered).collect())
}

/// The newest conversations in which something of some instruments was answered, the newest first.
pub async fn conversations_with(
    txn: &Txn,
    instruments: &[String],
    clinics: &Clinics,
    most: usize,
) -> Result<Vec<ConversationId>> {
    let ids: Vec<Uuid> = at(clinics)
        .filter(response::Column::InstrumentId.is_in(instruments.iter().cloned()))
        .select_only()
        .column(response::Column::ConversationId)
        .distinct()
        .order_by_desc(response::Column::ConversationId)
        // Both databases count with a sign.
        .limit(i64::try_from(most).unwrap_or(i64::MAX).unsigned_abs())
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// How many responses were completed since an instant, in visits to some clinics.
pub async fn count_completed(txn: &Txn, clinics: &Clinics, since: Timestamp) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let done = at(clinics).filter(response::Column::CompletedAt.gte(crate::rows::Instant::from(since).0));
    Ok(done.count(&txn.db).await?)
}

/// The responses of visits to some clinics.
fn at(clinics: &Clinics) -> Select<response::Entity> {
    let mut of = response::Entity::find();
    if *clinics != Clinics::All {
        let visits = appointment::Entity::find()
            .select_only()
            .column(appointment::Column::Id)
            .filter(clinics.condition(appointment::Column::Clinic))
            .into_query();
        let about = conversation::Entity::find()
            .select_only()
            .column(conversation::Column::Id)
            .filter(conversation::Column::AppointmentId.in_subquery(visits))
            .into_query();
        of = of.filter(response::Column::ConversationId.in_subquery(about));
    }
    of
}

/// What a patient has completed after an instant, oldest first.
pub async fn completed_after(txn: &Txn, patient: PatientId, after: Timestamp) -> Result<Vec<Administered>> {
    let rows = response::Entity::find()
        .filter(response::Column::PatientId.eq(patient.0))
        .filter(response::Column::CompletedAt.gt(crate::rows::Instant::from(after).0))
        .order_by_asc(response::Column::CompletedAt)
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(administered).collect())
}

/// Writes a response: its first version, or the one that follows.
pub fn put_response(with: &mut Together<'_>, new: &Administered) {
    if new.version > 1 {
        use response::Column;
        let instant = |at: Timestamp| crate::rows::Instant::from(at).0;
        let update = response::Entity::update_many()
            .col_expr(Column::CompletedAt, Expr::value(new.completed_at.map(instant)))
            .col_expr(Column::FirstCompletedAt, Expr::value(new.first_completed_at.map(instant)))
            .col_expr(Column::Version, Expr::value(i32::try_from(new.version).unwrap_or(i32::MAX)))
            .col_expr(Column::ChangedAt, Expr::value(instant(new.changed_at)))
            .filter(Column::Id.eq(new.id.0));
        return with.change(update.into_query());
    }
    let row = response::ActiveModel {
        id: Set(new.id.0),
        conversation_id: Set(new.conversation.0),
        patient_id: Set(new.patient.0),
        ask_key: Set(new.ask.clone()),
        instrument_id: Set(new.instrument.0.clone()),
        instrument_version: Set(new.instrument.1.clone()),
        language: Set(new.language.clone()),
        started_at: Set(new.started_at.into()),
        completed_at: Set(new.completed_at.map(Into::into)),
        version: Set(1),
        changed_at: Set(new.changed_at.into()),
        first_completed_at: Set(new.first_completed_at.map(Into::into)),
    };
    with.add(vec![row]);
}

/// Adds the scores of a response; earlier ones stay.
pub async fn add_scores(
    with: &mut Together<'_>,
    response: &Administered,
    scores: &[Score],
    at: Timestamp,
) -> Result<()> {
    let mut rows = Vec::with_capacity(scores.len());
    for new in scores {
        let place = format!("{}/{}", response.id, new.scale);
        rows.push(score::ActiveModel {
            id: NotSet,
            response_id: Set(response.id.0),
            patient_id: Set(response.patient.0),
            scale: Set(new.scale.clone()),
            scored_at: Set(at.into()),
            score: Set(with.txn.seal(response.patient, SCORE, &place, new).await?),
        });
    }
    with.add(rows);
    Ok(())
}

/// The newest score of each scale of a response, how often it was computed, and when last.
pub async fn scored(txn: &Txn, response: &Administered) -> Result<Vec<(Score, u32, Timestamp)>> {
    let rows = score::Entity::find()
        .filter(score::Column::ResponseId.eq(response.id.0))
        .order_by_asc(score::Column::Id)
        .all(&txn.db)
        .await?;
    let mut newest: Vec<(Score, u32, Timestamp)> = Vec::new();
    for row in rows {
        let at = row.scored_at.into();
        let score = score_of(txn, row).await?;
        match newest.iter_mut().find(|(other, ..)| other.scale == score.scale) {
            Some(known) => *known = (score, known.1 + 1, at),
            None => newest.push((score, 1, at)),
        }
    }
    Ok(newest)
}

/// The newest score of each scale of a response.
pub async fn scores(txn: &Txn, response: &Administered) -> Result<Vec<Score>> {
    let rows = score::Entity::find()
        .filter(score::Column::ResponseId.eq(response.id.0))
        .order_by_asc(score::Column::Id)
        .all(&txn.db)
        .await?;
    let mut newest: Vec<Score> = Vec::new();
    for row in rows {
        let score = score_of(txn, row).await?;
        newest.retain(|other| other.scale != score.scale);
        newest.push(score);
    }
    Ok(newest)
}

/// The score of a row.
pub(crate) async fn score_of(txn: &Txn, row: score::Model) -> Result<Score> {
    let place = format!("{}/{}", row.response_id, row.scale);
    txn.open(PatientId(row.patient_id), SCORE, &place, &row.score).await
}

/// Where an answer belongs: it can't be moved to another item or visit unnoticed.
fn place(conversation: ConversationId, at: &ItemRef) -> String {
    format!("{conversation}/{at}")
}

fn administered(row: response::Model) -> Administered {
    Administered {
        id: ResponseId(row.id),
        conversation: ConversationId(row.conversation_id),
        patient: PatientId(row.patient_id),
        ask: row.ask_key,
        instrument: (row.instrument_id, row.instrument_version),
        language: row.language,
        started_at: row.started_at.into(),
        completed_at: row.completed_at.map(Into::into),
        first_completed_at: row.first_completed_at.map(Into::into),
        version: row.version.unsigned_abs(),
        changed_at: row.changed_at.into(),
    }
}
