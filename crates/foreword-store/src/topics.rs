//! What became of the topics a patient brought: a mark is added, and the newest one counts.

use foreword_domain::{
    ids::{AppointmentId, StaffId},
    response::ItemRef,
    topic::Mark,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    Result, Txn,
    rows::{parse, topic_mark},
};

/// A topic that was marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The visit it was brought to.
    pub appointment: AppointmentId,
    /// Which of its topics.
    pub topic: ItemRef,
    /// What became of it.
    pub mark: Mark,
    /// The visit at which that was so: a later one, for a topic that was left open.
    pub at_visit: AppointmentId,
    /// Who says so.
    pub staff: StaffId,
    /// When they said so.
    pub at: Timestamp,
}

/// Marks a topic.
pub async fn mark(txn: &Txn, new: &Marked) -> Result<()> {
    let row = topic_mark::ActiveModel {
        id: NotSet,
        appointment_id: Set(new.appointment.0),
        topic: Set(new.topic.to_string()),
        mark: Set(new.mark.as_str().to_owned()),
        at_appointment_id: Set(new.at_visit.0),
        staff_id: Set(new.staff.0),
        marked_at: Set(new.at.into()),
    };
    topic_mark::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// How the topics of a visit are marked: each with its newest mark.
pub async fn of_appointment(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Marked>> {
    latest(txn, &[appointment]).await
}

/// How the topics of some visits are marked: each with its newest mark.
pub async fn latest(txn: &Txn, appointments: &[AppointmentId]) -> Result<Vec<Marked>> {
    let mut marked: Vec<Marked> = Vec::new();
    // A statement takes a bounded number of values.
    for some in appointments.chunks(500) {
        let rows = topic_mark::Entity::find()
            .filter(topic_mark::Column::AppointmentId.is_in(some.iter().map(|id| id.0)))
            .order_by_desc(topic_mark::Column::Id)
            .all(&txn.db)
            .await?;
        for row in rows {
            let (appointment, topic) =
                (AppointmentId(row.appointment_id), parse("topic_marks", "topic", &row.topic)?);
            if marked.iter().any(|newer| newer.appointment == appointment && newer.topic == topic) {
                continue;
            }
            marked.push(Marked {
                appointment,
                topic,
                mark: parse("topic_marks", "mark", &row.mark)?,
                at_visit: AppointmentId(row.at_appointment_id),
                staff: StaffId(row.staff_id),
                at: row.marked_at.into(),
            });
        }
    }
    Ok(marked)
}
