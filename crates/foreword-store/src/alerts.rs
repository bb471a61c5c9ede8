//! Red flags that were raised, each once.

use foreword_domain::{
    alert::Level,
    ids::{AlertId, AppointmentId, ConversationId, PatientId},
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{OnConflict, SelectStatement},
};

use crate::{
    Error, Result, Txn,
    clinics::Clinics,
    rows::{alert, appointment},
    sealed::Column,
};

const RULE: Column = Column("alerts", "rule");

/// A red flag that was raised.
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
    /// `open` until a person does something about it.
    pub state: String,
    /// When.
    pub raised_at: Timestamp,
    /// Until when somebody should have seen it.
    pub due_at: Timestamp,
}

/// How many at some clinics nobody has done anything about.
pub async fn count_open(txn: &Txn, clinics: &Clinics) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let mut open = alert::Entity::find().filter(alert::Column::State.eq("open"));
    if *clinics != Clinics::All {
        open = open.filter(alert::Column::AppointmentId.in_subquery(visits_of(clinics)));
    }
    Ok(open.count(&txn.db).await?)
}

/// Raises an alert, unless the same rule raised one in this conversation. A later change of the
/// answer takes nothing back.
pub async fn raise(txn: &Txn, new: &Alert) -> Result<bool> {
    let row = alert::ActiveModel {
        id: Set(new.id.0),
        conversation_id: Set(new.conversation.0),
        appointment_id: Set(new.appointment.0),
        patient_id: Set(new.patient.0),
        ask_key: Set(new.ask.clone()),
        rule_hash: Set(txn.keys.blind("alerts.rule", &new.rule)),
        rule: Set(txn.seal(new.patient, RULE, &new.id.to_string(), &new.rule).await?),
        level: Set(new.level.as_str().to_owned()),
        state: Set(new.state.clone()),
        raised_at: Set(new.raised_at.into()),
        due_at: Set(new.due_at.into()),
    };
    let once =
        OnConflict::columns([alert::Column::ConversationId, alert::Column::AskKey, alert::Column::RuleHash])
            .do_nothing()
            .to_owned();
    Ok(alert::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// All alerts at some clinics, newest first.
pub async fn all(txn: &Txn, clinics: &Clinics) -> Result<Vec<Alert>> {
    let mut alerts = alert::Entity::find().order_by_desc(alert::Column::Id);
    if *clinics != Clinics::All {
        alerts = alerts.filter(alert::Column::AppointmentId.in_subquery(visits_of(clinics)));
    }
    let rows = alerts.all(&txn.db).await?;
    from_rows(txn, rows).await
}

fn visits_of(clinics: &Clinics) -> SelectStatement {
    let visits = appointment::Entity::find().select_only().column(appointment::Column::Id);
    visits.filter(clinics.condition(appointment::Column::Clinic)).into_query()
}

/// The alerts of a visit, most urgent first.
pub async fn of_appointment(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Alert>> {
    let rows = alert::Entity::find()
        .filter(alert::Column::AppointmentId.eq(appointment.0))
        .order_by_asc(alert::Column::Id)
        .all(&txn.db)
        .await?;
    let mut alerts = from_rows(txn, rows).await?;
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.level));
    Ok(alerts)
}

async fn from_rows(txn: &Txn, rows: Vec<alert::Model>) -> Result<Vec<Alert>> {
    let mut alerts = Vec::with_capacity(rows.len());
    for row in rows {
        alerts.push(from_row(txn, row).await?);
    }
    Ok(alerts)
}

async fn from_row(txn: &Txn, row: alert::Model) -> Result<Alert> {
    let level = match row.level.as_str() {
        "red" => Level::Red,
        "amber" => Level::Amber,
        _ => {
            return Err(Error::Unreadable {
                table: "alerts",
                column: "level",
                why: "an unknown word".to_owned(),
            });
        }
    };
    Ok(Alert {
        id: AlertId(row.id),
        conversation: ConversationId(row.conversation_id),
        appointment: AppointmentId(row.appointment_id),
        patient: PatientId(row.patient_id),
        ask: row.ask_key,
        // Which rule fired says what was answered.
        rule: txn.open(PatientId(row.patient_id), RULE, &row.id.to_string(), &row.rule).await?,
        level,
        state: row.state,
        raised_at: row.raised_at.into(),
        due_at: row.due_at.into(),
    })
}
