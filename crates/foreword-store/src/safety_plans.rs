//! Safety plans: what a clinic does when an answer needs somebody at once. Every version stays, as it was written;
//! the newest counts. And which pathways a clinic lets ask what may need somebody.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use foreword_domain::safety::Plan;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    Error, Result, Txn,
    rows::{activation, safety_plan},
    sealed::{Column, Sealed},
};

const SOURCE: Column = Column("safety_plans", "source");

/// Plans as they were read last, by clinic, each with the sealed bytes it was read from: no two seals are the same,
/// so that what was taken back or replaced is never taken for what is there.
#[derive(Default)]
pub(crate) struct Read(Mutex<HashMap<String, (Sealed, Arc<Plan>)>>);

/// The plan of a clinic that counts, with when it was set.
pub async fn of(txn: &Txn, clinic: &str) -> Result<Option<(Timestamp, Arc<Plan>)>> {
    let row = safety_plan::Entity::find()
        .filter(safety_plan::Column::Clinic.eq(clinic))
        .order_by_desc(safety_plan::Column::Id)
        .one(&txn.db)
        .await?;
    row.map(|row| from_row(txn, &row)).transpose()
}

/// The plans that count, by clinic.
pub async fn all(txn: &Txn) -> Result<Vec<(Timestamp, Arc<Plan>)>> {
    let rows = safety_plan::Entity::find()
        .order_by_asc(safety_plan::Column::Clinic)
        .order_by_desc(safety_plan::Column::Id)
        .all(&txn.db)
        .await?;
    let mut plans: Vec<(Timestamp, Arc<Plan>)> = Vec::new();
    for row in rows {
        if plans.last().is_none_or(|(_, plan)| plan.clinic != row.clinic) {
            plans.push(from_row(txn, &row)?);
        }
    }
    Ok(plans)
}

/// Whether any clinic has one.
pub async fn any(txn: &Txn) -> Result<bool> {
    Ok(safety_plan::Entity::find().one(&txn.db).await?.is_some())
}

/// The text of a version of a plan.
pub async fn source(txn: &Txn, clinic: &str, version: &str) -> Result<Option<String>> {
    let row = safety_plan::Entity::find()
        .filter(safety_plan::Column::Clinic.eq(clinic))
        .filter(safety_plan::Column::Version.eq(version))
        .one(&txn.db)
        .await?;
    row.map(|row| txn.open_own(SOURCE, &name(&row.clinic, &row.version), &row.source)).transpose()
}

/// Keeps a new version of a plan, which counts from now on.
pub async fn add(txn: &Txn, plan: &Plan, by: &str, at: Timestamp) -> Result<()> {
    let row = safety_plan::ActiveModel {
        id: NotSet,
        clinic: Set(plan.clinic.clone()),
        version: Set(plan.version.clone()),
        source: Set(txn.seal_own(SOURCE, &name(&plan.clinic, &plan.version), &plan.source)?),
        set_at: Set(at.into()),
        set_by: Set(by.to_owned()),
    };
    safety_plan::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Whether a clinic lets a pathway ask what may need somebody, in this version of it.
pub async fn is_active(txn: &Txn, pathway: &str, version: &str, clinic: &str) -> Result<bool> {
    let row = activation::Entity::find()
        .filter(activation::Column::Pathway.eq(pathway))
        .filter(activation::Column::Version.eq(version))
        .filter(activation::Column::Clinic.eq(clinic))
        .order_by_desc(activation::Column::Id)
        .one(&txn.db)
        .await?;
    Ok(row.is_some_and(|row| row.is_on))
}

/// Switches a pathway on or off at a clinic.
pub async fn activate(
    txn: &Txn,
    (pathway, version): (&str, &str),
    clinic: &str,
    is_on: bool,
    by: &str,
    at: Timestamp,
) -> Result<()> {
    let row = activation::ActiveModel {
        id: NotSet,
        pathway: Set(pathway.to_owned()),
        version: Set(version.to_owned()),
        clinic: Set(clinic.to_owned()),
        is_on: Set(is_on),
        at: Set(at.into()),
        done_by: Set(by.to_owned()),
    };
    activation::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

fn from_row(txn: &Txn, row: &safety_plan::Model) -> Result<(Timestamp, Arc<Plan>)> {
    Ok((row.set_at.into(), opened(txn, &row.clinic, &row.version, &row.source)?))
}

/// A plan from its sealed text; what was read before is not read again.
pub(crate) fn opened(txn: &Txn, clinic: &str, version: &str, sealed: &Sealed) -> Result<Arc<Plan>> {
    let read = || txn.plans.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((from, plan)) = read().get(clinic)
        && from == sealed
    {
        return Ok(Arc::clone(plan));
    }
    let source: String = txn.open_own(SOURCE, &name(clinic, version), sealed)?;
    let plan = Plan::parse("plan", &source).map_err(|_| Error::Unreadable {
        table: "safety_plans",
        column: "source",
        why: "this version does not know its form".to_owned(),
    })?;
    let plan = Arc::new(plan);
    read().insert(clinic.to_owned(), (sealed.clone(), Arc::clone(&plan)));
    Ok(plan)
}

fn name(clinic: &str, version: &str) -> String {
    format!("{clinic}\0{version}")
}
