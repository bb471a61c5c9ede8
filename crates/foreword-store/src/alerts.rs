//! Alerts: red flags that were raised, each once, and how far each has come.
//!
//! A row only moves forward, and what was done with it stands in its log.

pub mod log;

use foreword_domain::{
    alert::{Level, OutcomeKind, State, Urgency},
    escalation::Rung,
    ids::{AlertId, AppointmentId, ConversationId, PatientId, StaffId},
    message::Channel,
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{OnConflict, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Result, Txn,
    clinics::Clinics,
    rows::{Instant, alert, appointment, parse},
    sealed::Column,
};

const RULE: Column = Column("alerts", "rule");
const OUTCOME: Column = Column("alerts", "outcome");
const URGENCY: Column = Column("alerts", "urgency");

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Where it was raised.
    pub conversation: ConversationId,
    /// For which visit.
    pub appointment: AppointmentId,
    /// For whom.
    pub patient: PatientId,
    /// The ask whose answers raised it.
    pub ask: String,
    /// The rule, as `instrument/rule`.
    pub rule: String,
    /// How urgent.
    pub level: Level,
    /// How far it has come.
    pub state: State,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Until when somebody should have taken it.
    pub due_at: Timestamp,
    /// The door of the answer, where one raised it.
    pub channel: Option<Channel>,
    /// Whether the patient was shown the crisis text for it.
    pub crisis: bool,
    /// The rung of the chain that was told last; none while there is nobody to tell.
    pub rung: Option<Rung>,
    /// When the next rung is told, if nobody has taken it by then.
    pub next_at: Option<Timestamp>,
    /// When somebody took it, and who.
    pub acknowledged: Option<(Timestamp, StaffId)>,
    /// When it was written down what came of it, by whom, and what.
    pub outcome: Option<(Timestamp, StaffId, Outcome)>,
    /// When it was closed, and by whom.
    pub closed: Option<(Timestamp, StaffId)>,
    /// What the patient said below the crisis text, and when, oldest first.
    pub said: Vec<(Timestamp, Urgency)>,
}

/// What came of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What it was.
    pub kind: OutcomeKind,
    /// The words of whoever wrote it down; may be empty.
    pub words: Private<String>,
}

impl Alert {
    /// How urgent it is in the patient's own words: once they have asked for help, that stands beside whatever they
    /// said later.
    pub fn urgency(&self) -> Option<Urgency> {
        self.said.iter().map(|(_, said)| *said).filter(|said| *said != Urgency::Again).min()
    }

    /// One that was raised just now, of which nobody knows yet.
    pub fn new(
        id: AlertId,
        conversation: ConversationId,
        (appointment, patient): (AppointmentId, PatientId),
        (ask, rule, level): (String, String, Level),
        (raised_at, due_at): (Timestamp, Timestamp),
    ) -> Self {
        Self {
            id,
            conversation,
            appointment,
            patient,
            ask,
            rule,
            level,
            state: State::Open,
            raised_at,
            due_at,
            channel: None,
            crisis: false,
            rung: None,
            next_at: None,
            acknowledged: None,
            outcome: None,
            closed: None,
            said: Vec::new(),
        }
    }
}

/// How many at some clinics nobody has taken.
pub async fn count_waiting(txn: &Txn, clinics: &Clinics) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let waiting = [State::Open, State::Notified].map(State::as_str);
    Ok(at(clinics).filter(alert::Column::State.is_in(waiting)).count(&txn.db).await?)
}

/// How many at some clinics have come to the end of their chain, and nobody has taken them.
pub async fn count_alarms(txn: &Txn, clinics: &Clinics) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let waiting = [State::Open, State::Notified].map(State::as_str);
    let alarms = at(clinics)
        .filter(alert::Column::State.is_in(waiting))
        .filter(alert::Column::Rung.eq(Rung::Alarm.as_str()));
    Ok(alarms.count(&txn.db).await?)
}

/// Raises an alert, unless the same rule raised one in this conversation. A later change of the
/// answer takes nothing back. `again` is how many of it were closed before: each may be followed by another.
pub async fn raise(txn: &Txn, new: &Alert, again: usize) -> Result<bool> {
    let rule = if again == 0 { new.rule.clone() } else { format!("{}\0{again}", new.rule) };
    let row = alert::ActiveModel {
        id: Set(new.id.0),
        conversation_id: Set(new.conversation.0),
        appointment_id: Set(new.appointment.0),
        patient_id: Set(new.patient.0),
        ask_key: Set(new.ask.clone()),
        rule_hash: Set(txn.keys.blind("alerts.rule", &rule)),
        rule: Set(txn.seal(new.patient, RULE, &new.id.to_string(), &new.rule).await?),
        level: Set(new.level.as_str().to_owned()),
        state: Set(new.state.as_str().to_owned()),
        raised_at: Set(new.raised_at.into()),
        due_at: Set(new.due_at.into()),
        channel: Set(new.channel.map(|channel| channel.as_str().to_owned())),
        crisis: Set(new.crisis),
        rung: Set(new.rung.map(|rung| rung.as_str().to_owned())),
        next_at: Set(new.next_at.map(Into::into)),
        acknowledged_at: Set(None),
        acknowledged_by: Set(None),
        outcome: Set(None),
        outcome_at: Set(None),
        outcome_by: Set(None),
        closed_at: Set(None),
        closed_by: Set(None),
        urgency: Set(None),
        urgency_at: Set(None),
    };
    let once =
        OnConflict::columns([alert::Column::ConversationId, alert::Column::AskKey, alert::Column::RuleHash])
            .do_nothing()
            .to_owned();
    Ok(alert::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// Writes down how far an alert that is held has come. What was reported, by whom and when, stays.
pub async fn put(txn: &Txn, changed: &Alert) -> Result<()> {
    let (patient, row) = (changed.patient, changed.id.to_string());
    let outcome = match &changed.outcome {
        Some((_, _, outcome)) => Some(txn.seal(patient, OUTCOME, &row, outcome).await?),
        None => None,
    };
    let said = match changed.said.as_slice() {
        [] => None,
        said => Some(txn.seal(patient, URGENCY, &row, &said).await?),
    };
    let at = |at: Option<Timestamp>| at.map(Instant::from);
    let by = |by: Option<StaffId>| by.map(|by| by.0);
    let row = alert::ActiveModel {
        id: Set(changed.id.0),
        level: Set(changed.level.as_str().to_owned()),
        state: Set(changed.state.as_str().to_owned()),
        due_at: Set(changed.due_at.into()),
        rung: Set(changed.rung.map(|rung| rung.as_str().to_owned())),
        next_at: Set(at(changed.next_at)),
        acknowledged_at: Set(at(changed.acknowledged.map(|(at, _)| at))),
        acknowledged_by: Set(by(changed.acknowledged.map(|(_, by)| by))),
        outcome: Set(outcome),
        outcome_at: Set(at(changed.outcome.as_ref().map(|(at, ..)| *at))),
        outcome_by: Set(by(changed.outcome.as_ref().map(|(_, by, _)| *by))),
        closed_at: Set(at(changed.closed.map(|(at, _)| at))),
        closed_by: Set(by(changed.closed.map(|(_, by)| by))),
        channel: Set(changed.channel.map(|channel| channel.as_str().to_owned())),
        urgency: Set(said),
        urgency_at: Set(at(changed.said.last().map(|(at, _)| *at))),
        ..Default::default()
    };
    alert::Entity::update(row).exec(&txn.db).await?;
    Ok(())
}

/// An alert.
pub async fn get(txn: &Txn, id: AlertId) -> Result<Option<Alert>> {
    match alert::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// An alert, held until the transaction ends.
pub async fn hold(txn: &Txn, id: AlertId) -> Result<Option<Alert>> {
    match alert::Entity::find_by_id(id.0).lock_exclusive().one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// All alerts at some clinics, newest first.
pub async fn all(txn: &Txn, clinics: &Clinics) -> Result<Vec<Alert>> {
    from_rows(txn, at(clinics).order_by_desc(alert::Column::Id)).await
}

/// Those at some clinics that are not closed, oldest first.
pub async fn not_closed(txn: &Txn, clinics: &Clinics) -> Result<Vec<Alert>> {
    let open = at(clinics).filter(alert::Column::State.ne(State::Closed.as_str()));
    from_rows(txn, open.order_by_asc(alert::Column::Id)).await
}

/// Those at some clinics that were raised since an instant, oldest first.
pub async fn since(txn: &Txn, clinics: &Clinics, since: Timestamp) -> Result<Vec<Alert>> {
    let raised = at(clinics).filter(alert::Column::RaisedAt.gte(Instant::from(since).0));
    from_rows(txn, raised.order_by_asc(alert::Column::Id)).await
}

/// Those at some clinics that come behind one, oldest first; without `closed`, those that are not.
pub async fn behind(
    txn: &Txn,
    clinics: &Clinics,
    behind: Option<AlertId>,
    closed: bool,
    limit: u64,
) -> Result<Vec<Alert>> {
    let mut found = at(clinics);
    if let Some(behind) = behind {
        found = found.filter(alert::Column::Id.gt(behind.0));
    }
    if !closed {
        found = found.filter(alert::Column::State.ne(State::Closed.as_str()));
    }
    from_rows(txn, found.order_by_asc(alert::Column::Id).limit(limit)).await
}

/// Those whose next rung is due, the one that waits longest first.
pub async fn due(txn: &Txn, now: Timestamp, most: u64) -> Result<Vec<AlertId>> {
    let ids: Vec<Uuid> = alert::Entity::find()
        .filter(alert::Column::NextAt.is_not_null())
        .filter(alert::Column::NextAt.lte(Instant::from(now).0))
        .order_by_asc(alert::Column::NextAt)
        .order_by_asc(alert::Column::Id)
        .limit(most)
        .select_only()
        .column(alert::Column::Id)
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(ids.into_iter().map(AlertId).collect())
}

/// Those raised since an instant of which nobody was ever told.
pub async fn untold(txn: &Txn, since: Timestamp) -> Result<Vec<AlertId>> {
    // Ids begin with the time: the key finds them among many.
    let first = AlertId::mint(since, [0; 10]);
    let ids: Vec<Uuid> = alert::Entity::find()
        .filter(alert::Column::Id.gte(first.0))
        .filter(alert::Column::State.eq(State::Open.as_str()))
        .filter(alert::Column::Rung.is_null())
        .filter(alert::Column::NextAt.is_null())
        .order_by_asc(alert::Column::Id)
        .select_only()
        .column(alert::Column::Id)
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(ids.into_iter().map(AlertId).collect())
}

/// The alerts of a visit, most urgent first.
pub async fn of_appointment(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Alert>> {
    let rows = alert::Entity::find()
        .filter(alert::Column::AppointmentId.eq(appointment.0))
        .order_by_asc(alert::Column::Id);
    let mut alerts = from_rows(txn, rows).await?;
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.level));
    Ok(alerts)
}

/// Those of an ask of a conversation, oldest first.
pub async fn of_ask(txn: &Txn, conversation: ConversationId, ask: &str) -> Result<Vec<Alert>> {
    let rows = alert::Entity::find()
        .filter(alert::Column::ConversationId.eq(conversation.0))
        .filter(alert::Column::AskKey.eq(ask))
        .order_by_asc(alert::Column::Id);
    from_rows(txn, rows).await
}

/// Those of a conversation after which the patient was shown the crisis text, oldest first.
pub async fn crises(txn: &Txn, conversation: ConversationId) -> Result<Vec<Alert>> {
    let rows = alert::Entity::find()
        .filter(alert::Column::ConversationId.eq(conversation.0))
        .filter(alert::Column::Crisis.eq(true))
        .order_by_asc(alert::Column::Id);
    from_rows(txn, rows).await
}

fn at(clinics: &Clinics) -> Select<alert::Entity> {
    let alerts = alert::Entity::find();
    match clinics {
        Clinics::All => alerts,
        Clinics::Only(_) => alerts.filter(alert::Column::AppointmentId.in_subquery(visits_of(clinics))),
    }
}

fn visits_of(clinics: &Clinics) -> SelectStatement {
    let visits = appointment::Entity::find().select_only().column(appointment::Column::Id);
    visits.filter(clinics.condition(appointment::Column::Clinic)).into_query()
}

async fn from_rows(txn: &Txn, rows: Select<alert::Entity>) -> Result<Vec<Alert>> {
    let rows = rows.all(&txn.db).await?;
    let mut alerts = Vec::with_capacity(rows.len());
    for row in rows {
        alerts.push(from_row(txn, row).await?);
    }
    Ok(alerts)
}

async fn from_row(txn: &Txn, row: alert::Model) -> Result<Alert> {
    let (id, patient) = (AlertId(row.id), PatientId(row.patient_id));
    let name = id.to_string();
    let by = |at: Option<Instant>, by: Option<Uuid>| Some((Timestamp::from(at?), StaffId(by?)));
    let outcome = match (&row.outcome, by(row.outcome_at, row.outcome_by)) {
        (Some(sealed), Some((at, by))) => Some((at, by, txn.open(patient, OUTCOME, &name, sealed).await?)),
        _ => None,
    };
    let said = match &row.urgency {
        Some(sealed) => txn.open(patient, URGENCY, &name, sealed).await?,
        None => Vec::new(),
    };
    let word = |column, word: &Option<String>| word.as_deref().map(|word| parse("alerts", column, word));
    Ok(Alert {
        id,
        conversation: ConversationId(row.conversation_id),
        appointment: AppointmentId(row.appointment_id),
        patient,
        ask: row.ask_key,
        // Which rule fired says what was answered.
        rule: txn.open(patient, RULE, &name, &row.rule).await?,
        level: parse("alerts", "level", &row.level)?,
        state: parse("alerts", "state", &row.state)?,
        raised_at: row.raised_at.into(),
        due_at: row.due_at.into(),
        channel: row.channel.as_deref().map(|word| parse("alerts", "channel", word)).transpose()?,
        crisis: row.crisis,
        rung: word("rung", &row.rung).transpose()?,
        next_at: row.next_at.map(Into::into),
        acknowledged: by(row.acknowledged_at, row.acknowledged_by),
        outcome,
        closed: by(row.closed_at, row.closed_by),
        said,
    })
}
