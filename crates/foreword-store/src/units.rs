//! Which rows programs look for, by what stands in clear: a page of ids at a time, in the order in which they
//! came to be. Ids begin with their time, so what comes meanwhile stands behind every page.

use foreword_domain::ids::{AppointmentId, PatientId};
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::{Result, Txn, rows::Instant};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Patients.
    Patients,
    /// Appointments.
    Appointments,
    /// Responses.
    Responses,
    /// Appointments whose page was made at least once.
    Pages,
    /// Invitations.
    Invitations,
    /// Messages to patients about a visit.
    Messages,
    /// Alerts.
    Alerts,
}

/// Which of them. What is not set matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// One of these.
    pub ids: Option<Vec<Uuid>>,
    /// Of one of these patients.
    pub patients: Option<Vec<PatientId>>,
    /// Of one of these instruments; responses only.
    pub instruments: Option<Vec<String>>,
    /// When it is or was: the visit, the answer, the message; from the first, before the second.
    pub at: (Option<Timestamp>, Option<Timestamp>),
    /// When it was last changed; from the first, before the second.
    pub changed: (Option<Timestamp>, Option<Timestamp>),
    /// Only what came after this one.
    pub after: Option<Uuid>,
    /// Only what came up to this instant.
    pub until: Option<Timestamp>,
}

struct Table {
    name: &'static str,
    patient: &'static str,
    at: &'static str,
    changed: &'static str,
    only: &'static str,
}

impl Unit {
    fn table(self) -> Table {
        let all = |name, patient, at, changed| Table { name, patient, at, changed, only: "1 = 1" };
        match self {
            Self::Patients => all("patients", "id", "created_at", "changed_at"),
            Self::Appointments => all("appointments", "patient_id", "start_at", "updated_at"),
            Self::Responses => {
                all("responses", "patient_id", "COALESCE(completed_at, changed_at)", "changed_at")
            }
            Self::Pages => Table {
                only: "EXISTS (SELECT 1 FROM page_versions p WHERE p.appointment_id = appointments.id)",
                ..all(
                    "appointments",
                    "patient_id",
                    "start_at",
                    "(SELECT MAX(p.made_at) FROM page_versions p WHERE p.appointment_id = appointments.id)",
                )
            },
            Self::Invitations => all(
                "invitations",
                "patient_id",
                "created_at",
                "COALESCE((SELECT c.last_at FROM conversations c \
                 WHERE c.appointment_id = invitations.appointment_id), created_at)",
            ),
            Self::Messages => Table {
                only: "patient_id IS NOT NULL AND appointment_id IS NOT NULL AND purpose <> 'alert' AND purpose <> 'event'",
                ..all(
                    "outbox",
                    "patient_id",
                    "COALESCE(finished_at, not_before)",
                    "COALESCE(finished_at, created_at)",
                )
            },
            Self::Alerts => all(
                "alerts",
                "patient_id",
                "raised_at",
                "COALESCE(closed_at, outcome_at, acknowledged_at, raised_at)",
            ),
        }
    }
}

/// The ids of so many at most, in the order in which they came to be.
pub async fn ids(txn: &Txn, unit: Unit, wanted: &Wanted, most: usize) -> Result<Vec<Uuid>> {
    let table = unit.table();
    let (filter, values) = filter(&table, wanted);
    let sql = format!("SELECT id FROM {} WHERE {filter} ORDER BY id LIMIT {most}", table.name);
    let rows = txn.db.query_all_raw(txn.statement(&sql, values)).await?;
    rows.into_iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// How many there are.
pub async fn count(txn: &Txn, unit: Unit, wanted: &Wanted) -> Result<u64> {
    let table = unit.table();
    let (filter, values) = filter(&table, wanted);
    let sql = format!("SELECT COUNT(*) AS n FROM {} WHERE {filter}", table.name);
    let row = txn.db.query_one_raw(txn.statement(&sql, values)).await?;
    let n: i64 = row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or_default();
    Ok(n.unsigned_abs())
}

fn filter(table: &Table, wanted: &Wanted) -> (String, Vec<Value>) {
    let mut parts = vec![table.only.to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut any = |column: &str, all: Vec<Value>| {
        // An empty list is no list in SQL.
        if all.is_empty() {
            return "1 = 0".to_owned();
        }
        let places: Vec<String> = all.into_iter().map(&mut place).collect();
        format!("{column} IN ({})", places.join(", "))
    };
    if let Some(ids) = &wanted.ids {
        parts.push(any("id", ids.iter().map(|id| (*id).into()).collect()));
    }
    if let Some(patients) = &wanted.patients {
        parts.push(any(table.patient, patients.iter().map(|id| id.0.into()).collect()));
    }
    if let Some(instruments) = &wanted.instruments {
        parts.push(any("instrument_id", instruments.iter().map(|id| id.clone().into()).collect()));
    }
    let mut bound = |column: &str, sign: &str, at: Option<Timestamp>| {
        if let Some(at) = at {
            parts.push(format!("{column} {sign} {}", place(Instant::from(at).0.into())));
        }
    };
    bound(table.at, ">=", wanted.at.0);
    bound(table.at, "<", wanted.at.1);
    bound(table.changed, ">=", wanted.changed.0);
    bound(table.changed, "<", wanted.changed.1);
    if let Some(until) = wanted.until {
        // The least id of the millisecond after it.
        let behind = AppointmentId::mint(until + SignedDuration::from_millis(1), [0; 10]).0;
        parts.push(format!("id < {}", place(behind.into())));
    }
    if let Some(after) = wanted.after {
        parts.push(format!("id > {}", place(after.into())));
    }
    (parts.join(" AND "), values)
}
